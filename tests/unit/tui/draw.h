/* draw.h: a canvas to draw on, and its text. */
#ifndef TEST_TUI_DRAW_H
#define TEST_TUI_DRAW_H

#include "../../../tui/canvas.h"

/* A fresh canvas; there is one at a time. */
struct canvas drawing(int w, int h, bool ascii);
/* Its lines without trailing blanks, the last without a newline; valid until the next call. */
char *drawn(void);

#endif
