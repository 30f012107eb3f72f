/* test_view_task.c: the view on the demo history. */
#include "../../support/demo.h"
#include "../../support/test.h"

#include "../../../tui/data.h"
#include "sched_app.h"

#define PATH "ForecastFlow/1795261419119408/fit/11"

void test_view_task__golden(void)
{
	static const struct demo_golden g[] = {
		{80, 24, false, THEME_DARK, "task_80x24", PATH, "jj"},
		{120, 40, false, THEME_DARK, "task_120x40", PATH, "G<Enter>"},
		{40, 10, false, THEME_DARK, "task_40x10", PATH, ""},
		{80, 24, true, THEME_DARK, "task_ascii", PATH, "jj"},
	};

	demo_view_goldens("task", g, ARRAY_SIZE(g));
}

void test_view_task__keys(void)
{
	struct app *a = demo_open(&(struct screen_options){.w = 100, .h = 40}, "task", PATH);

	CHECK(screen_has(a, "attempt 0"));
	CHECK(screen_has(a, "ValueError: only 11 weeks of sales for Cork"));
	CHECK(screen_has(a, "start/1"));
	screen_keys(a, "l");
	CHECK(str_eq(app_view(a)->info->id, "logs"));
	screen_keys(a, "qa");
	CHECK(str_eq(app_view(a)->info->id, "artifacts"));
	app_free(a);
}

void test_view_task__missing(void)
{
	struct app *a = demo_open(&(struct screen_options){0}, "task", "ForecastFlow/1795261419119408/fit/9999");

	CHECK(screen_has(a, "cannot be read"));
	app_free(a);
}

/* The traceback, and Enter on a parent. */
void test_view_task__failed(void)
{
	struct app *a = demo_open(&(struct screen_options){.w = 100, .h = 44, .theme = THEME_LIGHT}, "task",
		"TrainFlow/1795261407264317/train/5");

	CHECK(screen_has(a, "Traceback (most recent call last)"));
	screen_golden(a, "task_failed");
	screen_keys(a, "Gk<Enter>");
	CHECK_STR(app_view(a)->arg, "TrainFlow/1795261407264317/features/4");
	app_free(a);
}

/* ---- what ran elsewhere ---- */

void test_view_task__elsewhere_golden(void)
{
	static const struct {
		int w, h;
		bool ascii;
		enum theme_id theme;
		const char *name, *path, *keys;
	} t[] = {
		{80, 24, false, THEME_DARK, "task_batch_80x24", SCHED_BATCH, "jjjjjjjjjj"},
		{120, 40, false, THEME_DARK, "task_batch_120x40", SCHED_BATCH, "jjjjjjjjjjjj"},
		{80, 24, false, THEME_LIGHT, "task_batch_light", SCHED_BATCH, "jjjjjjjjjjjjjjjjjjjjjjjjjjj"},
		{120, 40, false, THEME_LIGHT, "task_argo_light", SCHED_POD, "jjjjjjjjjjj"},
		{80, 24, false, THEME_DARK, "task_argo_80x24", SCHED_POD, ""},
		{80, 24, true, THEME_DARK, "task_nodes_ascii", SCHED_NODES "/2", ""},
		{40, 10, false, THEME_DARK, "task_batch_40x10", SCHED_BATCH, "jjjjjjjjjjjjjj"},
	};
	struct history h;
	sched_init(&h);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct app *a = sched_open(&h,
			&(struct screen_options){.w = t[i].w, .h = t[i].h, .ascii = t[i].ascii, .theme = t[i].theme},
			"task", t[i].path);
		screen_keys(a, t[i].keys);
		screen_golden(a, t[i].name);
		app_free(a);
	}
	history_close(&h);
}

static char copied[4096];

static void copy(void *self, const char *p, size_t n)
{
	(void)self;
	snprintf(copied, sizeof(copied), "%.*s", (int)n, p);
}

/* Down to the row that has the text, which must be there. */
static void go_to(struct app *a, const char *text)
{
	for (int i = 0; i < 60; i++) {
		screen_keys(a, "y");
		if (str_eq(copied, text))
			return;
		screen_keys(a, "j");
	}
	CHECK_STR(copied, text);
}

/* y copies what a row says, Enter shows its link to copy, o wants a browser. */
void test_view_task__elsewhere_keys(void)
{
	struct history h;
	sched_init(&h);
	struct app *a = sched_open(&h, &(struct screen_options){.w = 100, .h = 50}, "task", SCHED_BATCH);

	app_set_host(a, &(struct app_host){.copy = copy});
	CHECK(screen_has(a, "AWS Batch") && screen_has(a, "Step Functions") && screen_has(a, "Spot"));
	go_to(a, "79d6c8ad-eff4-40bc-bbf8-865091e363ce");
	CHECK(screen_has(a, "Enter shows its link"));
	screen_keys(a, "o");
	CHECK(screen_has(a, "no browser here"));
	screen_keys(a, "<Enter>y");
	CHECK_STR(copied, "https://console.aws.amazon.com/batch/home?region=us-east-1#jobs/detail/"
			  "79d6c8ad-eff4-40bc-bbf8-865091e363ce");
	screen_keys(a, "q");
	go_to(a, "metaflow-queue"); /* has no page */
	CHECK(!screen_has(a, "Enter shows its link"));
	screen_keys(a, "o");
	CHECK(screen_has(a, "no page of its own"));
	app_free(a);
	history_close(&h);
}

/* Enter goes to the run that triggered this one, to the nodes of a control task and back. */
void test_view_task__elsewhere_jumps(void)
{
	struct history h;
	sched_init(&h);
	struct app *a = sched_open(&h, &(struct screen_options){.w = 100, .h = 50}, "task", SCHED_POD);

	app_set_host(a, &(struct app_host){.copy = copy});
	CHECK(screen_has(a, "Triggered by") && screen_has(a, "data.ready"));
	go_to(a, SCHED_CAUSE);
	screen_keys(a, "<Enter>");
	CHECK_STR(app_view(a)->info->id, "run");
	CHECK_STR(app_view(a)->arg, SCHED_CAUSE);
	app_open(a, "task", SCHED_NODES "/2");
	settle(a);
	go_to(a, SCHED_NODES "/2_node_2");
	CHECK(screen_has(a, "node 2"));
	screen_keys(a, "<Enter>");
	CHECK_STR(app_view(a)->arg, SCHED_NODES "/2_node_2");
	CHECK(screen_has(a, "node index"));
	go_to(a, SCHED_NODES "/2");
	screen_keys(a, "<Enter>");
	CHECK_STR(app_view(a)->arg, SCHED_NODES "/2");
	app_free(a);
	history_close(&h);
}
