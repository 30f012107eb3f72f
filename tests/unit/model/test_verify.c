#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../../clientlib/model/verify.h"
#include "../../support/history.h"
#include "../../support/test.h"

enum { T0 = 1000 };

struct fixture {
	struct history h;
	struct mf_verify_options opts;
	struct mf_verify_result result;
	char told[8192];  /* "damage sha|- pathspecs…\n" of each */
	const char *path; /* of the last one */
};

static void note(void *self, const struct mf_damaged *d)
{
	struct fixture *f = self;
	struct buf b = BUF_INIT(8192);
	buf_addf(&b, "%s %s", mf_damage_name(d->damage), d->sha ? "blob" : "file");
	for (size_t i = 0; i < d->n; i++)
		buf_addf(&b, " %s", d->pathspecs[i]);
	size_t n = strlen(f->told);
	snprintf(f->told + n, sizeof(f->told) - n, "%s\n", b.p);
	f->path = d->path ? textf("%s", d->path) : "(none)";
	CHECK(d->error->code < 0);
	buf_release(&b);
}

static void note_progress(void *self, const struct mf_progress *p)
{
	(void)self;
	CHECK(p->done <= p->total);
}

static void begin(struct fixture *f)
{
	*f = (struct fixture){.opts = {.jobs = 1, .damaged = note, .progress = note_progress}};
	f->opts.self = f;
	history_init(&f->h);
	for (int t = 1; t < 4; t++) {
		const char *task = textf("F/1/start/%d", t);
		history_done_task(&f->h, task, T0);
		history_artifact(&f->h, task, 0, "x", "\"shared\"", T0);
		history_artifact(&f->h, task, 0, "own", textf("\"own %d\"", t), T0);
	}
}

static int verify(struct fixture *f, const char *pathspec)
{
	const char *const paths[] = {pathspec};
	struct mf_error err = MF_ERROR_INIT;
	f->told[0] = '\0';
	f->path = NULL;
	history_open(&f->h);
	return mf_verify(&f->result, f->h.client, paths, 1, &f->opts, &err);
}

/* Where the blob of an artifact is. */
static const char *blob(struct fixture *f, const char *artifact)
{
	history_open(&f->h);
	const char *sha = history_field(&f->h, artifact, "sha") + 1;
	return textf("%s/.metaflow/F/data/%.2s/%.40s", f->h.dir, sha, sha);
}

void test_verify__all_is_well(void)
{
	struct fixture f;
	begin(&f);
	CHECK_INT(verify(&f, ""), MF_OK);
	CHECK_STR(f.told, "");
	/* True is one blob for all; so is x */
	CHECK_INT(f.result.objects, 1 + 1 + 3);
	CHECK(f.result.bytes > 0);
	CHECK_INT(verify(&f, "F"), MF_OK);
	CHECK_INT(verify(&f, "F/1/start/2"), MF_OK);
	CHECK_INT(f.result.objects, 3);
	CHECK_INT(verify(&f, "F/1/start/2/x"), MF_OK);
	CHECK_INT(f.result.objects, 1);
	CHECK_INT(verify(&f, "F/9"), MF_ENOTFOUND);
	history_close(&f.h);
}

void test_verify__what_is_wrong(void)
{
	struct fixture f;
	begin(&f);
	const char *lost = blob(&f, "F/1/start/1/x");
	CHECK(unlink(lost) == 0);
	test_write_bytes(blob(&f, "F/1/start/2/own"), "\x1f\x8b no gzip", 10);
	test_write_bytes(blob(&f, "F/1/start/3/own"), "\x80\x04K\x01.", 5);
	CHECK_INT(verify(&f, "F/1"), MF_EFALSE);
	CHECK_STR(f.told, "missing blob F/1/start/1/x F/1/start/2/x F/1/start/3/x\n"
			  "corrupt blob F/1/start/2/own\nwrong_sha blob F/1/start/3/own\n");
	CHECK_INT(f.result.missing, 1);
	CHECK_INT(f.result.corrupt, 2);
	CHECK_INT(verify(&f, "F/1/start/1"), MF_EFALSE);
	CHECK_STR(f.told, "missing blob F/1/start/1/x\n");
	CHECK_STR(f.path, lost);
	/* the blob of a constant is needed as well */
	CHECK(unlink(blob(&f, "F/1/start/1/_task_ok")) == 0);
	CHECK_INT(verify(&f, "F/1/start/1/_task_ok"), MF_EFALSE);
	CHECK_STR(f.told, "missing blob F/1/start/1/_task_ok\n");
	history_close(&f.h);
}

void test_verify__records_logs_cards_packages(void)
{
	struct fixture f;
	char sha[41];
	begin(&f);
	history_file(&f.h, "F/1/start/1/_meta/0_artifact_x.json", "{\"sha\": \"");
	history_file(&f.h, "F/1/start/2/_meta/0_artifact_x.json", "{\"ts_epoch\": 1}");
	history_file(&f.h, "F/1/start/1/_meta/1_artifact_.json", "not a record: no name");
	mkdir(textf("%s/.metaflow/F/1/start/3/0.runtime_stdout.log", f.h.dir), 0700);
	CHECK(symlink("nowhere", textf("%s/.metaflow/F/1/start/3/0.runtime_stderr.log", f.h.dir)) ==
		0);
	history_file(&f.h,
		"mf.cards/F/runs/1/steps/start/tasks/1/cards/"
		"blank-0123456789abcdef0123456789abcdef.html",
		"<p>");
	history_blob(&f.h, "F", "package", 7, 1, sha);
	for (int t = 1; t < 3; t++)
		history_meta(&f.h, textf("F/1/start/%d", t), "code-package",
			textf("\"{\\\"ds_type\\\": \\\"local\\\", \\\"sha\\\": \\\"%s\\\"}\"", sha),
			T0, 0);
	CHECK_INT(verify(&f, "F/1"), MF_EFALSE);
	CHECK_STR(f.told, "corrupt file F/1/start/1/x\ncorrupt file F/1/start/2/x\nmissing file "
			  "F/1/start/3\ncorrupt file F/1/start/3\n");
	history_file(&f.h, textf("F/data/%.2s/%s", sha, sha), "other");
	CHECK_INT(verify(&f, "F/1/start/2"), MF_EFALSE);
	CHECK_STR(f.told, "wrong_sha blob F/1/start/2\ncorrupt file F/1/start/2/x\n");
	history_close(&f.h);
}

void test_verify__every_attempt(void)
{
	struct fixture f;
	begin(&f);
	history_artifact(&f.h, "F/1/start/1", 1, "x", "\"second\"", T0);
	history_open(&f.h);
	/* of attempt 1, which the client does not show */
	const struct mf_get_options go = {.attempt = 1};
	struct mf_object *o;
	CHECK_FATAL(mf_get(&o, f.h.client, "F/1/start/1/x", &go, NULL) == MF_OK);
	const char *sha = textf("%s", mf_value_text(mf_object_get(o, "sha"), NULL));
	mf_object_free(o);
	unlink(textf("%s/.metaflow/F/data/%.2s/%s", f.h.dir, sha, sha));
	CHECK_INT(verify(&f, "F/1"), MF_EFALSE);
	CHECK_STR(f.told, "missing blob F/1/start/1/x\n");
	history_close(&f.h);
}

void test_verify__on_threads(void)
{
	struct fixture f;
	begin(&f);
	for (int t = 4; t < 40; t++) {
		const char *task = textf("F/1/work/%d", t);
		history_done_task(&f.h, task, T0);
		history_artifact(&f.h, task, 0, "v", textf("\"v %d\"", t % 20), T0);
	}
	unlink(blob(&f, "F/1/work/5/v"));
	f.opts.jobs = 4;
	CHECK_INT(verify(&f, ""), MF_EFALSE);
	CHECK_STR(f.told, "missing blob F/1/work/25/v F/1/work/5/v\n");
	CHECK_INT(f.result.objects, 5 + 20);
	f.opts.cancel = mf_cancel_new();
	mf_cancel_set(f.opts.cancel);
	CHECK_INT(verify(&f, ""), MF_ECANCELLED);
	mf_cancel_free(f.opts.cancel);
	history_close(&f.h);
}

static int verify_once(void *self)
{
	struct fixture *f = self;
	const char *const paths[] = {"F/1"};
	struct mf_error err = MF_ERROR_INIT;
	f->told[0] = '\0';
	int rc = mf_verify(&f->result, f->h.client, paths, 1, &f->opts, &err);
	return rc == MF_EFALSE ? MF_OK : rc;
}

void test_verify__out_of_memory(void)
{
	struct fixture f;
	int rc = MF_ENOMEM;
	begin(&f);
	CHECK(unlink(blob(&f, "F/1/start/1/x")) == 0);
	history_file(&f.h, "F/1/start/2/_meta/0_artifact_own.json", "{");
	history_open(&f.h);
	f.opts.damaged = NULL; /* what is told allocates, too */
	for (long i = 1; i < 5000; i++) {
		mf_client_forget(f.h.client);
		test_fail_alloc(i);
		rc = verify_once(&f);
		bool failed = test_alloc_failed();
		test_fail_alloc(0);
		if (!failed)
			break;
		CHECK(rc == MF_ENOMEM || rc == MF_OK);
	}
	CHECK_INT(rc, MF_OK);
	CHECK_INT(f.result.missing, 1);
	CHECK_INT(f.result.corrupt, 1);
	history_close(&f.h);
}
