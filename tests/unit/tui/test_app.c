#include "../../support/screen.h"
#include "../../support/test.h"

#include <stdlib.h>
#include <unistd.h>

#include "sample.h"

/* ---- a view that tells what happens to it ---- */

static struct {
	int opened, closed, loaded, delivered, parts, ticks, ready;
	bool fail;
} seen;

static void work(struct job *j, void *arg)
{
	(void)arg;
	job_post(j, calloc(1, 8), free);
}

static int probe_open(struct view *v, struct mf_error *err)
{
	if (seen.fail)
		return err_at(err, MF_ENOTFOUND, v->arg, "no such run");
	seen.opened++;
	return MF_OK;
}

static void probe_load(struct view *v)
{
	seen.loaded++;
	view_submit(v, 1, work, malloc(4), free, NULL);
}

static void probe_deliver(struct view *v, struct job_result *r)
{
	(void)v;
	if (r->part)
		seen.parts++;
	else
		seen.delivered++;
}

static void probe_tick(struct view *v)
{
	seen.ticks++;
	v->tick_at = app_now(v->app) + 50;
}

static void probe_ready(struct view *v, int fd)
{
	(void)v;
	(void)fd;
	seen.ready++;
}

static void probe_close(struct view *v)
{
	(void)v;
	seen.closed++;
}

static const struct view_class probe_class = {.open = probe_open,
	.load = probe_load,
	.deliver = probe_deliver,
	.tick = probe_tick,
	.ready = probe_ready,
	.close = probe_close};
static const struct view_info probe_info = {"probe", "Probe", VF_REFRESH, "", &probe_class};

static struct app *start(void)
{
	memset(&seen, 0, sizeof(seen));
	return screen_start(&(struct screen_options){.view = &probe_info, .arg = "A/1"});
}

void test_app__life_of_a_view(void)
{
	struct app *a = start();
	CHECK(seen.opened == 1 && seen.loaded == 1 && seen.parts == 1 && seen.delivered == 1);
	CHECK_STR(app_view(a)->arg, "A/1");
	screen_wait(a, 1900);
	CHECK_INT(seen.loaded, 1);
	screen_wait(a, 200);
	CHECK_INT(seen.loaded, 2);
	screen_keys(a, "p");
	screen_wait(a, 5000);
	CHECK_INT(seen.loaded, 2);
	screen_keys(a, "r");
	CHECK_INT(seen.loaded, 3);
	app_view(a)->tick_at = app_now(a) + 10;
	CHECK(app_next_tick(a) <= app_now(a) + 10);
	screen_wait(a, 11);
	CHECK_INT(seen.ticks, 1);
	app_free(a);
	CHECK(seen.closed == 1);
}

void test_app__old_generations_are_dropped(void)
{
	struct app *a = start();
	struct view *v = app_view(a);
	int before = seen.delivered;
	view_submit(v, 1, work, malloc(4), free, NULL);
	CHECK(view_loading(v));
	view_restart(v);
	app_drain(a);
	CHECK_INT(seen.delivered, before);
	CHECK(!view_loading(v));
	view_submit(v, 1, work, malloc(4), free, NULL);
	screen_keys(a, "q"); /* nothing to go back to: it ends */
	CHECK(app_quits(a));
	app_free(a);
}

void test_app__a_view_that_does_not_open(void)
{
	struct app *a = start();
	seen.fail = true;
	CHECK(app_open_view(a, &probe_info, "B/2") == NULL);
	CHECK_INT(seen.closed, 0);
	CHECK(screen_has(a, "B/2: no such run"));
	CHECK(app_open(a, "nonsense", NULL) == NULL);
	CHECK(screen_has(a, "no view is called \"nonsense\""));
	app_free(a);
}

void test_app__history(void)
{
	struct app *a = start();
	app_open_view(a, &sample_runs_info, NULL);
	app_open_view(a, &sample_run_info, NULL);
	screen_keys(a, "[");
	CHECK(app_view(a)->info == &sample_runs_info);
	screen_keys(a, "-");
	CHECK(app_view(a)->info == &sample_run_info);
	screen_keys(a, "-[[");
	CHECK(app_view(a)->info == &probe_info);
	screen_keys(a, "[]]]]");
	CHECK(app_view(a)->info == &sample_run_info);
	screen_keys(a, "q");
	CHECK(app_view(a)->info == &sample_runs_info);
	screen_keys(a, "]");
	CHECK(app_view(a)->info == &sample_runs_info);
	screen_keys(a, "[");
	app_open_view(a, &sample_run_info, NULL); /* what was ahead is gone */
	screen_keys(a, "[");
	CHECK(app_view(a)->info == &probe_info);
	for (int i = 0; i < 200; i++)
		app_open_view(a, i % 2 ? &probe_info : &sample_run_info, "x");
	CHECK(app_view(a)->info == &probe_info);
	for (int i = 0; i < 200; i++)
		app_back(a);
	CHECK_STR(app_view(a)->arg, "A/1");
	app_free(a);
	CHECK_INT(seen.opened, seen.closed);
}

void test_app__watches(void)
{
	struct app *a = start();
	int p[2], fd;
	CHECK_FATAL(pipe(p) == 0);
	view_watch(app_view(a), p[0]);
	CHECK(app_watched(a, 0, &fd) && fd == p[0]);
	CHECK(!app_watched(a, 1, &fd));
	app_ready(a, p[0]);
	CHECK_INT(seen.ready, 1);
	struct view *v = app_open_view(a, &probe_info, "second");
	view_watch(v, p[1]);
	app_back(a);
	CHECK(!app_watched(a, 1, &fd));
	view_unwatch(app_view(a), p[0]);
	CHECK(!app_watched(a, 0, &fd));
	close(p[0]);
	close(p[1]);
	app_free(a);
}

void test_app__messages(void)
{
	struct app *a = start();
	const struct message *m;
	app_say(a, LEVEL_WARNING, "the %s is slow", "service");
	app_say(a, LEVEL_WARNING, "the %s is slow", "service");
	CHECK_INT(app_messages(a, &m), 1);
	CHECK_INT(m[0].times, 2);
	CHECK(screen_has(a, "! the service is slow"));
	screen_wait(a, 6000);
	CHECK(!screen_has(a, "the service is slow"));
	for (int i = 0; i < 1500; i++)
		app_say(a, LEVEL_INFO, "message %d", i);
	CHECK_INT(app_messages(a, &m), 1000);
	CHECK_STR(m[999].text, "message 1499");
	app_free(a);
}

void test_app__idle_costs_nothing(void)
{
	struct app *a = screen_start(&(struct screen_options){
		.w = 80, .view = &sample_runs_info, .conf = "set refresh off\nset clock off\n"});
	app_view(a)->loaded_at = 0;
	app_draw(a, true);
	CHECK(app_next_tick(a) == INT64_MAX);
	CHECK(app_draw(a, false) == NULL);
	app_free(a);
	a = screen_start(&(struct screen_options){
		.w = 80, .view = &sample_runs_info, .conf = "set refresh off\n"});
	app_view(a)->loaded_at = 0;
	app_draw(a, true);
	CHECK_INT(app_next_tick(a) - app_now(a), 53000); /* the next minute */
	app_free(a);
}

static int whole_life(void *arg)
{
	struct app_options o = {
		.w = 60, .h = 15, .now_ms = arg == NULL ? NULL : *(int64_t(**)(void *))arg};
	struct app *a;
	int rc = conf_init(&o.conf, NULL);
	if (rc == MF_OK)
		rc = app_new(&a, &o, NULL);
	if (rc == MF_OK)
		app_free(a);
	return rc;
}

static int64_t zero(void *self)
{
	(void)self;
	return 0;
}

void test_app__out_of_memory(void)
{
	int64_t (*clock)(void *) = zero;
	test_every_alloc(whole_life, &clock);
	/* Whatever fails while keys are pressed, it goes on. */
	static const char *const keys[] = {"?", "j", "<Esc>", ":", "l", "<Enter>", "M", "q", "/",
		"a", "<Enter>", "<Enter>", "<Tab>", "l", "y"};
	for (long n = 1; n < 400; n += 3) {
		struct app *a = screen_start(&(struct screen_options){.view = &sample_runs_info});
		test_fail_alloc(n);
		for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
			struct key k;
			key_parse(&k, keys[i], strlen(keys[i]));
			app_key(a, &k);
			app_drain(a);
			app_draw(a, true);
		}
		test_fail_alloc(0);
		app_free(a);
	}
}

/* A terminal far away answers when the first screen has been drawn. */
void test_app__late_background(void)
{
	struct app *a = screen_start(&(struct screen_options){.theme = THEME_DARK, .view = &sample_runs_info});
	screen_keys(a, ":set theme auto<Enter>");
	app_background(a, -1);
	app_background(a, 0);
	CHECK_INT(app_theme(a), THEME_DARK);
	app_background(a, 1);
	CHECK_INT(app_theme(a), THEME_LIGHT);
	CHECK(app_is_dirty(a));
	screen_keys(a, ":set theme dark<Enter>");
	app_background(a, 1); /* said once */
	CHECK_INT(app_theme(a), THEME_DARK);
	app_free(a);
	a = screen_start(&(struct screen_options){.theme = THEME_DARK, .view = &sample_runs_info});
	screen_keys(a, ":set theme dark<Enter>");
	app_background(a, 1); /* chosen */
	CHECK_INT(app_theme(a), THEME_DARK);
	app_free(a);
	a = screen_start(&(struct screen_options){.theme = THEME_MONO, .view = &sample_runs_info});
	screen_keys(a, ":set theme auto<Enter>");
	app_background(a, 1);
	CHECK_INT(app_theme(a), THEME_MONO);
	app_free(a);
}
