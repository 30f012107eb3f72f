#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "../../support/httpd.h"
#include "link_app.h"

void test_link__host(void)
{
	static const struct {
		const char *url, *want;
	} t[] = {{"http://metaflow.example", "metaflow.example"},
		{"https://metaflow.example:443/", "metaflow.example"},
		{"http://localhost:80", "localhost"}, {"http://localhost:8080", "localhost:8080"},
		{"https://m.example:80/api", "m.example:80/api"},
		{"http://m.example/api/metadata/", "m.example/api/metadata"},
		{"http://m.example/teams/data-science/metadata", "m.example/…/metadata"},
		{"http://m.example/a/one-that-is-really-too-long", "m.example/…"},
		{"http://[::1]:8080/x", "[::1]:8080/x"}, {"metaflow", "metaflow"}, {"", ""}};

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct buf b = BUF_INIT(256);
		link_host(&b, t[i].url);
		CHECK_STR(b.p, t[i].want);
		buf_release(&b);
	}
}

void test_link__local(void)
{
	struct app *a = demo_app(&(struct screen_options){.w = 120}, NULL);

	CHECK(screen_has(a, " mftop  local ~/demo · all namespaces"));
	CHECK(!screen_has(a, " req "));
	CHECK_INT(link_of(a)->probes, 0);
	screen_keys(a, "rjp");
	screen_wait(a, 60000);
	CHECK_INT(link_of(a)->probes, 0);
	CHECK(!app_info(a)->down);
	app_free(a);
}

/* ---- what the frame says ---- */

void test_link__states(void)
{
	struct app *a = link_app(&(struct screen_options){.w = 120}, NULL);

	CHECK(screen_has(a, "service metaflow.example ● · all namespaces"));
	CHECK(screen_has(a, "14 req · 0 err · 38 ms"));
	link_is(a, MF_LINK_UP, 480);
	CHECK(screen_has(a, "metaflow.example ● 480 ms · all"));
	link_is(a, MF_LINK_UP, 5024);
	CHECK(screen_has(a, "metaflow.example ● 5.0 s · all"));
	link_now.active = 1;
	link_is(a, MF_LINK_UNKNOWN, -1);
	CHECK(screen_has(a, "metaflow.example ◌ connecting · all"));
	link_now.failed = 3;
	link_requests[0] = (struct mf_request){.id = 1, .method = "GET", .ms = 12400};
	link_n_requests = 1;
	link_is(a, MF_LINK_UP, 38);
	CHECK(screen_has(a, "metaflow.example ◌ waiting 12 s · all"));
	CHECK(screen_has(a, "14 req · 3 err · 38 ms"));
	CHECK(app_next_tick(a) <= app_now(a) + 500); /* it goes on to be looked at */
	link_now.active = 0;
	link_is(a, MF_LINK_OFFLINE, -1);
	CHECK(screen_has(a, "metaflow.example ○ offline · all"));
	link_now.cached_at = DEMO_NOW - 7200000;
	link_is(a, MF_LINK_OFFLINE, -1);
	CHECK(screen_has(a, "metaflow.example ○ offline, as of 10:00 · all"));
	CHECK(screen_has(a, "! offline: nothing is asked for over the network"));
	CHECK(!screen_has(a, "⟳"));
	app_free(a);
}

void test_link__golden(void)
{
	static const struct {
		const char *name;
		int w, h;
		bool ascii;
		enum theme_id theme;
		enum mf_link_state state;
	} t[] = {{"link_up_80x24", 80, 24, false, THEME_DARK, MF_LINK_UP},
		{"link_down_80x24", 80, 24, false, THEME_DARK, MF_LINK_DOWN},
		{"link_down_120x40", 120, 40, false, THEME_DARK, MF_LINK_DOWN},
		{"link_down_40x10", 40, 10, false, THEME_DARK, MF_LINK_DOWN},
		{"link_down_light", 120, 20, false, THEME_LIGHT, MF_LINK_DOWN},
		{"link_down_ascii", 80, 24, true, THEME_DARK, MF_LINK_DOWN},
		{"link_offline_80x24", 80, 24, false, THEME_DARK, MF_LINK_OFFLINE},
		{"link_offline_120x40", 120, 40, false, THEME_DARK, MF_LINK_OFFLINE}};

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct app *a = link_app(
			&(struct screen_options){
				.w = t[i].w, .h = t[i].h, .ascii = t[i].ascii, .theme = t[i].theme},
			"TrainFlow");
		snprintf(link_now.error, sizeof(link_now.error), "connection refused");
		if (t[i].state == MF_LINK_OFFLINE)
			link_now.cached_at = DEMO_NOW - 3600000;
		link_now.failed = t[i].state == MF_LINK_DOWN ? 5 : 0;
		link_is(a, t[i].state, 38);
		keys(a, "jj");
		for (int s = 0; s < 12 && t[i].state == MF_LINK_DOWN; s++)
			screen_wait(a, 1000);
		settle(a);
		screen_golden(a, t[i].name);
		app_free(a);
	}
}

/* Ages and the time shown are those of the service's clock. */
void test_link__clock_of_the_service(void)
{
	struct app *a = link_app(&(struct screen_options){.w = 120}, "TrainFlow");
	struct buf b = BUF_INIT(64);

	CHECK(screen_has(a, "12:00:00"));
	link_now.skew_ms = 3600000 + 61000;
	link_is(a, MF_LINK_UP, 38);
	CHECK(screen_has(a, "13:01:01"));
	CHECK_INT(app_present(a) - app_now(a), 3661000);
	cell_ago(&b, a, DEMO_NOW);
	CHECK_STR(b.p, "1 h ago");
	buf_release(&b);
	app_free(a);
}

/* ---- trying again ---- */

static uint64_t probes(struct app *a)
{
	return link_of(a)->probes;
}

/* Seconds until the next request. */
static int until_probe(struct app *a)
{
	uint64_t before = probes(a);

	for (int s = 1; s <= 60; s++) {
		screen_wait(a, 1000);
		settle(a);
		if (probes(a) != before)
			return s;
	}
	return -1;
}

void test_link__backs_off(void)
{
	static const int pauses[] = {2, 4, 8, 16, 30, 30};
	struct app *a = link_app(&(struct screen_options){.w = 120}, NULL);

	link_is(a, MF_LINK_DOWN, 38);
	CHECK(screen_has(a, "r retry · in 2 s"));
	for (size_t i = 0; i < ARRAY_SIZE(pauses); i++)
		CHECK_INT(until_probe(a), pauses[i]);
	uint64_t before = probes(a);
	keys(a, "r");
	CHECK_INT(probes(a), before + 1);
	CHECK_INT(until_probe(a), 2);
	keys(a, "p");
	CHECK(screen_has(a, "r retry · paused"));
	CHECK_INT(until_probe(a), -1);
	keys(a, "p");
	CHECK(until_probe(a) > 0);
	app_free(a);
}

void test_link__comes_back(void)
{
	struct app *a = link_app(&(struct screen_options){.w = 120}, "TrainFlow");
	struct view *v = app_view(a);
	int64_t loaded = v->loaded_at;

	keys(a, "jj");
	snprintf(link_now.error, sizeof(link_now.error), "connection refused");
	link_is(a, MF_LINK_DOWN, 38);
	view_set_banner(v, LEVEL_ERROR, "connection refused (again)");
	CHECK(screen_has(a, "✗ down since 12:00:00: connection refused"));
	CHECK(screen_has(a, "as of 12:00:00"));
	CHECK(!screen_has(a, "(again)")); /* once is enough */
	for (int i = 0; i < 10; i++) {
		screen_wait(a, 1000);
		settle(a);
	}
	CHECK_INT(v->loaded_at, loaded);
	CHECK(screen_has(a, "✗ service down 10 s"));
	CHECK(screen_has(a, "10 runs")); /* what was there stays */
	link_is(a, MF_LINK_UP, 38);
	screen_wait(a, 0);
	settle(a);
	CHECK(screen_has(a, "the metadata service answers again"));
	CHECK(!screen_has(a, "down since"));
	CHECK(!screen_has(a, "connection refused"));
	CHECK(v->loaded_at > loaded); /* it has asked again by itself */
	CHECK(!v->stale);
	keys(a, "<Enter>");
	CHECK_STR(app_view(a)->info->id, "run");
	app_free(a);
}

/* Views below ask again when they are shown. */
void test_link__views_below(void)
{
	struct app *a = link_app(&(struct screen_options){.w = 120}, "TrainFlow/latest");
	struct view *run = app_view(a);

	link_is(a, MF_LINK_DOWN, 38);
	screen_wait(a, 5000);
	link_is(a, MF_LINK_UP, 38);
	screen_wait(a, 0);
	settle(a);
	CHECK(!run->stale);
	keys(a, "q");
	CHECK_STR(app_view(a)->info->id, "flows");
	CHECK(app_view(a)->stale);
	screen_wait(a, 0);
	settle(a);
	CHECK(!app_view(a)->stale);
	CHECK_INT(app_view(a)->loaded_at, app_now(a));
	app_free(a);
}

void test_link__allocation_failure(void)
{
	struct app *a = link_app(&(struct screen_options){.w = 80}, NULL);

	link_is(a, MF_LINK_DOWN, 38);
	for (long n = 1; n <= 12; n++) {
		test_fail_alloc(n);
		keys(a, "r");
		test_fail_alloc(0);
		screen_wait(a, 31000);
		settle(a);
	}
	uint64_t before = probes(a);
	keys(a, "r");
	CHECK_INT(probes(a), before + 1);
	app_free(a);
}

/* ---- a real service ---- */

struct service {
	int mode; /* enum below */
};

enum { MODE_FINE, MODE_GATEWAY, MODE_PAGE, MODE_HANG };

static void answer(void *arg, const struct httpd_request *req, struct httpd_reply *reply)
{
	const struct service *s = arg;
	int mode = __atomic_load_n(&s->mode, __ATOMIC_SEQ_CST);

	if (mode == MODE_HANG) {
		reply->fault = HTTPD_HANG;
		reply->fault_at = HTTPD_BEFORE;
	} else if (mode == MODE_GATEWAY) {
		reply->status = 504;
		buf_adds(&reply->body, "Gateway Timeout");
	} else if (mode == MODE_PAGE) {
		buf_adds(&reply->headers, "Content-Type: text/html\r\n");
		buf_adds(&reply->body, "<!DOCTYPE html><html><body>Sign in</body></html>");
	} else if (str_eq(req->path, "/ping")) {
		buf_adds(&reply->body, "pong");
	} else {
		buf_adds(&reply->headers,
			"Content-Type: application/json\r\nMETADATA_SERVICE_VERSION: 2.5.1\r\n");
		buf_adds(&reply->body, str_eq(req->path, "/flows")
					       ? "[{\"flow_id\": \"AFlow\", \"user_name\": \"a\", "
						 "\"ts_epoch\": 1, \"tags\": [], "
						 "\"system_tags\": []}, {\"flow_id\": \"BFlow\", "
						 "\"user_name\": \"a\", \"ts_epoch\": 2, "
						 "\"tags\": [], \"system_tags\": []}]"
					       : "[]");
	}
}

static struct app *service_app(const struct httpd *d)
{
	static const char *const environ_[] = {
		"HOME=/nonexistent", "USER=demo", "METAFLOW_SERVICE_RETRY_COUNT=1", NULL};
	static char spec[128];
	struct app *a = screen_start(&(struct screen_options){.w = 120});
	struct mf_config_options c = {
		.environ = environ_, .cwd = "/", .proc = "", .metadata = spec, .no_cache = true};

	snprintf(spec, sizeof(spec), "service@%s", httpd_url(d, ""));
	if (data_open(a, &c, NULL, NULL) < 0)
		abort();
	app_open(a, "flows", NULL);
	settle(a);
	return a;
}

void test_link__service_that_breaks(void)
{
	static const int modes[] = {MODE_GATEWAY, MODE_PAGE};
	struct service s = {MODE_FINE};
	struct httpd *d = httpd_start(answer, &s, 0);
	struct app *a = service_app(d);

	CHECK(screen_has(a, "BFlow"));
	CHECK(strstr(app_info(a)->source, "service 127.0.0.1:") == app_info(a)->source);
	CHECK(app_info(a)->requests > 0);
	screen_keys(a, "j");
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		s.mode = modes[i];
		keys(a, "r");
		CHECK(app_info(a)->down);
		CHECK(screen_has(a, "✗ down since"));
		CHECK(screen_has(a, "▌ BFlow")); /* it stays, and stays selected */
		s.mode = MODE_FINE;
		keys(a, "r");
		CHECK(!app_info(a)->down);
		screen_wait(a, 100);
		settle(a);
		CHECK(!screen_has(a, "down since"));
		CHECK(screen_has(a, "2 flows"));
	}
	keys(a, "R");
	CHECK(screen_has(a, "504"));
	CHECK(screen_has(a, "/flows"));
	app_free(a);
	httpd_stop(d);
}

static int64_t wall(void *self)
{
	struct timespec ts;

	(void)self;
	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Nothing that a key does waits for a service that never answers. */
void test_link__service_that_hangs(void)
{
	static const char *const environ_[] = {
		"HOME=/nonexistent", "USER=demo", "METAFLOW_SERVICE_RETRY_COUNT=1", NULL};
	struct service s = {MODE_HANG};
	struct httpd *d = httpd_start(answer, &s, 0);
	struct app_options o = {.now_ms = wall, .w = 100, .h = 30, .threads = 4};
	char spec[128];
	struct app *a = NULL;
	struct mf_config_options c = {
		.environ = environ_, .cwd = "/", .proc = "", .metadata = spec, .no_cache = true};

	snprintf(spec, sizeof(spec), "service@%s", httpd_url(d, ""));
	CHECK(conf_init(&o.conf, NULL) == MF_OK && app_new(&a, &o, NULL) == MF_OK);
	if (!a || data_open(a, &c, NULL, NULL) < 0)
		abort();
	int64_t from = wall(NULL);
	CHECK(app_open_start(a, NULL));
	static const char *const opens[] = {"AFlow", "AFlow/1", "AFlow/1/s", "AFlow/1/s/2"};
	for (size_t i = 0; i < ARRAY_SIZE(opens); i++) {
		data_show(a, opens[i]);
		screen_keys(a, "jrlq");
		screen_keys(a, "dqtq:");
		screen_keys(a, "<Esc>");
		app_tick(a);
	}
	screen_keys(a, "RjHq");
	for (int i = 0; i < 250 && !screen_has(a, "under way"); i++) {
		usleep(20000); /* until a thread has begun */
		app_tick(a);
	}
	CHECK(screen_has(a, "under way"));
	CHECK(wall(NULL) - from < 8000);
	httpd_stop(d); /* what cannot be cancelled ends with its connection */
	CHECK(app_stop(a, 10000));
	app_free(a);
}
