/* view_messages.c: every warning and message since the start. */
#include <stdio.h>
#include <time.h>

#include "app.h"
#include "list.h"

struct state {
	struct list list;
	struct app *app;
};

enum { COL_TIME, COL_LEVEL, COL_TIMES, COL_TEXT };

static const struct list_column columns[] = {
	{.title = "TIME", .min = 8, .max = 8, .no_sort = true},
	{.title = "", .min = 7, .max = 7, .no_sort = true},
	{.title = "×", .min = 3, .max = 6, .align = ALIGN_RIGHT, .hide = 1, .no_sort = true},
	{.title = "MESSAGE", .min = 20, .weight = 1, .no_sort = true},
};

/* Newest first. */
static const struct message *message(const struct state *s, size_t row)
{
	const struct message *m;
	size_t n = app_messages(s->app, &m);

	return &m[n - 1 - row];
}

static size_t count(void *ctx)
{
	const struct message *m;

	return app_messages(((struct state *)ctx)->app, &m);
}

static uint64_t id(void *ctx, size_t row)
{
	return (uint64_t)(uintptr_t)message(ctx, row)->text;
}

static unsigned text(void *ctx, size_t row, int column, struct buf *out)
{
	static const struct {
		const char *word;
		unsigned attr;
	} levels[] = {
		{"", ST_TEXT}, {"info", ST_INFO}, {"warning", ST_WARNING}, {"error", ST_ERROR}};
	const struct message *m = message(ctx, row);
	time_t t = (time_t)(m->at / 1000);
	struct tm tm;

	switch (column) {
	case COL_TIME:
		localtime_r(&t, &tm);
		buf_addf(out, "%02d:%02d:%02d", tm.tm_hour, tm.tm_min, tm.tm_sec);
		return ST_TIME;
	case COL_LEVEL: buf_adds(out, levels[m->level].word); return levels[m->level].attr;
	case COL_TIMES:
		if (m->times > 1)
			buf_addf(out, "%d", m->times);
		return ST_DIM;
	default: buf_adds(out, m->text); return m->level == LEVEL_INFO ? ST_TEXT : ST_STRONG;
	}
}

static int open_view(struct view *v, struct mf_error *err)
{
	struct state *s = v->state;

	(void)err;
	s->app = v->app;
	list_init(
		&s->list, columns, ARRAY_SIZE(columns), &(struct list_source){count, id, text, s});
	s->list.empty = "Nothing was worth a message so far.";
	return MF_OK;
}

static bool action(struct view *v, enum action a, const struct key *k)
{
	struct state *s = v->state;
	size_t row;

	(void)k;
	if (a == ACT_open && list_row(&s->list, &row)) {
		app_copy(v->app, message(s, row)->text);
		return true;
	}
	return list_action(&s->list, a) != LIST_NOTHING;
}

static bool mouse(struct view *v, const struct key *k)
{
	struct state *s = v->state;

	return list_mouse(&s->list, k) != LIST_NOTHING;
}

static void draw(struct view *v, struct canvas *c)
{
	struct state *s = v->state;

	list_refresh(&s->list); /* a message may have come since */
	list_draw(&s->list, c, true);
}

static void status(const struct view *v, struct buf *out)
{
	const struct state *s = v->state;
	size_t n = count(v->state);

	(void)s;
	list_number(out, n);
	buf_adds(out, n == 1 ? " message" : " messages");
}

static void link_text(const struct view *v, struct buf *out)
{
	const struct state *s = v->state;
	size_t row;

	if (list_row(&s->list, &row))
		buf_adds(out, message(s, row)->text);
}

static void close_view(struct view *v)
{
	struct state *s = v->state;

	list_release(&s->list);
}

static const enum action actions[] = {ACT_back, ACT_copy, ACT_NONE};

const struct view_class view_messages_class = {
	.state_size = sizeof(struct state),
	.ctx = CTX_LIST,
	.actions = actions,
	.open = open_view,
	.action = action,
	.mouse = mouse,
	.draw = draw,
	.status = status,
	.link = link_text,
	.close = close_view,
};
