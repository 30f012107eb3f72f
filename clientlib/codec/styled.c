#include "styled.h"

#include <stdio.h>
#include <stdlib.h>

#include "../base/err.h"
#include "../base/limits.h"
#include "../base/text.h"

enum {
	TAB = 4,
	LINES_MAX = 100000,
	BYTES_MAX = 48 << 20, /* of text and spans */
	ARENA_MAX = 256 << 20,
	LINE_MAX_BYTES = 1 << 16 /* of one line of input; the rest of it is left out */
};

int page_new(struct mf_page **out, bool ascii, struct mf_error *err)
{
	struct mf_page *page = *out = calloc(1, sizeof(*page));
	if (!page)
		return err_nomem(err);
	arena_init(&page->arena, ARENA_MAX);
	buf_init(&page->scratch, 8 * LINE_MAX_BYTES);
	page->ascii = ascii;
	page->max_lines = LINES_MAX;
	return MF_OK;
}

void mf_page_free(struct mf_page *page)
{
	if (!page)
		return;
	buf_release(&page->scratch);
	arena_release(&page->arena);
	free(page);
}

size_t mf_page_lines(const struct mf_page *page, const struct mf_line **out)
{
	*out = page->out;
	return page->n_out;
}

bool mf_page_cut(const struct mf_page *page)
{
	return page->cut;
}

bool page_full(const struct mf_page *page)
{
	return page->rc || page->cut;
}

/* Room for one more in an array of the arena; what is outgrown stays until the page goes. */
static bool room(struct mf_page *page, void *v, size_t *cap, size_t n, size_t size)
{
	void **array = v;
	if (n < *cap)
		return true;
	size_t more = *cap ? *cap * 2 : 4;
	void *p = arena_calloc(&page->arena, more, size);
	if (!p) {
		page->rc = MF_ENOMEM;
		return false;
	}
	if (n)
		memcpy(p, *array, n * size);
	*array = p;
	*cap = more;
	return true;
}

/* Account for what is about to be added; false when the page takes no more. */
static bool charge(struct mf_page *page, size_t bytes)
{
	if (page_full(page))
		return false;
	page->bytes += bytes + sizeof(struct mf_span);
	page->cut = page->bytes > BYTES_MAX || page->lines > page->max_lines;
	return !page->cut;
}

void block_init(struct block *b, struct mf_page *page, size_t width)
{
	*b = (struct block){.page = page, .width = width < 4 ? 4 : width};
}

/* ---- lines ---- */

/* Escaped text of one line, in the arena. NULL and 0 when the page takes no more. */
static const char *escaped(struct mf_page *page, const char *p, size_t n, size_t *out)
{
	struct buf *s = &page->scratch;
	bool cut = n > LINE_MAX_BYTES;
	*out = 0;
	buf_clear(s);
	for (const char *end = p + (cut ? (size_t)LINE_MAX_BYTES : n); p < end;) {
		const char *tab = memchr(p, '\t', (size_t)(end - p)), *stop = tab ? tab : end;
		text_escape(s, p, (size_t)(stop - p), page->ascii ? TEXT_ASCII : 0);
		if (tab)
			buf_addf(s, "%*s", TAB, "");
		p = stop + (tab != NULL);
	}
	if (cut)
		buf_adds(s, page->ascii ? " ..." : " …");
	if (s->failed)
		page->rc = MF_ENOMEM;
	if (!charge(page, s->n))
		return NULL;
	const char *copy = arena_strndup(&page->arena, s->p, s->n);
	if (!copy)
		page->rc = MF_ENOMEM;
	else
		*out = s->n;
	return copy;
}

static void add_span(struct block *b, struct mf_span span, size_t columns)
{
	struct mf_page *page = b->page;
	if (!page_full(page) && room(page, &b->line, &b->cap_line, b->n_line, sizeof(*b->line))) {
		b->line[b->n_line++] = span;
		b->columns += columns;
		b->open = true;
	}
}

static void finish_line(struct block *b)
{
	struct mf_page *page = b->page;
	if (charge(page, 0) && room(page, &b->v, &b->cap, b->n, sizeof(*b->v))) {
		b->v[b->n++] = (struct mf_line){.spans = b->line, .n = b->n_line};
		page->lines++;
	}
	b->line = NULL;
	b->n_line = b->cap_line = b->columns = 0;
	b->open = false;
}

void block_end(struct block *b)
{
	if (b->open)
		finish_line(b);
}

void block_newline(struct block *b)
{
	finish_line(b);
}

void block_gap(struct block *b)
{
	block_end(b);
	if (b->n && b->v[b->n - 1].n)
		finish_line(b);
}

void block_text(struct block *b, enum mf_style style, const char *p, size_t n)
{
	for (const char *end = p + n; p < end && !page_full(b->page);) {
		const char *nl = memchr(p, '\n', (size_t)(end - p)), *stop = nl ? nl : end;
		size_t len = (size_t)(stop - p), out;
		if (nl && len && stop[-1] == '\r')
			len--;
		const char *text = len ? escaped(b->page, p, len, &out) : NULL;
		if (text)
			add_span(b, (struct mf_span){.text = text, .n = out, .style = style},
				text_width(text, out));
		if (nl)
			finish_line(b);
		p = stop + (nl != NULL);
	}
}

void block_adds(struct block *b, enum mf_style style, const char *s)
{
	block_text(b, style, s, strlen(s));
}

void block_addf(struct block *b, enum mf_style style, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	block_adds(b, style, text);
}

void block_fill(struct block *b, enum mf_style style, const char *s, const char *ascii, size_t n)
{
	const char *unit = b->page->ascii ? ascii : s;
	size_t len = strlen(unit), bytes;
	if (!n || !size_mul(n, len, &bytes) || !charge(b->page, bytes))
		return;
	char *text = arena_alloc(&b->page->arena, bytes + 1);
	if (!text) {
		b->page->rc = MF_ENOMEM;
		return;
	}
	for (size_t i = 0; i < n; i++)
		memcpy(text + i * len, unit, len);
	text[bytes] = '\0';
	add_span(b, (struct mf_span){.text = text, .n = bytes, .style = style}, n);
}

void block_pixels(struct block *b, uint32_t top, uint32_t bottom)
{
	static const char half[] = "▀";
	if (charge(b->page, 0))
		add_span(b,
			(struct mf_span){.text = half,
				.n = sizeof(half) - 1,
				.style = MF_STYLE_PIXELS,
				.fg = top,
				.bg = bottom},
			1);
}

/* ---- blocks ---- */

size_t block_line_columns(const struct block *b, size_t i)
{
	size_t columns = 0;
	for (size_t k = 0; k < b->v[i].n; k++)
		columns += text_width(b->v[i].spans[k].text, b->v[i].spans[k].n);
	return columns;
}

size_t block_columns(const struct block *b)
{
	size_t most = b->columns;
	for (size_t i = 0; i < b->n; i++) {
		size_t columns = block_line_columns(b, i);
		most = columns > most ? columns : most;
	}
	return most;
}

/* The spans of a finished line again, in the open one. */
static void repeat(struct block *b, const struct mf_line *line)
{
	for (size_t i = 0; i < line->n && charge(b->page, 0); i++)
		add_span(b, line->spans[i], text_width(line->spans[i].text, line->spans[i].n));
}

void block_append(struct block *b, const struct block *from, size_t indent)
{
	block_end(b);
	for (size_t i = 0; i < from->n && !page_full(b->page); i++) {
		if (from->v[i].n)
			block_fill(b, MF_STYLE_PLAIN, " ", " ", indent);
		repeat(b, &from->v[i]);
		finish_line(b);
	}
}

void block_beside(struct block *b, const struct block *blocks, const size_t *widths,
	const bool *right, size_t n, size_t gap)
{
	size_t rows = 0;
	block_end(b);
	for (size_t i = 0; i < n; i++)
		rows = blocks[i].n > rows ? blocks[i].n : rows;
	for (size_t r = 0; r < rows && !page_full(b->page); r++) {
		size_t at = 0;
		for (size_t i = 0; i < n; i++) {
			if (r < blocks[i].n && blocks[i].v[r].n) {
				size_t own = block_line_columns(&blocks[i], r);
				size_t from =
					at + (right && right[i] && own < widths[i] ? widths[i] - own
										   : 0);
				if (from > b->columns)
					block_fill(b, MF_STYLE_PLAIN, " ", " ", from - b->columns);
				repeat(b, &blocks[i].v[r]);
			}
			at += widths[i] + gap;
		}
		finish_line(b);
	}
}

int page_finish(struct mf_page *page, struct block *b, struct mf_error *err)
{
	block_end(b);
	while (b->n && !b->v[b->n - 1].n)
		b->n--;
	page->out = b->v;
	page->n_out = b->n;
	return page->rc ? err_nomem(err) : MF_OK;
}
