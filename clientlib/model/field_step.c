#include "../codec/value.h"
#include "fields.h"
#include "ids.h"
#include "parts.h"
#include "run.h"
#include "status.h"
#include "task.h"

/* Call f for each task of a step, newest first, with `fields` evaluated; stops when f returns false. */
static int each_task(struct mf_object *step, const int *fields, size_t n, bool (*f)(struct mf_object *, void *), void *arg,
	struct mf_error *err)
{
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *iter;
	struct mf_object *task;
	opts.fields = fields;
	opts.n_fields = n;
	int rc = mf_list(&iter, step->client, step->pathspec, &opts, err);
	if (rc < 0)
		return rc;
	bool more = true;
	while (more && (rc = mf_iter_next(iter, &task, err)) == 1) {
		more = f(task, arg);
		mf_object_free(task);
	}
	mf_iter_free(iter);
	return rc < 0 ? rc : MF_OK;
}

struct latest {
	int64_t ts;
	bool all;
	size_t n, total;
};

static bool see_finished(struct mf_object *task, void *arg)
{
	struct latest *l = arg;
	const struct mf_value *v = mf_object_get(task, "finished_at");
	l->n++;
	if (mf_value_kind(v) != MF_INT)
		l->all = false;
	else if (l->ts == MF_NO_TIME || v->u.i > l->ts)
		l->ts = v->u.i;
	return l->all;
}

int get_step_finished_at(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	struct latest l = {.ts = MF_NO_TIME, .all = true};
	int field = mf_field_find(MF_TASK, "finished_at");
	int rc = each_task(o, &field, 1, see_finished, &l, err);
	return rc < 0 || !l.all ? rc : field_time(o, l.ts, out, err);
}

/* ---- the graph around a step ---- */

static bool next_has(const struct mf_value *entry, const char *step)
{
	return list_has(mf_value_get(entry, "next"), step);
}

int get_step_parents(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	struct run *r = object_run(o);
	const struct mf_value *steps = r ? mf_value_get(run_graph(r), "steps") : NULL;
	struct mf_value *list = field_new(o, MF_LIST);
	if (!r || !list)
		return err_nomem(err);
	if (!steps)
		return steps_without_graph(o, true, out, err);
	for (size_t i = 0; i < mf_value_count(steps); i++)
		if (next_has(mf_value_item(steps, i), o->id[MF_STEP])
			&& !value_push(&o->arena, list, steps->u.list.v[2 * i]))
			return err_nomem(err);
	return field_sorted(o, list, NULL, out, err);
}

int get_step_children(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	struct run *r = object_run(o);
	if (!r)
		return err_nomem(err);
	if (!run_graph(r))
		return steps_without_graph(o, false, out, err);
	const struct mf_value *next = mf_value_get(run_graph_step(r, o->id[MF_STEP]), "next");
	return field_sorted(o, mf_value_kind(next) == MF_LIST || mf_value_kind(next) == MF_TUPLE ? next : NULL, NULL, out, err);
}

int get_step_graph(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	struct run *r = object_run(o);
	const struct mf_value *entry = r ? run_graph_step(r, o->id[MF_STEP]) : NULL;
	if (entry) {
		*out = value_new(&o->arena, MF_NULL);
		if (!*out)
			return err_nomem(err);
		**out = *entry; /* lives in the run, which the object holds */
	}
	return MF_OK;
}

int get_step_origin(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	const char *run = run_origin(o);
	return run ? field_str(o, arena_printf(&o->arena, "%s/%s", run, o->id[MF_STEP]), out, err) : MF_OK;
}

/* ---- its tasks ---- */

struct ids {
	struct mf_object *step;
	struct mf_value *list;
	bool control; /* only control tasks */
	bool ok;
};

static bool add_id(struct mf_object *task, void *arg)
{
	struct ids *ids = arg;
	if (ids->control) {
		const char *type = task_meta_text(task, "internal_task_type");
		const struct run *r = object_run(task);
		bool tagged = r && run_has_tag(task->run, "control_task");
		if (!tagged && !(type && str_eq(type, "control_task")))
			return true;
	}
	ids->ok = value_push(&ids->step->arena, ids->list, value_str(&ids->step->arena, task->id[MF_TASK]));
	return ids->ok;
}

static int task_ids(struct mf_object *o, bool control, struct mf_value **out, struct mf_error *err)
{
	struct ids ids = {.step = o, .list = field_new(o, MF_LIST), .control = control, .ok = true};
	if (!ids.list)
		return err_nomem(err);
	int rc = each_task(o, NULL, 0, add_id, &ids, err);
	*out = ids.list;
	return rc < 0 ? rc : ids.ok ? MF_OK : err_nomem(err);
}

int get_step_tasks(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	return task_ids(o, false, out, err);
}

int get_step_control_tasks(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	int rc = task_ids(o, true, out, err);
	return rc < 0 ? rc : field_sorted(o, *out, NULL, out, err);
}

int get_step_n_tasks(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	return field_int(o, (int64_t)step_size(o), out, err);
}

int get_step_task_counts(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	size_t counts[5] = {0};
	step_counts(o, counts);
	return field_counts(o, counts, out, err);
}

enum mf_status counts_status(const size_t counts[5])
{
	static const enum mf_status order[] = {MF_RUNNING, MF_FAILED, MF_PENDING, MF_UNKNOWN, MF_COMPLETED};
	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		if (counts[order[i]])
			return order[i];
	return MF_PENDING;
}

int get_step_status(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	size_t counts[5] = {0};
	step_counts(o, counts);
	return field_str(o, mf_status_name(counts_status(counts)), out, err);
}

static bool see_ended(struct mf_object *task, void *arg)
{
	struct latest *l = arg;
	int64_t ended;
	if (object_status_among(task, l->total, &ended) == MF_RUNNING)
		l->all = false;
	l->n++;
	if (ended != MF_NO_TIME && ended > l->ts)
		l->ts = ended;
	return true;
}

int get_step_duration(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	struct latest l = {.ts = MF_NO_TIME, .all = true};
	l.total = step_size(o);
	int rc = each_task(o, NULL, 0, see_ended, &l, err);
	if (rc < 0 || object_record(o, err) < 0 || o->ts == MF_NO_TIME)
		return rc;
	int64_t to = l.all ? l.ts : mf_client_now(o->client);
	return to == MF_NO_TIME ? MF_OK : field_int(o, to > o->ts ? to - o->ts : 0, out, err);
}

int get_environment(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	if (o->entity == MF_TASK)
		return code_environment(o, out, err);
	struct run *r = object_run(o);
	struct mf_object *task = r ? run_step_task(r, o->id[MF_STEP]) : NULL;
	if (!task)
		return MF_OK;
	struct mf_value *v = NULL;
	int rc = code_environment(task, &v, err);
	if (rc == MF_OK && v)
		rc = value_clone(out, &o->arena, v, err);
	mf_object_free(task);
	return rc;
}
