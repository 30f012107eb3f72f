/* view_value_table_job.c: counts, orders and matches of tables. */
#include "view_value_table_job.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"
#include "../clientlib/base/util.h"

enum { CELL_WIDTH = 300, LOOK_EVERY = 1024 };

struct table_job *table_job_new(int what, size_t column, bool reverse, const char *pattern)
{
	struct table_job *j = calloc(1, sizeof(*j));

	if (!j)
		return NULL;
	j->what = what;
	j->column = column;
	j->reverse = reverse;
	j->err = (struct mf_error)MF_ERROR_INIT;
	j->pattern = pattern ? strdup(pattern) : NULL;
	if (pattern && !j->pattern) {
		free(j);
		return NULL;
	}
	return j;
}

void table_job_free(void *arg)
{
	struct table_job *j = arg;

	if (!j)
		return;
	held_unref(j->held);
	free(j->pattern);
	free(j->nulls);
	free(j->order);
	free(j->hits);
	free(j);
}

size_t table_prefix(const char *p, size_t n, size_t most)
{
	if (n <= most)
		return n;
	while (most && ((unsigned char)p[most] & 0xc0) == 0x80)
		most--; /* characters stay whole */
	return most;
}

/* ---- missing cells ---- */

static int count_nulls(struct table_job *j, struct mf_table *t, struct job *job)
{
	size_t n = mf_table_columns(t);

	j->nulls = calloc(n + 1, sizeof(*j->nulls));
	if (!j->nulls)
		return err_nomem(&j->err);
	for (size_t i = 0; i < n; i++) {
		if (job_cancelled(job))
			return MF_ECANCELLED;
		j->nulls[i] = mf_table_nulls(t, i);
	}
	return MF_OK;
}

/* ---- order ---- */

struct sorter {
	struct mf_table *table;
	struct job *job;
	size_t column, looks;
	bool reverse, stopped;
};

/* What is missing stays at the end whichever way it goes. */
static bool in_order(struct sorter *s, size_t a, size_t b)
{
	if (++s->looks % LOOK_EVERY == 0 && job_cancelled(s->job))
		s->stopped = true;
	if (s->stopped)
		return true;
	int cmp = mf_table_compare(s->table, s->column, a, b);
	if (s->reverse && !mf_table_missing(s->table, a, s->column) &&
		!mf_table_missing(s->table, b, s->column))
		cmp = -cmp;
	return cmp <= 0;
}

static void merge(
	struct sorter *s, const size_t *from, size_t *to, size_t lo, size_t mid, size_t hi)
{
	size_t a = lo, b = mid;

	for (size_t i = lo; i < hi; i++)
		to[i] = a < mid && (b >= hi || in_order(s, from[a], from[b])) ? from[a++]
									      : from[b++];
}

static int sort(struct table_job *j, struct mf_table *t, struct job *job)
{
	struct sorter s = {t, job, j->column, 0, j->reverse, false};
	size_t n = mf_table_rows(t), bytes;

	if (!size_mul(n + 1, sizeof(size_t), &bytes))
		return err_nomem(&j->err);
	j->order = malloc(bytes);
	size_t *other = malloc(bytes);
	if (!j->order || !other) {
		free(other);
		return err_nomem(&j->err);
	}
	for (size_t i = 0; i < n; i++)
		j->order[i] = i;
	for (size_t w = 1; w < n && !s.stopped; w *= 2) {
		for (size_t lo = 0; lo < n; lo += 2 * w) {
			size_t mid = n - lo < w ? n : lo + w, hi = n - lo < 2 * w ? n : lo + 2 * w;
			merge(&s, j->order, other, lo, mid, hi);
		}
		size_t *swap = j->order;
		j->order = other;
		other = swap;
	}
	free(other);
	return s.stopped ? MF_ECANCELLED : MF_OK;
}

/* ---- matches ---- */

void table_cell_text(const struct mf_value *v, struct buf *out)
{
	struct mf_sink sink = {buf_sink_write, out};
	size_t n;
	const char *p = mf_value_kind(v) == MF_STRING ? mf_value_text(v, &n) : NULL;

	if (p) /* as it is, without quotes */
		buf_add(out, p, table_prefix(p, n, CELL_WIDTH));
	else
		(void)mf_value_print_text(v, &sink, CELL_WIDTH, NULL);
}

bool table_matches(const char *pattern, const char *text)
{
	for (const char *p = pattern; *p; p++)
		if (isupper((unsigned char)*p))
			return strstr(text, pattern) != NULL;
	return strcasestr(text, pattern) != NULL;
}

bool table_cell_matches(
	struct mf_table *t, size_t row, size_t column, const char *pattern, struct buf *scratch)
{
	buf_clear(scratch);
	if (mf_table_missing(t, row, column))
		return false;
	table_cell_text(mf_table_cell(t, row, column), scratch);
	return table_matches(pattern, scratch->p);
}

static int find(struct table_job *j, struct mf_table *t, struct job *job)
{
	size_t rows = mf_table_rows(t), columns = mf_table_columns(t), looks = 0;
	struct buf b = BUF_INIT(1 << 20);

	j->hits = calloc(rows / 8 + 1, 1);
	if (!j->hits)
		return err_nomem(&j->err);
	for (size_t row = 0; row < rows; row++)
		for (size_t i = 0; i < columns; i++) {
			if (++looks % LOOK_EVERY == 0 && job_cancelled(job)) {
				buf_release(&b);
				return MF_ECANCELLED;
			}
			if (!table_cell_matches(t, row, i, j->pattern, &b))
				continue;
			j->hits[row / 8] |= (unsigned char)(1U << row % 8);
			j->n_hits++;
		}
	buf_release(&b);
	return MF_OK;
}

void table_job_run(struct job *job, void *arg)
{
	struct table_job *j = arg;
	struct mf_table *t;

	j->rc = mf_table_open(&t, j->held->value, &j->err);
	if (j->rc < 0)
		return;
	switch (j->what) {
	case TABLE_NULLS: j->rc = count_nulls(j, t, job); break;
	case TABLE_SORT: j->rc = sort(j, t, job); break;
	default: j->rc = find(j, t, job); break;
	}
	mf_table_free(t);
}
