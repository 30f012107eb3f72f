#include "httpd_wire.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEAD_MAX = 1 << 20, BODY_MAX = 64 << 20, PIECE = 64 << 10, QUIET_MS = 30000 };

void httpd_wire_init(struct httpd_wire *w, int fd, int stop)
{
	int now = 1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &now, sizeof(now));
	*w = (struct httpd_wire){.fd = fd,
		.stop = stop,
		.in = BUF_INIT(HEAD_MAX + BODY_MAX),
		.head = BUF_INIT(HEAD_MAX),
		.body = BUF_INIT(BODY_MAX)};
}

void httpd_wire_release(struct httpd_wire *w)
{
	close(w->fd);
	buf_release(&w->in);
	buf_release(&w->head);
	buf_release(&w->body);
	free(w->path);
}

/* Wait for events of the connection (0: only for its end); false: none within ms (-1: for ever), or
 * the server stops. */
static bool wait_for(const struct httpd_wire *w, short events, int ms)
{
	struct pollfd p[2] = {{.fd = w->stop, .events = POLLIN}, {.fd = w->fd, .events = events}};
	int n;
	while ((n = poll(p, 2, ms)) < 0 && errno == EINTR)
		;
	return n > 0 && !p[0].revents;
}

/* False: the server stops. */
static bool sleep_ms(const struct httpd_wire *w, int ms)
{
	struct pollfd p = {.fd = w->stop, .events = POLLIN};
	return ms <= 0 || poll(&p, 1, ms) == 0;
}

/* ---- requests ---- */

static bool more(struct httpd_wire *w)
{
	char part[16 << 10];
	if (!wait_for(w, POLLIN, -1))
		return false;
	ssize_t n = recv(w->fd, part, sizeof(part), 0);
	if (n <= 0)
		return false;
	buf_add(&w->in, part, (size_t)n);
	return !w->in.failed;
}

/* Cut "GET /x HTTP/1.1\r\nName: value\r\n…" into the request. */
static bool parse(struct httpd_wire *w, struct httpd_request *req)
{
	char *line = w->head.p, *end = strstr(line, "\r\n"),
	     *target = memchr(line, ' ', (size_t)(end - line));
	char *version = target ? memchr(target + 1, ' ', (size_t)(end - target - 1)) : NULL;
	if (!version || strncmp(version + 1, "HTTP/1.", 7) != 0)
		return false;
	*target = *version = '\0';
	req->method = line;
	req->target = target + 1;
	free(w->path);
	w->path = strdup(req->target);
	if (!w->path)
		return false;
	char *query = strchr(w->path, '?');
	if (query)
		*query = '\0';
	req->path = w->path;
	req->query = query ? query + 1 : "";
	char *to = end + 2;
	req->headers = to;
	for (const char *p = to; *p; p++)
		if (*p != '\r')
			*to++ = *p;
	*to = '\0';
	return true;
}

const char *httpd_header(const struct httpd_request *req, const char *name, char *buf, size_t size)
{
	size_t n = strlen(name);
	for (const char *p = req->headers; *p; p += strcspn(p, "\n") + 1) {
		if (strncasecmp(p, name, n) != 0 || p[n] != ':')
			continue;
		p += n + 1 + strspn(p + n + 1, " \t");
		snprintf(buf, size, "%.*s", (int)strcspn(p, "\n"), p);
		return buf;
	}
	return "";
}

bool httpd_wire_read(struct httpd_wire *w, struct httpd_request *req)
{
	char *end;
	char text[32];
	memmove(w->in.p, w->in.p + w->used, w->in.n - w->used);
	w->in.n -= w->used;
	w->used = 0;
	while (!(end = memmem(w->in.p, w->in.n, "\r\n\r\n", 4)))
		/* no method begins so: it is TLS, or something else */
		if ((w->in.n && (*w->in.p < 'A' || *w->in.p > 'Z')) || w->in.n > HEAD_MAX ||
			!more(w))
			return false;
	size_t head = (size_t)(end - w->in.p) + 2;
	buf_clear(&w->head);
	buf_add(&w->head, w->in.p, head);
	if (w->head.failed || memchr(w->head.p, '\0', w->head.n) || !parse(w, req))
		return false;
	req->body_n =
		(size_t)strtoull(httpd_header(req, "Content-Length", text, sizeof(text)), NULL, 10);
	if (req->body_n > BODY_MAX || *httpd_header(req, "Transfer-Encoding", text, sizeof(text)))
		return false;
	while (w->in.n < head + 2 + req->body_n)
		if (!more(w))
			return false;
	w->used = head + 2 + req->body_n;
	buf_clear(&w->body);
	buf_add(&w->body, w->in.p + head + 2, req->body_n);
	req->body = w->body.p;
	return !w->body.failed;
}

/* ---- replies ---- */

bool httpd_wire_put(const struct httpd_wire *w, const char *p, size_t n)
{
	while (n) {
		ssize_t sent = send(w->fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0 && errno != EAGAIN && errno != EINTR)
			return false;
		if (sent > 0) {
			p += sent;
			n -= (size_t)sent;
		} else if (!wait_for(w, POLLOUT, QUIET_MS)) {
			return false;
		}
	}
	return true;
}

/* Always false: what follows a fault is no reply. */
static bool fail(const struct httpd_wire *w, enum httpd_fault fault)
{
	struct linger at_once = {.l_onoff = 1};
	if (fault == HTTPD_RESET)
		setsockopt(w->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	if (fault == HTTPD_HANG)
		wait_for(w, POLLRDHUP, -1);
	return false;
}

static const char *reason(int status)
{
	switch (status / 100) {
	case 1: return "Switching Protocols";
	case 2: return "OK";
	case 3: return "Elsewhere";
	case 4: return "Bad Request";
	default: return "Failed";
	}
}

static bool put_head(const struct httpd_wire *w, const struct httpd_reply *r, uint64_t size)
{
	struct buf b = BUF_INIT(64 << 20);
	buf_addf(&b, "HTTP/1.1 %d %s\r\n", r->status, reason(r->status));
	if (r->chunked)
		buf_adds(&b, "Transfer-Encoding: chunked\r\n");
	else if (r->length != HTTPD_NO_LENGTH)
		buf_addf(&b, "Content-Length: %llu\r\n",
			(unsigned long long)(r->length >= 0 ? (uint64_t)r->length : size));
	buf_add(&b, r->headers.p, r->headers.n);
	if (r->close)
		buf_adds(&b, "Connection: close\r\n");
	buf_adds(&b, "\r\n");
	bool ok = !b.failed && httpd_wire_put(w, b.p, b.n);
	buf_release(&b);
	return ok;
}

static bool put_piece(
	const struct httpd_wire *w, const struct httpd_reply *r, const char *p, size_t n)
{
	char size[32];
	if (!r->chunked)
		return httpd_wire_put(w, p, n);
	snprintf(size, sizeof(size), "%zx\r\n", n);
	return httpd_wire_put(w, size, strlen(size)) && httpd_wire_put(w, p, n) &&
	       httpd_wire_put(w, "\r\n", 2);
}

/* Bytes [0, size) of the body. */
static bool put_body(const struct httpd_wire *w, const struct httpd_reply *r, uint64_t size)
{
	size_t piece = r->piece && r->piece < PIECE ? r->piece : PIECE;
	char made[PIECE];
	for (uint64_t at = 0; at < size; at += piece) {
		size_t n = size - at < piece ? (size_t)(size - at) : piece;
		const char *p = made;
		if (r->make)
			r->make(r->make_self, at, made, n);
		else
			p = r->body.p + at;
		if (!sleep_ms(w, r->piece_delay_ms) || !put_piece(w, r, p, n))
			return false;
	}
	return true;
}

bool httpd_wire_reply(struct httpd_wire *w, const struct httpd_reply *r, bool head_only)
{
	uint64_t size = r->make ? r->size : r->body.n, all = size;
	if (!sleep_ms(w, r->delay_ms))
		return false;
	if (r->raw)
		httpd_wire_put(w, r->body.p, r->body.n);
	if (r->raw)
		return false;
	if (r->fault != HTTPD_WHOLE && r->fault_at == HTTPD_BEFORE)
		return fail(w, r->fault);
	if (r->fault != HTTPD_WHOLE && (uint64_t)r->fault_at < all)
		size = (uint64_t)r->fault_at;
	if (!put_head(w, r, all))
		return false;
	if (r->talk)
		r->talk(r->talk_self, w);
	if (r->talk)
		return false;
	if (head_only)
		return true;
	if (!put_body(w, r, size))
		return false;
	if (r->fault != HTTPD_WHOLE)
		return fail(w, r->fault);
	return !r->chunked || httpd_wire_put(w, "0\r\n\r\n", 5);
}
