/* Requests of the doctor: those of its client, but never answered from what is kept, and never
 * waited for longer than a person would. The client's own patience is made for a service that is
 * there. */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "../base/fmt.h"
#include "doctor.h"

enum { BODY_MAX = 16 << 20 };

/* A thread that cancels the request that is under way when its time is over. */
struct guard {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct mf_cancel *cancel;
	struct timespec until; /* of the monotonic clock */
	bool armed, over, quit;
};

static void *watch(void *self)
{
	struct guard *g = self;
	pthread_mutex_lock(&g->lock);
	while (!g->quit) {
		if (!g->armed) {
			pthread_cond_wait(&g->changed, &g->lock);
		} else if (pthread_cond_timedwait(&g->changed, &g->lock, &g->until) == ETIMEDOUT &&
			   g->armed) {
			g->armed = false;
			g->over = true;
			mf_cancel_set(g->cancel);
		}
	}
	pthread_mutex_unlock(&g->lock);
	return NULL;
}

static void arm(struct guard *g, int64_t ms)
{
	pthread_mutex_lock(&g->lock);
	mf_cancel_reset(g->cancel);
	clock_gettime(CLOCK_MONOTONIC, &g->until);
	g->until.tv_sec += ms / 1000;
	g->until.tv_nsec += ms % 1000 * 1000000;
	if (g->until.tv_nsec >= 1000000000) {
		g->until.tv_nsec -= 1000000000;
		g->until.tv_sec++;
	}
	g->over = false;
	g->armed = true;
	pthread_cond_signal(&g->changed);
	pthread_mutex_unlock(&g->lock);
}

/* True: it has cancelled. */
static bool disarm(struct guard *g)
{
	pthread_mutex_lock(&g->lock);
	g->armed = false;
	bool over = g->over;
	pthread_mutex_unlock(&g->lock);
	return over;
}

static struct guard *guard_new(void)
{
	struct guard *g = calloc(1, sizeof(*g));
	pthread_condattr_t monotonic;
	if (!g || !(g->cancel = mf_cancel_new())) {
		free(g);
		return NULL;
	}
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_mutex_init(&g->lock, NULL);
	pthread_cond_init(&g->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if (pthread_create(&g->thread, NULL, watch, g) == 0)
		return g;
	pthread_cond_destroy(&g->changed);
	pthread_mutex_destroy(&g->lock);
	mf_cancel_free(g->cancel);
	free(g);
	return NULL;
}

static void guard_free(struct guard *g)
{
	if (!g)
		return;
	pthread_mutex_lock(&g->lock);
	g->quit = true;
	pthread_cond_signal(&g->changed);
	pthread_mutex_unlock(&g->lock);
	pthread_join(g->thread, NULL);
	pthread_cond_destroy(&g->changed);
	pthread_mutex_destroy(&g->lock);
	mf_cancel_free(g->cancel);
	free(g);
}

/* The headers of the client, with one that asks for a connection of its own in front. */
static void take_headers(struct mf_doctor *d, const char *const *from)
{
	pthread_mutex_lock(&d->client->service->lock);
	d->generation = d->client->service->generation;
	pthread_mutex_unlock(&d->client->service->lock);
	d->headers.n = 0;
	bool good = vec_push(&d->headers, "Connection: close");
	for (; good && from && *from; from++)
		good = vec_push(&d->headers, *from);
	if (!good || !vec_push(&d->headers, NULL))
		d->failed = MF_ENOMEM;
}

void doctor_ask_begin(struct mf_doctor *d)
{
	struct service *s = d->client->service;
	d->deadline = clock_now_ms() + DOCTOR_ALL_MS;
	d->guard = guard_new(); /* without one the client's own limits hold */
	pthread_mutex_lock(&s->lock);
	const char *const *headers = s->headers;
	pthread_mutex_unlock(&s->lock);
	take_headers(d, headers);
}

void doctor_ask_end(struct mf_doctor *d)
{
	guard_free(d->guard);
	d->guard = NULL;
}

static int send_timed(struct mf_doctor *d, struct http_request *req, int64_t ms, struct asked *a)
{
	if (d->guard) {
		arm(d->guard, ms);
		req->cancel = d->guard->cancel;
	}
	int rc = http_send(d->client->service->http, req, &a->r, &a->err);
	if (d->guard && disarm(d->guard) && rc == MF_ECANCELLED) {
		err_clear(&a->err);
		rc = err_at(&a->err, MF_ETIMEOUT, d->client->service->shown,
			"no answer within %.3g s", (double)ms / 1000);
		err_hint(&a->err, "it is down, overloaded, or cannot be reached from here (a "
				  "firewall, a VPN that is off?)");
	}
	return rc;
}

int doctor_ask(struct mf_doctor *d, const char *path, unsigned flags, struct asked *a)
{
	static const char *const none[] = {"Connection: close", NULL};
	struct mf_client *c = d->client;
	struct service *s = c->service;
	struct buf url = BUF_INIT(64 << 10);
	int64_t left = d->deadline - clock_now_ms();
	const char *const *all = NULL;
	bool other = flags & ASK_OTHER;
	err_clear(&a->err);
	buf_addf(&url, "%s%s", other ? "" : s->base, path);
	struct http_request req = {
		.url = url.p, .limit = BODY_MAX, .tries = flags & ASK_AGAIN ? 2 : 1};
	if (url.failed || d->failed) {
		a->rc = err_nomem(&a->err);
	} else if (left < 100) {
		a->rc = err_at(&a->err, MF_ETIMEOUT, s->shown,
			"not asked: all the time went by waiting for other answers");
	} else {
		int64_t ms = left < DOCTOR_REQUEST_MS ? left : DOCTOR_REQUEST_MS;
		req.headers = other ? none : flags & ASK_FRESH ? d->headers.v : d->headers.v + 1;
		a->rc = send_timed(d, &req, ms, a);
		if (!other && a->rc == MF_OK && a->r.status == 401 &&
			service_new_headers(c, d->generation, &all)) {
			take_headers(d, all);
			req.headers = all;
			a->rc = send_timed(d, &req, ms, a);
		}
		if (a->rc == MF_OK && a->r.status / 100 != 2)
			a->rc = service_refused(
				c, a->r.status, a->r.body.p, a->r.body.n, &a->r, path, &a->err);
		/* a web page is for the caller to judge */
		if (!other && !(a->rc == MF_OK && service_is_page(a->r.body.p, a->r.body.n)))
			service_note(c, a->rc, &a->r, &a->err);
	}
	if (a->rc == MF_ENOMEM)
		d->failed = MF_ENOMEM;
	buf_release(&url);
	return a->rc;
}

void doctor_asked_release(struct asked *a)
{
	http_response_release(&a->r);
}

int doctor_rows(const struct asked *a, struct reply *rows, struct mf_error *err)
{
	int rc = reply_write(rows, a->r.body.p, a->r.body.n);
	if (rc == MF_OK)
		rc = reply_finish(rows, err);
	if (rc == MF_OK && !rows->is_array)
		rc = err_set(err, MF_ECORRUPT, "no list");
	if (rc < 0)
		err_set(err, rc, "the reply is cut short or no JSON");
	return rc;
}
