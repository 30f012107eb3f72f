/* pager.c: position, search and keys of the text widget; pager_draw.c shows it. */
#include "pager.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "list.h"
#include "pager_priv.h"

#define LINE_MAX_BYTES (8u << 20)

void pager_init(struct pager *p, const struct pager_source *source)
{
	*p = (struct pager){.source = *source, .hit = SIZE_MAX, .known = SIZE_MAX};
	buf_init(&p->scratch.text, LINE_MAX_BYTES);
	buf_init(&p->scratch.gutter, 4096);
}

static void end_search(struct pager *p)
{
	if (p->regex_ok)
		regfree(&p->regex);
	p->regex_ok = false;
	free(p->pattern);
	p->pattern = NULL;
	p->hits.n = 0;
	p->searched = 0;
	p->hit = SIZE_MAX;
	p->jump = false;
}

void pager_release(struct pager *p)
{
	end_search(p);
	vec_release(&p->hits);
	vec_release(&p->scratch.spans);
	buf_release(&p->scratch.text);
	buf_release(&p->scratch.gutter);
}

void pager_span(struct pager_line *l, size_t from, size_t to, unsigned attr)
{
	if (from < to)
		(void)vec_push(&l->spans,
			((struct pager_span){from, to, attr})); /* else it is less colourful */
}

void pager_add(struct pager_line *l, unsigned attr, const char *s)
{
	size_t from = l->text.n;

	buf_adds(&l->text, s);
	pager_span(l, from, l->text.n, attr);
}

size_t pager_count(const struct pager *p)
{
	return p->source.count(p->source.ctx);
}

const struct pager_line *pager_line(struct pager *p, size_t i)
{
	struct pager_line *l = &p->scratch;

	buf_clear(&l->text);
	buf_clear(&l->gutter);
	l->spans.n = 0;
	l->attr = l->gutter_attr = ST_TEXT;
	p->source.line(p->source.ctx, i, l);
	return l;
}

/* ---- position ---- */

/* Where the screen has to begin so that the end is at its bottom. */
static void end_position(struct pager *p, size_t *line, size_t *row)
{
	size_t left = p->h > 0 ? (size_t)p->h : 1, i = pager_count(p);

	*row = 0;
	while (i > 0 && left > 0) {
		size_t n = pager_rows(p, --i);
		if (n >= left) {
			*row = n - left;
			break;
		}
		left -= n;
	}
	*line = i;
}

static bool after(size_t line, size_t row, size_t line2, size_t row2)
{
	return line != line2 ? line > line2 : row > row2;
}

bool pager_at_end(struct pager *p)
{
	size_t line, row;

	end_position(p, &line, &row);
	return !after(line, row, p->top, p->top_row);
}

void pager_clamp(struct pager *p)
{
	size_t line, row;

	end_position(p, &line, &row);
	if (after(p->top, p->top_row, line, row)) {
		p->top = line;
		p->top_row = row;
	}
}

static void go_end(struct pager *p)
{
	end_position(p, &p->top, &p->top_row);
	p->known = pager_count(p);
}

static void scroll(struct pager *p, long by)
{
	for (; by > 0; by--) {
		if (p->top_row + 1 < pager_rows(p, p->top))
			p->top_row++;
		else if (p->top + 1 < pager_count(p))
			p->top++, p->top_row = 0;
		else
			break;
	}
	for (; by < 0; by++) {
		if (p->top_row > 0)
			p->top_row--;
		else if (p->top > 0)
			p->top--, p->top_row = pager_rows(p, p->top) - 1;
		else
			break;
	}
	pager_clamp(p);
}

void pager_show(struct pager *p, size_t i)
{
	if (i >= p->top && p->h > 0 && !p->wrap && i < p->top + (size_t)p->h)
		return;
	p->top = i;
	p->top_row = 0;
	scroll(p, -(p->h / 3));
}

void pager_refresh(struct pager *p, bool anew)
{
	size_t n = pager_count(p);

	if (anew) {
		p->hits.n = 0;
		p->searched = 0;
		p->hit = SIZE_MAX;
		p->known = n;
	}
	if (p->known > n)
		p->known = n;
	if (p->top >= n)
		p->top = n ? n - 1 : 0, p->top_row = 0;
	if (p->follow)
		go_end(p);
}

/* ---- search ---- */

static bool has_capital(const char *s)
{
	for (; *s; s++)
		if (isupper((unsigned char)*s))
			return true;
	return false;
}

bool pager_match(
	const struct pager *p, const char *text, size_t n, size_t from, size_t *start, size_t *end)
{
	if (!p->pattern || from > n)
		return false;
	if (p->regex_ok) {
		/* REG_STARTEND bounds the search, so that a NUL in the text is like any other
		 * character. */
		regmatch_t m = {.rm_so = (regoff_t)from, .rm_eo = (regoff_t)n};
		if (regexec(&p->regex, text, 1, &m, REG_STARTEND | (from ? REG_NOTBOL : 0)) != 0)
			return false;
		*start = (size_t)m.rm_so;
		*end = (size_t)m.rm_eo;
		return true;
	}
	const char *at = memmem(text + from, n - from, p->pattern, strlen(p->pattern));
	if (!at)
		return false;
	*start = (size_t)(at - text);
	*end = *start + strlen(p->pattern);
	return true;
}

bool pager_scan(struct pager *p, size_t lines)
{
	size_t n = pager_count(p), start, end;

	if (!p->pattern)
		return false;
	for (; p->searched < n && lines > 0; p->searched++, lines--) {
		const struct pager_line *l = pager_line(p, p->searched);
		if (!pager_match(p, l->text.p, l->text.n, 0, &start, &end))
			continue;
		if (!vec_push(&p->hits, p->searched))
			break;
		if (p->jump && p->searched >= p->origin) {
			p->jump = false;
			p->hit = p->hits.n - 1;
			pager_show(p, p->searched);
		}
	}
	if (p->searched >= n && p->jump && p->hits.n) {
		p->jump = false; /* nothing below: the first from the start */
		p->hit = 0;
		pager_show(p, p->hits.v[0]);
	}
	return p->searched < n;
}

void pager_search(struct pager *p, const char *pattern, bool final)
{
	bool typing = p->pattern != NULL && p->jump;

	if (!p->pattern || (final && !typing && p->hit == SIZE_MAX && !p->hits.n)) {
		p->origin = p->top;
		p->origin_row = p->top_row;
	}
	if (p->pattern && str_eq(p->pattern, pattern))
		return;
	end_search(p);
	if (!*pattern) {
		p->top = p->origin;
		p->top_row = p->origin_row;
		return;
	}
	p->pattern = strdup(pattern);
	if (!p->pattern)
		return;
	p->regex_ok = regcomp(&p->regex, pattern,
			      REG_EXTENDED | (has_capital(pattern) ? 0 : REG_ICASE)) == 0;
	p->jump = true;
	p->follow = false;
	pager_scan(p, 20000);
}

static void next_hit(struct pager *p, int dir)
{
	if (!p->hits.n)
		return;
	if (p->hit == SIZE_MAX) {
		/* The first one from here on. */
		size_t i = 0;
		while (i < p->hits.n && p->hits.v[i] < p->top)
			i++;
		p->hit = i < p->hits.n ? i : 0;
	} else if (dir > 0) {
		p->hit = p->hit + 1 < p->hits.n ? p->hit + 1 : 0;
	} else {
		p->hit = p->hit > 0 ? p->hit - 1 : p->hits.n - 1;
	}
	p->origin = p->hits.v[p->hit];
	p->follow = false;
	pager_show(p, p->hits.v[p->hit]);
}

/* ---- keys ---- */

static bool aside(struct pager *p, int by)
{
	int most = p->widest - (p->w - p->gutter) + 1, to = p->hscroll + by;

	if (p->wrap || (most <= 0 && !p->hscroll))
		return false;
	if (most < 0)
		most = 0;
	p->hscroll = to < 0 ? 0 : to > most ? most : to;
	return true;
}

static bool move(struct pager *p, long by)
{
	scroll(p, by);
	if (by < 0)
		p->follow = false; /* whoever scrolls up wants to read */
	return true;
}

bool pager_action(struct pager *p, enum action a)
{
	long page = p->h > 1 ? p->h - 1 : 1;

	switch (a) {
	case ACT_up: return move(p, -1);
	case ACT_down: return move(p, 1);
	case ACT_page_up: return move(p, -page);
	case ACT_page_down: return move(p, page);
	case ACT_half_up: return move(p, -(page + 1) / 2);
	case ACT_half_down: return move(p, (page + 1) / 2);
	case ACT_top:
		p->top = p->top_row = 0;
		p->follow = false;
		return true;
	case ACT_bottom: go_end(p); return true;
	case ACT_left: return aside(p, -16);
	case ACT_right: return aside(p, 16);
	case ACT_next_match: next_hit(p, 1); return true;
	case ACT_prev_match: next_hit(p, -1); return true;
	case ACT_wrap:
		p->wrap = !p->wrap;
		p->hscroll = 0;
		p->top_row = 0;
		pager_clamp(p);
		return true;
	case ACT_follow:
		p->follow = !p->follow;
		if (p->follow)
			go_end(p);
		return true;
	default: return false;
	}
}

bool pager_mouse(struct pager *p, const struct key *k)
{
	if (k->x < p->x || k->y < p->y || k->x >= p->x + p->w || k->y >= p->y + p->h)
		return false;
	switch (k->code) {
	case K_WHEEL_UP: return move(p, -3);
	case K_WHEEL_DOWN: return move(p, 3);
	case K_WHEEL_LEFT: return aside(p, -4);
	case K_WHEEL_RIGHT: return aside(p, 4);
	default: return false;
	}
}

void pager_status(const struct pager *p, struct buf *out)
{
	if (p->pattern && !p->hits.n) {
		buf_adds(out, p->searched < pager_count(p) ? "searching · " : "no match · ");
	} else if (p->pattern) {
		buf_adds(out, "match ");
		if (p->hit != SIZE_MAX) {
			list_number(out, p->hit + 1);
			buf_adds(out, " of ");
		}
		list_number(out, p->hits.n);
		buf_adds(out, p->searched < pager_count(p) ? "+ · " : " · ");
	}
	list_number(out, pager_count(p));
	buf_adds(out, pager_count(p) == 1 ? " line" : " lines");
	if (p->follow)
		buf_adds(out, " · following");
}
