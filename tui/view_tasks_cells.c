/* view_tasks_cells.c: the cells of a task, and its bar. */
#include "view_tasks_cells.h"

#include <string.h>

static const char *const fields[] = {"id", "created_at", "status", "status_reason", "attempts",
	"current_attempt", "started_at", "ended_at", "duration_ms", "foreach_path", "foreach_value",
	"index", NULL};
const char *const tasks_late_fields[] = {"exception", NULL};

/* ---- cells ---- */

static size_t count(void *ctx)
{
	return ((struct tasks_state *)ctx)->order.n;
}

struct mf_object *tasks_object(const struct tasks_state *s, size_t row)
{
	return row < s->order.n ? rows_get(&s->rows, s->order.v[row]) : NULL;
}

static uint64_t id(void *ctx, size_t row)
{
	const struct tasks_state *s = ctx;

	return row < s->order.n ? rows_id(&s->rows, s->order.v[row]) : 0;
}

static unsigned value_text(const struct mf_object *o, int level, struct buf *out)
{
	const struct mf_value *at = mf_value_item(data_peek(o, "foreach_path"), (size_t)level);
	size_t n;
	const char *p = mf_value_text(mf_value_get(at, "value"), &n);

	if (p) {
		buf_add(out, p, n);
		return ST_STRONG;
	}
	const struct mf_value *index = mf_value_get(at, "index");
	if (mf_value_kind(index) == MF_INT)
		buf_addf(out, "%lld", (long long)mf_value_int(index));
	return ST_NUMBER;
}

/* "ValueError: bad learning rate" */
static unsigned error_text(const struct mf_object *o, struct buf *out)
{
	const struct mf_value *e = data_peek(o, "exception");
	size_t n, m;
	const char *type = mf_value_text(mf_value_get(e, "type"), &n);
	const char *message = mf_value_text(mf_value_get(e, "message"), &m);

	if (type) {
		const char *dot = memrchr(type, '.', n); /* the module says little */
		if (dot) {
			n -= (size_t)(dot + 1 - type);
			type = dot + 1;
		}
		buf_add(out, type, n);
	}
	if (message) {
		const char *end = memchr(message, '\n', m);
		buf_adds(out, type ? ": " : "");
		buf_add(out, message, end ? (size_t)(end - message) : m);
	}
	if (!out->n && data_status(o) != UI_COMPLETED) {
		const char *p =
			mf_value_text(mf_value_get(data_peek(o, "status_reason"), "text"), &n);
		buf_add(out, p ? p : "", p ? n : 0);
		return ST_DIM;
	}
	return data_status(o) == UI_FAILED ? ST_ERROR : ST_DIM;
}

static unsigned text(void *ctx, size_t row, int column, struct buf *out)
{
	struct tasks_state *s = ctx;
	const struct mf_object *o = tasks_object(s, row);

	if (!o)
		return ST_TEXT;
	if (column >= COL_VALUE && column < COL_VALUE + LEVELS)
		return value_text(o, column - COL_VALUE, out);
	switch (column) {
	case COL_STATUS: return cell_status(out, data_status(o));
	case COL_TASK: buf_adds(out, mf_object_id(o)); return s->levels ? ST_DIM : ST_STRONG;
	case COL_ATTEMPTS: {
		size_t n = mf_value_count(data_peek(o, "attempts"));
		if (n)
			buf_addf(out, "%zu", n);
		return n > 1 ? ST_WARNING : ST_DIM;
	}
	case COL_STARTED: {
		int64_t at = data_int(o, "started_at", MF_NO_TIME);
		return cell_ago(out, s->app, at == MF_NO_TIME ? mf_object_created(o) : at);
	}
	case COL_DURATION:
		cell_duration(out, data_duration(o, app_present(s->app)));
		return data_status(o) == UI_RUNNING ? ST_RUNNING : ST_TEXT;
	case COL_ERROR: return error_text(o, out);
	default: {
		const char *field = columns_field(&s->columns, column);
		return field ? cell_field(out, s->app, o, field) : ST_TEXT;
	}
	}
}

/* Against the longest; the colour says how it stands to the median. */
static void draw_bar(void *ctx, size_t row, struct canvas *c, unsigned flags)
{
	struct tasks_state *s = ctx;
	const struct mf_object *o = tasks_object(s, row);
	int64_t d = o ? data_duration(o, app_present(s->app)) : -1;
	unsigned attr = ST_HEAT_2;

	if (d < 0 || s->longest <= 0)
		return;
	if (data_status(o) == UI_FAILED)
		attr = ST_FAILED;
	else if (data_status(o) == UI_RUNNING)
		attr = ST_RUNNING;
	else if (s->median > 0 && d > 3 * s->median)
		attr = ST_HEAT_5;
	else if (s->median > 0 && d > 2 * s->median)
		attr = ST_HEAT_4;
	else if (s->median > 0 && d <= s->median / 2)
		attr = ST_HEAT_1;
	canvas_thin_bar(c, 0, 0, c->w, (double)d / (double)s->longest, attr | flags);
}

static const struct list_column columns[COL_COUNT] = {
	[COL_STATUS] = {.title = "STATUS", .min = 11, .max = 11},
	[COL_TASK] = {.title = "TASK", .min = 4, .max = 22, .align = ALIGN_RIGHT},
	[COL_VALUE] = {.name = "foreach value", .min = 6, .max = 28, .off = true},
	[COL_VALUE + 1] =
		{.name = "2nd foreach value", .min = 6, .max = 28, .off = true, .no_sort = true},
	[COL_VALUE + 2] = {.name = "3rd foreach value",
		.min = 6,
		.max = 28,
		.off = true,
		.no_sort = true,
		.hide = 6},
	[COL_VALUE + 3] = {.name = "4th foreach value",
		.min = 6,
		.max = 28,
		.off = true,
		.no_sort = true,
		.hide = 7},
	[COL_ATTEMPTS] = {.title = "ATT", .min = 3, .max = 4, .align = ALIGN_RIGHT, .hide = 3},
	[COL_STARTED] = {.title = "STARTED", .min = 9, .max = 12, .hide = 2},
	[COL_DURATION] = {.title = "DURATION", .min = 8, .max = 9, .align = ALIGN_RIGHT},
	[COL_BAR] = {.title = "",
		.name = "bar against the longest",
		.min = 8,
		.max = 48,
		.weight = 1,
		.draw = draw_bar,
		.no_sort = true,
		.hide = 5},
	[COL_ERROR] =
		{.title = "ERROR", .min = 16, .weight = 3, .off = true, .no_sort = true, .hide = 4},
};

static const char *const sort_fields[COL_COUNT] = {[COL_STATUS] = "status",
	[COL_TASK] = "id",
	[COL_VALUE] = "foreach_value",
	[COL_ATTEMPTS] = "current_attempt",
	[COL_STARTED] = "started_at",
	[COL_DURATION] = "duration_ms"};

void tasks_cells_init(struct tasks_state *s, struct view *v)
{
	s->app = v->app;
	columns_init(&s->columns, v, &s->list,
		&(struct columns_spec){
			columns, COL_COUNT, sort_fields, fields, tasks_late_fields, MF_TASK});
	for (int i = 0; i < LEVELS; i++)
		s->columns.all[COL_VALUE + i].title = s->titles[i];
	list_init(&s->list, s->columns.all, s->columns.count,
		&(struct list_source){count, id, text, s});
}
