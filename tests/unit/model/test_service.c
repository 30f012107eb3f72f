/* Requests of the service provider over a network that breaks, and out of memory. */
#include "../../../clientlib/model/service.h"

#include "../../../clientlib/base/fmt.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../../support/history.h"
#include "../../support/service.h"
#include "../../support/test.h"

static const char flow[] = "{\"flow_id\": \"F\", \"ts_epoch\": 1}";

void test_service__paths(void)
{
	static const struct {
		const char *spec, *path;
	} t[] = {{"", ""}, {"F", "/flows/F"}, {"F/1", "/flows/F/runs/1"},
		{"F/1/s", "/flows/F/runs/1/steps/s"},
		{"F/1/s/2", "/flows/F/runs/1/steps/s/tasks/2"},
		{"F/1/s/2/x", "/flows/F/runs/1/steps/s/tasks/2/artifacts/x"},
		{"a b/c?d/e#f", "/flows/a%20b/runs/c%3Fd/steps/e%23f"},
		{"\xc3\xa9/%2F/+&=", "/flows/%C3%A9/runs/%252F/steps/%2B%26%3D"},
		{"F/", "/flows/F"}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct buf b = BUF_INIT(1000);
		service_path(&b, t[i].spec);
		CHECK_STR(b.p, t[i].path);
		buf_release(&b);
	}
}

/* Slashes at the end of the URL and a prefix. */
void test_service__urls(void)
{
	static const char *const ends[] = {"", "/", "//", "/api/metadata", "/api/metadata/"};
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		struct fake f;
		struct mf_config *config;
		struct mf_client *client;
		struct mf_object *o;
		fake_init(&f);
		bool prefix = strstr(ends[i], "api");
		fake_on(&f, prefix ? "/api/metadata/flows/F" : "/flows/F", 200, flow);
		const char *url = textf("service@%s", httpd_url(f.d, ends[i]));
		const char *const env[] = {"HOME=/nonexistent", NULL};
		struct mf_config_options opts = {
			.environ = env, .cwd = "/", .proc = "", .metadata = url, .no_cache = true};
		CHECK_FATAL(mf_config_load(&config, &opts, NULL) == 0);
		CHECK_FATAL(mf_client_open(&client, config, NULL) == 0);
		CHECK_INT(mf_get(&o, client, "F", NULL, NULL), MF_OK);
		CHECK(mf_client_source(client)[strlen(mf_client_source(client)) - 1] != '/');
		mf_object_free(o);
		mf_client_free(client);
		mf_config_free(config);
		fake_close(&f);
	}
}

/* ---- faults ---- */

static const char list[] =
	"[{\"flow_id\": \"F\", \"ts_epoch\": 1}, {\"flow_id\": \"G\", \"ts_epoch\": 2}]";

void test_service__faults(void)
{
	static const struct {
		const char *name, *tries;
		struct fake_answer first; /* the next one is good */
		unsigned requests;
		const char *ids; /* or the beginning of an error */
	} t[] = {
		{"reset", "1", {.fault = HTTPD_RESET, .fault_at = HTTPD_BEFORE}, 1, "network: "},
		{"reset, again", "2", {.fault = HTTPD_RESET, .fault_at = HTTPD_BEFORE}, 2, "F G"},
		{"cut off", "1", {.fault = HTTPD_CLOSE, .fault_at = 20}, 1, "network: "},
		{"cut off, again", "2", {.fault = HTTPD_CLOSE, .fault_at = 20}, 2, "F G"},
		{"reset within", "2", {.fault = HTTPD_RESET, .fault_at = 50}, 2, "F G"},
		{"longer than told", "1", {.length = 30}, 1, "corrupt: "},
		{"shorter than told", "1", {.length = 500, .fault = HTTPD_CLOSE, .fault_at = 1000},
			1, "network: "},
		{"without a length, cut off", "1",
			{.length = HTTPD_NO_LENGTH, .fault = HTTPD_CLOSE, .fault_at = 20}, 1,
			"corrupt: "},
		{"without a length", "1",
			{.length = HTTPD_NO_LENGTH, .fault = HTTPD_CLOSE, .fault_at = sizeof(list) - 1}, 1, "F G"},
		{"slow", "1", {.delay_ms = 50, .piece = 7, .piece_delay_ms = 2}, 1, "F G"},
		{"garbage", "1", {.body = "\x1f\x8b\x01\xff [[["}, 1, "corrupt: "},
		{"nothing", "1", {.body = ""}, 1, "corrupt: "},
		{"half of it", "1", {.body = "[{\"flow_id\": \"F\""}, 1, "corrupt: "},
		{"more behind it", "1", {.body = "[]]"}, 1, "corrupt: "},
		{"no packed data", "1", {.headers = "Content-Encoding: gzip\r\n"}, 1, "network: "},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct fake f;
		fake_init(&f);
		f.tries = t[i].tries;
		struct fake_answer *a = fake_on(&f, "/flows", 200, list);
		const char *target = a->target, *body = t[i].first.body ? t[i].first.body : list;
		*a = t[i].first;
		a->target = target;
		a->status = 200;
		a->body = body;
		fake_on(&f, "/flows", 200, list);
		fake_open(&f);
		const char *ids = fake_ids(&f, "", NULL);
		CHECK_STR(textf("%s: %.*s", t[i].name, (int)strlen(t[i].ids), ids),
			textf("%s: %s", t[i].name, t[i].ids));
		CHECK_INT(fake_count(&f, ""), t[i].requests);
		fake_close(&f);
	}
}

void test_service__deadline(void)
{
	struct fake f;
	int64_t before = clock_now_ms();
	fake_init(&f);
	f.tries = "5";
	f.deadline = before + 300;
	struct fake_answer *a = fake_on(&f, "/flows/F", 200, flow);
	a->fault = HTTPD_HANG;
	a->fault_at = HTTPD_BEFORE;
	fake_open(&f);
	CHECK(str_starts(fake_get(&f, "F"), "timed_out: "));
	CHECK(clock_now_ms() - before < 5000);
	fake_close(&f);
}

/* ---- cancelling ---- */

struct later {
	struct fake *f;
	struct mf_cancel *cancel;
};

static void *cancel_later(void *arg)
{
	struct later *l = arg;
	while (!fake_count(l->f, ""))
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	mf_cancel_set(l->cancel);
	return NULL;
}

void test_service__cancel(void)
{
	for (int within = 0; within < 2; within++) {
		struct fake f;
		pthread_t thread;
		struct mf_list_options opts = MF_LIST_INIT;
		fake_init(&f);
		struct fake_answer *a = fake_on(&f, "/flows/F/runs", 200, "[{\"run_number\": 1}]");
		a->fault = HTTPD_HANG;
		a->fault_at = within ? 5 : HTTPD_BEFORE;
		fake_on(&f, "/flows/F/runs", 200, "[{\"run_number\": 1, \"ts_epoch\": 1}]");
		fake_open(&f);
		struct later l = {&f, opts.cancel = mf_cancel_new()};
		int64_t before = clock_now_ms();
		CHECK_FATAL(pthread_create(&thread, NULL, cancel_later, &l) == 0);
		CHECK(str_starts(fake_ids(&f, "F", &opts), "cancelled: "));
		pthread_join(thread, NULL);
		CHECK(clock_now_ms() - before < 3000);
		/* the client is as good as before */
		mf_cancel_reset(l.cancel);
		CHECK_STR(fake_ids(&f, "F", &opts), "1");
		mf_cancel_free(l.cancel);
		fake_close(&f);
	}
}

/* ---- a hundred million bytes ---- */

enum { WIDTH = 1000, ROWS = 100000 };

static void make_rows(void *self, uint64_t at, char *p, size_t n)
{
	char row[WIDTH + 64];
	(void)self;
	for (size_t done = 0, k; done < n; done += k) {
		uint64_t i = (at + done) / WIDTH;
		size_t within = (size_t)((at + done) % WIDTH);
		snprintf(row, sizeof(row), "%c{\"i\": %6llu, \"fill\": \"%*s\"}", i ? ',' : '[',
			(unsigned long long)i, WIDTH - 26, "");
		if (i == ROWS)
			row[0] = ']';
		k = WIDTH - within < n - done ? WIDTH - within : n - done;
		memcpy(p + done, row + within, k);
	}
}

static void hundred_million(void *self, const struct httpd_request *req, struct httpd_reply *reply)
{
	(void)self;
	(void)req;
	reply->make = make_rows;
	reply->size = (uint64_t)WIDTH * ROWS + 1;
}

void test_service__hundred_million_bytes(void)
{
	struct fake f;
	struct reply rows;
	size_t n;
	fake_init(&f);
	fake_make(&f, "/rows", hundred_million, NULL);
	fake_open(&f);
	reply_init(&rows);
	CHECK_INT(service_get(f.client, "/rows", "rows", &rows, NULL, NULL, NULL), MF_OK);
	CHECK_INT(rows.v.n, ROWS);
	CHECK(rows.stored > 99000000);
	CHECK(rows.text.cap < 8 << 20);
	const char *last = reply_text(&rows, ROWS - 1, &n);
	CHECK(last && n == WIDTH - 1 && memcmp(last, "{\"i\":  99999, ", 14) == 0);
	reply_relax(&rows);
	CHECK(memcmp(reply_text(&rows, 7, &n), "{\"i\":      7, ", 14) == 0);
	reply_release(&rows);
	fake_close(&f);
}

/* A row of more than can be one is an error that says so. */
static void endless_row(void *self, uint64_t at, char *p, size_t n)
{
	(void)self;
	memset(p, 'x', n);
	if (!at)
		memcpy(p, "[\"", 2);
}

static void endless(void *self, const struct httpd_request *req, struct httpd_reply *reply)
{
	(void)self;
	(void)req;
	reply->make = endless_row;
	reply->size = 64 << 20;
}

void test_service__endless_row(void)
{
	struct fake f;
	fake_init(&f);
	fake_make(&f, "/flows/F", endless, NULL);
	fake_make(&f, "/flows", endless, NULL);
	fake_open(&f);
	CHECK(str_starts(fake_get(&f, "F"), "too_large: "));
	CHECK(f.err.message[0] != '\0');
	CHECK(str_starts(fake_ids(&f, "", NULL), "too_large: "));
	fake_close(&f);
}

/* ---- out of memory ---- */

static int open_list_show(struct fake *f)
{
	const int fields[] = {
		mf_field_find(MF_TASK, "status"), mf_field_find(MF_TASK, "artifacts")};
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *it = NULL;
	struct mf_object *o = NULL;
	const struct mf_value *v;
	opts.limit = 3;
	f->err = (struct mf_error)MF_ERROR_INIT;
	int rc = mf_client_open(&f->client, f->config, &f->err);
	if (rc == MF_OK && (rc = mf_list(&it, f->client, "F", &opts, &f->err)) == MF_OK)
		while ((rc = mf_iter_next(it, &o, &f->err)) == 1)
			mf_object_free(o);
	mf_iter_free(it);
	o = NULL;
	if (rc == MF_OK)
		rc = mf_get(&o, f->client, "F/1/s/5", NULL, &f->err);
	for (size_t i = 0; rc == MF_OK && i < ARRAY_SIZE(fields); i++)
		if (mf_value_error(v = mf_object_field(o, fields[i])))
			rc = mf_value_error(v)->code;
	/* a whole answer is the right one */
	if (rc == MF_OK && !test_alloc_failed()) {
		CHECK_STR(mf_value_text(mf_object_get(o, "status"), NULL), "completed");
		CHECK_INT(mf_value_count(mf_object_get(o, "artifacts")), 1);
	}
	mf_object_free(o);
	mf_client_free(f->client);
	f->client = NULL;
	return rc;
}

/* Whatever allocation fails, nothing leaks or crashes, and the error is that. (What is only sought
 * for advice may be left out in silence.) */
void test_service__every_alloc(void)
{
	static const char task[] = "F/1/s/5";
	struct fake f;
	fake_init(&f);
	fake_on(&f, "/flows/F/runs", 200,
		FAKE_LIST(fake_run("F", "3", 3000, 1), fake_run("F", "2", 2000, 1),
			fake_run("F", "1", 1000, 1)));
	fake_on(&f, "/flows/F/runs/1/steps/s/tasks/5", 200, fake_task(task, 1000, 1));
	fake_on(&f, "/flows/F/runs/1/steps/s/tasks/5/metadata", 200,
		FAKE_LIST(fake_meta(task, 1, "attempt", "0", 1000, 0),
			fake_meta(task, 2, "attempt_ok", "True", 2000, 0)));
	fake_on(&f, "/flows/F/runs/1/steps/s/tasks/5/artifacts", 200,
		FAKE_LIST(fake_artifact(
			task, "x", 0, "868436778cb011a1c6230bc12534683ab0b7f1c3", "", 2000)));
	f.env[0] = "METAFLOW_SERVICE_HEADERS={\"X-A\": \"1\", \"X-B\": \"2\"}";
	fake_open(&f);
	mf_client_free(f.client);
	long n = 1, wrong = 0;
	for (bool hit = true; hit && n < 20000; n++) {
		test_fail_alloc(n);
		int rc = open_list_show(&f);
		hit = test_alloc_failed();
		test_fail_alloc(0);
		if (rc < 0 && rc != MF_ENOMEM) {
			printf("\nallocation %ld failed: %s\n", n, f.err.message);
			wrong++;
		}
		CHECK(hit || rc == MF_OK);
	}
	CHECK_INT(wrong, 0);
	CHECK(n > 50 && n < 20000);
	fake_close(&f);
}
