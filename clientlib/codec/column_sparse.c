#include "column.h"

#include <string.h>

#include "pyfloat.h"

/* Sparse arrays: the values that differ from a fill value, and where they are. */

struct sparse_column {
	struct column base;
	const struct column *values;
	struct vector places;  /* of each value, ascending; or of the first of each block */
	struct vector lengths; /* of the blocks */
	size_t *before;        /* values before each block */
	bool blocks;
	struct mf_value *fill;
	const struct dtype *type;
};

static const struct sparse_column *of(const struct column *c)
{
	return (const struct sparse_column *)c;
}

/* Which value is at place i; false: the fill value. */
static bool find(const struct sparse_column *s, size_t i, size_t *at)
{
	size_t low = 0, high = s->places.n; /* the first place behind i is in [low, high] */

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if ((uint64_t)vector_int(&s->places, middle) <= i)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return false;
	size_t distance = i - (size_t)vector_int(&s->places, low - 1);
	if (!s->blocks) {
		*at = low - 1;
		return distance == 0;
	}
	*at = s->before[low - 1] + distance;
	return distance < (size_t)vector_int(&s->lengths, low - 1);
}

static struct mf_value *sparse_cell(const struct column *c, struct arena *a, size_t i)
{
	size_t at;
	if (find(of(c), i, &at))
		return column_cell(of(c)->values, a, at);
	return cell_object(a, of(c)->fill);
}

static bool sparse_missing(const struct column *c, size_t i)
{
	size_t at;
	return find(of(c), i, &at) ? column_missing(of(c)->values, at)
				   : cell_object_missing(of(c)->fill);
}

static bool sparse_number(const struct column *c, size_t i, double *out)
{
	size_t at;
	return find(of(c), i, &at) ? column_double(of(c)->values, at, out)
				   : cell_object_number(of(c)->fill, out);
}

/* Without asking each: a sparse array may be as long as its index claims. */
static size_t sparse_nulls(const struct column *c)
{
	const struct sparse_column *s = of(c);
	return column_nulls(s->values) + (cell_object_missing(s->fill) ? c->n - s->values->n : 0);
}

static void sparse_dtype(const struct column *c, struct buf *out)
{
	const struct mf_value *fill = of(c)->fill;
	char digits[PYFLOAT_SIZE];
	size_t n;
	const char *p = mf_value_text(fill, &n);

	buf_adds(out, "Sparse[");
	dtype_name(out, of(c)->type);
	buf_adds(out, ", ");
	switch (mf_value_kind(fill)) {
	case MF_NULL: buf_adds(out, "None"); break;
	case MF_BOOL: buf_adds(out, fill->u.b ? "True" : "False"); break;
	case MF_INT: buf_addf(out, "%lld", (long long)fill->u.i); break;
	case MF_FLOAT: buf_add(out, digits, pyfloat_repr(digits, fill->u.f)); break;
	case MF_STRING:
		buf_addc(out, '\'');
		buf_add(out, p, n);
		buf_addc(out, '\'');
		break;
	default: buf_adds(out, cell_object_missing(fill) ? "NaT" : "…"); break;
	}
	buf_addc(out, ']');
}

static const struct column_ops sparse_ops = {
	sparse_cell, sparse_missing, sparse_number, sparse_dtype, sparse_nulls};

static bool places_ok(struct sparse_column *s)
{
	for (size_t i = 0; i < s->places.n; i++) {
		int64_t at = vector_int(&s->places, i);
		if (at < 0 || (uint64_t)at >= s->base.n ||
			(i && at <= vector_int(&s->places, i - 1)))
			return false;
	}
	return true;
}

/* Blocks must not overlap, and hold as many values as there are. */
static bool blocks_ok(struct sparse_column *s, struct arena *a)
{
	size_t values = 0;

	s->before = arena_calloc(a, s->lengths.n, sizeof(*s->before));
	if (!s->before || s->lengths.n != s->places.n)
		return false;
	for (size_t i = 0; i < s->places.n; i++) {
		int64_t at = vector_int(&s->places, i), n = vector_int(&s->lengths, i);
		size_t end =
			i + 1 < s->places.n ? (size_t)vector_int(&s->places, i + 1) : s->base.n;
		if (n < 0 || (size_t)n > end - (size_t)at)
			return false;
		s->before[i] = values;
		values += (size_t)n;
	}
	return values == s->values->n;
}

static bool read_places(struct sparse_column *s, struct reader *r, const struct mf_value *index)
{
	const struct mf_value *args = mf_value_part(index, MF_PART_ARGS),
			      *length = mf_value_item(args, 0);

	s->blocks = pandas_is(index, "BlockIndex");
	if ((!s->blocks && !pandas_is(index, "IntIndex")) || mf_value_kind(length) != MF_INT ||
		mf_value_int(length) < 0 ||
		!vector_read(&s->places, r, mf_value_item(args, 1), 0) ||
		!vector_is_int(&s->places))
		return false;
	s->base.n = (size_t)mf_value_int(length);
	if (!reader_work(r, s->places.n) || !places_ok(s))
		return false;
	if (!s->blocks)
		return s->places.n == s->values->n;
	return vector_read(&s->lengths, r, mf_value_item(args, 2), 0) &&
	       vector_is_int(&s->lengths) && blocks_ok(s, r->a);
}

const struct column *column_sparse(struct reader *r, const struct mf_value *v, size_t row)
{
	const struct mf_value *dtype = pandas_attr(v, "_dtype"),
			      *fill = pandas_attr(dtype, "_fill_value");
	const struct column *values =
		row ? NULL : column_read(r, pandas_attr(v, "_sparse_values"), 0);
	struct mf_value *scalar;
	const struct dtype *type;

	if (!values || !fill || values->n > INT64_MAX)
		return NULL;
	struct sparse_column *c = reader_make(r, sizeof(*c), &sparse_ops, 0);
	if (!c)
		return NULL;
	c->values = values;
	c->base.times = values->times;
	c->type = dtype_read(r->a, pandas_attr(dtype, "_dtype"));
	if (npscalar_view(&type, &scalar, r->a, fill)) {
		c->fill = scalar;
	} else { /* only read, never changed */
		c->fill = value_new(r->a, MF_NULL);
		if (c->fill)
			*c->fill = *fill;
	}
	return c->type && c->fill && read_places(c, r, pandas_attr(v, "_sparse_index")) ? &c->base
											: NULL;
}
