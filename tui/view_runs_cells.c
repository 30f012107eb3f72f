/* view_runs_cells.c: the cells of a run, and its bar. */
#include "view_runs_cells.h"

#include <stdlib.h>

#include "../clientlib/base/fmt.h"

enum { MEDIAN_RUNS = 200 };

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
const char *const runs_late_fields[] = {"task_counts", "n_tasks", "current_step", NULL};

/* ---- cells ---- */

static size_t count(void *ctx)
{
	return rows_count(&((struct runs_state *)ctx)->rows);
}

static uint64_t id(void *ctx, size_t row)
{
	return rows_id(&((struct runs_state *)ctx)->rows, row);
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
	struct runs_state *s = ctx;
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
	case COL_DURATION: return cell_duration(out, data_duration(o, app_present(s->app)));
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
	struct runs_state *s = ctx;
	const struct mf_object *o = rows_get(&s->rows, row);
	int64_t d = o ? data_duration(o, app_present(s->app)) : -1;
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

void runs_cells_init(struct runs_state *s, struct view *v)
{
	s->app = v->app;
	s->median = -1;
	columns_init(&s->columns, v, &s->list,
		&(struct columns_spec){columns, ARRAY_SIZE(columns), sort_fields, fields,
			runs_late_fields, MF_RUN});
	list_init(&s->list, s->columns.all, s->columns.count,
		&(struct list_source){count, id, text, s});
}

/* ---- the scale of the bars ---- */

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

void runs_find_median(struct runs_state *s)
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

void runs_draw_scale(const struct runs_state *s, struct canvas *c)
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
