/* graph_job.h: reading a graph away from the UI thread. */
#ifndef TUI_GRAPH_JOB_H
#define TUI_GRAPH_JOB_H

#include "app.h"

/* The arg of the job; deliver may take the graph by setting it to NULL. */
struct graph_job {
	struct mf_client *client;
	char *pathspec;
	bool again; /* the present, not what is remembered */
	struct mf_graph *graph;
	struct mf_error err;
};

/* The graph of a run or flow; where a run's cannot be had its steps alone, and err says why. NULL: not even those. Any thread;
 * does I/O. */
struct mf_graph *graph_read(struct mf_client *client, const char *pathspec, struct mf_error *err);
/* Read the graph of a run or flow. */
int graph_submit(struct view *v, int kind, const char *pathspec);

#endif
