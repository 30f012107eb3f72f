#include "diff.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "../base/buf.h"
#include "../base/err.h"

enum {
	LINES_MAX = 1 << 20,
	CONTEXT = 3,
	PROBE = 8000, /* bytes that tell text from the rest */
	HUNK_MAX = 64 << 20
};
static const uint64_t STEPS_MAX = 50000000; /* of the search: a fraction of a second */

bool diff_is_binary(const struct diff_text *t)
{
	return t->n && memchr(t->p, '\0', t->n < PROBE ? t->n : PROBE);
}

/* ---- lines ---- */

struct line {
	const char *p;
	size_t n; /* with its newline, if it has one */
	uint64_t hash;
};

struct side {
	struct line *lines;
	long n;
	bool *changed; /* not in the other text */
};

static int split(struct side *s, const struct diff_text *t, struct mf_error *err)
{
	size_t count = 1;
	for (size_t i = 0; i < t->n; i++)
		count += t->p[i] == '\n';
	if (count > LINES_MAX)
		return err_set(err, MF_ELIMIT, "more than %d lines", LINES_MAX);
	s->lines = calloc(count, sizeof(*s->lines));
	s->changed = calloc(count + 1, sizeof(*s->changed));
	if (!s->lines || !s->changed)
		return err_nomem(err);
	for (const char *p = t->p, *end = p + t->n; p < end;) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((nl ? nl + 1 : end) - p);
		s->lines[s->n++] = (struct line){p, n, hash_add(HASH_EMPTY, p, n)};
		p += n;
	}
	return MF_OK;
}

static bool same(const struct line *a, const struct line *b)
{
	return a->hash == b->hash && a->n == b->n && memcmp(a->p, b->p, a->n) == 0;
}

/* ---- the search ---- */

struct search {
	struct side *a, *b;
	long *forward, *backward; /* furthest x on each diagonal x - y, from either end; indexed by
				     the diagonal */
	uint64_t steps;
};

struct box {
	long a0, a1, b0, b1; /* a[a0..a1) against b[b0..b1) */
};

/* Diagonals that one of the two searches has reached. */
struct front {
	long low, high;
};

/* Widen a front by one diagonal on each side, or narrow it where it stands at the edge of the box:
 * what lies outside leads nowhere. `none` is a value that no path continues. */
static void widen(struct front *f, long *x, long least, long most, long none)
{
	if (f->low > least)
		x[--f->low - 1] = none;
	else
		f->low++;
	if (f->high < most)
		x[++f->high + 1] = none;
	else
		f->high--;
}

/* A point in the middle of a shortest path through the box, whose parts are not empty and differ in
 * their first and last lines. False when the search has taken too long. */
static bool find_middle(struct search *s, const struct box *box, long *mx, long *my)
{
	const struct line *a = s->a->lines, *b = s->b->lines;
	const long least = box->a0 - box->b1, most = box->a1 - box->b0, start = box->a0 - box->b0,
		   goal = box->a1 - box->b1;
	const bool odd = (start - goal) & 1;
	long *fx = s->forward, *bx = s->backward;
	struct front f = {start, start}, r = {goal, goal};
	fx[start] = box->a0;
	bx[goal] = box->a1;
	while (s->steps < STEPS_MAX) {
		widen(&f, fx, least, most, -1);
		for (long k = f.high; k >= f.low; k -= 2) {
			long x = fx[k - 1] >= fx[k + 1] ? fx[k - 1] + 1 : fx[k + 1], from = x;
			while (x < box->a1 && x - k < box->b1 && same(&a[x], &b[x - k]))
				x++;
			s->steps += (uint64_t)(x - from) + 1;
			fx[k] = x;
			if (odd && k >= r.low && k <= r.high && bx[k] <= x) {
				*mx = x, *my = x - k;
				return true;
			}
		}
		widen(&r, bx, least, most, LONG_MAX);
		for (long k = r.high; k >= r.low; k -= 2) {
			long x = bx[k - 1] < bx[k + 1] ? bx[k - 1] : bx[k + 1] - 1, from = x;
			while (x > box->a0 && x - k > box->b0 && same(&a[x - 1], &b[x - k - 1]))
				x--;
			s->steps += (uint64_t)(from - x) + 1;
			bx[k] = x;
			if (!odd && k >= f.low && k <= f.high && x <= fx[k]) {
				*mx = x, *my = x - k;
				return true;
			}
		}
	}
	return false;
}

/* Mark what differs in the box. The length of the path halves with each level. */
static bool compare(struct search *s, struct box box)
{
	const struct line *a = s->a->lines, *b = s->b->lines;
	while (box.a0 < box.a1 && box.b0 < box.b1 && same(&a[box.a0], &b[box.b0]))
		box.a0++, box.b0++;
	while (box.a0 < box.a1 && box.b0 < box.b1 && same(&a[box.a1 - 1], &b[box.b1 - 1]))
		box.a1--, box.b1--;
	if (box.a0 == box.a1 || box.b0 == box.b1) {
		for (long i = box.a0; i < box.a1; i++)
			s->a->changed[i] = true;
		for (long i = box.b0; i < box.b1; i++)
			s->b->changed[i] = true;
		return true;
	}
	long x, y;
	return find_middle(s, &box, &x, &y) && compare(s, (struct box){box.a0, x, box.b0, y}) &&
	       compare(s, (struct box){x, box.a1, y, box.b1});
}

static int search(struct side *a, struct side *b, struct mf_error *err)
{
	struct search s = {.a = a, .b = b};
	size_t n = (size_t)(a->n + b->n) + 4;
	long *both = calloc(n, 2 * sizeof(*both));
	if (!both)
		return err_nomem(err);
	s.forward = both + b->n + 2;
	s.backward = s.forward + n;
	bool found = compare(&s, (struct box){0, a->n, 0, b->n});
	free(both);
	return found ? MF_OK : err_set(err, MF_ELIMIT, "the files are too different to compare");
}

/* ---- the text ---- */

static void put_line(struct buf *out, char mark, const struct line *l)
{
	buf_addc(out, mark);
	buf_add(out, l->p, l->n);
	if (l->p[l->n - 1] != '\n')
		buf_adds(out, "\n\\ No newline at end of file\n");
}

/* "12,3"; an empty range stands behind the line before it */
static void put_range(struct buf *out, long from, long n)
{
	buf_addf(out, n == 1 ? "%ld" : "%ld,%ld", n ? from + 1 : from, n);
}

/* The hunk that starts with the change at a[i], b[j]; both are moved behind it. */
static void put_hunk(struct buf *out, const struct side *a, const struct side *b, long *i, long *j)
{
	long a0 = *i > CONTEXT ? *i - CONTEXT : 0, b0 = *j - (*i - a0), x = *i, y = *j;
	for (long equal = 0; x < a->n || y < b->n;) {
		bool change = (x < a->n && a->changed[x]) || (y < b->n && b->changed[y]);
		if (!change && ++equal > 2 * CONTEXT)
			break;
		if (change)
			equal = 0;
		while (x < a->n && a->changed[x])
			x++;
		while (y < b->n && b->changed[y])
			y++;
		if (!change)
			x++, y++;
	}
	/* of the equal lines at the end only the first are context */
	long tail = 0;
	while (tail < x && tail < y && !a->changed[x - 1 - tail] && !b->changed[y - 1 - tail] &&
		x - 1 - tail >= *i)
		tail++;
	long drop = tail > CONTEXT ? tail - CONTEXT : 0;
	x -= drop;
	y -= drop;
	buf_adds(out, "@@ -");
	put_range(out, a0, x - a0);
	buf_adds(out, " +");
	put_range(out, b0, y - b0);
	buf_adds(out, " @@\n");
	for (long p = a0, q = b0; p < x || q < y;) {
		if (p < x && a->changed[p]) {
			put_line(out, '-', &a->lines[p++]);
		} else if (q < y && b->changed[q]) {
			put_line(out, '+', &b->lines[q++]);
		} else {
			put_line(out, ' ', &a->lines[p++]);
			q++;
		}
	}
	*i = x;
	*j = y;
}

static int put_hunks(const struct side *a, const struct side *b, const char *a_name,
	const char *b_name, const struct mf_sink *sink, struct mf_error *err)
{
	struct buf out = BUF_INIT(HUNK_MAX);
	int rc = MF_OK;
	bool any = false;
	for (long i = 0, j = 0; rc == MF_OK && (i < a->n || j < b->n);) {
		if (!(i < a->n && a->changed[i]) && !(j < b->n && b->changed[j])) {
			i++, j++;
			continue;
		}
		if (!any)
			buf_addf(&out, "--- %s\n+++ %s\n", a_name, b_name);
		any = true;
		put_hunk(&out, a, b, &i, &j);
		rc = buf_err(&out, err);
		if (rc == MF_OK)
			rc = sink->write(sink->self, out.p, out.n);
		buf_clear(&out);
	}
	buf_release(&out);
	return rc;
}

int diff_unified(const struct diff_text *a, const char *a_name, const struct diff_text *b,
	const char *b_name, const struct mf_sink *sink, struct mf_error *err)
{
	struct side x = {.n = 0}, y = {.n = 0};
	int rc;
	TRY(split(&x, a, err));
	TRY(split(&y, b, err));
	TRY(search(&x, &y, err));
	TRY(put_hunks(&x, &y, a_name, b_name, sink, err));
done:
	free(x.lines);
	free(x.changed);
	free(y.lines);
	free(y.changed);
	return rc;
}
