/* run_tabs.c: what the tabs of a run hold, their keys, and their frame; run_tables.c is their rows.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/fmt.h"
#include "run_priv.h"
#include "view_cards.h"

/* ---- all of them ---- */

void run_tabs_init(struct run_state *s)
{
	static const char *const titles[] = {
		"Steps", "Timeline", "Tasks", "Logs", "Artifacts", "Cards", "Details"};

	tabs_init(&s->tabs, titles, TAB_COUNT);
	run_tables_init(s);
	run_cards_init(s);
	s->steps.empty = s->times.empty = "reading the graph …";
}

void run_tabs_release(struct run_state *s)
{
	rows_release(&s->tasks);
	rows_release(&s->artifacts);
	list_release(&s->steps);
	list_release(&s->times);
	list_release(&s->task_list);
	list_release(&s->artifact_list);
	run_cards_release(s);
	pager_release(&s->logs);
	pager_release(&s->details);
	mf_log_free(s->log);
	free(s->log_of);
	free(s->log_error);
	free(s->step);
	free(s->task);
	run_drop_details(s);
	vec_release(&s->labels);
	vec_release(&s->values);
}

const char *run_tabs_task(const struct run_state *s)
{
	size_t row;
	const struct mf_object *o = s->step && list_row(&s->task_list, &row) && !s->tasks.old
					    ? rows_get(&s->tasks, row)
					    : NULL;

	return o ? mf_object_pathspec(o) : "";
}

/* "Flow/run/step" of the selected node, malloc'ed; NULL: none, or it has no tasks. */
static char *step_path(const struct run_state *s)
{
	const struct mf_node *n = graph_pane_node(&s->pane);
	struct buf b = BUF_INIT(8192);

	if (!n || !n->ran)
		return NULL;
	buf_addf(&b, "%s/%s", s->view->arg, n->name);
	return buf_take(&b);
}

static bool same(const char *a, const char *b)
{
	return a && b && str_eq(a, b);
}

static void want_tasks(struct run_state *s, char **path)
{
	if (same(s->step, *path))
		return;
	free(s->step);
	s->step = *path ? strdup(*path) : NULL;
	if (s->step)
		rows_load(&s->tasks, s->step, "", NULL);
	list_select(&s->task_list, 0);
}

static void want_artifacts(struct run_state *s)
{
	const char *task = run_tabs_task(s);

	if (!*task || same(s->task, task))
		return;
	free(s->task);
	s->task = strdup(task);
	if (s->task)
		rows_load(&s->artifacts, s->task, "", NULL);
}

static void want_log(struct run_state *s, const char *path, bool again)
{
	if (!path || s->log_busy || (same(s->log_of, path) && !again))
		return;
	if (!same(s->log_of, path)) {
		mf_log_free(s->log);
		s->log = NULL;
		free(s->log_of);
		s->log_of = strdup(path);
		pager_refresh(&s->logs, true);
	}
	s->log_busy = true;
	if (run_log_submit(s->view, path) < 0)
		s->log_busy = false;
}

void run_tabs_changed(struct run_state *s)
{
	char *path = step_path(s);

	if (s->pane.n_nodes) {
		list_select(&s->steps, s->pane.selected);
		list_select(&s->times, s->pane.selected);
	}
	switch ((enum run_tab)s->tabs.active) {
	case TAB_TASKS: want_tasks(s, &path); break;
	case TAB_ARTIFACTS:
		want_tasks(s, &path);
		want_artifacts(s);
		break;
	case TAB_LOGS: want_log(s, path, false); break;
	case TAB_CARDS: run_cards_want(s, false); break;
	default: break;
	}
	free(path);
}

void run_tabs_refresh(struct run_state *s)
{
	char *path = step_path(s);

	if (s->tabs.active == TAB_TASKS)
		rows_refresh(&s->tasks, s->task_list.top, (size_t)s->task_list.body_h);
	if (s->tabs.active == TAB_LOGS)
		want_log(s, path, true);
	if (s->tabs.active == TAB_CARDS)
		run_cards_want(s, true);
	free(path);
}

static void take_log(struct run_state *s, struct run_log_job *j)
{
	s->log_busy = false;
	free(s->log_error);
	s->log_error = j->err.code ? strdup(j->err.message) : NULL;
	if (!same(s->log_of, j->pathspec)) {
		run_tabs_changed(s); /* another step has been selected meanwhile */
		return;
	}
	mf_log_free(s->log);
	s->log = j->log;
	j->log = NULL;
	pager_refresh(&s->logs, true);
}

void run_tabs_deliver(struct run_state *s, struct job_result *r)
{
	if (rows_deliver(&s->tasks, r)) {
		list_refresh(&s->task_list);
		if (s->tabs.active == TAB_ARTIFACTS)
			want_artifacts(s);
	} else if (rows_deliver(&s->artifacts, r)) {
		list_refresh(&s->artifact_list);
	} else if (r->spec.kind == JOB_LOGS && !r->part) {
		take_log(s, r->spec.arg);
	} else if (r->spec.kind == JOB_CARDS) {
		run_cards_deliver(s, r);
	}
}

/* ---- keys ---- */

static bool open_path(struct run_state *s, const char *view, const char *path)
{
	if (path && *path)
		data_open_view(s->app, view, path);
	return true;
}

static void show_tab(struct run_state *s, enum run_tab tab)
{
	s->tabs.active = tab;
	run_tabs_changed(s);
}

static struct list *tab_list(struct run_state *s)
{
	switch ((enum run_tab)s->tabs.active) {
	case TAB_STEPS: return &s->steps;
	case TAB_TIMELINE: return &s->times;
	case TAB_TASKS: return &s->task_list;
	case TAB_ARTIFACTS: return &s->artifact_list;
	case TAB_CARDS: return &s->card_list;
	default: return NULL;
	}
}

static bool list_did(struct run_state *s, struct list *l, enum list_event e)
{
	size_t row;

	if (e == LIST_NOTHING)
		return false;
	if ((l == &s->steps || l == &s->times) && list_row(l, &row) && row != s->pane.selected) {
		s->pane.selected = row;
		s->pane.moved = true;
		run_tabs_changed(s);
	}
	if (e == LIST_SORT && l == &s->task_list) {
		rows_sort(&s->tasks, l->sort < 0 ? NULL : run_task_sort[l->sort], l->reverse);
		list_refresh(l);
	}
	if (e == LIST_SORT && l == &s->artifact_list) {
		rows_sort(
			&s->artifacts, l->sort < 0 ? NULL : run_artifact_sort[l->sort], l->reverse);
		list_refresh(l);
	}
	if (l == &s->task_list)
		rows_want(&s->tasks, l->top, (size_t)(l->body_h > 0 ? l->body_h : 0));
	if (e != LIST_OPEN || !list_row(l, &row))
		return true;
	if (l == &s->steps)
		show_tab(s, TAB_TASKS);
	else if (l == &s->times)
		open_path(s, "timeline", s->view->arg);
	else if (l == &s->task_list)
		open_path(s, "task", run_tabs_task(s));
	else if (l == &s->card_list && run_cards_selected(s))
		cards_open(s->app, s->view->arg, run_cards_selected(s)->hash);
	else
		open_path(s, "value", mf_object_pathspec(rows_get(&s->artifacts, row)));
	return true;
}

bool run_tabs_action(struct run_state *s, enum action a)
{
	struct list *l = tab_list(s);

	if (l)
		return list_did(s, l, list_action(l, a));
	if (a == ACT_open && s->tabs.active == TAB_LOGS)
		return open_path(s, "logs", s->log_of);
	if (a == ACT_open && s->tabs.active == TAB_DETAILS && s->cause) {
		data_show(s->app, s->cause);
		return true;
	}
	return pager_action(s->tabs.active == TAB_LOGS ? &s->logs : &s->details, a);
}

bool run_tabs_mouse(struct run_state *s, const struct key *k)
{
	struct list *l = tab_list(s);

	if (tabs_mouse(&s->tabs, k)) {
		run_tabs_changed(s);
		return true;
	}
	if (l)
		return list_did(s, l, list_mouse(l, k));
	return pager_mouse(s->tabs.active == TAB_LOGS ? &s->logs : &s->details, k);
}

void run_tabs_path(const struct run_state *s, struct buf *out)
{
	const struct mf_node *n = graph_pane_node(&s->pane);
	size_t row;

	if (s->tabs.active == TAB_TASKS && *run_tabs_task(s)) {
		buf_adds(out, run_tabs_task(s));
	} else if (s->tabs.active == TAB_ARTIFACTS && list_row(&s->artifact_list, &row)) {
		buf_adds(out, mf_object_pathspec(rows_get(&s->artifacts, row)));
	} else if (s->tabs.active == TAB_CARDS && run_cards_selected(s)) {
		buf_adds(out, run_cards_selected(s)->pathspec);
	} else if (s->tabs.active == TAB_DETAILS || !n) {
		buf_adds(out, s->view->arg);
	} else {
		buf_addf(out, "%s/%s", s->view->arg, n->name);
	}
}

/* ---- drawing ---- */

/* Which step this is about, and how far it is. */
static void draw_step_line(struct run_state *s, struct canvas *c)
{
	const struct mf_node *n = graph_pane_node(&s->pane);
	struct buf b = BUF_INIT(1024);

	if (!n)
		return;
	int x = 1 + canvas_text(c, 1, 0, ST_TITLE, n->name);
	int64_t all = node_expected(&s->pane, n);
	if (s->tabs.active == TAB_ARTIFACTS && s->task) {
		const char *id = strrchr(s->task, '/');
		x += canvas_textf(c, x, 0, ST_TEXT, "%s", id ? id : "");
	}
	x += 2;
	run_count_text(s, n, &b);
	if (n->n_tasks == 1 && all == 1) {
		buf_clear(&b);
	} else if (b.n) {
		enum ui_status st = node_status(&s->pane, n);
		int w = c->w - x - canvas_width(c, b.p) - 14;
		if (w > 24)
			w = 24;
		if (w >= 6) {
			canvas_thin_bar(
				c, x, 0, w, (double)node_done(n) / (double)all, status_thin(st));
			x += w + 1;
		}
		buf_adds(&b, " tasks");
	}
	if (s->tabs.active == TAB_LOGS && s->log) {
		buf_adds(&b, b.n ? " · " : "");
		fmt_count(&b, (int64_t)mf_log_count(s->log));
		buf_adds(&b, mf_log_count(s->log) == 1 ? " line" : " lines");
	}
	canvas_fit(c, x, 0, c->w - x, ALIGN_LEFT, ST_DIM, b.p);
	buf_release(&b);
}

static void set_empty(struct run_state *s)
{
	const struct mf_node *n = graph_pane_node(&s->pane);
	bool none = n && !n->ran;

	s->task_list.empty =
		none ? "This step has no tasks yet." : rows_empty(&s->tasks, "No tasks.");
	s->artifact_list.empty =
		none ? "This step has no tasks yet."
		     : rows_empty(&s->artifacts, "This task has stored no artifacts yet.");
	s->logs.empty = none           ? "This step has no tasks yet."
			: s->log_error ? s->log_error
			: s->log       ? "Nothing was printed."
				       : "reading the logs …";
	s->steps.empty = s->times.empty = s->error ? s->error : "reading the graph …";
}

void run_tabs_draw(struct run_state *s, struct canvas *c, bool focused)
{
	struct canvas line = canvas_sub(c, 0, 1, c->w, 1);
	bool head = s->tabs.active == TAB_TASKS || s->tabs.active == TAB_LOGS ||
		    s->tabs.active == TAB_ARTIFACTS;
	bool spare = c->h > 8;
	int y = head ? 2 : spare ? 2 : 1;
	struct canvas bar = canvas_sub(c, 0, 0, c->w, 1);
	struct canvas body = canvas_sub(c, 0, y, c->w, c->h - y);
	struct list *l = tab_list(s);

	set_empty(s);
	tabs_draw(&s->tabs, &bar, focused);
	if (head)
		draw_step_line(s, &line);
	if (l) {
		list_draw(l, &body, focused);
		if (l == &s->times)
			run_draw_scale(s, &body);
	} else {
		struct canvas text = canvas_sub(&body, 1, 0, body.w - 1, body.h);
		pager_draw(s->tabs.active == TAB_LOGS ? &s->logs : &s->details, &text);
	}
}
