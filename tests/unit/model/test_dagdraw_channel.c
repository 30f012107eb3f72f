#include "test_dagdraw.h"

/* Layers made by hand: n wires in one gap, each one segment. */
struct by_hand {
	struct dag d;
	struct dag_layers la;
	struct dag_item items[32];
	struct dag_seg segs[16];
	int seg_at[3], order[32], order_at[3];
	int rows; /* of the gap */
};

static void gap(struct by_hand *h, const int (*ends)[2], int n)
{
	memset(h, 0, sizeof(*h));
	arena_init(&h->d.trial, 0);
	h->la = (struct dag_layers){.items = h->items,
		.segs = h->segs,
		.seg_at = h->seg_at,
		.order = h->order,
		.order_at = h->order_at,
		.n_items = 2 * n,
		.n_segs = n,
		.n_layers = 2,
		.width = 20};
	h->seg_at[1] = h->seg_at[2] = n;
	h->order_at[1] = n;
	h->order_at[2] = 2 * n;
	for (int i = 0; i < 2 * n; i++) {
		h->order[i] = i;
		h->items[i].layer = i >= n;
		h->items[i].h = 3;
	}
	for (int i = 0; i < n; i++)
		h->segs[i] = (struct dag_seg){.net = i,
			.a = i,
			.b = n + i,
			.xa = ends[i][0],
			.xb = ends[i][1],
			.row = -1,
			.via_row = -1};
	CHECK_INT(dag_channels(&h->d, &h->la), 0);
	h->rows = h->la.gap_h[0];
	arena_release(&h->d.trial);
}

void test_dagdraw_channel__straight_lines_need_no_row(void)
{
	static const int ends[][2] = {{1, 1}, {5, 5}};
	struct by_hand h;

	gap(&h, ends, 2);
	CHECK_INT(h.segs[0].row, -1);
	CHECK_INT(h.rows, 0);
	CHECK_INT(h.la.height, 6);
}

void test_dagdraw_channel__apart_in_one_row(void)
{
	static const int ends[][2] = {{1, 4}, {9, 6}};
	struct by_hand h;

	gap(&h, ends, 2);
	CHECK_INT(h.segs[0].row, 0);
	CHECK_INT(h.segs[1].row, 0);
	CHECK_INT(h.rows, 1);
}

void test_dagdraw_channel__who_ends_above_another_goes_first(void)
{
	/* the second starts where the first arrives */
	static const int ends[][2] = {{1, 5}, {5, 9}};
	struct by_hand h;

	gap(&h, ends, 2);
	CHECK_INT(h.segs[0].row, 1);
	CHECK_INT(h.segs[1].row, 0);
}

void test_dagdraw_channel__a_circle_is_cut(void)
{
	static const int ends[][2] = {{1, 5}, {5, 1}};
	struct by_hand h;

	gap(&h, ends, 2);
	CHECK_INT(h.rows, 3);
	CHECK_INT((h.segs[0].via_row >= 0) + (h.segs[1].via_row >= 0), 1);
	const struct dag_seg *cut = &h.segs[h.segs[1].via_row >= 0],
			     *whole = &h.segs[h.segs[1].via_row < 0];
	CHECK(cut->row < whole->row && whole->row < cut->via_row);
	CHECK(cut->via != 1 && cut->via != 5);
}

void test_dagdraw_channel__circles_of_many(void)
{
	static const int ends[][2] = {{0, 2}, {2, 4}, {4, 6}, {6, 0}, {8, 10}, {10, 8}, {12, 12}};
	struct by_hand h;

	gap(&h, ends, 7);
	for (int i = 0; i < 7; i++)
		for (int k = 0; k < 7; k++) {
			const struct dag_seg *s = &h.segs[i], *t = &h.segs[k];
			if (i == k || s->xa != t->xb)
				continue;
			int last = t->via_row >= 0 ? t->via_row : t->row;
			CHECK(s->row < last);
		}
}
