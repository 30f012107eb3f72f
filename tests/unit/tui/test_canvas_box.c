#include "../../support/test.h"

#include <locale.h>
#include <stdlib.h>

#include "draw.h"

static struct grid grid;

struct canvas drawing(int w, int h, bool ascii)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	grid.ascii = ascii;
	if (grid_resize(&grid, w, h, NULL) < 0)
		abort();
	return canvas_of(&grid);
}

char *drawn(void)
{
	static char out[8192];
	struct buf b = BUF_INIT(sizeof(out) - 1);

	for (int y = 0; y < grid.h; y++) {
		for (int x = 0; x < grid.w; x++)
			buf_adds(&b, grid_text(&grid, &grid.cells[y * grid.w + x]));
		while (b.n && b.p[b.n - 1] == ' ')
			b.p[--b.n] = '\0';
		if (y + 1 < grid.h)
			buf_addc(&b, '\n');
	}
	snprintf(out, sizeof(out), "%s", b.p);
	buf_release(&b);
	return out;
}

void test_canvas_box__kinds(void)
{
	static const struct {
		enum line_kind kind;
		const char *want;
	} t[] = {{LINE_LIGHT, "┌──┐\n│  │\n└──┘"}, {LINE_ROUNDED, "╭──╮\n│  │\n╰──╯"},
		{LINE_HEAVY, "┏━━┓\n┃  ┃\n┗━━┛"}, {LINE_DOUBLE, "╔══╗\n║  ║\n╚══╝"},
		{LINE_DOTTED, "╭┄┄╮\n┆  ┆\n╰┄┄╯"}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct canvas c = drawing(4, 3, false);
		canvas_box(&c, 0, 0, 4, 3, t[i].kind, ST_TEXT);
		CHECK_STR(drawn(), t[i].want);
	}
	struct canvas c = drawing(4, 3, false);
	canvas_box(&c, 0, 0, 1, 3, LINE_LIGHT, ST_TEXT); /* too small to be a box */
	CHECK_STR(drawn(), "\n\n");
}

void test_canvas_box__junctions(void)
{
	struct canvas c = drawing(9, 5, false);
	canvas_box(&c, 0, 0, 9, 5, LINE_LIGHT, ST_TEXT);
	canvas_vline(&c, 4, 0, 5, LINE_LIGHT, ST_TEXT);
	canvas_hline(&c, 0, 2, 9, LINE_LIGHT, ST_TEXT);
	CHECK_STR(drawn(), "┌───┬───┐\n│   │   │\n├───┼───┤\n│   │   │\n└───┴───┘");
	c = drawing(5, 3, false);
	canvas_box(&c, 0, 0, 5, 3, LINE_ROUNDED, ST_TEXT);
	canvas_join(&c, 2, 2, ARM_DOWN, LINE_LIGHT, ST_TEXT);
	canvas_join(&c, 2, 0, ARM_UP, LINE_LIGHT, ST_TEXT);
	CHECK_STR(drawn(), "╭─┴─╮\n│   │\n╰─┬─╯");
	c = drawing(5, 3, false);
	canvas_box(&c, 0, 0, 5, 3, LINE_DOUBLE, ST_TEXT);
	canvas_vline(&c, 2, 0, 3, LINE_LIGHT, ST_TEXT);
	CHECK_STR(drawn(), "╔═╤═╗\n║ │ ║\n╚═╧═╝");
	c = drawing(5, 1, false);
	canvas_hline(&c, 0, 0, 5, LINE_DOTTED, ST_TEXT);
	CHECK_STR(drawn(), "┄┄┄┄┄");
	canvas_join(&c, 2, 0, ARM_DOWN, LINE_DOTTED, ST_TEXT);
	CHECK_STR(drawn(), "┄┄┬┄┄");
}

void test_canvas_box__every_join_is_a_line(void)
{
	static const enum line_kind kinds[] = {
		LINE_LIGHT, LINE_ROUNDED, LINE_HEAVY, LINE_DOUBLE, LINE_DOTTED};
	for (unsigned a = 1; a < 16; a++)
		for (unsigned b = 1; b < 16; b++)
			for (size_t k = 0; k < 25; k++) {
				struct canvas c = drawing(1, 1, false);
				canvas_join(&c, 0, 0, a, kinds[k / 5], ST_TEXT);
				canvas_join(&c, 0, 0, b, kinds[k % 5], ST_TEXT);
				if (grid.cells[0].text[0] != '\xe2')
					CHECK(!"no character for this");
			}
}

void test_canvas_box__frame(void)
{
	struct canvas c = drawing(14, 3, false);
	struct canvas in = canvas_frame(&c, LINE_ROUNDED, ST_BORDER, "Steps");
	canvas_text(&in, 0, 0, ST_TEXT, "inside it all");
	CHECK_STR(drawn(), "╭─ Steps ────╮\n│ inside it  │\n╰────────────╯");
	for (int w = 1; w < 12; w++)
		for (int h = 1; h < 5; h++) {
			c = drawing(w, h, true);
			in = canvas_frame(&c, LINE_LIGHT, ST_BORDER_FOCUS, "A title");
			canvas_text(&in, 0, 0, ST_TEXT, "x");
		}
}
