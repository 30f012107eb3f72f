#include "data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../clientlib/base/err.h"

/* ---- the owner ---- */

static void data_free(void *p)
{
	struct data *d = p;

	if (!d)
		return;
	mf_client_free(d->client);
	mf_config_free(d->config);
	free(d->ns);
	free(d);
}

/* "local@/home/alice/proj" → "local ~/proj" */
static void short_source(struct app *a, const char *source, char *out, size_t size)
{
	const char *home = app_env(a, "HOME"), *at = strchr(source, '@');
	size_t n = home ? strlen(home) : 0;

	if (!at) {
		snprintf(out, size, "%s", source);
		return;
	}
	const char *where = at + 1;
	if (str_starts(source, "service@")) {
		struct buf b = BUF_INIT(size);
		buf_adds(&b, "service ");
		link_host(&b, where);
		snprintf(out, size, "%s", b.p);
		buf_release(&b);
		return;
	}
	bool below = n > 1 && strncmp(where, home, n) == 0 && (where[n] == '/' || !where[n]);
	snprintf(out, size, "%.*s %s%s", (int)(at - source), source, below ? "~" : "",
		below ? where + n : where);
}

int data_adopt(struct app *a, struct mf_config *config, struct mf_client *client, const char *ns,
	struct mf_error *err)
{
	struct data *d = calloc(1, sizeof(*d));
	struct app_info *info = app_info(a);

	if (d) {
		*d = (struct data){.config = config, .client = client};
		d->ns = ns && *ns ? strdup(ns) : NULL;
	}
	if (!d || (ns && *ns && !d->ns)) {
		if (d) {
			data_free(d);
		} else {
			mf_client_free(client);
			mf_config_free(config);
		}
		return err_nomem(err);
	}
	app_set_data(a, d, data_free);
	short_source(a, mf_client_source(client), info->source, sizeof(info->source));
	snprintf(info->ns, sizeof(info->ns), "%s", d->ns ? d->ns : "all namespaces");
	snprintf(info->failed_note, sizeof(info->failed_note), "today");
	link_open(&d->link, a, client, &link_library);
	app_dirty(a);
	return MF_OK;
}

int data_open(
	struct app *a, const struct mf_config_options *o, const char *ns, struct mf_error *err)
{
	struct mf_config *config;
	struct mf_client *client;
	int rc = mf_config_load(&config, o, err);

	if (rc < 0)
		return rc;
	rc = mf_client_open(&client, config, err);
	if (rc < 0) {
		mf_config_free(config);
		return rc;
	}
	return data_adopt(a, config, client, ns, err);
}

struct data *data_of(struct app *a)
{
	return app_data(a);
}

struct mf_client *data_client(struct app *a)
{
	const struct data *d = app_data(a);

	return d ? d->client : NULL;
}

bool data_open_view(struct app *a, const char *view_id, const char *pathspec)
{
	if (!view_info_find(view_id)) {
		app_say(a, LEVEL_INFO, "there is no view of %s yet", view_id);
		return false;
	}
	return app_open(a, view_id, pathspec) != NULL;
}

bool data_show(struct app *a, const char *pathspec)
{
	static const char *const views[] = {"runs", "run", "tasks", "task", "value"};
	int entity = *pathspec ? mf_pathspec_entity(pathspec) : -1;

	if (*pathspec && entity < 0) {
		app_say(a, LEVEL_ERROR, "%s is no pathspec", pathspec);
		return false;
	}
	return data_open_view(a, entity < 0 ? "flows" : views[entity], pathspec);
}

void data_find(struct app *a, const char *pattern)
{
	if (!*pattern)
		data_show(a, "");
	else
		data_open_view(a, "opening", pattern);
}

char *data_parent(const char *pathspec, size_t n)
{
	const char *p = pathspec;

	for (; n > 0 && *p; n--) {
		p += strcspn(p, "/");
		if (n > 1 && *p)
			p++;
	}
	return strndup(pathspec, (size_t)(p - pathspec));
}

/* ---- running and failed ---- */

struct count_job {
	struct mf_client *client;
	struct mf_cancel *cancel;
	char *ns;
	int64_t now;
	int running, failed;
	bool done;
};

enum { COUNT_RUNS = 20, COUNT_EVERY_MS = 30000 };

static void count_free(void *p)
{
	struct count_job *c = p;

	mf_cancel_free(c->cancel);
	free(c->ns);
	free(c);
}

static void count_cancel(void *p)
{
	mf_cancel_set(((struct count_job *)p)->cancel);
}

static int64_t midnight(int64_t now)
{
	time_t t = (time_t)(now / 1000);
	struct tm tm;

	localtime_r(&t, &tm);
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	tm.tm_isdst = -1;
	return (int64_t)mktime(&tm) * 1000;
}

static void count_flow(struct count_job *c, const char *flow, int status)
{
	struct mf_list_options o = MF_LIST_INIT;
	struct mf_iter *it;
	struct mf_object *run;
	int64_t today = midnight(c->now);

	o.limit = COUNT_RUNS;
	o.fields = &status;
	o.n_fields = 1;
	o.cancel = c->cancel;
	o.ns = c->ns;
	o.since = c->now -
		  INT64_C(7) * 86400 * 1000; /* nothing runs for longer without a newer run */
	if (mf_list(&it, c->client, flow, &o, NULL) < 0)
		return;
	while (mf_iter_next(it, &run, NULL) == 1) {
		enum ui_status s = data_status(run);
		c->running += s == UI_RUNNING;
		c->failed += s == UI_FAILED && mf_object_created(run) >= today;
		mf_object_free(run);
	}
	mf_iter_free(it);
}

static void count_run(struct job *j, void *p)
{
	struct count_job *c = p;
	struct mf_list_options o = MF_LIST_INIT;
	struct mf_iter *it;
	struct mf_object *flow;
	int status = mf_field_find(MF_RUN, "status");

	o.cancel = c->cancel;
	o.ns = c->ns;
	if (mf_list(&it, c->client, "", &o, NULL) < 0)
		return;
	while (!job_cancelled(j) && !link_lost(c->client) && mf_iter_next(it, &flow, NULL) == 1) {
		count_flow(c, mf_object_pathspec(flow), status);
		mf_object_free(flow);
	}
	mf_iter_free(it);
	c->done = !mf_cancel_is_set(c->cancel) && !link_lost(c->client);
}

void data_count(struct view *v, int kind)
{
	struct data *d = data_of(v->app);
	int64_t now = app_now(v->app), present = app_present(v->app);

	if (!d || (d->counted_at && now >= d->counted_at && now - d->counted_at < COUNT_EVERY_MS))
		return;
	struct count_job *c = calloc(1, sizeof(*c));
	if (!c)
		return; /* the numbers stay away, nothing else */
	*c = (struct count_job){.client = d->client,
		.cancel = mf_cancel_new(),
		.ns = d->ns ? strdup(d->ns) : NULL,
		.now = present};
	if (!c->cancel || (d->ns && !c->ns)) {
		count_free(c);
		return;
	}
	d->counted_at = now;
	view_submit(v, kind, count_run, c, count_free, count_cancel);
}

void data_counted(struct view *v, struct job_result *r)
{
	const struct count_job *c = r->spec.arg;
	struct app_info *info = app_info(v->app);

	if (r->part || !c->done || info->down)
		return;
	info->running = c->running;
	info->failed = c->failed;
	app_dirty(v->app);
}

/* ---- changes ---- */

enum { PAUSE_LEAST = 2000, PAUSE_MOST = 30000 };

/* Owns the watch while it is looked at. */
struct watch_job {
	struct mf_client *client;
	struct mf_watch *watch;
	char *pathspec;
	bool changed;
};

static void watch_free(void *p)
{
	struct watch_job *j = p;

	mf_watch_free(j->watch);
	free(j->pathspec);
	free(j);
}

static void watch_run(struct job *j, void *p)
{
	struct watch_job *w = p;

	(void)j;
	if (w->watch)
		w->changed = mf_watch_changed(w->watch);
	else if (mf_watch_open(&w->watch, w->client, w->pathspec, NULL) < 0)
		w->watch = NULL; /* then the clock has to do */
}

static void submit_watch(struct data_watch *w)
{
	struct watch_job *j = calloc(1, sizeof(*j));

	if (j)
		*j = (struct watch_job){
			data_client(w->view->app), w->watch, strdup(w->pathspec), false};
	if (!j || !j->pathspec) {
		mf_watch_free(w->watch);
		free(j);
	} else {
		view_submit(w->view, w->kind, watch_run, j, watch_free, NULL);
	}
	w->watch = NULL;
}

void data_watch_open(struct data_watch *w, struct view *v, int kind, const char *pathspec)
{
	*w = (struct data_watch){.view = v, .kind = kind, .pathspec = strdup(pathspec)};
	if (w->pathspec && data_client(v->app))
		submit_watch(w);
}

bool data_watch_ready(struct data_watch *w, int fd)
{
	if (!w->watch || mf_watch_fd(w->watch) != fd)
		return false;
	view_unwatch(w->view, fd); /* until the job has read what there is */
	submit_watch(w);
	return true;
}

enum data_news data_watch_deliver(struct data_watch *w, struct job_result *r)
{
	struct watch_job *j = r->spec.arg;

	if (r->spec.kind != w->kind || r->part)
		return NEWS_NOT_MINE;
	if (w->watch)
		return NEWS_NONE;
	w->watch = j->watch;
	j->watch = NULL;
	if (w->watch)
		view_watch(w->view, mf_watch_fd(w->watch));
	if (j->changed)
		data_watch_seen(w, true);
	return j->changed ? NEWS_CHANGED : NEWS_NONE;
}

bool data_watch_due(struct data_watch *w)
{
	return app_now(w->view->app) >= w->due;
}

void data_watch_seen(struct data_watch *w, bool changed)
{
	w->pause = changed ? 0 : w->pause ? w->pause * 2 : PAUSE_LEAST;
	if (w->pause > PAUSE_MOST)
		w->pause = PAUSE_MOST;
	w->due = w->pause > PAUSE_LEAST ? app_now(w->view->app) + w->pause - PAUSE_LEAST / 2 : 0;
}

void data_watch_close(struct data_watch *w)
{
	if (w->watch) {
		view_unwatch(w->view, mf_watch_fd(w->watch));
		mf_watch_free(w->watch);
	}
	free(w->pathspec);
	*w = (struct data_watch){0};
}
