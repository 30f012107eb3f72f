/* net/cred_aws.h: AWS credentials and profile settings as botocore finds them. Order: given keys, environment, assumed role of
 * the profile (role_arn with source_profile or credential_source, web_identity_token_file), web identity (IRSA variables), SSO,
 * shared credentials file, credential_process, config file, container (ECS, EKS Pod Identity), instance metadata (IMDSv2). */
#ifndef MF_NET_CRED_AWS_H
#define MF_NET_CRED_AWS_H

#include "cred.h"

/* Texts are copied; NULL: not given. */
struct cred_aws_options {
	struct cred_context context;
	const char *profile;                 /* else AWS_DEFAULT_PROFILE, AWS_PROFILE, "default" */
	const char *key_id, *secret, *token; /* as arguments of the client; they win over all */
	bool anonymous;                      /* no credentials are looked for: CRED_NONE */
};

struct cred_aws;
/* Reads the shared files (AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE, ~/.aws); makes no request. MF_EUSAGE: a profile that is
 * named and not there, a broken file (with its line). */
int cred_aws_open(struct cred_aws **out, const struct cred_aws_options *opts, struct mf_error *err);
void cred_aws_free(struct cred_aws *a);
/* As cred_chain_get. */
int cred_aws_get(struct cred_aws *a, const struct cred *bad, struct cred *out, struct mf_cancel *cancel, struct mf_error *err);
/* A setting of the profile: "region", "endpoint_url", "ca_bundle", "s3.addressing_style", "s3.endpoint_url" (also from the
 * section named by `services`), …; NULL: not set. Lent. Environment variables are not looked at. */
const char *cred_aws_setting(const struct cred_aws *a, const char *name);

#endif
