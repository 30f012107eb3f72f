/* Rows as a metadata service sends them, and its recorded exchanges. */
#include <ctype.h>
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../clientlib/base/arena.h"
#include "history.h"
#include "service.h"
#include "test.h"

/* ---- rows ---- */

/* An id in JSON: numbers bare, unless they are to be strings. */
static const char *id_json(const char *id, size_t n, bool string)
{
	bool digits = n && strspn(id, "0123456789") >= n;
	return textf(digits && !string ? "%.*s" : "\"%.*s\"", (int)n, id);
}

static const char *ids(const char *pathspec)
{
	static const char *const keys[] = {"flow_id", "run_number", "step_name", "task_id"};
	int depth = mf_pathspec_entity(pathspec);
	const char *text = "";
	for (int i = 0; i <= depth; i++) {
		size_t n = strcspn(pathspec, "/");
		/* a step's run_number is a string always */
		bool string = i == MF_FLOW || i == MF_STEP || (i == MF_RUN && depth == MF_STEP);
		text = textf("%s%s\"%s\": %s", text, i ? ", " : "", keys[i],
			id_json(pathspec, n, string));
		pathspec += n + (pathspec[n] == '/');
	}
	return text;
}

static const char *beat_json(int64_t beat)
{
	return beat < 0 ? "null" : textf("%lld", (long long)beat);
}

#define OWN "\"user_name\": \"alice\", \"tags\": [], \"system_tags\": [\"user:alice\"]"

const char *fake_run(const char *flow, const char *run, int64_t ts, int64_t beat)
{
	return textf("{%s, " OWN ", \"ts_epoch\": %lld, \"last_heartbeat_ts\": %s}",
		ids(textf("%s/%s", flow, run)), (long long)ts, beat_json(beat));
}

const char *fake_step(const char *pathspec, int64_t ts)
{
	return textf("{%s, " OWN ", \"ts_epoch\": %lld}", ids(pathspec), (long long)ts);
}

const char *fake_task(const char *pathspec, int64_t ts, int64_t beat)
{
	return textf("{%s, " OWN ", \"ts_epoch\": %lld, \"last_heartbeat_ts\": %s}", ids(pathspec),
		(long long)ts, beat_json(beat));
}

const char *fake_meta(
	const char *task, int id, const char *field, const char *value, int64_t ts, int attempt)
{
	return textf(
		"{\"id\": %d, %s, \"field_name\": \"%s\", \"value\": \"%s\", \"type\": \"%s\", "
		"\"user_name\": \"alice\", \"ts_epoch\": %lld, \"tags\": %s, "
		"\"system_tags\": null}",
		id, ids(task), field, value, field, (long long)ts,
		attempt < 0 ? "null" : textf("[\"attempt_id:%d\"]", attempt));
}

const char *fake_artifact(const char *task, const char *name, int attempt, const char *sha,
	const char *location, int64_t ts)
{
	return textf("{%s, \"name\": \"%s\", \"location\": \"%s\", \"ds_type\": \"local\", "
		     "\"sha\": \"%s\", \"type\": \"metaflow.artifact\", "
		     "\"content_type\": \"pickle-v4\", \"attempt_id\": %d, " OWN
		     ", \"ts_epoch\": %lld}",
		ids(task), name, location, sha, attempt, (long long)ts);
}

const char *fake_list(const char *const *rows, size_t n)
{
	struct buf b = BUF_INIT(1 << 20);
	for (size_t i = 0; i < n; i++)
		if (rows[i])
			buf_addf(&b, "%s%s", b.n ? ", " : "", rows[i]);
	const char *text = textf("[%s]", b.p);
	buf_release(&b);
	return text;
}

/* ---- recordings ---- */

static struct arena recorded; /* reachable until the end */

static const char *keep(const char *s)
{
	const char *copy = arena_strdup(&recorded, s);
	if (!copy)
		abort();
	return copy;
}

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s ? keep(s) : "";
}

static const char *headers_of(json_t *reply)
{
	struct buf b = BUF_INIT(1 << 16);
	const char *name;
	json_t *value;
	json_object_foreach(json_object_get(reply, "headers"), name, value)
	{
		/* what the server that plays it says itself */
		if (!str_eq(name, "Content-Length") && !str_eq(name, "Content-Type") &&
			!str_eq(name, "Connection") && !str_eq(name, "Transfer-Encoding"))
			buf_addf(&b, "%s: %s\r\n", name, json_string_value(value));
	}
	const char *text = keep(b.p);
	buf_release(&b);
	return text;
}

static struct recording read_one(const char *dir, const char *file)
{
	json_error_t error;
	json_t *doc = json_load_file(textf("%s/%s", dir, file), JSON_ALLOW_NUL, &error);
	json_t *req = json_object_get(doc, "request"), *reply = json_object_get(doc, "response");
	if (!req || !reply) {
		fprintf(stderr, "%s: %s\n", file, error.text);
		abort();
	}
	char *sent = json_dumps(json_object_get(req, "body"), JSON_ENCODE_ANY);
	const json_t *body = json_object_get(reply, "body");
	struct recording r = {.name = textf("%.*s", (int)strcspn(file, "."), file),
		.service = text_of(doc, "service"),
		.method = text_of(req, "method"),
		.path = text_of(req, "path"),
		.query = text_of(req, "query"),
		.request_body = sent && !str_eq(sent, "null") ? keep(sent) : "",
		.status = (int)json_integer_value(json_object_get(reply, "status")),
		.headers = headers_of(reply),
		.body = text_of(reply, "body"),
		.body_n = json_string_length(body)};
	if (strstr(file, "old_")) /* versions have dots */
		r.name = textf("%.*s", (int)(strlen(file) - strlen(".json")), file);
	free(sent);
	json_decref(doc);
	return r;
}

static int is_json(const struct dirent *e)
{
	size_t n = strlen(e->d_name);
	return n > 5 && str_eq(e->d_name + n - 5, ".json");
}

const struct recording *recordings(size_t *n)
{
	static struct recording *all;
	static size_t n_all;
	if (!all) {
		const char *dir = test_dir();
		struct dirent **files;
		const char *command =
			textf("tar xJf '%s' -C '%s'", test_data("service-recordings.tar.xz"), dir);
		if (system(command) != 0)
			abort();
		dir = textf("%s/service-recordings", dir);
		int found = scandir(dir, &files, is_json, alphasort);
		if (found <= 0 || !(all = calloc((size_t)found, sizeof(*all))))
			abort();
		for (int i = 0; i < found; i++) {
			all[n_all++] = read_one(dir, files[i]->d_name);
			free(files[i]);
		}
		free(files);
	}
	*n = n_all;
	return all;
}

const struct recording *recording(const char *name)
{
	size_t n;
	const struct recording *all = recordings(&n);
	for (size_t i = 0; i < n; i++)
		if (str_eq(all[i].name, name))
			return &all[i];
	fprintf(stderr, "no recording %s\n", name);
	abort();
}

static struct fake_answer *play(struct fake *f, const struct recording *r, const char *target)
{
	struct fake_answer *a = fake_on(f, target, r->status, r->body);
	a->body_n = r->body_n;
	a->headers = r->headers;
	return a;
}

struct fake_answer *fake_recorded(struct fake *f, const char *name)
{
	const struct recording *r = recording(name);
	return play(f, r, *r->query ? textf("%s?%s", r->path, r->query) : r->path);
}

struct fake_answer *fake_recorded_path(struct fake *f, const char *name)
{
	const struct recording *r = recording(name);
	return play(f, r, r->path);
}
