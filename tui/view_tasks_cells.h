/* view_tasks_cells.h: what the list of tasks shows of each. */
#ifndef TUI_VIEW_TASKS_CELLS_H
#define TUI_VIEW_TASKS_CELLS_H

#include "columns.h"
#include "export.h"
#include "list.h"
#include "rows.h"

enum { JOB_ROWS, JOB_WATCH, JOB_EXPORT };
enum { LEVELS = 4, TITLE_SIZE = 24 };

enum tasks_column {
	COL_STATUS,
	COL_TASK,
	COL_VALUE, /* and LEVELS - 1 more */
	COL_ATTEMPTS = COL_VALUE + LEVELS,
	COL_STARTED,
	COL_DURATION,
	COL_BAR,
	COL_ERROR,
	COL_COUNT
};

struct tasks_state {
	struct app *app;
	struct list list;
	struct rows rows;
	struct data_watch watch;
	struct exporter export;
	struct columns columns;
	char titles[LEVELS][TITLE_SIZE];
	int levels;          /* of foreach around these tasks */
	VEC(uint32_t) order; /* of the rows */
	int64_t median, longest;
	size_t counts[UI_STATUS_COUNT];
};

extern const char *const tasks_late_fields[];

/* Columns and list. */
void tasks_cells_init(struct tasks_state *s, struct view *v);
/* The task of a line of the list; NULL: there is none. */
struct mf_object *tasks_object(const struct tasks_state *s, size_t row);

#endif
