/* store/store.h: objects in the places where Metaflow keeps data: a directory, S3, Azure Blob Storage, Google Cloud Storage
 * (data-model §3.1). A store is one ROOT; its keys are relative to that, '/' between their parts. Any thread. */
#ifndef MF_STORE_STORE_H
#define MF_STORE_STORE_H

#include "../base/arena.h"
#include "../base/buf.h"
#include "../base/fs.h"
#include "../mf.h"

enum store_kind { STORE_LOCAL, STORE_S3, STORE_AZURE, STORE_GS };

enum { STORE_ETAG = 128, STORE_ATTRIBUTES = 512 };

/* What comes with an object, without a request of its own. */
struct store_info {
	uint64_t size;                     /* of the whole object, bytes */
	int64_t modified;                  /* ms since 1970; MF_NO_TIME */
	char etag[STORE_ETAG];             /* as the server sent it, with its quotes; "": none */
	char attributes[STORE_ATTRIBUTES]; /* metaflow-user-attributes, JSON text as stored; "": none */
};

/* A request for bytes of an object. */
struct store_get {
	const char *key;
	uint64_t from, n;             /* n 0: all from there on */
	const char *if_match;         /* an etag that the object must still have, else MF_ECORRUPT “has changed”; NULL: any */
	const char *if_none_match;    /* an etag: STORE_SAME if the object still has it; NULL */
	const struct mf_sink *sink;   /* the bytes, as they arrive */
	void (*restart)(void *self);  /* called with sink->self before the bytes begin anew; NULL: they are never begun anew */
	struct mf_cancel *cancel;     /* NULL: the one that the stores' cancel() gives */
	struct store_info info;       /* filled before the first byte reaches the sink */
	unsigned slowed;              /* out: how often the server asked for patience (503 SlowDown, 429) */
};
enum {
	STORE_SAME = 1, /* not modified */
	STORE_END = 2   /* `from` is at or behind the end of the object: no bytes; info.size is set where the server told it */
};

/* A page of a list. Keys are below the root, in bytewise order. */
struct store_list {
	const char *prefix; /* keys that start with it */
	bool deep;          /* all of them; else names up to the next '/', those of "directories" with that '/' at their end */
	struct fs_names names; /* out: what follows prefix, appended */
	char *next;            /* in and out: where the next page begins; NULL: at the front / there is none. On the heap */
	size_t limit;          /* keys wanted in this page; 0: as many as the server gives */
	struct mf_cancel *cancel;
};

struct store;

/* One backend. Each call is one request (but for renewed credentials, another region, a corrected clock): retries are made
 * above (store.c). err->retriable says whether another try may help. MF_ENOTFOUND only where the object is missing; a missing
 * bucket, no access, a name that cannot be resolved, an archived object are MF_EUSAGE, MF_EACCESS, MF_ENETWORK,
 * MF_EUNSUPPORTED with message and hint as people need them. */
struct store_backend {
	enum store_kind kind;
	const char *scheme; /* "s3", "azure", "gs": "SCHEME://" stands before roots where one has to be told from the others */
	/* MF_OK, STORE_SAME, STORE_END or an error */
	int (*get)(struct store *s, struct store_get *get, struct mf_error *err);
	int (*head)(struct store *s, const char *key, struct store_info *info, struct mf_cancel *cancel, struct mf_error *err);
	int (*list)(struct store *s, struct store_list *page, struct mf_error *err);
	/* As whom, where: "the environment (key …WXYZ), region us-east-1"; NULL: a directory. */
	int (*who)(struct store *s, struct buf *out, struct mf_cancel *cancel, struct mf_error *err);
	void (*free)(struct store *s);
};

struct store {
	const struct store_backend *backend;
	struct stores *all;
	char *root;  /* as Metaflow writes it: a path, "s3://bucket/prefix", "container/prefix", "gs://bucket/prefix" */
	char *where; /* the same so that it is clear alone: "azure://container/prefix" */
	char *bucket, *prefix; /* of an object store: the bucket or container, and what stands before all keys, "" for nothing */
};

/* ---- stores.c: all that a client has opened ---- */

/* All is lent and outlives the stores. */
struct store_config {
	const char *const *environ;
	const char *(*setting)(void *self, const char *key); /* of Metaflow's configuration, key without METAFLOW_; NULL: not set */
	void *self;
	struct mf_cancel *(*cancel)(void); /* the calling thread's token, for requests that have none; NULL */
	const char *user_agent, *ca_file;
	int64_t deadline, now;
	bool offline;
	void (*trace)(void *self, const char *what, const char *path, uint64_t bytes); /* of files and requests; NULL */
	void *trace_self;
};

struct stores;
struct http_stats;
int stores_new(struct stores **out, const struct store_config *config, struct mf_error *err);
void stores_free(struct stores *all);
/* The store of a root, made when it is first asked for; lent until stores_free. Makes no request. MF_ENOTFOUND, MF_EACCESS: a
 * directory that cannot be opened; MF_EUSAGE: a malformed root, or a setting that the backend needs and that is missing. */
int stores_get(struct stores *all, enum store_kind kind, const char *root, struct store **out, struct mf_error *err);
/* "local", "spin", "s3", "azure", "gs" (ds_type of data-model §3.1) as a kind; -1: no such. */
int store_kind_named(const char *ds_type);
/* What a user writes: a path, "s3://…", "gs://…", "azure://container/prefix": the kind, and in *root how Metaflow writes it. */
enum store_kind store_kind_of(const char *text, const char **root);
/* Requests made so far, and the newest of them (as http_log). */
struct http_stats stores_stats(struct stores *all);
/* Bytes of large objects that are being read now: so far, and all; 0: none are. */
void stores_progress(struct stores *all, uint64_t *loaded, uint64_t *loading);
size_t stores_log(struct stores *all, struct mf_request *out, size_t n);

/* ---- store.c: what works with any of them; transient errors are tried again ---- */

bool store_is_local(const struct store *s);
/* The directory's descriptor of a local store, else -1. Lent. */
int store_fd(const struct store *s);
/* "ROOT/key" for people; NULL: out of memory. */
char *store_where(struct arena *a, const struct store *s, const char *key);
/* As the backend's, with retries. */
int store_get(struct store *s, struct store_get *get, struct mf_error *err);
/* A whole object, appended (the buffer's limit applies); info may be NULL. */
int store_read(struct store *s, const char *key, struct buf *b, struct store_info *info, struct mf_error *err);
int store_head(struct store *s, const char *key, struct store_info *info, struct mf_error *err);
bool store_has(struct store *s, const char *key);
/* Names of the files directly below "dir/", appended, unsorted; an absent directory has none. */
int store_files(struct store *s, const char *dir, struct fs_names *out, struct mf_error *err);
/* Names of the directories directly below "dir/" ("" for the root), appended, unsorted. */
int store_dirs(struct store *s, const char *dir, struct fs_names *out, struct mf_error *err);
/* All keys below "dir/", as what follows it, appended. A local directory is walked. */
int store_tree(struct store *s, const char *dir, struct fs_names *out, struct mf_error *err);

/* ---- transfer.c: an object as a stream, fetched ahead in parts ---- */

struct store_stream;
/* Open an object for reading from its front; the first part has arrived when this returns, and *info (may be NULL) is filled.
 * `head`: bytes that are surely wanted (a preview); 0: all of it. */
int store_open(struct store *s, const char *key, uint64_t head, struct store_stream **out, struct store_info *info,
	struct mf_error *err);
/* The next bytes, lent until the next call; *n = 0 at the end. The signature of inflate_read. */
int store_next(void *stream, const char **p, size_t *n, struct mf_error *err);
void store_close(struct store_stream *stream); /* waits for no network: what is under way is cancelled; NULL is fine */

/* ---- many.c ---- */

/* Fetch n small objects, many at a time: `done` is called for each, from any thread, in any order, with rc and (when MF_OK) its
 * bytes; its return value < 0 stops all. Keys of more than `limit` bytes are MF_ELIMIT. */
struct store_many {
	size_t n;
	const char *(*key)(void *self, size_t i);
	int (*done)(void *self, size_t i, int rc, const struct buf *bytes, const struct store_info *info, const struct mf_error *err);
	void *self;
	size_t limit;
	struct mf_cancel *cancel;
};
int store_many(struct store *s, const struct store_many *m, struct mf_error *err);

#endif
