#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../base/fmt.h"
#include "../base/limits.h"
#include "../codec/json.h"
#include "data.h"
#include "log_tail.h"
#include "parts.h"
#include "provider.h"
#include "proc.h"
#include "remote.h"
#include "run.h"
#include "service.h"

/* The metadata root that --metadata names: DIR with .metaflow inside, or the .metaflow directory itself. */
static int named_root(struct buf *root, const char *dir, const char *inside, struct mf_error *err)
{
	struct buf with = BUF_INIT(MF_LIMIT_TEXT);
	size_t n = strlen(dir);
	while (n > 1 && dir[n - 1] == '/')
		n--;
	buf_add(&with, dir, n);
	size_t plain = strlen(inside) < n && str_starts(dir + n - strlen(inside), inside) ? n : 0;
	if (!plain) {
		buf_adds(&with, "/");
		buf_adds(&with, inside);
	}
	int rc = buf_err(&with, err);
	if (rc == MF_OK && !fs_is_dir(AT_FDCWD, with.p)) {
		rc = err_at(err, MF_ENOTFOUND, dir, "no %s directory in %s", inside, dir);
		err_hint(err, "--metadata local@DIR takes the directory that contains .metaflow");
	}
	buf_adds(root, with.p);
	buf_release(&with);
	return rc;
}

/* What --metadata or else the configuration names: the URL of a service or the root of a datastore, or NULL and the local root. */
static int choose(const struct mf_config *config, struct buf *root, const char **scheme, const char **url, struct mf_error *err)
{
	const char *spec = config->metadata;
	*scheme = "local";
	*url = NULL;
	if (spec && str_starts(spec, "spin@")) {
		*scheme = "spin";
		return named_root(root, spec + strlen("spin@"), ".metaflow_spin", err);
	}
	if (spec && str_starts(spec, "local@"))
		return named_root(root, spec + strlen("local@"), ".metaflow", err);
	if (spec && str_starts(spec, "datastore@")) {
		*scheme = "datastore";
		*url = spec + strlen("datastore@");
		if (**url)
			return MF_OK;
		err_at(err, MF_EUSAGE, spec, "no datastore is named");
		err_hint(err, "it is datastore@DIR, datastore@s3://…, datastore@gs://… or datastore@azure://container/…");
		return MF_EUSAGE;
	}
	if (spec && str_starts(spec, "service@"))
		*url = spec + strlen("service@");
	else if (spec && (str_starts(spec, "http://") || str_starts(spec, "https://")))
		*url = spec;
	if (spec && (str_eq(spec, "service") || (*url && !**url)))
		*url = mf_config_get(config, "SERVICE_URL");
	if (spec && *url)
		return MF_OK;
	if (spec && !str_eq(spec, "service") && strchr(spec, '@')) {
		struct buf plain = BUF_INIT(MF_LIMIT_TEXT); /* there may be a password in it */
		size_t kind = strcspn(spec, "@") + 1;
		buf_add(&plain, spec, kind);
		http_url_plain(&plain, spec + kind);
		err_at(err, MF_EUSAGE, plain.p, "unknown metadata provider “%s”", plain.p);
		buf_release(&plain);
		err_hint(err, "it is local@DIR, spin@DIR, service@URL or datastore@ROOT");
		return MF_EUSAGE;
	}
	if (spec && !str_eq(spec, "service") && !str_eq(spec, "local"))
		return named_root(root, spec, ".metaflow", err);
	const char *provider = spec ? spec : mf_config_get(config, "DEFAULT_METADATA");
	if (provider && str_eq(provider, "service")) {
		*url = mf_config_get(config, "SERVICE_URL");
		if (*url && **url)
			return MF_OK;
		err_set(err, MF_EUSAGE, "the metadata provider is “service” (%s), and METAFLOW_SERVICE_URL is not set",
			spec ? "--metadata" : mf_config_explain(config, "DEFAULT_METADATA")->source);
		err_hint(err, "set it, or use --metadata service@URL or local@DIR");
		return MF_EUSAGE;
	}
	if (provider && *provider && !str_eq(provider, "local")) {
		err_set(err, MF_EUNSUPPORTED, "metadata provider “%s” (METAFLOW_DEFAULT_METADATA from %s) is not read by this version",
			provider, mf_config_explain(config, "DEFAULT_METADATA")->source);
		err_hint(err, "use --metadata local@DIR or service@URL");
		return MF_EUNSUPPORTED;
	}
	if (!config->root) {
		err_set(err, MF_ENOTFOUND, "no .metaflow directory in %s or above it", config->cwd);
		err_hint(err, "change to a directory where flows were run, or use --metadata local@DIR");
		return MF_ENOTFOUND;
	}
	buf_adds(root, config->root);
	return buf_err(root, err);
}

static int open_local(struct mf_client *c, struct buf *root, const char *scheme, struct mf_error *err)
{
	const struct mf_config *config = c->config;
	struct buf source = BUF_INIT(MF_LIMIT_TEXT);
	c->root_fd = open(root->p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (c->root_fd < 0) {
		int rc = err_sys(err, errno, root->p, "cannot open the history");
		err_hint(err, mf_config_root_reason(config) && !config->metadata ? "it was chosen as the %s" : "check the directory",
			mf_config_root_reason(config));
		return rc;
	}
	const char *slash = strrchr(root->p, '/');
	buf_addf(&source, "%s@", scheme);
	buf_add(&source, root->p, slash && slash > root->p ? (size_t)(slash - root->p) : strlen(root->p));
	c->root = buf_take(root);
	c->source = buf_take(&source);
	return c->root && c->source ? MF_OK : err_nomem(err);
}

int mf_client_open(struct mf_client **out, const struct mf_config *config, struct mf_error *err)
{
	struct buf root = BUF_INIT(MF_LIMIT_TEXT);
	const char *scheme, *url;
	*out = NULL;
	struct mf_client *c = calloc(1, sizeof(*c));
	if (!c)
		return err_nomem(err);
	c->config = config;
	c->provider = &provider_local;
	c->root_fd = c->data_fd = -1;
	pthread_mutex_init(&c->lock, NULL);
	int rc;
	TRY(choose(config, &root, &scheme, &url, err));
	bool remote = str_eq(scheme, "datastore");
	if (!remote)
		TRY(url ? service_open(c, url, err) : open_local(c, &root, scheme, err));
	TRY(client_data_open(c, err));
	if (remote)
		TRY(remote_open(c, url, err));
done:
	buf_release(&root);
	if (rc < 0)
		mf_client_free(c);
	else
		*out = c;
	return rc;
}

void mf_client_free(struct mf_client *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < RUN_CACHE; i++)
		run_unref(c->runs[i]);
	proc_free(c->procs);
	service_close(c);
	remote_close(c);
	code_kept_free(c->code);
	log_tails_free(c->tails);
	stores_free(c->stores);
	if (c->root_fd >= 0)
		close(c->root_fd);
	pthread_mutex_destroy(&c->lock);
	free(c->root);
	free(c->source);
	free(c);
}

const char *mf_client_source(const struct mf_client *c)
{
	return c->source;
}

const char *mf_client_root(const struct mf_client *c)
{
	return c->root;
}

int64_t mf_client_now(const struct mf_client *c)
{
	return c->config->now ? c->config->now : clock_now_ms() + service_skew(c);
}

void client_count(struct mf_client *c, unsigned files, unsigned dirs, uint64_t bytes)
{
	static atomic_uint threads;
	static _Thread_local unsigned own; /* this thread's slot, from 1 */
	if (!own)
		own = 1 + atomic_fetch_add(&threads, 1) % COUNTER_SLOTS;
	struct counters *n = &c->counters[own - 1];
	if (files)
		atomic_fetch_add_explicit(&n->files, files, memory_order_relaxed);
	if (dirs)
		atomic_fetch_add_explicit(&n->dirs, dirs, memory_order_relaxed);
	if (bytes)
		atomic_fetch_add_explicit(&n->bytes, bytes, memory_order_relaxed);
}

struct mf_stats mf_client_stats(const struct mf_client *c)
{
	struct mf_stats sum = {0};
	for (size_t i = 0; i < COUNTER_SLOTS; i++) {
		sum.files_opened += atomic_load(&c->counters[i].files);
		sum.dirs_listed += atomic_load(&c->counters[i].dirs);
		sum.bytes_read += atomic_load(&c->counters[i].bytes);
	}
	if (c->service) {
		struct http_stats http = http_stats(c->service->http);
		sum.requests = http.tries;
		sum.bytes_read += http.bytes;
	}
	struct http_stats store = stores_stats(c->stores);
	sum.requests += store.tries;
	sum.bytes_read += store.bytes;
	return sum;
}

void client_trace(struct mf_client *c, const char *what, const char *path, uint64_t bytes)
{
	if (c->config->trace)
		c->config->trace(c->config->trace_self, what, path, bytes);
}

static int read_at(struct mf_client *c, int fd, const char *path, const char *where, struct arena *a, char **out, size_t *n,
	struct mf_error *err)
{
	client_count(c, 1, 0, 0);
	int rc = fs_read(fd, path, a, MF_LIMIT_JSON_FILE, out, n, where, err);
	if (rc == MF_OK)
		client_count(c, 0, 0, *n);
	client_trace(c, "read", where, rc == MF_OK ? *n : 0);
	return rc;
}

int client_read(struct mf_client *c, const char *path, struct arena *a, char **out, size_t *n, struct mf_error *err)
{
	return read_at(c, c->root_fd, path, path, a, out, n, err);
}

int object_read(struct mf_object *o, const char *path, char **out, size_t *n, struct mf_error *err)
{
	bool near = o->base_fd >= 0;
	return read_at(o->client, near ? o->base_fd : o->client->root_fd, near ? path + o->base_n : path, path, &o->arena, out, n,
		err);
}

int client_json_at(struct mf_client *c, int dirfd, const char *file, struct arena *a, struct mf_value **out, const char *where,
	struct mf_error *err)
{
	char *text;
	size_t n;
	client_count(c, 1, 0, 0);
	int rc = fs_read(dirfd, file, a, MF_LIMIT_JSON_FILE, &text, &n, where, err);
	if (rc < 0)
		return rc;
	client_count(c, 0, 0, n);
	client_trace(c, "read", where, n);
	return record_parse(out, a, text, n, where, err);
}

int record_parse(struct mf_value **out, struct arena *a, const char *text, size_t n, const char *where, struct mf_error *err)
{
	struct mf_error mine = MF_ERROR_INIT;
	int rc = json_parse(out, a, text, n, &mine);
	if (rc == MF_OK && (*out)->kind != MF_DICT)
		rc = err_set(&mine, MF_ECORRUPT, "not a JSON object");
	return rc < 0 ? err_at(err, rc, where, "%s", mine.message) : rc;
}

int client_json(struct mf_client *c, const char *path, struct arena *a, struct mf_value **out, struct mf_error *err)
{
	return client_json_at(c, c->root_fd, path, a, out, path, err);
}

int record_brief(const char *text, size_t n, int64_t *ts, char sha[41], struct mf_error *err)
{
	struct json j;
	enum json_token t;
	bool timed = false;
	*ts = MF_NO_TIME;
	if (sha)
		sha[0] = '\0';
	json_init(&j, text, n, err);
	t = json_next(&j);
	if (t != JSON_OBJECT)
		return t == JSON_BAD ? MF_ECORRUPT : err_set(err, MF_ECORRUPT, "not a JSON object");
	while ((t = json_next(&j)) == JSON_KEY) {
		bool is_ts = json_is(&j, "ts_epoch"), is_sha = sha && json_is(&j, "sha");
		t = json_next(&j);
		if (is_ts && t == JSON_NUMBER)
			timed = json_int(&j, ts);
		if (is_sha && t == JSON_STRING && !j.escaped && j.text_n == 40)
			*stpncpy(sha, j.text, 40) = '\0';
		if ((t == JSON_ARRAY || t == JSON_OBJECT || t == JSON_BAD) && json_skip(&j, t) < 0)
			return MF_ECORRUPT;
	}
	if (t != JSON_OBJECT_END || json_next(&j) != JSON_END)
		return MF_ECORRUPT;
	if (!timed) { /* an unusual form of the time, or none */
		struct arena a;
		struct mf_value *doc;
		arena_init(&a, 0);
		if (json_parse(&doc, &a, text, n, NULL) == MF_OK)
			*ts = record_ts(doc);
		arena_release(&a);
	}
	return MF_OK;
}

int client_list(struct mf_client *c, const char *path, bool dirs, struct fs_names *out, struct mf_error *err)
{
	client_count(c, 0, 1, 0);
	client_trace(c, "list", path, 0);
	return fs_list(c->root_fd, path, dirs, out, path, err);
}

/* ---- cancelling ---- */

struct mf_cancel {
	atomic_bool set;
	atomic_int refs;
};

struct mf_cancel *mf_cancel_new(void)
{
	struct mf_cancel *c = calloc(1, sizeof(*c));
	if (c)
		atomic_store(&c->refs, 1);
	return c;
}

void mf_cancel_set(struct mf_cancel *c)
{
	atomic_store(&c->set, true);
}

void mf_cancel_reset(struct mf_cancel *c)
{
	atomic_store(&c->set, false);
}

bool mf_cancel_is_set(const struct mf_cancel *c)
{
	return c && atomic_load(&c->set);
}

/* ---- trouble ---- */

static _Thread_local unsigned troubles;
static _Thread_local struct mf_error last_trouble;

unsigned trouble_count(void)
{
	return troubles;
}

const struct mf_error *trouble_last(void)
{
	return &last_trouble;
}

void trouble_note(const struct mf_error *err)
{
	troubles++;
	last_trouble = *err;
}

static _Thread_local struct mf_cancel *bound;

void mf_cancel_bind(struct mf_cancel *c)
{
	bound = c;
}

struct mf_cancel *cancel_bound(void)
{
	return bound;
}

struct mf_cancel *mf_cancel_ref(struct mf_cancel *c)
{
	if (c)
		atomic_fetch_add(&c->refs, 1);
	return c;
}

void mf_cancel_free(struct mf_cancel *c)
{
	if (c && atomic_fetch_sub(&c->refs, 1) == 1)
		free(c);
}
