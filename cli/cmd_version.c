#include "cmd.h"

static int run(struct cmd_ctx *ctx, const void *args, char **argv, int argc)
{
	(void)args;
	(void)argv;
	if (argc)
		return cmd_usage(ctx, "version takes no arguments");
	if (ctx->format == FORMAT_JSON)
		fprintf(ctx->out, "{\"version\":\"%s\"}\n", MF_VERSION);
	else
		fprintf(ctx->out, "mfctl %s\n", MF_VERSION);
	return 0;
}

static const char *const examples[] = {"which mfctl is this?|mfctl version", "for a script|mfctl version -o json", NULL};

const struct command cmd_version = {.name = "version", .arguments = "", .summary = "print the version", .examples = examples,
	.formats = 1u << FORMAT_JSON | 1u << FORMAT_TEXT, .run = run};
