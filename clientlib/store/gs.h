/* store/gs.h: what the files of the Google backend share. */
#ifndef MF_STORE_GS_H
#define MF_STORE_GS_H

#include "../net/cred_gcs.h"
#include "stores.h"

struct gcs {
	struct stores *all;
	struct arena arena;
	struct cred_gcs *cred;
	const char *endpoint; /* "https://storage.googleapis.com" */
	bool emulator;
};

struct gs_store {
	struct store base;
	struct gcs *gcs;
	pthread_mutex_t lock;
	bool seen; /* something of the bucket has been read: it exists */
};

/* One request for a key, or with a query for the bucket's list. */
struct gs_asked {
	const char *key; /* below the prefix; NULL: the bucket's list */
	struct sign_pair query[8];
	size_t n_query;
	const char *range, *if_match, *if_none_match;
};
/* Until there is an answer: a new token is tried once. */
int gs_ask(struct gs_store *s, const struct gs_asked *q, struct store_call *call,
	struct http_response *r, struct mf_error *err);

/* gs_error.c: what an error reply means, for people. key NULL: a list. */
int gs_error(const struct gs_store *s, const char *key, const struct http_response *r,
	const struct cred *cred, struct mf_error *err);

/* gs_list.c: the backend's list */
int gs_list(struct store *base, struct store_list *list, struct mf_error *err);

#endif
