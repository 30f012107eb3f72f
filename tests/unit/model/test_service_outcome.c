/* The states of many tasks at once, and of the runs that were recorded (service-api.md §5.4). */
#include "../../../clientlib/model/status.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../support/history.h"
#include "../../support/service.h"
#include "../../support/test.h"

/* ---- a run whose step `work` has many tasks ---- */

enum { FRESH = 20, OLD = 100 }; /* ages of heartbeats, s */

/* What became of task i. */
enum fate { FINE, FAILED, AT_WORK, DEAD, RETRIED, TRYING_AGAIN, N_FATES };

struct many {
	int n;
	int64_t now;
	bool plain; /* a service without filtered_tasks */
};

static enum fate fate_of(int i)
{
	return i % 100 == 7  ? RETRIED
	       : i % 10 == 1 ? FAILED
	       : i % 10 == 2 ? AT_WORK
	       : i % 10 == 3 ? DEAD
			     : FINE;
}

static void add_task(struct buf *b, const struct many *m, int i)
{
	enum fate fate = fate_of(i);
	bool fresh = fate == AT_WORK || fate == TRYING_AGAIN;
	buf_addf(b,
		"%s{\"flow_id\": \"F\", \"run_number\": 1, \"step_name\": \"work\", \"task_id\": "
		"%d, "
		"\"user_name\": \"alice\", \"ts_epoch\": %lld, \"last_heartbeat_ts\": %lld, "
		"\"tags\": [], \"system_tags\": [\"user:alice\"]}",
		b->n > 1 ? ", " : "", i, (long long)(m->now - 600000 + i),
		(long long)(m->now / 1000 - (fresh ? FRESH : OLD)));
}

static void add_meta(struct buf *b, const struct many *m, int i, const char *field,
	const char *value, int attempt)
{
	buf_addf(b,
		"%s{\"id\": %d, \"step_name\": \"work\", \"task_id\": %d, \"field_name\": \"%s\", "
		"\"value\": \"%s\", "
		"\"ts_epoch\": %lld, \"tags\": [\"attempt_id:%d\"]}",
		b->n > 1 ? ", " : "", i * 10 + attempt, i, field, value,
		(long long)(m->now - 300000 + attempt), attempt);
}

static void answer(void *self, const struct httpd_request *req, struct httpd_reply *reply)
{
	const struct many *m = self;
	struct buf *b = &reply->body;
	bool filter = strstr(req->path, "/filtered_tasks"), meta = strstr(req->path, "/metadata");
	bool good = strstr(req->query, "attempt_ok&pattern=True");
	bool bad = strstr(req->query, "attempt_ok&pattern=False");
	if (filter && m->plain) {
		reply->status = 404;
		buf_adds(b, "404: Not Found");
		return;
	}
	buf_addc(b, '[');
	for (int i = 1; i <= m->n; i++) {
		enum fate fate = fate_of(i);
		bool ended = fate == FINE || fate == RETRIED || fate == FAILED;
		bool in = good  ? fate == FINE || fate == RETRIED
			  : bad ? fate == FAILED || fate == RETRIED
				: ended;
		if (filter && in)
			buf_addf(b, "%s\"F/1/work/%d\"", b->n > 1 ? ", " : "", i);
		if (!filter && !meta)
			add_task(b, m, i);
		if (meta && fate != AT_WORK && fate != DEAD)
			add_meta(b, m, i, "attempt_ok", fate == FINE ? "True" : "False", 0);
		if (meta && fate == RETRIED)
			add_meta(b, m, i, "attempt_ok", "True", 1);
	}
	buf_addc(b, ']');
}

static void open_many(struct fake *f, struct many *m)
{
	static const char *const targets[] = {"/flows/F/runs/1/steps/work/tasks",
		"/flows/F/runs/1/steps/work/filtered_tasks", "/flows/F/runs/1/metadata"};
	fake_init(f);
	m->now = f->now;
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++)
		fake_make(f, targets[i], answer, m);
	fake_on(f, "/flows/F/runs/1", 200, fake_run("F", "1", f->now - 600000, f->now / 1000));
	fake_on(f, "/flows/F/runs/1/steps", 200, FAKE_LIST(fake_step("F/1/work", f->now - 600000)));
	fake_open(f);
}

/* Are the statuses of all tasks as they should be? */
static void check_statuses(struct fake *f, int n)
{
	static const char *const names[] = {
		"completed", "failed", "running", "failed", "completed", "running"};
	int field = mf_field_find(MF_TASK, "status"), seen = 0, wrong = 0;
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *it;
	struct mf_object *o;
	opts.fields = &field;
	opts.n_fields = 1;
	opts.known = true;
	CHECK_FATAL(mf_list(&it, f->client, "F/1/work", &opts, NULL) == 0);
	while (mf_iter_next(it, &o, NULL) == 1) {
		const char *text = mf_value_text(mf_object_peek(o, field), NULL);
		int i = atoi(mf_object_id(o));
		wrong += !text || !str_eq(text, names[fate_of(i)]);
		seen++;
		mf_object_free(o);
	}
	mf_iter_free(it);
	CHECK_INT(seen, n);
	CHECK_INT(wrong, 0);
}

void test_service_outcome__a_thousand(void)
{
	struct many m = {.n = 1000};
	struct fake f;
	open_many(&f, &m);
	check_statuses(&f, m.n);
	CHECK(fake_count(&f, "") <= 4);
	CHECK_INT(fake_count(&f, "/metadata"), 0);
	fake_again(&f);
	/* and counted: RETRIED are i % 100 == 7 */
	CHECK_STR(fake_field(&f, "F/1", "task_counts"),
		"{\"completed\":700,\"failed\":200,\"running\":100}");
	CHECK(fake_count(&f, "") <= 6);
	fake_close(&f);
}

/* Without that route the metadata of all is asked for at once, after a few. */
void test_service_outcome__old_service(void)
{
	struct many m = {.n = 1000, .plain = true};
	struct fake f;
	open_many(&f, &m);
	for (int i = 1; i <= m.n; i++)
		fake_make(&f, textf("/flows/F/runs/1/steps/work/tasks/%d/metadata", i), answer, &m);
	fake_on(&f, "/flows/F/runs/1/artifacts", 200, "[]");
	check_statuses(&f, m.n);
	CHECK(fake_count(&f, "") <= 2 + 2 * 17);
	CHECK_INT(fake_count(&f, "/runs/1/metadata"), 1);
	CHECK(fake_count(&f, "filtered_tasks") <= 3);
	fake_close(&f);
}

/* Who failed once may be trying again: of those few the rows are looked at. */
void test_service_outcome__trying_again(void)
{
	struct fake f;
	fake_init(&f);
	int64_t beat = f.now / 1000 - FRESH, ts = f.now - 60000;
	const char *tasks = "", *ids = "";
	for (int i = 1; i <= 6; i++) {
		const char *t = textf("F/1/work/%d", i);
		tasks = textf("%s%s%s", tasks, i > 1 ? ", " : "", fake_task(t, ts + i, beat));
		ids = textf("%s%s\"%s\"", ids, i > 1 ? ", " : "", t);
	}
	fake_on(&f, "/flows/F/runs/1/steps/work/tasks", 200, textf("[%s]", tasks));
	const char *filtered = "/flows/F/runs/1/steps/work/filtered_tasks";
	fake_on(&f, textf("%s?metadata_field_name=attempt_ok&pattern=True", filtered), 200,
		"[\"F/1/work/2\", \"F/1/work/3\", \"F/1/work/4\", 5, {}, \"\"]");
	fake_on(&f, textf("%s?metadata_field_name=attempt_ok&pattern=False", filtered), 200,
		"[\"F/1/work/1\", \"F/1/work/4\", \"F/1/work/5\"]");
	fake_on(&f, filtered, 200, textf("[%s]", ids));
	const char *rows[7] = {NULL};
	for (int i = 1; i <= 6; i++) {
		const char *t = textf("F/1/work/%d", i);
		rows[i] = FAKE_LIST(
			fake_meta(t, 1, "attempt_ok", i == 1 || i == 5 ? "False" : "True", ts, 0),
			i == 1 ? fake_meta(t, 2, "attempt", "1", ts + 5, 1) : NULL);
		fake_on(&f, textf("/flows/F/runs/1/steps/work/tasks/%d/metadata", i), 200, rows[i]);
		fake_on(&f, textf("/flows/F/runs/1/steps/work/tasks/%d/artifacts", i), 200, "[]");
	}
	fake_open(&f);
	int field = mf_field_find(MF_TASK, "status");
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *it;
	struct mf_object *o;
	const char *got = "";
	opts.fields = &field;
	opts.n_fields = 1;
	CHECK_FATAL(mf_list(&it, f.client, "F/1/work", &opts, NULL) == 0);
	while (mf_iter_next(it, &o, NULL) == 1) {
		got = textf("%s%s:%.1s ", got, mf_object_id(o),
			mf_value_text(mf_object_peek(o, field), NULL));
		mf_object_free(o);
	}
	mf_iter_free(it);
	CHECK_STR(got, "6:c 5:f 4:c 3:c 2:c 1:r ");
	CHECK_INT(fake_count(&f, "/tasks/1/metadata"), 1);
	CHECK_INT(fake_count(&f, "/tasks/5/metadata"), 1);
	CHECK_INT(fake_count(&f, "/tasks/2/metadata"), 0);
	fake_close(&f);
}

/* 50,000 tasks: neither the run nor its step costs more requests. */
void test_service_outcome__fifty_thousand(void)
{
	struct many m = {.n = 50000};
	struct fake f;
	open_many(&f, &m);
	const char *end = "F/1/end/60000";
	fake_on(&f, "/flows/F/runs/1/steps/end/tasks", 200,
		FAKE_LIST(fake_task(end, f.now - 9000, f.now / 1000)));
	fake_on(&f, "/flows/F/runs/1/steps/end/tasks/60000/metadata", 200,
		FAKE_LIST(fake_meta(end, 1, "attempt", "0", f.now - 9000, 0),
			fake_meta(end, 2, "attempt_ok", "True", f.now - 8000, 0)));
	CHECK_STR(fake_field(&f, "F/1", "status"), "\"completed\"");
	CHECK_INT(fake_count(&f, ""), 1 + 2); /* its record comes first */
	fake_again(&f);
	check_statuses(&f, m.n);
	CHECK(fake_count(&f, "") <= 4);
	fake_close(&f);
}

/* ---- recorded runs ---- */

/* Let the fake tell of a run what its recorded metadata tells. */
static void serve(struct fake *f, const char *run, int64_t ts, int64_t beat, const char *name)
{
	json_t *rows = json_loads(recording(name)->body, 0, NULL), *row;
	const char *flow = textf("%.*s", (int)strcspn(run, "/"), run), *id = run + strlen(flow) + 1;
	const char *steps = "", *seen = "|";
	size_t i, k;
	fake_on(f, textf("/flows/%s/runs/%s", flow, id), 200, fake_run(flow, id, ts, beat));
	json_array_foreach(rows, i, row)
	{
		const char *step = json_string_value(json_object_get(row, "step_name"));
		json_int_t task = json_integer_value(json_object_get(row, "task_id"));
		if (strstr(seen, textf("|%s|", step))) /* they have one task each */
			continue;
		seen = textf("%s%s|", seen, step);
		json_t *own = json_array(), *other;
		json_array_foreach(rows, k,
			other) if (json_integer_value(json_object_get(other, "task_id")) == task)
			json_array_append(own, other);
		char *text = json_dumps(own, 0);
		const char *spec = textf("%s/%s/%lld", run, step, task);
		const char *path = textf("/flows/%s/runs/%s/steps/%s/tasks", flow, id, step);
		int64_t at = json_integer_value(json_object_get(row, "ts_epoch"));
		fake_on(f, path, 200, textf("[%s]", fake_task(spec, at, beat)));
		fake_on(f, textf("%s/%lld", path, task), 200, fake_task(spec, at, beat));
		fake_on(f, textf("%s/%lld/metadata", path, task), 200, textf("%s", text));
		fake_on(f, textf("%s/%lld/artifacts", path, task), 200, "[]");
		steps = textf("%s%s%s", steps, *steps ? ", " : "",
			fake_step(textf("%s/%s", run, step), at));
		free(text);
		json_decref(own);
	}
	json_decref(rows);
	fake_on(f, textf("/flows/%s/runs/%s/steps", flow, id), 200, textf("[%s]", steps));
	if (!strstr(seen, "|end|"))
		fake_on(f, textf("/flows/%s/runs/%s/steps/end/tasks", flow, id), 200, "[]");
}

void test_service_outcome__recorded_runs(void)
{
	static const struct {
		const char *run, *metadata, *task; /* a task of it to look at */
		int attempt;
		int64_t created, beat; /* ms, s */
		int later;             /* the present: so many s after the heartbeat */
		const char *status, *code, *task_status;
		int64_t duration;
	} t[] = {
		{"EndRetryFlow/30", "072_status_end_retry_running_metadata", "end/623", 0,
			1795231932625, 1795231954, 5, "running", "retrying", "failed", -1},
		{"EndRetryFlow/30", "072_status_end_retry_running_metadata", "end/623", -1,
			1795231932625, 1795231954, 5, "running", "retrying", "running", -1},
		{"FailFlow/5", "141_failed_run_metadata", "bad/27", 0, 1795230591002, 1795230591,
			360, "running", "heartbeat", "failed", -1},
		{"FailFlow/5", "141_failed_run_metadata", "bad/27", -1, 1795230591002, 1795230591,
			361, "failed", "task_failed", "failed", 0},
		{"FailFlow/7", "151_resumed_run_metadata", "start/32", -1, 1795230596937,
			1795230596, 3600, "completed", "end_completed", "completed", 1491},
		{"FailFlow/7", "151_resumed_run_metadata", "_parameters/31", -1, 1795230596937,
			1795230596, 5, "completed", "end_completed", "unknown", 1491},
		{"BranchFlow/2", "082_metadata_run", "join/9", -1, 1795230576055, 1795230579, 5,
			"completed", "end_completed", "completed", 3418},
		{"TaskKillFlow/31", "154_taskkill_victim_metadata", "victim/622", 0, 1795231934000,
			1795231954, 5, "running", "heartbeat", "failed", -1},
		{"TaskKillFlow/31", "154_taskkill_victim_metadata", "victim/622", -1, 1795231934000,
			1795231954, 5, "running", "heartbeat", "completed", -1},
		{"SleepFlow/36", "144_killed_task_metadata", "nap/1116", -1, 1795232435529,
			1795232456, 59, "running", "heartbeat", "running", -1},
		{"SleepFlow/36", "144_killed_task_metadata", "nap/1116", -1, 1795232435529,
			1795232456, 61, "running", "heartbeat", "failed", -1},
		{"SleepFlow/36", "144_killed_task_metadata", "nap/1116", -1, 1795232435529,
			1795232456, 361, "failed", "heartbeat_expired", "failed", 20471},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct mf_get_options opts = {.attempt = t[i].attempt};
		struct mf_object *o;
		struct fake f;
		fake_init(&f);
		f.now = (t[i].beat + t[i].later) * 1000;
		serve(&f, t[i].run, t[i].created, t[i].beat, t[i].metadata);
		fake_open(&f);
		CHECK_FATAL(mf_get(&o, f.client, t[i].run, NULL, NULL) == 0);
		const struct status *s = object_status(o);
		CHECK_STR(textf("%s: %s %s", t[i].run, mf_status_name(s->status),
				  mf_status_reason(s->reason)->code),
			textf("%s: %s %s", t[i].run, t[i].status, t[i].code));
		/* running ones: until now */
		CHECK_INT(mf_value_int(mf_object_get(o, "duration_ms")),
			t[i].duration < 0 ? f.now - t[i].created : t[i].duration);
		mf_object_free(o);
		const char *task = textf("%s/%s", t[i].run, t[i].task);
		CHECK_FATAL(mf_get(&o, f.client, task, &opts, NULL) == 0);
		CHECK_STR(textf("%s %s", task, mf_value_text(mf_object_get(o, "status"), NULL)),
			textf("%s %s", task, t[i].task_status));
		mf_object_free(o);
		fake_close(&f);
	}
}
