#include "local.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/err.h"

enum { CHUNK = 1 << 16 };

struct local {
	struct store base;
	int fd; /* AT_FDCWD for the root "" */
};

static const struct local *local_of(const struct store *s)
{
	return (const struct local *)s;
}

int store_fd(const struct store *s)
{
	return store_is_local(s) ? local_of(s)->fd : -1;
}

static void tell(const struct stat *st, struct store_info *info)
{
	if (!info)
		return;
	*info = (struct store_info){.size = (uint64_t)st->st_size,
		.modified = (int64_t)st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / 1000000};
}

int store_local_head(struct store *s, const char *key, struct store_info *info, struct mf_error *err)
{
	struct stat st;
	if (fstatat(local_of(s)->fd, key, &st, 0) < 0)
		return err_sys(err, errno, key, "cannot look at");
	if (!S_ISREG(st.st_mode))
		return err_at(err, MF_ECORRUPT, key, "not a regular file");
	tell(&st, info);
	return MF_OK;
}

int store_local_open(struct store *s, const char *key, struct store_info *info, struct mf_error *err)
{
	struct stat st;
	int fd = openat(local_of(s)->fd, key, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return err_sys(err, errno, key, "cannot open");
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return err_at(err, MF_ECORRUPT, key, "not a regular file");
	}
	tell(&st, info);
	return fd;
}

int store_local_read(struct store *s, const char *key, struct buf *b, struct store_info *info, struct mf_error *err)
{
	int rc = info ? store_local_head(s, key, info, err) : MF_OK;
	return rc < 0 ? rc : fs_read_buf(local_of(s)->fd, key, b, key, err);
}

int store_local_list(struct store *s, const char *dir, bool dirs, struct fs_names *out, struct mf_error *err)
{
	return fs_list(local_of(s)->fd, *dir ? dir : ".", dirs, out, *dir ? dir : ".", err);
}

static int local_get(struct store *s, struct store_get *get, struct mf_error *err)
{
	char chunk[CHUNK];
	int fd = store_local_open(s, get->key, &get->info, err), rc = MF_OK;
	if (fd < 0)
		return fd;
	uint64_t at = get->from, end = get->n && get->n < UINT64_MAX - at ? at + get->n : UINT64_MAX;
	if (at && at >= get->info.size)
		rc = STORE_END;
	while (rc == MF_OK && at < end) {
		size_t want = end - at < CHUNK ? (size_t)(end - at) : CHUNK;
		ssize_t got = pread(fd, chunk, want, (off_t)at);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			rc = err_sys(err, errno, get->key, "cannot read");
		if (got <= 0)
			break;
		at += (uint64_t)got;
		rc = get->sink->write(get->sink->self, chunk, (size_t)got);
	}
	close(fd);
	return rc;
}

static int local_head(struct store *s, const char *key, struct store_info *info, struct mf_cancel *cancel, struct mf_error *err)
{
	(void)cancel;
	return store_local_head(s, key, info, err);
}

static void local_free(struct store *s)
{
	struct local *l = (struct local *)s;
	if (l->fd >= 0)
		close(l->fd);
	free(l);
}

static const struct store_backend local = {
	.kind = STORE_LOCAL,
	.scheme = "local",
	.get = local_get,
	.head = local_head,
	.free = local_free,
};

int store_local_new(struct store **out, const char *root, struct mf_error *err)
{
	struct local *l = calloc(1, sizeof(*l));
	*out = NULL;
	if (!l)
		return err_nomem(err);
	l->base.backend = &local;
	l->fd = *root ? open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : AT_FDCWD;
	if (*root && l->fd < 0) {
		int e = errno;
		free(l);
		return err_sys(err, e, root, "cannot open the datastore");
	}
	*out = &l->base;
	return MF_OK;
}
