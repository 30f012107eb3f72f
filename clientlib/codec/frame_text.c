#include "frame_text.h"

#include <math.h>
#include <string.h>

#include "../base/text.h"
#include "column.h"
#include "table.h"

/* Frames on one line, and the texts of cells. */

enum { SHOWN = 8, MAX = 30, CELL_BYTES = 4096 };

static void fit(struct buf *out, const char *p, size_t n, size_t max)
{
	if (n > max)
		text_fit(out, p, n, max, false, false);
	else
		buf_add(out, p, n);
}

void frame_label(struct buf *out, const struct mf_value *v, size_t max)
{
	struct buf raw = BUF_INIT(1 << 20), escaped = BUF_INIT(1 << 20);

	if (mf_value_kind(v) == MF_NULL)
		buf_adds(&raw, "None");
	else if (mf_value_kind(v) == MF_FLOAT && isnan(v->u.f))
		buf_adds(&raw, "NaN");
	else if (mf_value_kind(v) == MF_TUPLE)
		for (size_t i = 0; i < mf_value_count(v); i++) {
			buf_adds(&raw, i ? ", " : "");
			frame_label(&raw, mf_value_item(v, i), max);
		}
	else if (mf_value_kind(v) == MF_STRING) /* no more of a long text than may be seen */
		buf_add(&raw, v->u.s.p, v->u.s.n > CELL_BYTES ? CELL_BYTES : v->u.s.n);
	else if (mf_value_kind(v) == MF_BOOL || mf_value_kind(v) == MF_INT ||
		 mf_value_kind(v) == MF_FLOAT)
		csv_text(&raw, v);
	else {
		struct mf_sink sink = {buf_sink_write, &raw};
		if (mf_value_print_text(v, &sink, max, NULL) == MF_ENOMEM)
			raw.failed = MF_ENOMEM;
	}
	text_escape(&escaped, raw.p, raw.n, 0);
	fit(out, escaped.p, escaped.n, max);
	if (raw.failed || escaped.failed)
		out->failed = MF_ENOMEM;
	buf_release(&raw);
	buf_release(&escaped);
}

void frame_cell(struct buf *out, const struct column *c, size_t i, size_t max)
{
	struct arena a;

	arena_init(&a, 0);
	const struct mf_value *v = column_cell(c, &a, i);
	if (!v)
		out->failed = MF_ENOMEM;
	else if (v->kind == MF_NULL && (c->times || c->none))
		buf_adds(out, c->times ? "NaT" : "<NA>");
	else
		frame_label(out, v, max);
	arena_release(&a);
}

void frame_class(struct buf *out, const struct frame *f)
{
	if (f->kind == FRAME_DATA || f->kind == FRAME_SERIES) {
		buf_adds(out, f->kind == FRAME_DATA ? "DataFrame" : "Series");
		return;
	}
	const char *dot = memrchr(f->class_path, '.', f->class_n);
	const char *p = dot ? dot + 1 : f->class_path;
	text_escape(out, p, f->class_n - (size_t)(p - f->class_path), 0);
}

static void add_dtype(struct buf *out, const struct column *c)
{
	struct buf type = BUF_INIT(1 << 16);

	column_dtype(c, &type);
	text_escape(out, type.p, type.n, 0);
	if (type.failed)
		out->failed = MF_ENOMEM;
	buf_release(&type);
}

/* Names and types of the first columns. */
static void add_columns(struct buf *out, const struct frame *f)
{
	for (size_t i = 0; i < f->ncols && i < SHOWN; i++) {
		buf_adds(out, i ? ", " : "");
		if (f->kind == FRAME_DATA)
			frame_cell(out, f->names, i, MAX);
		else
			frame_label(out, mf_value_item(f->index_names, i), MAX);
		buf_addc(out, ' ');
		add_dtype(out, f->columns[i]);
	}
	buf_adds(out, f->ncols > SHOWN ? ", …" : "");
}

/* The first values. */
static void add_values(struct buf *out, const struct frame *f)
{
	for (size_t i = 0; i < f->nrows && i < SHOWN; i++) {
		buf_adds(out, i ? ", " : "");
		frame_cell(out, f->columns[0], i, MAX);
	}
	buf_adds(out, f->nrows > SHOWN ? ", …" : "");
}

bool frame_line(struct buf *out, const struct mf_value *v)
{
	struct arena a;
	struct frame f;

	if (pandas_is_na(v) || pandas_is_nat(v)) {
		buf_adds(out, mf_value_kind(v) == MF_REF ? "<NA>" : "NaT");
		return true;
	}
	if (!frame_is(v))
		return false;
	arena_init(&a, 0);
	bool seen = frame_view(&f, &a, v);
	if (seen) {
		frame_class(out, &f);
		buf_addf(out, " %zu", f.nrows);
		if (f.kind == FRAME_DATA || f.kind == FRAME_MULTIINDEX)
			buf_addf(out, "×%zu", f.ncols);
		buf_addc(out, ' ');
		if (f.kind == FRAME_SERIES || f.kind == FRAME_INDEX) {
			if (f.name) {
				frame_label(out, f.name, MAX);
				buf_addc(out, ' ');
			}
			add_dtype(out, f.columns[0]);
			buf_addc(out, ' ');
		}
		buf_addc(out, '[');
		if (f.kind == FRAME_SERIES || f.kind == FRAME_INDEX)
			add_values(out, &f);
		else
			add_columns(out, &f);
		buf_addc(out, ']');
	} else if (a.full) {
		out->failed = MF_ENOMEM;
	}
	arena_release(&a);
	return seen || out->failed;
}
