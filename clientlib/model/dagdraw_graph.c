/* dagdraw_graph.c: what the drawing needs to know of the graph before anything has a size. */
#include "dagdraw.h"

/* Edges by node, in the order the graph has them. */
static int index_edges(struct dag *d)
{
	d->out_at = arena_calloc(&d->arena, (size_t)d->n + 2, sizeof(int));
	d->in_at = arena_calloc(&d->arena, (size_t)d->n + 2, sizeof(int));
	d->out = arena_calloc(&d->arena, (size_t)d->m, sizeof(int));
	d->in = arena_calloc(&d->arena, (size_t)d->m, sizeof(int));
	if (!d->out_at || !d->in_at || !d->out || !d->in)
		return MF_ENOMEM;
	/* counted two places ahead, so that filling leaves the starts behind */
	for (int e = 0; e < d->m; e++) {
		d->out_at[d->edges[e].from + 2]++;
		d->in_at[d->edges[e].to + 2]++;
	}
	for (int i = 0; i < d->n; i++) {
		d->out_at[i + 2] += d->out_at[i + 1];
		d->in_at[i + 2] += d->in_at[i + 1];
	}
	for (int e = 0; e < d->m; e++) {
		d->out[d->out_at[d->edges[e].from + 1]++] = e;
		d->in[d->in_at[d->edges[e].to + 1]++] = e;
	}
	return 0;
}

static bool is_start(const struct dag *d, int i)
{
	return d->g->start && d->g->nodes[i].name && str_eq(d->g->nodes[i].name, d->g->start);
}

/* A depth-first walk: an edge to a node that is still being visited goes back. `next` is where each
 * node's visit stands, -1 before it, past its last edge after it. */
static void walk(struct dag *d, int root, int *next, int *stack, bool *open)
{
	int depth = 0;

	stack[depth++] = root;
	next[root] = d->out_at[root];
	open[root] = true;
	while (depth) {
		int v = stack[depth - 1];
		if (next[v] == d->out_at[v + 1]) {
			open[v] = false;
			depth--;
			continue;
		}
		struct dag_edge *e = &d->edges[d->out[next[v]++]];
		if (open[e->to]) {
			e->back = true;
		} else if (next[e->to] < 0) {
			next[e->to] = d->out_at[e->to];
			open[e->to] = true;
			stack[depth++] = e->to;
		}
	}
}

static int find_back_edges(struct dag *d)
{
	int *next = arena_calloc(&d->arena, (size_t)d->n, sizeof(int));
	int *stack = arena_calloc(&d->arena, (size_t)d->n, sizeof(int));
	bool *open = arena_calloc(&d->arena, (size_t)d->n, sizeof(bool));
	if (!next || !stack || !open)
		return MF_ENOMEM;
	for (int i = 0; i < d->n; i++)
		next[i] = -1;
	for (int pass = 0; pass < 3;
		pass++) /* the start, then other nodes without edges in, then the rest */
		for (int i = 0; i < d->n; i++)
			if (next[i] < 0 && (pass == 0          ? is_start(d, i)
						   : pass == 1 ? d->in_at[i] == d->in_at[i + 1]
							       : true))
				walk(d, i, next, stack, open);
	for (int e = 0; e < d->m; e++)
		if (d->edges[e].from == d->edges[e].to)
			d->nodes[d->edges[e].from].self = true;
	return 0;
}

/* Kahn's order with a stack: a branch is finished before its sibling begins. */
static int sort_nodes(struct dag *d)
{
	int *wait = arena_calloc(&d->arena, (size_t)d->n, sizeof(int));
	int *stack = arena_calloc(&d->arena, (size_t)d->n, sizeof(int));
	int depth = 0, n = 0;

	d->order = arena_calloc(&d->arena, (size_t)d->n, sizeof(int));
	if (!wait || !stack || !d->order)
		return MF_ENOMEM;
	for (int e = 0; e < d->m; e++)
		wait[d->edges[e].to] += !d->edges[e].back;
	for (int start = 0; start < 2; start++)
		for (int i = d->n - 1; i >= 0; i--)
			if (!wait[i] && is_start(d, i) == (start == 1))
				stack[depth++] = i;
	while (depth) {
		int v = stack[--depth];
		d->order[n++] = v;
		for (int k = d->out_at[v + 1] - 1; k >= d->out_at[v]; k--) {
			const struct dag_edge *e = &d->edges[d->out[k]];
			if (!e->back && --wait[e->to] == 0)
				stack[depth++] = e->to;
		}
	}
	return 0;
}

/* Several cases may lead to the same step: one line is drawn, with all their labels. */
static int merge_edges(struct dag *d)
{
	int *first = arena_calloc(&d->arena, (size_t)d->n, sizeof(int));

	if (!first)
		return MF_ENOMEM;
	for (int v = 0; v < d->n; v++)
		for (int k = d->out_at[v]; k < d->out_at[v + 1]; k++) {
			int e = d->out[k], *f = &first[d->edges[e].to];
			/* what another node left here is of no use */
			if (k == d->out_at[v] || d->edges[*f].from != v ||
				d->edges[*f].to != d->edges[e].to)
				*f = e;
			d->edges[e].same = *f;
			d->edges[e].more = -1;
			if (*f != e)
				d->edges[d->edges[*f].last].more = e;
			d->edges[*f].last = e;
		}
	return 0;
}

/* Not taken: the switch edges that say so, what lies behind only such edges and has not run, and
 * the edges from there. */
static void find_untaken(struct dag *d)
{
	for (int i = 0; i < d->n; i++) {
		int v = d->order[i], in = 0, dim = 0;
		struct dag_node *node = &d->nodes[v];
		for (int k = d->in_at[v]; k < d->in_at[v + 1]; k++) {
			const struct dag_edge *e = &d->edges[d->in[k]];
			in += !e->back;
			dim += !e->back && e->untaken;
		}
		node->untaken = in && in == dim && !d->g->nodes[v].ran;
		for (int k = d->out_at[v]; k < d->out_at[v + 1]; k++) {
			struct dag_edge *e = &d->edges[d->out[k]];
			e->untaken = node->untaken || d->g->edges[d->out[k]].taken == 0;
			if (!e->untaken)
				d->edges[e->same].untaken = false;
		}
	}
}

/* Nodes on a branch of a switch, up to where branches meet. A join is as its split was. */
void dag_find_maybe(struct dag *d)
{
	for (int i = 0; i < d->n; i++) {
		int v = d->order[i], in = 0, from = -1;
		for (int k = d->in_at[v]; k < d->in_at[v + 1]; k++) {
			const struct dag_edge *e = &d->edges[d->in[k]];
			if (e->back || e->same != d->in[k])
				continue;
			d->nodes[v].maybe |= d->g->edges[d->in[k]].label != NULL;
			from = e->from;
			in++;
		}
		if (in != 1)
			continue;
		int region = d->nodes[from].region;
		if (region && region != d->nodes[v].region && d->regions[region].join == v)
			from = d->regions[region].split;
		else if (region != d->nodes[v].region)
			continue; /* the first of a region: its number is known */
		d->nodes[v].maybe |= d->nodes[from].maybe;
	}
}

int dag_read(struct dag *d)
{
	d->nodes = arena_calloc(&d->arena, (size_t)d->n, sizeof(*d->nodes));
	d->edges = arena_calloc(&d->arena, (size_t)d->m, sizeof(*d->edges));
	if (!d->nodes || !d->edges)
		return MF_ENOMEM;
	for (int e = 0; e < d->m; e++) {
		d->edges[e].from = (int)d->g->edges[e].from;
		d->edges[e].to = (int)d->g->edges[e].to;
	}
	int rc = index_edges(d);
	if (!rc)
		rc = find_back_edges(d);
	if (!rc)
		rc = merge_edges(d);
	if (!rc)
		rc = sort_nodes(d);
	if (!rc)
		find_untaken(d);
	return rc;
}
