/* Tables and artifacts of cards (declared in carddraw.h). */
#include "carddraw.h"

#include "../base/text.h"

enum {
	COLUMNS_MAX = 64,    /* drawn */
	COLUMNS_READ = 4096, /* counted */
	CELLS_MAX = 1 << 20,
	GAP = 2,
	NARROW = 4
};

struct card_grid card_grid_new(struct mf_page *page, size_t rows, size_t columns)
{
	struct card_grid g = {.rows = rows, .columns = columns};
	g.cells = arena_calloc(&page->arena, rows * columns + 1, sizeof(*g.cells));
	if (!g.cells)
		page->rc = MF_ENOMEM;
	return g;
}

/* ---- layout ---- */

static size_t longest_line(const char *p, size_t n)
{
	size_t most = 0;
	for (const char *end = p + n; p < end;) {
		const char *nl = memchr(p, '\n', (size_t)(end - p)), *stop = nl ? nl : end;
		size_t len = (size_t)(stop - p), w = len > 4096 ? len : text_width(p, len);
		most = w > most ? w : most;
		p = stop + (nl != NULL);
	}
	return most;
}

static void draw_cell(struct card_draw *d, struct block *b, const struct card_cell *c)
{
	if (c->component)
		card_component(d, b, c->component);
	else
		block_wrap(b, c->style, c->p, c->n, 0);
	block_end(b);
}

static void natural_widths(struct card_draw *d, const struct block *b, const struct card_grid *g,
	size_t columns, size_t *widths)
{
	for (size_t i = 0; i < g->rows * g->columns && !page_full(d->page); i++) {
		const struct card_cell *c = &g->cells[i];
		size_t k = i % g->columns, w = 0;
		if (k >= columns || widths[k] >= b->width)
			continue;
		if (c->component) {
			struct block trial;
			block_init(&trial, d->page, b->width);
			draw_cell(d, &trial, c);
			w = block_columns(&trial);
		} else {
			w = longest_line(c->p, c->n);
		}
		w = w < b->width ? w : b->width;
		widths[k] = w > widths[k] ? w : widths[k];
	}
}

/* Take from the widest columns until all of them fit. */
static void shrink(size_t *widths, size_t n, size_t width)
{
	for (;;) {
		size_t total = (n - 1) * GAP, most = 0;
		for (size_t k = 0; k < n; k++) {
			total += widths[k];
			most = widths[k] > widths[most] ? k : most;
		}
		if (total <= width || widths[most] <= NARROW)
			return;
		widths[most]--;
	}
}

static void numeric_columns(const struct card_grid *g, size_t columns, bool *right)
{
	for (size_t k = 0; k < columns; k++) {
		size_t numbers = 0, others = 0;
		for (size_t r = g->head; r < g->rows; r++) {
			const struct card_cell *c = &g->cells[r * g->columns + k];
			numbers += c->number;
			others += !c->number && (c->component || c->n);
		}
		right[k] = numbers && !others;
	}
}

static void draw_row(struct card_draw *d, struct block *b, const struct card_cell *row,
	size_t columns, const size_t *widths, const bool *right)
{
	struct block cells[COLUMNS_MAX];
	for (size_t k = 0; k < columns; k++) {
		block_init(&cells[k], d->page, widths[k]);
		draw_cell(d, &cells[k], &row[k]);
	}
	block_beside(b, cells, widths, right, columns, GAP);
}

void card_grid_draw(struct card_draw *d, struct block *b, const struct card_grid *g)
{
	size_t columns = g->columns, widths[COLUMNS_MAX] = {0};
	bool right[COLUMNS_MAX] = {false};
	const size_t fit = (b->width + GAP) / (NARROW + GAP);
	if (!g->cells || !columns || !g->rows)
		return;
	columns = columns < fit ? columns : fit;
	columns = columns < COLUMNS_MAX ? columns : COLUMNS_MAX;
	natural_widths(d, b, g, columns, widths);
	for (size_t k = 0; k < columns; k++)
		widths[k] = widths[k] ? widths[k] : 1;
	shrink(widths, columns, b->width);
	numeric_columns(g, columns, right);
	for (size_t r = 0; r < g->rows && !page_full(d->page); r++) {
		draw_row(d, b, g->cells + r * g->columns, columns, widths, right);
		if (r || !g->head)
			continue;
		for (size_t k = 0; k < columns; k++) {
			if (k)
				block_adds(b, MF_STYLE_PLAIN, "  ");
			block_fill(b, MF_STYLE_BORDER, "─", "-", widths[k]);
		}
		block_end(b);
	}
	if (columns < g->columns) {
		block_addf(b, MF_STYLE_DIM, "%s %zu more columns", b->page->ascii ? "..." : "…",
			g->columns - columns);
		block_end(b);
	}
}

/* ---- table ---- */

static void put_value(struct card_draw *d, struct card_cell *cell, const struct mf_value *v)
{
	if (card_is_component(v)) {
		cell->component = v;
		return;
	}
	cell->p = card_plain(d->page, v, &cell->n);
	cell->number = mf_value_kind(v) == MF_INT || mf_value_kind(v) == MF_FLOAT ||
		       mf_value_kind(v) == MF_BIGINT;
}

static void put_name(struct card_draw *d, struct card_cell *cell, const struct mf_value *v)
{
	cell->p = card_plain(d->page, v, &cell->n);
	cell->style = MF_STYLE_BOLD;
}

/* Each column a line: its name, then the values of all rows. */
static void draw_vertical(struct card_draw *d, struct block *b, const struct mf_value *names,
	const struct mf_value *data, size_t columns)
{
	size_t rows = mf_value_count(data), shown = rows < COLUMNS_MAX - 1 ? rows : COLUMNS_MAX - 1;

	struct card_grid g = card_grid_new(d->page, columns, shown + 1);
	for (size_t k = 0; g.cells && k < columns; k++) {
		put_name(d, &g.cells[k * g.columns], mf_value_item(names, k));
		for (size_t r = 0; r < shown; r++) {
			struct card_cell *cell = &g.cells[k * g.columns + r + 1];
			put_value(d, cell, mf_value_item(mf_value_item(data, r), k));
			cell->number =
				false; /* numbers stand below text here: all of it to the left */
		}
	}
	card_grid_draw(d, b, &g);
	if (shown < rows)
		d->page->cut = true;
}

void card_draw_table(struct card_draw *d, struct block *b, const struct mf_value *c)
{
	const struct mf_value *names = mf_value_get(c, "columns"), *data = mf_value_get(c, "data");
	size_t rows = mf_value_count(data), columns = mf_value_count(names);
	bool head = columns > 0;
	if (mf_value_kind(data) != MF_LIST)
		return;
	for (size_t r = 0; r < rows; r++) {
		size_t n = mf_value_count(mf_value_item(data, r));
		columns = n > columns ? n : columns;
	}
	if (!columns)
		return;
	columns = columns < COLUMNS_READ ? columns : COLUMNS_READ;
	rows = rows < CELLS_MAX / columns ? rows : CELLS_MAX / columns;
	if (mf_value_bool(mf_value_get(c, "vertical"))) {
		draw_vertical(d, b, names, data, columns);
		return;
	}
	struct card_grid g = card_grid_new(d->page, rows + head, columns);
	g.head = head;
	for (size_t k = 0; g.cells && head && k < columns; k++)
		put_name(d, &g.cells[k], mf_value_item(names, k));
	for (size_t r = 0; g.cells && r < rows; r++)
		for (size_t k = 0; k < columns; k++)
			put_value(d, &g.cells[(r + head) * columns + k],
				mf_value_item(mf_value_item(data, r), k));
	card_grid_draw(d, b, &g);
	if (rows < mf_value_count(data)) {
		block_addf(b, MF_STYLE_DIM, "%s %zu more rows", b->page->ascii ? "..." : "…",
			mf_value_count(data) - rows);
		block_end(b);
	}
}

/* ---- artifacts ---- */

void card_draw_artifacts(struct card_draw *d, struct block *b, const struct mf_value *c)
{
	const struct mf_value *data = mf_value_get(c, "data");
	size_t rows = mf_value_count(data), n;
	const char *p;
	bool named = false;
	if (mf_value_kind(data) != MF_LIST || !rows)
		return;
	rows = rows < CELLS_MAX / 3 ? rows : CELLS_MAX / 3;
	for (size_t r = 0; r < rows; r++)
		named = named || card_text(mf_value_item(data, r), "name", &p, &n);
	struct card_grid g = card_grid_new(d->page, rows, 2 + named);
	for (size_t r = 0; g.cells && r < rows; r++) {
		const struct mf_value *a = mf_value_item(data, r);
		struct card_cell *cell = &g.cells[r * g.columns];
		if (named)
			put_name(d, cell++, mf_value_get(a, "name"));
		put_value(d, cell, mf_value_get(a, "type"));
		cell++->style = MF_STYLE_DIM;
		put_value(d, cell, mf_value_get(a, "data"));
		cell->number = false;
	}
	card_grid_draw(d, b, &g);
}
