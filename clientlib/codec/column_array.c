#include "column.h"

#include <math.h>
#include <string.h>

#include "render.h"

/* Plain numpy arrays as columns, and their objects as cells. */

struct array_column {
	struct column base;
	struct vector v;
};

static const struct array_column *of(const struct column *c)
{
	return (const struct array_column *)c;
}

static struct mf_value *array_cell(const struct column *c, struct arena *a, size_t i)
{
	const struct vector *v = &of(c)->v;
	return ndarray_item(v->array, a, v->first + i * v->stride);
}

static bool array_number(const struct column *c, size_t i, double *out)
{
	const struct vector *v = &of(c)->v;
	return dtype_double(v->array->stored, vector_bytes(v, i), out);
}

/* NaN and NaT. */
static bool array_missing(const struct column *c, size_t i)
{
	double d;
	return array_number(c, i, &d) && isnan(d);
}

static bool wide_missing(const struct column *c, size_t i)
{
	const struct vector *v = &of(c)->v;
	const struct dtype *type = v->array->stored;
	struct dtype half = {.kind = 'f', .order = type->order, .size = type->size / 2};
	const char *p = vector_bytes(v, i);
	double re = 0, im = 0;

	if (type->kind != 'c')
		return false;
	return (dtype_double(&half, p, &re) && isnan(re)) ||
	       (dtype_double(&half, p + half.size, &im) && isnan(im));
}

static void array_dtype(const struct column *c, struct buf *out)
{
	dtype_name(out, of(c)->v.array->type);
}

static struct mf_value *object_at(const struct column *c, size_t i)
{
	const struct vector *v = &of(c)->v;
	return v->array->objects[ndarray_at(v->array, v->first + i * v->stride)];
}

static struct mf_value *object_cell(const struct column *c, struct arena *a, size_t i)
{
	struct mf_value *v = object_at(c, i);
	return v ? cell_object(a, v) : cell_null(a);
}

static bool object_missing(const struct column *c, size_t i)
{
	return cell_object_missing(object_at(c, i));
}

static bool object_number(const struct column *c, size_t i, double *out)
{
	return cell_object_number(object_at(c, i), out);
}

static const struct column_ops whole_ops = {array_cell, NULL, array_number, array_dtype, NULL};
static const struct column_ops float_ops = {
	array_cell, array_missing, array_number, array_dtype, NULL};
static const struct column_ops wide_ops = {array_cell, wide_missing, NULL, array_dtype, NULL};
static const struct column_ops text_ops = {array_cell, NULL, NULL, array_dtype, NULL};
static const struct column_ops object_ops = {
	object_cell, object_missing, object_number, array_dtype, NULL};

const struct column *column_numpy(struct reader *r, const struct vector *v)
{
	const struct column_ops *ops = &text_ops;

	if (v->array->objects)
		ops = v->array->type->kind == 'O' ? &object_ops : &text_ops;
	else if (strchr("biu", v->array->type->kind))
		ops = &whole_ops;
	else if (strchr("Mm", v->array->type->kind) ||
		 (v->array->type->kind == 'f' && v->array->type->size <= 8))
		ops = &float_ops;
	else if (strchr("cf", v->array->type->kind))
		ops = &wide_ops;
	struct array_column *c = reader_make(r, sizeof(*c), ops, v->n);
	if (!c)
		return NULL;
	c->v = *v;
	c->base.times = strchr("Mm", v->array->type->kind) != NULL;
	return &c->base;
}

const struct column *column_array(struct reader *r, const struct vector *v)
{
	const struct dtype *type = v->array->type;
	bool time = (type->kind == 'M' || type->kind == 'm') && type->per_step == 1 &&
		    pandas_unit(type->unit, strlen(type->unit)) && vector_is_int(v);

	return time ? column_time(r, v, NULL) : column_numpy(r, v);
}

/* ---- cells ---- */

struct mf_value *cell_null(struct arena *a)
{
	return value_new(a, MF_NULL);
}

struct mf_value *cell_string(struct arena *a, const char *p, size_t n)
{
	char *copy = arena_strndup(a, p, n);
	return copy ? value_text(a, MF_STRING, copy, n) : NULL;
}

/* The text of what is one in a cell: times of pandas and of Python, decimal numbers. */
static bool text_of(struct buf *out, const struct mf_value *v)
{
	const struct known_class *known = known_class(v);

	if (pandas_text(out, v))
		return true;
	return known && known->text &&
	       (strncmp(known->name, "datetime.", 9) == 0 ||
		       str_eq(known->name, "decimal.Decimal")) &&
	       known->text(out, v);
}

/* Tuples are lists of cells. Those that share their parts could grow without bound: from `left`
 * elements on they stay as they are. */
static struct mf_value *convert(struct arena *a, struct mf_value *v, unsigned depth, size_t *left);

static struct mf_value *convert_tuple(
	struct arena *a, struct mf_value *v, unsigned depth, size_t *left)
{
	struct mf_value *list = value_new(a, MF_TUPLE);

	if (depth > 8 || v->u.list.n > *left)
		return v;
	*left -= v->u.list.n;
	for (size_t i = 0; list && i < v->u.list.n; i++)
		if (!value_push(a, list, convert(a, v->u.list.v[i], depth + 1, left)))
			return NULL;
	return list;
}

static struct mf_value *convert(struct arena *a, struct mf_value *v, unsigned depth, size_t *left)
{
	struct buf text = BUF_INIT(1 << 20);
	struct mf_value *out = v, *scalar;
	const struct dtype *type;

	if (v->kind == MF_TUPLE)
		return convert_tuple(a, v, depth, left);
	if (pandas_is_na(v))
		return cell_null(a);
	if (v->kind != MF_OBJECT)
		return v;
	if (pandas_is_nat(v))
		return cell_null(a);
	if (text_of(&text, v))
		out = text.failed ? NULL : cell_string(a, text.p, text.n);
	else if (npscalar_view(&type, &scalar, a, v))
		out = scalar;
	buf_release(&text);
	return out;
}

struct mf_value *cell_object(struct arena *a, struct mf_value *v)
{
	size_t left = 1000;
	return convert(a, v, 0, &left);
}

/* Scalars of numpy and decimal numbers that are no number. */
static bool object_nan(const struct mf_value *v)
{
	const struct known_class *known = known_class(v);
	const struct mf_value *number = known_arg(v, 0);
	struct mf_value *scalar;
	const struct dtype *type;
	struct arena a;

	if (known && str_eq(known->name, "decimal.Decimal"))
		return value_is(number, "NaN") || value_is(number, "-NaN") ||
		       value_is(number, "sNaN") || value_is(number, "-sNaN");
	if (!known || !str_eq(known->name, "numpy.generic"))
		return false;
	arena_init(&a, 1 << 20);
	bool nan = npscalar_view(&type, &scalar, &a, v) && scalar &&
		   ((scalar->kind == MF_FLOAT && isnan(scalar->u.f)) || value_is(scalar, "NaT"));
	arena_release(&a);
	return nan;
}

bool cell_object_missing(const struct mf_value *v)
{
	switch (mf_value_kind(v)) {
	case MF_NULL: return true;
	case MF_FLOAT: return isnan(v->u.f);
	case MF_REF: return pandas_is_na(v);
	case MF_OBJECT: return pandas_is_nat(v) || object_nan(v);
	default: return false;
	}
}

bool cell_object_number(const struct mf_value *v, double *out)
{
	struct mf_value *scalar;
	const struct dtype *type;
	struct arena a;
	bool number = false;

	switch (mf_value_kind(v)) {
	case MF_BOOL:
	case MF_INT:
	case MF_FLOAT: *out = mf_value_float(v); return true;
	case MF_OBJECT:
		arena_init(&a, 1 << 20);
		number = npscalar_view(&type, &scalar, &a, v) && scalar &&
			 scalar->kind != MF_OBJECT && cell_object_number(scalar, out);
		arena_release(&a);
		return number;
	default: return false;
	}
}
