#include <string.h>

#include "column.h"
#include "render.h"

/* pandas as JSON (json-values.md §4): summaries of frames, and scalars. */

enum { HEAD = 5 };
/* Cells that are asked whether they are missing, in all frames of a document: no honest pickle has
 * more. */
#define NULLS_SUM ((uint64_t)1 << 29)

bool known_pandas_text(struct buf *out, const struct mf_value *v)
{
	return pandas_text(out, v);
}

bool known_pandas_nat(struct printer *p, const char *name, const struct mf_value *v)
{
	if (!pandas_is_nat(v))
		return false;
	render_begin(p, name, strlen(name));
	render_null(p);
	render_close(p, '}');
	return true;
}

/* What a summary is made with: cells live until the next one is made. */
struct summary {
	struct printer *p;
	struct arena cells;
	struct buf text;
};

static void cell(struct summary *s, const struct column *c, size_t i)
{
	arena_release(&s->cells);
	const struct mf_value *v = column_cell(c, &s->cells, i);
	if (v)
		render_value(s->p, v);
	else
		render_nomem(s->p);
}

static void cells(struct summary *s, const struct column *c, size_t n)
{
	render_open(s->p, '[');
	for (size_t i = 0; i < n && i < column_length(c) && !render_done(s->p); i++) {
		render_next(s->p);
		cell(s, c, i);
	}
	render_close(s->p, ']');
}

static void dtype(struct summary *s, const struct column *c)
{
	buf_clear(&s->text);
	column_dtype(c, &s->text);
	if (s->text.failed)
		render_nomem(s->p);
	else
		render_string(s->p, s->text.p, s->text.n);
}

static void nulls(struct summary *s, const struct column *c)
{
	uint64_t n = column_length(c);

	if (c->ops->nulls || !c->ops->missing)
		n = 0;
	if (n > NULLS_SUM - s->p->nulls) {
		render_truncated(s->p, "nodes", NULLS_SUM);
		return;
	}
	s->p->nulls += n;
	render_int(s->p, (int64_t)column_nulls(c));
}

static void dataframe(struct summary *s, const struct frame *f)
{
	struct printer *p = s->p;

	render_open(p, '{');
	render_member(p, "$dataframe");
	render_open(p, '{');
	render_member(p, "columns");
	cells(s, f->names, SIZE_MAX);
	render_member(p, "dtypes");
	render_open(p, '[');
	for (size_t i = 0; i < f->ncols && !render_done(p); i++) {
		render_next(p);
		dtype(s, f->columns[i]);
	}
	render_close(p, ']');
	render_member(p, "nrows");
	render_int(p, (int64_t)f->nrows);
	render_member(p, "head");
	render_open(p, '[');
	for (size_t i = 0; i < HEAD && i < f->nrows && !render_done(p); i++) {
		render_next(p);
		render_open(p, '[');
		for (size_t k = 0; k < f->ncols && !render_done(p); k++) {
			render_next(p);
			cell(s, f->columns[k], i);
		}
		render_close(p, ']');
	}
	render_close(p, ']');
	render_member(p, "index_head");
	cells(s, f->index, HEAD);
	render_member(p, "index_names");
	render_items(p, f->index_names);
	render_member(p, "nulls");
	render_open(p, '[');
	for (size_t i = 0; i < f->ncols && !render_done(p); i++) {
		render_next(p);
		nulls(s, f->columns[i]);
	}
	render_close(p, ']');
	render_close(p, '}');
	render_close(p, '}');
}

static void series(struct summary *s, const struct frame *f)
{
	struct printer *p = s->p;

	render_open(p, '{');
	render_member(p, "$series");
	render_open(p, '{');
	render_member(p, "name");
	render_value(p, f->name);
	render_member(p, "dtype");
	dtype(s, f->columns[0]);
	render_member(p, "length");
	render_int(p, (int64_t)f->nrows);
	render_member(p, "head");
	cells(s, f->columns[0], HEAD);
	render_member(p, "index_head");
	cells(s, f->index, HEAD);
	render_member(p, "nulls");
	nulls(s, f->columns[0]);
	render_close(p, '}');
	render_close(p, '}');
}

static void index_of(struct summary *s, const struct frame *f)
{
	static const char multi[] = "pandas.MultiIndex";
	struct printer *p = s->p;

	if (f->kind == FRAME_MULTIINDEX)
		render_begin(p, multi, sizeof(multi) - 1);
	else
		render_begin(p, f->class_path, f->class_n);
	render_open(p, '{');
	if (f->kind == FRAME_MULTIINDEX) {
		render_member(p, "names");
		render_items(p, f->index_names);
	} else {
		render_member(p, "name");
		render_value(p, f->name);
		render_member(p, "dtype");
		dtype(s, f->index);
	}
	render_member(p, "length");
	render_int(p, (int64_t)f->nrows);
	render_member(p, "head");
	cells(s, f->index, HEAD);
	render_close(p, '}');
	render_close(p, '}');
}

bool known_pandas_frame(struct printer *p, const char *name, const struct mf_value *v)
{
	struct summary s = {.p = p, .text = BUF_INIT(1 << 20)};
	struct arena a;
	struct frame f;

	(void)name;
	arena_init(&a, 0);
	arena_init(&s.cells, 0);
	bool ok = frame_view(&f, &a, v), full = !ok && a.full;
	if (full)
		render_nomem(p);
	else if (ok && f.kind == FRAME_DATA)
		dataframe(&s, &f);
	else if (ok && f.kind == FRAME_SERIES)
		series(&s, &f);
	else if (ok)
		index_of(&s, &f);
	buf_release(&s.text);
	arena_release(&s.cells);
	arena_release(&a);
	return ok || full;
}
