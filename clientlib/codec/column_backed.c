#include "column.h"

#include <math.h>
#include <string.h>

/* Extension arrays that are one numpy array and a type: categories, datetimes, periods, strings. */

/* ---- categories ---- */

struct category_column {
	struct column base;
	struct vector codes;
	const struct column *categories;
	bool nan; /* a missing one is NaN, else None */
};

static const struct category_column *category(const struct column *c)
{
	return (const struct category_column *)c;
}

static bool category_missing(const struct column *c, size_t i)
{
	return vector_int(&category(c)->codes, i) < 0;
}

static struct mf_value *category_cell(const struct column *c, struct arena *a, size_t i)
{
	int64_t code = vector_int(&category(c)->codes, i);

	if (code < 0)
		return category(c)->nan ? value_float(a, NAN) : cell_null(a);
	return column_cell(category(c)->categories, a, (size_t)code);
}

/* The order of categories is that of their codes: what sorting wants. */
static bool category_number(const struct column *c, size_t i, double *out)
{
	int64_t code = vector_int(&category(c)->codes, i);
	return code >= 0 && column_double(category(c)->categories, (size_t)code, out);
}

static void category_dtype(const struct column *c, struct buf *out)
{
	(void)c;
	buf_adds(out, "category");
}

static const struct column_ops category_ops = {
	category_cell, category_missing, category_number, category_dtype, NULL};

const struct column *column_category(
	struct reader *r, const struct mf_value *dtype, const struct vector *codes)
{
	const struct mf_value *values = pandas_attr(dtype, "categories");
	const struct column *categories = column_read(r, values, 0);

	if (!categories || !vector_is_int(codes) || codes->array->type->kind != 'i' ||
		!reader_work(r, codes->n))
		return NULL;
	for (size_t i = 0; i < codes->n; i++) {
		int64_t code = vector_int(codes, i);
		if (code < -1 || (code >= 0 && (uint64_t)code >= categories->n))
			return NULL;
	}
	struct category_column *c = reader_make(r, sizeof(*c), &category_ops, codes->n);
	if (!c)
		return NULL;
	c->codes = *codes;
	c->categories = categories;
	/* Integers among which one is missing become objects, and that one NaN. */
	c->nan = r->frame || !categories->none || column_is_integer(r, categories);
	return &c->base;
}

const struct column *column_categories(const struct column *c)
{
	return c->ops == &category_ops ? category(c)->categories : NULL;
}

/* ---- strings ---- */

struct string_column {
	struct column base;
	const struct column *objects;
	const char *name;
	bool nan;
};

static const struct string_column *string(const struct column *c)
{
	return (const struct string_column *)c;
}

static bool string_missing(const struct column *c, size_t i)
{
	return column_missing(string(c)->objects, i);
}

static struct mf_value *string_cell(const struct column *c, struct arena *a, size_t i)
{
	if (string_missing(c, i))
		return string(c)->nan ? value_float(a, NAN) : cell_null(a);
	return column_cell(string(c)->objects, a, i);
}

static void string_dtype(const struct column *c, struct buf *out)
{
	buf_adds(out, string(c)->name);
}

static const struct column_ops string_ops = {string_cell, string_missing, NULL, string_dtype, NULL};

/* StringDtype(storage, na_value) since pandas 2.3; before, only storage, of which "…_numpy" has
 * NaN. */
const char *string_type(const struct mf_value *dtype, bool *nan)
{
	const struct mf_value *args = mf_value_part(dtype, MF_PART_ARGS),
			      *na = mf_value_item(args, 1);

	if (!pandas_is(dtype, "StringDtype"))
		return NULL;
	if (!na)
		na = pandas_attr(dtype, "_na_value");
	bool str = mf_value_kind(na) == MF_FLOAT;
	*nan = str || value_is(pandas_attr(dtype, "storage"), "pyarrow_numpy");
	return str ? "str" : "string";
}

const struct column *column_string(
	struct reader *r, const struct mf_value *dtype, const struct vector *objects)
{
	bool nan;
	const char *name = string_type(dtype, &nan);

	if (!objects->array->objects || !name)
		return NULL;
	struct string_column *c = reader_make(r, sizeof(*c), &string_ops, objects->n);
	if (!c)
		return NULL;
	c->objects = column_array(r, objects);
	c->name = name;
	c->nan = nan;
	c->base.none = !nan;
	return c->objects ? &c->base : NULL;
}

/* ---- any of them ---- */

/* State (dtype, array[, dict]), in either order; before pandas 1.3 a dict. */
static const struct mf_value *array_of(const struct mf_value *v, const struct mf_value **dtype)
{
	static const char *const names[] = {"_ndarray", "_data", "_codes"};
	const struct mf_value *state = mf_value_part(v, MF_PART_STATE), *array = NULL;

	*dtype = NULL;
	if (mf_value_kind(state) == MF_TUPLE || mf_value_kind(state) == MF_LIST)
		for (size_t i = 0; i < mf_value_count(state) && i < 2; i++) {
			const struct mf_value *x = mf_value_item(state, i);
			if (mf_value_kind(x) == MF_OBJECT && ndarray_is(x))
				array = x;
			else if (mf_value_kind(x) == MF_OBJECT)
				*dtype = x;
		}
	for (size_t i = 0; i < ARRAY_SIZE(names) && !array; i++)
		array = pandas_attr(v, names[i]);
	if (!*dtype)
		*dtype = pandas_attr(v, "_dtype");
	return array;
}

const struct column *column_backed(struct reader *r, const struct mf_value *v, size_t row)
{
	const struct mf_value *dtype, *array = array_of(v, &dtype), *freq = pandas_attr(v, "_freq");
	struct vector vector;

	if (!array || !vector_read(&vector, r, array, row))
		return NULL;
	if (pandas_is(dtype, "CategoricalDtype"))
		return column_category(r, dtype, &vector);
	if (pandas_is(dtype, "DatetimeTZDtype"))
		return column_time(r, &vector, pandas_attr(dtype, "tz"));
	if (pandas_is(dtype, "PeriodDtype"))
		return column_period(r, dtype, &vector);
	if (pandas_is(dtype, "StringDtype"))
		return column_string(r, dtype, &vector);
	if (!dtype && mf_value_kind(freq) == MF_OBJECT && vector.array->type->kind == 'i')
		return column_period(r, freq, &vector);
	return column_array(r, &vector);
}
