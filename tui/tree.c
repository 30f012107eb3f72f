#include "tree.h"

#include <string.h>

#include "list.h"

#define INDENT 2
#define UNFOLD_MAX 5000

static size_t child_count(const struct tree *t, uint64_t node)
{
	return t->source.count(t->source.ctx, node);
}

/* The first row after everything below row i. */
static size_t below_end(const struct tree *t, size_t i)
{
	size_t j = i + 1;

	while (j < t->rows.n && t->rows.v[j].depth > t->rows.v[i].depth)
		j++;
	return j;
}

static bool make_room(struct tree *t, size_t at, size_t n)
{
	if (!vec_reserve(&t->rows, t->rows.n + n))
		return false;
	if (t->rows.n > at)
		memmove(t->rows.v + at + n, t->rows.v + at, (t->rows.n - at) * sizeof(*t->rows.v));
	t->rows.n += n;
	return true;
}

static void take_out(struct tree *t, size_t at, size_t n)
{
	if (t->rows.n > at + n)
		memmove(t->rows.v + at, t->rows.v + at + n, (t->rows.n - at - n) * sizeof(*t->rows.v));
	t->rows.n -= n;
}

/* Put the children of `parent` from `first` on at row `at`; returns the rows inserted. */
static size_t insert_children(
	struct tree *t, size_t at, uint64_t parent, size_t first, unsigned depth)
{
	size_t n = child_count(t, parent);
	struct tree_row row = {
		.id = parent, .depth = (uint16_t)(depth < UINT16_MAX ? depth : UINT16_MAX)};

	if (n == TREE_LOADING) {
		row.kind = TREE_WAIT;
		if (!make_room(t, at, 1))
			return 0;
		t->rows.v[at] = row;
		return 1;
	}
	if (first >= n)
		return 0;
	size_t show = n - first < TREE_CHUNK ? n - first : TREE_CHUNK, more = first + show < n;
	if (!make_room(t, at, show + more))
		return 0;
	for (size_t i = 0; i < show; i++) {
		row.id = t->source.child(t->source.ctx, parent, first + i);
		t->rows.v[at + i] = row;
	}
	if (more) {
		row.id = parent;
		row.kind = TREE_MORE;
		row.next = first + show;
		t->rows.v[at + show] = row;
	}
	return show + more;
}

void tree_init(struct tree *t, const struct tree_source *source)
{
	*t = (struct tree){.source = *source};
	insert_children(t, 0, 0, 0, 0);
}

void tree_release(struct tree *t)
{
	vec_release(&t->rows);
}

static bool folds(const struct tree *t, size_t i)
{
	return t->rows.v[i].kind == TREE_NODE && t->source.folds(t->source.ctx, t->rows.v[i].id);
}

static void unfold(struct tree *t, size_t i)
{
	if (!folds(t, i) || t->rows.v[i].open)
		return;
	t->rows.v[i].open = true;
	size_t n = insert_children(t, i + 1, t->rows.v[i].id, 0, t->rows.v[i].depth + 1U);
	if (t->selected > i)
		t->selected += n;
}

static void fold(struct tree *t, size_t i)
{
	size_t end = below_end(t, i);

	if (t->selected > i && t->selected < end)
		t->selected = i;
	else if (t->selected >= end)
		t->selected -= end - i - 1;
	take_out(t, i + 1, end - i - 1);
	t->rows.v[i].open = false;
}

static void show_more(struct tree *t, size_t i)
{
	struct tree_row more = t->rows.v[i];

	take_out(t, i, 1);
	insert_children(t, i, more.id, more.next, more.depth);
}

/* ---- changes ---- */

/* Rebuild the rows below `at` for a parent, unfolding what was unfolded in `old`. */
static size_t rebuild(struct tree *t, size_t at, uint64_t parent, unsigned depth,
	const struct tree_row *old, size_t n)
{
	size_t count = insert_children(t, at, parent, 0, depth);

	for (size_t i = at; i < at + count; i++) {
		if (t->rows.v[i].kind != TREE_NODE || t->rows.n > UNFOLD_MAX * 4)
			continue;
		for (size_t k = 0; k < n; k++)
			if (old[k].open && old[k].kind == TREE_NODE &&
				old[k].id == t->rows.v[i].id && old[k].depth == depth &&
				folds(t, i)) {
				t->rows.v[i].open = true;
				size_t sub = rebuild(t, i + 1, t->rows.v[i].id, depth + 1, old, n);
				count += sub;
				i += sub;
				break;
			}
	}
	return count;
}

void tree_changed(struct tree *t, uint64_t node)
{
	size_t first = 0, end = t->rows.n, line = t->selected - t->top;
	unsigned depth = 0;
	uint64_t selected = tree_selected(t);

	if (node) {
		size_t i = 0;
		while (i < t->rows.n &&
			!(t->rows.v[i].id == node && t->rows.v[i].kind == TREE_NODE))
			i++;
		if (i == t->rows.n || !t->rows.v[i].open)
			return;
		first = i + 1;
		end = below_end(t, i);
		depth = t->rows.v[i].depth + 1U;
	}
	VEC(struct tree_row) old = {0};
	if (end > first && !vec_reserve(&old, end - first))
		return;
	if (end > first)
		memcpy(old.v, t->rows.v + first, (end - first) * sizeof(*old.v));
	old.n = end - first;
	take_out(t, first, end - first);
	rebuild(t, first, node, depth, old.v, old.n);
	vec_release(&old);
	for (size_t i = 0; selected && i < t->rows.n; i++)
		if (t->rows.v[i].kind == TREE_NODE && t->rows.v[i].id == selected) {
			t->selected = i;
			break;
		}
	if (t->selected >= t->rows.n)
		t->selected = t->rows.n ? t->rows.n - 1 : 0;
	t->top = t->selected > line ? t->selected - line : 0;
}

void tree_unfold(struct tree *t, int depth)
{
	for (size_t i = 0; i < t->rows.n && t->rows.n < UNFOLD_MAX; i++)
		if (t->rows.v[i].depth < depth)
			unfold(t, i);
}

/* ---- keys ---- */

uint64_t tree_selected(const struct tree *t)
{
	return t->selected < t->rows.n && t->rows.v[t->selected].kind == TREE_NODE
		       ? t->rows.v[t->selected].id
		       : 0;
}

static enum tree_event select_row(struct tree *t, long to)
{
	long most = (long)t->rows.n - 1;

	t->selected = to < 0 || most < 0 ? 0 : (size_t)(to > most ? most : to);
	return TREE_USED;
}

static enum tree_event left(struct tree *t)
{
	size_t i = t->selected;

	if (i >= t->rows.n)
		return TREE_NOTHING;
	if (t->rows.v[i].open) {
		fold(t, i);
		return TREE_USED;
	}
	for (size_t j = i; j-- > 0;)
		if (t->rows.v[j].depth < t->rows.v[i].depth)
			return select_row(t, (long)j);
	return TREE_NOTHING;
}

static enum tree_event right(struct tree *t)
{
	size_t i = t->selected;

	if (i >= t->rows.n)
		return TREE_NOTHING;
	if (t->rows.v[i].kind == TREE_MORE) {
		show_more(t, i);
	} else if (!folds(t, i)) {
		return TREE_NOTHING;
	} else if (!t->rows.v[i].open) {
		unfold(t, i);
	} else if (i + 1 < t->rows.n && t->rows.v[i + 1].depth > t->rows.v[i].depth) {
		t->selected++;
	}
	return TREE_USED;
}

static enum tree_event enter(struct tree *t)
{
	size_t i = t->selected;

	if (i >= t->rows.n || t->rows.v[i].kind == TREE_WAIT)
		return TREE_USED;
	if (t->rows.v[i].kind == TREE_MORE)
		show_more(t, i);
	else if (!folds(t, i))
		return TREE_OPEN;
	else if (t->rows.v[i].open)
		fold(t, i);
	else
		unfold(t, i);
	return TREE_USED;
}

enum tree_event tree_action(struct tree *t, enum action a)
{
	long at = (long)t->selected, page = t->h > 1 ? t->h - 1 : 1;

	switch (a) {
	case ACT_up: return select_row(t, at - 1);
	case ACT_down: return select_row(t, at + 1);
	case ACT_page_up: return select_row(t, at - page);
	case ACT_page_down: return select_row(t, at + page);
	case ACT_half_up: return select_row(t, at - (page + 1) / 2);
	case ACT_half_down: return select_row(t, at + (page + 1) / 2);
	case ACT_top: return select_row(t, 0);
	case ACT_bottom: return select_row(t, (long)t->rows.n - 1);
	case ACT_left: return left(t);
	case ACT_right: return right(t);
	case ACT_open: return enter(t);
	case ACT_expand:
		if (t->selected < t->rows.n) {
			size_t i = t->selected;
			unfold(t, i);
			for (size_t j = i; j < below_end(t, i) && t->rows.n < UNFOLD_MAX; j++)
				unfold(t, j);
		}
		return TREE_USED;
	case ACT_collapse:
		for (size_t i = t->rows.n; i-- > 0;)
			if (i < t->rows.n && t->rows.v[i].depth == 0 && t->rows.v[i].open)
				fold(t, i);
		return TREE_USED;
	default: return TREE_NOTHING;
	}
}

enum tree_event tree_mouse(struct tree *t, const struct key *k)
{
	if (k->x < t->x || k->y < t->y || k->x >= t->x + t->w || k->y >= t->y + t->h)
		return TREE_NOTHING;
	size_t row = t->top + (size_t)(k->y - t->y);
	switch (k->code) {
	case K_WHEEL_UP: return select_row(t, (long)t->selected - 3);
	case K_WHEEL_DOWN: return select_row(t, (long)t->selected + 3);
	case K_CLICK: {
		if (row >= t->rows.n)
			return TREE_USED;
		int mark = t->x + t->rows.v[row].depth * INDENT;
		bool again = row == t->selected;
		t->selected = row;
		return again || (k->x >= mark && k->x < mark + INDENT) ? enter(t) : TREE_USED;
	}
	default: return TREE_NOTHING;
	}
}

/* ---- drawing ---- */

static void draw_row(struct tree *t, struct canvas *c, size_t i, bool focused)
{
	const struct tree_row *r = &t->rows.v[i];
	unsigned flags = i == t->selected ? focused ? CA_SELECTED : CA_BOLD : 0U;
	int x = r->depth * INDENT;

	if (x > c->w / 2)
		x = c->w / 2; /* what is nested deeper does not leave the screen */
	if (flags)
		canvas_fill(c, 0, 0, c->w, 1, ST_TEXT | flags, ' ');
	if (r->kind == TREE_WAIT) {
		canvas_text(c, x + 2, 0, ST_DIM | flags, "loading …");
		return;
	}
	if (r->kind == TREE_MORE) {
		struct buf b = BUF_INIT(128);
		buf_adds(&b, "… ");
		list_number(&b, child_count(t, r->id) - r->next);
		buf_adds(&b, " more");
		canvas_text(c, x + 2, 0, ST_LINK | flags, b.p);
		buf_release(&b);
		return;
	}
	if (folds(t, i))
		canvas_put(c, x, 0, ST_KEY | flags, r->open ? 0x25be : 0x25b8);
	struct canvas label = canvas_sub(c, x + 2, 0, c->w - x - 3, 1);
	t->source.draw(t->source.ctx, r->id, &label, flags);
}

void tree_draw(struct tree *t, struct canvas *c, bool focused)
{
	size_t page = c->h > 0 ? (size_t)c->h : 1;

	t->x = c->x;
	t->y = c->y;
	t->w = c->w;
	t->h = c->h;
	if (!t->rows.n) {
		if (t->empty)
			canvas_fit(c, 2, c->h > 4 ? c->h / 3 : 0, c->w - 4, ALIGN_CENTER, ST_DIM,
				t->empty);
		return;
	}
	if (t->selected >= t->top + page)
		t->top = t->selected - page + 1;
	if (t->selected < t->top)
		t->top = t->selected;
	if (t->rows.n <= page)
		t->top = 0;
	else if (t->top > t->rows.n - page)
		t->top = t->rows.n - page;
	for (int y = 0; y < c->h && t->top + (size_t)y < t->rows.n; y++) {
		struct canvas line = canvas_sub(c, 0, y, c->w, 1);
		draw_row(t, &line, t->top + (size_t)y, focused);
	}
	canvas_scrollbar(c, c->w - 1, 0, c->h, t->rows.n, t->top, page);
}
