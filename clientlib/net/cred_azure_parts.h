/* net/cred_azure_parts.h: what the files of cred_azure.c share. */
#ifndef MF_NET_CRED_AZURE_PARTS_H
#define MF_NET_CRED_AZURE_PARTS_H

#include "cred_ask.h"
#include "cred_azure.h"

enum azure_source {
	AZURE_CONNECTION,
	AZURE_KEY,
	AZURE_SAS,
	AZURE_CLIENT,
	AZURE_WORKLOAD,
	AZURE_MACHINE,
	AZURE_CLI,
	AZURE_SOURCES
};

/* What AZURE_STORAGE_CONNECTION_STRING says; on the heap, NULL where it does not. */
struct azure_account {
	char *name, *key, *sas, *endpoint;
};

struct cred_azure {
	struct cred_context x;
	char *scope;
	struct azure_account account;
	struct cred_source sources[AZURE_SOURCES + 1];
	enum azure_source last; /* of them */
	struct cred_chain *chain;
	/* why a source that looks configured has been passed over: told when no other one has any.
	 * One thread at a time asks the sources. */
	struct mf_error passed;
	bool metadata_there; /* instance metadata has answered once */
};

typedef int azure_fetch(void *self, const struct cred_context *x, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err);

/* cred_azure_storage.c */
int azure_account_read(struct azure_account *a, const struct cred_context *x, struct mf_error *err);
void azure_account_release(struct azure_account *a);
azure_fetch azure_connection, azure_key, azure_sas;

/* cred_azure_client.c */
azure_fetch azure_client, azure_workload;

/* cred_azure_machine.c */
azure_fetch azure_machine;

/* cred_azure_cli.c */
azure_fetch azure_cli;

/* 0, so that the next source is asked; for the last one what has been passed over, as an error. */
int azure_none(struct cred_azure *a, enum azure_source s, struct mf_error *err);
/* Remember why this source is passed over, and the same. */
int azure_pass(struct cred_azure *a, enum azure_source s, const struct mf_error *why,
	struct mf_error *err);
/* The scope's resource: "https://storage.azure.com/", without the last slash for the CLI; yours to
 * free. */
char *azure_resource(const struct cred_azure *a, bool slash);

#endif
