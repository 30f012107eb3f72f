/* What the connection to the service is like, for those who show it. */
#include <stdio.h>
#include <string.h>

#include "../base/fmt.h"
#include "config.h"
#include "service.h"

void service_note(struct mf_client *c, int rc, const struct http_response *r, const struct mf_error *err)
{
	struct mf_link *l = &c->service->link;
	bool down = rc == MF_ENETWORK || rc == MF_ETIMEOUT || rc == MF_EACCESS;
	if (rc == MF_ECANCELLED || rc == MF_ENOMEM)
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
	if (!down && r->got >= r->sent && r->got)
		l->latency_ms = (double)(r->got - r->sent);
	pthread_mutex_unlock(&c->service->lock);
}

void service_note_cached(struct mf_client *c, int64_t at)
{
	struct mf_link *l = &c->service->link;
	pthread_mutex_lock(&c->service->lock);
	if (l->cached_at == MF_NO_TIME || at < l->cached_at)
		l->cached_at = at;
	pthread_mutex_unlock(&c->service->lock);
}

void mf_client_link(struct mf_client *c, struct mf_link *out)
{
	struct service *s = c->service;
	if (!s) {
		*out = (struct mf_link){.state = MF_LINK_LOCAL, .latency_ms = -1, .cached_at = MF_NO_TIME};
		return;
	}
	struct http_stats stats = http_stats(s->http);
	pthread_mutex_lock(&s->lock);
	*out = s->link;
	memcpy(out->version, s->version, sizeof(out->version));
	out->skew_ms = s->skew;
	pthread_mutex_unlock(&s->lock);
	out->active = stats.active;
	out->requests = stats.requests;
	out->failed = stats.failed;
}

size_t mf_client_requests(struct mf_client *c, struct mf_request *out, size_t n)
{
	return c->service ? http_log(c->service->http, out, n) : 0;
}
