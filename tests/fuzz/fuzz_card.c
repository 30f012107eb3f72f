/* Any bytes are a card or an error; what is drawn is UTF-8 without anything that acts on a
 * terminal, and ends. Input: a page; behind a NUL, if there is one, the runtime JSON. The same
 * bytes are also read as Markdown, HTML and as an image. */
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../clientlib/base/text.h"
#include "../../clientlib/codec/htmltext.h"
#include "../../clientlib/codec/markdown.h"
#include "../../clientlib/codec/png.h"
#include "../../clientlib/model/cardread.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_page(const struct mf_page *page)
{
	const struct mf_line *lines;
	size_t n = mf_page_lines(page, &lines);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < lines[i].n; k++) {
			const struct mf_span *s = &lines[i].spans[k];
			if ((unsigned)s->style >= MF_N_STYLES)
				abort();
			for (size_t at = 0; at < s->n;) {
				int32_t cp;
				at += utf8_next(s->text + at, s->n - at, &cp);
				if (cp < 0 || cp_width(cp) < 0)
					abort();
			}
		}
}

static void draw(const char *html, size_t n, const char *runtime, size_t runtime_n)
{
	static const struct mf_card_options options[] = {
		{.width = 30, .ascii = true}, {.width = 100, .pixels = true}};
	struct mf_card_content *c;
	if (card_content_make(&c, html, n, runtime, runtime_n, NULL) < 0)
		return;
	for (size_t i = 0; i < 2; i++) {
		struct mf_page *page;
		if (mf_card_draw(&page, c, &options[i], NULL) == MF_OK) {
			check_page(page);
			mf_page_free(page);
		}
	}
	mf_card_content_free(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data, *nul = size ? memchr(p, '\0', size) : NULL;
	struct mf_page *page;
	struct block b;
	struct buf text = BUF_INIT(1 << 24);
	struct png_info info;
	setlocale(LC_CTYPE, "C.UTF-8");
	if (nul)
		draw(p, (size_t)(nul - p), nul + 1, size - (size_t)(nul - p) - 1);
	else
		draw(p, size, NULL, 0);
	if (page_new(&page, false, NULL) == MF_OK) {
		block_init(&b, page, 20);
		markdown_draw(&b, p, size);
		if (page_finish(page, &b, NULL) == MF_OK)
			check_page(page);
		mf_page_free(page);
	}
	html_text(&text, p, size);
	if (!text.failed && text.n > size)
		abort();
	buf_release(&text);
	if (png_header(&info, p, size, NULL) == MF_OK &&
		(uint64_t)info.width * info.height < 1 << 20) {
		uint32_t w = info.width < 8 ? info.width : 8, h = info.height < 8 ? info.height : 8,
			 pixels[64];
		png_shrink(pixels, w, h, p, size, NULL);
	}
	return 0;
}
