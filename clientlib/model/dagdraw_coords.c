/* dagdraw_coords.c: columns of the items of layers whose order is known.
 *
 * Each layer in turn takes the columns nearest (in squares) to where its neighbours want it that
 * keep the order and the distances: pool adjacent violators, which is exact. */
#include <math.h>
#include <stdlib.h>

#include "dagdraw.h"

struct pool {
	double sum, weight; /* of the wishes */
	int n;
};

static int by_place(const void *a, const void *b)
{
	const struct dag_port *x = *(const struct dag_port *const *)a,
			      *y = *(const struct dag_port *const *)b;
	if (x->item != y->item)
		return x->item < y->item ? -1 : 1;
	if (x->bottom != y->bottom)
		return x->bottom < y->bottom ? -1 : 1;
	if (x->key < y->key || x->key > y->key)
		return x->key < y->key ? -1 : 1;
	return x->net < y->net ? -1 : x->net > y->net;
}

/* The ports of a side stand in the order of what they lead to, around the middle. */
static int place_ports(struct dag *d, struct dag_layers *la)
{
	int n = la->n_ports;
	struct dag_port **list = arena_alloc(&d->trial, (size_t)n * sizeof(struct dag_port *));
	int *count = arena_calloc(&d->trial, (size_t)n, sizeof(int));

	if (!list || !count)
		return MF_ENOMEM;
	for (int i = 0; i < la->n_segs; i++) {
		const struct dag_seg *s = &la->segs[i];
		if (s->pa >= 0) {
			la->ports[s->pa].key += la->items[s->b].at;
			count[s->pa]++;
		}
		if (s->pb >= 0) {
			la->ports[s->pb].key += la->items[s->a].at;
			count[s->pb]++;
		}
	}
	for (int i = 0; i < n; i++) {
		list[i] = &la->ports[i];
		if (count[i])
			list[i]->key /= count[i];
	}
	qsort(list, (size_t)n, sizeof(struct dag_port *), by_place);
	for (int i = 0, j; i < n; i = j) {
		for (j = i; j < n && list[j]->item == list[i]->item &&
			    list[j]->bottom == list[i]->bottom;
			j++)
			list[j]->dx = 2 * (j - i);
		for (int k = i; k < j; k++)
			list[k]->dx -= j - i - 1;
	}
	return 0;
}

static int distance(const struct dag *d, const struct dag_item *a, const struct dag_item *b)
{
	bool line = a->kind == DAG_ITEM_DUMMY || b->kind == DAG_ITEM_DUMMY;

	return a->r + 1 + (line ? 1 : d->style.gap) + b->l;
}

static int end_x(const struct dag_layers *la, int item, int port)
{
	return la->items[item].x + (port >= 0 ? la->ports[port].dx : 0);
}

/* What the segments above or below say about where items should stand, added to key and weight. */
static void wish(struct dag_layers *la, int gap, bool lower)
{
	for (int i = la->seg_at[gap]; i < la->seg_at[gap + 1]; i++) {
		const struct dag_seg *s = &la->segs[i];
		bool da = s->pa < 0, db = s->pb < 0;
		double weight = da && db ? 8 : da || db ? 2 : 1;
		struct dag_item *it = &la->items[lower ? s->b : s->a];
		int port = lower ? s->pb : s->pa;
		double x = lower ? end_x(la, s->a, s->pa) : end_x(la, s->b, s->pb);
		it->key += weight * (x - (port >= 0 ? la->ports[port].dx : 0));
		it->weight += weight;
	}
}

static void settle(const struct dag *d, struct dag_layers *la, int layer, bool above, bool below,
	struct pool *pools)
{
	int first = la->order_at[layer], end = la->order_at[layer + 1], n = 0, off = 0;

	for (int i = first; i < end; i++)
		la->items[la->order[i]].key = la->items[la->order[i]].weight = 0;
	if (above && layer)
		wish(la, layer - 1, true);
	if (below && layer + 1 < la->n_layers)
		wish(la, layer, false);
	for (int i = first; i < end; i++) {
		struct dag_item *it = &la->items[la->order[i]];
		if (i > first)
			off += distance(d, &la->items[la->order[i - 1]], it);
		if (it->weight <= 0) {
			it->weight = 0.01;
			it->key = it->weight * it->x;
		}
		pools[n++] = (struct pool){it->key - it->weight * off, it->weight, 1};
		while (n > 1 && pools[n - 2].sum * pools[n - 1].weight >=
					pools[n - 1].sum * pools[n - 2].weight) {
			pools[n - 2].sum += pools[n - 1].sum;
			pools[n - 2].weight += pools[n - 1].weight;
			pools[n - 2].n += pools[n - 1].n;
			n--;
		}
	}
	off = 0;
	for (int p = 0, i = first; p < n; p++) {
		int x = (int)floor(pools[p].sum / pools[p].weight + 0.5);
		for (int k = 0; k < pools[p].n; k++, i++) {
			if (i > first)
				off += distance(
					d, &la->items[la->order[i - 1]], &la->items[la->order[i]]);
			la->items[la->order[i]].x = x + off;
		}
	}
}

/* Rounding leaves lines a column or two from straight: move an item there if it is alone with that
 * wish and has room. */
static void straighten(const struct dag *d, struct dag_layers *la, int gap, bool lower, int *degree)
{
	/* from below, leave alone what is straight above by now */
	for (int i = la->seg_at[gap]; i < la->seg_at[gap + 1]; i++)
		degree[lower ? la->segs[i].b : la->segs[i].a] = 0;
	for (int i = la->seg_at[gap]; i < la->seg_at[gap + 1]; i++)
		degree[lower ? la->segs[i].b : la->segs[i].a]++;
	for (int i = la->seg_at[gap - 1]; !lower && i < la->seg_at[gap]; i++) {
		const struct dag_seg *s = &la->segs[i];
		if (end_x(la, s->a, s->pa) == end_x(la, s->b, s->pb))
			degree[s->b] = 0;
	}
	for (int i = la->seg_at[gap]; i < la->seg_at[gap + 1]; i++) {
		const struct dag_seg *s = &la->segs[i];
		int item = lower ? s->b : s->a, layer = la->items[item].layer;
		struct dag_item *it = &la->items[item];
		int by = (end_x(la, s->a, s->pa) - end_x(la, s->b, s->pb)) * (lower ? 1 : -1);
		if (degree[item] != 1 || !by || abs(by) > 3)
			continue;
		const struct dag_item *left =
			it->at > la->order_at[layer] ? &la->items[la->order[it->at - 1]] : NULL;
		const struct dag_item *right = it->at + 1 < la->order_at[layer + 1]
						       ? &la->items[la->order[it->at + 1]]
						       : NULL;
		if ((!left || it->x + by - left->x >= distance(d, left, it)) &&
			(!right || right->x - it->x - by >= distance(d, it, right)))
			it->x += by;
	}
}

int dag_coords(struct dag *d, struct dag_layers *la)
{
	int rc = place_ports(d, la), low = 0, layers = la->n_layers;
	struct pool *pools = arena_alloc(&d->trial, (size_t)la->n_items * sizeof(*pools));
	int *degree = arena_alloc(&d->trial, (size_t)la->n_items * sizeof(int));

	if (rc || !pools || !degree)
		return MF_ENOMEM;
	for (int l = 0; l < layers; l++)
		settle(d, la, l, true, false, pools);
	for (int round = 0; round < 6; round++) {
		for (int l = layers - 1; l >= 0; l--)
			settle(d, la, l, round > 2, true, pools);
		for (int l = 0; l < layers; l++)
			settle(d, la, l, true, round > 2, pools);
	}
	for (int l = 0; l + 1 < layers; l++)
		straighten(d, la, l, true, degree);
	for (int l = layers - 2; l > 0; l--)
		straighten(d, la, l, false, degree);
	for (int i = 0; i < la->n_items; i++)
		if (!i || la->items[i].x - la->items[i].l < low)
			low = la->items[i].x - la->items[i].l;
	la->width = 1;
	for (int i = 0; i < la->n_items; i++) {
		struct dag_item *it = &la->items[i];
		it->x -= low;
		if (it->x + it->r + 1 > la->width)
			la->width = it->x + it->r + 1;
	}
	if (la->entry >= 0 && la->exit >= 0) /* alone in its layer */
		la->items[la->exit].x = la->items[la->entry].x;
	for (int i = 0; i < la->n_segs; i++) {
		struct dag_seg *s = &la->segs[i];
		s->xa = end_x(la, s->a, s->pa);
		s->xb = end_x(la, s->b, s->pb);
	}
	return 0;
}
