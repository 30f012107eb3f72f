/* covers: flows_data.c */
#include "../../support/test.h"

#include "demo_app.h"

void test_view_flows__golden(void)
{
	static const struct demo_golden g[] = {
		{80, 24, false, THEME_DARK, "flows_80x24", NULL, "j"},
		{120, 40, false, THEME_DARK, "flows_120x40", NULL, ""},
		{120, 40, false, THEME_LIGHT, "flows_light", NULL, "s"},
		{40, 10, false, THEME_DARK, "flows_40x10", NULL, "G"},
		{80, 24, true, THEME_DARK, "flows_ascii", NULL, ""},
	};
	demo_goldens(g, ARRAY_SIZE(g));
}

void test_view_flows__keys(void)
{
	struct app *a = demo_app(&(struct screen_options){.w = 120, .h = 30}, NULL);

	CHECK_STR(app_view(a)->info->id, "flows");
	CHECK(screen_has(a, "6 flows"));
	CHECK_INT(app_info(a)->running, 0);
	CHECK_INT(app_info(a)->failed, 3);
	keys(a, "Gy");
	CHECK(screen_has(a, "copied TrainFlow"));
	keys(a, "<Enter>");
	CHECK_STR(app_view(a)->info->id, "runs");
	CHECK_STR(app_view(a)->arg, "TrainFlow");
	keys(a, "q");
	CHECK_STR(app_view(a)->info->id, "flows");
	keys(a, "kd"); /* the graph of a flow has no status */
	CHECK_STR(app_view(a)->info->id, "graph");
	keys(a, "<Esc>f");
	CHECK_STR(app_view(a)->info->id, "live");
	app_free(a);
}

void test_view_flows__selection_survives_refresh(void)
{
	struct app *a = demo_app(&(struct screen_options){.w = 80, .h = 24}, NULL);

	keys(a, "jjr");
	screen_wait(a, 60000);
	settle(a);
	keys(a, "y");
	CHECK(screen_has(a, "copied NightlyEtlFlow"));
	keys(a, "ss");
	keys(a, "y");
	CHECK(screen_has(a, "copied NightlyEtlFlow"));
	app_free(a);
}

void test_view_flows__filter(void)
{
	struct app *a = demo_app(&(struct screen_options){.w = 80, .h = 24}, NULL);

	keys(a, "/Train<Enter>");
	CHECK(screen_has(a, "TrainFlow"));
	CHECK(!screen_has(a, "RouterFlow"));
	keys(a, "<Esc>");
	CHECK(screen_has(a, "RouterFlow"));
	app_free(a);
}
