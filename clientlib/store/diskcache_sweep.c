/* The limit of the cache. Nobody looks at every file on every call: each process appends what it
 * stored to one small file, and only when those numbers exceed the limit are the files counted, and
 * the ones that were not used for longest removed. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../base/vec.h"
#include "diskcache.h"

enum { BLOCK = 4096, NUMBERS = 4096, SPARE_PART = 5, STALE_S = 3600, ENTRIES_MAX = 1 << 20 };

struct kept {
	struct timespec used;
	uint64_t room;
	char key[DISKCACHE_KEY];
};
typedef VEC(struct kept) kept_list;

uint64_t diskcache_room(uint64_t n)
{
	return (n + BLOCK - 1) / BLOCK * BLOCK;
}

static DIR *open_dir(int fd, const char *name)
{
	int at = openat(fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *dir = at >= 0 ? fdopendir(at) : NULL;
	if (at >= 0 && !dir)
		close(at);
	return dir;
}

static bool is_hex(const char *s, size_t n)
{
	return strlen(s) == n && strspn(s, "0123456789abcdef") == n;
}

/* False: out of memory, or too many to count. */
static bool look_at(int fd, const char *name, kept_list *list, uint64_t *total)
{
	DIR *dir = open_dir(fd, name);
	bool good = true;
	for (struct dirent *e; dir && good && (e = readdir(dir));) {
		struct stat st;
		struct kept k;
		if (!is_hex(e->d_name, sizeof(k.key) - 1) || strncmp(e->d_name, name, 2) != 0 ||
			fstatat(dirfd(dir), e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
			!S_ISREG(st.st_mode))
			continue;
		memcpy(k.key, e->d_name, sizeof(k.key));
		k.used = st.st_mtim;
		k.room = diskcache_room((uint64_t)st.st_size);
		*total += k.room;
		good = list->n < ENTRIES_MAX && vec_push(list, k);
	}
	if (dir)
		closedir(dir);
	return good;
}

static int by_use(const void *pa, const void *pb)
{
	const struct timespec *a = &((const struct kept *)pa)->used,
			      *b = &((const struct kept *)pb)->used;
	if (a->tv_sec != b->tv_sec)
		return a->tv_sec < b->tv_sec ? -1 : 1;
	return (a->tv_nsec > b->tv_nsec) - (a->tv_nsec < b->tv_nsec);
}

/* What a process that was killed left unfinished. */
static void remove_stale(int fd, const char *name)
{
	struct stat st;
	if (strncmp(name, "tmp-", 4) == 0 && fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		S_ISREG(st.st_mode) && st.st_mtime < time(NULL) - STALE_S)
		unlinkat(fd, name, 0);
}

/* Count all entries; above the limit, remove the oldest. Returns what is left, or `most` if it
 * cannot be told. */
static uint64_t sweep(int fd, uint64_t most)
{
	kept_list list = {0};
	uint64_t total = 0;
	bool good = true;
	DIR *top = open_dir(fd, ".");
	for (struct dirent *e; top && good && (e = readdir(top));) {
		if (is_hex(e->d_name, 2))
			good = look_at(fd, e->d_name, &list, &total);
		else
			remove_stale(fd, e->d_name);
	}
	if (top)
		closedir(top);
	if (total > most && list.n) {
		qsort(list.v, list.n, sizeof(*list.v), by_use);
		for (size_t i = 0; i < list.n && total > most - most / SPARE_PART; i++) {
			char name[DISKCACHE_KEY + 3];
			snprintf(name, sizeof(name), "%.2s/%s", list.v[i].key, list.v[i].key);
			if (unlinkat(fd, name, 0) == 0 || errno == ENOENT)
				total -= list.v[i].room;
		}
	}
	vec_release(&list);
	return good && top ? total : most;
}

/* Do the numbers in the file exceed `most` together? Also true of a file that has to be made anew.
 */
static bool exceeds(int fd, uint64_t most)
{
	uint64_t left = most, v[64];
	struct stat st;
	if (fstat(fd, &st) < 0 || st.st_size % (off_t)sizeof(*v) ||
		st.st_size > (off_t)(NUMBERS * sizeof(*v)))
		return true;
	for (off_t at = 0; at < st.st_size;) {
		ssize_t n = pread(fd, v, sizeof(v), at);
		if (n <= 0)
			return true;
		for (size_t i = 0; i < (size_t)n / sizeof(*v); i++) {
			if (v[i] > left)
				return true;
			left -= v[i];
		}
		at += n;
	}
	return false;
}

void diskcache_settle(int fd, uint64_t stored, uint64_t most)
{
	int log = openat(fd, "stored", O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	struct stat st;
	/* who holds the lock is counting the files, ours among them */
	if (log >= 0 && flock(log, LOCK_EX | LOCK_NB) == 0 && fstat(log, &st) == 0 &&
		S_ISREG(st.st_mode) &&
		write(log, &stored, sizeof(stored)) == (ssize_t)sizeof(stored) &&
		exceeds(log, most)) {
		uint64_t left = sweep(fd, most);
		/* a disk too full for this number: the file is odd or empty then, and soon made
		 * anew */
		if (ftruncate(log, 0) < 0 || write(log, &left, sizeof(left)) < 0)
			unlinkat(fd, "stored", 0);
	}
	if (log >= 0)
		close(log);
}
