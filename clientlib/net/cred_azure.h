/* net/cred_azure.h: credentials for Azure Blob Storage: connection string, account key or shared access signature of the
 * environment (AZURE_STORAGE_CONNECTION_STRING, AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN), then Azure's default chain: client
 * secret, client certificate, workload identity, managed identity (App Service and instance metadata), Azure CLI. */
#ifndef MF_NET_CRED_AZURE_H
#define MF_NET_CRED_AZURE_H

#include "cred.h"

struct cred_azure_options {
	struct cred_context context;
	const char *scope; /* NULL: "https://storage.azure.com/.default" */
};
struct cred_azure;
int cred_azure_open(struct cred_azure **out, const struct cred_azure_options *opts, struct mf_error *err);
void cred_azure_free(struct cred_azure *a);
/* As cred_chain_get: CRED_SHARED_KEY, CRED_SAS or CRED_BEARER. */
int cred_azure_get(struct cred_azure *a, const struct cred *bad, struct cred *out, struct mf_cancel *cancel, struct mf_error *err);
/* The account's blob endpoint that a connection string or AZURE_STORAGE_ACCOUNT names, "https://acc.blob.core.windows.net";
 * NULL: neither. Lent. */
const char *cred_azure_endpoint(const struct cred_azure *a);

#endif
