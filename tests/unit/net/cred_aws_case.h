/* cred_aws_case.h: a home directory, an environment and a server that answers by a list, for the
 * tests of cred_aws*.c. */
#ifndef CRED_AWS_CASE_H
#define CRED_AWS_CASE_H

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../../clientlib/base/fmt.h"
#include "../../../clientlib/net/cred_aws.h"
#include "../../../clientlib/net/http.h"
#include "../../support/history.h"
#include "../../support/httpd.h"
#include "../../support/test.h"

#define AWS_NOW INT64_C(1795224814000) /* 2026-11-21T01:33:34Z */

enum { AWS_ENV = 24, AWS_SEEN = 16 };

struct aws_answer {
	int status; /* 0: 200 */
	const char *body;
	const char *headers;
	enum httpd_fault fault;
};

struct aws_case {
	struct httpd *d;
	struct http *h;
	const char *dir; /* HOME */
	const char *env[AWS_ENV];
	size_t n_env;
	const struct aws_answer *answers; /* the last one is given to all further requests */
	size_t n;
	pthread_mutex_t lock; /* of seen */
	struct {
		char *line, *headers, *body; /* "POST /" */
	} seen[AWS_SEEN];
	size_t n_seen;
	struct cred out;
	struct mf_error err;
	struct cred_aws_options opts;
};

static inline void aws_answer(void *arg, const struct httpd_request *req, struct httpd_reply *reply)
{
	struct aws_case *c = arg;
	pthread_mutex_lock(&c->lock);
	size_t i = c->n_seen < c->n ? c->n_seen : c->n - 1;
	if (c->n_seen < AWS_SEEN) {
		if (asprintf(&c->seen[c->n_seen].line, "%s %s", req->method, req->target) < 0)
			abort();
		c->seen[c->n_seen].headers = strdup(req->headers);
		c->seen[c->n_seen].body = strdup(req->body);
		c->n_seen++;
	}
	pthread_mutex_unlock(&c->lock);
	reply->status = c->answers[i].status ? c->answers[i].status : 200;
	buf_adds(&reply->headers, c->answers[i].headers ? c->answers[i].headers : "");
	buf_adds(&reply->body, c->answers[i].body ? c->answers[i].body : "");
	reply->fault = c->answers[i].fault;
	reply->fault_at = HTTPD_BEFORE;
}

static inline void aws_env(struct aws_case *c, const char *line)
{
	CHECK_FATAL(c->n_env + 1 < AWS_ENV);
	c->env[c->n_env++] = line;
	c->env[c->n_env] = NULL;
}

/* Texts of the two shared files; NULL: there is none. */
static inline void aws_open(struct aws_case *c, const char *config, const char *credentials,
	const struct aws_answer *answers, size_t n)
{
	*c = (struct aws_case){.dir = test_dir(),
		.answers = answers,
		.n = n,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.out = CRED_INIT,
		.err = MF_ERROR_INIT};
	if (config)
		test_write(c->dir, ".aws/config", config);
	if (credentials)
		test_write(c->dir, ".aws/credentials", credentials);
	aws_env(c, textf("HOME=%s", c->dir));
	aws_env(c, "PATH=/usr/bin:/bin");
	c->d = n ? httpd_start(aws_answer, c, 0) : NULL;
	CHECK_FATAL(http_open(&c->h, &(struct http_options){.user_agent = "test"}, NULL) == 0);
	c->opts.context = (struct cred_context){
		.environ = c->env, .http = c->h, .cwd = c->dir, .now = AWS_NOW};
}

/* Requests of services go to the server. */
static inline void aws_endpoint_here(struct aws_case *c, const char *path)
{
	aws_env(c, textf("AWS_ENDPOINT_URL=%s", httpd_url(c->d, path)));
}

/* Whether this machine has a metadata service is no affair of most tests. */
static inline void aws_no_metadata(struct aws_case *c)
{
	aws_env(c, "AWS_EC2_METADATA_DISABLED=true");
}

static inline int aws_get(struct aws_case *c)
{
	struct cred_aws *a;
	c->err = (struct mf_error)MF_ERROR_INIT;
	cred_release(&c->out);
	int rc = cred_aws_open(&a, &c->opts, &c->err);
	if (rc == MF_OK)
		rc = cred_aws_get(a, NULL, &c->out, NULL, &c->err);
	cred_aws_free(a);
	CHECK(rc == c->err.code);
	return rc;
}

/* cred_aws_open and cred_aws_get, for test_every_alloc; arg is the case. */
static inline int aws_once(void *arg)
{
	struct aws_case *c = arg;
	struct cred_aws *a;
	struct cred out = CRED_INIT;
	int rc = cred_aws_open(&a, &c->opts, NULL);
	if (rc == 0)
		rc = cred_aws_get(a, NULL, &out, NULL, NULL);
	CHECK(rc == 0 || !out.id);
	cred_release(&out);
	cred_aws_free(a);
	return rc;
}

/* What is found, "id|secret|token|source" with the home directory as ~; or the error's message and
 * hint. */
static inline const char *aws_found(struct aws_case *c)
{
	int rc = aws_get(c);
	const char *text = rc < 0 ? textf("%s|%s", c->err.message, c->err.hint)
				  : textf("%s|%s|%s|%s", c->out.id, c->out.secret,
					    c->out.token ? c->out.token : "-", c->out.source);
	const char *home = strstr(text, c->dir);
	return home ? textf("%.*s~%s", (int)(home - text), text, home + strlen(c->dir)) : text;
}

/* How many requests have been seen. */
static inline size_t aws_seen(struct aws_case *c)
{
	pthread_mutex_lock(&c->lock);
	size_t n = c->n_seen;
	pthread_mutex_unlock(&c->lock);
	return n;
}

/* A header of a request that was seen; "" when absent. */
static inline const char *aws_header(struct aws_case *c, size_t i, const char *name)
{
	char text[2000];
	CHECK_FATAL(i < aws_seen(c));
	struct httpd_request req = {.headers = c->seen[i].headers};
	return textf("%s", httpd_header(&req, name, text, sizeof(text)));
}

/* Is a secret in the log of requests, or in the error? */
static inline bool aws_told(struct aws_case *c, const char *secret)
{
	static struct mf_request log[HTTP_LOG];
	size_t n = http_log(c->h, log, HTTP_LOG);
	bool told = strstr(c->err.message, secret) || strstr(c->err.hint, secret) ||
		    strstr(c->err.where, secret);
	for (size_t i = 0; i < n; i++)
		told |= memmem(&log[i], sizeof(log[i]), secret, strlen(secret)) != NULL;
	return told;
}

static inline void aws_close(struct aws_case *c)
{
	cred_release(&c->out);
	http_free(c->h);
	if (c->d)
		httpd_stop(c->d);
	for (size_t i = 0; i < c->n_seen; i++) {
		free(c->seen[i].line);
		free(c->seen[i].headers);
		free(c->seen[i].body);
	}
}

#endif
