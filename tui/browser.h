/* browser.h: what is looked at in a browser: pages of cards, links into consoles. UI thread. */
#ifndef TUI_BROWSER_H
#define TUI_BROWSER_H

#include "app.h"

/* Open a URL or a file's absolute path: in $BROWSER, else where there is a display by xdg-open.
 * False: there is neither. What goes wrong is said. */
bool browser_open(struct app *a, const char *target);

#endif
