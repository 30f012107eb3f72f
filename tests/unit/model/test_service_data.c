/* Where the data is of runs whose records come from a service. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../support/history.h"
#include "../../support/service.h"
#include "../../support/test.h"

#define TASK "F/1/s/5"
#define PATH "/flows/F/runs/1/steps/s/tasks/5"

/* A datastore in a directory of its own that holds `json` as an artifact; its SHA. */
static const char *store(struct history *h, const char *json)
{
	static char sha[41];
	size_t n;
	history_init(h);
	char *pickle = history_pickle(json, &n);
	history_blob(h, "F", pickle, n, 0, sha);
	free(pickle);
	return textf("%s", sha);
}

/* A service whose task has artifact x there. */
static void serve(struct fake *f, const char *sha, const char *location, const char *ds_root)
{
	fake_init(f);
	fake_on(f, PATH, 200, fake_task(TASK, 1000, 2));
	fake_on(f, PATH "/metadata", 200,
		FAKE_LIST(fake_meta(TASK, 1, "attempt", "0", 1000, 0),
			fake_meta(TASK, 2, "attempt-done", "0", 1000, 0),
			ds_root ? fake_meta(TASK, 3, "ds-root", ds_root, 1000, 0) : NULL));
	fake_on(f, PATH "/artifacts", 200,
		FAKE_LIST(fake_artifact(TASK, "x", 0, sha, location, 1000)));
}

/* The value of x as JSON, or "code: message". */
static const char *value(struct fake *f)
{
	struct mf_object *o;
	const struct mf_value *v;
	struct mf_error err = MF_ERROR_INIT;
	struct buf b = BUF_INIT(1 << 16);
	struct mf_sink sink = {buf_sink_write, &b};
	if (mf_get(&o, f->client, TASK "/x", NULL, &err) < 0)
		return textf("? %s", err.message);
	int rc = mf_artifact_value(o, &v, &err);
	if (rc == MF_OK)
		mf_value_print_json(v, &sink, 0, NULL);
	const char *text = rc < 0 ? mf_code_name(rc) : textf("%s", b.p);
	buf_release(&b);
	mf_object_free(o);
	return text;
}

void test_service_data__recorded_root(void)
{
	struct history h;
	struct fake f;
	const char *sha = store(&h, "{\"here\": 1}");
	serve(&f, sha, textf(":root:%s/.metaflow", h.dir), NULL);
	fake_open(&f);
	CHECK_STR(value(&f), "{\"here\":1}");
	fake_close(&f);
	/* what the task says of it does as well as what the artifact says */
	serve(&f, sha, ":root:s3://bucket/x", textf("%s/.metaflow", h.dir));
	fake_open(&f);
	CHECK_STR(value(&f), "{\"here\":1}");
	fake_close(&f);
}

/* Nothing is read in every directory that a record names. */
void test_service_data__no_root_of_ours(void)
{
	static const char *const names[] = {".metaflow", ".metaflow_spin", "plain", ".metaflow2",
		".metaflow_evil", "x/../.metaflow", "metaflow", ".Metaflow",
		".metaflow/.metaflow2"};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct history h;
		struct fake f;
		bool ours = i < 2;
		const char *sha = store(&h, "1");
		const char *root = textf("%s/%s", h.dir, names[i]);
		test_write(h.dir, "x/file", "");
		test_write(root, TASK "/0.task_stdout.log", "hello\n");
		serve(&f, sha, textf(":root:%s", root), root);
		fake_open(&f);
		CHECK_STR(fake_field(&f, TASK, "stdout_size"), ours ? "6" : "0");
		CHECK(!str_eq(value(&f), "1") || ours);
		CHECK(!strstr(f.trace.p, h.dir) || ours);
		fake_close(&f);
	}
	/* nor in one that is meant from somewhere */
	struct history h;
	struct fake f;
	const char *sha = store(&h, "1");
	history_file(&h, TASK "/0.task_stdout.log", "hello\n");
	serve(&f, sha, ":root:.metaflow", ".metaflow");
	CHECK_INT(chdir(h.dir), 0);
	fake_open(&f);
	CHECK_STR(fake_field(&f, TASK, "stdout_size"), "0");
	CHECK(!str_eq(value(&f), "1"));
	fake_close(&f);
	CHECK_INT(chdir(test_dir()), 0);
}

void test_service_data__below_a_root(void)
{
	struct history h;
	struct fake f;
	const char *sha = store(&h, "[2]");
	serve(&f, sha, textf(":root:%s/.metaflow/F/data", h.dir), NULL);
	fake_open(&f);
	CHECK_STR(value(&f), "[2]");
	fake_close(&f);
}

void test_service_data__missing(void)
{
	struct history h;
	struct fake f;
	const char *sha = store(&h, "1");
	serve(&f, sha, textf(":root:%s/gone/.metaflow", h.dir), NULL);
	fake_open(&f);
	CHECK_STR(value(&f), "not_found");
	/* the rest of the task is there */
	CHECK_STR(fake_field(&f, TASK, "artifacts"), "[\"x\"]");
	CHECK_STR(fake_field(&f, TASK, "current_attempt"), "0");
	fake_close(&f);
	/* the root is there, the blob is not */
	serve(&f, "0123456789012345678901234567890123456789", textf(":root:%s/.metaflow", h.dir),
		NULL);
	fake_open(&f);
	CHECK_STR(value(&f), "not_found");
	fake_close(&f);
}

void test_service_data__chosen_root_wins(void)
{
	struct history here, there;
	struct fake f;
	/* the same artifact in both, but of one the bytes are not its own */
	const char *sha = store(&there, "\"good\"");
	store(&here, "\"good\"");
	history_file(&here, textf("F/data/%.2s/%s", sha, sha), "damaged");
	serve(&f, sha, textf(":root:%s/.metaflow", here.dir), NULL);
	fake_open(&f);
	CHECK_STR(value(&f), "corrupt");
	fake_close(&f);
	serve(&f, sha, textf(":root:%s/.metaflow", here.dir), NULL);
	f.datastore_root = textf("%s/.metaflow", there.dir);
	fake_open(&f);
	CHECK_STR(value(&f), "\"good\"");
	fake_close(&f);
	/* one that is not there is an error at once */
	serve(&f, sha, textf(":root:%s/.metaflow", there.dir), NULL);
	f.datastore_root = textf("%s/nothing", there.dir);
	CHECK_INT(fake_try(&f), MF_ENOTFOUND);
	CHECK_STR(f.err.where, f.datastore_root);
	fake_close(&f);
}

/* Records that name no local root: the history of this directory, if there is one. */
void test_service_data__of_this_directory(void)
{
	struct history h;
	struct fake f;
	const char *sha = store(&h, "\"own\"");
	serve(&f, sha, ":root:s3://bucket/metaflow", NULL);
	f.cwd = h.dir;
	fake_open(&f);
	CHECK_STR(value(&f), "\"own\"");
	fake_close(&f);
}
