/* cli/progress.h: one line on a terminal that tells how far a long command is. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "cmd.h"

/* Draw it anew; nothing with -q or where standard error is no terminal. `noun`: files, objects. */
void progress_draw(struct cmd_ctx *ctx, const struct mf_progress *p, const char *noun);
/* Take it away, before something else is printed. */
void progress_clear(struct cmd_ctx *ctx);

#endif
