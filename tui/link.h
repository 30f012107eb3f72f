/* link.h: the connection to a metadata service, as the frame shows it: up, slow, down since when,
 * offline. While it is down a light request is made again and again, with growing pauses; when that
 * is answered, the views ask again. Nothing of it exists for a local history. UI thread only, no
 * I/O.
 */
#ifndef TUI_LINK_H
#define TUI_LINK_H

#include "app.h"

enum { LINK_RETRY_LEAST = 2000, LINK_RETRY_MOST = 30000 };

struct findings;

/* Where the facts come from; tests have facts of their own. */
struct link_port {
	void (*state)(struct mf_client *client, struct mf_link *out);
	size_t (*requests)(struct mf_client *client, struct mf_request *out, size_t n);
	/* In a worker thread. */
	int (*doctor)(struct findings *out, const struct mf_config *config,
		struct mf_client *client, struct mf_error *err);
};

/* The library. */
extern const struct link_port link_library;

struct link {
	struct mf_client *client;
	const struct link_port *port;
	const char *base;   /* of the service's URLs; "" for none */
	struct mf_link now; /* as seen last */
	int64_t waited;     /* for the reply that is the longest under way, ms */
	int64_t retry_at;   /* the next request while it is down; 0: not set */
	int64_t pause;      /* after the next one that fails */
	bool probing;       /* such a request is under way */
	uint64_t probes;    /* made so far */
};

/* Look after the connection of this client from now on; it belongs to the app's data. */
void link_open(
	struct link *l, struct app *a, struct mf_client *client, const struct link_port *port);
/* The connection of the app's history; NULL without one. */
struct link *link_of(struct app *a);
/* For jobs, in their threads: nothing more will be answered now, so that asking on is of no use. */
bool link_lost(struct mf_client *client);
/* "metaflow.example", "localhost:8080/api": a URL in few words. Appended. */
void link_host(struct buf *out, const char *url);

#endif
