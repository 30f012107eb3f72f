/* A file is a header of fixed size, the body, and what is kept beside it (the head, which is known
 * last). The header ends with a SHA-1 of all that is not it. */
#include "diskcache.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../base/err.h"

/* magic with the version, stored_at, kind, head_n, body_n, all little-endian; then the SHA-1 in hex
 */
enum { FACTS = 32, HEX = 40, HEADER = FACTS + HEX, CHUNK = 16 << 10, ACCOUNT_PART = 16 };
static const char magic[8] = {'m', 'f', 'k', 'i', 't', 'c', '1', '\n'};

struct diskcache {
	uint64_t most;
	pthread_mutex_t lock; /* guards what follows */
	int fd;               /* of the directory, -1: not open */
	bool dead, told;      /* nothing can be written; that was told */
	uint64_t stored;      /* bytes that were not accounted for yet */
	char problem[256];
	char dir[];
};

int diskcache_open(struct diskcache **out, const char *dir, uint64_t most, struct mf_error *err)
{
	size_t n = strlen(dir), size;
	*out = NULL;
	if (n >= PATH_MAX)
		return err_at(err, MF_ELIMIT, dir, "the name of a directory is too long");
	if (!size_add(sizeof(struct diskcache), n + 1, &size))
		return err_nomem(err);
	struct diskcache *d = calloc(1, size);
	if (!d)
		return err_nomem(err);
	d->most = most;
	d->fd = -1;
	pthread_mutex_init(&d->lock, NULL);
	memcpy(d->dir, dir, n + 1);
	*out = d;
	return MF_OK;
}

void diskcache_free(struct diskcache *d)
{
	if (!d)
		return;
	if (d->fd >= 0 && d->stored)
		diskcache_settle(d->fd, d->stored, d->most);
	if (d->fd >= 0)
		close(d->fd);
	pthread_mutex_destroy(&d->lock);
	free(d);
}

const char *diskcache_complaint(struct diskcache *d)
{
	pthread_mutex_lock(&d->lock);
	const char *text = d->dead && !d->told ? d->problem : NULL;
	d->told = d->told || text;
	pthread_mutex_unlock(&d->lock);
	return text;
}

/* ---- the directory ---- */

static void make_parents(const char *dir)
{
	char path[PATH_MAX];
	snprintf(path, sizeof(path), "%s", dir);
	for (char *p = path + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(path, 0700);
		*p = '/';
	}
	mkdir(path, 0700);
}

/* A directory that others can write to may hold what others made up. */
static bool is_ours(int fd)
{
	struct stat st;
	return fstat(fd, &st) == 0 && st.st_uid == geteuid() && !(st.st_mode & (S_IWGRP | S_IWOTH));
}

/* Its descriptor, or -1. */
static int directory(struct diskcache *d, bool make)
{
	pthread_mutex_lock(&d->lock);
	if (d->fd < 0 && !d->dead) {
		d->fd = open(d->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (d->fd < 0 && make) {
			make_parents(d->dir);
			d->fd = open(d->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		}
		if (d->fd >= 0 && !is_ours(d->fd)) {
			close(d->fd);
			d->fd = -1;
			d->dead = true;
			snprintf(d->problem, sizeof(d->problem),
				"not used: it belongs to others, or others may write to it");
		} else if (d->fd < 0 && make) {
			d->dead = true;
			snprintf(d->problem, sizeof(d->problem), "nothing is kept: %s",
				strerror(errno));
		}
	}
	int fd = d->dead && make ? -1 : d->fd;
	pthread_mutex_unlock(&d->lock);
	return fd;
}

static void give_up(struct diskcache *d, int sys_errno)
{
	pthread_mutex_lock(&d->lock);
	if (!d->dead)
		snprintf(
			d->problem, sizeof(d->problem), "nothing is kept: %s", strerror(sys_errno));
	d->dead = true;
	pthread_mutex_unlock(&d->lock);
}

static bool name_of(char name[DISKCACHE_KEY + 3], const char *key)
{
	if (strlen(key) != HEX || strspn(key, "0123456789abcdef") != HEX)
		return false;
	snprintf(name, DISKCACHE_KEY + 3, "%.2s/%s", key, key);
	return true;
}

/* ---- the header ---- */

static void put_le(unsigned char *p, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (unsigned char)(v >> (8 * i));
}

static uint64_t get_le(const unsigned char *p, size_t n)
{
	uint64_t v = 0;
	for (size_t i = n; i-- > 0;)
		v = v << 8 | p[i];
	return v;
}

static bool read_all(int fd, void *p, size_t n, uint64_t at)
{
	for (size_t done = 0; done < n;) {
		ssize_t got = pread(fd, (char *)p + done, n - done, (off_t)(at + done));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		done += (size_t)got;
	}
	return true;
}

static bool write_all(int fd, const void *p, size_t n)
{
	for (size_t done = 0; done < n;) {
		ssize_t put = write(fd, (const char *)p + done, n - done);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		done += (size_t)put;
	}
	return true;
}

/* ---- reading ---- */

/* Fill e from its file, of which every byte counts. */
static bool verify(struct diskcache_entry *e)
{
	unsigned char header[HEADER];
	char chunk[CHUNK], hex[DIGEST_HEX];
	struct stat st;
	struct digest digest;
	if (fstat(e->fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid() ||
		!read_all(e->fd, header, sizeof(header), 0) ||
		memcmp(header, magic, sizeof(magic)) != 0)
		return false;
	e->stored_at = (int64_t)get_le(header + 8, 8);
	e->kind = (uint32_t)get_le(header + 16, 4);
	e->head_n = (uint32_t)get_le(header + 20, 4);
	e->body_n = get_le(header + 24, 8);
	if (e->head_n > DISKCACHE_HEAD || e->body_n > DISKCACHE_ENTRY || st.st_size < 0 ||
		(uint64_t)st.st_size != HEADER + e->body_n + e->head_n)
		return false;
	digest_init(&digest, false);
	for (uint64_t at = 0; at < e->body_n;) {
		size_t n =
			e->body_n - at < sizeof(chunk) ? (size_t)(e->body_n - at) : sizeof(chunk);
		if (!read_all(e->fd, chunk, n, HEADER + at))
			return false;
		digest_update(&digest, chunk, n);
		at += n;
	}
	if (!read_all(e->fd, e->head, e->head_n, HEADER + e->body_n))
		return false;
	digest_update(&digest, e->head, e->head_n);
	digest_update(&digest, header, FACTS);
	digest_hex(&digest, hex);
	return memcmp(hex, header + FACTS, HEX) == 0;
}

bool diskcache_find(struct diskcache *d, const char *key, struct diskcache_entry *e)
{
	char name[DISKCACHE_KEY + 3];
	int fd = directory(d, false);
	e->fd = fd >= 0 && name_of(name, key)
			? openat(fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
			: -1;
	if (e->fd < 0)
		return false;
	if (!verify(e)) {
		unlinkat(fd, name, 0);
		diskcache_done(e);
		return false;
	}
	futimens(e->fd, NULL); /* used: the oldest go first */
	return true;
}

int diskcache_body(const struct diskcache_entry *e, const struct mf_sink *sink)
{
	char chunk[CHUNK];
	int rc = MF_OK;
	for (uint64_t at = 0; at < e->body_n && rc == MF_OK;) {
		size_t n =
			e->body_n - at < sizeof(chunk) ? (size_t)(e->body_n - at) : sizeof(chunk);
		rc = read_all(e->fd, chunk, n, HEADER + at) ? sink->write(sink->self, chunk, n)
							    : MF_EIO;
		at += n;
	}
	return rc;
}

void diskcache_done(struct diskcache_entry *e)
{
	if (e->fd >= 0)
		close(e->fd);
	e->fd = -1;
}

/* ---- writing ---- */

void diskcache_begin(struct diskcache_put *p, struct diskcache *d)
{
	*p = (struct diskcache_put){.d = d, .fd = -1};
}

void diskcache_abort(struct diskcache_put *p)
{
	if (p->fd >= 0) {
		unlinkat(directory(p->d, false), p->name, 0);
		close(p->fd);
	}
	p->fd = -1;
	p->failed = true;
}

/* A file of a name that nobody else has, with room for the header. */
static void open_file(struct diskcache_put *p)
{
	static atomic_uint count;
	static const unsigned char room[HEADER];
	int fd = directory(p->d, true);
	for (int i = 0; fd >= 0 && p->fd < 0 && i < 8; i++) {
		struct timespec now;
		clock_gettime(CLOCK_REALTIME, &now);
		snprintf(p->name, sizeof(p->name), "tmp-%ld-%u-%ld", (long)getpid(),
			atomic_fetch_add(&count, 1), now.tv_nsec);
		p->fd = openat(
			fd, p->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (p->fd < 0 && errno != EEXIST) {
			give_up(p->d, errno);
			break;
		}
	}
	digest_init(&p->digest, false);
	if (p->fd < 0 || !write_all(p->fd, room, sizeof(room)))
		diskcache_abort(p);
}

void diskcache_write(struct diskcache_put *p, const void *data, size_t n)
{
	if (!p->d || p->failed)
		return;
	if (p->fd < 0)
		open_file(p);
	if (p->failed)
		return;
	if (n > DISKCACHE_ENTRY - p->n) {
		diskcache_abort(p);
		return;
	}
	if (!write_all(p->fd, data, n)) {
		give_up(p->d, errno);
		diskcache_abort(p);
		return;
	}
	digest_update(&p->digest, data, n);
	p->n += n;
}

void diskcache_restart(struct diskcache_put *p)
{
	if (p->fd >= 0)
		diskcache_abort(p);
	diskcache_begin(p, p->d);
}

static void account(struct diskcache *d, uint64_t n)
{
	pthread_mutex_lock(&d->lock);
	d->stored += n;
	/* who runs for days settles now and then */
	uint64_t due = d->stored > d->most / ACCOUNT_PART ? d->stored : 0;
	if (due)
		d->stored = 0;
	pthread_mutex_unlock(&d->lock);
	if (due)
		diskcache_settle(d->fd, due, d->most);
}

bool diskcache_commit(struct diskcache_put *p, const char *key, int64_t stored_at, uint32_t kind,
	const void *head, size_t head_n)
{
	unsigned char header[HEADER];
	char name[DISKCACHE_KEY + 3], parent[3], hex[DIGEST_HEX];
	diskcache_write(p, "", 0); /* an empty body has no file yet */
	if (!p->d || p->failed || head_n > DISKCACHE_HEAD || !name_of(name, key) ||
		!write_all(p->fd, head, head_n))
		goto failed;
	memcpy(header, magic, sizeof(magic));
	put_le(header + 8, (uint64_t)stored_at, 8);
	put_le(header + 16, kind, 4);
	put_le(header + 20, head_n, 4);
	put_le(header + 24, p->n, 8);
	digest_update(&p->digest, head, head_n);
	digest_update(&p->digest, header, FACTS);
	digest_hex(&p->digest, hex);
	memcpy(header + FACTS, hex, HEX);
	if (pwrite(p->fd, header, sizeof(header), 0) != (ssize_t)sizeof(header))
		goto failed;
	int fd = directory(p->d, true);
	snprintf(parent, sizeof(parent), "%.2s", key);
	if (fd < 0 ||
		(renameat(fd, p->name, fd, name) < 0 &&
			(errno != ENOENT || (mkdirat(fd, parent, 0700) < 0 && errno != EEXIST) ||
				renameat(fd, p->name, fd, name) < 0)))
		goto failed;
	close(p->fd);
	p->fd = -1;
	account(p->d, diskcache_room(HEADER + p->n + head_n));
	return true;
failed:
	diskcache_abort(p);
	return false;
}
