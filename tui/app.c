/* app.c: the life of the app and of its views. Keys are in app_input.c, the screen in frame.c. */
#include "app_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"

#define VIEW(id, title, flags, twin) extern const struct view_class view_##id##_class;
#include "views.def"
#undef VIEW

const struct view_info view_infos[] = {
#define VIEW(id, title, flags, twin) {#id, title, flags, twin, &view_##id##_class},
#include "views.def"
#undef VIEW
	{NULL, NULL, 0, NULL, NULL}};

const struct view_info *view_info_find(const char *id)
{
	for (const struct view_info *i = view_infos; i->id; i++)
		if (str_eq(i->id, id))
			return i;
	return NULL;
}

/* ---- the app ---- */

int app_new(struct app **out, const struct app_options *o, struct mf_error *err)
{
	struct app *a = calloc(1, sizeof(*a));
	int rc;

	*out = NULL;
	if (!a) {
		struct conf conf = o->conf;
		conf_release(&conf);
		return err_nomem(err);
	}
	a->conf = o->conf;
	a->now_ms = o->now_ms;
	a->clock = o->clock;
	a->env = o->env;
	a->start = o->start;
	a->grid = (struct grid){.caret_x = -1, .caret_y = -1, .ascii = o->ascii};
	a->theme = o->theme;
	a->mouse = a->conf.mouse;
	a->info = (struct app_info){.running = -1, .failed = -1, .requests = -1, .latency_ms = -1};
	a->shown = -1;
	a->dirty = true;
	a->clock_at = a->pulse_at = INT64_MAX;
	prompt_init(&a->prompt);
	rc = jobs_new(&a->jobs, o->threads, err);
	if (rc == MF_OK)
		rc = grid_resize(&a->grid, o->w, o->h, err);
	if (rc < 0) {
		app_free(a);
		return rc;
	}
	a->w = o->w;
	a->h = o->h;
	*out = a;
	return MF_OK;
}

static void free_view(struct app *a, struct view *v)
{
	jobs_cancel(a->jobs, v->id, 0);
	if (v->info->class->close)
		v->info->class->close(v);
	for (size_t i = a->watches.n; i-- > 0;)
		if (a->watches.v[i].view == v->id)
			view_unwatch(v, a->watches.v[i].fd);
	free(v->state);
	free(v->arg);
	free(v->path);
	free(v->note);
	free(v->filter);
	free(v->banner);
	free(v);
}

void app_free(struct app *a)
{
	if (!a)
		return;
	while (a->views > 0)
		free_view(a, a->stack[--a->views]);
	a->shown = -1;
	jobs_free(a->jobs);
	if (a->free_data)
		a->free_data(a->data);
	for (size_t i = 0; i < a->messages.n; i++)
		free(a->messages.v[i].text);
	vec_release(&a->messages);
	vec_release(&a->hits);
	vec_release(&a->watches);
	prompt_release(&a->prompt);
	saved_release(&a->saved);
	conf_release(&a->conf);
	grid_release(&a->grid);
	free(a->filter_before);
	free(a->toast);
	free(a);
}

void app_set_host(struct app *a, const struct app_host *host)
{
	a->host = *host;
}

void app_set_data(struct app *a, void *data, void (*free_fn)(void *))
{
	a->data = data;
	a->free_data = free_fn;
}

void *app_data(const struct app *a)
{
	return a->data;
}

void app_on_path(struct app *a, void (*open_path)(struct app *a, const char *pathspec))
{
	a->open_path = open_path;
}

void app_background(struct app *a, int light)
{
	if (light != 1 || a->light)
		return;
	a->light = true;
	if (a->conf.theme < 0 && a->theme == THEME_DARK) {
		a->theme = THEME_LIGHT;
		app_dirty(a);
	}
}

void app_on_link(struct app *a, int64_t (*pulse)(struct app *a), void (*retry)(struct app *a))
{
	a->pulse = pulse;
	a->retry = retry;
	a->pulse_at = pulse(a);
}

const struct start_options *app_start(const struct app *a)
{
	return a->start;
}

const char *app_env(const struct app *a, const char *name)
{
	return a->env ? a->env(name) : NULL;
}

int64_t app_now(const struct app *a)
{
	return a->now_ms(a->clock);
}

int64_t app_present(const struct app *a)
{
	return app_now(a) + a->info.skew_ms;
}

void app_dirty(struct app *a)
{
	a->dirty = true;
}

bool app_is_dirty(const struct app *a)
{
	return a->dirty;
}

bool app_quits(const struct app *a)
{
	return a->quit;
}

enum theme_id app_theme(const struct app *a)
{
	return a->theme;
}

bool app_paused(const struct app *a)
{
	return a->paused;
}

bool app_mouse_on(const struct app *a)
{
	return a->mouse;
}

const struct keymap *app_keys(const struct app *a)
{
	return &a->conf.keys;
}

struct jobs *app_jobs(struct app *a)
{
	return a->jobs;
}

struct saved *app_saved(struct app *a)
{
	return &a->saved;
}

bool app_stop(struct app *a, int ms)
{
	return jobs_stop(a->jobs, ms);
}

struct app_info *app_info(struct app *a)
{
	return &a->info;
}

size_t app_messages(const struct app *a, const struct message **out)
{
	*out = a->messages.v;
	return a->messages.n;
}

/* ---- the stack ---- */

struct view *app_view(struct app *a)
{
	return a->shown >= 0 ? a->stack[a->shown] : NULL;
}

struct view *app_base_view(struct app *a)
{
	for (int i = a->shown; i > 0; i--)
		if (!(a->stack[i]->info->flags & VF_OVERLAY))
			return a->stack[i];
	return a->views ? a->stack[0] : NULL;
}

struct view *app_find_view(struct app *a, uint32_t id)
{
	for (int i = 0; i < a->views; i++)
		if (a->stack[i]->id == id)
			return a->stack[i];
	return NULL;
}

void app_show(struct app *a, int index)
{
	struct view *old = app_view(a);

	if (index < 0 || index >= a->views || index == a->shown)
		return;
	if (old)
		a->last = old->id;
	a->shown = index;
	a->dirty = true;
	a->refresh_at = 0;
	struct view *v = a->stack[index];
	if (v->info->flags & VF_REFRESH)
		app_load(v);
}

/* Forget the view at index; the one shown stays shown unless it is this one. */
static void remove_view(struct app *a, int index)
{
	struct view *v = a->stack[index];

	memmove(&a->stack[index], &a->stack[index + 1],
		(size_t)(a->views - index - 1) * sizeof(struct view *));
	a->views--;
	if (a->shown > index)
		a->shown--;
	free_view(a, v);
}

struct view *app_open(struct app *a, const char *view_id, const char *arg)
{
	const struct view_info *info = view_info_find(view_id);

	if (!info) {
		app_say(a, LEVEL_ERROR, "no view is called \"%s\"", view_id);
		return NULL;
	}
	return app_open_view(a, info, arg);
}

struct view *app_open_view(struct app *a, const struct view_info *info, const char *arg)
{
	struct mf_error err = MF_ERROR_INIT;

	arg = arg ? arg : "";
	for (int i = 0; (info->flags & VF_SINGLE) && i < a->views; i++)
		if (a->stack[i]->info == info && str_eq(a->stack[i]->arg, arg)) {
			app_show(a, i);
			return app_view(a);
		}
	struct view *v = calloc(1, sizeof(*v));
	if (v) {
		v->info = info;
		v->app = a;
		v->id = ++a->next_id;
		v->generation = 1;
		v->ctx = info->class->ctx;
		v->actions = info->class->actions;
		v->arg = strdup(arg);
		v->filter = strdup("");
		v->state = calloc(1, info->class->state_size ? info->class->state_size : 1);
	}
	int rc = !v || !v->arg || !v->filter || !v->state ? err_nomem(&err) : MF_OK;
	if (rc == MF_OK && info->class->open)
		rc = info->class->open(v, &err);
	if (rc < 0) {
		app_say_error(a, &err);
		if (v) {
			jobs_cancel(a->jobs, v->id, 0);
			free(v->state);
			free(v->arg);
			free(v->path);
			free(v->note);
			free(v->filter);
			free(v->banner);
		}
		free(v);
		return NULL;
	}
	/* What was ahead in history is gone now; a full stack forgets its oldest but the first. */
	while (a->views > a->shown + 1)
		remove_view(a, a->views - 1);
	if (a->views == STACK_MAX)
		remove_view(a, 1);
	if (app_view(a))
		a->last = app_view(a)->id;
	a->stack[a->views++] = v;
	a->shown = a->views - 1;
	a->dirty = true;
	app_load(v);
	return v;
}

void app_back(struct app *a)
{
	if (a->shown < 1)
		return;
	int gone = a->shown;
	app_show(a, gone - 1);
	while (a->views > gone)
		remove_view(a, a->views - 1);
}

/* ---- what views do ---- */

static void replace(char **at, const char *text)
{
	char *copy = text && *text ? strdup(text) : NULL;

	if (text && *text && !copy)
		return;
	free(*at);
	*at = copy;
}

void view_set_path(struct view *v, const char *path)
{
	replace(&v->path, path);
	v->app->dirty = true;
}

/* Formats into *at, which is emptied when fmt is NULL or the text is "". */
static void PRINTF_LIKE(2, 0) replacef(char **at, const char *fmt, va_list ap)
{
	struct buf b = BUF_INIT(4096);

	if (fmt)
		buf_vaddf(&b, fmt, ap);
	replace(at, b.p);
	buf_release(&b);
}

void view_set_note(struct view *v, unsigned attr, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	replacef(&v->note, fmt, ap);
	va_end(ap);
	v->note_attr = attr;
	v->app->dirty = true;
}

void view_set_banner(struct view *v, enum level level, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	replacef(&v->banner, fmt, ap);
	va_end(ap);
	v->banner_level = level;
	v->app->dirty = true;
}

int view_submit(struct view *v, int kind, void (*run)(struct job *, void *), void *arg,
	void (*free_fn)(void *), void (*cancel)(void *))
{
	struct mf_error err = MF_ERROR_INIT;
	struct job_spec spec = {.run = run,
		.free = free_fn,
		.cancel = cancel,
		.arg = arg,
		.view = v->id,
		.generation = v->generation,
		.kind = kind};
	int rc = jobs_submit(v->app->jobs, &spec, &err);
	int64_t soon = app_now(v->app) + PULSE_SOON_MS;

	if (rc < 0)
		app_say_error(v->app, &err);
	if (v->app->pulse && soon < v->app->pulse_at)
		v->app->pulse_at = soon;
	return rc;
}

void view_restart(struct view *v)
{
	v->generation++;
	jobs_cancel(v->app->jobs, v->id, v->generation);
}

bool view_loading(const struct view *v)
{
	return jobs_pending(v->app->jobs, v->id) > 0;
}

void view_watch(struct view *v, int fd)
{
	if (!vec_push(&v->app->watches, ((struct watch){fd, v->id})))
		app_say(v->app, LEVEL_WARNING,
			"out of memory: changes are seen by refreshing only");
}

void view_unwatch(struct view *v, int fd)
{
	struct app *a = v->app;

	for (size_t i = 0; i < a->watches.n; i++)
		if (a->watches.v[i].fd == fd && a->watches.v[i].view == v->id) {
			a->watches.v[i] = a->watches.v[--a->watches.n];
			return;
		}
}

bool app_watched(const struct app *a, size_t i, int *fd)
{
	if (i >= a->watches.n)
		return false;
	*fd = a->watches.v[i].fd;
	return true;
}

void app_ready(struct app *a, int fd)
{
	for (size_t i = 0; i < a->watches.n; i++) {
		if (a->watches.v[i].fd != fd)
			continue;
		struct view *v = app_find_view(a, a->watches.v[i].view);
		if (v && v->info->class->ready)
			v->info->class->ready(v, fd);
		return;
	}
}

/* ---- messages ---- */

static void remember(struct app *a, enum level level, const char *text)
{
	struct message *last = a->messages.n ? &a->messages.v[a->messages.n - 1] : NULL;

	if (last && last->level == level && str_eq(last->text, text)) {
		last->times++;
		last->at = app_now(a);
		return;
	}
	char *copy = strdup(text);
	if (!copy)
		return;
	if (a->messages.n == MESSAGES_MAX) {
		free(a->messages.v[0].text);
		memmove(a->messages.v, a->messages.v + 1,
			(MESSAGES_MAX - 1) * sizeof(struct message));
		a->messages.n--;
	}
	if (!vec_push(&a->messages, ((struct message){app_now(a), level, 1, copy})))
		free(copy);
}

void app_say(struct app *a, enum level level, const char *fmt, ...)
{
	struct buf b = BUF_INIT(4096);
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&b, fmt, ap);
	va_end(ap);
	remember(a, level, b.p);
	replace(&a->toast, b.p);
	a->toast_level = level;
	a->toast_until = app_now(a) + TOAST_MS;
	a->dirty = true;
	buf_release(&b);
}

void app_say_error(struct app *a, const struct mf_error *err)
{
	app_say(a, LEVEL_ERROR, "%s%s%s%s%s", err->where, err->where[0] ? ": " : "", err->message,
		err->hint[0] ? "; " : "", err->hint);
}

void app_copy(struct app *a, const char *text)
{
	if (a->host.copy)
		a->host.copy(a->host.self, text, strlen(text));
	app_say(a, LEVEL_INFO, "copied %s", text);
}

int app_run(struct app *a, char *const argv[])
{
	int rc = a->host.run ? a->host.run(a->host.self, argv) : -1;

	if (rc < 0)
		app_say(a, LEVEL_ERROR, "cannot run %s", argv[0]);
	a->dirty = true;
	return rc;
}
