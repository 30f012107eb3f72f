#include "../../support/test.h"

#include "../../../tui/pager.h"
#include "draw.h"

static size_t count(void *ctx)
{
	(void)ctx;
	return 3;
}

static void line(void *ctx, size_t i, struct pager_line *out)
{
	(void)ctx;
	buf_addf(&out->gutter, "%zu", i);
	out->gutter_attr = ST_DIM;
	pager_add(out, ST_ERROR, "err ");
	buf_adds(&out->text, "loss ");
	pager_add(out, ST_NUMBER, "0.4");
}

void test_pager_draw__spans_gutters_matches(void)
{
	struct pager p;
	struct buf b = BUF_INIT(4096);
	struct canvas c = drawing(16, 2, false);
	pager_init(&p, &(struct pager_source){count, line, NULL});
	p.gutter = 3;
	pager_draw(&p, &c);
	pager_search(&p, "s+", true);
	c = drawing(16, 2, false);
	pager_draw(&p, &c);
	canvas_dump(c.grid, &b);
	CHECK_STR(b.p, "--- text 16x2\n0  err loss 0.4▐\n1  err loss 0.4\n--- styles\ndd eeee  GG "
		       "nnn$\ndd eeee  gg nnn\n");
	buf_release(&b);
	pager_release(&p);
}

void test_pager_draw__all_sizes(void)
{
	struct pager p;
	pager_init(&p, &(struct pager_source){count, line, NULL});
	p.gutter = 4;
	for (int wrap = 0; wrap < 2; wrap++)
		for (int w = 1; w < 25; w++)
			for (int h = 1; h < 5; h++) {
				struct canvas c = drawing(w, h, w % 2);
				p.wrap = wrap;
				pager_draw(&p, &c);
				pager_action(&p, ACT_bottom);
				pager_draw(&p, &c);
			}
	pager_release(&p);
}
