/* palette.c: the command line of the dashboard: actions, views, settings, and what the owner adds.
 */
#include "app_priv.h"

#include <stdlib.h>
#include <string.h>

static bool applies(const struct app *a, enum action action)
{
	const struct action_info *i = action_info(action);
	const struct view *v = a->stack[a->shown];

	return i->ctx == CTX_ALL || (i->ctx & v->ctx);
}

void palette_open(struct app *a)
{
	unsigned ctx = app_view(a)->ctx;

	prompt_open(&a->prompt, PROMPT_PALETTE, ":", "");
	for (int i = 1; i < ACT_COUNT; i++) {
		const struct action_info *info = action_info((enum action)i);
		struct key k;
		if (info->group == GROUP_MOVE || i == ACT_palette || !applies(a, (enum action)i))
			continue;
		bool has = keymap_key(&a->conf.keys, (enum action)i, ctx, &k);
		prompt_candidate(&a->prompt, info->name, info->help, has ? &k : NULL);
	}
	for (const struct view_info *i = view_infos; i->id; i++) {
		enum action same = action_find(i->id);
		if (!same || !applies(a, same))
			prompt_candidate(&a->prompt, i->id, i->title, NULL);
	}
	prompt_candidate(&a->prompt, "set", "theme, mouse, refresh, clock: set theme light", NULL);
	prompt_match(&a->prompt);
}

/* "set name value". */
static void set(struct app *a, const char *args)
{
	char name[32], value[64];
	const char *why = "set needs a name and a value";
	size_t n = strcspn(args, " "), m = strlen(args + n) ? strlen(args + n) - 1 : 0;

	if (n < sizeof(name) && m && m < sizeof(value)) {
		memcpy(name, args, n);
		name[n] = '\0';
		memcpy(value, args + n + 1, m + 1);
		if (conf_set(&a->conf, name, value, &why)) {
			if (a->conf.theme >= 0)
				a->theme = (enum theme_id)a->conf.theme;
			if (a->conf.ascii >= 0)
				a->grid.ascii = a->conf.ascii;
			if (a->conf.mouse != a->mouse)
				app_do(a, ACT_mouse, NULL);
			app_say(a, LEVEL_INFO, "%s is %s", name, value);
			return;
		}
	}
	app_say(a, LEVEL_ERROR, "%s", why);
}

static bool run(struct app *a, const char *word, const char *args)
{
	const struct view_info *view = view_info_find(word);
	enum action action = action_find(word);

	if (str_eq(word, "set")) {
		set(a, args);
	} else if (str_eq(word, "open") && *args && a->open_path) {
		a->open_path(a, args);
	} else if (str_eq(word, "q")) {
		a->quit = true;
	} else if (action && !*args && applies(a, action)) {
		app_do(a, action, NULL);
	} else if (view) {
		app_open(a, word, args);
	} else {
		return false;
	}
	return true;
}

void palette_run(struct app *a, const char *line)
{
	line += strspn(line, " ");
	size_t n = strcspn(line, " ");
	char *word = strndup(line, n);

	if (!word || !n) {
		free(word);
		return;
	}
	if (!run(a, word, line + n + strspn(line + n, " ")))
		app_say(a, LEVEL_ERROR, "no command is called \"%s\"", word);
	free(word);
}
