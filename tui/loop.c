#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../clientlib/base/err.h"
#include "input.h"

#define FRAME_MS 16
#define KEY_FRAME_MS 3 /* what a key does is shown at once, but not twice for one keystroke */
#define WATCHES_MAX 32

extern char **environ;

/* ---- signals ---- */

static volatile int signal_pipe = -1;

static void caught(int sig)
{
	int saved = errno;
	unsigned char byte = (unsigned char)sig;
	ssize_t n = write(signal_pipe, &byte, 1);

	(void)n;
	errno = saved;
}

/* The program is about to die: leave a terminal one can work with. */
static void dying(int sig)
{
	term_restore_now();
	signal(sig, SIG_DFL);
	raise(sig);
}

int loop_signals(int *fd, struct mf_error *err)
{
	static const int polite[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP, SIGCONT};
	static const int deadly[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
	int p[2];

	if (pipe2(p, O_NONBLOCK | O_CLOEXEC) < 0)
		return err_sys(err, errno, NULL, "cannot make a pipe");
	signal_pipe = p[1];
	*fd = p[0];
	struct sigaction sa = {.sa_handler = caught, .sa_flags = SA_RESTART};
	sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < ARRAY_SIZE(polite); i++)
		sigaction(polite[i], &sa, NULL);
	sa.sa_handler = dying;
	sa.sa_flags = (int)SA_RESETHAND;
	for (size_t i = 0; i < ARRAY_SIZE(deadly); i++)
		sigaction(deadly[i], &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
	return MF_OK;
}

/* ---- what the app asks of the terminal ---- */

struct loop {
	struct app *app;
	struct term *term;
	int signal_fd, exit_code;
	bool done;
	bool key;        /* one came since */
	int64_t painted; /* monotonic, ms */
};

static int64_t mono_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int write_all(void *self, const char *p, size_t n)
{
	int fd = *(int *)self;

	while (n) {
		ssize_t w = write(fd, p, n);
		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return MF_EIO; /* it has seen enough */
		p += w;
		n -= (size_t)w;
	}
	return MF_OK;
}

typedef int produce_fn(void *ctx, const struct mf_sink *to);

/* With `produce` its standard input is what that writes; a quiet one has no output. */
static int spawn(char *const argv[], bool quiet, produce_fn *produce, void *ctx)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t defaults;
	int p[2] = {-1, -1}, status = 0;
	pid_t pid;

	if (produce && pipe2(p, O_CLOEXEC) < 0)
		return -1;
	posix_spawn_file_actions_init(&files);
	if (produce)
		posix_spawn_file_actions_adddup2(&files, p[0], 0);
	if (quiet) {
		posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
		posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
	}
	posix_spawnattr_init(&attr);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGINT);
	sigaddset(&defaults, SIGQUIT);
	sigaddset(&defaults, SIGPIPE);
	posix_spawnattr_setsigdefault(&attr, &defaults);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
	int rc = posix_spawnp(&pid, argv[0], &files, &attr, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	if (p[0] >= 0)
		close(p[0]);
	if (rc == 0 && produce)
		(void)produce(ctx, &(struct mf_sink){write_all, &p[1]});
	if (p[1] >= 0)
		close(p[1]);
	if (rc != 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

struct bytes {
	const char *p;
	size_t n;
};

static int produce_bytes(void *ctx, const struct mf_sink *to)
{
	const struct bytes *b = ctx;

	return to->write(to->self, b->p, b->n);
}

/* The terminal's own way first (it works over ssh), then the desktop's program, for terminals that
 * ignore OSC 52. */
static void host_copy(void *self, const char *p, size_t n)
{
	struct loop *l = self;
	static const char wl[] = "wl-copy", xclip[] = "xclip", sel[] = "-selection",
			  clip[] = "clipboard";

	term_copy(l->term, p, n);
	char *const wayland[] = {strdup(wl), NULL};
	char *const x11[] = {strdup(xclip), strdup(sel), strdup(clip), NULL};
	bool remote = app_env(l->app, "SSH_CONNECTION") != NULL;
	if (!remote && app_env(l->app, "WAYLAND_DISPLAY") && wayland[0])
		spawn(wayland, true, produce_bytes, &(struct bytes){p, n});
	else if (!remote && app_env(l->app, "DISPLAY") && x11[0] && x11[1] && x11[2])
		spawn(x11, true, produce_bytes, &(struct bytes){p, n});
	free(wayland[0]);
	for (int i = 0; i < 3; i++)
		free(x11[i]);
}

static void host_mouse(void *self, bool on)
{
	struct loop *l = self;

	term_mouse(l->term, on);
}

static void host_redraw(void *self)
{
	struct loop *l = self;

	term_redraw(l->term);
}

static void new_size(struct loop *l)
{
	struct key k = {.code = K_RESIZE};

	term_size(l->term, &k.x, &k.y);
	term_resized(l->term, k.x, k.y);
	app_key(l->app, &k);
}

static void host_suspend(void *self)
{
	struct loop *l = self;

	term_suspend(l->term);
	raise(SIGSTOP);
	term_resume(l->term);
	new_size(l); /* the window may have changed meanwhile */
}

static int host_pipe(void *self, char *const argv[], produce_fn *produce, void *ctx)
{
	struct loop *l = self;

	term_suspend(l->term);
	/* Ctrl-C is for the child alone. */
	struct sigaction ignore = {.sa_handler = SIG_IGN}, old_int, old_quit;
	sigaction(SIGINT, &ignore, &old_int);
	sigaction(SIGQUIT, &ignore, &old_quit);
	int rc = spawn(argv, false, produce, ctx);
	sigaction(SIGINT, &old_int, NULL);
	sigaction(SIGQUIT, &old_quit, NULL);
	term_resume(l->term);
	new_size(l);
	return rc;
}

static int host_run(void *self, char *const argv[])
{
	return host_pipe(self, argv, NULL, NULL);
}

/* ---- the loop ---- */

static void handle_signals(struct loop *l)
{
	unsigned char sig[32];
	ssize_t n;

	while ((n = read(l->signal_fd, sig, sizeof(sig))) > 0)
		for (ssize_t i = 0; i < n; i++) {
			if (sig[i] == SIGWINCH) {
				new_size(l);
			} else if (sig[i] == SIGTSTP) {
				host_suspend(l);
			} else if (sig[i] == SIGCONT) {
				term_redraw(l->term);
				app_dirty(l->app);
			} else {
				l->exit_code = 128 + sig[i];
				l->done = true;
			}
		}
}

static void handle_keys(struct loop *l, bool waited)
{
	struct key k;

	while (!app_quits(l->app) && term_key(l->term, &k, waited)) {
		app_key(l->app, &k);
		l->key = l->key || !key_is_mouse(&k);
	}
}

static void paint(struct loop *l)
{
	const struct grid *g = app_draw(l->app, false);

	if (g)
		term_paint(l->term, g, app_theme(l->app));
	l->painted = mono_ms();
	l->key = false;
}

static int64_t paint_at(const struct loop *l)
{
	return l->painted + (l->key ? KEY_FRAME_MS : FRAME_MS);
}

/* Milliseconds until something is due; -1: only when something happens. */
static int wait_ms(struct loop *l, int64_t esc_at)
{
	int64_t now = mono_ms(), next = app_next_tick(l->app), left = -1;

	if (next != INT64_MAX) {
		left = next - app_now(l->app);
		left = left < 0 ? 0 : left;
	}
	if (esc_at && (left < 0 || esc_at - now < left))
		left = esc_at - now < 0 ? 0 : esc_at - now;
	if (app_is_dirty(l->app)) {
		int64_t due = paint_at(l) - now;
		due = due < 0 ? 0 : due;
		if (left < 0 || due < left)
			left = due;
	}
	return left > 1000000 ? 1000000 : (int)left;
}

static void handle_events(struct loop *l, const struct pollfd *p, nfds_t n)
{
	if (p[0].revents)
		handle_signals(l);
	if (p[1].revents && !term_read(l->term)) {
		l->exit_code = 128 + SIGHUP; /* the terminal is gone */
		l->done = true;
	}
	if (p[2].revents)
		app_drain(l->app);
	for (nfds_t i = 3; i < n; i++)
		if (p[i].revents)
			app_ready(l->app, p[i].fd);
}

int loop_run(struct app *a, struct term *t, int signal_fd)
{
	struct loop l = {.app = a, .term = t, .signal_fd = signal_fd, .painted = -FRAME_MS};
	const struct app_host host = {
		&l, host_copy, host_mouse, host_redraw, host_suspend, host_run, host_pipe};
	int64_t esc_at = 0;

	app_set_host(a, &host);
	app_dirty(a);
	while (!l.done && !app_quits(a)) {
		struct pollfd p[3 + WATCHES_MAX] = {{.fd = signal_fd, .events = POLLIN},
			{.fd = term_fd(t), .events = POLLIN},
			{.fd = jobs_fd(app_jobs(a)), .events = POLLIN}};
		nfds_t n = 3;
		for (int fd; n < ARRAY_SIZE(p) && app_watched(a, n - 3, &fd); n++)
			p[n] = (struct pollfd){.fd = fd, .events = POLLIN};
		if (app_is_dirty(a) && mono_ms() >= paint_at(&l))
			paint(&l);
		int rc = poll(p, n, wait_ms(&l, esc_at));
		if (rc < 0 && errno != EINTR)
			break;
		if (rc > 0)
			handle_events(&l, p, n);
		handle_keys(&l, false);
		app_background(a, term_light(t));
		if (!term_pending(t)) {
			esc_at = 0;
		} else if (rc > 0 && p[1].revents) {
			esc_at = mono_ms() + INPUT_ESC_MS;
		} else if (esc_at && mono_ms() >= esc_at) {
			handle_keys(&l, true);
			esc_at = 0;
		}
		app_tick(a);
	}
	app_set_host(a, &(struct app_host){0});
	return l.exit_code;
}
