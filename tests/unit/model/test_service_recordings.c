/* What real services have answered (service-api.md §9): every recorded reply means here what its
 * status and its body say. */
#include "../../../clientlib/model/service.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../support/history.h"
#include "../../support/service.h"
#include "../../support/test.h"

/* Ours, of codec/json.h: its other names are those of jansson, too. */
int json_parse(
	struct mf_value **out, struct arena *a, const char *text, size_t n, struct mf_error *err);

static json_t *parsed(const struct recording *r)
{
	return json_loadb(r->body, r->body_n, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
}

/* JSON inside of a string counts as what it holds. */
static json_t *parsed_twice(const struct recording *r)
{
	json_t *v = parsed(r), *inner = NULL;
	if (json_is_string(v))
		inner = json_loadb(json_string_value(v), json_string_length(v),
			JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	if (!inner)
		return v;
	json_decref(v);
	return inner;
}

static void check(bool good, const struct recording *r, const char *what)
{
	if (!good)
		printf("\n%s: %s\n", r->name, what);
	CHECK(good);
}

static bool same_value(const struct mf_value *v, const json_t *want)
{
	struct buf b = BUF_INIT(16 << 20);
	struct mf_sink sink = {buf_sink_write, &b};
	bool same = mf_value_print_json(v, &sink, 0, NULL) == MF_OK;
	json_t *got = same ? json_loadb(b.p, b.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL) : NULL;
	same = got && json_equal(got, want);
	json_decref(got);
	buf_release(&b);
	return same;
}

static bool same_text(const char *text, size_t n, const json_t *want)
{
	struct arena a;
	struct mf_value *v;
	arena_init(&a, 0);
	bool same = json_parse(&v, &a, text, n, NULL) == MF_OK && same_value(v, want);
	arena_release(&a);
	return same;
}

static bool no_json(const char *text, size_t n)
{
	struct arena a;
	struct mf_value *v;
	arena_init(&a, 0);
	int rc = json_parse(&v, &a, text, n, NULL);
	arena_release(&a);
	return rc == MF_ECORRUPT;
}

/* All bodies, also those of the UI backend and of the migration service: split into the same rows
 * and read as the same values as by another reader. */
void test_service_recordings__every_body(void)
{
	size_t n, arrays = 0, others = 0, texts = 0;
	const struct recording *all = recordings(&n);
	CHECK_INT(n, 233);
	for (size_t i = 0; i < n; i++) {
		const struct recording *r = &all[i];
		json_t *want = parsed(r);
		struct reply rows;
		size_t len = 0;
		reply_init(&rows);
		int rc = MF_OK;
		for (size_t at = 0, k; rc == MF_OK && at < r->body_n; at += k) {
			k = r->body_n - at < 7 ? r->body_n - at : 7;
			rc = reply_write(&rows, r->body + at, k);
		}
		if (rc == MF_OK)
			rc = reply_finish(&rows, NULL);
		if (!r->body_n) {
			check(rc == MF_ECORRUPT, r, "an empty body is no reply");
		} else if (json_is_array(want)) {
			arrays++;
			check(rc == MF_OK && rows.is_array, r, "an array");
			check(rows.v.n == json_array_size(want), r, "its rows");
			for (size_t k = 0; rc == MF_OK && k < rows.v.n; k++) {
				const char *text = reply_text(&rows, k, &len);
				check(same_text(text, len, json_array_get(want, k)), r, "a row");
			}
		} else {
			const char *text = rc == MF_OK ? reply_text(&rows, 0, &len) : "";
			*(want ? &others : &texts) += 1;
			check(!want || (rc == MF_OK && !rows.is_array && rows.v.n == 1), r,
				"a value");
			check(want ? same_text(text, len, want) : no_json(text, len), r,
				"the value");
		}
		reply_release(&rows);
		json_decref(want);
	}
	CHECK(arrays > 70 && others > 80 && texts > 20);
}

/* ---- asked as they were asked ---- */

/* The text that a body offers as its error; "" for none. */
static const char *offered(const struct recording *r)
{
	json_t *v = parsed_twice(r), *e = json_object_get(v, "err_msg");
	json_t *found = json_object_get(json_object_get(e, "diag"), "message_primary");
	if (!found && json_is_object(v) && !json_is_object(e))
		found = json_object_get(v, "detail")    ? json_object_get(v, "detail")
			: json_object_get(v, "message") ? json_object_get(v, "message")
							: e;
	if (!found && json_is_string(v))
		found = v;
	const char *text = json_string_value(found);
	text = text ? textf("%s", text)
	       : v  ? ""
		    : textf("%.*s", (int)strcspn(r->body, "\n"), r->body);
	json_decref(v);
	return text;
}

static int expected_code(const struct recording *r)
{
	if (r->status / 100 == 2)
		return MF_OK;
	json_t *v = parsed(r);
	bool no_id = strstr(r->body, "out of range for type") != NULL;
	int code = no_id              ? MF_ENOTFOUND
		   : r->status >= 500 ? MF_ENETWORK
		   : r->status != 404 ? MF_EFAILED
		   : v                ? MF_ENOTFOUND
				      : MF_EUNSUPPORTED;
	json_decref(v);
	return code;
}

/* Errors tell the status and what the service said, and none of its insides. */
static void check_error(const struct recording *r, const struct mf_error *err)
{
	char start[81];
	snprintf(start, sizeof(start), "%s", offered(r));
	check(err->code == expected_code(r), r, mf_code_name(err->code));
	check(err->http_status == r->status, r, "http_status");
	check(err->retriable == (err->code == MF_ENETWORK), r, "retriable");
	check(err->message[0] && !strstr(err->message, "Traceback") && !strchr(err->message, '{'),
		r, err->message);
	if (err->code != MF_ENOTFOUND && err->code != MF_EUNSUPPORTED)
		check(strstr(err->message, start) != NULL, r, err->message);
}

static void ask(struct fake *f, const struct recording *r)
{
	const char *path = *r->query ? textf("%s?%s", r->path, r->query) : r->path;
	json_t *want = parsed(r), *inner = parsed_twice(r);
	struct mf_error err = MF_ERROR_INIT;
	struct service_page page;
	struct reply rows;
	struct arena a;
	struct mf_value *v;
	size_t n;
	reply_init(&rows);
	int rc = service_get(f->client, path, "the thing", &rows, &page, NULL, &err);
	check(rc == expected_code(r) && rc == err.code, r, mf_code_name(rc));
	if (rc < 0) {
		check_error(r, &err);
	} else {
		size_t count = json_is_array(want) ? json_array_size(want) : 1;
		check(rows.is_array == json_is_array(want) && rows.v.n == count, r, "rows");
		for (size_t i = 0; i < rows.v.n && json_is_array(want); i++) {
			const char *text = reply_text(&rows, i, &n);
			check(same_text(text, n, json_array_get(want, i)), r, "a row");
		}
		check(page.limited == (strstr(r->headers, "X-Limit:") != NULL), r, "X-Limit");
		check(!page.cursor[0] == !strstr(r->headers, "X-Next-Cursor:"), r, "cursor");
	}
	err = (struct mf_error)MF_ERROR_INIT;
	arena_init(&a, 0);
	rc = service_object(f->client, path, "the thing", &a, &v, &err);
	check(rc == err.code, r, "the code in the error");
	if (expected_code(r) < 0)
		check_error(r, &err);
	else if (json_is_object(inner))
		check(rc == MF_OK && same_value(v, inner), r, "an object");
	else
		check(rc == MF_ECORRUPT, r, "no object");
	arena_release(&a);
	reply_release(&rows);
	json_decref(want);
	json_decref(inner);
}

void test_service_recordings__every_read(void)
{
	struct fake f;
	size_t n, asked = 0;
	const struct recording *all = recordings(&n);
	for (size_t i = 0; i < n; i++) {
		const struct recording *r = &all[i];
		if (!str_starts(r->service, "metadata") || !str_eq(r->method, "GET"))
			continue;
		fake_init(&f);
		fake_recorded(&f, r->name);
		fake_open(&f);
		ask(&f, r);
		CHECK_INT(fake_count(&f, ""), 2);
		asked++;
		/* it is an answer, whatever it says */
		struct mf_link link;
		mf_client_link(f.client, &link);
		CHECK_INT(link.state, expected_code(r) == MF_ENETWORK ? MF_LINK_DOWN : MF_LINK_UP);
		fake_close(&f);
	}
	CHECK_INT(asked, 119);
}

/* The version is what the header says; answers without it leave it alone. */
void test_service_recordings__versions(void)
{
	static const char *const names[] = {"320_old_2.0.5_ping", "320_old_2.1.0_ping",
		"320_old_v2.4.13_ping", "320_old_v2.5.1_ping", "001_ping"};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct recording *r = recording(names[i]);
		const char *header = strstr(r->headers, "METADATA_SERVICE_VERSION: ");
		char version[32] = "";
		struct reply rows;
		struct fake f;
		fake_init(&f);
		fake_recorded(&f, names[i]);
		fake_recorded(&f, "002_version");
		fake_open(&f);
		CHECK_STR(service_version(f.client, version, sizeof(version)), "");
		for (int k = 0; k < 2; k++) {
			reply_init(&rows);
			CHECK_INT(service_get(f.client, k ? "/version" : "/ping", "it", &rows, NULL,
					  NULL, NULL),
				MF_OK);
			reply_release(&rows);
		}
		CHECK_FATAL(header != NULL);
		header += strlen("METADATA_SERVICE_VERSION: ");
		CHECK_STR(service_version(f.client, version, sizeof(version)),
			textf("%.*s", (int)strcspn(header, "\r"), header));
		fake_close(&f);
	}
}

/* ---- what the recorded rows say of their objects ---- */

void test_service_recordings__fields(void)
{
	static const char *const names[] = {"010_flows", "014_flow", "020_runs", "040_run",
		"045_steps", "051_tasks_foreach", "055_task", "080_metadata_task",
		"090_artifacts_task", "152_tagged_run", "041_run_string_id",
		"049_steps_string_id_run", "064_tasks_string_id_run", "065_task_string_id",
		"066_metadata_string_id"};
	static const char run[] = "RecFlow/argo-recflow-x7k2p", task[] = "LinearFlow/1/start/2";
	static const struct {
		const char *pathspec, *field, *value;
	} t[] = {
		{"LinearFlow", "id", "\"LinearFlow\""},
		{"LinearFlow/1", "id", "\"1\""},
		{"LinearFlow/1", "pathspec", "\"LinearFlow/1\""},
		{"LinearFlow/1", "ts_epoch", "1795230553381"},
		{"LinearFlow/1", "user_name", "\"alice\""},
		{"LinearFlow/1", "user_tags", "[]"},
		{"LinearFlow/8", "user_tags", "[\"exp:1\",\"nightly\"]"},
		{"LinearFlow/8", "system_tags",
			"[\"metaflow_version:2.19.38.post1-gitd2dd7f9\",\"python_version:3.11.7\","
			"\"runtime:dev\",\"user:alice\"]"},
		{run, "id", "\"argo-recflow-x7k2p\""},
		{run, "user_tags", "[\"a\"]"},
		{"RecFlow/argo-recflow-x7k2p/start/t-abc123", "id", "\"t-abc123\""},
		{"RecFlow/argo-recflow-x7k2p/start/t-abc123", "attempts", "[0]"},
		{"RecFlow/argo-recflow-x7k2p/start/t-abc123", "status", "\"completed\""},
		{"RecFlow/argo-recflow-x7k2p/start/t-abc123", "ts_epoch", "1795232044017"},
		{task, "id", "\"2\""},
		{task, "ts_epoch", "1795230553542"},
		{task, "status", "\"completed\""},
		{task, "attempts", "[0]"},
		{task, "current_attempt", "0"},
		{task, "artifacts", "[\"alpha\",\"items\",\"name_p\",\"x\"]"},
		{"LinearFlow/1/start/2/x", "sha", "\"4028827530eb6c63f2c9d431d7496a6614ea98d7\""},
		{"LinearFlow/1/start/2/x", "attempt", "0"},
		{"LinearFlow/1/start/2/x", "ts_epoch", "1795230554516"},
	};
	struct mf_list_options hidden = MF_LIST_INIT, few = MF_LIST_INIT;
	struct fake f;
	fake_init(&f);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		fake_recorded_path(&f, names[i]);
	fake_open(&f);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_STR(textf("%s %s %s", t[i].pathspec, t[i].field,
				  fake_field(&f, t[i].pathspec, t[i].field)),
			textf("%s %s %s", t[i].pathspec, t[i].field, t[i].value));
	/* lists, in the order that is ours */
	hidden.hidden = true;
	few.limit = 3;
	CHECK(str_starts(fake_ids(&f, "", NULL), "BranchFlow EndFailFlow EndRetryFlow FailFlow"));
	CHECK_STR(fake_ids(&f, "LinearFlow", &few), "28 27 26");
	CHECK_STR(fake_ids(&f, "LinearFlow/1", NULL), "end middle start");
	CHECK_STR(fake_ids(&f, "LinearFlow/1", &hidden), "end middle start _parameters");
	CHECK_STR(fake_ids(&f, "ForeachFlow/3/work", NULL), "17 16 15 14 13");
	CHECK_STR(fake_ids(&f, textf("%s/start", run), NULL), "t-abc123 753");
	CHECK_STR(fake_ids(&f, run, NULL), "start");
	fake_close(&f);
}
