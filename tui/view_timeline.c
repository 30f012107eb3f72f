/* view_timeline.c: when each step, task and attempt of a run waited and ran. What a job read is in
 * view_timeline_model.h; bars are made as they are drawn. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"
#include "../clientlib/base/fmt.h"
#include "data.h"
#include "list.h"
#include "tree.h"
#include "view_timeline_bars.h"

struct state {
	struct view *view;
	struct tree tree;
	struct timeline *got;
	struct time_axis axis; /* bars as drawn last */
	int64_t from, to;      /* the part shown; from == to: all */
	int64_t cursor;        /* MF_NO_TIME: none */
	bool absolute, critical, force;
	int bars_x; /* on the screen */
};

/* ---- rows: a node is (step + 1) << 32, plus 1 + the place of a task in its step ---- */

static uint64_t step_node(size_t step)
{
	return (uint64_t)(step + 1) << 32;
}

static const struct span_step *node_step(const struct state *s, uint64_t node)
{
	return &s->got->steps.v[(node >> 32) - 1];
}

/* NULL for a step. */
static const struct span_task *node_task(const struct state *s, uint64_t node)
{
	uint32_t task = (uint32_t)node;

	return task ? &s->got->tasks.v[node_step(s, node)->first + task - 1] : NULL;
}

static size_t count(void *ctx, uint64_t node)
{
	const struct state *s = ctx;

	if (!s->got)
		return 0;
	if (!node)
		return s->got->steps.n;
	return (uint32_t)node ? 0 : node_step(s, node)->count;
}

static uint64_t child(void *ctx, uint64_t node, size_t i)
{
	(void)ctx;
	return node ? node + i + 1 : step_node(i);
}

static bool folds(void *ctx, uint64_t node)
{
	return !(uint32_t)node && node_step(ctx, node)->count > 1;
}

/* ---- drawing ---- */

/* "p50 1.2s  p95 2.1s  max 2.2s", and what else is worth saying of a row, in w columns from x. */
static void draw_notes(const struct state *s, uint64_t node, struct canvas *c, int x, int w,
	unsigned flags)
{
	const struct span_task *task = node_task(s, node);
	const struct span_step *step = node_step(s, node);
	struct buf b = BUF_INIT(512);
	unsigned attr = ST_DIM;

	if (task && task->count > 1) {
		buf_addf(&b, "%zu attempts", task->count);
		attr = ST_WARNING;
	} else if (task && step->count > 2 && task == &s->got->tasks.v[step->slowest]) {
		buf_adds(&b, "slowest");
	} else if (!task && step->count > 1) {
		const int64_t times[] = {step->p50, step->p95, step->most};
		static const char *const names[] = {"p50 ", " p95 ", " max "};
		for (int i = 0; i < 3; i++) {
			buf_adds(&b, names[i]);
			cell_duration(&b, times[i]);
		}
		if (canvas_width(c, b.p) > w) {
			buf_clear(&b);
			buf_adds(&b, "p95 ");
			cell_duration(&b, step->p95);
		}
	} else if (!task && step->attempts > step->count) {
		buf_addf(&b, "%zu attempts", step->attempts);
		attr = ST_WARNING;
	}
	if (b.n && canvas_width(c, b.p) <= w)
		canvas_fit(c, x, 0, w, ALIGN_LEFT, attr | flags, b.p);
	buf_release(&b);
}

static void draw_label(const struct state *s, uint64_t node, struct canvas *c, unsigned flags)
{
	const struct span_task *task = node_task(s, node);
	const struct span_step *step = node_step(s, node);
	enum ui_status status = task ? task->status : step->status;
	bool critical = s->critical && (task ? task->critical : step->critical);
	struct buf name = BUF_INIT(4096), time = BUF_INIT(64);
	unsigned attr = critical                          ? ST_CRITICAL
			: s->critical                     ? ST_DIM
			: status == UI_FAILED             ? ST_FAILED
			: task                            ? ST_TEXT
							  : ST_STRONG;

	if (task) {
		buf_addf(&name, "#%s", task->id);
		if (task->value)
			buf_addf(&name, " %s", task->value);
	} else {
		buf_adds(&name, step->name);
	}
	/* The length of a step is from its first start to its last end, not the sum. */
	int64_t ms = task ? task->duration : step->ended >= step->started ? step->ended - step->started : -1;
	cell_duration(&time, ms);
	int room = c->w - 9, x = 2;
	canvas_text(c, 0, 0, status_style(status) | flags, status_glyph(status));
	int w = canvas_width(c, name.p), extra = 0;
	char times[32] = "";
	if (!task && step->count > 1) {
		snprintf(times, sizeof(times), " ×%zu", step->count);
		extra = canvas_width(c, times);
	}
	if (w > room - x - extra)
		w = room - x - extra;
	int least = task ? 16 : 12;
	canvas_fit(c, x, 0, w, ALIGN_LEFT, attr | flags, name.p);
	canvas_text(c, x + w, 0, ST_DIM | flags, times);
	x += w + extra > least ? w + extra + 2 : least + 2;
	if (room - x > 5)
		draw_notes(s, node, c, x, room - x, flags);
	canvas_fit(c, c->w - 8, 0, 8, ALIGN_RIGHT, (status == UI_RUNNING ? ST_RUNNING : ST_TEXT) | flags,
		time.p);
	buf_release(&name);
	buf_release(&time);
}

static void draw_row(void *ctx, uint64_t node, struct canvas *c, unsigned flags)
{
	struct state *s = ctx;
	const struct span_task *task = node_task(s, node);
	const struct span_step *step = node_step(s, node);
	int at = s->bars_x - c->x;
	struct canvas label = canvas_sub(c, 0, 0, at - 2, 1);
	struct canvas bars = canvas_sub(c, at, 0, s->axis.w, 1);

	draw_label(s, node, &label, flags);
	axis_ground(&s->axis, &bars);
	if (task)
		bars_task(&s->axis, &bars, s->got, task);
	else if (step->count == 1)
		bars_task(&s->axis, &bars, s->got, &s->got->tasks.v[step->first]);
	else
		bars_step(&s->axis, &bars, s->got, step);
	axis_cursor(&s->axis, &bars, s->cursor);
}

static void draw_cursor_line(const struct state *s, struct canvas *c)
{
	struct buf b = BUF_INIT(512);
	size_t running, queued;
	int x = s->bars_x - c->x;

	if (s->cursor == MF_NO_TIME) {
		bars_legend(c, x);
		return;
	}
	const struct data *d = data_of(s->view->app);
	timeline_at(s->got, s->cursor, SIZE_MAX, &running, &queued);
	struct buf left = BUF_INIT(128);
	buf_adds(&left, "at ");
	fmt_duration(&left, s->cursor - s->got->from);
	buf_adds(&left, " · ");
	fmt_clock(&left, s->cursor, d && d->utc);
	buf_addf(&left, ".%03d", (int)(s->cursor % 1000));
	buf_addf(&b, "%zu %s running · %zu queued", running, running == 1 ? "task" : "tasks", queued);
	int w = canvas_width(c, left.p), at = axis_column(&s->axis, s->cursor);
	int all = w + 3 + canvas_width(c, b.p);
	/* Under the cursor, as far as there is room. */
	x += at;
	if (x + all > c->w - 1)
		x = c->w - 1 - all;
	if (x < 1)
		x = 1;
	canvas_text(c, x, 0, ST_CURSOR_BAR, left.p);
	canvas_textf(c, x + w, 0, ST_DIM, " · %s", b.p);
	buf_release(&b);
	buf_release(&left);
}

static void draw(struct view *v, struct canvas *c)
{
	struct state *s = v->state;
	const struct data *d = data_of(v->app);
	int label = c->w * (c->w < 110 ? 41 : 46) / 100;

	if (label > 58)
		label = 58;
	if (label < 24)
		label = 24;
	if (!s->got || !s->got->steps.n) {
		tree_draw(&s->tree, c, true);
		return;
	}
	bool all = s->from == s->to;
	s->bars_x = c->x + label;
	s->axis = (struct time_axis){.from = all ? s->got->from : s->from,
		.to = all ? s->got->to : s->to,
		.zero = s->got->from,
		.w = c->w - label - 2,
		.absolute = s->absolute,
		.utc = d && d->utc};
	if (s->axis.to <= s->axis.from)
		s->axis.to = s->axis.from + 1;
	axis_ticks(&s->axis);
	struct canvas line = canvas_sub(c, label, 0, s->axis.w + 1, 1);
	canvas_text(c, 2, 0, ST_HEADER, "STEP");
	canvas_fit(c, label - 10, 0, 8, ALIGN_RIGHT, ST_HEADER, "TIME");
	axis_labels(&s->axis, &line, s->cursor);
	struct canvas body = canvas_sub(c, 0, 1, c->w, c->h - 2);
	tree_draw(&s->tree, &body, true);
	struct canvas last = canvas_sub(c, 0, c->h - 1, c->w, 1);
	draw_cursor_line(s, &last);
}

/* ---- data ---- */

static void load(struct view *v)
{
	struct state *s = v->state;
	struct mf_client *client = data_client(v->app);

	if (!client || view_loading(v) || (s->got && !s->got->live && !s->force))
		return;
	struct timeline *t = timeline_new(client, v->arg, s->got != NULL);
	if (!t) {
		app_say(v->app, LEVEL_ERROR, "out of memory");
		return;
	}
	s->force = false;
	view_submit(v, 0, timeline_run, t, timeline_free, timeline_cancel);
}

static void deliver(struct view *v, struct job_result *r)
{
	struct state *s = v->state;
	struct timeline *t = r->spec.arg;
	struct buf b = BUF_INIT(128);

	if (view_keeps(v))
		return;
	v->loaded_at = app_now(v->app);
	if (t->rc < 0) {
		s->tree.empty = "The times of this run cannot be read.";
		view_set_banner(v, LEVEL_ERROR, "%s%s%s", t->err.message, t->err.hint[0] ? "; " : "",
			t->err.hint);
		return;
	}
	r->spec.arg = NULL;
	timeline_free(s->got);
	s->got = t;
	s->tree.empty = "No step has started yet.";
	tree_changed(&s->tree, 0);
	buf_addf(&b, "%s %s ", status_glyph(t->status), status_name(t->status));
	if (t->steps.n)
		cell_duration(&b, t->to - t->from);
	view_set_note(v, status_style(t->status), "%s", b.p);
	buf_release(&b);
	if (t->unread)
		view_set_banner(v, LEVEL_WARNING, "%zu tasks or attempts could not be read", t->unread);
	else
		view_set_banner(v, LEVEL_NONE, NULL);
}

/* ---- keys ---- */

static void show_around(struct state *s, int64_t span, int64_t at)
{
	int64_t whole = s->got->to - s->got->from;

	if (span >= whole) {
		s->from = s->to = 0;
		return;
	}
	s->from = at - span / 2;
	if (s->from < s->got->from)
		s->from = s->got->from;
	if (s->from + span > s->got->to)
		s->from = s->got->to - span;
	s->to = s->from + span;
}

static void zoom(struct state *s, bool in)
{
	int64_t span = s->axis.to - s->axis.from;

	if (s->cursor == MF_NO_TIME)
		s->cursor = s->axis.from + span / 2;
	span = in ? span / 2 : span * 2;
	if (span >= 8)
		show_around(s, span, s->cursor);
}

static void move_cursor(struct state *s, int by)
{
	int64_t span = s->axis.to - s->axis.from;

	if (s->cursor == MF_NO_TIME)
		s->cursor = s->axis.from + span / 2;
	else
		s->cursor = axis_time(&s->axis, axis_column(&s->axis, s->cursor) + by);
	if (s->cursor < s->got->from)
		s->cursor = s->got->from;
	if (s->cursor > s->got->to)
		s->cursor = s->got->to;
	if (s->from != s->to && (s->cursor < s->from || s->cursor >= s->to))
		show_around(s, span, s->cursor);
}

static void node_path(const struct state *s, uint64_t node, struct buf *out)
{
	const struct span_task *task = node_task(s, node);
	const struct span_step *step = node_step(s, node);

	if (!task && step->count == 1)
		task = &s->got->tasks.v[step->first];
	buf_addf(out, "%s/%s", s->got->run, step->name);
	if (task)
		buf_addf(out, "/%s", task->id);
}

static bool happened(struct view *v, enum tree_event e)
{
	struct state *s = v->state;
	uint64_t node = s->got ? tree_selected(&s->tree) : 0;
	struct buf path = BUF_INIT(8192);

	if (e == TREE_OPEN && node) {
		node_path(s, node, &path);
		data_show(v->app, path.p);
	}
	buf_release(&path);
	return e != TREE_NOTHING;
}

static bool action(struct view *v, enum action a, const struct key *k)
{
	struct state *s = v->state;

	(void)k;
	if (a == ACT_refresh)
		s->force = true;
	if (!s->got || !s->got->steps.n)
		return false;
	switch (a) {
	case ACT_left: move_cursor(s, -1); return true;
	case ACT_right: move_cursor(s, 1); return true;
	case ACT_zoom_in: zoom(s, true); return true;
	case ACT_zoom_out: zoom(s, false); return true;
	case ACT_times: s->absolute = !s->absolute; return true;
	case ACT_critical: s->critical = !s->critical; return true;
	case ACT_back:
		/* Esc first takes the cursor and the zoom away. */
		if (!k || k->code != K_ESC || (s->cursor == MF_NO_TIME && s->from == s->to))
			return false;
		s->cursor = MF_NO_TIME;
		s->from = s->to = 0;
		return true;
	default: return happened(v, tree_action(&s->tree, a));
	}
}

static bool mouse(struct view *v, const struct key *k)
{
	struct state *s = v->state;

	if ((k->code == K_CLICK || k->code == K_DRAG) && s->got && k->x >= s->bars_x &&
		k->x < s->bars_x + s->axis.w && k->y >= s->tree.y - 1 &&
		k->y < s->tree.y + s->tree.h) {
		s->cursor = axis_time(&s->axis, k->x - s->bars_x);
		return true;
	}
	return s->got && happened(v, tree_mouse(&s->tree, k));
}

static void status(const struct view *v, struct buf *out)
{
	const struct state *s = v->state;

	if (!s->got)
		return;
	if (s->critical)
		buf_adds(out, "critical path: what each waited for · ");
	if (s->from != s->to)
		buf_addf(out, "zoom ×%.0f · ",
			(double)(s->got->to - s->got->from) / (double)(s->to - s->from));
	buf_addf(out, "%zu steps · ", s->got->steps.n);
	list_number(out, s->got->tasks.n);
	buf_adds(out, s->got->tasks.n == 1 ? " task" : " tasks");
}

static void link_text(const struct view *v, struct buf *out)
{
	const struct state *s = v->state;
	uint64_t node = s->got ? tree_selected(&s->tree) : 0;

	if (node)
		node_path(s, node, out);
}

static void twin(const struct view *v, struct buf *out)
{
	buf_addf(out, "mfctl timeline %s", v->arg);
}

static int open_view(struct view *v, struct mf_error *err)
{
	struct state *s = v->state;

	if (mf_pathspec_entity(v->arg) != MF_RUN)
		return err_at(err, MF_EUSAGE, v->arg, "only a run has a timeline");
	s->view = v;
	s->cursor = MF_NO_TIME;
	tree_init(&s->tree, &(struct tree_source){count, child, folds, draw_row, s});
	s->tree.empty = "Reading …";
	view_set_path(v, v->arg);
	return MF_OK;
}

static void close_view(struct view *v)
{
	struct state *s = v->state;

	tree_release(&s->tree);
	timeline_free(s->got);
}

static const enum action actions[] = {ACT_open, ACT_zoom_in, ACT_zoom_out, ACT_times, ACT_critical,
	ACT_expand, ACT_collapse, ACT_NONE};

const struct view_class view_timeline_class = {
	.state_size = sizeof(struct state),
	.ctx = CTX_TREE | CTX_TIME,
	.actions = actions,
	.open = open_view,
	.load = load,
	.deliver = deliver,
	.action = action,
	.mouse = mouse,
	.draw = draw,
	.status = status,
	.link = link_text,
	.twin = twin,
	.close = close_view,
};
