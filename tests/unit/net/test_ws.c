/* The WebSocket client against a server that plays every part, right and wrong. */
#include "../../../clientlib/net/ws.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../support/history.h"
#include "../../support/test.h"
#include "../../support/wsd.h"

struct ws_case {
	struct wsd s;
	struct httpd *d;
	struct ws *w;
	struct mf_error err;
	const char *path;
	struct ws_options opts;
	char head[4096]; /* of the request, with its target */
	size_t n;        /* bytes of the message that next() gave */
};

static void answer(void *arg, const struct httpd_request *req, struct httpd_reply *reply)
{
	struct ws_case *c = arg;
	snprintf(c->head, sizeof(c->head), "%s %s\n%s", req->method, req->target, req->headers);
	wsd_answer(&c->s, req, reply);
}

static void begin(struct ws_case *c, httpd_handler *handler)
{
	*c = (struct ws_case){.err = MF_ERROR_INIT};
	wsd_init(&c->s);
	c->d = httpd_start(handler ? handler : answer, c, 0);
	c->opts = (struct ws_options){.url = httpd_url(c->d, "/ws"), .timeout_ms = 20000};
}

static void end(struct ws_case *c)
{
	ws_free(c->w);
	httpd_stop(c->d);
	wsd_release(&c->s);
}

static int opened(struct ws_case *c)
{
	c->err = (struct mf_error)MF_ERROR_INIT;
	int rc = ws_open(&c->w, &c->opts, &c->err);
	CHECK(rc == c->err.code);
	CHECK((rc == 0) == (c->w != NULL));
	return rc;
}

/* The next message (its first bytes), or "code: message"; waits for it. */
static const char *next(struct ws_case *c)
{
	const char *text;
	size_t n;
	int rc;
	c->err = (struct mf_error)MF_ERROR_INIT;
	while ((rc = ws_read(c->w, &text, &n, &c->err)) == WS_NOTHING || rc == WS_MORE) {
		struct pollfd p = {.fd = ws_fd(c->w),
			.events = (short)(POLLIN | (ws_wants_write(c->w) ? POLLOUT : 0))};
		if (rc == WS_NOTHING && poll(&p, 1, 30000) != 1)
			return "nothing came";
	}
	CHECK(rc == WS_TEXT || rc == c->err.code);
	c->n = rc == WS_TEXT ? n : 0;
	return rc == WS_TEXT ? textf("%.*s", n < 100 ? (int)n : 100, text)
			     : textf("%s: %s", mf_code_name(rc), c->err.message);
}

void test_ws__a_conversation(void)
{
	struct ws_case c;
	begin(&c, NULL);
	CHECK_FATAL(opened(&c) == 0);
	CHECK(strstr(c.head, "GET /ws\n") == c.head);
	CHECK(strstr(c.head, "Upgrade: websocket\n") != NULL);
	CHECK(strstr(c.head, "Sec-WebSocket-Version: 13\n") != NULL);
	CHECK(strstr(c.head, textf("\nHost: 127.0.0.1:%d\n", httpd_port(c.d))) != NULL);
	CHECK(strstr(c.head, "Authorization") == NULL);
	CHECK_INT(ws_send(c.w, "__ping__", 8, NULL), 0);
	CHECK_STR(next(&c), "__pong__");
	CHECK_STR(wsd_got(&c.s, 0), "text __ping__");
	const char *text;
	size_t n;
	CHECK_INT(ws_read(c.w, &text, &n, NULL), WS_NOTHING);
	/* one of each length form, as the client sends them and as it reads them */
	char longer[300];
	memset(longer, 'x', sizeof(longer));
	CHECK_INT(ws_send(c.w, longer, sizeof(longer), NULL), 0);
	CHECK(wsd_wait(&c.s, 2));
	CHECK_INT(strlen(wsd_got(&c.s, 1)), 305);
	wsd_frame(&c.s, WSD_TEXT, longer, 126);
	next(&c);
	CHECK_INT(c.n, 126);
	wsd_text(&c.s, "");
	CHECK_STR(next(&c), "");
	CHECK_INT(ws_send(c.w, "", 0, NULL), 0);
	CHECK(wsd_wait(&c.s, 3));
	CHECK_STR(wsd_got(&c.s, 2), "text ");
	ws_free(c.w);
	c.w = NULL;
	CHECK(wsd_wait(&c.s, 4));
	CHECK_STR(wsd_got(&c.s, 3), "close 1000");
	end(&c);
	ws_free(NULL);
}

void test_ws__what_the_request_says(void)
{
	struct ws_case c;
	static const char *const headers[] = {"X-Api-Key: k1", "Empty:", "X-Two: b", NULL};
	begin(&c, NULL);
	c.opts.headers = headers;
	c.opts.user_agent = "test/1";
	c.opts.url =
		textf("http://us%%3aer:p%%40ss@127.0.0.1:%d/a%%20b/ws?q=1#part", httpd_port(c.d));
	CHECK_FATAL(opened(&c) == 0);
	CHECK(strstr(c.head, "GET /a%20b/ws?q=1\n") == c.head);
	CHECK(strstr(c.head, "\nUser-Agent: test/1\n") != NULL);
	CHECK(strstr(c.head, "\nX-Api-Key: k1\nX-Two: b\n") != NULL);
	CHECK(strstr(c.head, "Empty") == NULL);
	CHECK(strstr(c.head, "\nAuthorization: Basic dXM6ZXI6cEBzcw==\n") != NULL);
	ws_free(c.w);
	c.opts.url = textf("http://127.0.0.1:%d?x", httpd_port(c.d));
	CHECK_FATAL(opened(&c) == 0);
	CHECK(strstr(c.head, "GET /?x\n") == c.head);
	end(&c);
}

void test_ws__pieces_and_controls(void)
{
	struct ws_case c;
	begin(&c, NULL);
	CHECK_FATAL(opened(&c) == 0);
	wsd_frame(&c.s, WSD_TEXT | WSD_PART, "one ", 4);
	wsd_frame(&c.s, WSD_PING, "are you there?", 14);
	wsd_frame(&c.s, WSD_PART, "two ", 4);
	wsd_frame(&c.s, WSD_PONG, "unasked", 7);
	wsd_frame(&c.s, WSD_PART, "", 0);
	wsd_frame(&c.s, 0, "three", 5);
	wsd_frame(&c.s, WSD_BINARY | WSD_PART, "\0\1", 2);
	wsd_frame(&c.s, 0, "\2", 1);
	wsd_text(&c.s, "after");
	CHECK_STR(next(&c), "one two three");
	CHECK_STR(next(&c), "after");
	/* the pong has been queued before the message was whole, and goes with the next call */
	const char *text;
	size_t n;
	CHECK_INT(ws_read(c.w, &text, &n, NULL), WS_NOTHING);
	CHECK(wsd_wait(&c.s, 1));
	CHECK_STR(wsd_got(&c.s, 0), "pong are you there?");
	/* byte by byte, each where the client waits for it */
	static const unsigned char frame[] = {0x81, 126, 0, 130};
	char body[130];
	memset(body, 'y', sizeof(body));
	for (size_t i = 0; i < sizeof(frame) + sizeof(body); i++) {
		struct pollfd p = {.fd = ws_fd(c.w), .events = POLLIN};
		wsd_bytes(&c.s, i < sizeof(frame) ? (const char *)&frame[i] : body, 1);
		CHECK_FATAL(poll(&p, 1, 30000) == 1);
		int want = i + 1 == sizeof(frame) + sizeof(body) ? WS_TEXT : WS_NOTHING;
		CHECK_INT(ws_read(c.w, &text, &n, NULL), want);
	}
	CHECK_INT(n, 130);
	end(&c);
}

void test_ws__the_largest_message(void)
{
	struct ws_case c;
	struct buf b = BUF_INIT(2 * WS_MESSAGE_MAX);
	begin(&c, NULL);
	CHECK_FATAL(opened(&c) == 0);
	CHECK(buf_reserve(&b, WS_MESSAGE_MAX + 1));
	memset(b.p, 'z', WS_MESSAGE_MAX + 1);
	wsd_frame(&c.s, WSD_TEXT, b.p, WS_MESSAGE_MAX);
	next(&c);
	CHECK_INT(c.n, WS_MESSAGE_MAX);
	/* a part too many */
	wsd_frame(&c.s, WSD_TEXT | WSD_PART, b.p, WS_MESSAGE_MAX - 1);
	wsd_frame(&c.s, WSD_PART, b.p, 2);
	CHECK_STR(next(&c), "too_large: the server sent a message of more than 1048576 bytes");
	ws_free(c.w);
	c.w = NULL;
	CHECK(wsd_wait(&c.s, 1));
	CHECK_STR(wsd_got(&c.s, 0), "close 1009");
	CHECK(wsd_wait_ended(&c.s, 1));
	/* judged by its head alone */
	CHECK_FATAL(opened(&c) == 0);
	wsd_bytes(&c.s, "\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff", 10);
	CHECK_STR(next(&c), "too_large: the server sent a message of more than 1048576 bytes");
	CHECK_INT(ws_send(c.w, b.p, WS_QUEUE_MAX + 1, NULL), MF_ELIMIT);
	end(&c);
	buf_release(&b);
}

void test_ws__no_frames(void)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *want;
	} cases[] = {
		{"HTTP/1.1 400 Bad\r\n\r\n", 20, "corrupt: the server sent what is no frame"},
		{"\xc1\x01x", 3, "corrupt: the server sent what is no frame"},
		{"\x83\x01x", 3, "corrupt: the server sent what is no frame"},
		{"\x8b\x01x", 3, "corrupt: the server sent what is no frame"},
		{"\x81\x81"
		 "abcdx",
			7, "corrupt: the server sent a masked frame"},
		{"\x09\x01x", 3,
			"corrupt: the server sent a control frame that is long or in pieces"},
		{"\x89\x7e\x00\x7e", 4,
			"corrupt: the server sent a control frame that is long or in pieces"},
		{"\x80\x01x", 3, "corrupt: the server sent the parts of a message in disorder"},
		{"\x01\x01x\x81\x01y", 6,
			"corrupt: the server sent the parts of a message in disorder"},
	};
	struct ws_case c;
	begin(&c, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CHECK_FATAL(opened(&c) == 0);
		wsd_bytes(&c.s, cases[i].bytes, cases[i].n);
		CHECK_STR(next(&c), cases[i].want);
		ws_free(c.w);
		c.w = NULL;
		CHECK(wsd_wait_ended(&c.s, (unsigned)i + 1));
		CHECK_STR(wsd_got(&c.s, i), "close 1002");
	}
	end(&c);
}

void test_ws__endings(void)
{
	struct ws_case c;
	begin(&c, NULL);
	CHECK_FATAL(opened(&c) == 0);
	wsd_text(&c.s, "last words");
	wsd_frame(&c.s, WSD_CLOSE, "\x03\xe9going", 7);
	CHECK_STR(next(&c), "last words");
	CHECK_STR(next(&c), "network: the server has ended the connection (code 1001)");
	CHECK_INT(ws_send(c.w, "x", 1, NULL), MF_ENETWORK);
	ws_free(c.w);
	c.w = NULL;
	CHECK(wsd_wait_ended(&c.s, 1));
	CHECK_INT(wsd_count(&c.s), 1);
	CHECK_STR(wsd_got(&c.s, 0), "close 1001");
	CHECK_FATAL(opened(&c) == 0);
	wsd_frame(&c.s, WSD_CLOSE, "", 0);
	CHECK_STR(next(&c), "network: the server has ended the connection (code 0)");
	ws_free(c.w);
	CHECK(wsd_wait_ended(&c.s, 2));
	CHECK_FATAL(opened(&c) == 0);
	wsd_bytes(&c.s,
		"\x81\x05"
		"ab",
		4);
	wsd_drop(&c.s);
	CHECK_STR(next(&c), "network: the connection was closed");
	CHECK_INT(ws_send(c.w, "x", 1, NULL), MF_ENETWORK);
	end(&c);
}

/* ---- handshakes ---- */

/* The right head, and what follows it in the same piece. */
static void at_once(void *arg, const struct httpd_request *req, struct httpd_reply *reply)
{
	struct ws_case *c = arg;
	wsd_answer(&c->s, req, reply);
	buf_addf(&reply->body, "HTTP/1.1 101 ok\r\n%s\r\n%c%cearly%c", reply->headers.p, 0x81, 5,
		0x89);
	reply->raw = true;
	reply->talk = NULL;
}

void test_ws__frames_behind_the_head(void)
{
	struct ws_case c;
	begin(&c, at_once);
	CHECK_FATAL(opened(&c) == 0);
	CHECK_STR(next(&c), "early");
	CHECK_STR(next(&c), "network: the connection was closed");
	end(&c);
}

/* The head is that of the path's number. */
static const struct head {
	const char *text, *want;
	int status;
} heads[] = {
	{"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "network: no WebSocket: status 404",
		404},
	{"HTTP/1.1 200 OK\r\n\r\n<html>", "network: no WebSocket: status 200", 200},
	{"SSH-2.0-OpenSSH_9.2\r\n\r\n", "network: no WebSocket: status 0", 0},
	{"HTTP/1.1 101 x\r\n\r\n", "network: no WebSocket: another protocol", 0},
	{"HTTP/1.1 101 x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
		"network: no WebSocket: another protocol", 0},
	{"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: close\r\n\r\n",
		"network: no WebSocket: another protocol", 0},
	{"HTTP/1.1 101 x\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n\r\n",
		"network: no WebSocket: the answer to the key is wrong", 0},
	{"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
	 "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
		"network: no WebSocket: the answer to the key is wrong", 0},
	{"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
	 "Sec-WebSocket-Accept: AAAA\r\n\r\n",
		"network: no WebSocket: the answer to the key is wrong", 0},
	{"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
	 "Sec-WebSocket-Accept: %%%\r\n\r\n",
		"network: no WebSocket: the answer to the key is wrong", 0},
	{"HTTP/1.1 101 x\r\nUpgrade", "network: the connection was closed", 0},
	{"", "network: the connection was closed", 0},
};

static void bad_head(void *arg, const struct httpd_request *req, struct httpd_reply *reply)
{
	(void)arg;
	buf_adds(&reply->body, heads[strtol(req->path + 1, NULL, 10)].text);
	reply->raw = true;
}

void test_ws__no_handshake(void)
{
	struct ws_case c;
	begin(&c, bad_head);
	for (size_t i = 0; i < ARRAY_SIZE(heads); i++) {
		c.opts.url = httpd_url(c.d, textf("/%zu", i));
		CHECK_INT(opened(&c), MF_ENETWORK);
		CHECK_STR(textf("network: %s", c.err.message), heads[i].want);
		CHECK_INT(c.err.http_status, heads[i].status);
	}
	end(&c);
	begin(&c, NULL);
	c.s.headers = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
	CHECK_INT(opened(&c), MF_ENETWORK);
	CHECK_STR(c.err.message, "no WebSocket: an unknown extension");
	end(&c);
}

static void endless(void *arg, const struct httpd_request *req, struct httpd_reply *reply)
{
	(void)arg;
	(void)req;
	buf_adds(&reply->body, "HTTP/1.1 101 x\r\n");
	for (int i = 0; i < 4000; i++)
		buf_addf(&reply->body, "X-%d: aaaaaaaaaaaaaaaaaaaaaa\r\n", i);
	reply->raw = true;
}

static void silent(void *arg, const struct httpd_request *req, struct httpd_reply *reply)
{
	(void)arg;
	(void)req;
	reply->fault = HTTPD_HANG;
	reply->fault_at = HTTPD_BEFORE;
}

void test_ws__where_it_cannot_be(void)
{
	struct ws_case c;
	static const char *const broken[] = {"X: a\r\nY: b", NULL};
	begin(&c, endless);
	CHECK_INT(opened(&c), MF_ELIMIT);
	c.opts.url = textf("http://127.0.0.1:%d/ws", httpd_closed_port());
	CHECK_INT(opened(&c), MF_ENETWORK);
	c.opts.url = "ftp://127.0.0.1/ws";
	CHECK_INT(opened(&c), MF_EUSAGE);
	c.opts.url = "127.0.0.1/ws";
	CHECK_INT(opened(&c), MF_EUSAGE);
	c.opts.url = "http://127.0.0.1/a b";
	CHECK_INT(opened(&c), MF_EUSAGE);
	c.opts.url = httpd_url(c.d, "/ws");
	c.opts.headers = broken;
	CHECK_INT(opened(&c), MF_EUSAGE);
	end(&c);
	begin(&c, silent);
	c.opts.timeout_ms = 60;
	CHECK_INT(opened(&c), MF_ETIMEOUT);
	c.opts.timeout_ms = 20000;
	c.opts.cancel = mf_cancel_new();
	mf_cancel_set(c.opts.cancel);
	CHECK_INT(opened(&c), MF_ECANCELLED);
	mf_cancel_free(c.opts.cancel);
	end(&c);
}

void test_ws__same_server(void)
{
	CHECK(ws_same_server("http://h:80/a", "http://h:80/b/c"));
	CHECK(!ws_same_server("http://h/a", "https://h/a"));
	CHECK(!ws_same_server("http://h/a", "http://h:81/a"));
	CHECK(!ws_same_server("http://u@h/a", "http://h/a"));
}

/* ---- memory ---- */

static int whole(void *arg)
{
	struct ws_case *c = arg;
	struct mf_error err = MF_ERROR_INIT;
	const char *text;
	size_t n;
	struct ws *w;
	int rc = ws_open(&w, &c->opts, &err);
	if (rc == 0)
		rc = ws_send(w, "__ping__", 8, &err);
	while (rc == WS_NOTHING || rc == WS_MORE) {
		struct pollfd p = {.fd = ws_fd(w), .events = POLLIN};
		rc = ws_read(w, &text, &n, &err);
		if (rc == WS_NOTHING)
			poll(&p, 1, 30000);
	}
	test_fail_alloc(0); /* without memory the server is left without good-bye: that is fine */
	ws_free(w);
	return rc == WS_TEXT ? 0 : rc;
}

void test_ws__every_alloc(void)
{
	struct ws_case c;
	begin(&c, NULL);
	c.opts.url = textf("http://a:b@127.0.0.1:%d/ws", httpd_port(c.d));
	test_every_alloc(whole, &c);
	end(&c);
}
