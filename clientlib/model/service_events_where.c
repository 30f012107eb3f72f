/* Where the UI's backend is, and what its paths are. */
#include <stdio.h>
#include <stdlib.h>

#include "../base/fmt.h"
#include "../codec/json.h"
#include "../codec/value.h"
#include "service.h"
#include "service_events.h"
#include "watch.h"

enum {
	ANSWER_MS = 2000,  /* a backend answers within this time */
	CONNECT_MS = 4000, /* of connection and handshake */
	BAD_MS = 60000,    /* so long nobody asks again where nothing was found */
	KNOWN = 8,         /* addresses remembered */
	ANSWER_MAX = 4 << 20
};

/* What the API is below, in the order in which they are tried. */
static const char *const below[] = {"/api", ""};

/* ---- what is remembered ---- */

static struct known {
	uint64_t key;      /* 0: free */
	int which;         /* of below; -1: none */
	int64_t bad_until; /* on watch_clock */
} known[KNOWN];
static size_t known_next;
static pthread_mutex_t known_lock = PTHREAD_MUTEX_INITIALIZER;

static uint64_t mix(uint64_t h, const char *s)
{
	return hash_add(hash_add(h, s, s ? strlen(s) : 0), "\xff", 1);
}

/* Those with the same settings find the same. */
static uint64_t key_of(const struct service_events *e)
{
	const struct mf_config *config = e->client->config;
	uint64_t h = mix(HASH_EMPTY, e->ui);
	h = mix(h, e->client->service->base);
	h = mix(h, config->service_ca);
	h = mix(h, config->service_cert);
	h = mix(h, config->service_key);
	return h ? h : 1;
}

static struct known *find(uint64_t key)
{
	for (size_t i = 0; i < KNOWN; i++)
		if (known[i].key == key)
			return &known[i];
	return NULL;
}

static void remember(uint64_t key, int which)
{
	pthread_mutex_lock(&known_lock);
	struct known *k = find(key);
	if (!k)
		k = &known[known_next++ % KNOWN];
	*k = (struct known){key, which, which < 0 ? watch_clock() + BAD_MS : 0};
	pthread_mutex_unlock(&known_lock);
}

void events_note_bad(struct service_events *e, bool wrong)
{
	pthread_mutex_lock(&known_lock);
	struct known *k = find(key_of(e));
	if (k) {
		k->bad_until = watch_clock() + BAD_MS;
		k->which = wrong ? -1 : k->which;
	}
	pthread_mutex_unlock(&known_lock);
}

void events_forget_all(void)
{
	pthread_mutex_lock(&known_lock);
	memset(known, 0, sizeof(known));
	pthread_mutex_unlock(&known_lock);
}

/* ---- asking ---- */

/* The headers for the service go to nobody else: they may hold keys. */
static const char *const *headers_for(const struct service_events *e)
{
	struct service *s = e->client->service;
	if (!ws_same_server(e->ui, s->base))
		return NULL;
	pthread_mutex_lock(&s->lock);
	const char *const *headers = s->headers;
	pthread_mutex_unlock(&s->lock);
	return headers;
}

static void trace(
	void *self, const char *method, const char *url, int status, uint64_t bytes, double ms)
{
	struct buf b = BUF_INIT(4096);
	buf_addf(&b, "%s %s %d %.0f ms", method, url, status, ms);
	client_trace(self, "http", b.p, bytes);
	buf_release(&b);
}

/* One GET with connections of its own: those of the service wait longer for an answer. */
static int ask(const struct service_events *e, const char *base, const char *path,
	struct http_response *r, struct mf_error *err)
{
	const struct mf_config *config = e->client->config;
	struct buf url = BUF_INIT(1 << 16);
	struct http *h = NULL;
	int rc;
	struct http_options o = {.user_agent = "mfkit/" MF_VERSION,
		.ca_file = config->service_ca,
		.cert = config->service_cert,
		.key = config->service_key,
		.connect_ms = ANSWER_MS,
		.silence_ms = ANSWER_MS,
		.deadline = clock_now_ms() + ANSWER_MS,
		.trace = trace,
		.trace_self = e->client};
	if (config->deadline && config->deadline < o.deadline)
		o.deadline = config->deadline;
	buf_addf(&url, "%s%s", base, path);
	TRY(buf_err(&url, err));
	TRY(http_open(&h, &o, err));
	rc = http_send(h,
		&(struct http_request){.url = url.p,
			.headers = headers_for(e),
			.limit = ANSWER_MAX,
			.cancel = cancel_bound()},
		r, err);
done:
	http_free(h);
	buf_release(&url);
	return rc;
}

/* The reply as JSON object; NULL: it is none. */
static const struct mf_value *object(const struct http_response *r, struct arena *a)
{
	struct mf_value *v;
	if (r->status != 200 || json_parse(&v, a, r->body.p, r->body.n, NULL) < 0 ||
		v->kind != MF_DICT)
		return NULL;
	return v;
}

/* 1: the API is there; 0: it is not. */
static int answers(const struct service_events *e, const char *base, struct mf_error *err)
{
	struct http_response r = HTTP_RESPONSE_INIT;
	struct arena a;
	arena_init(&a, 0);
	int rc = ask(e, base, "/ping", &r, err);
	bool good = rc == MF_OK && r.status == 200 && r.body.n >= 4 &&
		    memcmp(r.body.p, "pong", 4) == 0 &&
		    strspn(r.body.p + 4, " \r\n") == r.body.n - 4;
	if (rc == MF_OK && !good) {
		rc = ask(e, base, "/features", &r, err);
		good = rc == MF_OK && object(&r, &a);
	}
	if (rc == MF_OK && a.full)
		rc = err_nomem(err);
	arena_release(&a);
	http_response_release(&r);
	return rc < 0 ? rc : good;
}

int events_base(struct service_events *e, struct buf *base, struct mf_error *err)
{
	uint64_t key = key_of(e);
	int which = -1, rc = 0;
	bool bad = false;
	pthread_mutex_lock(&known_lock);
	const struct known *k = find(key);
	if (k) {
		which = k->which;
		bad = !e->joined_at && watch_clock() < k->bad_until;
	}
	pthread_mutex_unlock(&known_lock);
	if (bad)
		return err_at(err, MF_ENETWORK, "METAFLOW_UI_URL",
			"no backend was found there a moment ago");
	for (int i = 0; which < 0 && rc == 0 && i < (int)ARRAY_SIZE(below); i++) {
		buf_clear(base);
		buf_addf(base, "%s%s", e->ui, below[i]);
		rc = buf_err(base, err);
		if (rc == MF_OK)
			rc = answers(e, base->p, err);
		if (rc == 1)
			which = i;
	}
	/* what was given up, or ran out of memory, says nothing of the other side */
	if (rc >= 0 || rc == MF_ENETWORK || rc == MF_ETIMEOUT)
		remember(key, which);
	if (rc < 0)
		return rc;
	if (which < 0)
		return err_at(err, MF_ENETWORK, "METAFLOW_UI_URL",
			"no backend of Metaflow's UI answers there");
	buf_clear(base);
	buf_addf(base, "%s%s", e->ui, below[which]);
	return buf_err(base, err);
}

int events_connect(struct service_events *e, const char *base, struct mf_error *err)
{
	const struct mf_config *config = e->client->config;
	struct buf url = BUF_INIT(1 << 16);
	buf_addf(&url, "%s/ws", base);
	int rc = buf_err(&url, err);
	if (rc == MF_OK)
		rc = ws_open(&e->ws,
			&(struct ws_options){.url = url.p,
				.user_agent = "mfkit/" MF_VERSION,
				.ca_file = config->service_ca,
				.cert = config->service_cert,
				.key = config->service_key,
				.headers = headers_for(e),
				.timeout_ms = CONNECT_MS,
				.cancel = cancel_bound()},
			err);
	buf_release(&url);
	return rc;
}

/* ---- paths ---- */

/* Part i of a pathspec; *n is 0 where there is none. */
static const char *part(const char *pathspec, int i, size_t *n)
{
	for (; i && *pathspec; i--) {
		pathspec += strcspn(pathspec, "/");
		pathspec += *pathspec == '/';
	}
	*n = strcspn(pathspec, "/");
	return pathspec;
}

/* Ids that the service has given are numbers; those of schedulers are not. */
static bool is_number(const char *p, size_t n)
{
	return n && n < 19 && strspn(p, "0123456789") >= n;
}

int events_run_number(struct service_events *e, const char *base, struct mf_error *err)
{
	struct buf path = BUF_INIT(1 << 16);
	struct http_response r = HTTP_RESPONSE_INIT;
	struct arena a;
	size_t n;
	int rc = MF_OK;
	const char *run = part(e->pathspec, MF_RUN, &n);
	if (e->run_number >= 0 || !n)
		return MF_OK;
	if (is_number(run, n)) {
		e->run_number = strtoll(run, NULL, 10);
		return MF_OK;
	}
	arena_init(&a, 0);
	char *upper = arena_strndup(&a, e->pathspec, (size_t)(run + n - e->pathspec));
	if (!upper) {
		rc = err_nomem(err);
		goto done;
	}
	service_path(&path, upper);
	TRY(buf_err(&path, err));
	TRY(ask(e, base, path.p, &r, err));
	const struct mf_value *v = object(&r, &a),
			      *number = v ? mf_value_get(mf_value_get(v, "data"), "run_number")
					  : NULL;
	if (a.full)
		rc = err_nomem(err);
	else if (mf_value_kind(number) != MF_INT || mf_value_int(number) < 0)
		rc = err_at(err, MF_ENOTFOUND, upper, "the UI's backend does not know this run");
	else
		e->run_number = mf_value_int(number);
done:
	http_response_release(&r);
	buf_release(&path);
	arena_release(&a);
	return rc;
}

/* Where {} is, parts of the pathspec come in their turn; # is the number of the run. */
static const char *const resources[][3] = {
	{"/flows", "/runs"},
	{"/flows/{}/runs"},
	{"/flows/{}/runs/#", "/flows/{}/runs/#/steps", "/flows/{}/runs/#/tasks"},
	{"/flows/{}/runs/#/steps/{}", "/flows/{}/runs/#/steps/{}/tasks"},
	{"/flows/{}/runs/#/steps/{}/tasks/{}", "/flows/{}/runs/#/steps/{}/tasks/{}/metadata"},
};

bool events_resource(const struct service_events *e, size_t i, struct buf *b)
{
	size_t level = 0, n;
	int at = 0;
	while (level + 1 < ARRAY_SIZE(resources) && (part(e->pathspec, (int)level, &n), n))
		level++;
	const char *task = part(e->pathspec, MF_TASK, &n);
	/* the number of a task with a name is not known: all of its step then */
	if (n && !is_number(task, n)) {
		level--;
		i++;
	}
	const char *form = i < ARRAY_SIZE(resources[0]) ? resources[level][i] : NULL;
	for (const char *p = form; p && *p; p++) {
		if (*p == '#') {
			buf_addf(b, "%lld", (long long)e->run_number);
			at++;
		} else if (*p == '{') {
			const char *text = part(e->pathspec, at++, &n);
			buf_add(b, text, n);
			p++;
		} else {
			buf_addc(b, *p);
		}
	}
	return form;
}
