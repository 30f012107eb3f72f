/* dagdraw_order.c: the items of each layer from left to right, with few crossings: sweeps that sort
 * by the mean place of the neighbours above, then below; the best order seen is kept. */
#include <stdlib.h>

#include "dagdraw.h"

enum { SWEEPS = 24, WORK = 3000000 };

struct order {
	struct dag_layers *la;
	int *up, *up_at, *down, *down_at; /* segments by lower and by upper item */
	int *best, *tree;
};

struct keyed {
	double key;
	int at, item;
};

static int by_key(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;
	if (x->key < y->key || x->key > y->key)
		return x->key < y->key ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static int index_segs(struct dag *d, struct order *o)
{
	struct dag_layers *la = o->la;
	size_t n = (size_t)la->n_items, segs = (size_t)la->n_segs;

	o->up_at = arena_calloc(&d->trial, n + 2, sizeof(int));
	o->down_at = arena_calloc(&d->trial, n + 2, sizeof(int));
	o->up = arena_alloc(&d->trial, segs * sizeof(int));
	o->down = arena_alloc(&d->trial, segs * sizeof(int));
	if (!o->up_at || !o->down_at || !o->up || !o->down)
		return MF_ENOMEM;
	for (size_t i = 0; i < segs; i++) {
		o->down_at[la->segs[i].a + 2]++;
		o->up_at[la->segs[i].b + 2]++;
	}
	for (size_t i = 0; i < n; i++) {
		o->down_at[i + 2] += o->down_at[i + 1];
		o->up_at[i + 2] += o->up_at[i + 1];
	}
	for (size_t i = 0; i < segs; i++) {
		o->down[o->down_at[la->segs[i].a + 1]++] = (int)i;
		o->up[o->up_at[la->segs[i].b + 1]++] = (int)i;
	}
	return 0;
}

/* The first order: depth first from the top, so that what belongs together stands together. */
static int first_order(struct dag *d, struct order *o)
{
	struct dag_layers *la = o->la;
	int n = la->n_items, depth;
	int *fill = arena_alloc(&d->trial, (size_t)la->n_layers * sizeof(int));
	int *stack = arena_alloc(&d->trial, ((size_t)la->n_segs + 1) * sizeof(int));
	bool *seen = arena_calloc(&d->trial, (size_t)n, sizeof(bool));

	la->order = arena_alloc(&d->trial, (size_t)n * sizeof(int));
	la->order_at = arena_calloc(&d->trial, (size_t)la->n_layers + 1, sizeof(int));
	if (!fill || !stack || !seen || !la->order || !la->order_at)
		return MF_ENOMEM;
	for (int i = 0; i < n; i++)
		la->order_at[la->items[i].layer + 1]++;
	for (int i = 0; i < la->n_layers; i++) {
		la->order_at[i + 1] += la->order_at[i];
		fill[i] = la->order_at[i];
	}
	for (int root = 0; root < n; root++) {
		if (o->up_at[root] != o->up_at[root + 1])
			continue;
		depth = 0;
		stack[depth++] = root;
		while (depth) {
			int v = stack[--depth];
			if (seen[v])
				continue;
			seen[v] = true;
			la->items[v].at = fill[la->items[v].layer]++;
			la->order[la->items[v].at] = v;
			for (int k = o->down_at[v + 1] - 1; k >= o->down_at[v]; k--)
				stack[depth++] = la->segs[o->down[k]].b;
		}
	}
	return 0;
}

/* Crossings between two layers, by counting inversions with a Fenwick tree over the lower one. */
static int64_t count_gap(struct order *o, int layer)
{
	struct dag_layers *la = o->la;
	int first = la->order_at[layer + 1], width = la->order_at[layer + 2] - first;
	int64_t sum = 0, total = 0;

	for (int i = 0; i <= width; i++)
		o->tree[i] = 0;
	for (int i = la->order_at[layer]; i < la->order_at[layer + 1]; i++) {
		int v = la->order[i];
		for (int k = o->down_at[v]; k < o->down_at[v + 1]; k++) {
			int left = 0;
			for (int p = la->items[la->segs[o->down[k]].b].at - first + 1; p > 0;
				p -= p & -p)
				left += o->tree[p];
			sum += total - left;
		}
		for (int k = o->down_at[v]; k < o->down_at[v + 1]; k++, total++)
			for (int p = la->items[la->segs[o->down[k]].b].at - first + 1; p <= width;
				p += p & -p)
				o->tree[p]++;
	}
	return sum;
}

static int64_t count_all(struct order *o)
{
	int64_t sum = 0;

	for (int i = 0; i + 1 < o->la->n_layers; i++)
		sum += count_gap(o, i);
	return sum;
}

static void sort_layer(struct order *o, int layer, bool from_above, struct keyed *keys)
{
	struct dag_layers *la = o->la;
	int first = la->order_at[layer], n = la->order_at[layer + 1] - first;
	const int *at = from_above ? o->up_at : o->down_at, *list = from_above ? o->up : o->down;

	for (int i = 0; i < n; i++) {
		int v = la->order[first + i], degree = at[v + 1] - at[v];
		double sum = 0;
		for (int k = at[v]; k < at[v + 1]; k++) {
			const struct dag_seg *s = &la->segs[list[k]];
			int w = from_above ? s->a : s->b, layer_w = la->items[w].layer;
			/* relative to the width of the other layer, so that items without
			 * neighbours compare */
			sum += (la->items[w].at - la->order_at[layer_w] + 0.5) /
			       (la->order_at[layer_w + 1] - la->order_at[layer_w]);
		}
		keys[i] = (struct keyed){degree ? sum / degree : (i + 0.5) / n, i, v};
	}
	qsort(keys, (size_t)n, sizeof(*keys), by_key);
	for (int i = 0; i < n; i++) {
		la->order[first + i] = keys[i].item;
		la->items[keys[i].item].at = first + i;
	}
}

int dag_order(struct dag *d, struct dag_layers *la)
{
	struct order o = {.la = la};
	int n = la->n_items, rc = index_segs(d, &o);
	struct keyed *keys = arena_alloc(&d->trial, (size_t)n * sizeof(*keys));

	o.best = arena_alloc(&d->trial, (size_t)n * sizeof(int));
	o.tree = arena_alloc(&d->trial, ((size_t)n + 1) * sizeof(int));
	if (!rc && (!keys || !o.best || !o.tree))
		rc = MF_ENOMEM;
	if (!rc)
		rc = first_order(d, &o);
	if (rc)
		return rc;
	int64_t least = count_all(&o);
	int sweeps = WORK / (n + la->n_segs + 1);
	memcpy(o.best, la->order, (size_t)n * sizeof(int));
	for (int s = 0; s < SWEEPS && s <= sweeps && least; s++) {
		bool down = s % 2 == 0;
		for (int i = 1; i < la->n_layers; i++)
			sort_layer(&o, down ? i : la->n_layers - 1 - i, down, keys);
		int64_t now = count_all(&o);
		if (now < least) {
			least = now;
			memcpy(o.best, la->order, (size_t)n * sizeof(int));
		}
	}
	for (int i = 0; i < n; i++) {
		la->order[i] = o.best[i];
		la->items[o.best[i]].at = i;
	}
	return 0;
}
