/* app_input.c: what keys and the mouse do, as far as it is not the view's own affair. */
#include "app_priv.h"

#include <stdlib.h>
#include <string.h>

/* ---- typing a line ---- */

static void set_filter(struct view *v, const char *text, bool final)
{
	char *copy = strdup(text);

	if (!copy)
		return;
	free(v->filter);
	v->filter = copy;
	if (v->info->class->filter)
		v->info->class->filter(v, final);
	v->app->dirty = true;
}

static void open_filter(struct app *a)
{
	struct view *v = app_view(a);
	bool search = v->info->flags & VF_SEARCH;

	if (!v->info->class->filter) {
		app_say(a, LEVEL_INFO, "there is nothing to filter here");
		return;
	}
	free(a->filter_before);
	a->filter_before = strdup(v->filter);
	/* A filter is refined, a search starts anew. */
	prompt_open(&a->prompt, search ? PROMPT_SEARCH : PROMPT_FILTER,
		search ? "/" : "filter: ", search ? "" : v->filter);
}

static void end_prompt(struct app *a, bool given_up)
{
	enum prompt_kind kind = a->prompt.kind;
	struct view *v = kind == PROMPT_ASK ? app_find_view(a, a->ask_view) : app_view(a);
	char *text = strdup(prompt_text(&a->prompt));

	prompt_close(&a->prompt);
	if (!text)
		return;
	if (kind == PROMPT_PALETTE && !given_up)
		palette_run(a, text);
	else if ((kind == PROMPT_FILTER || kind == PROMPT_SEARCH) && v)
		set_filter(v, given_up ? a->filter_before ? a->filter_before : "" : text, true);
	else if (kind == PROMPT_ASK && v && a->ask_done)
		a->ask_done(v, given_up ? NULL : text);
	free(text);
}

static void prompt_input(struct app *a, const struct key *k)
{
	switch (prompt_key(&a->prompt, k)) {
	case PROMPT_CHANGED:
		if (a->prompt.kind == PROMPT_PALETTE)
			prompt_match(&a->prompt);
		else if (a->prompt.kind != PROMPT_ASK)
			set_filter(app_view(a), a->prompt.text.p, false);
		break;
	case PROMPT_DONE: end_prompt(a, false); break;
	case PROMPT_GIVEN_UP: end_prompt(a, true); break;
	default: break;
	}
}

void view_ask(struct view *v, const char *label, const char *text,
	void (*done)(struct view *v, const char *text))
{
	struct app *a = v->app;

	a->ask_view = v->id;
	a->ask_done = done;
	prompt_open(&a->prompt, PROMPT_ASK, label, text);
	a->dirty = true;
}

/* ---- actions ---- */

static void go_last(struct app *a)
{
	for (int i = 0; i < a->views; i++)
		if (a->stack[i]->id == a->last) {
			app_show(a, i);
			return;
		}
	app_say(a, LEVEL_INFO, "there is no view before this one");
}

static void copy_link(struct app *a, struct view *v, bool command)
{
	struct buf b = BUF_INIT(1 << 16);

	if (!command && v->info->class->link)
		v->info->class->link(v, &b);
	else if (command && v->info->class->twin)
		v->info->class->twin(v, &b);
	else if (command && *v->info->twin)
		buf_addf(&b, "mfctl %s", v->info->twin);
	else if (!command && v->path)
		buf_adds(&b, v->path);
	if (b.n && !b.failed)
		app_copy(a, b.p);
	else
		app_say(a, LEVEL_INFO, "there is nothing to copy here");
	buf_release(&b);
}

static void toggle_mouse(struct app *a)
{
	a->mouse = !a->mouse;
	if (a->host.mouse)
		a->host.mouse(a->host.self, a->mouse);
	app_say(a, LEVEL_INFO,
		a->mouse ? "the mouse is used here"
			 : "the mouse is left to the terminal; m takes it back");
}

static void refresh(struct app *a)
{
	struct view *v = app_base_view(a);

	if (v)
		v->stale = false;
	if (v && v->info->class->load)
		v->info->class->load(v);
	a->dirty = true;
}

/* Open a view that may not be part of this program yet. */
static void open_or_say(struct app *a, const char *id)
{
	if (view_info_find(id))
		app_open(a, id, NULL);
	else
		app_say(a, LEVEL_INFO, "%s means nothing here", id);
}

static void back(struct app *a, struct view *v, const struct key *k)
{
	if (v->filter[0] && k && k->code == K_ESC)
		set_filter(v, "", true); /* Esc first takes the filter away */
	else if (a->shown > 0)
		app_back(a);
	else if (k && k->code == 'q')
		a->quit = true;
	else
		app_say(a, LEVEL_INFO, "this is the first view; Q quits");
}

void app_do(struct app *a, enum action action, const struct key *k)
{
	struct view *v = app_view(a);

	if (!v || !action)
		return;
	a->dirty = true;
	if (action == ACT_refresh && a->info.down && !(v->info->flags & VF_TOOL) && a->retry) {
		a->retry(a); /* the views ask again when that succeeds */
		return;
	}
	if (v->info->class->action && v->info->class->action(v, action, k))
		return;
	switch (action) {
	case ACT_quit: a->quit = true; break;
	case ACT_back: back(a, v, k); break;
	case ACT_last: go_last(a); break;
	case ACT_hist_back: app_show(a, a->shown - 1); break;
	case ACT_hist_next: app_show(a, a->shown + 1); break;
	case ACT_filter: open_filter(a); break;
	case ACT_palette: palette_open(a); break;
	case ACT_refresh: refresh(a); break;
	case ACT_pause:
		a->paused = !a->paused;
		app_say(a, LEVEL_INFO,
			a->paused ? "refreshing is paused; p goes on" : "refreshing again");
		break;
	case ACT_copy: copy_link(a, v, false); break;
	case ACT_copy_twin: copy_link(a, v, true); break;
	case ACT_mouse: toggle_mouse(a); break;
	case ACT_theme:
		a->theme = (enum theme_id)((a->theme + 1) % THEME_COUNT);
		app_say(a, LEVEL_INFO, "theme %s", theme_name(a->theme));
		break;
	case ACT_redraw:
		if (a->host.redraw)
			a->host.redraw(a->host.self);
		break;
	case ACT_suspend:
		if (a->host.suspend)
			a->host.suspend(a->host.self);
		break;
	case ACT_help:
		if (!(v->info->flags & VF_OVERLAY))
			app_open(a, "help", NULL);
		break;
	case ACT_requests:
	case ACT_doctor:
	case ACT_messages: open_or_say(a, action_info(action)->name); break;
	default: break;
	}
}

/* ---- mouse ---- */

static bool click_frame(struct app *a, const struct key *k)
{
	for (size_t i = 0; i < a->hits.n; i++) {
		struct hit h = a->hits.v[i];
		if (k->y != h.y || k->x < h.x0 || k->x >= h.x1)
			continue;
		if (h.action) {
			app_do(a, h.action, NULL);
		} else if (a->open_path && app_base_view(a)->path) {
			char *path = strndup(app_base_view(a)->path, h.crumb);
			if (path)
				a->open_path(a, path);
			free(path);
		}
		return true;
	}
	return false;
}

static void mouse_input(struct app *a, const struct key *k)
{
	struct view *v = app_view(a);

	if (k->code == K_CLICK && click_frame(a, k))
		return;
	if (v->info->class->mouse && v->info->class->mouse(v, k)) {
		a->dirty = true;
		return;
	}
	if (k->code == K_WHEEL_UP || k->code == K_WHEEL_DOWN) {
		for (int i = 0; i < 3; i++)
			app_do(a, k->code == K_WHEEL_UP ? ACT_up : ACT_down, k);
	} else if (k->code == K_RCLICK) {
		app_do(a, ACT_back, k);
	}
}

void app_key(struct app *a, const struct key *k)
{
	struct view *v = app_view(a);

	if (k->code == K_RESIZE) {
		app_resize(a, k->x, k->y);
		return;
	}
	if (!v)
		return;
	a->dirty = true;
	if (a->prompt.kind) {
		if (!key_is_mouse(k))
			prompt_input(a, k);
		return;
	}
	if (key_is_mouse(k)) {
		mouse_input(a, k);
		return;
	}
	if (k->mods & MOD_PASTED)
		return; /* text that was pasted by mistake must not act */
	enum action action = keymap_find(&a->conf.keys, k, v->ctx);
	if (action)
		app_do(a, action, k);
}

void app_resize(struct app *a, int w, int h)
{
	if (w < 1 || h < 1)
		return;
	a->w = w;
	a->h = h;
	a->dirty = true;
}
