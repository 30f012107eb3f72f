#include "../../support/test.h"

#include "demo_app.h"

void test_view_runs__golden(void)
{
	static const struct demo_golden g[] = {
		{80, 24, false, THEME_DARK, "runs_80x24", "TrainFlow", "jj"},
		{120, 40, false, THEME_DARK, "runs_120x40", "TrainFlow", "j<Space>"},
		{120, 40, false, THEME_LIGHT, "runs_light", "TrainFlow", "sssss"},
		{40, 10, false, THEME_DARK, "runs_40x10", "TrainFlow", "G"},
		{80, 24, true, THEME_DARK, "runs_ascii", "TrainFlow", ""},
		{80, 24, false, THEME_DARK, "runs_filter", "TrainFlow", "/status=failed<Enter>"},
	};
	demo_goldens(g, ARRAY_SIZE(g));
}

void test_view_runs__keys(void)
{
	static const struct {
		const char *key, *view;
	} t[] = {{"<Enter>", "run"}, {"l", "logs"}, {"d", "graph"}, {"t", "timeline"}};
	struct app *a = demo_app(&(struct screen_options){.w = 120, .h = 30}, "TrainFlow");

	CHECK_STR(app_view(a)->info->id, "runs");
	CHECK(screen_has(a, "median 7.5s"));
	CHECK(screen_has(a, "10 runs"));
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		if (!view_info_find(t[i].view))
			continue;
		keys(a, "gj");
		keys(a, t[i].key);
		CHECK_STR(app_view(a)->info->id, t[i].view);
		CHECK_STR(app_view(a)->arg, "TrainFlow/1795261441127560");
		keys(a, "q");
	}
	keys(a, "Gy");
	CHECK(screen_has(a, "copied TrainFlow/1795261388222273"));
	keys(a, "Y");
	CHECK(screen_has(a, "copied mfctl ls TrainFlow"));
	app_free(a);
}

void test_view_runs__filter(void)
{
	struct app *a = demo_app(&(struct screen_options){.w = 120, .h = 30}, "TrainFlow");

	keys(a, "/status=failed<Enter>");
	CHECK(screen_has(a, "1 of 10 runs"));
	keys(a, "/<C-u>nosuchfield=1<Enter>");
	CHECK(app_view(a)->banner != NULL);
	keys(a, "<Esc>");
	CHECK(app_view(a)->banner == NULL);
	CHECK(screen_has(a, "10 runs"));
	keys(a, "/status=running<Enter>");
	CHECK(screen_has(a, "No run matches"));
	app_free(a);
}

void test_view_runs__refresh_keeps_selection(void)
{
	struct app *a = demo_app(&(struct screen_options){.w = 80, .h = 12}, "TrainFlow");

	keys(a, "jjjj<Space>r");
	screen_wait(a, 5000);
	settle(a);
	keys(a, "y");
	CHECK(screen_has(a, "copied TrainFlow/1795261409547943"));
	CHECK(screen_has(a, "1 marked"));
	app_free(a);
}

void test_view_runs__unknown_flow(void)
{
	struct app *a = demo_app(&(struct screen_options){.w = 80, .h = 24}, NULL);

	app_open(a, "runs", "NoFlow");
	settle(a);
	CHECK(screen_has(a, "not found"));
	keys(a, "jky<Enter>");
	app_free(a);
}
