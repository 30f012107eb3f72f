/* graph_pane.h: a graph as a widget: drawn by the library, coloured by the status of its nodes,
 * with a selected node that the arrows move along the edges. UI thread only. */
#ifndef TUI_GRAPH_PANE_H
#define TUI_GRAPH_PANE_H

#include "../clientlib/mf.h"
#include "canvas.h"
#include "keys.h"

struct graph_pane {
	struct mf_graph *graph; /* owned; NULL: not there yet */
	const struct mf_node *nodes;
	const struct mf_edge *edges;
	size_t n_nodes, n_edges;
	bool live;    /* of a run: nodes have a status */
	bool compact; /* rails instead of boxes */
	bool chosen;  /* by the person: else a graph whose names do not fit into boxes gets rails */
	bool scrolls; /* or is drawn as wide as it likes, and scrolls */
	bool critical;
	size_t selected;
	bool *on_path;     /* of the critical path, by node */
	int64_t *expected; /* tasks, by node */

	struct mf_drawing *drawing; /* of the following; NULL: to be made */
	bool ascii, made_compact, drawn_compact;
	int width;
	int top, left;  /* what is scrolled out */
	bool moved;     /* the selection is to be brought into sight */
	int x, y, w, h; /* as drawn last */
};

void graph_pane_init(struct graph_pane *p);
void graph_pane_release(struct graph_pane *p);
/* Show another graph (taken over); the selected node is found again by its name. */
void graph_pane_set(struct graph_pane *p, struct mf_graph *graph);
/* The selected node, NULL without a graph. */
const struct mf_node *graph_pane_node(const struct graph_pane *p);
/* Select the node of that name; false: there is none. */
bool graph_pane_select(struct graph_pane *p, const char *name);
/* True: used. The selected node may be another one now. */
bool graph_pane_action(struct graph_pane *p, enum action a);
/* *opened: the selected node was clicked once more. */
bool graph_pane_mouse(struct graph_pane *p, const struct key *k, bool *opened);
void graph_pane_draw(struct graph_pane *p, struct canvas *c, bool focused, const char *empty);
/* One line: the nodes in their order, as many as fit around the selected one. */
void graph_pane_strip(struct graph_pane *p, struct canvas *c, bool focused);
/* How a node is to be shown: its status; pending where nothing is known of it. */
enum ui_status node_status(const struct graph_pane *p, const struct mf_node *n);
/* Tasks of a node that ended well, and how many there are or, as far as is known, will be. */
int64_t node_done(const struct mf_node *n);
int64_t node_expected(const struct graph_pane *p, const struct mf_node *n);
/* How many tasks each node will have, from the widths of the foreach splits above it; -1: nobody
 * knows yet, 0: it was not taken. malloc'ed, NULL: no memory. Any thread. */
int64_t *graph_expected(const struct mf_graph *graph);
/* From its first start to its last end, or to `now`; -1: it has not started. */
int64_t node_duration(const struct mf_node *n, int64_t now);

#endif
