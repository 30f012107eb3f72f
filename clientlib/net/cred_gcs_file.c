/* Files of credentials in JSON, by their type. */
#include "../base/err.h"
#include "../base/text.h"
#include "cred_gcs_parts.h"
#include "sign.h"

static const char token_server[] = "https://oauth2.googleapis.com/token";

/* ---- members ---- */

int gcs_need(const char **out, struct gcs_file *f, const struct mf_value *v, const char *name,
	struct mf_error *err)
{
	*out = cred_doc_text(&f->doc, v, name);
	if (*out)
		return MF_OK;
	if (f->doc.failed)
		return err_nomem(err);
	err_at(err, MF_ECORRUPT, f->path, "the credentials have no “%s”", name);
	err_hint(err, "download the file anew, or " GCS_LOGIN);
	return MF_ECORRUPT;
}

int gcs_endpoint(const char **out, struct gcs_file *f, const struct mf_value *v, const char *name,
	const char *fallback, struct mf_error *err)
{
	*out = cred_doc_text(&f->doc, v, name);
	if (f->doc.failed)
		return err_nomem(err);
	if (!*out)
		*out = fallback;
	if (!*out)
		return gcs_need(out, f, v, name, err);
	if (cred_url_safe(*out))
		return MF_OK;
	return err_at(err, MF_EUSAGE, f->path,
		"“%s” is not an https URL: secrets are not sent there", name);
}

int gcs_exchange(struct cred *out, struct cred_ask *q, struct mf_error *err)
{
	static const char *const headers[] = {"Content-Type: application/x-www-form-urlencoded",
		"Accept: application/json", NULL};
	struct cred_doc d = {.text = NULL};
	int rc = buf_err(q->body, err);
	q->method = "POST";
	q->tries = GCS_TRIES;
	if (!q->headers)
		q->headers = headers;
	if (rc == MF_OK)
		rc = cred_ask(&d, q, err);
	if (rc == MF_OK)
		rc = cred_ask_token(out, &d, "access_token", q, err);
	cred_doc_release(&d);
	return rc;
}

/* ---- a service account's key ---- */

static int signed_claims(struct buf *jwt, struct gcs_file *f, const struct mf_value *v,
	const char *email, const char *url, const char *scope, struct mf_error *err)
{
	struct buf header = BUF_INIT(CRED_ASK_MAX), claims = BUF_INIT(CRED_ASK_MAX);
	struct mf_error e = MF_ERROR_INIT;
	long long now = cred_now(&f->g->x) / 1000;
	const char *key, *id = cred_doc_text(&f->doc, v, "private_key_id");
	int rc;
	TRY(gcs_need(&key, f, v, "private_key", err));
	TRY(f->doc.failed ? err_nomem(err) : MF_OK);
	buf_adds(&header, "{\"alg\":\"RS256\",\"typ\":\"JWT\"");
	if (id) {
		buf_adds(&header, ",\"kid\":");
		cred_json(&header, id);
	}
	buf_addc(&header, '}');
	buf_adds(&claims, "{\"iss\":");
	cred_json(&claims, email);
	buf_adds(&claims, ",\"scope\":");
	cred_json(&claims, scope);
	buf_adds(&claims, ",\"aud\":");
	cred_json(&claims, url);
	buf_addf(&claims, ",\"iat\":%lld,\"exp\":%lld}", now, now + GCS_SECONDS);
	TRY(buf_err(&header, err));
	TRY(buf_err(&claims, err));
	rc = sign_jwt(jwt, header.p, claims.p, key, strlen(key), NULL, &e);
	if (rc == MF_ECORRUPT)
		err_at(err, rc, f->path, "“private_key”: %s", e.message);
	else if (rc < 0)
		cred_fail(err, &e, "the service account's key", NULL);
done:
	buf_release(&header);
	buf_release(&claims);
	return rc;
}

static int service_account(struct cred *out, struct gcs_file *f, const struct mf_value *v,
	const char *scope, struct mf_error *err)
{
	struct buf source = BUF_INIT(CRED_ASK_MAX), jwt = BUF_INIT(CRED_ASK_MAX),
		   body = BUF_INIT(CRED_ASK_MAX);
	const char *email, *url;
	int rc;
	TRY(gcs_need(&email, f, v, "client_email", err));
	TRY(gcs_endpoint(&url, f, v, "token_uri", token_server, err));
	TRY(signed_claims(&jwt, f, v, email, url, scope, err));
	cred_form(&body, "grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
	cred_form(&body, "assertion", jwt.p);
	buf_adds(&source, "service account ");
	text_escape(&source, email, strlen(email), 0);
	buf_addf(&source, " of %s", f->path);
	TRY(buf_err(&source, err));
	struct cred_ask q = {.x = &f->g->x,
		.cancel = f->cancel,
		.source = source.p,
		.url = url,
		.body = &body,
		.secrets = {jwt.p},
		.hint = "the key may have been deleted, or this machine's clock be wrong; a new "
			"key "
			"is made in the console, or " GCS_LOGIN};
	rc = gcs_exchange(out, &q, err);
done:
	buf_release(&source);
	cred_wipe_buf(&jwt);
	cred_wipe_buf(&body);
	return rc;
}

/* ---- a person who has logged in ---- */

static int authorized_user(
	struct cred *out, struct gcs_file *f, const struct mf_value *v, struct mf_error *err)
{
	struct buf source = BUF_INIT(CRED_ASK_MAX), body = BUF_INIT(CRED_ASK_MAX);
	const char *id, *secret, *refresh, *url;
	int rc;
	TRY(gcs_need(&id, f, v, "client_id", err));
	TRY(gcs_need(&secret, f, v, "client_secret", err));
	TRY(gcs_need(&refresh, f, v, "refresh_token", err));
	TRY(gcs_endpoint(&url, f, v, "token_uri", token_server, err));
	/* without a scope: the token gets what the login allowed */
	cred_form(&body, "grant_type", "refresh_token");
	cred_form(&body, "client_id", id);
	cred_form(&body, "client_secret", secret);
	cred_form(&body, "refresh_token", refresh);
	buf_addf(&source, "the login of %s", f->path);
	TRY(buf_err(&source, err));
	struct cred_ask q = {.x = &f->g->x,
		.cancel = f->cancel,
		.source = source.p,
		.url = url,
		.body = &body,
		.secrets = {secret, refresh},
		.hint = GCS_LOGIN};
	rc = gcs_exchange(out, &q, err);
done:
	buf_release(&source);
	cred_wipe_buf(&body);
	return rc;
}

/* ---- by type ---- */

int gcs_token(struct cred *out, struct gcs_file *f, const struct mf_value *v, const char *scope,
	bool inner, struct mf_error *err)
{
	struct buf shown = BUF_INIT(CRED_ASK_MAX);
	const char *type;
	int rc = gcs_need(&type, f, v, "type", err);
	if (rc < 0)
		return rc;
	if (str_eq(type, "service_account")) {
		rc = service_account(out, f, v, scope, err);
	} else if (str_eq(type, "authorized_user")) {
		rc = authorized_user(out, f, v, err);
	} else if (str_eq(type, "external_account")) {
		rc = gcs_external(out, f, v, scope, err);
	} else if (str_eq(type, "impersonated_service_account") && !inner) {
		rc = gcs_impersonated(out, f, v, scope, err);
	} else {
		text_escape(&shown, type, strlen(type), 0);
		rc = err_at(err, MF_EUNSUPPORTED, f->path,
			"credentials of the type “%.60s” are not supported%s", shown.p,
			inner ? " as source_credentials" : "");
		err_hint(err, "use a service account's key, or " GCS_LOGIN);
		buf_release(&shown);
	}
	return rc < 0 ? rc : 1;
}
