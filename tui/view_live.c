/* view_live.c: only what runs now. */
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/fmt.h"
#include "list.h"
#include "live_data.h"

enum { JOB_LIVE, JOB_WATCH, JOB_COUNT };
enum { CARD = 5 };

struct state {
	struct live_runs runs;
	size_t selected, top;
	char *chosen; /* pathspec of the selected run */
	size_t flows;
	struct data_watch watch;
	bool busy;
	char *error;
	int x, y, w, h; /* as drawn last */
};

static void ask(struct view *v)
{
	struct state *s = v->state;
	struct data *d = data_of(v->app);
	struct live_job *j = d ? calloc(1, sizeof(*j)) : NULL;

	if (!j || s->busy) {
		free(j);
		return;
	}
	j->client = d->client;
	j->cancel = mf_cancel_new();
	j->ns = d->ns ? strdup(d->ns) : NULL;
	j->now = app_present(v->app);
	j->err = (struct mf_error)MF_ERROR_INIT;
	if (!j->cancel || (d->ns && !j->ns)) {
		live_job_free(j);
		return;
	}
	s->busy = true;
	if (view_submit(v, JOB_LIVE, live_job_run, j, live_job_free, live_job_cancel) < 0)
		s->busy = false;
}

static int open_view(struct view *v, struct mf_error *err)
{
	struct state *s = v->state;

	(void)err;
	ask(v);
	data_watch_open(&s->watch, v, JOB_WATCH, "");
	return MF_OK;
}

static void load(struct view *v)
{
	struct state *s = v->state;

	data_count(v, JOB_COUNT);
	if (v->loaded_at && data_watch_due(&s->watch))
		ask(v);
}

static const struct live_run *run_at(const struct state *s, size_t i)
{
	return i < s->runs.n ? &s->runs.v[i] : NULL;
}

static void choose(struct state *s, size_t i)
{
	const struct live_run *r = run_at(s, i);

	s->selected = r ? i : 0;
	free(s->chosen);
	s->chosen = r ? strdup(r->pathspec) : NULL;
}

static void take(struct view *v, struct live_job *j)
{
	struct state *s = v->state;
	size_t at = 0;

	s->busy = false;
	if (view_keeps(v))
		return;
	free(s->error);
	s->error = j->err.code ? strdup(j->err.message) : NULL;
	if (j->err.code)
		return;
	live_runs_free(&s->runs);
	s->runs = j->found;
	j->found = (struct live_runs){0};
	s->flows = j->flows;
	for (size_t i = 0; s->chosen && i < s->runs.n; i++)
		if (str_eq(s->runs.v[i].pathspec, s->chosen))
			at = i;
	choose(s, at);
	data_watch_seen(&s->watch, s->runs.n > 0 || !v->loaded_at);
	v->loaded_at = app_now(v->app);
	v->tick_at = s->runs.n ? app_now(v->app) + 1000 : 0;
}

static void deliver(struct view *v, struct job_result *r)
{
	struct state *s = v->state;

	if (r->spec.kind == JOB_LIVE && !r->part)
		take(v, r->spec.arg);
	else if (r->spec.kind == JOB_COUNT)
		data_counted(v, r);
	else if (data_watch_deliver(&s->watch, r) == NEWS_CHANGED)
		ask(v);
}

static void ready(struct view *v, int fd)
{
	struct state *s = v->state;

	data_watch_ready(&s->watch, fd);
}

/* Durations go on between two looks. */
static void tick(struct view *v)
{
	v->tick_at = app_now(v->app) + 1000;
	app_dirty(v->app);
}

/* ---- keys ---- */

static bool open_selected(struct view *v, const char *what)
{
	struct state *s = v->state;

	if (s->chosen)
		data_open_view(v->app, what, s->chosen);
	return true;
}

static bool action(struct view *v, enum action a, const struct key *k)
{
	struct state *s = v->state;
	size_t last = s->runs.n ? s->runs.n - 1 : 0;

	(void)k;
	switch (a) {
	case ACT_up: choose(s, s->selected ? s->selected - 1 : 0); return true;
	case ACT_down: choose(s, s->selected < last ? s->selected + 1 : last); return true;
	case ACT_top: choose(s, 0); return true;
	case ACT_bottom: choose(s, last); return true;
	case ACT_open: return open_selected(v, "run");
	case ACT_logs: return open_selected(v, "logs");
	case ACT_graph: return open_selected(v, "graph");
	case ACT_timeline: return open_selected(v, "timeline");
	case ACT_cards: return open_selected(v, "cards");
	case ACT_code: return open_selected(v, "code");
	case ACT_refresh: ask(v); return true;
	default: return false;
	}
}

static bool mouse(struct view *v, const struct key *k)
{
	struct state *s = v->state;
	size_t i = s->top + (size_t)(k->y > s->y ? (k->y - s->y) / (CARD + 1) : 0);

	if (k->code != K_CLICK || k->x < s->x || k->y < s->y || k->x >= s->x + s->w ||
		k->y >= s->y + s->h || i >= s->runs.n)
		return false;
	bool again = i == s->selected;
	choose(s, i);
	return again ? open_selected(v, "run") : true;
}

/* ---- drawing ---- */

static void draw_empty(const struct view *v, struct canvas *c)
{
	const struct state *s = v->state;
	int y = c->h / 3;
	struct buf b = BUF_INIT(4096);

	if (s->error || !v->loaded_at) {
		canvas_fit(c, 1, y, c->w - 2, ALIGN_CENTER, ST_DIM,
			s->error ? s->error : "looking for what runs …");
		return;
	}
	canvas_fit(c, 1, y, c->w - 2, ALIGN_CENTER, ST_STRONG, "Nothing is running.");
	buf_addf(&b, "Looked at %zu %s. A run started now shows up here by itself:", s->flows,
		s->flows == 1 ? "flow" : "flows");
	canvas_fit(c, 1, y + 2, c->w - 2, ALIGN_CENTER, ST_DIM, b.p);
	canvas_fit(c, 1, y + 3, c->w - 2, ALIGN_CENTER, ST_KEY, "python flow.py run");
	canvas_fit(c, 1, y + 5, c->w - 2, ALIGN_CENTER, ST_DIM, "Esc goes back to the flows.");
	buf_release(&b);
}

static void draw_title(struct view *v, const struct live_run *r, struct canvas *c, unsigned flags)
{
	struct buf b = BUF_INIT(4096), right = BUF_INIT(4096);
	int64_t now = app_present(v->app);

	canvas_text(c, 0, 0, (unsigned)status_style(r->status) | flags, status_glyph(r->status));
	buf_addf(&right, "%s%s%s · ", r->tags, *r->tags ? "   " : "", r->user);
	cell_ago(&right, v->app, r->created);
	int x = 2 + canvas_text(c, 2, 0, ST_TITLE | flags, r->pathspec) + 2;
	cell_duration(&b, now - r->created);
	x += canvas_text(c, x, 0, ST_STRONG | flags, b.p) + 2;
	int w = canvas_width(c, right.p);
	if (c->w - w > x)
		canvas_text(c, c->w - w, 0, ST_DIM | flags, right.p);
	buf_release(&b);
	buf_release(&right);
}

static void draw_progress(const struct live_run *r, struct canvas *c)
{
	struct buf b = BUF_INIT(4096);
	int w = c->w / 2 > 48 ? 48 : c->w / 2;
	double done = r->total ? (double)r->done / (double)r->total : 0;

	canvas_bar(c, 2, 0, w, done, ST_BAR_RUNNING);
	fmt_count(&b, r->done);
	buf_adds(&b, r->more ? " of ≥" : " of ");
	fmt_count(&b, r->total);
	buf_adds(&b, " tasks");
	int x = w + 4 + canvas_text(c, w + 4, 0, ST_TEXT, b.p);
	if (r->running)
		x += canvas_textf(c, x, 0, ST_RUNNING, "   %lld running", (long long)r->running);
	if (r->failed)
		x += canvas_textf(c, x, 0, ST_FAILED, "   %lld failed", (long long)r->failed);
	buf_release(&b);
}

static void draw_pace(struct view *v, const struct live_run *r, struct canvas *c)
{
	struct buf b = BUF_INIT(8192);
	int64_t took = app_present(v->app) - r->created;
	int x = 2;

	if (*r->steps) {
		x += canvas_text(c, x, 0, ST_LABEL, "in ");
		x += canvas_text(c, x, 0, ST_TEXT, r->steps);
	}
	if (r->done && took > 0) {
		double rate = (double)r->done * 60000 / (double)took;
		buf_addf(&b, rate >= 10 ? "%s%.0f tasks/min" : "%s%.1f tasks/min",
			x > 2 ? " · " : "", rate);
	}
	if (r->median > 0) {
		buf_adds(&b, x > 2 || b.n ? " · " : "");
		if (r->median > took) {
			buf_adds(&b, "about ");
			fmt_duration(&b, (r->median - took) / 1000 * 1000);
			buf_adds(&b, " to go, if it is like the others (median ");
		} else {
			fmt_duration(&b, (took - r->median) / 1000 * 1000);
			buf_adds(&b, " longer than usual (median ");
		}
		fmt_duration(&b, r->median);
		buf_addc(&b, ')');
	}
	canvas_fit(c, x, 0, c->w - x, ALIGN_LEFT,
		r->median > 0 && took > r->median ? ST_WARNING : ST_DIM, b.p);
	buf_release(&b);
}

static void draw_why(struct view *v, const struct live_run *r, struct canvas *c)
{
	struct buf b = BUF_INIT(8192);

	buf_adds(&b, r->why);
	if (r->active != MF_NO_TIME) {
		buf_adds(&b, b.n ? " · last activity " : "last activity ");
		cell_ago(&b, v->app, r->active);
	}
	canvas_fit(c, 2, 0, c->w - 2, ALIGN_LEFT, ST_DIM, b.p);
	buf_release(&b);
}

static void draw_card(struct view *v, const struct live_run *r, struct canvas *c, bool selected)
{
	struct canvas in = canvas_sub(c, 2, 0, c->w - 4, c->h), line;
	unsigned flags = selected ? CA_SELECTED : 0U;

	if (selected) {
		canvas_fill(c, 0, 0, c->w, 1, ST_TEXT | flags, ' ');
		for (int y = 0; y < CARD; y++)
			canvas_put(c, 0, y, ST_CURSOR_BAR | (y ? 0 : flags), 0x258c);
	}
	line = canvas_sub(&in, 0, 0, in.w, 1);
	draw_title(v, r, &line, flags);
	line = canvas_sub(&in, 0, 1, in.w, 1);
	draw_progress(r, &line);
	line = canvas_sub(&in, 0, 2, in.w, 1);
	draw_pace(v, r, &line);
	line = canvas_sub(&in, 0, 3, in.w, 1);
	draw_why(v, r, &line);
	line = canvas_sub(&in, 0, 4, in.w, 1);
	if (*r->line)
		canvas_fit(&line, 2, 0, line.w - 2, ALIGN_LEFT, ST_TEXT, r->line);
	else
		canvas_text(&line, 2, 0, ST_FAINT, "no output so far");
}

static void draw(struct view *v, struct canvas *c)
{
	struct state *s = v->state;
	size_t fit = c->h > CARD ? (size_t)(c->h + 1) / (CARD + 1) : 1;

	s->x = c->x;
	s->y = c->y;
	s->w = c->w;
	s->h = c->h;
	if (!s->runs.n) {
		draw_empty(v, c);
		return;
	}
	if (s->selected >= s->top + fit)
		s->top = s->selected - fit + 1;
	if (s->selected < s->top)
		s->top = s->selected;
	for (size_t i = s->top; i < s->runs.n && i < s->top + fit; i++) {
		struct canvas card =
			canvas_sub(c, 0, (int)(i - s->top) * (CARD + 1), c->w - 1, CARD);
		draw_card(v, &s->runs.v[i], &card, i == s->selected);
	}
	canvas_scrollbar(c, c->w - 1, 0, c->h, s->runs.n, s->top, fit);
}

static void status(const struct view *v, struct buf *out)
{
	const struct state *s = v->state;

	if (v->loaded_at)
		buf_addf(out, "%zu running in %zu %s", s->runs.n, s->flows,
			s->flows == 1 ? "flow" : "flows");
}

static void link_text(const struct view *v, struct buf *out)
{
	const struct state *s = v->state;

	buf_adds(out, s->chosen ? s->chosen : "");
}

static void close_view(struct view *v)
{
	struct state *s = v->state;

	data_watch_close(&s->watch);
	live_runs_free(&s->runs);
	free(s->chosen);
	free(s->error);
}

static const enum action actions[] = {
	ACT_open, ACT_logs, ACT_graph, ACT_timeline, ACT_copy, ACT_back, ACT_NONE};

const struct view_class view_live_class = {
	.state_size = sizeof(struct state),
	.ctx = CTX_OBJ,
	.actions = actions,
	.open = open_view,
	.load = load,
	.deliver = deliver,
	.action = action,
	.mouse = mouse,
	.draw = draw,
	.status = status,
	.link = link_text,
	.ready = ready,
	.tick = tick,
	.close = close_view,
};
