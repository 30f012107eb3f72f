#include "start.h"

bool app_open_start(struct app *a, const char *pathspec)
{
	if (pathspec)
		app_say(a, LEVEL_WARNING, "%s cannot be shown yet", pathspec);
	return app_open(a, "messages", NULL) && app_open(a, "help", NULL);
}
