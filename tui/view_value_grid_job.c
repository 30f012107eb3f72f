/* view_value_grid_job.c: a window of an array, its cells as text, and statistics of all. */
#include "view_value_grid_job.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"
#include "../clientlib/base/util.h"
#include "view_value_table_job.h"

enum { DIGITS = 6, TEXT_MOST = 32 << 20 };

/* ---- planes ---- */

void grid_plane_shape(
	const struct mf_array_info *info, size_t *rows, size_t *columns, size_t *planes)
{
	size_t n = info->ndim;

	*rows = n == 0 ? 1 : info->shape[n > 1 ? n - 2 : 0];
	*columns = n > 1 ? info->shape[n - 1] : 1;
	*planes = 1;
	for (size_t i = 0; i + 2 < n; i++)
		*planes *= info->shape[i]; /* at most the count, or 0 */
}

/* Index of a plane along axis `axis` of those before the last two. */
static size_t plane_index(const struct mf_array_info *info, size_t plane, size_t axis)
{
	for (size_t i = info->ndim - 2; i-- > axis + 1;)
		plane = info->shape[i] ? plane / info->shape[i] : 0;
	return info->shape[axis] ? plane % info->shape[axis] : 0;
}

void grid_plane_name(const struct mf_array_info *info, size_t plane, struct buf *out)
{
	if (info->ndim < 3)
		return;
	buf_addc(out, '[');
	for (size_t i = 0; i + 2 < info->ndim; i++)
		buf_addf(out, "%zu, ", plane_index(info, plane, i));
	buf_adds(out, ":, :]");
}

/* ---- windows ---- */

struct window *window_new(const struct mf_array_info *info, size_t plane, size_t row, size_t column,
	size_t rows, size_t columns)
{
	struct window *w = calloc(1, sizeof(*w));
	struct buf slice = BUF_INIT(4096);

	if (!w)
		return NULL;
	*w = (struct window){
		.plane = plane, .row = row, .column = column, .rows = rows, .columns = columns};
	w->err = (struct mf_error)MF_ERROR_INIT;
	buf_init(&w->text, TEXT_MOST);
	for (size_t i = 0; i + 2 < info->ndim; i++)
		buf_addf(&slice, "%zu,", plane_index(info, plane, i));
	if (info->ndim)
		buf_addf(&slice, "%zu:%zu", row, row + rows);
	if (info->ndim > 1)
		buf_addf(&slice, ",%zu:%zu", column, column + columns);
	w->slice = slice.failed ? NULL : info->ndim ? buf_take(&slice) : strdup("");
	buf_release(&slice);
	if (!w->slice) {
		window_free(w);
		return NULL;
	}
	return w;
}

void window_free(void *arg)
{
	struct window *w = arg;

	if (!w)
		return;
	held_unref(w->held);
	free(w->slice);
	free(w->doubles);
	buf_release(&w->text);
	vec_release(&w->starts);
	free(w);
}

static int read_floats(struct window *w, struct mf_array *a, size_t n)
{
	w->doubles = malloc((n + 1) * sizeof(*w->doubles));
	if (!w->doubles)
		return err_nomem(&w->err);
	for (size_t i = 0; i < n; i++) {
		w->doubles[i] = (double)NAN;
		mf_array_double(a, i, &w->doubles[i]);
	}
	return MF_OK;
}

static int read_texts(struct window *w, struct mf_array *a, size_t n, struct job *job)
{
	for (size_t i = 0; i <= n; i++) {
		struct buf one = BUF_INIT(1 << 20);
		if (!vec_push(&w->starts, w->text.n) || w->text.failed == MF_ENOMEM)
			return err_nomem(&w->err);
		if (i == n)
			break;
		if (i % 256 == 0 && job_cancelled(job))
			return MF_ECANCELLED;
		const struct mf_value *v = mf_array_item(a, i);
		table_cell_text(v, &one);
		buf_add(&w->text, one.p, one.n);
		buf_release(&one);
	}
	return MF_OK;
}

/* Digits after the point that a float needs to show six digits of itself. */
static void measure(struct window *w, size_t n)
{
	double most = 0, least = (double)INFINITY;

	for (size_t i = 0; i < n; i++) {
		double d = fabs(w->doubles[i]);
		char s[40];
		if (!isfinite(d) || d == 0)
			continue;
		most = d > most ? d : most;
		least = d < least ? d : least;
		if (w->decimals == DIGITS)
			continue;
		snprintf(s, sizeof(s), "%.*g", DIGITS, d);
		const char *e = strchr(s, 'e'), *point = strchr(s, '.');
		int after = point ? (int)((e ? e : s + strlen(s)) - point) - 1 : 0;
		after -= e ? (int)strtol(e + 1, NULL, 10) : 0;
		w->decimals = after > w->decimals ? after : w->decimals;
		w->decimals = w->decimals > DIGITS ? DIGITS : w->decimals;
	}
	w->exponents = most >= 1e9 || (isfinite(least) && least < 1e-5 && most < 1e-2);
}

static int read_window(struct window *w, struct job *job)
{
	struct mf_document *doc = NULL;
	struct mf_array *a = NULL;
	int rc = MF_OK;

	if (*w->slice)
		rc = mf_value_select(&doc, w->held->value, NULL, w->slice, &w->err);
	if (rc >= 0)
		rc = mf_array_open(&a, doc ? mf_document_value(doc) : w->held->value, &w->err);
	if (rc >= 0) {
		const struct mf_array_info *info = mf_array_info(a);
		size_t n = w->rows * w->columns;
		if (info->count != n)
			rc = err_set(&w->err, MF_ECORRUPT, "the array is not of the shape it had");
		else if (info->is_float)
			rc = read_floats(w, a, n);
		else
			rc = read_texts(w, a, n, job);
		if (rc >= 0 && w->doubles)
			measure(w, n);
	}
	mf_array_free(a);
	mf_document_free(doc);
	return rc;
}

void window_run(struct job *job, void *arg)
{
	struct window *w = arg;

	w->rc = read_window(w, job);
}

bool window_has(const struct window *w, size_t plane, size_t row, size_t column)
{
	return w && w->rc >= 0 && plane == w->plane && row >= w->row && row - w->row < w->rows &&
	       column >= w->column && column - w->column < w->columns;
}

static unsigned float_cell(double d, int decimals, bool exponents, struct buf *out)
{
	if (isnan(d)) {
		buf_adds(out, "nan");
		return ST_NULL;
	}
	if (isinf(d))
		buf_adds(out, d < 0 ? "-inf" : "inf");
	else if (exponents)
		buf_addf(out, "%.4e", d);
	else
		buf_addf(out, "%.*f", decimals, d);
	return isinf(d) ? ST_WARNING : d == 0 ? ST_DIM : ST_TEXT;
}

unsigned window_cell(const struct window *w, size_t row, size_t column, int decimals,
	bool exponents, struct buf *out)
{
	size_t i = (row - w->row) * w->columns + (column - w->column);

	if (w->doubles)
		return float_cell(w->doubles[i], decimals, exponents, out);
	if (i + 1 < w->starts.n)
		buf_add(out, w->text.p + w->starts.v[i], w->starts.v[i + 1] - w->starts.v[i]);
	return out->n == 1 && out->p[0] == '0' ? ST_DIM : ST_TEXT;
}

/* ---- statistics ---- */

void grid_stats_free(void *arg)
{
	struct grid_stats *s = arg;

	if (!s)
		return;
	held_unref(s->held);
	free(s);
}

static bool cancelled(void *job)
{
	return job_cancelled(job);
}

void grid_stats_run(struct job *job, void *arg)
{
	struct grid_stats *s = arg;
	struct mf_array *a;

	s->rc = mf_array_open(&a, s->held->value, &s->err);
	if (s->rc >= 0)
		s->rc = mf_array_stats(a, &s->stats, cancelled, job, &s->err);
	if (s->rc >= 0 || a)
		mf_array_free(a);
}
