/* view_runs.c: the runs of a flow, newest first. */
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/fmt.h"
#include "tags.h"
#include "view_runs_cells.h"

/* ---- the view ---- */

static void update(struct view *v)
{
	struct runs_state *s = v->state;
	struct buf b = BUF_INIT(256);

	runs_find_median(s);
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
		else if (v->banner_level == LEVEL_ERROR)
			view_set_banner(v, LEVEL_NONE, NULL);
	}
	list_refresh(&s->list);
}

static void want(struct runs_state *s)
{
	rows_want(&s->rows, s->list.top, (size_t)(s->list.body_h > 0 ? s->list.body_h : 0));
}

/* A field that has not been read so far: ask anew. */
static void other_columns(struct view *v)
{
	struct runs_state *s = v->state;

	rows_load(&s->rows, v->arg, s->rows.filter ? s->rows.filter : "", NULL);
	update(v);
}

static int open_view(struct view *v, struct mf_error *err)
{
	struct runs_state *s = v->state;

	(void)err;
	runs_cells_init(s, v);
	export_init(&s->export, v, JOB_EXPORT);
	columns_recall(&s->columns, other_columns);
	rows_init(&s->rows, v,
		&(struct rows_spec){.kind = JOB_ROWS,
			.fields = s->columns.fields,
			.late = runs_late_fields,
			.page = 200});
	view_set_path(v, v->arg);
	rows_load(&s->rows, v->arg, "", NULL);
	data_watch_open(&s->watch, v, JOB_WATCH, v->arg);
	update(v);
	return MF_OK;
}

static void refresh(struct view *v)
{
	struct runs_state *s = v->state;

	s->again = s->rows.loading || s->rows.refreshing;
	rows_refresh(&s->rows, s->list.top, (size_t)(s->list.body_h > 0 ? s->list.body_h : 0));
}

static void load(struct view *v)
{
	struct runs_state *s = v->state;

	data_count(v, JOB_COUNT);
	if (v->loaded_at && data_watch_due(&s->watch))
		refresh(v);
}

static void deliver(struct view *v, struct job_result *r)
{
	struct runs_state *s = v->state;
	bool follow = s->rows.to_end; /* also when this was the last page */

	if (export_deliver(&s->export, r))
		return;
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
	struct runs_state *s = v->state;

	data_watch_ready(&s->watch, fd);
}

static void filter(struct view *v, bool final)
{
	struct runs_state *s = v->state;
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

static const struct mf_object *selected(const struct runs_state *s)
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
	struct runs_state *s = v->state;

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
	struct runs_state *s = v->state;
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

/* The code of the selected run against that of the marked one; of two marked ones, the newer
 * against the older. */
static bool compare_code(struct view *v)
{
	const struct mf_object *o = selected(v->state);
	struct tags_paths runs = {0};
	struct buf b = BUF_INIT(1 << 16);
	size_t n = marked_runs(v, &runs);

	if (n == 2)
		buf_addf(&b, "%s %s", runs.v.v[0], runs.v.v[1]);
	else if (n == 1 && o && !str_eq(runs.v.v[0], mf_object_pathspec(o)))
		buf_addf(&b, "%s %s", mf_object_pathspec(o), runs.v.v[0]);
	if (b.n)
		data_open_view(v->app, "code", b.p);
	else
		app_say(v->app, LEVEL_INFO, "mark the run to compare with, or two runs, first");
	tags_release(&runs);
	buf_release(&b);
	return true;
}

/* G goes to the real end: the rest is read first, and whatever else moves gives that up. Esc does
 * nothing else. */
static bool to_end(struct view *v, enum action a)
{
	struct runs_state *s = v->state;
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
	struct runs_state *s = v->state;

	(void)k;
	if (to_end(v, a) || (a == ACT_back && export_cancel(&s->export)))
		return true;
	switch (a) {
	case ACT_columns: columns_choose(&s->columns); return true;
	case ACT_tag: tags_ask(v, marked_runs(v, NULL), tag); return true;
	case ACT_logs: return open_selected(v, "logs");
	case ACT_graph: return open_selected(v, "graph");
	case ACT_timeline: return open_selected(v, "timeline");
	case ACT_cards: return open_selected(v, "cards");
	case ACT_code: return open_selected(v, "code");
	case ACT_diff: return compare_code(v);
	case ACT_export: export_rows(&s->export, &s->list, &s->rows); return true;
	case ACT_refresh:
		view_set_banner(v, LEVEL_NONE, NULL);
		refresh(v);
		return true;
	default: return list_did(v, list_action(&s->list, a));
	}
}

static bool mouse(struct view *v, const struct key *k)
{
	struct runs_state *s = v->state;

	rows_to_end(&s->rows, false);
	return list_did(v, list_mouse(&s->list, k));
}

static void draw(struct view *v, struct canvas *c)
{
	struct runs_state *s = v->state;

	list_draw(&s->list, c, true);
	runs_draw_scale(s, c);
}

static void status(const struct view *v, struct buf *out)
{
	const struct runs_state *s = v->state;

	export_status(&s->export, out);
	size_t total = s->rows.complete && !v->filter[0] ? 0 : s->rows.total;

	list_number(out, rows_count(&s->rows));
	if (total < rows_count(&s->rows))
		total = 0; /* of pages it is not known before the last one */
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
	struct runs_state *s = v->state;

	data_watch_close(&s->watch);
	rows_release(&s->rows);
	list_release(&s->list);
	export_release(&s->export);
}

static const enum action actions[] = {ACT_open, ACT_logs, ACT_graph, ACT_timeline, ACT_sort,
	ACT_mark, ACT_copy, ACT_tag, ACT_columns, ACT_NONE};

const struct view_class view_runs_class = {
	.state_size = sizeof(struct runs_state),
	.ctx = CTX_LIST | CTX_OBJ | CTX_MARKS | CTX_COLUMNS | CTX_TAGS | CTX_EXPORT | CTX_DIFF,
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
