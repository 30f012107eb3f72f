/* view_runs_cells.h: what the list of runs shows of each. */
#ifndef TUI_VIEW_RUNS_CELLS_H
#define TUI_VIEW_RUNS_CELLS_H

#include "columns.h"
#include "export.h"
#include "list.h"
#include "rows.h"

enum { JOB_ROWS, JOB_WATCH, JOB_COUNT, JOB_TAGS, JOB_EXPORT };

struct runs_state {
	struct app *app;
	struct list list;
	struct columns columns;
	struct rows rows;
	bool again; /* look at the rows again as soon as they are not busy */
	struct data_watch watch;
	struct exporter export;
	int64_t median; /* duration of completed runs; -1: none yet */
};

extern const char *const runs_late_fields[];

/* Columns, list and rows. */
void runs_cells_init(struct runs_state *s, struct view *v);
/* The median of the newest runs that were completed. */
void runs_find_median(struct runs_state *s);
/* The scale of the bars, over them. */
void runs_draw_scale(const struct runs_state *s, struct canvas *c);

#endif
