/* Blobs of Azure Storage: block and append blobs, read in ranges; the account's endpoint comes from the configuration alone. */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>

#include "../base/err.h"
#include "azure.h"

enum { HEADERS = 64 << 10, URL = 64 << 10, SKEW_MAX = 24 * 3600 * 1000 };
#define API_VERSION "2021-12-02"

static struct azure_store *azure_of(struct store *s)
{
	return (struct azure_store *)s;
}

/* ---- opening ---- */

static int choose_endpoint(struct azure *az, struct mf_error *err)
{
	const char *url = stores_setting(az->all, "AZURE_STORAGE_BLOB_SERVICE_ENDPOINT");
	az->source = "METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT";
	if (!url) {
		url = cred_azure_endpoint(az->cred);
		az->source = "AZURE_STORAGE_CONNECTION_STRING or AZURE_STORAGE_ACCOUNT";
	}
	if (!url) {
		err_set(err, MF_EUSAGE, "the data is in Azure, and no setting says in which storage account");
		err_hint(err, "METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT=https://ACCOUNT.blob.core.windows.net");
		return MF_EUSAGE;
	}
	const char *host = strstr(url, "://");
	size_t n = strlen(url);
	while (n && url[n - 1] == '/')
		n--;
	if (strpbrk(url, "?#")) { /* it may be a signature, which is not to be shown */
		err_set(err, MF_EUSAGE, "the Azure endpoint (%s) has a query", az->source);
		err_hint(err, "the query of a shared access signature belongs into AZURE_STORAGE_SAS_TOKEN");
		return MF_EUSAGE;
	}
	if (!host || (strncasecmp(url, "http://", 7) != 0 && strncasecmp(url, "https://", 8) != 0) || n <= (size_t)(host + 3 - url)) {
		err_at(err, MF_EUSAGE, url, "the Azure endpoint “%s” (%s) is no URL", url, az->source);
		err_hint(err, "it is like https://ACCOUNT.blob.core.windows.net");
		return MF_EUSAGE;
	}
	az->endpoint = arena_strndup(&az->arena, url, n);
	az->scheme = arena_strndup(&az->arena, url, (size_t)(host - url));
	host += 3;
	size_t h = strcspn(host, "/");
	az->host = arena_strndup(&az->arena, host, h);
	az->path = az->endpoint ? arena_strdup(&az->arena, az->endpoint + (host + h - url)) : NULL;
	return az->endpoint && az->scheme && az->host && az->path ? MF_OK : err_nomem(err);
}

static int azure_new(struct azure **out, struct stores *all, struct mf_error *err)
{
	struct azure *az = calloc(1, sizeof(*az));
	int rc;
	*out = NULL;
	if (!az)
		return err_nomem(err);
	az->all = all;
	arena_init(&az->arena, 0);
	pthread_mutex_init(&az->lock, NULL);
	TRY(stores_http(all, STORE_AZURE, NULL, false, err));
	struct cred_azure_options o = {.context = stores_cred_context(all, STORE_AZURE)};
	TRY(cred_azure_open(&az->cred, &o, err));
	TRY(choose_endpoint(az, err));
	*out = az;
	return MF_OK;
done:
	store_azure_end(az);
	return rc;
}

void store_azure_end(struct azure *az)
{
	if (!az)
		return;
	cred_azure_free(az->cred);
	pthread_mutex_destroy(&az->lock);
	arena_release(&az->arena);
	free(az);
}

/* ---- requests ---- */

static void add_header(struct azure_asked *q, const char *name, const char *value)
{
	if (value && *value)
		q->headers[q->n_headers++] = (struct sign_pair){name, value};
}

static int authorize(struct buf *headers, struct buf *url, const struct sign_request *req, const struct cred *cred, struct mf_error *err)
{
	switch (cred->kind) {
	case CRED_SHARED_KEY: return sign_azure(headers, req, cred->id, cred->secret, err);
	case CRED_SAS: buf_addf(url, "%c%s", req->n_query ? '&' : '?', cred->token); return MF_OK;
	case CRED_BEARER: buf_addf(headers, "Authorization: Bearer %s\n", cred->token); return MF_OK;
	default: return MF_OK;
	}
}

static int send_once(struct azure_store *s, struct azure_asked *asked, const struct cred *cred, struct store_call *call,
	struct http_response *r, struct mf_error *err)
{
	struct azure *az = s->azure;
	struct azure_asked q = *asked;
	struct buf path = BUF_INIT(URL), url = BUF_INIT(URL), headers = BUF_INIT(HEADERS), key = BUF_INIT(URL);
	struct tm tm;
	char date[64];
	int rc;
	pthread_mutex_lock(&az->lock);
	asked->skew = az->skew;
	time_t now = (time_t)((stores_now(az->all) + asked->skew) / 1000);
	pthread_mutex_unlock(&az->lock);
	gmtime_r(&now, &tm);
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &tm);
	add_header(&q, "x-ms-date", date);
	add_header(&q, "x-ms-version", API_VERSION);
	buf_addf(&path, "%s/", az->path);
	sign_path(&path, s->base.bucket);
	if (q.key) {
		stores_key(&key, s->base.prefix, q.key);
		buf_addc(&path, '/');
		sign_path(&path, key.p);
	}
	buf_addf(&url, "%s://%s%s", az->scheme, az->host, path.p);
	sign_query(&url, q.query, q.n_query);
	struct sign_request req = {.method = "GET",
		.host = az->host,
		.path = path.p,
		.query = q.query,
		.n_query = q.n_query,
		.headers = q.headers,
		.n_headers = q.n_headers};
	for (size_t i = 0; i < q.n_headers; i++)
		buf_addf(&headers, "%s: %s\n", q.headers[i].name, q.headers[i].value);
	TRY(buf_err(&path, err));
	TRY(buf_err(&key, err));
	if (cred->kind == CRED_BEARER && strcasecmp(az->scheme, "https") != 0 && !http_is_loopback(az->host)) {
		rc = err_at(err, MF_EUSAGE, az->endpoint, "a token is sent over https only, and %s has http", az->source);
		goto done;
	}
	TRY(authorize(&headers, &url, &req, cred, err));
	TRY(buf_err(&url, err));
	rc = stores_send(az->all, STORE_AZURE, url.p, &headers, call, r, err);
	if (rc == MF_ENETWORK)
		stores_hint(err, "the account's endpoint is named by %s: is it right, and reachable?", az->source);
done:
	buf_release(&path);
	buf_release(&url);
	buf_release(&headers);
	buf_release(&key);
	return rc;
}

/* A date more than a quarter of an hour off is refused. */
static bool learn_skew(struct azure *az, int64_t used, const struct http_response *r)
{
	int64_t skew = r->date != MF_NO_TIME ? r->date - stores_now(az->all) : 0;
	pthread_mutex_lock(&az->lock);
	int64_t change = skew - used; /* another thread may have learned the same meanwhile */
	bool other = (change > 60000 || change < -60000) && skew < SKEW_MAX && skew > -SKEW_MAX;
	if (other)
		az->skew = skew;
	pthread_mutex_unlock(&az->lock);
	return other;
}

int azure_ask(struct azure_store *s, struct azure_asked *q, struct store_call *call, struct http_response *r,
	struct mf_error *err)
{
	struct cred cred = CRED_INIT;
	struct azure_said said;
	bool renewed = false, set = false;
	int rc = stores_online(s->azure->all, s->base.where, err);
	if (rc == MF_OK)
		rc = cred_azure_get(s->azure->cred, NULL, &cred, call->cancel, err);
	while (rc == MF_OK) {
		rc = send_once(s, q, &cred, call, r, err);
		if (rc < 0 || stores_is_answer(call, r))
			break;
		if (azure_said(&said, r) < 0) {
			rc = err_nomem(err);
			break;
		}
		bool refused = r->status == 401 || r->status == 403;
		if (refused && cred.kind == CRED_SHARED_KEY && !set && learn_skew(s->azure, q->skew, r)) {
			set = true;
			continue;
		}
		if (refused && cred.kind == CRED_BEARER && !renewed) {
			struct cred fresh = CRED_INIT;
			renewed = true;
			int got = cred_azure_get(s->azure->cred, &cred, &fresh, call->cancel, NULL);
			if (got == MF_ENOMEM || got == MF_ECANCELLED) {
				rc = err_set(err, got, "%s", got == MF_ENOMEM ? "out of memory" : "cancelled");
				break;
			}
			if (got == MF_OK && !str_eq(fresh.token ? fresh.token : "", cred.token)) {
				cred_release(&cred);
				cred = fresh;
				continue;
			}
			cred_release(&fresh);
		}
		rc = azure_error(s, q->key, r, &said, &cred, err);
	}
	cred_release(&cred);
	return rc;
}

static int azure_get(struct store *base, struct store_get *get, struct mf_error *err)
{
	struct azure_asked q = {.key = get->key};
	struct http_response r = HTTP_RESPONSE_INIT;
	struct store_call call = {get, "x-ms-meta-metaflow_user_attributes", get->cancel};
	char range[64];
	stores_range(range, get);
	add_header(&q, "x-ms-range", range);
	add_header(&q, "If-Match", get->if_match);
	add_header(&q, "If-None-Match", get->if_none_match);
	int rc = azure_ask(azure_of(base), &q, &call, &r, err);
	if (rc == MF_OK)
		rc = stores_outcome(get, &r, err);
	http_response_release(&r);
	return rc;
}

static int azure_who(struct store *base, struct buf *out, struct mf_cancel *cancel, struct mf_error *err)
{
	const struct azure *az = azure_of(base)->azure;
	struct cred cred = CRED_INIT;
	int rc = stores_online(az->all, base->where, err);
	if (rc == MF_OK)
		rc = cred_azure_get(az->cred, NULL, &cred, cancel, err);
	if (rc == MF_OK) {
		buf_addf(out, "%s, at %s (%s)", cred.source ? cred.source : "nobody (anonymous)", az->endpoint, az->source);
		rc = buf_err(out, err);
	}
	cred_release(&cred);
	return rc;
}

static const struct store_backend backend = {
	.kind = STORE_AZURE,
	.scheme = "azure",
	.get = azure_get,
	.head = stores_head,
	.list = azure_list,
	.who = azure_who,
	.free = stores_drop,
};

int store_azure_new(struct store **out, struct stores *all, const char *root, struct mf_error *err)
{
	int rc = stores_make(out, &backend, sizeof(struct azure_store), root, err);
	if (rc == MF_OK && !all->azure && (rc = azure_new(&all->azure, all, err)) < 0) {
		stores_drop(*out);
		*out = NULL;
	}
	if (rc == MF_OK)
		azure_of(*out)->azure = all->azure;
	return rc;
}
