/* Managed identities: of App Service, Azure ML and Cloud Shell by an endpoint that the environment
 * names, of virtual machines by instance metadata. */
#include <stdlib.h>

#include "../base/err.h"
#include "cred_azure_parts.h"

enum { TRIES = 3 };

static const char source[] = "managed identity";

/* What one kind of endpoint wants. */
struct endpoint {
	const char *url, *path, *version; /* version NULL: the resource is posted */
	const char *secret_header, *secret;
	const char *client; /* name of the parameter of a user-assigned identity; NULL: none */
};

static bool add_query(struct buf *b, const struct cred_azure *a, const struct endpoint *e)
{
	char *resource = azure_resource(a, true);
	if (!resource)
		return false;
	cred_form(b, "api-version", e->version);
	cred_form(b, "resource", resource);
	if (e->client)
		cred_form(b, e->client, cred_env(&a->x, "AZURE_CLIENT_ID"));
	free(resource);
	return true;
}

static int ask(struct cred *out, const struct cred_azure *a, const struct endpoint *e,
	struct cred_ask *q, struct mf_error *err)
{
	struct buf url = BUF_INIT(CRED_ASK_MAX), body = BUF_INIT(CRED_ASK_MAX),
		   secret = BUF_INIT(CRED_ASK_MAX);
	struct cred_doc d = {.text = NULL};
	const char *headers[] = {"Accept: application/json", "Metadata: true", NULL, NULL};
	int rc;
	buf_addf(&url, "%s%s", e->url, e->path);
	if (e->version)
		buf_addc(&url, strchr(e->url, '?') ? '&' : '?');
	if (!add_query(e->version ? &url : &body, a, e))
		TRY(err_nomem(err));
	if (e->secret) {
		buf_addf(&secret, "%s: %s", e->secret_header, e->secret);
		headers[1] = secret.p;
	}
	if (!e->version)
		headers[2] = "Content-Type: application/x-www-form-urlencoded";
	TRY(buf_err(&url, err));
	TRY(buf_err(&body, err));
	TRY(buf_err(&secret, err));
	q->x = &a->x;
	q->source = source;
	q->method = e->version ? "GET" : "POST";
	q->url = url.p;
	q->headers = headers;
	q->body = e->version ? NULL : &body;
	q->tries = TRIES;
	q->secrets[0] = e->secret;
	q->hint = "check that the identity is assigned here, and AZURE_CLIENT_ID if it is set";
	TRY(cred_ask(&d, q, err));
	TRY(cred_ask_token(out, &d, "access_token", q, err));
	rc = 1;
done:
	cred_doc_release(&d);
	cred_wipe_buf(&secret);
	buf_release(&url);
	buf_release(&body);
	return rc;
}

/* ---- instance metadata ---- */

/* Does anything answer there? A request without its header is refused, which is an answer. */
static int probe(const struct cred_azure *a, const char *url, struct mf_cancel *cancel,
	struct mf_error *why, struct mf_error *err)
{
	char *text = NULL;
	size_t n;
	struct cred_ask q = {.x = &a->x,
		.cancel = cancel,
		.source = source,
		.method = "GET",
		.url = url,
		.tries = 1,
		.beacon = true};
	int rc = cred_ask_text(&text, &n, &q, why);
	cred_wipe(text);
	if (rc == MF_ECANCELLED || rc == MF_ENOMEM)
		return cred_fail(err, why, source, NULL);
	/* Docker Desktop answers for addresses that are not there */
	if (q.status == 403 && strcasestr(why->message, "unreachable"))
		return 0;
	return q.status != 0;
}

static int metadata(
	struct cred *out, struct cred_azure *a, struct mf_cancel *cancel, struct mf_error *err)
{
	const char *host = cred_env(&a->x, "AZURE_POD_IDENTITY_AUTHORITY_HOST"),
		   *words = cred_env(&a->x, "AZURE_TOKEN_CREDENTIALS");
	bool wanted = words && strcasecmp(words, "ManagedIdentityCredential") == 0;
	struct mf_error why = MF_ERROR_INIT;
	struct buf base = BUF_INIT(CRED_ASK_MAX), url = BUF_INIT(CRED_ASK_MAX);
	int rc;
	buf_adds(&base, host ? host : "http://169.254.169.254");
	while (base.n && base.p[base.n - 1] == '/')
		base.p[--base.n] = '\0';
	buf_addf(&url, "%s/metadata/identity/oauth2/token", base.p);
	TRY(buf_err(&base, err));
	TRY(buf_err(&url, err));
	if (host || wanted)
		a->metadata_there = true;
	if (!a->metadata_there) {
		TRY(probe(a, url.p, cancel, &why, err));
		a->metadata_there = rc;
	}
	if (!a->metadata_there) { /* most machines are none of Azure's: nothing to be told */
		rc = azure_none(a, AZURE_MACHINE, err);
		goto done;
	}
	struct cred_ask q = {.cancel = cancel};
	struct endpoint e = {
		base.p, "/metadata/identity/oauth2/token", "2018-02-01", NULL, NULL, "client_id"};
	err_clear(&why);
	rc = ask(out, a, &e, &q, &why);
	/* 400: no identity is assigned to the machine; no JSON: it is something else that answers
	 */
	if (rc < 0 && (q.status == 400 || rc == MF_ECORRUPT ||
			      (q.status == 403 && strcasestr(why.message, "unreachable"))))
		rc = azure_pass(a, AZURE_MACHINE, &why, err);
	else if (rc < 0 && err && err->code == MF_OK)
		*err = why;
done:
	buf_release(&base);
	buf_release(&url);
	return rc;
}

/* ---- which it is ---- */

static int unsupported(const char *what, struct mf_error *err)
{
	err_set(err, MF_EUNSUPPORTED, "the managed identity of %s is not supported", what);
	return err_hint(err,
		"use a client secret or certificate: AZURE_TENANT_ID, AZURE_CLIENT_ID, "
		"AZURE_CLIENT_SECRET");
}

int azure_machine(void *self, const struct cred_context *x, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	struct cred_azure *a = self;
	struct cred_ask q = {.cancel = cancel};
	struct endpoint e = {.path = ""};
	const char *identity = cred_env(x, "IDENTITY_ENDPOINT"), *msi = cred_env(x, "MSI_ENDPOINT");
	if (identity && cred_env(x, "IDENTITY_HEADER")) {
		if (cred_env(x, "IDENTITY_SERVER_THUMBPRINT"))
			return unsupported("Service Fabric", err);
		e.url = identity;
		e.version = "2019-08-01";
		e.secret_header = "X-IDENTITY-HEADER";
		e.secret = cred_env(x, "IDENTITY_HEADER");
		e.client = "client_id";
		return ask(out, a, &e, &q, err);
	}
	if (identity && cred_env(x, "IMDS_ENDPOINT"))
		return unsupported("Azure Arc", err);
	if (!identity && msi) {
		bool ml = cred_env(x, "MSI_SECRET");
		e.url = msi;
		if (ml) {
			e.version = "2017-09-01";
			e.secret_header = "secret";
			e.secret = cred_env(x, "MSI_SECRET");
			e.client = "clientid";
		}
		return ask(out, a, &e, &q, err);
	}
	if (identity) {
		struct mf_error why = MF_ERROR_INIT;
		err_set(&why, MF_EUSAGE, "IDENTITY_ENDPOINT is set without IDENTITY_HEADER");
		return azure_pass(a, AZURE_MACHINE, &why, err);
	}
	return metadata(out, a, cancel, err);
}
