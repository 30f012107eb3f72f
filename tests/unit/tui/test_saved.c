#include "../../support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "../../../tui/saved.h"

static const char *state_file(const char *dir)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/mfkit/mftop.state", dir);
	return path;
}

void test_saved__round_trip(void)
{
	const char *dir = test_dir();
	struct saved m = {0};
	struct stat st;

	saved_load(&m, dir, NULL);
	CHECK(saved_get(&m, "split.run") == NULL);
	CHECK_INT(saved_save(&m, NULL), MF_OK);
	CHECK(stat(state_file(dir), &st) < 0); /* nothing to say: no file */
	saved_set(&m, "split.run", "37");
	saved_set(&m, "columns.runs", "id,-status,user name");
	saved_set(&m, "split.run", "40");
	saved_set(&m, "gone", "x");
	saved_set(&m, "gone", NULL);
	CHECK_INT(saved_save(&m, NULL), MF_OK);
	CHECK(!m.changed);
	saved_release(&m);
	CHECK_INT(stat(state_file(dir), &st), 0);
	CHECK_INT(st.st_mode & 0777, 0600);

	saved_load(&m, dir, NULL);
	CHECK_STR(saved_get(&m, "split.run"), "40");
	CHECK_STR(saved_get(&m, "columns.runs"), "id,-status,user name");
	CHECK(saved_get(&m, "gone") == NULL);
	saved_set(&m, "split.run", "40");
	CHECK(!m.changed);
	saved_release(&m);
}

void test_saved__home(void)
{
	const char *dir = test_dir();
	struct saved m = {0};

	saved_load(&m, NULL, dir);
	CHECK(m.path && strstr(m.path, "/.local/state/mfkit/mftop.state"));
	saved_set(&m, "a", "b");
	CHECK_INT(saved_save(&m, NULL), MF_OK);
	saved_release(&m);
	saved_load(&m, "relative", dir);
	CHECK_STR(saved_get(&m, "a"), "b");
	saved_release(&m);
	saved_load(&m, NULL, NULL);
	CHECK(m.path == NULL);
	saved_set(&m, "a", "b");
	CHECK_INT(saved_save(&m, NULL), MF_OK); /* nowhere to keep it */
	saved_release(&m);
}

void test_saved__broken_file(void)
{
	static const char text[] =
		"\n \nname\n# comment x\nsplit.run \nctl \x1b[2J\nk\x01y v\ngood 1\nlast 2";
	const char *dir = test_dir();
	struct saved m = {0};
	struct buf big = BUF_INIT(1 << 20);

	test_write(dir, "mfkit/mftop.state", text);
	saved_load(&m, dir, NULL);
	CHECK_INT(m.lines.n, 2);
	CHECK_STR(saved_get(&m, "good"), "1");
	CHECK_STR(saved_get(&m, "last"), "2");
	saved_release(&m);

	for (int i = 0; i < 20000; i++)
		buf_addf(&big, "n%d x\n", i);
	test_write(dir, "mfkit/mftop.state", big.p);
	saved_load(&m, dir, NULL);
	CHECK_INT(m.lines.n, 0); /* larger than we ever write */
	saved_release(&m);
	buf_release(&big);
	test_write_bytes(state_file(dir), "a 1\n\0b 2\n", 9);
	saved_load(&m, dir, NULL);
	CHECK_INT(m.lines.n, 0);
	saved_release(&m);
}

void test_saved__what_is_not_kept(void)
{
	struct saved m = {0};
	char value[2000];

	memset(value, 'x', sizeof(value));
	value[sizeof(value) - 1] = '\0';
	saved_set(&m, "", "x");
	saved_set(&m, "two words", "x");
	saved_set(&m, "a", "line\nbreak");
	saved_set(&m, "a", value);
	CHECK_INT(m.lines.n, 0);
	for (int i = 0; i < 1000; i++) {
		char name[16];
		snprintf(name, sizeof(name), "n%d", i);
		saved_set(&m, name, "v");
	}
	CHECK_INT(m.lines.n, 256);
	saved_release(&m);
}

void test_saved__no_memory(void)
{
	const char *dir = test_dir();

	test_write(dir, "mfkit/mftop.state", "a 1\nb 2\n");
	for (long n = 1; n < 60; n++) {
		struct saved m = {0};
		test_fail_alloc(n);
		saved_load(&m, dir, NULL);
		saved_set(&m, "c", "3");
		saved_set(&m, "a", "4");
		(void)saved_save(&m, NULL);
		bool failed = test_alloc_failed();
		test_fail_alloc(0);
		saved_release(&m);
		if (!failed)
			return;
	}
	CHECK(false); /* there are not so many allocations */
}
