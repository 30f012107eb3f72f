#include <string.h>

#include "../base/fmt.h"
#include "../base/text.h"
#include "column.h"
#include "frame_text.h"
#include "table.h"

/* Frames as a grid: a line of names, one of types, the first and the last rows; of many columns the
 * first and the last. */

enum {
	PAGE = 100,
	EDGE = 10,
	CELL = 30,
	SIDE = 34,
	HEADER = 2,
	LINES = HEADER + 2 * EDGE + 1,
	GAP = 2
};

struct cell {
	const char *p; /* escaped */
	size_t n, width;
};

struct strip {
	struct cell cell[LINES];
	size_t width;
	bool right;
};

struct grid {
	struct arena a;
	const struct frame *f;
	struct buf text;
	size_t lines;         /* with the header */
	size_t head;          /* rows before the gap */
	bool gap;             /* rows were left out */
	struct strip *strips; /* labels first */
	size_t n, skip;       /* columns; the first of those behind the gap, 0: none are left out */
	bool failed;
};

/* What the text buffer holds becomes a cell. */
static void keep(struct grid *g, struct strip *s, size_t line)
{
	struct cell *c = &s->cell[line];

	c->p = g->text.failed ? NULL : arena_strndup(&g->a, g->text.p, g->text.n);
	if (!c->p) {
		g->failed = true;
		*c = (struct cell){"", 0, 0};
		return;
	}
	c->n = g->text.n;
	c->width = text_width(c->p, c->n);
	if (c->width > s->width)
		s->width = c->width;
	buf_clear(&g->text);
}

static size_t row_of(const struct grid *g, size_t line)
{
	size_t i = line - HEADER;
	return i < g->head || !g->gap ? i : g->f->nrows - (g->lines - line);
}

static bool is_gap(const struct grid *g, size_t line)
{
	return g->gap && line == HEADER + g->head;
}

/* name: NULL for none */
static void fill(struct grid *g, struct strip *s, const struct column *c, bool typed)
{
	struct buf type = BUF_INIT(1 << 16);

	keep(g, s, 0); /* the name is in the buffer */
	column_dtype(c, &type);
	if (type.failed)
		g->failed = true;
	s->right = typed && table_is_number(type.p);
	if (typed)
		text_escape(&g->text, type.p, type.n, 0);
	keep(g, s, 1);
	buf_release(&type);
	for (size_t line = HEADER; line < g->lines; line++) {
		if (is_gap(g, line))
			buf_adds(&g->text, "…");
		else
			frame_cell(&g->text, c, row_of(g, line), CELL);
		keep(g, s, line);
	}
}

static void add_name(struct grid *g, size_t i)
{
	const struct frame *f = g->f;

	if (f->kind == FRAME_DATA)
		frame_cell(&g->text, f->names, i, CELL);
	else if (f->kind == FRAME_MULTIINDEX)
		frame_label(&g->text, mf_value_item(f->index_names, i), CELL);
	else if (f->name)
		frame_label(&g->text, f->name, CELL);
}

static void fill_labels(struct grid *g)
{
	for (size_t i = 0; i < mf_value_count(g->f->index_names); i++) {
		const struct mf_value *name = mf_value_item(g->f->index_names, i);
		buf_adds(&g->text, i ? ", " : "");
		if (mf_value_kind(name) != MF_NULL)
			frame_label(&g->text, name, CELL);
	}
	if (mf_value_count(g->f->index_names) > 1 &&
		g->text.n == 2 * (mf_value_count(g->f->index_names) - 1))
		buf_clear(&g->text); /* levels without names */
	fill(g, &g->strips[0], g->f->index, false);
}

/* Which columns fit into the page: from both ends, in turn. */
static void choose(struct grid *g, size_t candidates)
{
	size_t used = g->strips[0].width, left = 0, right = 0;
	bool all = g->f->ncols == candidates;

	for (size_t i = 0; i < candidates && all; i++)
		used += GAP + g->strips[1 + i].width;
	if (all && (used <= PAGE || candidates <= 1)) {
		g->n = candidates;
		return;
	}
	used = g->strips[0].width + GAP + 1;
	while (left + right < candidates) {
		bool front = left <= right;
		const struct strip *s = &g->strips[front ? 1 + left : candidates - right];
		if (left && used + GAP + s->width > PAGE)
			break;
		used += GAP + s->width;
		left += front;
		right += !front;
	}
	g->n = left + right;
	g->skip = 1 + left;
	/* The last ones follow the first ones. */
	memmove(g->strips + 1 + left, g->strips + 1 + candidates - right,
		right * sizeof(*g->strips));
}

static bool collect(struct grid *g)
{
	const struct frame *f = g->f;
	bool labels = f->kind == FRAME_DATA || f->kind == FRAME_SERIES;
	size_t sides = f->ncols > 2 * SIDE ? 2 * SIDE : f->ncols;

	g->gap = f->nrows > 2 * EDGE;
	g->head = g->gap ? EDGE : f->nrows;
	g->lines = HEADER + (g->gap ? 2 * EDGE + 1 : f->nrows);
	g->strips = arena_calloc(&g->a, sides + 1, sizeof(*g->strips));
	if (!g->strips)
		return false;
	if (labels)
		fill_labels(g);
	for (size_t i = 0; i < sides && !g->failed; i++) {
		size_t column = i < SIDE || f->ncols == sides ? i : f->ncols - (sides - i);
		add_name(g, column);
		fill(g, &g->strips[1 + i], f->columns[column], true);
	}
	choose(g, sides);
	return !g->failed;
}

static void pad(struct buf *out, size_t n)
{
	while (n--)
		buf_addc(out, ' ');
}

/* Nothing has a name, or there is nothing that could have one. */
static bool is_blank(const struct grid *g, size_t line)
{
	for (size_t i = 0; i < 1 + g->n && line < HEADER; i++)
		if (g->strips[i].cell[line].n)
			return false;
	return line < HEADER;
}

static void add_line(struct buf *out, const struct grid *g, size_t line, size_t at, bool first)
{
	size_t blanks = 0; /* not yet written: lines end where their text ends */

	if (!first) {
		buf_addc(out, '\n');
		blanks = at;
	}
	for (size_t i = 0; i < 1 + g->n; i++) {
		const struct strip *s = &g->strips[i];
		const struct cell *c = &s->cell[line];
		if (i && (i > 1 || s[-1].width))
			blanks += GAP;
		if (g->skip && i == g->skip) {
			pad(out, blanks);
			buf_adds(out, "…");
			blanks = GAP;
		}
		size_t rest = s->width - c->width;
		blanks += s->right ? rest : 0;
		if (c->n) {
			pad(out, blanks);
			buf_add(out, c->p, c->n);
			blanks = 0;
		}
		blanks += s->right ? 0 : rest;
	}
	if (g->skip == 1 + g->n) {
		pad(out, blanks + GAP);
		buf_adds(out, "…");
	}
}

static void add_footer(struct buf *out, const struct frame *f, size_t at, bool first)
{
	buf_adds(out, first ? "" : "\n");
	pad(out, first ? 0 : at);
	if (f->kind == FRAME_DATA) {
		fmt_count(out, (int64_t)f->nrows);
		buf_addf(out, " row%s × ", f->nrows == 1 ? "" : "s");
		fmt_count(out, (int64_t)f->ncols);
		buf_addf(out, " column%s", f->ncols == 1 ? "" : "s");
		return;
	}
	frame_class(out, f);
	buf_adds(out, " of ");
	fmt_count(out, (int64_t)f->nrows);
	buf_addf(out, " value%s", f->nrows == 1 ? "" : "s");
}

bool frame_page(struct buf *out, const struct mf_value *v, size_t at)
{
	struct grid g = {.text = BUF_INIT(1 << 20)};
	struct frame f;

	if (!frame_is(v))
		return false;
	arena_init(&g.a, 0);
	bool seen = frame_view(&f, &g.a, v);
	g.f = &f;
	if (seen && collect(&g)) {
		bool first = true;
		for (size_t line = 0; line < g.lines; line++)
			if (!is_blank(&g, line)) {
				add_line(out, &g, line, at, first);
				first = false;
			}
		add_footer(out, &f, at, first);
	} else if (seen || g.a.full) {
		out->failed = MF_ENOMEM;
	}
	buf_release(&g.text);
	arena_release(&g.a);
	return seen || out->failed;
}
