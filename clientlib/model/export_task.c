/* A task that is being exported: opening it, its logs and its metadata. */
#include <stdlib.h>
#include <unistd.h>

#include "../base/limits.h"
#include "export.h"
#include "task.h"

enum {
	WORTH_A_LIST = 8
}; /* artifacts by name: each of them alone would look for the attempt anew */

/* ---- opening ---- */

void export_task_failed(
	struct export_worker *w, const struct export_item *item, const struct mf_error *err)
{
	struct export_fact fact = {.pathspec = item->pathspec, .kind = "task", .size = -1};
	if (err->code == MF_ENOTFOUND && !item->named)
		return; /* a directory that is no task */
	export_note(w, &fact, err);
}

/* What is known of the task's artifacts before the first is read. */
static int begin_artifacts(struct export_worker *w, struct export_task *t, struct mf_error *err)
{
	struct export *x = w->x;
	struct mf_list_options lo = MF_LIST_INIT;
	bool capitals = t->item->whole;
	int rc = MF_OK;
	for (size_t i = 0; i < t->item->n_names; i++)
		capitals = capitals || export_has_capitals(t->item->names[i]);
	if (capitals && (rc = task_artifact_names(t->task, &t->all, &t->n_all, err)) < 0)
		return rc;
	export_sort_names(t->all, t->n_all);
	if (!t->item->whole && t->item->n_names < WORTH_A_LIST)
		return MF_OK;
	if (t->item->whole && !(x->opts.what & MF_EXPORT_ARTIFACTS)) {
		t->drained = true;
		return MF_OK;
	}
	lo.hidden = x->opts.hidden || t->item->n_names;
	lo.attempt = x->opts.attempt;
	lo.cancel = x->opts.cancel;
	/* the list evaluates them as it goes: they live as long as it */
	t->fields[0] = mf_field_find(MF_ARTIFACT, "sha");
	t->fields[1] = mf_field_find(MF_ARTIFACT, "type");
	lo.fields = t->fields;
	lo.n_fields = ARRAY_SIZE(t->fields);
	return mf_list(&t->iter, x->client, t->item->pathspec, &lo, err);
}

struct export_task *export_task_open(
	struct export_worker *w, const struct export_item *item, size_t *n_files)
{
	struct mf_error err = MF_ERROR_INIT;
	struct buf path = BUF_INIT(1 << 16);
	struct export_task *t = calloc(1, sizeof(*t));
	int rc;
	*n_files = 0;
	if (!t) {
		rc = err_nomem(&err);
		export_task_failed(w, item, &err);
		return NULL;
	}
	t->item = item;
	t->fd = t->final = -1;
	arena_init(&t->arena, 0);
	pthread_mutex_init(&t->lock, NULL);
	TRY(object_from_pathspec(&t->task, w->x->client, item->pathspec, w->x->opts.attempt, &err));
	TRY(object_record(t->task, &err));
	TRY(begin_artifacts(w, t, &err));
	TRY(export_dir(w->x, t->task->id, 4, &t->fd, &path, &err));
	rc = (t->path = buf_take(&path)) ? MF_OK : err_nomem(&err);
	*n_files = item->whole ? (t->iter ? mf_iter_total(t->iter) : 0) +
					 (w->x->opts.what & MF_EXPORT_LOGS ? 2 : 0) +
					 !!(w->x->opts.what & MF_EXPORT_METADATA)
			       : item->n_names;
done:
	buf_release(&path);
	if (rc < 0) {
		export_task_failed(w, item, &err);
		export_task_free(t);
		return NULL;
	}
	return t;
}

void export_task_free(struct export_task *t)
{
	if (!t)
		return;
	mf_iter_free(t->iter);
	mf_object_free(t->task);
	if (t->fd >= 0)
		close(t->fd);
	arena_release(&t->arena);
	pthread_mutex_destroy(&t->lock);
	free(t->path);
	free(t);
}

/* ---- logs and metadata ---- */

/* Has the task come to its end, so that what is told of it stays as it is? */
static bool is_final(struct export_task *t)
{
	if (t->final < 0) {
		const char *s = mf_value_text(mf_object_get(t->task, "status"), NULL);
		t->final = s && (str_eq(s, "completed") || str_eq(s, "failed"));
	}
	return t->final;
}

static bool file_kept(
	struct export_worker *w, struct export_task *t, const char *file, const char *name)
{
	const struct export_entry *e =
		w->x->opts.resume ? export_manifest_file(&w->x->old, file) : NULL;
	/* an empty log may have been looked at before it was stored */
	if (!e || e->size <= 0 || !export_kept(w, e, t->fd, name))
		return false;
	export_keep(w);
	return true;
}

static void export_log(struct export_worker *w, struct export_task *t, unsigned stream)
{
	const char *name = stream == MF_STDOUT ? "stdout.log" : "stderr.log";
	struct mf_log_options lo = {
		.streams = stream, .attempt = w->x->opts.attempt, .cancel = w->x->opts.cancel};
	struct mf_error err = MF_ERROR_INIT;
	struct buf file = BUF_INIT(1 << 16);
	struct mf_log *log = NULL;
	const struct mf_error *first;
	char sha[DIGEST_HEX];
	int rc;
	struct export_fact fact = {.pathspec = t->item->pathspec,
		.kind = "log",
		.size = -1,
		.type = stream == MF_STDOUT ? "stdout" : "stderr"};
	buf_addf(&file, "%s/%s", t->path, name);
	TRY(buf_err(&file, &err));
	fact.file = file.p;
	if (file_kept(w, t, file.p, name)) {
		buf_release(&file);
		return;
	}
	TRY(mf_log_open(&log, w->x->client, t->item->pathspec, &lo, &err));
	if (mf_log_errors(log, &first)) {
		err = *first;
		rc = err.code;
		goto done;
	}
	fact.not_final = !is_final(t);
	struct mf_sink sink = export_begin(w, t->fd, name, true);
	rc = mf_log_write(log, &sink, &err);
	rc = export_end(w, rc, &fact, sha, &err);
done:
	if (rc < 0 && !err.code)
		err_set(&err, rc, "%s", mf_code_name(rc));
	export_note(w, &fact, rc < 0 ? &err : NULL);
	mf_log_free(log);
	buf_release(&file);
}

static void export_metadata(struct export_worker *w, struct export_task *t)
{
	/* the package is the run's: reading it for each task would cost more than all the rest */
	static const char *const without[] = {"code", "environment_info", NULL};
	struct mf_error err = MF_ERROR_INIT, bad = MF_ERROR_INIT;
	struct buf file = BUF_INIT(1 << 16), text = BUF_INIT(MF_LIMIT_TEXT);
	struct export_fact fact = {.pathspec = t->item->pathspec, .kind = "metadata", .size = -1};
	int rc;
	buf_addf(&file, "%s/metadata.json", t->path);
	TRY(buf_err(&file, &err));
	fact.file = file.p;
	if (file_kept(w, t, file.p, "metadata.json"))
		goto release;
	mf_object_show_hidden(t->task, w->x->opts.hidden);
	TRY(export_object(&text, t->task, without, &bad, &err));
	buf_addc(&text, '\n');
	TRY(buf_err(&text, &err));
	fact.not_final = !is_final(t);
	export_text(w, t->fd, "metadata.json", &text, &fact, &bad);
done:
	if (rc < 0)
		export_note(w, &fact, &err);
release:
	buf_release(&file);
	buf_release(&text);
}

void export_task_facts(struct export_worker *w, struct export_task *t)
{
	unsigned what = w->x->opts.what;
	if (!t->item->whole)
		return;
	if (what & MF_EXPORT_METADATA && !export_stopped(w->x))
		export_metadata(w, t);
	if (what & MF_EXPORT_CARDS && !export_stopped(w->x))
		export_cards(w, t);
	if (what & MF_EXPORT_LOGS && !export_stopped(w->x)) {
		export_log(w, t, MF_STDOUT);
		if (!export_stopped(w->x))
			export_log(w, t, MF_STDERR);
	}
}
