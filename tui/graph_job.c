#include "graph_job.h"

#include <stdlib.h>
#include <string.h>

#include "data.h"

struct mf_graph *graph_read(struct mf_client *client, const char *pathspec, struct mf_error *err)
{
	struct mf_graph *g;

	if (mf_graph_open(&g, client, pathspec, err) < 0 &&
		mf_graph_steps(&g, client, pathspec, NULL) < 0)
		return NULL;
	return g;
}

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
	j->graph = graph_read(j->client, j->pathspec, &j->err);
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
