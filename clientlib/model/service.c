/* The metadata service as a provider: its requests and their replies. */
#include "service.h"

#include <stdio.h>
#include <stdlib.h>

#include "../base/fmt.h"
#include "../base/limits.h"
#include "../codec/json.h"
#include "config.h"
#include "service_cache.h"

enum { SKEW_MIN_MS = 1500, OBJECT_MAX = 16 << 20 };

void service_path(struct buf *b, const char *pathspec)
{
	static const char *const kinds[] = {"/flows/", "/runs/", "/steps/", "/tasks/", "/artifacts/"};
	for (size_t i = 0; *pathspec && i < ARRAY_SIZE(kinds); i++) {
		size_t n = strcspn(pathspec, "/");
		buf_adds(b, kinds[i]);
		http_escape(b, pathspec, n);
		pathspec += n + (pathspec[n] == '/');
	}
}

/* ---- what every reply tells ---- */

static void learn(struct service *s, const struct http_response *r)
{
	char version[sizeof(s->version)];
	bool told = http_header(r, "METADATA_SERVICE_VERSION", version, sizeof(version));
	pthread_mutex_lock(&s->lock);
	if (told)
		memcpy(s->version, version, sizeof(version));
	int64_t trip = r->got - r->sent;
	if (r->date != MF_NO_TIME && (!s->has_skew || trip <= s->skew_round_trip)) {
		/* Date has whole seconds: half of one is as likely as any */
		int64_t skew = r->date + 500 - (r->sent + trip / 2);
		s->skew = skew > SKEW_MIN_MS || skew < -SKEW_MIN_MS ? skew : 0;
		s->skew_round_trip = trip;
		s->has_skew = true;
	}
	pthread_mutex_unlock(&s->lock);
}

int64_t service_skew(const struct mf_client *c)
{
	struct service *s = c->service;
	if (!s)
		return 0;
	pthread_mutex_lock(&s->lock);
	int64_t skew = s->skew;
	if (c->config->offline) /* what ran then has not failed since for want of heartbeats */
		skew = s->as_of ? s->as_of - clock_now_ms() : 0;
	pthread_mutex_unlock(&s->lock);
	return skew;
}

const char *service_version(struct mf_client *c, char *buf, size_t size)
{
	pthread_mutex_lock(&c->service->lock);
	snprintf(buf, size, "%s", c->service->version);
	pthread_mutex_unlock(&c->service->lock);
	return buf;
}

/* ---- requests ---- */

static int send_once(struct mf_client *c, struct http_request *req, const char *path, struct http_response *r, struct mf_error *err)
{
	struct service *s = c->service;
	if (c->config->offline) {
		err_at(err, MF_ENETWORK, s->shown, "nothing is sent with --offline");
		err_hint(err, "run it without --offline");
		return MF_ENETWORK;
	}
	int rc = service_broken(c, err);
	if (rc < 0)
		return rc;
	struct buf url = BUF_INIT(64 << 10);
	buf_addf(&url, "%s%s", s->base, path);
	rc = buf_err(&url, err);
	req->url = url.p;
	if (!req->cancel)
		req->cancel = cancel_bound();
	pthread_mutex_lock(&s->lock);
	unsigned generation = s->generation;
	req->headers = s->headers;
	pthread_mutex_unlock(&s->lock);
	if (rc == MF_OK)
		rc = http_send(s->http, req, r, err);
	if (rc == MF_OK && r->status == 401 && service_new_headers(c, generation, &req->headers))
		rc = http_send(s->http, req, r, err);
	if (rc == MF_OK)
		learn(s, r);
	buf_release(&url);
	return rc;
}

/* An error of the connection, in terms of the service. */
static void explain(const struct service *s, struct mf_error *err)
{
	if (err && (err->code == MF_ENETWORK || err->code == MF_ETIMEOUT))
		err_hint(err, "the metadata service is %s: is it running, and can this machine reach it?", s->shown);
}

int service_get(struct mf_client *c, const char *path, const char *what, struct reply *rows, struct service_page *page,
	struct mf_cancel *cancel, struct mf_error *err)
{
	struct service *s = c->service;
	struct http_response r = HTTP_RESPONSE_INIT;
	struct cached_get get;
	struct mf_error mine = MF_ERROR_INIT;
	int rc = service_cache_begin(&get, c, path, what, rows, &r, &mine);
	bool asked = rc == 0;
	struct http_request req = {.sink = &get.sink, .restart = service_cache_restart, .tries = s->tries, .cancel = cancel};
	if (asked)
		rc = send_once(c, &req, path, &r, &mine);
	if (rc > 0) {
		if (c->config->offline)
			learn(s, &r);
		rc = MF_OK;
	}
	if (page) {
		char limit[16];
		page->limited = rc == MF_OK && http_header(&r, "X-Limit", limit, sizeof(limit));
		if (!http_header(&r, "X-Next-Cursor", page->cursor, sizeof(page->cursor)))
			page->cursor[0] = '\0';
	}
	if (rc == MF_OK && r.status / 100 != 2) {
		rc = service_refused(c, r.status, r.body.p, r.body.n, &r, what, &mine);
	} else if (rc == MF_OK || rc == MF_ECORRUPT) {
		size_t n = 0;
		struct mf_error broken = MF_ERROR_INIT;
		int whole = rc == MF_OK ? reply_finish(rows, &broken) : rc;
		const char *text = whole == MF_OK && !rows->is_array ? reply_text(rows, 0, &n) : rows->text.p;
		if (whole < 0)
			n = rows->text.n;
		if (!rows->is_array && service_is_page(text, n)) {
			err_clear(&mine);
			rc = service_refused(c, r.status, text, n, &r, what, &mine);
		} else if (whole < 0) {
			rc = whole;
			if (!mine.code)
				err_at(&mine, rc, what, "the service sent %s", broken.code ? broken.message : "no JSON");
		}
	}
	if (rc < 0 && !mine.code) /* it is the rows that cannot be kept */
		err_at(&mine, rc, what, "%s", rc == MF_ELIMIT ? "the service sent a row that is too large"
			: rc == MF_ENOMEM ? "out of memory" : "what the service sent cannot be kept in a temporary file");
	explain(s, &mine);
	if (asked)
		service_note(c, rc, &r, &mine);
	service_cache_end(&get, rc, req.headers, &r, &mine); /* its hint is for this request alone */
	if (rc == MF_ENETWORK || rc == MF_ETIMEOUT || rc == MF_EACCESS || rc == MF_ECORRUPT || rc == MF_ECANCELLED || rc == MF_EIO)
		trouble_note(&mine);
	if (rc < 0 && err && err->code == MF_OK)
		*err = mine;
	http_response_release(&r);
	return rc;
}

/* A JSON text inside of a JSON string counts as what it holds (service-api.md §0.2). */
static int parse_twice(struct mf_value **out, struct arena *a, const char *text, size_t n, struct mf_error *err)
{
	int rc = json_parse(out, a, text, n, err);
	struct mf_value *inner;
	if (rc == MF_OK && (*out)->kind == MF_STRING &&
		json_parse(&inner, a, (*out)->u.s.p, (*out)->u.s.n, NULL) == MF_OK)
		*out = inner;
	return rc;
}

static int one_object(struct mf_value **out, struct arena *a, const char *text, size_t n, const char *what, struct mf_error *err)
{
	struct mf_error mine = MF_ERROR_INIT;
	int rc = parse_twice(out, a, text, n, &mine);
	if (rc == MF_OK && (*out)->kind != MF_DICT)
		rc = err_set(&mine, MF_ECORRUPT, "no JSON object");
	return rc < 0 ? err_at(err, rc, what, "the service sent something else than a record: %s", mine.message) : MF_OK;
}

int service_object(struct mf_client *c, const char *path, const char *what, struct arena *a, struct mf_value **out,
	struct mf_error *err)
{
	struct reply rows;
	size_t n;
	reply_init(&rows);
	int rc = service_get(c, path, what, &rows, NULL, NULL, err);
	if (rc == MF_OK && rows.is_array)
		rc = err_at(err, MF_ECORRUPT, what, "the service sent a list where one object was asked for");
	if (rc == MF_OK) {
		const char *text = reply_text(&rows, 0, &n);
		char *copy = arena_strndup(a, text, n);
		rc = copy ? one_object(out, a, copy, n, what, err) : err_nomem(err);
	}
	reply_release(&rows);
	return rc;
}

int service_send(struct mf_client *c, const char *method, const char *path, const char *body, size_t n, struct arena *a,
	int *status, const char **text, struct mf_error *err)
{
	struct http_response r = HTTP_RESPONSE_INIT;
	struct http_request req = {.method = method, .body = body, .body_n = n, .limit = OBJECT_MAX, .tries = c->service->tries};
	struct mf_error mine = MF_ERROR_INIT;
	int rc = send_once(c, &req, path, &r, &mine);
	service_note(c, rc, &r, &mine);
	if (rc == MF_OK) {
		*status = r.status;
		*text = arena_strndup(a, r.body.p, r.body.n);
		if (!*text)
			rc = err_nomem(err);
	} else {
		explain(c->service, &mine);
		if (err && err->code == MF_OK)
			*err = mine;
	}
	http_response_release(&r);
	return rc;
}

/* The text of a record: as the list of its step or run has brought it, else asked for, once while the run's context lives. */
static int record_text(struct mf_object *o, struct run *r, const char *path, struct arena *a, const char **text, size_t *n,
	struct mf_error *err)
{
	struct shared_reply *s = NULL;
	struct buf list = BUF_INIT(64 << 10);
	const char *parent = object_path(a, o->id, o->entity);
	bool is_step = o->entity == MF_STEP, below = is_step || o->entity == MF_TASK;
	int rc = parent ? MF_OK : err_nomem(err);
	*text = NULL;
	if (rc == MF_OK && below) {
		service_path(&list, parent);
		buf_adds(&list, is_step ? "/steps" : "/tasks");
		rc = buf_err(&list, err);
	}
	if (rc == MF_OK && below)
		*text = service_row_of(r, list.p, is_step ? "step_name" : "task_id", o->id[o->entity], a, n);
	if (rc == MF_OK && !*text)
		rc = service_get_once(r, path, o->pathspec, NULL, &s, err);
	if (s && s->reply.is_array)
		rc = err_at(err, MF_ECORRUPT, o->pathspec, "the service sent a list where one object was asked for");
	if (s && rc == MF_OK) {
		const char *row = reply_text(&s->reply, 0, n);
		*text = arena_strndup(a, row, *n);
		rc = *text ? MF_OK : err_nomem(err);
	}
	shared_reply_unref(s);
	buf_release(&list);
	return rc;
}

static int service_record(struct mf_client *c, const char *pathspec, struct arena *a, struct mf_value **out, struct mf_error *err)
{
	struct buf path = BUF_INIT(64 << 10);
	struct mf_object *o = NULL;
	const char *text;
	size_t n;
	int rc;
	TRY(object_from_pathspec(&o, c, pathspec, -1, err));
	service_path(&path, pathspec);
	TRY(buf_err(&path, err));
	struct run *r = object_run(o);
	if (r) {
		TRY(record_text(o, r, path.p, a, &text, &n, err));
		rc = one_object(out, a, text, n, pathspec, err);
	} else {
		rc = o->entity >= MF_RUN ? err_nomem(err) : service_object(c, path.p, pathspec, a, out, err);
	}
done:
	mf_object_free(o);
	buf_release(&path);
	return rc;
}

/* ---- opening ---- */

static void trace(void *self, const char *method, const char *url, int status, uint64_t bytes, double ms)
{
	struct mf_client *c = self;
	struct buf b = BUF_INIT(4096);
	if (!c->config->trace)
		return;
	buf_addf(&b, "%s %s %d %.0f ms", method, url, status, ms);
	c->config->trace(c->config->trace_self, "http", b.p, bytes);
	buf_release(&b);
}

static const char *filled(const char *s)
{
	return s && *s ? s : NULL;
}

int service_open(struct mf_client *c, const char *url, struct mf_error *err)
{
	const struct mf_config *config = c->config;
	struct buf shown = BUF_INIT(MF_LIMIT_TEXT);
	size_t n = strlen(url);
	int rc = MF_OK;
	if (!str_starts(url, "http://") && !str_starts(url, "https://")) {
		err_at(err, MF_EUSAGE, url, "the URL of the metadata service must start with http:// or https://");
		err_hint(err, "it is METAFLOW_SERVICE_URL, or --metadata service@URL");
		return MF_EUSAGE;
	}
	while (n && url[n - 1] == '/')
		n--;
	struct service *s = c->service = calloc(1, sizeof(*s));
	if (!s)
		return err_nomem(err);
	s->link = (struct mf_link){.state = config->offline ? MF_LINK_OFFLINE : MF_LINK_UNKNOWN,
		.since = clock_now_ms(), .latency_ms = -1, .cached_at = MF_NO_TIME};
	arena_init(&s->arena, 0);
	arena_init(&s->secrets, 0);
	pthread_mutex_init(&s->lock, NULL);
	pthread_mutex_init(&s->renewing, NULL);
	s->base = arena_strndup(&s->arena, url, n);
	if (s->base)
		http_url_plain(&shown, s->base);
	s->shown = s->base && !shown.failed ? arena_strndup(&s->arena, shown.p, shown.n) : NULL;
	if (!s->shown) {
		rc = err_nomem(err);
		goto done;
	}
	const char *tries = filled(mf_config_get(config, "SERVICE_RETRY_COUNT"));
	long n_tries = tries ? strtol(tries, NULL, 10) : 5;
	s->tries = n_tries < 1 ? 1 : n_tries > 20 ? 20 : (int)n_tries;
	TRY(service_cache_open(c, err));
	if (!config->offline) /* the command that prints them may ask somebody */
		TRY(service_first_headers(c, err));
	struct http_options o = {.user_agent = "mfkit/" MF_VERSION,
		.ca_file = config->service_ca,
		.cert = config->service_cert,
		.key = config->service_key,
		.deadline = config->deadline,
		.trace = trace,
		.trace_self = c};
	TRY(http_open(&s->http, &o, err));
	struct buf source = BUF_INIT(MF_LIMIT_TEXT);
	buf_addf(&source, "service@%s", s->shown);
	c->source = buf_take(&source);
	c->provider = &provider_service;
	rc = c->source ? MF_OK : err_nomem(err);
done:
	buf_release(&shown);
	return rc;
}

void service_close(struct mf_client *c)
{
	struct service *s = c->service;
	if (!s)
		return;
	service_cache_close(c);
	if (s->http)
		http_free(s->http);
	arena_release(&s->arena);
	arena_release(&s->secrets);
	trust_free(s->trust);
	pthread_mutex_destroy(&s->lock);
	pthread_mutex_destroy(&s->renewing);
	free(s);
	c->service = NULL;
}

const struct provider provider_service = {
	.scheme = "service",
	.record = service_record,
	.names = service_names,
	.task_rows = service_task_rows,
	.task_row = service_task_row,
	.artifact_attempt = service_artifact_attempt,
	.list = service_list,
	.next_page = service_next_page,
	.run_status = service_run_status,
	.last_sign = service_heartbeat,
	.expect = service_expect,
	.task_status = service_task_status,
	.status_word = service_status_word,
	.local_root = service_local_store,
	.change_tags = service_change_tags,
};
