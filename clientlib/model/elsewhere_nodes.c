/* The nodes of @parallel: a control task and the others, found among the tasks of their step. */
#include "elsewhere.h"

#include <stdlib.h>

#include "provider.h"
#include "task.h"

enum { NODES_MOST = 2000 }; /* tasks of a step looked through for nodes of one @parallel */

/* What tells the nodes of one @parallel from others of the same step: the foreach path around it,
 * without its own frame. */
struct group {
	const char *path; /* NULL: not recorded */
	size_t n;         /* bytes of it that count */
};

static struct group group_of(struct mf_object *task)
{
	const char *path = task_meta_text(task, "foreach-execution-path"),
		   *last = path ? strrchr(path, ',') : NULL;
	return (struct group){path, last ? (size_t)(last - path) : 0};
}

static bool same_group(const struct group *a, const struct group *b)
{
	return a->n == b->n && (!a->n || memcmp(a->path, b->path, a->n) == 0);
}

/* The index of a node: as recorded, else the last of its foreach path; -1: not known. */
static int64_t node_index(struct mf_object *task, const struct group *g)
{
	const char *text = task_meta_text(task, "parallel-node-index");
	if (!text && g->path)
		text = strrchr(g->path, ':') ? strrchr(g->path, ':') + 1 : NULL;
	size_t n = text ? strlen(text) : 0;
	return n && n < 10 && strspn(text, "0123456789") == n ? strtoll(text, NULL, 10) : -1;
}

static bool is_control(struct mf_object *task)
{
	const char *type = task_meta_text(task, "internal_task_type");
	return type && str_eq(type, "control_task");
}

struct node {
	int64_t index;
	const char *pathspec;
};

static int by_index(const void *pa, const void *pb)
{
	const struct node *a = pa, *b = pb;
	if (a->index != b->index)
		return a->index < 0 ? 1 : b->index < 0 || a->index < b->index ? -1 : 1;
	return strcmp(a->pathspec, b->pathspec);
}

static bool add_task(
	struct place_facts *f, const char *name, const char *label, const char *pathspec)
{
	struct mf_place_fact fact = {
		.name = name, .label = label, .value = pathspec, .task = pathspec};
	return name && label && pathspec && places_add(f, PLACE_PARALLEL, &fact);
}

/* Of a control task its other nodes, of another node its control task. */
static int add_nodes(struct place_facts *f, struct mf_object *sibling, const struct group *mine,
	bool control, struct node *nodes, size_t *n, struct mf_error *err)
{
	if (str_eq(sibling->id[MF_TASK], f->task->id[MF_TASK]) || sibling->error)
		return MF_OK;
	if (task_list(sibling, ROWS_META, NULL) == MF_ENOMEM)
		return err_nomem(err);
	struct group g = group_of(sibling);
	bool other = same_group(&g, mine) && is_control(sibling) != control &&
		     task_meta_newest(sibling, "parallel-world-size");
	struct node node = {other ? node_index(sibling, &g) : -1,
		other ? arena_strdup(f->arena, sibling->pathspec) : NULL};
	if (sibling->arena.full || (other && !node.pathspec))
		return err_nomem(err);
	if (other)
		nodes[(*n)++] = node;
	return MF_OK;
}

static int find_nodes(
	struct place_facts *f, const struct group *mine, bool control, struct mf_error *err)
{
	struct mf_object *o = f->task, *sibling;
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *iter;
	size_t n = 0, seen = 0;
	const char *step = object_path(f->arena, o->id, MF_STEP + 1);
	struct node *nodes = step ? arena_calloc(f->arena, NODES_MOST, sizeof(*nodes)) : NULL;
	if (!nodes)
		return err_nomem(err);
	provider_expect(o->client, step, ROWS_META);
	int rc = mf_list(&iter, o->client, step, &opts, err);
	if (rc < 0)
		return rc;
	while (rc >= 0 && seen++ < NODES_MOST && (control || !n) &&
		(rc = mf_iter_next(iter, &sibling, err)) == 1) {
		rc = add_nodes(f, sibling, mine, control, nodes, &n, err);
		mf_object_free(sibling);
	}
	bool cut = rc == MF_OK && seen > NODES_MOST && mf_iter_total(iter) > NODES_MOST;
	mf_iter_free(iter);
	if (rc < 0)
		return rc;
	qsort(nodes, n, sizeof(*nodes), by_index);
	bool ok = control || !n || add_task(f, "control-task", "control task", nodes[0].pathspec);
	for (size_t i = 0; ok && control && i < n; i++) {
		long long index = (long long)nodes[i].index;
		bool known = index >= 0 && (!i || nodes[i - 1].index != nodes[i].index);
		const char *label = known ? arena_printf(f->arena, "node %lld", index) : "node";
		const char *name = known ? arena_printf(f->arena, "node-%lld", index)
					 : arena_printf(f->arena, "node-%s",
						   strrchr(nodes[i].pathspec, '/') + 1);
		ok = add_task(f, name, label, nodes[i].pathspec);
	}
	if (ok && cut) {
		struct mf_place_fact more = {.name = "more",
			.label = "more",
			.value = arena_printf(f->arena,
				"only %d tasks of the step were looked through", NODES_MOST)};
		ok = more.value && places_add(f, PLACE_PARALLEL, &more);
	}
	return ok ? MF_OK : err_nomem(err);
}

int places_nodes(struct place_facts *f, struct mf_error *err)
{
	struct mf_object *o = f->task;
	if (!places_value(f, "parallel-world-size") && !places_value(f, "internal_task_type"))
		return MF_OK;
	struct group mine = group_of(o);
	bool control = is_control(o);
	int64_t index = node_index(o, &mine);
	if (f->arena->full)
		return err_nomem(err);
	if (index >= 0 && !places_value(f, "parallel-node-index")) {
		struct mf_place_fact fact = {.name = "parallel-node-index",
			.label = "node index",
			.value = arena_printf(f->arena, "%lld", (long long)index)};
		if (!fact.value || !places_add(f, PLACE_PARALLEL, &fact))
			return err_nomem(err);
	}
	return find_nodes(f, &mine, control, err);
}
