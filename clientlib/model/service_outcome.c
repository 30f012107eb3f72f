/* The states of many tasks of a step: filtered_tasks names those with a good outcome, with a bad one, with a second attempt and
 * with an end, in one request each, and heartbeats tell the rest (service-api.md §8). Each list is asked for when it is first needed. */
#include <stdlib.h>

#include "../codec/json.h"
#include "config.h"
#include "service.h"
#include "service_cache.h"
#include "status.h"
#include "task.h"

enum { GOOD, BAD, RETRIED, ENDED, LISTS, ASK_ALL = 4, LOOSE_MOST = 8 };

struct id_list {
	bool loaded, failed;
	struct arena texts;
	const char **v; /* task ids, sorted */
	size_t n;
};

struct outcomes {
	struct outcomes *next;
	char *step;
	unsigned asked;
	size_t retrying; /* tasks that failed, have another attempt and are alive: asked about singly so far */
	size_t loose; /* tasks that ended without an outcome in their metadata, as those of old versions do */
	struct id_list lists[LISTS];
};

void outcomes_free(struct outcomes *o)
{
	while (o) {
		struct outcomes *next = o->next;
		for (size_t i = 0; i < LISTS; i++) {
			if (o->lists[i].loaded)
				arena_release(&o->lists[i].texts);
			free(o->lists[i].v);
		}
		free(o->step);
		free(o);
		o = next;
	}
}

/* Under the run's lock; NULL: out of memory. */
static struct outcomes *of_step(struct run *r, const char *step)
{
	struct outcomes **first = service_outcomes(r);
	if (!first)
		return NULL;
	for (struct outcomes *o = *first; o; o = o->next)
		if (str_eq(o->step, step))
			return o;
	struct outcomes *o = calloc(1, sizeof(*o));
	if (!o || !(o->step = strdup(step))) {
		free(o);
		return NULL;
	}
	o->next = *first;
	*first = o;
	return o;
}

void service_expect_outcomes(struct run *r, const char *step)
{
	run_lock(r);
	struct outcomes *o = of_step(r, step);
	if (o)
		o->asked = ASK_ALL;
	run_unlock(r);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "F/r/s/t" in JSON → "t" in the list's arena; NULL: something else. */
static const char *task_in(struct id_list *l, const char *text, size_t n)
{
	struct mf_value *v;
	size_t len;
	if (json_parse(&v, &l->texts, text, n, NULL) < 0)
		return NULL;
	const char *p = mf_value_text(v, &len), *slash = p ? memrchr(p, '/', len) : NULL;
	return slash ? arena_strndup(&l->texts, slash + 1, len - (size_t)(slash + 1 - p)) : NULL;
}

static void load(struct run *r, const char *step, struct id_list *l, const char *query)
{
	struct buf path = BUF_INIT(64 << 10);
	struct reply rows;
	reply_init(&rows);
	arena_init(&l->texts, 0);
	service_path(&path, r->pathspec);
	buf_adds(&path, "/steps/");
	http_escape(&path, step, strlen(step));
	buf_addf(&path, "/filtered_tasks?%s", query);
	bool missing = r->client->config->offline && service_cache_kept(r->client, path.p) == MF_NO_TIME;
	l->failed = path.failed || missing || service_get(r->client, path.p, r->pathspec, &rows, NULL, NULL, NULL) < 0 || !rows.is_array ||
		    !(l->v = calloc(rows.v.n + 1, sizeof(*l->v)));
	for (size_t i = 0; !l->failed && i < rows.v.n; i++) {
		size_t n;
		const char *text = reply_text(&rows, i, &n), *id = task_in(l, text, n);
		if (id)
			l->v[l->n++] = id;
		l->failed = l->texts.full;
	}
	if (l->n)
		qsort(l->v, l->n, sizeof(*l->v), by_text);
	l->loaded = true;
	reply_release(&rows);
	buf_release(&path);
}

static size_t count_loose(const struct outcomes *o)
{
	const struct id_list *l = o->lists;
	size_t n = 0;
	for (size_t i = 0; i < l[ENDED].n; i++)
		n += !(l[GOOD].n && bsearch(&l[ENDED].v[i], l[GOOD].v, l[GOOD].n, sizeof(*l->v), by_text)) &&
		     !(l[BAD].n && bsearch(&l[ENDED].v[i], l[BAD].v, l[BAD].n, sizeof(*l->v), by_text));
	return n;
}

/* Is the task in the list? -1: the service cannot tell. */
static int among(struct run *r, struct outcomes *o, size_t which, const char *task)
{
	static const char *const queries[LISTS] = {"metadata_field_name=attempt_ok&pattern=True",
		"metadata_field_name=attempt_ok&pattern=False", "metadata_field_name=attempt&pattern=%5E%5B1-9%5D",
		"metadata_field_name=attempt-done"};
	struct id_list *l = &o->lists[which];
	if (!l->loaded) {
		load(r, o->step, l, queries[which]);
		if (which == ENDED)
			o->loose = count_loose(o);
	}
	if (l->failed)
		return -1;
	return l->n && bsearch(&task, l->v, l->n, sizeof(*l->v), by_text) ? 1 : 0;
}

/* ---- runs: the service's own word ----
 *
 * It knows only steps called “end” and runs that recorded attempt_ok, and calls others failed (service-api.md §5.2). So the
 * first failed runs of a flow are looked at; when the word was right for all of them, it is taken for the rest. */

enum { LOOKED_AT = 20 };

struct trust {
	struct trust *next;
	unsigned right;
	bool wrong;
	char flow[];
};

void trust_free(struct trust *t)
{
	while (t) {
		struct trust *next = t->next;
		free(t);
		t = next;
	}
}

/* Under the service's lock; NULL: out of memory. */
static struct trust *trust_of(struct service *s, const char *flow)
{
	for (struct trust *t = s->trust; t; t = t->next)
		if (str_eq(t->flow, flow))
			return t;
	struct trust *t = calloc(1, sizeof(*t) + strlen(flow) + 1);
	if (!t)
		return NULL;
	memcpy(t->flow, flow, strlen(flow) + 1);
	t->next = s->trust;
	return s->trust = t;
}

/* The word in the run's row; -1: none. */
static int told(struct mf_object *o)
{
	const struct mf_value *v = object_record(o, NULL) == MF_OK ? mf_value_get(o->record, "status") : NULL;
	for (int i = 0; v && i <= MF_UNKNOWN; i++)
		if (value_is(v, mf_status_name((enum mf_status)i)))
			return i;
	return -1;
}

void service_judge_word(struct mf_object *o, enum mf_status status)
{
	struct service *s = o->client->service;
	if (told(o) != MF_FAILED)
		return;
	pthread_mutex_lock(&s->lock);
	struct trust *t = trust_of(s, o->id[MF_FLOW]);
	if (t && status == MF_FAILED)
		t->right++;
	else if (t)
		t->wrong = true;
	pthread_mutex_unlock(&s->lock);
}

static int of_run(struct mf_object *o)
{
	struct service *s = o->client->service;
	int word = told(o);
	if (word != MF_FAILED)
		return word;
	pthread_mutex_lock(&s->lock);
	const struct trust *t = trust_of(s, o->id[MF_FLOW]);
	bool good = t && !t->wrong && t->right >= LOOKED_AT;
	pthread_mutex_unlock(&s->lock);
	return good ? word : -1;
}

/* No answer where only the rows of the task tell. */
static int of_task(struct mf_object *o, struct run *r, struct outcomes *step)
{
	int good = among(r, step, GOOD, o->id[MF_TASK]);
	if (good)
		return good > 0 ? MF_COMPLETED : -1;
	int64_t beat = service_heartbeat(o), age = beat == MF_NO_TIME ? 0 : mf_client_now(o->client) - beat;
	bool dead = age > SERVICE_TASK_DEAD_MS || age < -SERVICE_TASK_DEAD_MS;
	int bad = among(r, step, BAD, o->id[MF_TASK]);
	if (bad) { /* unless it is trying again: where many seem to, a heartbeat is enough */
		bool over = bad > 0 && ((beat != MF_NO_TIME && dead) || among(r, step, RETRIED, o->id[MF_TASK]) == 0);
		return over ? MF_FAILED : beat != MF_NO_TIME && ++step->retrying > LOOSE_MOST ? MF_RUNNING : -1;
	}
	int ended = among(r, step, ENDED, o->id[MF_TASK]);
	if (ended > 0 && step->loose > LOOSE_MOST)
		return MF_UNKNOWN; /* as the UI backend has it: an artifact of each would tell, a request each */
	if (beat == MF_NO_TIME || ended)
		return -1;
	return dead ? MF_FAILED : MF_RUNNING;
}

int service_status_word(struct mf_object *o)
{
	if (o->entity == MF_RUN)
		return of_run(o);
	struct run *r = object_run(o);
	if (!r || o->attempt >= 0 || object_record(o, NULL) < 0)
		return -1;
	run_lock(r);
	struct outcomes *step = of_step(r, o->id[MF_STEP]);
	bool many = step && (r->client->config->offline || ++step->asked > ASK_ALL);
	int word = many ? of_task(o, r, step) : -1;
	run_unlock(r);
	return word;
}
