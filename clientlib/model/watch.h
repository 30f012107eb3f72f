/* model/watch.h: the insides of a watch, for the providers. */
#ifndef MF_MODEL_WATCH_H
#define MF_MODEL_WATCH_H

#include <time.h>

#include "object.h"

struct service_events;

struct mf_watch {
	int fd; /* readable when mf_watch_changed is worth a call */
	struct mf_client *client;
	char *pathspec;
	int entity; /* -1: everything */
	size_t watches;
	/* of a service */
	unsigned turn; /* looks so far */
	bool seen[2];     /* seal is set */
	uint64_t seal[2]; /* of what the service said last: of what happens, and of a run's own record */
	int64_t pause; /* until the next look, ms */
	/* of one with live events, where fd is an epoll descriptor; times are of watch_clock */
	struct service_events *events; /* NULL: there are none, fd is the timer */
	int timer;
	bool live;   /* changes are told while they happen */
	bool untold; /* there is news, to be told at tell_at */
	int64_t look_at, looked_at, tell_at;
};

/* A clock that nobody sets, ms; never 0. */
static inline int64_t watch_clock(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 + 1;
}

/* service_watch.c: a timer, and one request each time it rings. The descriptor, < 0 with errno. */
int service_watch_open(struct mf_watch *w);
bool service_watch_changed(struct mf_watch *w);
/* Let an open watch hear the live events of the UI's backend, where METAFLOW_UI_URL names one;
 * w->fd is another descriptor then. It stays as it is when that fails. Who calls this calls
 * service_watch_close before w->fd is closed. */
void service_watch_live(struct mf_watch *w);
/* Nothing to do for a watch without events. */
void service_watch_close(struct mf_watch *w);

#endif
