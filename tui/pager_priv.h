/* pager_priv.h: between pager.c and pager_draw.c. */
#ifndef TUI_PAGER_PRIV_H
#define TUI_PAGER_PRIV_H

#include "pager.h"

size_t pager_count(const struct pager *p);
/* Line i in p->scratch; valid until the next call. */
const struct pager_line *pager_line(struct pager *p, size_t i);
/* Rows line i takes on the screen: 1, or more when it is wrapped. */
size_t pager_rows(struct pager *p, size_t i);
/* The end is on the screen. */
bool pager_at_end(struct pager *p);
/* Not further down than the end. */
void pager_clamp(struct pager *p);
/* The next match of the pattern in text from byte `from` on. */
bool pager_match(
	const struct pager *p, const char *text, size_t n, size_t from, size_t *start, size_t *end);

#endif
