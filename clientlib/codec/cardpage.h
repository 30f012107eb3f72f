/* codec/cardpage.h: what a card's HTML page carries (data-model §9.2). Pure, any thread; text is
 * lent from the page. */
#ifndef MF_CODEC_CARDPAGE_H
#define MF_CODEC_CARDPAGE_H

#include <stdbool.h>
#include <stddef.h>

struct card_slice {
	const char *p; /* NULL: the page has none */
	size_t n;
};

/* The base64 text of the first `window.__MF_DATA__["<uuid>"] = "…"`. The script of the page
 * mentions the name again, so only this exact form counts. */
struct card_slice card_page_data(const char *p, size_t n);
/* The text of `METAFLOW_RELOAD_TOKEN = "…"`. */
struct card_slice card_page_token(const char *p, size_t n);

#endif
