/* http_case.h: a client and a server that answers by a list, for the tests of net/http. */
#ifndef HTTP_CASE_H
#define HTTP_CASE_H

#include <pthread.h>

#include "../../../clientlib/base/fmt.h"
#include "../../../clientlib/net/http.h"
#include "../../support/history.h"
#include "../../support/httpd.h"
#include "../../support/test.h"

/* A reply; what is left out is as in httpd.h. */
struct answer {
	int status; /* 0: 200 */
	const char *headers, *body;
	int64_t length; /* told; 0: the true one */
	bool chunked, raw, close;
	int delay_ms, piece_delay_ms;
	size_t piece;
	enum httpd_fault fault;
	int64_t fault_at;
};

/* The first request gets the first answer …; the last answer is given to all further ones. */
struct http_case {
	struct httpd *d;
	struct http *h;
	const struct answer *answers;
	size_t n;
	struct http_response r;
	struct mf_error err;
};

static inline void case_answer(
	void *arg, const struct httpd_request *req, struct httpd_reply *reply)
{
	const struct http_case *c = arg;
	const struct answer *a = &c->answers[req->number <= c->n ? req->number - 1 : c->n - 1];
	reply->status = a->status ? a->status : 200;
	buf_adds(&reply->headers, a->headers ? a->headers : "");
	buf_adds(&reply->body, a->body ? a->body : "");
	reply->length = a->length ? a->length : HTTPD_LENGTH;
	reply->chunked = a->chunked;
	reply->raw = a->raw;
	reply->close = a->close;
	reply->delay_ms = a->delay_ms;
	reply->piece_delay_ms = a->piece_delay_ms;
	reply->piece = a->piece;
	reply->fault = a->fault;
	reply->fault_at = a->fault_at;
}

static inline void case_open(
	struct http_case *c, const struct http_options *o, const struct answer *answers, size_t n)
{
	*c = (struct http_case){
		.answers = answers, .n = n, .r = HTTP_RESPONSE_INIT, .err = MF_ERROR_INIT};
	c->d = httpd_start(case_answer, c, 0);
	CHECK_FATAL(
		http_open(&c->h, o ? o : &(struct http_options){.user_agent = "test"}, NULL) == 0);
}

static inline void case_close(struct http_case *c)
{
	http_response_release(&c->r);
	http_free(c->h);
	httpd_stop(c->d);
}

/* Send; req->url is the path. */
static inline int case_send(struct http_case *c, struct http_request req)
{
	c->err = (struct mf_error)MF_ERROR_INIT;
	req.url = httpd_url(c->d, req.url ? req.url : "/");
	int rc = http_send(c->h, &req, &c->r, &c->err);
	CHECK(rc == c->err.code || (rc < 0 && req.sink));
	return rc;
}

static inline int case_get(struct http_case *c)
{
	return case_send(c, (struct http_request){.url = "/"});
}

/* The n-th newest entry of the log. */
static inline struct mf_request case_entry(struct http_case *c, size_t n)
{
	static struct mf_request e[HTTP_LOG];
	CHECK_FATAL(http_log(c->h, e, HTTP_LOG) > n);
	return e[n];
}

#endif
