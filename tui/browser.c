#include "browser.h"

#include <stdlib.h>
#include <string.h>

static bool set(struct app *a, const char *name)
{
	const char *value = app_env(a, name);

	return value && *value;
}

bool browser_open(struct app *a, const char *target)
{
	bool named = set(a, "BROWSER");

	if (!named && !set(a, "DISPLAY") && !set(a, "WAYLAND_DISPLAY"))
		return false;
	const char *browser = named ? app_env(a, "BROWSER") : "xdg-open";
	char *program = strndup(browser, strcspn(browser, ":")), *to = strdup(target);
	char *argv[] = {program, to, NULL};
	if (program && to && app_run(a, argv) != 0)
		app_say(a, LEVEL_ERROR, "%s could not open %s", program, to);
	free(program);
	free(to);
	return true;
}
