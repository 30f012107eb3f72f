#include "../base/limits.h"
#include "../store/cas.h"
#include "artifact.h"
#include "task.h"

#include <fcntl.h>

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
		const char *root, *own = object_data(o, &root) >= 0 ? arena_printf(&o->arena, "%s%s", root, at) : NULL;
		if (own && fs_exists(AT_FDCWD, own))
			return own;
	}
	return p;
}

int artifact_included(struct mf_object *o, const struct mf_value *v, struct arena *a,
	struct mf_value **out, struct mf_error *err)
{
	const struct mf_value *d = mf_value_get(mf_value_part(v, MF_PART_STATE), "_descriptor");
	const char *type = record_str(a, d, "type"), *sub = record_str(a, d, "sub-type"),
		   *url = record_str(a, d, "url");
	if (!type || !url)
		return err_at(err, MF_ECORRUPT, o->pathspec, "an IncludeFile without a descriptor");
	bool external = str_eq(type, "external") || (sub && str_eq(sub, "external"));
	const char *path = external && str_starts(url, "/") ? url : upload_path(o, url);
	if (!path) {
		err_at(err, MF_EUNSUPPORTED, o->pathspec,
			"its content is at %s, which this version does not read", url);
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
		*out = kept ? value_text(a,
				      mf_value_bool(mf_value_get(d, "is_text")) ? MF_STRING
										: MF_BYTES,
				      p, n)
			    : NULL;
		rc = *out ? MF_OK : err_nomem(err);
	}
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
