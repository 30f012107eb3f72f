/* test_loop.c: the whole program but main, on a pseudo terminal. */
#include "../../support/screen.h"
#include "../../support/test.h"

#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <utmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "../../../tui/loop.h"
#include "sample.h"

struct session {
	pid_t pid;
	int fd;
	struct buf out;
	int slave; /* keeps the terminal, so that its modes can be looked at */
};

static _Noreturn void child(void)
{
	struct term *t;
	struct mf_error err = MF_ERROR_INIT;
	int signals;
	setenv("TERM", "xterm-256color", 1);
	if (loop_signals(&signals, &err) < 0 ||
		term_open(&t, &(struct term_options){.in = stdin, .out = stdout}, &err) < 0)
		_exit(99);
	struct app *a = screen_start(&(struct screen_options){.view = &sample_runs_info});
	int code = loop_run(a, t, signals);
	term_close(t);
	app_free(a);
	_exit(code);
}

static void start(struct session *s)
{
	struct winsize size = {.ws_col = 80, .ws_row = 24};
	int master;
	buf_init(&s->out, 16u << 20);
	CHECK_FATAL(openpty(&master, &s->slave, NULL, NULL, &size) == 0);
	fflush(NULL);
	s->pid = fork();
	if (s->pid == 0) {
		close(master);
		login_tty(s->slave);
		child();
	}
	s->fd = master;
}

/* Read until the text was sent to the terminal, or five seconds pass. */
static bool wait_for(struct session *s, const char *text)
{
	char b[4096];
	struct pollfd p = {.fd = s->fd, .events = POLLIN};
	while (!memmem(s->out.p, s->out.n, text, strlen(text))) {
		if (poll(&p, 1, 5000) <= 0)
			return false;
		ssize_t n = read(s->fd, b, sizeof(b));
		if (n <= 0)
			return false;
		buf_add(&s->out, b, (size_t)n);
	}
	return true;
}

static int finish(struct session *s)
{
	char b[4096];
	int status = 0;
	struct termios modes;
	for (int i = 0; i < 1000; i++) {
		struct pollfd p = {.fd = s->fd, .events = POLLIN};
		if (poll(&p, 1, 10) > 0) {
			ssize_t n = read(s->fd, b, sizeof(b));
			if (n > 0)
				buf_add(&s->out, b, (size_t)n);
		}
		if (waitpid(s->pid, &status, WNOHANG) == s->pid)
			break;
	}
	ssize_t n;
	struct pollfd p = {.fd = s->fd, .events = POLLIN};
	while (poll(&p, 1, 0) > 0 && (n = read(s->fd, b, sizeof(b))) > 0)
		buf_add(&s->out, b, (size_t)n);
	/* The terminal is as it was: cooked, and on its main screen. */
	CHECK(tcgetattr(s->slave, &modes) == 0 && (modes.c_lflag & ICANON) &&
		(modes.c_lflag & ECHO));
	const char *last_on = NULL, *last_off = NULL;
	for (size_t i = 0; i + 8 <= s->out.n; i++) {
		if (memcmp(s->out.p + i, "\033[?1049h", 8) == 0)
			last_on = s->out.p + i;
		if (memcmp(s->out.p + i, "\033[?1049l", 8) == 0)
			last_off = s->out.p + i;
	}
	CHECK(last_on && last_off && last_off > last_on);
	close(s->fd);
	close(s->slave);
	buf_release(&s->out);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static void type(struct session *s, const char *keys)
{
	ssize_t n = write(s->fd, keys, strlen(keys));
	CHECK(n == (ssize_t)strlen(keys));
}

void test_loop__keys_and_quit(void)
{
	struct session s;
	start(&s);
	CHECK(wait_for(&s, "STARTED"));
	type(&s, "?");
	CHECK(wait_for(&s, "Mark and copy") || wait_for(&s, "Go to"));
	type(&s, "\033"); /* a lone Esc, told apart by time */
	usleep(100000);
	type(&s, "\033[B\r");
	CHECK(wait_for(&s, "1 Tasks"));
	type(&s, "Q");
	CHECK_INT(finish(&s), 0);
}

void test_loop__resize(void)
{
	struct session s;
	struct winsize size = {.ws_col = 30, .ws_row = 5};
	start(&s);
	CHECK(wait_for(&s, "STARTED"));
	CHECK(ioctl(s.fd, TIOCSWINSZ, &size) == 0);
	CHECK(wait_for(&s, "too small"));
	size = (struct winsize){.ws_col = 120, .ws_row = 40};
	ioctl(s.fd, TIOCSWINSZ, &size);
	CHECK(wait_for(&s, "TAGS"));
	type(&s, "Q");
	CHECK_INT(finish(&s), 0);
}

void test_loop__signals_end_it(void)
{
	static const int sigs[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT};
	for (size_t i = 0; i < ARRAY_SIZE(sigs); i++) {
		struct session s;
		start(&s);
		CHECK(wait_for(&s, "STARTED"));
		kill(s.pid, sigs[i]);
		CHECK_INT(finish(&s), 128 + sigs[i]);
	}
}

void test_loop__ctrl_c(void)
{
	struct session s;
	start(&s);
	CHECK(wait_for(&s, "STARTED"));
	type(&s, "\003");
	CHECK_INT(finish(&s), 130);
}

void test_loop__abort_restores_the_terminal(void)
{
	struct session s;
	start(&s);
	CHECK(wait_for(&s, "STARTED"));
	kill(s.pid, SIGABRT);
	CHECK_INT(finish(&s), 1000 + SIGABRT);
}
