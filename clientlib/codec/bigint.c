#include "bigint.h"

#include <endian.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef unsigned __int128 u128;

#define BASE 1000000000000000000u /* 10^18: a limb of a decimal number */

enum {
	BASE_DIGITS = 18,
	LEAF = 64,      /* 32-bit words that are converted digit by digit */
	KARATSUBA = 64, /* limbs; at most 340, so that a column of products fits 128 bits */
	PLACES = 20     /* powers of two that the longest number needs */
};

bool bigint_negative(const char *p, size_t n)
{
	return n && (p[n - 1] & 0x80);
}

size_t bigint_trim(const char *p, size_t n)
{
	char sign = bigint_negative(p, n) ? (char)0xff : 0;
	while (n > 1 && p[n - 1] == sign && !((p[n - 2] ^ sign) & 0x80))
		n--;
	return n == 1 && !p[0] ? 0 : n;
}

int bigint_compare(const char *a, size_t na, const char *b, size_t nb)
{
	na = bigint_trim(a, na);
	nb = bigint_trim(b, nb);
	bool minus_a = bigint_negative(a, na), minus_b = bigint_negative(b, nb);
	if (minus_a != minus_b)
		return minus_a ? -1 : 1;
	if (na != nb)
		return (na < nb) != minus_a ? -1 : 1;
	for (size_t i = na; i-- > 0;)
		if (a[i] != b[i])
			return (unsigned char)a[i] < (unsigned char)b[i] ? -1 : 1;
	return 0;
}

/* ---- from decimal ---- */

size_t bigint_parse_size(size_t digits)
{
	return digits / BASE_DIGITS * 8 + 16; /* 10^18 is less than 2^60 */
}

static uint64_t load(const char *p)
{
	uint64_t u;
	memcpy(&u, p, sizeof(u));
	return le64toh(u);
}

static void store(char *p, uint64_t u)
{
	u = htole64(u);
	memcpy(p, &u, sizeof(u));
}

size_t bigint_parse(char *out, const char *digits, size_t n, bool negative)
{
	size_t words = 0;

	while (n) {
		size_t take = n % BASE_DIGITS ? n % BASE_DIGITS : BASE_DIGITS;
		uint64_t carry = 0, scale = 1;
		for (size_t i = 0; i < take; i++) {
			carry = carry * 10 + (uint64_t)(*digits++ - '0');
			scale *= 10;
		}
		n -= take;
		for (size_t i = 0; i < words; i++) {
			u128 x = (u128)load(out + 8 * i) * scale + carry;
			store(out + 8 * i, (uint64_t)x);
			carry = (uint64_t)(x >> 64);
		}
		if (carry || !words)
			store(out + 8 * words++, carry);
	}
	store(out + 8 * words++, 0); /* room for the sign */
	unsigned plus = 1;
	for (size_t i = 0; negative && i < 8 * words; i++) {
		plus += (unsigned)~(unsigned char)out[i] & 0xff;
		out[i] = (char)plus;
		plus >>= 8;
	}
	return bigint_trim(out, 8 * words);
}

/* ---- to decimal ----
 *
 * Short numbers are divided by 10^9 again and again. Long ones are cut in two at a power of two,
 * both halves converted, and put together in base 10^18, with Karatsuba's multiplication. */

struct decimal {
	uint64_t *v; /* limbs, the lowest first */
	size_t n;
};

/* w becomes w / 10^9; returns the remainder. */
static uint32_t divide(uint32_t *w, size_t n)
{
	uint64_t rest = 0;
	for (size_t i = n; i-- > 0;) {
		rest = rest << 32 | w[i];
		w[i] = (uint32_t)(rest / 1000000000u);
		rest %= 1000000000u;
	}
	return (uint32_t)rest;
}

/* Convert and destroy n words; out has room for n / 1.8 + 1 limbs. */
static size_t convert_leaf(uint64_t *out, uint32_t *w, size_t n)
{
	size_t limbs = 0;
	while (n) {
		uint64_t low = divide(w, n), high = 0;
		while (n && !w[n - 1])
			n--;
		if (n)
			high = divide(w, n);
		while (n && !w[n - 1])
			n--;
		out[limbs++] = high * 1000000000u + low;
	}
	return limbs;
}

/* a += b, na >= nb; returns the carry. */
static uint64_t add(uint64_t *a, size_t na, const uint64_t *b, size_t nb)
{
	uint64_t carry = 0;
	for (size_t i = 0; i < na && (i < nb || carry); i++) {
		uint64_t sum = a[i] + (i < nb ? b[i] : 0) + carry;
		carry = sum >= BASE;
		a[i] = carry ? sum - BASE : sum;
	}
	return carry;
}

/* a -= b, a >= b. */
static void subtract(uint64_t *a, size_t na, const uint64_t *b, size_t nb)
{
	uint64_t borrow = 0;
	for (size_t i = 0; i < na && (i < nb || borrow); i++) {
		uint64_t take = (i < nb ? b[i] : 0) + borrow;
		borrow = a[i] < take;
		a[i] = borrow ? a[i] + BASE - take : a[i] - take;
	}
}

/* a = |a - b| of n limbs each; true if a was less. */
static bool difference(uint64_t *a, const uint64_t *b, size_t n)
{
	size_t top = n;
	uint64_t borrow = 0;

	while (top && a[top - 1] == b[top - 1])
		top--;
	bool less = top && a[top - 1] < b[top - 1];
	for (size_t i = 0; i < n; i++) {
		uint64_t x = less ? b[i] : a[i], take = (less ? a[i] : b[i]) + borrow;
		borrow = x < take;
		a[i] = borrow ? x + BASE - take : x - take;
	}
	return less;
}

static void multiply_columns(
	uint64_t *out, const uint64_t *a, size_t na, const uint64_t *b, size_t nb)
{
	u128 sum = 0;
	for (size_t k = 0; k < na + nb; k++) {
		size_t from = k < nb ? 0 : k - nb + 1, to = k < na ? k + 1 : na;
		for (size_t i = from; i < to; i++)
			sum += (u128)a[i] * b[k - i];
		out[k] = (uint64_t)(sum % BASE);
		sum /= BASE;
	}
}

/* out[2n] = a[n] * b[n]; scratch of 8n + 128 limbs. */
static void multiply_square(
	uint64_t *out, const uint64_t *a, const uint64_t *b, size_t n, uint64_t *scratch)
{
	if (n <= KARATSUBA) {
		multiply_columns(out, a, n, b, n);
		return;
	}
	/* Halves of h limbs, the upper one filled up with a zero if n is odd. */
	size_t h = (n + 1) / 2, high = n - h;
	uint64_t *upper = scratch, *da = upper + 2 * h, *db = da + h, *middle = db + h;
	uint64_t *rest = middle + 2 * h;

	memcpy(da, a + h, high * sizeof(*a));
	memcpy(db, b + h, high * sizeof(*b));
	if (high < h) {
		da[high] = 0;
		db[high] = 0;
	}
	multiply_square(upper, da, db, h, rest);
	/* middle = upper + lower - (a1 - a0)(b1 - b0) */
	bool less_a = difference(da, a, h), less_b = difference(db, b, h);
	multiply_square(middle, da, db, h, rest);
	multiply_square(out, a, b, h, rest);
	memcpy(out + 2 * h, upper, 2 * high * sizeof(*out));
	uint64_t *sum = rest;
	memcpy(sum, out, 2 * h * sizeof(*sum));
	sum[2 * h] = add(sum, 2 * h, upper, 2 * h);
	if (less_a == less_b)
		subtract(sum, 2 * h + 1, middle, 2 * h);
	else
		sum[2 * h] += add(sum, 2 * h, middle, 2 * h);
	size_t n_sum = 2 * h + 1;
	while (n_sum && !sum[n_sum - 1])
		n_sum--;
	add(out + h, 2 * n - h, sum, n_sum);
}

/* out[na + nb] = a * b, na >= nb > 0; false when out of memory. */
static bool multiply(uint64_t *out, const uint64_t *a, size_t na, const uint64_t *b, size_t nb)
{
	if (nb <= KARATSUBA) {
		multiply_columns(out, a, na, b, nb);
		return true;
	}
	/* Pieces of a as long as b is. */
	uint64_t *piece = malloc((3 * nb + 8 * nb + 512) * sizeof(*piece));
	if (!piece)
		return false;
	uint64_t *product = piece + nb, *scratch = product + 2 * nb;
	memset(out, 0, (na + nb) * sizeof(*out));
	for (size_t at = 0; at < na; at += nb) {
		size_t n = na - at < nb ? na - at : nb;
		memset(piece, 0, nb * sizeof(*piece));
		memcpy(piece, a + at, n * sizeof(*piece));
		multiply_square(product, piece, b, nb, scratch);
		add(out + at, na + nb - at, product, nb + n);
	}
	free(piece);
	return true;
}

static size_t trimmed(const uint64_t *v, size_t n)
{
	while (n && !v[n - 1])
		n--;
	return n;
}

/* Convert n words (destroyed); place[k] is 2^(32 * LEAF * 2^k). */
static bool convert(struct decimal *out, uint32_t *w, size_t n, const struct decimal *place)
{
	size_t words = LEAF, k = 0;
	struct decimal high = {NULL, 0}, low = {NULL, 0};
	bool ok = false;

	while (n && !w[n - 1])
		n--;
	/* 10^18 > 2^59: 1.84 words a limb */
	out->v = malloc((n * 32 / 59 + 4) * sizeof(*out->v));
	out->n = 0;
	if (!out->v)
		return false;
	if (n <= LEAF) {
		out->n = convert_leaf(out->v, w, n);
		return true;
	}
	for (; 2 * words < n; words *= 2)
		k++;
	if (!convert(&high, w + words, n - words, place) || !convert(&low, w, words, place))
		goto done;
	const struct decimal *p = &place[k];
	size_t room = high.n + p->n + 1;
	uint64_t *v = calloc(room > low.n ? room + 1 : low.n + 1, sizeof(*v));
	if (!v)
		goto done;
	free(out->v);
	out->v = v;
	if (high.n >= p->n)
		ok = multiply(v, high.v, high.n, p->v, p->n);
	else
		ok = !high.n || multiply(v, p->v, p->n, high.v, high.n);
	add(v, room, low.v, low.n);
	out->n = trimmed(v, room);
done:
	free(high.v);
	free(low.v);
	return ok;
}

/* The powers of two that a number of n words is cut at, each the square of the one before. */
static bool make_places(struct decimal place[PLACES], size_t n)
{
	static const uint64_t two_to_32 = UINT64_C(1) << 32;
	size_t words = 1, k = 0;
	struct decimal p = {malloc(sizeof(*p.v)), 1};

	if (!p.v)
		return false;
	p.v[0] = two_to_32;
	for (;; words *= 2) {
		if (words >= LEAF)
			place[k++] = p;
		if (2 * words >= n || k == PLACES) {
			if (words < LEAF)
				free(p.v);
			return true;
		}
		struct decimal next = {calloc(2 * p.n, sizeof(*p.v)), 2 * p.n};
		bool ok = next.v && multiply(next.v, p.v, p.n, p.v, p.n);
		if (words < LEAF)
			free(p.v);
		if (!ok) {
			free(next.v);
			return false;
		}
		next.n = trimmed(next.v, next.n);
		p = next;
	}
}

static void format_limbs(struct buf *out, const uint64_t *v, size_t n)
{
	char digits[BASE_DIGITS];

	for (size_t i = n; i-- > 0;) {
		uint64_t limb = v[i];
		size_t at = BASE_DIGITS;
		while (limb || (i + 1 < n && at)) {
			digits[--at] = (char)('0' + limb % 10);
			limb /= 10;
		}
		buf_add(out, digits + at, BASE_DIGITS - at);
	}
}

int bigint_format(struct buf *out, const char *p, size_t n)
{
	uint32_t small[LEAF], *words = small;
	uint64_t small_limbs[LEAF];
	struct decimal place[PLACES] = {{NULL, 0}}, result = {small_limbs, 0};
	bool ok = true;

	n = bigint_trim(p, n);
	if (!n) {
		buf_addc(out, '0');
		return out->failed;
	}
	if (n > BIGINT_MAX_BYTES)
		return MF_ELIMIT;
	bool minus = bigint_negative(p, n);
	size_t count = n / 4 + 1;
	if (count > LEAF && !(words = malloc(count * sizeof(*words))))
		return MF_ENOMEM;
	/* The magnitude. */
	uint64_t carry = minus;
	for (size_t i = 0; i < count; i++) {
		uint32_t word = 0;
		for (size_t k = 0; k < 4; k++) {
			unsigned byte = 4 * i + k < n ? (unsigned char)p[4 * i + k]
					: minus       ? 0xff
						      : 0;
			word |= (uint32_t)(minus ? byte ^ 0xff : byte) << 8 * k;
		}
		carry += word;
		words[i] = (uint32_t)carry;
		carry >>= 32;
	}
	if (words == small)
		result.n = convert_leaf(small_limbs, words, count);
	else
		ok = make_places(place, count) && convert(&result, words, count, place);
	if (ok && minus)
		buf_addc(out, '-');
	if (ok)
		format_limbs(out, result.v, result.n);
	for (size_t i = 0; i < PLACES; i++)
		free(place[i].v);
	if (result.v != small_limbs)
		free(result.v);
	if (words != small)
		free(words);
	return ok ? out->failed : MF_ENOMEM;
}
