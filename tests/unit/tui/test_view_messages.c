#include "../../support/screen.h"
#include "../../support/test.h"

#include "sample.h"

void test_view_messages__golden(void)
{
	struct app *a =
		screen_start(&(struct screen_options){.w = 90, .h = 14, .view = &sample_runs_info});
	sample_info(a);
	screen_keys(a, "M");
	CHECK(screen_has(a, "Nothing was worth"));
	screen_keys(a, "q");
	app_say(a, LEVEL_WARNING, "the service answered after 4.2 s");
	screen_wait(a, 1000);
	app_say(a, LEVEL_ERROR, "TrainFlow/1830: no such run; it may have been deleted");
	app_say(a, LEVEL_ERROR, "TrainFlow/1830: no such run; it may have been deleted");
	screen_wait(a, 10000);
	app_say(a, LEVEL_INFO, "copied TrainFlow/1836");
	screen_wait(a, 10000);
	screen_keys(a, "Mj");
	screen_golden(a, "messages");
	screen_keys(a, "<Enter>");
	CHECK(screen_has(a, "copied TrainFlow/1830: no such run"));
	app_free(a);
}
