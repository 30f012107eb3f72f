#include "../../support/history.h"
#include "../../support/test.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../../clientlib/model/object.h"

static int open_with(const char *cwd, const char *metadata, const char *store, const char *const *env,
	struct mf_client **c, struct mf_config **config, struct mf_error *err)
{
	struct mf_config_options opts = {
		.environ = env, .cwd = cwd, .metadata = metadata, .datastore_root = store, .proc = "", .now = 5};
	CHECK_FATAL(mf_config_load(config, &opts, err) == MF_OK);
	return mf_client_open(c, *config, err);
}

void test_client__open_errors(void)
{
	static const char *const none[] = {NULL}, *const service[] = {"METAFLOW_DEFAULT_METADATA=service", NULL},
				 *const sysroot[] = {"METAFLOW_DATASTORE_SYSROOT_LOCAL=/nowhere", NULL},
				 *const local[] = {"METAFLOW_DEFAULT_METADATA=", NULL};
	const char *dir = test_dir();
		test_write(dir, "with/.metaflow/config.json", "{}");
	test_write(dir, "file/.metaflow", "a file");
	const char *with = textf("%s/with", dir);
	const struct {
		const char *cwd, *metadata, *store;
		const char *const *env;
		int code;
	} t[] = {
		{dir, NULL, NULL, none, MF_ENOTFOUND},
		{with, NULL, NULL, none, MF_OK},
		{with, NULL, NULL, local, MF_OK},
		{with, NULL, NULL, service, MF_EUSAGE}, /* without a URL */
		{with, NULL, NULL, sysroot, MF_ENOTFOUND},
		{with, "service@http://localhost", NULL, none, MF_OK}, /* asked when something is wanted */
		{with, "http://localhost", NULL, none, MF_OK},
		{with, "service@ftp://localhost", NULL, none, MF_EUSAGE},
		{with, "service@", NULL, none, MF_EUSAGE},
		{with, "nothing@x", NULL, none, MF_EUSAGE},
		{with, "local@/nowhere/at/all", NULL, none, MF_ENOTFOUND},
		{with, "spin@/nowhere", NULL, none, MF_ENOTFOUND},
		{with, "local@", NULL, none, MF_ENOTFOUND},
		{with, NULL, "/nowhere/at/all", none, MF_ENOTFOUND},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct mf_config *config = NULL;
		struct mf_client *c;
		struct mf_error err = MF_ERROR_INIT;
		int rc = open_with(t[i].cwd, t[i].metadata, t[i].store, t[i].env, &c, &config, &err);
		if (rc != t[i].code)
			printf("\nrow %zu: %s\n", i, err.message);
		CHECK_INT(rc, t[i].code);
		CHECK_INT(err.code, rc);
		CHECK((c != NULL) == (rc == 0));
		if (rc < 0) {
			CHECK(err.message[0] != '\0');
			CHECK(err.hint[0] != '\0');
		}
		mf_client_free(c);
		mf_config_free(config);
	}
}

void test_client__source_and_root(void)
{
	static const char *const none[] = {NULL};
	const char *dir = test_dir();
	test_write(dir, ".metaflow/config.json", "{}");
	test_write(dir, ".metaflow_spin/x", "{}");
	static const struct {
		const char *before, *after, *scheme, *inside;
	} t[] = {{"local@", "", "local", ".metaflow"}, {"local@", "/", "local", ".metaflow"},
		{"local@", "/.metaflow", "local", ".metaflow"}, {"local@", "/.metaflow/", "local", ".metaflow"},
		{"", "", "local", ".metaflow"}, {"spin@", "", "spin", ".metaflow_spin"}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct mf_config *config;
		struct mf_client *c;
		struct mf_error err = MF_ERROR_INIT;
		const char *spec = textf("%s%s%s", t[i].before, dir, t[i].after);
		CHECK_INT(open_with("/", spec, NULL, none, &c, &config, &err), MF_OK);
		CHECK_FATAL(c != NULL);
		CHECK_STR(mf_client_source(c), textf("%s@%s", t[i].scheme, dir));
		CHECK_STR(mf_client_root(c), textf("%s/%s", dir, t[i].inside));
		CHECK_INT(mf_client_now(c), 5);
		mf_client_free(c);
		mf_config_free(config);
	}
}

void test_client__another_datastore(void)
{
	struct history h;
	history_init(&h);
	history_done_task(&h, "F/1/start/1", 1000);
	history_artifact(&h, "F/1/start/1", 0, "x", "42", 2000);
	const char *to = textf("%s/store", h.dir);
	CHECK_FATAL(system(textf("mkdir -p '%s/F' && mv '%s/.metaflow/F/data' '%s/F'", to, h.dir, to)) == 0);
	static const char *const none[] = {NULL};
	for (int store = 0; store < 2; store++) {
		struct mf_config *config;
		struct mf_client *c;
		struct mf_object *o;
		const struct mf_value *v = NULL;
		struct mf_error err = MF_ERROR_INIT;
		CHECK_INT(open_with(h.dir, NULL, store ? to : NULL, none, &c, &config, &err), MF_OK);
		CHECK_FATAL(mf_get(&o, c, "F/1/start/1/x", NULL, &err) == MF_OK);
		CHECK_INT(mf_artifact_value(o, &v, &err), store ? MF_OK : MF_ENOTFOUND);
		if (store)
			CHECK_INT(mf_value_int(v), 42);
		mf_object_free(o);
		mf_client_free(c);
		mf_config_free(config);
	}
}

void test_client__stats_count(void)
{
	struct history h;
	struct mf_object *o;
	history_init(&h);
	history_done_task(&h, "F/1/start/1", 1000);
	history_open(&h);
	struct mf_stats before = mf_client_stats(h.client);
	CHECK_INT(before.files_opened + before.dirs_listed + before.bytes_read, 0);
	CHECK_INT(mf_get(&o, h.client, "F/1", NULL, NULL), MF_OK);
	struct mf_stats after = mf_client_stats(h.client);
	CHECK_INT(after.files_opened, 1);
	CHECK(after.bytes_read > 50);
	CHECK_INT(after.requests, 0);
	mf_object_free(o);
	history_close(&h);
}

void test_client__forget_sees_new_tags(void)
{
	struct history h;
	history_init(&h);
	history_run(&h, "F/1", 1000, "[\"old\"]", "[]");
	history_done_task(&h, "F/1/start/1", 1000);
	history_open(&h);
	CHECK_STR(history_field(&h, "F/1/start", "n_tasks"), "1");
	CHECK_STR(history_field(&h, "F/1/start/1", "user_tags"), "[\"old\"]");
	history_run(&h, "F/1", 1000, "[\"new\"]", "[]");
	mf_client_forget(h.client);
	CHECK_STR(history_field(&h, "F/1/start/1", "user_tags"), "[\"new\"]");
	history_close(&h);
}

void test_client__cancel(void)
{
	struct mf_cancel *c = mf_cancel_new();
	CHECK(!mf_cancel_is_set(NULL));
	CHECK(!mf_cancel_is_set(c));
	CHECK(mf_cancel_ref(c) == c);
	mf_cancel_set(c);
	mf_cancel_free(c);
	CHECK(mf_cancel_is_set(c));
	mf_cancel_reset(c);
	CHECK(!mf_cancel_is_set(c));
	mf_cancel_free(c);
	mf_cancel_free(NULL);
	CHECK(mf_cancel_ref(NULL) == NULL);
}

void test_client__record_brief(void)
{
	static const struct {
		const char *text;
		int rc;
		int64_t ts;
		const char *sha;
	} t[] = {
		{"{\"ts_epoch\": 5}", 0, 5, ""},
		{"{\"ts_epoch\": 5.9}", 0, 5, ""},
		{"{\"ts_epoch\": \"7\"}", 0, 7, ""},
		{"{\"ts_epoch\": null}", 0, MF_NO_TIME, ""},
		{"{}", 0, MF_NO_TIME, ""},
		{"{\"x\": {\"ts_epoch\": 1}, \"ts_epoch\": 2}", 0, 2, ""},
		{"{\"ts_epoch\": 1, \"ts_epoch\": 2}", 0, 2, ""},
		{"{\"sha\": \"868436778cb011a1c6230bc12534683ab0b7f1c3\"}", 0, MF_NO_TIME,
			"868436778cb011a1c6230bc12534683ab0b7f1c3"},
		{"{\"sha\": \"short\"}", 0, MF_NO_TIME, ""},
		{"[]", MF_ECORRUPT, MF_NO_TIME, ""},
		{"{\"ts_epoch\": 5", MF_ECORRUPT, 5, ""},
		{"{\"ts_epoch\": 5} x", MF_ECORRUPT, 5, ""},
		{"{\"ts_epoch\": 5,}", MF_ECORRUPT, 5, ""},
		{"", MF_ECORRUPT, MF_NO_TIME, ""},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		for (int quiet = 0; quiet < 2; quiet++) {
			struct mf_error err = MF_ERROR_INIT;
			int64_t ts = 0;
			char sha[41];
			CHECK_INT(record_brief(t[i].text, strlen(t[i].text), &ts, sha, quiet ? NULL : &err), t[i].rc);
			CHECK_INT(ts, t[i].ts);
			CHECK_STR(sha, t[i].sha);
		}
}
