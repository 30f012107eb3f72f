/* dagdraw_rails.c: the compact form, one line a step, with rails as `git log --graph` has them.
 *
 * A rail is a net: all edges out of one step, or all into one step, whichever of the two gathers
 *more. A split with any number of branches thus takes one rail, and its join another:
 *
 *	●       start
 *	├─●─╮   a
 *	╰─●─┤   b
 *	●───╯   join
 */
#include "dagdraw.h"

enum {
	ALIGNED = 10, /* up to so many rails the texts stand in one column, else right behind the
			 rails */
	NAME_MAX = 40,
	NAME_MIN = 8,
	CASE_MAX = 20, /* of a switch edge when room is short */
	DOT = 0x25cf,
	RING = 0x25cb
};

struct rail {
	int root, members, left; /* node, edges, those not passed yet */
	int column, first, last; /* -1: not begun; rows */
	int live;                /* row of the taken member farthest from the root, -1: none */
};

struct dag_rails {
	struct rail *rails; /* 2 * node: into it; 2 * node + 1: out of it */
	int *rail_of;       /* by edge, -1: not drawn */
	int *row, *column;  /* by node */
	int *depth;
	int *width; /* rails beside each row */
	int *used;  /* by column: the rail there, -1: none */
	int columns, widest;
	int above;          /* column of the node before */
	int name_x, info_x; /* 0: behind the row's own rails; relative to the text */
};

static bool drawn(const struct dag *d, int e)
{
	return !d->edges[e].back && d->edges[e].same == e;
}

static void gather(const struct dag *d, struct dag_rails *r, int *in, int *out)
{
	for (int e = 0; e < d->m; e++)
		if (drawn(d, e)) {
			out[d->edges[e].from]++;
			in[d->edges[e].to]++;
		}
	for (int i = 0; i < 2 * d->n; i++)
		r->rails[i] = (struct rail){
			.root = i / 2, .column = -1, .first = -1, .last = -1, .live = -1};
	for (int e = 0; e < d->m; e++) {
		const struct dag_edge *edge = &d->edges[e];
		r->rail_of[e] = -1;
		if (!drawn(d, e))
			continue;
		r->rail_of[e] = out[edge->from] >= in[edge->to] ? 2 * edge->from + 1 : 2 * edge->to;
		r->rails[r->rail_of[e]].members++;
		r->rails[r->rail_of[e]].left++;
	}
}

static int free_column(struct dag_rails *r, int from)
{
	while (from < r->columns && r->used[from] >= 0)
		from++;
	return from;
}

static void occupy(struct dag_rails *r, int rail, int column)
{
	if (column >= r->columns)
		r->columns = column + 1;
	r->used[column] = rail;
	r->rails[rail].column = column;
}

/* The column of a node. Below what leads to it alone; right of the rail it hangs on with others; a
 * join stands where the first of its rails ends or, further left, in the first free column, which
 * after a split is the split's own. */
static int choose_column(const struct dag *d, struct dag_rails *r, int v, int row)
{
	int n = 0, last = -1, end = -1;

	for (int k = d->in_at[v]; k < d->in_at[v + 1]; k++) {
		int id = r->rail_of[d->in[k]];
		if (id < 0 || id == last)
			continue;
		const struct rail *rail = &r->rails[id];
		bool ends = rail->left == 1 || rail->root == v;
		if (ends && (end < 0 || rail->column < end))
			end = rail->column;
		last = id;
		n++;
	}
	if (!n) { /* aside of the node above, which would seem to lead here */
		int column = free_column(r, 0);
		return row && column == r->above ? free_column(r, column + 1) : column;
	}
	const struct rail *rail = &r->rails[last];
	if (n == 1 && rail->members == 1)
		return rail->column;
	if (n == 1 && (last & 1))
		return free_column(r, rail->column + 1);
	int column = free_column(r, 0);
	return end >= 0 && end < column ? end : column;
}

/* One row: the node finds its column, rails that end leave theirs, new ones begin. */
static void pass(const struct dag *d, struct dag_rails *r, int v, int row)
{
	int column = choose_column(d, r, v, row);

	r->row[v] = row;
	r->column[v] = r->above = column;
	if (column >= r->columns)
		r->columns = column + 1;
	int out = 2 * v + 1;
	for (int k = d->out_at[v]; k < d->out_at[v + 1]; k++) {
		int id = r->rail_of[d->out[k]];
		if (id < 0 || r->rails[id].column >= 0)
			continue;
		/* straight down if it is the node's own, or leads from here alone */
		bool below = id == out || (r->rails[id].members == 1 && !r->rails[out].members);
		int there = r->used[column]; /* ends here, unless it has just begun */
		if (below && (there < 0 || r->rails[there].first < row))
			occupy(r, id, column);
		else
			occupy(r, id, free_column(r, column + 1));
		r->rails[id].first = row;
	}
	for (int side = 0; side < 2; side++) {
		const int *at = side ? d->out_at : d->in_at, *list = side ? d->out : d->in;
		for (int k = at[v]; k < at[v + 1]; k++) {
			int id = r->rail_of[list[k]];
			if (id < 0)
				continue;
			struct rail *rail = &r->rails[id];
			bool root = rail->root == v;
			if (!d->edges[list[k]].untaken && !root && ((id & 1) || rail->live < 0))
				rail->live = row;
			if (!root)
				rail->left--;
			rail->last = row;
		}
	}
	r->width[row] = column + 1;
	for (int c = 0; c < r->columns; c++) {
		int id = r->used[c];
		if (id < 0)
			continue;
		if (c + 1 > r->width[row])
			r->width[row] = c + 1;
		const struct rail *rail = &r->rails[id];
		if (rail->column != c || (id & 1 ? !rail->left : rail->root == v))
			r->used[c] = -1;
	}
	if (r->width[row] > r->widest)
		r->widest = r->width[row];
}

static int max_int(int a, int b)
{
	return a > b ? a : b;
}

/* Columns of what follows the name, two blanks before each part. */
static int trail_width(const struct dag *d, int v)
{
	const struct dag_node *node = &d->nodes[v];
	int w = 0;

	w += node->bar.w ? node->bar.w + 2 : 0;
	w += node->info.w ? node->info.w + 2 : 0;
	w += node->loop.w ? node->loop.w + 2 : 0;
	w += node->again.w ? node->again.w + 2 : 0;
	if (node->opens)
		w += d->regions[node->opens].title.w + 2;
	for (int k = d->in_at[v]; k < d->in_at[v + 1]; k++)
		if (d->edges[d->in[k]].shown.w)
			w += d->edges[d->in[k]].shown.w + 2;
	return w;
}

/* The names at most so wide, cases in full or short: sets the columns of everything. */
static int measure(struct dag *d, struct dag_rails *r, int name, bool full)
{
	int names = 0, rc = 0;

	for (int e = 0; !rc && e < d->m; e++)
		rc = full ? dag_cut(d, &d->edges[e].shown, &d->edges[e].label, DAG_TEXT)
			  : dag_cut(d, &d->edges[e].shown, &d->edges[e].brief, CASE_MAX);
	for (int v = 0; !rc && v < d->n; v++) {
		struct dag_node *node = &d->nodes[v];
		rc = dag_cut(d, &node->shown, &node->name, name);
		names = max_int(names, 2 * r->depth[v] + (d->opts.status ? 2 : 0) + node->shown.w +
					       (node->count.w ? 1 + node->count.w : 0));
	}
	r->name_x = r->widest <= ALIGNED ? 2 * r->widest + 1 : 0;
	r->info_x = names + 2;
	d->rows = d->n;
	d->columns = 1;
	for (int v = 0; v < d->n; v++) {
		int text = r->name_x ? r->name_x : 2 * r->width[r->row[v]] + 1,
		    w = trail_width(d, v);
		d->columns = max_int(d->columns, text + (w ? r->info_x + w - 2 : names));
	}
	return rc;
}

/* As wide as asked for, if that can be: first cases are shortened, then names. */
static int fit(struct dag *d, struct dag_rails *r)
{
	int rc = measure(d, r, NAME_MAX, true);
	bool full = true;

	for (int name = NAME_MAX; !rc && d->opts.width && (size_t)d->columns > d->opts.width;) {
		if (!full)
			name -= (int)((size_t)d->columns - d->opts.width) < name - NAME_MIN
					? (int)((size_t)d->columns - d->opts.width)
					: name - NAME_MIN;
		rc = measure(d, r, name, false);
		if (!full && name <= NAME_MIN)
			break;
		full = false;
	}
	return rc;
}

int dag_rails_plan(struct dag *d, struct dag_rails **out)
{
	struct dag_rails *r = arena_calloc(&d->arena, 1, sizeof(*r));
	size_t n = (size_t)d->n;
	int *degrees = arena_calloc(&d->arena, 2 * n, sizeof(int)), rc;

	if (!r || !degrees)
		return MF_ENOMEM;
	*out = r;
	r->rails = arena_alloc(&d->arena, 2 * n * sizeof(*r->rails));
	r->rail_of = arena_alloc(&d->arena, (size_t)d->m * sizeof(int));
	r->row = arena_calloc(&d->arena, 4 * n, sizeof(int));
	r->used = arena_alloc(&d->arena, (3 * n + 2) * sizeof(int));
	if (!r->rails || !r->rail_of || !r->row || !r->used)
		return MF_ENOMEM;
	r->column = r->row + n;
	r->depth = r->row + 2 * n;
	r->width = r->row + 3 * n;
	for (size_t i = 0; i < 3 * n + 2; i++)
		r->used[i] = -1;
	rc = dag_texts(d);
	if (rc)
		return rc;
	gather(d, r, degrees, degrees + n);
	for (int i = 0; i < d->n; i++) {
		pass(d, r, d->order[i], i);
		if ((int64_t)r->columns * 2 * d->n > DAG_MAX_CELLS)
			return MF_ELIMIT;
	}
	for (int v = 0; v < d->n; v++)
		for (int k = d->nodes[v].region; k; k = d->regions[k].parent)
			r->depth[v]++;
	return fit(d, r);
}

/* ---- painting ---- */

/* What was not taken first, so that the rest lies over it. */
static void paint_rails(const struct dag *d, const struct dag_rails *r, struct dag_canvas *c)
{
	for (int i = 0; i < 2 * d->n; i++) {
		const struct rail *rail = &r->rails[i];
		int x = 2 * rail->column, root = r->row[rail->root];
		if (rail->column < 0)
			continue;
		dag_vline(c, x, rail->first, rail->last, false, false, true, i + 1);
		if (rail->live >= 0)
			dag_vline(c, x, i & 1 ? root : rail->live, i & 1 ? rail->live : root, false,
				false, false, i + 1);
	}
}

/* From the node to the rails of its edges; nearer ones first, farther ones then pass through their
 * junctions. */
static void paint_joints(
	const struct dag *d, const struct dag_rails *r, struct dag_canvas *c, int v)
{
	for (int step = 1, more = 1; more; step = more) {
		more = 0;
		for (int side = 0; side < 2; side++) {
			const int *at = side ? d->out_at : d->in_at, *list = side ? d->out : d->in;
			for (int k = at[v]; k < at[v + 1]; k++) {
				int id = r->rail_of[list[k]];
				if (id < 0)
					continue;
				const struct rail *rail = &r->rails[id];
				int by = rail->column - r->column[v];
				by = by < 0 ? -by : by;
				if (by > step && (!more || by < more))
					more = by;
				bool dim = rail->root == v ? rail->live < 0
							   : d->edges[list[k]].untaken;
				if (by == step)
					dag_hline(c, r->row[v], 2 * r->column[v], 2 * rail->column,
						dim, id + 1);
			}
		}
	}
}

static int paint_part(
	struct dag_canvas *c, int row, int x, const struct dag_text *text, int role, int v)
{
	return text->w ? dag_put(c, row, x, text, role, v) + 2 : x;
}

static void paint_step(const struct dag *d, const struct dag_rails *r, struct dag_canvas *c, int v,
	struct mf_rect *box)
{
	const struct dag_node *node = &d->nodes[v];
	bool dim = node->untaken;
	int row = r->row[v], text = r->name_x ? r->name_x : 2 * r->width[row] + 1,
	    x = text + 2 * r->depth[v], end;
	int role = dim ? MF_CELL_UNTAKEN : MF_CELL_INFO,
	    label = dim ? MF_CELL_UNTAKEN : MF_CELL_LABEL;
	int start = x;

	dag_put_char(c, row, 2 * r->column[v],
		c->ascii ? dim ? 'o' : '*'
		: dim    ? RING
			 : DOT,
		dim ? MF_CELL_UNTAKEN : MF_CELL_GLYPH, v);
	if (node->glyph)
		dag_put_char(c, row, x, node->glyph, MF_CELL_GLYPH, v);
	if (d->opts.status)
		x += 2;
	end = x = dag_put(c, row, x, &node->shown, dim ? MF_CELL_UNTAKEN : MF_CELL_NAME, v);
	if (node->count.w)
		end = dag_put(c, row, x + 1, &node->count, role, v);
	x = text + r->info_x;
	x = paint_part(c, row, x, &node->bar, role, v);
	x = paint_part(c, row, x, &node->info, role, v);
	x = paint_part(c, row, x, &node->loop, role, v);
	x = paint_part(c, row, x, &node->again, label, v);
	if (node->opens)
		x = paint_part(c, row, x, &d->regions[node->opens].title,
			dim ? MF_CELL_UNTAKEN : MF_CELL_FRAME_TITLE, v);
	for (int k = d->in_at[v]; k < d->in_at[v + 1]; k++)
		x = paint_part(c, row, x, &d->edges[d->in[k]].shown,
			d->edges[d->in[k]].untaken ? MF_CELL_UNTAKEN : label, v);
	end = x > text + r->info_x ? x - 2 : end;
	*box = (struct mf_rect){(size_t)row, (size_t)start, 1, (size_t)(end - start)};
}

void dag_rails_paint(
	const struct dag *d, const struct dag_rails *r, struct dag_canvas *c, struct mf_rect *boxes)
{
	paint_rails(d, r, c);
	for (int v = 0; v < d->n; v++)
		paint_joints(d, r, c, v);
	for (int v = 0; v < d->n; v++)
		paint_step(d, r, c, v, &boxes[v]);
	dag_finish(c);
}
