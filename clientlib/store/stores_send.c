/* A request to an object store, and what its reply tells. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../base/err.h"
#include "stores.h"

void stores_range(char out[64], const struct store_get *get)
{
	out[0] = '\0';
	if (get->n && get->n - 1 <= UINT64_MAX - get->from)
		snprintf(out, 64, "bytes=%llu-%llu", (unsigned long long)get->from,
			(unsigned long long)(get->from + get->n - 1));
	else if (get->from || get->n)
		snprintf(out, 64, "bytes=%llu-", (unsigned long long)get->from);
}

/* "Sat, 21 Nov 2026 12:00:00 GMT"; strptime would want the names of the user's language. */
static int64_t date_of(const char *text)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct tm tm = {0};
	char month[4];
	if (sscanf(text, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d", &tm.tm_mday, month,
		    &tm.tm_year, &tm.tm_hour, &tm.tm_min, &tm.tm_sec) != 6)
		return MF_NO_TIME;
	const char *at = strstr(months, month);
	if (!at || strlen(month) != 3 || (at - months) % 3)
		return MF_NO_TIME;
	tm.tm_mon = (int)(at - months) / 3;
	tm.tm_year -= 1900;
	return (int64_t)timegm(&tm) * 1000;
}

void stores_info(struct store_info *info, const struct http_response *r, const char *attributes)
{
	char text[128], *slash;
	*info = (struct store_info){.modified = MF_NO_TIME};
	if (http_header(r, "Content-Range", text, sizeof(text)) && (slash = strchr(text, '/')))
		info->size = strtoull(slash + 1, NULL, 10);
	else if (http_header(r, "Content-Length", text, sizeof(text)))
		info->size = strtoull(text, NULL, 10);
	/* Google's generation names one content for ever */
	if (!http_header(r, "x-goog-generation", info->etag, sizeof(info->etag)) &&
		!http_header(r, "ETag", info->etag, sizeof(info->etag)))
		info->etag[0] = '\0';
	if (!attributes || !http_header(r, attributes, info->attributes, sizeof(info->attributes)))
		info->attributes[0] = '\0';
	if (http_header(r, "Last-Modified", text, sizeof(text)))
		info->modified = date_of(text);
}

void stores_hint(struct mf_error *err, const char *fmt, ...)
{
	va_list ap;
	if (!err || (err->hint[0] && err->sys_errno != ECONNREFUSED))
		return;
	va_start(ap, fmt);
	vsnprintf(err->hint, sizeof(err->hint), fmt, ap);
	va_end(ap);
}

/* A reply whose body begins. */
struct arrival {
	struct store_call *call;
	const char *why; /* it is refused; NULL */
};

/* Bytes that come from elsewhere than was asked for would be taken for others. */
static bool begins_elsewhere(const struct store_get *get, const struct http_response *r)
{
	char text[128];
	unsigned long long from;
	if (r->status == 200)
		return get->from;
	return http_header(r, "Content-Range", text, sizeof(text)) &&
	       sscanf(text, "bytes %llu-", &from) == 1 && from != get->from;
}

static int began(void *self, const struct http_response *r)
{
	struct arrival *a = self;
	struct store_get *get = a->call->get;
	char text[32];
	stores_info(&get->info, r, a->call->attributes);
	if (begins_elsewhere(get, r)) {
		a->why = "the server sends other bytes than those that were asked for";
		return MF_ECORRUPT;
	}
	if (get->from && http_header(r, "Content-Encoding", text, sizeof(text)) &&
		!str_eq(text, "identity")) {
		a->why = "the server packs parts of it, which cannot be put together";
		return MF_EUNSUPPORTED;
	}
	return MF_OK;
}

enum { MAX_LINES = 24, LIST_BODY = 64 << 20 /* of a page of a list */ };

int stores_online(const struct stores *all, const char *where, struct mf_error *err)
{
	if (!all->config.offline)
		return MF_OK;
	err_at(err, MF_ENETWORK, where, "nothing is sent with --offline");
	err_hint(err, "run it without --offline");
	return MF_ENETWORK;
}

int stores_send(struct stores *all, enum store_kind kind, const char *url,
	const struct buf *headers, struct store_call *call, struct http_response *r,
	struct mf_error *err)
{
	const char *lines[MAX_LINES + 1];
	struct http_request req = {.url = url,
		.headers = lines,
		.raw = call->get != NULL,
		.limit = LIST_BODY,
		.cancel = call->cancel};
	struct arrival arrival = {call, NULL};
	size_t n = 0;
	int rc = buf_err(headers, err);
	if (rc < 0)
		return rc;
	char *copy = strdup(headers->p), *save = NULL;
	if (!copy)
		return err_nomem(err);
	for (char *line = strtok_r(copy, "\n", &save); line && n < MAX_LINES;
		line = strtok_r(NULL, "\n", &save))
		lines[n++] = line;
	lines[n] = NULL;
	if (!req.cancel && all->config.cancel)
		req.cancel = all->config.cancel();
	if (call->get) {
		req.sink = call->get->sink;
		req.limit = UINT64_MAX;
		req.began = began;
		req.began_self = &arrival;
	}
	rc = http_send(all->http[kind], &req, r, err);
	if (rc < 0 && arrival.why)
		err_at(err, rc, call->get->key, "%s", arrival.why);
	/* where nobody has ever answered, asking again is a long silence before the same words */
	if (rc == MF_OK)
		atomic_store(&all->answered[kind], true);
	else if (r->unsent && err && !atomic_load(&all->answered[kind]))
		err->retriable = false;
	if (rc == MF_OK && call->get && r->status / 100 == 2 && !r->bytes)
		stores_info(&call->get->info, r, call->attributes); /* no byte has come */
	free(copy);
	return rc;
}

bool stores_is_answer(const struct store_call *call, const struct http_response *r)
{
	return r->status / 100 == 2 ||
	       (call->get && (r->status == 304 || r->status == 412 || r->status == 416));
}

int stores_outcome(struct store_get *get, const struct http_response *r, struct mf_error *err)
{
	char text[64], *slash;
	switch (r->status) {
	case 304: return STORE_SAME;
	case 412: return err_at(err, MF_ECORRUPT, get->key, "it has changed while it was read");
	case 416:
		get->info = (struct store_info){.modified = MF_NO_TIME};
		if (http_header(r, "Content-Range", text, sizeof(text)) &&
			(slash = strchr(text, '/')))
			get->info.size = strtoull(slash + 1, NULL, 10);
		return STORE_END;
	default: break;
	}
	/* some answer without any byte where the range begins at the end */
	if (!r->bytes && get->from)
		return STORE_END;
	return MF_OK;
}

static int drop(void *self, const char *p, size_t n)
{
	(void)self, (void)p, (void)n;
	return MF_OK;
}

int stores_head(struct store *s, const char *key, struct store_info *info, struct mf_cancel *cancel,
	struct mf_error *err)
{
	const struct mf_sink nowhere = {drop, NULL};
	struct store_get get = {.key = key, .n = 1, .sink = &nowhere, .cancel = cancel};
	int rc = s->backend->get(s, &get, err);
	*info = get.info;
	return rc < 0 ? rc : MF_OK;
}
