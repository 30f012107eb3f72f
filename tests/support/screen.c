#include "screen.h"

#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "test.h"

/* ncurses keeps one structure for the life of the process. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:new_prescr\n";
}

static int64_t now = SCREEN_NOW;

static int64_t fixed_clock(void *self)
{
	(void)self;
	return now;
}

static void conf_warning(void *ctx, const char *file, int line, const char *message)
{
	(void)ctx;
	printf("\n%s:%d: %s\n", file, line, message);
}

struct app *screen_start(const struct screen_options *o)
{
	struct app_options a = {.now_ms = fixed_clock,
		.w = o->w ? o->w : 80,
		.h = o->h ? o->h : 24,
		.ascii = o->ascii,
		.theme = o->theme};
	struct app *app;

	setlocale(LC_CTYPE, "C.UTF-8");
	setenv("TZ", "UTC", 1);
	tzset();
	now = SCREEN_NOW;
	if (conf_init(&a.conf, NULL) < 0 ||
		conf_parse(&a.conf, "mftop.conf", o->conf ? o->conf : "", conf_warning, NULL,
			NULL) < 0 ||
		app_new(&app, &a, NULL) < 0)
		abort();
	if (o->view)
		app_open_view(app, o->view, o->arg);
	app_drain(app);
	app_draw(app, true);
	return app;
}

void screen_keys(struct app *a, const char *keys)
{
	for (size_t n = strlen(keys); n > 0;) {
		struct key k = {.code = ' '};
		size_t used = *keys == ' ' ? 1 : key_parse(&k, keys, n);
		if (!used) {
			printf("\nno key: %s\n", keys);
			abort();
		}
		app_key(a, &k);
		app_drain(a);
		app_draw(a, false);
		keys += used;
		n -= used;
	}
}

void screen_wait(struct app *a, int64_t ms)
{
	now += ms;
	app_tick(a);
	app_drain(a);
	app_draw(a, false);
}

char *screen_dump(struct app *a)
{
	struct buf b = BUF_INIT(64u << 20);

	canvas_dump(app_draw(a, true), &b);
	char *text = buf_take(&b);
	if (!text)
		abort();
	return text;
}

bool screen_has(struct app *a, const char *text)
{
	char *dump = screen_dump(a), *end = strstr(dump, "--- styles");

	if (end)
		*end = '\0';
	bool found = strstr(dump, text) != NULL;
	free(dump);
	return found;
}

/* The first line that differs is worth more than two screens of text. */
static void show_difference(const char *name, const char *got, const char *want)
{
	int line = 1;

	while (*got && *got == *want) {
		line += *got == '\n';
		got++;
		want++;
	}
	while (line > 1 && got[-1] != '\n') {
		got--;
		want--;
	}
	printf("\ntests/golden/%s.txt:%d (GENERATE=1 rewrites it)\n-%.*s\n+%.*s\n", name, line,
		(int)strcspn(want, "\n"), want, (int)strcspn(got, "\n"), got);
}

static void picture(const struct grid *g, enum theme_id theme, const char *name)
{
	const char *dir = getenv("SCREENS");
	char path[PATH_MAX];
	struct buf b = BUF_INIT(64u << 20);

	if (!dir)
		return;
	canvas_svg(g, theme, &b);
	snprintf(path, sizeof(path), "%s/%s.svg", dir, name);
	test_write_bytes(path, b.p, b.n);
	buf_release(&b);
}

void grid_golden(const struct grid *g, enum theme_id theme, const char *name)
{
	struct buf got = BUF_INIT(64u << 20), want = BUF_INIT(64u << 20);
	const char *src = getenv("MFKIT_SOURCE");
	char path[PATH_MAX];

	picture(g, theme, name);
	snprintf(path, sizeof(path), "%s/tests/golden/%s.txt", src ? src : ".", name);
	canvas_dump(g, &got);
	if (getenv("GENERATE")) {
		test_write_bytes(path, got.p, got.n);
	} else {
		FILE *f = fopen(path, "re");
		size_t n;
		while (f && buf_reserve(&want, 65536) &&
			(n = fread(want.p + want.n, 1, 65536, f)) > 0) {
			want.n += n;
			want.p[want.n] = '\0';
		}
		if (f)
			fclose(f);
		bool same = str_eq(got.p, want.p);
		if (!same)
			show_difference(name, got.p, want.p ? want.p : "");
		CHECK(same);
	}
	buf_release(&got);
	buf_release(&want);
}

void screen_golden(struct app *a, const char *name)
{
	grid_golden(app_draw(a, true), app_theme(a), name);
}
