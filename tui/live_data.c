#include "live_data.h"

#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"
#include "graph_job.h"
#include "graph_pane.h"
#include "view_logs_text.h"

/* Runs of a flow that are looked at, and how far back the newest of them may be: what runs for
 * longer has newer company. */
enum { LOOK_AT = 20, MEDIAN_RUNS = 20 };
/* Of the last line: tasks and lines that are looked at, and the largest log and line. */
enum { TASKS_MOST = 8, LINES_MOST = 50, LOG_BYTES = 2 << 20, LINE_BYTES = 4096 };
#define LOOK_BACK_MS (INT64_C(14) * 86400 * 1000)

void live_runs_free(struct live_runs *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].pathspec);
		free(l->v[i].user);
		free(l->v[i].tags);
		free(l->v[i].steps);
		free(l->v[i].why);
		free(l->v[i].line);
	}
	free(l->v);
	*l = (struct live_runs){0};
}

void live_job_free(void *p)
{
	struct live_job *j = p;

	live_runs_free(&j->found);
	mf_cancel_free(j->cancel);
	free(j->ns);
	free(j);
}

void live_job_cancel(void *p)
{
	mf_cancel_set(((struct live_job *)p)->cancel);
}

static char *text_of(const struct mf_value *v)
{
	size_t n;
	const char *s = mf_value_text(v, &n);

	return s ? strndup(s, n) : strdup("");
}

/* The last line with something in it. */
static char *last_line(struct live_job *j, const char *task)
{
	struct mf_log_options o = MF_LOG_INIT;
	struct mf_log_line l;
	struct mf_log *log;
	struct buf b = BUF_INIT(1 << 20);

	o.cancel = j->cancel;
	if (mf_log_open(&log, j->client, task, &o, NULL) < 0)
		return NULL;
	for (size_t i = mf_log_count(log), looked = 0; i-- > 0 && looked < LINES_MOST && !b.n;
		looked++) {
		mf_log_get(log, i, &l);
		buf_clear(&b);
		logtext_clean(&b, l.text, l.n < LINE_BYTES ? l.n : LINE_BYTES);
		if (strspn(b.p, " \t") == b.n)
			buf_clear(&b);
	}
	mf_log_free(log);
	char *line = b.n && !b.failed ? buf_take(&b) : NULL;
	buf_release(&b);
	return line;
}

/* What the newest running task of a step has written last. Large logs are not read for one line. */
static void read_line(struct live_job *j, struct live_run *r, const char *step)
{
	const int fields[] = {mf_field_find(MF_TASK, "status"),
		mf_field_find(MF_TASK, "stdout_size"), mf_field_find(MF_TASK, "stderr_size")};
	struct mf_list_options o = MF_LIST_INIT;
	struct buf path = BUF_INIT(8192);
	struct mf_iter *it;
	struct mf_object *task;

	buf_addf(&path, "%s/%s", r->pathspec, step);
	o.limit = TASKS_MOST;
	o.cancel = j->cancel;
	o.fields = fields;
	o.n_fields = ARRAY_SIZE(fields);
	if (!path.failed && mf_list(&it, j->client, path.p, &o, NULL) >= 0) {
		while (!r->line && mf_iter_next(it, &task, NULL) == 1) {
			int64_t bytes =
				data_int(task, "stdout_size", 0) + data_int(task, "stderr_size", 0);
			if (data_status(task) == UI_RUNNING && bytes > 0 && bytes <= LOG_BYTES)
				r->line = last_line(j, mf_object_pathspec(task));
			mf_object_free(task);
		}
		mf_iter_free(it);
	}
	buf_release(&path);
}

static void read_graph(struct live_job *j, struct live_run *r)
{
	struct buf steps = BUF_INIT(4096);
	const struct mf_node *nodes;
	struct mf_graph *g = graph_read(j->client, r->pathspec, NULL);
	const struct mf_node *busiest = NULL; /* the step that began last */

	if (!g)
		return;
	size_t n = mf_graph_nodes(g, &nodes);
	int64_t *expected = graph_expected(g);
	for (size_t i = 0; i < n; i++) {
		const struct mf_node *node = &nodes[i];
		size_t busy = node->counts[MF_RUNNING] + node->counts[MF_PENDING];
		int64_t known = expected ? expected[i] : -1, there = (int64_t)node->n_tasks;
		r->done += (int64_t)node->counts[MF_COMPLETED];
		r->failed += (int64_t)node->counts[MF_FAILED];
		r->running += (int64_t)node->counts[MF_RUNNING];
		r->total += known > there ? known : there;
		r->more = r->more || (known < 0 && !node->ran);
		if (node->counts[MF_RUNNING] &&
			(!busiest || node->started_at >= busiest->started_at))
			busiest = node;
		if (busy > 1)
			buf_addf(&steps, "%s%s ×%zu", steps.n ? ", " : "", node->name, busy);
		else if (busy)
			buf_addf(&steps, "%s%s", steps.n ? ", " : "", node->name);
		if (node->finished_at != MF_NO_TIME && node->finished_at > r->active)
			r->active = node->finished_at;
		if (node->started_at != MF_NO_TIME && node->started_at > r->active)
			r->active = node->started_at;
	}
	if (busiest)
		read_line(j, r, busiest->name);
	free(expected);
	mf_graph_free(g);
	r->steps = buf_take(&steps);
}

static void read_run(struct live_job *j, struct mf_object *o)
{
	static const char *const names[] = {"status_reason", "user_name", "user_tags"};
	struct live_run r = {.created = mf_object_created(o), .active = MF_NO_TIME, .median = -1};
	struct buf tags = BUF_INIT(4096);

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		mf_object_get(o, names[i]);
	const struct mf_value *reason = data_peek(o, "status_reason");
	r.status = data_status(o);
	r.pathspec = strdup(mf_object_pathspec(o));
	r.user = text_of(data_peek(o, "user_name"));
	r.why = text_of(mf_value_get(reason, "text"));
	cell_tags(&tags, data_peek(o, "user_tags"));
	r.tags = buf_take(&tags);
	if (r.pathspec)
		read_graph(j, &r);
	if (!r.steps)
		r.steps = strdup("");
	if (!r.line)
		r.line = strdup("");
	if (!r.pathspec || !r.user || !r.why || !r.tags || !r.steps || !r.line ||
		!vec_push(&j->found, r)) {
		err_nomem(&j->err);
		free(r.pathspec);
		free(r.user);
		free(r.tags);
		free(r.steps);
		free(r.why);
		free(r.line);
	}
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void read_flow(struct live_job *j, const char *flow, const int *fields, size_t n_fields)
{
	struct mf_list_options o = MF_LIST_INIT;
	struct mf_iter *it;
	struct mf_object *run;
	int64_t durations[MEDIAN_RUNS];
	size_t before = j->found.n, n = 0;

	o.limit = LOOK_AT;
	o.since = j->now - LOOK_BACK_MS;
	o.cancel = j->cancel;
	o.ns = j->ns;
	o.fields = fields;
	o.n_fields = n_fields;
	if (mf_list(&it, j->client, flow, &o, NULL) < 0)
		return;
	while (mf_iter_next(it, &run, NULL) == 1) {
		enum ui_status s = data_status(run);
		int64_t d = data_int(run, "duration_ms", -1);
		if (s == UI_RUNNING || s == UI_PENDING)
			read_run(j, run);
		else if (s == UI_COMPLETED && d >= 0 && n < MEDIAN_RUNS)
			durations[n++] = d;
		mf_object_free(run);
	}
	mf_iter_free(it);
	qsort(durations, n, sizeof(*durations), by_value);
	for (size_t i = before; n && i < j->found.n; i++)
		j->found.v[i].median = durations[n / 2];
}

void live_job_run(struct job *job, void *p)
{
	struct live_job *j = p;
	struct mf_list_options o = MF_LIST_INIT;
	struct mf_iter *it;
	struct mf_object *flow;
	const int fields[] = {
		mf_field_find(MF_RUN, "status"), mf_field_find(MF_RUN, "duration_ms")};

	mf_client_forget(j->client);
	o.cancel = j->cancel;
	o.ns = j->ns;
	if (mf_list(&it, j->client, "", &o, &j->err) < 0)
		return;
	while (!job_cancelled(job) && !j->err.code && mf_iter_next(it, &flow, &j->err) == 1) {
		read_flow(j, mf_object_pathspec(flow), fields, ARRAY_SIZE(fields));
		j->flows++;
		mf_object_free(flow);
		if (link_lost(j->client))
			err_set(&j->err, MF_ENETWORK, "the metadata service does not answer");
	}
	mf_iter_free(it);
}
