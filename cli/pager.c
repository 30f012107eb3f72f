#include "pager.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Is the first word of a shell's command line there to be run? Yes where only the shell can tell. */
static bool runs(const char *command)
{
	char word[256], file[PATH_MAX];
	size_t n = strcspn(command, " \t");
	const char *path = getenv("PATH");
	if (n >= sizeof(word) || command[strcspn(command, "|&;<>()$`\\\"'*?[#~=%!{}")])
		return true;
	memcpy(word, command, n);
	word[n] = '\0';
	if (strchr(word, '/'))
		return access(word, X_OK) == 0;
	for (; path && *path; path += n + (path[n] == ':')) {
		n = strcspn(path, ":");
		if (snprintf(file, sizeof(file), "%.*s/%s", (int)n, n ? path : ".", word) < (int)sizeof(file) && access(file, X_OK) == 0)
			return true;
	}
	return false;
}

/* "": none. A pager that is not installed must not swallow the output. */
static const char *choose(const struct cmd_ctx *ctx)
{
	const char *pager = getenv("MFCTL_PAGER");
	if (!pager)
		pager = getenv("PAGER");
	if (!pager)
		pager = ctx->dumb ? "" : "less -FIRX";
	return runs(pager + strspn(pager, " \t")) ? pager : "";
}

void pager_start(struct pager *p, struct cmd_ctx *ctx)
{
	const char *pager = choose(ctx);
	int fd[2];
	p->pid = 0;
	if (!*pager || strcmp(pager, "cat") == 0 || fileno(ctx->out) < 0 || pipe2(fd, O_CLOEXEC) < 0)
		return;
	fflush(ctx->out);
	p->pid = fork();
	if (p->pid == 0) {
		signal(SIGINT, SIG_DFL);
		signal(SIGPIPE, SIG_DFL);
		dup2(fd[0], 0);
		dup2(fileno(ctx->out), 1);
		setenv("LESSCHARSET", "utf-8", 0);
		execl("/bin/sh", "sh", "-c", pager, (char *)NULL);
		_exit(127);
	}
	close(fd[0]);
	FILE *to = p->pid > 0 ? fdopen(fd[1], "w") : NULL;
	if (!to) {
		close(fd[1]);
		p->pid = p->pid > 0 ? p->pid : 0;
		return;
	}
	p->saved = ctx->out;
	ctx->out = to;
	signal(SIGPIPE, SIG_IGN); /* leaving the pager early is no error */
}

void pager_end(struct pager *p, struct cmd_ctx *ctx)
{
	if (!p->pid)
		return;
	if (p->saved) {
		fclose(ctx->out);
		ctx->out = p->saved;
	}
	while (waitpid(p->pid, NULL, 0) < 0)
		;
	signal(SIGPIPE, SIG_DFL);
}
