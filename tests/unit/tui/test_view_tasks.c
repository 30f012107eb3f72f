/* test_view_tasks.c: the view on the demo history. */
#include "../../support/demo.h"
#include "../../support/test.h"

#include "../../../tui/data.h"

#define PATH "ForecastFlow/1795261419119408/fit"

void test_view_tasks__golden(void)
{
	static const struct demo_golden g[] = {
		{80, 24, false, THEME_DARK, "tasks_80x24", PATH, "jj"},
		{120, 40, false, THEME_DARK, "tasks_120x40", PATH, "j "},
		{40, 10, false, THEME_DARK, "tasks_40x10", PATH, ""},
		{80, 24, true, THEME_DARK, "tasks_ascii", PATH, "G"},
		{80, 24, false, THEME_LIGHT, "tasks_light", PATH, "sssss"},
	};

	demo_view_goldens("tasks", g, ARRAY_SIZE(g));
}

void test_view_tasks__keys(void)
{
	struct app *a = demo_open(&(struct screen_options){.w = 100}, "tasks", PATH);

	CHECK(screen_has(a, "NAMES"));
	screen_keys(a, "/index=9<Enter>");
	CHECK(screen_has(a, "Cork"));
	CHECK(!screen_has(a, "Zürich"));
	screen_keys(a, "<Enter>");
	CHECK(str_eq(app_view(a)->info->id, "task"));
	screen_keys(a, "ql");
	CHECK(str_eq(app_view(a)->info->id, "logs"));
	screen_keys(a, "qa");
	CHECK(str_eq(app_view(a)->info->id, "artifacts"));
	app_free(a);
}

/* A task that failed says why. */
void test_view_tasks__failed(void)
{
	struct app *a = demo_open(
		&(struct screen_options){.w = 120}, "tasks", "TrainFlow/1795261407264317/train");

	CHECK(screen_has(a, "✗ failed"));
	CHECK(screen_has(a, "FloatingPointError: weights exploded"));
	screen_golden(a, "tasks_failed");
	app_free(a);
}
