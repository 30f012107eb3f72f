#include "graph_pane.h"

#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/fmt.h"
#include "../clientlib/base/text.h"
#include "data.h"

void graph_pane_init(struct graph_pane *p)
{
	*p = (struct graph_pane){.moved = true};
}

void graph_pane_release(struct graph_pane *p)
{
	mf_drawing_free(p->drawing);
	mf_graph_free(p->graph);
	free(p->on_path);
	free(p->expected);
	*p = (struct graph_pane){0};
}

/* ---- nodes ---- */

enum ui_status node_status(const struct graph_pane *p, const struct mf_node *n)
{
	if (!p->live || !n->status || (!n->ran && !n->n_tasks))
		return UI_PENDING;
	return data_status_named(n->status);
}

int64_t node_done(const struct mf_node *n)
{
	return (int64_t)n->counts[MF_COMPLETED];
}

int64_t node_expected(const struct graph_pane *p, const struct mf_node *n)
{
	int64_t known = p->expected ? p->expected[n - p->nodes] : -1;

	return known > (int64_t)n->n_tasks ? known : (int64_t)n->n_tasks;
}

/* What one edge says of the tasks of the node below it. */
static int64_t expected_along(
	const struct mf_node *nodes, const struct mf_edge *e, const int64_t *expected)
{
	const struct mf_node *from = &nodes[e->from];

	if (e->taken == 0)
		return 0;
	if (from->foreach_artifact || (from->num_splits >= 0 && from->matching_join))
		return from->num_splits;
	if (from->condition) /* each task takes one of the branches */
		return expected[e->from] == 1 && e->taken == 1 ? 1 : -1;
	return expected[e->from];
}

int64_t *graph_expected(const struct mf_graph *graph)
{
	const struct mf_node *nodes;
	const struct mf_edge *edges;
	size_t n = mf_graph_nodes(graph, &nodes), m = mf_graph_edges(graph, &edges);
	int64_t *expected = calloc(n + 1, sizeof(*expected));

	for (size_t i = 0; expected && i < n; i++) {
		bool first = true;
		for (size_t k = 0; k < i; k++) /* a join has as many tasks as its split */
			if (nodes[k].matching_join &&
				str_eq(nodes[k].matching_join, nodes[i].name)) {
				expected[i] = expected[k];
				first = false;
			}
		bool join = !first;
		for (size_t e = 0; e < m && !join; e++) {
			if (edges[e].to != i || edges[e].from >= i) /* loops back add to it */
				continue;
			int64_t x = expected_along(nodes, &edges[e], expected);
			expected[i] = first                      ? x
				      : x < 0 || expected[i] < 0 ? -1
				      : x > expected[i]          ? x
								 : expected[i];
			first = false;
		}
		if (first)
			expected[i] = 1;
	}
	return expected;
}

int64_t node_duration(const struct mf_node *n, int64_t now)
{
	if (n->started_at == MF_NO_TIME)
		return -1;
	if (n->finished_at != MF_NO_TIME)
		return n->finished_at > n->started_at ? n->finished_at - n->started_at : 0;
	return n->counts[MF_RUNNING] && now > n->started_at ? now - n->started_at : -1;
}

/* Back from the last node, always to the parent that ended last: what the end had to wait for. */
static void find_path(struct graph_pane *p)
{
	free(p->on_path);
	p->on_path = p->n_nodes ? calloc(p->n_nodes, sizeof(*p->on_path)) : NULL;
	if (!p->on_path || !p->live)
		return;
	size_t at = SIZE_MAX;
	for (size_t i = 0; i < p->n_nodes; i++)
		if (p->nodes[i].started_at != MF_NO_TIME &&
			(at == SIZE_MAX || p->nodes[i].started_at >= p->nodes[at].started_at))
			at = i;
	while (at != SIZE_MAX && !p->on_path[at]) {
		size_t best = SIZE_MAX;
		p->on_path[at] = true;
		for (size_t e = 0; e < p->n_edges; e++) {
			size_t from = p->edges[e].from;
			if (p->edges[e].to != at || from == at ||
				p->nodes[from].finished_at == MF_NO_TIME)
				continue;
			if (best == SIZE_MAX ||
				p->nodes[from].finished_at > p->nodes[best].finished_at)
				best = from;
		}
		at = best;
	}
}

void graph_pane_set(struct graph_pane *p, struct mf_graph *graph)
{
	const struct mf_node *old = graph_pane_node(p);
	char *name = old ? strdup(old->name) : NULL;
	struct mf_graph *gone = p->graph;

	p->graph = graph;
	p->n_nodes = graph ? mf_graph_nodes(graph, &p->nodes) : 0;
	p->n_edges = graph ? mf_graph_edges(graph, &p->edges) : 0;
	p->live = graph && mf_graph_run(graph);
	if (!p->n_edges && p->n_nodes > 1 && !p->chosen)
		p->compact = true; /* boxes that nothing joins say no more than a list */
	mf_drawing_free(p->drawing);
	p->drawing = NULL;
	bool moved = p->moved;
	if (!name || !graph_pane_select(p, name))
		p->selected = 0;
	else
		p->moved = moved; /* a refresh does not scroll */
	free(name);
	mf_graph_free(gone);
	free(p->expected);
	p->expected = graph && p->live ? graph_expected(graph) : NULL;
	find_path(p);
}

const struct mf_node *graph_pane_node(const struct graph_pane *p)
{
	return p->selected < p->n_nodes ? &p->nodes[p->selected] : NULL;
}

bool graph_pane_select(struct graph_pane *p, const char *name)
{
	for (size_t i = 0; i < p->n_nodes; i++)
		if (str_eq(p->nodes[i].name, name)) {
			p->selected = i;
			p->moved = true;
			return true;
		}
	return false;
}

/* ---- moving ---- */

static long middle(const struct mf_rect *r)
{
	return (long)r->column * 2 + (long)r->columns;
}

/* Along an edge, to the node nearest below (or above) the selected one. */
static bool along_edge(struct graph_pane *p, bool down)
{
	const struct mf_rect *boxes = p->drawing->boxes;
	size_t best = SIZE_MAX;
	long far = 0;

	for (size_t e = 0; e < p->n_edges; e++) {
		size_t from = down ? p->edges[e].from : p->edges[e].to,
		       to = down ? p->edges[e].to : p->edges[e].from;
		if (from != p->selected || to == from)
			continue;
		if (down != (boxes[to].row > boxes[from].row))
			continue; /* a loop back is no way down */
		long d = labs(middle(&boxes[to]) - middle(&boxes[from])) +
			 (p->edges[e].taken ? 0 : 1000);
		if (best == SIZE_MAX || d < far) {
			best = to;
			far = d;
		}
	}
	if (best == SIZE_MAX)
		return false;
	p->selected = best;
	return true;
}

/* To the nearest box beside this one; rows apart count more than columns. */
static bool aside(struct graph_pane *p, bool right)
{
	const struct mf_rect *boxes = p->drawing->boxes, *here = &boxes[p->selected];
	size_t best = SIZE_MAX;
	long far = 0;

	for (size_t i = 0; i < p->n_nodes && i < p->drawing->n_boxes; i++) {
		long dx = middle(&boxes[i]) - middle(here);
		long dy = labs((long)boxes[i].row - (long)here->row);
		if (i == p->selected || (right ? dx <= 0 : dx >= 0) || dy > 8)
			continue;
		long d = labs(dx) + dy * 12;
		if (best == SIZE_MAX || d < far) {
			best = i;
			far = d;
		}
	}
	if (best == SIZE_MAX)
		return false;
	p->selected = best;
	return true;
}

static bool by_row(struct graph_pane *p, int by)
{
	const struct mf_rect *boxes = p->drawing->boxes;
	size_t row = boxes[p->selected].row, best = SIZE_MAX;

	for (size_t i = 0; i < p->n_nodes; i++) {
		size_t r = boxes[i].row;
		if (by > 0 ? r > row && (best == SIZE_MAX || r < boxes[best].row)
			   : r < row && (best == SIZE_MAX || r > boxes[best].row))
			best = i;
	}
	if (best == SIZE_MAX)
		return false;
	p->selected = best;
	return true;
}

static bool toggle(struct graph_pane *p)
{
	p->compact = p->drawing ? !p->drawn_compact : !p->compact;
	p->chosen = true;
	p->moved = true;
	return true;
}

bool graph_pane_action(struct graph_pane *p, enum action a)
{
	if (a == ACT_critical && p->live) {
		p->critical = !p->critical;
		return true;
	}
	if (a == ACT_compact || (a == ACT_zoom_in && p->drawn_compact) ||
		(a == ACT_zoom_out && !p->drawn_compact))
		return toggle(p);
	if (!p->drawing || !p->n_nodes || p->drawing->n_boxes < p->n_nodes)
		return false;
	p->moved = true;
	switch (a) {
	case ACT_down: return (!p->drawn_compact && along_edge(p, true)) || by_row(p, 1) || true;
	case ACT_up: return (!p->drawn_compact && along_edge(p, false)) || by_row(p, -1) || true;
	case ACT_left: return (p->drawn_compact ? by_row(p, -1) : aside(p, false)) || true;
	case ACT_right: return (p->drawn_compact ? by_row(p, 1) : aside(p, true)) || true;
	case ACT_top: p->selected = 0; return true;
	case ACT_bottom: p->selected = p->n_nodes - 1; return true;
	case ACT_page_up:
	case ACT_half_up: p->top -= p->h / 2; break;
	case ACT_page_down:
	case ACT_half_down: p->top += p->h / 2; break;
	default: return false;
	}
	p->moved = false;
	return true;
}

static bool inside(const struct graph_pane *p, const struct key *k)
{
	return k->x >= p->x && k->y >= p->y && k->x < p->x + p->w && k->y < p->y + p->h;
}

bool graph_pane_mouse(struct graph_pane *p, const struct key *k, bool *opened)
{
	*opened = false;
	if (!inside(p, k) || !p->drawing)
		return false;
	switch (k->code) {
	case K_WHEEL_UP: p->top -= 3; return true;
	case K_WHEEL_DOWN: p->top += 3; return true;
	case K_WHEEL_LEFT: p->left -= 6; return true;
	case K_WHEEL_RIGHT: p->left += 6; return true;
	case K_CLICK: break;
	default: return false;
	}
	int row = k->y - p->y + p->top, column = k->x - p->x + p->left;
	for (size_t i = 0; i < p->drawing->n_boxes && i < p->n_nodes; i++) {
		const struct mf_rect *b = &p->drawing->boxes[i];
		if (row < (int)b->row || row >= (int)(b->row + b->rows) ||
			column < (int)b->column || column >= (int)(b->column + b->columns))
			continue;
		*opened = p->selected == i;
		p->selected = i;
	}
	return true;
}
