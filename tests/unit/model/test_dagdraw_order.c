#include "test_dagdraw.h"

static int crossings(const struct dag_layers *la)
{
	int n = 0;

	for (int i = 0; i < la->n_segs; i++)
		for (int k = 0; k < i; k++) {
			const struct dag_seg *s = &la->segs[i], *t = &la->segs[k];
			if (la->items[s->a].layer == la->items[t->a].layer)
				n += (la->items[s->a].at - la->items[t->a].at) *
					     (la->items[s->b].at - la->items[t->b].at) <
				     0;
		}
	return n;
}

void test_dagdraw_order__no_crossing_where_none_is_needed(void)
{
	static const char *const graphs[] = {
		"start static > a b\na linear > d c\nb linear > d\nc linear > end\nd linear > "
		"end\nend end\n",
		/* a ring: the first order has crossings */
		"start static > a b c\na linear > e f\nb linear > d f\nc linear > d\n"
		"d linear > end\ne linear > end\nf linear > end\nend end\n",
	};
	struct dag d;

	for (size_t i = 0; i < ARRAY_SIZE(graphs); i++) {
		dag_open_layout(&d, sample_graph(graphs[i]));
		CHECK_FATAL(d.n_kernels == 1);
		CHECK_INT(crossings(d.kernels[0].layers), 0);
		dag_close(&d);
	}
}

void test_dagdraw_order__every_item_has_one_place(void)
{
	struct dag d;

	dag_open_layout(&d,
		sample_graph("start static > a b\na linear > b end\nb linear > end\nend end\n"));
	CHECK_FATAL(d.n_kernels == 1);
	const struct dag_layers *la = d.kernels[0].layers;
	for (int i = 0; i < la->n_items; i++) {
		const struct dag_item *it = &la->items[i];
		CHECK_INT(la->order[it->at], i);
		CHECK(it->at >= la->order_at[it->layer] && it->at < la->order_at[it->layer + 1]);
	}
	dag_close(&d);
}
