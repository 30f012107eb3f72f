#include "../../support/screen.h"
#include "../../support/test.h"

#include <stdlib.h>

#include "sample.h"

static char got[128];

static void open_path(struct app *a, const char *path)
{
	(void)a;
	snprintf(got, sizeof(got), "open(%s)", path);
}

void test_palette__runs_what_it_is_told(void)
{
	struct app *a = screen_start(&(struct screen_options){.view = &sample_runs_info});
	app_on_path(a, open_path);
	screen_keys(a, ":open A/2<Enter>");
	CHECK_STR(got, "open(A/2)");
	screen_keys(a, ":what is this<Enter>");
	CHECK(screen_has(a, "no command is called \"what\""));
	screen_keys(a, ":set theme light<Enter>");
	CHECK_INT(app_theme(a), THEME_LIGHT);
	screen_keys(a, ":set theme pink<Enter>");
	CHECK(screen_has(a, "no such theme"));
	screen_keys(a, ":set<Enter>");
	CHECK(screen_has(a, "set needs a name and a value"));
	screen_keys(a, ":set mouse off<Enter>");
	CHECK(!app_mouse_on(a));
	screen_keys(a, ":messages<Enter>");
	CHECK_STR(app_view(a)->info->id, "messages");
	screen_keys(a, "q:<Enter>:  <Enter>:<Esc>");
	screen_keys(a, ":bott<Down><Enter>"); /* moves are keys, not commands */
	screen_keys(a, ":refr<Down><Enter>");
	screen_keys(a, ":q<Enter>");
	CHECK(app_quits(a));
	app_free(a);
}

void test_palette__completes(void)
{
	struct app *a = screen_start(&(struct screen_options){.view = &sample_runs_info});
	screen_keys(a, ":hel");
	CHECK(screen_has(a, "Keys of this view"));
	screen_keys(a, "<Down><Enter>");
	CHECK_STR(app_view(a)->info->id, "help");
	app_free(a);
}
