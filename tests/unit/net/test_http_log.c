#include "http_case.h"

#include <stdlib.h>

struct told {
	struct buf b;
};

static void trace(
	void *self, const char *method, const char *url, int status, uint64_t bytes, double ms)
{
	struct told *t = self;
	CHECK(ms >= 0);
	buf_addf(&t->b, "%s %s %d %llu\n", method, strstr(url, "/x"), status,
		(unsigned long long)bytes);
}

void test_http_log__entries(void)
{
	static const struct answer a[] = {{.body = "hello"}, {.status = 503, .body = "busy"},
		{.status = 404, .body = "none"},
		{.fault = HTTPD_CLOSE, .fault_at = 2, .body = "1234"}};
	static const char *const headers[] = {"Authorization: geheim", "X-Api-Key: geheim", NULL};
	struct told told = {BUF_INIT(10000)};
	struct http_case c;
	struct mf_request e[8];
	int64_t before = clock_now_ms();
	case_open(&c, &(struct http_options){.trace = trace, .trace_self = &told}, a, 4);
	CHECK_INT(http_log(c.h, e, 8), 0);
	CHECK_INT(case_send(&c, (struct http_request){.url = "/x?key=geheim", .headers = headers}),
		MF_OK);
	CHECK_INT(case_send(&c, (struct http_request){.url = "/x", .tries = 2}), MF_OK);
	const char *url = textf("http://me:geheim@127.0.0.1:%d/x", httpd_port(c.d));
	CHECK_INT(
		http_send(c.h,
			&(struct http_request){.url = url, .method = "DELETE", .headers = headers},
			&c.r, &c.err),
		MF_ENETWORK);
	CHECK(!strstr(c.err.where, "geheim") && !strstr(c.err.message, "geheim") &&
		!strstr(c.err.hint, "geheim"));

	CHECK_INT(http_log(c.h, e, 8), 3);
	static const struct mf_request want[] = {
		{.id = 3,
			.method = "DELETE",
			.status = 200,
			.tries = 1,
			.bytes = 2,
			.error = "the connection was closed before the reply was whole (2 of 4 "
				 "bytes)"},
		{.id = 2, .method = "GET", .status = 404, .tries = 2, .bytes = 4},
		{.id = 1, .method = "GET", .status = 200, .tries = 1, .bytes = 5},
	};
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		CHECK_INT(e[i].id, want[i].id);
		CHECK_STR(e[i].method, want[i].method);
		CHECK_STR(e[i].url, httpd_url(c.d, i == 2 ? "/x?key=***" : "/x"));
		CHECK_INT(e[i].status, want[i].status);
		CHECK_INT(e[i].tries, want[i].tries);
		CHECK_INT(e[i].bytes, want[i].bytes);
		CHECK_STR(e[i].error, want[i].error);
		CHECK(e[i].done && e[i].ms >= 0 && e[i].began >= before &&
			e[i].began <= clock_now_ms());
	}
	CHECK_STR(told.b.p, "GET /x?key=*** 200 5\nGET /x 503 4\nGET /x 404 4\nDELETE /x 200 2\n");
	CHECK_INT(http_log(c.h, e, 2), 2);
	CHECK_INT(e[1].id, 2);
	struct http_stats s = http_stats(c.h);
	CHECK_INT(s.requests, 3);
	CHECK_INT(s.tries, 4);
	CHECK_INT(s.failed, 2);
	CHECK_INT(s.bytes, 15);
	CHECK_INT(s.active, 0);
	buf_release(&told.b);
	case_close(&c);
}

/* More requests than are remembered, and a URL longer than its place. */
void test_http_log__full(void)
{
	static const struct answer a[] = {{.body = "x"}};
	static struct mf_request e[HTTP_LOG + 10];
	struct http_case c;
	case_open(&c, NULL, a, 1);
	for (size_t i = 0; i < HTTP_LOG + 4; i++)
		CHECK_INT(case_get(&c), MF_OK);
	CHECK_INT(case_send(&c, (struct http_request){.url = textf("/%01000d", 0)}), MF_OK);
	CHECK_INT(http_log(c.h, e, ARRAY_SIZE(e)), HTTP_LOG);
	CHECK_INT(e[0].id, HTTP_LOG + 5);
	CHECK_INT(e[HTTP_LOG - 1].id, 6);
	CHECK_INT(strlen(e[0].url), sizeof(e[0].url) - 1);
	CHECK_INT(http_stats(c.h).requests, HTTP_LOG + 5);
	CHECK_INT(httpd_connections(c.d), 1);
	case_close(&c);
}

static void *slow(void *arg)
{
	struct http_case *c = arg;
	struct http_response r = HTTP_RESPONSE_INIT;
	int rc = http_send(c->h, &(struct http_request){.url = c->err.where}, &r, NULL);
	http_response_release(&r);
	return rc < 0 ? arg : NULL;
}

/* One that is under way is seen, with what has come so far. */
void test_http_log__under_way(void)
{
	static const struct answer a[] = {{.body = "0123456789", .piece = 1, .piece_delay_ms = 60}};
	struct http_case c;
	pthread_t thread;
	void *failed;
	struct mf_request e = {0};
	case_open(&c, NULL, a, 1);
	snprintf(c.err.where, sizeof(c.err.where), "%s", httpd_url(c.d, "/"));
	CHECK_FATAL(pthread_create(&thread, NULL, slow, &c) == 0);
	while (!http_log(c.h, &e, 1) || (!e.done && !e.bytes))
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	CHECK(!e.done && e.bytes < 10 && e.tries == 1 && e.ms > 0);
	CHECK_INT(http_stats(c.h).active, 1);
	pthread_join(thread, &failed);
	CHECK(!failed);
	CHECK_INT(http_log(c.h, &e, 1), 1);
	CHECK(e.done && e.bytes == 10 && e.status == 200);
	case_close(&c);
}
