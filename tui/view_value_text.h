/* view_value_text.h: a popup with a text, for what does not fit into a row: long strings, bytes, tracebacks. UI thread. */
#ifndef TUI_VIEW_VALUE_TEXT_H
#define TUI_VIEW_VALUE_TEXT_H

#include "app.h"

enum text_look {
	TEXT_PLAIN,
	TEXT_OUTPUT, /* as lines of a log: tracebacks, levels */
	TEXT_HEX
};

/* Show n bytes (copied) above the view. */
void text_popup(struct app *a, const char *title, const char *p, size_t n, enum text_look look);

#endif
