/* view_flows.c: every flow with its newest runs at a glance. */
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"
#include "../clientlib/base/fmt.h"
#include "columns.h"
#include "flows_data.h"
#include "list.h"
#include "rows.h"

enum { JOB_FLOWS, JOB_WATCH, JOB_COUNT };

struct state {
	struct app *app;
	struct list list;
	struct columns columns;
	struct flows flows; /* by name */
	size_t *order;      /* rows */
	struct data_watch watch;
	bool busy;
	char *error;
};

enum { COL_FLOW, COL_STATUS, COL_LAST, COL_STRIP, COL_SUCCESS, COL_MEDIAN, COL_RUNS, COL_OWNERS };

static void draw_strip(void *ctx, size_t row, struct canvas *c, unsigned flags);

static const struct list_column columns[] = {
	[COL_FLOW] = {.title = "FLOW", .min = 10, .max = 36},
	[COL_STATUS] = {.title = "LAST RUN", .min = 11, .max = 11, .hide = 1},
	[COL_LAST] = {.title = "STARTED", .min = 9, .max = 12},
	[COL_STRIP] = {.title = "LAST 20 RUNS",
		.min = FLOW_RUNS,
		.max = FLOW_RUNS,
		.draw = draw_strip,
		.align = ALIGN_RIGHT,
		.no_sort = true,
		.hide = 2},
	[COL_SUCCESS] = {.title = "OK", .min = 5, .max = 5, .align = ALIGN_RIGHT},
	[COL_MEDIAN] = {.title = "MEDIAN", .min = 7, .max = 8, .align = ALIGN_RIGHT, .hide = 4},
	[COL_RUNS] = {.title = "RUNS", .min = 5, .max = 9, .align = ALIGN_RIGHT, .hide = 5},
	[COL_OWNERS] = {.title = "OWNERS", .min = 6, .max = 40, .weight = 1, .hide = 6},
};

static const struct flow *flow_at(const struct state *s, size_t row)
{
	return row < s->flows.n ? &s->flows.v[s->order ? s->order[row] : row] : NULL;
}

/* ---- cells ---- */

static size_t count(void *ctx)
{
	return ((struct state *)ctx)->flows.n;
}

static uint64_t id(void *ctx, size_t row)
{
	return flow_at(ctx, row)->id;
}

static unsigned text(void *ctx, size_t row, int column, struct buf *out)
{
	struct state *s = ctx;
	const struct flow *f = flow_at(s, row);
	const struct flow_run *last = f->n ? &f->runs[0] : NULL;
	int rate;

	if (column == COL_FLOW) {
		buf_adds(out, f->name);
		return last && last->status == UI_RUNNING ? ST_TITLE : ST_STRONG;
	}
	if (!f->known)
		return ST_FAINT; /* comes soon */
	switch (column) {
	case COL_STATUS:
		if (last)
			return cell_status(out, last->status);
		buf_adds(out, "no runs");
		return ST_DIM;
	case COL_LAST: return cell_ago(out, s->app, last ? last->created : MF_NO_TIME);
	case COL_SUCCESS:
		rate = flow_success(f);
		if (rate < 0) {
			buf_adds(out, "–");
			return ST_FAINT;
		}
		buf_addf(out, "%d %%", rate);
		return rate < 50 ? ST_FAILED : rate < 90 ? ST_WARNING : ST_DIM;
	case COL_MEDIAN: return cell_duration(out, flow_median(f));
	case COL_RUNS: fmt_count(out, (int64_t)f->total); return ST_DIM;
	case COL_OWNERS: flow_owners(f, out); return ST_DIM;
	default: return ST_TEXT;
	}
}

/* The newest run is at the right, under the same column in every row. */
static void draw_strip(void *ctx, size_t row, struct canvas *c, unsigned flags)
{
	const struct flow *f = flow_at(ctx, row);

	for (int i = 0; i < f->n && i < c->w; i++) {
		enum ui_status s = f->runs[i].status;
		canvas_text(c, c->w - 1 - i, 0, (unsigned)status_style(s) | flags, status_glyph(s));
	}
	for (int i = f->n; f->known && i < c->w; i++)
		canvas_put(c, c->w - 1 - i, 0, ST_FAINT | flags, 0xb7);
}

/* ---- order ---- */

static int64_t last_created(const struct flow *f)
{
	return f->n ? f->runs[0].created : INT64_MIN;
}

static int compare(const struct flow *a, const struct flow *b, int column)
{
	struct buf x = BUF_INIT(8192), y = BUF_INIT(8192);
	int64_t p = 0, q = 0;
	int c;

	switch (column) {
	case COL_STATUS:
		p = a->n ? (int64_t)a->runs[0].status : 99;
		q = b->n ? (int64_t)b->runs[0].status : 99;
		break;
	case COL_LAST:
		p = last_created(a);
		q = last_created(b);
		break;
	case COL_SUCCESS:
		p = flow_success(a);
		q = flow_success(b);
		break;
	case COL_MEDIAN:
		p = flow_median(a);
		q = flow_median(b);
		break;
	case COL_RUNS:
		p = (int64_t)a->total;
		q = (int64_t)b->total;
		break;
	case COL_OWNERS:
		flow_owners(a, &x);
		flow_owners(b, &y);
		c = strcmp(x.p, y.p);
		buf_release(&x);
		buf_release(&y);
		return c;
	default: return strcmp(a->name, b->name);
	}
	return p < q ? -1 : p > q;
}

static int by_column(const void *x, const void *y, void *ctx)
{
	const struct state *s = ctx;
	size_t a = *(const size_t *)x, b = *(const size_t *)y;
	int c = compare(&s->flows.v[a], &s->flows.v[b], s->list.sort);

	c = s->list.reverse ? -c : c;
	return c ? c : a < b ? -1 : a > b;
}

static void arrange(struct state *s)
{
	free(s->order);
	s->order = s->list.sort >= 0 ? calloc(s->flows.n + 1, sizeof(*s->order)) : NULL;
	for (size_t i = 0; s->order && i < s->flows.n; i++)
		s->order[i] = i;
	if (s->order)
		qsort_r(s->order, s->flows.n, sizeof(*s->order), by_column, s);
	list_refresh(&s->list);
}

/* ---- data ---- */

static void ask(struct view *v, bool again)
{
	struct state *s = v->state;
	struct data *d = data_of(v->app);
	struct flows_job *j = d ? calloc(1, sizeof(*j)) : NULL;

	if (!j)
		return;
	j->client = d->client;
	j->cancel = mf_cancel_new();
	j->ns = d->ns ? strdup(d->ns) : NULL;
	j->err = (struct mf_error)MF_ERROR_INIT;
	bool ok = j->cancel && (j->ns || !d->ns) && vec_reserve(&j->known, s->flows.n + 1);
	if (ok && again) {
		memcpy(j->known.v, s->flows.v, s->flows.n * sizeof(*s->flows.v));
		j->known.n = s->flows.n;
	}
	if (v->filter[0])
		mf_query_parse(&j->query, MF_FLOW, v->filter, app_present(v->app), NULL);
	if (!ok) {
		flows_job_free(j);
		return;
	}
	s->busy = true;
	if (view_submit(v, JOB_FLOWS, flows_job_run, j, flows_job_free, flows_job_cancel) < 0)
		s->busy = false;
}

static void update(struct view *v)
{
	struct state *s = v->state;

	s->list.empty = s->error                      ? s->error
			: s->busy || !data_of(v->app) ? "loading …"
			: v->filter[0] ? "No flow matches. Esc takes the filter away."
				       : "No flows yet. Run one here: python flow.py run";
	arrange(s);
}

static int open_view(struct view *v, struct mf_error *err)
{
	struct state *s = v->state;

	(void)err;
	s->app = v->app;
	columns_init(&s->columns, v, &s->list,
		&(struct columns_spec){
			.own = columns, .count = ARRAY_SIZE(columns), .entity = MF_FLOW});
	list_init(&s->list, s->columns.all, s->columns.count,
		&(struct list_source){count, id, text, s});
	columns_recall(&s->columns, NULL);
	data_watch_open(&s->watch, v, JOB_WATCH, "");
	ask(v, false);
	update(v);
	return MF_OK;
}

static void load(struct view *v)
{
	struct state *s = v->state;

	data_count(v, JOB_COUNT);
	if (v->loaded_at && !s->busy && data_watch_due(&s->watch))
		ask(v, true);
}

static void take(struct state *s, struct flows *f)
{
	free(s->flows.v);
	s->flows = *f;
	*f = (struct flows){0};
}

static void deliver_flows(struct view *v, struct job_result *r)
{
	struct state *s = v->state;
	struct flows_job *j = r->spec.arg;

	if (r->part) {
		if (!view_keeps(v))
			take(s, r->part);
		update(v);
		return;
	}
	s->busy = false;
	free(s->error);
	s->error = j->err.code ? strdup(j->err.message) : NULL;
	if (!j->err.code && !view_keeps(v)) {
		take(s, &j->found);
		data_watch_seen(&s->watch, j->live || !v->loaded_at);
		v->loaded_at = app_now(v->app);
	}
	update(v);
	struct data *d = data_of(v->app);
	if (d && d->choose && s->flows.n == 1 && app_view(v->app) == v)
		data_open_view(v->app, "runs", s->flows.v[0].name);
	if (d)
		d->choose = false;
}

static void deliver(struct view *v, struct job_result *r)
{
	struct state *s = v->state;

	if (r->spec.kind == JOB_FLOWS)
		deliver_flows(v, r);
	else if (r->spec.kind == JOB_COUNT)
		data_counted(v, r);
	else if (data_watch_deliver(&s->watch, r) == NEWS_CHANGED && !s->busy)
		ask(v, true);
}

static void ready(struct view *v, int fd)
{
	struct state *s = v->state;

	data_watch_ready(&s->watch, fd);
}

static void filter(struct view *v, bool final)
{
	struct mf_error err = MF_ERROR_INIT;
	struct mf_query *q = NULL;

	(void) final;
	if (v->filter[0] && mf_query_parse(&q, MF_FLOW, v->filter, app_present(v->app), &err) < 0) {
		view_set_banner(v, LEVEL_WARNING, "%s", err.message);
		return;
	}
	mf_query_free(q);
	view_set_banner(v, LEVEL_NONE, NULL);
	view_restart(v);
	struct state *s = v->state;
	/* The other jobs may have been cancelled, too. */
	if (data_of(v->app))
		data_of(v->app)->counted_at = 0;
	data_watch_close(&s->watch);
	data_watch_open(&s->watch, v, JOB_WATCH, "");
	ask(v, false);
	update(v);
}

/* ---- keys ---- */

static const struct flow *selected(const struct state *s)
{
	size_t row;

	return list_row(&s->list, &row) ? flow_at(s, row) : NULL;
}

static bool open_selected(struct view *v, const char *what)
{
	const struct flow *f = selected(v->state);
	char name[sizeof(f->name)];

	if (!f)
		return true;
	memcpy(name, f->name, sizeof(name));
	data_open_view(v->app, what, name);
	return true;
}

static bool list_did(struct view *v, enum list_event e)
{
	if (e == LIST_OPEN)
		return open_selected(v, "runs");
	if (e == LIST_SORT)
		arrange(v->state);
	return e != LIST_NOTHING;
}

static bool action(struct view *v, enum action a, const struct key *k)
{
	struct state *s = v->state;

	(void)k;
	switch (a) {
	case ACT_columns: columns_choose(&s->columns); return true;
	case ACT_graph: return open_selected(v, "graph");
	case ACT_follow: return data_open_view(v->app, "live", NULL);
	case ACT_refresh:
		if (!s->busy)
			ask(v, true);
		return true;
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
	struct state *s = v->state;

	list_draw(&s->list, c, true);
}

static void status(const struct view *v, struct buf *out)
{
	const struct state *s = v->state;

	list_number(out, s->flows.n);
	buf_adds(out, s->flows.n == 1 ? " flow" : " flows");
	if (s->busy && !v->loaded_at)
		buf_adds(out, " · reading");
}

static void link_text(const struct view *v, struct buf *out)
{
	const struct flow *f = selected(v->state);

	buf_adds(out, f ? f->name : "");
}

static void close_view(struct view *v)
{
	struct state *s = v->state;

	data_watch_close(&s->watch);
	list_release(&s->list);
	free(s->flows.v);
	free(s->order);
	free(s->error);
}

static const enum action actions[] = {
	ACT_open, ACT_graph, ACT_follow, ACT_sort, ACT_copy, ACT_NONE};

const struct view_class view_flows_class = {
	.state_size = sizeof(struct state),
	.ctx = CTX_LIST | CTX_OBJ | CTX_COLUMNS,
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
	.ready = ready,
	.close = close_view,
};
