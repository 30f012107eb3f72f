/* The datastore provider: opening it, and records of flows, runs, steps and tasks. */
#include "remote.h"

#include <ctype.h>
#include <stdlib.h>

#include "config.h"
#include "data.h"
#include "run.h"
#include "tags.h"

/* ---- records ---- */

bool remote_put(struct arena *a, struct mf_value *d, const char *key, struct mf_value *v)
{
	return v && value_put_str(a, d, key, v);
}

struct mf_value *remote_ids(struct arena *a, const char *const *ids, size_t n)
{
	static const char *const keys[] = {"flow_id", "run_number", "step_name", "task_id"};
	struct mf_value *d = value_new(a, MF_DICT);
	for (size_t i = 0; d && i < n && i < ARRAY_SIZE(keys); i++)
		if (!remote_put(a, d, keys[i], value_str(a, ids[i])))
			return NULL;
	return d;
}

/* A record that is made: whose run it is, and its tags, nobody knows. */
static int make(struct mf_object *o, int64_t ts, struct arena *a, struct mf_value **out,
	struct mf_error *err)
{
	static const char *const lists[] = {"tags", "system_tags"};
	struct mf_value *d = remote_ids(a, o->id, (size_t)o->entity + 1);
	bool ok = d && (ts == MF_NO_TIME || remote_put(a, d, "ts_epoch", value_int(a, ts)));
	for (size_t i = 0; ok && o->entity > MF_FLOW && i < ARRAY_SIZE(lists); i++)
		ok = remote_put(a, d, lists[i], value_new(a, MF_LIST));
	*out = d;
	return ok ? MF_OK : err_nomem(err);
}

/* A packed record; MF_ENOTFOUND: there is none that can be read. */
static int packed(const struct remote_run *rr, const char *path, struct arena *a,
	struct mf_value **out, struct mf_error *err)
{
	const struct remote_file *f = remote_file(rr, path);
	/* the values must not outlive the text, which lives with the run's context */
	const char *text = f ? arena_strndup(a, f->text, f->n) : NULL;
	int rc = !f     ? MF_ENOTFOUND
		 : text ? record_parse(out, a, text, f->n, path, NULL)
			: MF_ENOMEM;
	return rc == MF_ENOMEM ? err_nomem(err) : rc < 0 ? MF_ENOTFOUND : MF_OK;
}

static int run_record_of(struct mf_object *o, struct run *r, struct remote_run *rr, struct arena *a,
	struct mf_value **out, struct mf_error *err)
{
	int64_t ts;
	int rc = remote_fetch_first(r, rr, err);
	if (rc < 0 || (rc = packed(rr, "_meta/_self.json", a, out, err)) != MF_ENOTFOUND)
		return rc;
	rc = remote_run_time(o->client, o->id[MF_FLOW], o->id[MF_RUN], &ts, err);
	return rc < 0 ? rc : make(o, ts, a, out, err);
}

static int step_record_of(struct mf_object *o, struct run *r, struct remote_run *rr,
	struct arena *a, struct mf_value **out, struct mf_error *err)
{
	size_t from, n;
	const char *step = o->id[MF_STEP], *path = arena_printf(a, "%s/_meta/_self.json", step);
	remote_step(rr, step, &from, &n);
	if (!path)
		return err_nomem(err);
	if (!n)
		return err_at(err, MF_ENOTFOUND, o->pathspec, "the datastore has nothing of it");
	int rc = str_eq(step, "_parameters") ? remote_fetch_first(r, rr, err) : MF_OK;
	if (rc == MF_OK)
		rc = remote_fetch(r, rr, from, n, REMOTE_TIMES, err);
	if (rc < 0 || (rc = packed(rr, path, a, out, err)) != MF_ENOTFOUND)
		return rc;
	return make(o, remote_step_time(rr, step), a, out, err);
}

static int task_record_of(struct mf_object *o, struct run *r, struct remote_run *rr,
	struct arena *a, struct mf_value **out, struct mf_error *err)
{
	const char *step = o->id[MF_STEP],
		   *path = arena_printf(a, "%s/%s/_meta/_self.json", step, o->id[MF_TASK]);
	struct remote_task *t = remote_task(rr, step, o->id[MF_TASK]);
	if (!path)
		return err_nomem(err);
	if (!t)
		return err_at(err, MF_ENOTFOUND, o->pathspec, "the datastore has nothing of it");
	int rc = str_eq(step, "_parameters") ? remote_fetch_first(r, rr, err) : MF_OK;
	if (rc == MF_OK)
		rc = remote_fetch(r, rr, (size_t)(t - rr->tasks), 1, REMOTE_TIMES, err);
	if (rc < 0 || (rc = packed(rr, path, a, out, err)) != MF_ENOTFOUND)
		return rc;
	return make(o, remote_task_time(rr, t), a, out, err);
}

bool remote_has_record(struct mf_object *o)
{
	struct run *r = object_run(o);
	struct remote_run *rr;
	if (!r)
		return false;
	run_lock(r);
	bool has = remote_run(&rr, r, NULL) == MF_OK && remote_fetch_first(r, rr, NULL) == MF_OK &&
		   remote_file(rr, "_meta/_self.json");
	run_unlock(r);
	return has;
}

/* A flow is a directory that has runs. */
static int flow_record_of(
	struct mf_object *o, struct arena *a, struct mf_value **out, struct mf_error *err)
{
	struct fs_names runs = {0};
	int rc = remote_is_flow(o->id[MF_FLOW]) ? remote_runs(o->client, o->id[MF_FLOW], &runs, err)
						: MF_OK;
	if (rc == MF_OK && !runs.n)
		rc = err_at(err, MF_ENOTFOUND, o->pathspec, "the datastore has no run of it");
	fs_names_release(&runs);
	return rc < 0 ? rc : make(o, MF_NO_TIME, a, out, err);
}

static int remote_record(struct mf_client *c, const char *pathspec, struct arena *a,
	struct mf_value **out, struct mf_error *err)
{
	struct mf_object *o;
	struct remote_run *rr;
	int rc = object_from_pathspec(&o, c, pathspec, -1, err);
	if (rc < 0)
		return rc;
	struct run *r = object_run(o);
	if (o->entity == MF_FLOW) {
		rc = flow_record_of(o, a, out, err);
	} else if (!r) {
		rc = err_nomem(err);
	} else {
		run_lock(r);
		rc = remote_run(&rr, r, err);
		if (rc == MF_OK)
			rc = o->entity == MF_RUN    ? run_record_of(o, r, rr, a, out, err)
			     : o->entity == MF_STEP ? step_record_of(o, r, rr, a, out, err)
						    : task_record_of(o, r, rr, a, out, err);
		run_unlock(r);
	}
	mf_object_free(o);
	return rc;
}

/* ---- names ---- */

/* A class of Python, not one of Metaflow's own directories ("data", "mf.cards"). */
bool remote_is_flow(const char *name)
{
	if (isdigit((unsigned char)name[0]) || str_eq(name, "data"))
		return false;
	for (const char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '_' && !(*p & 0x80))
			return false;
	return *name;
}

int remote_runs(struct mf_client *c, const char *flow, struct fs_names *out, struct mf_error *err)
{
	struct mf_error mine = MF_ERROR_INIT;
	struct store *s = c->remote->store;
	int rc = data_result(s, store_dirs(s, flow, out, &mine), &mine);
	size_t kept = 0;
	client_count(c, 0, 1, 0);
	client_trace(c, "list", flow, 0);
	for (size_t i = 0; i < out->n; i++) {
		const char *name = fs_name(out, i);
		bool run = id_valid(name, strlen(name)) && name[0] != '.' &&
			   !str_eq(name, "data") && !str_eq(name, "_meta");
		if (*flow ? run : remote_is_flow(name))
			out->at[kept++] = out->at[i];
	}
	out->n = kept;
	if (rc < 0 && err && err->code == MF_OK)
		*err = mine;
	return rc;
}

static int remote_names(
	struct mf_client *c, const char *pathspec, struct fs_names *out, struct mf_error *err)
{
	struct mf_object *o;
	struct remote_run *rr;
	int entity = *pathspec ? mf_pathspec_entity(pathspec) : -1;
	if (entity <= MF_FLOW)
		return remote_runs(c, pathspec, out, err);
	int rc = object_from_pathspec(&o, c, pathspec, -1, err);
	if (rc < 0)
		return rc;
	struct run *r = object_run(o);
	if (r)
		run_lock(r);
	rc = r ? remote_run(&rr, r, err) : err_nomem(err);
	for (size_t i = 0; rc == MF_OK && i < rr->n_tasks && entity <= MF_STEP; i++) {
		const struct remote_task *t = &rr->tasks[i];
		const char *name = entity == MF_RUN ? t->step : t->id;
		bool wanted = entity == MF_RUN ? !i || !str_eq(rr->tasks[i - 1].step, name)
					       : str_eq(t->step, o->id[MF_STEP]);
		if (wanted && !fs_names_add(out, name, strlen(name)))
			rc = err_nomem(err);
	}
	if (r)
		run_unlock(r);
	mf_object_free(o);
	return rc;
}

/* ---- tags ---- */

static int remote_tags(const struct tag_change *change, struct mf_error *err)
{
	err_at(err, MF_EUNSUPPORTED, change->run,
		"tags cannot be changed here: a datastore has no place for them");
	err_hint(err, "tags are kept by the metadata service, or by the .metaflow directory, that "
		      "the run was recorded in");
	return MF_EUNSUPPORTED;
}

/* ---- opening ---- */

int remote_open(struct mf_client *c, const char *root, struct mf_error *err)
{
	const char *bare;
	struct buf source = BUF_INIT(1 << 20);
	struct remote *remote = calloc(1, sizeof(*remote));
	if (!remote)
		return err_nomem(err);
	pthread_mutex_init(&remote->lock, NULL);
	c->remote = remote;
	c->provider = &provider_datastore;
	remote->times = calloc(REMOTE_TIME_SLOTS, sizeof(*remote->times));
	if (!remote->times)
		return err_nomem(err);
	enum store_kind kind = store_kind_of(root, &bare);
	int rc = stores_get(c->stores, kind, bare, &remote->store, err);
	if (rc < 0)
		return rc;
	buf_addf(&source, "datastore@%s", remote->store->where);
	c->source = buf_take(&source);
	return c->source ? MF_OK : err_nomem(err);
}

const struct provider provider_datastore = {
	.scheme = "datastore",
	.record = remote_record,
	.names = remote_names,
	.task_rows = remote_task_rows,
	.task_row = remote_task_row,
	.artifact_attempt = remote_artifact_attempt,
	.list = remote_list,
	.next_page = remote_next_page,
	.expect = remote_expect,
	.run_status = remote_run_status,
	.task_status = remote_task_status,
	.change_tags = remote_tags,
};
