/* From pathspecs to the runs and tasks of a plan, each once. Directories are listed, records are
 * not read: what has no record turns out when it is opened. */
#include <stdio.h>
#include <stdlib.h>

#include "../base/limits.h"
#include "export.h"
#include "ids.h"
#include "run.h"
#include "provider.h"

enum { MANY = 4 }; /* tasks of a step: then all rows of the run are worth one request */

struct planner {
	struct export_plan *plan;
	struct mf_client *client;
	const struct export_plan_options *opts;
};

/* Runs first; then in the order of the ids, so that tasks of a step follow each other. */
static int by_pathspec(const void *pa, const void *pb)
{
	const struct export_item *a = pa, *b = pb;
	if (a->is_run != b->is_run)
		return a->is_run ? -1 : 1;
	/* component by component, numbers as numbers */
	const char *p = a->pathspec, *q = b->pathspec;
	while (*p && *q) {
		char x[MF_LIMIT_NAME + 1], y[MF_LIMIT_NAME + 1];
		size_t n = strcspn(p, "/"), m = strcspn(q, "/");
		snprintf(x, sizeof(x), "%.*s", (int)n, p);
		snprintf(y, sizeof(y), "%.*s", (int)m, q);
		int c = id_compare(x, y);
		if (c)
			return c;
		p += n + (p[n] == '/');
		q += m + (q[m] == '/');
	}
	return (*p != 0) - (*q != 0);
}

static int add(struct planner *p, const char *pathspec, bool is_run, bool named,
	const char *artifact, struct mf_error *err)
{
	struct export_item item = {.is_run = is_run, .named = named, .whole = !artifact};
	struct arena *a = &p->plan->arena;
	item.pathspec = arena_strdup(a, pathspec);
	if (artifact) {
		item.names = arena_calloc(a, 1, sizeof(*item.names));
		if (item.names)
			item.names[0] = arena_strdup(a, artifact);
		item.n_names = 1;
	}
	if (!item.pathspec || (artifact && (!item.names || !item.names[0])) ||
		!vec_push(&p->plan->items, item))
		return err_nomem(err);
	return MF_OK;
}

static bool is_child(const struct planner *p, enum mf_entity entity, const char *name)
{
	if (!id_valid(name, strlen(name)) || str_eq(name, "_meta"))
		return false;
	switch (entity) {
	case MF_FLOW: return !str_eq(name, "mf.cards");
	case MF_RUN: return !str_eq(name, "data");
	case MF_STEP: return p->opts->hidden || name[0] != '_';
	default: return true;
	}
}

static int descend(struct planner *p, const char *path, enum mf_entity entity, bool named,
	struct mf_error *err);

static int children(struct planner *p, const char *path, enum mf_entity child, struct mf_error *err)
{
	struct fs_names names = {0};
	struct buf below = BUF_INIT(1 << 16);
	int rc;
	TRY(p->client->provider->names(p->client, path, &names, err));
	fs_names_sort(&names);
	if (child == MF_TASK && names.n >= MANY)
		provider_expect(p->client, path, ROWS_META | ROWS_ARTIFACTS);
	for (size_t i = 0; i < names.n; i++) {
		if (!is_child(p, child, fs_name(&names, i)))
			continue;
		buf_clear(&below);
		buf_addf(&below, "%s%s%s", path, *path ? "/" : "", fs_name(&names, i));
		TRY(buf_err(&below, err));
		TRY(descend(p, below.p, child, false, err));
	}
done:
	if (rc == MF_ENOTFOUND) { /* gone since it was listed */
		err_clear(err);
		rc = MF_OK;
	}
	fs_names_release(&names);
	buf_release(&below);
	return rc;
}

static bool outside_namespace(struct planner *p, const char *run)
{
	struct mf_object *o;
	bool outside = false;
	if (p->opts->ns && object_from_pathspec(&o, p->client, run, -1, NULL) == MF_OK) {
		outside = run_in_namespace(o, p->opts->ns, NULL) < 0;
		mf_object_free(o);
	}
	return outside;
}

static int descend(struct planner *p, const char *path, enum mf_entity entity, bool named,
	struct mf_error *err)
{
	if (mf_cancel_is_set(p->opts->cancel))
		return err_set(err, MF_ECANCELLED, "cancelled");
	if (entity == MF_TASK)
		return add(p, path, false, named, NULL, err);
	if (entity == MF_RUN && outside_namespace(p, path))
		return MF_OK;
	return children(p, path, entity + 1, err);
}

static int artifact(struct planner *p, const char *path, struct mf_error *err)
{
	const char *slash = strrchr(path, '/');
	char *task = strndup(path, (size_t)(slash - path));
	int rc = task ? add(p, task, false, true, slash + 1, err) : err_nomem(err);
	free(task);
	return rc;
}

/* What is told of a run goes with everything of it but single artifacts. */
static int run_of(struct planner *p, const char *path, struct mf_error *err)
{
	size_t n = strcspn(path, "/");
	n += 1 + strcspn(path + n + 1, "/");
	char *run = strndup(path, n);
	int rc = run ? add(p, run, true, false, NULL, err) : err_nomem(err);
	free(run);
	return rc;
}

static int one(struct planner *p, const char *pathspec, struct mf_error *err)
{
	struct mf_expand_options xo = {
		.attempt = p->opts->attempt, .ns = p->opts->ns, .hidden = p->opts->hidden};
	struct mf_paths *paths = NULL;
	int rc;
	if (!*pathspec && p->opts->flows)
		return children(p, "", MF_FLOW, err);
	TRY(mf_expand(&paths, p->client, pathspec, -1, &xo, err));
	if (!mf_paths_count(paths)) {
		rc = err_at(err, MF_ENOTFOUND, pathspec, "nothing matches");
		goto done;
	}
	for (size_t i = 0; i < mf_paths_count(paths); i++) {
		const char *path = mf_paths_get(paths, i);
		int entity = mf_pathspec_entity(path);
		if (entity == MF_FLOW && !p->opts->flows) {
			rc = err_at(err, MF_EUSAGE, path,
				"it names a flow; runs, steps, tasks and artifacts can be "
				"exported");
			err_hint(err, "%.100s/latest is its newest run, '%.100s/*' are all", path,
				path);
			goto done;
		}
		TRY(entity == MF_ARTIFACT ? artifact(p, path, err)
					  : descend(p, path, (enum mf_entity)entity, true, err));
		if (entity >= MF_RUN && entity <= MF_TASK)
			TRY(run_of(p, path, err));
	}
done:
	mf_paths_free(paths);
	return rc;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool export_by_name(const struct export_item *item, const char *name)
{
	return item->n_names &&
	       bsearch(&name, item->names, item->n_names, sizeof(*item->names), by_text);
}

/* One item of what was named more than once. */
static int unite(struct export_plan *plan, struct mf_error *err)
{
	struct export_item *v = plan->items.v;
	size_t n = 0;
	for (size_t i = 0, end; i < plan->items.n; i = end) {
		struct export_item all = v[i];
		size_t names = 0;
		for (end = i; end < plan->items.n && v[end].is_run == all.is_run &&
			      str_eq(v[end].pathspec, all.pathspec);
			end++) {
			names += v[end].n_names;
			all.whole = all.whole || v[end].whole;
			all.named = all.named || v[end].named;
		}
		if (names > 1) {
			all.names = arena_calloc(&plan->arena, names, sizeof(*all.names));
			if (!all.names)
				return err_nomem(err);
		}
		all.n_names = 0;
		for (size_t k = i; k < end; k++)
			for (size_t j = 0; j < v[k].n_names; j++)
				all.names[all.n_names++] = v[k].names[j];
		if (all.n_names) {
			size_t kept = 0;
			qsort(all.names, all.n_names, sizeof(*all.names), by_text);
			for (size_t k = 0; k < all.n_names; k++)
				if (!kept || !str_eq(all.names[k], all.names[kept - 1]))
					all.names[kept++] = all.names[k];
			all.n_names = kept;
		}
		v[n++] = all;
	}
	plan->items.n = n;
	return MF_OK;
}

int export_plan_make(struct export_plan *plan, struct mf_client *client,
	const char *const *pathspecs, size_t n, const struct export_plan_options *opts,
	struct mf_error *err)
{
	struct planner p = {plan, client, opts};
	int rc = MF_OK;
	*plan = (struct export_plan){.items = {0}};
	arena_init(&plan->arena, 0);
	for (size_t i = 0; i < n && rc == MF_OK; i++)
		rc = one(&p, pathspecs[i], err);
	if (rc == MF_OK && plan->items.n) {
		qsort(plan->items.v, plan->items.n, sizeof(*plan->items.v), by_pathspec);
		rc = unite(plan, err);
	}
	if (rc < 0)
		export_plan_release(plan);
	return rc;
}

void export_plan_release(struct export_plan *plan)
{
	vec_release(&plan->items);
	arena_release(&plan->arena);
}
