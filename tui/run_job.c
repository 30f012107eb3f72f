/* run_job.c: reading a run, its graph and its first failure; and logs. */
#include <stdlib.h>
#include <string.h>

#include "graph_job.h"
#include "run_priv.h"

enum { FAILURE_TASKS = 5000 }; /* looked through for the one that failed first */

static void run_free(void *p)
{
	struct run_job *j = p;

	mf_cancel_free(j->cancel);
	mf_graph_free(j->graph);
	mf_object_free(j->failed);
	free(j->pathspec);
	free(j);
}

static void run_cancel(void *p)
{
	mf_cancel_set(((struct run_job *)p)->cancel);
}

static void object_free(void *p)
{
	mf_object_free(p);
}

static struct mf_object *read_run(struct run_job *j)
{
	static const char *const names[] = {"status", "status_reason", "duration_ms", "user_name",
		"owner", "user_tags", "system_tags", "finished_at", "origin_pathspec", "code", "trigger",
		"graph_endpoints"};
	struct mf_object *o;

	if (mf_get(&o, j->client, j->pathspec, NULL, &j->err) < 0)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		mf_object_get(o, names[i]);
	return o;
}

/* The failing task that ended first, of one step. */
static void failure_of(struct run_job *j, const char *step)
{
	static const char *const names[] = {"status", "ended_at", "foreach_value"};
	int fields[ARRAY_SIZE(names)];
	struct mf_list_options o = MF_LIST_INIT;
	struct buf path = BUF_INIT(8192);
	struct mf_iter *it;
	struct mf_object *task;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		fields[i] = mf_field_find(MF_TASK, names[i]);
	o.fields = fields;
	o.n_fields = ARRAY_SIZE(names);
	o.limit = FAILURE_TASKS;
	o.cancel = j->cancel;
	buf_addf(&path, "%s/%s", j->pathspec, step);
	int rc = mf_list(&it, j->client, path.p, &o, NULL);
	buf_release(&path);
	if (rc < 0)
		return;
	while (mf_iter_next(it, &task, NULL) == 1) {
		int64_t at = data_int(task, "ended_at", INT64_MAX);
		bool first = data_status(task) == UI_FAILED &&
			     (!j->failed || at < data_int(j->failed, "ended_at", INT64_MAX));
		if (first) {
			mf_object_free(j->failed);
			j->failed = task;
		} else {
			mf_object_free(task);
		}
	}
	mf_iter_free(it);
}

static void find_failure(struct run_job *j)
{
	const struct mf_node *nodes;
	size_t n = mf_graph_nodes(j->graph, &nodes);

	for (size_t i = 0; i < n && !mf_cancel_is_set(j->cancel); i++)
		if (nodes[i].counts[MF_FAILED])
			failure_of(j, nodes[i].name);
	if (j->failed) {
		mf_object_get(j->failed, "exception");
		mf_object_get(j->failed, "status_reason");
		mf_object_get(j->failed, "attempts");
	}
}

static void run_read(struct job *job, void *p)
{
	struct run_job *j = p;

	if (j->again)
		mf_client_forget(j->client);
	struct mf_object *run = read_run(j);
	if (!run)
		return;
	job_post(job, run, object_free);
	j->graph = graph_read(j->client, j->pathspec, &j->err);
	if (j->graph)
		find_failure(j);
}

int run_submit(struct view *v, bool again)
{
	struct mf_client *client = data_client(v->app);
	struct run_job *j = client ? calloc(1, sizeof(*j)) : NULL;

	if (j) {
		j->pathspec = strdup(v->arg);
		j->cancel = mf_cancel_new();
	}
	if (!j || !j->pathspec || !j->cancel) {
		if (j)
			run_free(j);
		return MF_ENOMEM;
	}
	j->client = client;
	j->again = again;
	j->err = (struct mf_error)MF_ERROR_INIT;
	return view_submit(v, JOB_RUN, run_read, j, run_free, run_cancel);
}

/* ---- logs ---- */

static void log_free(void *p)
{
	struct run_log_job *j = p;

	mf_cancel_free(j->cancel);
	mf_log_free(j->log);
	free(j->pathspec);
	free(j);
}

static void log_cancel(void *p)
{
	mf_cancel_set(((struct run_log_job *)p)->cancel);
}

static void log_read(struct job *job, void *p)
{
	struct run_log_job *j = p;
	struct mf_log_options o = MF_LOG_INIT;

	(void)job;
	o.cancel = j->cancel;
	if (mf_log_open(&j->log, j->client, j->pathspec, &o, &j->err) < 0)
		j->log = NULL;
}

int run_log_submit(struct view *v, const char *pathspec)
{
	struct mf_client *client = data_client(v->app);
	struct run_log_job *j = client ? calloc(1, sizeof(*j)) : NULL;

	if (j) {
		j->pathspec = strdup(pathspec);
		j->cancel = mf_cancel_new();
	}
	if (!j || !j->pathspec || !j->cancel) {
		if (j)
			log_free(j);
		return MF_ENOMEM;
	}
	j->client = client;
	j->err = (struct mf_error)MF_ERROR_INIT;
	return view_submit(v, JOB_LOGS, log_read, j, log_free, log_cancel);
}
