/* model/dagdraw.h: the parts of mf_graph_draw().
 *
 * A graph is worked out once (struct dag): back edges, what was not taken, foreach regions,
 * printable texts. For boxes it is then taken apart. Every foreach region is a graph of its own
 * with one way in and one way out, and a vertex of its parent like any node (a frame). Each of
 * these graphs is reduced to series and parallel blocks, as a workflow nearly always can; what
 * resists (the kernel) is laid out in layers, blocks being its items. Sizes are made from the
 * innermost block outwards, places from the outermost block inwards: no recursion anywhere.
 *
 * Columns and rows are ints; every vertex and block has an axis, the column its lines enter and
 * leave by. Functions return 0, MF_ENOMEM or MF_ELIMIT; all memory is in the arenas of struct dag.
 */
#ifndef MF_MODEL_DAGDRAW_H
#define MF_MODEL_DAGDRAW_H

#include <stdint.h>

#include "../base/arena.h"
#include "../base/buf.h"
#include "../mf.h"
#include "graph.h"

enum {
	DAG_MAX_NODES = 20000,
	DAG_MAX_EDGES = 100000,
	DAG_MAX_CELLS = 4000000,
	DAG_MAX_LOOPS = 64, /* back edges drawn as rails; others are told in words */
	DAG_TEXT = 120      /* columns of any text */
};

/* Printable text: escaped, no line breaks. */
struct dag_text {
	const char *p;
	int n, w; /* bytes, columns */
};

struct dag_node {
	struct dag_text name, count; /* count: ×300 */
	struct dag_text bar;         /* ▓▓▒░ 120/300, below the name */
	struct dag_text info;        /* 30/30 · 2.1s */
	struct dag_text loop, again; /* ↺ ×4, and the cases that lead back */
	struct dag_text shown;       /* the name as the style has it */
	int32_t glyph;               /* 0: none */
	bool untaken;
	bool maybe; /* on a branch of a switch: not every task of the region comes here */
	bool self;  /* has an edge to itself */
	bool rail;  /* a loop's rail begins or ends at its side, so the text there moves down */
	int region; /* the innermost foreach around it, 0: none */
	int opens;  /* the region it is the split of, 0: none */
};

struct dag_edge {
	int from, to;
	bool back, untaken;
	int same;       /* the first edge between these nodes in this direction, maybe itself */
	int more, last; /* the next such edge, -1: none; of the first one, the last */
	bool rail;      /* back edge drawn at the side */
	struct dag_text label, brief; /* condition = case; case */
	struct dag_text shown;        /* what the style has of it */
};

/* Region 0 is the whole graph. Parents come before their children. */
struct dag_region {
	int split, join, parent;
	int64_t total; /* tasks of a step inside, -1: unknown */
	struct dag_text title, shown;
	int root; /* block */
	int first_link, last_link, first_vertex, last_vertex;
};

/* Vertices: the nodes, then a frame, an entry and an exit for every region. */
struct dag_vertex {
	int next;    /* in its region, -1: last */
	int half;    /* columns of the box beside the axis */
	int l, r, h; /* columns left and right of the axis, rows, with the text beside the box */
	int x, y;    /* axis and first row */
	int series, place; /* the series block it stands in and where, -1: in none */
	int ports;         /* most lines to one side of it */
};

/* An edge inside a region. */
struct dag_link {
	int from, to, next, edge; /* edge -1: to or from a frame, or only for the layout */
	bool visible, untaken;
};

enum dag_kind { DAG_EDGE, DAG_VERTEX, DAG_SERIES, DAG_PARALLEL, DAG_KERNEL };

struct dag_point {
	int x, y;
};

/* Columns from the axis; where lines begin or end. */
struct dag_span {
	int min, max;
	bool any;
};

/* Where the lines of a block come together: in the block around it, here at a border, here at a
 * line of a kernel. */
enum dag_end { DAG_END_OUTER, DAG_END_BORDER, DAG_END_LINE };

struct dag_block {
	uint8_t kind;
	bool dead;                   /* part of another block of its kind */
	bool bare;                   /* edge that is a line between layers */
	bool top, bottom;            /* lines come in, lines go out */
	bool top_dim, bottom_dim;    /* all of them not taken */
	int ref;                     /* link, vertex, kernel */
	int head, tail, next, count; /* children; a series is block, vertex, block … block */
	int key;                     /* order among the branches of a split */
	int l, r, h;
	struct dag_span tops, bottoms;           /* axes of those lines, from the own axis */
	struct dag_span live_tops, live_bottoms; /* and of those that are taken */
	uint8_t own_top, own_bottom;             /* enum dag_end */
	int x, y; /* axis, first row; from the parent's until it is placed */
	struct dag_point from; /* the first cell below what its lines come from */
	struct dag_point to;   /* the last cell above what they go to */
};

/* Do the lines of a block need a row of their own to come together? */
static inline bool dag_top_bus(const struct dag_block *b)
{
	return b->tops.min || b->tops.max;
}
static inline bool dag_bottom_bus(const struct dag_block *b)
{
	return b->bottoms.min || b->bottoms.max;
}

/* Edges that were left when nothing could be reduced: each carries a block. */
struct dag_super {
	int from, to, block;
	bool alive;
};

struct dag_layers;
struct dag_kernel {
	int region, n_edges;
	struct dag_super *edges;
	struct dag_layers *layers; /* of the style at hand */
};

/* How much room things may take. */
struct dag_style {
	int name, label, gap, margin;
	bool cond, info, even;
};

struct dag {
	const struct mf_graph *g;
	struct mf_draw_options opts;
	struct arena arena, trial; /* trial: of one style */
	struct buf scratch;
	int n, m, n_regions;
	struct dag_node *nodes;
	struct dag_edge *edges;
	int *out, *out_at, *in, *in_at; /* edges by node, back edges too */
	int *order;                     /* topological, depth first */
	struct dag_region *regions;
	struct dag_vertex *vertices;
	struct dag_link *links;
	struct dag_block *blocks;
	struct dag_kernel *kernels;
	int n_vertices, n_links, n_blocks, n_kernels;
	struct dag_style style;
	int *item_of; /* scratch of kernels, by vertex */
	int *loop_dx; /* by edge: the column of its rail, from the axis */
	int rows, columns;
};

static inline int dag_frame(const struct dag *d, int region)
{
	return d->n + region;
}
static inline int dag_entry(const struct dag *d, int region)
{
	return d->n + d->n_regions + 2 * region;
}
static inline int dag_exit(const struct dag *d, int region)
{
	return dag_entry(d, region) + 1;
}

/* dagdraw_graph.c: nodes, edges by node, back edges, what was not taken, topological order. */
int dag_read(struct dag *d);
/* Sets maybe of the nodes; needs the regions. */
void dag_find_maybe(struct dag *d);
/* dagdraw_region.c: which foreach regions there are. */
int dag_find_regions(struct dag *d);
/* dagdraw_text.c: every text of the drawing, uncut. */
int dag_texts(struct dag *d);
/* At most `width` columns of a text, in the trial arena. */
int dag_cut(struct dag *d, struct dag_text *out, const struct dag_text *text, int width);
/* dagdraw_links.c: vertices and links of every region. */
int dag_links(struct dag *d);
/* dagdraw_tree.c: links, blocks, kernels; which back edges get a rail. */
int dag_tree(struct dag *d);

/* dagdraw_place.c: where everything is, by the sizes; sets rows and columns. */
void dag_place(struct dag *d);
/* dagdraw_layout.c: sizes and places in the style of d->style; sets rows and columns. */
int dag_layout(struct dag *d);
/* Columns a box needs for its lines up and down. */
void dag_size_node(struct dag *d, int node);

/* dagdraw_layers.c: items of a kernel in layers, ordered with few crossings. */
struct dag_item {
	uint8_t kind; /* enum dag_item_kind */
	int ref;      /* vertex, block or net */
	int layer, at;
	int l, r, h, x, y;
	double key, weight; /* scratch of a sweep */
};
enum dag_item_kind { DAG_ITEM_VERTEX, DAG_ITEM_BLOCK, DAG_ITEM_DUMMY };
/* The lines of one source, or into one target: a tree. */
struct dag_net {
	int root; /* item */
	bool out; /* root is the source */
};
/* Where a net meets the box of an item. */
struct dag_port {
	int item, net, dx;
	bool bottom;
	double key;
};
/* A piece of a net between one layer and the next. */
struct dag_seg {
	int net, a, b; /* upper and lower item */
	int pa, pb;    /* ports, -1: dummy */
	bool untaken;
	int xa, xb, row;  /* row of its horizontal part from the first of the gap, -1: straight */
	int via, via_row; /* column and row of the second horizontal part, -1: none */
};
struct dag_layers {
	struct dag_item *items;
	struct dag_net *nets;
	struct dag_port *ports;
	struct dag_seg *segs; /* sorted by the layer above */
	int n_items, n_nets, n_ports, n_segs, n_layers;
	int *seg_at;           /* of layer i */
	int *order, *order_at; /* items of layer i from left to right */
	int *band, *band_h;    /* first row and rows of layer i */
	int *gap_h;            /* rows of the gap below it */
	int entry, exit;       /* items, -1: none */
	int width, height;
};
int dag_layers_make(struct dag *d, struct dag_kernel *k);

struct dag_base_edge {
	int a, b;
	bool dim;
};

/* What is only needed while the layers are made. */
struct dag_maker {
	struct dag *d;
	struct dag_kernel *k;
	struct dag_layers *la;
	struct dag_base_edge *edges;
	int n_edges, cap_items;
	int *in, *out; /* degrees of the items */
	int *topo;
};
/* dagdraw_nets.c: nets, their dummies, ports and segments; the segments by layer and net. */
int dag_nets(struct dag_maker *m);
int dag_sort_segs(struct dag_maker *m);

/* dagdraw_order.c: items of each layer from left to right. */
int dag_order(struct dag *d, struct dag_layers *la);
/* dagdraw_coords.c: columns of the items, then of the segments' ends. */
int dag_coords(struct dag *d, struct dag_layers *la);
/* dagdraw_channel.c: the rows of the segments in each gap. */
int dag_channels(struct dag *d, struct dag_layers *la);

/* dagdraw_canvas.c: cells. Lines are kept as arms (up, down, left, right; dotted or solid) until
 * dag_finish makes characters of them, so that they join whatever the order they are drawn in. */
enum {
	DAG_UP = 1,
	DAG_DOWN = 4,
	DAG_LEFT = 16,
	DAG_RIGHT = 64
}; /* times 1 dotted, times 2 solid */
struct dag_canvas {
	struct mf_cell *cells;
	uint8_t *arms;
	int32_t *owner; /* lines with different owners cross without joining; 0 joins all */
	int rows, columns;
	bool ascii;
};
void dag_arm(struct dag_canvas *c, int row, int column, unsigned arms, bool dim, int owner);
void dag_hline(struct dag_canvas *c, int row, int from, int to, bool dim, int owner);
/* Rows from..to (from <= to), open to the cells above and below as told. */
void dag_vline(struct dag_canvas *c, int column, int from, int to, bool up, bool down, bool dim,
	int owner);
/* Returns the column behind the text. */
int dag_put(
	struct dag_canvas *c, int row, int column, const struct dag_text *text, int role, int node);
void dag_put_char(struct dag_canvas *c, int row, int column, int32_t ch, int role, int node);
void dag_box(struct dag_canvas *c, const struct mf_rect *r, bool dim, int node);
void dag_draw_frame(
	struct dag_canvas *c, const struct mf_rect *r, const struct dag_text *title, bool dim);
void dag_finish(struct dag_canvas *c);

/* dagdraw_route.c: everything at its place. */
void dag_paint(const struct dag *d, struct dag_canvas *c, struct mf_rect *boxes);

/* dagdraw_rails.c: the compact form. Plans rows and columns; paints them. */
struct dag_rails;
int dag_rails_plan(struct dag *d, struct dag_rails **out);
void dag_rails_paint(const struct dag *d, const struct dag_rails *r, struct dag_canvas *c,
	struct mf_rect *boxes);

#endif
