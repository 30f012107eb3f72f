/* What Google Cloud Storage answers when it does not answer, in words that say what to do. */
#include <stdio.h>

#include "../base/err.h"
#include "../codec/json.h"
#include "../codec/value.h"
#include "gs.h"

/* The message of {"error": {"message": …}}, else the first line of a text. */
static int hear(char *out, size_t size, const struct http_response *r)
{
	struct arena a;
	struct mf_value *doc;
	size_t n;
	const char *p = NULL;
	arena_init(&a, 0);
	int rc = r->body.n && r->body.p[0] == '{' ? json_parse(&doc, &a, r->body.p, r->body.n, NULL)
						  : MF_ECORRUPT;
	if (rc == MF_OK)
		p = mf_value_text(mf_value_get(mf_value_get(doc, "error"), "message"), &n);
	if (p) {
		snprintf(out, size, "%.*s", (int)n, p);
	} else {
		n = strcspn(r->body.p, "\r\n<");
		snprintf(out, size, "%.*s", (int)(n < 120 ? n : 120), r->body.p);
	}
	arena_release(&a);
	return rc == MF_ENOMEM ? rc : MF_OK;
}

int gs_error(const struct gs_store *s, const char *key, const struct http_response *r,
	const struct cred *cred, struct mf_error *err)
{
	const struct gcs *g = s->gcs;
	char at[512], said[200];
	const char *whose = cred->kind == CRED_NONE ? "nobody (anonymous)"
			    : cred->source          ? cred->source
						    : "unknown credentials";
	int rc, status = r->status;
	snprintf(at, sizeof(at), "gs://%s/%s%s%s", s->base.bucket, s->base.prefix,
		*s->base.prefix && key ? "/" : "", key ? key : "");
	if (hear(said, sizeof(said), r) < 0)
		return err_nomem(err);
	if (status == 404 && (!key || strstr(said, "bucket does not exist"))) {
		rc = err_at(err, MF_ENOSTORE, at, "the bucket “%s” does not exist at %s", s->base.bucket,
			g->endpoint);
		err_hint(err, "it is named by METAFLOW_DATASTORE_SYSROOT_GS and by records%s",
			g->emulator ? "; STORAGE_EMULATOR_HOST names the server" : "");
	} else if (status == 404) {
		rc = err_at(err, MF_ENOTFOUND, at, "no such object");
	} else if (status == 429 || status == 408 || status >= 500) {
		rc = err_at(err, MF_ENETWORK, at, "%s answers %d%s%s", g->endpoint, status,
			*said ? ": " : "", said);
		if (err && err->code == rc)
			err->retriable = true;
	} else if (status == 401 || status == 403) {
		rc = err_at(err, MF_EACCESS, at, "access is denied to %s%s%s", whose,
			*said ? ": " : "", said);
		err_hint(err, status == 401 ? "gcloud auth application-default login renews a token"
					    : "reading needs storage.objects.get and .list: the "
					      "role Storage Object Viewer on the bucket");
	} else if (status == 400 && strstr(said, "requester pays")) {
		rc = err_at(err, MF_EACCESS, at,
			"the requester pays for this bucket, and no project is known that does");
		err_hint(err, "set GOOGLE_CLOUD_QUOTA_PROJECT");
	} else {
		rc = err_at(err, MF_EFAILED, at, "%s answers %d%s%s", g->endpoint, status,
			*said ? ": " : "", said);
	}
	if (err && err->code == rc)
		err->http_status = status;
	return rc;
}
