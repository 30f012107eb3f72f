#include "data.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "../base/limits.h"
#include "../codec/json.h"
#include "config.h"
#include "log_tail.h"
#include "parts.h"
#include "provider.h"
#include "run.h"
#include "service.h"
#include "task.h"

/* ---- opening ---- */

static const char *setting(void *self, const char *key)
{
	return mf_config_get(self, key);
}

int client_data_open(struct mf_client *c, struct mf_error *err)
{
	const struct mf_config *config = c->config;
	const struct store_config sc = {.environ = config->environ,
		.setting = setting,
		.self = (void *)(uintptr_t)config,
		.cancel = cancel_bound,
		.user_agent = "mfkit/" MF_VERSION,
		.ca_file = config->service_ca,
		.deadline = config->deadline,
		.now = 0,
		.offline = config->offline,
		.trace = config->trace,
		.trace_self = config->trace_self};
	const char *named = config->datastore_root, *root;
	int rc;
	TRY(stores_new(&c->stores, &sc, err));
	TRY(log_tails_new(&c->tails, err));
	TRY(code_kept_new(&c->code, err));
	enum store_kind kind = named ? store_kind_of(named, &root) : STORE_LOCAL;
	if (!named)
		root = c->root ? c->root : config->root;
	if (root) {
		struct mf_error mine = MF_ERROR_INIT;
		rc = stores_get(c->stores, kind, root, &c->data, &mine);
		if (rc < 0 && named) {
			if (err && err->code == MF_OK)
				*err = mine;
			if (kind == STORE_LOCAL)
				err_hint(err,
					"%s takes a directory that holds the flows' directories, "
					"s3://…, gs://… or azure://container/…",
					config_data_option(config));
			goto done;
		}
		rc = rc == MF_ENOMEM ? rc : MF_OK;
	}
	c->data_fd = c->data ? store_fd(c->data) : -1;
	struct stat root_st, data_st;
	c->one_root = c->data_fd >= 0 && c->root_fd >= 0 && fstat(c->data_fd, &data_st) == 0 &&
		      fstat(c->root_fd, &root_st) == 0 && data_st.st_dev == root_st.st_dev &&
		      data_st.st_ino == root_st.st_ino;
done:
	return rc;
}

int data_result(const struct store *s, int rc, const struct mf_error *err)
{
	if (rc < 0 && rc != MF_ENOTFOUND && rc != MF_ENOMEM && s && !store_is_local(s)) {
		struct mf_error none = MF_ERROR_INIT;
		err_set(&none, rc, "%s", mf_code_name(rc));
		trouble_note(err && err->code ? err : &none);
	}
	return rc;
}

/* ---- what records say ---- */

const char *data_trusted(const struct mf_client *c, struct arena *a, const char *location)
{
	if (location && str_starts(location, ":root:"))
		location += strlen(":root:");
	if (!location || location[0] != '/' || strstr(location, "/../"))
		return NULL;
	if (c->config->trust_paths)
		return location;
	const char *end = NULL;
	for (const char *p = location; (p = strstr(p, "/.metaflow")); p++)
		end = p;
	if (!end)
		return NULL;
	end += strcspn(end + 1, "/") + 1;
	const char *name = end;
	while (name[-1] != '/')
		name--;
	size_t n = (size_t)(end - name);
	bool known = (n == strlen(".metaflow") && str_starts(name, ".metaflow")) ||
		     (n == strlen(".metaflow_spin") && str_starts(name, ".metaflow_spin"));
	return known ? arena_strndup(a, location, (size_t)(end - location)) : NULL;
}

/* The root of ":root:ROOT" or of old records' "ROOT/flow/data/xx/sha"; NULL: not understood. */
static const char *root_of(struct mf_object *o, struct arena *a, const char *location)
{
	if (!location)
		return NULL;
	if (str_starts(location, ":root:"))
		return location + strlen(":root:");
	const char *tail = arena_printf(a, "/%s/data/", o->id[MF_FLOW]), *at = NULL;
	for (const char *p = location; tail && (p = strstr(p, tail)); p++)
		at = p;
	return at ? arena_strndup(a, location, (size_t)(at - location)) : NULL;
}

struct store *data_recorded(struct mf_object *o, struct arena *a, const char *ds_type,
	const char *location, const char **root, struct mf_error *err)
{
	struct mf_client *c = o->client;
	const char *recorded = root_of(o, a, location);
	const char *bare;
	int kind = ds_type    ? store_kind_named(ds_type)
		   : recorded ? (int)store_kind_of(recorded, &bare)
			      : STORE_LOCAL;
	struct store *s = NULL;
	if (root)
		*root = recorded;
	if (!recorded || !*recorded)
		return NULL;
	if (kind < 0) {
		err_at(err, MF_EUNSUPPORTED, o->pathspec,
			"it is stored in “%s” (%s), a kind of datastore that is not known", ds_type,
			recorded);
		err_hint(err, "--datastore-root DIR reads a local copy of it");
		return NULL;
	}
	if (kind == STORE_LOCAL)
		return c->provider->local_root ? c->provider->local_root(c, recorded) : NULL;
	struct mf_error mine = MF_ERROR_INIT;
	int rc = stores_get(c->stores, (enum store_kind)kind, recorded, &s, &mine);
	if (rc < 0) {
		trouble_note(&mine);
		if (err && err->code == MF_OK)
			*err = mine;
	}
	return s;
}

/* One thing that is recorded: false if it does not tell where the data is. */
static bool takes(struct mf_object *o, struct run *r, const char *type, const char *location)
{
	struct mf_error mine = MF_ERROR_INIT;
	if (!location)
		return false;
	r->data = data_recorded(o, &o->arena, type, location, NULL, &mine);
	if (mine.code) {
		r->data_error = arena_alloc(&r->arena, sizeof(mine));
		if (r->data_error)
			*r->data_error = mine;
	}
	/* a local history knows where it is; a directory that a service names counts if it is
	 * trusted, be it there or not */
	return r->data || mine.code || !o->client->service ||
	       data_trusted(o->client, &o->arena, location);
}

static bool takes_record(struct mf_object *o, struct run *r, const struct mf_value *record)
{
	return takes(o, r, record_str(&o->arena, record, "ds_type"),
		record_str(&o->arena, record, "location"));
}

/* By the artifact itself, by ds-type and ds-root of the task, and of _parameters, which has none of
 * these, by an artifact. Under the lock of the run. */
static bool decide(struct mf_object *o, struct run *r)
{
	struct mf_value *record;
	if (o->entity == MF_ARTIFACT && object_record(o, NULL) == MF_OK &&
		takes_record(o, r, o->record))
		return true;
	if (o->entity < MF_TASK)
		return false;
	const char *type = task_meta_text(o, "ds-type"), *root = task_meta_text(o, "ds-root");
	if (root && takes(o, r, type, arena_printf(&o->arena, ":root:%s", root)))
		return true;
	if (task_artifact_record(o, "name", &record, NULL) == MF_OK && takes_record(o, r, record))
		return true;
	const char **names;
	size_t n;
	return task_artifact_names(o, &names, &n, NULL) == MF_OK && n &&
	       task_artifact_record(o, names[0], &record, NULL) == MF_OK &&
	       takes_record(o, r, record);
}

struct store *object_store(struct mf_object *o, struct mf_error *err)
{
	struct mf_client *c = o->client;
	struct run *r = c->config->datastore_root || o->entity < MF_RUN ? NULL : object_run(o);
	if (!r)
		return c->data;
	run_lock(r);
	if (!r->has_data)
		r->has_data = decide(o, r);
	struct store *s = r->data;
	const struct mf_error *why = r->data_error;
	run_unlock(r);
	if (why) {
		trouble_note(why);
		if (err && err->code == MF_OK)
			*err = *why;
		return NULL;
	}
	return s ? s : c->data;
}

bool mf_object_is_far(struct mf_object *o)
{
	const struct store *s = o->client->data;
	if (!o->client->config->datastore_root && (!s || store_is_local(s))) {
		const char *type = o->entity == MF_ARTIFACT && object_record(o, NULL) == MF_OK
					   ? record_str(&o->arena, o->record, "ds_type")
					   : NULL;
		if (type)
			return store_kind_named(type) > STORE_LOCAL;
		s = object_store(o, NULL);
	}
	return s && !store_is_local(s);
}

bool mf_data_is_far(struct mf_client *c, const char *pathspec)
{
	struct mf_object *o;
	if (object_from_pathspec(&o, c, pathspec, -1, NULL) < 0)
		return false;
	bool far = mf_object_is_far(o);
	mf_object_free(o);
	return far;
}

/* ---- places ---- */

int data_locate(struct mf_client *c, struct arena *a, const char *place, struct store **s,
	const char **key, struct mf_error *err)
{
	const char *root;
	enum store_kind kind = store_kind_of(place, &root);
	if (kind == STORE_LOCAL) {
		*key = place;
		return stores_get(c->stores, kind, "", s, err);
	}
	size_t skip = kind == STORE_AZURE ? 0 : (size_t)(strstr(root, "://") + 3 - root);
	size_t n = skip + strcspn(root + skip, "/");
	const char *bucket = arena_strndup(a, root, n);
	*key = root[n] && root[n + 1] ? root + n + 1 : NULL;
	return bucket ? stores_get(c->stores, kind, bucket, s, err) : err_nomem(err);
}

/* ---- reading ---- */

void data_tally(struct mf_client *c, const struct store *s, uint64_t bytes)
{
	if (store_is_local(s))
		client_count(c, 1, 0, bytes);
}

int object_data_json(
	struct mf_object *o, const char *key, struct mf_value **out, struct mf_error *err)
{
	struct mf_error mine = MF_ERROR_INIT;
	struct store *s = object_store(o, &mine);
	int rc = mine.code;
	if (!s && !rc)
		return err_at(err, MF_ENOTFOUND, key, "no datastore is at hand");
	if (s && store_is_local(s))
		return client_json_at(o->client, store_fd(s), key, &o->arena, out, key, err);
	if (s) {
		struct buf b = BUF_INIT(MF_LIMIT_JSON_FILE);
		rc = data_result(s, store_read(s, key, &b, NULL, &mine), &mine);
		client_trace(o->client, "read", key, b.n);
		char *text = rc == MF_OK ? arena_strndup(&o->arena, b.p, b.n) : NULL;
		if (rc == MF_OK)
			rc = text ? record_parse(out, &o->arena, text, b.n, key, &mine)
				  : err_nomem(&mine);
		buf_release(&b);
	}
	if (rc < 0 && err && err->code == MF_OK)
		*err = mine;
	return rc;
}
