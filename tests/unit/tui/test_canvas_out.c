#include "../../support/test.h"

#include <stdlib.h>

#include "draw.h"

void test_canvas_out__dump(void)
{
	struct buf b = BUF_INIT(4096);
	struct canvas c = drawing(6, 2, false);
	canvas_text(&c, 0, 0, ST_KEY, "k");
	canvas_text(&c, 2, 0, ST_FAILED | CA_SELECTED, "日");
	canvas_text(&c, 5, 1, ST_TEXT | CA_SELECTED | CA_BOLD, "x");
	canvas_caret(&c, 3, 1);
	canvas_dump(c.grid, &b);
	CHECK_STR(b.p, "--- text 6x2\nk 日\n     x\n--- styles\nk xx\n\n--- flags\n  ss\n     "
		       "E\n--- caret 3,1\n");
	buf_release(&b);
}

void test_canvas_out__svg(void)
{
	struct buf b = BUF_INIT(1 << 20);
	struct canvas c = drawing(30, 4, false);
	canvas_box(&c, 0, 0, 10, 3, LINE_ROUNDED, ST_BORDER);
	canvas_text(&c, 1, 1, ST_FAILED | CA_UNDERLINE, "a<b&c");
	canvas_bar(&c, 12, 0, 10, 0.33, ST_BAR);
	canvas_text(&c, 12, 1, ST_TEXT | CA_SELECTED, "░▒▓▀▐┄┆═日");
	canvas_half(&c, 0, 3, 0xff0000, 0x080808);
	canvas_svg(c.grid, THEME_DARK, &b);
	CHECK_INT(b.failed, 0);
	CHECK(strncmp(b.p, "<svg ", 5) == 0 && strstr(b.p, "</svg>\n") != NULL);
	CHECK(strstr(b.p, "a&lt;b&amp;c") != NULL);
	CHECK(strstr(b.p, "#ff0000") != NULL);
	CHECK(strstr(b.p, "─") == NULL && strstr(b.p, "█") == NULL);
	buf_release(&b);
}
