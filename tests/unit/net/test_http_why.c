/* What cannot go well, and what is said about it. */
#include "http_case.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static char huge_header[80 << 10], huge_line[300 << 10];

static void fill(void)
{
	struct buf b = BUF_INIT(sizeof(huge_header));
	while (b.n < 70 << 10)
		buf_addf(&b, "X-%zu: %0100d\r\n", b.n, 0);
	memcpy(huge_header, b.p, b.n + 1);
	buf_release(&b);
	memset(huge_line, 'x', sizeof(huge_line) - 3);
	memcpy(huge_line, "X: ", 3);
	memcpy(huge_line + sizeof(huge_line) - 3, "\r\n", 3);
}

void test_http_why__faults(void)
{
	fill();
	static const struct {
		struct answer a;
		int rc, status;
		bool retriable;
		const char *message; /* how it begins */
	} t[] = {
		{{.fault = HTTPD_CLOSE, .fault_at = HTTPD_BEFORE}, MF_ENETWORK, 0, true,
			"the connection was closed without a reply"},
		{{.fault = HTTPD_RESET, .fault_at = HTTPD_BEFORE}, MF_ENETWORK, 0, true,
			"the connection was reset before the reply"},
		{{.fault = HTTPD_CLOSE, .fault_at = 4, .body = "0123456789"}, MF_ENETWORK, 200,
			true,
			"the connection was closed before the reply was whole (4 of 10 bytes)"},
		{{.length = 20, .body = "0123456789", .close = true}, MF_ENETWORK, 200, true,
			"the connection was closed before the reply was whole (10 of 20 bytes)"},
		{{.fault = HTTPD_CLOSE, .fault_at = 4, .chunked = true, .body = "0123456789"},
			MF_ENETWORK, 200, true,
			"the connection was closed before the reply was whole (4 bytes)"},
		{{.fault = HTTPD_CLOSE, .fault_at = 0, .status = 404, .body = "0123456789"},
			MF_ENETWORK, 404, true,
			"the connection was closed before the reply was whole (0 of 10 bytes)"},
		{{.raw = true, .body = "SSH-2.0-OpenSSH_9.2\r\nand so on"}, MF_ENETWORK, 0, false,
			"what answers there does not speak HTTP: "},
		{{.raw = true, .body = "\x15\x03\x01\x00\x02\x02\x0a"}, MF_ENETWORK, 0, false,
			"what answers there does not speak HTTP: "},
		{{.raw = true, .body = "HTTP/1.1 200 OK\r\nX-A: b"}, MF_ENETWORK, 0, true,
			"the connection "},
		{{.raw = true, .body = "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nabc"},
			MF_ENETWORK, 0, false, "what answers there "},
		{{.raw = true,
			 .body = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc"},
			MF_ENETWORK, 200, true, "the connection broke"},
		{{.headers = huge_header}, MF_ELIMIT, 0, false,
			"the headers of the reply are larger than 65536 bytes"},
		{{.headers = huge_line}, MF_ELIMIT, 0, false,
			"the headers of the reply are larger than 65536 bytes"},
		{{.fault = HTTPD_HANG, .fault_at = HTTPD_BEFORE}, MF_ETIMEOUT, 0, true,
			"no answer for 0.5 s"},
		{{.fault = HTTPD_HANG, .fault_at = 3, .body = "0123456789"}, MF_ETIMEOUT, 200, true,
			"nothing more has come for 0.5 s"},
		{{.fault = HTTPD_HANG, .fault_at = HTTPD_BEFORE, .delay_ms = 1}, MF_ETIMEOUT, 0,
			true, "no answer for 0.5 s"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct http_case c;
		struct http_options o = {.silence_ms = t[i].rc == MF_ETIMEOUT ? 500 : 0};
		case_open(&c, &o, &t[i].a, 1);
		CHECK_INT(case_send(&c, (struct http_request){.url = "/x?token=1"}), t[i].rc);
		if (c.err.code != t[i].rc || !str_starts(c.err.message, t[i].message))
			CHECK_STR(textf("%zu: %s", i, c.err.message), t[i].message);
		CHECK_INT(c.err.http_status, t[i].status);
		CHECK_INT(c.err.retriable, t[i].retriable);
		CHECK_STR(c.err.where, httpd_url(c.d, "/x?token=***"));
		CHECK_INT(c.r.body.n, 0);
		case_close(&c);
	}
}

void test_http_why__slow_is_not_silent(void)
{
	/* longer than the silence allowed altogether, but never silent for so long */
	static const struct answer a[] = {
		{.body = "0123456789", .piece = 1, .piece_delay_ms = 110}};
	struct http_case c;
	case_open(&c, &(struct http_options){.silence_ms = 1000}, a, 1);
	CHECK_INT(case_get(&c), MF_OK);
	CHECK_STR(c.r.body.p, "0123456789");
	case_close(&c);
}

void test_http_why__reset_within_the_body(void)
{
	static const struct answer a[] = {
		{.fault = HTTPD_RESET, .fault_at = 5, .body = "0123456789"}};
	struct http_case c;
	case_open(&c, NULL, a, 1);
	CHECK_INT(case_get(&c), MF_ENETWORK);
	CHECK(str_starts(c.err.message, "the connection was reset"));
	CHECK_INT(c.err.sys_errno, ECONNRESET);
	CHECK(c.err.retriable);
	case_close(&c);
}

/* A length that is told too small: the rest is no part of this reply, and must not become the next
 * one. */
void test_http_why__wrong_length(void)
{
	static const struct answer a[] = {
		{.length = 4, .body = "0123HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"},
		{.body = "good"}};
	struct http_case c;
	case_open(&c, NULL, a, 2);
	CHECK_INT(case_get(&c), MF_OK);
	CHECK_STR(c.r.body.p, "0123");
	CHECK_INT(case_get(&c), MF_OK);
	CHECK_STR(c.r.body.p, "good");
	CHECK_INT(httpd_connections(c.d), 2);
	case_close(&c);
}

void test_http_why__redirects(void)
{
	static const struct answer a[] = {
		{.status = 302, .headers = "Location: /\r\n", .body = "elsewhere"}};
	struct http_case c;
	char text[16];
	case_open(&c, NULL, a, 1);
	CHECK_INT(case_send(&c, (struct http_request){.tries = 3}), MF_OK);
	CHECK_INT(c.r.status, 302);
	CHECK_STR(http_header(&c.r, "Location", text, sizeof(text)), "/");
	CHECK_STR(c.r.body.p, "elsewhere");
	CHECK_INT(httpd_requests(c.d), 1);
	case_close(&c);
}

/* ---- no connection ---- */

static int get(struct http *h, const char *url, struct mf_error *err)
{
	struct http_response r = HTTP_RESPONSE_INIT;
	*err = (struct mf_error)MF_ERROR_INIT;
	int rc = http_send(h, &(struct http_request){.url = url}, &r, err);
	CHECK_INT(rc, err->code);
	http_response_release(&r);
	return rc;
}

void test_http_why__refused(void)
{
	static const struct answer a[] = {{.body = "x"}};
	struct http_case c;
	struct mf_error err;
	int port = httpd_closed_port();
	case_open(&c, NULL, a, 1);
	CHECK_INT(get(c.h, textf("http://user:geheim@127.0.0.1:%d/x", port), &err), MF_ENETWORK);
	CHECK_STR(err.message, "connection refused");
	CHECK_STR(err.hint, "is the service running, is the port right?");
	CHECK_STR(err.where, textf("http://127.0.0.1:%d/x", port));
	CHECK_INT(err.sys_errno, ECONNREFUSED);
	CHECK(err.retriable);
	/* no name has a part of more than 63 letters, so nobody is asked */
	CHECK_INT(get(c.h, textf("http://%070d.test:80/", 7), &err), MF_ENETWORK);
	CHECK_STR(err.message, textf("cannot find host “%070d.test”", 7));
	CHECK(err.retriable);
	case_close(&c);
}

void test_http_why__proxy(void)
{
	static const struct answer a[] = {{.status = 403, .body = "no"}};
	struct http_case c;
	struct mf_error err;
	case_open(&c, NULL, a, 1);
	setenv("http_proxy", textf("http://127.0.0.1:%d", httpd_closed_port()), 1);
	setenv("https_proxy", textf("http://127.0.0.1:%d", httpd_port(c.d)), 1);
	CHECK_INT(get(c.h, "http://service.test/", &err), MF_ENETWORK);
	CHECK_STR(err.message, "connection to the proxy refused");
	CHECK_STR(err.hint, "the proxy comes from http_proxy; no_proxy excepts hosts");
	CHECK_INT(get(c.h, "https://service.test/", &err), MF_ENETWORK);
	CHECK_STR(err.message, "the proxy refuses to connect: status 403");
	CHECK_STR(err.hint, "the proxy comes from https_proxy; no_proxy excepts hosts");
	setenv("http_proxy", textf("http://%070d.test:80/", 7), 1);
	CHECK_INT(get(c.h, "http://service.test/", &err), MF_ENETWORK);
	CHECK_STR(err.message, "cannot find the host of the proxy");
	unsetenv("http_proxy");
	unsetenv("https_proxy");
	case_close(&c);
}

void test_http_why__tls(void)
{
	static const struct answer a[] = {
		{.raw = true, .body = "HTTP/1.1 400 Bad Request\r\n\r\n"}};
	struct http_case c;
	struct mf_error err;
	case_open(&c, NULL, a, 1);
	/* a handshake is no request that httpd understands: it closes */
	CHECK_INT(get(c.h, textf("https://127.0.0.1:%d/", httpd_port(c.d)), &err), MF_ENETWORK);
	CHECK(str_starts(err.message, "TLS: "));
	CHECK(err.retriable);
	case_close(&c);
	case_open(&c, &(struct http_options){.ca_file = "/nonexistent/ca.pem"}, a, 1);
	CHECK_INT(get(c.h, textf("https://127.0.0.1:%d/", httpd_port(c.d)), &err), MF_ENETWORK);
	CHECK_STR(err.message, "TLS: cannot read the certificates in /nonexistent/ca.pem");
	CHECK_STR(err.hint, "MFCTL_SERVICE_CA names a file of certificates in PEM");
	CHECK(!err.retriable);
	case_close(&c);
}

/* A listener whose queue is full does not answer. */
void test_http_why__no_answer_to_connect(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof(a);
	int listener = socket(AF_INET, SOCK_STREAM, 0), queued[4];
	struct http *h;
	struct mf_error err;
	CHECK_FATAL(bind(listener, (struct sockaddr *)&a, n) == 0 && listen(listener, 0) == 0);
	CHECK_FATAL(getsockname(listener, (struct sockaddr *)&a, &n) == 0);
	for (size_t i = 0; i < ARRAY_SIZE(queued); i++) {
		queued[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		(void)!connect(queued[i], (struct sockaddr *)&a, n);
	}
	CHECK_FATAL(http_open(&h, &(struct http_options){.connect_ms = 200, .silence_ms = 20000},
			    NULL) == 0);
	CHECK_INT(get(h, textf("http://127.0.0.1:%d/", ntohs(a.sin_port)), &err), MF_ENETWORK);
	CHECK_STR(err.message, "no connection within 0.2 s");
	CHECK(err.retriable);
	http_free(h);
	for (size_t i = 0; i < ARRAY_SIZE(queued); i++)
		close(queued[i]);
	close(listener);
}
