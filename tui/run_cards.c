/* run_cards.c: the tab of the cards of a run. */
#include <stdlib.h>
#include <string.h>

#include "run_priv.h"
#include "view_cards_job.h"

enum { CARD_NAME, CARD_TYPE, CARD_TASK, CARD_CREATED };

static const struct list_column columns[] = {
	[CARD_NAME] = {.title = "CARD", .min = 6, .max = 32, .no_sort = true},
	[CARD_TYPE] = {.title = "TYPE", .min = 7, .max = 20, .no_sort = true},
	[CARD_TASK] = {.title = "TASK", .min = 8, .max = 32, .no_sort = true},
	[CARD_CREATED] = {.title = "CREATED", .min = 9, .max = 12, .hide = 1, .no_sort = true},
};

static size_t count(void *ctx)
{
	const struct run_state *s = ctx;

	return s->cards ? mf_cards_count(s->cards) : 0;
}

static uint64_t id(void *ctx, size_t row)
{
	const struct mf_card *card = mf_cards_get(((struct run_state *)ctx)->cards, row);
	struct buf b = BUF_INIT(1 << 16);

	buf_addf(&b, "%s/%s", card->pathspec, mf_card_file(card));
	uint64_t n = rows_id_path(b.p);
	buf_release(&b);
	return n;
}

static unsigned text(void *ctx, size_t row, int column, struct buf *out)
{
	const struct run_state *s = ctx;
	const struct mf_card *card = mf_cards_get(s->cards, row);
	const char *task = card->pathspec;

	switch (column) {
	case CARD_NAME:
		buf_adds(out, card->id ? card->id : "–");
		return card->id ? ST_STRONG : ST_DIM;
	case CARD_TYPE: buf_adds(out, card->type); return ST_TYPE;
	case CARD_TASK: /* step/task: the run is above */
		for (int i = 0; i < 2 && strchr(task, '/'); i++)
			task = strchr(task, '/') + 1;
		buf_adds(out, task);
		return ST_TEXT;
	default: return cell_ago(out, s->app, card->created_at);
	}
}

void run_cards_init(struct run_state *s)
{
	list_init(&s->card_list, columns, ARRAY_SIZE(columns),
		&(struct list_source){count, id, text, s});
	s->card_list.empty = "reading the cards …";
}

void run_cards_release(struct run_state *s)
{
	list_release(&s->card_list);
	mf_cards_free(s->cards);
	free(s->cards_error);
}

void run_cards_want(struct run_state *s, bool again)
{
	if (!s->cards_busy && (!s->cards || again))
		s->cards_busy = cards_submit(s->view, JOB_CARDS, s->view->arg) >= 0;
}

void run_cards_deliver(struct run_state *s, struct job_result *r)
{
	struct cards_job *j = r->spec.arg;

	s->cards_busy = false;
	free(s->cards_error);
	s->cards_error = j->cards ? NULL : strdup(j->err.message);
	if (j->cards) {
		mf_cards_free(s->cards);
		s->cards = j->cards;
		j->cards = NULL;
	}
	s->card_list.empty =
		s->cards_error ? s->cards_error : "No cards: a step makes one with @card.";
	list_refresh(&s->card_list);
}

const struct mf_card *run_cards_selected(const struct run_state *s)
{
	size_t row;

	return s->cards && list_row(&s->card_list, &row) ? mf_cards_get(s->cards, row) : NULL;
}
