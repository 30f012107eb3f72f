#include "../../support/screen.h"
#include "../../support/test.h"

#include <stdlib.h>

#include "sample.h"

void test_app_input__filter(void)
{
	struct app *a = screen_start(&(struct screen_options){.view = &sample_runs_info});
	CHECK(screen_has(a, "1836"));
	screen_keys(a, "/bob");
	CHECK(!screen_has(a, "1836"));
	CHECK(screen_has(a, "1834"));
	screen_keys(a, "<Esc>");
	CHECK(screen_has(a, "1833"));
	screen_keys(a, "/bob<Enter>");
	CHECK(screen_has(a, "filter: bob"));
	screen_keys(a, "<Esc>");
	CHECK(screen_has(a, "1833"));
	CHECK(!app_quits(a));
	screen_keys(a, "<Esc>");
	CHECK(!app_quits(a));
	CHECK(screen_has(a, "Q quits"));
	screen_keys(a, "Q");
	CHECK(app_quits(a));
	app_free(a);
}

static char copied[256];

static void copy(void *self, const char *p, size_t n)
{
	(void)self;
	snprintf(copied, sizeof(copied), "%.*s", (int)n, p);
}

static bool mouse_on = true;

static void set_mouse(void *self, bool on)
{
	(void)self;
	mouse_on = on;
}

void test_app_input__host(void)
{
	struct app *a = screen_start(&(struct screen_options){.view = &sample_runs_info});
	app_set_host(a, &(struct app_host){.copy = copy, .mouse = set_mouse});
	screen_keys(a, "jy");
	CHECK_STR(copied, "TrainFlow/1836");
	screen_keys(a, "Y");
	CHECK_STR(copied, "mfctl ls TrainFlow");
	screen_keys(a, "m");
	CHECK(!mouse_on && !app_mouse_on(a));
	screen_keys(a, "<F9>");
	CHECK_INT(app_theme(a), THEME_LIGHT);
	char *const argv[] = {copied, NULL};
	CHECK_INT(app_run(a, argv), -1);
	screen_keys(a, "<C-l><C-z>o");
	app_free(a);
}

void test_app_input__mouse(void)
{
	struct app *a = screen_start(
		&(struct screen_options){.w = 100, .h = 30, .view = &sample_runs_info});
	screen_keys(a, "<Click:20,6>");
	screen_keys(a, "y");
	CHECK(screen_has(a, "copied TrainFlow/1834"));
	screen_keys(a, "<Click:20,6>");
	CHECK(app_view(a)->info == &sample_run_info);
	screen_keys(a, "<WheelDown:70,10><Click:45,10><RightClick:5,5>");
	CHECK(app_view(a)->info == &sample_runs_info);
	/* A hint of the footer is a button. */
	screen_keys(a, "<Click:2,29>");
	CHECK(app_view(a)->info == &sample_run_info);
	app_free(a);
}

static char opened[128];

static void open_path(struct app *a, const char *path)
{
	(void)a;
	snprintf(opened, sizeof(opened), "%s", path);
}

void test_app_input__breadcrumbs(void)
{
	struct app *a = screen_start(&(struct screen_options){.view = &sample_run_info});
	app_on_path(a, open_path);
	screen_keys(a, "<Click:3,1>");
	CHECK_STR(opened, "TrainFlow");
	screen_keys(a, "<Click:14,1>");
	CHECK_STR(opened, "TrainFlow/1836");
	app_free(a);
}

static char answer[64];

static void answered(struct view *v, const char *text)
{
	(void)v;
	snprintf(answer, sizeof(answer), "%s", text ? text : "(given up)");
}

void test_app_input__asking(void)
{
	struct app *a = screen_start(&(struct screen_options){.view = &sample_runs_info});
	view_ask(app_view(a), "export to: ", "a.json", answered);
	app_draw(a, true);
	CHECK(screen_has(a, "export to: a.json"));
	screen_keys(a, "<C-w>b.csv<Enter>");
	CHECK_STR(answer, "b.csv");
	view_ask(app_view(a), "export to: ", "", answered);
	screen_keys(a, "x<Esc>");
	CHECK_STR(answer, "(given up)");
	app_free(a);
}

void test_app_input__pasted_text_does_not_act(void)
{
	struct app *a = screen_start(&(struct screen_options){.view = &sample_runs_info});
	struct key k = {.code = 'Q', .mods = MOD_PASTED};
	app_key(a, &k);
	CHECK(!app_quits(a));
	app_free(a);
}

/* Any keys, any size: it lives, and the screen is whole. */
void test_app_input__random_keys_survive(void)
{
	static const char *const names[] = {"j", "k", "h", "l", "g", "G", "<Enter>", "<Enter>",
		"<Esc>", "<Tab>", "<S-Tab>", "1", "3", "/", "a", "o", ":", "<Down>", "<Up>", "?",
		"<Space>", "V", "s", "S", "n", "N", "w", "f", "z", "[", "]", "-", "M", "<PgDn>",
		"<PgUp>", "<C-d>", "<C-u>", "y", "Y", "u", "E", "W", "p", "<F9>", "<Backspace>",
		"<C-w>", "é", "日", "m", "r", "<Left>", "<Right>"};
	static const int sizes[][2] = {{1, 1}, {2, 1}, {1, 50}, {39, 10}, {40, 9}, {40, 10},
		{41, 11}, {80, 24}, {120, 40}, {500, 200}, {200, 3}, {7, 200}, {63, 17}};
	unsigned seed = 5;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct app *a = screen_start(&(struct screen_options){.w = sizes[i][0],
			.h = sizes[i][1],
			.ascii = i % 2,
			.view = &sample_runs_info});
		int w = sizes[i][0], h = sizes[i][1];
		for (int n = 0; n < (w > 200 ? 100 : 600); n++) {
			char text[32];
			seed = seed * 1664525 + 1013904223;
			unsigned r = seed >> 8;
			if (r % 17 == 0) {
				snprintf(text, sizeof(text), "<%s:%u,%u>",
					r % 3   ? "Click"
					: r % 2 ? "Drag"
						: "WheelDown",
					r / 64 % (unsigned)w, r / 8192 % (unsigned)h);
				screen_keys(a, text);
			} else if (r % 97 == 0 && w < 200) {
				w = 1 + (int)(r / 128 % 130);
				h = 1 + (int)(r / 32768 % 50);
				snprintf(text, sizeof(text), "<Resize:%dx%d>", w, h);
				screen_keys(a, text);
			} else {
				screen_keys(a, names[r / 16 % ARRAY_SIZE(names)]);
			}
			const struct grid *g = app_draw(a, true);
			CHECK_FATAL(g->w == w && g->h == h);
			if (app_quits(a))
				break;
		}
		app_free(a);
	}
}
