#include "http_parts.h"

#include <errno.h>
#include <poll.h>

#include "../base/fmt.h"

int http_pool_init(struct http *h)
{
	pthread_condattr_t attr;
	if (pthread_mutex_init(&h->lock, NULL) != 0)
		return MF_ENOMEM;
	if (pthread_condattr_init(&attr) != 0) {
		pthread_mutex_destroy(&h->lock);
		return MF_ENOMEM;
	}
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	int rc = pthread_cond_init(&h->given, &attr) == 0 ? MF_OK : MF_ENOMEM;
	pthread_condattr_destroy(&attr);
	if (rc < 0) {
		pthread_mutex_destroy(&h->lock);
		return rc;
	}
	for (size_t i = ARRAY_SIZE(h->slots); i--;) {
		h->slots[i].below = h->idle;
		h->idle = &h->slots[i];
	}
	return MF_OK;
}

static void drop(const struct http *h, struct http_slot *s)
{
	struct http_quiet q;
	http_quiet_begin(&q);
	if (s->easy)
		h->curl->easy_cleanup(s->easy);
	if (s->multi)
		h->curl->multi_cleanup(s->multi);
	http_quiet_end(&q);
	s->easy = NULL;
	s->multi = NULL;
	s->socket = CURL_SOCKET_BAD;
}

void http_pool_release(struct http *h)
{
	for (size_t i = 0; i < ARRAY_SIZE(h->slots); i++)
		drop(h, &h->slots[i]);
	pthread_cond_destroy(&h->given);
	pthread_mutex_destroy(&h->lock);
}

int http_ended(const struct http *h, const struct mf_cancel *cancel)
{
	if (mf_cancel_is_set(cancel))
		return MF_ECANCELLED;
	return h->opts.deadline && clock_now_ms() >= h->opts.deadline ? MF_ETIMEOUT : MF_OK;
}

/* Out of the stack; NULL: none is idle. */
static struct http_slot *pick(struct http *h, uint64_t origin)
{
	struct http_slot **at, **best = &h->idle, *s;
	for (at = &h->idle; *at; at = &(*at)->below) {
		if ((*at)->easy && (*at)->origin == origin) {
			best = at;
			break;
		}
		/* the lowest, but rather one that costs nobody a connection */
		if (!(*at)->easy || (*best)->easy)
			best = at;
	}
	s = *best;
	if (s)
		*best = s->below;
	return s;
}

/* Nothing is to come on an idle connection but its end. Bytes beyond the last reply, of a server
 * that told a wrong length, would be taken for the next reply. */
static bool is_stale(const struct http_slot *s)
{
	struct pollfd p = {.fd = s->socket, .events = POLLIN};
	return s->easy && s->socket != CURL_SOCKET_BAD && poll(&p, 1, 0) != 0;
}

static bool make(const struct http *h, struct http_slot *s)
{
	s->easy = h->curl->easy_init();
	s->multi = h->curl->multi_init();
	/* no connections that nobody looks after */
	return s->easy && s->multi &&
	       h->curl->multi_setopt(s->multi, CURLMOPT_MAXCONNECTS, 1L) == CURLM_OK;
}

int http_slot_take(
	struct http_slot **out, struct http *h, uint64_t origin, const struct mf_cancel *cancel)
{
	int rc;
	struct http_slot *s = NULL;
	pthread_mutex_lock(&h->lock);
	while ((rc = http_ended(h, cancel)) == MF_OK && !(s = pick(h, origin))) {
		/* cancelling wakes nobody, so look from time to time */
		struct timespec until;
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += HTTP_TICK * 1000000L;
		until.tv_sec += until.tv_nsec / 1000000000L;
		until.tv_nsec %= 1000000000L;
		pthread_cond_timedwait(&h->given, &h->lock, &until);
	}
	pthread_mutex_unlock(&h->lock);
	if (!s)
		return rc;
	if (s->origin != origin || is_stale(s))
		drop(h, s);
	if (!s->easy && !make(h, s)) {
		http_slot_give(h, s, true);
		return MF_ENOMEM;
	}
	s->origin = origin;
	*out = s;
	return MF_OK;
}

void http_slot_give(struct http *h, struct http_slot *s, bool broken)
{
	if (broken)
		drop(h, s);
	pthread_mutex_lock(&h->lock);
	s->below = h->idle;
	h->idle = s;
	pthread_cond_signal(&h->given);
	pthread_mutex_unlock(&h->lock);
}

/* ---- SIGPIPE ---- */

static bool pipe_pending(sigset_t *pipes)
{
	sigset_t pending;
	sigemptyset(pipes);
	sigaddset(pipes, SIGPIPE);
	sigpending(&pending);
	return sigismember(&pending, SIGPIPE) == 1;
}

void http_quiet_begin(struct http_quiet *q)
{
	sigset_t pipes;
	q->pending = pipe_pending(&pipes);
	pthread_sigmask(SIG_BLOCK, &pipes, &q->old);
}

void http_quiet_end(const struct http_quiet *q)
{
	sigset_t pipes;
	static const struct timespec at_once;
	/* one that was there before is somebody else's */
	if (pipe_pending(&pipes) && !q->pending)
		while (sigtimedwait(&pipes, NULL, &at_once) < 0 && errno == EINTR)
			;
	pthread_sigmask(SIG_SETMASK, &q->old, NULL);
}
