/* Metadata and artifacts of tasks from the service: one request for each kind and task. When many tasks of a run are asked
 * for, one request brings the rows of all of them, and the rest is answered from there (service-api.md §7.3, §8). */
#include <stdio.h>
#include <stdlib.h>

#include "../base/limits.h"
#include "config.h"
#include "service.h"
#include "service_cache.h"
#include "task.h"
#include "task_files.h"

enum { SINGLY = 16, KINDS = 2, RELAX = 16384 }; /* so many tasks of a run are asked for one by one */

/* Rows of all tasks of a run, by step and task. */
struct bulk_entry {
	uint64_t key; /* of step and task */
	uint32_t row;
};
struct bulk {
	unsigned asked, taken; /* tasks that were asked for singly, and from here */
	bool loaded, failed;
	struct reply rows;
	struct bulk_entry *v; /* sorted by key */
};
struct service_run {
	struct bulk kinds[KINDS]; /* metadata, artifacts */
	struct outcomes *steps;   /* what filtered_tasks told (service_outcome.c) */
	struct memo *memo;        /* replies (service_memo.c) */
};

void service_run_free(struct service_run *s)
{
	for (size_t i = 0; s && i < KINDS; i++) {
		reply_release(&s->kinds[i].rows);
		free(s->kinds[i].v);
	}
	if (s) {
		outcomes_free(s->steps);
		memo_free(s->memo);
	}
	free(s);
}

struct service_run *service_run(struct run *r)
{
	if (!r->service && (r->service = calloc(1, sizeof(*r->service))))
		for (size_t i = 0; i < KINDS; i++)
			reply_init(&r->service->kinds[i].rows);
	return r->service;
}

struct outcomes **service_outcomes(struct run *r)
{
	struct service_run *s = service_run(r);
	return s ? &s->steps : NULL;
}

struct memo **service_memo(struct run *r)
{
	struct service_run *s = service_run(r);
	return s ? &s->memo : NULL;
}

void service_expect(struct run *r, unsigned what)
{
	run_lock(r);
	struct service_run *s = service_run(r);
	for (size_t i = 0; s && i < KINDS; i++)
		if (what & (i ? ROWS_ARTIFACTS : ROWS_META))
			s->kinds[i].asked = SINGLY;
	run_unlock(r);
}

/* Of "step/task": rows of equal keys are compared when they are taken. */
static uint64_t key_of(const char *step, size_t step_n, const char *task, size_t task_n)
{
	uint64_t h = hash_add(HASH_EMPTY, step, step_n);
	h = hash_add(h, "/", 1);
	return hash_add(h, task, task_n);
}

static int by_key(const void *pa, const void *pb)
{
	const struct bulk_entry *a = pa, *b = pb;
	return a->key != b->key ? (a->key < b->key ? -1 : 1) : (a->row > b->row) - (a->row < b->row);
}

static int load_bulk(struct run *r, struct bulk *b, const char *kind, struct mf_error *err)
{
	struct buf path = BUF_INIT(64 << 10);
	struct arena a;
	int rc;
	arena_init(&a, 0);
	reply_release(&b->rows);
	reply_init(&b->rows);
	service_path(&path, r->pathspec);
	buf_adds(&path, kind);
	TRY(buf_err(&path, err));
	if (r->client->config->offline && service_cache_kept(r->client, path.p) == MF_NO_TIME)
		TRY(MF_ENETWORK); /* one by one, then */
	TRY(service_get(r->client, path.p, r->pathspec, &b->rows, NULL, NULL, err));
	b->v = calloc(b->rows.v.n + 1, sizeof(*b->v));
	if (!b->v) {
		rc = err_nomem(err);
		goto done;
	}
	for (size_t i = 0; i < b->rows.v.n; i++) {
		size_t n;
		const char *text = reply_text(&b->rows, i, &n);
		if (i % RELAX == RELAX - 1)
			reply_relax(&b->rows);
		struct row_fact f[] = {{.key = "step_name"}, {.key = "task_id"}};
		TRY(row_facts(text, n, f, ARRAY_SIZE(f), &a));
		b->v[i].row = (uint32_t)i;
		b->v[i].key = f[0].text && f[1].text ? key_of(f[0].text, f[0].n, f[1].text, f[1].n) : 0;
	}
	qsort(b->v, b->rows.v.n, sizeof(*b->v), by_key);
	b->loaded = true;
done:
	b->failed = !b->loaded;
	arena_release(&a);
	buf_release(&path);
	return rc;
}

/* ---- rows of one task ---- */

typedef VEC(struct task_row) row_list;

static int add_row(struct mf_object *o, row_list *list, unsigned what, const char *text, size_t n, struct mf_error *err)
{
	struct row_fact f[] = {{.key = "field_name"}, {.key = "ts_epoch"}, {.key = "id"}, {.key = "name"}, {.key = "attempt_id"},
		{.key = "step_name"}, {.key = "task_id"}};
	struct task_row row = {.n = n};
	int rc = row_facts(text, n, f, ARRAY_SIZE(f), &o->arena);
	if (rc == MF_ENOMEM)
		return err_nomem(err);
	const char *own = o->id[MF_TASK], *step = o->id[MF_STEP];
	const struct row_fact *name = &f[what == ROWS_META ? 0 : 3];
	if (rc < 0 || !name->text)
		return MF_OK; /* no row: nothing can be said about it */
	if (f[5].text && f[6].text && !(f[5].n == strlen(step) && memcmp(f[5].text, step, f[5].n) == 0 &&
					f[6].n == strlen(own) && memcmp(f[6].text, own, f[6].n) == 0))
		return MF_OK; /* another task of the same key */
	if (what == ROWS_META)
		row.name = arena_printf(&o->arena, "sysmeta_%.*s_%015lld_%015lld.json", (int)name->n, name->text,
			(long long)fact_int(&f[1], 0), (long long)fact_int(&f[2], (int64_t)list->n));
	else
		row.name = arena_printf(&o->arena, "%lld_artifact_%.*s.json", (long long)fact_int(&f[4], 0), (int)name->n,
			name->text);
	row.text = arena_strndup(&o->arena, text, n);
	return row.name && row.text && vec_push(list, row) ? MF_OK : err_nomem(err);
}

static int from_bulk(struct mf_object *o, struct bulk *b, row_list *list, unsigned what, struct mf_error *err)
{
	uint64_t key = key_of(o->id[MF_STEP], strlen(o->id[MF_STEP]), o->id[MF_TASK], strlen(o->id[MF_TASK]));
	size_t lo = 0, hi = b->rows.v.n;
	int rc = MF_OK;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (b->v[mid].key < key)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (b->rows.v.n > RELAX && ++b->taken % (RELAX / 64) == 0)
		reply_relax(&b->rows);
	for (; rc == MF_OK && lo < b->rows.v.n && b->v[lo].key == key; lo++) {
		size_t n;
		const char *text = reply_text(&b->rows, b->v[lo].row, &n);
		rc = add_row(o, list, what, text, n, err);
	}
	return rc;
}

static int from_task(struct mf_object *o, row_list *list, unsigned what, struct mf_error *err)
{
	struct buf path = BUF_INIT(64 << 10);
	struct shared_reply *rows = NULL;
	const char *task = object_path(&o->arena, o->id, MF_TASK + 1);
	int rc;
	if (!task) {
		rc = err_nomem(err);
		goto done;
	}
	service_path(&path, task);
	if (what == ROWS_META)
		buf_adds(&path, "/metadata");
	else if (o->attempt >= 0)
		buf_addf(&path, "/attempt/%d/artifacts", o->attempt);
	else
		buf_adds(&path, "/artifacts");
	TRY(buf_err(&path, err));
	struct mf_error mine = MF_ERROR_INIT;
	rc = service_get_once(object_run(o), path.p, task, NULL, &rows, &mine);
	if (rc == MF_EUNSUPPORTED && what == ROWS_ARTIFACTS && o->attempt >= 0)
		rc = service_too_old(o->client, "reading one attempt", "2.0.6", err);
	else if (rc < 0 && err && err->code == MF_OK)
		*err = mine;
	for (size_t i = 0; rc == MF_OK && rows->reply.is_array && i < rows->reply.v.n; i++) {
		size_t n;
		const char *text = reply_text(&rows->reply, i, &n);
		rc = add_row(o, list, what, text, n, err);
	}
done:
	shared_reply_unref(rows);
	buf_release(&path);
	return rc;
}

/* Rows of one kind: from the run's when they are there or when this is one task of many, else from the service. */
static int load_kind(struct mf_object *o, row_list *list, unsigned what, struct mf_error *err)
{
	struct run *r = object_run(o);
	if (!r)
		return err_nomem(err);
	if (what == ROWS_ARTIFACTS && o->attempt >= 0)
		return from_task(o, list, what, err);
	run_lock(r);
	if (!service_run(r)) {
		run_unlock(r);
		return err_nomem(err);
	}
	struct bulk *b = &r->service->kinds[what == ROWS_ARTIFACTS];
	int rc = MF_OK;
	/* how the threads of an earlier call ran decided what was asked for singly and what at once: offline, what there is */
	if (!b->loaded && !b->failed && (r->client->config->offline || ++b->asked > SINGLY))
		load_bulk(r, b, what == ROWS_META ? "/metadata" : "/artifacts", NULL); /* else one by one */
	bool bulk = b->loaded;
	if (bulk)
		rc = from_bulk(o, b, list, what, err);
	run_unlock(r);
	return bulk ? rc : from_task(o, list, what, err);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct task_row *)a)->name, ((const struct task_row *)b)->name);
}

/* Put the rows in order and their names beside them. */
static bool arrange(struct mf_object *o, row_list *list)
{
	struct task *t = o->task;
	if (list->n)
		qsort(list->v, list->n, sizeof(*list->v), by_name);
	struct task_row *rows = arena_calloc(&o->arena, list->n + 1, sizeof(*rows));
	t->names.n = t->names.blob_n = 0;
	for (size_t i = 0; rows && i < list->n; i++) {
		rows[i] = list->v[i];
		if (!fs_names_add(&t->names, rows[i].name, strlen(rows[i].name)))
			return false;
	}
	if (!rows)
		return false;
	t->rows = rows;
	return true;
}

int service_task_rows(struct mf_object *o, unsigned what, struct mf_error *err)
{
	static const unsigned kinds[] = {ROWS_META, ROWS_ARTIFACTS};
	struct task *t = o->task;
	row_list list = {0};
	int rc = MF_OK;
	for (size_t i = 0; i < t->names.n; i++)
		if (!vec_push(&list, t->rows[i])) {
			rc = err_nomem(err);
			goto done;
		}
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (what & kinds[i] & ~t->listed) {
			TRY(load_kind(o, &list, kinds[i], err));
		} else {
			what &= ~kinds[i];
		}
	if (!arrange(o, &list)) {
		t->names.n = 0;
		t->listed = 0;
		rc = err_nomem(err);
		goto done;
	}
	t->listed |= what;
done:
	vec_release(&list);
	return rc;
}

int service_task_row(struct mf_object *o, const char *name, char **text, size_t *n, struct mf_error *err)
{
	struct mf_object *keeper = task_keeper(o);
	unsigned what = str_starts(name, "sysmeta_") ? ROWS_META : ROWS_ARTIFACTS;
	int rc = task_list(keeper, what, err);
	if (rc < 0)
		return rc;
	const struct task *t = keeper->task;
	size_t i = names_lower(&t->names, name);
	if (i >= t->names.n || !str_eq(t->rows[i].name, name)) {
		struct mf_error mine = MF_ERROR_INIT;
		err_set(&mine, MF_ENOTFOUND, "not recorded");
		task_meta_where(o, name, &mine);
		if (err && err->code == MF_OK)
			*err = mine;
		return MF_ENOTFOUND;
	}
	*text = (char *)(uintptr_t)t->rows[i].text;
	*n = t->rows[i].n;
	return MF_OK;
}

int service_artifact_attempt(struct mf_object *o, bool *known)
{
	int best = -1;
	*known = task_list(o, ROWS_ARTIFACTS, NULL) == MF_OK;
	/* servers that mix the attempts are corrected: the highest that has artifacts counts (service-api.md §1.9) */
	for (size_t i = 0; *known && i < o->task->names.n; i++) {
		const char *name = fs_name(&o->task->names, i);
		char *end;
		long n = strtol(name, &end, 10);
		if (end > name && str_starts(end, "_artifact_") && n > best && n < 1000)
			best = (int)n;
	}
	return best;
}
