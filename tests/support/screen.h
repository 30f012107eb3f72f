/* screen.h: an app without a terminal, for golden screens: fixed clock and size, jobs inline, a key
 * script. */
#ifndef TEST_SCREEN_H
#define TEST_SCREEN_H

#include "../../tui/app.h"

/* 2026-11-20 14:03:07 UTC, unless a test turns the clock. */
#define SCREEN_NOW INT64_C(1795183387000)

struct screen_options {
	int w, h; /* 0: 80 × 24 */
	bool ascii;
	enum theme_id theme;
	const struct view_info *view; /* the first view; NULL: the test opens one */
	const char *arg;
	const char *conf; /* text of mftop.conf; NULL: none */
};

/* Aborts the test program when it cannot start. Sets a UTF-8 locale. */
struct app *screen_start(const struct screen_options *o);
/* Keys as key_parse reads them, one after the other ("jj<Enter>/foo<Enter>"); jobs are delivered
 * after each. */
void screen_keys(struct app *a, const char *keys);
/* Move the clock of all apps on, and do what is due. */
void screen_wait(struct app *a, int64_t ms);
/* The screen as canvas_dump prints it; free it. */
char *screen_dump(struct app *a);
/* Does the text plane have this text? */
bool screen_has(struct app *a, const char *text);
/* Compare with tests/golden/<name>.txt; GENERATE=1 writes it instead. With SCREENS=dir in the
 * environment the picture goes to dir/<name>.svg. */
void screen_golden(struct app *a, const char *name);
/* The same for any grid. */
void grid_golden(const struct grid *g, enum theme_id theme, const char *name);

#endif
