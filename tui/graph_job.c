#include "graph_job.h"

#include <stdlib.h>
#include <string.h>

#include "data.h"

static void graph_free(void *p)
{
	struct graph_job *j = p;

	mf_graph_free(j->graph);
	free(j->pathspec);
	free(j);
}

static void graph_run(struct job *job, void *p)
{
	struct graph_job *j = p;

	(void)job;
	if (j->again)
		mf_client_forget(j->client);
	/* without its graph a run still has steps, and j->err says why it has no more */
	if (mf_graph_open(&j->graph, j->client, j->pathspec, &j->err) < 0 &&
		mf_graph_steps(&j->graph, j->client, j->pathspec, NULL) < 0)
		j->graph = NULL;
}

int graph_submit(struct view *v, int kind, const char *pathspec)
{
	struct mf_client *client = data_client(v->app);
	struct graph_job *j = client ? calloc(1, sizeof(*j)) : NULL;

	if (j)
		j->pathspec = strdup(pathspec);
	if (!j || !j->pathspec) {
		free(j);
		return MF_ENOMEM;
	}
	j->client = client;
	j->again = v->loaded_at != 0;
	j->err = (struct mf_error)MF_ERROR_INIT;
	return view_submit(v, kind, graph_run, j, graph_free, NULL);
}
