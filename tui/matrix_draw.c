/* matrix_draw.c: titles, labels and cells. */
#include "matrix.h"

#include <string.h>

enum { GAP = 2, LEAST = 3, MEASURED = 1 << 20 /* columns whose widths are remembered */ };

static bool right(const struct matrix *m, size_t column)
{
	return !m->source.right || m->source.right(m->source.ctx, column);
}

static int text_width_of(const struct canvas *c, struct buf *b)
{
	int w = b->n ? canvas_width(c, b->p) : 0;

	buf_clear(b);
	return w;
}

/* How wide a column is, with what is on the screen of it. */
static int measure(struct matrix *m, const struct canvas *c, size_t column, size_t n)
{
	struct buf b = BUF_INIT(1 << 16);
	int w = LEAST;

	for (int i = 0; i < m->heads; i++) {
		m->source.title(m->source.ctx, column, i, &b);
		int t = text_width_of(c, &b) + (i == 0 && m->sort == column ? 2 : 0);
		w = t > w ? t : w;
	}
	for (size_t row = m->top; row < n && row < m->top + (size_t)m->body_h; row++) {
		m->source.cell(m->source.ctx, row, column, &b);
		int t = text_width_of(c, &b);
		w = t > w ? t : w;
	}
	buf_release(&b);
	w = w > m->most ? m->most : w;
	if (m->even)
		return m->widest = w > m->widest ? w : m->widest;
	while (m->seen.n <= column && column < MEASURED)
		if (!vec_push(&m->seen, 0))
			return w;
	if (column >= m->seen.n)
		return w;
	if (m->seen.v[column] > w)
		w = m->seen.v[column];
	m->seen.v[column] = (uint8_t)w;
	return w;
}

/* Places of the columns from the left one on. Returns how many are there as a whole. */
static size_t layout(struct matrix *m, const struct canvas *c, int room, size_t n)
{
	size_t k = m->source.columns(m->source.ctx), whole = 0;
	int x = 0, widest = m->widest;

	m->shown = 0;
	for (size_t i = m->left; i < k && x < room && m->shown < MATRIX_SHOWN; i++) {
		int w = measure(m, c, i, n);
		if (x + w > room && m->shown)
			break; /* half a number would be another number */
		w = w > room - x ? room - x : w;
		m->at[m->shown++] = (struct matrix_column){i, x, w};
		whole++;
		x += w + GAP;
	}
	if (m->even && m->widest > widest && m->shown > 1)
		return layout(
			m, c, room, n); /* the first ones were placed before the widest was seen */
	return whole;
}

/* The first column from which on there is room up to `last`. */
static size_t first_before(
	struct matrix *m, const struct canvas *c, size_t last, int room, size_t n)
{
	size_t first = last;

	for (int x = measure(m, c, last, n); first > 0 && last - first < MATRIX_SHOWN - 1;
		first--) {
		x += GAP + measure(m, c, first - 1, n);
		if (x > room)
			break;
	}
	return first;
}

static void draw_heads(struct matrix *m, struct canvas *c, bool focused)
{
	struct buf b = BUF_INIT(1 << 16);

	for (int i = 0; i < m->shown; i++) {
		const struct matrix_column *at = &m->at[i];
		bool here = at->column == m->column && focused;
		for (int line = 0; line < m->heads; line++) {
			buf_clear(&b);
			unsigned attr = m->source.title(m->source.ctx, at->column, line, &b);
			if (line == 0 && at->column == m->sort) {
				buf_adds(&b, m->reverse ? " ▼" : " ▲");
				attr = ST_HEADER_SORT;
			} else if (line == 0 && here) {
				attr = (attr & ~(unsigned)CA_STYLE) | ST_TITLE;
			}
			canvas_fit(c, at->x, line, at->w,
				right(m, at->column) ? ALIGN_RIGHT : ALIGN_LEFT, attr,
				b.p ? b.p : "");
		}
	}
	buf_release(&b);
}

static void draw_row(struct matrix *m, struct canvas *c, int y, size_t row, bool focused)
{
	struct buf b = BUF_INIT(1 << 16);
	bool here = row == m->row;

	if (m->label_w) {
		unsigned attr = m->source.label(m->source.ctx, row, &b);
		if (here)
			canvas_put(c, 0, y, focused ? ST_CURSOR_BAR : ST_FAINT, 0x258c);
		canvas_fit(c, 2, y, m->label_w, ALIGN_RIGHT,
			here && focused ? (unsigned)ST_TITLE : attr, b.p ? b.p : "");
	}
	struct canvas cells = canvas_sub(c, m->at[0].x, y, c->w - m->at[0].x, 1);
	for (int i = 0; i < m->shown; i++) {
		const struct matrix_column *at = &m->at[i];
		bool cursor = here && at->column == m->column;
		buf_clear(&b);
		unsigned attr = m->source.cell(m->source.ctx, row, at->column, &b);
		if (cursor)
			attr |= focused ? CA_SELECTED | CA_BOLD : CA_BOLD;
		canvas_fit(&cells, at->x - m->at[0].x, 0, at->w,
			right(m, at->column) ? ALIGN_RIGHT : ALIGN_LEFT, attr, b.p ? b.p : "");
	}
	buf_release(&b);
}

static int label_width(struct matrix *m, const struct canvas *c, size_t n)
{
	struct buf b = BUF_INIT(1 << 16);

	for (size_t row = m->top; m->source.label && row < n && row < m->top + (size_t)m->body_h;
		row++) {
		m->source.label(m->source.ctx, row, &b);
		int w = text_width_of(c, &b);
		if (w > m->label_w)
			m->label_w = w;
	}
	buf_release(&b);
	if (m->label_w > c->w / 3)
		m->label_w = c->w / 3;
	return m->label_w ? m->label_w + 2 + GAP : 2;
}

void matrix_draw(struct matrix *m, struct canvas *c, bool focused)
{
	size_t n = m->source.rows(m->source.ctx), k = m->source.columns(m->source.ctx);
	int heads = c->h > m->heads + 1 ? m->heads : c->h > 1 ? 1 : 0;

	m->x = c->x;
	m->y = c->y;
	m->w = c->w;
	m->h = c->h;
	m->body_y = c->y + heads;
	m->body_h = c->h - heads;
	m->shown = 0;
	if (!n || !k || c->w < 8) {
		if (m->empty)
			canvas_fit(c, 2, c->h > 4 ? c->h / 3 : 0, c->w - 4, ALIGN_CENTER, ST_DIM,
				m->empty);
		return;
	}
	matrix_select(m, m->row, m->column); /* the height may have changed */
	int x = label_width(m, c, n), room = c->w - x - 2;
	size_t whole = layout(m, c, room, n);
	if (m->column >= m->left + (whole ? whole : 1)) {
		m->left = first_before(m, c, m->column, room, n);
		whole = layout(m, c, room, n);
	}
	if (m->left && m->left + whole >= k) { /* at the right end the screen is filled */
		size_t left = first_before(m, c, k - 1, room, n);
		m->left = left < m->left ? left : m->left;
		whole = layout(m, c, room, n);
	}
	for (int i = 0; i < m->shown; i++)
		m->at[i].x += x;
	struct canvas head = canvas_sub(c, 0, 0, c->w, heads),
		      body = canvas_sub(c, 0, heads, c->w, c->h - heads);
	draw_heads(m, &head, focused);
	if (heads && m->left)
		canvas_put(c, x - 1, 0, ST_FAINT, 0x25c0);
	if (heads && m->left + whole < k)
		canvas_put(c, c->w - 1, 0, ST_FAINT, 0x25b6);
	for (int i = 0; i < body.h && m->top + (size_t)i < n; i++)
		draw_row(m, &body, i, m->top + (size_t)i, focused);
	canvas_scrollbar(&body, body.w - 1, 0, body.h, n, m->top, body.h > 0 ? (size_t)body.h : 1);
	for (int i = 0; i < m->shown; i++)
		m->at[i].x += c->x; /* for the mouse */
}
