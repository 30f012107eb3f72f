/* pager.h: the text widget. Lines are asked for when they are drawn; a search looks through a
 * bounded number of them at a time, so that a million lines never hold up a key. UI thread only. */
#ifndef TUI_PAGER_H
#define TUI_PAGER_H

#include <regex.h>

#include "../clientlib/base/vec.h"
#include "canvas.h"
#include "keys.h"

struct pager_span {
	size_t from, to; /* bytes of the text */
	unsigned attr;
};

/* A line, filled in by the source; it is empty when asked for, and its memory is the pager's. */
struct pager_line {
	struct buf text; /* raw: tabs, control characters and invalid UTF-8 are made visible by the
			    pager */
	unsigned attr;   /* of what no span covers */
	VEC(struct pager_span) spans; /* later ones win */
	struct buf gutter;            /* left of the text; the same width for all lines */
	unsigned gutter_attr;
};

void pager_span(struct pager_line *l, size_t from, size_t to, unsigned attr);
/* Append text with an attribute of its own. */
void pager_add(struct pager_line *l, unsigned attr, const char *s);

struct pager_source {
	size_t (*count)(void *ctx);
	void (*line)(void *ctx, size_t i, struct pager_line *out);
	void *ctx;
};

struct pager {
	struct pager_source source;
	const char *empty;
	bool wrap, follow;
	int gutter; /* columns of the gutters, with the blank after them; 0: none */

	size_t top,
		top_row; /* first line on the screen, and how many of its wrapped rows are above */
	size_t known;    /* lines there were when the end was last on the screen: what came later is
			    "new" */
	int hscroll, widest; /* widest line on the screen */
	char *pattern;       /* NULL: no search */
	regex_t regex;
	bool regex_ok;    /* else the pattern is looked for as it is */
	VEC(size_t) hits; /* lines with a match, of those searched so far */
	size_t searched;
	size_t hit; /* the current one, an index of hits; SIZE_MAX: none */
	bool jump;  /* go to the first match at or below `origin` as soon as it is known */
	size_t origin, origin_row;
	struct pager_line scratch;
	int x, y, w, h; /* as drawn last */
};

void pager_init(struct pager *p, const struct pager_source *source);
void pager_release(struct pager *p);
/* Lines were added (follow goes along) or all changed (`anew`: matches are looked for again). */
void pager_refresh(struct pager *p, bool anew);
/* Look for an extended regular expression, ignoring case unless it has capitals; "" ends the
 * search. Shows the first match from the top of the screen on; `final` false while it is being
 * typed. */
void pager_search(struct pager *p, const char *pattern, bool final);
/* Go on searching through at most `lines`; true: there is more to look at. Call it from tick, or
 * with SIZE_MAX. */
bool pager_scan(struct pager *p, size_t lines);
/* True: the action was the pager's. */
bool pager_action(struct pager *p, enum action a);
bool pager_mouse(struct pager *p, const struct key *k);
void pager_draw(struct pager *p, struct canvas *c);
/* Show line i (a third from the top when it is not on the screen). */
void pager_show(struct pager *p, size_t i);
/* "match 2 of 318 · 12,408 lines" */
void pager_status(const struct pager *p, struct buf *out);

#endif
