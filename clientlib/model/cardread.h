/* model/cardread.h: the page of a card as it was read, for the drawer. */
#ifndef MF_MODEL_CARDREAD_H
#define MF_MODEL_CARDREAD_H

#include "../mf.h"

const char *card_content_page(const struct mf_card_content *content, size_t *n);
/* Content made of a page and a runtime JSON (NULL: none), both copied; for tests. */
int card_content_make(struct mf_card_content **out, const char *html, size_t n, const char *runtime,
	size_t runtime_n, struct mf_error *err);

#endif
