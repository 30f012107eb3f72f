/* graph_pane_draw.c: the picture of a graph, and the strip of its nodes. */
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "graph_pane.h"

static unsigned cell_attr(const struct graph_pane *p, const struct mf_cell *cell)
{
	const struct mf_node *n =
		cell->node >= 0 && (size_t)cell->node < p->n_nodes ? &p->nodes[cell->node] : NULL;
	enum ui_status s = n ? node_status(p, n) : UI_PENDING;
	bool path = p->critical && n && p->on_path && p->on_path[cell->node];

	switch (cell->role) {
	case MF_CELL_BORDER: return p->live ? status_style(s) : ST_GRAPH_NODE;
	case MF_CELL_GLYPH: return p->live ? status_style(s) : ST_GRAPH_NODE;
	case MF_CELL_NAME:
		return path ? ST_CRITICAL : p->live && s == UI_PENDING ? ST_DIM : ST_STRONG;
	case MF_CELL_INFO: return s == UI_RUNNING ? ST_INFO : s == UI_FAILED ? ST_ERROR : ST_DIM;
	case MF_CELL_UNTAKEN: return ST_GRAPH_UNTAKEN;
	case MF_CELL_LABEL: return ST_KEYWORD;
	case MF_CELL_FRAME: return ST_GRAPH_SCOPE;
	case MF_CELL_FRAME_TITLE: return ST_TYPE;
	default: return ST_GRAPH_EDGE;
	}
}

/* Was the name of a node cut? */
static bool cut(const struct mf_drawing *d, bool ascii)
{
	for (size_t i = 0; i < d->rows * d->columns; i++)
		if (d->cells[i].role == MF_CELL_NAME && d->cells[i].ch == (ascii ? '~' : 0x2026))
			return true;
	return false;
}

static void make(struct graph_pane *p, const struct canvas *c)
{
	struct mf_draw_options o = {.ascii = c->grid->ascii,
		.compact = p->compact,
		.status = p->live,
		.width = (size_t)(c->w > 1 ? c->w - 1 : 1)};

	if (p->drawing && p->width == c->w && p->ascii == o.ascii && p->made_compact == p->compact)
		return;
	mf_drawing_free(p->drawing);
	p->drawing = NULL;
	if (mf_graph_draw(&p->drawing, p->graph, &o, NULL) < 0)
		p->drawing = NULL;
	if (p->drawing && !p->chosen && !o.compact &&
		(p->drawing->columns > o.width || cut(p->drawing, o.ascii))) {
		/* Names that look alike help nobody. */
		struct mf_drawing *other;
		o.compact = !p->scrolls;
		o.width = p->scrolls ? 0 : o.width;
		if (mf_graph_draw(&other, p->graph, &o, NULL) == MF_OK) {
			mf_drawing_free(p->drawing);
			p->drawing = other;
		}
	}
	p->width = c->w;
	p->ascii = o.ascii;
	p->made_compact = p->compact;
	p->drawn_compact = o.compact;
	p->moved = true;
}

static int clamp(int v, int most)
{
	return v > most ? most < 0 ? 0 : most : v < 0 ? 0 : v;
}

static void scroll(struct graph_pane *p, const struct canvas *c)
{
	const struct mf_drawing *d = p->drawing;

	if (p->moved && p->selected < d->n_boxes) {
		const struct mf_rect *b = &d->boxes[p->selected];
		int row = (int)b->row, end = row + (int)b->rows;
		int col = (int)b->column, right = col + (int)b->columns + 12;
		if (end + 2 > p->top + c->h)
			p->top = end + 2 - c->h;
		if (row - 2 < p->top)
			p->top = row - 2;
		if (right > p->left + c->w)
			p->left = right - c->w;
		if (col - 2 < p->left)
			p->left = col - 2;
		p->moved = false;
	}
	p->top = clamp(p->top, (int)d->rows - c->h);
	p->left = clamp(p->left, (int)d->columns - c->w);
}

static void paint(struct graph_pane *p, struct canvas *to, bool focused)
{
	const struct mf_drawing *d = p->drawing;

	for (size_t r = 0; r < d->rows; r++)
		for (size_t i = 0; i < d->columns; i++) {
			const struct mf_cell *cell = &d->cells[r * d->columns + i];
			if (cell->role != MF_CELL_BLANK && cell->ch)
				canvas_put(to, (int)i, (int)r, cell_attr(p, cell), cell->ch);
		}
	if (p->selected >= d->n_boxes)
		return;
	const struct mf_rect *b = &d->boxes[p->selected];
	canvas_flag(to, (int)b->column, (int)b->row, (int)b->columns, (int)b->rows,
		focused ? CA_SELECTED | CA_BOLD : CA_BOLD);
	if (!focused && b->rows > 2) /* still to be seen which one it is */
		canvas_flag(to, (int)b->column + 1, (int)b->row + 1, (int)b->columns - 2,
			(int)b->rows - 2, CA_SELECTED);
}

void graph_pane_draw(struct graph_pane *p, struct canvas *c, bool focused, const char *empty)
{
	p->x = c->x;
	p->y = c->y;
	p->w = c->w;
	p->h = c->h;
	if (c->w <= 0 || c->h <= 0)
		return;
	if (p->graph)
		make(p, c);
	if (!p->graph || !p->drawing) {
		canvas_fit(c, 1, c->h / 3, c->w - 2, ALIGN_CENTER, ST_DIM,
			p->graph ? "out of memory" : empty);
		return;
	}
	int spare_x = c->w - (int)p->drawing->columns, spare_y = c->h - (int)p->drawing->rows;
	struct canvas middle_part =
		canvas_sub(c, spare_x > 0 ? spare_x / 2 : 0, spare_y > 2 ? 1 : 0, c->w, c->h);
	scroll(p, &middle_part);
	p->x = middle_part.x;
	p->y = middle_part.y;
	struct canvas to = canvas_scrolled(&middle_part, p->left, p->top);
	paint(p, &to, focused);
	canvas_scrollbar(c, c->w - 1, 0, c->h, p->drawing->rows, (size_t)p->top, (size_t)c->h);
}

/* ---- the strip ---- */

static int strip_width(const struct canvas *c, const struct mf_node *n)
{
	return canvas_width(c, n->name) + 4;
}

void graph_pane_strip(struct graph_pane *p, struct canvas *c, bool focused)
{
	int total = 0, at = 0, x, shift;

	if (!p->n_nodes)
		return;
	for (size_t i = 0; i < p->n_nodes; i++) {
		if (i == p->selected)
			at = total + strip_width(c, &p->nodes[i]) / 2;
		total += strip_width(c, &p->nodes[i]) + (i + 1 < p->n_nodes ? 2 : 0);
	}
	shift = total <= c->w ? 0 : clamp(at - c->w / 2, total - c->w);
	x = -shift;
	struct canvas to = canvas_sub(c, 0, 0, c->w, 1);
	for (size_t i = 0; i < p->n_nodes; i++) {
		const struct mf_node *n = &p->nodes[i];
		enum ui_status s = node_status(p, n);
		int w = strip_width(c, n);
		unsigned flags = i == p->selected ? focused ? CA_SELECTED | CA_BOLD : CA_BOLD : 0U;
		if (flags & CA_SELECTED)
			canvas_fill(&to, x, 0, w, 1, ST_TEXT | flags, ' ');
		canvas_text(&to, x + 1, 0, (unsigned)status_style(s) | flags, status_glyph(s));
		canvas_text(&to, x + 3, 0,
			(s == UI_PENDING           ? ST_DIM
				: i == p->selected ? ST_TITLE
						   : ST_TEXT) |
				flags,
			n->name);
		x += w;
		if (i + 1 < p->n_nodes)
			canvas_text(&to, x, 0, ST_FAINT, "─ ");
		x += 2;
	}
	if (shift > 0)
		canvas_text(&to, 0, 0, ST_DIM, "… ");
	if (total - shift > c->w)
		canvas_text(&to, c->w - 2, 0, ST_DIM, " …");
}
