/* input.h: the bytes of a terminal as keys: UTF-8, the escape sequences of cursor and function keys
 * with their modifiers, SGR and X10 mouse reports, bracketed paste. Replies and reports nobody
 * asked for are swallowed. Pure. */
#ifndef TUI_INPUT_H
#define TUI_INPUT_H

#include "keys.h"

#define INPUT_ESC_MS 25 /* an Esc that nothing follows within this time is the key itself */

struct input_special {
	char seq[16]; /* as terminfo has it */
	int32_t code;
};

struct input {
	char b[4096]; /* not yet understood */
	size_t n;
	bool paste;
	int light; /* answer about the background: 1 light, 0 dark, -1 none yet */
	struct input_special special[32];
	size_t specials;
};

void input_init(struct input *in);
/* A key of this terminal (terminfo) beyond the common ones. Ignored when the table is full or the
 * text too long. */
void input_special(struct input *in, const char *seq, int32_t code);
/* Take bytes in; what does not fit is dropped. Returns how many were taken. */
size_t input_feed(struct input *in, const char *p, size_t n);
/* The next key; false: none is complete. With `waited`, nothing more came for INPUT_ESC_MS: a lone
 * Esc is the key. */
bool input_next(struct input *in, struct key *k, bool waited);
/* Something is there that only time can complete. */
bool input_pending(const struct input *in);

#endif
