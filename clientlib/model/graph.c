#include "graph.h"

#include <stdlib.h>

#include "../codec/value.h"
#include "ids.h"
#include "object.h"
#include "parts.h"
#include "run.h"
#include "shape.h"
#include "status.h"
#include "task.h"

/* Order of the steps: after all that lead to them, back edges left out; recorded order among equals. */
static bool topological(const struct shape *s, const char *start, size_t *order)
{
	enum { NEW, OPEN, DONE };
	unsigned char *state = calloc(s->n + 1, 1);
	size_t *stack = calloc(s->n + 1, sizeof(*stack)), *edge = calloc(s->n + 1, sizeof(*edge)), n = s->n;
	bool ok = state && stack && edge;
	/* depth first, from the start and then from what it does not reach; a step is placed before what was placed */
	for (size_t pass = 0; ok && pass < 2; pass++)
		for (size_t k = s->n; k-- > 0;) {
			bool is_start = str_eq(s->steps[k].name, start);
			if (state[k] != NEW || (pass == 0) == is_start)
				continue; /* the start is taken last, so that it comes first */
			size_t depth = 0;
			stack[depth++] = k;
			state[k] = OPEN;
			edge[k] = s->steps[k].n_next;
			while (depth) {
				size_t at = stack[depth - 1];
				if (!edge[at]) {
					state[at] = DONE;
					order[--n] = at;
					depth--;
					continue;
				}
				const struct shape_step *next = shape_find(s, s->steps[at].next[--edge[at]]);
				size_t i = next ? (size_t)(next - s->steps) : s->n;
				if (next && state[i] == NEW) {
					state[i] = OPEN;
					edge[i] = s->steps[i].n_next;
					stack[depth++] = i;
				}
			}
		}
	free(state);
	free(stack);
	free(edge);
	return ok;
}

static void node_static(struct mf_graph *g, struct mf_node *n, const struct shape_step *s)
{
	struct arena *a = &g->arena;
	*n = (struct mf_node){.name = arena_strdup(a, s->name), .type = arena_strdup(a, s->type), .num_splits = -1,
		.started_at = MF_NO_TIME, .finished_at = MF_NO_TIME, .status = mf_status_name(MF_PENDING)};
	n->doc = value_name(a, mf_value_get(s->entry, "doc"));
	n->line = (int)mf_value_int(mf_value_get(s->entry, "line"));
	n->foreach_artifact = value_name(a, mf_value_get(s->entry, "foreach_artifact"));
	n->condition = value_name(a, mf_value_get(s->entry, "condition"));
	n->matching_join = s->join ? arena_strdup(a, s->join) : NULL;
	const struct mf_value *decorators = mf_value_get(s->entry, "decorators");
	struct mf_value *copy;
	if (decorators && value_clone(&copy, a, decorators, NULL) == MF_OK)
		n->decorators = copy;
	/* num_parallel that is a literal is known before it has run */
	const struct mf_value *parallel = mf_value_get(s->entry, "num_parallel");
	if (mf_value_kind(parallel) == MF_INT)
		n->num_splits = parallel->u.i;
}

/* What the tasks of a step tell; `chosen` collects the branches that switches took (indexes of nodes). */
static void node_status(struct mf_graph *g, struct mf_client *c, struct mf_node *n, const struct shape_step *s, char *chosen,
	size_t *decided)
{
	int field = mf_field_find(MF_TASK, "status");
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *iter;
	struct mf_object *task;
	int64_t splits = 0;
	bool any_splits = false;
	opts.fields = &field;
	opts.n_fields = 1;
	const char *path = arena_printf(&g->arena, "%s/%s/%s", g->flow, g->run, n->name);
	if (!path || mf_list(&iter, c, path, &opts, NULL) < 0)
		return;
	size_t total = mf_iter_total(iter);
	while (mf_iter_next(iter, &task, NULL) == 1) {
		int64_t ended;
		enum mf_status status = object_status_among(task, total, &ended);
		struct mf_value *v;
		n->counts[status]++;
		n->n_tasks++;
		if (task->ts != MF_NO_TIME && (n->started_at == MF_NO_TIME || task->ts < n->started_at))
			n->started_at = task->ts;
		if (ended != MF_NO_TIME && ended > n->finished_at)
			n->finished_at = ended;
		if (s->splits_foreach && task_artifact_load(task, "_foreach_num_splits", &task->arena, &v, NULL) == MF_OK
			&& v->kind == MF_INT) {
			splits += v->u.i;
			any_splits = true;
		}
		if (s->switches && status == MF_COMPLETED
			&& task_artifact_load(task, "_transition", &task->arena, &v, NULL) == MF_OK) {
			const struct mf_value *names = mf_value_item(v, 0);
			*decided += mf_value_count(names) > 0;
			for (size_t i = 0; i < mf_value_count(names); i++)
				for (size_t k = 0; k < g->n_nodes; k++)
					if (value_is(mf_value_item(names, i), g->nodes[k].name))
						chosen[k] = 1;
		}
		mf_object_free(task);
	}
	mf_iter_free(iter);
	n->ran = n->n_tasks;
	if (n->ran)
		n->status = mf_status_name(counts_status(n->counts));
	if (n->counts[MF_RUNNING])
		n->finished_at = MF_NO_TIME;
	if (any_splits)
		n->num_splits = splits;
}

/* Labels of a switch's edges: the case values that lead there. */
static const char *edge_label(struct mf_graph *g, const struct shape_step *s, const char *to)
{
	const struct mf_value *cases = mf_value_get(s->entry, "switch_cases");
	const char *label = NULL;
	for (size_t i = 0; i < mf_value_count(cases); i++) {
		if (!value_is(mf_value_item(cases, i), to))
			continue;
		struct buf b = BUF_INIT(1 << 16);
		struct mf_sink sink = {buf_sink_write, &b};
		size_t n;
		const struct mf_value *key = mf_value_key(cases, i);
		const char *text = mf_value_text(key, &n);
		if (text)
			buf_add(&b, text, n);
		else
			mf_value_print_text(key, &sink, 40, NULL);
		label = label ? arena_printf(&g->arena, "%s, %s", label, b.p) : arena_strndup(&g->arena, b.p, b.n);
		buf_release(&b);
	}
	return label;
}

/* There is none, or there is one and it cannot be read: two different things to do about it. */
static int no_graph(struct run *r, struct mf_error *err)
{
	struct mf_error why = MF_ERROR_INIT;
	struct artifact_record *record;
	struct mf_value *v;
	struct arena a;
	arena_init(&a, 0);
	run_lock(r);
	struct mf_object *p = run_parameters(r);
	bool kept = p && task_artifact_brief(p, "_graph_info", &record, NULL) == MF_OK;
	int rc = kept ? task_artifact_load(p, "_graph_info", &a, &v, &why) : MF_OK;
	run_unlock(r);
	arena_release(&a);
	if (rc < 0) {
		err_at(err, rc, r->pathspec, "the graph of “%s” cannot be read: %s", r->pathspec, why.message);
		err_hint(err, "%s", why.hint);
		return rc;
	}
	err_at(err, MF_ENOTFOUND, r->pathspec, "no graph is recorded for “%s”", r->pathspec);
	err_hint(err, "the run has no finished task yet, or its store cannot be read");
	return MF_ENOTFOUND;
}

/* The steps that ran, first come first, and nothing of what leads where. */
static int bare_shape(struct mf_graph *g, struct run *r, const struct shape **out, struct mf_error *err)
{
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *iter;
	struct mf_object *step;
	int rc = mf_list(&iter, r->client, r->pathspec, &opts, err);
	if (rc < 0)
		return rc;
	size_t n = mf_iter_total(iter), at = n;
	struct shape *s = arena_calloc(&g->arena, 1, sizeof(*s));
	struct shape_step *steps = arena_calloc(&g->arena, n + 1, sizeof(*steps));
	while (s && steps && at && (rc = mf_iter_next(iter, &step, err)) == 1) {
		steps[--at] = (struct shape_step){.name = arena_strdup(&g->arena, step->id[MF_STEP]), .type = "unknown"};
		bool named = steps[at].name;
		mf_object_free(step);
		if (!named)
			steps = NULL;
	}
	mf_iter_free(iter);
	if (rc < 0)
		return rc;
	if (!s || !steps)
		return err_nomem(err);
	s->steps = steps + at;
	s->n = n - at;
	*out = s;
	return s->n ? MF_OK : err_at(err, MF_ENOTFOUND, r->pathspec, "no step of “%s” has run", r->pathspec);
}

static int build(struct mf_graph *g, struct mf_client *c, struct run *r, bool live, bool bare, struct mf_error *err)
{
	const struct shape *s = bare ? NULL : run_shape(r);
	int rc = bare ? bare_shape(g, r, &s, err) : s ? MF_OK : no_graph(r, err);
	if (rc < 0)
		return rc;
	size_t *order = calloc(s->n + 1, sizeof(*order)), most = 0;
	char *chosen = calloc(s->n + 1, 1);
	g->reconstructed = s->reconstructed;
	g->start = arena_strdup(&g->arena, run_start_step(r));
	g->end = arena_strdup(&g->arena, run_end_step(r));
	for (size_t i = 0; i < s->n; i++)
		most += s->steps[i].n_next;
	g->nodes = arena_calloc(&g->arena, s->n + 1, sizeof(*g->nodes));
	g->edges = arena_calloc(&g->arena, most + 1, sizeof(*g->edges));
	if (!order || !chosen || !g->start || !g->end || !g->nodes || !g->edges || !topological(s, g->start, order)) {
		rc = err_nomem(err);
		goto done;
	}
	g->n_nodes = s->n;
	for (size_t i = 0; i < s->n; i++)
		node_static(g, &g->nodes[i], &s->steps[order[i]]);
	for (size_t i = 0; i < s->n; i++) {
		const struct shape_step *p = &s->steps[order[i]];
		size_t decided = 0;
		memset(chosen, 0, s->n);
		if (live)
			node_status(g, c, &g->nodes[i], p, chosen, &decided);
		for (size_t e = 0; e < p->n_next; e++) {
			size_t to = 0, k = 0;
			while (to < g->n_nodes && !str_eq(g->nodes[to].name, p->next[e]))
				to++;
			while (k < e && !str_eq(p->next[k], p->next[e]))
				k++;
			if (to == g->n_nodes || k < e)
				continue; /* a repeated target is one edge */
			struct mf_edge *edge = &g->edges[g->n_edges++];
			*edge = (struct mf_edge){.from = i, .to = to, .taken = -1};
			if (p->entry && p->switches)
				edge->label = edge_label(g, p, p->next[e]);
			edge->taken = !decided ? -1 : chosen[to] ? 1 : 0;
		}
	}
	/* edges of other steps are taken once what they lead to has run */
	for (size_t e = 0; e < g->n_edges; e++) {
		struct mf_edge *edge = &g->edges[e];
		if (live && edge->taken < 0 && g->nodes[edge->from].ran && g->nodes[edge->to].ran)
			edge->taken = 1;
	}
done:
	free(order);
	free(chosen);
	return rc;
}

static int open_graph(struct mf_graph **out, struct mf_client *c, const char *pathspec, bool bare, struct mf_error *err)
{
	struct mf_object *o = NULL, *latest = NULL;
	struct mf_iter *iter = NULL;
	*out = NULL;
	struct mf_graph *g = calloc(1, sizeof(*g));
	if (!g)
		return err_nomem(err);
	int rc = mf_get(&o, c, pathspec, NULL, err);
	if (rc < 0)
		goto done;
	if (o->entity > MF_RUN) {
		rc = err_at(err, MF_EUSAGE, pathspec, "a graph belongs to a flow or a run");
		goto done;
	}
	bool live = o->entity == MF_RUN;
	if (!live) {
		struct mf_list_options opts = MF_LIST_INIT;
		opts.limit = 1;
		TRY(mf_list(&iter, c, pathspec, &opts, err));
		rc = mf_iter_next(iter, &latest, err);
		if (rc == 0)
			rc = err_at(err, MF_ENOTFOUND, pathspec, "flow “%s” has no runs", pathspec);
		if (rc < 0)
			goto done;
	}
	struct mf_object *run = live ? o : latest;
	g->flow = arena_strdup(&g->arena, run->id[MF_FLOW]);
	g->run = live ? arena_strdup(&g->arena, run->id[MF_RUN]) : NULL;
	struct run *r = object_run(run);
	rc = g->flow && (!live || g->run) && r ? build(g, c, r, live, bare, err) : err_nomem(err);
done:
	mf_iter_free(iter);
	mf_object_free(latest);
	mf_object_free(o);
	if (rc < 0)
		mf_graph_free(g);
	else
		*out = g;
	return rc < 0 ? rc : MF_OK;
}

int mf_graph_open(struct mf_graph **out, struct mf_client *c, const char *pathspec, struct mf_error *err)
{
	return open_graph(out, c, pathspec, false, err);
}

int mf_graph_steps(struct mf_graph **out, struct mf_client *c, const char *pathspec, struct mf_error *err)
{
	return open_graph(out, c, pathspec, true, err);
}

void mf_graph_free(struct mf_graph *g)
{
	if (!g)
		return;
	arena_release(&g->arena);
	free(g);
}

const char *mf_graph_flow(const struct mf_graph *g)
{
	return g->flow;
}

const char *mf_graph_run(const struct mf_graph *g)
{
	return g->run;
}

const char *mf_graph_start(const struct mf_graph *g)
{
	return g->start;
}

const char *mf_graph_end(const struct mf_graph *g)
{
	return g->end;
}

bool mf_graph_reconstructed(const struct mf_graph *g)
{
	return g->reconstructed;
}

size_t mf_graph_nodes(const struct mf_graph *g, const struct mf_node **out)
{
	*out = g->nodes;
	return g->n_nodes;
}

size_t mf_graph_edges(const struct mf_graph *g, const struct mf_edge **out)
{
	*out = g->edges;
	return g->n_edges;
}
