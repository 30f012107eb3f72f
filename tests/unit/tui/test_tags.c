#include "../../support/test.h"

#include "../../support/history.h"
#include "demo_app.h"

static struct app *open_history(const struct history *h, const char *pathspec)
{
	struct app *a = screen_start(&(struct screen_options){.w = 120, .h = 30});
	struct mf_config_options c = {.cwd = h->dir,
		.environ = (const char *const[]){NULL},
		.metadata = textf("local@%s", h->dir),
		.now = h->now,
		.proc = ""};

	CHECK_FATAL(data_open(a, &c, NULL, NULL) == MF_OK);
	app_open_start(a, pathspec);
	settle(a);
	return a;
}

static void write_runs(struct history *h)
{
	history_init(h);
	for (int i = 1; i <= 3; i++) {
		history_run(h, textf("F/%d", i), h->now - 1000 * (10 - i), "[\"old\"]", NULL);
		history_done_task(h, textf("F/%d/start/%d", i, i), h->now - 1000 * (10 - i));
	}
}

void test_tags__one_run(void)
{
	struct history h;
	write_runs(&h);
	struct app *a = open_history(&h, "F");

	CHECK(screen_has(a, "3 runs"));
	keys(a, "T");
	CHECK(screen_has(a, "tags (+new -old):"));
	keys(a, "+good fine -old<Enter>");
	CHECK(screen_has(a, "tags of 1 run changed"));
	CHECK(screen_has(a, "fine good")); /* the row has them */
	history_open(&h);
	CHECK_STR(history_field(&h, "F/3", "user_tags"), "[\"fine\",\"good\"]");
	CHECK_STR(history_field(&h, "F/2", "user_tags"), "[\"old\"]");
	keys(a, "T<Esc>T<Enter>T + - <Enter>");
	CHECK_STR(history_field(&h, "F/3", "user_tags"), "[\"fine\",\"good\"]");
	app_free(a);
	history_close(&h);
}

void test_tags__marked_runs(void)
{
	struct history h;
	write_runs(&h);
	struct app *a = open_history(&h, "F");

	keys(a, "j<Space><Space>gT");
	CHECK(screen_has(a, "tags of 2 runs"));
	keys(a, "exp:7<Enter>");
	CHECK(screen_has(a, "tags of 2 runs changed"));
	history_open(&h);
	CHECK_STR(history_field(&h, "F/3", "user_tags"), "[\"old\"]");
	CHECK_STR(history_field(&h, "F/2", "user_tags"), "[\"exp:7\",\"old\"]");
	CHECK_STR(history_field(&h, "F/1", "user_tags"), "[\"exp:7\",\"old\"]");
	app_free(a);
	history_close(&h);
}

void test_tags__refused(void)
{
	struct history h;
	struct buf many = BUF_INIT(4096);
	write_runs(&h);
	struct app *a = open_history(&h, "F/2");

	CHECK_STR(app_view(a)->info->id, "run");
	keys(a, "Tgood<Enter>");
	CHECK(screen_has(a, "tags of 1 run changed"));
	CHECK(screen_has(a, "good old"));
	buf_adds(&many, "T");
	for (int i = 0; i < 60; i++)
		buf_addf(&many, "t%d ", i);
	buf_adds(&many, "<Enter>");
	keys(a, many.p); /* fifty are allowed */
	CHECK(!screen_has(a, "changed"));
	CHECK(screen_has(a, "✗ "));
	history_open(&h);
	CHECK_STR(history_field(&h, "F/2", "user_tags"), "[\"good\",\"old\"]");
	buf_release(&many);
	app_free(a);
	history_close(&h);
}
