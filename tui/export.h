/* export.h: artifacts, tasks and runs written to a directory: the question where, the job, its
 * progress. A view has one exporter at most. UI thread only. */
#ifndef TUI_EXPORT_H
#define TUI_EXPORT_H

#include "app.h"
#include "list.h"
#include "rows.h"

struct export_job;

struct exporter {
	struct view *view;
	int kind;               /* of its jobs */
	VEC(char *) paths;      /* to be exported, while it is asked where to */
	struct export_job *job; /* busy; it belongs to the job */
	struct mf_progress progress;
};

void export_init(struct exporter *e, struct view *v, int kind);
void export_release(struct exporter *e);
/* Ask where to, and start. */
void export_one(struct exporter *e, const char *pathspec);
/* The marked rows of a list, else the selected one. */
void export_rows(struct exporter *e, const struct list *l, const struct rows *r);
/* For class->deliver; false: not its result. */
bool export_deliver(struct exporter *e, struct job_result *r);
/* Stop what is being written; false: nothing is. */
bool export_cancel(struct exporter *e);
/* "exporting 12 of 80 · 1.2 MB · ", or nothing. */
void export_status(const struct exporter *e, struct buf *out);

#endif
