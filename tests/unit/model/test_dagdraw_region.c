#include "test_dagdraw.h"

void test_dagdraw_region__nested(void)
{
	struct dag d;

	dag_open(&d,
		sample_graph("start foreach join=j splits=3 > a\n"
			     "a foreach join=k splits=12 > b\n"
			     "b linear > k\n"
			     "k join > j\n"
			     "j join > end\n"
			     "end end\n"),
		false);
	CHECK_INT(d.n_regions, 3);
	CHECK_INT(d.nodes[0].opens, 1);
	CHECK_INT(d.nodes[1].opens, 2);
	CHECK_INT(d.nodes[0].region, 0);
	CHECK_INT(d.nodes[1].region, 1);
	CHECK_INT(d.nodes[2].region, 2);
	CHECK_INT(d.nodes[3].region, 1);
	CHECK_INT(d.nodes[4].region, 0);
	CHECK_INT(d.regions[2].parent, 1);
	CHECK_INT(d.regions[2].total, 12);
	dag_close(&d);
}

/* Everything that is not entered and left as it should be is drawn without a frame. */
void test_dagdraw_region__open_regions_are_none(void)
{
	static const char *const graphs[] = {
		/* no such join, no join, nothing inside */
		"start foreach join=nowhere > a\na linear > end\nend end\n",
		"start foreach > a\na linear > end\nend end\n",
		"start foreach join=end > end\nend end\n",
		/* left to another step, entered from another step, the join inside */
		"start foreach join=j > a\na linear > j x\nj join > end\nx linear > end\nend end\n",
		"start static > f x\nf foreach join=j > a\nx linear > a\na linear > j\nj join\n",
		"start foreach join=start > a\na linear > end\nend end\n",
	};
	struct dag d;

	for (size_t i = 0; i < ARRAY_SIZE(graphs); i++) {
		dag_open(&d, sample_graph(graphs[i]), true);
		CHECK_INT(d.n_regions, 1);
		dag_close(&d);
	}
}

void test_dagdraw_region__crossing_regions_keep_the_larger(void)
{
	struct dag d;

	/* the second begins inside the first and would end outside of it */
	dag_open(&d,
		sample_graph("start foreach join=j > a\n"
			     "a foreach join=end > b\n"
			     "b linear > j\n"
			     "j join > end\n"
			     "end end\n"),
		true);
	CHECK_INT(d.n_regions, 2);
	CHECK_INT(d.nodes[0].opens, 1);
	CHECK_INT(d.nodes[1].opens, 0);
	dag_close(&d);
}

void test_dagdraw_region__same_steps_for_two_splits(void)
{
	struct dag d;

	dag_open(&d,
		sample_graph("start static > f g\n"
			     "f foreach join=j > a\n"
			     "g foreach join=j > a\n"
			     "a linear > j\n"
			     "j join > end\n"
			     "end end\n"),
		true);
	CHECK_INT(d.n_regions, 1);
	dag_close(&d);
}
