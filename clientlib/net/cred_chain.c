/* One flight for all threads: whoever comes first asks the sources, without the lock, the others
 * wait for what it finds. */
#include "cred.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "../base/err.h"

enum {
	TICK_MS = 50,         /* so often a waiter looks whether it has been cancelled */
	AGAIN_MS = 30 * 1000, /* after a renewal that brought nothing new */
};

struct cred_chain {
	const struct cred_source *sources;
	void *self;
	const struct cred_context *x;
	const char *message, *hint;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t landed;
	struct cred now; /* in force */
	bool have;
	int64_t early;      /* ms before its end that it is to be renewed */
	int64_t not_before; /* there is no renewal before, while it holds; of cred_now */
	bool flying;
	unsigned flight; /* how many have ended */
	int rc;          /* of the last one */
	struct mf_error err;
};

int cred_chain_new(struct cred_chain **out, const struct cred_source *sources, void *self,
	const struct cred_context *x, struct mf_error *err)
{
	pthread_condattr_t attr;
	*out = NULL;
	struct cred_chain *c = calloc(1, sizeof(*c));
	if (!c)
		return err_nomem(err);
	c->sources = sources;
	c->self = self;
	c->x = x;
	c->now = (struct cred)CRED_INIT;
	c->not_before = INT64_MIN;
	c->message = "no credentials have been found";
	bool locked = pthread_mutex_init(&c->lock, NULL) == 0;
	bool made = locked && pthread_condattr_init(&attr) == 0;
	if (made) {
		pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
		made = pthread_cond_init(&c->landed, &attr) == 0;
		pthread_condattr_destroy(&attr);
	}
	if (!made) {
		if (locked)
			pthread_mutex_destroy(&c->lock);
		free(c);
		return err_nomem(err);
	}
	*out = c;
	return MF_OK;
}

void cred_chain_free(struct cred_chain *c)
{
	if (!c)
		return;
	cred_release(&c->now);
	pthread_cond_destroy(&c->landed);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

void cred_chain_nothing(struct cred_chain *c, const char *message, const char *hint)
{
	c->message = message;
	c->hint = hint;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? str_eq(a, b) : a == b;
}

static bool same(const struct cred *a, const struct cred *b)
{
	return a->kind == b->kind && same_text(a->id, b->id) && same_text(a->secret, b->secret) &&
	       same_text(a->token, b->token);
}

/* Does it hold for at least so long? */
static bool holds(const struct cred_chain *c, int64_t ms)
{
	return c->have && (c->now.expires == MF_NO_TIME || cred_now(c->x) < c->now.expires - ms);
}

/* A short life is not all renewing. */
static int64_t early_of(const struct cred_chain *c, const struct cred *fresh)
{
	int64_t life = fresh->expires == MF_NO_TIME ? 0 : fresh->expires - cred_now(c->x);
	return life < 2 * CRED_EARLY ? (life > 0 ? life / 2 : 0) : CRED_EARLY;
}

/* Without the lock. */
static int ask(const struct cred_chain *c, struct cred *out, struct mf_cancel *cancel,
	struct mf_error *err)
{
	for (const struct cred_source *s = c->sources; s->name; s++) {
		int rc = s->fetch(c->self, c->x, out, cancel, err);
		if (rc == MF_ENOTFOUND) { /* of a file that is named: not the object's being absent */
			rc = MF_EUSAGE;
			if (err)
				err->code = rc;
		}
		if (rc < 0 && err->code == MF_OK)
			err_set(err, rc, "the credentials of the source “%s” cannot be had",
				s->name);
		if (rc < 0)
			return rc;
		if (rc > 0)
			return MF_OK;
	}
	err_set(err, MF_EACCESS, "%s", c->message);
	if (c->hint)
		err_hint(err, "%s", c->hint);
	return MF_EACCESS;
}

/* With the lock, which is given up meanwhile. */
static void fly(struct cred_chain *c, struct mf_cancel *cancel)
{
	struct cred fresh = CRED_INIT;
	struct mf_error err = MF_ERROR_INIT;
	c->flying = true;
	pthread_mutex_unlock(&c->lock);
	int rc = ask(c, &fresh, cancel, &err);
	pthread_mutex_lock(&c->lock);
	c->not_before = INT64_MIN;
	if (c->have && (rc < 0 || same(&fresh, &c->now)))
		c->not_before = cred_now(c->x) + AGAIN_MS;
	if (rc == MF_OK) {
		c->early = early_of(c, &fresh);
		cred_release(&c->now);
		c->now = fresh;
		c->have = true;
	} else {
		cred_release(&fresh);
	}
	c->rc = rc;
	c->err = err;
	c->flight++;
	c->flying = false;
	pthread_cond_broadcast(&c->landed);
}

static void wait_a_little(struct cred_chain *c)
{
	/* cancelling wakes nobody */
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += TICK_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	pthread_cond_timedwait(&c->landed, &c->lock, &until);
}

/* What the flight that has just ended means for one that waited for it. */
static int landed(
	const struct cred_chain *c, const struct cred *bad, struct cred *out, struct mf_error *err)
{
	/* a renewal that failed is no error while the old ones hold, unless a server has refused
	 * them */
	if (c->rc == MF_OK || (!bad && holds(c, 0)))
		return cred_copy(out, &c->now, err);
	if (err && err->code == MF_OK)
		*err = c->err;
	return c->rc;
}

int cred_chain_get(struct cred_chain *c, const struct cred *bad, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	int rc;
	cred_release(out);
	pthread_mutex_lock(&c->lock);
	for (;;) {
		if (mf_cancel_is_set(cancel)) {
			rc = err_set(err, MF_ECANCELLED, "cancelled");
			break;
		}
		bool refused = bad && c->have && same(bad, &c->now);
		bool resting = cred_now(c->x) < c->not_before;
		if (!refused && holds(c, 0) && (holds(c, c->early) || c->flying || resting)) {
			rc = cred_copy(out, &c->now, err);
			break;
		}
		if (refused && holds(c, 0) && resting && !c->flying) {
			rc = landed(c, bad, out, err);
			break;
		}
		unsigned seen = c->flight;
		bool mine = !c->flying;
		if (mine)
			fly(c, cancel);
		while (c->flight == seen && !mf_cancel_is_set(cancel))
			wait_a_little(c);
		/* that another one has been cancelled is its own affair */
		if (c->flight != seen && (mine || c->rc != MF_ECANCELLED)) {
			rc = landed(c, bad, out, err);
			break;
		}
	}
	pthread_mutex_unlock(&c->lock);
	return rc;
}
