/* demo_app.h: the dashboard on the demo history, the same on every machine. */
#ifndef TEST_TUI_DEMO_APP_H
#define TEST_TUI_DEMO_APP_H

#include <stdio.h>

#include "../../../tui/data.h"
#include "../../../tui/start.h"
#include "../../support/demo.h"
#include "../../support/screen.h"

/* Jobs may have asked for more jobs. */
static inline void settle(struct app *a)
{
	for (int i = 0; i < 12; i++)
		app_drain(a);
	app_draw(a, true);
}

static inline void keys(struct app *a, const char *k)
{
	screen_keys(a, k);
	settle(a);
}

/* At `now`, with a process table (NULL: none); pathspec NULL: the first view. */
static inline struct app *demo_at(
	const struct screen_options *o, int64_t now, const char *proc, const char *pathspec)
{
	struct mf_config_options c = demo_options();
	struct app *a = screen_start(o);

	c.now = now;
	c.proc = proc ? proc : "";
	if (data_open(a, &c, NULL, NULL) < 0)
		return a; /* the first check says so */
	snprintf(app_info(a)->source, sizeof(app_info(a)->source), "local ~/demo");
	screen_wait(a, now - SCREEN_NOW);
	app_open_start(a, pathspec);
	settle(a);
	return a;
}

static inline struct app *demo_app(const struct screen_options *o, const char *pathspec)
{
	return demo_at(o, DEMO_NOW, NULL, pathspec);
}

/* Each opened where its pathspec leads. */
static inline void demo_goldens(const struct demo_golden *g, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct app *a = demo_app(
			&(struct screen_options){
				.w = g[i].w, .h = g[i].h, .ascii = g[i].ascii, .theme = g[i].theme},
			g[i].pathspec);
		keys(a, g[i].keys);
		screen_golden(a, g[i].name);
		app_free(a);
	}
}

#endif
