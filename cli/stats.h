/* cli/stats.h: what --stats prints. */
#ifndef CLI_STATS_H
#define CLI_STATS_H

#include <stdint.h>

#include "cmd.h"

struct stats {
	int64_t started_us;
};

void stats_start(struct stats *s);
/* Called when a row is printed. */
void stats_row(struct cmd_ctx *ctx);
void stats_print(const struct stats *s, struct cmd_ctx *ctx);

#endif
