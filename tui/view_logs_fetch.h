/* view_logs_fetch.h: the lines of a log, read and sorted by a job. */
#ifndef TUI_VIEW_LOGS_FETCH_H
#define TUI_VIEW_LOGS_FETCH_H

#include "../clientlib/base/vec.h"
#include "app.h"

/* What a job brings; immutable afterwards. */
struct log_fetch {
	struct mf_client *client;
	struct mf_cancel *cancel;
	char *path;
	int attempt;
	bool again; /* look past what the client remembers */

	struct mf_log *log;
	VEC(uint32_t) of[2];  /* lines of stdout, of stderr */
	VEC(uint32_t) errors; /* lines at which something that went wrong begins */
	int label;            /* columns of the longest task name */
	int n_attempts;       /* of the one task */
	int current;          /* its current attempt */
	int64_t start_us;     /* of the first line with a time */
	bool live;
	int rc;
	struct mf_error err;
};

/* For view_submit. */
void log_fetch_run(struct job *j, void *f);
void log_fetch_cancel(void *f);
void log_fetch_free(void *f);
/* "train/17" of a run's log, "#17" of a step's. */
void log_task_label(struct buf *out, enum mf_entity entity, const char *pathspec);

#endif
