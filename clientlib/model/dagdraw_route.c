/* dagdraw_route.c: boxes, frames, texts and the lines between them, all at their places. */
#include "dagdraw.h"

/* Lines that fan out or come together: a row from the outermost to the axis they share, marks on it
 * and on the border beyond. `side` is where the border is, DAG_UP or DAG_DOWN. */
static void paint_bus(struct dag_canvas *c, struct dag_point at, const struct dag_span *all,
	const struct dag_span *live, unsigned side, enum dag_end end)
{
	bool dim = !live->any;

	if (!all->any || end == DAG_END_OUTER)
		return;
	if (end == DAG_END_BORDER && side == DAG_UP)
		dag_arm(c, at.y - 1, at.x, DAG_DOWN, dim, 0);
	else if (end == DAG_END_BORDER)
		dag_arm(c, at.y + 1, at.x, DAG_UP, dim, 0);
	if (!all->min && !all->max)
		return;
	dag_arm(c, at.y, at.x, side, dim, 0);
	dag_hline(c, at.y, at.x + (all->min < 0 ? all->min : 0),
		at.x + (all->max > 0 ? all->max : 0), true, 0);
	if (live->any)
		dag_hline(c, at.y, at.x + (live->min < 0 ? live->min : 0),
			at.x + (live->max > 0 ? live->max : 0), false, 0);
}

static void paint_edge(const struct dag *d, struct dag_canvas *c, const struct dag_block *b)
{
	const struct dag_link *l = &d->links[b->ref];

	if (!l->visible)
		return;
	dag_vline(c, b->x, b->from.y, b->to.y, b->x == b->from.x, b->x == b->to.x, l->untaken, 0);
	if (b->h)
		dag_put(c, b->y, b->x + 2, &d->edges[l->edge].shown,
			l->untaken ? MF_CELL_UNTAKEN : MF_CELL_LABEL, -1);
}

static void paint_seg(struct dag_canvas *c, const struct dag_layers *la, const struct dag_seg *s)
{
	const struct dag_item *a = &la->items[s->a], *b = &la->items[s->b];
	int owner = 1 + s->net;
	int top = s->pa < 0 ? la->band[a->layer] : a->y + a->h;
	int end = s->pb < 0 ? la->band[b->layer] - 1 : b->y - 1;
	int gap = la->band[a->layer] + la->band_h[a->layer];

	if (s->pa >= 0)
		dag_arm(c, top - 1, s->xa, DAG_DOWN, s->untaken, 0);
	if (s->pb >= 0)
		dag_arm(c, end + 1, s->xb, DAG_UP, s->untaken, 0);
	if (s->row < 0) {
		dag_vline(c, s->xa, top, end, true, true, s->untaken, owner);
		return;
	}
	int row = gap + s->row, low = s->via_row >= 0 ? gap + s->via_row : row;
	int x = s->via_row >= 0 ? s->via : s->xb;
	if (low == row && s->xa == s->xb) { /* its row is for others of its net */
		dag_vline(c, s->xa, top, end, true, true, s->untaken, owner);
		return;
	}
	dag_vline(c, s->xa, top, row, true, false, s->untaken, owner);
	dag_hline(c, row, s->xa, x, s->untaken, owner);
	if (low != row) {
		dag_vline(c, x, row, low, false, false, s->untaken, owner);
		dag_hline(c, low, x, s->xb, s->untaken, owner);
	}
	dag_vline(c, s->xb, low, end, false, true, s->untaken, owner);
}

static void paint_kernel(const struct dag *d, struct dag_canvas *c, const struct dag_block *b)
{
	const struct dag_layers *la = d->kernels[b->ref].layers;

	for (int i = 0; i < la->n_segs; i++)
		if (la->segs[i].untaken)
			paint_seg(c, la, &la->segs[i]);
	for (int i = 0; i < la->n_segs; i++)
		if (!la->segs[i].untaken)
			paint_seg(c, la, &la->segs[i]);
	if (la->entry >= 0)
		dag_arm(c, b->y, b->x, DAG_UP, b->top_dim, 0);
	if (la->exit >= 0) {
		int x = la->items[la->exit].x, y = b->y + b->h;
		dag_arm(c, y - 1, x, DAG_DOWN, b->bottom_dim, 0);
		dag_vline(c, x, y, b->to.y, true, x == b->to.x, b->bottom_dim, 0);
	}
}

/* A rail from the right side of a node up to that of an earlier one. */
static void paint_loop(const struct dag *d, struct dag_canvas *c, int e)
{
	const struct dag_edge *edge = &d->edges[e];
	const struct dag_vertex *u = &d->vertices[edge->from], *v = &d->vertices[edge->to];
	int x = u->x + d->loop_dx[e], low = u->y + 1, high = v->y + 1, owner = d->n_vertices + e;

	dag_arm(c, low, u->x + u->half, DAG_RIGHT, edge->untaken, owner);
	dag_hline(c, low, u->x + u->half, x, edge->untaken, owner);
	dag_vline(c, x, high, low, false, false, edge->untaken, owner);
	dag_hline(c, high, v->x + v->half + 1, x, edge->untaken, owner);
	dag_put_char(c, high, v->x + v->half + 1, d->opts.ascii ? '<' : 0x25c0,
		edge->untaken ? MF_CELL_UNTAKEN : MF_CELL_EDGE, -1);
}

static void paint_node(const struct dag *d, struct dag_canvas *c, int i, struct mf_rect *box)
{
	const struct dag_node *node = &d->nodes[i];
	const struct dag_vertex *v = &d->vertices[i];
	int row = v->y + 1, x = v->x - v->half + 2;
	int info = node->untaken ? MF_CELL_UNTAKEN : MF_CELL_INFO;

	*box = (struct mf_rect){
		(size_t)v->y, (size_t)(v->x - v->half), (size_t)v->h, (size_t)(2 * v->half + 1)};
	dag_box(c, box, node->untaken, i);
	if (node->glyph) {
		dag_put_char(c, row, x, node->glyph, MF_CELL_GLYPH, i);
		x += 2;
	}
	x = dag_put(c, row, x, &node->shown, node->untaken ? MF_CELL_UNTAKEN : MF_CELL_NAME, i);
	dag_put(c, row, x + 1, &node->count, info, i);
	dag_put(c, row + 1, v->x - v->half + 2, &node->bar, info, i);
	/* beside it: the middle row, and the last one for loops; only the last if a rail leaves
	 * from the middle */
	int side = v->x + v->half + 2, last = v->y + v->h - 1;
	bool loops = node->loop.w || node->again.w;
	x = side;
	if (d->style.info && node->info.w)
		x = dag_put(c, node->rail ? last : row, x, &node->info, info, i) + 1;
	if (!loops)
		return;
	if (!node->rail) {
		x = side;
		last = d->style.info && node->info.w ? last : row;
	}
	x = dag_put(c, last, x, &node->loop, info, i);
	dag_put(c, last, node->loop.w ? x + 1 : x, &node->again,
		node->untaken ? MF_CELL_UNTAKEN : MF_CELL_LABEL, i);
}

void dag_paint(const struct dag *d, struct dag_canvas *c, struct mf_rect *boxes)
{
	for (int k = 1; k < d->n_regions; k++) {
		const struct dag_vertex *v = &d->vertices[dag_frame(d, k)];
		struct mf_rect r = {(size_t)v->y, (size_t)(v->x - v->l), (size_t)v->h,
			(size_t)(v->l + v->r + 1)};
		dag_draw_frame(c, &r, &d->regions[k].shown, d->nodes[d->regions[k].split].untaken);
	}
	for (int i = 0; i < d->n_blocks; i++) {
		const struct dag_block *b = &d->blocks[i];
		if (b->dead)
			continue;
		if (b->bare)
			continue;
		paint_bus(c, b->from, &b->tops, &b->live_tops, DAG_UP, b->own_top);
		paint_bus(c, b->to, &b->bottoms, &b->live_bottoms, DAG_DOWN, b->own_bottom);
		if (b->kind == DAG_EDGE)
			paint_edge(d, c, b);
		else if (b->kind == DAG_KERNEL)
			paint_kernel(d, c, b);
	}
	for (int e = 0; e < d->m; e++)
		if (d->edges[e].rail)
			paint_loop(d, c, e);
	for (int i = 0; i < d->n; i++)
		paint_node(d, c, i, &boxes[i]);
	dag_finish(c);
}
