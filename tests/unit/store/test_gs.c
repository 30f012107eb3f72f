#include "store_case.h"

#define JSON_ERROR(code, message)                                                                  \
	"{\"error\": {\"code\": " #code ", \"message\": \"" message "\", \"errors\": []}}"
#define TOKEN(text)                                                                                \
	{                                                                                          \
		.path = "/token", .body = "{\"access_token\": \"" text "\", \"expires_in\": 3599}" \
	}

/* Somebody who has logged in, and a project that pays. */
static void with_tokens(struct store_case *c, const char *project)
{
	test_write(c->home, "login.json",
		textf("{\"type\": \"authorized_user\", \"client_id\": \"id\", \"client_secret\": "
		      "\"client-secret\", \"refresh_token\": \"refresh-secret\", \"token_uri\": "
		      "\"%s\"%s%s%s}",
			httpd_url(c->d, "/token"), project ? ", \"quota_project_id\": \"" : "",
			project ? project : "", project ? "\"" : ""));
	sc_env(c, "GOOGLE_APPLICATION_CREDENTIALS", textf("%s/login.json", c->home));
}

void test_gs__keys(void)
{
	static const struct {
		const char *root, *key, *wire;
	} t[] = {
		{"gs://bkt/pre", "plain", "/storage/v1/b/bkt/o/pre%2Fplain?alt=media"},
		{"gs://bkt/pre", "a b", "/storage/v1/b/bkt/o/pre%2Fa%20b?alt=media"},
		{"gs://bkt/pre", "a+b=c&d?e#f",
			"/storage/v1/b/bkt/o/pre%2Fa%2Bb%3Dc%26d%3Fe%23f?alt=media"},
		{"gs://bkt/pre", "100%/%2F", "/storage/v1/b/bkt/o/pre%2F100%25%2F%252F?alt=media"},
		{"gs://bkt/pre", "ü€😀",
			"/storage/v1/b/bkt/o/pre%2F%C3%BC%E2%82%AC%F0%9F%98%80?alt=media"},
		{"gs://bkt/pre", "a//b/", "/storage/v1/b/bkt/o/pre%2Fa%2F%2Fb%2F?alt=media"},
		{"gs://bkt/pre", "./../x", "/storage/v1/b/bkt/o/pre%2F.%2F..%2Fx?alt=media"},
		{"gs://bkt/pre", "\x01\n\xff", "/storage/v1/b/bkt/o/pre%2F%01%0A%FF?alt=media"},
		{"gs://bkt", "k", "/storage/v1/b/bkt/o/k?alt=media"},
		{"gs://my.bkt//a///b//", "k", "/storage/v1/b/my.bkt/o/a%2Fb%2Fk?alt=media"},
	};
	static const struct sc_answer answers[] = {{.body = "x"}};
	struct store_case c;
	SC_BEGIN(&c, STORE_GS, answers);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		sc_open(&c, t[i].root);
		CHECK_STR(c.s->where, t[i].root);
		CHECK_INT(sc_read(&c, t[i].key), MF_OK);
		CHECK_STR(sc_line(&c, i), textf("GET %s", t[i].wire));
		CHECK_STR(sc_header(&c, i, "Authorization"), "");
		CHECK_STR(sc_header(&c, i, "x-goog-user-project"), "");
	}
	sc_end(&c);
}

void test_gs__endpoints(void)
{
	static const struct sc_answer answers[] = {{.body = "x"}};
	struct store_case c;
	SC_BEGIN(&c, STORE_GS, answers);
	/* without a scheme; with slashes and a path */
	sc_env(&c, "STORAGE_EMULATOR_HOST", textf("127.0.0.1:%d", httpd_port(c.d)));
	sc_open(&c, "gs://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	CHECK_STR(sc_line(&c, 0), "GET /storage/v1/b/bkt/o/pre%2Fk?alt=media");
	sc_again(&c);
	sc_env(&c, "STORAGE_EMULATOR_HOST", httpd_url(c.d, "/x//"));
	sc_open(&c, "gs://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	CHECK_STR(sc_line(&c, 0), "GET /x/storage/v1/b/bkt/o/pre%2Fk?alt=media");
	CHECK_STR(sc_who(&c),
		textf("nobody (anonymous), at %s (STORAGE_EMULATOR_HOST)", httpd_url(c.d, "/x")));
	static const char *const bad[] = {"ftp://x", "http://", "https:///", "://x"};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		sc_again(&c);
		sc_env(&c, "STORAGE_EMULATOR_HOST", bad[i]);
		CHECK_INT(sc_try(&c, "gs://bkt/pre"), MF_EUSAGE);
		CHECK_STR(c.err.message, "STORAGE_EMULATOR_HOST is no URL of http or https");
	}
	sc_again(&c);
	sc_env(&c, "STORAGE_EMULATOR_HOST", NULL);
	CHECK_INT(sc_try(&c, "gs:///"), MF_EUSAGE);
	CHECK_STR(c.err.message, "“gs:///” names no bucket");
	sc_end(&c);
}

void test_gs__ranges(void)
{
	static const struct sc_answer answers[] = {
		{.body = "hello world",
			.headers =
				"ETag: \"CKi\"\r\nx-goog-generation: 1711\r\nLast-Modified: Sat, "
				"21 Nov 2026 11:59:59 GMT\r\n"
				"x-goog-meta-metaflow-user-attributes: {\"cas_raw\": false}\r\n"},
		{.status = 206,
			.body = "llo",
			.headers = "Content-Range: bytes 2-4/11\r\nx-goog-generation: 1711\r\n"},
		{.status = 206,
			.body = "llo",
			.headers = "Content-Range: bytes 2-4/11\r\nETag: \"CKi\"\r\n"},
		{.status = 200, .body = "hello world"},
		{.status = 416,
			.body = "Request range not satisfiable",
			.headers = "Content-Range: bytes */11\r\n"},
		{.status = 206, .body = "", .headers = "Content-Range: bytes 11-11/11\r\n"},
		/* of a generation that is gone */
		{.status = 404, .body = "No such object: bkt/pre/k"},
		{.status = 412, .body = JSON_ERROR(412, "At least one of the pre-conditions")},
		{.status = 304}, {.status = 304}};
	struct store_case c;
	SC_BEGIN(&c, STORE_GS, answers);
	sc_open(&c, "gs://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	CHECK_STR(c.got.p, "hello world");
	CHECK_STR(c.get.info.etag, "1711");
	CHECK_STR(c.get.info.attributes, "{\"cas_raw\": false}");
	CHECK_INT(c.get.info.modified, SC_NOW - 1000);
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .from = 2, .n = 3, .if_match = "1711"}),
		MF_OK);
	CHECK_STR(c.got.p, "llo");
	CHECK_INT(c.get.info.size, 11);
	CHECK_STR(sc_line(&c, 1), "GET /storage/v1/b/bkt/o/pre%2Fk?alt=media&generation=1711");
	CHECK_STR(sc_header(&c, 1, "Range"), "bytes=2-4");
	CHECK_STR(sc_header(&c, 1, "If-Match"), "");
	/* an emulator without generations */
	CHECK_INT(sc_get(&c,
			  (struct store_get){.key = "k", .from = 2, .n = 3, .if_match = "\"CKi\""}),
		MF_OK);
	CHECK_STR(c.get.info.etag, "\"CKi\"");
	CHECK_STR(sc_line(&c, 2), "GET /storage/v1/b/bkt/o/pre%2Fk?alt=media");
	CHECK_STR(sc_header(&c, 2, "If-Match"), "\"CKi\"");
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .from = 2}), MF_ECORRUPT);
	CHECK_INT(c.got.n, 0);
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .from = 11}), STORE_END);
	CHECK_INT(c.get.info.size, 11);
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .from = 11}), STORE_END);
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .if_match = "1710"}), MF_ECORRUPT);
	CHECK_STR(c.err.message, "it has changed while it was read");
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .if_match = "\"x\""}), MF_ECORRUPT);
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .if_none_match = "1711"}), STORE_SAME);
	CHECK_STR(sc_line(&c, 8),
		"GET /storage/v1/b/bkt/o/pre%2Fk?alt=media&ifGenerationNotMatch=1711");
	CHECK_INT(
		sc_get(&c, (struct store_get){.key = "k", .if_none_match = "\"CKi\""}), STORE_SAME);
	CHECK_STR(sc_header(&c, 9, "If-None-Match"), "\"CKi\"");
	sc_end(&c);
}

/* A missing object may be one of a missing bucket: that is looked at, once. */
void test_gs__missing(void)
{
	static const struct sc_answer object[] = {
		{.status = 404, .body = "No such object: bkt/pre/k"},
		{.path = "/storage/v1/b/bkt/o", .body = "{}"}};
	static const struct sc_answer bucket[] = {{.status = 404, .body = "Not Found"},
		{.path = "/storage/v1/b/bkt/o",
			.status = 404,
			.body = JSON_ERROR(404, "The specified bucket does not exist.")}};
	static const struct sc_answer said[] = {
		{.status = 404, .body = "The specified bucket does not exist."}};
	static const struct sc_answer denied[] = {
		{.status = 404, .body = "No such object: bkt/pre/k"},
		{.path = "/storage/v1/b/bkt/o",
			.status = 403,
			.body = JSON_ERROR(403, "no storage.objects.list access")}};
	static const struct sc_answer there[] = {
		{.body = "x"}, {.status = 404, .body = "No such object: bkt/pre/k"}};
	struct store_case c;
	SC_BEGIN(&c, STORE_GS, object);
	sc_open(&c, "gs://bkt/pre");
	for (int i = 0; i < 3; i++) {
		CHECK_INT(sc_read(&c, "k"), MF_ENOTFOUND);
		CHECK_STR(c.err.message, "no such object");
		CHECK_STR(c.err.where, "gs://bkt/pre/k");
	}
	CHECK_INT(sc_seen(&c), 4);
	sc_end(&c);
	SC_BEGIN(&c, STORE_GS, bucket);
	sc_open(&c, "gs://bkt/pre");
	for (int i = 0; i < 2; i++) {
		CHECK_INT(sc_read(&c, "k"), MF_ENOSTORE);
		CHECK_STR(c.err.message,
			textf("the bucket “bkt” does not exist at %s", httpd_url(c.d, "")));
		CHECK_INT(c.err.http_status, 404);
	}
	CHECK_INT(sc_seen(&c), 4);
	sc_end(&c);
	SC_BEGIN(&c, STORE_GS, said);
	sc_open(&c, "gs://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_ENOSTORE);
	CHECK_INT(sc_seen(&c), 1);
	sc_end(&c);
	SC_BEGIN(&c, STORE_GS, denied);
	sc_open(&c, "gs://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_ENOTFOUND);
	CHECK_INT(sc_read(&c, "k"), MF_ENOTFOUND);
	CHECK_INT(sc_seen(&c), 3);
	sc_end(&c);
	SC_BEGIN(&c, STORE_GS, there);
	sc_open(&c, "gs://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	CHECK_INT(sc_read(&c, "k"), MF_ENOTFOUND);
	CHECK_INT(sc_seen(&c), 2);
	sc_end(&c);
}

/* ---- credentials ---- */

void test_gs__tokens(void)
{
	static const struct sc_answer answers[] = {TOKEN("token-one"), TOKEN("token-two"),
		{.status = 401, .body = JSON_ERROR(401, "Invalid Credentials")}, {.body = "x"}};
	static const struct sc_answer never[] = {TOKEN("token-one"), TOKEN("token-two"),
		TOKEN("token-three"),
		{.status = 401, .body = JSON_ERROR(401, "Invalid Credentials")}};
	static const char *const secrets[] = {"token-", "client-secret", "refresh-secret", NULL};
	struct store_case c;
	SC_BEGIN(&c, STORE_GS, answers);
	with_tokens(&c, "payer-1");
	sc_open(&c, "gs://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	CHECK_INT(sc_seen(&c), 4);
	CHECK_STR(sc_line(&c, 0), "POST /token");
	CHECK_STR(sc_header(&c, 1, "Authorization"), "Bearer token-one");
	CHECK_STR(sc_header(&c, 1, "x-goog-user-project"), "payer-1");
	CHECK_STR(sc_header(&c, 3, "Authorization"), "Bearer token-two");
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	CHECK_INT(sc_seen(&c), 5);
	sc_secrets(&c, secrets);
	sc_end(&c);
	SC_BEGIN(&c, STORE_GS, never);
	with_tokens(&c, NULL);
	sc_open(&c, "gs://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_EACCESS);
	CHECK_INT(sc_seen(&c), 4);
	CHECK_STR(c.err.hint, "gcloud auth application-default login renews a token");
	sc_secrets(&c, secrets);
	/* --offline */
	sc_again(&c);
	c.config.offline = true;
	sc_open(&c, "gs://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_ENETWORK);
	CHECK_STR(c.err.message, "nothing is sent with --offline");
	CHECK_STR(c.err.where, "gs://bkt/pre");
	CHECK_STR(sc_list(&c, (struct store_list){.prefix = ""}),
		"network: nothing is sent with --offline");
	CHECK_STR(sc_who(&c), "network: nothing is sent with --offline");
	CHECK_INT(sc_seen(&c), 0);
	sc_end(&c);
}

/* A token goes over https, or to this machine: a proxy sees what would have gone elsewhere. */
void test_gs__token_stays_here(void)
{
	static const struct sc_answer answers[] = {TOKEN("token-one"), {.body = "x"}};
	struct store_case c;
	SC_BEGIN(&c, STORE_GS, answers);
	with_tokens(&c, NULL);
	sc_env(&c, "STORAGE_EMULATOR_HOST", "http://storage.example.org");
	setenv("http_proxy", httpd_url(c.d, ""), 1);
	setenv("no_proxy", "127.0.0.1", 1);
	sc_open(&c, "gs://bkt/pre");
	int rc = sc_read(&c, "k");
	unsetenv("http_proxy");
	unsetenv("no_proxy");
	CHECK(rc == MF_OK || rc == MF_EUSAGE);
	for (size_t i = 0; i < sc_seen(&c); i++)
		CHECK_STR(sc_header(&c, i, "Authorization"), "");
	CHECK(sc_seen(&c) >= 1);
	sc_end(&c);
}

/* ---- errors ---- */

void test_gs__errors(void)
{
#define KEY "gs://bkt/pre/k: "
#define ROOT "gs://bkt/pre: "
#define WHO "nobody (anonymous)"
#define ROLE                                                                                       \
	"reading needs storage.objects.get and .list: the role Storage Object Viewer on the "      \
	"bucket"
	static const struct {
		struct sc_answer answer;
		const char *get, *list; /* NULL: not tried */
	} t[] = {
		{{.status = 404, .body = JSON_ERROR(404, "The specified bucket does not exist.")},
			"no_store 0 404 " KEY
			"the bucket “bkt” does not exist at HOST | it is named by "
			"METAFLOW_DATASTORE_SYSROOT_GS and by records; STORAGE_EMULATOR_HOST names "
			"the server",
			"no_store 0 404 " ROOT
			"the bucket “bkt” does not exist at HOST | it is named by "
			"METAFLOW_DATASTORE_SYSROOT_GS and by records; STORAGE_EMULATOR_HOST names "
			"the server"},
		{{.status = 503, .body = "<html>busy"}, "network 1 503 " KEY "HOST answers 503 | ",
			"network 1 503 " ROOT "HOST answers 503 | "},
		{{.status = 500, .body = JSON_ERROR(500, "Backend Error")},
			"network 1 500 " KEY "HOST answers 500: Backend Error | ", NULL},
		{{.status = 429, .body = "The rate of change\nis high"},
			"network 1 429 " KEY "HOST answers 429: The rate of change | ", NULL},
		{{.status = 408}, "network 1 408 " KEY "HOST answers 408 | ", NULL},
		{{.status = 401, .body = JSON_ERROR(401, "Anonymous caller does not have access.")},
			"not_allowed 0 401 " KEY "access is denied to " WHO
			": Anonymous caller does not have access. | gcloud auth "
			"application-default login renews a token",
			NULL},
		{{.status = 403, .body = JSON_ERROR(403, "no storage.objects.list access")},
			"not_allowed 0 403 " KEY "access is denied to " WHO
			": no storage.objects.list access | " ROLE,
			"not_allowed 0 403 " ROOT "access is denied to " WHO
			": no storage.objects.list access | " ROLE},
		{{.status = 403}, "not_allowed 0 403 " KEY "access is denied to " WHO " | " ROLE,
			NULL},
		{{.status = 400,
			 .body = JSON_ERROR(400, "Bucket is a requester pays bucket but no user "
						 "project provided.")},
			"not_allowed 0 400 " KEY "the requester pays for this bucket, and no "
						 "project is known that does | set "
			"GOOGLE_CLOUD_QUOTA_PROJECT",
			NULL},
		{{.status = 400, .body = JSON_ERROR(400, "Invalid bucket name")},
			"failed 0 400 " KEY "HOST answers 400: Invalid bucket name | ",
			"failed 0 400 " ROOT "HOST answers 400: Invalid bucket name | "},
		{{.status = 400, .body = "{broken"},
			"failed 0 400 " KEY "HOST answers 400: {broken | ", NULL},
		{{.status = 302, .headers = "Location: http://127.0.0.1:1/\r\n"},
			"failed 0 302 " KEY "HOST answers 302 | ", NULL},
		{{.status = 304}, "?", "failed 0 304 " ROOT "HOST answers 304 | "},
	};
	struct store_case c;
	sc_begin(&c, STORE_GS, NULL, 0);
	sc_open(&c, "gs://bkt/pre");
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		if (t[i].get[0] != '?')
			CHECK_STR(sc_failed(&c, &t[i].answer, false), t[i].get);
		if (t[i].list)
			CHECK_STR(sc_failed(&c, &t[i].answer, true), t[i].list);
	}
	sc_end(&c);
}

/* ---- lists ---- */

void test_gs__lists(void)
{
	static const struct sc_answer answers[] = {
		{.body = "{\"nextPageToken\": \"CgV+/=\", \"prefixes\": [\"pre/d/sub/\"], "
			 "\"items\": [{\"name\": \"pre/d/\"}, "
			 "{\"name\": \"pre/d/a+b\"}, {\"name\": \"pre/d/\\u00fc "
			 "\\ud83d\\ude00%20\"}]}"},
		{.body = "{\"items\": [{\"name\": \"pre/d/z\"}]}"}, {.body = "{}"},
		{.body = "{\"items\": [{\"name\": \"other\"}, {\"name\": \"pre/x\\u0000y\"}, "
			 "{\"name\": 3}, {}, 4, null, {\"name\": "
			 "\"pra/y\"}, {\"name\": \"pre/ok\"}], \"prefixes\": [7, \"x/\", "
			 "\"pre/p/\"], \"nextPageToken\": 5}"}};
	struct store_case c;
	SC_BEGIN(&c, STORE_GS, answers);
	sc_open(&c, "gs://bkt/pre");
	CHECK_STR(sc_list(&c, (struct store_list){.prefix = "d/"}), "a+b ü 😀%20 sub/ (CgV+/=)");
	CHECK_STR(sc_line(&c, 0), "GET "
				  "/storage/v1/b/bkt/"
				  "o?delimiter=%2F&fields=items%28name%29%2Cprefixes%"
				  "2CnextPageToken&prefix=pre%2Fd%2F");
	char next[] = "CgV+/=";
	CHECK_STR(sc_list(&c, (struct store_list){.prefix = "d/", .next = next}), "z");
	CHECK_STR(sc_line(&c, 1), "GET /storage/v1/b/bkt/"
				  "o?delimiter=%2F&fields=items%28name%29%2Cprefixes%"
				  "2CnextPageToken&pageToken=CgV%2B%2F%3D&prefix=pre%2Fd%2F");
	CHECK_STR(sc_list(&c, (struct store_list){.prefix = "ü", .deep = true, .limit = 5}), "");
	CHECK_STR(sc_line(&c, 2), "GET "
				  "/storage/v1/b/bkt/"
				  "o?fields=items%28name%29%2Cprefixes%2CnextPageToken&maxResults="
				  "5&prefix=pre%2F%C3%BC");
	CHECK_STR(sc_list(&c, (struct store_list){.prefix = "", .limit = 99999}), "ok p/");
	CHECK(strstr(sc_line(&c, 3), "maxResults=1000&") != NULL);
	sc_end(&c);
}

void test_gs__no_list(void)
{
	static const char *const bodies[] = {
		"", "<html>log in</html>", "[]", "\"text\"", "null", "{\"items\": [", "3"};
	for (size_t i = 0; i < ARRAY_SIZE(bodies); i++) {
		const struct sc_answer answer = {.body = bodies[i]};
		struct store_case c;
		sc_begin(&c, STORE_GS, &answer, 1);
		sc_open(&c, "gs://bkt/pre");
		CHECK(str_starts(sc_list(&c, (struct store_list){.prefix = ""}),
			"corrupt: a list of the bucket: "));
		CHECK(strlen(c.err.message) > strlen("a list of the bucket: "));
		CHECK_STR(c.err.where, "gs://bkt/pre");
		sc_end(&c);
	}
}

/* ---- memory ---- */

static int get_once(void *arg)
{
	return sc_once(arg, "gs://bkt/pre", sc_get_it);
}

static int list_once(void *arg)
{
	return sc_once(arg, "gs://bkt/pre", sc_list_it);
}

static int missing_once(void *arg)
{
	int rc = sc_once(arg, "gs://bkt/pre", sc_list_it);
	return rc == MF_ENOSTORE ? MF_OK : rc;
}

static int denied_once(void *arg)
{
	int rc = sc_once(arg, "gs://bkt/pre", sc_get_it);
	return rc == MF_EACCESS ? MF_OK : rc;
}

void test_gs__no_memory(void)
{
	static const struct sc_answer answers[] = {TOKEN("token-one"), TOKEN("token-two"),
		{.status = 401, .body = JSON_ERROR(401, "x")},
		{.status = 206,
			.body = "bytes",
			.headers = "Content-Range: bytes 1-4/9\r\nx-goog-generation: 1\r\n"}};
	static const struct sc_answer list[] = {
		{.body = "{\"nextPageToken\": \"t\", \"prefixes\": [\"pre/a/d/\"], \"items\": "
			 "[{\"name\": \"pre/a/k\"}]}"}};
	static const struct sc_answer missing[] = {
		{.status = 404, .body = JSON_ERROR(404, "The specified bucket does not exist.")}};
	static const struct sc_answer denied[] = {{.status = 403, .body = JSON_ERROR(403, "no")}};
	struct store_case c;
	SC_BEGIN(&c, STORE_GS, answers);
	with_tokens(&c, "payer");
	CHECK_INT(get_once(&c), MF_OK);
	test_every_alloc(get_once, &c);
	sc_end(&c);
	SC_BEGIN(&c, STORE_GS, list);
	CHECK_INT(list_once(&c), MF_OK);
	test_every_alloc(list_once, &c);
	sc_end(&c);
	SC_BEGIN(&c, STORE_GS, missing);
	CHECK_INT(missing_once(&c), MF_OK);
	test_every_alloc(missing_once, &c);
	sc_end(&c);
	SC_BEGIN(&c, STORE_GS, denied);
	CHECK_INT(denied_once(&c), MF_OK);
	test_every_alloc(denied_once, &c);
	sc_end(&c);
}
