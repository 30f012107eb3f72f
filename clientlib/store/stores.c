#include "stores.h"

#include <stdio.h>
#include <stdlib.h>

#include "../base/err.h"
#include "../base/fmt.h"
#include "local.h"

static const struct kind {
	const char *ds_type, *scheme;
} kinds[STORE_KINDS] = {
	[STORE_LOCAL] = {"local", NULL},
	[STORE_S3] = {"s3", "s3://"},
	[STORE_AZURE] = {"azure", "azure://"},
	[STORE_GS] = {"gs", "gs://"},
};

int store_kind_named(const char *ds_type)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (str_eq(ds_type, kinds[i].ds_type))
			return (int)i;
	return str_eq(ds_type, "spin") ? STORE_LOCAL : -1;
}

enum store_kind store_kind_of(const char *text, const char **root)
{
	*root = text;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].scheme && str_starts(text, kinds[i].scheme)) {
			if (i == STORE_AZURE) /* written without scheme by Metaflow */
				*root = text + strlen(kinds[i].scheme);
			return (enum store_kind)i;
		}
	return STORE_LOCAL;
}

int stores_new(struct stores **out, const struct store_config *config, struct mf_error *err)
{
	pthread_mutexattr_t attr;
	struct stores *all = *out = calloc(1, sizeof(*all));
	if (!all)
		return err_nomem(err);
	all->config = *config;
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&all->lock, &attr);
	pthread_mutexattr_destroy(&attr);
	return MF_OK;
}

void stores_free(struct stores *all)
{
	if (!all)
		return;
	for (size_t i = 0; i < all->list.n; i++) {
		struct store *s = all->list.v[i];
		free(s->root);
		free(s->where);
		s->backend->free(s);
	}
	store_s3_end(all->s3);
	store_azure_end(all->azure);
	store_gs_end(all->gcs);
	for (size_t i = 0; i < ARRAY_SIZE(all->http); i++)
		http_free(all->http[i]);
	vec_release(&all->list);
	pthread_mutex_destroy(&all->lock);
	free(all);
}

static int make(struct stores *all, enum store_kind kind, const char *root, struct store **out, struct mf_error *err)
{
	switch (kind) {
	case STORE_LOCAL: return store_local_new(out, root, err);
	case STORE_S3: return store_s3_new(out, all, root, err);
	case STORE_AZURE: return store_azure_new(out, all, root, err);
	case STORE_GS: return store_gs_new(out, all, root, err);
	}
	return err_set(err, MF_EUNSUPPORTED, "no such kind of store");
}

int stores_get(struct stores *all, enum store_kind kind, const char *root, struct store **out, struct mf_error *err)
{
	struct store *s = NULL;
	int rc = MF_OK;
	pthread_mutex_lock(&all->lock);
	for (size_t i = 0; i < all->list.n && !s; i++)
		if (all->list.v[i]->backend->kind == kind && str_eq(all->list.v[i]->root, root))
			s = all->list.v[i];
	if (!s && (rc = make(all, kind, root, &s, err)) == MF_OK) {
		struct buf where = BUF_INIT(1 << 16);
		buf_addf(&where, "%s%s", kind == STORE_AZURE ? kinds[kind].scheme : "", root);
		s->all = all;
		s->root = strdup(root);
		s->where = buf_take(&where);
		if (!s->root || !s->where || !vec_push(&all->list, s)) {
			free(s->root);
			free(s->where);
			s->backend->free(s);
			rc = err_nomem(err);
			s = NULL;
		}
	}
	pthread_mutex_unlock(&all->lock);
	*out = s;
	return rc;
}

/* ---- what backends ask ---- */

const char *stores_env(const struct stores *all, const char *name)
{
	struct cred_context x = {.environ = all->config.environ};
	return cred_env(&x, name);
}

const char *stores_setting(const struct stores *all, const char *key)
{
	const char *v = all->config.setting ? all->config.setting(all->config.self, key) : NULL;
	return v && *v ? v : NULL;
}

int64_t stores_now(const struct stores *all)
{
	return all->config.now ? all->config.now : clock_now_ms();
}

static void trace(void *self, const char *method, const char *url, int status, uint64_t bytes, double ms)
{
	struct stores *all = self;
	struct buf b = BUF_INIT(1 << 20);
	if (!all->config.trace)
		return;
	buf_addf(&b, "%s %s %d %.1f ms", method, url, status, ms);
	all->config.trace(all->config.trace_self, "http", b.p, bytes);
	buf_release(&b);
}

int stores_http(struct stores *all, enum store_kind kind, const char *ca_file, bool insecure, struct mf_error *err)
{
	struct http_options o = {.user_agent = all->config.user_agent,
		.ca_file = ca_file ? ca_file : all->config.ca_file,
		.insecure = insecure,
		.ca_name = kind == STORE_S3 ? "AWS_CA_BUNDLE" : "REQUESTS_CA_BUNDLE",
		.deadline = all->config.deadline,
		.trace = trace,
		.trace_self = all};
	int rc = MF_OK;
	pthread_mutex_lock(&all->lock);
	if (!all->http[kind])
		rc = http_open(&all->http[kind], &o, err);
	pthread_mutex_unlock(&all->lock);
	return rc;
}

struct cred_context stores_cred_context(struct stores *all, enum store_kind kind)
{
	return (struct cred_context){.environ = all->config.environ, .http = all->http[kind], .now = all->config.now};
}

int stores_make(struct store **out, const struct store_backend *backend, size_t size, const char *root, struct mf_error *err)
{
	const char *scheme = kinds[backend->kind].scheme, *text = str_starts(root, scheme) ? root + strlen(scheme) : root;
	struct buf b = BUF_INIT(1 << 16);
	struct store *s = calloc(1, size);
	*out = NULL;
	if (!s)
		return err_nomem(err);
	s->backend = backend;
	while (*text == '/')
		text++;
	size_t n = strcspn(text, "/");
	s->bucket = strndup(text, n);
	for (text += n; *text;) {
		text += strspn(text, "/");
		n = strcspn(text, "/");
		if (n && b.n)
			buf_addc(&b, '/');
		buf_add(&b, text, n);
		text += n;
	}
	s->prefix = strdup(b.p);
	int rc = b.failed || !s->bucket || !s->prefix ? err_nomem(err) : MF_OK;
	if (rc == MF_OK && !*s->bucket)
		rc = err_at(err, MF_EUSAGE, root, "“%s” names no bucket", root);
	buf_release(&b);
	if (rc < 0)
		stores_drop(s);
	else
		*out = s;
	return rc;
}

void stores_drop(struct store *s)
{
	free(s->bucket);
	free(s->prefix);
	free(s);
}

void stores_key(struct buf *b, const char *prefix, const char *key)
{
	buf_adds(b, prefix);
	if (*prefix)
		buf_addc(b, '/');
	buf_adds(b, key);
}

/* ---- lists ---- */

void stores_list_query(struct sign_pair *query, size_t *n, const struct store_list *list, const char *prefix, const char *next,
	const char *limit, size_t most, char text[24])
{
	query[(*n)++] = (struct sign_pair){"prefix", prefix};
	if (!list->deep)
		query[(*n)++] = (struct sign_pair){"delimiter", "/"};
	if (list->next)
		query[(*n)++] = (struct sign_pair){next, list->next};
	if (list->limit) {
		snprintf(text, 24, "%zu", list->limit < most ? list->limit : most);
		query[(*n)++] = (struct sign_pair){limit, text};
	}
}

int stores_list_add(struct store_list *list, const struct buf *prefix, const char *key, size_t n)
{
	if (n <= prefix->n || memcmp(key, prefix->p, prefix->n) != 0 || memchr(key, '\0', n))
		return MF_OK;
	return fs_names_add(&list->names, key + prefix->n, n - prefix->n) ? MF_OK : MF_ENOMEM;
}

/* ---- what was done ---- */

void stores_loading(struct stores *all, int64_t wanted, int64_t read)
{
	if (all && (wanted || read)) {
		atomic_fetch_add(&all->loading, (uint64_t)wanted);
		atomic_fetch_add(&all->loaded, (uint64_t)read);
	}
}

void stores_progress(struct stores *all, uint64_t *loaded, uint64_t *loading)
{
	*loaded = atomic_load(&all->loaded);
	*loading = atomic_load(&all->loading);
	if (*loaded > *loading)
		*loaded = *loading;
}

struct http_stats stores_stats(struct stores *all)
{
	struct http_stats sum = {0};
	pthread_mutex_lock(&all->lock);
	for (size_t i = 0; i < ARRAY_SIZE(all->http); i++)
		if (all->http[i]) {
			struct http_stats s = http_stats(all->http[i]);
			sum.requests += s.requests;
			sum.tries += s.tries;
			sum.failed += s.failed;
			sum.bytes += s.bytes;
			sum.active += s.active;
		}
	pthread_mutex_unlock(&all->lock);
	return sum;
}

static int newest_first(const void *pa, const void *pb)
{
	const struct mf_request *a = pa, *b = pb;
	if (a->began != b->began)
		return a->began < b->began ? 1 : -1;
	return a->id == b->id ? 0 : a->id < b->id ? 1 : -1;
}

size_t stores_log(struct stores *all, struct mf_request *out, size_t n)
{
	struct mf_request *more = NULL;
	size_t have = 0;
	if (n > HTTP_LOG)
		n = HTTP_LOG;
	pthread_mutex_lock(&all->lock);
	for (size_t i = 0; i < ARRAY_SIZE(all->http); i++) {
		if (!all->http[i])
			continue;
		struct mf_request *to = out;
		if (have) { /* of each kind the newest, and of those the newest again */
			to = realloc(more, (have + n) * sizeof(*more));
			if (!to)
				break;
			if (!more)
				memcpy(to, out, have * sizeof(*out));
			more = to;
		}
		size_t got = http_log(all->http[i], to + have, n);
		for (size_t k = have; k < have + got; k++) /* numbers of several kinds side by side */
			to[k].id = to[k].id << 3 | i;
		have += got;
	}
	pthread_mutex_unlock(&all->lock);
	qsort(more ? more : out, have, sizeof(*out), newest_first);
	if (have > n)
		have = n;
	if (more)
		memcpy(out, more, have * sizeof(*out));
	free(more);
	return have;
}
