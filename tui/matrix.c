/* matrix.c: the cursor of the table widget for values, and its keys; matrix_draw.c shows it. */
#include "matrix.h"

#include "list.h"

static size_t rows(const struct matrix *m)
{
	return m->source.rows(m->source.ctx);
}

static size_t columns(const struct matrix *m)
{
	return m->source.columns(m->source.ctx);
}

void matrix_init(struct matrix *m, const struct matrix_source *source)
{
	*m = (struct matrix){.source = *source, .heads = 1, .most = 40, .sort = SIZE_MAX};
}

void matrix_release(struct matrix *m)
{
	vec_release(&m->seen);
}

static void keep_visible(struct matrix *m)
{
	size_t n = rows(m), page = m->body_h > 0 ? (size_t)m->body_h : 1;

	if (m->row < m->top)
		m->top = m->row;
	if (m->row >= m->top + page)
		m->top = m->row - page + 1;
	if (n <= page)
		m->top = 0;
	else if (m->top > n - page)
		m->top = n - page;
	if (m->column < m->left)
		m->left = m->column; /* to the other side it is the drawing that knows how wide
					columns are */
}

void matrix_select(struct matrix *m, size_t row, size_t column)
{
	size_t n = rows(m), k = columns(m);

	m->row = !n ? 0 : row < n ? row : n - 1;
	m->column = !k ? 0 : column < k ? column : k - 1;
	keep_visible(m);
}

void matrix_refresh(struct matrix *m, bool anew)
{
	if (anew) {
		m->seen.n = 0;
		m->widest = m->label_w = 0;
	}
	matrix_select(m, m->row, m->column);
}

static enum matrix_event down(struct matrix *m, long by)
{
	size_t n = by < 0 ? (size_t)-by : (size_t)by;

	if (by < 0)
		matrix_select(m, m->row > n ? m->row - n : 0, m->column);
	else
		matrix_select(m, m->row + n, m->column);
	return MATRIX_USED;
}

static enum matrix_event aside(struct matrix *m, long by)
{
	if (by < 0)
		matrix_select(m, m->row, m->column ? m->column - 1 : 0);
	else
		matrix_select(m, m->row, m->column + 1);
	return MATRIX_USED;
}

static enum matrix_event sort_by(struct matrix *m, size_t column)
{
	/* Once up, once down, and as it was. */
	if (m->sort != column) {
		m->sort = column;
		m->reverse = false;
	} else if (!m->reverse) {
		m->reverse = true;
	} else {
		m->sort = SIZE_MAX;
		m->reverse = false;
	}
	return MATRIX_SORT;
}

enum matrix_event matrix_action(struct matrix *m, enum action a)
{
	long page = m->body_h > 1 ? m->body_h - 1 : 1;

	if (!rows(m) || !columns(m))
		return MATRIX_NOTHING;
	switch (a) {
	case ACT_up: return down(m, -1);
	case ACT_down: return down(m, 1);
	case ACT_page_up: return down(m, -page);
	case ACT_page_down: return down(m, page);
	case ACT_half_up: return down(m, -(page + 1) / 2);
	case ACT_half_down: return down(m, (page + 1) / 2);
	case ACT_left: return aside(m, -1);
	case ACT_right: return aside(m, 1);
	case ACT_top: matrix_select(m, 0, m->column); return MATRIX_USED;
	case ACT_bottom: matrix_select(m, SIZE_MAX, m->column); return MATRIX_USED;
	case ACT_first_column: matrix_select(m, m->row, 0); return MATRIX_USED;
	case ACT_last_column: matrix_select(m, m->row, SIZE_MAX); return MATRIX_USED;
	case ACT_sort: return sort_by(m, m->column);
	case ACT_reverse:
		if (m->sort == SIZE_MAX)
			return MATRIX_USED;
		m->reverse = !m->reverse;
		return MATRIX_SORT;
	case ACT_open: return MATRIX_OPEN;
	default: return MATRIX_NOTHING;
	}
}

static enum matrix_event click(struct matrix *m, const struct key *k)
{
	int i = 0;

	while (i < m->shown && (k->x < m->at[i].x || k->x >= m->at[i].x + m->at[i].w))
		i++;
	if (k->y < m->body_y)
		return i < m->shown ? sort_by(m, m->at[i].column) : MATRIX_USED;
	size_t row = m->top + (size_t)(k->y - m->body_y),
	       column = i < m->shown ? m->at[i].column : m->column;
	if (row >= rows(m))
		return MATRIX_USED;
	bool again = row == m->row && column == m->column;
	matrix_select(m, row, column);
	return again ? MATRIX_OPEN : MATRIX_USED;
}

enum matrix_event matrix_mouse(struct matrix *m, const struct key *k)
{
	if (k->x < m->x || k->y < m->y || k->x >= m->x + m->w || k->y >= m->y + m->h || !rows(m) ||
		!columns(m))
		return MATRIX_NOTHING;
	switch (k->code) {
	case K_CLICK: return click(m, k);
	case K_WHEEL_UP: return down(m, -3);
	case K_WHEEL_DOWN: return down(m, 3);
	case K_WHEEL_LEFT: return aside(m, -1);
	case K_WHEEL_RIGHT: return aside(m, 1);
	default: return MATRIX_NOTHING;
	}
}

void matrix_status(const struct matrix *m, struct buf *out)
{
	size_t n = rows(m), k = columns(m);

	if (!n || !k)
		return;
	buf_adds(out, "row ");
	list_number(out, m->row + 1);
	buf_adds(out, " of ");
	list_number(out, n);
	if (k > 1) {
		buf_adds(out, " · column ");
		list_number(out, m->column + 1);
		buf_adds(out, " of ");
		list_number(out, k);
	}
}
