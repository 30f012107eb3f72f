/* view_doctor.c: what is wrong with the configuration, the service and the data, and what to do. */
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"
#include "../clientlib/base/text.h"
#include "pager.h"
#include "view_doctor_job.h"

enum { MARGIN = 3, LEVEL_WIDTH = 11, TEXT_LEAST = 20, LINES_MOST = 20000 };

/* A line of the page: a heading, or a piece of a finding's text or hint. */
struct piece {
	uint32_t finding;
	uint32_t from, to; /* bytes of the text or the hint */
	enum { HEADING, BLANK, TEXT, HINT } kind;
	bool first; /* of its text or hint */
};

struct state {
	struct pager pager;
	struct findings found;
	VEC(struct piece) pieces;
	int width; /* that the pieces are made for */
	bool busy;
};

static const struct {
	const char *glyph, *word;
	enum style style;
} levels[FINDING_LEVELS] = {[MF_FINE] = {"✓", "fine", ST_COMPLETED},
	[MF_NOTE] = {"·", "note", ST_DIM},
	[MF_WARNING] = {"!", "warning", ST_WARNING},
	[MF_PROBLEM] = {"✗", "problem", ST_FAILED}};

static int level_of(const struct finding *f)
{
	return f->level >= MF_FINE && f->level <= MF_PROBLEM ? (int)f->level : MF_NOTE;
}

/* ---- lines ---- */

static bool push(struct state *s, struct piece p)
{
	return s->pieces.n < LINES_MOST && vec_push(&s->pieces, p);
}

/* How many bytes of p fit into w columns: whole words where that is possible. */
static size_t fitting(const char *p, int w)
{
	size_t n = strlen(p), at = 0, blank = 0;
	int used = 0;

	while (at < n) {
		int32_t cp;
		size_t bytes = utf8_next(p + at, n - at, &cp);
		used += (int)text_width(p + at, bytes);
		if (used > w)
			return blank ? blank : at ? at : bytes;
		at += bytes;
		if (at < n && p[at] == ' ')
			blank = at;
	}
	return n;
}

static bool wrap(struct state *s, uint32_t finding, const char *text, int kind, int w)
{
	size_t at = 0;
	bool first = true;

	do {
		size_t n = fitting(text + at, w);
		if (!push(s, (struct piece){.finding = finding,
				     .from = (uint32_t)at,
				     .to = (uint32_t)(at + n),
				     .kind = kind,
				     .first = first}))
			return false;
		at += n;
		at += strspn(text + at, " ");
		first = false;
	} while (text[at]);
	return true;
}

/* The topics in the order in which they first occur, the findings of each together. */
static bool add_topic(struct state *s, size_t first)
{
	const char *topic = s->found.all.v[first].topic;
	int w = s->width - MARGIN - LEVEL_WIDTH;

	if ((first && !push(s, (struct piece){.kind = BLANK})) ||
		!push(s, (struct piece){.finding = (uint32_t)first, .kind = HEADING}))
		return false;
	for (size_t i = first; i < s->found.all.n; i++) {
		const struct finding *f = &s->found.all.v[i];
		if (!str_eq(f->topic, topic))
			continue;
		if (!wrap(s, (uint32_t)i, f->text, TEXT, w) ||
			(f->hint[0] && !wrap(s, (uint32_t)i, f->hint, HINT, w - 2)))
			return false;
	}
	return true;
}

static bool seen_before(const struct state *s, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (str_eq(s->found.all.v[k].topic, s->found.all.v[i].topic))
			return true;
	return false;
}

static void layout(struct state *s, int width)
{
	int least = MARGIN + LEVEL_WIDTH + TEXT_LEAST;

	s->width = width > least ? width : least;
	s->pieces.n = 0;
	for (size_t i = 0; i < s->found.all.n; i++)
		if (!seen_before(s, i) && !add_topic(s, i))
			break;
	pager_refresh(&s->pager, true);
}

static size_t count(void *ctx)
{
	return ((struct state *)ctx)->pieces.n;
}

static void line(void *ctx, size_t i, struct pager_line *out)
{
	const struct state *s = ctx;
	const struct piece *p = &s->pieces.v[i];
	const struct finding *f = p->kind == BLANK ? NULL : &s->found.all.v[p->finding];
	struct buf b = BUF_INIT(64 << 10);

	if (p->kind == HEADING) {
		buf_addf(&b, " %s", f->topic);
		pager_add(out, ST_TITLE, b.p);
	} else if (f) {
		int level = level_of(f);
		bool labelled = p->kind == TEXT && p->first;
		buf_addf(&b, "%*s%s%s%-*s", MARGIN, "", labelled ? levels[level].glyph : " ", " ",
			LEVEL_WIDTH - 2, labelled ? levels[level].word : "");
		pager_add(out, levels[level].style, b.p);
		if (p->kind == HINT)
			pager_add(out, ST_KEY, p->first ? "→ " : "  ");
		buf_clear(&b);
		buf_add(&b, (p->kind == HINT ? f->hint : f->text) + p->from, p->to - p->from);
		pager_add(out,
			p->kind == HINT       ? ST_DIM
			: level == MF_PROBLEM ? ST_STRONG
					      : ST_TEXT,
			b.p);
	}
	buf_release(&b);
}

/* ---- the view ---- */

static void load(struct view *v)
{
	struct state *s = v->state;

	if (s->busy)
		return;
	s->busy = doctor_submit(v, 0) == MF_OK;
	s->pager.empty = s->busy ? "looking at everything …" : "There is no history to look at.";
}

static void deliver(struct view *v, struct job_result *r)
{
	struct state *s = v->state;
	struct doctor_job *j = r->spec.arg;

	s->busy = false;
	if (j->err.code) {
		s->pager.empty = "It could not be found out.";
		view_set_banner(v, LEVEL_ERROR, "%s", j->err.message);
		return;
	}
	view_set_banner(v, LEVEL_NONE, NULL);
	findings_release(&s->found);
	s->found = j->found;
	j->found = (struct findings){0};
	v->loaded_at = app_now(v->app);
	s->pager.empty = "Nothing was found.";
	size_t problems = findings_count(&s->found, MF_PROBLEM),
	       warnings = findings_count(&s->found, MF_WARNING);
	int worst = problems ? MF_PROBLEM : warnings ? MF_WARNING : MF_FINE;
	if (worst == MF_FINE)
		view_set_note(v, ST_COMPLETED, "%s all is fine", levels[MF_FINE].glyph);
	else
		view_set_note(v, levels[worst].style, "%s %zu %s%s", levels[worst].glyph,
			problems ? problems : warnings, levels[worst].word,
			(problems ? problems : warnings) == 1 ? "" : "s");
	layout(s, s->width);
}

static int open_view(struct view *v, struct mf_error *err)
{
	struct state *s = v->state;

	(void)err;
	pager_init(&s->pager, &(struct pager_source){count, line, s});
	return MF_OK;
}

static bool action(struct view *v, enum action a, const struct key *k)
{
	struct state *s = v->state;

	(void)k;
	if (a == ACT_refresh) {
		load(v);
		return true;
	}
	return a != ACT_follow && a != ACT_wrap && pager_action(&s->pager, a);
}

static bool mouse(struct view *v, const struct key *k)
{
	return pager_mouse(&((struct state *)v->state)->pager, k);
}

static void draw(struct view *v, struct canvas *c)
{
	struct state *s = v->state;

	if (c->w - 2 != s->width)
		layout(s, c->w - 2);
	pager_draw(&s->pager, c);
}

static void filter(struct view *v, bool final)
{
	struct state *s = v->state;

	pager_search(&s->pager, v->filter, final);
	pager_scan(&s->pager, LINES_MOST);
}

static void status(const struct view *v, struct buf *out)
{
	const struct state *s = v->state;

	if (v->filter[0]) {
		pager_status(&s->pager, out);
		return;
	}
	if (s->busy)
		buf_adds(out, "looking again");
	for (int i = FINDING_LEVELS - 1; i >= 0 && !s->busy; i--) {
		size_t n = findings_count(&s->found, (enum mf_level)i);
		if (n)
			buf_addf(out, "%s%zu %s%s", out->n ? " · " : "", n, levels[i].word,
				n != 1 && i != MF_FINE ? "s" : "");
	}
}

/* All of it, to be pasted into a report. */
static void link_text(const struct view *v, struct buf *out)
{
	const struct state *s = v->state;

	for (size_t i = 0; i < s->found.all.n; i++) {
		const struct finding *f = &s->found.all.v[i];
		buf_addf(out, "%s: %s: %s%s%s\n", f->topic, levels[level_of(f)].word, f->text,
			f->hint[0] ? "; " : "", f->hint);
	}
}

static void close_view(struct view *v)
{
	struct state *s = v->state;

	pager_release(&s->pager);
	findings_release(&s->found);
	vec_release(&s->pieces);
}

static const enum action actions[] = {
	ACT_refresh, ACT_requests, ACT_copy, ACT_copy_twin, ACT_back, ACT_NONE};

const struct view_class view_doctor_class = {
	.state_size = sizeof(struct state),
	.ctx = CTX_TEXT,
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
	.close = close_view,
};
