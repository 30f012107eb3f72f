#include "test_dagdraw.h"

void test_dagdraw_route__lines_end_at_borders(void)
{
	CHECK_STR(draw_text(sample_graph("start start > end\nend end\n"), false, false, false, 0),
		"╭───────╮\n"
		"│ start │\n"
		"╰───┬───╯\n"
		"╭───┴───╮\n"
		"│ end   │\n"
		"╰───────╯\n");
}

void test_dagdraw_route__loops(void)
{
	CHECK_STR(draw_text(sample_graph("a linear > b\nb linear > c\nc linear > a:x d\nd linear > "
					 "b end\nend end\n"),
			  false, false, false, 0),
		"╭───────╮\n"
		"│ a     │◀╮\n"
		"╰───┬───╯ │\n"
		"╭───┴───╮ │\n"
		"│ b     │◀│─╮\n"
		"╰───┬───╯ │ │\n"
		"╭───┴───╮ │ │\n"
		"│ c     ├─╯ │\n"
		"╰───┬───╯ x │\n"
		"╭───┴───╮   │\n"
		"│ d     ├───╯\n"
		"╰───┬───╯\n"
		"╭───┴───╮\n"
		"│ end   │\n"
		"╰───────╯\n");
}

void test_dagdraw_route__untaken_is_dotted(void)
{
	CHECK_STR(draw_text(sample_graph("start switch ok=1 > a:x:0 b:y:1\na linear > end\nb "
					 "linear ok=1 > end\n"
					 "end end ok=1\n"),
			  false, false, true, 0),
		"       ╭─────────╮\n"
		"       │ ✓ start │\n"
		"       ╰────┬────╯\n"
		"     ╭┄┄┄┄┄┄┴──────╮\n"
		"     ┆ x           │ y\n"
		"╭┄┄┄┄┴┄┄┄┄╮   ╭────┴────╮\n"
		"┆ a       ┆   │ ✓ b     │\n"
		"╰┄┄┄┄┬┄┄┄┄╯   ╰────┬────╯\n"
		"     ╰┄┄┄┄┄┄┬──────╯\n"
		"       ╭────┴────╮\n"
		"       │ ✓ end   │\n"
		"       ╰─────────╯\n");
}

void test_dagdraw_route__roles_and_boxes(void)
{
	struct mf_draw_options opts = {.status = true};
	struct mf_drawing *d;

	CHECK_INT(mf_graph_draw(&d, sample_graph("start start ok=1 ms=2100 > end\nend end\n"),
			  &opts, NULL),
		0);
	CHECK_FATAL(d->n_boxes == 2);
	CHECK_INT(d->boxes[1].row, 3);
	CHECK_INT(d->boxes[1].rows, 3);
	CHECK_INT(d->boxes[1].column, 0);
	CHECK_INT(d->boxes[1].columns, 11);
	const struct mf_cell *row = d->cells + d->columns;
	CHECK_INT(row[0].role, MF_CELL_BORDER);
	CHECK_INT(row[2].role, MF_CELL_GLYPH);
	CHECK_INT(row[4].role, MF_CELL_NAME);
	CHECK_INT(row[12].role, MF_CELL_INFO);
	CHECK_INT(row[12].node, 0);
	mf_drawing_free(d);
}
