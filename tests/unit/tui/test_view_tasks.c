/* test_view_tasks.c: the view on the demo history. */
#include "../../support/demo.h"
#include "../../support/test.h"

#include "../../../tui/data.h"

#define PATH "ForecastFlow/1795261419119408/fit"

void test_view_tasks__golden(void)
{
	static const struct {
		int w, h;
		bool ascii;
		enum theme_id theme;
		const char *name, *keys;
	} t[] = {
		{80, 24, false, THEME_DARK, "tasks_80x24", "jj"},
		{120, 40, false, THEME_DARK, "tasks_120x40", "j "},
		{40, 10, false, THEME_DARK, "tasks_40x10", ""},
		{80, 24, true, THEME_DARK, "tasks_ascii", "G"},
		{80, 24, false, THEME_LIGHT, "tasks_light", "sssss"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct app *a = demo_open(&(struct screen_options){.w = t[i].w,
						  .h = t[i].h,
						  .ascii = t[i].ascii,
						  .theme = t[i].theme},
			"tasks", PATH);
		screen_keys(a, t[i].keys);
		screen_golden(a, t[i].name);
		app_free(a);
	}
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
