/* Roles that a profile assumes: with the keys of another profile, or of a source that it names. */
#include <stdio.h>
#include <stdlib.h>

#include "cred_aws_parts.h"

enum { CHAIN_MAX = 16, FORM_MAX = 1 << 16 };

/* The profiles on the way, so that none is come by twice. */
struct way {
	const char *seen[CHAIN_MAX];
	size_t n;
};

static int assume(const struct cred_aws *a, const char *profile, struct way *way, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err);

static bool has_role(const struct cred_aws *a, const char *profile)
{
	return aws_setting(a, profile, NULL, "role_arn") &&
	       !aws_setting(a, profile, NULL, "web_identity_token_file");
}

static bool has_keys(const struct cred_aws *a, const char *profile)
{
	return aws_setting(a, profile, NULL, "aws_access_key_id") ||
	       aws_setting(a, profile, NULL, "aws_secret_access_key");
}

static int wrong(const struct cred_aws *a, const char *profile, struct mf_error *err,
	const char *what, const char *name)
{
	err_at(err, MF_EUSAGE, a->config.path, "profile “%.200s”: %s%s%.200s%s", profile, what,
		name ? " “" : "", name ? name : "", name ? "”" : "");
	err_hint(err, "a role needs either source_profile (a profile with keys) or "
		      "credential_source (Environment, "
		      "Ec2InstanceMetadata, EcsContainer)");
	return MF_EUSAGE;
}

/* ---- whose keys ask ---- */

static int keys_of_source(const struct cred_aws *a, const char *profile, const char *name,
	struct cred *out, struct mf_cancel *cancel, struct mf_error *err)
{
	int rc;
	if (strcasecmp(name, "Environment") == 0)
		rc = aws_from_environment(a, out, err);
	else if (strcasecmp(name, "Ec2InstanceMetadata") == 0)
		rc = aws_from_metadata(a, out, cancel, err);
	else if (strcasecmp(name, "EcsContainer") == 0)
		rc = aws_from_container(a, out, cancel, err);
	else
		return wrong(a, profile, err, "there is no credential_source", name);
	if (rc)
		return rc < 0 ? rc : MF_OK;
	err_at(err, MF_EACCESS, a->config.path,
		"profile “%.200s”: its credential_source %s has no credentials", profile, name);
	err_hint(err, "is this the machine that the profile is for?");
	return MF_EACCESS;
}

static int keys_of_profile(const struct cred_aws *a, const char *profile, const char *name,
	struct way *way, struct cred *out, struct mf_cancel *cancel, struct mf_error *err)
{
	if (!aws_has_profile(a, name))
		return wrong(a, profile, err, "there is no source_profile", name);
	for (size_t i = 0; i < way->n; i++)
		if (str_eq(way->seen[i], name) && (!str_eq(name, profile) || !has_keys(a, name)))
			return wrong(a, profile, err,
				"its source_profile leads round in a circle, over", name);
	if (way->n == CHAIN_MAX)
		return wrong(
			a, profile, err, "too many profiles are behind its source_profile", name);
	way->seen[way->n++] = name;
	if (!has_keys(a, name) && has_role(a, name))
		return assume(a, name, way, out, cancel, err);
	int rc = aws_from_source_profile(a, name, out, cancel, err);
	if (rc)
		return rc < 0 ? rc : MF_OK;
	return wrong(a, profile, err, "there are no credentials in its source_profile", name);
}

/* ---- asking ---- */

static void add_duration(struct buf *form, const char *text)
{
	size_t n = text ? strlen(text) : 0;
	if (n && n < 9 && strspn(text, "0123456789") == n)
		cred_form(form, "DurationSeconds", text);
}

static int ask(const struct cred_aws *a, const char *profile, const struct cred *keys,
	struct cred *out, struct mf_cancel *cancel, struct mf_error *err)
{
	struct buf form = BUF_INIT(FORM_MAX), source = BUF_INIT(FORM_MAX);
	const char *role = aws_setting(a, profile, NULL, "role_arn"), *session;
	char *text = aws_profile_text(a, profile), name[40];
	int rc;
	snprintf(name, sizeof(name), "mfkit-%lld", (long long)cred_now(&a->x));
	session = aws_setting(a, profile, NULL, "role_session_name");
	cred_form(&form, "Action", "AssumeRole");
	cred_form(&form, "Version", "2011-06-15");
	cred_form(&form, "RoleArn", role);
	cred_form(&form, "RoleSessionName", session ? session : name);
	cred_form(&form, "ExternalId", aws_setting(a, profile, NULL, "external_id"));
	add_duration(&form, aws_setting(a, profile, NULL, "duration_seconds"));
	buf_addf(&source, "%s, role %.400s", text ? text : "", role);
	const struct aws_sts q = {.a = a,
		.profile = a->profile,
		.form = &form,
		.keys = keys,
		.source = source.p,
		.hint = "the role's trust policy must allow who asks; `aws sts "
			"get-caller-identity` with the source "
			"profile says who that is",
		.secret = aws_setting(a, profile, NULL, "external_id")};
	TRY(text ? MF_OK : err_nomem(err));
	TRY(buf_err(&form, err));
	TRY(buf_err(&source, err));
	rc = aws_sts(out, &q, cancel, err);
done:
	free(text);
	cred_wipe_buf(&form);
	buf_release(&source);
	return rc;
}

static int assume(const struct cred_aws *a, const char *profile, struct way *way, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	const char *from = aws_setting(a, profile, NULL, "source_profile"),
		   *source = aws_setting(a, profile, NULL, "credential_source"),
		   *mfa = aws_setting(a, profile, NULL, "mfa_serial");
	struct cred keys = CRED_INIT;
	int rc;
	if (!from == !source)
		return wrong(a, profile, err,
			from ? "it has both source_profile and credential_source"
			     : "it has a role_arn and neither source_profile nor credential_source",
			NULL);
	if (mfa) {
		err_at(err, MF_EUNSUPPORTED, a->config.path,
			"profile “%.200s”: its role wants a code of the MFA device %.200s, which "
			"cannot be asked for here",
			profile, mfa);
		err_hint(err,
			"eval \"$(aws configure export-credentials --profile %.60s --format env)\" "
			"asks for it",
			profile);
		return MF_EUNSUPPORTED;
	}
	rc = source ? keys_of_source(a, profile, source, &keys, cancel, err)
		    : keys_of_profile(a, profile, from, way, &keys, cancel, err);
	if (rc == MF_OK)
		rc = ask(a, profile, &keys, out, cancel, err);
	cred_release(&keys);
	return rc;
}

int aws_from_role(const struct cred_aws *a, const char *profile, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	struct way way = {.seen = {profile}, .n = 1};
	if (!has_role(a, profile))
		return 0;
	int rc = assume(a, profile, &way, out, cancel, err);
	return rc < 0 ? rc : 1;
}
