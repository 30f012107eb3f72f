/* dagdraw_place.c: places, from the outside in: rows and columns of everything that has a size. */
#include "dagdraw.h"

static void place_series(struct dag *d, const struct dag_block *b)
{
	struct dag_point from = b->from;

	for (int c = b->head; c >= 0; c = d->blocks[c].next) {
		struct dag_block *child = &d->blocks[c];
		child->x = b->x;
		child->y += b->y;
		if (child->kind == DAG_VERTEX) {
			struct dag_vertex *v = &d->vertices[child->ref];
			v->x = b->x;
			v->y = child->y;
			from = (struct dag_point){b->x, v->y + v->h};
			continue;
		}
		child->own_top = c != b->head ? DAG_END_BORDER : DAG_END_OUTER;
		child->own_bottom = c != b->tail ? DAG_END_BORDER : DAG_END_OUTER;
		child->from = from;
		child->to = c == b->tail ? b->to
					 : (struct dag_point){b->x,
						   child->y + child->h + dag_bottom_bus(child) - 1};
	}
}

static void place_kernel(struct dag *d, const struct dag_block *b)
{
	struct dag_layers *la = d->kernels[b->ref].layers;

	for (int i = 0; i < la->n_items; i++) {
		struct dag_item *it = &la->items[i];
		it->x += b->x - b->l;
		it->y += b->y;
		if (it->kind == DAG_ITEM_VERTEX) {
			d->vertices[it->ref].x = it->x;
			d->vertices[it->ref].y = it->y;
		} else if (it->kind == DAG_ITEM_BLOCK) {
			struct dag_block *child = &d->blocks[it->ref];
			child->x = it->x;
			child->y = it->y + dag_top_bus(child);
			child->own_top = child->own_bottom = DAG_END_LINE;
			child->from = (struct dag_point){it->x, it->y};
			child->to = (struct dag_point){it->x, it->y + it->h - 1};
		}
	}
	for (int i = 0; i < la->n_segs; i++) {
		la->segs[i].xa += b->x - b->l;
		la->segs[i].xb += b->x - b->l;
		la->segs[i].via += b->x - b->l;
	}
	for (int i = 0; i < la->n_layers; i++)
		la->band[i] += b->y;
}

static void place_block(struct dag *d, struct dag_block *b)
{
	if (b->kind == DAG_SERIES) {
		place_series(d, b);
	} else if (b->kind == DAG_PARALLEL) {
		for (int c = b->head; c >= 0; c = d->blocks[c].next) {
			struct dag_block *child = &d->blocks[c];
			child->x += b->x;
			child->y = b->y;
			child->from = b->from;
			child->to = b->to;
		}
	} else if (b->kind == DAG_KERNEL) {
		place_kernel(d, b);
	}
}

static void place_region(struct dag *d, int region)
{
	struct dag_block *root = &d->blocks[d->regions[region].root];

	root->own_top = root->own_bottom = DAG_END_BORDER;
	if (!region) {
		root->x = root->l;
		root->y = 0;
		root->from = (struct dag_point){root->x, 0};
		root->to = (struct dag_point){root->x, root->h - 1};
		return;
	}
	const struct dag_vertex *v = &d->vertices[dag_frame(d, region)];
	root->x = v->x;
	root->y = v->y + 1 + dag_top_bus(root);
	root->from = (struct dag_point){v->x, v->y + 1};
	root->to = (struct dag_point){v->x, v->y + v->h - 2};
}

void dag_place(struct dag *d)
{
	for (int k = 0; k < d->n_regions; k++) {
		int first = k + 1 < d->n_regions ? d->regions[k + 1].root : -1;
		place_region(d, k);
		for (int i = d->regions[k].root; i > first; i--)
			if (!d->blocks[i].dead)
				place_block(d, &d->blocks[i]);
	}

	const struct dag_block *root = &d->blocks[d->regions[0].root];
	d->rows = root->h;
	d->columns = root->l + root->r + 1;
}
