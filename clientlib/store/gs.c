/* Objects of Google Cloud Storage over its JSON API. A generation takes the place of the etag: it names one content for ever. */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "../base/err.h"
#include "gs.h"

enum { HEADERS = 64 << 10, URL = 64 << 10 };

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

/* ---- requests ---- */

static int send_once(struct gs_store *s, const struct gs_asked *q, const struct cred *cred, struct store_call *call,
	struct http_response *r, struct mf_error *err)
{
	struct gcs *g = s->gcs;
	struct buf url = BUF_INIT(URL), headers = BUF_INIT(HEADERS), key = BUF_INIT(URL);
	const char *project = cred_gcs_project(g->cred);
	int rc;
	buf_addf(&url, "%s/storage/v1/b/", g->endpoint);
	http_escape(&url, s->base.bucket, strlen(s->base.bucket));
	buf_adds(&url, "/o");
	if (q->key) {
		stores_key(&key, s->base.prefix, q->key);
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
		stores_hint(err, "the server is named by STORAGE_EMULATOR_HOST: is it running?");
done:
	buf_release(&url);
	buf_release(&headers);
	buf_release(&key);
	return rc;
}

int gs_ask(struct gs_store *s, const struct gs_asked *q, struct store_call *call, struct http_response *r, struct mf_error *err)
{
	struct cred cred = CRED_INIT;
	bool renewed = false;
	int rc = stores_online(s->gcs->all, s->base.where, err);
	if (rc == MF_OK)
		rc = cred_gcs_get(s->gcs->cred, NULL, &cred, call->cancel, err);
	while (rc == MF_OK) {
		rc = send_once(s, q, &cred, call, r, err);
		if (rc < 0 || stores_is_answer(call, r))
			break;
		if (r->status == 401 && cred.kind == CRED_BEARER && !renewed) {
			struct cred fresh = CRED_INIT;
			renewed = true;
			int got = cred_gcs_get(s->gcs->cred, &cred, &fresh, call->cancel, NULL);
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
		rc = gs_error(s, q->key, r, &cred, err);
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
	struct gs_asked q = {.key = get->key, .query = {{"alt", "media"}}, .n_query = 1};
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
	int rc = gs_ask(s, &q, &call, &r, &mine);
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

static int gs_who(struct store *base, struct buf *out, struct mf_cancel *cancel, struct mf_error *err)
{
	const struct gcs *g = gs_of(base)->gcs;
	struct cred cred = CRED_INIT;
	int rc = stores_online(g->all, base->where, err);
	if (rc == MF_OK)
		rc = cred_gcs_get(g->cred, NULL, &cred, cancel, err);
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
	pthread_mutex_destroy(&gs_of(base)->lock);
	stores_drop(base);
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
	int rc = stores_make(out, &backend, sizeof(struct gs_store), root, err);
	if (rc == MF_OK && !all->gcs && (rc = gcs_new(&all->gcs, all, err)) < 0) {
		stores_drop(*out);
		*out = NULL;
	}
	if (rc == MF_OK) {
		pthread_mutex_init(&gs_of(*out)->lock, NULL);
		gs_of(*out)->gcs = all->gcs;
	}
	return rc;
}
