/* News of a service: it has none to tell, so it is asked, with one small request each time whatever
 * the number of tasks (service-api.md §8). Where nothing changes, or the service is slow, it is
 * asked less often. Where the backend of Metaflow's UI tells of changes (service_events.h), it is
 * hardly asked at all. */
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "../base/fmt.h"
#include "service.h"
#include "service_events.h"
#include "watch.h"

enum {
	SOON_MS = 5000,
	LATEST_MS = 30000,
	SLOW = 20,
	RECENT = 20,
	RECORD_TURN = 4, /* every so many looks at a run are at its record: whether it is alive */
	LIVE_MS = 60000, /* between looks while changes are told: for what is lost on the way */
	APART_MS = 1000  /* between news of events: a large run has many each second, and whoever
			    hears them lists anew */
};

static void set_timer(int timer, int64_t ms)
{
	if (ms < 1)
		ms = 1; /* 0 would be never */
	struct itimerspec t = {.it_value = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}};
	timerfd_settime(timer, 0, &t, NULL);
}

int service_watch_open(struct mf_watch *w)
{
	w->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	w->pause = SOON_MS;
	if (w->fd >= 0)
		set_timer(w->fd, w->pause);
	return w->fd;
}

void service_watch_live(struct mf_watch *w)
{
	struct epoll_event in = {.events = EPOLLIN};
	if (w->events)
		return;
	int fd = epoll_create1(EPOLL_CLOEXEC);
	if (fd < 0 || epoll_ctl(fd, EPOLL_CTL_ADD, w->fd, &in) < 0 ||
		service_events_new(&w->events, w->client, w->pathspec, fd, NULL) < 0 ||
		!w->events) {
		if (fd >= 0)
			close(fd);
		return;
	}
	w->timer = w->fd;
	w->fd = fd;
	w->look_at = watch_clock() + w->pause;
	set_timer(w->timer, 0); /* connect in the first call, not here */
}

void service_watch_close(struct mf_watch *w)
{
	if (!w->events)
		return;
	service_events_free(w->events);
	w->events = NULL;
	close(w->timer);
}

/* What is mixed in one after the other is told apart from the same bytes cut elsewhere. */
static uint64_t mix(uint64_t h, const char *p, size_t n)
{
	return hash_add(hash_add(h, p, n), "\xff", 1);
}

/* Metadata tells what happens in a run, but not that nothing will: that its heartbeat has stopped. */
static bool at_record(const struct mf_watch *w)
{
	return w->entity == MF_RUN && w->turn % RECORD_TURN == RECORD_TURN - 1;
}

/* The one request that shows whether anything has happened. */
static void question(const struct mf_watch *w, struct buf *b)
{
	service_path(b, w->pathspec);
	if (at_record(w))
		return;
	switch (w->entity) {
	case MF_FLOW: buf_addf(b, "/runs?status=running,completed,failed&_limit=%d", RECENT); break;
	case MF_RUN: buf_adds(b, "/metadata?_limit=1"); break; /* of any task, the newest first */
	case MF_STEP: buf_adds(b, "/tasks?_limit=1"); break;
	case MF_TASK: buf_adds(b, "/metadata"); break;
	default: buf_adds(b, "/flows?_limit=1"); break;
	}
}

/* What may change without being news is left out: heartbeats, while they are recent. */
static bool seal_of(struct mf_client *c, const struct reply *r, uint64_t *seal)
{
	struct arena a;
	int rc = MF_OK;
	*seal = HASH_EMPTY;
	arena_init(&a, 0);
	for (size_t i = 0; rc == MF_OK && i < r->v.n; i++) {
		size_t n;
		const char *text = reply_text(r, i, &n);
		struct row_fact f[] = {{.key = "run_number"}, {.key = "task_id"}, {.key = "id"},
			{.key = "status"}, {.key = "value"}, {.key = "ts_epoch"},
			{.key = "last_heartbeat_ts"}};
		rc = row_facts(text, n, f, ARRAY_SIZE(f), &a);
		for (size_t k = 0; rc == MF_OK && k + 1 < ARRAY_SIZE(f); k++)
			*seal = mix(*seal, f[k].text, f[k].text ? f[k].n : 0);
		int64_t beat = fact_int(&f[ARRAY_SIZE(f) - 1], -1);
		int64_t age = beat >= 0 ? mf_client_now(c) - beat * 1000 : 0;
		const char *life = age > SERVICE_RUN_DEAD_MS ? "x" : age > SERVICE_TASK_DEAD_MS ? "-" : "+";
		*seal = mix(*seal, life, 1);
	}
	arena_release(&a);
	return rc == MF_OK;
}

static bool is_heavy(const struct mf_watch *w)
{
	return w->entity == MF_RUN || w->entity == MF_FLOW || w->entity == MF_STEP;
}

/* A service without pages would send all metadata of the run, or all runs: there the run's own
 * heartbeat has to do. */
static bool is_plain(const struct mf_watch *w)
{
	struct service *s = w->client->service;
	pthread_mutex_lock(&s->lock);
	bool plain = s->pages == PAGES_NONE && is_heavy(w);
	pthread_mutex_unlock(&s->lock);
	return plain;
}

static bool look(struct mf_watch *w, uint64_t *seal)
{
	struct service *s = w->client->service;
	struct buf path = BUF_INIT(64 << 10);
	struct service_page page = {.limited = true};
	struct reply r;
	bool plain = is_plain(w);
	reply_init(&r);
	if (!plain)
		question(w, &path);
	else
		service_path(&path, w->pathspec);
	bool good = !path.failed &&
		    service_get(w->client, path.p, w->pathspec, &r, &page, NULL, NULL) == MF_OK;
	if (good && plain && w->entity != MF_RUN)
		*seal = (uint64_t)clock_now_ms(); /* nothing small tells: always news */
	else if (good && plain)
		*seal = mix(HASH_EMPTY, r.map, r.v.n ? r.v.v[0].n : 0);
	else
		good = good && seal_of(w->client, &r, seal);
	if (good && is_heavy(w) && !plain && !at_record(w)) {
		pthread_mutex_lock(&s->lock);
		s->pages = page.limited ? PAGES_GIVEN : PAGES_NONE;
		pthread_mutex_unlock(&s->lock);
	}
	reply_release(&r);
	buf_release(&path);
	return good;
}

/* Look, and decide how long to wait until the next time. True: there is news. */
static bool look_again(struct mf_watch *w)
{
	uint64_t seal = 0;
	int64_t began = clock_now_ms();
	size_t kind = at_record(w) || is_plain(w);
	bool first = !w->seen[kind];
	bool good = look(w, &seal), news = good && (first || seal != w->seal[kind]);
	int64_t took = clock_now_ms() - began;
	if (good) {
		w->seal[kind] = seal;
		w->seen[kind] = true;
		w->turn++;
	}
	w->pause = news ? SOON_MS : w->pause + w->pause / 2;
	if (w->pause < took * SLOW)
		w->pause = took * SLOW;
	if (w->pause > LATEST_MS)
		w->pause = LATEST_MS;
	return news && !first;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* What events and looks tell together. */
static bool changed_live(struct mf_watch *w)
{
	unsigned heard = service_events_step(w->events);
	int64_t now = watch_clock();
	bool was_live = w->live;
	w->live = heard & EVENTS_LIVE;
	w->untold |= heard & EVENTS_NEWS;
	if (was_live && !w->live)
		w->pause = SOON_MS;
	/* what happened while nobody told; but a connection that comes and goes is no reason to ask
	 * all the time */
	if (heard & EVENTS_JOINED || was_live != w->live)
		w->look_at = earlier(w->look_at, w->looked_at ? w->looked_at + SOON_MS : now);
	if (now >= w->look_at) {
		w->untold |= look_again(w);
		w->looked_at = now = watch_clock();
		w->look_at = now + (w->live ? LIVE_MS : w->pause);
	}
	bool tell = w->untold && now >= w->tell_at;
	if (tell) {
		w->untold = false;
		w->tell_at = now + APART_MS;
	}
	int64_t next =
		earlier(w->look_at, heard & EVENTS_MORE ? now : service_events_due(w->events));
	set_timer(w->timer, (w->untold ? earlier(next, w->tell_at) : next) - now);
	return tell;
}

bool service_watch_changed(struct mf_watch *w)
{
	uint64_t rings;
	bool rang = read(w->events ? w->timer : w->fd, &rings, sizeof(rings)) > 0;
	if (w->events)
		return changed_live(w);
	if (!rang)
		return false; /* not yet */
	bool news = look_again(w);
	set_timer(w->fd, w->pause);
	return news;
}
