#include "store_try.h"

#include "local.h"

enum {
	RESERVE = 8 << 20, /* bytes set aside because a server says that they will come */
	SPARE = 1 << 17    /* what reading a file wants behind its end */
};

bool store_is_local(const struct store *s)
{
	return s->backend->kind == STORE_LOCAL;
}

char *store_where(struct arena *a, const struct store *s, const char *key)
{
	size_t n = strlen(s->where);
	bool ends = n && s->where[n - 1] == '/';
	return arena_printf(a, "%s%s%s", s->where, *key && !ends ? "/" : "", key);
}

/* ---- bytes ---- */

struct getting {
	struct store_get *get;  /* the caller's */
	struct store_get again; /* the same for the backend, with a sink that counts */
	struct store_tries tries;
	uint64_t got;
};

static int get_write(void *self, const char *p, size_t n)
{
	struct getting *g = self;
	if (!g->got)
		g->get->info = g->again.info;
	g->got += n;
	g->tries.since = store_clock.now();
	return g->get->sink->write(g->get->sink->self, p, n);
}

static void get_restart(void *self)
{
	struct getting *g = self;
	g->got = 0;
	g->get->restart(g->get->sink->self);
}

/* Bytes that have to come, as the server described the object. */
static uint64_t promised(const struct store_get *get)
{
	uint64_t rest = get->info.size > get->from ? get->info.size - get->from : 0;
	return get->n && get->n < rest ? get->n : rest;
}

static int get_once(struct store *s, struct getting *g, struct mf_error *why)
{
	int rc = s->backend->get(s, &g->again, why);
	uint64_t all = promised(&g->again);
	g->get->info = g->again.info;
	g->get->slowed = g->again.slowed += why->http_status == 503 || why->http_status == 429;
	/* a local file may become shorter while it is read, and has no second try */
	if (rc == MF_OK && g->got < all && !store_is_local(s)) {
		rc = store_err(why, MF_ENETWORK, s, g->get->key,
			"the reply ended early (%llu of %llu bytes)", (unsigned long long)g->got,
			(unsigned long long)all);
		why->retriable = true;
	}
	return rc;
}

int store_get(struct store *s, struct store_get *get, struct mf_error *err)
{
	struct getting g = {.get = get, .again = *get};
	struct mf_sink sink = {get_write, &g};
	g.again.sink = &sink;
	g.again.restart = get->restart ? get_restart : NULL;
	g.again.cancel = store_token(s, get->cancel);
	g.again.slowed = 0;
	store_tries_begin(&g.tries, s, g.again.cancel);
	for (;;) {
		struct mf_error why = MF_ERROR_INIT;
		int rc = get_once(s, &g, &why);
		if (rc >= 0)
			return rc;
		if (g.got && !get->restart)
			why.retriable = false;
		rc = store_tries_next(&g.tries, rc, &why, err);
		if (rc < 0)
			return rc;
		if (g.got)
			get_restart(&g);
	}
}

/* ---- whole objects ---- */

struct reading {
	struct buf *b;
	size_t begin; /* what was in the buffer before */
	struct store_get get;
};

static int read_write(void *self, const char *p, size_t n)
{
	struct reading *r = self;
	uint64_t size = r->get.info.size;
	if (r->b->n == r->begin && size > n) {
		if (size > r->b->limit - r->begin)
			return r->b->failed = MF_ELIMIT;
		buf_reserve(r->b, size < RESERVE ? (size_t)size : RESERVE);
	}
	return buf_sink_write(r->b, p, n);
}

static void read_restart(void *self)
{
	struct reading *r = self;
	r->b->n = r->begin;
	if (r->b->cap)
		r->b->p[r->begin] = '\0';
}

static int too_large(
	struct buf *b, size_t begin, const struct store *s, const char *key, struct mf_error *err)
{
	b->failed = MF_ELIMIT;
	return store_err(err, MF_ELIMIT, s, key, "larger than %zu bytes", b->limit - begin);
}

/* Files are read with room to spare behind them, which is not to count. */
static int read_file(struct store *s, const char *key, struct buf *b, struct store_info *info,
	struct mf_error *err)
{
	size_t limit = b->limit, begin = b->n;
	if (!size_add(limit, SPARE, &b->limit))
		b->limit = limit;
	int rc = store_local_read(s, key, b, info, err);
	b->limit = limit;
	if (rc < 0 || b->n <= limit)
		return rc;
	b->n = begin;
	return too_large(b, begin, s, key, err);
}

int store_read_until(struct store *s, const char *key, struct buf *b, struct store_info *info,
	struct mf_cancel *cancel, struct mf_error *err)
{
	if (store_is_local(s))
		return read_file(s, key, b, info, err);
	struct reading r = {.b = b, .begin = b->n};
	struct mf_sink sink = {read_write, &r};
	r.get = (struct store_get){
		.key = key, .sink = &sink, .restart = read_restart, .cancel = cancel};
	int rc = b->failed ? b->failed : store_get(s, &r.get, err);
	if (rc == MF_ELIMIT && b->failed)
		return too_large(b, r.begin, s, key, err);
	if (rc < 0)
		return b->failed ? buf_err(b, err) : rc;
	if (info)
		*info = r.get.info;
	return MF_OK; /* an empty object has no bytes to ask for: STORE_END */
}

int store_read(struct store *s, const char *key, struct buf *b, struct store_info *info,
	struct mf_error *err)
{
	return store_read_until(s, key, b, info, NULL, err);
}

int store_head(struct store *s, const char *key, struct store_info *info, struct mf_error *err)
{
	struct store_tries tries;
	if (store_is_local(s))
		return store_local_head(s, key, info, err);
	store_tries_begin(&tries, s, store_token(s, NULL));
	for (;;) {
		struct mf_error why = MF_ERROR_INIT;
		int rc = s->backend->head(s, key, info, tries.cancel, &why);
		if (rc >= 0 || (rc = store_tries_next(&tries, rc, &why, err)) < 0)
			return rc;
	}
}

bool store_has(struct store *s, const char *key)
{
	struct store_info info;
	return store_head(s, key, &info, NULL) >= 0;
}
