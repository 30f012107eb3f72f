/* dagdraw_channel.c: rows for the lines between two layers.
 *
 * A wire (what a net has in one gap) runs down from its upper ends to its row, along it, and down
 * to its lower ends. Where a wire ends above and another begins below in the same column, the first
 * must have the higher row; if such demands go round in a circle, a wire is cut in two with a
 * column of its own between the rows. */
#include "dagdraw.h"

struct wire {
	int first, end; /* segments */
	int min, max, row;
	int via;                   /* column between the two rows of a cut wire, -1: whole */
	bool straight, half, done; /* half: cut, and the upper row is placed */
};

struct channel {
	struct dag_layers *la;
	struct wire *wires;
	int n;
	int *top, *bottom; /* by column: the wire that ends there, -1: none */
	int columns;
	int *left; /* wires to place */
	int n_left;
};

static void span(struct channel *c, struct wire *w, bool upper, bool lower)
{
	w->min = w->max = w->via >= 0 ? w->via
			  : upper     ? c->la->segs[w->first].xa
				      : c->la->segs[w->first].xb;
	for (int i = w->first; i < w->end; i++)
		for (int side = 0; side < 2; side++) {
			int x = side ? c->la->segs[i].xb : c->la->segs[i].xa;
			if (side ? !lower : !upper)
				continue;
			w->min = x < w->min ? x : w->min;
			w->max = x > w->max ? x : w->max;
		}
}

static void find_wires(struct channel *c, int gap)
{
	struct dag_layers *la = c->la;

	c->n = c->n_left = 0;
	for (int i = la->seg_at[gap]; i < la->seg_at[gap + 1];) {
		struct wire *w = &c->wires[c->n];
		*w = (struct wire){.first = i, .end = i, .via = -1, .row = -1};
		while (w->end < la->seg_at[gap + 1] && la->segs[w->end].net == la->segs[i].net)
			w->end++;
		span(c, w, true, true);
		w->straight = w->min == w->max;
		for (i = w->first; i < w->end; i++) {
			c->top[la->segs[i].xa] = c->n;
			c->bottom[la->segs[i].xb] = c->n;
		}
		if (!w->straight)
			c->left[c->n_left++] = c->n;
		c->n++;
	}
	/* from left to right, so that a row is filled greedily */
	for (int gapsize = c->n_left / 2; gapsize; gapsize /= 2)
		for (int i = gapsize; i < c->n_left; i++)
			for (int j = i; j >= gapsize; j -= gapsize) {
				int a = c->left[j - gapsize], b = c->left[j];
				if (c->wires[a].min < c->wires[b].min ||
					(c->wires[a].min == c->wires[b].min && a < b))
					break;
				c->left[j - gapsize] = b;
				c->left[j] = a;
			}
}

/* May the (rest of the) wire have its row here: are all placed that end above its lower ends? */
static bool ready(const struct channel *c, int id, int row)
{
	const struct wire *w = &c->wires[id];

	for (int i = w->first; i < w->end; i++) {
		int above = c->top[c->la->segs[i].xb];
		const struct wire *o = above >= 0 ? &c->wires[above] : NULL;
		if (o && above != id && !o->straight && (!(o->done || o->half) || o->row >= row))
			return false;
	}
	return true;
}

/* A column no wire ends in, as near as possible. */
static int free_column(const struct channel *c, const struct wire *w)
{
	int middle = (w->min + w->max) / 2;

	for (int by = 0;; by++)
		for (int sign = -1; sign <= 1; sign += 2) {
			int x = middle + sign * by;
			if (x >= 0 && x < c->columns && c->top[x] < 0 && c->bottom[x] < 0)
				return x;
		}
}

/* Set the row of a wire, upper or only or lower. */
static void place(struct channel *c, struct wire *w, int row)
{
	for (int i = w->first; i < w->end; i++) {
		struct dag_seg *s = &c->la->segs[i];
		if (!w->half) {
			s->row = row;
		} else {
			s->via = w->via;
			s->via_row = row;
		}
	}
	/* of a cut wire only the upper row matters to others */
	if (!w->half)
		w->row = row;
	w->done = true;
}

static void cut(struct channel *c, int id, int row)
{
	struct wire *w = &c->wires[id];

	w->via = free_column(c, w);
	c->top[w->via] = c->bottom[w->via] = id;
	if (w->via >= c->la->width)
		c->la->width = w->via + 1;
	place(c, w, row);
	w->done = false;
	w->half = true;
	span(c, w, false, true);
}

/* The number of rows; -1: more than can be drawn. */
static int fill_rows(struct channel *c)
{
	int row = 0;

	for (; c->n_left; row++) {
		if ((int64_t)row * c->la->width > DAG_MAX_CELLS)
			return -1;
		int last = -2, kept = 0;
		for (int i = 0; i < c->n_left; i++) {
			struct wire *w = &c->wires[c->left[i]];
			if (w->min > last + 1 && (!w->half || w->row < row) &&
				ready(c, c->left[i], row)) {
				place(c, w, row);
				last = w->max;
			} else {
				c->left[kept++] = c->left[i];
			}
		}
		if (kept == c->n_left) {
			int i = 0;
			while (c->wires[c->left[i]].half)
				i++; /* if all were, the first could be placed */
			cut(c, c->left[i], row);
		}
		c->n_left = kept;
	}
	return row;
}

static void clear(struct channel *c)
{
	for (int i = 0; i < c->n; i++) {
		const struct wire *w = &c->wires[i];
		for (int s = w->first; s < w->end; s++)
			c->top[c->la->segs[s].xa] = c->bottom[c->la->segs[s].xb] = -1;
		if (w->via >= 0)
			c->top[w->via] = c->bottom[w->via] = -1;
	}
}

int dag_channels(struct dag *d, struct dag_layers *la)
{
	int y = 0;
	struct channel c = {.la = la, .columns = la->width + la->n_segs + 2};

	c.wires = arena_alloc(&d->trial, (size_t)la->n_segs * sizeof(*c.wires));
	c.left = arena_alloc(&d->trial, (size_t)la->n_segs * sizeof(int));
	c.top = arena_alloc(&d->trial, (size_t)c.columns * sizeof(int));
	c.bottom = arena_alloc(&d->trial, (size_t)c.columns * sizeof(int));
	la->band = arena_calloc(&d->trial, (size_t)la->n_layers, sizeof(int));
	la->band_h = arena_calloc(&d->trial, (size_t)la->n_layers, sizeof(int));
	la->gap_h = arena_calloc(&d->trial, (size_t)la->n_layers, sizeof(int));
	if (!c.wires || !c.left || !c.top || !c.bottom || !la->band || !la->band_h || !la->gap_h)
		return MF_ENOMEM;
	for (int i = 0; i < c.columns; i++)
		c.top[i] = c.bottom[i] = -1;
	for (int l = 0; l < la->n_layers; l++) {
		la->band[l] = y;
		for (int i = la->order_at[l]; i < la->order_at[l + 1]; i++)
			if (la->items[la->order[i]].h > la->band_h[l])
				la->band_h[l] = la->items[la->order[i]].h;
		for (int i = la->order_at[l]; i < la->order_at[l + 1]; i++) {
			struct dag_item *it = &la->items[la->order[i]];
			it->y = y + (la->band_h[l] - it->h) / 2;
		}
		if (l + 1 < la->n_layers) {
			find_wires(&c, l);
			la->gap_h[l] = fill_rows(&c);
			if (la->gap_h[l] < 0)
				return MF_ELIMIT;
			clear(&c);
		}
		y += la->band_h[l] + la->gap_h[l];
		if ((int64_t)y * la->width > DAG_MAX_CELLS)
			return MF_ELIMIT;
	}
	la->height = y;
	return 0;
}
