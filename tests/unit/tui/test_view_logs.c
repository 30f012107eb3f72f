/* test_view_logs.c: the view on the demo history. */
#include "../../support/demo.h"
#include "../../support/test.h"

#include "../../../tui/data.h"

#define PATH "ForecastFlow/1795261419119408"

void test_view_logs__golden(void)
{
	static const struct demo_golden g[] = {
		{80, 24, false, THEME_DARK, "logs_80x24", PATH, ""},
		{120, 40, false, THEME_DARK, "logs_120x40", PATH, "e/MAPE<Enter>n"},
		{40, 10, false, THEME_DARK, "logs_40x10", PATH, ""},
		{80, 24, true, THEME_DARK, "logs_ascii", PATH, "tw"},
		{120, 30, false, THEME_LIGHT, "logs_relative", PATH, "te2"},
	};

	demo_view_goldens("logs", g, ARRAY_SIZE(g));
}

void test_view_logs__keys(void)
{
	struct app *a = demo_open(&(struct screen_options){.w = 100}, "logs", PATH);

	CHECK(screen_has(a, "43 tasks merged"));
	screen_keys(a, "e");
	CHECK(screen_has(a, "error 1 of 2"));
	screen_keys(a, "ee");
	CHECK(screen_has(a, "from the top again"));
	screen_keys(a, "1");
	CHECK(screen_has(a, "stderr only"));
	CHECK(screen_has(a, "Nothing on this stream"));
	screen_keys(a, "1");
	CHECK(screen_has(a, "Barcelona"));
	screen_keys(a, "a");
	CHECK(screen_has(a, "attempts are chosen"));
	app_free(a);
}

/* The attempt before the latest, and back. */
void test_view_logs__attempts(void)
{
	struct app *a = demo_open(&(struct screen_options){.w = 100}, "logs", PATH "/fit/11");

	CHECK(screen_has(a, "attempt 1 of 0–1 (latest)"));
	screen_keys(a, "a");
	CHECK(screen_has(a, "attempt 0 of 0–1"));
	CHECK(!screen_has(a, "(latest)"));
	screen_keys(a, "a");
	CHECK(screen_has(a, "(latest)"));
	app_free(a);
}
