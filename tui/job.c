#include "job.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "../clientlib/base/err.h"

#define THREADS_MAX 16
#define WORKER_NICE 5

struct job {
	struct jobs *pool;
	struct job_spec spec;
	struct mf_cancel *cancel; /* what the library does for the job ends with it */
	bool running;                      /* under lock */
	struct job *next;                  /* in the queue of waiting jobs */
	struct job *prev_live, *next_live; /* of all jobs not yet delivered; UI thread only */
	struct done *done; /* the note of its end, made in advance: an end cannot be lost */
};

/* A line of the completion queue. */
struct done {
	struct done *next;
	struct job *job;
	void *part;
	void (*part_free)(void *part);
};

struct jobs {
	pthread_mutex_t lock;
	pthread_cond_t work, rest;
	int busy;                             /* threads with a job; under lock */
	struct job *first, **last;            /* waiting; under lock */
	struct done *done_first, **done_last; /* under lock */
	bool stop;                            /* under lock */
	int wake[2];
	struct job *live; /* UI thread only */
	pthread_t threads[THREADS_MAX];
	int count;
};

static void push_done(struct jobs *p, struct done *d)
{
	d->next = NULL;
	pthread_mutex_lock(&p->lock);
	bool was_empty = !p->done_first;
	*p->done_last = d;
	p->done_last = &d->next;
	pthread_mutex_unlock(&p->lock);
	if (was_empty) {
		ssize_t n = write(p->wake[1], "", 1);
		(void)n; /* full: then it is readable, which is all that is wanted */
	}
}

static void run_job(struct job *j)
{
	mf_cancel_bind(j->cancel);
	if (!job_cancelled(j))
		j->spec.run(j, j->spec.arg);
	mf_cancel_bind(NULL);
	push_done(j->pool, j->done);
}

static void *worker(void *arg)
{
	struct jobs *p = arg;

	/* Of this thread alone (and those it starts): keys come first where processors are few. */
	(void)setpriority(PRIO_PROCESS, 0, WORKER_NICE);
	pthread_mutex_lock(&p->lock);
	for (;;) {
		while (!p->first && !p->stop)
			pthread_cond_wait(&p->work, &p->lock);
		struct job *j = p->first;
		if (!j)
			break;
		p->first = j->next;
		if (!p->first)
			p->last = &p->first;
		p->busy++;
		j->running = true;
		pthread_mutex_unlock(&p->lock);
		run_job(j); /* it may be freed from now on */
		pthread_mutex_lock(&p->lock);
		if (!--p->busy)
			pthread_cond_signal(&p->rest);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

static bool add_thread(struct jobs *p)
{
	sigset_t all, old;

	/* Signals are for the UI thread. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	bool ok = p->count < THREADS_MAX &&
		  pthread_create(&p->threads[p->count], NULL, worker, p) == 0;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	p->count += ok;
	return ok;
}

int jobs_new(struct jobs **out, int threads, struct mf_error *err)
{
	struct jobs *p = calloc(1, sizeof(*p));

	*out = NULL;
	if (!p)
		return err_nomem(err);
	p->last = &p->first;
	p->done_last = &p->done_first;
	if (pipe2(p->wake, O_NONBLOCK | O_CLOEXEC) < 0) {
		free(p);
		return err_set(err, MF_EFAILED, "cannot make a pipe");
	}
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->work, NULL);
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&p->rest, &attr);
	pthread_condattr_destroy(&attr);
	while (p->count < threads && add_thread(p)) {
	}
	*out = p; /* with fewer threads than asked for it still works; with none, inline */
	return MF_OK;
}

/* From now on jobs_cancel does not see it: its arg may change hands. */
static void unlink_job(struct job *j)
{
	if (j->prev_live)
		j->prev_live->next_live = j->next_live;
	else
		j->pool->live = j->next_live;
	if (j->next_live)
		j->next_live->prev_live = j->prev_live;
}

static void free_job(struct job *j)
{
	if (j->spec.free && j->spec.arg)
		j->spec.free(j->spec.arg);
	mf_cancel_free(j->cancel);
	free(j->done);
	free(j);
}

static void drop(void *ctx, struct job_result *r)
{
	(void)ctx;
	(void)r;
}

bool jobs_stop(struct jobs *p, int ms)
{
	struct timespec until;
	int rc = 0;

	jobs_cancel(p, 0, 0);
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += (long)(ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&p->lock);
	while (p->busy && rc == 0)
		rc = pthread_cond_timedwait(&p->rest, &p->lock, &until);
	bool done = !p->busy;
	pthread_mutex_unlock(&p->lock);
	return done;
}

void jobs_free(struct jobs *p)
{
	if (!p)
		return;
	jobs_cancel(p, 0, 0);
	pthread_mutex_lock(&p->lock);
	p->stop = true;
	pthread_cond_broadcast(&p->work);
	pthread_mutex_unlock(&p->lock);
	for (int i = 0; i < p->count; i++)
		pthread_join(p->threads[i], NULL);
	while (jobs_drain(p, drop, NULL)) { /* freeing one may submit another */
	}
	close(p->wake[0]);
	close(p->wake[1]);
	pthread_cond_destroy(&p->work);
	pthread_cond_destroy(&p->rest);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

int jobs_submit(struct jobs *p, const struct job_spec *spec, struct mf_error *err)
{
	struct job *j = calloc(1, sizeof(*j));
	struct done *d = calloc(1, sizeof(*d));

	if (j)
		j->cancel = mf_cancel_new();
	if (!j || !d || !j->cancel) {
		if (j)
			mf_cancel_free(j->cancel);
		free(j);
		free(d);
		if (spec->free && spec->arg)
			spec->free(spec->arg);
		return err_nomem(err);
	}
	j->pool = p;
	j->spec = *spec;
	j->done = d;
	d->job = j;
	j->next_live = p->live;
	if (p->live)
		p->live->prev_live = j;
	p->live = j;
	pthread_mutex_lock(&p->lock);
	bool here = !p->count || p->stop, lost = false;
	for (const struct job *k = p->live; k && !here && p->busy == p->count; k = k->next_live)
		lost = lost || (k->running && job_cancelled(k));
	pthread_mutex_unlock(&p->lock);
	if (here) {
		run_job(j);
		return MF_OK;
	}
	if (lost)
		add_thread(p); /* nobody waits for what that one does */
	pthread_mutex_lock(&p->lock);
	*p->last = j;
	p->last = &j->next;
	pthread_cond_signal(&p->work);
	pthread_mutex_unlock(&p->lock);
	return MF_OK;
}

void jobs_cancel(struct jobs *p, uint32_t view, uint32_t generation)
{
	for (struct job *j = p->live; j; j = j->next_live) {
		if ((view && j->spec.view != view) ||
			(generation && j->spec.generation >= generation))
			continue;
		if (job_cancelled(j))
			continue;
		mf_cancel_set(j->cancel);
		if (j->spec.cancel && j->spec.arg)
			j->spec.cancel(j->spec.arg);
	}
}

int jobs_fd(const struct jobs *p)
{
	return p->wake[0];
}

size_t jobs_drain(struct jobs *p, job_deliver_fn *deliver, void *ctx)
{
	char b[64];
	size_t count = 0;

	while (read(p->wake[0], b, sizeof(b)) > 0) {
	}
	pthread_mutex_lock(&p->lock);
	struct done *d = p->done_first;
	p->done_first = NULL;
	p->done_last = &p->done_first;
	pthread_mutex_unlock(&p->lock);
	while (d) {
		struct done *next = d->next;
		struct job *j = d->job;
		bool end = d == j->done;
		struct job_result r = {j->spec, d->part, d->part_free, job_cancelled(j)};
		if (end)
			unlink_job(j);
		deliver(ctx, &r);
		if (end) {
			j->spec.arg = r.spec.arg;
			free_job(j);
		} else {
			if (r.part && r.part_free)
				r.part_free(r.part);
			free(d);
		}
		count++;
		d = next;
	}
	return count;
}

size_t jobs_pending(struct jobs *p, uint32_t view)
{
	size_t n = 0;

	for (const struct job *j = p->live; j; j = j->next_live)
		n += !view || j->spec.view == view;
	return n;
}

bool job_cancelled(const struct job *j)
{
	return mf_cancel_is_set(j->cancel);
}

void job_post(struct job *j, void *part, void (*part_free)(void *part))
{
	struct done *d = calloc(1, sizeof(*d));

	if (!d) {
		if (part_free)
			part_free(part);
		return;
	}
	d->job = j;
	d->part = part;
	d->part_free = part_free;
	push_done(j->pool, d);
}
