/* canvas_box.c: lines made of characters that know which way they go. */
#include "canvas.h"

#include <string.h>

#include "../clientlib/base/text.h"

/* Two bits an arm, from the lowest: up, right, down, left. */
enum { W_0, W_L, W_H, W_D };
#define PACK(up, right, down, left) (W_##up | W_##right << 2 | W_##down << 4 | W_##left << 6)

/* The character of each combination of arms; those that Unicode lacks (light and double on one
 * axis) are 0. */
static const uint16_t chars[256] = {
#define BOX(cp, up, right, down, left) [PACK(up, right, down, left)] = cp,
#include "box.def"
#undef BOX
};

unsigned box_arms(int32_t cp)
{
	switch (cp) {
#define BOX(code, up, right, down, left)                                                           \
	case code:                                                                                 \
		return PACK(up, right, down, left);
#include "box.def"
#undef BOX
	case 0x256d: return PACK(0, L, L, 0); /* ╭ */
	case 0x256e: return PACK(0, 0, L, L); /* ╮ */
	case 0x256f: return PACK(L, 0, 0, L); /* ╯ */
	case 0x2570: return PACK(L, L, 0, 0); /* ╰ */
	case 0x2504:
	case 0x2508: return PACK(0, L, 0, L); /* ┄ ┈ */
	case 0x2506:
	case 0x250a: return PACK(L, 0, L, 0); /* ┆ ┊ */
	default: return 0;
	}
}

static int32_t rounded(unsigned arms)
{
	switch (arms) {
	case PACK(0, L, L, 0): return 0x256d;
	case PACK(0, 0, L, L): return 0x256e;
	case PACK(L, 0, 0, L): return 0x256f;
	case PACK(L, L, 0, 0): return 0x2570;
	default: return 0;
	}
}

/* Light and double cannot always meet: then all arms become double, as far as a character for it
 * exists. */
static int32_t character(unsigned arms)
{
	if (chars[arms])
		return chars[arms];
	unsigned plain = 0;
	for (int i = 0; i < 8; i += 2)
		if (arms >> i & 3)
			plain |= (unsigned)W_L << i;
	return chars[plain];
}

static struct cell *peek(const struct canvas *c, int x, int y)
{
	x += c->x;
	y += c->y;
	if (x < c->x0 || x >= c->x1 || y < c->y0 || y >= c->y1)
		return NULL;
	return &c->grid->cells[(size_t)y * (size_t)c->grid->w + (size_t)x];
}

static int32_t code_at(const struct canvas *c, int x, int y)
{
	const struct cell *cell = peek(c, x, y);
	int32_t cp = -1;

	if (cell && cell->text[0])
		utf8_next(cell->text, strlen(cell->text), &cp);
	return cp;
}

static bool is_dotted(int32_t cp)
{
	return cp == 0x2504 || cp == 0x2506 || cp == 0x2508 || cp == 0x250a;
}

static unsigned widen(unsigned arms, enum line_kind kind)
{
	unsigned weight = kind == LINE_HEAVY ? W_H : kind == LINE_DOUBLE ? W_D : W_L, all = 0;

	for (int i = 0; i < 4; i++)
		if (arms >> i & 1)
			all |= weight << 2 * i;
	return all;
}

void canvas_join(struct canvas *c, int x, int y, unsigned arms, enum line_kind kind, unsigned attr)
{
	int32_t old = code_at(c, x, y);
	unsigned before = old < 0 ? 0 : box_arms(old), add = widen(arms, kind), now = 0;

	for (int i = 0; i < 8; i += 2) {
		unsigned a = before >> i & 3, b = add >> i & 3;
		now |= (b ? b : a) << i;
	}
	bool dotted = kind == LINE_DOTTED && (!before || is_dotted(old));
	int32_t cp = 0;
	if (dotted && now == PACK(0, L, 0, L))
		cp = 0x2504;
	else if (dotted && now == PACK(L, 0, L, 0))
		cp = 0x2506;
	else if (kind == LINE_ROUNDED || kind == LINE_DOTTED || (old >= 0x256d && old <= 0x2570))
		cp = rounded(now);
	canvas_put(c, x, y, attr, cp ? cp : character(now));
}

static void line(
	struct canvas *c, int x, int y, int n, bool down, enum line_kind kind, unsigned attr)
{
	unsigned first = down ? ARM_DOWN : ARM_RIGHT, last = down ? ARM_UP : ARM_LEFT;

	for (int i = 0; i < n; i++) {
		int cx = down ? x : x + i, cy = down ? y + i : y;
		unsigned arms = first | last;
		int32_t old = code_at(c, cx, cy);
		if (n > 1 && old >= 0 && box_arms(old))
			arms = i == 0 ? first : i == n - 1 ? last : arms;
		canvas_join(c, cx, cy, arms, kind, attr);
	}
}

void canvas_hline(struct canvas *c, int x, int y, int n, enum line_kind kind, unsigned attr)
{
	line(c, x, y, n, false, kind, attr);
}

void canvas_vline(struct canvas *c, int x, int y, int n, enum line_kind kind, unsigned attr)
{
	line(c, x, y, n, true, kind, attr);
}

void canvas_box(struct canvas *c, int x, int y, int w, int h, enum line_kind kind, unsigned attr)
{
	if (w < 2 || h < 2)
		return;
	for (int i = x + 1; i < x + w - 1; i++) {
		canvas_join(c, i, y, ARM_LEFT | ARM_RIGHT, kind, attr);
		canvas_join(c, i, y + h - 1, ARM_LEFT | ARM_RIGHT, kind, attr);
	}
	for (int j = y + 1; j < y + h - 1; j++) {
		canvas_join(c, x, j, ARM_UP | ARM_DOWN, kind, attr);
		canvas_join(c, x + w - 1, j, ARM_UP | ARM_DOWN, kind, attr);
	}
	canvas_join(c, x, y, ARM_RIGHT | ARM_DOWN, kind, attr);
	canvas_join(c, x + w - 1, y, ARM_LEFT | ARM_DOWN, kind, attr);
	canvas_join(c, x, y + h - 1, ARM_RIGHT | ARM_UP, kind, attr);
	canvas_join(c, x + w - 1, y + h - 1, ARM_LEFT | ARM_UP, kind, attr);
}

struct canvas canvas_frame(struct canvas *c, enum line_kind kind, unsigned attr, const char *title)
{
	canvas_box(c, 0, 0, c->w, c->h, kind, attr);
	if (title && c->w > 6) {
		int room = c->w - 6, cols = canvas_width(c, title);
		unsigned style = (attr & CA_STYLE) == ST_BORDER_FOCUS ? (unsigned)ST_TITLE
								      : (unsigned)ST_BORDER_TITLE;
		cols = cols < room ? cols : room;
		canvas_put(c, 2, 0, attr, ' ');
		canvas_fit(c, 3, 0, cols, ALIGN_LEFT, style, title);
		canvas_put(c, 3 + cols, 0, attr, ' ');
	}
	return canvas_sub(c, 2, 1, c->w - 4, c->h - 2);
}
