/* view_value_grid.c: an array as a grid of cells, a plane at a time, with its statistics. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "list.h"
#include "matrix.h"
#include "view_value_grid_job.h"

enum { JOB_WINDOW, JOB_STATS };
/* Read at once: more than the largest screen, so that moving about is seldom a wait. */
enum { ROWS_READ = 600, ROWS_BEFORE = 200, COLUMNS_READ = 160, COLUMNS_BEFORE = 40 };

struct state {
	struct mode *mode;
	const struct mf_array_info *info;
	struct matrix matrix;
	size_t rows, columns, planes, plane;
	struct window *window; /* NULL: nothing read yet */
	bool busy, hidden;     /* hidden: the statistics */
	int decimals;
	bool exponents;
	struct grid_stats *stats; /* NULL: not there yet */
};

/* ---- cells ---- */

static size_t row_count(void *ctx)
{
	return ((struct state *)ctx)->rows;
}

static size_t column_count(void *ctx)
{
	return ((struct state *)ctx)->columns;
}

static unsigned label(void *ctx, size_t row, struct buf *out)
{
	(void)ctx;
	buf_addf(out, "%zu", row);
	return ST_DIM;
}

static unsigned title(void *ctx, size_t column, int line, struct buf *out)
{
	const struct state *s = ctx;

	(void)line;
	if (s->info->ndim > 1)
		buf_addf(out, "%zu", column);
	return ST_HEADER;
}

static unsigned cell(void *ctx, size_t row, size_t column, struct buf *out)
{
	const struct state *s = ctx;

	if (window_has(s->window, s->plane, row, column))
		return window_cell(s->window, row, column, s->decimals, s->exponents, out);
	buf_adds(out, "·");
	return ST_FAINT;
}

static bool right(void *ctx, size_t column)
{
	const struct state *s = ctx;

	(void)column;
	return s->info->is_number;
}

/* ---- jobs ---- */

static size_t before(size_t at, size_t n)
{
	return at > n ? at - n : 0;
}

/* Read what is around the screen, unless it is there. */
static void want(struct mode *m)
{
	struct state *s = m->state;
	size_t row = s->matrix.top, column = s->matrix.left;
	size_t last_row = row + (s->matrix.body_h > 0 ? (size_t)s->matrix.body_h : 1) - 1;
	size_t last_column = column + (s->matrix.shown > 0 ? (size_t)s->matrix.shown : 1);

	if (!s->rows || !s->columns || s->busy)
		return;
	last_row = last_row < s->rows ? last_row : s->rows - 1;
	last_column = last_column < s->columns ? last_column : s->columns - 1;
	if (window_has(s->window, s->plane, row, column) &&
		window_has(s->window, s->plane, last_row, last_column) &&
		window_has(s->window, s->plane, s->matrix.row, s->matrix.column))
		return;
	if (s->window && s->window->rc < 0)
		return; /* it would fail again */
	row = before(s->matrix.row < row ? s->matrix.row : row, ROWS_BEFORE);
	column = before(s->matrix.column > column + COLUMNS_READ / 2 ? s->matrix.column : column,
		COLUMNS_BEFORE);
	size_t rows = s->rows - row < ROWS_READ ? s->rows - row : ROWS_READ;
	size_t columns = s->columns - column < COLUMNS_READ ? s->columns - column : COLUMNS_READ;
	struct window *w = window_new(s->info, s->plane, row, column, rows, columns);
	if (w)
		s->busy = mode_submit(m, JOB_WINDOW, window_run, w, window_free);
}

static void want_stats(struct mode *m)
{
	struct grid_stats *j = calloc(1, sizeof(*j));

	if (!j)
		return; /* then there are none */
	j->err = (struct mf_error)MF_ERROR_INIT;
	mode_submit(m, JOB_STATS, grid_stats_run, j, grid_stats_free);
}

static bool open_grid(struct mode *m)
{
	struct state *s = m->state;

	s->mode = m;
	s->info = mf_array_info(m->held->array);
	grid_plane_shape(s->info, &s->rows, &s->columns, &s->planes);
	if (!s->info->count)
		s->rows = 0;
	matrix_init(&s->matrix,
		&(struct matrix_source){row_count, column_count, label, title, cell, right, s});
	s->matrix.even = s->info->is_number;
	s->matrix.empty = "An array without elements.";
	want(m);
	if (s->info->is_number && s->info->count > 1)
		want_stats(m);
	return true;
}

static void deliver(struct mode *m, struct job_result *r)
{
	struct state *s = m->state;

	if (r->spec.kind == JOB_STATS) {
		s->stats = r->spec.arg;
		r->spec.arg = NULL;
		return;
	}
	s->busy = false;
	window_free(s->window);
	s->window = r->spec.arg;
	r->spec.arg = NULL;
	if (s->window->rc < 0)
		app_say_error(m->view->app, &s->window->err);
	s->decimals = s->window->decimals > s->decimals ? s->window->decimals : s->decimals;
	s->exponents = s->exponents || s->window->exponents;
	want(m);
}

/* ---- keys ---- */

static void show_plane(struct mode *m, long by)
{
	struct state *s = m->state;

	if (s->planes < 2)
		return;
	if (by < 0)
		s->plane = s->plane ? s->plane - 1 : s->planes - 1;
	else
		s->plane = s->plane + 1 < s->planes ? s->plane + 1 : 0;
	want(m);
}

static bool action(struct mode *m, enum action a)
{
	struct state *s = m->state;

	switch (a) {
	case ACT_stats: s->hidden = !s->hidden; return true;
	case ACT_prev_plane: show_plane(m, -1); return true;
	case ACT_next_plane: show_plane(m, 1); return true;
	case ACT_sort:
	case ACT_reverse: return false;
	default: break;
	}
	if (matrix_action(&s->matrix, a) == MATRIX_NOTHING)
		return false;
	want(m);
	return true;
}

static bool mouse(struct mode *m, const struct key *k)
{
	struct state *s = m->state;

	if (k->code == K_CLICK && k->y < s->matrix.body_y)
		return false;
	if (matrix_mouse(&s->matrix, k) == MATRIX_NOTHING)
		return false;
	want(m);
	return true;
}

/* "120" and "120,3" go there. */
static void search(struct mode *m, const char *text, bool final)
{
	struct state *s = m->state;
	unsigned long long row = 0, column = s->matrix.column;

	(void) final;
	if (sscanf(text, "%18llu , %18llu", &row, &column) < 1)
		return;
	matrix_select(&s->matrix, (size_t)row, (size_t)column);
	want(m);
}

/* ---- drawing ---- */

static void stat(struct canvas *c, int x, int y, int w, const char *name, double d, bool whole)
{
	char s[40] = "–";

	if (whole) {
		struct buf b = BUF_INIT(64);
		list_number(&b, (uint64_t)d);
		snprintf(s, sizeof(s), "%s", b.p);
		buf_release(&b);
	} else if (isfinite(d)) {
		snprintf(s, sizeof(s), "%.6g", d);
	}
	canvas_text(c, x, y, ST_LABEL, name);
	canvas_fit(c, x + 6, y, w - 6, ALIGN_RIGHT, ST_STRONG, s);
}

/* Which bin a column of the chart shows: of few whole numbers, each has a bin of its own, with
 * empty ones between them. */
static size_t bin_of(int i, int n)
{
	return n == MF_ARRAY_BINS || i + 1 == n ? (size_t)(i + MF_ARRAY_BINS - n)
						: (size_t)(i * MF_ARRAY_BINS / (n - 1));
}

/* Columns of eighth blocks, h rows high, and the range below. */
static void draw_histogram(const struct mf_array_stats *st, bool whole, struct canvas *c)
{
	size_t most = 0;
	double range = st->max - st->min;
	int bins = whole && range > 0 && range < MF_ARRAY_BINS ? (int)range + 1 : MF_ARRAY_BINS;
	int each = c->w / MF_ARRAY_BINS > 2 ? 2 : c->w / MF_ARRAY_BINS, h = c->h - 1;
	char s[40];

	for (size_t i = 0; i < MF_ARRAY_BINS; i++)
		most = st->bins[i] > most ? st->bins[i] : most;
	if (each < 1 || h < 1 || !most)
		return;
	for (int i = 0; i < bins * each; i++) {
		size_t n = st->bins[bin_of(i / each, bins)];
		int eighths = (int)((double)n / (double)most * 8 * h + 0.5);
		eighths = n && !eighths ? 1 : eighths;
		for (int y = h - 1; y >= 0; y--, eighths -= 8)
			canvas_put(c, i, y, ST_SPARK,
				eighths >= 8  ? 0x2588
				: eighths > 0 ? 0x2580 + eighths
					      : ' ');
	}
	snprintf(s, sizeof(s), "%.4g", st->min);
	canvas_text(c, 0, h, ST_DIM, s);
	snprintf(s, sizeof(s), "%.4g", st->max);
	int w = canvas_width(c, s), end = bins * each > w + 6 ? bins * each : w + 6;
	canvas_text(c, end - w, h, ST_DIM, s);
}

static void draw_stats(const struct state *s, struct canvas *c)
{
	const struct mf_array_stats *st = s->stats ? &s->stats->stats : NULL;

	if (!st) {
		canvas_text(c, 2, 0, ST_DIM, "reading all of it for statistics …");
		return;
	}
	if (s->stats->rc < 0) {
		canvas_fit(c, 2, 0, c->w - 4, ALIGN_LEFT, ST_WARNING, s->stats->err.message);
		return;
	}
	if (c->h < 4) { /* one line */
		canvas_textf(c, 2, 0, ST_TEXT,
			"min %.6g  max %.6g  mean %.6g  std %.6g  nan %zu  zeros %zu", st->min,
			st->max, st->mean, st->std, st->nans, st->zeros);
		return;
	}
	stat(c, 2, 0, 18, "min", st->min, false);
	stat(c, 2, 1, 18, "max", st->max, false);
	stat(c, 2, 2, 18, "mean", st->mean, false);
	stat(c, 2, 3, 18, "std", st->std, false);
	stat(c, 23, 0, 17, "count", (double)st->count, true);
	stat(c, 23, 1, 17, "zeros", (double)st->zeros, true);
	stat(c, 23, 2, 17, "nan", (double)st->nans, true);
	stat(c, 23, 3, 17, "inf", (double)st->infs, true);
	struct canvas chart = canvas_sub(c, 43, 0, c->w - 44, 4);
	draw_histogram(st, !s->info->is_float, &chart);
}

static void draw(struct mode *m, struct canvas *c)
{
	struct state *s = m->state;
	bool stats = s->info->is_number && s->info->count > 1 && !s->hidden && c->h > 5;
	int y = !stats ? 0 : c->h >= 13 && c->w >= 60 ? 5 : 2;

	if (stats) {
		struct canvas panel = canvas_sub(c, 0, 0, c->w, y - 1);
		draw_stats(s, &panel);
	}
	struct canvas body = canvas_sub(c, 0, y, c->w, c->h - y);
	if (s->info->ndim < 2 && body.h > 2) {
		s->matrix.heads = 0; /* one column needs no number */
	} else {
		s->matrix.heads = 1;
	}
	matrix_draw(&s->matrix, &body, true);
}

static void status(const struct mode *m, struct buf *out)
{
	const struct state *s = m->state;

	if (s->planes > 1) {
		buf_adds(out, "plane ");
		grid_plane_name(s->info, s->plane, out);
		buf_adds(out, " · ");
	}
	if (s->busy)
		buf_adds(out, "reading … · ");
	matrix_status(&s->matrix, out);
}

static void head(const struct mode *m, struct buf *out)
{
	const struct state *s = m->state;

	buf_addf(out, "%s (", s->info->dtype);
	for (size_t i = 0; i < s->info->ndim; i++)
		buf_addf(out, i ? ", %zu" : "%zu", s->info->shape[i]);
	buf_adds(out, s->info->ndim == 1 ? ",)" : ")");
}

static bool copy(struct mode *m, struct buf *out)
{
	struct state *s = m->state;

	if (!window_has(s->window, s->plane, s->matrix.row, s->matrix.column))
		return false;
	if (s->window->doubles) {
		size_t i = (s->matrix.row - s->window->row) * s->window->columns +
			   s->matrix.column - s->window->column;
		buf_addf(out, "%.17g", s->window->doubles[i]);
	} else {
		window_cell(
			s->window, s->matrix.row, s->matrix.column, s->decimals, s->exponents, out);
	}
	return true;
}

static bool fits(const struct held *h)
{
	return h->array && !h->table;
}

static void close_grid(struct mode *m)
{
	struct state *s = m->state;

	matrix_release(&s->matrix);
	window_free(s->window);
	grid_stats_free(s->stats);
}

static const enum action actions[] = {ACT_mode, ACT_stats, ACT_export, ACT_copy, ACT_next_plane,
	ACT_copy_twin, ACT_page, ACT_NONE};

const struct mode_class value_grid_mode = {
	.name = "grid",
	.ctx = CTX_GRID,
	.actions = actions,
	.state_size = sizeof(struct state),
	.fits = fits,
	.open = open_grid,
	.deliver = deliver,
	.action = action,
	.mouse = mouse,
	.draw = draw,
	.status = status,
	.search = search,
	.head = head,
	.copy = copy,
	.close = close_grid,
};
