#include "par.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum { MAX_THREADS = 8, MAX_CHUNK = 16, MANY = 1024 };

struct work {
	atomic_size_t next;
	size_t n, chunk;
	void (*f)(void *arg, size_t i);
	void *arg;
};

static void *worker(void *self)
{
	struct work *w = self;
	for (;;) {
		size_t from = atomic_fetch_add(&w->next, w->chunk);
		if (from >= w->n)
			return NULL;
		size_t to = w->n - from < w->chunk ? w->n : from + w->chunk;
		for (size_t i = from; i < to; i++)
			w->f(w->arg, i);
	}
}

static void run(struct work *w, size_t threads)
{
	pthread_t others[PAR_WIDE];
	size_t started = 0;
	while (started + 1 < threads && pthread_create(&others[started], NULL, worker, w) == 0)
		started++;
	worker(w);
	while (started)
		pthread_join(others[--started], NULL);
}

void par_for(size_t n, size_t least, void (*f)(void *arg, size_t i), void *arg)
{
	struct work w = {.n = n, .f = f, .arg = arg, .chunk = n};
	size_t threads = 1;
	if (n >= least) {
		/* the work is reading files: more threads than cores wait for more disk reads at a time, and take nothing from
		 * each other where all is in memory */
		long online = sysconf(_SC_NPROCESSORS_ONLN);
		threads = online > 0 ? 2 * (size_t)online : 1;
		if (threads > MAX_THREADS || n >= MANY)
			threads = MAX_THREADS;
		/* small enough that nobody waits long for the last one */
		w.chunk = n / (threads * 8) < 1 ? 1 : n / (threads * 8) > MAX_CHUNK ? MAX_CHUNK : n / (threads * 8);
	}
	run(&w, threads);
}

void par_wide(size_t n, void (*f)(void *arg, size_t i), void *arg)
{
	struct work w = {.n = n, .f = f, .arg = arg, .chunk = 1};
	run(&w, n < PAR_WIDE ? n : PAR_WIDE);
}
