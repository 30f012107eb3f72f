#include "par.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum { MAX_THREADS = 8, MAX_CHUNK = 16 };

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

void par_for(size_t n, size_t least, void (*f)(void *arg, size_t i), void *arg)
{
	struct work w = {.n = n, .f = f, .arg = arg};
	pthread_t threads[MAX_THREADS];
	size_t started = 0;
	w.chunk = n;
	if (n >= least) {
		long online = sysconf(_SC_NPROCESSORS_ONLN);
		size_t cores = online > MAX_THREADS ? MAX_THREADS : online > 0 ? (size_t)online : 1;
		/* small enough that nobody waits long for the last one */
		w.chunk = n / (cores * 8) < 1 ? 1 : n / (cores * 8) > MAX_CHUNK ? MAX_CHUNK : n / (cores * 8);
		while (started + 1 < cores && pthread_create(&threads[started], NULL, worker, &w) == 0)
			started++;
	}
	worker(&w);
	while (started)
		pthread_join(threads[--started], NULL);
}
