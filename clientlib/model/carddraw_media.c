/* Images, progress bars, boxes of one value, graphs (declared in carddraw.h). */
#include "carddraw.h"

#include <math.h>
#include <stdlib.h>

#include "../base/fmt.h"
#include "../base/text.h"
#include "../codec/base64.h"
#include "../codec/png.h"
#include "graph.h"

enum {
	IMAGE_MAX = 64 << 20, /* bytes of an unpacked data: URI */
	IMAGE_COLUMNS = 100,
	IMAGE_ROWS = 40, /* lines of text, each two pixels high */
	STEPS_MAX = 2000,
	EDGES_MAX = 20000
};

/* ---- images ---- */

/* The parts of data:image/png;base64,TEXT; false for other addresses. */
static bool data_uri(const char *p, size_t n, const char **kind, size_t *kind_n, const char **text,
	size_t *text_n)
{
	static const char start[] = "data:image/", mark[] = ";base64,";
	const size_t ns = sizeof(start) - 1, nm = sizeof(mark) - 1;
	if (n < ns || memcmp(p, start, ns) != 0)
		return false;
	const char *at = memmem(p, n < 100 ? n : 100, mark, nm);
	if (!at)
		return false;
	*kind = p + ns;
	*kind_n = (size_t)(at - *kind);
	*text = at + nm;
	*text_n = n - (size_t)(*text - p);
	return true;
}

static void draw_pixels(struct card_draw *d, struct block *b, const struct png_info *info,
	const struct buf *image, bool *done)
{
	size_t columns = b->width < IMAGE_COLUMNS ? b->width : IMAGE_COLUMNS;
	columns = columns < info->width ? columns : info->width;
	size_t rows = (size_t)((uint64_t)info->height * columns / info->width);
	rows = rows ? rows : 1;
	if (rows > 2 * IMAGE_ROWS) {
		columns = columns * 2 * IMAGE_ROWS / rows;
		columns = columns ? columns : 1;
		rows = 2 * IMAGE_ROWS < info->height ? 2 * IMAGE_ROWS : info->height;
	}
	uint32_t *pixels = calloc(rows * columns, sizeof(*pixels));
	if (!pixels) {
		d->page->rc = MF_ENOMEM;
		return;
	}
	int rc = png_shrink(pixels, (uint32_t)columns, (uint32_t)rows, image->p, image->n, NULL);
	if (rc == MF_ENOMEM)
		d->page->rc = rc;
	for (size_t y = 0; rc == MF_OK && y < rows; y += 2) {
		for (size_t x = 0; x < columns; x++) {
			uint32_t top = pixels[y * columns + x];
			block_pixels(b, top, y + 1 < rows ? pixels[(y + 1) * columns + x] : top);
		}
		block_end(b);
	}
	*done = rc == MF_OK;
	free(pixels);
}

void card_draw_image(struct card_draw *d, struct block *b, const struct mf_value *c)
{
	const char *p, *kind = "", *text = NULL;
	size_t n, kind_n = 0, text_n = 0;
	struct buf image = BUF_INIT(IMAGE_MAX), size = BUF_INIT(64);
	struct png_info info = {0};
	bool drawn = false, png = false;
	if (card_text(c, "src", &p, &n) && data_uri(p, n, &kind, &kind_n, &text, &text_n)) {
		int rc = text_n / 4 * 3 < IMAGE_MAX
				 ? base64_decode(&image, text, text_n, BASE64_BLANKS, NULL)
				 : MF_ELIMIT;
		if (rc == MF_ENOMEM)
			d->page->rc = rc;
		png = rc == MF_OK && png_header(&info, image.p, image.n, NULL) == MF_OK;
		if (png && d->pixels)
			draw_pixels(d, b, &info, &image, &drawn);
	}
	if (!drawn) {
		block_adds(b, MF_STYLE_DIM, "[image");
		if (kind_n) {
			block_adds(b, MF_STYLE_DIM, " ");
			block_text(b, MF_STYLE_DIM, kind, kind_n);
		}
		if (png)
			block_addf(b, MF_STYLE_DIM, " %u%s%u", info.width,
				d->page->ascii ? "x" : "×", info.height);
		if (text_n) {
			fmt_size(&size, (int64_t)(text_n / 4 * 3));
			block_addf(b, MF_STYLE_DIM, ", %s", size.p);
		}
		block_adds(b, MF_STYLE_DIM, "]");
		if (card_text(c, "label", &p, &n)) {
			block_adds(b, MF_STYLE_PLAIN, " ");
			block_text(b, MF_STYLE_PLAIN, p, n);
		}
		block_end(b);
	} else {
		card_line(b, MF_STYLE_PLAIN, c, "label");
	}
	card_line(b, MF_STYLE_DIM, c, "description");
	if (size.failed)
		d->page->rc = MF_ENOMEM;
	buf_release(&image);
	buf_release(&size);
}

/* ---- progress and values ---- */

void card_bar(struct block *b, double fraction, size_t width)
{
	static const char *const parts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	double f = fraction > 0 ? fraction < 1 ? fraction : 1 : 0;
	size_t eighths = (size_t)lround(f * (double)width * 8), full = eighths / 8,
	       rest = eighths % 8;
	block_fill(b, MF_STYLE_BAR, "█", "#", full);
	if (full < width && rest && !b->page->ascii) {
		block_adds(b, MF_STYLE_BAR, parts[rest]);
		full++;
	}
	block_fill(b, MF_STYLE_TRACK, "░", ".", width - full);
}

void card_draw_progress(struct card_draw *d, struct block *b, const struct mf_value *c)
{
	double max = 0, value = 0;
	const char *p;
	size_t n;
	bool known = card_number(mf_value_get(c, "max"), &max) && max > 0;
	card_number(mf_value_get(c, "value"), &value);
	if (card_text(c, "label", &p, &n)) {
		block_text(b, MF_STYLE_BOLD, p, n);
		block_adds(b, MF_STYLE_PLAIN, "  ");
	}
	if (b->columns > b->width / 2)
		block_end(b);
	if (known) {
		size_t width = b->width / 2 < 40 ? b->width / 2 : 40;
		card_bar(b, value / max, width);
		block_adds(b, MF_STYLE_PLAIN, "  ");
	}
	p = card_plain(d->page, mf_value_get(c, "value"), &n);
	block_text(b, MF_STYLE_PLAIN, p, n);
	if (known) {
		p = card_plain(d->page, mf_value_get(c, "max"), &n);
		block_adds(b, MF_STYLE_PLAIN, "/");
		block_text(b, MF_STYLE_PLAIN, p, n);
	}
	if (card_text(c, "unit", &p, &n)) {
		block_adds(b, MF_STYLE_PLAIN, " ");
		block_text(b, MF_STYLE_PLAIN, p, n);
	}
	block_end(b);
	card_line(b, MF_STYLE_DIM, c, "details");
}

void card_draw_value(struct card_draw *d, struct block *b, const struct mf_value *c)
{
	static const struct {
		const char *theme;
		enum mf_style style;
	} themes[] = {{"success", MF_STYLE_OK}, {"warning", MF_STYLE_WARN},
		{"danger", MF_STYLE_ERROR}, {"error", MF_STYLE_ERROR}};
	const struct mf_value *theme = mf_value_get(c, "theme");
	enum mf_style style = MF_STYLE_BOLD;
	size_t n;
	for (size_t i = 0; i < ARRAY_SIZE(themes); i++)
		if (value_is(theme, themes[i].theme))
			style = themes[i].style;
	card_line(b, MF_STYLE_DIM, c, "title");
	const char *p = card_plain(d->page, mf_value_get(c, "value"), &n);
	block_wrap(b, style, p, n, 0);
	block_end(b);
	card_line(b, MF_STYLE_PLAIN, c, "change_indicator");
	card_line(b, MF_STYLE_DIM, c, "subtitle");
}

/* ---- graphs ---- */

static size_t find_step(const struct mf_value *steps, const struct mf_value *name)
{
	size_t n, k;
	const char *p = mf_value_text(name, &n);
	for (size_t i = 0; p && i < mf_value_count(steps); i++) {
		const char *q = mf_value_text(mf_value_key(steps, i), &k);
		if (q && k == n && memcmp(p, q, n) == 0)
			return i;
	}
	return SIZE_MAX;
}

/* Steps behind all that lead to them; a step that is waited for in vain (a loop) comes in its own
 * turn. `order` has room for twice the steps. */
static void order_steps(const struct mf_edge *edges, size_t m, size_t n, size_t *order)
{
	size_t *waits = order + n; /* edges that lead to a step from those not yet placed */
	for (size_t e = 0; e < m; e++)
		waits[edges[e].to] += edges[e].from != edges[e].to;
	for (size_t k = 0; k < n; k++) {
		size_t pick = SIZE_MAX, open = SIZE_MAX;
		for (size_t i = n; i--;) {
			if (waits[i] == SIZE_MAX)
				continue;
			open = i;
			pick = waits[i] ? pick : i;
		}
		pick = pick == SIZE_MAX ? open : pick;
		order[k] = pick;
		waits[pick] = SIZE_MAX;
		for (size_t e = 0; e < m; e++)
			if (edges[e].from == pick && waits[edges[e].to] != SIZE_MAX &&
				waits[edges[e].to])
				waits[edges[e].to]--;
	}
}

static void build_graph(struct mf_page *page, struct mf_graph *g, const struct mf_value *steps)
{
	size_t n = mf_value_count(steps), m = 0;
	for (size_t i = 0; i < n; i++)
		m += mf_value_count(mf_value_get(mf_value_item(steps, i), "next"));
	m = m < EDGES_MAX ? m : EDGES_MAX;
	struct mf_edge *edges = arena_calloc(&page->arena, m + 1, sizeof(*edges));
	struct mf_node *nodes = arena_calloc(&page->arena, n + 1, sizeof(*nodes));
	size_t *order = arena_calloc(&page->arena, 2 * n + 1, sizeof(*order)), k = 0;
	size_t *place = arena_calloc(&page->arena, n + 1, sizeof(*place));
	if (!edges || !nodes || !order || !place) {
		page->rc = MF_ENOMEM;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		const struct mf_value *next = mf_value_get(mf_value_item(steps, i), "next");
		for (size_t e = 0; e < mf_value_count(next) && k < m; e++) {
			size_t to = find_step(steps, mf_value_item(next, e));
			if (to != SIZE_MAX)
				edges[k++] = (struct mf_edge){.from = i, .to = to, .taken = -1};
		}
	}
	order_steps(edges, k, n, order);
	for (size_t i = 0; i < n; i++) {
		const struct mf_value *s = mf_value_item(steps, order[i]);
		const char *type = card_copy(page, mf_value_get(s, "type")),
			   *name = card_copy(page, mf_value_key(steps, order[i]));
		place[order[i]] = i;
		nodes[i] = (struct mf_node){.name = name ? name : "?",
			.type = type ? type : "unknown",
			.num_splits = -1,
			.matching_join = card_copy(page, mf_value_get(s, "box_ends")),
			.condition = card_copy(page, mf_value_get(s, "condition")),
			.status = "pending",
			.started_at = MF_NO_TIME,
			.finished_at = MF_NO_TIME};
		/* the drawer knows the words of _graph_info */
		if (str_eq(nodes[i].type, "foreach") || str_eq(nodes[i].type, "split") ||
			str_eq(nodes[i].type, "switch"))
			nodes[i].type = str_eq(nodes[i].type, "foreach")  ? "split-foreach"
					: str_eq(nodes[i].type, "switch") ? "split-switch"
									  : "split-and";
	}
	for (size_t e = 0; e < k; e++) {
		edges[e].from = place[edges[e].from];
		edges[e].to = place[edges[e].to];
	}
	*g = (struct mf_graph){
		.flow = "", .nodes = nodes, .edges = edges, .n_nodes = n, .n_edges = k};
}

void card_draw_dag(struct card_draw *d, struct block *b, const struct mf_value *c)
{
	const struct mf_value *data = mf_value_get(c, "data"), *steps = mf_value_get(data, "steps");
	struct mf_graph g = {.n_nodes = 0};
	struct mf_drawing *drawing = NULL;
	struct mf_draw_options opts = {.ascii = d->page->ascii, .compact = true, .width = b->width};
	steps = steps ? steps : data; /* older cards */
	if (mf_value_kind(steps) != MF_DICT || !mf_value_count(steps))
		return;
	if (mf_value_count(steps) > STEPS_MAX) {
		block_addf(b, MF_STYLE_DIM, "%zu steps", mf_value_count(steps));
		return;
	}
	build_graph(d->page, &g, steps);
	if (d->page->rc)
		return;
	int rc = mf_graph_draw(&drawing, &g, &opts, NULL);
	if (rc == MF_ENOMEM)
		d->page->rc = rc;
	for (size_t i = 0; rc < 0 && rc != MF_ENOMEM && i < g.n_nodes; i++) {
		block_adds(b, MF_STYLE_PLAIN, g.nodes[i].name);
		block_end(b);
	}
	for (size_t r = 0; rc == MF_OK && r < drawing->rows; r++) {
		const struct mf_cell *row = drawing->cells + r * drawing->columns;
		size_t n = drawing->columns;
		struct buf text = BUF_INIT(1 << 20);
		while (n && row[n - 1].role == MF_CELL_BLANK)
			n--;
		for (size_t i = 0, from = 0; i < n; i++) {
			if (row[i].ch)
				utf8_add(&text, row[i].ch);
			if (i + 1 < n && row[i + 1].role == row[i].role)
				continue;
			enum mf_style style =
				row[i].role == MF_CELL_NAME ? MF_STYLE_BOLD
				: row[i].role == MF_CELL_INFO || row[i].role == MF_CELL_LABEL
					? MF_STYLE_DIM
					: MF_STYLE_BORDER;
			block_text(b, style, text.p + from, text.n - from);
			from = text.n;
		}
		if (text.failed)
			d->page->rc = MF_ENOMEM;
		block_newline(b);
		buf_release(&text);
	}
	mf_drawing_free(drawing);
}
