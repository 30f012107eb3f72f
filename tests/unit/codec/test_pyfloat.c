#include "../../support/test.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../../clientlib/codec/pyfloat.h"

static const char *repr(double f)
{
	static char text[PYFLOAT_SIZE + 1];
	text[pyfloat_repr(text, f)] = '\0';
	return text;
}

void test_pyfloat__as_python(void)
{
	static const struct {
		double f;
		const char *repr;
	} t[] = {{0, "0.0"}, {-0.0, "-0.0"}, {1, "1.0"}, {-1.5, "-1.5"}, {0.1, "0.1"},
		{1.0 / 3, "0.3333333333333333"}, {0.0001, "0.0001"}, {0.00001, "1e-05"},
		{0.00012345, "0.00012345"}, {123456789012345, "123456789012345.0"},
		{1234567890123456, "1234567890123456.0"},
		{9007199254740993.0, "9007199254740992.0"}, {1e15, "1000000000000000.0"},
		{1e16, "1e+16"}, {1.5e16, "1.5e+16"},
		{12345678901234567.0, "1.2345678901234568e+16"}, {1e22, "1e+22"}, {1e23, "1e+23"},
		{1e100, "1e+100"}, {1.7976931348623157e308, "1.7976931348623157e+308"},
		{2.2250738585072014e-308, "2.2250738585072014e-308"}, {5e-324, "5e-324"},
		{-1.5e-300, "-1.5e-300"},
		/* powers of two, below which the doubles are closer */
		{0x1p-44, "5.684341886080802e-14"}, {0x1p-1022, "2.2250738585072014e-308"},
		{0x1p+60, "1.152921504606847e+18"}, {0x1p-1074 * 3, "1.5e-323"}, {4.35, "4.35"},
		{2.675, "2.675"}, {100, "100.0"}, {0.5, "0.5"}, {1048576.25, "1048576.25"},
		{INFINITY, "inf"}, {-INFINITY, "-inf"}, {NAN, "nan"}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_STR(repr(t[i].f), t[i].repr);
}

/* What is printed reads back to the same double, and no shorter one does. */
void test_pyfloat__shortest(void)
{
	uint64_t seed = 88172645463325252u;
	for (int i = 0; i < 50000; i++) {
		double f;
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		memcpy(&f, &seed, sizeof(f));
		if (!isfinite(f))
			continue;
		const char *text = repr(f);
		if (strtod(text, NULL) != f)
			CHECK_STR(text, "reads back");
		int digits = 0;
		for (const char *p = text; *p && *p != 'e'; p++)
			digits += *p >= '0' && *p <= '9' && (digits || *p != '0');
		char shorter[64];
		snprintf(shorter, sizeof(shorter), "%.*e", digits > 1 ? digits - 2 : 0, f);
		if (digits > 1 && !strstr(text, ".0") && strtod(shorter, NULL) == f)
			CHECK_STR(text, shorter);
	}
}
