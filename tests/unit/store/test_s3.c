#include "../../../clientlib/store/s3.h"

#include "store_case.h"

#define LIST(inner)                                                                                \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult "                           \
	"xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>bkt</Name>" inner                 \
	"</ListBucketResult>"
#define ERROR(code, message)                                                                       \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" code "</Code><Message>" message \
	"</Message><RequestId>X</RequestId></Error>"

/* ---- what is signed is what was sent ---- */

static char *decoded(const char *p, size_t n)
{
	char *out = calloc(1, n + 1), *to = out;
	for (size_t i = 0; out && i < n; i++) {
		unsigned byte = (unsigned char)p[i];
		if (p[i] == '%' && sscanf(p + i + 1, "%2x", &byte) == 1)
			i += 2;
		*to++ = (char)byte;
	}
	return out;
}

/* The signature of a request that was seen, made anew from what has arrived. */
static void check_signature(struct store_case *c, size_t i, const char *region)
{
	static const char *const others[] = {
		"Range", "If-Match", "If-None-Match", "x-amz-request-payer"};
	const char *line = sc_line(c, i) + strlen("GET "), *query = strchrnul(line, '?');
	const char *token = sc_header(c, i, "x-amz-security-token");
	struct sign_pair pairs[16], headers[4];
	struct sign_request req = {.method = "GET",
		.host = sc_header(c, i, "Host"),
		.path = textf("%.*s", (int)(query - line), line),
		.query = pairs,
		.headers = headers};
	for (const char *p = query + (*query == '?'); *p;) {
		size_t n = strcspn(p, "&"), eq = strcspn(p, "=");
		pairs[req.n_query++] = (struct sign_pair){
			decoded(p, eq), decoded(p + eq + 1, n - eq - 1)};
		p += n + (p[n] == '&');
	}
	for (size_t k = 0; k < ARRAY_SIZE(others); k++)
		if (*sc_header(c, i, others[k]))
			headers[req.n_headers++] =
				(struct sign_pair){others[k], textf("%s", sc_header(c, i, others[k]))};
	struct tm tm = {0};
	CHECK(strptime(sc_header(c, i, "x-amz-date"), "%Y%m%dT%H%M%SZ", &tm) != NULL);
	struct sign_aws sign = {.key_id = SC_ID,
		.secret = SC_SECRET,
		.token = *token ? token : NULL,
		.region = region,
		.service = "s3",
		.now = (int64_t)timegm(&tm) * 1000};
	struct buf b = BUF_INIT(1 << 16);
	CHECK_INT(sign_aws(&b, &req, &sign, NULL), MF_OK);
	const char *want = strstr(b.p, "Authorization: ");
	CHECK_FATAL(want != NULL);
	CHECK_STR(textf("%s\n", sc_header(c, i, "Authorization")), want + strlen("Authorization: "));
	buf_release(&b);
	for (size_t k = 0; k < req.n_query; k++) {
		free((char *)(uintptr_t)pairs[k].name);
		free((char *)(uintptr_t)pairs[k].value);
	}
}

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
		{"s3://bkt/pre", "\"<>\\^`{|}[]@:;,$", "/bkt/pre/%22%3C%3E%5C%5E%60%7B%7C%7D%5B%5D%40%3A%3B%2C%24"},
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
		{.body = "hello", .headers = "ETag: \"e1\"\r\nLast-Modified: Fri, 20 Nov 2026 23:59:58 GMT\r\n"
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
		{.status = 206, .body = "llo", .headers = "Content-Range: bytes 2-4/11\r\nETag: \"e\"\r\n"},
		{.status = 206, .body = "world", .headers = "Content-Range: bytes 6-10/11\r\n"},
		{.status = 206, .body = "h", .headers = "Content-Range: bytes 0-0/11\r\n"},
		/* from the middle, and all of it comes */
		{.status = 200, .body = "hello world"},
		{.status = 206, .body = "hello", .headers = "Content-Range: bytes 0-4/11\r\n"},
		{.status = 206, .body = "packed",
			.headers = "Content-Range: bytes 2-7/11\r\nContent-Encoding: gzip\r\n"},
		/* the end */
		{.status = 416, .body = ERROR("InvalidRange", "The requested range is not satisfiable"),
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
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .from = 2, .n = 3, .if_match = "\"e\""}), MF_OK);
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
		CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .from = 2, .n = 3}), MF_ECORRUPT);
		CHECK_STR(c.err.message, "the server sends other bytes than those that were asked for");
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
		{.status = 206, .body = "h",
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

/* ---- other regions, other clocks, other keys ---- */

void test_s3__other_region(void)
{
	static const struct {
		struct sc_answer refusal;
	} t[] = {
		{{.status = 301,
			.headers = "x-amz-bucket-region: eu-north-1\r\nLocation: http://127.0.0.1:1/evil\r\n",
			.body = ERROR("PermanentRedirect", "The bucket you are attempting to access must be addressed")}},
		{{.status = 307, .headers = "x-amz-bucket-region: eu-north-1\r\nLocation: http://127.0.0.1:1/evil\r\n",
			.body = ERROR("TemporaryRedirect", "Please re-send")}},
		{{.status = 400,
			.body = "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization "
				"header is malformed; the region 'us-east-1' is wrong; expecting "
				"'eu-north-1'</Message><Region>eu-north-1</Region></Error>"}}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		const struct sc_answer answers[] = {t[i].refusal, {.body = "x"}};
		struct store_case c;
		SC_BEGIN(&c, STORE_S3, answers);
		sc_open(&c, "s3://bkt/pre");
		CHECK_INT(sc_read(&c, "k"), MF_OK);
		CHECK_STR(c.got.p, "x");
		CHECK_INT(sc_seen(&c), 2);
		check_signature(&c, 0, "us-east-1");
		check_signature(&c, 1, "eu-north-1");
		CHECK_STR(sc_line(&c, 1), "GET /bkt/pre/k");
		/* the region is remembered for this bucket alone */
		CHECK_INT(sc_read(&c, "k"), MF_OK);
		check_signature(&c, 2, "eu-north-1");
		CHECK(strstr(sc_who(&c), "region eu-north-1") != NULL);
		sc_open(&c, "s3://other/pre");
		CHECK_INT(sc_read(&c, "k"), MF_OK);
		check_signature(&c, 3, "us-east-1");
		sc_end(&c);
	}
}

/* Names of regions become parts of hosts. */
void test_s3__no_region(void)
{
	static const char *const regions[] = {"evil.example.com/", "us-east-1@evil", "EU", "a b", ""};
	for (size_t i = 0; i < ARRAY_SIZE(regions); i++) {
		const struct sc_answer answers[] = {{.status = 301,
			.headers = textf("x-amz-bucket-region: %s\r\nLocation: http://127.0.0.1:1/\r\n", regions[i]),
			.body = ERROR("PermanentRedirect", "elsewhere")}};
		struct store_case c;
		SC_BEGIN(&c, STORE_S3, answers);
		sc_open(&c, "s3://bkt/pre");
		CHECK_INT(sc_read(&c, "k"), MF_EFAILED);
		CHECK_INT(sc_seen(&c), 1);
		CHECK(strstr(c.err.message, "has to be asked elsewhere") != NULL);
		CHECK_STR(c.err.hint, "set AWS_DEFAULT_REGION to the bucket's region");
		CHECK_INT(c.err.http_status, 301);
		sc_end(&c);
	}
}

void test_s3__regions_without_end(void)
{
#define GO(region) {.status = 301, .headers = "x-amz-bucket-region: " region "\r\n"}
	static const struct sc_answer answers[] = {GO("r-1"), GO("r-2"), GO("r-3"), GO("r-4"), GO("r-5"),
		GO("r-6"), GO("r-7"), GO("r-8"), {.body = "x"}};
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	sc_open(&c, "s3://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_EFAILED);
	CHECK(sc_seen(&c) <= 5);
	sc_end(&c);
}

void test_s3__other_clock(void)
{
#define SKEWED(date)                                                                               \
	{.status = 403, .headers = date, .body = ERROR("RequestTimeTooSkewed", "The difference between")}
	static const struct sc_answer answers[] = {
		SKEWED("Date: Sat, 21 Nov 2026 13:00:00 GMT\r\n"), {.body = "x"}, {.body = "y"}};
	static const struct sc_answer jumping[] = {SKEWED("Date: Sat, 21 Nov 2026 13:00:00 GMT\r\n"),
		SKEWED("Date: Sat, 21 Nov 2026 14:00:00 GMT\r\n"), SKEWED("Date: Sat, 21 Nov 2026 15:00:00 GMT\r\n"),
		SKEWED("Date: Sat, 21 Nov 2026 16:00:00 GMT\r\n"), SKEWED("Date: Sat, 21 Nov 2026 17:00:00 GMT\r\n"),
		SKEWED("Date: Sat, 21 Nov 2026 18:00:00 GMT\r\n"), SKEWED("Date: Sat, 21 Nov 2026 19:00:00 GMT\r\n")};
	static const struct sc_answer useless[] = {SKEWED("")};
	static const struct sc_answer years[] = {SKEWED("Date: Sat, 21 Nov 2020 13:00:00 GMT\r\n")};
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	sc_open(&c, "s3://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	CHECK_STR(sc_header(&c, 0, "x-amz-date"), "20261121T120000Z");
	CHECK_STR(sc_header(&c, 1, "x-amz-date"), "20261121T130000Z");
	check_signature(&c, 1, "us-east-1");
	/* of all buckets */
	sc_open(&c, "s3://other");
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	CHECK_STR(sc_header(&c, 2, "x-amz-date"), "20261121T130000Z");
	CHECK_INT(sc_seen(&c), 3);
	sc_end(&c);
	SC_BEGIN(&c, STORE_S3, jumping);
	sc_open(&c, "s3://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_EACCESS);
	CHECK_STR(c.err.hint, "set the clock");
	CHECK(sc_seen(&c) <= 5);
	sc_end(&c);
	SC_BEGIN(&c, STORE_S3, useless);
	sc_open(&c, "s3://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_EACCESS);
	CHECK_INT(sc_seen(&c), 1);
	sc_end(&c);
	SC_BEGIN(&c, STORE_S3, years);
	sc_open(&c, "s3://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_EACCESS);
	CHECK_INT(sc_seen(&c), 1);
	sc_end(&c);
}

#define KEYS(n)                                                                                    \
	"{\"AccessKeyId\": \"ASIA" n "\", \"SecretAccessKey\": \"session-secret-" n "\", "         \
	"\"Token\": \"session-token-" n "\", \"Expiration\": \"2026-11-21T18:00:00Z\"}"

/* Credentials that are asked for over the network, and anew when they are refused. */
void test_s3__renewal(void)
{
	static const struct sc_answer answers[] = {{.path = "/creds", .body = KEYS("1")},
		{.path = "/creds", .body = KEYS("2")},
		{.status = 400, .body = ERROR("ExpiredToken", "The provided token has expired.")},
		{.body = "x"}};
	static const struct sc_answer never[] = {{.path = "/creds", .body = KEYS("1")},
		{.path = "/creds", .body = KEYS("2")}, {.path = "/creds", .body = KEYS("3")},
		{.status = 403, .body = ERROR("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist")}};
	static const struct sc_answer same[] = {{.path = "/creds", .body = KEYS("1")},
		{.status = 400, .body = ERROR("ExpiredToken", "The provided token has expired.")}};
	static const char *const secrets[] = {"session-secret", "session-token", NULL};
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	sc_env(&c, "AWS_ACCESS_KEY_ID", NULL);
	sc_env(&c, "AWS_SECRET_ACCESS_KEY", NULL);
	sc_env(&c, "AWS_CONTAINER_CREDENTIALS_FULL_URI", httpd_url(c.d, "/creds"));
	sc_open(&c, "s3://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	CHECK_INT(sc_seen(&c), 4);
	CHECK_STR(sc_line(&c, 0), "GET /creds");
	CHECK_STR(sc_header(&c, 1, "x-amz-security-token"), "session-token-1");
	CHECK(strstr(sc_header(&c, 1, "Authorization"), "Credential=ASIA1/20261121/us-east-1/s3/") != NULL);
	CHECK_STR(sc_line(&c, 2), "GET /creds");
	CHECK_STR(sc_header(&c, 3, "x-amz-security-token"), "session-token-2");
	CHECK(strstr(sc_header(&c, 3, "Authorization"), "Credential=ASIA2/") != NULL);
	/* and kept */
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	CHECK_INT(sc_seen(&c), 5);
	sc_secrets(&c, secrets);
	sc_end(&c);
	/* once */
	SC_BEGIN(&c, STORE_S3, never);
	sc_env(&c, "AWS_ACCESS_KEY_ID", NULL);
	sc_env(&c, "AWS_CONTAINER_CREDENTIALS_FULL_URI", httpd_url(c.d, "/creds"));
	sc_open(&c, "s3://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_EACCESS);
	CHECK_INT(sc_seen(&c), 4);
	sc_secrets(&c, secrets);
	sc_end(&c);
	SC_BEGIN(&c, STORE_S3, same);
	sc_env(&c, "AWS_ACCESS_KEY_ID", NULL);
	sc_env(&c, "AWS_CONTAINER_CREDENTIALS_FULL_URI", httpd_url(c.d, "/creds"));
	sc_open(&c, "s3://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_EACCESS);
	CHECK(strstr(c.err.message, "have expired") != NULL);
	CHECK_INT(sc_seen(&c), 3);
	sc_end(&c);
}

void test_s3__payer_and_anonymous(void)
{
	static const struct sc_answer answers[] = {{.body = LIST("")}};
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	sc_env(&c, "MFCTL_S3_REQUESTER_PAYS", "1");
	sc_open(&c, "s3://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	sc_list(&c, (struct store_list){.prefix = ""});
	for (size_t i = 0; i < 2; i++) {
		CHECK_STR(sc_header(&c, i, "x-amz-request-payer"), "requester");
		check_signature(&c, i, "us-east-1");
	}
	sc_again(&c);
	sc_env(&c, "MFCTL_S3_REQUESTER_PAYS", "false");
	sc_env(&c, "MFCTL_S3_ANONYMOUS", "true");
	sc_open(&c, "s3://bkt/pre");
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .n = 3}), MF_OK);
	CHECK_STR(sc_header(&c, 0, "Authorization"), "");
	CHECK_STR(sc_header(&c, 0, "x-amz-date"), "");
	CHECK_STR(sc_header(&c, 0, "Range"), "bytes=0-2");
	CHECK_STR(sc_header(&c, 0, "x-amz-request-payer"), "");
	CHECK(str_starts(sc_who(&c), "nobody (anonymous), region us-east-1, at http://127.0.0.1:"));
	sc_again(&c);
	sc_env(&c, "MFCTL_S3_ANONYMOUS", NULL);
	sc_set(&c, "DATATOOLS_CLIENT_PARAMS", "{\"config\": {\"signature_version\": \"UNSIGNED\"}}");
	sc_open(&c, "s3://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	CHECK_STR(sc_header(&c, 0, "Authorization"), "");
	sc_end(&c);
}

void test_s3__offline(void)
{
	static const struct sc_answer answers[] = {{.body = LIST("")}};
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	c.config.offline = true;
	/* where asking for credentials is asking */
	sc_env(&c, "AWS_ACCESS_KEY_ID", NULL);
	sc_env(&c, "AWS_CONTAINER_CREDENTIALS_FULL_URI", httpd_url(c.d, "/creds"));
	sc_open(&c, "s3://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_ENETWORK);
	CHECK_STR(c.err.message, "nothing is sent with --offline");
	CHECK_STR(c.err.hint, "run it without --offline");
	CHECK_STR(c.err.where, "s3://bkt/pre");
	CHECK(!c.err.retriable);
	CHECK_STR(sc_list(&c, (struct store_list){.prefix = ""}), "network: nothing is sent with --offline");
	CHECK_STR(sc_who(&c), "network: nothing is sent with --offline");
	CHECK_INT(sc_seen(&c), 0);
	sc_end(&c);
}

void test_s3__no_server(void)
{
	static const struct sc_answer broken[] = {{.body = "hello", .fault = HTTPD_RESET, .fault_at = 2}, {.body = "x"}};
	static const struct sc_answer none[] = {{.body = ""}};
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, none);
	sc_set(&c, "S3_ENDPOINT_URL", textf("http://127.0.0.1:%d", httpd_closed_port()));
	sc_open(&c, "s3://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_ENETWORK);
	CHECK(!c.err.retriable); /* nobody has ever answered */
	CHECK(c.err.hint[0]);
	sc_end(&c);
	SC_BEGIN(&c, STORE_S3, broken);
	sc_open(&c, "s3://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_ENETWORK);
	CHECK(c.err.retriable);
	sc_end(&c);
}

/* ---- lists ---- */

#define KEY(key) "<Contents><Key>" key "</Key><Size>3</Size><Owner><ID>x</ID></Owner></Contents>"
#define DIR(key) "<CommonPrefixes><Prefix>" key "</Prefix></CommonPrefixes>"

void test_s3__lists(void)
{
	static const struct sc_answer answers[] = {
		/* encoded as S3 has it; the prefix of the request comes back as well */
		{.body = LIST("<Prefix>pre/d%2F</Prefix><KeyCount>6</KeyCount><MaxKeys>1000</MaxKeys>"
			      "<Delimiter>%2F</Delimiter><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>" KEY("pre/d/")
				      KEY("pre/d/a+b") KEY("pre/d/a%2Bb") KEY("pre%2Fd%2F100%25") KEY("pre/d/%C3%BC&amp;")
					      DIR("pre/d/sub+dir/")
						      "<NextContinuationToken>1/a+b=&amp;%</NextContinuationToken>")},
		{.body = LIST("<IsTruncated>false</IsTruncated>" KEY("pre/d/a+b%41") KEY("pre/d/z") "<EncodingType></EncodingType>")},
		{.body = LIST("")},
		/* its type told behind the names */
		{.body = LIST(KEY("pre/a+b") "<EncodingType>url</EncodingType>")},
		/* what is none of ours */
		{.body = LIST("<EncodingType>url</EncodingType>" KEY("other/x") KEY("pre") KEY("pre/%00x") KEY("pre/x%00y") DIR("p/")
			      KEY("pre/%FF%FE") KEY("pre/%zz%4") KEY("") "<Contents></Contents>")},
	};
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	sc_open(&c, "s3://bkt/pre");
	CHECK_STR(sc_list(&c, (struct store_list){.prefix = "d/"}), "a b a+b 100% ü& sub dir/ (1/a+b=&%)");
	CHECK_STR(sc_line(&c, 0), "GET /bkt/?delimiter=%2F&encoding-type=url&list-type=2&prefix=pre%2Fd%2F");
	char next[] = "1/a+b=&%";
	CHECK_STR(sc_list(&c, (struct store_list){.prefix = "d/", .next = next}), "a+b%41 z");
	CHECK_STR(sc_line(&c, 1), "GET /bkt/?continuation-token=1%2Fa%2Bb%3D%26%25&delimiter=%2F&encoding-type=url&list-type=2&prefix=pre%2Fd%2F");
	CHECK_STR(sc_list(&c, (struct store_list){.prefix = "ü +", .deep = true, .limit = 7}), "");
	CHECK_STR(sc_line(&c, 2), "GET /bkt/?encoding-type=url&list-type=2&max-keys=7&prefix=pre%2F%C3%BC%20%2B");
	CHECK_STR(sc_list(&c, (struct store_list){.prefix = "", .limit = 100000}), "a b");
	CHECK_STR(sc_line(&c, 3), "GET /bkt/?delimiter=%2F&encoding-type=url&list-type=2&max-keys=1000&prefix=pre%2F");
	CHECK_STR(sc_list(&c, (struct store_list){.prefix = ""}), "\xff\xfe %zz%4");
	for (size_t i = 0; i < 5; i++)
		check_signature(&c, i, "us-east-1");
	sc_end(&c);
	SC_BEGIN(&c, STORE_S3, answers);
	sc_open(&c, "s3://bkt");
	sc_list(&c, (struct store_list){.prefix = ""});
	CHECK_STR(sc_line(&c, 0), "GET /bkt/?delimiter=%2F&encoding-type=url&list-type=2&prefix=");
	sc_end(&c);
}

/* A list that is none is not an empty one. */
void test_s3__no_list(void)
{
	static const struct {
		struct sc_answer answer;
		const char *said;
	} t[] = {
		{{.body = "<ListBucketResult><Contents><Key>pre/a</Key>"},
			"corrupt: a list of the bucket: XML, line 1, column 45: no element found"},
		{{.body = ""}, "corrupt: a list of the bucket: XML, line 1, column 1: no element found"},
		{{.body = "{\"items\": []}"},
			"corrupt: a list of the bucket: XML, line 1, column 1: not well-formed (invalid token)"},
		{{.body = "<html><body>log in first</body></html>"}, "corrupt: a list of the bucket: the reply is none"},
		{{.body = LIST("<IsTruncated>true</IsTruncated>" KEY("pre/a"))},
			"corrupt: a list of the bucket: it goes on, and the server does not say where"},
		{{.body = "<!DOCTYPE r [<!ENTITY x \"y\">]><ListBucketResult>&x;</ListBucketResult>"},
			"corrupt: a list of the bucket: XML, line 1, column 25: it declares an entity"},
		{{.body = LIST(KEY("pre/\xff"))},
			"corrupt: a list of the bucket: XML, line 2, column 102: not well-formed (invalid token)"},
		/* replies that count for objects only */
		{{.status = 304}, "failed: http://HOST answers 304 "},
		{{.status = 412, .body = LIST("")}, "failed: http://HOST answers 412 "},
		{{.status = 404, .body = "<html>nothing here</html>"}, "failed: http://HOST answers 404 "},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct store_case c;
		sc_begin(&c, STORE_S3, &t[i].answer, 1);
		sc_open(&c, "s3://bkt/pre");
		const char *said = sc_list(&c, (struct store_list){.prefix = ""}), *url = httpd_url(c.d, ""),
			   *at = strstr(said, url);
		if (at)
			said = textf("%.*shttp://HOST%s", (int)(at - said), said, at + strlen(url));
		if (i < 7)
			CHECK_STR(c.err.where, "s3://bkt/pre");
		if (i != 7)
			CHECK_STR(said, t[i].said);
		sc_end(&c);
	}
}

/* ---- who, and memory ---- */

void test_s3__who(void)
{
	static const struct sc_answer answers[] = {{.body = ""}};
	static const char *const secrets[] = {SC_SECRET, NULL};
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	sc_open(&c, "s3://bkt/pre");
	CHECK_STR(sc_who(&c), textf("the environment (access key …LE42), region us-east-1, at %s (METAFLOW_S3_ENDPOINT_URL)",
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

static int get_once(void *arg)
{
	return sc_once(arg, "s3://bkt/pre", sc_get_it);
}

static int list_once(void *arg)
{
	return sc_once(arg, "s3://bkt/pre", sc_list_it);
}

void test_s3__no_memory(void)
{
	static const struct sc_answer answers[] = {
		{.status = 301, .headers = "x-amz-bucket-region: eu-north-1\r\n", .body = ERROR("PermanentRedirect", "x")},
		{.status = 206, .body = "bytes", .headers = "Content-Range: bytes 1-4/9\r\nETag: \"e\"\r\n"}};
	static const struct sc_answer list[] = {{.body = LIST("<EncodingType>url</EncodingType>" KEY("pre/a/k") DIR("pre/a/d/")
								      "<NextContinuationToken>t</NextContinuationToken>")}};
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	sc_set(&c, "DATATOOLS_CLIENT_PARAMS", textf("{\"endpoint_url\": \"%s\", \"region_name\": \"eu-west-1\", \"aws_access_key_id\": "
						    "\"" SC_ID "\", \"aws_secret_access_key\": \"" SC_SECRET
						    "\", \"config\": {\"s3\": {\"addressing_style\": \"path\"}}}", httpd_url(c.d, "")));
	CHECK_INT(get_once(&c), MF_OK);
	test_every_alloc(get_once, &c);
	sc_end(&c);
	SC_BEGIN(&c, STORE_S3, list);
	CHECK_INT(list_once(&c), MF_OK);
	test_every_alloc(list_once, &c);
	sc_end(&c);
}
