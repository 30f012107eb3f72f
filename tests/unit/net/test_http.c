/* covers: clientlib/net/curl_lib.c */
#include "http_case.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <zlib.h>

/* ---- requests and replies ---- */

/* Answers with what was asked. */
static void echo(void *arg, const struct httpd_request *req, struct httpd_reply *reply)
{
	(void)arg;
	char text[200];
	reply->status = str_eq(req->path, "/missing") ? 404 : 200;
	buf_adds(&reply->headers, "Content-Type: text/plain\r\nX-Empty:\r\nX-Two: a\r\nX-Two: "
				  "b\r\nx-padded: \t padded \t \r\n"
				  "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
	buf_addf(&reply->body, "%s %s|%s|%s|", req->method, req->target, req->path, req->query);
	static const char *const names[] = {
		"user-agent", "x-one", "accept-encoding", "content-type", "expect"};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		buf_addf(&reply->body, "%s|", httpd_header(req, names[i], text, sizeof(text)));
	buf_add(&reply->body, req->body, req->body_n);
}

static struct http *client(void)
{
	struct http *h;
	CHECK_FATAL(http_open(&h, &(struct http_options){.user_agent = "mf/1"}, NULL) == 0);
	return h;
}

/* What echo says of the request; encodings depend on libcurl, and are left out. */
static const char *said(struct http_response *r)
{
	static char text[1000];
	const char *p = strstr(r->body.p, "gzip"), *end = p ? strchr(p, '|') : NULL;
	while (p && p > r->body.p && p[-1] != '|')
		p--;
	CHECK(p || !r->body.n);
	snprintf(text, sizeof(text), "%.*s%s", p ? (int)(p - r->body.p) : 0, r->body.p,
		end ? end + 1 : "");
	return text;
}

void test_http__requests(void)
{
	struct httpd *d = httpd_start(echo, NULL, 0);
	struct http *h = client();
	struct http_response r = HTTP_RESPONSE_INIT;
	static const char *const one[] = {"X-One: 1", NULL},
				 *const json[] = {"content-type: application/json", NULL};
	static const struct {
		const char *method, *target;
		const char *const *headers;
		const char *body, *said;
	} t[] = {
		{NULL, "/a/b?c=d&e", one, NULL, "GET /a/b?c=d&e|/a/b|c=d&e|mf/1|1|||"},
		{"GET", "/a/../b%2Fc#part", NULL, NULL, "GET /a/../b%2Fc|/a/../b%2Fc||mf/1||||"},
		{"POST", "/p", json, "{\"a\": 1}",
			"POST /p|/p||mf/1||application/json||{\"a\": 1}"},
		{"PATCH", "/p", NULL, "x", "PATCH /p|/p||mf/1||||x"},
		{"POST", "/p", one, NULL, "POST /p|/p||mf/1|1|||"},
		{"DELETE", "/p", NULL, NULL, "DELETE /p|/p||mf/1||||"},
		{"PUT", "/p", NULL, "", "PUT /p|/p||mf/1||||"},
		{"HEAD", "/p", NULL, NULL, ""},
		{NULL, "/missing", NULL, NULL, "GET /missing|/missing||mf/1||||"},
		{NULL, "/", NULL, NULL, "GET /|/||mf/1||||"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct mf_error err = MF_ERROR_INIT;
		struct http_request req = {.method = t[i].method,
			.url = httpd_url(d, t[i].target),
			.headers = t[i].headers,
			.body = t[i].body,
			.body_n = t[i].body ? strlen(t[i].body) : 0};
		CHECK_INT(http_send(h, &req, &r, &err), MF_OK);
		CHECK_STR(err.message, "");
		CHECK_INT(r.status, str_eq(t[i].target, "/missing") ? 404 : 200);
		CHECK_STR(said(&r), t[i].said);
		CHECK_INT(r.bytes, r.body.n);
		CHECK_INT(r.tries, 1);
	}
	CHECK_INT(httpd_requests(d), ARRAY_SIZE(t));
	http_response_release(&r);
	http_free(h);
	httpd_stop(d);
}

void test_http__reply_headers(void)
{
	struct httpd *d = httpd_start(echo, NULL, 0);
	struct http *h = client();
	struct http_response r = HTTP_RESPONSE_INIT;
	char text[16];
	int64_t before = clock_now_ms();
	CHECK_INT(http_send(h, &(struct http_request){.url = httpd_url(d, "/")}, &r, NULL), MF_OK);
	CHECK_STR(http_header(&r, "content-TYPE", text, sizeof(text)), "text/plain");
	CHECK_STR(http_header(&r, "X-Two", text, sizeof(text)), "a");
	CHECK_STR(http_header(&r, "X-Empty", text, sizeof(text)), "");
	CHECK_STR(http_header(&r, "X-Padded", text, sizeof(text)), "padded");
	CHECK(!http_header(&r, "X-Tw", text, sizeof(text)));
	CHECK(!http_header(&r, "X-Padded", text, 6)); /* no room for it */
	CHECK(strstr(r.headers.p, "X-Two: a\nX-Two: b\n") != NULL);
	CHECK_INT(r.date, INT64_C(784111777000));
	CHECK(r.sent >= before && r.got >= r.sent && r.got <= clock_now_ms());
	http_response_release(&r);
	http_free(h);
	httpd_stop(d);
}

void test_http__odd_headers(void)
{
	/* a folded value, an interim reply, trailers; the second answer shows that nothing is left
	 * over */
	static const struct answer a[] = {
		{.raw = true,
			.body = "HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\nHTTP/1.1 200 "
				"OK\r\nX-A: one\r\n  two\r\nX-B: b\r\n"
				"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-A: "
				"trailer\r\nX-C: c\r\n\r\n"},
		{.body = "next"},
	};
	struct http_case c;
	char text[32];
	case_open(&c, NULL, a, ARRAY_SIZE(a));
	CHECK_INT(case_get(&c), MF_OK);
	CHECK_STR(c.r.body.p, "abc");
	CHECK_STR(http_header(&c.r, "X-A", text, sizeof(text)), "one two");
	CHECK_STR(http_header(&c.r, "X-B", text, sizeof(text)), "b");
	CHECK(!http_header(&c.r, "X-Interim", text, sizeof(text)));
	CHECK(!http_header(&c.r, "X-C", text, sizeof(text)));
	CHECK_INT(c.r.date, MF_NO_TIME);
	CHECK_INT(case_get(&c), MF_OK);
	CHECK_STR(c.r.body.p, "next");
	CHECK(!http_header(&c.r, "X-A", text, sizeof(text)));
	case_close(&c);
}

void test_http__malformed_requests(void)
{
	static const struct answer a[] = {{.body = "x"}};
	static const char *const split[] = {"X: a\r\nY: b", NULL}, *const none[] = {"secret", NULL},
				 *const empty[] = {": secret", NULL};
	static const struct {
		const char *method, *url;
		const char *const *headers;
		const char *message;
	} t[] = {
		{NULL, "ftp://h/x", NULL, "not a URL of http or https"},
		{NULL, "file:///etc/passwd", NULL, "not a URL of http or https"},
		{NULL, "", NULL, "not a URL of http or https"},
		{NULL, "http://127.0.0.1/a b", NULL, "a URL has no blanks and control characters"},
		{NULL, "http://127.0.0.1/a\r\nX: y", NULL,
			"a URL has no blanks and control characters"},
		{"GET /x", "http://127.0.0.1/", NULL, "not a method of HTTP"},
		{"", "http://127.0.0.1/", NULL, "not a method of HTTP"},
		{"PROPPATCH", "http://127.0.0.1/", NULL, "not a method of HTTP"},
		{NULL, "http://127.0.0.1/", split, "header 1 of the request is malformed"},
		{NULL, "http://127.0.0.1/", none, "header 1 of the request is malformed"},
		{NULL, "http://127.0.0.1/", empty, "header 1 of the request is malformed"},
		{NULL, "http://[::1/", NULL, "not a URL: "},
		{NULL, "http://127.0.0.1:99999/", NULL, "not a URL: "},
	};
	struct http_case c;
	case_open(&c, NULL, a, 1);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct mf_error err = MF_ERROR_INIT;
		struct http_request req = {.method = t[i].method,
			.url = t[i].url,
			.headers = t[i].headers,
			.tries = 3};
		CHECK_INT(http_send(c.h, &req, &c.r, &err), MF_EUSAGE);
		err.message[strlen(t[i].message)] = '\0';
		CHECK_STR(err.message, t[i].message);
		CHECK(!err.retriable);
		CHECK(c.r.tries <= 1);
	}
	CHECK_INT(httpd_requests(c.d), 0);
	case_close(&c);
}

/* ---- connections ---- */

void test_http__keeps_alive(void)
{
	static const struct answer a[] = {{.body = "one"}, {.body = "two"},
		{.status = 404, .body = "three"}, {.chunked = true, .body = "four"},
		{.close = true, .body = "five"}, {.body = "six"}};
	static const char *const bodies[] = {"one", "two", "three", "four", "five", "six"};
	struct http_case c;
	case_open(&c, NULL, a, ARRAY_SIZE(a));
	for (size_t i = 0; i < ARRAY_SIZE(a); i++) {
		CHECK_INT(case_get(&c), MF_OK);
		CHECK_STR(c.r.body.p, bodies[i]);
		CHECK_INT(httpd_connections(c.d), i < 5 ? 1 : 2);
	}
	/* what is not read must not be sent again when an idle connection breaks: it gets a new one
	 */
	CHECK_INT(case_send(&c, (struct http_request){.method = "POST", .body = "x", .body_n = 1}),
		MF_OK);
	CHECK_INT(httpd_connections(c.d), 3);
	case_close(&c);
}

/* Going from one server to another and back closes no connection. */
void test_http__two_servers(void)
{
	static const struct answer a[] = {{.body = "one"}};
	struct http_case c, other;
	case_open(&c, NULL, a, 1);
	case_open(&other, NULL, a, 1);
	for (size_t i = 0; i < 6; i++)
		CHECK_INT(http_send(c.h,
				  &(struct http_request){
					  .url = httpd_url(i % 2 ? c.d : other.d, "/")},
				  &c.r, NULL),
			MF_OK);
	CHECK_INT(httpd_requests(c.d), 3);
	CHECK_INT(httpd_connections(c.d), 1);
	CHECK_INT(httpd_connections(other.d), 1);
	case_close(&other);
	case_close(&c);
}

/* More servers than connections: the one used longest ago makes room. */
void test_http__many_servers(void)
{
	static const struct answer a[] = {{.body = "one"}};
	struct http_case c[HTTP_CONNECTIONS + 2];
	for (size_t i = 0; i < ARRAY_SIZE(c); i++)
		case_open(&c[i], NULL, a, 1);
	for (size_t i = 0; i < ARRAY_SIZE(c); i++)
		CHECK_INT(http_send(c[0].h, &(struct http_request){.url = httpd_url(c[i].d, "/")},
				  &c[0].r, NULL),
			MF_OK);
	static const struct {
		size_t server;
		unsigned connections;
	} t[] = {{HTTP_CONNECTIONS + 1, 1}, {2, 1}, {0, 2}, {2, 1}, {3, 2}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct http_case *to = &c[t[i].server];
		CHECK_INT(http_send(c[0].h, &(struct http_request){.url = httpd_url(to->d, "/")},
				  &c[0].r, NULL),
			MF_OK);
		CHECK_INT(httpd_connections(to->d), t[i].connections);
	}
	for (size_t i = 0; i < ARRAY_SIZE(c); i++)
		case_close(&c[i]);
}

struct crowd {
	struct http *h;
	const char *url;
	atomic_int good;
};

static void *one_of_many(void *arg)
{
	struct crowd *crowd = arg;
	struct http_response r = HTTP_RESPONSE_INIT;
	for (int i = 0; i < 3; i++)
		if (http_send(crowd->h, &(struct http_request){.url = crowd->url}, &r, NULL) ==
				MF_OK &&
			str_eq(r.body.p, "hello"))
			atomic_fetch_add(&crowd->good, 1);
	http_response_release(&r);
	return NULL;
}

void test_http__parallel(void)
{
	static const struct answer a[] = {{.body = "hello", .delay_ms = 30}};
	pthread_t threads[40];
	struct http_case c;
	case_open(&c, NULL, a, 1);
	struct crowd crowd = {.h = c.h, .url = httpd_url(c.d, "/")};
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		CHECK_FATAL(pthread_create(&threads[i], NULL, one_of_many, &crowd) == 0);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		pthread_join(threads[i], NULL);
	CHECK_INT(crowd.good, 120);
	CHECK_INT(httpd_requests(c.d), 120);
	CHECK(httpd_connections(c.d) <= HTTP_CONNECTIONS);
	CHECK(httpd_busiest(c.d) >= 2);
	CHECK_INT(http_stats(c.h).active, 0);
	case_close(&c);
}

void test_http__ipv6(void)
{
	struct httpd *d = httpd_start(echo, NULL, HTTPD_IPV6);
	if (!d)
		return; /* not here */
	struct http *h = client();
	struct http_response r = HTTP_RESPONSE_INIT;
	CHECK_INT(
		http_send(h, &(struct http_request){.url = httpd_url(d, "/six")}, &r, NULL), MF_OK);
	CHECK_STR(said(&r), "GET /six|/six||mf/1||||");
	http_response_release(&r);
	http_free(h);
	httpd_stop(d);
}

/* ---- bodies ---- */

void test_http__sink(void)
{
	static const struct answer a[] = {{.body = "a body", .piece = 2},
		{.status = 404, .body = "no such thing"}, {.body = "refused"}};
	struct buf b = BUF_INIT(6);
	struct mf_sink sink = {buf_sink_write, &b};
	struct http_case c;
	case_open(&c, NULL, a, ARRAY_SIZE(a));
	CHECK_INT(case_send(&c, (struct http_request){.sink = &sink}), MF_OK);
	CHECK_STR(b.p, "a body");
	CHECK_INT(c.r.bytes, 6);
	CHECK_INT(c.r.body.n, 0);
	/* what is no 2xx is not for the sink */
	CHECK_INT(case_send(&c, (struct http_request){.sink = &sink}), MF_OK);
	CHECK_STR(b.p, "a body");
	CHECK_STR(c.r.body.p, "no such thing");
	/* the sink's own code comes through, and is no reason to try again */
	CHECK_INT(case_send(&c, (struct http_request){.sink = &sink, .tries = 3}), MF_ELIMIT);
	CHECK_INT(c.err.code, MF_OK);
	CHECK_INT(httpd_requests(c.d), 3);
	CHECK_STR(case_entry(&c, 0).error, "its reader has given up");
	buf_release(&b);
	case_close(&c);
}

void test_http__limit(void)
{
	static const struct answer a[] = {{.body = "0123456789"}, {.body = "0123456789"},
		{.body = "0123456789", .chunked = true, .piece = 4},
		{.status = 500, .body = "0123456789"}};
	static const struct {
		uint64_t limit;
		int rc;
		const char *body;
	} t[] = {{10, MF_OK, "0123456789"}, {9, MF_ELIMIT, ""}, {9, MF_ELIMIT, ""},
		{9, MF_OK, "0123456789"}};
	struct buf b = BUF_INIT(100);
	struct mf_sink sink = {buf_sink_write, &b};
	struct http_case c;
	case_open(&c, NULL, a, ARRAY_SIZE(a));
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		CHECK_INT(case_send(&c, (struct http_request){.limit = t[i].limit,
						.tries = 3,
						.sink = i == 1 || i == 2 ? &sink : NULL}),
			t[i].rc);
		CHECK_STR(c.r.body.p, t[i].body);
		CHECK_STR(c.err.message, t[i].rc ? "the reply is larger than 9 bytes" : "");
		CHECK_INT(c.r.tries, 1);
		/* a length that is too large is seen before the first byte */
		if (i == 1)
			CHECK_INT(b.n, 0);
	}
	CHECK(b.n < 10);
	buf_release(&b);
	case_close(&c);
}

struct large {
	uint64_t size, seen;
	bool wrong;
	int status;
};

static void make_large(void *self, uint64_t at, char *p, size_t n)
{
	(void)self;
	for (size_t i = 0; i < n; i++)
		p[i] = (char)((at + i) % 251);
}

static void answer_large(void *arg, const struct httpd_request *req, struct httpd_reply *reply)
{
	const struct large *l = arg;
	(void)req;
	reply->status = l->status;
	reply->make = make_large;
	reply->size = l->size;
}

static int count_large(void *self, const char *p, size_t n)
{
	struct large *l = self;
	/* the ends of each piece tell enough */
	l->wrong |= p[0] != (char)(l->seen % 251) || p[n - 1] != (char)((l->seen + n - 1) % 251);
	l->seen += n;
	return MF_OK;
}

void test_http__large_body(void)
{
	struct large l = {.size = UINT64_C(100) << 20, .status = 200};
	struct mf_sink sink = {count_large, &l};
	struct httpd *d = httpd_start(answer_large, &l, 0);
	struct http *h = client();
	struct http_response r = HTTP_RESPONSE_INIT;
	CHECK_INT(http_send(h, &(struct http_request){.url = httpd_url(d, "/"), .sink = &sink}, &r,
			  NULL),
		MF_OK);
	CHECK_INT(l.seen, l.size);
	CHECK_INT(r.bytes, l.size);
	CHECK(!l.wrong);
	/* of an error only the beginning is read */
	l.status = 500;
	CHECK_INT(http_send(h, &(struct http_request){.url = httpd_url(d, "/")}, &r, NULL), MF_OK);
	CHECK_INT(r.status, 500);
	CHECK_INT(r.body.n, 64 << 10);
	http_response_release(&r);
	http_free(h);
	httpd_stop(d);
}

/* n times the letter, as gzip. */
static void zip(struct buf *out, size_t n)
{
	static char plain[64 << 10], packed[16 << 10];
	z_stream z = {0};
	memset(plain, 'x', sizeof(plain));
	CHECK_FATAL(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) == Z_OK);
	int rc = Z_OK;
	while (rc != Z_STREAM_END) {
		if (!z.avail_in) {
			z.next_in = (Bytef *)plain;
			z.avail_in = (uInt)(n < sizeof(plain) ? n : sizeof(plain));
			n -= z.avail_in;
		}
		z.next_out = (Bytef *)packed;
		z.avail_out = sizeof(packed);
		rc = deflate(&z, n ? Z_NO_FLUSH : Z_FINISH);
		buf_add(out, packed, sizeof(packed) - z.avail_out);
	}
	deflateEnd(&z);
}

struct zipped {
	struct buf body;
};

static void answer_zipped(void *arg, const struct httpd_request *req, struct httpd_reply *reply)
{
	const struct zipped *z = arg;
	(void)req;
	buf_adds(&reply->headers, "Content-Encoding: gzip\r\n");
	buf_add(&reply->body, z->body.p, z->body.n);
}

void test_http__gzip(void)
{
	static const size_t size = 50 << 20;
	struct zipped z = {BUF_INIT(1 << 20)};
	struct large l = {0};
	struct mf_sink sink = {count_large, &l};
	struct mf_error err = MF_ERROR_INIT;
	struct http_response r = HTTP_RESPONSE_INIT;
	struct httpd *d = httpd_start(answer_zipped, &z, 0);
	struct http *h = client();
	struct http_request req = {.url = httpd_url(d, "/")};
	zip(&z.body, 5);
	CHECK_INT(http_send(h, &req, &r, NULL), MF_OK);
	CHECK_STR(r.body.p, "xxxxx");
	CHECK_INT(r.bytes, 5);
	/* fewer packed bytes than the limit, more unpacked ones */
	buf_clear(&z.body);
	zip(&z.body, size);
	CHECK(z.body.n < 100000);
	req.limit = 100000;
	CHECK_INT(http_send(h, &req, &r, &err), MF_ELIMIT);
	CHECK(r.bytes <= 100000);
	CHECK(r.body.cap <= 1000000);
	req.limit = size;
	req.sink = &sink;
	CHECK_INT(http_send(h, &req, &r, NULL), MF_OK);
	CHECK_INT(l.seen, size);
	/* damaged */
	z.body.p[z.body.n / 2] ^= 0x55;
	z.body.p[0] = 'x';
	req.sink = NULL;
	err = (struct mf_error)MF_ERROR_INIT;
	CHECK_INT(http_send(h, &req, &r, &err), MF_ENETWORK);
	CHECK(str_starts(err.message, "the reply cannot be unpacked"));
	buf_release(&z.body);
	http_response_release(&r);
	http_free(h);
	httpd_stop(d);
}

/* ---- memory ---- */

static int open_and_get(void *arg)
{
	static const char *const headers[] = {"X-One: 1", NULL};
	struct http_options o = {
		.user_agent = "test", .ca_file = "/ca", .cert = "/cert", .key = "/key"};
	struct http_response r = HTTP_RESPONSE_INIT;
	struct mf_error err = MF_ERROR_INIT;
	struct http *h;
	int rc = http_open(&h, &o, &err);
	if (rc == MF_OK)
		rc = http_send(h,
			&(struct http_request){.url = arg, .headers = headers, .tries = 2}, &r,
			&err);
	CHECK_INT(rc, err.code);
	http_response_release(&r);
	http_free(h);
	return rc;
}

void test_http__every_allocation(void)
{
	static const struct answer a[] = {{.headers = "X-A: b\r\n", .body = "a body"}};
	struct http_case c;
	case_open(&c, NULL, a, 1);
	test_every_alloc(open_and_get, (void *)(uintptr_t)httpd_url(c.d, "/"));
	case_close(&c);
}
