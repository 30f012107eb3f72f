/* app_tick.c: what comes with time: results of jobs, refreshing, the connection. */
#include "app_priv.h"

/* Does it wait for the connection to come back? */
static bool held(const struct app *a, const struct view *v)
{
	return a->info.down && !(v->info->flags & VF_TOOL);
}

void app_load(struct view *v)
{
	struct app *a = v->app;

	if (v->info->class->load && !(v->loaded_at && held(a, v)))
		v->info->class->load(v);
	/* Behind a popup the view goes on living. */
	const struct view *base = app_base_view(a);
	int64_t every = base && base->refresh_ms ? base->refresh_ms : a->conf.refresh_ms;
	a->refresh_at = base && (base->info->flags & VF_REFRESH) && every ? app_now(a) + every : 0;
}

void app_stale(struct app *a)
{
	for (int i = 0; i < a->views; i++)
		a->stack[i]->stale = !(a->stack[i]->info->flags & VF_TOOL);
	a->dirty = true;
}

bool view_keeps(const struct view *v)
{
	return held(v->app, v) && v->loaded_at;
}

static void deliver(void *ctx, struct job_result *r)
{
	struct app *a = ctx;
	struct view *v = app_find_view(a, r->spec.view);

	if (!v || r->cancelled || v->generation != r->spec.generation || !v->info->class->deliver)
		return;
	int64_t loaded = v->loaded_at;
	v->info->class->deliver(v, r);
	v = app_find_view(a, r->spec.view); /* it may have closed itself */
	if (v && held(a, v))
		v->loaded_at = loaded; /* an answer without the service is not a new one */
	a->dirty = true;
}

static void pulse(struct app *a)
{
	if (a->pulse)
		a->pulse_at = a->pulse(a);
}

void app_drain(struct app *a)
{
	pulse(a); /* what comes is judged by how the connection is now */
	if (jobs_drain(a->jobs, deliver, a)) {
		a->dirty = true; /* "loading" may have ended */
		pulse(a);
	}
}

/* `r`: the view asks again, whatever it has. */
static void reload(struct view *v)
{
	const struct view_class *class = v->info->class;

	v->stale = false;
	if (v->banner_level == LEVEL_ERROR)
		view_set_banner(v, LEVEL_NONE, NULL); /* it comes back if it is still true */
	if (!(class->action && class->action(v, ACT_refresh, NULL)) && class->load)
		class->load(v);
}

void app_tick(struct app *a)
{
	int64_t now = app_now(a);
	struct view *v = app_view(a), *base = app_base_view(a);

	if (a->toast_until && now >= a->toast_until) {
		a->toast_until = 0;
		a->dirty = true;
	}
	for (int i = 0; i < 2; i++) {
		struct view *t = i ? base : v;
		if ((i && base == v) || !t || !t->tick_at || now < t->tick_at)
			continue;
		t->tick_at = 0;
		if (t->info->class->tick)
			t->info->class->tick(t);
	}
	if (now >= a->pulse_at)
		pulse(a);
	if (base && base->stale && !held(a, base) && !view_loading(base))
		reload(base);
	if (a->refresh_at && now >= a->refresh_at) {
		if (base && held(a, base))
			a->refresh_at = now + 1000;
		else if (base && !a->paused && !view_loading(base))
			app_load(base);
		else
			a->refresh_at = now + 100; /* the last answer is still on its way */
	}
	if (now >= a->clock_at)
		a->dirty = true;
}

int64_t app_next_tick(const struct app *a)
{
	int64_t next = a->clock_at;

	for (int i = 0; i <= a->shown; i++)
		if (a->stack[i]->tick_at && a->stack[i]->tick_at < next &&
			(i == a->shown || (a->stack[a->shown]->info->flags & VF_OVERLAY)))
			next = a->stack[i]->tick_at;
	if (a->toast_until && a->toast_until < next)
		next = a->toast_until;
	if (a->refresh_at && !a->paused && a->refresh_at < next)
		next = a->refresh_at;
	if (a->pulse_at < next)
		next = a->pulse_at;
	return next;
}
