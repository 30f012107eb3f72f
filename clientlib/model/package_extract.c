/* Unpacking a code package below a directory, and nowhere else. Names come from whoever wrote the
 * archive: each path is walked component by component from the open directory, no link on the way
 * is followed, and no link is ever made. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/err.h"
#include "package.h"

enum { PATH_LONGEST = 3000, NAMES_TRIED = 100 };

struct extract {
	const struct mf_package *p;
	const struct mf_extract_options *opts;
	struct mf_extract_result *result;
	const char *dir;
	int fd; /* of the directory */
	/* the file being written */
	int parent, file;
	const char *path, *name;
	char temp[64];
	unsigned serial;
	struct mf_sink sink;
	struct mf_error *err;
};

/* May a file of that name be made? Why not, else NULL. */
static const char *refusal(const struct mf_member *m)
{
	if (m->kind == MF_MEMBER_LINK)
		return "a link";
	if (m->kind == MF_MEMBER_OTHER)
		return "neither a file nor a directory";
	if (m->path[0] == '/')
		return "an absolute name";
	const char *last = strrchr(m->path, '/');
	last = last ? last + 1 : m->path;
	if (!*last || strlen(m->path) > PATH_LONGEST ||
		(m->kind == MF_MEMBER_FILE && str_eq(last, ".")))
		return "not a usable name";
	for (const char *p = m->path; *p;) {
		size_t n = strcspn(p, "/");
		if (n == 2 && p[0] == '.' && p[1] == '.')
			return "a name that leads elsewhere";
		p += n + (p[n] == '/');
	}
	return NULL;
}

static void skip(struct extract *x, const struct mf_member *m, const char *why)
{
	if (!x->result->skipped++)
		snprintf(x->result->first, sizeof(x->result->first), "%.180s: %s", m->path, why);
}

/* Open the directory that `path` is in, below fd; *name is its last component. With `make`, missing
 * directories are made. A descriptor or a negative code; MF_ENOTFOUND where a directory is missing.
 */
static int open_parent(int fd, const char *path, bool make, const char **name, struct mf_error *err)
{
	int at = dup(fd);
	if (at < 0)
		return err_sys(err, errno, path, "cannot open the directory");
	for (;;) {
		char part[256];
		size_t n = strcspn(path, "/");
		const char *rest = path + n;
		while (*rest == '/')
			rest++;
		if (!*rest || n >= sizeof(part)) {
			*name = path;
			if (n < sizeof(part))
				return at;
			close(at);
			return err_at(err, MF_EFAILED, path, "the name is too long");
		}
		memcpy(part, path, n);
		part[n] = '\0';
		path = rest;
		if (!n || str_eq(part, "."))
			continue;
		if (make && mkdirat(at, part, 0777) < 0 && errno != EEXIST) {
			int rc = err_sys(err, errno, part, "cannot make the directory");
			close(at);
			return rc;
		}
		int next = openat(at, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
		    why = errno;
		close(at);
		if (next < 0 && (why == ELOOP || why == ENOTDIR))
			return err_at(err, MF_EFAILED, part,
				"in the way: it is no directory (links are not followed)");
		if (next < 0)
			return err_sys(err, why, part, "cannot open the directory");
		at = next;
	}
}

static bool chosen(const struct extract *x, size_t i)
{
	return !x->p->shadowed[i] && (x->opts->all || x->p->members[i].user);
}

/* Nothing is written where something would be overwritten. */
static int look_ahead(struct extract *x, struct mf_error *err)
{
	for (size_t i = 0; i < x->p->n && !x->opts->force; i++) {
		const struct mf_member *m = &x->p->members[i];
		struct mf_error mine = MF_ERROR_INIT;
		const char *name;
		struct stat st;
		if (!chosen(x, i) || m->kind != MF_MEMBER_FILE || refusal(m))
			continue;
		int parent = open_parent(x->fd, m->path, false, &name, &mine);
		if (parent == MF_ENOTFOUND)
			continue;
		if (parent < 0)
			return err_at(err, parent, mine.where, "%s", mine.message);
		bool there = fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
		close(parent);
		if (there) {
			err_at(err, MF_EFAILED, m->path, "exists already in %s", x->dir);
			err_hint(err, "--force replaces files");
			return MF_EFAILED;
		}
	}
	return MF_OK;
}

static int write_file(void *self, const char *p, size_t n)
{
	struct extract *x = self;
	while (n) {
		ssize_t put = write(x->file, p, n);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return err_sys(x->err, errno, x->path, "cannot write");
		p += put;
		n -= (size_t)put;
	}
	return MF_OK;
}

static void drop_file(struct extract *x)
{
	if (x->file >= 0) {
		close(x->file);
		unlinkat(x->parent, x->temp, 0);
	}
	if (x->parent >= 0)
		close(x->parent);
	x->file = x->parent = -1;
}

static int start_file(void *arg, size_t i, const struct mf_sink **sink, struct mf_error *err)
{
	struct extract *x = arg;
	const struct mf_member *m = &x->p->members[i];
	if (mf_cancel_is_set(x->opts->cancel))
		return err_set(err, MF_ECANCELLED, "cancelled");
	if (!chosen(x, i) || refusal(m))
		return MF_OK;
	x->path = m->path;
	x->parent = open_parent(x->fd, m->path, true, &x->name, err);
	if (x->parent < 0)
		return x->parent;
	for (int tries = 0; tries < NAMES_TRIED && x->file < 0; tries++) {
		snprintf(
			x->temp, sizeof(x->temp), ".mfkit-%ld-%u.tmp", (long)getpid(), x->serial++);
		x->file = openat(x->parent, x->temp,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			m->mode & 0111 ? 0777 : 0666);
		if (x->file < 0 && errno != EEXIST)
			break;
	}
	if (x->file < 0)
		return err_sys(err, errno, m->path, "cannot create");
	x->err = err;
	x->sink = (struct mf_sink){write_file, x};
	*sink = &x->sink;
	return MF_OK;
}

/* Put the finished file in its place. */
static int end_file(void *arg, struct mf_error *err)
{
	struct extract *x = arg;
	int rc = 0;
	if (x->opts->force) {
		rc = renameat(x->parent, x->temp, x->parent, x->name);
	} else {
		rc = renameat2(x->parent, x->temp, x->parent, x->name, RENAME_NOREPLACE);
		/* a file system without that: the look ahead has to do */
		if (rc < 0 && (errno == EINVAL || errno == ENOSYS))
			rc = renameat(x->parent, x->temp, x->parent, x->name);
	}
	if (rc < 0)
		return err_sys(err, errno, x->path, "cannot put the file in place");
	close(x->file);
	x->file = -1;
	drop_file(x);
	x->result->files++;
	return MF_OK;
}

/* Directories that hold no file, and what cannot be unpacked. */
static int make_directories(struct extract *x, struct mf_error *err)
{
	for (size_t i = 0; i < x->p->n; i++) {
		const struct mf_member *m = &x->p->members[i];
		const char *why = refusal(m), *name;
		if (!chosen(x, i))
			continue;
		if (why) {
			skip(x, m, why);
			continue;
		}
		if (m->kind != MF_MEMBER_DIRECTORY || str_eq(m->path, "."))
			continue;
		int parent = open_parent(x->fd, m->path, true, &name, err);
		if (parent < 0)
			return parent;
		int rc = mkdirat(parent, name, 0777) < 0 && errno != EEXIST
				 ? err_sys(err, errno, m->path, "cannot make the directory")
				 : MF_OK;
		close(parent);
		if (rc < 0)
			return rc;
	}
	return MF_OK;
}

int mf_package_extract(const struct mf_package *p, const char *dir,
	const struct mf_extract_options *opts, struct mf_extract_result *result,
	struct mf_error *err)
{
	static const struct mf_extract_options plain = {.all = false};
	struct mf_extract_result unused;
	struct extract x = {.p = p,
		.opts = opts ? opts : &plain,
		.result = result ? result : &unused,
		.dir = dir,
		.fd = -1,
		.parent = -1,
		.file = -1};
	struct package_walk walk = {.want = start_file, .end = end_file, .arg = &x};
	int rc;
	*x.result = (struct mf_extract_result){.files = 0};
	if (mkdir(dir, 0777) < 0 && errno != EEXIST)
		return err_sys(err, errno, dir, "cannot make the directory");
	x.fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (x.fd < 0)
		return err_sys(err, errno, dir, "cannot open the directory");
	TRY(look_ahead(&x, err));
	TRY(make_directories(&x, err));
	TRY(package_walk(p, &walk, err));
done:
	drop_file(&x);
	close(x.fd);
	return rc;
}
