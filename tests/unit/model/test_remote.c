/* covers: remote_fetch.c remote_list.c remote_rows.c remote_run.c remote_status.c remote_watch.c */
#include "../../support/history.h"
#include "../../support/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "../../../clientlib/model/remote.h"

/* Data of runs as the datastore has it, and its metadata nowhere. */

#define T0 INT64_C(1795224813000)

static void open_store(struct history *h, const char *root)
{
	static const char *const env[] = {"HOME=/nonexistent", NULL};
	struct mf_error err = MF_ERROR_INIT;
	history_close(h);
	struct mf_config_options o = {.environ = env,
		.cwd = "/",
		.proc = "",
		.now = h->now,
		.metadata = textf("datastore@%s", root ? root : textf("%s/.metaflow", h->dir))};
	if (mf_config_load(&h->config, &o, &err) < 0 ||
		mf_client_open(&h->client, h->config, &err) < 0) {
		fprintf(stderr, "%s\n", err.message);
		abort();
	}
}

/* The time of a file as the store has it. */
static void at(const struct history *h, const char *path, int64_t ms)
{
	const struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
	CHECK(utimensat(AT_FDCWD, textf("%s/.metaflow/%s", h->dir, path),
		      (struct timespec[2]){t, t}, 0) == 0);
}

static void start(const struct history *h, const char *task, int n, int64_t ts)
{
	history_file(h, textf("%s/%d.attempt.json", task, n),
		textf("{\"time\": %.3f}", (double)ts / 1000));
	at(h, textf("%s/%d.attempt.json", task, n), ts);
	history_file(h, textf("%s/%d.task_begin", task, n),
		"{\"code_package_sha\": \"0123456789012345678901234567890123456789\", "
		"\"code_package_ds\": \"s3\", "
		"\"code_package_url\": \"s3://b/x\", \"code_package_metadata\": \"\", "
		"\"retry_count\": 0}");
	at(h, textf("%s/%d.task_begin", task, n), ts);
}

/* Stores name=JSON … and ends. */
static void finish(const struct history *h, const char *task, int n, int64_t ts,
	const char *const (*objects)[2])
{
	struct buf b = BUF_INIT(1 << 16);
	buf_adds(&b, "{\"objects\": {");
	for (size_t i = 0; objects[i][0]; i++) {
		char sha[41];
		size_t size;
		char *pickle = history_pickle(objects[i][1], &size);
		history_blob(h, "F", pickle, size, 0, sha);
		free(pickle);
		buf_addf(&b, "%s\"%s\": \"%s\"", i ? ", " : "", objects[i][0], sha);
	}
	buf_adds(&b, "}, \"info\": {\"x\": {\"size\": 7, \"type\": \"<class 'int'>\", "
		     "\"encoding\": \"pickle-v4\"}}}");
	history_file(h, textf("%s/%d.data.json", task, n), b.p);
	at(h, textf("%s/%d.data.json", task, n), ts);
	history_file(h, textf("%s/%d.DONE.lock", task, n), "\"\"");
	buf_release(&b);
}

static const char *const good[][2] = {{"_task_ok", "true"}, {"_success", "true"},
	{"_transition", "null"}, {"x", "42"}, {"name", "\"F\""}, {NULL, NULL}};
static const char *const bad[][2] = {{"_task_ok", "false"}, {"x", "1"}, {NULL, NULL}};
static const char *const odd[][2] = {{"_task_ok", "\"maybe\""}, {NULL, NULL}};

static void task(const struct history *h, const char *path, int64_t ts)
{
	start(h, path, 0, ts);
	finish(h, path, 0, ts + 1000, good);
}

/* Ids of a list, in its order. */
static const char *list(const struct history *h, const char *path, size_t limit)
{
	struct mf_list_options o = MF_LIST_INIT;
	struct mf_error err = MF_ERROR_INIT;
	struct mf_iter *it;
	struct mf_object *obj;
	const char *all = "";
	o.limit = limit;
	int rc = mf_list(&it, h->client, path, &o, &err);
	if (rc < 0)
		return textf("%s: %s", mf_code_name(rc), err.message);
	while (mf_iter_next(it, &obj, &err) == 1) {
		all = textf("%s%s%s", all, *all ? " " : "", mf_object_id(obj));
		mf_object_free(obj);
	}
	mf_iter_free(it);
	return all;
}

/* The value of an artifact as JSON. */
static const char *value(const struct history *h, const char *path)
{
	struct buf b = BUF_INIT(1 << 16);
	struct mf_sink sink = {buf_sink_write, &b};
	struct mf_error err = MF_ERROR_INIT;
	const struct mf_value *v;
	struct mf_object *o;
	int rc = mf_get(&o, h->client, path, NULL, &err);
	if (rc == MF_OK && (rc = mf_artifact_value(o, &v, &err)) == MF_OK)
		mf_value_print_json(v, &sink, 0, NULL);
	const char *text =
		rc == MF_OK ? textf("%s", b.p) : textf("%s: %s", mf_code_name(rc), err.message);
	mf_object_free(o);
	buf_release(&b);
	return text;
}

static const char *status(const struct history *h, const char *path)
{
	const char *text = history_field(h, path, "status_reason");
	const char *code = strstr(text, "\"code\":\"");
	return code ? textf("%.*s", (int)strcspn(code + 8, "\""), code + 8) : text;
}

void test_remote__facts_of_a_run_without_metadata(void)
{
	struct history h;
	history_init(&h);
	task(&h, "F/1795224813000000/_parameters/0", T0 + 100);
	task(&h, "F/1795224813000000/start/1", T0 + 200);
	task(&h, "F/1795224813000000/end/2", T0 + 2000);
	history_file(&h, "data/F/0123", "an upload");
	history_file(&h, "mf.cards/F/x", "a card");
	history_file(&h, "F/data/00/00", "");
	open_store(&h, NULL);
	CHECK_STR(mf_client_source(h.client), textf("datastore@%s/.metaflow", h.dir));
	CHECK_STR(list(&h, "", 0), "F");
	CHECK_STR(list(&h, "F", 0), "1795224813000000");
	CHECK_STR(list(&h, "F/1795224813000000", 0), "end start");
	CHECK_STR(list(&h, "F/1795224813000000/start", 0), "1");
	CHECK_STR(list(&h, "F/1795224813000000/start/1", 0), "x");
	static const struct {
		const char *path, *field, *want;
	} t[] = {{"F", "created_at", "null"}, {"F/1795224813000000", "created_at", "1795224813000"},
		{"F/1795224813000000", "status", "\"completed\""},
		{"F/1795224813000000", "user_name", "null"}, {"F/1795224813000000", "tags", "[]"},
		{"F/1795224813000000", "user_tags", "[]"},
		{"F/1795224813000000", "duration_ms", "3000"},
		{"F/1795224813000000", "n_tasks", "2"},
		{"F/1795224813000000/start", "created_at", "1795224813200"},
		{"F/1795224813000000/start/1", "created_at", "1795224813200"},
		{"F/1795224813000000/start/1", "finished", "true"},
		{"F/1795224813000000/start/1", "duration_ms", "1000"},
		{"F/1795224813000000/start/1", "runtime_name", "null"},
		{"F/1795224813000000/start/1", "attempts", "[0]"},
		{"F/1795224813000000/start/1/x", "size", "7"},
		{"F/1795224813000000/start/1/x", "type", "\"int\""},
		{"F/1795224813000000/start/1/x", "ds_type", "\"local\""},
		{"F/1795224813000000/start/1/x", "content_type", "\"pickle-v4\""}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_STR(history_field(&h, t[i].path, t[i].field), t[i].want);
	CHECK_STR(value(&h, "F/1795224813000000/start/1/x"), "42");
	CHECK_STR(value(&h, "F/1795224813000000/start/1/_task_ok"), "true");
	const char *meta = history_field(&h, "F/1795224813000000/start/1", "metadata_dict");
	CHECK_STR(meta, textf("{\"attempt\":\"0\",\"attempt-done\":\"0\",\"attempt_ok\":\"True\","
			      "\"code-package\":\"{\\\"ds_type\\\":\\\"s3\\\","
			      "\\\"sha\\\":\\\"0123456789012345678901234567890123456789\\\","
			      "\\\"location\\\":\\\"s3://b/x\\\"}\","
			      "\"ds-root\":\"%s/.metaflow\",\"ds-type\":\"local\"}",
				h.dir));
	CHECK_STR(history_field(&h, "F/1795224813000000/_parameters/0", "metadata_dict"),
		"{\"attempt-done\":\"0\"}");
	static const char *const missing[] = {"G", "data", "mf.cards", "F/1", "F/data",
		"F/1795224813000000/nope", "F/1795224813000000/start/7",
		"F/1795224813000000/start/1/y"};
	for (size_t i = 0; i < ARRAY_SIZE(missing); i++)
		CHECK(str_starts(history_field(&h, missing[i], "id"), "not_found"));
	CHECK(str_starts(list(&h, "F/1795224813000000/nope", 0), "not_found"));
	CHECK(str_starts(list(&h, "G", 0), "not_found"));
	struct mf_error err = MF_ERROR_INIT;
	static const char *const tags[] = {"t"};
	CHECK_INT(mf_tags_change(h.client, "F/1795224813000000", tags, 1, NULL, 0, &err),
		MF_EUNSUPPORTED);
	CHECK(strstr(err.message, "tags cannot be changed") != NULL);
	history_close(&h);
}

void test_remote__outcomes_and_what_nobody_knows(void)
{
	struct history h;
	history_init(&h);
	task(&h, "F/1795224813000000/s/ok", T0);
	start(&h, "F/1795224813000000/s/failed", 0, T0);
	finish(&h, "F/1795224813000000/s/failed", 0, T0 + 500, bad);
	start(&h, "F/1795224813000000/s/again", 0, T0);
	finish(&h, "F/1795224813000000/s/again", 0, T0 + 9000,
		bad); /* a copy's time: not what tells which is the newest */
	start(&h, "F/1795224813000000/s/again", 1, T0 + 600);
	finish(&h, "F/1795224813000000/s/again", 1, T0 + 800, good);
	start(&h, "F/1795224813000000/s/works", 0, T0);
	history_file(&h, "F/1795224813000000/s/works/0.task_stdout.log", "x");
	at(&h, "F/1795224813000000/s/works/0.task_stdout.log", T0 + 60000);
	start(&h, "F/1795224813000000/s/killed", 0, T0);
	history_file(&h, "F/1795224813000000/s/killed/0.runtime",
		"{\"return_code\": -9, \"killed\": false, \"success\": false}");
	start(&h, "F/1795224813000000/s/odd", 0, T0);
	finish(&h, "F/1795224813000000/s/odd", 0, T0 + 500, odd);
	start(&h, "F/1795224813000000/s/broken", 0, T0);
	history_file(&h, "F/1795224813000000/s/broken/0.data.json", "{\"objects\": ");
	history_file(&h, "F/1795224813000000/s/broken/0.DONE.lock", "\"\"");
	start(&h, "F/1795224814000000/s/1", 0, T0 + 1000);
	start(&h, "F/1795224815000000/s/1", 0, T0 + 2000);
	finish(&h, "F/1795224815000000/s/1", 0, T0 + 3000, bad);
	task(&h, "F/1795224816000000/s/1", T0 + 3000);
	start(&h, "F/1795224816000000/end/2", 0, T0 + 3000);
	finish(&h, "F/1795224816000000/end/2", 0, T0 + 3500, bad);
	open_store(&h, NULL);
	static const struct {
		const char *task, *code;
	} t[] = {{"F/1795224813000000/s/ok", "attempt_ok"},
		{"F/1795224813000000/s/failed", "attempt_failed"},
		{"F/1795224813000000/s/again", "attempt_ok"},
		{"F/1795224813000000/s/works", "not_ended"},
		{"F/1795224813000000/s/killed", "killed"},
		{"F/1795224813000000/s/odd", "task_not_ok"},
		{"F/1795224813000000/s/broken", "no_outcome"}, {"F/1795224814000000", "not_ended"},
		{"F/1795224815000000", "task_failed"}, {"F/1795224816000000", "end_failed"}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_STR(status(&h, t[i].task), t[i].code);
	CHECK(strstr(history_field(&h, "F/1795224813000000/s/works", "status_reason"),
		      "\"at\":\"2026-11-21T01:34:33.000Z\"") != NULL);
	CHECK_STR(history_field(&h, "F/1795224814000000", "status"), "\"unknown\"");
	CHECK_STR(history_field(&h, "F/1795224813000000/s/again", "attempts"), "[0,1]");
	CHECK_STR(value(&h, "F/1795224813000000/s/again/x"), "42");
	CHECK_STR(list(&h, "F/1795224813000000/s/broken", 0), "");
	history_close(&h);
}

/* Files of a copied store have the times at which they were copied: these are no facts about the
 * run. */
void test_remote__times_of_copies_are_not_told(void)
{
	struct history h;
	history_init(&h);
	task(&h, "F/1795224813000000/end/2", T0);
	at(&h, "F/1795224813000000/end/2/0.attempt.json", T0 + 3600000);
	at(&h, "F/1795224813000000/end/2/0.data.json", T0 + 3600000);
	open_store(&h, NULL);
	CHECK_STR(history_field(&h, "F/1795224813000000/end/2", "started_at"), "1795224813000");
	CHECK_STR(history_field(&h, "F/1795224813000000/end/2", "duration_ms"), "null");
	CHECK_STR(history_field(&h, "F/1795224813000000", "finished_at"), "null");
	CHECK_STR(history_field(&h, "F/1795224813000000", "status"), "\"completed\"");
	history_close(&h);
}

void test_remote__runs_newest_first(void)
{
	struct history h;
	history_init(&h);
	for (int i = 1; i <= 100; i++)
		start(&h, textf("F/%d/_parameters/%d", i, i), 0, T0 + i * 1000);
	start(&h, "F/1795224855500000/start/1", 0,
		T0 + 42600); /* a local one among them, between 42 and 43 */
	start(&h, "F/argo-a/_parameters/t-1-params", 0, T0 + 99500);
	start(&h, "F/argo-b/start/t-2", 0, T0 + 30500); /* its _parameters are not there */
	open_store(&h, NULL);
	const char *all = list(&h, "F", 0);
	CHECK(str_starts(all, "100 argo-a 99 98 "));
	CHECK(strstr(all, " 43 1795224855500000 42 ") != NULL);
	CHECK(strstr(all, " 31 argo-b 30 ") != NULL);
	CHECK(strstr(all, " 2 1") != NULL);
	mf_client_forget(h.client);
	struct mf_stats before = mf_client_stats(h.client);
	CHECK_STR(list(&h, "F", 3), "100 argo-a 99");
	struct mf_stats after = mf_client_stats(h.client);
	/* the flow's names, and what is shown: none of the others is looked into once its time is
	 * known */
	CHECK_INT(after.dirs_listed - before.dirs_listed, 5);
	CHECK_INT(after.files_opened - before.files_opened, 0);
	history_close(&h);
	open_store(&h, NULL);
	list(&h, "F", 3);
	after = mf_client_stats(h.client);
	CHECK(after.files_opened <= 50); /* a page of the numbers, not all hundred */
	history_close(&h);
}

void test_remote__a_running_run_grows(void)
{
	struct history h;
	history_init(&h);
	task(&h, "F/1795224813000000/start/1", T0);
	open_store(&h, NULL);
	struct mf_watch *w;
	CHECK_INT(mf_watch_open(&w, h.client, "F/1795224813000000", NULL), 0);
	CHECK(mf_watch_fd(w) >= 0);
	CHECK(!mf_watch_changed(w));
	mf_watch_free(w);
	CHECK_STR(list(&h, "F/1795224813000000", 0), "start");
	task(&h, "F/1795224813000000/end/2", T0 + 5000);
	mf_client_forget(h.client);
	CHECK_STR(list(&h, "F/1795224813000000", 0), "end start");
	CHECK_STR(history_field(&h, "F/1795224813000000", "status"), "\"completed\"");
	history_close(&h);
}

void test_remote__names_of_flows(void)
{
	static const struct {
		const char *name;
		bool flow;
	} t[] = {{"TrainFlow", true}, {"_F1", true}, {"Fl\xc3\xbcsse", true}, {"data", false},
		{"mf.cards", false}, {"1F", false}, {"a-b", false}, {"", false},
		{".metaflow", false}, {"conda.manifest", false}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_INT(remote_is_flow(t[i].name), t[i].flow);
}

void test_remote__roots_that_are_none(void)
{
	static const struct {
		const char *spec;
		int code;
	} t[] = {{"datastore@", MF_EUSAGE}, {"datastore@/nonexistent/x", MF_ENOTFOUND},
		{"datastore@s3://", MF_EUSAGE}, {"datastores@x", MF_EUSAGE}};
	static const char *const env[] = {"HOME=/nonexistent", NULL};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct mf_error err = MF_ERROR_INIT;
		struct mf_config *config;
		struct mf_client *client;
		struct mf_config_options o = {.environ = env, .cwd = "/", .metadata = t[i].spec};
		CHECK_FATAL(mf_config_load(&config, &o, &err) == 0);
		CHECK_INT(mf_client_open(&client, config, &err), t[i].code);
		CHECK(err.message[0] && !client);
		mf_config_free(config);
	}
}

static int look_at_all(void *arg)
{
	static const char *const env[] = {"HOME=/nonexistent", NULL};
	static const char *const paths[] = {
		"", "F", "F/1795224813000000", "F/1795224813000000/s", "F/1795224813000000/s/1"};
	struct mf_error err = MF_ERROR_INIT;
	struct mf_config *config = NULL;
	struct mf_client *client = NULL;
	struct mf_config_options o = {.environ = env, .cwd = "/", .proc = "", .metadata = arg};
	int rc;
	TRY(mf_config_load(&config, &o, &err));
	TRY(mf_client_open(&client, config, &err));
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		struct mf_iter *it;
		struct mf_object *obj;
		TRY(mf_list(&it, client, paths[i], NULL, &err));
		while ((rc = mf_iter_next(it, &obj, &err)) == 1) {
			const struct mf_error *e = mf_object_error(obj);
			rc = e ? e->code : MF_OK;
			mf_object_free(obj);
			if (rc < 0)
				break;
		}
		mf_iter_free(it);
		if (rc < 0)
			break;
	}
done:
	mf_client_free(client);
	mf_config_free(config);
	return rc;
}

void test_remote__out_of_memory_says_so(void)
{
	struct history h;
	history_init(&h);
	task(&h, "F/1795224813000000/s/1", T0);
	task(&h, "F/7/s/1", T0);
	char spec[4096];
	snprintf(spec, sizeof(spec), "datastore@%s/.metaflow", h.dir);
	test_every_alloc(look_at_all, spec);
}
