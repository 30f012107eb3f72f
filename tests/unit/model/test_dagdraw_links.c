#include "test_dagdraw.h"

/* Links of a region: all, and those that are drawn. */
static void count(const struct dag *d, int region, int *all, int *visible)
{
	*all = *visible = 0;
	for (int i = d->regions[region].first_link; i >= 0; i = d->links[i].next) {
		++*all;
		*visible += d->links[i].visible;
	}
}

void test_dagdraw_links__a_frame_has_one_way_in_and_one_out(void)
{
	struct dag d;
	int all, visible;

	dag_open(&d,
		sample_graph("start foreach join=j > a\n"
			     "a switch > b:x c:y\n"
			     "b linear > j\n"
			     "c linear > j\n"
			     "j join\n"),
		true);
	count(&d, 0, &all, &visible);
	CHECK_INT(visible, 2); /* start to frame, frame to join */
	CHECK_INT(all, 4);
	count(&d, 1, &all, &visible);
	CHECK_INT(visible, 5); /* entry to a, a to b and c, both to the exit */
	CHECK_INT(all, 5);
	dag_close(&d);
}

void test_dagdraw_links__loose_ends_are_held(void)
{
	struct dag d;
	int all, visible;

	dag_open(&d, sample_graph("start start > a\na linear\nx linear\n"), true);
	count(&d, 0, &all, &visible);
	CHECK_INT(visible, 1);
	CHECK_INT(all, 5);
	dag_close(&d);
}

void test_dagdraw_links__back_edges_are_none(void)
{
	struct dag d;
	int all, visible;

	dag_open(&d, sample_graph("start start > a\na linear > start a end\nend end\n"), true);
	count(&d, 0, &all, &visible);
	CHECK_INT(visible, 2);
	dag_close(&d);
}
