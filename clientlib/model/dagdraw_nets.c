/* dagdraw_nets.c: the edges of a kernel gathered into nets.
 *
 * A net is all lines out of one item or all into one, so that many edges become one line that
 * branches: drawn lines only ever join within a net, and a net is a tree, so what joins is never
 * ambiguous. Where a net passes a layer it has one dummy item. */
#include "dagdraw.h"

enum { MAX_ITEMS = 200000 };

/* Of a net: the farthest member, and the farthest taken one. */
struct reach {
	int far, live, dummy, port; /* dummy: the item of its first passed layer */
};

static bool in_out_net(const struct dag_maker *m, const struct dag_base_edge *e)
{
	if (e->a == m->la->entry || e->b == m->la->exit)
		return e->a == m->la->entry;
	return m->out[e->a] >= m->in[e->b];
}

static int port_add(struct dag_maker *m, int item, int net, bool bottom)
{
	struct dag_layers *la = m->la;

	la->ports[la->n_ports] = (struct dag_port){.item = item, .net = net, .bottom = bottom};
	return la->n_ports++;
}

static void seg_add(struct dag_maker *m, int net, int a, int pa, int b, int pb, bool dim)
{
	m->la->segs[m->la->n_segs++] = (struct dag_seg){.net = net,
		.a = a,
		.b = b,
		.pa = pa,
		.pb = pb,
		.untaken = dim,
		.row = -1,
		.via_row = -1};
}

/* The net of each edge; net ids are 2 * item + (1 for nets out of it), and looked up by that until
 * all are known. */
static int find_nets(struct dag_maker *m, struct reach *reach)
{
	struct dag_layers *la = m->la;
	int64_t dummies = 0, segs = 0;

	for (int i = 0; i < 2 * la->n_items; i++)
		reach[i] = (struct reach){-1, -1, -1, -1};
	for (int e = 0; e < m->n_edges; e++) {
		const struct dag_base_edge *edge = &m->edges[e];
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
static void make_trunk(struct dag_maker *m, int id, struct reach *r)
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
		la->items[dummy] =
			(struct dag_item){.kind = DAG_ITEM_DUMMY, .ref = net, .layer = at};
		if (out)
			seg_add(m, net, i ? dummy - 1 : root, i ? -1 : r->port, dummy, -1,
				at >= r->live);
		else
			seg_add(m, net, dummy, -1, i + 1 < n ? dummy + 1 : root,
				i + 1 < n ? -1 : r->port, r->live < 0 || at <= r->live);
	}
}

int dag_nets(struct dag_maker *m)
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
		const struct dag_base_edge *edge = &m->edges[e];
		bool out = in_out_net(m, edge);
		const struct reach *r = &reach[out ? 2 * edge->a + 1 : 2 * edge->b];
		int net = la->ports[r->port].net, a = la->items[edge->a].layer,
		    b = la->items[edge->b].layer;
		int end = port_add(m, out ? edge->b : edge->a, net, !out);
		bool direct = b == a + 1;
		if (out)
			seg_add(m, net, direct ? edge->a : r->dummy + b - a - 2,
				direct ? r->port : -1, edge->b, end, edge->dim);
		else
			seg_add(m, net, edge->a, end, direct ? edge->b : r->dummy + a - r->far,
				direct ? r->port : -1, edge->dim);
	}
	la->n_items = m->cap_items;
	return 0;
}

/* Segments by the layer above, those of one net together, otherwise in the order they were made. */
int dag_sort_segs(struct dag_maker *m)
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
