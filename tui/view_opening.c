/* view_opening.c: finds what a pathspec with selectors means, and gives way to the view of it. */
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"
#include "data.h"

struct find_job {
	struct mf_client *client;
	char *pattern, *ns;
	struct mf_paths *found;
	struct mf_error err;
};

static void find_free(void *p)
{
	struct find_job *j = p;

	mf_paths_free(j->found);
	free(j->pattern);
	free(j->ns);
	free(j);
}

static void find_run(struct job *job, void *p)
{
	struct find_job *j = p;
	struct mf_expand_options o = {.attempt = -1, .ns = j->ns};

	(void)job;
	if (mf_expand(&j->found, j->client, j->pattern, -1, &o, &j->err) < 0)
		j->found = NULL;
}

static int open_view(struct view *v, struct mf_error *err)
{
	struct data *d = data_of(v->app);

	if (!d)
		return err_set(err, MF_ENOTFOUND, "there is no history to look into");
	struct find_job *j = calloc(1, sizeof(*j));
	if (!j)
		return err_nomem(err);
	j->client = d->client;
	j->err = (struct mf_error)MF_ERROR_INIT;
	j->pattern = strdup(v->arg);
	j->ns = d->ns ? strdup(d->ns) : NULL;
	if (!j->pattern || (d->ns && !j->ns)) {
		find_free(j);
		return err_nomem(err);
	}
	view_set_path(v, v->arg);
	return view_submit(v, 0, find_run, j, find_free, NULL);
}

/* The view closes itself: nothing of it is touched after app_back. */
static void deliver(struct view *v, struct job_result *r)
{
	struct find_job *j = r->spec.arg;
	struct app *a = v->app;
	bool shown = app_base_view(a) == v;

	if (!shown)
		return;
	if (app_view(a) != v)
		app_back(a); /* a popup over it */
	app_back(a);
	if (!j->found) {
		app_say_error(a, &j->err);
		return;
	}
	size_t n = mf_paths_count(j->found);
	if (n == 0)
		app_say(a, LEVEL_WARNING, "nothing matches %s", j->pattern);
	else
		data_show(a, mf_paths_get(j->found, 0));
	if (n > 1)
		app_say(a, LEVEL_INFO, "%zu match %s; this is the first", n, j->pattern);
}

static void draw(struct view *v, struct canvas *c)
{
	struct buf b = BUF_INIT(8192);

	buf_addf(&b, "looking for %s …", v->arg);
	canvas_fit(c, 2, c->h / 3, c->w - 4, ALIGN_CENTER, ST_DIM, b.p);
	buf_release(&b);
}

static const enum action actions[] = {ACT_back, ACT_NONE};

const struct view_class view_opening_class = {
	.actions = actions,
	.open = open_view,
	.deliver = deliver,
	.draw = draw,
};
