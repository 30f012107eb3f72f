#include "../../support/history.h"
#include "../../support/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../../clientlib/base/fs.h"

void test_fs__read(void)
{
	static char text[70000];
	static const size_t sizes[] = {0, 1, 4095, 4096, 4097, 16384, 65536, 70000};
	const char *dir = test_dir(), *path = textf("%s/f", dir);
	struct arena a;
	arena_init(&a, 0);
	memset(text, 'x', sizeof(text));
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		char *p;
		size_t n;
		struct buf b = BUF_INIT(1 << 20);
		struct mf_error err = MF_ERROR_INIT;
		test_write_bytes(path, text, sizes[i]);
		CHECK_INT(fs_read(AT_FDCWD, path, &a, sizes[i], &p, &n, NULL, &err), 0);
		CHECK(n == sizes[i] && memcmp(p, text, n) == 0 && p[n] == '\0');
		CHECK_INT(fs_read_buf(AT_FDCWD, path, &b, NULL, &err), 0);
		CHECK_INT(b.n, sizes[i]);
		if (sizes[i]) {
			CHECK_INT(fs_read(AT_FDCWD, path, &a, sizes[i] - 1, &p, &n, "called so", &err), MF_ELIMIT);
			CHECK_STR(err.where, "called so");
		}
		buf_release(&b);
	}
	arena_release(&a);
}

void test_fs__what_is_no_file(void)
{
	const char *dir = test_dir();
	struct arena a;
	char *p;
	size_t n;
	arena_init(&a, 0);
	CHECK_INT(mkfifo(textf("%s/fifo", dir), 0600), 0);
	CHECK_INT(symlink("loop", textf("%s/loop", dir)), 0);
	test_write(dir, "file", "x");
	const struct {
		const char *path;
		int code;
	} t[] = {{textf("%s/none", dir), MF_ENOTFOUND}, {dir, MF_ECORRUPT}, {textf("%s/loop", dir), MF_EIO},
		{textf("%s/file/below", dir), MF_ENOTFOUND}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct mf_error err = MF_ERROR_INIT;
		CHECK_INT(fs_read(AT_FDCWD, t[i].path, &a, 100, &p, &n, NULL, &err), t[i].code);
		CHECK_STR(err.where, t[i].path);
	}
	/* a FIFO without a writer neither blocks nor gives anything */
	int rc = fs_read(AT_FDCWD, textf("%s/fifo", dir), &a, 100, &p, &n, NULL, NULL);
	CHECK(rc < 0 || n == 0);
	arena_release(&a);
}

void test_fs__list(void)
{
	const char *dir = test_dir();
	struct fs_names names = {0};
	struct mf_error err = MF_ERROR_INIT;
	for (int i = 0; i < 1500; i++)
		test_write(dir, textf("some-rather-long-name-of-a-file-%04d", i), "");
	test_write(dir, "sub/x", "");
	test_write(dir, ".hidden", "");
	CHECK_INT(symlink("sub", textf("%s/link", dir)), 0);
	CHECK_INT(fs_list(AT_FDCWD, dir, false, &names, NULL, &err), 0);
	CHECK_INT(names.n, 1503);
	fs_names_sort(&names);
	CHECK_STR(fs_name(&names, 0), ".hidden");
	CHECK_STR(fs_name(&names, 1), "link");
	for (int i = 0; i < 1500; i++)
		CHECK_STR(fs_name(&names, (size_t)i + 2), textf("some-rather-long-name-of-a-file-%04d", i));
	fs_names_release(&names);
	CHECK_INT(fs_list(AT_FDCWD, dir, true, &names, NULL, &err), 0);
	fs_names_sort(&names);
	CHECK(names.n >= 2 && names.n <= 1503); /* all where the file system does not tell */
	fs_names_release(&names);
	CHECK_INT(fs_list(AT_FDCWD, textf("%s/none", dir), true, &names, "w", &err), MF_ENOTFOUND);
	CHECK_STR(err.where, "w");
	CHECK_INT(fs_list(AT_FDCWD, textf("%s/.hidden", dir), true, &names, NULL, NULL), MF_ENOTFOUND);
	fs_names_release(&names);
	fs_names_sort(&names);
}

void test_fs__replace(void)
{
	const char *dir = test_dir(), *path = textf("%s/f", dir);
	struct buf b = BUF_INIT(100000);
	struct stat st;
	struct mf_error err = MF_ERROR_INIT;
	struct fs_names names = {0};
	CHECK_INT(fs_replace(path, "one", 3, 0640, &err), 0);
	CHECK_INT(stat(path, &st), 0);
	CHECK_INT(st.st_mode & 0777, 0640);
	CHECK_INT(fs_replace(path, "", 0, 0600, &err), 0);
	CHECK_INT(fs_replace(path, "three", 5, 0600, &err), 0);
	CHECK_INT(fs_read_buf(AT_FDCWD, path, &b, NULL, NULL), 0);
	CHECK_STR(b.p, "three");
	CHECK(fs_replace(textf("%s/no/such", dir), "x", 1, 0, &err) < 0);
	test_write(dir, "sub/x", "");
	CHECK(fs_replace(textf("%s/sub", dir), "x", 1, 0, NULL) < 0);
	/* nothing is left behind */
	CHECK_INT(fs_list(AT_FDCWD, dir, false, &names, NULL, NULL), 0);
	CHECK_INT(names.n, 2);
	fs_names_release(&names);
	buf_release(&b);
	CHECK(fs_is_dir(AT_FDCWD, dir) && !fs_is_dir(AT_FDCWD, path) && !fs_is_dir(AT_FDCWD, "/nowhere"));
	CHECK(fs_exists(AT_FDCWD, path) && !fs_exists(AT_FDCWD, "/nowhere"));
}

void test_fs__names(void)
{
	struct fs_names names = {0};
	CHECK(fs_names_add(&names, "bc, cut", 2));
	CHECK(fs_names_add(&names, NULL, 0));
	CHECK(fs_names_add(&names, "a", 1));
	CHECK_INT(names.n, 3);
	CHECK_STR(fs_name(&names, 0), "bc");
	CHECK_STR(fs_name(&names, 1), "");
	fs_names_sort(&names);
	CHECK_STR(fs_name(&names, 1), "a");
	fs_names_release(&names);
	CHECK_INT(names.n, 0);
	/* published values of FNV-1a */
	CHECK(hash_add(HASH_EMPTY, NULL, 0) == UINT64_C(0xcbf29ce484222325));
	CHECK(hash_add(HASH_EMPTY, "foobar", 6) == UINT64_C(0x85944171f73967e8));
	CHECK(hash_add(hash_add(HASH_EMPTY, "foo", 3), "bar", 3) == hash_add(HASH_EMPTY, "foobar", 6));
}
