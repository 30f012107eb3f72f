/* prompt.h: a line being typed: editing, history, candidates. UI thread only. */
#ifndef TUI_PROMPT_H
#define TUI_PROMPT_H

#include "canvas.h"
#include "keys.h"

enum prompt_kind { PROMPT_NONE, PROMPT_FILTER, PROMPT_SEARCH, PROMPT_PALETTE, PROMPT_ASK };

struct candidate {
	const char *name, *help; /* live as long as the prompt is open */
	char key[24];            /* "" for none */
	int score;
};

struct prompt {
	enum prompt_kind kind;
	char label[64];
	struct buf text;
	size_t caret;                        /* byte */
	VEC(char *) history[PROMPT_ASK + 1]; /* of each kind, oldest first */
	size_t at; /* line of the history shown; its length: the new line */
	VEC(struct candidate) all, found;
	size_t pick; /* selected candidate + 1; 0: none */
};

enum prompt_event { PROMPT_NOTHING, PROMPT_CHANGED, PROMPT_DONE, PROMPT_GIVEN_UP };

void prompt_init(struct prompt *p);
void prompt_release(struct prompt *p);
/* Open with a text to edit. Candidates, if wanted, are added next. */
void prompt_open(struct prompt *p, enum prompt_kind kind, const char *label, const char *text);
void prompt_close(struct prompt *p);
void prompt_candidate(struct prompt *p, const char *name, const char *help, const struct key *key);
/* Find the candidates that fit the first word, best first. */
void prompt_match(struct prompt *p);
enum prompt_event prompt_key(struct prompt *p, const struct key *k);
/* The text; with a candidate picked, its name. */
const char *prompt_text(const struct prompt *p);
/* The line itself in row 0 of c. */
void prompt_draw(const struct prompt *p, struct canvas *c);
/* The list of candidates, above the bottom of c. */
void prompt_draw_candidates(const struct prompt *p, struct canvas *c);
/* How well text is found in name: 0 not at all. */
int prompt_score(const char *name, const char *text, size_t n);

#endif
