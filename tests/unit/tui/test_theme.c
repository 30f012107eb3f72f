#include "../../support/test.h"

#include <stdlib.h>

#include "../../../clientlib/base/text.h"
#include "../../../tui/theme.h"

void test_theme__names(void)
{
	for (int t = 0; t < THEME_COUNT; t++)
		CHECK_INT(theme_find(theme_name((enum theme_id)t)), t);
	CHECK_INT(theme_find("pink"), -1);
}

void test_theme__letters_are_different(void)
{
	for (int a = 0; a < ST_COUNT; a++)
		for (int b = a + 1; b < ST_COUNT; b++)
			if (style_letter((enum style)a) == style_letter((enum style)b)) {
				printf("\n%s and %s\n", style_name((enum style)a),
					style_name((enum style)b));
				CHECK(!"two styles have the same letter");
			}
}

static double luminance(int32_t rgb)
{
	return (0.299 * (rgb >> 16 & 255) + 0.587 * (rgb >> 8 & 255) + 0.114 * (rgb & 255)) / 255;
}

/* What has to be read stands out from what it is written on, selected or not; lines and tracks may
 * be quiet. */
void test_theme__everything_can_be_read(void)
{
	static const enum style quiet[] = {ST_FAINT, ST_BORDER, ST_SCROLL, ST_BAR, ST_BAR_QUEUED,
		ST_BAR_RETRY, ST_TRACK, ST_GRAPH_UNTAKEN, ST_GRAPH_SCOPE, ST_HEAT_1, ST_CARET,
		ST_DIRECT};
	for (int t = 0; t < THEME_COUNT; t++)
		for (unsigned s = 0; s < ST_COUNT * 2; s++) {
			enum style style = (enum style)(s % ST_COUNT);
			struct look l = theme_look((enum theme_id)t,
				style | (s < ST_COUNT ? 0U : CA_SELECTED), DEPTH_RGB);
			double least = 0.28, d = luminance(l.fg) - luminance(l.bg);
			for (size_t q = 0; q < ARRAY_SIZE(quiet); q++)
				if (quiet[q] == style)
					least = 0;
			if ((d < 0 ? -d : d) < least) {
				printf("\n%s %s%s: %06x on %06x\n", theme_name((enum theme_id)t),
					style_name(style), s < ST_COUNT ? "" : " selected",
					(unsigned)l.fg, (unsigned)l.bg);
				CHECK(!"too little contrast");
			}
		}
}

void test_theme__depths(void)
{
	for (int t = 0; t < THEME_COUNT; t++)
		for (unsigned s = 0; s < ST_COUNT; s++) {
			struct look l = theme_look((enum theme_id)t, s, DEPTH_16);
			CHECK(l.fg >= -1 && l.fg < 16 && l.bg >= -1 && l.bg < 16);
			l = theme_look((enum theme_id)t, s, DEPTH_256);
			CHECK(l.fg >= -1 && l.fg < 256 && l.bg >= -1 && l.bg < 256);
			l = theme_look((enum theme_id)t, s, DEPTH_MONO);
			CHECK(l.fg == -1 && l.bg == -1);
		}
	/* Without colours and with sixteen, what is selected is reversed. */
	CHECK(theme_look(THEME_DARK, ST_TEXT | CA_SELECTED, DEPTH_MONO).attrs & TA_REVERSE);
	CHECK(theme_look(THEME_DARK, ST_FAILED | CA_SELECTED, DEPTH_16).attrs & TA_REVERSE);
	CHECK_INT(theme_look(THEME_DARK, ST_FAILED, DEPTH_256).fg,
		theme_look(THEME_DARK, ST_FAILED | CA_SELECTED, DEPTH_256).fg);
	CHECK(theme_look(THEME_DARK, 255, DEPTH_256).fg == -1);
}

void test_theme__status(void)
{
	for (int i = 0; i < UI_STATUS_COUNT; i++) {
		int32_t cp;
		utf8_next(status_glyph((enum ui_status)i), 4, &cp);
		CHECK(glyph_ascii(cp) || cp < 0x80);
		CHECK(status_name((enum ui_status)i)[0]);
		CHECK(status_bar((enum ui_status)i) < ST_COUNT &&
			status_style((enum ui_status)i) < ST_COUNT);
	}
	CHECK_INT(glyph_ascii(0x2713), '+');
	CHECK_INT(glyph_ascii(0x2717), 'x');
	CHECK_INT(glyph_ascii(0x25cf), '*');
	CHECK_INT(glyph_ascii(0x25cc), '.');
	CHECK_INT(glyph_ascii('a'), 0);
	CHECK_INT(glyph_ascii(0x65e5), 0);
}

void test_theme__nearest(void)
{
	CHECK_INT(theme_nearest(0x123456, DEPTH_RGB), 0x123456);
	CHECK_INT(theme_nearest(0x123456, DEPTH_MONO), -1);
	CHECK_INT(theme_nearest(0x000000, DEPTH_256), 16);
	CHECK_INT(theme_nearest(0xffffff, DEPTH_256), 231);
	CHECK_INT(theme_nearest(0xff0000, DEPTH_256), 196);
	CHECK_INT(theme_nearest(0x808080, DEPTH_256), 244);
	CHECK_INT(theme_nearest(0xff1010, DEPTH_16), 9);
	CHECK_INT(theme_nearest(0x010101, DEPTH_16), 0);
	for (uint32_t i = 0; i < 0x1000000; i += 0x10307) {
		int32_t c = theme_nearest(i, DEPTH_256);
		CHECK(c >= 16 && c < 256);
	}
}
