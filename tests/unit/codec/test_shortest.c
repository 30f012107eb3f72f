#include <math.h>
#include <stdlib.h>

#include "../../../clientlib/codec/pyfloat.h"
#include "../../../clientlib/codec/shortest.h"
#include "../../support/test.h"

static const char *digits(const struct shortest *f)
{
	static char text[SHORTEST_DIGITS + 16];
	char out[SHORTEST_DIGITS];
	int point;
	size_t n = shortest_digits(out, &point, f);
	snprintf(text, sizeof(text), "%.*se%d", (int)n, out, point);
	return text;
}

void test_shortest__known(void)
{
	struct shortest f = {0, 1, 0, false};
	CHECK_STR(digits(&f), "1e1");
	f.lo = 1000;
	CHECK_STR(digits(&f), "1e4");
	/* x87's 0.1 and its largest and smallest numbers */
	f = (struct shortest){0, 0xcccccccccccccccd, -67, false};
	CHECK_STR(digits(&f), "1e0");
	f = (struct shortest){0, UINT64_MAX, 16320, false};
	CHECK_STR(digits(&f), "1189731495357231765e4933");
	f = (struct shortest){0, 1, -16445, false};
	CHECK_STR(digits(&f), "4e-4950");
	/* IEEE's quadruples: 1 / 3 and the smallest */
	f = (struct shortest){0x1555555555555, 0x5555555555555555, -114, false};
	CHECK_STR(digits(&f), "3333333333333333333333333333333333e0");
	f = (struct shortest){0, 1, -16494, false};
	CHECK_STR(digits(&f), "6e-4965");
}

/* The same digits as Python's repr finds for doubles. */
void test_shortest__doubles(void)
{
	uint64_t bits = 88172645463325252;
	for (int i = 0; i < 2000; i++) {
		double d;
		char repr[PYFLOAT_SIZE + 1], mine[64], out[SHORTEST_DIGITS];
		int exponent, point;
		bits ^= bits << 13;
		bits ^= bits >> 7;
		bits ^= bits << 17;
		uint64_t u = i % 8 == 0 ? bits & 0xfff0000000000000 : bits;
		memcpy(&d, &u, sizeof(d));
		d = fabs(d);
		if (!isfinite(d) || d < 1e-300)
			continue;
		uint64_t mantissa = (uint64_t)ldexp(frexp(d, &exponent), 53);
		struct shortest f = {0, mantissa, exponent - 53, mantissa == (uint64_t)1 << 52};
		size_t n = shortest_digits(out, &point, &f);
		snprintf(mine, sizeof(mine), "0.%.*se%d", (int)n, out, point);
		repr[pyfloat_repr(repr, d)] = '\0';
		CHECK(strtod(mine, NULL) == d);
		size_t have = 0;
		for (const char *p = repr; *p && *p != 'e'; p++)
			have += *p >= '0' && *p <= '9' && (have || *p != '0');
		CHECK(n <= have);
	}
}
