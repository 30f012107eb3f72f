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

/* ---- walking ---- */

struct walked {
	struct buf list, content;
	struct mf_sink sink;
	int answer; /* of each call */
};

static int on_member(void *arg, const struct archive_member *m, const struct mf_sink **content, struct mf_error *err)
{
	struct walked *w = arg;
	static const char kinds[] = "fdlo";
	(void)err;
	buf_addf(&w->list, "%c %s %03o %llu%s%s\n", kinds[m->kind], m->path, m->mode, m->kind == ARCHIVE_FILE ? (unsigned long long)m->size : 0,
		m->target ? " -> " : "", m->target ? m->target : "");
	w->sink = (struct mf_sink){buf_sink_write, &w->content};
	*content = &w->sink;
	return w->answer;
}

static int on_end(void *arg, struct mf_error *err)
{
	struct walked *w = arg;
	(void)err;
	buf_addc(&w->content, '|');
	return MF_OK;
}

static int walk(const char *p, size_t n, struct walked *w, struct mf_error *err)
{
	struct archive_visitor v = {on_member, on_end, w};
	*err = (struct mf_error)MF_ERROR_INIT;
	buf_clear(&w->list);
	buf_clear(&w->content);
	return archive_walk(p, n, &v, err);
}

void test_archive__walk(void)
{
	const char *dir = test_dir();
	struct buf b = BUF_INIT(1 << 20);
	struct walked w = {.list = BUF_INIT(1 << 16), .content = BUF_INIT(1 << 16)};
	struct mf_error err;
	test_write(dir, "w/a", "one");
	test_write(dir, "w/sub/b", "");
	CHECK_FATAL(system(textf("cd '%s/w' && chmod 755 sub && chmod 640 a && chmod 600 sub/b && ln -sf /etc/passwd link && ln -f a hard && mkfifo -m 600 pipe && "
				 "tar -czPf ../w.tgz a sub/ sub/b link hard pipe --transform=s,^hard$,../hard,",
			       dir)) == 0);
	CHECK_FATAL(fs_read_buf(AT_FDCWD, textf("%s/w.tgz", dir), &b, NULL, NULL) == 0);
	CHECK_INT(walk(b.p, b.n, &w, &err), 0);
	CHECK_STR(w.list.p, "f a 640 3\nd sub/ 755 0\nf sub/b 600 0\nl sub/b 600 0 -> sub/b\nl link 777 0 -> /etc/passwd\nl ../hard 640 0 -> a\no pipe 600 0\n");
	CHECK_STR(w.content.p, "one||");
	w.answer = MF_ECANCELLED;
	CHECK_INT(walk(b.p, b.n, &w, &err), MF_ECANCELLED);
	CHECK_STR(w.list.p, "f a 640 3\n");
	w.answer = 0;
	w.content.limit = 1; /* a sink that refuses ends the walk with its code */
	CHECK_INT(walk(b.p, b.n, &w, &err), MF_ELIMIT);
	CHECK_INT(walk("no archive, but long enough to be one....", 41, &w, &err), MF_ECORRUPT);
	buf_release(&b);
	buf_release(&w.list);
	buf_release(&w.content);
}
