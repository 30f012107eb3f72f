#include "run.h"

#include <stdlib.h>
#include <unistd.h>

#include "ids.h"
#include "lineage.h"
#include "provider.h"
#include "remote.h"
#include "service.h"
#include "task.h"

static struct run *run_new(struct mf_client *c, const char *flow, const char *id)
{
	struct run *r = calloc(1, sizeof(*r));
	if (!r)
		return NULL;
	atomic_store(&r->refs, 1);
	r->client = c;
	arena_init(&r->arena, 0);
	r->flow = arena_strdup(&r->arena, flow);
	r->id = arena_strdup(&r->arena, id);
	r->pathspec = arena_printf(&r->arena, "%s/%s", flow, id);
	pthread_mutexattr_t attr;
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&r->lock, &attr);
	pthread_mutexattr_destroy(&attr);
	if (!r->flow || !r->id || !r->pathspec) {
		run_unref(r);
		return NULL;
	}
	return r;
}

void run_unref(struct run *r)
{
	if (!r || atomic_fetch_sub(&r->refs, 1) != 1)
		return;
	mf_object_free(r->parameters);
	lineage_free(r->lineage);
	service_run_free(r->service);
	remote_run_free(r->remote);
	fs_names_release(&r->steps);
	pthread_mutex_destroy(&r->lock);
	arena_release(&r->arena);
	free(r);
}

struct run *run_get(struct mf_client *c, const char *flow, const char *id)
{
	pthread_mutex_lock(&c->lock);
	struct run *r = NULL;
	size_t i = 0;
	for (; i < RUN_CACHE && c->runs[i]; i++)
		if (str_eq(c->runs[i]->id, id) && str_eq(c->runs[i]->flow, flow)) {
			r = c->runs[i];
			break;
		}
	if (!r) {
		r = run_new(c, flow, id);
		if (r && i == RUN_CACHE)
			run_unref(c->runs[--i]);
	}
	if (r) {
		memmove(c->runs + 1, c->runs, i * sizeof(*c->runs));
		c->runs[0] = r;
		atomic_fetch_add(&r->refs, 1);
	}
	pthread_mutex_unlock(&c->lock);
	return r;
}

void provider_expect(struct mf_client *c, const char *pathspec, unsigned what)
{
	struct mf_object *o;
	if (!c->provider->expect || object_from_pathspec(&o, c, pathspec, -1, NULL) < 0)
		return;
	struct run *r = object_run(o); /* stays among the recently used */
	if (r)
		c->provider->expect(r, what);
	mf_object_free(o);
}

void mf_client_forget(struct mf_client *c)
{
	struct run *old[RUN_CACHE];
	service_mend(c);
	pthread_mutex_lock(&c->lock);
	memcpy(old, c->runs, sizeof(old));
	memset(c->runs, 0, sizeof(c->runs));
	pthread_mutex_unlock(&c->lock);
	for (size_t i = 0; i < RUN_CACHE; i++)
		run_unref(old[i]);
}

const struct mf_value *run_record(struct run *r, struct mf_error *err)
{
	run_lock(r);
	if (!r->has_record) {
		struct mf_error mine = MF_ERROR_INIT;
		unsigned before = trouble_count();
		r->has_record = true;
		if (r->client->provider->record(r->client, r->pathspec, &r->arena, &r->record, &mine) < 0) {
			r->record = NULL;
			r->record_error = arena_alloc(&r->arena, sizeof(mine));
			if (r->record_error)
				*r->record_error = mine;
		}
		r->has_record = trouble_count() == before;
	}
	if (!r->record && err && err->code == MF_OK) {
		if (r->record_error)
			*err = *r->record_error;
		else
			err_nomem(err);
	}
	run_unlock(r);
	return r->record;
}

const struct mf_value *run_tags(struct run *r, bool system)
{
	const struct mf_value *v = mf_value_get(run_record(r, NULL), system ? "system_tags" : "tags");
	return mf_value_kind(v) == MF_LIST ? v : NULL;
}

bool run_has_tag(struct run *r, const char *tag)
{
	return list_has(run_tags(r, false), tag) || list_has(run_tags(r, true), tag);
}

int run_in_namespace(struct mf_object *o, const char *ns, struct mf_error *err)
{
	bool found = false;
	if (o->entity == MF_FLOW) {
		struct mf_list_options opts = MF_LIST_INIT;
		struct mf_iter *iter;
		struct mf_object *run;
		opts.ns = ns;
		opts.limit = 1;
		int rc = mf_list(&iter, o->client, o->pathspec, &opts, err);
		if (rc < 0)
			return rc;
		if (mf_iter_next(iter, &run, NULL) == 1) {
			found = !mf_object_error(run);
			mf_object_free(run);
		}
		mf_iter_free(iter);
	} else {
		struct run *r = object_run(o);
		if (!r)
			return err_nomem(err);
		found = run_has_tag(r, ns);
	}
	if (found)
		return MF_OK;
	err_at(err, MF_ENOTFOUND, o->pathspec, "%s “%s” is not in namespace “%s”", mf_entity_name(o->entity), o->pathspec, ns);
	err_hint(err, "leave out -n to see all namespaces");
	return MF_ENOTFOUND;
}

struct mf_object *run_step_task(struct run *r, const char *step)
{
	struct mf_object *task = NULL;
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *iter;
	struct arena a;
	arena_init(&a, 0);
	const char *path = arena_printf(&a, "%s/%s", r->pathspec, step);
	if (path && mf_list(&iter, r->client, path, &opts, NULL) == MF_OK) {
		if (mf_iter_next(iter, &task, NULL) != 1)
			task = NULL;
		if (task && mf_object_error(task)) {
			mf_object_free(task);
			task = NULL;
		}
		mf_iter_free(iter);
	}
	arena_release(&a);
	return task;
}

struct mf_object *run_parameters(struct run *r)
{
	run_lock(r);
	if (!r->has_parameters) {
		unsigned before = trouble_count();
		r->parameters = run_step_task(r, "_parameters");
		r->has_parameters = r->parameters || trouble_count() == before;
		if (r->parameters) { /* the two must not keep each other alive */
			struct run *counted = r->parameters->run;
			r->parameters->run = r;
			r->parameters->held_by_run = true;
			run_unref(counted);
		}
	}
	run_unlock(r);
	return r->parameters;
}

const struct fs_names *run_steps(struct run *r)
{
	run_lock(r);
	if (!r->has_steps) {
		unsigned before = trouble_count();
		r->steps.n = r->steps.blob_n = 0;
		r->client->provider->names(r->client, r->pathspec, &r->steps, NULL);
		r->has_steps = trouble_count() == before;
		fs_names_sort(&r->steps);
	}
	run_unlock(r);
	return &r->steps;
}

/* _graph_info of one task; kept alive in the run's arena. */
static const struct mf_value *graph_of(struct run *r, struct mf_object *task)
{
	struct mf_value *v = NULL;
	if (task && task_artifact_load(task, "_graph_info", &r->arena, &v, NULL) == MF_OK && mf_value_kind(v) == MF_DICT
		&& mf_value_kind(mf_value_get(v, "steps")) == MF_DICT)
		return v;
	return NULL;
}

const struct mf_value *run_graph(struct run *r)
{
	run_lock(r);
	if (!r->has_graph) {
		unsigned before = trouble_count();
		r->graph = graph_of(r, run_parameters(r));
		const struct fs_names *steps = run_steps(r);
		for (size_t i = 0; !r->graph && i < steps->n; i++) {
			if (str_eq(fs_name(steps, i), "_parameters"))
				continue;
			struct mf_object *task = run_step_task(r, fs_name(steps, i));
			bool done = task && task_artifact_attempt(task) >= 0;
			r->graph = graph_of(r, task);
			mf_object_free(task);
			if (done && !r->graph)
				break; /* a finished task without it: an old run, none of them has one */
		}
		r->has_graph = r->graph || trouble_count() == before;
	}
	run_unlock(r);
	return r->graph;
}

const struct mf_value *run_graph_step(struct run *r, const char *step)
{
	const struct mf_value *v = mf_value_get(mf_value_get(run_graph(r), "steps"), step);
	return mf_value_kind(v) == MF_DICT ? v : NULL;
}

static const char *end_point(struct run *r, const char *field, const char *fallback)
{
	struct mf_object *p = run_parameters(r);
	const struct meta *m = p ? task_meta_newest(p, field) : NULL;
	if (m && m->value->kind == MF_STRING && id_valid(m->value->u.s.p, m->value->u.s.n))
		return arena_strndup(&r->arena, m->value->u.s.p, m->value->u.s.n);
	const struct mf_value *v = p ? mf_value_get(run_graph(r), field) : NULL;
	if (mf_value_kind(v) == MF_STRING && id_valid(v->u.s.p, v->u.s.n))
		return arena_strndup(&r->arena, v->u.s.p, v->u.s.n);
	return fallback;
}

static void find_ends(struct run *r)
{
	run_lock(r);
	if (!r->has_ends) {
		unsigned before = trouble_count();
		r->start = end_point(r, "start_step", "start");
		r->end = end_point(r, "end_step", "end");
		r->has_ends = trouble_count() == before;
	}
	run_unlock(r);
}

const char *run_start_step(struct run *r)
{
	find_ends(r);
	return r->start ? r->start : "start";
}

const char *run_end_step(struct run *r)
{
	find_ends(r);
	return r->end ? r->end : "end";
}

struct mf_object *run_end_task(struct run *r)
{
	return run_step_task(r, run_end_step(r));
}
