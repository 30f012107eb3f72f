#include <math.h>
#include <string.h>

#include "bigint.h"
#include "value.h"

/* Python's order of values: numbers among themselves, texts by code point, bytes, tuples item by
 * item. */

enum { MAX_DEPTH = 256, MAX_STEPS = 1000000 };

static bool is_number(enum mf_kind kind)
{
	return kind == MF_BOOL || kind == MF_INT || kind == MF_BIGINT || kind == MF_FLOAT;
}

static int compare_int64(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

/* The bytes of an integer of any kind; those of an int64_t in `room`. */
static const char *integer_bytes(const struct mf_value *v, char room[8], size_t *n)
{
	if (v->kind == MF_BIGINT) {
		*n = v->u.s.n;
		return v->u.s.p;
	}
	uint64_t u = (uint64_t)(v->kind == MF_BOOL ? v->u.b : v->u.i);
	for (unsigned i = 0; i < 8; i++)
		room[i] = (char)(u >> 8 * i);
	*n = 8;
	return room;
}

/* The integer part of a finite double, exactly: up to 1024 bits and a sign. */
static size_t double_bytes(double f, char out[144])
{
	int exponent;
	double m = frexp(fabs(f), &exponent); /* f = m * 2^exponent, m in [0.5, 1) */
	uint64_t bits = (uint64_t)ldexp(m, 53);
	unsigned carry = 1;

	memset(out, 0, 144);
	exponent -= 53;
	if (exponent < 0) {
		bits = exponent > -64 ? bits >> -exponent : 0;
		exponent = 0;
	}
	for (unsigned i = 0; i < 64; i++)
		if (bits >> i & 1) {
			unsigned at = i + (unsigned)exponent;
			out[at / 8] = (char)((unsigned char)out[at / 8] | 1u << at % 8);
		}
	for (unsigned i = 0; f < 0 && i < 144; i++) {
		unsigned byte = ((unsigned)~(unsigned char)out[i] & 0xff) + carry;
		out[i] = (char)byte;
		carry = byte >> 8;
	}
	return 144;
}

/* No rounding anywhere: 2**53 + 1 is more than 2.0**53. */
static bool compare_with_float(const struct mf_value *integer, double f, int *cmp)
{
	char room[8], bytes[144];
	size_t n;

	if (isnan(f))
		return false;
	if (isinf(f)) {
		*cmp = f > 0 ? -1 : 1;
		return true;
	}
	const char *p = integer_bytes(integer, room, &n);
	*cmp = bigint_compare(p, n, bytes, double_bytes(f, bytes));
	if (*cmp == 0) /* the rest of f decides */
		*cmp = f > trunc(f) ? -1 : f < trunc(f);
	return true;
}

static bool compare_numbers(const struct mf_value *a, const struct mf_value *b, int *cmp)
{
	if (a->kind == MF_FLOAT && b->kind == MF_FLOAT) {
		*cmp = a->u.f < b->u.f ? -1 : a->u.f > b->u.f;
		return !isnan(a->u.f) && !isnan(b->u.f);
	}
	if (b->kind == MF_FLOAT)
		return compare_with_float(a, b->u.f, cmp);
	if (a->kind == MF_FLOAT) {
		if (!compare_with_float(b, a->u.f, cmp))
			return false;
		*cmp = -*cmp;
		return true;
	}
	if (a->kind != MF_BIGINT && b->kind != MF_BIGINT) {
		*cmp = compare_int64(mf_value_int(a), mf_value_int(b));
		return true;
	}
	char room_a[8], room_b[8];
	size_t na, nb;
	const char *pa = integer_bytes(a, room_a, &na), *pb = integer_bytes(b, room_b, &nb);
	*cmp = bigint_compare(pa, na, pb, nb);
	return true;
}

/* UTF-8 sorts by code point when compared as bytes, surrogates in three bytes too. */
static int compare_text(const struct mf_value *a, const struct mf_value *b)
{
	size_t n = a->u.s.n < b->u.s.n ? a->u.s.n : b->u.s.n;
	int order = n ? memcmp(a->u.s.p, b->u.s.p, n) : 0;
	return order ? order : a->u.s.n < b->u.s.n ? -1 : a->u.s.n > b->u.s.n;
}

/* Values without parts. False: neither equal nor in any order. */
static bool compare_leaves(const struct mf_value *a, const struct mf_value *b, bool top, int *cmp)
{
	*cmp = 0;
	if (is_number(a->kind) && is_number(b->kind))
		return compare_numbers(a, b, cmp);
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case MF_STRING:
	case MF_BYTES: *cmp = compare_text(a, b); return true;
	/* None is not less than None, but tuples skip the items that are equal. */
	case MF_NULL:
	case MF_ELLIPSIS:
	case MF_NOTIMPLEMENTED: return !top;
	case MF_REF: return !top && compare_text(a, b) == 0;
	default: return !top && a == b;
	}
}

bool value_compare(const struct mf_value *a, const struct mf_value *b, int *cmp)
{
	struct {
		const struct mf_value *a, *b;
		size_t at;
	} stack[MAX_DEPTH];
	size_t depth = 0;

	for (size_t steps = 0; steps < MAX_STEPS; steps++) {
		if (a && b && a->kind == MF_TUPLE && b->kind == MF_TUPLE) {
			if (depth == MAX_DEPTH)
				return false;
			stack[depth].a = a;
			stack[depth].b = b;
			stack[depth++].at = 0;
		} else if (!a || !b || !compare_leaves(a, b, depth == 0, cmp)) {
			return false;
		} else if (*cmp || !depth) {
			return true;
		}
		/* Equal so far: on to the next pair; tuples that are equal as far as the shorter
		 * one goes are in the order of their lengths. */
		for (;;) {
			size_t at = stack[depth - 1].at++;
			const struct mf_value *ta = stack[depth - 1].a, *tb = stack[depth - 1].b;
			if (at < ta->u.list.n && at < tb->u.list.n) {
				a = ta->u.list.v[at];
				b = tb->u.list.v[at];
				break;
			}
			*cmp = ta->u.list.n < tb->u.list.n ? -1 : ta->u.list.n > tb->u.list.n;
			if (*cmp || --depth == 0)
				return true;
		}
	}
	return false;
}
