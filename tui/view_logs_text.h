/* view_logs_text.h: what a line of output says: cleaned for the screen, and which parts of it are loud. Pure. */
#ifndef TUI_VIEW_LOGS_TEXT_H
#define TUI_VIEW_LOGS_TEXT_H

#include "pager.h"

/* Append what a terminal would show of the line in the end: what follows the last carriage return, without colour
 * sequences. Everything else stays as it is (the canvas escapes it). */
void logtext_clean(struct buf *out, const char *p, size_t n);
/* Does the line tell of an error? */
bool logtext_is_error(const char *p, size_t n);
/* Add spans for log levels, lines of a traceback, and the name of an exception. */
void logtext_highlight(struct pager_line *l);

#endif
