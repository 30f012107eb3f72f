/* mf.h: the only public header of libmfclient.
 *
 * Reads what Metaflow leaves behind (runs, steps, tasks, artifacts, logs, graphs) without Python and
 * without executing anything it reads.
 *
 * Conventions, everywhere:
 *   - int functions return 0 (or a positive "found one more") or a negative enum mf_code;
 *   - the out parameter comes first, `struct mf_error *err` last; err may be NULL, the first error wins;
 *   - what is stored through **out belongs to the caller and has its _free; everything a getter returns is lent
 *     until its parent is freed;
 *   - strings are NUL-terminated UTF-8 unless a length is given; values may hold NULs and lone surrogates
 *     (encoded as three bytes, as WTF-8 does), so they always come with a length;
 *   - times are milliseconds since 1970-01-01 UTC; MF_NO_TIME means "Metaflow has none".
 */
#ifndef MF_H
#define MF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MF_API __attribute__((visibility("default")))
#define MF_VERSION "0.1.0"
#define MF_NO_TIME INT64_MIN
#define MF_MAX_ATTEMPTS 6

/* ---- errors --------------------------------------------------------------------------------------- */

/* X(constant, value, name in JSON, exit code of mfctl) */
#define MF_CODES(X)                                                                                    \
	X(MF_OK, 0, "ok", 0)                                                                           \
	X(MF_EFAILED, -1, "failed", 1)                                                                 \
	X(MF_EUSAGE, -2, "usage", 2)                                                                   \
	X(MF_ENOTFOUND, -3, "not_found", 3)                                                            \
	X(MF_EACCESS, -4, "not_allowed", 4)                                                            \
	X(MF_ENETWORK, -5, "network", 5)                                                               \
	X(MF_EPARTIAL, -6, "partial", 6)                                                               \
	X(MF_EFALSE, -7, "false", 7)                                                                   \
	X(MF_ENOMEM, -8, "out_of_memory", 1)                                                           \
	X(MF_ECORRUPT, -9, "corrupt", 1)                                                               \
	X(MF_ELIMIT, -10, "too_large", 1)                                                              \
	X(MF_ECANCELLED, -11, "cancelled", 130)                                                        \
	X(MF_EIO, -12, "io", 1)                                                                        \
	X(MF_ETIMEOUT, -13, "timed_out", 124)                                                          \
	X(MF_EUNSUPPORTED, -14, "unsupported", 1)                                                      \
	X(MF_ENOSTORE, -15, "no_store", 3)

enum mf_code {
#define X(id, value, name, exit) id = value,
	MF_CODES(X)
#undef X
};

struct mf_error {
	int code;           /* enum mf_code */
	int http_status;    /* 0: not from HTTP */
	int sys_errno;      /* 0: not from the system */
	int64_t offset;     /* byte offset in what was read, -1: none */
	bool retriable;     /* trying again may help */
	char where[512];    /* file, pathspec or URL; may be empty */
	char message[512];  /* one line, no trailing period */
	char hint[256];     /* what to do; may be empty */
};

#define MF_ERROR_INIT {.offset = -1}

/* "not_found" … for enum mf_code; "failed" for anything else. */
MF_API const char *mf_code_name(int code);
/* The exit code of mfctl for enum mf_code (cli.md §1). */
MF_API int mf_code_exit(int code);

/* ---- values ---------------------------------------------------------------------------------------- */

/* One kind of value for JSON records, fields of objects and artifacts. */
enum mf_kind {
	MF_NULL,
	MF_BOOL,
	MF_INT,       /* fits int64_t */
	MF_BIGINT,    /* little-endian two's complement bytes, any length */
	MF_FLOAT,
	MF_STRING,
	MF_BYTES,
	MF_LIST,
	MF_TUPLE,
	MF_SET,
	MF_FROZENSET,
	MF_DICT,      /* keys and values of any kind, insertion order */
	MF_REF,       /* a global named in a pickle: class or function; text is "module.qualname" */
	MF_OBJECT,    /* instance of a class that is known by name only */
	MF_PERSID,    /* persistent id; one item */
	MF_EXT,       /* extension code, an integer */
	MF_ELLIPSIS,
	MF_NOTIMPLEMENTED,
	MF_BYTEARRAY,
	MF_FAILURE,   /* a value that could not be read: {"$error": …} */
	MF_WRAPPED,   /* one item under a name that starts with $: {"$encoded": …} */
	MF_TRUNCATED, /* a part left out at a limit: {"$truncated": …} */
	MF_BLOB       /* bytes of a large artifact, read when they are written: mf_value_blob */
};

struct mf_value;

/* All functions on values are pure and may be called from any thread. A value lives as long as what it came from. */
MF_API enum mf_kind mf_value_kind(const struct mf_value *v);       /* NULL counts as MF_NULL */
MF_API bool mf_value_bool(const struct mf_value *v);               /* MF_BOOL; false otherwise */
MF_API int64_t mf_value_int(const struct mf_value *v);             /* MF_INT, MF_BOOL; else 0 */
MF_API double mf_value_float(const struct mf_value *v);            /* MF_FLOAT, MF_INT; else 0 */
/* Text or bytes of MF_STRING, MF_BYTES, MF_BYTEARRAY, MF_REF; NULL and *n = 0 for other kinds. Not NUL-terminated, but for
 * fields that the library makes itself (ids, pathspecs, status). n may be NULL. */
MF_API const char *mf_value_text(const struct mf_value *v, size_t *n);
/* Number of items (of pairs for MF_DICT); 0 for scalars. */
MF_API size_t mf_value_count(const struct mf_value *v);
/* Item i of a list, tuple or set; value i of a dict. NULL out of range. */
MF_API const struct mf_value *mf_value_item(const struct mf_value *v, size_t i);
/* Key i of a dict. */
MF_API const struct mf_value *mf_value_key(const struct mf_value *v, size_t i);
/* Value of a string key of a dict, NULL where absent. */
MF_API const struct mf_value *mf_value_get(const struct mf_value *v, const char *key);
/* The parts of an MF_OBJECT as its pickle carries them; NULL where absent. */
enum mf_part { MF_PART_CLASS, MF_PART_ARGS, MF_PART_KWARGS, MF_PART_ITEMS, MF_PART_DICT, MF_PART_STATE };
MF_API const struct mf_value *mf_value_part(const struct mf_value *v, enum mf_part part);

/* Bytes of an MF_BLOB (0 for others), and its first ones, which are at hand. */
MF_API uint64_t mf_value_blob(const struct mf_value *v, const char **head, size_t *n);

/* Where printed bytes go. write returns 0, or a negative code that ends the printing. */
struct mf_sink {
	int (*write)(void *self, const char *p, size_t n);
	void *self;
};

enum { MF_PRINT_INDENT = 1, MF_PRINT_COLOR = 2 };
/* The JSON text of json-values.md. Canonical without flags, written as it is made. Returns 0, MF_EPARTIAL when a
 * limit left a part out (the document is whole and marked), or an error. No newline at the end. */
MF_API int mf_value_print_json(const struct mf_value *v, const struct mf_sink *sink, unsigned flags,
	struct mf_error *err);
/* The way a person would like to read it; one line when `width` > 0 (cut at that many columns). Control
 * characters are escaped. */
MF_API int mf_value_print_text(const struct mf_value *v, const struct mf_sink *sink, size_t width,
	struct mf_error *err);

/* ---- configuration ----------------------------------------------------------------------------------- */

struct mf_config;

/* All members may be NULL: then the process's own environment, working directory and options decide. */
struct mf_config_options {
	const char *const *environ; /* "NAME=value" …, NULL-terminated */
	const char *cwd;
	const char *metadata;       /* --metadata: local@DIR, spin@DIR, service@URL, datastore@ROOT (a directory, s3://… …) */
	const char *datastore_root; /* --datastore-root */
	const char *profile;        /* --profile: as METAFLOW_PROFILE */
	const char *file;           /* --config: in place of the global file */
	const char *proc;           /* where the process table is; NULL: /proc; "": do not look at it */
	int64_t now;                /* the present, ms; 0: the system's clock (for tests and pictures) */
	bool offline;               /* --offline: nothing goes over the network; what earlier calls kept is all there is */
	bool trust_paths;           /* --trust-paths: absolute paths that records and artifacts name are read wherever they lead */
	bool no_cache;              /* --no-cache: neither read nor write what calls keep for each other */
	int64_t deadline;           /* ms since 1970: what goes over the network ends then with MF_ETIMEOUT; 0: never */
	/* Told of every file and directory that is read, from any thread; NULL: nobody is. */
	void (*trace)(void *self, const char *what, const char *path, uint64_t bytes);
	void *trace_self;
};

struct mf_config_entry {
	const char *key;    /* without METAFLOW_ */
	const char *value;  /* text, JSON text for objects; NULL: not set */
	const char *source; /* "environment", a file, "default" or "option" */
	const char *help;   /* NULL for keys that are not in our table */
	bool secret;        /* never print the value */
};

/* Read environment, project and global files with Metaflow's precedence (data-model §10.1). A broken file: MF_ECORRUPT
 * naming line and column; a missing profile file: MF_ENOTFOUND. */
MF_API int mf_config_load(struct mf_config **out, const struct mf_config_options *opts, struct mf_error *err);
MF_API void mf_config_free(struct mf_config *config);
/* Value of a key with or without METAFLOW_, NULL when unset. */
MF_API const char *mf_config_get(const struct mf_config *config, const char *key);
/* All keys that are known or set, sorted. */
MF_API size_t mf_config_entries(const struct mf_config *config, const struct mf_config_entry **out);
/* One of them, NULL if neither known nor set. */
MF_API const struct mf_config_entry *mf_config_explain(const struct mf_config *config, const char *key);
/* The local ROOT (…/.metaflow), NULL if there is none, and why it is that one. */
MF_API const char *mf_config_root(const struct mf_config *config);
MF_API const char *mf_config_root_reason(const struct mf_config *config);
/* Metaflow's idea of the user (data-model §10.4), NULL if unknown. */
MF_API const char *mf_config_user(const struct mf_config *config);

/* ---- client and objects --------------------------------------------------------------------------------- */

struct mf_client;

/* Open the history that the configuration names. Thread-safe afterwards; config must outlive it. MF_ENOTFOUND with a hint
 * where there is no .metaflow. */
MF_API int mf_client_open(struct mf_client **out, const struct mf_config *config, struct mf_error *err);
MF_API void mf_client_free(struct mf_client *client);
/* "local@/home/alice/proj", "datastore@s3://bucket/metaflow": what to show as the origin of the data. */
MF_API const char *mf_client_source(const struct mf_client *client);
/* Forget what is remembered of runs (tags, graphs), so that objects opened from now on see the present. */
MF_API void mf_client_forget(struct mf_client *client);
/* The present as this client sees it, ms. */
MF_API int64_t mf_client_now(const struct mf_client *client);
/* ROOT of the metadata. */
MF_API const char *mf_client_root(const struct mf_client *client);

/* Counters since the client was opened. */
struct mf_stats {
	uint64_t files_opened, dirs_listed, bytes_read, requests;
};
MF_API struct mf_stats mf_client_stats(const struct mf_client *client);

/* ---- the connection to a metadata service ---- */

/* One request that the client has made or is making. */
struct mf_request {
	uint64_t id;   /* from 1, in the order they began */
	int64_t began; /* ms */
	double ms;     /* until its end; until now while it is under way */
	char method[8], url[400]; /* without secrets */
	int status;    /* of HTTP; 0: no reply (yet) */
	int tries;
	uint64_t bytes;
	bool done;
	char error[160]; /* of its last try, "" */
};
/* Copy the newest requests, newest first, at most n and 512: their number. 0 for a local history. Any thread. */
MF_API size_t mf_client_requests(struct mf_client *client, struct mf_request *out, size_t n);

enum mf_link_state {
	MF_LINK_LOCAL,   /* a local history: there is no connection */
	MF_LINK_UNKNOWN, /* nothing has been asked yet */
	MF_LINK_UP,      /* the last request was answered */
	MF_LINK_DOWN,    /* the last request was not answered, or a gateway answered for the service */
	MF_LINK_OFFLINE  /* --offline */
};
struct mf_link {
	enum mf_link_state state;
	int64_t since;      /* when that state began, ms */
	double latency_ms;  /* of the last request that was answered; < 0: none yet */
	int64_t skew_ms;    /* the server's clock minus ours, where they differ by more than a second */
	char version[32];   /* that the service announces, "" */
	uint64_t loaded, loading; /* bytes of large objects that are being read from an object store: so far, and all */
	unsigned active;    /* requests under way */
	uint64_t requests, failed;
	int64_t cached_at;  /* oldest of what was answered from the cache while the link was down or off; MF_NO_TIME: nothing was */
	char error[512], hint[256]; /* why it is down */
};
/* The state of the connection; any thread, without I/O. */
MF_API void mf_client_link(struct mf_client *client, struct mf_link *out);

/* One finding of mf_doctor. */
enum mf_level { MF_FINE, MF_NOTE, MF_WARNING, MF_PROBLEM };
struct mf_diagnosis {
	enum mf_level level;
	const char *topic; /* "configuration", "service", "version", "clock", "namespace", "datastore" … */
	const char *text;  /* one line: what was found */
	const char *hint;  /* what to do; NULL */
};
struct mf_doctor;
/* Look at everything that a history needs: where the configuration comes from, the provider and its version, what that
 * version lacks, access, clock, database and migration, namespace and user, the datastore and whether the newest run's data is
 * there. What is wrong is a finding, not an error; works without a client when none could be opened (client NULL, opened: why
 * not). Does I/O. */
MF_API int mf_doctor_run(struct mf_doctor **out, const struct mf_config *config, struct mf_client *client,
	const struct mf_error *opened, struct mf_error *err);
MF_API size_t mf_doctor_count(const struct mf_doctor *doctor);
MF_API const struct mf_diagnosis *mf_doctor_finding(const struct mf_doctor *doctor, size_t i); /* NULL out of range */
MF_API void mf_doctor_free(struct mf_doctor *doctor);

enum mf_entity { MF_FLOW, MF_RUN, MF_STEP, MF_TASK, MF_ARTIFACT, MF_N_ENTITIES };
MF_API const char *mf_entity_name(enum mf_entity entity); /* "flow" … */

struct mf_object; /* one flow, run, step, task or artifact; used by one thread at a time */

/* Set from any thread to end the operations that were given it; NULL: cannot be cancelled. */
struct mf_cancel;
MF_API struct mf_cancel *mf_cancel_new(void);
MF_API void mf_cancel_set(struct mf_cancel *cancel);
/* Ready for another operation. */
MF_API void mf_cancel_reset(struct mf_cancel *cancel);
MF_API bool mf_cancel_is_set(const struct mf_cancel *cancel);
MF_API struct mf_cancel *mf_cancel_ref(struct mf_cancel *cancel);
MF_API void mf_cancel_free(struct mf_cancel *cancel); /* drops one reference */
/* What this thread does from now on ends when the token is set (with MF_ECANCELLED), also where a function takes none; NULL:
 * no longer. Lent until then. */
MF_API void mf_cancel_bind(struct mf_cancel *cancel);

/* One object by its exact pathspec (no globs, no selectors: see mf_expand). attempt < 0: the client's own choice. */
struct mf_get_options {
	int attempt; /* -1: none asked for. Use MF_GET_INIT. */
	const char *ns; /* namespace it must be in; NULL: any */
};
#define MF_GET_INIT {.attempt = -1}
MF_API int mf_get(struct mf_object **out, struct mf_client *client, const char *pathspec,
	const struct mf_get_options *opts, struct mf_error *err);
MF_API void mf_object_free(struct mf_object *object);

/* Let `artifacts` of a task and `steps` of a run hold hidden names too; before their first evaluation. */
MF_API void mf_object_show_hidden(struct mf_object *object, bool hidden);
MF_API enum mf_entity mf_object_entity(const struct mf_object *object);
MF_API const char *mf_object_id(const struct mf_object *object);
MF_API const char *mf_object_pathspec(const struct mf_object *object);
MF_API int64_t mf_object_created(const struct mf_object *object); /* ms; MF_NO_TIME if unknown */
/* Why the object's own record could not be read; NULL if it could. */
MF_API const struct mf_error *mf_object_error(const struct mf_object *object);

/* ---- fields: everything there is to say about an object, one table -------------------------------------------- */

enum mf_type {
	MF_T_STRING,
	MF_T_INT,
	MF_T_BOOL,
	MF_T_TIME,     /* MF_INT, ms; printed as RFC 3339 */
	MF_T_DURATION, /* MF_INT, ms */
	MF_T_SIZE,     /* MF_INT, bytes */
	MF_T_STATUS,   /* MF_STRING: completed, failed, running, pending, unknown */
	MF_T_LIST,     /* MF_LIST of strings */
	MF_T_JSON      /* anything */
};

enum {
	MF_FIELD_SHOW = 1,   /* only in `show`, or when asked for */
	MF_FIELD_ASKED = 2,  /* in lists only when asked for; always in `show` */
	MF_FIELD_COLUMN = 4, /* a column of tables unless --fields says otherwise */
	MF_FIELD_WIDE = 8,   /* a column of -o wide */
	MF_FIELD_VIRTUAL = 16 /* never printed unless named in --fields, --where or --sort */
};

struct mf_field {
	const char *name, *title, *help;
	enum mf_entity entity;
	enum mf_type type;
	unsigned flags;
};

/* The fields of an entity in their printed order; ids are indexes into this array. */
MF_API const struct mf_field *mf_fields(enum mf_entity entity, size_t *n);
/* Index of a field, -1 if there is none of that name. */
MF_API int mf_field_find(enum mf_entity entity, const char *name);
/* The value of a field, read when first asked for and kept until the object is freed. Never NULL: what cannot be read is
 * an MF_FAILURE, what Metaflow does not have an MF_NULL. Times are MF_INT in milliseconds. Does I/O unless it was
 * evaluated before (mf_list_options.fields). */
MF_API const struct mf_value *mf_object_field(struct mf_object *object, int field);
/* The same, without I/O: NULL if it has not been evaluated. */
MF_API const struct mf_value *mf_object_peek(const struct mf_object *object, int field);
/* Evaluate and look up by name; NULL for an unknown name. */
MF_API const struct mf_value *mf_object_get(struct mf_object *object, const char *name);
/* An error from an MF_FAILURE value, NULL for other kinds. */
MF_API const struct mf_error *mf_value_error(const struct mf_value *v);

/* ---- where a task ran ------------------------------------------------------------------------------------------- */

enum { MF_PLACES = 8 }; /* headings there are */

struct mf_place_fact {
	const char *name;  /* the metadata field; of what was found among the task's siblings "control-task", "node-1" … */
	const char *label; /* in words; the name of a field that is not known */
	const char *value; /* as recorded; of a task its pathspec */
	const struct mf_value *recorded; /* NULL: not from metadata */
	const char *url;   /* https, its page in the provider's console; NULL: the facts allow none */
	const char *task;  /* a task to go to; NULL */
};
struct mf_place {
	const char *title; /* "AWS Batch", "EC2", "Kubernetes", "Argo Workflows", "Step Functions", "Airflow", "Spot", "Parallel" */
	const struct mf_place_fact *facts;
	size_t n;
};
/* Where the attempt shown of a task ran, heading by heading in the order above; none for one that ran where it was started.
 * Facts that are null are left out. Nodes of @parallel are looked for among the tasks of the step, wherever those ran.
 * MF_EPARTIAL: the service did not answer everything; what is known is there all the same. Lent until the object is freed;
 * titles stay. Does I/O. */
MF_API int mf_task_places(struct mf_object *task, const struct mf_place **out, size_t *n, struct mf_error *err);

/* ---- queries: --where, --sort, the dashboard's filter ------------------------------------------------------------ */

struct mf_query;

/* `status=failed and duration>10m`: comparisons (= != < <= > >= ~ !~) of fields, `and`, `or`, `not`, parentheses; a bare
 * word matches any text. Times, ages, durations and sizes are read by the field's type; = takes globs; a list matches
 * when one of its items does. MF_EUSAGE with the position and "did you mean". `now` is for ages. Immutable, any thread. */
MF_API int mf_query_parse(struct mf_query **out, enum mf_entity entity, const char *text, int64_t now,
	struct mf_error *err);
MF_API void mf_query_free(struct mf_query *query);
/* Does the object match? Evaluates the fields it needs. A value that cannot be read matches nothing. */
MF_API bool mf_query_match(const struct mf_query *query, struct mf_object *object);
/* Order of two objects by a field, nulls last: <0, 0, >0. */
MF_API int mf_object_compare(struct mf_object *a, struct mf_object *b, int field);

/* ---- lists ---------------------------------------------------------------------------------------------------- */

struct mf_iter;

struct mf_list_options {
	bool hidden;                  /* also hidden steps and artifacts */
	bool known;                   /* the parent is known to be there (mf_paths_known): its record is not read again */
	int attempt;                  /* of tasks and artifacts; -1: the client's choice */
	const char *ns;               /* namespace; NULL: any */
	const struct mf_query *query; /* keep what matches; NULL: all */
	const char *const *tags;      /* all of these; NULL-terminated; NULL: any */
	int64_t since, until;         /* created_at in [since, until); MF_NO_TIME: open */
	size_t limit;                 /* stop after so many; 0: no limit */
	const int *fields;            /* to evaluate before an object is handed out (in parallel where it pays) */
	size_t n_fields;
	struct mf_cancel *cancel;
};
#define MF_LIST_INIT {.attempt = -1, .since = MF_NO_TIME, .until = MF_NO_TIME}

/* The children of one object (pathspec "" for the flows), newest first; ties by id, numbers as numbers, larger first.
 * Flows are sorted by name. The newest of many runs come without reading the others. */
MF_API int mf_list(struct mf_iter **out, struct mf_client *client, const char *pathspec,
	const struct mf_list_options *opts, struct mf_error *err);
/* 1: *out is the next object and yours (mf_object_error tells whether it could be read); 0: the end; < 0: an error. */
MF_API int mf_iter_next(struct mf_iter *iter, struct mf_object **out, struct mf_error *err);
/* How many children there are at most (names in the directory), before any filter. */
MF_API size_t mf_iter_total(const struct mf_iter *iter);
MF_API void mf_iter_free(struct mf_iter *iter);

/* Pathspecs with selectors (latest~1, @VALUE) and globs → exact pathspecs of existing objects. */
struct mf_expand_options {
	int attempt;
	const char *ns;
	bool hidden; /* globs also match hidden names */
};
struct mf_paths; /* an immutable array of strings */
/* depth: enum mf_entity that the pattern must name, or -1 for any. A pattern without glob that names nothing is
 * MF_ENOTFOUND (with "did you mean"); a glob that matches nothing gives an empty array. */
MF_API int mf_expand(struct mf_paths **out, struct mf_client *client, const char *pattern, int depth,
	const struct mf_expand_options *opts, struct mf_error *err);
MF_API size_t mf_paths_count(const struct mf_paths *paths);
MF_API const char *mf_paths_get(const struct mf_paths *paths, size_t i);
/* Has the record of path i been read on the way, and is it whole? */
MF_API bool mf_paths_known(const struct mf_paths *paths, size_t i);
MF_API bool mf_paths_is_glob(const struct mf_paths *paths); /* did the pattern hold a glob? */
MF_API void mf_paths_free(struct mf_paths *paths);
/* Number of components of a pathspec minus one as entity: "F" → MF_FLOW; -1 for "" and malformed ones. */
MF_API int mf_pathspec_entity(const char *pathspec);

/* ---- artifacts ------------------------------------------------------------------------------------------------ */

/* The value of an artifact object; lives until the object is freed. IncludeFile gives its content. Errors: MF_ECORRUPT
 * (damaged gzip or pickle, wrong SHA), MF_ENOTFOUND (no such blob), MF_EACCESS, MF_EUNSUPPORTED (other datastores) … */
MF_API int mf_artifact_value(struct mf_object *artifact, const struct mf_value **out, struct mf_error *err);
/* The same, reading no more of a large array than its head: what is read of its elements later is not checked against the
 * SHA. For previews and slices. */
MF_API int mf_artifact_head(struct mf_object *artifact, const struct mf_value **out, struct mf_error *err);
/* Is the data of an object's run in an object store? Then what costs is waiting, and many at a time are read. May read metadata. */
MF_API bool mf_object_is_far(struct mf_object *object);
/* The same of what a pathspec names. */
MF_API bool mf_data_is_far(struct mf_client *client, const char *pathspec);
/* The unpacked pickle stream, checked against its SHA, a window at a time. */
MF_API int mf_artifact_bytes(struct mf_object *artifact, const struct mf_sink *sink, struct mf_error *err);
/* How a value is written to a file or a pipe. */
enum mf_format {
	MF_AS_JSON,   /* json-values.md, and a newline */
	MF_AS_TEXT,   /* for people; strings as they are */
	MF_AS_RAW,    /* the bytes of bytes and text (of any other value its pickle) */
	MF_AS_PICKLE, /* the stored stream */
	MF_AS_NPY,    /* numpy's file of one array */
	MF_AS_CSV     /* a table: mf_table_open */
};
MF_API const char *mf_format_name(enum mf_format format);      /* "json" … */
MF_API const char *mf_format_extension(enum mf_format format); /* "json", "txt", "bin", "pkl", "npy", "csv" */
/* Write a value by itself. MF_AS_PICKLE, and MF_AS_RAW of anything but text and bytes, are MF_EUNSUPPORTED. */
MF_API int mf_value_write(const struct mf_value *v, enum mf_format format, const struct mf_sink *sink, struct mf_error *err);
/* The format that keeps an artifact best: arrays of numbers NPY, frames and series CSV, text TEXT, bytes RAW, what JSON can
 * hold JSON, objects of other classes and what cannot be read PICKLE. Reads no more of a large value than its head. */
MF_API int mf_artifact_format(struct mf_object *artifact, enum mf_format *out, struct mf_error *err);
/* Write the value, a window at a time where it is large. MF_EUNSUPPORTED: the value is no array (NPY) or table (CSV); then
 * nothing has been written. MF_ECORRUPT may come after bytes were written: a wrong SHA is known at the end only. */
MF_API int mf_artifact_write(struct mf_object *artifact, enum mf_format format, const struct mf_sink *sink,
	struct mf_error *err);
/* A pickle held in memory (copied): its value lives until mf_document_free. */
struct mf_document;
MF_API int mf_pickle_read(struct mf_document **out, const char *p, size_t n, struct mf_error *err);
/* A part of a value. path: keys, attributes and indexes, ".a.b[0][\"k\"]"; slice: ranges and indexes of the axes of an array,
 * a table or a list, "0:10,3"; either may be NULL. Large arrays are read as far as the slice needs. The part lives until the
 * document or the value is freed. MF_ENOTFOUND: nothing there; MF_EUSAGE: malformed; MF_EUNSUPPORTED: not of that kind. */
MF_API int mf_value_select(struct mf_document **out, const struct mf_value *v, const char *path, const char *slice,
	struct mf_error *err);
MF_API const struct mf_value *mf_document_value(const struct mf_document *doc);
MF_API void mf_document_free(struct mf_document *doc);

/* ---- tables ---------------------------------------------------------------------------------------------------- */

/* A value as rows and columns: DataFrame, Series, Index and MultiIndex of pandas; numpy arrays of up to two dimensions, of
 * structured ones the fields; lists of dicts (columns: their keys as they come), of lists of one length, of anything else;
 * dicts of lists, arrays or Series of one length. Lives at most as long as its value; used by one thread at a time. */
struct mf_table;

struct mf_column {
	const char *name; /* text of its label; NUL-terminated, name_n bytes */
	size_t name_n;
	const char *type; /* as pandas and numpy name it: int64, category, datetime64[ns, UTC]; of a list: int, str, object … */
	bool is_number;   /* numbers: to the right, with statistics */
};

/* MF_EUNSUPPORTED: not a table. */
MF_API int mf_table_open(struct mf_table **out, const struct mf_value *v, struct mf_error *err);
MF_API void mf_table_free(struct mf_table *table);
MF_API size_t mf_table_rows(const struct mf_table *table);
MF_API size_t mf_table_columns(const struct mf_table *table);
/* NULL out of range. */
MF_API const struct mf_column *mf_table_column(const struct mf_table *table, size_t column);
/* Missing cells of a column: one look at each when first asked. */
MF_API size_t mf_table_nulls(struct mf_table *table, size_t column);
/* A cell by json-values.md §4 (missing: MF_NULL or NaN); NULL: out of range, or out of memory. Lent until 64 more cells or
 * labels were asked for. */
MF_API const struct mf_value *mf_table_cell(struct mf_table *table, size_t row, size_t column);
/* The label of a row, the same way (a tuple where the index has levels); NULL when labels are but 0, 1, 2 … */
MF_API const struct mf_value *mf_table_label(struct mf_table *table, size_t row);
MF_API bool mf_table_missing(struct mf_table *table, size_t row, size_t column);
/* Numbers, and times as counts of their unit; false for other cells and missing ones. */
MF_API bool mf_table_double(struct mf_table *table, size_t row, size_t column, double *out);
/* Order of two rows by a column, missing ones last: <0, 0, >0. */
MF_API int mf_table_compare(struct mf_table *table, size_t column, size_t a, size_t b);
/* CSV (RFC 4180, lines end in \n) of `count` rows from `first` on, as many as there are: a header with the names (labels of
 * rows lead, unless they are but 0, 1, 2 …), nothing for missing cells, True and False, floats as repr, times as ISO. */
MF_API int mf_table_write_csv(struct mf_table *table, size_t first, size_t count, const struct mf_sink *sink,
	struct mf_error *err);

/* ---- arrays ---------------------------------------------------------------------------------------------------- */

/* A numpy array of any number of dimensions. Lives at most as long as its value; used by one thread at a time. Of a large one
 * that was left in its stream (mf_artifact_head) mf_value_select reads parts, which can be opened in turn. */
struct mf_array;

struct mf_array_info {
	const char *dtype; /* float64, <U5, datetime64[ns], object … */
	size_t ndim;
	const size_t *shape;
	size_t count;      /* elements */
	uint64_t bytes;    /* of the elements; 0: objects */
	bool is_number;    /* has statistics */
	bool is_float;     /* mf_array_double has all there is to an element */
	bool in_memory;    /* elements can be had one by one */
};

/* MF_EUNSUPPORTED: not an array. */
MF_API int mf_array_open(struct mf_array **out, const struct mf_value *v, struct mf_error *err);
MF_API void mf_array_free(struct mf_array *array);
MF_API const struct mf_array_info *mf_array_info(const struct mf_array *array);
/* Element i in C order by json-values.md §3; NULL: out of range, out of memory, or not in memory. Lent until 64 more were
 * asked for. */
MF_API const struct mf_value *mf_array_item(struct mf_array *array, size_t i);
/* The same of numbers; false for other elements. */
MF_API bool mf_array_double(const struct mf_array *array, size_t i, double *out);

enum { MF_ARRAY_BINS = 32 };
struct mf_array_stats {
	size_t count, nans, infs, zeros;
	double min, max, mean, std;    /* of what is finite; NaN when nothing is */
	size_t bins[MF_ARRAY_BINS];    /* a histogram of that from min to max */
};
/* Looks at each element twice, a window at a time; reads what is not in memory. stop (NULL: never) is asked now and then:
 * true is MF_ECANCELLED. MF_EUNSUPPORTED: not of numbers. */
MF_API int mf_array_stats(const struct mf_array *array, struct mf_array_stats *out, bool (*stop)(void *self), void *self,
	struct mf_error *err);

/* ---- images ---------------------------------------------------------------------------------------------------- */

/* Size of a PNG image in pixels. MF_ECORRUPT: not one. */
MF_API int mf_image_size(uint32_t *width, uint32_t *height, const char *p, size_t n, struct mf_error *err);
/* The image shrunk to columns × rows pixels of 0xRRGGBB into out[rows * columns]; both are at least 1 and at most the image's
 * own. MF_EUNSUPPORTED: interlaced. */
MF_API int mf_image_shrink(uint32_t *out, uint32_t columns, uint32_t rows, const char *p, size_t n, struct mf_error *err);

/* ---- audit ---------------------------------------------------------------------------------------------------- */

/* What Python would import and call if it loaded a pickle, each judged by its name alone (codec/audit.def). */
enum mf_risk {
	MF_RISK_SAFE,     /* plain values and the containers of well-known libraries */
	MF_RISK_UNKNOWN,  /* runs the code of its module, whatever that is */
	MF_RISK_DANGEROUS /* runs commands, or what the stream brings along; touches files or the network */
};
MF_API const char *mf_risk_name(enum mf_risk risk); /* "safe", "unknown", "dangerous" */

struct mf_finding {
	const char *name;   /* "os.system"; "partial(…)"-like for what the stream computes; the id itself */
	size_t n;           /* bytes of it */
	const char *action; /* "import", "call" (and import), "persistent id", "extension" */
	enum mf_risk risk;
};

struct mf_audit; /* immutable */

/* Follow a stream to its end: also what it imports or calls and drops again. Of a damaged one *out is what comes before the
 * damage, which Python would have done already, together with the error; *out is NULL only when out of memory. */
MF_API int mf_audit_pickle(struct mf_audit **out, const char *p, size_t n, struct mf_error *err);
/* What is still to be seen in a value that was read. */
MF_API int mf_audit_value(struct mf_audit **out, const struct mf_value *v, struct mf_error *err);
/* Each name once, the most dangerous first. */
MF_API size_t mf_audit_count(const struct mf_audit *audit);
MF_API const struct mf_finding *mf_audit_get(const struct mf_audit *audit, size_t i);
/* The worst of them; MF_RISK_SAFE when there is nothing. */
MF_API enum mf_risk mf_audit_risk(const struct mf_audit *audit);
MF_API void mf_audit_free(struct mf_audit *audit);

/* ---- logs ----------------------------------------------------------------------------------------------------- */

enum { MF_STDOUT = 1, MF_STDERR = 2 };

struct mf_log; /* the lines of one or more tasks, merged by time; immutable once opened */

struct mf_log_options {
	unsigned streams; /* MF_STDOUT | MF_STDERR */
	int attempt;      /* -1: each task's current attempt */
	struct mf_cancel *cancel;
};
#define MF_LOG_INIT {.streams = MF_STDOUT | MF_STDERR, .attempt = -1}

struct mf_log_line {
	int64_t us;         /* microseconds since 1970 UTC; MF_NO_TIME for an unstamped line */
	const char *text;   /* without its newline; any bytes; not NUL-terminated */
	size_t n;
	unsigned stream;    /* MF_STDOUT or MF_STDERR */
	uint32_t task;      /* index of its task: mf_log_task */
	const char *source; /* "runtime", "task"; NULL for an unstamped line */
};

/* The log of a run, step or task (exact pathspec). Lines by time, ties by stream (out first), task, line number; unstamped
 * lines last. Of a cloned task: its origin's lines. */
MF_API int mf_log_open(struct mf_log **out, struct mf_client *client, const char *pathspec,
	const struct mf_log_options *opts, struct mf_error *err);
MF_API size_t mf_log_count(const struct mf_log *log);
MF_API void mf_log_get(const struct mf_log *log, size_t i, struct mf_log_line *out);
/* Is the one stream asked for a legacy plain file, whose bytes are kept as they are? */
struct mf_log_task {
	const char *pathspec;
	const char *origin; /* pathspec of the task that wrote the lines of a clone; NULL otherwise */
	int attempt;
};
MF_API size_t mf_log_tasks(const struct mf_log *log);
MF_API struct mf_log_task mf_log_task(const struct mf_log *log, size_t i);
/* Tasks that could not be read: their number and the first reason. */
MF_API size_t mf_log_errors(const struct mf_log *log, const struct mf_error **first);
/* Write the text of one stream of one task, byte for byte as Task.stdout has it. */
MF_API int mf_log_write(const struct mf_log *log, const struct mf_sink *sink, struct mf_error *err);
MF_API void mf_log_free(struct mf_log *log);

/* ---- graph ---------------------------------------------------------------------------------------------------- */

struct mf_graph; /* immutable snapshot */

struct mf_node {
	const char *name, *type, *doc;  /* type as in _graph_info; "unknown" when reconstructed */
	int line;                       /* 0: unknown */
	const char *foreach_artifact, *condition, *matching_join; /* NULL: none */
	int64_t num_splits;             /* tasks expected by foreach splits, -1 unknown */
	const struct mf_value *decorators; /* as recorded, NULL without graph info */
	bool ran;                       /* has at least one task */
	const char *status;             /* of the step: running, failed, completed, unknown, pending (not reached) */
	size_t n_tasks, counts[5];      /* by enum mf_status */
	int64_t started_at, finished_at; /* ms or MF_NO_TIME */
};
struct mf_edge {
	size_t from, to;
	const char *label; /* switch case, NULL */
	int taken;         /* 1 taken, 0 switch branch not taken, -1 not known yet */
};
enum mf_status { MF_COMPLETED, MF_FAILED, MF_RUNNING, MF_PENDING, MF_UNKNOWN };
MF_API const char *mf_status_name(enum mf_status status);
/* The codes of status_reason, each with what it means: row i, NULL past the end. */
struct mf_reason {
	const char *code, *help;
	enum mf_status status;
};
MF_API const struct mf_reason *mf_status_reason(size_t i);

/* The graph of a run ("F/r") with live status, or of a flow ("F": its latest run's graph without status). */
MF_API int mf_graph_open(struct mf_graph **out, struct mf_client *client, const char *pathspec, struct mf_error *err);
/* The steps of a run that there are, in the order they began, with live status and without edges: for runs whose graph is not
 * recorded, or cannot be read. MF_ENOTFOUND if no step has begun. */
MF_API int mf_graph_steps(struct mf_graph **out, struct mf_client *client, const char *pathspec, struct mf_error *err);
MF_API const char *mf_graph_flow(const struct mf_graph *graph);
MF_API const char *mf_graph_run(const struct mf_graph *graph); /* run id; NULL for a flow's */
MF_API const char *mf_graph_start(const struct mf_graph *graph);
MF_API const char *mf_graph_end(const struct mf_graph *graph);
MF_API bool mf_graph_reconstructed(const struct mf_graph *graph); /* there was no _graph_info */
MF_API size_t mf_graph_nodes(const struct mf_graph *graph, const struct mf_node **out); /* topological order */
MF_API size_t mf_graph_edges(const struct mf_graph *graph, const struct mf_edge **out);
MF_API void mf_graph_free(struct mf_graph *graph);

/* The graph drawn as character cells: layers of boxes from top to bottom with routed edges, or one line a step with
 * rails as `git log --graph` has them. */
enum mf_cell_role {
	MF_CELL_BLANK,
	MF_CELL_BORDER,   /* of a node's box */
	MF_CELL_GLYPH,    /* the status glyph of a node */
	MF_CELL_NAME,     /* the name of a node */
	MF_CELL_INFO,     /* counts, duration, progress of a node */
	MF_CELL_EDGE,
	MF_CELL_UNTAKEN,  /* edge or border of what was not taken */
	MF_CELL_LABEL,    /* case of a switch edge */
	MF_CELL_FRAME,    /* border of a foreach region */
	MF_CELL_FRAME_TITLE
};
struct mf_cell {
	int32_t ch;    /* Unicode code point of width 1; a wide one is followed by a cell with ch 0 */
	int32_t node;  /* index of the node it belongs to, -1: none */
	uint8_t role;  /* enum mf_cell_role */
};
struct mf_draw_options {
	bool ascii;    /* only ASCII characters */
	bool compact;  /* rails instead of boxes */
	bool status;   /* glyphs, counts and durations (graph of a run) */
	size_t width;  /* try to stay inside so many columns (longer names are cut); 0: no wish */
};
struct mf_drawing {
	size_t rows, columns;
	const struct mf_cell *cells; /* rows * columns */
	const struct mf_rect *boxes; /* of each node by index */
	size_t n_boxes;
};
struct mf_rect {
	size_t row, column, rows, columns;
};
/* Pure: no I/O. The drawing is one block: free it with mf_drawing_free. */
MF_API int mf_graph_draw(struct mf_drawing **out, const struct mf_graph *graph, const struct mf_draw_options *opts,
	struct mf_error *err);
MF_API void mf_drawing_free(struct mf_drawing *drawing);

/* ---- styled text ---------------------------------------------------------------------------------------------- */

/* Text laid out for a terminal: lines of spans. It is UTF-8 without control characters, safe to print as it is. */
enum mf_style {
	MF_STYLE_PLAIN,
	MF_STYLE_TITLE,
	MF_STYLE_HEADING,
	MF_STYLE_BOLD,
	MF_STYLE_ITALIC,
	MF_STYLE_DIM,
	MF_STYLE_CODE,
	MF_STYLE_LINK,
	MF_STYLE_OK,
	MF_STYLE_WARN,
	MF_STYLE_ERROR,
	MF_STYLE_BORDER, /* rules, bullets, axes */
	MF_STYLE_BAR,    /* the filled part of bars, the marks of charts */
	MF_STYLE_TRACK,  /* the rest of a bar */
	MF_STYLE_PIXELS, /* upper half blocks: fg above bg */
	MF_N_STYLES
};
struct mf_span {
	const char *text;
	size_t n;
	enum mf_style style;
	uint32_t fg, bg; /* 0xRRGGBB, of MF_STYLE_PIXELS */
};
struct mf_line {
	const struct mf_span *spans;
	size_t n;
};
struct mf_page; /* immutable */
MF_API size_t mf_page_lines(const struct mf_page *page, const struct mf_line **out);
MF_API bool mf_page_cut(const struct mf_page *page); /* was something left out at a limit? */
MF_API void mf_page_free(struct mf_page *page);

/* ---- cards ---------------------------------------------------------------------------------------------------- */

struct mf_card {
	const char *pathspec; /* of the task asked for: a clone's, where the card is its origin's */
	const char *type, *id, *hash; /* id NULL: it has none */
	const char *path;         /* of its HTML */
	int attempt;              /* that wrote it; -1: not recorded */
	int64_t created_at;       /* ms: its metadata entry, else the file; MF_NO_TIME */
	const char *reload_token; /* "final", "runtime-…"; NULL: the page has none */
};
struct mf_card_filter {
	const char *type, *id; /* exact; NULL: any */
	const char *hash;      /* a prefix; NULL: any. With it `id` is ignored, as the client does */
	struct mf_cancel *cancel;
};
struct mf_cards; /* an immutable list */
/* The cards of a run, step or task, in the order of its tasks (newest first), those of a task by file name. (The client has
 * directory order, which is a different one on each machine.) None is no error. */
MF_API int mf_cards_open(struct mf_cards **out, struct mf_client *client, const char *pathspec,
	const struct mf_card_filter *filter, struct mf_error *err);
MF_API size_t mf_cards_count(const struct mf_cards *cards);
MF_API const struct mf_card *mf_cards_get(const struct mf_cards *cards, size_t i);
/* Tasks that could not be read: their number and the first reason. */
MF_API size_t mf_cards_errors(const struct mf_cards *cards, const struct mf_error **first);
MF_API void mf_cards_free(struct mf_cards *cards);
/* The HTML, byte for byte. */
MF_API int mf_card_write(struct mf_client *client, const struct mf_card *card, const struct mf_sink *sink,
	struct mf_error *err);
/* "<type>[-<id>]-<hash>.html": letters, digits and _ between the hyphens. Lent. */
MF_API const char *mf_card_file(const struct mf_card *card);

/* What a card shows: the data embedded in its page, brought up to date by the newest runtime JSON. */
struct mf_card_content;
MF_API int mf_card_read(struct mf_card_content **out, struct mf_client *client, const struct mf_card *card,
	struct mf_error *err);
/* The embedded JSON, and its text as it was embedded (text may be NULL); NULL: the page has none. */
MF_API const struct mf_value *mf_card_data(const struct mf_card_content *content, const char **text, size_t *n);
/* The newest runtime JSON in the same way. */
MF_API const struct mf_value *mf_card_runtime(const struct mf_card_content *content, const char **text, size_t *n);
/* The embedded JSON with each component replaced that the runtime JSON has a newer version of; NULL as mf_card_data. */
MF_API const struct mf_value *mf_card_merged(const struct mf_card_content *content);
/* The reload token of the page; NULL: none. */
MF_API const char *mf_card_token(const struct mf_card_content *content);
MF_API void mf_card_content_free(struct mf_card_content *content);

struct mf_card_options {
	size_t width;  /* columns; 0: 80 */
	bool ascii;
	bool pixels;   /* images as half blocks in colour; else a line that tells what they are */
};
/* The card as text: its components, or the text of a page that carries none. */
MF_API int mf_card_draw(struct mf_page **out, const struct mf_card_content *content, const struct mf_card_options *opts,
	struct mf_error *err);

/* ---- code packages -------------------------------------------------------------------------------------------- */

enum mf_member_kind { MF_MEMBER_FILE, MF_MEMBER_DIRECTORY, MF_MEMBER_LINK, MF_MEMBER_OTHER };
struct mf_member {
	const char *path; /* as in the archive, without a leading ./ */
	const char *target; /* of a link; NULL */
	uint64_t size;
	unsigned mode;    /* permission bits */
	int64_t mtime;    /* ms */
	enum mf_member_kind kind;
	bool user;        /* the user's own: neither Metaflow nor what it adds */
};
struct mf_package; /* one code package, unpacked nowhere */
/* The package of a task, or of the newest task of a run that has one. MF_ENOTFOUND with a hint where there is none. */
MF_API int mf_package_open(struct mf_package **out, struct mf_client *client, const char *pathspec, struct mf_error *err);
MF_API const char *mf_package_sha(const struct mf_package *package);
MF_API const char *mf_package_script(const struct mf_package *package); /* NULL: not recorded */
MF_API size_t mf_package_members(const struct mf_package *package, const struct mf_member **out); /* in archive order */
/* A member's content; NULL: the flow's script. MF_ENOTFOUND with "did you mean". */
MF_API int mf_package_read(const struct mf_package *package, const char *path, const struct mf_sink *sink, struct mf_error *err);
MF_API void mf_package_free(struct mf_package *package);

struct mf_extract_options {
	bool all;   /* also what is not the user's */
	bool force; /* replace files that exist */
	struct mf_cancel *cancel;
};
struct mf_extract_result {
	size_t files;   /* written */
	size_t skipped; /* links, devices, names that lead elsewhere */
	char first[256]; /* the first that was skipped, and why */
};
/* Unpack files below a directory (made if it is missing; its parent must exist). Nothing is ever written outside of it:
 * absolute names and .. are skipped, links neither made nor followed. A file that exists: MF_EFAILED, unless force. */
MF_API int mf_package_extract(const struct mf_package *package, const char *dir, const struct mf_extract_options *opts,
	struct mf_extract_result *result, struct mf_error *err);

enum mf_change { MF_ADDED, MF_REMOVED, MF_CHANGED };
MF_API const char *mf_change_name(enum mf_change change); /* "added" … */
struct mf_file_change {
	const char *path;
	enum mf_change change;
};
struct mf_package_diff;
/* The files that differ, sorted by path; `all`: not only the user's. Both packages must outlive it. */
MF_API int mf_package_diff(struct mf_package_diff **out, const struct mf_package *a, const struct mf_package *b, bool all,
	struct mf_error *err);
MF_API size_t mf_package_diff_files(const struct mf_package_diff *diff, const struct mf_file_change **out);
/* A unified diff of file i; "Binary files … differ" for what is no text or too different to compare. */
MF_API int mf_package_diff_text(const struct mf_package_diff *diff, size_t i, const struct mf_sink *sink, struct mf_error *err);
MF_API void mf_package_diff_free(struct mf_package_diff *diff);

/* ---- watching -------------------------------------------------------------------------------------------------- */

/* A pollable descriptor that becomes readable when something below a pathspec ("" for everything) may have changed: new runs,
 * steps, tasks, records. It tells that, not what: list again. Where the file system sends no news (network file systems), it
 * never becomes readable: poll with a timer as well. */
struct mf_watch;
MF_API int mf_watch_open(struct mf_watch **out, struct mf_client *client, const char *pathspec, struct mf_error *err);
MF_API int mf_watch_fd(const struct mf_watch *watch);
/* Drain the descriptor and look after what is new; true if anything relevant has happened since the last call. */
MF_API bool mf_watch_changed(struct mf_watch *watch);
MF_API void mf_watch_free(struct mf_watch *watch);

/* ---- tags ----------------------------------------------------------------------------------------------------- */

/* Change the user tags of a run, removal first (data-model §2.6). A system tag to remove, an empty, overlong or invalid
 * tag: MF_EFAILED with the reason, nothing changed. Keeps created_at and user_name. */
MF_API int mf_tags_change(struct mf_client *client, const char *run, const char *const *add, size_t n_add,
	const char *const *remove, size_t n_remove, struct mf_error *err);

/* ---- export ---------------------------------------------------------------------------------------------------- */

enum {
	MF_EXPORT_ARTIFACTS = 1,
	MF_EXPORT_LOGS = 2,
	MF_EXPORT_CARDS = 4,
	MF_EXPORT_CODE = 8,
	MF_EXPORT_METADATA = 16,
	MF_EXPORT_ALL = 31
};

struct mf_progress {
	uint64_t done, total; /* files, objects; total is an estimate until all has been found */
	uint64_t bytes;       /* written, read */
	uint64_t failed;
	int64_t elapsed_ms;
};

struct mf_export_options {
	const char *dir;     /* made if it is not there */
	unsigned what;       /* MF_EXPORT_…; 0: all */
	int format;          /* enum mf_format for artifacts; -1: what keeps each best (mf_artifact_format) */
	const char *include; /* only artifacts whose names match this glob; NULL: all */
	const char *ns;      /* namespace; NULL: any */
	int attempt;         /* -1: the client's choice */
	bool hidden;         /* hidden steps and artifacts too */
	bool resume;         /* keep what an earlier export has written, where it is unchanged here and there */
	bool verify;         /* read back what has been written, and hash what is kept */
	size_t jobs;         /* threads; 0: one per core, 32 where the data comes over a network */
	struct mf_cancel *cancel;
	/* Called from time to time, and for each failure; one call at a time, from any thread. NULL: not wanted. */
	void (*progress)(void *self, const struct mf_progress *progress);
	void (*failed)(void *self, const char *pathspec, const struct mf_error *err);
	void *self;
};
#define MF_EXPORT_INIT {.format = -1, .attempt = -1}

struct mf_export_result {
	uint64_t files, bytes; /* written now */
	uint64_t kept;         /* left as an earlier export has written them */
	uint64_t skipped;      /* artifacts that the format asked for cannot hold */
	uint64_t failed;
};

/* Write what the pathspecs (runs, steps, tasks, artifacts; globs and selectors) name below opts->dir:
 *   Flow/run/run.json and code/…             of each run that it, a step or a task of it was named of
 *   Flow/run/step/task/NAME.EXT              artifacts; the extension is that of the format
 *   …/stdout.log, stderr.log, metadata.json, cards/<type>[-<id>]-<hash>.html
 *   manifest.json                            all files of this and of earlier exports to the directory
 * Names: what a path, a shell or a file system could misread is %XX of its bytes: / \ : * ? " < > | %, control characters,
 * invalid UTF-8, a leading . or -, a trailing . or blank, the first character of CON, NUL, COM1 … and of names that are taken
 * (artifact `metadata`, step `code`); of flows, steps and artifacts that differ from another one only in capitals, the
 * capitals. Names over 200 bytes are cut and end in %~ and a hash.
 * The manifest's `files` are {pathspec, kind (artifact, log, card, code, metadata, task), sha (of the pickle of an artifact, of
 * the bytes of other files), size, type, file, status (ok, failed, skipped)}, and where they apply file_sha (of the file of an
 * artifact that is no pickle), final (false: of a task that had not ended) and error.
 * Each file gets its name when it is complete; links below the directory are not followed. A code package is its user's
 * files, as Metaflow extracts them. While it runs, manifest.ndjson.part holds what is done; it stays after a crash or a
 * cancel, for `resume`, and locks the directory. MF_EPARTIAL: something failed (each was told), the rest is there; a full
 * disk ends everything. result may be NULL. */
MF_API int mf_export(struct mf_export_result *result, struct mf_client *client, const char *const *pathspecs, size_t n,
	const struct mf_export_options *opts, struct mf_error *err);

/* ---- verify ---------------------------------------------------------------------------------------------------- */

enum mf_damage { MF_MISSING, MF_CORRUPT, MF_UNREADABLE, MF_WRONG_SHA };
MF_API const char *mf_damage_name(enum mf_damage damage); /* "missing" … */

/* One thing that is wrong. Lent for the call that tells it. */
struct mf_damaged {
	const char *sha;    /* of the blob; NULL: a log or a card */
	enum mf_damage damage;
	const char *path;   /* of the file */
	const struct mf_error *error;
	const char *const *pathspecs; /* artifacts (tasks, for code packages, logs and cards) that lose it */
	size_t n;
};

struct mf_verify_options {
	const char *ns;
	size_t jobs; /* threads; 0: one per core, 32 where the data comes over a network */
	struct mf_cancel *cancel;
	/* From time to time; one call at a time, from any thread. */
	void (*progress)(void *self, const struct mf_progress *progress);
	/* What is wrong, by the first pathspec that loses it; from the calling thread, at the end. */
	void (*damaged)(void *self, const struct mf_damaged *damaged);
	void *self;
};

struct mf_verify_result {
	uint64_t objects, bytes; /* distinct blobs, logs and cards looked at; unpacked bytes read */
	uint64_t missing, corrupt, unreadable; /* corrupt: also those of another SHA */
};

/* Is all there that the pathspecs ("" for everything; flows, runs, steps, tasks, artifacts, globs and selectors) need? Every
 * record of an artifact, of every attempt: its blob is there, unpacks and has its SHA (each once); code packages likewise;
 * logs and cards can be opened. MF_EFALSE: something is wrong. */
MF_API int mf_verify(struct mf_verify_result *result, struct mf_client *client, const char *const *pathspecs, size_t n,
	const struct mf_verify_options *opts, struct mf_error *err);

#ifdef __cplusplus
}
#endif
#endif
