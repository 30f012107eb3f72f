/* sched_app.h: the dashboard on a small history of schedulers: a run of Argo Workflows that another
 * run triggered, one of Step Functions on AWS Batch, a local one with @parallel. */
#ifndef TEST_TUI_SCHED_APP_H
#define TEST_TUI_SCHED_APP_H

#include "../../support/history.h"
#include "demo_app.h"

#define SCHED_SFN "ScoreFlow/sfn-20a2a398-6dff-4193-974b-91d5bd12bd03"
#define SCHED_BATCH SCHED_SFN "/train/79d6c8ad-eff4-40bc-bbf8-865091e363ce"
#define SCHED_ARGO "ReportFlow/argo-reportflow-x7k2p"
#define SCHED_POD SCHED_ARGO "/start/t-20f950cd"
#define SCHED_CAUSE "ReportFlow/argo-upstream-abc12"
#define SCHED_NODES "NodesFlow/1795261000000000/train"

static inline void sched_facts(
	const struct history *h, const char *task, const char *const (*facts)[2], size_t n)
{
	for (size_t i = 0; i < n; i++)
		history_meta(h, task, facts[i][0], textf("\"%s\"", facts[i][1]), h->now - 59500, 0);
}

static inline void sched_init(struct history *h)
{
	static const char *const batch[][2] = {
		{"aws-batch-job-id", "79d6c8ad-eff4-40bc-bbf8-865091e363ce"},
		{"aws-batch-job-attempt", "1"}, {"aws-batch-ce-name", "metaflow-ce-2f7a"},
		{"aws-batch-jq-name", "metaflow-queue"}, {"aws-batch-execution-env", "AWS_ECS_EC2"},
		{"aws-batch-awslogs-group", "/aws/batch/job"},
		{"aws-batch-awslogs-region", "us-east-1"},
		{"aws-batch-awslogs-stream", "metaflow/default/79d6c8adf52546119128f86a7e7111ac"},
		{"ec2-instance-id", "i-0a1b2c3d4e5f60718"}, {"ec2-instance-type", "m5.2xlarge"},
		{"ec2-region", "us-east-1"}, {"ec2-availability-zone", "us-east-1b"},
		{"aws-step-functions-execution", "20a2a398-6dff-4193-974b-91d5bd12bd03"},
		{"aws-step-functions-state-machine", "ScoreFlow"},
		{"spot-termination-received-at", "2026-11-21T11:58:58Z"},
		{"spot-termination-time", "2026-11-21T12:00:58Z"}};
	static const char *const pod[][2] = {
		{"kubernetes-pod-name", "reportflow-x7k2p-start-2258477631"},
		{"kubernetes-pod-namespace", "default"},
		{"kubernetes-pod-id", "51a8b8c4-300f-4cfe-85e6-1e24a8bb0e0d"},
		{"kubernetes-pod-service-account-name", "default"},
		{"kubernetes-node-ip", "10.0.3.17"}, {"argo-workflow-name", "reportflow-x7k2p"},
		{"argo-workflow-namespace", "default"}, {"argo-workflow-template", "reportflow"},
		{"argo-workflow-template-owner", "alice"}, {"auto-emit-argo-events", "1"}};
	history_init(h);
	history_flow(h, "ScoreFlow");
	history_done_task(h, SCHED_BATCH, h->now - 60000);
	sched_facts(h, SCHED_BATCH, batch, ARRAY_SIZE(batch));
	history_flow(h, "ReportFlow");
	history_done_task(h, SCHED_CAUSE "/end/t-1", h->now - 120000);
	history_done_task(h, SCHED_POD, h->now - 60000);
	sched_facts(h, SCHED_POD, pod, ARRAY_SIZE(pod));
	history_meta(h, SCHED_POD, "execution-triggers",
		"\"[{\\\"timestamp\\\": 1795262280, \\\"id\\\": \\\"" SCHED_CAUSE
		"/end/t-1\\\", \\\"name\\\": \\\"metaflow.ReportFlow.end\\\", \\\"type\\\": "
		"\\\"run\\\"}, {\\\"timestamp\\\": null, "
		"\\\"id\\\": \\\"ev-1\\\", \\\"name\\\": \\\"data.ready\\\", \\\"type\\\": "
		"\\\"event\\\"}]\"",
		h->now - 59000, 0);
	history_flow(h, "NodesFlow");
	for (int i = 0; i < 3; i++) {
		const char *node = i ? textf(SCHED_NODES "/2_node_%d", i) : SCHED_NODES "/2";
		history_done_task(h, node, h->now - 60000);
		history_meta(h, node, "parallel-world-size", "3", h->now - 59000, 0);
		history_meta(h, node, "foreach-execution-path", textf("\"train:%d\"", i),
			h->now - 59000, 0);
		if (!i)
			history_meta(h, node, "internal_task_type", "\"control_task\"",
				h->now - 59000, 0);
	}
}

static inline struct app *sched_open(
	const struct history *h, const struct screen_options *o, const char *view, const char *path)
{
	struct app *a = screen_start(o);
	struct mf_config_options c = {.cwd = h->dir,
		.environ = (const char *const[]){NULL},
		.metadata = textf("local@%s", h->dir),
		.now = h->now,
		.proc = ""};

	screen_wait(a, h->now - SCREEN_NOW);
	CHECK_FATAL(data_open(a, &c, NULL, NULL) == MF_OK);
	snprintf(app_info(a)->source, sizeof(app_info(a)->source), "local ~/demo");
	app_open(a, view, path);
	settle(a);
	return a;
}

#endif
