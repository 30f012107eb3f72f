/* Applications registered with Microsoft Entra ID: a client secret, a certificate, or a token of
 * another issuer that it trusts (workload identity). */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "../base/err.h"
#include "cred_azure_parts.h"
#include "sign.h"

enum {
	ASSERTION_SECONDS = 600,
	TRIES = 3,
	JTI = 16 /* random bytes that make an assertion the only one of its kind */
};

static const char login_help[] = "check AZURE_TENANT_ID, AZURE_CLIENT_ID and what goes with them: "
				 "the server's word says which";

/* The URL that gives the tenant's tokens. */
static int token_url(
	struct buf *url, const struct cred_context *x, const char *tenant, struct mf_error *err)
{
	const char *host = cred_env(x, "AZURE_AUTHORITY_HOST");
	if (!host)
		host = "https://login.microsoftonline.com";
	for (const char *p = tenant; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '-' && *p != '.') {
			err_set(err, MF_EUSAGE, "AZURE_TENANT_ID is malformed");
			return err_hint(err,
				"it is an id like 72f988bf-86f1-41af-91ab-2d7cd011db47, "
				"or a domain");
		}
	buf_addf(url, "%s%s", strstr(host, "://") ? "" : "https://", host);
	while (!url->failed && url->n && url->p[url->n - 1] == '/')
		url->p[--url->n] = '\0';
	if (!url->failed && !cred_url_safe(url->p))
		return err_set(err, MF_EUSAGE, "AZURE_AUTHORITY_HOST is not an https URL");
	buf_addf(url, "/%s/oauth2/v2.0/token", tenant);
	return buf_err(url, err);
}

/* Ask for a token with what `body` already has. */
static int ask(struct cred *out, const struct cred_azure *a, struct cred_ask *q, struct buf *body,
	struct mf_error *err)
{
	static const char *const headers[] = {"Content-Type: application/x-www-form-urlencoded",
		"Accept: application/json", NULL};
	struct cred_doc d = {.text = NULL};
	struct buf url = BUF_INIT(CRED_ASK_MAX);
	int rc;
	cred_form(body, "grant_type", "client_credentials");
	cred_form(body, "client_id", cred_env(&a->x, "AZURE_CLIENT_ID"));
	cred_form(body, "scope", a->scope);
	TRY(buf_err(body, err));
	TRY(token_url(&url, &a->x, cred_env(&a->x, "AZURE_TENANT_ID"), err));
	q->x = &a->x;
	q->method = "POST";
	q->url = url.p;
	q->headers = headers;
	q->body = body;
	q->tries = TRIES;
	q->hint = login_help;
	TRY(cred_ask(&d, q, err));
	TRY(cred_ask_token(out, &d, "access_token", q, err));
	rc = 1;
done:
	cred_doc_release(&d);
	buf_release(&url);
	return rc;
}

/* ---- a certificate ---- */

/* {"aud": …}: this application, for a few minutes. */
static int claims_of(
	struct buf *b, const struct cred_azure *a, const char *url, struct mf_error *err)
{
	unsigned char jti[JTI];
	const char *client = cred_env(&a->x, "AZURE_CLIENT_ID");
	long long now = cred_now(&a->x) / 1000;
	if (getrandom(jti, sizeof(jti), 0) != sizeof(jti))
		return err_set(err, MF_EIO, "no random numbers");
	buf_adds(b, "{\"aud\":");
	cred_json(b, url);
	buf_adds(b, ",\"iss\":");
	cred_json(b, client);
	buf_adds(b, ",\"sub\":");
	cred_json(b, client);
	buf_addf(b, ",\"iat\":%lld,\"nbf\":%lld,\"exp\":%lld,\"jti\":\"", now, now,
		now + ASSERTION_SECONDS);
	for (size_t i = 0; i < sizeof(jti); i++)
		buf_addf(b, "%02x", jti[i]);
	buf_adds(b, "\"}");
	return buf_err(b, err);
}

/* The certificate's file holds its private key too. */
static int read_certificate(
	char **pem, size_t *n, struct buf *header, const char *path, struct mf_error *err)
{
	char sha1[32], sha256[64];
	int rc = cred_read_file(pem, n, path, err);
	if (rc < 0)
		return rc;
	if (!memmem(*pem, *n, "-----BEGIN", strlen("-----BEGIN"))) {
		err_set(err, MF_EUNSUPPORTED, "it is not in PEM form; PKCS#12 is not supported");
		return err_hint(
			err, "convert it: openssl pkcs12 -in %.80s -out certificate.pem", path);
	}
	rc = sign_cert_thumbprint(*pem, *n, sha1, sha256, err);
	if (rc < 0)
		return rc;
	buf_addf(header, "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"x5t\":\"%s\",\"x5t#S256\":\"%s\"}",
		sha1, sha256);
	return buf_err(header, err);
}

static int make_assertion(
	struct buf *jwt, const struct cred_azure *a, const char *path, struct mf_error *err)
{
	struct buf url = BUF_INIT(CRED_ASK_MAX), header = BUF_INIT(CRED_ASK_MAX),
		   claims = BUF_INIT(CRED_ASK_MAX);
	const char *password = cred_env(&a->x, "AZURE_CLIENT_CERTIFICATE_PASSWORD");
	char *pem = NULL;
	size_t n;
	int rc;
	TRY(token_url(&url, &a->x, cred_env(&a->x, "AZURE_TENANT_ID"), err));
	TRY(read_certificate(&pem, &n, &header, path, err));
	TRY(claims_of(&claims, a, url.p, err));
	rc = sign_jwt(jwt, header.p, claims.p, pem, n, password, err);
	if (rc == MF_ECORRUPT && memmem(pem, n, "ENCRYPTED", strlen("ENCRYPTED")))
		err_hint(err, "set AZURE_CLIENT_CERTIFICATE_PASSWORD to its password");
done:
	cred_wipe(pem);
	buf_release(&url);
	buf_release(&header);
	buf_release(&claims);
	return rc;
}

static int assertion(
	struct buf *jwt, const struct cred_azure *a, const char *path, struct mf_error *err)
{
	struct mf_error e = MF_ERROR_INIT;
	char *full = cred_path(&a->x, path);
	if (!full)
		return err_nomem(err);
	int rc = make_assertion(jwt, a, full, &e);
	if (rc < 0) {
		if (!e.where[0])
			snprintf(e.where, sizeof(e.where), "%s", full);
		cred_fail(err, &e, "the certificate of AZURE_CLIENT_CERTIFICATE_PATH", NULL);
	}
	free(full);
	return rc;
}

/* ---- the sources ---- */

static void add_assertion(struct buf *body, const char *jwt)
{
	cred_form(body, "client_assertion_type",
		"urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
	cred_form(body, "client_assertion", jwt);
}

/* Half a configuration is passed over, as Azure's own libraries do. */
static int incomplete(
	struct cred_azure *a, enum azure_source s, const char *set, struct mf_error *err)
{
	struct mf_error why = MF_ERROR_INIT;
	bool tenant = cred_env(&a->x, "AZURE_TENANT_ID"),
	     client = cred_env(&a->x, "AZURE_CLIENT_ID");
	err_set(&why, MF_EUSAGE, "%s is set without %s%s%s", set, tenant ? "" : "AZURE_TENANT_ID",
		tenant || client ? "" : " and ", client ? "" : "AZURE_CLIENT_ID");
	err_hint(&why, "set AZURE_TENANT_ID and AZURE_CLIENT_ID too, or run `az login`");
	return azure_pass(a, s, &why, err);
}

int azure_client(void *self, const struct cred_context *x, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	struct cred_azure *a = self;
	struct buf body = BUF_INIT(CRED_ASK_MAX), jwt = BUF_INIT(CRED_ASK_MAX);
	const char *secret = cred_env(x, "AZURE_CLIENT_SECRET"),
		   *path = cred_env(x, "AZURE_CLIENT_CERTIFICATE_PATH");
	int rc;
	if (!secret && !path)
		return azure_none(a, AZURE_CLIENT, err);
	if (!cred_env(x, "AZURE_TENANT_ID") || !cred_env(x, "AZURE_CLIENT_ID"))
		return incomplete(a, AZURE_CLIENT,
			secret ? "AZURE_CLIENT_SECRET" : "AZURE_CLIENT_CERTIFICATE_PATH", err);
	struct cred_ask q = {.cancel = cancel,
		.source = secret ? "the client secret of the environment"
				 : "the client certificate of the environment",
		.secrets = {secret}};
	if (secret) {
		cred_form(&body, "client_secret", secret);
	} else {
		TRY(assertion(&jwt, a, path, err));
		add_assertion(&body, jwt.p);
		q.secrets[0] = jwt.p;
	}
	rc = ask(out, a, &q, &body, err);
done:
	cred_wipe_buf(&body);
	cred_wipe_buf(&jwt);
	return rc;
}

int azure_workload(void *self, const struct cred_context *x, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	static const char source[] = "workload identity";
	struct cred_azure *a = self;
	struct buf body = BUF_INIT(CRED_ASK_MAX);
	struct mf_error e = MF_ERROR_INIT;
	const char *path = cred_env(x, "AZURE_FEDERATED_TOKEN_FILE");
	char *token = NULL, *full;
	size_t n;
	int rc;
	if (!path)
		return azure_none(a, AZURE_WORKLOAD, err);
	if (!cred_env(x, "AZURE_TENANT_ID") || !cred_env(x, "AZURE_CLIENT_ID"))
		return incomplete(a, AZURE_WORKLOAD, "AZURE_FEDERATED_TOKEN_FILE", err);
	full = cred_path(x, path);
	if (!full)
		return err_nomem(err);
	/* it is replaced from time to time */
	rc = cred_read_file(&token, &n, full, &e);
	if (rc == MF_OK) {
		while (n && isspace((unsigned char)token[n - 1]))
			token[--n] = '\0';
		if (strlen(token) != n || !cred_token_valid(token))
			rc = err_at(&e, MF_ECORRUPT, full, "the file does not hold a token");
	}
	if (rc < 0) {
		cred_fail(err, &e, source,
			"AZURE_FEDERATED_TOKEN_FILE is written by the cluster's workload identity");
		goto done;
	}
	add_assertion(&body, token);
	struct cred_ask q = {.cancel = cancel, .source = source, .secrets = {token}};
	rc = ask(out, a, &q, &body, err);
done:
	cred_wipe(token);
	cred_wipe_buf(&body);
	free(full);
	return rc;
}
