/* IAM Identity Center: a token that `aws sso login` has left, and its renewal. */
#include <sys/stat.h>

#include "cred_aws_case.h"

/* sha1 of "https://my.awsapps.com/start" and of "my-sso" */
#define LEGACY ".aws/sso/cache/40840c65697c043e2a71754cccb2ab4de3acc1c1.json"
#define SESSION ".aws/sso/cache/0ad374308c5a4e22f723adf10145eafad7c4031c.json"

static const char legacy[] =
	"[profile p]\nsso_start_url = https://my.awsapps.com/start\nsso_region = eu-west-1\n"
	"sso_account_id = 123456789012\nsso_role_name = Read Only\n";
static const char session[] =
	"[profile p]\nsso_session = my-sso\nsso_account_id = 123456789012\n"
	"sso_role_name = ReadOnly\n"
	"[sso-session my-sso]\nsso_start_url = https://my.awsapps.com/start\n"
	"sso_region = eu-west-1\nsso_registration_scopes = sso:account:access\n";

/* As the portal answers; ms since 1970. */
#define KEYS                                                                                       \
	"{\"roleCredentials\":{\"accessKeyId\":\"ASIASSO\",\"secretAccessKey\":\"SK\","            \
	"\"sessionToken\":\"ST\",\"expiration\":1795228414000}}"

static void open_sso(struct aws_case *c, const char *config, const char *token,
	const struct aws_answer *a, size_t n)
{
	aws_open(c, config, NULL, a, n);
	if (n)
		aws_endpoint_here(c, "");
	if (token)
		test_write(c->dir, strstr(config, "sso_session") ? SESSION : LEGACY, token);
	c->opts.profile = "p";
}

static const struct aws_answer keys[] = {{.body = KEYS}};

void test_cred_aws_sso__legacy(void)
{
	struct aws_case c;
	open_sso(&c, legacy,
		"{\"startUrl\": \"https://my.awsapps.com/start\", \"region\": \"eu-west-1\", "
		"\"accessToken\": "
		"\"tok-legacy\", \"expiresAt\": \"2026-11-21T01:33:35UTC\"}",
		keys, 1);
	CHECK_STR(aws_found(&c), "ASIASSO|SK|ST|profile “p” of ~/.aws/config");
	CHECK_INT(c.out.expires, AWS_NOW + 3600 * 1000);
	CHECK_INT(aws_seen(&c), 1);
	CHECK_STR(c.seen[0].line,
		"GET /federation/credentials?role_name=Read%20Only&account_id=123456789012");
	CHECK_STR(aws_header(&c, 0, "x-amz-sso_bearer_token"), "tok-legacy");
	CHECK_STR(aws_header(&c, 0, "authorization"), "");
	CHECK(!aws_told(&c, "tok-legacy"));
	aws_close(&c);
}

void test_cred_aws_sso__session(void)
{
	struct aws_case c;
	open_sso(&c, session, "{\"accessToken\": \"tok\", \"expiresAt\": \"2026-11-21T09:33:35Z\"}",
		keys, 1);
	CHECK_INT(aws_get(&c), MF_OK);
	CHECK_STR(c.out.id, "ASIASSO");
	CHECK_STR(aws_header(&c, 0, "x-amz-sso_bearer_token"), "tok");
	aws_close(&c);
}

/* ---- renewal ---- */

static const char old[] =
	"{\"startUrl\": \"https://my.awsapps.com/start\", \"accessToken\": \"spent\", "
	"\"expiresAt\": \"2026-11-21T01:33:33Z\", \"clientId\": \"CI\", \"clientSecret\": "
	"\"C\\\"S\", "
	"\"refreshToken\": \"RT\", \"registrationExpiresAt\": \"2026-12-21T01:33:33Z\", "
	"\"scopes\": [\"a\"]}";

void test_cred_aws_sso__renewed(void)
{
	static const struct aws_answer a[] = {
		{.body = "{\"accessToken\":\"fresh\",\"expiresIn\":28800,\"refreshToken\":\"RT2\","
			 "\"tokenType\":\"Bearer\"}"},
		{.body = KEYS}};
	struct aws_case c;
	struct stat st;
	char *text;
	size_t n;
	open_sso(&c, session, old, a, 2);
	CHECK_INT(aws_get(&c), MF_OK);
	CHECK_INT(aws_seen(&c), 2);
	CHECK_STR(c.seen[0].line, "POST /token");
	CHECK_STR(aws_header(&c, 0, "content-type"), "application/json");
	CHECK_STR(c.seen[0].body, "{\"clientId\": \"CI\", \"clientSecret\": \"C\\\"S\", "
				  "\"grantType\": \"refresh_token\", "
				  "\"refreshToken\": \"RT\"}");
	CHECK_STR(aws_header(&c, 1, "x-amz-sso_bearer_token"), "fresh");
	/* for others too, and for nobody else to read */
	const char *path = textf("%s/%s", c.dir, SESSION);
	CHECK_INT(cred_read_file(&text, &n, path, NULL), MF_OK);
	CHECK_STR(text,
		"{\"accessToken\": \"fresh\", \"expiresAt\": \"2026-11-21T09:33:34Z\", "
		"\"refreshToken\": \"RT2\", "
		"\"startUrl\": \"https://my.awsapps.com/start\", \"clientId\": \"CI\", "
		"\"clientSecret\": \"C\\\"S\", "
		"\"registrationExpiresAt\": \"2026-12-21T01:33:33Z\", \"scopes\": [\"a\"]}");
	cred_wipe(text);
	CHECK_INT(stat(path, &st), 0);
	CHECK_INT(st.st_mode & 0777, 0600);
	CHECK(!aws_told(&c, "fresh") && !aws_told(&c, "RT2") && !aws_told(&c, "C\"S"));
	/* the next time there is nothing to renew */
	CHECK_INT(aws_get(&c), MF_OK);
	CHECK_INT(aws_seen(&c), 3);
	CHECK_STR(aws_header(&c, 2, "x-amz-sso_bearer_token"), "fresh");
	aws_close(&c);
}

void test_cred_aws_sso__not_renewed(void)
{
	static const struct aws_answer refusal[] = {
		{.status = 400,
			.body = "{\"error\":\"invalid_grant\",\"error_description\":\"RT is "
				"spent\"}"},
		{.body = KEYS}};
	struct aws_case c;
	/* a login is asked for */
	open_sso(&c, session, old, refusal, 2);
	CHECK_INT(aws_get(&c), MF_EACCESS);
	CHECK_STR(c.err.message, textf("profile “p” of %s/.aws/config: the login has expired at "
				       "2026-11-21T01:33:33Z",
					 c.dir));
	CHECK_STR(c.err.hint, "log in: aws sso login --profile p");
	CHECK_STR(c.err.where, textf("%s/%s", c.dir, SESSION));
	CHECK_INT(aws_seen(&c), 1);
	aws_close(&c);
	/* what still holds is used */
	open_sso(&c, session,
		"{\"accessToken\": \"holds\", \"expiresAt\": \"2026-11-21T01:35:00Z\", "
		"\"clientId\": \"CI\", "
		"\"clientSecret\": \"CS\", \"refreshToken\": \"RT\", \"registrationExpiresAt\": "
		"\"2026-12-21T01:33:33Z\"}",
		refusal, 2);
	CHECK_INT(aws_get(&c), MF_OK);
	CHECK_STR(aws_header(&c, 1, "x-amz-sso_bearer_token"), "holds");
	aws_close(&c);
	/* a registration that has ended cannot renew; nor can the kind of old */
	static const char *const t[][2] = {
		{session, "{\"accessToken\": \"a\", \"expiresAt\": \"2026-11-21T01:33:33Z\", "
			  "\"clientId\": \"CI\", "
			  "\"clientSecret\": \"CS\", \"refreshToken\": \"RT\", "
			  "\"registrationExpiresAt\": "
			  "\"2026-11-21T01:33:33Z\"}"},
		{session, "{\"accessToken\": \"a\", \"expiresAt\": \"2026-11-21T01:33:33Z\"}"},
		{legacy, old},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		open_sso(&c, t[i][0], t[i][1], refusal, 2);
		CHECK_INT(aws_get(&c), MF_EACCESS);
		CHECK_STR(c.err.hint, "log in: aws sso login --profile p");
		CHECK_INT(aws_seen(&c), 0);
		aws_close(&c);
	}
}

/* ---- faults ---- */

void test_cred_aws_sso__answers(void)
{
	static const struct {
		struct aws_answer a;
		int code;
		const char *message;
	} t[] = {
		{{401,
			 "{\"message\":\"Session token not found or invalid: "
			 "tok\",\"__type\":\"UnauthorizedException\"}",
			 NULL, 0},
			MF_EACCESS, "status 401: Session token not found or invalid: tok"},
		{{403, "{\"message\":\"No access\"}", NULL, 0}, MF_EACCESS,
			"status 403: No access"},
		{{200, "garbage", NULL, 0}, MF_ECORRUPT, "the answer is not an object in JSON"},
		{{200, "{}", NULL, 0}, MF_ECORRUPT, "the answer has no “accessKeyId”"},
		{{200, "{\"roleCredentials\":{\"accessKeyId\":\"A\"}}", NULL, 0}, MF_ECORRUPT,
			"the answer has no “secretAccessKey”"},
		{{200,
			 "{\"roleCredentials\":{\"accessKeyId\":\"A\",\"secretAccessKey\":\"S\","
			 "\"sessionToken\":\"T\","
			 "\"expiration\":1795224814000}}",
			 NULL, 0},
			MF_EACCESS, "the credentials it gives have expired"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct aws_case c;
		open_sso(&c, legacy,
			"{\"accessToken\": \"tok\", \"expiresAt\": \"2026-11-21T09:33:35Z\"}",
			&t[i].a, 1);
		CHECK_INT(aws_get(&c), t[i].code);
		CHECK_STR(c.err.message,
			textf("profile “p” of %s/.aws/config: %s", c.dir, t[i].message));
		CHECK_STR(c.err.hint,
			t[i].a.status == 200 ? "" : "log in: aws sso login --profile p");
		aws_close(&c);
	}
}

void test_cred_aws_sso__tokens(void)
{
	static const struct {
		const char *token;
		int code;
		const char *message;
	} t[] = {
		{NULL, MF_EACCESS, "nobody is logged in"},
		{"no json", MF_ECORRUPT, "the file of its token is not an object in JSON"},
		{"{}", MF_ECORRUPT, "the file of its token has none, or not when it ends"},
		{"{\"accessToken\": \"secret\", \"expiresAt\": \"x\"}", MF_ECORRUPT,
			"the file of its token has none, or not when it ends"},
		{"{\"accessToken\": \"sec\\nret\", \"expiresAt\": \"2026-11-21T09:33:35Z\"}",
			MF_ECORRUPT, "the file of its token has none, or not when it ends"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct aws_case c;
		open_sso(&c, legacy, t[i].token, NULL, 0);
		CHECK_INT(aws_get(&c), t[i].code);
		CHECK_STR(c.err.message,
			textf("profile “p” of %s/.aws/config: %s", c.dir, t[i].message));
		CHECK_STR(c.err.hint, "log in: aws sso login --profile p");
		CHECK_STR(c.err.where, textf("%s/%s", c.dir, LEGACY));
		aws_close(&c);
	}
}

void test_cred_aws_sso__profiles(void)
{
	static const struct {
		const char *config, *message;
	} t[] = {
		{"[profile p]\nsso_role_name = r\n", "it has no sso_start_url"},
		{"[profile p]\nsso_account_id = 1\nsso_start_url = x\n", "it has no sso_region"},
		{"[profile p]\nsso_account_id = 1\nsso_start_url = x\nsso_region = y\n",
			"it has no sso_role_name"},
		{"[profile p]\nsso_role_name = r\nsso_session = s\n",
			"there is no section sso-session s"},
		{"[profile p]\nsso_role_name = r\nsso_account_id = 1\nsso_session = s\nsso_region "
		 "= a\n"
		 "[sso-session s]\nsso_region = b\nsso_start_url = x\n",
			"it and its sso-session disagree about sso_region"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct aws_case c;
		aws_open(&c, t[i].config, NULL, NULL, 0);
		c.opts.profile = "p";
		CHECK_INT(aws_get(&c), MF_EUSAGE);
		CHECK_STR(c.err.message,
			textf("profile “p” of %s/.aws/config: %s", c.dir, t[i].message));
		CHECK_STR(c.err.hint, "`aws configure sso --profile p` sets it up anew");
		aws_close(&c);
	}
}

void test_cred_aws_sso__allocation_failure(void)
{
	struct aws_case c;
	open_sso(&c, session, "{\"accessToken\": \"tok\", \"expiresAt\": \"2026-11-21T09:33:35Z\"}",
		keys, 1);
	test_every_alloc(aws_once, &c);
	aws_close(&c);
}
