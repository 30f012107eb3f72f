#include "cred_ask.h"

#include <stdlib.h>

#include "../base/err.h"
#include "../base/text.h"
#include "http.h"

enum {
	WHY_MAX = 240,   /* bytes shown of what a server says */
	SOURCE_MAX = 200 /* of a source's name, which may have a long path in it */
};

/* ---- errors ---- */

int cred_fail(struct mf_error *err, const struct mf_error *e, const char *source, const char *hint)
{
	if (err && err->code == MF_OK) {
		bool ours = e->code == MF_ECANCELLED || e->code == MF_ENOMEM;
		if (ours)
			err_at(err, e->code, e->where, "%s", e->message);
		else
			err_at(err, e->code, e->where, "%.*s: %s", SOURCE_MAX, source, e->message);
		err->http_status = e->http_status;
		err->sys_errno = e->sys_errno;
		err->retriable = e->retriable;
		if (e->hint[0])
			err_hint(err, "%s", e->hint);
		if (hint && !ours)
			err_hint(err, "%s", hint);
	}
	return e->code;
}

/* Append p without the secrets of the question. */
static void add_without(struct buf *b, const char *p, const char *const *secrets, size_t n_secrets)
{
	while (*p) {
		size_t skip = 0;
		for (size_t i = 0; i < n_secrets; i++) {
			size_t n = secrets[i] ? strlen(secrets[i]) : 0;
			if (n >= 4 && n > skip && strncmp(p, secrets[i], n) == 0)
				skip = n;
		}
		if (skip)
			buf_adds(b, "***");
		else
			buf_addc(b, *p);
		p += skip ? skip : 1;
	}
}

/* The first line, escaped and cut. */
static void add_line(struct buf *b, const char *p)
{
	size_t n = strcspn(p, "\r\n");
	if (n > WHY_MAX) {
		for (n = WHY_MAX; n && ((unsigned char)p[n] & 0xc0) == 0x80; n--)
			;
		text_escape(b, p, n, 0);
		buf_adds(b, "…");
	} else {
		text_escape(b, p, n, 0);
	}
}

/* What the server says of it: RFC 6749's error and error_description, Google's {"error":
 * {"message": …}}, {"message": …}, or its plain text. */
static void add_reason(struct buf *b, const struct cred_ask *q, const struct buf *body)
{
	struct cred_doc d;
	struct buf plain = BUF_INIT(CRED_ASK_MAX);
	char *copy = strdup(body->p);
	if (copy && cred_doc_parse(&d, copy, strlen(copy), NULL) == MF_OK) {
		const struct mf_value *error = mf_value_get(d.v, "error");
		const struct mf_value *inner = mf_value_kind(error) == MF_DICT ? error : d.v;
		const char *word = cred_doc_text(&d, d.v, "error"),
			   *long_text = cred_doc_text(&d, d.v, "error_description");
		if (!word)
			word = cred_doc_text(&d, inner, "status");
		if (!long_text)
			long_text = cred_doc_text(&d, inner, "message");
		if (word)
			add_without(&plain, word, q->secrets, ARRAY_SIZE(q->secrets));
		if (word && long_text)
			buf_adds(&plain, ": ");
		if (long_text)
			add_without(&plain, long_text, q->secrets, ARRAY_SIZE(q->secrets));
	} else if (body->p[strspn(body->p, " \r\n\t")] != '<') {
		add_without(&plain, body->p + strspn(body->p, " \r\n\t"), q->secrets,
			ARRAY_SIZE(q->secrets));
	}
	if (copy)
		cred_doc_release(&d);
	if (plain.n) {
		buf_adds(b, ": ");
		add_line(b, plain.p);
	}
	cred_wipe_buf(&plain);
}

static int refused(const struct cred_ask *q, const struct buf *body, struct mf_error *err)
{
	struct buf why = BUF_INIT(4 * CRED_ASK_MAX), where = BUF_INIT(CRED_ASK_MAX);
	bool later = q->status >= 500 || q->status == 429 || q->status == 408;
	int code = later ? MF_ENETWORK : MF_EACCESS;
	add_reason(&why, q, body);
	http_url_plain(&where, q->url);
	if (err && err->code == MF_OK) {
		err_at(err, code, where.p, "%.*s: status %d%s", SOURCE_MAX, q->source, q->status,
			why.p);
		err->http_status = q->status;
		err->retriable = later;
		if (q->hint && !later)
			err_hint(err, "%s", q->hint);
	}
	buf_release(&why);
	buf_release(&where);
	return code;
}

/* ---- requests ---- */

int cred_ask_text(char **out, size_t *n, struct cred_ask *q, struct mf_error *err)
{
	struct http_response r = HTTP_RESPONSE_INIT;
	struct mf_error e = MF_ERROR_INIT;
	struct http_request req = {.method = q->method,
		.url = q->url,
		.headers = q->headers,
		.body = q->body ? q->body->p : NULL,
		.body_n = q->body ? q->body->n : 0,
		.limit = CRED_ASK_MAX,
		.tries = q->tries,
		.cancel = q->cancel,
		.beacon = q->beacon};
	*out = NULL;
	*n = 0;
	q->status = 0;
	q->flavor[0] = '\0';
	q->asked = cred_now(q->x);
	int rc = http_send(q->x->http, &req, &r, &e);
	if (rc < 0) {
		rc = cred_fail(err, &e, q->source, NULL);
		goto done;
	}
	q->status = r.status;
	http_header(&r, "Metadata-Flavor", q->flavor, sizeof(q->flavor));
	if (r.status < 200 || r.status > 299) {
		rc = refused(q, &r.body, err);
		goto done;
	}
	*n = r.body.n;
	*out = buf_take(&r.body);
	rc = *out ? MF_OK : err_nomem(err);
done:
	cred_wipe_buf(&r.body);
	http_response_release(&r);
	return rc;
}

int cred_ask(struct cred_doc *d, struct cred_ask *q, struct mf_error *err)
{
	char *text;
	size_t n;
	struct mf_error e = MF_ERROR_INIT;
	*d = (struct cred_doc){.text = NULL};
	int rc = cred_ask_text(&text, &n, q, err);
	if (rc < 0)
		return rc;
	rc = cred_doc_parse(d, text, n, &e);
	if (rc == MF_ENOMEM)
		return err_nomem(err);
	if (rc < 0) {
		struct buf where = BUF_INIT(CRED_ASK_MAX);
		http_url_plain(&where, q->url);
		err_at(err, rc, where.p, "%.*s: the answer is %s", SOURCE_MAX, q->source,
			e.message);
		buf_release(&where);
	}
	return rc;
}

static int64_t ends(struct cred_doc *d, int64_t asked)
{
	int64_t seconds;
	if (cred_doc_number(d->v, "expires_on", &seconds) && seconds < INT64_MAX / 1000)
		return seconds * 1000;
	if (cred_doc_number(d->v, "expires_in", &seconds) && seconds < (INT64_MAX - asked) / 1000)
		return asked + seconds * 1000;
	const char *time = cred_doc_text(d, d->v, "expireTime");
	return time ? cred_time(time, strlen(time)) : MF_NO_TIME;
}

int cred_ask_token(struct cred *out, struct cred_doc *d, const char *name, const struct cred_ask *q,
	struct mf_error *err)
{
	const char *token = cred_doc_text(d, d->v, name);
	int64_t expires = ends(d, q->asked);
	if (d->failed)
		return err_nomem(err);
	if (token && cred_token_valid(token))
		return cred_set(out, CRED_BEARER, NULL, NULL, token, q->source, expires, err);
	struct buf where = BUF_INIT(CRED_ASK_MAX);
	http_url_plain(&where, q->url);
	err_at(err, MF_ECORRUPT, where.p, "%.*s: the answer has no “%s”%s", SOURCE_MAX, q->source,
		name, token ? " that could be sent" : "");
	buf_release(&where);
	return MF_ECORRUPT;
}
