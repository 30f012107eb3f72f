/* Objects of S3 and of what speaks its protocol. Requests are signed here (sign_s3.c), redirects are not followed: a bucket of
 * another region is asked there, by a name that we make ourselves. */
#include "s3.h"

#include <stdio.h>
#include <stdlib.h>

#include "../base/err.h"
#include "../codec/xml.h"

enum { HEADERS = 64 << 10, URL = 64 << 10, REPAIRS = 4, SKEW_MAX = 24 * 3600 * 1000 };

static struct s3_store *s3_of(struct store *s)
{
	return (struct s3_store *)s;
}

/* One request for a key, or with a query for the bucket. */
struct asked {
	const char *key; /* below the prefix; NULL: the bucket */
	struct sign_pair query[8];
	size_t n_query;
	struct sign_pair headers[4];
	size_t n_headers;
	/* as it was sent last */
	char region[64];
	int64_t skew;
};

static void region_of(struct s3_store *s, char out[64])
{
	pthread_mutex_lock(&s->s3->lock);
	snprintf(out, 64, "%s", s->region[0] ? s->region : s->s3->region);
	pthread_mutex_unlock(&s->s3->lock);
}

static int send_once(struct s3_store *s, struct asked *q, const struct cred *cred, struct store_call *call,
	struct http_response *r, struct mf_error *err)
{
	struct s3 *s3 = s->s3;
	struct s3_place place;
	struct buf path = BUF_INIT(URL), url = BUF_INIT(URL), headers = BUF_INIT(HEADERS), key = BUF_INIT(URL);
	int rc;
	region_of(s, q->region);
	TRY(s3_place(&place, s3, s->base.bucket, q->region, err));
	buf_adds(&path, place.path);
	buf_addc(&path, '/');
	if (q->key) {
		stores_key(&key, s->base.prefix, q->key);
		sign_path(&path, key.p);
	}
	buf_addf(&url, "%s://%s%s", place.scheme, place.host, path.p);
	sign_query(&url, q->query, q->n_query);
	struct sign_request req = {.method = "GET",
		.host = place.host,
		.path = path.p,
		.query = q->query,
		.n_query = q->n_query,
		.headers = q->headers,
		.n_headers = q->n_headers};
	pthread_mutex_lock(&s3->lock);
	q->skew = s3->skew;
	pthread_mutex_unlock(&s3->lock);
	struct sign_aws sign = {.key_id = cred->id,
		.secret = cred->secret,
		.token = cred->token,
		.region = q->region,
		.service = "s3",
		.now = stores_now(s3->all) + q->skew};
	for (size_t i = 0; i < q->n_headers; i++)
		buf_addf(&headers, "%s: %s\n", q->headers[i].name, q->headers[i].value);
	TRY(buf_err(&url, err));
	TRY(buf_err(&path, err));
	TRY(buf_err(&key, err));
	if (cred->kind != CRED_NONE)
		TRY(sign_aws(&headers, &req, &sign, err));
	rc = stores_send(s3->all, STORE_S3, url.p, &headers, call, r, err);
	if (rc == MF_ENETWORK)
		stores_hint(err, s3->endpoint ? "the endpoint is named by %s: is it right, and reachable?"
					      : "is there a connection to Amazon S3? METAFLOW_S3_ENDPOINT_URL names another one",
			s3->endpoint_source);
done:
	buf_release(&path);
	buf_release(&url);
	buf_release(&headers);
	buf_release(&key);
	return rc;
}

/* The store complains about our clock: take its own. False: that is how it was asked. (Another thread may have learned the same
 * meanwhile, so what counts is what was sent.) */
static bool learn_skew(struct s3 *s3, const struct asked *q, const struct http_response *r)
{
	int64_t skew = r->date != MF_NO_TIME ? r->date - stores_now(s3->all) : 0;
	int64_t change = skew - q->skew;
	pthread_mutex_lock(&s3->lock);
	bool other = (change > 60000 || change < -60000) && skew < SKEW_MAX && skew > -SKEW_MAX;
	if (other)
		s3->skew = skew;
	pthread_mutex_unlock(&s3->lock);
	return other;
}

static bool learn_region(struct s3_store *s, const struct asked *q, const struct s3_said *said)
{
	char now[64];
	if (said->region[0] && !str_eq(said->region, q->region)) {
		pthread_mutex_lock(&s->s3->lock);
		snprintf(s->region, sizeof(s->region), "%s", said->region);
		pthread_mutex_unlock(&s->s3->lock);
		return true;
	}
	/* a redirect may not say where to: perhaps somebody else has been told */
	region_of(s, now);
	return !said->region[0] && !str_eq(now, q->region);
}

static bool is_refused(const struct s3_said *said)
{
	return str_eq(said->code, "ExpiredToken") || str_eq(said->code, "RequestExpired") || str_eq(said->code, "InvalidToken") ||
	       str_eq(said->code, "TokenRefreshRequired") || str_eq(said->code, "InvalidAccessKeyId");
}

/* Until there is an answer: other credentials, another region, another clock are each tried once. */
static int ask(struct s3_store *s, struct asked *q, struct store_call *call, struct http_response *r, struct mf_error *err)
{
	struct cred cred = CRED_INIT;
	struct s3_said said;
	bool renewed = false;
	int rc = stores_online(s->s3->all, s->base.where, err);
	if (rc == MF_OK)
		rc = cred_aws_get(s->s3->cred, NULL, &cred, call->cancel, err);
	for (int i = 0; rc == MF_OK; i++) {
		rc = send_once(s, q, &cred, call, r, err);
		if (rc < 0 || stores_is_answer(call, r))
			break;
		if (s3_said(&said, r) < 0) {
			rc = err_nomem(err);
			break;
		}
		bool again = (str_eq(said.code, "RequestTimeTooSkewed") && learn_skew(s->s3, q, r)) || learn_region(s, q, &said);
		if (!again && !renewed && is_refused(&said)) {
			struct cred fresh = CRED_INIT;
			renewed = true;
			int got = cred_aws_get(s->s3->cred, &cred, &fresh, call->cancel, NULL);
			if (got == MF_ENOMEM || got == MF_ECANCELLED) {
				rc = err_set(err, got, "%s", got == MF_ENOMEM ? "out of memory" : "cancelled");
				break;
			}
			if (got == MF_OK && !str_eq(fresh.id ? fresh.id : "", cred.id ? cred.id : "")) {
				cred_release(&cred);
				cred = fresh;
				again = true;
			} else {
				cred_release(&fresh);
			}
		}
		if (!again || i >= REPAIRS)
			rc = s3_error(s, q->key, r, &said, &cred, err);
	}
	cred_release(&cred);
	return rc;
}

static void add_header(struct asked *q, const char *name, const char *value)
{
	if (value && *value)
		q->headers[q->n_headers++] = (struct sign_pair){name, value};
}

static int s3_get(struct store *base, struct store_get *get, struct mf_error *err)
{
	struct s3_store *s = s3_of(base);
	struct asked q = {.key = get->key};
	struct http_response r = HTTP_RESPONSE_INIT;
	struct store_call call = {get, "x-amz-meta-metaflow-user-attributes", get->cancel};
	char range[64];
	stores_range(range, get);
	add_header(&q, "Range", range);
	add_header(&q, "If-Match", get->if_match);
	add_header(&q, "If-None-Match", get->if_none_match);
	add_header(&q, "x-amz-request-payer", s->s3->payer ? "requester" : NULL);
	int rc = ask(s, &q, &call, &r, err);
	if (rc == MF_OK)
		rc = stores_outcome(get, &r, err);
	http_response_release(&r);
	return rc;
}

/* ---- lists ---- */

struct page {
	struct store_list *list;
	bool encoded, list_here, cut;
	char *next;
	const struct buf *prefix;
	struct buf key;
};

/* encoding-type=url: some write a blank as '+'. */
static void decode(struct buf *b, const char *p, size_t n)
{
	buf_clear(b);
	while (n) {
		const char *plus = memchr(p, '+', n);
		size_t k = plus ? (size_t)(plus - p) : n;
		http_unescape(b, p, k);
		if (plus)
			buf_addc(b, ' ');
		p += k + (plus != NULL);
		n -= k + (plus != NULL);
	}
}

static int take(void *self, const char *path, const char *text, size_t n)
{
	struct page *p = self;
	if (str_eq(path, "ListBucketResult/EncodingType")) {
		p->encoded = n == 3 && memcmp(text, "url", 3) == 0;
	} else if (str_eq(path, "ListBucketResult")) {
		p->list_here = true;
	} else if (str_eq(path, "ListBucketResult/IsTruncated")) {
		p->cut = n == 4 && memcmp(text, "true", 4) == 0;
	} else if (str_eq(path, "ListBucketResult/NextContinuationToken") && n) {
		free(p->next);
		p->next = strndup(text, n);
		return p->next ? MF_OK : MF_ENOMEM;
	} else if (str_eq(path, "ListBucketResult/Contents/Key") || str_eq(path, "ListBucketResult/CommonPrefixes/Prefix")) {
		buf_clear(&p->key);
		if (p->encoded)
			decode(&p->key, text, n);
		else
			buf_add(&p->key, text, n);
		if (p->key.failed)
			return p->key.failed;
		return stores_list_add(p->list, p->prefix, p->key.p, p->key.n);
	}
	return MF_OK;
}

static int s3_list(struct store *base, struct store_list *list, struct mf_error *err)
{
	struct s3_store *s = s3_of(base);
	struct http_response r = HTTP_RESPONSE_INIT;
	struct store_call call = {.cancel = list->cancel};
	struct page page = {.list = list, .key = BUF_INIT(URL)};
	struct buf prefix = BUF_INIT(URL);
	struct asked q = {.key = NULL};
	char limit[24];
	int rc;
	stores_key(&prefix, s->base.prefix, list->prefix);
	TRY(buf_err(&prefix, err));
	page.prefix = &prefix;
	q.query[q.n_query++] = (struct sign_pair){"list-type", "2"};
	q.query[q.n_query++] = (struct sign_pair){"encoding-type", "url"};
	stores_list_query(q.query, &q.n_query, list, prefix.p, "continuation-token", "max-keys", 1000, limit);
	add_header(&q, "x-amz-request-payer", s->s3->payer ? "requester" : NULL);
	TRY(ask(s, &q, &call, &r, err));
	/* EncodingType may come behind the keys: look for it first */
	page.encoded = memmem(r.body.p, r.body.n, "<EncodingType>url<", strlen("<EncodingType>url<")) != NULL;
	struct xml_visitor v = {take, &page};
	struct mf_error mine = MF_ERROR_INIT;
	rc = xml_walk(r.body.p, r.body.n, &v, &mine);
	if (rc == MF_OK && !page.list_here)
		rc = err_set(&mine, MF_ECORRUPT, "the reply is none");
	if (rc == MF_OK && page.cut && !page.next)
		rc = err_set(&mine, MF_ECORRUPT, "it goes on, and the server does not say where");
	if (rc < 0)
		err_at(err, rc, s->base.where, "a list of the bucket: %s", mine.code ? mine.message : mf_code_name(rc));
	free(list->next);
	list->next = rc == MF_OK ? page.next : NULL;
	if (rc == MF_OK)
		page.next = NULL;
done:
	free(page.next);
	buf_release(&page.key);
	buf_release(&prefix);
	http_response_release(&r);
	return rc;
}

static int s3_who(struct store *base, struct buf *out, struct mf_cancel *cancel, struct mf_error *err)
{
	struct s3_store *s = s3_of(base);
	struct cred cred = CRED_INIT;
	char region[64];
	int rc = stores_online(s->s3->all, base->where, err);
	if (rc == MF_OK)
		rc = cred_aws_get(s->s3->cred, NULL, &cred, cancel, err);
	region_of(s, region);
	if (rc == MF_OK) {
		size_t n = cred.id ? strlen(cred.id) : 0;
		if (cred.kind == CRED_NONE)
			buf_adds(out, "nobody (anonymous)");
		else
			buf_addf(out, "%s (access key …%s)", cred.source, n > 4 ? cred.id + n - 4 : "");
		buf_addf(out, ", region %s", region);
		if (s->s3->endpoint)
			buf_addf(out, ", at %s (%s)", s->s3->endpoint, s->s3->endpoint_source);
		rc = buf_err(out, err);
	}
	cred_release(&cred);
	return rc;
}

static const struct store_backend backend = {
	.kind = STORE_S3,
	.scheme = "s3",
	.get = s3_get,
	.head = stores_head,
	.list = s3_list,
	.who = s3_who,
	.free = stores_drop,
};

int store_s3_new(struct store **out, struct stores *all, const char *root, struct mf_error *err)
{
	int rc = stores_make(out, &backend, sizeof(struct s3_store), root, err);
	if (rc == MF_OK && !all->s3 && (rc = s3_new(&all->s3, all, err)) < 0) {
		stores_drop(*out);
		*out = NULL;
	}
	if (rc == MF_OK)
		s3_of(*out)->s3 = all->s3;
	return rc;
}
