/* job.h: work away from the UI thread. Every job that was taken is delivered exactly once, maybe as
 * cancelled, on the UI thread by jobs_drain. All functions are for the UI thread unless they say
 * otherwise. */
#ifndef TUI_JOB_H
#define TUI_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../clientlib/mf.h"

struct jobs;
struct job;

/* What to do, and for whom. The caller fills it in; jobs_submit copies it. */
struct job_spec {
	/* In a worker thread. Looks at job_cancelled now and then; touches nothing but arg and what
	 * is made for threads. */
	void (*run)(struct job *j, void *arg);
	/* On the UI thread, after the delivery (or instead of it): free arg. May be NULL. */
	void (*free)(void *arg);
	/* On the UI thread while run may be busy: make it stop soon. May be NULL. */
	void (*cancel)(void *arg);
	void *arg;
	uint32_t view, generation; /* handed to deliver */
	int kind;                  /* the view's own number for it */
};

struct job_result {
	struct job_spec spec; /* deliver may take spec.arg over by setting it to NULL */
	void *part;           /* a partial result; NULL: the job has ended */
	void (*part_free)(void *part);
	bool cancelled; /* it was cancelled before it ended (it may have done its work all the same)
			 */
};

typedef void job_deliver_fn(void *ctx, struct job_result *r);

/* A pool of threads (a cancelled job that does not end gets a stand-in for its thread); 0 runs
 * every job inside jobs_submit (tests). */
int jobs_new(struct jobs **out, int threads, struct mf_error *err);
/* Cancel everything and wait for what is busy, so long at most. False: something does not end (a
 * file system that hangs): the pool cannot be freed then. */
bool jobs_stop(struct jobs *p, int ms);
/* Cancels what is left, waits for the threads, frees all arguments. NULL is fine. */
void jobs_free(struct jobs *p);
/* Take a job. When memory is short the job is not taken, and its arg is freed by spec->free. */
int jobs_submit(struct jobs *p, const struct job_spec *spec, struct mf_error *err);
/* Cancel the jobs of a view, waiting and running; generation 0: of all generations, else of older
 * ones than it. */
void jobs_cancel(struct jobs *p, uint32_t view, uint32_t generation);
/* Readable when there is something to drain. */
int jobs_fd(const struct jobs *p);
/* Hand out all that is ready; returns how many. deliver may submit and cancel. */
size_t jobs_drain(struct jobs *p, job_deliver_fn *deliver, void *ctx);
/* Jobs of a view (0: of all) taken and not yet delivered. */
size_t jobs_pending(struct jobs *p, uint32_t view);

/* ---- for run, in its thread ---- */

bool job_cancelled(const struct job *j);
/* Hand over a partial result; it is delivered before the end. At most one every 50 ms is wise.
 * Frees it on failure. */
void job_post(struct job *j, void *part, void (*part_free)(void *part));

#endif
