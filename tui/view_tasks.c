/* view_tasks.c: the tasks of a step. What needs a look comes first, unless a column is sorted by.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"
#include "../clientlib/base/fmt.h"
#include "view_tasks_cells.h"

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
static void put_in_order(struct tasks_state *s)
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
static void name_levels(struct tasks_state *s)
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
	struct tasks_state *s = v->state;
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
	else if (v->banner_level == LEVEL_ERROR)
		view_set_banner(v, LEVEL_NONE, NULL);
	s->list.empty =
		rows_empty(&s->rows, v->filter[0] ? "No task matches. Esc takes the filter away."
						  : "This step has no tasks yet.");
	list_refresh(&s->list);
}

/* ---- data ---- */

/* Late fields are of the rows on the screen, whatever their order: rows.h counts in its own. */
static void want(struct tasks_state *s)
{
	size_t h = s->list.body_h > 0 ? (size_t)s->list.body_h : 0;

	if (s->rows.sort >= 0) {
		rows_want(&s->rows, s->list.top, h);
		return;
	}
	for (size_t i = s->list.top; i < s->list.top + (h ? h : 1) && i < s->order.n; i++) {
		const struct mf_object *o = tasks_object(s, i);
		if (data_status(o) != UI_COMPLETED &&
			!mf_object_peek(o, mf_field_find(MF_TASK, "exception"))) {
			rows_want(&s->rows, s->order.v[i], 1);
			return;
		}
	}
}

static void refresh(struct tasks_state *s)
{
	rows_refresh(&s->rows, s->list.top, (size_t)(s->list.body_h > 0 ? s->list.body_h : 0));
}

static void load(struct view *v)
{
	struct tasks_state *s = v->state;

	if (v->loaded_at && data_watch_due(&s->watch))
		refresh(s);
}

static void deliver(struct view *v, struct job_result *r)
{
	struct tasks_state *s = v->state;

	if (export_deliver(&s->export, r))
		return;
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
	data_watch_ready(&((struct tasks_state *)v->state)->watch, fd);
}

static void filter(struct view *v, bool final)
{
	struct tasks_state *s = v->state;
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
	struct tasks_state *s = v->state;

	rows_load(&s->rows, v->arg, s->rows.filter ? s->rows.filter : "", NULL);
	update(v);
}

static int open_view(struct view *v, struct mf_error *err)
{
	struct tasks_state *s = v->state;

	if (mf_pathspec_entity(v->arg) != MF_STEP)
		return err_at(err, MF_EUSAGE, v->arg, "only a step has tasks");
	tasks_cells_init(s, v);
	export_init(&s->export, v, JOB_EXPORT);
	columns_recall(&s->columns, other_columns);
	rows_init(&s->rows, v,
		&(struct rows_spec){
			.kind = JOB_ROWS, .fields = s->columns.fields, .late = tasks_late_fields});
	view_set_path(v, v->arg);
	rows_load(&s->rows, v->arg, "", NULL);
	data_watch_open(&s->watch, v, JOB_WATCH, v->arg);
	update(v);
	return MF_OK;
}

static const struct mf_object *selected(const struct tasks_state *s)
{
	size_t row;

	return list_row(&s->list, &row) ? tasks_object(s, row) : NULL;
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
	struct tasks_state *s = v->state;

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
	struct tasks_state *s = v->state;

	(void)k;
	switch (a) {
	case ACT_columns: columns_choose(&s->columns); return true;
	case ACT_logs: return open_selected(v, "logs");
	case ACT_artifacts: return open_selected(v, "artifacts");
	case ACT_timeline: return open_run(v, "timeline");
	case ACT_graph: return open_run(v, "graph");
	case ACT_cards: return open_selected(v, "cards");
	case ACT_code: return open_selected(v, "code");
	case ACT_export: export_rows(&s->export, &s->list, &s->rows); return true;
	case ACT_back:
		if (export_cancel(&s->export))
			return true;
		return list_did(v, list_action(&s->list, a));
	case ACT_refresh: refresh(s); return true;
	default: return list_did(v, list_action(&s->list, a));
	}
}

static bool mouse(struct view *v, const struct key *k)
{
	struct tasks_state *s = v->state;

	return list_did(v, list_mouse(&s->list, k));
}

static void draw(struct view *v, struct canvas *c)
{
	list_draw(&((struct tasks_state *)v->state)->list, c, true);
}

static void status(const struct view *v, struct buf *out)
{
	const struct tasks_state *s = v->state;

	export_status(&s->export, out);
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
	struct tasks_state *s = v->state;

	data_watch_close(&s->watch);
	rows_release(&s->rows);
	list_release(&s->list);
	vec_release(&s->order);
	export_release(&s->export);
}

static const enum action actions[] = {ACT_open, ACT_logs, ACT_artifacts, ACT_sort, ACT_reverse,
	ACT_mark, ACT_copy, ACT_columns, ACT_NONE};

const struct view_class view_tasks_class = {
	.state_size = sizeof(struct tasks_state),
	.ctx = CTX_LIST | CTX_OBJ | CTX_MARKS | CTX_COLUMNS | CTX_EXPORT,
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
