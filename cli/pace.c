/* Waiting between looks at a history that changes. */
#include <unistd.h>

#include "cmd.h"

int64_t cmd_pace(struct cmd_ctx *ctx, int64_t local, int64_t service)
{
	struct mf_link link;
	mf_client_link(ctx->client, &link);
	return link.state == MF_LINK_LOCAL ? local : service;
}

void cmd_sleep(struct cmd_ctx *ctx, int64_t ms)
{
	enum { SLICE_MS = 100 };
	for (; ms > 0 && !cmd_interrupted(ctx); ms -= SLICE_MS)
		usleep((useconds_t)((ms < SLICE_MS ? ms : SLICE_MS) * 1000));
}
