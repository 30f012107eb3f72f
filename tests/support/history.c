#include "history.h"

#include <jansson.h>
#include <limits.h>
#include <nettle/sha1.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <zlib.h>

#include "../../clientlib/base/arena.h"
#include "test.h"

const char *textf(const char *fmt, ...)
{
	static struct arena all; /* reachable until the end, so no leak */
	struct buf b = BUF_INIT(1 << 20);
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&b, fmt, ap);
	va_end(ap);
	const char *copy = arena_strndup(&all, b.p, b.n);
	if (!copy || b.failed)
		abort();
	buf_release(&b);
	return copy;
}

void history_init(struct history *h)
{
	*h = (struct history){.dir = test_dir(), .proc = "", .now = INT64_C(1795262400000)};
	history_file(h, "config.json", "{}");
}

void history_open(struct history *h)
{
	const char *env[4] = {"HOME=/nonexistent"};
	size_t n = 1;
	struct mf_error err = MF_ERROR_INIT;

	if (h->user)
		env[n++] = textf("METAFLOW_USER=%s", h->user);
	if (h->max_value)
		env[n++] = textf("MFCTL_MAX_VALUE=%s", h->max_value);
	history_close(h);
	struct mf_config_options opts = {.environ = env, .cwd = h->dir, .proc = h->proc, .now = h->now};
	if (mf_config_load(&h->config, &opts, &err) < 0 || mf_client_open(&h->client, h->config, &err) < 0) {
		fprintf(stderr, "%s: %s\n", h->dir, err.message);
		abort();
	}
}

void history_close(struct history *h)
{
	mf_client_free(h->client);
	mf_config_free(h->config);
	h->client = NULL;
	h->config = NULL;
}

void history_bytes(const struct history *h, const char *path, const void *p, size_t n)
{
	test_write_bytes(textf("%s/.metaflow/%s", h->dir, path), p, n);
}

void history_file(const struct history *h, const char *path, const char *text)
{
	history_bytes(h, path, text, strlen(text));
}

static bool exists(const struct history *h, const char *pathspec)
{
	struct stat st;

	return stat(textf("%s/.metaflow/%s/_meta/_self.json", h->dir, pathspec), &st) == 0;
}

/* ---- records ---- */

/* The first n components. */
static const char *part(const char *pathspec, int n)
{
	const char *p = pathspec;

	while (n-- && (p = strchr(p, '/')) && n)
		p++;
	return textf("%.*s", p ? (int)(p - pathspec) : (int)strlen(pathspec), pathspec);
}

/* `"flow_id": …, "run_number": …` as far as the pathspec goes */
static void ids(struct buf *b, const char *pathspec)
{
	static const char *const keys[] = {"flow_id", "run_number", "step_name", "task_id"};
	const char *p = pathspec;

	for (size_t i = 0; i < ARRAY_SIZE(keys) && *p; i++) {
		size_t n = strcspn(p, "/");
		json_t *s = json_stringn(p, n);
		char *text = s ? json_dumps(s, JSON_ENCODE_ANY) : NULL;

		buf_addf(b, "%s\"%s\": %s", i ? ", " : "", keys[i], text ? text : "\"?\"");
		free(text);
		json_decref(s);
		p += n + (p[n] == '/');
	}
}

static void record(const struct history *h, const char *pathspec, int64_t ts, const char *tags, const char *system_tags)
{
	struct buf b = BUF_INIT(1 << 20);

	buf_adds(&b, "{");
	ids(&b, pathspec);
	if (strchr(pathspec, '/'))
		buf_addf(&b, ", \"user_name\": \"bob\", \"tags\": %s, \"system_tags\": %s", tags ? tags : "[]",
			system_tags ? system_tags : "[\"user:bob\", \"runtime:dev\"]");
	if (ts != MF_NO_TIME)
		buf_addf(&b, ", \"ts_epoch\": %lld", (long long)ts);
	buf_adds(&b, "}");
	history_bytes(h, textf("%s/_meta/_self.json", pathspec), b.p, b.n);
	buf_release(&b);
}

void history_flow(const struct history *h, const char *flow)
{
	record(h, flow, 1, NULL, NULL);
}

static void above(const struct history *h, const char *pathspec, int64_t ts)
{
	int depth = 1;

	for (const char *p = pathspec; (p = strchr(p, '/')); p++)
		depth++;
	for (int i = 1; i < depth; i++) {
		const char *path = part(pathspec, i);
		if (!exists(h, path))
			record(h, path, i == 1 ? 1 : ts, NULL, NULL);
	}
}

void history_run(const struct history *h, const char *run, int64_t ts, const char *tags, const char *system_tags)
{
	above(h, run, ts);
	record(h, run, ts, tags, system_tags);
}

void history_step(const struct history *h, const char *step, int64_t ts)
{
	above(h, step, ts);
	record(h, step, ts, NULL, NULL);
}

void history_task(const struct history *h, const char *task, int64_t ts)
{
	above(h, task, ts);
	record(h, task, ts, NULL, NULL);
}

void history_meta(const struct history *h, const char *task, const char *field, const char *value, int64_t ts, int attempt)
{
	struct buf b = BUF_INIT(1 << 20);
	const char *tag = attempt >= 0 ? textf("\"attempt_id:%d\"", attempt) : "";

	buf_adds(&b, "{");
	ids(&b, task);
	buf_addf(&b, ", \"field_name\": \"%s\", \"type\": \"%s\", \"value\": %s, \"tags\": [%s], \"user_name\": \"bob\", "
		     "\"ts_epoch\": %lld}",
		field, field, value, tag, (long long)ts);
	history_bytes(h, textf("%s/_meta/sysmeta_%s_%lld.json", task, field, (long long)ts), b.p, b.n);
	buf_release(&b);
}

/* ---- the datastore ---- */

void history_blob(const struct history *h, const char *flow, const void *p, size_t n, int raw, char sha[41])
{
	struct sha1_ctx ctx;
	uint8_t digest[SHA1_DIGEST_SIZE];

	sha1_init(&ctx);
	sha1_update(&ctx, n, p);
	sha1_digest(&ctx, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(sha + 2 * i, 3, "%02x", digest[i]);
	const char *path = textf("%s/data/%.2s/%s", flow, sha, sha);
	history_file(h, textf("%s_meta", path), raw ? "{\"cas_raw\": true, \"cas_version\": 1}" : "{\"cas_raw\": false, \"cas_version\": 1}");
	if (raw) {
		history_bytes(h, path, p, n);
		return;
	}
	z_stream z = {0};
	unsigned char *out = malloc(n + 1024);
	if (!out || deflateInit2(&z, 3, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	z.next_in = (Bytef *)(uintptr_t)p;
	z.avail_in = (uInt)n;
	z.next_out = out;
	z.avail_out = (uInt)n + 1024;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	history_bytes(h, path, out, z.total_out);
	deflateEnd(&z);
	free(out);
}

static void put_size(struct buf *b, size_t n)
{
	for (int i = 0; i < 4; i++)
		buf_addc(b, (char)(n >> (8 * i)));
}

static void put(struct buf *b, const json_t *v)
{
	const char *key;
	const json_t *item;
	size_t i;

	switch (json_typeof(v)) {
	case JSON_NULL: buf_addc(b, 'N'); break;
	case JSON_TRUE: buf_addc(b, '\x88'); break;
	case JSON_FALSE: buf_addc(b, '\x89'); break;
	case JSON_INTEGER: {
		long long n = json_integer_value(v);
		if (n >= 0 && n < 256) {
			buf_addc(b, 'K');
			buf_addc(b, (char)n);
		} else {
			buf_addf(b, "I%lld\n", n);
		}
		break;
	}
	case JSON_REAL: {
		double d = json_real_value(v);
		uint64_t bits;
		memcpy(&bits, &d, sizeof(bits));
		buf_addc(b, 'G');
		for (int k = 56; k >= 0; k -= 8)
			buf_addc(b, (char)(bits >> k));
		break;
	}
	case JSON_STRING:
		buf_addc(b, 'X');
		put_size(b, json_string_length(v));
		buf_add(b, json_string_value(v), json_string_length(v));
		break;
	case JSON_ARRAY:
		buf_adds(b, "](");
		json_array_foreach(v, i, item)
			put(b, item);
		buf_addc(b, 'e');
		break;
	case JSON_OBJECT:
		buf_adds(b, "}(");
		json_object_foreach((json_t *)(uintptr_t)v, key, item) {
			buf_addc(b, 'X');
			put_size(b, strlen(key));
			buf_adds(b, key);
			put(b, item);
		}
		buf_addc(b, 'u');
		break;
	}
}

char *history_pickle(const char *json, size_t *n)
{
	json_error_t error;
	json_t *v = json_loads(json, JSON_DECODE_ANY, &error);
	struct buf b = BUF_INIT(16 << 20);

	if (!v) {
		fprintf(stderr, "%s: %s\n", json, error.text);
		abort();
	}
	buf_add(&b, "\x80\x04", 2);
	put(&b, v);
	buf_addc(&b, '.');
	json_decref(v);
	*n = b.n;
	return buf_take(&b);
}

void history_artifact(const struct history *h, const char *task, int attempt, const char *name, const char *json,
	int64_t ts)
{
	size_t n;
	char *pickle = history_pickle(json, &n);

	history_pickled(h, task, attempt, name, pickle, n, ts);
	free(pickle);
}

void history_pickled(const struct history *h, const char *task, int attempt, const char *name, const char *pickle, size_t n,
	int64_t ts)
{
	struct buf b = BUF_INIT(1 << 20);
	char sha[41];

	history_blob(h, part(task, 1), pickle, n, 0, sha);
	buf_adds(&b, "{");
	ids(&b, task);
	buf_addf(&b,
		", \"attempt_id\": %d, \"name\": \"%s\", \"content_type\": \"pickle-v4\", \"type\": \"metaflow.artifact\", "
		"\"sha\": \"%s\", \"ds_type\": \"local\", \"location\": \":root:%s/.metaflow\", \"user_name\": \"bob\", "
		"\"tags\": [], \"system_tags\": [], \"ts_epoch\": %lld}",
		attempt, name, sha, h->dir, (long long)ts);
	history_bytes(h, textf("%s/_meta/%d_artifact_%s.json", task, attempt, name), b.p, b.n);
	buf_release(&b);
}

/* ---- whole attempts ---- */

static void attempt_file(const struct history *h, const char *task, int attempt, const char *name, const char *text)
{
	history_file(h, textf("%s/%d.%s", task, attempt, name), text);
}

void history_start(const struct history *h, const char *task, int attempt, int64_t ts)
{
	attempt_file(h, task, attempt, "attempt.json", textf("{\"time\": %.3f}", (double)ts / 1000));
	attempt_file(h, task, attempt, "task_begin", "{}");
	history_meta(h, task, "attempt", textf("\"%d\"", attempt), ts, attempt);
	history_meta(h, task, "origin-run-id", "\"None\"", ts, attempt);
	history_meta(h, task, "ds-type", "\"local\"", ts, attempt);
}

void history_end(const struct history *h, const char *task, int attempt, int ok, int64_t ts)
{
	history_meta(h, task, "attempt_ok", ok ? "\"True\"" : "\"False\"", ts, attempt);
	const char *text = textf(
		"{\"datastore\": \"local\", \"version\": \"1.0\", \"attempt\": %d, \"objects\": {}, \"info\": {\"_task_ok\": "
		"{\"size\": 4, \"type\": \"<class 'bool'>\", \"encoding\": \"pickle-v4\"}}}",
		attempt);
	attempt_file(h, task, attempt, "data.json", text);
	attempt_file(h, task, attempt, "DONE.lock", "\"\"");
	history_meta(h, task, "attempt-done", textf("\"%d\"", attempt), ts, attempt);
	history_artifact(h, task, attempt, "_task_ok", ok ? "true" : "false", ts);
	history_artifact(h, task, attempt, "_success", ok ? "true" : "false", ts);
	text = textf("{\"return_code\": %d, \"killed\": false, \"success\": %s}", !ok, ok ? "true" : "false");
	attempt_file(h, task, attempt, "runtime", text);
}

void history_done_task(const struct history *h, const char *task, int64_t ts)
{
	history_task(h, task, ts);
	history_start(h, task, 0, ts);
	history_end(h, task, 0, 1, ts + 1000);
}

void history_graph(const struct history *h, const char *run, const char *graph, int64_t ts)
{
	const char *task = textf("%s/_parameters/0", run);

	history_task(h, task, ts);
	history_meta(h, task, "attempt-done", "\"0\"", ts, 0);
	attempt_file(h, task, 0, "attempt.json", "{\"time\": 1}");
	attempt_file(h, task, 0, "DONE.lock", "\"\"");
	history_artifact(h, task, 0, "_graph_info", graph, ts);
	history_artifact(h, task, 0, "_task_ok", "true", ts);
}

const char *history_field(const struct history *h, const char *pathspec, const char *field)
{
	static char kept[8][65536];
	static int next;
	char *out = kept[next++ % 8];
	struct mf_error err = MF_ERROR_INIT;
	struct mf_object *o;
	struct buf b = BUF_INIT(sizeof(kept[0]) - 1);
	struct mf_sink sink = {buf_sink_write, &b};

	*out = '\0';
	if (mf_get(&o, h->client, pathspec, NULL, &err) < 0) {
		snprintf(out, sizeof(kept[0]), "%s: %s", mf_code_name(err.code), err.message);
		return out;
	}
	const struct mf_value *v = mf_object_get(o, field);
	CHECK(v != NULL);
	if (v && mf_value_error(v))
		snprintf(out, sizeof(kept[0]), "%s: %s", mf_code_name(mf_value_error(v)->code), mf_value_error(v)->message);
	else if (v && mf_value_print_json(v, &sink, 0, &err) == MF_OK)
		snprintf(out, sizeof(kept[0]), "%s", b.p);
	buf_release(&b);
	mf_object_free(o);
	return out;
}
