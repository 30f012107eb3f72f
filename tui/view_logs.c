/* view_logs.c: the log of a task, a step or a run, merged by time. The lines stay where the library
 * has them: a line is made when it is drawn. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../clientlib/base/err.h"
#include "../clientlib/base/fmt.h"
#include "../clientlib/base/text.h"
#include "data.h"
#include "list.h"
#include "pager.h"
#include "view_logs_fetch.h"
#include "view_logs_text.h"

#define LABEL_MAX 22
#define SCAN_LINES 20000

enum times { TIMES_ABSOLUTE, TIMES_RELATIVE, TIMES_OFF, TIMES_COUNT };

struct state {
	struct app *app;
	struct pager pager;
	struct log_fetch *got;
	unsigned streams;
	enum times times;
	int attempt; /* -1: each task's current one */
	enum mf_entity entity;
	uint32_t at_error; /* line of the error last shown; UINT32_MAX: none */
	bool force, placed;
	int time_w, label_w;
};

/* ---- lines ---- */

/* Line i of those shown, as an index of the log. */
static size_t log_index(const struct state *s, size_t i)
{
	if (s->streams == (MF_STDOUT | MF_STDERR))
		return i;
	return s->got->of[s->streams == MF_STDERR].v[i];
}

static size_t count(void *ctx)
{
	const struct state *s = ctx;

	if (!s->got)
		return 0;
	if (s->streams == (MF_STDOUT | MF_STDERR))
		return s->got->of[0].n + s->got->of[1].n;
	return s->got->of[s->streams == MF_STDERR].n;
}

/* Where line `i` of the log (or the next one shown) is among those shown. */
static size_t shown_index(const struct state *s, size_t i)
{
	if (s->streams == (MF_STDOUT | MF_STDERR))
		return i;
	const uint32_t *v = s->got->of[s->streams == MF_STDERR].v;
	size_t lo = 0, hi = count((void *)(uintptr_t)s);
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (v[mid] < i)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void add_time(const struct state *s, struct buf *out, int64_t us)
{
	const struct data *d = data_of(s->app);

	if (us == MF_NO_TIME) {
		buf_addf(out, "%*s", s->time_w, "");
	} else if (s->times == TIMES_ABSOLUTE) {
		fmt_clock(out, us / 1000, d && d->utc);
		buf_addf(out, ".%03d", (int)(us / 1000 % 1000));
	} else {
		int64_t ms = (us - s->got->start_us) / 1000;
		if (ms < 0)
			ms = 0;
		buf_addf(out, "+%d:%02d:%02d.%03d", (int)(ms / 3600000), (int)(ms / 60000 % 60),
			(int)(ms / 1000 % 60), (int)(ms % 1000));
	}
}

static void line(void *ctx, size_t i, struct pager_line *out)
{
	const struct state *s = ctx;
	struct mf_log_line l;

	mf_log_get(s->got->log, log_index(s, i), &l);
	logtext_clean(&out->text, l.text, l.n);
	out->attr = ST_TEXT;
	logtext_highlight(out);
	if (s->time_w) {
		add_time(s, &out->gutter, l.us);
		buf_addc(&out->gutter, ' ');
	}
	if (s->label_w) {
		struct buf label = BUF_INIT(4096);
		log_task_label(&label, s->entity, mf_log_task(s->got->log, l.task).pathspec);
		text_fit(&out->gutter, label.p, label.n, (size_t)s->label_w, true, false);
		buf_addc(&out->gutter, ' ');
		buf_release(&label);
	}
	buf_adds(&out->gutter, l.stream == MF_STDERR ? "err" : "out");
	out->gutter_attr = l.stream == MF_STDERR ? ST_LOG_ERR : ST_FAINT;
}

/* ---- what is said around the lines ---- */

static void lay_out(struct state *s, int width)
{
	bool many = s->got && mf_log_tasks(s->got->log) > 1;

	s->time_w = s->times == TIMES_OFF ? 0 : 12;
	s->label_w = many ? s->got->label < LABEL_MAX ? s->got->label : LABEL_MAX : 0;
	if (width < 60) {
		s->time_w = 0; /* the text comes first */
		s->label_w = s->label_w < 10 ? s->label_w : 10;
	}
	s->pager.gutter =
		(s->time_w ? s->time_w + 1 : 0) + (s->label_w ? s->label_w + 1 : 0) + 3 + 2;
}

static void describe(struct view *v)
{
	struct state *s = v->state;
	const struct log_fetch *f = s->got;
	struct buf b = BUF_INIT(512);
	const struct mf_error *first;

	if (s->entity != MF_TASK) {
		list_number(&b, mf_log_tasks(f->log));
		buf_adds(&b, mf_log_tasks(f->log) == 1 ? " task" : " tasks merged");
	} else if (f->n_attempts > 1) {
		int shown = s->attempt < 0 ? f->current : s->attempt;
		buf_addf(&b, "attempt %d of 0–%d%s", shown, f->n_attempts - 1,
			s->attempt < 0 ? " (latest)" : "");
	}
	if (s->streams != (MF_STDOUT | MF_STDERR))
		buf_addf(&b, "%s%s only", b.n ? " · " : "",
			s->streams == MF_STDOUT ? "stdout" : "stderr");
	if (f->live)
		buf_addf(&b, "%s%s live", b.n ? " · " : "", status_glyph(UI_RUNNING));
	view_set_note(v, f->live ? ST_RUNNING : ST_DIM, "%s", b.p);
	buf_release(&b);

	size_t bad = mf_log_errors(f->log, &first);
	if (bad)
		view_set_banner(v, LEVEL_WARNING, "%zu of %zu logs could not be read: %s", bad,
			mf_log_tasks(f->log), first->message);
	else if (mf_log_tasks(f->log) == 1 && mf_log_task(f->log, 0).origin)
		view_set_banner(v, LEVEL_INFO, "cloned: these lines were written by %s",
			mf_log_task(f->log, 0).origin);
	else
		view_set_banner(v, LEVEL_NONE, NULL);
	s->pager.empty = !count(s) && f->of[0].n + f->of[1].n
				 ? "Nothing on this stream. 1 and 2 choose what is shown."
			 : f->live ? "No output so far. It appears here as it is written."
				   : "Nothing was written.";
}

/* ---- data ---- */

static void load(struct view *v)
{
	struct state *s = v->state;
	struct mf_client *client = data_client(v->app);

	if (!client || view_loading(v) || (s->got && !s->got->live && !s->force))
		return;
	struct log_fetch *f = calloc(1, sizeof(*f));
	if (f) {
		*f = (struct log_fetch){.client = client,
			.cancel = mf_cancel_new(),
			.path = strdup(v->arg),
			.attempt = s->attempt,
			.again = s->got != NULL,
			.err = MF_ERROR_INIT};
	}
	if (!f || !f->cancel || !f->path) {
		log_fetch_free(f);
		app_say(v->app, LEVEL_ERROR, "out of memory");
		return;
	}
	s->force = false;
	view_submit(v, 0, log_fetch_run, f, log_fetch_free, log_fetch_cancel);
}

static bool same_line(const struct mf_log_line *a, const struct mf_log_line *b)
{
	return a->us == b->us && a->stream == b->stream && a->n == b->n &&
	       memcmp(a->text, b->text, a->n) == 0;
}

/* Where the line of the old log is in the new one: lines of other tasks may have come before it. */
static size_t find_again(const struct log_fetch *old, const struct log_fetch *new, size_t i)
{
	struct mf_log_line was, is;
	size_t n = mf_log_count(new->log), limit = 100000;

	mf_log_get(old->log, i, &was);
	for (size_t k = i; k < n && limit--; k++) {
		mf_log_get(new->log, k, &is);
		if (same_line(&was, &is))
			return k;
	}
	return i < n ? i : n ? n - 1 : 0;
}

/* Keep the line on top of the screen there. */
static void take(struct view *v, struct log_fetch *f)
{
	struct state *s = v->state;
	struct log_fetch *old = s->got;
	size_t top = s->pager.top, shown = count(s);
	bool anew = true;

	if (old && shown && f->attempt == old->attempt) {
		size_t at = log_index(s, top < shown ? top : shown - 1);
		size_t last = log_index(s, shown - 1);
		size_t at_new = find_again(old, f, at);
		anew = at_new != at || find_again(old, f, last) != last;
		s->got = f;
		s->pager.top = shown_index(s, at_new);
	} else {
		s->got = f;
		s->pager.top = s->pager.top_row = 0;
		s->at_error = UINT32_MAX;
	}
	log_fetch_free(old);
	if (!s->placed) {
		s->pager.follow = f->live;
		s->placed = true;
	}
	size_t known = s->pager.known;
	pager_refresh(&s->pager, anew);
	if (old && known < s->pager.known)
		s->pager.known = known; /* what came in between is new all the same */
}

static void deliver(struct view *v, struct job_result *r)
{
	struct state *s = v->state;
	struct log_fetch *f = r->spec.arg;

	if (view_keeps(v))
		return;
	v->loaded_at = app_now(v->app);
	if (f->rc < 0) {
		if (f->rc != MF_ECANCELLED)
			view_set_banner(v, LEVEL_ERROR, "%s%s%s", f->err.message,
				f->err.hint[0] ? "; " : "", f->err.hint);
		s->pager.empty = "The log cannot be read.";
		return;
	}
	r->spec.arg = NULL;
	take(v, f);
	describe(v);
	if (s->pager.pattern && pager_scan(&s->pager, SCAN_LINES))
		v->tick_at = app_now(v->app) + 1;
}

/* ---- the view ---- */

static int open_view(struct view *v, struct mf_error *err)
{
	struct state *s = v->state;
	int entity = mf_pathspec_entity(v->arg);

	if (entity < MF_RUN || entity > MF_TASK)
		return err_at(err, MF_EUSAGE, v->arg, "a run, a step or a task has a log");
	s->app = v->app;
	s->entity = (enum mf_entity)entity;
	s->streams = MF_STDOUT | MF_STDERR;
	s->attempt = -1;
	s->at_error = UINT32_MAX;
	pager_init(&s->pager, &(struct pager_source){count, line, s});
	s->pager.empty = "Reading …";
	view_set_path(v, v->arg);
	return MF_OK;
}

/* The other stream goes away, or comes back; the last one shown stays. */
static void toggle_stream(struct view *v, unsigned stream)
{
	struct state *s = v->state;
	unsigned streams = s->streams ^ stream;

	if (!s->got)
		return;
	if (!streams)
		streams = MF_STDOUT | MF_STDERR;
	size_t n = count(s), at = n ? log_index(s, s->pager.top < n ? s->pager.top : n - 1) : 0;
	s->streams = streams;
	s->pager.top = shown_index(s, at);
	s->pager.top_row = 0;
	pager_refresh(&s->pager, true);
	if (s->pager.pattern && pager_scan(&s->pager, SCAN_LINES))
		v->tick_at = app_now(v->app) + 1;
	describe(v);
}

static void next_attempt(struct view *v)
{
	struct state *s = v->state;

	if (s->entity != MF_TASK || !s->got || s->got->n_attempts < 2) {
		app_say(v->app, LEVEL_INFO,
			s->entity == MF_TASK ? "this task has one attempt"
					     : "attempts are chosen in the log of one task");
		return;
	}
	/* From the latest backward, and around. */
	int at = s->attempt < 0 ? s->got->current : s->attempt;
	at = at > 0 ? at - 1 : s->got->n_attempts - 1;
	s->attempt = at == s->got->current ? -1 : at;
	s->force = true;
	view_restart(v);
	load(v);
}

static void next_error(struct view *v)
{
	struct state *s = v->state;
	const struct log_fetch *f = s->got;

	if (!f || !f->errors.n) {
		app_say(v->app, LEVEL_INFO, "no line tells of an error");
		return;
	}
	size_t n = count(s), i = 0;
	uint32_t from = s->at_error;
	if (from == UINT32_MAX && n && s->pager.top)
		from = (uint32_t)log_index(s, s->pager.top < n ? s->pager.top : n - 1);
	while (from != UINT32_MAX && i < f->errors.n && f->errors.v[i] <= from)
		i++;
	for (int round = 0; round < 2; round++, i = 0)
		for (; i < f->errors.n; i++) {
			size_t at = shown_index(s, f->errors.v[i]);
			if (at >= n || log_index(s, at) != f->errors.v[i])
				continue; /* on the stream that is hidden */
			s->at_error = f->errors.v[i];
			s->pager.follow = false;
			pager_show(&s->pager, at);
			app_say(v->app, LEVEL_INFO, "error %zu of %zu%s", i + 1, f->errors.n,
				round ? ", from the top again" : "");
			return;
		}
}

/* All that is shown, from the library: time, task and stream before each line where they are shown.
 */
static int produce(void *ctx, const struct mf_sink *to)
{
	const struct state *s = ctx;
	struct pager_line l = {0};
	struct buf b = BUF_INIT(32 << 20);
	int rc = MF_OK;

	buf_init(&l.gutter, 4096);
	buf_init(&l.text, 16 << 20);
	for (size_t i = 0; i < count(ctx) && rc >= 0; i++) {
		buf_clear(&l.gutter);
		buf_clear(&l.text);
		buf_clear(&b);
		l.spans.n = 0;
		line(ctx, i, &l);
		text_escape(&b, l.gutter.p, l.gutter.n, 0);
		buf_adds(&b, s->pager.gutter ? "  " : "");
		text_escape(&b, l.text.p, l.text.n, TEXT_KEEP_TAB);
		buf_addc(&b, '\n');
		rc = b.failed ? b.failed : to->write(to->self, b.p, b.n);
	}
	buf_release(&l.gutter);
	buf_release(&l.text);
	buf_release(&b);
	vec_release(&l.spans);
	return rc;
}

static bool action(struct view *v, enum action a, const struct key *k)
{
	struct state *s = v->state;

	(void)k;
	switch (a) {
	case ACT_times: s->times = (enum times)((s->times + 1) % TIMES_COUNT); return true;
	case ACT_page:
		if (s->got)
			app_page(v->app, "log", produce, s);
		return true;
	case ACT_out: toggle_stream(v, MF_STDOUT); return true;
	case ACT_err: toggle_stream(v, MF_STDERR); return true;
	case ACT_attempts: next_attempt(v); return true;
	case ACT_next_error: next_error(v); return true;
	case ACT_refresh: s->force = true; return false;
	default: return pager_action(&s->pager, a);
	}
}

static bool mouse(struct view *v, const struct key *k)
{
	return pager_mouse(&((struct state *)v->state)->pager, k);
}

static void filter(struct view *v, bool final)
{
	struct state *s = v->state;

	pager_search(&s->pager, v->filter, final);
	if (s->pager.pattern && s->pager.searched < count(s))
		v->tick_at = app_now(v->app) + 1;
}

static void tick(struct view *v)
{
	struct state *s = v->state;

	if (pager_scan(&s->pager, SCAN_LINES))
		v->tick_at = app_now(v->app) + 1;
	app_dirty(v->app);
}

/* The pager has one style for a gutter; time, task and stream want their own. */
static void colour_gutters(struct state *s, struct canvas *c)
{
	int stream = s->pager.gutter - 5;

	for (int y = 0; y < c->h; y++) {
		const struct cell *cell = &c->grid->cells[(c->y + y) * c->grid->w + c->x + stream];
		if (cell->text[0] != 'o' && cell->text[0] != 'e')
			continue; /* a wrapped row, or none */
		if (s->time_w)
			canvas_style(c, 0, y, s->time_w, 1, ST_TIME);
		if (s->label_w)
			canvas_style(
				c, s->time_w ? s->time_w + 1 : 0, y, s->label_w, 1, ST_LOG_SOURCE);
	}
}

static void draw(struct view *v, struct canvas *c)
{
	struct state *s = v->state;
	struct canvas body = canvas_sub(c, 1, 0, c->w - 1, c->h);

	lay_out(s, c->w);
	pager_draw(&s->pager, &body);
	if (count(s) && body.w > s->pager.gutter)
		colour_gutters(s, &body);
}

static void status(const struct view *v, struct buf *out)
{
	const struct state *s = v->state;

	if (s->got && s->got->errors.n) {
		list_number(out, s->got->errors.n);
		buf_adds(out, s->got->errors.n == 1 ? " error · " : " errors · ");
	}
	pager_status(&s->pager, out);
}

static void twin(const struct view *v, struct buf *out)
{
	const struct state *s = v->state;

	buf_addf(out, "mfctl logs %s", v->arg);
	if (s->streams != (MF_STDOUT | MF_STDERR))
		buf_adds(out, s->streams == MF_STDOUT ? " --stdout" : " --stderr");
	if (s->attempt >= 0)
		buf_addf(out, " --attempt %d", s->attempt);
	if (s->pager.follow)
		buf_adds(out, " --follow");
}

static void close_view(struct view *v)
{
	struct state *s = v->state;

	pager_release(&s->pager);
	log_fetch_free(s->got);
}

static const enum action actions[] = {ACT_next_error, ACT_follow, ACT_wrap, ACT_times, ACT_out,
	ACT_err, ACT_attempts, ACT_next_match, ACT_page, ACT_NONE};

const struct view_class view_logs_class = {
	.state_size = sizeof(struct state),
	.ctx = CTX_TEXT | CTX_LOGS | CTX_PAGE,
	.actions = actions,
	.open = open_view,
	.load = load,
	.deliver = deliver,
	.action = action,
	.mouse = mouse,
	.draw = draw,
	.status = status,
	.filter = filter,
	.twin = twin,
	.tick = tick,
	.close = close_view,
};
