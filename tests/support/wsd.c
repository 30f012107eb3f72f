#include "wsd.h"

#include <errno.h>
#include <nettle/base64.h>
#include <nettle/sha1.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "httpd_wire.h"

enum { PATIENCE = 30 /* s */ };

static void must(bool ok, const char *what)
{
	if (!ok) {
		perror(what);
		abort();
	}
}

void wsd_init(struct wsd *w)
{
	pthread_condattr_t attr;
	*w = (struct wsd){.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
	must(w->wake >= 0, "wsd: eventfd");
	buf_init(&w->out, 64 << 20);
	pthread_mutex_init(&w->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&w->stirred, &attr);
	pthread_condattr_destroy(&attr);
}

void wsd_release(struct wsd *w)
{
	for (size_t i = 0; i < w->got.n; i++)
		free(w->got.v[i]);
	vec_release(&w->got);
	buf_release(&w->out);
	close(w->wake);
	pthread_cond_destroy(&w->stirred);
	pthread_mutex_destroy(&w->lock);
}

/* ---- frames of the client ---- */

static void keep(struct wsd *w, unsigned opcode, bool masked, const unsigned char *p, size_t n)
{
	static const char *const names[16] = {
		[1] = "text", [2] = "binary", [8] = "close", [9] = "ping", [10] = "pong"};
	struct buf b = BUF_INIT(16 << 20);
	buf_addf(&b, "%s%s ", masked ? "" : "unmasked ", names[opcode] ? names[opcode] : "?");
	if (opcode == WSD_CLOSE && n >= 2)
		buf_addf(&b, "%d", p[0] << 8 | p[1]);
	else
		buf_add(&b, p, n);
	char *text = buf_take(&b);
	pthread_mutex_lock(&w->lock);
	must(text && vec_push(&w->got, text), "wsd");
	bool asks = !w->mute && opcode == WSD_TEXT && n == 8 && memcmp(p, "__ping__", 8) == 0;
	pthread_cond_broadcast(&w->stirred);
	pthread_mutex_unlock(&w->lock);
	if (asks)
		wsd_text(w, "__pong__");
}

/* Take whole frames out of the buffer. */
static void parse(struct wsd *w, struct buf *in)
{
	for (;;) {
		unsigned char *p = (unsigned char *)in->p;
		size_t head = 2, n;
		if (in->n < head)
			return;
		bool masked = p[1] & 0x80;
		n = p[1] & 0x7f;
		if (n == 127) /* longer than any client here sends */
			abort();
		if (n == 126 && in->n < 4)
			return;
		if (n == 126) {
			n = (size_t)p[2] << 8 | p[3];
			head = 4;
		}
		const unsigned char *mask = p + head;
		head += masked ? 4 : 0;
		if (in->n < head + n)
			return;
		for (size_t i = 0; masked && i < n; i++)
			p[head + i] ^= mask[i % 4];
		keep(w, p[0] & 15, masked, p + head, n);
		memmove(p, p + head + n, in->n - head - n);
		in->n -= head + n;
	}
}

/* ---- a connection ---- */

/* Send what is to be sent; false: the connection ends. */
static bool send_out(struct wsd *w, const struct httpd_wire *wire)
{
	uint64_t rung;
	struct buf out = BUF_INIT(64 << 20), mine;
	if (read(w->wake, &rung, sizeof(rung)) < 0)
		must(errno == EAGAIN, "wsd: read");
	pthread_mutex_lock(&w->lock);
	mine = w->out;
	w->out = out;
	bool drop = w->drop;
	w->drop = false;
	pthread_mutex_unlock(&w->lock);
	bool ok = httpd_wire_put(wire, mine.p, mine.n) && !drop;
	buf_release(&mine);
	return ok;
}

static void talk(void *self, struct httpd_wire *wire)
{
	struct wsd *w = self;
	struct buf in = BUF_INIT(16 << 20);
	char part[4096];
	pthread_mutex_lock(&w->lock);
	w->open++;
	w->connections++;
	pthread_cond_broadcast(&w->stirred);
	pthread_mutex_unlock(&w->lock);
	buf_add(&in, wire->in.p + wire->used, wire->in.n - wire->used);
	parse(w, &in);
	for (bool on = send_out(w, wire); on;) {
		struct pollfd p[3] = {{.fd = wire->stop, .events = POLLIN},
			{.fd = wire->fd, .events = POLLIN}, {.fd = w->wake, .events = POLLIN}};
		if (poll(p, 3, -1) < 0)
			continue;
		if (p[0].revents)
			break;
		if (p[1].revents) {
			ssize_t n = recv(wire->fd, part, sizeof(part), 0);
			if (n <= 0)
				break;
			buf_add(&in, part, (size_t)n);
			parse(w, &in);
		}
		if (p[2].revents)
			on = send_out(w, wire);
	}
	buf_release(&in);
	/* not reset: what was sent is to arrive; and whoever waits for the end may count on the client seeing it */
	shutdown(wire->fd, SHUT_WR);
	pthread_mutex_lock(&w->lock);
	w->open--;
	pthread_cond_broadcast(&w->stirred);
	pthread_mutex_unlock(&w->lock);
}

void wsd_answer(void *self, const struct httpd_request *req, struct httpd_reply *reply)
{
	struct wsd *w = self;
	char key[128], accept[BASE64_ENCODE_RAW_LENGTH(SHA1_DIGEST_SIZE) + 1] = "";
	uint8_t raw[SHA1_DIGEST_SIZE];
	struct sha1_ctx sha;
	struct buf text = BUF_INIT(1024);
	httpd_header(req, "Sec-WebSocket-Key", key, sizeof(key));
	buf_addf(&text, "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
	sha1_init(&sha);
	sha1_update(&sha, text.n, (const uint8_t *)text.p);
	sha1_digest(&sha, sizeof(raw), raw);
	base64_encode_raw(accept, sizeof(raw), raw);
	buf_release(&text);
	reply->status = 101;
	reply->length = HTTPD_NO_LENGTH;
	buf_clear(&reply->headers);
	buf_addf(&reply->headers,
		"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n%s",
		w->accept ? w->accept : accept, w->headers ? w->headers : "");
	reply->talk = talk;
	reply->talk_self = w;
}

/* ---- from outside ---- */

static void wake(struct wsd *w)
{
	uint64_t one = 1;
	must(write(w->wake, &one, sizeof(one)) == sizeof(one), "wsd: write");
}

void wsd_bytes(struct wsd *w, const void *p, size_t n)
{
	pthread_mutex_lock(&w->lock);
	buf_add(&w->out, p, n);
	must(!w->out.failed, "wsd");
	pthread_mutex_unlock(&w->lock);
	wake(w);
}

void wsd_frame(struct wsd *w, unsigned opcode, const void *p, size_t n)
{
	struct buf b = BUF_INIT(64 << 20);
	size_t digits = n < 126 ? 0 : n < 65536 ? 2 : 8;
	buf_addc(&b, (char)((opcode & WSD_PART ? 0 : 0x80) | (opcode & 15)));
	buf_addc(&b, (char)(!digits ? n : digits == 2 ? 126 : 127));
	while (digits--)
		buf_addc(&b, (char)(n >> (8 * digits) & 0xff));
	buf_add(&b, p, n);
	wsd_bytes(w, b.p, b.n);
	buf_release(&b);
}

void wsd_text(struct wsd *w, const char *text)
{
	wsd_frame(w, WSD_TEXT, text, strlen(text));
}

void wsd_drop(struct wsd *w)
{
	pthread_mutex_lock(&w->lock);
	w->drop = true;
	pthread_mutex_unlock(&w->lock);
	wake(w);
}

/* Until there are so many messages and connections, and none of these is open if `ended`. */
static bool wait_until(struct wsd *w, size_t messages, unsigned connections, bool ended)
{
	struct timespec until;
	int rc = 0;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += PATIENCE;
	pthread_mutex_lock(&w->lock);
	while (rc == 0 &&
		(w->got.n < messages || w->connections < connections || (ended && w->open)))
		rc = pthread_cond_timedwait(&w->stirred, &w->lock, &until);
	pthread_mutex_unlock(&w->lock);
	return rc == 0;
}

bool wsd_wait(struct wsd *w, size_t messages)
{
	return wait_until(w, messages, 0, false);
}

bool wsd_wait_ended(struct wsd *w, unsigned connections)
{
	return wait_until(w, 0, connections, true);
}

const char *wsd_got(struct wsd *w, size_t i)
{
	pthread_mutex_lock(&w->lock);
	const char *text = i < w->got.n ? w->got.v[i] : "";
	pthread_mutex_unlock(&w->lock);
	return text;
}

size_t wsd_count(struct wsd *w)
{
	pthread_mutex_lock(&w->lock);
	size_t n = w->got.n;
	pthread_mutex_unlock(&w->lock);
	return n;
}
