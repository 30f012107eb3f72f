#include "test_dagdraw.h"

static const char diamond[] = "start switch > a:x:1 b:y:0\n"
			      "a linear ok=1 > end\n"
			      "b linear > c\n"
			      "c linear > end\n"
			      "end end\n";

void test_dagdraw_graph__order_finishes_a_branch_first(void)
{
	static const int want[] = {0, 1, 2, 3, 4};
	struct dag d;

	dag_open(&d, sample_graph(diamond), false);
	for (int i = 0; i < d.n; i++)
		CHECK_INT(d.order[i], want[i]);
	dag_close(&d);
}

void test_dagdraw_graph__the_start_comes_first_wherever_it_is(void)
{
	struct dag d;

	dag_open(&d, sample_graph("end end\nother linear > end\nstart start > end\n"), false);
	CHECK_INT(d.order[0], 2);
	CHECK_INT(d.order[2], 0);
	for (int e = 0; e < d.m; e++)
		CHECK(!d.edges[e].back);
	dag_close(&d);
}

void test_dagdraw_graph__what_is_behind_untaken_edges_is_untaken(void)
{
	struct dag d;

	dag_open(&d, sample_graph(diamond), false);
	CHECK(!d.nodes[1].untaken);
	CHECK(d.nodes[2].untaken);
	CHECK(d.nodes[3].untaken);
	CHECK(!d.nodes[4].untaken);
	CHECK(d.edges[3].untaken && d.edges[4].untaken);
	dag_close(&d);
}

void test_dagdraw_graph__what_ran_was_taken(void)
{
	struct dag d;

	dag_open(&d, sample_graph("start switch > a:x:0\na linear ok=1 > end\nend end\n"), false);
	CHECK(!d.nodes[1].untaken);
	CHECK(d.edges[0].untaken);
	CHECK(!d.edges[1].untaken);
	dag_close(&d);
}

void test_dagdraw_graph__back_edges(void)
{
	struct dag d;

	dag_open(&d, sample_graph("start start > a\na linear > a b\nb linear > a end\nend end\n"),
		false);
	CHECK(d.nodes[1].self);
	CHECK(d.edges[1].back);
	CHECK(d.edges[3].back);
	CHECK_INT(d.edges[0].back + d.edges[2].back + d.edges[4].back, 0);
	dag_close(&d);
}

void test_dagdraw_graph__a_cycle_without_a_start(void)
{
	struct dag d;

	dag_open(&d, sample_graph("a linear > b\nb linear > c\nc linear > a\n"), false);
	CHECK_INT(d.edges[0].back + d.edges[1].back, 0);
	CHECK(d.edges[2].back);
	dag_close(&d);
}

void test_dagdraw_graph__edges_between_the_same_steps_are_one(void)
{
	struct dag d;

	dag_open(&d,
		sample_graph("start switch > a:x:0 end:y:0 a:z:1 a:w:0\na linear > end\nend end\n"),
		false);
	CHECK_INT(d.edges[2].same, 0);
	CHECK_INT(d.edges[3].same, 0);
	CHECK_INT(d.edges[0].more, 2);
	CHECK_INT(d.edges[2].more, 3);
	CHECK_INT(d.edges[3].more, -1);
	CHECK(!d.edges[0].untaken); /* one of them is taken */
	CHECK(d.edges[1].untaken);
	dag_close(&d);
}

void test_dagdraw_graph__branches_of_a_switch_are_uncertain_until_they_meet(void)
{
	struct dag d;

	dag_open(&d,
		sample_graph("start switch > a:x f:y\n"
			     "a linear > m\n"
			     "f foreach join=j > b\n"
			     "b linear > j\n"
			     "j join > m\n"
			     "m linear > end\n"
			     "end end\n"),
		false);
	CHECK(!d.nodes[0].maybe);
	CHECK(d.nodes[1].maybe);
	CHECK(d.nodes[2].maybe);
	CHECK(!d.nodes[3].maybe); /* so many as the split has made */
	CHECK(d.nodes[4].maybe);
	CHECK(!d.nodes[5].maybe);
	dag_close(&d);
}
