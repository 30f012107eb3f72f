/* Blobs of Azure Storage: block and append blobs, read in ranges; the account's endpoint comes from the configuration alone. */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>

#include "../base/err.h"
#include "../codec/xml.h"
#include "../net/cred_azure.h"
#include "stores.h"

enum { HEADERS = 64 << 10, URL = 64 << 10 };
#define API_VERSION "2021-12-02"

struct azure {
	struct stores *all;
	struct arena arena;
	struct cred_azure *cred;
	const char *scheme, *host, *path; /* of the endpoint; path "" or "/account" */
	const char *endpoint, *source;    /* as text, and the setting it is from */
	pthread_mutex_t lock;
	int64_t skew;
};

struct azure_store {
	struct store base;
	struct azure *azure;
	char *container, *prefix;
};

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

/* ---- errors ---- */

struct said {
	char code[64], message[200];
};

static int take_said(void *self, const char *path, const char *text, size_t n)
{
	struct said *said = self;
	if (str_eq(path, "Error/Code"))
		snprintf(said->code, sizeof(said->code), "%.*s", (int)n, text);
	if (str_eq(path, "Error/Message")) /* its second line is the id of the request */
		snprintf(said->message, sizeof(said->message), "%.*s", (int)strcspn(text, "\n"), text);
	return MF_OK;
}

static void hear(struct said *said, const struct http_response *r)
{
	const char *p = r->body.p;
	size_t n = r->body.n;
	struct xml_visitor v = {take_said, said};
	*said = (struct said){.code = ""};
	if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
		p += 3;
		n -= 3;
	}
	if (n)
		xml_walk(p, n, &v, NULL);
	if (!said->code[0] && !http_header(r, "x-ms-error-code", said->code, sizeof(said->code)))
		said->code[0] = '\0';
}

static int fail(const struct azure_store *s, const char *key, const struct http_response *r, const struct said *said,
	const struct cred *cred, struct mf_error *err)
{
	const struct azure *az = s->azure;
	struct buf where = BUF_INIT(4096);
	char at[512];
	const char *whose = cred->source ? cred->source : "unknown credentials";
	buf_addf(&where, "azure://%s/%s%s%s", s->container, s->prefix, *s->prefix && key ? "/" : "", key ? key : "");
	snprintf(at, sizeof(at), "%s", where.p);
	buf_release(&where);
	int rc, status = r->status;
	if (str_eq(said->code, "ContainerNotFound")) {
		rc = err_at(err, MF_ENOSTORE, at, "the container “%s” does not exist at %s", s->container, az->endpoint);
		err_hint(err, "is this the right account (%s)? The container is named by METAFLOW_DATASTORE_SYSROOT_AZURE and by records", az->source);
	} else if (str_eq(said->code, "BlobNotFound") || str_eq(said->code, "ResourceNotFound") || (status == 404 && !said->code[0])) {
		rc = err_at(err, MF_ENOTFOUND, at, "no such blob");
	} else if (str_eq(said->code, "BlobArchived") || str_eq(said->code, "BlobBeingRehydrated")) {
		rc = err_at(err, MF_EUNSUPPORTED, at, "the blob is in the archive tier and cannot be read now");
		err_hint(err, "rehydrate it (az storage blob set-tier --tier Hot), which takes hours, and try again");
	} else if (status == 429 || status >= 500) {
		rc = err_at(err, MF_ENETWORK, at, "%s answers %d %s%s%s", az->endpoint, status, said->code, *said->message ? ": " : "",
			said->message);
		if (err && err->code == rc)
			err->retriable = true;
	} else if (status == 401 || status == 403 || str_eq(said->code, "InvalidAuthenticationInfo")) {
		rc = err_at(err, MF_EACCESS, at, "access is denied to %s: %s", whose, *said->code ? said->code : "no reason is given");
		if (cred->kind == CRED_SHARED_KEY)
			err_hint(err, "is the key that of this account (%s)?", az->source);
		else if (cred->kind == CRED_SAS)
			err_hint(err, "has the signature expired? It needs read and list (sp=rl) on the container");
		else
			err_hint(err, "reading needs the role Storage Blob Data Reader on the container; az login renews a token");
	} else {
		rc = err_at(err, MF_EFAILED, at, "%s answers %d %s%s%s", az->endpoint, status, said->code, *said->message ? ": " : "",
			said->message);
	}
	if (err && err->code == rc)
		err->http_status = status;
	return rc;
}

/* ---- requests ---- */

struct asked {
	const char *key; /* below the prefix; NULL: the container */
	struct sign_pair query[8];
	size_t n_query;
	struct sign_pair headers[8];
	size_t n_headers;
};

static void add_header(struct asked *q, const char *name, const char *value)
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

static int send_once(struct azure_store *s, const struct asked *asked, const struct cred *cred, struct store_call *call,
	struct http_response *r, struct mf_error *err)
{
	struct azure *az = s->azure;
	struct asked q = *asked;
	struct buf path = BUF_INIT(URL), url = BUF_INIT(URL), headers = BUF_INIT(HEADERS), key = BUF_INIT(URL);
	struct tm tm;
	char date[64];
	int rc;
	pthread_mutex_lock(&az->lock);
	time_t now = (time_t)((stores_now(az->all) + az->skew) / 1000);
	pthread_mutex_unlock(&az->lock);
	gmtime_r(&now, &tm);
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &tm);
	add_header(&q, "x-ms-date", date);
	add_header(&q, "x-ms-version", API_VERSION);
	buf_addf(&path, "%s/", az->path);
	sign_path(&path, s->container);
	if (q.key) {
		stores_key(&key, s->prefix, q.key);
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
		err_hint(err, "the account's endpoint is named by %s", az->source);
done:
	buf_release(&path);
	buf_release(&url);
	buf_release(&headers);
	buf_release(&key);
	return rc;
}

/* A date more than a quarter of an hour off is refused. */
static bool learn_skew(struct azure *az, const struct http_response *r)
{
	int64_t skew = r->date != MF_NO_TIME ? r->date - stores_now(az->all) : 0;
	pthread_mutex_lock(&az->lock);
	int64_t change = skew - az->skew;
	bool other = change > 60000 || change < -60000;
	if (other)
		az->skew = skew;
	pthread_mutex_unlock(&az->lock);
	return other;
}

static int ask(struct azure_store *s, const struct asked *q, struct store_call *call, struct http_response *r, struct mf_error *err)
{
	struct cred cred = CRED_INIT;
	struct said said;
	bool renewed = false;
	int rc = cred_azure_get(s->azure->cred, NULL, &cred, call->cancel, err);
	while (rc == MF_OK) {
		rc = send_once(s, q, &cred, call, r, err);
		if (rc < 0 || r->status / 100 == 2 || r->status == 304 || r->status == 416 || r->status == 412)
			break;
		hear(&said, r);
		bool refused = r->status == 401 || r->status == 403;
		if (refused && cred.kind == CRED_SHARED_KEY && learn_skew(s->azure, r))
			continue;
		if (refused && cred.kind == CRED_BEARER && !renewed) {
			struct cred fresh = CRED_INIT;
			renewed = true;
			if (cred_azure_get(s->azure->cred, &cred, &fresh, call->cancel, NULL) == MF_OK &&
				!str_eq(fresh.token ? fresh.token : "", cred.token)) {
				cred_release(&cred);
				cred = fresh;
				continue;
			}
			cred_release(&fresh);
		}
		rc = fail(s, q->key, r, &said, &cred, err);
	}
	cred_release(&cred);
	return rc;
}

static int azure_get(struct store *base, struct store_get *get, struct mf_error *err)
{
	struct asked q = {.key = get->key};
	struct http_response r = HTTP_RESPONSE_INIT;
	struct store_call call = {get, "x-ms-meta-metaflow_user_attributes", get->cancel};
	char range[64];
	stores_range(range, get);
	add_header(&q, "x-ms-range", range);
	add_header(&q, "If-Match", get->if_match);
	add_header(&q, "If-None-Match", get->if_none_match);
	int rc = ask(azure_of(base), &q, &call, &r, err);
	if (rc == MF_OK)
		rc = stores_outcome(get, &r, err);
	http_response_release(&r);
	return rc;
}

/* ---- lists ---- */

struct page {
	struct store_list *list;
	size_t skip;
	char *next;
};

static int take(void *self, const char *path, const char *text, size_t n)
{
	struct page *p = self;
	if (str_eq(path, "EnumerationResults/NextMarker") && n) {
		free(p->next);
		p->next = strndup(text, n);
		return p->next ? MF_OK : MF_ENOMEM;
	}
	if (!str_eq(path, "EnumerationResults/Blobs/Blob/Name") && !str_eq(path, "EnumerationResults/Blobs/BlobPrefix/Name"))
		return MF_OK;
	if (n <= p->skip || memchr(text, '\0', n))
		return MF_OK;
	return fs_names_add(&p->list->names, text + p->skip, n - p->skip) ? MF_OK : MF_ENOMEM;
}

static int azure_list(struct store *base, struct store_list *list, struct mf_error *err)
{
	struct azure_store *s = azure_of(base);
	struct http_response r = HTTP_RESPONSE_INIT;
	struct store_call call = {.cancel = list->cancel};
	struct page page = {.list = list};
	struct buf prefix = BUF_INIT(URL);
	struct asked q = {.key = NULL};
	char limit[24];
	int rc;
	stores_key(&prefix, s->prefix, list->prefix);
	TRY(buf_err(&prefix, err));
	page.skip = prefix.n;
	q.query[q.n_query++] = (struct sign_pair){"restype", "container"};
	q.query[q.n_query++] = (struct sign_pair){"comp", "list"};
	q.query[q.n_query++] = (struct sign_pair){"prefix", prefix.p};
	if (!list->deep)
		q.query[q.n_query++] = (struct sign_pair){"delimiter", "/"};
	if (list->next)
		q.query[q.n_query++] = (struct sign_pair){"marker", list->next};
	if (list->limit) {
		snprintf(limit, sizeof(limit), "%zu", list->limit < 5000 ? list->limit : (size_t)5000);
		q.query[q.n_query++] = (struct sign_pair){"maxresults", limit};
	}
	TRY(ask(s, &q, &call, &r, err));
	struct xml_visitor v = {take, &page};
	struct mf_error mine = MF_ERROR_INIT;
	size_t bom = r.body.n >= 3 && memcmp(r.body.p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	rc = xml_walk(r.body.p + bom, r.body.n - bom, &v, &mine);
	if (rc < 0)
		err_at(err, rc, s->base.where, "a list of the container: %s", mine.code ? mine.message : mf_code_name(rc));
	free(list->next);
	list->next = rc == MF_OK ? page.next : NULL;
	if (rc == MF_OK)
		page.next = NULL;
done:
	free(page.next);
	buf_release(&prefix);
	http_response_release(&r);
	return rc;
}

static int azure_who(struct store *base, struct buf *out, struct mf_cancel *cancel, struct mf_error *err)
{
	const struct azure *az = azure_of(base)->azure;
	struct cred cred = CRED_INIT;
	int rc = cred_azure_get(az->cred, NULL, &cred, cancel, err);
	if (rc == MF_OK) {
		buf_addf(out, "%s, at %s (%s)", cred.source ? cred.source : "nobody (anonymous)", az->endpoint, az->source);
		rc = buf_err(out, err);
	}
	cred_release(&cred);
	return rc;
}

static void azure_free(struct store *base)
{
	struct azure_store *s = azure_of(base);
	free(s->container);
	free(s->prefix);
	free(s);
}

static const struct store_backend backend = {
	.kind = STORE_AZURE,
	.scheme = "azure",
	.get = azure_get,
	.head = stores_head,
	.list = azure_list,
	.who = azure_who,
	.free = azure_free,
};

int store_azure_new(struct store **out, struct stores *all, const char *root, struct mf_error *err)
{
	struct azure_store *s = calloc(1, sizeof(*s));
	int rc;
	*out = NULL;
	if (!s)
		return err_nomem(err);
	s->base.backend = &backend;
	TRY(stores_split(&s->container, &s->prefix, root, root, err));
	if (!all->azure)
		TRY(azure_new(&all->azure, all, err));
	s->azure = all->azure;
	*out = &s->base;
	return MF_OK;
done:
	azure_free(&s->base);
	return rc;
}
