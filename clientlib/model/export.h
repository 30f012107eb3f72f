/* model/export.h: the insides of an export, for the files export*.c.
 *
 * A plan is made of the pathspecs: runs and tasks, each named once. Workers take them in order. A
 * task that has been opened is shared: whoever has nothing else to do takes the next of its
 * artifacts, so that one task of many artifacts keeps all workers busy as well as many tasks of few
 * do. What has been written is appended to the journal, from which the manifest is made at the end.
 */
#ifndef MF_MODEL_EXPORT_H
#define MF_MODEL_EXPORT_H

#include "../base/vec.h"
#include "../codec/digest.h"
#include "object.h"

enum {
	EXPORT_NAME = 200,
	EXPORT_CHUNK = 1 << 16,
	EXPORT_JOBS = 64,
	EXPORT_PROGRESS = 100 /* ms from one report to the next */
};

/* ---- export_name.c: names of files ---- */

enum {
	NAME_DOT = 1,   /* a leading dot is all right */
	NAME_SPELL = 2, /* encode capital letters: another name differs in them alone */
	NAME_FIRST = 4  /* encode the first character: the name is taken */
};
/* Append a component of a path: at most EXPORT_NAME bytes, never empty, never . or .. */
void export_name(struct buf *out, const char *name, size_t n, unsigned flags);
/* Bring names into the order that export_spelling wants. */
void export_sort_names(const char **all, size_t n);
/* NAME_SPELL if the name has capital letters and one of the others differs from it in these alone.
 */
unsigned export_spelling(const char *name, const char *const *all, size_t n);
/* Has it a capital letter? */
bool export_has_capitals(const char *name);

/* ---- export_file.c: directories and files ---- */

/* Open a directory below another, made if `make`; a link in its place is never followed. The
 * descriptor or an error. */
int export_subdir(int dirfd, const char *name, bool make, const char *where, struct mf_error *err);

/* A file on its way: under a temporary name, made when the first bytes are written. */
struct export_file {
	int dirfd, fd;
	const char *name; /* lent */
	char *chunk;      /* EXPORT_CHUNK bytes, lent */
	size_t n;         /* bytes in it */
	uint64_t size;
	bool hash;
	struct digest digest;
	struct mf_cancel *cancel;
	struct mf_error err; /* why it cannot be written (not: why its source cannot be read) */
	char temp[EXPORT_NAME + 24];
};
void export_file_begin(struct export_file *f, int dirfd, const char *name, bool hash);
/* A sink: self is the struct export_file. */
int export_file_write(void *self, const char *p, size_t n);
/* Give it its name; `sha` (may be NULL) is that of its bytes if it was asked for. */
int export_file_commit(struct export_file *f, char sha[DIGEST_HEX], struct mf_error *err);
void export_file_abort(struct export_file *f);
/* Does an error on writing concern everything that would be written after it? */
bool export_hopeless(int sys_errno);
/* Open a regular file; never follows a link. A descriptor or an error. */
int export_open(int dirfd, const char *name, struct mf_error *err);
/* Send the rest of an open file to a sink, and close it. */
int export_read(int fd, const char *where, const struct mf_sink *sink, struct mf_error *err);
/* SHA-1 of a file and its size; never follows a link. */
int export_file_sha(
	int dirfd, const char *name, char sha[DIGEST_HEX], uint64_t *size, struct mf_error *err);

/* ---- export_json.c ---- */

/* A JSON string; invalid UTF-8 becomes U+FFFD. NULL: null. */
void export_string(struct buf *b, const char *s);
/* All facts of an object as `show -o json` has them, but for those named in `without` (ended by
 * NULL). A value that cannot be read is an $error in its place; the first of them is copied to
 * *bad. */
int export_object(struct buf *b, struct mf_object *o, const char *const *without,
	struct mf_error *bad, struct mf_error *err);
/* The same of a run with its steps. */
int export_run(struct buf *b, struct mf_object *run, struct mf_error *bad, struct mf_error *err);

/* ---- export_manifest.c ---- */

#define EXPORT_MANIFEST "manifest.json"
#define EXPORT_JOURNAL "manifest.ndjson.part"

struct export_entry {
	const char *text; /* its JSON */
	size_t n;
	const char *file, *pathspec, *kind, *sha, *file_sha; /* NULL: none */
	int64_t size;
	bool ok, final, dead;
};

struct export_manifest {
	struct arena arena;
	struct buf texts[2];
	VEC(struct export_entry) entries;
	VEC(uint32_t) slots; /* index + 1 of entries by file, or by kind and pathspec */
};

/* What the manifest and the journal in the directory say; the journal's is newer. */
int export_manifest_load(struct export_manifest *m, int dirfd, struct mf_error *err);
void export_manifest_release(struct export_manifest *m);
const struct export_entry *export_manifest_file(const struct export_manifest *m, const char *file);
const struct export_entry *export_manifest_object(
	const struct export_manifest *m, const char *kind, const char *pathspec);
/* Write the manifest; `head` is the text of its first members. */
int export_manifest_write(
	struct export_manifest *m, int dirfd, const char *head, struct mf_error *err);

/* Open the journal, cut after its last whole line, and hold its lock. MF_EFAILED: another export
 * holds it. */
int export_journal_open(int dirfd, const char *where, int *fd, struct mf_error *err);

/* ---- export_plan.c: which runs and tasks ---- */

struct export_item {
	const char *pathspec;      /* of a run or a task */
	bool is_run, named, whole; /* named: it must exist; whole: all that is chosen, not the
				      artifacts in names alone */
	const char **names;        /* artifacts asked for by name, sorted */
	size_t n_names;
};

struct export_plan {
	struct arena arena;
	VEC(struct export_item) items;
};

struct export_plan_options {
	const char *ns;
	int attempt;
	bool hidden;
	bool flows; /* flows, and everything (""), are taken too */
	struct mf_cancel *cancel;
};

int export_plan_make(struct export_plan *plan, struct mf_client *client,
	const char *const *pathspecs, size_t n, const struct export_plan_options *opts,
	struct mf_error *err);
void export_plan_release(struct export_plan *plan);
/* Is the artifact among those asked for by name? */
bool export_by_name(const struct export_item *item, const char *name);
/* How many threads: one per core, more where the data comes over a network. */
size_t export_jobs(struct mf_client *client, const struct export_plan *plan);

/* ---- export.c ---- */

struct export_task;

/* Directories of the run and step at hand: most tasks are written below the same as the one before.
 */
struct export_dirs {
	pthread_mutex_t lock;
	char *id[3], *name[3]; /* flow, run, step; as recorded, as a file name */
	int fd[4];             /* DIR, and theirs */
};

struct export
{
	struct mf_client *client;
	struct mf_export_options opts;
	struct mf_export_result result; /* guarded by lock */
	struct export_plan plan;
	struct export_manifest old; /* read only while workers run */
	struct export_dirs dirs;
	int journal;
	int64_t started;
	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t changed;
	struct export_task *open;
	size_t next, opening, opened, workers;
	uint64_t known; /* files of the tasks opened */
	struct mf_error fatal;
	atomic_bool stop;
	pthread_mutex_t say; /* of the callbacks and the journal */
};

struct export_worker {
	struct export *x;
	char *chunk;
	struct buf journal; /* lines that are not yet in the file */
	int64_t flushed;
	struct export_file file;
};

/* What is to be told of one file. */
struct export_fact {
	const char *pathspec, *kind, *sha, *type, *file, *file_sha;
	int64_t size; /* -1: null */
	bool not_final, skipped;
};

int64_t export_clock(void); /* ms, of the monotonic clock */
/* Wait for a signal, or until progress is to be told; under the lock. */
void export_wait(pthread_cond_t *changed, pthread_mutex_t *lock);
/* Do all that the plan says, on threads; returns when all is done or the export has been ended. */
int export_work(struct export *x, struct mf_error *err);
void export_progress(struct export *x);
/* Open DIR, made with those above it. */
int export_dir_top(struct export *x, struct mf_error *err);
/* Close the directories from a level on (0: all but DIR itself). */
void export_dirs_forget(struct export_dirs *d, int level);
/* Directory of a run (depth 2) or task (depth 4): a descriptor of the caller's, and its path below
 * DIR. */
int export_dir(struct export *x, const char *const *ids, int depth, int *fd, struct buf *path,
	struct mf_error *err);
bool export_stopped(const struct export *x);
/* Note a file that has been written or (err) could not be; says the failure. An error that makes
 * going on useless ends the export. */
void export_note(
	struct export_worker *w, const struct export_fact *fact, const struct mf_error *err);
/* A file that an earlier export has written is kept. */
void export_keep(struct export_worker *w);
/* May a file of that entry be kept: is it there as recorded? */
bool export_kept(
	struct export_worker *w, const struct export_entry *e, int dirfd, const char *name);
void export_journal_flush(struct export_worker *w);
/* Start a file of the worker. */
struct mf_sink export_begin(struct export_worker *w, int dirfd, const char *name, bool hash);
/* Its source has been read, or not (rc): give it its name, or drop it. fact->sha, kept in `sha`,
 * and fact->size are set. */
int export_end(struct export_worker *w, int rc, struct export_fact *fact, char sha[DIGEST_HEX],
	struct mf_error *err);
/* A document in memory → a file. fact->sha is set by its content. `bad`: it is incomplete, and why.
 */
void export_text(struct export_worker *w, int dirfd, const char *name, const struct buf *b,
	struct export_fact *fact, const struct mf_error *bad);

/* ---- export_task.c ---- */

struct export_task {
	struct export_task *next;
	const struct export_item *item;
	struct mf_object *task; /* of the worker that opened it */
	int fd;
	char *path; /* below DIR */
	int final; /* has it ended, so that logs and metadata stay as they are? -1: not looked up */
	struct arena arena;
	const char **all; /* names of all its artifacts */
	size_t n_all;
	pthread_mutex_t lock; /* guards what follows */
	struct mf_iter *iter;
	int fields[2]; /* that it evaluates */
	size_t next_name;
	atomic_bool drained;
	int refs; /* guarded by export.lock */
};

/* NULL: nothing to do there, or it failed (which has been noted). */
struct export_task *export_task_open(
	struct export_worker *w, const struct export_item *item, size_t *n_files);
/* Logs, cards, metadata. */
void export_task_facts(struct export_worker *w, struct export_task *t);
/* Note that it failed as a whole, unless it is no task at all. */
void export_task_failed(
	struct export_worker *w, const struct export_item *item, const struct mf_error *err);
/* ---- export_artifact.c ---- */

/* The next artifact that is nobody's yet; false: there is none. */
bool export_task_artifact(struct export_worker *w, struct export_task *t);
void export_task_free(struct export_task *t);
/* Read back what has been written: it must have that SHA. */
int export_check(const struct export_file *f, const char *want, struct mf_error *err);

/* ---- export_card.c, export_code.c ---- */

void export_cards(struct export_worker *w, struct export_task *t);
/* run.json and code/ of a run. */
void export_run_files(struct export_worker *w, const struct export_item *item);

#endif
