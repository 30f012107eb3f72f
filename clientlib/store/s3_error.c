/* What S3 and its likes answer when they do not answer, in words that say what to do. */
#include <stdio.h>

#include "../base/err.h"
#include "../codec/xml.h"
#include "s3.h"

static int take(void *self, const char *path, const char *text, size_t n)
{
	struct s3_said *said = self;
	const struct {
		const char *path;
		char *to;
		size_t size;
	} t[] = {{"Error/Code", said->code, sizeof(said->code)}, {"Error/Message", said->message, sizeof(said->message)},
		{"Error/Region", said->region, sizeof(said->region)}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		if (str_eq(path, t[i].path))
			snprintf(t[i].to, t[i].size, "%.*s", (int)n, text);
	return MF_OK;
}

int s3_said(struct s3_said *said, const struct http_response *r)
{
	struct xml_visitor v = {take, said};
	char region[sizeof(said->region)];
	*said = (struct s3_said){.code = ""};
	/* of what is no XML only the status is known */
	if (r->body.n && xml_walk(r->body.p, r->body.n, &v, NULL) == MF_ENOMEM)
		return MF_ENOMEM;
	if (http_header(r, "x-amz-bucket-region", region, sizeof(region)))
		snprintf(said->region, sizeof(said->region), "%s", region);
	/* other regions are names of hosts */
	if (said->region[strspn(said->region, "abcdefghijklmnopqrstuvwxyz0123456789-")])
		said->region[0] = '\0';
	return MF_OK;
}

static bool is_one(const char *code, const char *const *codes)
{
	for (; *codes; codes++)
		if (str_eq(code, *codes))
			return true;
	return false;
}

int s3_error(const struct s3_store *s, const char *key, const struct http_response *r, const struct s3_said *said,
	const struct cred *cred, struct mf_error *err)
{
	static const char *const expired[] = {"ExpiredToken", "RequestExpired", "TokenRefreshRequired", NULL};
	static const char *const unknown[] = {"InvalidAccessKeyId", "InvalidToken", "XAdminUserNotFound", "InvalidTokenId", NULL};
	static const char *const slow[] = {"SlowDown", "RequestTimeout", "InternalError", "ServiceUnavailable", "Throttling",
		"ThrottlingException", "RequestThrottled", "BandwidthLimitExceeded", "TooManyRequests", "RequestLimitExceeded", NULL};
	const struct s3 *s3 = s->s3;
	char at[512];
	const char *endpoint = s3->endpoint ? s3->endpoint : "Amazon S3";
	const char *whose = cred->kind == CRED_NONE ? "nobody (anonymous)" : cred->source ? cred->source : "unknown credentials";
	snprintf(at, sizeof(at), "s3://%s/%s%s%s", s->base.bucket, s->base.prefix, *s->base.prefix && key ? "/" : "", key ? key : "");
	int rc, status = r->status;
	if (str_eq(said->code, "NoSuchBucket")) {
		rc = err_at(err, MF_ENOSTORE, at, "the bucket “%s” does not exist at %s", s->base.bucket, endpoint);
		err_hint(err, s3->endpoint ? "is this the right endpoint (%s)? Buckets are named by METAFLOW_DATASTORE_SYSROOT_S3 and by records"
					   : "is it on another service? METAFLOW_S3_ENDPOINT_URL names its endpoint", s3->endpoint_source);
	} else if (str_eq(said->code, "NoSuchKey") || (key && status == 404 && !said->code[0])) {
		rc = err_at(err, MF_ENOTFOUND, at, "no such object");
	} else if (is_one(said->code, slow) || status == 429 || status >= 500) {
		rc = err_at(err, MF_ENETWORK, at, "%s answers %d %s%s%s", endpoint, status, said->code, *said->message ? ": " : "",
			said->message);
		if (err && err->code == rc)
			err->retriable = true;
	} else if (str_eq(said->code, "InvalidObjectState")) {
		rc = err_at(err, MF_EUNSUPPORTED, at, "the object is archived (S3 Glacier) and cannot be read now");
		err_hint(err, "restore it (aws s3api restore-object), which takes minutes to hours, and try again");
	} else if (is_one(said->code, expired)) {
		rc = err_at(err, MF_EACCESS, at, "the credentials of %s have expired", whose);
		err_hint(err, "renew them (aws sso login, a new session token), then try again");
	} else if (is_one(said->code, unknown)) {
		rc = err_at(err, MF_EACCESS, at, "%s does not know the credentials of %s (%s)", endpoint, whose, said->code);
		err_hint(err, s3->endpoint ? "are they for this endpoint (%s)?" : "were they deleted, or are they for another service?",
			s3->endpoint_source);
	} else if (str_eq(said->code, "SignatureDoesNotMatch")) {
		rc = err_at(err, MF_EACCESS, at, "the secret key of %s is not the one that %s knows", whose, endpoint);
		err_hint(err, "set it again: AWS_SECRET_ACCESS_KEY, or aws configure");
	} else if (str_eq(said->code, "RequestTimeTooSkewed")) {
		rc = err_at(err, MF_EACCESS, at, "the clock of this machine is too far from that of %s", endpoint);
		err_hint(err, "set the clock");
	} else if (str_eq(said->code, "AuthorizationHeaderMalformed") && said->region[0]) {
		rc = err_at(err, MF_EACCESS, at, "the bucket “%s” is in region %s, not in %s", s->base.bucket, said->region, s3->region);
		err_hint(err, "set AWS_DEFAULT_REGION=%s", said->region);
	} else if (status == 403 || status == 401) {
		rc = err_at(err, MF_EACCESS, at, "access is denied to %s%s%s", whose, *said->message ? ": " : "", said->message);
		err_hint(err, cred->kind == CRED_NONE ? "credentials are found as botocore finds them: the environment, ~/.aws, the machine's role"
				: key ? "reading needs s3:GetObject; without s3:ListBucket a missing object is refused like this too"
				      : "listing needs s3:ListBucket on the bucket");
	} else if (status / 100 == 3) {
		rc = err_at(err, MF_EFAILED, at, "the bucket “%s” has to be asked elsewhere, and %s does not say in which region", s->base.bucket,
			endpoint);
		err_hint(err, "set AWS_DEFAULT_REGION to the bucket's region");
	} else {
		rc = err_at(err, MF_EFAILED, at, "%s answers %d %s%s%s", endpoint, status, said->code, *said->message ? ": " : "",
			said->message);
	}
	if (err && err->code == rc)
		err->http_status = status;
	return rc;
}
