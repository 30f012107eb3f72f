/* Trying again, and ending before time. */
#include "http_case.h"

#include <signal.h>
#include <stdatomic.h>

static const struct answer closed = {.fault = HTTPD_CLOSE, .fault_at = HTTPD_BEFORE};

void test_http_retry__counts(void)
{
	static const struct {
		const char *method;
		int tries;
		struct answer first;
		int requests, rc, status;
	} t[] = {
		{NULL, 3, {.status = 503}, 2, MF_OK, 200},
		{NULL, 2, {.status = 502}, 2, MF_OK, 200},
		{"HEAD", 2, {.status = 504}, 2, MF_OK, 200},
		{NULL, 1, {.status = 503}, 1, MF_OK, 503},
		{NULL, 0, {.status = 503}, 1, MF_OK, 503},
		{NULL, 3, {.status = 500}, 1, MF_OK, 500},
		{NULL, 3, {.status = 501}, 1, MF_OK, 501},
		{NULL, 3, {.status = 505}, 1, MF_OK, 505},
		{NULL, 3, {.status = 404}, 1, MF_OK, 404},
		{NULL, 3, {.status = 429, .headers = "Retry-After: 0\r\n"}, 2, MF_OK, 200},
		{NULL, 3, {.status = 503, .headers = "Retry-After: 0\r\n"}, 2, MF_OK, 200},
		{NULL, 3, {.status = 429, .headers = "Retry-After: 31\r\n"}, 1, MF_OK, 429},
		{NULL, 3, {.status = 503, .headers = "Retry-After: 99999999999999999999\r\n"}, 1,
			MF_OK, 503},
		{NULL, 3,
			{.status = 503,
				.headers = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: "
					   "Sun, 06 Nov 1994 08:50:37 GMT\r\n"},
			1, MF_OK, 503},
		{NULL, 3,
			{.status = 503,
				.headers = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: "
					   "Sun, 06 Nov 1994 08:49:30 GMT\r\n"},
			2, MF_OK, 200},
		{NULL, 3, {.status = 503, .headers = "Retry-After: soon\r\n"}, 2, MF_OK, 200},
		{NULL, 3, {.status = 429}, 2, MF_OK, 200},
		{NULL, 3, {.fault = HTTPD_RESET, .fault_at = HTTPD_BEFORE}, 2, MF_OK, 200},
		{NULL, 3, {.fault = HTTPD_CLOSE, .fault_at = 2, .body = "abcd"}, 2, MF_OK, 200},
		{NULL, 3, {.fault = HTTPD_HANG, .fault_at = HTTPD_BEFORE}, 1, MF_ETIMEOUT, 0},
		{NULL, 3, {.raw = true, .body = "what?"}, 1, MF_ENETWORK, 0},
		/* what has been sent is sent once */
		{"POST", 3, {.status = 503}, 1, MF_OK, 503},
		{"PATCH", 3, {.status = 429, .headers = "Retry-After: 0\r\n"}, 1, MF_OK, 429},
		{"POST", 3, {.fault = HTTPD_CLOSE, .fault_at = HTTPD_BEFORE}, 1, MF_ENETWORK, 0},
		{"PUT", 3, {.fault = HTTPD_HANG, .fault_at = HTTPD_BEFORE}, 1, MF_ETIMEOUT, 0},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct answer a[] = {t[i].first, {.body = "done"}};
		struct http_case c;
		case_open(&c,
			&(struct http_options){
				.silence_ms = t[i].first.fault == HTTPD_HANG ? 500 : 0},
			a, 2);
		CHECK_INT(case_send(&c, (struct http_request){.method = t[i].method,
						.tries = t[i].tries}),
			t[i].rc);
		if (t[i].rc == MF_OK)
			CHECK_INT(c.r.status, t[i].status);
		if ((int)httpd_requests(c.d) != t[i].requests)
			CHECK_STR(textf("%zu: %u requests", i, httpd_requests(c.d)),
				textf("%d", t[i].requests));
		CHECK_INT(c.r.tries, t[i].requests);
		if (t[i].rc == MF_OK && t[i].status == 200 &&
			(!t[i].method || !str_eq(t[i].method, "HEAD")))
			CHECK_STR(c.r.body.p, "done");
		case_close(&c);
	}
}

void test_http_retry__gives_up(void)
{
	struct http_case c;
	case_open(&c, NULL, &closed, 1);
	CHECK_INT(case_send(&c, (struct http_request){.tries = 3}), MF_ENETWORK);
	CHECK_INT(httpd_requests(c.d), 3);
	CHECK_INT(c.r.tries, 3);
	CHECK_INT(http_stats(c.h).requests, 1);
	CHECK_INT(http_stats(c.h).tries, 3);
	case_close(&c);
}

/* Before anything was sent any request may be tried again. */
void test_http_retry__unsent(void)
{
	struct http_case c;
	struct http_request req = {.method = "POST",
		.url = textf("http://127.0.0.1:%d/", httpd_closed_port()),
		.tries = 2};
	case_open(&c, NULL, &closed, 1);
	CHECK_INT(http_send(c.h, &req, &c.r, NULL), MF_ENETWORK);
	CHECK_INT(c.r.tries, 2);
	case_close(&c);
}

/* A server closes what was idle for long: the next request does not notice, and needs no tries. */
void test_http_retry__closed_while_idle(void)
{
	static const struct answer a[] = {
		{.body = "one"}, {.fault = HTTPD_CLOSE, .fault_at = HTTPD_BEFORE}, {.body = "two"}};
	struct http_case c;
	case_open(&c, NULL, a, 3);
	CHECK_INT(case_get(&c), MF_OK);
	CHECK_INT(case_get(&c), MF_OK);
	CHECK_STR(c.r.body.p, "two");
	CHECK_INT(c.r.tries, 1);
	case_close(&c);
}

struct restarts {
	struct buf b;
	int n;
};

static int collect(void *self, const char *p, size_t n)
{
	struct restarts *s = self;
	return buf_sink_write(&s->b, p, n);
}

static void restart(void *self)
{
	struct restarts *s = self;
	buf_clear(&s->b);
	s->n++;
}

void test_http_retry__sink(void)
{
	/* broken before its first byte, and after it */
	static const struct answer a[] = {{.fault = HTTPD_CLOSE, .body = "0123"},
		{.fault = HTTPD_CLOSE, .fault_at = 2, .body = "0123"}, {.body = "0123"},
		{.fault = HTTPD_CLOSE, .fault_at = 2, .body = "0123"}};
	struct restarts s = {.b = BUF_INIT(100)};
	struct mf_sink sink = {collect, &s};
	struct http_case c;
	case_open(&c, NULL, a, 4);
	CHECK_INT(
		case_send(&c, (struct http_request){.sink = &sink, .restart = restart, .tries = 5}),
		MF_OK);
	CHECK_STR(s.b.p, "0123");
	CHECK_INT(s.n, 1);
	CHECK_INT(c.r.tries, 3);
	/* without restart that is the end */
	restart(&s);
	CHECK_INT(case_send(&c, (struct http_request){.sink = &sink, .tries = 5}), MF_ENETWORK);
	CHECK_STR(s.b.p, "01");
	CHECK_INT(c.r.tries, 1);
	buf_release(&s.b);
	case_close(&c);
}

void test_http_retry__waits_as_told(void)
{
	static const struct answer a[] = {
		{.status = 429, .headers = "Retry-After: 1\r\n"}, {.body = "done"}};
	struct http_case c;
	int64_t before = clock_now_ms();
	case_open(&c, NULL, a, 2);
	CHECK_INT(case_send(&c, (struct http_request){.tries = 2}), MF_OK);
	CHECK_STR(c.r.body.p, "done");
	CHECK(clock_now_ms() - before >= 900);
	case_close(&c);
}

/* ---- cancelling ---- */

struct later {
	struct mf_cancel *cancel;
	struct httpd *d;
};

static void *cancel_later(void *arg)
{
	struct later *l = arg;
	/* when the request is there */
	while (httpd_requests(l->d) < 1)
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	mf_cancel_set(l->cancel);
	return NULL;
}

void test_http_retry__cancel(void)
{
	/* while it hangs, within a slow body, in the pause before another try */
	static const struct answer a[] = {{.fault = HTTPD_HANG, .fault_at = HTTPD_BEFORE},
		{.body = "0123456789", .piece = 1, .piece_delay_ms = 1000},
		{.status = 503, .headers = "Retry-After: 20\r\n"}};
	for (size_t i = 0; i < ARRAY_SIZE(a); i++) {
		struct http_case c;
		pthread_t thread;
		struct later l = {.cancel = mf_cancel_new()};
		struct answer both[] = {a[i], {.body = "still"}};
		case_open(&c, NULL, both, 2);
		l.d = c.d;
		int64_t before = clock_now_ms();
		CHECK_FATAL(pthread_create(&thread, NULL, cancel_later, &l) == 0);
		CHECK_INT(case_send(&c, (struct http_request){.cancel = l.cancel, .tries = 3}),
			MF_ECANCELLED);
		CHECK(clock_now_ms() - before < 2000);
		CHECK(!c.err.retriable);
		pthread_join(thread, NULL);
		/* one that is cancelled before it begins is not sent */
		CHECK_INT(case_send(&c, (struct http_request){.cancel = l.cancel}), MF_ECANCELLED);
		CHECK_INT(c.r.tries, 0);
		CHECK_INT(httpd_requests(c.d), 1);
		/* the client is as good as before */
		mf_cancel_reset(l.cancel);
		CHECK_INT(case_send(&c, (struct http_request){.cancel = l.cancel}), MF_OK);
		CHECK_STR(c.r.body.p, "still");
		mf_cancel_free(l.cancel);
		case_close(&c);
	}
}

struct holder {
	struct http *h;
	const char *url;
	struct mf_cancel *cancel;
	int rc;
};

static void *hold(void *arg)
{
	struct holder *s = arg;
	struct http_response r = HTTP_RESPONSE_INIT;
	s->rc = http_send(
		s->h, &(struct http_request){.url = s->url, .cancel = s->cancel}, &r, NULL);
	http_response_release(&r);
	return NULL;
}

/* Who waits for a connection can be cancelled, and has a deadline. */
void test_http_retry__no_slot(void)
{
	static const struct answer a[] = {{.fault = HTTPD_HANG, .fault_at = HTTPD_BEFORE}};
	struct http_case c;
	pthread_t threads[HTTP_CONNECTIONS];
	case_open(&c, NULL, a, 1);
	struct holder s = {.h = c.h, .url = httpd_url(c.d, "/"), .cancel = mf_cancel_new()},
		      held[HTTP_CONNECTIONS], last = s;
	last.cancel = mf_cancel_new();
	for (size_t i = 0; i < HTTP_CONNECTIONS; i++) {
		held[i] = s;
		CHECK_FATAL(pthread_create(&threads[i], NULL, hold, &held[i]) == 0);
	}
	while (httpd_requests(c.d) < HTTP_CONNECTIONS)
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	pthread_t waiting;
	CHECK_FATAL(pthread_create(&waiting, NULL, hold, &last) == 0);
	while (http_stats(c.h).active <= HTTP_CONNECTIONS)
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	CHECK_INT(case_entry(&c, 0).tries, 0);
	CHECK(!case_entry(&c, 0).done);
	mf_cancel_set(last.cancel);
	pthread_join(waiting, NULL);
	CHECK_INT(last.rc, MF_ECANCELLED);
	CHECK_INT(httpd_requests(c.d), HTTP_CONNECTIONS);
	mf_cancel_set(s.cancel);
	for (size_t i = 0; i < HTTP_CONNECTIONS; i++) {
		pthread_join(threads[i], NULL);
		CHECK_INT(held[i].rc, MF_ECANCELLED);
	}
	mf_cancel_free(s.cancel);
	mf_cancel_free(last.cancel);
	case_close(&c);
}

void test_http_retry__deadline(void)
{
	static const struct answer a[] = {
		{.fault = HTTPD_HANG, .fault_at = HTTPD_BEFORE}, {.body = "x"}};
	struct http_case c;
	int64_t before = clock_now_ms();
	case_open(&c, &(struct http_options){.deadline = before + 200}, a, 2);
	CHECK_INT(case_send(&c, (struct http_request){.tries = 3}), MF_ETIMEOUT);
	CHECK(!c.err.retriable);
	CHECK(clock_now_ms() - before < 2200);
	/* it is that of all requests */
	CHECK_INT(case_get(&c), MF_ETIMEOUT);
	CHECK_STR(c.err.message, "the time allowed is over");
	CHECK_INT(c.r.tries, 0);
	CHECK(httpd_requests(c.d) <= 1);
	case_close(&c);
}

/* No pause that lasts beyond the deadline: what there is, is returned. */
void test_http_retry__deadline_in_the_pause(void)
{
	static const struct answer a[] = {
		{.status = 503, .headers = "Retry-After: 20\r\n", .body = "busy"}};
	struct http_case c;
	int64_t before = clock_now_ms();
	case_open(&c, &(struct http_options){.deadline = before + 5000}, a, 1);
	CHECK_INT(case_send(&c, (struct http_request){.tries = 3}), MF_OK);
	CHECK_INT(c.r.status, 503);
	CHECK_STR(c.r.body.p, "busy");
	CHECK(clock_now_ms() - before < 4000);
	case_close(&c);
}

/* ---- signals ---- */

static int pipe_signal(void *self, const char *p, size_t n)
{
	sigset_t now;
	(void)p;
	(void)n;
	pthread_sigmask(SIG_SETMASK, NULL, &now);
	*(int *)self = sigismember(&now, SIGPIPE);
	return MF_OK;
}

void test_http_retry__signals_as_before(void)
{
	static const struct answer a[] = {{.body = "x"}};
	struct http_case c;
	int blocked = -1;
	sigset_t now;
	struct mf_sink sink = {pipe_signal, &blocked};
	case_open(&c, NULL, a, 1);
	CHECK_INT(case_send(&c, (struct http_request){.sink = &sink}), MF_OK);
	CHECK_INT(blocked, 0);
	pthread_sigmask(SIG_SETMASK, NULL, &now);
	CHECK_INT(sigismember(&now, SIGPIPE), 0);
	case_close(&c);
}
