/* canvas_out.c: a grid as text for golden tests, and as a picture. */
#include "canvas.h"

#include <string.h>

#include "../clientlib/base/text.h"

/* Pixels of a cell, whole ones so that no seam shows: DejaVu Sans Mono of 14.95 px is 9 wide. */
#define CW 9.0
#define CH 19.0
#define FONT_PX 14.95
#define BASELINE 14.4

static const struct cell *cell_at(const struct grid *g, int x, int y)
{
	return &g->cells[(size_t)y * (size_t)g->w + (size_t)x];
}

static void trim(struct buf *out, size_t from)
{
	while (out->n > from && out->p[out->n - 1] == ' ')
		out->p[--out->n] = '\0';
	buf_addc(out, '\n');
}

/* A letter for the flags of a cell; combinations get one of their own. */
static char flag_letter(unsigned attr)
{
	unsigned f = attr >> 8;
	static const char single[] = "sdbur";

	if (!f)
		return ' ';
	for (unsigned i = 0; i < 5; i++)
		if (f == 1U << i)
			return single[i];
	return f & (CA_SHADE >> 8) ? '%' : (char)('@' + (f & 0x1f));
}

void canvas_dump(const struct grid *g, struct buf *out)
{
	bool flags = false;

	buf_addf(out, "--- text %dx%d\n", g->w, g->h);
	for (int y = 0; y < g->h; y++) {
		size_t from = out->n;
		for (int x = 0; x < g->w; x++) {
			const struct cell *c = cell_at(g, x, y);
			flags |= c->attr >> 8 != 0;
			if (c->width)
				buf_adds(out, grid_text(g, c));
		}
		trim(out, from);
	}
	buf_adds(out, "--- styles\n");
	for (int y = 0; y < g->h; y++) {
		size_t from = out->n;
		for (int x = 0; x < g->w; x++)
			buf_addc(out, style_letter(cell_at(g, x, y)->attr & CA_STYLE));
		trim(out, from);
	}
	if (flags) {
		buf_adds(out, "--- flags\n");
		for (int y = 0; y < g->h; y++) {
			size_t from = out->n;
			for (int x = 0; x < g->w; x++)
				buf_addc(out, flag_letter(cell_at(g, x, y)->attr));
			trim(out, from);
		}
	}
	if (g->caret_x >= 0)
		buf_addf(out, "--- caret %d,%d\n", g->caret_x, g->caret_y);
}

/* ---- SVG ---- */

static struct look look_of(const struct cell *c, enum theme_id theme)
{
	struct look l = theme_look(theme, c->attr, DEPTH_RGB);

	if ((c->attr & CA_STYLE) == ST_DIRECT) {
		l.fg = (int32_t)c->fg;
		l.bg = (int32_t)c->bg;
	}
	if (l.attrs & TA_REVERSE) {
		int32_t t = l.fg;
		l.fg = l.bg;
		l.bg = t;
	}
	return l;
}

static void rect(struct buf *out, double x, double y, double w, double h, int32_t rgb)
{
	buf_addf(out,
		"<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"#%06x\"/>\n", x,
		y, w, h, (unsigned)rgb);
}

static void path(struct buf *out, int32_t rgb, double width, const char *extra)
{
	buf_addf(out, "\" fill=\"none\" stroke=\"#%06x\" stroke-width=\"%.2f\"%s/>\n",
		(unsigned)rgb, width, extra);
}

/* Lines run from edge to edge of the cell, so neighbours meet without a gap. */
static void svg_box(struct buf *out, int32_t cp, unsigned arms, double x, double y, int32_t rgb)
{
	double mx = x + CW / 2, my = y + CH / 2;

	if (cp >= 0x256d && cp <= 0x2570) {
		double ex = cp == 0x256d || cp == 0x2570 ? x + CW : x,
		       ey = cp <= 0x256e ? y + CH : y;
		double r = CW / 2, sx = ex > mx ? 1 : -1, sy = ey > my ? 1 : -1;
		buf_addf(out, "<path d=\"M%.2f %.2fL%.2f %.2fQ%.2f %.2f %.2f %.2fL%.2f %.2f", ex,
			my, mx + sx * r, my, mx, my, mx, my + sy * r, mx, ey);
		path(out, rgb, 1.2, "");
		return;
	}
	const char *dash = cp == 0x2504 || cp == 0x2508   ? " stroke-dasharray=\"2.2 2.01\""
			   : cp == 0x2506 || cp == 0x250a ? " stroke-dasharray=\"3 3\""
							  : "";
	const double end[4][2] = {
		{mx, y - 0.3}, {x + CW + 0.3, my}, {mx, y + CH + 0.3}, {x - 0.3, my}};
	for (int i = 0; i < 4; i++) {
		unsigned w = arms >> 2 * i & 3;
		if (!w)
			continue;
		double ox = i % 2 ? 0 : 1.5, oy = i % 2 ? 1.5 : 0;
		double px = i == 1 ? -0.6 : i == 3 ? 0.6 : 0, py = i == 0 ? 0.6 : i == 2 ? -0.6 : 0;
		if (w != 3)
			ox = oy = 0;
		buf_addf(out, "<path d=\"M%.2f %.2fL%.2f %.2f", mx + px - ox, my + py - oy,
			end[i][0] - ox, end[i][1] - oy);
		if (w == 3)
			buf_addf(out, "M%.2f %.2fL%.2f %.2f", mx + px + ox, my + py + oy,
				end[i][0] + ox, end[i][1] + oy);
		path(out, rgb, w == 2 ? 2.4 : 1.2, dash);
	}
}

/* Block elements as rectangles. False: not one of them. */
static bool svg_block(struct buf *out, int32_t cp, double x, double y, int32_t rgb)
{
	if (cp >= 0x2581 && cp <= 0x2588) {
		double h = CH * (cp - 0x2580) / 8;
		rect(out, x, y + CH - h, CW, h, rgb);
	} else if (cp >= 0x2589 && cp <= 0x258f) {
		rect(out, x, y, CW * (0x2590 - cp) / 8, CH, rgb);
	} else if (cp == 0x2580) {
		rect(out, x, y, CW, CH / 2, rgb);
	} else if (cp == 0x2590) {
		rect(out, x + CW / 2, y, CW / 2, CH, rgb);
	} else if (cp == 0x2594) {
		rect(out, x, y, CW, CH / 8, rgb);
	} else if (cp == 0x2595) {
		rect(out, x + CW * 7 / 8, y, CW / 8, CH, rgb);
	} else if (cp >= 0x2591 && cp <= 0x2593) {
		buf_addf(out,
			"<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"#%06x\" "
			"fill-opacity=\"%.2f\"/>\n",
			x, y, CW, CH, (unsigned)rgb, 0.25 * (cp - 0x2590));
	} else {
		return false;
	}
	return true;
}

static void xml(struct buf *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '<')
			buf_adds(out, "&lt;");
		else if (*s == '&')
			buf_adds(out, "&amp;");
		else
			buf_addc(out, *s);
	}
}

static bool same_look(struct look a, struct look b)
{
	return a.fg == b.fg && a.bg == b.bg && a.attrs == b.attrs;
}

static void svg_backgrounds(
	const struct grid *g, int y, enum theme_id theme, int32_t page, struct buf *out)
{
	for (int x = 0; x < g->w;) {
		int32_t bg = look_of(cell_at(g, x, y), theme).bg;
		int from = x;
		while (x < g->w && look_of(cell_at(g, x, y), theme).bg == bg)
			x++;
		if (bg != page)
			rect(out, from * CW, y * CH, (x - from) * CW, CH, bg);
	}
}

static bool plain(const char *s)
{
	return s[0] > ' ' && s[1] == '\0';
}

static void svg_row(const struct grid *g, int y, enum theme_id theme, struct buf *out)
{
	for (int x = 0; x < g->w;) {
		const struct cell *c = cell_at(g, x, y);
		const char *s = grid_text(g, c);
		struct look l = look_of(c, theme);
		int32_t cp = ' ';
		int from = x++;
		if (s[0])
			utf8_next(s, strlen(s), &cp);
		unsigned arms = box_arms(cp);
		if (l.attrs & TA_UNDERLINE)
			rect(out, from * CW, y * CH + CH - 2.2, CW, 1, l.fg);
		if (cp == ' ')
			continue;
		if (arms) {
			svg_box(out, cp, arms, from * CW, y * CH, l.fg);
			continue;
		}
		if (svg_block(out, cp, from * CW, y * CH, l.fg))
			continue;
		buf_addf(out, "<text x=\"%.2f\" y=\"%.2f\" fill=\"#%06x\"%s%s%s", from * CW,
			y * CH + BASELINE, (unsigned)l.fg,
			l.attrs & TA_BOLD ? " font-weight=\"bold\"" : "",
			l.attrs & TA_ITALIC ? " font-style=\"italic\"" : "",
			l.attrs & TA_DIM ? " opacity=\"0.6\"" : "");
		/* A word of ASCII is one element; everything else is placed cell by cell. */
		int to = from + 1;
		while (plain(s) && to < g->w && plain(grid_text(g, cell_at(g, to, y))) &&
			same_look(look_of(cell_at(g, to, y), theme), l))
			to++;
		if (to - from > 1)
			buf_addf(out, " textLength=\"%.2f\"", (to - from) * CW);
		buf_addc(out, '>');
		xml(out, s);
		for (; x < to; x++) {
			xml(out, grid_text(g, cell_at(g, x, y)));
			if (l.attrs & TA_UNDERLINE)
				continue;
		}
		buf_adds(out, "</text>\n");
		if (l.attrs & TA_UNDERLINE)
			rect(out, from * CW, y * CH + CH - 2.2, (to - from) * CW, 1, l.fg);
	}
}

void canvas_svg(const struct grid *g, enum theme_id theme, struct buf *out)
{
	int32_t page = theme_look(theme, ST_TEXT, DEPTH_RGB).bg;
	const double pad = 10;

	buf_addf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
		"viewBox=\"%.0f %.0f %.2f %.2f\" "
		"font-family=\"DejaVu Sans Mono\" font-size=\"%.2fpx\" xml:space=\"preserve\">\n",
		g->w * CW + 2 * pad, g->h * CH + 2 * pad, -pad, -pad, g->w * CW + 2 * pad,
		g->h * CH + 2 * pad, FONT_PX);
	/* Neighbouring rectangles must not blend into seams when the picture is scaled. */
	buf_adds(out, "<style>rect{shape-rendering:crispEdges}</style>\n");
	rect(out, -pad, -pad, g->w * CW + 2 * pad, g->h * CH + 2 * pad, page);
	for (int y = 0; y < g->h; y++)
		svg_backgrounds(g, y, theme, page, out);
	for (int y = 0; y < g->h; y++)
		svg_row(g, y, theme, out);
	if (g->caret_x >= 0)
		rect(out, g->caret_x * CW, g->caret_y * CH + 1, 1.6, CH - 2,
			theme_look(theme, ST_PROMPT, DEPTH_RGB).fg);
	buf_adds(out, "</svg>\n");
}
