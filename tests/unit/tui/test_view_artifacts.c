/* test_view_artifacts.c: the view on the demo history. */
#include "../../support/demo.h"
#include "../../support/test.h"

#include "../../../tui/data.h"

#define PATH "TrainFlow/1795261450367307/train/5"

void test_view_artifacts__golden(void)
{
	static const struct {
		int w, h;
		bool ascii;
		enum theme_id theme;
		const char *name, *keys;
	} t[] = {
		{80, 24, false, THEME_DARK, "artifacts_80x24", "jj"},
		{120, 40, false, THEME_DARK, "artifacts_120x40", "jjj"},
		{40, 10, false, THEME_DARK, "artifacts_40x10", ""},
		{80, 24, true, THEME_DARK, "artifacts_ascii", "j"},
		{120, 30, false, THEME_LIGHT, "artifacts_hidden", "vj"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct app *a = demo_open(&(struct screen_options){.w = t[i].w,
						  .h = t[i].h,
						  .ascii = t[i].ascii,
						  .theme = t[i].theme},
			"artifacts", PATH);
		screen_keys(a, t[i].keys);
		screen_golden(a, t[i].name);
		app_free(a);
	}
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
