/* covers: run_draw.c run_job.c run_tables.c run_tabs.c */
#include "../../support/test.h"

#include "../../../tui/run_priv.h"
#include "demo_app.h"
#include "sched_app.h"

#define FAILED "NightlyEtlFlow/1795261414770309"
#define NESTED "NestedSweepFlow/1795261446668575"
#define TRAIN "TrainFlow/1795261450367307"

void test_view_run__golden(void)
{
	static const struct demo_golden g[] = {
		{80, 24, false, THEME_DARK, "run_80x24", FAILED, ""},
		{120, 40, false, THEME_DARK, "run_120x40", TRAIN, "j"},
		{120, 40, false, THEME_LIGHT, "run_failed_light", FAILED, "3"},
		{120, 40, false, THEME_DARK, "run_timeline", NESTED, "2"},
		{120, 40, false, THEME_DARK, "run_tasks", NESTED, "jj3"},
		{120, 40, false, THEME_DARK, "run_logs", TRAIN, "jjjjj4"},
		{100, 30, false, THEME_DARK, "run_artifacts", TRAIN, "jjj5"},
		{80, 24, false, THEME_DARK, "run_details", TRAIN, "7"},
		{80, 24, false, THEME_DARK, "run_cards", "TrainFlow/1795261429828576", "6"},
		{40, 10, false, THEME_DARK, "run_40x10", FAILED, ""},
		{80, 24, true, THEME_DARK, "run_ascii", FAILED, ""},
	};
	demo_goldens(g, ARRAY_SIZE(g));
}

void test_view_run__graph_and_tabs_agree(void)
{
	struct app *a = demo_app(&(struct screen_options){.w = 120, .h = 40}, NESTED);

	keys(a, "jj<Enter>"); /* the third step: its tasks */
	CHECK(screen_has(a, "6/6 tasks"));
	keys(a, "y");
	CHECK(screen_has(a, "copied " NESTED "/fit/"));
	keys(a, "<S-Tab>k"); /* in the graph, one up */
	CHECK(screen_has(a, "3/3 tasks"));
	keys(a, "y");
	CHECK(screen_has(a, "copied " NESTED));
	keys(a, "<Tab>1y");
	CHECK(screen_has(a, "copied " NESTED "/model"));
	keys(a, "zz");
	keys(a, "2345671");
	CHECK(screen_has(a, "STARTED"));
	app_free(a);
}

void test_view_run__first_failure(void)
{
	struct app *a = demo_app(&(struct screen_options){.w = 120, .h = 40}, FAILED);

	CHECK(screen_has(a, "first failure"));
	CHECK(screen_has(a, "PartitionError: table warehouse has no partition"));
	CHECK(screen_has(a, "nightly_etl_flow.py:37 in open_partition"));
	keys(a, "y"); /* what failed is selected */
	CHECK(screen_has(a, "copied " FAILED "/load"));
	keys(a, "r");
	screen_wait(a, 60000);
	settle(a);
	CHECK(screen_has(a, "first failure"));
	app_free(a);
}

void test_view_run__opens_others(void)
{
	static const struct {
		const char *keys, *view, *arg;
	} t[] = {{"1gl", "logs", TRAIN}, {"d", "graph", TRAIN}, {"t", "timeline", TRAIN},
		{"1g3<Enter>", "task", TRAIN "/start/1"}, {"1g3a", "artifacts", TRAIN "/start/1"},
		{"1g5<Enter>", "value", NULL}, {"1g4<Enter>", "logs", TRAIN "/start"}};
	struct app *a = demo_app(&(struct screen_options){.w = 120, .h = 40}, TRAIN);

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		if (!view_info_find(t[i].view))
			continue;
		keys(a, t[i].keys);
		CHECK_STR(app_view(a)->info->id, t[i].view);
		if (t[i].arg)
			CHECK_STR(app_view(a)->arg, t[i].arg);
		keys(a, "q");
		CHECK_STR(app_view(a)->info->id, "run");
	}
	app_free(a);
}

void test_view_run__all_sizes(void)
{
	struct app *a = demo_app(&(struct screen_options){.w = 120, .h = 40}, FAILED);

	for (int w = 1; w < 140; w += 7)
		for (int h = 1; h < 50; h += 3) {
			app_resize(a, w, h);
			app_draw(a, true);
		}
	app_resize(a, 120, 40);
	CHECK(screen_has(a, "first failure"));
	app_free(a);
}

void test_view_run__unknown(void)
{
	struct app *a = demo_app(&(struct screen_options){.w = 80, .h = 24}, NULL);

	app_open(a, "run", "TrainFlow/1");
	settle(a);
	CHECK(screen_has(a, "not found"));
	keys(a, "1234567jky<Enter>");
	app_free(a);
}

void test_view_run__last_frame(void)
{
	struct buf b = BUF_INIT(1024);

	run_last_frame("Traceback:\n  File \"/a/b/x.py\", line 3, in <module>\n    f()\n"
		       "  File \"/a/b/train.py\", line 88, in fit\n    raise\n",
		&b);
	CHECK_STR(b.p, "train.py:88 in fit");
	buf_clear(&b);
	run_last_frame("File \"unfinished", &b);
	CHECK_STR(b.p, "");
	run_last_frame("", &b);
	CHECK_STR(b.p, "");
	buf_release(&b);
}

/* A scheduler's run: for whom, and what triggered it. */
void test_view_run__scheduled(void)
{
	struct history h;
	sched_init(&h);
	struct app *a = sched_open(&h, &(struct screen_options){.w = 120, .h = 30}, "run", SCHED_ARGO);

	CHECK(screen_has(a, "alice via bob"));
	CHECK(screen_has(a, "triggered by " SCHED_CAUSE));
	keys(a, "7");
	CHECK(screen_has(a, SCHED_CAUSE "   metaflow.ReportFlow"));
	CHECK(screen_has(a, "data.ready"));
	CHECK(screen_has(a, "Enter goes to " SCHED_CAUSE));
	screen_golden(a, "run_scheduled");
	keys(a, "<Enter>");
	CHECK_STR(app_view(a)->arg, SCHED_CAUSE);
	CHECK(!screen_has(a, "triggered by"));
	keys(a, "7<Enter>"); /* nothing caused that one */
	CHECK_STR(app_view(a)->arg, SCHED_CAUSE);
	app_free(a);
	history_close(&h);
}
