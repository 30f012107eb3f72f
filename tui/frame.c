/* frame.c: what surrounds every view: where the data is from, breadcrumbs, banners, status line,
 * keys. */
#include "app_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../clientlib/base/text.h"

#define LEAST_W 40
#define LEAST_H 10

static void hit(struct app *a, int x, int y, int w, enum action action, size_t crumb)
{
	(void)vec_push(&a->hits,
		((struct hit){x, x + w, y, action, crumb})); /* else it is not clickable */
}

static const struct view *below(const struct app *a)
{
	for (int i = a->shown; i > 0; i--)
		if (!(a->stack[i]->info->flags & VF_OVERLAY))
			return a->stack[i];
	return a->stack[0];
}

/* ---- the top line ---- */

/* A piece of the right side, laid out from the right. Returns the new right end. */
static int right_text(struct canvas *c, int end, unsigned attr, const char *s)
{
	int w = canvas_width(c, s);

	if (end - w < 0)
		return end;
	canvas_text(c, end - w, 0, attr, s);
	return end - w;
}

static void clock_text(struct app *a, char *out, size_t size, bool seconds)
{
	time_t t = (time_t)(app_present(a) / 1000);
	struct tm tm;

	localtime_r(&t, &tm);
	if (seconds)
		snprintf(out, size, "%02d:%02d:%02d", tm.tm_hour, tm.tm_min, tm.tm_sec);
	else
		snprintf(out, size, "%02d:%02d", tm.tm_hour, tm.tm_min);
	int64_t unit = seconds ? 1000 : 60000;
	a->clock_at = app_now(a) + unit - app_present(a) % unit;
}

/* "2 s", "3 m", "5 h": how old what is shown is. */
static void age_text(struct app *a, char *out, size_t size)
{
	const struct view *v = below(a);
	int64_t s = v->loaded_at ? (app_now(a) - v->loaded_at) / 1000 : -1;

	if (a->paused)
		snprintf(out, size, "paused");
	else if (a->info.offline)
		out[0] = '\0'; /* the connection tells of when it is */
	else if (s < 0)
		snprintf(out, size, "%s", jobs_pending(a->jobs, v->id) ? "loading" : "");
	else if (s < 60)
		snprintf(out, size, "%d s", (int)(s < 0 ? 0 : s));
	else if (s < 3600)
		snprintf(out, size, "%d min", (int)(s / 60));
	else
		snprintf(out, size, "%d h", (int)(s / 3600));
}

/* "local ~/a/long/path" in w columns: the first word stays, the path loses its beginning. */
static void draw_source(struct canvas *c, int w, const char *source)
{
	size_t n = strcspn(source, " ");
	int x = 0;

	if (canvas_width(c, source) > w && source[n] && (int)n + 8 < w)
		x = canvas_textn(c, 0, 0, ST_TOP_STRONG, source, n + 1);
	canvas_fit(c, x, 0, w - x, ALIGN_CUT_START, ST_TOP_STRONG, x ? source + n + 1 : source);
}

/* Where the data is from, how the connection is, the namespace. */
static void draw_left(const struct app_info *i, struct canvas *c, bool wide)
{
	const char *link = wide ? i->link : i->link_short;
	int state = link[0] ? canvas_width(c, link) + 1 : 0, room = c->w - state;
	int ns = canvas_width(c, i->ns), source = canvas_width(c, i->source);

	/* A long path is cut before the namespace is; the host of a service is not. */
	if (i->ns[0] && !state && source + 3 + ns > room && room > ns + 12)
		source = room - 3 - ns;
	source = source > room ? room : source;
	source = source < 0 ? 0 : source;
	draw_source(c, source, i->source);
	if (state)
		canvas_text(c, source + 1, 0, i->link_attr, link);
	int x = source + state;
	if (i->ns[0] && c->w - x > (state ? 10 : 4)) {
		canvas_text(c, x, 0, ST_TOP, " · ");
		canvas_fit(c, x + 3, 0, c->w - x - 3, ALIGN_LEFT, ST_TOP, i->ns);
	}
}

static void draw_top(struct app *a, struct canvas *c)
{
	const struct app_info *i = &a->info;
	char text[96];
	bool wide = c->w >= 90, tight = c->w < 64, room_for_all = !i->down || !tight;
	enum clock_kind kind = a->conf.clock;

	canvas_fill(c, 0, 0, c->w, 1, ST_TOP, ' ');
	int end = c->w - 1;
	a->clock_at = INT64_MAX;
	if (kind != CLOCK_OFF) {
		clock_text(a, text, sizeof(text),
			kind == CLOCK_SECONDS || (kind == CLOCK_AUTO && wide));
		end = right_text(c, end, ST_TOP_STRONG, text) - (wide ? 3 : 2);
	}
	age_text(a, text, sizeof(text));
	if (text[0]) {
		end = right_text(c, end, a->paused ? ST_TOP_STRONG : ST_TOP, text);
		end = right_text(c, end, ST_TOP, a->paused ? "‖ " : "⟳ ") - (wide ? 3 : 2);
		int64_t next = app_now(a) + 1000 - (app_now(a) % 1000);
		if (!a->paused && next < a->clock_at && below(a)->loaded_at &&
			app_now(a) - below(a)->loaded_at < 60000)
			a->clock_at = next;
	}
	if (i->failed > 0 && room_for_all) {
		snprintf(text, sizeof(text), tight ? "%s %d" : "%s %d failed%s%s",
			status_glyph(UI_FAILED), i->failed, wide && i->failed_note[0] ? " " : "",
			wide ? i->failed_note : "");
		end = right_text(c, end, ST_TOP_FAILED, text) - (wide ? 3 : 2);
	}
	if (i->running >= 0 && room_for_all) {
		snprintf(text, sizeof(text), tight ? "%s %d" : "%s %d running",
			status_glyph(UI_RUNNING), i->running);
		end = right_text(c, end, i->running ? ST_TOP_RUNNING : ST_TOP, text) -
		      (wide ? 3 : 2);
	}
	canvas_text(c, 0, 0, ST_BADGE, " mftop ");
	struct canvas left = canvas_sub(c, 8, 0, end - 8, 1);
	draw_left(i, &left, wide);
}

/* ---- breadcrumbs ---- */

static void draw_crumbs(struct app *a, struct canvas *c)
{
	const struct view *v = below(a);
	const char *path = v->path ? v->path : "";
	int note = v->note ? canvas_width(c, v->note) : 0;

	if (note > c->w / 2)
		note = c->w / 2;
	struct canvas left = canvas_sub(c, 1, 0, c->w - 2 - (note ? note + 2 : 0), 1);
	int x = 0;
	for (const char *p = path; *p;) {
		size_t n = strcspn(p, "/");
		bool last = !p[n];
		char *part = strndup(p, n);
		if (!part)
			break;
		int w = canvas_width(&left, part);
		if (!last && w > 28)
			w = 28;
		if (x + w > left.w)
			w = left.w - x;
		canvas_fit(&left, x, 0, w, ALIGN_LEFT, last ? ST_CRUMB_LAST : ST_CRUMB, part);
		hit(a, left.x + x, left.y, w, ACT_NONE, (size_t)(p - path) + n);
		x += w;
		free(part);
		p += n;
		if (*p == '/') {
			p++;
			x += canvas_text(&left, x, 0, ST_FAINT, " ▸ ");
		}
	}
	if (!*path) {
		canvas_text(&left, 0, 0, ST_CRUMB_LAST, v->info->title);
	} else {
		struct buf title = BUF_INIT(256);
		buf_adds(&title, v->info->title);
		if (title.n && title.p[0] >= 'A' && title.p[0] <= 'Z')
			title.p[0] = (char)(title.p[0] - 'A' + 'a');
		canvas_text(&left, x + 2, 0, ST_DIM, title.p);
		buf_release(&title);
	}
	if (note)
		canvas_fit(c, c->w - 1 - note, 0, note, ALIGN_RIGHT, v->note_attr, v->note);
}

/* ---- banner, status line ---- */

static const char *level_glyph(enum level level)
{
	return level == LEVEL_ERROR ? "✗ " : level == LEVEL_WARNING ? "! " : "";
}

static void draw_banner(struct canvas *c, enum level level, const char *text, const char *tail)
{
	unsigned attr = level == LEVEL_ERROR ? ST_BANNER_ERROR : ST_BANNER;

	canvas_fill(c, 0, 0, c->w, 1, attr, ' ');
	int x = 1 + canvas_text(c, 1, 0, attr, level_glyph(level));
	int w = canvas_width(c, tail), end = c->w - 1;
	if (w && w + x + 12 < c->w) {
		canvas_text(c, end - w, 0, attr, tail);
		end -= w + 2;
	}
	canvas_fit(c, x, 0, end - x, ALIGN_LEFT, attr, text);
}

static void draw_status(struct app *a, struct canvas *c)
{
	const struct view *v = app_view(a);
	struct buf right = BUF_INIT(1024);
	int end = c->w - 1;

	if (v->info->class->status)
		v->info->class->status(v, &right);
	if (right.n && !a->prompt.kind) {
		int w = canvas_width(c, right.p);
		if (w > c->w * 2 / 3)
			w = c->w * 2 / 3;
		canvas_fit(c, end - w, 0, w, ALIGN_RIGHT, ST_DIM, right.p);
		end -= w + 2;
	}
	buf_release(&right);
	if (a->prompt.kind) {
		prompt_draw(&a->prompt, c);
	} else if (a->toast_until && a->toast) {
		unsigned attr = a->toast_level == LEVEL_ERROR     ? ST_ERROR
				: a->toast_level == LEVEL_WARNING ? ST_WARNING
								  : ST_INFO;
		int x = 1 + canvas_text(c, 1, 0, attr, level_glyph(a->toast_level));
		canvas_fit(c, x, 0, end - x, ALIGN_LEFT, attr, a->toast);
	} else if (v->filter[0]) {
		int x = 1 +
			canvas_text(c, 1, 0, ST_DIM, v->info->flags & VF_SEARCH ? "/" : "filter: ");
		canvas_fit(c, x, 0, end - x, ALIGN_LEFT, ST_STRONG, v->filter);
	}
}

/* ---- keys ---- */

static void key_name(const struct key *k, struct buf *out)
{
	/* In the footer <Enter> is shown without its angle brackets. */
	key_format(out, k);
	if (out->n > 2 && out->p[0] == '<' && out->p[out->n - 1] == '>') {
		out->n--;
		memmove(out->p, out->p + 1, --out->n);
		out->p[out->n] = '\0';
	}
}

/* One hint at x if it fits into `room`; returns the columns it takes, 0 if it does not fit. */
static int draw_hint(
	struct app *a, struct canvas *c, int x, int room, enum action action, unsigned ctx)
{
	const char *label = action_info(action)->label;
	struct buf name = BUF_INIT(64);
	struct key k;
	int w = 0;

	if (action == ACT_filter && (app_view(a)->info->flags & VF_SEARCH))
		label = "search";
	if (keymap_key(&a->conf.keys, action, ctx, &k)) {
		key_name(&k, &name);
		w = canvas_width(c, name.p) + 1 + canvas_width(c, label);
		if (w > room) {
			w = 0;
		} else {
			int at = x + canvas_text(c, x, 0, ST_KEY, name.p);
			canvas_text(c, at + 1, 0, ST_LABEL, label);
			hit(a, c->x + x, c->y, w, action, 0);
		}
	}
	buf_release(&name);
	return w;
}

static int draw_traffic(const struct app *a, struct canvas *c)
{
	struct buf b = BUF_INIT(256);
	int w = 0;

	if (a->info.requests < 0)
		return 0;
	buf_addf(&b, "%ld req · %ld err", a->info.requests, a->info.errors);
	if (a->info.latency_ms >= 0 && c->w >= 100)
		buf_addf(&b, " · %d ms", a->info.latency_ms);
	w = canvas_width(c, b.p);
	if (w > c->w / 3) {
		w = 0;
	} else {
		canvas_text(c, c->w - 1 - w, 0, ST_FAINT, b.p);
		if (a->info.errors)
			canvas_textf(c, c->w - 1 - w, 0, ST_WARNING, "%ld req · %ld err",
				a->info.requests, a->info.errors);
	}
	buf_release(&b);
	return w ? w + 2 : 0;
}

static void draw_footer(struct app *a, struct canvas *c)
{
	static const enum action always[] = {ACT_filter, ACT_palette, ACT_help, ACT_NONE};
	const struct view *v = app_view(a);
	const struct view_class *class = v->info->class;
	int x = 1, end = c->w - 1 - draw_traffic(a, c), help = canvas_width(c, "? keys") + 2;

	for (int round = 0; round < 2; round++) {
		const enum action *list = round ? always : v->actions;
		for (; list && *list; list++) {
			if (round && *list == ACT_filter && !class->filter)
				continue;
			/* The way to all the other keys is always there. */
			int room = end - x - (*list == ACT_help ? 0 : help);
			int w = draw_hint(a, c, x, room, *list, v->ctx);
			x += w ? w + 2 : 0;
		}
	}
}

/* ---- the whole ---- */

static void draw_small(struct app *a, struct canvas *c)
{
	char text[64];

	canvas_fit(c, 0, c->h / 2, c->w, ALIGN_CENTER, ST_STRONG, "the terminal is too small");
	snprintf(text, sizeof(text), "%d×%d of %d×%d; Q quits", a->w, a->h, LEAST_W, LEAST_H);
	canvas_fit(c, 0, c->h / 2 + 1, c->w, ALIGN_CENTER, ST_DIM, text);
}

static void draw_overlay(struct app *a, struct view *v, struct canvas *body)
{
	(void)a;
	int w = body->w > 104 ? 100 : body->w - 4, h = body->h > 6 ? body->h - 2 : body->h;
	struct canvas box = canvas_sub(body, (body->w - w) / 2, (body->h - h) / 2, w, h);

	canvas_fill(&box, 0, 0, w, h, ST_TEXT, ' ');
	struct canvas inside = canvas_frame(&box, LINE_ROUNDED, ST_BORDER_FOCUS, v->info->title);
	if (v->info->class->draw)
		v->info->class->draw(v, &inside);
}

void frame_draw(struct app *a)
{
	struct canvas c = canvas_of(&a->grid);
	struct view *base = app_base_view(a), *v = app_view(a);

	a->hits.n = 0;
	a->clock_at = INT64_MAX;
	a->grid.shades = a->theme == THEME_MONO;
	if (c.w < LEAST_W || c.h < LEAST_H || !v) {
		draw_small(a, &c);
		return;
	}
	int y = 0;
	struct canvas line = canvas_sub(&c, 0, y++, c.w, 1);
	draw_top(a, &line);
	line = canvas_sub(&c, 0, y++, c.w, 1);
	draw_crumbs(a, &line);
	if (a->info.banner[0]) {
		line = canvas_sub(&c, 0, y++, c.w, 1);
		draw_banner(&line, a->info.banner_level, a->info.banner, a->info.banner_tail);
	}
	/* That a view cannot read follows from the connection being down. */
	if (base->banner && !(a->info.down && base->banner_level == LEVEL_ERROR)) {
		line = canvas_sub(&c, 0, y++, c.w, 1);
		draw_banner(&line, base->banner_level, base->banner,
			base->banner_level == LEVEL_ERROR ? "r retry" : "");
	}
	struct canvas body = canvas_sub(&c, 0, y, c.w, c.h - y - 2);
	if (base->info->class->draw)
		base->info->class->draw(base, &body);
	if (v != base) {
		canvas_flag(&body, 0, 0, body.w, body.h, CA_SHADE);
		draw_overlay(a, v, &body);
	}
	line = canvas_sub(&c, 0, c.h - 2, c.w, 1);
	draw_status(a, &line);
	line = canvas_sub(&c, 0, c.h - 1, c.w, 1);
	draw_footer(a, &line);
	if (a->prompt.kind == PROMPT_PALETTE)
		prompt_draw_candidates(&a->prompt, &body);
}

const struct grid *app_draw(struct app *a, bool force)
{
	if (!a->dirty && !force)
		return NULL;
	if (grid_resize(&a->grid, a->w, a->h, NULL) < 0)
		return NULL; /* tried again with the next event */
	frame_draw(a);
	a->dirty = false;
	return &a->grid;
}
