/* view_task.c: one task: how it stands and why, its attempts, what went wrong, where it came from.
 */
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"
#include "browser.h"
#include "data.h"
#include "export.h"
#include "list.h"
#include "tree.h"
#include "view_logs_text.h"
#include "view_task_facts.h"
#include "view_value_text.h"

/* The facts are kind 0. */
enum { JOB_EXPORT = 1 };

struct state {
	struct view *view;
	struct tree tree;
	struct facts *got;
	size_t first[SECTION_COUNT + 1]; /* of the facts of a section */
	int names[SECTION_COUNT];        /* columns of the longest name */
	int sections[SECTION_COUNT], n;  /* those that have facts */
	bool force, placed;
	struct exporter export;
};

static const struct {
	const char *title;
	bool folded; /* at first */
} sections[SECTION_COUNT] = {[SECTION_STATUS] = {"Status", false},
	[SECTION_ATTEMPTS] = {"Attempts", false},
	[SECTION_EXCEPTION] = {"Exception", false},
	[SECTION_FOREACH] = {"Foreach", false},
	[SECTION_TRIGGER] = {"Triggered by", false},
	[SECTION_PARENTS] = {"Parents", false},
	[SECTION_CHILDREN] = {"Children", false},
	[SECTION_CODE] = {"Code", true},
	[SECTION_ENVIRONMENT] = {"Environment", true},
	[SECTION_METADATA] = {"Metadata", true}};

static const char *section_title(const struct state *s, size_t section)
{
	bool place = section >= SECTION_PLACE && section <= SECTION_PLACE_LAST;
	const char *title =
		place ? s->got->places[section - SECTION_PLACE] : sections[section].title;

	return title ? title : "";
}

/* ---- nodes: (section + 1) << 32, plus 1 + the place of a fact in it ---- */

static const struct fact *node_fact(const struct state *s, uint64_t node)
{
	uint32_t i = (uint32_t)node;

	return i ? &s->got->facts.v[s->first[(node >> 32) - 1] + i - 1] : NULL;
}

static size_t count(void *ctx, uint64_t node)
{
	const struct state *s = ctx;

	if (!s->got)
		return 0;
	if (!node)
		return (size_t)s->n;
	size_t section = (size_t)(node >> 32) - 1;
	return (uint32_t)node ? 0 : s->first[section + 1] - s->first[section];
}

static uint64_t child(void *ctx, uint64_t node, size_t i)
{
	const struct state *s = ctx;

	return node ? node + i + 1 : (uint64_t)(s->sections[i] + 1) << 32;
}

static bool folds(void *ctx, uint64_t node)
{
	(void)ctx;
	return !(uint32_t)node;
}

/* ---- drawing ---- */

/* Text with the colours of output. */
static void draw_output(struct canvas *c, const char *text, unsigned attr, unsigned flags)
{
	struct pager_line l = {.attr = attr};

	buf_init(&l.text, 64 << 10);
	logtext_clean(&l.text, text, strlen(text));
	if (attr == ST_TEXT)
		logtext_highlight(&l);
	canvas_text(c, 0, 0, attr | flags, l.text.p);
	for (size_t i = 0; i < l.spans.n; i++) {
		const struct pager_span *s = &l.spans.v[i];
		char kept = l.text.p[s->from];
		l.text.p[s->from] = '\0';
		int x = canvas_width(c, l.text.p);
		l.text.p[s->from] = kept;
		canvas_textn(c, x, 0, s->attr | flags, l.text.p + s->from, s->to - s->from);
	}
	buf_release(&l.text);
	vec_release(&l.spans);
}

static void draw_row(void *ctx, uint64_t node, struct canvas *c, unsigned flags)
{
	const struct state *s = ctx;
	size_t section = (size_t)(node >> 32) - 1;
	const struct fact *f = node_fact(s, node);

	if (!f) {
		size_t n = s->first[section + 1] - s->first[section];
		int x = canvas_text(c, 0, 0, ST_TITLE | flags, section_title(s, section));
		bool counts = section == SECTION_PARENTS || section == SECTION_CHILDREN ||
			      section == SECTION_ATTEMPTS || section == SECTION_METADATA;
		if (counts && (n > 1 || section == SECTION_METADATA))
			canvas_textf(c, x + 2, 0, ST_DIM | flags, "%zu", n);
		return;
	}
	if (section == SECTION_EXCEPTION) {
		draw_output(c, f->text, f->attr, flags);
		return;
	}
	int w = s->names[section] < 30 ? s->names[section] : 30, x = w ? w + 2 : 0;
	if (w)
		canvas_fit(c, 0, 0, w, ALIGN_LEFT, ST_LABEL | flags, f->name);
	canvas_fit(c, x, 0, c->w - x, ALIGN_LEFT, f->attr | flags, f->text);
	if (f->link || f->url) {
		int used = canvas_width(c, f->text);
		canvas_fill(c, x + used, 0, c->w - x - used, 1, ST_TEXT | flags, ' ');
	}
}

static void draw(struct view *v, struct canvas *c)
{
	struct state *s = v->state;
	struct canvas body = canvas_sub(c, 1, 0, c->w - 1, c->h);

	tree_draw(&s->tree, &body, true);
}

/* ---- data ---- */

static void load(struct view *v)
{
	struct state *s = v->state;
	const struct data *d = data_of(v->app);

	if (!d || view_loading(v) || (s->got && !s->got->live && !s->force))
		return;
	struct facts *f = facts_new(d->client, v->arg, s->got != NULL, d->utc);
	if (!f) {
		app_say(v->app, LEVEL_ERROR, "out of memory");
		return;
	}
	s->force = false;
	view_submit(v, 0, facts_run, f, facts_free, facts_cancel);
}

static void measure(struct state *s)
{
	const struct facts *f = s->got;
	size_t at = 0;

	s->n = 0;
	for (int i = 0; i < SECTION_COUNT; i++) {
		s->first[i] = at;
		s->names[i] = 0;
		for (; at < f->facts.n && f->facts.v[at].section == (enum section)i; at++) {
			int w = (int)strlen(f->facts.v[at].name);
			if (w > s->names[i])
				s->names[i] = w;
		}
		if (at > s->first[i])
			s->sections[s->n++] = i;
	}
	s->first[SECTION_COUNT] = at;
}

static void deliver(struct view *v, struct job_result *r)
{
	struct state *s = v->state;
	struct facts *f = r->spec.arg;
	struct buf b = BUF_INIT(128);

	if (export_deliver(&s->export, r))
		return;
	if (view_keeps(v))
		return;
	v->loaded_at = app_now(v->app);
	if (f->rc < 0) {
		s->tree.empty = "This task cannot be read.";
		view_set_banner(v, LEVEL_ERROR, "%s%s%s", f->err.message,
			f->err.hint[0] ? "; " : "", f->err.hint);
		return;
	}
	r->spec.arg = NULL;
	facts_free(s->got);
	s->got = f;
	measure(s);
	tree_changed(&s->tree, 0);
	if (!s->placed) {
		size_t top = s->tree.selected;
		for (size_t i = s->tree.rows.n; i-- > 0;) {
			s->tree.selected = i;
			if (!sections[(s->tree.rows.v[i].id >> 32) - 1].folded)
				tree_action(&s->tree, ACT_right);
		}
		s->tree.selected = top;
		s->placed = true;
	}
	view_set_banner(v, LEVEL_NONE, NULL);
	cell_status(&b, f->status);
	if (f->duration >= 0) {
		buf_addc(&b, ' ');
		cell_duration(&b, f->duration);
	}
	view_set_note(v, status_style(f->status), "%s", b.p);
	buf_release(&b);
}

/* ---- keys ---- */

static const struct fact *selected(const struct state *s, enum section *section)
{
	uint64_t node = s->got ? tree_selected(&s->tree) : 0;

	if (!node)
		return NULL;
	*section = (enum section)((node >> 32) - 1);
	return node_fact(s, node);
}

static bool happened(struct view *v, enum tree_event e)
{
	struct state *s = v->state;
	enum section section;
	const struct fact *f = e == TREE_OPEN ? selected(s, &section) : NULL;

	if (f && f->link)
		data_show(v->app, f->link);
	else if (f && section == SECTION_EXCEPTION && s->got->traceback)
		text_popup(
			v->app, v->arg, s->got->traceback, strlen(s->got->traceback), TEXT_OUTPUT);
	else if (f && f->url)
		text_popup(v->app, f->name, f->url, strlen(f->url), TEXT_PLAIN);
	else if (f)
		text_popup(v->app, f->name, f->text, strlen(f->text), TEXT_OUTPUT);
	return e != TREE_NOTHING;
}

static void browse(struct view *v)
{
	enum section section;
	const struct fact *f = selected(v->state, &section);

	if (!f || !f->url)
		app_say(v->app, LEVEL_INFO, "this line has no page of its own");
	else if (!browser_open(v->app, f->url))
		app_say(v->app, LEVEL_INFO,
			"there is no browser here (set BROWSER); Enter shows the link");
}

static bool action(struct view *v, enum action a, const struct key *k)
{
	struct state *s = v->state;

	(void)k;
	switch (a) {
	case ACT_logs: data_open_view(v->app, "logs", v->arg); return true;
	case ACT_artifacts: data_open_view(v->app, "artifacts", v->arg); return true;
	case ACT_cards: data_open_view(v->app, "cards", v->arg); return true;
	case ACT_code: data_open_view(v->app, "code", v->arg); return true;
	case ACT_browse: browse(v); return true;
	case ACT_export: export_one(&s->export, v->arg); return true;
	case ACT_back:
		if (export_cancel(&s->export))
			return true;
		return false;
	case ACT_timeline:
	case ACT_graph: {
		char *run = data_parent(v->arg, 2);
		if (run)
			data_open_view(v->app, a == ACT_graph ? "graph" : "timeline", run);
		free(run);
		return true;
	}
	case ACT_refresh: s->force = true; return false;
	default: return s->got && happened(v, tree_action(&s->tree, a));
	}
}

static bool mouse(struct view *v, const struct key *k)
{
	struct state *s = v->state;

	return s->got && happened(v, tree_mouse(&s->tree, k));
}

static void status(const struct view *v, struct buf *out)
{
	enum section section;
	const struct state *s = v->state;
	const struct fact *f = selected(s, &section);

	export_status(&s->export, out);
	if (f && f->link)
		buf_addf(out, "Enter goes to %s", f->link);
	else if (f && f->url)
		buf_adds(out, "y copies it, Enter shows its link, o opens that");
	else if (f && section == SECTION_EXCEPTION)
		buf_adds(out, "Enter shows the whole traceback");
}

/* The line that is selected; on a heading, the task. */
static void link_text(const struct view *v, struct buf *out)
{
	enum section section;
	const struct state *s = v->state;
	const struct fact *f = selected(s, &section);

	if (f && section == SECTION_EXCEPTION && s->got->traceback)
		buf_adds(out, s->got->traceback);
	else
		buf_adds(out, !f ? v->arg : f->link ? f->link : f->text);
}

static void twin(const struct view *v, struct buf *out)
{
	buf_addf(out, "mfctl show %s", v->arg);
}

static int open_view(struct view *v, struct mf_error *err)
{
	struct state *s = v->state;

	if (mf_pathspec_entity(v->arg) != MF_TASK)
		return err_at(err, MF_EUSAGE, v->arg, "this is no task");
	s->view = v;
	tree_init(&s->tree, &(struct tree_source){count, child, folds, draw_row, s});
	s->tree.empty = "Reading …";
	export_init(&s->export, v, JOB_EXPORT);
	view_set_path(v, v->arg);
	return MF_OK;
}

static void close_view(struct view *v)
{
	struct state *s = v->state;

	tree_release(&s->tree);
	facts_free(s->got);
	export_release(&s->export);
}

static const enum action actions[] = {ACT_open, ACT_logs, ACT_artifacts, ACT_timeline, ACT_graph,
	ACT_copy, ACT_expand, ACT_collapse, ACT_NONE};

const struct view_class view_task_class = {
	.state_size = sizeof(struct state),
	.ctx = CTX_TREE | CTX_OBJ | CTX_EXPORT | CTX_CARDS, /* for o */
	.actions = actions,
	.open = open_view,
	.load = load,
	.deliver = deliver,
	.action = action,
	.mouse = mouse,
	.draw = draw,
	.status = status,
	.link = link_text,
	.twin = twin,
	.close = close_view,
};
