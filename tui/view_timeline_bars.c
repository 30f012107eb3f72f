#include "view_timeline_bars.h"

#include <math.h>
#include <stdio.h>

#include "../clientlib/base/fmt.h"

enum fill { FILL_QUEUE, FILL_RUN, FILL_FAILED, FILL_RETRY, FILL_COUNT };

/* In ASCII the letters tell the fills apart. */
static const struct {
	int32_t glyph, ascii;
	unsigned attr;
	const char *word;
} fills[FILL_COUNT] = {{0x2591, 'q', ST_BAR_QUEUED, "queued"}, {0x2588, '#', ST_BAR, "running"},
	{0x2717, 'f', ST_BAR_FAILED, "failed attempt"}, {0x2593, 'r', ST_BAR_RETRY, "retry"}};

static void put(struct canvas *c, int x, enum fill fill)
{
	canvas_put(c, x, 0, fills[fill].attr, c->grid->ascii ? fills[fill].ascii : fills[fill].glyph);
}

/* ---- the axis ---- */

void axis_ticks(struct time_axis *x)
{
	static const int64_t steps[] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000,
		15000, 30000, 60000, 120000, 300000, 600000, 900000, 1800000, 3600000, 7200000,
		14400000, 21600000, 43200000, 86400000};
	int64_t span = x->to - x->from, least = span * (x->absolute ? 11 : 8) / (x->w > 0 ? x->w : 1);
	size_t i = 0;

	while (i + 1 < ARRAY_SIZE(steps) && steps[i] < least)
		i++;
	x->step = steps[i];
	while (x->step < least)
		x->step *= 2;
	int64_t zero = x->absolute ? 0 : x->zero;
	x->first = x->from + (x->step - (x->from - zero) % x->step) % x->step;
}

int axis_column(const struct time_axis *x, int64_t at)
{
	return (int)floor((double)(at - x->from) * x->w / (double)(x->to - x->from));
}

int64_t axis_time(const struct time_axis *x, int column)
{
	return x->from + (int64_t)llround((column + 0.5) * (double)(x->to - x->from) / x->w);
}

static void tick_label(const struct time_axis *x, int64_t at, struct buf *out)
{
	int64_t ms = at - x->zero;

	if (x->absolute) {
		fmt_clock(out, at, x->utc);
		if (x->step < 1000)
			buf_addf(out, ".%d", (int)(at % 1000 / 100));
	} else if (ms == 0) {
		buf_addc(out, '0');
	} else if (x->step < 10) {
		buf_addf(out, "%lldms", (long long)ms);
	} else if (x->step < 1000) {
		buf_addf(out, x->step < 100 ? "%.2fs" : "%.1fs", (double)ms / 1000);
	} else if (ms < 60000) {
		buf_addf(out, "%ds", (int)(ms / 1000));
	} else if (ms < 3600000) {
		buf_addf(out, x->step < 60000 ? "%dm%02ds" : "%dm", (int)(ms / 60000), (int)(ms / 1000 % 60));
	} else {
		buf_addf(out, x->step < 3600000 ? "%dh%02dm" : "%dh", (int)(ms / 3600000),
			(int)(ms / 60000 % 60));
	}
}

void axis_labels(const struct time_axis *x, struct canvas *c, int64_t cursor)
{
	struct buf b = BUF_INIT(64);

	for (int64_t at = x->first; at <= x->to; at += x->step) {
		int column = axis_column(x, at);
		buf_clear(&b);
		tick_label(x, at, &b);
		if (column + canvas_width(c, b.p) <= c->w)
			canvas_text(c, column, 0, ST_HEADER, b.p);
	}
	buf_release(&b);
	if (cursor != MF_NO_TIME && cursor >= x->from && cursor <= x->to) {
		int column = axis_column(x, cursor);
		canvas_put(c, column < x->w ? column : x->w - 1, 0, ST_CURSOR_BAR, 0x25bc);
	}
}

void axis_ground(const struct time_axis *x, struct canvas *c)
{
	canvas_fill(c, 0, 0, x->w, 1, ST_BAR_QUEUED, ' ');
	for (int64_t at = x->first; at <= x->to; at += x->step) {
		int column = axis_column(x, at);
		if (column < x->w)
			canvas_put(c, column, 0, ST_BAR_QUEUED, 0x250a);
	}
}

void axis_cursor(const struct time_axis *x, struct canvas *c, int64_t cursor)
{
	if (cursor == MF_NO_TIME || cursor < x->from || cursor > x->to)
		return;
	int column = axis_column(x, cursor);
	canvas_put(c, column < x->w ? column : x->w - 1, 0, ST_BAR_RUNNING, 0x2502);
}

/* ---- bars ---- */

/* Columns [*a, *b) that a time takes, at least one; false: it is not on the axis. */
static bool columns(const struct time_axis *x, int64_t from, int64_t to, int *a, int *b)
{
	if (to < x->from || from > x->to)
		return false;
	*a = axis_column(x, from);
	*b = (int)ceil((double)(to - x->from) * x->w / (double)(x->to - x->from));
	if (*a < 0)
		*a = 0;
	if (*a >= x->w)
		*a = x->w - 1;
	if (*b > x->w)
		*b = x->w;
	if (*b <= *a)
		*b = *a + 1;
	return true;
}

void bars_task(const struct time_axis *x, struct canvas *c, const struct timeline *t,
	const struct span_task *task)
{
	double span = (double)(x->to - x->from);
	int a, b;

	for (size_t i = task->first; i < task->first + task->count; i++) {
		const struct span *s = &t->spans.v[i];
		if (s->started > s->queued && columns(x, s->queued, s->started, &a, &b))
			for (; a < b; a++)
				put(c, a, FILL_QUEUE);
	}
	for (size_t i = task->first; i < task->first + task->count; i++) {
		const struct span *s = &t->spans.v[i];
		if (!columns(x, s->started, s->ended, &a, &b) || s->status == UI_PENDING)
			continue;
		if (s->status == UI_FAILED || s->attempt > 0) {
			for (; a < b; a++)
				put(c, a, s->status == UI_FAILED ? FILL_FAILED : FILL_RETRY);
			continue;
		}
		double from = (double)(s->started - x->from) / span,
		       to = (double)(s->ended - x->from) / span;
		/* What is queued in the first column of the bar gives way to it. */
		canvas_span(c, 0, 0, x->w, from < 0 ? 0 : from, to > 1 ? 1 : to, status_bar(s->status));
	}
}

/* Add the part of [from, to) in each column to v. */
static void add_load(const struct time_axis *x, double *v, int w, int64_t from, int64_t to)
{
	double scale = (double)x->w / (double)(x->to - x->from);
	double a = (double)(from - x->from) * scale, b = (double)(to - x->from) * scale;

	if (a < 0)
		a = 0;
	if (b > w)
		b = w;
	for (int i = (int)a; i < w && i < b; i++)
		v[i] += fmin(b, i + 1) - fmax(a, i);
}

#define COLUMNS_MAX 500

void bars_step(const struct time_axis *x, struct canvas *c, const struct timeline *t,
	const struct span_step *step)
{
	double run[COLUMNS_MAX] = {0}, wait[COLUMNS_MAX] = {0}, most = 0;
	bool failed[COLUMNS_MAX] = {false};
	int w = x->w < COLUMNS_MAX ? x->w : COLUMNS_MAX, a, b;

	for (size_t i = step->first; i < step->first + step->count; i++) {
		const struct span_task *task = &t->tasks.v[i];
		for (size_t n = task->first; n < task->first + task->count; n++) {
			const struct span *s = &t->spans.v[n];
			add_load(x, wait, w, s->queued, s->started);
			if (s->status == UI_PENDING)
				continue;
			add_load(x, run, w, s->started, s->ended);
			if (s->status == UI_FAILED && columns(x, s->ended, s->ended, &a, &b) && a < w)
				failed[a] = true;
		}
	}
	for (int i = 0; i < w; i++)
		most = fmax(most, run[i]);
	for (int i = 0; i < w; i++) {
		int level = most > 0 ? (int)ceil(run[i] / most * 8 - 0.001) : 0;
		if (failed[i])
			put(c, i, FILL_FAILED);
		else if (run[i] > 0.01)
			canvas_put(c, i, 0, step->status == UI_RUNNING ? ST_BAR_RUNNING : ST_BAR,
				0x2580 + (level > 0 ? level : 1));
		else if (wait[i] > 0)
			put(c, i, FILL_QUEUE);
	}
}

void bars_legend(struct canvas *c, int at)
{
	int need = -3;

	for (int i = 0; i < FILL_COUNT; i++)
		need += 5 + canvas_width(c, fills[i].word);
	if (at + need > c->w - 1)
		at = c->w - 1 - need > 1 ? c->w - 1 - need : 1;
	for (int i = 0; i < FILL_COUNT; i++) {
		canvas_put(c, at, 0, fills[i].attr, c->grid->ascii ? fills[i].ascii : fills[i].glyph);
		at += 2 + canvas_text(c, at + 2, 0, ST_DIM, fills[i].word) + 3;
	}
}
