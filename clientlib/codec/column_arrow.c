#include "column.h"

#include <math.h>
#include <string.h>

#include "arrow.h"

/* Columns that pyarrow keeps: strings of pandas 3 and of "string[pyarrow]", and any type of
 * ArrowDtype. They are one array, or chunks. */

struct arrow_column {
	struct column base;
	const struct arrow_array *const *chunks;
	size_t *ends; /* cells up to the end of each chunk */
	size_t n_chunks;
	const struct arrow_type *type;
	const char *string; /* its type is str or string; NULL: one of Arrow's own */
	bool nan;           /* a missing one is NaN */
};

static const struct arrow_column *of(const struct column *c)
{
	return (const struct arrow_column *)c;
}

/* The chunk of cell i, which becomes the index in it. */
static const struct arrow_array *find(const struct column *base, size_t *i)
{
	const struct arrow_column *c = of(base);
	size_t low = 0, high = c->n_chunks - 1;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (c->ends[middle] <= *i)
			low = middle + 1;
		else
			high = middle;
	}
	*i -= low ? c->ends[low - 1] : 0;
	return c->chunks[low];
}

static bool missing(const struct column *c, size_t i)
{
	const struct arrow_array *chunk = find(c, &i);
	return arrow_missing(chunk, i);
}

static struct mf_value *cell(const struct column *c, struct arena *a, size_t i)
{
	const struct arrow_array *chunk = find(c, &i);

	if (of(c)->nan && arrow_missing(chunk, i))
		return value_float(a, NAN);
	return arrow_cell(chunk, a, i);
}

static bool number(const struct column *c, size_t i, double *out)
{
	const struct arrow_array *chunk = find(c, &i);
	return arrow_number(chunk, i, out);
}

static size_t nulls(const struct column *c)
{
	size_t n = 0;

	for (size_t k = 0; k < of(c)->n_chunks; k++) {
		const struct arrow_array *chunk = of(c)->chunks[k];
		if (chunk->type->kind == ARROW_NULL)
			n += chunk->n;
		else if (chunk->valid.p || chunk->dictionary)
			for (size_t i = 0; i < chunk->n; i++)
				n += arrow_missing(chunk, i);
	}
	return n;
}

static void dtype(const struct column *c, struct buf *out)
{
	if (of(c)->string) {
		buf_adds(out, of(c)->string);
		return;
	}
	arrow_type_text(out, of(c)->type);
	buf_adds(out, "[pyarrow]");
}

static const struct column_ops arrow_ops = {cell, missing, number, dtype, nulls};

static bool read_chunks(struct arrow_column *c, struct reader *r, const struct mf_value *data)
{
	const struct mf_value *args = mf_value_part(data, MF_PART_ARGS),
			      *list = mf_value_item(args, 0);
	bool chunked = value_is(mf_value_part(data, MF_PART_CLASS), "pyarrow.lib.chunked_array");
	size_t n = chunked ? mf_value_count(list) : 1;

	if ((chunked && mf_value_kind(list) == MF_DICT) || !reader_work(r, n))
		return false;
	const struct arrow_array **chunks =
		arena_calloc(r->a, n + 1, sizeof(const struct arrow_array *));
	c->ends = arena_calloc(r->a, n + 1, sizeof(*c->ends));
	if (!chunks || !c->ends)
		return false;
	for (size_t i = 0; i < n; i++) {
		size_t before = reader_left(r), work = before;
		chunks[c->n_chunks] =
			arrow_array_read(r->a, chunked ? mf_value_item(list, i) : data, &work);
		if (!chunks[c->n_chunks] || !reader_work(r, before - work) ||
			!size_add(c->base.n, chunks[c->n_chunks]->n, &c->base.n))
			return false;
		c->type = chunks[c->n_chunks]->type;
		c->ends[c->n_chunks++] = c->base.n;
	}
	if (!n) { /* only its type tells what it is of */
		c->type = arrow_type_read(r->a, mf_value_item(args, 1));
		return chunked && c->type;
	}
	c->chunks = chunks;
	return c->base.n <= INT64_MAX;
}

const struct column *column_arrow(struct reader *r, const struct mf_value *v, size_t row)
{
	const struct mf_value *data = pandas_attr(v, "_pa_array"), *type = pandas_attr(v, "_dtype");
	struct arrow_column *c = row ? NULL : reader_make(r, sizeof(*c), &arrow_ops, 0);

	if (!data)
		data = pandas_attr(v, "_data");
	if (!c || !data || !read_chunks(c, r, data))
		return NULL;
	c->string = string_type(type, &c->nan);
	if (!c->string && !pandas_is(type, "ArrowDtype"))
		return NULL;
	c->base.none = !c->nan;
	c->base.times = c->type->kind == ARROW_TIMESTAMP || c->type->kind == ARROW_DURATION;
	return &c->base;
}
