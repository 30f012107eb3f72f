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

void test_dagdraw_coords__order_and_distance(void)
{
	struct dag d;

	dag_open_layout(&d, sample_graph(tangle));
	const struct dag_layers *la = d.kernels[0].layers;
	for (int l = 0; l < la->n_layers; l++)
		for (int i = la->order_at[l] + 1; i < la->order_at[l + 1]; i++) {
			const struct dag_item *a = &la->items[la->order[i - 1]],
					      *b = &la->items[la->order[i]];
			CHECK(a->x + a->r + 1 < b->x - b->l);
		}
	for (int i = 0; i < la->n_items; i++) {
		CHECK(la->items[i].x - la->items[i].l >= 0);
		CHECK(la->items[i].x + la->items[i].r < la->width);
	}
	dag_close(&d);
}

void test_dagdraw_coords__long_lines_are_straight(void)
{
	struct dag d;
	int bent = 0;

	dag_open_layout(
		&d, sample_graph("start static > a b\na linear > b c\nb linear > c\nc linear > d\n"
				 "d linear > e\ne linear > end\nx linear > a end\nend end\n"));
	CHECK_FATAL(d.n_kernels == 1);
	const struct dag_layers *la = d.kernels[0].layers;
	for (int i = 0; i < la->n_segs; i++)
		if (la->segs[i].pa < 0 && la->segs[i].pb < 0)
			bent += la->segs[i].xa != la->segs[i].xb;
	CHECK_INT(bent, 0);
	dag_close(&d);
}

void test_dagdraw_coords__ports_in_the_order_of_what_they_lead_to(void)
{
	struct dag d;

	dag_open_layout(&d, sample_graph(tangle));
	const struct dag_layers *la = d.kernels[0].layers;
	for (int i = 0; i < la->n_segs; i++)
		for (int k = 0; k < i; k++) {
			const struct dag_seg *s = &la->segs[i], *t = &la->segs[k];
			if (s->b != t->b || s->pb < 0 || t->pb < 0 || s->net == t->net)
				continue;
			CHECK(la->ports[s->pb].dx != la->ports[t->pb].dx);
			if (la->nets[s->net].out && la->nets[t->net].out)
				CHECK_INT(la->items[s->a].at < la->items[t->a].at,
					la->ports[s->pb].dx < la->ports[t->pb].dx);
		}
	dag_close(&d);
}
