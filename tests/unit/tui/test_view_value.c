/* test_view_value.c: the view on the demo history. */
#include "../../support/demo.h"
#include "../../support/test.h"

#include "../../../tui/data.h"

#define PATH "TrainFlow/1795261450367307/train/5/x"

void test_view_value__golden(void)
{
	static const struct demo_golden g[] = {
		{80, 24, false, THEME_DARK, "value_80x24", PATH, ""},
		{120, 40, false, THEME_DARK, "value_120x40", PATH, "jjj"},
		{40, 10, false, THEME_DARK, "value_40x10", PATH, ""},
		{80, 24, true, THEME_DARK, "value_ascii", PATH, "E"},
		{80, 24, false, THEME_LIGHT, "value_light", PATH, "G"},
	};

	demo_view_goldens("value", g, ARRAY_SIZE(g));
}

void test_view_value__keys(void)
{
	struct app *a = demo_open(&(struct screen_options){.w = 100}, "value",
		"TrainFlow/1795261450367307/train/5/model");

	CHECK(screen_has(a, "threshold"));
	screen_keys(a, "jy");
	CHECK(screen_has(a, "copied 0.001"));
	screen_keys(a, "k<Enter>");
	CHECK(screen_has(a, "logistic"));
	screen_keys(a, "q");
	app_open(a, "value", "TrainFlow/1795261450367307/train/5/customers");
	app_drain(a);
	app_drain(a);
	CHECK(screen_has(a, "tenure,charges,usage,calls,churned"));
	CHECK(screen_has(a, "401 lines"));
	screen_keys(a, "x");
	CHECK(screen_has(a, "74 65 6e 75 72 65"));
	app_free(a);
}

void test_view_value__missing(void)
{
	struct app *a = demo_open(
		&(struct screen_options){0}, "value", "TrainFlow/1795261450367307/train/5/nothing");

	CHECK(screen_has(a, "cannot be read"));
	app_free(a);
}
