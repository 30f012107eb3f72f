/* Pathspecs as people type them → exact pathspecs: selectors in place of a run id, @VALUE in place of a task id, globs in
 * every component (cli.md, "Pathspecs and selectors"). */
#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>

#include "../base/limits.h"
#include "../base/suggest.h"
#include "../base/vec.h"
#include "../codec/value.h"
#include "lineage.h"
#include "object.h"
#include "provider.h"
#include "run.h"
#include "status.h"

struct mf_paths {
	VEC(char *) v;
	VEC(bool) known;
	bool glob;
};

size_t mf_paths_count(const struct mf_paths *p)
{
	return p->v.n;
}

const char *mf_paths_get(const struct mf_paths *p, size_t i)
{
	return i < p->v.n ? p->v.v[i] : NULL;
}

bool mf_paths_known(const struct mf_paths *p, size_t i)
{
	return i < p->known.n && p->known.v[i];
}

bool mf_paths_is_glob(const struct mf_paths *p)
{
	return p->glob;
}

void mf_paths_free(struct mf_paths *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->v.n; i++)
		free(p->v.v[i]);
	vec_release(&p->v);
	vec_release(&p->known);
	free(p);
}

enum { MANY = 4 }; /* tasks: then all of a run's are worth one request */

struct expand {
	struct mf_client *client;
	const struct mf_expand_options *opts;
	struct mf_paths *out;
	char *part[MF_N_ENTITIES];
	size_t n;
	bool known;   /* the record of the present object has been read, and is whole */
	bool globbed; /* a component above the present one was a pattern: what is missing below it is no error */
};

static bool is_glob(const char *s)
{
	return strpbrk(s, "*?[") != NULL;
}

static int exists(struct expand *x, const char *path)
{
	struct mf_object *o = NULL;
	int rc = object_from_pathspec(&o, x->client, path, x->opts->attempt, NULL);
	if (rc == MF_OK)
		rc = object_record(o, NULL);
	mf_object_free(o);
	return rc;
}

static int descend(struct expand *x, size_t level, const char *prefix, struct mf_error *err);

static int follow(struct expand *x, size_t level, const char *prefix, const char *name, struct mf_error *err)
{
	char *path;
	if (asprintf(&path, "%s%s%s", prefix, *prefix ? "/" : "", name) < 0)
		return err_nomem(err);
	int rc = descend(x, level + 1, path, err);
	free(path);
	return rc;
}

/* ---- latest~N ---- */

static const struct selector {
	const char *word;
	int status; /* -1: any */
} selectors[] = {
	{"latest", -1},
	{"latest-successful", MF_COMPLETED},
	{"latest-failed", MF_FAILED},
	{"latest-running", MF_RUNNING},
};

static const struct selector *find_selector(const char *name, size_t *back)
{
	size_t n = strcspn(name, "~");
	*back = 0;
	if (name[n] == '~') {
		char *end;
		if (!isdigit((unsigned char)name[n + 1]))
			return NULL;
		*back = strtoul(name + n + 1, &end, 10);
		if (*end)
			return NULL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(selectors); i++)
		if (strlen(selectors[i].word) == n && strncmp(selectors[i].word, name, n) == 0)
			return &selectors[i];
	return NULL;
}

static bool selected(const struct selector *s, struct mf_object *run)
{
	if (run->error)
		return false;
	if (s->status < 0)
		return true;
	if (s->status == MF_COMPLETED)
		return mf_value_bool(mf_object_get(run, "successful"));
	return (int)object_status_word(run) == s->status;
}

static int select_run(struct expand *x, size_t level, const char *flow, const struct selector *s, size_t back,
	struct mf_error *err)
{
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *iter;
	struct mf_object *run;
	size_t seen = 0;
	opts.ns = x->opts->ns;
	int rc = mf_list(&iter, x->client, flow, &opts, err);
	if (rc < 0)
		return rc;
	bool found = false;
	while (!found && (rc = mf_iter_next(iter, &run, err)) == 1) {
		if (selected(s, run) && seen++ == back) {
			found = true;
			rc = follow(x, level, flow, run->id[MF_RUN], err);
		}
		mf_object_free(run);
	}
	mf_iter_free(iter);
	if (found || rc < 0)
		return rc;
	if (x->globbed)
		return MF_OK;
	err_at(err, MF_ENOTFOUND, flow, "flow “%s” has no run that “%s” names: %zu match “%s”", flow, x->part[level], seen, s->word);
	return MF_ENOTFOUND;
}

/* ---- @INDEX, @VALUE, @step:index,… ---- */

static bool frame_matches(struct mf_object *task, const char *what)
{
	if (strchr(what, ':')) {
		const struct frame *f;
		size_t n;
		struct buf b = BUF_INIT(MF_LIMIT_TEXT);
		if (task_frames(task, &f, &n) < 0)
			return false;
		for (size_t i = 0; i < n; i++)
			buf_addf(&b, "%s%s:%lld", i ? "," : "", f[i].step ? f[i].step : "?", (long long)f[i].index);
		bool same = str_eq(b.p, what);
		buf_release(&b);
		if (same)
			return true;
	}
	const struct mf_value *path = mf_object_get(task, "foreach_path");
	size_t n = mf_value_count(path);
	const struct mf_value *last = mf_value_item(path, n ? n - 1 : 0);
	if (n && value_is(mf_value_get(last, "value"), what))
		return true;
	/* all values, outermost first, as they are shown: "US / Narcos" or US/Narcos is no single component, so by comma */
	struct buf b = BUF_INIT(MF_LIMIT_TEXT);
	for (size_t i = 0; i < n; i++) {
		size_t len;
		const char *text = mf_value_text(mf_value_get(mf_value_item(path, i), "value"), &len);
		buf_adds(&b, i ? "," : "");
		if (text)
			buf_add(&b, text, len);
	}
	bool same = n > 1 && str_eq(b.p, what);
	buf_release(&b);
	return same;
}

/* Is it the task of that index of the innermost foreach? Also before it has stored anything. */
static bool last_index(struct mf_object *task, int64_t index)
{
	const struct frame *f;
	size_t n;
	return task_frames(task, &f, &n) == MF_OK && n && f[n - 1].index == index;
}

static int pick_tasks(struct expand *x, size_t level, const char *step, const char *what, struct mf_error *err)
{
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *iter;
	struct mf_object *task;
	char *end;
	long long index = strtoll(what, &end, 10);
	bool number = *what && !*end;
	size_t found = 0;
	opts.ns = x->opts->ns;
	/* an index first; a number that is nobody's index may be a value */
	for (int pass = 0; pass < (number ? 2 : 1) && !found; pass++) {
		int rc = mf_list(&iter, x->client, step, &opts, err), got = 0;
		if (rc < 0)
			return rc;
		if (mf_iter_total(iter) >= MANY)
			provider_expect(x->client, step, ROWS_META | ROWS_ARTIFACTS);
		while (rc == MF_OK && (got = mf_iter_next(iter, &task, err)) == 1) {
			bool by_index = number && pass == 0;
			if (by_index ? last_index(task, index) : frame_matches(task, what)) {
				found++;
				rc = follow(x, level, step, task->id[MF_TASK], err);
			}
			mf_object_free(task);
		}
		mf_iter_free(iter);
		if (rc < 0 || got < 0)
			return rc < 0 ? rc : got;
	}
	if (found || x->globbed)
		return MF_OK;
	err_at(err, MF_ENOTFOUND, step, "no task of “%s” has foreach index or value “%s”", step, what);
	err_hint(err, "mfctl ls %s lists them", step);
	return MF_ENOTFOUND;
}

/* ---- globs ---- */

static int each_match(struct expand *x, size_t level, const char *prefix, struct mf_error *err)
{
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *iter;
	struct mf_object *o;
	const char *pattern = x->part[level];
	opts.ns = x->opts->ns;
	opts.attempt = x->opts->attempt;
	opts.hidden = x->opts->hidden || pattern[0] == '_';
	struct mf_error mine = MF_ERROR_INIT;
	int rc = mf_list(&iter, x->client, prefix, &opts, &mine), got = 0;
	if (rc < 0) {
		if (rc == MF_ENOTFOUND && x->globbed)
			return MF_OK;
		if (err)
			*err = mine;
		return rc;
	}
	bool before = x->globbed;
	x->globbed = true;
	if (level == MF_TASK && x->n > MF_ARTIFACT && mf_iter_total(iter) >= MANY)
		provider_expect(x->client, prefix, ROWS_ARTIFACTS);
	while (rc == MF_OK && (got = mf_iter_next(iter, &o, err)) == 1) {
		x->known = o->ts != MF_NO_TIME && !o->error;
		if (fnmatch(pattern, o->id[o->entity], 0) == 0)
			rc = follow(x, level, prefix, o->id[o->entity], err);
		mf_object_free(o);
	}
	mf_iter_free(iter);
	x->globbed = before;
	return got < 0 ? got : rc;
}

/* ---- the walk ---- */

static int not_found(struct expand *x, const char *prefix, const char *name, size_t level, struct mf_error *err)
{
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *iter;
	struct mf_object *o;
	const char *names[256];
	struct mf_object *held[256];
	size_t n = 0;
	err_at(err, MF_ENOTFOUND, prefix, "%s “%s%s%s” not found", mf_entity_name((enum mf_entity)level), prefix,
		*prefix ? "/" : "", name);
	opts.limit = ARRAY_SIZE(names);
	opts.hidden = true;
	if (err && mf_list(&iter, x->client, prefix, &opts, NULL) == MF_OK) {
		while (n < ARRAY_SIZE(names) && mf_iter_next(iter, &o, NULL) == 1) {
			held[n] = o;
			names[n++] = o->id[o->entity];
		}
		mf_iter_free(iter);
		const char *near = suggest(name, names, n);
		if (near && !str_eq(near, name))
			err_hint(err, "did you mean “%s%s%s”?", prefix, *prefix ? "/" : "", near);
		else if (*prefix)
			err_hint(err, "mfctl ls %s lists what is there", prefix);
		while (n)
			mf_object_free(held[--n]);
	}
	return MF_ENOTFOUND;
}

static int keep_path(struct expand *x, const char *path, struct mf_error *err)
{
	char *copy = vec_push(&x->out->known, x->known) ? strdup(path) : NULL;
	if (!copy || !vec_push(&x->out->v, copy)) {
		free(copy);
		return err_nomem(err);
	}
	return MF_OK;
}

static int descend(struct expand *x, size_t level, const char *prefix, struct mf_error *err)
{
	if (level == x->n)
		return keep_path(x, prefix, err);
	const char *name = x->part[level];
	char *path;
	if (asprintf(&path, "%s%s%s", prefix, *prefix ? "/" : "", name) < 0)
		return err_nomem(err);
	/* the exact name wins over what it could mean otherwise */
	size_t back = 0;
	const struct selector *s = level == MF_RUN ? find_selector(name, &back) : NULL;
	int rc = exists(x, path);
	x->known = rc == MF_OK;
	if (rc == MF_ENOMEM) {
		err_nomem(err);
	} else if (rc != MF_ENOTFOUND) {
		rc = descend(x, level + 1, path, err); /* what cannot be read is said where it is used */
	} else if (s) {
		rc = select_run(x, level, prefix, s, back, err);
	} else if (level == MF_TASK && name[0] == '@') {
		rc = pick_tasks(x, level, prefix, name + 1, err);
	} else if (is_glob(name)) {
		rc = each_match(x, level, prefix, err);
	} else {
		rc = x->globbed ? MF_OK : not_found(x, prefix, name, level, err);
	}
	free(path);
	return rc;
}

/* A path without patterns and selectors that is there needs no look at what is above it. Nothing is added where it is not, or
 * cannot be read: the walk says why. */
static int as_it_stands(struct expand *x, struct mf_error *err)
{
	struct buf path = BUF_INIT(MF_LIMIT_TEXT);
	size_t back;
	bool plain = x->n > 1;
	for (size_t i = 0; i < x->n; i++) {
		plain = plain && !is_glob(x->part[i]) && x->part[i][0] != '@' && !(i == MF_RUN && find_selector(x->part[i], &back));
		buf_addf(&path, "%s%s", i ? "/" : "", x->part[i]);
	}
	int rc = plain ? buf_err(&path, err) : MF_OK;
	if (plain && rc == MF_OK && exists(x, path.p) == MF_OK) {
		x->known = true;
		rc = keep_path(x, path.p, err);
	}
	buf_release(&path);
	return rc;
}

int mf_expand(struct mf_paths **out, struct mf_client *c, const char *pattern, int depth,
	const struct mf_expand_options *opts, struct mf_error *err)
{
	struct mf_expand_options none = {.attempt = -1};
	struct expand x = {.client = c, .opts = opts ? opts : &none};
	char *copy = NULL, *save = NULL;
	*out = NULL;
	int rc = MF_OK, entity = mf_pathspec_entity(pattern);
	if (entity < 0) {
		err_at(err, MF_EUSAGE, pattern, "“%s” is not a pathspec", pattern);
		err_hint(err, "it is Flow, Flow/run, Flow/run/step, Flow/run/step/task or Flow/run/step/task/artifact");
		return MF_EUSAGE;
	}
	if (depth >= 0 && entity != depth) {
		err_at(err, MF_EUSAGE, pattern, "“%s” names a %s, a %s is needed", pattern, mf_entity_name((enum mf_entity)entity),
			mf_entity_name((enum mf_entity)depth));
		return MF_EUSAGE;
	}
	x.out = calloc(1, sizeof(*x.out));
	copy = strdup(pattern);
	if (!x.out || !copy) {
		rc = err_nomem(err);
		goto done;
	}
	for (char *p = strtok_r(copy, "/", &save); p; p = strtok_r(NULL, "/", &save))
		x.part[x.n++] = p;
	for (size_t i = 0; i < x.n; i++)
		x.out->glob = x.out->glob || is_glob(x.part[i]);
	rc = as_it_stands(&x, err);
	if (rc == MF_OK && !x.out->v.n)
		rc = descend(&x, 0, "", err);
	if (rc == MF_OK && x.opts->ns && x.out->v.n == 1 && !x.out->glob) {
		struct mf_object *o;
		TRY(object_from_pathspec(&o, c, x.out->v.v[0], -1, err));
		rc = run_in_namespace(o, x.opts->ns, err);
		mf_object_free(o);
	}
done:
	free(copy);
	if (rc < 0)
		mf_paths_free(x.out);
	else
		*out = x.out;
	return rc < 0 ? rc : MF_OK;
}
