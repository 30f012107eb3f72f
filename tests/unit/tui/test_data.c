/* covers: rows.c rows_job.c rows_take.c cells.c view_opening.c */
#include "../../support/test.h"

#include <stdlib.h>

#include "../../../tui/rows.h"
#include "demo_app.h"

/* ---- pathspecs ---- */

void test_data__parent(void)
{
	static const struct {
		const char *path;
		size_t n;
		const char *want;
	} t[] = {{"F/1/s/2", 1, "F"}, {"F/1/s/2", 2, "F/1"}, {"F/1/s/2", 4, "F/1/s/2"},
		{"F/1", 3, "F/1"}, {"F", 0, ""}, {"", 2, ""}};

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		char *p = data_parent(t[i].path, t[i].n);
		CHECK_STR(p, t[i].want);
		free(p);
	}
}

void test_data__deep_links(void)
{
	static const struct {
		const char *pathspec, *view, *arg;
	} t[] = {{"TrainFlow", "runs", "TrainFlow"},
		{"TrainFlow/latest", "run", "TrainFlow/1795261450367307"},
		{"TrainFlow/1795261450367307/train", "tasks", "TrainFlow/1795261450367307/train"},
		{"TrainFlow/latest/train/5", "task", "TrainFlow/1795261450367307/train/5"},
		{"TrainFlow/latest/train/5/model", "value",
			"TrainFlow/1795261450367307/train/5/model"}};

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		if (!view_info_find(t[i].view))
			continue;
		struct app *a =
			demo_app(&(struct screen_options){.w = 100, .h = 30}, t[i].pathspec);
		CHECK_STR(app_view(a)->info->id, t[i].view);
		CHECK_STR(app_view(a)->arg, t[i].arg);
		screen_keys(a, "q");
		CHECK_STR(app_view(a)->info->id, "flows");
		app_free(a);
	}
}

void test_data__link_to_nothing(void)
{
	struct app *a = demo_app(&(struct screen_options){.w = 100, .h = 30}, "TrainFlo/latest");

	CHECK_STR(app_view(a)->info->id, "flows");
	CHECK(screen_has(a, "not found"));
	keys(a, ":open TrainFlow/latest<Enter>");
	CHECK_STR(app_view(a)->info->id, "run");
	app_free(a);
}

void test_data__no_history(void)
{
	struct mf_config_options c = demo_options();
	struct mf_error err = MF_ERROR_INIT;
	struct app *a = screen_start(&(struct screen_options){.w = 80});

	c.cwd = "/";
	CHECK_INT(data_open(a, &c, NULL, &err), MF_ENOTFOUND);
	CHECK(err.hint[0] != '\0');
	CHECK(data_of(a) == NULL);
	CHECK(app_open(a, "flows", NULL) != NULL); /* empty, but it stands */
	settle(a);
	app_free(a);
}

/* ---- rows ---- */

struct state {
	struct rows rows;
};

static const char *const fields[] = {"status", "duration_ms", NULL};
static const char *const late[] = {"n_tasks", NULL};
static struct rows *rows;
static size_t page;

static int open_view(struct view *v, struct mf_error *err)
{
	struct state *s = v->state;

	rows = &s->rows;
	rows_init(rows, v, &(struct rows_spec){.fields = fields, .late = late, .page = page});
	CHECK(rows_load(rows, v->arg, "", err));
	return MF_OK;
}

static void deliver(struct view *v, struct job_result *r)
{
	struct state *s = v->state;

	rows_deliver(&s->rows, r);
}

static void close_view(struct view *v)
{
	struct state *s = v->state;

	rows_release(&s->rows);
}

static const struct view_class class = {
	.state_size = sizeof(struct state),
	.open = open_view,
	.deliver = deliver,
	.close = close_view,
};
static const struct view_info info = {"rows", "Rows", 0, "", &class};

static struct app *rows_app(size_t n, const char *parent)
{
	struct app *a = demo_app(&(struct screen_options){.w = 80}, NULL);

	page = n;
	app_open_view(a, &info, parent);
	settle(a);
	return a;
}

void test_data__rows_by_pages(void)
{
	struct app *a = rows_app(3, "TrainFlow");

	CHECK_INT(rows_count(rows), 3);
	CHECK_INT(rows->total, 10);
	CHECK(!rows->complete);
	CHECK(data_status(rows_get(rows, 0)) == UI_COMPLETED);
	CHECK(data_peek(rows_get(rows, 0), "n_tasks") == NULL);
	rows_want(rows, 0, 1); /* one is enough for now */
	settle(a);
	CHECK_INT(rows_count(rows), 3);
	CHECK_INT(data_int(rows_get(rows, 0), "n_tasks", -1), 7);
	CHECK(data_peek(rows_get(rows, 1), "n_tasks") == NULL);
	for (int i = 0; i < 5; i++) {
		rows_want(rows, rows_count(rows) - 1, 2);
		settle(a);
	}
	CHECK_INT(rows_count(rows), 10);
	CHECK(rows->complete);
	CHECK(rows_get(rows, 10) == NULL);
	app_free(a);
}

void test_data__rows_sorted_and_refreshed(void)
{
	struct app *a = rows_app(0, "TrainFlow");
	uint64_t first = rows_id(rows, 0);

	rows_sort(rows, "duration_ms", false);
	CHECK_INT(data_int(rows_get(rows, 0), "duration_ms", 0) / 100, 19);
	CHECK(data_peek(rows_get(rows, 9), "duration_ms") == NULL); /* the unknown one is last */
	rows_sort(rows, "duration_ms", true);
	CHECK(data_peek(rows_get(rows, 9), "duration_ms") == NULL);
	rows_refresh(rows, 0, 5);
	settle(a);
	CHECK_INT(rows_count(rows), 10);
	CHECK(!rows_changed(rows));
	rows_sort(rows, NULL, false);
	CHECK(rows_id(rows, 0) == first);
	app_free(a);
}

void test_data__rows_filtered(void)
{
	struct mf_error err = MF_ERROR_INIT;
	struct app *a = rows_app(0, "TrainFlow");

	CHECK(rows_load(rows, "TrainFlow", "status=failed", &err));
	CHECK_INT(rows_count(rows), 10); /* until the answer is there */
	settle(a);
	CHECK_INT(rows_count(rows), 1);
	CHECK(!rows_load(rows, "TrainFlow", "nosuchfield=1", &err));
	CHECK_INT(err.code, MF_EUSAGE);
	CHECK_INT(rows_count(rows), 1);
	rows_refresh(rows, 0, 5);
	settle(a);
	CHECK_INT(rows_count(rows), 1);
	app_free(a);
}

void test_data__rows_of_nothing(void)
{
	struct app *a = rows_app(0, "NoFlow");

	CHECK_INT(rows_count(rows), 0);
	CHECK_INT(rows->error.code, MF_ENOTFOUND);
	CHECK_STR(rows_empty(rows, "none"), rows->error.message);
	rows_want(rows, 0, 10);
	rows_refresh(rows, 0, 10); /* asks again */
	settle(a);
	CHECK_INT(rows->error.code, MF_ENOTFOUND);
	app_free(a);
}

/* ---- cells ---- */

void test_data__cells(void)
{
	struct app *a = rows_app(0, "TrainFlow");
	struct buf b = BUF_INIT(1024);
	const struct mf_object *o = rows_get(rows, 0);

	CHECK_INT(cell_field(&b, a, o, "status"), ST_COMPLETED);
	CHECK_STR(b.p, "✓ completed");
	buf_clear(&b);
	cell_field(&b, a, o, "duration_ms");
	CHECK_STR(b.p, "7.3s");
	buf_clear(&b);
	cell_field(&b, a, o, "code"); /* not evaluated */
	CHECK_STR(b.p, "");
	cell_duration(&b, -1);
	CHECK_STR(b.p, "–");
	buf_clear(&b);
	cell_ago(&b, a, MF_NO_TIME);
	CHECK_STR(b.p, "–");
	buf_clear(&b);
	cell_ago(&b, a, DEMO_NOW - 120000);
	CHECK_STR(b.p, "2 min ago");
	CHECK(data_status(NULL) == UI_UNKNOWN);
	CHECK_INT(data_tasks(o, NULL), 0);
	buf_release(&b);
	app_free(a);
}
