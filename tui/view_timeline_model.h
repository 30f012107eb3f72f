/* view_timeline_model.h: when the attempts of a run waited and ran: read by a job, then immutable. */
#ifndef TUI_VIEW_TIMELINE_MODEL_H
#define TUI_VIEW_TIMELINE_MODEL_H

#include "../clientlib/base/vec.h"
#include "app.h"

struct span {
	int attempt;
	enum ui_status status;
	int64_t queued, started, ended; /* ms; ended: the present while it runs */
};

struct span_task {
	char *id, *value; /* value: of its foreach, NULL */
	enum ui_status status;
	size_t step, first, count; /* its spans */
	int64_t queued, ended, duration; /* duration: of its last attempt, -1: not known */
	bool critical;
};

struct span_step {
	char *name;
	enum ui_status status;
	size_t first, count; /* its tasks, by the time they were queued */
	size_t attempts, running;
	int64_t queued, started, ended;
	int64_t p50, p95, most; /* of the durations of its tasks; -1: not known */
	size_t slowest;
	bool critical;
};

struct timeline {
	struct mf_client *client;
	struct mf_cancel *cancel;
	char *run;
	bool again;

	VEC(struct span_step) steps;
	VEC(struct span_task) tasks;
	VEC(struct span) spans;
	int64_t from, to;
	enum ui_status status;
	bool live;
	size_t unread; /* tasks and attempts that could not be read */
	int rc;
	struct mf_error err;
};

/* NULL: out of memory. */
struct timeline *timeline_new(struct mf_client *client, const char *run, bool again);
/* For view_submit. */
void timeline_run(struct job *j, void *t);
void timeline_cancel(void *t);
void timeline_free(void *t);
/* How many tasks ran, and how many waited, at a time; `step` SIZE_MAX: of all steps. */
void timeline_at(const struct timeline *t, int64_t at, size_t step, size_t *running, size_t *queued);

#endif
