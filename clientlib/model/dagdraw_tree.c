/* dagdraw_tree.c: each region's graph taken apart into series and parallel blocks.
 *
 * Two rules, until none applies: a vertex with one edge in and one out becomes part of a series
 * with them; two edges between the same vertices become a parallel block. Every edge carries the
 * block it stands for. If one edge is left, its block is the region; if not, all that are left make
 * a kernel. */
#include "dagdraw.h"

struct slot {
	int from, to, edge;
};

struct reduce {
	struct dag *d;
	struct dag_super *edges;
	int n_edges;
	int *in, *out; /* number of edges of each vertex */
	int *in_xor,
		*out_xor; /* exclusive or of their indices: the index itself when there is one */
	int *work, n_work;
	struct slot *slots; /* edges by their ends */
	size_t mask;
};

/* ---- reduction ---- */

static int new_block(struct dag *d, struct dag_block b)
{
	d->blocks[d->n_blocks] = b;
	return d->n_blocks++;
}

/* Put two blocks into one of a kind; one that is of this kind already gives up its children. */
static void append(struct dag *d, struct dag_block *b, int child)
{
	struct dag_block *c = &d->blocks[child];
	int head = child, tail = child, count = 1;

	if (c->kind == b->kind) {
		head = c->head;
		tail = c->tail;
		count = c->count;
		c->dead = true;
	} else {
		c->next = -1;
	}
	if (b->count)
		d->blocks[b->tail].next = head;
	else
		b->head = head;
	b->tail = tail;
	b->count += count;
}

static int parallel(struct dag *d, int a, int b)
{
	struct dag_block p = {.kind = DAG_PARALLEL}, *x = &d->blocks[a], *y = &d->blocks[b];

	p.key = x->key < y->key ? x->key : y->key;
	p.top = x->top || y->top;
	p.bottom = x->bottom || y->bottom;
	p.top_dim = (!x->top || x->top_dim) && (!y->top || y->top_dim);
	p.bottom_dim = (!x->bottom || x->bottom_dim) && (!y->bottom || y->bottom_dim);
	append(d, &p, a);
	append(d, &p, b);
	return new_block(d, p);
}

static int series(struct dag *d, int a, int v, int b)
{
	struct dag_block s = {.kind = DAG_SERIES}, *x = &d->blocks[a], *y = &d->blocks[b];
	int middle = new_block(d, (struct dag_block){.kind = DAG_VERTEX, .ref = v, .next = -1});

	s.key = x->key;
	s.top = x->top;
	s.top_dim = x->top_dim;
	s.bottom = y->bottom;
	s.bottom_dim = y->bottom_dim;
	append(d, &s, a);
	append(d, &s, middle);
	append(d, &s, b);
	return new_block(d, s);
}

static void offer(struct reduce *r, int v)
{
	if (r->in[v] == 1 && r->out[v] == 1)
		r->work[r->n_work++] = v;
}

static struct slot *find_slot(struct reduce *r, int from, int to)
{
	uint64_t h = ((uint64_t)(unsigned)from << 32 | (unsigned)to) * 0x9e3779b97f4a7c15u;

	for (h = (h >> 29) & r->mask;; h = (h + 1) & r->mask)
		if (r->slots[h].edge < 0 || (r->slots[h].from == from && r->slots[h].to == to))
			return &r->slots[h];
}

static void super_add(struct reduce *r, int from, int to, int block)
{
	struct slot *s = find_slot(r, from, to);

	if (s->edge >= 0 && r->edges[s->edge].alive) {
		struct dag_super *old = &r->edges[s->edge];
		old->block = parallel(r->d, old->block, block);
		return;
	}
	int id = r->n_edges++;
	*s = (struct slot){from, to, id};
	r->edges[id] = (struct dag_super){from, to, block, true};
	r->out[from]++;
	r->in[to]++;
	r->out_xor[from] ^= id;
	r->in_xor[to] ^= id;
}

static void super_remove(struct reduce *r, int id)
{
	struct dag_super *e = &r->edges[id];

	e->alive = false;
	r->out[e->from]--;
	r->in[e->to]--;
	r->out_xor[e->from] ^= id;
	r->in_xor[e->to] ^= id;
}

static int make_kernel(struct reduce *r, int region, int first)
{
	struct dag *d = r->d;
	struct dag_kernel *k = &d->kernels[d->n_kernels];
	struct dag_block b = {.kind = DAG_KERNEL, .ref = d->n_kernels};
	int n = 0;

	for (int i = first; i < r->n_edges; i++)
		n += r->edges[i].alive;
	*k = (struct dag_kernel){.region = region, .n_edges = n};
	k->edges = arena_calloc(&d->arena, (size_t)n, sizeof(*k->edges));
	if (!k->edges)
		return MF_ENOMEM;
	n = 0;
	for (int i = first; i < r->n_edges; i++) {
		const struct dag_super *e = &r->edges[i];
		if (!e->alive)
			continue;
		k->edges[n++] = *e;
		b.top |= e->from == dag_entry(d, region) && d->blocks[e->block].top;
		b.bottom |= e->to == dag_exit(d, region) && d->blocks[e->block].bottom;
	}
	d->n_kernels++;
	d->regions[region].root = new_block(d, b);
	return 0;
}

static int reduce_region(struct reduce *r, int region)
{
	struct dag *d = r->d;
	int first = r->n_edges, left = 0;

	for (int i = d->regions[region].first_link; i >= 0; i = d->links[i].next) {
		const struct dag_link *l = &d->links[i];
		struct dag_block b = {.kind = DAG_EDGE, .ref = i, .next = -1};
		/* the graph's order of edges; what goes to a frame counts as its split's first edge
		 */
		if (l->edge >= 0)
			b.key = l->edge;
		else if (l->from < d->n && d->out_at[l->from] < d->out_at[l->from + 1])
			b.key = d->out[d->out_at[l->from]];
		else
			b.key = d->m + l->to;
		b.top = b.bottom = l->visible;
		b.top_dim = b.bottom_dim = l->untaken;
		super_add(r, l->from, l->to, new_block(d, b));
	}
	r->n_work = 0;
	for (int v = d->regions[region].first_vertex; v >= 0; v = d->vertices[v].next)
		offer(r, v);
	while (r->n_work) {
		int v = r->work[--r->n_work];
		if (r->in[v] != 1 || r->out[v] != 1)
			continue;
		struct dag_super a = r->edges[r->in_xor[v]], b = r->edges[r->out_xor[v]];
		super_remove(r, r->in_xor[v]);
		super_remove(r, r->out_xor[v]);
		super_add(r, a.from, b.to, series(d, a.block, v, b.block));
		if (a.from != dag_entry(d, region))
			offer(r, a.from);
		if (b.to != dag_exit(d, region))
			offer(r, b.to);
	}
	for (int i = first; i < r->n_edges; i++)
		if (r->edges[i].alive) {
			d->regions[region].root = r->edges[i].block;
			left++;
		}
	return left > 1 ? make_kernel(r, region, first) : 0;
}

/* ---- loops ---- */

/* A back edge within a series can run up beside it. A node takes one such line from its side or
 * lets some in. */
static int choose_rails(struct dag *d)
{
	int left = DAG_MAX_LOOPS;

	for (int i = 0; i < d->n_vertices; i++)
		d->vertices[i].series = -1;
	for (int b = 0; b < d->n_blocks; b++) {
		int place = 0;
		if (d->blocks[b].kind != DAG_SERIES || d->blocks[b].dead)
			continue;
		for (int c = d->blocks[b].head; c >= 0; c = d->blocks[c].next, place++)
			if (d->blocks[c].kind == DAG_VERTEX) {
				d->vertices[d->blocks[c].ref].series = b;
				d->vertices[d->blocks[c].ref].place = place;
			}
	}
	bool *out = arena_calloc(&d->arena, (size_t)d->n * 2, sizeof(bool));
	if (!out)
		return MF_ENOMEM;
	bool *in = out + d->n;
	for (int e = 0; e < d->m && left; e++) {
		struct dag_edge *edge = &d->edges[e];
		const struct dag_vertex *u = &d->vertices[edge->from], *v = &d->vertices[edge->to];
		if (!edge->back || edge->same != e || u->series < 0 || u->series != v->series ||
			u->place <= v->place || in[edge->from] || out[edge->from] || out[edge->to])
			continue;
		edge->rail = d->nodes[edge->from].rail = d->nodes[edge->to].rail = true;
		out[edge->from] = in[edge->to] = true;
		left--;
	}
	return 0;
}

int dag_tree(struct dag *d)
{
	struct reduce r = {.d = d};
	size_t v = (size_t)d->n + 3 * (size_t)d->n_regions;
	size_t links = (size_t)d->m + 2 * (size_t)d->n_regions + 2 * v, size = 64;
	int rc;

	while (size < 4 * (links + v))
		size *= 2;
	d->n_vertices = (int)v;
	d->vertices = arena_calloc(&d->arena, v, sizeof(*d->vertices));
	d->links = arena_calloc(&d->arena, links, sizeof(*d->links));
	d->blocks = arena_calloc(&d->arena, 2 * links + 4 * v, sizeof(*d->blocks));
	d->kernels = arena_calloc(&d->arena, (size_t)d->n_regions, sizeof(*d->kernels));
	d->loop_dx = arena_calloc(&d->arena, (size_t)d->m, sizeof(int));
	d->item_of = arena_calloc(&d->arena, v, sizeof(int));
	r.edges = arena_calloc(&d->arena, links + v, sizeof(*r.edges));
	int *counts = arena_calloc(&d->arena, 4 * v, sizeof(int));
	r.work = arena_calloc(&d->arena, 4 * v, sizeof(int));
	r.slots = arena_alloc(&d->arena, size * sizeof(*r.slots));
	if (!d->vertices || !d->links || !d->blocks || !d->kernels || !d->loop_dx || !d->item_of ||
		!r.edges || !counts || !r.work || !r.slots)
		return MF_ENOMEM;
	r.in = counts;
	r.out = counts + v;
	r.in_xor = counts + 2 * v;
	r.out_xor = counts + 3 * v;
	r.mask = size - 1;
	for (size_t i = 0; i < size; i++)
		r.slots[i].edge = -1;
	rc = dag_links(d);
	for (int k = d->n_regions - 1; !rc && k >= 0;
		k--) /* blocks of frames come before those around them */
		rc = reduce_region(&r, k);
	return rc ? rc : choose_rails(d);
}
