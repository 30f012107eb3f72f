/* dagdraw_layers.c: a kernel in layers. Items (boxes, frames, blocks) get the layer of their
 * longest path from above. */
#include "dagdraw.h"

static void item_add(struct dag_maker *m, enum dag_item_kind kind, int ref)
{
	m->la->items[m->la->n_items++] =
		(struct dag_item){.kind = (uint8_t)kind, .ref = ref, .layer = 0};
}

static int vertex_item(struct dag_maker *m, int v)
{
	int *of = &m->d->item_of[v];

	if (*of < 0) {
		*of = m->la->n_items;
		item_add(m, DAG_ITEM_VERTEX, v);
		if (v == dag_entry(m->d, m->k->region))
			m->la->entry = *of;
		if (v == dag_exit(m->d, m->k->region))
			m->la->exit = *of;
	}
	return *of;
}

static void edge_add(struct dag_maker *m, int a, int b, bool dim)
{
	m->edges[m->n_edges++] = (struct dag_base_edge){a, b, dim};
	m->out[a]++;
	m->in[b]++;
}

/* A bare edge stays an edge; any other block becomes an item between its ends. */
static int make_items(struct dag_maker *m)
{
	struct dag *d = m->d;
	size_t n = (size_t)m->k->n_edges;

	m->la->items = arena_alloc(&d->trial, 3 * n * sizeof(*m->la->items));
	m->edges = arena_alloc(&d->trial, 2 * n * sizeof(*m->edges));
	m->in = arena_calloc(&d->trial, 3 * n, sizeof(int));
	m->out = arena_calloc(&d->trial, 3 * n, sizeof(int));
	m->topo = arena_alloc(&d->trial, 3 * n * sizeof(int));
	if (!m->la->items || !m->edges || !m->in || !m->out || !m->topo)
		return MF_ENOMEM;
	m->la->entry = m->la->exit = -1;
	for (size_t i = 0; i < n; i++) {
		d->item_of[m->k->edges[i].from] = -1;
		d->item_of[m->k->edges[i].to] = -1;
	}
	for (size_t i = 0; i < n; i++) {
		const struct dag_super *e = &m->k->edges[i];
		const struct dag_block *b = &d->blocks[e->block];
		int a = b->top || e->from != dag_entry(d, m->k->region) ? vertex_item(m, e->from)
									: -1;
		int z = b->bottom || e->to != dag_exit(d, m->k->region) ? vertex_item(m, e->to)
									: -1;
		d->blocks[e->block].bare = b->kind == DAG_EDGE && !b->h;
		if (b->bare) {
			if (b->top)
				edge_add(m, a, z, b->top_dim);
			continue;
		}
		int item = m->la->n_items;
		item_add(m, DAG_ITEM_BLOCK, e->block);
		if (b->top)
			edge_add(m, a, item, b->top_dim);
		if (b->bottom)
			edge_add(m, item, z, b->bottom_dim);
	}
	return 0;
}

/* Longest paths; then what has more lines below it than above moves down as far as it can. */
static int make_layers(struct dag_maker *m)
{
	struct dag_layers *la = m->la;
	int n = la->n_items, done = 0, depth = 0;
	int *at = arena_calloc(&m->d->trial, (size_t)n + 2, sizeof(int));
	int *list = arena_alloc(&m->d->trial, (size_t)m->n_edges * sizeof(int));
	int *wait = arena_alloc(&m->d->trial, (size_t)n * sizeof(int));

	if (!at || !list || !wait)
		return MF_ENOMEM;
	for (int e = 0; e < m->n_edges; e++)
		at[m->edges[e].a + 2]++;
	for (int i = 0; i < n; i++)
		at[i + 2] += at[i + 1];
	for (int e = 0; e < m->n_edges; e++)
		list[at[m->edges[e].a + 1]++] = e;
	for (int i = 0; i < n; i++) {
		wait[i] = m->in[i];
		if (!wait[i])
			m->topo[done++] = i;
	}
	for (int i = 0; i < done; i++) {
		int v = m->topo[i], next = la->items[v].layer + 1;
		depth = next > depth ? next : depth;
		for (int k = at[v]; k < at[v + 1]; k++) {
			int b = m->edges[list[k]].b;
			if (la->items[b].layer < next)
				la->items[b].layer = next;
			if (--wait[b] == 0)
				m->topo[done++] = b;
		}
	}
	if (la->exit >= 0) {
		/* below everything, also what leads nowhere */
		int last = 0;
		for (int i = 0; i < n; i++)
			if (i != la->exit && la->items[i].layer > last)
				last = la->items[i].layer;
		la->items[la->exit].layer = last + 1;
		depth = last + 2;
	}
	la->n_layers = depth;
	for (int i = done - 1; i >= 0; i--) {
		int v = m->topo[i], low = depth;
		if (m->out[v] <= m->in[v] || v == la->entry)
			continue;
		for (int k = at[v]; k < at[v + 1]; k++)
			if (la->items[m->edges[list[k]].b].layer < low)
				low = la->items[m->edges[list[k]].b].layer;
		la->items[v].layer = low - 1;
	}
	return 0;
}

static void size_items(struct dag_maker *m)
{
	struct dag *d = m->d;
	struct dag_layers *la = m->la;

	for (int i = 0; i < la->n_items; i++) {
		struct dag_item *it = &la->items[i];
		it->l = it->r = it->h = 0;
		it->weight = 0; /* counts ports above, key those below */
		it->key = 0;
	}
	for (int i = 0; i < la->n_ports; i++) {
		struct dag_item *it = &la->items[la->ports[i].item];
		*(la->ports[i].bottom ? &it->key : &it->weight) += 1;
	}
	for (int i = 0; i < la->n_items; i++) {
		struct dag_item *it = &la->items[i];
		if (it->kind == DAG_ITEM_BLOCK) {
			const struct dag_block *b = &d->blocks[it->ref];
			it->l = b->l;
			it->r = b->r;
			it->h = b->h + dag_top_bus(b) + dag_bottom_bus(b);
		} else if (it->kind == DAG_ITEM_VERTEX && it->ref < dag_entry(d, 0)) {
			struct dag_vertex *v = &d->vertices[it->ref];
			if (it->ref < d->n) {
				v->ports = (int)(it->key > it->weight ? it->key : it->weight);
				dag_size_node(d, it->ref);
			}
			it->l = v->l;
			it->r = v->r;
			it->h = v->h;
		}
	}
}

int dag_layers_make(struct dag *d, struct dag_kernel *k)
{
	struct dag_layers *la = arena_calloc(&d->trial, 1, sizeof(*la));
	struct dag_maker m = {.d = d, .k = k, .la = la};
	int rc;

	if (!la)
		return MF_ENOMEM;
	k->layers = la;
	rc = make_items(&m);
	if (!rc)
		rc = make_layers(&m);
	if (!rc)
		rc = dag_nets(&m);
	if (!rc)
		rc = dag_sort_segs(&m);
	if (rc)
		return rc;
	size_items(&m);
	rc = dag_order(d, la);
	if (!rc)
		rc = dag_coords(d, la);
	return rc ? rc : dag_channels(d, la);
}
