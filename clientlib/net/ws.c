#include "ws_parts.h"

#include <stdlib.h>
#include <sys/random.h>

enum {
	CONTINUATION = 0,
	TEXT = 1,
	BINARY = 2,
	CONTROL_MAX = 125, /* bytes of a control frame */
	TURN = 256 << 10,  /* bytes taken in one call */
	GOING_AWAY = 1000,
	PROTOCOL_ERROR = 1002,
	TOO_BIG = 1009
};

/* ---- bytes ---- */

static int broken(struct ws *w, CURLcode code, struct mf_error *err)
{
	w->over = true;
	return err_at(err, MF_ENETWORK, w->where, "the connection broke: %s",
		w->why[0] ? w->why : w->curl->easy_strerror(code));
}

int ws_receive(struct ws *w, struct mf_error *err)
{
	struct http_quiet q;
	size_t n = 0;
	memmove(w->in.p, w->in.p + w->used, w->in.n - w->used);
	w->in.n -= w->used;
	w->used = 0;
	if (!buf_reserve(&w->in, WS_CHUNK))
		return buf_err(&w->in, err);
	w->why[0] = '\0';
	http_quiet_begin(&q);
	CURLcode code = w->curl->easy_recv(w->easy, w->in.p + w->in.n, WS_CHUNK, &n);
	http_quiet_end(&q);
	if (code == CURLE_AGAIN)
		return 0;
	if (code != CURLE_OK)
		return broken(w, code, err);
	if (!n) {
		w->over = true;
		return err_at(err, MF_ENETWORK, w->where, "the connection was closed");
	}
	w->in.n += n;
	w->in.p[w->in.n] = '\0';
	return (int)n;
}

int ws_flush(struct ws *w, struct mf_error *err)
{
	for (;;) {
		struct http_quiet q;
		size_t n = 0;
		if (w->sent == w->sending.n) {
			struct buf empty = w->sending;
			buf_clear(&empty);
			w->sending = w->queue;
			w->queue = empty;
			w->sent = 0;
		}
		if (w->sent == w->sending.n)
			return MF_OK;
		w->why[0] = '\0';
		http_quiet_begin(&q);
		CURLcode code = w->curl->easy_send(
			w->easy, w->sending.p + w->sent, w->sending.n - w->sent, &n);
		http_quiet_end(&q);
		if (code == CURLE_AGAIN)
			return MF_OK;
		if (code != CURLE_OK)
			return broken(w, code, err);
		w->sent += n;
	}
}

/* ---- frames ---- */

/* Every frame of a client is masked, so that no proxy takes its bytes for a request. */
static int queue_frame(struct ws *w, unsigned opcode, const char *p, size_t n, struct mf_error *err)
{
	unsigned char mask[4], head[10] = {(unsigned char)(0x80 | opcode)};
	size_t head_n = 2;
	if (n > WS_QUEUE_MAX)
		return err_at(err, MF_ELIMIT, w->where, "too long a message");
	if (getrandom(mask, sizeof(mask), 0) != sizeof(mask))
		return err_at(err, MF_EIO, w->where, "no random numbers");
	head[1] = (unsigned char)(0x80 | (n < 126 ? n : n < 65536 ? 126 : 127));
	if (n >= 126) {
		size_t digits = n < 65536 ? 2 : 8;
		for (size_t i = 0; i < digits; i++)
			head[head_n++] = (unsigned char)(n >> (8 * (digits - 1 - i)));
	}
	buf_add(&w->queue, head, head_n);
	buf_add(&w->queue, mask, sizeof(mask));
	size_t at = w->queue.n;
	buf_add(&w->queue, p, n);
	if (w->queue.failed) {
		w->over = true; /* half a frame may be there */
		return err_at(err, w->queue.failed, w->where,
			w->queue.failed == MF_ENOMEM ? "out of memory"
						     : "the server does not read");
	}
	for (size_t i = 0; i < n; i++)
		w->queue.p[at + i] = (char)(w->queue.p[at + i] ^ (char)mask[i % 4]);
	return MF_OK;
}

struct frame {
	bool final;
	unsigned opcode;
	const char *p;
	size_t n;
};

static int malformed(struct ws *w, const char *what, struct mf_error *err)
{
	w->code = PROTOCOL_ERROR;
	return err_at(err, MF_ECORRUPT, w->where, "the server sent %s", what);
}

static int too_big(struct ws *w, struct mf_error *err)
{
	w->code = TOO_BIG;
	return err_at(err, MF_ELIMIT, w->where, "the server sent a message of more than %d bytes",
		WS_MESSAGE_MAX);
}

/* 1: the next frame is whole; 0: not yet. */
static int next_frame(struct ws *w, struct frame *f, struct mf_error *err)
{
	const unsigned char *p = (const unsigned char *)w->in.p + w->used;
	size_t have = w->in.n - w->used, head = 2;
	if (have < head)
		return 0;
	f->final = p[0] & 0x80;
	f->opcode = p[0] & 15;
	bool control = f->opcode >= WS_CLOSE;
	if (p[0] & 0x70 || (f->opcode > BINARY && !control) || f->opcode > WS_PONG)
		return malformed(w, "what is no frame", err);
	if (p[1] & 0x80)
		return malformed(w, "a masked frame", err);
	uint64_t n = p[1];
	if (control && (n > CONTROL_MAX || !f->final))
		return malformed(w, "a control frame that is long or in pieces", err);
	if (n > CONTROL_MAX) {
		size_t digits = n == 126 ? 2 : 8;
		if (have < head + digits)
			return 0;
		for (n = 0; digits; digits--)
			n = n << 8 | p[head++];
	}
	if (n > WS_MESSAGE_MAX)
		return too_big(w, err);
	if (have - head < n)
		return 0;
	f->p = w->in.p + w->used + head;
	f->n = (size_t)n;
	w->used += head + f->n;
	return 1;
}

static int closed(struct ws *w, const struct frame *f, struct mf_error *err)
{
	unsigned code = 0;
	if (f->n >= 2)
		code = (unsigned)(unsigned char)f->p[0] << 8 | (unsigned char)f->p[1];
	/* the same code back; whether it arrives is no matter */
	if (!w->over && queue_frame(w, WS_CLOSE, f->p, f->n < 2 ? 0 : 2, NULL) == MF_OK)
		ws_flush(w, NULL);
	w->over = true;
	return err_at(
		err, MF_ENETWORK, w->where, "the server has ended the connection (code %u)", code);
}

/* 1: w->message is whole. */
static int take(struct ws *w, const struct frame *f, struct mf_error *err)
{
	switch (f->opcode) {
	case WS_CLOSE: return closed(w, f, err);
	case WS_PING: return queue_frame(w, WS_PONG, f->p, f->n, err);
	case WS_PONG: return 0;
	default: break;
	}
	if (w->in_message != (f->opcode == CONTINUATION))
		return malformed(w, "the parts of a message in disorder", err);
	if (f->opcode != CONTINUATION)
		w->is_text = f->opcode == TEXT;
	w->in_message = !f->final;
	if (f->n > WS_MESSAGE_MAX - w->message.n)
		return too_big(w, err);
	buf_add(&w->message, f->p, f->n);
	if (w->message.failed)
		return buf_err(&w->message, err);
	if (f->final && !w->is_text)
		buf_clear(&w->message);
	return f->final && w->is_text;
}

int ws_read(struct ws *w, const char **text, size_t *n, struct mf_error *err)
{
	struct frame f = {0};
	int rc, taken = 0;
	if (w->lent)
		buf_clear(&w->message);
	w->lent = false;
	for (;;) {
		while ((rc = next_frame(w, &f, err)) == 1)
			if ((rc = take(w, &f, err)) != 0)
				break;
		if (rc < 0)
			return rc;
		if (rc == 1) {
			w->lent = true;
			*text = w->message.p;
			*n = w->message.n;
			return WS_TEXT;
		}
		rc = ws_flush(w, err);
		if (rc < 0 || taken >= TURN)
			return rc < 0 ? rc : WS_MORE;
		rc = ws_receive(w, err);
		if (rc <= 0)
			return rc < 0 ? rc : WS_NOTHING;
		taken += rc;
	}
}

int ws_send(struct ws *w, const char *text, size_t n, struct mf_error *err)
{
	if (w->over)
		return err_at(err, MF_ENETWORK, w->where, "the connection was closed");
	int rc = queue_frame(w, TEXT, text, n, err);
	return rc < 0 ? rc : ws_flush(w, err);
}

/* ---- the rest ---- */

int ws_fd(const struct ws *w)
{
	return w->fd;
}

bool ws_wants_write(const struct ws *w)
{
	return w->sent < w->sending.n || w->queue.n;
}

bool ws_same_server(const char *a, const char *b)
{
	return http_url_origin(a) == http_url_origin(b);
}

void ws_free(struct ws *w)
{
	struct http_quiet q;
	if (!w)
		return;
	unsigned code = w->code ? w->code : GOING_AWAY;
	char bye[2] = {(char)(code >> 8), (char)(code & 0xff)};
	if (w->fd >= 0 && !w->over && queue_frame(w, WS_CLOSE, bye, sizeof(bye), NULL) == MF_OK)
		ws_flush(w, NULL);
	http_quiet_begin(&q);
	if (w->easy && w->multi)
		w->curl->multi_remove_handle(w->multi, w->easy);
	if (w->easy)
		w->curl->easy_cleanup(w->easy);
	if (w->multi)
		w->curl->multi_cleanup(w->multi);
	http_quiet_end(&q);
	buf_release(&w->in);
	buf_release(&w->message);
	buf_release(&w->sending);
	buf_release(&w->queue);
	free(w->where);
	free(w);
}
