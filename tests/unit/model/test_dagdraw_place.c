#include "test_dagdraw.h"

void test_dagdraw_place__one_under_the_other(void)
{
	struct dag d;

	dag_open_layout(&d, sample_graph("start start > middle\nmiddle linear > end\nend end\n"));
	CHECK_INT(d.vertices[0].y, 0);
	CHECK_INT(d.vertices[1].y, 3);
	CHECK_INT(d.vertices[2].y, 6);
	CHECK_INT(d.rows, 9);
	CHECK_INT(d.columns, 2 * d.vertices[1].half + 1);
	CHECK_INT(d.vertices[0].x, d.vertices[1].x);
	dag_close(&d);
}

void test_dagdraw_place__rows_for_lines_and_labels(void)
{
	struct dag d;

	dag_open_layout(&d,
		sample_graph("start switch > a:x b:y\na linear > end\nb linear > end\nend end\n"));
	CHECK_INT(d.vertices[1].y, 5); /* a row for the fork, one for the cases */
	CHECK_INT(d.vertices[2].y, 5);
	CHECK_INT(d.vertices[3].y, 9);
	dag_close(&d);
}

void test_dagdraw_place__frames_inside_frames(void)
{
	struct dag d;

	dag_open_layout(
		&d, sample_graph("start foreach join=j > a\na foreach join=k > b\nb linear > k\n"
				 "k join > j\nj join\n"));
	CHECK_INT(d.vertices[dag_frame(&d, 1)].y, 3);
	CHECK_INT(d.vertices[1].y, 4);
	CHECK_INT(d.vertices[dag_frame(&d, 2)].y, 7);
	CHECK_INT(d.vertices[2].y, 8);
	CHECK_INT(d.vertices[3].y, 12);
	CHECK_INT(d.vertices[4].y, 16);
	for (int v = 1; v < 5; v++)
		CHECK_INT(d.vertices[v].x, d.vertices[0].x);
	dag_close(&d);
}
