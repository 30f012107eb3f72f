/* demo.h: the bundled demo history, unpacked once per test program, and the options that read it the same way on every
 * machine: no environment, no process table, a present that stands still shortly after its last run. */
#ifndef TEST_DEMO_H
#define TEST_DEMO_H

#include "../../clientlib/mf.h"
#include "screen.h"

/* 2026-11-21 12:00:00 UTC; the history ends a quarter of an hour before. */
#define DEMO_NOW INT64_C(1795262400000)

/* The folder that holds .metaflow. Aborts the test program when it cannot be unpacked. */
const char *demo_dir(void);
/* For mf_config_load; the strings live as long as the program. */
struct mf_config_options demo_options(void);
/* An app over the demo history at DEMO_NOW, with a view open; the folder is shown as ~/demo. */
struct app *demo_open(const struct screen_options *o, const char *view, const char *pathspec);

/* One golden screen. */
struct demo_golden {
	int w, h;
	bool ascii;
	enum theme_id theme;
	const char *name, *pathspec, *keys;
};
/* Each opened in the view. */
void demo_view_goldens(const char *view, const struct demo_golden *g, size_t n);

#endif
