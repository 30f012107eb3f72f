/* canvas.h: a screen of cells in memory, and drawing on it. Nothing here knows a terminal: term.c
 * shows a grid, tests dump it, screenshots are its SVG. UI thread only.
 *
 * All text that is drawn is escaped: control characters, bidirectional controls and invalid UTF-8
 * of data come out as visible \x1b, \u202e … . Drawing outside of a canvas is cut off, never an
 * error. An attribute is a style of theme.h or-ed with CA_ flags. */
#ifndef TUI_CANVAS_H
#define TUI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../clientlib/base/buf.h"
#include "theme.h"

#define CELL_TEXT 20 /* a base character and up to four marks, with the NUL */

struct cell {
	char text[CELL_TEXT]; /* UTF-8; "" in the right half of a wide character */
	uint32_t fg, bg;      /* 0xRRGGBB, with ST_DIRECT */
	uint16_t attr;
	uint8_t width; /* 1, 2; 0: the right half */
	uint8_t spare; /* no padding: cells are compared as bytes */
};

struct grid {
	struct cell *cells; /* row by row */
	int w, h;
	int caret_x, caret_y; /* the text cursor; -1: none */
	bool ascii;           /* show glyphs as ASCII, escape all other non-ASCII */
	bool shades;          /* pictures without colours */
};

/* A w × h grid of blanks; the old contents are lost. MF_ENOMEM leaves the grid as it was. */
int grid_resize(struct grid *g, int w, int h, struct mf_error *err);
void grid_release(struct grid *g);
void grid_clear(struct grid *g);
/* The cell's text as it is to be shown (ASCII mode mapped). Never empty, except for a right half.
 */
const char *grid_text(const struct grid *g, const struct cell *c);

/* A rectangle of a grid with its own coordinates, 0,0 at the top left. A value: copy it freely;
 * valid while the grid is. */
struct canvas {
	struct grid *grid;
	int x, y;           /* of the origin, in the grid */
	int w, h;           /* the size a view has to draw in */
	int x0, y0, x1, y1; /* clip, in the grid */
};

struct canvas canvas_of(struct grid *g);
/* The part x, y, w, h (cut to what c has; may be empty). */
struct canvas canvas_sub(const struct canvas *c, int x, int y, int w, int h);
/* The same window on a larger picture: what is drawn at dx, dy comes out at 0, 0. */
struct canvas canvas_scrolled(const struct canvas *c, int dx, int dy);

/* ---- text ---- */

enum canvas_align {
	ALIGN_LEFT,
	ALIGN_RIGHT,
	ALIGN_CENTER,
	ALIGN_CUT_START /* left, and too long: …end */
};

/* Draw text; returns the columns it takes, also where they are cut off. */
int canvas_text(struct canvas *c, int x, int y, unsigned attr, const char *s);
int canvas_textn(struct canvas *c, int x, int y, unsigned attr, const char *p, size_t n);
int canvas_textf(struct canvas *c, int x, int y, unsigned attr, const char *fmt, ...)
	PRINTF_LIKE(5, 6);
/* Draw text in exactly w columns: cut with … or padded with blanks of the same attribute. */
void canvas_fit(struct canvas *c, int x, int y, int w, enum canvas_align align, unsigned attr,
	const char *s);
/* Columns of text as canvas_text would draw it (depends on ASCII mode). */
int canvas_width(const struct canvas *c, const char *s);

/* ---- cells ---- */

/* One character (a glyph of the dashboard). */
void canvas_put(struct canvas *c, int x, int y, unsigned attr, int32_t cp);
/* w × h cells of cp. */
void canvas_fill(struct canvas *c, int x, int y, int w, int h, unsigned attr, int32_t cp);
/* Add flags to, or replace the style of, cells already drawn. */
void canvas_flag(struct canvas *c, int x, int y, int w, int h, unsigned flags);
void canvas_style(struct canvas *c, int x, int y, int w, int h, enum style style);
/* Put the text cursor here (prompts). */
void canvas_caret(struct canvas *c, int x, int y);
/* Two pixels above each other, 0xRRGGBB; a shade where there are no colours (ASCII, mono). */
void canvas_half(struct canvas *c, int x, int y, uint32_t top, uint32_t bottom);

/* ---- lines: characters that meet are merged into junctions ---- */

enum line_kind { LINE_LIGHT, LINE_ROUNDED, LINE_HEAVY, LINE_DOUBLE, LINE_DOTTED };
enum { ARM_UP = 1, ARM_RIGHT = 2, ARM_DOWN = 4, ARM_LEFT = 8 };

/* Add arms to whatever line character is at x, y. */
void canvas_join(struct canvas *c, int x, int y, unsigned arms, enum line_kind kind, unsigned attr);
/* n cells; an end that falls on a line joins it from the inside only. */
void canvas_hline(struct canvas *c, int x, int y, int n, enum line_kind kind, unsigned attr);
void canvas_vline(struct canvas *c, int x, int y, int n, enum line_kind kind, unsigned attr);
void canvas_box(struct canvas *c, int x, int y, int w, int h, enum line_kind kind, unsigned attr);
/* A box with a title in its top line (may be NULL); returns the canvas inside, one blank column
 * left and right. */
struct canvas canvas_frame(struct canvas *c, enum line_kind kind, unsigned attr, const char *title);
/* The arms of a line character, two bits each from the lowest: up, right, down, left; 0 none, 1
 * light, 2 heavy, 3 double. 0: not a line character. Dotted lines and round corners count as light.
 */
unsigned box_arms(int32_t cp);

/* ---- charts ---- */

/* A bar over `fraction` (0…1, NaN is 0) of w columns, in eighths; the rest is the track of the
 * style. */
void canvas_bar(struct canvas *c, int x, int y, int w, double fraction, unsigned attr);
/* The same as a thin line, in halves of a column: quiet, for many rows under each other. */
void canvas_thin_bar(struct canvas *c, int x, int y, int w, double fraction, unsigned attr);
/* A bar from one fraction to another on what is already drawn, in eighths at both ends, at least an
 * eighth wide. */
void canvas_span(struct canvas *c, int x, int y, int w, double from, double to, unsigned attr);
/* A scrollbar of h cells: `visible` of `total` from `top`; nothing when all is visible. */
void canvas_scrollbar(
	struct canvas *c, int x, int y, int h, size_t total, size_t top, size_t visible);

/* ---- out ---- */

/* Text plane, style plane (letters of theme.def) and, where used, flag plane, as text. */
void canvas_dump(const struct grid *g, struct buf *out);
/* A picture of the grid with the colours of a theme. */
void canvas_svg(const struct grid *g, enum theme_id theme, struct buf *out);

#endif
