/* Commands that print credentials. They run without a shell, in a process group of their own, with
 * nothing to read. */
#include "cred.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../base/err.h"
#include "../base/fmt.h"
#include "../base/text.h"

enum {
	OUTPUT_MAX = 1 << 20,
	ERRORS_MAX = 4096, /* of standard error, its end */
	RUN_MS = 60 * 1000,
	TICK_MS = 50, /* so often cancellation is looked at */
	PATH_MAX_BYTES = 1 << 16
};

struct run {
	const char *name;
	pid_t pid;
	int fds[2]; /* what we read: its standard output and error; -1: at its end */
	struct buf out;
	char errors[2 * ERRORS_MAX + 1];
	size_t errors_n;
};

/* ---- finding the program ---- */

static bool is_program(const struct cred_context *x, const char *path)
{
	struct stat st;
	int dir =
		x->cwd && *path != '/' ? open(x->cwd, O_PATH | O_DIRECTORY | O_CLOEXEC) : AT_FDCWD;
	bool good = (dir >= 0 || dir == AT_FDCWD) && fstatat(dir, path, &st, 0) == 0 &&
		    S_ISREG(st.st_mode) && faccessat(dir, path, X_OK, 0) == 0;
	if (dir >= 0)
		close(dir);
	return good;
}

/* Append the path of the program; MF_ENOTFOUND. */
static int find(
	struct buf *path, const char *name, const struct cred_context *x, struct mf_error *err)
{
	const char *dirs = cred_env(x, "PATH");
	bool found = false;
	if (strchr(name, '/')) {
		buf_adds(path, name);
		found = is_program(x, path->p);
	} else {
		if (!dirs)
			dirs = "/usr/local/bin:/usr/bin:/bin";
		for (size_t n; !found && !path->failed && *name; dirs += n + 1) {
			n = strcspn(dirs, ":");
			buf_clear(path);
			buf_add(path, n ? dirs : ".", n ? n : 1);
			buf_addc(path, '/');
			buf_adds(path, name);
			found = !path->failed && is_program(x, path->p);
			if (!dirs[n])
				break;
		}
	}
	if (path->failed)
		return buf_err(path, err);
	if (found)
		return MF_OK;
	err_set(err, MF_ENOTFOUND, "there is no program “%.200s”", name);
	err_hint(err, "install it, or set PATH so that it is found");
	return MF_ENOTFOUND;
}

/* ---- starting ---- */

static int spawn(struct run *r, const char *path, const char *const *argv,
	const struct cred_context *x, int out, int errors)
{
	static const char *const nothing[] = {NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, pipes;
	sigemptyset(&none);
	sigemptyset(&pipes);
	sigaddset(&pipes, SIGPIPE);
	int e = posix_spawn_file_actions_init(&files);
	if (e)
		return e;
	e = posix_spawnattr_init(&attr);
	if (e) {
		posix_spawn_file_actions_destroy(&files);
		return e;
	}
	e = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	e = e ? e : posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	e = e ? e : posix_spawn_file_actions_adddup2(&files, errors, STDERR_FILENO);
	if (x->cwd)
		e = e ? e : posix_spawn_file_actions_addchdir_np(&files, x->cwd);
	e = e ? e : posix_spawnattr_setpgroup(&attr, 0);
	e = e ? e : posix_spawnattr_setsigmask(&attr, &none);
	e = e ? e : posix_spawnattr_setsigdefault(&attr, &pipes);
	e = e ? e
	      : posix_spawnattr_setflags(&attr,
			POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	e = e ? e
	      : posix_spawn(&r->pid, path, &files, &attr, (char *const *)(uintptr_t)argv,
			(char *const *)(uintptr_t)(x->environ ? x->environ : nothing));
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return e;
}

static int start(struct run *r, const char *path, const char *const *argv,
	const struct cred_context *x, struct mf_error *err)
{
	int out[2], errors[2];
	if (pipe2(out, O_CLOEXEC) < 0)
		return err_sys(err, errno, NULL, "cannot make a pipe");
	if (pipe2(errors, O_CLOEXEC) < 0) {
		int e = errno;
		close(out[0]);
		close(out[1]);
		return err_sys(err, e, NULL, "cannot make a pipe");
	}
	int e = spawn(r, path, argv, x, out[1], errors[1]);
	close(out[1]);
	close(errors[1]);
	r->fds[0] = out[0];
	r->fds[1] = errors[0];
	return e ? err_sys(err, e, path, "cannot start it") : MF_OK;
}

/* ---- listening ---- */

static void keep_errors(struct run *r, const char *p, size_t n)
{
	if (r->errors_n + n > sizeof(r->errors) - 1) { /* n is at most half of it */
		size_t keep = r->errors_n < ERRORS_MAX ? r->errors_n : ERRORS_MAX;
		memmove(r->errors, r->errors + r->errors_n - keep, keep);
		r->errors_n = keep;
	}
	memcpy(r->errors + r->errors_n, p, n);
	r->errors_n += n;
	r->errors[r->errors_n] = '\0';
}

/* What is there now, waiting for it for `ms` at most; false: nothing is. */
static bool hear(struct run *r, int ms)
{
	struct pollfd p[2] = {
		{.fd = r->fds[0], .events = POLLIN}, {.fd = r->fds[1], .events = POLLIN}};
	char chunk[ERRORS_MAX];
	if (poll(p, 2, ms) <= 0)
		return false;
	for (int i = 0; i < 2; i++) {
		if (!p[i].revents)
			continue;
		ssize_t n = read(r->fds[i], chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			close(r->fds[i]);
			r->fds[i] = -1;
		} else if (i == 0) {
			buf_add(&r->out, chunk, (size_t)n);
		} else {
			keep_errors(r, chunk, (size_t)n);
		}
	}
	explicit_bzero(chunk, sizeof(chunk));
	return true;
}

/* Until it ends; what its children may print later is not waited for. */
static int listen_to(struct run *r, int *status, struct mf_cancel *cancel, struct mf_error *err)
{
	int64_t end = clock_now_ms() + RUN_MS;
	int rc = MF_OK;
	for (;;) {
		pid_t pid = waitpid(r->pid, status, WNOHANG);
		if (pid == r->pid) {
			while (hear(r, 0) && !r->out.failed && clock_now_ms() < end)
				;
			return r->out.failed ? buf_err(&r->out, err) : MF_OK;
		}
		if (pid < 0 && errno != EINTR)
			return err_sys(err, errno, NULL, "cannot wait for a program");
		bool silent = r->fds[0] < 0 && r->fds[1] < 0;
		hear(r, silent ? 2 : TICK_MS);
		if (mf_cancel_is_set(cancel))
			rc = err_set(err, MF_ECANCELLED, "cancelled");
		else if (r->out.failed == MF_ELIMIT)
			rc = err_set(err, MF_ELIMIT, "“%.200s” prints too much", r->name);
		else if (r->out.failed)
			rc = buf_err(&r->out, err);
		else if (clock_now_ms() >= end)
			rc = err_set(
				err, MF_ETIMEOUT, "“%.200s” did not end within a minute", r->name);
		if (rc < 0) {
			kill(-r->pid, SIGKILL);
			while (waitpid(r->pid, status, 0) < 0 && errno == EINTR)
				;
			return rc;
		}
	}
}

/* The last line of what it said of its errors. */
static int ended_badly(const struct run *r, int status, struct mf_error *err)
{
	char said[240] = "";
	struct buf b = BUF_INIT(8 * ERRORS_MAX);
	size_t n = r->errors_n, from;
	while (n && strchr(" \t\r\n", r->errors[n - 1]))
		n--;
	for (from = n; from && r->errors[from - 1] != '\n' && r->errors[from - 1] != '\r'; from--)
		;
	text_escape(&b, r->errors + from, n - from, 0);
	if (!b.failed && b.n)
		snprintf(said, sizeof(said), ": %.*s", (int)strnlen(b.p, 220), b.p);
	buf_release(&b);
	if (WIFSIGNALED(status))
		return err_set(err, MF_EFAILED, "“%.200s” was ended by signal %d%s", r->name,
			WTERMSIG(status), said);
	return err_set(err, MF_EFAILED, "“%.200s” ended with status %d%s", r->name,
		WEXITSTATUS(status), said);
}

int cred_run(char **out, size_t *n, const char *const *argv, const struct cred_context *x,
	struct mf_cancel *cancel, struct mf_error *err)
{
	struct run r = {.name = argv[0], .fds = {-1, -1}, .out = BUF_INIT(OUTPUT_MAX)};
	struct buf path = BUF_INIT(PATH_MAX_BYTES);
	int status = 0, rc;
	*out = NULL;
	*n = 0;
	TRY(find(&path, argv[0], x, err));
	TRY(start(&r, path.p, argv, x, err));
	TRY(listen_to(&r, &status, cancel, err));
	if (status)
		TRY(ended_badly(&r, status, err));
	size_t got = r.out.n;
	*out = buf_take(&r.out);
	if (!*out)
		TRY(err_nomem(err));
	*n = got;
done:
	for (int i = 0; i < 2; i++)
		if (r.fds[i] >= 0)
			close(r.fds[i]);
	explicit_bzero(r.errors, sizeof(r.errors));
	cred_wipe_buf(&r.out);
	buf_release(&path);
	return rc;
}
