/* News of a datastore: it is asked for them, with one list each time: of a flow's runs, or of the
 * keys of a run. Lists cost money in stores that are rented, so it is not asked often, and less
 * often while nothing happens. */
#include <stdint.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "remote.h"
#include "watch.h"

enum { SOON_MS = 10000, LATEST_MS = 60000 };

static void set_timer(int timer, int64_t ms)
{
	struct itimerspec t = {.it_value = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}};
	timerfd_settime(timer, 0, &t, NULL);
}

int remote_watch_open(struct mf_watch *w)
{
	w->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	w->pause = SOON_MS;
	if (w->fd >= 0)
		set_timer(w->fd, w->pause);
	return w->fd;
}

/* What is there now, as one number; false: that could not be told. */
static bool look(struct mf_watch *w, uint64_t *seal)
{
	struct remote *remote = w->client->remote;
	struct fs_names names = {0};
	int rc;
	*seal = HASH_EMPTY;
	if (w->entity < MF_RUN)
		rc = remote_runs(w->client, w->pathspec, &names, NULL);
	else
		rc = store_tree(remote->store, w->pathspec, &names, NULL);
	fs_names_sort(&names);
	for (size_t i = 0; i < names.n; i++)
		*seal = hash_add(*seal, fs_name(&names, i), strlen(fs_name(&names, i)) + 1);
	fs_names_release(&names);
	return rc == MF_OK;
}

bool remote_watch_changed(struct mf_watch *w)
{
	uint64_t rings, seal;
	if (read(w->fd, &rings, sizeof(rings)) < 0)
		return false;
	bool told = look(w, &seal), news = told && w->seen[0] && seal != w->seal[0];
	/* what was there when the watch was opened is not known: whoever opened it listed it a
	 * moment before */
	if (told) {
		w->seal[0] = seal;
		w->seen[0] = true;
	}
	w->pause = news ? SOON_MS : w->pause * 3 / 2 > LATEST_MS ? LATEST_MS : w->pause * 3 / 2;
	set_timer(w->fd, w->pause);
	return news;
}
