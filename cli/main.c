#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../clientlib/base/fmt.h"
#include "cmd.h"

static struct mf_cancel *cancel;

/* The first Ctrl-C ends what is being done; the second ends the program. */
static void on_interrupt(int sig)
{
	if (mf_cancel_is_set(cancel))
		_exit(128 + sig);
	mf_cancel_set(cancel);
}

static size_t terminal_width(void)
{
	struct winsize ws;
	const char *columns = getenv("COLUMNS");
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col)
		return ws.ws_col;
	long n = columns ? strtol(columns, NULL, 10) : 0;
	return n > 0 && n < 10000 ? (size_t)n : 80;
}

int main(int argc, char **argv)
{
	setlocale(LC_CTYPE, "");
	bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	if (!utf8)
		setlocale(LC_CTYPE, "C.UTF-8"); /* data is UTF-8 whatever the terminal is */
	cancel = mf_cancel_new();
	struct sigaction sa = {.sa_handler = on_interrupt};
	sigaction(SIGINT, &sa, NULL);
	struct cmd_ctx ctx = {.out = stdout, .diag = stderr, .out_tty = isatty(STDOUT_FILENO), .diag_tty = isatty(STDERR_FILENO),
		.now = clock_now_ms(), .cancel = cancel};
	ctx.ascii = ctx.out_tty && !utf8;
	ctx.width = ctx.out_tty ? terminal_width() : 0;
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	int code = cmd_main(&ctx, argc - 1, argv + 1);
	cmd_ctx_release(&ctx);
	mf_cancel_free(cancel);
	return code;
}
