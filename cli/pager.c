#include "pager.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *choose(void)
{
	const char *pager = getenv("MFCTL_PAGER");
	if (!pager)
		pager = getenv("PAGER");
	return pager ? pager : "less -FIRX";
}

void pager_start(struct pager *p, struct cmd_ctx *ctx)
{
	const char *pager = choose();
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
