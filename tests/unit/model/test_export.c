#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../../clientlib/model/export.h"
#include "../../support/history.h"
#include "../../support/test.h"

enum { T0 = 1000 };

/* ---- a small history and its export ---- */

struct fixture {
	struct history h;
	const char *dir;
	struct mf_export_options opts;
	struct mf_export_result result;
	struct mf_error err;
	char failed[4096]; /* "PATHSPEC: why\n" of each */
	int calls;
};

static void note_failed(void *self, const char *pathspec, const struct mf_error *err)
{
	struct fixture *f = self;
	size_t n = strlen(f->failed);
	snprintf(f->failed + n, sizeof(f->failed) - n, "%s: %s\n", pathspec,
		mf_code_name(err->code));
}

static void note_progress(void *self, const struct mf_progress *p)
{
	struct fixture *f = self;
	f->calls++;
	CHECK(p->done <= p->total);
}

static void begin(struct fixture *f)
{
	*f = (struct fixture){.opts = MF_EXPORT_INIT, .err = MF_ERROR_INIT};
	history_init(&f->h);
	history_done_task(&f->h, "F/1/start/1", T0);
	history_artifact(&f->h, "F/1/start/1", 0, "x", "{\"a\": 1}", T0);
	history_artifact(&f->h, "F/1/start/1", 0, "text", "\"hello\"", T0);
	history_file(&f->h, "F/1/start/1/0.runtime_stdout.log",
		"[MFLOG|0|2026-11-21T01:33:34.282734Z|runtime|id]one\n");
	f->dir = textf("%s/out", test_dir());
	f->opts.dir = f->dir;
	f->opts.jobs = 1;
	f->opts.failed = note_failed;
	f->opts.progress = note_progress;
	f->opts.self = f;
}

static int export(struct fixture *f, const char *pathspec)
{
	const char *const paths[] = {pathspec};
	if (!f->h.client)
		history_open(&f->h);
	err_clear(&f->err);
	f->failed[0] = '\0';
	return mf_export(&f->result, f->h.client, paths, 1, &f->opts, &f->err);
}

static void end(struct fixture *f)
{
	history_close(&f->h);
}

/* The text of a file below DIR; "(none)" when it is not there. */
static const char *text(const struct fixture *f, const char *name)
{
	struct buf b = BUF_INIT(1 << 20);
	const char *out = "(none)";
	if (fs_read_buf(AT_FDCWD, textf("%s/%s", f->dir, name), &b, NULL, NULL) == MF_OK)
		out = textf("%s", b.p);
	buf_release(&b);
	return out;
}

static bool there(const struct fixture *f, const char *name)
{
	struct stat st;
	return lstat(textf("%s/%s", f->dir, name), &st) == 0;
}

/* The manifest as lines "kind file status", in its order. */
static const char *listing(const struct fixture *f)
{
	json_t *m = json_loads(text(f, "manifest.json"), 0, NULL), *e;
	struct buf b = BUF_INIT(1 << 16);
	size_t i;
	CHECK(m != NULL);
	json_array_foreach(json_object_get(m, "files"), i, e)
	{
		const char *file = json_string_value(json_object_get(e, "file"));
		const char *which = file ? file : json_string_value(json_object_get(e, "pathspec"));
		buf_addf(&b, "%s %s %s\n", json_string_value(json_object_get(e, "kind")), which,
			json_string_value(json_object_get(e, "status")));
	}
	const char *out = textf("%s", b.p);
	buf_release(&b);
	json_decref(m);
	return out;
}

void test_export__everything_of_a_run(void)
{
	struct fixture f;
	begin(&f);
	CHECK_INT(export(&f, "F/1"), MF_OK);
	CHECK_STR(text(&f, "F/1/start/1/x.json"), "{\"a\":1}\n");
	CHECK_STR(text(&f, "F/1/start/1/text.txt"), "hello");
	CHECK_STR(text(&f, "F/1/start/1/stdout.log"), "one\n");
	CHECK_STR(text(&f, "F/1/start/1/stderr.log"), "\n"); /* as the client has it */
	CHECK(strstr(text(&f, "F/1/start/1/metadata.json"), "\"pathspec\":\"F/1/start/1\"") !=
		NULL);
	CHECK(strstr(text(&f, "F/1/run.json"), "\"steps\":[{\"id\":\"start\"") != NULL);
	CHECK_STR(listing(&f),
		"metadata F/1/run.json ok\nmetadata F/1/start/1/metadata.json ok\n"
		"log F/1/start/1/stderr.log ok\nlog F/1/start/1/stdout.log ok\n"
		"artifact F/1/start/1/text.txt ok\nartifact F/1/start/1/x.json ok\n");
	CHECK_INT(f.result.files, 6);
	CHECK(!there(&f, EXPORT_JOURNAL));
	CHECK(f.calls > 0);
	end(&f);
}

void test_export__chosen_parts(void)
{
	struct fixture f;
	begin(&f);
	f.opts.what = MF_EXPORT_ARTIFACTS;
	f.opts.include = "t*";
	f.opts.format = MF_AS_PICKLE;
	f.opts.verify = true;
	CHECK_INT(export(&f, "F/1/start"), MF_OK);
	CHECK_STR(listing(&f), "artifact F/1/start/1/text.pkl ok\n");
	/* a named artifact comes alone, hidden or not; the manifest has both exports */
	f.opts.include = NULL;
	f.opts.format = -1;
	f.opts.what = 0;
	CHECK_INT(export(&f, "F/1/start/1/_task_ok"), MF_OK);
	CHECK_STR(text(&f, "F/1/start/1/_task_ok.json"), "true\n");
	CHECK_STR(listing(&f),
		"artifact F/1/start/1/_task_ok.json ok\nartifact F/1/start/1/text.pkl ok\n");
	f.opts.what = MF_EXPORT_ARTIFACTS;
	f.opts.format = MF_AS_NPY;
	CHECK_INT(export(&f, "F/1/start/1"), MF_OK);
	CHECK_INT(f.result.skipped, 2);
	CHECK_INT(export(&f, "F/1/start/1/x"), MF_EPARTIAL);
	CHECK_STR(f.failed, "F/1/start/1/x: unsupported\n");
	end(&f);
}

void test_export__wrong_requests(void)
{
	struct fixture f;
	begin(&f);
	CHECK_INT(export(&f, "F"), MF_EUSAGE);
	CHECK_INT(export(&f, "F/2"), MF_ENOTFOUND);
	CHECK_INT(export(&f, "F/1/start/*/none*"), MF_ENOTFOUND);
	f.opts.dir = textf("%s/.metaflow", f.h.dir);
	CHECK_INT(export(&f, "F/1"), MF_EUSAGE);
	f.opts.dir = textf("%s/.metaflow/config.json/x", f.h.dir);
	CHECK(export(&f, "F/1") < 0);
	end(&f);
}

/* ---- failures ---- */

void test_export__one_fails_the_rest_is_there(void)
{
	struct fixture f;
	begin(&f);
	history_artifact(&f.h, "F/1/start/1", 0, "lost", "[1, 2, 3]", T0);
	history_open(&f.h);
	const char *sha = history_field(&f.h, "F/1/start/1/lost", "sha");
	unlink(textf("%s/.metaflow/F/data/%.2s/%.40s", f.h.dir, sha + 1, sha + 1));
	CHECK_INT(export(&f, "F/1"), MF_EPARTIAL);
	CHECK_STR(f.failed, "F/1/start/1/lost: not_found\n");
	CHECK_INT(f.result.failed, 1);
	CHECK(strstr(listing(&f), "artifact F/1/start/1/lost failed\n") != NULL);
	CHECK_STR(text(&f, "F/1/start/1/x.json"), "{\"a\":1}\n");
	/* found again: the failure goes from the manifest, what is there is kept */
	history_artifact(&f.h, "F/1/start/1", 0, "lost", "[1, 2, 3]", T0);
	f.opts.resume = true;
	CHECK_INT(export(&f, "F/1"), MF_OK);
	CHECK(strstr(listing(&f), "failed") == NULL);
	CHECK(strstr(listing(&f), "artifact F/1/start/1/lost.json ok\n") != NULL);
	CHECK_INT(f.result.kept, 5); /* run.json is written anew */
	end(&f);
}

void test_export__link_in_the_way(void)
{
	struct fixture f;
	begin(&f);
	const char *outside = test_dir();
	test_write(f.dir, "F/x", "");
	CHECK(symlink(outside, textf("%s/F/1", f.dir)) == 0);
	CHECK_INT(export(&f, "F/1"), MF_EPARTIAL);
	CHECK(rmdir(outside) == 0); /* nothing has been written there */
	end(&f);
	/* a link in the place of a file is replaced */
	begin(&f);
	outside = test_dir();
	test_write(outside, "target", "mine");
	test_write(f.dir, "F/1/start/1/y", "");
	CHECK(symlink(textf("%s/target", outside), textf("%s/F/1/start/1/text.txt", f.dir)) == 0);
	CHECK(symlink(textf("%s/target", outside), textf("%s/F/1/start/1/.x.json.part", f.dir)) ==
		0);
	CHECK_INT(export(&f, "F/1"), MF_OK);
	CHECK_STR(text(&f, "F/1/start/1/text.txt"), "hello");
	f.dir = outside;
	CHECK_STR(text(&f, "target"), "mine");
	end(&f);
	/* nor is the manifest read or written through one */
	begin(&f);
	test_write(f.dir, "x", "");
	CHECK(symlink("/dev/zero", textf("%s/manifest.json", f.dir)) == 0);
	CHECK(export(&f, "F/1") < 0);
	end(&f);
}

void test_export__no_room(void)
{
	struct fixture f;
	struct rlimit before, small;
	struct buf big = BUF_INIT(1 << 20);
	begin(&f);
	buf_addc(&big, '"');
	for (int i = 0; i < 30000; i++)
		buf_addc(&big, (char)('a' + i % 26));
	buf_addc(&big, '"');
	history_artifact(&f.h, "F/1/start/1", 0, "big", big.p, T0);
	buf_release(&big);
	history_open(&f.h);
	void (*was)(int) = signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	small = (struct rlimit){20000, before.rlim_max};
	setrlimit(RLIMIT_FSIZE, &small);
	int rc = export(&f, "F/1");
	setrlimit(RLIMIT_FSIZE, &before);
	signal(SIGXFSZ, was);
	CHECK_INT(rc, MF_EPARTIAL);
	CHECK_STR(f.failed, "F/1/start/1/big: io\n");
	CHECK(!there(&f, "F/1/start/1/big.txt"));
	CHECK(!there(&f, "F/1/start/1/.big.txt.part"));
	CHECK_STR(text(&f, "F/1/start/1/text.txt"), "hello");
	CHECK(export_hopeless(ENOSPC) && export_hopeless(EROFS) && !export_hopeless(EFBIG) &&
		!export_hopeless(EACCES));
	end(&f);
}

void test_export__cancelled(void)
{
	struct fixture f;
	begin(&f);
	f.opts.cancel = mf_cancel_new();
	mf_cancel_set(f.opts.cancel);
	CHECK_INT(export(&f, "F/1"), MF_ECANCELLED);
	mf_cancel_reset(f.opts.cancel);
	f.opts.resume = true;
	CHECK_INT(export(&f, "F/1"), MF_OK);
	mf_cancel_free(f.opts.cancel);
	end(&f);
}

void test_export__locked(void)
{
	struct fixture f;
	begin(&f);
	test_write(f.dir, EXPORT_JOURNAL, "");
	int fd = open(textf("%s/" EXPORT_JOURNAL, f.dir), O_RDWR);
	CHECK(flock(fd, LOCK_EX | LOCK_NB) == 0);
	CHECK_INT(export(&f, "F/1"), MF_EFAILED);
	CHECK_STR(f.err.message, "another export is writing there");
	close(fd);
	CHECK_INT(export(&f, "F/1"), MF_OK);
	end(&f);
}

/* ---- resuming ---- */

void test_export__resumes_after_a_kill(void)
{
	struct fixture f;
	begin(&f);
	history_open(&f.h);
	const char *sha = history_field(&f.h, "F/1/start/1/x", "sha");
	/* x was written and told; text was written but its line is torn; a file was left under its
	 * temporary name */
	test_write(f.dir, "F/1/start/1/x.json", "{\"b\":2}\n");
	test_write(f.dir, "F/1/start/1/.text.txt.part", "half");
	test_write(f.dir, EXPORT_JOURNAL,
		textf("{\"pathspec\":\"F/1/start/1/"
		      "x\",\"kind\":\"artifact\",\"sha\":%s,\"size\":8,\"type\":null,"
		      "\"file\":\"F/1/start/1/x.json\",\"status\":\"ok\"}\n{\"pathspec\":\"F/1/st",
			sha));
	f.opts.resume = true;
	CHECK_INT(export(&f, "F/1"), MF_OK);
	CHECK_INT(f.result.kept, 1);
	CHECK_STR(text(&f, "F/1/start/1/x.json"), "{\"b\":2}\n"); /* not read again */
	CHECK_STR(text(&f, "F/1/start/1/text.txt"), "hello");
	CHECK(!there(&f, "F/1/start/1/.text.txt.part"));
	CHECK(!there(&f, EXPORT_JOURNAL));
	CHECK(strstr(listing(&f), "artifact F/1/start/1/x.json ok\n") != NULL);
	/* with verify what is kept is hashed: this is not what was exported */
	f.opts.verify = true;
	CHECK_INT(export(&f, "F/1"), MF_OK);
	CHECK_STR(text(&f, "F/1/start/1/x.json"), "{\"a\":1}\n");
	end(&f);
}

void test_export__resumes_what_has_changed(void)
{
	struct fixture f;
	begin(&f);
	CHECK_INT(export(&f, "F/1"), MF_OK);
	f.opts.resume = true;
	CHECK_INT(export(&f, "F/1/start/1"), MF_OK);
	CHECK_INT(f.result.kept, 5);
	/* another size on disk, and another SHA in the record */
	test_write(f.dir, "F/1/start/1/x.json", "cut");
	history_artifact(&f.h, "F/1/start/1", 0, "text", "\"other\"", T0);
	CHECK_INT(export(&f, "F/1/start/1"), MF_OK);
	CHECK_STR(text(&f, "F/1/start/1/x.json"), "{\"a\":1}\n");
	CHECK_STR(text(&f, "F/1/start/1/text.txt"), "other");
	/* another format is another file */
	f.opts.format = MF_AS_JSON;
	CHECK_INT(export(&f, "F/1/start/1/text"), MF_OK);
	CHECK_INT(f.result.kept, 0);
	CHECK_STR(text(&f, "F/1/start/1/text.json"), "\"other\"\n");
	end(&f);
}

void test_export__damaged_manifest(void)
{
	struct fixture f;
	begin(&f);
	test_write(f.dir, "manifest.json", "{\"files\":[{\"pathspec\"");
	f.opts.resume = true;
	CHECK_INT(export(&f, "F/1"), MF_ECORRUPT);
	CHECK_STR(f.err.where, "manifest.json");
	test_write(f.dir, "manifest.json",
		"{\"a\":[1],\"files\":[{\"x\":1},{\"kind\":\"k\",\"pathspec\":\"p\",\"size\":1e3}]"
		"}");
	CHECK_INT(export(&f, "F/1/start/1/x"), MF_OK);
	CHECK_STR(listing(&f), "artifact F/1/start/1/x.json ok\nk p (null)\n");
	end(&f);
}

/* ---- names ---- */

static const char *named(const char *name, unsigned flags)
{
	struct buf b = BUF_INIT(1 << 16);
	export_name(&b, name, strlen(name), flags);
	const char *out = textf("%s", b.p);
	buf_release(&b);
	return out;
}

void test_export__names(void)
{
	static const struct {
		const char *in, *out;
		unsigned flags;
	} cases[] = {{"plain", "plain", 0}, {"größe", "größe", 0}, {"a/b", "a%2Fb", 0},
		{"100%", "100%25", 0}, {".", "%2E", 0}, {"..", "%2E%2E", 0},
		{".hidden", "%2Ehidden", 0}, {".git", ".git", NAME_DOT}, {"..", "%2E%2E", NAME_DOT},
		{"-rf", "%2Drf", 0}, {"a.", "a%2E", 0}, {"a ", "a%20", 0}, {"a b", "a b", 0},
		{"a\nb", "a%0Ab", 0}, {"\x7f", "%7F", 0}, {"\xff\xfe", "%FF%FE", 0},
		{"a:b*c?\"<>|\\", "a%3Ab%2Ac%3F%22%3C%3E%7C%5C", 0}, {"CON", "%43ON", 0},
		{"nul.txt", "%6Eul.txt", 0}, {"com1", "%63om1", 0}, {"com", "com", 0},
		{"console", "console", 0},
		{"\xe2\x80\xae"
		 "evil",
			"%E2%80%AEevil", 0},
		{"\xc2\x9b"
		 "m",
			"%C2%9Bm", 0},
		{"aBc", "a%42c", NAME_SPELL}, {"metadata", "%6Detadata", NAME_FIRST},
		{"", "%~", 0}};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		CHECK_STR(named(cases[i].in, cases[i].flags), cases[i].out);
	/* long ones differ by their hash, and are cut between characters */
	char a[1200], b[1200];
	for (size_t i = 0; i < sizeof(a) - 1; i += 3)
		memcpy(a + i, i % 2 ? "\xe2\x82\xac" : "/ab",
			i + 3 < sizeof(a) ? 3 : sizeof(a) - 1 - i);
	a[sizeof(a) - 1] = '\0';
	memcpy(b, a, sizeof(b));
	b[sizeof(b) - 4] ^= 1;
	const char *p = named(a, 0), *q = named(b, 0);
	CHECK(strlen(p) <= EXPORT_NAME && strlen(p) > EXPORT_NAME - 8);
	CHECK(strcmp(p, q) != 0);
	CHECK(p[strlen(p) - 17] == '~' && p[strlen(p) - 18] == '%');
}

void test_export__names_that_differ_in_capitals(void)
{
	struct fixture f;
	begin(&f);
	history_artifact(&f.h, "F/1/start/1", 0, "A", "1", T0);
	history_artifact(&f.h, "F/1/start/1", 0, "a", "2", T0);
	history_artifact(&f.h, "F/1/start/1", 0, "Only", "3", T0);
	history_artifact(&f.h, "F/1/start/1", 0, "metadata", "4", T0);
	history_done_task(&f.h, "F/1/Code/2", T0);
	history_artifact(&f.h, "F/1/Code/2", 0, "x", "5", T0);
	history_done_task(&f.h, "F/1/Start/3", T0);
	history_artifact(&f.h, "F/1/Start/3", 0, "x", "6", T0);
	CHECK_INT(export(&f, "F/1"), MF_OK);
	CHECK_STR(text(&f, "F/1/start/1/%41.json"), "1\n");
	CHECK_STR(text(&f, "F/1/start/1/a.json"), "2\n");
	CHECK_STR(text(&f, "F/1/start/1/Only.json"), "3\n");
	CHECK_STR(text(&f, "F/1/start/1/%6Detadata.json"), "4\n");
	CHECK_STR(text(&f, "F/1/%43ode/2/x.json"), "5\n");
	CHECK_STR(text(&f, "F/1/%53tart/3/x.json"), "6\n");
	/* the same name when it is asked for alone */
	f.opts.resume = true;
	CHECK_INT(export(&f, "F/1/start/1/A"), MF_OK);
	CHECK_INT(f.result.kept, 1);
	end(&f);
}

/* ---- cards and code ---- */

static size_t add_member(unsigned char *p, const char *name, const char *body)
{
	size_t n = strlen(body);
	unsigned sum = 0;
	memset(p, 0, 1024);
	snprintf((char *)p, 100, "%s", name);
	memcpy(p + 100, "0000644\0000000000\0000000000", 24);
	memcpy(p + 124, textf("%011o", (unsigned)n), 12);
	memcpy(p + 136, "00000000000", 12);
	memset(p + 148, ' ', 8);
	p[156] = '0';
	memcpy(p + 257, "ustar\00000", 8);
	for (int i = 0; i < 512; i++)
		sum += p[i];
	memcpy(p + 148, textf("%06o", sum), 7);
	memcpy(p + 512, body, n);
	return 1024;
}

void test_export__cards_and_code(void)
{
	static unsigned char tar[16384];
	struct fixture f;
	char sha[41];
	size_t n = 0;
	begin(&f);
	n += add_member(tar + n, ".mf_install", "{\"version\":1,\"module_files\":[\"mod.py\"]}");
	n += add_member(tar + n, ".mf_meta/INFO", "{}");
	n += add_member(tar + n, ".mf_code/metaflow/x.py", "theirs");
	n += add_member(tar + n, "mod.py", "theirs");
	n += add_member(tar + n, "flow.py", "print()\n");
	n += add_member(tar + n, "lib/.env", "A=1\n");
	n += add_member(tar + n, "../../evil", "no");
	n += add_member(tar + n, "/abs", "no");
	history_blob(&f.h, "F", tar, n + 1024, 1, sha);
	history_meta(&f.h, "F/1/start/1", "code-package",
		textf("\"{\\\"ds_type\\\": \\\"local\\\", \\\"sha\\\": \\\"%s\\\", "
		      "\\\"location\\\": \\\"x\\\"}\"",
			sha),
		T0, 0);
	history_file(&f.h,
		"mf.cards/F/runs/1/steps/start/tasks/1/cards/"
		"default-0123456789abcdef0123456789abcdef.html",
		"<html>");
	f.opts.what = MF_EXPORT_CARDS | MF_EXPORT_CODE;
	CHECK_INT(export(&f, "F/1/start/1"), MF_EPARTIAL);
	CHECK_STR(f.failed, "F/1: corrupt\n");
	CHECK_STR(listing(&f),
		"code F/1/code failed\ncode F/1/code/flow.py ok\ncode F/1/code/lib/.env ok\n"
		"card F/1/start/1/cards/default-0123456789abcdef0123456789abcdef.html ok\n");
	CHECK_STR(text(&f, "F/1/code/lib/.env"), "A=1\n");
	f.opts.resume = true;
	CHECK_INT(export(&f, "F/1/start/1"), MF_EPARTIAL);
	CHECK_INT(f.result.kept, 3);
	end(&f);
}

/* ---- many threads, little memory ---- */

void test_export__on_threads(void)
{
	struct fixture f;
	begin(&f);
	for (int t = 2; t < 12; t++) {
		const char *task = textf("F/1/work/%d", t);
		history_done_task(&f.h, task, T0);
		for (int i = 0; i < 12; i++)
			history_artifact(
				&f.h, task, 0, textf("v%d", i), textf("%d", t * 100 + i), T0);
	}
	f.opts.jobs = 4;
	CHECK_INT(export(&f, "F/1"), MF_OK);
	CHECK_INT(f.result.files, 6 + 10 * 15);
	CHECK_STR(text(&f, "F/1/work/11/v11.json"), "1111\n");
	f.opts.resume = true;
	CHECK_INT(export(&f, "F/1/work/*/v1*"), MF_OK);
	CHECK_INT(f.result.kept, 30);
	/* many by name of one task, beside some of another and the same again */
	const char *const paths[] = {
		"F/1/work/2/v*", "F/1/work/3/v1", "F/1/work/2/v1", "F/1/work/2/_task_ok"};
	CHECK_INT(
		mf_export(&f.result, f.h.client, paths, ARRAY_SIZE(paths), &f.opts, &f.err), MF_OK);
	CHECK_INT(f.result.kept, 13);
	CHECK_INT(f.result.files, 1);
	end(&f);
}

void test_export__out_of_memory(void)
{
	struct fixture f;
	int rc = MF_ENOMEM;
	begin(&f);
	history_open(&f.h);
	f.opts.verify = true;
	for (long i = 1; i < 5000; i++) {
		mf_client_forget(f.h.client);
		f.opts.resume = i % 2;
		test_fail_alloc(i);
		rc = export(&f, "F/1");
		bool failed = test_alloc_failed();
		test_fail_alloc(0);
		if (!failed)
			break;
		if (rc != MF_ENOMEM && rc != MF_OK && rc != MF_EPARTIAL)
			CHECK_INT(rc, MF_ENOMEM);
	}
	CHECK_INT(rc, MF_OK);
	CHECK_STR(text(&f, "F/1/start/1/text.txt"), "hello");
	end(&f);
}
