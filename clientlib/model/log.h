/* model/log.h: the insides of a log: files held in memory, and lines that are slices of them. */
#ifndef MF_MODEL_LOG_H
#define MF_MODEL_LOG_H

#include "../base/arena.h"
#include "../base/limits.h"
#include "../base/vec.h"
#include "object.h"

/* All files of one log together; its lines. A slice has 32 bits, which a single file cannot exceed.
 */
#define LOG_BYTES_MAX (2 * MF_LIMIT_LOG_FILE)
#define LOG_LINES_MAX (64u << 20)
_Static_assert(MF_LIMIT_LOG_FILE <= UINT32_MAX, "offsets of 32 bits");

#define LOG_UNSTAMPED INT64_MAX /* sorts behind every time */

struct log_file {
	char *p; /* in the arena of the log; each source has been ended by a NUL where its | was */
	size_t n;
	uint32_t task;
	unsigned stream;
	bool plain; /* not structured: no line has a time, bytes are kept as they are */
};

struct log_line {
	int64_t us;                   /* or LOG_UNSTAMPED */
	uint32_t file;                /* index */
	uint32_t start, source, text; /* offsets in the file: of the line, its source, its text */
	uint32_t n;                   /* bytes of text */
	uint32_t source_n;            /* 0: unstamped */
};

struct log_lines {
	struct log_line *v;
	size_t n, cap;
};

struct mf_log {
	struct arena arena;
	VEC(struct log_file) files;
	VEC(struct mf_log_task) tasks;
	struct log_lines lines;        /* in their order, once opened */
	struct log_lines stderr_lines; /* those of standard error, while reading */
	struct buf scratch;
	unsigned streams;
	uint64_t bytes;
	/* the one task of an empty log does not say where its datastore is: one empty line for
	 * the client */
	bool unknown_place;
	size_t n_errors;
	struct mf_error first_error;
};

/* Order of two lines: <0, 0, >0. */
typedef int log_order(const struct mf_log *log, const struct log_line *a, const struct log_line *b);
/* By time, unstamped lines last; equal for lines of the same time. */
int log_by_time(const struct mf_log *log, const struct log_line *a, const struct log_line *b);
/* The order in which Task.stdout prints the lines of one stream of one task (data-model §5). */
int log_by_client(const struct mf_log *log, const struct log_line *a, const struct log_line *b);
/* Are the lines in this order already? */
bool log_sorted(const struct mf_log *log, const struct log_line *lines, size_t n, log_order *order);
/* Sort without changing the order of equal lines; costs one pass and no memory where nothing is to
 * be done. */
int log_sort(const struct mf_log *log, struct log_line *lines, size_t n, log_order *order,
	struct mf_error *err);

/* Read the streams of one task behind what the log holds: standard output into lines, standard
 * error into stderr_lines. What cannot be read is counted in the log; MF_ENOMEM alone is
 * returned. */
int log_read_task(struct mf_log *log, struct mf_object *task, const struct mf_log_options *opts,
	struct mf_error *err);

/* Does the metadata of the attempt asked for say where the task's datastore is? */
bool log_place_known(struct mf_object *task, const struct mf_log_options *opts);

#endif
