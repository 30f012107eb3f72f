/* covers: attempt.c local.c */
#include "../../support/history.h"
#include "../../support/test.h"

#include "../../../clientlib/model/run.h"
#include "../../../clientlib/model/task.h"

static struct mf_object *get(const struct history *h, const char *pathspec)
{
	struct mf_object *o = NULL;
	struct mf_error err = MF_ERROR_INIT;
	if (mf_get(&o, h->client, pathspec, NULL, &err) < 0)
		CHECK_STR(err.message, "an object");
	CHECK_FATAL(o != NULL);
	return o;
}

/* The three rules on hand-written directories: data-model §2.4. */
void test_task__attempt_rules(void)
{
	enum { STARTED = 1, DONE = 2, META = 4, LOCK = 8 };
	static const struct {
		unsigned attempt[3];
		int done, started, store;
		unsigned seen;
	} t[] = {
		{{0, 0, 0}, -1, 0, -1, 0},
		{{STARTED, 0, 0}, -1, 0, -1, 1},
		{{STARTED | LOCK, 0, 0}, -1, 0, 0, 1},
		{{STARTED | LOCK | DONE, 0, 0}, 0, 0, 0, 1},
		/* the first failed, the second runs: its artifacts are those of the first */
		{{STARTED | LOCK | DONE, STARTED, 0}, 0, 1, -1, 3},
		{{STARTED | LOCK | DONE, STARTED | LOCK, 0}, 0, 1, 1, 3},
		{{STARTED | LOCK | DONE, STARTED | LOCK | DONE, 0}, 1, 1, 1, 3},
		/* the first was killed */
		{{STARTED, STARTED | LOCK | DONE, 0}, 1, 1, 1, 3},
		{{STARTED, STARTED, STARTED | LOCK | DONE}, 2, 2, 2, 7},
		{{STARTED | LOCK | DONE, STARTED, STARTED}, 0, 2, -1, 7},
	};
	struct history h;
	history_init(&h);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		const char *task = textf("F/1/s/%zu", i);
		history_task(&h, task, 1000);
		for (int n = 0; n < 3; n++) {
			if (t[i].attempt[n] & STARTED) {
				history_file(&h, textf("%s/%d.attempt.json", task, n), "{\"time\": 1}");
				history_meta(&h, task, "attempt", textf("\"%d\"", n), 2000 + n * 100, n);
			}
			if (t[i].attempt[n] & LOCK)
				history_file(&h, textf("%s/%d.DONE.lock", task, n), "\"\"");
			if (t[i].attempt[n] & DONE)
				history_meta(&h, task, "attempt-done", textf("\"%d\"", n), 2050 + n * 100, n);
		}
	}
	history_open(&h);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct mf_object *o = get(&h, textf("F/1/s/%zu", i));
		CHECK_INT(attempt_latest_done(o), t[i].done);
		CHECK_INT(attempt_latest_started(o), t[i].started);
		CHECK_INT(attempt_of_datastore(o), t[i].store);
		CHECK_INT(attempts_seen(o), t[i].seen);
		CHECK_INT(task_artifact_attempt(o), t[i].done);
		int counted = attempt_by_count(o);
		CHECK(counted == -1 || counted == t[i].started);
		mf_object_free(o);
	}
	history_close(&h);
}

void test_task__artifacts_of_the_latest_done(void)
{
	struct history h;
	history_init(&h);
	history_task(&h, "F/1/s/1", 1000);
	history_start(&h, "F/1/s/1", 0, 2000);
	history_artifact(&h, "F/1/s/1", 0, "x", "\"old\"", 2500);
	history_end(&h, "F/1/s/1", 0, 0, 3000);
	history_start(&h, "F/1/s/1", 1, 4000);
	history_open(&h);
	CHECK_STR(history_field(&h, "F/1/s/1", "current_attempt"), "1");
	CHECK_STR(history_field(&h, "F/1/s/1", "finished"), "false");
	CHECK_STR(history_field(&h, "F/1/s/1", "attempts"), "[0,1]");
	CHECK_STR(history_field(&h, "F/1/s/1/x", "attempt"), "0");
	CHECK_STR(history_field(&h, "F/1/s/1", "finished_at"), "3000");
	history_artifact(&h, "F/1/s/1", 1, "x", "\"new\"", 4500);
	history_end(&h, "F/1/s/1", 1, 1, 5000);
	history_open(&h);
	CHECK_STR(history_field(&h, "F/1/s/1", "finished"), "true");
	CHECK_STR(history_field(&h, "F/1/s/1/x", "attempt"), "1");
	CHECK_STR(history_field(&h, "F/1/s/1", "finished_at"), "5000");
	/* asked for */
	struct mf_get_options opts = MF_GET_INIT;
	struct mf_object *o;
	const struct mf_value *v;
	opts.attempt = 0;
	CHECK_INT(mf_get(&o, h.client, "F/1/s/1/x", &opts, NULL), 0);
	CHECK_INT(mf_artifact_value(o, &v, NULL), 0);
	size_t n;
	const char *text = mf_value_text(v, &n);
	CHECK(n == 3 && memcmp(text, "old", 3) == 0);
	mf_object_free(o);
	opts.attempt = 3;
	CHECK_INT(mf_get(&o, h.client, "F/1/s/1/x", &opts, NULL), MF_ENOTFOUND);
	CHECK_INT(mf_get(&o, h.client, "F/1/s/1", &opts, NULL), 0); /* an attempt that is not there is no error */
	CHECK_INT(mf_value_count(mf_object_get(o, "artifacts")), 0);
	CHECK_INT(mf_value_count(mf_object_get(o, "metadata")), 0);
	mf_object_free(o);
	history_close(&h);
}

static const char *names_of_attempt(struct mf_object *o, int n)
{
	static char text[1024];
	size_t len = 0;
	text[0] = '\0';
	CHECK_INT(task_meta(o, NULL), 0);
	for (size_t i = 0; i < o->task->n_meta; i++)
		if (task_meta_of_attempt(o, &o->task->meta[i], n))
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", len ? " " : "", o->task->meta[i].name);
	return text;
}

/* data-model §2.5 */
void test_task__metadata_of_an_attempt(void)
{
	struct history h;
	history_init(&h);
	/* all tagged: by the tag, whatever the times */
	history_task(&h, "F/1/s/1", 1000);
	history_meta(&h, "F/1/s/1", "attempt", "\"0\"", 2000, 0);
	history_meta(&h, "F/1/s/1", "attempt", "\"1\"", 3000, 1);
	history_meta(&h, "F/1/s/1", "late", "\"x\"", 3500, 0);
	/* one without a tag: by time */
	history_task(&h, "F/1/s/2", 1000);
	history_meta(&h, "F/1/s/2", "before", "\"x\"", 1500, -1);
	history_meta(&h, "F/1/s/2", "attempt", "\"0\"", 2000, 0);
	history_meta(&h, "F/1/s/2", "first", "\"x\"", 2500, -1);
	history_meta(&h, "F/1/s/2", "attempt", "\"1\"", 3000, 1);
	history_meta(&h, "F/1/s/2", "second", "\"x\"", 3500, 0);
	/* like _parameters: no attempt at all */
	history_task(&h, "F/1/_parameters/0", 1000);
	history_meta(&h, "F/1/_parameters/0", "start_step", "\"start\"", 1500, -1);
	history_meta(&h, "F/1/_parameters/0", "attempt-done", "\"0\"", 1500, 0);
	history_open(&h);
	static const struct {
		const char *task;
		int n;
		const char *want;
	} t[] = {
		{"F/1/s/1", 0, "attempt late"},
		{"F/1/s/1", 1, "attempt"},
		{"F/1/s/1", 2, ""},
		{"F/1/s/2", 0, "attempt first"},
		{"F/1/s/2", 1, "attempt second"},
		{"F/1/s/2", 2, ""},
		{"F/1/_parameters/0", 0, ""},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct mf_object *o = get(&h, t[i].task);
		CHECK_STR(names_of_attempt(o, t[i].n), t[i].want);
		mf_object_free(o);
	}
	history_close(&h);
}

void test_task__newest_entry(void)
{
	struct history h;
	history_init(&h);
	history_task(&h, "F/1/s/1", 1000);
	history_meta(&h, "F/1/s/1", "attempt_ok", "\"False\"", 9000, 0); /* not an `attempt` */
	history_meta(&h, "F/1/s/1", "attempt", "\"0\"", 2000, 0);
	history_meta(&h, "F/1/s/1", "attempt", "\"1\"", 10000, 1);
	history_meta(&h, "F/1/s/1", "runtime", "\"dev\"", 999, 0);
	history_meta(&h, "F/1/s/1", "runtime", "\"argo\"", 1000, 0);
	history_meta(&h, "F/1/s/1", "world", "3", 1000, 0);
	history_meta(&h, "F/1/s/1", "stack", "[\"a=1\", \"b\"]", 1000, 0);
	history_meta(&h, "F/1/s/1", "nothing", "null", 1000, 0);
	history_file(&h, "F/1/s/1/_meta/tmpx81k2j3d", "{");
	history_file(&h, "F/1/s/1/_meta/sysmeta_.json", "{");
	history_open(&h);
	for (int loaded = 0; loaded < 2; loaded++) {
		struct mf_object *o = get(&h, "F/1/s/1");
		if (loaded)
			CHECK_INT(task_meta(o, NULL), 0);
		CHECK_STR(task_meta_text(o, "attempt"), "1");
		CHECK_STR(task_meta_text(o, "attempt_ok"), "False");
		CHECK_STR(task_meta_text(o, "runtime"), "argo");
		CHECK_STR(task_meta_text(o, "world"), "3");
		CHECK_STR(task_meta_text(o, "stack"), "[\"a=1\",\"b\"]");
		CHECK(task_meta_text(o, "nothing") == NULL);
		CHECK(task_meta_text(o, "absent") == NULL);
		CHECK_INT(attempt_latest_started(o), 1);
		mf_object_free(o);
	}
	history_close(&h);
}

void test_task__unreadable_entries_stay(void)
{
	struct history h;
	history_init(&h);
	history_task(&h, "F/1/s/1", 1000);
	history_meta(&h, "F/1/s/1", "good", "\"1\"", 2000, 0);
	history_file(&h, "F/1/s/1/_meta/sysmeta_bad_2001.json", "{\"field_name\": ");
	history_file(&h, "F/1/s/1/_meta/sysmeta_anon_2002.json", "{\"value\": 1}");
	history_open(&h);
	struct mf_object *o = get(&h, "F/1/s/1");
	CHECK_INT(task_meta(o, NULL), 0);
	CHECK_INT(o->task->n_meta, 3);
	size_t failures = 0;
	for (size_t i = 0; i < o->task->n_meta; i++)
		failures += mf_value_error(o->task->meta[i].value) != NULL;
	CHECK_INT(failures, 2);
	mf_object_free(o);
	history_close(&h);
}

static void clone_of(struct history *h, const char *task, const char *run, const char *origin, int64_t ts)
{
	history_task(h, task, ts);
	history_meta(h, task, "origin-run-id", textf("\"%s\"", run), ts, 0);
	history_meta(h, task, "origin-task-id", textf("\"%s\"", origin), ts, 0);
	history_meta(h, task, "attempt", "\"0\"", ts, 0);
	history_meta(h, task, "attempt_ok", "\"True\"", ts, 0);
	history_meta(h, task, "attempt-done", "\"0\"", ts, 0);
}

void test_task__clones_merge(void)
{
	struct history h;
	history_init(&h);
	history_done_task(&h, "F/1/s/1", 1000);
	history_meta(&h, "F/1/s/1", "foreach-execution-path", "\"s:4\"", 1000, 0);
	history_meta(&h, "F/1/s/1", "twice", "\"old\"", 1000, 0);
	history_meta(&h, "F/1/s/1", "twice", "\"new\"", 1200, 0);
	clone_of(&h, "F/2/s/7", "1", "1", 5000);
	clone_of(&h, "F/3/s/9", "2", "7", 6000);
	clone_of(&h, "F/4/s/1", "gone", "1", 7000);
	clone_of(&h, "F/5/s/1", "5", "1", 7000); /* of itself */
	clone_of(&h, "F/6/s/1", "7", "1", 7000); /* of one another */
	clone_of(&h, "F/7/s/1", "6", "1", 7000);
	clone_of(&h, "F/8/s/1", "..", "../..", 7000);
	history_open(&h);
	for (int i = 0; i < 2; i++) {
		struct mf_object *o = get(&h, i ? "F/3/s/9" : "F/2/s/7");
		CHECK_STR(task_meta_text(o, "foreach-execution-path"), "s:4");
		CHECK_STR(task_meta_text(o, "twice"), "new");
		CHECK_STR(task_meta_text(o, "ds-type"), "local");
		CHECK_STR(task_meta_text(o, "origin-run-id"), i ? "2" : "1"); /* its own */
		CHECK_INT(task_meta(o, NULL), 0);
		size_t twice = 0;
		for (size_t k = 0; k < o->task->n_meta; k++)
			if (str_eq(o->task->meta[k].name, "twice")) {
				twice++;
				CHECK(o->task->meta[k].inherited);
			}
		CHECK_INT(twice, 1);
		CHECK_STR(task_origin_pathspec(o), i ? "F/2/s/7" : "F/1/s/1");
		mf_object_free(o);
	}
	struct mf_object *o = get(&h, "F/4/s/1");
	CHECK_STR(task_origin_pathspec(o), "F/gone/s/1");
	CHECK(task_origin(o) == NULL);
	mf_object_free(o);
	for (int i = 5; i < 8; i++) { /* ends */
		o = get(&h, textf("F/%d/s/1", i));
		CHECK(task_meta_text(o, "absent") == NULL);
		CHECK_INT(task_meta(o, NULL), 0);
		mf_object_free(o);
	}
	o = get(&h, "F/8/s/1");
	CHECK(task_origin_pathspec(o) == NULL);
	mf_object_free(o);
	o = get(&h, "F/1/s/1");
	CHECK(task_origin_pathspec(o) == NULL);
	mf_object_free(o);
	CHECK_STR(history_field(&h, "F/1/s/1", "origin_pathspec"), "null");
	CHECK_STR(history_field(&h, "F/2/s/7", "origin_pathspec"), "\"F/1/s/1\"");
	CHECK_STR(history_field(&h, "F/2", "origin_pathspec"), "\"F/1\"");
	CHECK_STR(history_field(&h, "F/1", "origin_pathspec"), "null");
	CHECK_STR(history_field(&h, "F/2/s", "origin_pathspec"), "\"F/1/s\"");
	history_close(&h);
}

void test_task__outcomes(void)
{
	struct history h;
	history_init(&h);
	history_task(&h, "F/1/s/1", 1000); /* sys.exit: _task_ok is None */
	history_start(&h, "F/1/s/1", 0, 1000);
	history_end(&h, "F/1/s/1", 0, 0, 2000);
	history_artifact(&h, "F/1/s/1", 0, "_task_ok", "null", 2000);
	history_task(&h, "F/1/s/2", 1000); /* caught: _success is False */
	history_start(&h, "F/1/s/2", 0, 1000);
	history_end(&h, "F/1/s/2", 0, 1, 2000);
	history_artifact(&h, "F/1/s/2", 0, "_success", "false", 2000);
	history_task(&h, "F/1/s/3", 1000); /* runs */
	history_start(&h, "F/1/s/3", 0, 1000);
	history_open(&h);
	CHECK_STR(history_field(&h, "F/1/s/1", "finished"), "null");
	CHECK_STR(history_field(&h, "F/1/s/1", "successful"), "false");
	CHECK_STR(history_field(&h, "F/1/s/2", "finished"), "true");
	CHECK_STR(history_field(&h, "F/1/s/2", "successful"), "false");
	CHECK_STR(history_field(&h, "F/1/s/2", "status"), "\"completed\"");
	CHECK_STR(history_field(&h, "F/1/s/3", "finished"), "false");
	CHECK_STR(history_field(&h, "F/1/s/3", "finished_at"), "null");
	history_close(&h);
}
