/* list_draw.c: columns and cells of the table widget. */
#include <string.h>

#include "../clientlib/base/text.h"
#include "list.h"

#define GAP 2

/* What a column would like: the widest text seen, within its limits, and never less than its title
 * if that is short. */
static int wish(const struct list *l, int i)
{
	const struct list_column *c = &l->columns[i];
	int title = (int)text_width(c->title, strlen(c->title)) + (l->sort == i ? 2 : 0);
	int w = l->seen[i] > title ? l->seen[i] : title;

	if (c->max && w > c->max)
		w = c->max;
	return w > c->min ? w : c->min;
}

/* Measure the rows on the screen; what was seen before counts on, so that nothing jumps. */
static void measure(struct list *l, const struct canvas *c, size_t n)
{
	struct buf b = BUF_INIT(1 << 16);

	for (int i = 0; i < l->count; i++) {
		if (!l->shown[i] || l->columns[i].draw)
			continue;
		for (size_t row = l->top; row < n && row < l->top + (size_t)l->body_h; row++) {
			buf_clear(&b);
			l->source.text(l->source.ctx, row, i, &b);
			int w = canvas_width(c, b.p);
			if (w > l->seen[i])
				l->seen[i] = w;
		}
	}
	buf_release(&b);
}

static int total_width(const struct list *l, const int *width)
{
	int sum = 0, n = 0;

	for (int i = 0; i < l->count; i++)
		if (width[i]) {
			sum += width[i];
			n++;
		}
	return sum + (n ? (n - 1) * GAP : 0);
}

/* Take columns from those wider than their minimum, the widest first, until `room` is kept. */
static void shrink(const struct list *l, int *width, int room)
{
	for (int over = total_width(l, width) - room; over > 0; over--) {
		int widest = -1;
		for (int i = 0; i < l->count; i++)
			if (width[i] > l->columns[i].min &&
				(widest < 0 || width[i] > width[widest]))
				widest = i;
		if (widest < 0)
			return;
		width[widest]--;
	}
}

static int least_width(const struct list *l, const int *width)
{
	int least[LIST_COLUMNS] = {0};

	for (int i = 0; i < l->count; i++)
		least[i] = width[i] ? l->columns[i].min : 0;
	return total_width(l, least);
}

static void layout(struct list *l, int room)
{
	int width[LIST_COLUMNS] = {0};

	for (int i = 0; i < l->count; i++)
		width[i] = l->shown[i] ? wish(l, i) : 0;
	while (total_width(l, width) > room) {
		/* First what can do without some columns gives them up, then the least important is
		 * hidden. */
		int hide = -1;
		for (int i = 0; i < l->count; i++)
			if (width[i] && l->columns[i].hide &&
				(hide < 0 || l->columns[i].hide >= l->columns[hide].hide))
				hide = i;
		if (least_width(l, width) <= room || hide < 0) {
			shrink(l, width, room);
			break;
		}
		width[hide] = 0;
	}
	int left = room - total_width(l, width), weights = 0;
	for (int i = 0; i < l->count; i++)
		weights += width[i] ? l->columns[i].weight : 0;
	for (int i = 0; i < l->count && left > 0 && weights > 0; i++) {
		if (!width[i] || !l->columns[i].weight)
			continue;
		int share = left * l->columns[i].weight / weights;
		if (l->columns[i].max && width[i] + share > l->columns[i].max)
			share = l->columns[i].max > width[i] ? l->columns[i].max - width[i] : 0;
		weights -= l->columns[i].weight;
		left -= share;
		width[i] += share;
	}
	memcpy(l->width, width, sizeof(width));
	int over = total_width(l, width) - room;
	l->hscroll_max = over > 0 ? over : 0;
	if (l->hscroll > l->hscroll_max)
		l->hscroll = l->hscroll_max;
}

static void draw_header(struct list *l, struct canvas *c)
{
	int x = 0;

	for (int k = 0; k < l->count; k++) {
		int i = l->order[k];
		const struct list_column *col = &l->columns[i];
		if (!l->width[i])
			continue;
		l->at[i] = c->x + x;
		bool sorted = l->sort == i;
		struct buf title = BUF_INIT(256);
		buf_adds(&title, col->title);
		if (sorted)
			buf_adds(&title, l->reverse ? " ▼" : " ▲");
		canvas_fit(c, x, 0, l->width[i], col->align, sorted ? ST_HEADER_SORT : ST_HEADER,
			title.p);
		buf_release(&title);
		x += l->width[i] + GAP;
	}
}

static void draw_cells(struct list *l, struct canvas *c, size_t row, unsigned flags)
{
	struct buf b = BUF_INIT(1 << 16);
	int x = 0;

	for (int k = 0; k < l->count; k++) {
		int i = l->order[k];
		if (!l->width[i])
			continue;
		if (l->columns[i].draw) {
			struct canvas cell = canvas_sub(c, x, 0, l->width[i], 1);
			l->columns[i].draw(l->source.ctx, row, &cell, flags);
		} else {
			buf_clear(&b);
			unsigned attr = l->source.text(l->source.ctx, row, i, &b);
			canvas_fit(c, x, 0, l->width[i], l->columns[i].align, attr | flags, b.p);
		}
		x += l->width[i] + GAP;
	}
	buf_release(&b);
}

static void draw_row(struct list *l, struct canvas *c, size_t row, bool focused)
{
	bool selected = row == l->selected,
	     marked = list_marked(l, l->source.id(l->source.ctx, row));
	unsigned flags = selected ? focused ? CA_SELECTED : CA_BOLD : 0U;

	if (selected)
		canvas_fill(c, 0, 0, c->w, 1, ST_TEXT | flags, ' ');
	struct canvas body = canvas_sub(c, l->gutter, 0, c->w - l->gutter - 1, 1);
	struct canvas cells = canvas_scrolled(&body, l->hscroll, 0);
	draw_cells(l, &cells, row, flags);
	if (l->gutter && marked)
		canvas_put(c, 0, 0, ST_MARK | flags, 0x25c6);
	else if (l->gutter && selected)
		canvas_put(c, 0, 0, (focused ? ST_CURSOR_BAR : ST_FAINT) | flags, 0x258c);
}

void list_draw(struct list *l, struct canvas *c, bool focused)
{
	size_t n = l->source.count(l->source.ctx);
	int head = l->no_header || c->h < 2 ? 0 : 1;

	l->x = c->x;
	l->y = c->y;
	l->w = c->w;
	l->h = c->h;
	l->body_y = c->y + head;
	l->body_h = c->h - head;
	if (n && l->selected_id == UINT64_MAX) {
		l->selected = 0;
		l->selected_id = l->source.id(l->source.ctx, 0);
	}
	if (l->selected >= n)
		l->selected = n ? n - 1 : 0;
	/* The height may have changed since the selection moved. */
	size_t page = l->body_h > 0 ? (size_t)l->body_h : 1;
	if (l->selected >= l->top + page)
		l->top = l->selected - page + 1;
	if (l->selected < l->top)
		l->top = l->selected;
	if (n <= page)
		l->top = 0;
	else if (l->top > n - page)
		l->top = n - page;

	measure(l, c, n);
	layout(l, c->w - l->gutter - 1);
	if (head) {
		struct canvas line = canvas_sub(c, l->gutter, 0, c->w - l->gutter - 1, 1);
		struct canvas titles = canvas_scrolled(&line, l->hscroll, 0);
		draw_header(l, &titles);
	}
	struct canvas body = canvas_sub(c, 0, head, c->w, c->h - head);
	if (!n && l->empty) {
		canvas_fit(&body, 2, body.h > 4 ? body.h / 3 : 0, body.w - 4, ALIGN_CENTER, ST_DIM,
			l->empty);
		return;
	}
	for (int i = 0; i < body.h && l->top + (size_t)i < n; i++) {
		struct canvas line = canvas_sub(&body, 0, i, body.w, 1);
		draw_row(l, &line, l->top + (size_t)i, focused);
	}
	canvas_scrollbar(&body, body.w - 1, 0, body.h, n, l->top, page);
}
