/* Questions to AWS's Security Token Service: a form is posted, XML comes back. */
#include <stdio.h>
#include <stdlib.h>

#include "../base/text.h"
#include "../codec/digest.h"
#include "../codec/xml.h"
#include "cred_aws_parts.h"
#include "http.h"
#include "sign.h"

enum { SKEW_MS = 5 * 60 * 1000, URL_MAX = 1 << 16, SAID_MAX = 240 };

static const char form_type[] = "application/x-www-form-urlencoded; charset=utf-8";

/* ---- replies ---- */

struct reply {
	char *id, *secret, *token, *expires, *code, *message;
};

static void release(struct reply *r)
{
	char **all[] = {&r->id, &r->secret, &r->token, &r->expires, &r->code, &r->message};
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		cred_wipe(*all[i]);
		*all[i] = NULL;
	}
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);
	return n >= k && str_eq(s + n - k, end);
}

static int on_element(void *self, const char *path, const char *text, size_t n)
{
	struct reply *r = self;
	const struct {
		const char *path;
		char **to;
	} all[] = {{"Result/Credentials/AccessKeyId", &r->id},
		{"Result/Credentials/SecretAccessKey", &r->secret},
		{"Result/Credentials/SessionToken", &r->token},
		{"Result/Credentials/Expiration", &r->expires},
		{"ErrorResponse/Error/Code", &r->code},
		{"ErrorResponse/Error/Message", &r->message}};
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (ends_with(path, all[i].path) && !*all[i].to && n && !memchr(text, '\0', n)) {
			*all[i].to = strndup(text, n);
			if (!*all[i].to)
				return MF_ENOMEM;
		}
	return MF_OK;
}

static int read_reply(struct reply *r, const struct buf *body, struct mf_error *err)
{
	const struct xml_visitor v = {on_element, r};
	return xml_walk(body->p, body->n, &v, err);
}

/* skew: how far the server's clock is ahead of ours; the end is told by ours. */
static int take(struct cred *out, const struct aws_sts *q, const struct reply *r, int64_t skew,
	struct mf_error *err)
{
	int64_t expires = r->expires ? cred_time(r->expires, strlen(r->expires)) : MF_NO_TIME;
	if (!r->id || !r->secret || !r->token || expires == MF_NO_TIME)
		return err_set(
			err, MF_ECORRUPT, "%s: the answer of STS has no credentials", q->source);
	if (skew > SKEW_MS || skew < -SKEW_MS)
		expires -= skew;
	if (expires <= cred_now(&q->a->x))
		return err_set(err, MF_EACCESS, "%s: the credentials that STS gives have expired",
			q->source);
	return cred_set(out, CRED_KEYS, r->id, r->secret, r->token, q->source, expires, err);
}

/* What STS says of it, on one line, without the secret that was sent. */
static void said(char out[SAID_MAX + 8], const struct aws_sts *q, const struct reply *r)
{
	struct buf b = BUF_INIT(1 << 20);
	const char *message = r->message ? r->message : "";
	if (q->secret && *q->secret && strstr(message, q->secret))
		message = "";
	if (r->code)
		text_escape(&b, r->code, strlen(r->code), 0);
	if (r->code && *message)
		buf_adds(&b, ": ");
	text_escape(&b, message, strlen(message), 0);
	size_t n = b.failed ? 0 : b.n;
	bool cut = n > SAID_MAX;
	for (n = cut ? SAID_MAX : n; cut && n && ((unsigned char)b.p[n] & 0xc0) == 0x80; n--)
		;
	snprintf(out, SAID_MAX + 8, "%.*s%s", (int)n, b.p, cut ? "…" : "");
	buf_release(&b);
}

static int refused(const struct aws_sts *q, const char *url, const struct http_response *h,
	struct mf_error *err)
{
	struct reply r = {.id = NULL};
	char text[SAID_MAX + 8];
	struct mf_error e = MF_ERROR_INIT;
	if (read_reply(&r, &h->body, NULL) < 0)
		release(&r);
	said(text, q, &r);
	e.retriable =
		h->status >= 500 || h->status == 429 || (r.code && strstr(r.code, "Throttling"));
	int code = e.retriable ? MF_ENETWORK : MF_EACCESS;
	err_at(&e, code, url, "STS answers %d%s%s", h->status, *text ? ": " : "", text);
	e.http_status = h->status;
	release(&r);
	return cred_fail(err, &e, q->source, e.retriable ? NULL : q->hint);
}

/* ---- requests ---- */

/* Where a question goes, and what has to be signed of it. */
struct target {
	struct buf url, host;
	const char *path; /* of url */
	const char *region;
};

static void target_release(struct target *t)
{
	buf_release(&t->url);
	buf_release(&t->host);
}

/* Regions whose questions went to the global endpoint, before there were regional ones. */
static bool is_global(const struct aws_sts *q, const char *region)
{
	static const char *const old[] = {"ap-northeast-1", "ap-south-1", "ap-southeast-1",
		"ap-southeast-2", "aws-global", "ca-central-1", "eu-central-1", "eu-north-1",
		"eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1", "us-east-2",
		"us-west-1", "us-west-2"};
	const char *how = cred_env(&q->a->x, "AWS_STS_REGIONAL_ENDPOINTS");
	if (!how)
		how = aws_setting(q->a, q->profile, NULL, "sts_regional_endpoints");
	if (!region || str_eq(region, "aws-global"))
		return true;
	for (size_t i = 0; how && strcasecmp(how, "legacy") == 0 && i < ARRAY_SIZE(old); i++)
		if (str_eq(region, old[i]))
			return true;
	return false;
}

static int find_target(struct target *t, const struct aws_sts *q, struct mf_error *err)
{
	const char *region = aws_region(q->a, q->profile);
	bool global = is_global(q, region);
	t->region = global ? "us-east-1" : region;
	int rc = aws_endpoint(&t->url, q->a, q->profile, "sts", "sts", global ? NULL : region, err);
	if (rc < 0)
		return rc;
	const char *host = strstr(t->url.p, "://");
	host = host ? host + 3 : t->url.p;
	if (strpbrk(host, "?#@"))
		return err_set(
			err, MF_EUSAGE, "%s: the endpoint of STS is not a plain URL", q->source);
	size_t n = strcspn(host, "/"), scheme = (size_t)(host - t->url.p), port = n;
	if (!host[n])
		buf_addc(&t->url, '/');
	if (t->url.failed)
		return buf_err(&t->url, err);
	host = t->url.p + scheme;
	t->path = host + n;
	/* a port that is the scheme's own is not sent */
	while (port && host[port - 1] >= '0' && host[port - 1] <= '9')
		port--;
	const char *own = scheme == 8 ? ":443" : ":80";
	bool drop = port && n - port + 1 == strlen(own) &&
		    strncmp(host + port - 1, own, strlen(own)) == 0;
	buf_add(&t->host, host, drop ? port - 1 : n);
	return buf_err(&t->host, err);
}

static int send(struct http_response *h, const struct aws_sts *q, const struct target *t,
	int64_t now, struct mf_cancel *cancel, struct mf_error *err)
{
	enum { LINES = 8 };
	const char *lines[LINES] = {
		"Content-Type: application/x-www-form-urlencoded; charset=utf-8"};
	const struct sign_pair type = {"Content-Type", form_type};
	struct buf headers = BUF_INIT(1 << 20);
	struct digest d;
	char payload[DIGEST_HEX];
	int rc = MF_OK;
	if (q->keys) {
		digest_init(&d, true);
		digest_update(&d, q->form->p, q->form->n);
		digest_hex(&d, payload);
		const struct sign_request r = {.method = "POST",
			.host = t->host.p,
			.path = t->path,
			.headers = &type,
			.n_headers = 1};
		const struct sign_aws s = {q->keys->id, q->keys->secret, q->keys->token, t->region,
			"sts", payload, now};
		TRY(sign_aws(&headers, &r, &s, err));
		char *p = headers.p;
		for (size_t n = 1; *p && n < LINES - 1; n++) {
			lines[n] = p;
			p += strcspn(p, "\n");
			*p++ = '\0';
		}
	}
	const struct http_request req = {.method = "POST",
		.url = t->url.p,
		.headers = lines,
		.body = q->form->p,
		.body_n = q->form->n,
		.limit = CRED_ASK_MAX,
		.tries = 3,
		.cancel = cancel};
	rc = http_send(q->a->x.http, &req, h, err);
done:
	cred_wipe_buf(&headers);
	return rc;
}

int aws_sts(
	struct cred *out, const struct aws_sts *q, struct mf_cancel *cancel, struct mf_error *err)
{
	struct target t = {.url = BUF_INIT(URL_MAX), .host = BUF_INIT(URL_MAX)};
	struct http_response h = HTTP_RESPONSE_INIT;
	struct reply r = {.id = NULL};
	struct mf_error e = MF_ERROR_INIT;
	int64_t now = cred_now(&q->a->x);
	int rc;
	TRY(aws_online(q->a, q->source, err));
	TRY(find_target(&t, q, err));
	rc = send(&h, q, &t, now, cancel, &e);
	/* a clock that goes wrong is a common reason; the server's is in its reply */
	int64_t skew = rc < 0 || h.date == MF_NO_TIME ? 0 : h.date - now;
	if (rc == MF_OK && q->keys && (h.status == 403 || h.status == 400) &&
		(skew > SKEW_MS || skew < -SKEW_MS))
		rc = send(&h, q, &t, h.date, cancel, &e);
	if (rc < 0)
		TRY(cred_fail(err, &e, q->source, NULL));
	if (h.status != 200)
		TRY(refused(q, t.url.p, &h, err));
	rc = read_reply(&r, &h.body, &e);
	if (rc < 0)
		TRY(rc == MF_ECORRUPT ? err_at(err, rc, t.url.p,
						"%s: the answer of STS is not in XML", q->source)
				      : cred_fail(err, &e, q->source, NULL));
	rc = take(out, q, &r, skew, err);
done:
	release(&r);
	cred_wipe_buf(&h.body);
	http_response_release(&h);
	target_release(&t);
	return rc;
}
