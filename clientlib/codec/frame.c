#include "frame.h"

#include <string.h>

#include "column.h"

/* DataFrames, Series and indexes: what their states hold. frame_blocks.c has the columns of a
 * DataFrame. */

static const char *const data_classes[] = {"pandas.core.frame.DataFrame", "pandas.DataFrame"};
static const char *const series_classes[] = {"pandas.core.series.Series", "pandas.Series"};

static bool is_one_of(const struct mf_value *v, const char *const *names, size_t n)
{
	const struct mf_value *cls = mf_value_part(v, MF_PART_CLASS);

	for (size_t i = 0; i < n; i++)
		if (mf_value_kind(cls) == MF_REF && value_is(cls, names[i]))
			return true;
	return false;
}

bool frame_is(const struct mf_value *v)
{
	const struct mf_value *cls, *parts;

	return is_one_of(v, data_classes, ARRAY_SIZE(data_classes)) ||
	       is_one_of(v, series_classes, ARRAY_SIZE(series_classes)) ||
	       index_parts(v, &cls, &parts);
}

/* A name as a cell; a list of one for an index without levels. */
static const struct mf_value *name_of(struct arena *a, const struct mf_value *name)
{
	struct mf_value *copy = value_new(a, MF_NULL);

	if (!copy || mf_value_kind(name) == MF_NULL)
		return copy;
	*copy = *name; /* only read */
	return cell_object(a, copy);
}

/* The names of the levels of an index object, or its own. */
static const struct mf_value *index_names(
	struct arena *a, const struct mf_value *index, size_t levels)
{
	const struct mf_value *cls, *parts;
	struct mf_value *list = value_new(a, MF_LIST);

	if (!list || !index_parts(index, &cls, &parts))
		return NULL;
	const struct mf_value *names = mf_value_get(parts, "names");
	for (size_t i = 0; i < (levels ? levels : 1); i++) {
		const struct mf_value *name =
			levels ? mf_value_item(names, i) : mf_value_get(parts, "name");
		struct mf_value *copy = value_new(a, MF_NULL);
		const struct mf_value *made = name_of(a, name);
		if (!copy || !made)
			return NULL;
		*copy = *made;
		if (!value_push(a, list, copy))
			return NULL;
	}
	return list;
}

static bool view_index(struct frame *out, struct reader *r, const struct mf_value *v)
{
	const struct column *c = column_index(r, v);
	const struct mf_value *cls, *parts;

	if (!c || !index_parts(v, &cls, &parts))
		return false;
	out->class_path = mf_value_text(cls, &out->class_n);
	out->nrows = c->n;
	out->index = c;
	out->ncols = column_levels(c, &out->columns);
	out->kind = out->ncols ? FRAME_MULTIINDEX : FRAME_INDEX;
	out->index_names = index_names(r->a, v, out->ncols);
	if (!out->ncols) {
		const struct column **columns =
			arena_calloc(r->a, 1, sizeof(const struct column *));
		if (!columns)
			return false;
		columns[0] = c;
		out->columns = columns;
		out->ncols = 1;
		out->name = name_of(r->a, mf_value_get(parts, "name"));
		if (!out->name)
			return false;
		if (out->name->kind == MF_NULL)
			out->name = NULL;
	}
	return out->index_names != NULL;
}

static bool view_series(struct frame *out, struct reader *r, const struct mf_value *v,
	const struct mf_value *manager)
{
	const struct column **columns = arena_calloc(r->a, 1, sizeof(const struct column *));
	const struct mf_value *name = pandas_attr(v, "_name");

	if (!columns)
		return false;
	out->kind = FRAME_SERIES;
	columns[0] = frame_single(r, manager, &out->index);
	if (!columns[0] || !out->index || columns[0]->n != out->index->n)
		return false;
	out->columns = columns;
	out->ncols = 1;
	out->nrows = columns[0]->n;
	if (!name)
		name = pandas_attr(v, "name");
	out->name = name_of(r->a, name);
	if (!out->name)
		return false;
	if (out->name->kind == MF_NULL)
		out->name = NULL;
	return true;
}

bool frame_view(struct frame *out, struct arena *a, const struct mf_value *v)
{
	struct reader r = {.a = a};
	const struct column *const *levels;

	*out = (struct frame){0};
	if (!frame_is(v))
		return false;
	bool data = is_one_of(v, data_classes, ARRAY_SIZE(data_classes));
	if (!data && !is_one_of(v, series_classes, ARRAY_SIZE(series_classes)))
		return view_index(out, &r, v) && !a->full;
	const struct mf_value *manager = pandas_attr(v, "_mgr");
	if (!manager)
		manager = pandas_attr(v, "_data"); /* before pandas 1.1 */
	r.frame = data;
	if (data ? !frame_blocks(out, &r, manager) : !view_series(out, &r, v, manager))
		return false;
	const struct mf_value *index = frame_axis(manager, data ? 1 : 0);
	out->index_names = index_names(a, index, column_levels(out->index, &levels));
	return out->index_names && !a->full;
}
