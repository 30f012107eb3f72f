#include "fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "vec.h"

/* Open for reading; a FIFO or device in place of a file must neither block nor be read. */
static int open_file(int dirfd, const char *path, const char *where, struct mf_error *err)
{
	int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	return fd < 0 ? err_sys(err, errno, where, "cannot open") : fd;
}

/* What a read error on an odd kind of file means in words. */
static int read_failed(int fd, int e, const char *where, struct mf_error *err)
{
	struct stat st;
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode))
		return err_at(err, MF_ECORRUPT, where, "not a regular file");
	return err_sys(err, e, where, "cannot read");
}

int fs_read(int dirfd, const char *path, struct arena *a, size_t limit, char **out, size_t *n, const char *where,
	struct mf_error *err)
{
	enum { SMALL = 4096 };
	char small[SMALL], *p = small;
	size_t have = 0, cap = SMALL;
	char *big = NULL;
	if (!where)
		where = path;
	int rc = open_file(dirfd, path, where, err), fd = rc;
	if (rc < 0)
		return rc;
	for (;;) {
		ssize_t got = read(fd, p + have, cap - have);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			rc = read_failed(fd, errno, where, err);
			goto done;
		}
		have += (size_t)got;
		if (have > limit) {
			rc = err_at(err, MF_ELIMIT, where, "larger than %zu bytes", limit);
			goto done;
		}
		/* a short read of a regular file is its end: saves a system call on each small file */
		if (!got || (p == small && have < cap))
			break;
		if (have < cap)
			continue;
		char *more = realloc(big, cap * 4);
		if (!more) {
			rc = err_nomem(err);
			goto done;
		}
		if (!big)
			memcpy(more, small, have);
		p = big = more;
		cap *= 4;
	}
	*out = arena_strndup(a, p, have);
	*n = have;
	rc = *out ? MF_OK : err_nomem(err);
done:
	free(big);
	close(fd);
	return rc;
}

int fs_read_buf(int dirfd, const char *path, struct buf *b, const char *where, struct mf_error *err)
{
	if (!where)
		where = path;
	int rc = open_file(dirfd, path, where, err), fd = rc;
	if (rc < 0)
		return rc;
	rc = MF_OK;
	for (;;) {
		if (!buf_reserve(b, 1 << 16)) {
			rc = buf_err(b, err);
			break;
		}
		ssize_t got = read(fd, b->p + b->n, 1 << 16);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			rc = read_failed(fd, errno, where, err);
		if (got <= 0)
			break;
		b->n += (size_t)got;
		b->p[b->n] = '\0';
	}
	close(fd);
	return rc;
}

/* readdir costs a stat at open and a buffer per directory; the system call alone is a third cheaper on the many small
 * directories of a history. */
struct dent {
	uint64_t ino;
	int64_t off;
	unsigned short len;
	unsigned char type;
	char name[];
};

bool fs_names_add(struct fs_names *out, const char *p, size_t n)
{
	size_t all;
	if (!size_add(out->blob_n, n, &all) || all >= UINT32_MAX
		|| !vec_grow((void **)&out->blob, &out->blob_cap, all + 1, 1)
		|| !vec_grow((void **)&out->at, &out->cap, out->n + 1, sizeof(*out->at)))
		return false;
	if (n)
		memcpy(out->blob + out->blob_n, p, n);
	out->blob[all] = '\0';
	out->at[out->n++] = (uint32_t)out->blob_n;
	out->blob_n = all + 1;
	return true;
}

int fs_list_fd(int fd, bool dirs, struct fs_names *out, const char *where, struct mf_error *err)
{
	_Alignas(struct dent) char chunk[1 << 15];
	for (;;) {
		long n = syscall(SYS_getdents64, fd, chunk, sizeof(chunk));
		if (n < 0)
			return err_sys(err, errno, where, "cannot list directory");
		for (long i = 0; i < n;) {
			const struct dent *d = (const struct dent *)(const void *)(chunk + i);
			i += d->len;
			if (d->name[0] == '.' && (!d->name[1] || (d->name[1] == '.' && !d->name[2])))
				continue;
			if (dirs && d->type != DT_DIR && d->type != DT_LNK && d->type != DT_UNKNOWN)
				continue;
			if (!fs_names_add(out, d->name, strlen(d->name)))
				return err_nomem(err);
		}
		/* a chunk with room left for any name was the last one: saves a system call */
		if (!n || (size_t)n + sizeof(struct dent) + 264 < sizeof(chunk))
			return MF_OK;
	}
}

int fs_list(int dirfd, const char *path, bool dirs, struct fs_names *out, const char *where, struct mf_error *err)
{
	if (!where)
		where = path;
	int fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, errno, where, "cannot open directory");
	int rc = fs_list_fd(fd, dirs, out, where, err);
	close(fd);
	return rc;
}

void fs_names_release(struct fs_names *names)
{
	free(names->blob);
	free(names->at);
	*names = (struct fs_names){0};
}

static int by_name(const void *a, const void *b, void *blob)
{
	return strcmp((char *)blob + *(const uint32_t *)a, (char *)blob + *(const uint32_t *)b);
}

void fs_names_sort(struct fs_names *names)
{
	if (names->n > 1)
		qsort_r(names->at, names->n, sizeof(*names->at), by_name, names->blob);
}

int fs_replace(const char *path, const void *p, size_t n, unsigned mode, struct mf_error *err)
{
	struct buf tmp = BUF_INIT(8192);
	int rc, fd = -1;
	const char *slash = strrchr(path, '/');
	buf_add(&tmp, path, slash ? (size_t)(slash - path) + 1 : 0);
	buf_adds(&tmp, "tmpXXXXXXXX");
	TRY(buf_err(&tmp, err));
	fd = mkostemp(tmp.p, O_CLOEXEC);
	if (fd < 0) {
		rc = err_sys(err, errno, path, "cannot create a temporary file beside");
		buf_clear(&tmp);
		goto done;
	}
	for (const char *q = p, *end = q + n; q < end;) {
		ssize_t put = write(fd, q, (size_t)(end - q));
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0) {
			rc = err_sys(err, errno, path, "cannot write");
			goto done;
		}
		q += put;
	}
	if ((mode && fchmod(fd, mode) < 0) || fsync(fd) < 0 || rename(tmp.p, path) < 0) {
		rc = err_sys(err, errno, path, "cannot replace");
		goto done;
	}
	buf_clear(&tmp);
	rc = MF_OK;
done:
	if (fd >= 0)
		close(fd);
	if (tmp.n)
		unlink(tmp.p);
	buf_release(&tmp);
	return rc;
}

bool fs_is_dir(int dirfd, const char *path)
{
	struct stat st;
	return fstatat(dirfd, path, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

bool fs_exists(int dirfd, const char *path)
{
	return faccessat(dirfd, path, F_OK, 0) == 0;
}
