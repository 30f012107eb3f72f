#include "../base/limits.h"
#include "../codec/decode.h"
#include "../store/cas.h"
#include "artifact.h"
#include "config.h"
#include "data.h"
#include "task.h"

/* ---- IncludeFile: the artifact is a descriptor, its value is the file's content ---- */

/* An upload's place: the store and the key in it. The URL comes from a pickle, so it is only followed into the run's own
 * store and into what the configuration names: anything else is refused. */
struct upload {
	struct store *s;
	const char *key;
};

static const char *after_last(const char *text, const char *part)
{
	const char *at = NULL;
	for (const char *q = text; (q = strstr(q, part)); q++)
		at = q;
	return at;
}

static bool below(const char *path, const char *root)
{
	size_t n = root ? strlen(root) : 0;
	return n && str_starts(path, root) && (root[n - 1] == '/' || path[n] == '/');
}

/* "local:///ROOT/data/Flow/sha": below the history where it is now, else where it was. */
static int find_local(struct mf_object *o, const char *url, struct arena *a, struct upload *u, struct mf_error *err)
{
	struct mf_client *c = o->client;
	const char *path = str_starts(url, "local://") ? url + strlen("local://") : url;
	const char *at = after_last(url, "/data/");
	struct store *own = object_store(o, NULL);
	if (at && !strstr(at, "/../") && own && store_is_local(own) && store_has(own, at + 1)) {
		*u = (struct upload){own, at + 1};
		return MF_OK;
	}
	if (path[0] != '/' || strstr(path, "/../") || c->config->datastore_root)
		return err_at(err, MF_ENOTFOUND, path, "the included file of “%s” is missing", o->pathspec);
	/* an artifact does not make us read any file of this machine */
	if (!data_trusted(c, a, path) && !below(path, mf_config_get(c->config, "DATATOOLS_LOCALROOT"))) {
		err_at(err, MF_EACCESS, path, "“%s” names a file outside of what Metaflow keeps", o->pathspec);
		err_hint(err, "if it is to be trusted, --trust-paths reads it");
		return MF_EACCESS;
	}
	u->key = path;
	return stores_get(c->stores, STORE_LOCAL, "", &u->s, err);
}

/* Is the place in the same bucket (or container) as the root? */
static bool same_bucket(const char *place, const char *root)
{
	const char *p = strstr(place, "://"), *r = root ? strstr(root, "://") : NULL;
	p = p ? p + 3 : place;
	r = r ? r + 3 : root;
	size_t n = strcspn(p, "/");
	return r && n && strncmp(p, r, n) == 0 && (!r[n] || r[n] == '/');
}

static int find_remote(struct mf_object *o, const char *url, struct arena *a, struct upload *u, struct mf_error *err)
{
	static const char *const settings[][2] = {[STORE_S3] = {"DATATOOLS_S3ROOT", "DATASTORE_SYSROOT_S3"},
		[STORE_AZURE] = {"DATATOOLS_AZUREROOT", "DATASTORE_SYSROOT_AZURE"}, [STORE_GS] = {"DATATOOLS_GSROOT", "DATASTORE_SYSROOT_GS"}};
	struct mf_client *c = o->client;
	const char *root;
	enum store_kind kind = store_kind_of(url, &root);
	struct store *own = object_store(o, NULL);
	bool known = own && own->backend->kind == kind && same_bucket(root, own->root);
	for (size_t i = 0; i < 2 && !known; i++)
		known = same_bucket(root, mf_config_get(c->config, settings[kind][i]));
	if (known && (!c->config->datastore_root || c->remote)) {
		int rc = data_locate(c, a, url, &u->s, &u->key, err);
		/* Metaflow's uploads to Azure have the container in the blob's name once more */
		if (rc == MF_OK && kind == STORE_AZURE && store_has(u->s, root))
			u->key = root;
		return rc;
	}
	/* a copy of the datastore has it at the same place below its root */
	const char *at = after_last(url, "/data/");
	if (c->config->datastore_root && at && own && !strstr(at, "/../")) {
		*u = (struct upload){own, at + 1};
		return MF_OK;
	}
	err_at(err, MF_EACCESS, o->pathspec, "its content is at %s, which is not the store of the run", url);
	err_hint(err, "if it is to be trusted, set METAFLOW_%s to its root", settings[kind][0]);
	return MF_EACCESS;
}

int artifact_included(struct mf_object *o, const struct mf_value *v, struct arena *a,
	struct mf_value **out, struct mf_error *err)
{
	const struct mf_value *d = mf_value_get(mf_value_part(v, MF_PART_STATE), "_descriptor");
	const char *type = record_str(a, d, "type"), *sub = record_str(a, d, "sub-type"),
		   *url = record_str(a, d, "url"), *root;
	struct upload u = {NULL, NULL};
	int rc;
	if (!type || !url)
		return err_at(err, MF_ECORRUPT, o->pathspec, "an IncludeFile without a descriptor");
	bool external = str_eq(type, "external") || (sub && str_eq(sub, "external"));
	struct buf b = BUF_INIT(MF_LIMIT_TEXT);
	struct mf_sink sink = {buf_sink_write, &b};
	struct mf_error mine = MF_ERROR_INIT;
	bool far = store_kind_of(url, &root) != STORE_LOCAL;
	if (!far && url[0] != '/' && !str_starts(url, "local://"))
		return err_at(err, MF_EUNSUPPORTED, o->pathspec, "its content is at %s, which is not read from there", url);
	TRY(far ? find_remote(o, url, a, &u, err) : find_local(o, url, a, &u, err));
	rc = u.key ? cas_stream_file(u.s, u.key, external ? CAS_RAW : CAS_PACKED, 0, &sink, 0, &mine) : MF_ENOTFOUND;
	if (rc == MF_ENOTFOUND)
		rc = err_at(err, rc, far ? url : u.key, "the included file of “%s” is missing", o->pathspec);
	else if (rc < 0 && far && mine.code && err && err->code == MF_OK)
		*err = mine;
	else if (rc < 0)
		err_at(err, rc, u.key, "%s", mine.code ? mine.message : "cannot be read");
	if (rc == MF_OK) {
		bool text = mf_value_bool(mf_value_get(d, "is_text"));
		struct buf read = BUF_INIT(MF_LIMIT_TEXT);
		if (text && decode_text(&read, b.p, b.n, record_str(a, d, "encoding"))) {
			struct buf bytes = b;
			b = read;
			read = bytes;
		}
		buf_release(&read);
		size_t n = b.n;
		char *p = buf_take(&b);
		bool kept = p && arena_adopt(a, p, n);
		*out = kept ? value_text(a, text ? MF_STRING : MF_BYTES, p, n) : NULL;
		rc = *out ? MF_OK : err_nomem(err);
	}
done:
	buf_release(&b);
	return rc;
}

int artifact_included_size(struct mf_object *o, int64_t *n, struct mf_error *err)
{
	struct mf_value *v;
	*n = -1;
	int rc = object_record(o, err);
	const char *sha = rc < 0 ? NULL : record_str(&o->arena, o->record, "sha");
	if (!sha)
		return rc;
	TRY(artifact_pickle(o, o->id[MF_ARTIFACT], o->record, sha, 0, &o->arena, &v, err));
	const struct mf_value *size =
		mf_value_get(mf_value_get(mf_value_part(v, MF_PART_STATE), "_descriptor"), "size");
	if (mf_value_kind(size) == MF_INT)
		*n = size->u.i;
done:
	return rc;
}
