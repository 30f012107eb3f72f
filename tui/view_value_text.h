/* view_value_text.h: a popup with a text, for what does not fit into a row: long strings, bytes, tracebacks. UI thread. */
#ifndef TUI_VIEW_VALUE_TEXT_H
#define TUI_VIEW_VALUE_TEXT_H

#include "app.h"

enum text_look {
	TEXT_PLAIN,
	TEXT_OUTPUT, /* as lines of a log: tracebacks, levels */
	TEXT_HEX
};

/* Write a value for a person to read: text as it is, all else as JSON, what could act on a terminal escaped. */
int value_page(const struct mf_value *v, const struct mf_sink *to);
/* Text with what could act on a terminal escaped, line by line. */
int text_page(const char *p, size_t n, const struct mf_sink *to);
/* Show n bytes (copied) above the view. */
void text_popup(struct app *a, const char *title, const char *p, size_t n, enum text_look look);

#endif
