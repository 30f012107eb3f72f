/* Vega-Lite charts as text: what they show, and their data as bars, lines or points where they are
 * of a simple kind. */
#include "carddraw.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../base/fmt.h"
#include "../base/text.h"

enum {
	ROWS_READ = 50000, /* rows of data that are looked at */
	BARS_MAX = 24,
	LABEL_MAX = 24, /* columns */
	BINS = 12,
	DEPTH = 4 /* charts in charts */
};

struct channel {
	const struct mf_value *def; /* NULL: not encoded */
	const char *field, *type;   /* NUL-terminated; NULL */
	const char *aggregate;
	bool bin;
};

struct chart {
	struct mf_page *page;
	const char *mark;
	struct channel x, y, color;
	const struct mf_value *rows;
	size_t n;
};

static struct channel channel(
	struct mf_page *page, const struct mf_value *encoding, const char *name)
{
	struct channel c = {.def = mf_value_get(encoding, name)};
	const struct mf_value *bin = mf_value_get(c.def, "bin");
	c.field = card_copy(page, mf_value_get(c.def, "field"));
	c.type = card_copy(page, mf_value_get(c.def, "type"));
	c.aggregate = card_copy(page, mf_value_get(c.def, "aggregate"));
	c.bin = mf_value_bool(bin) || mf_value_kind(bin) == MF_DICT;
	return c;
}

/* The list of rows: given with the chart, or by name among its data sets. */
static const struct mf_value *data_rows(
	const struct mf_value *component, const struct mf_value *spec, const struct mf_value *view)
{
	const struct mf_value *data = mf_value_get(view, "data"),
			      *own = mf_value_get(component, "data");
	if (!data)
		data = mf_value_get(spec, "data");
	const struct mf_value *values = mf_value_get(data, "values"),
			      *name = mf_value_get(data, "name");
	size_t n;
	const char *p = mf_value_text(name, &n);
	char key[128];
	if (!values && p && n < sizeof(key)) {
		snprintf(key, sizeof(key), "%.*s", (int)n, p);
		values = mf_value_get(mf_value_get(spec, "datasets"), key);
		values = values ? values : mf_value_get(own, key);
	}
	if (!values && mf_value_kind(own) == MF_LIST)
		values = own;
	return mf_value_kind(values) == MF_LIST ? values : NULL;
}

static bool is_type(const struct channel *c, const char *type)
{
	return c->type && str_eq(c->type, type);
}

static const struct mf_value *cell(const struct chart *ch, const struct channel *c, size_t row)
{
	return c->field ? mf_value_get(mf_value_item(ch->rows, row), c->field) : NULL;
}

/* A place on an axis: numbers, and times where the axis is one of time. */
static bool coordinate(const struct chart *ch, const struct channel *c, size_t row, double *out)
{
	const struct mf_value *v = cell(ch, c, row);
	char text[64];
	size_t n;
	const char *p = mf_value_text(v, &n);
	int64_t ms;
	if (mf_value_kind(v) != MF_STRING)
		return card_number(v, out);
	if (!is_type(c, "temporal") || n >= sizeof(text))
		return false;
	snprintf(text, sizeof(text), "%.*s", (int)n, p);
	if (!parse_time(text, 0, &ms))
		return false;
	*out = (double)ms;
	return true;
}

/* ---- bars ---- */

struct bar {
	const char *label;
	size_t n;
	double value;
	size_t count;
};

static void draw_bars(struct block *b, const struct bar *bars, size_t n, size_t total)
{
	double most = 0;
	size_t label = 0;
	for (size_t i = 0; i < n; i++) {
		size_t w = text_width(bars[i].label, bars[i].n);
		label = w > label ? w : label;
		most = fmax(most, fabs(bars[i].value));
	}
	label = label < LABEL_MAX ? label : LABEL_MAX;
	size_t width = b->width > label + 20 ? b->width - label - 16 : 4;
	width = width < 60 ? width : 60;
	for (size_t i = 0; i < n; i++) {
		struct buf text = BUF_INIT(1 << 16), fit = BUF_INIT(1 << 16);
		text_escape(&text, bars[i].label, bars[i].n < 1000 ? bars[i].n : 1000, 0);
		text_fit(&fit, text.p, text.n, label, true, b->page->ascii);
		if (text.failed || fit.failed)
			b->page->rc = MF_ENOMEM;
		block_text(b, MF_STYLE_PLAIN, fit.p, fit.n);
		block_adds(b, MF_STYLE_PLAIN, "  ");
		card_bar(b, most > 0 ? fabs(bars[i].value) / most : 0, width);
		block_addf(b, MF_STYLE_PLAIN, "  %.6g", bars[i].value);
		block_end(b);
		buf_release(&text);
		buf_release(&fit);
	}
	if (n < total) {
		block_addf(b, MF_STYLE_DIM, "%s %zu more", b->page->ascii ? "..." : "…", total - n);
		block_end(b);
	}
}

/* One bar for each name, in the order of their first rows. */
static void named_bars(const struct chart *ch, struct block *b, const struct channel *name,
	const struct channel *value)
{
	struct bar bars[BARS_MAX];
	size_t n = 0, left = 0;
	bool counts = value->aggregate && str_eq(value->aggregate, "count");
	bool grouped = value->aggregate != NULL;
	for (size_t r = 0; r < ch->n; r++) {
		size_t len, at = n;
		double v = 0;
		const char *p = card_plain(ch->page, cell(ch, name, r), &len);
		if (!counts && !card_number(cell(ch, value, r), &v))
			continue;
		for (size_t i = 0; grouped && i < n && at == n; i++)
			if (bars[i].n == len && memcmp(bars[i].label, p, len) == 0)
				at = i;
		if (at == n && n == BARS_MAX) {
			left++;
			continue;
		}
		if (at == n)
			bars[n++] = (struct bar){.label = p, .n = len};
		struct bar *bar = &bars[at];
		bool first = !bar->count++;
		if (counts)
			bar->value = (double)bar->count;
		else if (first ||
			 (value->aggregate && str_eq(value->aggregate, "max") && v > bar->value) ||
			 (value->aggregate && str_eq(value->aggregate, "min") && v < bar->value))
			bar->value = v;
		else if (value->aggregate && !str_eq(value->aggregate, "max") &&
			 !str_eq(value->aggregate, "min"))
			bar->value += v;
	}
	for (size_t i = 0; i < n; i++)
		if (value->aggregate &&
			(str_eq(value->aggregate, "mean") || str_eq(value->aggregate, "average")))
			bars[i].value /= (double)bars[i].count;
	draw_bars(b, bars, n, n + left);
}

/* A histogram: how many rows fall into each of a dozen ranges. */
static void binned_bars(const struct chart *ch, struct block *b, const struct channel *name)
{
	struct bar bars[BINS];
	char labels[BINS][64];
	double low = INFINITY, high = -INFINITY, v;
	for (size_t r = 0; r < ch->n; r++)
		if (card_number(cell(ch, name, r), &v)) {
			low = fmin(low, v);
			high = fmax(high, v);
		}
	if (!(low <= high))
		return;
	double step = (high / BINS - low / BINS);
	size_t n = step > 0 ? BINS : 1;
	for (size_t i = 0; i < n; i++) {
		snprintf(labels[i], sizeof(labels[i]), "%.5g%s%.5g", low + (double)i * step,
			b->page->ascii ? "..." : "…", low + (double)(i + 1) * step);
		bars[i] = (struct bar){.label = labels[i], .n = strlen(labels[i])};
	}
	for (size_t r = 0; r < ch->n; r++)
		if (card_number(cell(ch, name, r), &v)) {
			double at = step > 0 ? (v - low) / step : 0;
			size_t i = at >= 0 && at < (double)n ? (size_t)at : at < 0 ? 0 : n - 1;
			bars[i].value++;
		}
	draw_bars(b, bars, n, n);
}

/* ---- lines and points ---- */

static bool equal(const struct mf_value *a, const struct mf_value *b)
{
	int cmp;
	return mf_value_kind(a) == mf_value_kind(b) &&
	       (!a || !b || (value_compare(a, b, &cmp) && !cmp));
}

static void plotted(const struct chart *ch, struct block *b)
{
	bool lines = str_eq(ch->mark, "line") || str_eq(ch->mark, "area") ||
		     str_eq(ch->mark, "trail") || str_eq(ch->mark, "bar");
	bool times = is_type(&ch->x, "temporal"), named = false;
	struct card_point *v = arena_calloc(&ch->page->arena, ch->n + 1, sizeof(*v));
	const struct mf_value *series = NULL, *first = NULL, *last = NULL;
	size_t n = 0;
	if (!v) {
		ch->page->rc = MF_ENOMEM;
		return;
	}
	for (size_t r = 0; r < ch->n; r++) {
		struct card_point p;
		if (!coordinate(ch, &ch->y, r, &p.y))
			continue;
		/* what is no number (names, odd dates) stands side by side in the order of the rows
		 */
		if (!coordinate(ch, &ch->x, r, &p.x)) {
			p.x = (double)r;
			named = true;
		}
		const struct mf_value *now = cell(ch, &ch->color, r), *at = cell(ch, &ch->x, r);
		first = first ? first : at;
		last = at;
		p.joined = lines && n && equal(series, now);
		series = now;
		v[n++] = p;
	}
	char low[64] = "", high[64] = "";
	if (named || times) {
		struct buf text = BUF_INIT(4096);
		size_t k;
		const char *p = card_plain(ch->page, first, &k);
		text_fit(&text, p, k < 500 ? k : 500, 20, false, ch->page->ascii);
		snprintf(low, sizeof(low), "%.60s", text.p);
		buf_clear(&text);
		p = card_plain(ch->page, last, &k);
		text_fit(&text, p, k < 500 ? k : 500, 20, false, ch->page->ascii);
		snprintf(high, sizeof(high), "%.60s", text.p);
		if (text.failed)
			ch->page->rc = MF_ENOMEM;
		buf_release(&text);
	}
	card_plot(b, v, n, named || times ? low : NULL, named || times ? high : NULL);
}

/* ---- the chart ---- */

static void describe(struct block *b, const struct chart *ch)
{
	const struct {
		const char *word;
		const struct channel *c;
	} parts[] = {{"", &ch->y}, {" by ", &ch->x}, {", colour: ", &ch->color}};
	struct flow f;
	flow_init(&f, b, 2, NULL);
	flow_adds(&f, MF_STYLE_DIM, ch->mark);
	flow_adds(&f, MF_STYLE_DIM, " chart");
	if (ch->y.def || ch->x.def)
		flow_adds(&f, MF_STYLE_DIM, " of ");
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		const struct channel *c = parts[i].c;
		if (!c->field && !c->aggregate)
			continue;
		if (i != 1 || ch->y.field || ch->y.aggregate)
			flow_adds(&f, MF_STYLE_DIM, parts[i].word);
		if (c->aggregate)
			flow_adds(&f, MF_STYLE_DIM, c->aggregate);
		if (c->aggregate && c->field)
			flow_adds(&f, MF_STYLE_DIM, " of ");
		if (c->field)
			flow_adds(&f, MF_STYLE_BOLD, c->field);
	}
	char text[64];
	snprintf(text, sizeof(text), ", %zu row%s", mf_value_count(ch->rows),
		mf_value_count(ch->rows) == 1 ? "" : "s");
	/* the words lie on the stack: they are laid out before it goes */
	flow_adds(&f, MF_STYLE_DIM, ch->rows ? text : ", data elsewhere");
	flow_end(&f);
}

static void draw_title(struct block *b, const struct mf_value *view)
{
	const struct mf_value *title = mf_value_get(view, "title");
	if (mf_value_kind(title) == MF_DICT)
		card_line(b, MF_STYLE_HEADING, title, "text");
	else
		card_line(b, MF_STYLE_HEADING, view, "title");
	card_line(b, MF_STYLE_DIM, view, "description");
}

static bool is_discrete(const struct chart *ch, const struct channel *c)
{
	double v;
	if (is_type(c, "nominal") || is_type(c, "ordinal"))
		return true;
	/* without a type Vega-Lite takes names for names */
	return !c->type && c->field && ch->n && !card_number(cell(ch, c, 0), &v);
}

static void draw_view(struct card_draw *d, struct block *b, const struct mf_value *component,
	const struct mf_value *spec, const struct mf_value *view, const struct mf_value *encoding,
	int depth)
{
	static const char *const nests[] = {"layer", "hconcat", "vconcat", "concat"};
	const struct mf_value *mark = mf_value_get(view, "mark"),
			      *own = mf_value_get(view, "encoding");
	if (page_full(d->page))
		return;
	encoding = own ? own : encoding;
	draw_title(b, view);
	for (size_t i = 0; depth < DEPTH && i < ARRAY_SIZE(nests); i++) {
		const struct mf_value *list = mf_value_get(view, nests[i]);
		for (size_t k = 0; k < mf_value_count(list) && k < 16; k++)
			draw_view(
				d, b, component, spec, mf_value_item(list, k), encoding, depth + 1);
	}
	if (mf_value_kind(mf_value_get(view, "spec")) == MF_DICT && depth < DEPTH)
		draw_view(d, b, component, spec, mf_value_get(view, "spec"), encoding, depth + 1);
	if (!mark)
		return;
	struct chart ch = {.page = d->page,
		.mark = card_copy(d->page,
			mf_value_kind(mark) == MF_DICT ? mf_value_get(mark, "type") : mark),
		.x = channel(d->page, encoding, "x"),
		.y = channel(d->page, encoding, "y"),
		.color = channel(d->page, encoding, "color"),
		.rows = data_rows(component, spec, view)};
	ch.mark = ch.mark ? ch.mark : "unknown";
	ch.n = mf_value_count(ch.rows);
	ch.n = ch.n < ROWS_READ ? ch.n : ROWS_READ;
	describe(b, &ch);
	if (d->page->rc || !ch.n)
		return;
	if (ch.x.bin && ch.x.field)
		binned_bars(&ch, b, &ch.x);
	else if (ch.y.bin && ch.y.field)
		binned_bars(&ch, b, &ch.y);
	else if (ch.x.field && (is_discrete(&ch, &ch.x) || ch.y.aggregate) &&
		 (ch.y.field || ch.y.aggregate) && (str_eq(ch.mark, "bar") || ch.y.aggregate))
		named_bars(&ch, b, &ch.x, &ch.y);
	else if (ch.y.field && (is_discrete(&ch, &ch.y) || ch.x.aggregate) &&
		 (ch.x.field || ch.x.aggregate) && (str_eq(ch.mark, "bar") || ch.x.aggregate))
		named_bars(&ch, b, &ch.y, &ch.x);
	else if (ch.x.field && ch.y.field)
		plotted(&ch, b);
}

void card_draw_chart(struct card_draw *d, struct block *b, const struct mf_value *c)
{
	const struct mf_value *spec = mf_value_get(c, "spec");
	if (mf_value_kind(spec) == MF_DICT)
		draw_view(d, b, c, spec, spec, NULL, 0);
}
