/* view_help.c: all keys of the view below, from the table of actions. */
#include <string.h>

#include "app.h"
#include "list.h"
#include "pager.h"
#include "prompt.h"

struct state {
	struct pager pager;
	VEC(int) lines; /* an action; -1 - group: its title; INT_MIN: blank */
	unsigned ctx;
	const struct app *app;
	int key_width;
};

#define BLANK (-1000)

static size_t count(void *ctx)
{
	return ((struct state *)ctx)->lines.n;
}

static void line(void *ctx, size_t i, struct pager_line *out)
{
	const struct state *s = ctx;
	int what = s->lines.v[i];

	if (what == BLANK)
		return;
	if (what < 0) {
		pager_add(out, ST_TITLE, action_group_title((enum action_group)(-1 - what)));
		return;
	}
	const struct action_info *info = action_info((enum action)what);
	struct buf keys = BUF_INIT(256), cell = BUF_INIT(512);
	keymap_keys(app_keys(s->app), (enum action)what, s->ctx, &keys);
	buf_addf(&cell, "  %-*s", s->key_width + 2, keys.n ? keys.p : "-");
	pager_add(out, ST_KEY, cell.p);
	buf_clear(&cell);
	buf_addf(&cell, "%-44s", info->help);
	pager_add(out, ST_TEXT, cell.p);
	pager_add(out, ST_FAINT, info->name);
	buf_release(&keys);
	buf_release(&cell);
}

/* Does the filter find it, in its keys, name or help? */
static bool wanted(const struct state *s, enum action a, const char *filter)
{
	const struct action_info *info = action_info(a);
	struct buf keys = BUF_INIT(256);

	keymap_keys(app_keys(s->app), a, s->ctx, &keys);
	bool found = !*filter || strcasestr(info->name, filter) || strcasestr(info->help, filter) ||
		     strstr(keys.p, filter);
	buf_release(&keys);
	return found;
}

/* The actions of a group: those of few views first, they are what one is looking for. False: out of
 * memory. */
static bool add_group(struct view *v, int g)
{
	struct state *s = v->state;
	bool title = false;

	for (int round = 0; round < 2; round++)
		for (int a = 1; a < ACT_COUNT; a++) {
			const struct action_info *info = action_info((enum action)a);
			bool common = info->ctx == CTX_ALL;
			struct buf keys = BUF_INIT(256);
			if (info->group != (enum action_group)g || common != (round == 1) ||
				!(common || (info->ctx & s->ctx)) ||
				!wanted(s, (enum action)a, v->filter))
				continue;
			keymap_keys(app_keys(s->app), (enum action)a, s->ctx, &keys);
			if ((int)keys.n > s->key_width)
				s->key_width = (int)keys.n;
			buf_release(&keys);
			if (!title && !((!s->lines.n || vec_push(&s->lines, BLANK)) &&
					      vec_push(&s->lines, -1 - g)))
				return false;
			title = true;
			if (!vec_push(&s->lines, a))
				return false;
		}
	return true;
}

static void build(struct view *v)
{
	struct state *s = v->state;

	s->lines.n = 0;
	s->key_width = 8;
	for (int g = 0; g < GROUP_COUNT && add_group(v, g); g++) {
	}
	pager_refresh(&s->pager, true);
}

static int open_view(struct view *v, struct mf_error *err)
{
	struct state *s = v->state;
	const struct view *under = app_view(v->app);

	(void)err;
	s->app = v->app;
	s->ctx = under ? under->ctx : 0;
	pager_init(&s->pager, &(struct pager_source){count, line, s});
	s->pager.empty = "No key does that. Esc takes the filter away.";
	build(v);
	return MF_OK;
}

static void filter(struct view *v, bool final)
{
	(void) final;
	build(v);
}

static bool action(struct view *v, enum action a, const struct key *k)
{
	struct state *s = v->state;

	(void)k;
	if (a == ACT_help) {
		app_back(v->app);
		return true;
	}
	return a != ACT_next_match && a != ACT_prev_match && a != ACT_follow &&
	       pager_action(&s->pager, a);
}

static bool mouse(struct view *v, const struct key *k)
{
	struct state *s = v->state;

	if (pager_mouse(&s->pager, k))
		return true;
	bool inside = k->x >= s->pager.x && k->y >= s->pager.y && k->x < s->pager.x + s->pager.w &&
		      k->y < s->pager.y + s->pager.h;
	if (k->code != K_CLICK)
		return false;
	size_t i = s->pager.top + (size_t)(inside ? k->y - s->pager.y : 0);
	int what = inside && i < s->lines.n ? s->lines.v[i] : -1;
	struct app *a = v->app;
	if (inside && what < 0)
		return true;
	app_back(a); /* v is gone: a click outside closes, one on a line does what it says */
	if (inside)
		app_do(a, (enum action)what, NULL);
	return true;
}

static void draw(struct view *v, struct canvas *c)
{
	struct state *s = v->state;

	pager_draw(&s->pager, c);
}

static void status(const struct view *v, struct buf *out)
{
	(void)v;
	buf_adds(out, "keys are set in mftop.conf: map <key> action");
}

static void close_view(struct view *v)
{
	struct state *s = v->state;

	pager_release(&s->pager);
	vec_release(&s->lines);
}

static const enum action actions[] = {ACT_back, ACT_NONE};

const struct view_class view_help_class = {
	.state_size = sizeof(struct state),
	.ctx = CTX_TEXT,
	.actions = actions,
	.open = open_view,
	.action = action,
	.mouse = mouse,
	.draw = draw,
	.status = status,
	.filter = filter,
	.close = close_view,
};
