/* What the datastore has of a run: one list of its keys tells steps, tasks and attempts. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "../base/limits.h"
#include "../codec/json.h"
#include "data.h"
#include "remote.h"
#include "task.h"

enum {
	RUN_BYTES = 768 << 20, /* what is kept of one run */
	COPY_MS = 5000 /* clocks of workers and stores are nearer to each other than this; and so
			  much may a copy mislead */
};

/* "step/task/name": the lengths of its parts; false: it is something else. */
static bool is_task_key(const char *key, size_t *step, size_t *id)
{
	*step = strcspn(key, "/");
	if (!key[*step])
		return false;
	const char *task = key + *step + 1;
	*id = strcspn(task, "/");
	const char *name = task + *id;
	return *name && name[1] && !strchr(name + 1, '/') && id_valid(key, *step) &&
	       id_valid(task, *id) && !str_eq(name + 1, ".") && !str_eq(name + 1, "..");
}

static void add_file(struct remote_task *t, const char *name)
{
	static const struct {
		const char *name;
		unsigned bit;
	} files[] = {{"attempt.json", REMOTE_START}, {"task_begin", REMOTE_BEGIN},
		{"data.json", REMOTE_DATA}, {"DONE.lock", REMOTE_DONE},
		{"local_metadata", REMOTE_PACKED}};
	if (!isdigit((unsigned char)name[0]) || name[1] != '.' || name[0] - '0' >= MF_MAX_ATTEMPTS)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (str_eq(name + 2, files[i].name))
			t->at[name[0] - '0'].files |= files[i].bit;
}

static int compare_ids(const char *step, const char *id, const struct remote_task *t)
{
	int c = strcmp(step, t->step);
	return c ? c : strcmp(id, t->id);
}

static int by_ids(const void *pa, const void *pb)
{
	const struct remote_task *a = pa;
	return compare_ids(a->step, a->id, pb);
}

/* Sorted keys of a task stand together. */
static int find_tasks(struct remote_run *rr, struct mf_error *err)
{
	size_t step, id, n = 0;
	const char *last = NULL;
	for (int pass = 0; pass < 2; pass++) {
		if (pass && !(rr->tasks = arena_calloc(&rr->arena, n + 1, sizeof(*rr->tasks))))
			return err_nomem(err);
		n = 0;
		last = NULL;
		for (size_t i = 0; i < rr->tree.n; i++) {
			const char *key = fs_name(&rr->tree, i);
			if (!is_task_key(key, &step, &id) ||
				(step == strlen("_meta") && str_starts(key, "_meta/")))
				continue;
			if (!last || strncmp(last, key, step + id + 2) != 0) {
				last = key;
				n++;
				if (pass) {
					rr->tasks[n - 1].step =
						arena_strndup(&rr->arena, key, step);
					rr->tasks[n - 1].id =
						arena_strndup(&rr->arena, key + step + 1, id);
					rr->tasks[n - 1].keys = i;
				}
			}
			if (pass) {
				struct remote_task *t = &rr->tasks[n - 1];
				t->n_keys = i - t->keys + 1;
				add_file(t, key + step + id + 2);
			}
		}
	}
	for (size_t i = 0; i < n; i++)
		if (!rr->tasks[i].step || !rr->tasks[i].id)
			return err_nomem(err);
	if (n)
		qsort(rr->tasks, n, sizeof(*rr->tasks), by_ids);
	rr->n_tasks = n;
	return MF_OK;
}

int remote_run(struct remote_run **out, struct run *r, struct mf_error *err)
{
	struct mf_client *c = r->client;
	struct mf_error mine = MF_ERROR_INIT;
	int rc = MF_OK;
	if (!r->remote) {
		struct remote_run *rr = calloc(1, sizeof(*rr));
		if (!rr)
			return err_nomem(err);
		arena_init(&rr->arena, RUN_BYTES);
		rc = data_result(c->remote->store,
			store_tree(c->remote->store, r->pathspec, &rr->tree, &mine), &mine);
		client_count(c, 0, 1, 0);
		client_trace(c, "list", r->pathspec, 0);
		fs_names_sort(&rr->tree);
		if (rc == MF_OK)
			rc = find_tasks(rr, &mine);
		if (rc == MF_OK)
			r->remote = rr;
		else
			remote_run_free(rr);
	}
	*out = r->remote;
	if (rc == MF_OK && !r->remote->n_tasks)
		rc = err_at(&mine, MF_ENOTFOUND, r->pathspec, "the datastore has nothing of it");
	if (rc < 0 && err && err->code == MF_OK)
		*err = mine;
	return rc;
}

void remote_run_free(struct remote_run *rr)
{
	if (!rr)
		return;
	fs_names_release(&rr->tree);
	vec_release(&rr->files);
	arena_release(&rr->arena);
	free(rr);
}

/* The first task that does not stand before these ids. */
static size_t lower(const struct remote_run *rr, const char *step, const char *id)
{
	size_t lo = 0, hi = rr->n_tasks;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (compare_ids(step, id, &rr->tasks[mid]) > 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

void remote_step(const struct remote_run *rr, const char *step, size_t *from, size_t *n)
{
	size_t i = *from = lower(rr, step, "");
	while (i < rr->n_tasks && str_eq(rr->tasks[i].step, step))
		i++;
	*n = i - *from;
}

struct remote_task *remote_task(struct remote_run *rr, const char *step, const char *id)
{
	size_t i = lower(rr, step, id);
	return i < rr->n_tasks && compare_ids(step, id, &rr->tasks[i]) == 0 ? &rr->tasks[i] : NULL;
}

int remote_newest(const struct remote_task *t, unsigned files)
{
	for (int n = MF_MAX_ATTEMPTS - 1; n >= 0; n--)
		if (t->at[n].files & files)
			return n;
	return -1;
}

/* ---- times ---- */

/* {"time": seconds}; where that cannot be read, when the file was written. */
int64_t remote_started(const struct remote_attempt *a)
{
	struct json j;
	enum json_token t;
	char digits[40];
	double seconds = 0;
	if (!a->start.text)
		return MF_NO_TIME;
	json_init(&j, a->start.text, a->start.n, NULL);
	for (t = json_next(&j) == JSON_OBJECT ? json_next(&j) : JSON_BAD; t == JSON_KEY;
		t = json_next(&j)) {
		bool time = json_is(&j, "time");
		t = json_next(&j);
		if (time && t == JSON_NUMBER && j.text_n < sizeof(digits)) {
			memcpy(digits, j.text, j.text_n);
			digits[j.text_n] = '\0';
			seconds = strtod(digits, NULL);
		}
		if (json_skip(&j, t) < 0)
			break;
	}
	return t == JSON_OBJECT_END && seconds > 0 && seconds < 9e12 ? (int64_t)(seconds * 1000)
								     : a->start.modified;
}

int64_t remote_ended(const struct remote_attempt *a)
{
	int64_t started = remote_started(a), ended = a->data.text ? a->data.modified : MF_NO_TIME;
	if (started == MF_NO_TIME || ended == MF_NO_TIME || a->start.modified == MF_NO_TIME)
		return MF_NO_TIME;
	/* N.attempt.json holds the time at which it was written: where the file has another one, it
	 * is a copy's */
	int64_t apart = a->start.modified - started;
	if (apart < -COPY_MS || apart > COPY_MS)
		return MF_NO_TIME;
	return ended < started ? started : ended; /* stores have whole seconds */
}

static void earliest(int64_t *at, int64_t ts)
{
	if (ts != MF_NO_TIME && (*at == MF_NO_TIME || ts < *at))
		*at = ts;
}

/* ts_epoch of one of the packed records. */
static int64_t record_time(struct remote_run *rr, const char *step, const char *id)
{
	char path[2 * MF_LIMIT_NAME + 32];
	int64_t ts;
	snprintf(path, sizeof(path), "%s%s%s/_meta/_self.json", step, *id ? "/" : "", id);
	const struct remote_file *f = remote_file(rr, path);
	return f && record_brief(f->text, f->n, &ts, NULL, NULL) == MF_OK ? ts : MF_NO_TIME;
}

int64_t remote_task_time(struct remote_run *rr, const struct remote_task *t)
{
	int64_t ts = record_time(rr, t->step, t->id);
	for (int n = 0; n < MF_MAX_ATTEMPTS && ts == MF_NO_TIME; n++)
		ts = remote_started(&t->at[n]);
	return ts;
}

int64_t remote_step_time(struct remote_run *rr, const char *step)
{
	size_t from, n;
	int64_t ts = record_time(rr, step, "");
	remote_step(rr, step, &from, &n);
	for (size_t i = from; i < from + n; i++)
		earliest(&ts, remote_task_time(rr, &rr->tasks[i]));
	return ts;
}
