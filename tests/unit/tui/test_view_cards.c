/* covers: view_cards_job.c run_cards.c page_pane.c */
#include "../../support/test.h"

#include <stdlib.h>
#include <unistd.h>

#include "../../../tui/page_pane.h"
#include "../../../tui/view_cards.h"
#include "demo_app.h"
#include "draw.h"

#define RUN "ForecastFlow/1795261419119408"

static struct app *open_cards(const struct screen_options *o, const char *path)
{
	struct app *a = demo_app(o, RUN);

	app_open(a, "cards", path);
	settle(a);
	screen_wait(a, 10); /* now its width is known */
	settle(a);
	return a;
}

void test_view_cards__golden(void)
{
	static const struct {
		int w, h;
		bool ascii;
		enum theme_id theme;
		const char *name, *keys;
	} t[] = {
		{80, 24, false, THEME_DARK, "cards_80x24", ""},
		{120, 40, false, THEME_LIGHT, "cards_120x40", "<Tab>j"},
		{40, 10, false, THEME_DARK, "cards_40x10", ""},
		{80, 24, true, THEME_DARK, "cards_ascii", ""},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct app *a = open_cards(
			&(struct screen_options){
				.w = t[i].w, .h = t[i].h, .ascii = t[i].ascii, .theme = t[i].theme},
			RUN);
		keys(a, t[i].keys);
		screen_golden(a, t[i].name);
		app_free(a);
	}
}

void test_view_cards__keys(void)
{
	struct app *a = open_cards(&(struct screen_options){.w = 100, .h = 30}, RUN);

	CHECK(screen_has(a, "1 card"));
	CHECK(screen_has(a, "Sales forecast"));
	keys(a, "y");
	CHECK(screen_has(a, "copied " RUN "/collect/42"));
	keys(a, "Y");
	CHECK(screen_has(a, "copied mfctl card show " RUN "/collect/42 --hash "));
	keys(a, "<Enter>G");
	CHECK(!screen_has(a, "Sales forecast"));
	keys(a, "gr");
	CHECK(screen_has(a, "Sales forecast"));
	keys(a, "l");
	CHECK_STR(app_view(a)->info->id, "logs");
	app_free(a);
}

/* Without a display the page is saved where one is. */
void test_view_cards__saves_the_page(void)
{
	const char *dir = test_dir();
	char here[4096];
	CHECK_FATAL(getcwd(here, sizeof(here)) != NULL);
	struct app *a = open_cards(&(struct screen_options){.w = 100, .h = 30}, RUN);

	CHECK_FATAL(chdir(dir) == 0);
	keys(a, "o");
	CHECK(screen_has(a, "saved as ./blank-forecast-"));
	CHECK(access("blank-forecast-5e43f3f258fa4d07a468be6d674626bb.html", R_OK) == 0);
	CHECK_FATAL(chdir(here) == 0);
	app_free(a);
}

void test_view_cards__none_and_wrong(void)
{
	struct app *a = open_cards(&(struct screen_options){0}, "TrainFlow/1795261450367307");

	keys(a, "jo<Enter>j<Tab>Gy");
	app_open(a, "cards", "TrainFlow");
	CHECK(screen_has(a, "cards are of a run, a step or a task"));
	app_open(a, "cards", "TrainFlow/1");
	settle(a);
	CHECK(screen_has(a, "not found"));
	app_free(a);
}

void test_view_cards__of_a_run(void)
{
	struct app *a = demo_app(&(struct screen_options){.w = 120, .h = 40}, RUN);

	keys(a, "6");
	CHECK(screen_has(a, "forecast"));
	CHECK(screen_has(a, "collect/42"));
	keys(a, "y");
	CHECK(screen_has(a, "copied " RUN "/collect/42"));
	keys(a, "<Enter>");
	CHECK_STR(app_view(a)->info->id, "cards");
	keys(a, "qK");
	CHECK_STR(app_view(a)->info->id, "cards");
	app_free(a);
}

void test_view_cards__all_sizes_and_no_memory(void)
{
	struct app *a = open_cards(&(struct screen_options){.w = 100, .h = 30}, RUN);

	for (int w = 1; w < 140; w += 19)
		for (int y = 1; y < 44; y += 6) {
			app_resize(a, w, y);
			app_draw(a, true);
			screen_wait(a, 10);
			app_draw(a, true);
		}
	app_free(a);
	for (long n = 1; n < 500; n += 31) {
		a = demo_app(&(struct screen_options){.w = 100, .h = 30}, "ForecastFlow");
		test_fail_alloc(n);
		cards_open(a, RUN, "5e43f3f258fa4d07a468be6d674626bb");
		app_drain(a);
		app_drain(a);
		app_draw(a, true);
		test_fail_alloc(0);
		app_free(a);
	}
}

void test_view_cards__pane(void)
{
	struct page_pane p = {.empty = "Nothing."};
	struct canvas c = drawing(20, 3, false);
	struct buf b = BUF_INIT(64);

	page_pane_draw(&p, &c);
	CHECK(strstr(drawn(), "Nothing.") != NULL);
	CHECK(page_pane_action(&p, ACT_bottom) && page_pane_action(&p, ACT_right));
	CHECK(!page_pane_action(&p, ACT_sort));
	CHECK_INT(p.top, 0);
	page_pane_status(&p, &b);
	CHECK_STR(b.p, "");
	buf_release(&b);
}
