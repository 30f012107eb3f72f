/* theme.h: what things mean (styles) and how a theme shows it. One table, theme.def. Pure, any
 * thread. */
#ifndef TUI_THEME_H
#define TUI_THEME_H

#include <stdbool.h>
#include <stdint.h>

/* Style of a cell, low byte of an attribute. */
enum style {
#define STYLE(id, letter, fg, bg, attrs, mono) ST_##id,
#include "theme.def"
#undef STYLE
	ST_COUNT
};

/* Flags of a cell, or-ed to its style: what is true of the cell for the moment. */
enum {
	CA_STYLE = 0xff,     /* mask of the style */
	CA_SELECTED = 0x100, /* in the selected row or node */
	CA_DIM = 0x200,
	CA_BOLD = 0x400,
	CA_UNDERLINE = 0x800,
	CA_REVERSE = 0x1000,
	CA_SHADE = 0x2000 /* behind a popup */
};

/* What a terminal can do with a cell. */
enum { TA_BOLD = 1, TA_DIM = 2, TA_UNDERLINE = 4, TA_REVERSE = 8, TA_ITALIC = 16 };

enum theme_id {
	THEME_DARK,
	THEME_LIGHT,
	THEME_HIGH_CONTRAST,
	THEME_COLORBLIND,
	THEME_MONO,
	THEME_COUNT
};
enum color_depth { DEPTH_MONO, DEPTH_16, DEPTH_256, DEPTH_RGB };

/* The colours of a cell: an index of the depth asked for, 0xRRGGBB for DEPTH_RGB; -1 is the
 * terminal's own colour (never with DEPTH_RGB). */
struct look {
	int32_t fg, bg;
	unsigned attrs; /* TA_… */
};

const char *theme_name(enum theme_id theme);
/* The theme of that name, or -1. */
int theme_find(const char *name);
/* How attr (style and CA_ flags) is shown. */
struct look theme_look(enum theme_id theme, unsigned attr, enum color_depth depth);
/* The colour of a palette that is nearest to 0xRRGGBB (itself for DEPTH_RGB, -1 for DEPTH_MONO). */
int32_t theme_nearest(uint32_t rgb, enum color_depth depth);
/* The letter of a style in canvas dumps, and its name ("border_focus" …). */
char style_letter(enum style style);
const char *style_name(enum style style);

/* Status as it is shown everywhere: glyph and word, never colour alone. */
enum ui_status {
#define STATUS(id, name, glyph, ascii, style, bar, thin) UI_##id,
#include "theme.def"
#undef STATUS
	UI_STATUS_COUNT
};

const char *status_name(enum ui_status status);
const char *status_glyph(enum ui_status status); /* ASCII mode maps it like every glyph */
enum style status_style(enum ui_status status);
enum style status_bar(enum ui_status status);  /* for canvas_bar, canvas_span */
enum style status_thin(enum ui_status status); /* for canvas_thin_bar */

/* The ASCII stand-in for a glyph or box character; 0 for any other character. */
char glyph_ascii(int32_t cp);

#endif
