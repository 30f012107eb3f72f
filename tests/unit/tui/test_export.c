#include "../../support/test.h"

#include <stdlib.h>
#include <unistd.h>

#include "demo_app.h"

#define TASK "TrainFlow/1795261450367307/train/5"

static bool there(const char *dir, const char *name)
{
	char path[8192];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return access(path, R_OK) == 0;
}

static void type(struct app *a, const char *dir)
{
	char text[8192];

	snprintf(text, sizeof(text), "<C-u>%s/out<Enter>", dir);
	keys(a, text);
}

void test_export__selected_and_marked(void)
{
	const char *dir = test_dir();
	struct app *a = demo_app(&(struct screen_options){.w = 160, .h = 30}, TASK);

	app_open(a, "artifacts", TASK);
	settle(a);
	keys(a, "e");
	CHECK(screen_has(a, "export to: ./export"));
	type(a, dir);
	CHECK(screen_has(a, " files, ") || screen_has(a, " file, "));
	CHECK(there(dir, "out/manifest.json"));
	CHECK(there(dir, "out/" TASK "/columns.json"));
	CHECK(!there(dir, "out/" TASK "/customers.txt"));
	keys(a, "e");
	type(a, dir);
	CHECK(screen_has(a, "was in") || screen_has(a, "file"));
	keys(a, "<Space><Space>e");
	CHECK(screen_has(a, "export 2 to: "));
	type(a, dir);
	CHECK(there(dir, "out/" TASK "/customers.txt"));
	app_free(a);
}

void test_export__task_and_value(void)
{
	const char *dir = test_dir();
	struct app *a = demo_app(&(struct screen_options){.w = 160, .h = 30}, TASK);

	keys(a, "e<Esc>");
	CHECK_STR(app_view(a)->info->id, "task");
	keys(a, "e");
	type(a, dir);
	CHECK(there(dir, "out/" TASK "/stdout.log"));
	CHECK(there(dir, "out/" TASK "/x.npy"));
	app_open(a, "value", TASK "/x");
	settle(a);
	keys(a, "e");
	type(a, test_dir());
	CHECK(screen_has(a, "to /"));
	keys(a, "e");
	keys(a, "<C-u>/proc/nowhere/x<Enter>");
	CHECK(!screen_has(a, " files"));
	app_free(a);
}

void test_export__no_memory(void)
{
	for (long n = 1; n < 60; n += 3) {
		struct app *a = demo_app(&(struct screen_options){.w = 160, .h = 30}, TASK);
		test_fail_alloc(n);
		screen_keys(a, "e<C-u>/proc/nowhere/x<Enter>");
		test_fail_alloc(0);
		app_free(a);
	}
}
