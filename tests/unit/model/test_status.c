/* covers: proc.c */
#include "../../support/history.h"
#include "../../support/test.h"

#include <stdio.h>
#include <unistd.h>

#include "../../../clientlib/model/proc.h"
#include "../../../clientlib/model/status.h"

#define T0 INT64_C(1795224813000)
#define RUN "1795224813000000"

static const char *status_of(const struct history *h, const char *pathspec)
{
	struct mf_object *o;
	struct mf_error err = MF_ERROR_INIT;
	if (mf_get(&o, h->client, pathspec, NULL, &err) < 0)
		return textf("%s", err.message);
	const struct status *s = object_status(o);
	const char *text = textf("%s %s", mf_status_name(s->status), mf_status_reason(s->reason)->code);
	mf_object_free(o);
	return text;
}

static void blob(const struct history *h, const char *path, const char *p, size_t n)
{
	test_write_bytes(textf("%s/%s", h->proc, path), p, n);
}
#define BLOB(h, path, text) blob(h, path, text, sizeof(text) - 1)

/* A process table of our own. */
static void with_proc(struct history *h)
{
	h->proc = test_dir();
	test_write(h->proc, "stat", textf("cpu 1 2 3\nbtime %lld\n", (long long)T0 / 1000 - 100));
	test_write(h->proc, "self/x", "not a process");
	test_write(h->proc, "1/cmdline", "");
}

#define WORKER(step, task)                                                                              \
	"python3\0flow.py\0--quiet\0step\0" step "\0--run-id\0" RUN "\0--task-id\0" task "\0--retry-count\0" "0"

void test_status__tasks(void)
{
	struct history h;
	history_init(&h);
	history_done_task(&h, "F/" RUN "/s/1", T0);
	history_task(&h, "F/" RUN "/s/2", T0); /* failed */
	history_start(&h, "F/" RUN "/s/2", 0, T0);
	history_end(&h, "F/" RUN "/s/2", 0, 0, T0 + 1000);
	history_task(&h, "F/" RUN "/s/3", T0); /* failed, then tried again without an end */
	history_start(&h, "F/" RUN "/s/3", 0, T0);
	history_end(&h, "F/" RUN "/s/3", 0, 0, T0 + 1000);
	history_start(&h, "F/" RUN "/s/3", 1, T0 + 2000);
	history_task(&h, "F/" RUN "/s/4", T0); /* killed */
	history_start(&h, "F/" RUN "/s/4", 0, T0);
	history_file(&h, "F/" RUN "/s/4/0.runtime", "{\"return_code\": -9, \"killed\": false, \"success\": false}");
	history_task(&h, "F/" RUN "/s/5", T0); /* left with a code */
	history_start(&h, "F/" RUN "/s/5", 0, T0);
	history_file(&h, "F/" RUN "/s/5/0.runtime", "{\"return_code\": 4, \"killed\": false, \"success\": false}");
	history_task(&h, "F/" RUN "/s/6", T0); /* started, then silence */
	history_start(&h, "F/" RUN "/s/6", 0, T0);
	history_task(&h, "F/" RUN "/s/7", T0); /* only registered */
	history_task(&h, "F/" RUN "/s/8", T0); /* an artifact could not be pickled: an outcome, no end */
	history_start(&h, "F/" RUN "/s/8", 0, T0);
	history_meta(&h, "F/" RUN "/s/8", "attempt_ok", "\"False\"", T0 + 500, 0);
	history_task(&h, "F/" RUN "/s/9", T0); /* sys.exit */
	history_start(&h, "F/" RUN "/s/9", 0, T0);
	history_end(&h, "F/" RUN "/s/9", 0, 0, T0 + 1000);
	history_artifact(&h, "F/" RUN "/s/9", 0, "_task_ok", "null", T0 + 1000);
	history_task(&h, "F/" RUN "/s/10", T0); /* a retry that went well */
	history_start(&h, "F/" RUN "/s/10", 0, T0);
	history_end(&h, "F/" RUN "/s/10", 0, 0, T0 + 1000);
	history_start(&h, "F/" RUN "/s/10", 1, T0 + 2000);
	history_end(&h, "F/" RUN "/s/10", 1, 1, T0 + 3000);
	history_open(&h);
	static const char *const want[] = {"completed task_ok", "failed task_not_ok", "unknown process_gone", "failed killed",
		"failed exited", "unknown process_gone", "unknown process_gone", "failed attempt_failed",
		"failed task_not_ok", "completed task_ok"};
	for (size_t i = 0; i < ARRAY_SIZE(want); i++)
		CHECK_STR(status_of(&h, textf("F/" RUN "/s/%zu", i + 1)), want[i]);
	const char *reason = history_field(&h, "F/" RUN "/s/4", "status_reason");
	CHECK(strstr(reason, "signal 9 (KILL)") != NULL);
	CHECK(strstr(reason, "0.runtime") != NULL);
	reason = history_field(&h, "F/" RUN "/s/5", "status_reason");
	CHECK(strstr(reason, "return code 4") != NULL);
	CHECK_STR(history_field(&h, "F/" RUN "/s/1", "duration_ms"), "1000");
	history_close(&h);
}

/* Metaflow tries a task again whose process ended badly after it had stored its success, and the good siblings of a bad one
 * with @parallel. */
void test_status__tried_again_after_a_success(void)
{
	struct history h;
	history_init(&h);
	history_done_task(&h, "F/" RUN "/s/1", T0); /* the second attempt failed */
	history_start(&h, "F/" RUN "/s/1", 1, T0 + 2000);
	history_end(&h, "F/" RUN "/s/1", 1, 0, T0 + 3000);
	history_done_task(&h, "F/" RUN "/s/2", T0); /* it ended well, too */
	history_start(&h, "F/" RUN "/s/2", 1, T0 + 2000);
	history_end(&h, "F/" RUN "/s/2", 1, 1, T0 + 3000);
	history_artifact(&h, "F/" RUN "/s/2", 1, "only_1", "1", T0 + 3000);
	history_done_task(&h, "F/" RUN "/s/3", T0); /* it has only begun */
	history_start(&h, "F/" RUN "/s/3", 1, T0 + 2000);
	history_task(&h, "F/" RUN "/s/4", T0); /* os._exit(0): nothing has been stored */
	history_start(&h, "F/" RUN "/s/4", 0, T0);
	history_file(&h, "F/" RUN "/s/4/0.runtime", "{\"return_code\": 0, \"killed\": false, \"success\": true}");
	history_open(&h);
	CHECK_STR(status_of(&h, "F/" RUN "/s/1"), "failed task_not_ok");
	CHECK_STR(history_field(&h, "F/" RUN "/s/1", "finished"), "false");
	CHECK_STR(status_of(&h, "F/" RUN "/s/2"), "completed task_ok");
	CHECK(strstr(history_field(&h, "F/" RUN "/s/2", "artifacts"), "only_1") != NULL);
	CHECK_STR(status_of(&h, "F/" RUN "/s/3"), "unknown process_gone");
	CHECK_STR(status_of(&h, "F/" RUN "/s/4"), "failed exited");
	CHECK_STR(history_field(&h, "F/" RUN "/s/4", "finished"), "false");
	history_close(&h);
}

void test_status__a_worker_is_alive(void)
{
	struct history h;
	history_init(&h);
	with_proc(&h);
	history_done_task(&h, "F/" RUN "/start/1", T0);
	history_task(&h, "F/" RUN "/s/2", T0);
	history_start(&h, "F/" RUN "/s/2", 0, T0);
	history_task(&h, "F/" RUN "/s/3", T0);
	history_start(&h, "F/" RUN "/s/3", 0, T0);
	BLOB(&h, "4242/cmdline", WORKER("s", "2"));
	history_open(&h);
	CHECK_STR(status_of(&h, "F/" RUN "/s/2"), "running process_alive");
	CHECK(strstr(history_field(&h, "F/" RUN "/s/2", "status_reason"), "\"evidence\":\"pid 4242\"") != NULL);
	CHECK_STR(status_of(&h, "F/" RUN "/s/3"), "unknown process_gone");
	CHECK_STR(status_of(&h, "F/" RUN "/start/1"), "completed task_ok");
	CHECK_STR(status_of(&h, "F/" RUN), "running process_alive");
	CHECK_INT(proc_worker(h.client, RUN, NULL, NULL), 4242);
	CHECK_INT(proc_worker(h.client, RUN, "s", "2"), 4242);
	CHECK_INT(proc_worker(h.client, RUN, "s", "22"), 0);
	CHECK_INT(proc_worker(h.client, RUN, "start", "2"), 0);
	CHECK_INT(proc_worker(h.client, "1", NULL, NULL), 0);
	/* running for as long as the present says */
	h.now = T0 + 60000;
	history_open(&h);
	CHECK_STR(history_field(&h, "F/" RUN "/s/2", "duration_ms"), "60000");
	history_close(&h);
}

void test_status__the_scheduler_is_alive(void)
{
	static const struct {
		const char *env, *script;
		int started; /* s after boot, which is 100 s before the run */
		bool run, want;
	} t[] = {
		{"METAFLOW_DATASTORE_SYSROOT_LOCAL=%", "/x/flow.py", 99, true, true},
		{"METAFLOW_DATASTORE_SYSROOT_LOCAL=%", "flow.py", 99, true, true},
		{"METAFLOW_DATASTORE_SYSROOT_LOCAL=%", "other.py", 99, true, false},
		{"METAFLOW_DATASTORE_SYSROOT_LOCAL=%", "flow.py", 99, false, false}, /* `show`, not `run` */
		{"METAFLOW_DATASTORE_SYSROOT_LOCAL=%", "flow.py", 500, true, false}, /* started after the run */
		{"METAFLOW_DATASTORE_SYSROOT_LOCAL=/nowhere", "flow.py", 99, true, false}, /* another history */
		{"X=1", "flow.py", 99, true, false},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct history h;
		history_init(&h);
		with_proc(&h);
		history_graph(&h, "F/" RUN, "{\"steps\": {}}", T0);
		history_meta(&h, "F/" RUN "/_parameters/0", "script-name", "\"flow.py\"", T0, 0);
		history_run(&h, "F/" RUN, T0, NULL, NULL);
		history_done_task(&h, "F/" RUN "/start/1", T0);
		const char *cmd = textf("python3|%s|--no-pylint|%s|--tag|x", t[i].script, t[i].run ? "run" : "show");
		char raw[256];
		size_t n = strlen(cmd) + 1;
		memcpy(raw, cmd, n);
		for (size_t k = 0; k < n; k++)
			raw[k] = raw[k] == '|' ? '\0' : raw[k];
		blob(&h, "77/cmdline", raw, n);
		const char *hole = strchr(t[i].env, '%');
		const char *env = textf("%.*s%s", hole ? (int)(hole - t[i].env) : 200, t[i].env, hole ? h.dir : "");
		blob(&h, "77/environ", env, strlen(env) + 1);
		test_write(h.proc, "77/stat",
			textf("77 (a) b (c) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 %ld 0 0\n",
				t[i].started * sysconf(_SC_CLK_TCK)));
		history_open(&h);
		CHECK_STR(status_of(&h, "F/" RUN), t[i].want ? "running scheduler_alive" : "unknown process_gone");
		CHECK_INT(proc_scheduler(h.client, "flow.py", T0), t[i].want ? 77 : 0);
		history_close(&h);
	}
}

void test_status__a_scheduler_by_its_working_directory(void)
{
	struct history h;
	history_init(&h);
	with_proc(&h);
	history_run(&h, "F/" RUN, T0, NULL, NULL);
	BLOB(&h, "77/cmdline", "python3\0flow.py\0run");
	test_write(h.proc, "77/stat", textf("77 (py) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 %ld 0 0\n", 95 * sysconf(_SC_CLK_TCK)));
	test_write(h.dir, "deeper/still/x", "");
	CHECK_INT(symlink(textf("%s/deeper/still", h.dir), textf("%s/77/cwd", h.proc)), 0);
	history_open(&h);
	CHECK_INT(proc_scheduler(h.client, "flow.py", T0), 77);
	history_close(&h);
}

void test_status__runs(void)
{
	struct history h;
	history_init(&h);
	history_done_task(&h, "F/1/end/1", T0);
	history_task(&h, "F/2/end/1", T0);
	history_start(&h, "F/2/end/1", 0, T0);
	history_end(&h, "F/2/end/1", 0, 0, T0 + 1000);
	history_done_task(&h, "F/3/start/1", T0);
	history_task(&h, "F/3/mid/2", T0);
	history_start(&h, "F/3/mid/2", 0, T0);
	history_end(&h, "F/3/mid/2", 0, 0, T0 + 1000);
	history_done_task(&h, "F/4/start/1", T0); /* stopped between two steps */
	history_run(&h, "F/5", T0, NULL, NULL);
	history_file(&h, "F/6/_meta/_self.json", "{");
	history_graph(&h, "F/7", "{\"end_step\": \"finish\", \"steps\": {\"finish\": {\"type\": \"end\", \"next\": []}}}", T0);
	history_done_task(&h, "F/7/finish/1", T0);
	history_open(&h);
	static const char *const want[] = {"completed end_completed", "failed end_failed", "failed task_failed",
		"unknown process_gone", "unknown no_tasks", NULL, "completed end_completed"};
	for (size_t i = 0; i < ARRAY_SIZE(want); i++)
		if (want[i])
			CHECK_STR(status_of(&h, textf("F/%zu", i + 1)), want[i]);
	CHECK_STR(history_field(&h, "F/2", "finished"), "false");
	CHECK_STR(history_field(&h, "F/2", "end_task"), "\"F/2/end/1\"");
	CHECK_STR(history_field(&h, "F/4", "end_task"), "null");
	CHECK_STR(history_field(&h, "F/1", "successful"), "true");
	CHECK(strstr(history_field(&h, "F/3", "status_reason"), "\"evidence\":\"F/3/mid/2\"") != NULL);
	history_close(&h);
}

void test_status__table_of_reasons(void)
{
	size_t n = 0;
	for (const struct mf_reason *r; (r = mf_status_reason(n)); n++) {
		CHECK(*r->code && *r->help);
		for (size_t k = 0; k < n; k++)
			CHECK(strcmp(mf_status_reason(k)->code, r->code) != 0);
	}
	CHECK(n >= 15);
	CHECK_STR(mf_status_name(MF_PENDING), "pending");
}
