/* store_case.h: an object store that answers by a list and remembers what it was asked, with an
 * environment and settings of its own, for the tests of the backends. */
#ifndef STORE_CASE_H
#define STORE_CASE_H

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../../clientlib/base/fmt.h"
#include "../../../clientlib/store/store_try.h"
#include "../../../clientlib/store/stores.h"
#include "../../support/history.h"
#include "../../support/httpd.h"
#include "../../support/test.h"

#define SC_NOW INT64_C(1795262400000) /* 2026-11-21T12:00:00Z */
#define SC_ID "AKIAEXAMPLEEXAMPLE42"
#define SC_SECRET "aws/secret+of=the*tests"
#define SC_AZURE_KEY "c2VjcmV0LWtleS1vZi10aGUtdGVzdHM="

enum { SC_ENV = 24, SC_SETTINGS = 12, SC_SEEN = 96 };

/* A reply; what is left out is as in httpd.h. Those without a path are given to requests for which
 * there is none with theirs, one after the other; the last of them to all further ones. */
struct sc_answer {
	const char *path;
	int status; /* 0: 200 */
	const char *headers, *body;
	size_t body_n; /* 0: strlen */
	enum httpd_fault fault;
	int64_t fault_at;
};

/* An object, served with ranges and conditions as all of them do; the list ends with a NULL path.
 */
struct sc_object {
	const char *path;
	const char *p;
	size_t n;
	const char *etag; /* NULL: none is told */
	const char *headers;
};

struct store_case {
	enum store_kind kind;
	const char *home;
	const char *env[SC_ENV + 1];
	struct {
		const char *key, *value;
	} settings[SC_SETTINGS];
	struct httpd *d;
	const struct sc_answer *answers;
	size_t n;
	httpd_handler *serve; /* in place of answers */
	struct sc_object objects[8];
	pthread_mutex_t lock; /* of seen, used and trace */
	struct {
		char *line, *headers; /* "GET /path?query" */
	} seen[SC_SEEN];
	size_t n_seen;
	unsigned used[64]; /* of each answer */
	struct buf trace;
	struct store_config config;
	struct stores *all;
	struct store *s;
	/* of the last get */
	struct buf got;
	struct store_get get;
	struct mf_error err;
};

static inline void sc_answer(void *self, const struct httpd_request *req, struct httpd_reply *reply)
{
	struct store_case *c = self;
	const struct sc_answer *a = NULL;
	pthread_mutex_lock(&c->lock);
	if (c->n_seen < SC_SEEN) {
		c->seen[c->n_seen].line = strdup(textf("%s %s", req->method, req->target));
		c->seen[c->n_seen++].headers = strdup(req->headers);
	}
	bool named = false;
	for (size_t i = 0; i < c->n; i++)
		named |= c->answers[i].path && str_eq(c->answers[i].path, req->path);
	for (size_t i = 0; i < c->n; i++) {
		if (named ? !c->answers[i].path || !str_eq(c->answers[i].path, req->path)
			  : c->answers[i].path != NULL)
			continue;
		a = &c->answers[i];
		if (!c->used[i]) {
			c->used[i] = 1;
			break;
		}
	}
	httpd_handler *serve = c->serve;
	pthread_mutex_unlock(&c->lock);
	if (serve) {
		serve(c, req, reply);
		return;
	}
	reply->status = !a ? 404 : a->status ? a->status : 200;
	buf_adds(&reply->headers, a && a->headers ? a->headers : "");
	if (a && a->body)
		buf_add(&reply->body, a->body, a->body_n ? a->body_n : strlen(a->body));
	if (a && a->fault) {
		reply->fault = a->fault;
		reply->fault_at = a->fault_at;
	}
}

/* For serve: c->objects. */
static inline void sc_serve_objects(
	void *self, const struct httpd_request *req, struct httpd_reply *reply)
{
	struct store_case *c = self;
	char text[200];
	unsigned long long from = 0, to = UINT64_MAX;
	pthread_mutex_lock(&c->lock);
	const struct sc_object *o = c->objects;
	while (o->path && !str_eq(o->path, req->path))
		o++;
	const struct sc_object found = *o;
	pthread_mutex_unlock(&c->lock);
	if (!found.path) {
		reply->status = 404;
		buf_adds(&reply->body, "<Error><Code>NoSuchKey</Code></Error>");
		return;
	}
	if (found.etag)
		buf_addf(&reply->headers, "ETag: %s\r\n", found.etag);
	buf_adds(&reply->headers, found.headers ? found.headers : "");
	if (found.etag &&
		str_eq(httpd_header(req, "If-None-Match", text, sizeof(text)), found.etag)) {
		reply->status = 304;
		return;
	}
	const char *match = httpd_header(req, "If-Match", text, sizeof(text));
	if (*match && !str_eq(match, found.etag ? found.etag : "")) {
		reply->status = 412;
		return;
	}
	if (sscanf(httpd_header(req, "Range", text, sizeof(text)), "bytes=%llu-%llu", &from, &to) <
		1) {
		buf_add(&reply->body, found.p, found.n);
		return;
	}
	if (from >= found.n) {
		reply->status = 416;
		buf_addf(&reply->headers, "Content-Range: bytes */%zu\r\n", found.n);
		return;
	}
	if (to >= found.n)
		to = found.n - 1;
	reply->status = 206;
	buf_addf(&reply->headers, "Content-Range: bytes %llu-%llu/%zu\r\n", from, to, found.n);
	buf_add(&reply->body, found.p + from, (size_t)(to - from + 1));
}

/* Set a variable of the environment; value NULL: unset it. */
static inline void sc_env(struct store_case *c, const char *name, const char *value)
{
	size_t n = strlen(name), i = 0;
	while (c->env[i] && (strncmp(c->env[i], name, n) != 0 || c->env[i][n] != '='))
		i++;
	CHECK_FATAL(i < SC_ENV);
	if (value || c->env[i])
		c->env[i] = value ? textf("%s=%s", name, value) : "UNSET=";
}

/* The same for a key of Metaflow's configuration. */
static inline void sc_set(struct store_case *c, const char *key, const char *value)
{
	size_t i = 0;
	while (c->settings[i].key && !str_eq(c->settings[i].key, key))
		i++;
	CHECK_FATAL(i < SC_SETTINGS);
	c->settings[i].key = key;
	c->settings[i].value = value;
}

static inline const char *sc_setting(void *self, const char *key)
{
	struct store_case *c = self;
	for (size_t i = 0; i < SC_SETTINGS && c->settings[i].key; i++)
		if (str_eq(c->settings[i].key, key))
			return c->settings[i].value;
	return NULL;
}

static inline void sc_trace(void *self, const char *what, const char *path, uint64_t bytes)
{
	struct store_case *c = self;
	pthread_mutex_lock(&c->lock);
	buf_addf(&c->trace, "%s %s %llu\n", what, path, (unsigned long long)bytes);
	pthread_mutex_unlock(&c->lock);
}

/* From now on these answers, or this handler: the server's threads look at them. */
static inline void sc_answers(struct store_case *c, const struct sc_answer *answers, size_t n)
{
	pthread_mutex_lock(&c->lock);
	c->answers = answers;
	c->n = n;
	memset(c->used, 0, sizeof(c->used));
	pthread_mutex_unlock(&c->lock);
}

static inline void sc_serve(struct store_case *c, httpd_handler *serve)
{
	pthread_mutex_lock(&c->lock);
	c->serve = serve;
	pthread_mutex_unlock(&c->lock);
}

/* For sc_serve_objects: object i is now this. */
static inline void sc_put(struct store_case *c, size_t i, struct sc_object o)
{
	pthread_mutex_lock(&c->lock);
	c->objects[i] = o;
	pthread_mutex_unlock(&c->lock);
}

/* A server, and what lets programs in there; nothing of this machine counts. */
static inline void sc_begin(
	struct store_case *c, enum store_kind kind, const struct sc_answer *answers, size_t n)
{
	*c = (struct store_case){.kind = kind,
		.home = test_dir(),
		.answers = answers,
		.n = n,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.trace = BUF_INIT(1 << 24),
		.got = BUF_INIT(1 << 24),
		.err = MF_ERROR_INIT};
	CHECK_FATAL(n <= ARRAY_SIZE(c->used));
	c->d = httpd_start(sc_answer, c, 0);
	sc_answers(c, answers, n);
	const char *url = httpd_url(c->d, "");
	sc_env(c, "HOME", c->home);
	sc_env(c, "PATH", "/nowhere");
	if (kind == STORE_S3) {
		sc_env(c, "AWS_ACCESS_KEY_ID", SC_ID);
		sc_env(c, "AWS_SECRET_ACCESS_KEY", SC_SECRET);
		sc_env(c, "AWS_EC2_METADATA_DISABLED", "true");
		sc_set(c, "S3_ENDPOINT_URL", url);
	} else if (kind == STORE_AZURE) {
		sc_env(c, "AZURE_STORAGE_ACCOUNT", "acc");
		sc_env(c, "AZURE_STORAGE_KEY", SC_AZURE_KEY);
		sc_set(c, "AZURE_STORAGE_BLOB_SERVICE_ENDPOINT", textf("%s/acc", url));
	} else if (kind == STORE_GS) {
		sc_env(c, "NO_GCE_CHECK", "true");
		sc_env(c, "STORAGE_EMULATOR_HOST", url);
	}
	c->config = (struct store_config){.environ = c->env,
		.setting = sc_setting,
		.self = c,
		.user_agent = "test",
		.now = SC_NOW,
		.trace = sc_trace,
		.trace_self = c};
}
#define SC_BEGIN(c, kind, answers) sc_begin((c), (kind), (answers), ARRAY_SIZE(answers))

/* Open a root; the code is in c->err too. */
static inline int sc_try(struct store_case *c, const char *root)
{
	c->err = (struct mf_error)MF_ERROR_INIT;
	if (!c->all)
		CHECK_FATAL(stores_new(&c->all, &c->config, &c->err) == MF_OK);
	int rc = stores_get(c->all, c->kind, root, &c->s, &c->err);
	CHECK_INT(rc, c->err.code);
	return rc;
}

static inline void sc_open(struct store_case *c, const char *root)
{
	int rc = sc_try(c, root);
	if (rc < 0)
		printf("\n%s: %s\n", mf_code_name(rc), c->err.message);
	CHECK_FATAL(rc == MF_OK);
}

static inline void sc_forget(struct store_case *c)
{
	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < c->n_seen; i++) {
		free(c->seen[i].line);
		free(c->seen[i].headers);
	}
	c->n_seen = 0;
	memset(c->used, 0, sizeof(c->used));
	pthread_mutex_unlock(&c->lock);
}

/* Close the stores; what was asked is forgotten, settings stay, answers begin anew. */
static inline void sc_again(struct store_case *c)
{
	stores_free(c->all);
	c->all = NULL;
	c->s = NULL;
	sc_forget(c);
}

static inline void sc_end(struct store_case *c)
{
	sc_again(c);
	httpd_stop(c->d);
	sc_forget(c);
	buf_release(&c->trace);
	buf_release(&c->got);
}

static inline void sc_restart(void *self)
{
	buf_clear(self);
}

/* One request of the backend. get.sink may be left out: the bytes are in c->got. */
static inline int sc_get(struct store_case *c, struct store_get get)
{
	const struct mf_sink sink = {buf_sink_write, &c->got};
	c->err = (struct mf_error)MF_ERROR_INIT;
	buf_clear(&c->got);
	c->get = get;
	if (!get.sink)
		c->get.sink = &sink;
	int rc = c->s->backend->get(c->s, &c->get, &c->err);
	CHECK_INT(c->err.code, rc < 0 ? rc : MF_OK);
	CHECK(rc >= 0 || c->err.message[0]);
	c->get.sink = NULL;
	return rc;
}

static inline int sc_read(struct store_case *c, const char *key)
{
	return sc_get(c, (struct store_get){.key = key});
}

/* "name name … (next)" of a page of the backend's list, or "code: message". */
static inline const char *sc_list(struct store_case *c, struct store_list list)
{
	struct buf b = BUF_INIT(1 << 20);
	char *next = list.next ? strdup(list.next) : NULL;
	list.next = next;
	c->err = (struct mf_error)MF_ERROR_INIT;
	int rc = c->s->backend->list(c->s, &list, &c->err);
	CHECK_INT(rc, c->err.code);
	if (rc < 0)
		buf_addf(&b, "%s: %s", mf_code_name(rc), c->err.message);
	for (size_t i = 0; rc == MF_OK && i < list.names.n; i++)
		buf_addf(&b, "%s%s", i ? " " : "", fs_name(&list.names, i));
	if (rc == MF_OK && list.next)
		buf_addf(&b, "%s(%s)", b.n ? " " : "", list.next);
	const char *text = textf("%s", b.p);
	buf_release(&b);
	fs_names_release(&list.names);
	free(list.next);
	return text;
}

static inline size_t sc_seen(struct store_case *c)
{
	pthread_mutex_lock(&c->lock);
	size_t n = c->n_seen;
	pthread_mutex_unlock(&c->lock);
	return n;
}

/* "GET /path?query" of a request that was seen. */
static inline const char *sc_line(struct store_case *c, size_t i)
{
	CHECK(i < sc_seen(c));
	return i < sc_seen(c) ? textf("%s", c->seen[i].line) : "";
}

/* A header of it; "" when absent. */
static inline const char *sc_header(struct store_case *c, size_t i, const char *name)
{
	static char text[8][4000];
	static unsigned next;
	CHECK(i < sc_seen(c));
	if (i >= sc_seen(c))
		return "";
	struct httpd_request req = {.headers = c->seen[i].headers};
	char *to = text[next++ % 8];
	return httpd_header(&req, name, to, sizeof(text[0]));
}

/* None of these (NULL at their end) may be seen in what people see: errors, the list of requests,
 * what is traced. */
static inline void sc_secrets(struct store_case *c, const char *const *secrets)
{
	static struct mf_request log[HTTP_LOG];
	size_t n = c->all ? stores_log(c->all, log, HTTP_LOG) : 0;
	for (; *secrets; secrets++) {
		CHECK(!strstr(c->err.message, *secrets));
		CHECK(!strstr(c->err.hint, *secrets));
		CHECK(!strstr(c->err.where, *secrets));
		CHECK(!strstr(c->trace.p, *secrets));
		for (size_t i = 0; i < n; i++)
			CHECK(!strstr(log[i].url, *secrets) && !strstr(log[i].error, *secrets));
	}
}

/* What an answer to a request for a key, or a list, is told as: "code retriable status where:
 * message | hint", with HOST for the server's address. */
static inline const char *sc_failed(struct store_case *c, const struct sc_answer *answer, bool list)
{
	sc_answers(c, answer, 1);
	if (list)
		sc_list(c, (struct store_list){.prefix = ""});
	else
		sc_read(c, "k");
	const struct mf_error *e = &c->err;
	const char *text = textf("%s %d %d %s: %s | %s", mf_code_name(e->code), e->retriable,
			   e->http_status, e->where, e->message, e->hint),
		   *url = httpd_url(c->d, ""), *at = strstr(text, url);
	return at ? textf("%.*sHOST%s", (int)(at - text), text, at + strlen(url)) : text;
}

/* As whom the store is read, or "code: message". */
static inline const char *sc_who(struct store_case *c)
{
	struct buf b = BUF_INIT(1 << 16);
	c->err = (struct mf_error)MF_ERROR_INIT;
	int rc = c->s->backend->who(c->s, &b, NULL, &c->err);
	CHECK_INT(rc, c->err.code);
	const char *text =
		rc < 0 ? textf("%s: %s", mf_code_name(rc), c->err.message) : textf("%s", b.p);
	buf_release(&b);
	return text;
}

/* ---- for test_every_alloc ---- */

static inline int sc_once(
	struct store_case *c, const char *root, int (*f)(struct store *s, struct mf_error *err))
{
	struct store_config config = c->config;
	struct stores *all;
	struct store *s;
	config.trace = NULL; /* which does without */
	int rc = stores_new(&all, &config, NULL);
	if (rc == MF_OK)
		rc = stores_get(all, c->kind, root, &s, NULL);
	if (rc == MF_OK)
		rc = f(s, NULL);
	stores_free(all);
	pthread_mutex_lock(&c->lock);
	memset(c->used, 0, sizeof(c->used));
	pthread_mutex_unlock(&c->lock);
	return rc;
}

/* Of a fixed key, and of a list below a fixed "directory". */
static inline int sc_get_it(struct store *s, struct mf_error *err)
{
	struct buf b = BUF_INIT(1 << 20);
	const struct mf_sink sink = {buf_sink_write, &b};
	struct store_get get = {
		.key = "a/key", .from = 1, .n = 4, .if_match = "\"e\"", .sink = &sink};
	int rc = s->backend->get(s, &get, err);
	buf_release(&b);
	return rc;
}

static inline int sc_list_it(struct store *s, struct mf_error *err)
{
	struct store_list list = {.prefix = "a/", .limit = 10};
	int rc = s->backend->list(s, &list, err);
	fs_names_release(&list.names);
	free(list.next);
	return rc;
}

#endif
