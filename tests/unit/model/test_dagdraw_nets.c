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

void test_dagdraw_nets__nets_are_trees(void)
{
	struct dag d;

	dag_open_layout(&d, sample_graph(tangle));
	const struct dag_layers *la = d.kernels[0].layers;
	for (int net = 0; net < la->n_nets; net++) {
		int segs = 0, ends = 0;
		for (int i = 0; i < la->n_segs; i++)
			segs += la->segs[i].net == net;
		for (int i = 0; i < la->n_ports; i++)
			ends += la->ports[i].net == net;
		for (int i = 0; i < la->n_items; i++)
			ends += la->items[i].kind == DAG_ITEM_DUMMY && la->items[i].ref == net;
		CHECK_INT(segs, ends - 1);
	}
	dag_close(&d);
}

void test_dagdraw_nets__lines_into_one_step_share_the_way(void)
{
	struct dag d;
	int dummies = 0;

	/* three long edges into the end pass the layers as one line */
	dag_open_layout(
		&d, sample_graph("start static > a b\na linear > b c end\nb linear > c d end\n"
				 "c linear > d e end\nd linear > e\ne linear > end\nend end\n"));
	CHECK_FATAL(d.n_kernels == 1);
	const struct dag_layers *la = d.kernels[0].layers;
	for (int i = 0; i < la->n_items; i++) {
		int net = la->items[i].kind == DAG_ITEM_DUMMY ? la->items[i].ref : -1;
		if (net >= 0 && !la->nets[net].out && la->items[la->nets[net].root].ref == 6)
			dummies++;
	}
	CHECK_INT(dummies, 4);
	dag_close(&d);
}
