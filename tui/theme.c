#include "theme.h"

#include <string.h>

#include "../clientlib/base/util.h"

enum color_id {
#define COLOR(id, dark, light, high, blind) CO_##id,
#include "theme.def"
#undef COLOR
	CO_COUNT
};

struct color {
	int16_t c16, c256;
	uint32_t rgb;
};

/* mono borrows the colours of dark for pictures of plain text; theme_look never shows them
 * otherwise. */
#define C(c16, c256, rgb)                                                                          \
	{                                                                                          \
		c16, c256, rgb                                                                     \
	}
static const struct color colors[THEME_COUNT][CO_COUNT] = {
#define COLOR(id, dark, light, high, blind) [CO_##id] = dark,
	[THEME_DARK] =
		{
#include "theme.def"
		},
	[THEME_MONO] =
		{
#include "theme.def"
		},
#undef COLOR
#define COLOR(id, dark, light, high, blind) [CO_##id] = light,
	[THEME_LIGHT] =
		{
#include "theme.def"
		},
#undef COLOR
#define COLOR(id, dark, light, high, blind) [CO_##id] = high,
	[THEME_HIGH_CONTRAST] =
		{
#include "theme.def"
		},
#undef COLOR
#define COLOR(id, dark, light, high, blind) [CO_##id] = blind,
	[THEME_COLORBLIND] =
		{
#include "theme.def"
		},
#undef COLOR
};
#undef C

static const struct {
	const char *name;
	uint8_t fg, bg, attrs, mono;
	char letter;
} styles[ST_COUNT] = {
#define STYLE(id, letter, fg, bg, attrs, mono)                                                     \
	[ST_##id] = {#id, CO_##fg, CO_##bg, attrs, mono, letter},
#include "theme.def"
#undef STYLE
};

static const struct {
	const char *name, *glyph;
	uint8_t style, bar, thin;
} statuses[UI_STATUS_COUNT] = {
#define STATUS(id, name, glyph, ascii, style, bar, thin)                                           \
	[UI_##id] = {name, glyph, ST_##style, ST_##bar, ST_##thin},
#include "theme.def"
#undef STATUS
};

static const char *const names[THEME_COUNT] = {
	"dark", "light", "high-contrast", "colorblind", "mono"};

const char *theme_name(enum theme_id theme)
{
	return names[theme];
}

int theme_find(const char *name)
{
	for (int i = 0; i < THEME_COUNT; i++)
		if (str_eq(names[i], name))
			return i;
	return -1;
}

static int32_t shown(enum theme_id theme, enum color_id id, enum color_depth depth)
{
	const struct color *c = &colors[theme][id];
	return depth == DEPTH_RGB ? (int32_t)c->rgb : depth == DEPTH_256 ? c->c256 : c->c16;
}

static unsigned flag_attrs(unsigned attr)
{
	return ((attr & CA_BOLD) ? TA_BOLD : 0U) | ((attr & CA_UNDERLINE) ? TA_UNDERLINE : 0U);
}

static struct look mono_look(unsigned attr, enum color_depth depth)
{
	unsigned a = styles[attr & CA_STYLE].mono | flag_attrs(attr);

	if (attr & (CA_DIM | CA_SHADE))
		a = (a & ~(unsigned)TA_BOLD) | TA_DIM;
	if (attr & CA_SELECTED)
		a = (a & ~(unsigned)TA_DIM) | TA_REVERSE;
	if (attr & CA_REVERSE)
		a ^= TA_REVERSE;
	struct look look = {-1, -1, a};
	if (depth == DEPTH_RGB) {
		look.fg = shown(THEME_MONO, CO_FG, depth);
		look.bg = shown(THEME_MONO, CO_BG, depth);
	}
	return look;
}

struct look theme_look(enum theme_id theme, unsigned attr, enum color_depth depth)
{
	unsigned style = (attr & CA_STYLE) < ST_COUNT ? attr & CA_STYLE : ST_TEXT;

	attr = (attr & ~(unsigned)CA_STYLE) | style;
	if (theme == THEME_MONO || depth == DEPTH_MONO)
		return mono_look(attr, depth);
	enum color_id fg = styles[style].fg, bg = styles[style].bg;
	unsigned a = styles[style].attrs | flag_attrs(attr);

	if ((attr & CA_DIM) && fg != CO_FAINT) {
		fg = CO_DIM;
		a &= ~(unsigned)TA_BOLD;
	}
	if (attr & CA_SHADE) {
		fg = CO_FAINT;
		bg = CO_NONE;
		a = 0;
	}
	if ((attr & CA_SELECTED) && !(attr & CA_SHADE) && (bg == CO_NONE || bg == CO_TRACK)) {
		if (depth == DEPTH_16) {
			/* No quiet background among 16 colours: the row is reversed, and the words
			 * keep it readable. */
			struct look look = {-1, -1, (a & TA_UNDERLINE) | TA_REVERSE};
			return look;
		}
		bg = CO_SELBG;
		if (fg == CO_FAINT)
			fg = CO_DIM;
		if (shown(theme, CO_SELFG, DEPTH_256) >= 0)
			fg = CO_SELFG;
	}
	if (bg == CO_NONE)
		bg = CO_BG;
	if (attr & CA_REVERSE)
		a |= TA_REVERSE;
	struct look look = {shown(theme, fg, depth), shown(theme, bg, depth), a};
	return look;
}

/* ---- pictures ---- */

static int away(uint32_t a, uint32_t b)
{
	int r = (int)(a >> 16 & 0xff) - (int)(b >> 16 & 0xff),
	    g = (int)(a >> 8 & 0xff) - (int)(b >> 8 & 0xff), d = (int)(a & 0xff) - (int)(b & 0xff);

	return 3 * r * r + 6 * g * g + d * d;
}

static int32_t nearest_16(uint32_t rgb)
{
	static const uint32_t basic[16] = {0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee,
		0xcd00cd, 0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff,
		0xff00ff, 0x00ffff, 0xffffff};
	int32_t best = 0;

	for (int32_t i = 1; i < 16; i++)
		if (away(rgb, basic[i]) < away(rgb, basic[best]))
			best = i;
	return best;
}

/* The six levels of the cube: 0, 95, 135, 175, 215, 255. */
static uint32_t cube_level(uint32_t v)
{
	return v < 48 ? 0 : v < 115 ? 1 : (v - 35) / 40;
}

static uint32_t cube_value(uint32_t level)
{
	return level ? 55 + 40 * level : 0;
}

static int32_t nearest_256(uint32_t rgb)
{
	uint32_t r = cube_level(rgb >> 16 & 0xff), g = cube_level(rgb >> 8 & 0xff),
		 b = cube_level(rgb & 0xff);
	uint32_t mean = ((rgb >> 16 & 0xff) + (rgb >> 8 & 0xff) + (rgb & 0xff)) / 3;
	uint32_t grey = mean < 8 ? 0 : mean > 238 ? 23 : (mean - 3) / 10, v = 8 + 10 * grey;
	uint32_t cube = cube_value(r) << 16 | cube_value(g) << 8 | cube_value(b);

	if (away(rgb, v << 16 | v << 8 | v) < away(rgb, cube))
		return (int32_t)(232 + grey);
	return (int32_t)(16 + 36 * r + 6 * g + b);
}

int32_t theme_nearest(uint32_t rgb, enum color_depth depth)
{
	switch (depth) {
	case DEPTH_16: return nearest_16(rgb);
	case DEPTH_256: return nearest_256(rgb);
	case DEPTH_RGB: return (int32_t)(rgb & 0xffffff);
	default: return -1;
	}
}

char style_letter(enum style style)
{
	return styles[style].letter;
}

const char *style_name(enum style style)
{
	return styles[style].name;
}

const char *status_name(enum ui_status status)
{
	return statuses[status].name;
}

const char *status_glyph(enum ui_status status)
{
	return statuses[status].glyph;
}

enum style status_style(enum ui_status status)
{
	return statuses[status].style;
}

enum style status_bar(enum ui_status status)
{
	return statuses[status].bar;
}

enum style status_thin(enum ui_status status)
{
	return statuses[status].thin;
}

/* Box characters: a line keeps its direction, all that bends or meets is a +. */
static char box_ascii(int32_t cp)
{
	switch (cp) {
	case 0x2500:
	case 0x2504:
	case 0x2505:
	case 0x2508:
	case 0x2509:
	case 0x254c:
	case 0x254d:
	case 0x2574:
	case 0x2576:
	case 0x257a:
	case 0x257c:
	case 0x257e: return '-';
	case 0x2501:
	case 0x2578:
	case 0x2550: return '=';
	case 0x2502:
	case 0x2503:
	case 0x2551:
	case 0x2575:
	case 0x2577:
	case 0x2579:
	case 0x257b:
	case 0x257d:
	case 0x257f: return '|';
	case 0x2506:
	case 0x2507:
	case 0x250a:
	case 0x250b:
	case 0x254e:
	case 0x254f: return ':';
	case 0x2571: return '/';
	case 0x2572: return '\\';
	case 0x2573: return 'X';
	default: return '+';
	}
}

char glyph_ascii(int32_t cp)
{
	if (cp >= 0x2500 && cp <= 0x257f)
		return box_ascii(cp);
	switch (cp) {
#define GLYPH(code, ascii)                                                                         \
	case code:                                                                                 \
		return ascii;
#include "theme.def"
#undef GLYPH
	default: return 0;
	}
}
