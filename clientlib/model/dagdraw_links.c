/* dagdraw_links.c: the graph of every region: its vertices (nodes and frames) and the links between
 * them. */
#include "dagdraw.h"

static void link_add(struct dag *d, int region, struct dag_link link)
{
	struct dag_region *r = &d->regions[region];
	int id = d->n_links++;

	link.next = -1;
	d->links[id] = link;
	if (r->last_link < 0)
		r->first_link = id;
	else
		d->links[r->last_link].next = id;
	r->last_link = id;
}

static void vertex_add(struct dag *d, int region, int v)
{
	struct dag_region *r = &d->regions[region];

	d->vertices[v].next = -1;
	if (r->last_vertex < 0)
		r->first_vertex = v;
	else
		d->vertices[r->last_vertex].next = v;
	r->last_vertex = v;
}

/* An edge is a link of the region both its ends are in; from a split into its region, or from there
 * to the join, it is one inside and, once for all such edges, one to or from the frame. The frame's
 * are counted here. */
static void link_edge(struct dag *d, int e, int *enter, int *leave)
{
	const struct dag_edge *edge = &d->edges[e];
	int from = d->nodes[edge->from].region, to = d->nodes[edge->to].region;
	struct dag_link link = {.from = edge->from,
		.to = edge->to,
		.edge = e,
		.visible = true,
		.untaken = edge->untaken};
	int region = from;

	if (from != to && d->regions[to].split == edge->from) {
		region = to;
		link.from = dag_entry(d, to);
		enter[to] |= edge->untaken ? 1 : 2;
	} else if (from != to) {
		link.to = dag_exit(d, from);
		leave[from] |= edge->untaken ? 1 : 2;
	}
	link_add(d, region, link);
}

/* Every vertex hangs between the entry and the exit of its region. */
static int link_loose_ends(struct dag *d)
{
	bool *in = arena_calloc(&d->arena, (size_t)d->n_vertices, sizeof(bool));
	bool *out = arena_calloc(&d->arena, (size_t)d->n_vertices, sizeof(bool));

	if (!in || !out)
		return MF_ENOMEM;
	for (int i = 0; i < d->n_links; i++)
		out[d->links[i].from] = in[d->links[i].to] = true;
	for (int k = 0; k < d->n_regions; k++)
		for (int v = d->regions[k].first_vertex; v >= 0; v = d->vertices[v].next) {
			struct dag_link from = {.from = dag_entry(d, k), .to = v, .edge = -1};
			struct dag_link to = {.from = v, .to = dag_exit(d, k), .edge = -1};
			if (!in[v])
				link_add(d, k, from);
			if (!out[v])
				link_add(d, k, to);
		}
	return 0;
}

int dag_links(struct dag *d)
{
	int *enter = arena_calloc(&d->arena, (size_t)d->n_regions, sizeof(int));
	int *leave = arena_calloc(&d->arena, (size_t)d->n_regions, sizeof(int));

	if (!enter || !leave)
		return MF_ENOMEM;
	for (int k = 0; k < d->n_regions; k++) {
		struct dag_region *r = &d->regions[k];
		r->first_link = r->last_link = r->first_vertex = r->last_vertex = -1;
	}
	for (int i = 0; i < d->n; i++) {
		vertex_add(d, d->nodes[i].region, i);
		if (d->nodes[i].opens)
			vertex_add(d, d->nodes[i].region, dag_frame(d, d->nodes[i].opens));
	}
	for (int e = 0; e < d->m; e++)
		if (!d->edges[e].back && d->edges[e].same == e)
			link_edge(d, e, enter, leave);
	for (int k = 1; k < d->n_regions; k++) {
		const struct dag_region *r = &d->regions[k];
		struct dag_link in = {.from = r->split,
			.to = dag_frame(d, k),
			.edge = -1,
			.visible = true,
			.untaken = enter[k] == 1};
		struct dag_link out = {.from = dag_frame(d, k),
			.to = r->join,
			.edge = -1,
			.visible = true,
			.untaken = leave[k] == 1};
		link_add(d, r->parent, in);
		if (leave[k])
			link_add(d, r->parent, out);
	}
	return link_loose_ends(d);
}
