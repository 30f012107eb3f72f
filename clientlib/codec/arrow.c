#include "arrow.h"

#include <string.h>

#include "dtype.h"

/* Arrays out of their parts: (type, length, nulls, offset, buffers, children, dictionary). */

static const struct mf_value *arg(const struct mf_value *v, size_t i)
{
	return mf_value_item(mf_value_part(v, MF_PART_ARGS), i);
}

/* A buffer is pyarrow.lib.py_buffer(bytes), or None. */
static bool read_buffer(struct arrow_buffer *out, const struct mf_value *v)
{
	const struct mf_value *bytes = arg(v, 0);

	*out = (struct arrow_buffer){0};
	if (mf_value_kind(v) == MF_NULL)
		return true;
	if (!value_is(mf_value_part(v, MF_PART_CLASS), "pyarrow.lib.py_buffer") ||
		(mf_value_kind(bytes) != MF_BYTES && mf_value_kind(bytes) != MF_BYTEARRAY))
		return false;
	out->p = mf_value_text(bytes, &out->n);
	return out->p != NULL;
}

static bool holds(const struct arrow_buffer *b, size_t count, size_t size)
{
	size_t n;
	return size_mul(count, size, &n) && n <= b->n;
}

int64_t arrow_load(const char *p, unsigned width, bool sign)
{
	const unsigned char *u = (const unsigned char *)p;
	uint64_t value = 0;

	for (unsigned k = 0; k < width && k < 8; k++)
		value |= (uint64_t)u[k] << 8 * k;
	if (sign && width < 8 && value >> (8 * width - 1))
		value |= ~(uint64_t)0 << 8 * width;
	return (int64_t)value;
}

bool arrow_bit(const struct arrow_buffer *b, size_t i)
{
	return (unsigned char)b->p[i / 8] >> i % 8 & 1;
}

/* Offsets rise, and end within the bytes. */
static bool offsets_ok(const struct arrow_array *array)
{
	unsigned width = array->type->width;
	size_t end = array->offset + array->n;
	int64_t last = 0;

	if (!array->n)
		return true;
	if (!holds(&array->offsets, end + 1, width))
		return false;
	for (size_t i = array->offset; i <= end; i++) {
		int64_t at = arrow_load(array->offsets.p + i * width, width, true);
		if (at < last || (uint64_t)at > array->data.n)
			return false;
		last = at;
	}
	return true;
}

/* length, 12 bytes of text; or length, 4 bytes of it, buffer, offset. */
bool arrow_view(const struct arrow_array *array, size_t i, struct arrow_buffer *out)
{
	const char *p = array->data.p + (array->offset + i) * 16;
	int64_t n = arrow_load(p, 4, true), buffer = arrow_load(p + 8, 4, true),
		at = arrow_load(p + 12, 4, true);

	if (n < 0)
		return false;
	if (n <= 12) {
		*out = (struct arrow_buffer){p + 4, (size_t)n};
		return true;
	}
	if (buffer < 0 || (size_t)buffer >= array->n_views || at < 0)
		return false;
	const struct arrow_buffer *b = &array->views[buffer];
	if ((size_t)at > b->n || (size_t)n > b->n - (size_t)at)
		return false;
	*out = (struct arrow_buffer){b->p + at, (size_t)n};
	return true;
}

static bool views_ok(const struct arrow_array *array)
{
	struct arrow_buffer unused;

	if (!holds(&array->data, array->offset + array->n, 16))
		return false;
	for (size_t i = 0; i < array->n; i++)
		if (!arrow_missing(array, i) && !arrow_view(array, i, &unused))
			return false;
	return true;
}

static bool indices_ok(const struct arrow_array *array)
{
	const struct arrow_type *index = array->type->index;

	if (!array->dictionary || !holds(&array->data, array->offset + array->n, index->width))
		return false;
	for (size_t i = 0; i < array->n; i++) {
		int64_t at = arrow_load(array->data.p + (array->offset + i) * index->width,
			index->width, index->number == 'i');
		if (!arrow_missing(array, i) && (at < 0 || (uint64_t)at >= array->dictionary->n))
			return false;
	}
	return true;
}

static bool contents_ok(const struct arrow_array *array)
{
	size_t end = array->offset + array->n;

	if (array->valid.p && !holds(&array->valid, end / 8 + (end % 8 != 0), 1))
		return false;
	switch (array->type->kind) {
	case ARROW_NULL: return true;
	case ARROW_BOOL: return holds(&array->data, end / 8 + (end % 8 != 0), 1);
	case ARROW_TEXT:
	case ARROW_BINARY: return offsets_ok(array);
	case ARROW_TEXT_VIEW:
	case ARROW_BINARY_VIEW: return views_ok(array);
	case ARROW_DICTIONARY: return indices_ok(array);
	default: return holds(&array->data, end, array->type->width);
	}
}

static bool read_buffers(struct arrow_array *out, struct arena *a, const struct mf_value *buffers)
{
	size_t n = mf_value_count(buffers);
	enum arrow_kind kind = out->type->kind;
	bool text = kind == ARROW_TEXT || kind == ARROW_BINARY;

	if (mf_value_kind(buffers) == MF_DICT ||
		!read_buffer(&out->valid, mf_value_item(buffers, 0)))
		return false;
	if (kind == ARROW_NULL)
		return true;
	if (kind == ARROW_TEXT_VIEW || kind == ARROW_BINARY_VIEW) {
		struct arrow_buffer *views = arena_calloc(a, n, sizeof(*views));
		out->views = views;
		out->n_views = n > 2 ? n - 2 : 0;
		for (size_t i = 0; i < out->n_views; i++)
			if (!views || !read_buffer(&views[i], mf_value_item(buffers, i + 2)))
				return false;
		return views && n >= 2 && read_buffer(&out->data, mf_value_item(buffers, 1));
	}
	if (n != (text ? 3 : 2))
		return false;
	return read_buffer(text ? &out->offsets : &out->data, mf_value_item(buffers, 1)) &&
	       (!text || read_buffer(&out->data, mf_value_item(buffers, 2)));
}

/* Is each element looked at? */
static bool is_checked(enum arrow_kind kind)
{
	return kind == ARROW_TEXT || kind == ARROW_BINARY || kind == ARROW_TEXT_VIEW ||
	       kind == ARROW_BINARY_VIEW || kind == ARROW_DICTIONARY;
}

/* The parts, as a tuple. */
static const struct arrow_array *read_parts(
	struct arena *a, const struct mf_value *parts, bool inner, size_t *work)
{
	const struct mf_value *n = mf_value_item(parts, 1), *offset = mf_value_item(parts, 3);
	struct arrow_array *out = arena_calloc(a, 1, sizeof(*out));

	if (!out || mf_value_kind(parts) == MF_DICT || mf_value_count(parts) != 7 ||
		mf_value_kind(n) != MF_INT || mf_value_kind(offset) != MF_INT || n->u.i < 0 ||
		offset->u.i < 0 || n->u.i > INT64_MAX / 4 || offset->u.i > INT64_MAX / 4)
		return NULL;
	out->type = arrow_type_read(a, mf_value_item(parts, 0));
	out->n = (size_t)n->u.i;
	out->offset = (size_t)offset->u.i;
	if (!out->type || !read_buffers(out, a, mf_value_item(parts, 4)))
		return NULL;
	if (out->type->kind == ARROW_DICTIONARY) {
		out->dictionary = inner ? NULL : read_parts(a, mf_value_item(parts, 6), true, work);
		if (!out->dictionary || out->dictionary->type->kind != out->type->values->kind)
			return NULL;
	}
	/* A stream could name one long array again and again. */
	if (out->n > *work && is_checked(out->type->kind))
		return NULL;
	*work -= is_checked(out->type->kind) ? out->n : 0;
	return contents_ok(out) ? out : NULL;
}

const struct arrow_array *arrow_array_read(struct arena *a, const struct mf_value *v, size_t *work)
{
	if (!value_is(mf_value_part(v, MF_PART_CLASS), "pyarrow.lib._restore_array"))
		return NULL;
	return read_parts(a, arg(v, 0), false, work);
}

bool arrow_missing(const struct arrow_array *array, size_t i)
{
	if (array->type->kind == ARROW_NULL)
		return true;
	if (array->valid.p && !arrow_bit(&array->valid, array->offset + i))
		return true;
	if (array->type->kind != ARROW_DICTIONARY)
		return false;
	const struct arrow_type *index = array->type->index;
	int64_t at = arrow_load(array->data.p + (array->offset + i) * index->width, index->width,
		index->number == 'i');
	return at >= 0 && (uint64_t)at < array->dictionary->n &&
	       arrow_missing(array->dictionary, (size_t)at);
}

bool arrow_number(const struct arrow_array *array, size_t i, double *out)
{
	const struct arrow_type *type = array->type;
	size_t at = array->offset + i;
	struct dtype number = {.kind = type->number, .order = '<', .size = type->width};

	if (arrow_missing(array, i))
		return false;
	switch (type->kind) {
	case ARROW_BOOL: *out = arrow_bit(&array->data, at); return true;
	case ARROW_NUMBER: return dtype_double(&number, array->data.p + at * type->width, out);
	case ARROW_DATE:
	case ARROW_TIME:
	case ARROW_TIMESTAMP:
	case ARROW_DURATION:
		*out = (double)arrow_load(array->data.p + at * type->width, type->width, true);
		return true;
	case ARROW_DICTIONARY:
		return arrow_number(array->dictionary,
			(size_t)arrow_load(array->data.p + at * type->width, type->width,
				type->index->number == 'i'),
			out);
	default: return false;
	}
}
