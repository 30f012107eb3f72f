/* view_graph.c: the graph of a run, or of a flow, on the whole screen. */
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"
#include "../clientlib/base/fmt.h"
#include "data.h"
#include "graph_job.h"
#include "graph_pane.h"

enum { JOB_GRAPH, JOB_WATCH };

struct state {
	struct graph_pane pane;
	struct data_watch watch;
	char *error;
	bool busy;
};

static void ask(struct view *v)
{
	struct state *s = v->state;

	s->busy = graph_submit(v, JOB_GRAPH, v->arg) == MF_OK;
}

static int open_view(struct view *v, struct mf_error *err)
{
	struct state *s = v->state;

	(void)err;
	graph_pane_init(&s->pane);
	s->pane.scrolls = true;
	view_set_path(v, v->arg);
	ask(v);
	data_watch_open(&s->watch, v, JOB_WATCH, v->arg);
	return MF_OK;
}

static void load(struct view *v)
{
	struct state *s = v->state;

	if (v->loaded_at && !s->busy && data_watch_due(&s->watch))
		ask(v);
}

static bool running(const struct graph_pane *p)
{
	for (size_t i = 0; i < p->n_nodes; i++)
		if (p->nodes[i].counts[MF_RUNNING] || p->nodes[i].counts[MF_PENDING])
			return true;
	return false;
}

static void note(struct view *v)
{
	struct state *s = v->state;
	const struct graph_pane *p = &s->pane;
	size_t tasks = 0, done = 0, failed = 0;
	struct buf b = BUF_INIT(256);

	for (size_t i = 0; i < p->n_nodes; i++) {
		tasks += p->nodes[i].n_tasks;
		done += p->nodes[i].counts[MF_COMPLETED];
		failed += p->nodes[i].counts[MF_FAILED];
	}
	buf_addf(&b, "%zu steps", p->n_nodes);
	if (p->live) {
		buf_adds(&b, " · ");
		fmt_count(&b, (int64_t)done);
		buf_addc(&b, '/');
		fmt_count(&b, (int64_t)tasks);
		buf_adds(&b, " tasks done");
		if (failed)
			buf_addf(&b, " · %zu failed", failed);
	}
	view_set_note(v, failed ? ST_FAILED : ST_DIM, "%s", b.p);
	buf_release(&b);
	view_set_banner(v, LEVEL_INFO, "%s",
		p->graph && mf_graph_reconstructed(p->graph)
			? "this run recorded no graph: it is put together from its tasks"
			: "");
}

static void deliver(struct view *v, struct job_result *r)
{
	struct state *s = v->state;

	if (r->spec.kind == JOB_WATCH) {
		if (data_watch_deliver(&s->watch, r) == NEWS_CHANGED && !s->busy)
			ask(v);
		return;
	}
	struct graph_job *j = r->spec.arg;
	s->busy = false;
	free(s->error);
	s->error = j->err.code ? strdup(j->err.message) : NULL;
	if (j->graph && !view_keeps(v)) {
		graph_pane_set(&s->pane, j->graph);
		j->graph = NULL;
		data_watch_seen(&s->watch, running(&s->pane));
		v->loaded_at = app_now(v->app);
		note(v);
		if (j->err.code)
			view_set_banner(v, LEVEL_WARNING, "%s; these are its steps", j->err.message);
	}
}

static void ready(struct view *v, int fd)
{
	struct state *s = v->state;

	data_watch_ready(&s->watch, fd);
}

/* ---- keys ---- */

/* "Flow/run/step" of the selected node; of a flow's graph there is none. */
static void step_path(const struct view *v, struct buf *out)
{
	const struct state *s = v->state;
	const struct mf_node *n = graph_pane_node(&s->pane);

	if (n && s->pane.live)
		buf_addf(out, "%s/%s/%s", mf_graph_flow(s->pane.graph), mf_graph_run(s->pane.graph),
			n->name);
}

static bool open_step(struct view *v, const char *what)
{
	struct state *s = v->state;
	const struct mf_node *n = graph_pane_node(&s->pane);
	struct buf b = BUF_INIT(8192);

	step_path(v, &b);
	if (!b.n && n)
		app_say(v->app, LEVEL_INFO, "this is the graph of a flow; open a run to see tasks");
	else if (n && !n->ran)
		app_say(v->app, LEVEL_INFO, "%s has no tasks yet", n->name);
	else if (b.n)
		data_open_view(v->app, what, b.p);
	buf_release(&b);
	return true;
}

static bool action(struct view *v, enum action a, const struct key *k)
{
	struct state *s = v->state;

	(void)k;
	switch (a) {
	case ACT_open: return open_step(v, "tasks");
	case ACT_logs: return open_step(v, "logs");
	case ACT_cards: return open_step(v, "cards");
	case ACT_code: return s->pane.live && data_open_view(v->app, "code", v->arg);
	case ACT_timeline: return s->pane.live && data_open_view(v->app, "timeline", v->arg);
	case ACT_refresh:
		if (!s->busy)
			ask(v);
		return true;
	default: return graph_pane_action(&s->pane, a);
	}
}

static bool mouse(struct view *v, const struct key *k)
{
	struct state *s = v->state;
	bool opened, used = graph_pane_mouse(&s->pane, k, &opened);

	if (opened)
		open_step(v, "tasks");
	return used;
}

/* ---- drawing ---- */

static void decorators(const struct mf_node *n, struct buf *out)
{
	for (size_t i = 0; i < mf_value_count(n->decorators); i++) {
		const struct mf_value *d = mf_value_item(n->decorators, i);
		size_t len;
		const char *name = mf_value_text(mf_value_get(d, "name"), &len);
		if (name)
			buf_addf(out, "%s@%s", out->n ? " " : "", name);
	}
}

/* Two quiet lines about the selected node. */
static void draw_node(struct view *v, struct canvas *c)
{
	struct state *s = v->state;
	const struct mf_node *n = graph_pane_node(&s->pane);
	struct buf b = BUF_INIT(65536);
	int x = 1;

	if (!n)
		return;
	enum ui_status st = node_status(&s->pane, n);
	canvas_hline(c, 0, 0, c->w, LINE_LIGHT, ST_BORDER);
	if (s->pane.live) {
		cell_status(&b, st);
		x += canvas_text(c, x, 1, status_style(st), b.p) + 2;
		buf_clear(&b);
	}
	x += canvas_text(c, x, 1, ST_TITLE, n->name) + 2;
	if (s->pane.live && n->n_tasks) {
		fmt_count(&b, node_done(n));
		buf_adds(&b, " of ");
		fmt_count(&b, node_expected(&s->pane, n));
		buf_adds(&b, node_expected(&s->pane, n) == 1 ? " task done" : " tasks done");
		if (n->counts[MF_FAILED])
			buf_addf(&b, ", %zu failed", n->counts[MF_FAILED]);
		if (n->counts[MF_RUNNING])
			buf_addf(&b, ", %zu running", n->counts[MF_RUNNING]);
		int64_t d = node_duration(n, app_present(v->app));
		if (d >= 0) {
			buf_adds(&b, " · ");
			fmt_duration(&b, d);
		}
		if (n->started_at != MF_NO_TIME) {
			buf_adds(&b, " · started ");
			cell_clock(&b, v->app, n->started_at);
		}
	}
	canvas_fit(c, x, 1, c->w - x - 1, ALIGN_LEFT, ST_TEXT, b.p);
	buf_clear(&b);
	decorators(n, &b);
	if (n->foreach_artifact)
		buf_addf(&b, "%sforeach %s", b.n ? " · " : "", n->foreach_artifact);
	if (n->condition)
		buf_addf(&b, "%sswitch on %s", b.n ? " · " : "", n->condition);
	if (n->line)
		buf_addf(&b, "%sline %d", b.n ? " · " : "", n->line);
	if (n->doc && *n->doc) {
		const char *doc = n->doc + strspn(n->doc, " \n\t");
		buf_addf(&b, "%s%.*s", b.n ? " · " : "", (int)strcspn(doc, "\n"), doc);
	}
	canvas_fit(c, 1, 2, c->w - 2, ALIGN_LEFT, ST_DIM, b.p);
	buf_release(&b);
}

static void draw(struct view *v, struct canvas *c)
{
	struct state *s = v->state;
	int below = c->h >= 12 && s->pane.graph ? 3 : 0;
	struct canvas top = canvas_sub(c, 0, 0, c->w, c->h - below);
	struct canvas bottom = canvas_sub(c, 0, c->h - below, c->w, below);

	graph_pane_draw(&s->pane, &top, true, s->error ? s->error : "reading the graph …");
	if (below)
		draw_node(v, &bottom);
}

static void status(const struct view *v, struct buf *out)
{
	const struct state *s = v->state;
	const struct mf_node *n = graph_pane_node(&s->pane);

	if (n)
		buf_addf(out, "%zu of %zu%s", s->pane.selected + 1, s->pane.n_nodes,
			s->pane.critical ? " · critical path underlined" : "");
}

static void link_text(const struct view *v, struct buf *out)
{
	step_path(v, out);
	if (!out->n)
		buf_adds(out, v->arg);
}

static void twin(const struct view *v, struct buf *out)
{
	buf_addf(out, "mfctl dag %s", v->arg);
}

static void close_view(struct view *v)
{
	struct state *s = v->state;

	data_watch_close(&s->watch);
	graph_pane_release(&s->pane);
	free(s->error);
}

static const enum action actions[] = {
	ACT_open, ACT_logs, ACT_timeline, ACT_compact, ACT_critical, ACT_copy, ACT_back, ACT_NONE};

const struct view_class view_graph_class = {
	.state_size = sizeof(struct state),
	.ctx = CTX_GRAPH | CTX_OBJ | CTX_GRID,
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
	.ready = ready,
	.close = close_view,
};
