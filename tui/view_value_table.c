/* view_value_table.c: frames, series, structured arrays and lists of dicts as a table. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "list.h"
#include "matrix.h"
#include "view_value_table_job.h"

enum { DIGITS = 6, LOOKED_AT = 200, COLUMNS_MOST = 1 << 16 };

struct state {
	struct mf_table *table; /* of the UI thread */
	struct matrix matrix;
	struct table_job *done[TABLE_JOBS]; /* what came last of each kind; NULL: nothing yet */
	bool busy[TABLE_JOBS];
	VEC(int8_t) decimals; /* of float columns; -1: not looked at; 99: with exponents */
	size_t from_row;      /* where the search began */
};

static const struct table_job *part(const struct state *s, int what)
{
	return s->done[what] && s->done[what]->rc >= 0 ? s->done[what] : NULL;
}

/* ---- cells ---- */

static size_t row_count(void *ctx)
{
	return mf_table_rows(((struct state *)ctx)->table);
}

static size_t column_count(void *ctx)
{
	return mf_table_columns(((struct state *)ctx)->table);
}

/* The row of the table that is shown at this place. */
static size_t at(const struct state *s, size_t row)
{
	const struct table_job *sorted = s->matrix.sort == SIZE_MAX ? NULL : part(s, TABLE_SORT);

	return sorted ? sorted->order[row] : row;
}

static unsigned label(void *ctx, size_t row, struct buf *out)
{
	const struct state *s = ctx;
	const struct mf_value *v = mf_table_label(s->table, at(s, row));

	if (v)
		table_cell_text(v, out);
	else
		buf_addf(out, "%zu", at(s, row));
	return ST_DIM;
}

/* The name, and below it the type and how many are missing. */
static unsigned title(void *ctx, size_t column, int line, struct buf *out)
{
	const struct state *s = ctx;
	const struct mf_column *c = mf_table_column(s->table, column);
	const struct table_job *nulls = part(s, TABLE_NULLS);

	if (line == 0) {
		buf_add(out, c->name, c->name_n);
		return ST_HEADER;
	}
	buf_adds(out, c->type);
	if (nulls && nulls->nulls[column]) {
		buf_adds(out, " ");
		list_number(out, nulls->nulls[column]);
		buf_adds(out, " null");
	}
	return nulls && nulls->nulls[column] ? ST_UNKNOWN : ST_TYPE;
}

static bool is_float(const struct mf_column *c)
{
	return c->is_number && strcasestr(c->type, "float");
}

static int digits_after(double d)
{
	char s[40];

	snprintf(s, sizeof(s), "%.*g", DIGITS, fabs(d));
	const char *e = strchr(s, 'e'), *point = strchr(s, '.');
	int n = point ? (int)((e ? e : s + strlen(s)) - point) - 1 : 0;
	n -= e ? (int)strtol(e + 1, NULL, 10) : 0;
	return n < 1 ? 1 : n > DIGITS ? DIGITS : n;
}

/* Digits after the point that the numbers of a column need: the point is in one place. */
static int decimals_of(struct state *s, size_t column, size_t row)
{
	double d, most = 0;
	int need = 1;

	while (s->decimals.n <= column && column < COLUMNS_MOST)
		if (!vec_push(&s->decimals, -1))
			return DIGITS;
	if (column >= s->decimals.n)
		return DIGITS;
	if (s->decimals.v[column] >= 0)
		return s->decimals.v[column];
	for (size_t i = row; i < row + LOOKED_AT && i < mf_table_rows(s->table); i++)
		if (mf_table_double(s->table, at(s, i), column, &d) && isfinite(d)) {
			int n = digits_after(d);
			need = n > need ? n : need;
			most = fabs(d) > most ? fabs(d) : most;
		}
	if (most >= 1e12 || (most > 0 && most < 1e-5))
		need = 99;
	return s->decimals.v[column] = (int8_t)need;
}

static unsigned attr_of(const struct mf_value *v)
{
	switch (mf_value_kind(v)) {
	case MF_NULL: return ST_NULL;
	case MF_BOOL: return ST_KEYWORD;
	case MF_FAILURE: return ST_ERROR;
	case MF_LIST:
	case MF_DICT:
	case MF_OBJECT: return ST_DIM;
	default: return ST_TEXT;
	}
}

static unsigned cell(void *ctx, size_t row, size_t column, struct buf *out)
{
	struct state *s = ctx;
	const struct mf_column *c = mf_table_column(s->table, column);
	size_t r = at(s, row);
	double d;

	if (mf_table_missing(s->table, r, column)) {
		buf_adds(out, "–");
		return ST_NULL;
	}
	if (is_float(c) && mf_table_double(s->table, r, column, &d) && isfinite(d)) {
		int n = decimals_of(s, column, row);
		buf_addf(out, n == 99 ? "%.*e" : "%.*f", n == 99 ? 4 : n, d);
		return ST_TEXT;
	}
	const struct mf_value *v = mf_table_cell(s->table, r, column);
	table_cell_text(v, out);
	const struct table_job *found = part(s, TABLE_SEARCH);
	if (found && *found->pattern && table_matches(found->pattern, out->p))
		return ST_MATCH;
	return attr_of(v);
}

static bool right(void *ctx, size_t column)
{
	return mf_table_column(((struct state *)ctx)->table, column)->is_number;
}

/* ---- jobs ---- */

static void start_job(struct mode *m, int what, size_t column, bool reverse, const char *pattern)
{
	struct state *s = m->state;
	struct table_job *j = s->busy[what] ? NULL : table_job_new(what, column, reverse, pattern);

	if (j)
		s->busy[what] = mode_submit(m, what, table_job_run, j, table_job_free);
}

static void want_sort(struct mode *m)
{
	const struct state *s = m->state;
	const struct table_job *j = s->done[TABLE_SORT];

	if (s->matrix.sort != SIZE_MAX &&
		!(j && j->column == s->matrix.sort && j->reverse == s->matrix.reverse))
		start_job(m, TABLE_SORT, s->matrix.sort, s->matrix.reverse, NULL);
}

static void want_search(struct mode *m)
{
	const struct state *s = m->state;
	const struct table_job *j = s->done[TABLE_SEARCH];

	if (*m->view->filter && !(j && str_eq(j->pattern, m->view->filter)))
		start_job(m, TABLE_SEARCH, 0, false, m->view->filter);
}

static bool open_table(struct mode *m)
{
	struct state *s = m->state;

	if (mf_table_open(&s->table, m->held->value, NULL) < 0) {
		s->table = NULL;
		return false;
	}
	matrix_init(&s->matrix,
		&(struct matrix_source){row_count, column_count, label, title, cell, right, s});
	s->matrix.heads = 2;
	s->matrix.empty = "A table without rows.";
	start_job(m, TABLE_NULLS, 0, false, NULL);
	return true;
}

/* The next row with a match from `row` on (which counts itself), around the end. */
static void go_to_match(struct state *s, size_t row, int dir)
{
	const struct table_job *j = part(s, TABLE_SEARCH);
	size_t n = mf_table_rows(s->table), k = mf_table_columns(s->table);
	struct buf b = BUF_INIT(1 << 20);
	bool found = false;

	if (!j || !j->n_hits)
		return;
	for (size_t i = 0; i < n && !table_hit(j, at(s, row)); i++)
		row = dir > 0 ? (row + 1 < n ? row + 1 : 0) : row ? row - 1 : n - 1;
	for (size_t i = 0; i < k && !found; i++) {
		found = table_cell_matches(s->table, at(s, row), i, j->pattern, &b);
		if (found)
			matrix_select(&s->matrix, row, i);
	}
	buf_release(&b);
}

static void deliver(struct mode *m, struct job_result *r)
{
	struct state *s = m->state;
	int what = r->spec.kind;
	struct table_job *j = r->spec.arg;

	r->spec.arg = NULL;
	s->busy[what] = false;
	table_job_free(s->done[what]);
	s->done[what] = j;
	if (j->rc < 0 && j->err.code)
		app_say_error(m->view->app, &j->err);
	if (what == TABLE_SORT) {
		matrix_refresh(&s->matrix, false);
		want_sort(m);
	} else if (what == TABLE_SEARCH) {
		go_to_match(s, s->from_row, 1);
		want_search(m);
	}
}

/* ---- keys ---- */

static bool did(struct mode *m, enum matrix_event e)
{
	if (e == MATRIX_SORT)
		want_sort(m);
	return e != MATRIX_NOTHING;
}

static bool action(struct mode *m, enum action a)
{
	struct state *s = m->state;
	size_t n = mf_table_rows(s->table), row = s->matrix.row;

	if (a == ACT_next_match || a == ACT_prev_match) {
		if (n)
			go_to_match(s,
				a == ACT_next_match ? (row + 1) % n
				: row               ? row - 1
						    : n - 1,
				a == ACT_next_match ? 1 : -1);
		return true;
	}
	return did(m, matrix_action(&s->matrix, a));
}

static bool mouse(struct mode *m, const struct key *k)
{
	return did(m, matrix_mouse(&((struct state *)m->state)->matrix, k));
}

static void search(struct mode *m, const char *text, bool final)
{
	struct state *s = m->state;

	if (!final)
		return; /* a job for each letter would be many */
	s->from_row = s->matrix.row;
	if (!*text) {
		table_job_free(s->done[TABLE_SEARCH]);
		s->done[TABLE_SEARCH] = NULL;
	}
	want_search(m);
}

static void draw(struct mode *m, struct canvas *c)
{
	matrix_draw(&((struct state *)m->state)->matrix, c, true);
}

static void status(const struct mode *m, struct buf *out)
{
	const struct state *s = m->state;
	const struct table_job *found = part(s, TABLE_SEARCH);

	if (s->busy[TABLE_SORT])
		buf_adds(out, "sorting … · ");
	if (s->busy[TABLE_SEARCH]) {
		buf_adds(out, "searching … · ");
	} else if (found) {
		list_number(out, found->n_hits);
		buf_adds(out, found->n_hits == 1 ? " match · " : " matches · ");
	}
	matrix_status(&s->matrix, out);
}

static void head(const struct mode *m, struct buf *out)
{
	const struct state *s = m->state;

	list_number(out, mf_table_rows(s->table));
	buf_adds(out, " × ");
	list_number(out, mf_table_columns(s->table));
}

static bool copy(struct mode *m, struct buf *out)
{
	const struct state *s = m->state;
	struct mf_sink sink = {buf_sink_write, out};
	const struct mf_value *v = mf_table_cell(s->table, at(s, s->matrix.row), s->matrix.column);

	if (!v)
		return false;
	(void)mf_value_print_text(v, &sink, 0, NULL);
	return true;
}

static bool fits(const struct held *h)
{
	return h->table != NULL;
}

static void close_table(struct mode *m)
{
	struct state *s = m->state;

	matrix_release(&s->matrix);
	vec_release(&s->decimals);
	for (int i = 0; i < TABLE_JOBS; i++)
		table_job_free(s->done[i]);
	mf_table_free(s->table);
}

static const enum action actions[] = {ACT_mode, ACT_sort, ACT_reverse, ACT_next_match, ACT_export,
	ACT_copy, ACT_copy_twin, ACT_page, ACT_NONE};

const struct mode_class value_table_mode = {
	.name = "table",
	.ctx = CTX_GRID | CTX_LIST,
	.actions = actions,
	.state_size = sizeof(struct state),
	.fits = fits,
	.open = open_table,
	.deliver = deliver,
	.action = action,
	.mouse = mouse,
	.draw = draw,
	.status = status,
	.search = search,
	.head = head,
	.copy = copy,
	.close = close_table,
};
