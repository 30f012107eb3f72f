/* covers: live_data.c */
#include "../../support/test.h"

#include <limits.h>
#include <stdlib.h>

#include "../../support/history.h"
#include "demo_app.h"

/* While TrainFlow/1795261425688054 trains. */
#define THEN INT64_C(1795261431000)

/* A process table with one worker of that run. */
static const char *process_table(void)
{
	static char dir[PATH_MAX];
	static const char cmdline[] = "python\0train_flow.py\0step\0train\0--run-id\0"
				      "1795261425688054\0--task-id\0"
				      "5";
	char path[PATH_MAX + 32], env[PATH_MAX + 64];

	snprintf(dir, sizeof(dir), "%s/proc", test_dir());
	snprintf(path, sizeof(path), "%s/4242/cmdline", dir);
	test_write_bytes(path, cmdline, sizeof(cmdline));
	int n = snprintf(env, sizeof(env), "METAFLOW_DATASTORE_SYSROOT_LOCAL=%s", demo_dir());
	snprintf(path, sizeof(path), "%s/4242/environ", dir);
	test_write_bytes(path, env, (size_t)n + 1);
	return dir;
}

void test_view_live__golden(void)
{
	static const struct {
		int w, h;
		bool ascii;
		enum theme_id theme;
		const char *name;
	} t[] = {{80, 24, false, THEME_DARK, "live_80x24"},
		{120, 40, false, THEME_DARK, "live_120x40"},
		{120, 40, false, THEME_LIGHT, "live_light"},
		{40, 10, false, THEME_DARK, "live_40x10"},
		{80, 24, true, THEME_DARK, "live_ascii"}};
	const char *proc = process_table();

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct app *a = demo_at(
			&(struct screen_options){
				.w = t[i].w, .h = t[i].h, .ascii = t[i].ascii, .theme = t[i].theme},
			THEN, proc, NULL);
		keys(a, "f");
		screen_golden(a, t[i].name);
		app_free(a);
	}
}

void test_view_live__nothing_runs(void)
{
	static const struct demo_golden g[] = {
		{80, 24, false, THEME_DARK, "live_empty", NULL, "f"}};

	demo_goldens(g, ARRAY_SIZE(g));
}

void test_view_live__keys(void)
{
	struct app *a =
		demo_at(&(struct screen_options){.w = 100, .h = 30}, THEN, process_table(), NULL);

	CHECK_INT(app_info(a)->running, 1);
	keys(a, "f");
	CHECK(screen_has(a, "1 running in 6 flows"));
	CHECK(screen_has(a, "process 4242"));
	keys(a, "jkGgy");
	CHECK(screen_has(a, "copied TrainFlow/1795261425688054"));
	keys(a, "r");
	screen_wait(a, 2000); /* durations go on */
	settle(a);
	CHECK(screen_has(a, "7.3s"));
	keys(a, "<Enter>");
	CHECK_STR(app_view(a)->info->id, "run");
	app_free(a);
}

/* The last line of the newest task that runs, however strange it is. */
void test_view_live__last_line(void)
{
	struct history h;
	struct mf_error err = MF_ERROR_INIT;

	history_init(&h);
	h.proc = NULL;
	history_run(&h, "F/1", h.now - 9000, NULL, NULL);
	history_graph(&h, "F/1",
		"{\"steps\": {\"start\": {\"name\": \"start\", \"type\": \"start\", \"next\": "
		"[\"train\"]},"
		" \"train\": {\"name\": \"train\", \"type\": \"linear\", \"next\": [\"end\"]},"
		" \"end\": {\"name\": \"end\", \"type\": \"end\", \"next\": []}}}",
		h.now - 9000);
	history_step(&h, "F/1/train", h.now - 8000);
	history_task(&h, "F/1/train/2", h.now - 8000);
	history_start(&h, "F/1/train/2", 0, h.now - 1000);
	history_file(&h, "F/1/train/2/0.task_stdout.log",
		"epoch 1\n\033[31mepoch 2\033[0m loss 0.5\x07\n   \n");
	const char *proc = textf("%s/proc", test_dir());
	static const char cmdline[] = "python\0f.py\0step\0train\0--run-id\0"
				      "1\0--task-id\0"
				      "2";
	const char *env = textf("METAFLOW_DATASTORE_SYSROOT_LOCAL=%s", h.dir);
	test_write_bytes(textf("%s/77/cmdline", proc), cmdline, sizeof(cmdline));
	test_write_bytes(textf("%s/77/environ", proc), env, strlen(env) + 1);
	struct app *a = screen_start(&(struct screen_options){.w = 100, .h = 20});
	struct mf_config_options c = {.cwd = h.dir,
		.environ = (const char *const[]){NULL},
		.metadata = textf("local@%s", h.dir),
		.now = h.now,
		.proc = proc};
	CHECK_FATAL(data_open(a, &c, NULL, &err) == MF_OK);
	screen_wait(a, h.now - app_now(a));
	app_open(a, "live", NULL);
	settle(a);
	CHECK(screen_has(a, "F/1"));
	CHECK(screen_has(a, "epoch 2 loss 0.5\\x07"));
	CHECK(!screen_has(a, "epoch 1"));
	app_free(a);
}
