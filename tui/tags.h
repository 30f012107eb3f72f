/* tags.h: changing the user tags of runs: a line is typed, a job does it. UI thread only. */
#ifndef TUI_TAGS_H
#define TUI_TAGS_H

#include "../clientlib/base/vec.h"
#include "data.h"

struct tags_paths {
	VEC(char *) v;
};

/* Start typing "+new -old"; `done` gets the line, as view_ask says. `runs`: how many it is for. */
void tags_ask(struct view *v, size_t runs, void (*done)(struct view *v, const char *text));
/* Do what the line says to these runs (taken over) by a job of this kind. */
void tags_submit(struct view *v, int kind, const char *text, struct tags_paths *runs);
/* Another run; false: no memory. */
bool tags_add_path(struct tags_paths *runs, const char *pathspec);
void tags_release(struct tags_paths *runs);
/* For class->deliver: tell how it went. The runs are to be read again. */
void tags_deliver(struct view *v, struct job_result *r);

#endif
