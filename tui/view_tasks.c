/* view_tasks.c: the tasks of a step. What needs a look comes first, unless a column is sorted by.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"
#include "../clientlib/base/fmt.h"
#include "columns.h"
#include "list.h"
#include "rows.h"

enum { JOB_ROWS, JOB_WATCH };
enum { LEVELS = 4, TITLE_SIZE = 24 };

enum {
	COL_STATUS,
	COL_TASK,
	COL_VALUE, /* and LEVELS - 1 more */
	COL_ATTEMPTS = COL_VALUE + LEVELS,
	COL_STARTED,
	COL_DURATION,
	COL_BAR,
	COL_ERROR,
	COL_COUNT
};

struct state {
	struct app *app;
	struct list list;
	struct rows rows;
	struct data_watch watch;
	struct columns columns;
	char titles[LEVELS][TITLE_SIZE];
	int levels;          /* of foreach around these tasks */
	VEC(uint32_t) order; /* of the rows */
	int64_t median, longest;
	size_t counts[UI_STATUS_COUNT];
};

static const char *const fields[] = {"id", "created_at", "status", "status_reason", "attempts",
	"current_attempt", "started_at", "ended_at", "duration_ms", "foreach_path", "foreach_value",
	"index", NULL};
static const char *const late_fields[] = {"exception", NULL};

/* ---- cells ---- */

static size_t count(void *ctx)
{
	return ((struct state *)ctx)->order.n;
}

static struct mf_object *row_object(const struct state *s, size_t row)
{
	return row < s->order.n ? rows_get(&s->rows, s->order.v[row]) : NULL;
}

static uint64_t id(void *ctx, size_t row)
{
	const struct state *s = ctx;

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
	struct state *s = ctx;
	const struct mf_object *o = row_object(s, row);

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
		cell_duration(out, data_duration(o, app_now(s->app)));
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
	struct state *s = ctx;
	const struct mf_object *o = row_object(s, row);
	int64_t d = o ? data_duration(o, app_now(s->app)) : -1;
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

/* ---- what follows from the rows ---- */

struct place {
	int rank;
	uint32_t row;
};

static int by_rank(const void *pa, const void *pb)
{
	const struct place *a = pa, *b = pb;

	return a->rank != b->rank ? a->rank - b->rank : a->row < b->row ? -1 : 1;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/* Failed, running, unknown and waiting ones before those that are done. */
static void put_in_order(struct state *s)
{
	static const int ranks[UI_STATUS_COUNT] = {[UI_FAILED] = 0,
		[UI_RUNNING] = 1,
		[UI_UNKNOWN] = 2,
		[UI_PENDING] = 3,
		[UI_COMPLETED] = 4};
	size_t n = rows_count(&s->rows);
	VEC(struct place) places = {0};

	s->order.n = 0;
	if (!n || !vec_reserve(&places, n) || !vec_reserve(&s->order, n)) {
		vec_release(&places);
		return;
	}
	for (size_t i = 0; i < n; i++)
		places.v[i] = (struct place){
			s->rows.sort < 0 ? ranks[data_status(rows_get(&s->rows, i))] : 0,
			(uint32_t)i};
	qsort(places.v, n, sizeof(*places.v), by_rank);
	for (size_t i = 0; i < n; i++)
		s->order.v[i] = places.v[i].row;
	s->order.n = n;
	vec_release(&places);
}

/* Columns named after the foreach variables. */
static void name_levels(struct state *s)
{
	for (size_t i = 0; i < rows_count(&s->rows) && !s->levels; i++) {
		const struct mf_value *path = data_peek(rows_get(&s->rows, i), "foreach_path");
		size_t n = mf_value_count(path), len;
		if (n > LEVELS)
			n = LEVELS;
		for (size_t k = 0; k < n; k++) {
			const char *p = mf_value_text(
				mf_value_get(mf_value_item(path, k), "variable"), &len);
			char *to = s->titles[k];
			if (!p) {
				p = "INDEX";
				len = 5;
			}
			for (; len && (size_t)(to - s->titles[k]) < TITLE_SIZE - 1; len--)
				*to++ = (char)toupper((unsigned char)*p++);
			*to = '\0';
			columns_auto(&s->columns, COL_VALUE + (int)k, true);
			s->list.seen[COL_VALUE + k] = 0;
		}
		s->levels = (int)n;
	}
}

static void update(struct view *v)
{
	struct state *s = v->state;
	VEC(int64_t) times = {0};
	struct buf b = BUF_INIT(512);
	bool errors = false;

	put_in_order(s);
	name_levels(s);
	memset(s->counts, 0, sizeof(s->counts));
	s->median = s->longest = -1;
	for (size_t i = 0; i < rows_count(&s->rows); i++) {
		const struct mf_object *o = rows_get(&s->rows, i);
		enum ui_status status = data_status(o);
		int64_t d = data_int(o, "duration_ms", -1);
		s->counts[status]++;
		errors |= status == UI_FAILED || status == UI_UNKNOWN || data_peek(o, "exception");
		if (d > s->longest)
			s->longest = d;
		if (d >= 0 && status == UI_COMPLETED && !vec_push(&times, d))
			break;
	}
	if (times.n) {
		qsort(times.v, times.n, sizeof(*times.v), by_value);
		s->median = times.v[(times.n - 1) / 2];
	}
	vec_release(&times);
	columns_auto(&s->columns, COL_ERROR, errors);
	for (int i = 0; i < UI_STATUS_COUNT; i++) {
		if (!s->counts[i])
			continue;
		buf_addf(&b, "%s%s ", b.n ? "  " : "", status_glyph((enum ui_status)i));
		list_number(&b, s->counts[i]);
	}
	if (s->median >= 0) {
		buf_addf(&b, "%smedian ", b.n ? "  " : "");
		fmt_duration(&b, s->median);
	}
	view_set_note(v,
		s->counts[UI_FAILED]    ? ST_FAILED
		: s->counts[UI_RUNNING] ? ST_RUNNING
					: ST_DIM,
		"%s", b.p);
	buf_release(&b);
	if (s->rows.error.code)
		view_set_banner(v, LEVEL_ERROR, "%s%s%s", s->rows.error.message,
			s->rows.error.hint[0] ? "; " : "", s->rows.error.hint);
	s->list.empty =
		rows_empty(&s->rows, v->filter[0] ? "No task matches. Esc takes the filter away."
						  : "This step has no tasks yet.");
	list_refresh(&s->list);
}

/* ---- data ---- */

/* Late fields are of the rows on the screen, whatever their order: rows.h counts in its own. */
static void want(struct state *s)
{
	size_t h = s->list.body_h > 0 ? (size_t)s->list.body_h : 0;

	if (s->rows.sort >= 0) {
		rows_want(&s->rows, s->list.top, h);
		return;
	}
	for (size_t i = s->list.top; i < s->list.top + (h ? h : 1) && i < s->order.n; i++) {
		const struct mf_object *o = row_object(s, i);
		if (data_status(o) != UI_COMPLETED &&
			!mf_object_peek(o, mf_field_find(MF_TASK, "exception"))) {
			rows_want(&s->rows, s->order.v[i], 1);
			return;
		}
	}
}

static void refresh(struct state *s)
{
	rows_refresh(&s->rows, s->list.top, (size_t)(s->list.body_h > 0 ? s->list.body_h : 0));
}

static void load(struct view *v)
{
	struct state *s = v->state;

	if (v->loaded_at && data_watch_due(&s->watch))
		refresh(s);
}

static void deliver(struct view *v, struct job_result *r)
{
	struct state *s = v->state;

	if (data_watch_deliver(&s->watch, r) == NEWS_CHANGED) {
		refresh(s);
	} else if (rows_deliver(&s->rows, r)) {
		bool was = v->loaded_at != 0;
		if (!r->part && !s->rows.error.code)
			v->loaded_at = app_now(v->app);
		if (!r->part && was)
			data_watch_seen(&s->watch, rows_changed(&s->rows));
		update(v);
		want(s);
	}
}

static void ready(struct view *v, int fd)
{
	data_watch_ready(&((struct state *)v->state)->watch, fd);
}

static void filter(struct view *v, bool final)
{
	struct state *s = v->state;
	struct mf_error err = MF_ERROR_INIT;

	if (rows_load(&s->rows, v->arg, v->filter, &err))
		view_set_banner(v, LEVEL_NONE, NULL);
	else
		view_set_banner(v, LEVEL_WARNING, "%s%s%s", err.message,
			final && err.hint[0] ? "; " : "", final ? err.hint : "");
	update(v);
}

/* ---- the view ---- */

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

	if (mf_pathspec_entity(v->arg) != MF_STEP)
		return err_at(err, MF_EUSAGE, v->arg, "only a step has tasks");
	s->app = v->app;
	columns_init(&s->columns, v, &s->list,
		&(struct columns_spec){
			columns, COL_COUNT, sort_fields, fields, late_fields, MF_TASK});
	for (int i = 0; i < LEVELS; i++)
		s->columns.all[COL_VALUE + i].title = s->titles[i];
	list_init(&s->list, s->columns.all, s->columns.count,
		&(struct list_source){count, id, text, s});
	columns_recall(&s->columns, other_columns);
	rows_init(&s->rows, v,
		&(struct rows_spec){
			.kind = JOB_ROWS, .fields = s->columns.fields, .late = late_fields});
	view_set_path(v, v->arg);
	rows_load(&s->rows, v->arg, "", NULL);
	data_watch_open(&s->watch, v, JOB_WATCH, v->arg);
	update(v);
	return MF_OK;
}

static const struct mf_object *selected(const struct state *s)
{
	size_t row;

	return list_row(&s->list, &row) ? row_object(s, row) : NULL;
}

static bool open_selected(struct view *v, const char *what)
{
	const struct mf_object *o = selected(v->state);

	if (o)
		data_open_view(v->app, what, mf_object_pathspec(o));
	return true;
}

static bool open_run(struct view *v, const char *what)
{
	char *run = data_parent(v->arg, 2);

	if (run)
		data_open_view(v->app, what, run);
	free(run);
	return true;
}

static bool list_did(struct view *v, enum list_event e)
{
	struct state *s = v->state;

	if (e == LIST_OPEN)
		return open_selected(v, "task");
	if (e == LIST_SORT) {
		rows_sort(&s->rows, columns_sort(&s->columns), s->list.reverse);
		put_in_order(s);
		list_refresh(&s->list);
	}
	if (e != LIST_NOTHING)
		want(s);
	return e != LIST_NOTHING;
}

static bool action(struct view *v, enum action a, const struct key *k)
{
	struct state *s = v->state;

	(void)k;
	switch (a) {
	case ACT_columns: columns_choose(&s->columns); return true;
	case ACT_logs: return open_selected(v, "logs");
	case ACT_artifacts: return open_selected(v, "artifacts");
	case ACT_timeline: return open_run(v, "timeline");
	case ACT_graph: return open_run(v, "graph");
	case ACT_refresh: refresh(s); return true;
	default: return list_did(v, list_action(&s->list, a));
	}
}

static bool mouse(struct view *v, const struct key *k)
{
	struct state *s = v->state;

	return list_did(v, list_mouse(&s->list, k));
}

static void draw(struct view *v, struct canvas *c)
{
	list_draw(&((struct state *)v->state)->list, c, true);
}

static void status(const struct view *v, struct buf *out)
{
	const struct state *s = v->state;

	list_status(&s->list, s->rows.total, out);
}

static void link_text(const struct view *v, struct buf *out)
{
	const struct mf_object *o = selected(v->state);

	if (o)
		buf_adds(out, mf_object_pathspec(o));
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
	vec_release(&s->order);
}

static const enum action actions[] = {ACT_open, ACT_logs, ACT_artifacts, ACT_sort, ACT_reverse,
	ACT_mark, ACT_copy, ACT_columns, ACT_NONE};

const struct view_class view_tasks_class = {
	.state_size = sizeof(struct state),
	.ctx = CTX_LIST | CTX_OBJ | CTX_MARKS | CTX_COLUMNS,
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
