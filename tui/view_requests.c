/* view_requests.c: every request to the metadata service with its time, those under way on top. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"
#include "../clientlib/base/fmt.h"
#include "../clientlib/base/vec.h"
#include "data.h"
#include "list.h"
#include "view_value_text.h"

enum {
	REQUESTS_MOST = 512, /* the library remembers no more */
	AGAIN_MS = 500,      /* while something is under way */
	SLOW_MS = 1000
};

struct state {
	struct app *app;
	struct list list;
	struct mf_request *all; /* newest first */
	size_t n, active;
	VEC(uint32_t) order; /* rows: those the filter lets through */
	double slowest;      /* of those that have ended */
};

enum { COL_TIME, COL_METHOD, COL_PATH, COL_STATUS, COL_TRIES, COL_SIZE, COL_MS, COL_BAR };

static void draw_bar(void *ctx, size_t row, struct canvas *c, unsigned flags);

static const struct list_column columns[] = {
	[COL_TIME] = {.title = "TIME", .min = 8, .max = 8, .hide = 1},
	[COL_METHOD] = {.title = "METHOD", .min = 6, .max = 7, .hide = 3},
	[COL_PATH] = {.title = "PATH", .min = 20, .weight = 3, .align = ALIGN_CUT_START},
	[COL_STATUS] = {.title = "STATUS", .min = 6, .max = 10},
	[COL_TRIES] = {.title = "TRIES", .min = 5, .max = 5, .align = ALIGN_RIGHT, .hide = 4},
	[COL_SIZE] = {.title = "SIZE", .min = 6, .max = 8, .align = ALIGN_RIGHT, .hide = 2},
	[COL_MS] = {.title = "MS", .min = 6, .max = 8, .align = ALIGN_RIGHT},
	[COL_BAR] = {.title = "",
		.min = 10,
		.max = 16,
		.weight = 1,
		.draw = draw_bar,
		.no_sort = true,
		.hide = 5},
};

static const struct mf_request *request(const struct state *s, size_t row)
{
	return &s->all[s->order.v[row]];
}

/* ---- cells ---- */

enum outcome { WAITS, FINE, STRANGE, BAD };

/* That something is not there is an answer; that one may not ask, or that it broke, is trouble. */
static enum outcome outcome(const struct mf_request *r)
{
	if (!r->done)
		return WAITS;
	if (!r->status || r->status >= 500 || r->status == 401 || r->status == 403 || r->error[0])
		return BAD;
	return r->status >= 300 ? STRANGE : FINE;
}

static unsigned status_text(const struct mf_request *r, struct buf *out)
{
	static const struct {
		const char *glyph;
		enum style style;
	} looks[] = {[WAITS] = {"●", ST_RUNNING},
		[FINE] = {"✓", ST_COMPLETED},
		[STRANGE] = {"!", ST_WARNING},
		[BAD] = {"✗", ST_FAILED}};
	enum outcome o = outcome(r);

	buf_addf(out, "%s ", looks[o].glyph);
	if (o == WAITS)
		buf_adds(out, r->tries > 1 ? "again" : "waiting");
	else if (r->status)
		buf_addf(out, "%d", r->status);
	else
		buf_adds(out, "no reply");
	return looks[o].style;
}

/* The URL behind that of the service. */
static const char *path_of(const struct state *s, const struct mf_request *r)
{
	const struct link *l = link_of(s->app);
	size_t n = l ? strlen(l->base) : 0;
	const char *scheme = strstr(r->url, "://");

	if (n && strncmp(r->url, l->base, n) == 0 && (r->url[n] == '/' || r->url[n] == '?'))
		return r->url + n;
	return scheme ? scheme + 3 : r->url;
}

static size_t count(void *ctx)
{
	return ((struct state *)ctx)->order.n;
}

static uint64_t id(void *ctx, size_t row)
{
	return request(ctx, row)->id;
}

static bool utc(const struct state *s)
{
	const struct data *d = data_of(s->app);

	return d && d->utc;
}

static unsigned text(void *ctx, size_t row, int column, struct buf *out)
{
	const struct state *s = ctx;
	const struct mf_request *r = request(s, row);

	switch (column) {
	case COL_TIME: fmt_clock(out, r->began, utc(s)); return ST_TIME;
	case COL_METHOD:
		buf_adds(out, r->method);
		return str_eq(r->method, "GET") ? ST_DIM : ST_STRONG;
	case COL_PATH: buf_adds(out, path_of(s, r)); return ST_TEXT;
	case COL_STATUS: return status_text(r, out);
	case COL_TRIES: buf_addf(out, "%d", r->tries); return r->tries > 1 ? ST_WARNING : ST_FAINT;
	case COL_SIZE:
		if (r->bytes || r->done)
			fmt_size(out, r->bytes < INT64_MAX ? (int64_t)r->bytes : INT64_MAX);
		return ST_DIM;
	case COL_MS:
		if (r->ms < 10)
			buf_addf(out, "%.1f", r->ms);
		else
			fmt_count(out, (int64_t)(r->ms + 0.5));
		return !r->done ? ST_RUNNING : r->ms > SLOW_MS ? ST_WARNING : ST_TEXT;
	default: return ST_TEXT;
	}
}

static void draw_bar(void *ctx, size_t row, struct canvas *c, unsigned flags)
{
	const struct state *s = ctx;
	const struct mf_request *r = request(s, row);
	double of = s->slowest > r->ms ? s->slowest : r->ms;
	enum outcome o = outcome(r);
	enum style style = o == WAITS        ? ST_RUNNING
			   : o == BAD        ? ST_FAILED
			   : r->ms > SLOW_MS ? ST_UNKNOWN
					     : ST_THIN;

	canvas_thin_bar(c, 0, 0, c->w, of > 0 ? r->ms / of : 0, style | flags);
}

/* ---- rows ---- */

/* Does every word of the filter occur in what the row shows? */
static bool wanted(const struct state *s, const struct mf_request *r, const char *filter)
{
	struct buf row = BUF_INIT(2048);
	bool all = true;

	buf_addf(&row, "%s %s ", r->method, path_of(s, r));
	status_text(r, &row);
	buf_addf(&row, " %s", r->error);
	for (const char *p = filter + strspn(filter, " "); *p && all; p += strspn(p, " ")) {
		char word[64];
		size_t n = strcspn(p, " ");
		snprintf(word, sizeof(word), "%.*s", (int)(n < sizeof(word) ? n : sizeof(word) - 1),
			p);
		all = strcasestr(row.p, word) != NULL;
		p += n;
	}
	buf_release(&row);
	return all;
}

static int by_column(const void *x, const void *y, void *ctx)
{
	const struct state *s = ctx;
	uint32_t i = *(const uint32_t *)x, k = *(const uint32_t *)y;
	const struct mf_request *a = &s->all[i], *b = &s->all[k];
	double d = 0;

	if (a->done != b->done)
		return a->done ? 1 : -1; /* what is under way comes first, however it is sorted */
	switch (s->list.sort) {
	case COL_TIME: d = (double)a->id - (double)b->id; break;
	case COL_METHOD: d = strcmp(a->method, b->method); break;
	case COL_PATH: d = strcmp(path_of(s, a), path_of(s, b)); break;
	case COL_STATUS: d = a->status - b->status; break;
	case COL_TRIES: d = a->tries - b->tries; break;
	case COL_SIZE: d = (double)a->bytes - (double)b->bytes; break;
	case COL_MS: d = a->ms - b->ms; break;
	default: break;
	}
	if (s->list.reverse)
		d = -d;
	return d < 0 ? -1 : d > 0 ? 1 : i < k ? -1 : i > k;
}

static void arrange(struct view *v)
{
	struct state *s = v->state;

	s->order.n = 0;
	s->slowest = 0;
	if (!vec_reserve(&s->order, s->n + 1))
		return;
	for (size_t i = 0; i < s->n; i++) {
		if (!wanted(s, &s->all[i], v->filter))
			continue;
		s->order.v[s->order.n++] = (uint32_t)i;
		if (s->all[i].done && s->all[i].ms > s->slowest)
			s->slowest = s->all[i].ms;
	}
	if (s->order.n)
		qsort_r(s->order.v, s->order.n, sizeof(*s->order.v), by_column, s);
	if (s->list.selected == 0)
		s->list.selected_id = UINT64_MAX; /* at the top one wants to see the newest */
	list_refresh(&s->list);
}

static void look(struct view *v)
{
	struct state *s = v->state;
	const struct link *l = link_of(v->app);

	s->n = s->all && l ? l->port->requests(l->client, s->all, REQUESTS_MOST) : 0;
	s->active = 0;
	for (size_t i = 0; i < s->n; i++)
		s->active += !s->all[i].done;
	s->list.empty = !l                              ? "There is no history to ask for."
			: l->now.state == MF_LINK_LOCAL ? "local history: no requests are made"
			: v->filter[0] && s->n ? "No request matches. Esc takes the filter away."
			: l->now.state == MF_LINK_OFFLINE ? "offline: no requests are made"
							  : "No request has been made yet.";
	arrange(v);
	if (s->active)
		v->tick_at = app_now(v->app) + AGAIN_MS;
	app_dirty(v->app);
}

static int open_view(struct view *v, struct mf_error *err)
{
	struct state *s = v->state;

	s->app = v->app;
	s->all = calloc(REQUESTS_MOST, sizeof(*s->all));
	if (!s->all)
		return err_nomem(err);
	list_init(
		&s->list, columns, ARRAY_SIZE(columns), &(struct list_source){count, id, text, s});
	return MF_OK;
}

static void filter(struct view *v, bool final)
{
	(void) final;
	look(v);
}

/* ---- keys ---- */

static void line(struct buf *b, const char *name, const char *value)
{
	if (*value)
		buf_addf(b, "%-9s %s\n", name, value);
}

/* All that is known of one. */
static void show(struct view *v)
{
	struct state *s = v->state;
	struct buf b = BUF_INIT(4096), cell = BUF_INIT(256);
	size_t row;

	if (!list_row(&s->list, &row))
		return;
	const struct mf_request *r = request(s, row);
	buf_addf(&b, "%s %s\n\n", r->method, r->url);
	status_text(r, &cell);
	line(&b, "status", cell.p);
	line(&b, "error", r->error);
	buf_clear(&cell);
	fmt_datetime(&cell, r->began, utc(s));
	line(&b, "began", cell.p);
	buf_clear(&cell);
	buf_addf(&cell, "%.1f ms%s", r->ms, r->done ? "" : " so far");
	line(&b, "took", cell.p);
	buf_clear(&cell);
	buf_addf(&cell, "%d", r->tries);
	line(&b, "tries", cell.p);
	buf_clear(&cell);
	fmt_size(&cell, r->bytes < INT64_MAX ? (int64_t)r->bytes : INT64_MAX);
	line(&b, "received", cell.p);
	buf_clear(&cell);
	buf_addf(&cell, "%llu", (unsigned long long)r->id);
	line(&b, "number", cell.p);
	text_popup(v->app, "Request", b.p, b.n, TEXT_OUTPUT);
	buf_release(&b);
	buf_release(&cell);
}

static bool happened(struct view *v, enum list_event e)
{
	if (e == LIST_OPEN)
		show(v);
	else if (e == LIST_SORT)
		arrange(v);
	return e != LIST_NOTHING;
}

static bool action(struct view *v, enum action a, const struct key *k)
{
	struct state *s = v->state;

	(void)k;
	if (a == ACT_refresh) {
		look(v);
		return true;
	}
	return happened(v, list_action(&s->list, a));
}

static bool mouse(struct view *v, const struct key *k)
{
	struct state *s = v->state;

	return happened(v, list_mouse(&s->list, k));
}

static void draw(struct view *v, struct canvas *c)
{
	list_draw(&((struct state *)v->state)->list, c, true);
}

static void status(const struct view *v, struct buf *out)
{
	const struct state *s = v->state;
	const struct link *l = link_of(v->app);
	size_t total = l && l->now.requests > s->n ? (size_t)l->now.requests : s->n;

	if (s->active)
		buf_addf(out, "%zu under way · ", s->active);
	list_status(&s->list, total, out);
	buf_adds(out, total == 1 ? " request" : " requests");
}

static void link_text(const struct view *v, struct buf *out)
{
	const struct state *s = v->state;
	size_t row;

	if (list_row(&s->list, &row))
		buf_adds(out, request(s, row)->url);
}

static void close_view(struct view *v)
{
	struct state *s = v->state;

	list_release(&s->list);
	vec_release(&s->order);
	free(s->all);
}

static const enum action actions[] = {ACT_open, ACT_sort, ACT_copy, ACT_doctor, ACT_back, ACT_NONE};

const struct view_class view_requests_class = {
	.state_size = sizeof(struct state),
	.ctx = CTX_LIST,
	.actions = actions,
	.open = open_view,
	.load = look,
	.action = action,
	.mouse = mouse,
	.draw = draw,
	.status = status,
	.filter = filter,
	.link = link_text,
	.tick = look,
	.close = close_view,
};
