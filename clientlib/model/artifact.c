#include <fcntl.h>
#include <stdlib.h>

#include "../base/limits.h"
#include "../codec/pickle.h"
#include "../store/cas.h"
#include "run.h"
#include "task.h"

/* SHA-1 of the pickles of True, False and None in protocols 4 and 2 (data-model §14.9). */
static const struct {
	const char *sha;
	struct mf_value value;
} constants[] = {
	{"868436778cb011a1c6230bc12534683ab0b7f1c3", {.kind = MF_BOOL, .u.b = true}},
	{"2473d4676d5b2aba674167293142f8031ada401b", {.kind = MF_BOOL, .u.b = false}},
	{"dbc1aaddc8b7343d6d33b34edcf608b8f8801918", {.kind = MF_NULL}},
	{"69e77141c3eb7a8c9ce864251d70c02723f29332", {.kind = MF_BOOL, .u.b = true}},
	{"caa40ab420354941d2127f64360105b8548b8802", {.kind = MF_BOOL, .u.b = false}},
	{"f3627f46179fdd95bf0e83101840fd1d71b60e40", {.kind = MF_NULL}},
};

/* The value of a well-known SHA; NULL for others. */
static const struct mf_value *constant(const char *sha)
{
	for (size_t i = 0; i < ARRAY_SIZE(constants); i++)
		if (str_eq(sha, constants[i].sha))
			return &constants[i].value;
	return NULL;
}

static int copy_constant(const char *sha, struct arena *a, struct mf_value **out, struct mf_error *err)
{
	const struct mf_value *known = constant(sha);
	*out = value_new(a, known->kind);
	if (!*out)
		return err_nomem(err);
	**out = *known;
	return MF_OK;
}

bool artifact_is_true(const char *sha)
{
	return mf_value_bool(constant(sha));
}

/* Where an artifact's blob is: its datastore root as recorded. "" for an unknown place. */
static const char *recorded_root(struct arena *a, const struct mf_value *record, const char *flow)
{
	const char *location = record_str(a, record, "location");
	if (!location)
		return "";
	if (str_starts(location, ":root:"))
		return location + strlen(":root:");
	/* old records hold the full path: ROOT/flow/data/xx/sha */
	const char *tail = arena_printf(a, "/%s/data/", flow);
	const char *at = NULL;
	for (const char *p = location; tail && (p = strstr(p, tail)); p++)
		at = p;
	return at ? arena_strndup(a, location, (size_t)(at - location)) : "";
}

/* Is the blob to be looked for in the client's own root, or elsewhere? */
static int stream_sha(struct mf_object *o, const struct mf_value *record, const char *sha, const struct mf_sink *sink,
	struct arena *a, char **out, size_t *n, struct mf_error *err)
{
	struct mf_client *c = o->client;
	struct mf_error mine = MF_ERROR_INIT;
	const char *type = record_str(a, record, "ds_type"), *flow = o->id[MF_FLOW];
	const char *forced = c->config->datastore_root;
	const char *recorded = recorded_root(a, record, flow);
	if (!forced && type && !str_eq(type, "local") && !str_eq(type, "spin")) {
		err_at(err, MF_EUNSUPPORTED, o->pathspec, "it is stored in %s (%s), which this version does not read", type,
			recorded && *recorded ? recorded : "unknown place");
		err_hint(err, "--datastore-root DIR reads a local copy of the datastore");
		return MF_EUNSUPPORTED;
	}
	atomic_fetch_add_explicit(&c->files, 1, memory_order_relaxed);
	const char *roots[2] = {"", NULL};
	int fds[2] = {c->data_fd, AT_FDCWD}, n_roots = 1;
	if (!forced && recorded && recorded[0] == '/' && !str_eq(recorded, c->root))
		roots[n_roots++] = recorded;
	int rc = MF_ENOTFOUND;
	for (int i = 0; i < n_roots && rc == MF_ENOTFOUND; i++) {
		struct mf_error this = MF_ERROR_INIT;
		rc = sink ? cas_stream(fds[i], roots[i], flow, sha, CAS_PACKED, sink, 0, &this)
			  : cas_read(fds[i], roots[i], flow, sha, a, out, n, MF_LIMIT_PICKLE_BYTES, &this);
		if (rc < 0 && (!mine.code || this.code != MF_ENOTFOUND))
			mine = this;
	}
	if (rc < 0 && mine.code && err && err->code == MF_OK)
		*err = mine;
	client_trace(c, "blob", sha, rc == MF_OK && out ? *n : 0);
	if (rc == MF_OK && out)
		atomic_fetch_add_explicit(&c->bytes, *n, memory_order_relaxed);
	return rc;
}

/* ---- IncludeFile: the artifact is a descriptor, its value is the file's content ---- */

/* Our own path of the upload in "local:///ROOT/data/Flow/sha": the history may have moved since. */
static const char *upload_path(struct mf_object *o, const char *url)
{
	const char *p = str_starts(url, "local://") ? url + strlen("local://") : NULL;
	if (!p && !o->client->config->datastore_root)
		return NULL;
	const char *at = NULL;
	for (const char *q = url; (q = strstr(q, "/data/")); q++)
		at = q;
	if (at && !strstr(at, "/../")) {
		const char *own = arena_printf(&o->arena, "%s%s", o->client->data_root, at);
		if (own && fs_exists(AT_FDCWD, own))
			return own;
	}
	return p;
}

static int included_file(struct mf_object *o, const struct mf_value *v, struct arena *a, struct mf_value **out,
	struct mf_error *err)
{
	const struct mf_value *d = mf_value_get(mf_value_part(v, MF_PART_STATE), "_descriptor");
	const char *type = record_str(a, d, "type"), *sub = record_str(a, d, "sub-type"), *url = record_str(a, d, "url");
	if (!type || !url)
		return err_at(err, MF_ECORRUPT, o->pathspec, "an IncludeFile without a descriptor");
	bool external = str_eq(type, "external") || (sub && str_eq(sub, "external"));
	const char *path = external && str_starts(url, "/") ? url : upload_path(o, url);
	if (!path) {
		err_at(err, MF_EUNSUPPORTED, o->pathspec, "its content is at %s, which this version does not read", url);
		return MF_EUNSUPPORTED;
	}
	struct buf b = BUF_INIT(MF_LIMIT_TEXT);
	struct mf_sink sink = {buf_sink_write, &b};
	struct mf_error mine = MF_ERROR_INIT;
	int rc = cas_stream_file(AT_FDCWD, path, external ? CAS_RAW : CAS_PACKED, &sink, 0, &mine);
	if (rc == MF_ENOTFOUND)
		rc = err_at(err, rc, path, "the included file of “%s” is missing", o->pathspec);
	else if (rc < 0)
		err_at(err, rc, path, "%s", mine.code ? mine.message : "cannot be read");
	if (rc == MF_OK) {
		size_t n = b.n;
		char *p = buf_take(&b);
		bool kept = p && arena_adopt(a, p, n);
		*out = kept ? value_text(a, mf_value_bool(mf_value_get(d, "is_text")) ? MF_STRING : MF_BYTES, p, n) : NULL;
		rc = *out ? MF_OK : err_nomem(err);
	}
	buf_release(&b);
	return rc;
}

/* {"$encoded": …}: an artifact that another serializer wrote. */
static struct mf_value *encoded(struct mf_object *o, const char *name, const char *encoding, const char *sha, struct arena *a)
{
	const struct mf_value *info = NULL;
	int attempt = task_artifact_attempt(o);
	info = mf_value_get(mf_value_get(task_data_json(o, attempt, NULL), "info"), name);
	struct mf_value *d = value_new(a, MF_DICT), *v = value_new(a, MF_WRAPPED);
	const struct mf_value *size = mf_value_get(info, "size");
	const char *source = record_str(a, mf_value_get(info, "serializer_info"), "source");
	if (!d || !v || !value_put_str(a, d, "encoding", value_str(a, encoding))
		|| !value_put_str(a, d, "source", value_str(a, source))
		|| !value_put_str(a, d, "size",
			mf_value_kind(size) == MF_INT ? value_int(a, size->u.i) : value_new(a, MF_NULL))
		|| !value_put_str(a, d, "sha", value_str(a, sha)))
		return NULL;
	v->u.wrap.name = "$encoded";
	v->u.wrap.item = d;
	return v;
}

static int load(struct mf_object *o, const char *name, const struct mf_value *record, struct arena *a,
	struct mf_value **out, struct mf_error *err)
{
	const char *sha = record_str(a, record, "sha"), *encoding = record_str(a, record, "content_type");
	if (sha && constant(sha))
		return copy_constant(sha, a, out, err);
	if (!sha)
		return err_at(err, MF_ECORRUPT, o->pathspec, "the record of artifact “%s” has no sha", name);
	if (encoding && !strstr(encoding, "pickle")) {
		*out = encoded(o, name, encoding, sha, a);
		return *out ? MF_OK : err_nomem(err);
	}
	char *p;
	size_t n;
	int rc = stream_sha(o, record, sha, NULL, a, &p, &n, err);
	if (rc < 0)
		return rc;
	struct mf_error mine = MF_ERROR_INIT;
	rc = pickle_read(out, a, p, n, NULL, &mine);
	if (rc < 0) {
		err_at(err, rc, o->pathspec, "artifact “%s”: %s", name, mine.message);
		if (err)
			err->offset = mine.offset;
		return rc;
	}
	if (mf_value_kind(*out) == MF_OBJECT
		&& value_is(mf_value_part(*out, MF_PART_CLASS), "metaflow.includefile.IncludedFile"))
		return included_file(o, *out, a, out, err);
	return MF_OK;
}

int task_artifact_load(struct mf_object *o, const char *name, struct arena *a, struct mf_value **out, struct mf_error *err)
{
	struct artifact_record *brief;
	struct mf_value *record;
	int rc = task_artifact_brief(o, name, &brief, err);
	if (rc < 0)
		return rc;
	if (constant(brief->sha))
		return copy_constant(brief->sha, a, out, err);
	rc = task_artifact_record(o, name, &record, err);
	return rc < 0 ? rc : load(o, name, record, a, out, err);
}

int mf_artifact_value(struct mf_object *o, const struct mf_value **out, struct mf_error *err)
{
	if (o->entity != MF_ARTIFACT)
		return err_at(err, MF_EUSAGE, o->pathspec, "not an artifact");
	if (!o->content) {
		struct mf_value *v;
		int rc = object_record(o, err);
		if (rc == MF_OK)
			rc = load(o, o->id[MF_ARTIFACT], o->record, &o->arena, &v, err);
		if (rc < 0)
			return rc;
		o->content = v;
	}
	*out = o->content;
	return MF_OK;
}

int artifact_included_size(struct mf_object *o, int64_t *n, struct mf_error *err)
{
	char *p;
	size_t len;
	struct mf_value *v;
	*n = -1;
	int rc = object_record(o, err);
	const char *sha = rc < 0 ? NULL : record_str(&o->arena, o->record, "sha");
	if (!sha)
		return rc;
	TRY(stream_sha(o, o->record, sha, NULL, &o->arena, &p, &len, err));
	TRY(pickle_read(&v, &o->arena, p, len, NULL, err));
	const struct mf_value *size = mf_value_get(mf_value_get(mf_value_part(v, MF_PART_STATE), "_descriptor"), "size");
	if (mf_value_kind(size) == MF_INT)
		*n = size->u.i;
done:
	return rc;
}

int mf_artifact_bytes(struct mf_object *o, const struct mf_sink *sink, struct mf_error *err)
{
	if (o->entity != MF_ARTIFACT)
		return err_at(err, MF_EUSAGE, o->pathspec, "not an artifact");
	int rc = object_record(o, err);
	if (rc < 0)
		return rc;
	const char *sha = record_str(&o->arena, o->record, "sha");
	if (!sha)
		return err_at(err, MF_ECORRUPT, o->pathspec, "its record has no sha");
	return stream_sha(o, o->record, sha, sink, &o->arena, NULL, NULL, err);
}

/* ---- pickles from elsewhere ---- */

struct mf_document {
	struct arena arena;
	struct mf_value *value;
};

int mf_pickle_read(struct mf_document **out, const char *p, size_t n, struct mf_error *err)
{
	*out = NULL;
	struct mf_document *d = calloc(1, sizeof(*d));
	if (!d)
		return err_nomem(err);
	arena_init(&d->arena, 0);
	char *copy = arena_strndup(&d->arena, p, n);
	int rc = copy ? pickle_read(&d->value, &d->arena, copy, n, NULL, err) : err_nomem(err);
	if (rc < 0)
		mf_document_free(d);
	else
		*out = d;
	return rc;
}

const struct mf_value *mf_document_value(const struct mf_document *d)
{
	return d->value;
}

void mf_document_free(struct mf_document *d)
{
	if (!d)
		return;
	arena_release(&d->arena);
	free(d);
}
