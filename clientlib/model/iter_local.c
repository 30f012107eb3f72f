/* Names of a local list, and their times. A run id of 16 or more digits is its creation time in
 * microseconds, and a record may be later by one second at most before it counts as reset
 * (run_created): a bound without reading. Every other record is read once for its exact time. */
#include <fcntl.h>

#include "../base/limits.h"
#include "local.h"
#include "task.h"

enum { RESET_SLACK_MS = 1000 };

const char *iter_self_path(struct arena *a, const char *parent, const char *name)
{
	static const char tail[] = "/_meta/_self.json";
	char *path = arena_alloc(a, strlen(parent) + strlen(name) + sizeof(tail) + 1);
	if (path)
		stpcpy(stpcpy(stpcpy(stpcpy(path, parent), "/"), name), tail);
	return path;
}

/* ts_epoch of a record. */
int iter_quick_ts(struct mf_iter *it, const char *name, struct arena *a, int64_t *ts)
{
	char *text;
	size_t n;
	const char *path;
	if (it->entity == MF_ARTIFACT)
		path = arena_printf(a, "%s/_meta/%d_artifact_%s.json", it->parent->pathspec,
			task_artifact_attempt(it->parent), name);
	else
		path = iter_self_path(a, it->dirfd < 0 ? it->parent->pathspec : ".", name);
	client_count(it->client, 1, 0, 0);
	int rc = path ? fs_read(it->dirfd < 0 || it->entity == MF_ARTIFACT ? it->client->root_fd
									   : it->dirfd,
				path, a, MF_LIMIT_JSON_FILE, &text, &n, path, NULL)
		      : MF_ENOMEM;
	if (rc < 0)
		return rc;
	return record_brief(text, n, ts, NULL, NULL);
}

static void bound_one(void *arg, size_t i)
{
	struct mf_iter *it = arg;
	struct entry *e = &it->entries[i];
	const char *name = entry_name(it, e);
	if (it->entity == MF_RUN) {
		int64_t own = run_id_ms(name);
		if (own != MF_NO_TIME) {
			e->bound = own + RESET_SLACK_MS;
			return;
		}
	}
	struct arena a;
	int rc = MF_ECANCELLED;
	arena_init(&a, 0);
	e->exact = true;
	if (!mf_cancel_is_set(it->opts.cancel))
		rc = iter_quick_ts(it, name, &a, &e->bound);
	e->gone = rc == MF_ENOTFOUND;
	if (rc < 0)
		e->bound = MF_NO_TIME;
	arena_release(&a);
}

int local_list(struct mf_iter *it, struct mf_error *err)
{
	struct mf_client *c = it->client;
	int rc;
	if (it->parent && !it->opts.known)
		TRY(object_record(it->parent, err));
	TRY(client_list(c, it->parent ? it->parent->pathspec : ".", true, &it->names, err));
	if (it->parent)
		it->dirfd = openat(
			c->root_fd, it->parent->pathspec, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	TRY(iter_entries(it, err));
	if (it->entity == MF_FLOW)
		goto done; /* by name */
	if (iter_is_eager(it))
		TRY(iter_eager_pass(it, err));
	else
		par_for(it->n_entries, WORTH_THREADS, bound_one, it);
	iter_drop_gone(it);
done:
	return rc;
}
