#include <stdlib.h>
#include <string.h>

#include "../base/limits.h"
#include "../base/text.h"
#include "../base/vec.h"
#include "dtype_machine.h"
#include "longdouble.h"
#include "numpy_text.h"

/* An array over several lines: what it is, and its elements in columns. Like numpy, only the edges
 * of a large one; the slices of one with more than two dimensions come one after the other. */

enum {
	PAGE = 100,       /* columns */
	WHOLE = 1000,     /* elements up to which all are shown */
	EDGE = 3,         /* of a dimension of a larger array */
	MOST = 2000,      /* elements shown in all */
	DIGITS = 6,       /* of a number */
	STATS_UNIT = 1024 /* bytes looked at in about the time that printing a value takes */
};

struct cell {
	size_t at, n;       /* in the text */
	size_t width, left; /* columns, and those before the point */
};

struct grid {
	struct buf *out;
	const struct ndarray *v;
	size_t at; /* indentation */
	struct arena a;
	struct buf text;
	VEC(struct cell) cells;
	size_t left, right; /* the widest */
	size_t next;        /* cell to be printed */
	size_t index[NDARRAY_MAX_DIMS];
	bool drawing; /* otherwise measuring */
	bool numbers; /* aligned at their points */
	bool full;
	int rc;
};

static void new_line(struct grid *g)
{
	buf_addc(g->out, '\n');
	for (size_t i = 0; i < g->at && i < PAGE; i++)
		buf_addc(g->out, ' ');
}

/* ---- cells ---- */

static void measure(struct grid *g, size_t i)
{
	struct cell c = {.at = g->text.n};

	if (i == SIZE_MAX) {
		buf_adds(&g->text, "…");
	} else {
		const struct mf_value *item = ndarray_item(g->v, &g->a, i);
		if (!item) {
			g->rc = MF_ENOMEM;
			return;
		}
		numpy_cell(&g->text, g->v->type, item, DIGITS);
	}
	c.n = g->text.n - c.at;
	const char *p = g->text.p + c.at;
	const char *dot = g->numbers && i != SIZE_MAX ? memchr(p, '.', c.n) : NULL;
	c.width = text_width(p, c.n);
	c.left = dot ? (size_t)(dot - p) : c.width;
	if (!vec_push(&g->cells, c))
		g->rc = MF_ENOMEM;
	if (c.left > g->left)
		g->left = c.left;
	if (c.width - c.left > g->right)
		g->right = c.width - c.left;
	g->full = g->full || g->cells.n >= MOST;
}

static void blanks(struct grid *g, size_t n)
{
	for (; n > 0; n--)
		buf_addc(g->out, ' ');
}

static void trim(struct buf *out)
{
	while (out->n && out->p[out->n - 1] == ' ')
		out->p[--out->n] = '\0';
}

/* One cell at column *used of its line. */
static void draw(struct grid *g, size_t *used)
{
	const struct cell *c = &g->cells.v[g->next++];
	size_t width = g->left + g->right;

	if (*used && g->at + *used + 2 + width > PAGE) {
		trim(g->out);
		new_line(g);
		*used = 0;
		if (g->v->ndim > 1) {
			buf_adds(g->out, "    ");
			*used = 4;
		}
	} else if (*used) {
		blanks(g, 2);
		*used += 2;
	}
	size_t before = g->numbers ? g->left - c->left : 0;
	blanks(g, before);
	buf_add(g->out, g->text.p + c->at, c->n);
	if (before + c->width < width && g->next < g->cells.n)
		blanks(g, width - before - c->width);
	*used += width;
}

/* ---- which elements ---- */

/* The position after i of those that are shown; EDGE stands for what is left out. */
static bool left_out(const struct grid *g, size_t dim, size_t i)
{
	return g->v->count > WHOLE && g->v->shape[dim] > (size_t)2 * EDGE && i == EDGE;
}

static void row(struct grid *g, size_t base)
{
	size_t dim = g->v->ndim - 1, n = g->v->shape[dim], used = 0;

	if (g->drawing)
		new_line(g);
	for (size_t i = 0; i < n && !g->rc; i++) {
		bool skip = left_out(g, dim, i);
		if (g->drawing && g->next >= g->cells.n)
			break;
		if (!g->drawing && g->full)
			break;
		if (g->drawing)
			draw(g, &used);
		else
			measure(g, skip ? SIZE_MAX : base * n + i);
		if (skip)
			i = n - EDGE - 1;
	}
	if (g->drawing)
		trim(g->out);
}

/* "[0, 2, :, :]" above a slice of two dimensions */
static void heading(struct grid *g)
{
	new_line(g);
	buf_addc(g->out, '[');
	for (size_t i = 0; i + 2 < g->v->ndim; i++)
		buf_addf(g->out, "%zu, ", g->index[i]);
	buf_adds(g->out, ":, :]");
}

static bool enough(const struct grid *g)
{
	return g->rc || (g->drawing ? g->next >= g->cells.n : g->full);
}

static void rows(struct grid *g, size_t dim, size_t base)
{
	const struct ndarray *v = g->v;

	if (dim + 1 >= v->ndim) {
		row(g, base);
		return;
	}
	if (g->drawing && v->ndim > 2 && dim + 2 == v->ndim)
		heading(g);
	for (size_t i = 0; i < v->shape[dim] && !enough(g); i++) {
		if (left_out(g, dim, i)) {
			if (g->drawing) {
				new_line(g);
				buf_adds(g->out, "…");
			}
			i = v->shape[dim] - EDGE - 1;
			continue;
		}
		g->index[dim] = i;
		rows(g, dim + 1, base * v->shape[dim] + i);
	}
}

/* ---- what it is ---- */

static void add_number(struct buf *out, const char *name, double f)
{
	char text[LONGDOUBLE_TEXT];
	struct longdouble v;

	longdouble_from(&v, f == 0 ? 0 : f, 8); /* no -0 */
	buf_addf(out, "  %s ", name);
	buf_add(out, text, longdouble_rounded(text, &v, false, 6));
}

static void add_limit(struct buf *out, const char *name, double f, const struct dtype *type)
{
	if (type->kind != 'f' && f < 9007199254740992.0 && f > -9007199254740992.0)
		buf_addf(out, "  %s %lld", name, (long long)f);
	else
		add_number(out, name, f);
}

static void add_stats(struct buf *out, const struct ndarray *v)
{
	struct mf_array_stats s;

	if (v->count < 2 || ndarray_stats(v, &s, NULL, NULL, NULL) < 0)
		return;
	if (v->type->kind == 'b') {
		buf_addf(out, "  true %zu  false %zu", s.count - s.zeros, s.zeros);
		return;
	}
	if (s.nans + s.infs < s.count) {
		add_limit(out, "min", s.min, v->type);
		add_limit(out, "max", s.max, v->type);
		add_number(out, "mean", s.mean);
	}
	if (s.nans)
		buf_addf(out, "  nan %zu", s.nans);
	if (s.infs)
		buf_addf(out, "  inf %zu", s.infs);
}

static void title(struct grid *g, size_t *work)
{
	const struct ndarray *v = g->v;
	size_t cost = v->count / STATS_UNIT * v->stored->size;

	buf_adds(g->out, "ndarray ");
	dtype_name(g->out, v->type);
	buf_addc(g->out, ' ');
	numpy_shape(g->out, v);
	/* A stream can name one array many times. */
	if (v->data && *work < MF_LIMIT_PRINT_NODES && cost < MF_LIMIT_PRINT_NODES - *work) {
		add_stats(g->out, v);
		*work += cost;
	}
}

static void body(struct grid *g)
{
	const struct ndarray *v = g->v;
	const struct mf_value *item;

	if (!v->ndim) {
		item = ndarray_item(v, &g->a, 0);
		new_line(g);
		if (item)
			numpy_cell(g->out, v->type, item, SHORTEST_DIGITS);
		else
			g->rc = MF_ENOMEM;
		return;
	}
	if (!v->count)
		return;
	if (v->blob) {
		new_line(g);
		numpy_head(g->out, &g->a, v);
		return;
	}
	g->numbers = memchr("biufm", v->type->kind, 5) && dtype_is_plain(v->type);
	rows(g, 0, 0);
	g->drawing = true;
	if (!g->rc)
		rows(g, 0, 0);
	if (g->full) {
		new_line(g);
		buf_adds(g->out, "…");
	}
}

bool numpy_page(struct buf *out, const struct mf_value *v, size_t at, size_t *work)
{
	struct grid g = {.out = out, .at = at, .text = BUF_INIT(MF_LIMIT_TEXT)};

	arena_init(&g.a, 0);
	struct ndarray *view = ndarray_is(v) ? arena_alloc(&g.a, sizeof(*view)) : NULL;
	bool done = view && numpy_plain(view, &g.a, v);
	if (done) {
		g.v = view;
		title(&g, work);
		body(&g);
	}
	if (g.text.failed)
		g.rc = g.text.failed;
	if (!done && g.a.full)
		g.rc = MF_ENOMEM;
	if (g.rc && !out->failed)
		out->failed = g.rc;
	*work += g.a.used / 64;
	vec_release(&g.cells);
	buf_release(&g.text);
	arena_release(&g.a);
	return done;
}
