/* export.c: writing to a directory in the background. */
#include "export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"
#include "data.h"

enum { EVERY_MS = 100 };

struct export_job {
	struct mf_client *client;
	struct mf_cancel *cancel;
	struct job *job; /* while it runs */
	VEC(char *) paths;
	char *dir, *ns;
	int64_t told_ms; /* when progress was told last */
	struct mf_export_result result;
	struct mf_error first; /* the first failure */
	struct mf_error err;
	int rc;
};

/* ---- the job ---- */

static void job_free(void *arg)
{
	struct export_job *j = arg;

	if (!j)
		return;
	for (size_t i = 0; i < j->paths.n; i++)
		free(j->paths.v[i]);
	vec_release(&j->paths);
	mf_cancel_free(j->cancel);
	free(j->dir);
	free(j->ns);
	free(j);
}

static void job_cancel(void *arg)
{
	mf_cancel_set(((struct export_job *)arg)->cancel);
}

static void progress(void *self, const struct mf_progress *p)
{
	struct export_job *j = self;

	if (p->elapsed_ms - j->told_ms < EVERY_MS)
		return;
	struct mf_progress *copy = malloc(sizeof(*copy));
	if (!copy)
		return;
	j->told_ms = p->elapsed_ms;
	*copy = *p;
	job_post(j->job, copy, free);
}

static void failed(void *self, const char *pathspec, const struct mf_error *err)
{
	struct export_job *j = self;

	(void)pathspec;
	if (!j->first.code)
		j->first = *err;
}

static void job_run(struct job *job, void *arg)
{
	struct export_job *j = arg;
	struct mf_export_options o = MF_EXPORT_INIT;

	j->job = job;
	o.dir = j->dir;
	o.ns = j->ns;
	o.resume = true; /* what is there from before stays, and is not written again */
	o.cancel = j->cancel;
	o.progress = progress;
	o.failed = failed;
	o.self = j;
	j->rc = mf_export(
		&j->result, j->client, (const char *const *)j->paths.v, j->paths.n, &o, &j->err);
}

/* ---- asking ---- */

void export_init(struct exporter *e, struct view *v, int kind)
{
	*e = (struct exporter){.view = v, .kind = kind};
	v->exporter = e;
}

static void forget(struct exporter *e)
{
	for (size_t i = 0; i < e->paths.n; i++)
		free(e->paths.v[i]);
	e->paths.n = 0;
}

void export_release(struct exporter *e)
{
	forget(e);
	vec_release(&e->paths);
}

/* "~/x" below the home directory; everything else as it is. */
static char *directory(struct app *a, const char *text)
{
	const char *home = app_env(a, "HOME");
	struct buf b = BUF_INIT(1 << 16);

	if (text[0] == '~' && (text[1] == '/' || !text[1]) && home) {
		buf_adds(&b, home);
		text++;
	}
	buf_adds(&b, text);
	return buf_take(&b);
}

static void start(struct view *v, const char *text)
{
	struct exporter *e = v->exporter;
	const struct data *d = data_of(v->app);
	struct export_job *j = text && *text && d ? calloc(1, sizeof(*j)) : NULL;

	if (!text || !*text) {
		forget(e);
		return;
	}
	if (j) {
		j->client = d->client;
		j->cancel = mf_cancel_new();
		j->dir = directory(v->app, text);
		j->ns = d->ns ? strdup(d->ns) : NULL;
		j->err = j->first = (struct mf_error)MF_ERROR_INIT;
		j->paths.v = e->paths.v;
		j->paths.n = e->paths.n;
		j->paths.cap = e->paths.cap;
		e->paths.v = NULL;
		e->paths.n = e->paths.cap = 0;
	}
	forget(e);
	if (!j || !j->cancel || !j->dir || (d->ns && !j->ns)) {
		job_free(j);
		app_say(v->app, LEVEL_ERROR, "out of memory");
		return;
	}
	e->progress = (struct mf_progress){0};
	e->job = j;
	if (view_submit(v, e->kind, job_run, j, job_free, job_cancel) < 0)
		e->job = NULL;
}

static bool add(struct exporter *e, const char *pathspec)
{
	char *copy = strdup(pathspec);

	if (copy && vec_push(&e->paths, copy))
		return true;
	free(copy);
	app_say(e->view->app, LEVEL_ERROR, "out of memory");
	return false;
}

static void ask(struct exporter *e)
{
	char label[64];

	if (e->job) {
		app_say(e->view->app, LEVEL_INFO,
			"one export at a time; Esc stops the one that runs");
	} else if (!e->paths.n) {
		app_say(e->view->app, LEVEL_INFO, "there is nothing to export here");
	} else {
		if (e->paths.n == 1)
			snprintf(label, sizeof(label), "export to: ");
		else
			snprintf(label, sizeof(label), "export %zu to: ", e->paths.n);
		view_ask(e->view, label, "./export", start);
		return;
	}
	forget(e);
}

void export_one(struct exporter *e, const char *pathspec)
{
	forget(e);
	if (*pathspec && !add(e, pathspec))
		return;
	ask(e);
}

void export_rows(struct exporter *e, const struct list *l, const struct rows *r)
{
	size_t row, n = rows_count(r);

	forget(e);
	for (size_t i = 0; l->marks.n && i < n; i++) {
		struct buf b = BUF_INIT(1 << 16);
		bool ok = true;
		if (list_marked(l, rows_id(r, i))) {
			buf_addf(&b, "%s%s%s", r->parent ? r->parent : "",
				r->parent && *r->parent ? "/" : "", rows_name(r, i));
			ok = !b.failed && add(e, b.p);
		}
		buf_release(&b);
		if (!ok)
			return;
	}
	if (!l->marks.n && list_row(l, &row) && rows_get(r, row) &&
		!add(e, mf_object_pathspec(rows_get(r, row))))
		return;
	ask(e);
}

/* ---- answers ---- */

static void told(struct exporter *e, const struct export_job *j)
{
	struct app *a = e->view->app;
	const struct mf_export_result *r = &j->result;
	struct buf b = BUF_INIT(256);

	cell_size(&b, (int64_t)r->bytes);
	if (j->rc == MF_EPARTIAL)
		app_say(a, LEVEL_WARNING, "%llu files to %s, but %llu failed: %s",
			(unsigned long long)r->files, j->dir, (unsigned long long)r->failed,
			j->first.code ? j->first.message : j->err.message);
	else if (j->rc == MF_ECANCELLED)
		app_say(a, LEVEL_INFO,
			"stopped; what is complete is in %s, and exporting there again goes on",
			j->dir);
	else if (j->rc < 0)
		app_say_error(a, &j->err);
	else if (!r->files && r->kept)
		app_say(a, LEVEL_INFO, "all of it was in %s already", j->dir);
	else
		app_say(a, LEVEL_INFO, "%llu %s, %s, to %s", (unsigned long long)r->files,
			r->files == 1 ? "file" : "files", b.p, j->dir);
	buf_release(&b);
}

bool export_deliver(struct exporter *e, struct job_result *r)
{
	if (r->spec.kind != e->kind)
		return false;
	if (r->part) {
		e->progress = *(const struct mf_progress *)r->part;
		return true;
	}
	e->job = NULL;
	told(e, r->spec.arg);
	return true;
}

bool export_cancel(struct exporter *e)
{
	if (!e->job)
		return false;
	mf_cancel_set(e->job->cancel);
	app_say(e->view->app, LEVEL_INFO, "stopping the export …");
	return true;
}

void export_status(const struct exporter *e, struct buf *out)
{
	const struct mf_progress *p = &e->progress;

	if (!e->job)
		return;
	buf_adds(out, "exporting ");
	list_number(out, p->done);
	if (p->total) {
		buf_adds(out, " of ");
		list_number(out, p->total);
	}
	buf_adds(out, " · ");
	cell_size(out, (int64_t)p->bytes);
	buf_adds(out, " · ");
}
