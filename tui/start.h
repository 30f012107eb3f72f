/* start.h: from the command line to the first view. */
#ifndef TUI_START_H
#define TUI_START_H

#include "app.h"

/* What the command line says about the data; NULL: not said. */
struct start_options {
	const char *pathspec, *profile, *metadata, *datastore_root, *config, *ns;
};

/* Open the view that shows pathspec (NULL: the first view there is). False: nothing could be
 * opened; it has been said. */
bool app_open_start(struct app *a, const char *pathspec);

#endif
