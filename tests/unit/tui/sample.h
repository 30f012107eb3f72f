/* sample.h: a view made of run-like rows, for the tests of widgets and frame. */
#ifndef TEST_TUI_SAMPLE_H
#define TEST_TUI_SAMPLE_H

#include "../../../tui/app.h"

extern const struct view_info sample_runs_info;
extern const struct view_info sample_run_info; /* panes, tabs, text, tree */
/* What the frame shows of the world. */
void sample_info(struct app *a);

#endif
