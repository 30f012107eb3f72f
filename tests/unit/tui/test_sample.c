/* test_sample.c: the sample views, and that they can be opened and closed. */
#include "../../support/screen.h"
#include "../../support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "../../../tui/list.h"
#include "../../../tui/pager.h"
#include "../../../tui/split.h"
#include "../../../tui/tabs.h"
#include "../../../tui/tree.h"
#include "sample.h"

/* ---- runs ---- */

struct run {
	int id;
	enum ui_status status;
	const char *user, *started, *duration, *step, *tags;
	int done, total;
	double of_median;
};

static struct run make_run(size_t i)
{
	static const char *const users[] = {"alice", "bob", "ci", "zoë", "李明"};
	static const char *const started[] = {
		"2 min ago", "9 min ago", "1 h ago", "3 h ago", "yesterday"};
	static const char *const steps[] = {"train", "train", "prepare", "end", "end"};
	static const char *const tags[] = {"exp:7", "", "exp:7", "exp:6 prod", ""};
	struct run r = {.id = 1837 - (int)i,
		.user = users[i * 7 % 5],
		.started = started[i < 4 ? i : 4],
		.step = steps[i % 5],
		.tags = tags[i % 5],
		.total = 304,
		.done = 304};

	r.status = i < 2               ? UI_RUNNING
		   : i == 2 || i == 11 ? UI_FAILED
		   : i == 7            ? UI_UNKNOWN
				       : UI_COMPLETED;
	r.of_median = 0.9 + (double)(i * 37 % 23) / 60;
	r.duration = "12m04s";
	if (r.status == UI_RUNNING) {
		r.of_median = i ? 0.8 : 0.18;
		r.done = i ? 287 : 41;
		r.duration = i ? "9m40s" : "2m11s";
		r.step = "train";
	} else if (r.status == UI_FAILED) {
		r.of_median = 0.33;
		r.done = r.total = 3;
		r.duration = "4m02s";
		r.step = "prepare";
	} else if (r.status == UI_UNKNOWN) {
		r.of_median = 0;
		r.done = 12;
		r.total = 0;
		r.duration = "–";
		r.step = "train";
	} else {
		r.step = "end";
	}
	return r;
}

struct runs {
	struct list list;
	const char *filter;
	size_t index[30], n;
};

static size_t run_count(void *ctx)
{
	return ((struct runs *)ctx)->n;
}

static uint64_t run_id(void *ctx, size_t row)
{
	return (uint64_t)make_run(((struct runs *)ctx)->index[row]).id;
}

static unsigned run_text(void *ctx, size_t row, int column, struct buf *out)
{
	struct run r = make_run(((struct runs *)ctx)->index[row]);

	switch (column) {
	case 0:
		buf_addf(out, "%s %s", status_glyph(r.status), status_name(r.status));
		return status_style(r.status);
	case 1: buf_addf(out, "%d", r.id); return ST_STRONG;
	case 2: buf_adds(out, r.user); return ST_TEXT;
	case 3: buf_adds(out, r.started); return ST_DIM;
	case 4: buf_adds(out, r.duration); return ST_TEXT;
	case 6:
		if (r.total)
			buf_addf(out, "%d/%d", r.done, r.total);
		else
			buf_addf(out, "%d/–", r.done);
		return r.status == UI_RUNNING ? ST_TEXT : ST_DIM;
	case 7: buf_adds(out, r.step); return ST_TEXT;
	default: buf_adds(out, r.tags); return ST_TAG;
	}
}

static void draw_bar(void *ctx, size_t row, struct canvas *c, unsigned flags)
{
	struct run r = make_run(((struct runs *)ctx)->index[row]);

	if (r.status == UI_UNKNOWN) {
		canvas_fit(c, 0, 0, c->w, ALIGN_LEFT, ST_DIM | flags, "no sign of life for 19 h");
		return;
	}
	canvas_thin_bar(c, 0, 0, c->w, r.of_median / 2, status_thin(r.status) | flags);
}

static const struct list_column run_columns[] = {
	{.title = "STATUS", .min = 11, .max = 11},
	{.title = "RUN", .min = 4, .max = 24, .align = ALIGN_RIGHT},
	{.title = "USER", .min = 5, .max = 12, .hide = 2},
	{.title = "STARTED", .min = 9, .max = 12, .hide = 1},
	{.title = "DURATION", .min = 8, .align = ALIGN_RIGHT},
	{.title = "0       ½       1",
		.min = 12,
		.weight = 1,
		.max = 34,
		.draw = draw_bar,
		.no_sort = true,
		.hide = 3},
	{.title = "TASKS", .min = 7, .align = ALIGN_RIGHT},
	{.title = "STEP", .min = 5, .max = 16, .hide = 4},
	{.title = "TAGS", .min = 6, .weight = 1, .hide = 5},
};

static void fill(struct runs *s, const char *filter)
{
	s->n = 0;
	for (size_t i = 0; i < 30; i++)
		if (!*filter || strstr(make_run(i).user, filter))
			s->index[s->n++] = i;
}

static int runs_open(struct view *v, struct mf_error *err)
{
	struct runs *s = v->state;

	(void)err;
	view_set_path(v, "TrainFlow");
	fill(s, "");
	list_init(&s->list, run_columns, ARRAY_SIZE(run_columns),
		&(struct list_source){run_count, run_id, run_text, s});
	s->list.empty = "No run matches. Esc takes the filter away.";
	v->loaded_at = app_now(v->app) - 2000;
	return MF_OK;
}

static bool runs_action(struct view *v, enum action a, const struct key *k)
{
	struct runs *s = v->state;
	enum list_event e = list_action(&s->list, a);

	(void)k;
	if (e == LIST_OPEN)
		app_open_view(v->app, &sample_run_info, NULL);
	return e != LIST_NOTHING;
}

static bool runs_mouse(struct view *v, const struct key *k)
{
	struct runs *s = v->state;
	enum list_event e = list_mouse(&s->list, k);

	if (e == LIST_OPEN)
		app_open_view(v->app, &sample_run_info, NULL);
	return e != LIST_NOTHING;
}

static void runs_draw(struct view *v, struct canvas *c)
{
	list_draw(&((struct runs *)v->state)->list, c, true);
}

static void runs_status(const struct view *v, struct buf *out)
{
	list_status(&((struct runs *)v->state)->list, 1204, out);
}

static void runs_filter(struct view *v, bool final)
{
	struct runs *s = v->state;

	(void) final;
	fill(s, v->filter);
	list_refresh(&s->list);
}

static void runs_link(const struct view *v, struct buf *out)
{
	buf_addf(out, "TrainFlow/%d", (int)((struct runs *)v->state)->list.selected_id);
}

static void runs_close(struct view *v)
{
	list_release(&((struct runs *)v->state)->list);
}

static const enum action runs_actions[] = {ACT_open, ACT_logs, ACT_graph, ACT_timeline, ACT_copy,
	ACT_sort, ACT_mark, ACT_copy, ACT_NONE};

static const struct view_class runs_class = {
	.state_size = sizeof(struct runs),
	.ctx = CTX_LIST | CTX_OBJ | CTX_MARKS,
	.actions = runs_actions,
	.open = runs_open,
	.action = runs_action,
	.mouse = runs_mouse,
	.draw = runs_draw,
	.status = runs_status,
	.filter = runs_filter,
	.link = runs_link,
	.close = runs_close,
};

const struct view_info sample_runs_info = {"sample_runs", "Runs", 0, "ls TrainFlow", &runs_class};

/* ---- one run ---- */

struct one {
	struct split split;
	struct tabs tabs;
	struct pager pager;
	struct tree tree;
};

static size_t log_count(void *ctx)
{
	(void)ctx;
	return 200;
}

static void log_line(void *ctx, size_t i, struct pager_line *l)
{
	(void)ctx;
	buf_addf(&l->gutter, "14:03:%02zu", i % 60);
	l->gutter_attr = ST_TIME;
	if (i % 9 == 4) {
		pager_add(l, ST_LOG_ERR, "err ");
		buf_adds(&l->text, "ValueError: bad learning rate -1");
	} else {
		pager_add(l, ST_DIM, "out ");
		buf_addf(&l->text, "epoch %zu\tloss 0.%04zu\tacc 0.8%03zu \x1b[31mred\x1b[0m", i,
			4312 - i * 7, i);
	}
}

static size_t tree_count(void *ctx, uint64_t node)
{
	(void)ctx;
	return node == 0 ? 12 : node < 100 ? 1200 : node % 3;
}

static uint64_t tree_child(void *ctx, uint64_t node, size_t i)
{
	(void)ctx;
	return node * 2000 + i + 1;
}

static bool tree_folds(void *ctx, uint64_t node)
{
	return tree_count(ctx, node) > 0;
}

static void tree_label(void *ctx, uint64_t node, struct canvas *c, unsigned flags)
{
	(void)ctx;
	int x = canvas_textf(c, 0, 0, ST_STRING | flags, "\"key%llu\"", (unsigned long long)node);
	x += canvas_text(c, x, 0, ST_DIM | flags, ": ");
	canvas_textf(c, x, 0, ST_NUMBER | flags, "%llu", (unsigned long long)node * 31);
}

static int one_open(struct view *v, struct mf_error *err)
{
	static const char *const titles[] = {
		"Tasks", "Timeline", "Logs", "Artifacts", "Cards", "Details"};
	struct one *s = v->state;

	(void)err;
	split_init(&s->split, false, 0.4, 20, 30);
	tabs_init(&s->tabs, titles, ARRAY_SIZE(titles));
	pager_init(&s->pager, &(struct pager_source){log_count, log_line, s});
	s->pager.gutter = 9;
	tree_init(
		&s->tree, &(struct tree_source){tree_count, tree_child, tree_folds, tree_label, s});
	view_set_path(v, "TrainFlow/1836");
	view_set_note(v, ST_RUNNING, "● running 9m40s");
	view_set_banner(v, LEVEL_WARNING,
		"the service does not answer; what is shown is 3 min old (connection refused)");
	s->split.focus = 1;
	return MF_OK;
}

static bool one_action(struct view *v, enum action a, const struct key *k)
{
	struct one *s = v->state;

	if (split_action(&s->split, a) || tabs_action(&s->tabs, a, k))
		return true;
	if (s->split.focus == 0)
		return tree_action(&s->tree, a) != TREE_NOTHING;
	return pager_action(&s->pager, a);
}

static bool one_mouse(struct view *v, const struct key *k)
{
	struct one *s = v->state;

	return split_mouse(&s->split, k) || tabs_mouse(&s->tabs, k) || tree_mouse(&s->tree, k) ||
	       pager_mouse(&s->pager, k);
}

static void one_draw(struct view *v, struct canvas *c)
{
	struct one *s = v->state;
	struct canvas left, right;

	split_layout(&s->split, c, &left, &right);
	tree_draw(&s->tree, &left, s->split.focus == 0);
	struct canvas bar = canvas_sub(&right, 1, 0, right.w - 1, 1);
	tabs_draw(&s->tabs, &bar, s->split.focus == 1);
	struct canvas body = canvas_sub(&right, 1, 2, right.w - 1, right.h - 2);
	pager_draw(&s->pager, &body);
}

static void one_status(const struct view *v, struct buf *out)
{
	pager_status(&((struct one *)v->state)->pager, out);
}

static void one_filter(struct view *v, bool final)
{
	struct one *s = v->state;

	pager_search(&s->pager, v->filter, final);
	pager_scan(&s->pager, SIZE_MAX);
}

static void one_close(struct view *v)
{
	struct one *s = v->state;

	pager_release(&s->pager);
	tree_release(&s->tree);
}

static const enum action one_actions[] = {
	ACT_next_pane, ACT_tab, ACT_zoom, ACT_wrap, ACT_next_match, ACT_back, ACT_NONE};

static const struct view_class one_class = {
	.state_size = sizeof(struct one),
	.ctx = CTX_TABS | CTX_TREE | CTX_TEXT,
	.actions = one_actions,
	.open = one_open,
	.action = one_action,
	.mouse = one_mouse,
	.draw = one_draw,
	.status = one_status,
	.filter = one_filter,
	.close = one_close,
};

const struct view_info sample_run_info = {"sample_run", "Run", VF_SEARCH, "show {run}", &one_class};

void sample_info(struct app *a)
{
	struct app_info *i = app_info(a);

	snprintf(i->source, sizeof(i->source), "service metaflow.example");
	snprintf(i->ns, sizeof(i->ns), "all namespaces");
	i->running = 2;
	i->failed = 1;
	snprintf(i->failed_note, sizeof(i->failed_note), "today");
	i->requests = 14;
	i->errors = 0;
	i->latency_ms = 38;
	app_dirty(a);
}

void test_sample__opens(void)
{
	struct app *a = screen_start(&(struct screen_options){.view = &sample_runs_info});
	CHECK(screen_has(a, "TrainFlow"));
	screen_keys(a, "jj<Enter>");
	CHECK(screen_has(a, "1 Tasks"));
	screen_keys(a, "q");
	CHECK(!screen_has(a, "1 Tasks"));
	app_free(a);
}

void test_sample__golden_run(void)
{
	static const struct {
		int w, h;
		enum theme_id theme;
		const char *name, *keys;
	} t[] = {{120, 36, THEME_DARK, "run-120x36", "<Enter>/lr|rate<Enter>n"},
		{80, 24, THEME_DARK, "run-80x24", "<Enter><S-Tab>jjl"},
		{120, 36, THEME_LIGHT, "run-light", "<Enter>/lr|rate<Enter>n"}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct app *a = screen_start(&(struct screen_options){
			.w = t[i].w, .h = t[i].h, .theme = t[i].theme, .view = &sample_runs_info});
		sample_info(a);
		screen_keys(a, t[i].keys);
		screen_golden(a, t[i].name);
		app_free(a);
	}
}
