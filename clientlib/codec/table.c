#include "table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/err.h"

/* Tables of frames, arrays, lists and dicts. */

enum { LENT = 64, MAX_COLUMNS = 1 << 20, SCRATCH = 1 << 16 };

bool table_reserve(struct mf_table *t, size_t n)
{
	t->columns = arena_calloc(&t->arena, n, sizeof(*t->columns));
	return t->columns != NULL;
}

bool table_is_number(const char *type)
{
	static const char *const names[] = {"int", "uint", "float", "Int", "UInt", "Float",
		"double", "halffloat", "decimal", "Sparse[int", "Sparse[float", "Sparse[uint"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (str_starts(type, names[i]))
			return !str_starts(type, "interval");
	return false;
}

bool table_add(struct mf_table *t, const struct column *cells, const struct mf_value *name)
{
	struct table_column *c = &t->columns[t->n];
	struct buf text = BUF_INIT(1 << 20);

	if (!cells)
		return false;
	*c = (struct table_column){.cells = cells, .nulls = SIZE_MAX};
	column_dtype(cells, &text);
	c->face.type = text.failed ? NULL : arena_strndup(&t->arena, text.p, text.n);
	buf_clear(&text);
	if (name)
		csv_text(&text, name);
	else
		buf_addf(&text, "%zu", t->n);
	c->face.name = text.failed ? NULL : arena_strndup(&t->arena, text.p, text.n);
	c->face.name_n = text.n;
	buf_release(&text);
	if (!c->face.type || !c->face.name) {
		t->arena.full = true; /* whichever memory it was */
		return false;
	}
	c->face.is_number = table_is_number(c->face.type);
	t->rows = column_length(cells);
	t->n++;
	return true;
}

/* ---- frames and arrays ---- */

/* 0, or MF_EUNSUPPORTED. What is out of memory is known from the arena. */
static int open_frame(struct mf_table *t, const struct mf_value *v)
{
	struct frame *f = arena_alloc(&t->arena, sizeof(*f));

	if (!f || !frame_view(f, &t->arena, v) || !table_reserve(t, f->ncols))
		return MF_EUNSUPPORTED;
	for (size_t i = 0; i < f->ncols; i++) {
		const struct mf_value *name = f->name;
		if (f->kind == FRAME_DATA)
			name = column_cell(f->names, &t->arena, i);
		else if (f->kind == FRAME_MULTIINDEX)
			name = mf_value_item(f->index_names, i);
		if (f->kind != FRAME_DATA && mf_value_kind(name) == MF_NULL)
			name = NULL;
		if (!table_add(t, f->columns[i], name))
			return MF_EUNSUPPORTED;
	}
	t->rows = f->nrows;
	if ((f->kind == FRAME_DATA || f->kind == FRAME_SERIES) &&
		!column_is_plain_range(f->index)) {
		t->index = f->index;
		t->index_names = f->index_names;
	}
	return MF_OK;
}

struct field_column {
	struct column base;
	const struct ndarray *array;
	const struct dtype_field *field;
	size_t which;
};

static struct mf_value *field_cell(const struct column *base, struct arena *a, size_t i)
{
	const struct field_column *c = (const struct field_column *)base;

	if (!c->array->data) { /* elements with objects are lists */
		struct mf_value *v = ndarray_item(c->array, a, i);
		struct mf_value *none = v && v->u.list.n > c->which ? NULL
					: v                         ? cell_null(a)
								    : NULL;
		return v && v->u.list.n > c->which ? cell_object(a, v->u.list.v[c->which]) : none;
	}
	return dtype_value(a, c->field->type,
		c->array->data + ndarray_at(c->array, i) * c->array->stored->size +
			c->field->offset);
}

static bool field_number(const struct column *base, size_t i, double *out)
{
	const struct field_column *c = (const struct field_column *)base;

	if (!c->array->data)
		return false;
	return dtype_double(c->field->type,
		c->array->data + ndarray_at(c->array, i) * c->array->stored->size +
			c->field->offset,
		out);
}

static bool field_missing(const struct column *base, size_t i)
{
	double d;
	return field_number(base, i, &d) && isnan(d);
}

static void field_dtype(const struct column *base, struct buf *out)
{
	dtype_name(out, ((const struct field_column *)base)->field->type);
}

static const struct column_ops field_ops = {
	field_cell, field_missing, field_number, field_dtype, NULL};

static int open_fields(struct mf_table *t, struct reader *r, const struct ndarray *array)
{
	const struct dtype *type = array->stored;

	if (!table_reserve(t, type->n_fields))
		return MF_EUNSUPPORTED;
	for (size_t i = 0; i < type->n_fields; i++) {
		struct field_column *c = reader_make(r, sizeof(*c), &field_ops, array->count);
		if (!c)
			return MF_EUNSUPPORTED;
		c->array = array;
		c->field = &type->fields[i];
		c->which = i;
		const struct mf_value *name =
			value_text(&t->arena, MF_STRING, c->field->name, c->field->n);
		if (!name || !table_add(t, &c->base, name))
			return MF_EUNSUPPORTED;
	}
	t->rows = array->count;
	return MF_OK;
}

static int open_array(struct mf_table *t, struct reader *r, const struct mf_value *v)
{
	const struct ndarray *array = reader_array(r, v);

	if (!array || array->ndim > 2)
		return MF_EUNSUPPORTED;
	if (array->stored->n_fields && array->ndim < 2)
		return open_fields(t, r, array);
	size_t rows = array->ndim ? array->shape[0] : 1, n = array->ndim == 2 ? array->shape[1] : 1;
	if (n > MAX_COLUMNS || !table_reserve(t, n))
		return MF_EUNSUPPORTED;
	for (size_t i = 0; i < n; i++) {
		struct vector vector = {.array = array, .first = i, .stride = n, .n = rows};
		if (!table_add(t, column_numpy(r, &vector), NULL))
			return MF_EUNSUPPORTED;
	}
	t->rows = rows;
	return MF_OK;
}

static int open_any(struct mf_table *t, const struct mf_value *v)
{
	struct reader *r = arena_calloc(&t->arena, 1, sizeof(*r));

	if (!r)
		return MF_ENOMEM;
	r->a = &t->arena;
	switch (mf_value_kind(v)) {
	case MF_LIST:
	case MF_TUPLE: return table_list(t, r, v);
	case MF_DICT: return table_dict(t, r, v);
	case MF_OBJECT:
		return frame_is(v)     ? open_frame(t, v)
		       : ndarray_is(v) ? open_array(t, r, v)
				       : MF_EUNSUPPORTED;
	default: return MF_EUNSUPPORTED;
	}
}

int mf_table_open(struct mf_table **out, const struct mf_value *v, struct mf_error *err)
{
	struct mf_table *t = calloc(1, sizeof(*t));

	*out = NULL;
	if (!t)
		return err_nomem(err);
	int rc = open_any(t, v);
	if (rc < 0 || t->arena.full) {
		rc = t->arena.full ? MF_ENOMEM : rc;
		mf_table_free(t);
		if (rc == MF_ENOMEM)
			return err_nomem(err);
		if (rc == MF_ELIMIT)
			return err_set(
				err, rc, "the value has too many rows and columns for a table");
		return err_set(err, rc, "the value is no table");
	}
	*out = t;
	return MF_OK;
}

void mf_table_free(struct mf_table *t)
{
	if (!t)
		return;
	arena_release(&t->arena);
	arena_release(&t->lent[0]);
	arena_release(&t->lent[1]);
	arena_release(&t->scratch);
	free(t);
}

/* ---- looking ---- */

size_t mf_table_rows(const struct mf_table *t)
{
	return t->rows;
}

size_t mf_table_columns(const struct mf_table *t)
{
	return t->n;
}

const struct mf_column *mf_table_column(const struct mf_table *t, size_t column)
{
	return column < t->n ? &t->columns[column].face : NULL;
}

size_t mf_table_nulls(struct mf_table *t, size_t column)
{
	if (column >= t->n)
		return 0;
	struct table_column *c = &t->columns[column];
	if (c->nulls == SIZE_MAX)
		c->nulls = column_nulls(c->cells);
	return c->nulls;
}

static struct arena *lend(struct mf_table *t)
{
	if (t->count++ == LENT) {
		t->turn ^= 1;
		t->count = 1;
		arena_release(&t->lent[t->turn]);
	}
	return &t->lent[t->turn];
}

const struct mf_value *mf_table_cell(struct mf_table *t, size_t row, size_t column)
{
	if (row >= t->rows || column >= t->n)
		return NULL;
	return column_cell(t->columns[column].cells, lend(t), row);
}

const struct mf_value *mf_table_label(struct mf_table *t, size_t row)
{
	return t->index && row < t->rows ? column_cell(t->index, lend(t), row) : NULL;
}

bool mf_table_missing(struct mf_table *t, size_t row, size_t column)
{
	return row >= t->rows || column >= t->n || column_missing(t->columns[column].cells, row);
}

bool mf_table_double(struct mf_table *t, size_t row, size_t column, double *out)
{
	return row < t->rows && column < t->n && column_double(t->columns[column].cells, row, out);
}

/* Cells of which not both are numbers, or that are equal as doubles. */
static int compare_cells(struct mf_table *t, const struct column *c, size_t a, size_t b)
{
	int cmp = 0;

	if (t->scratch.used > SCRATCH)
		arena_release(&t->scratch);
	const struct mf_value *x = column_cell(c, &t->scratch, a),
			      *y = column_cell(c, &t->scratch, b);
	if (!x || !y)
		return 0;
	/* What has no order among itself has one by kind. */
	if (!value_compare(x, y, &cmp))
		cmp = (int)mf_value_kind(x) - (int)mf_value_kind(y);
	return cmp;
}

int mf_table_compare(struct mf_table *t, size_t column, size_t a, size_t b)
{
	double x, y;

	if (column >= t->n || a >= t->rows || b >= t->rows)
		return 0;
	const struct column *c = t->columns[column].cells;
	bool no_a = column_missing(c, a), no_b = column_missing(c, b);
	if (no_a || no_b)
		return no_a - no_b;
	bool is_a = column_double(c, a, &x), is_b = column_double(c, b, &y);
	if (is_a && is_b && (x < y || x > y || c->times || fabs(x) < 9e15))
		return (x > y) - (x < y);
	if (is_a != is_b)
		return is_a ? -1 : 1;
	return compare_cells(t, c, a, b);
}
