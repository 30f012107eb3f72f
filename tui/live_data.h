/* live_data.h: what runs now, in all flows, read by a job. */
#ifndef TUI_LIVE_DATA_H
#define TUI_LIVE_DATA_H

#include "../clientlib/base/vec.h"
#include "data.h"

struct live_run {
	char *pathspec, *user, *tags;
	char *steps; /* those with running tasks: "train ×12, score" */
	char *why;   /* the evidence that it runs */
	char *line;  /* the last one that its newest task has written; "" for none */
	enum ui_status status;
	int64_t created;
	int64_t active; /* last sign of life; MF_NO_TIME: none */
	int64_t median; /* of the flow's completed runs; -1: none */
	int64_t done, failed, running, total;
	bool more; /* steps are not reached yet whose tasks nobody has counted: total is a lower
		      bound */
};

struct live_runs {
	struct live_run *v;
	size_t n, cap;
};

struct live_job {
	struct mf_client *client;
	struct mf_cancel *cancel;
	char *ns;
	int64_t now;
	struct live_runs found; /* newest first within each flow */
	size_t flows;
	struct mf_error err;
};

void live_job_run(struct job *job, void *p);
void live_job_free(void *p);
void live_job_cancel(void *p);
void live_runs_free(struct live_runs *l);

#endif
