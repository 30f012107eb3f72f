/* view_artifacts.c: what a task stored, where each of it was made, and a look at the one selected.
 */
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"
#include "columns.h"
#include "export.h"
#include "list.h"
#include "pager.h"
#include "rows.h"
#include "split.h"
#include "view_artifacts_jobs.h"
#include "view_value_text.h"

enum { JOB_ROWS, JOB_ORIGINS, JOB_PREVIEW, JOB_EXPORT };
enum { PAUSE_MS = 60 };
enum { COL_NAME, COL_TYPE, COL_SIZE, COL_FROM, COL_VALUE, COL_SHA, COL_CREATED };

static const struct {
	const char *word;
	unsigned attr;
} origins[] = {
	{"", ST_TEXT}, {"new here", ST_COMPLETED}, {"changed", ST_WARNING}, {"inherited", ST_DIM}};

struct state {
	struct app *app;
	struct list list;
	struct columns columns;
	struct rows rows;
	struct split split;
	struct pager pager;
	struct origins_job *origins;
	struct preview *preview; /* of some artifact; NULL: none yet */
	struct preview *busy;    /* is being made; the job's. NULL: none */
	int64_t asked_at;        /* the last time one was */
	struct exporter export;
	bool hidden;
	bool placed; /* the cursor is where it was put; until then it stays on the first row, wherever the rows go */
};

struct page_job {
	struct mf_client *client;
	const char *path;
};

static const char *const fields[] = {"name", "type", "size", "sha", "created_at", NULL};

/* ---- jobs ---- */

static void ask_origins(struct view *v)
{
	struct mf_client *client = data_client(v->app);
	struct origins_job *j = client ? calloc(1, sizeof(*j)) : NULL;

	if (j) {
		j->client = client;
		j->cancel = mf_cancel_new();
		j->path = strdup(v->arg);
	}
	if (!j || !j->cancel || !j->path)
		origins_free(j); /* then the column stays empty */
	else
		view_submit(v, JOB_ORIGINS, origins_run, j, origins_free, origins_cancel);
}

static const struct mf_object *selected(const struct state *s)
{
	size_t row;

	return list_row(&s->list, &row) ? rows_get(&s->rows, row) : NULL;
}

/* Not for each row that is run over: when the selection stays for a moment. */
static void want_preview(struct view *v)
{
	struct state *s = v->state;
	const struct mf_object *o = selected(s);
	const char *path = o ? mf_object_pathspec(o) : NULL;
	int64_t now = app_now(v->app);

	if (!path || (s->preview && str_eq(s->preview->path, path)) ||
		(s->busy && str_eq(s->busy->path, path)))
		return;
	if (s->busy) { /* it is asked for again when that one has ended */
		preview_cancel(s->busy);
		return;
	}
	if (s->asked_at && now - s->asked_at < PAUSE_MS) {
		v->tick_at = s->asked_at + PAUSE_MS;
		return;
	}
	s->asked_at = now;
	struct preview *p = preview_new(data_client(v->app), path);
	if (!p)
		return;
	s->busy = p;
	if (view_submit(v, JOB_PREVIEW, preview_run, p, preview_free, preview_cancel) < 0)
		s->busy = NULL;
}

static void take_preview(struct view *v, struct job_result *r)
{
	struct state *s = v->state;
	struct preview *p = r->spec.arg;

	s->busy = NULL;
	if (!mf_cancel_is_set(p->cancel)) {
		r->spec.arg = NULL;
		preview_free(s->preview);
		s->preview = p;
		s->pager.top = s->pager.top_row = 0;
		pager_refresh(&s->pager, true);
	}
	s->asked_at = 0;
	want_preview(v);
}

static size_t preview_count(void *ctx)
{
	const struct state *s = ctx;

	if (!s->preview)
		return 0;
	return s->preview->rc < 0 ? 1 + (s->preview->err.hint[0] != '\0')
				  : doc_count(&s->preview->doc);
}

static void preview_line(void *ctx, size_t i, struct pager_line *out)
{
	const struct state *s = ctx;
	struct preview *p = s->preview;

	if (p->rc < 0) {
		pager_add(out, i ? ST_DIM : ST_ERROR, i ? p->err.hint : p->err.message);
	} else if (p->doc.cut && i + 1 == doc_count(&p->doc)) {
		pager_add(out, ST_DIM, "… and more; Enter opens it");
	} else {
		doc_line(&p->doc, i, out);
	}
}

/* ---- cells ---- */

static size_t count(void *ctx)
{
	return rows_count(&((struct state *)ctx)->rows);
}

static uint64_t id(void *ctx, size_t row)
{
	return rows_id(&((struct state *)ctx)->rows, row);
}

static unsigned text(void *ctx, size_t row, int column, struct buf *out)
{
	struct state *s = ctx;
	const struct mf_object *o = rows_get(&s->rows, row);
	const struct made *m;

	if (!o)
		return ST_TEXT;
	m = s->origins ? origins_find(s->origins, mf_object_id(o)) : NULL;
	switch (column) {
	case COL_NAME:
		buf_adds(out, mf_object_id(o));
		return m && m->origin == ORIGIN_INHERITED ? ST_TEXT : ST_STRONG;
	case COL_TYPE: buf_adds(out, data_text(o, "type")); return ST_TYPE;
	case COL_SIZE: cell_size(out, data_int(o, "size", -1)); return ST_TEXT;
	case COL_FROM:
		if (m) {
			buf_addf(out, "%s%s", origins[m->origin].word,
				m->origin != ORIGIN_INHERITED &&
						s->origins->looked_at < s->origins->parents
					? "?"
					: "");
			return origins[m->origin].attr;
		}
		return ST_DIM;
	case COL_VALUE:
		buf_adds(out, m && m->line ? m->line : "");
		return m && m->origin == ORIGIN_INHERITED ? ST_DIM : ST_TEXT;
	case COL_SHA: buf_addf(out, "%.8s", data_text(o, "sha")); return ST_FAINT;
	case COL_CREATED: cell_ago(out, s->app, mf_object_created(o)); return ST_DIM;
	default: {
		const char *field = columns_field(&s->columns, column);
		return field ? cell_field(out, s->app, o, field) : ST_TEXT;
	}
	}
}

static const struct list_column columns[] = {
	[COL_NAME] = {.title = "NAME", .min = 12, .max = 40},
	[COL_TYPE] = {.title = "TYPE", .min = 8, .max = 30},
	[COL_SIZE] = {.title = "SIZE", .min = 8, .max = 10, .align = ALIGN_RIGHT},
	[COL_FROM] = {.title = "MADE", .min = 9, .max = 10, .no_sort = true, .hide = 1},
	[COL_VALUE] = {.title = "VALUE", .min = 14, .weight = 1, .no_sort = true, .hide = 4},
	[COL_SHA] = {.title = "SHA", .min = 8, .max = 8, .hide = 3},
	[COL_CREATED] = {.title = "CREATED", .min = 9, .max = 12, .hide = 2},
};

static const char *const sort_fields[] = {[COL_NAME] = "name",
	[COL_TYPE] = "type",
	[COL_SIZE] = "size",
	[COL_SHA] = "sha",
	[COL_CREATED] = "created_at"};

/* ---- the view ---- */

static void update(struct view *v)
{
	struct state *s = v->state;
	int64_t bytes = 0;
	struct buf b = BUF_INIT(128);

	for (size_t i = 0; i < rows_count(&s->rows); i++)
		bytes += data_int(rows_get(&s->rows, i), "size", 0);
	if (rows_count(&s->rows))
		cell_size(&b, bytes);
	view_set_note(v, ST_DIM, "%s%s", b.p, s->hidden ? "  with hidden ones" : "");
	buf_release(&b);
	if (s->rows.error.code)
		view_set_banner(v, LEVEL_ERROR, "%s%s%s", s->rows.error.message,
			s->rows.error.hint[0] ? "; " : "", s->rows.error.hint);
	else if (v->banner_level == LEVEL_ERROR)
		view_set_banner(v, LEVEL_NONE, NULL);
	s->list.empty = rows_empty(
		&s->rows, v->filter[0] ? "No artifact matches. Esc takes the filter away."
				       : "This task has stored no artifacts.");
	list_refresh(&s->list);
}

static void ask(struct view *v)
{
	struct state *s = v->state;
	struct mf_error err = MF_ERROR_INIT;

	s->rows.spec.hidden = s->hidden;
	if (rows_load(&s->rows, v->arg, v->filter, &err))
		view_set_banner(v, LEVEL_NONE, NULL);
	else
		view_set_banner(v, LEVEL_WARNING, "%s", err.message);
	update(v);
}

static int open_view(struct view *v, struct mf_error *err)
{
	struct state *s = v->state;

	if (mf_pathspec_entity(v->arg) != MF_TASK)
		return err_at(err, MF_EUSAGE, v->arg, "only a task has artifacts");
	s->app = v->app;
	columns_init(&s->columns, v, &s->list,
		&(struct columns_spec){
			columns, ARRAY_SIZE(columns), sort_fields, fields, NULL, MF_ARTIFACT});
	list_init(&s->list, s->columns.all, s->columns.count,
		&(struct list_source){count, id, text, s});
	columns_recall(&s->columns, ask);
	rows_init(&s->rows, v, &(struct rows_spec){.kind = JOB_ROWS, .fields = s->columns.fields});
	split_init(&s->split, true, 0.62, 5, 4);
	split_recall(&s->split, app_saved(v->app), v->info->id);
	export_init(&s->export, v, JOB_EXPORT);
	pager_init(&s->pager, &(struct pager_source){preview_count, preview_line, s});
	s->pager.wrap = true;
	view_set_path(v, v->arg);
	ask(v);
	rows_sort(&s->rows, "name", false); /* its rows are known to be artifacts now */
	ask_origins(v);
	return MF_OK;
}

static void deliver(struct view *v, struct job_result *r)
{
	struct state *s = v->state;

	if (export_deliver(&s->export, r))
		return;
	if (r->spec.kind == JOB_PREVIEW) {
		take_preview(v, r);
	} else if (r->spec.kind == JOB_ORIGINS) {
		if (((struct origins_job *)r->spec.arg)->rc < 0)
			return;
		origins_free(s->origins);
		s->origins = r->spec.arg;
		r->spec.arg = NULL;
	} else if (rows_deliver(&s->rows, r)) {
		v->loaded_at = app_now(v->app);
		update(v);
		if (!s->placed)
			list_select(&s->list, 0);
		s->placed = s->placed || (s->rows.complete && !s->rows.loading);
		want_preview(v);
	}
}

static void filter(struct view *v, bool final)
{
	(void) final;
	ask(v);
}

/* It is read while the pager has the screen: nothing else waits for that. */
static int produce(void *ctx, const struct mf_sink *to)
{
	const struct page_job *p = ctx;
	struct mf_error err = MF_ERROR_INIT;
	struct mf_object *o;
	const struct mf_value *value;
	int rc = mf_get(&o, p->client, p->path, NULL, &err);

	if (rc >= 0) {
		rc = mf_artifact_value(o, &value, &err);
		if (rc >= 0)
			rc = value_page(value, to);
		mf_object_free(o);
	}
	if (err.code)
		(void)to->write(to->self, err.message, strlen(err.message));
	return rc;
}

static void page_artifact(struct view *v)
{
	const struct mf_object *o = selected(v->state);
	struct page_job p = {data_client(v->app), o ? mf_object_pathspec(o) : NULL};

	if (o)
		app_page(v->app, mf_object_id(o), produce, &p);
}

static bool list_did(struct view *v, enum list_event e)
{
	struct state *s = v->state;

	if (e == LIST_OPEN) {
		const struct mf_object *o = selected(s);
		if (o)
			data_open_view(v->app, "value", mf_object_pathspec(o));
		return true;
	}
	if (e == LIST_SORT) {
		rows_sort(&s->rows, s->list.sort < 0 ? "name" : columns_sort(&s->columns),
			s->list.reverse);
		list_refresh(&s->list);
	}
	if (e != LIST_NOTHING) {
		s->placed = true;
		want_preview(v);
	}
	return e != LIST_NOTHING;
}

static bool action(struct view *v, enum action a, const struct key *k)
{
	struct state *s = v->state;

	(void)k;
	if (split_action(&s->split, a)) {
		split_remember(&s->split, app_saved(v->app), v->info->id);
		return true;
	}
	switch (a) {
	case ACT_columns: columns_choose(&s->columns); return true;
	case ACT_page: page_artifact(v); return true;
	case ACT_logs: data_open_view(v->app, "logs", v->arg); return true;
	case ACT_artifacts: return true; /* they are here */
	case ACT_cards: data_open_view(v->app, "cards", v->arg); return true;
	case ACT_code: data_open_view(v->app, "code", v->arg); return true;
	case ACT_export: export_rows(&s->export, &s->list, &s->rows); return true;
	case ACT_back:
		if (export_cancel(&s->export))
			return true;
		break;
	case ACT_compact:
		s->hidden = !s->hidden;
		ask(v);
		return true;
	case ACT_refresh: ask(v); return true;
	default: break;
	}
	if (s->split.focus == 1 && a != ACT_open && a != ACT_follow && pager_action(&s->pager, a))
		return true;
	return list_did(v, list_action(&s->list, a));
}

static bool mouse(struct view *v, const struct key *k)
{
	struct state *s = v->state;

	bool border = split_mouse(&s->split, k);
	if (border)
		split_remember(&s->split, app_saved(v->app), v->info->id);
	return border || list_did(v, list_mouse(&s->list, k)) || pager_mouse(&s->pager, k);
}

static void draw_preview(struct state *s, struct canvas *c)
{
	const struct mf_object *o = selected(s);

	if (c->h < 2 || !o)
		return;
	int x = 2 + canvas_text(c, 2, 0, ST_STRONG, mf_object_id(o));
	canvas_text(c, x + 2, 0, ST_TYPE, data_text(o, "type"));
	if (!s->preview || !str_eq(s->preview->path, mf_object_pathspec(o))) {
		canvas_text(c, 2, 1, ST_DIM, "reading …");
		return;
	}
	struct canvas body = canvas_sub(c, 2, 1, c->w - 2, c->h - 1);
	pager_draw(&s->pager, &body);
}

static void draw(struct view *v, struct canvas *c)
{
	struct state *s = v->state;
	struct canvas top, bottom;

	if (c->h < 12) {
		list_draw(&s->list, c, true);
		return;
	}
	split_layout(&s->split, c, &top, &bottom);
	if (top.h > 0 && top.w > 0)
		list_draw(&s->list, &top, s->split.focus == 0);
	if (bottom.h > 0 && bottom.w > 0)
		draw_preview(s, &bottom);
}

static void status(const struct view *v, struct buf *out)
{
	const struct state *s = v->state;

	export_status(&s->export, out);
	if (s->origins && s->origins->looked_at < s->origins->parents)
		buf_addf(out, "compared with %zu of %zu parents · ", s->origins->looked_at,
			s->origins->parents);
	list_status(&s->list, s->rows.total, out);
}

static void link_text(const struct view *v, struct buf *out)
{
	const struct mf_object *o = selected(v->state);

	if (o)
		buf_adds(out, mf_object_pathspec(o));
}

static void twin(const struct view *v, struct buf *out)
{
	buf_addf(out, "mfctl ls %s", v->arg);
}

static void close_view(struct view *v)
{
	struct state *s = v->state;

	list_release(&s->list);
	rows_release(&s->rows);
	pager_release(&s->pager);
	origins_free(s->origins);
	preview_free(s->preview);
	export_release(&s->export);
}

static const enum action actions[] = {
	ACT_open, ACT_next_pane, ACT_sort, ACT_export, ACT_compact, ACT_logs, ACT_copy, ACT_NONE};

const struct view_class view_artifacts_class = {
	.state_size = sizeof(struct state),
	.ctx = CTX_LIST | CTX_OBJ | CTX_MARKS | CTX_GRAPH | CTX_TABS | CTX_COLUMNS | CTX_PAGE |
	       CTX_EXPORT,
	.actions = actions,
	.open = open_view,
	.deliver = deliver,
	.action = action,
	.mouse = mouse,
	.draw = draw,
	.status = status,
	.filter = filter,
	.tick = want_preview,
	.link = link_text,
	.twin = twin,
	.close = close_view,
};
