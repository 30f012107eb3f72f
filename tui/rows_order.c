/* rows_order.c: the order of the rows, and where old ones go. Sorting a hundred thousand rows and
 * freeing them takes longer than a frame: jobs do it. A job that sorts looks at packs, never at
 * objects: those are the UI thread's. */
#include <stdlib.h>
#include <string.h>

#include "rows_priv.h"

enum { FREE_HERE = 2000 };

/* ---- a few rows: sorted at once, by all that is known of them ---- */

struct placed {
	struct mf_object *o;
	uint32_t at;
};

static bool missing(const struct mf_object *o, int field)
{
	const struct mf_value *v = o ? mf_object_peek(o, field) : NULL;

	return !v || mf_value_kind(v) == MF_NULL || mf_value_error(v);
}

static int by_field(const void *x, const void *y, void *ctx)
{
	const struct placed *a = x, *b = y;
	const struct rows *r = ctx;
	bool no_a = missing(a->o, r->sort), no_b = missing(b->o, r->sort);
	int c = 0;

	if (no_a != no_b)
		return no_a ? 1 : -1; /* last, in both directions */
	if (!no_a)
		c = mf_object_compare(a->o, b->o, r->sort); /* evaluated both: it only looks */
	if (c)
		return r->descending ? -c : c;
	return a->at < b->at ? -1 : a->at > b->at;
}

static void sort_here(struct rows *r)
{
	struct placed *p = calloc(r->all.n + 1, sizeof(*p));

	if (!p)
		return; /* as they were */
	for (size_t i = 0; i < r->all.n; i++)
		p[i] = (struct placed){r->all.v[i].o, (uint32_t)i};
	qsort_r(p, r->all.n, sizeof(*p), by_field, r);
	for (size_t i = 0; i < r->all.n; i++)
		r->order.v[i] = p[i].at;
	free(p);
}

/* ---- many: by a job ---- */

struct keyed {
	struct rows_pack *pack;
	struct rows_key key;
	uint32_t at;
};

struct rows_sorter {
	struct rows_head head;
	int sort;     /* as in rows */
	size_t field; /* of the packs */
	bool descending, done;
	struct keyed *keys;
	size_t n;
};

static int by_key(const void *x, const void *y, void *ctx)
{
	const struct keyed *a = x, *b = y;
	const struct rows_sorter *s = ctx;
	bool no_a = a->key.kind == KEY_NONE, no_b = b->key.kind == KEY_NONE;

	if (no_a != no_b)
		return no_a ? 1 : -1;
	int c = no_a ? 0 : rows_key_compare(&a->key, &b->key);
	if (c)
		return s->descending ? -c : c;
	return a->at < b->at ? -1 : a->at > b->at;
}

static void sort_run(struct job *job, void *arg)
{
	struct rows_sorter *s = arg;

	for (size_t i = 0; i < s->n; i++)
		if (s->keys[i].pack)
			s->keys[i].key = rows_pack_key(s->keys[i].pack, s->field);
	if (!job_cancelled(job))
		qsort_r(s->keys, s->n, sizeof(*s->keys), by_key, s);
	s->done = true;
	for (size_t i = 0; i < s->n; i++) {
		rows_pack_free(s->keys[i].pack);
		s->keys[i].pack = NULL;
	}
}

static void sort_free(void *arg)
{
	struct rows_sorter *s = arg;

	for (size_t i = 0; s->keys && i < s->n; i++)
		rows_pack_free(s->keys[i].pack);
	free(s->keys);
	free(s);
}

static struct rows_sorter *new_sorter(struct rows *r)
{
	struct rows_sorter *s = calloc(1, sizeof(*s));
	int fields[ROWS_FIELDS];
	size_t n = rows_field_ids(r->entity, r->spec.fields, fields, 0), k = 0;

	while (k < n && fields[k] != r->sort)
		k++;
	if (!s)
		return NULL;
	*s = (struct rows_sorter){.head = {ROWS_SORT, r->serial},
		.sort = r->sort,
		.field = k,
		.descending = r->descending,
		.n = r->all.n};
	s->keys = calloc(s->n, sizeof(*s->keys));
	if (!s->keys) {
		free(s);
		return NULL;
	}
	for (size_t i = 0; i < s->n; i++) {
		struct row *row = &r->all.v[i];
		if (!row->pack && row->o)
			row->pack = rows_pack_new(row->o, fields, n);
		s->keys[i].at = (uint32_t)i;
		/* A field that is read late is known of few. */
		s->keys[i].pack = k < n ? rows_pack_ref(row->pack) : NULL;
	}
	return s;
}

/* ---- what is no longer a row ---- */

struct garbage {
	VEC(struct row) rows;
};

void rows_discard(struct row *row)
{
	mf_object_free(row->o);
	rows_pack_free(row->pack);
	row->o = NULL;
	row->pack = NULL;
}

static void garbage_run(struct job *job, void *arg)
{
	struct garbage *g = arg;

	(void)job;
	for (size_t i = 0; i < g->rows.n; i++)
		rows_discard(&g->rows.v[i]);
	g->rows.n = 0;
}

static void garbage_free(void *arg)
{
	struct garbage *g = arg;

	garbage_run(NULL, g);
	vec_release(&g->rows);
	free(g);
}

/* Takes over what the vector v of n rows holds. The job belongs to no view: closing one does not
 * wait for it. */
static void free_rows(struct rows *r, struct row *v, size_t n)
{
	struct garbage *g = n > FREE_HERE ? calloc(1, sizeof(*g)) : NULL;

	if (!g) {
		for (size_t i = 0; i < n; i++)
			rows_discard(&v[i]);
		free(v);
		return;
	}
	g->rows.v = v;
	g->rows.n = g->rows.cap = n;
	jobs_submit(app_jobs(r->view->app),
		&(struct job_spec){.run = garbage_run, .free = garbage_free, .arg = g}, NULL);
}

void rows_drop(struct rows *r)
{
	free_rows(r, r->all.v, r->all.n);
	r->all.v = NULL;
	r->all.n = r->all.cap = 0;
	r->order.n = r->hopeless.n = 0;
	r->held = 0;
	r->sorter = NULL; /* what it makes is of no use any more */
	r->old = false;
}

/* Objects of rows far from those on the screen are given up; what is left of them is enough to sort
 * and to find them. */
void rows_lighten(struct rows *r, size_t top, size_t visible)
{
	int fields[ROWS_FIELDS];
	size_t n = rows_field_ids(r->entity, r->spec.fields, fields, 0), given = 0;
	size_t from = top > ROWS_NEAR ? top - ROWS_NEAR : 0, to = top + visible + ROWS_NEAR;
	struct row *old = r->spec.page && r->held > ROWS_HELD + ROWS_HELD / 2
				  ? calloc(r->held + 1, sizeof(*old))
				  : NULL;

	for (size_t i = 0; old && i < r->all.n; i++) {
		size_t at = i < r->order.n ? r->order.v[i] : i;
		struct row *row = &r->all.v[at];
		if (!row->o || row->live || at < ROWS_NEAR || (i >= from && i < to) ||
			given == r->held)
			continue;
		if (!row->pack)
			row->pack = rows_pack_new(row->o, fields, n);
		if (!row->pack)
			break;
		old[given++].o = row->o;
		row->o = NULL;
	}
	r->held -= given;
	if (old)
		free_rows(r, old, given);
}

/* ---- the rows in order ---- */

void rows_order_grown(struct rows *r)
{
	if (r->sort < 0)
		r->order.n = 0;
	if (r->sort < 0 || !vec_reserve(&r->order, r->all.n ? r->all.n : 1)) {
		r->order.n = 0; /* then in the library's order */
		return;
	}
	for (size_t i = r->order.n; i < r->all.n; i++)
		r->order.v[i] = (uint32_t)i;
	r->order.n = r->all.n;
}

void rows_order_moved(struct rows *r, const uint32_t *map, size_t n)
{
	size_t kept = 0;

	r->moved = true;
	if (!r->order.n)
		return;
	if (r->order.n != n || !map) {
		r->order.n = 0;
		return;
	}
	/* Those that are new come at the end until they are sorted in. */
	unsigned char *there = calloc(r->all.n + 1, 1);
	for (size_t i = 0; there && i < n; i++) {
		uint32_t at = map[r->order.v[i]];
		if (at == UINT32_MAX)
			continue;
		r->order.v[kept++] = at;
		there[at] = 1;
	}
	r->order.n = kept;
	if (!there || !vec_reserve(&r->order, r->all.n + 1)) {
		r->order.n = 0;
	} else {
		for (size_t i = 0; i < r->all.n; i++)
			if (!there[i])
				r->order.v[r->order.n++] = (uint32_t)i;
	}
	free(there);
}

void rows_arrange(struct rows *r)
{
	rows_order_grown(r);
	if (!r->order.n)
		return;
	if (r->sorter) {
		r->stale = true; /* again when it has done */
		return;
	}
	if (r->all.n <= ROWS_HELD) {
		sort_here(r);
		return;
	}
	struct rows_sorter *s = new_sorter(r);
	if (!s)
		return;
	r->stale = r->moved = false;
	r->sorter = s;
	if (view_submit(r->view, r->spec.kind, sort_run, s, sort_free, NULL) < 0)
		r->sorter = NULL; /* it has been freed */
}

void rows_take_order(struct rows *r, struct rows_sorter *s)
{
	if (r->sorter != s)
		return;
	r->sorter = NULL;
	bool asked = s->sort == r->sort && s->descending == r->descending;
	/* What has come since is behind it until it is sorted in. */
	if (s->done && asked && !r->moved && r->order.n >= s->n)
		for (size_t i = 0; i < r->order.n; i++)
			r->order.v[i] = i < s->n ? s->keys[i].at : (uint32_t)i;
	if (r->stale)
		rows_arrange(r);
}

void rows_sort(struct rows *r, const char *field, bool descending)
{
	r->sort = field ? mf_field_find(r->entity, field) : -1;
	r->descending = descending;
	r->stale = true;
	rows_arrange(r);
}
