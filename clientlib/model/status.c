#include "status.h"

#include <stdio.h>
#include <stdlib.h>

#include "../base/fmt.h"
#include "provider.h"
#include "run.h"
#include "task.h"

static const struct mf_reason reasons[] = {
#define REASON(code, status, help) {#code, help, status},
#include "status.def"
#undef REASON
};

const struct mf_reason *mf_status_reason(size_t i)
{
	return i < ARRAY_SIZE(reasons) ? &reasons[i] : NULL;
}

const char *mf_status_name(enum mf_status status)
{
	static const char *const names[] = {"completed", "failed", "running", "pending", "unknown"};
	return (size_t)status < ARRAY_SIZE(names) ? names[status] : "unknown";
}

/* text is a literal with at most one %d, or made in the object's arena (then without a percent sign that means anything). */
void status_decide(struct status *s, enum reason reason, int64_t at, const char *evidence, const char *text, int number)
{
	s->reason = reason;
	s->status = reasons[reason].status;
	s->at = at;
	s->evidence = evidence;
	s->text = text ? text : "out of memory";
	s->number = number;
}

const char *status_text(struct mf_object *o)
{
	const struct status *s = object_status(o);
	struct buf b = BUF_INIT(4096);
	const char *mark = strstr(s->text, "%d");
	buf_add(&b, s->text, mark ? (size_t)(mark - s->text) : strlen(s->text));
	if (mark)
		buf_addf(&b, "%d%s", s->number, mark + 2);
	if (s->at != MF_NO_TIME) {
		buf_adds(&b, ", ");
		fmt_ago(&b, s->at, mf_client_now(o->client), true);
	}
	const char *text = arena_strndup(&o->arena, b.p, b.n);
	buf_release(&b);
	return text;
}

bool status_is_true(const struct mf_value *v)
{
	return (v->kind == MF_BOOL && v->u.b) || value_is(v, "True") || value_is(v, "true");
}

int64_t status_task_ok_time(struct mf_object *o)
{
	struct artifact_record *record;
	return task_artifact_brief(o, "_task_ok", &record, NULL) == MF_OK ? record->ts : MF_NO_TIME;
}

/* By the artifact _task_ok of attempt n; false if it has none. */
bool status_by_task_ok(struct mf_object *o, struct status *s, int n)
{
	struct mf_value *v;
	if (task_artifact_attempt(o) != n || task_artifact_load(o, "_task_ok", &o->arena, &v, NULL) < 0)
		return false;
	s->ended_at = status_task_ok_time(o);
	bool good = status_is_true(v);
	status_decide(s, good ? REASON_task_ok : REASON_task_not_ok, s->ended_at, "_task_ok",
		good ? "attempt %d ended well" : "attempt %d failed", n);
	return true;
}

/* When attempt n started, MF_NO_TIME if that was not recorded. */
int64_t status_attempt_started(struct mf_object *o, int n)
{
	const struct meta *start = task_meta_newest(o, "attempt");
	if (o->attempt >= 0 && task_meta(o, NULL) == MF_OK) {
		start = NULL;
		for (size_t i = 0; i < o->task->n_meta; i++)
			if (str_eq(o->task->meta[i].name, "attempt") && task_meta_of_attempt(o, &o->task->meta[i], n))
				start = &o->task->meta[i];
	}
	return start ? start->ts : MF_NO_TIME;
}

int64_t object_started(struct mf_object *o)
{
	const struct status *s = object_status(o);
	if (o->entity == MF_RUN)
		return o->ts;
	return s->started_at != MF_NO_TIME ? s->started_at : status_attempt_started(o, attempt_latest_started(o));
}

const struct status *object_status(struct mf_object *o)
{
	static struct status none = {.status = MF_UNKNOWN, .reason = REASON_unreadable, .text = "out of memory",
		.at = MF_NO_TIME, .started_at = MF_NO_TIME, .ended_at = MF_NO_TIME};
	if (!task_of(o))
		return &none;
	if (!o->task->has_status) {
		struct status *s = arena_calloc(&o->arena, 1, sizeof(*s));
		if (!s)
			return &none;
		s->at = s->started_at = s->ended_at = MF_NO_TIME;
		unsigned before = trouble_count();
		o->task->status = s;
		o->task->has_status = true;
		if (o->ts == MF_NO_TIME && object_record(o, NULL) < 0)
			status_decide(s, REASON_unreadable, MF_NO_TIME, "_meta/_self.json", "its record cannot be read", 0);
		else if (o->entity == MF_RUN)
			o->client->provider->run_status(o, s);
		else
			o->client->provider->task_status(o, s);
		if (trouble_count() != before) {
			o->task->has_status = false;
			status_decide(s, REASON_unreadable, MF_NO_TIME, "service", arena_strdup(&o->arena, trouble_last()->message), 0);
		}
	}
	return o->task->status;
}

enum mf_status object_status_word(struct mf_object *o)
{
	const struct provider *p = o->client->provider;
	int word = (o->task && o->task->has_status) || !p->status_word ? -1 : p->status_word(o);
	return word >= 0 ? (enum mf_status)word : object_status(o)->status;
}

enum mf_status object_status_among(struct mf_object *o, size_t n, int64_t *ended_at)
{
	enum { THOUSANDS = 1000 };
	const struct provider *p = o->client->provider;
	if (n <= THOUSANDS || !p->last_sign) {
		const struct status *s = object_status(o);
		*ended_at = s->ended_at;
		return s->status;
	}
	enum mf_status word = object_status_word(o);
	*ended_at = word == MF_RUNNING || word == MF_PENDING ? MF_NO_TIME : p->last_sign(o);
	return word;
}
