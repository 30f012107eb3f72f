/* Credentials of the machine: container and instance metadata. covers:
 * clientlib/net/cred_aws_container.c */
#include "cred_aws_case.h"

#define KEYS(expires)                                                                              \
	"{\"Code\": \"Success\", \"LastUpdated\": \"2026-11-21T01:00:00Z\", \"Type\": "            \
	"\"AWS-HMAC\", "                                                                           \
	"\"AccessKeyId\": \"ASIAM\", \"SecretAccessKey\": \"SM\", \"Token\": \"TM\", "             \
	"\"Expiration\": \"" expires "\"}"
#define LATER "2026-11-21T07:33:34Z"

static const struct aws_answer keys[] = {{.body = KEYS(LATER)}};

/* ---- container ---- */

void test_cred_aws_metadata__container(void)
{
	struct aws_case c;
	aws_open(&c, NULL, NULL, keys, 1);
	aws_env(&c, textf("AWS_CONTAINER_CREDENTIALS_FULL_URI=%s",
			    httpd_url(c.d, "/v2/credentials?id=7")));
	CHECK_STR(aws_found(&c), "ASIAM|SM|TM|the container (AWS_CONTAINER_CREDENTIALS_FULL_URI)");
	CHECK_INT(c.out.expires, AWS_NOW + 6 * 3600 * 1000);
	CHECK_STR(c.seen[0].line, "GET /v2/credentials?id=7");
	CHECK_STR(aws_header(&c, 0, "accept"), "application/json");
	CHECK_STR(aws_header(&c, 0, "authorization"), "");
	aws_env(&c, "AWS_CONTAINER_AUTHORIZATION_TOKEN=Basic abc");
	CHECK_INT(aws_get(&c), MF_OK);
	CHECK_STR(aws_header(&c, 1, "authorization"), "Basic abc");
	/* a file, as EKS has it, wins and is read anew each time */
	aws_env(&c, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=token");
	test_write(c.dir, "token", "one\n");
	CHECK_INT(aws_get(&c), MF_OK);
	CHECK_STR(aws_header(&c, 2, "authorization"), "one");
	test_write(c.dir, "token", "two");
	CHECK_INT(aws_get(&c), MF_OK);
	CHECK_STR(aws_header(&c, 3, "authorization"), "two");
	CHECK(!aws_told(&c, "Basic abc") && !aws_told(&c, "two") && !aws_told(&c, "SM\""));
	aws_close(&c);
}

void test_cred_aws_metadata__container_of_ecs(void)
{
	/* the address that ECS has; a proxy stands in for it */
	struct aws_case c;
	aws_open(&c, NULL, NULL, keys, 1);
	aws_env(&c, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/x");
	aws_env(&c, "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://192.0.2.1/");
	setenv("http_proxy", httpd_url(c.d, ""), 1);
	CHECK_INT(aws_get(&c), MF_OK);
	unsetenv("http_proxy");
	CHECK_STR(c.seen[0].line, "GET http://169.254.170.2/v2/x");
	CHECK_STR(c.out.source, "the container (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI)");
	aws_close(&c);
}

void test_cred_aws_metadata__container_addresses(void)
{
	static const struct {
		const char *url;
		bool allowed;
	} t[] = {
		{"http://192.0.2.1/x", false},
		{"http://metadata/x", false},
		{"http://169.254.170.2.evil.test/x", false},
		{"http://169.254.170.2@evil.test/x", false},
		{"http://169.254.170.22/x", false},
		{"http://127.0.0.1.evil.test/x", false},
		{"http://localhost.evil.test/", false},
		{"file:///etc/passwd", false},
		{"/x", false},
		{"http://127.0.0.1:PORT/x", true},
		{"http://localhost:PORT/x", true},
	};
	int port = httpd_closed_port();
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct aws_case c;
		aws_open(&c, NULL, NULL, NULL, 0);
		http_free(c.h); /* no pauses between tries */
		CHECK_INT(http_open(&c.h, &(struct http_options){.deadline = clock_now_ms() + 100},
				  NULL),
			MF_OK);
		c.opts.context.http = c.h;
		const char *p = strstr(t[i].url, "PORT");
		aws_env(&c, p ? textf("AWS_CONTAINER_CREDENTIALS_FULL_URI=%.*s%d%s",
					(int)(p - t[i].url), t[i].url, port, p + 4)
			      : textf("AWS_CONTAINER_CREDENTIALS_FULL_URI=%s", t[i].url));
		int rc = aws_get(&c);
		if (t[i].allowed) {
			CHECK(rc == MF_ENETWORK || rc == MF_ETIMEOUT);
		} else {
			CHECK_STR(c.err.message, "AWS_CONTAINER_CREDENTIALS_FULL_URI is no address "
						 "that credentials may be asked of");
			CHECK_INT(http_stats(c.h).requests, 0);
		}
		aws_close(&c);
	}
	struct aws_case c;
	aws_open(&c, NULL, NULL, NULL, 0);
	aws_env(&c, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=.evil.test/");
	CHECK_INT(aws_get(&c), MF_EUSAGE);
	aws_close(&c);
}

void test_cred_aws_metadata__container_faults(void)
{
	static const struct {
		struct aws_answer a;
		const char *token;
		int code;
		const char *message;
	} t[] = {
		{{400, "{\"message\": \"bad token tik-tok\"}", NULL, 0}, "tik-tok", MF_EACCESS,
			"status 400: bad token ***"},
		{{404, "not found\nhere", NULL, 0}, "x", MF_EACCESS, "status 404: not found"},
		{{500, "", NULL, 0}, "x", MF_ENETWORK, "status 500"},
		{{200, "[]", NULL, 0}, "x", MF_ECORRUPT, "the answer is not an object in JSON"},
		{{200, "{\"AccessKeyId\": 1}", NULL, 0}, "x", MF_ECORRUPT,
			"the answer has no “AccessKeyId”"},
		{{200, KEYS("2026-11-21T01:33:34Z"), NULL, 0}, "x", MF_EACCESS,
			"the credentials it gives have expired"},
		{{200, KEYS("x"), NULL, 0}, "x", MF_ECORRUPT,
			"“Expiration” of the answer is not a time"},
		{{200, KEYS(LATER), NULL, 0}, "a\nX-Other: b", MF_EUSAGE,
			"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE holds more than a line"},
		{{200, KEYS(LATER), NULL, 0}, NULL, MF_EUSAGE,
			"cannot open: No such file or directory"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct aws_case c;
		aws_open(&c, NULL, NULL, &t[i].a, 1);
		aws_env(&c, textf("AWS_CONTAINER_CREDENTIALS_FULL_URI=%s", httpd_url(c.d, "/x")));
		aws_env(&c, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=token");
		if (t[i].token)
			test_write(c.dir, "token", t[i].token);
		CHECK_INT(aws_get(&c), t[i].code);
		CHECK_STR(c.err.message,
			textf("the container (AWS_CONTAINER_CREDENTIALS_FULL_URI): %s",
				t[i].message));
		aws_close(&c);
	}
	struct aws_case c;
	aws_open(&c, NULL, NULL, NULL, 0);
	aws_env(&c, "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:1/");
	c.opts.context.http = NULL;
	CHECK_INT(aws_get(&c), MF_EUNSUPPORTED);
	aws_close(&c);
}

/* ---- instance metadata ---- */

static void open_metadata(struct aws_case *c, const struct aws_answer *a, size_t n)
{
	aws_open(c, NULL, NULL, a, n);
	aws_env(c, textf("AWS_EC2_METADATA_SERVICE_ENDPOINT=%s", httpd_url(c->d, "/")));
}

void test_cred_aws_metadata__instance(void)
{
	static const struct aws_answer a[] = {
		{.body = "imds-token=="}, {.body = "reader-role\n"}, {.body = KEYS(LATER)}};
	struct aws_case c;
	open_metadata(&c, a, 3);
	CHECK_STR(aws_found(&c), "ASIAM|SM|TM|instance metadata, role reader-role");
	CHECK_INT(c.out.expires, AWS_NOW + 6 * 3600 * 1000);
	CHECK_INT(aws_seen(&c), 3);
	CHECK_STR(c.seen[0].line, "PUT /latest/api/token");
	CHECK_STR(aws_header(&c, 0, "x-aws-ec2-metadata-token-ttl-seconds"), "21600");
	CHECK_STR(aws_header(&c, 0, "content-length"), "0");
	CHECK_STR(c.seen[1].line, "GET /latest/meta-data/iam/security-credentials/");
	CHECK_STR(aws_header(&c, 1, "x-aws-ec2-metadata-token"), "imds-token==");
	CHECK_STR(c.seen[2].line, "GET /latest/meta-data/iam/security-credentials/reader-role");
	CHECK_STR(aws_header(&c, 2, "x-aws-ec2-metadata-token"), "imds-token==");
	CHECK(!aws_told(&c, "imds-token") && !aws_told(&c, "SM\""));
	aws_env(&c, "AWS_EC2_METADATA_DISABLED=TRUE");
	CHECK_INT(aws_get(&c), MF_EACCESS);
	CHECK_STR(c.err.message, "no AWS credentials have been found");
	CHECK_INT(aws_seen(&c), 3);
	aws_close(&c);
	/* nothing may be asked */
	open_metadata(&c, a, 3);
	c.opts.context.http = NULL;
	CHECK_INT(aws_get(&c), MF_EACCESS);
	aws_close(&c);
}

void test_cred_aws_metadata__instance_answers(void)
{
	static const char none[] = "no AWS credentials have been found";
	static const struct {
		struct aws_answer a[3];
		const char *env;
		size_t n;
		int code;
		const char *message; /* or the source */
		size_t seen;
	} t[] = {
		/* version 1, where there is no other */
		{{{404, "", NULL, 0}, {200, "r", NULL, 0}, {200, KEYS(LATER), NULL, 0}}, NULL, 3,
			MF_OK, "instance metadata, role r", 3},
		{{{403, "", NULL, 0}}, "AWS_EC2_METADATA_V1_DISABLED=true", 1, MF_EACCESS,
			"instance metadata: it gives no token, and version 1 is disabled", 1},
		/* no role, no service */
		{{{200, "t", NULL, 0}, {404, "", NULL, 0}}, NULL, 2, MF_EACCESS, none, 2},
		{{{200, "t", NULL, 0}, {200, "", NULL, 0}}, NULL, 2, MF_EACCESS, none, 2},
		{{{400, "", NULL, 0}}, NULL, 1, MF_EACCESS, none, 1},
		{{{0, NULL, NULL, HTTPD_RESET}}, NULL, 1, MF_EACCESS, none, 1},
		/* broken */
		{{{200, "two words", NULL, 0}}, NULL, 1, MF_ECORRUPT,
			"instance metadata: its token is none", 1},
		{{{200, "t", NULL, 0}, {200, "../x", NULL, 0}}, NULL, 2, MF_ECORRUPT,
			"instance metadata: its answer is no name of a role", 2},
		{{{200, "t", NULL, 0}, {200, "r", NULL, 0}, {200, "<html>", NULL, 0}}, NULL, 3,
			MF_ECORRUPT,
			"instance metadata, role r: its answer is not an object in JSON", 3},
		{{{200, "t", NULL, 0}, {200, "r", NULL, 0},
			 {200, "{\"Code\": \"Success\"}", NULL, 0}},
			NULL, 3, MF_ECORRUPT,
			"instance metadata, role r: the answer has no “AccessKeyId”", 3},
		{{{200, "t", NULL, 0}, {200, "r", NULL, 0},
			 {200,
				 "{\"Code\": \"AssumeRoleUnauthorizedAccess\", \"Message\": \"EC2 "
				 "cannot assume the role r\"}",
				 NULL, 0}},
			NULL, 3, MF_EACCESS,
			"instance metadata, role r: AssumeRoleUnauthorizedAccess: EC2 cannot "
			"assume the role r",
			3},
		{{{200, "t", NULL, 0}, {200, "r", NULL, 0}, {401, "", NULL, 0}}, NULL, 3,
			MF_EACCESS, "instance metadata: status 401", 3},
		{{{500, "", NULL, 0}}, NULL, 1, MF_ENETWORK, "instance metadata: status 500", 1},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct aws_case c;
		open_metadata(&c, t[i].a, t[i].n);
		if (t[i].env)
			aws_env(&c, t[i].env);
		CHECK_INT(aws_get(&c), t[i].code);
		CHECK_STR(t[i].code == MF_OK ? c.out.source : c.err.message, t[i].message);
		CHECK_INT(aws_seen(&c), t[i].seen);
		aws_close(&c);
	}
}

void test_cred_aws_metadata__instance_that_cannot_renew(void)
{
	/* old keys are given on when there are no new ones to be had: used, and asked for again
	 * soon */
	static const struct aws_answer a[] = {
		{.body = "t"}, {.body = "r"}, {.body = KEYS("2026-11-21T01:00:00Z")}};
	struct aws_case c;
	open_metadata(&c, a, 3);
	CHECK_INT(aws_get(&c), MF_OK);
	CHECK_STR(c.out.id, "ASIAM");
	CHECK_INT(c.out.expires, AWS_NOW + 10 * 60 * 1000);
	aws_close(&c);
}

void test_cred_aws_metadata__instance_is_silent(void)
{
	/* one hop too far: the token is lost on its way, version 1 is not */
	static const struct aws_answer a[] = {
		{.fault = HTTPD_HANG}, {.body = "r"}, {.body = KEYS(LATER)}};
	struct aws_case c;
	open_metadata(&c, a, 3);
	int64_t began = clock_now_ms();
	CHECK_INT(aws_get(&c), MF_OK);
	int64_t took = clock_now_ms() - began;
	CHECK(took >= 900 && took < 10000);
	CHECK_STR(aws_header(&c, 1, "x-aws-ec2-metadata-token"), "");
	aws_close(&c);
	/* nobody there at all: no wait worth the name */
	aws_open(&c, NULL, NULL, NULL, 0);
	aws_env(&c, textf("AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:%d",
			    httpd_closed_port()));
	aws_env(&c, "AWS_METADATA_SERVICE_TIMEOUT=2");
	CHECK_INT(aws_get(&c), MF_EACCESS);
	CHECK_STR(c.err.message, "no AWS credentials have been found");
	aws_close(&c);
}

void test_cred_aws_metadata__instance_addresses(void)
{
	static const struct {
		const char *env, *config, *url;
	} t[] = {
		{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=IPv4", NULL,
			"PUT http://169.254.169.254/latest/api/token"},
		{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=IPv6", NULL,
			"PUT http://[fd00:ec2::254]/latest/api/token"},
		{"A=b", "[default]\nec2_metadata_service_endpoint = http://192.0.2.1/x\n",
			"PUT http://192.0.2.1/x/latest/api/token"},
	};
	static const struct aws_answer a[] = {{.status = 400}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct aws_case c;
		aws_open(&c, t[i].config, NULL, a, 1);
		aws_env(&c, t[i].env);
		setenv("http_proxy", httpd_url(c.d, ""), 1);
		CHECK_INT(aws_get(&c), MF_EACCESS);
		unsetenv("http_proxy");
		CHECK_INT(aws_seen(&c), 1);
		CHECK_STR(aws_seen(&c) ? c.seen[0].line : "", t[i].url);
		aws_close(&c);
	}
}

void test_cred_aws_metadata__cancelled(void)
{
	static const struct aws_answer a[] = {{.fault = HTTPD_HANG}};
	struct mf_cancel *cancel = mf_cancel_new();
	struct aws_case c;
	struct cred_aws *aws;
	open_metadata(&c, a, 1);
	mf_cancel_set(cancel);
	CHECK_INT(cred_aws_open(&aws, &c.opts, NULL), MF_OK);
	CHECK_INT(cred_aws_get(aws, NULL, &c.out, cancel, NULL), MF_ECANCELLED);
	cred_aws_free(aws);
	mf_cancel_free(cancel);
	aws_close(&c);
}

/* Answers by the path, however many requests there are. */
static void by_path(void *arg, const struct httpd_request *req, struct httpd_reply *reply)
{
	(void)arg;
	reply->status = 200;
	buf_adds(&reply->body, str_eq(req->method, "PUT")              ? "t"
			       : strstr(req->path, "credentials/role") ? KEYS(LATER)
								       : "role");
}

void test_cred_aws_metadata__allocation_failure(void)
{
	struct aws_case c;
	struct httpd *d = httpd_start(by_path, NULL, 0);
	aws_open(&c, NULL, NULL, NULL, 0);
	aws_env(&c, textf("AWS_EC2_METADATA_SERVICE_ENDPOINT=%s", httpd_url(d, "/")));
	test_every_alloc(aws_once, &c);
	aws_env(&c,
		textf("AWS_CONTAINER_CREDENTIALS_FULL_URI=%s", httpd_url(d, "/credentials/role")));
	aws_env(&c, "AWS_CONTAINER_AUTHORIZATION_TOKEN=x");
	test_every_alloc(aws_once, &c);
	aws_close(&c);
	httpd_stop(d);
}
