/* model/service_cache.h: what is kept of the service's answers between calls, and when an answer
 * from there will do. */
#ifndef MF_MODEL_SERVICE_CACHE_H
#define MF_MODEL_SERVICE_CACHE_H

#include "../store/diskcache.h"
#include "service.h"

enum { SERVICE_CACHE_RUNS = 512 };

struct service_cache {
	struct diskcache *disk;
	char who[DISKCACHE_KEY]; /* hash of the settings that decide who asks */
	pthread_mutex_t lock;    /* guards what follows */
	struct seen_run *runs; /* SERVICE_CACHE_RUNS, by the first digits of their keys; another one
				  of the same digits takes the place */
};

/* What the record of a run said when it was last seen. */
struct seen_run {
	char key[DISKCACHE_KEY];
	int64_t beat; /* last heartbeat, ms of the service's clock; INT64_MAX: none */
	int64_t at;   /* of our clock */
};

/* c->service->cache stays NULL where nothing is to be kept (--no-cache, no home,
 * MFCTL_CACHE_SIZE=0). MF_EUSAGE: that is no size. */
int service_cache_open(struct mf_client *c, struct mf_error *err);
void service_cache_close(struct mf_client *c);

/* One GET on its way past the cache. */
struct cached_get {
	struct mf_client *c;
	const char *path;
	struct reply *rows;
	struct mf_sink sink; /* for the request: hands the body to rows, and keeps a copy */
	struct diskcache_put copy;
	char key[DISKCACHE_KEY];
	int64_t beat; /* of the run that the path leads below, INT64_MAX: not known */
	bool from_cache;
};

/* 1: answered, r and rows are as the service left them once; 0: the service has to be asked, with
 * g->sink and service_cache_restart; MF_ENETWORK: --offline, and this was never asked. `what` names
 * it in errors. */
int service_cache_begin(struct cached_get *g, struct mf_client *c, const char *path,
	const char *what, struct reply *rows, struct http_response *r, struct mf_error *err);
void service_cache_restart(void *self);
/* The request ended with rc and err, as its caller is told: keep the answer, or tell in err->hint
 * that an older one is kept. `headers` are those it was sent with. */
void service_cache_end(struct cached_get *g, int rc, const char *const *headers,
	const struct http_response *r, struct mf_error *err);
/* When the answer to GET path was kept that --offline would show; MF_NO_TIME: there is none. */
int64_t service_cache_kept(struct mf_client *c, const char *path);
/* The name of the answer to GET path (its first n bytes). */
void service_cache_key(
	const struct mf_client *c, const char *path, size_t n, char out[DISKCACHE_KEY]);

/* ---- service_cache_run.c ---- */

/* An answer has come from the service: remember what it says of runs. */
void service_cache_see(struct cached_get *g);
/* The last heartbeat of the run that g->path leads below; INT64_MAX: not known, or told too long
 * ago. */
int64_t service_cache_beat(const struct cached_get *g);
/* Would the service still give the answer below that run that it gave at `date` (of its own clock)?
 */
bool service_cache_settled(int64_t beat, int64_t date);

#endif
