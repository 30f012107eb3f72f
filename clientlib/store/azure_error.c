/* What Azure's blob service answers when it does not answer, in words that say what to do. */
#include <stdio.h>

#include "../base/err.h"
#include "../codec/xml.h"
#include "azure.h"

static int take_said(void *self, const char *path, const char *text, size_t n)
{
	struct azure_said *said = self;
	if (str_eq(path, "Error/Code"))
		snprintf(said->code, sizeof(said->code), "%.*s", (int)n, text);
	if (str_eq(path, "Error/Message")) /* its second line is the id of the request */
		snprintf(said->message, sizeof(said->message), "%.*s", (int)strcspn(text, "\n"),
			text);
	return MF_OK;
}

int azure_said(struct azure_said *said, const struct http_response *r)
{
	const char *p = r->body.p;
	size_t n = r->body.n;
	struct xml_visitor v = {take_said, said};
	*said = (struct azure_said){.code = ""};
	if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
		p += 3;
		n -= 3;
	}
	if (n && xml_walk(p, n, &v, NULL) == MF_ENOMEM)
		return MF_ENOMEM;
	if (!said->code[0] && !http_header(r, "x-ms-error-code", said->code, sizeof(said->code)))
		said->code[0] = '\0';
	return MF_OK;
}

int azure_error(const struct azure_store *s, const char *key, const struct http_response *r,
	const struct azure_said *said, const struct cred *cred, struct mf_error *err)
{
	const struct azure *az = s->azure;
	char at[512];
	const char *whose = cred->source ? cred->source : "unknown credentials";
	snprintf(at, sizeof(at), "azure://%s/%s%s%s", s->base.bucket, s->base.prefix,
		*s->base.prefix && key ? "/" : "", key ? key : "");
	int rc, status = r->status;
	if (str_eq(said->code, "ContainerNotFound")) {
		rc = err_at(err, MF_ENOSTORE, at, "the container “%s” does not exist at %s",
			s->base.bucket, az->endpoint);
		err_hint(err,
			"is this the right account (%s)? The container is named by "
			"METAFLOW_DATASTORE_SYSROOT_AZURE and by records",
			az->source);
	} else if (key &&
		   (str_eq(said->code, "BlobNotFound") || str_eq(said->code, "ResourceNotFound") ||
			   (status == 404 && !said->code[0]))) {
		rc = err_at(err, MF_ENOTFOUND, at, "no such blob");
	} else if (str_eq(said->code, "BlobArchived") ||
		   str_eq(said->code, "BlobBeingRehydrated")) {
		rc = err_at(err, MF_EUNSUPPORTED, at,
			"the blob is in the archive tier and cannot be read now");
		err_hint(err, "rehydrate it (az storage blob set-tier --tier Hot), which takes "
			      "hours, and try again");
	} else if (status == 429 || status >= 500) {
		rc = err_at(err, MF_ENETWORK, at, "%s answers %d %s%s%s", az->endpoint, status,
			said->code, *said->message ? ": " : "", said->message);
		if (err && err->code == rc)
			err->retriable = true;
	} else if (status == 401 || status == 403 ||
		   str_eq(said->code, "InvalidAuthenticationInfo")) {
		rc = err_at(err, MF_EACCESS, at, "access is denied to %s: %s", whose,
			*said->code ? said->code : "no reason is given");
		if (cred->kind == CRED_SHARED_KEY)
			err_hint(err, "is the key that of this account (%s)?", az->source);
		else if (cred->kind == CRED_SAS)
			err_hint(err, "has the signature expired? It needs read and list (sp=rl) "
				      "on the container");
		else
			err_hint(err, "reading needs the role Storage Blob Data Reader on the "
				      "container; az login renews a token");
	} else {
		rc = err_at(err, MF_EFAILED, at, "%s answers %d %s%s%s", az->endpoint, status,
			said->code, *said->message ? ": " : "", said->message);
	}
	if (err && err->code == rc)
		err->http_status = status;
	return rc;
}
