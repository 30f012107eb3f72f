#include "transfer.h"

#include <stdlib.h>
#include <time.h>

static bool init_locks(struct transfer *t)
{
	pthread_condattr_t attr;
	if (pthread_condattr_init(&attr) != 0)
		return false;
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	bool lock = pthread_mutex_init(&t->lock, NULL) == 0;
	bool work = lock && pthread_cond_init(&t->work, NULL) == 0;
	bool news = work && pthread_cond_init(&t->news, &attr) == 0;
	pthread_condattr_destroy(&attr);
	if (work && !news)
		pthread_cond_destroy(&t->work);
	if (lock && !news)
		pthread_mutex_destroy(&t->lock);
	return news;
}

int transfer_start(struct transfer **out, const struct transfer_object *object, uint64_t from,
	struct mf_error *err)
{
	struct transfer *t = calloc(1, sizeof(*t));
	uint64_t rest = object->info->size - from, part = object->limits.part;
	*out = NULL;
	if (!t || !init_locks(t)) {
		free(t);
		return err_nomem(err);
	}
	t->object = *object;
	t->from = from;
	t->n_parts = rest / part + (rest % part != 0);
	t->front = 1;
	err_clear(&t->err);
	pace_init(&t->pace);
	pthread_mutex_lock(&t->lock);
	transfer_wake(t);
	pthread_mutex_unlock(&t->lock);
	*out = t;
	return MF_OK;
}

void transfer_free(struct transfer *t)
{
	if (!t)
		return;
	pthread_mutex_lock(&t->lock);
	t->closing = true;
	transfer_cancel(t, UINT64_MAX, NULL);
	pthread_cond_broadcast(&t->work);
	pthread_mutex_unlock(&t->lock);
	/* from now on no lane starts another one, but they look at each other until they end */
	for (unsigned i = 0; i < t->n_lanes; i++)
		pthread_join(t->lanes[i]->thread, NULL);
	for (unsigned i = 0; i < t->n_lanes; i++) {
		mf_cancel_free(t->lanes[i]->cancel);
		free(t->lanes[i]);
	}
	for (unsigned i = 0; i < TRANSFER_MOST; i++)
		free(t->parts[i].p);
	while (t->n_spare)
		free(t->spare[--t->n_spare]);
	transfer_memory_give(t->n_buffers * t->object.limits.part);
	pthread_cond_destroy(&t->work);
	pthread_cond_destroy(&t->news);
	pthread_mutex_destroy(&t->lock);
	free(t);
}

/* ---- the reader's side; under the lock ---- */

static int give_up(struct transfer *t, int rc, const struct mf_error *why)
{
	t->rc = rc;
	t->err = *why;
	t->stopped = true;
	transfer_cancel(t, UINT64_MAX, NULL);
	return rc;
}

static int is_cancelled(struct transfer *t)
{
	struct mf_error why = MF_ERROR_INIT;
	return give_up(t, store_cancelled(&why), &why);
}

/* There are no threads: fetch the part here. */
static int fetch_here(struct transfer *t)
{
	struct mf_error why = MF_ERROR_INIT;
	struct transfer_lane *l = calloc(1, sizeof(*l));
	if (!l)
		return give_up(t, err_nomem(&why), &why);
	l->t = t;
	if (transfer_claim(t, l)) {
		pthread_mutex_unlock(&t->lock);
		int rc = transfer_lane_fetch(l);
		pthread_mutex_lock(&t->lock);
		transfer_settle(t, l, rc);
	}
	free(l);
	return MF_OK;
}

/* A part that takes much longer than others may hang on a bad connection: ask once more. */
static void hedge(struct transfer *t, struct transfer_part *part)
{
	int64_t slow = pace_slow_after(&t->pace);
	if (part->state != PART_ASKED || part->index != t->read || part->twice || slow < 0 ||
		store_clock.now() - part->began <= slow)
		return;
	part->twice = true;
	t->twice = t->read + 1;
	transfer_wake(t);
}

static void wait_for_news(struct transfer *t)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += STORE_TICK * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	pthread_cond_timedwait(&t->news, &t->lock, &until);
}

/* The part that is next, when it is here. */
static int wait_for_part(struct transfer *t, struct mf_cancel *cancel)
{
	struct transfer_part *part = transfer_part(t, t->read);
	while (t->rc == MF_OK) {
		bool asked = t->asked > t->read;
		if (asked && part->state == PART_HERE)
			return MF_OK;
		if (asked && part->state == PART_FAILED)
			return give_up(t, part->rc, &part->err);
		if (mf_cancel_is_set(cancel))
			return is_cancelled(t);
		transfer_wake(t);
		if (!t->n_lanes) {
			fetch_here(t);
			continue;
		}
		hedge(t, part);
		wait_for_news(t);
	}
	return t->rc;
}

int transfer_next(struct transfer *t, const char **p, size_t *n, struct mf_error *err)
{
	int rc = MF_OK;
	*p = "";
	*n = 0;
	pthread_mutex_lock(&t->lock);
	t->front = 0;
	if (t->lent) {
		t->lent = false;
		transfer_release(t, transfer_part(t, t->read++));
		transfer_wake(t);
	}
	if (t->read < t->n_parts &&
		(rc = wait_for_part(t, store_token(t->object.s, NULL))) == MF_OK) {
		struct transfer_part *part = transfer_part(t, t->read);
		*p = part->p;
		*n = part->n;
		t->lent = true;
	} else if (rc < 0 && err && err->code == MF_OK) {
		*err = t->err;
	}
	pthread_mutex_unlock(&t->lock);
	return rc;
}
