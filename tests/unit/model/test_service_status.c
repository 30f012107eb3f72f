/* The rules of service-api.md §5, line by line. */
#include "../../../clientlib/model/status.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../support/history.h"
#include "../../support/service.h"
#include "../../support/test.h"

enum { NEVER = INT_MAX, NOW = -1, NONE = -2 };

/* Records are made an hour before the present, unless said otherwise; times below count from there.
 */
static const int64_t present = 1795230600000, t0 = 1795230600000 - 3600000;

/* A pickled True and a False: their SHA-1 tells. */
#define SHA_TRUE "868436778cb011a1c6230bc12534683ab0b7f1c3"
#define SHA_FALSE "2473d4676d5b2aba674167293142f8031ada401b"

/* "field=value:attempt@ms …" → metadata rows; "_task_ok=True:0@ms" is an artifact. */
static void answer_task(
	struct fake *f, const char *task, int64_t ts, int64_t beat, const char *spec)
{
	const char *meta = "", *artifacts = "", *row = fake_task(task, ts, beat);
	char flow[32], run[32], step[32], id[32];
	sscanf(task, "%31[^/]/%31[^/]/%31[^/]/%31s", flow, run, step, id);
	const char *path = textf("/flows/%s/runs/%s/steps/%s/tasks/%s", flow, run, step, id);
	int n = 0;
	for (const char *p = spec; *p; p += strcspn(p, " "), p += strspn(p, " ")) {
		char field[32], value[32];
		long long at;
		int attempt = -1;
		if (sscanf(p, "%31[^=]=%31[^:@]:%d@%lld", field, value, &attempt, &at) != 4 &&
			sscanf(p, "%31[^=]=%31[^@]@%lld", field, value, &at) != 3)
			abort();
		if (str_eq(field, "_task_ok"))
			artifacts = textf("%s%s%s", artifacts, *artifacts ? ", " : "",
				fake_artifact(task, field, attempt,
					str_eq(value, "True") ? SHA_TRUE : SHA_FALSE, ":root:/x",
					t0 + at));
		else
			meta = textf("%s%s%s", meta, *meta ? ", " : "",
				fake_meta(task, ++n, field, value, t0 + at, attempt));
	}
	fake_on(f, path, 200, row);
	fake_on(f, textf("%s/metadata", path), 200, textf("[%s]", meta));
	fake_on(f, textf("%s/artifacts", path), 200, textf("[%s]", artifacts));
	fake_on(f, textf("/flows/%s/runs/%s/steps/%s/tasks", flow, run, step), 200,
		textf("[%s]", row));
}

static int64_t beat_of(int age)
{
	return age == NEVER ? -1 : present / 1000 - age;
}

/* Milliseconds since t0. */
static void check_time(int64_t got, int want, const char *name, const char *what)
{
	int64_t expected = want == NONE ? MF_NO_TIME : want == NOW ? present : t0 + want;
	if (got != expected)
		printf("\n%s: %s is %lld\n", name, what,
			(long long)(got == MF_NO_TIME ? -1 : got - t0));
	CHECK(got == expected);
}

static void check_status(struct fake *f, const char *pathspec, int attempt, const char *name,
	const char *status, enum reason reason, int ended)
{
	struct mf_get_options opts = {.attempt = attempt};
	struct mf_object *o;
	CHECK_FATAL(mf_get(&o, f->client, pathspec, &opts, NULL) == 0);
	const struct status *s = object_status(o);
	CHECK_STR(textf("%s: %s %s", name, mf_status_name(s->status),
			  mf_status_reason(s->reason)->code),
		textf("%s: %s %s", name, status, mf_status_reason(reason)->code));
	check_time(s->ended_at, ended, name, "the end");
	/* running: until now; ended before it began, by the seconds of heartbeats: 0 */
	int64_t from = object_started(o) == MF_NO_TIME ? mf_object_created(o) : object_started(o);
	int64_t to = str_eq(status, "running") ? present : s->ended_at;
	const struct mf_value *d = mf_object_get(o, "duration_ms");
	CHECK(mf_value_kind(d) == (to == MF_NO_TIME ? MF_NULL : MF_INT));
	CHECK_INT(mf_value_int(d), to != MF_NO_TIME && to > from ? to - from : 0);
	mf_object_free(o);
}

/* ---- runs ---- */

static const struct run_case {
	const char *name, *end, *end2,
		*work;       /* metadata of two tasks of `end` and of one before; NULL: none */
	int beat, work_beat; /* ages, s */
	const char *status;
	enum reason reason;
	int ended;
} run_cases[] = {
	{"1 retry", "attempt=0:0@1000 attempt_ok=False:0@2000 attempt=1:1@3000", NULL, "", 5, 5,
		"running", REASON_retrying, NONE},
	{"1 without a heartbeat", "attempt=0:0@1000 attempt_ok=False:0@2000 attempt=1:1@3000", NULL,
		"", NEVER, NEVER, "running", REASON_retrying, NONE},
	{"1 any number", "attempt_ok=False:1@2000 attempt=0:0@2001", NULL, "", 9000, 5, "running",
		REASON_retrying, NONE},
	{"1 of another task", "attempt_ok=False:0@2000", "attempt=0:0@2500", "", 5, 5, "running",
		REASON_retrying, NONE},
	{"1 not at the same time", "attempt_ok=False:0@2000 attempt=1:1@2000", NULL, "", 5, 5,
		"failed", REASON_end_failed, 2000},
	{"2 completed", "attempt=0:0@1000 attempt_ok=True:0@2000 attempt-done=0:0@2010", NULL, "",
		9000, 9000, "completed", REASON_end_completed, 2000},
	{"2 started again", "attempt_ok=True:0@2000 attempt=1:1@3000", NULL, "", 5, 5, "completed",
		REASON_end_completed, 2000},
	{"2 the newest", "attempt_ok=False:0@2000 attempt=1:1@3000 attempt_ok=True:1@4000", NULL,
		"", 5, 5, "completed", REASON_end_completed, 4000},
	{"2 the newest of two", "attempt_ok=False:0@2000", "attempt_ok=True:0@2500", "", 5, 5,
		"completed", REASON_end_completed, 2500},
	{"2 without a tag", "attempt_ok=True@2000", NULL, "", 9000, 5, "completed",
		REASON_end_completed, 2000},
	{"3 failed", "attempt=0:0@1000 attempt_ok=False:0@2000", NULL, "", 5, 5, "failed",
		REASON_end_failed, 2000},
	{"3 the newest", "attempt_ok=True:0@2000 attempt_ok=False:1@3000", NULL, "", 5, 5, "failed",
		REASON_end_failed, 3000},
	{"4 alive", NULL, NULL, "attempt=0:0@100", 360, 5, "running", REASON_heartbeat, NONE},
	{"4 from the future", NULL, NULL, "", -360, 5, "running", REASON_heartbeat, NONE},
	{"4 whatever failed", NULL, NULL, "attempt=0:0@100 attempt_ok=False:0@200", 300, 300,
		"running", REASON_heartbeat, NONE},
	{"4 at its end", "attempt=0:0@1000", NULL, "", 5, 5, "running", REASON_heartbeat, NONE},
	{"5 dead", NULL, NULL, "attempt=0:0@100 attempt_ok=True:0@200", 361, 400, "failed",
		REASON_heartbeat_expired, 3600000 - 361000},
	{"5 too far in the future", NULL, NULL, "attempt_ok=True:0@200", -361, 5, "failed",
		REASON_heartbeat_expired, 3600000 + 361000},
	{"5 a task failed", NULL, NULL, "attempt=0:0@100 attempt_ok=False:0@200", 500, 500,
		"failed", REASON_task_failed, 3600000 - 500000},
	{"5 a task was killed", NULL, NULL, "attempt=0:0@100", 361, 400, "failed",
		REASON_heartbeat_expired, 3600000 - 361000},
	{"5 at its end", "attempt=0:0@1000", NULL, "", 361, 361, "failed", REASON_heartbeat_expired,
		3600000 - 361000},
	{"5 before it began", NULL, NULL, "attempt_ok=True:0@200", 3601, 3601, "failed",
		REASON_heartbeat_expired, -1000},
	{"6 never a heartbeat", NULL, NULL, "attempt_ok=True:0@200", NEVER, NEVER, "failed",
		REASON_no_heartbeat, NONE},
};

void test_service_status__runs(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(run_cases); i++) {
		const struct run_case *t = &run_cases[i];
		struct fake f;
		fake_init(&f);
		f.now = present;
		fake_on(&f, "/flows/F/runs/1", 200, fake_run("F", "1", t0, beat_of(t->beat)));
		fake_on(&f, "/flows/F/runs/1/steps", 200,
			FAKE_LIST(t->work ? fake_step("F/1/work", t0) : NULL,
				t->end ? fake_step("F/1/end", t0 + 900) : NULL));
		int64_t beat = beat_of(t->work_beat);
		if (t->work)
			answer_task(&f, "F/1/work/5", t0, beat, t->work);
		if (t->end2)
			fake_on(&f, "/flows/F/runs/1/steps/end/tasks", 200,
				FAKE_LIST(fake_task("F/1/end/8", t0 + 901, beat),
					fake_task("F/1/end/9", t0 + 900, beat)));
		else if (!t->end)
			fake_on(&f, "/flows/F/runs/1/steps/end/tasks", 200, "[]");
		if (t->end)
			answer_task(&f, "F/1/end/9", t0 + 900, beat, t->end);
		if (t->end2)
			answer_task(&f, "F/1/end/8", t0 + 901, beat, t->end2);
		fake_on(&f, "/flows/F/runs/1/steps/_parameters/tasks", 200, "[]");
		fake_on(&f, "/flows/F/runs/1/metadata", 404, "{}");
		fake_open(&f);
		if (t->end2) /* the first answer of that target is the list of both */
			CHECK_STR(fake_ids(&f, "F/1/end", NULL), "8 9");
		check_status(&f, "F/1", -1, t->name, t->status, t->reason, t->ended);
		fake_close(&f);
	}
}

/* ---- tasks ---- */

static const struct task_case {
	const char *name, *rows;
	int age, beat, attempt; /* of its record and heartbeat, s; the attempt asked for */
	const char *status;
	enum reason reason;
	int ended;
} task_cases[] = {
	{"1 ok", "attempt=0:0@1000 attempt_ok=True:0@2000", 3600, 9000, -1, "completed",
		REASON_attempt_ok, 2000},
	{"1 the later end", "attempt_ok=True:0@2000 attempt-done=0:0@2010", 3600, 5, -1,
		"completed", REASON_attempt_ok, 2010},
	{"1 a yes beats a no", "attempt_ok=True:0@2000 attempt_ok=False:0@3000", 3600, 5, -1,
		"completed", REASON_attempt_ok, 3000},
	{"1 of the second", "attempt=0:0@1 attempt_ok=False:0@2 attempt=1:1@3 attempt_ok=True:1@4",
		3600, 5, -1, "completed", REASON_attempt_ok, 4},
	{"2 not ok", "attempt=0:0@1000 attempt_ok=False:0@2000", 3600, 5, -1, "failed",
		REASON_attempt_failed, 2000},
	{"2 of the first", "attempt=0:0@1 attempt_ok=False:0@2 attempt=1:1@3 attempt_ok=True:1@4",
		3600, 5, 0, "failed", REASON_attempt_failed, 2},
	{"3 ended somehow", "attempt=0:0@1000 attempt-done=0:0@2000", 3600, 9000, -1, "unknown",
		REASON_no_outcome, 2000},
	{"3 without a start", "attempt-done=0:0@2000", 3600, NEVER, -1, "unknown",
		REASON_no_outcome, 2000},
	{"3 told by an artifact", "attempt=0:0@1000 attempt-done=0:0@2000 _task_ok=True:0@2020",
		3600, 5, -1, "completed", REASON_task_ok, 2020},
	{"3 told by an artifact", "attempt-done=0:0@2000 _task_ok=False:0@1990", 3600, 5, -1,
		"failed", REASON_task_not_ok, 2000},
	{"4 the next one began", "attempt=0:0@1000 attempt=1:1@2000", 3600, 5, 0, "failed",
		REASON_superseded, 2000},
	{"5 dead", "attempt=0:0@1000", 3600, 61, -1, "failed", REASON_heartbeat_expired,
		3600000 - 61000},
	{"5 far in the future", "attempt=0:0@1000", 3600, -61, -1, "failed",
		REASON_heartbeat_expired, 3600000 + 61000},
	{"5 never started", "", 3600, 61, -1, "failed", REASON_heartbeat_expired, 3600000 - 61000},
	{"6 old", "attempt=0:0@-82800001", 90000, NEVER, -1, "failed", REASON_no_heartbeat, NONE},
	{"6 by its start", "attempt=0:0@-82800000", 90000, NEVER, -1, "running", REASON_started,
		NONE},
	{"6 never started", "", 86401, NEVER, -1, "failed", REASON_no_heartbeat, NONE},
	{"7 registered", "", 86400, NEVER, -1, "pending", REASON_not_started, NONE},
	{"7 other rows", "ds-root=/x@1000", 60, NEVER, -1, "pending", REASON_not_started, NONE},
	{"8 alive", "attempt=0:0@1000", 3600, 60, -1, "running", REASON_heartbeat, NONE},
	{"8 from the future", "attempt=0:0@1000", 3600, -60, -1, "running", REASON_heartbeat, NONE},
	{"8 queued", "", 60, 30, -1, "running", REASON_heartbeat, NONE},
	{"8 no heartbeats", "attempt=0:0@1000", 3600, NEVER, -1, "running", REASON_started, NONE},
	{"8 the second", "attempt=0:0@1000 attempt_ok=False:0@2000 attempt=1:1@3000", 3600, 30, -1,
		"running", REASON_heartbeat, NONE},
	{"8 an artifact of the first", "attempt=0:0@1000 _task_ok=False:0@2000 attempt=1:1@3000",
		3600, 30, -1, "running", REASON_heartbeat, NONE},
};

static void one_task(const struct task_case *t)
{
	struct fake f;
	fake_init(&f);
	f.now = present;
	answer_task(&f, "F/1/s/5", present - (int64_t)t->age * 1000, beat_of(t->beat), t->rows);
	fake_on(&f, "/flows/F/runs/1/steps/s/tasks/5/attempt/0/artifacts", 200, "[]");
	fake_open(&f);
	check_status(&f, "F/1/s/5", t->attempt, t->name, t->status, t->reason, t->ended);
	fake_close(&f);
}

void test_service_status__tasks(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(task_cases); i++)
		one_task(&task_cases[i]);
}

/* Values of attempt_ok are PostgreSQL's booleans. */
void test_service_status__booleans(void)
{
	static const char *const yes[] = {"True", "true", "TRUE", "t", "T", "yes", "Yes", "y", "on",
		"ON", "1"},
				 *const no[] = {"False", "false", "f", "no", "n", "off", "0",
					 "None", "11"};
	for (size_t i = 0; i < ARRAY_SIZE(yes) + ARRAY_SIZE(no); i++) {
		bool good = i < ARRAY_SIZE(yes);
		const char *value = good ? yes[i] : no[i - ARRAY_SIZE(yes)];
		one_task(&(struct task_case){value, textf("attempt_ok=%s:0@2000", value), 3600, 5,
			-1, good ? "completed" : "failed",
			good ? REASON_attempt_ok : REASON_attempt_failed, 2000});
	}
}

/* What cannot be asked is not known. */
void test_service_status__metadata_missing(void)
{
	struct fake f;
	fake_init(&f);
	f.now = present;
	fake_on(&f, "/flows/F/runs/1/steps/s/tasks/5", 200, fake_task("F/1/s/5", t0, beat_of(5)));
	fake_on(&f, "/flows/F/runs/1/steps/s/tasks/5/metadata", 500, "\"no\"");
	fake_open(&f);
	CHECK(str_starts(fake_field(&f, "F/1/s/5", "status"), "\"unknown\"") ||
		strstr(fake_field(&f, "F/1/s/5", "status"), "the service failed"));
	fake_close(&f);
}
