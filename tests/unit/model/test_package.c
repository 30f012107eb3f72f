#include "../../support/history.h"
#include "../../support/test.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../../clientlib/base/fs.h"
#include "../../../clientlib/model/package.h"

/* A package from files written by a shell script in a fresh directory. */
static struct mf_package *package(const char *script, const char *sha)
{
	struct buf b = BUF_INIT(1 << 22);
	struct mf_package *p = NULL;
	const char *dir = test_dir();
	CHECK_FATAL(system(textf("mkdir -p '%s/in' && cd '%s/in' && %s", dir, dir, script)) == 0);
	CHECK_FATAL(fs_read_buf(AT_FDCWD, textf("%s/in/p.tgz", dir), &b, NULL, NULL) == 0);
	CHECK_FATAL(package_make(&p, b.p, b.n, sha, NULL) == 0);
	buf_release(&b);
	return p;
}

#define V1                                                                                         \
	"mkdir -p .mf_meta .mf_code/metaflow sub && echo '{\"script\": \"flow.py\"}' > "           \
	".mf_meta/INFO && "                                                                        \
	"echo '{\"version\": 1, \"module_files\": [\"mod.py\"]}' > .mf_install && echo 'x = 1' > " \
	"flow.py && echo mod > mod.py && echo m > .mf_code/metaflow/a.py && "                      \
	"printf 'h' > sub/h.py && chmod 755 sub/h.py && tar -czf p.tgz .mf_install .mf_meta "      \
	".mf_code ./flow.py mod.py sub"

static void users(const struct mf_package *p, struct buf *out)
{
	const struct mf_member *m;
	size_t n = mf_package_members(p, &m);
	buf_clear(out);
	for (size_t i = 0; i < n; i++)
		if (m[i].user)
			buf_addf(out, "%s ", m[i].path);
}

static const char *content(const struct mf_package *p, const char *path)
{
	struct buf b = BUF_INIT(1 << 20);
	struct mf_sink sink = {buf_sink_write, &b};
	int rc = mf_package_read(p, path, &sink, NULL);
	const char *text = rc < 0 ? textf("error %d", rc) : textf("%s", b.p);
	buf_release(&b);
	return text;
}

void test_package__members(void)
{
	struct buf out = BUF_INIT(1 << 16);
	struct mf_package *p = package(V1, "aa");
	users(p, &out);
	CHECK_STR(out.p, "flow.py sub sub/h.py ");
	CHECK_STR(mf_package_script(p), "flow.py");
	CHECK_STR(mf_package_sha(p), "aa");
	CHECK_STR(content(p, NULL), "x = 1\n");
	CHECK_STR(content(p, "flow.py"), "x = 1\n");
	CHECK_STR(content(p, "./sub/h.py"), "h");
	CHECK_STR(content(p, ".mf_code/metaflow/a.py"), "m\n");
	struct mf_error err = MF_ERROR_INIT;
	struct mf_sink sink = {buf_sink_write, &out};
	CHECK_INT(mf_package_read(p, "flaw.py", &sink, &err), MF_ENOTFOUND);
	CHECK_STR(err.hint, "did you mean “flow.py”?");
	CHECK_INT(mf_package_read(p, "sub", &sink, NULL), MF_EUSAGE);
	mf_package_free(p);
	/* the layout without .mf_install; of two members of one name the last counts */
	p = package("mkdir -p metaflow metaflow_extensions/x && echo '{\"script\": \"f.py\"}' > "
		    "INFO && echo 1 > CONFIG && echo old > f.py && echo m > metaflow/m.py && "
		    "echo n > metaflow_n.py && tar -cf p.tar INFO CONFIG f.py metaflow "
		    "metaflow_extensions metaflow_n.py && echo new > f.py && tar -rf p.tar f.py && "
		    "gzip -c p.tar > p.tgz",
		"bb");
	users(p, &out);
	CHECK_STR(out.p, "f.py metaflow_n.py f.py ");
	CHECK_STR(content(p, NULL), "new\n");
	mf_package_free(p);
	/* no INFO, broken INFO */
	p = package("echo 1 > a.py && tar -czf p.tgz a.py", "cc");
	CHECK(mf_package_script(p) == NULL);
	CHECK_INT(mf_package_read(p, NULL, &sink, NULL), MF_ENOTFOUND);
	mf_package_free(p);
	p = package("echo '{' > INFO && echo '[' > .mf_install && tar -czf p.tgz INFO .mf_install",
		"dd");
	CHECK(mf_package_script(p) == NULL);
	mf_package_free(p);
	CHECK_INT(package_make(&p, "no archive at all, though long enough", 37, "ee", NULL),
		MF_ECORRUPT);
	CHECK(p == NULL);
	buf_release(&out);
}

static int extract(const struct mf_package *p, const char *dir, bool all, bool force,
	struct mf_extract_result *r, struct mf_error *err)
{
	struct mf_extract_options o = {.all = all, .force = force};
	*err = (struct mf_error)MF_ERROR_INIT;
	int rc = mf_package_extract(p, dir, &o, r, err);
	CHECK_INT(rc, err->code);
	return rc;
}

static const char *file(const char *dir, const char *name)
{
	struct buf b = BUF_INIT(1 << 20);
	int rc = fs_read_buf(AT_FDCWD, textf("%s/%s", dir, name), &b, NULL, NULL);
	const char *text = rc < 0 ? textf("error %d", rc) : textf("%s", b.p);
	buf_release(&b);
	return text;
}

static int files_below(const char *dir)
{
	FILE *f = popen(textf("find '%s' -type f | wc -l", dir), "r");
	int n = -1;
	CHECK_FATAL(f && fscanf(f, "%d", &n) == 1);
	pclose(f);
	return n;
}

void test_package__extract(void)
{
	struct mf_extract_result r;
	struct mf_error err;
	struct mf_package *p = package(V1, "aa");
	const char *to = textf("%s/out", test_dir());
	struct stat st;
	CHECK_INT(extract(p, to, false, false, &r, &err), 0);
	CHECK_INT(r.files, 2);
	CHECK_INT(r.skipped, 0);
	CHECK_STR(file(to, "flow.py"), "x = 1\n");
	CHECK(stat(textf("%s/sub/h.py", to), &st) == 0 && st.st_mode & 0100);
	CHECK(stat(textf("%s/flow.py", to), &st) == 0 && !(st.st_mode & 0111));
	CHECK_INT(files_below(to), 2);
	/* nothing is overwritten, and nothing is begun then */
	test_write(to, "flow.py", "mine");
	unlink(textf("%s/sub/h.py", to));
	CHECK_INT(extract(p, to, false, false, &r, &err), MF_EFAILED);
	CHECK_STR(err.hint, "--force replaces files");
	CHECK_STR(file(to, "flow.py"), "mine");
	CHECK_INT(files_below(to), 1);
	CHECK_INT(extract(p, to, true, true, &r, &err), 0);
	CHECK_STR(file(to, "flow.py"), "x = 1\n");
	CHECK_STR(file(to, ".mf_code/metaflow/a.py"), "m\n");
	CHECK_INT(files_below(to), 6);
	/* a directory in the way, a file where a directory should be, no parent */
	to = textf("%s/b", test_dir());
	CHECK_FATAL(system(textf("mkdir -p '%s/flow.py'", to)) == 0);
	CHECK(extract(p, to, false, true, &r, &err) < 0);
	to = textf("%s/c", test_dir());
	test_write(to, "sub", "a file");
	CHECK_INT(extract(p, to, false, true, &r, &err), MF_EFAILED);
	CHECK_STR(file(to, "sub"), "a file");
	CHECK_INT(
		extract(p, textf("%s/no/where", test_dir()), false, false, &r, &err), MF_ENOTFOUND);
	mf_package_free(p);
}

/* A member of a tar archive; files hold "evil". */
static void tar_add(struct buf *b, const char *name, char type, const char *link)
{
	char head[512] = "", body[512] = "evil";
	unsigned sum = 0;
	snprintf(head, 100, "%s", name);
	snprintf(head + 100, 8, "0000644");
	snprintf(head + 108, 8, "0000000");
	snprintf(head + 116, 8, "0000000");
	snprintf(head + 124, 12, "%011o", type == '0' ? 4u : 0u);
	snprintf(head + 136, 12, "00000000000");
	memset(head + 148, ' ', 8);
	head[156] = type;
	snprintf(head + 157, 100, "%s", link ? link : "");
	memcpy(head + 257, "ustar\00000", 8);
	for (size_t i = 0; i < sizeof(head); i++)
		sum += (unsigned char)head[i];
	snprintf(head + 148, 8, "%06o", sum);
	buf_add(b, head, sizeof(head));
	if (type == '0')
		buf_add(b, body, sizeof(body));
}

/* Whatever the archive says, only the directory changes. */
void test_package__extract_hostile(void)
{
	struct mf_extract_result r;
	struct mf_error err;
	const char *dir = test_dir(), *to = textf("%s/jail", dir);
	static const struct {
		const char *name, *link;
		char type;
	} t[] = {{"link", "/etc/passwd", '2'}, {"a", NULL, '0'}, {"../up", NULL, '0'},
		{"/tmp/mfkit-absolute", NULL, '0'}, {"d/../../up2", NULL, '0'}, {"..", NULL, '0'},
		{"d/.", NULL, '0'}, {"pipe", NULL, '6'}, {"null", NULL, '3'}, {"hard", "a", '1'},
		{"d//e", NULL, '0'}, {"d/..", NULL, '5'}, {"/", NULL, '5'},
		{"link/below", NULL, '0'}};
	struct buf tar = BUF_INIT(1 << 20);
	struct mf_package *p;
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		tar_add(&tar, t[i].name, t[i].type, t[i].link);
	for (int i = 0; i < 1024; i++)
		buf_addc(&tar, '\0');
	CHECK_FATAL(package_make(&p, tar.p, tar.n, "aa", NULL) == 0);
	buf_release(&tar);
	CHECK_INT(extract(p, to, true, true, &r, &err), 0);
	CHECK_INT(r.files, 3); /* a, d//e, link/below: no link is made */
	CHECK_INT(r.skipped, 11);
	CHECK_STR(r.first, "link: a link");
	CHECK_INT(files_below(to), 3);
	CHECK_STR(file(to, "d/e"), "evil");
	CHECK(access(textf("%s/up", dir), F_OK) < 0 && access(textf("%s/up2", dir), F_OK) < 0 &&
		access("/tmp/mfkit-absolute", F_OK) < 0);
	mf_package_free(p);
	/* links that stand in the directory already are not followed */
	to = textf("%s/linked", dir);
	CHECK_FATAL(system(textf("mkdir -p '%s' '%s/outside' && ln -s ../outside '%s/sub'", to, dir,
			    to)) == 0);
	p = package(V1, "aa");
	CHECK_INT(extract(p, to, false, true, &r, &err), MF_EFAILED);
	CHECK_INT(files_below(textf("%s/outside", dir)), 0);
	CHECK_FATAL(system(textf("rm '%s/sub' && echo keep > '%s/outside/f' && ln -sf ../outside/f "
				 "'%s/flow.py'",
			    to, dir, to)) == 0);
	CHECK_INT(extract(p, to, false, false, &r, &err), MF_EFAILED);
	CHECK_INT(extract(p, to, false, true, &r, &err), 0); /* the link itself is replaced */
	CHECK_STR(file(dir, "outside/f"), "keep\n");
	CHECK_STR(file(to, "flow.py"), "x = 1\n");
	mf_package_free(p);
}

void test_package__diff(void)
{
	struct mf_package *a = package(V1, "aa");
	struct mf_package *b =
		package(V1 " && echo 'x = 2' > flow.py && rm sub/h.py && echo new > sub/n.py && "
			   "printf 'a\\0b' > bin && echo 2 > .mf_code/metaflow/a.py && "
			   "tar -czf p.tgz .mf_install .mf_meta .mf_code flow.py mod.py sub bin",
			"bb");
	struct mf_package_diff *d;
	const struct mf_file_change *c;
	struct buf text = BUF_INIT(1 << 16), names = BUF_INIT(1 << 12);
	struct mf_sink sink = {buf_sink_write, &text};
	CHECK_FATAL(mf_package_diff(&d, a, b, false, NULL) == 0);
	size_t n = mf_package_diff_files(d, &c);
	for (size_t i = 0; i < n; i++) {
		buf_addf(&names, "%s %s, ", c[i].path, mf_change_name(c[i].change));
		CHECK_INT(mf_package_diff_text(d, i, &sink, NULL), 0);
	}
	CHECK_STR(names.p, "bin added, flow.py changed, sub/h.py removed, sub/n.py added, ");
	CHECK_STR(text.p,
		"Binary files /dev/null and b/bin differ\n"
		"--- a/flow.py\n+++ b/flow.py\n@@ -1 +1 @@\n-x = 1\n+x = 2\n"
		"--- a/sub/h.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-h\n\\ No newline at end of file\n"
		"--- /dev/null\n+++ b/sub/n.py\n@@ -0,0 +1 @@\n+new\n");
	mf_package_diff_free(d);
	CHECK_FATAL(mf_package_diff(&d, a, b, true, NULL) == 0);
	CHECK_INT(mf_package_diff_files(d, &c), 5);
	mf_package_diff_free(d);
	CHECK_FATAL(mf_package_diff(&d, a, a, true, NULL) == 0);
	CHECK_INT(mf_package_diff_files(d, &c), 0);
	mf_package_diff_free(d);
	mf_package_free(a);
	mf_package_free(b);
	buf_release(&text);
	buf_release(&names);
}

/* Through a history: a run's package is that of its newest step that has one. */
void test_package__open(void)
{
	struct history h;
	struct mf_package *p = package(V1, "aa"), *q;
	struct mf_error err = MF_ERROR_INIT;
	char sha[41];
	history_init(&h);
	history_done_task(&h, "F/1/start/2", 1000);
	history_done_task(&h, "F/1/end/3", 2000);
	history_blob(&h, "F", p->bytes.p, p->bytes.n, 1, sha);
	history_open(&h);
	CHECK_INT(mf_package_open(&q, h.client, "F/1", &err), MF_ENOTFOUND);
	CHECK(strstr(err.hint, "METAFLOW_FEAT_ALWAYS_UPLOAD_CODE_PACKAGE") != NULL);
	history_meta(&h, "F/1/start/2", "code-package",
		textf("\"{\\\"ds_type\\\": \\\"local\\\", \\\"sha\\\": \\\"%s\\\", "
		      "\\\"location\\\": \\\"/x/F/data/%.2s/%s\\\"}\"",
			sha, sha, sha),
		1500, 0);
	history_open(&h);
	CHECK_INT(mf_package_open(&q, h.client, "F/1", NULL), 0);
	CHECK_STR(mf_package_sha(q), sha);
	CHECK_STR(content(q, NULL), "x = 1\n");
	mf_package_free(q);
	CHECK_INT(mf_package_open(&q, h.client, "F/1/start/2", NULL), 0);
	mf_package_free(q);
	CHECK_INT(mf_package_open(&q, h.client, "F/1/end/3", NULL), MF_ENOTFOUND);
	CHECK_INT(mf_package_open(&q, h.client, "F/1/start", NULL), MF_EUSAGE);
	CHECK_INT(mf_package_open(&q, h.client, "F/7", NULL), MF_ENOTFOUND);
	mf_package_free(p);
	history_close(&h);
}

struct faults {
	const struct mf_package *p;
	const char *dir;
};

static int diff_under_faults(void *arg)
{
	const struct faults *f = arg;
	struct mf_package *q;
	struct mf_package_diff *d;
	struct buf text = BUF_INIT(1 << 16);
	struct mf_sink sink = {buf_sink_write, &text};
	int rc = package_make(&q, f->p->bytes.p, f->p->bytes.n, "bb", NULL);
	if (rc < 0)
		return rc;
	q->members[q->n - 1].user = false; /* sub/h.py is not there for the diff */
	rc = mf_package_diff(&d, f->p, q, false, NULL);
	if (rc == MF_OK) {
		rc = mf_package_diff_text(d, 0, &sink, NULL);
		mf_package_diff_free(d);
	}
	mf_package_free(q);
	buf_release(&text);
	return rc;
}

static int extract_under_faults(void *arg)
{
	static const struct mf_extract_options o = {.force = true};
	const struct faults *f = arg;
	return mf_package_extract(f->p, f->dir, &o, NULL, NULL);
}

void test_package__allocation_failure(void)
{
	struct faults f = {package(V1, "aa"), textf("%s/faults", test_dir())};
	test_every_alloc(diff_under_faults, &f);
	test_every_alloc(extract_under_faults, &f);
	CHECK_INT(files_below(f.dir), 2);
	mf_package_free((struct mf_package *)(uintptr_t)f.p);
}
