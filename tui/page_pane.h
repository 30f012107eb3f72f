/* page_pane.h: a page that the library laid out, scrolled in both directions. UI thread only. */
#ifndef TUI_PAGE_PANE_H
#define TUI_PAGE_PANE_H

#include "canvas.h"
#include "keys.h"
#include "../clientlib/mf.h"

struct page_pane {
	const struct mf_page *page; /* NULL: none yet; the owner's */
	const char *empty;
	size_t top;
	int aside, widest;
	int x, y, w, h; /* as drawn last */
};

/* Another page; `anew`: from its top. */
void page_pane_set(struct page_pane *p, const struct mf_page *page, bool anew);
bool page_pane_action(struct page_pane *p, enum action a);
bool page_pane_mouse(struct page_pane *p, const struct key *k);
void page_pane_draw(struct page_pane *p, struct canvas *c);
/* "lines 1-20 of 80" */
void page_pane_status(const struct page_pane *p, struct buf *out);

#endif
