#include "column.h"

#include <string.h>

/* Arrays of values and a mask, pairs of the ends of intervals, and sparse arrays. */

/* ---- Int64, boolean, Float64 ---- */

struct masked_column {
	struct column base;
	struct vector values, mask;
};

static const struct masked_column *masked(const struct column *c)
{
	return (const struct masked_column *)c;
}

static bool masked_missing(const struct column *c, size_t i)
{
	return vector_int(&masked(c)->mask, i) != 0;
}

static struct mf_value *masked_cell(const struct column *c, struct arena *a, size_t i)
{
	const struct vector *v = &masked(c)->values;

	if (masked_missing(c, i))
		return cell_null(a);
	return ndarray_item(v->array, a, v->first + i * v->stride);
}

static bool masked_number(const struct column *c, size_t i, double *out)
{
	const struct vector *v = &masked(c)->values;
	return !masked_missing(c, i) && dtype_double(v->array->stored, vector_bytes(v, i), out);
}

static void masked_dtype(const struct column *c, struct buf *out)
{
	const struct dtype *type = masked(c)->values.array->type;
	const char *name = type->kind == 'i' ? "Int" : type->kind == 'u' ? "UInt" : "Float";

	if (type->kind == 'b')
		buf_adds(out, "boolean");
	else
		buf_addf(out, "%s%zu", name, type->size * 8);
}

static const struct column_ops masked_ops = {
	masked_cell, masked_missing, masked_number, masked_dtype, NULL};

const struct column *column_masked(struct reader *r, const struct mf_value *v, size_t row)
{
	struct vector values, mask;

	if (!vector_read(&values, r, pandas_attr(v, "_data"), row) ||
		!vector_read(&mask, r, pandas_attr(v, "_mask"), row) || mask.n != values.n ||
		mask.array->type->kind != 'b' || !vector_is_int(&mask) ||
		!strchr("biuf", values.array->type->kind) || !values.array->data ||
		values.array->type->size > 8)
		return NULL;
	struct masked_column *c = reader_make(r, sizeof(*c), &masked_ops, values.n);
	if (!c)
		return NULL;
	c->base.none = true;
	c->values = values;
	c->mask = mask;
	return &c->base;
}

/* ---- intervals ---- */

struct pair_column {
	struct column base;
	const struct column *left, *right;
	const struct mf_value *closed;
	bool old; /* before pandas 1.3 the type did not say what is closed */
};

static const struct pair_column *pair(const struct column *c)
{
	return (const struct pair_column *)c;
}

static bool pair_missing(const struct column *c, size_t i)
{
	return column_missing(pair(c)->left, i);
}

static bool closes(const struct mf_value *closed, const char *side)
{
	return value_is(closed, side) || value_is(closed, "both");
}

static struct mf_value *pair_cell(const struct column *c, struct arena *a, size_t i)
{
	const struct pair_column *p = pair(c);
	struct buf text = BUF_INIT(1 << 16);
	struct mf_value *out = NULL, *left, *right;

	if (pair_missing(c, i)) /* NaN stands for it */
		return value_float(a, __builtin_nan(""));
	left = column_cell(p->left, a, i);
	right = column_cell(p->right, a, i);
	if (left && right) {
		size_t end[2];
		buf_addc(&text, closes(p->closed, "left") ? '[' : '(');
		pandas_end(&text, left);
		end[0] = text.n;
		buf_adds(&text, ", ");
		end[1] = text.n;
		pandas_end(&text, right);
		/* str() of a Timestamp, where a cell has isoformat() */
		for (size_t k = 0; k < 2 && p->left->times; k++) {
			char *t = memchr(
				text.p + (k ? end[1] : 0), 'T', k ? text.n - end[1] : end[0]);
			if (t)
				*t = ' ';
		}
		buf_addc(&text, closes(p->closed, "right") ? ']' : ')');
		out = text.failed ? NULL : cell_string(a, text.p, text.n);
	}
	buf_release(&text);
	return out;
}

static bool pair_number(const struct column *c, size_t i, double *out)
{
	return column_double(pair(c)->left, i, out);
}

static void pair_dtype(const struct column *c, struct buf *out)
{
	size_t n;
	const char *p = mf_value_text(pair(c)->closed, &n);

	buf_adds(out, "interval[");
	column_dtype(pair(c)->left, out);
	if (!pair(c)->old) {
		buf_adds(out, ", ");
		buf_add(out, p, n);
	}
	buf_addc(out, ']');
}

static const struct column_ops pair_ops = {pair_cell, pair_missing, pair_number, pair_dtype, NULL};

const struct column *column_pair(struct reader *r, const struct column *left,
	const struct column *right, const struct mf_value *closed, bool old)
{
	bool known = value_is(closed, "left") || value_is(closed, "right") ||
		     value_is(closed, "both") || value_is(closed, "neither");

	if (!left || !right || left->n != right->n || mf_value_kind(closed) != MF_STRING || !known)
		return NULL;
	struct pair_column *c = reader_make(r, sizeof(*c), &pair_ops, left->n);
	if (!c)
		return NULL;
	c->left = left;
	c->right = right;
	c->closed = closed;
	c->old = old;
	return &c->base;
}

const struct column *column_interval(struct reader *r, const struct mf_value *v, size_t row)
{
	const struct mf_value *closed = pandas_attr(v, "_closed");

	bool old = mf_value_kind(closed) == MF_STRING;

	if (row)
		return NULL;
	if (!old)
		closed = pandas_attr(pandas_attr(v, "_dtype"), "closed");
	const struct column *left = column_read(r, pandas_attr(v, "_left"), 0);
	return column_pair(
		r, left, left ? column_read(r, pandas_attr(v, "_right"), 0) : NULL, closed, old);
}
