/* view_cards.c: the cards of a run, a step or a task, and the selected one drawn. */
#include "view_cards.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../clientlib/base/err.h"
#include "browser.h"
#include "list.h"
#include "page_pane.h"
#include "rows.h"
#include "split.h"
#include "view_cards_job.h"

enum { JOB_LIST, JOB_DRAW, JOB_SAVE, JOB_WATCH };
enum { COL_NAME, COL_TYPE, COL_TASK, COL_CREATED };
enum { WIDE = 110, WIDTH_MOST = 120 };

struct state {
	struct app *app;
	struct view *view;
	struct mf_cards *cards; /* NULL: not read yet */
	struct list list;
	struct split split;
	struct page_pane pane;
	struct mf_page *page;  /* of `shown`; NULL: none */
	uint64_t drawn, shown; /* ids of the cards asked for, and on the page */
	size_t width;          /* it was drawn for; 0: nothing was */
	size_t room;           /* as drawn last */
	bool listing, drawing, ascii;
	char *wanted; /* hash of the card to begin with; NULL: the first */
	struct data_watch watch;
};

/* ---- rows ---- */

static const struct mf_card *card_at(const struct state *s, size_t row)
{
	return s->cards ? mf_cards_get(s->cards, row) : NULL;
}

static const struct mf_card *selected(const struct state *s)
{
	size_t row;

	return list_row(&s->list, &row) ? card_at(s, row) : NULL;
}

static size_t count(void *ctx)
{
	const struct state *s = ctx;

	return s->cards ? mf_cards_count(s->cards) : 0;
}

static uint64_t card_id(const struct mf_card *card)
{
	struct buf b = BUF_INIT(1 << 16);

	buf_addf(&b, "%s/%s", card->pathspec, mf_card_file(card));
	uint64_t id = rows_id_path(b.p);
	buf_release(&b);
	return id;
}

static uint64_t id(void *ctx, size_t row)
{
	return card_id(card_at(ctx, row));
}

static unsigned text(void *ctx, size_t row, int column, struct buf *out)
{
	const struct state *s = ctx;
	const struct mf_card *card = card_at(s, row);
	const char *p = card->pathspec;

	switch (column) {
	case COL_NAME:
		buf_adds(out, card->id ? card->id : "–");
		return card->id ? ST_STRONG : ST_DIM;
	case COL_TYPE: buf_adds(out, card->type); return ST_TYPE;
	case COL_TASK: /* step/task: the run is above */
		for (int i = 0; i < 2 && strchr(p, '/'); i++)
			p = strchr(p, '/') + 1;
		buf_adds(out, p);
		return ST_TEXT;
	default: return cell_ago(out, s->app, card->created_at);
	}
}

static const struct list_column columns[] = {
	[COL_NAME] = {.title = "CARD", .min = 6, .max = 32, .no_sort = true},
	[COL_TYPE] = {.title = "TYPE", .min = 7, .max = 20, .no_sort = true},
	[COL_TASK] = {.title = "TASK", .min = 8, .max = 30, .no_sort = true},
	[COL_CREATED] = {.title = "CREATED", .min = 9, .max = 12, .hide = 1, .no_sort = true},
};

/* ---- jobs ---- */

static void ask(struct view *v)
{
	struct state *s = v->state;

	if (!s->listing)
		s->listing = cards_submit(v, JOB_LIST, v->arg) >= 0;
}

/* Draw the selected card for the room there is; `again`: also when that has been done. */
static void want_page(struct state *s, bool again)
{
	const struct mf_card *card = selected(s);
	struct mf_card_options how = {.width = s->room < WIDTH_MOST ? s->room : WIDTH_MOST,
		.ascii = s->ascii,
		.pixels = true};

	if (!card || s->drawing || !s->room ||
		(!again && s->drawn == card_id(card) && s->width == how.width))
		return;
	s->drawn = card_id(card);
	s->width = how.width;
	s->drawing = card_submit(s->view, JOB_DRAW, card, &how, NULL) >= 0;
}

/* Does the page of a card that is shown still change? */
static bool changes(const struct state *s)
{
	const struct mf_card *card = selected(s);

	return card && card->reload_token && !str_eq(card->reload_token, "final");
}

static void load(struct view *v)
{
	struct state *s = v->state;

	if (!v->loaded_at)
		return;
	if (data_watch_due(&s->watch))
		ask(v);
	if (changes(s))
		want_page(s, true);
}

static void take_list(struct view *v, struct cards_job *j)
{
	struct state *s = v->state;
	const struct mf_error *first = NULL;

	s->listing = false;
	if (!j->cards) {
		s->list.empty = "The cards cannot be read.";
		view_set_banner(v, LEVEL_ERROR, "%s", j->err.message);
		return;
	}
	mf_cards_free(s->cards);
	s->cards = j->cards;
	j->cards = NULL;
	size_t errors = mf_cards_errors(s->cards, &first);
	if (errors)
		view_set_banner(v, LEVEL_WARNING, "%zu of the tasks could not be read: %s", errors,
			first ? first->message : "");
	else
		view_set_banner(v, LEVEL_NONE, NULL);
	s->list.empty = "No cards: a step makes one with @card.";
	for (size_t i = 0; s->wanted && i < mf_cards_count(s->cards); i++)
		if (str_eq(mf_cards_get(s->cards, i)->hash, s->wanted)) {
			list_select(&s->list, i);
			free(s->wanted);
			s->wanted = NULL;
		}
	list_refresh(&s->list);
	data_watch_seen(&s->watch, !v->loaded_at);
	v->loaded_at = app_now(v->app);
	want_page(s, false);
}

static void take_page(struct view *v, struct card_job *j)
{
	struct state *s = v->state;
	const struct mf_card *card = selected(s);
	uint64_t of = card_id(&j->card);

	s->drawing = false;
	if (card && card_id(card) != of) {
		want_page(s, false);
		return;
	}
	bool same = s->page && s->shown == of; /* then it stays where it was scrolled to */
	s->shown = of;
	if (j->rc < 0) {
		s->pane.empty = "This card cannot be drawn; o opens its page.";
		app_say_error(v->app, &j->err);
	}
	mf_page_free(s->page);
	s->page = j->page;
	j->page = NULL;
	s->pane.empty = j->rc < 0 ? s->pane.empty : "Nothing is on this card.";
	page_pane_set(&s->pane, s->page, !same);
	want_page(s, false);
}

static void deliver(struct view *v, struct job_result *r)
{
	struct state *s = v->state;
	const struct card_job *j = r->spec.arg;

	switch (r->spec.kind) {
	case JOB_LIST: take_list(v, r->spec.arg); break;
	case JOB_DRAW: take_page(v, r->spec.arg); break;
	case JOB_SAVE:
		if (j->rc < 0)
			app_say_error(v->app, &j->err);
		else
			app_say(v->app, LEVEL_INFO,
				"no display and no $BROWSER: the page was saved as %s", j->save);
		break;
	default:
		if (data_watch_deliver(&s->watch, r) == NEWS_CHANGED) {
			ask(v);
			if (changes(s))
				want_page(s, true);
		}
	}
}

/* ---- the page in a browser ---- */

static void browse(struct view *v, const struct mf_card *card)
{
	struct buf file = BUF_INIT(PATH_MAX);

	if (card->path[0] == '/' && browser_open(v->app, card->path))
		return;
	buf_addf(&file, "./%s", mf_card_file(card));
	if (card_submit(v, JOB_SAVE, card, &(struct mf_card_options){0}, file.p) < 0)
		app_say(v->app, LEVEL_ERROR, "the page cannot be saved");
	buf_release(&file);
}

/* ---- the view ---- */

static int open_view(struct view *v, struct mf_error *err)
{
	struct state *s = v->state;
	int entity = mf_pathspec_entity(v->arg);

	if (entity < MF_RUN || entity > MF_TASK)
		return err_at(err, MF_EUSAGE, v->arg, "cards are of a run, a step or a task");
	s->app = v->app;
	s->view = v;
	list_init(
		&s->list, columns, ARRAY_SIZE(columns), &(struct list_source){count, id, text, s});
	s->list.empty = "Reading …";
	split_init(&s->split, false, 0.34, 30, 40);
	split_recall(&s->split, app_saved(v->app), v->info->id);
	s->room = 76;
	view_set_path(v, v->arg);
	ask(v);
	data_watch_open(&s->watch, v, JOB_WATCH, v->arg);
	return MF_OK;
}

void cards_open(struct app *a, const char *pathspec, const char *hash)
{
	struct view *v = data_open_view(a, "cards", pathspec) ? app_view(a) : NULL;
	struct state *s = v && str_eq(v->info->id, "cards") ? v->state : NULL;

	if (!s || !hash)
		return;
	for (size_t i = 0; s->cards && i < mf_cards_count(s->cards); i++)
		if (str_eq(mf_cards_get(s->cards, i)->hash, hash)) {
			list_select(&s->list, i);
			want_page(s, false);
			return;
		}
	free(s->wanted);
	s->wanted = strdup(hash);
}

static bool list_did(struct view *v, enum list_event e)
{
	struct state *s = v->state;

	if (e == LIST_OPEN)
		s->split.focus = 1;
	if (e != LIST_NOTHING)
		want_page(s, false);
	return e != LIST_NOTHING;
}

static bool action(struct view *v, enum action a, const struct key *k)
{
	struct state *s = v->state;
	const struct mf_card *card = selected(s);

	(void)k;
	if (split_action(&s->split, a)) {
		split_remember(&s->split, app_saved(v->app), v->info->id);
		return true;
	}
	switch (a) {
	case ACT_browse:
		if (card)
			browse(v, card);
		return true;
	case ACT_refresh:
		ask(v);
		want_page(s, true);
		return true;
	case ACT_logs:
		if (card)
			data_open_view(v->app, "logs", card->pathspec);
		return true;
	case ACT_artifacts:
		if (card)
			data_open_view(v->app, "artifacts", card->pathspec);
		return true;
	case ACT_cards: return true; /* they are here */
	default: break;
	}
	if (s->split.focus == 1)
		return page_pane_action(&s->pane, a);
	return list_did(v, list_action(&s->list, a));
}

static bool mouse(struct view *v, const struct key *k)
{
	struct state *s = v->state;

	if (split_mouse(&s->split, k)) {
		split_remember(&s->split, app_saved(v->app), v->info->id);
		return true;
	}
	return list_did(v, list_mouse(&s->list, k)) || page_pane_mouse(&s->pane, k);
}

static void draw_page(struct view *v, struct canvas *c)
{
	struct state *s = v->state;
	const struct mf_card *card = selected(s);
	struct canvas body = canvas_sub(c, 1, 0, c->w - 1, c->h);

	size_t room = (size_t)(body.w > 2 ? body.w - 2 : 1);
	if (s->room != room || s->ascii != c->grid->ascii) {
		s->width = s->ascii == c->grid->ascii ? s->width : 0;
		s->room = room;
		s->ascii = c->grid->ascii;
		v->tick_at = app_now(v->app); /* then it is drawn for this width */
	}
	if (!card)
		return;
	if (s->shown != card_id(card)) {
		canvas_text(&body, 1, 0, ST_DIM, "reading …");
		return;
	}
	page_pane_draw(&s->pane, &body);
}

static void tick(struct view *v)
{
	want_page(v->state, false);
	app_dirty(v->app);
}

static void draw(struct view *v, struct canvas *c)
{
	struct state *s = v->state;
	struct canvas first, second;
	bool stacked = c->w < WIDE;

	/* Cards are few: above, they take a few lines. */
	s->split.stacked = stacked;
	s->split.least1 = stacked ? 3 : 30;
	s->split.least2 = stacked ? 6 : 40;
	if (!s->split.moved) {
		double rows = (double)count(s) + 2;
		s->split.ratio = !stacked ? 0.34 : rows < c->h * 0.4 ? rows / c->h : 0.4;
	}
	split_layout(&s->split, c, &first, &second);
	if (first.w > 0 && first.h > 0)
		list_draw(&s->list, &first, s->split.focus == 0);
	if (second.w > 0 && second.h > 0)
		draw_page(v, &second);
}

static void status(const struct view *v, struct buf *out)
{
	const struct state *s = v->state;

	if (s->cards) {
		list_number(out, mf_cards_count(s->cards));
		buf_adds(out, mf_cards_count(s->cards) == 1 ? " card · " : " cards · ");
	}
	if (changes(s))
		buf_adds(out, "still changing · ");
	page_pane_status(&s->pane, out);
}

static void link_text(const struct view *v, struct buf *out)
{
	const struct mf_card *card = selected(v->state);

	buf_adds(out, card ? card->pathspec : v->arg);
}

static void twin(const struct view *v, struct buf *out)
{
	const struct mf_card *card = selected(v->state);

	if (card)
		buf_addf(out, "mfctl card show %s --hash %.8s", card->pathspec, card->hash);
	else
		buf_addf(out, "mfctl card list %s", v->arg);
}

static void ready(struct view *v, int fd)
{
	data_watch_ready(&((struct state *)v->state)->watch, fd);
}

static void close_view(struct view *v)
{
	struct state *s = v->state;

	data_watch_close(&s->watch);
	list_release(&s->list);
	mf_page_free(s->page);
	mf_cards_free(s->cards);
	free(s->wanted);
}

static const enum action actions[] = {ACT_open, ACT_next_pane, ACT_browse, ACT_logs, ACT_artifacts,
	ACT_zoom, ACT_copy, ACT_copy_twin, ACT_NONE};

const struct view_class view_cards_class = {
	.state_size = sizeof(struct state),
	.ctx = CTX_LIST | CTX_OBJ | CTX_TABS | CTX_CARDS,
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
	.ready = ready,
	.tick = tick,
	.close = close_view,
};
