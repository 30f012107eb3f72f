/* Metadata and artifacts of a task as rows (provider.h): those that it has packed, and for attempts
 * that have packed nothing what the datastore's own files tell of them: when the attempt started
 * (N.attempt.json), the code package (N.task_begin), artifacts and their keys (N.data.json), that
 * it ended (N.DONE.lock) and how: by the keys of pickled True, False and None. Who ran it, with
 * which versions, and where, nobody knows; these rows are not there. Rows that are made look as
 * those of Metaflow do, and have the times of the files they are made of. */
#include <stdio.h>
#include <stdlib.h>

#include "../base/limits.h"
#include "../codec/json.h"
#include "artifact.h"
#include "ids.h"
#include "remote.h"
#include "run.h"
#include "service.h"
#include "task.h"
#include "task_files.h"

typedef VEC(struct task_row) row_list;

/* A row that is no record: why the packed metadata of an attempt is of no use. It is shown as an
 * entry that cannot be read. */
#define TROUBLE "sysmeta_local_metadata_"

struct making {
	struct mf_object *o;
	struct remote_run *rr;
	const struct remote_task *t;
	row_list list;
	struct mf_error *err;
};

static int add_row(struct making *m, const char *name, const char *text, size_t n)
{
	struct task_row row = {name, text, n};
	return name && text && vec_push(&m->list, row) ? MF_OK : err_nomem(m->err);
}

/* Print the record as its row. */
static int add_made(struct making *m, const char *name, const struct mf_value *record)
{
	struct buf b = BUF_INIT(MF_LIMIT_JSON_FILE);
	struct mf_sink sink = {buf_sink_write, &b};
	int rc = mf_value_print_json(record, &sink, 0, m->err);
	if (rc == MF_OK)
		rc = buf_err(&b, m->err);
	if (rc == MF_OK)
		rc = add_row(m, name, arena_strndup(&m->o->arena, b.p, b.n), b.n);
	buf_release(&b);
	return rc;
}

static struct mf_value *record_of(struct making *m, int64_t ts)
{
	struct arena *a = &m->o->arena;
	struct mf_value *d = remote_ids(a, m->o->id, MF_TASK + 1);
	if (!d || (ts != MF_NO_TIME && !remote_put(a, d, "ts_epoch", value_int(a, ts))))
		return NULL;
	return d;
}

/* A row of metadata. value NULL: out of memory. */
static int add_meta(struct making *m, const char *field, const char *type, struct mf_value *value,
	int attempt, int64_t ts)
{
	struct arena *a = &m->o->arena;
	struct mf_value *d = record_of(m, ts), *tags = value_new(a, MF_LIST);
	const char *tag = arena_printf(a, "attempt_id:%d", attempt);
	if (!d || !tags || !tag || !value || !value_push(a, tags, value_str(a, tag)) ||
		!remote_put(a, d, "tags", tags) ||
		!remote_put(a, d, "field_name", value_str(a, field)) ||
		!remote_put(a, d, "type", value_str(a, type)) || !remote_put(a, d, "value", value))
		return err_nomem(m->err);
	return add_made(m,
		arena_printf(a, "sysmeta_%s_%lld_%d.json", field,
			ts == MF_NO_TIME ? 0 : (long long)ts, attempt),
		d);
}

static int add_text(struct making *m, const char *field, const char *text, int attempt, int64_t ts)
{
	return add_meta(m, field, field, text ? value_str(&m->o->arena, text) : NULL, attempt, ts);
}

/* "code-package" from task_begin, in the same form (data-model §12). */
static int add_code(struct making *m, const struct remote_attempt *at, int attempt, int64_t ts)
{
	static const char *const keys[][2] = {{"ds_type", "code_package_ds"},
		{"sha", "code_package_sha"}, {"location", "code_package_url"},
		{"metadata", "code_package_metadata"}};
	struct arena *a = &m->o->arena;
	struct mf_value *doc, *d = value_new(a, MF_DICT);
	if (!at->begin.text || json_parse(&doc, a, at->begin.text, at->begin.n, NULL) < 0 ||
		!record_str(a, doc, "code_package_sha"))
		return a->full ? err_nomem(m->err) : MF_OK;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const char *text = record_str(a, doc, keys[i][1]);
		if (!d || (text && *text && !remote_put(a, d, keys[i][0], value_str(a, text))))
			return err_nomem(m->err);
	}
	struct buf b = BUF_INIT(1 << 20);
	struct mf_sink sink = {buf_sink_write, &b};
	int rc = mf_value_print_json(d, &sink, 0, m->err);
	if (rc == MF_OK)
		rc = buf_err(&b, m->err);
	if (rc == MF_OK)
		rc = add_text(m, "code-package", arena_strndup(a, b.p, b.n), attempt, ts);
	buf_release(&b);
	return rc;
}

static int add_artifact(struct making *m, const char *name, const struct mf_value *sha,
	const struct mf_value *info, int attempt, int64_t ts)
{
	struct arena *a = &m->o->arena;
	const struct store *s = m->o->client->remote->store;
	struct mf_value *d = record_of(m, ts);
	const char *encoding = record_str(a, info, "encoding"), *text = value_name(a, sha),
		   *root = arena_printf(a, ":root:%s", s->root);
	if (!d || !root || !text || !remote_put(a, d, "attempt_id", value_int(a, attempt)) ||
		!remote_put(a, d, "name", value_str(a, name)) ||
		!remote_put(a, d, "type", value_str(a, "metaflow.artifact")) ||
		(encoding && !remote_put(a, d, "content_type", value_str(a, encoding))) ||
		!remote_put(a, d, "sha", value_str(a, text)) ||
		!remote_put(a, d, "ds_type", value_str(a, s->backend->scheme)) ||
		!remote_put(a, d, "location", value_str(a, root)))
		return err_nomem(m->err);
	return add_made(m, arena_printf(a, "%d_artifact_%s.json", attempt, name), d);
}

/* attempt_ok by the artifact _task_ok, where its key is one that is known. */
static int add_outcome(struct making *m, const struct mf_value *objects, int attempt, int64_t ts)
{
	struct arena *a = &m->o->arena;
	const char *sha = record_str(a, objects, "_task_ok");
	if (!sha || !artifact_is_known(sha) || str_eq(m->t->step, "_parameters"))
		return MF_OK;
	return add_meta(m, "attempt_ok", "internal_attempt_status",
		value_str(a, artifact_is_true(sha) ? "True" : "False"), attempt, ts);
}

static int add_data(struct making *m, const struct remote_attempt *at, int attempt)
{
	struct arena *a = &m->o->arena;
	struct mf_value *doc;
	struct mf_error broken = MF_ERROR_INIT;
	int64_t ts = remote_ended(at);
	int rc = json_parse(&doc, a, at->data.text, at->data.n, &broken);
	const struct mf_value *objects = rc == MF_OK ? mf_value_get(doc, "objects") : NULL;
	if (rc == MF_ENOMEM)
		return err_nomem(m->err);
	if (mf_value_kind(objects) != MF_DICT)
		return MF_OK; /* its outcome is not known then, and it has no artifacts to show */
	TRY(add_outcome(m, objects, attempt, ts));
	for (size_t i = 0; i + 1 < objects->u.list.n; i += 2) {
		const struct mf_value *sha = objects->u.list.v[i + 1];
		const char *name = value_name(a, objects->u.list.v[i]);
		if (!name || mf_value_kind(sha) != MF_STRING ||
			strlen(name) != objects->u.list.v[i]->u.s.n ||
			!id_valid(name, strlen(name)))
			continue;
		TRY(add_artifact(
			m, name, sha, mf_value_get(mf_value_get(doc, "info"), name), attempt, ts));
	}
done:
	return rc;
}

/* An attempt that has packed nothing. */
static int make_attempt(struct making *m, int n)
{
	const struct remote_attempt *at = &m->t->at[n];
	const struct store *s = m->o->client->remote->store;
	int64_t started = remote_started(at);
	char digit[2] = {(char)('0' + n), '\0'};
	int rc = MF_OK;
	if (!str_eq(m->t->step, "_parameters") && (at->files & (REMOTE_START | REMOTE_BEGIN))) {
		/* Metaflow records none of these for _parameters */
		TRY(add_text(m, "attempt", digit, n, started));
		TRY(add_text(m, "ds-type", s->backend->scheme, n, started));
		TRY(add_text(m, "ds-root", s->root, n, started));
		TRY(add_code(m, at, n, started));
	}
	if (at->files & REMOTE_DONE)
		TRY(add_text(m, "attempt-done", digit, n, remote_ended(at)));
	if (at->data.text)
		TRY(add_data(m, at, n));
done:
	return rc;
}

/* ---- all rows ---- */

/* Rows that are packed: the files of its _meta. */
static int packed_rows(struct making *m, size_t *n)
{
	const char *prefix = arena_printf(&m->o->arena, "%s/%s/_meta/", m->t->step, m->t->id);
	int rc = prefix ? MF_OK : err_nomem(m->err);
	*n = 0;
	for (size_t i = prefix ? remote_files_lower(m->rr, prefix) : 0;
		rc == MF_OK && i < m->rr->files.n && str_starts(m->rr->files.v[i].path, prefix);
		i++) {
		const struct remote_file *f = &m->rr->files.v[i];
		const char *name = f->path + strlen(prefix);
		++*n;
		if (!str_eq(name, "_self.json"))
			rc = add_row(m, name, f->text, f->n);
	}
	return rc;
}

static int all_rows(struct making *m)
{
	size_t packed;
	int rc;
	bool own = false;
	TRY(packed_rows(m, &packed));
	for (int n = 0; n < MF_MAX_ATTEMPTS; n++)
		own = own || m->t->at[n].unpacked;
	for (int n = 0; n < MF_MAX_ATTEMPTS; n++) {
		const struct remote_attempt *at = &m->t->at[n];
		if (at->trouble)
			TRY(add_row(m, arena_printf(&m->o->arena, TROUBLE "%d.json", n),
				at->trouble, strlen(at->trouble)));
		/* rows out of another task's tarball are all there are: it was not here that they
		 * could be packed */
		if (at->files && !at->unpacked && (own || !packed))
			TRY(make_attempt(m, n));
	}
	if (m->o->arena.full)
		rc = err_nomem(m->err);
done:
	return rc;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct task_row *)a)->name, ((const struct task_row *)b)->name);
}

/* Put the rows in order and their names beside them. */
static int arrange(struct mf_object *o, row_list *list, struct mf_error *err)
{
	struct task *t = o->task;
	struct task_row *rows = arena_calloc(&o->arena, list->n + 1, sizeof(*rows));
	t->names.n = t->names.blob_n = 0;
	if (!rows)
		return err_nomem(err);
	if (list->n)
		qsort(list->v, list->n, sizeof(*list->v), by_name);
	for (size_t i = 0; i < list->n; i++) {
		rows[i] = list->v[i];
		if (!fs_names_add(&t->names, rows[i].name, strlen(rows[i].name))) {
			t->names.n = 0;
			return err_nomem(err);
		}
	}
	t->rows = rows;
	return MF_OK;
}

int remote_task_rows(struct mf_object *o, unsigned what, struct mf_error *err)
{
	struct run *r = object_run(o);
	struct making m = {.o = o, .err = err};
	struct remote_task *t = NULL;
	int rc;
	(void)what; /* they come together */
	if (!r)
		return err_nomem(err);
	run_lock(r);
	TRY(remote_run(&m.rr, r, err));
	m.t = t = remote_task(m.rr, o->id[MF_STEP], o->id[MF_TASK]);
	if (t) {
		if (str_eq(t->step, "_parameters"))
			TRY(remote_fetch_first(r, m.rr, err));
		TRY(remote_fetch(r, m.rr, (size_t)(t - m.rr->tasks), 1, REMOTE_ROWS, err));
		TRY(all_rows(&m));
	}
	TRY(arrange(o, &m.list, err));
	o->task->listed = ROWS_META | ROWS_ARTIFACTS;
done:
	run_unlock(r);
	vec_release(&m.list);
	return rc;
}

int remote_task_row(
	struct mf_object *o, const char *name, char **text, size_t *n, struct mf_error *err)
{
	int rc = service_task_row(o, name, text, n, err);
	if (rc == MF_OK && str_starts(name, TROUBLE))
		rc = err_at(err, MF_ECORRUPT, o->pathspec, "%s", *text);
	return rc;
}

/* The highest that is done: what is made has the times of files, and copies of files have others
 * than these. */
int remote_artifact_attempt(struct mf_object *o, bool *known)
{
	static const char prefix[] = "sysmeta_attempt-done_";
	int best = -1, n;
	struct meta m;
	*known = task_list(o, ROWS_META | ROWS_ARTIFACTS, NULL) == MF_OK;
	const struct fs_names *names = &o->task->names;
	for (size_t i = *known ? names_lower(names, prefix) : names->n;
		i < names->n && str_starts(fs_name(names, i), prefix); i++)
		if (task_read_meta(o, fs_name(names, i), &m, NULL) == MF_OK &&
			task_as_attempt(m.value, &n) && n > best)
			best = n;
	return best;
}
