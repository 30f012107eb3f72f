/* dagdraw_layout.c: sizes, from the inside out.
 *
 * A block is measured from its axis, the column its lines enter and leave by when there is one. In
 * a series everything stands on one axis, so chains are straight; the axis of a parallel block is
 * the middle between its outermost branches, so splits stand above their branches and joins below
 * them. Lines that fan out or come together take a row (a bus) in the block around them. */
#include <stdlib.h>

#include "dagdraw.h"

/* What branches of a parallel block are sorted by. */
struct branch {
	int key, block;
};

static int max_int(int a, int b)
{
	return a > b ? a : b;
}

/* ---- nodes and frames ---- */

void dag_size_node(struct dag *d, int i)
{
	const struct dag_node *node = &d->nodes[i];
	struct dag_vertex *v = &d->vertices[i];
	int inner = (node->glyph ? 2 : 0) + node->shown.w + (node->count.w ? 1 + node->count.w : 0);
	int info = d->style.info ? node->info.w : 0, side;
	int loop = node->loop.w + (node->again.w ? (node->loop.w ? 1 : 0) + node->again.w : 0);

	inner = max_int(inner, max_int(node->bar.w, d->opts.status ? 7 : 5));
	inner = max_int(inner, 2 * v->ports - 3);
	v->half = (inner + 4) / 2; /* an odd number of columns has a middle */
	side = node->rail && info && loop ? info + 1 + loop : max_int(info, loop);
	v->l = v->half;
	v->r = v->half + (side ? 1 + side : 0);
	v->h = node->bar.w ? 4 : 3;
}

static void size_frame(struct dag *d, int region)
{
	struct dag_vertex *v = &d->vertices[dag_frame(d, region)];
	const struct dag_block *b = &d->blocks[d->regions[region].root];

	v->l = b->l + d->style.margin + 1;
	v->r = b->r + d->style.margin + 1;
	v->h = b->h + dag_top_bus(b) + dag_bottom_bus(b) + 2;
	while (v->l + v->r + 1 < d->regions[region].shown.w + 6) {
		v->l++;
		v->r++;
	}
}

/* ---- blocks ---- */

static int size_edge(struct dag *d, struct dag_block *b)
{
	const struct dag_link *l = &d->links[b->ref];

	b->l = b->r = b->h = 0;
	b->tops = b->bottoms = (struct dag_span){0, 0, l->visible};
	b->live_tops = b->live_bottoms = (struct dag_span){0, 0, l->visible && !l->untaken};
	if (l->edge >= 0 && d->edges[l->edge].shown.w) {
		b->h = 1;
		b->r = 1 + d->edges[l->edge].shown.w;
	}
	return 0;
}

/* A back edge of this series from the vertex at block `last`: its rail runs right of all between,
 * but above the text below the line that leaves that vertex. */
static void size_loop(struct dag *d, int e, int first, int last)
{
	int r = d->vertices[d->blocks[last].ref].half;

	for (int c = first; c != last; c = d->blocks[c].next)
		r = max_int(r, d->blocks[c].r);
	d->loop_dx[e] = r + 2;
	for (int c = first; c >= 0; c = c == last ? -1 : d->blocks[c].next)
		d->blocks[c].r = max_int(d->blocks[c].r, r + 2);
}

static void size_loops(struct dag *d, int s)
{
	for (int c = d->blocks[s].head; c >= 0; c = d->blocks[c].next) {
		int u = d->blocks[c].ref;
		if (d->blocks[c].kind != DAG_VERTEX || u >= d->n || !d->nodes[u].rail)
			continue;
		for (int k = d->out_at[u]; k < d->out_at[u + 1]; k++) {
			int e = d->out[k], first = d->blocks[s].head;
			if (!d->edges[e].rail)
				continue;
			while (d->blocks[first].kind != DAG_VERTEX ||
				d->blocks[first].ref != d->edges[e].to)
				first = d->blocks[first].next;
			size_loop(d, e, first, c);
		}
	}
}

static int size_series(struct dag *d, int s)
{
	struct dag_block *b = &d->blocks[s];

	b->l = b->r = b->h = 0;
	for (int c = b->head; c >= 0; c = d->blocks[c].next) {
		struct dag_block *child = &d->blocks[c];
		if (child->kind == DAG_VERTEX) {
			const struct dag_vertex *v = &d->vertices[child->ref];
			child->l = v->l;
			child->r = v->r;
			child->h = v->h;
		}
	}
	size_loops(d, s);
	for (int c = b->head; c >= 0; c = d->blocks[c].next) {
		struct dag_block *child = &d->blocks[c];
		b->l = max_int(b->l, child->l);
		b->r = max_int(b->r, child->r);
		if (child->kind != DAG_VERTEX && c != b->head)
			b->h += dag_top_bus(child);
		child->y = b->h;
		b->h += child->h;
		if (child->kind != DAG_VERTEX && c != b->tail)
			b->h += dag_bottom_bus(child);
	}
	const struct dag_block *head = &d->blocks[b->head], *tail = &d->blocks[b->tail];
	b->tops = head->tops;
	b->live_tops = head->live_tops;
	b->bottoms = tail->bottoms;
	b->live_bottoms = tail->live_bottoms;
	return 0;
}

static int by_key(const void *a, const void *b)
{
	const struct branch *x = a, *y = b;
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->block < y->block ? -1 : x->block > y->block;
}

/* Make the distances between branches the same when that costs little: the eye wants it so. */
static void even_out(int *x, int n)
{
	int widest = 0;

	for (int i = 1; i < n; i++)
		widest = max_int(widest, x[i] - x[i - 1]);
	if (widest * (n - 1) - (x[n - 1] - x[0]) > 6 + (x[n - 1] - x[0]) / 8)
		return;
	for (int i = 1; i < n; i++)
		x[i] = x[i - 1] + widest;
}

/* The axis: the one branch with boxes if the others are bare lines, so that it stays straight; else
 * the middle. */
static int parallel_axis(const struct dag *d, const struct branch *branches, int *x, int n)
{
	int boxes = 0, only = 0;

	for (int i = 0; i < n; i++)
		if (d->blocks[branches[i].block].kind != DAG_EDGE) {
			boxes++;
			only = i;
		}
	if (boxes == 1)
		return x[only];
	if ((x[0] + x[n - 1]) & 1)
		x[n - 1]++;
	return (x[0] + x[n - 1]) / 2;
}

static void widen(struct dag_span *s, const struct dag_span *child, int x)
{
	if (!child->any)
		return;
	if (!s->any || x + child->min < s->min)
		s->min = x + child->min;
	if (!s->any || x + child->max > s->max)
		s->max = x + child->max;
	s->any = true;
}

static int size_parallel(struct dag *d, struct dag_block *b)
{
	int n = 0;
	struct branch *branches = arena_alloc(&d->trial, (size_t)b->count * sizeof(*branches));
	int *x = arena_alloc(&d->trial, (size_t)b->count * sizeof(*x));

	if (!branches || !x)
		return MF_ENOMEM;
	for (int c = b->head; c >= 0; c = d->blocks[c].next)
		branches[n++] = (struct branch){d->blocks[c].key, c};
	qsort(branches, (size_t)n, sizeof(*branches), by_key);
	x[0] = 0;
	for (int i = 1; i < n; i++) {
		const struct dag_block *p = &d->blocks[branches[i - 1].block],
				       *q = &d->blocks[branches[i].block];
		x[i] = x[i - 1] + p->r + 1 + d->style.gap + q->l;
	}
	if (d->style.even && n > 2)
		even_out(x, n);
	int axis = parallel_axis(d, branches, x, n);
	b->l = b->r = b->h = 0;
	b->tops = b->bottoms = b->live_tops = b->live_bottoms = (struct dag_span){0, 0, false};
	for (int i = 0; i < n; i++) {
		struct dag_block *child = &d->blocks[branches[i].block];
		child->x = x[i] - axis;
		child->y = 0;
		b->l = max_int(b->l, child->l - child->x);
		b->r = max_int(b->r, child->r + child->x);
		b->h = max_int(b->h, child->h);
		widen(&b->tops, &child->tops, child->x);
		widen(&b->bottoms, &child->bottoms, child->x);
		widen(&b->live_tops, &child->live_tops, child->x);
		widen(&b->live_bottoms, &child->live_bottoms, child->x);
	}
	return 0;
}

static int size_kernel(struct dag *d, struct dag_block *b)
{
	struct dag_kernel *k = &d->kernels[b->ref];
	int rc = dag_layers_make(d, k);

	if (rc)
		return rc;
	const struct dag_layers *la = k->layers;
	int axis = la->entry >= 0 ? la->items[la->entry].x : la->width / 2;
	int exit = la->exit >= 0 ? la->items[la->exit].x : axis;
	b->l = axis;
	b->r = la->width - 1 - axis;
	b->h = la->height;
	b->tops = (struct dag_span){0, 0, b->top};
	b->live_tops = (struct dag_span){0, 0, b->top && !b->top_dim};
	b->bottoms = (struct dag_span){exit - axis, exit - axis, b->bottom};
	b->live_bottoms = (struct dag_span){exit - axis, exit - axis, b->bottom && !b->bottom_dim};
	return 0;
}

static int size_block(struct dag *d, int i)
{
	struct dag_block *b = &d->blocks[i];

	if (b->dead)
		return 0;
	switch (b->kind) {
	case DAG_EDGE: return size_edge(d, b);
	case DAG_SERIES: return size_series(d, i);
	case DAG_PARALLEL: return size_parallel(d, b);
	case DAG_KERNEL: return size_kernel(d, b);
	default: return 0;
	}
}

static int cut_texts(struct dag *d)
{
	const struct dag_style *st = &d->style;
	int rc = 0;

	for (int i = 0; !rc && i < d->n; i++)
		rc = dag_cut(d, &d->nodes[i].shown, &d->nodes[i].name, st->name);
	for (int k = 1; !rc && k < d->n_regions; k++)
		rc = dag_cut(d, &d->regions[k].shown, &d->regions[k].title, st->label + 12);
	for (int i = 0; !rc && i < d->n; i++) {
		bool cond = st->cond; /* for all edges of a switch or for none */
		for (int k = d->out_at[i]; k < d->out_at[i + 1]; k++)
			cond = cond && d->edges[d->out[k]].label.w <= st->label;
		for (int k = d->out_at[i]; !rc && k < d->out_at[i + 1]; k++) {
			struct dag_edge *e = &d->edges[d->out[k]];
			rc = dag_cut(d, &e->shown, cond ? &e->label : &e->brief, st->label);
		}
	}
	return rc;
}

int dag_layout(struct dag *d)
{
	int region = d->n_regions, rc;

	rc = cut_texts(d);
	for (int i = 0; i < d->n; i++)
		dag_size_node(d, i);
	for (int i = 0; !rc && i < d->n_blocks; i++) {
		rc = size_block(d, i);
		if (!rc && region > 1 && i == d->regions[region - 1].root)
			size_frame(d, --region);
	}
	if (rc)
		return rc;
	dag_place(d);
	return 0;
}
