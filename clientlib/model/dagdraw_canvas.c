/* dagdraw_canvas.c: boxes, lines and texts as cells. */
#include "dagdraw.h"

#include "../base/text.h"

enum {
	HORIZONTAL = DAG_LEFT | DAG_RIGHT,
	VERTICAL = DAG_UP | DAG_DOWN,
	ALL = HORIZONTAL | VERTICAL
};

static bool inside(const struct dag_canvas *c, int row, int column)
{
	return row >= 0 && column >= 0 && row < c->rows && column < c->columns;
}

static size_t cell(const struct dag_canvas *c, int row, int column)
{
	return (size_t)row * (size_t)c->columns + (size_t)column;
}

/* Which arms there are, of either strength. */
static unsigned present(unsigned arms)
{
	return (arms | arms >> 1) & ALL;
}

void dag_arm(struct dag_canvas *c, int row, int column, unsigned arms, bool dim, int owner)
{
	if (!inside(c, row, column))
		return;
	size_t i = cell(c, row, column);
	unsigned old = present(c->arms[i]);
	if (old && owner && c->owner[i] && c->owner[i] != owner) {
		/* two lines that have nothing to do with each other: the upright one is on top */
		if (old == VERTICAL && arms == HORIZONTAL)
			return;
		if (old == HORIZONTAL && arms == VERTICAL)
			c->arms[i] = 0;
	}
	/* the stronger of the two for each arm: two bits, 1 dotted, 2 or 3 solid */
	c->arms[i] |= (uint8_t)(dim ? arms : arms << 1);
	c->owner[i] = owner;
}

void dag_hline(struct dag_canvas *c, int row, int from, int to, bool dim, int owner)
{
	int a = from < to ? from : to, b = from < to ? to : from;

	for (int x = a; x <= b && a < b; x++)
		dag_arm(c, row, x, (x > a ? DAG_LEFT : 0u) | (x < b ? DAG_RIGHT : 0u), dim, owner);
}

void dag_vline(
	struct dag_canvas *c, int column, int from, int to, bool up, bool down, bool dim, int owner)
{
	for (int y = from; y <= to; y++)
		dag_arm(c, y, column,
			(y > from || up ? DAG_UP : 0u) | (y < to || down ? DAG_DOWN : 0u), dim,
			owner);
}

void dag_put_char(struct dag_canvas *c, int row, int column, int32_t ch, int role, int node)
{
	if (inside(c, row, column))
		c->cells[cell(c, row, column)] = (struct mf_cell){ch, node, (uint8_t)role};
}

int dag_put(
	struct dag_canvas *c, int row, int column, const struct dag_text *text, int role, int node)
{
	for (int i = 0; i < text->n;) {
		int32_t ch;
		i += (int)utf8_next(text->p + i, (size_t)(text->n - i), &ch);
		int w = cp_width(ch);
		if (w <= 0) /* a cell holds one code point: combining marks are left out */
			continue;
		dag_put_char(c, row, column, ch, role, node);
		if (w == 2)
			dag_put_char(c, row, column + 1, 0, role, node);
		column += w;
	}
	return column;
}

/* A rectangle of lines; corners from the upper left, clockwise. */
static void rectangle(struct dag_canvas *c, const struct mf_rect *r, const int32_t corners[4],
	bool dim, int role, int node)
{
	int32_t h = c->ascii ? dim ? '.' : '-' : dim ? 0x2504 : 0x2500;
	int32_t v = c->ascii ? dim ? ':' : '|' : dim ? 0x2506 : 0x2502;
	int top = (int)r->row, left = (int)r->column, bottom = top + (int)r->rows - 1,
	    right = left + (int)r->columns - 1;

	for (int x = left + 1; x < right; x++) {
		dag_put_char(c, top, x, h, role, node);
		dag_put_char(c, bottom, x, h, role, node);
	}
	for (int y = top + 1; y < bottom; y++) {
		dag_put_char(c, y, left, v, role, node);
		dag_put_char(c, y, right, v, role, node);
	}
	dag_put_char(c, top, left, corners[0], role, node);
	dag_put_char(c, top, right, corners[1], role, node);
	dag_put_char(c, bottom, right, corners[2], role, node);
	dag_put_char(c, bottom, left, corners[3], role, node);
}

void dag_box(struct dag_canvas *c, const struct mf_rect *r, bool dim, int node)
{
	static const int32_t round[4] = {0x256d, 0x256e, 0x256f, 0x2570},
			     plus[4] = {'+', '+', '+', '+'};

	rectangle(c, r, c->ascii ? plus : round, dim, dim ? MF_CELL_UNTAKEN : MF_CELL_BORDER, node);
	for (size_t y = r->row + 1; y + 1 < r->row + r->rows; y++)
		for (size_t x = r->column + 1; x + 1 < r->column + r->columns; x++)
			dag_put_char(c, (int)y, (int)x, ' ', MF_CELL_BLANK, node);
}

void dag_draw_frame(
	struct dag_canvas *c, const struct mf_rect *r, const struct dag_text *title, bool dim)
{
	static const int32_t square[4] = {0x250c, 0x2510, 0x2518, 0x2514},
			     dots[4] = {'.', '.', '\'', '\''};
	int row = (int)r->row, column = (int)r->column + 2, end;

	rectangle(c, r, c->ascii ? dots : square, dim, MF_CELL_FRAME, -1);
	if (!title->w)
		return;
	end = dag_put(c, row, column + 1, title, MF_CELL_FRAME_TITLE, -1);
	dag_put_char(c, row, column, ' ', MF_CELL_FRAME_TITLE, -1);
	dag_put_char(c, row, end, ' ', MF_CELL_FRAME_TITLE, -1);
}

/* ---- lines into characters ---- */

static int32_t line_char(unsigned arms, bool dim, bool ascii)
{
	/* by up 1, down 2, left 4, right 8 */
	static const int32_t box[16] = {' ', 0x2502, 0x2502, 0x2502, 0x2500, 0x256f, 0x256e, 0x2524,
		0x2500, 0x2570, 0x256d, 0x251c, 0x2500, 0x2534, 0x252c, 0x253c};
	static const int32_t plain[16] = {
		' ', '|', '|', '|', '-', '/', '\\', '+', '-', '\\', '/', '+', '-', '+', '+', '+'};
	unsigned mask = (arms & DAG_UP ? 1u : 0) | (arms & DAG_DOWN ? 2u : 0) |
			(arms & DAG_LEFT ? 4u : 0) | (arms & DAG_RIGHT ? 8u : 0);

	if (dim && !(arms & HORIZONTAL))
		return ascii ? ':' : 0x2506;
	if (dim && !(arms & VERTICAL))
		return ascii ? '.' : 0x2504;
	return ascii ? plain[mask] : box[mask];
}

/* The arms a character of a border has already; 0: nothing can join it. */
static unsigned border_arms(int32_t ch)
{
	switch (ch) {
	case 0x2500:
	case 0x2504:
	case '-':
	case '.': return HORIZONTAL;
	case 0x2502:
	case 0x2506:
	case '|':
	case ':': return VERTICAL;
	default: return 0;
	}
}

void dag_finish(struct dag_canvas *c)
{
	size_t n = (size_t)c->rows * (size_t)c->columns;

	for (size_t i = 0; i < n; i++) {
		struct mf_cell *p = &c->cells[i];
		unsigned arms = present(c->arms[i]);
		bool dim = !(c->arms[i] & ALL << 1);
		if (!arms)
			continue;
		if (p->role == MF_CELL_BLANK && p->node < 0) {
			*p = (struct mf_cell){line_char(arms, dim, c->ascii), -1,
				dim ? MF_CELL_UNTAKEN : MF_CELL_EDGE};
		} else if (p->role == MF_CELL_BORDER || p->role == MF_CELL_UNTAKEN ||
			   p->role == MF_CELL_FRAME) {
			unsigned own = border_arms(p->ch);
			if (own && (arms & ~own))
				p->ch = line_char(p->role == MF_CELL_FRAME ? ALL : own | arms,
					false, c->ascii);
		}
	}
}
