#include "http_parts.h"

#include "../base/fmt.h"

static struct http_record *find(struct http *h, uint64_t id)
{
	struct http_record *r = &h->log[id % HTTP_LOG];
	return r->entry.id == id ? r : NULL; /* or newer ones have taken its place */
}

/* As much as there is room for, and no part of a character. */
static void copy(char *to, size_t size, const char *from)
{
	size_t n = strlen(from);
	if (n >= size) {
		n = size - 1;
		while (n && ((unsigned char)from[n] & 0xc0) == 0x80)
			n--;
	}
	memcpy(to, from, n);
	to[n] = '\0';
}

uint64_t http_log_begin(struct http *h, const char *method, const char *url)
{
	pthread_mutex_lock(&h->lock);
	uint64_t id = ++h->last_id;
	struct http_record *r = &h->log[id % HTTP_LOG];
	*r = (struct http_record){
		.entry = {.id = id, .began = clock_now_ms()}, .began = http_now()};
	copy(r->entry.method, sizeof(r->entry.method), method);
	copy(r->entry.url, sizeof(r->entry.url), url);
	h->stats.requests++;
	h->stats.active++;
	pthread_mutex_unlock(&h->lock);
	return id;
}

void http_log_try(struct http *h, uint64_t id, int tries)
{
	pthread_mutex_lock(&h->lock);
	struct http_record *r = find(h, id);
	h->stats.tries++;
	if (r) {
		r->entry.tries = tries;
		r->entry.status = 0;
		r->entry.bytes = 0;
	}
	pthread_mutex_unlock(&h->lock);
}

void http_log_bytes(struct http *h, uint64_t id, uint64_t bytes)
{
	pthread_mutex_lock(&h->lock);
	struct http_record *r = find(h, id);
	if (r)
		r->entry.bytes = bytes;
	pthread_mutex_unlock(&h->lock);
}

void http_log_tried(struct http *h, uint64_t id, const struct http_response *r, const char *error)
{
	pthread_mutex_lock(&h->lock);
	struct http_record *at = find(h, id);
	h->stats.bytes += r->bytes;
	if (at) {
		at->entry.status = r->status;
		at->entry.bytes = r->bytes;
		copy(at->entry.error, sizeof(at->entry.error), error);
	}
	pthread_mutex_unlock(&h->lock);
}

void http_log_end(struct http *h, uint64_t id, bool failed, const char *error)
{
	pthread_mutex_lock(&h->lock);
	struct http_record *r = find(h, id);
	h->stats.active--;
	h->stats.failed += failed;
	if (r) {
		r->entry.ms = http_now() - r->began;
		r->entry.done = true;
		copy(r->entry.error, sizeof(r->entry.error), error);
	}
	pthread_mutex_unlock(&h->lock);
}

struct http_stats http_stats(struct http *h)
{
	pthread_mutex_lock(&h->lock);
	struct http_stats s = h->stats;
	pthread_mutex_unlock(&h->lock);
	return s;
}

size_t http_log(struct http *h, struct mf_request *out, size_t n)
{
	size_t count = 0;
	pthread_mutex_lock(&h->lock);
	double now = http_now();
	for (uint64_t id = h->last_id; id && count < n && h->last_id - id < HTTP_LOG; id--) {
		const struct http_record *r = &h->log[id % HTTP_LOG];
		out[count] = r->entry;
		if (!r->entry.done)
			out[count].ms = now - r->began;
		count++;
	}
	pthread_mutex_unlock(&h->lock);
	return count;
}
