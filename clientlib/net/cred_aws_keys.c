/* Keys that are there as they are: in the environment, in the shared files, in an answer. */
#include <stdlib.h>

#include "cred_aws_parts.h"

int aws_from_environment(const struct cred_aws *a, struct cred *out, struct mf_error *err)
{
	const char *id = cred_env(&a->x, "AWS_ACCESS_KEY_ID"),
		   *secret = cred_env(&a->x, "AWS_SECRET_ACCESS_KEY");
	const char *token = cred_env(&a->x, "AWS_SECURITY_TOKEN"),
		   *end = cred_env(&a->x, "AWS_CREDENTIAL_EXPIRATION");
	int64_t expires = MF_NO_TIME;
	if (!id)
		return 0;
	if (!secret) {
		err_set(err, MF_EUSAGE,
			"AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not");
		err_hint(err, "set both, or neither");
		return MF_EUSAGE;
	}
	if (!token)
		token = cred_env(&a->x, "AWS_SESSION_TOKEN");
	if (end && (expires = cred_time(end, strlen(end))) == MF_NO_TIME) {
		err_set(err, MF_EUSAGE, "AWS_CREDENTIAL_EXPIRATION is not a time");
		err_hint(err, "it looks like 2026-11-21T01:33:34Z");
		return MF_EUSAGE;
	}
	if (end && expires <= cred_now(&a->x)) {
		err_set(err, MF_EACCESS,
			"the AWS credentials of the environment have expired at %.40s", end);
		err_hint(err, "set AWS_ACCESS_KEY_ID and its companions anew, or unset them");
		return MF_EACCESS;
	}
	int rc = cred_set(out, CRED_KEYS, id, secret, token, "the environment", expires, err);
	return rc < 0 ? rc : 1;
}

/* Of one file alone, as botocore does: what is begun there is not ended elsewhere. */
static int from_section(const struct aws_file *f, const struct aws_section *s, const char *profile,
	struct cred *out, struct mf_error *err)
{
	struct buf source = BUF_INIT(1 << 16);
	const char *id = aws_option(f, s, NULL, "aws_access_key_id"), *token;
	if (!id)
		return 0;
	const char *secret = aws_option(f, s, NULL, "aws_secret_access_key");
	if (!*id || !secret || !*secret) {
		err_at(err, MF_EUSAGE, f->path, "profile “%.200s” has %s", profile,
			*id ? "aws_access_key_id and no aws_secret_access_key"
			    : "an empty aws_access_key_id");
		err_hint(err, "`aws configure --profile %.100s` sets both", profile);
		return MF_EUSAGE;
	}
	token = aws_option(f, s, NULL, "aws_security_token");
	if (!token)
		token = aws_option(f, s, NULL, "aws_session_token");
	buf_addf(&source, "profile “%.200s” of %.2000s", profile, f->path);
	int rc = buf_err(&source, err);
	if (rc == MF_OK)
		rc = cred_set(out, CRED_KEYS, id, secret, token && *token ? token : NULL, source.p,
			MF_NO_TIME, err);
	buf_release(&source);
	return rc < 0 ? rc : 1;
}

int aws_from_credentials(
	const struct cred_aws *a, const char *profile, struct cred *out, struct mf_error *err)
{
	return from_section(
		&a->credentials, aws_section(&a->credentials, NULL, profile), profile, out, err);
}

int aws_from_config(
	const struct cred_aws *a, const char *profile, struct cred *out, struct mf_error *err)
{
	return from_section(
		&a->config, aws_section(&a->config, "profile", profile), profile, out, err);
}

int aws_keys(struct cred *out, struct cred_doc *d, const struct mf_value *object,
	const struct aws_names *names, const char *source, const struct cred_context *x,
	struct mf_error *err)
{
	const char *id = cred_doc_text(d, object, names->id),
		   *secret = cred_doc_text(d, object, names->secret);
	const char *token = cred_doc_text(d, object, names->token),
		   *end = cred_doc_text(d, object, names->expires);
	int64_t expires = end ? cred_time(end, strlen(end)) : MF_NO_TIME;
	if (d->failed)
		return err_nomem(err);
	if (!id || !secret)
		return err_set(err, MF_ECORRUPT, "%s: the answer has no “%s”", source,
			id ? names->secret : names->id);
	if (end && expires == MF_NO_TIME)
		return err_set(err, MF_ECORRUPT, "%s: “%s” of the answer is not a time", source,
			names->expires);
	if (!end && cred_doc_number(object, names->expires, &expires) && expires < INT64_C(1) << 52)
		end = names->expires; /* ms, as SSO has it */
	if (end && expires <= cred_now(x))
		return err_set(
			err, MF_EACCESS, "%s: the credentials it gives have expired", source);
	return cred_set(out, CRED_KEYS, id, secret, token, source, end ? expires : MF_NO_TIME, err);
}
