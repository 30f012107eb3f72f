#include "../../support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "../../../clientlib/codec/bigint.h"

/* bytes → decimal → bytes, and the other way round */
static void round_trip(const char *decimal)
{
	bool negative = decimal[0] == '-';
	size_t n = strlen(decimal) - negative;
	char *bytes = malloc(bigint_parse_size(n));
	struct buf out = BUF_INIT(1 << 24);
	size_t len = bigint_parse(bytes, decimal + negative, n, negative);
	CHECK(len <= bigint_parse_size(n));
	CHECK_INT(bigint_format(&out, bytes, len), 0);
	CHECK_STR(out.p, decimal);
	CHECK_INT(bigint_negative(bytes, len), negative);
	buf_release(&out);
	free(bytes);
}

void test_bigint__known(void)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *decimal;
	} t[] = {{"", 0, "0"}, {"\0\0\0", 3, "0"}, {"\xff", 1, "-1"}, {"\xff\xff\xff", 3, "-1"},
		{"\x80", 1, "-128"}, {"\x80\0", 2, "128"}, {"\x7f\xff", 2, "-129"},
		{"\0\0\0\0\0\0\0\x80", 8, "-9223372036854775808"},
		{"\0\0\0\0\0\0\0\x80\0", 9, "9223372036854775808"},
		{"\0\0\0\0\0\0\0\0\x01", 9, "18446744073709551616"},
		{"\0\0\x64\xa7\xb3\xb6\xe0\x0d", 8, "1000000000000000000"}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct buf out = BUF_INIT(256);
		CHECK_INT(bigint_format(&out, t[i].bytes, t[i].n), 0);
		CHECK_STR(out.p, t[i].decimal);
		buf_release(&out);
	}
}

void test_bigint__round_trips(void)
{
	static const char *const decimals[] = {"1", "-1", "255", "256", "-256",
		"999999999999999999", "1000000000000000000", "-1000000000000000001",
		"340282366920938463463374607431768211456",
		"-340282366920938463463374607431768211455"};
	for (size_t i = 0; i < ARRAY_SIZE(decimals); i++)
		round_trip(decimals[i]);
}

/* All lengths around the borders of the two ways to convert, with digits that carry a lot. */
void test_bigint__long(void)
{
	static const size_t lengths[] = {600, 616, 617, 618, 650, 1200, 1233, 1234, 2466, 2467,
		5000, 9864, 9865, 20000, 40000};
	char *text = malloc(40002);
	unsigned seed = 1;
	CHECK_FATAL(text != NULL);
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++)
		for (int form = 0; form < 4; form++) {
			size_t n = lengths[i];
			memset(text, form == 0 ? '9' : '0', n);
			text[0] = form == 0 ? '9' : '1';
			for (size_t k = 1; k < n && form >= 2; k++) {
				seed = seed * 1664525 + 1013904223;
				text[k] = (char)('0' + (seed >> 24) % 10);
			}
			if (form == 3)
				text[0] = '-';
			if (form == 3)
				text[1] = '7';
			text[n] = '\0';
			round_trip(text);
		}
	free(text);
}

/* (10^k)^2 = 10^2k, (2^k - 1) + 1 = 2^k: facts that do not depend on the conversion. */
void test_bigint__powers_of_two(void)
{
	for (size_t bytes = 1; bytes < 3000; bytes += 211) {
		char *one = calloc(1, bytes + 1);
		struct buf power = BUF_INIT(1 << 20), less = BUF_INIT(1 << 20);
		one[bytes] = 1; /* 2^(8 * bytes) */
		CHECK_INT(bigint_format(&power, one, bytes + 1), 0);
		memset(one, 0xff, bytes);
		one[bytes] = 0; /* one less */
		CHECK_INT(bigint_format(&less, one, bytes + 1), 0);
		CHECK_INT(power.n, less.n);
		/* powers of 256 end in 6, so that there is no carry */
		CHECK_INT(power.p[power.n - 1], '6');
		CHECK_INT(less.p[less.n - 1], '5');
		CHECK(memcmp(power.p, less.p, power.n - 1) == 0);
		buf_release(&power);
		buf_release(&less);
		free(one);
	}
}

void test_bigint__compare(void)
{
	/* in rising order */
	static const struct {
		const char *p;
		size_t n;
	} t[] = {{"\0\0\xff", 3}, {"\0\x80", 2}, {"\x7f\xff", 2}, {"\x80", 1}, {"\xff", 1}, {"", 0},
		{"\x01", 1}, {"\x7f", 1}, {"\x80\0", 2}, {"\xff\0", 2}, {"\0\x01", 2},
		{"\xff\x7f", 2}, {"\0\0\x01", 3}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		for (size_t k = 0; k < ARRAY_SIZE(t); k++) {
			int cmp = bigint_compare(t[i].p, t[i].n, t[k].p, t[k].n);
			CHECK_INT(cmp < 0 ? -1 : cmp > 0, i < k ? -1 : i > k);
		}
	CHECK_INT(bigint_compare("\0\0\0", 3, "", 0), 0);
	CHECK_INT(bigint_compare("\xff\xff", 2, "\xff", 1), 0);
	CHECK_INT(bigint_trim("\x80\0\0", 3), 2);
	CHECK_INT(bigint_trim("\x80\xff\xff", 3), 1);
	CHECK_INT(bigint_trim("\0", 1), 0);
	CHECK_INT(bigint_trim("\xff", 1), 1);
}

void test_bigint__limit(void)
{
	char *p = calloc(1, BIGINT_MAX_BYTES + 1);
	struct buf out = BUF_INIT(1 << 24);
	p[BIGINT_MAX_BYTES] = 1;
	CHECK_INT(bigint_format(&out, p, BIGINT_MAX_BYTES + 1), MF_ELIMIT);
	buf_release(&out);
	free(p);
}

static int format(void *arg)
{
	struct buf out = BUF_INIT(1 << 20);
	int rc = bigint_format(&out, arg, 3000);
	buf_release(&out);
	return rc;
}

void test_bigint__out_of_memory(void)
{
	char bytes[3000];
	memset(bytes, 0x55, sizeof(bytes));
	test_every_alloc(format, bytes);
}
