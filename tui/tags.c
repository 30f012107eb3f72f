#include "tags.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"

enum { WORDS_MOST = 64 };

struct tags_job {
	struct mf_client *client;
	struct tags_paths runs;
	char *text; /* cut into words */
	const char *add[WORDS_MOST], *remove[WORDS_MOST];
	size_t n_add, n_remove;
	size_t done, failed;
	struct mf_error err; /* the first one */
};

bool tags_add_path(struct tags_paths *runs, const char *pathspec)
{
	char *copy = strdup(pathspec);

	if (copy && vec_push(&runs->v, copy))
		return true;
	free(copy);
	return false;
}

void tags_release(struct tags_paths *p)
{
	for (size_t i = 0; i < p->v.n; i++)
		free(p->v.v[i]);
	vec_release(&p->v);
}

static void tags_free(void *arg)
{
	struct tags_job *j = arg;

	tags_release(&j->runs);
	free(j->text);
	free(j);
}

static void tags_run(struct job *job, void *arg)
{
	struct tags_job *j = arg;

	for (size_t i = 0; i < j->runs.v.n && !job_cancelled(job); i++) {
		struct mf_error err = MF_ERROR_INIT;
		if (mf_tags_change(j->client, j->runs.v.v[i], j->add, j->n_add, j->remove,
			    j->n_remove, &err) < 0) {
			if (!j->failed++)
				j->err = err;
		} else {
			j->done++;
		}
	}
}

/* "+a b -c": a and b are added, c is removed. False: too many words. */
static bool read_words(struct tags_job *j)
{
	char *save = NULL;

	for (char *w = strtok_r(j->text, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		bool minus = *w == '-';
		w += minus || *w == '+';
		if (!*w)
			continue;
		if (j->n_add == WORDS_MOST || j->n_remove == WORDS_MOST)
			return false;
		if (minus)
			j->remove[j->n_remove++] = w;
		else
			j->add[j->n_add++] = w;
	}
	return true;
}

void tags_ask(struct view *v, size_t runs, void (*done)(struct view *v, const char *text))
{
	char label[64];

	if (!runs) {
		app_say(v->app, LEVEL_INFO, "there is no run to tag here");
		return;
	}
	if (runs == 1)
		snprintf(label, sizeof(label), "tags (+new -old): ");
	else
		snprintf(label, sizeof(label), "tags of %zu runs (+new -old): ", runs);
	view_ask(v, label, "", done);
}

void tags_submit(struct view *v, int kind, const char *text, struct tags_paths *runs)
{
	struct mf_client *client = data_client(v->app);
	struct tags_job *j = client ? calloc(1, sizeof(*j)) : NULL;

	if (j) {
		j->client = client;
		j->text = strdup(text);
		j->runs = *runs;
		j->err = (struct mf_error)MF_ERROR_INIT;
	} else {
		tags_release(runs);
	}
	*runs = (struct tags_paths){0};
	if (!j || !j->text) {
		app_say(v->app, LEVEL_ERROR, "out of memory");
	} else if (!read_words(j)) {
		app_say(v->app, LEVEL_ERROR, "too many tags at once");
	} else if (j->n_add + j->n_remove && j->runs.v.n) {
		view_submit(v, kind, tags_run, j, tags_free, NULL);
		return;
	}
	if (j)
		tags_free(j);
}

void tags_deliver(struct view *v, struct job_result *r)
{
	const struct tags_job *j = r->spec.arg;

	if (r->part)
		return;
	if (!j->failed)
		app_say(v->app, LEVEL_INFO, "tags of %zu %s changed", j->done,
			j->done == 1 ? "run" : "runs");
	else if (j->runs.v.n == 1)
		app_say_error(v->app, &j->err);
	else
		app_say(v->app, LEVEL_ERROR, "%zu of %zu runs could not be tagged: %s", j->failed,
			j->runs.v.n, j->err.message);
}
