#include <stdio.h>
#include <string.h>

#include "arrow.h"
#include "bigint.h"
#include "dtype.h"
#include "pandas.h"

/* Elements of Arrow arrays as cells. */

static struct mf_value *text(struct arena *a, const char *p, size_t n)
{
	char *copy = arena_strndup(a, p, n);
	return copy ? value_text(a, MF_STRING, copy, n) : NULL;
}

static struct mf_value *number(const struct arrow_type *type, struct arena *a, const char *p)
{
	struct dtype plain = {.kind = type->number, .order = '<', .size = type->width};
	return dtype_value(a, &plain, p);
}

/* The bytes of a text are those of the stream. */
static struct mf_value *bytes(const struct arrow_array *array, struct arena *a, size_t i)
{
	enum arrow_kind kind = array->type->kind;
	struct arrow_buffer b = {"", 0};

	if (kind == ARROW_TEXT_VIEW || kind == ARROW_BINARY_VIEW) {
		if (!arrow_view(array, i, &b))
			b.n = 0;
	} else {
		unsigned width = array->type->width;
		const char *p = array->offsets.p + (array->offset + i) * width;
		size_t from = (size_t)arrow_load(p, width, true),
		       to = (size_t)arrow_load(p + width, width, true);
		if (to > from)
			b = (struct arrow_buffer){array->data.p + from, to - from};
	}
	return value_text(
		a, kind == ARROW_TEXT || kind == ARROW_TEXT_VIEW ? MF_STRING : MF_BYTES, b.p, b.n);
}

/* str() of a decimal.Decimal: scientific where the number is small, as that has it. */
static void add_decimal(struct buf *out, const char *p, unsigned width, int scale)
{
	struct buf digits = BUF_INIT(1 << 10);

	if (bigint_format(&digits, p, width) < 0 || digits.failed) {
		out->failed = MF_ENOMEM;
		buf_release(&digits);
		return;
	}
	bool negative = digits.p[0] == '-';
	const char *d = digits.p + negative;
	int n = (int)digits.n - negative, adjusted = n - 1 - scale;
	buf_adds(out, negative ? "-" : "");
	if (scale < 0 || adjusted < -6) {
		buf_add(out, d, 1);
		buf_adds(out, n > 1 ? "." : "");
		buf_add(out, d + 1, (size_t)n - 1);
		buf_addf(out, "E%+d", adjusted);
	} else if (scale == 0) {
		buf_add(out, d, (size_t)n);
	} else if (n > scale) {
		buf_add(out, d, (size_t)(n - scale));
		buf_addc(out, '.');
		buf_add(out, d + n - scale, (size_t)scale);
	} else {
		buf_adds(out, "0.");
		for (int i = n; i < scale; i++)
			buf_addc(out, '0');
		buf_add(out, d, (size_t)n);
	}
	buf_release(&digits);
}

static struct mf_value *decimal(const struct arrow_array *array, struct arena *a, const char *p)
{
	struct buf out = BUF_INIT(1 << 10);

	add_decimal(&out, p, array->type->width, array->type->scale);
	struct mf_value *v = out.failed ? NULL : text(a, out.p, out.n);
	buf_release(&out);
	return v;
}

/* A date has nothing behind the T, a time of day nothing before. */
static struct mf_value *moment(const struct arrow_type *type, struct arena *a, int64_t value)
{
	char out[PANDAS_TEXT];
	int64_t per_second = type->per_second ? type->per_second : 1;
	size_t n;

	if (type->kind == ARROW_DURATION) {
		n = pandas_delta(out, value, per_second);
		return text(a, out, n);
	}
	if (!type->per_second)
		value *= 86400; /* 32 bits of days */
	n = pandas_stamp(out, value, per_second, type->zoned ? &type->zone : NULL, 'T');
	const char *t = memchr(out, 'T', n);
	if (type->kind == ARROW_DATE)
		n = (size_t)(t - out);
	if (type->kind == ARROW_TIME)
		return text(a, t + 1, n - (size_t)(t + 1 - out));
	return text(a, out, n);
}

struct mf_value *arrow_cell(const struct arrow_array *array, struct arena *a, size_t i)
{
	const struct arrow_type *type = array->type;
	size_t at = array->offset + i;

	if (arrow_missing(array, i))
		return value_new(a, MF_NULL);
	switch (type->kind) {
	case ARROW_BOOL: return value_bool(a, arrow_bit(&array->data, at));
	case ARROW_NUMBER: return number(type, a, array->data.p + at * type->width);
	case ARROW_TEXT:
	case ARROW_BINARY:
	case ARROW_TEXT_VIEW:
	case ARROW_BINARY_VIEW: return bytes(array, a, i);
	case ARROW_DECIMAL: return decimal(array, a, array->data.p + at * type->width);
	case ARROW_DICTIONARY: {
		int64_t index = arrow_load(
			array->data.p + at * type->width, type->width, type->index->number == 'i');
		return arrow_cell(array->dictionary, a, (size_t)index);
	}
	case ARROW_DATE:
	case ARROW_TIME:
	case ARROW_TIMESTAMP:
	case ARROW_DURATION:
		return moment(
			type, a, arrow_load(array->data.p + at * type->width, type->width, true));
	default: return value_new(a, MF_NULL);
	}
}
