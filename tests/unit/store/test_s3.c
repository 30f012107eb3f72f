#include "s3_case.h"

/* ---- where a key is ---- */

void test_s3__keys(void)
{
	static const struct {
		const char *root, *key, *wire;
	} t[] = {
		{"s3://bkt/pre", "plain", "/bkt/pre/plain"},
		{"s3://bkt/pre", "a b", "/bkt/pre/a%20b"},
		{"s3://bkt/pre", "a+b=c&d?e#f", "/bkt/pre/a%2Bb%3Dc%26d%3Fe%23f"},
		{"s3://bkt/pre", "100%/%2F", "/bkt/pre/100%25/%252F"},
		{"s3://bkt/pre", "ü€😀", "/bkt/pre/%C3%BC%E2%82%AC%F0%9F%98%80"},
		{"s3://bkt/pre", "~-._!*'()", "/bkt/pre/~-._%21%2A%27%28%29"},
		{"s3://bkt/pre", "a//b/", "/bkt/pre/a//b/"},
		{"s3://bkt/pre", "./../x/..", "/bkt/pre/./../x/.."},
		{"s3://bkt/pre", "/lead", "/bkt/pre//lead"},
		{"s3://bkt/pre", "\x01\n\t\x7f", "/bkt/pre/%01%0A%09%7F"},
		{"s3://bkt/pre", "\xff\xfe", "/bkt/pre/%FF%FE"},
		{"s3://bkt/pre", "\"<>\\^`{|}[]@:;,$",
			"/bkt/pre/%22%3C%3E%5C%5E%60%7B%7C%7D%5B%5D%40%3A%3B%2C%24"},
		{"s3://bkt", "plain", "/bkt/plain"},
		{"s3://bkt/", "plain", "/bkt/plain"},
		{"s3://bkt//a///b//", "plain", "/bkt/a/b/plain"},
		{"s3://bkt/a b+ü", "k", "/bkt/a%20b%2B%C3%BC/k"},
		{"s3://my.dotted.bucket/x", "k", "/my.dotted.bucket/x/k"},
		{"s3://Upper_Case", "k", "/Upper_Case/k"},
		{"bkt/no/scheme", "k", "/bkt/no/scheme/k"},
	};
	static const struct sc_answer answers[] = {{.body = "x"}};
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		sc_open(&c, t[i].root);
		CHECK_INT(sc_read(&c, t[i].key), MF_OK);
		CHECK_STR(sc_line(&c, i), textf("GET %s", t[i].wire));
		check_signature(&c, i, "us-east-1");
	}
	sc_end(&c);
}

void test_s3__virtual_style(void)
{
	static const struct sc_answer answers[] = {{.body = "x"}};
	static const char style[] = "{\"config\": {\"s3\": {\"addressing_style\": \"virtual\"}}}";
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	int port = httpd_port(c.d);
	sc_set(&c, "DATATOOLS_CLIENT_PARAMS", style);
	sc_set(&c, "S3_ENDPOINT_URL", textf("http://localhost:%d", port));
	sc_open(&c, "s3://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	CHECK_STR(sc_line(&c, 0), "GET /pre/k");
	CHECK_STR(sc_header(&c, 0, "Host"), textf("bkt.localhost:%d", port));
	check_signature(&c, 0, "us-east-1");
	/* what cannot be part of a host */
	sc_open(&c, "s3://my.bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	CHECK_STR(sc_line(&c, 1), "GET /my.bkt/pre/k");
	CHECK_STR(sc_header(&c, 1, "Host"), textf("localhost:%d", port));
	/* nor before an address */
	sc_again(&c);
	sc_set(&c, "S3_ENDPOINT_URL", httpd_url(c.d, ""));
	sc_open(&c, "s3://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	CHECK_STR(sc_line(&c, 0), "GET /bkt/pre/k");
	sc_end(&c);
}

void test_s3__endpoint_with_a_path(void)
{
	static const struct sc_answer answers[] = {{.body = LIST("")}};
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	sc_set(&c, "S3_ENDPOINT_URL", httpd_url(c.d, "/gate/s3//"));
	sc_open(&c, "s3://bkt/pre");
	CHECK_INT(sc_read(&c, "a b"), MF_OK);
	CHECK_STR(sc_line(&c, 0), "GET /gate/s3/bkt/pre/a%20b");
	check_signature(&c, 0, "us-east-1");
	CHECK_STR(sc_list(&c, (struct store_list){.prefix = "x/"}), "");
	CHECK_STR(sc_line(&c, 1),
		"GET /gate/s3/bkt/?delimiter=%2F&encoding-type=url&list-type=2&prefix=pre%2Fx%2F");
	check_signature(&c, 1, "us-east-1");
	sc_end(&c);
}

/* ---- bytes ---- */

void test_s3__whole(void)
{
	static const struct sc_answer answers[] = {
		{.body = "hello",
			.headers =
				"ETag: \"e1\"\r\nLast-Modified: Fri, 20 Nov 2026 23:59:58 GMT\r\n"
				"x-amz-meta-metaflow-user-attributes: {\"cas_raw\": true}\r\n"},
		{.body = ""}};
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	sc_open(&c, "s3://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	CHECK_STR(c.got.p, "hello");
	CHECK_INT(c.get.info.size, 5);
	CHECK_STR(c.get.info.etag, "\"e1\"");
	CHECK_STR(c.get.info.attributes, "{\"cas_raw\": true}");
	CHECK_INT(c.get.info.modified, SC_NOW - 12 * 3600 * 1000 - 2000);
	CHECK_STR(sc_header(&c, 0, "Range"), "");
	CHECK_STR(sc_header(&c, 0, "Accept-Encoding"), "");
	CHECK_STR(sc_header(&c, 0, "x-amz-request-payer"), "");
	/* nothing of the last one stays */
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	CHECK_INT(c.got.n, 0);
	CHECK_INT(c.get.info.size, 0);
	CHECK_STR(c.get.info.etag, "");
	CHECK_STR(c.get.info.attributes, "");
	CHECK_INT(c.get.info.modified, MF_NO_TIME);
	sc_end(&c);
}

void test_s3__ranges(void)
{
	static const struct sc_answer answers[] = {
		{.status = 206,
			.body = "llo",
			.headers = "Content-Range: bytes 2-4/11\r\nETag: \"e\"\r\n"},
		{.status = 206, .body = "world", .headers = "Content-Range: bytes 6-10/11\r\n"},
		{.status = 206, .body = "h", .headers = "Content-Range: bytes 0-0/11\r\n"},
		/* from the middle, and all of it comes */
		{.status = 200, .body = "hello world"},
		{.status = 206, .body = "hello", .headers = "Content-Range: bytes 0-4/11\r\n"},
		{.status = 206,
			.body = "packed",
			.headers = "Content-Range: bytes 2-7/11\r\nContent-Encoding: gzip\r\n"},
		/* the end */
		{.status = 416,
			.body = ERROR("InvalidRange", "The requested range is not satisfiable"),
			.headers = "Content-Range: bytes */11\r\n"},
		{.status = 206, .body = "", .headers = "Content-Range: bytes 11-11/11\r\n"},
		{.status = 200, .body = ""},
		{.status = 412, .body = ERROR("PreconditionFailed", "At least one")},
		{.status = 304},
		/* as some do from the front */
		{.status = 200, .body = "hello world"},
		{.status = 206, .body = "llo", .headers = "Content-Range: bytes 2-4/*\r\n"},
	};
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	sc_open(&c, "s3://bkt/pre");
	CHECK_INT(
		sc_get(&c, (struct store_get){.key = "k", .from = 2, .n = 3, .if_match = "\"e\""}),
		MF_OK);
	CHECK_STR(c.got.p, "llo");
	CHECK_INT(c.get.info.size, 11);
	CHECK_STR(sc_header(&c, 0, "Range"), "bytes=2-4");
	CHECK_STR(sc_header(&c, 0, "If-Match"), "\"e\"");
	check_signature(&c, 0, "us-east-1");
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .from = 6}), MF_OK);
	CHECK_STR(c.got.p, "world");
	CHECK_STR(sc_header(&c, 1, "Range"), "bytes=6-");
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .n = 1}), MF_OK);
	CHECK_STR(sc_header(&c, 2, "Range"), "bytes=0-0");
	for (int i = 0; i < 2; i++) {
		CHECK_INT(
			sc_get(&c, (struct store_get){.key = "k", .from = 2, .n = 3}), MF_ECORRUPT);
		CHECK_STR(c.err.message,
			"the server sends other bytes than those that were asked for");
		CHECK_STR(c.err.where, "k");
		CHECK(!c.err.retriable);
		CHECK_INT(c.got.n, 0);
	}
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .from = 2}), MF_EUNSUPPORTED);
	CHECK_INT(c.got.n, 0);
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .from = 11}), STORE_END);
	CHECK_INT(c.get.info.size, 11);
	CHECK_INT(c.get.info.modified, MF_NO_TIME);
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .from = 11}), STORE_END);
	CHECK_INT(c.get.info.size, 11);
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .from = 11}), STORE_END);
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .if_match = "\"old\""}), MF_ECORRUPT);
	CHECK_STR(c.err.message, "it has changed while it was read");
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .if_none_match = "\"e\""}), STORE_SAME);
	CHECK_STR(sc_header(&c, 10, "If-None-Match"), "\"e\"");
	check_signature(&c, 10, "us-east-1");
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .n = 5}), MF_OK);
	CHECK_INT(c.get.info.size, 11);
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .from = 2, .n = 3}), MF_OK);
	CHECK_INT(c.get.info.size, 0);
	/* as many as there are numbers */
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .from = 2, .n = UINT64_MAX}), MF_OK);
	CHECK_STR(sc_header(&c, 13, "Range"), "bytes=2-");
	sc_end(&c);
}

/* One byte is asked for, since a reply to HEAD says nothing of errors. */
void test_s3__head(void)
{
	static const struct sc_answer answers[] = {
		{.status = 206,
			.body = "h",
			.headers = "Content-Range: bytes 0-0/12345678901\r\nETag: \"e\"\r\n"
				   "x-amz-meta-metaflow-user-attributes: {}\r\n"},
		{.status = 416, .body = ERROR("InvalidRange", "no")},
		{.status = 404, .body = ERROR("NoSuchKey", "The specified key does not exist.")}};
	struct store_case c;
	struct store_info info;
	SC_BEGIN(&c, STORE_S3, answers);
	sc_open(&c, "s3://bkt/pre");
	CHECK_INT(c.s->backend->head(c.s, "k", &info, NULL, &c.err), MF_OK);
	CHECK_STR(sc_header(&c, 0, "Range"), "bytes=0-0");
	CHECK(info.size == UINT64_C(12345678901));
	CHECK_STR(info.etag, "\"e\"");
	CHECK_STR(info.attributes, "{}");
	/* an empty one */
	CHECK_INT(c.s->backend->head(c.s, "k", &info, NULL, &c.err), MF_OK);
	CHECK_INT(info.size, 0);
	CHECK_INT(info.modified, MF_NO_TIME);
	CHECK_STR(info.etag, "");
	CHECK_INT(c.s->backend->head(c.s, "k", &info, NULL, &c.err), MF_ENOTFOUND);
	sc_end(&c);
}

static int refuse(void *self, const char *p, size_t n)
{
	(void)self, (void)p, (void)n;
	return MF_EFAILED;
}

void test_s3__sink_refuses(void)
{
	static const struct sc_answer answers[] = {{.body = "hello"}};
	const struct mf_sink sink = {refuse, NULL};
	struct store_get get = {.key = "k", .sink = &sink};
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	sc_open(&c, "s3://bkt/pre");
	CHECK_INT(c.s->backend->get(c.s, &get, &c.err), MF_EFAILED);
	CHECK_INT(c.err.code, MF_OK);
	CHECK_INT(sc_seen(&c), 1);
	sc_end(&c);
}

void test_s3__who(void)
{
	static const struct sc_answer answers[] = {{.body = ""}};
	static const char *const secrets[] = {SC_SECRET, NULL};
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	sc_open(&c, "s3://bkt/pre");
	CHECK_STR(sc_who(&c), textf("the environment (access key …LE42), region us-east-1, at %s "
				    "(METAFLOW_S3_ENDPOINT_URL)",
				      httpd_url(c.d, "")));
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	sc_secrets(&c, secrets);
	CHECK_INT(sc_seen(&c), 1);
	sc_again(&c);
	sc_env(&c, "AWS_ACCESS_KEY_ID", NULL);
	sc_env(&c, "AWS_SECRET_ACCESS_KEY", NULL);
	sc_open(&c, "s3://bkt/pre");
	CHECK_STR(sc_who(&c), "not_allowed: no AWS credentials have been found");
	CHECK_INT(sc_read(&c, "k"), MF_EACCESS);
	CHECK_INT(sc_seen(&c), 0);
	sc_end(&c);
}
