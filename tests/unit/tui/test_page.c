/* covers: view_value_text.c */
#include "../../support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../../tui/view_value_text.h"
#include "demo_app.h"

static struct buf got;
static char command[4096];
static int code;

static int take(void *self, const char *p, size_t n)
{
	(void)self;
	buf_add(&got, p, n);
	return got.failed ? got.failed : MF_OK;
}

static int fake_pipe(void *self, char *const argv[],
	int (*produce)(void *ctx, const struct mf_sink *to), void *ctx)
{
	(void)self;
	buf_clear(&got);
	snprintf(command, sizeof(command), "%s", argv[2]);
	(void)produce(ctx, &(struct mf_sink){take, NULL});
	return code;
}

/* An editor: looks at its file. */
static int fake_run(void *self, char *const argv[])
{
	struct stat st;
	char b[4096];

	(void)self;
	snprintf(command, sizeof(command), "%s|%s", argv[2], argv[4]);
	CHECK_INT(stat(argv[4], &st), 0);
	CHECK_INT(st.st_mode & 0777, 0600);
	buf_clear(&got);
	FILE *f = fopen(argv[4], "r");
	for (size_t n; f && (n = fread(b, 1, sizeof(b), f)) > 0;)
		buf_add(&got, b, n);
	if (f)
		fclose(f);
	return code;
}

static const struct app_host host = {.run = fake_run, .pipe = fake_pipe};

static struct app *start(const char *pathspec)
{
	struct app *a = demo_app(&(struct screen_options){.w = 100, .h = 30}, pathspec);

	buf_init(&got, 16 << 20);
	app_set_host(a, &host);
	code = 0;
	return a;
}

static void stop(struct app *a)
{
	app_set_host(a, &(struct app_host){0});
	app_free(a);
	buf_release(&got);
}

void test_page__log(void)
{
	struct app *a = start("TrainFlow/latest");

	keys(a, "l");
	CHECK_STR(app_view(a)->info->id, "logs");
	keys(a, "o");
	CHECK(strstr(command, "less") != NULL);
	CHECK(got.n > 0);
	size_t lines = 0, marked = 0;
	for (const char *p = got.p; *p; p++) {
		lines += *p == '\n';
		CHECK(*p != '\033');
	}
	for (const char *p = got.p; (p = strstr(p, " out ")); p++)
		marked++;
	CHECK(lines > 0 && marked > 0 && marked <= lines);
	code = 3;
	keys(a, "o");
	CHECK(screen_has(a, "the pager ended with code 3"));
	code = -1;
	keys(a, "o");
	CHECK(screen_has(a, "cannot open it in the pager"));
	stop(a);
}

void test_page__value(void)
{
	struct app *a = start("TrainFlow/latest/train/5/model");

	CHECK_STR(app_view(a)->info->id, "value");
	keys(a, "o");
	CHECK(got.n > 2 && got.p[got.n - 1] == '\n');
	CHECK(strchr("{[\"", got.p[0]) != NULL);
	stop(a);
}

void test_page__artifact(void)
{
	struct app *a = start("TrainFlow/latest/train/5");

	keys(a, "a");
	CHECK_STR(app_view(a)->info->id, "artifacts");
	keys(a, "go");
	CHECK(got.n > 1);
	stop(a);
}

static const char *editor_env(const char *name)
{
	return str_eq(name, "MFTOP_OPEN") ? "editor"
	       : str_eq(name, "EDITOR")   ? "ed -s"
	       : str_eq(name, "TMPDIR")   ? test_dir()
					  : NULL;
}

static int64_t now(void *self)
{
	(void)self;
	return SCREEN_NOW;
}

static int produce_text(void *ctx, const struct mf_sink *to)
{
	return text_page(ctx, strlen(ctx), to);
}

void test_page__editor(void)
{
	struct app *a;
	struct app_options o = {.now_ms = now, .env = editor_env, .w = 80, .h = 24};
	static char text[] = "a\tb\n\033[31mred\033[0m\r\nend";

	CHECK_FATAL(conf_init(&o.conf, NULL) == MF_OK && app_new(&a, &o, NULL) == MF_OK);
	buf_init(&got, 1 << 20);
	app_set_host(a, &host);
	code = 0;
	app_page(a, "../a name", produce_text, text);
	CHECK_STR(got.p, "a\tb\n\\x1b[31mred\\x1b[0m\\r\nend");
	char *file = strchr(command, '|');
	CHECK_FATAL(file != NULL);
	*file++ = '\0';
	CHECK_STR(command, "ed -s \"$1\"");
	CHECK(strstr(file, "/mftop...-a-name.") != NULL);
	CHECK(access(file, F_OK) < 0); /* it is gone */
	stop(a);
}

void test_page__without_a_terminal(void)
{
	struct app *a = demo_app(
		&(struct screen_options){.w = 100, .h = 30}, "TrainFlow/latest/train/5/model");

	keys(a, "o");
	CHECK(screen_has(a, "cannot open it"));
	app_free(a);
}

void test_page__no_memory(void)
{
	struct app *a = start("TrainFlow/latest/train/5/model");

	for (long n = 1; n < 40; n++) {
		test_fail_alloc(n);
		screen_keys(a, "o");
		test_fail_alloc(0);
	}
	stop(a);
}
