#include "progress.h"

#include "../clientlib/base/fmt.h"

enum { BAR = 24 };

static bool is_shown(const struct cmd_ctx *ctx)
{
	return ctx->diag_tty && !ctx->g.quiet;
}

void progress_draw(struct cmd_ctx *ctx, const struct mf_progress *p, const char *noun)
{
	struct buf b = BUF_INIT(4096);
	double part = p->total ? (double)p->done / (double)p->total : 0;
	double seconds = (double)p->elapsed_ms / 1000;
	if (!is_shown(ctx))
		return;
	buf_adds(&b, "\r\033[K[");
	for (int i = 0; i < BAR; i++)
		buf_adds(&b, i < part * BAR ? ctx->ascii ? "#" : "█" : ctx->ascii ? "-" : "░");
	buf_addf(&b, "] %3.0f %%  ", part * 100);
	fmt_count(&b, (int64_t)p->done);
	buf_addf(&b, " %s, ", noun);
	fmt_size(&b, (int64_t)p->bytes);
	if (seconds > 0.5) {
		buf_adds(&b, ", ");
		fmt_size(&b, (int64_t)((double)p->bytes / seconds));
		buf_adds(&b, "/s");
	}
	if (seconds > 1 && part > 0.01 && part < 1) {
		buf_adds(&b, ", ");
		fmt_duration(&b, (int64_t)(seconds * (1 - part) / part) * 1000);
		buf_adds(&b, " left");
	}
	if (p->failed) {
		buf_adds(&b, ", ");
		fmt_count(&b, (int64_t)p->failed);
		buf_adds(&b, " failed");
	}
	fwrite(b.p, 1, b.n, ctx->diag);
	fflush(ctx->diag);
	buf_release(&b);
}

void progress_clear(struct cmd_ctx *ctx)
{
	if (is_shown(ctx))
		fputs("\r\033[K", ctx->diag);
}
