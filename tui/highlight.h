/* highlight.h: colours for text that people write: Python, JSON, settings, diffs. A look at the
 * words of a line, no more: what is not understood stays plain. Pure, any thread. */
#ifndef TUI_HIGHLIGHT_H
#define TUI_HIGHLIGHT_H

#include "pager.h"

enum language {
	LANG_PLAIN,
	LANG_PYTHON,
	LANG_JSON,
	LANG_SETTINGS, /* YAML, TOML, INI, shell: comments, keys, strings */
	LANG_DIFF,
	LANG_MARKDOWN
};

/* By the name of the file (NULL: it has none), else by how the text begins. */
enum language language_of(const char *name, const char *p, size_t n);
/* Spans for one line (without its newline) whose text has been appended to `out` at `at`; out NULL:
 * only the state is wanted. `state` is what the line before returned, 0 at first (inside a string
 * of several lines or not). */
unsigned highlight_line(enum language lang, unsigned state, const char *p, size_t n,
	struct pager_line *out, size_t at);

#endif
