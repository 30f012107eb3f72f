/* page_pane.c: lines of styled spans on the canvas. */
#include "page_pane.h"

#include <string.h>

#include "../clientlib/base/text.h"
#include "list.h"

static const uint8_t styles[MF_N_STYLES] = {[MF_STYLE_PLAIN] = ST_TEXT,
	[MF_STYLE_TITLE] = ST_TITLE,
	[MF_STYLE_HEADING] = ST_KEY,
	[MF_STYLE_BOLD] = ST_TITLE,
	[MF_STYLE_ITALIC] = ST_COMMENT,
	[MF_STYLE_DIM] = ST_DIM,
	[MF_STYLE_CODE] = ST_STRING,
	[MF_STYLE_LINK] = ST_LINK,
	[MF_STYLE_OK] = ST_COMPLETED,
	[MF_STYLE_WARN] = ST_WARNING,
	[MF_STYLE_ERROR] = ST_ERROR,
	[MF_STYLE_BORDER] = ST_BORDER,
	[MF_STYLE_BAR] = ST_SPARK,
	[MF_STYLE_TRACK] = ST_FAINT,
	[MF_STYLE_PIXELS] = ST_DIRECT};

static size_t lines(const struct page_pane *p, const struct mf_line **out)
{
	*out = NULL;
	return p->page ? mf_page_lines(p->page, out) : 0;
}

static void clamp(struct page_pane *p)
{
	const struct mf_line *l;
	size_t n = lines(p, &l), page = p->h > 0 ? (size_t)p->h : 1;

	if (n <= page)
		p->top = 0;
	else if (p->top > n - page)
		p->top = n - page;
}

void page_pane_set(struct page_pane *p, const struct mf_page *page, bool anew)
{
	p->page = page;
	if (anew)
		p->top = 0, p->aside = 0;
	clamp(p);
}

static bool scroll(struct page_pane *p, long by)
{
	size_t n = by < 0 ? (size_t)-by : (size_t)by;

	if (by < 0)
		p->top = p->top > n ? p->top - n : 0;
	else
		p->top += n;
	clamp(p);
	return true;
}

static bool aside(struct page_pane *p, int by)
{
	int most = p->widest - p->w + 1, to = p->aside + by;

	most = most < 0 ? 0 : most;
	p->aside = to < 0 ? 0 : to > most ? most : to;
	return true;
}

bool page_pane_action(struct page_pane *p, enum action a)
{
	long page = p->h > 1 ? p->h - 1 : 1;

	switch (a) {
	case ACT_up: return scroll(p, -1);
	case ACT_down: return scroll(p, 1);
	case ACT_page_up: return scroll(p, -page);
	case ACT_page_down: return scroll(p, page);
	case ACT_half_up: return scroll(p, -(page + 1) / 2);
	case ACT_half_down: return scroll(p, (page + 1) / 2);
	case ACT_top: p->top = 0; return true;
	case ACT_bottom: return scroll(p, INT32_MAX);
	case ACT_left: return aside(p, -16);
	case ACT_right: return aside(p, 16);
	default: return false;
	}
}

bool page_pane_mouse(struct page_pane *p, const struct key *k)
{
	if (k->x < p->x || k->y < p->y || k->x >= p->x + p->w || k->y >= p->y + p->h)
		return false;
	switch (k->code) {
	case K_WHEEL_UP: return scroll(p, -3);
	case K_WHEEL_DOWN: return scroll(p, 3);
	case K_WHEEL_LEFT: return aside(p, -4);
	case K_WHEEL_RIGHT: return aside(p, 4);
	default: return false;
	}
}

static int draw_span(struct canvas *c, int x, int y, const struct mf_span *s)
{
	if (s->style != MF_STYLE_PIXELS)
		return canvas_textn(c, x, y,
			(size_t)s->style < MF_N_STYLES ? styles[s->style] : ST_TEXT, s->text, s->n);
	int w = (int)text_width(s->text, s->n);
	for (int i = 0; i < w; i++)
		canvas_half(c, x + i, y, s->fg, s->bg);
	return w;
}

void page_pane_draw(struct page_pane *p, struct canvas *c)
{
	const struct mf_line *l;
	size_t n = lines(p, &l);

	p->x = c->x;
	p->y = c->y;
	p->w = c->w;
	p->h = c->h;
	clamp(p);
	if (!n && p->empty)
		canvas_fit(c, 2, c->h > 4 ? c->h / 3 : 0, c->w - 4, ALIGN_CENTER, ST_DIM, p->empty);
	struct canvas body = canvas_sub(c, 0, 0, c->w - 1, c->h);
	struct canvas moved = canvas_scrolled(&body, p->aside, 0);
	p->widest = 0;
	for (int i = 0; i < c->h && p->top + (size_t)i < n; i++) {
		const struct mf_line *line = &l[p->top + (size_t)i];
		int x = 0;
		for (size_t k = 0; k < line->n; k++)
			x += draw_span(&moved, x, i, &line->spans[k]);
		p->widest = x > p->widest ? x : p->widest;
	}
	canvas_scrollbar(c, c->w - 1, 0, c->h, n, p->top, c->h > 0 ? (size_t)c->h : 1);
}

void page_pane_status(const struct page_pane *p, struct buf *out)
{
	const struct mf_line *l;
	size_t n = lines(p, &l);

	if (!n)
		return;
	list_number(out, n);
	buf_adds(out, n == 1 ? " line" : " lines");
	if (mf_page_cut(p->page))
		buf_adds(out, ", the rest is left out");
}
