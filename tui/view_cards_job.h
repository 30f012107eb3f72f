/* view_cards_job.h: lists of cards, and cards drawn, by jobs. */
#ifndef TUI_VIEW_CARDS_JOB_H
#define TUI_VIEW_CARDS_JOB_H

#include "data.h"

struct cards_job {
	struct mf_client *client;
	struct mf_cancel *cancel;
	char *path;
	struct mf_cards *cards; /* NULL: could not be read */
	struct mf_error err;
};

/* Ask for the cards of a run, step or task; the result is a struct cards_job. */
int cards_submit(struct view *v, int kind, const char *pathspec);

/* A card of a list; the job has a copy of what it needs. */
struct card_job {
	struct mf_client *client;
	struct mf_card card;
	struct mf_card_options how;
	char *save; /* write its page to this file instead; NULL: draw it */
	struct mf_page *page;
	struct mf_error err;
	int rc;
};

int card_submit(struct view *v, int kind, const struct mf_card *card,
	const struct mf_card_options *how, const char *save);

#endif
