#include "zone.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Files of the zone database (TZif, RFC 8536). The last few that were asked for are kept, in memory
 * of fixed size: times of a column are in one zone, and a list of times may be in a few. */

enum { FILES = 16, MAX_FILE = 16384, MAX_NAME = 64, HEADER = 44 };

struct file {
	char name[MAX_NAME];
	char dir[128];
	uint64_t used; /* when; 0: nothing here */
	bool good;
	/* of the block with 64-bit times, or of the only one */
	unsigned width;
	size_t times, types, n_times, n_types;
	size_t rule, n_rule;
	unsigned char data[MAX_FILE];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct file files[FILES];
static uint64_t ticks;

static uint32_t be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t time_at(const struct file *f, size_t i)
{
	const unsigned char *p = f->data + f->times + i * f->width;
	if (f->width == 4)
		return (int32_t)be32(p);
	return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

/* Bytes of the block behind the header at `at`; 0: it does not fit into n. */
static size_t block(const unsigned char *p, size_t n, size_t at, unsigned width)
{
	uint64_t size = HEADER;

	if (n < HEADER || at > n - HEADER || memcmp(p + at, "TZif", 4) != 0)
		return 0;
	const unsigned char *count = p + at + 20; /* isutc, isstd, leap, time, type, char */
	size += (uint64_t)be32(count) + be32(count + 4) + be32(count + 8) * (uint64_t)(width + 4) +
		be32(count + 12) * (uint64_t)(width + 1) + be32(count + 16) * (uint64_t)6 +
		be32(count + 20);
	return size <= n - at ? (size_t)size : 0;
}

static bool parse(struct file *f, size_t n)
{
	size_t at = 0, size = block(f->data, n, 0, 4);

	if (!size)
		return false;
	f->width = 4;
	f->n_rule = 0;
	if (f->data[4] >= '2') {
		at = size;
		f->width = 8;
		size = block(f->data, n, at, 8);
		if (!size)
			return false;
		/* a line with the rule follows */
		f->rule = at + size + 1;
		while (f->rule + f->n_rule < n && f->data[f->rule + f->n_rule] != '\n')
			f->n_rule++;
	}
	f->n_times = be32(f->data + at + 32);
	f->n_types = be32(f->data + at + 36);
	f->times = at + HEADER;
	f->types = f->times + f->n_times * (f->width + 1);
	for (size_t i = 0; i < f->n_times; i++)
		if (f->data[f->times + f->n_times * f->width + i] >= f->n_types)
			return false;
	return f->n_types > 0;
}

static size_t read_file(const char *dir, const char *name, unsigned char *out)
{
	char path[sizeof(files[0].dir) + MAX_NAME + 2];
	struct stat st;
	size_t n = 0;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return 0;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= MAX_FILE)
		while (n < MAX_FILE) {
			ssize_t got = read(fd, out + n, MAX_FILE - n);
			if (got <= 0)
				break;
			n += (size_t)got;
		}
	close(fd);
	return n;
}

/* Names come from pickles: nothing but what a zone can be called, and never out of the directory.
 */
static bool name_ok(const char *p, size_t n)
{
	if (!n || n >= MAX_NAME || p[0] == '/')
		return false;
	for (size_t i = 0; i < n; i++) {
		bool word = (p[i] >= 'a' && p[i] <= 'z') || (p[i] >= 'A' && p[i] <= 'Z') ||
			    (p[i] >= '0' && p[i] <= '9') || memchr("_+-/", p[i], 4);
		if (!word)
			return false; /* so no ".." either */
	}
	return true;
}

/* With the lock held. */
static struct file *find(const char *name, size_t n)
{
	const char *dir = getenv("TZDIR");
	struct file *oldest = &files[0];

	if (!dir || !*dir)
		dir = "/usr/share/zoneinfo";
	if (!name_ok(name, n) || strlen(dir) >= sizeof(oldest->dir))
		return NULL;
	for (size_t i = 0; i < FILES; i++) {
		struct file *f = &files[i];
		if (f->used && strncmp(f->name, name, n) == 0 && !f->name[n] &&
			str_eq(f->dir, dir)) {
			f->used = ++ticks;
			return f->good ? f : NULL;
		}
		if (f->used < oldest->used)
			oldest = f;
	}
	memcpy(oldest->name, name, n);
	oldest->name[n] = '\0';
	memcpy(oldest->dir, dir, strlen(dir) + 1);
	oldest->used = ++ticks;
	oldest->good = parse(oldest, read_file(dir, oldest->name, oldest->data));
	return oldest->good ? oldest : NULL;
}

static struct zone_type type_at(const struct file *f, size_t i)
{
	const unsigned char *p = f->data + f->types + i * 6;
	return (struct zone_type){(int32_t)be32(p), p[4] != 0};
}

static struct zone_type first(const struct file *f, bool standard)
{
	for (size_t i = 0; standard && i < f->n_types; i++)
		if (!type_at(f, i).dst)
			return type_at(f, i);
	return type_at(f, 0);
}

static struct zone_type look_up(const struct file *f, int64_t utc, bool narrow)
{
	size_t low = 0, high = f->n_times; /* the first change after utc is in [low, high] */
	struct zone_type type;

	if (narrow && utc > INT32_MAX)
		utc = INT32_MAX;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (time_at(f, middle) <= utc)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == f->n_times && f->n_rule &&
		zone_rule((const char *)f->data + f->rule, f->n_rule, utc, &type))
		return type;
	return low ? type_at(f, f->data[f->times + f->n_times * f->width + low - 1])
		   : first(f, true);
}

static bool sane(struct zone_type type)
{
	return type.seconds > -86400 && type.seconds < 86400;
}

bool zone_file_type(const char *name, size_t n, int64_t utc, bool narrow, struct zone_type *out)
{
	pthread_mutex_lock(&lock);
	const struct file *f = find(name, n);
	if (f)
		*out = look_up(f, utc, narrow);
	pthread_mutex_unlock(&lock);
	return f && sane(*out);
}

bool zone_file_first(const char *name, size_t n, bool standard, struct zone_type *out)
{
	pthread_mutex_lock(&lock);
	const struct file *f = find(name, n);
	if (f)
		*out = first(f, standard);
	pthread_mutex_unlock(&lock);
	return f && sane(*out);
}
