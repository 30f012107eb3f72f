/* Code packages (data-model §12) and the environment they describe. */
#include <stdlib.h>

#include "../base/limits.h"
#include "../codec/archive.h"
#include "../codec/json.h"
#include "../codec/value.h"
#include "../store/cas.h"
#include "data.h"
#include "fields.h"
#include "parts.h"
#include "run.h"
#include "task.h"

enum { LIMIT_PACKAGE = 512 << 20, LIMIT_MEMBER = 64 << 20, LIMIT_KEPT = 4 << 20 };

/* Metadata `code-package`, parsed; NULL value for none. */
static int package_record(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	const char *text = task_meta_text(o, "code-package");
	*out = NULL;
	if (!text || str_eq(text, "null"))
		return MF_OK;
	struct mf_error mine = MF_ERROR_INIT;
	int rc = json_parse(out, &o->arena, text, strlen(text), &mine);
	if (rc < 0)
		return err_at(err, rc, o->pathspec, "metadata code-package: %s", mine.message);
	if ((*out)->kind != MF_DICT)
		*out = NULL;
	else if (mf_value_kind(mf_value_get(*out, "sha")) != MF_STRING)
		return err_at(err, MF_ECORRUPT, o->pathspec, "metadata code-package has no sha");
	return MF_OK;
}

/* Its bytes, from the datastore or else from where the record says. */
static int read_package(struct mf_object *o, const struct mf_value *record,
	const struct mf_sink *sink, struct mf_error *err)
{
	const char *sha = record_str(&o->arena, record, "sha"), *type = record_str(&o->arena, record, "ds_type"),
		   *location = record_str(&o->arena, record, "location"), *root = NULL;
	struct mf_client *c = o->client;
	struct mf_error mine = MF_ERROR_INIT;
	struct store *stores[2] = {NULL, NULL};
	int rc = MF_ENOTFOUND;
	if (!sha)
		return err_nomem(err);
	stores[0] = c->config->datastore_root ? c->data : data_recorded(o, &o->arena, type, location, &root, &mine);
	if (mine.code)
		rc = mine.code;
	/* a local history is read where it is now, and only then where it was */
	if (!mine.code && (!stores[0] || store_is_local(stores[0]))) {
		stores[1] = stores[0];
		stores[0] = object_store(o, NULL);
		if (!stores[1] && !c->service && !c->config->datastore_root && (root = data_trusted(c, &o->arena, root)))
			stores_get(c->stores, STORE_LOCAL, root, &stores[1], NULL);
	}
	for (size_t i = 0; i < 2 && rc == MF_ENOTFOUND; i++) {
		struct mf_error this = MF_ERROR_INIT;
		if (!stores[i] || (i && stores[1] == stores[0]))
			continue;
		rc = cas_stream(stores[i], o->id[MF_FLOW], sha, CAS_RAW, 0, sink, LIMIT_PACKAGE, &this);
		if (rc < 0 && (!mine.code || this.code != MF_ENOTFOUND))
			mine = this;
	}
	if (rc < 0 && !mine.code)
		err_at(&mine, rc, o->pathspec, "its code package is not on this machine");
	if (rc < 0 && err && err->code == MF_OK)
		*err = mine;
	return rc;
}

int code_package(
	struct mf_object *task, const struct mf_sink *sink, const char **sha, struct mf_error *err)
{
	struct mf_value *record;
	int rc = package_record(task, &record, err);
	*sha = NULL;
	if (rc < 0 || !record)
		return rc;
	if (sink)
		rc = read_package(task, record, sink, err);
	if (rc == MF_OK && !(*sha = record_str(&task->arena, record, "sha")))
		rc = err_nomem(err);
	return rc;
}

int code_of_run(struct mf_object *run, bool hidden,
	int (*ask)(void *self, struct mf_object *task, struct mf_error *err), void *self,
	struct mf_error *err)
{
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *iter;
	struct mf_object *step;
	struct run *r = object_run(run);
	if (!r)
		return err_nomem(err);
	opts.hidden = hidden;
	int rc = mf_list(&iter, run->client, run->pathspec, &opts, err);
	if (rc < 0)
		return rc;
	for (int more; rc == MF_OK && (more = mf_iter_next(iter, &step, err)) != 0;) {
		if (more < 0) {
			rc = more;
			break;
		}
		struct mf_object *task = run_step_task(r, step->id[MF_STEP]);
		rc = task ? ask(self, task, err) : MF_OK;
		mf_object_free(task);
		mf_object_free(step);
	}
	mf_iter_free(iter);
	return rc;
}

struct members {
	struct buf info, script, manifest;
	const char *script_name; /* NULL in the first pass */
};

static struct buf *want_info(void *arg, const char *name)
{
	struct members *m = arg;
	if (str_eq(name, ".mf_meta/INFO") || str_eq(name, "INFO")) {
		buf_clear(&m->info);
		return &m->info;
	}
	if (str_eq(name, ".mf_meta/conda.manifest") || str_eq(name, "conda.manifest")) {
		buf_clear(&m->manifest);
		return &m->manifest;
	}
	return NULL;
}

static struct buf *want_script(void *arg, const char *name)
{
	struct members *m = arg;
	if (str_starts(name, "./"))
		name += 2;
	return str_eq(name, m->script_name) && !m->script.n ? &m->script : NULL;
}

static void members_init(struct members *m)
{
	*m = (struct members){
		BUF_INIT(LIMIT_MEMBER), BUF_INIT(LIMIT_MEMBER), BUF_INIT(LIMIT_MEMBER), NULL};
}

static void members_release(struct members *m)
{
	buf_release(&m->info);
	buf_release(&m->script);
	buf_release(&m->manifest);
}

/* ---- the package read last: steps and tasks of a run ask for the same one ---- */

struct code_kept {
	pthread_mutex_t lock;
	const char *sha; /* "": none */
	struct members m;
	struct arena names;
};

int code_kept_new(struct code_kept **out, struct mf_error *err)
{
	struct code_kept *k = *out = calloc(1, sizeof(*k));
	if (!k)
		return err_nomem(err);
	pthread_mutex_init(&k->lock, NULL);
	arena_init(&k->names, 0);
	k->sha = "";
	members_init(&k->m);
	return MF_OK;
}

void code_kept_free(struct code_kept *k)
{
	if (!k)
		return;
	members_release(&k->m);
	arena_release(&k->names);
	pthread_mutex_destroy(&k->lock);
	free(k);
}

static void copy_members(struct members *to, const struct members *from)
{
	buf_add(&to->info, from->info.p, from->info.n);
	buf_add(&to->script, from->script.p, from->script.n);
	buf_add(&to->manifest, from->manifest.p, from->manifest.n);
}

static bool kept_find(struct code_kept *k, const char *sha, struct members *m)
{
	pthread_mutex_lock(&k->lock);
	bool found = str_eq(k->sha, sha);
	if (found)
		copy_members(m, &k->m);
	pthread_mutex_unlock(&k->lock);
	return found;
}

/* What cannot be kept is read again. */
static void kept_put(struct code_kept *k, const char *sha, const struct members *m)
{
	if (m->info.n + m->script.n + m->manifest.n > LIMIT_KEPT)
		return;
	pthread_mutex_lock(&k->lock);
	members_release(&k->m);
	members_init(&k->m);
	arena_release(&k->names);
	arena_init(&k->names, 0);
	copy_members(&k->m, m);
	const char *name = arena_strdup(&k->names, sha);
	k->sha = name && !k->m.info.failed && !k->m.script.failed && !k->m.manifest.failed ? name : "";
	pthread_mutex_unlock(&k->lock);
}

/* The name of the flow's script, told by INFO. */
static int parse_info(struct mf_object *o, struct members *m, struct mf_value **info, struct mf_error *err)
{
	int rc = MF_OK;
	*info = NULL;
	if (m->info.n) {
		char *text = arena_strndup(&o->arena, m->info.p, m->info.n);
		rc = text ? json_parse(info, &o->arena, text, m->info.n, err) : err_nomem(err);
	}
	m->script_name = rc == MF_OK ? record_str(&o->arena, *info, "script") : NULL;
	return rc;
}

/* Its members of interest, and INFO as a value. *record stays NULL without a package. */
static int open_package(struct mf_object *o, struct members *m,
	struct mf_value **record, struct mf_value **info, struct mf_error *err)
{
	struct buf package = BUF_INIT(LIMIT_PACKAGE);
	struct mf_sink sink = {buf_sink_write, &package};
	*info = NULL;
	int rc = package_record(o, record, err);
	if (rc < 0 || !*record)
		return rc;
	const char *sha = record_str(&o->arena, *record, "sha");
	if (!sha)
		return err_nomem(err);
	if (kept_find(o->client->code, sha, m)) {
		TRY(parse_info(o, m, info, err));
	} else {
		TRY(read_package(o, *record, &sink, err));
		TRY(archive_each(package.p, package.n, want_info, m, err));
		TRY(parse_info(o, m, info, err));
		if (m->script_name)
			TRY(archive_each(package.p, package.n, want_script, m, err));
		kept_put(o->client->code, sha, m);
	}
	rc = m->info.failed || m->script.failed || m->manifest.failed ? err_nomem(err) : MF_OK;
done:
	buf_release(&package);
	return rc;
}

static int64_t count_lines(const struct buf *b)
{
	int64_t lines = b->n && b->p[b->n - 1] != '\n';
	for (size_t i = 0; i < b->n; i++)
		lines += b->p[i] == '\n';
	return lines;
}

int code_info(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	struct members m;
	struct mf_value *record, *info;
	members_init(&m);
	int rc = open_package(o, &m, &record, &info, err);
	if (rc == MF_OK && record) {
		struct mf_value *d = field_new(o, MF_DICT);
		if (!d || !put_value(o, d, "sha", mf_value_get(record, "sha")) ||
			!put_value(o, d, "location", mf_value_get(record, "location")) ||
			!put_value(o, d, "ds_type", mf_value_get(record, "ds_type")) ||
			!put_str(o, d, "script_name", m.script_name) ||
			!put_value(o, d, "info", info) ||
			!(m.script.n ? put_int(o, d, "flowspec_lines", count_lines(&m.script))
				     : put_value(o, d, "flowspec_lines", NULL)))
			rc = err_nomem(err);
		*out = d;
	}
	members_release(&m);
	return rc;
}

/* manifest[p[2]][p[1]] of conda.manifest for conda_env_prefix "metaflow/<arch>/<id>" */
static int conda_environment(
	struct mf_object *o, struct members *m, struct mf_value **out, struct mf_error *err)
{
	const char *prefix = task_meta_text(o, "conda_env_prefix");
	struct mf_value *manifest = NULL, *empty = field_new(o, MF_DICT);
	*out = empty;
	if (!empty)
		return err_nomem(err);
	const char *arch = prefix ? strchr(prefix, '/') : NULL,
		   *id = arch ? strchr(arch + 1, '/') : NULL;
	char *text = arena_strndup(&o->arena, m->manifest.p, m->manifest.n);
	if (!id || !m->manifest.n || !text ||
		json_parse(&manifest, &o->arena, text, m->manifest.n, NULL) < 0)
		return MF_OK;
	const char *name = arena_strndup(&o->arena, arch + 1, (size_t)(id - arch - 1));
	const char *env = arena_strndup(&o->arena, id + 1, strcspn(id + 1, "/"));
	const struct mf_value *v =
		name && env ? mf_value_get(mf_value_get(manifest, env), name) : NULL;
	return v ? value_clone(out, &o->arena, v, err) : MF_OK;
}

int code_environment(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	struct members m;
	struct mf_value *record, *info;
	members_init(&m);
	int rc = open_package(o, &m, &record, &info, err);
	const char *type = rc < 0 ? NULL : record_str(&o->arena, info, "environment_type");
	if (type && (str_eq(type, "local") || str_eq(type, "uv")))
		rc = field_str(o, "Local environment", out, err);
	else if (type && (str_eq(type, "conda") || str_eq(type, "pypi")))
		rc = conda_environment(o, &m, out, err);
	members_release(&m);
	return rc;
}

int value_clone(
	struct mf_value **out, struct arena *a, const struct mf_value *v, struct mf_error *err)
{
	struct mf_value *c = value_new(a, v->kind);
	if (!c)
		return err_nomem(err);
	*c = *v;
	*out = c;
	size_t n;
	const char *text = mf_value_text(v, &n);
	if (text || v->kind == MF_BIGINT) {
		c->u.s.p = arena_strndup(a, v->u.s.p, v->u.s.n);
		return c->u.s.p ? MF_OK : err_nomem(err);
	}
	if (v->kind == MF_LIST || v->kind == MF_DICT || v->kind == MF_TUPLE) {
		c->u.list.v = arena_calloc(a, v->u.list.n + 1, sizeof(*c->u.list.v));
		c->u.list.cap = c->u.list.n;
		int rc = c->u.list.v ? MF_OK : err_nomem(err);
		for (size_t i = 0; rc == MF_OK && i < v->u.list.n; i++)
			rc = value_clone(&c->u.list.v[i], a, v->u.list.v[i], err);
		return rc;
	}
	return MF_OK;
}
