/* value_app.h: the view of a value on a history of one artifact. */
#ifndef TEST_TUI_VALUE_APP_H
#define TEST_TUI_VALUE_APP_H

#include "../../support/history.h"
#include "demo_app.h"
#include "value_cases.h"

static struct history value_history;

static inline void value_begin(void)
{
	history_init(&value_history);
	history_done_task(&value_history, "F/1/start/1", value_history.now - 60000);
}

static inline void value_pickle(const char *name, const char *p, size_t n)
{
	history_pickled(&value_history, "F/1/start/1", 0, name, p, n, value_history.now - 60000);
}

#define VALUE(name) value_pickle(#name, value_##name, sizeof(value_##name) - 1)

static inline void value_json(const char *name, const char *json)
{
	history_artifact(&value_history, "F/1/start/1", 0, name, json, value_history.now - 60000);
}

/* A view on it; its picture and its columns are drawn when the clock has moved on a little. */
static inline struct app *value_open(
	const struct screen_options *o, const char *view, const char *path)
{
	struct app *a = screen_start(o);
	struct mf_config_options c = {.cwd = value_history.dir,
		.environ = (const char *const[]){NULL},
		.metadata = textf("local@%s", value_history.dir),
		.now = value_history.now,
		.proc = ""};

	CHECK_FATAL(data_open(a, &c, NULL, NULL) == MF_OK);
	snprintf(app_info(a)->source, sizeof(app_info(a)->source), "local ~/demo");
	app_open(a, view, path);
	settle(a);
	screen_wait(a, 100);
	settle(a);
	return a;
}

#endif
