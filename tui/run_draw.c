/* run_draw.c: the frame of the view `run`: who and when, the graph beside the tabs, what failed. */
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/fmt.h"
#include "run_priv.h"

#define STRIP_BELOW 100 /* columns under which the graph is a strip on top */

/* status, duration · who, when, tags, origin */
static void draw_head(struct view *v, struct canvas *c)
{
	struct run_state *s = v->state;
	struct buf b = BUF_INIT(65536);
	int x = 1;

	if (!s->run) {
		canvas_text(c, 1, 0, ST_DIM, s->error ? s->error : "reading the run …");
		return;
	}
	unsigned attr = cell_status(&b, data_status(s->run));
	x += canvas_text(c, x, 0, attr, b.p) + 1;
	buf_clear(&b);
	if (data_duration(s->run, app_present(v->app)) >= 0) {
		cell_duration(&b, data_duration(s->run, app_present(v->app)));
		x += canvas_text(c, x, 0, ST_STRONG, b.p) + 1;
		buf_clear(&b);
	}
	if (*data_text(s->run, "owner")) /* a scheduler started it, for somebody */
		buf_addf(&b, "  %s via %s · ", data_text(s->run, "owner"),
			data_text(s->run, "user_name"));
	else
		buf_addf(&b, "  %s · ", data_text(s->run, "user_name"));
	cell_ago(&b, v->app, mf_object_created(s->run));
	x += canvas_text(c, x, 0, ST_DIM, b.p);
	buf_clear(&b);
	cell_tags(&b, data_peek(s->run, "user_tags"));
	if (b.n) {
		x += canvas_text(c, x, 0, ST_DIM, " · ");
		x += canvas_text(c, x, 0, ST_TAG, b.p);
	}
	buf_clear(&b);
	if (*data_text(s->run, "origin_pathspec"))
		buf_addf(&b, " · resumed from %s", data_text(s->run, "origin_pathspec"));
	else if (s->cause)
		buf_addf(&b, " · triggered by %s", s->cause);
	enum ui_status st = data_status(s->run);
	if (st != UI_COMPLETED) {
		buf_adds(&b, " · ");
		cell_text(&b, mf_value_get(data_peek(s->run, "status_reason"), "text"));
	}
	canvas_fit(c, x, 0, c->w - x - 1, ALIGN_LEFT, ST_DIM, b.p);
	buf_release(&b);
}

void run_last_frame(const char *trace, struct buf *out)
{
	const char *last = NULL, *p = trace;

	while ((p = strstr(p, "File \""))) {
		last = p;
		p += 6;
	}
	if (!last)
		return;
	const char *file = last + 6, *end = strchr(file, '"');
	const char *line = end ? strstr(end, ", line ") : NULL;
	const char *in = line ? strstr(line, ", in ") : NULL;
	if (!line)
		return;
	for (const char *q = file; q < end; q++)
		if (*q == '/')
			file = q + 1;
	buf_addf(out, "%.*s:%d", (int)(end - file), file, (int)strtol(line + 7, NULL, 10));
	if (in)
		buf_addf(out, " in %.*s", (int)strcspn(in + 5, "\r\n"), in + 5);
}

/* "ValueError: bad learning rate -1", only the first line of the message. */
static void failure_text(const struct mf_object *task, struct buf *out)
{
	const struct mf_value *e = data_peek(task, "exception");
	size_t n, m;
	const char *type = mf_value_text(mf_value_get(e, "type"), &n),
		   *message = mf_value_text(mf_value_get(e, "message"), &m);

	if (!type) {
		cell_text(out, mf_value_get(data_peek(task, "status_reason"), "text"));
		return;
	}
	const char *dot = memrchr(type, '.', n); /* the class says enough, whatever its module */
	if (dot) {
		n -= (size_t)(dot + 1 - type);
		type = dot + 1;
	}
	buf_add(out, type, n);
	const char *end = message ? memchr(message, '\n', m) : NULL;
	if (message && m) {
		buf_adds(out, ": ");
		buf_add(out, message, end ? (size_t)(end - message) : m);
	}
}

/* "load/7 (US, Narcos)" */
static void failure_name(const struct run_state *s, struct buf *out)
{
	buf_adds(out, mf_object_pathspec(s->failed) + strlen(s->view->arg) + 1);
	if (*data_text(s->failed, "foreach_value"))
		buf_addf(out, " (%s)", data_text(s->failed, "foreach_value"));
}

/* Lines inside of the box: task and exception on one line where they fit. */
static int failure_lines(const struct run_state *s, const struct canvas *c)
{
	struct buf b = BUF_INIT(65536);

	failure_name(s, &b);
	buf_adds(&b, "  ");
	failure_text(s->failed, &b);
	int lines = canvas_width(c, b.p) <= c->w - 4 || c->h < 16 ? 2 : 3;
	buf_release(&b);
	return lines;
}

static void draw_failure(struct run_state *s, struct canvas *c)
{
	const struct mf_object *t = s->failed;
	struct buf b = BUF_INIT(65536), trace = BUF_INIT(1 << 20);
	struct canvas in = canvas_frame(c, LINE_ROUNDED, ST_BORDER, NULL);

	canvas_text(c, 2, 0, ST_FAILED, " first failure ");
	failure_name(s, &b);
	int x = canvas_text(&in, 0, 0, ST_STRONG, b.p) + 2, y = in.h > 2;
	buf_clear(&b);
	failure_text(t, &b);
	canvas_fit(&in, y ? 0 : x, y, in.w - (y ? 0 : x), ALIGN_LEFT, ST_ERROR, b.p);
	buf_clear(&b);
	cell_text(&trace, mf_value_get(data_peek(t, "exception"), "stacktrace"));
	run_last_frame(trace.p, &b);
	size_t attempts = mf_value_count(data_peek(t, "attempts"));
	if (attempts > 1)
		buf_addf(&b, "%s%zu attempts", b.n ? " · " : "", attempts);
	canvas_fit(&in, 0, in.h - 1, in.w, ALIGN_LEFT, ST_DIM, b.p);
	buf_release(&b);
	buf_release(&trace);
}

static void draw_right(struct run_state *s, struct canvas *c, bool focused)
{
	int box = s->failed && c->h >= 10 ? failure_lines(s, c) + 2 : 0;
	struct canvas top = canvas_sub(c, 0, 0, c->w, c->h - box);
	struct canvas bottom = canvas_sub(c, 0, c->h - box, c->w, box);

	run_tabs_draw(s, &top, focused);
	if (box)
		draw_failure(s, &bottom);
}

void run_draw(struct view *v, struct canvas *c)
{
	struct run_state *s = v->state;
	struct canvas head = canvas_sub(c, 0, 0, c->w, 1);
	struct canvas body = canvas_sub(c, 0, 1, c->w, c->h - 1), left, right;

	draw_head(v, &head);
	s->strip = c->w < STRIP_BELOW && !s->split.zoomed;
	if (s->strip) {
		struct canvas strip = canvas_sub(&body, 0, c->h > 12 ? 1 : 0, body.w, 1);
		int y = c->h > 12 ? 3 : 1;
		s->split.x = s->split.y = s->split.w = s->split.h = 0;
		s->split.at = -1;
		if (s->pane.n_nodes)
			graph_pane_strip(&s->pane, &strip, s->split.focus == 0);
		else
			canvas_text(&strip, 1, 0, ST_DIM, "reading the graph …");
		right = canvas_sub(&body, 0, y, body.w, body.h - y);
		draw_right(s, &right, s->split.focus == 1);
		return;
	}
	if (c->h > 16) {
		canvas_hline(c, 0, 1, c->w, LINE_LIGHT, ST_BORDER);
		body = canvas_sub(c, 0, 2, c->w, c->h - 2);
	}
	split_layout(&s->split, &body, &left, &right);
	if (s->split.at >= 0 && c->h > 16)
		canvas_join(c, s->split.at - c->x, 1, ARM_DOWN | ARM_LEFT | ARM_RIGHT, LINE_LIGHT,
			ST_BORDER);
	graph_pane_draw(
		&s->pane, &left, s->split.focus == 0, s->error ? s->error : "reading the graph …");
	struct canvas inner = canvas_sub(&right, 1, 0, right.w - 1, right.h);
	if (inner.w > 0 && inner.h > 0)
		draw_right(s, &inner, s->split.focus == 1);
}
