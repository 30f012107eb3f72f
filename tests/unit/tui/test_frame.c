#include "../../support/screen.h"
#include "../../support/test.h"

#include <stdlib.h>

#include "sample.h"

void test_frame__says_what_is_wrong(void)
{
	struct app *a = screen_start(&(struct screen_options){.w = 120, .view = &sample_runs_info});
	sample_info(a);
	struct app_info *i = app_info(a);
	snprintf(i->banner, sizeof(i->banner), "offline: showing what was seen 3 min ago");
	i->banner_level = LEVEL_ERROR;
	i->errors = 2;
	view_set_banner(app_view(a), LEVEL_WARNING, "%d runs could not be read", 3);
	CHECK(screen_has(a, "✗ offline: showing what was seen 3 min ago"));
	CHECK(screen_has(a, "! 3 runs could not be read"));
	CHECK(screen_has(a, "14 req · 2 err · 38 ms"));
	CHECK(screen_has(a, "14:03:07"));
	CHECK(screen_has(a, "⟳ 2 s"));
	screen_wait(a, 61000);
	CHECK(screen_has(a, "⟳ 1 min"));
	view_set_banner(app_view(a), LEVEL_NONE, NULL);
	CHECK(!screen_has(a, "could not be read"));
	screen_keys(a, "p");
	CHECK(screen_has(a, "paused"));
	app_free(a);
}

void test_frame__long_and_hostile_text(void)
{
	struct app *a = screen_start(&(struct screen_options){.view = &sample_runs_info});
	struct app_info *i = app_info(a);
	snprintf(i->source, sizeof(i->source),
		"local ~/a/very/long/path/that/does/not/fit/on/this/line/proj/.metaflow");
	snprintf(i->ns, sizeof(i->ns), "user:\x1b[31malice");
	view_set_path(app_view(a),
		"Flow\x1b]0;x\x07/1/step_with_a_long_name_that_goes_on_and_on_and_on/"
		"12/another_long_one_here/x");
	view_set_note(app_view(a), ST_RUNNING,
		"a note that is rather long as well, longer than its half of the line");
	CHECK(screen_has(a, ".metaflow"));
	CHECK(screen_has(a, "local …"));
	CHECK(screen_has(a, "\\x1b[31malice"));
	app_free(a);
}

void test_frame__every_size(void)
{
	struct app *a = screen_start(&(struct screen_options){.view = &sample_run_info});
	sample_info(a);
	for (int w = 1; w <= 130; w += 3)
		for (int h = 1; h <= 30; h += 2) {
			app_resize(a, w, h);
			const struct grid *g = app_draw(a, true);
			CHECK(g->w == w && g->h == h);
		}
	app_resize(a, 30, 5);
	CHECK(screen_has(a, "too small"));
	app_free(a);
}
