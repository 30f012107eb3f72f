/* Status by the rules of Metaflow's UI backend, from metadata and heartbeats (service-api.md §5). */
#include <stdlib.h>
#include <strings.h>

#include "../base/fmt.h"
#include "service.h"
#include "task.h"
#include "task_files.h"

enum { DAY_MS = 86400000 };

int64_t service_heartbeat(struct mf_object *o)
{
	if (object_record(o, NULL) < 0)
		return MF_NO_TIME;
	const struct mf_value *v = mf_value_get(o->record, "last_heartbeat_ts");
	if (mf_value_kind(v) == MF_FLOAT)
		return v->u.f > -9e12 && v->u.f < 9e12 ? (int64_t)(v->u.f * 1000) : MF_NO_TIME;
	return mf_value_kind(v) == MF_INT && v->u.i > -9000000000000 && v->u.i < 9000000000000 ? v->u.i * 1000 : MF_NO_TIME;
}

static bool apart(int64_t a, int64_t b, int64_t most)
{
	return a > b ? a - b > most : b - a > most;
}

/* The service keeps values as text, and takes them for PostgreSQL's booleans. */
static bool is_yes(const struct mf_value *v)
{
	static const char *const words[] = {"true", "t", "yes", "y", "on", "1"};
	size_t n;
	const char *p = mf_value_text(v, &n);
	for (size_t i = 0; p && i < ARRAY_SIZE(words); i++)
		if (n == strlen(words[i]) && strncasecmp(p, words[i], n) == 0)
			return true;
	return status_is_true(v);
}

/* What the rows of a task say of one attempt. */
struct attempt {
	bool any;
	int64_t start, done, next;
	const struct meta *ok;
};

static void latest(int64_t *at, int64_t ts)
{
	if (*at == MF_NO_TIME || ts > *at)
		*at = ts;
}

static struct attempt look_at(struct mf_object *o, int n)
{
	struct attempt a = {.start = MF_NO_TIME, .done = MF_NO_TIME, .next = MF_NO_TIME};
	for (size_t i = 0; i < o->task->n_meta; i++) {
		const struct meta *m = &o->task->meta[i];
		int k;
		if (m->inherited)
			continue;
		if (str_eq(m->name, "attempt") && task_as_attempt(m->value, &k)) {
			if (k == n)
				latest(&a.start, m->ts);
			if (k == n + 1)
				latest(&a.next, m->ts);
			a.any = a.any || k == n;
		} else if (str_eq(m->name, "attempt-done") && task_as_attempt(m->value, &k) && k == n) {
			latest(&a.done, m->ts);
			a.any = true;
		} else if (str_eq(m->name, "attempt_ok") && m->attempt == n) {
			latest(&a.done, m->ts);
			a.any = true;
			if (!a.ok || (is_yes(m->value) && !is_yes(a.ok->value)))
				a.ok = m; /* a yes beats a no */
		}
	}
	return a;
}

/* The highest attempt that left anything. */
static int last_attempt(struct mf_object *o)
{
	int best = 0, k;
	for (size_t i = 0; i < o->task->n_meta; i++) {
		const struct meta *m = &o->task->meta[i];
		if (m->inherited)
			continue;
		if ((str_eq(m->name, "attempt") || str_eq(m->name, "attempt-done")) && task_as_attempt(m->value, &k) && k > best)
			best = k;
		if (str_eq(m->name, "attempt_ok") && m->attempt > best)
			best = m->attempt;
	}
	return best;
}

void service_task_status(struct mf_object *o, struct status *s)
{
	struct mf_error err = MF_ERROR_INIT;
	if (task_meta(o, &err) < 0) {
		status_decide(s, REASON_unreadable, MF_NO_TIME, "metadata", arena_strdup(&o->arena, err.message), 0);
		return;
	}
	int n = o->attempt >= 0 ? o->attempt : last_attempt(o);
	const struct attempt a = look_at(o, n);
	int64_t beat = service_heartbeat(o), now = mf_client_now(o->client), since = a.start != MF_NO_TIME ? a.start : o->ts;
	bool beating = beat != MF_NO_TIME && !apart(now, beat, SERVICE_TASK_DEAD_MS); /* then artifacts need not be asked */
	s->started_at = a.start;
	s->ended_at = a.done;
	if (a.ok) {
		bool good = is_yes(a.ok->value);
		status_decide(s, good ? REASON_attempt_ok : REASON_attempt_failed, a.ok->ts, "attempt_ok",
			good ? "attempt %d ended well" : "attempt %d failed", n);
	} else if (a.done != MF_NO_TIME || (!beating && task_artifact_attempt(o) == n && status_task_ok_time(o) != MF_NO_TIME)) {
		/* the end is known, the outcome is an artifact */
		if (!status_by_task_ok(o, s, n))
			status_decide(s, REASON_no_outcome, a.done, "attempt-done", "attempt %d ended, its outcome is unknown", n);
		if (a.done != MF_NO_TIME)
			s->ended_at = a.done > s->ended_at ? a.done : s->ended_at;
	} else if (a.next != MF_NO_TIME) {
		s->ended_at = a.next;
		status_decide(s, REASON_superseded, a.next, "attempt", "attempt %d left no outcome, the next one started", n);
	} else if (beat != MF_NO_TIME && apart(now, beat, SERVICE_TASK_DEAD_MS)) {
		s->ended_at = beat;
		status_decide(s, REASON_heartbeat_expired, beat, "last_heartbeat_ts",
			"attempt %d left no outcome and its process no longer sends heartbeats; the last one", n);
	} else if (beat == MF_NO_TIME && since != MF_NO_TIME && apart(now, since, DAY_MS)) {
		status_decide(s, REASON_no_heartbeat, since, "attempt", "attempt %d has no outcome and no heartbeat; started", n);
	} else if (beat == MF_NO_TIME && !a.any) {
		status_decide(s, REASON_not_started, o->ts, "metadata", "registered, not started yet; created", 0);
	} else if (beat == MF_NO_TIME) {
		status_decide(s, REASON_started, since, "attempt", "attempt %d is at work and sends no heartbeats; started", n);
	} else {
		status_decide(s, REASON_heartbeat, beat, "last_heartbeat_ts", "attempt %d is at work; last heartbeat", n);
	}
}

/* ---- runs ---- */

/* What the tasks of the end step say. */
struct ends {
	struct mf_object *task; /* whose attempt_ok is the newest, else the newest task; counted */
	const struct meta *ok;
	int64_t attempt;        /* start of the newest attempt of any of them */
};

static void look_at_ends(struct mf_object *o, const char *step, struct ends *e)
{
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *it;
	struct mf_object *task;
	const char *path = arena_printf(&o->arena, "%s/%s", o->pathspec, step);
	opts.known = true;
	if (!path || mf_list(&it, o->client, path, &opts, NULL) < 0)
		return;
	while (mf_iter_next(it, &task, NULL) == 1) {
		const struct meta *ok = NULL;
		for (size_t i = 0; task_meta(task, NULL) == MF_OK && i < task->task->n_meta; i++) {
			const struct meta *m = &task->task->meta[i];
			if (m->inherited)
				continue;
			if (str_eq(m->name, "attempt_ok") && (!ok || m->ts > ok->ts))
				ok = m;
			if (str_eq(m->name, "attempt"))
				latest(&e->attempt, m->ts);
		}
		if (!e->task || (ok && (!e->ok || ok->ts > e->ok->ts))) {
			mf_object_free(e->task);
			e->task = task;
			e->ok = ok;
		} else {
			mf_object_free(task);
		}
	}
	mf_iter_free(it);
}

/* A failed task, newest step first, by what costs one or two requests a step; NULL. Yours. */
static struct mf_object *failed_task(struct mf_object *o)
{
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *steps, *tasks;
	struct mf_object *step, *task, *found = NULL;
	int field = mf_field_find(MF_TASK, "status");
	opts.known = true;
	if (mf_list(&steps, o->client, o->pathspec, &opts, NULL) < 0)
		return NULL;
	opts.fields = &field;
	opts.n_fields = 1;
	while (!found && mf_iter_next(steps, &step, NULL) == 1) {
		if (mf_list(&tasks, o->client, step->pathspec, &opts, NULL) == MF_OK) {
			while (!found && mf_iter_next(tasks, &task, NULL) == 1)
				if (object_status_word(task) == MF_FAILED)
					found = task;
				else
					mf_object_free(task);
			mf_iter_free(tasks);
		}
		mf_object_free(step);
	}
	mf_iter_free(steps);
	return found;
}

static const char *of_task(struct mf_object *o, const struct mf_object *task, const char *what)
{
	return arena_printf(&o->arena, "task %s/%s %s", task->id[MF_STEP], task->id[MF_TASK], what);
}

/* It did not end, and no heartbeat says that it goes on. */
static void stopped(struct mf_object *o, struct status *s, int64_t beat)
{
	struct mf_object *task = failed_task(o);
	const struct status *f = task ? object_status(task) : NULL;
	s->ended_at = beat;
	if (f && f->reason == REASON_heartbeat_expired)
		status_decide(s, REASON_heartbeat_expired, f->at, arena_strdup(&o->arena, task->pathspec),
			of_task(o, task, "was killed or lost, and nothing of the run sends heartbeats; the last one"), 0);
	else if (f)
		status_decide(s, REASON_task_failed, f->at, arena_strdup(&o->arena, task->pathspec), of_task(o, task, "failed"),
			0);
	else if (beat != MF_NO_TIME)
		status_decide(s, REASON_heartbeat_expired, beat, "last_heartbeat_ts",
			"neither ended nor failed, and nothing of it sends heartbeats; the last one", 0);
	else
		status_decide(s, REASON_no_heartbeat, o->ts, "last_heartbeat_ts", "not ended, and never a heartbeat; created", 0);
	mf_object_free(task);
}

void service_run_status(struct mf_object *o, struct status *s)
{
	struct run *r = object_run(o);
	struct ends e = {.attempt = MF_NO_TIME};
	int64_t beat = service_heartbeat(o), now = mf_client_now(o->client);
	bool alive = beat != MF_NO_TIME && !apart(now, beat, SERVICE_RUN_DEAD_MS);
	s->started_at = o->ts;
	look_at_ends(o, "end", &e);
	if (!e.task && r && !alive && !str_eq(run_end_step(r), "end"))
		look_at_ends(o, run_end_step(r), &e);
	/* an end that recorded no attempt_ok, as old versions left it: its artifact tells */
	const struct status *end = e.task && !e.ok && !alive ? object_status(e.task) : NULL;
	const char *evidence = e.task ? arena_strdup(&o->arena, e.task->pathspec) : NULL;
	bool good = e.ok && is_yes(e.ok->value);
	if (e.ok && !good && e.attempt != MF_NO_TIME && e.attempt > e.ok->ts) {
		status_decide(s, REASON_retrying, e.attempt, evidence,
			of_task(o, e.task, "failed, and another attempt of it started"), 0);
	} else if (e.ok) {
		s->ended_at = e.ok->ts;
		status_decide(s, good ? REASON_end_completed : REASON_end_failed, e.ok->ts, evidence,
			of_task(o, e.task, good ? "ended well" : "failed"), 0);
	} else if (end && (end->reason == REASON_task_ok || end->reason == REASON_task_not_ok)) {
		bool well = end->reason == REASON_task_ok;
		s->ended_at = end->ended_at;
		status_decide(s, well ? REASON_end_completed : REASON_end_failed, end->ended_at, evidence,
			of_task(o, e.task, well ? "ended well" : "failed"), 0);
	} else if (alive) {
		status_decide(s, REASON_heartbeat, beat, "last_heartbeat_ts", "it is at work; last heartbeat", 0);
	} else {
		stopped(o, s, beat);
	}
	service_judge_word(o, s->status);
	mf_object_free(e.task);
}
