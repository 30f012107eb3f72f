/* store/stores.h: what the backends share of all stores that a client has opened. */
#ifndef MF_STORE_STORES_H
#define MF_STORE_STORES_H

#include <pthread.h>
#include <stdatomic.h>

#include "../base/vec.h"
#include "../net/cred.h"
#include "../net/http.h"
#include "../net/sign.h"
#include "store.h"

enum { STORE_KINDS = STORE_GS + 1 };

struct s3;
struct azure;
struct gcs;

struct stores {
	struct store_config config;
	pthread_mutex_t lock; /* guards what follows; recursive */
	VEC(struct store *) list;
	atomic_uint_fast64_t loading, loaded; /* bytes of large objects that are being read: all, and so far */
	atomic_bool answered[STORE_KINDS]; /* has a server of the kind ever sent a reply? */
	struct http *http[STORE_KINDS]; /* of each kind, once one of it was asked for; never changed afterwards */
	struct s3 *s3;
	struct azure *azure;
	struct gcs *gcs;
};

/* ---- each backend: its store of a root; called under the lock ---- */
int store_s3_new(struct store **out, struct stores *all, const char *root, struct mf_error *err);
int store_azure_new(struct store **out, struct stores *all, const char *root, struct mf_error *err);
int store_gs_new(struct store **out, struct stores *all, const char *root, struct mf_error *err);
void store_s3_end(struct s3 *s3); /* NULL is fine */
void store_azure_end(struct azure *azure);
void store_gs_end(struct gcs *gcs);

/* ---- for the backends ---- */

/* That much more (or less) of large objects is wanted, and has been read. all NULL: nobody wants to know. */
void stores_loading(struct stores *all, int64_t wanted, int64_t read);

/* A variable of the environment, NULL if it is not set or empty. */
const char *stores_env(const struct stores *all, const char *name);
/* A key of Metaflow's configuration; NULL if it is not set or empty. */
const char *stores_setting(const struct stores *all, const char *key);
/* The connections of a kind, opened at the first call (the options of that call count). */
int stores_http(struct stores *all, enum store_kind kind, const char *ca_file, bool insecure, struct mf_error *err);
struct cred_context stores_cred_context(struct stores *all, enum store_kind kind);
/* Now, ms; the fixed one of the configuration if there is. */
int64_t stores_now(const struct stores *all);
/* A zeroed store of `size` bytes, in which struct store comes first, with the bucket and the prefix of the root (with or without
 * its scheme; slashes at the ends and doubled ones dropped). MF_EUSAGE naming the root if there is no bucket. */
int stores_make(struct store **out, const struct store_backend *backend, size_t size, const char *root, struct mf_error *err);
void stores_drop(struct store *s); /* what that made: `free` of a backend that has nothing else to free */
/* Append "prefix/key". */
void stores_key(struct buf *b, const char *prefix, const char *key);

/* The part of a list's query that all backends have: the prefix, the delimiter, where the page begins and how long it may be;
 * `next` and `limit` name the latter two, `most` is the server's own limit. Lent: `prefix` and `text` (the limit). */
void stores_list_query(struct sign_pair *query, size_t *n, const struct store_list *list, const char *prefix, const char *next,
	const char *limit, size_t most, char text[24]);
/* Add a key to a list, as what follows the prefix. The "directory" itself, a key from elsewhere and one that no path can be are
 * left out. MF_ENOMEM. */
int stores_list_add(struct store_list *list, const struct buf *prefix, const char *key, size_t n);

/* One request and its reply as all backends send them. */
struct store_call {
	struct store_get *get;   /* whose sink takes the body of a 2xx; NULL: into response.body */
	const char *attributes;  /* name of the header with metaflow-user-attributes */
	struct mf_cancel *cancel;
};
/* MF_ENETWORK where nothing may be sent (--offline): asked before credentials are, which may be asked for over the network. */
int stores_online(const struct stores *all, const char *where, struct mf_error *err);
/* Send it once. headers: lines of sign.h's functions, "Name: value\n" each. What the reply tells about the object goes to
 * call->get->info before its bytes go to the sink. MF_OK for any reply that is here. */
int stores_send(struct stores *all, enum store_kind kind, const char *url, const struct buf *headers, struct store_call *call,
	struct http_response *r, struct mf_error *err);
/* Nobody answers there: say which setting names the place, unless there is something better to say. */
void stores_hint(struct mf_error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The same for what was read out of a reply's headers. */
void stores_info(struct store_info *info, const struct http_response *r, const char *attributes);
/* "bytes=0-9\0"; "" for all. */
void stores_range(char out[64], const struct store_get *get);
/* Is it one that says what was asked, and no error: a 2xx, and for an object 304, 412, 416? */
bool stores_is_answer(const struct store_call *call, const struct http_response *r);
/* What a reply to a request for an object comes to, if it is no error of the backend's own: 2xx, 304, 412, 416. */
int stores_outcome(struct store_get *get, const struct http_response *r, struct mf_error *err);
/* A backend's head: a request for one byte. HEAD tells the same, but not what is wrong. */
int stores_head(struct store *s, const char *key, struct store_info *info, struct mf_cancel *cancel, struct mf_error *err);

#endif
