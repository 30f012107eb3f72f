/* Status from a datastore alone: what has ended says so. Nothing there tells whether what has not
 * ended is at work: then the status is unknown, with the time of the newest file. */
#include <stdio.h>

#include "data.h"
#include "remote.h"
#include "run.h"
#include "task.h"

enum { SIGNS = 16 /* files that are looked at */ };

/* ---- tasks ---- */

static const struct meta *outcome(struct mf_object *o, int n)
{
	const struct meta *best = NULL;
	if (task_meta(o, NULL) < 0)
		return NULL;
	for (size_t i = 0; i < o->task->n_meta; i++) {
		const struct meta *m = &o->task->meta[i];
		if (str_eq(m->name, "attempt_ok") && (m->attempt == n || m->attempt < 0) &&
			!m->inherited)
			best = m;
	}
	return best;
}

/* The newest of its files: logs are written again and again while it works. */
static int64_t last_sign(struct mf_object *o, int attempt)
{
	struct store *s = o->client->remote->store;
	struct fs_names names = {0};
	struct store_info info;
	int64_t last = o->ts;
	char prefix[16];
	snprintf(prefix, sizeof(prefix), "%d.", attempt);
	const char *path = object_path(&o->arena, o->id, MF_TASK + 1);
	struct mf_error err = MF_ERROR_INIT;
	int rc = path ? store_files(s, path, &names, &err) : MF_ENOMEM;
	data_result(s, rc, &err);
	for (size_t i = 0, looked = 0; rc == MF_OK && i < names.n && looked < SIGNS; i++) {
		const char *key = arena_printf(&o->arena, "%s/%s", path, fs_name(&names, i));
		if (!key || !str_starts(fs_name(&names, i), prefix))
			continue;
		looked++;
		if (store_head(s, key, &info, NULL) == MF_OK && info.modified != MF_NO_TIME &&
			info.modified > last)
			last = info.modified;
	}
	fs_names_release(&names);
	return last;
}

void remote_task_status(struct mf_object *o, struct status *s)
{
	struct mf_error err = MF_ERROR_INIT;
	if (task_list(o, ROWS_META | ROWS_ARTIFACTS, &err) < 0) {
		status_decide(s, REASON_unreadable, MF_NO_TIME, "datastore",
			arena_strdup(&o->arena, err.message), 0);
		return;
	}
	int n = attempt_latest_started(o);
	s->started_at = status_attempt_started(o, n);
	const struct meta *ok = outcome(o, n);
	if (ok) {
		bool good = status_is_true(ok->value);
		s->ended_at = ok->ts;
		status_decide(s, good ? REASON_attempt_ok : REASON_attempt_failed, ok->ts,
			"attempt_ok", good ? "attempt %d ended well" : "attempt %d failed", n);
	} else if (status_by_task_ok(o, s, n) || status_by_exit(o, s, n)) {
		return;
	} else if (task_has_file(o, n, "DONE.lock")) {
		status_decide(s, REASON_no_outcome, MF_NO_TIME, "DONE.lock",
			"attempt %d ended, its outcome is unknown", n);
	} else {
		status_decide(s, REASON_not_ended, last_sign(o, n), "datastore",
			"attempt %d has not ended, and the datastore does not tell whether "
			"anything works on it; last sign of life",
			n);
	}
}

/* ---- runs ---- */

struct sweep {
	struct mf_object *failed;
	int64_t last;
};

static void see(struct sweep *w, int64_t ts)
{
	if (ts != MF_NO_TIME && ts > w->last)
		w->last = ts;
}

static void sweep_below(struct mf_client *c, const char *pathspec, struct sweep *w)
{
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *iter;
	struct mf_object *o;
	if (mf_list(&iter, c, pathspec, &opts, NULL) < 0)
		return;
	while (!w->failed && mf_iter_next(iter, &o, NULL) == 1) {
		if (o->entity == MF_STEP) {
			sweep_below(c, o->pathspec, w);
		} else {
			const struct status *s = object_status(o);
			see(w, o->ts);
			see(w, s->ended_at);
			see(w, s->status == MF_FAILED ? MF_NO_TIME : s->at);
			if (s->status == MF_FAILED)
				w->failed = object_ref(o);
		}
		mf_object_free(o);
	}
	mf_iter_free(iter);
}

/* The usual end, found without the graph: a step of that name whose task went nowhere from there.
 * NULL: look for it. */
static struct mf_object *usual_end(struct run *r)
{
	struct artifact_record *transition;
	struct mf_object *end = run_step_task(r, "end");
	if (end && object_status(end)->status == MF_COMPLETED &&
		task_artifact_brief(end, "_transition", &transition, NULL) == MF_OK &&
		artifact_is_known(transition->sha))
		return end;
	mf_object_free(end);
	return NULL;
}

void remote_run_status(struct mf_object *o, struct status *s)
{
	struct run *r = object_run(o);
	object_record(o, NULL);
	s->started_at = o->ts;
	struct mf_object *end = r ? usual_end(r) : NULL;
	if (r && !end)
		end = run_end_task(r);
	const struct status *e = end ? object_status(end) : NULL;
	if (e && (e->status == MF_COMPLETED || e->status == MF_FAILED)) {
		status_by_end_task(o, s, end, e);
		mf_object_free(end);
		return;
	}
	mf_object_free(end);
	struct sweep w = {.last = o->ts};
	if (r) {
		remote_expect(r, ROWS_META | ROWS_ARTIFACTS);
		sweep_below(o->client, r->pathspec, &w);
	}
	if (w.failed) {
		const struct status *f = object_status(w.failed);
		s->ended_at = f->ended_at;
		status_decide(s, REASON_task_failed, f->at,
			arena_strdup(&o->arena, w.failed->pathspec),
			arena_printf(&o->arena, "task %s/%s failed", w.failed->id[MF_STEP],
				w.failed->id[MF_TASK]),
			0);
		mf_object_free(w.failed);
	} else {
		status_decide(s, REASON_not_ended, w.last, "datastore",
			"neither ended nor failed, and the datastore does not tell whether it is "
			"at work; last sign of life",
			0);
	}
}
