/* Web identity: a token in a file, which Kubernetes or a CI renews, is exchanged for the keys of a
 * role. */
#include <stdio.h>
#include <stdlib.h>

#include "cred_aws_parts.h"

enum { FORM_MAX = 2 << 20 };

struct web {
	const char *file, *role, *session;
	bool from_env; /* the file's name */
};

static const char *either(const struct cred_aws *a, const char *profile, bool env,
	const char *variable, const char *name)
{
	const char *value = env ? cred_env(&a->x, variable) : NULL;
	return value ? value : aws_setting(a, profile, NULL, name);
}

/* The token without the line break that an editor puts behind it; yours to wipe. */
static int read_token(char **out, const struct cred_aws *a, const struct web *w, const char *source,
	struct mf_error *err)
{
	size_t n;
	struct mf_error e = MF_ERROR_INIT;
	char *path = cred_path(&a->x, w->file);
	*out = NULL;
	if (!path)
		return err_nomem(err);
	int rc = cred_read_file(out, &n, path, &e);
	if (rc < 0) {
		rc = aws_fail(err, &e, source,
			"the file of a web identity token is put there by Kubernetes or the CI; "
			"its name is in "
			"AWS_WEB_IDENTITY_TOKEN_FILE or web_identity_token_file");
	} else {
		n = strlen(*out);
		while (n && strchr(" \t\r\n", (*out)[n - 1]))
			(*out)[--n] = '\0';
		if (!n || !cred_token_valid(*out)) {
			cred_wipe(*out);
			*out = NULL;
			rc = err_at(err, MF_ECORRUPT, path, "%s: there is no token in the file",
				source);
		}
	}
	free(path);
	return rc;
}

static int ask(const struct cred_aws *a, const char *profile, const struct web *w,
	const char *source, struct cred *out, struct mf_cancel *cancel, struct mf_error *err)
{
	struct buf form = BUF_INIT(FORM_MAX);
	char name[40], *token = NULL;
	int rc;
	snprintf(name, sizeof(name), "mfkit-%lld", (long long)cred_now(&a->x));
	TRY(read_token(&token, a, w, source, err));
	cred_form(&form, "Action", "AssumeRoleWithWebIdentity");
	cred_form(&form, "Version", "2011-06-15");
	cred_form(&form, "RoleArn", w->role);
	cred_form(&form, "RoleSessionName", w->session ? w->session : name);
	cred_form(&form, "WebIdentityToken", token);
	TRY(buf_err(&form, err));
	const struct aws_sts q = {.a = a,
		.profile = profile,
		.form = &form,
		.source = source,
		.hint = "the role's trust policy must name the token's issuer, audience and "
			"subject",
		.secret = token};
	rc = aws_sts(out, &q, cancel, err);
done:
	cred_wipe(token);
	cred_wipe_buf(&form);
	return rc;
}

int aws_from_web_identity(const struct cred_aws *a, const char *profile, bool env, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	struct web w = {.file = either(a, profile, env, "AWS_WEB_IDENTITY_TOKEN_FILE",
				"web_identity_token_file"),
		.role = either(a, profile, env, "AWS_ROLE_ARN", "role_arn"),
		.session = either(a, profile, env, "AWS_ROLE_SESSION_NAME", "role_session_name")};
	if (!w.file || !*w.file)
		return 0;
	w.from_env = env && cred_env(&a->x, "AWS_WEB_IDENTITY_TOKEN_FILE");
	if (!w.role || !*w.role) {
		err_set(err, MF_EUSAGE, "%s is set, and no role for it",
			w.from_env ? "AWS_WEB_IDENTITY_TOKEN_FILE" : "web_identity_token_file");
		err_hint(err, "set %s", w.from_env ? "AWS_ROLE_ARN" : "role_arn in the profile");
		return MF_EUSAGE;
	}
	struct buf source = BUF_INIT(1 << 16);
	char *text = w.from_env ? strdup("web identity of the environment")
				: aws_profile_text(a, profile);
	buf_addf(&source, "%s, role %.400s", text ? text : "", w.role);
	int rc = text ? buf_err(&source, err) : err_nomem(err);
	if (rc == MF_OK)
		rc = ask(a, profile, &w, source.p, out, cancel, err);
	free(text);
	buf_release(&source);
	return rc < 0 ? rc : 1;
}
