/* rows_job.c: reading rows in a worker thread. Objects that were handed over are not touched again
 * here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../clientlib/base/err.h"
#include "rows_priv.h"

enum { POST_ROWS = 32, POST_MS = 50 };

void rows_cursor_free(struct rows_cursor *c)
{
	if (!c)
		return;
	mf_iter_free(c->iter);
	mf_query_free(c->query);
	mf_cancel_free(c->cancel);
	free(c->parent);
	free(c->ns);
	free(c);
}

void rows_job_free(void *p)
{
	struct rows_job *j = p;

	rows_cursor_free(j->cursor);
	mf_cancel_free(j->cancel);
	for (size_t i = 0; i < j->paths.n; i++)
		free(j->paths.v[i]);
	for (size_t i = 0; i < j->window.n; i++)
		mf_object_free(j->window.v[i].o);
	for (size_t i = 0; i < j->late.n; i++)
		mf_object_free(j->late.v[i]);
	vec_release(&j->paths);
	vec_release(&j->window);
	vec_release(&j->late);
	vec_release(&j->known);
	vec_release(&j->failed);
	free(j);
}

void rows_job_cancel(void *p)
{
	mf_cancel_set(((struct rows_job *)p)->cancel);
}

bool rows_job_path(struct rows_job *j, const char *parent, const char *name)
{
	char *path = NULL;

	if (asprintf(&path, "%s%s%s", parent, *parent ? "/" : "", name) < 0)
		return false;

	if (path && vec_push(&j->paths, path))
		return true;
	free(path);
	return false;
}

size_t rows_field_ids(enum mf_entity entity, const char *const *names, int *ids, size_t n)
{
	size_t count = 0;

	for (; names && *names && n + count < ROWS_FIELDS; names++) {
		int f = mf_field_find(entity, *names);
		if (f >= 0)
			ids[n + count++] = f;
	}
	return count;
}

static int64_t mono_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* ---- handing over ---- */

static void part_free(void *p)
{
	struct rows_part *part = p;

	for (size_t i = 0; i < part->rows.n; i++)
		rows_discard(&part->rows.v[i]);
	vec_release(&part->rows);
	free(part);
}

struct poster {
	struct job *job;
	struct rows_job *j;
	struct rows_part *part;
	int64_t at; /* of the last hand-over */
	size_t sent, keep;
};

static void post(struct poster *p)
{
	if (p->part) {
		p->part->total = p->j->total;
		p->sent += p->part->rows.n;
		job_post(p->job, p->part, part_free);
	}
	p->part = NULL;
	p->at = mono_ms();
}

/* The first screenful at once, then now and then. */
static void add(struct poster *p, struct mf_object *o)
{
	if (!p->part && (p->part = calloc(1, sizeof(*p->part))))
		p->part->mode = p->j->head.mode;
	struct row row = rows_row(p->j, o);
	if (p->keep) {
		p->keep--;
	} else if (row.pack) { /* enough of them are held */
		mf_object_free(o);
		row.o = NULL;
	}
	if (!p->part || !vec_push(&p->part->rows, row)) {
		rows_discard(&row);
		err_nomem(&p->j->err);
		return;
	}
	if ((!p->sent && p->part->rows.n >= POST_ROWS) || mono_ms() - p->at >= POST_MS)
		post(p);
}

/* ---- reading ---- */

/* Of a service's runs the list itself tells so much; what needs requests for each run waits until it is on the screen. Fields
 * that are left go to the front; how many. */
static size_t affordable(const struct rows_job *j, int *fields)
{
	static const char *const told[] = {"id", "pathspec", "created_at", "ts_epoch", "user_name", "tags", "user_tags",
		"system_tags", "status"};
	struct mf_link link;
	size_t n = 0;

	mf_client_link(j->client, &link);
	if (link.state == MF_LINK_LOCAL || !*j->cursor->parent ||
		mf_pathspec_entity(j->cursor->parent) != MF_FLOW)
		return j->n_fields;
	for (size_t i = 0; i < j->n_fields; i++)
		for (size_t k = 0; k < ARRAY_SIZE(told); k++)
			if (fields[i] == mf_field_find(MF_RUN, told[k])) {
				fields[n++] = fields[i];
				break;
			}
	return n;
}

static int begin(struct rows_job *j, bool fields)
{
	struct rows_cursor *c = j->cursor;
	struct mf_list_options o = MF_LIST_INIT;

	if (c->iter)
		return MF_OK;
	memcpy(c->fields, j->fields, sizeof(c->fields));
	o.hidden = c->hidden;
	o.ns = c->ns;
	o.query = c->query;
	o.cancel = c->cancel;
	if (fields) {
		o.fields = c->fields;
		o.n_fields = affordable(j, c->fields);
	}
	return mf_list(&c->iter, j->client, c->parent, &o, &j->err);
}

static void page(struct job *job, struct rows_job *j)
{
	struct poster p = {job, j, NULL, mono_ms(), 0, j->keep};
	struct mf_object *o;
	size_t n = 0;
	int rc = begin(j, true);

	if (rc < 0)
		return;
	j->total = mf_iter_total(j->cursor->iter);
	while (!j->err.code && (!j->page || n < j->page) &&
		(rc = mf_iter_next(j->cursor->iter, &o, &j->err)) == 1) {
		mf_object_show_hidden(o, j->cursor->hidden);
		add(&p, o);
		n++;
	}
	j->total = mf_iter_total(j->cursor->iter); /* of a service's pages: so far */
	post(&p);
	j->whole = rc == 0;
}

static void evaluate(struct rows_job *j, struct mf_object *o, size_t n)
{
	for (size_t i = 0; i < n && !mf_object_error(o); i++)
		mf_object_field(o, j->fields[i]);
}

/* Most often it is the one after the last one that was found. */
static size_t known(const struct rows_job *j, uint64_t id, size_t hint)
{
	for (size_t i = hint; i < j->known.n; i++)
		if (j->known.v[i].id == id)
			return i;
	for (size_t i = 0; i < hint && i < j->known.n; i++)
		if (j->known.v[i].id == id)
			return i;
	return SIZE_MAX;
}

static bool look_again(struct rows_job *j)
{
	struct mf_object *o;
	size_t most = j->page ? j->page : SIZE_MAX, hint = 0;
	int rc = begin(j, false);

	if (rc < 0)
		return false;
	j->total = mf_iter_total(j->cursor->iter);
	while (j->window.n < most && (rc = mf_iter_next(j->cursor->iter, &o, &j->err)) == 1) {
		struct rows_seen s = {.id = rows_id_of(o), .created = mf_object_created(o)};
		s.at = known(j, s.id, hint);
		bool is_known = s.at != SIZE_MAX;
		hint = is_known ? s.at + 1 : hint;
		j->changed = j->changed || !is_known;
		if (!is_known || !j->known.v[s.at].settled) {
			mf_object_show_hidden(o, j->cursor->hidden);
			evaluate(j, o, j->n_fields + (j->page ? j->n_late : 0));
			s.o = o;
			j->changed = j->changed || data_status(o) == UI_RUNNING;
		}
		bool kept = vec_push(&j->window, s);
		if (!kept || !s.o)
			mf_object_free(o);
		if (!kept) {
			err_nomem(&j->err);
			return false;
		}
	}
	j->whole = rc == 0;
	return rc >= 0;
}

static void one_by_one(struct job *job, struct rows_job *j, struct poster *p)
{
	for (size_t i = 0; i < j->paths.n && !job_cancelled(job) && !link_lost(j->client); i++) {
		struct mf_object *o;
		if (mf_get(&o, j->client, j->paths.v[i], NULL, NULL) < 0) {
			j->changed = true;
			if (!vec_push(&j->failed, rows_id_path(j->paths.v[i])))
				return;
			continue;
		}
		evaluate(j, o, j->n_fields + j->n_late);
		if (p) {
			/* What still cannot be looked at is not asked for again and again. */
			if (mf_object_error(o) && !vec_push(&j->failed, rows_id_of(o)))
				j->err.code = MF_ENOMEM;
			add(p, o);
		} else if (!vec_push(&j->late, o)) {
			mf_object_free(o);
		}
	}
}

void rows_job_run(struct job *job, void *arg)
{
	struct rows_job *j = arg;
	struct poster p = {job, j, NULL, mono_ms(), 0, SIZE_MAX};

	switch (j->head.mode) {
	case ROWS_PAGE: page(job, j); break;
	case ROWS_REFRESH:
		mf_client_forget(j->client); /* tags may have been changed since */
		if (look_again(j))
			one_by_one(job, j, NULL);
		break;
	case ROWS_DETAIL:
		one_by_one(job, j, &p);
		post(&p);
		break;
	case ROWS_SORT: break;
	}
}
