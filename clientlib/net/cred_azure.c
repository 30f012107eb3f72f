#include <stdlib.h>

#include "../base/err.h"
#include "cred_azure_parts.h"

static const struct {
	const char *name;
	azure_fetch *fetch;
	const char *word; /* of AZURE_TOKEN_CREDENTIALS; NULL: it says nothing of this one */
	const char *group;
} sources[AZURE_SOURCES] = {
	[AZURE_CONNECTION] = {"connection string", azure_connection, NULL, NULL},
	[AZURE_KEY] = {"account key", azure_key, NULL, NULL},
	[AZURE_SAS] = {"shared access signature", azure_sas, NULL, NULL},
	[AZURE_CLIENT] = {"environment", azure_client, "EnvironmentCredential", "prod"},
	[AZURE_WORKLOAD] = {"workload identity", azure_workload, "WorkloadIdentityCredential",
		"prod"},
	[AZURE_MACHINE] = {"managed identity", azure_machine, "ManagedIdentityCredential", "prod"},
	[AZURE_CLI] = {"Azure CLI", azure_cli, "AzureCliCredential", "dev"},
};

/* ---- what sources say of themselves ---- */

int azure_none(struct cred_azure *a, enum azure_source s, struct mf_error *err)
{
	if (s != a->last || a->passed.code == MF_OK)
		return 0;
	if (err && err->code == MF_OK)
		*err = a->passed;
	return a->passed.code;
}

int azure_pass(
	struct cred_azure *a, enum azure_source s, const struct mf_error *why, struct mf_error *err)
{
	if (a->passed.code == MF_OK)
		a->passed = *why;
	return azure_none(a, s, err);
}

char *azure_resource(const struct cred_azure *a, bool slash)
{
	char *r = strdup(a->scope);
	size_t n = strlen(a->scope), suffix = strlen("/.default");
	if (r && n > suffix && str_eq(r + n - suffix, "/.default"))
		r[n - suffix + slash] = '\0';
	return r;
}

/* ---- the chain ---- */

/* AZURE_TOKEN_CREDENTIALS leaves some sources of tokens out. */
static int choose(struct cred_azure *a, struct mf_error *err)
{
	const char *word = cred_env(&a->x, "AZURE_TOKEN_CREDENTIALS");
	size_t n = 0;
	bool known = !word;
	for (size_t i = 0; i < AZURE_SOURCES; i++) {
		bool group = word && sources[i].group && strcasecmp(word, sources[i].group) == 0;
		bool named = word && sources[i].word && strcasecmp(word, sources[i].word) == 0;
		known = known || group || named;
		if (word && sources[i].word && !group && !named)
			continue;
		a->sources[n++] = (struct cred_source){sources[i].name, sources[i].fetch};
		a->last = (enum azure_source)i;
	}
	if (known)
		return MF_OK;
	err_set(err, MF_EUSAGE, "AZURE_TOKEN_CREDENTIALS names a credential that is not supported");
	err_hint(err, "prod, dev, EnvironmentCredential, WorkloadIdentityCredential, "
		      "ManagedIdentityCredential or AzureCliCredential");
	return MF_EUSAGE;
}

int cred_azure_open(
	struct cred_azure **out, const struct cred_azure_options *opts, struct mf_error *err)
{
	struct mf_error local = MF_ERROR_INIT;
	int rc;
	*out = NULL;
	err = err ? err : &local;
	struct cred_azure *a = calloc(1, sizeof(*a));
	if (!a)
		return err_nomem(err);
	a->x = opts->context;
	a->passed = (struct mf_error)MF_ERROR_INIT;
	a->scope = strdup(opts->scope ? opts->scope : "https://storage.azure.com/.default");
	TRY(a->scope ? MF_OK : err_nomem(err));
	TRY(choose(a, err));
	TRY(azure_account_read(&a->account, &a->x, err));
	TRY(cred_chain_new(&a->chain, a->sources, a, &a->x, err));
	cred_chain_nothing(a->chain, "no credentials for Azure have been found",
		"run `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, "
		"or AZURE_STORAGE_CONNECTION_STRING");
	*out = a;
	return MF_OK;
done:
	cred_azure_free(a);
	return rc;
}

void cred_azure_free(struct cred_azure *a)
{
	if (!a)
		return;
	cred_chain_free(a->chain);
	azure_account_release(&a->account);
	free(a->scope);
	free(a);
}

int cred_azure_get(struct cred_azure *a, const struct cred *bad, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	return cred_chain_get(a->chain, bad, out, cancel, err);
}

const char *cred_azure_endpoint(const struct cred_azure *a)
{
	return a->account.endpoint;
}
