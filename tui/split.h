/* split.h: two panes with a border between them that can be dragged. UI thread only. */
#ifndef TUI_SPLIT_H
#define TUI_SPLIT_H

#include "canvas.h"
#include "keys.h"

struct split {
	bool stacked;         /* one above the other, instead of side by side */
	double ratio;         /* share of the first pane */
	int least1, least2;   /* columns (rows) a pane needs; where both do not fit only the focused
				 one is shown */
	int focus;            /* 0, 1 */
	bool zoomed;          /* only the focused pane is shown */
	bool dragging, moved; /* moved: the ratio is another one than at first */
	int x, y, w, h, at;   /* as drawn last; at: the border, absolute; -1: none */
};

void split_init(struct split *s, bool stacked, double ratio, int least1, int least2);
struct saved;
/* The place of the border as it was at the last start, and for the next one. */
void split_recall(struct split *s, const struct saved *m, const char *name);
void split_remember(const struct split *s, struct saved *m, const char *name);
/* ACT_narrower, ACT_wider, ACT_next_pane, ACT_prev_pane (false at the last pane, so that tabs may
 * take over), ACT_zoom. */
bool split_action(struct split *s, enum action a);
/* Border drags, and clicks that move the focus (which return false: the pane wants them, too). */
bool split_mouse(struct split *s, const struct key *k);
/* Divide c; the border is drawn. A pane that is not shown gets an empty canvas. */
void split_layout(struct split *s, struct canvas *c, struct canvas *first, struct canvas *second);

#endif
