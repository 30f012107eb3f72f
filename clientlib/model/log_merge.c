/* The order of log lines. Log files are nearly always in order, and those of a run are many short
 * ones in a row: a merge sort that starts from the runs it finds takes one pass for the first and
 * few for the second. */
#include <stdlib.h>

#include "log.h"

int log_by_time(const struct mf_log *log, const struct log_line *a, const struct log_line *b)
{
	(void)log;
	return (a->us > b->us) - (a->us < b->us);
}

struct slice {
	const char *p;
	size_t n;
};

static int compare_bytes(struct slice a, struct slice b)
{
	int c = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);
	return c ? c : (a.n > b.n) - (a.n < b.n);
}

/* What the client compares of a line, in this order. */
struct key {
	struct slice stamp;
	bool unstamped, persist;
	struct slice source, id, text;
};

static struct key key_of(const struct mf_log *log, const struct log_line *l)
{
	/* unstamped lines have a time of their own, which is compared as text like all others */
	static const char never[] = "3000-01-01T00:00:00.000000", empty[] = "";
	const struct log_file *f = &log->files.v[l->file];
	struct key k = {.stamp = {never, sizeof(never) - 1},
		.unstamped = !l->source_n,
		.source = {empty, 0},
		.id = {empty, 0},
		.text = {f->p + l->text, l->n}};
	if (k.unstamped) {
		/* their newline belongs to them */
		k.text.n += (size_t)l->start + l->n < f->n;
		return k;
	}
	k.persist = f->p[l->start + 1] == '!';
	const char *stamp = f->p + l->start + strlen("[MFLOG|0|") + (k.persist ? 2 : 0);
	const char *source = f->p + l->source, *id = source + l->source_n + 1;
	k.stamp = (struct slice){stamp, (size_t)(source - strlen("Z|") - stamp)};
	k.source = (struct slice){source, l->source_n};
	k.id = (struct slice){id, (size_t)(k.text.p - strlen("]") - id)};
	return k;
}

int log_by_client(const struct mf_log *log, const struct log_line *a, const struct log_line *b)
{
	struct key x = key_of(log, a), y = key_of(log, b);
	int c = compare_bytes(x.stamp, y.stamp);
	/* the client cannot compare these two and raises: any order will do */
	if (!c)
		c = x.unstamped - y.unstamped;
	if (!c)
		c = x.persist - y.persist;
	if (!c)
		c = compare_bytes(x.source, y.source);
	if (!c)
		c = compare_bytes(x.id, y.id);
	return c ? c : compare_bytes(x.text, y.text);
}

/* The end of the sorted stretch that starts at `from`. */
static size_t stretch(
	const struct mf_log *log, const struct log_line *v, size_t from, size_t n, log_order *order)
{
	size_t i = from + 1;
	while (i < n && order(log, &v[i - 1], &v[i]) <= 0)
		i++;
	return i < n ? i : n;
}

bool log_sorted(const struct mf_log *log, const struct log_line *v, size_t n, log_order *order)
{
	return !n || stretch(log, v, 0, n, order) == n;
}

int log_sort(const struct mf_log *log, struct log_line *v, size_t n, log_order *order,
	struct mf_error *err)
{
	if (log_sorted(log, v, n, order))
		return MF_OK;
	struct log_line *tmp = calloc(n, sizeof(*tmp)), *from = v, *to = tmp;
	if (!tmp)
		return err_nomem(err);
	for (size_t stretches = 2; stretches > 1;) {
		stretches = 0;
		for (size_t start = 0, end; start < n; start = end) {
			size_t mid = stretch(log, from, start, n, order), i = start, k = mid,
			       at = start;
			end = mid < n ? stretch(log, from, mid, n, order) : n;
			while (i < mid && k < end)
				to[at++] =
					order(log, &from[i], &from[k]) <= 0 ? from[i++] : from[k++];
			memcpy(to + at, from + i, (mid - i) * sizeof(*to));
			memcpy(to + at + (mid - i), from + k, (end - k) * sizeof(*to));
			stretches++;
		}
		struct log_line *swap = from;
		from = to;
		to = swap;
	}
	if (from != v)
		memcpy(v, from, n * sizeof(*v));
	free(tmp);
	return MF_OK;
}
