/* rows.c: the rows on the UI thread. Jobs that read them are in rows_job.c. */
#include "rows.h"

#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"
#include "rows_priv.h"

#define ROWS_MOST 20000
#define SCREEN_ROWS 60 /* before the height of the screen is known */

void rows_init(struct rows *r, struct view *v, const struct rows_spec *spec)
{
	*r = (struct rows){.view = v, .spec = *spec, .sort = -1, .error = MF_ERROR_INIT};
	if (!r->spec.most)
		r->spec.most = ROWS_MOST;
}

void rows_drop(struct rows *r)
{
	for (size_t i = 0; i < r->all.n; i++)
		mf_object_free(r->all.v[i]);
	r->all.n = r->ids.n = r->shown.n = 0;
	r->hopeless.n = 0;
	r->old = false;
}

static void stop(struct rows *r)
{
	if (r->cancel)
		mf_cancel_set(r->cancel);
	mf_cancel_free(r->cancel);
	r->cancel = NULL;
	rows_cursor_free(r->cursor);
	r->cursor = NULL;
	r->serial++;
	r->loading = r->refreshing = r->detailing = false;
}

void rows_release(struct rows *r)
{
	stop(r);
	rows_drop(r);
	vec_release(&r->all);
	vec_release(&r->ids);
	vec_release(&r->shown);
	vec_release(&r->hopeless);
	free(r->parent);
	free(r->filter);
}

/* ---- identity ---- */

uint64_t rows_id_path(const char *pathspec)
{
	uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */

	for (const char *s = pathspec; *s; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	return h == UINT64_MAX ? 0 : h;
}

uint64_t rows_id_of(const struct mf_object *o)
{
	return rows_id_path(mf_object_pathspec(o));
}

size_t rows_count(const struct rows *r)
{
	return r->shown.n;
}

struct mf_object *rows_get(const struct rows *r, size_t i)
{
	return i < r->shown.n ? r->shown.v[i] : NULL;
}

uint64_t rows_id(const struct rows *r, size_t i)
{
	return i < r->shown.n ? rows_id_of(r->shown.v[i]) : 0;
}

size_t rows_find(const struct rows *r, uint64_t id, size_t hint)
{
	if (hint < r->ids.n && r->ids.v[hint] == id)
		return hint;
	for (size_t i = 0; i < r->ids.n; i++)
		if (r->ids.v[i] == id)
			return i;
	return SIZE_MAX;
}

/* ---- order ---- */

struct order {
	int field;
	bool descending;
};

struct keyed {
	struct mf_object *o;
	size_t at;
};

static bool missing(const struct mf_value *v)
{
	return !v || mf_value_kind(v) == MF_NULL || mf_value_error(v);
}

static int by_field(const void *x, const void *y, void *ctx)
{
	const struct keyed *a = x, *b = y;
	const struct order *o = ctx;
	bool no_a = missing(mf_object_peek(a->o, o->field)),
	     no_b = missing(mf_object_peek(b->o, o->field));
	int c = 0;

	if (no_a != no_b)
		return no_a ? 1 : -1; /* last, in both directions */
	if (!no_a)
		c = mf_object_compare(a->o, b->o, o->field); /* evaluated both: it only looks */
	if (c)
		return o->descending ? -c : c;
	return a->at < b->at ? -1 : a->at > b->at;
}

void rows_arrange(struct rows *r)
{
	struct order order = {r->sort, r->descending};
	struct keyed *keys = NULL;

	if (!vec_reserve(&r->shown, r->all.n ? r->all.n : 1))
		return; /* the rows as they were: some of them may be gone */
	if (r->sort >= 0)
		keys = calloc(r->all.n + 1, sizeof(*keys));
	for (size_t i = 0; i < r->all.n; i++)
		if (keys)
			keys[i] = (struct keyed){r->all.v[i], i};
	if (keys)
		qsort_r(keys, r->all.n, sizeof(*keys), by_field, &order);
	for (size_t i = 0; i < r->all.n; i++)
		r->shown.v[i] = keys ? keys[i].o : r->all.v[i];
	r->shown.n = r->all.n;
	free(keys);
}

void rows_sort(struct rows *r, const char *field, bool descending)
{
	r->sort = field ? mf_field_find(r->entity, field) : -1;
	r->descending = descending;
	rows_arrange(r);
}

const char *rows_empty(const struct rows *r, const char *nothing)
{
	if (r->error.code)
		return r->error.message;
	if (!r->parent || (r->loading && !r->all.n))
		return "loading …";
	return nothing;
}

/* ---- questions ---- */

static bool submit(struct rows *r, struct rows_job *j)
{
	return view_submit(r->view, r->spec.kind, rows_job_run, j, rows_job_free,
		       rows_job_cancel) == MF_OK;
}

/* A job of the question in force; NULL: no memory. */
static struct rows_job *new_job(struct rows *r, enum rows_mode mode)
{
	struct rows_job *j = calloc(1, sizeof(*j));
	const struct data *d = data_of(r->view->app);

	if (!j || !d) {
		free(j);
		return NULL;
	}
	j->mode = mode;
	j->serial = r->serial;
	j->client = d->client;
	j->err = (struct mf_error)MF_ERROR_INIT;
	j->cancel = mf_cancel_ref(r->cancel);
	j->page = r->spec.page;
	j->n_fields = rows_field_ids(r->entity, r->spec.fields, j->fields, 0);
	j->n_late = rows_field_ids(r->entity, r->spec.late, j->fields, j->n_fields);
	return j;
}

static struct rows_cursor *new_cursor(struct rows *r, const char *filter, struct mf_error *err)
{
	struct rows_cursor *c = calloc(1, sizeof(*c));
	const struct data *d = data_of(r->view->app);

	if (!c) {
		err_nomem(err);
		return NULL;
	}
	c->parent = strdup(r->parent);
	c->ns = d->ns ? strdup(d->ns) : NULL;
	c->cancel = mf_cancel_ref(r->cancel);
	c->hidden = r->spec.hidden;
	if (!c->parent || (d->ns && !c->ns)) {
		err_nomem(err);
		rows_cursor_free(c);
		return NULL;
	}
	if (*filter &&
		mf_query_parse(&c->query, r->entity, filter, app_now(r->view->app), err) < 0) {
		rows_cursor_free(c);
		return NULL;
	}
	return c;
}

bool rows_load(struct rows *r, const char *parent, const char *filter, struct mf_error *err)
{
	struct mf_query *query = NULL;
	enum mf_entity entity =
		*parent ? (enum mf_entity)(mf_pathspec_entity(parent) + 1) : MF_FLOW;

	if (!data_of(r->view->app)) {
		r->error.code = err_set(&r->error, MF_ENOTFOUND, "there is no history to show");
		return true;
	}
	/* Whether it is right is told before what is shown is given up. */
	if (*filter && mf_query_parse(&query, entity, filter, app_now(r->view->app), err) < 0)
		return false;
	mf_query_free(query);
	char *p = strdup(parent), *f = strdup(filter);
	stop(r);
	r->cancel = mf_cancel_new();
	if (!p || !f || !r->cancel) {
		free(p);
		free(f);
		err_nomem(&r->error);
		return true;
	}
	free(r->parent);
	free(r->filter);
	r->parent = p;
	r->filter = f;
	r->entity = entity;
	r->old = true;
	r->loading = true;
	r->complete = false;
	err_clear(&r->error);
	struct rows_cursor *c = new_cursor(r, filter, &r->error);
	struct rows_job *j = c ? new_job(r, ROWS_PAGE) : NULL;
	if (!j)
		rows_cursor_free(c);
	else
		j->cursor = c;
	r->loading = j && submit(r, j);
	return true;
}

/* Costly fields of the rows on the screen that have none yet. */
static void want_late(struct rows *r, size_t top, size_t visible)
{
	struct rows_job *j = NULL;

	if (r->detailing || !r->spec.late)
		return;
	int first = mf_field_find(r->entity, r->spec.late[0]);
	for (size_t i = top; i < r->shown.n && i < top + visible; i++) {
		const struct mf_object *o = r->shown.v[i];
		uint64_t id = rows_id_of(o);
		bool hopeless = mf_object_error(o) || mf_object_peek(o, first);
		for (size_t k = 0; k < r->hopeless.n && !hopeless; k++)
			hopeless = r->hopeless.v[k] == id;
		if (hopeless)
			continue;
		if (!j && !(j = new_job(r, ROWS_DETAIL)))
			return;
		if (!rows_job_path(j, o))
			break;
	}
	if (j)
		r->detailing = true;
	if (j && !submit(r, j))
		r->detailing = false;
}

void rows_want(struct rows *r, size_t top, size_t visible)
{
	visible = visible ? visible : SCREEN_ROWS;
	if (r->old)
		return;
	if (r->cursor && !r->loading && top + 2 * visible > r->all.n && r->all.n < r->spec.most) {
		struct rows_job *j = new_job(r, ROWS_PAGE);
		if (j) {
			j->cursor = r->cursor;
			r->cursor = NULL;
			r->loading = true;
			r->loading = submit(r, j);
		}
	}
	want_late(r, top, visible);
}

void rows_refresh(struct rows *r, size_t top, size_t visible)
{
	if (r->loading || r->refreshing || !r->parent || r->old)
		return;
	if (r->error.code) { /* what went wrong may be over */
		char *parent = strdup(r->parent), *filter = strdup(r->filter);
		if (parent && filter)
			rows_load(r, parent, filter, NULL);
		free(parent);
		free(filter);
		return;
	}
	struct rows_job *j = new_job(r, ROWS_REFRESH);
	struct mf_error err = MF_ERROR_INIT;
	if (!j)
		return;
	j->cursor = new_cursor(r, r->filter, &err);
	j->page = r->spec.page && !r->complete ? REFRESH_PAGE : 0;
	bool ok = j->cursor != NULL;
	visible = visible ? visible : SCREEN_ROWS;
	for (size_t i = 0; ok && i < r->all.n; i++) {
		const struct mf_object *o = r->all.v[i];
		enum ui_status s = data_status(o);
		struct rows_known k = {.id = r->ids.v[i], .created = mf_object_created(o)};
		k.settled = s == UI_COMPLETED || s == UI_FAILED;
		ok = vec_push(&j->known, k);
	}
	for (size_t i = top; ok && r->spec.late && i < r->shown.n && i < top + visible; i++) {
		size_t k = rows_find(r, rows_id_of(r->shown.v[i]), i);
		if (k < j->known.n)
			j->known.v[k].settled = false; /* tags may be new */
	}
	/* Those below the newest page are looked at one by one. */
	for (size_t i = j->page; ok && j->page && i < r->all.n; i++)
		if (!j->known.v[i].settled)
			ok = rows_job_path(j, r->all.v[i]);
	if (!ok) {
		rows_job_free(j);
		return;
	}
	r->refreshing = true;
	if (!submit(r, j))
		r->refreshing = false;
}

bool rows_changed(const struct rows *r)
{
	return r->changed;
}
