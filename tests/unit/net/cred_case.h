/* cred_case.h: a server that hands out tokens by a list and remembers what it was asked, for the
 * tests of net/cred_azure and net/cred_gcs. */
#ifndef CRED_CASE_H
#define CRED_CASE_H

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "../../../clientlib/net/cred.h"
#include "../../../clientlib/net/http.h"
#include "../../support/history.h"
#include "../../support/httpd.h"
#include "../../support/test.h"

#define CASE_NOW INT64_C(1795262400000) /* 2026-11-21T12:00:00Z */

/* What is answered to a path; several for one path are given one after the other, the last for all
 * further requests. */
struct cred_reply {
	const char *path, *body;
	int status; /* 0: 200 */
	const char *headers;
};
#define REPLY(p, text)                                                                             \
	{                                                                                          \
		.path = (p), .body = (text)                                                        \
	}
#define REFUSAL(p, code, text)                                                                     \
	{                                                                                          \
		.path = (p), .status = (code), .body = (text)                                      \
	}

struct cred_case {
	struct httpd *d;
	struct http *h;
	const struct cred_reply *replies;
	size_t n_replies;
	pthread_mutex_t lock; /* of asked and n */
	struct {
		char method[16], target[2000], headers[4000], body[6000];
	} asked[8];
	size_t n;
	const char *vars[24];
	struct cred_context x;
	struct cred cred;
	struct mf_error err;
};

static inline void case_serve(void *arg, const struct httpd_request *req, struct httpd_reply *reply)
{
	struct cred_case *c = arg;
	const char *target = req->target, *host = strstr(target, "://");
	const struct cred_reply *r = NULL;
	/* a proxy is asked for whole URLs */
	if (*target != '/' && host)
		target = strchrnul(host + 3, '/');
	size_t n = strcspn(target, "?"), before = 0;
	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < c->n; i++) {
		const char *t = c->asked[i].target, *h = strstr(t, "://");
		t = *t != '/' && h ? strchrnul(h + 3, '/') : t;
		before += strcspn(t, "?") == n && strncmp(t, target, n) == 0;
	}
	for (size_t i = 0; i < c->n_replies; i++)
		if (strlen(c->replies[i].path) == n &&
			strncmp(c->replies[i].path, target, n) == 0) {
			r = &c->replies[i];
			if (!before--)
				break;
		}
	if (c->n < ARRAY_SIZE(c->asked)) {
		snprintf(c->asked[c->n].method, sizeof(c->asked[0].method), "%s", req->method);
		snprintf(c->asked[c->n].target, sizeof(c->asked[0].target), "%s", req->target);
		snprintf(c->asked[c->n].headers, sizeof(c->asked[0].headers), "\n%s", req->headers);
		snprintf(c->asked[c->n].body, sizeof(c->asked[0].body), "%s", req->body);
		c->n++;
	}
	pthread_mutex_unlock(&c->lock);
	reply->status = !r ? 404 : r->status ? r->status : 200;
	buf_adds(&reply->headers, r && r->headers ? r->headers : "");
	buf_adds(&reply->body, r ? r->body : "nothing here");
}

static inline void case_begin(struct cred_case *c, const struct cred_reply *replies, size_t n)
{
	*c = (struct cred_case){.replies = replies,
		.n_replies = n,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.cred = CRED_INIT,
		.err = MF_ERROR_INIT};
	c->d = httpd_start(case_serve, c, 0);
	CHECK_FATAL(http_open(&c->h, &(struct http_options){.user_agent = "test"}, NULL) == 0);
	c->x = (struct cred_context){.environ = c->vars, .http = c->h, .now = CASE_NOW};
}

static inline void case_end(struct cred_case *c)
{
	cred_release(&c->cred);
	http_free(c->h);
	httpd_stop(c->d);
}

/* Set a variable of the context; value NULL: unset it. */
static inline void case_set(struct cred_case *c, const char *name, const char *value)
{
	size_t n = strlen(name), i = 0;
	while (c->vars[i] && (strncmp(c->vars[i], name, n) != 0 || c->vars[i][n] != '='))
		i++;
	CHECK_FATAL(i + 1 < ARRAY_SIZE(c->vars));
	if (value || c->vars[i])
		c->vars[i] = value ? textf("%s=%s", name, value) : "UNSET=";
}

/* The case's server stands in for every address, as a proxy: so nothing leaves this machine for
 * those that machines of the clouds have. */
static inline void case_stand_in(const struct cred_case *c, bool on)
{
	unsetenv("no_proxy");
	unsetenv("NO_PROXY");
	if (on)
		setenv("http_proxy", httpd_url(c->d, ""), 1);
	else
		unsetenv("http_proxy");
}

/* A header of a request; "" for none. */
static inline const char *case_header(struct cred_case *c, size_t i, const char *name)
{
	const char *key = textf("\n%s:", name), *p = strcasestr(c->asked[i].headers, key);
	if (!p || i >= c->n)
		return "";
	p += strlen(key) + strspn(p + strlen(key), " ");
	return textf("%.*s", (int)strcspn(p, "\n"), p);
}

/* A decoded value of a form, or of a URL's query; "" for none. */
static inline const char *case_form(const char *form, const char *name)
{
	char out[6000];
	size_t n = strlen(name), k = 0;
	const char *p = form;
	while (p && (strncmp(p, name, n) != 0 || p[n] != '=')) {
		p = strpbrk(p, "&?");
		p = p ? p + 1 : NULL;
	}
	for (p = p ? p + n + 1 : ""; *p && *p != '&'; p++) {
		unsigned code = 0;
		if (*p == '%' && sscanf(p + 1, "%2x", &code) == 1)
			p += 2;
		out[k++] = code ? (char)code : *p;
	}
	return textf("%.*s", (int)k, out);
}

/* None of these may be seen in what people see: the error, the log, the name of the source. */
static inline void case_secrets(struct cred_case *c, const char *const *secrets)
{
	static struct mf_request log[HTTP_LOG];
	size_t n = http_log(c->h, log, HTTP_LOG);
	for (; *secrets; secrets++) {
		CHECK(!strstr(c->err.message, *secrets) && !strstr(c->err.hint, *secrets) &&
			!strstr(c->err.where, *secrets));
		CHECK(!c->cred.source || !strstr(c->cred.source, *secrets));
		for (size_t i = 0; i < n; i++)
			CHECK(!strstr(log[i].url, *secrets) && !strstr(log[i].error, *secrets));
	}
}

/* "kind id secret token" in short, or "code: message | hint". */
static inline const char *case_said(struct cred_case *c, int rc)
{
	static const char *const kinds[] = {"none", "keys", "shared key", "sas", "bearer"};
	CHECK_INT(rc, c->err.code);
	if (rc < 0)
		return textf("%s: %s | %s", mf_code_name(rc), c->err.message, c->err.hint);
	return textf("%s %s %s %s", kinds[c->cred.kind], c->cred.id ? c->cred.id : "-",
		c->cred.secret ? c->cred.secret : "-", c->cred.token ? c->cred.token : "-");
}

/* A program that stands first in the context's PATH. */
static inline void case_program(struct cred_case *c, const char *name, const char *script)
{
	const char *dir = test_dir();
	test_write(dir, name, textf("#!/bin/sh\n%s", script));
	CHECK_FATAL(chmod(textf("%s/%s", dir, name), 0755) == 0);
	case_set(c, "PATH", textf("%s:/usr/bin:/bin", dir));
}

#endif
