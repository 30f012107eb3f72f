#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd.h"

static const char *const examples[] = {"the dashboard|mfctl top", "opened at a run|mfctl top TrainFlow/latest", NULL};

/* mftop stands beside mfctl, or in the PATH. */
static void find(char *path, size_t n)
{
	ssize_t len = readlink("/proc/self/exe", path, n - 1);
	if (len > 0) {
		path[len] = '\0';
		char *slash = strrchr(path, '/');
		if (slash && (size_t)(slash + 1 - path) + sizeof("mftop") <= n) {
			memcpy(slash + 1, "mftop", sizeof("mftop"));
			if (access(path, X_OK) == 0)
				return;
		}
	}
	snprintf(path, n, "mftop");
}

static int run(struct cmd_ctx *ctx, const void *args, char **argv, int argc)
{
	char path[PATH_MAX];
	const struct globals *g = &ctx->g;
	const struct {
		const char *option, *value;
	} passed[] = {{"--metadata", g->metadata}, {"--datastore-root", g->datastore_root}, {"--profile", g->profile},
		{"--config", g->config}, {"-n", ctx->ns}, {"--color", g->color}};
	char *av[24];
	int n = 0, status;
	(void)args;
	if (argc > 1)
		return cmd_usage(ctx, "one PATHSPEC at a time");
	find(path, sizeof(path));
	av[n++] = path;
	for (size_t i = 0; i < ARRAY_SIZE(passed); i++)
		if (passed[i].value) {
			av[n++] = (char *)(uintptr_t)passed[i].option;
			av[n++] = (char *)(uintptr_t)passed[i].value;
		}
	const struct {
		const char *option;
		bool given;
	} flags[] = {{"--ascii", g->ascii}, {"--offline", g->offline}, {"--no-cache", g->no_cache}, {"--trust-paths", g->trust_paths}, {"--utc", g->utc}};
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		if (flags[i].given)
			av[n++] = (char *)(uintptr_t)flags[i].option;
	char *at = argc ? cmd_absolute(ctx, argv[0]) : ctx->cwd && ctx->cwd->n ? strdup(ctx->cwd->p) : NULL;
	if (at)
		av[n++] = at;
	av[n] = NULL;
	fflush(NULL);
	if (!ctx->borrowed) { /* nothing to come back to */
		execvp(path, av);
		int e = errno;
		free(at);
		return cmd_fail(ctx, e == ENOENT ? MF_ENOTFOUND : MF_EFAILED, "mftop", "cannot be started: %s", strerror(e));
	}
	pid_t pid = fork();
	if (pid == 0) {
		execvp(path, av);
		_exit(127);
	}
	free(at);
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return cmd_fail(ctx, MF_EFAILED, "mftop", "cannot be started: %s", strerror(errno));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

const struct command cmd_top = {.name = "top", .arguments = "[PATHSPEC]", .summary = "open the dashboard mftop there",
	.flags = COMPLETE_PATHSPEC, .examples = examples, .run = run};
