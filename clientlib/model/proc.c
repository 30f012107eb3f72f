#include "proc.h"

#include <ctype.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../base/fmt.h"
#include "../base/vec.h"

enum { KEEP_MS = 500, START_WINDOW_MS = 10 * 60 * 1000, MAX_ARGS = 512, CMDLINE = 1 << 17 };

struct proc {
	long pid;
	const char *run, *step, *task; /* of a worker; NULL for a scheduler */
	const char *script;            /* of a scheduler */
	int64_t started;
};

struct proc_table {
	struct arena arena;
	VEC(struct proc) procs;
	int64_t taken;
};

void proc_free(struct proc_table *t)
{
	if (!t)
		return;
	vec_release(&t->procs);
	arena_release(&t->arena);
	free(t);
}

static int64_t monotonic_ms(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Read a /proc file, as far as it fits. -1 if it cannot be read. */
static ssize_t slurp(int dir, const char *path, char *p, size_t cap)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	size_t n = 0;
	if (fd < 0)
		return -1;
	for (;;) {
		ssize_t got = read(fd, p + n, cap - 1 - n);
		if (got <= 0)
			break;
		n += (size_t)got;
	}
	close(fd);
	p[n] = '\0';
	return (ssize_t)n;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

/* When a process started, ms since 1970; MF_NO_TIME if it cannot be told. */
static int64_t started_at(int proc, const char *pid)
{
	char text[4096], path[64];
	long long ticks = 0, boot = 0;
	snprintf(path, sizeof(path), "%s/stat", pid);
	if (slurp(proc, path, text, sizeof(text)) < 0)
		return MF_NO_TIME;
	char *p = strrchr(text, ')'); /* the name may hold anything, also blanks and brackets */
	for (int field = 2; p && field < 22; field++)
		p = strchr(p + 1, ' ');
	if (!p || sscanf(p, " %lld", &ticks) != 1)
		return MF_NO_TIME;
	static const char key[] = "\nbtime ";
	char *stat = malloc(CMDLINE);
	if (stat && slurp(proc, "stat", stat, CMDLINE) > 0 && (p = strstr(stat, key)))
		sscanf(p + strlen(key), "%lld", &boot);
	free(stat);
	return boot ? boot * 1000 + ticks * 1000 / sysconf(_SC_CLK_TCK) : MF_NO_TIME;
}

static bool same_dir(const char *a, const char *b)
{
	struct stat x, y;
	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* Does the process write to our history: by its environment, else by the nearest .metaflow above where it runs? */
static bool same_history(struct mf_client *c, int proc, const char *pid)
{
	char path[64], cwd[PATH_MAX], root[PATH_MAX + 16];
	bool same = false;
	snprintf(path, sizeof(path), "%s/environ", pid);
	char *env = malloc(CMDLINE);
	ssize_t n = env ? slurp(proc, path, env, CMDLINE) : -1;
	static const char key[] = "METAFLOW_DATASTORE_SYSROOT_LOCAL=";
	for (char *p = env; n > 0 && p < env + n; p += strlen(p) + 1)
		if (str_starts(p, key) && p[strlen(key)]) {
			snprintf(root, sizeof(root), "%s/.metaflow", p + strlen(key));
			same = same_dir(root, c->root);
			free(env);
			return same;
		}
	free(env);
	snprintf(path, sizeof(path), "%s/cwd", pid);
	ssize_t len = readlinkat(proc, path, cwd, sizeof(cwd) - 1);
	if (len <= 0)
		return false;
	cwd[len] = '\0';
	for (;;) {
		snprintf(root, sizeof(root), "%s/.metaflow", str_eq(cwd, "/") ? "" : cwd);
		if (fs_is_dir(AT_FDCWD, root))
			return same_dir(root, c->root);
		char *slash = strrchr(cwd, '/');
		if (!slash || !cwd[1])
			return false;
		slash[slash == cwd] = '\0';
	}
}

static const char *option(char *const *argv, size_t n, const char *name)
{
	for (size_t i = 0; i + 1 < n; i++)
		if (str_eq(argv[i], name))
			return argv[i + 1];
	return NULL;
}

static void look(struct mf_client *c, struct proc_table *t, int proc, const char *pid, char *cmdline)
{
	char path[64];
	char *argv[MAX_ARGS];
	size_t n = 0;
	snprintf(path, sizeof(path), "%s/cmdline", pid);
	ssize_t len = slurp(proc, path, cmdline, CMDLINE);
	for (char *p = cmdline; len > 0 && p < cmdline + len && n < MAX_ARGS; p += strlen(p) + 1)
		argv[n++] = p;
	struct proc e = {.pid = atol(pid), .started = MF_NO_TIME};
	const char *run = option(argv, n, "--run-id"), *step = option(argv, n, "step"), *task = option(argv, n, "--task-id");
	if (run && step && task) {
		e.run = arena_strdup(&t->arena, run);
		e.step = arena_strdup(&t->arena, step);
		e.task = arena_strdup(&t->arena, task);
		if (e.run && e.step && e.task)
			(void)vec_push(&t->procs, e);
		return;
	}
	const char *script = NULL;
	bool runs = false;
	for (size_t i = 0; i < n; i++) {
		size_t k = strlen(argv[i]);
		if (!script && k > 3 && str_eq(argv[i] + k - 3, ".py"))
			script = base_name(argv[i]);
		runs = runs || (script && (str_eq(argv[i], "run") || str_eq(argv[i], "resume") || str_eq(argv[i], "spin")));
	}
	if (script && runs && same_history(c, proc, pid)) {
		e.script = arena_strdup(&t->arena, script);
		e.started = started_at(proc, pid);
		if (e.script)
			(void)vec_push(&t->procs, e);
	}
}

/* The process table, at most half a second old; under the client's lock. */
static struct proc_table *table(struct mf_client *c)
{
	int64_t now = monotonic_ms();
	if (c->procs && now - c->procs->taken < KEEP_MS)
		return c->procs;
	proc_free(c->procs);
	c->procs = calloc(1, sizeof(*c->procs));
	char *cmdline = malloc(CMDLINE);
	struct fs_names names = {0};
	if (c->procs && cmdline && *c->config->proc) {
		arena_init(&c->procs->arena, 0);
		int proc = open(c->config->proc, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (proc >= 0 && fs_list(proc, ".", true, &names, NULL, NULL) == MF_OK)
			for (size_t i = 0; i < names.n; i++)
				if (isdigit((unsigned char)*fs_name(&names, i)))
					look(c, c->procs, proc, fs_name(&names, i), cmdline);
		if (proc >= 0)
			close(proc);
		c->procs->taken = monotonic_ms();
	}
	fs_names_release(&names);
	free(cmdline);
	return c->procs;
}

long proc_worker(struct mf_client *c, const char *run, const char *step, const char *task)
{
	long pid = 0;
	pthread_mutex_lock(&c->lock);
	const struct proc_table *t = table(c);
	for (size_t i = 0; t && !pid && i < t->procs.n; i++) {
		const struct proc *p = &t->procs.v[i];
		if (p->run && str_eq(p->run, run) && (!step || str_eq(p->step, step)) && (!task || str_eq(p->task, task)))
			pid = p->pid;
	}
	pthread_mutex_unlock(&c->lock);
	return pid;
}

long proc_scheduler(struct mf_client *c, const char *script, int64_t created)
{
	const struct proc *best = NULL;
	pthread_mutex_lock(&c->lock);
	const struct proc_table *t = table(c);
	for (size_t i = 0; t && i < t->procs.n; i++) {
		const struct proc *p = &t->procs.v[i];
		if (!p->script || !str_eq(p->script, script) || p->started == MF_NO_TIME)
			continue;
		/* clock ticks and boot time are rounded: allow a second */
		if (p->started > created + 1000 || p->started < created - START_WINDOW_MS)
			continue;
		if (!best || p->started > best->started)
			best = p;
	}
	long pid = best ? best->pid : 0;
	pthread_mutex_unlock(&c->lock);
	return pid;
}
