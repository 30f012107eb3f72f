#include "transfer.h"

#include <stdlib.h>

bool transfer_is_other(const struct store_info *is, const struct store_info *was)
{
	return is->size != was->size ||
	       (is->etag[0] && was->etag[0] && !str_eq(is->etag, was->etag));
}

int transfer_changed(const struct transfer_object *o, struct mf_error *err)
{
	store_err(err, MF_ECORRUPT, o->s, o->key, "the object has changed while it was read");
	err_hint(err, "somebody has written it anew: read it again");
	return MF_ECORRUPT;
}

int transfer_refused(const struct transfer_object *o, int rc, struct mf_error *err)
{
	return store_err(err, rc, o->s, o->key, "the server's reply is not what was asked for");
}

/* ---- one part ---- */

static int part_write(void *self, const char *p, size_t n)
{
	struct transfer_lane *l = self;
	const struct transfer_object *o = &l->t->object;
	if (transfer_is_other(&l->get.info, o->info))
		return transfer_changed(o, &l->err);
	if (n > l->want - l->got)
		return store_err(&l->err, MF_ENETWORK, o->s, o->key,
			"the server sends more than the %zu bytes asked for", l->want);
	memcpy(l->p + l->got, p, n);
	l->got += n;
	return MF_OK;
}

static void part_restart(void *self)
{
	struct transfer_lane *l = self;
	l->got = 0;
}

int transfer_lane_fetch(struct transfer_lane *l)
{
	const struct transfer_object *o = &l->t->object;
	const struct mf_sink sink = {part_write, l};
	/* an etag that is marked as weak never matches there */
	bool strong = o->info->etag[0] && !str_starts(o->info->etag, "W/");
	l->get = (struct store_get){.key = o->key,
		.from = l->from,
		.n = l->want,
		.if_match = strong ? o->info->etag : NULL,
		.sink = &sink,
		.restart = part_restart,
		.cancel = l->cancel};
	int rc = store_get(o->s, &l->get, &l->err);
	l->slowed = l->get.slowed;
	if (rc < 0 && l->err.http_status != 412)
		return l->err.code ? rc : transfer_refused(o, rc, &l->err);
	if (rc < 0)
		err_clear(&l->err);
	/* no byte has come where there were some, or another size was told: store_get saw to the
	 * rest */
	return rc || l->got != l->want ? transfer_changed(o, &l->err) : MF_OK;
}

/* ---- threads ---- */

static void *work(void *self)
{
	struct transfer_lane *l = self;
	struct transfer *t = l->t;
	mf_cancel_bind(l->cancel);
	pthread_mutex_lock(&t->lock);
	while (!t->closing) {
		if (!transfer_claim(t, l)) {
			t->idle++;
			pthread_cond_wait(&t->work, &t->lock);
			t->idle--;
			continue;
		}
		transfer_wake(t);
		pthread_mutex_unlock(&t->lock);
		int rc = transfer_lane_fetch(l);
		pthread_mutex_lock(&t->lock);
		transfer_settle(t, l, rc);
	}
	pthread_mutex_unlock(&t->lock);
	return NULL;
}

bool transfer_lane_start(struct transfer *t)
{
	if (t->closing || t->n_lanes == TRANSFER_LANES)
		return false;
	struct transfer_lane *l = calloc(1, sizeof(*l));
	if (!l)
		return false;
	l->t = t;
	l->cancel = mf_cancel_new();
	if (!l->cancel || pthread_create(&l->thread, NULL, work, l) != 0) {
		mf_cancel_free(l->cancel);
		free(l);
		return false;
	}
	t->lanes[t->n_lanes++] = l;
	return true;
}

void transfer_wake(struct transfer *t)
{
	if (!transfer_has_work(t))
		return;
	if (t->idle)
		pthread_cond_signal(&t->work);
	else
		transfer_lane_start(t);
}
