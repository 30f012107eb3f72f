/* Tags of a run, changed through the service (service-api.md §1.10). */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../support/history.h"
#include "../../support/service.h"
#include "../../support/test.h"

#define RUN "/flows/F/runs/7"
#define MUTATE RUN "/tag/mutate"

static const char run[] =
	"{\"flow_id\": \"F\", \"run_number\": 7, \"ts_epoch\": 1, \"tags\": [\"old\", \"a b\"], "
	"\"system_tags\": [\"user:alice\"]}";

static void open_run(struct fake *f)
{
	fake_init(f);
	fake_on(f, RUN, 200, run)->headers = "METADATA_SERVICE_VERSION: 2.2.3\r\n";
}

/* Add and remove one; NULL: none. The error's code and message, or "ok". */
static const char *change(struct fake *f, const char *add, const char *remove)
{
	f->err = (struct mf_error)MF_ERROR_INIT;
	int rc = mf_tags_change(
		f->client, "F/7", &add, add ? 1 : 0, &remove, remove ? 1 : 0, &f->err);
	CHECK_INT(rc, f->err.code);
	return rc < 0 ? textf("%s: %s", mf_code_name(rc), f->err.message) : "ok";
}

/* What was sent says just that. */
static void check_body(struct fake *f, const char *want)
{
	struct fake_request r = fake_last(f, "PATCH " MUTATE);
	json_t *got = json_loads(r.body, 0, NULL), *expected = json_loads(want, 0, NULL);
	CHECK_FATAL(expected != NULL);
	if (!json_equal(got, expected))
		CHECK_STR(r.body, want);
	CHECK(json_equal(got, expected));
	json_decref(got);
	json_decref(expected);
}

void test_service_tags__body(void)
{
	static const struct {
		const char *add, *remove, *body;
	} t[] = {
		{"new", NULL, "{\"tags_to_add\": [\"new\"], \"tags_to_remove\": []}"},
		{NULL, "old", "{\"tags_to_add\": [], \"tags_to_remove\": [\"old\"]}"},
		{"q\"\\\n", "a b",
			"{\"tags_to_add\": [\"q\\\"\\\\\\n\"], \"tags_to_remove\": [\"a b\"]}"},
		{"\xc3\xa9\xf0\x9f\x98\x80", NULL,
			"{\"tags_to_add\": [\"\\u00e9\\ud83d\\ude00\"], \"tags_to_remove\": []}"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct fake f;
		open_run(&f);
		fake_on(&f, MUTATE, 200, "{\"tags\": []}");
		fake_open(&f);
		CHECK_STR(change(&f, t[i].add, t[i].remove), "ok");
		check_body(&f, t[i].body);
		CHECK_INT(fake_count(&f, "PATCH"), 1);
		CHECK_INT(fake_count(&f, "GET " RUN), 1);
		fake_close(&f);
	}
}

/* The same that the Python client was recorded to send. */
void test_service_tags__as_recorded(void)
{
	const struct recording *r = recording("134_tags_add");
	json_t *sent = json_loads(r->request_body, 0, NULL);
	const json_t *tags = json_object_get(sent, "tags_to_add");
	const char *add[8];
	struct fake f;
	size_t n = json_array_size(tags);
	CHECK_FATAL(n > 0 && n < 8);
	for (size_t i = 0; i < n; i++)
		add[i] = json_string_value(json_array_get(tags, i));
	fake_init(&f);
	fake_recorded(&f, "134_tags_add");
	const char *path = textf("%.*s", (int)(strlen(r->path) - strlen("/tag/mutate")), r->path);
	fake_on(&f, path, 200, "{\"tags\": [], \"system_tags\": null}");
	fake_open(&f);
	const char *spec = textf("%s/%s", "RecFlow", strrchr(path, '/') + 1);
	CHECK_INT(mf_tags_change(f.client, spec, add, n, NULL, 0, NULL), MF_OK);
	json_t *got = json_loads(fake_last(&f, "PATCH").body, 0, NULL);
	CHECK(json_equal(json_object_get(got, "tags_to_add"), tags));
	CHECK_INT(json_array_size(json_object_get(got, "tags_to_remove")),
		json_array_size(json_object_get(sent, "tags_to_remove")));
	json_decref(got);
	json_decref(sent);
	fake_close(&f);
}

void test_service_tags__nothing_to_do(void)
{
	struct fake f;
	open_run(&f);
	fake_open(&f);
	CHECK_STR(change(&f, "old", NULL), "ok");
	CHECK_STR(change(&f, NULL, "absent"), "ok");
	CHECK_STR(change(&f, "old", "old"), "ok");
	CHECK_STR(change(&f, "user:alice", NULL), "ok");
	CHECK_INT(fake_count(&f, "PATCH"), 0);
	/* and what Metaflow's own rules refuse is not sent either */
	CHECK(str_starts(change(&f, "", NULL), "failed: a tag must not be empty"));
	CHECK(str_starts(change(&f, NULL, "user:alice"), "failed: “user:alice” is a system tag"));
	CHECK_INT(fake_count(&f, "PATCH"), 0);
	fake_close(&f);
}

/* Others change the same run: again, and again. */
void test_service_tags__conflict(void)
{
	struct fake f;
	open_run(&f);
	const struct recording *r = recording("139c_tags_conflict_409");
	fake_on(&f, MUTATE, r->status, r->body);
	fake_on(&f, MUTATE, r->status, r->body);
	fake_on(&f, MUTATE, 200, "{\"tags\": [\"new\"]}");
	fake_open(&f);
	CHECK_STR(change(&f, "new", NULL), "ok");
	CHECK_INT(fake_count(&f, "PATCH " MUTATE), 3);
	check_body(&f, "{\"tags_to_add\": [\"new\"], \"tags_to_remove\": []}");
	fake_close(&f);
}

void test_service_tags__refused(void)
{
	static const struct {
		const char *recorded; /* or */
		int status;
		const char *body, *said;
	} t[] = {
		{"137_tags_remove_system_422", 0, NULL,
			"failed: the service refused the request (HTTP 422): Cannot remove tags "
			"that are existing "
			"system tags {'user:alice'}"},
		{"138_tags_not_list_400", 0, NULL,
			"failed: the service refused the request (HTTP 400): tags_to_add must be a "
			"list"},
		{"139b_tags_unknown_run_404", 0, NULL, "not_found: “F/7” not found"},
		{"324_old_2.1.0_tag_mutate", 0, NULL,
			"unsupported: changing tags needs a newer metadata service: 2.3.0 or "
			"later; this one is 2.2.3"},
		{NULL, 405, "405: Method Not Allowed",
			"unsupported: changing tags needs a newer metadata service: 2.3.0 or "
			"later; this one is 2.2.3"},
		{NULL, 500, "{\"detail\": \"no\", \"traceback\": \"x\"}",
			"network: the service failed (HTTP 500): no"},
		{NULL, 403, "{\"message\": \"Forbidden\"}",
			"not_allowed: access was refused (HTTP 403): Forbidden"},
		{NULL, 302, "",
			"not_allowed: the service's address redirects (HTTP 302) to another page"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		const struct recording *r = t[i].recorded ? recording(t[i].recorded) : NULL;
		struct fake f;
		open_run(&f);
		fake_on(&f, MUTATE, r ? r->status : t[i].status, r ? r->body : t[i].body);
		fake_open(&f);
		CHECK_STR(change(&f, "new", NULL), t[i].said);
		CHECK_INT(fake_count(&f, "PATCH"), 1);
		fake_close(&f);
	}
}

/* What has been sent may have been done: it is not sent again when the connection breaks. */
void test_service_tags__sent_once(void)
{
	struct fake f;
	open_run(&f);
	f.tries = "5";
	fake_on(&f, MUTATE, 200, "{}")->fault = HTTPD_CLOSE;
	f.answers.v[f.answers.n - 1]->fault_at = HTTPD_BEFORE;
	fake_open(&f);
	CHECK(str_starts(change(&f, "new", NULL), "network: "));
	CHECK_INT(fake_count(&f, "PATCH"), 1);
	fake_close(&f);
}

void test_service_tags__unknown_run(void)
{
	struct fake f;
	fake_init(&f);
	fake_on(&f, RUN, 404, "{}");
	fake_open(&f);
	CHECK(str_starts(change(&f, "new", NULL), "not_found: "));
	CHECK_INT(fake_count(&f, "PATCH"), 0);
	fake_close(&f);
}

/* Tags that are known from before are old afterwards. */
void test_service_tags__seen_at_once(void)
{
	struct fake f;
	fake_init(&f);
	fake_on(&f, RUN, 200, run);
	fake_on(&f, RUN, 200, run);
	fake_on(&f, RUN, 200, run);
	fake_on(&f, MUTATE, 200, "{}");
	fake_open(&f);
	CHECK_STR(fake_field(&f, "F/7", "user_tags"), "[\"a b\",\"old\"]");
	unsigned before = fake_count(&f, "GET " RUN);
	CHECK_STR(change(&f, "new", NULL), "ok");
	fake_on(&f, RUN, 200, "{\"tags\": [\"new\"], \"system_tags\": [], \"ts_epoch\": 1}");
	for (size_t i = 0; i < 3; i++)
		f.answers.v[i]->target = "";
	CHECK_STR(fake_field(&f, "F/7", "user_tags"), "[\"new\"]");
	CHECK(fake_count(&f, "GET " RUN) > before);
	fake_close(&f);
}
