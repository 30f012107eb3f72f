/* The workers of an export: who takes which task, and what is told meanwhile. */
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "../base/par.h"
#include "export.h"

static void release_task(struct export *x, struct export_task *t)
{
	pthread_mutex_lock(&x->lock);
	bool last = --t->refs == 0;
	struct export_task **at = &x->open;
	while (last && *at && *at != t)
		at = &(*at)->next;
	if (last && *at)
		*at = t->next;
	pthread_cond_broadcast(&x->changed);
	pthread_mutex_unlock(&x->lock);
	if (last)
		export_task_free(t);
}

/* The next task to work on: a new one, since two who write into one directory wait for each other;
 * where there is none, one that somebody else has opened. *fresh: it has just been opened. False:
 * all is done. */
static bool next_task(struct export_worker *w, struct export_task **out, bool *fresh)
{
	struct export *x = w->x;
	struct export_task *t = NULL;
	bool more = false;
	*fresh = false;
	*out = NULL;
	pthread_mutex_lock(&x->lock);
	while (!export_stopped(x)) {
		if (x->next < x->plan.items.n) {
			const struct export_item *item = &x->plan.items.v[x->next++];
			size_t n = 0;
			x->opening++;
			pthread_mutex_unlock(&x->lock);
			if (item->is_run)
				export_run_files(w, item);
			else
				*out = t = export_task_open(w, item, &n);
			pthread_mutex_lock(&x->lock);
			x->opening--;
			x->opened++;
			x->known += n;
			if (t) {
				t->refs = 1;
				t->next = x->open;
				x->open = t;
			}
			pthread_cond_broadcast(&x->changed);
			*fresh = more = true;
			break;
		}
		for (t = x->open; t && t->drained; t = t->next)
			;
		if (t) {
			t->refs++;
			*out = t;
			more = true;
			break;
		}
		if (!x->opening)
			break;
		pthread_cond_wait(&x->changed, &x->lock);
	}
	pthread_mutex_unlock(&x->lock);
	return more;
}

void export_progress(struct export *x)
{
	struct mf_progress p;
	if (!x->opts.progress)
		return;
	pthread_mutex_lock(&x->lock);
	p = (struct mf_progress){
		.done = x->result.files + x->result.kept + x->result.skipped + x->result.failed,
		.bytes = x->result.bytes,
		.failed = x->result.failed,
		.elapsed_ms = export_clock() - x->started};
	p.total = x->opened ? x->known + x->known * (x->plan.items.n - x->opened) / x->opened : 0;
	pthread_mutex_unlock(&x->lock);
	if (p.total < p.done)
		p.total = p.done;
	pthread_mutex_lock(&x->say);
	x->opts.progress(x->opts.self, &p);
	pthread_mutex_unlock(&x->say);
}

static void work(struct export_worker *w, bool alone)
{
	struct export_task *t;
	bool fresh;
	int64_t told = export_clock();
	while (next_task(w, &t, &fresh)) {
		if (t && fresh)
			export_task_facts(w, t);
		while (t && !export_stopped(w->x) && export_task_artifact(w, t)) {
			if (!alone || export_clock() - told < EXPORT_PROGRESS)
				continue;
			told = export_clock();
			export_progress(w->x);
		}
		if (t)
			release_task(w->x, t);
	}
	export_journal_flush(w);
}

static void *worker_thread(void *self)
{
	struct export_worker *w = self;
	struct export *x = w->x;
	work(w, false);
	pthread_mutex_lock(&x->lock);
	x->workers--;
	pthread_cond_broadcast(&x->changed);
	pthread_mutex_unlock(&x->lock);
	return NULL;
}

void export_wait(pthread_cond_t *changed, pthread_mutex_t *lock)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += EXPORT_PROGRESS * 1000000l;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_cond_timedwait(changed, lock, &until);
}

static void wait_for_workers(struct export *x)
{
	pthread_mutex_lock(&x->lock);
	while (x->workers) {
		export_wait(&x->changed, &x->lock);
		pthread_mutex_unlock(&x->lock);
		export_progress(x);
		pthread_mutex_lock(&x->lock);
	}
	pthread_mutex_unlock(&x->lock);
}

size_t export_jobs(struct mf_client *c, const struct export_plan *plan)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);
	for (size_t i = 0; i < plan->items.n; i++)
		if (!plan->items.v[i].is_run)
			return mf_data_is_far(c, plan->items.v[i].pathspec) ? PAR_WIDE : online > 0 ? (size_t)online : 1;
	return 1;
}

int export_work(struct export *x, struct mf_error *err)
{
	struct export_worker *all = NULL;
	pthread_t threads[EXPORT_JOBS];
	size_t n = x->opts.jobs, started = 0;
	int rc = MF_OK;
	if (!n)
		n = export_jobs(x->client, &x->plan);
	n = n > EXPORT_JOBS ? EXPORT_JOBS : n;
	all = calloc(n, sizeof(*all));
	if (!all)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++) {
		all[i] = (struct export_worker){.x = x,
			.chunk = malloc(EXPORT_CHUNK),
			.journal = BUF_INIT(1 << 20),
			.flushed = x->started};
		if (!all[i].chunk)
			rc = err_nomem(err);
	}
	if (rc == MF_OK && n > 1) {
		x->workers = n;
		while (started < n &&
			pthread_create(&threads[started], NULL, worker_thread, &all[started]) == 0)
			started++;
		pthread_mutex_lock(&x->lock);
		x->workers -= n - started;
		pthread_mutex_unlock(&x->lock);
	}
	if (rc == MF_OK && !started)
		work(&all[0], true);
	wait_for_workers(x);
	while (started)
		pthread_join(threads[--started], NULL);
	for (size_t i = 0; i < n; i++) {
		free(all[i].chunk);
		buf_release(&all[i].journal);
	}
	free(all);
	return rc;
}
