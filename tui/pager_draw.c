/* pager_draw.c: lines of the text widget on the screen. */
#include <string.h>

#include "../clientlib/base/text.h"
#include "list.h"
#include "pager_priv.h"

#define TAB_WIDTH 8

/* Goes through a line column by column, cutting it into rows when it is wrapped. */
struct walk {
	const struct pager_line *line;
	bool ascii;
	size_t at;  /* byte */
	int column; /* of the whole line */
	size_t row; /* wrapped row */
	int in_row; /* column of the row */
	int room;   /* columns of a row; 0: not wrapped */
};

struct step {
	size_t from, used;
	int width; /* columns; 0: a combining mark */
	bool tab;
};

/* The next character and where it goes: w->row and w->in_row are its place when this returns true.
 */
static bool next(struct walk *w, struct step *s)
{
	const struct buf *t = &w->line->text;
	char one[8];
	size_t n = t->n;

	if (w->at >= n)
		return false;
	s->from = w->at;
	s->tab = t->p[w->at] == '\t';
	if (s->tab) {
		s->used = 1;
		s->width = TAB_WIDTH - w->column % TAB_WIDTH;
	} else if (t->p[w->at] >= 0x20 && t->p[w->at] < 0x7f) {
		s->used = 1;
		s->width = 1;
	} else {
		int32_t cp;
		s->used = utf8_next(t->p + w->at, n - w->at, &cp);
		memcpy(one, t->p + w->at, s->used);
		s->width = cp_width(cp);
		if (s->width < 0)
			s->width = (int)text_width(one, s->used);
		else if (w->ascii && s->width > 0 && !(s->width == 1 && glyph_ascii(cp)))
			s->width = cp < 0x10000 ? 6 : 10; /* \uXXXX, \UXXXXXXXX */
	}
	if (w->room > 0 && w->in_row > 0 && w->in_row + s->width > w->room && s->width > 0) {
		w->row++;
		w->in_row = 0;
	}
	w->at += s->used;
	/* Marks stay with their base. */
	while (!s->tab && w->at < n && (unsigned char)t->p[w->at] >= 0x80) {
		int32_t cp;
		size_t len = utf8_next(t->p + w->at, n - w->at, &cp);
		if (cp_width(cp) != 0)
			break;
		s->used += len;
		w->at += len;
	}
	return true;
}

static void advance(struct walk *w, const struct step *s)
{
	w->column += s->width;
	w->in_row += s->width;
}

size_t pager_rows(struct pager *p, size_t i)
{
	if (!p->wrap || i >= pager_count(p))
		return 1;
	struct walk w = {.line = pager_line(p, i), .room = p->w - p->gutter - 1};
	struct step s;
	if (w.room < 1)
		w.room = 1;
	while (next(&w, &s))
		advance(&w, &s);
	return w.row + 1;
}

static unsigned attr_at(const struct pager_line *l, size_t at)
{
	for (size_t i = l->spans.n; i-- > 0;)
		if (at >= l->spans.v[i].from && at < l->spans.v[i].to)
			return l->spans.v[i].attr;
	return l->attr;
}

/* Matches of the line being drawn, found as the drawing gets there. */
struct matches {
	size_t from, to;
	bool more, current;
};

static bool in_match(
	const struct pager *p, struct matches *m, const struct pager_line *l, size_t at)
{
	while (m->more && at >= m->to) {
		size_t from = m->to > m->from ? m->to : m->to + 1;
		m->more = pager_match(p, l->text.p, l->text.n, from, &m->from, &m->to);
	}
	return m->more && at >= m->from && at < m->to;
}

/* Draw line i from its row `skip` on; returns the rows used. */
static int draw_line(struct pager *p, struct canvas *c, int y, size_t i, size_t skip)
{
	const struct pager_line *l = pager_line(p, i);
	int room = c->w - p->gutter - 1;
	struct walk w = {
		.line = l, .ascii = c->grid->ascii, .room = p->wrap ? room > 0 ? room : 1 : 0};
	struct matches m = {0};
	struct step s;

	m.more = pager_match(p, l->text.p, l->text.n, 0, &m.from, &m.to);
	m.current = p->hit < p->hits.n && p->hits.v[p->hit] == i;
	struct canvas body = canvas_sub(c, p->gutter, 0, c->w - p->gutter - 1, c->h);
	struct canvas text = canvas_scrolled(&body, p->wrap ? 0 : p->hscroll, 0);
	if (p->gutter && !skip)
		canvas_fit(c, 0, y, p->gutter - 1, ALIGN_LEFT, l->gutter_attr, l->gutter.p);
	while (next(&w, &s)) {
		long row = (long)w.row - (long)skip;
		if (y + row >= c->h)
			break;
		if (!p->wrap && w.column > p->hscroll + room + TAB_WIDTH) {
			/* Nothing further is seen; the width is still wanted for scrolling. */
			p->widest = p->widest > w.column + 1 ? p->widest : w.column + 1;
			while (next(&w, &s) && w.column < p->hscroll + 4096)
				advance(&w, &s);
			break;
		}
		if (row >= 0) {
			unsigned attr = attr_at(l, s.from);
			if (in_match(p, &m, l, s.from))
				attr = m.current ? ST_MATCH_NOW : ST_MATCH;
			if (s.tab)
				canvas_fill(&text, w.in_row, y + (int)row, s.width, 1, attr, ' ');
			else if (s.width > 0 || w.in_row > 0)
				/* A mark is drawn with its base, which is the character before it.
				 */
				canvas_textn(&text, w.in_row, y + (int)row, attr,
					l->text.p + s.from, s.used + 0);
		}
		advance(&w, &s);
	}
	if (w.column > p->widest)
		p->widest = w.column;
	return (int)(w.row + 1 - (skip <= w.row ? skip : w.row));
}

static void draw_news(struct pager *p, struct canvas *c, size_t n)
{
	struct buf b = BUF_INIT(128);

	if (n <= p->known || p->follow)
		return;
	buf_adds(&b, " ▼ ");
	list_number(&b, n - p->known);
	buf_adds(&b, n - p->known == 1 ? " new line " : " new lines ");
	int w = canvas_width(c, b.p);
	canvas_text(c, c->w - w - 2, c->h - 1, ST_BADGE, b.p);
	buf_release(&b);
}

void pager_draw(struct pager *p, struct canvas *c)
{
	size_t n = pager_count(p);
	bool resized = p->w != c->w || p->h != c->h;

	p->x = c->x;
	p->y = c->y;
	p->w = c->w;
	p->h = c->h;
	p->widest = 0;
	if (p->known > n)
		p->known = n;
	if (!n) {
		p->top = p->top_row = 0;
		if (p->empty)
			canvas_fit(c, 2, c->h > 4 ? c->h / 3 : 0, c->w - 4, ALIGN_CENTER, ST_DIM,
				p->empty);
		return;
	}
	if (p->follow)
		pager_action(p, ACT_bottom);
	else if (resized || p->top >= n)
		pager_clamp(p);
	size_t line = p->top;
	for (int y = 0; y < c->h && line < n; line++)
		y += draw_line(p, c, y, line, line == p->top ? p->top_row : 0);
	if (line >= n && pager_at_end(p))
		p->known = n;
	canvas_scrollbar(c, c->w - 1, 0, c->h, n, p->top, line - p->top < n ? line - p->top : n);
	draw_news(p, c, n);
}
