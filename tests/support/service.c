#include "service.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "history.h"
#include "test.h"

/* ---- answering ---- */

/* Under the lock. The first of the best matches that has not been given yet, else the last. */
static struct fake_answer *choose(struct fake *f, const struct httpd_request *req)
{
	struct fake_answer *best = NULL;
	const char *const wanted[] = {req->target, req->path};
	for (size_t k = 0; k < ARRAY_SIZE(wanted) && !best; k++)
		for (size_t i = 0; i < f->answers.n; i++)
			if (str_eq(f->answers.v[i]->target, wanted[k])) {
				best = f->answers.v[i];
				if (!best->used)
					break;
			}
	if (best)
		best->used++;
	return best;
}

static char *kept(const char *s)
{
	char *copy = strdup(s);
	if (!copy)
		abort();
	return copy;
}

static void answer(void *arg, const struct httpd_request *req, struct httpd_reply *reply)
{
	struct fake *f = arg;
	pthread_mutex_lock(&f->lock);
	struct fake_request r = {
		kept(req->method), kept(req->target), kept(req->headers), kept(req->body)};
	if (!vec_push(&f->log, r))
		abort();
	struct fake_answer *a = choose(f, req), known = a ? *a : (struct fake_answer){0};
	pthread_mutex_unlock(&f->lock);
	if (!a) {
		reply->status = 404;
		buf_adds(&reply->headers, "Content-Type: text/plain; charset=utf-8\r\n");
		buf_adds(&reply->body, "404: Not Found");
		return;
	}
	reply->status = known.status;
	buf_adds(&reply->headers, "Content-Type: text/plain; charset=utf-8\r\n");
	if (known.headers)
		buf_adds(&reply->headers, known.headers);
	if (known.body)
		buf_add(&reply->body, known.body, known.body_n ? known.body_n : strlen(known.body));
	reply->fault = known.fault;
	reply->fault_at = known.fault_at;
	reply->length = known.length ? known.length : HTTPD_LENGTH;
	reply->delay_ms = known.delay_ms;
	reply->piece = known.piece;
	reply->piece_delay_ms = known.piece_delay_ms;
	if (known.make)
		known.make(known.self, req, reply);
}

struct fake_answer *fake_make(struct fake *f, const char *target,
	void (*make)(void *self, const struct httpd_request *req, struct httpd_reply *reply),
	void *self)
{
	struct fake_answer *a = calloc(1, sizeof(*a));
	if (!a)
		abort();
	*a = (struct fake_answer){.target = target, .status = 200, .make = make, .self = self};
	pthread_mutex_lock(&f->lock);
	if (!vec_push(&f->answers, a))
		abort();
	pthread_mutex_unlock(&f->lock);
	return a;
}

struct fake_answer *fake_on(struct fake *f, const char *target, int status, const char *body)
{
	struct fake_answer *a = fake_make(f, target, NULL, NULL);
	a->status = status;
	a->body = body;
	return a;
}

/* ---- what it was asked ---- */

static bool contains(const struct fake_request *r, const char *text)
{
	char line[4096];
	snprintf(line, sizeof(line), "%s %s", r->method, r->target);
	return strstr(line, text);
}

unsigned fake_count(struct fake *f, const char *text)
{
	unsigned n = 0;
	pthread_mutex_lock(&f->lock);
	for (size_t i = 0; i < f->log.n; i++)
		n += contains(&f->log.v[i], text);
	pthread_mutex_unlock(&f->lock);
	return n;
}

struct fake_request fake_last(struct fake *f, const char *text)
{
	struct fake_request last = {"", "", "", ""};
	pthread_mutex_lock(&f->lock);
	for (size_t i = 0; i < f->log.n; i++)
		if (contains(&f->log.v[i], text))
			last = f->log.v[i];
	pthread_mutex_unlock(&f->lock);
	return last;
}

const char *fake_log(struct fake *f)
{
	struct buf b = BUF_INIT(1 << 20);
	pthread_mutex_lock(&f->lock);
	for (size_t i = 0; i < f->log.n; i++)
		buf_addf(&b, "%s\n", f->log.v[i].target);
	pthread_mutex_unlock(&f->lock);
	const char *text = textf("%s", b.p);
	buf_release(&b);
	return text;
}

const char *fake_param(const char *query, const char *name, char *buf, size_t size)
{
	size_t n = strlen(name), k = 0;
	for (const char *p = query; p && *p; p = strchr(p, '&') ? strchr(p, '&') + 1 : NULL) {
		if (strncmp(p, name, n) != 0 || p[n] != '=')
			continue;
		for (p += n + 1; *p && *p != '&' && k + 1 < size; p++) {
			unsigned code;
			if (*p == '%' && sscanf(p + 1, "%2x", &code) == 1) {
				buf[k++] = (char)code;
				p += 2;
			} else {
				buf[k++] = *p;
			}
		}
		break;
	}
	buf[k] = '\0';
	return buf;
}

/* ---- the client ---- */

void fake_init(struct fake *f)
{
	*f = (struct fake){.now = INT64_C(1795230600000), .tries = "1"};
	buf_init(&f->trace, 16 << 20);
	pthread_mutex_init(&f->lock, NULL);
	f->d = httpd_start(answer, f, 0);
}

static void trace(void *self, const char *what, const char *path, uint64_t bytes)
{
	struct fake *f = self;
	pthread_mutex_lock(&f->lock);
	buf_addf(&f->trace, "%s %s %llu\n", what, path, (unsigned long long)bytes);
	pthread_mutex_unlock(&f->lock);
}

int fake_try(struct fake *f)
{
	const char *env[ARRAY_SIZE(f->env) + 4] = {
		"HOME=/nonexistent", "METAFLOW_DEFAULT_METADATA=service"};
	size_t n = 2;
	if (!f->cwd)
		f->cwd = test_dir();
	f->url = httpd_url(f->d, "");
	if (f->user)
		f->url = textf("http://%s%s", f->user, f->url + strlen("http://"));
	env[n++] = textf("METAFLOW_SERVICE_URL=%s", f->url);
	env[n++] = textf("METAFLOW_SERVICE_RETRY_COUNT=%s", f->tries);
	for (size_t i = 0; i + 1 < ARRAY_SIZE(f->env) && f->env[i]; i++)
		env[n++] = f->env[i];
	struct mf_config_options o = {.environ = env,
		.cwd = f->cwd,
		.proc = "",
		.datastore_root = f->datastore_root,
		.now = f->now,
		.deadline = f->deadline,
		.offline = f->offline,
		.no_cache = true,
		.trace = trace,
		.trace_self = f};
	f->err = (struct mf_error)MF_ERROR_INIT;
	int rc = mf_config_load(&f->config, &o, &f->err);
	return rc < 0 ? rc : mf_client_open(&f->client, f->config, &f->err);
}

void fake_open(struct fake *f)
{
	if (fake_try(f) < 0) {
		fprintf(stderr, "%s: %s\n", f->url, f->err.message);
		abort();
	}
}

static void forget(struct fake *f)
{
	mf_client_free(f->client);
	mf_config_free(f->config);
	f->client = NULL;
	f->config = NULL;
	for (size_t i = 0; i < f->log.n; i++) {
		const struct fake_request *r = &f->log.v[i];
		const char *const texts[] = {r->method, r->target, r->headers, r->body};
		for (size_t k = 0; k < ARRAY_SIZE(texts); k++)
			free((void *)(uintptr_t)texts[k]);
	}
	f->log.n = 0;
	buf_clear(&f->trace);
}

void fake_again(struct fake *f)
{
	forget(f);
	fake_open(f);
}

void fake_close(struct fake *f)
{
	httpd_stop(f->d);
	forget(f);
	for (size_t i = 0; i < f->answers.n; i++)
		free(f->answers.v[i]);
	vec_release(&f->answers);
	vec_release(&f->log);
	buf_release(&f->trace);
	pthread_mutex_destroy(&f->lock);
}

const char *fake_ids(struct fake *f, const char *pathspec, const struct mf_list_options *opts)
{
	struct buf b = BUF_INIT(4 << 20);
	struct mf_error err = MF_ERROR_INIT;
	struct mf_iter *it = NULL;
	struct mf_object *o;
	int rc = mf_list(&it, f->client, pathspec, opts, &err);
	while (rc == 0 && (rc = mf_iter_next(it, &o, &err)) == 1) {
		buf_addf(&b, "%s%s%s", b.n ? " " : "", mf_object_error(o) ? "!" : "",
			mf_object_id(o));
		mf_object_free(o);
		rc = 0;
	}
	mf_iter_free(it);
	const char *text = rc < 0 ? textf("%s: %s", mf_code_name(rc), err.message)
				  : textf("%.*s", 1 << 19, b.p);
	CHECK(rc >= 0 || rc == err.code);
	buf_release(&b);
	return text;
}

const char *fake_field(struct fake *f, const char *pathspec, const char *field)
{
	return history_field(&(struct history){.client = f->client}, pathspec, field);
}

const char *fake_get(struct fake *f, const char *pathspec)
{
	struct mf_object *o;
	f->err = (struct mf_error)MF_ERROR_INIT;
	int rc = mf_get(&o, f->client, pathspec, NULL, &f->err);
	mf_object_free(o);
	CHECK(rc == f->err.code);
	return rc < 0 ? textf("%s: %s", mf_code_name(rc), f->err.message) : "ok";
}
