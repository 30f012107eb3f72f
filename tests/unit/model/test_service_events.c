/* Live events against a fake service that is a backend of the UI, too. covers: service_watch.c */
#include "../../../clientlib/model/service_events.h"

#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "../../../clientlib/model/watch.h"
#include "../../support/history.h"
#include "../../support/service.h"
#include "../../support/test.h"
#include "../../support/wsd.h"

struct events_case {
	struct fake f;
	struct wsd s;
	int epoll;
	struct service_events *e;
};

/* A client whose METAFLOW_UI_URL is `ui` on the fake's server; NULL: it has none. */
static void begin(struct events_case *c, const char *ui)
{
	*c = (struct events_case){.epoll = epoll_create1(EPOLL_CLOEXEC)};
	events_forget_all();
	fake_init(&c->f);
	wsd_init(&c->s);
	if (ui)
		c->f.env[0] = textf("METAFLOW_UI_URL=%s", httpd_url(c->f.d, ui));
	fake_open(&c->f);
}

/* The usual backend, below /api. */
static void backend(struct events_case *c)
{
	fake_on(&c->f, "/api/ping", 200, "pong");
	fake_make(&c->f, "/api/ws", wsd_answer, &c->s);
}

static void end(struct events_case *c)
{
	service_events_free(c->e);
	fake_close(&c->f);
	wsd_release(&c->s);
	close(c->epoll);
	events_forget_all();
}

static bool made(struct events_case *c, const char *pathspec)
{
	if (c->e) {
		service_events_free(c->e);
		CHECK(wsd_wait_ended(&c->s, 0)); /* or it would take what is meant for the next one */
	}
	CHECK_INT(service_events_new(&c->e, c->f.client, pathspec, c->epoll, NULL), 0);
	return c->e;
}

static bool readable(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	return poll(&p, 1, 30000) == 1;
}

/* What the next message from the server makes of a step. */
static unsigned hear(struct events_case *c, const char *text)
{
	wsd_text(&c->s, text);
	CHECK(readable(c->epoll));
	return service_events_step(c->e);
}

/* Connected, and the answer to the first ping is read. */
static void joined(struct events_case *c, const char *pathspec)
{
	CHECK_FATAL(made(c, pathspec));
	unsigned heard = service_events_step(c->e);
	CHECK_INT(heard & ~EVENTS_NEWS, EVENTS_LIVE | EVENTS_JOINED);
	while (c->e->asked && readable(c->epoll))
		service_events_step(c->e);
}

/* ---- subscriptions ---- */

/* The resources that are asked for, with blanks between them. */
static const char *resources(struct events_case *c, const char *pathspec)
{
	struct buf b = BUF_INIT(1 << 16);
	size_t first = wsd_count(&c->s);
	joined(c, pathspec);
	for (size_t i = first; i < wsd_count(&c->s); i++) {
		const char *got = wsd_got(&c->s, i);
		json_t *v = json_loads(strchr(got, ' '), 0, NULL);
		if (!v)
			continue; /* __ping__ */
		CHECK_STR(json_string_value(json_object_get(v, "type")), "SUBSCRIBE");
		CHECK_INT(json_integer_value(json_object_get(v, "since")), 1795230600);
		CHECK_STR(json_string_value(json_object_get(v, "uuid")),
			textf("%s-%zu", c->e->uuid, i - first));
		buf_addf(&b, "%s%s", b.n ? " " : "",
			json_string_value(json_object_get(v, "resource")));
		json_decref(v);
	}
	service_events_free(c->e);
	c->e = NULL;
	/* its good-bye does not count with the next one's */
	CHECK(wsd_wait_ended(&c->s, 1));
	const char *text = textf("%s", b.p);
	buf_release(&b);
	return text;
}

void test_service_events__resources(void)
{
	struct events_case c;
	begin(&c, "/");
	backend(&c);
	fake_on(&c.f, "/api/flows/F/runs/argo-%22x%22", 200,
		"{\"data\": {\"run_number\": 7}, \"status\": 200}");
	CHECK_STR(resources(&c, ""), "/flows /runs");
	CHECK_STR(resources(&c, "F"), "/flows/F/runs");
	CHECK_STR(resources(&c, "F/12"),
		"/flows/F/runs/12 /flows/F/runs/12/steps /flows/F/runs/12/tasks");
	CHECK_STR(resources(&c, "F/12/s\"t"),
		"/flows/F/runs/12/steps/s\"t /flows/F/runs/12/steps/s\"t/tasks");
	CHECK_STR(resources(&c, "F/12/st/34"),
		"/flows/F/runs/12/steps/st/tasks/34 /flows/F/runs/12/steps/st/tasks/34/metadata");
	/* ids of schedulers: the run's number is asked for, and the task's is done without */
	CHECK_INT(fake_count(&c.f, "/api/flows/"), 0);
	CHECK_STR(resources(&c, "F/argo-\"x\"/st/t-1"), "/flows/F/runs/7/steps/st/tasks");
	CHECK_INT(fake_count(&c.f, "/api/flows/"), 1);
	end(&c);
}

void test_service_events__run_without_number(void)
{
	static const char *const bodies[] = {"{\"data\": {}, \"status\": 404}", "[]", "nonsense",
		"{\"data\": {\"run_number\": \"7\"}}", "{\"data\": {\"run_number\": -7}}",
		"{\"data\": []}", ""};
	struct events_case c;
	begin(&c, "");
	backend(&c);
	for (size_t i = 0; i < ARRAY_SIZE(bodies); i++) {
		fake_on(&c.f, textf("/api/flows/F/runs/r%zu", i), 200, bodies[i]);
		CHECK_FATAL(made(&c, textf("F/r%zu", i)));
		CHECK_INT(service_events_step(c.e), 0);
		CHECK_INT(fake_count(&c.f, textf("/api/flows/F/runs/r%zu", i)), 1);
	}
	CHECK_INT(fake_count(&c.f, "/ws"), 0);
	/* that says nothing of other runs */
	CHECK_INT(fake_count(&c.f, "ping"), 1);
	joined(&c, "F/1");
	end(&c);
}

/* ---- where the backend is ---- */

void test_service_events__backend_itself(void)
{
	struct events_case c;
	begin(&c, "/ui///");
	/* a page for whatever is asked, as user interfaces have it */
	fake_on(&c.f, "/ui/api/ping", 200, "<html>");
	fake_on(&c.f, "/ui/api/features", 200, "<html>");
	fake_on(&c.f, "/ui/ping", 200, "pong\n");
	fake_make(&c.f, "/ui/ws", wsd_answer, &c.s);
	joined(&c, "F");
	CHECK_STR(fake_log(&c.f), "/ui/api/ping\n/ui/api/features\n/ui/ping\n/ui/ws\n");
	CHECK(strstr(c.f.trace.p, textf("events %s 0\n", httpd_url(c.f.d, "/ui"))) != NULL);
	/* the next one knows */
	joined(&c, "F/1");
	CHECK_INT(fake_count(&c.f, "ping"), 2);
	CHECK_INT(fake_count(&c.f, "/ui/ws"), 2);
	end(&c);
}

void test_service_events__features_will_do(void)
{
	struct events_case c;
	begin(&c, "");
	fake_on(&c.f, "/api/ping", 200, "pongo");
	fake_on(&c.f, "/api/features", 200, "{\"FEATURE_X\": true}");
	fake_make(&c.f, "/api/ws", wsd_answer, &c.s);
	joined(&c, "F");
	end(&c);
}

static unsigned lines(const char *text, const char *with)
{
	unsigned n = 0;
	for (const char *p = text; (p = strstr(p, with)); p++)
		n++;
	return n;
}

void test_service_events__none_there(void)
{
	struct events_case c;
	begin(&c, "");
	CHECK_FATAL(made(&c, "F"));
	CHECK_INT(service_events_step(c.e), 0);
	CHECK_STR(fake_log(&c.f), "/api/ping\n/api/features\n/ping\n/features\n");
	CHECK(service_events_due(c.e) == c.e->retry_at);
	/* not before it is time to, and then without asking those who are known not to be there */
	CHECK_INT(service_events_step(c.e), 0);
	c.e->retry_at = 0;
	CHECK_INT(service_events_step(c.e), 0);
	CHECK_INT(fake_count(&c.f, ""), 4);
	CHECK_INT(lines(c.f.trace.p, "events "), 1);
	CHECK(strstr(c.f.trace.p,
		      "no backend of Metaflow's UI answers there; the service is asked instead") !=
		NULL);
	for (int i = 0; i < 20; i++) {
		c.e->retry_at = 0;
		CHECK_INT(service_events_step(c.e), 0);
	}
	CHECK_INT(c.e->pause, 60000);
	end(&c);
	/* no WebSocket where one should be */
	begin(&c, "");
	fake_on(&c.f, "/api/ping", 200, "pong");
	CHECK_FATAL(made(&c, "F"));
	CHECK_INT(service_events_step(c.e), 0);
	CHECK(strstr(c.f.trace.p, "no WebSocket: status 404") != NULL);
	end(&c);
	/* nobody at all */
	begin(&c, NULL);
	CHECK(!made(&c, "F"));
	c.f.env[0] = textf("METAFLOW_UI_URL=http://127.0.0.1:%d", httpd_closed_port());
	fake_again(&c.f);
	CHECK_FATAL(made(&c, "F"));
	CHECK_INT(service_events_step(c.e), 0);
	CHECK_INT(lines(c.f.trace.p, "http GET"), 1); /* the same host is not tried twice */
	c.f.config->offline = true;
	CHECK(!made(&c, "F"));
	end(&c);
}

void test_service_events__keys_for_the_service_alone(void)
{
	struct events_case c, other;
	char value[64];
	begin(&other, NULL);
	backend(&other);
	begin(&c, "/");
	backend(&c);
	c.f.env[1] = "METAFLOW_SERVICE_AUTH_KEY=secret";
	fake_again(&c.f);
	joined(&c, "F");
	struct httpd_request r = {.headers = fake_last(&c.f, "/api/ws").headers};
	CHECK_STR(httpd_header(&r, "x-api-key", value, sizeof(value)), "secret");
	service_events_free(c.e);
	c.e = NULL;
	c.f.env[0] = textf("METAFLOW_UI_URL=%s", httpd_url(other.f.d, ""));
	fake_again(&c.f);
	CHECK_FATAL(made(&c, "F"));
	CHECK(service_events_step(c.e) & EVENTS_LIVE);
	CHECK_INT(fake_count(&other.f, ""), 2);
	r.headers = fake_last(&other.f, "/api/ping").headers;
	CHECK_STR(httpd_header(&r, "x-api-key", value, sizeof(value)), "");
	r.headers = fake_last(&other.f, "/api/ws").headers;
	CHECK_STR(httpd_header(&r, "x-api-key", value, sizeof(value)), "");
	end(&c);
	end(&other);
}

/* ---- messages ---- */

static json_t *transcript(void)
{
	const char *dir = test_dir();
	const char *file = textf("%s/service-recordings/ws/ui_websocket_transcript.json", dir);
	CHECK_FATAL(system(textf("tar xJf '%s' -C '%s'", test_data("service-recordings.tar.xz"),
			    dir)) == 0);
	json_t *v = json_load_file(file, 0, NULL);
	CHECK_FATAL(v != NULL);
	return v;
}

/* The number of the subscription to a resource among those of the watch; -1: there is none. */
static int subscribed(struct events_case *c, const char *resource)
{
	struct buf b = BUF_INIT(1 << 16);
	int found = -1;
	for (int i = 0; found < 0 && (buf_clear(&b), events_resource(c->e, (size_t)i, &b)); i++)
		if (str_eq(b.p, resource))
			found = i;
	buf_release(&b);
	return found;
}

/* What a real backend has sent while a run was written: each message that a watch has subscribed to
 * is news, with the id of that subscription; the others, with ids of others, are not. */
static void play(struct events_case *c, const json_t *all, const char *pathspec, unsigned want)
{
	size_t i;
	json_t *frame;
	unsigned news = 0;
	joined(c, pathspec);
	json_array_foreach(json_object_get(all, "frames"), i, frame)
	{
		const char *text = json_string_value(json_array_get(frame, 2));
		json_t *v = text && str_starts(json_string_value(json_array_get(frame, 0)), "S->C")
				    ? json_loads(text, 0, NULL)
				    : NULL;
		const char *resource = json_string_value(json_object_get(v, "resource"));
		int n = resource ? subscribed(c, resource) : -1;
		if (n >= 0)
			json_object_set_new(v, "uuid", json_string(textf("%s-%d", c->e->uuid, n)));
		char *message = v ? json_dumps(v, 0) : NULL;
		if (message || (text && str_eq(text, "__pong__"))) {
			unsigned heard = hear(c, message ? message : text);
			CHECK_INT(heard, EVENTS_LIVE | (n >= 0 ? EVENTS_NEWS : 0u));
			news += n >= 0;
		}
		free(message);
		json_decref(v);
	}
	CHECK_INT(news, want);
}

void test_service_events__recorded(void)
{
	struct events_case c;
	json_t *all = transcript();
	begin(&c, "");
	backend(&c);
	play(&c, all, "", 6);
	play(&c, all, "LinearFlow", 6);
	play(&c, all, "LinearFlow/19", 11);
	play(&c, all, "LinearFlow/20", 0);
	end(&c);
	json_decref(all);
}

void test_service_events__nonsense(void)
{
	static const char *const texts[] = {"", "null", "[]", "{", "{}", "\"INSERT\"",
		"{\"type\": \"INSERT\"}", "\xff\xfe", "{\"type\": \"INSERT\", \"uuid\": 5}",
		"{\"type\": \"INSERT\", \"uuid\": \"mf-\"}", "INSERT"};
	struct events_case c;
	begin(&c, "");
	backend(&c);
	joined(&c, "F");
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		CHECK_INT(hear(&c, texts[i]), EVENTS_LIVE);
	CHECK_INT(hear(&c, textf("{\"type\": \"RENAME\", \"uuid\": \"%s-0\"}", c.e->uuid)),
		EVENTS_LIVE);
	CHECK_INT(hear(&c, textf("{\"type\": \"INSERT\", \"uuid\": \"%s-0\"} x", c.e->uuid)),
		EVENTS_LIVE);
	CHECK_INT(hear(&c, textf("{\"type\": \"D\\u0045LETE\", \"uuid\": \"%s-0\"}", c.e->uuid)),
		EVENTS_LIVE | EVENTS_NEWS);
	/* bytes that are no message end the connection */
	wsd_bytes(&c.s, "\xff\xff", 2);
	CHECK(readable(c.epoll));
	CHECK_INT(service_events_step(c.e), 0);
	CHECK(strstr(c.f.trace.p,
		      "the server sent what is no frame; the service is asked instead") != NULL);
	end(&c);
}

/* ---- losing and finding it again ---- */

static const char *event_of(const struct service_events *e)
{
	return textf("{\"type\": \"UPDATE\", \"uuid\": \"%s-0\", \"resource\": \"/flows/F/runs\", "
		     "\"data\": {}}",
		e->uuid);
}

void test_service_events__gone_and_back(void)
{
	struct events_case c;
	begin(&c, "");
	backend(&c);
	joined(&c, "F");
	size_t said = wsd_count(&c.s);
	c.f.config->now += 20000;
	CHECK_INT(hear(&c, event_of(c.e)), EVENTS_LIVE | EVENTS_NEWS);
	c.f.config->now += 7000;
	/* what was said before the end is heard */
	wsd_text(&c.s, event_of(c.e));
	wsd_drop(&c.s);
	CHECK(wsd_wait_ended(&c.s, 1));
	CHECK_INT(service_events_step(c.e), EVENTS_NEWS);
	CHECK(c.e->ws == NULL);
	c.f.config->now += 100000;
	CHECK_INT(service_events_step(c.e), 0); /* a pause */
	c.e->retry_at = 0;
	CHECK_INT(service_events_step(c.e) & ~EVENTS_NEWS, EVENTS_LIVE | EVENTS_JOINED);
	CHECK(wsd_wait(&c.s, said + 2));
	CHECK_STR(wsd_got(&c.s, said),
		textf("text {\"type\": \"SUBSCRIBE\", \"uuid\": \"%s-0\", \"resource\": "
		      "\"/flows/F/runs\", \"since\": 1795230627}",
			c.e->uuid));
	CHECK_INT(fake_count(&c.f, "/api/ping"), 1);
	CHECK_INT(fake_count(&c.f, "/api/ws"), 2);
	CHECK_INT(lines(c.f.trace.p, "events "), 3);
	CHECK_INT(hear(&c, event_of(c.e)) & ~EVENTS_NEWS, EVENTS_LIVE);
	end(&c);
}

void test_service_events__no_answer_any_more(void)
{
	struct events_case c;
	begin(&c, "");
	backend(&c);
	joined(&c, "F");
	size_t said = wsd_count(&c.s);
	pthread_mutex_lock(&c.s.lock);
	c.s.mute = true;
	pthread_mutex_unlock(&c.s.lock);
	c.e->ping_at = 0;
	CHECK_INT(service_events_step(c.e), EVENTS_LIVE);
	CHECK(wsd_wait(&c.s, said + 1));
	CHECK_STR(wsd_got(&c.s, said), "text __ping__");
	/* any word is an answer */
	CHECK_INT(hear(&c, "{}"), EVENTS_LIVE);
	c.e->ping_at = 0;
	CHECK_INT(service_events_step(c.e), EVENTS_LIVE);
	c.e->ping_at = 0;
	CHECK_INT(service_events_step(c.e), 0);
	CHECK(strstr(c.f.trace.p, "does not answer any more") != NULL);
	CHECK(wsd_wait_ended(&c.s, 1));
	end(&c);
}

/* ---- the watch ---- */

static struct mf_watch *watch(struct events_case *c, const char *pathspec)
{
	struct mf_watch *w;
	CHECK_FATAL(mf_watch_open(&w, c->f.client, pathspec, NULL) == 0);
	service_watch_live(w);
	return w;
}

static void unwatch(struct mf_watch *w)
{
	service_watch_close(w);
	service_watch_close(w);
	mf_watch_free(w);
}

void test_service_events__watch(void)
{
	struct events_case c;
	begin(&c, "");
	backend(&c);
	fake_on(&c.f, "/flows/F/runs", 200, "[]")->headers = "X-Limit: 20\r\n";
	struct mf_watch *w = watch(&c, "F");
	CHECK_FATAL(w->events != NULL);
	/* it connects at once, and looks: both are no news */
	while (!w->live && readable(mf_watch_fd(w)))
		CHECK(!mf_watch_changed(w));
	CHECK(w->seen[0]);
	CHECK_INT(fake_count(&c.f, "GET /flows/"), 1);
	CHECK(w->look_at - w->looked_at > 30000);
	while (w->events->asked && readable(mf_watch_fd(w)))
		CHECK(!mf_watch_changed(w));
	/* an event is told, and the next one when some time has passed */
	wsd_text(&c.s, event_of(w->events));
	CHECK(readable(mf_watch_fd(w)));
	CHECK(mf_watch_changed(w));
	w->tell_at = INT64_MAX;
	wsd_text(&c.s, event_of(w->events));
	CHECK(readable(mf_watch_fd(w)));
	CHECK(!mf_watch_changed(w));
	CHECK(w->untold);
	w->tell_at = 0;
	CHECK(mf_watch_changed(w));
	CHECK(!mf_watch_changed(w));
	CHECK_INT(fake_count(&c.f, "GET /flows/"), 1);
	/* a look all the same, after a while */
	fake_on(&c.f, "/flows/F/runs", 200, "[{\"run_number\": 5}]")->headers = "X-Limit: 20\r\n";
	w->look_at = w->tell_at = 0;
	CHECK(mf_watch_changed(w));
	CHECK_INT(fake_count(&c.f, "GET /flows/"), 2);
	/* without the connection it looks as before */
	wsd_drop(&c.s);
	while (w->live && readable(mf_watch_fd(w)))
		CHECK(!mf_watch_changed(w));
	CHECK(!w->live);
	CHECK(w->look_at - w->looked_at <= 5000);
	unwatch(w);
	end(&c);
}

void test_service_events__watch_without(void)
{
	struct events_case c;
	begin(&c, NULL);
	struct mf_watch *w = watch(&c, "F");
	CHECK(w->events == NULL);
	CHECK(!mf_watch_changed(w));
	CHECK_INT(fake_count(&c.f, ""), 0);
	unwatch(w);
	end(&c);
	/* a backend that is not there: the service is asked, at its usual times */
	begin(&c, "");
	fake_on(&c.f, "/flows/F/runs", 200, "[]")->headers = "X-Limit: 20\r\n";
	w = watch(&c, "F");
	CHECK(readable(mf_watch_fd(w)));
	CHECK(!mf_watch_changed(w));
	CHECK(!w->seen[0]);
	w->look_at = 0;
	CHECK(!mf_watch_changed(w));
	CHECK(w->seen[0]);
	CHECK(w->look_at - w->looked_at <= 30000);
	fake_on(&c.f, "/flows/F/runs", 200, "[{\"run_number\": 5}]")->headers = "X-Limit: 20\r\n";
	w->look_at = 0;
	CHECK(mf_watch_changed(w));
	unwatch(w);
	end(&c);
}

/* ---- memory ---- */

/* Where nothing can be had there are no events, and nothing is lost but them. */
void test_service_events__every_alloc(void)
{
	struct events_case c;
	begin(&c, "");
	backend(&c);
	fake_on(&c.f, "/api/flows/F/runs/argo", 200, "{\"data\": {\"run_number\": 7}}");
	bool hit = true;
	for (long n = 1; hit && n < 10000; n++) {
		events_forget_all();
		test_fail_alloc(n);
		int rc = service_events_new(&c.e, c.f.client, "F/argo/s/t", c.epoll, NULL);
		unsigned heard = rc == 0 ? service_events_step(c.e) : 0;
		hit = test_alloc_failed();
		test_fail_alloc(0);
		CHECK(rc == 0 || (rc == MF_ENOMEM && !c.e));
		CHECK(hit || heard & EVENTS_LIVE);
		service_events_free(c.e);
		c.e = NULL;
	}
	CHECK(!hit);
	end(&c);
}
