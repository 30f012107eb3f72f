#include "../../support/test.h"

#include <locale.h>
#include <stdlib.h>

#include "../../../clientlib/base/text.h"
#include "../../../tui/canvas.h"
#include "draw.h"

void test_canvas__text(void)
{
	struct canvas c = drawing(12, 1, false);
	CHECK_INT(canvas_text(&c, 1, 0, ST_TEXT, "a日b"), 4);
	CHECK_STR(drawn(), " a日b");
	CHECK_INT(canvas_text(&c, 2, 0, ST_TEXT, "x"),
		1); /* half of a wide character is no character */
	CHECK_STR(drawn(), " ax b");
	canvas_text(&c, 3, 0, ST_TEXT, "日");
	canvas_text(&c, 4, 0, ST_TEXT, "y");
	CHECK_STR(drawn(), " ax y");
	c = drawing(12, 1, false);
	canvas_text(&c, 0, 0, ST_TEXT, "\x1b[1m\n\xff");
	CHECK_STR(drawn(), "\\x1b[1m\\n\\xf");
	c = drawing(4, 1, false);
	canvas_text(&c, 3, 0, ST_TEXT, "日");
	CHECK_STR(drawn(), "");
	canvas_text(&c, -1, 0, ST_TEXT, "日z");
	CHECK_STR(drawn(), " z");
	CHECK_INT(canvas_textf(&c, 0, 0, ST_TEXT, "%d%%", 42), 3);
	CHECK_STR(drawn(), "42%");
	CHECK_INT(canvas_text(&c, 100, 100, ST_TEXT, "far away"), 8);
}

void test_canvas__marks(void)
{
	struct canvas c = drawing(6, 1, false);
	canvas_text(&c, 0, 0, ST_TEXT,
		"\xcc\x81"
		"e\xcc\x81❤\xef\xb8\x8f!");
	CHECK_STR(drawn(), "e\xcc\x81❤!");
	c = drawing(6, 1, false);
	char zalgo[512] = "e";
	for (int i = 0; i < 100; i++)
		strcat(zalgo, "\xcc\x81");
	canvas_text(&c, 0, 0, ST_TEXT, zalgo);
	CHECK_INT(strlen(drawn()), 9);
	canvas_text(&c, 0, 0, ST_TEXT, "日\xe3\x82\x99");
	CHECK_STR(drawn(), "日\xe3\x82\x99");
}

void test_canvas__fit(void)
{
	static const struct {
		const char *text;
		int w;
		enum canvas_align align;
		bool ascii;
		const char *want;
	} t[] = {{"hello", 7, ALIGN_LEFT, false, "hello  |"},
		{"hello", 7, ALIGN_RIGHT, false, "  hello|"},
		{"hello", 8, ALIGN_CENTER, false, " hello  |"},
		{"hello", 4, ALIGN_LEFT, false, "hel…|"}, {"hello", 4, ALIGN_RIGHT, false, "hel…|"},
		{"hello", 4, ALIGN_CUT_START, false, "…llo|"},
		{"hello", 4, ALIGN_CUT_START, true, "..lo|"}, {"hello", 1, ALIGN_LEFT, false, "…|"},
		{"hello", 1, ALIGN_LEFT, true, ".|"}, {"日本語", 5, ALIGN_LEFT, false, "日本…|"},
		{"日本語", 4, ALIGN_LEFT, false, "日… |"},
		{"日本語", 4, ALIGN_CUT_START, false, "…語 |"},
		{"日本", 12, ALIGN_LEFT, true, "\\u65e5\\u672c|"},
		{"a\x1b", 4, ALIGN_LEFT, false, "a…  |"},
		{"a\xff", 5, ALIGN_CUT_START, false, "a\\xff|"},
		{"aa\xff", 5, ALIGN_CUT_START, false, "…\\xff|"},
		{"", 2, ALIGN_RIGHT, false, "  |"}, {"x", 0, ALIGN_LEFT, false, "|"}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct canvas c = drawing(20, 1, t[i].ascii);
		canvas_fill(&c, 0, 0, 20, 1, ST_TEXT, '|');
		canvas_fit(&c, 0, 0, t[i].w, t[i].align, ST_TEXT, t[i].text);
		char *got = drawn();
		got[strcspn(got, "|") + 1] = '\0';
		CHECK_STR(got, t[i].want);
	}
}

void test_canvas__clipping(void)
{
	struct canvas c = drawing(10, 3, false);
	struct canvas s = canvas_sub(&c, 2, 1, 4, 1);
	CHECK_INT(s.w, 4);
	canvas_text(&s, -1, 0, ST_TEXT, "abcdefghij");
	canvas_text(&s, 0, 1, ST_TEXT, "below");
	canvas_text(&s, 0, -1, ST_TEXT, "above");
	CHECK_STR(drawn(), "\n  bcde\n");
	struct canvas inner = canvas_sub(&s, 2, -5, 100, 100);
	CHECK(inner.w == 2 && inner.h == 1);
	canvas_fill(&inner, -10, -10, 100, 100, ST_TEXT, '#');
	CHECK_STR(drawn(), "\n  bc##\n");
	struct canvas empty = canvas_sub(&s, 9, 9, 5, 5);
	CHECK(empty.w == 0 && empty.h == 0);
	canvas_text(&empty, 0, 0, ST_TEXT, "nothing");
	CHECK_STR(drawn(), "\n  bc##\n");
	c = drawing(10, 3, false);
	s = canvas_sub(&c, 2, 1, 4, 1);
	struct canvas moved = canvas_scrolled(&s, 5, 0);
	canvas_text(&moved, 0, 0, ST_TEXT, "0123456789");
	CHECK_STR(drawn(), "\n  5678\n");
}

void test_canvas__flags_and_styles(void)
{
	struct canvas c = drawing(4, 1, false);
	canvas_text(&c, 0, 0, ST_KEY | CA_BOLD, "ab");
	canvas_flag(&c, 0, 0, 4, 1, CA_SELECTED);
	canvas_style(&c, 1, 0, 2, 1, ST_ERROR);
	const struct cell *cell = c.grid->cells;
	CHECK_INT(cell[0].attr, ST_KEY | CA_BOLD | CA_SELECTED);
	CHECK_INT(cell[1].attr, ST_ERROR | CA_BOLD | CA_SELECTED);
	CHECK_INT(cell[3].attr, CA_SELECTED);
	canvas_caret(&c, 2, 0);
	CHECK_INT(c.grid->caret_x, 2);
	canvas_caret(&c, 9, 0);
	CHECK_INT(c.grid->caret_x, 2);
	canvas_half(&c, 0, 0, 9, 12);
	CHECK(cell[0].fg == 9 && cell[0].bg == 12 && (cell[0].attr & CA_STYLE) == ST_DIRECT);
}

void test_canvas__ascii(void)
{
	struct canvas c = drawing(30, 3, true);
	canvas_text(&c, 0, 0, ST_TEXT, "✓ done · é ●");
	CHECK_INT(canvas_width(&c, "é●"), 7);
	canvas_box(&c, 0, 1, 5, 2, LINE_ROUNDED, ST_TEXT);
	canvas_bar(&c, 8, 1, 4, 0.5, ST_BAR);
	CHECK_STR(drawn(), "+ done - \\u00e9 *\n+---+   ##\n+---+");
}

void test_canvas__nothing_can_reach_the_terminal(void)
{
	unsigned seed = 11;
	for (int round = 0; round < 3000; round++) {
		bool ascii = round % 2;
		struct canvas c = drawing(40, 2, ascii);
		char raw[64];
		for (size_t i = 0; i < sizeof(raw); i++) {
			seed = seed * 1664525 + 1013904223;
			raw[i] = (char)(seed >> 24);
		}
		canvas_textn(&c, 0, 0, ST_TEXT, raw, sizeof(raw));
		for (int i = 0; i < 80; i++) {
			const char *s = grid_text(c.grid, &c.grid->cells[i]);
			for (size_t k = 0, n = strlen(s); k < n;) {
				int32_t cp;
				k += utf8_next(s + k, n - k, &cp);
				if (cp_width(cp) < 0 || (ascii && cp >= 0x80))
					CHECK(!"a character that is not printable");
			}
		}
	}
}

static int resize(void *arg)
{
	struct grid g = {0};
	(void)arg;
	int rc = grid_resize(&g, 10, 10, NULL);
	if (rc == MF_OK)
		rc = grid_resize(&g, 20, 10, NULL);
	grid_release(&g);
	return rc;
}

void test_canvas__out_of_memory(void)
{
	test_every_alloc(resize, NULL);
}
