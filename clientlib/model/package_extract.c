/* Unpacking a code package below a directory, and nowhere else. Names come from whoever wrote the
 * archive: each path is walked component by component from the open directory, no link on the way
 * is followed, and no link is ever made. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/err.h"
#include "export.h"
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
	struct buf path;
	const char *name; /* in it */
	char temp[64];
	unsigned serial;
	struct mf_sink sink;
	struct mf_error *err;
};

const char *package_refusal(const struct mf_member *m)
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

int package_parent(int fd, const char *member, bool make, package_spell *spell, struct buf *path,
	const char **name, struct mf_error *err)
{
	size_t start = path->n;
	for (size_t n;; member += n + 1) {
		n = strcspn(member, "/");
		if (n && !(n == 1 && *member == '.')) {
			if (path->n > start)
				buf_addc(path, '/');
			size_t at = path->n;
			if (spell)
				spell(path, member, n);
			else
				buf_add(path, member, n);
			if (path->n - at > NAME_MAX)
				return err_at(err, MF_EFAILED, member, "the name is too long");
		}
		if (!member[n])
			break;
	}
	int at = buf_err(path, err);
	if (at == MF_OK && (at = fcntl(fd, F_DUPFD_CLOEXEC, 3)) < 0)
		at = err_sys(err, errno, path->p, "cannot open the directory");
	*name = at < 0 ? NULL : path->p + start;
	for (char *slash; at >= 0 && (slash = strchr(*name, '/')); *name = slash + 1) {
		*slash = '\0';
		int below = export_subdir(at, *name, make, path->p, err);
		*slash = '/';
		close(at);
		at = below;
	}
	return at;
}

static bool chosen(const struct mf_package *p, size_t i, bool all)
{
	return !p->shadowed[i] && (all || p->members[i].user);
}

bool package_takes(const struct mf_package *p, size_t i, bool all)
{
	const struct mf_member *m = &p->members[i];
	return chosen(p, i, all) && m->kind == MF_MEMBER_FILE && !package_refusal(m);
}

/* The directory of a member; its path stays in x->path. */
static int open_parent(struct extract *x, const struct mf_member *m, bool make, const char **name,
	struct mf_error *err)
{
	buf_clear(&x->path);
	return package_parent(x->fd, m->path, make, NULL, &x->path, name, err);
}

/* Nothing is written where something would be overwritten. */
static int look_ahead(struct extract *x, struct mf_error *err)
{
	for (size_t i = 0; i < x->p->n && !x->opts->force; i++) {
		const struct mf_member *m = &x->p->members[i];
		struct mf_error mine = MF_ERROR_INIT;
		const char *name;
		struct stat st;
		if (!package_takes(x->p, i, x->opts->all))
			continue;
		int parent = open_parent(x, m, false, &name, &mine);
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
			return err_sys(x->err, errno, x->path.p, "cannot write");
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
	if (!package_takes(x->p, i, x->opts->all))
		return MF_OK;
	x->parent = open_parent(x, m, true, &x->name, err);
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
		return err_sys(err, errno, x->path.p, "cannot put the file in place");
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
		const char *why = package_refusal(m), *name;
		if (!chosen(x->p, i, x->opts->all))
			continue;
		if (why) {
			skip(x, m, why);
			continue;
		}
		if (m->kind != MF_MEMBER_DIRECTORY || str_eq(m->path, "."))
			continue;
		int parent = open_parent(x, m, true, &name, err);
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
		.path = BUF_INIT(1 << 16),
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
	buf_release(&x.path);
	close(x.fd);
	return rc;
}
