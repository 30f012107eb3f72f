/* Tokens of one account that another one may ask for. */
#include "../base/err.h"
#include "../base/text.h"
#include "../codec/json.h"
#include "cred_gcs_parts.h"

enum { DELEGATES_MAX = 100 };

/* {"scope": [...], "lifetime": "3600s", "delegates": [...]} */
static int body_of(struct buf *b, struct gcs_file *f, const struct mf_value *delegates,
	int64_t seconds, const char *scope, struct mf_error *err)
{
	size_t n = mf_value_kind(delegates) == MF_LIST ? mf_value_count(delegates) : 0;
	if (n > DELEGATES_MAX)
		return err_at(err, MF_ELIMIT, f->path, "more than %d delegates", DELEGATES_MAX);
	buf_adds(b, "{\"scope\":[");
	cred_json(b, scope);
	buf_addf(b, "],\"lifetime\":\"%llds\",\"delegates\":[", (long long)seconds);
	for (size_t i = 0; i < n; i++) {
		size_t len;
		const char *p = mf_value_text(mf_value_item(delegates, i), &len);
		char name[256];
		if (!p || len >= sizeof(name) || memchr(p, '\0', len))
			return err_at(err, MF_ECORRUPT, f->path, "a delegate has no name");
		memcpy(name, p, len);
		name[len] = '\0';
		buf_adds(b, i ? "," : "");
		cred_json(b, name);
	}
	buf_adds(b, "]}");
	return buf_err(b, err);
}

/* ".../serviceAccounts/name@project.iam.gserviceaccount.com:generateAccessToken" */
static void add_account(struct buf *b, const char *url)
{
	const char *p = strrchr(url, '/');
	p = p ? p + 1 : url;
	text_escape(b, p, strcspn(p, ":?#"), 0);
}

int gcs_impersonate(struct cred *out, struct gcs_file *f, const char *url,
	const struct mf_value *delegates, int64_t seconds, const char *scope, struct mf_error *err)
{
	struct buf source = BUF_INIT(CRED_ASK_MAX), body = BUF_INIT(CRED_ASK_MAX),
		   bearer = BUF_INIT(CRED_ASK_MAX);
	struct cred_doc d = {.text = NULL};
	int rc;
	TRY(body_of(&body, f, delegates, seconds, scope, err));
	buf_addf(&bearer, "Authorization: Bearer %s", out->token);
	buf_adds(&source, "impersonation of ");
	add_account(&source, url);
	buf_addf(&source, " by %s", f->path);
	TRY(buf_err(&bearer, err));
	TRY(buf_err(&source, err));
	const char *const headers[] = {
		"Content-Type: application/json", "Accept: application/json", bearer.p, NULL};
	struct cred_ask q = {.x = &f->g->x,
		.cancel = f->cancel,
		.source = source.p,
		.hint = "the caller needs the role “Service Account Token Creator” on the account",
		.method = "POST",
		.url = url,
		.headers = headers,
		.body = &body,
		.secrets = {out->token},
		.tries = GCS_TRIES};
	TRY(cred_ask(&d, &q, err));
	rc = cred_ask_token(out, &d, "accessToken", &q, err);
done:
	cred_doc_release(&d);
	cred_wipe_buf(&bearer);
	buf_release(&source);
	buf_release(&body);
	return rc;
}

int gcs_impersonated(struct cred *out, struct gcs_file *f, const struct mf_value *v,
	const char *scope, struct mf_error *err)
{
	const struct mf_value *inner = mf_value_get(v, "source_credentials");
	const char *url;
	int rc = gcs_endpoint(&url, f, v, "service_account_impersonation_url", NULL, err);
	if (rc < 0)
		return rc;
	if (mf_value_kind(inner) != MF_DICT)
		return err_at(err, MF_ECORRUPT, f->path, "the credentials have no “%s”",
			"source_credentials");
	rc = gcs_token(out, f, inner, GCS_SCOPE_IAM, true, err);
	if (rc < 0)
		return rc;
	return gcs_impersonate(out, f, url, mf_value_get(v, "delegates"), GCS_SECONDS, scope, err);
}
