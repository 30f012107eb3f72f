/* view_timeline_bars.h: a time axis and the bars below it. Drawing only. */
#ifndef TUI_VIEW_TIMELINE_BARS_H
#define TUI_VIEW_TIMELINE_BARS_H

#include "canvas.h"
#include "view_timeline_model.h"

struct time_axis {
	int64_t from, to, zero; /* ms; zero: what relative times count from */
	int w;
	bool absolute, utc;
	int64_t first, step; /* ticks; axis_ticks */
};

/* Choose round times that are far enough apart for their labels. */
void axis_ticks(struct time_axis *x);
int axis_column(const struct time_axis *x, int64_t at);
int64_t axis_time(const struct time_axis *x, int column);
void axis_labels(const struct time_axis *x, struct canvas *c, int64_t cursor);
/* The empty row that bars are drawn on, and the cursor over them. */
void axis_ground(const struct time_axis *x, struct canvas *c);
void axis_cursor(const struct time_axis *x, struct canvas *c, int64_t cursor);

/* Attempts of one task: ░ queued, █ running, ✗ failed, ▓ a retry. */
void bars_task(const struct time_axis *x, struct canvas *c, const struct timeline *t,
	const struct span_task *task);
/* All tasks of a step: the height says how many ran at the time; ✗ where an attempt failed. */
void bars_step(const struct time_axis *x, struct canvas *c, const struct timeline *t,
	const struct span_step *step);
/* What the fills mean, from column `at` on where there is room. */
void bars_legend(struct canvas *c, int at);

#endif
