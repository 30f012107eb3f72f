/* The local provider: records are files below .metaflow, and a task's rows are the files of its
 * _meta directory. */
#include "local.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "../base/limits.h"
#include "ids.h"
#include "task.h"
#include "task_files.h"

static int local_record(struct mf_client *c, const char *pathspec, struct arena *a,
	struct mf_value **out, struct mf_error *err)
{
	const char *path = task_join(a, pathspec, "/_meta/_self.json", "");
	return path ? client_json(c, path, a, out, err) : err_nomem(err);
}

static int local_names(struct mf_client *c, const char *pathspec, struct fs_names *out, struct mf_error *err)
{
	int rc = client_list(c, *pathspec ? pathspec : ".", true, out, err);
	size_t kept = 0;
	for (size_t i = 0; i < out->n; i++)
		if (!str_eq(fs_name(out, i), "_meta"))
			out->at[kept++] = out->at[i];
	out->n = kept;
	return rc;
}

/* Through the open directory while there is one. */
static int local_row(
	struct mf_object *o, const char *file, char **text, size_t *n, struct mf_error *err)
{
	struct mf_client *c = o->client;
	const struct task *t = task_keeper(o)->task;
	struct mf_error mine;
	const char *path = NULL;
	int rc;
	err_clear(&mine);
	if (t && t->fd >= 0) {
		client_count(c, 1, 0, 0);
		rc = fs_read(t->fd, file, &o->arena, MF_LIMIT_JSON_FILE, text, n, file, &mine);
		client_trace(c, "read", file, rc == MF_OK ? *n : 0);
	} else {
		path = task_below(o, "/_meta/");
		path = path ? task_join(&o->arena, path, file, "") : NULL;
		rc = path ? object_read(o, path, text, n, &mine) : err_nomem(&mine);
	}
	if (rc < 0 && err && err->code == MF_OK) {
		*err = mine;
		task_meta_where(o, file, err);
	}
	return rc;
}

/* One listing has all kinds. An absent directory is an empty list. */
static int local_rows(struct mf_object *o, unsigned what, struct mf_error *err)
{
	struct task *t = o->task;
	struct mf_error mine = MF_ERROR_INIT;
	const char *path = task_below(o, "/_meta");
	(void)what;
	if (!path)
		return err_nomem(err);
	client_count(o->client, 0, 1, 0);
	client_trace(o->client, "list", path, 0);
	int rc = MF_OK;
	bool near = o->base_fd >= 0;
	t->fd = openat(near ? o->base_fd : o->client->root_fd, near ? path + o->base_n : path,
		O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (t->fd >= 0)
		rc = fs_list_fd(t->fd, false, &t->names, path, &mine);
	else if (errno != ENOENT && errno != ENOTDIR)
		rc = err_sys(&mine, errno, path, "cannot open directory");
	if (rc < 0 && err && err->code == MF_OK)
		*err = mine;
	fs_names_sort(&t->names);
	t->listed = rc == MF_OK ? ROWS_META | ROWS_ARTIFACTS : 0;
	return rc;
}

/* Is there such a file of the task in the datastore? MF_OK, MF_ENOTFOUND, MF_ENOMEM. */
static int has_data(struct mf_object *o, const char *suffix)
{
	const char *path = task_below(o, suffix);
	/* the list's own directory is nearer, unless the datastore is elsewhere */
	bool near = o->base_fd >= 0 && o->client->one_root;
	if (!path)
		return MF_ENOMEM;
	return fs_exists(near ? o->base_fd : o->client->data_fd, path + (near ? o->base_n : 0))
		? MF_OK : MF_ENOTFOUND;
}

/* Has the task one attempt only, and has it stored its outcome? Told by three or four look-ups of
 * known names where listing the directory would cost as much as all the rest: artifacts are
 * recorded after attempt-done, that after DONE.lock, and another attempt starts with its
 * attempt.json (data-model §2.8). False: not known. */
static bool single_attempt(struct mf_object *o)
{
	struct artifact_record *record;
	struct task *t = task_of(o);
	if (!t || o->attempt >= 0 || t->listed || o->entity != MF_TASK)
		return false;
	if (has_data(o, "/0.DONE.lock") < 0)
		return false;
	t->has_artifact_attempt = t->single = true;
	t->artifact_attempt = 0;
	/* also a success is tried again: where its process ends badly afterwards, and with its siblings of @parallel */
	if (task_artifact_brief(o, "_task_ok", &record, NULL) == MF_OK && has_data(o, "/1.attempt.json") == MF_ENOTFOUND)
		return true;
	t->has_artifact_attempt = t->single = false;
	t->records = NULL;
	return false;
}

static int local_artifact_attempt(struct mf_object *o, bool *known)
{
	*known = true;
	if (single_attempt(o))
		return o->task->artifact_attempt;
	int n = attempt_latest_done(o);
	*known = o->task->listed;
	return n;
}

const struct provider provider_local = {
	.scheme = "local",
	.record = local_record,
	.names = local_names,
	.task_rows = local_rows,
	.task_row = local_row,
	.artifact_attempt = local_artifact_attempt,
	.list = local_list,
	.run_status = local_run_status,
	.task_status = local_task_status,
	.change_tags = local_change_tags,
};
