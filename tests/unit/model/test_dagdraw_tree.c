#include "test_dagdraw.h"

static int root_kind(const char *graph)
{
	struct dag d;
	int kind;

	dag_open(&d, sample_graph(graph), true);
	kind = d.blocks[d.regions[0].root].kind;
	CHECK_INT(d.n_kernels, kind == DAG_KERNEL);
	dag_close(&d);
	return kind;
}

void test_dagdraw_tree__shapes(void)
{
	CHECK_INT(root_kind("a end\n"), DAG_SERIES);
	CHECK_INT(root_kind("start start > a\na linear > end\nend end\n"), DAG_SERIES);
	CHECK_INT(root_kind("start static > a b end\na linear > end\nb linear > end\nend end\n"),
		DAG_SERIES);
	CHECK_INT(root_kind("a end\nb end\n"), DAG_PARALLEL);
	/* the bridge */
	CHECK_INT(root_kind("start static > a b\na linear > b end\nb linear > end\nend end\n"),
		DAG_KERNEL);
}

void test_dagdraw_tree__series_alternate(void)
{
	struct dag d;
	int i = 0;

	dag_open(&d,
		sample_graph("start static > a b\na linear > c\nb linear > c\nc linear > end\nend "
			     "end\n"),
		true);
	const struct dag_block *root = &d.blocks[d.regions[0].root];
	for (int c = root->head; c >= 0; c = d.blocks[c].next, i++) {
		CHECK_INT(d.blocks[c].kind == DAG_VERTEX, i % 2);
		CHECK(!d.blocks[c].dead);
		CHECK(c < d.regions[0].root);
	}
	CHECK_INT(i, 7);
	CHECK_INT(root->count, 7);
	dag_close(&d);
}

void test_dagdraw_tree__rails_are_within_a_series(void)
{
	struct dag d;

	dag_open(&d,
		sample_graph("start start > a\n"
			     "a linear > b\n"
			     "b linear > c x\n"
			     "c linear > a d\n"
			     "x linear > d\n"
			     "d linear > a end\n"
			     "end end\n"),
		true);
	CHECK(d.edges[4].back && !d.edges[4].rail); /* from a branch */
	CHECK(d.edges[7].back && d.edges[7].rail);
	CHECK(d.nodes[1].rail && d.nodes[5].rail && !d.nodes[3].rail);
	dag_close(&d);
}
