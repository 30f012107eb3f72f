/* model/watch.h: the insides of a watch, for the providers. */
#ifndef MF_MODEL_WATCH_H
#define MF_MODEL_WATCH_H

#include "object.h"

struct mf_watch {
	int fd; /* readable when mf_watch_changed is worth a call */
	struct mf_client *client;
	char *pathspec;
	int entity; /* -1: everything */
	size_t watches;
	/* of a service */
	bool seen;     /* seal is set */
	uint64_t seal; /* of what the service said last */
	int64_t pause; /* until the next look, ms */
};

/* service_watch.c: a timer, and one request each time it rings. The descriptor, < 0 with errno. */
int service_watch_open(struct mf_watch *w);
bool service_watch_changed(struct mf_watch *w);

#endif
