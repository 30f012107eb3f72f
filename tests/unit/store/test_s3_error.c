/* Every kind of refusal: its code, may it be tried again, message and hint; nothing secret in them.
 */
#include "../../../clientlib/store/s3.h"

#include "store_case.h"

#define ERROR(code, message)                                                                       \
	"<Error><Code>" code "</Code><Message>" message "</Message><RequestId>X</RequestId></"     \
							"Error>"
#define KEY "s3://bkt/pre/k: "
#define ROOT "s3://bkt/pre: "
#define ENV "the environment"
#define OLD                                                                                        \
	"the credentials of " ENV " have expired | renew them (aws sso login, a new session "      \
	"token), then try again"
#define UNKNOWN(code)                                                                              \
	"HOST does not know the credentials of " ENV " (" code                                     \
	") | are they for this endpoint (METAFLOW_S3_ENDPOINT_URL)?"

void test_s3_error__all(void)
{
	static const struct {
		int status;
		const char *body, *get, *list; /* list NULL: not tried */
	} t[] = {
		{404, ERROR("NoSuchBucket", "The specified bucket does not exist"),
			"no_store 0 404 " KEY
			"the bucket “bkt” does not exist at HOST | is this the right endpoint "
			"(METAFLOW_S3_ENDPOINT_URL)? Buckets are named by "
			"METAFLOW_DATASTORE_SYSROOT_S3 and by records",
			"no_store 0 404 " ROOT
			"the bucket “bkt” does not exist at HOST | is this the right endpoint "
			"(METAFLOW_S3_ENDPOINT_URL)? Buckets are named by "
			"METAFLOW_DATASTORE_SYSROOT_S3 and by records"},
		{404, ERROR("NoSuchKey", "The specified key does not exist."),
			"not_found 0 404 " KEY "no such object | ", NULL},
		{404, NULL, "not_found 0 404 " KEY "no such object | ",
			"failed 0 404 " ROOT "HOST answers 404  | "},
		{404, ERROR("NoSuchUpload", "x"),
			"failed 0 404 " KEY "HOST answers 404 NoSuchUpload: x | ", NULL},
		{503, ERROR("SlowDown", "Please reduce your request rate."),
			"network 1 503 " KEY
			"HOST answers 503 SlowDown: Please reduce your request rate. | ",
			"network 1 503 " ROOT
			"HOST answers 503 SlowDown: Please reduce your request rate. | "},
		{400, ERROR("RequestTimeout", "Your socket connection"),
			"network 1 400 " KEY
			"HOST answers 400 RequestTimeout: Your socket connection | ",
			NULL},
		{500, ERROR("InternalError", "x"),
			"network 1 500 " KEY "HOST answers 500 InternalError: x | ", NULL},
		{400, ERROR("Throttling", "x"),
			"network 1 400 " KEY "HOST answers 400 Throttling: x | ", NULL},
		{400, ERROR("ThrottlingException", "x"),
			"network 1 400 " KEY "HOST answers 400 ThrottlingException: x | ", NULL},
		{400, ERROR("RequestThrottled", "x"),
			"network 1 400 " KEY "HOST answers 400 RequestThrottled: x | ", NULL},
		{400, ERROR("RequestLimitExceeded", "x"),
			"network 1 400 " KEY "HOST answers 400 RequestLimitExceeded: x | ", NULL},
		{400, ERROR("TooManyRequests", "x"),
			"network 1 400 " KEY "HOST answers 400 TooManyRequests: x | ", NULL},
		{509, ERROR("BandwidthLimitExceeded", "x"),
			"network 1 509 " KEY "HOST answers 509 BandwidthLimitExceeded: x | ", NULL},
		{429, NULL, "network 1 429 " KEY "HOST answers 429  | ", NULL},
		{502, "<html>bad gateway</html>", "network 1 502 " KEY "HOST answers 502  | ",
			"network 1 502 " ROOT "HOST answers 502  | "},
		{403, ERROR("InvalidObjectState", "x"),
			"unsupported 0 403 " KEY
			"the object is archived (S3 Glacier) and cannot be read now | "
			"restore it (aws s3api restore-object), which takes minutes to hours, and "
			"try again",
			NULL},
		{400, ERROR("ExpiredToken", "x"), "not_allowed 0 400 " KEY OLD,
			"not_allowed 0 400 " ROOT OLD},
		{403, ERROR("RequestExpired", "x"), "not_allowed 0 403 " KEY OLD, NULL},
		{400, ERROR("TokenRefreshRequired", "x"), "not_allowed 0 400 " KEY OLD, NULL},
		{403, ERROR("InvalidAccessKeyId", "x"),
			"not_allowed 0 403 " KEY UNKNOWN("InvalidAccessKeyId"), NULL},
		{400, ERROR("InvalidToken", "x"), "not_allowed 0 400 " KEY UNKNOWN("InvalidToken"),
			NULL},
		{403, ERROR("XAdminUserNotFound", "x"),
			"not_allowed 0 403 " KEY UNKNOWN("XAdminUserNotFound"), NULL},
		{403, ERROR("InvalidTokenId", "x"),
			"not_allowed 0 403 " KEY UNKNOWN("InvalidTokenId"), NULL},
		{403,
			"<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature "
			"we calculated</Message><AWSAccessKeyId>" SC_ID
			"</AWSAccessKeyId><StringToSign>AWS4-HMAC-SHA256</StringToSign></Error>",
			"not_allowed 0 403 " KEY "the secret key of " ENV
			" is not the one that HOST knows | set it again: AWS_SECRET_ACCESS_KEY, "
			"or aws configure",
			NULL},
		{403, ERROR("RequestTimeTooSkewed", "x"),
			"not_allowed 0 403 " KEY
			"the clock of this machine is too far from that of HOST | set the clock",
			NULL},
		{400,
			"<Error><Code>AuthorizationHeaderMalformed</Code><Message>x</"
			"Message><Region>us-east-1</Region></Error>",
			"not_allowed 0 400 " KEY "the bucket “bkt” is in region us-east-1, not in "
						 "us-east-1 | set AWS_DEFAULT_REGION=us-east-1",
			NULL},
		{400,
			"<Error><Code>AuthorizationHeaderMalformed</Code><Message>x</Message></"
			"Error>",
			"failed 0 400 " KEY "HOST answers 400 AuthorizationHeaderMalformed: x | ",
			NULL},
		{403, ERROR("AccessDenied", "Access Denied"),
			"not_allowed 0 403 " KEY "access is denied to " ENV
			": Access Denied | reading needs "
			"s3:GetObject; without s3:ListBucket a missing object is refused like this "
			"too",
			"not_allowed 0 403 " ROOT "access is denied to " ENV
			": Access Denied | listing needs s3:ListBucket on the bucket"},
		{403, NULL,
			"not_allowed 0 403 " KEY "access is denied to " ENV
			" | reading needs s3:GetObject; without s3:ListBucket a missing "
			"object is refused like this too",
			NULL},
		{401, NULL,
			"not_allowed 0 401 " KEY "access is denied to " ENV
			" | reading needs s3:GetObject; without s3:ListBucket a missing "
			"object is refused like this too",
			NULL},
		{301, ERROR("PermanentRedirect", "x"),
			"failed 0 301 " KEY
			"the bucket “bkt” has to be asked elsewhere, and HOST does not say in "
			"which region | set AWS_DEFAULT_REGION to the bucket's region",
			NULL},
		{400, ERROR("InvalidRequest", "What is <![CDATA[<this>]]>?"),
			"failed 0 400 " KEY "HOST answers 400 InvalidRequest: What is <this>? | ",
			"failed 0 400 " ROOT "HOST answers 400 InvalidRequest: What is <this>? | "},
		{405, "no XML at all", "failed 0 405 " KEY "HOST answers 405  | ", NULL},
		/* cut in its middle: what has been said is taken */
		{403, "<Error><Code>AccessDenied</Code><Mess",
			"not_allowed 0 403 " KEY "access is denied to " ENV
			" | reading needs s3:GetObject; "
			"without s3:ListBucket a missing object is refused like this too",
			NULL},
	};
	static const char *const secrets[] = {SC_SECRET, SC_ID, "StringToSign", "AWS4-HMAC", NULL};
	struct store_case c;
	sc_begin(&c, STORE_S3, NULL, 0);
	sc_open(&c, "s3://bkt/pre");
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		const struct sc_answer answer = {.status = t[i].status, .body = t[i].body};
		CHECK_STR(sc_failed(&c, &answer, false), t[i].get);
		sc_secrets(&c, secrets);
		if (t[i].list)
			CHECK_STR(sc_failed(&c, &answer, true), t[i].list);
	}
	sc_end(&c);
}

/* In words for those who use Amazon's own, and for nobody. */
void test_s3_error__words(void)
{
	static const struct sc_answer denied = {
		.status = 403, .body = ERROR("AccessDenied", "Access Denied")};
	struct store_case c;
	sc_begin(&c, STORE_S3, &denied, 1);
	sc_env(&c, "MFCTL_S3_ANONYMOUS", "1");
	sc_open(&c, "s3://bkt");
	CHECK_STR(sc_failed(&c, &denied, false), "not_allowed 0 403 s3://bkt/k: access is denied "
						 "to nobody (anonymous): Access Denied | "
						 "credentials are found as botocore finds them: "
						 "the environment, ~/.aws, the machine's role");
	sc_end(&c);
	struct s3 s3 = {.region = "us-east-1"};
	struct s3_store s = {.s3 = &s3, .base = {.bucket = (char[]){"bkt"}, .prefix = (char[]){""}}};
	struct cred cred = {.kind = CRED_KEYS};
	struct http_response r = HTTP_RESPONSE_INIT;
	static const struct {
		const char *code, *message, *hint;
	} t[] = {
		{"NoSuchBucket", "the bucket “bkt” does not exist at Amazon S3",
			"is it on another service? METAFLOW_S3_ENDPOINT_URL names its endpoint"},
		{"InvalidAccessKeyId",
			"Amazon S3 does not know the credentials of unknown credentials "
			"(InvalidAccessKeyId)",
			"were they deleted, or are they for another service?"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct s3_said said = {.code = ""};
		struct mf_error err = MF_ERROR_INIT;
		snprintf(said.code, sizeof(said.code), "%s", t[i].code);
		r.status = 403;
		CHECK(s3_error(&s, NULL, &r, &said, &cred, &err) < 0);
		CHECK_STR(err.message, t[i].message);
		CHECK_STR(err.hint, t[i].hint);
		CHECK_STR(err.where, "s3://bkt/");
		/* nobody asks why */
		CHECK_INT(s3_error(&s, NULL, &r, &said, &cred, NULL), err.code);
	}
	http_response_release(&r);
}

/* Long texts are cut; keys that are longer than what has room are no harm. */
void test_s3_error__long(void)
{
	struct buf b = BUF_INIT(1 << 20), key = BUF_INIT(1 << 20);
	buf_adds(&b, "<Error><Code>");
	for (int i = 0; i < 500; i++)
		buf_adds(&b, "Code");
	buf_adds(&b, "</Code><Message>");
	for (int i = 0; i < 5000; i++)
		buf_adds(&b, "message ");
	buf_adds(&b, "</Message><Region>");
	for (int i = 0; i < 100; i++)
		buf_adds(&b, "region-");
	buf_adds(&b, "</Region></Error>");
	for (int i = 0; i < 6000; i++)
		buf_addc(&key, 'k');
	const struct sc_answer answer = {.status = 400, .body = b.p};
	struct store_case c;
	sc_begin(&c, STORE_S3, &answer, 1);
	sc_open(&c, "s3://bkt/pre");
	CHECK(sc_read(&c, key.p) < 0);
	CHECK(sc_seen(&c) <= 5);
	CHECK(c.err.message[0]);
	sc_end(&c);
	buf_release(&b);
	buf_release(&key);
}

static int missing_once(void *arg)
{
	int rc = sc_once(arg, "s3://bkt/pre", sc_get_it);
	return rc == MF_ENOSTORE ? MF_OK : rc;
}

/* A missing bucket does not become a missing object. */
void test_s3_error__no_memory(void)
{
	static const struct sc_answer answers[] = {{.status = 404,
		.body = ERROR("NoSuchBucket", "The specified bucket does not exist")}};
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	CHECK_INT(missing_once(&c), MF_OK);
	test_every_alloc(missing_once, &c);
	sc_end(&c);
}
