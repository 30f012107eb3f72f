#include "flows_data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../clientlib/base/err.h"
#include "rows.h"

enum { POST_MS = 50 };

void flows_job_free(void *p)
{
	struct flows_job *j = p;

	mf_query_free(j->query);
	mf_cancel_free(j->cancel);
	free(j->ns);
	free(j->known.v);
	free(j->found.v);
	free(j);
}

void flows_job_cancel(void *p)
{
	mf_cancel_set(((struct flows_job *)p)->cancel);
}

static int64_t mono_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void part_free(void *p)
{
	struct flows *f = p;

	free(f->v);
	free(f);
}

static void post(struct job *job, const struct flows *found)
{
	struct flows *part = calloc(1, sizeof(*part));

	if (part && vec_reserve(part, found->n + 1)) {
		memcpy(part->v, found->v, found->n * sizeof(*found->v));
		part->n = found->n;
		job_post(job, part, part_free);
	} else {
		free(part); /* the end brings it all */
	}
}

/* ---- one flow ---- */

static const struct flow *known_flow(const struct flows_job *j, uint64_t id)
{
	for (size_t i = 0; i < j->known.n; i++)
		if (j->known.v[i].id == id)
			return &j->known.v[i];
	return NULL;
}

static const struct flow_run *known_run(const struct flow *f, uint64_t id)
{
	for (int i = 0; f && i < f->n; i++)
		if (f->runs[i].id == id &&
			(f->runs[i].status == UI_COMPLETED || f->runs[i].status == UI_FAILED))
			return &f->runs[i];
	return NULL;
}

static void read_run(struct flow_run *r, struct mf_object *o)
{
	static const char *const names[] = {"status", "duration_ms", "user_name"};

	for (size_t i = 0; i < ARRAY_SIZE(names) && !mf_object_error(o); i++)
		mf_object_get(o, names[i]);
	r->created = mf_object_created(o);
	r->status = data_status(o);
	r->duration = data_int(o, "duration_ms", -1);
	snprintf(r->user, sizeof(r->user), "%s", data_text(o, "user_name"));
}

static void read_flow(struct flows_job *j, struct flow *f, const struct flow *old)
{
	struct mf_list_options o = MF_LIST_INIT;
	struct mf_iter *it;
	struct mf_object *run;
	struct flow now = *f;

	o.limit = FLOW_RUNS;
	o.cancel = j->cancel;
	o.ns = j->ns;
	if (mf_list(&it, j->client, f->name, &o, NULL) < 0) {
		f->known = true;
		return;
	}
	now.n = 0;
	now.total = mf_iter_total(it);
	while (now.n < FLOW_RUNS && mf_iter_next(it, &run, NULL) == 1) {
		struct flow_run *r = &now.runs[now.n++];
		uint64_t id = rows_id_of(run);
		const struct flow_run *before = known_run(old, id);
		if (before)
			*r = *before;
		else
			read_run(r, run);
		r->id = id;
		j->live = j->live || r->status == UI_RUNNING;
		mf_object_free(run);
	}
	mf_iter_free(it);
	if (mf_cancel_is_set(j->cancel) || link_lost(j->client))
		return;
	now.known = true;
	*f = now;
}

/* Names first, so that there is something to see at once. */
static int read_names(struct flows_job *j)
{
	struct mf_list_options o = MF_LIST_INIT;
	struct mf_iter *it;
	struct mf_object *flow;
	int rc;

	o.query = j->query;
	o.cancel = j->cancel;
	o.ns = j->ns;
	rc = mf_list(&it, j->client, "", &o, &j->err);
	if (rc < 0)
		return rc;
	while ((rc = mf_iter_next(it, &flow, &j->err)) == 1) {
		struct flow f = {.id = rows_id_of(flow)};
		const struct flow *old = known_flow(j, f.id);
		if (old)
			f = *old;
		else
			snprintf(f.name, sizeof(f.name), "%s", mf_object_id(flow));
		mf_object_free(flow);
		if (!vec_push(&j->found, f)) {
			rc = err_nomem(&j->err);
			break;
		}
	}
	mf_iter_free(it);
	return rc;
}

void flows_job_run(struct job *job, void *p)
{
	struct flows_job *j = p;
	int64_t posted;

	if (j->known.n)
		mf_client_forget(j->client);
	if (read_names(j) < 0)
		return;
	post(job, &j->found);
	posted = mono_ms();
	for (size_t i = 0; i < j->found.n && !job_cancelled(job) && !link_lost(j->client); i++) {
		read_flow(j, &j->found.v[i], known_flow(j, j->found.v[i].id));
		if (mono_ms() - posted >= POST_MS) {
			post(job, &j->found);
			posted = mono_ms();
		}
	}
}

/* ---- what follows from it ---- */

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

int64_t flow_median(const struct flow *f)
{
	int64_t d[FLOW_RUNS];
	size_t n = 0;

	for (int i = 0; i < f->n; i++)
		if (f->runs[i].status == UI_COMPLETED && f->runs[i].duration >= 0)
			d[n++] = f->runs[i].duration;
	qsort(d, n, sizeof(*d), by_value);
	return !n ? -1 : n % 2 ? d[n / 2] : (d[n / 2 - 1] + d[n / 2]) / 2;
}

int flow_success(const struct flow *f)
{
	int ended = 0, good = 0;

	for (int i = 0; i < f->n; i++) {
		good += f->runs[i].status == UI_COMPLETED;
		ended += f->runs[i].status == UI_COMPLETED || f->runs[i].status == UI_FAILED;
	}
	return ended ? (good * 100 + ended / 2) / ended : -1;
}

void flow_owners(const struct flow *f, struct buf *out)
{
	int runs[FLOW_RUNS] = {0};

	for (int i = 0; i < f->n; i++)
		for (int k = 0; k <= i; k++)
			if (str_eq(f->runs[i].user, f->runs[k].user)) {
				runs[k]++;
				break;
			}
	for (int round = 0;; round++) {
		int most = -1;
		for (int i = 0; i < f->n; i++)
			if (runs[i] && f->runs[i].user[0] && (most < 0 || runs[i] > runs[most]))
				most = i;
		if (most < 0)
			return;
		buf_addf(out, "%s%s", round ? ", " : "", f->runs[most].user);
		runs[most] = 0;
	}
}
