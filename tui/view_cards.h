/* view_cards.h: opening the cards of something at one of them. */
#ifndef TUI_VIEW_CARDS_H
#define TUI_VIEW_CARDS_H

#include "app.h"

/* Open the view of the cards of a run, step or task; hash (may be NULL): that one first. */
void cards_open(struct app *a, const char *pathspec, const char *hash);

#endif
