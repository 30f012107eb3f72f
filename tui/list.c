/* list.c: selection, marks and order of the table widget; list_draw.c shows it. */
#include "list.h"

#include <stdlib.h>
#include <string.h>

#define NO_ID UINT64_MAX

static size_t rows(const struct list *l)
{
	return l->source.count(l->source.ctx);
}

static uint64_t id_of(const struct list *l, size_t row)
{
	return l->source.id(l->source.ctx, row);
}

void list_init(struct list *l, const struct list_column *columns, int count,
	const struct list_source *source)
{
	*l = (struct list){.columns = columns,
		.count = count < LIST_COLUMNS ? count : LIST_COLUMNS,
		.source = *source,
		.gutter = 2,
		.selected_id = NO_ID,
		.range_from = NO_ID,
		.sort = -1};
	for (int i = 0; i < l->count; i++) {
		l->shown[i] = !columns[i].off;
		l->order[i] = i;
	}
}

void list_order(struct list *l, const int *order)
{
	memcpy(l->order, order, (size_t)l->count * sizeof(*order));
}

void list_release(struct list *l)
{
	vec_release(&l->marks);
}

/* ---- selection ---- */

static void keep_visible(struct list *l)
{
	size_t n = rows(l), page = l->body_h > 0 ? (size_t)l->body_h : 1;

	if (l->selected < l->top)
		l->top = l->selected;
	if (l->selected >= l->top + page)
		l->top = l->selected - page + 1;
	if (n <= page)
		l->top = 0;
	else if (l->top > n - page)
		l->top = n - page;
}

static void update_range(struct list *l);

void list_select(struct list *l, size_t row)
{
	size_t n = rows(l);

	if (!n) {
		l->selected = 0;
		return;
	}
	l->selected = row < n ? row : n - 1;
	l->selected_id = id_of(l, l->selected);
	keep_visible(l);
	if (l->range_from != NO_ID)
		update_range(l);
}

/* Rows seldom move far: look near `hint` first, then everywhere. */
static bool find_row(const struct list *l, uint64_t id, size_t hint, size_t *row)
{
	size_t n = rows(l);

	if (hint >= n)
		hint = n ? n - 1 : 0;
	for (size_t d = 0; d <= n; d++) {
		if (hint + d < n && id_of(l, hint + d) == id) {
			*row = hint + d;
			return true;
		}
		if (d <= hint && hint - d < n && id_of(l, hint - d) == id) {
			*row = hint - d;
			return true;
		}
	}
	return false;
}

void list_refresh(struct list *l)
{
	size_t n = rows(l), row = l->selected, line = l->selected - l->top;

	if (!n) {
		l->selected = l->top = 0; /* selected_id stays: the row may come back */
		return;
	}
	if (l->selected_id != NO_ID && find_row(l, l->selected_id, l->selected, &row)) {
		l->top = row > line ? row - line : 0;
		l->selected = row;
		keep_visible(l);
		return;
	}
	l->selected = row < n ? row : n - 1;
	l->selected_id = id_of(l, l->selected);
	keep_visible(l);
}

bool list_row(const struct list *l, size_t *row)
{
	size_t n = rows(l);

	if (!n)
		return false;
	*row = l->selected < n ? l->selected : n - 1;
	return true;
}

/* ---- marks ---- */

/* Where id is, or would be, in the sorted marks. */
static size_t mark_place(const struct list *l, uint64_t id)
{
	size_t lo = 0, hi = l->marks.n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (l->marks.v[mid] < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

bool list_marked(const struct list *l, uint64_t id)
{
	size_t at = mark_place(l, id);

	return at < l->marks.n && l->marks.v[at] == id;
}

void list_mark(struct list *l, uint64_t id, bool on)
{
	size_t at = mark_place(l, id);
	bool is = at < l->marks.n && l->marks.v[at] == id;

	if (is == on)
		return;
	if (on && !vec_push(&l->marks, id))
		return;
	size_t behind = l->marks.n - at - 1;
	if (on) {
		memmove(l->marks.v + at + 1, l->marks.v + at, behind * sizeof(uint64_t));
		l->marks.v[at] = id;
	} else {
		memmove(l->marks.v + at, l->marks.v + at + 1, behind * sizeof(uint64_t));
		l->marks.n--;
	}
}

void list_clear_marks(struct list *l)
{
	l->marks.n = 0;
	l->range_from = NO_ID;
}

/* Everything between where the range began and the selection is marked. */
static void update_range(struct list *l)
{
	size_t from;

	if (!find_row(l, l->range_from, l->selected, &from)) {
		l->range_from = NO_ID;
		return;
	}
	size_t a = from < l->selected ? from : l->selected,
	       b = from < l->selected ? l->selected : from;
	for (size_t i = a; i <= b; i++)
		list_mark(l, id_of(l, i), true);
}

static enum list_event toggle_mark(struct list *l)
{
	size_t row;

	if (!list_row(l, &row))
		return LIST_USED;
	list_mark(l, id_of(l, row), !list_marked(l, id_of(l, row)));
	l->range_from = NO_ID;
	list_select(l, row + 1);
	return LIST_USED;
}

static enum list_event toggle_range(struct list *l)
{
	size_t row;

	if (!list_row(l, &row))
		return LIST_USED;
	if (l->range_from != NO_ID) {
		l->range_from = NO_ID;
		return LIST_USED;
	}
	l->range_from = id_of(l, row);
	list_mark(l, l->range_from, true);
	return LIST_USED;
}

/* ---- order ---- */

static bool sortable(const struct list *l, int column)
{
	return column >= 0 && column < l->count && l->shown[column] && !l->columns[column].no_sort;
}

static enum list_event next_sort(struct list *l)
{
	int at = -1;

	while (l->sort >= 0 && ++at < l->count && l->order[at] != l->sort) {
	}
	do
		l->sort = ++at < l->count ? l->order[at] : -1;
	while (l->sort >= 0 && !sortable(l, l->sort));
	l->reverse = false;
	return LIST_SORT;
}

static enum list_event sort_by(struct list *l, int column)
{
	if (!sortable(l, column))
		return LIST_USED;
	l->reverse = l->sort == column && !l->reverse;
	l->sort = column;
	return LIST_SORT;
}

/* ---- actions ---- */

static enum list_event move(struct list *l, long by)
{
	size_t row;

	if (!list_row(l, &row))
		return LIST_USED;
	if (by < 0)
		list_select(l, row > (size_t)-by ? row - (size_t)-by : 0);
	else
		list_select(l, row + (size_t)by);
	return LIST_USED;
}

static enum list_event scroll_aside(struct list *l, int by)
{
	int to = l->hscroll + by;

	if (!l->hscroll_max)
		return LIST_NOTHING; /* all is visible: the key may mean something else */
	l->hscroll = to < 0 ? 0 : to > l->hscroll_max ? l->hscroll_max : to;
	return LIST_USED;
}

enum list_event list_action(struct list *l, enum action a)
{
	long page = l->body_h > 1 ? l->body_h - 1 : 1;
	size_t row;

	switch (a) {
	case ACT_up: return move(l, -1);
	case ACT_down: return move(l, 1);
	case ACT_page_up: return move(l, -page);
	case ACT_page_down: return move(l, page);
	case ACT_half_up: return move(l, -(page + 1) / 2);
	case ACT_half_down: return move(l, (page + 1) / 2);
	case ACT_top: list_select(l, 0); return LIST_USED;
	case ACT_bottom: list_select(l, SIZE_MAX); return LIST_USED;
	case ACT_left: return scroll_aside(l, -8);
	case ACT_right: return scroll_aside(l, 8);
	case ACT_mark: return toggle_mark(l);
	case ACT_range: return toggle_range(l);
	case ACT_unmark: list_clear_marks(l); return LIST_USED;
	case ACT_sort: return next_sort(l);
	case ACT_reverse:
		if (l->sort < 0)
			return LIST_USED;
		l->reverse = !l->reverse;
		return LIST_SORT;
	case ACT_open: return list_row(l, &row) ? LIST_OPEN : LIST_USED;
	default: return LIST_NOTHING;
	}
}

static enum list_event click(struct list *l, const struct key *k)
{
	if (!l->no_header && k->y == l->y) {
		for (int i = 0; i < l->count; i++)
			if (l->width[i] && k->x >= l->at[i] && k->x < l->at[i] + l->width[i])
				return sort_by(l, i);
		return LIST_USED;
	}
	size_t row = l->top + (size_t)(k->y - l->body_y);
	if (k->y < l->body_y || row >= rows(l))
		return LIST_USED;
	bool again = row == l->selected;
	list_select(l, row);
	if (k->x < l->x + l->gutter || (k->mods & MOD_CTRL)) {
		list_mark(l, l->selected_id, !list_marked(l, l->selected_id));
		return LIST_USED;
	}
	return again ? LIST_OPEN : LIST_USED;
}

enum list_event list_mouse(struct list *l, const struct key *k)
{
	if (k->x < l->x || k->y < l->y || k->x >= l->x + l->w || k->y >= l->y + l->h)
		return LIST_NOTHING;
	switch (k->code) {
	case K_CLICK: return click(l, k);
	case K_WHEEL_UP: return move(l, -3);
	case K_WHEEL_DOWN: return move(l, 3);
	case K_WHEEL_LEFT: return scroll_aside(l, -4);
	case K_WHEEL_RIGHT: return scroll_aside(l, 4);
	default: return LIST_NOTHING;
	}
}

/* ---- words ---- */

void list_number(struct buf *out, uint64_t n)
{
	if (n >= 1000) {
		list_number(out, n / 1000);
		buf_addf(out, ",%03u", (unsigned)(n % 1000));
	} else {
		buf_addf(out, "%u", (unsigned)n);
	}
}

void list_status(const struct list *l, size_t total, struct buf *out)
{
	size_t n = rows(l);

	list_number(out, n);
	if (total && total != n) {
		buf_adds(out, " of ");
		list_number(out, total);
	}
	if (l->marks.n) {
		buf_adds(out, " · ");
		list_number(out, l->marks.n);
		buf_adds(out, l->range_from != NO_ID ? " marked, marking a range" : " marked");
	}
}
