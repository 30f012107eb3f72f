/* Workload identity federation: the token of another issuer, from a file or a URL, is exchanged for
 * one of Google. */
#include <ctype.h>
#include <stdlib.h>

#include "../codec/base64.h"
#include "../base/err.h"
#include "cred_gcs_parts.h"
#include "http.h"

static const char foreign[] = "the external account's token";

enum { HEADERS_MAX = 32, SECONDS_MIN = 600, SECONDS_MAX = 43200 };

/* ---- the other issuer's token ---- */

/* Take the token out of what the file or URL held, which is text or {name: token}. */
static int take(char **token, struct gcs_file *f, const struct mf_value *source, char *text,
	size_t n, const char *where, struct mf_error *err)
{
	const struct mf_value *format = mf_value_get(source, "format");
	const char *type = cred_doc_text(&f->doc, format, "type"), *name = NULL, *found;
	struct cred_doc d = {.text = NULL};
	struct mf_error e = MF_ERROR_INIT;
	int rc = MF_OK;
	if (type && str_eq(type, "json")) {
		rc = cred_doc_parse(&d, text, n, &e);
		text = NULL;
		if (rc < 0 && rc != MF_ENOMEM)
			TRY(err_at(err, rc, where, "%s: what holds it is %s", foreign, e.message));
		TRY(rc);
		TRY(gcs_need(&name, f, format, "subject_token_field_name", err));
		found = cred_doc_text(&d, d.v, name);
		if (!found && !d.failed)
			TRY(err_at(
				err, MF_ECORRUPT, where, "%s: there is no “%.80s”", foreign, name));
		*token = found ? strdup(found) : NULL;
	} else if (type && !str_eq(type, "text")) {
		TRY(err_at(err, MF_EUNSUPPORTED, f->path,
			"credential_source has a format that is neither text nor json"));
	} else {
		while (n && isspace((unsigned char)text[n - 1]))
			text[--n] = '\0';
		if (!n || strlen(text) != n)
			TRY(err_at(err, MF_ECORRUPT, where, "%s: it is empty, or not a text",
				foreign));
		*token = text;
		text = NULL;
	}
	if (!*token)
		rc = err_nomem(err);
done:
	cred_doc_release(&d);
	cred_wipe(text);
	if (rc == MF_ENOMEM || f->doc.failed)
		rc = err_nomem(err);
	return rc;
}

static int from_file(char **token, struct gcs_file *f, const struct mf_value *source,
	const char *file, struct mf_error *err)
{
	struct mf_error e = MF_ERROR_INIT;
	char *text, *path = cred_path(&f->g->x, file);
	size_t n;
	if (!path)
		return err_nomem(err);
	int rc = cred_read_file(&text, &n, path, &e);
	if (rc < 0)
		cred_fail(err, &e, foreign,
			"the file is named by credential_source of the credentials");
	else
		rc = take(token, f, source, text, n, path, err);
	free(path);
	return rc;
}

/* Headers of the request as "name: value", each on the heap. */
static int headers_of(char *out[HEADERS_MAX + 1], struct gcs_file *f, const struct mf_value *v,
	struct mf_error *err)
{
	size_t n = mf_value_kind(v) == MF_DICT ? mf_value_count(v) : 0;
	if (n > HEADERS_MAX)
		return err_at(err, MF_ELIMIT, f->path, "more than %d headers", HEADERS_MAX);
	for (size_t i = 0; i < n; i++) {
		struct buf b = BUF_INIT(CRED_ASK_MAX);
		size_t name_n, value_n = 0;
		const char *name = mf_value_text(mf_value_key(v, i), &name_n),
			   *value = mf_value_text(mf_value_item(v, i), &value_n);
		if (!name || !value || memchr(name, '\0', name_n) || memchr(value, '\0', value_n))
			return err_at(err, MF_ECORRUPT, f->path,
				"credential_source has a header that is not a text");
		buf_add(&b, name, name_n);
		buf_adds(&b, ": ");
		buf_add(&b, value, value_n);
		out[i] = buf_take(&b);
		if (!out[i])
			return err_nomem(err);
	}
	return MF_OK;
}

static int from_url(char **token, struct gcs_file *f, const struct mf_value *source,
	const char *url, struct mf_error *err)
{
	char *headers[HEADERS_MAX + 1] = {NULL}, *text;
	struct buf where = BUF_INIT(CRED_ASK_MAX);
	size_t n;
	int rc = headers_of(headers, f, mf_value_get(source, "headers"), err);
	struct cred_ask q = {.x = &f->g->x,
		.cancel = f->cancel,
		.source = foreign,
		.hint = "the URL is named by credential_source of the credentials",
		.method = "GET",
		.url = url,
		.headers = (const char *const *)headers,
		.tries = GCS_TRIES};
	if (rc == MF_OK)
		rc = cred_ask_text(&text, &n, &q, err);
	http_url_plain(&where, url);
	if (rc == MF_OK && where.failed) {
		cred_wipe(text);
		rc = buf_err(&where, err);
	}
	if (rc == MF_OK)
		rc = take(token, f, source, text, n, where.p, err);
	buf_release(&where);
	for (size_t i = 0; headers[i]; i++)
		cred_wipe(headers[i]);
	return rc;
}

static int subject_token(
	char **token, struct gcs_file *f, const struct mf_value *v, struct mf_error *err)
{
	const struct mf_value *source = mf_value_get(v, "credential_source");
	const char *file = cred_doc_text(&f->doc, source, "file"),
		   *url = cred_doc_text(&f->doc, source, "url"),
		   *aws = cred_doc_text(&f->doc, source, "environment_id");
	*token = NULL;
	if (f->doc.failed)
		return err_nomem(err);
	if (file)
		return from_file(token, f, source, file, err);
	if (url && !aws)
		return from_url(token, f, source, url, err);
	const char *what = aws                                   ? "AWS credentials"
			   : mf_value_get(source, "executable")  ? "a program"
			   : mf_value_get(source, "certificate") ? "a client certificate"
								 : NULL;
	if (!what)
		return err_at(err, MF_ECORRUPT, f->path,
			"the credentials have no “%s” with a file or url", "credential_source");
	err_at(err, MF_EUNSUPPORTED, f->path,
		"external accounts whose token is of %s are not supported", what);
	err_hint(err, "use one with a file or url, a service account's key, or " GCS_LOGIN);
	return MF_EUNSUPPORTED;
}

/* ---- the exchange ---- */

static int client_of(struct buf *basic, struct gcs_file *f, const struct mf_value *v,
	const char **secret, struct mf_error *err)
{
	struct buf both = BUF_INIT(CRED_ASK_MAX);
	const char *id = cred_doc_text(&f->doc, v, "client_id");
	*secret = cred_doc_text(&f->doc, v, "client_secret");
	if (f->doc.failed)
		return err_nomem(err);
	if (!id)
		return MF_OK;
	buf_addf(&both, "%s:%s", id, *secret ? *secret : "");
	buf_adds(basic, "Authorization: Basic ");
	base64_add(basic, both.p, both.n, false);
	int rc = both.failed ? buf_err(&both, err) : buf_err(basic, err);
	cred_wipe_buf(&both);
	return rc;
}

static int form(struct buf *body, struct gcs_file *f, const struct mf_value *v, const char *subject,
	const char *scope, struct mf_error *err)
{
	const char *audience, *type,
		*user = cred_doc_text(&f->doc, v, "workforce_pool_user_project");
	struct buf options = BUF_INIT(CRED_ASK_MAX);
	int rc;
	TRY(gcs_need(&audience, f, v, "audience", err));
	TRY(gcs_need(&type, f, v, "subject_token_type", err));
	cred_form(body, "grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
	cred_form(body, "audience", audience);
	cred_form(body, "scope", scope);
	cred_form(body, "requested_token_type", "urn:ietf:params:oauth:token-type:access_token");
	cred_form(body, "subject_token", subject);
	cred_form(body, "subject_token_type", type);
	/* a client of its own has its project already */
	if (user && !cred_doc_text(&f->doc, v, "client_id")) {
		buf_adds(&options, "{\"userProject\":");
		cred_json(&options, user);
		buf_addc(&options, '}');
		TRY(buf_err(&options, err));
		cred_form(body, "options", options.p);
	}
	rc = f->doc.failed ? err_nomem(err) : buf_err(body, err);
done:
	buf_release(&options);
	return rc;
}

int gcs_external(struct cred *out, struct gcs_file *f, const struct mf_value *v, const char *scope,
	struct mf_error *err)
{
	static const char impersonation[] = "service_account_impersonation_url";
	struct buf body = BUF_INIT(CRED_ASK_MAX), basic = BUF_INIT(CRED_ASK_MAX),
		   source = BUF_INIT(CRED_ASK_MAX);
	const struct mf_value *how = mf_value_get(v, "service_account_impersonation");
	const char *url, *other = NULL, *secret;
	char *subject = NULL;
	int64_t seconds;
	int rc;
	TRY(gcs_endpoint(&url, f, v, "token_url", "https://sts.googleapis.com/v1/token", err));
	if (mf_value_kind(mf_value_get(v, impersonation)) != MF_NULL)
		TRY(gcs_endpoint(&other, f, v, impersonation, NULL, err));
	TRY(client_of(&basic, f, v, &secret, err));
	TRY(subject_token(&subject, f, v, err));
	TRY(form(&body, f, v, subject, other ? GCS_SCOPE_IAM : scope, err));
	buf_addf(&source, "external account of %s", f->path);
	TRY(buf_err(&source, err));
	const char *const headers[] = {"Content-Type: application/x-www-form-urlencoded",
		"Accept: application/json", basic.n ? basic.p : NULL, NULL};
	struct cred_ask q = {.x = &f->g->x,
		.cancel = f->cancel,
		.source = source.p,
		.hint = "the pool's provider must accept this issuer, audience and subject",
		.url = url,
		.headers = headers,
		.body = &body,
		.secrets = {subject, secret}};
	TRY(gcs_exchange(out, &q, err));
	if (!other)
		goto done;
	if (!cred_doc_number(how, "token_lifetime_seconds", &seconds))
		seconds = GCS_SECONDS;
	if (seconds < SECONDS_MIN || seconds > SECONDS_MAX)
		TRY(err_at(err, MF_EUSAGE, f->path,
			"token_lifetime_seconds is not within %d and %d", SECONDS_MIN,
			SECONDS_MAX));
	rc = gcs_impersonate(out, f, other, NULL, seconds, scope, err);
done:
	cred_wipe(subject);
	cred_wipe_buf(&body);
	cred_wipe_buf(&basic);
	buf_release(&source);
	return rc;
}
