/* tabs.h: a bar of tabs: "1 Tasks  2 Timeline  3 Logs". UI thread only. */
#ifndef TUI_TABS_H
#define TUI_TABS_H

#include "canvas.h"
#include "keys.h"

#define TABS_MAX 9

struct tabs {
	const char *const *titles;
	int count, active;
	int y, x0[TABS_MAX], x1[TABS_MAX]; /* as drawn last */
};

void tabs_init(struct tabs *t, const char *const *titles, int count);
/* ACT_tab (with its key), ACT_next_pane, ACT_prev_pane. True: another tab is active now. */
bool tabs_action(struct tabs *t, enum action a, const struct key *k);
bool tabs_mouse(struct tabs *t, const struct key *k);
/* One line; the active tab is loud when the pane has the focus. */
void tabs_draw(struct tabs *t, struct canvas *c, bool focused);

#endif
