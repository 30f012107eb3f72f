/* dagdraw_region.c: foreach regions, the steps between a split and its join.
 *
 * A region is what can be reached from the split without passing the join. It becomes a frame only
 * if it is closed: entered from its split alone, left to its join alone, and properly inside or
 * outside of every other region. Graphs of real flows always satisfy this; for others the frame is
 * simply not drawn. */
#include <stdlib.h>

#include "dagdraw.h"

struct candidate {
	int split, join, size;
};

static bool splits(const struct mf_node *node)
{
	return node->type &&
	       (str_eq(node->type, "split-foreach") || str_eq(node->type, "split-parallel")) &&
	       node->matching_join;
}

/* Larger first, so that parents precede children; the order of the graph otherwise. */
static int by_size(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	if (x->size != y->size)
		return x->size > y->size ? -1 : 1;
	return x->split < y->split ? -1 : x->split > y->split;
}

/* Mark what the split reaches; its size, or 0 if it is no region. mark[v] == stamp says that v is
 * inside. */
static int reach(const struct dag *d, int split, int join, int *mark, int stamp, int *stack)
{
	int depth = 0, size = 0;

	for (int v = split;;) {
		for (int k = d->out_at[v]; k < d->out_at[v + 1]; k++) {
			const struct dag_edge *e = &d->edges[d->out[k]];
			if (e->back || e->to == join || mark[e->to] == stamp)
				continue;
			mark[e->to] = stamp;
			stack[depth++] = e->to;
			size++;
		}
		if (!depth)
			return size;
		v = stack[--depth];
	}
}

static bool closed(const struct dag *d, int split, int join, const int *mark, int stamp)
{
	int parent = d->nodes[split].region;

	if (d->nodes[join].region != parent || mark[split] == stamp)
		return false;
	for (int i = 0; i < d->n; i++)
		if (mark[i] == stamp && d->nodes[i].region != parent)
			return false;
	for (int e = 0; e < d->m; e++) {
		const struct dag_edge *edge = &d->edges[e];
		bool from = mark[edge->from] == stamp, to = mark[edge->to] == stamp;
		if (!edge->back && from != to && (from ? edge->to != join : edge->from != split))
			return false;
	}
	return true;
}

static int find_node(const struct dag *d, const char *name)
{
	for (int i = 0; i < d->n; i++)
		if (d->g->nodes[i].name && str_eq(d->g->nodes[i].name, name))
			return i;
	return -1;
}

int dag_find_regions(struct dag *d)
{
	int n = 0, stamp = 0;

	for (int i = 0; i < d->n; i++)
		n += splits(&d->g->nodes[i]);
	if ((int64_t)n * (d->n + d->m) > 40000000) /* no flow: frames would only cost time */
		n = 0;
	struct candidate *all = arena_calloc(&d->arena, (size_t)n, sizeof(*all));
	int *mark = arena_calloc(&d->arena, (size_t)d->n, sizeof(int));
	int *stack = arena_calloc(&d->arena, (size_t)d->n, sizeof(int));
	d->regions = arena_calloc(&d->arena, (size_t)n + 1, sizeof(*d->regions));
	if (!all || !mark || !stack || !d->regions)
		return MF_ENOMEM;
	d->regions[0] = (struct dag_region){.split = -1, .join = -1, .parent = -1, .total = 1};
	d->n_regions = 1;
	if (!n)
		return 0;
	n = 0;
	for (int i = 0; i < d->n; i++) {
		const struct mf_node *node = &d->g->nodes[i];
		int join = splits(node) ? find_node(d, node->matching_join) : -1;
		int size = join >= 0 && join != i ? reach(d, i, join, mark, ++stamp, stack) : 0;
		if (size)
			all[n++] = (struct candidate){.split = i, .join = join, .size = size};
	}
	qsort(all, (size_t)n, sizeof(*all), by_size);
	for (int c = 0; c < n; c++) {
		int split = all[c].split, join = all[c].join, k = d->n_regions;
		reach(d, split, join, mark, ++stamp, stack);
		if (!closed(d, split, join, mark, stamp))
			continue;
		d->regions[k] = (struct dag_region){.split = split,
			.join = join,
			.parent = d->nodes[split].region,
			.total = d->g->nodes[split].num_splits};
		d->nodes[split].opens = k;
		for (int i = 0; i < d->n; i++)
			if (mark[i] == stamp)
				d->nodes[i].region = k;
		d->n_regions++;
	}
	return 0;
}
