/* run_tables.c: rows of steps, tasks and artifacts, lines of logs and details. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/fmt.h"
#include "run_priv.h"
#include "trigger.h"

/* ---- steps, and their times ---- */

enum { STEP_NAME, STEP_TASKS, STEP_STARTED, STEP_DURATION, STEP_BAR };
enum { TIME_NAME, TIME_DURATION, TIME_BAR };

static void draw_share(void *ctx, size_t row, struct canvas *c, unsigned flags);
static void draw_time(void *ctx, size_t row, struct canvas *c, unsigned flags);

static const struct list_column step_columns[] = {
	[STEP_NAME] = {.title = "STEP", .min = 8, .max = 28, .no_sort = true},
	[STEP_TASKS] =
		{.title = "TASKS", .min = 5, .max = 13, .align = ALIGN_RIGHT, .no_sort = true},
	[STEP_STARTED] = {.title = "STARTED", .min = 8, .max = 12, .hide = 1, .no_sort = true},
	[STEP_DURATION] =
		{.title = "DURATION", .min = 8, .max = 9, .align = ALIGN_RIGHT, .no_sort = true},
	[STEP_BAR] = {.title = "",
		.min = 6,
		.max = 24,
		.weight = 1,
		.hide = 2,
		.draw = draw_share,
		.no_sort = true},
};

static const struct list_column time_columns[] = {
	[TIME_NAME] = {.title = "STEP", .min = 8, .max = 24, .no_sort = true},
	[TIME_DURATION] = {.title = "", .min = 7, .max = 8, .align = ALIGN_RIGHT, .no_sort = true},
	[TIME_BAR] = {.title = "", .min = 12, .weight = 1, .draw = draw_time, .no_sort = true},
};

static size_t step_count(void *ctx)
{
	return ((struct run_state *)ctx)->pane.n_nodes;
}

static uint64_t step_id(void *ctx, size_t row)
{
	return rows_id_path(((struct run_state *)ctx)->pane.nodes[row].name);
}

static unsigned step_name(const struct run_state *s, const struct mf_node *n, struct buf *out)
{
	enum ui_status st = node_status(&s->pane, n);

	buf_addf(out, "%s %s", status_glyph(st), n->name);
	return status_style(st);
}

void run_count_text(const struct run_state *s, const struct mf_node *n, struct buf *out)
{
	if (!n->n_tasks)
		return;
	fmt_count(out, node_done(n));
	buf_addc(out, '/');
	fmt_count(out, node_expected(&s->pane, n));
}

static unsigned step_text(void *ctx, size_t row, int column, struct buf *out)
{
	struct run_state *s = ctx;
	const struct mf_node *n = &s->pane.nodes[row];

	switch (column) {
	case STEP_NAME: return step_name(s, n, out);
	case STEP_TASKS:
		run_count_text(s, n, out);
		return n->counts[MF_FAILED] ? ST_FAILED : ST_TEXT;
	case STEP_STARTED: return cell_clock(out, s->app, n->started_at);
	case STEP_DURATION: return cell_duration(out, node_duration(n, app_present(s->app)));
	default: return ST_TEXT;
	}
}

static unsigned time_text(void *ctx, size_t row, int column, struct buf *out)
{
	return step_text(ctx, row, column == TIME_NAME ? STEP_NAME : STEP_DURATION, out);
}

/* Where the time went: in units of the longest step. */
static void draw_share(void *ctx, size_t row, struct canvas *c, unsigned flags)
{
	const struct run_state *s = ctx;
	const struct mf_node *n = &s->pane.nodes[row];
	int64_t now = app_present(s->app), longest = 0, d = node_duration(n, now);

	for (size_t i = 0; i < s->pane.n_nodes; i++)
		if (node_duration(&s->pane.nodes[i], now) > longest)
			longest = node_duration(&s->pane.nodes[i], now);
	if (longest > 0 && d >= 0)
		canvas_thin_bar(c, 0, 0, c->w, (double)d / (double)longest,
			(unsigned)status_thin(node_status(&s->pane, n)) | flags);
}

/* From the start of the run to its end, or to now. */
static bool run_span(const struct run_state *s, int64_t *from, int64_t *to)
{
	*from = s->run ? mf_object_created(s->run) : MF_NO_TIME;
	*to = MF_NO_TIME;
	for (size_t i = 0; i < s->pane.n_nodes; i++) {
		const struct mf_node *n = &s->pane.nodes[i];
		if (n->started_at == MF_NO_TIME)
			continue;
		int64_t d = node_duration(n, app_present(s->app)),
			end = n->started_at + (d > 0 ? d : 0);
		if (*from == MF_NO_TIME || n->started_at < *from)
			*from = n->started_at;
		if (*to == MF_NO_TIME || end > *to)
			*to = end;
	}
	return *from != MF_NO_TIME && *to > *from;
}

static void draw_time(void *ctx, size_t row, struct canvas *c, unsigned flags)
{
	const struct run_state *s = ctx;
	const struct mf_node *n = &s->pane.nodes[row];
	int64_t from, to, d = node_duration(n, app_present(s->app));

	if (n->started_at == MF_NO_TIME || !run_span(s, &from, &to))
		return;
	double all = (double)(to - from), at = (double)(n->started_at - from) / all;
	canvas_fill(c, 0, 0, c->w, 1, ST_TEXT | flags, ' ');
	canvas_span(c, 0, 0, c->w, at, at + (double)(d > 0 ? d : 0) / all,
		(unsigned)status_thin(node_status(&s->pane, n)) | flags);
}

/* The ends of the time axis, over the bars. */
void run_draw_scale(const struct run_state *s, struct canvas *c)
{
	int w = s->times.width[TIME_BAR], x = s->times.at[TIME_BAR] - c->x;
	struct buf b = BUF_INIT(64);
	int64_t from, to;

	if (w < 12 || !run_span(s, &from, &to))
		return;
	canvas_text(c, x, s->times.y - c->y, ST_HEADER, "0");
	fmt_duration(&b, to - from);
	canvas_fit(c, x + w - 9, s->times.y - c->y, 9, ALIGN_RIGHT, ST_HEADER, b.p);
	buf_clear(&b);
	fmt_duration(&b, (to - from) / 2);
	if (w >= 30)
		canvas_text(c, x + w / 2, s->times.y - c->y, ST_HEADER, b.p);
	buf_release(&b);
}

/* ---- tasks ---- */

enum { TASK_STATUS, TASK_ID, TASK_VALUE, TASK_ATTEMPTS, TASK_STARTED, TASK_DURATION };

static const struct list_column task_columns[] = {
	[TASK_STATUS] = {.title = "STATUS", .min = 11, .max = 11},
	[TASK_ID] = {.title = "TASK", .min = 4, .max = 20},
	[TASK_VALUE] = {.title = "VALUE", .min = 5, .max = 40, .hide = 1},
	[TASK_ATTEMPTS] = {.title = "ATT", .min = 3, .max = 3, .align = ALIGN_RIGHT, .hide = 3},
	[TASK_STARTED] = {.title = "STARTED", .min = 8, .max = 8, .hide = 2},
	[TASK_DURATION] = {.title = "DURATION", .min = 8, .max = 9, .align = ALIGN_RIGHT},
};

static const char *const task_fields[] = {"id", "status", "status_reason", "foreach_value",
	"attempts", "started_at", "duration_ms", NULL};

static size_t task_count(void *ctx)
{
	return rows_count(&((struct run_state *)ctx)->tasks);
}

static uint64_t task_id(void *ctx, size_t row)
{
	return rows_id(&((struct run_state *)ctx)->tasks, row);
}

static unsigned task_text(void *ctx, size_t row, int column, struct buf *out)
{
	struct run_state *s = ctx;
	const struct mf_object *o = rows_get(&s->tasks, row);
	size_t n;

	switch (column) {
	case TASK_STATUS: return cell_status(out, data_status(o));
	case TASK_ID: buf_adds(out, mf_object_id(o)); return ST_STRONG;
	case TASK_VALUE: buf_adds(out, data_text(o, "foreach_value")); return ST_TEXT;
	case TASK_ATTEMPTS:
		n = mf_value_count(data_peek(o, "attempts"));
		buf_addf(out, "%zu", n);
		return n > 1 ? ST_WARNING : ST_DIM;
	case TASK_STARTED:
		return cell_clock(out, s->app, data_int(o, "started_at", mf_object_created(o)));
	default: return cell_duration(out, data_duration(o, app_present(s->app)));
	}
}

/* ---- artifacts ---- */

enum { ART_NAME, ART_TYPE, ART_SIZE, ART_SHA };

static const struct list_column artifact_columns[] = {
	[ART_NAME] = {.title = "NAME", .min = 8, .max = 32},
	[ART_TYPE] = {.title = "TYPE", .min = 6, .max = 40, .hide = 1},
	[ART_SIZE] = {.title = "SIZE", .min = 8, .max = 10, .align = ALIGN_RIGHT},
	[ART_SHA] = {.title = "SHA", .min = 8, .max = 10, .hide = 2},
};

static const char *const artifact_fields[] = {"name", "type", "size", "sha", NULL};

static size_t artifact_count(void *ctx)
{
	return rows_count(&((struct run_state *)ctx)->artifacts);
}

static uint64_t artifact_id(void *ctx, size_t row)
{
	return rows_id(&((struct run_state *)ctx)->artifacts, row);
}

static unsigned artifact_text(void *ctx, size_t row, int column, struct buf *out)
{
	struct run_state *s = ctx;
	const struct mf_object *o = rows_get(&s->artifacts, row);

	switch (column) {
	case ART_NAME: buf_adds(out, mf_object_id(o)); return ST_STRONG;
	case ART_TYPE: cell_field(out, s->app, o, "type"); return ST_TYPE;
	case ART_SIZE: return cell_size(out, data_int(o, "size", -1));
	default: buf_addf(out, "%.10s", data_text(o, "sha")); return ST_DIM;
	}
}

/* ---- logs, details ---- */

static size_t log_count(void *ctx)
{
	const struct run_state *s = ctx;

	return s->log ? mf_log_count(s->log) : 0;
}

static void log_line(void *ctx, size_t i, struct pager_line *l)
{
	const struct run_state *s = ctx;
	struct mf_log_line line;

	mf_log_get(s->log, i, &line);
	if (line.us == MF_NO_TIME)
		buf_adds(&l->gutter, "        ");
	else
		cell_clock(&l->gutter, s->app, line.us / 1000);
	l->gutter_attr = ST_TIME;
	l->attr = line.stream == MF_STDERR ? ST_LOG_ERR : ST_TEXT;
	buf_add(&l->text, line.text, line.n);
}

static size_t detail_count(void *ctx)
{
	return ((struct run_state *)ctx)->labels.n;
}

static void detail_line(void *ctx, size_t i, struct pager_line *l)
{
	const struct run_state *s = ctx;

	buf_addf(&l->gutter, "%-12s", s->labels.v[i]);
	l->gutter_attr = ST_LABEL;
	buf_adds(&l->text, s->values.v[i]);
}

void run_drop_details(struct run_state *s)
{
	for (size_t i = 0; i < s->labels.n; i++)
		free(s->labels.v[i]);
	for (size_t i = 0; i < s->values.n; i++)
		free(s->values.v[i]);
	s->labels.n = s->values.n = 0;
	free(s->cause);
	s->cause = NULL;
}

static void detail(struct run_state *s, const char *label, const char *value)
{
	char *l = strdup(label), *v = strdup(value);

	if (l && v && vec_reserve(&s->labels, s->labels.n + 1) &&
		vec_reserve(&s->values, s->values.n + 1)) {
		s->labels.v[s->labels.n++] = l;
		s->values.v[s->values.n++] = v;
		return;
	}
	free(l);
	free(v);
}

static bool utc(const struct run_state *s)
{
	return data_of(s->app) && data_of(s->app)->utc;
}

/* What triggered it, line by line; where it was a run, that one can be gone to. */
static void trigger_details(struct run_state *s)
{
	const struct mf_value *trigger = data_peek(s->run, "trigger");
	const struct mf_value *events = mf_value_get(trigger, "events");
	struct buf b = BUF_INIT(1 << 20), run = BUF_INIT(1 << 16);

	for (size_t i = 0; i < mf_value_count(events); i++) {
		buf_clear(&b);
		buf_clear(&run);
		trigger_text(mf_value_item(events, i), app_present(s->app), utc(s), &b, &run);
		detail(s, i ? "" : "triggered by", b.p);
		if (run.n && !s->cause)
			s->cause = strdup(run.p);
	}
	if (!s->cause && *data_text(s->run, "origin_pathspec"))
		s->cause = strdup(data_text(s->run, "origin_pathspec"));
	buf_release(&b);
	buf_release(&run);
}

void run_tabs_details(struct run_state *s)
{
	static const struct {
		const char *label, *field;
	} rows[] = {{"user", "user_name"}, {"owner", "owner"}, {"tags", "user_tags"},
		{"system tags", "system_tags"}, {"resumed from", "origin_pathspec"},
		{"code", "code"}, {"endpoints", "graph_endpoints"}};
	struct buf b = BUF_INIT(1 << 20);

	run_drop_details(s);
	if (!s->run)
		return;
	cell_status(&b, data_status(s->run));
	detail(s, "status", b.p);
	buf_clear(&b);
	cell_text(&b, mf_value_get(data_peek(s->run, "status_reason"), "text"));
	detail(s, "because", b.p);
	buf_clear(&b);
	fmt_datetime(&b, mf_object_created(s->run), utc(s));
	detail(s, "started", b.p);
	buf_clear(&b);
	if (data_peek(s->run, "finished_at")) {
		fmt_datetime(&b, data_int(s->run, "finished_at", 0), utc(s));
		detail(s, "finished", b.p);
	}
	buf_clear(&b);
	cell_duration(&b, data_duration(s->run, app_present(s->app)));
	detail(s, "duration", b.p);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		buf_clear(&b);
		if (data_peek(s->run, rows[i].field))
			cell_field(&b, s->app, s->run, rows[i].field);
		if (b.n)
			detail(s, rows[i].label, b.p);
	}
	trigger_details(s);
	detail(s, "pathspec", mf_object_pathspec(s->run));
	buf_release(&b);
	pager_refresh(&s->details, true);
}

/* ---- all of them ---- */

const char *const run_task_sort[] = {
	"status", "id", "foreach_value", "attempts", "started_at", "duration_ms"};
const char *const run_artifact_sort[] = {"name", "type", "size", "sha"};

void run_tables_init(struct run_state *s)
{
	list_init(&s->steps, step_columns, ARRAY_SIZE(step_columns),
		&(struct list_source){step_count, step_id, step_text, s});
	list_init(&s->times, time_columns, ARRAY_SIZE(time_columns),
		&(struct list_source){step_count, step_id, time_text, s});
	list_init(&s->task_list, task_columns, ARRAY_SIZE(task_columns),
		&(struct list_source){task_count, task_id, task_text, s});
	list_init(&s->artifact_list, artifact_columns, ARRAY_SIZE(artifact_columns),
		&(struct list_source){artifact_count, artifact_id, artifact_text, s});
	rows_init(&s->tasks, s->view,
		&(struct rows_spec){.kind = JOB_TASKS, .fields = task_fields, .page = 500});
	rows_init(&s->artifacts, s->view,
		&(struct rows_spec){.kind = JOB_ARTIFACTS, .fields = artifact_fields});
	pager_init(&s->logs, &(struct pager_source){log_count, log_line, s});
	s->logs.gutter = 9;
	pager_init(&s->details, &(struct pager_source){detail_count, detail_line, s});
	s->details.gutter = 14;
	s->details.wrap = true;
}
