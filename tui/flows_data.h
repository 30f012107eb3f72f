/* flows_data.h: the flows of a history with their newest runs, read by a job. */
#ifndef TUI_FLOWS_DATA_H
#define TUI_FLOWS_DATA_H

#include "../clientlib/base/vec.h"
#include "data.h"

#define FLOW_RUNS 20
#define FLOW_OWNERS 64

struct flow_run {
	uint64_t id;
	int64_t created, duration; /* -1: not known */
	enum ui_status status;
	char user[32];
};

/* What is shown of a flow. A value: copied between threads. */
struct flow {
	char name[256];
	uint64_t id;
	size_t total; /* runs in the history */
	bool known;   /* its runs have been read */
	int n;        /* of runs, newest first */
	struct flow_run runs[FLOW_RUNS];
};

struct flows {
	struct flow *v;
	size_t n, cap;
};

struct flows_job {
	struct mf_client *client;
	struct mf_query *query;
	struct mf_cancel *cancel;
	char *ns;
	struct flows known; /* what was read before: ended runs are not read again */
	struct flows found;
	bool live; /* something runs */
	struct mf_error err;
};

/* Parts are struct flows: the flows there are, with what is known of them so far. */
void flows_job_run(struct job *job, void *p);
void flows_job_free(void *p);
void flows_job_cancel(void *p);

/* Median of the completed runs, -1 if there are none; share of completed runs among those that
 * ended, -1 if none has. */
int64_t flow_median(const struct flow *f);
int flow_success(const struct flow *f);
/* Users of the runs, the busiest first: "alice, bob". */
void flow_owners(const struct flow *f, struct buf *out);

#endif
