/* canvas_chart.c: bars, sparklines, scrollbars. */
#include "canvas.h"

#include <math.h>

static double clamp01(double v)
{
	return v > 0 ? v < 1 ? v : 1 : 0; /* NaN: 0 */
}

/* A block that fills the left n eighths of a cell. */
static int32_t left_block(int n)
{
	return 0x2590 - n;
}

void canvas_bar(struct canvas *c, int x, int y, int w, double fraction, unsigned attr)
{
	if (w <= 0)
		return;
	int eighths = (int)lround(clamp01(fraction) * w * 8);

	if (eighths == 0 && fraction > 0)
		eighths = 1;
	for (int i = 0; i < w; i++) {
		int n = eighths - i * 8;
		canvas_put(c, x + i, y, attr, n <= 0 ? ' ' : n >= 8 ? 0x2588 : left_block(n));
	}
}

void canvas_thin_bar(struct canvas *c, int x, int y, int w, double fraction, unsigned attr)
{
	int halves = w > 0 ? (int)lround(clamp01(fraction) * w * 2) : 0;
	unsigned flags = attr & ~(unsigned)CA_STYLE;

	if (halves == 0 && fraction > 0)
		halves = 1;
	for (int i = 0; i < w; i++) {
		int n = halves - i * 2;
		canvas_put(c, x + i, y, n > 0 ? attr : ST_TRACK | flags,
			n == 1  ? 0x2578
			: n > 1 ? 0x2501
				: 0x2500);
	}
}

void canvas_span(struct canvas *c, int x, int y, int w, double from, double to, unsigned attr)
{
	if (w <= 0 || !(from <= to) || to < 0 || from > 1)
		return;
	int a = (int)lround(clamp01(from) * w * 8), b = (int)lround(clamp01(to) * w * 8);

	if (a == w * 8)
		a--;
	if (b <= a)
		b = a + 1;
	for (int i = a / 8; i <= (b - 1) / 8; i++) {
		int left = a > i * 8 ? a - i * 8 : 0, right = b < i * 8 + 8 ? b - i * 8 : 8;
		if (left == 0)
			canvas_put(c, x + i, y, attr, right == 8 ? 0x2588 : left_block(right));
		else if (right == 8)
			/* There are no blocks that fill the right: the left one, with the colours
			 * swapped. */
			canvas_put(c, x + i, y, left == 4 ? attr : attr | CA_REVERSE,
				left == 4 ? 0x2590 : left_block(left));
		else
			canvas_put(c, x + i, y, attr,
				left < 3   ? left_block(right - left)
				: left < 5 ? 0x2502
					   : 0x2595);
	}
}

void canvas_scrollbar(
	struct canvas *c, int x, int y, int h, size_t total, size_t top, size_t visible)
{
	if (h <= 0 || total <= visible)
		return;
	size_t rows = (size_t)h, most = total - visible;
	size_t thumb = (size_t)((double)rows * (double)visible / (double)total + 0.5);

	if (thumb < 1)
		thumb = 1;
	if (thumb > rows)
		thumb = rows;
	if (top > most)
		top = most;
	size_t at = (size_t)((double)(rows - thumb) * (double)top / (double)most + 0.5);
	/* Only at the very ends does it touch them. */
	if (at == 0 && top > 0 && rows - thumb > 1)
		at = 1;
	if (at == rows - thumb && top < most && at > 1)
		at--;
	for (size_t i = 0; i < thumb; i++)
		canvas_put(c, x, y + (int)(at + i), ST_SCROLL, 0x2590);
}
