/* history.h: writes small histories as Metaflow's local provider and datastore do (data-model §2 and §3), file by file, and
 * opens them. Paths are pathspecs; JSON is given as text. Any failure to write aborts the test program. */
#ifndef TEST_HISTORY_H
#define TEST_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#include "../../clientlib/mf.h"

struct history {
	const char *dir;  /* holds .metaflow */
	const char *proc; /* the process table; "" after history_init: none */
	const char *user; /* METAFLOW_USER, NULL */
	const char *max_value; /* MFCTL_MAX_VALUE, NULL */
	int64_t now;
	struct mf_config *config;
	struct mf_client *client;
};

/* Formatted text that lives until the test program ends: paths, records. */
const char *textf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* An empty history in a fresh directory, the present at 2026-11-21 12:00:00 UTC. */
void history_init(struct history *h);
/* Open, or open anew what has been written since. */
void history_open(struct history *h);
void history_close(struct history *h);

/* Records. Tags are a JSON array, NULL: none. */
void history_flow(const struct history *h, const char *flow);
void history_run(const struct history *h, const char *run, int64_t ts, const char *tags, const char *system_tags);
void history_step(const struct history *h, const char *step, int64_t ts);
void history_task(const struct history *h, const char *task, int64_t ts);
/* One metadata entry; attempt < 0: without a tag. The text of `value` is JSON. */
void history_meta(const struct history *h, const char *task, const char *field, const char *value, int64_t ts, int attempt);

/* A file below .metaflow: history_file(h, "F/1/s/2/0.runtime", text). */
void history_file(const struct history *h, const char *path, const char *text);
void history_bytes(const struct history *h, const char *path, const void *p, size_t n);
/* Store bytes in the flow's content-addressed store, packed with gzip or as they are; their key. */
void history_blob(const struct history *h, const char *flow, const void *p, size_t n, int raw, char sha[41]);
/* An artifact of an attempt: its record and its blob. The value is given as JSON and stored as a pickle. */
void history_artifact(const struct history *h, const char *task, int attempt, const char *name, const char *json,
	int64_t ts);
/* The same of a pickle. */
void history_pickled(const struct history *h, const char *task, int attempt, const char *name, const char *pickle, size_t n,
	int64_t ts);
/* The pickle (protocol 4) of a JSON text; free it. */
char *history_pickle(const char *json, size_t *n);

/* An attempt has started: attempt.json, task_begin, metadata `attempt`. */
void history_start(const struct history *h, const char *task, int attempt, int64_t ts);
/* It has ended: attempt_ok, data.json, DONE.lock, attempt-done, the artifacts _task_ok and _success, runtime. */
void history_end(const struct history *h, const char *task, int attempt, int ok, int64_t ts);
/* A task of one attempt that ended well 1 s after it was created, with the records above it where they are missing. */
void history_done_task(const struct history *h, const char *task, int64_t ts);
/* _parameters with a graph: {"steps": …} as JSON. */
void history_graph(const struct history *h, const char *run, const char *graph, int64_t ts);

/* The value of a field as JSON text ("" and a failed check when it cannot be had); valid until the next call but 8. */
const char *history_field(const struct history *h, const char *pathspec, const char *field);

#endif
