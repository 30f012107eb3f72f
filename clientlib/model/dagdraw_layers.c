/* dagdraw_layers.c: a kernel in layers.
 *
 * Items (boxes, frames, blocks) get the layer of their longest path from above. Edges are gathered into nets, all lines
 * out of one item or all into one, so that many edges become one line that branches: drawn lines only ever join within
 * a net, and a net is a tree, so what joins is never ambiguous. Where a net passes a layer it has one dummy item. */
#include "dagdraw.h"

enum { MAX_ITEMS = 200000 };

struct base_edge {
	int a, b;
	bool dim;
};

/* What is only needed while the layers are made. */
struct maker {
	struct dag *d;
	struct dag_kernel *k;
	struct dag_layers *la;
	struct base_edge *edges;
	int n_edges, cap_items;
	int *in, *out; /* degrees of the items */
	int *topo;
};

static void item_add(struct maker *m, enum dag_item_kind kind, int ref)
{
	m->la->items[m->la->n_items++] = (struct dag_item){.kind = (uint8_t)kind, .ref = ref, .layer = 0};
}

static int vertex_item(struct maker *m, int v)
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

static void edge_add(struct maker *m, int a, int b, bool dim)
{
	m->edges[m->n_edges++] = (struct base_edge){a, b, dim};
	m->out[a]++;
	m->in[b]++;
}

/* A bare edge stays an edge; any other block becomes an item between its ends. */
static int make_items(struct maker *m)
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
		int a = b->top || e->from != dag_entry(d, m->k->region) ? vertex_item(m, e->from) : -1;
		int z = b->bottom || e->to != dag_exit(d, m->k->region) ? vertex_item(m, e->to) : -1;
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
static int make_layers(struct maker *m)
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

/* ---- nets ---- */

/* Of a net: the farthest member, and the farthest taken one. */
struct reach {
	int far, live, dummy, port; /* dummy: the item of its first passed layer */
};

static bool in_out_net(const struct maker *m, const struct base_edge *e)
{
	if (e->a == m->la->entry || e->b == m->la->exit)
		return e->a == m->la->entry;
	return m->out[e->a] >= m->in[e->b];
}

static int port_add(struct maker *m, int item, int net, bool bottom)
{
	struct dag_layers *la = m->la;

	la->ports[la->n_ports] = (struct dag_port){.item = item, .net = net, .bottom = bottom};
	return la->n_ports++;
}

static void seg_add(struct maker *m, int net, int a, int pa, int b, int pb, bool dim)
{
	m->la->segs[m->la->n_segs++] =
		(struct dag_seg){.net = net, .a = a, .b = b, .pa = pa, .pb = pb, .untaken = dim, .row = -1, .via_row = -1};
}

/* The net of each edge; net ids are 2 * item + (1 for nets out of it), and looked up by that until all are known. */
static int find_nets(struct maker *m, struct reach *reach)
{
	struct dag_layers *la = m->la;
	int64_t dummies = 0, segs = 0;

	for (int i = 0; i < 2 * la->n_items; i++)
		reach[i] = (struct reach){-1, -1, -1, -1};
	for (int e = 0; e < m->n_edges; e++) {
		const struct base_edge *edge = &m->edges[e];
		bool out = in_out_net(m, edge);
		struct reach *r = &reach[out ? 2 * edge->a + 1 : 2 * edge->b];
		int layer = la->items[out ? edge->b : edge->a].layer;
		if (r->far < 0 || (out ? layer > r->far : layer < r->far))
			r->far = layer;
		if (!edge->dim && (r->live < 0 || (out ? layer > r->live : layer < r->live)))
			r->live = layer;
	}
	for (int i = 0; i < 2 * la->n_items; i++) {
		int layer = la->items[i / 2].layer;
		if (reach[i].far < 0)
			continue;
		reach[i].dummy = la->n_items + (int)dummies;
		dummies += i & 1 ? reach[i].far - layer - 1 : layer - reach[i].far - 1;
		if (dummies > MAX_ITEMS)
			return MF_ELIMIT;
	}
	segs = dummies + m->n_edges;
	m->cap_items = la->n_items + (int)dummies;
	struct dag_item *items = arena_alloc(&m->d->trial, (size_t)m->cap_items * sizeof(*items));
	la->segs = arena_alloc(&m->d->trial, (size_t)segs * sizeof(*la->segs));
	la->ports = arena_alloc(&m->d->trial, 2 * (size_t)m->n_edges * sizeof(*la->ports));
	la->nets = arena_alloc(&m->d->trial, 2 * (size_t)la->n_items * sizeof(*la->nets));
	if (!items || !la->segs || !la->ports || !la->nets)
		return MF_ENOMEM;
	memcpy(items, la->items, (size_t)la->n_items * sizeof(*items));
	la->items = items;
	return 0;
}

/* The dummies of a net and the segments between them and its root. */
static void make_trunk(struct maker *m, int id, struct reach *r)
{
	struct dag_layers *la = m->la;
	bool out = id & 1;
	int root = id / 2, layer = la->items[root].layer, net = la->n_nets++;
	int n = out ? r->far - layer - 1 : layer - r->far - 1;

	la->nets[net] = (struct dag_net){.root = root, .out = out};
	r->port = port_add(m, root, net, out);
	for (int i = 0; i < n; i++) {
		/* dummy i is the i-th from the top */
		int dummy = r->dummy + i, at = out ? layer + 1 + i : r->far + 1 + i;
		la->items[dummy] = (struct dag_item){.kind = DAG_ITEM_DUMMY, .ref = net, .layer = at};
		if (out)
			seg_add(m, net, i ? dummy - 1 : root, i ? -1 : r->port, dummy, -1, at >= r->live);
		else
			seg_add(m, net, dummy, -1, i + 1 < n ? dummy + 1 : root, i + 1 < n ? -1 : r->port,
				r->live < 0 || at <= r->live);
	}
}

static int make_nets(struct maker *m)
{
	struct dag_layers *la = m->la;
	int n = la->n_items;
	struct reach *reach = arena_alloc(&m->d->trial, 2 * (size_t)n * sizeof(*reach));
	int rc = reach ? find_nets(m, reach) : MF_ENOMEM;

	if (rc)
		return rc;
	for (int i = 0; i < 2 * n; i++)
		if (reach[i].far >= 0)
			make_trunk(m, i, &reach[i]);
	for (int e = 0; e < m->n_edges; e++) {
		const struct base_edge *edge = &m->edges[e];
		bool out = in_out_net(m, edge);
		const struct reach *r = &reach[out ? 2 * edge->a + 1 : 2 * edge->b];
		int net = la->ports[r->port].net, a = la->items[edge->a].layer, b = la->items[edge->b].layer;
		int end = port_add(m, out ? edge->b : edge->a, net, !out);
		bool direct = b == a + 1;
		if (out)
			seg_add(m, net, direct ? edge->a : r->dummy + b - a - 2, direct ? r->port : -1, edge->b, end,
				edge->dim);
		else
			seg_add(m, net, edge->a, end, direct ? edge->b : r->dummy + a - r->far,
				direct ? r->port : -1, edge->dim);
	}
	la->n_items = m->cap_items;
	return 0;
}

/* Segments by the layer above, those of one net together, otherwise in the order they were made. */
static int sort_segs(struct maker *m)
{
	struct dag_layers *la = m->la;
	size_t n = (size_t)la->n_segs;
	struct dag_seg *by_net = arena_alloc(&m->d->trial, n * sizeof(*by_net));
	int *net_at = arena_calloc(&m->d->trial, (size_t)la->n_nets + 1, sizeof(int));

	la->seg_at = arena_calloc(&m->d->trial, (size_t)la->n_layers + 2, sizeof(int));
	if (!by_net || !net_at || !la->seg_at)
		return MF_ENOMEM;
	for (size_t i = 0; i < n; i++) {
		net_at[la->segs[i].net + 1]++;
		la->seg_at[la->items[la->segs[i].a].layer + 2]++;
	}
	for (int i = 0; i < la->n_nets; i++)
		net_at[i + 1] += net_at[i];
	for (int i = 0; i < la->n_layers; i++)
		la->seg_at[i + 2] += la->seg_at[i + 1];
	for (size_t i = 0; i < n; i++)
		by_net[net_at[la->segs[i].net]++] = la->segs[i];
	for (size_t i = 0; i < n; i++)
		la->segs[la->seg_at[la->items[by_net[i].a].layer + 1]++] = by_net[i];
	return 0;
}

static void size_items(struct maker *m)
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
			it->h = b->h + (b->top && (b->top_min || b->top_max))
				+ (b->bottom && (b->bottom_min || b->bottom_max));
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
	struct maker m = {.d = d, .k = k, .la = la};
	int rc;

	if (!la)
		return MF_ENOMEM;
	k->layers = la;
	rc = make_items(&m);
	if (!rc)
		rc = make_layers(&m);
	if (!rc)
		rc = make_nets(&m);
	if (!rc)
		rc = sort_segs(&m);
	if (rc)
		return rc;
	size_items(&m);
	rc = dag_order(d, la);
	if (!rc)
		rc = dag_coords(d, la);
	return rc ? rc : dag_channels(d, la);
}
