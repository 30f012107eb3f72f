#include "link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"
#include "../clientlib/base/fmt.h"
#include "data.h"
#include "view_doctor_job.h"

enum {
	SLOW_MS = 300,       /* a reply that takes longer is worth a number */
	WAITING_MS = 3000,   /* and one that has not come by then, too */
	BUSY_PULSE_MS = 250, /* while something is under way */
	LOOK_AT = 32,        /* requests, for the one that is the longest under way */
	PATH_MOST = 18       /* columns of the path of the service's URL */
};

const struct link_port link_library = {mf_client_link, mf_client_requests, findings_ask};

struct link *link_of(struct app *a)
{
	struct data *d = data_of(a);

	return d && d->link.port ? &d->link : NULL;
}

bool link_lost(struct mf_client *client)
{
	struct mf_link l;

	mf_client_link(client, &l);
	return l.state == MF_LINK_DOWN;
}

void link_host(struct buf *out, const char *url)
{
	const char *scheme = strstr(url, "://"), *host = scheme ? scheme + 3 : url;
	size_t n = strcspn(host, "/?#"), path = strcspn(host + n, "?#");
	const char *usual = str_starts(url, "https:") ? ":443" : ":80";
	size_t cut = strlen(usual);

	while (path && host[n + path - 1] == '/')
		path--;
	bool plain = n > cut && strncmp(host + n - cut, usual, cut) == 0;
	buf_add(out, host, plain ? n - cut : n);
	if (path > PATH_MOST) { /* its end tells more than its beginning */
		const char *end = host + n + path, *last = end;
		while (last > host + n && *last != '/')
			last--;
		buf_adds(out, "/…");
		if ((size_t)(end - last) <= PATH_MOST)
			buf_add(out, last, (size_t)(end - last));
	} else {
		buf_add(out, host + n, path);
	}
}

/* ---- trying again ---- */

struct probe {
	struct app *app;
	struct mf_client *client;
	struct mf_cancel *cancel;
};

static void probe_free(void *p)
{
	struct probe *probe = p;
	struct link *l = link_of(probe->app);

	if (l)
		l->probing = false;
	mf_cancel_free(probe->cancel);
	free(probe);
}

static void probe_cancel(void *p)
{
	mf_cancel_set(((struct probe *)p)->cancel);
}

/* What it brings is of no interest: that it comes is. */
static void probe_run(struct job *j, void *p)
{
	struct probe *probe = p;
	struct mf_list_options o = MF_LIST_INIT;
	struct mf_iter *it;
	struct mf_object *flow;

	(void)j;
	o.limit = 1;
	o.cancel = probe->cancel;
	mf_client_forget(probe->client); /* also that it was away a moment ago: ask it */
	if (mf_list(&it, probe->client, "", &o, NULL) < 0)
		return;
	if (mf_iter_next(it, &flow, NULL) == 1)
		mf_object_free(flow);
	mf_iter_free(it);
}

static void probe(struct app *a, struct link *l)
{
	struct probe *p = calloc(1, sizeof(*p));

	l->retry_at = 0;
	if (!p)
		return; /* after the next pause, then */
	*p = (struct probe){a, l->client, mf_cancel_new()};
	if (!p->cancel) {
		free(p);
		return;
	}
	l->probing = true;
	l->probes++;
	/* It belongs to no view: none is told of its end but the connection. */
	struct job_spec spec = {
		.run = probe_run, .free = probe_free, .cancel = probe_cancel, .arg = p};
	if (jobs_submit(app_jobs(a), &spec, NULL) < 0)
		l->probing = false;
}

static void retry(struct app *a)
{
	struct link *l = link_of(a);

	if (!l)
		return;
	l->pause = LINK_RETRY_LEAST;
	if (!l->probing)
		probe(a, l);
	app_dirty(a);
}

/* ---- what the frame says ---- */

/* 12 s, 3 min, 2 h */
static void span(struct buf *b, int64_t ms)
{
	int64_t s = ms < 0 ? 0 : ms / 1000;

	if (s < 60)
		buf_addf(b, "%d s", (int)s);
	else if (s < 3600)
		buf_addf(b, "%d min", (int)(s / 60));
	else
		buf_addf(b, "%d h", (int)(s / 3600));
}

static void clock_text(struct buf *b, struct app *a, int64_t ms, bool seconds)
{
	const struct data *d = data_of(a);
	size_t from = b->n;

	fmt_clock(b, ms + app_info(a)->skew_ms, d && d->utc); /* as the clock above it */
	if (!seconds && !b->failed && b->n == from + 8)       /* 14:03:07 */
		b->p[b->n -= 3] = '\0';
}

static void set(char *to, size_t size, struct buf *b)
{
	snprintf(to, size, "%s", b->failed || !b->p ? "" : b->p);
	buf_clear(b);
}

static void say_state(struct app *a, const struct link *l)
{
	struct app_info *i = app_info(a);
	struct buf wide = BUF_INIT(sizeof(i->link)), narrow = BUF_INIT(sizeof(i->link_short));
	int64_t down = app_now(a) - l->now.since;

	i->link_attr = ST_TOP;
	if (l->now.loading && l->now.state != MF_LINK_DOWN) {
		buf_addf(&narrow, "%s %d%%", status_glyph(UI_PENDING), (int)(l->now.loaded * 100 / l->now.loading));
		buf_addf(&wide, "%s ", status_glyph(UI_PENDING));
		fmt_size(&wide, (int64_t)l->now.loaded);
		buf_adds(&wide, " of ");
		fmt_size(&wide, (int64_t)l->now.loading);
	} else if (l->now.state == MF_LINK_LOCAL) {
		; /* nothing to say */
	} else if (l->now.state == MF_LINK_OFFLINE) {
		buf_adds(&wide, "○ offline");
		buf_adds(&narrow, "○ offline");
		if (l->now.cached_at != MF_NO_TIME) {
			buf_adds(&wide, ", as of ");
			buf_addc(&narrow, ' ');
			clock_text(&wide, a, l->now.cached_at, false);
			clock_text(&narrow, a, l->now.cached_at, false);
		}
		i->link_attr = ST_TOP_WARNING;
	} else if (l->now.state == MF_LINK_DOWN) {
		buf_addf(&wide, "%s service down ", status_glyph(UI_FAILED));
		buf_addf(&narrow, "%s down ", status_glyph(UI_FAILED));
		span(&wide, down);
		span(&narrow, down);
		i->link_attr = ST_TOP_FAILED;
	} else if (l->waited >= WAITING_MS) {
		buf_addf(&wide, "%s waiting ", status_glyph(UI_PENDING));
		span(&wide, l->waited);
		buf_adds(&narrow, wide.p);
		i->link_attr = ST_TOP_WARNING;
	} else if (l->now.state == MF_LINK_UNKNOWN) {
		if (l->now.active)
			buf_addf(&wide, "%s connecting", status_glyph(UI_PENDING));
		buf_addf(&narrow, "%s", l->now.active ? status_glyph(UI_PENDING) : "");
	} else {
		buf_addf(&wide, "%s", status_glyph(UI_RUNNING));
		if (l->now.latency_ms > SLOW_MS) {
			bool long_one = l->now.latency_ms >= 1000;
			buf_addf(&wide, long_one ? " %.1f s" : " %.0f ms",
				long_one ? l->now.latency_ms / 1000 : l->now.latency_ms);
			i->link_attr = ST_TOP_WARNING;
		}
		buf_adds(&narrow, wide.p);
	}
	set(i->link, sizeof(i->link), &wide);
	set(i->link_short, sizeof(i->link_short), &narrow);
	buf_release(&wide);
	buf_release(&narrow);
}

/* When what is on the screen was read; MF_NO_TIME: nothing was. */
static int64_t shown_as_of(struct app *a, const struct link *l)
{
	const struct view *base = app_base_view(a);

	if (l->now.cached_at != MF_NO_TIME)
		return l->now.cached_at;
	return base && base->loaded_at ? base->loaded_at : MF_NO_TIME;
}

static void say_banner(struct app *a, const struct link *l)
{
	struct app_info *i = app_info(a);
	struct buf text = BUF_INIT(sizeof(i->banner)), tail = BUF_INIT(sizeof(i->banner_tail));
	int64_t as_of = shown_as_of(a, l), left = l->retry_at - app_now(a);

	i->banner_level = LEVEL_NONE;
	if (l->now.state == MF_LINK_DOWN) {
		i->banner_level = LEVEL_ERROR;
		buf_adds(&text, "down since ");
		clock_text(&text, a, l->now.since, true);
		buf_addf(&text, ": %s", l->now.error[0] ? l->now.error : "no answer");
		buf_adds(&tail, l->probing ? "retrying …" : "r retry");
		if (!l->probing && app_paused(a))
			buf_adds(&tail, " · paused");
		else if (!l->probing && l->retry_at)
			buf_addf(&tail, " · in %d s", left > 0 ? (int)((left + 999) / 1000) : 0);
	} else if (l->now.state == MF_LINK_OFFLINE) {
		i->banner_level = LEVEL_WARNING;
		buf_adds(&text, "offline: nothing is asked for over the network");
		if (as_of == MF_NO_TIME)
			buf_adds(&text, ", and nothing was kept");
	}
	if (text.n && as_of != MF_NO_TIME) { /* short, and before what may be long */
		struct buf age = BUF_INIT(64);
		buf_adds(&age, "as of ");
		clock_text(&age, a, as_of, l->now.state == MF_LINK_DOWN);
		buf_addf(&tail, "%s", tail.n ? " · " : "");
		buf_adds(&tail, age.p);
		buf_release(&age);
	}
	set(i->banner, sizeof(i->banner), &text);
	set(i->banner_tail, sizeof(i->banner_tail), &tail);
	buf_release(&text);
	buf_release(&tail);
}

/* ---- the pulse ---- */

static int64_t longest(const struct link *l)
{
	struct mf_request r[LOOK_AT];
	size_t n = l->now.active ? l->port->requests(l->client, r, LOOK_AT) : 0;
	double most = 0;

	for (size_t i = 0; i < n; i++)
		if (!r[i].done && r[i].ms > most)
			most = r[i].ms;
	return (int64_t)most;
}

/* Try again when it is time; the next time that something has to be done. */
static int64_t schedule(struct app *a, struct link *l)
{
	int64_t now = app_now(a);

	if (l->now.state == MF_LINK_DOWN) {
		if (!l->probing && l->retry_at && now >= l->retry_at && !app_paused(a)) {
			probe(a, l);
		} else if (!l->probing && !l->retry_at) {
			l->retry_at = now + l->pause;
			l->pause *= 2;
			if (l->pause > LINK_RETRY_MOST)
				l->pause = LINK_RETRY_MOST;
		}
		return now + 1000 - now % 1000; /* the seconds are shown */
	}
	l->retry_at = 0;
	l->pause = LINK_RETRY_LEAST;
	bool busy = l->now.active || jobs_pending(app_jobs(a), 0);
	return busy ? now + BUSY_PULSE_MS : INT64_MAX;
}

static int64_t pulse(struct app *a)
{
	struct link *l = link_of(a);
	struct app_info *i = app_info(a);
	struct view *base = app_base_view(a);
	struct mf_link s;

	if (!l)
		return INT64_MAX;
	l->port->state(l->client, &s);
	bool plain = s.state == MF_LINK_LOCAL && !s.requests && !s.active;
	if (plain) /* of an object store we may still hear while something is under way */
		return jobs_pending(app_jobs(a), 0) ? app_now(a) + BUSY_PULSE_MS : INT64_MAX;
	bool news = s.requests != l->now.requests || s.active != l->now.active ||
		    s.loaded != l->now.loaded || s.loading != l->now.loading ||
		    s.failed != l->now.failed || s.state != l->now.state;
	bool back = i->down && s.state != MF_LINK_DOWN;
	int64_t waited = l->waited;
	l->now = s;
	l->waited = longest(l);
	i->requests = (long)s.requests;
	i->errors = (long)s.failed;
	i->latency_ms = s.latency_ms >= 0 ? (int)s.latency_ms : -1;
	i->skew_ms = s.skew_ms;
	i->down = s.state == MF_LINK_DOWN;
	i->offline = s.state == MF_LINK_OFFLINE;
	if (back) {
		app_say(a, LEVEL_INFO, "the metadata service answers again");
		app_stale(a);
	}
	int64_t next = schedule(a, l);
	say_state(a, l);
	say_banner(a, l);
	if (base && (base->info->flags & VF_LINK) && !base->tick_at && (news || s.active))
		base->tick_at = app_now(a);
	if (news || i->down || l->waited != waited)
		app_dirty(a);
	return next;
}

void link_open(
	struct link *l, struct app *a, struct mf_client *client, const struct link_port *port)
{
	const char *source = mf_client_source(client);

	*l = (struct link){.client = client,
		.port = port,
		.base = str_starts(source, "service@") ? source + strlen("service@") : "",
		.now = {.state = MF_LINK_LOCAL, .latency_ms = -1, .cached_at = MF_NO_TIME},
		.pause = LINK_RETRY_LEAST};
	app_on_link(a, pulse, retry);
}
