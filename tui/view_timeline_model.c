#include "view_timeline_model.h"

#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"
#include "data.h"

struct timeline *timeline_new(struct mf_client *client, const char *run, bool again)
{
	struct timeline *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->client = client;
	t->cancel = mf_cancel_new();
	t->run = strdup(run);
	t->again = again;
	t->err = (struct mf_error)MF_ERROR_INIT;
	if (!t->cancel || !t->run) {
		timeline_free(t);
		return NULL;
	}
	return t;
}

void timeline_free(void *arg)
{
	struct timeline *t = arg;

	if (!t)
		return;
	for (size_t i = 0; i < t->steps.n; i++)
		free(t->steps.v[i].name);
	for (size_t i = 0; i < t->tasks.n; i++) {
		free(t->tasks.v[i].id);
		free(t->tasks.v[i].value);
	}
	vec_release(&t->steps);
	vec_release(&t->tasks);
	vec_release(&t->spans);
	mf_cancel_free(t->cancel);
	free(t->run);
	free(t);
}

void timeline_cancel(void *arg)
{
	mf_cancel_set(((struct timeline *)arg)->cancel);
}

/* ---- reading ---- */

static const char *const task_fields[] = {"attempts", "status", "started_at", "ended_at",
	"current_attempt", "foreach_value", "duration_ms"};

static int64_t time_of(struct mf_object *o, const char *field)
{
	const struct mf_value *v = mf_object_get(o, field);

	return mf_value_kind(v) == MF_INT ? mf_value_int(v) : MF_NO_TIME;
}

static enum ui_status status_of(struct mf_object *o)
{
	char name[16] = "unknown";
	size_t n;
	const char *p = mf_value_text(mf_object_get(o, "status"), &n);

	if (p && n < sizeof(name)) {
		memcpy(name, p, n);
		name[n] = '\0';
	}
	return data_status_named(name);
}

/* One attempt of a task; the current one is the task as it is, earlier ones are asked for. */
static bool add_attempt(struct timeline *t, struct mf_object *task, int attempt, int current)
{
	struct mf_get_options go = {.attempt = attempt};
	struct mf_object *other = NULL, *of = task;
	struct span s = {.attempt = attempt, .queued = mf_object_created(task)};

	if (attempt != current) {
		if (mf_get(&other, t->client, mf_object_pathspec(task), &go, NULL) < 0) {
			t->unread++;
			return true;
		}
		of = other;
	}
	s.status = status_of(of);
	s.started = time_of(of, "started_at");
	s.ended = time_of(of, "ended_at");
	mf_object_free(other);
	if (attempt > 0 && s.started != MF_NO_TIME) {
		/* It waited from the end of the one before. */
		const struct span *before = t->spans.n ? &t->spans.v[t->spans.n - 1] : NULL;
		s.queued = before && before->attempt == attempt - 1 && before->ended > s.queued &&
					   before->ended < s.started
				   ? before->ended
				   : s.started;
	}
	if (s.queued == MF_NO_TIME)
		s.queued = s.started;
	if (s.queued == MF_NO_TIME)
		return true; /* nothing is known of its time */
	if (s.started == MF_NO_TIME || s.started < s.queued)
		s.started = s.status == UI_PENDING || s.status == UI_RUNNING
				    ? mf_client_now(t->client)
				    : s.queued;
	if (s.ended == MF_NO_TIME || s.ended < s.started)
		s.ended = s.status == UI_RUNNING && mf_client_now(t->client) > s.started
				  ? mf_client_now(t->client)
				  : s.started;
	return vec_push(&t->spans, s);
}

static int add_task(struct timeline *t, struct mf_object *o)
{
	struct span_task k = {.step = t->steps.n - 1, .first = t->spans.n, .duration = -1};
	const struct mf_value *attempts = mf_object_get(o, "attempts");
	int current = (int)mf_value_int(mf_object_get(o, "current_attempt"));
	size_t n = mf_value_count(attempts), len;
	const char *value = mf_value_text(mf_object_get(o, "foreach_value"), &len);

	k.id = strdup(mf_object_id(o));
	k.value = value && len ? strndup(value, len) : NULL;
	if (mf_object_error(o))
		t->unread++;
	bool ok = k.id && (k.value || !value || !len);
	for (size_t i = 0; ok && i < n; i++)
		ok = add_attempt(t, o, (int)mf_value_int(mf_value_item(attempts, i)), current);
	if (ok && !n)
		ok = add_attempt(t, o, current, current);
	if (!ok || !vec_push(&t->tasks, k)) {
		free(k.id);
		free(k.value);
		return err_nomem(&t->err);
	}
	struct span_task *at = &t->tasks.v[t->tasks.n - 1];
	at->count = t->spans.n - at->first;
	at->status = status_of(o);
	at->queued = at->count ? t->spans.v[at->first].queued : MF_NO_TIME;
	at->ended = at->count ? t->spans.v[t->spans.n - 1].ended : MF_NO_TIME;
	if (at->count)
		at->duration = at->ended - t->spans.v[t->spans.n - 1].started;
	return MF_OK;
}

static int read_step(struct job *j, struct timeline *t, struct mf_object *step)
{
	struct mf_list_options o = MF_LIST_INIT;
	int fields[ARRAY_SIZE(task_fields)], rc;
	struct span_step s = {.name = strdup(mf_object_id(step)), .first = t->tasks.n};
	struct mf_iter *iter = NULL;
	struct mf_object *task;

	if (!s.name || !vec_push(&t->steps, s)) {
		free(s.name);
		return err_nomem(&t->err);
	}
	for (size_t i = 0; i < ARRAY_SIZE(task_fields); i++)
		fields[i] = mf_field_find(MF_TASK, task_fields[i]);
	o.fields = fields;
	o.n_fields = ARRAY_SIZE(fields);
	o.cancel = t->cancel;
	rc = mf_list(&iter, t->client, mf_object_pathspec(step), &o, &t->err);
	while (rc >= 0 && (rc = mf_iter_next(iter, &task, &t->err)) == 1) {
		rc = job_cancelled(j) ? MF_ECANCELLED : add_task(t, task);
		mf_object_free(task);
	}
	mf_iter_free(iter);
	return rc;
}

/* ---- what follows from it ---- */

static int by_queued(const void *pa, const void *pb)
{
	const struct span_task *a = pa, *b = pb;

	if (a->queued != b->queued)
		return a->queued < b->queued ? -1 : 1;
	size_t la = strlen(a->id), lb = strlen(b->id); /* ids are numbers: 9 before 10 */
	return la != lb ? la < lb ? -1 : 1 : strcmp(a->id, b->id);
}

static int by_number(const void *pa, const void *pb)
{
	int64_t a = *(const int64_t *)pa, b = *(const int64_t *)pb;

	return a < b ? -1 : a > b;
}

static int by_start(const void *pa, const void *pb)
{
	const struct span_step *a = pa, *b = pb;

	return a->queued != b->queued ? a->queued < b->queued ? -1 : 1 : a->first < b->first ? 1 : -1;
}

static int sum_step(struct timeline *t, struct span_step *s)
{
	VEC(int64_t) times = {0};
	bool failed = false, unknown = false, open = false;

	s->queued = s->started = INT64_MAX;
	s->ended = INT64_MIN;
	s->p50 = s->p95 = s->most = -1;
	for (size_t i = s->first; i < s->first + s->count; i++) {
		const struct span_task *k = &t->tasks.v[i];
		s->attempts += k->count;
		s->running += k->status == UI_RUNNING;
		open |= k->status == UI_RUNNING || k->status == UI_PENDING;
		failed |= k->status == UI_FAILED;
		unknown |= k->status == UI_UNKNOWN;
		for (size_t n = k->first; n < k->first + k->count; n++) {
			const struct span *p = &t->spans.v[n];
			s->queued = p->queued < s->queued ? p->queued : s->queued;
			s->started = p->started < s->started ? p->started : s->started;
			s->ended = p->ended > s->ended ? p->ended : s->ended;
		}
		if (k->duration > s->most) {
			s->most = k->duration;
			s->slowest = i;
		}
		if (k->duration >= 0 && !vec_push(&times, k->duration)) {
			vec_release(&times);
			return err_nomem(&t->err);
		}
	}
	s->status = failed ? UI_FAILED : open ? UI_RUNNING : unknown ? UI_UNKNOWN : UI_COMPLETED;
	if (times.n) {
		qsort(times.v, times.n, sizeof(*times.v), by_number);
		s->p50 = times.v[(times.n - 1) / 2];
		s->p95 = times.v[(times.n * 95 + 99) / 100 - 1];
	}
	vec_release(&times);
	return MF_OK;
}

/* Backward from the end: each task waited for the one that ended last before it was queued. */
static void find_critical(struct timeline *t)
{
	struct span_task *at = NULL;

	for (size_t i = 0; i < t->tasks.n; i++)
		if (t->tasks.v[i].count && (!at || t->tasks.v[i].ended > at->ended))
			at = &t->tasks.v[i];
	for (size_t rounds = 0; at && rounds <= t->tasks.n; rounds++) {
		struct span_task *before = NULL;
		at->critical = t->steps.v[at->step].critical = true;
		for (size_t i = 0; i < t->tasks.n; i++) {
			struct span_task *k = &t->tasks.v[i];
			if (k->count && !k->critical && k->step != at->step &&
				k->ended <= at->queued && (!before || k->ended > before->ended))
				before = k;
		}
		at = before;
	}
}

static int sum_up(struct timeline *t)
{
	t->from = INT64_MAX;
	t->to = INT64_MIN;
	for (size_t i = 0; i < t->steps.n; i++) {
		struct span_step *s = &t->steps.v[i];
		s->count = (i + 1 < t->steps.n ? t->steps.v[i + 1].first : t->tasks.n) - s->first;
		if (s->count > 1)
			qsort(&t->tasks.v[s->first], s->count, sizeof(*t->tasks.v), by_queued);
		int rc = sum_step(t, s);
		if (rc < 0)
			return rc;
		t->from = s->queued < t->from ? s->queued : t->from;
		t->to = s->ended > t->to ? s->ended : t->to;
	}
	if (t->from > t->to)
		t->from = t->to = 0;
	if (t->steps.n > 1)
		qsort(t->steps.v, t->steps.n, sizeof(*t->steps.v), by_start);
	for (size_t i = 0; i < t->steps.n; i++)
		for (size_t k = 0; k < t->steps.v[i].count; k++)
			t->tasks.v[t->steps.v[i].first + k].step = i;
	find_critical(t);
	return MF_OK;
}

void timeline_run(struct job *j, void *arg)
{
	struct timeline *t = arg;
	struct mf_list_options o = MF_LIST_INIT;
	struct mf_iter *iter = NULL;
	struct mf_object *run = NULL, *step;
	int rc;

	if (t->again)
		mf_client_forget(t->client);
	TRY(mf_get(&run, t->client, t->run, NULL, &t->err));
	t->status = status_of(run);
	t->live = t->status == UI_RUNNING || t->status == UI_PENDING;
	o.cancel = t->cancel;
	TRY(mf_list(&iter, t->client, t->run, &o, &t->err));
	while ((rc = mf_iter_next(iter, &step, &t->err)) == 1) {
		rc = read_step(j, t, step);
		mf_object_free(step);
		if (rc < 0)
			break;
	}
	if (rc >= 0)
		rc = sum_up(t);
done:
	t->rc = rc < 0 ? rc : MF_OK;
	mf_iter_free(iter);
	mf_object_free(run);
}

void timeline_at(const struct timeline *t, int64_t at, size_t step, size_t *running, size_t *queued)
{
	*running = *queued = 0;
	for (size_t i = 0; i < t->tasks.n; i++) {
		const struct span_task *k = &t->tasks.v[i];
		if (step != SIZE_MAX && k->step != step)
			continue;
		for (size_t n = k->first; n < k->first + k->count; n++) {
			*running += at >= t->spans.v[n].started && at < t->spans.v[n].ended;
			*queued += at >= t->spans.v[n].queued && at < t->spans.v[n].started;
		}
	}
}
