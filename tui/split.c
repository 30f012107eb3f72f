#include "split.h"

#include <stdio.h>
#include <stdlib.h>

#include "saved.h"

enum { STEP = 2 }; /* columns or rows by which a key moves the border */

void split_init(struct split *s, bool stacked, double ratio, int least1, int least2)
{
	*s = (struct split){
		.stacked = stacked, .ratio = ratio, .least1 = least1, .least2 = least2, .at = -1};
}

static void saved_name(char *out, size_t size, const char *name)
{
	snprintf(out, size, "split.%s", name);
}

void split_recall(struct split *s, const struct saved *m, const char *name)
{
	char key[64], *end;

	saved_name(key, sizeof(key), name);
	const char *text = saved_get(m, key);
	long percent = text ? strtol(text, &end, 10) : 0;
	if (text && !*end && percent >= 5 && percent <= 95)
		s->ratio = (double)percent / 100;
}

void split_remember(const struct split *s, struct saved *m, const char *name)
{
	char key[64], value[16];

	if (!s->moved)
		return;
	saved_name(key, sizeof(key), name);
	snprintf(value, sizeof(value), "%d", (int)(s->ratio * 100 + 0.5));
	saved_set(m, key, value);
}

/* The first pane is that large, as far as both have room. */
static void set_first(struct split *s, int first)
{
	int size = s->stacked ? s->h : s->w;

	if (first > size - 1 - s->least2)
		first = size - 1 - s->least2;
	if (first < s->least1)
		first = s->least1;
	s->ratio = (double)first / (double)(size - 1);
	s->moved = true;
}

static bool step(struct split *s, int by)
{
	if (s->at < 0)
		return false;
	set_first(s, s->at - (s->stacked ? s->y : s->x) + by);
	return true;
}

bool split_action(struct split *s, enum action a)
{
	switch (a) {
	case ACT_narrower: return step(s, -STEP);
	case ACT_wider: return step(s, STEP);
	case ACT_next_pane:
		if (s->focus == 1)
			return false;
		s->focus = 1;
		return true;
	case ACT_prev_pane:
		if (s->focus == 0)
			return false;
		s->focus = 0;
		return true;
	case ACT_zoom: s->zoomed = !s->zoomed; return true;
	default: return false;
	}
}

static int place(const struct split *s, const struct key *k)
{
	return s->stacked ? k->y : k->x;
}

bool split_mouse(struct split *s, const struct key *k)
{
	bool inside = k->x >= s->x && k->y >= s->y && k->x < s->x + s->w && k->y < s->y + s->h;
	int start = s->stacked ? s->y : s->x, size = s->stacked ? s->h : s->w;

	if (k->code == K_CLICK && inside && s->at >= 0) {
		if (place(s, k) == s->at) {
			s->dragging = true;
			return true;
		}
		s->focus = place(s, k) > s->at;
		return false;
	}
	if (k->code == K_DRAG && s->dragging && size > 1) {
		set_first(s, place(s, k) - start);
		return true;
	}
	if (k->code == K_RELEASE && s->dragging) {
		s->dragging = false;
		return true;
	}
	return false;
}

void split_layout(struct split *s, struct canvas *c, struct canvas *first, struct canvas *second)
{
	int size = s->stacked ? c->h : c->w;

	s->x = c->x;
	s->y = c->y;
	s->w = c->w;
	s->h = c->h;
	s->at = -1;
	if (s->zoomed || size < s->least1 + s->least2 + 1) {
		*first = s->focus == 0 ? *c : canvas_sub(c, 0, 0, 0, 0);
		*second = s->focus == 1 ? *c : canvas_sub(c, 0, 0, 0, 0);
		return;
	}
	int a = (int)(s->ratio * (size - 1) + 0.5);
	if (a < s->least1)
		a = s->least1;
	if (a > size - 1 - s->least2)
		a = size - 1 - s->least2;
	unsigned attr = s->dragging ? ST_BORDER_FOCUS : ST_BORDER;
	if (s->stacked) {
		canvas_hline(c, 0, a, c->w, LINE_LIGHT, attr);
		*first = canvas_sub(c, 0, 0, c->w, a);
		*second = canvas_sub(c, 0, a + 1, c->w, c->h - a - 1);
		s->at = c->y + a;
	} else {
		canvas_vline(c, a, 0, c->h, LINE_LIGHT, attr);
		*first = canvas_sub(c, 0, 0, a, c->h);
		*second = canvas_sub(c, a + 1, 0, c->w - a - 1, c->h);
		s->at = c->x + a;
	}
}
