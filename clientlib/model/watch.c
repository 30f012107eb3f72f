/* Changes of a history, through inotify. One watch on each directory where something new would appear: the flow's, the run's,
 * its steps', and the newest tasks' of each step with their _meta; never one per object of a long history. */
#include <errno.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "../base/limits.h"
#include "remote.h"
#include "service.h"
#include "watch.h"

enum { MOST_CHILDREN = 64, MOST_WATCHES = 4096 };

static bool add(struct mf_watch *w, const char *below)
{
	struct buf path = BUF_INIT(MF_LIMIT_TEXT);
	buf_addf(&path, "%s%s%s", w->client->root, *below ? "/" : "", below);
	/* adding the same directory again changes nothing: the kernel knows it by its inode */
	bool ok = !path.failed && w->watches < MOST_WATCHES
		  && inotify_add_watch(w->fd, path.p,
			     IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_CLOSE_WRITE | IN_ONLYDIR)
			     >= 0;
	buf_release(&path);
	w->watches += ok;
	return ok;
}

/* The newest children of an object, and so on down to tasks and their _meta. */
static void cover(struct mf_watch *w, const char *pathspec, int deepest)
{
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *iter;
	struct mf_object *o;
	struct buf meta = BUF_INIT(MF_LIMIT_TEXT);
	add(w, pathspec);
	int entity = *pathspec ? mf_pathspec_entity(pathspec) : -1;
	if (entity == MF_TASK || entity == MF_RUN) {
		buf_addf(&meta, "%s/_meta", pathspec);
		add(w, meta.p);
	}
	buf_release(&meta);
	opts.limit = MOST_CHILDREN;
	if (entity >= deepest || mf_list(&iter, w->client, pathspec, &opts, NULL) < 0)
		return;
	while (w->watches < MOST_WATCHES && mf_iter_next(iter, &o, NULL) == 1) {
		cover(w, o->pathspec, deepest);
		mf_object_free(o);
	}
	mf_iter_free(iter);
}

/* Of a flow its directory tells of new runs; of a run everything down to its tasks. */
static void cover_all(struct mf_watch *w)
{
	w->watches = 0;
	cover(w, w->pathspec, w->entity < 0 ? MF_FLOW : w->entity == MF_FLOW ? MF_FLOW : MF_TASK);
}

int mf_watch_open(struct mf_watch **out, struct mf_client *c, const char *pathspec, struct mf_error *err)
{
	*out = NULL;
	int entity = *pathspec ? mf_pathspec_entity(pathspec) : -1;
	if (*pathspec && (entity < 0 || entity > MF_TASK))
		return err_at(err, MF_EUSAGE, pathspec, "flows, runs, steps and tasks can be watched");
	struct mf_watch *w = calloc(1, sizeof(*w));
	if (!w)
		return err_nomem(err);
	w->client = c;
	w->entity = entity;
	w->pathspec = strdup(pathspec);
	w->fd = c->service ? service_watch_open(w) : c->remote ? remote_watch_open(w) : inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (!w->pathspec || w->fd < 0) {
		int e = errno;
		bool nomem = !w->pathspec;
		mf_watch_free(w);
		return nomem ? err_nomem(err) : err_sys(err, e, pathspec, "cannot be watched");
	}
	if (c->service)
		service_watch_live(w);
	else if (!c->remote)
		cover_all(w);
	*out = w;
	return MF_OK;
}

int mf_watch_fd(const struct mf_watch *w)
{
	return w->fd;
}

bool mf_watch_changed(struct mf_watch *w)
{
	_Alignas(struct inotify_event) char chunk[16384];
	bool relevant = false, made = false;
	ssize_t n;
	if (w->client->service)
		return service_watch_changed(w);
	if (w->client->remote)
		return remote_watch_changed(w);
	while ((n = read(w->fd, chunk, sizeof(chunk))) > 0)
		for (char *p = chunk; p < chunk + n;) {
			const struct inotify_event *e = (const struct inotify_event *)(const void *)p;
			p += sizeof(*e) + e->len;
			/* temporary names are renamed into place: that is the news */
			if (e->len && str_starts(e->name, "tmp") && !(e->mask & (IN_ISDIR | IN_Q_OVERFLOW)))
				continue;
			relevant = true;
			made = made || e->mask & (IN_ISDIR | IN_Q_OVERFLOW);
		}
	if (made)
		cover_all(w);
	return relevant;
}

void mf_watch_free(struct mf_watch *w)
{
	if (!w)
		return;
	service_watch_close(w);
	if (w->fd >= 0)
		close(w->fd);
	free(w->pathspec);
	free(w);
}
