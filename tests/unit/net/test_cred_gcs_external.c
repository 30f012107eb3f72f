/* covers: clientlib/net/cred_gcs_impersonate.c */
#include "gcs_case.h"
#include "rsa_case.h"

#define STS "/v1/token"
#define IAM                                                                                        \
	"/v1/projects/-/serviceAccounts/"                                                          \
	"robot@test.iam.gserviceaccount.com:generateAccessToken"
#define STS_ANSWER                                                                                 \
	"{\"access_token\":\"ya29.federated\",\"issued_token_type\":\"urn:ietf:params:oauth:"      \
	"token-type:access_token\",\"token_type\":\"Bearer\",\"expires_in\":3600}"
#define IAM_ANSWER "{\"accessToken\":\"ya29.robot\",\"expireTime\":\"2026-11-21T12:30:00Z\"}"
#define AUDIENCE                                                                                   \
	"//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x"
#define JWT "urn:ietf:params:oauth:token-type:jwt"
#define SCOPE "https://www.googleapis.com/auth/devstorage.read_only"

static const char *const secrets[] = {"eyJ.subject", "ya29.federated", "ya29.robot", "cl13nt",
	"r3fresh", "h3ader", "Y2wxM250", NULL};

static const struct cred_reply good[] = {REPLY(STS, STS_ANSWER), REPLY(IAM, IAM_ANSWER),
	REPLY("/subject", "{\"value\":\"eyJ.subject\"}"), REPLY("/plain", "eyJ.subject\r\n")};

/* An external account with this credential_source, and what else its object has. */
static const char *external(const struct cred_case *c, const char *source, const char *more)
{
	return textf("{\"type\": \"external_account\", \"audience\": \"" AUDIENCE "\", "
		     "\"subject_token_type\": \"" JWT "\", \"token_url\": \"%s\", "
		     "\"credential_source\": %s%s}",
		httpd_url(c->d, STS), source, more);
}

static const char *file_source(const char *text)
{
	const char *dir = test_dir();
	test_write(dir, "subject", text);
	return textf("{\"file\": \"%s/subject\"}", dir);
}

/* ---- the exchange ---- */

void test_cred_gcs_external__file(void)
{
	struct cred_case c;
	case_begin(&c, good, ARRAY_SIZE(good));
	CHECK_STR(gcs_got_of(&c, external(&c, file_source("eyJ.subject\n"), "")),
		"bearer - - ya29.federated");
	CHECK(strstr(c.cred.source, "external account of /") == c.cred.source);
	CHECK_INT(c.cred.expires, CASE_NOW + 3600000);
	CHECK_INT(c.n, 1);
	CHECK_STR(c.asked[0].method, "POST");
	CHECK_STR(c.asked[0].target, STS);
	CHECK_STR(case_header(&c, 0, "Authorization"), "");
	static const char *const form[][2] = {
		{"grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"},
		{"audience", AUDIENCE}, {"scope", SCOPE},
		{"requested_token_type", "urn:ietf:params:oauth:token-type:access_token"},
		{"subject_token", "eyJ.subject"}, {"subject_token_type", JWT}, {"options", ""}};
	for (size_t i = 0; i < ARRAY_SIZE(form); i++)
		CHECK_STR(case_form(c.asked[0].body, form[i][0]), form[i][1]);
	case_secrets(&c, secrets);
	/* in JSON, with a relative path */
	const char *dir = test_dir();
	test_write(dir, "s.json", "{\"id_token\": \"eyJ.subj\\u0065ct\"}");
	c.x.cwd = dir;
	CHECK_STR(gcs_got_of(&c, external(&c,
					 "{\"file\": \"s.json\", \"format\": {\"type\": \"json\", "
					 "\"subject_token_field_name\": \"id_token\"}}",
					 "")),
		"bearer - - ya29.federated");
	CHECK_STR(case_form(c.asked[0].body, "subject_token"), "eyJ.subject");
	case_end(&c);
}

void test_cred_gcs_external__url(void)
{
	struct cred_case c;
	case_begin(&c, good, ARRAY_SIZE(good));
	CHECK_STR(gcs_got_of(&c, external(&c,
					 textf("{\"url\": \"%s?a=b\", \"headers\": {\"Metadata\": "
					       "\"True\", \"X-Secret\": \"h3ader\"}, \"format\": "
					       "{\"type\": \"json\", \"subject_token_field_name\": "
					       "\"value\"}}",
						 httpd_url(c.d, "/subject")),
					 "")),
		"bearer - - ya29.federated");
	CHECK_INT(c.n, 2);
	CHECK_STR(c.asked[0].method, "GET");
	CHECK_STR(c.asked[0].target, "/subject?a=b");
	CHECK_STR(case_header(&c, 0, "Metadata"), "True");
	CHECK_STR(case_header(&c, 0, "X-Secret"), "h3ader");
	CHECK_STR(case_form(c.asked[1].body, "subject_token"), "eyJ.subject");
	case_secrets(&c, secrets);
	CHECK_STR(
		gcs_got_of(&c, external(&c,
				       textf("{\"url\": \"%s\", \"format\": {\"type\": \"text\"}}",
					       httpd_url(c.d, "/plain")),
				       "")),
		"bearer - - ya29.federated");
	CHECK_STR(case_form(c.asked[1].body, "subject_token"), "eyJ.subject");
	CHECK(strstr(gcs_got_of(&c,
			     external(&c, textf("{\"url\": \"%s\"}", httpd_url(c.d, "/none")), "")),
		      "not_allowed: the external account's token: status 404: nothing here | the "
		      "URL is "
		      "named by credential_source of the credentials") != NULL);
	CHECK_STR(c.err.where, httpd_url(c.d, "/none"));
	case_end(&c);
}

void test_cred_gcs_external__client(void)
{
	struct cred_case c;
	case_begin(&c, good, ARRAY_SIZE(good));
	CHECK_STR(gcs_got_of(&c, external(&c, file_source("eyJ.subject"),
					 ", \"client_id\": \"me\", \"client_secret\": \"cl13nt\", "
					 "\"workforce_pool_user_project\": \"7\"")),
		"bearer - - ya29.federated");
	CHECK_STR(case_header(&c, 0, "Authorization"), "Basic bWU6Y2wxM250");
	CHECK_STR(case_form(c.asked[0].body, "options"), "");
	case_secrets(&c, secrets);
	CHECK_STR(gcs_got_of(&c, external(&c, file_source("eyJ.subject"),
					 ", \"workforce_pool_user_project\": \"7\"")),
		"bearer - - ya29.federated");
	CHECK_STR(case_form(c.asked[0].body, "options"), "{\"userProject\":\"7\"}");
	case_end(&c);
}

void test_cred_gcs_external__refused(void)
{
	static const struct cred_reply r[] = {REFUSAL(STS, 400,
		"{\"error\":\"invalid_grant\",\"error_description\":\"The issuer of eyJ.subject "
		"does not "
		"match.\"}")};
	struct cred_case c;
	case_begin(&c, r, 1);
	const char *said = gcs_got_of(&c, external(&c, file_source("eyJ.subject"), ""));
	CHECK(strstr(said,
		      "cred.json: status 400: invalid_grant: The issuer of *** does not match. | "
		      "the "
		      "pool's provider must accept this issuer, audience and subject") != NULL);
	CHECK_INT(c.err.code, MF_EACCESS);
	case_secrets(&c, secrets);
	case_end(&c);
}

void test_cred_gcs_external__malformed(void)
{
#define ONE " | use one with a file or url, a service account's key, or run `gcloud auth "
#define NOT "unsupported: external accounts whose token is of "
	static const struct {
		const char *source, *more, *said;
	} t[] = {
		{"{\"environment_id\": \"aws1\", \"url\": \"http://169.254.169.254/x\"}", "",
			NOT "AWS credentials are not supported" ONE},
		{"{\"executable\": {\"command\": \"/bin/true\"}}", "",
			NOT "a program are not supported" ONE},
		{"{\"certificate\": {}}", "", NOT "a client certificate are not supported" ONE},
		{"null", "",
			"corrupt: the credentials have no “credential_source” with a file or url "
			"| "},
		{"{\"file\": \"/nowhere/token\"}", "", "usage: the external account's token: "},
		{"{\"file\": \"/dev/null\"}", "", ""},
		{"{\"url\": \"http://h/\", \"headers\": {\"X\": 1}}", "",
			"corrupt: credential_source has a header that is not a text | "},
		{"{\"url\": \"http://127.0.0.1:1/\", \"headers\": {\"X\": \"a\\r\\nY: h3ader\"}}",
			"",
			"usage: the external account's token: header 1 of the request is malformed "
			"| "},
		{"{\"file\": \"/x\"}", ", \"token_url\": \"http://sts.example/\"",
			"usage: “token_url” is not an https URL: secrets are not sent there | "},
		{"{\"file\": \"/x\"}",
			", \"service_account_impersonation_url\": \"http://iam.example/\"",
			"usage: “service_account_impersonation_url” is not an https URL: "},
		{"{\"file\": \"/x\"}", ", \"service_account_impersonation_url\": 7",
			"corrupt: the credentials have no “service_account_impersonation_url” | "},
	};
	struct cred_case c;
	case_begin(&c, good, ARRAY_SIZE(good));
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		const char *said = gcs_got_of(&c, external(&c, t[i].source, t[i].more));
		CHECK(c.err.code < 0);
		CHECK_STR(textf("%.*s", (int)strlen(t[i].said), said), t[i].said);
		case_secrets(&c, secrets);
	}
	CHECK_INT(c.n, 0);
	static const char *const texts[] = {
		"", " \n", "{\"other\": \"eyJ.subject\"}", "eyJ.subject"};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		const char *source = file_source(texts[i]);
		if (i >= 2)
			source = textf("%.*s, \"format\": {\"type\": \"json\", "
				       "\"subject_token_field_name\": \"value\"}}",
				(int)strlen(source) - 1, source);
		gcs_got_of(&c, external(&c, source, ""));
		CHECK_STR(c.err.message,
			i < 2    ? "the external account's token: it is empty, or not a text"
			: i == 2 ? "the external account's token: there is no “value”"
				 : "the external account's token: what holds it is not an object "
				   "in JSON");
		CHECK_INT(c.err.code, MF_ECORRUPT);
		CHECK(strstr(c.err.where, "/subject") != NULL);
		case_secrets(&c, secrets);
	}
	case_end(&c);
}

/* ---- other accounts ---- */

void test_cred_gcs_external__impersonation(void)
{
	struct cred_case c;
	case_begin(&c, good, ARRAY_SIZE(good));
	const char *more =
		textf(", \"service_account_impersonation_url\": \"%s\", "
		      "\"service_account_impersonation\": {\"token_lifetime_seconds\": 1800}",
			httpd_url(c.d, IAM));
	CHECK_STR(gcs_got_of(&c, external(&c, file_source("eyJ.subject"), more)),
		"bearer - - ya29.robot");
	CHECK(strstr(c.cred.source, "impersonation of robot@test.iam.gserviceaccount.com by /") ==
		c.cred.source);
	CHECK_INT(c.cred.expires, CASE_NOW + 1800000);
	CHECK_INT(c.n, 2);
	CHECK_STR(case_form(c.asked[0].body, "scope"), "https://www.googleapis.com/auth/iam");
	CHECK_STR(c.asked[1].method, "POST");
	CHECK_STR(c.asked[1].target, IAM);
	CHECK_STR(case_header(&c, 1, "Authorization"), "Bearer ya29.federated");
	CHECK_STR(case_header(&c, 1, "Content-Type"), "application/json");
	CHECK_STR(c.asked[1].body,
		"{\"scope\":[\"" SCOPE "\"],\"lifetime\":\"1800s\",\"delegates\":[]}");
	case_secrets(&c, secrets);
	more = textf("%.*s99}", (int)strlen(more) - 1, more);
	gcs_got_of(&c, external(&c, file_source("eyJ.subject"), more));
	CHECK_STR(c.err.message, "token_lifetime_seconds is not within 600 and 43200");
	case_end(&c);
}

static const char *impersonated(const struct cred_case *c, const char *inner, const char *delegates)
{
	return textf("{\"type\": \"impersonated_service_account\", \"delegates\": %s, "
		     "\"service_account_impersonation_url\": \"%s\", \"source_credentials\": %s}",
		delegates, httpd_url(c->d, IAM), inner);
}

static const char *login(const struct cred_case *c)
{
	return textf("{\"type\": \"authorized_user\", \"client_id\": \"id\", \"client_secret\": "
		     "\"cl13nt\", \"refresh_token\": \"r3fresh\", \"token_uri\": \"%s\"}",
		httpd_url(c->d, STS));
}

void test_cred_gcs_external__impersonated(void)
{
	struct cred_case c;
	struct buf header = BUF_INIT(1 << 16), claims = BUF_INIT(1 << 16);
	case_begin(&c, good, ARRAY_SIZE(good));
	CHECK_STR(gcs_got_of(&c, impersonated(&c, login(&c), "[\"a@b\", \"c\\\"d\"]")),
		"bearer - - ya29.robot");
	CHECK_STR(case_form(c.asked[0].body, "refresh_token"), "r3fresh");
	CHECK_STR(c.asked[1].body,
		"{\"scope\":[\"" SCOPE "\"],\"lifetime\":\"3600s\",\"delegates\":["
		"\"a@b\",\"c\\\"d\"]}");
	case_secrets(&c, secrets);
	/* by a service account, whose own token is for that alone */
	const char *account = textf("{\"type\": \"service_account\", \"client_email\": \"x@y\", "
				    "\"private_key\": \"%s\", \"token_uri\": \"%s\"}",
		gcs_json(RSA_PKCS8), httpd_url(c.d, STS));
	CHECK_STR(gcs_got_of(&c, impersonated(&c, account, "null")), "bearer - - ya29.robot");
	CHECK(rsa_token(case_form(c.asked[0].body, "assertion"), &header, &claims));
	CHECK(strstr(claims.p, "\"scope\":\"https://www.googleapis.com/auth/iam\"") != NULL);
	/* not by one of its own kind */
	CHECK(strstr(gcs_got_of(&c, impersonated(&c, impersonated(&c, login(&c), "[]"), "[]")),
		      "unsupported: credentials of the type “impersonated_service_account” are not "
		      "supported as source_credentials | ") != NULL);
	CHECK(strstr(gcs_got_of(&c, impersonated(&c, "7", "[]")),
		      "corrupt: the credentials have no “source_credentials” | ") != NULL);
	CHECK(strstr(gcs_got_of(&c, impersonated(&c, login(&c), "[7]")),
		      "corrupt: a delegate has no name | ") != NULL);
	buf_release(&header);
	buf_release(&claims);
	case_end(&c);
}

void test_cred_gcs_external__impersonation_refused(void)
{
	static const struct cred_reply r[] = {REPLY(STS, STS_ANSWER),
		REFUSAL(IAM, 403,
			"{\"error\":{\"code\":403,\"message\":\"Permission "
			"'iam.serviceAccounts.getAccessToken' denied to "
			"ya29.federated\",\"status\":\"PERMISSION_DENIED\"}}")};
	struct cred_case c;
	case_begin(&c, r, ARRAY_SIZE(r));
	const char *said = gcs_got_of(&c, impersonated(&c, login(&c), "[]"));
	CHECK(strstr(said,
		      "not_allowed: impersonation of robot@test.iam.gserviceaccount.com by /") ==
		said);
	CHECK(strstr(said, ": status 403: PERMISSION_DENIED: Permission "
			   "'iam.serviceAccounts.getAccessToken' denied to *** | the caller needs "
			   "the role "
			   "“Service Account Token Creator” on the account") != NULL);
	case_secrets(&c, secrets);
	case_end(&c);
}

/* ---- memory ---- */

void test_cred_gcs_external__allocation_failure(void)
{
	struct cred_case c;
	case_begin(&c, good, ARRAY_SIZE(good));
	const char *more =
		textf(", \"service_account_impersonation_url\": \"%s\", \"client_id\": \"i\"",
			httpd_url(c.d, IAM));
	CHECK_STR(gcs_got_of(&c, external(&c, file_source("eyJ.subject"), more)),
		"bearer - - ya29.robot");
	test_every_alloc(gcs_alloc, &c);
	more = ", \"workforce_pool_user_project\": \"7\"";
	const char *source = textf("{\"url\": \"%s\", \"headers\": {\"A\": \"b\", \"C\": \"d\"}, "
				   "\"format\": {\"type\": \"json\", \"subject_token_field_name\": "
				   "\"value\"}}",
		httpd_url(c.d, "/subject"));
	CHECK_STR(gcs_got_of(&c, external(&c, source, more)), "bearer - - ya29.federated");
	test_every_alloc(gcs_alloc, &c);
	CHECK_STR(gcs_got_of(&c, impersonated(&c, login(&c), "[\"a\"]")), "bearer - - ya29.robot");
	test_every_alloc(gcs_alloc, &c);
	case_end(&c);
}
