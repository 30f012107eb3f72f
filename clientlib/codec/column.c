#include "column.h"

#include <math.h>
#include <string.h>

/* Columns of any kind, and how to find out which kind a value is. */

enum { DEPTH = 8, MADE = 1 << 21, WORK = 1 << 30 };

void *reader_make(struct reader *r, size_t size, const struct column_ops *ops, size_t n)
{
	struct column *c = r->made < MADE ? arena_calloc(r->a, 1, size) : NULL;

	r->made++;
	if (c) {
		c->ops = ops;
		c->n = n;
	}
	return c;
}

size_t reader_left(const struct reader *r)
{
	return WORK - r->work;
}

bool reader_work(struct reader *r, size_t n)
{
	if (n > WORK - r->work)
		return false;
	r->work += n;
	return true;
}

const struct ndarray *reader_array(struct reader *r, const struct mf_value *v)
{
	if (r->last == v && v)
		return r->last_array;
	struct ndarray *array = v && ndarray_is(v) ? arena_calloc(r->a, 1, sizeof(*array)) : NULL;
	if (!array || !ndarray_view(array, r->a, v, false))
		return NULL;
	/* Bytes that are not in memory cannot be looked at. */
	if (!array->data && !array->objects && array->count && array->type->size)
		return NULL;
	r->last = v;
	r->last_array = array;
	return array;
}

static const struct {
	const char *class;
	const struct column *(*read)(struct reader *r, const struct mf_value *v, size_t row);
} kinds[] = {
	{"Categorical", column_backed},
	{"DatetimeArray", column_backed},
	{"TimedeltaArray", column_backed},
	{"PeriodArray", column_backed},
	{"StringArray", column_backed},
	{"StringArrayNumpySemantics", column_backed},
	{"PandasArray", column_backed},
	{"NumpyExtensionArray", column_backed},
	{"IntegerArray", column_masked},
	{"FloatingArray", column_masked},
	{"BooleanArray", column_masked},
	{"IntervalArray", column_interval},
	{"SparseArray", column_sparse},
	{"ArrowStringArray", column_arrow},
	{"ArrowStringArrayNumpySemantics", column_arrow},
	{"ArrowExtensionArray", column_arrow},
};

/* The class of an extension array: of the functions of Cython that make them, the first argument.
 */
static const struct mf_value *class_of(const struct mf_value *v)
{
	if (pandas_is(v, "__pyx_unpickle_NDArrayBacked") ||
		pandas_is(v, "__pyx_unpickle_IntervalMixin") ||
		pandas_is(v, "__pyx_unpickle_PeriodMixin"))
		return mf_value_item(mf_value_part(v, MF_PART_ARGS), 0);
	return mf_value_part(v, MF_PART_CLASS);
}

const struct column *column_read(struct reader *r, const struct mf_value *v, size_t row)
{
	const struct mf_value *cls, *parts;
	const struct column *c = NULL;
	struct vector vector;

	if (mf_value_kind(v) != MF_OBJECT || r->depth >= DEPTH)
		return NULL;
	r->depth++;
	if (ndarray_is(v)) {
		if (vector_read(&vector, r, v, row))
			c = column_array(r, &vector);
	} else if (index_parts(v, &cls, &parts)) {
		c = row ? NULL : column_index(r, v);
	} else {
		cls = class_of(v);
		for (size_t i = 0; i < ARRAY_SIZE(kinds) && !c; i++)
			if (pandas_ref(cls, kinds[i].class)) {
				c = kinds[i].read(r, v, row);
				break;
			}
	}
	r->depth--;
	return c;
}

/* ---- frame.h ---- */

size_t column_length(const struct column *c)
{
	return c->n;
}

struct mf_value *column_cell(const struct column *c, struct arena *a, size_t i)
{
	return i < c->n ? c->ops->cell(c, a, i) : cell_null(a);
}

bool column_missing(const struct column *c, size_t i)
{
	return i >= c->n || (c->ops->missing && c->ops->missing(c, i));
}

size_t column_nulls(const struct column *c)
{
	size_t n = 0;

	if (c->ops->nulls)
		return c->ops->nulls(c);
	for (size_t i = 0; c->ops->missing && i < c->n; i++)
		n += c->ops->missing(c, i);
	return n;
}

void column_dtype(const struct column *c, struct buf *out)
{
	c->ops->dtype(c, out);
}

bool column_double(const struct column *c, size_t i, double *out)
{
	return i < c->n && c->ops->number && c->ops->number(c, i, out) && !isnan(*out);
}

bool column_is_integer(struct reader *r, const struct column *c)
{
	static const char *const names[] = {"int", "uint", "Int", "UInt"};
	struct buf type = BUF_INIT(1 << 16);
	bool integer = false;

	column_dtype(c, &type);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		integer = integer || str_starts(type.p, names[i]);
	integer = integer && !str_starts(type.p, "interval");
	if (type.failed)
		r->a->full = true; /* nothing is known without memory */
	buf_release(&type);
	return integer;
}
