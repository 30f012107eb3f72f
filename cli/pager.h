/* cli/pager.h: MFCTL_PAGER, PAGER or less, when the output is a terminal. */
#ifndef CLI_PAGER_H
#define CLI_PAGER_H

#include <sys/types.h>

#include "cmd.h"

struct pager {
	pid_t pid; /* 0: none */
	FILE *saved;
};

/* Send ctx->out through the pager; does nothing when there is none. */
void pager_start(struct pager *p, struct cmd_ctx *ctx);
/* Wait until it has been left. */
void pager_end(struct pager *p, struct cmd_ctx *ctx);

#endif
