/* cli/complete.h: what a half-typed word may become; for the shell's prompt and for completion scripts. */
#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

#include "cmd.h"

/* Call add for each completion of `word` as a pathspec (names end in / where something may follow), below ctx->cwd. At most
 * a few hundred. Quiet: what cannot be read completes to nothing. */
void complete_pathspec(struct cmd_ctx *ctx, const char *word, void (*add)(void *arg, const char *text), void *arg);
/* The same for command names, option names of a command ("--…") and topics. */
void complete_command(const char *word, void (*add)(void *arg, const char *text), void *arg);
void complete_option(const struct command *c, const char *word, void (*add)(void *arg, const char *text), void *arg);

#endif
