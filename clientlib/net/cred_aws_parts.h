/* net/cred_aws_parts.h: what the files of cred_aws.h share. */
#ifndef MF_NET_CRED_AWS_PARTS_H
#define MF_NET_CRED_AWS_PARTS_H

#include "../base/buf.h"
#include "../base/err.h"
#include "../base/vec.h"
#include "cred_ask.h"
#include "cred_aws.h"

/* ---- cred_aws_file.c: the shared files, as Python's configparser and botocore read them ---- */

struct aws_option {
	const char *block; /* "s3" of an option in a nested block; NULL */
	const char *name, *value;
};
typedef VEC(struct aws_option) aws_options;
struct aws_section {
	const char *kind; /* "profile", "services", "sso-session"; NULL: any other of the config
			     file, all of the credentials file */
	const char *name;
	aws_options options;
};
struct aws_file {
	char *path; /* NULL: there is none */
	char *text; /* all others point into it */
	size_t n;
	VEC(struct aws_section) sections;
	aws_options defaults; /* of [DEFAULT]: what holds where a section says nothing */
};
/* kinds: sections are named "profile x", as in the config file. A file that is not there is empty.
 */
int aws_file_read(struct aws_file *f, const char *path, bool kinds, struct mf_error *err);
void aws_file_release(struct aws_file *f);
/* The last one of that name; NULL: there is none. */
const struct aws_section *aws_section(const struct aws_file *f, const char *kind, const char *name);
const char *aws_option(
	const struct aws_file *f, const struct aws_section *s, const char *block, const char *name);
/* Split text as a POSIX shell does without expanding anything, in place. How many; -1: a quote or
 * backslash at its end, or more than max. */
int aws_words(char *text, char **words, size_t max);

/* ---- cred_aws_settings.c ---- */

struct cred_aws {
	struct cred_context x;
	struct cred_chain *chain;
	char *profile;
	bool explicit_profile; /* as an option: then the environment has no say */
	bool anonymous;
	struct cred given;
	struct aws_file config, credentials;
};
/* A setting of any profile, block NULL or "s3"; NULL: not set. What the credentials file says wins.
 */
const char *aws_setting(
	const struct cred_aws *a, const char *profile, const char *block, const char *name);
bool aws_has_profile(const struct cred_aws *a, const char *profile);
/* "profile “ml” of /home/alice/.aws/config", yours to free; NULL: out of memory. */
char *aws_profile_text(const struct cred_aws *a, const char *profile);
/* The region requests go to; NULL: not set. */
const char *aws_region(const struct cred_aws *a, const char *profile);
/* Append the URL of a service ("sts", "sso", "sso_oidc") without a slash at its end: what is
 * configured for it, else https://host.REGION.amazonaws.com with the partition's domain; region
 * NULL: https://host.amazonaws.com. MF_EUSAGE: a region that is none. */
int aws_endpoint(struct buf *url, const struct cred_aws *a, const char *profile,
	const char *service, const char *host, const char *region, struct mf_error *err);
/* MF_EUNSUPPORTED where nothing may be asked over the network. */
int aws_online(const struct cred_aws *a, const char *source, struct mf_error *err);
/* Give a sub-call's error to the caller, behind "source: "; a missing file or program is a wrong
 * setting, a program that failed a refusal. Returns its code. */
int aws_fail(struct mf_error *err, struct mf_error *e, const char *source, const char *hint);
/* Keys of an answer in JSON whose members have these names; MF_ECORRUPT when one is missing,
 * MF_EACCESS when it is expired. */
struct aws_names {
	const char *id, *secret, *token, *expires;
};
int aws_keys(struct cred *out, struct cred_doc *d, const struct mf_value *object,
	const struct aws_names *names, const char *source, const struct cred_context *x,
	struct mf_error *err);

/* ---- one source each; as cred_source.fetch, of a profile where it has one ---- */

int aws_from_environment(const struct cred_aws *a, struct cred *out, struct mf_error *err);
int aws_from_credentials(
	const struct cred_aws *a, const char *profile, struct cred *out, struct mf_error *err);
int aws_from_config(
	const struct cred_aws *a, const char *profile, struct cred *out, struct mf_error *err);
int aws_from_process(const struct cred_aws *a, const char *profile, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err);
int aws_from_role(const struct cred_aws *a, const char *profile, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err);
/* env: variables count too */
int aws_from_web_identity(const struct cred_aws *a, const char *profile, bool env, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err);
int aws_from_sso(const struct cred_aws *a, const char *profile, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err);
int aws_from_container(
	const struct cred_aws *a, struct cred *out, struct mf_cancel *cancel, struct mf_error *err);
int aws_from_metadata(
	const struct cred_aws *a, struct cred *out, struct mf_cancel *cancel, struct mf_error *err);
/* What a profile that is another's source offers without a role, in botocore's order. */
int aws_from_source_profile(const struct cred_aws *a, const char *profile, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err);

/* ---- cred_aws_sts.c ---- */

/* POST a form (“Action=AssumeRole&…”) to STS, signed with `keys` (NULL: not signed), and take the
 * keys it answers with. */
struct aws_sts {
	const struct cred_aws *a;
	const char *profile; /* whose region and endpoints hold */
	const struct buf *form;
	const struct cred *keys;
	const char *source; /* messages begin with it */
	const char *hint;   /* when it refuses */
	const char *secret; /* blanked out of what the server says; NULL */
};
int aws_sts(
	struct cred *out, const struct aws_sts *q, struct mf_cancel *cancel, struct mf_error *err);

#endif
