/* covers: elsewhere.c elsewhere_link.c */
#include "../../support/history.h"
#include "../../support/test.h"

#include "../../../clientlib/model/elsewhere.h"

#define UUID "81e7892e-98ab-47a0-af35-00f097f3eab4"
#define ARN "arn:aws:states:us-east-1:123456789012:"

/* ---- links ---- */

static const char *url(enum place_kind kind, const char *value, const struct place_hints *h)
{
	static struct arena a;
	const char *out;
	return !place_url(&a, kind, value, h, &out) ? "out of memory"
	       : out                                ? textf("%s", out)
						    : "none";
}

void test_elsewhere__links(void)
{
	static const struct {
		enum place_kind kind;
		const char *value;
		struct place_hints hints;
		const char *url;
	} t[] = {
		{KIND_BATCH_JOB, UUID, {.ec2_region = "us-east-1"},
			"https://console.aws.amazon.com/batch/home?region=us-east-1#jobs/"
			"detail/" UUID},
		{KIND_BATCH_JOB, UUID, {.ec2_region = "eu-west-1", .log_region = "us-east-1"},
			"https://console.aws.amazon.com/batch/home?region=eu-west-1#jobs/"
			"detail/" UUID},
		{KIND_BATCH_JOB, UUID, {.log_region = "cn-north-1"},
			"https://console.amazonaws.cn/batch/home?region=cn-north-1#jobs/"
			"detail/" UUID},
		{KIND_BATCH_JOB, UUID, {.log_region = "us-gov-west-1"},
			"https://console.amazonaws-us-gov.com/batch/home?region=us-gov-west-1#jobs/"
			"detail/" UUID},
		{KIND_BATCH_JOB, UUID ":12", {.ec2_region = "us-east-1"},
			"https://console.aws.amazon.com/batch/home?region=us-east-1#jobs/"
			"detail/" UUID "%3A12"},
		{KIND_BATCH_JOB, UUID "#3", {.ec2_region = "us-east-1"},
			"https://console.aws.amazon.com/batch/home?region=us-east-1#jobs/"
			"mnp-job/" UUID},
		{KIND_LOG_STREAM, "metaflow/default/81e7 892e%[$LATEST]",
			{.log_region = "us-east-1", .log_group = "/aws/batch/job"},
			"https://console.aws.amazon.com/cloudwatch/"
			"home?region=us-east-1#logsV2:log-groups/log-group/"
			"$252Faws$252Fbatch$252Fjob/log-events/"
			"metaflow$252Fdefault$252F81e7$2520892e$2525$255B$2524LATEST$255D"},
		{KIND_EC2_INSTANCE, "i-0a1b2c3d4e5f60718", {.ec2_region = "us-east-1"},
			"https://console.aws.amazon.com/ec2/"
			"home?region=us-east-1#InstanceDetails:instanceId="
			"i-0a1b2c3d4e5f60718"},
		{KIND_SFN_EXECUTION, ARN "execution:Flow:20a2a398", {0},
			"https://console.aws.amazon.com/states/home?region=us-east-1#/v2/"
			"executions/details/" ARN "execution:Flow:20a2a398"},
		{KIND_SFN_EXECUTION, "arn:aws-cn:states:cn-north-1:123456789012:execution:Flow:a+b",
			{0},
			"https://console.amazonaws.cn/states/home?region=cn-north-1#/v2/executions/"
			"details/"
			"arn:aws-cn:states:cn-north-1:123456789012:execution:Flow:a%2Bb"},
		{KIND_SFN_EXECUTION, "20a2a398", {.machine = ARN "stateMachine:Flow"},
			"https://console.aws.amazon.com/states/home?region=us-east-1#/v2/"
			"executions/details/" ARN "execution:Flow:20a2a398"},
		{KIND_SFN_MACHINE, ARN "stateMachine:Flow", {0},
			"https://console.aws.amazon.com/states/home?region=us-east-1#/"
			"statemachines/view/" ARN "stateMachine:Flow"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_STR(url(t[i].kind, t[i].value, &t[i].hints), t[i].url);
}

/* Data makes neither another host nor another page: what has not the right form makes nothing. */
void test_elsewhere__no_links(void)
{
	static const struct place_hints good = {"us-east-1", "us-east-1", "/aws/batch/job", NULL};
	static const char *const regions[] = {"", "us", "us-east-1.evil.example", "us-east-1#",
		"US-EAST-1", "us east-1", "-us-east-1", "1-1", "us-east-1/", "us-east-1@evil",
		"us-iso-east-1", "us-isob-east-1", "eusc-de-east-1",
		"a-region-that-is-longer-than-any-is-"};
	static const struct {
		enum place_kind kind;
		const char *value;
	} t[] = {{KIND_PLAIN, UUID}, {KIND_FLAG, "1"}, {KIND_BATCH_JOB, ""},
		{KIND_BATCH_JOB, "81e7892e"}, {KIND_BATCH_JOB, UUID "x"},
		{KIND_BATCH_JOB, UUID "#"}, {KIND_BATCH_JOB, UUID "#1x"},
		{KIND_BATCH_JOB, UUID "/../.."},
		{KIND_BATCH_JOB, "81E7892E-98AB-47A0-AF35-00F097F3EAB4"}, {KIND_LOG_STREAM, ""},
		{KIND_LOG_STREAM, "a:b"}, {KIND_LOG_STREAM, "a*"}, {KIND_LOG_STREAM, "a\nb"},
		{KIND_LOG_STREAM, "a\x1b[m"}, {KIND_EC2_INSTANCE, "i-"},
		{KIND_EC2_INSTANCE, "i-0a1b2c3d4e5f6071"},
		{KIND_EC2_INSTANCE, "i-0a1b2c3d4e5f6071g"},
		{KIND_EC2_INSTANCE, "x-0a1b2c3d4e5f60718"}, {KIND_SFN_EXECUTION, "20a2a398"},
		{KIND_SFN_EXECUTION, ARN "execution:Flow"},
		{KIND_SFN_EXECUTION, ARN "execution:Flow:x:y"},
		{KIND_SFN_EXECUTION, ARN "express:Flow:x"},
		{KIND_SFN_EXECUTION, ARN "execution:Flow:"},
		{KIND_SFN_EXECUTION, ARN "execution:Fl/ow:x"},
		{KIND_SFN_EXECUTION, "arn:aws-cn:states:us-east-1:123456789012:execution:Flow:x"},
		{KIND_SFN_EXECUTION, "arn:aws:states:cn-north-1:123456789012:execution:Flow:x"},
		{KIND_SFN_EXECUTION, "arn:aws:states:us-east-1:12345678901:execution:Flow:x"},
		{KIND_SFN_EXECUTION, "arn:aws:states:us-east-1:12345678901x:execution:Flow:x"},
		{KIND_SFN_EXECUTION, "arn:aws:lambda:us-east-1:123456789012:execution:Flow:x"},
		{KIND_SFN_EXECUTION, "arn:aws:states:evil/us-1:123456789012:execution:Flow:x"},
		{KIND_SFN_MACHINE, "Flow"}, {KIND_SFN_MACHINE, ARN "execution:Flow:x"}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_STR(url(t[i].kind, t[i].value, &good), "none");
	for (size_t i = 0; i < ARRAY_SIZE(regions); i++) {
		struct place_hints h = {regions[i], regions[i], "/aws/batch/job", NULL};
		CHECK_STR(url(KIND_BATCH_JOB, UUID, &h), "none");
		CHECK_STR(url(KIND_LOG_STREAM, "a/b", &h), "none");
		CHECK_STR(url(KIND_EC2_INSTANCE, "i-0a1b2c3d", &h), "none");
	}
	CHECK_STR(url(KIND_BATCH_JOB, UUID, &(struct place_hints){0}), "none");
	CHECK_STR(url(KIND_LOG_STREAM, "a", &(struct place_hints){.log_region = "us-east-1"}),
		"none");
	CHECK_STR(url(KIND_LOG_STREAM, "a",
			  &(struct place_hints){.log_region = "us-east-1", .log_group = "a?b"}),
		"none");
	CHECK_STR(url(KIND_SFN_EXECUTION, "a/b",
			  &(struct place_hints){.machine = ARN "stateMachine:Flow"}),
		"none");
	CHECK_STR(url(KIND_SFN_EXECUTION, "x", &(struct place_hints){.machine = "Flow"}), "none");
}

/* ---- headings ---- */

/* "[AWS Batch] job id=…; … [EC2] …" of the attempt asked for. */
static const char *places(const struct history *h, const char *task, int attempt)
{
	struct mf_get_options go = {.attempt = attempt};
	struct mf_object *o = NULL;
	const struct mf_place *p;
	size_t n = 0;
	struct buf b = BUF_INIT(1 << 20);
	struct mf_error err = MF_ERROR_INIT;
	CHECK_FATAL(mf_get(&o, h->client, task, &go, &err) == MF_OK);
	if (mf_task_places(o, &p, &n, &err) < 0)
		buf_adds(&b, err.message);
	for (size_t i = 0; i < n; i++) {
		buf_addf(&b, "%s[%s]", i ? " " : "", p[i].title);
		for (size_t k = 0; k < p[i].n; k++) {
			CHECK(!p[i].facts[k].task ||
				str_eq(p[i].facts[k].task, p[i].facts[k].value));
			buf_addf(&b, "%s %s=%s", k ? ";" : "", p[i].facts[k].label,
				p[i].facts[k].value);
		}
	}
	mf_object_free(o);
	const char *text = textf("%s", b.p);
	buf_release(&b);
	return text;
}

void test_elsewhere__headings(void)
{
	static const struct {
		const char *field, *value;
	} t[] = {{"spot-termination-time", "\"2026-11-21T10:02:00Z\""},
		{"aws-batch-job-id", "\"" UUID "\""}, {"aws-batch-jq-name", "\"queue\""},
		{"aws-batch-awslogs-group", "null"}, {"aws-batch-ce-name", "\"\""},
		{"aws-batch-zzz", "[1, 2]"}, {"aws-batch-array-index", "3"},
		{"ec2-region", "\"us-east-1\""}, {"argo-workflow-name", "\"w\""},
		{"auto-emit-argo-events", "true"}, {"kubernetes-pod-name", "\"pod\""},
		{"airflow-dag-run-id", "\"d\""}, {"aws-step-functions-execution", "\"e\""},
		{"aws-lambda-arn", "\"no\""}, {"argo", "\"no\""}};
	struct history h;
	history_init(&h);
	history_task(&h, "F/1/s/1", 1000);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		history_meta(&h, "F/1/s/1", t[i].field, t[i].value, 2000, 0);
	history_done_task(&h, "F/1/s/2", 1000);
	history_open(&h);
	CHECK_STR(places(&h, "F/1/s/1", -1),
		"[AWS Batch] job id=" UUID
		"; queue=queue; aws-batch-array-index=3; aws-batch-zzz=[1,2]"
		" [EC2] region=us-east-1 [Kubernetes] pod=pod [Argo Workflows] workflow=w; emits "
		"events=yes"
		" [Step Functions] execution=e [Airflow] dag run id=d [Spot] ends "
		"at=2026-11-21T10:02:00Z");
	CHECK_STR(places(&h, "F/1/s/2", -1), "");
	CHECK_STR(history_field(&h, "F/1/s/2", "compute"), "null");
	history_close(&h);
}

void test_elsewhere__json(void)
{
	struct history h;
	history_init(&h);
	history_task(&h, "F/1/s/1", 1000);
	history_meta(&h, "F/1/s/1", "ec2-instance-id", "\"i-0a1b2c3d\"", 2000, 0);
	history_meta(&h, "F/1/s/1", "ec2-region", "\"us-east-1\"", 2000, 0);
	history_meta(&h, "F/1/s/1", "auto-emit-argo-events", "1", 2000, 0);
	history_open(&h);
	CHECK_STR(history_field(&h, "F/1/s/1", "compute"),
		"{\"EC2\":{\"ec2-instance-id\":{\"label\":\"instance\",\"value\":\"i-0a1b2c3d\","
		"\"link\":"
		"\"https://console.aws.amazon.com/ec2/"
		"home?region=us-east-1#InstanceDetails:instanceId=i-0a1b2c3d\"},"
		"\"ec2-region\":{\"label\":\"region\",\"value\":\"us-east-1\",\"link\":null}},"
		"\"Argo Workflows\":{\"auto-emit-argo-events\":{\"label\":\"emits "
		"events\",\"value\":1,\"link\":null}}}");
	history_close(&h);
}

/* Each attempt has its own job; what is not tagged counts by its time. */
void test_elsewhere__attempts(void)
{
	struct history h;
	const char *task = "F/1/s/1";
	history_init(&h);
	history_task(&h, task, 1000);
	history_start(&h, task, 0, 2000);
	history_meta(&h, task, "aws-batch-job-id", "\"older\"", 2001, 0);
	history_meta(&h, task, "aws-batch-job-id", "\"first\"", 2002, 0);
	history_meta(&h, task, "spot-termination-time", "\"soon\"", 2900, -1);
	history_end(&h, task, 0, 0, 3000);
	history_start(&h, task, 1, 4000);
	history_meta(&h, task, "aws-batch-job-id", "\"second\"", 4001, 1);
	history_meta(&h, task, "kubernetes-pod-name", "\"untagged\"", 4100, -1);
	history_start(&h, task, 2, 6000);
	history_open(&h);
	CHECK_STR(places(&h, task, 0), "[AWS Batch] job id=first [Spot] ends at=soon");
	CHECK_STR(places(&h, task, 1), "[AWS Batch] job id=second [Kubernetes] pod=untagged");
	CHECK_STR(places(&h, task, 2), "");
	CHECK_STR(places(&h, task, -1), "");
	history_close(&h);
}

/* ---- nodes of @parallel ---- */

static void node(const struct history *h, const char *task, const char *path, bool control,
	const char *index)
{
	history_task(h, task, 1000);
	history_start(h, task, 0, 2000);
	history_start(h, task, 1, 3000);
	history_meta(h, task, "parallel-world-size", "3", 2500, 0);
	if (path)
		history_meta(h, task, "foreach-execution-path", textf("\"%s\"", path), 2500, 0);
	if (control)
		history_meta(h, task, "internal_task_type", "\"control_task\"", 2500, 0);
	if (index)
		history_meta(h, task, "parallel-node-index", index, 2500, 0);
}

void test_elsewhere__parallel(void)
{
	struct history h;
	history_init(&h);
	/* two of them, in the branches of a foreach; a task of the step that is in neither */
	node(&h, "F/1/s/c", "outer:0,s:0", true, NULL);
	node(&h, "F/1/s/c-worker-1", "outer:0,s:1", false, NULL);
	node(&h, "F/1/s/c-worker-0", "outer:0,s:0", false, "2");
	node(&h, "F/1/s/d", "outer:1,s:0", true, NULL);
	node(&h, "F/1/s/d-worker", "outer:1,s:12", false, NULL);
	history_done_task(&h, "F/1/s/e", 1000);
	/* an old one without paths */
	node(&h, "F/1/t/1", NULL, true, NULL);
	node(&h, "F/1/t/2", NULL, false, NULL);
	node(&h, "F/1/t/3", NULL, false, "\"10\"");
	node(&h, "F/1/t/4", NULL, false, "\"9\"");
	history_open(&h);
	CHECK_STR(places(&h, "F/1/s/c", -1),
		"[Parallel] world size=3; task type=control_task; node index=0; "
		"node 1=F/1/s/c-worker-1; node 2=F/1/s/c-worker-0");
	CHECK_STR(places(&h, "F/1/s/c-worker-0", -1),
		"[Parallel] world size=3; node index=2; control task=F/1/s/c");
	CHECK_STR(places(&h, "F/1/s/d-worker", -1),
		"[Parallel] world size=3; node index=12; control task=F/1/s/d");
	CHECK_STR(places(&h, "F/1/s/e", -1), "");
	CHECK_STR(places(&h, "F/1/t/1", -1), "[Parallel] world size=3; task type=control_task; "
					     "node 9=F/1/t/4; node 10=F/1/t/3; node=F/1/t/2");
	CHECK_STR(places(&h, "F/1/t/2", -1), "[Parallel] world size=3; control task=F/1/t/1");
	CHECK_STR(history_field(&h, "F/1/t/2", "compute"),
		"{\"Parallel\":{\"parallel-world-size\":{\"label\":\"world "
		"size\",\"value\":3,\"link\":null},"
		"\"control-task\":{\"label\":\"control "
		"task\",\"value\":\"F/1/t/1\",\"link\":null}}}");
	history_close(&h);
}

/* A clone ran where its origin did. */
void test_elsewhere__clone(void)
{
	struct history h;
	history_init(&h);
	history_task(&h, "F/1/s/1", 1000);
	history_start(&h, "F/1/s/1", 0, 2000);
	history_start(&h, "F/1/s/1", 1, 3000);
	history_meta(&h, "F/1/s/1", "kubernetes-pod-name", "\"pod\"", 3100, 1);
	history_task(&h, "F/2/s/7", 5000);
	history_meta(&h, "F/2/s/7", "origin-run-id", "\"1\"", 5000, 0);
	history_meta(&h, "F/2/s/7", "origin-task-id", "\"1\"", 5000, 0);
	history_meta(&h, "F/2/s/7", "attempt", "\"0\"", 5000, 0);
	history_open(&h);
	CHECK_STR(places(&h, "F/2/s/7", -1), "[Kubernetes] pod=pod");
	history_close(&h);
}

void test_elsewhere__only_tasks(void)
{
	struct history h;
	struct mf_object *o;
	const struct mf_place *p;
	size_t n;
	history_init(&h);
	history_done_task(&h, "F/1/s/1", 1000);
	history_open(&h);
	CHECK_FATAL(mf_get(&o, h.client, "F/1", NULL, NULL) == MF_OK);
	CHECK_INT(mf_task_places(o, &p, &n, NULL), MF_EUSAGE);
	mf_object_free(o);
	history_close(&h);
}

/* Thousands of fields nobody knows are sorted, not compared each with each. */
void test_elsewhere__many_fields(void)
{
	struct history h;
	history_init(&h);
	history_task(&h, "F/1/s/1", 1000);
	for (int i = 0; i < 3000; i++)
		history_meta(
			&h, "F/1/s/1", textf("argo-%d", i % 1500), textf("%d", i), 2000 + i, 0);
	history_open(&h);
	const char *text = places(&h, "F/1/s/1", -1);
	CHECK(str_starts(text, "[Argo Workflows] argo-0=1500; argo-1=1501; argo-10=1510;"));
	CHECK(strstr(text, " argo-999=2499") && !strstr(text, "=999;"));
	history_close(&h);
}

static int try_places(const struct history *h)
{
	struct mf_error err = MF_ERROR_INIT;
	struct mf_object *o;
	const struct mf_place *p;
	size_t n;
	int rc = mf_get(&o, h->client, "F/1/s/c", NULL, &err);
	if (rc < 0)
		return rc;
	rc = mf_task_places(o, &p, &n, &err);
	if (rc == MF_OK) { /* not less than all of it */
		CHECK_INT(n, 2);
		CHECK_INT(p[0].n, 2);
		CHECK(p[0].facts[0].url != NULL);
		CHECK_INT(p[1].n, 4);
	}
	mf_object_free(o);
	return rc;
}

void test_elsewhere__allocation_failure(void)
{
	struct history h;
	history_init(&h);
	node(&h, "F/1/s/c", "s:0", true, NULL);
	history_meta(&h, "F/1/s/c", "ec2-instance-id", "\"i-0a1b2c3d\"", 3500, 1);
	history_meta(&h, "F/1/s/c", "ec2-region", "\"us-east-1\"", 3500, 1);
	node(&h, "F/1/s/w", "s:1", false, NULL);
	history_open(&h);
	/* a list goes on without some of its memory: then nothing may be missing */
	for (long n = 1; n < 100000; n++) {
		test_fail_alloc(n);
		int rc = try_places(&h);
		bool hit = test_alloc_failed();
		test_fail_alloc(0);
		CHECK(rc == MF_OK || (hit && rc == MF_ENOMEM));
		if (!hit)
			break;
	}
	history_close(&h);
}

/* ---- runs of schedulers ---- */

/* Their ids are no numbers: order is by creation, whatever they are. */
void test_elsewhere__run_ids(void)
{
	static const char *const runs[] = {"F/argo-f-x7k2p", ("F/sfn-" UUID),
		"F/airflow-0a1b2c3d4e5f", "F/1795224813909454", "F/argo-f.nightly-2"};
	struct history h;
	struct mf_list_options lo = MF_LIST_INIT;
	struct mf_expand_options eo = {.attempt = -1};
	struct mf_iter *it;
	struct mf_object *o;
	struct mf_paths *paths;
	struct buf b = BUF_INIT(1000);
	history_init(&h);
	history_flow(&h, "F");
	for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
		int64_t ts = INT64_C(1795224813909) + (int64_t)(i == 3 ? 0 : i + 1) * 1000;
		history_run(&h, runs[i], ts, NULL, NULL);
		history_done_task(&h, textf("%s/end/t-1", runs[i]), ts + 10);
	}
	history_open(&h);
	CHECK_FATAL(mf_list(&it, h.client, "F", &lo, NULL) == MF_OK);
	while (mf_iter_next(it, &o, NULL) == 1) {
		buf_addf(&b, "%s ", mf_object_pathspec(o));
		mf_object_free(o);
	}
	mf_iter_free(it);
	CHECK_STR(b.p, "F/argo-f.nightly-2 F/airflow-0a1b2c3d4e5f F/sfn-" UUID
		       " F/argo-f-x7k2p F/1795224813909454 ");
	buf_release(&b);
	CHECK_FATAL(mf_expand(&paths, h.client, "F/latest~2/*/t-1", -1, &eo, NULL) == MF_OK);
	CHECK_INT(mf_paths_count(paths), 1);
	CHECK_STR(mf_paths_get(paths, 0), "F/sfn-" UUID "/end/t-1");
	mf_paths_free(paths);
	for (size_t i = 0; i < ARRAY_SIZE(runs); i++)
		CHECK_STR(history_field(&h, runs[i], "status"), "\"completed\"");
	history_close(&h);
}

void test_elsewhere__owner(void)
{
	struct history h;
	history_init(&h);
	history_done_task(&h, "F/argo-1/start/t-1", 1000);
	history_meta(
		&h, "F/argo-1/start/t-1", "argo-workflow-template-owner", "\"alice\"", 1100, 0);
	history_done_task(&h, "F/2/start/1", 1000);
	history_open(&h);
	CHECK_STR(history_field(&h, "F/argo-1", "owner"), "\"alice\"");
	CHECK_STR(history_field(&h, "F/2", "owner"), "null");
	history_close(&h);
}
