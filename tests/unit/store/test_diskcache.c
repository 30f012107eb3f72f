#include "../../../clientlib/store/diskcache.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../support/history.h"
#include "../../support/test.h"

enum { ROOMY = 1 << 30, HEADER = 72 };

/* A key that starts with two given digits. */
static const char *key_of(unsigned i)
{
	return textf("%02x%038x", i & 255, i);
}

static const char *path_of(const char *dir, const char *key)
{
	return textf("%s/%.2s/%s", dir, key, key);
}

static struct diskcache *open_at(const char *dir, uint64_t most)
{
	struct diskcache *d;
	CHECK_FATAL(diskcache_open(&d, dir, most, NULL) == MF_OK);
	return d;
}

static bool store(struct diskcache *d, const char *key, const char *body, size_t n)
{
	struct diskcache_put p;
	diskcache_begin(&p, d);
	diskcache_write(&p, body, n);
	return diskcache_commit(&p, key, 1234, 200, "head", 4);
}

/* The body as text; NULL: there is no such entry. */
static const char *fetch(struct diskcache *d, const char *key)
{
	struct diskcache_entry e;
	struct buf b = BUF_INIT(1 << 20);
	struct mf_sink sink = {buf_sink_write, &b};
	const char *text = NULL;
	if (diskcache_find(d, key, &e)) {
		CHECK_INT(diskcache_body(&e, &sink), 0);
		CHECK_INT(b.n, e.body_n);
		text = textf("%s", b.p);
		diskcache_done(&e);
	}
	buf_release(&b);
	return text;
}

static unsigned mode_of(const char *path)
{
	struct stat st;
	return lstat(path, &st) == 0 ? st.st_mode & 07777 : 0;
}

static unsigned files_below(const char *dir)
{
	unsigned n = 0;
	char line[16] = "";
	FILE *f = popen(textf("find '%s' -type f ! -name stored | wc -l", dir), "r");
	if (f && fgets(line, sizeof(line), f))
		n = (unsigned)strtoul(line, NULL, 10);
	if (f)
		pclose(f);
	return n;
}

void test_diskcache__round_trip(void)
{
	static char big[70000];
	static const size_t sizes[] = {0, 1, 16383, 16384, 16385, sizeof(big)};
	const char *dir = textf("%s/not/there/yet", test_dir());
	struct diskcache *d = open_at(dir, ROOMY);
	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (char)(i * i >> 5);
	CHECK(!fetch(d, key_of(1)));
	CHECK(access(dir, F_OK) < 0); /* looking makes nothing */
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct diskcache_put p;
		struct diskcache_entry e;
		struct buf b = BUF_INIT(1 << 20);
		struct mf_sink sink = {buf_sink_write, &b};
		diskcache_begin(&p, d);
		diskcache_write(&p, big, sizes[i] / 2);
		diskcache_write(&p, big + sizes[i] / 2, sizes[i] - sizes[i] / 2);
		CHECK(diskcache_commit(&p, key_of((unsigned)i), -5 - (int64_t)i, 404, "a\nb", 3));
		CHECK_FATAL(diskcache_find(d, key_of((unsigned)i), &e));
		CHECK_INT(e.stored_at, -5 - (int64_t)i);
		CHECK_INT(e.kind, 404);
		CHECK(e.head_n == 3 && memcmp(e.head, "a\nb", 3) == 0);
		CHECK_INT(diskcache_body(&e, &sink), 0);
		CHECK(b.n == sizes[i] && memcmp(b.p, big, b.n) == 0);
		diskcache_done(&e);
		buf_release(&b);
	}
	/* the newer one counts */
	CHECK(store(d, key_of(1), "old", 3) && store(d, key_of(1), "new", 3));
	CHECK_STR(fetch(d, key_of(1)), "new");
	diskcache_free(d);
	CHECK_INT(mode_of(dir), 0700);
	CHECK_INT(mode_of(textf("%s/01", dir)), 0700);
	CHECK_INT(mode_of(path_of(dir, key_of(1))), 0600);
	CHECK_INT(files_below(dir), ARRAY_SIZE(sizes));
}

void test_diskcache__not_kept(void)
{
	static char piece[1 << 20];
	const char *dir = test_dir();
	struct diskcache *d = open_at(dir, ROOMY);
	struct diskcache_put p;
	/* too large */
	diskcache_begin(&p, d);
	for (int i = 0; i < 33; i++)
		diskcache_write(&p, piece, sizeof(piece));
	CHECK(!diskcache_commit(&p, key_of(1), 0, 0, "", 0));
	/* given up */
	diskcache_begin(&p, d);
	diskcache_write(&p, "x", 1);
	diskcache_abort(&p);
	CHECK(!diskcache_commit(&p, key_of(1), 0, 0, "", 0));
	/* no keys, and no way out of the directory */
	static const char *const bad[] = {"", "abc", "../../../../../../../../../../../../../tmp",
		"0123456789ABCDEF0123456789ABCDEF01234567",
		"0123456789abcdef0123456789abcdef012345678"};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		CHECK(!store(d, bad[i], "x", 1));
		CHECK(!fetch(d, bad[i]));
	}
	/* a head that is too long */
	diskcache_begin(&p, d);
	CHECK(!diskcache_commit(&p, key_of(1), 0, 0, piece, DISKCACHE_HEAD + 1));
	CHECK_INT(files_below(dir), 0);
	/* anew after a try that broke off, even one that was too large */
	diskcache_begin(&p, d);
	for (int i = 0; i < 33; i++)
		diskcache_write(&p, piece, sizeof(piece));
	diskcache_restart(&p);
	diskcache_write(&p, "broken", 6);
	diskcache_restart(&p);
	diskcache_write(&p, "whole", 5);
	CHECK(diskcache_commit(&p, key_of(1), 0, 0, "", 0));
	CHECK_STR(fetch(d, key_of(1)), "whole");
	CHECK_INT(files_below(dir), 1);
	/* without a cache */
	diskcache_begin(&p, NULL);
	diskcache_write(&p, "x", 1);
	diskcache_restart(&p);
	CHECK(!diskcache_commit(&p, key_of(1), 0, 0, "", 0));
	diskcache_free(d);
}

void test_diskcache__damaged(void)
{
	const char *dir = test_dir(), *key = key_of(7), *path = path_of(dir, key);
	struct diskcache *d = open_at(dir, ROOMY);
	char file[256];
	CHECK(store(d, key, "the body", 8));
	FILE *f = fopen(path, "rb");
	CHECK_FATAL(f != NULL);
	size_t n = fread(file, 1, sizeof(file), f);
	fclose(f);
	CHECK_INT(n, HEADER + 8 + 4);
	/* every byte counts */
	for (size_t i = 0; i < n; i++) {
		file[i] ^= 0x20;
		test_write_bytes(path, file, n);
		file[i] ^= 0x20;
		CHECK(!fetch(d, key));
		CHECK(access(path, F_OK) < 0);
	}
	/* and their number */
	for (size_t i = 0; i < n; i++) {
		test_write_bytes(path, file, i);
		CHECK(!fetch(d, key));
		CHECK(access(path, F_OK) < 0);
	}
	file[n] = 'x';
	test_write_bytes(path, file, n + 1);
	CHECK(!fetch(d, key));
	test_write_bytes(path, file, n);
	CHECK_STR(fetch(d, key), "the body");
	/* what is no file is not followed */
	test_write_bytes(textf("%s/elsewhere", dir), file, n);
	CHECK(unlink(path) == 0 && symlink("../elsewhere", path) == 0);
	CHECK(!fetch(d, key));
	CHECK(unlink(path) == 0 && mkfifo(path, 0600) == 0);
	CHECK(!fetch(d, key));
	diskcache_free(d);
}

void test_diskcache__cannot_write(void)
{
	const char *dir = test_dir();
	test_write(dir, "file", "x");
	struct diskcache *d = open_at(textf("%s/file/http", dir), ROOMY);
	CHECK(!diskcache_complaint(d));
	CHECK(!store(d, key_of(1), "x", 1));
	const char *why = diskcache_complaint(d);
	CHECK(why && strstr(why, "Not a directory"));
	CHECK(!store(d, key_of(1), "x", 1));
	CHECK(!diskcache_complaint(d)); /* once */
	diskcache_free(d);
	/* where others can write, nothing is believed */
	const char *open_dir = textf("%s/open", dir);
	d = open_at(open_dir, ROOMY);
	CHECK(store(d, key_of(1), "x", 1));
	diskcache_free(d);
	CHECK(chmod(open_dir, 0777) == 0);
	d = open_at(open_dir, ROOMY);
	CHECK(!fetch(d, key_of(1)));
	CHECK(!store(d, key_of(2), "x", 1));
	why = diskcache_complaint(d);
	CHECK(why && strstr(why, "others"));
	diskcache_free(d);
}

/* Two processes write the same entries, and each reads only whole ones. */
void test_diskcache__two_processes(void)
{
	enum { TIMES = 60, SIZE = 50000 };
	static char body[2][SIZE + 1];
	const char *dir = test_dir(), *key = key_of(9);
	memset(body[0], 'a', SIZE);
	memset(body[1], 'b', SIZE);
	struct diskcache *d = open_at(dir, ROOMY);
	pid_t pid = fork();
	CHECK_FATAL(pid >= 0);
	int own = pid == 0, bad = 0;
	for (int i = 0; i < TIMES; i++) {
		struct diskcache_put p;
		struct diskcache_entry e;
		diskcache_begin(&p, d);
		for (int k = 0; k < 10; k++)
			diskcache_write(&p, body[own] + k * (SIZE / 10), SIZE / 10);
		bad += !diskcache_commit(&p, key, i, 0, "", 0);
		if (!diskcache_find(d, key, &e)) {
			bad++;
			continue;
		}
		struct buf b = BUF_INIT(SIZE);
		struct mf_sink sink = {buf_sink_write, &b};
		bad += diskcache_body(&e, &sink) != 0 || b.n != SIZE ||
		       (memcmp(b.p, body[0], SIZE) && memcmp(b.p, body[1], SIZE));
		buf_release(&b);
		diskcache_done(&e);
	}
	if (!pid)
		_exit(bad ? 1 : 0);
	int status;
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	CHECK_INT(bad, 0);
	CHECK_INT(files_below(dir), 1);
	diskcache_free(d);
}

static void age(const char *path, int days)
{
	struct timespec now, t[2];
	clock_gettime(CLOCK_REALTIME, &now);
	now.tv_sec -= (time_t)days * 86400;
	t[0] = t[1] = now;
	CHECK(utimensat(AT_FDCWD, path, t, AT_SYMLINK_NOFOLLOW) == 0);
}

void test_diskcache__eviction(void)
{
	enum { ENTRIES = 20, ROOM = 4096 };
	const char *dir = test_dir();
	struct diskcache *d = open_at(dir, ROOMY);
	for (unsigned i = 0; i < ENTRIES; i++) {
		CHECK(store(d, key_of(i), "x", 1));
		age(path_of(dir, key_of(i)), ENTRIES - (int)i); /* 0 is the oldest */
	}
	CHECK_STR(fetch(d, key_of(0)), "x"); /* and used again: the newest now */
	diskcache_free(d);
	CHECK_INT(files_below(dir), ENTRIES);
	test_write(dir, "ab/keep.txt", "not ours");
	test_write(dir, "tmp-1-2-3", "left by a crash");
	test_write(dir, "tmp-4-5-6", "being written");
	age(textf("%s/tmp-1-2-3", dir), 1);
	/* one more exceeds a limit of 20; 16 are left */
	d = open_at(dir, ENTRIES * ROOM);
	CHECK(store(d, key_of(100), "x", 1));
	diskcache_free(d);
	d = open_at(dir, ENTRIES * ROOM);
	for (unsigned i = 1; i <= 5; i++)
		CHECK(!fetch(d, key_of(i)));
	for (unsigned i = 6; i < ENTRIES; i++)
		CHECK_STR(fetch(d, key_of(i)), "x");
	CHECK_STR(fetch(d, key_of(0)), "x");
	CHECK_STR(fetch(d, key_of(100)), "x");
	CHECK(access(textf("%s/ab/keep.txt", dir), F_OK) == 0);
	CHECK(access(textf("%s/tmp-1-2-3", dir), F_OK) < 0);
	CHECK(access(textf("%s/tmp-4-5-6", dir), F_OK) == 0);
	/* the sum was made anew: four more do not count the files again */
	for (unsigned i = 200; i < 204; i++)
		CHECK(store(d, key_of(i), "x", 1));
	diskcache_free(d);
	d = open_at(dir, ENTRIES * ROOM);
	CHECK_STR(fetch(d, key_of(6)), "x");
	diskcache_free(d);
	/* nonsense in place of the sums is no more than another count */
	test_write(dir, "stored", "garbage");
	d = open_at(dir, ENTRIES * ROOM);
	CHECK(store(d, key_of(300), "x", 1));
	diskcache_free(d);
	struct stat st;
	CHECK(stat(textf("%s/stored", dir), &st) == 0 && st.st_size == 8);
}

/* One that never ends settles on its way. */
void test_diskcache__long_life(void)
{
	enum { LIMIT = 64 * 4096 };
	const char *dir = test_dir();
	struct diskcache *d = open_at(dir, LIMIT);
	for (unsigned i = 0; i < 500; i++)
		CHECK(store(d, key_of(i), "x", 1));
	CHECK(files_below(dir) <= 64 + 5);
	CHECK_STR(fetch(d, key_of(499)), "x");
	diskcache_free(d);
}

static int open_it(void *arg)
{
	struct diskcache *d;
	struct mf_error err = MF_ERROR_INIT;
	int rc = diskcache_open(&d, arg, ROOMY, &err);
	diskcache_free(d);
	return rc;
}

static int fail_to_count(void *arg)
{
	diskcache_settle(*(int *)arg, 1 << 20, 1 << 12);
	return 0;
}

void test_diskcache__every_allocation(void)
{
	const char *dir = test_dir();
	test_every_alloc(open_it, (void *)(uintptr_t)dir);
	struct diskcache *d = open_at(dir, ROOMY);
	CHECK(store(d, key_of(1), "x", 1) && store(d, key_of(2), "x", 1));
	diskcache_free(d);
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (long n = 1; n < 4; n++) {
		test_fail_alloc(n);
		fail_to_count(&fd);
		test_fail_alloc(0);
	}
	close(fd);
	CHECK(files_below(dir) <= 2);
}
