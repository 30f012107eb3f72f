/* covers: rows.c rows_order.c rows_pack.c rows_take.c rows_job.c
 *
 * test_rows.c: more runs than keep their objects: reading on to the end, sorting by a job, what is
 * given up and comes back. */
#include "../../support/test.h"

#include <stdlib.h>

#include "../../../tui/rows.h"
#include "../../../tui/rows_priv.h"
#include "../../support/history.h"
#include "demo_app.h"

enum { RUNS = ROWS_HELD * 2, JOB = 7 };

static const char *const fields[] = {"id", "user_name", "created_at", "user_tags", NULL};
static const char *const late[] = {"n_tasks", NULL};

static const struct history *big(void)
{
	static struct history h;

	if (!h.dir) {
		history_init(&h);
		for (int i = 1; i <= RUNS; i++)
			/* Two at a time: what is equal stays in the library's order. */
			history_run(&h, textf("F/%d", i), h.now - 1000LL * ((RUNS - i) / 2), NULL,
				NULL);
	}
	return &h;
}

static struct rows rows;

static int open_view(struct view *v, struct mf_error *err)
{
	(void)err;
	rows_init(&rows, v,
		&(struct rows_spec){.kind = JOB, .fields = fields, .late = late, .page = 200});
	return rows_load(&rows, "F", "", NULL) ? MF_OK : MF_EFAILED;
}

static void deliver(struct view *v, struct job_result *r)
{
	(void)v;
	CHECK(rows_deliver(&rows, r));
}

static void close_view(struct view *v)
{
	(void)v;
	rows_release(&rows);
}

static const struct view_class class = {.open = open_view, .deliver = deliver, .close = close_view};
static const struct view_info info = {"rows", "Rows", 0, "", &class};

static struct app *start(void)
{
	const struct history *h = big();
	struct app *a = screen_start(&(struct screen_options){.w = 80, .h = 24});
	struct mf_config_options c = {.cwd = h->dir,
		.environ = (const char *const[]){NULL},
		.metadata = textf("local@%s", h->dir),
		.now = h->now,
		.proc = ""};

	CHECK_FATAL(data_open(a, &c, NULL, NULL) == MF_OK);
	CHECK_FATAL(app_open_view(a, &info, NULL) != NULL);
	app_drain(a);
	return a;
}

static void to_end(struct app *a)
{
	rows_to_end(&rows, true);
	for (int i = 0; i < 20 && rows.to_end; i++) {
		rows_want(&rows, 0, 20);
		app_drain(a);
	}
}

void test_rows__to_the_end(void)
{
	struct app *a = start();

	CHECK_INT(rows_count(&rows), 200);
	CHECK_INT(rows.total, RUNS);
	to_end(a);
	CHECK(!rows.to_end && rows.complete);
	CHECK_INT(rows_count(&rows), RUNS);
	CHECK(rows.held <= ROWS_HELD + 200); /* the others have been given up */
	for (size_t i = 0; i < RUNS; i++)
		CHECK_STR(rows_name(&rows, i), textf("%d", RUNS - (int)i));
	CHECK(rows_get(&rows, RUNS - 1) == NULL);
	CHECK_INT(rows_id(&rows, RUNS - 1), rows_id_path("F/1"));
	/* On the screen they come back. */
	rows_want(&rows, RUNS - 20, 20);
	app_drain(a);
	for (size_t i = RUNS - 20; i < RUNS; i++) {
		CHECK_FATAL(rows_get(&rows, i) != NULL);
		CHECK_INT(data_int(rows_get(&rows, i), "n_tasks", -1), 0);
	}
	CHECK_STR(data_text(rows_get(&rows, RUNS - 1), "user_name"), "bob");
	app_free(a);
}

void test_rows__give_up_the_way(void)
{
	struct app *a = start();

	rows_to_end(&rows, true);
	rows_to_end(&rows, false);
	rows_want(&rows, 0, 20);
	app_drain(a);
	CHECK_INT(rows_count(&rows), 200);
	app_free(a);
}

void test_rows__light_ones_are_few(void)
{
	struct app *a = start();

	to_end(a);
	/* Someone pages through all of it. */
	for (size_t top = 0; top + 50 <= RUNS; top += 50) {
		rows_want(&rows, top, 50);
		app_drain(a);
		CHECK(rows_get(&rows, top + 49) != NULL);
		CHECK(rows.held <= ROWS_HELD * 2);
	}
	size_t held = 0;
	for (size_t i = 0; i < RUNS; i++)
		held += rows_get(&rows, i) != NULL;
	CHECK_INT(rows.held, held);
	CHECK(rows_get(&rows, 0) != NULL); /* the newest stay */
	app_free(a);
}

enum order { BY_ID, NEWEST_FIRST, OLDEST_FIRST };

static void check_order(enum order order)
{
	for (int i = 0; i < RUNS; i++) {
		int want = order == BY_ID          ? i + 1
			   : order == NEWEST_FIRST ? RUNS - i
						   : i / 2 * 2 + 2 - i % 2;
		if (!str_eq(rows_name(&rows, (size_t)i), textf("%d", want))) {
			CHECK_STR(rows_name(&rows, (size_t)i), textf("%d", want));
			return;
		}
	}
}

void test_rows__sorted_by_a_job(void)
{
	struct app *a = start();

	to_end(a);
	rows_sort(&rows, "id", false);
	app_drain(a);
	check_order(BY_ID); /* numbers as numbers */
	rows_sort(&rows, "created_at", false);
	app_drain(a);
	check_order(OLDEST_FIRST);
	rows_sort(&rows, "created_at", true);
	app_drain(a);
	check_order(NEWEST_FIRST);
	/* Details do not move anything. */
	rows_want(&rows, RUNS / 2, 30);
	app_drain(a);
	app_drain(a);
	CHECK(rows_get(&rows, RUNS / 2 + 3) != NULL);
	check_order(NEWEST_FIRST);
	rows_sort(&rows, NULL, false);
	check_order(NEWEST_FIRST);
	rows_sort(&rows, "n_tasks", false); /* known of few: the library's order */
	app_drain(a);
	check_order(NEWEST_FIRST);
	app_free(a);
}

void test_rows__sorted_while_reading(void)
{
	struct app *a = start();

	rows_sort(&rows, "id", false);
	CHECK_STR(rows_name(&rows, 0), textf("%d", RUNS - 199));
	to_end(a);
	for (int i = 0; i < 4; i++)
		app_drain(a);
	CHECK(!rows.sorter);
	check_order(BY_ID);
	app_free(a);
}

/* Runs come and go: the newest page is looked at, the rest stays as it was. */
void test_rows__refresh(void)
{
	const struct history *h = big();
	struct app *a = start();

	to_end(a);
	rows_sort(&rows, "id", false);
	app_drain(a);
	history_run(h, textf("F/%d", RUNS + 1), h->now + 1000, NULL, NULL);
	rows_refresh(&rows, 0, 20);
	app_drain(a);
	app_drain(a);
	CHECK(rows_changed(&rows));
	CHECK_INT(rows_count(&rows), RUNS + 1);
	CHECK_STR(rows_name(&rows, RUNS), textf("%d", RUNS + 1));
	CHECK_STR(rows_name(&rows, 0), "1");
	CHECK_INT(system(textf("rm -r %s/.metaflow/F/%d", h->dir, RUNS + 1)), 0);
	rows_refresh(&rows, 0, 20);
	app_drain(a);
	app_drain(a);
	CHECK_INT(rows_count(&rows), RUNS);
	check_order(BY_ID);
	app_free(a);
}

void test_rows__no_memory(void)
{
	for (long n = 1; n < 400; n += 7) {
		struct app *a = start();
		test_fail_alloc(n);
		rows_sort(&rows, "id", n % 2);
		rows_refresh(&rows, 0, 20);
		rows_want(&rows, 150, 60);
		app_drain(a);
		test_fail_alloc(0);
		app_drain(a);
		CHECK(rows_count(&rows) <= RUNS);
		for (size_t i = 0; i < rows_count(&rows); i++)
			CHECK_FATAL(*rows_name(&rows, i) != '\0');
		app_free(a);
	}
}

void test_rows__keys_of_packs(void)
{
	static const struct rows_key k[] = {{KEY_FLOAT, 0, {.d = -1.5}}, {KEY_INT, 0, {.i = 2}},
		{KEY_FLOAT, 0, {.d = 2.5}}, {KEY_INT, 0, {.i = 10}}, {KEY_TEXT, 1, {.text = "9"}},
		{KEY_TEXT, 2, {.text = "10"}}, {KEY_TEXT, 0, {.text = ""}},
		{KEY_TEXT, 2, {.text = "ab"}}, {KEY_TEXT, 3, {.text = "abc"}}};

	for (size_t i = 0; i < ARRAY_SIZE(k); i++)
		for (size_t j = 0; j < ARRAY_SIZE(k); j++) {
			int c = rows_key_compare(&k[i], &k[j]);
			CHECK(i < j ? c < 0 : i > j ? c > 0 : c == 0);
		}
}
