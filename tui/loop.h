/* loop.h: the app on a real terminal: poll, signals, painting. */
#ifndef TUI_LOOP_H
#define TUI_LOOP_H

#include "app.h"
#include "term.h"

/* Catch the signals that end, stop or resize the program; to be called before term_open, once. The
 * descriptor becomes readable when one has come. */
int loop_signals(int *fd, struct mf_error *err);
/* Run until the person quits or a signal ends it: the exit code (128 + N for signal N). The
 * terminal is still open. */
int loop_run(struct app *a, struct term *t, int signal_fd);

#endif
