#include "dtype_machine.h"

#include <math.h>
#include <string.h>

#include "../base/text.h"
#include "../base/util.h"
#include "longdouble.h"

/* Elements of numpy's types as values. */

uint64_t dtype_load(const char *p, size_t n, bool big)
{
	const unsigned char *s = (const unsigned char *)p;
	uint64_t u = 0;

	if (n == 8 && !big) {
		for (size_t i = 8; i-- > 0;)
			u = u << 8 | s[i];
		return u;
	}
	for (size_t i = 0; i < n; i++)
		u |= (uint64_t)s[i] << 8 * (big ? n - 1 - i : i);
	return u;
}

int64_t dtype_load_signed(const char *p, size_t n, bool big)
{
	uint64_t u = dtype_load(p, n, big);

	if (n < 8 && u >> (8 * n - 1))
		u |= ~(uint64_t)0 << 8 * n;
	return (int64_t)u;
}

static double load_half(unsigned u)
{
	int exponent = u >> 10 & 31;
	double f = u & 1023;

	if (exponent == 31)
		f = f != 0 ? (double)NAN : (double)INFINITY;
	else
		f = exponent ? ldexp(f + 1024, exponent - 25) : ldexp(f, -24);
	return u >> 15 ? -f : f;
}

double dtype_load_float(const char *p, size_t n, bool big)
{
	uint64_t u = dtype_load(p, n, big);
	uint32_t half = (uint32_t)u;
	double d;
	float f;

	if (n == 2)
		return load_half(half);
	if (n == 4) {
		memcpy(&f, &half, sizeof(f));
		return (double)f;
	}
	memcpy(&d, &u, sizeof(d));
	return d;
}

/* ---- values ---- */

static const struct mf_error no_character = {
	.code = MF_ECORRUPT, .offset = -1, .message = "a character that is none"};
static const struct mf_error no_unit = {
	.code = MF_ECORRUPT, .offset = -1, .message = "a time without a unit"};

static struct mf_value *unreadable(struct arena *a, const struct mf_error *why)
{
	struct mf_value *v = value_new(a, MF_FAILURE);
	if (v)
		v->u.err = why;
	return v;
}

/* Characters of four bytes, NULs at the end left out. UTF-8 never takes more. */
static struct mf_value *unicode(struct arena *a, const char *p, size_t size, bool big)
{
	size_t n = size / 4, at = 0;

	while (n && !dtype_load(p + 4 * (n - 1), 4, big))
		n--;
	unsigned char *out = arena_alloc(a, 4 * n);
	for (size_t i = 0; out && i < n; i++) {
		uint32_t cp = (uint32_t)dtype_load(p + 4 * i, 4, big);
		unsigned more = cp < 0x80 ? 0 : cp < 0x800 ? 1 : cp < 0x10000 ? 2 : 3;
		if (cp > 0x10ffff)
			return unreadable(a, &no_character);
		out[at++] = (unsigned char)(more ? (0xff00u >> (more + 1) & 0xff) | cp >> 6 * more
						 : cp);
		for (; more > 0; more--)
			out[at++] = (unsigned char)(0x80 | (cp >> 6 * (more - 1) & 0x3f));
	}
	return out ? value_text(a, MF_STRING, (char *)out, at) : NULL;
}

static struct mf_value *bytes_value(struct arena *a, const char *p, size_t n)
{
	char *copy = arena_strndup(a, p, n);
	return copy ? value_text(a, MF_BYTES, copy, n) : NULL;
}

static struct mf_value *wrapped(struct arena *a, const char *name, const char *text)
{
	struct mf_value *v = value_new(a, MF_WRAPPED);
	if (!v)
		return NULL;
	v->u.wrap.name = name;
	v->u.wrap.item = value_str(a, text);
	return v->u.wrap.item ? v : NULL;
}

static struct mf_value *long_float(
	struct arena *a, const struct dtype *type, const char *p, bool big)
{
	char text[LONGDOUBLE_TEXT], full[2 * LONGDOUBLE_TEXT + 4];
	struct longdouble re, im;
	size_t half = type->size / 2;

	if (type->kind == 'f') {
		longdouble_load(&re, p, type->size, big, type->quad);
		longdouble_scientific(text, &re);
		return wrapped(a, "$longdouble", text);
	}
	longdouble_load(&re, p, half, big, type->quad);
	longdouble_load(&im, p + half, half, big, type->quad);
	longdouble_complex(full, &re, &im);
	return wrapped(a, "$clongdouble", full);
}

static struct mf_value *complex_value(struct arena *a, const char *p, size_t half, bool big)
{
	struct mf_value *v = value_new(a, MF_LIST);
	bool ok = v && value_push(a, v, value_float(a, dtype_load_float(p, half, big))) &&
		  value_push(a, v, value_float(a, dtype_load_float(p + half, half, big)));
	return ok ? v : NULL;
}

static struct mf_value *unsigned_value(struct arena *a, uint64_t u)
{
	if (u <= INT64_MAX)
		return value_int(a, (int64_t)u);
	char *bytes = arena_calloc(a, 1, 9);
	for (size_t i = 0; bytes && i < 8; i++)
		bytes[i] = (char)(u >> 8 * i);
	return bytes ? value_text(a, MF_BIGINT, bytes, 9) : NULL;
}

static struct mf_value *time_value(struct arena *a, const struct dtype *type, int64_t count)
{
	char text[DTYPE_TIME_SIZE];
	return dtype_time_text(text, type, count) ? value_str(a, text) : unreadable(a, &no_unit);
}

static struct mf_value *void_value(struct arena *a, const struct dtype *type, const char *p);

static struct mf_value *sub_array(
	struct arena *a, const struct dtype *type, const char **p, size_t dim)
{
	if (dim == type->n_dims) {
		struct mf_value *v = dtype_value(a, type->base, *p);
		*p += type->base->size;
		return v;
	}
	struct mf_value *list = value_new(a, MF_LIST);
	for (size_t i = 0; list && i < type->dims[dim]; i++)
		if (!value_push(a, list, sub_array(a, type, p, dim + 1)))
			return NULL;
	return list;
}

static struct mf_value *void_value(struct arena *a, const struct dtype *type, const char *p)
{
	if (type->base)
		return sub_array(a, type, &p, 0);
	if (!type->n_fields)
		return bytes_value(a, p, type->size);
	struct mf_value *list = value_new(a, MF_LIST);
	for (size_t i = 0; list && i < type->n_fields; i++)
		if (!value_push(a, list,
			    dtype_value(a, type->fields[i].type, p + type->fields[i].offset)))
			return NULL;
	return list;
}

struct mf_value *dtype_value(struct arena *a, const struct dtype *type, const char *p)
{
	size_t n = type->size;
	bool big = type->order == '>';

	switch (type->kind) {
	case 'b': return value_bool(a, *p != 0);
	case 'i':
	case 'm': return value_int(a, dtype_load_signed(p, n, big));
	case 'u': return unsigned_value(a, dtype_load(p, n, big));
	case 'M': return time_value(a, type, dtype_load_signed(p, n, big));
	case 'f':
		return n > 8 ? long_float(a, type, p, big)
			     : value_float(a, dtype_load_float(p, n, big));
	case 'c': return n > 16 ? long_float(a, type, p, big) : complex_value(a, p, n / 2, big);
	case 'U': return unicode(a, p, n, big);
	case 'S':
		while (n && !p[n - 1])
			n--;
		return bytes_value(a, p, n);
	case 'V': return void_value(a, type, p);
	default: return value_new(a, MF_NULL); /* objects are not in the bytes */
	}
}

bool dtype_double(const struct dtype *type, const char *bytes, double *out)
{
	bool big = type->order == '>';

	switch (type->kind) {
	case 'b': *out = *bytes != 0; return true;
	case 'i': *out = (double)dtype_load_signed(bytes, type->size, big); return true;
	case 'u': *out = (double)dtype_load(bytes, type->size, big); return true;
	case 'f':
		if (type->size > 8)
			return false;
		*out = dtype_load_float(bytes, type->size, big);
		return true;
	case 'M':
	case 'm': {
		int64_t count = dtype_load_signed(bytes, type->size, big);
		*out = count == INT64_MIN ? (double)NAN : (double)count;
		return true;
	}
	default: return false;
	}
}

/* ---- order ---- */

static void reverse(char *p, size_t n)
{
	for (size_t i = 0, k = n; i + 1 < k; i++, k--) {
		char c = p[i];
		p[i] = p[k - 1];
		p[k - 1] = c;
	}
}

/* Fields and elements of sub-arrays are turned where they need it, a plain type always. */
static void swap_one(const struct dtype *type, char *p)
{
	size_t part = type->kind == 'c' ? type->size / 2 : type->kind == 'U' ? 4 : type->size;
	const struct dtype *base = type->base;

	if (base && (base->order == '>' || !dtype_is_plain(base)))
		for (size_t i = 0; base->size && i < type->size; i += base->size)
			swap_one(base, p + i);
	for (size_t i = 0; i < type->n_fields; i++) {
		const struct dtype *field = type->fields[i].type;
		if (field->order == '>' || !dtype_is_plain(field))
			swap_one(field, p + type->fields[i].offset);
	}
	if (type->order != '|')
		for (size_t i = 0; part && i < type->size; i += part)
			reverse(p + i, part);
}

void dtype_swap(const struct dtype *type, char *bytes, size_t n)
{
	for (size_t i = 0; i < n && type->size; i++)
		swap_one(type, bytes + i * type->size);
}

bool dtype_swaps(const struct dtype *type)
{
	if (type->base)
		return dtype_swaps(type->base);
	for (size_t i = 0; i < type->n_fields; i++)
		if (dtype_swaps(type->fields[i].type))
			return true;
	return type->order == '>';
}
