/* test_view_task.c: the view on the demo history. */
#include "../../support/demo.h"
#include "../../support/test.h"

#include "../../../tui/data.h"

#define PATH "ForecastFlow/1795261419119408/fit/11"

void test_view_task__golden(void)
{
	static const struct {
		int w, h;
		bool ascii;
		enum theme_id theme;
		const char *name, *keys;
	} t[] = {
		{80, 24, false, THEME_DARK, "task_80x24", "jj"},
		{120, 40, false, THEME_DARK, "task_120x40", "G<Enter>"},
		{40, 10, false, THEME_DARK, "task_40x10", ""},
		{80, 24, true, THEME_DARK, "task_ascii", "jj"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct app *a = demo_open(&(struct screen_options){.w = t[i].w,
						  .h = t[i].h,
						  .ascii = t[i].ascii,
						  .theme = t[i].theme},
			"task", PATH);
		screen_keys(a, t[i].keys);
		screen_golden(a, t[i].name);
		app_free(a);
	}
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
