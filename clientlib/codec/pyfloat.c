#include "pyfloat.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Raffaello Giulietti's Schubfach ("The Schubfach way to render doubles", 2021): of the decimals
 * that read back to the double, the shortest; of those the closest. Exact with 128-bit powers of
 * ten. */

__extension__ typedef unsigned __int128 u128;

enum { LEAST_POWER = -292, MANTISSA_BITS = 52, BIAS = 1075 };

static const struct {
	uint64_t high, low;
} powers[] = {
#define P(high, low) {UINT64_C(high), UINT64_C(low)},
#include "pyfloat.def"
#undef P
};

struct decimal {
	uint64_t digits;
	int exponent; /* digits * 10^exponent */
};

/* The upper bits of power * x, the lowest of them set when anything below is. */
static uint64_t round_to_odd(uint64_t high, uint64_t low, uint64_t x)
{
	u128 upper = (u128)high * x + (uint64_t)((u128)low * x >> 64);
	return (uint64_t)(upper >> 64) | ((uint64_t)upper > 1);
}

static int floor_log2_pow10(int e)
{
	return (e * 1741647) >> 19;
}

static struct decimal shortest(uint64_t fraction, int biased)
{
	uint64_t c = biased ? fraction | UINT64_C(1) << MANTISSA_BITS : fraction;
	int q = biased ? biased - BIAS : 1 - BIAS;

	if (biased && q <= 0 && q > -53 && (c & ((UINT64_C(1) << -q) - 1)) == 0)
		return (struct decimal){c >> -q, 0}; /* a small integer */

	/* The interval that rounds to the double: (4c - 2, 4c + 2) * 2^(q - 2), its lower half
	 * shorter at powers of two, its ends part of it when c is even. */
	bool open = c & 1;
	bool uneven = fraction == 0 && biased > 1;
	int k = (q * 1262611 - (uneven ? 524031 : 0)) >> 22;
	int shift = q + floor_log2_pow10(-k) + 1;
	uint64_t high = powers[-k - LEAST_POWER].high, low = powers[-k - LEAST_POWER].low;
	uint64_t lower = round_to_odd(high, low, (4 * c - 2 + uneven) << shift) + open;
	uint64_t value = round_to_odd(high, low, (4 * c) << shift);
	uint64_t upper = round_to_odd(high, low, (4 * c + 2) << shift) - open;
	uint64_t s = value / 4;

	if (s >= 10) {
		uint64_t tens = s / 10;
		bool below = lower <= 40 * tens, above = 40 * tens + 40 <= upper;
		if (below != above)
			return (struct decimal){tens + above, k + 1};
	}
	bool below = lower <= 4 * s, above = 4 * s + 4 <= upper;
	if (below != above)
		return (struct decimal){s + above, k};
	uint64_t middle = 4 * s + 2;
	bool up = value > middle || (value == middle && (s & 1));
	return (struct decimal){s + up, k};
}

size_t pyfloat_repr(char out[PYFLOAT_SIZE], double f)
{
	uint64_t bits;
	char digits[20], *p = out;
	int n = 0;

	memcpy(&bits, &f, sizeof(bits));
	if (isnan(f)) {
		memcpy(out, "nan", 3);
		return 3;
	}
	if (bits >> 63)
		*p++ = '-';
	if (isinf(f) || f == 0) {
		memcpy(p, isinf(f) ? "inf" : "0.0", 3);
		return (size_t)(p - out) + 3;
	}
	struct decimal d = shortest(
		bits & ((UINT64_C(1) << MANTISSA_BITS) - 1), (int)(bits >> MANTISSA_BITS & 0x7ff));
	while (d.digits % 10 == 0) {
		d.digits /= 10;
		d.exponent++;
	}
	for (; d.digits; d.digits /= 10)
		digits[n++] = (char)('0' + d.digits % 10); /* the last one first */
	int point = n + d.exponent;                        /* digits before the decimal point */

	if (point > 16 || point < -3) {
		int e = point - 1;
		*p++ = digits[n - 1];
		if (n > 1)
			*p++ = '.';
		for (int i = n - 1; i-- > 0;)
			*p++ = digits[i];
		*p++ = 'e';
		*p++ = e < 0 ? '-' : '+';
		e = e < 0 ? -e : e;
		if (e >= 100)
			*p++ = (char)('0' + e / 100);
		*p++ = (char)('0' + e / 10 % 10);
		*p++ = (char)('0' + e % 10);
		return (size_t)(p - out);
	}
	if (point <= 0) {
		*p++ = '0';
		*p++ = '.';
		for (int i = point; i < 0; i++)
			*p++ = '0';
	}
	for (int i = 0; i < n || i < point; i++) {
		if (i == point && i > 0)
			*p++ = '.';
		*p++ = i < n ? digits[n - 1 - i] : '0';
	}
	if (n <= point) {
		*p++ = '.';
		*p++ = '0';
	}
	return (size_t)(p - out);
}
