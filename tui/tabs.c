#include "tabs.h"

#include <stdio.h>

void tabs_init(struct tabs *t, const char *const *titles, int count)
{
	*t = (struct tabs){.titles = titles, .count = count < TABS_MAX ? count : TABS_MAX, .y = -1};
}

static bool go(struct tabs *t, int to)
{
	if (to < 0 || to >= t->count || to == t->active)
		return false;
	t->active = to;
	return true;
}

bool tabs_action(struct tabs *t, enum action a, const struct key *k)
{
	switch (a) {
	case ACT_tab: return k && go(t, k->code - '1');
	case ACT_next_pane: return t->count > 0 && go(t, (t->active + 1) % t->count);
	case ACT_prev_pane: return t->count > 0 && go(t, (t->active + t->count - 1) % t->count);
	default: return false;
	}
}

bool tabs_mouse(struct tabs *t, const struct key *k)
{
	if (k->code != K_CLICK || k->y != t->y)
		return false;
	for (int i = 0; i < t->count; i++)
		if (k->x >= t->x0[i] && k->x < t->x1[i])
			return go(t, i);
	return false;
}

void tabs_draw(struct tabs *t, struct canvas *c, bool focused)
{
	char text[96];
	int total = 0;

	for (int i = 0; i < t->count; i++)
		total += canvas_width(c, t->titles[i]) + 5;
	bool dense = total > c->w;                /* no blank between them */
	bool tight = total - t->count - 1 > c->w; /* only the active tab has its title in full */
	int x = 0;
	t->y = c->y;
	for (int i = 0; i < t->count; i++) {
		bool on = i == t->active;
		unsigned attr = on ? focused ? ST_TAB_ACTIVE : ST_TAB_BLUR : ST_TAB;
		if (tight && !on)
			snprintf(text, sizeof(text), " %d %.4s ", i + 1, t->titles[i]);
		else
			snprintf(text, sizeof(text), " %d %s ", i + 1, t->titles[i]);
		t->x0[i] = c->x + x;
		int w = canvas_text(c, x, 0, attr, text);
		if (!on)
			canvas_style(c, x + 1, 0, 1, 1, ST_KEY);
		x += w;
		t->x1[i] = c->x + x;
		x += !dense || tight;
	}
}
