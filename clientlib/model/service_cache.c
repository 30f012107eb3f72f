#include "service_cache.h"

#include <stdio.h>
#include <stdlib.h>

#include "../base/fmt.h"
#include "../base/limits.h"
#include "config.h"

enum { SIZE_MIB = 256, REFUSAL = 64 << 10, ASKER = DISKCACHE_KEY - 1 };

/* Headers that later calls need beside the body. */
static const char *const kept_headers[] = {
	"X-Limit", "X-Next-Cursor", "METADATA_SERVICE_VERSION", "Content-Type"};

static void add_text(struct digest *d, const char *s)
{
	/* a NUL ends each: "ab", "c" and "a", "bc" differ; NULL is not "" */
	digest_update(d, s ? "+" : "-", 1);
	digest_update(d, s ? s : "", s ? strlen(s) + 1 : 1);
}

/* Settings, not the headers made of them: what a command prints changes with every token, and it is
 * not run for --offline. */
static void find_who(struct mf_client *c, char out[DISKCACHE_KEY])
{
	const struct mf_config *config = c->config;
	const char *const parts[] = {c->service->base, mf_config_get(config, "SERVICE_HEADERS"),
		mf_config_get(config, "SERVICE_AUTH_KEY"), config->headers_command,
		config->service_cert};
	struct digest d;
	char hex[DIGEST_HEX];
	digest_init(&d, false);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		add_text(&d, parts[i]);
	digest_hex(&d, hex);
	memcpy(out, hex, DISKCACHE_KEY);
}

void service_cache_key(
	const struct mf_client *c, const char *path, size_t n, char out[DISKCACHE_KEY])
{
	struct digest d;
	char hex[DIGEST_HEX];
	digest_init(&d, false);
	digest_update(&d, c->service->shown, strlen(c->service->shown));
	digest_update(&d, "\n", 1);
	digest_update(&d, path, n);
	digest_update(&d, "\n", 1);
	digest_update(&d, c->service->cache->who, ASKER);
	digest_hex(&d, hex);
	memcpy(out, hex, DISKCACHE_KEY);
}

/* Hash of the headers themselves: tokens that a command printed may be another user's by now. */
static void find_asker(const char *const *headers, char out[DISKCACHE_KEY])
{
	struct digest d;
	char hex[DIGEST_HEX];
	digest_init(&d, false);
	for (; headers && *headers; headers++)
		add_text(&d, *headers);
	digest_hex(&d, hex);
	memcpy(out, hex, DISKCACHE_KEY);
}

int service_cache_open(struct mf_client *c, struct mf_error *err)
{
	struct buf dir = BUF_INIT(MF_LIMIT_TEXT);
	const char *most = getenv("MFCTL_CACHE_SIZE");
	double bytes = (double)SIZE_MIB * (1 << 20);
	int rc = MF_OK;
	if (most && *most && (!parse_size(most, &bytes) || !(bytes >= 0 && bytes < 1e15)))
		return err_set(
			err, MF_EUSAGE, "MFCTL_CACHE_SIZE=%.40s is no size; 1G and 64M are", most);
	if (c->config->no_cache || !c->config->cache_dir || bytes < 1)
		return MF_OK;
	struct service_cache *cache = c->service->cache = calloc(1, sizeof(*cache));
	if (!cache)
		return err_nomem(err);
	pthread_mutex_init(&cache->lock, NULL);
	find_who(c, cache->who);
	buf_addf(&dir, "%s/http", c->config->cache_dir);
	TRY(buf_err(&dir, err));
	cache->runs = calloc(SERVICE_CACHE_RUNS, sizeof(*cache->runs));
	rc = cache->runs ? diskcache_open(&cache->disk, dir.p, (uint64_t)bytes, err)
			 : err_nomem(err);
done:
	buf_release(&dir);
	return rc;
}

void service_cache_close(struct mf_client *c)
{
	struct service_cache *cache = c->service->cache;
	if (!cache)
		return;
	diskcache_free(cache->disk);
	free(cache->runs);
	pthread_mutex_destroy(&cache->lock);
	free(cache);
	c->service->cache = NULL;
}

static void say(const struct cached_get *g, const char *what, uint64_t bytes)
{
	struct buf b = BUF_INIT(64 << 10);
	if (!g->c->config->trace)
		return;
	buf_addf(&b, "%s %s", what, g->path);
	client_trace(g->c, "cache", b.p, bytes);
	buf_release(&b);
}

/* ---- entries ---- */

/* Beside the body: who asked, the service's clock, and headers, a line each. */
static void write_head(struct buf *b, const char *const *headers, const struct http_response *r)
{
	char asker[DISKCACHE_KEY], value[SERVICE_CURSOR];
	find_asker(headers, asker);
	buf_addf(b, "%s\n", asker);
	if (r->date != MF_NO_TIME)
		buf_addf(b, "%lld", (long long)r->date);
	buf_addc(b, '\n');
	for (size_t i = 0; i < ARRAY_SIZE(kept_headers); i++)
		if (http_header(r, kept_headers[i], value, sizeof(value)))
			buf_addf(b, "%s: %s\n", kept_headers[i], value);
}

/* The same taken apart; false: not written by write_head. */
static bool read_head(const struct diskcache_entry *e, const char **asker, int64_t *date,
	const char **headers, size_t *n)
{
	const char *line = e->head_n > ASKER && e->head[ASKER] == '\n' ? e->head + ASKER + 1 : NULL;
	const char *end = line ? memchr(line, '\n', e->head_n - ASKER - 1) : NULL;
	char digits[24];
	if (!end || (size_t)(end - line) >= sizeof(digits))
		return false;
	memcpy(digits, line, (size_t)(end - line));
	digits[end - line] = '\0';
	*asker = e->head;
	*date = *digits ? strtoll(digits, NULL, 10) : MF_NO_TIME;
	*headers = end + 1;
	*n = e->head_n - (size_t)(end + 1 - e->head);
	return true;
}

static bool same_asker(struct service *s, const char *asker)
{
	char now[DISKCACHE_KEY];
	pthread_mutex_lock(&s->lock);
	find_asker(s->headers, now);
	pthread_mutex_unlock(&s->lock);
	return memcmp(now, asker, ASKER) == 0;
}

/* 1: r and rows are filled from the entry; 0: it will not do. */
static int answer(struct cached_get *g, const struct diskcache_entry *e, struct http_response *r,
	struct mf_error *err)
{
	bool offline = g->c->config->offline;
	const char *asker, *headers;
	int64_t date;
	size_t n;
	struct mf_sink into = {reply_write, g->rows}, refused = {buf_sink_write, &r->body};
	if (!read_head(e, &asker, &date, &headers, &n))
		return 0;
	if (!offline && (e->kind != 200 || !service_cache_settled(g->beat, date) ||
				!same_asker(g->c->service, asker)))
		return 0;
	buf_clear(&r->headers);
	buf_clear(&r->body);
	r->body.limit = REFUSAL; /* net/http.h: no more of it comes */
	buf_add(&r->headers, headers, n);
	r->status = (int)e->kind;
	int rc = r->headers.failed ? r->headers.failed
				   : diskcache_body(e, e->kind / 100 == 2 ? &into : &refused);
	if (rc == MF_OK)
		return 1;
	reply_restart(g->rows);
	http_response_release(r);
	*r = (struct http_response)HTTP_RESPONSE_INIT;
	return rc == MF_ENOMEM ? err_nomem(err) : 0;
}

/* ---- a request ---- */

static int pass_on(void *self, const char *p, size_t n)
{
	struct cached_get *g = self;
	int rc = reply_write(g->rows, p, n);
	if (rc == MF_OK)
		diskcache_write(&g->copy, p, n);
	return rc;
}

void service_cache_restart(void *self)
{
	struct cached_get *g = self;
	reply_restart(g->rows);
	diskcache_restart(&g->copy);
}

int service_cache_begin(struct cached_get *g, struct mf_client *c, const char *path,
	const char *what, struct reply *rows, struct http_response *r, struct mf_error *err)
{
	/* other routes tell how the service is: nothing that could be kept */
	struct service_cache *cache = str_starts(path, "/flows") ? c->service->cache : NULL;
	bool offline = c->config->offline;
	struct diskcache_entry e;
	int rc = 0;
	*g = (struct cached_get){
		.c = c, .path = path, .rows = rows, .sink = {pass_on, g}, .beat = INT64_MAX};
	diskcache_begin(&g->copy, NULL);
	if (cache) {
		service_cache_key(c, path, strlen(path), g->key);
		diskcache_begin(&g->copy, cache->disk);
		g->beat = service_cache_beat(g);
		bool worth =
			offline || service_cache_settled(g->beat, clock_now_ms() + service_skew(c));
		if (worth && diskcache_find(cache->disk, g->key, &e)) {
			rc = answer(g, &e, r, err);
			if (rc > 0)
				say(g, "hit", e.body_n);
			if (rc > 0 && offline)
				service_note_cached(c, e.stored_at);
			diskcache_done(&e);
		}
		if (rc == 0 && worth)
			say(g, "miss", 0);
	}
	g->from_cache = rc > 0;
	if (rc == 0 && offline) {
		rc = err_at(err, MF_ENETWORK, what, "not kept for offline use");
		err_hint(err, "run it once without --offline");
	}
	return rc;
}

int64_t service_cache_kept(struct mf_client *c, const char *path)
{
	struct service_cache *cache = c->service->cache;
	struct diskcache_entry e;
	char key[DISKCACHE_KEY];
	if (!cache)
		return MF_NO_TIME;
	service_cache_key(c, path, strlen(path), key);
	if (!diskcache_find(cache->disk, key, &e))
		return MF_NO_TIME;
	diskcache_done(&e);
	return e.stored_at;
}

/* The service is out of reach: what was kept may do. */
static void offer(struct cached_get *g, struct mf_error *err)
{
	int64_t kept = service_cache_kept(g->c, g->path);
	if (kept == MF_NO_TIME)
		return;
	struct buf at = BUF_INIT(64);
	size_t n = strlen(err->hint);
	char more[128];
	fmt_datetime(&at, kept, false);
	if (at.n > 3)
		at.n -= 3; /* the seconds */
	snprintf(more, sizeof(more), "--offline shows what was kept (as of %.*s)", (int)at.n, at.p);
	/* the part that can be done must not be cut off */
	if (n && n + strlen(more) + 3 < sizeof(err->hint))
		snprintf(err->hint + n, sizeof(err->hint) - n, "%s %s",
			err->hint[n - 1] == '?' ? "" : ";", more);
	else
		snprintf(err->hint, sizeof(err->hint), "%s", more);
	buf_release(&at);
}

void service_cache_end(struct cached_get *g, int rc, const char *const *headers,
	const struct http_response *r, struct mf_error *err)
{
	struct diskcache_put *copy = &g->copy;
	/* that there is no such thing is an answer; failures and refusals are not */
	bool absent = (rc == MF_ENOTFOUND || rc == MF_EUNSUPPORTED) && r->status == 404;
	if (!copy->d || g->from_cache || g->c->config->offline || (rc != MF_OK && !absent)) {
		diskcache_abort(copy);
		if (copy->d && !g->from_cache && !g->c->config->offline &&
			(rc == MF_ENETWORK || rc == MF_ETIMEOUT))
			offer(g, err);
		return;
	}
	struct buf head = BUF_INIT(DISKCACHE_HEAD);
	write_head(&head, headers, r);
	if (absent)
		diskcache_write(copy, r->body.p, r->body.n);
	uint64_t n = copy->n;
	bool stored = !head.failed && diskcache_commit(copy, g->key, clock_now_ms(),
					      (uint32_t)r->status, head.p, head.n);
	diskcache_abort(copy);
	if (stored)
		say(g, "store", n);
	const char *complaint = stored ? NULL : diskcache_complaint(copy->d);
	if (complaint) {
		struct buf b = BUF_INIT(64 << 10);
		buf_addf(&b, "%s/http: %s", g->c->config->cache_dir, complaint);
		client_trace(g->c, "cache", b.p, 0);
		buf_release(&b);
	}
	buf_release(&head);
	if (rc == MF_OK)
		service_cache_see(g);
}
