#include "../../../clientlib/model/service_cache.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../../../clientlib/base/fmt.h"
#include "../../../clientlib/model/object.h"
#include "../../support/history.h"
#include "../../support/httpd.h"
#include "../../support/test.h"

enum { HOUR = 3600, DAY = 24 * HOUR };
#define RUN "/flows/F/runs/1"
#define STEPS RUN "/steps"

/* A service with one run, and clients on it that share a cache. Each answer holds the number of its
 * request. */
struct world {
	struct httpd *d;
	const char *cache;
	long long beat; /* of the run, s; 0: null */
	long long date; /* of the replies, s; 0: none is told */
	int status;     /* of everything; 0: as it should be */
	bool broken;    /* bodies break off; the next one does not */
	size_t large;   /* bytes of a list */
	struct mf_config *config;
	struct mf_client *client;
	struct buf trace;
	struct mf_error err;
};

/* A list of strings of 997 letters; the size is 1 more than a multiple of 1000. */
static void fill(void *self, uint64_t at, char *p, size_t n)
{
	const struct world *w = self;
	for (size_t i = 0; i < n; i++) {
		uint64_t k = at + i, in_row = (k + 999) % 1000;
		p[i] = !k                  ? '['
		       : k == w->large - 1 ? ']'
		       : in_row == 999     ? ','
		       : in_row % 998 == 0 ? '"'
					   : 'x';
	}
}

static void answer(void *arg, const struct httpd_request *req, struct httpd_reply *reply)
{
	struct world *w = arg;
	char beat[32] = "null", date[64];
	if (w->beat)
		snprintf(beat, sizeof(beat), "%lld", w->beat);
	if (w->date) {
		time_t t = (time_t)w->date;
		struct tm tm;
		gmtime_r(&t, &tm);
		strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &tm);
		buf_addf(&reply->headers, "Date: %s\r\n", date);
	}
	buf_adds(&reply->headers,
		"METADATA_SERVICE_VERSION: 2.5.1\r\nSet-Cookie: session=hunter2\r\n");
	reply->status = w->status ? w->status : 200;
	if (w->status) {
		buf_adds(&reply->body, "no");
	} else if (str_eq(req->target, RUN)) {
		buf_addf(&reply->body,
			"{\"flow_id\":\"F\",\"run_number\":1,\"last_heartbeat_ts\":%s,\"ts_epoch\":"
			"1,\"n\":%u}",
			beat, req->number);
	} else if (str_eq(req->path, "/flows/F/runs")) {
		buf_adds(&reply->headers, "X-Limit: 2\r\nX-Next-Cursor: abc==\r\n");
		buf_addf(&reply->body,
			"[{\"flow_id\":\"F\",\"run_number\":1,\"last_heartbeat_ts\":%s,\"n\":%u}]",
			beat, req->number);
	} else if (str_starts(req->path, STEPS) && w->large) {
		reply->make = fill;
		reply->make_self = w;
		reply->size = w->large;
	} else if (str_starts(req->path, STEPS)) {
		buf_addf(&reply->body, "[{\"n\":%u}]", req->number);
	} else if (str_starts(req->path, "/flows/broken")) {
		buf_adds(&reply->body, "[{\"n\":1},");
	} else {
		reply->status = 404;
		buf_adds(&reply->body, str_starts(req->path, "/flows") ? "{}" : "404: Not Found");
	}
	if (w->broken) {
		reply->fault = HTTPD_CLOSE;
		reply->fault_at = 5;
		w->broken = false;
	}
}

static void trace(void *self, const char *what, const char *path, uint64_t bytes)
{
	struct world *w = self;
	(void)bytes;
	if (str_eq(what, "cache"))
		buf_addf(&w->trace, "%s\n", path);
}

static void close_client(struct world *w)
{
	mf_client_free(w->client);
	mf_config_free(w->config);
	w->client = NULL;
	w->config = NULL;
}

struct how {
	bool offline, no_cache;
	const char *env[4]; /* beside the cache; NULL-terminated */
	const char *user;   /* "name:password@" */
	const char *tries;
};

/* Another call of the program, so to speak. */
static void call(struct world *w, struct how h)
{
	const char *env[16] = {textf("XDG_CACHE_HOME=%s", w->cache), "HOME=/nowhere",
		textf("METAFLOW_SERVICE_RETRY_COUNT=%s", h.tries ? h.tries : "1"),
		"METAFLOW_HOME=/nowhere"};
	size_t n = 4;
	for (size_t i = 0; i < ARRAY_SIZE(h.env) && h.env[i]; i++)
		env[n++] = h.env[i];
	const char *url = httpd_url(w->d, "");
	struct mf_config_options o = {.environ = env,
		.cwd = "/",
		.proc = "",
		.metadata =
			textf("service@http://%s%s", h.user ? h.user : "", url + strlen("http://")),
		.offline = h.offline,
		.no_cache = h.no_cache,
		.trace = trace,
		.trace_self = w};
	close_client(w);
	buf_clear(&w->trace);
	CHECK_FATAL(mf_config_load(&w->config, &o, NULL) == MF_OK);
	CHECK_FATAL(mf_client_open(&w->client, w->config, NULL) == MF_OK);
}

static void world_open(struct world *w)
{
	*w = (struct world){.cache = textf("%s/cache", test_dir()), .trace = BUF_INIT(1 << 20)};
	w->date = (long long)time(NULL);
	w->beat = w->date - 2 * DAY;
	w->d = httpd_start(answer, w, 0);
	call(w, (struct how){0});
}

static void world_close(struct world *w)
{
	close_client(w);
	httpd_stop(w->d);
	buf_release(&w->trace);
}

/* The rows that a path gives, or "code: message". */
static const char *get(struct world *w, const char *path)
{
	struct reply rows;
	struct buf b = BUF_INIT(1 << 20);
	struct service_page page;
	w->err = (struct mf_error)MF_ERROR_INIT;
	reply_init(&rows);
	int rc = service_get(w->client, path, "it", &rows, &page, NULL, &w->err);
	CHECK_INT(rc, w->err.code);
	for (size_t i = 0; rc == MF_OK && i < rows.v.n; i++) {
		size_t n;
		const char *text = reply_text(&rows, i, &n);
		buf_add(&b, text, n < 200 ? n : 200);
	}
	if (rc == MF_OK && page.limited)
		buf_addf(&b, " limited, next %s", page.cursor);
	const char *text =
		rc < 0 ? textf("%s: %s", mf_code_name(rc), w->err.message) : textf("%s", b.p);
	reply_release(&rows);
	buf_release(&b);
	return text;
}

/* How many requests that took. */
static unsigned cost(struct world *w, const char *path)
{
	unsigned before = httpd_requests(w->d);
	get(w, path);
	CHECK_INT(w->err.code, MF_OK);
	return httpd_requests(w->d) - before;
}

void test_service_cache__what_has_ended(void)
{
	struct world w;
	world_open(&w);
	const char *first = get(&w, STEPS);
	CHECK_INT(cost(&w, STEPS), 1); /* nothing is known of the run yet */
	first = get(&w, STEPS);
	CHECK_INT(cost(&w, RUN), 1);
	CHECK_STR(get(&w, STEPS), first);
	CHECK_INT(cost(&w, STEPS), 0);
	CHECK(strstr(w.trace.p, "hit " STEPS "\n") != NULL);
	CHECK_INT(cost(&w, RUN), 1); /* never from the cache: its tags change */
	/* another call, and what it has not asked before */
	call(&w, (struct how){0});
	CHECK_INT(cost(&w, "/flows/F/runs?_limit=2"), 1); /* tells of the run, too */
	CHECK_INT(cost(&w, "/flows/F/runs?_limit=2"), 1);
	CHECK_STR(get(&w, STEPS), first);
	CHECK_INT(cost(&w, STEPS), 0);
	CHECK_INT(cost(&w, STEPS "/start/tasks"), 1);
	CHECK_INT(cost(&w, STEPS "/start/tasks"), 0);
	CHECK_INT(cost(&w, STEPS "/start/tasks?_limit=1"), 1); /* another question */
	struct mf_link link;
	mf_client_link(w.client, &link);
	CHECK(link.cached_at == MF_NO_TIME && link.state == MF_LINK_UP);
	world_close(&w);
}

void test_service_cache__what_goes_on(void)
{
	struct world w;
	world_open(&w);
	const long long now = w.date;
	const struct {
		long long beat, date; /* when the answer was given */
		unsigned cost;        /* of the same question, now */
	} t[] = {
		{now - 2 * DAY, now, 0},
		{now - DAY - 10, now, 0},
		{now - DAY + 10, now, 1},
		{now - 5, now, 1},
		{0, now, 1}, /* no heartbeats: never sure */
		{now + DAY, now, 1},
		{now - 2 * DAY, now - DAY - HOUR,
			1}, /* given while it might still have been at work */
		{now - 9 * DAY, now - 5 * DAY, 0},
		{now - 2 * DAY, 0, 1}, /* no date */
		{now - 2 * DAY, 1, 1},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		const char *path = textf(STEPS "/s%zu", i);
		w.beat = t[i].beat;
		w.date = t[i].date;
		get(&w, path);
		w.date = now;
		get(&w, RUN);
		unsigned n = cost(&w, path);
		if (n != t[i].cost)
			printf("\nrow %zu\n", i);
		CHECK_INT(n, t[i].cost);
	}
	/* it goes on after all: its record tells */
	w.beat = now - 2 * DAY;
	get(&w, RUN);
	get(&w, STEPS "/x");
	CHECK_INT(cost(&w, STEPS "/x"), 0);
	w.beat = now - 5;
	CHECK_INT(cost(&w, STEPS "/x"), 0); /* not told yet */
	get(&w, RUN);
	CHECK_INT(cost(&w, STEPS "/x"), 1);
	/* a failure is no answer, and takes nothing away */
	w.beat = now - 2 * DAY;
	get(&w, RUN);
	w.status = 500;
	CHECK(str_starts(get(&w, STEPS "/y"), "network: "));
	CHECK_INT(w.err.hint[0] && strstr(w.err.hint, "--offline"), 0);
	w.status = 0;
	CHECK_INT(cost(&w, STEPS "/y"), 1);
	world_close(&w);
}

void test_service_cache__offline(void)
{
	struct world w;
	struct mf_link link;
	world_open(&w);
	const char *marker = textf("%s-command", w.cache);
	const char *run = get(&w, RUN), *runs = get(&w, "/flows/F/runs?_limit=2"),
		   *none = get(&w, "/flows/F/runs/latest");
	CHECK(strstr(runs, " limited, next abc==") != NULL);
	CHECK_STR(none, "not_found: “it” not found");
	const char *odd = get(&w, "/flows/F/odd");
	get(&w, "/ping");
	unsigned before = httpd_requests(w.d);
	call(&w, (struct how){.offline = true});
	CHECK_STR(get(&w, RUN), run);
	CHECK_STR(get(&w, "/flows/F/runs?_limit=2"), runs);
	CHECK_STR(get(&w, "/flows/F/runs/latest"), none);
	CHECK_STR(get(&w, "/flows/F/odd"), odd);
	mf_client_link(w.client, &link);
	CHECK(link.state == MF_LINK_OFFLINE && link.cached_at <= clock_now_ms() &&
		link.cached_at > clock_now_ms() - 60000);
	CHECK_STR(link.version, "2.5.1");
	CHECK(service_cache_kept(w.client, RUN) >= link.cached_at);
	CHECK(service_cache_kept(w.client, STEPS) == MF_NO_TIME);
	CHECK_STR(get(&w, "/ping"), "network: not kept for offline use");
	CHECK_STR(get(&w, STEPS), "network: not kept for offline use");
	CHECK_STR(w.err.hint, "run it once without --offline");
	CHECK_STR(w.err.where, "it");
	/* nothing is sent either */
	struct arena a;
	int status;
	const char *text;
	struct mf_error err = MF_ERROR_INIT;
	arena_init(&a, 0);
	CHECK_INT(service_send(w.client, "PATCH", RUN, "{}", 2, &a, &status, &text, &err),
		MF_ENETWORK);
	CHECK_STR(err.message, "nothing is sent with --offline");
	arena_release(&a);
	CHECK_INT(httpd_requests(w.d), before);
	CHECK_INT(mf_client_stats(w.client).requests, 0);
	/* nor is the command of the headers run, which may ask for a token */
	call(&w, (struct how){.offline = true,
			 .env = {textf("MFCTL_SERVICE_HEADERS_COMMAND=touch '%s'", marker)}});
	CHECK(access(marker, F_OK) < 0);
	world_close(&w);
}

void test_service_cache__no_cache(void)
{
	struct world w;
	world_open(&w);
	call(&w, (struct how){.no_cache = true});
	get(&w, RUN);
	get(&w, STEPS);
	CHECK_INT(cost(&w, STEPS), 1);
	CHECK(access(w.cache, F_OK) < 0);
	CHECK_STR(w.trace.p, "");
	call(&w, (struct how){0});
	const char *run = get(&w, RUN);
	call(&w, (struct how){.offline = true});
	CHECK_STR(get(&w, RUN), run);
	call(&w, (struct how){.offline = true, .no_cache = true});
	CHECK_STR(get(&w, RUN), "network: not kept for offline use");
	world_close(&w);
}

void test_service_cache__size(void)
{
	struct world w;
	world_open(&w);
	CHECK(setenv("MFCTL_CACHE_SIZE", "0", 1) == 0);
	call(&w, (struct how){0});
	get(&w, RUN);
	CHECK(access(w.cache, F_OK) < 0);
	static const char *const bad[] = {"much", "-1", "1e99", "12 apples"};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct mf_error err = MF_ERROR_INIT;
		struct mf_client *c;
		setenv("MFCTL_CACHE_SIZE", bad[i], 1);
		CHECK_INT(mf_client_open(&c, w.config, &err), MF_EUSAGE);
		CHECK(strstr(err.message, bad[i]) &&
			strstr(err.message, "MFCTL_CACHE_SIZE") != NULL);
	}
	setenv("MFCTL_CACHE_SIZE", "256M", 1);
	call(&w, (struct how){0});
	get(&w, RUN);
	CHECK(access(w.cache, F_OK) == 0);
	unsetenv("MFCTL_CACHE_SIZE");
	world_close(&w);
}

void test_service_cache__who_asks(void)
{
	static const char *const own[] = {"METAFLOW_SERVICE_AUTH_KEY=alice",
		"METAFLOW_SERVICE_HEADERS={\"Authorization\":\"alice\"}",
		"MFCTL_SERVICE_HEADERS_COMMAND=echo A: alice"};
	static const char *const other[] = {"METAFLOW_SERVICE_AUTH_KEY=bob",
		"METAFLOW_SERVICE_HEADERS={\"Authorization\":\"bob\"}",
		"MFCTL_SERVICE_HEADERS_COMMAND=echo A: bob"};
	struct world w;
	world_open(&w);
	for (size_t i = 0; i < ARRAY_SIZE(own); i++) {
		const char *path = textf(STEPS "/who%zu", i);
		call(&w, (struct how){.env = {own[i]}});
		const char *text = get(&w, path);
		call(&w, (struct how){.offline = true, .env = {own[i]}});
		CHECK_STR(get(&w, path), text);
		call(&w, (struct how){.offline = true, .env = {other[i]}});
		CHECK_STR(get(&w, path), "network: not kept for offline use");
		call(&w, (struct how){.offline = true});
		CHECK_STR(get(&w, path), "network: not kept for offline use");
		call(&w, (struct how){.env = {other[i]}});
		get(&w, RUN);
		CHECK_INT(cost(&w, path), 1);
	}
	call(&w, (struct how){.user = "alice:secret@"});
	get(&w, STEPS "/url");
	call(&w, (struct how){.offline = true, .user = "bob:secret@"});
	CHECK_STR(get(&w, STEPS "/url"), "network: not kept for offline use");
	call(&w, (struct how){.offline = true, .user = "alice:secret@"});
	CHECK(str_starts(get(&w, STEPS "/url"), "{\"n\""));
	/* the same command, and what it prints is another user's now */
	const char *file = textf("%s-token", w.cache),
		   *command = textf("MFCTL_SERVICE_HEADERS_COMMAND=cat '%s'", file);
	test_write_bytes(file, "T: alice\n", 9);
	call(&w, (struct how){.env = {command}});
	get(&w, RUN);
	get(&w, STEPS "/token");
	CHECK_INT(cost(&w, STEPS "/token"), 0);
	test_write_bytes(file, "T: bob\n", 7);
	call(&w, (struct how){.env = {command}});
	get(&w, RUN);
	CHECK_INT(cost(&w, STEPS "/token"), 1);
	CHECK_INT(cost(&w, STEPS "/token"), 0);
	world_close(&w);
}

static unsigned n_files, n_leaks;
static const char *const secrets[] = {"hunter2", "s3cr3t", "k3y", "t0ken", "cursor-of"};

static int look(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	static char text[1 << 16];
	(void)ftw;
	if (flag != FTW_F)
		return 0;
	FILE *f = fopen(path, "rb");
	size_t n = f ? fread(text, 1, sizeof(text), f) : 0;
	if (f)
		fclose(f);
	n_files++;
	n_leaks += st->st_mode & 077;
	for (size_t i = 0; i < ARRAY_SIZE(secrets); i++)
		n_leaks +=
			memmem(text, n, secrets[i], strlen(secrets[i])) || strstr(path, secrets[i]);
	return 0;
}

void test_service_cache__no_secrets(void)
{
	struct world w;
	world_open(&w);
	call(&w, (struct how){.user = "me:s3cr3t@",
			 .env = {"METAFLOW_SERVICE_AUTH_KEY=k3y",
				 "METAFLOW_SERVICE_HEADERS={\"Authorization\":\"Bearer t0ken\"}"}});
	get(&w, RUN);
	get(&w, STEPS);
	get(&w, "/flows/F/runs?_cursor=cursor-of");
	get(&w, "/flows/G");
	close_client(&w);
	n_files = n_leaks = 0;
	CHECK(nftw(w.cache, look, 8, FTW_PHYS) == 0);
	CHECK_INT(n_files, 5); /* four answers and what was stored */
	CHECK_INT(n_leaks, 0);
	world_close(&w);
}

void test_service_cache__out_of_reach(void)
{
	struct world w;
	world_open(&w);
	get(&w, RUN);
	w.status = 503;
	CHECK(str_starts(get(&w, STEPS), "network: "));
	CHECK(!strstr(w.err.hint, "--offline")); /* there is nothing of that */
	CHECK(str_starts(get(&w, RUN), "network: "));
	CHECK(strstr(w.err.hint, "; --offline shows what was kept (as of 20") != NULL);
	CHECK(str_starts(get(&w, STEPS), "network: "));
	CHECK(!strstr(w.err.hint, "--offline")); /* which was about another request */
	httpd_stop(w.d);
	CHECK(str_starts(get(&w, RUN), "network: "));
	CHECK(strstr(w.err.hint, " --offline shows what was kept (as of 20") != NULL);
	CHECK(w.err.hint[strlen(w.err.hint) - 1] == ')');
	/* that is no refusal */
	w.d = httpd_start(answer, &w, 0);
	w.status = 403;
	call(&w, (struct how){0});
	CHECK(str_starts(get(&w, RUN), "not_allowed: "));
	CHECK(!strstr(w.err.hint, "--offline"));
	world_close(&w);
}

void test_service_cache__not_whole(void)
{
	struct world w;
	world_open(&w);
	call(&w, (struct how){.tries = "2"});
	/* the second try counts alone */
	w.broken = true;
	const char *text = get(&w, STEPS);
	CHECK(str_starts(text, "{\"n\":"));
	CHECK(str_starts(get(&w, "/flows/broken"), "corrupt: "));
	w.large = 34000001;
	CHECK(str_starts(get(&w, STEPS "/large"), "\"xx"));
	w.large = 3000001;
	const char *big = get(&w, STEPS "/big");
	call(&w, (struct how){.offline = true});
	CHECK_STR(get(&w, STEPS), text);
	CHECK_STR(get(&w, STEPS "/big"), big);
	CHECK_STR(get(&w, "/flows/broken"), "network: not kept for offline use");
	CHECK_STR(get(&w, STEPS "/large"), "network: not kept for offline use");
	world_close(&w);
}

void test_service_cache__cannot_write(void)
{
	struct world w;
	world_open(&w);
	test_write_bytes(w.cache, "a file", 6);
	for (int i = 0; i < 3; i++)
		CHECK_INT(cost(&w, STEPS), 1);
	CHECK_STR(w.trace.p, textf("%s/mfkit/http: nothing is kept: Not a directory\n", w.cache));
	call(&w, (struct how){.offline = true});
	CHECK_STR(get(&w, STEPS), "network: not kept for offline use");
	world_close(&w);
}

/* Without memory there is an error or an answer, and it is the right one. */
void test_service_cache__every_allocation(void)
{
	struct world w;
	world_open(&w);
	const char *run = get(&w, RUN), *none = get(&w, "/flows/F/runs/latest"),
		   *want[] = {run, none};
	static const char *const paths[] = {RUN, "/flows/F/runs/latest"};
	call(&w, (struct how){.offline = true});
	for (size_t k = 0; k < ARRAY_SIZE(paths); k++) {
		bool failed = true;
		for (long n = 1; failed && n < 1000; n++) {
			struct reply rows;
			struct mf_error err = MF_ERROR_INIT;
			size_t len = 0;
			reply_init(&rows);
			test_fail_alloc(n);
			int rc = service_get(w.client, paths[k], "it", &rows, NULL, NULL, &err);
			failed = test_alloc_failed();
			test_fail_alloc(0);
			const char *text = rc == MF_OK ? reply_text(&rows, 0, &len) : NULL;
			CHECK(rc == MF_ENOMEM || rc == (k ? MF_ENOTFOUND : MF_OK) ||
				(failed && k && rc == MF_EUNSUPPORTED));
			CHECK(!text || (len == strlen(want[k]) && memcmp(text, want[k], len) == 0));
			reply_release(&rows);
		}
		CHECK(!failed);
	}
	/* and while answers are stored */
	call(&w, (struct how){0});
	bool failed = true;
	for (long n = 1; failed && n < 1000; n++) {
		struct reply rows;
		struct mf_error err = MF_ERROR_INIT;
		reply_init(&rows);
		test_fail_alloc(n);
		int rc = service_get(w.client, RUN, "it", &rows, NULL, NULL, &err);
		failed = test_alloc_failed();
		test_fail_alloc(0);
		CHECK(rc == MF_OK || rc == MF_ENOMEM);
		reply_release(&rows);
	}
	CHECK(!failed);
	for (long n = 1; n < 200; n++) {
		struct mf_client *c = NULL;
		test_fail_alloc(n);
		int rc = mf_client_open(&c, w.config, NULL);
		failed = test_alloc_failed();
		test_fail_alloc(0);
		mf_client_free(c);
		if (rc != (failed ? MF_ENOMEM : MF_OK))
			printf("\nallocation %ld\n", n);
		CHECK_INT(rc, failed ? MF_ENOMEM : MF_OK);
		if (!failed)
			break;
	}
	CHECK(!failed);
	world_close(&w);
}
