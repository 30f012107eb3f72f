/* dagdraw.c: mf_graph_draw(). A pure function of the graph and the options. */
#include <stdlib.h>

#include "dagdraw.h"

#include "../base/err.h"

/* From roomy to tight. */
static const struct dag_style styles[] = {
	{.name = 40, .label = 36, .gap = 3, .margin = 2, .cond = true, .info = true, .even = true},
	{.name = 40, .label = 36, .gap = 2, .margin = 1, .cond = true, .info = true},
	{.name = 28, .label = 24, .gap = 2, .margin = 1, .cond = true, .info = true},
	{.name = 24, .label = 18, .gap = 1, .margin = 1, .cond = true, .info = true},
	{.name = 20, .label = 16, .gap = 1, .margin = 1, .cond = true, .info = true},
	{.name = 16, .label = 14, .gap = 1, .margin = 1, .info = true},
	{.name = 14, .label = 12, .gap = 1, .margin = 1, .info = true},
	{.name = 12, .label = 10, .gap = 1, .margin = 1, .info = true},
	{.name = 10, .label = 8, .gap = 1, .margin = 1},
	{.name = 8, .label = 6, .gap = 1, .margin = 0},
	{.name = 5, .label = 5, .gap = 1, .margin = 0},
};

static int try_style(struct dag *d, int style, bool *fits)
{
	arena_release(&d->trial);
	d->style = styles[style];
	int rc = dag_layout(d);
	*fits = d->opts.width == 0 || (size_t)d->columns <= d->opts.width;
	return rc;
}

/* The roomiest style that fits the width. If none does, the drawing is wider anyway: then one that
 * reads well. */
static int choose_style(struct dag *d)
{
	int roomy = 0, tight = (int)ARRAY_SIZE(styles) - 1, rc;
	bool fits;

	rc = try_style(d, roomy, &fits);
	if (rc || fits)
		return rc;
	rc = try_style(d, tight, &fits);
	if (rc)
		return rc;
	if (!fits)
		return try_style(d, 1, &fits);
	while (tight - roomy > 1) {
		int middle = (roomy + tight) / 2;
		rc = try_style(d, middle, &fits);
		if (rc)
			return rc;
		if (fits)
			tight = middle;
		else
			roomy = middle;
	}
	return try_style(d, tight, &fits);
}

/* The drawing and the canvas to fill it; the drawing owns its cells and boxes by being one block.
 */
static int make_canvas(struct mf_drawing **out, struct dag *d, struct dag_canvas *c)
{
	size_t n = (size_t)d->rows * (size_t)d->columns;
	size_t boxes = sizeof(struct mf_drawing),
	       cells = boxes + (size_t)d->n * sizeof(struct mf_rect);

	if (n > DAG_MAX_CELLS)
		return MF_ELIMIT;
	char *block = malloc(cells + n * sizeof(struct mf_cell));
	c->arms = calloc(n + 1, sizeof(*c->arms));
	c->owner = calloc(n + 1, sizeof(*c->owner));
	if (!block || !c->arms || !c->owner) {
		free(block);
		return MF_ENOMEM;
	}
	struct mf_drawing *drawing = (struct mf_drawing *)block;
	struct mf_rect *rects = (struct mf_rect *)(block + boxes);
	c->cells = (struct mf_cell *)(block + cells);
	c->rows = d->rows;
	c->columns = d->columns;
	c->ascii = d->opts.ascii;
	for (size_t i = 0; i < n; i++)
		c->cells[i] = (struct mf_cell){' ', -1, MF_CELL_BLANK};
	memset(rects, 0, (size_t)d->n * sizeof(*rects));
	*drawing = (struct mf_drawing){.rows = (size_t)d->rows,
		.columns = (size_t)d->columns,
		.cells = c->cells,
		.boxes = rects,
		.n_boxes = (size_t)d->n};
	*out = drawing;
	return 0;
}

static int draw(struct mf_drawing **out, struct dag *d, struct dag_canvas *c)
{
	struct dag_rails *rails = NULL;
	int rc = 0;

	TRY(dag_read(d));
	TRY(dag_find_regions(d));
	dag_find_maybe(d);
	if (d->n && d->opts.compact) {
		TRY(dag_rails_plan(d, &rails));
	} else if (d->n) {
		TRY(dag_tree(d));
		TRY(dag_texts(d));
		TRY(choose_style(d));
	}
	TRY(make_canvas(out, d, c));
	struct mf_rect *boxes = (struct mf_rect *)(*out + 1);
	if (rails)
		dag_rails_paint(d, rails, c, boxes);
	else if (d->n)
		dag_paint(d, c, boxes);
done:
	return rc;
}

int mf_graph_draw(struct mf_drawing **out, const struct mf_graph *graph,
	const struct mf_draw_options *opts, struct mf_error *err)
{
	struct dag d = {.g = graph, .scratch = BUF_INIT(64 * 1024)};
	struct dag_canvas c = {.cells = NULL};
	int rc = MF_ELIMIT;

	*out = NULL;
	if (opts)
		d.opts = *opts;
	arena_init(&d.arena, 0);
	arena_init(&d.trial, 0);
	if (graph->n_nodes <= DAG_MAX_NODES && graph->n_edges <= DAG_MAX_EDGES) {
		d.n = (int)graph->n_nodes;
		d.m = (int)graph->n_edges;
		rc = draw(out, &d, &c);
	}
	free(c.arms);
	free(c.owner);
	buf_release(&d.scratch);
	arena_release(&d.trial);
	arena_release(&d.arena);
	if (rc == MF_ENOMEM)
		return err_nomem(err);
	if (rc == MF_ELIMIT)
		return err_set(err, MF_ELIMIT, "the graph is too large to draw");
	return rc;
}

void mf_drawing_free(struct mf_drawing *drawing)
{
	free(drawing);
}
