#include "test_dagdraw.h"

static const char tangle[] = "start static > a b c\n"
			     "a linear > d e g\n"
			     "b linear > d f\n"
			     "c linear > e f\n"
			     "d linear > end\n"
			     "e linear > g end\n"
			     "f linear > end\n"
			     "g linear > end\n"
			     "end end\n";

void test_dagdraw_layers__edges_go_down(void)
{
	struct dag d;

	dag_open_layout(&d, sample_graph(tangle));
	CHECK_FATAL(d.n_kernels == 1);
	const struct dag_layers *la = d.kernels[0].layers;
	for (int i = 0; i < la->n_segs; i++)
		CHECK_INT(la->items[la->segs[i].b].layer, la->items[la->segs[i].a].layer + 1);
	for (int e = 0; e < d.m; e++)
		CHECK(d.vertices[d.edges[e].from].y + 3 <= d.vertices[d.edges[e].to].y);
	dag_close(&d);
}

void test_dagdraw_layers__a_source_of_many_lines_moves_down(void)
{
	struct dag d;

	/* x has nothing above it, and only something far below */
	dag_open_layout(
		&d, sample_graph("start static > a b\na linear > b c\nb linear > c\nc linear > d\n"
				 "d linear > end\nx linear > d end\nend end\n"));
	CHECK_FATAL(d.n_kernels == 1);
	CHECK(d.vertices[5].y >= d.vertices[3].y);
	dag_close(&d);
}

void test_dagdraw_layers__boxes_are_wide_enough_for_their_lines(void)
{
	struct dag d;

	dag_open_layout(&d, sample_graph(tangle));
	const struct dag_layers *la = d.kernels[0].layers;
	for (int i = 0; i < la->n_ports; i++) {
		const struct dag_item *it = &la->items[la->ports[i].item];
		if (it->kind == DAG_ITEM_VERTEX && it->ref < d.n) {
			CHECK(la->ports[i].dx < d.vertices[it->ref].half);
			CHECK(-la->ports[i].dx < d.vertices[it->ref].half);
		}
	}
	dag_close(&d);
}
