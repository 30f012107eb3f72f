/* model/service_events.h: news of a metadata service as the backend of Metaflow's UI sends them,
 * over a WebSocket (service-api.md §4.4). They make a watch faster; nothing needs them, and
 * whatever is wrong with them is no error. */
#ifndef MF_MODEL_SERVICE_EVENTS_H
#define MF_MODEL_SERVICE_EVENTS_H

#include "../net/ws.h"
#include "object.h"

enum {
	EVENTS_NEWS = 1, /* something has changed */
	EVENTS_LIVE = 2, /* connected: changes will be told */
	EVENTS_JOINED =
		4, /* connected in this very call: what happened before may not have been told */
	EVENTS_MORE = 8 /* not all that has come is read: step again soon */
};

/* One thread at a time. Open for the tests. */
struct service_events {
	struct mf_client *client;
	const char *pathspec; /* lent */
	char *ui;             /* METAFLOW_UI_URL without slashes at its end */
	int epoll;            /* lent: knows the connection's descriptor */
	struct ws *ws;        /* NULL: no connection */
	bool writing;         /* epoll waits for room to send, too */
	char uuid[40];        /* of our subscriptions: this, and a number */
	int64_t run_number;   /* as the backend counts runs; < 0: not known */
	int64_t since; /* when we were last sure to miss nothing, ms on the service's clock */
	int64_t retry_at, pause; /* the next try to connect, on watch_clock; and how long to wait
				    after one that fails */
	int64_t joined_at;       /* last, on watch_clock; 0: never */
	int64_t ping_at;         /* on watch_clock */
	bool asked;              /* a ping is not answered yet */
	bool told;               /* that there are no events, and why */
};

/* *out is NULL where there are none to be had: no METAFLOW_UI_URL, --offline. Connects nothing yet.
 */
int service_events_new(struct service_events **out, struct mf_client *c, const char *pathspec,
	int epoll, struct mf_error *err);
void service_events_free(struct service_events *e);
/* Connect when it is time to, read what has come, show that we are here. Blocks only to connect,
 * for at most some seconds. EVENTS_… */
unsigned service_events_step(struct service_events *e);
/* When to call it though the descriptor tells nothing, on watch_clock. */
int64_t service_events_due(const struct service_events *e);

/* ---- service_events_where.c ---- */

/* The URL below which the backend's API is: METAFLOW_UI_URL is that itself, or the UI's, which has
 * it below /api. Each is asked for at most 2 s, and what was found is remembered for all clients
 * with the same settings. */
int events_base(struct service_events *e, struct buf *base, struct mf_error *err);
/* Nothing came of what events_base has found; `wrong`: something else is there. Who has never been
 * connected does not try it again for a minute. */
void events_note_bad(struct service_events *e, bool wrong);
/* For tests: nothing is remembered. */
void events_forget_all(void);
/* The URL of the WebSocket, appended; then connect. */
int events_connect(struct service_events *e, const char *base, struct mf_error *err);
/* Fill in run_number, where the backend's paths will need it. */
int events_run_number(struct service_events *e, const char *base, struct mf_error *err);
/* The backend's path of resource i of those that tell of a pathspec, appended; false: there is
 * none. */
bool events_resource(const struct service_events *e, size_t i, struct buf *b);

#endif
