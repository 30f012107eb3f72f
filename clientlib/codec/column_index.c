#include "column.h"

#include <string.h>

/* Indexes: ranges, those around an array, and of several levels. */

/* ---- ranges ---- */

struct range_column {
	struct column base;
	int64_t start, step;
};

static struct mf_value *range_cell(const struct column *c, struct arena *a, size_t i)
{
	const struct range_column *r = (const struct range_column *)c;
	return value_int(a, (int64_t)((uint64_t)r->start + (uint64_t)r->step * i));
}

static bool range_number(const struct column *c, size_t i, double *out)
{
	const struct range_column *r = (const struct range_column *)c;
	*out = (double)r->start + (double)r->step * (double)i;
	return true;
}

static void range_dtype(const struct column *c, struct buf *out)
{
	(void)c;
	buf_adds(out, "int64");
}

static const struct column_ops range_ops = {range_cell, NULL, range_number, range_dtype, NULL};

static const struct column *read_range(struct reader *r, const struct mf_value *parts)
{
	const struct mf_value *start = mf_value_get(parts, "start"),
			      *stop = mf_value_get(parts, "stop");
	const struct mf_value *step = mf_value_get(parts, "step");

	if (mf_value_kind(start) != MF_INT || mf_value_kind(stop) != MF_INT ||
		mf_value_kind(step) != MF_INT)
		return NULL;
	int64_t from = start->u.i, to = stop->u.i, by = step->u.i;
	uint64_t n = 0;
	if (!by)
		return NULL;
	/* Every label lies between the two, so none overflows. */
	if (by > 0 && to > from)
		n = ((uint64_t)to - (uint64_t)from - 1) / (uint64_t)by + 1;
	else if (by < 0 && to < from)
		n = ((uint64_t)from - (uint64_t)to - 1) / (0 - (uint64_t)by) + 1;
	struct range_column *c = n <= INT64_MAX ? reader_make(r, sizeof(*c), &range_ops, n) : NULL;
	if (!c)
		return NULL;
	c->start = from;
	c->step = by;
	return &c->base;
}

bool column_is_plain_range(const struct column *c)
{
	const struct range_column *r = (const struct range_column *)c;
	return c->ops == &range_ops && r->start == 0 && (r->step == 1 || c->n <= 1);
}

/* ---- levels ---- */

struct level_column {
	struct column base;
	const struct column *values;
	struct vector codes;
	bool floats; /* integers of which some are missing: NaN makes floats of all */
};

struct multi_column {
	struct column base;
	const struct column *const *levels;
	size_t n_levels;
};

static bool level_missing(const struct column *c, size_t i)
{
	const struct level_column *l = (const struct level_column *)c;
	int64_t code = vector_int(&l->codes, i);
	return code < 0 || column_missing(l->values, (size_t)code);
}

/* What has no code is NaN, or NaT among times. */
static struct mf_value *level_cell(const struct column *c, struct arena *a, size_t i)
{
	const struct level_column *l = (const struct level_column *)c;
	int64_t code = vector_int(&l->codes, i);

	if (code < 0)
		return l->values->none ? cell_null(a) : value_float(a, __builtin_nan(""));
	struct mf_value *v = column_cell(l->values, a, (size_t)code);
	return v && l->floats ? value_float(a, mf_value_float(v)) : v;
}

static bool level_number(const struct column *c, size_t i, double *out)
{
	const struct level_column *l = (const struct level_column *)c;
	int64_t code = vector_int(&l->codes, i);
	return code >= 0 && column_double(l->values, (size_t)code, out);
}

static void level_dtype(const struct column *c, struct buf *out)
{
	column_dtype(((const struct level_column *)c)->values, out);
}

static const struct column_ops level_ops = {
	level_cell, level_missing, level_number, level_dtype, NULL};

static struct mf_value *multi_cell(const struct column *c, struct arena *a, size_t i)
{
	const struct multi_column *m = (const struct multi_column *)c;
	struct mf_value *list = value_new(a, MF_TUPLE);

	for (size_t k = 0; list && k < m->n_levels; k++)
		if (!value_push(a, list, column_cell(m->levels[k], a, i)))
			return NULL;
	return list;
}

static void multi_dtype(const struct column *c, struct buf *out)
{
	(void)c;
	buf_adds(out, "object");
}

static const struct column_ops multi_ops = {multi_cell, NULL, NULL, multi_dtype, NULL};

/* Integers without a missing one of their own. */
static bool is_integer(struct reader *r, const struct column *c)
{
	const struct column *categories = column_categories(c);

	c = categories ? categories : c;
	return !c->none && column_is_integer(r, c);
}

static const struct column *read_level(
	struct reader *r, const struct mf_value *level, const struct mf_value *codes)
{
	const struct column *values = column_read(r, level, 0);
	struct vector vector;

	if (!values || !vector_read(&vector, r, codes, 0) || !vector_is_int(&vector) ||
		vector.array->type->kind != 'i' || !reader_work(r, vector.n))
		return NULL;
	bool missing = false;
	for (size_t i = 0; i < vector.n; i++) {
		int64_t code = vector_int(&vector, i);
		missing = missing || code < 0;
		if (code < -1 || (code >= 0 && (uint64_t)code >= values->n))
			return NULL;
	}
	struct level_column *c = reader_make(r, sizeof(*c), &level_ops, vector.n);
	if (!c)
		return NULL;
	c->floats = missing && is_integer(r, values);
	c->base.times = values->times;
	c->values = values;
	c->codes = vector;
	return &c->base;
}

static const struct column *read_multi(struct reader *r, const struct mf_value *parts)
{
	const struct mf_value *levels = mf_value_get(parts, "levels"),
			      *codes = mf_value_get(parts, "codes");
	size_t n = mf_value_count(levels);

	if (!codes)
		codes = mf_value_get(parts, "labels");
	if (!n || mf_value_kind(levels) == MF_DICT || mf_value_kind(codes) == MF_DICT ||
		mf_value_count(codes) != n)
		return NULL;
	const struct column **columns = arena_calloc(r->a, n, sizeof(const struct column *));
	for (size_t i = 0; i < n; i++) {
		if (!columns)
			return NULL;
		columns[i] = read_level(r, mf_value_item(levels, i), mf_value_item(codes, i));
		if (!columns[i] || columns[i]->n != columns[0]->n)
			return NULL;
	}
	struct multi_column *c = reader_make(r, sizeof(*c), &multi_ops, columns[0]->n);
	if (!c)
		return NULL;
	c->levels = columns;
	c->n_levels = n;
	return &c->base;
}

size_t column_levels(const struct column *c, const struct column *const **levels)
{
	const struct multi_column *m = (const struct multi_column *)c;

	if (c->ops != &multi_ops)
		return 0;
	*levels = m->levels;
	return m->n_levels;
}

/* ---- any index ---- */

bool index_parts(
	const struct mf_value *v, const struct mf_value **cls, const struct mf_value **parts)
{
	static const char *const makers[] = {"_new_Index", "_new_DatetimeIndex", "_new_PeriodIndex",
		"_new_IntervalIndex", "_new_TimedeltaIndex"};
	const struct mf_value *args = mf_value_part(v, MF_PART_ARGS);

	*cls = mf_value_item(args, 0);
	*parts = mf_value_item(args, 1);
	if (mf_value_kind(*cls) != MF_REF || mf_value_kind(*parts) != MF_DICT ||
		mf_value_count(args) != 2)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(makers); i++)
		if (pandas_is(v, makers[i]))
			return true;
	return false;
}

const struct column *column_index(struct reader *r, const struct mf_value *v)
{
	const struct mf_value *cls, *parts, *data, *tz;
	struct vector vector;

	if (!index_parts(v, &cls, &parts))
		return NULL;
	data = mf_value_get(parts, "data");
	tz = mf_value_get(parts, "tz");
	if (pandas_ref(cls, "RangeIndex"))
		return read_range(r, parts);
	if (pandas_ref(cls, "MultiIndex"))
		return read_multi(r, parts);
	if (pandas_ref(cls, "IntervalIndex") && !data) {
		const struct column *left = column_read(r, mf_value_get(parts, "left"), 0);
		const struct column *right =
			left ? column_read(r, mf_value_get(parts, "right"), 0) : NULL;
		return column_pair(r, left, right, mf_value_get(parts, "closed"), false);
	}
	/* A bare array, and its zone beside it. */
	if (mf_value_kind(data) == MF_OBJECT && ndarray_is(data) && mf_value_kind(tz) == MF_OBJECT)
		return vector_read(&vector, r, data, 0) ? column_time(r, &vector, tz) : NULL;
	return column_read(r, data, 0);
}
