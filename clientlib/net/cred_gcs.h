/* net/cred_gcs.h: credentials for Google Cloud Storage as Google's libraries find them (application default credentials):
 * GOOGLE_APPLICATION_CREDENTIALS, gcloud's application_default_credentials.json, the metadata server. Files may be of a service
 * account (signed JWT), an authorised user (refresh token), an external account (workload identity federation, file and URL
 * sources, with service account impersonation) or an impersonated service account. */
#ifndef MF_NET_CRED_GCS_H
#define MF_NET_CRED_GCS_H

#include "cred.h"

struct cred_gcs_options {
	struct cred_context context;
	const char *scope; /* NULL: "https://www.googleapis.com/auth/devstorage.read_only" */
	bool anonymous;    /* with no source at all CRED_NONE is given (an emulator) */
};
struct cred_gcs;
int cred_gcs_open(struct cred_gcs **out, const struct cred_gcs_options *opts, struct mf_error *err);
void cred_gcs_free(struct cred_gcs *g);
/* As cred_chain_get: CRED_BEARER or CRED_NONE. */
int cred_gcs_get(struct cred_gcs *g, const struct cred *bad, struct cred *out, struct mf_cancel *cancel, struct mf_error *err);
/* The project that pays for requests (quota_project_id of the file, GOOGLE_CLOUD_QUOTA_PROJECT); NULL. Lent. */
const char *cred_gcs_project(const struct cred_gcs *g);

#endif
