/* start.h: from the command line to the first view. */
#ifndef TUI_START_H
#define TUI_START_H

#include "app.h"

/* What the command line says about the data; NULL: not said. */
struct start_options {
	const char *pathspec, *profile, *metadata, *datastore_root, *config, *ns;
	bool offline, no_cache, trust_paths;
	bool my_runs; /* in place of ns: the namespace of the configured user */
	struct start_data *data; /* of start_load */
};

struct start_data;

/* Open the history before the terminal is taken over, so that an error is a plain line on stderr
 * with its exit code (MF_ENOTFOUND where there is none). o->data is app_open_start's from then on;
 * start_unload frees what was not taken. */
int start_load(struct start_options *o, struct mf_error *err);
void start_unload(struct start_options *o);
/* Threads for jobs: those of a service wait most of their time. */
int start_threads(const struct start_options *o);

/* Open the view that shows pathspec (NULL: the first view there is). Without a history, which has
 * been said, the messages are shown. False: nothing could be opened. */
bool app_open_start(struct app *a, const char *pathspec);

#endif
