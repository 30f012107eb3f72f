/* view_runs.c: the runs of a flow, newest first. */
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/fmt.h"
#include "columns.h"
#include "list.h"
#include "rows.h"
#include "tags.h"

enum { JOB_ROWS, JOB_WATCH, JOB_COUNT, JOB_TAGS };
enum { MEDIAN_RUNS = 200 };

struct state {
	struct app *app;
	struct list list;
	struct columns columns;
	struct rows rows;
	bool again; /* look at the rows again as soon as they are not busy */
	struct data_watch watch;
	int64_t median; /* duration of completed runs; -1: none yet */
};

enum {
	COL_STATUS,
	COL_RUN,
	COL_USER,
	COL_STARTED,
	COL_DURATION,
	COL_BAR,
	COL_TASKS,
	COL_STEP,
	COL_TAGS
};

static void draw_bar(void *ctx, size_t row, struct canvas *c, unsigned flags);

static const struct list_column columns[] = {
	[COL_STATUS] = {.title = "STATUS", .min = 11, .max = 11},
	[COL_RUN] = {.title = "RUN", .min = 10, .max = 24, .align = ALIGN_CUT_START},
	[COL_USER] = {.title = "USER", .min = 4, .max = 12, .hide = 3},
	[COL_STARTED] = {.title = "STARTED", .min = 9, .max = 12, .hide = 1},
	[COL_DURATION] = {.title = "DURATION", .min = 8, .max = 9, .align = ALIGN_RIGHT},
	[COL_BAR] = {.title = "",
		.name = "bar against the median",
		.min = 12,
		.max = 40,
		.weight = 3,
		.draw = draw_bar,
		.no_sort = true,
		.hide = 5},
	[COL_TASKS] = {.title = "TASKS", .min = 5, .max = 13, .align = ALIGN_RIGHT, .hide = 2},
	[COL_STEP] = {.title = "STEP", .min = 5, .max = 18, .hide = 4},
	[COL_TAGS] = {.title = "TAGS", .min = 6, .max = 26, .weight = 1, .hide = 6},
};

static const char *const sort_fields[] = {[COL_STATUS] = "status",
	[COL_RUN] = "id",
	[COL_USER] = "user_name",
	[COL_STARTED] = "created_at",
	[COL_DURATION] = "duration_ms",
	[COL_TASKS] = "n_tasks",
	[COL_STEP] = "current_step",
	[COL_BAR] = NULL,
	[COL_TAGS] = "user_tags"};
static const char *const fields[] = {"id", "created_at", "status", "status_reason", "duration_ms",
	"user_name", "user_tags", NULL};
static const char *const late_fields[] = {"task_counts", "n_tasks", "current_step", NULL};

/* ---- cells ---- */

static size_t count(void *ctx)
{
	return rows_count(&((struct state *)ctx)->rows);
}

static uint64_t id(void *ctx, size_t row)
{
	return rows_id(&((struct state *)ctx)->rows, row);
}

static unsigned tasks_text(const struct mf_object *o, struct buf *out)
{
	if (!data_peek(o, "task_counts"))
		return ST_FAINT;
	fmt_count(out, data_tasks(o, "completed"));
	buf_addc(out, '/');
	fmt_count(out, data_tasks(o, NULL));
	return data_tasks(o, "failed")        ? ST_FAILED
	       : data_status(o) == UI_RUNNING ? ST_TEXT
					      : ST_DIM;
}

static unsigned text(void *ctx, size_t row, int column, struct buf *out)
{
	struct state *s = ctx;
	const struct mf_object *o = rows_get(&s->rows, row);

	if (!o) { /* it is being read again */
		buf_adds(out, column == COL_RUN ? rows_name(&s->rows, row) : "");
		return ST_DIM;
	}
	bool runs = data_status(o) == UI_RUNNING;
	switch (column) {
	case COL_STATUS: return cell_status(out, data_status(o));
	case COL_RUN: buf_adds(out, mf_object_id(o)); return runs ? ST_TITLE : ST_STRONG;
	case COL_USER: buf_adds(out, data_text(o, "user_name")); return ST_TEXT;
	case COL_STARTED: return cell_ago(out, s->app, mf_object_created(o));
	case COL_DURATION: return cell_duration(out, data_duration(o, app_now(s->app)));
	case COL_TASKS: return tasks_text(o, out);
	case COL_STEP: cell_field(out, s->app, o, "current_step"); return runs ? ST_TEXT : ST_DIM;
	case COL_TAGS: return cell_tags(out, data_peek(o, "user_tags"));
	default: {
		const char *field = columns_field(&s->columns, column);
		return field ? cell_field(out, s->app, o, field) : ST_TEXT;
	}
	}
}

/* In units of the median, two of them wide; what has no duration says why. */
static void draw_bar(void *ctx, size_t row, struct canvas *c, unsigned flags)
{
	struct state *s = ctx;
	const struct mf_object *o = rows_get(&s->rows, row);
	int64_t d = o ? data_duration(o, app_now(s->app)) : -1;
	enum ui_status status = data_status(o);

	if (!o)
		return;
	if (d < 0) {
		struct buf why = BUF_INIT(4096);
		if (c->w >= 16)
			cell_text(&why, mf_value_get(data_peek(o, "status_reason"), "text"));
		canvas_fit(c, 0, 0, c->w, ALIGN_LEFT, ST_DIM | flags, why.p);
		buf_release(&why);
		return;
	}
	if (s->median <= 0)
		return;
	double of = (double)d / (double)s->median / 2;
	bool slow = of > 0.75 && status == UI_COMPLETED;
	canvas_thin_bar(c, 0, 0, c->w, of, (slow ? ST_WARNING : status_thin(status)) | flags);
}

/* ---- the view ---- */

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void find_median(struct state *s)
{
	int64_t d[MEDIAN_RUNS];
	size_t n = 0;

	for (size_t i = 0; i < s->rows.all.n && n < MEDIAN_RUNS; i++) {
		const struct mf_object *o = s->rows.all.v[i].o;
		int64_t ms = o ? data_int(o, "duration_ms", -1) : -1;
		if (ms >= 0 && data_status(o) == UI_COMPLETED)
			d[n++] = ms;
	}
	qsort(d, n, sizeof(*d), by_value);
	s->median = n ? n % 2 ? d[n / 2] : (d[n / 2 - 1] + d[n / 2]) / 2 : -1;
}

static void update(struct view *v)
{
	struct state *s = v->state;
	struct buf b = BUF_INIT(256);

	find_median(s);
	if (s->median >= 0) {
		buf_adds(&b, "median ");
		fmt_duration(&b, s->median);
	}
	view_set_note(v, ST_DIM, "%s", b.p);
	buf_release(&b);
	s->list.empty = rows_empty(&s->rows,
		v->filter[0] ? "No run matches. Esc takes the filter away."
			     : "This flow has no runs yet. Start one: python flow.py run");
	if (!s->rows.filter || !*s->rows.filter || !v->banner) {
		if (s->rows.error.code)
			view_set_banner(v, LEVEL_ERROR, "%s", s->rows.error.message);
		else if (s->rows.all.n >= s->rows.spec.most)
			view_set_banner(v, LEVEL_WARNING,
				"only the newest %zu runs are shown; a filter finds older ones",
				s->rows.spec.most);
	}
	list_refresh(&s->list);
}

static void want(struct state *s)
{
	rows_want(&s->rows, s->list.top, (size_t)(s->list.body_h > 0 ? s->list.body_h : 0));
}

/* A field that has not been read so far: ask anew. */
static void other_columns(struct view *v)
{
	struct state *s = v->state;

	rows_load(&s->rows, v->arg, s->rows.filter ? s->rows.filter : "", NULL);
	update(v);
}

static int open_view(struct view *v, struct mf_error *err)
{
	struct state *s = v->state;

	(void)err;
	s->app = v->app;
	s->median = -1;
	columns_init(&s->columns, v, &s->list,
		&(struct columns_spec){
			columns, ARRAY_SIZE(columns), sort_fields, fields, late_fields, MF_RUN});
	list_init(&s->list, s->columns.all, s->columns.count,
		&(struct list_source){count, id, text, s});
	columns_recall(&s->columns, other_columns);
	rows_init(&s->rows, v,
		&(struct rows_spec){.kind = JOB_ROWS,
			.fields = s->columns.fields,
			.late = late_fields,
			.page = 200});
	view_set_path(v, v->arg);
	rows_load(&s->rows, v->arg, "", NULL);
	data_watch_open(&s->watch, v, JOB_WATCH, v->arg);
	update(v);
	return MF_OK;
}

static void refresh(struct view *v)
{
	struct state *s = v->state;

	s->again = s->rows.loading || s->rows.refreshing;
	rows_refresh(&s->rows, s->list.top, (size_t)(s->list.body_h > 0 ? s->list.body_h : 0));
}

static void load(struct view *v)
{
	struct state *s = v->state;

	data_count(v, JOB_COUNT);
	if (v->loaded_at && data_watch_due(&s->watch))
		refresh(v);
}

static void deliver(struct view *v, struct job_result *r)
{
	struct state *s = v->state;
	bool follow = s->rows.to_end; /* also when this was the last page */

	if (r->spec.kind == JOB_COUNT) {
		data_counted(v, r);
	} else if (r->spec.kind == JOB_TAGS) {
		tags_deliver(v, r);
		refresh(v);
	} else if (data_watch_deliver(&s->watch, r) == NEWS_CHANGED) {
		refresh(v);
	} else if (rows_deliver(&s->rows, r)) {
		bool was = v->loaded_at != 0;
		if (!r->part && !s->rows.error.code)
			v->loaded_at = app_now(v->app);
		if (!r->part && was)
			data_watch_seen(&s->watch, rows_changed(&s->rows));
		update(v);
		if (follow)
			list_select(&s->list, SIZE_MAX);
		want(s);
		if (s->again && !s->rows.loading)
			refresh(v);
	}
}

static void ready(struct view *v, int fd)
{
	struct state *s = v->state;

	data_watch_ready(&s->watch, fd);
}

static void filter(struct view *v, bool final)
{
	struct state *s = v->state;
	struct mf_error err = MF_ERROR_INIT;

	(void) final;
	if (rows_load(&s->rows, v->arg, v->filter, &err))
		view_set_banner(v, LEVEL_NONE, NULL);
	else
		view_set_banner(
			v, LEVEL_WARNING, "%s%s%s", err.message, err.hint[0] ? "; " : "", err.hint);
	update(v);
}

/* ---- keys ---- */

static const struct mf_object *selected(const struct state *s)
{
	size_t row;

	return list_row(&s->list, &row) ? rows_get(&s->rows, row) : NULL;
}

static bool open_selected(struct view *v, const char *what)
{
	const struct mf_object *o = selected(v->state);

	if (o)
		data_open_view(v->app, what, mf_object_pathspec(o));
	return true;
}

static bool list_did(struct view *v, enum list_event e)
{
	struct state *s = v->state;

	if (e == LIST_OPEN)
		return open_selected(v, "run");
	if (e == LIST_SORT) {
		rows_sort(&s->rows, columns_sort(&s->columns), s->list.reverse);
		list_refresh(&s->list);
	}
	if (e != LIST_NOTHING)
		want(s);
	return e != LIST_NOTHING;
}

/* The marked runs, or the selected one; how many. */
static size_t marked_runs(struct view *v, struct tags_paths *out)
{
	struct state *s = v->state;
	size_t n = 0, row;
	struct buf b = BUF_INIT(8192);

	if (!list_row(&s->list, &row))
		return 0;
	for (size_t i = 0; i < rows_count(&s->rows); i++) {
		bool mine =
			s->list.marks.n ? list_marked(&s->list, rows_id(&s->rows, i)) : i == row;
		buf_clear(&b);
		buf_addf(&b, "%s/%s", v->arg, mine ? rows_name(&s->rows, i) : "");
		if (mine && (!out || (!b.failed && tags_add_path(out, b.p))))
			n++;
	}
	buf_release(&b);
	return n;
}

static void tag(struct view *v, const char *text)
{
	struct tags_paths runs = {0};

	if (!text)
		return;
	marked_runs(v, &runs);
	tags_submit(v, JOB_TAGS, text, &runs);
}

/* G goes to the real end: the rest is read first, and whatever else moves gives that up. Esc does
 * nothing else. */
static bool to_end(struct view *v, enum action a)
{
	struct state *s = v->state;
	bool moves = action_info(a)->group == GROUP_MOVE || a == ACT_back || a == ACT_open;

	if (a == ACT_bottom) {
		list_action(&s->list, a);
		rows_to_end(&s->rows, true);
		want(s);
		return true;
	}
	if (!s->rows.to_end || !moves)
		return false;
	rows_to_end(&s->rows, false);
	return a == ACT_back;
}

static bool action(struct view *v, enum action a, const struct key *k)
{
	struct state *s = v->state;

	(void)k;
	if (to_end(v, a))
		return true;
	switch (a) {
	case ACT_columns: columns_choose(&s->columns); return true;
	case ACT_tag: tags_ask(v, marked_runs(v, NULL), tag); return true;
	case ACT_logs: return open_selected(v, "logs");
	case ACT_graph: return open_selected(v, "graph");
	case ACT_timeline: return open_selected(v, "timeline");
	case ACT_refresh:
		view_set_banner(v, LEVEL_NONE, NULL);
		refresh(v);
		return true;
	default: return list_did(v, list_action(&s->list, a));
	}
}

static bool mouse(struct view *v, const struct key *k)
{
	struct state *s = v->state;

	rows_to_end(&s->rows, false);
	return list_did(v, list_mouse(&s->list, k));
}

/* The scale of the bars, over them. */
static void draw_scale(const struct state *s, struct canvas *c)
{
	int w = s->list.width[COL_BAR], x = s->list.at[COL_BAR] - c->x, y = s->list.y - c->y;

	if (!w || s->median <= 0 || !rows_count(&s->rows))
		return;
	canvas_text(c, x, y, ST_HEADER, "0");
	if (w >= 16)
		canvas_text(c, x + w / 4, y, ST_HEADER, "½");
	canvas_text(c, x + w / 2, y, ST_HEADER, "1×");
	canvas_fit(c, x + w - 2, y, 2, ALIGN_RIGHT, ST_HEADER, "2×");
}

static void draw(struct view *v, struct canvas *c)
{
	struct state *s = v->state;

	list_draw(&s->list, c, true);
	draw_scale(s, c);
}

static void status(const struct view *v, struct buf *out)
{
	const struct state *s = v->state;

	size_t total = s->rows.complete && !v->filter[0] ? 0 : s->rows.total;

	list_number(out, rows_count(&s->rows));
	if (total && total != rows_count(&s->rows)) {
		buf_adds(out, " of ");
		list_number(out, total);
	}
	buf_adds(out, (total ? total : rows_count(&s->rows)) == 1 ? " run" : " runs");
	if (s->list.marks.n)
		buf_addf(out, " · %zu marked", s->list.marks.n);
	if (s->rows.to_end)
		buf_adds(out, " · reading on to the end, Esc stops");
	else if (s->rows.loading)
		buf_adds(out, " · reading");
}

static void link_text(const struct view *v, struct buf *out)
{
	const struct mf_object *o = selected(v->state);

	buf_adds(out, o ? mf_object_pathspec(o) : v->arg);
}

static void twin(const struct view *v, struct buf *out)
{
	buf_addf(out, "mfctl ls %s", v->arg);
	if (v->filter[0])
		buf_addf(out, " --where '%s'", v->filter);
}

static void close_view(struct view *v)
{
	struct state *s = v->state;

	data_watch_close(&s->watch);
	rows_release(&s->rows);
	list_release(&s->list);
}

static const enum action actions[] = {ACT_open, ACT_logs, ACT_graph, ACT_timeline, ACT_sort,
	ACT_mark, ACT_copy, ACT_tag, ACT_columns, ACT_NONE};

const struct view_class view_runs_class = {
	.state_size = sizeof(struct state),
	.ctx = CTX_LIST | CTX_OBJ | CTX_MARKS | CTX_COLUMNS | CTX_TAGS,
	.actions = actions,
	.open = open_view,
	.load = load,
	.deliver = deliver,
	.action = action,
	.mouse = mouse,
	.draw = draw,
	.status = status,
	.filter = filter,
	.link = link_text,
	.twin = twin,
	.ready = ready,
	.close = close_view,
};
