/* What the connection to the service is like, for those who show it. */
#include <stdio.h>
#include <string.h>

#include "../base/fmt.h"
#include "config.h"
#include "service.h"

enum { BROKEN_MS = 3000 };

void service_note(struct mf_client *c, int rc, const struct http_response *r, const struct mf_error *err)
{
	struct mf_link *l = &c->service->link;
	bool down = rc == MF_ENETWORK || rc == MF_ETIMEOUT || rc == MF_EACCESS;
	if (rc == MF_ECANCELLED || rc == MF_ENOMEM || !r->tries)
		return; /* says nothing of the other side */
	enum mf_link_state state = c->config->offline ? MF_LINK_OFFLINE : down ? MF_LINK_DOWN : MF_LINK_UP;
	pthread_mutex_lock(&c->service->lock);
	if (l->state != state) {
		l->state = state;
		l->since = clock_now_ms();
	}
	if (down) {
		snprintf(l->error, sizeof(l->error), "%s", err->message);
		snprintf(l->hint, sizeof(l->hint), "%s", err->hint);
	} else {
		l->error[0] = l->hint[0] = '\0';
	}
	bool unanswered = (rc == MF_ENETWORK && !err->http_status) || rc == MF_ETIMEOUT;
	c->service->broken_until = unanswered ? clock_now_ms() + BROKEN_MS : 0;
	c->service->broken_code = rc;
	if (!down && r->got >= r->sent && r->got)
		l->latency_ms = (double)(r->got - r->sent);
	pthread_mutex_unlock(&c->service->lock);
}

int service_broken(struct mf_client *c, struct mf_error *err)
{
	struct service *s = c->service;
	int rc = MF_OK;
	pthread_mutex_lock(&s->lock);
	if (s->broken_until && clock_now_ms() < s->broken_until) {
		rc = err_at(err, s->broken_code, s->shown, "%s", s->link.error);
		err_hint(err, "%s", s->link.hint);
		if (err)
			err->retriable = true;
	}
	pthread_mutex_unlock(&s->lock);
	return rc;
}

void service_mend(struct mf_client *c)
{
	if (!c->service)
		return;
	pthread_mutex_lock(&c->service->lock);
	c->service->broken_until = 0;
	pthread_mutex_unlock(&c->service->lock);
}

void service_note_cached(struct mf_client *c, int64_t at)
{
	struct mf_link *l = &c->service->link;
	pthread_mutex_lock(&c->service->lock);
	if (l->cached_at == MF_NO_TIME || at < l->cached_at)
		l->cached_at = at;
	if (at > c->service->as_of)
		c->service->as_of = at;
	pthread_mutex_unlock(&c->service->lock);
}

void mf_client_link(struct mf_client *c, struct mf_link *out)
{
	struct service *s = c->service;
	struct http_stats stats = stores_stats(c->stores);
	*out = (struct mf_link){.state = MF_LINK_LOCAL, .latency_ms = -1, .cached_at = MF_NO_TIME};
	if (s) {
		struct http_stats own = http_stats(s->http);
		pthread_mutex_lock(&s->lock);
		*out = s->link;
		memcpy(out->version, s->version, sizeof(out->version));
		out->skew_ms = s->skew;
		pthread_mutex_unlock(&s->lock);
		stats.active += own.active;
		stats.requests += own.requests;
		stats.failed += own.failed;
	}
	out->active = stats.active;
	out->requests = stats.requests;
	out->failed = stats.failed;
	stores_progress(c->stores, &out->loaded, &out->loading);
}

size_t mf_client_requests(struct mf_client *c, struct mf_request *out, size_t n)
{
	size_t have = c->service ? http_log(c->service->http, out, n) : 0;
	for (size_t i = 0; i < have; i++) /* numbers of several kinds side by side: stores_log */
		out[i].id <<= 3;
	return have < n ? have + stores_log(c->stores, out + have, n - have) : have;
}
