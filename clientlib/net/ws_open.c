/* Connecting a WebSocket: libcurl leads the connection to where HTTP would begin, the rest is ours.
 */
#include "ws_parts.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/random.h>

#include "../codec/base64.h"
#include "../codec/digest.h"

enum { KEY_BYTES = 16, KEY_TEXT = 25, SHA1_BYTES = 20, SWITCHING = 101 };

/* While it is being opened. */
struct opening {
	struct ws *w;
	const struct ws_options *opts;
	double until; /* of http_now */
	char key[KEY_TEXT];
	struct mf_error *err;
};

static int ended(const struct opening *o)
{
	if (mf_cancel_is_set(o->opts->cancel))
		return err_at(o->err, MF_ECANCELLED, o->w->where, "cancelled");
	if (http_now() < o->until)
		return MF_OK;
	return err_at(o->err, MF_ETIMEOUT, o->w->where, "no WebSocket within %g s",
		(double)o->opts->timeout_ms / 1000);
}

/* ---- texts ---- */

/* Name and password of a URL as Basic authentication, as libcurl does it for HTTP. */
static void add_user(struct buf *b, const char *p, size_t n)
{
	struct buf plain = BUF_INIT(WS_HANDSHAKE_MAX);
	const char *colon = memchr(p, ':', n);
	http_unescape(&plain, p, n);
	if (!colon)
		buf_addc(&plain, ':');
	buf_adds(b, "Authorization: Basic ");
	base64_add(b, plain.p, plain.n, false);
	buf_adds(b, "\r\n");
	if (plain.failed && !b->failed)
		b->failed = plain.failed;
	buf_release(&plain);
}

static int make_key(struct opening *o)
{
	unsigned char bytes[KEY_BYTES];
	struct buf b = BUF_INIT(KEY_TEXT);
	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		return err_at(o->err, MF_EIO, o->w->where, "no random numbers");
	base64_add(&b, bytes, sizeof(bytes), false);
	int rc = buf_err(&b, o->err);
	if (rc == MF_OK)
		snprintf(o->key, sizeof(o->key), "%s", b.p);
	buf_release(&b);
	return rc;
}

static int queue_request(struct opening *o)
{
	struct buf *b = &o->w->queue;
	const char *authority = strstr(o->opts->url, "://") + 3;
	const char *path = authority + strcspn(authority, "/?#"), *host = authority;
	for (const char *p = authority; p < path; p++)
		if (*p == '@')
			host = p + 1;
	buf_adds(b, "GET ");
	buf_adds(b, *path == '/' ? "" : "/");
	buf_add(b, path, strcspn(path, "#"));
	buf_adds(b, " HTTP/1.1\r\nHost: ");
	buf_add(b, host, (size_t)(path - host));
	buf_addf(b,
		"\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: %s\r\n"
		"Sec-WebSocket-Version: 13\r\n",
		o->key);
	if (o->opts->user_agent)
		buf_addf(b, "User-Agent: %s\r\n", o->opts->user_agent);
	if (host > authority)
		add_user(b, authority, (size_t)(host - 1 - authority));
	for (const char *const *h = o->opts->headers; h && *h; h++) {
		const char *value = strchr(*h, ':') + 1; /* http_check has seen one */
		if (value[strspn(value, " \t")])
			buf_addf(b, "%s\r\n", *h);
	}
	buf_adds(b, "\r\n");
	return buf_err(b, o->err);
}

/* ---- the connection ---- */

#define SET(option, value)                                                                         \
	do {                                                                                       \
		if (rc == CURLE_OK)                                                                \
			rc = curl->easy_setopt(w->easy, option, value);                            \
	} while (0)

static CURLcode set_options(const struct opening *o)
{
	struct ws *w = o->w;
	const struct curl_lib *curl = w->curl;
	CURLcode rc = CURLE_OK;
	SET(CURLOPT_ERRORBUFFER, w->why);
	SET(CURLOPT_URL, o->opts->url);
	SET(CURLOPT_CONNECT_ONLY, 1L);
	/* a proxy that only forwards requests would not let the frames through */
	SET(CURLOPT_HTTPPROXYTUNNEL, 1L);
	SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_NOPROGRESS, 1L);
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_TCP_KEEPALIVE, 1L);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)o->opts->timeout_ms);
	if (o->opts->user_agent)
		SET(CURLOPT_USERAGENT, o->opts->user_agent);
	if (o->opts->ca_file)
		SET(CURLOPT_CAINFO, o->opts->ca_file);
	if (o->opts->cert)
		SET(CURLOPT_SSLCERT, o->opts->cert);
	if (o->opts->key)
		SET(CURLOPT_SSLKEY, o->opts->key);
#if LIBCURL_VERSION_NUM >= 0x075700
	/* not missed where it is unknown */
	if (rc == CURLE_OK)
		curl->easy_setopt(w->easy, CURLOPT_QUICK_EXIT, 1L);
#endif
	return rc;
}

static int failed(const struct opening *o, CURLcode code)
{
	struct ws *w = o->w;
	const char *why = w->why[0] ? w->why : w->curl->easy_strerror(code);
	if (code == CURLE_OUT_OF_MEMORY)
		return err_nomem(o->err);
	if (code == CURLE_OPERATION_TIMEDOUT)
		return err_at(o->err, MF_ETIMEOUT, w->where, "no connection: %s", why);
	return err_at(o->err, MF_ENETWORK, w->where, "no connection: %s", why);
}

static int connect_to(const struct opening *o)
{
	struct ws *w = o->w;
	const struct curl_lib *curl = w->curl;
	struct http_quiet q;
	int running = 1, left, rc;
	curl_socket_t fd = CURL_SOCKET_BAD;
	w->easy = curl->easy_init();
	w->multi = curl->multi_init();
	if (!w->easy || !w->multi)
		return err_nomem(o->err);
	CURLcode code = set_options(o);
	if (code == CURLE_OK && curl->multi_add_handle(w->multi, w->easy) != CURLM_OK)
		code = CURLE_OUT_OF_MEMORY;
	if (code != CURLE_OK)
		return failed(o, code);
	for (;;) {
		http_quiet_begin(&q);
		CURLMcode m = curl->multi_perform(w->multi, &running);
		http_quiet_end(&q);
		if (m != CURLM_OK)
			return failed(o, CURLE_FAILED_INIT);
		if (!running)
			break;
		rc = ended(o);
		if (rc < 0)
			return rc;
		if (curl->multi_poll(w->multi, NULL, 0, HTTP_TICK, NULL) != CURLM_OK)
			return failed(o, CURLE_FAILED_INIT);
	}
	const CURLMsg *done = curl->multi_info_read(w->multi, &left);
	code = done ? done->data.result : CURLE_FAILED_INIT;
	if (code == CURLE_OK)
		code = curl->easy_getinfo(w->easy, CURLINFO_ACTIVESOCKET, &fd);
	if (code != CURLE_OK || fd == CURL_SOCKET_BAD)
		return failed(o, code != CURLE_OK ? code : CURLE_COULDNT_CONNECT);
	w->fd = fd;
	return MF_OK;
}

/* ---- the handshake ---- */

/* Until something may have come. */
static int wait_for(const struct opening *o)
{
	struct pollfd p = {
		.fd = o->w->fd, .events = (short)(POLLIN | (ws_wants_write(o->w) ? POLLOUT : 0))};
	int rc = ended(o);
	if (rc == MF_OK && poll(&p, 1, HTTP_TICK) < 0 && errno != EINTR)
		rc = err_sys(o->err, errno, o->w->where, "cannot wait for the reply");
	return rc;
}

/* The reply's head as http_header wants it, in r, and its status. */
static void parse_head(struct http_response *r, const char *p, size_t n)
{
	const char *end = p + n;
	/* "HTTP/1.1 101 …" */
	if (n > 12 && strncasecmp(p, "HTTP/1.", 7) == 0 && p[8] == ' ')
		r->status = (int)strtol(p + 9, NULL, 10);
	for (const char *line = p; line < end;) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));
		stop = stop ? stop : end;
		const char *colon = memchr(line, ':', (size_t)(stop - line)), *last = stop;
		while (last > line && (last[-1] == '\r' || last[-1] == ' ' || last[-1] == '\t'))
			last--;
		if (colon && line > p && !memchr(line, '\0', (size_t)(stop - line))) {
			const char *value = colon + 1;
			while (value < last && (*value == ' ' || *value == '\t'))
				value++;
			buf_add(&r->headers, line, (size_t)(colon - line));
			buf_adds(&r->headers, ": ");
			if (value < last)
				buf_add(&r->headers, value, (size_t)(last - value));
			buf_addc(&r->headers, '\n');
		}
		line = stop + 1;
	}
}

/* Has the server read our key as one of a WebSocket? 0, MF_ECORRUPT, MF_ENOMEM */
static int check_accept(const struct opening *o, const char *accept)
{
	static const char secret[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; /* RFC 6455 §1.3 */
	struct digest d;
	char want[DIGEST_HEX], got[DIGEST_HEX];
	struct buf raw = BUF_INIT(256);
	digest_init(&d, false);
	digest_update(&d, o->key, strlen(o->key));
	digest_update(&d, secret, strlen(secret));
	digest_hex(&d, want);
	int rc = base64_decode(&raw, accept, strlen(accept), 0, NULL);
	if (rc == MF_OK && raw.n != SHA1_BYTES)
		rc = MF_ECORRUPT;
	if (rc == MF_OK) {
		bytes_hex(got, (const unsigned char *)raw.p, raw.n);
		rc = str_eq(got, want) ? MF_OK : MF_ECORRUPT;
	}
	buf_release(&raw);
	return rc == MF_ENOMEM ? rc : rc < 0 ? MF_ECORRUPT : MF_OK;
}

static int judge(const struct opening *o, const struct http_response *r)
{
	const char *where = o->w->where, *upgrade, *connection, *accept;
	char a[64], b[256], c[64], d[1024];
	if (r->headers.failed)
		return buf_err(&r->headers, o->err);
	if (r->status != SWITCHING) {
		err_at(o->err, MF_ENETWORK, where, "no WebSocket: status %d", r->status);
		if (o->err && o->err->code == MF_ENETWORK)
			o->err->http_status = r->status;
		return MF_ENETWORK;
	}
	upgrade = http_header(r, "Upgrade", a, sizeof(a));
	connection = http_header(r, "Connection", b, sizeof(b));
	accept = http_header(r, "Sec-WebSocket-Accept", c, sizeof(c));
	if (!upgrade || strcasecmp(upgrade, "websocket") != 0 || !connection ||
		!strcasestr(connection, "upgrade"))
		return err_at(o->err, MF_ENETWORK, where, "no WebSocket: another protocol");
	int rc = accept ? check_accept(o, accept) : MF_ECORRUPT;
	if (rc == MF_ENOMEM)
		return err_nomem(o->err);
	if (rc < 0)
		return err_at(
			o->err, MF_ENETWORK, where, "no WebSocket: the answer to the key is wrong");
	/* we have asked for none: their frames would mean something else */
	if (http_header(r, "Sec-WebSocket-Extensions", d, sizeof(d)))
		return err_at(o->err, MF_ENETWORK, where, "no WebSocket: an unknown extension");
	return MF_OK;
}

static int shake_hands(struct opening *o)
{
	struct ws *w = o->w;
	struct http_response r = HTTP_RESPONSE_INIT;
	const char *end;
	int rc = make_key(o);
	if (rc == MF_OK)
		rc = queue_request(o);
	for (end = NULL; rc == MF_OK && !end;) {
		TRY(ws_flush(w, o->err));
		rc = ws_receive(w, o->err);
		if (rc < 0)
			goto done;
		end = memmem(w->in.p, w->in.n, "\r\n\r\n", 4);
		if (!end && w->in.n >= WS_HANDSHAKE_MAX)
			rc = err_at(o->err, MF_ELIMIT, w->where,
				"the reply to the handshake is larger than %d bytes",
				WS_HANDSHAKE_MAX);
		else
			rc = rc > 0 || end ? MF_OK : wait_for(o);
	}
	if (rc < 0)
		goto done;
	w->used = (size_t)(end + 4 - w->in.p);
	parse_head(&r, w->in.p, w->used);
	rc = judge(o, &r);
done:
	http_response_release(&r);
	return rc;
}

int ws_open(struct ws **out, const struct ws_options *opts, struct mf_error *err)
{
	struct http_request req = {.url = opts->url, .headers = opts->headers};
	struct buf plain = BUF_INIT(1 << 20);
	struct ws *w = calloc(1, sizeof(*w));
	int rc;
	*out = NULL;
	if (!w)
		return err_nomem(err);
	struct opening o = {
		.w = w, .opts = opts, .until = http_now() + (double)opts->timeout_ms, .err = err};
	w->fd = -1;
	w->over = true; /* there is nobody yet to say good-bye to */
	/* room for the longest message, its head, and what has come behind it */
	buf_init(&w->in, WS_MESSAGE_MAX + WS_HANDSHAKE_MAX + 2 * WS_CHUNK);
	buf_init(&w->message, WS_MESSAGE_MAX);
	buf_init(&w->sending, WS_QUEUE_MAX);
	buf_init(&w->queue, WS_QUEUE_MAX);
	http_url_plain(&plain, opts->url);
	TRY(buf_err(&plain, err));
	w->where = strdup(plain.p);
	if (!w->where) {
		rc = err_nomem(err);
		goto done;
	}
	TRY(http_check(&req, w->where, err));
	w->curl = curl_lib();
	if (!w->curl) {
		rc = err_set(err, MF_EUNSUPPORTED, "libcurl cannot be loaded");
		goto done;
	}
	TRY(connect_to(&o));
	TRY(shake_hands(&o));
	w->over = false;
done:
	buf_release(&plain);
	if (rc < 0)
		ws_free(w);
	else
		*out = w;
	return rc;
}
