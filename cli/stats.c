#include "stats.h"

#include <string.h>
#include <time.h>

static int64_t now_us(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

void stats_start(struct stats *s)
{
	s->started_us = now_us();
}

/* The peak of this program alone: rusage would count what started it. */
static long peak_kb(void)
{
	char line[256];
	long kb = 0;
	FILE *f = fopen("/proc/self/status", "re");
	while (f && fgets(line, sizeof(line), f))
		if (strncmp(line, "VmHWM:", 6) == 0)
			sscanf(line + 6, "%ld", &kb);
	if (f)
		fclose(f);
	return kb;
}

void stats_print(const struct stats *s, struct cmd_ctx *ctx)
{
	struct mf_stats n = {0};
	if (ctx->client)
		n = mf_client_stats(ctx->client);
	double total = (double)(now_us() - s->started_us) / 1000;
	fprintf(ctx->diag, "stats: requests %llu, files %llu, directories %llu, bytes %llu", (unsigned long long)n.requests,
		(unsigned long long)n.files_opened, (unsigned long long)n.dirs_listed, (unsigned long long)n.bytes_read);
	if (ctx->first_row_us)
		fprintf(ctx->diag, ", first row %.1f ms", (double)(ctx->first_row_us - s->started_us) / 1000);
	fprintf(ctx->diag, ", total %.1f ms, peak memory %ld KB\n", total, peak_kb());
}

void stats_row(struct cmd_ctx *ctx)
{
	if (!ctx->first_row_us)
		ctx->first_row_us = now_us();
}
