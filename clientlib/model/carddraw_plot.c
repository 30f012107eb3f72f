/* Points and lines on a grid of dots, with axes (declared in carddraw.h). */
#include "carddraw.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../base/text.h"

enum { ROWS = 10, COLUMNS_MAX = 100, DOTS_X = 2, DOTS_Y = 4 };

struct grid {
	unsigned char *cells; /* a bit a dot, in the order of Braille patterns */
	size_t columns;
};

static void dot(struct grid *g, long x, long y)
{
	static const unsigned char bits[DOTS_Y][DOTS_X] = {
		{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
	long height = ROWS * DOTS_Y, width = (long)g->columns * DOTS_X;
	if (x < 0 || y < 0 || x >= width || y >= height)
		return;
	y = height - 1 - y;
	g->cells[(size_t)(y / DOTS_Y) * g->columns + (size_t)(x / DOTS_X)] |=
		bits[y % DOTS_Y][x % DOTS_X];
}

static void line(struct grid *g, long x0, long y0, long x1, long y1)
{
	long n = labs(x1 - x0) > labs(y1 - y0) ? labs(x1 - x0) : labs(y1 - y0);
	for (long i = 0; i <= n; i++)
		dot(g, n ? x0 + (x1 - x0) * i / n : x0, n ? y0 + (y1 - y0) * i / n : y0);
}

static void range(
	const struct card_point *v, size_t n, double *x0, double *x1, double *y0, double *y1)
{
	*x0 = *x1 = v[0].x;
	*y0 = *y1 = v[0].y;
	for (size_t i = 1; i < n; i++) {
		*x0 = fmin(*x0, v[i].x), *x1 = fmax(*x1, v[i].x);
		*y0 = fmin(*y0, v[i].y), *y1 = fmax(*y1, v[i].y);
	}
}

/* Where v stands between low and high, in dots. Halves first: the distance of two doubles may be no
 * double. */
static long place(double v, double low, double high, size_t dots)
{
	double span = high / 2 - low / 2;
	return span > 0 ? lround((v / 2 - low / 2) / span * (double)(dots - 1)) : (long)(dots / 2);
}

static void axis_line(
	struct block *b, size_t label_columns, size_t columns, const char *low, const char *high)
{
	size_t n = text_width(low, strlen(low)), m = text_width(high, strlen(high));
	block_fill(b, MF_STYLE_PLAIN, " ", " ", label_columns + 1);
	block_fill(b, MF_STYLE_BORDER, "└", "+", 1);
	block_fill(b, MF_STYLE_BORDER, "─", "-", columns);
	block_end(b);
	block_fill(b, MF_STYLE_PLAIN, " ", " ", label_columns + 2);
	block_adds(b, MF_STYLE_DIM, low);
	block_fill(b, MF_STYLE_PLAIN, " ", " ", n + m < columns ? columns - n - m : 1);
	block_adds(b, MF_STYLE_DIM, high);
	block_end(b);
}

void card_plot(struct block *b, const struct card_point *v, size_t n, const char *x_low,
	const char *x_high)
{
	double x0, x1, y0, y1;
	char low[32], high[32], left[32], right[32];
	if (!n)
		return;
	range(v, n, &x0, &x1, &y0, &y1);
	snprintf(low, sizeof(low), "%.6g", y0);
	snprintf(high, sizeof(high), "%.6g", y1);
	snprintf(left, sizeof(left), "%.6g", x0);
	snprintf(right, sizeof(right), "%.6g", x1);
	size_t label = strlen(low) > strlen(high) ? strlen(low) : strlen(high);
	if (b->width < label + 10)
		return;
	struct grid g = {.columns = b->width - label - 2};
	g.columns = g.columns < COLUMNS_MAX ? g.columns : COLUMNS_MAX;
	g.cells = calloc(ROWS, g.columns);
	if (!g.cells) {
		b->page->rc = MF_ENOMEM;
		return;
	}
	long px = 0, py = 0;
	bool lines = false;
	for (size_t i = 0; i < n && !lines; i++)
		lines = v[i].joined;
	for (size_t i = 0; i < n; i++) {
		long x = place(v[i].x, x0, x1, g.columns * DOTS_X),
		     y = place(v[i].y, y0, y1, ROWS * DOTS_Y);
		if (v[i].joined && i)
			line(&g, px, py, x, y);
		dot(&g, x, y);
		if (!lines) { /* a single dot is hard to see */
			dot(&g, x + 1, y);
			dot(&g, x, y - 1);
			dot(&g, x + 1, y - 1);
		}
		px = x, py = y;
	}
	for (size_t r = 0; r < ROWS; r++) {
		const char *text = r == 0 ? high : r == ROWS - 1 ? low : "";
		struct buf cells = BUF_INIT(1 << 12);
		block_fill(b, MF_STYLE_PLAIN, " ", " ", label - strlen(text));
		block_adds(b, MF_STYLE_DIM, text);
		block_adds(b, MF_STYLE_PLAIN, " ");
		block_fill(b, MF_STYLE_BORDER, *text ? "┤" : "│", "|", 1);
		size_t last = g.columns;
		while (last && !g.cells[r * g.columns + last - 1])
			last--;
		for (size_t x = 0; x < last; x++) {
			unsigned char bits = g.cells[r * g.columns + x];
			if (bits && !b->page->ascii)
				utf8_add(&cells, 0x2800 + bits);
			else
				buf_addc(&cells, bits ? '*' : ' ');
		}
		if (cells.failed)
			b->page->rc = MF_ENOMEM;
		block_text(b, MF_STYLE_BAR, cells.p, cells.n);
		block_end(b);
		buf_release(&cells);
	}
	axis_line(b, label, g.columns, x_low ? x_low : left, x_high ? x_high : right);
	free(g.cells);
}
