#include "view_logs_fetch.h"

#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"
#include "../clientlib/base/text.h"
#include "data.h"
#include "view_logs_text.h"

void log_fetch_free(void *arg)
{
	struct log_fetch *f = arg;

	if (!f)
		return;
	mf_log_free(f->log);
	mf_cancel_free(f->cancel);
	for (int i = 0; i < 2; i++)
		vec_release(&f->of[i]);
	vec_release(&f->errors);
	free(f->path);
	free(f);
}

void log_fetch_cancel(void *arg)
{
	mf_cancel_set(((struct log_fetch *)arg)->cancel);
}

void log_task_label(struct buf *out, enum mf_entity entity, const char *pathspec)
{
	const char *step = strchr(pathspec, '/'), *task = strrchr(pathspec, '/');

	step = step ? strchr(step + 1, '/') : NULL;
	if (entity == MF_RUN && step)
		text_escape(out, step + 1, strlen(step + 1), 0);
	else if (task)
		buf_addf(out, "#%s", task + 1);
}

/* Is anything still going to write to it? A step lives as long as its run may add tasks. */
static void look_at_status(struct log_fetch *f)
{
	int entity = mf_pathspec_entity(f->path);
	char *of = entity == MF_STEP ? data_parent(f->path, 2) : strdup(f->path);
	struct mf_object *o = NULL;

	if (of && mf_get(&o, f->client, of, NULL, NULL) == 0) {
		size_t n;
		const char *s = mf_value_text(mf_object_get(o, "status"), &n);
		f->live = s && n == 7 && (memcmp(s, "running", 7) == 0 || memcmp(s, "pending", 7) == 0);
		if (entity == MF_TASK) {
			f->n_attempts = (int)mf_value_count(mf_object_get(o, "attempts"));
			f->current = (int)mf_value_int(mf_object_get(o, "current_attempt"));
		}
	}
	mf_object_free(o);
	free(of);
}

/* Sort the lines into streams, and find where errors begin: at a line that tells of one, or at the first of some lines
 * of stderr. */
static int sort_lines(struct job *j, struct log_fetch *f)
{
	size_t n = mf_log_count(f->log);
	bool before = false;
	struct mf_log_line l;

	f->start_us = MF_NO_TIME;
	for (size_t i = 0; i < n && i < UINT32_MAX; i++) {
		mf_log_get(f->log, i, &l);
		if (f->start_us == MF_NO_TIME)
			f->start_us = l.us;
		bool bad = l.stream == MF_STDERR || logtext_is_error(l.text, l.n);
		if (!vec_push(&f->of[l.stream == MF_STDERR], (uint32_t)i) ||
			(bad && !before && !vec_push(&f->errors, (uint32_t)i)))
			return err_nomem(&f->err);
		before = bad;
		if (i % 65536 == 0 && job_cancelled(j))
			return MF_ECANCELLED;
	}
	return MF_OK;
}

void log_fetch_run(struct job *j, void *arg)
{
	struct log_fetch *f = arg;
	struct mf_log_options o = MF_LOG_INIT;
	enum mf_entity entity = (enum mf_entity)mf_pathspec_entity(f->path);

	o.attempt = f->attempt;
	o.cancel = f->cancel;
	if (f->again)
		mf_client_forget(f->client);
	look_at_status(f);
	f->rc = mf_log_open(&f->log, f->client, f->path, &o, &f->err);
	if (f->rc < 0)
		return;
	struct buf b = BUF_INIT(4096);
	for (size_t i = 0; i < mf_log_tasks(f->log); i++) {
		buf_clear(&b);
		log_task_label(&b, entity, mf_log_task(f->log, i).pathspec);
		int w = (int)text_width(b.p, b.n);
		if (w > f->label)
			f->label = w;
	}
	buf_release(&b);
	f->rc = sort_lines(j, f);
}
