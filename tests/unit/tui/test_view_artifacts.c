/* test_view_artifacts.c: the view on the demo history. */
#include "../../support/demo.h"
#include "../../support/test.h"

#include "../../../tui/data.h"

#define PATH "TrainFlow/1795261450367307/train/5"

void test_view_artifacts__golden(void)
{
	static const struct demo_golden g[] = {
		{80, 24, false, THEME_DARK, "artifacts_80x24", PATH, "jj"},
		{120, 40, false, THEME_DARK, "artifacts_120x40", PATH, "jjj"},
		{40, 10, false, THEME_DARK, "artifacts_40x10", PATH, ""},
		{80, 24, true, THEME_DARK, "artifacts_ascii", PATH, "j"},
		{120, 30, false, THEME_LIGHT, "artifacts_hidden", PATH, "vj"},
	};

	demo_view_goldens("artifacts", g, ARRAY_SIZE(g));
}

void test_view_artifacts__keys(void)
{
	struct app *a = demo_open(&(struct screen_options){.w = 120, .h = 30}, "artifacts", PATH);

	CHECK(screen_has(a, "new here"));
	CHECK(screen_has(a, "inherited"));
	CHECK(!screen_has(a, "_transition"));
	screen_keys(a, "v");
	CHECK(screen_has(a, "_transition"));
	screen_keys(a, "v/name=model<Enter>");
	CHECK(screen_has(a, "'threshold': 0.5"));
	CHECK(!screen_has(a, "learning_rate"));
	screen_keys(a, "<Enter>");
	CHECK(str_eq(app_view(a)->info->id, "value"));
	app_free(a);
}
