/* test_view_timeline.c: the view on the demo history. */
#include "../../support/demo.h"
#include "../../support/test.h"

#include "../../../tui/data.h"

#define PATH "ForecastFlow/1795261419119408"

void test_view_timeline__golden(void)
{
	static const struct demo_golden g[] = {
		{80, 24, false, THEME_DARK, "timeline_80x24", PATH, "j<Enter>"},
		{120, 40, false, THEME_DARK, "timeline_120x40", PATH, "j<Enter>jjj<Right>hhhhhh"},
		{40, 10, false, THEME_DARK, "timeline_40x10", PATH, ""},
		{80, 24, true, THEME_DARK, "timeline_ascii", PATH, "j<Enter>"},
		{120, 40, false, THEME_LIGHT, "timeline_zoom", PATH, "j<Enter><Right>++tc"},
	};

	demo_view_goldens("timeline", g, ARRAY_SIZE(g));
}

/* The cursor says what ran; Enter opens a task; Esc takes the cursor away before it closes the view. */
void test_view_timeline__keys(void)
{
	struct app *a = demo_open(&(struct screen_options){.w = 120, .h = 40}, "timeline", PATH);

	CHECK(screen_has(a, "failed attempt"));
	screen_keys(a, "<Right>");
	CHECK(screen_has(a, "running · "));
	screen_keys(a, "++");
	CHECK(screen_has(a, "zoom ×4"));
	screen_keys(a, "<Esc>");
	CHECK(screen_has(a, "failed attempt"));
	CHECK(!screen_has(a, "zoom ×"));
	screen_keys(a, "j<Enter>");
	CHECK(screen_has(a, "#2 Amsterdam"));
	screen_keys(a, "j<Enter>");
	CHECK(str_eq(app_view(a)->info->id, "task"));
	CHECK_STR(app_view(a)->arg, PATH "/fit/2");
	app_free(a);
}

void test_view_timeline__wants_a_run(void)
{
	struct app *a = demo_open(&(struct screen_options){0}, "timeline", PATH);

	CHECK(!app_open(a, "timeline", "ForecastFlow"));
	CHECK(app_open(a, "timeline", "ForecastFlow/1") != NULL);
	app_drain(a);
	CHECK(screen_has(a, "cannot be read"));
	app_free(a);
}
