#include "cred_aws.h"

#include <stdlib.h>

#include "cred_aws_parts.h"

/* ---- the chain ---- */

static int fetch_given(void *self, const struct cred_context *x, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	const struct cred_aws *a = self;
	(void)x;
	(void)cancel;
	if (a->anonymous)
		return cred_set(out, CRED_NONE, NULL, NULL, NULL, "no credentials, as asked for",
			       MF_NO_TIME, err) < 0
			       ? MF_ENOMEM
			       : 1;
	if (!a->given.id)
		return 0;
	int rc = cred_copy(out, &a->given, err);
	return rc < 0 ? rc : 1;
}

static int fetch_environment(void *self, const struct cred_context *x, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	const struct cred_aws *a = self;
	(void)x;
	(void)cancel;
	return a->explicit_profile ? 0 : aws_from_environment(a, out, err);
}

static int fetch_role(void *self, const struct cred_context *x, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	const struct cred_aws *a = self;
	(void)x;
	return aws_from_role(a, a->profile, out, cancel, err);
}

static int fetch_web_identity(void *self, const struct cred_context *x, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	const struct cred_aws *a = self;
	(void)x;
	return aws_from_web_identity(a, a->profile, !a->explicit_profile, out, cancel, err);
}

static int fetch_sso(void *self, const struct cred_context *x, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	const struct cred_aws *a = self;
	(void)x;
	return aws_from_sso(a, a->profile, out, cancel, err);
}

static int fetch_credentials(void *self, const struct cred_context *x, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	const struct cred_aws *a = self;
	(void)x;
	(void)cancel;
	return aws_from_credentials(a, a->profile, out, err);
}

static int fetch_process(void *self, const struct cred_context *x, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	const struct cred_aws *a = self;
	(void)x;
	return aws_from_process(a, a->profile, out, cancel, err);
}

static int fetch_config(void *self, const struct cred_context *x, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	const struct cred_aws *a = self;
	(void)x;
	(void)cancel;
	return aws_from_config(a, a->profile, out, err);
}

static int fetch_container(void *self, const struct cred_context *x, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	(void)x;
	return aws_from_container(self, out, cancel, err);
}

static int fetch_metadata(void *self, const struct cred_context *x, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	(void)x;
	return aws_from_metadata(self, out, cancel, err);
}

int aws_from_source_profile(const struct cred_aws *a, const char *profile, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	int rc = aws_from_web_identity(a, profile, false, out, cancel, err);
	rc = rc ? rc : aws_from_sso(a, profile, out, cancel, err);
	rc = rc ? rc : aws_from_credentials(a, profile, out, err);
	rc = rc ? rc : aws_from_process(a, profile, out, cancel, err);
	return rc ? rc : aws_from_config(a, profile, out, err);
}

static const struct cred_source sources[] = {
	{"arguments", fetch_given},
	{"environment", fetch_environment},
	{"assumed role", fetch_role},
	{"web identity", fetch_web_identity},
	{"SSO", fetch_sso},
	{"shared credentials file", fetch_credentials},
	{"credential_process", fetch_process},
	{"config file", fetch_config},
	{"container", fetch_container},
	{"instance metadata", fetch_metadata},
	{NULL, NULL},
};

/* ---- opening ---- */

/* The path of a shared file: of its variable, or below the home directory; yours to free. MF_OK
 * with NULL: there is none. */
static int shared_path(char **out, const struct cred_context *x, const char *variable,
	const char *below, struct mf_error *err)
{
	struct buf b = BUF_INIT(1 << 16);
	const char *path = cred_env(x, variable), *home = cred_env(x, "HOME");
	*out = NULL;
	if (!path && !home)
		return MF_OK;
	if (!path)
		buf_addf(&b, "%s%s", home, below);
	else if (str_starts(path, "~/") && home)
		buf_addf(&b, "%s%s", home, path + 1);
	else
		buf_adds(&b, path);
	if (!b.failed)
		*out = cred_path(x, b.p);
	buf_release(&b);
	return *out ? MF_OK : err_nomem(err);
}

static int read_files(struct cred_aws *a, struct mf_error *err)
{
	char *config = NULL, *credentials = NULL;
	int rc;
	TRY(shared_path(&config, &a->x, "AWS_CONFIG_FILE", "/.aws/config", err));
	TRY(shared_path(
		&credentials, &a->x, "AWS_SHARED_CREDENTIALS_FILE", "/.aws/credentials", err));
	if (config)
		TRY(aws_file_read(&a->config, config, true, err));
	if (credentials)
		TRY(aws_file_read(&a->credentials, credentials, false, err));
done:
	free(config);
	free(credentials);
	return rc;
}

static int choose_profile(struct cred_aws *a, const char *given, struct mf_error *err)
{
	/* botocore asks for them in this order */
	const char *variable = "AWS_DEFAULT_PROFILE", *name = given;
	if (!name && !(name = cred_env(&a->x, variable))) {
		variable = "AWS_PROFILE";
		name = cred_env(&a->x, variable);
	}
	a->explicit_profile = given != NULL;
	a->profile = strdup(name ? name : "default");
	if (!a->profile)
		return err_nomem(err);
	if (name && !aws_has_profile(a, name)) {
		err_at(err, MF_EUSAGE, a->config.path, "there is no AWS profile “%.200s”", name);
		err_hint(err, "%s names it; `aws configure list-profiles` lists those there are",
			given ? "an option" : variable);
		return MF_EUSAGE;
	}
	return MF_OK;
}

int cred_aws_open(struct cred_aws **out, const struct cred_aws_options *opts, struct mf_error *err)
{
	int rc;
	*out = NULL;
	struct cred_aws *a = calloc(1, sizeof(*a));
	if (!a)
		return err_nomem(err);
	a->x = opts->context;
	a->anonymous = opts->anonymous;
	a->given = (struct cred)CRED_INIT;
	if (!opts->key_id != !opts->secret) {
		err_set(err, MF_EUSAGE,
			"an AWS access key id and its secret go together: one of them is missing");
		TRY(MF_EUSAGE);
	}
	if (opts->key_id)
		TRY(cred_set(&a->given, CRED_KEYS, opts->key_id, opts->secret, opts->token,
			"the keys given", MF_NO_TIME, err));
	TRY(read_files(a, err));
	TRY(choose_profile(a, opts->profile, err));
	TRY(cred_chain_new(&a->chain, sources, a, &a->x, err));
	cred_chain_nothing(a->chain, "no AWS credentials have been found",
		"set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; `aws configure` "
		"or `aws configure sso` "
		"make a profile");
	*out = a;
	return MF_OK;
done:
	cred_aws_free(a);
	return rc;
}

void cred_aws_free(struct cred_aws *a)
{
	if (!a)
		return;
	cred_chain_free(a->chain);
	cred_release(&a->given);
	aws_file_release(&a->config);
	aws_file_release(&a->credentials);
	free(a->profile);
	free(a);
}

int cred_aws_get(struct cred_aws *a, const struct cred *bad, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	return cred_chain_get(a->chain, bad, out, cancel, err);
}
