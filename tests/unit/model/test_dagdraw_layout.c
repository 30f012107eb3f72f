#include "test_dagdraw.h"

static int middle(const struct dag *d, int v)
{
	return d->vertices[v].x;
}

void test_dagdraw_layout__splits_stand_in_the_middle(void)
{
	struct dag d;

	dag_open_layout(&d, sample_graph("start static ok=1 ms=2100 > a a_much_longer_name\n"
					 "a linear ok=1 ms=2100 > join\n"
					 "a_much_longer_name linear > join\n"
					 "join join > end\n"
					 "end end\n"));
	CHECK_INT(2 * middle(&d, 0), middle(&d, 1) + middle(&d, 2));
	CHECK_INT(middle(&d, 3), middle(&d, 0));
	CHECK_INT(middle(&d, 4), middle(&d, 0));
	CHECK_INT(d.vertices[1].y, d.vertices[2].y);
	dag_close(&d);
}

void test_dagdraw_layout__three_branches_have_one_distance(void)
{
	struct dag d;

	dag_open_layout(&d, sample_graph("start static > a branch c\n"
					 "a linear > end\nbranch linear > end\nc linear ok=1 ms=99 "
					 "> end\nend end\n"));
	CHECK_INT(middle(&d, 2) - middle(&d, 1), middle(&d, 3) - middle(&d, 2));
	CHECK_INT(middle(&d, 0), middle(&d, 2));
	dag_close(&d);
}

void test_dagdraw_layout__a_bare_branch_leaves_the_chain_straight(void)
{
	struct dag d;

	dag_open_layout(&d, sample_graph("start switch > a end\na linear > end\nend end\n"));
	CHECK_INT(middle(&d, 0), middle(&d, 1));
	CHECK_INT(middle(&d, 0), middle(&d, 2));
	dag_close(&d);
}

void test_dagdraw_layout__boxes_have_a_middle(void)
{
	struct dag d;
	static const char *const graphs[] = {
		"a end\n", "abcdefg end\n", "abcdefgh end\n", "日本語 end ok=2 run=1\n"};

	for (size_t i = 0; i < ARRAY_SIZE(graphs); i++) {
		dag_open_layout(&d, sample_graph(graphs[i]));
		CHECK(2 * d.vertices[0].half + 1 >= d.nodes[0].name.w + 6);
		CHECK_INT(d.vertices[0].h, i == 3 ? 4 : 3);
		dag_close(&d);
	}
}

void test_dagdraw_layout__frames_hold_what_is_inside(void)
{
	struct dag d;

	dag_open_layout(&d,
		sample_graph("start foreach var=a_variable_with_a_long_name join=j splits=3 > a\n"
			     "a static > b c\nb linear > k\nc linear > k\nk join > j\nj join > "
			     "end\nend end\n"));
	const struct dag_vertex *f = &d.vertices[dag_frame(&d, 1)];
	CHECK(f->l + f->r + 1 >= d.regions[1].title.w + 6);
	for (int v = 1; v <= 4; v++) {
		CHECK(d.vertices[v].x - d.vertices[v].l > f->x - f->l + 1);
		CHECK(d.vertices[v].x + d.vertices[v].r < f->x + f->r - 1);
		CHECK(d.vertices[v].y > f->y);
		CHECK(d.vertices[v].y + d.vertices[v].h < f->y + f->h);
	}
	dag_close(&d);
}

void test_dagdraw_layout__a_switch_has_all_conditions_or_none(void)
{
	struct dag d;

	dag_open_layout(&d, sample_graph("start switch cond=mode > a:short "
					 "b:a_case_too_long_to_stand_with_its_condition\n"
					 "a linear > end\nb linear > end\nend end\n"));
	CHECK_STR(d.edges[0].shown.p, "short");
	CHECK(d.edges[1].shown.w <= 36);
	dag_close(&d);
}
