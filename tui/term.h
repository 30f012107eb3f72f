/* term.h: the terminal, through ncurses; term.c alone knows <curses.h>. One terminal at a time is
 * in use; UI thread only, but for term_restore_now. */
#ifndef TUI_TERM_H
#define TUI_TERM_H

#include <stdio.h>

#include "canvas.h"
#include "keys.h"

struct term;

struct term_options {
	FILE *in, *out;
	const char *term; /* NULL: $TERM */
	bool mouse;
	bool no_color;
	bool any_file; /* for tests: in and out need not be a terminal */
	int w, h;      /* with any_file: the size */
};

/* Take the terminal over. MF_EUSAGE with one line that names TERM when it cannot show a screen. */
int term_open(struct term **out, const struct term_options *o, struct mf_error *err);
/* Give it back as it was; NULL is fine. */
void term_close(struct term *t);
/* Put the terminal back in order from a signal handler that is about to end the program:
 * async-signal-safe, and nothing when no terminal is in use. */
void term_restore_now(void);

void term_size(struct term *t, int *w, int *h);
/* After SIGWINCH: take the new size. */
void term_resized(struct term *t, int w, int h);
/* Show the grid: only what differs from the last one is sent. */
void term_paint(struct term *t, const struct grid *g, enum theme_id theme);
/* The next term_paint sends everything. */
void term_redraw(struct term *t);
enum color_depth term_depth(const struct term *t);

int term_fd(const struct term *t);
/* Take in what has been typed (does not block). False: the terminal is gone. */
bool term_read(struct term *t);
/* The next key. With `waited`, INPUT_ESC_MS passed since the last byte. */
bool term_key(struct term *t, struct key *k, bool waited);
/* Bytes are waiting for more: call term_key with `waited` after INPUT_ESC_MS. */
bool term_pending(const struct term *t);

void term_mouse(struct term *t, bool on);
/* Leave the screen (for a child, or to stop), and come back. */
void term_suspend(struct term *t);
void term_resume(struct term *t);
/* Hand text to the clipboard of the person's terminal (OSC 52). */
void term_copy(struct term *t, const char *p, size_t n);
/* Is the background light? 1, 0, or -1 when the terminal does not say within timeout_ms. Keys typed
 * meanwhile are kept. */
int term_background(struct term *t, int timeout_ms);
int term_light(const struct term *t); /* the same, as far as it is known by now: the answer may come later */

#endif
