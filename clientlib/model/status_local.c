/* Status of a local history: what is on the disk, and the processes of this machine (data-model
 * §2.8). */
#include <stdio.h>

#include "data.h"
#include "local.h"
#include "proc.h"
#include "run.h"
#include "task.h"

/* ---- tasks ---- */

/* The outcome of attempt n by metadata; NULL if it has none. Untagged rows count for the attempt
 * that was running. */
static const struct meta *outcome(struct mf_object *o, int n, int64_t started)
{
	const struct meta *m = task_meta_newest(o, "attempt_ok");
	if (!m || m->attempt == n)
		return m;
	if (m->attempt < 0)
		return started == MF_NO_TIME || m->ts >= started ? m : NULL;
	/* the newest row is another attempt's: look at all of them */
	if (task_meta(o, NULL) < 0)
		return NULL;
	const struct meta *best = NULL;
	for (size_t i = 0; i < o->task->n_meta; i++)
		if (str_eq(o->task->meta[i].name, "attempt_ok") && o->task->meta[i].attempt == n)
			best = &o->task->meta[i];
	return best;
}

/* N.runtime of the local scheduler: how the process ended. */
bool status_by_exit(struct mf_object *o, struct status *s, int n)
{
	struct mf_value *doc;
	struct store_info info;
	if (!task_has_file(o, n, "runtime"))
		return false;
	const char *task = object_path(&o->arena, o->id, MF_TASK + 1);
	const char *path = task ? arena_printf(&o->arena, "%s/%d.runtime", task, n) : NULL;
	if (!path || object_data_json(o, path, &doc, NULL) < 0)
		return false;
	struct store *store = object_store(o, NULL);
	int64_t at = store && store_head(store, path, &info, NULL) == MF_OK ? info.modified : MF_NO_TIME;
	int64_t code = mf_value_int(mf_value_get(doc, "return_code"));
	s->ended_at = at;
	if (code < 0)
		status_decide(s, REASON_killed, at, path,
			arena_printf(&o->arena, "attempt %d was ended by signal %d (%s)", n,
				(int)-code,
				sigabbrev_np((int)-code) ? sigabbrev_np((int)-code) : "unknown"),
			0);
	else if (code > 0 || !mf_value_bool(mf_value_get(doc, "success")))
		status_decide(s, REASON_exited, at, path,
			arena_printf(&o->arena,
				"attempt %d ended with return code %d and no outcome", n,
				(int)code),
			0);
	else if (!task_has_file(o, n, "DONE.lock"))
		status_decide(s, REASON_exited, at, path,
			"attempt %d ended with return code 0 before it had stored its data", n);
	else
		status_decide(
			s, REASON_task_ok, at, path, "attempt %d ended with return code 0", n);
	return true;
}

void local_task_status(struct mf_object *o, struct status *s)
{
	/* the usual case first: the attempt that started last has stored its outcome */
	int counted = attempt_by_count(o);
	if (counted >= 0 && status_by_task_ok(o, s, counted))
		return;
	int n = attempt_latest_started(o);
	s->started_at = status_attempt_started(o, n);
	const struct meta *ok = outcome(o, n, s->started_at);
	if (ok) {
		s->ended_at = ok->ts;
		bool good = status_is_true(ok->value);
		status_decide(s, good ? REASON_attempt_ok : REASON_attempt_failed, ok->ts,
			"attempt_ok", good ? "attempt %d ended well" : "attempt %d failed", n);
		return;
	}
	if (status_by_task_ok(o, s, n))
		return;
	long pid = proc_worker(o->client, o->id[MF_RUN], o->id[MF_STEP], o->id[MF_TASK]);
	if (pid) {
		status_decide(s, REASON_process_alive, s->started_at,
			arena_printf(&o->arena, "pid %ld", pid),
			arena_printf(&o->arena, "process %ld works on attempt %d, started", pid, n),
			0);
		return;
	}
	if (status_by_exit(o, s, n))
		return;
	int64_t seen = s->started_at != MF_NO_TIME ? s->started_at : o->ts;
	status_decide(s, REASON_process_gone, seen, "/proc",
		"attempt %d left no outcome and no process of this machine works on it; last sign "
		"of life",
		n);
}

/* ---- runs ---- */

/* Look through the run for its newest activity and a failed task. */
struct sweep {
	struct mf_object *failed;
	const char *failed_step;
	int64_t last;
	size_t n_tasks;
};

static void see(struct sweep *w, int64_t ts)
{
	if (ts != MF_NO_TIME && ts > w->last)
		w->last = ts;
}

static void sweep_step(struct mf_object *o, const char *step, struct sweep *w)
{
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *iter;
	struct mf_object *task;
	const char *path = arena_printf(&o->arena, "%s/%s", o->pathspec, step);
	if (!path || mf_list(&iter, o->client, path, &opts, NULL) < 0)
		return;
	while (!w->failed && mf_iter_next(iter, &task, NULL) == 1) {
		const struct status *s = object_status(task);
		w->n_tasks++;
		see(w, task->ts);
		see(w, s ? s->ended_at : MF_NO_TIME);
		see(w, s ? s->at : MF_NO_TIME);
		if (s && s->status == MF_FAILED)
			w->failed = task;
		else
			mf_object_free(task);
	}
	mf_iter_free(iter);
}

static void run_sweep(struct mf_object *o, struct sweep *w)
{
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *iter;
	struct mf_object *step;
	if (mf_list(&iter, o->client, o->pathspec, &opts, NULL) < 0)
		return;
	while (!w->failed && mf_iter_next(iter, &step, NULL) == 1) {
		sweep_step(o, step->id[MF_STEP], w);
		mf_object_free(step);
	}
	mf_iter_free(iter);
}

static const char *task_phrase(struct mf_object *o, const struct mf_object *task, const char *what)
{
	return arena_printf(&o->arena, "task %s/%s %s", task->id[MF_STEP], task->id[MF_TASK], what);
}

void status_by_end_task(
	struct mf_object *o, struct status *s, struct mf_object *end, const struct status *e)
{
	const char *evidence = arena_strdup(&o->arena, end->pathspec);
	s->ended_at = e->ended_at;
	if (e->status == MF_COMPLETED) {
		int64_t at = status_task_ok_time(end);
		if (at != MF_NO_TIME)
			s->ended_at = at;
		status_decide(s, REASON_end_completed, s->ended_at, evidence,
			task_phrase(o, end, "ended well"), 0);
	} else {
		status_decide(s, REASON_end_failed, e->ended_at, evidence,
			task_phrase(o, end, "failed"), 0);
	}
}

void local_run_status(struct mf_object *o, struct status *s)
{
	struct run *r = object_run(o);
	object_record(o, NULL);
	s->started_at = o->ts;
	struct mf_object *end = r ? run_end_task(r) : NULL;
	const struct status *e = end ? object_status(end) : NULL;
	if (e && e->status == MF_COMPLETED) {
		status_by_end_task(o, s, end, e);
		mf_object_free(end);
		return;
	}
	long pid = proc_worker(o->client, o->id[MF_RUN], NULL, NULL);
	if (pid) {
		status_decide(s, REASON_process_alive, MF_NO_TIME,
			arena_printf(&o->arena, "pid %ld", pid),
			arena_printf(&o->arena, "process %ld works on a task of the run now", pid),
			0);
		mf_object_free(end);
		return;
	}
	struct mf_object *any = r ? run_parameters(r) : NULL;
	const char *script = any ? task_meta_text(any, "script-name") : NULL;
	pid = script && o->ts != MF_NO_TIME ? proc_scheduler(o->client, script, o->ts) : 0;
	if (pid) {
		status_decide(s, REASON_scheduler_alive, MF_NO_TIME,
			arena_printf(&o->arena, "pid %ld", pid),
			arena_printf(&o->arena, "scheduler %ld (%s) is at work now", pid, script),
			0);
		mf_object_free(end);
		return;
	}
	if (e && e->status == MF_FAILED) {
		status_by_end_task(o, s, end, e);
		mf_object_free(end);
		return;
	}
	mf_object_free(end);
	struct sweep w = {.last = o->ts};
	run_sweep(o, &w);
	if (w.failed) {
		const struct status *f = object_status(w.failed);
		s->ended_at = f->ended_at;
		status_decide(s, REASON_task_failed, f->at,
			arena_strdup(&o->arena, w.failed->pathspec),
			task_phrase(o, w.failed, "failed"), 0);
		mf_object_free(w.failed);
	} else if (!w.n_tasks) {
		status_decide(s, REASON_no_tasks, w.last, "_meta/_self.json",
			"no task of the run is recorded; created", 0);
	} else {
		status_decide(s, REASON_process_gone, w.last, "/proc",
			"neither ended nor failed, and no process of this machine works on it; "
			"last sign of life",
			0);
	}
}
