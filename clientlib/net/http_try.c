#include "http_parts.h"

#include <fcntl.h>
#include <strings.h>

#include "../base/fmt.h"
#include "../base/fs.h"

/* End the transfer from a callback. */
static size_t stop(struct http_try *t, int code)
{
	t->stop = code;
	return 0;
}

/* ---- headers ---- */

static int64_t date_of(const struct curl_lib *curl, const struct http_response *r)
{
	char text[64];
	time_t when = http_header(r, "Date", text, sizeof(text)) ? curl->getdate(text, NULL) : -1;
	return when < 0 ? MF_NO_TIME : (int64_t)when * 1000;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void add_header(struct buf *b, const char *p, size_t n)
{
	const char *colon = memchr(p, ':', n), *value;
	if (b->n && is_blank(*p)) { /* of old: a value goes on in the next line */
		b->n--;
		buf_addc(b, ' ');
		value = p;
	} else if (colon && colon > p) {
		buf_add(b, p, (size_t)(colon - p));
		buf_adds(b, ": ");
		value = colon + 1;
	} else {
		return;
	}
	while (value < p + n && is_blank(*value))
		value++;
	buf_add(b, value, (size_t)(p + n - value));
	buf_addc(b, '\n');
}

static size_t on_header(char *p, size_t size, size_t count, void *self)
{
	struct http_try *t = self;
	const struct curl_lib *curl = t->h->curl;
	size_t all = size * count, n = all;
	long status = 0;
	t->header_bytes += all;
	if (t->header_bytes > HTTP_HEADERS_MAX)
		return stop(t, MF_ELIMIT);
	if (t->headers_done)
		return all; /* what follows a chunked body */
	while (n && (p[n - 1] == '\n' || p[n - 1] == '\r' || is_blank(p[n - 1])))
		n--;
	if (!t->in_block) { /* the line of the status; there may be several blocks: 100 Continue */
		t->in_block = true;
		buf_clear(&t->out->headers);
		return all;
	}
	if (n) {
		add_header(&t->out->headers, p, n);
		return t->out->headers.failed ? stop(t, t->out->headers.failed) : all;
	}
	t->in_block = false;
	curl->easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status >= 200) {
		t->headers_done = true;
		t->out->status = (int)status;
		t->out->got = clock_now_ms();
		t->out->date = date_of(curl, t->out);
	}
	return all;
}

/* ---- the body ---- */

/* Is the body larger than it may be, with n more bytes or as its header says? */
static bool too_large(const struct http_try *t, size_t n)
{
	uint64_t limit = t->req->limit;
	char text[32];
	curl_off_t length = -1;
	if (t->out->bytes > limit || n > limit - t->out->bytes)
		return true;
	if (t->out->bytes || http_header(t->out, "Content-Encoding", text, sizeof(text)))
		return false;
	t->h->curl->easy_getinfo(t->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	return length > 0 && (uint64_t)length > limit;
}

static size_t on_body(char *p, size_t size, size_t count, void *self)
{
	struct http_try *t = self;
	struct http_response *out = t->out;
	size_t n = size * count, take = n;
	if (out->status / 100 != 2) {
		/* enough to see what it says; it may have no end */
		if (take > HTTP_ERROR_BODY - out->body.n)
			take = HTTP_ERROR_BODY - out->body.n;
		t->enough = take < n;
	} else if (too_large(t, n)) {
		return stop(t, MF_ELIMIT);
	}
	if (out->status / 100 != 2 || !t->req->sink) {
		buf_add(&out->body, p, take);
		if (out->body.failed)
			return stop(t, out->body.failed);
	} else {
		struct http_quiet q;
		if (!t->sunk && t->req->began) {
			int begun = t->req->began(t->req->began_self, out);
			if (begun < 0) {
				t->sink_failed = true;
				return stop(t, begun);
			}
		}
		t->sunk = true;
		/* what the sink does is none of our business: a closed pipe may end the program */
		if (!t->req->raw)
			http_quiet_end(t->quiet);
		int rc = t->req->sink->write(t->req->sink->self, p, n);
		if (!t->req->raw)
			http_quiet_begin(&q);
		if (rc < 0) {
			t->sink_failed = true;
			return stop(t, rc);
		}
	}
	out->bytes += take;
	return t->enough ? 0 : n;
}

/* ---- options ---- */

static CURLcode add_line(struct http_try *t, struct curl_slist **list, const char *line)
{
	struct curl_slist *more = t->h->curl->slist_append(*list, line);
	if (!more)
		return CURLE_OUT_OF_MEMORY;
	*list = more;
	return CURLE_OK;
}

static bool is_header(const char *line, const char *name)
{
	size_t n = strlen(name);
	return strncasecmp(line, name, n) == 0 && line[n] == ':';
}

static CURLcode add_headers(struct http_try *t, struct curl_slist **list)
{
	const char *const *h = t->req->headers;
	bool typed = false;
	CURLcode rc = add_line(t, list, "Expect:"); /* no pause before a long body */
	for (; h && *h && rc == CURLE_OK; h++) {
		typed |= is_header(*h, "Content-Type");
		rc = add_line(t, list, *h);
	}
	/* else a body would be called a form */
	return rc == CURLE_OK && !typed ? add_line(t, list, "Content-Type:") : rc;
}

#define SET(option, value)                                                                         \
	do {                                                                                       \
		if (rc == CURLE_OK)                                                                \
			rc = curl->easy_setopt(e, option, value);                                  \
	} while (0)

static CURLcode set_method(const struct curl_lib *curl, CURL *e, const struct http_request *req)
{
	CURLcode rc = CURLE_OK;
	const char *method = req->method ? req->method : "GET";
	if (str_eq(method, "HEAD")) {
		SET(CURLOPT_NOBODY, 1L);
		return rc;
	}
	if (req->body || str_eq(method, "POST") || str_eq(method, "PUT") ||
		str_eq(method, "PATCH")) {
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)(req->body ? req->body_n : 0));
		SET(CURLOPT_POSTFIELDS, req->body ? req->body : "");
	}
	SET(CURLOPT_CUSTOMREQUEST, method);
	/* A connection that was idle may break just now, and libcurl would send again what may have
	 * been done already. */
	if (!http_is_read(req))
		SET(CURLOPT_FRESH_CONNECT, 1L);
	return rc;
}

/* What must not fail where a libcurl has it, and is not missed where it has not. */
static CURLcode set_safety(const struct curl_lib *curl, CURL *e)
{
	CURLcode rc = CURLE_UNKNOWN_OPTION;
#if LIBCURL_VERSION_NUM >= 0x075700
	/* a name that is not found for long must not hold up who has cancelled */
	curl->easy_setopt(e, CURLOPT_QUICK_EXIT, 1L);
#endif
#if LIBCURL_VERSION_NUM >= 0x075500
	rc = curl->easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
#endif
	if (rc == CURLE_UNKNOWN_OPTION)
		rc = curl->easy_setopt(
			e, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
	return rc;
}

static CURLcode set_options(struct http_try *t, struct curl_slist **headers)
{
	const struct curl_lib *curl = t->h->curl;
	const struct http_options *o = &t->h->opts;
	CURL *e = t->easy;
	curl->easy_reset(e);
	CURLcode rc = add_headers(t, headers);
	SET(CURLOPT_ERRORBUFFER, t->why);
	SET(CURLOPT_URL, t->req->url);
	SET(CURLOPT_PATH_AS_IS, 1L);
	SET(CURLOPT_HTTPHEADER, *headers);
	SET(CURLOPT_HEADERFUNCTION, on_header);
	SET(CURLOPT_HEADERDATA, t);
	SET(CURLOPT_WRITEFUNCTION, on_body);
	SET(CURLOPT_WRITEDATA, t);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_NOPROGRESS, 1L);
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_HTTP09_ALLOWED, 0L);
	SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	if (!t->req->raw)
		SET(CURLOPT_ACCEPT_ENCODING, "");
	SET(CURLOPT_TCP_KEEPALIVE, 1L);
	SET(CURLOPT_BUFFERSIZE, t->req->raw ? 262144L : 65536L);
	SET(CURLOPT_CONNECTTIMEOUT_MS, t->req->beacon ? HTTP_BEACON_MS : (long)o->connect_ms);
	if (o->user_agent)
		SET(CURLOPT_USERAGENT, o->user_agent);
	if (o->ca_file && fs_is_dir(AT_FDCWD, o->ca_file))
		SET(CURLOPT_CAPATH, o->ca_file);
	else if (o->ca_file)
		SET(CURLOPT_CAINFO, o->ca_file);
	if (o->insecure) {
		SET(CURLOPT_SSL_VERIFYPEER, 0L);
		SET(CURLOPT_SSL_VERIFYHOST, 0L);
	}
	if (o->cert)
		SET(CURLOPT_SSLCERT, o->cert);
	if (o->key)
		SET(CURLOPT_SSLKEY, o->key);
	if (rc == CURLE_OK)
		rc = set_safety(curl, e);
	return rc == CURLE_OK ? set_method(curl, e, t->req) : rc;
}

/* ---- the transfer ---- */

/* A number that grows with everything that comes or goes. */
static curl_off_t moved(const struct http_try *t)
{
	curl_off_t up = 0, down = 0;
	t->h->curl->easy_getinfo(t->easy, CURLINFO_SIZE_UPLOAD_T, &up);
	t->h->curl->easy_getinfo(t->easy, CURLINFO_SIZE_DOWNLOAD_T, &down);
	return up + down + (curl_off_t)t->header_bytes;
}

/* libcurl has its say; false: something is wrong with its handles. */
static bool perform(struct http_try *t, CURLM *multi, int *running)
{
	struct http_quiet q;
	http_quiet_begin(&q);
	t->quiet = &q;
	CURLMcode rc = t->h->curl->multi_perform(multi, running);
	http_quiet_end(&q);
	return rc == CURLM_OK;
}

/* Until it is done, or t->stop. */
static CURLcode transfer(struct http_try *t, CURLM *multi)
{
	const struct curl_lib *curl = t->h->curl;
	int running = 1, left;
	double active = http_now(), told = active;
	double silence = t->req->beacon ? (double)HTTP_BEACON_MS : (double)t->h->opts.silence_ms;
	curl_off_t before = 0;
	while (perform(t, multi, &running) && running) {
		double now = http_now();
		curl_off_t so_far = moved(t);
		if (so_far != before)
			active = now;
		before = so_far;
		t->stop = http_ended(t->h, t->req->cancel);
		t->silent = !t->stop && now - active >= silence;
		if (t->stop || t->silent)
			return CURLE_ABORTED_BY_CALLBACK;
		if (now - told >= HTTP_TICK) {
			http_log_bytes(t->h, t->id, t->out->bytes);
			told = now;
		}
		if (curl->multi_poll(multi, NULL, 0, HTTP_TICK, NULL) != CURLM_OK)
			break;
	}
	const CURLMsg *done = running ? NULL : curl->multi_info_read(multi, &left);
	if (done && done->msg == CURLMSG_DONE)
		/* headers that end in their middle are good enough for libcurl */
		return done->data.result == CURLE_OK && !t->headers_done ? CURLE_PARTIAL_FILE
									 : done->data.result;
	t->broken = true;
	return CURLE_OUT_OF_MEMORY;
}

int http_try(struct http_try *t, struct http_slot *slot)
{
	const struct curl_lib *curl = t->h->curl;
	struct curl_slist *headers = NULL;
	struct http_quiet q;
	t->easy = slot->easy;
	CURLcode code = set_options(t, &headers);
	if (code == CURLE_OK) {
		t->out->sent = clock_now_ms();
		t->broken = curl->multi_add_handle(slot->multi, t->easy) != CURLM_OK;
		code = t->broken ? CURLE_OUT_OF_MEMORY : transfer(t, slot->multi);
	}
	int rc = code == CURLE_OK || t->enough ? MF_OK : http_why(t, code);
	/* a handle that has failed may fail again by itself: 7.88 does after a name that was not found */
	t->broken = t->broken || rc < 0;
	slot->socket = CURL_SOCKET_BAD;
	curl->easy_getinfo(t->easy, CURLINFO_ACTIVESOCKET, &slot->socket);
	http_quiet_begin(&q);
	curl->multi_remove_handle(slot->multi, t->easy);
	http_quiet_end(&q);
	curl->slist_free_all(headers);
	return rc;
}
