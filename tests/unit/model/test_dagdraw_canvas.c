#include "test_dagdraw.h"

#include <stdlib.h>

#include "../../../clientlib/base/text.h"

enum { ROWS = 5, COLUMNS = 9 };

static struct mf_cell cells[ROWS * COLUMNS];
static uint8_t arms[ROWS * COLUMNS];
static int32_t owner[ROWS * COLUMNS];

static struct dag_canvas canvas(bool ascii)
{
	for (size_t i = 0; i < ARRAY_SIZE(cells); i++)
		cells[i] = (struct mf_cell){' ', -1, MF_CELL_BLANK};
	memset(arms, 0, sizeof(arms));
	memset(owner, 0, sizeof(owner));
	return (struct dag_canvas){cells, arms, owner, ROWS, COLUMNS, ascii};
}

static const char *row(int r)
{
	static char out[4 * COLUMNS + 1];
	struct buf b = BUF_INIT(sizeof(out));

	for (int i = 0; i < COLUMNS; i++)
		if (cells[r * COLUMNS + i].ch)
			utf8_add(&b, cells[r * COLUMNS + i].ch);
	memcpy(out, b.p, b.n + 1);
	buf_release(&b);
	return out;
}

void test_dagdraw_canvas__lines_join(void)
{
	for (int ascii = 0; ascii < 2; ascii++) {
		struct dag_canvas c = canvas(ascii);
		dag_hline(&c, 1, 0, 8, false, 0);
		dag_vline(&c, 0, 1, 4, false, false, false, 0);
		dag_vline(&c, 4, 0, 4, false, false, false, 0);
		dag_vline(&c, 6, 0, 1, true, false, false, 0);
		dag_vline(&c, 8, 1, 4, false, false, false, 0);
		dag_hline(&c, 4, 8, 0, false, 0);
		dag_finish(&c);
		CHECK_STR(row(0), ascii ? "    | |  " : "    │ │  ");
		CHECK_STR(row(1), ascii ? "/---+-+-\\" : "╭───┼─┴─╮");
		CHECK_STR(row(2), ascii ? "|   |   |" : "│   │   │");
		CHECK_STR(row(4), ascii ? "\\---+---/" : "╰───┴───╯");
		CHECK_INT(cells[COLUMNS].role, MF_CELL_EDGE);
	}
}

void test_dagdraw_canvas__solid_covers_dotted(void)
{
	struct dag_canvas c = canvas(false);

	dag_hline(&c, 0, 4, 0, true, 0);
	dag_hline(&c, 0, 4, 8, false, 0);
	dag_vline(&c, 4, 0, 2, false, false, false, 0);
	dag_vline(&c, 0, 0, 2, false, false, true, 0);
	dag_finish(&c);
	CHECK_STR(row(0), "╭┄┄┄┬────");
	CHECK_STR(row(1), "┆   │    ");
	CHECK_INT(cells[0].role, MF_CELL_UNTAKEN);
	CHECK_INT(cells[4].role, MF_CELL_EDGE);
}

void test_dagdraw_canvas__strangers_cross(void)
{
	for (int order = 0; order < 2; order++) {
		struct dag_canvas c = canvas(false);
		if (order)
			dag_vline(&c, 4, 0, 2, true, true, false, 2);
		dag_hline(&c, 1, 0, 8, false, 1);
		if (!order)
			dag_vline(&c, 4, 0, 2, true, true, false, 2);
		dag_finish(&c);
		CHECK_STR(row(1), "────│────");
	}
}

void test_dagdraw_canvas__boxes_get_junctions(void)
{
	static const struct mf_rect r = {1, 1, 3, 7};
	struct dag_canvas c = canvas(false);

	dag_box(&c, &r, false, 5);
	dag_arm(&c, 1, 4, DAG_UP, false, 0);
	dag_arm(&c, 3, 3, DAG_DOWN, false, 0);
	dag_arm(&c, 2, 7, DAG_RIGHT, false, 0);
	dag_finish(&c);
	CHECK_STR(row(1), " ╭──┴──╮ ");
	CHECK_STR(row(2), " │     ├ ");
	CHECK_STR(row(3), " ╰─┬───╯ ");
	CHECK_INT(cells[2 * COLUMNS + 3].node, 5);
	CHECK_INT(cells[COLUMNS + 4].role, MF_CELL_BORDER);
	c = canvas(true);
	dag_box(&c, &r, true, 0);
	dag_arm(&c, 1, 4, DAG_UP, true, 0);
	dag_finish(&c);
	CHECK_STR(row(1), " +..+..+ ");
	CHECK_STR(row(2), " :     : ");
	CHECK_INT(cells[COLUMNS + 2].role, MF_CELL_UNTAKEN);
}

void test_dagdraw_canvas__frames_let_lines_through(void)
{
	static const struct mf_rect r = {0, 0, 3, 9};
	static const struct dag_text title = {"ab", 2, 2};
	struct dag_canvas c = canvas(false);

	dag_draw_frame(&c, &r, &title, false);
	dag_arm(&c, 0, 4, DAG_UP, false, 0); /* behind the title */
	dag_arm(&c, 2, 4, DAG_UP, false, 0);
	dag_finish(&c);
	CHECK_STR(row(0), "┌─ ab ──┐");
	CHECK_STR(row(2), "└───┼───┘");
	c = canvas(true);
	dag_draw_frame(&c, &r, &title, false);
	dag_finish(&c);
	CHECK_STR(row(0), ".- ab --.");
	CHECK_STR(row(2), "'-------'");
}

void test_dagdraw_canvas__wide_characters_take_two_cells(void)
{
	static const struct dag_text text = {"日e\xcc\x81x", 7, 4};
	struct dag_canvas c = canvas(false);

	sample_empty(); /* a UTF-8 locale */
	CHECK_INT(dag_put(&c, 0, 1, &text, MF_CELL_NAME, 3), 5);
	CHECK_INT(cells[1].ch, 0x65e5);
	CHECK_INT(cells[2].ch, 0);
	CHECK_INT(cells[2].node, 3);
	CHECK_INT(cells[3].ch, 'e');
	CHECK_INT(cells[4].ch, 'x');
}

void test_dagdraw_canvas__outside_is_nothing(void)
{
	struct dag_canvas c = canvas(false);

	dag_arm(&c, -1, 0, DAG_UP, false, 0);
	dag_arm(&c, 0, COLUMNS, DAG_UP, false, 0);
	dag_put_char(&c, ROWS, 0, 'x', MF_CELL_NAME, 0);
	dag_put_char(&c, 0, -1, 'x', MF_CELL_NAME, 0);
	dag_finish(&c);
	for (int i = 0; i < ROWS; i++)
		CHECK_STR(row(i), "         ");
}
