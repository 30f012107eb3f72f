#include "shortest.h"

#include <math.h>
#include <string.h>

/* Free-format printing as Steele and White have it, with integers of a fixed size: the value and
 * the distances to half way to its neighbours are kept as fractions of one denominator; a digit is
 * what dividing gives, and the digits end where the rest is less than such a distance. */

/* 2^16400 * 10 and 10^4966 and their products by a mantissa */
enum { WORDS = 530 };

struct big {
	size_t n; /* words in use; the highest is not 0 */
	uint32_t w[WORDS];
};

static void set(struct big *b, uint64_t hi, uint64_t lo)
{
	uint32_t w[4] = {(uint32_t)lo, (uint32_t)(lo >> 32), (uint32_t)hi, (uint32_t)(hi >> 32)};

	memcpy(b->w, w, sizeof(w));
	b->n = 4;
	while (b->n && !b->w[b->n - 1])
		b->n--;
}

static void multiply(struct big *b, uint32_t by)
{
	uint64_t carry = 0;

	for (size_t i = 0; i < b->n; i++) {
		carry += (uint64_t)b->w[i] * by;
		b->w[i] = (uint32_t)carry;
		carry >>= 32;
	}
	if (carry && b->n < WORDS)
		b->w[b->n++] = (uint32_t)carry;
}

static void multiply_power_of_ten(struct big *b, unsigned n)
{
	for (; n >= 9; n -= 9)
		multiply(b, 1000000000);
	for (; n > 0; n--)
		multiply(b, 10);
}

static void shift(struct big *b, unsigned bits)
{
	size_t words = bits / 32;

	if (!b->n || b->n + words + 1 > WORDS)
		return;
	memmove(b->w + words, b->w, b->n * sizeof(b->w[0]));
	memset(b->w, 0, words * sizeof(b->w[0]));
	b->n += words;
	multiply(b, (uint32_t)1 << bits % 32);
}

static int compare(const struct big *a, const struct big *b)
{
	if (a->n != b->n)
		return a->n < b->n ? -1 : 1;
	for (size_t i = a->n; i-- > 0;)
		if (a->w[i] != b->w[i])
			return a->w[i] < b->w[i] ? -1 : 1;
	return 0;
}

static void add(struct big *a, const struct big *b)
{
	uint64_t carry = 0;
	size_t n = a->n > b->n ? a->n : b->n;

	for (size_t i = 0; i < n; i++) {
		carry += (uint64_t)(i < a->n ? a->w[i] : 0) + (i < b->n ? b->w[i] : 0);
		a->w[i] = (uint32_t)carry;
		carry >>= 32;
	}
	a->n = n;
	if (carry && n < WORDS)
		a->w[a->n++] = (uint32_t)carry;
}

/* a - b, which is not negative */
static void subtract(struct big *a, const struct big *b)
{
	uint64_t borrow = 0;

	for (size_t i = 0; i < a->n; i++) {
		uint64_t take = borrow + (i < b->n ? b->w[i] : 0);
		borrow = a->w[i] < take;
		a->w[i] = (uint32_t)(a->w[i] - take);
	}
	while (a->n && !a->w[a->n - 1])
		a->n--;
}

/* a / b, less than 10; a is the rest. */
static unsigned divide(struct big *a, const struct big *b)
{
	unsigned q = 0;

	for (; compare(a, b) >= 0; q++)
		subtract(a, b);
	return q;
}

/* Is a + b at least (or_equal) or more than c? */
static bool reaches(const struct big *a, const struct big *b, const struct big *c, bool or_equal)
{
	struct big sum;

	memcpy(&sum, a, offsetof(struct big, w) + a->n * sizeof(a->w[0]));
	add(&sum, b);
	return compare(&sum, c) >= (or_equal ? 0 : 1);
}

size_t shortest_digits(char out[SHORTEST_DIGITS], int *point, const struct shortest *f)
{
	struct big value, scale, low, high;
	unsigned up = f->exponent > 0 ? (unsigned)f->exponent : 0;
	unsigned down = f->exponent < 0 ? (unsigned)-f->exponent : 0;
	unsigned more = f->lower_close ? 2 : 1; /* makes half the distance a whole number */
	bool even = !(f->lo & 1), under, over;
	size_t n = 0;

	set(&value, f->hi, f->lo);
	set(&scale, 0, 1);
	set(&low, 0, 1);
	shift(&value, up + more);
	shift(&scale, down + more);
	shift(&low, up);
	high = low;
	if (f->lower_close)
		shift(&high, 1);

	/* At least 10^(k - 1); one too small where the estimate is just below. */
	double top = f->hi ? log2((double)f->hi) + 64 : log2((double)f->lo);
	int k = (int)ceil((top + f->exponent) * 0.30102999566398119521 - 1e-9);
	if (k > 0) {
		multiply_power_of_ten(&scale, (unsigned)k);
	} else {
		multiply_power_of_ten(&value, (unsigned)-k);
		multiply_power_of_ten(&low, (unsigned)-k);
		multiply_power_of_ten(&high, (unsigned)-k);
	}
	if (reaches(&value, &high, &scale, even)) {
		multiply(&scale, 10);
		k++;
	}
	*point = k;
	do {
		multiply(&value, 10);
		multiply(&low, 10);
		multiply(&high, 10);
		unsigned digit = divide(&value, &scale);
		int cmp = compare(&value, &low);
		under = cmp < 0 || (even && cmp == 0);
		over = reaches(&value, &high, &scale, even);
		if (over && under) { /* the nearer one; half way the even one */
			cmp = reaches(&value, &value, &scale, false)  ? 1
			      : reaches(&value, &value, &scale, true) ? 0
								      : -1;
			over = cmp > 0 || (cmp == 0 && digit & 1);
		}
		out[n++] = (char)('0' + digit + (over ? 1 : 0));
	} while (!under && !over && n < SHORTEST_DIGITS);
	/* A digit that became ten: the carry; the digits before it were not at their end. */
	for (size_t i = n; i-- > 0 && out[i] > '9';) {
		out[i] = '0';
		if (i == 0) {
			out[0] = '1';
			n = 1;
			++*point;
		} else {
			out[i - 1]++;
		}
	}
	while (n > 1 && out[n - 1] == '0')
		n--;
	return n;
}
