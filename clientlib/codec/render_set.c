#include <stdlib.h>
#include <string.h>

#include "../base/limits.h"
#include "render.h"

/* Sets: in Python's order if their elements have one, else in the order of their canonical texts.
 */

struct sorting {
	const char *texts; /* NULL: compare the values */
	bool failed;       /* two of them have no order */
};

static bool in_order(
	struct sorting *s, const struct render_element *a, const struct render_element *b)
{
	int order = 0;

	if (!s->texts) {
		s->failed = !value_compare(a->v, b->v, &order);
		return s->failed || order <= 0;
	}
	size_t n = a->n < b->n ? a->n : b->n;
	order = memcmp(s->texts + a->at, s->texts + b->at, n);
	return order < 0 || (order == 0 && a->n <= b->n);
}

/* Merge sort from the bottom up: stable, and a comparison that fails does no harm. */
static void sort(
	struct sorting *s, struct render_element *v, struct render_element *spare, size_t n)
{
	struct render_element *from = v, *to = spare;

	for (size_t width = 1; width < n && !s->failed; width *= 2) {
		for (size_t start = 0; start < n; start += 2 * width) {
			size_t i = start, mid = n - start > width ? start + width : n;
			size_t j = mid, end = n - mid > width ? mid + width : n;
			for (size_t k = start; k < end; k++) {
				if (j == end ||
					(i < mid && (s->failed || in_order(s, &from[i], &from[j]))))
					to[k] = from[i++];
				else
					to[k] = from[j++];
			}
		}
		struct render_element *swap = from;
		from = to;
		to = swap;
	}
	if (from != v)
		memcpy(v, from, n * sizeof(*v));
}

bool render_sort(struct render_element *v, struct render_element *spare, size_t n)
{
	struct sorting by_value = {NULL, false};

	/* What a sort that fails leaves is some order; `at` brings back the first one. */
	for (size_t i = 0; i < n; i++)
		v[i].at = i;
	sort(&by_value, v, spare, n);
	if (by_value.failed) {
		memcpy(spare, v, n * sizeof(*v));
		for (size_t i = 0; i < n; i++)
			v[spare[i].at] = spare[i];
	}
	return !by_value.failed;
}

/* Print the elements into `texts`, canonically; returns how many there are before a limit ends the
 * set. */
static size_t print_texts(struct printer *p, struct render_element *v, size_t n, struct buf *texts)
{
	size_t i;
	const struct mf_sink *sink = p->sink, memory = {buf_sink_write, texts};
	unsigned flags = p->flags;

	render_flush(p);
	p->sink = &memory;
	p->flags = 0;
	for (i = 0; i < n && !render_done(p); i++) {
		p->places.v[p->places.n - 1].index = i;
		v[i].at = texts->n;
		render_value(p, v[i].v);
		render_flush(p);
		v[i].n = texts->n - v[i].at;
	}
	p->places.v[p->places.n - 1].index = 0;
	p->sink = sink;
	p->flags = flags;
	return i;
}

static void render_sorted(struct printer *p, const struct mf_value *set, struct render_element *v)
{
	size_t n = set->u.list.n;
	struct buf texts = BUF_INIT(MF_LIMIT_TEXT);

	struct render_element *spare = v + n;

	for (size_t i = 0; i < n; i++)
		v[i].v = set->u.list.v[i];
	bool sorted = render_sort(v, spare, n);
	render_open(p, '[');
	if (!sorted && !p->rc) {
		n = print_texts(p, v, n, &texts);
		struct sorting by_text = {texts.p, false};
		if (!p->rc)
			sort(&by_text, v, spare, n);
		p->fresh = true;
	}
	/* With colours or indentation the canonical texts only gave the order. */
	bool again = sorted || p->flags;
	for (size_t i = 0; i < n && !p->rc && !(again && p->full && i); i++) {
		render_next(p);
		if (again)
			render_value(p, v[i].v);
		else
			render_raw(p, texts.p + v[i].at, v[i].n);
	}
	render_close(p, ']');
	buf_release(&texts);
}

void render_set(struct printer *p, const struct mf_value *set)
{
	size_t n = set->u.list.n;

	if (n < 2) {
		render_items(p, set);
		return;
	}
	struct render_element *v = calloc(n, 2 * sizeof(*v));
	if (!v) {
		render_nomem(p);
		return;
	}
	render_sorted(p, set, v);
	free(v);
}
