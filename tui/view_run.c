/* view_run.c: one run: its graph beside tabs, and what failed first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/fmt.h"
#include "run_priv.h"
#include "tags.h"

static int open_view(struct view *v, struct mf_error *err)
{
	struct run_state *s = v->state;

	(void)err;
	s->app = v->app;
	s->view = v;
	graph_pane_init(&s->pane);
	split_init(&s->split, false, 0.40, 28, 44);
	split_recall(&s->split, app_saved(v->app), v->info->id);
	s->split.focus = 1;
	run_tabs_init(s);
	export_init(&s->export, v, JOB_EXPORT);
	view_set_path(v, v->arg);
	s->busy = run_submit(v, false) == MF_OK;
	data_watch_open(&s->watch, v, JOB_WATCH, v->arg);
	return MF_OK;
}

static void ask(struct view *v)
{
	struct run_state *s = v->state;

	if (!s->busy)
		s->busy = run_submit(v, true) == MF_OK;
	run_tabs_refresh(s);
}

static void load(struct view *v)
{
	struct run_state *s = v->state;

	if (v->loaded_at && data_watch_due(&s->watch))
		ask(v);
}

/* ---- answers ---- */

static void take_run(struct view *v, struct job_result *r)
{
	struct run_state *s = v->state;

	if (s->run && view_keeps(v))
		return;
	mf_object_free(s->run);
	s->run = r->part;
	r->part = NULL;
	run_tabs_details(s);
}

static void take_graph(struct view *v, struct run_job *j)
{
	struct run_state *s = v->state;
	bool first = !s->pane.graph;

	s->busy = false;
	free(s->error);
	s->error = j->err.code ? strdup(j->err.message) : NULL;
	if (j->err.code && !j->graph)
		view_set_banner(v, LEVEL_ERROR, "%s", j->err.message);
	if (!j->graph || view_keeps(v))
		return;
	if (j->err.code)
		view_set_banner(v, LEVEL_WARNING, "%s; these are its steps", j->err.message);
	else
		view_set_banner(v, LEVEL_NONE, NULL);
	graph_pane_set(&s->pane, j->graph);
	j->graph = NULL;
	mf_object_free(s->failed);
	s->failed = j->failed;
	j->failed = NULL;
	/* What is worth looking at first: what failed, else what runs. */
	for (size_t i = 0; first && i < s->pane.n_nodes; i++) {
		const struct mf_node *n = &s->pane.nodes[i];
		if (n->counts[MF_FAILED] || (n->counts[MF_RUNNING] && !s->failed)) {
			s->pane.selected = i;
			s->pane.moved = true;
			break;
		}
	}
	list_refresh(&s->steps);
	list_refresh(&s->times);
	run_tabs_changed(s);
	data_watch_seen(&s->watch, data_status(s->run) == UI_RUNNING || !v->loaded_at);
	v->loaded_at = app_now(v->app);
}

static void deliver(struct view *v, struct job_result *r)
{
	struct run_state *s = v->state;

	if (export_deliver(&s->export, r))
		return;
	if (r->spec.kind == JOB_WATCH) {
		if (data_watch_deliver(&s->watch, r) == NEWS_CHANGED)
			ask(v);
	} else if (r->spec.kind == JOB_TAGS) {
		tags_deliver(v, r);
		ask(v);
	} else if (r->spec.kind != JOB_RUN) {
		run_tabs_deliver(s, r);
	} else if (r->part) {
		take_run(v, r);
	} else {
		take_graph(v, r->spec.arg);
	}
}

static void ready(struct view *v, int fd)
{
	struct run_state *s = v->state;

	data_watch_ready(&s->watch, fd);
}

/* ---- keys ---- */

static bool open_on(struct view *v, const char *what, const char *path)
{
	if (path && *path)
		data_open_view(v->app, what, path);
	return true;
}

static bool open_selected(struct view *v, const char *what)
{
	const struct run_state *s = v->state;
	struct buf b = BUF_INIT(8192);

	if (s->split.focus == 1 && s->tabs.active == TAB_TASKS)
		buf_adds(&b, run_tabs_task(s));
	if (!b.n && s->split.focus == 0 && graph_pane_node(&s->pane))
		buf_addf(&b, "%s/%s", v->arg, graph_pane_node(&s->pane)->name);
	open_on(v, what, b.n ? b.p : v->arg);
	buf_release(&b);
	return true;
}

static bool open_artifacts(struct view *v)
{
	struct run_state *s = v->state;

	if (s->tabs.active == TAB_TASKS && *run_tabs_task(s))
		return open_on(v, "artifacts", run_tabs_task(s));
	s->tabs.active = TAB_ARTIFACTS;
	s->split.focus = 1;
	run_tabs_changed(s);
	return true;
}

static bool graph_action(struct view *v, enum action a)
{
	struct run_state *s = v->state;
	size_t before = s->pane.selected;

	if (a == ACT_open) {
		s->tabs.active = TAB_TASKS;
		s->split.focus = 1;
		run_tabs_changed(s);
		return true;
	}
	if (s->strip) { /* along the line */
		bool back = a == ACT_left || a == ACT_up, on = a == ACT_right || a == ACT_down;
		if (back && s->pane.selected > 0)
			s->pane.selected--;
		else if (on && s->pane.selected + 1 < s->pane.n_nodes)
			s->pane.selected++;
		else if (!back && !on)
			return false;
	} else if (!graph_pane_action(&s->pane, a)) {
		return false;
	}
	if (s->pane.selected != before)
		run_tabs_changed(s);
	return true;
}

static void tag(struct view *v, const char *text)
{
	struct tags_paths runs = {0};

	if (text && tags_add_path(&runs, v->arg))
		tags_submit(v, JOB_TAGS, text, &runs);
}

/* The selected artifact or task, else the run. */
static void export_what(struct view *v)
{
	struct run_state *s = v->state;
	struct buf b = BUF_INIT(8192);

	if (s->split.focus == 1 && (s->tabs.active == TAB_TASKS || s->tabs.active == TAB_ARTIFACTS))
		run_tabs_path(s, &b);
	export_one(&s->export, b.n ? b.p : v->arg);
	buf_release(&b);
}

static bool action(struct view *v, enum action a, const struct key *k)
{
	struct run_state *s = v->state;

	switch (a) {
	case ACT_tag: tags_ask(v, 1, tag); return true;
	case ACT_logs: return open_selected(v, "logs");
	case ACT_graph: return open_on(v, "graph", v->arg);
	case ACT_timeline: return open_on(v, "timeline", v->arg);
	case ACT_artifacts: return open_artifacts(v);
	case ACT_cards: return open_on(v, "cards", v->arg);
	case ACT_code: return open_on(v, "code", v->arg);
	case ACT_export: export_what(v); return true;
	case ACT_back:
		if (export_cancel(&s->export))
			return true;
		break;
	case ACT_refresh:
		ask(v);
		run_tabs_refresh(s);
		return true;
	default: break;
	}
	if (split_action(&s->split, a)) {
		split_remember(&s->split, app_saved(v->app), v->info->id);
		return true;
	}
	if (tabs_action(&s->tabs, a, k)) {
		s->split.focus = 1;
		run_tabs_changed(s);
		return true;
	}
	if (a == ACT_compact || a == ACT_critical)
		return graph_pane_action(&s->pane, a);
	return s->split.focus == 0 ? graph_action(v, a) : run_tabs_action(s, a);
}

static bool mouse(struct view *v, const struct key *k)
{
	struct run_state *s = v->state;
	bool opened = false;
	size_t before = s->pane.selected;

	if (split_mouse(&s->split, k)) {
		split_remember(&s->split, app_saved(v->app), v->info->id);
		return true;
	}
	if (!s->strip && graph_pane_mouse(&s->pane, k, &opened)) {
		if (opened || s->pane.selected != before) {
			s->tabs.active = opened ? TAB_TASKS : s->tabs.active;
			run_tabs_changed(s);
		}
		return true;
	}
	return run_tabs_mouse(s, k);
}

static void status(const struct view *v, struct buf *out)
{
	const struct run_state *s = v->state;
	size_t tasks = 0, done = 0, failed = 0;

	export_status(&s->export, out);
	if (s->tabs.active == TAB_DETAILS && s->split.focus == 1 && s->cause) {
		buf_addf(out, "Enter goes to %s", s->cause);
		return;
	}
	for (size_t i = 0; i < s->pane.n_nodes; i++) {
		tasks += s->pane.nodes[i].n_tasks;
		done += s->pane.nodes[i].counts[MF_COMPLETED];
		failed += s->pane.nodes[i].counts[MF_FAILED];
	}
	if (!s->pane.n_nodes)
		return;
	fmt_count(out, (int64_t)done);
	buf_adds(out, " of ");
	fmt_count(out, (int64_t)tasks);
	buf_adds(out, " tasks done");
	if (failed)
		buf_addf(out, " · %zu failed", failed);
}

static void link_text(const struct view *v, struct buf *out)
{
	const struct run_state *s = v->state;

	if (s->split.focus == 1)
		run_tabs_path(s, out);
	else
		buf_adds(out, v->arg);
}

static void twin(const struct view *v, struct buf *out)
{
	buf_addf(out, "mfctl show %s", v->arg);
}

static void close_view(struct view *v)
{
	struct run_state *s = v->state;

	data_watch_close(&s->watch);
	run_tabs_release(s);
	export_release(&s->export);
	graph_pane_release(&s->pane);
	mf_object_free(s->run);
	mf_object_free(s->failed);
	free(s->error);
}

static const enum action actions[] = {ACT_open, ACT_next_pane, ACT_logs, ACT_artifacts, ACT_graph,
	ACT_timeline, ACT_zoom, ACT_copy, ACT_NONE};

const struct view_class view_run_class = {
	.state_size = sizeof(struct run_state),
	.ctx = CTX_TABS | CTX_LIST | CTX_OBJ | CTX_GRAPH | CTX_TAGS | CTX_EXPORT,
	.actions = actions,
	.open = open_view,
	.load = load,
	.deliver = deliver,
	.action = action,
	.mouse = mouse,
	.draw = run_draw,
	.status = status,
	.link = link_text,
	.twin = twin,
	.ready = ready,
	.close = close_view,
};
