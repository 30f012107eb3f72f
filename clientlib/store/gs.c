/* Objects of Google Cloud Storage over its JSON API. A generation takes the place of the etag: it names one content for ever. */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "../base/err.h"
#include "../codec/json.h"
#include "../codec/value.h"
#include "../net/cred_gcs.h"
#include "stores.h"

enum { HEADERS = 64 << 10, URL = 64 << 10 };

struct gcs {
	struct stores *all;
	struct arena arena;
	struct cred_gcs *cred;
	const char *endpoint; /* "https://storage.googleapis.com" */
	bool emulator;
};

struct gs_store {
	struct store base;
	struct gcs *gcs;
	char *bucket, *prefix;
	pthread_mutex_t lock;
	bool seen; /* something of the bucket has been read: it exists */
};

static struct gs_store *gs_of(struct store *s)
{
	return (struct gs_store *)s;
}

/* ---- opening ---- */

static int choose_endpoint(struct gcs *g, struct mf_error *err)
{
	const char *host = stores_env(g->all, "STORAGE_EMULATOR_HOST"),
		   *universe = stores_env(g->all, "GOOGLE_CLOUD_UNIVERSE_DOMAIN");
	g->emulator = host;
	if (host)
		g->endpoint = arena_printf(&g->arena, "%s%s", strstr(host, "://") ? "" : "http://", host);
	else
		g->endpoint = arena_printf(&g->arena, "https://storage.%s", universe ? universe : "googleapis.com");
	if (!g->endpoint)
		return err_nomem(err);
	size_t n = strlen(g->endpoint);
	while (n && g->endpoint[n - 1] == '/')
		n--;
	g->endpoint = arena_strndup(&g->arena, g->endpoint, n);
	if (!g->endpoint)
		return err_nomem(err);
	if (strncasecmp(g->endpoint, "http://", 7) != 0 && strncasecmp(g->endpoint, "https://", 8) != 0)
		return err_at(err, MF_EUSAGE, g->endpoint, "STORAGE_EMULATOR_HOST is no URL of http or https");
	return MF_OK;
}

static int gcs_new(struct gcs **out, struct stores *all, struct mf_error *err)
{
	struct gcs *g = calloc(1, sizeof(*g));
	int rc;
	*out = NULL;
	if (!g)
		return err_nomem(err);
	g->all = all;
	arena_init(&g->arena, 0);
	TRY(stores_http(all, STORE_GS, NULL, false, err));
	TRY(choose_endpoint(g, err));
	struct cred_gcs_options o = {.context = stores_cred_context(all, STORE_GS), .anonymous = g->emulator};
	if (stores_env(all, "MFCTL_GS_ANONYMOUS"))
		o.anonymous = true;
	TRY(cred_gcs_open(&g->cred, &o, err));
	*out = g;
	return MF_OK;
done:
	store_gs_end(g);
	return rc;
}

void store_gs_end(struct gcs *g)
{
	if (!g)
		return;
	cred_gcs_free(g->cred);
	arena_release(&g->arena);
	free(g);
}

/* ---- errors ---- */

/* The message of {"error": {"message": …}}, else the first line of a text. */
static void hear(char *out, size_t size, const struct http_response *r)
{
	struct arena a;
	struct mf_value *doc;
	size_t n;
	const char *p = NULL;
	arena_init(&a, 0);
	if (r->body.n && r->body.p[0] == '{' && json_parse(&doc, &a, r->body.p, r->body.n, NULL) == MF_OK)
		p = mf_value_text(mf_value_get(mf_value_get(doc, "error"), "message"), &n);
	if (p) {
		snprintf(out, size, "%.*s", (int)n, p);
	} else {
		n = strcspn(r->body.p, "\r\n<");
		snprintf(out, size, "%.*s", (int)(n < 120 ? n : 120), r->body.p);
	}
	arena_release(&a);
}

static int fail(const struct gs_store *s, const char *key, const struct http_response *r, const struct cred *cred, struct mf_error *err)
{
	const struct gcs *g = s->gcs;
	char at[512], said[200];
	const char *whose = cred->kind == CRED_NONE ? "nobody (anonymous)" : cred->source ? cred->source : "unknown credentials";
	int rc, status = r->status;
	snprintf(at, sizeof(at), "gs://%s/%s%s%s", s->bucket, s->prefix, *s->prefix && key ? "/" : "", key ? key : "");
	hear(said, sizeof(said), r);
	if (status == 404 && (!key || strstr(said, "bucket does not exist"))) {
		rc = err_at(err, MF_ENOSTORE, at, "the bucket “%s” does not exist at %s", s->bucket, g->endpoint);
		err_hint(err, "it is named by METAFLOW_DATASTORE_SYSROOT_GS and by records%s",
			g->emulator ? "; STORAGE_EMULATOR_HOST names the server" : "");
	} else if (status == 404) {
		rc = err_at(err, MF_ENOTFOUND, at, "no such object");
	} else if (status == 429 || status == 408 || status >= 500) {
		rc = err_at(err, MF_ENETWORK, at, "%s answers %d%s%s", g->endpoint, status, *said ? ": " : "", said);
		if (err && err->code == rc)
			err->retriable = true;
	} else if (status == 401 || status == 403) {
		rc = err_at(err, MF_EACCESS, at, "access is denied to %s%s%s", whose, *said ? ": " : "", said);
		err_hint(err, status == 401 ? "gcloud auth application-default login renews a token"
					    : "reading needs storage.objects.get and .list: the role Storage Object Viewer on the bucket");
	} else if (status == 400 && strstr(said, "requester pays")) {
		rc = err_at(err, MF_EACCESS, at, "the requester pays for this bucket, and no project is known that does");
		err_hint(err, "set GOOGLE_CLOUD_QUOTA_PROJECT");
	} else {
		rc = err_at(err, MF_EFAILED, at, "%s answers %d%s%s", g->endpoint, status, *said ? ": " : "", said);
	}
	if (err && err->code == rc)
		err->http_status = status;
	return rc;
}

/* ---- requests ---- */

struct asked {
	const char *key; /* below the prefix; NULL: the bucket's list */
	struct sign_pair query[8];
	size_t n_query;
	const char *range, *if_match, *if_none_match;
};

static int send_once(struct gs_store *s, const struct asked *q, const struct cred *cred, struct store_call *call,
	struct http_response *r, struct mf_error *err)
{
	struct gcs *g = s->gcs;
	struct buf url = BUF_INIT(URL), headers = BUF_INIT(HEADERS), key = BUF_INIT(URL);
	const char *project = cred_gcs_project(g->cred);
	int rc;
	buf_addf(&url, "%s/storage/v1/b/", g->endpoint);
	http_escape(&url, s->bucket, strlen(s->bucket));
	buf_adds(&url, "/o");
	if (q->key) {
		stores_key(&key, s->prefix, q->key);
		buf_addc(&url, '/');
		http_escape(&url, key.p, key.n);
	}
	sign_query(&url, q->query, q->n_query);
	if (q->range && *q->range)
		buf_addf(&headers, "Range: %s\n", q->range);
	if (q->if_match)
		buf_addf(&headers, "If-Match: %s\n", q->if_match);
	if (q->if_none_match)
		buf_addf(&headers, "If-None-Match: %s\n", q->if_none_match);
	if (project)
		buf_addf(&headers, "x-goog-user-project: %s\n", project);
	if (cred->kind == CRED_BEARER && (strncasecmp(g->endpoint, "https:", 6) == 0 || http_is_loopback(g->endpoint + 7)))
		buf_addf(&headers, "Authorization: Bearer %s\n", cred->token);
	TRY(buf_err(&url, err));
	TRY(buf_err(&key, err));
	rc = stores_send(g->all, STORE_GS, url.p, &headers, call, r, err);
	if (rc == MF_ENETWORK && g->emulator)
		err_hint(err, "the server is named by STORAGE_EMULATOR_HOST");
done:
	buf_release(&url);
	buf_release(&headers);
	buf_release(&key);
	return rc;
}

static int ask(struct gs_store *s, const struct asked *q, struct store_call *call, struct http_response *r, struct mf_error *err)
{
	struct cred cred = CRED_INIT;
	bool renewed = false;
	int rc = cred_gcs_get(s->gcs->cred, NULL, &cred, call->cancel, err);
	while (rc == MF_OK) {
		rc = send_once(s, q, &cred, call, r, err);
		if (rc < 0 || r->status / 100 == 2 || r->status == 304 || r->status == 416 || r->status == 412)
			break;
		if (r->status == 401 && cred.kind == CRED_BEARER && !renewed) {
			struct cred fresh = CRED_INIT;
			renewed = true;
			if (cred_gcs_get(s->gcs->cred, &cred, &fresh, call->cancel, NULL) == MF_OK &&
				!str_eq(fresh.token ? fresh.token : "", cred.token)) {
				cred_release(&cred);
				cred = fresh;
				continue;
			}
			cred_release(&fresh);
		}
		rc = fail(s, q->key, r, &cred, err);
	}
	cred_release(&cred);
	return rc;
}

/* A missing object may be one of a missing bucket: that is looked at once. */
static int look_at_bucket(struct gs_store *s, const struct store_get *get, struct mf_error *err)
{
	pthread_mutex_lock(&s->lock);
	bool seen = s->seen;
	s->seen = true;
	pthread_mutex_unlock(&s->lock);
	if (seen)
		return MF_ENOTFOUND;
	struct store_list list = {.prefix = "", .limit = 1, .cancel = get->cancel};
	struct mf_error mine = MF_ERROR_INIT;
	int rc = s->base.backend->list(&s->base, &list, &mine);
	fs_names_release(&list.names);
	free(list.next);
	if (rc != MF_ENOSTORE)
		return MF_ENOTFOUND;
	pthread_mutex_lock(&s->lock);
	s->seen = false;
	pthread_mutex_unlock(&s->lock);
	if (err) {
		*err = mine;
	}
	return rc;
}

static bool is_generation(const char *etag)
{
	return etag && *etag && !etag[strspn(etag, "0123456789")];
}

static int gs_get(struct store *base, struct store_get *get, struct mf_error *err)
{
	struct gs_store *s = gs_of(base);
	struct asked q = {.key = get->key, .query = {{"alt", "media"}}, .n_query = 1};
	struct http_response r = HTTP_RESPONSE_INIT;
	struct store_call call = {get, "x-goog-meta-metaflow-user-attributes", get->cancel};
	struct mf_error mine = MF_ERROR_INIT;
	char range[64];
	stores_range(range, get);
	q.range = range;
	if (is_generation(get->if_match))
		q.query[q.n_query++] = (struct sign_pair){"generation", get->if_match};
	else
		q.if_match = get->if_match;
	if (is_generation(get->if_none_match))
		q.query[q.n_query++] = (struct sign_pair){"ifGenerationNotMatch", get->if_none_match};
	else
		q.if_none_match = get->if_none_match;
	int rc = ask(s, &q, &call, &r, &mine);
	if (rc == MF_OK)
		rc = stores_outcome(get, &r, &mine);
	if (rc == MF_ENOTFOUND && get->if_match) {
		err_clear(&mine);
		rc = err_at(&mine, MF_ECORRUPT, get->key, "it has changed while it was read");
	} else if (rc == MF_ENOTFOUND) {
		rc = look_at_bucket(s, get, &mine);
	} else if (rc >= 0) {
		pthread_mutex_lock(&s->lock);
		s->seen = true;
		pthread_mutex_unlock(&s->lock);
	}
	if (rc < 0 && err && err->code == MF_OK)
		*err = mine;
	http_response_release(&r);
	return rc;
}

/* ---- lists ---- */

static bool add_name(struct store_list *list, size_t skip, const struct mf_value *v)
{
	size_t n;
	const char *p = mf_value_text(v, &n);
	if (!p || n <= skip || memchr(p, '\0', n))
		return true;
	return fs_names_add(&list->names, p + skip, n - skip);
}

static int take_page(struct store_list *list, size_t skip, const struct http_response *r, struct mf_error *err)
{
	struct arena a;
	struct mf_value *doc;
	size_t n;
	bool ok = true;
	arena_init(&a, 0);
	int rc = json_parse(&doc, &a, r->body.p, r->body.n, err);
	if (rc == MF_OK) {
		const struct mf_value *items = mf_value_get(doc, "items"), *dirs = mf_value_get(doc, "prefixes");
		for (size_t i = 0; ok && i < mf_value_count(items); i++)
			ok = add_name(list, skip, mf_value_get(mf_value_item(items, i), "name"));
		for (size_t i = 0; ok && i < mf_value_count(dirs); i++)
			ok = add_name(list, skip, mf_value_item(dirs, i));
		const char *next = mf_value_text(mf_value_get(doc, "nextPageToken"), &n);
		char *copy = next && n ? strndup(next, n) : NULL;
		rc = !ok || (next && n && !copy) ? err_nomem(err) : MF_OK;
		free(list->next);
		list->next = copy;
	}
	arena_release(&a);
	return rc;
}

static int gs_list(struct store *base, struct store_list *list, struct mf_error *err)
{
	struct gs_store *s = gs_of(base);
	struct http_response r = HTTP_RESPONSE_INIT;
	struct store_call call = {.cancel = list->cancel};
	struct buf prefix = BUF_INIT(URL);
	struct mf_error mine = MF_ERROR_INIT;
	struct asked q = {.query = {{"fields", "items(name),prefixes,nextPageToken"}}, .n_query = 1};
	char limit[24];
	int rc;
	stores_key(&prefix, s->prefix, list->prefix);
	TRY(buf_err(&prefix, err));
	q.query[q.n_query++] = (struct sign_pair){"prefix", prefix.p};
	if (!list->deep)
		q.query[q.n_query++] = (struct sign_pair){"delimiter", "/"};
	if (list->next)
		q.query[q.n_query++] = (struct sign_pair){"pageToken", list->next};
	if (list->limit) {
		snprintf(limit, sizeof(limit), "%zu", list->limit < 1000 ? list->limit : (size_t)1000);
		q.query[q.n_query++] = (struct sign_pair){"maxResults", limit};
	}
	TRY(ask(s, &q, &call, &r, err));
	rc = take_page(list, prefix.n, &r, &mine);
	if (rc < 0)
		err_at(err, rc, s->base.where, "a list of the bucket: %s", mine.message);
done:
	buf_release(&prefix);
	http_response_release(&r);
	return rc;
}

static int gs_who(struct store *base, struct buf *out, struct mf_cancel *cancel, struct mf_error *err)
{
	const struct gcs *g = gs_of(base)->gcs;
	struct cred cred = CRED_INIT;
	int rc = cred_gcs_get(g->cred, NULL, &cred, cancel, err);
	if (rc == MF_OK) {
		buf_adds(out, cred.kind != CRED_NONE && cred.source ? cred.source : "nobody (anonymous)");
		if (g->emulator)
			buf_addf(out, ", at %s (STORAGE_EMULATOR_HOST)", g->endpoint);
		rc = buf_err(out, err);
	}
	cred_release(&cred);
	return rc;
}

static void gs_free(struct store *base)
{
	struct gs_store *s = gs_of(base);
	pthread_mutex_destroy(&s->lock);
	free(s->bucket);
	free(s->prefix);
	free(s);
}

static const struct store_backend backend = {
	.kind = STORE_GS,
	.scheme = "gs",
	.get = gs_get,
	.head = stores_head,
	.list = gs_list,
	.who = gs_who,
	.free = gs_free,
};

int store_gs_new(struct store **out, struct stores *all, const char *root, struct mf_error *err)
{
	struct gs_store *s = calloc(1, sizeof(*s));
	int rc;
	*out = NULL;
	if (!s)
		return err_nomem(err);
	s->base.backend = &backend;
	pthread_mutex_init(&s->lock, NULL);
	TRY(stores_split(&s->bucket, &s->prefix, str_starts(root, "gs://") ? root + 5 : root, root, err));
	if (!all->gcs)
		TRY(gcs_new(&all->gcs, all, err));
	s->gcs = all->gcs;
	*out = &s->base;
	return MF_OK;
done:
	gs_free(&s->base);
	return rc;
}
