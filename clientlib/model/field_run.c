#include <stdlib.h>

#include "../codec/json.h"
#include "../codec/value.h"
#include "fields.h"
#include "parts.h"
#include "run.h"
#include "status.h"
#include "task.h"

/* ---- flows ---- */

/* The newest run, or the newest that is successful; a run that cannot be read is passed over. */
static int newest(struct mf_object *o, bool successful, struct mf_value **out, struct mf_error *err)
{
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *iter;
	struct mf_object *run;
	if (!successful)
		opts.limit = 1;
	int rc = mf_list(&iter, o->client, o->pathspec, &opts, err), got = 0;
	if (rc < 0)
		return rc;
	while (!*out && rc == MF_OK && (got = mf_iter_next(iter, &run, err)) == 1) {
		if (!run->error && (!successful || mf_value_bool(mf_object_get(run, "successful"))))
			rc = field_str(o, run->pathspec, out, err);
		mf_object_free(run);
	}
	mf_iter_free(iter);
	return got < 0 ? got : rc;
}

int get_flow_latest(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	return newest(o, false, out, err);
}

int get_flow_latest_ok(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	return newest(o, true, out, err);
}

/* ---- runs ---- */

/* A field of the end task; *found tells whether there is one. */
static int of_end_task(struct mf_object *o, const char *field, bool *found, struct mf_value **out, struct mf_error *err)
{
	struct run *r = object_run(o);
	struct mf_object *end = r ? run_end_task(r) : NULL;
	int rc = r ? MF_OK : err_nomem(err);
	*found = end;
	if (end) {
		const struct mf_value *v = mf_object_get(end, field);
		const struct mf_error *e = mf_value_error(v);
		if (e) {
			rc = e->code;
			if (err)
				*err = *e;
		} else if (v->kind == MF_STRING) {
			rc = field_str(o, v->u.s.p, out, err); /* a pathspec of our own making: NUL-terminated */
		} else if (v->kind == MF_INT || v->kind == MF_BOOL) {
			*out = value_new(&o->arena, v->kind);
			rc = *out ? MF_OK : err_nomem(err);
			if (*out)
				**out = *v;
		}
	}
	mf_object_free(end);
	return rc;
}

static int or_false(struct mf_object *o, const char *field, struct mf_value **out, struct mf_error *err)
{
	bool found;
	int rc = of_end_task(o, field, &found, out, err);
	return rc < 0 || found ? rc : field_bool(o, false, out, err);
}

int get_run_finished(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	return or_false(o, "finished", out, err);
}

int get_run_successful(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	return or_false(o, "successful", out, err);
}

int get_run_finished_at(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	bool found;
	return of_end_task(o, "finished_at", &found, out, err);
}

int get_run_end_task(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	bool found;
	return of_end_task(o, "pathspec", &found, out, err);
}

/* A run is resumed when tasks of it say so; "None" is how Metaflow writes that there is no origin. */
const char *run_origin(struct mf_object *o)
{
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *iter;
	struct mf_object *step;
	const char *origin = NULL;
	struct run *r = object_run(o);
	const char *path = object_path(&o->arena, o->id, MF_RUN + 1);
	if (!r || !path || mf_list(&iter, o->client, path, &opts, NULL) < 0)
		return NULL;
	while (!origin && mf_iter_next(iter, &step, NULL) == 1) {
		struct mf_object *task = run_step_task(r, step->id[MF_STEP]);
		const char *id = task ? task_meta_text(task, "origin-run-id") : NULL;
		bool any = id;
		if (id && *id && !str_eq(id, "None"))
			origin = arena_printf(&o->arena, "%s/%s", o->id[MF_FLOW], id);
		mf_object_free(task);
		mf_object_free(step);
		if (any)
			break;
	}
	mf_iter_free(iter);
	return origin;
}

int get_run_origin(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	return field_str(o, run_origin(o), out, err);
}

int get_run_endpoints(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	struct run *r = object_run(o);
	struct mf_value *list = field_new(o, MF_LIST);
	if (!r || !list || !value_push(&o->arena, list, value_str(&o->arena, run_start_step(r)))
		|| !value_push(&o->arena, list, value_str(&o->arena, run_end_step(r))))
		return err_nomem(err);
	*out = list;
	return MF_OK;
}

/* ---- trigger ---- */

static bool add_event(struct mf_object *o, struct mf_value *events, struct mf_value *runs, const struct mf_value *e)
{
	struct mf_value *d = field_new(o, MF_DICT);
	const struct mf_value *ts = mf_value_get(e, "timestamp");
	double seconds = mf_value_kind(ts) == MF_FLOAT ? ts->u.f : (double)mf_value_int(ts);
	bool timed = mf_value_kind(ts) == MF_INT || mf_value_kind(ts) == MF_FLOAT;
	if (!d || !put_value(o, d, "id", mf_value_get(e, "id")) || !put_value(o, d, "name", mf_value_get(e, "name"))
		|| !put_value(o, d, "type", mf_value_get(e, "type"))
		|| !put_time(o, d, "timestamp", timed && seconds > -9e12 && seconds < 9e12 ? (int64_t)(seconds * 1000) : MF_NO_TIME)
		|| !value_push(&o->arena, events, d))
		return false;
	size_t n;
	const char *id = mf_value_text(mf_value_get(e, "id"), &n);
	if (!id || !value_is(mf_value_get(e, "type"), "run"))
		return true;
	const char *slash = memchr(id, '/', n);
	const char *second = slash ? memchr(slash + 1, '/', n - (size_t)(slash + 1 - id)) : NULL;
	char *run = arena_strndup(&o->arena, id, second ? (size_t)(second - id) : n);
	return run && value_push(&o->arena, runs, value_str(&o->arena, run));
}

/* Newest first, those without a time last. */
static int newest_event(const void *pa, const void *pb, void *unused)
{
	double at[2];
	(void)unused;
	for (int i = 0; i < 2; i++) {
		const struct mf_value *e = *(struct mf_value *const *)(i ? pb : pa), *ts = mf_value_get(e, "timestamp");
		at[i] = mf_value_kind(ts) == MF_INT || mf_value_kind(ts) == MF_FLOAT ? mf_value_float(ts) : -1e300;
	}
	return at[0] > at[1] ? -1 : at[0] < at[1];
}

int get_run_trigger(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	struct run *r = object_run(o);
	struct mf_object *start = r ? run_step_task(r, run_start_step(r)) : NULL;
	const char *text = start ? task_meta_text(start, "execution-triggers") : NULL;
	struct mf_value *list, *d;
	int rc = MF_OK;
	char *copy = text ? arena_strdup(&o->arena, text) : NULL;
	mf_object_free(start);
	if (!copy)
		return MF_OK;
	TRY(json_parse(&list, &o->arena, copy, strlen(copy), err));
	if (list->kind != MF_LIST)
		return MF_OK;
	d = field_new(o, MF_DICT);
	struct mf_value *events = field_new(o, MF_LIST), *runs = field_new(o, MF_LIST);
	bool ok = d && events && runs;
	if (list->u.list.n > 1)
		qsort_r(list->u.list.v, list->u.list.n, sizeof(*list->u.list.v), newest_event, NULL);
	for (size_t i = 0; ok && i < list->u.list.n; i++)
		ok = add_event(o, events, runs, list->u.list.v[i]);
	if (!ok || !put_value(o, d, "events", events) || !put_value(o, d, "runs", runs))
		return err_nomem(err);
	*out = d;
done:
	return rc;
}

/* A scheduler starts runs under its own name; who owns the template is told by the tasks (data-model §7.2). */
int get_run_owner(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	struct run *r = object_run(o);
	struct mf_object *start = r ? run_step_task(r, run_start_step(r)) : NULL;
	const char *owner = start ? task_meta_text(start, "argo-workflow-template-owner") : NULL;
	int rc = !r ? err_nomem(err) : owner && *owner ? field_str(o, owner, out, err) : MF_OK;
	mf_object_free(start);
	return rc;
}

/* ---- steps and tasks of a run ---- */

int get_run_steps(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	(void)o;
	(void)out;
	(void)err;
	return MF_OK; /* `show` prints the step objects themselves */
}

/* Count the tasks of a step by status into counts; returns their number. */
static size_t count_tasks(struct mf_object *o, const char *step, size_t counts[5], bool status)
{
	int field = mf_field_find(MF_TASK, "status");
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *iter;
	struct mf_object *task;
	size_t n = 0;
	const char *path = arena_printf(&o->arena, "%s/%s/%s", o->id[MF_FLOW], o->id[MF_RUN], step);
	if (status) {
		opts.fields = &field;
		opts.n_fields = 1;
	}
	if (!path || mf_list(&iter, o->client, path, &opts, NULL) < 0)
		return 0;
	if (!status) {
		n = mf_iter_total(iter);
	} else {
		while (mf_iter_next(iter, &task, NULL) == 1) {
			counts[object_status_word(task)]++;
			n++;
			mf_object_free(task);
		}
	}
	mf_iter_free(iter);
	return n;
}

int field_counts(struct mf_object *o, const size_t counts[5], struct mf_value **out, struct mf_error *err)
{
	struct mf_value *d = field_new(o, MF_DICT);
	bool ok = d;
	for (int i = 0; ok && i < 5; i++)
		if (counts[i])
			ok = put_int(o, d, mf_status_name((enum mf_status)i), (int64_t)counts[i]);
	*out = d;
	return ok ? MF_OK : err_nomem(err);
}

size_t step_counts(struct mf_object *o, size_t counts[5])
{
	return count_tasks(o, o->id[MF_STEP], counts, true);
}

size_t step_size(struct mf_object *o)
{
	return count_tasks(o, o->id[MF_STEP], NULL, false);
}

static size_t all_tasks(struct mf_object *o, size_t counts[5], bool status)
{
	struct run *r = object_run(o);
	const struct fs_names *steps = r ? run_steps(r) : NULL;
	size_t n = 0;
	for (size_t i = 0; steps && i < steps->n; i++)
		if (fs_name(steps, i)[0] != '_')
			n += count_tasks(o, fs_name(steps, i), counts, status);
	return n;
}

int get_run_n_tasks(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	return field_int(o, (int64_t)all_tasks(o, NULL, false), out, err);
}

int get_run_task_counts(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	size_t counts[5] = {0};
	all_tasks(o, counts, true);
	return field_counts(o, counts, out, err);
}

int get_run_current_step(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *iter;
	struct mf_object *step;
	opts.limit = 1;
	int rc = mf_list(&iter, o->client, o->pathspec, &opts, err);
	if (rc < 0)
		return rc;
	rc = mf_iter_next(iter, &step, err);
	if (rc == 1) {
		rc = field_str(o, step->id[MF_STEP], out, err);
		mf_object_free(step);
	}
	mf_iter_free(iter);
	return rc;
}
