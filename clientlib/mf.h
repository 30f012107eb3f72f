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
	X(MF_EUNSUPPORTED, -14, "unsupported", 1)

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
	MF_TRUNCATED  /* a part left out at a limit: {"$truncated": …} */
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
	const char *metadata;       /* --metadata: local@DIR, spin@DIR, service@URL */
	const char *datastore_root; /* --datastore-root */
	const char *profile;        /* --profile: as METAFLOW_PROFILE */
	const char *file;           /* --config: in place of the global file */
	const char *proc;           /* where the process table is; NULL: /proc; "": do not look at it */
	int64_t now;                /* the present, ms; 0: the system's clock (for tests and pictures) */
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
/* "local@/home/alice/proj": what to show as the origin of the data. */
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
MF_API bool mf_paths_is_glob(const struct mf_paths *paths); /* did the pattern hold a glob? */
MF_API void mf_paths_free(struct mf_paths *paths);
/* Number of components of a pathspec minus one as entity: "F" → MF_FLOW; -1 for "" and malformed ones. */
MF_API int mf_pathspec_entity(const char *pathspec);

/* ---- artifacts ------------------------------------------------------------------------------------------------ */

/* The value of an artifact object; lives until the object is freed. IncludeFile gives its content. Errors: MF_ECORRUPT
 * (damaged gzip or pickle, wrong SHA), MF_ENOTFOUND (no such blob), MF_EACCESS, MF_EUNSUPPORTED (other datastores) … */
MF_API int mf_artifact_value(struct mf_object *artifact, const struct mf_value **out, struct mf_error *err);
/* The unpacked pickle stream, checked against its SHA, a window at a time. */
MF_API int mf_artifact_bytes(struct mf_object *artifact, const struct mf_sink *sink, struct mf_error *err);
/* A pickle held in memory (copied): its value lives until mf_document_free. */
struct mf_document;
MF_API int mf_pickle_read(struct mf_document **out, const char *p, size_t n, struct mf_error *err);
MF_API const struct mf_value *mf_document_value(const struct mf_document *doc);
MF_API void mf_document_free(struct mf_document *doc);

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

#ifdef __cplusplus
}
#endif
#endif
