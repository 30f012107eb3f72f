#include "http.h"

#include <stdio.h>
#include <stdlib.h>

#include "../base/fmt.h"
#include "http_parts.h"

enum {
	CONNECT_MS = 10000,
	SILENCE_MS = 60000,
	PAUSE_MS = 250, /* before the second try, doubled before each further one */
	PAUSE_MAX_MS = 8000,
	RETRY_AFTER_MAX = 30, /* s: what asks for more gets no other try */
	URL_SHOWN = 512
};

/* ---- open and free ---- */

static bool keep(char **copy, const char **lent)
{
	*copy = *lent ? strdup(*lent) : NULL;
	bool ok = !*lent || *copy;
	*lent = *copy;
	return ok;
}

int http_open(struct http **out, const struct http_options *opts, struct mf_error *err)
{
	const struct curl_lib *curl = curl_lib();
	*out = NULL;
	if (!curl) {
		err_set(err, MF_EUNSUPPORTED,
			"libcurl cannot be loaded, so nothing can be read over the network");
		err_hint(err, "install libcurl4");
		return MF_EUNSUPPORTED;
	}
	struct http *h = calloc(1, sizeof(*h));
	if (!h || http_pool_init(h) < 0) {
		free(h);
		return err_nomem(err);
	}
	h->curl = curl;
	h->opts = *opts;
	if (!h->opts.connect_ms)
		h->opts.connect_ms = CONNECT_MS;
	if (!h->opts.silence_ms)
		h->opts.silence_ms = SILENCE_MS;
	h->random = (uint64_t)clock_now_ms() ^ (uint64_t)(uintptr_t)h;
	bool ok = keep(&h->user_agent, &h->opts.user_agent);
	ok = keep(&h->ca_file, &h->opts.ca_file) && ok;
	ok = keep(&h->cert, &h->opts.cert) && ok;
	ok = keep(&h->key, &h->opts.key) && ok;
	if (!ok) {
		http_free(h);
		return err_nomem(err);
	}
	*out = h;
	return MF_OK;
}

void http_free(struct http *h)
{
	if (!h)
		return;
	http_pool_release(h);
	free(h->user_agent);
	free(h->ca_file);
	free(h->cert);
	free(h->key);
	free(h);
}

void http_response_release(struct http_response *r)
{
	buf_release(&r->body);
	buf_release(&r->headers);
}

/* ---- pauses ---- */

/* ms, ±25 %: those who failed together do not come back together. */
static int64_t blur(struct http *h, int64_t ms)
{
	pthread_mutex_lock(&h->lock);
	h->random = h->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	int64_t part = (int64_t)(h->random >> 33) % (ms / 2 + 1);
	pthread_mutex_unlock(&h->lock);
	return ms - ms / 4 + part;
}

/* Retry-After in ms; -1: not there or not understood. A date is compared with the clock of who
 * wrote it. */
static int64_t retry_after(const struct http *h, const struct http_response *r)
{
	char text[64];
	if (!http_header(r, "Retry-After", text, sizeof(text)) || !*text)
		return -1;
	size_t digits = strspn(text, "0123456789");
	if (!text[digits])
		return digits > 9 ? INT64_MAX : strtoll(text, NULL, 10) * 1000;
	time_t when = digits ? -1 : h->curl->getdate(text, NULL);
	int64_t now = r->date != MF_NO_TIME ? r->date : clock_now_ms();
	return when < 0 ? -1 : (int64_t)when * 1000 > now ? (int64_t)when * 1000 - now : 0;
}

/* How long to wait before the next try, ms; -1: there is none. */
static int64_t pause_before_next(struct http_try *t, int rc, int tries)
{
	int64_t ms = PAUSE_MS;
	bool is_read = http_is_read(t->req);
	if (tries >= t->req->tries)
		return -1;
	if (rc < 0) {
		if (!t->again || !(is_read || t->unsent) || (t->sunk && !t->req->restart))
			return -1;
	} else {
		int status = t->out->status;
		if (!is_read || (status != 429 && (status < 502 || status > 504)))
			return -1;
		int64_t asked = retry_after(t->h, t->out);
		if (asked > RETRY_AFTER_MAX * 1000)
			return -1;
		if (asked >= 0)
			return asked;
	}
	for (int i = 1; i < tries && ms < PAUSE_MAX_MS; i++)
		ms *= 2;
	return blur(t->h, ms);
}

/* MF_OK when the time is over, or why it was ended. */
static int wait_ms(const struct http *h, int64_t ms, const struct mf_cancel *cancel)
{
	double until = http_now() + (double)ms;
	for (;;) {
		int rc = http_ended(h, cancel);
		double left = until - http_now();
		if (rc < 0 || left <= 0)
			return rc;
		if (left > HTTP_TICK)
			left = HTTP_TICK;
		struct timespec step = {.tv_nsec = (long)(left * 1e6)};
		nanosleep(&step, NULL);
	}
}

/* ---- sending ---- */

static void begin(struct http_try *t)
{
	struct http_response *out = t->out;
	int tries = out->tries;
	struct buf body = out->body, headers = out->headers;
	buf_clear(&body);
	buf_clear(&headers);
	body.limit = t->req->limit > HTTP_ERROR_BODY ? (size_t)t->req->limit : HTTP_ERROR_BODY;
	headers.limit = HTTP_HEADERS_MAX;
	*out = (struct http_response){
		.body = body, .headers = headers, .date = MF_NO_TIME, .tries = tries};
}

static int ended_waiting(struct http_try *t, int rc)
{
	t->err = (struct mf_error)MF_ERROR_INIT;
	if (rc == MF_ENOMEM)
		return err_nomem(&t->err);
	return err_at(&t->err, rc, t->url,
		rc == MF_ECANCELLED ? "cancelled" : "the time allowed is over");
}

/* One try, in a slot of its own. */
static int once(struct http_try *t, const char *method)
{
	struct http *h = t->h;
	struct http_slot *slot;
	struct http_try fresh = {.h = h, .req = t->req, .out = t->out, .id = t->id, .url = t->url};
	int rc = http_slot_take(&slot, h, http_url_origin(t->req->url), t->req->cancel);
	*t = fresh;
	begin(t);
	if (rc < 0)
		return ended_waiting(t, rc);
	t->out->tries++;
	http_log_try(h, t->id, t->out->tries);
	double began = http_now();
	rc = http_try(t, slot);
	http_slot_give(h, slot, t->broken);
	http_log_tried(
		h, t->id, t->out, t->sink_failed ? "its reader has given up" : t->err.message);
	if (h->opts.trace)
		h->opts.trace(h->opts.trace_self, method, t->url, t->out->status, t->out->bytes,
			http_now() - began);
	return rc;
}

static int tries_of(struct http_try *t, const char *method)
{
	for (;;) {
		int rc = once(t, method);
		int64_t pause = pause_before_next(t, rc, t->out->tries);
		/* rather what is known now than having waited for nothing */
		if (pause < 0 ||
			(t->h->opts.deadline && clock_now_ms() + pause >= t->h->opts.deadline))
			return rc;
		int ended = wait_ms(t->h, pause, t->req->cancel);
		if (ended < 0)
			return ended_waiting(t, ended);
		if (t->sunk && t->req->restart)
			t->req->restart(t->req->sink->self);
	}
}

int http_send(struct http *h, const struct http_request *req, struct http_response *out,
	struct mf_error *err)
{
	struct http_request r = *req;
	struct http_try t = {.h = h, .req = &r, .out = out, .err = MF_ERROR_INIT};
	struct buf plain = BUF_INIT(1 << 20);
	char url[URL_SHOWN];
	const char *method = r.method ? r.method : "GET";
	out->tries = 0;
	r.limit = r.limit ? r.limit : HTTP_BODY_MAX;
	r.limit = r.limit < SIZE_MAX ? r.limit : SIZE_MAX;
	http_url_plain(&plain, r.url);
	int rc = buf_err(&plain, err);
	snprintf(url, sizeof(url), "%s", plain.p);
	buf_release(&plain);
	t.url = url;
	begin(&t);
	if (rc == MF_OK)
		rc = http_check(&r, url, err);
	if (rc < 0)
		return rc;
	t.id = http_log_begin(h, method, url);
	rc = tries_of(&t, method);
	http_log_end(h, t.id, rc < 0 || out->status >= 400,
		t.sink_failed ? "its reader has given up" : t.err.message);
	if (rc < 0) {
		buf_clear(&out->body);
		if (err && err->code == MF_OK && t.err.code < 0)
			*err = t.err;
	}
	return rc;
}
