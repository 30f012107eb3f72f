/* view_code.c: the files of a code package with what is in them, or what differs from another
 * run's. */
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"
#include "list.h"
#include "pager.h"
#include "rows.h"
#include "split.h"
#include "view_code_job.h"
#include "view_value_text.h"

enum { JOB_PACKAGE, JOB_FILE };
enum { COL_NAME, COL_SIZE };
enum { SCAN = 5000 };

struct state {
	struct view *view;
	struct code *code; /* NULL: not read yet */
	struct list list;
	struct split split;
	struct pager pager;
	struct doc empty;
	struct file_job *file; /* what is shown; NULL: nothing yet */
	VEC(uint32_t) files;   /* members of the list, in its order */
	uint64_t wanted;       /* id of the file asked for */
	bool all, busy, reading;
	char *other; /* pathspec that it is compared with; NULL: none */
};

/* ---- rows: members of the package, or what differs ---- */

static const struct mf_member *member(const struct state *s, size_t row)
{
	const struct mf_member *m;
	size_t n = mf_package_members(s->code->package, &m);

	return row < s->files.n && s->files.v[row] < n ? &m[s->files.v[row]] : NULL;
}

static const struct mf_file_change *change(const struct state *s, size_t row)
{
	const struct mf_file_change *c;
	size_t n = mf_package_diff_files(s->code->diff, &c);

	return row < n ? &c[row] : NULL;
}

static size_t count(void *ctx)
{
	const struct state *s = ctx;
	const struct mf_file_change *c;

	if (!s->code)
		return 0;
	return s->code->diff ? mf_package_diff_files(s->code->diff, &c) : s->files.n;
}

static const char *name_at(const struct state *s, size_t row)
{
	const struct mf_file_change *c = s->code->diff ? change(s, row) : NULL;
	const struct mf_member *m = s->code->diff ? NULL : member(s, row);

	return c ? c->path : m ? m->path : "";
}

static uint64_t id(void *ctx, size_t row)
{
	return rows_id_path(name_at(ctx, row));
}

static unsigned text(void *ctx, size_t row, int column, struct buf *out)
{
	static const struct {
		const char *sign;
		unsigned attr;
	} signs[] = {[MF_ADDED] = {"+", ST_DIFF_ADD},
		[MF_REMOVED] = {"−", ST_DIFF_DEL},
		[MF_CHANGED] = {"≠", ST_WARNING}};
	const struct state *s = ctx;
	const struct mf_file_change *c = s->code->diff ? change(s, row) : NULL;
	const struct mf_member *m = s->code->diff ? NULL : member(s, row);

	if (column == COL_NAME && c) {
		buf_addf(out, "%s %s", signs[c->change].sign, c->path);
		return signs[c->change].attr;
	}
	if (column == COL_NAME) {
		const char *script = mf_package_script(s->code->package);
		buf_adds(out, m ? m->path : "");
		return m && script && str_eq(m->path, script) ? ST_TITLE
		       : m && m->user                         ? ST_TEXT
							      : ST_DIM;
	}
	if (c)
		buf_adds(out, mf_change_name(c->change));
	else if (m)
		cell_size(out, (int64_t)m->size);
	return ST_DIM;
}

static const struct list_column columns[] = {
	[COL_NAME] = {.title = "FILE", .min = 12, .weight = 1, .no_sort = true},
	[COL_SIZE] =
		{.title = "", .min = 7, .max = 9, .align = ALIGN_RIGHT, .hide = 1, .no_sort = true},
};

/* ---- jobs ---- */

static bool row_of(const struct state *s, size_t *row)
{
	return s->code && list_row(&s->list, row);
}

static void want_file(struct view *v)
{
	struct state *s = v->state;
	size_t row;

	if (!row_of(s, &row) || s->reading)
		return;
	uint64_t of = id(s, row);
	if (s->file && s->wanted == of && s->file->code == s->code)
		return;
	s->wanted = of;
	s->reading =
		file_submit(v, JOB_FILE, s->code, s->code->diff ? NULL : name_at(s, row), row) >= 0;
}

static void ask(struct view *v)
{
	struct state *s = v->state;

	if (!s->busy)
		s->busy = code_submit(v, JOB_PACKAGE, v->arg, s->other, s->all) >= 0;
}

/* The flow's script first, then the user's files, and the others when they are asked for. */
static bool fill(struct state *s)
{
	const struct mf_member *m;
	size_t n = mf_package_members(s->code->package, &m);
	const char *script = mf_package_script(s->code->package);

	s->files.n = 0;
	for (int round = 0; round < 3; round++)
		for (size_t i = 0; i < n; i++) {
			bool first = script && str_eq(m[i].path, script);
			int kind = first ? 0 : m[i].user ? 1 : 2;
			if (m[i].kind == MF_MEMBER_FILE && kind == round && (kind < 2 || s->all) &&
				!vec_push(&s->files, (uint32_t)i))
				return false;
		}
	return true;
}

static void take_package(struct view *v, struct code_job *j)
{
	struct state *s = v->state;

	s->busy = false;
	s->list.empty = "The code cannot be read.";
	if (j->err.code) {
		view_set_banner(v, LEVEL_ERROR, "%s%s%s", j->err.message,
			j->err.hint[0] ? "; " : "", j->err.hint);
		if (!j->code || j->other) /* what is shown stays */
			return;
	} else {
		view_set_banner(v, LEVEL_NONE, NULL);
	}
	code_unref(s->code);
	s->code = j->code;
	j->code = NULL;
	v->loaded_at = app_now(v->app);
	if (!fill(s))
		app_say(v->app, LEVEL_ERROR, "out of memory");
	s->list.empty = s->code->diff ? "No file differs." : "No files of the user; a shows all.";
	if (s->code->other)
		view_set_note(v, ST_TAG, "compared with %s", s->code->other->path);
	else
		view_set_note(v, ST_DIM, "%.10s", mf_package_sha(s->code->package));
	list_refresh(&s->list);
	if (!s->file)
		list_select(&s->list, 0);
	want_file(v);
}

static void take_file(struct view *v, struct file_job *j)
{
	struct state *s = v->state;
	size_t row;

	s->reading = false;
	file_job_free(s->file);
	s->file = j;
	if (j->rc < 0 && j->err.code)
		app_say_error(v->app, &j->err);
	s->pager.source.ctx = &j->doc;
	s->pager.gutter = doc_gutter(&j->doc);
	s->pager.empty = j->rc < 0 ? "This file cannot be read." : "An empty file.";
	s->pager.top = s->pager.top_row = 0;
	s->pager.hscroll = 0;
	pager_refresh(&s->pager, true);
	if (*v->filter && pager_scan(&s->pager, SCAN))
		v->tick_at = app_now(v->app) + 1;
	if (row_of(s, &row) && id(s, row) != s->wanted)
		want_file(v);
}

static void deliver(struct view *v, struct job_result *r)
{
	if (r->spec.kind == JOB_PACKAGE) {
		take_package(v, r->spec.arg);
	} else {
		struct file_job *j = r->spec.arg;
		r->spec.arg = NULL;
		take_file(v, j);
	}
}

/* ---- the view ---- */

static int open_view(struct view *v, struct mf_error *err)
{
	struct state *s = v->state;
	size_t n = strcspn(v->arg, " "); /* "Flow/1 Flow/2": compared with the second */
	char *first = strndup(v->arg, n);
	int entity = first ? mf_pathspec_entity(first) : MF_RUN;

	if (!first)
		return err_nomem(err);
	if (entity < MF_RUN || entity > MF_TASK) {
		free(first);
		return err_at(err, MF_EUSAGE, v->arg, "code packages are of runs and tasks");
	}
	if (v->arg[n]) {
		s->other = strdup(v->arg + n + 1);
		if (!s->other) {
			free(first);
			return err_nomem(err);
		}
	}
	free(v->arg);
	v->arg = first;
	s->view = v;
	list_init(
		&s->list, columns, ARRAY_SIZE(columns), &(struct list_source){count, id, text, s});
	s->list.empty = "Reading …";
	split_init(&s->split, false, 0.30, 22, 40);
	split_recall(&s->split, app_saved(v->app), v->info->id);
	pager_init(&s->pager, &(struct pager_source){doc_count, doc_line, &s->empty});
	view_set_path(v, v->arg);
	ask(v);
	return MF_OK;
}

static void compare(struct view *v, const char *answer)
{
	struct state *s = v->state;

	if (!answer)
		return;
	free(s->other);
	s->other = *answer ? strdup(answer) : NULL;
	ask(v);
}

/* Another run of the flow is likely meant: its name is there to go on typing. */
static void ask_other(struct view *v)
{
	struct state *s = v->state;
	char *flow = data_parent(v->arg, 1);
	struct buf b = BUF_INIT(8192);

	if (s->other)
		buf_adds(&b, s->other);
	else if (flow)
		buf_addf(&b, "%s/", flow);
	view_ask(v, "compare with the code of (empty: nothing): ", b.p, compare);
	buf_release(&b);
	free(flow);
}

static int produce(void *ctx, const struct mf_sink *to)
{
	const struct file_job *j = ctx;

	return text_page(j->text.p, j->text.n, to);
}

static bool list_did(struct view *v, enum list_event e)
{
	struct state *s = v->state;

	if (e == LIST_OPEN)
		s->split.focus = 1;
	if (e != LIST_NOTHING)
		want_file(v);
	return e != LIST_NOTHING;
}

static bool action(struct view *v, enum action a, const struct key *k)
{
	struct state *s = v->state;
	size_t row;

	(void)k;
	if (split_action(&s->split, a)) {
		split_remember(&s->split, app_saved(v->app), v->info->id);
		return true;
	}
	switch (a) {
	case ACT_diff: ask_other(v); return true;
	case ACT_all_files:
		s->all = !s->all;
		ask(v);
		return true;
	case ACT_refresh: ask(v); return true;
	case ACT_page:
		if (s->file && s->file->rc >= 0 && row_of(s, &row)) {
			const char *name = name_at(s, row), *slash = strrchr(name, '/');
			app_page(v->app, slash ? slash + 1 : name, produce, s->file);
		}
		return true;
	case ACT_wrap:
	case ACT_next_match:
	case ACT_prev_match: return pager_action(&s->pager, a);
	default: break;
	}
	if (s->split.focus == 1)
		return a != ACT_open && a != ACT_follow && pager_action(&s->pager, a);
	return list_did(v, list_action(&s->list, a));
}

static bool mouse(struct view *v, const struct key *k)
{
	struct state *s = v->state;

	if (split_mouse(&s->split, k)) {
		split_remember(&s->split, app_saved(v->app), v->info->id);
		return true;
	}
	return list_did(v, list_mouse(&s->list, k)) || pager_mouse(&s->pager, k);
}

static void filter(struct view *v, bool final)
{
	struct state *s = v->state;

	pager_search(&s->pager, v->filter, final);
	if (pager_scan(&s->pager, SCAN))
		v->tick_at = app_now(v->app) + 1;
}

static void tick(struct view *v)
{
	struct state *s = v->state;

	if (pager_scan(&s->pager, SCAN))
		v->tick_at = app_now(v->app) + 1;
	app_dirty(v->app);
}

static void draw_file(struct state *s, struct canvas *c)
{
	size_t row;

	if (!row_of(s, &row))
		return;
	struct canvas line = canvas_sub(c, 1, 0, c->w - 1, 1),
		      body = canvas_sub(c, 1, 1, c->w - 1, c->h - 1);
	canvas_fit(&line, 0, 0, line.w, ALIGN_CUT_START, ST_TITLE, name_at(s, row));
	if (!s->file || (s->reading && s->wanted != id(s, row)))
		canvas_text(&body, 0, 0, ST_DIM, "reading …");
	else
		pager_draw(&s->pager, &body);
}

static void draw(struct view *v, struct canvas *c)
{
	struct state *s = v->state;
	struct canvas first, second;

	s->split.stacked = c->w < 72;
	s->split.least1 = s->split.stacked ? 3 : 22;
	s->split.least2 = s->split.stacked ? 6 : 40;
	split_layout(&s->split, c, &first, &second);
	if (first.w > 0 && first.h > 0)
		list_draw(&s->list, &first, s->split.focus == 0);
	if (second.w > 0 && second.h > 0)
		draw_file(s, &second);
}

static void status(const struct view *v, struct buf *out)
{
	struct state *s = v->state;

	if (!s->code)
		return;
	list_number(out, count(s));
	buf_adds(out, s->code->diff   ? count(s) == 1 ? " file differs · " : " files differ · "
		      : count(s) == 1 ? " file · "
				      : " files · ");
	if (s->file)
		pager_status(&s->pager, out);
}

static void link_text(const struct view *v, struct buf *out)
{
	const struct state *s = v->state;
	size_t row;

	buf_adds(out, row_of(s, &row) ? name_at(s, row) : v->arg);
}

static void twin(const struct view *v, struct buf *out)
{
	const struct state *s = v->state;
	size_t row;

	if (s->other)
		buf_addf(out, "mfctl code diff %s %s", s->other, v->arg);
	else if (row_of(s, &row))
		buf_addf(out, "mfctl code show %s %s", v->arg, name_at(s, row));
	else
		buf_addf(out, "mfctl code list %s", v->arg);
}

static void close_view(struct view *v)
{
	struct state *s = v->state;

	list_release(&s->list);
	pager_release(&s->pager);
	file_job_free(s->file);
	code_unref(s->code);
	vec_release(&s->files);
	free(s->other);
}

static const enum action actions[] = {ACT_next_pane, ACT_diff, ACT_all_files, ACT_next_match,
	ACT_wrap, ACT_page, ACT_copy, ACT_copy_twin, ACT_NONE};

const struct view_class view_code_class = {
	.state_size = sizeof(struct state),
	.ctx = CTX_LIST | CTX_TEXT | CTX_TABS | CTX_CODE | CTX_PAGE,
	.actions = actions,
	.open = open_view,
	.deliver = deliver,
	.action = action,
	.mouse = mouse,
	.draw = draw,
	.status = status,
	.filter = filter,
	.tick = tick,
	.link = link_text,
	.twin = twin,
	.close = close_view,
};
