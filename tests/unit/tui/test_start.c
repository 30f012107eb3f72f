#include "../../support/screen.h"
#include "../../support/test.h"

#include "../../../tui/start.h"

void test_start__opens_something(void)
{
	struct app *a = screen_start(&(struct screen_options){.w = 80});
	CHECK(app_view(a) == NULL);
	CHECK(screen_has(a, "too small")); /* nothing to show is no reason to fall over */
	CHECK(app_open_start(a, NULL));
	CHECK(app_view(a) != NULL);
	app_free(a);
}
