#include "../../support/history.h"
#include "../../support/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../../clientlib/base/fs.h"
#include "../../../clientlib/codec/archive.h"

struct want {
	const char *name;
	struct buf b;
	size_t seen;
};

static struct buf *choose(void *arg, const char *name)
{
	struct want *w = arg;
	w->seen++;
	return str_eq(name, w->name) ? &w->b : NULL;
}

static size_t make(char *out, size_t cap)
{
	const char *dir = test_dir();
	struct buf b = BUF_INIT(cap);
	test_write(dir, "in/a.py", "print(1)\n");
	test_write(dir, "in/sub/INFO", "{\"script\": \"a.py\"}");
	test_write(dir, "in/empty", "");
	CHECK_FATAL(system(textf("cd '%s/in' && tar -czf ../t.tgz a.py sub empty", dir)) == 0);
	CHECK_FATAL(fs_read_buf(AT_FDCWD, textf("%s/t.tgz", dir), &b, NULL, NULL) == 0);
	size_t n = b.n;
	memcpy(out, b.p, n);
	buf_release(&b);
	return n;
}

static int unpack(const char *p, size_t n, struct want *w, const char *name, size_t limit, struct mf_error *err)
{
	*err = (struct mf_error)MF_ERROR_INIT;
	*w = (struct want){.name = name, .b = BUF_INIT(limit)};
	int rc = archive_each(p, n, choose, w, err);
	CHECK_INT(rc, err->code);
	return rc;
}

void test_archive__members(void)
{
	static char tgz[100000];
	size_t n = make(tgz, sizeof(tgz));
	struct want w;
	struct mf_error err;
	static const struct {
		const char *name, *text;
	} t[] = {{"a.py", "print(1)\n"}, {"sub/INFO", "{\"script\": \"a.py\"}"}, {"empty", ""}, {"sub/", ""}, {"none", ""}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		CHECK_INT(unpack(tgz, n, &w, t[i].name, 1 << 20, &err), 0);
		CHECK_STR(w.b.p, t[i].text);
		CHECK_INT(w.seen, 3); /* asked for regular files only */
		buf_release(&w.b);
	}
	CHECK_INT(unpack(tgz, n, &w, "a.py", 4, &err), MF_ELIMIT);
	buf_release(&w.b);
}

void test_archive__damaged(void)
{
	static char tgz[100000];
	size_t n = make(tgz, sizeof(tgz));
	struct want w;
	struct mf_error err;
	CHECK_INT(unpack("this is no archive at all, whatever one may think", 49, &w, "a.py", 1000, &err), MF_ECORRUPT);
	buf_release(&w.b);
	for (size_t cut = 1; cut < n; cut += 13) {
		int rc = unpack(tgz, cut, &w, "a.py", 1000, &err);
		CHECK(rc == MF_ECORRUPT || rc == MF_OK);
		if (rc < 0)
			CHECK(err.message[0] != '\0');
		buf_release(&w.b);
	}
	tgz[n / 2] ^= 0x55;
	unpack(tgz, n, &w, "a.py", 1000, &err); /* whatever it says */
	buf_release(&w.b);
}
