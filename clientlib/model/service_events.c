#include "service_events.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/random.h>

#include "../base/fmt.h"
#include "service.h"
#include "watch.h"

enum {
	PING_MS = 5000,
	FIRST_PAUSE_MS = 500, /* before the next try to connect, doubled each time */
	LONGEST_PAUSE_MS = 60000,
	TURN = 1000, /* messages read in one call */
	SUBSCRIPTION_MAX = 16 << 10,
	EVENT_ARENA = 4 << 20
};

static const char ping[] = "__ping__"; /* answered with __pong__, which is a message like others */

int service_events_new(struct service_events **out, struct mf_client *c, const char *pathspec,
	int epoll, struct mf_error *err)
{
	const char *ui = mf_config_get(c->config, "UI_URL");
	size_t n = ui ? strlen(ui) : 0;
	uint64_t random[2];
	*out = NULL;
	while (n && ui[n - 1] == '/')
		n--;
	if (!n || c->config->offline)
		return MF_OK;
	struct service_events *e = calloc(1, sizeof(*e));
	if (e)
		e->ui = strndup(ui, n);
	if (!e || !e->ui) {
		free(e);
		return err_nomem(err);
	}
	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		random[0] = random[1] = (uint64_t)clock_now_ms();
	snprintf(e->uuid, sizeof(e->uuid), "mf-%016llx%016llx", (unsigned long long)random[0],
		(unsigned long long)random[1]);
	e->client = c;
	e->pathspec = pathspec;
	e->epoll = epoll;
	e->run_number = -1;
	e->since = mf_client_now(c);
	e->retry_at = watch_clock();
	e->pause = FIRST_PAUSE_MS;
	*out = e;
	return MF_OK;
}

static void disconnect(struct service_events *e)
{
	if (!e->ws)
		return;
	epoll_ctl(e->epoll, EPOLL_CTL_DEL, ws_fd(e->ws), NULL);
	ws_free(e->ws);
	e->ws = NULL;
	e->writing = e->asked = false;
}

void service_events_free(struct service_events *e)
{
	if (!e)
		return;
	disconnect(e);
	free(e->ui);
	free(e);
}

/* ---- no connection ---- */

/* Back to asking the service, until the next try. Said once: those who are never connected would
 * say it again and again. */
static void fail(struct service_events *e, const struct mf_error *err)
{
	struct buf b = BUF_INIT(4096);
	disconnect(e);
	e->retry_at = watch_clock() + e->pause;
	/* those who lost their server together do not come back together */
	e->pause += e->pause / 2 + e->retry_at % (e->pause / 2 + 1);
	if (e->pause > LONGEST_PAUSE_MS)
		e->pause = LONGEST_PAUSE_MS;
	if (!e->told) {
		buf_addf(&b, "%s: %s; the service is asked instead", err->where, err->message);
		client_trace(e->client, "events", b.p, 0);
	}
	e->told = true;
	buf_release(&b);
}

static int subscribe(struct service_events *e, struct mf_error *err)
{
	int rc = MF_OK;
	for (size_t i = 0; rc == MF_OK; i++) {
		struct buf path = BUF_INIT(SUBSCRIPTION_MAX), b = BUF_INIT(SUBSCRIPTION_MAX);
		struct mf_sink sink = {buf_sink_write, &b};
		bool more = events_resource(e, i, &path);
		if (more) {
			struct mf_value resource = {.kind = MF_STRING, .u.s = {path.p, path.n}};
			buf_addf(&b,
				"{\"type\": \"SUBSCRIBE\", \"uuid\": \"%s-%zu\", \"resource\": ",
				e->uuid, i);
			rc = buf_err(&path, err);
			if (rc == MF_OK)
				rc = mf_value_print_json(&resource, &sink, 0, err);
			buf_addf(&b, ", \"since\": %lld}", (long long)(e->since / 1000));
			if (rc == MF_OK)
				rc = buf_err(&b, err);
			if (rc == MF_OK)
				rc = ws_send(e->ws, b.p, b.n, err);
		}
		buf_release(&path);
		buf_release(&b);
		if (!more)
			break;
	}
	return rc;
}

static int send_ping(struct service_events *e, struct mf_error *err)
{
	e->asked = true;
	e->ping_at = watch_clock() + PING_MS;
	return ws_send(e->ws, ping, strlen(ping), err);
}

static int join(struct service_events *e, struct mf_error *err)
{
	struct buf base = BUF_INIT(1 << 16);
	int rc;
	TRY(events_base(e, &base, err));
	rc = events_run_number(e, base.p, err);
	if (rc == MF_OK)
		rc = events_connect(e, base.p, err);
	if (rc == MF_ENETWORK || rc == MF_ETIMEOUT)
		events_note_bad(e, err->http_status != 0);
	if (rc < 0)
		goto done;
	struct epoll_event in = {.events = EPOLLIN};
	if (epoll_ctl(e->epoll, EPOLL_CTL_ADD, ws_fd(e->ws), &in) < 0) {
		rc = err_set(err, MF_EIO, "the connection cannot be watched");
		goto done;
	}
	TRY(subscribe(e, err));
	TRY(send_ping(e, err));
	struct buf b = BUF_INIT(1 << 16);
	http_url_plain(&b, base.p);
	client_trace(e->client, "events", b.p, 0);
	buf_release(&b);
	e->told = false;
	e->joined_at = watch_clock();
done:
	buf_release(&base);
	return rc;
}

/* ---- a connection ---- */

static bool is(const struct row_fact *f, const char *s)
{
	return f->text && f->n == strlen(s) && memcmp(f->text, s, f->n) == 0;
}

/* Does the message tell of a change? What is none of ours, or not understood, does not. */
static bool is_news(const struct service_events *e, const char *text, size_t n)
{
	struct arena a;
	struct row_fact f[] = {{.key = "type"}, {.key = "uuid"}};
	arena_init(&a, EVENT_ARENA);
	int rc = row_facts(text, n, f, ARRAY_SIZE(f), &a);
	size_t id = strlen(e->uuid);
	bool ours = rc == MF_OK && f[1].text && f[1].n > id && memcmp(f[1].text, e->uuid, id) == 0;
	bool news = ours && (is(&f[0], "INSERT") || is(&f[0], "UPDATE") || is(&f[0], "DELETE"));
	arena_release(&a);
	return news || rc == MF_ENOMEM; /* rather look in vain */
}

static unsigned hear(struct service_events *e, struct mf_error *err)
{
	const char *text;
	size_t n;
	unsigned heard = 0;
	int got = WS_MORE;
	for (int i = 0; i < TURN && (got = ws_read(e->ws, &text, &n, err)) == WS_TEXT; i++) {
		if (is_news(e, text, n))
			heard |= EVENTS_NEWS;
		/* that was no chance success: the next loss is a new one */
		if (watch_clock() - e->joined_at >= PING_MS)
			e->pause = FIRST_PAUSE_MS;
		e->asked = false;
		e->since = mf_client_now(e->client);
	}
	return heard | (got > WS_NOTHING ? EVENTS_MORE : 0);
}

/* Wait for room to send only while something is to be sent. */
static void arm(struct service_events *e)
{
	bool writing = ws_wants_write(e->ws);
	struct epoll_event events = {.events = EPOLLIN | (writing ? EPOLLOUT : 0u)};
	if (writing != e->writing && epoll_ctl(e->epoll, EPOLL_CTL_MOD, ws_fd(e->ws), &events) == 0)
		e->writing = writing;
}

unsigned service_events_step(struct service_events *e)
{
	struct mf_error err = MF_ERROR_INIT;
	unsigned heard = 0;
	if (!e->ws && watch_clock() < e->retry_at)
		return 0;
	if (!e->ws) {
		if (join(e, &err) < 0) {
			fail(e, &err);
			return 0;
		}
		heard = EVENTS_JOINED;
	}
	/* first what has come: who was not looking for a while has not lost the connection */
	heard |= hear(e, &err);
	if (!err.code && watch_clock() >= e->ping_at) {
		if (e->asked && !(heard & EVENTS_MORE))
			err_at(&err, MF_ETIMEOUT, e->ui,
				"the UI's backend does not answer any more");
		else
			send_ping(e, &err);
	}
	if (err.code) {
		fail(e, &err);
		return heard & EVENTS_NEWS;
	}
	arm(e);
	return heard | EVENTS_LIVE;
}

int64_t service_events_due(const struct service_events *e)
{
	return e->ws ? e->ping_at : e->retry_at;
}
