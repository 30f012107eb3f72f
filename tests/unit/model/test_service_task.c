/* covers: service_memo.c */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "../../support/history.h"
#include "../../support/service.h"
#include "../../support/test.h"

enum { MANY = 20 };
#define SHA "4028827530eb6c63f2c9d431d7496a6614ea98d7"

static const char *task_path(int i)
{
	return textf("F/1/s/%d", i);
}

static const char *meta_rows(int i)
{
	const char *t = task_path(i);
	return textf("%s, %s, %s", fake_meta(t, i * 10, "attempt", "0", 1000, 0),
		fake_meta(t, i * 10 + 1, "attempt", "1", 2000, 1),
		fake_meta(t, i * 10 + 2, "attempt_ok", "True", 3000, 1));
}

/* Of two attempts, as a server that pages mixes them. */
static const char *artifact_rows(int i)
{
	const char *t = task_path(i), *at = ":root:/data/.metaflow";
	return textf("%s, %s, %s", fake_artifact(t, "left_over", 0, SHA, at, 2500),
		fake_artifact(t, textf("x%d", i), 1, SHA, at, 3500),
		fake_artifact(t, "name", 1, SHA, at, 3500));
}

/* Step F/1/s of n tasks; with `bulk` the run's rows can be had in one request, too. */
static void open_tasks(struct fake *f, int n, bool bulk)
{
	struct buf tasks = BUF_INIT(1 << 20), meta = BUF_INIT(1 << 20), art = BUF_INIT(1 << 20);
	fake_init(f);
	for (int i = 1; i <= n; i++) {
		const char *row = fake_task(task_path(i), 1000 + i, 2);
		const char *path = textf("/flows/F/runs/1/steps/s/tasks/%d", i);
		fake_on(f, path, 200, row);
		fake_on(f, textf("%s/metadata", path), 200, textf("[%s]", meta_rows(i)));
		fake_on(f, textf("%s/artifacts", path), 200, textf("[%s]", artifact_rows(i)));
		buf_addf(&tasks, "%s%s", i > 1 ? ", " : "", row);
		buf_addf(&meta, "%s%s", i > 1 ? ", " : "", meta_rows(i));
		buf_addf(&art, "%s%s", i > 1 ? ", " : "", artifact_rows(i));
	}
	fake_on(f, "/flows/F/runs/1/steps/s/tasks", 200, textf("[%s]", tasks.p));
	if (bulk) {
		fake_on(f, "/flows/F/runs/1/metadata", 200, textf("[%s]", meta.p));
		fake_on(f, "/flows/F/runs/1/artifacts", 200, textf("[%s]", art.p));
	}
	buf_release(&tasks);
	buf_release(&meta);
	buf_release(&art);
	fake_open(f);
}

void test_service_task__one(void)
{
	struct mf_object *o;
	struct fake f;
	struct stat before, after;
	int had = fstat(0, &before);
	open_tasks(&f, 1, true);
	CHECK_FATAL(mf_get(&o, f.client, "F/1/s/1", NULL, NULL) == 0);
	CHECK_INT(fake_count(&f, ""), 1);
	CHECK_INT(mf_value_count(mf_object_get(o, "attempts")), 2);
	CHECK_INT(fake_count(&f, "/tasks/1/metadata"), 1);
	CHECK_STR(mf_value_text(mf_object_get(o, "status"), NULL), "completed");
	CHECK_INT(mf_value_int(mf_object_get(o, "current_attempt")), 1);
	CHECK_INT(mf_value_count(mf_object_get(o, "metadata")), 3);
	CHECK_INT(mf_value_count(mf_object_get(o, "artifacts")), 1);
	CHECK_INT(fake_count(&f, "/tasks/1/artifacts"), 1);
	CHECK_INT(fake_count(&f, ""), 3);
	mf_object_free(o);
	fake_close(&f);
	/* what belongs to others is still there */
	CHECK(fstat(0, &after) == had && (had < 0 || before.st_ino == after.st_ino));
}

/* The artifacts of the highest attempt, whatever else came. */
void test_service_task__attempts_mixed(void)
{
	struct fake f;
	open_tasks(&f, 1, false);
	CHECK_STR(fake_field(&f, "F/1/s/1", "artifacts"), "[\"x1\"]");
	CHECK_STR(fake_ids(&f, "F/1/s/1", NULL), "x1");
	CHECK_STR(fake_field(&f, "F/1/s/1/x1", "attempt"), "1");
	CHECK_STR(fake_field(&f, "F/1/s/1/x1", "sha"), "\"" SHA "\"");
	CHECK(str_starts(fake_get(&f, "F/1/s/1/left_over"), "not_found: "));
	CHECK(str_starts(fake_get(&f, "F/1/s/1/nothing"), "not_found: "));
	fake_close(&f);
}

/* From the 17th task on the run is asked for all of them. */
void test_service_task__one_by_one_then_all(void)
{
	for (int bulk = 0; bulk < 2; bulk++) {
		struct fake f;
		open_tasks(&f, MANY, bulk);
		for (int i = 1; i <= MANY; i++) {
			CHECK_STR(fake_field(&f, task_path(i), "attempts"), "[0,1]");
			CHECK_STR(fake_field(&f, task_path(i), "artifacts"), textf("[\"x%d\"]", i));
		}
		CHECK_INT(fake_count(&f, "/s/tasks/"), MANY + 2 * (bulk ? 16 : MANY));
		CHECK_INT(fake_count(&f, "/runs/1/metadata"), 1);
		CHECK_INT(fake_count(&f, "/runs/1/artifacts"), 1);
		fake_close(&f);
	}
}

/* "id:attempts:artifacts" of the tasks. */
static const char *listed(struct fake *f)
{
	const int fields[] = {
		mf_field_find(MF_TASK, "attempts"), mf_field_find(MF_TASK, "artifacts")};
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *it;
	struct mf_object *o;
	const char *text = "";
	opts.fields = fields;
	opts.n_fields = 2;
	CHECK_FATAL(mf_list(&it, f->client, "F/1/s", &opts, NULL) == 0);
	while (mf_iter_next(it, &o, NULL) == 1) {
		const struct mf_value *a = mf_object_peek(o, fields[1]);
		const char *name = mf_value_text(mf_value_item(a, 0), NULL);
		text = textf("%s%s:%zu:%s ", text, mf_object_id(o),
			mf_value_count(mf_object_peek(o, fields[0])), name ? name : "");
		mf_object_free(o);
	}
	mf_iter_free(it);
	return text;
}

void test_service_task__lists(void)
{
	struct fake f;
	open_tasks(&f, 5, true);
	CHECK_STR(listed(&f), "5:2:x5 4:2:x4 3:2:x3 2:2:x2 1:2:x1 ");
	CHECK_INT(fake_count(&f, ""), 3);
	fake_close(&f);
	/* of a few the run is not asked */
	open_tasks(&f, 3, true);
	CHECK_STR(listed(&f), "3:2:x3 2:2:x2 1:2:x1 ");
	CHECK_INT(fake_count(&f, ""), 1 + 2 * 3);
	CHECK_INT(fake_count(&f, "/runs/1/metadata"), 0);
	fake_close(&f);
	/* where that request fails, the tasks are asked */
	open_tasks(&f, 5, false);
	CHECK_STR(listed(&f), "5:2:x5 4:2:x4 3:2:x3 2:2:x2 1:2:x1 ");
	CHECK_INT(fake_count(&f, ""), 1 + 2 + 2 * 5);
	fake_close(&f);
}

/* Names alone need no more than the list. */
void test_service_task__plain_list(void)
{
	struct fake f;
	open_tasks(&f, MANY, true);
	CHECK(str_starts(fake_ids(&f, "F/1/s", NULL), "20 19 18 "));
	CHECK_INT(fake_count(&f, ""), 1);
	fake_close(&f);
}

void test_service_task__rows_that_are_none(void)
{
	struct fake f;
	const char *t = "F/1/s/1";
	fake_init(&f);
	fake_on(&f, "/flows/F/runs/1/steps/s/tasks/1", 200, fake_task(t, 1, 2));
	fake_on(&f, "/flows/F/runs/1/steps/s/tasks/1/metadata", 200,
		FAKE_LIST("1", "\"x\"", "null", "[]", "{}", "{\"field_name\": null}",
			"{\"field_name\": \"bare\"}", "{\"field_name\": \"n\", \"value\": null}",
			fake_meta("F/1/s/2", 5, "of-another", "1", 5, 0),
			fake_meta("F/1/q/1", 6, "of-another", "1", 5, 0),
			fake_meta(t, 7, "attempt", "0", 1000, -1),
			"{\"field_name\": \"attempt_ok\", \"value\": \"True\", \"tags\": {\"a\": "
			"1}}"));
	fake_on(&f, "/flows/F/runs/1/steps/s/tasks/1/artifacts", 200, "{\"no\": \"list\"}");
	fake_open(&f);
	CHECK_INT(fake_field(&f, t, "metadata")[0], '[');
	CHECK(!strstr(fake_field(&f, t, "metadata"), "of-another"));
	CHECK(strstr(fake_field(&f, t, "metadata"), "bare") != NULL);
	CHECK_STR(fake_field(&f, t, "attempts"), "[0]");
	CHECK_STR(fake_field(&f, t, "artifacts"), "[]");
	fake_close(&f);
}

/* ---- one attempt ---- */

static const char *ids_of_attempt(struct fake *f, const char *task, int attempt)
{
	struct mf_list_options opts = MF_LIST_INIT;
	opts.attempt = attempt;
	opts.hidden = true;
	return fake_ids(f, task, &opts);
}

void test_service_task__attempt_of_an_old_service(void)
{
	struct fake f;
	struct mf_error err = MF_ERROR_INIT;
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *it;
	fake_init(&f);
	fake_on(&f, "/flows/F/runs/1/steps/s/tasks/1", 200, fake_task("F/1/s/1", 1, 2))->headers =
		"METADATA_SERVICE_VERSION: 2.0.5\r\n";
	fake_open(&f);
	CHECK_STR(fake_get(&f, "F/1/s/1"), "ok");
	opts.attempt = 0;
	CHECK_INT(mf_list(&it, f.client, "F/1/s/1", &opts, &err), MF_EUNSUPPORTED);
	CHECK_STR(err.message, "reading one attempt needs a newer metadata service: 2.0.6 or "
			       "later; this one is 2.0.5");
	CHECK_STR(err.where, f.url);
	CHECK_INT(fake_count(&f, "/tasks/1/attempt/0/artifacts"), 1);
	fake_close(&f);
	/* of one that does not tell its version */
	fake_init(&f);
	fake_open(&f);
	err = (struct mf_error)MF_ERROR_INIT;
	CHECK_INT(mf_list(&it, f.client, "F/1/s/1", &opts, &err), MF_EUNSUPPORTED);
	CHECK(strstr(err.message, "2.0.6 or later; this one is of an unknown version") != NULL);
	fake_close(&f);
}

/* Names in a recorded list of artifacts, sorted backwards as its rows are of one moment. */
static bool has_all_of(const char *ids, const char *name)
{
	const struct recording *r = recording(name);
	size_t n = 0, rows = 0;
	for (const char *p = r->body; (p = strstr(p, "\"name\": \"")); rows++) {
		p += strlen("\"name\": \"");
		const char *one = textf(" %.*s ", (int)strcspn(p, "\""), p);
		n += strstr(textf(" %s ", ids), one) != NULL;
	}
	size_t words = *ids != '\0';
	for (const char *p = ids; *p; p++)
		words += *p == ' ';
	return rows && n == rows && words == rows;
}

/* The retried task of the recordings: attempt 0 left an artifact that attempt 1 has not. */
void test_service_task__recorded_attempts(void)
{
	static const char task[] = "RetryFlow/4/flaky/22";
	struct fake f;
	fake_init(&f);
	fake_recorded(&f, "081_metadata_retried_task");
	fake_recorded(&f, "092_artifacts_attempt_0");
	fake_recorded(&f, "093_artifacts_attempt_1");
	fake_recorded(&f, "094_artifacts_attempt_missing_empty");
	/* the list that a server gives when it mixes them */
	fake_recorded_path(&f, "106_artifacts_paginated_retried_task");
	fake_on(&f, "/flows/RetryFlow/runs/4/steps/flaky/tasks/22", 200, fake_task(task, 1, 2));
	fake_open(&f);
	struct mf_list_options opts = MF_LIST_INIT;
	opts.hidden = true;
	CHECK(has_all_of(fake_ids(&f, task, &opts), "091_artifacts_retried_task_latest_attempt"));
	CHECK(has_all_of(ids_of_attempt(&f, task, 0), "092_artifacts_attempt_0"));
	CHECK(has_all_of(ids_of_attempt(&f, task, 1), "093_artifacts_attempt_1"));
	CHECK_STR(fake_field(&f, task, "attempts"), "[0,1]");
	CHECK_STR(fake_field(&f, task, "status"), "\"completed\"");
	fake_close(&f);
}
