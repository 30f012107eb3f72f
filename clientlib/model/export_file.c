/* Directories and files of an export: made below an open directory, one component at a time, so
 * that a link that lies in the way is refused and never followed. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "export.h"

int export_subdir(int dirfd, const char *name, bool make, const char *where, struct mf_error *err)
{
	enum { FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };
	int fd = openat(dirfd, name, FLAGS);
	if (fd < 0 && errno == ENOENT && make) {
		if (mkdirat(dirfd, name, 0777) < 0 && errno != EEXIST)
			return err_sys(err, errno, where, "cannot make the directory");
		fd = openat(dirfd, name, FLAGS);
	}
	if (fd >= 0)
		return fd;
	if (errno == ELOOP || errno == ENOTDIR)
		return err_at(
			err, MF_EFAILED, where, "a link or file is in the way of the directory");
	return err_sys(err, errno, where, "cannot open the directory");
}

bool export_hopeless(int e)
{
	return e == ENOSPC || e == EDQUOT || e == EROFS || e == EIO || e == ENODEV || e == ESTALE;
}

void export_file_begin(struct export_file *f, int dirfd, const char *name, bool hash)
{
	f->dirfd = dirfd;
	f->fd = -1;
	f->name = name;
	f->n = 0;
	f->size = 0;
	f->hash = hash;
	f->err = (struct mf_error)MF_ERROR_INIT;
	if (hash)
		digest_init(&f->digest, false);
	/* the lock on DIR keeps others away: what has that name was left behind */
	snprintf(f->temp, sizeof(f->temp), ".%s.part", name);
}

static int make(struct export_file *f)
{
	enum { FLAGS = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC };
	f->fd = openat(f->dirfd, f->temp, FLAGS, 0666);
	if (f->fd < 0 && errno == EEXIST && unlinkat(f->dirfd, f->temp, 0) == 0)
		f->fd = openat(f->dirfd, f->temp, FLAGS, 0666);
	return f->fd < 0 ? err_sys(&f->err, errno, f->name, "cannot make the file") : MF_OK;
}

static int put(struct export_file *f, const char *p, size_t n)
{
	if (f->fd < 0 && make(f) < 0)
		return f->err.code;
	while (n) {
		ssize_t put = write(f->fd, p, n);
		if (put < 0 && errno == EINTR && !mf_cancel_is_set(f->cancel))
			continue;
		if (put < 0 && errno == EINTR)
			return MF_ECANCELLED;
		if (put < 0)
			return err_sys(&f->err, errno, f->name, "cannot write");
		p += put;
		n -= (size_t)put;
	}
	return MF_OK;
}

int export_file_write(void *self, const char *p, size_t n)
{
	struct export_file *f = self;
	if (mf_cancel_is_set(f->cancel))
		return MF_ECANCELLED;
	if (f->err.code)
		return f->err.code;
	if (f->hash)
		digest_update(&f->digest, p, n);
	f->size += n;
	if (n > EXPORT_CHUNK - f->n) {
		size_t have = f->n;
		f->n = 0;
		int rc = have ? put(f, f->chunk, have) : MF_OK;
		if (rc < 0)
			return rc;
		if (n >= EXPORT_CHUNK)
			return put(f, p, n);
	}
	memcpy(f->chunk + f->n, p, n);
	f->n += n;
	return MF_OK;
}

int export_file_commit(struct export_file *f, char sha[DIGEST_HEX], struct mf_error *err)
{
	int rc = f->err.code;
	if (rc == MF_OK)
		rc = put(f, f->chunk, f->n);
	if (rc == MF_OK) {
		int fd = f->fd;
		f->fd = -2; /* closed, but there */
		if (close(fd) < 0 && errno != EINTR)
			rc = err_sys(&f->err, errno, f->name, "cannot write");
		else if (renameat(f->dirfd, f->temp, f->dirfd, f->name) < 0)
			rc = err_sys(&f->err, errno, f->name, "cannot give the file its name");
	}
	if (rc < 0) {
		if (err && err->code == MF_OK && f->err.code)
			*err = f->err;
		export_file_abort(f);
		return err_set(err, rc, "cancelled");
	}
	f->fd = -1;
	if (f->hash && sha)
		digest_hex(&f->digest, sha);
	return MF_OK;
}

void export_file_abort(struct export_file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	if (f->fd != -1)
		unlinkat(f->dirfd, f->temp, 0);
	f->fd = -1;
}

int export_read(int fd, const char *where, const struct mf_sink *sink, struct mf_error *err)
{
	char chunk[1 << 14];
	int rc = MF_OK;
	while (rc == MF_OK) {
		ssize_t n = read(fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			rc = err_sys(err, errno, where, "cannot read");
		if (n <= 0)
			break;
		rc = sink->write(sink->self, chunk, (size_t)n);
	}
	close(fd);
	return rc;
}

int export_open(int dirfd, const char *name, struct mf_error *err)
{
	struct stat st;
	int fd = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, errno, name, "cannot open");
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	return err_at(err, MF_ECORRUPT, name, "not a regular file");
}

struct summing {
	struct digest digest;
	uint64_t size;
};

static int sum(void *self, const char *p, size_t n)
{
	struct summing *s = self;
	digest_update(&s->digest, p, n);
	s->size += n;
	return MF_OK;
}

int export_file_sha(
	int dirfd, const char *name, char sha[DIGEST_HEX], uint64_t *size, struct mf_error *err)
{
	struct summing s = {.size = 0};
	struct mf_sink sink = {sum, &s};
	int fd = export_open(dirfd, name, err), rc;
	if (fd < 0)
		return fd;
	digest_init(&s.digest, false);
	rc = export_read(fd, name, &sink, err);
	*size = s.size;
	if (rc == MF_OK)
		digest_hex(&s.digest, sha);
	return rc;
}
