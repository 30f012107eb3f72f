/* covers: graph_job.c graph_pane.c graph_pane_draw.c */
#include "../../support/test.h"

#include "demo_app.h"

#define NESTED "NestedSweepFlow/1795261446668575"
#define ROUTER "RouterFlow/1795261451416581"

void test_view_graph__golden(void)
{
	static const struct demo_golden g[] = {
		{80, 24, false, THEME_DARK, "graph_80x24", NESTED, "d"},
		{120, 40, false, THEME_DARK, "graph_120x40", ROUTER, "djj"},
		{120, 40, false, THEME_LIGHT, "graph_light", NESTED, "djj"},
		{80, 24, false, THEME_DARK, "graph_compact", ROUTER, "dvjc"},
		{40, 10, false, THEME_DARK, "graph_40x10", ROUTER, "djj"},
		{80, 24, true, THEME_DARK, "graph_ascii", NESTED, "d"},
	};
	demo_goldens(g, ARRAY_SIZE(g));
}

void test_view_graph__arrows_walk_along_edges(void)
{
	struct app *a =
		demo_app(&(struct screen_options){.w = 120, .h = 40}, "TrainFlow/1795261450367307");

	keys(a, "d");
	CHECK_STR(app_view(a)->info->id, "graph");
	keys(a, "jy"); /* <Left>: h and l are keys of other things here */
	CHECK(screen_has(a, "/numeric") || screen_has(a, "/behaviour"));
	keys(a, "<Left>y");
	CHECK(screen_has(a, "copied TrainFlow/1795261450367307/numeric"));
	keys(a, "<Right>y");
	CHECK(screen_has(a, "copied TrainFlow/1795261450367307/behaviour"));
	keys(a, "jy");
	CHECK(screen_has(a, "/features"));
	keys(a, "kky");
	CHECK(screen_has(a, "/start"));
	keys(a, "Gy");
	CHECK(screen_has(a, "/end"));
	keys(a, "vkkky");
	CHECK(screen_has(a, "/features"));
	keys(a, "r");
	screen_wait(a, 60000);
	settle(a);
	keys(a, "y");
	CHECK(screen_has(a, "/features"));
	app_free(a);
}

void test_view_graph__of_a_flow(void)
{
	struct app *a = demo_app(&(struct screen_options){.w = 100, .h = 30}, NULL);

	app_open(a, "graph", "RouterFlow");
	settle(a);
	CHECK(screen_has(a, "quick_draft"));
	keys(a, "j<Enter>");
	CHECK(screen_has(a, "open a run to see tasks"));
	app_free(a);
}

void test_view_graph__nothing_there(void)
{
	struct app *a = demo_app(&(struct screen_options){.w = 80, .h = 24}, NULL);

	app_open(a, "graph", "TrainFlow/1");
	settle(a);
	CHECK(screen_has(a, "not found"));
	keys(a, "jkhlvc<Enter>y");
	app_free(a);
}

void test_view_graph__mouse(void)
{
	struct app *a =
		demo_app(&(struct screen_options){.w = 120, .h = 40}, "TrainFlow/1795261450367307");

	keys(a, "d");
	keys(a, "<Click:0,3><WheelDown:60,10><WheelUp:60,10>");
	CHECK_STR(app_view(a)->info->id, "graph");
	if (!view_info_find("tasks"))
		return;
	keys(a, "<Click:60,4>"); /* the selected one once more */
	CHECK_STR(app_view(a)->info->id, "tasks");
	app_free(a);
}
