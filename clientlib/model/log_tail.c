#include "log_tail.h"

#include <pthread.h>
#include <stdlib.h>

#include "../base/err.h"

struct tail {
	struct tail *next; /* the one read last is the first */
	struct store *s;
	char *key, etag[STORE_ETAG];
	struct buf bytes;
};

struct log_tails {
	pthread_mutex_t lock; /* guards the list and `kept` */
	struct tail *first;
	size_t kept;
};

int log_tails_new(struct log_tails **out, struct mf_error *err)
{
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return err_nomem(err);
	pthread_mutex_init(&(*out)->lock, NULL);
	return MF_OK;
}

static void tail_free(struct tail *t)
{
	buf_release(&t->bytes);
	free(t->key);
	free(t);
}

void log_tails_free(struct log_tails *t)
{
	if (!t)
		return;
	while (t->first) {
		struct tail *next = t->first->next;
		tail_free(t->first);
		t->first = next;
	}
	pthread_mutex_destroy(&t->lock);
	free(t);
}

/* The tail of a file, out of the list while it is used; a new one, or NULL when out of memory. */
static struct tail *take(struct log_tails *all, struct store *s, const char *key)
{
	struct tail *t = NULL;
	pthread_mutex_lock(&all->lock);
	for (struct tail **at = &all->first; *at && !t; at = &(*at)->next)
		if ((*at)->s == s && str_eq((*at)->key, key)) {
			t = *at;
			*at = t->next;
			all->kept -= t->bytes.n;
			break;
		}
	pthread_mutex_unlock(&all->lock);
	if (t)
		return t;
	t = calloc(1, sizeof(*t));
	if (t) {
		buf_init(&t->bytes, 0);
		t->s = s;
		t->key = strdup(key);
	}
	if (t && !t->key) {
		tail_free(t);
		t = NULL;
	}
	return t;
}

static void give(struct log_tails *all, struct tail *t)
{
	struct tail *gone = NULL;
	if (!t->etag[0] || !t->bytes.n || t->bytes.n > TAIL_KEPT) {
		tail_free(t); /* nothing to know it again by, or nothing to know */
		return;
	}
	pthread_mutex_lock(&all->lock);
	t->next = all->first;
	all->first = t;
	all->kept += t->bytes.n;
	size_t sum = 0;
	for (struct tail **at = &all->first; *at; at = &(*at)->next) {
		sum += (*at)->bytes.n;
		if (sum > TAIL_KEPT) {
			gone = *at;
			*at = NULL;
			break;
		}
	}
	for (struct tail *g = gone; g; g = g->next)
		all->kept -= g->bytes.n;
	pthread_mutex_unlock(&all->lock);
	while (gone) {
		struct tail *next = gone->next;
		tail_free(gone);
		gone = next;
	}
}

static void restart(void *self)
{
	buf_clear(self);
}

/* What has been added since. 1: the tail is up to date; 0: it is another file now. */
static int read_more(struct tail *t, size_t limit, struct mf_error *err)
{
	struct buf more = BUF_INIT(limit);
	const struct mf_sink sink = {buf_sink_write, &more};
	size_t overlap = t->bytes.n < TAIL_OVERLAP ? t->bytes.n : TAIL_OVERLAP,
	       from = t->bytes.n - overlap;
	struct store_get get = {.key = t->key,
		.from = from,
		.if_none_match = t->etag,
		.sink = &sink,
		.restart = restart};
	struct mf_error mine = MF_ERROR_INIT;
	int rc = store_get(t->s, &get, &mine), done = 0;
	if (rc == MF_ECORRUPT || rc == MF_EUNSUPPORTED)
		rc = 0; /* parts of it are not to be had: as a whole it may be */
	else if (rc < 0 && more.failed)
		buf_err(&more, err); /* the sink's own words */
	else if (rc < 0 && err && err->code == MF_OK)
		*err = mine;
	if (rc == STORE_SAME) {
		done = 1;
	} else if (rc == MF_OK && !mine.code && more.n >= overlap &&
		   memcmp(more.p, t->bytes.p + from, overlap) == 0) {
		buf_add(&t->bytes, more.p + overlap, more.n - overlap);
		rc = buf_err(&t->bytes, err);
		memcpy(t->etag, get.info.etag, sizeof(t->etag));
		done = rc == MF_OK;
	}
	buf_release(&more);
	return rc < 0 ? rc : done;
}

int log_tail_read(struct log_tails *all, struct store *s, const char *key, struct buf *b,
	struct mf_error *err)
{
	struct tail *t = take(all, s, key);
	struct store_info info;
	if (!t)
		return err_nomem(err);
	t->bytes.limit = b->limit;
	int rc = t->bytes.n && t->etag[0] ? read_more(t, b->limit, err) : 0;
	if (rc == 0) {
		buf_clear(&t->bytes);
		t->etag[0] = '\0';
		rc = store_read(s, key, &t->bytes, &info, err);
		if (rc == MF_OK)
			memcpy(t->etag, info.etag, sizeof(t->etag));
	}
	if (rc >= 0) {
		buf_add(b, t->bytes.p, t->bytes.n);
		rc = buf_err(b, err);
	}
	if (rc < 0)
		t->etag[0] = '\0';
	give(all, t);
	return rc < 0 ? rc : MF_OK;
}
