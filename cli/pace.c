/* The time, and waiting between looks at a history that changes. */
#include <poll.h>

#include "../clientlib/base/fmt.h"
#include "cmd.h"

int64_t cmd_now(const struct cmd_ctx *ctx)
{
	return ctx->client ? mf_client_now(ctx->client) : ctx->now;
}

int64_t cmd_pace(struct cmd_ctx *ctx, int64_t local, int64_t service)
{
	struct mf_link link;
	mf_client_link(ctx->client, &link);
	return link.state == MF_LINK_LOCAL ? local : service;
}

struct mf_watch *cmd_events(struct cmd_ctx *ctx, const char *pathspec)
{
	const char *ui = mf_config_get(ctx->config, "UI_URL");
	struct mf_watch *w = NULL;
	/* without a backend a watch asks the service by itself, which we do already */
	if (ui && *ui && cmd_pace(ctx, 0, 1) && mf_watch_open(&w, ctx->client, pathspec, NULL) < 0)
		w = NULL;
	return w;
}

void cmd_sleep(struct cmd_ctx *ctx, int64_t ms, struct mf_watch *watch)
{
	enum { SLICE_MS = 100 };
	int64_t until = clock_now_ms() + ms;
	for (int64_t left = ms; left > 0 && !cmd_interrupted(ctx); left = until - clock_now_ms()) {
		struct pollfd p = {.fd = watch ? mf_watch_fd(watch) : -1, .events = POLLIN};
		if (poll(&p, 1, (int)(left < SLICE_MS ? left : SLICE_MS)) == 1 && mf_watch_changed(watch))
			return;
	}
}
