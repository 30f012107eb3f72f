/* test_screenshots.c: the scenes of the README's pictures, kept as golden screens; `make
 * screenshots` draws them. */
#include "../../support/demo.h"
#include "../../support/test.h"

void test_screenshots__scenes(void)
{
	static const struct {
		const char *name, *view, *arg, *keys;
		int w, h;
		enum theme_id theme;
	} t[] = {
		{"shot_flows", "flows", "", "jjj", 110, 20, THEME_DARK},
		{"shot_run", "run", "TrainFlow/1795261407264317", "", 120, 34, THEME_DARK},
		{"shot_timeline", "timeline", "ForecastFlow/1795261419119408", "j<Enter>jj", 110,
			28, THEME_DARK},
		{"shot_logs", "logs", "NightlyEtlFlow/1795261414770309", "gejjj", 110, 28,
			THEME_DARK},
		{"shot_value", "value", "ReportFlow/1795261461974552/end/4/results", "<S-Tab>E",
			110, 24, THEME_DARK},
		{"shot_grid", "value", "TrainFlow/1795261450367307/features/4/x", "jjl", 110, 24,
			THEME_DARK},
		{"shot_table", "value", "ReportFlow/1795261461974552/end/4/results", "", 110, 24,
			THEME_DARK},
		{"shot_cards", "cards", "ReportFlow/1795261461974552/write/3", "j", 110, 40,
			THEME_DARK},
		{"shot_light", "run", "NestedSweepFlow/1795261446668575", "jj", 120, 34,
			THEME_LIGHT},
		{"shot_small", "runs", "TrainFlow", "jj", 80, 24, THEME_DARK},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct screen_options o = {.w = t[i].w, .h = t[i].h, .theme = t[i].theme};
		struct app *a = demo_open(&o, t[i].view, t[i].arg);
		screen_keys(a, t[i].keys);
		screen_golden(a, t[i].name);
		app_free(a);
	}
}
