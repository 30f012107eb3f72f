#include "carddraw.h"

#include <math.h>
#include <stdlib.h>

#include "../base/err.h"
#include "../base/text.h"
#include "../codec/htmltext.h"
#include "../codec/markdown.h"
#include "cardread.h"

enum {
	DEPTH_MAX = 12,
	COMPONENTS_MAX = 20000,
	SOURCE_MAX = 4 << 20, /* bytes of one text that are laid out */
	COLUMN_MIN = 30,      /* columns of a section are no narrower */
	BOX_WIDTH = 24
};

/* ---- values ---- */

bool card_text(const struct mf_value *c, const char *key, const char **p, size_t *n)
{
	const struct mf_value *v = mf_value_get(c, key);
	*p = mf_value_kind(v) == MF_STRING ? mf_value_text(v, n) : NULL;
	return *p && *n;
}

char *card_copy(struct mf_page *page, const struct mf_value *v)
{
	size_t n;
	const char *p = mf_value_kind(v) == MF_STRING ? mf_value_text(v, &n) : NULL;
	char *copy = p ? arena_strndup(&page->arena, p, n) : NULL;
	if (p && !copy)
		page->rc = MF_ENOMEM;
	return copy;
}

const char *card_plain(struct mf_page *page, const struct mf_value *v, size_t *n)
{
	*n = 0;
	switch (mf_value_kind(v)) {
	case MF_STRING: return mf_value_text(v, n);
	case MF_NULL: return "";
	case MF_BOOL: *n = mf_value_bool(v) ? 4 : 5; return mf_value_bool(v) ? "true" : "false";
	default: break;
	}
	struct buf b = BUF_INIT(1 << 16);
	struct mf_sink sink = {buf_sink_write, &b};
	/* what is longer than that is of no use in a line */
	int rc = mf_value_print_text(v, &sink, mf_value_count(v) ? 400 : 0, NULL);
	bool nomem = rc == MF_ENOMEM || b.failed == MF_ENOMEM;
	const char *text = nomem ? NULL : arena_strndup(&page->arena, b.p, b.n);
	if (text)
		*n = b.n;
	else
		page->rc = MF_ENOMEM;
	buf_release(&b);
	return text ? text : "";
}

bool card_number(const struct mf_value *v, double *out)
{
	char text[64], *end;
	size_t n;
	const char *p = mf_value_text(v, &n);
	if (mf_value_kind(v) == MF_INT || mf_value_kind(v) == MF_FLOAT) {
		*out = mf_value_float(v);
		return isfinite(*out);
	}
	if (mf_value_kind(v) != MF_STRING || !n || n >= sizeof(text))
		return false;
	memcpy(text, p, n);
	text[n] = '\0';
	*out = strtod(text, &end);
	return !*end && isfinite(*out);
}

bool card_is_component(const struct mf_value *v)
{
	return mf_value_kind(v) == MF_DICT && mf_value_kind(mf_value_get(v, "type")) == MF_STRING;
}

void card_line(struct block *b, enum mf_style style, const struct mf_value *c, const char *key)
{
	const char *p;
	size_t n;
	if (!card_text(c, key, &p, &n))
		return;
	block_wrap(b, style, p, n, 0);
	block_end(b);
}

/* The string under a key, cut where it is too much to lay out. */
static bool source(
	struct block *b, const struct mf_value *c, const char *key, const char **p, size_t *n)
{
	if (!card_text(c, key, p, n))
		return false;
	if (*n > SOURCE_MAX) {
		*n = SOURCE_MAX;
		b->page->cut = true;
	}
	return true;
}

/* ---- the simple components ---- */

static void draw_title(struct card_draw *d, struct block *b, const struct mf_value *c)
{
	(void)d;
	card_line(b, MF_STYLE_TITLE, c, "text");
}

static void draw_subtitle(struct card_draw *d, struct block *b, const struct mf_value *c)
{
	(void)d;
	card_line(b, MF_STYLE_DIM, c, "text");
}

static void draw_text(struct card_draw *d, struct block *b, const struct mf_value *c)
{
	(void)d;
	card_line(b, MF_STYLE_PLAIN, c, "text");
}

static void draw_heading(struct card_draw *d, struct block *b, const struct mf_value *c)
{
	(void)d;
	card_line(b, MF_STYLE_HEADING, c, "title");
	card_line(b, MF_STYLE_DIM, c, "subtitle");
}

static void draw_markdown(struct card_draw *d, struct block *b, const struct mf_value *c)
{
	const char *p;
	size_t n;
	(void)d;
	if (source(b, c, "source", &p, &n))
		markdown_draw(b, p, n);
}

static void draw_code(struct block *b, const struct mf_value *c, const char *key)
{
	const char *p;
	size_t n;
	if (!source(b, c, key, &p, &n))
		return;
	while (n && p[n - 1] == '\n')
		n--;
	struct block inner;
	block_init(&inner, b->page, b->width > 6 ? b->width - 2 : b->width);
	block_wrap(&inner, MF_STYLE_CODE, p, n, 2);
	block_end(&inner);
	block_append(b, &inner, 2);
}

static void draw_data(struct card_draw *d, struct block *b, const struct mf_value *c)
{
	(void)d;
	draw_code(b, c, "data");
}

static void draw_json(struct card_draw *d, struct block *b, const struct mf_value *c)
{
	(void)d;
	card_line(b, MF_STYLE_HEADING, c, "title");
	draw_code(b, c, "json_string");
}

static void draw_yaml(struct card_draw *d, struct block *b, const struct mf_value *c)
{
	(void)d;
	card_line(b, MF_STYLE_HEADING, c, "title");
	draw_code(b, c, "yaml_string");
}

static void draw_html(struct card_draw *d, struct block *b, const struct mf_value *c)
{
	const char *p;
	size_t n;
	struct buf text = BUF_INIT(SOURCE_MAX + 16);
	(void)d;
	if (source(b, c, "data", &p, &n))
		html_text(&text, p, n);
	char *copy = text.failed ? NULL : arena_strndup(&b->page->arena, text.p, text.n);
	if (!copy)
		b->page->rc = MF_ENOMEM;
	else
		block_wrap(b, MF_STYLE_PLAIN, copy, text.n, 0);
	block_end(b);
	buf_release(&text);
}

static void draw_page(struct card_draw *d, struct block *b, const struct mf_value *c)
{
	const char *p;
	size_t n;
	if (card_text(c, "title", &p, &n)) {
		block_fill(b, MF_STYLE_BORDER, "─", "-", 2);
		block_adds(b, MF_STYLE_PLAIN, " ");
		block_text(b, MF_STYLE_TITLE, p, strnlen(p, n));
		block_adds(b, MF_STYLE_PLAIN, " ");
		if (b->columns < b->width)
			block_fill(b, MF_STYLE_BORDER, "─", "-", b->width - b->columns);
		block_end(b);
	}
	card_line(b, MF_STYLE_DIM, c, "subtitle");
	card_contents(d, b, mf_value_get(c, "contents"), 1);
}

static void draw_section(struct card_draw *d, struct block *b, const struct mf_value *c)
{
	const struct mf_value *columns = mf_value_get(c, "columns");
	card_line(b, MF_STYLE_HEADING, c, "title");
	card_line(b, MF_STYLE_DIM, c, "subtitle");
	int64_t wanted = mf_value_kind(columns) == MF_INT ? mf_value_int(columns) : 1;
	card_contents(
		d, b, mf_value_get(c, "contents"), wanted > 1 && wanted < 32 ? (size_t)wanted : 1);
}

static const struct {
	const char *type;
	void (*draw)(struct card_draw *d, struct block *b, const struct mf_value *c);
} types[] = {
	{"page", draw_page},
	{"section", draw_section},
	{"title", draw_title},
	{"subtitle", draw_subtitle},
	{"heading", draw_heading},
	{"text", draw_text},
	{"markdown", draw_markdown},
	{"table", card_draw_table},
	{"artifacts", card_draw_artifacts},
	{"image", card_draw_image},
	{"log", draw_data},
	{"pythonCode", draw_data},
	{"html", draw_html},
	{"dag", card_draw_dag},
	{"progressBar", card_draw_progress},
	{"valueBox", card_draw_value},
	{"vegaChart", card_draw_chart},
	{"jsonViewer", draw_json},
	{"yamlViewer", draw_yaml},
	{"eventsTimeline", card_draw_events},
};

/* A component that this version does not know: its type and what it holds. */
static void draw_unknown(struct card_draw *d, struct block *b, const struct mf_value *c)
{
	size_t n, k;
	const char *p = mf_value_text(mf_value_get(c, "type"), &n);
	block_text(b, MF_STYLE_HEADING, p, n);
	block_end(b);
	for (size_t i = 0; i < mf_value_count(c) && !page_full(b->page); i++) {
		const char *key = mf_value_text(mf_value_key(c, i), &k);
		const struct mf_value *v = mf_value_item(c, i);
		if (!key || (k == 4 && memcmp(key, "type", 4) == 0) ||
			(k == 2 && memcmp(key, "id", 2) == 0))
			continue;
		block_adds(b, MF_STYLE_PLAIN, "  ");
		block_text(b, MF_STYLE_DIM, key, k);
		block_adds(b, MF_STYLE_PLAIN, "  ");
		if (card_is_component(v) ||
			(mf_value_kind(v) == MF_LIST && card_is_component(mf_value_item(v, 0)))) {
			struct block inner;
			block_end(b);
			block_init(&inner, b->page, b->width > 8 ? b->width - 4 : b->width);
			if (card_is_component(v))
				card_component(d, &inner, v);
			else
				card_contents(d, &inner, v, 1);
			block_append(b, &inner, 4);
			continue;
		}
		p = card_plain(b->page, v, &n);
		block_wrap(b, MF_STYLE_PLAIN, p, n, 4);
		block_end(b);
	}
}

void card_component(struct card_draw *d, struct block *b, const struct mf_value *c)
{
	size_t n;
	const char *p = mf_value_text(mf_value_get(c, "type"), &n);
	if (page_full(d->page))
		return;
	if (++d->components > COMPONENTS_MAX) {
		d->page->cut = true;
		return;
	}
	if (!card_is_component(c)) {
		p = card_plain(d->page, c, &n);
		block_wrap(b, MF_STYLE_PLAIN, p, n, 0);
		block_end(b);
		return;
	}
	if (d->depth >= DEPTH_MAX) {
		block_adds(b, MF_STYLE_DIM, d->page->ascii ? "..." : "…");
		block_end(b);
		return;
	}
	d->depth++;
	for (size_t i = 0; i <= ARRAY_SIZE(types); i++)
		if (i == ARRAY_SIZE(types)) {
			draw_unknown(d, b, c);
		} else if (strlen(types[i].type) == n && memcmp(types[i].type, p, n) == 0) {
			types[i].draw(d, b, c);
			break;
		}
	d->depth--;
	block_end(b);
}

/* Components from `at` on that stand side by side in blocks of that width; how many. */
static size_t draw_row(struct card_draw *d, struct block *b, const struct mf_value *list, size_t at,
	size_t most, size_t width)
{
	enum { MOST = 32 };
	struct block row[MOST];
	size_t widths[MOST], n = 0;
	for (; n < most && n < MOST && mf_value_item(list, at + n); n++) {
		block_init(&row[n], d->page, width);
		card_component(d, &row[n], mf_value_item(list, at + n));
		widths[n] = width;
	}
	block_beside(b, row, widths, NULL, n, 2);
	return n;
}

static bool is_box(const struct mf_value *v)
{
	return value_is(mf_value_get(v, "type"), "valueBox");
}

void card_contents(
	struct card_draw *d, struct block *b, const struct mf_value *list, size_t columns)
{
	while (columns > 1 && (b->width - (columns - 1) * 2) / columns < COLUMN_MIN)
		columns--;
	if (mf_value_kind(list) != MF_LIST) {
		if (list)
			card_component(d, b, list);
		return;
	}
	for (size_t i = 0, n = mf_value_count(list); i < n && !page_full(d->page);) {
		size_t boxes = 0, fit = (b->width + 2) / (BOX_WIDTH + 2);
		block_gap(b);
		while (i + boxes < n && boxes < fit && is_box(mf_value_item(list, i + boxes)))
			boxes++;
		if (columns > 1)
			i += draw_row(
				d, b, list, i, columns, (b->width - (columns - 1) * 2) / columns);
		else if (boxes > 1)
			i += draw_row(d, b, list, i, boxes, BOX_WIDTH);
		else
			card_component(d, b, mf_value_item(list, i++));
	}
}

int mf_card_draw(struct mf_page **out, const struct mf_card_content *content,
	const struct mf_card_options *opts, struct mf_error *err)
{
	static const struct mf_card_options plain = {.width = 0};
	struct mf_page *page;
	struct block b;
	if (!opts)
		opts = &plain;
	*out = NULL;
	int rc = page_new(&page, opts->ascii, err);
	if (rc < 0)
		return rc;
	struct card_draw d = {.page = page, .pixels = opts->pixels && !opts->ascii};
	size_t width = opts->width ? opts->width : 80;
	block_init(&b, page, width < 20 ? 20 : width > 500 ? 500 : width);
	const struct mf_value *data = mf_card_merged(content);
	const struct mf_value *components = mf_value_get(data, "components");
	if (components) {
		card_contents(&d, &b, components, 1);
	} else if (data) {
		card_component(&d, &b, data);
	} else {
		/* a card of another kind: whatever text its page has */
		size_t n;
		const char *html = card_content_page(content, &n);
		struct buf text = BUF_INIT(SOURCE_MAX + 16);
		html_text(&text, html, n < SOURCE_MAX ? n : SOURCE_MAX);
		page->cut = n > SOURCE_MAX;
		if (text.failed)
			page->rc = MF_ENOMEM;
		bool cut = page->cut;
		page->cut = false;
		block_wrap(&b, MF_STYLE_PLAIN, text.p, text.n, 0);
		block_end(&b);
		page->cut = page->cut || cut;
		buf_release(&text);
	}
	rc = page_finish(page, &b, err);
	if (rc < 0)
		mf_page_free(page);
	else
		*out = page;
	return rc;
}
