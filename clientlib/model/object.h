/* model/object.h: the insides of clients and objects, for the model alone. */
#ifndef MF_MODEL_OBJECT_H
#define MF_MODEL_OBJECT_H

#include <pthread.h>
#include <stdatomic.h>

#include "../base/arena.h"
#include "../base/fs.h"
#include "../codec/value.h"
#include "../mf.h"
#include "../store/store.h"
#include "config.h"

struct run;
struct provider;
struct service;
struct remote;

enum { RUN_CACHE = 64, COUNTER_SLOTS = 8 };

/* What has been read. Each thread counts in a slot of its own, so that they do not wait for each other's cache lines. */
struct counters {
	atomic_uint_fast64_t files, dirs, bytes;
	char apart[128 - 3 * sizeof(atomic_uint_fast64_t)];
};

struct mf_client {
	const struct mf_config *config;
	const struct provider *provider;
	struct service *service; /* of the service provider, else NULL */
	struct remote *remote;   /* of the datastore provider, else NULL */
	char *root;    /* of the metadata; NULL where that is a service or a datastore */
	char *source;  /* "local@…" */
	int root_fd;   /* of that, -1 */
	struct stores *stores; /* all that have been opened */
	struct store *data;    /* what --datastore-root names, else the root, else the history of this directory; NULL */
	struct code_kept *code;  /* of the code package read last */
	struct log_tails *tails; /* log files of remote stores, as read last */
	int data_fd;           /* of that where it is a directory, else -1 */
	bool one_root;         /* that directory is the metadata's too */
	struct counters counters[COUNTER_SLOTS];
	pthread_mutex_t lock;          /* guards what follows */
	struct run *runs[RUN_CACHE];   /* recently used contexts, newest first */
	struct proc_table *procs;
};

/* One metadata entry of a task. */
struct meta {
	const char *name, *type; /* type NULL: not recorded */
	struct mf_value *value;  /* any JSON type */
	int64_t ts;              /* MF_NO_TIME: not recorded */
	int attempt;             /* from the tag attempt_id:N, -1 without one */
	bool inherited;          /* of the origin of a clone */
};

/* What is known of a task beyond its own record, filled as it is asked for. */
struct task {
	bool loaded, merged;
	unsigned listed;             /* kinds of rows that names holds: enum rows_of */
	int fd;                      /* of _meta while the object is being evaluated, else -1 */
	struct fs_names names;       /* of its rows, sorted: files in _meta */
	struct task_row *rows;       /* their texts where they came with their names: by names; else NULL */
	struct artifact_record *records; /* those read so far */
	struct meta *meta;           /* by ts, name, value */
	size_t n_meta;
	bool has_artifact_attempt;
	bool single;                 /* its only attempt is 0, known without listing _meta */
	int artifact_attempt;
	bool data_listed;
	struct fs_names data;        /* of files in the task's datastore directory, sorted */
	pthread_mutex_t data_lock;   /* guards data_json, which the artifacts of a list share */
	struct mf_value *data_json[MF_MAX_ATTEMPTS];
	struct mf_object *origin;    /* the task that a clone was made from */
	bool has_origin;
	int depth;                   /* of the chain of origins that led here */
	bool has_status;
	struct status *status;
};

struct task_row {
	const char *name, *text;
	size_t n;
};

/* The record of an artifact: the two facts that are asked for most, and its text for the rest. */
struct artifact_record {
	struct artifact_record *next;
	const char *name, *text, *file;
	size_t n;
	char sha[41];  /* "" if it has none */
	int64_t ts;    /* MF_NO_TIME */
	struct mf_value *doc; /* parsed when first needed */
};

struct mf_object {
	atomic_int refs;
	struct mf_object *owner;       /* the task that an artifact was listed with, counted; NULL */
	enum mf_entity entity;
	struct mf_client *client;
	struct arena arena;
	const char *id[MF_N_ENTITIES]; /* ids of its ancestors and itself */
	const char *pathspec;
	int attempt;                   /* asked for; -1 */
	int64_t ts;                    /* of the record (runs: corrected), MF_NO_TIME */
	const char *given;             /* text of the record where the list brought it, or NULL */
	size_t given_n;
	bool has_record, show_hidden;  /* show_hidden: its lists of names hold hidden ones too */
	struct mf_value *record;       /* MF_DICT */
	struct mf_error *error;        /* why the record could not be read */
	int base_fd;                   /* of its parent's directory while a list evaluates it, else -1: shorter paths open faster */
	size_t base_n;                 /* bytes of a path that base_fd stands for */
	struct run *run;               /* context of its run; counted, but in the task that the context itself holds */
	bool held_by_run;
	struct task *task;
	const struct mf_value *content; /* of an artifact, once loaded */
	const struct mf_value **fields;
};

/* A bare object for `ids` (those of the entity and above); reads nothing. */
int object_new(struct mf_object **out, struct mf_client *c, enum mf_entity entity, const char *const *ids, int attempt,
	struct mf_error *err);
/* The same from a pathspec. MF_EUSAGE if it is malformed. */
int object_from_pathspec(struct mf_object **out, struct mf_client *c, const char *pathspec, int attempt,
	struct mf_error *err);
/* Make sure that the record has been read. MF_ENOTFOUND, MF_ECORRUPT, MF_EACCESS … are also kept in o->error. */
int object_record(struct mf_object *o, struct mf_error *err);
/* Close what was kept open while fields were evaluated. */
void object_settle(struct mf_object *o);
/* One more reference; mf_object_free drops one. */
struct mf_object *object_ref(struct mf_object *o);
/* The context of the object's run, shared between its objects; NULL for flows or when out of memory. */
struct run *object_run(struct mf_object *o);

/* Read a file below the metadata root into an arena; counts it. */
int client_read(struct mf_client *c, const char *path, struct arena *a, char **out, size_t *n, struct mf_error *err);
/* Parse the text of a record, which must be a JSON object; `where` names it in errors. */
int record_parse(struct mf_value **out, struct arena *a, const char *text, size_t n, const char *where, struct mf_error *err);
/* ts_epoch and sha (may be NULL) of a record without building values; the whole text is still checked. */
int record_brief(const char *text, size_t n, int64_t *ts, char sha[41], struct mf_error *err);
/* Count what was read; any thread. */
void client_count(struct mf_client *c, unsigned files, unsigned dirs, uint64_t bytes);
/* Requests of the calling thread that got no answer, or none that could be used, so far; and why the last one did. Code that
 * goes on without an answer compares the count before and after: what it has found then is not to be kept, or shown as a fact. */
unsigned trouble_count(void);
const struct mf_error *trouble_last(void);
void trouble_note(const struct mf_error *err);
/* The token that the calling thread is bound to (mf_cancel_bind), or NULL. */
struct mf_cancel *cancel_bound(void);
/* Tell whoever listens (mf_config_options.trace). */
void client_trace(struct mf_client *c, const char *what, const char *path, uint64_t bytes);
/* Read and parse a JSON object below the metadata root. */
int client_json(struct mf_client *c, const char *path, struct arena *a, struct mf_value **out, struct mf_error *err);
/* The same of a path below the object's own: through base_fd while there is one. */
int object_read(struct mf_object *o, const char *path, char **out, size_t *n, struct mf_error *err);
/* The same below a directory; `where` names the file in errors. */
int client_json_at(struct mf_client *c, int dirfd, const char *file, struct arena *a, struct mf_value **out, const char *where,
	struct mf_error *err);
int client_list(struct mf_client *c, const char *path, bool dirs, struct fs_names *out, struct mf_error *err);

/* "F/r/s" of the first n ids, as a path or pathspec. */
char *object_path(struct arena *a, const char *const *ids, size_t n);
/* Milliseconds in ts_epoch, MF_NO_TIME if there is none. Floats are rounded down, texts are read as numbers. */
int64_t record_ts(const struct mf_value *record);
/* A string member; NULL if absent or of another type. Copied NUL-terminated into the arena. */
const char *record_str(struct arena *a, const struct mf_value *record, const char *key);
/* Creation time from a run id of 16 or more digits (microseconds), MF_NO_TIME for others. */
int64_t run_id_ms(const char *id);
/* Creation time of a run: the record's, unless tagging has reset it (data-model §2.6). */
int64_t run_created(const char *id, int64_t record_ms);
/* May this be a component of a pathspec: not empty, no slash, not . or .., not too long. */
bool id_valid(const char *id, size_t n);

#endif
