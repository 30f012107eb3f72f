/* model/service.h: the insides of the service provider: Metaflow's metadata service over HTTP (service-api.md). */
#ifndef MF_MODEL_SERVICE_H
#define MF_MODEL_SERVICE_H

#include "../net/http.h"
#include "iter.h"
#include "provider.h"
#include "reply.h"

enum { SERVICE_PAGE = 500, SERVICE_CURSOR = 1024 };

struct service {
	struct http *http;
	struct arena arena;      /* texts below; fixed once open */
	const char *base;        /* URL without trailing slashes */
	const char *shown;       /* the same without secrets */
	int tries;
	struct service_cache *cache; /* service_cache.h; NULL: nothing is kept */
	pthread_mutex_t renewing; /* held while the command that prints headers runs, and guards secrets */
	struct arena secrets;    /* headers of each generation */
	pthread_mutex_t lock;    /* guards what follows */
	const char *const *headers; /* of requests, NULL-terminated; those of old generations stay valid */
	unsigned generation;     /* of headers: another one after the command was run again */
	char version[32];        /* METADATA_SERVICE_VERSION as last seen, "" */
	enum { PAGES_UNKNOWN, PAGES_GIVEN, PAGES_NONE } pages; /* does it honour limits? */
	struct trust *trust;     /* how far the service's word for failed runs is right, by flow */
	int64_t as_of;           /* offline: when the newest of what is shown was told, ms; 0: nothing yet */
	bool has_skew;
	int64_t skew, skew_round_trip; /* the server's clock minus ours, ms */
	int broken_code;
	int64_t broken_until;    /* until then no request is sent: the last one was not answered, for the reason in link */
	struct mf_link link;           /* state, since, latency, error */
};

/* What a reply says beside its body. */
struct service_page {
	bool limited;              /* X-Limit came: limits, cursors and filters of the request were honoured */
	char cursor[SERVICE_CURSOR]; /* of the next page, "" for none */
};

/* ---- service.c ---- */

int service_open(struct mf_client *c, const char *url, struct mf_error *err);
/* Nothing to do for clients of another provider. */
void service_close(struct mf_client *c);
/* Append "/flows/F/runs/r…" for the first n components of a pathspec, percent-encoded. */
void service_path(struct buf *b, const char *pathspec);
/* GET base + path: the rows of an array (of anything else, one row). `what` names it in errors (a pathspec, or words).
 * MF_ENOTFOUND: the object is not there; MF_EUNSUPPORTED: the service has no such route. */
int service_get(struct mf_client *c, const char *path, const char *what, struct reply *rows, struct service_page *page,
	struct mf_cancel *cancel, struct mf_error *err);
/* The same for an object, as a value. */
int service_object(struct mf_client *c, const char *path, const char *what, struct arena *a, struct mf_value **out,
	struct mf_error *err);
/* Send a JSON body; *status is the reply's, its text in the arena. Only what the network did is an error. */
int service_send(struct mf_client *c, const char *method, const char *path, const char *body, size_t n, struct arena *a,
	int *status, const char **text, struct mf_error *err);
/* Our clock plus this is the server's, ms; 0 while it is not known or not more than a second. */
int64_t service_skew(const struct mf_client *c);
/* Version that the service announces, in buf; "" if it does not. */
const char *service_version(struct mf_client *c, char *buf, size_t size);

/* ---- service_headers.c ---- */

/* Headers from METAFLOW_SERVICE_HEADERS, METAFLOW_SERVICE_AUTH_KEY and MFCTL_SERVICE_HEADERS_COMMAND. */
int service_first_headers(struct mf_client *c, struct mf_error *err);
/* After a 401: run the command once for all who have headers of `generation`. True: *headers are new ones. */
bool service_new_headers(struct mf_client *c, unsigned generation, const char *const **headers);

/* ---- service_link.c ---- */

/* A request has ended with rc: err tells why if it failed. */
void service_note(struct mf_client *c, int rc, const struct http_response *r, const struct mf_error *err);
/* Was the last request not answered, a moment ago? Then the next one is not sent, and fails for the same reason: whoever asks
 * for many things is not kept waiting for each of them. */
int service_broken(struct mf_client *c, struct mf_error *err);
/* Whoever looks anew wants to know whether that is still so. */
void service_mend(struct mf_client *c);
/* An answer came from the cache in place of the service; `at` is when it was stored. */
void service_note_cached(struct mf_client *c, int64_t at);

/* ---- service_error.c ---- */

/* What a reply that is no success means. Returns the code. */
int service_refused(struct mf_client *c, int status, const char *text, size_t n, const struct http_response *r,
	const char *what, struct mf_error *err);
/* Is it a web page where JSON should be? */
bool service_is_page(const char *text, size_t n);
/* "reading attempt 1" needs version "2.0.6": MF_EUNSUPPORTED in the words of service-api.md §2. */
int service_too_old(struct mf_client *c, const char *feature, const char *needed, struct mf_error *err);

/* ---- service_row.c ---- */

/* A member of a row as text (numbers in their digits); false: absent, null or of another type. *n bytes in the arena or the
 * row, not NUL-terminated. */
struct row_fact {
	const char *key;
	const char *text; /* out, NULL: absent */
	size_t n;
};
/* Look for a few members in one pass. MF_ECORRUPT if the row is no JSON object. */
int row_facts(const char *text, size_t n, struct row_fact *facts, size_t n_facts, struct arena *a);
/* The items of a list in PostgreSQL's text form, {a,"b c"}: an MF_LIST of strings; NULL: it is none. The service keeps lists
 * of metadata in this form. */
struct mf_value *row_pg_list(struct arena *a, const char *p, size_t n);
/* The fact as a number, or `otherwise`. */
int64_t fact_int(const struct row_fact *f, int64_t otherwise);

/* ---- service_list.c, service_task.c, service_status.c, service_tags.c, service_data.c ---- */

int service_list(struct mf_iter *it, struct mf_error *err);
/* Fill the list with the next page, when all of the last one has been taken. */
int service_next_page(struct mf_iter *it, struct mf_error *err);
void service_feed_free(struct service_feed *f);
/* Text of the record behind an entry. */
const char *service_given(const struct mf_iter *it, const struct entry *e, size_t *n);

int service_names(struct mf_client *c, const char *pathspec, struct fs_names *out, struct mf_error *err);
int service_task_rows(struct mf_object *task, unsigned what, struct mf_error *err);
int service_task_row(struct mf_object *o, const char *name, char **text, size_t *n, struct mf_error *err);
int service_artifact_attempt(struct mf_object *task, bool *known);
/* What is kept with a run; under its lock. NULL: out of memory. */
struct service_run *service_run(struct run *r);
void service_run_free(struct service_run *s);
/* Rows of these kinds will be asked for of many tasks: bring them at once. */
void service_expect(struct run *r, unsigned what);

/* ---- service_memo.c ---- */

/* A reply that several share; immutable once it is whole. */
struct shared_reply {
	atomic_int refs;
	struct reply reply;
};
struct shared_reply *shared_reply_new(void); /* NULL: out of memory */
void shared_reply_unref(struct shared_reply *s);
struct memo;
void memo_free(struct memo *first);
struct memo **service_memo(struct run *r); /* under the run's lock; NULL: out of memory */
/* service_get, once for all who ask while the run's context lives. *out is yours to unref. */
int service_get_once(struct run *r, const char *path, const char *what, struct mf_cancel *cancel, struct shared_reply **out,
	struct mf_error *err);

/* The row of an object in a list of a run's steps or tasks that has come already, copied into the arena; NULL: ask. */
const char *service_row_of(struct run *r, const char *list, const char *key, const char *id, struct arena *a, size_t *n);

/* ---- service_outcome.c: which tasks of a step have an outcome, for all of them in one request each ---- */

/* The full look at a run gave `status`: was the service's own word right? */
void service_judge_word(struct mf_object *run, enum mf_status status);
struct trust;
void trust_free(struct trust *first);

struct outcomes;
struct outcomes **service_outcomes(struct run *r); /* the list that the run keeps; under its lock; NULL: out of memory */
void outcomes_free(struct outcomes *first);
/* Many tasks of the step will be asked for. */
void service_expect_outcomes(struct run *r, const char *step);

enum { SERVICE_TASK_DEAD_MS = 60000, SERVICE_RUN_DEAD_MS = 360000 };
/* last_heartbeat_ts of a run's or task's record, in ms; MF_NO_TIME. */
int64_t service_heartbeat(struct mf_object *o);
void service_run_status(struct mf_object *o, struct status *s);
void service_task_status(struct mf_object *o, struct status *s);
int service_status_word(struct mf_object *o);
int service_change_tags(const struct tag_change *change, struct mf_error *err);
/* The store of a local root that a record names, as far as that is trusted; NULL: there is none. */
struct store *service_local_store(struct mf_client *c, const char *root);

#endif
