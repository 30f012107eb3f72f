#include "par.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum { MAX_THREADS = 8, CHUNK = 16 };

struct work {
	atomic_size_t next;
	size_t n;
	void (*f)(void *arg, size_t i);
	void *arg;
};

static void *worker(void *self)
{
	struct work *w = self;
	for (;;) {
		size_t from = atomic_fetch_add(&w->next, CHUNK);
		if (from >= w->n)
			return NULL;
		size_t to = w->n - from < CHUNK ? w->n : from + CHUNK;
		for (size_t i = from; i < to; i++)
			w->f(w->arg, i);
	}
}

void par_for(size_t n, size_t least, void (*f)(void *arg, size_t i), void *arg)
{
	struct work w = {.n = n, .f = f, .arg = arg};
	pthread_t threads[MAX_THREADS];
	size_t started = 0;
	if (n >= least) {
		long cores = sysconf(_SC_NPROCESSORS_ONLN);
		while (started + 1 < (cores > MAX_THREADS ? MAX_THREADS : (size_t)(cores > 0 ? cores : 1))
			&& pthread_create(&threads[started], NULL, worker, &w) == 0)
			started++;
	}
	worker(&w);
	while (started)
		pthread_join(threads[--started], NULL);
}
