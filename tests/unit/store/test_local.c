#include "../../../clientlib/store/local.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../support/history.h"
#include "../../support/test.h"

static struct store *open_dir(const char *root)
{
	struct store *s = NULL;
	struct mf_error err = MF_ERROR_INIT;
	CHECK_FATAL(store_local_new(&s, root, &err) == MF_OK);
	return s;
}

/* The bytes of a range, "end", or "code: message". */
static const char *get(struct store *s, const char *key, uint64_t from, uint64_t n)
{
	struct buf b = BUF_INIT(1 << 20);
	struct mf_error err = MF_ERROR_INIT;
	const struct mf_sink sink = {buf_sink_write, &b};
	struct store_get g = {.key = key, .from = from, .n = n, .sink = &sink};
	int rc = s->backend->get(s, &g, &err);
	CHECK_INT(err.code, rc < 0 ? rc : 0);
	const char *text = rc < 0 ? textf("%s: %s (%s)", mf_code_name(rc), err.message, err.where)
			   : rc == STORE_END ? textf("end of %llu", (unsigned long long)g.info.size)
					     : textf("%s", b.p);
	buf_release(&b);
	return text;
}

void test_local__ranges(void)
{
	const char *dir = test_dir();
	test_write(dir, "a/b", "hello world");
	test_write(dir, "empty", "");
	struct store *s = open_dir(dir);
	CHECK_STR(get(s, "a/b", 0, 0), "hello world");
	CHECK_STR(get(s, "a/b", 0, 5), "hello");
	CHECK_STR(get(s, "a/b", 6, 0), "world");
	CHECK_STR(get(s, "a/b", 6, 2), "wo");
	CHECK_STR(get(s, "a/b", 6, 100), "world");
	CHECK_STR(get(s, "a/b", 6, UINT64_MAX), "world");
	CHECK_STR(get(s, "a/b", 11, 0), "end of 11");
	CHECK_STR(get(s, "a/b", UINT64_MAX, 1), "end of 11");
	CHECK_STR(get(s, "empty", 0, 0), "");
	CHECK_STR(get(s, "empty", 0, 1), "");
	CHECK_STR(get(s, "empty", 1, 1), "end of 0");
	CHECK_STR(get(s, "a/c", 0, 0), "not_found: cannot open: No such file or directory (a/c)");
	CHECK_STR(get(s, "a/b/c", 0, 0), "not_found: cannot open: Not a directory (a/b/c)");
	CHECK_STR(get(s, "", 0, 0), "not_found: cannot open: No such file or directory ()");
	s->backend->free(s);
}

/* More than one piece. */
void test_local__large(void)
{
	enum { SIZE = 300001 };
	const char *dir = test_dir();
	char *p = malloc(SIZE);
	struct buf b = BUF_INIT(1 << 20);
	const struct mf_sink sink = {buf_sink_write, &b};
	struct store_get g = {.key = "large", .from = 1, .n = SIZE - 2, .sink = &sink};
	CHECK_FATAL(p != NULL);
	for (size_t i = 0; i < SIZE; i++)
		p[i] = (char)(i * i >> 5);
	test_write_bytes(textf("%s/large", dir), p, SIZE);
	struct store *s = open_dir(dir);
	CHECK_INT(s->backend->get(s, &g, NULL), MF_OK);
	CHECK(b.n == SIZE - 2 && memcmp(b.p, p + 1, b.n) == 0);
	CHECK_INT(g.info.size, SIZE);
	CHECK(g.info.modified > 0);
	CHECK_STR(g.info.etag, "");
	/* the sink's word */
	b.limit = 10;
	buf_clear(&b);
	CHECK_INT(s->backend->get(s, &g, NULL), MF_ELIMIT);
	s->backend->free(s);
	buf_release(&b);
	free(p);
}

/* Devices, pipes and directories are not read, and nobody waits for them. */
void test_local__no_files(void)
{
	const char *dir = test_dir();
	struct store_info info;
	struct mf_error err = MF_ERROR_INIT;
	test_write(dir, "sub/file", "x");
	CHECK_INT(mkfifo(textf("%s/pipe", dir), 0600), 0);
	CHECK_INT(symlink("/dev/zero", textf("%s/zero", dir)), 0);
	CHECK_INT(symlink("sub/file", textf("%s/link", dir)), 0);
	CHECK_INT(symlink("nowhere", textf("%s/dangling", dir)), 0);
	struct store *s = open_dir(dir);
	CHECK_STR(get(s, "pipe", 0, 0), "corrupt: not a regular file (pipe)");
	CHECK_STR(get(s, "zero", 0, 0), "corrupt: not a regular file (zero)");
	CHECK_STR(get(s, "sub", 0, 0), "corrupt: not a regular file (sub)");
	CHECK_STR(get(s, "link", 0, 0), "x");
	CHECK_STR(get(s, "dangling", 0, 0),
		"not_found: cannot open: No such file or directory (dangling)");
	CHECK_INT(s->backend->head(s, "pipe", &info, NULL, &err), MF_ECORRUPT);
	CHECK_STR(err.where, "pipe");
	CHECK_INT(s->backend->head(s, "sub", &info, NULL, NULL), MF_ECORRUPT);
	CHECK_INT(s->backend->head(s, "none", &info, NULL, NULL), MF_ENOTFOUND);
	CHECK_INT(s->backend->head(s, "sub/file", &info, NULL, NULL), MF_OK);
	CHECK_INT(info.size, 1);
	CHECK_INT(store_local_open(s, "pipe", &info, NULL), MF_ECORRUPT);
	s->backend->free(s);
}

void test_local__roots(void)
{
	const char *dir = test_dir();
	struct store *s;
	struct mf_error err = MF_ERROR_INIT;
	test_write(dir, "a/b", "text");
	/* none: whole paths */
	s = open_dir("");
	CHECK_STR(get(s, textf("%s/a/b", dir), 0, 0), "text");
	CHECK(store_fd(s) != -1);
	s->backend->free(s);
	CHECK_INT(store_local_new(&s, textf("%s/none", dir), &err), MF_ENOTFOUND);
	CHECK(s == NULL);
	CHECK_STR(err.where, textf("%s/none", dir));
	CHECK_STR(err.message, "cannot open the datastore: No such file or directory");
	CHECK(err.sys_errno != 0);
	CHECK_INT(store_local_new(&s, textf("%s/a/b", dir), NULL), MF_ENOTFOUND);
}

static const char *names(struct store *s, const char *dir, bool dirs)
{
	struct fs_names list = {0};
	struct buf b = BUF_INIT(1 << 16);
	struct mf_error err = MF_ERROR_INIT;
	int rc = store_local_list(s, dir, dirs, &list, &err);
	fs_names_sort(&list);
	if (rc < 0)
		buf_adds(&b, mf_code_name(rc));
	for (size_t i = 0; i < list.n; i++)
		buf_addf(&b, "%s%s", i ? " " : "", fs_name(&list, i));
	const char *text = textf("%s", b.p);
	fs_names_release(&list);
	buf_release(&b);
	return text;
}

void test_local__lists(void)
{
	const char *dir = test_dir();
	test_write(dir, "f", "");
	test_write(dir, "d/g", "");
	test_write(dir, "d/e/h", "");
	CHECK_INT(symlink("d", textf("%s/link", dir)), 0);
	struct store *s = open_dir(dir);
	CHECK_STR(names(s, "", true), "d link");
	CHECK_STR(names(s, "d", false), "e g");
	CHECK_STR(names(s, "d/", true), "e");
	CHECK_STR(names(s, "link", false), "e g");
	CHECK_STR(names(s, "none", false), "not_found");
	s->backend->free(s);
}

void test_local__read(void)
{
	const char *dir = test_dir();
	struct buf b = BUF_INIT(1 << 20);
	struct store_info info;
	test_write(dir, "a", "text");
	struct store *s = open_dir(dir);
	buf_adds(&b, "before ");
	CHECK_INT(store_local_read(s, "a", &b, &info, NULL), MF_OK);
	CHECK_STR(b.p, "before text");
	CHECK_INT(info.size, 4);
	CHECK_INT(store_local_read(s, "a", &b, NULL, NULL), MF_OK);
	CHECK_INT(store_local_read(s, "b", &b, &info, NULL), MF_ENOTFOUND);
	s->backend->free(s);
	buf_release(&b);
}

static int once(void *arg)
{
	const char *const *dir = arg;
	struct store *s;
	struct buf b = BUF_INIT(1 << 20);
	const struct mf_sink sink = {buf_sink_write, &b};
	struct store_get g = {.key = "a", .sink = &sink};
	struct fs_names list = {0};
	int rc = store_local_new(&s, *dir, NULL);
	if (rc < 0)
		return rc;
	rc = s->backend->get(s, &g, NULL);
	if (rc == MF_OK)
		rc = store_local_read(s, "a", &b, NULL, NULL);
	if (rc == MF_OK)
		rc = store_local_list(s, "", false, &list, NULL);
	fs_names_release(&list);
	buf_release(&b);
	s->backend->free(s);
	return rc;
}

void test_local__no_memory(void)
{
	const char *dir = test_dir();
	test_write(dir, "a", "text");
	CHECK_INT(once(&dir), MF_OK);
	test_every_alloc(once, &dir);
}
