/* Many small objects: each is one request, and what takes time is waiting for the replies. */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "../base/limits.h"
#include "store_try.h"

enum {
	THREADS = 32,      /* as many as there are connections */
	LOCAL_THREADS = 8, /* of files */
	LOCAL_EACH = 32,   /* so many files pay for a thread */
	KEEP = 1 << 20     /* bytes of a buffer that is used again */
};

struct many {
	struct store *s;
	const struct store_many *m;
	struct mf_cancel *cancel; /* set: nothing more is begun, and nothing more is told */
	atomic_size_t next, told;
	atomic_int stopped; /* what `done` returned to stop */
	pthread_mutex_t lock;
	pthread_cond_t ended;
	size_t running; /* threads; under the lock */
};

static bool one(struct many *w, size_t i, struct buf *b)
{
	struct mf_error err = MF_ERROR_INIT;
	struct store_info info = {.modified = MF_NO_TIME};
	const char *key = w->m->key(w->m->self, i);
	buf_clear(b);
	int rc = key ? store_read_until(w->s, key, b, &info, w->cancel, &err) : err_nomem(&err);
	if (mf_cancel_is_set(w->cancel) || atomic_load(&w->stopped))
		return false;
	rc = w->m->done(w->m->self, i, rc, rc == MF_OK ? b : NULL, &info, &err);
	atomic_fetch_add(&w->told, 1);
	if (b->cap > KEEP)
		buf_release(b);
	int none = MF_OK;
	if (rc < 0)
		atomic_compare_exchange_strong(&w->stopped, &none, rc);
	return rc >= 0;
}

static void work(struct many *w)
{
	struct buf b = BUF_INIT(w->m->limit ? w->m->limit : MF_LIMIT_TEXT);
	while (!mf_cancel_is_set(w->cancel)) {
		size_t i = atomic_fetch_add(&w->next, 1);
		if (i >= w->m->n || !one(w, i, &b))
			break;
	}
	buf_release(&b);
}

static void *thread(void *self)
{
	struct many *w = self;
	mf_cancel_bind(w->cancel);
	work(w);
	pthread_mutex_lock(&w->lock);
	/* the others may wait for servers that are not needed any more */
	if (atomic_load(&w->stopped))
		mf_cancel_set(w->cancel);
	w->running--;
	pthread_cond_signal(&w->ended);
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

static size_t threads_for(const struct store *s, size_t n)
{
	if (store_is_local(s))
		return n / LOCAL_EACH < LOCAL_THREADS ? n / LOCAL_EACH : LOCAL_THREADS;
	return n < THREADS ? n : THREADS;
}

/* False: no thread could be had. */
static bool spread(struct many *w, const struct mf_cancel *cancel, size_t n)
{
	pthread_t threads[THREADS];
	size_t started = 0;
	pthread_mutex_lock(&w->lock);
	while (started < n && pthread_create(&threads[started], NULL, thread, w) == 0)
		started++;
	w->running = started;
	while (w->running) {
		struct timespec until;
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += STORE_TICK * 1000000L;
		until.tv_sec += until.tv_nsec / 1000000000L;
		until.tv_nsec %= 1000000000L;
		pthread_cond_timedwait(&w->ended, &w->lock, &until);
		if (mf_cancel_is_set(cancel))
			mf_cancel_set(w->cancel);
	}
	pthread_mutex_unlock(&w->lock);
	for (size_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	return started > 0;
}

int store_many(struct store *s, const struct store_many *m, struct mf_error *err)
{
	struct many w = {.s = s, .m = m};
	struct mf_cancel *cancel = store_token(s, m->cancel), *own = NULL;
	size_t n = threads_for(s, m->n);
	bool done = false;
	/* threads end by a token of their own, so that one of them can stop the others */
	if (n > 1 && (own = mf_cancel_new())) {
		w.cancel = own;
		pthread_mutex_init(&w.lock, NULL);
		pthread_cond_init(&w.ended, NULL);
		done = spread(&w, cancel, n);
		pthread_cond_destroy(&w.ended);
		pthread_mutex_destroy(&w.lock);
	}
	if (!done) {
		w.cancel = cancel;
		work(&w);
	}
	mf_cancel_free(own);
	int rc = atomic_load(&w.stopped);
	if (rc == MF_OK && atomic_load(&w.told) < m->n)
		rc = store_cancelled(err);
	return rc;
}
