#include <stdlib.h>

#include "link_app.h"

static void request(uint64_t id, const char *method, const char *url, int status, int tries,
	uint64_t bytes, double ms, const char *error)
{
	struct mf_request *r = &link_requests[link_n_requests++];

	*r = (struct mf_request){.id = id,
		.began = DEMO_NOW - (int64_t)(40 - id) * 1700,
		.ms = ms,
		.status = status,
		.tries = tries,
		.bytes = bytes,
		.done = status || *error};
	snprintf(r->method, sizeof(r->method), "%s", method);
	snprintf(r->url, sizeof(r->url), "http://metaflow.example/api%s", url);
	snprintf(r->error, sizeof(r->error), "%s", error);
}

static void requests(void)
{
	link_n_requests = 0;
	request(39, "GET", "/flows/TrainFlow/runs/1836/steps", 200, 1, 1204, 38.2, "");
	request(38, "GET", "/flows/TrainFlow/runs/1836/metadata", 0, 1, 0, 2413, "");
	request(37, "PATCH", "/flows/TrainFlow/runs/1836/tag/mutate", 200, 1, 88, 61, "");
	request(36, "GET", "/flows/TrainFlow/runs/9999", 404, 1, 120, 12, "");
	request(35, "GET", "/flows/TrainFlow/runs?_limit=200", 200, 1, 1 << 20, 480, "");
	request(34, "GET", "/flows/TrainFlow/runs/1835/steps/train/tasks", 504, 5, 300, 4100,
		"504 Gateway Timeout");
	request(33, "GET", "/flows/TrainFlow/runs/1835", 0, 5, 0, 3947, "connection refused");
	request(32, "GET", "/flows/TrainFlow/runs/1835/artifacts", 0, 3, 5000, 8123, "");
	request(31, "GET", "/flows", 403, 1, 40, 3.25, "");
}

static struct app *open_requests(const struct screen_options *o)
{
	struct app *a = link_app(o, NULL);

	requests();
	link_now.active = 2;
	link_now.requests = 39;
	link_now.failed = 3;
	settle(a);
	keys(a, "R");
	return a;
}

void test_view_requests__golden(void)
{
	static const struct {
		const char *name, *keys;
		int w, h;
		bool ascii;
		enum theme_id theme;
	} t[] = {{"requests_80x24", "j", 80, 24, false, THEME_DARK},
		{"requests_120x40", "jj", 120, 40, false, THEME_DARK},
		{"requests_40x10", "", 40, 10, false, THEME_DARK},
		{"requests_light", "", 120, 20, false, THEME_LIGHT},
		{"requests_ascii", "j", 80, 24, true, THEME_DARK},
		{"requests_one", "jjjj<Enter>", 100, 24, false, THEME_DARK}};

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct app *a = open_requests(&(struct screen_options){
			.w = t[i].w, .h = t[i].h, .ascii = t[i].ascii, .theme = t[i].theme});
		keys(a, t[i].keys);
		screen_golden(a, t[i].name);
		app_free(a);
	}
}

void test_view_requests__filter_and_sort(void)
{
	struct app *a = open_requests(&(struct screen_options){.w = 120});

	CHECK(screen_has(a, "2 under way · 9 of 39 requests"));
	keys(a, "/REFUSED<Enter>");
	CHECK(screen_has(a, "1 of 39 requests"));
	CHECK(screen_has(a, "✗ no reply"));
	keys(a, "<Esc>/get 1835<Enter>");
	CHECK(screen_has(a, "3 of 39 requests"));
	keys(a, "<Esc>/nothing<Enter>");
	CHECK(screen_has(a, "No request matches"));
	keys(a, "<Esc>");
	for (int i = 0; i < 7; i++) /* to the column MS */
		keys(a, "s");
	CHECK(screen_has(a, "MS ▲") || screen_has(a, "MS ▼"));
	char *dump = screen_dump(a);
	const char *running = strstr(dump, "8,123"), *fast = strstr(dump, "3.2"),
		   *slow = strstr(dump, "4,100");
	CHECK(running && fast && slow && running < fast && running < slow);
	CHECK((fast < slow) == (strstr(dump, "MS ▲") != NULL));
	free(dump);
	app_free(a);
}

/* The selection stays with its request; at the top it stays at the top. */
void test_view_requests__new_ones(void)
{
	struct app *a = open_requests(&(struct screen_options){.w = 120});

	keys(a, "jj");
	for (int i = 0; i < 3; i++) {
		memmove(link_requests + 1, link_requests, link_n_requests * sizeof(*link_requests));
		size_t n = link_n_requests + 1;
		link_n_requests = 0;
		request(40 + (uint64_t)i, "GET", "/new", 200, 1, 10, 5, "");
		link_n_requests = n;
		link_now.requests++;
		screen_wait(a, 500);
		settle(a);
	}
	keys(a, "y");
	CHECK(screen_has(a, "copied http://metaflow.example/api/flows/TrainFlow/runs/1836/steps"));
	keys(a, "g");
	memmove(link_requests + 1, link_requests, link_n_requests * sizeof(*link_requests));
	size_t n = link_n_requests + 1;
	link_n_requests = 0;
	request(50, "GET", "/newest", 0, 1, 0, 5, "");
	link_n_requests = n;
	link_now.requests++;
	screen_wait(a, 500);
	settle(a);
	keys(a, "y");
	CHECK(screen_has(a, "/api/newest"));
	app_free(a);
}

/* Idle costs nothing: nothing is looked at until something happens. */
void test_view_requests__idle(void)
{
	struct app *a = open_requests(&(struct screen_options){.w = 80, .conf = "set clock off"});

	CHECK(app_next_tick(a) <= app_now(a) + 500);
	for (size_t i = 0; i < link_n_requests; i++)
		link_requests[i].done = true;
	link_now.active = 0;
	for (int i = 0; i < 20; i++) { /* what the first view has still to say */
		screen_wait(a, 500);
		settle(a);
	}
	CHECK(app_view(a)->tick_at == 0);
	CHECK(app_next_tick(a) == INT64_MAX);
	app_free(a);
}

void test_view_requests__local(void)
{
	struct app *a = demo_app(&(struct screen_options){.w = 80}, NULL);

	keys(a, "R");
	CHECK(screen_has(a, "local history: no requests are made"));
	keys(a, "r<Enter>jk/x<Enter>y");
	CHECK(app_view(a)->tick_at == 0);
	keys(a, "<Esc><Esc>");
	CHECK_STR(app_view(a)->info->id, "flows");
	keys(a, ":requests<Enter>");
	CHECK_STR(app_view(a)->info->id, "requests");
	app_free(a);
}

/* More than the library remembers, long and hostile texts, every size. */
void test_view_requests__much(void)
{
	struct app *a = open_requests(&(struct screen_options){.w = 80});

	link_n_requests = 0;
	for (uint64_t i = 600; i > 0; i--)
		request(i, "DELETEX",
			"/\x1b[31m/\xff/a/very/long/path/that/goes/on/and/on/and/on?x=%00", 599,
			2000000000, UINT64_MAX, 1e15, "\x1b]0;x\x07");
	link_now.requests = 1000000;
	screen_wait(a, 500);
	settle(a);
	CHECK(screen_has(a, "512 of 1,000,000 requests"));
	keys(a, "sssssssGy<Enter>");
	for (int w = 40; w <= 200; w += 23)
		for (int h = 10; h <= 40; h += 13) {
			app_resize(a, w, h);
			CHECK(!screen_has(a, "\x1b"));
		}
	app_free(a);
}
