/* test_columns.c: the popup that chooses columns, on the demo history. */
#include "../../support/test.h"

#include "demo_app.h"

static const struct screen_options wide = {.w = 140, .h = 30};

void test_columns__golden(void)
{
	static const struct demo_golden g[] = {
		{80, 24, false, THEME_DARK, "columns_80x24", "TrainFlow", "cj<Space>jJ"},
		{80, 24, true, THEME_DARK, "columns_ascii", "TrainFlow/latest/train", "c"},
	};
	demo_goldens(g, ARRAY_SIZE(g));
}

void test_columns__hide_and_give_up(void)
{
	struct app *a = demo_app(&wide, "TrainFlow");

	CHECK(screen_has(a, "USER"));
	keys(a, "c");
	CHECK_STR(app_view(a)->info->id, "columns");
	keys(a, "jj<Space><Esc>");
	CHECK_STR(app_view(a)->info->id, "runs");
	CHECK(screen_has(a, "USER"));
	CHECK(saved_get(app_saved(a), "columns.runs") == NULL);
	keys(a, "cjj<Space><Enter>");
	CHECK_STR(app_view(a)->info->id, "runs");
	CHECK(!screen_has(a, "USER"));
	const char *text = saved_get(app_saved(a), "columns.runs");
	CHECK(text && strstr(text, "status,id,-user_name,created_at,duration_ms,"));
	/* A view opened later is the same. */
	app_open(a, "runs", "RouterFlow");
	settle(a);
	CHECK(screen_has(a, "STATUS"));
	CHECK(!screen_has(a, "USER"));
	app_free(a);
}

void test_columns__move(void)
{
	struct app *a = demo_app(&wide, "TrainFlow");

	CHECK(screen_has(a, "STATUS       RUN"));
	keys(a, "cJJ<Enter>");
	CHECK(!screen_has(a, "STATUS       RUN"));
	CHECK(screen_has(a, "USER   STATUS"));
	keys(a, "sy"); /* sorting goes from left to right: by RUN now */
	CHECK(screen_has(a, "RUN ▲"));
	keys(a, "cGKKg<Esc>c<Enter>");
	CHECK(screen_has(a, "USER   STATUS"));
	app_free(a);
}

/* A field that the view does not have is read for it. */
void test_columns__more_fields(void)
{
	struct app *a = demo_app(&wide, "TrainFlow");

	saved_set(app_saved(a), "columns.runs",
		"nonsense,-nonsense,,id,finished_at,-step,-tags,-user_tags");
	app_open(a, "runs", "RouterFlow");
	settle(a);
	CHECK(screen_has(a, "FINISHED AT"));
	CHECK(screen_has(a, "today") || screen_has(a, " ago") || screen_has(a, "min"));
	CHECK(!screen_has(a, "TAGS"));
	/* Chosen on the view itself it is asked for anew. */
	app_back(a);
	settle(a);
	CHECK(screen_has(a, "TAGS"));
	for (int i = 0; i < 9; i++)
		keys(a, i ? "j" : "c");
	keys(a, "<Down><Space><Enter>");
	CHECK_STR(app_view(a)->info->id, "runs");
	CHECK(saved_get(app_saved(a), "columns.runs") != NULL);
	CHECK(screen_has(a, "10 runs"));
	app_free(a);
}

void test_columns__other_views(void)
{
	static const struct {
		const char *path, *view, *title;
	} t[] = {{NULL, "flows", "LAST RUN"}, {"TrainFlow/latest/train", "tasks", "STATUS"},
		{"TrainFlow/latest/train/5", "task", NULL}};

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct app *a = demo_app(&wide, t[i].path);
		CHECK_STR(app_view(a)->info->id, t[i].view);
		if (t[i].title) {
			CHECK(screen_has(a, t[i].title));
			keys(a, "c");
			CHECK_STR(app_view(a)->info->id, "columns");
			keys(a, i ? "<Space><Enter>" : "j<Space><Enter>");
			CHECK(!screen_has(a, t[i].title));
		} else {
			keys(a, "ac");
			CHECK_STR(app_view(a)->info->id, "columns");
			keys(a, "GGx<Click:70,3>q");
			CHECK_STR(app_view(a)->info->id, "artifacts");
		}
		app_free(a);
	}
}
