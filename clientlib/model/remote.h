/* model/remote.h: the insides of the datastore provider: runs of which nothing but the datastore is
 * at hand. What tasks left there of their metadata (N.local_metadata, data-model §3.3) is read as
 * the local history it was packed from; for the rest records are made of what the datastore itself
 * says, and stay empty where it says nothing. */
#ifndef MF_MODEL_REMOTE_H
#define MF_MODEL_REMOTE_H

#include "iter.h"
#include "provider.h"

enum { REMOTE_TIME_SLOTS = 1 << 14 };

struct remote_time {
	char *run; /* NULL: free */
	int64_t ts;
};

struct remote {
	struct store *store; /* of the records; lent */
	pthread_mutex_t lock;
	struct remote_time *times; /* under the lock: times of runs, which do not change; by hash of
				      the pathspec */
};

/* Files of an attempt in its task's directory, as bits. */
enum {
	REMOTE_START = 1,  /* N.attempt.json */
	REMOTE_BEGIN = 2,  /* N.task_begin */
	REMOTE_DATA = 4,   /* N.data.json */
	REMOTE_DONE = 8,   /* N.DONE.lock */
	REMOTE_PACKED = 16 /* N.local_metadata */
};

/* A small file, in the arena of its run; text NULL: not there. */
struct remote_text {
	const char *text;
	size_t n;
	int64_t modified; /* ms, MF_NO_TIME */
};

struct remote_attempt {
	unsigned files;
	struct remote_text start, begin, data, packed;
	bool unpacked;       /* its tarball has been read */
	const char *trouble; /* why it was not, NULL */
};

struct remote_task {
	const char *step, *id;
	size_t keys, n_keys; /* its names in run->tree */
	unsigned has;        /* what has been fetched: enum remote_want */
	struct remote_attempt at[MF_MAX_ATTEMPTS];
};

/* A file of a _meta directory out of the tarballs: "_meta/_self.json",
 * "step/task/_meta/0_artifact_x.json". */
struct remote_file {
	const char *path, *text;
	size_t n;
	int64_t mtime;
};

/* What is known of a run; kept with its context, under the lock of that. */
struct remote_run {
	struct arena arena;
	struct fs_names tree;      /* all keys below "Flow/run/", sorted */
	struct remote_task *tasks; /* by step and id */
	size_t n_tasks;
	VEC(struct remote_file) files; /* by path, one of each */
	bool has_first; /* the tarball that has the run's own record was looked for */
};

/* ---- remote.c ---- */

int remote_open(struct mf_client *c, const char *root, struct mf_error *err);
void remote_close(struct mf_client *c); /* nothing to do for clients of another provider */
/* Has the run a record, or are its facts made from what else there is? */
bool remote_has_record(struct mf_object *run);
/* Is it a name that a flow can have, and no directory of Metaflow's own? */
bool remote_is_flow(const char *name);
/* An object with the ids of a pathspec: flow_id … task_id; NULL: out of memory. */
struct mf_value *remote_ids(struct arena *a, const char *const *ids, size_t n);
bool remote_put(struct arena *a, struct mf_value *d, const char *key, struct mf_value *v);

/* ---- remote_run.c: what is there of a run ---- */

/* The keys of a run and its tasks, from one list of the store. Under the run's lock. MF_ENOTFOUND:
 * no task has left anything. */
int remote_run(struct remote_run **out, struct run *r, struct mf_error *err);
void remote_run_free(struct remote_run *rr); /* NULL is fine */
/* The tasks of a step: from *from on, *n of them. */
void remote_step(const struct remote_run *rr, const char *step, size_t *from, size_t *n);
struct remote_task *remote_task(
	struct remote_run *rr, const char *step, const char *id); /* NULL: there is none */
/* The newest attempt that left any of these files; -1. */
int remote_newest(const struct remote_task *t, unsigned files);
/* When an attempt started; MF_NO_TIME while that has not been fetched, or if nothing tells. */
int64_t remote_started(const struct remote_attempt *a);
/* When an attempt stored what it had made; MF_NO_TIME likewise, and where files have the times of
 * their copies. */
int64_t remote_ended(const struct remote_attempt *a);
/* When a task was made, and a step by its first task. */
int64_t remote_task_time(struct remote_run *rr, const struct remote_task *t);
int64_t remote_step_time(struct remote_run *rr, const char *step);

/* ---- remote_fetch.c ---- */

enum remote_want {
	REMOTE_TIMES = 1, /* when attempts started: N.attempt.json, or the packed metadata */
	REMOTE_ROWS = 2   /* all that rows are made of */
};
/* Have these facts of the tasks from `from` on, many requests at a time. Under the run's lock. */
int remote_fetch(struct run *r, struct remote_run *rr, size_t from, size_t n, unsigned want,
	struct mf_error *err);
/* Have the tarball that holds the run's own record and _parameters, if there is any. */
int remote_fetch_first(struct run *r, struct remote_run *rr, struct mf_error *err);

/* ---- remote_pack.c: the tarballs ---- */

/* Unpack one of flow/run into rr->files. MF_ECORRUPT, MF_ELIMIT … */
int remote_unpack(struct remote_run *rr, const char *flow, const char *run, const char *p, size_t n,
	struct mf_error *err);
/* Order the files after some were unpacked; of several with one path one stays. */
void remote_files_settle(struct remote_run *rr);
/* First of the files whose path is not before `path`. */
size_t remote_files_lower(const struct remote_run *rr, const char *path);
/* A file; NULL: it is not there. */
const struct remote_file *remote_file(const struct remote_run *rr, const char *path);

/* ---- remote_rows.c, remote_list.c, remote_status.c, remote_watch.c ---- */

int remote_task_rows(struct mf_object *o, unsigned what, struct mf_error *err);
int remote_task_row(
	struct mf_object *o, const char *name, char **text, size_t *n, struct mf_error *err);
int remote_artifact_attempt(struct mf_object *task, bool *known);
int remote_list(struct mf_iter *it, struct mf_error *err);
int remote_next_page(struct mf_iter *it, struct mf_error *err);
/* Names of runs that the store has below a flow. */
int remote_runs(struct mf_client *c, const char *flow, struct fs_names *out, struct mf_error *err);
/* When a run was made, for what it costs to know: nothing, or two requests. MF_NO_TIME: nothing
 * tells. */
int remote_run_time(
	struct mf_client *c, const char *flow, const char *run, int64_t *ts, struct mf_error *err);
void remote_expect(struct run *r, unsigned what);
void remote_run_status(struct mf_object *o, struct status *s);
void remote_task_status(struct mf_object *o, struct status *s);

struct mf_watch;
int remote_watch_open(struct mf_watch *w);
bool remote_watch_changed(struct mf_watch *w);

#endif
