#include "demo.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../tui/data.h"
#include "test.h"

const char *demo_dir(void)
{
	static char dir[PATH_MAX];
	char command[PATH_MAX * 2 + 64];
	const char *source = getenv("MFKIT_SOURCE"), *to;

	if (dir[0])
		return dir;
	to = test_dir();
	snprintf(command, sizeof(command), "'%s/tests/tools/unpack_demo.sh' '%s'", source ? source : ".", to);
	if (system(command) != 0) {
		fprintf(stderr, "cannot unpack the demo history: %s\n", command);
		abort();
	}
	snprintf(dir, sizeof(dir), "%s/demo", to);
	return dir;
}

struct mf_config_options demo_options(void)
{
	static const char *const environ_[] = {"HOME=/nonexistent", "USER=demo", NULL};

	return (struct mf_config_options){.environ = environ_, .cwd = demo_dir(), .proc = "", .now = DEMO_NOW};
}

struct app *demo_open(const struct screen_options *o, const char *view, const char *pathspec)
{
	struct mf_config_options c = demo_options();
	struct mf_error err = MF_ERROR_INIT;
	struct app *a = screen_start(o);

	screen_wait(a, DEMO_NOW - SCREEN_NOW);
	if (data_open(a, &c, NULL, &err) < 0) {
		fprintf(stderr, "%s: %s\n", err.where, err.message);
		abort();
	}
	snprintf(app_info(a)->source, sizeof(app_info(a)->source), "local ~/demo");
	app_open(a, view, pathspec);
	/* What is drawn may ask for more. */
	for (int i = 0; i < 8; i++) {
		app_drain(a);
		app_draw(a, true);
	}
	return a;
}

void demo_view_goldens(const char *view, const struct demo_golden *g, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct app *a = demo_open(
			&(struct screen_options){.w = g[i].w, .h = g[i].h, .ascii = g[i].ascii, .theme = g[i].theme}, view,
			g[i].pathspec);
		screen_keys(a, g[i].keys);
		screen_golden(a, g[i].name);
		app_free(a);
	}
}
