/* saved.h: what the dashboard remembers until the next start: columns chosen, places of borders. A
 * file of lines "name value", $XDG_STATE_HOME/mfkit/mftop.state; what is wrong in it is left out,
 * and it may go away at any time. UI thread only; saved_load and saved_save do I/O, before the
 * first screen and after the last. */
#ifndef TUI_SAVED_H
#define TUI_SAVED_H

#include <stdbool.h>

#include "../clientlib/base/vec.h"
#include "../clientlib/mf.h"

struct saved_line {
	char *name, *value;
};

struct saved {
	VEC(struct saved_line) lines;
	char *path;   /* NULL: nothing is kept */
	bool changed; /* since saved_load */
};

/* Find the file below the state directory (`xdg`, else home/.local/state; both may be NULL), and
 * read what there is. */
void saved_load(struct saved *m, const char *xdg, const char *home);
/* Write it if something has changed: all or nothing. */
int saved_save(struct saved *m, struct mf_error *err);
void saved_release(struct saved *m);
/* NULL: not known. */
const char *saved_get(const struct saved *m, const char *name);
/* Names and values are single lines, names without blanks. NULL or "" forgets. Out of memory: as it
 * was. */
void saved_set(struct saved *m, const char *name, const char *value);

#endif
