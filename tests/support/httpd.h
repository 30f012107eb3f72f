/* tests/support/httpd.h: a small HTTP/1.1 server on the loopback, in threads of the test program.
 *It answers what a handler says, and breaks in every way that a network has.
 *
 *	static void answer(void *arg, const struct httpd_request *req, struct httpd_reply *reply)
 *	{
 *		buf_addf(&reply->headers, "Content-Type: text/plain\r\n");
 *		buf_adds(&reply->body, str_eq(req->path, "/ping") ? "pong" : "what?");
 *	}
 *	struct httpd *d = httpd_start(answer, arg, 0);
 *	… httpd_url(d, "/ping") …
 *	httpd_stop(d);
 *
 * A handler is called in the thread of its connection, for several at once: it locks what it
 *shares. Connections are kept alive unless a fault or the request ends them. Starting takes the
 *variables of proxies out of the environment. */
#ifndef HTTPD_H
#define HTTPD_H

#include <stdint.h>

#include "../../clientlib/base/buf.h"

struct httpd;
struct httpd_wire;

/* Lent until the handler returns. */
struct httpd_request {
	const char *method;
	const char *target;  /* as it was sent: path and query */
	const char *path;    /* without the query, as it was sent */
	const char *query;   /* behind "?", "" */
	const char *headers; /* "Name: value\n" each */
	const char *body;    /* NUL-terminated */
	size_t body_n;
	unsigned number;     /* of the request on this server, from 1 */
	unsigned connection; /* which it came by, from 1 */
};

enum httpd_fault {
	HTTPD_WHOLE,
	HTTPD_CLOSE, /* the connection is closed */
	HTTPD_RESET, /* it is reset */
	HTTPD_HANG   /* nothing more comes, until the client goes away or the server stops */
};

enum { HTTPD_BEFORE = -1, HTTPD_LENGTH = -1, HTTPD_NO_LENGTH = -2 };

/* Filled by the handler; it begins as an empty 200, whole, with a Content-Length. */
struct httpd_reply {
	int status;
	struct buf headers; /* "Name: value\r\n" each, beside Content-Length or Transfer-Encoding */
	struct buf body;
	/* In place of body: size bytes, made as they are sent; at is where the next n begin. */
	void (*make)(void *self, uint64_t at, char *p, size_t n);
	void *make_self;
	uint64_t size;
	bool chunked;   /* in place of a Content-Length */
	int64_t length; /* the Content-Length told: HTTPD_LENGTH (the true one), HTTPD_NO_LENGTH, or
			   any other */
	bool close;     /* the connection ends after this reply */
	bool raw;       /* the body alone is sent, in place of HTTP */
	/* After the head of the reply, the connection is for another protocol (httpd_wire.h): this
	 * is called, and the connection ends when it returns. */
	void (*talk)(void *self, struct httpd_wire *wire);
	void *talk_self;
	int delay_ms;       /* before the reply */
	size_t piece;       /* the body is sent in pieces of so many bytes; 0: 64 KiB */
	int piece_delay_ms; /* before each */
	enum httpd_fault fault;
	int64_t fault_at; /* after so many bytes of the body; HTTPD_BEFORE: before the reply */
};

typedef void httpd_handler(void *arg, const struct httpd_request *req, struct httpd_reply *reply);

enum { HTTPD_IPV6 = 1 /* on [::1] */ };

/* On a free port. NULL: the address is not to be had (no IPv6); aborts the test program on other
 * failures. */
struct httpd *httpd_start(httpd_handler *handler, void *arg, unsigned flags);
/* Closes all connections, and waits for their threads. */
void httpd_stop(struct httpd *d);
int httpd_port(const struct httpd *d);
/* http://127.0.0.1:PORT and the path; the text lives until the test program ends. */
const char *httpd_url(const struct httpd *d, const char *path);
unsigned httpd_requests(struct httpd *d);    /* read so far */
unsigned httpd_connections(struct httpd *d); /* accepted so far */
unsigned httpd_busiest(struct httpd *d);     /* most connections open at a time */

/* Value of a header of the request, any case; in buf; "" when absent. */
const char *httpd_header(const struct httpd_request *req, const char *name, char *buf, size_t size);
/* A port where nobody listens. */
int httpd_closed_port(void);

#endif
