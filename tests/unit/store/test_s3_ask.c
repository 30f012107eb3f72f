/* covers: s3.c: what is tried again in another way, and what is not tried. */
#include "s3_case.h"

void test_s3_ask__other_region(void)
{
	static const struct {
		struct sc_answer refusal;
	} t[] = {{{.status = 301,
			 .headers = "x-amz-bucket-region: eu-north-1\r\nLocation: "
				    "http://127.0.0.1:1/evil\r\n",
			 .body = ERROR("PermanentRedirect",
				 "The bucket you are attempting to access must be addressed")}},
		{{.status = 307,
			.headers = "x-amz-bucket-region: eu-north-1\r\nLocation: "
				   "http://127.0.0.1:1/evil\r\n",
			.body = ERROR("TemporaryRedirect", "Please re-send")}},
		{{.status = 400,
			.body = "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The "
				"authorization "
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
void test_s3_ask__no_region(void)
{
	static const char *const regions[] = {
		"evil.example.com/", "us-east-1@evil", "EU", "a b", ""};
	for (size_t i = 0; i < ARRAY_SIZE(regions); i++) {
		const struct sc_answer answers[] = {{.status = 301,
			.headers = textf(
				"x-amz-bucket-region: %s\r\nLocation: http://127.0.0.1:1/\r\n",
				regions[i]),
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

void test_s3_ask__regions_without_end(void)
{
#define GO(region)                                                                                 \
	{                                                                                          \
		.status = 301, .headers = "x-amz-bucket-region: " region "\r\n"                    \
	}
	static const struct sc_answer answers[] = {GO("r-1"), GO("r-2"), GO("r-3"), GO("r-4"),
		GO("r-5"), GO("r-6"), GO("r-7"), GO("r-8"), {.body = "x"}};
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	sc_open(&c, "s3://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_EFAILED);
	CHECK(sc_seen(&c) <= 5);
	sc_end(&c);
}

void test_s3_ask__other_clock(void)
{
#define SKEWED(date)                                                                               \
	{                                                                                          \
		.status = 403, .headers = date,                                                    \
		.body = ERROR("RequestTimeTooSkewed", "The difference between")                    \
	}
	static const struct sc_answer answers[] = {
		SKEWED("Date: Sat, 21 Nov 2026 13:00:00 GMT\r\n"), {.body = "x"}, {.body = "y"}};
	static const struct sc_answer jumping[] = {
		SKEWED("Date: Sat, 21 Nov 2026 13:00:00 GMT\r\n"),
		SKEWED("Date: Sat, 21 Nov 2026 14:00:00 GMT\r\n"),
		SKEWED("Date: Sat, 21 Nov 2026 15:00:00 GMT\r\n"),
		SKEWED("Date: Sat, 21 Nov 2026 16:00:00 GMT\r\n"),
		SKEWED("Date: Sat, 21 Nov 2026 17:00:00 GMT\r\n"),
		SKEWED("Date: Sat, 21 Nov 2026 18:00:00 GMT\r\n"),
		SKEWED("Date: Sat, 21 Nov 2026 19:00:00 GMT\r\n")};
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
void test_s3_ask__renewal(void)
{
	static const struct sc_answer answers[] = {{.path = "/creds", .body = KEYS("1")},
		{.path = "/creds", .body = KEYS("2")},
		{.status = 400, .body = ERROR("ExpiredToken", "The provided token has expired.")},
		{.body = "x"}};
	static const struct sc_answer never[] = {{.path = "/creds", .body = KEYS("1")},
		{.path = "/creds", .body = KEYS("2")}, {.path = "/creds", .body = KEYS("3")},
		{.status = 403,
			.body = ERROR("InvalidAccessKeyId",
				"The AWS Access Key Id you provided does not exist")}};
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
	CHECK(strstr(sc_header(&c, 1, "Authorization"),
		      "Credential=ASIA1/20261121/us-east-1/s3/") != NULL);
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

void test_s3_ask__payer_and_anonymous(void)
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
	sc_set(&c, "DATATOOLS_CLIENT_PARAMS",
		"{\"config\": {\"signature_version\": \"UNSIGNED\"}}");
	sc_open(&c, "s3://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	CHECK_STR(sc_header(&c, 0, "Authorization"), "");
	sc_end(&c);
}

void test_s3_ask__offline(void)
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
	CHECK_STR(sc_list(&c, (struct store_list){.prefix = ""}),
		"network: nothing is sent with --offline");
	CHECK_STR(sc_who(&c), "network: nothing is sent with --offline");
	CHECK_INT(sc_seen(&c), 0);
	sc_end(&c);
}

void test_s3_ask__no_server(void)
{
	static const struct sc_answer broken[] = {
		{.body = "hello", .fault = HTTPD_RESET, .fault_at = 2}, {.body = "x"}};
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
