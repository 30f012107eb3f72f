#include "canvas.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"
#include "../clientlib/base/text.h"

static const struct cell blank = {.text = " ", .width = 1};

int grid_resize(struct grid *g, int w, int h, struct mf_error *err)
{
	w = w < 1 ? 1 : w > 4096 ? 4096 : w;
	h = h < 1 ? 1 : h > 4096 ? 4096 : h;
	if (!g->cells || g->w != w || g->h != h) {
		struct cell *cells = malloc(sizeof(*cells) * (size_t)w * (size_t)h);
		if (!cells)
			return err_nomem(err);
		free(g->cells);
		g->cells = cells;
		g->w = w;
		g->h = h;
	}
	grid_clear(g);
	return MF_OK;
}

void grid_release(struct grid *g)
{
	free(g->cells);
	*g = (struct grid){.caret_x = -1, .caret_y = -1, .ascii = g->ascii};
}

void grid_clear(struct grid *g)
{
	for (int i = 0; i < g->w * g->h; i++)
		g->cells[i] = blank;
	g->caret_x = g->caret_y = -1;
}

const char *grid_text(const struct grid *g, const struct cell *c)
{
	/* ASCII stand-ins are handed out as strings of one character. */
	static const char ascii[128][2] = {
#define A(c) [c] = {c}
#define A8(c) A(c), A(c + 1), A(c + 2), A(c + 3), A(c + 4), A(c + 5), A(c + 6), A(c + 7)
		A8(0x20), A8(0x28), A8(0x30), A8(0x38), A8(0x40), A8(0x48), A8(0x50), A8(0x58),
		A8(0x60), A8(0x68), A8(0x70), A8(0x78)
#undef A8
#undef A
	};
	if (!g->ascii || (unsigned char)c->text[0] < 0x80)
		return c->text;
	int32_t cp;
	utf8_next(c->text, strlen(c->text), &cp);
	char a = glyph_ascii(cp);
	return ascii[a ? (int)a : '?'];
}

struct canvas canvas_of(struct grid *g)
{
	return (struct canvas){g, 0, 0, g->w, g->h, 0, 0, g->w, g->h};
}

static int max_int(int a, int b)
{
	return a > b ? a : b;
}

static int min_int(int a, int b)
{
	return a < b ? a : b;
}

struct canvas canvas_sub(const struct canvas *c, int x, int y, int w, int h)
{
	int x1 = min_int(x + max_int(w, 0), c->w), y1 = min_int(y + max_int(h, 0), c->h);
	struct canvas s = {.grid = c->grid};

	x = max_int(x, 0);
	y = max_int(y, 0);
	s.x = c->x + x;
	s.y = c->y + y;
	s.w = max_int(x1 - x, 0);
	s.h = max_int(y1 - y, 0);
	s.x0 = max_int(c->x0, s.x);
	s.y0 = max_int(c->y0, s.y);
	s.x1 = min_int(c->x1, s.x + s.w);
	s.y1 = min_int(c->y1, s.y + s.h);
	return s;
}

struct canvas canvas_scrolled(const struct canvas *c, int dx, int dy)
{
	struct canvas s = *c;

	s.x -= dx;
	s.y -= dy;
	s.w += dx;
	s.h += dy;
	return s;
}

/* The cell at canvas coordinates, or NULL when it is clipped. */
static struct cell *at(const struct canvas *c, int x, int y)
{
	x += c->x;
	y += c->y;
	if (x < c->x0 || x >= c->x1 || y < c->y0 || y >= c->y1)
		return NULL;
	return &c->grid->cells[(size_t)y * (size_t)c->grid->w + (size_t)x];
}

/* Half a wide character cannot be shown: when one half is overwritten the other becomes a blank. */
static void split_wide(const struct canvas *c, struct cell *cell, int gx)
{
	if (cell->width == 0 && gx > 0) {
		memcpy(cell[-1].text, " ", 2);
		cell[-1].width = 1;
	} else if (cell->width == 2 && gx + 1 < c->grid->w) {
		memcpy(cell[1].text, " ", 2);
		cell[1].width = 1;
	}
}

static void set(struct canvas *c, int x, int y, unsigned attr, const char *p, size_t n, int width)
{
	struct cell *cell = at(c, x, y);
	struct cell *right = width == 2 ? at(c, x + 1, y) : NULL;
	bool narrow = width == 2 && (!cell || !right);

	if (narrow) { /* a wide character that is cut in the middle */
		p = " ";
		n = 1;
		if (!cell) {
			cell = right;
			x++;
		}
		right = NULL;
	}
	if (!cell)
		return;
	split_wide(c, cell, x + c->x);
	if (right)
		split_wide(c, right, x + 1 + c->x);
	memcpy(cell->text, p, n);
	cell->text[n] = '\0';
	cell->width = right ? 2 : 1;
	cell->attr = (uint16_t)attr;
	if (right) {
		right->text[0] = '\0';
		right->width = 0;
		right->attr = (uint16_t)attr;
	}
}

/* Add a combining mark to the cell left of x. Variation selectors are dropped: terminals disagree
 * about the width they give, and columns must stay straight. */
static void add_mark(struct canvas *c, int x, int y, const char *p, size_t n, int32_t cp)
{
	if ((cp >= 0xfe00 && cp <= 0xfe0f) || (cp >= 0xe0100 && cp <= 0xe01ef))
		return;
	struct cell *cell = at(c, x - 1, y);
	if (cell && cell->width == 0)
		cell = at(c, x - 2, y);
	if (!cell || cell->text[0] == ' ')
		return;
	size_t have = strlen(cell->text), marks = 0;
	for (size_t i = 1; i < have; i++)
		marks += (cell->text[i] & 0xc0) != 0x80;
	if (marks >= 4 || have + n >= CELL_TEXT)
		return;
	memcpy(cell->text + have, p, n);
	cell->text[have + n] = '\0';
}

/* One character of text as it is drawn: the bytes themselves, or what stands for them. */
struct piece {
	const char *p;
	size_t n, used; /* used: bytes of the text */
	int width;      /* of all of p; more than 2 only for an escape, which is ASCII */
	int32_t cp;
};

static struct piece next_piece(const struct grid *g, const char *p, size_t n, struct buf *esc)
{
	struct piece k = {.p = p, .cp = (unsigned char)p[0]};

	if (k.cp >= 0x20 && k.cp < 0x7f) {
		k.n = k.used = 1;
		k.width = 1;
		return k;
	}
	k.n = k.used = utf8_next(p, n, &k.cp);
	k.width = cp_width(k.cp);
	if (k.width >= 0 && !(g->ascii && (k.width != 1 || !glyph_ascii(k.cp))))
		return k;
	buf_clear(esc);
	text_escape(esc, p, k.used, g->ascii ? TEXT_ASCII : 0);
	k.p = esc->p;
	k.n = esc->n;
	k.width = (int)esc->n;
	k.cp = -1;
	return k;
}

/* Draw columns [skip, skip + w) of the text at x; returns columns seen. */
static int draw_text(struct canvas *c, int x, int y, unsigned attr, const char *p, size_t n)
{
	struct buf esc = BUF_INIT(64);
	int from = x;

	for (size_t i = 0; i < n;) {
		struct piece k = next_piece(c->grid, p + i, n - i, &esc);
		i += k.used;
		if (k.width == 0) {
			if (x > from)
				add_mark(c, x, y, k.p, k.n, k.cp);
		} else if (k.cp >= 0) {
			set(c, x, y, attr, k.p, k.n, k.width);
		} else {
			for (size_t j = 0; j < k.n; j++)
				set(c, x + (int)j, y, attr, k.p + j, 1, 1);
		}
		x += k.width;
	}
	buf_release(&esc);
	return x - from;
}

int canvas_textn(struct canvas *c, int x, int y, unsigned attr, const char *p, size_t n)
{
	return draw_text(c, x, y, attr, p, n);
}

int canvas_text(struct canvas *c, int x, int y, unsigned attr, const char *s)
{
	return draw_text(c, x, y, attr, s, strlen(s));
}

int canvas_textf(struct canvas *c, int x, int y, unsigned attr, const char *fmt, ...)
{
	struct buf b = BUF_INIT(1 << 16);
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&b, fmt, ap);
	va_end(ap);
	int cols = draw_text(c, x, y, attr, b.p, b.n);
	buf_release(&b);
	return cols;
}

int canvas_width(const struct canvas *c, const char *s)
{
	struct buf esc = BUF_INIT(64);
	size_t n = strlen(s);
	int cols = 0;

	for (size_t i = 0; i < n;) {
		struct piece k = next_piece(c->grid, s + i, n - i, &esc);
		i += k.used;
		cols += k.width;
	}
	buf_release(&esc);
	return cols;
}

/* How much of the text fits into `room` columns: its bytes, and their columns in *cols. *whole: all
 * of it does. */
static size_t prefix(
	const struct grid *g, const char *p, size_t n, int room, int *cols, bool *whole)
{
	struct buf esc = BUF_INIT(64);
	size_t i = 0;

	*cols = 0;
	*whole = true;
	while (i < n) {
		struct piece k = next_piece(g, p + i, n - i, &esc);
		if (*cols + k.width > room) {
			*whole = false;
			break;
		}
		*cols += k.width;
		i += k.used;
	}
	buf_release(&esc);
	return i;
}

/* Bytes to leave out at the start so that the rest fits into `room` columns. */
static size_t suffix(const struct grid *g, const char *p, size_t n, int room, int *cols)
{
	struct buf esc = BUF_INIT(64);
	size_t i = n;

	*cols = 0;
	while (i > 0) {
		size_t from = i - 1;
		while (from > 0 && i - from < 4 && (p[from] & 0xc0) == 0x80)
			from--;
		struct piece k = next_piece(g, p + from, i - from, &esc);
		if (k.used != i - from) { /* not one valid character: take the last byte alone */
			from = i - 1;
			k = next_piece(g, p + from, 1, &esc);
		}
		if (*cols + k.width > room)
			break;
		*cols += k.width;
		i = from;
	}
	buf_release(&esc);
	return i;
}

void canvas_fit(struct canvas *c, int x, int y, int w, enum canvas_align align, unsigned attr,
	const char *s)
{
	size_t n = strlen(s), keep;
	int cols, dots = min_int(c->grid->ascii ? 2 : 1, w);
	bool whole;

	if (w <= 0)
		return;
	const char *cut = c->grid->ascii ? dots == 2 ? ".." : "." : "…";
	keep = prefix(c->grid, s, n, w, &cols, &whole);
	if (whole) {
		int left = align == ALIGN_RIGHT    ? w - cols
			   : align == ALIGN_CENTER ? (w - cols) / 2
						   : 0;
		canvas_fill(c, x, y, left, 1, attr, ' ');
		canvas_textn(c, x + left, y, attr, s, n);
		canvas_fill(c, x + left + cols, y, w - left - cols, 1, attr, ' ');
	} else if (align == ALIGN_CUT_START) {
		keep = suffix(c->grid, s, n, w - dots, &cols);
		canvas_text(c, x, y, attr, cut);
		canvas_textn(c, x + dots, y, attr, s + keep, n - keep);
		canvas_fill(c, x + dots + cols, y, w - dots - cols, 1, attr, ' ');
	} else {
		keep = prefix(c->grid, s, n, w - dots, &cols, &whole);
		canvas_textn(c, x, y, attr, s, keep);
		canvas_text(c, x + cols, y, attr, cut);
		canvas_fill(c, x + cols + dots, y, w - cols - dots, 1, attr, ' ');
	}
}

void canvas_put(struct canvas *c, int x, int y, unsigned attr, int32_t cp)
{
	char s[8];
	struct buf b = BUF_INIT(16);

	if (cp >= 0x20 && cp < 0x7f) {
		s[0] = (char)cp;
		set(c, x, y, attr, s, 1, 1);
		return;
	}
	utf8_add(&b, cp);
	draw_text(c, x, y, attr, b.p, b.n);
	buf_release(&b);
}

void canvas_fill(struct canvas *c, int x, int y, int w, int h, unsigned attr, int32_t cp)
{
	int left = max_int(x, c->x0 - c->x), right = min_int(x + w, c->x1 - c->x);

	for (int j = max_int(y, c->y0 - c->y); j < min_int(y + h, c->y1 - c->y); j++)
		for (int i = left; i < right; i++)
			canvas_put(c, i, j, attr, cp);
}

void canvas_flag(struct canvas *c, int x, int y, int w, int h, unsigned flags)
{
	for (int j = y; j < y + h; j++)
		for (int i = x; i < x + w; i++) {
			struct cell *cell = at(c, i, j);
			if (cell)
				cell->attr |= (uint16_t)(flags & ~(unsigned)CA_STYLE);
		}
}

void canvas_style(struct canvas *c, int x, int y, int w, int h, enum style style)
{
	for (int j = y; j < y + h; j++)
		for (int i = x; i < x + w; i++) {
			struct cell *cell = at(c, i, j);
			if (cell)
				cell->attr = (uint16_t)((cell->attr & ~(unsigned)CA_STYLE) | style);
		}
}

void canvas_caret(struct canvas *c, int x, int y)
{
	if (at(c, x, y)) {
		c->grid->caret_x = x + c->x;
		c->grid->caret_y = y + c->y;
	}
}

/* How bright a colour is, 0 to 255. */
static unsigned luma(uint32_t rgb)
{
	return ((rgb >> 16 & 0xff) * 299 + (rgb >> 8 & 0xff) * 587 + (rgb & 0xff) * 114) / 1000;
}

void canvas_half(struct canvas *c, int x, int y, uint32_t top, uint32_t bottom)
{
	static const char shades[] = " .:-=+*#%@";
	struct cell *cell = at(c, x, y);

	if (!cell)
		return;
	if (c->grid->ascii || c->grid->shades) {
		unsigned shade = (luma(top) + luma(bottom)) / 2 * (sizeof(shades) - 2) / 255;
		set(c, x, y, ST_TEXT, &shades[shade], 1, 1);
		return;
	}
	set(c, x, y, ST_DIRECT, "\xe2\x96\x80", 3, 1);
	cell->fg = top;
	cell->bg = bottom;
}
