/* rows.c: the rows on the UI thread. Jobs that read them are in rows_job.c. */
#include "rows.h"

#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"
#include "rows_priv.h"

#define ROWS_MOST 100000
#define END_PAGE 4000    /* rows a job reads on the way to the end: so long it takes to give up */
#define ALONE_MOST 500   /* old rows that a refresh looks at one by one */
#define LOOK_AT_ALL 1000 /* fewer rows than that are all looked at by a refresh */
#define SCREEN_ROWS 60   /* before the height of the screen is known */

void rows_init(struct rows *r, struct view *v, const struct rows_spec *spec)
{
	*r = (struct rows){.view = v, .spec = *spec, .sort = -1, .error = MF_ERROR_INIT};
	if (!r->spec.most)
		r->spec.most = ROWS_MOST;
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
	r->loading = r->refreshing = r->detailing = r->to_end = false;
}

void rows_release(struct rows *r)
{
	stop(r);
	rows_drop(r);
	vec_release(&r->all);
	vec_release(&r->order);
	vec_release(&r->hopeless);
	free(r->parent);
	free(r->filter);
}

/* ---- identity ---- */

uint64_t rows_id_path(const char *pathspec)
{
	uint64_t h = hash_add(HASH_EMPTY, pathspec, strlen(pathspec));

	return h == UINT64_MAX ? 0 : h;
}

uint64_t rows_id_of(const struct mf_object *o)
{
	return rows_id_path(mf_object_pathspec(o));
}

size_t rows_count(const struct rows *r)
{
	return r->all.n;
}

static const struct row *row_at(const struct rows *r, size_t i)
{
	return i < r->all.n ? &r->all.v[i < r->order.n ? r->order.v[i] : i] : NULL;
}

struct mf_object *rows_get(const struct rows *r, size_t i)
{
	return i < r->all.n ? row_at(r, i)->o : NULL;
}

uint64_t rows_id(const struct rows *r, size_t i)
{
	return i < r->all.n ? row_at(r, i)->id : 0;
}

const char *rows_name(const struct rows *r, size_t i)
{
	const struct row *row = row_at(r, i);

	return !row ? "" : row->o ? mf_object_id(row->o) : rows_pack_name(row->pack);
}

static bool add_path(const struct rows *r, struct rows_job *j, const struct row *row)
{
	return rows_job_path(
		j, r->parent, row->o ? mf_object_id(row->o) : rows_pack_name(row->pack));
}

size_t rows_find(const struct rows *r, uint64_t id, size_t hint)
{
	for (size_t i = hint; i < r->all.n; i++)
		if (r->all.v[i].id == id)
			return i;
	for (size_t i = 0; i < hint && i < r->all.n; i++)
		if (r->all.v[i].id == id)
			return i;
	return SIZE_MAX;
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
	j->head = (struct rows_head){mode, r->serial};
	j->client = d->client;
	j->err = (struct mf_error)MF_ERROR_INIT;
	j->cancel = mf_cancel_ref(r->cancel);
	j->page = r->spec.page;
	j->pack = r->all.n + j->page > ROWS_HELD || !j->page || r->to_end;
	j->keep = !j->page              ? SIZE_MAX
		  : r->held < ROWS_HELD ? ROWS_HELD - r->held
		  : j->page < 200       ? 200
					: 0;
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
		mf_query_parse(&c->query, r->entity, filter, app_present(r->view->app), err) < 0) {
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
	if (*filter && mf_query_parse(&query, entity, filter, app_present(r->view->app), err) < 0)
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
	r->again = false;
	r->loading = true;
	r->complete = false;
	err_clear(&r->error);
	struct rows_cursor *c =
		new_cursor(r, r->filter, &r->error); /* `filter` may have been the old one */
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
	for (size_t i = top; i < r->all.n && i < top + visible; i++) {
		const struct row *row = row_at(r, i);
		uint64_t id = row->id;
		bool hopeless =
			row->o && (mf_object_error(row->o) || mf_object_peek(row->o, first));
		for (size_t k = 0; k < r->hopeless.n && !hopeless; k++)
			hopeless = r->hopeless.v[k] == id;
		if (hopeless)
			continue;
		if (!j && !(j = new_job(r, ROWS_DETAIL)))
			return;
		if (!add_path(r, j, row))
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
	if (r->all.n >= r->spec.most)
		r->to_end = false;
	bool more = r->to_end || (top + 2 * visible > r->all.n && r->all.n < r->spec.most);
	if (r->cursor && !r->loading && more) {
		struct rows_job *j = new_job(r, ROWS_PAGE);
		if (j) {
			if (r->to_end)
				j->page = r->spec.most - r->all.n < END_PAGE
						  ? r->spec.most - r->all.n
						  : END_PAGE;
			j->cursor = r->cursor;
			r->cursor = NULL;
			r->loading = true;
			r->loading = submit(r, j);
		}
	}
	if (r->held > ROWS_HELD + ROWS_HELD / 2)
		rows_lighten(r, top, visible);
	want_late(r, top, visible);
}

void rows_to_end(struct rows *r, bool on)
{
	r->to_end = on && !r->complete && !r->error.code && r->all.n < r->spec.most;
}

void rows_refresh(struct rows *r, size_t top, size_t visible)
{
	if (r->loading || r->refreshing || !r->parent || r->old)
		return;
	if (r->error.code) { /* what went wrong may be over */
		char *parent = strdup(r->parent), *filter = strdup(r->filter);
		if (parent && filter)
			r->again = rows_load(r, parent, filter, NULL);
		free(parent);
		free(filter);
		return;
	}
	struct rows_job *j = new_job(r, ROWS_REFRESH);
	struct mf_error err = MF_ERROR_INIT;
	if (!j)
		return;
	j->cursor = new_cursor(r, r->filter, &err);
	bool whole = r->complete && r->all.n <= LOOK_AT_ALL;
	j->page = r->spec.page && !whole ? REFRESH_PAGE : 0;
	/* Of the newest ones more are told than are looked at: some may be gone. */
	size_t told = j->page && r->all.n > 2 * j->page ? 2 * j->page : r->all.n;
	bool ok = j->cursor && vec_reserve(&j->known, told + 1);
	for (size_t i = 0; ok && i < told; i++)
		j->known.v[j->known.n++] = (struct rows_known){r->all.v[i].id, r->all.v[i].settled};
	/* Below the newest page they are looked at one by one: what may change, and what is on the
	 * screen (its tags may be new). */
	for (size_t i = j->page; ok && j->page && i < r->all.n && j->paths.n < ALONE_MOST; i++)
		if (r->all.v[i].live)
			ok = add_path(r, j, &r->all.v[i]);
	visible = visible ? visible : SCREEN_ROWS;
	for (size_t i = top; ok && r->spec.late && i < r->all.n && i < top + visible; i++) {
		size_t at = i < r->order.n ? r->order.v[i] : i;
		if (at < j->known.n)
			j->known.v[at].settled = false;
		if (j->page && at >= j->page && !r->all.v[at].live)
			ok = add_path(r, j, &r->all.v[at]);
	}
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
