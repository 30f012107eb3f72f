/* store/azure.h: what the files of the Azure backend share. */
#ifndef MF_STORE_AZURE_H
#define MF_STORE_AZURE_H

#include "../net/cred_azure.h"
#include "stores.h"

struct azure {
	struct stores *all;
	struct arena arena;
	struct cred_azure *cred;
	const char *scheme, *host, *path; /* of the endpoint; path "" or "/account" */
	const char *endpoint, *source;    /* as text, and the setting it is from */
	pthread_mutex_t lock;
	int64_t skew;
};

struct azure_store {
	struct store base;
	struct azure *azure;
};

/* One request for a key, or with a query for the container. */
struct azure_asked {
	const char *key; /* below the prefix; NULL: the container */
	struct sign_pair query[8];
	size_t n_query;
	struct sign_pair headers[8];
	size_t n_headers;
	int64_t skew; /* with which it was sent last */
};
/* Until there is an answer: another clock and a new token are tried once each. */
int azure_ask(struct azure_store *s, struct azure_asked *q, struct store_call *call,
	struct http_response *r, struct mf_error *err);

/* azure_error.c */
struct azure_said {
	char code[64], message[200];
};
/* What an error reply says, from its XML and its headers. MF_OK, MF_ENOMEM. */
int azure_said(struct azure_said *said, const struct http_response *r);
/* It as an error for people. key NULL: a list. */
int azure_error(const struct azure_store *s, const char *key, const struct http_response *r,
	const struct azure_said *said, const struct cred *cred, struct mf_error *err);

/* azure_list.c: the backend's list */
int azure_list(struct store *base, struct store_list *list, struct mf_error *err);

#endif
