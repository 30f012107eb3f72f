#include "../../support/screen.h"
#include "../../support/test.h"

#include <stdlib.h>

#include "sample.h"

void test_view_help__keys_of_the_view_below(void)
{
	struct app *a = screen_start(&(struct screen_options){
		.w = 100, .h = 100, .view = &sample_runs_info, .conf = "map <F5> refresh\n"});
	screen_keys(a, "?");
	CHECK(screen_has(a, "Mark a range"));
	CHECK(screen_has(a, "r <F5>"));
	CHECK(!screen_has(a, "Critical path"));
	screen_keys(a, "/a range");
	CHECK(screen_has(a, "Mark a range"));
	CHECK(!screen_has(a, "Backward in history"));
	screen_keys(a, "<Esc>?");
	CHECK(app_view(a)->info == &sample_runs_info);
	screen_keys(a, "?/zzzz<Enter>");
	CHECK(screen_has(a, "No key does that"));
	screen_keys(a, "<Esc><Esc>");
	CHECK(app_view(a)->info == &sample_runs_info);
	app_free(a);
}

void test_view_help__a_click_does_it(void)
{
	struct app *a =
		screen_start(&(struct screen_options){.w = 80, .h = 24, .view = &sample_runs_info});
	screen_keys(a, "?/Warnings<Enter>");
	screen_keys(a, "<Click:20,4>");
	CHECK_STR(app_view(a)->info->id, "help");
	screen_keys(a, "<Click:20,5>");
	CHECK_STR(app_view(a)->info->id, "messages");
	screen_keys(a, "?<Click:0,5>");
	CHECK_STR(app_view(a)->info->id, "messages");
	app_free(a);
}
