#include "test_dagdraw.h"

void test_dagdraw_rails__a_split_and_its_join_take_two_rails(void)
{
	CHECK_STR(draw_text(sample_graph("start static > a b c d\na linear > e\nb linear > e\nc "
					 "linear > e\nd linear > e\n"
					 "e join > end\nend end\n"),
			  false, true, false, 0),
		"●      start\n"
		"├─●─╮  a\n"
		"├─●─┤  b\n"
		"├─●─┤  c\n"
		"╰─●─┤  d\n"
		"●───╯  e\n"
		"●      end\n");
}

void test_dagdraw_rails__what_is_not_connected_stands_aside(void)
{
	CHECK_STR(draw_text(sample_graph("a linear\nb linear\nc linear > d\nd linear\n"), false,
			  true, false, 0),
		"●    a\n"
		"  ●  b\n"
		"●    c\n"
		"●    d\n");
}

void test_dagdraw_rails__untaken_and_loops(void)
{
	CHECK_STR(draw_text(sample_graph("start switch cond=c ok=1 > start:again a:x:0 b:y:1\n"
					 "a linear > end\nb linear ok=1 > end\nend end ok=1\n"),
			  false, true, true, 0),
		"●      ✓ start  ↺ ×1  c = again\n"
		"├┄○┄╮    a      c = x\n"
		"╰─●─┤  ✓ b      c = y\n"
		"●───╯  ✓ end\n");
}

void test_dagdraw_rails__boxes_are_the_texts(void)
{
	struct mf_draw_options opts = {.status = true, .compact = true};
	struct mf_drawing *d;

	CHECK_INT(mf_graph_draw(&d, sample_graph("start start ok=1 ms=2100 > end\nend end\n"),
			  &opts, NULL),
		0);
	CHECK_FATAL(d->n_boxes == 2 && d->rows == 2);
	CHECK_INT(d->boxes[0].row, 0);
	CHECK_INT(d->boxes[0].column, 3);
	CHECK_INT(d->boxes[0].columns, d->columns - 3);
	CHECK_INT(d->boxes[1].row, 1);
	CHECK_INT(d->boxes[1].columns, 5);
	CHECK_INT(d->cells[0].role, MF_CELL_GLYPH);
	CHECK_INT(d->cells[0].node, 0);
	mf_drawing_free(d);
}

void test_dagdraw_rails__many_rails_do_not_push_all_texts_aside(void)
{
	struct sample *s = sample_empty();

	for (int i = 0; i < 40; i++)
		sample_node(s, "step");
	for (size_t i = 0; i < 20; i++)
		for (size_t k = 0; k < 20; k += 1 + (i * k) % 3)
			sample_edge(s, i, 20 + k);
	const char *text = draw_text(&s->graph, false, true, false, 0);
	CHECK(strncmp(text, "●  step\n", strlen("●  step\n")) == 0);
}

void test_dagdraw_rails__width(void)
{
	struct mf_draw_options opts = {.compact = true};
	const struct mf_graph *g = sample_graph(
		"a_name_that_is_rather_long switch cond=condition > b:the_case_of_b\nb linear\n");

	for (size_t width = 32; width < 80; width++) {
		struct mf_drawing *d;
		opts.width = width;
		CHECK_INT(mf_graph_draw(&d, g, &opts, NULL), 0);
		CHECK(d->columns <= width);
		mf_drawing_free(d);
	}
}
