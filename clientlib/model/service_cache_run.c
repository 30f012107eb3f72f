/* Runs that have ended for good: what is below them needs no second request. */
#include <stdlib.h>

#include "../base/fmt.h"
#include "service_cache.h"

enum { SETTLED_MS = 86400000, BELIEVED_MS = 600000 };

/* Bytes of "/flows/F/runs/R" at the start of a path; 0: it starts otherwise. *below: not all of it
 */
static size_t run_prefix(const char *path, bool *below)
{
	const char *runs, *end;
	if (!str_starts(path, "/flows/") || !(runs = strchr(path + strlen("/flows/"), '/')) ||
		!str_starts(runs, "/runs/"))
		return 0;
	end = runs + strlen("/runs/");
	end += strcspn(end, "/?");
	*below = *end == '/';
	return (size_t)(end - path);
}

static struct seen_run *slot(struct service_cache *cache, const char *key)
{
	char digits[9];
	memcpy(digits, key, 8);
	digits[8] = '\0';
	return &cache->runs[strtoul(digits, NULL, 16) % SERVICE_CACHE_RUNS];
}

/* "/flows/F/runs/R" and last_heartbeat_ts of its record. */
static void see_run(
	struct cached_get *g, const char *path, size_t path_n, const struct row_fact *beat)
{
	struct service_cache *cache = g->c->service->cache;
	int64_t s = fact_int(beat, MF_NO_TIME);
	char key[DISKCACHE_KEY];
	service_cache_key(g->c, path, path_n, key);
	pthread_mutex_lock(&cache->lock);
	struct seen_run *run = slot(cache, key);
	memcpy(run->key, key, sizeof(key));
	run->beat = s > 0 && s < 9000000000000 ? s * 1000 : INT64_MAX;
	run->at = clock_now_ms();
	pthread_mutex_unlock(&cache->lock);
}

/* A run's record or a page of runs has come from the service. */
void service_cache_see(struct cached_get *g)
{
	struct reply *rows = g->rows;
	bool below = false;
	size_t n = run_prefix(g->path, &below), list = strcspn(g->path, "?");
	struct buf path = BUF_INIT(64 << 10);
	struct arena a;
	bool is_list = !n && list > strlen("/runs") &&
		       memcmp(g->path + list - strlen("/runs"), "/runs", strlen("/runs")) == 0;
	/* an old service sends all runs there are: too many to look at twice */
	if (below || (!n && !is_list) || rows->is_array != is_list || rows->v.n > SERVICE_PAGE)
		return;
	arena_init(&a, 0);
	for (size_t i = 0; i < rows->v.n; i++) {
		size_t text_n;
		const char *text = reply_text(rows, i, &text_n);
		struct row_fact f[] = {{.key = "last_heartbeat_ts"}, {.key = "run_number"}};
		if (row_facts(text, text_n, f, ARRAY_SIZE(f), &a) < 0 || !f[1].text)
			continue;
		buf_clear(&path);
		buf_add(&path, g->path, is_list ? list : n);
		if (is_list) {
			buf_addc(&path, '/');
			http_escape(&path, f[1].text, f[1].n);
		}
		if (!path.failed)
			see_run(g, path.p, path.n, &f[0]);
	}
	arena_release(&a);
	buf_release(&path);
}

/* The last heartbeat of the run that the path leads below; INT64_MAX: not known, or too long ago
 * that it was told. */
int64_t service_cache_beat(const struct cached_get *g)
{
	struct service_cache *cache = g->c->service->cache;
	char key[DISKCACHE_KEY];
	bool below = false;
	size_t n = run_prefix(g->path, &below);
	int64_t beat = INT64_MAX;
	if (!n || !below)
		return beat;
	service_cache_key(g->c, g->path, n, key);
	pthread_mutex_lock(&cache->lock);
	const struct seen_run *run = slot(cache, key);
	int64_t age = clock_now_ms() - run->at;
	if (str_eq(run->key, key) && age >= 0 && age < BELIEVED_MS)
		beat = run->beat;
	pthread_mutex_unlock(&cache->lock);
	return beat;
}

/* Would the service still give the answer that it gave at `date` (its own clock)? Every task of a
 * run that is at work sends heartbeats which count for the run, and so does a new task, so a run
 * that was silent for a day has ended. Then nothing below its record changes: rows are only ever
 * added, by its tasks. (Tags change, but those in the run's record count, and that is never taken
 * from the cache.) Should it go on after all, a suspended laptop say, its record, which the service
 * itself has given a moment ago, tells a later heartbeat, and what was kept before that one does
 * not count; nor does what was kept of another run of this number, before the service got a new
 * database. A run without heartbeats is never sure. */
bool service_cache_settled(int64_t beat, int64_t date)
{
	return beat != INT64_MAX && date != MF_NO_TIME && date > SETTLED_MS &&
	       beat < date - SETTLED_MS;
}
