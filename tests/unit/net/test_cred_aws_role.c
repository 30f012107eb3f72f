/* Roles: STS is asked with another's keys, or with a token. covers: clientlib/net/cred_aws_sts.c,
 * clientlib/net/cred_aws_web.c */
#include "../../../clientlib/codec/digest.h"
#include "../../../clientlib/net/sign.h"
#include "cred_aws_case.h"

/* As STS answers. */
#define ROLE_REPLY(action, id, expires)                                                            \
	"<" action "Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n"               \
	"  <" action "Result>\n    <AssumedRoleUser>\n"                                            \
	"      <AssumedRoleId>AROA3XFRBF535PLBIFPI4:mfkit</AssumedRoleId>\n"                       \
	"      <Arn>arn:aws:sts::123456789012:assumed-role/reader/mfkit</Arn>\n"                   \
	"    </AssumedRoleUser>\n    <Credentials>\n"                                              \
	"      <AccessKeyId>" id "</AccessKeyId>\n"                                                \
	"      <SecretAccessKey>wJalr&amp;XUtn/KEY</SecretAccessKey>\n"                            \
	"      <SessionToken>AQoDYXdzEPT//token==</SessionToken>\n"                                \
	"      <Expiration>" expires "</Expiration>\n"                                             \
	"    </Credentials>\n  </" action "Result>\n"                                              \
	"  <ResponseMetadata><RequestId>c6104cbe-af31</RequestId></ResponseMetadata>\n"            \
	"</" action "Response>\n"
#define STS_ERROR(code, message)                                                                   \
	"<ErrorResponse "                                                                          \
	"xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>"           \
	"<Code>" code "</Code><Message>" message "</Message></Error>"                              \
	"<RequestId>26b0a4e2</RequestId></ErrorResponse>"

static const struct aws_answer good[] = {
	{.body = ROLE_REPLY("AssumeRole", "ASIAONE", "2026-11-21T02:33:34Z")},
	{.body = ROLE_REPLY("AssumeRole", "ASIATWO", "2026-11-21T02:33:34Z")},
};

static const char config[] =
	"[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = BASESECRET\n"
	"aws_session_token = BASETOKEN\nregion = eu-central-1\n"
	"[profile ml]\nrole_arn = arn:aws:iam::123456789012:role/reader\nsource_profile = base\n"
	"region = eu-central-1\nexternal_id = ex/ternal id\nduration_seconds = 900\n"
	"[profile second]\nrole_arn = arn:aws:iam::1:role/second\nsource_profile = ml\n"
	"role_session_name = me\nduration_seconds = soon\n";

/* The keys of `base` have signed this request as it came. */
static void check_signed(struct aws_case *c, size_t i, const char *id, const char *secret,
	const char *token, const char *region)
{
	struct digest d;
	char payload[DIGEST_HEX];
	struct buf b = BUF_INIT(10000);
	const char *body = c->seen[i].body;
	digest_init(&d, true);
	digest_update(&d, body, strlen(body));
	digest_hex(&d, payload);
	struct sign_pair type = {"content-type", aws_header(c, i, "content-type")};
	struct sign_request r = {.method = "POST",
		.host = aws_header(c, i, "host"),
		.path = "/",
		.headers = &type,
		.n_headers = 1};
	struct sign_aws s = {id, secret, token, region, "sts", payload, AWS_NOW};
	CHECK_INT(sign_aws(&b, &r, &s, NULL), MF_OK);
	const char *want = strstr(b.p, "Authorization: ");
	CHECK_FATAL(want != NULL);
	CHECK_STR(textf("%s\n", aws_header(c, i, "authorization")), want + 15);
	CHECK_STR(aws_header(c, i, "x-amz-date"), "20261121T013334Z");
	CHECK_STR(aws_header(c, i, "x-amz-security-token"), token ? token : "");
	buf_release(&b);
}

void test_cred_aws_role__assumed(void)
{
	struct aws_case c;
	aws_open(&c, config, NULL, good, 2);
	aws_endpoint_here(&c, "/");
	c.opts.profile = "ml";
	CHECK_STR(aws_found(&c),
		"ASIAONE|wJalr&XUtn/KEY|AQoDYXdzEPT//token==|profile “ml” of ~/.aws/config, role "
		"arn:aws:iam::123456789012:role/reader");
	CHECK_INT(c.out.expires, AWS_NOW + 3600 * 1000);
	CHECK_INT(aws_seen(&c), 1);
	CHECK_STR(c.seen[0].line, "POST /");
	CHECK_STR(aws_header(&c, 0, "content-type"),
		"application/x-www-form-urlencoded; charset=utf-8");
	CHECK_STR(c.seen[0].body,
		"Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3A"
		"role%2Freader&RoleSessionName=mfkit-1795224814000&ExternalId=ex%2Fternal%20id&"
		"DurationSeconds=900");
	check_signed(&c, 0, "AKIABASE", "BASESECRET", "BASETOKEN", "eu-central-1");
	CHECK(!aws_told(&c, "BASESECRET") && !aws_told(&c, "BASETOKEN") && !aws_told(&c, "wJalr"));
	aws_close(&c);
}

void test_cred_aws_role__chain_of_roles(void)
{
	struct aws_case c;
	aws_open(&c, config, NULL, good, 2);
	aws_endpoint_here(&c, "");
	aws_env(&c, "AWS_DEFAULT_REGION=us-west-2");
	aws_env(&c, "AWS_PROFILE=second");
	CHECK_STR(aws_found(&c), "ASIATWO|wJalr&XUtn/KEY|AQoDYXdzEPT//token==|profile “second” of "
				 "~/.aws/config, role "
				 "arn:aws:iam::1:role/second");
	CHECK_INT(aws_seen(&c), 2);
	CHECK_STR(c.seen[1].body, "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%"
				  "3A1%3Arole%2Fsecond&"
				  "RoleSessionName=me");
	check_signed(&c, 0, "AKIABASE", "BASESECRET", "BASETOKEN", "us-west-2");
	check_signed(&c, 1, "ASIAONE", "wJalr&XUtn/KEY", "AQoDYXdzEPT//token==", "us-west-2");
	aws_close(&c);
}

void test_cred_aws_role__credential_source(void)
{
	struct aws_case c;
	/* AWS_PROFILE leaves the environment in front; the option does not, and the role uses its
	 * keys */
	aws_open(&c, "[profile r]\nrole_arn = arn:r\ncredential_source = Environment\n", NULL, good,
		1);
	aws_endpoint_here(&c, "/");
	c.opts.profile = "r";
	CHECK_INT(aws_get(&c), MF_EACCESS);
	CHECK_STR(
		c.err.message, "profile “r”: its credential_source Environment has no credentials");
	aws_env(&c, "AWS_ACCESS_KEY_ID=E");
	aws_env(&c, "AWS_SECRET_ACCESS_KEY=ES");
	CHECK_INT(aws_get(&c), MF_OK);
	CHECK_STR(c.out.id, "ASIAONE");
	check_signed(&c, 0, "E", "ES", NULL, "us-east-1"); /* no region: the global endpoint's */
	aws_close(&c);
}

void test_cred_aws_role__broken_profiles(void)
{
	static const char text[] =
		"[profile none]\nrole_arn = r\n"
		"[profile two]\nrole_arn = r\nsource_profile = none\ncredential_source = "
		"Environment\n"
		"[profile absent]\nrole_arn = r\nsource_profile = nowhere\n"
		"[profile odd]\nrole_arn = r\ncredential_source = Elsewhere\n"
		"[profile self]\nrole_arn = r\nsource_profile = self\n"
		"[profile a]\nrole_arn = r\nsource_profile = b\n"
		"[profile b]\nrole_arn = r\nsource_profile = c\n"
		"[profile c]\nrole_arn = r\nsource_profile = a\n"
		"[profile empty]\nregion = x\n"
		"[profile onempty]\nrole_arn = r\nsource_profile = empty\n"
		"[profile mfa]\nrole_arn = r\nsource_profile = empty\nmfa_serial = arn:mfa\n"
		"[profile onhalf]\nrole_arn = r\nsource_profile = half\n"
		"[profile half]\naws_access_key_id = x\n";
	static const struct {
		const char *profile, *message;
		int code;
	} t[] = {
		{"none",
			"profile “none”: it has a role_arn and neither source_profile nor "
			"credential_source",
			MF_EUSAGE},
		{"two", "profile “two”: it has both source_profile and credential_source",
			MF_EUSAGE},
		{"absent", "profile “absent”: there is no source_profile “nowhere”", MF_EUSAGE},
		{"odd", "profile “odd”: there is no credential_source “Elsewhere”", MF_EUSAGE},
		{"self", "profile “self”: its source_profile leads round in a circle, over “self”",
			MF_EUSAGE},
		{"a", "profile “c”: its source_profile leads round in a circle, over “a”",
			MF_EUSAGE},
		{"onempty",
			"profile “onempty”: there are no credentials in its source_profile “empty”",
			MF_EUSAGE},
		{"mfa",
			"profile “mfa”: its role wants a code of the MFA device arn:mfa, which "
			"cannot be asked for here",
			MF_EUNSUPPORTED},
		{"onhalf", "profile “half” has aws_access_key_id and no aws_secret_access_key",
			MF_EUSAGE},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct aws_case c;
		aws_open(&c, text, NULL, NULL, 0);
		c.opts.profile = t[i].profile;
		CHECK_INT(aws_get(&c), t[i].code);
		CHECK_STR(c.err.message, t[i].message);
		CHECK(c.err.hint[0]);
		CHECK_STR(c.err.where, textf("%s/.aws/config", c.dir));
		aws_close(&c);
	}
	/* longer than anybody needs */
	struct buf b = BUF_INIT(1 << 16);
	struct aws_case c;
	for (int i = 0; i < 40; i++)
		buf_addf(&b, "[profile p%d]\nrole_arn = r\nsource_profile = p%d\n", i, i + 1);
	aws_open(&c, b.p, NULL, NULL, 0);
	c.opts.profile = "p0";
	CHECK_INT(aws_get(&c), MF_EUSAGE);
	CHECK_STR(c.err.message,
		"profile “p15”: too many profiles are behind its source_profile “p16”");
	aws_close(&c);
	buf_release(&b);
}

void test_cred_aws_role__own_keys(void)
{
	/* a profile may be its own source, when it has keys */
	struct aws_case c;
	aws_open(&c, "[profile self]\nrole_arn = r\nsource_profile = self\n",
		"[self]\naws_access_key_id = A\naws_secret_access_key = S\n", good, 1);
	aws_endpoint_here(&c, "/");
	c.opts.profile = "self";
	CHECK_INT(aws_get(&c), MF_OK);
	check_signed(&c, 0, "A", "S", NULL, "us-east-1");
	aws_close(&c);
}

void test_cred_aws_role__refusals(void)
{
	static const struct {
		struct aws_answer a;
		int code;
		const char *message;
		bool hint, retriable;
	} t[] = {
		{{403, STS_ERROR("AccessDenied", "User: arn:x &lt;&amp;&gt; &#38; &#x85;"), NULL,
			 0},
			MF_EACCESS, "STS answers 403: AccessDenied: User: arn:x <&> & \\u0085",
			true, false},
		{{403, "<html>no", NULL, 0}, MF_EACCESS, "STS answers 403", true, false},
		{{400, STS_ERROR("Throttling", "Rate exceeded"), NULL, 0}, MF_ENETWORK,
			"STS answers 400: Throttling: Rate exceeded", false, true},
		{{503, "", NULL, 0}, MF_ENETWORK, "STS answers 503", false, true},
		{{200, "{}", NULL, 0}, MF_ECORRUPT, "the answer of STS is not in XML", false,
			false},
		{{200, "", NULL, 0}, MF_ECORRUPT, "the answer of STS is not in XML", false, false},
		{{200, "<a/>", NULL, 0}, MF_ECORRUPT, "the answer of STS has no credentials", false,
			false},
		{{200, ROLE_REPLY("AssumeRole", "", "2026-11-21T02:33:34Z"), NULL, 0}, MF_ECORRUPT,
			"the answer of STS has no credentials", false, false},
		{{200, ROLE_REPLY("AssumeRole", "A", "tomorrow"), NULL, 0}, MF_ECORRUPT,
			"the answer of STS has no credentials", false, false},
		{{200, ROLE_REPLY("AssumeRole", "A", "2026-11-21T01:33:34Z"), NULL, 0}, MF_EACCESS,
			"the credentials that STS gives have expired", false, false},
		{{200, "<!DOCTYPE x [<!ENTITY a \"b\">]><x>&a;</x>", NULL, 0}, MF_ECORRUPT,
			"the answer of STS is not in XML", false, false},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct aws_case c;
		aws_open(&c, config, NULL, &t[i].a, 1);
		aws_endpoint_here(&c, "/");
		c.opts.profile = "ml";
		CHECK_INT(aws_get(&c), t[i].code);
		CHECK_STR(c.err.message, textf("profile “ml” of %s/.aws/config, role "
					       "arn:aws:iam::123456789012:role/reader: %s",
						 c.dir, t[i].message));
		CHECK_INT(c.err.http_status, t[i].a.status == 200 ? 0 : t[i].a.status);
		CHECK_INT(c.err.hint[0] != 0, t[i].hint);
		CHECK_INT(c.err.retriable, t[i].retriable);
		CHECK(!aws_told(&c, "BASESECRET") && !aws_told(&c, "BASETOKEN"));
		aws_close(&c);
	}
}

void test_cred_aws_role__clock(void)
{
	/* a clock that goes wrong: signed again by that of the server, whose end is told by ours */
	static const struct aws_answer t[][2] = {
		{{403, STS_ERROR("SignatureDoesNotMatch", "Signature expired"),
			 "Date: Sat, 21 Nov 2026 03:00:00 GMT\r\n", 0},
			{200, ROLE_REPLY("AssumeRole", "ASIA", "2026-11-21T04:00:00Z"), NULL, 0}},
		{{403, STS_ERROR("SignatureDoesNotMatch", "Signature not yet current"),
			 "Date: Sat, 21 Nov 2026 00:00:00 GMT\r\n", 0},
			{200, ROLE_REPLY("AssumeRole", "ASIA", "2026-11-21T01:00:00Z"), NULL, 0}}};
	static const char *const dates[] = {"20261121T030000Z", "20261121T000000Z"};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct aws_case c;
		aws_open(&c, config, NULL, t[i], 2);
		aws_endpoint_here(&c, "/");
		c.opts.profile = "ml";
		CHECK_INT(aws_get(&c), MF_OK);
		CHECK_INT(aws_seen(&c), 2);
		CHECK_STR(aws_header(&c, 1, "x-amz-date"), dates[i]);
		CHECK_INT(c.out.expires, AWS_NOW + 3600 * 1000);
		aws_close(&c);
	}
}

/* ---- where STS is ---- */

/* The URLs that were asked, when nothing may answer: the proxy is the server. */
void test_cred_aws_role__endpoints(void)
{
	static const struct {
		const char *env, *region, *extra, *url;
	} t[] = {
		{NULL, "eu-central-1", "", "https://sts.eu-central-1.amazonaws.com/"},
		{NULL, "cn-north-1", "", "https://sts.cn-north-1.amazonaws.com.cn/"},
		{NULL, "us-gov-west-1", "", "https://sts.us-gov-west-1.amazonaws.com/"},
		{NULL, "us-iso-east-1", "", "https://sts.us-iso-east-1.c2s.ic.gov/"},
		{NULL, "us-isob-east-1", "", "https://sts.us-isob-east-1.sc2s.sgov.gov/"},
		{NULL, NULL, "", "https://sts.amazonaws.com/"},
		{"AWS_STS_REGIONAL_ENDPOINTS=legacy", "eu-central-1", "",
			"https://sts.amazonaws.com/"},
		{"AWS_STS_REGIONAL_ENDPOINTS=legacy", "eu-south-1", "",
			"https://sts.eu-south-1.amazonaws.com/"},
		{"AWS_STS_REGIONAL_ENDPOINTS=regional", "eu-west-1",
			"sts_regional_endpoints = legacy\n",
			"https://sts.eu-west-1.amazonaws.com/"},
		{NULL, "eu-west-1", "sts_regional_endpoints = legacy\n",
			"https://sts.amazonaws.com/"},
		{"AWS_ENDPOINT_URL_STS=http://127.0.0.1:1/a", "eu-west-1",
			"endpoint_url = http://127.0.0.1:2\n", "http://127.0.0.1:1/a"},
		{"AWS_ENDPOINT_URL=http://127.0.0.1:1", "eu-west-1",
			"endpoint_url = http://127.0.0.1:2\n", "http://127.0.0.1:1/"},
		{"AWS_ENDPOINT_URL=http://127.0.0.1:1", "eu-west-1", "services = s\n",
			"http://127.0.0.1:3/"},
		{NULL, "eu-west-1", "endpoint_url = http://127.0.0.1:2/\n", "http://127.0.0.1:2/"},
		{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true", "eu-west-1",
			"endpoint_url = http://127.0.0.1:2\n",
			"https://sts.eu-west-1.amazonaws.com/"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct aws_case c;
		struct mf_request log[1];
		aws_open(&c,
			textf("[profile r]\nrole_arn = r\nsource_profile = k\n%s%s%s\n%s[profile "
			      "k]\naws_access_key_id = A\n"
			      "aws_secret_access_key = S\n[services s]\nsts =\n endpoint_url = "
			      "http://127.0.0.1:3\n",
				t[i].region ? "region = " : "", t[i].region ? t[i].region : "", "",
				t[i].extra),
			NULL, NULL, 0);
		/* nobody is asked in earnest */
		setenv("https_proxy", textf("http://127.0.0.1:%d", httpd_closed_port()), 1);
		if (t[i].env)
			aws_env(&c, t[i].env);
		c.opts.profile = "r";
		struct mf_cancel *cancel = mf_cancel_new();
		struct cred_aws *a;
		/* one try is enough: each further one only after a pause */
		http_free(c.h);
		CHECK_INT(http_open(&c.h, &(struct http_options){.deadline = clock_now_ms() + 200},
				  NULL),
			MF_OK);
		c.opts.context.http = c.h;
		CHECK_INT(cred_aws_open(&a, &c.opts, NULL), MF_OK);
		CHECK(cred_aws_get(a, NULL, &c.out, cancel, NULL) < 0);
		CHECK_INT(http_log(c.h, log, 1), 1);
		CHECK_STR(log[0].url, t[i].url);
		CHECK_STR(log[0].method, "POST");
		cred_aws_free(a);
		mf_cancel_free(cancel);
		unsetenv("https_proxy");
		aws_close(&c);
	}
}

void test_cred_aws_role__bad_endpoints(void)
{
	static const struct {
		const char *env, *region, *message;
	} t[] = {
		{NULL, "eu/../x", "“eu/../x” is not a region of AWS"},
		{NULL, "EU-west-1", "“EU-west-1” is not a region of AWS"},
		{"AWS_ENDPOINT_URL=http://u:p@127.0.0.1:1", "eu-west-1",
			"the endpoint of STS is not a plain URL"},
		{"AWS_ENDPOINT_URL=http://127.0.0.1:1/?x=y", "eu-west-1",
			"the endpoint of STS is not a plain URL"},
		{"AWS_ENDPOINT_URL=ftp://127.0.0.1:1", "eu-west-1", "not a URL of http or https"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct aws_case c;
		aws_open(&c,
			textf("[profile r]\nrole_arn = r\nsource_profile = k\nregion = "
			      "%s\n[profile k]\naws_access_key_id = A\n"
			      "aws_secret_access_key = S\n",
				t[i].region),
			NULL, NULL, 0);
		if (t[i].env)
			aws_env(&c, t[i].env);
		c.opts.profile = "r";
		CHECK_INT(aws_get(&c), MF_EUSAGE);
		CHECK(strstr(c.err.message, t[i].message) != NULL);
		aws_close(&c);
	}
	struct aws_case c;
	aws_open(&c, config, NULL, NULL, 0);
	c.opts.profile = "ml";
	c.opts.context.http = NULL;
	CHECK_INT(aws_get(&c), MF_EUNSUPPORTED);
	aws_close(&c);
}

/* ---- web identity ---- */

static const struct aws_answer web[] = {
	{.body = ROLE_REPLY("AssumeRoleWithWebIdentity", "ASIAWEB", "2026-11-21T02:33:34Z")}};

void test_cred_aws_role__web_identity(void)
{
	struct aws_case c;
	aws_open(&c, NULL, NULL, web, 1);
	aws_endpoint_here(&c, "/");
	test_write(c.dir, "token", "eyJ.a+b.c-_\n");
	aws_env(&c, "AWS_WEB_IDENTITY_TOKEN_FILE=token"); /* below the context's directory */
	aws_env(&c, "AWS_ROLE_ARN=arn:w");
	CHECK_STR(aws_found(&c), "ASIAWEB|wJalr&XUtn/KEY|AQoDYXdzEPT//token==|web identity of the "
				 "environment, role arn:w");
	CHECK_STR(c.seen[0].line, "POST /");
	CHECK_STR(aws_header(&c, 0, "authorization"), "");
	CHECK_STR(c.seen[0].body,
		"Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aw&"
		"RoleSessionName=mfkit-1795224814000&WebIdentityToken=eyJ.a%2Bb.c-_");
	/* read anew each time */
	test_write(c.dir, "token", "second");
	aws_env(&c, "AWS_ROLE_SESSION_NAME=me");
	CHECK_INT(aws_get(&c), MF_OK);
	CHECK(strstr(c.seen[1].body, "RoleSessionName=me&WebIdentityToken=second") != NULL);
	CHECK(!aws_told(&c, "eyJ") && !aws_told(&c, "second"));
	/* a profile named by option puts the environment aside */
	test_write(c.dir, ".aws/config",
		"[profile p]\nrole_arn = arn:p\nweb_identity_token_file = token\nrole_session_name "
		"= s\n");
	c.opts.profile = "p";
	CHECK_STR(aws_found(&c), "ASIAWEB|wJalr&XUtn/KEY|AQoDYXdzEPT//token==|profile “p” of "
				 "~/.aws/config, role arn:p");
	CHECK(strstr(c.seen[2].body, "RoleArn=arn%3Ap&RoleSessionName=s&") != NULL);
	aws_close(&c);
}

void test_cred_aws_role__web_identity_faults(void)
{
	static const struct aws_answer refusal = {400,
		STS_ERROR(
			"InvalidIdentityToken", "No provider found for eyJsecret in your account"),
		NULL, 0};
	struct aws_case c;
	aws_open(&c, NULL, NULL, &refusal, 1);
	aws_endpoint_here(&c, "/");
	aws_env(&c, "AWS_WEB_IDENTITY_TOKEN_FILE=token");
	CHECK_INT(aws_get(&c), MF_EUSAGE);
	CHECK_STR(c.err.message, "AWS_WEB_IDENTITY_TOKEN_FILE is set, and no role for it");
	CHECK_STR(c.err.hint, "set AWS_ROLE_ARN");
	aws_env(&c, "AWS_ROLE_ARN=arn:w");
	CHECK_INT(aws_get(&c), MF_EUSAGE);
	CHECK_STR(c.err.where, textf("%s/token", c.dir));
	CHECK(c.err.hint[0]);
	test_write(c.dir, "token", " \n");
	CHECK_INT(aws_get(&c), MF_ECORRUPT);
	test_write(c.dir, "token", "two words");
	CHECK_INT(aws_get(&c), MF_ECORRUPT);
	CHECK(!aws_told(&c, "two words"));
	CHECK_INT(aws_seen(&c), 0);
	test_write(c.dir, "token", "eyJsecret");
	CHECK_INT(aws_get(&c), MF_EACCESS);
	/* the server repeats the token; we do not */
	CHECK_STR(c.err.message, "web identity of the environment, role arn:w: STS answers 400: "
				 "InvalidIdentityToken");
	CHECK(!aws_told(&c, "eyJsecret"));
	CHECK(strstr(c.err.hint, "trust policy") != NULL);
	aws_close(&c);
}

void test_cred_aws_role__allocation_failure(void)
{
	struct aws_case c;
	aws_open(&c, config, NULL, good, 1);
	aws_endpoint_here(&c, "/");
	c.opts.profile = "ml";
	test_every_alloc(aws_once, &c);
	aws_close(&c);
	aws_open(&c, NULL, NULL, web, 1);
	aws_endpoint_here(&c, "/");
	test_write(c.dir, "token", "eyJ");
	aws_env(&c, "AWS_WEB_IDENTITY_TOKEN_FILE=token");
	aws_env(&c, "AWS_ROLE_ARN=arn:w");
	test_every_alloc(aws_once, &c);
	aws_close(&c);
}
