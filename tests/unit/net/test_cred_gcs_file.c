/* Service accounts and logins. */
#include "gcs_case.h"
#include "rsa_case.h"

#define ANSWER "{\"access_token\":\"ya29.token\",\"expires_in\":3599,\"token_type\":\"Bearer\"}"
#define EMAIL "reader@test.iam.gserviceaccount.com"
#define KEY_HINT                                                                                   \
	"the key may have been deleted, or this machine's clock be wrong; a new key is made in "   \
	"the console, or run `gcloud auth application-default login`"

static const struct cred_reply good[] = {REPLY("/token", ANSWER)};
static const char *const secrets[] = {
	"ya29.token", "PRIVATE KEY", "r3fresh", "cl13nt", "eyJhbGciOiJSUzI1NiI", NULL};

static const char *account(const struct cred_case *c, const char *key)
{
	return textf(
		"{\"type\": \"service_account\", \"project_id\": \"test\", \"private_key_id\": "
		"\"k\\\"1\", \"private_key\": \"%s\", \"client_email\": \"" EMAIL "\", "
		"\"token_uri\": \"%s\"}",
		gcs_json(key), httpd_url(c->d, "/token"));
}

static const char *login(const struct cred_case *c)
{
	return textf(
		"{\"type\": \"authorized_user\", \"client_id\": \"id.apps\", \"client_secret\": "
		"\"cl13nt\", \"refresh_token\": \"1//r3fresh+&=\", \"token_uri\": \"%s\", "
		"\"quota_project_id\": \"payer\"}",
		httpd_url(c->d, "/token"));
}

/* ---- service accounts ---- */

void test_cred_gcs_file__service_account(void)
{
	struct cred_case c;
	struct buf header = BUF_INIT(1 << 16), claims = BUF_INIT(1 << 16);
	case_begin(&c, good, 1);
	CHECK_STR(gcs_got_of(&c, account(&c, RSA_PKCS8)), "bearer - - ya29.token");
	CHECK(strstr(c.cred.source, "service account " EMAIL " of /") == c.cred.source);
	CHECK_INT(c.cred.expires, CASE_NOW + 3599000);
	CHECK_INT(c.n, 1);
	CHECK_STR(c.asked[0].method, "POST");
	CHECK_STR(c.asked[0].target, "/token");
	CHECK_STR(case_header(&c, 0, "Content-Type"), "application/x-www-form-urlencoded");
	CHECK_STR(case_form(c.asked[0].body, "grant_type"),
		"urn:ietf:params:oauth:grant-type:jwt-bearer");
	CHECK(rsa_token(case_form(c.asked[0].body, "assertion"), &header, &claims));
	CHECK_STR(header.p, "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"k\\\"1\"}");
	CHECK_STR(claims.p,
		textf("{\"iss\":\"" EMAIL "\",\"scope\":\"https://www.googleapis.com/auth/"
		      "devstorage.read_only\",\"aud\":\"%s\",\"iat\":1795262400,\"exp\":"
		      "1795266000}",
			httpd_url(c.d, "/token")));
	case_secrets(&c, secrets);
	/* another scope */
	struct cred_gcs *g;
	const struct cred_gcs_options o = {.context = c.x, .scope = "https://a https://b"};
	CHECK_FATAL(cred_gcs_open(&g, &o, NULL) == MF_OK);
	CHECK_INT(cred_gcs_get(g, NULL, &c.cred, NULL, NULL), MF_OK);
	buf_clear(&claims);
	CHECK(rsa_token(case_form(c.asked[1].body, "assertion"), &header, &claims));
	CHECK(strstr(claims.p, "\"scope\":\"https://a https://b\"") != NULL);
	CHECK(!cred_gcs_project(g));
	cred_gcs_free(g);
	CHECK_STR(gcs_got_of(&c, account(&c, RSA_PKCS1)), "bearer - - ya29.token");
	buf_release(&header);
	buf_release(&claims);
	case_end(&c);
}

void test_cred_gcs_file__service_account_refused(void)
{
	static const struct {
		struct cred_reply reply;
		const char *said;
	} t[] = {
		{REFUSAL("/token", 400,
			 "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid JWT "
			 "Signature.\"}"),
			": status 400: invalid_grant: Invalid JWT Signature. | " KEY_HINT},
		{REFUSAL("/token", 403,
			 "{\"error\":{\"code\":403,\"message\":\"Blocked\",\"status\":\"PERMISSION_"
			 "DENIED\"}}"),
			": status 403: PERMISSION_DENIED: Blocked | " KEY_HINT},
		{REPLY("/token", "{\"id_token\":\"ya29.token\"}"),
			": the answer has no “access_token” | "},
		{REPLY("/token", "ya29.token"), ": the answer is not an object in JSON | "},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct cred_case c;
		case_begin(&c, &t[i].reply, 1);
		const char *said = gcs_got_of(&c, account(&c, RSA_PKCS8));
		CHECK(strstr(said, i < 2 ? "not_allowed: service account " EMAIL " of /"
					 : "corrupt: service account " EMAIL " of /") == said);
		size_t n = strlen(t[i].said), m = strlen(said);
		CHECK_STR(m > n ? said + m - n : said, t[i].said);
		CHECK_STR(c.err.where, httpd_url(c.d, "/token"));
		case_secrets(&c, secrets);
		case_end(&c);
	}
}

/* ---- logins ---- */

void test_cred_gcs_file__login(void)
{
	struct cred_case c;
	const char *dir = test_dir();
	case_begin(&c, good, 1);
	CHECK_STR(gcs_got_of(&c, login(&c)), "bearer - - ya29.token");
	CHECK(strstr(c.cred.source, "the login of /") == c.cred.source);
	CHECK_STR(c.asked[0].body,
		"grant_type=refresh_token&client_id=id.apps&client_secret=cl13nt&"
		"refresh_token=1%2F%2Fr3fresh%2B%26%3D");
	case_secrets(&c, secrets);
	/* where gcloud keeps it */
	case_set(&c, "GOOGLE_APPLICATION_CREDENTIALS", NULL);
	case_set(&c, "NO_GCE_CHECK", "true");
	test_write(dir, ".config/gcloud/application_default_credentials.json", login(&c));
	case_set(&c, "HOME", dir);
	CHECK_STR(gcs_got(&c), "bearer - - ya29.token");
	case_set(&c, "CLOUDSDK_CONFIG", textf("%s/.config", dir));
	CHECK_STR(gcs_got(&c), "not_allowed: no credentials for Google Cloud have been found | run "
			       "`gcloud auth application-default login`, or set "
			       "GOOGLE_APPLICATION_CREDENTIALS");
	case_set(&c, "CLOUDSDK_CONFIG", ".config/gcloud");
	c.x.cwd = dir;
	CHECK_STR(gcs_got(&c), "bearer - - ya29.token");
	/* who pays */
	struct cred_gcs *g;
	CHECK_FATAL(cred_gcs_open(&g, &(struct cred_gcs_options){.context = c.x}, NULL) == MF_OK);
	CHECK_STR(cred_gcs_project(g), "payer");
	cred_gcs_free(g);
	case_set(&c, "GOOGLE_CLOUD_QUOTA_PROJECT", "another");
	CHECK_FATAL(cred_gcs_open(&g, &(struct cred_gcs_options){.context = c.x}, NULL) == MF_OK);
	CHECK_STR(cred_gcs_project(g), "another");
	cred_gcs_free(g);
	case_end(&c);
}

void test_cred_gcs_file__login_ended(void)
{
	static const struct cred_reply r[] = {REFUSAL("/token", 400,
		"{\"error\":\"invalid_grant\",\"error_description\":\"Token 1//r3fresh+&= has been "
		"expired or revoked.\"}")};
	struct cred_case c;
	case_begin(&c, r, 1);
	CHECK(strstr(gcs_got_of(&c, login(&c)),
		      "cred.json: status 400: invalid_grant: Token *** has "
		      "been expired or revoked. | run `gcloud auth "
		      "application-default login`") != NULL);
	CHECK_INT(c.err.code, MF_EACCESS);
	case_secrets(&c, secrets);
	case_end(&c);
}

/* ---- files that do not work ---- */

void test_cred_gcs_file__malformed(void)
{
#define ANEW "download the file anew, or run `gcloud auth application-default login`"
	static const struct {
		const char *json, *said;
	} t[] = {
		{"", "corrupt: GOOGLE_APPLICATION_CREDENTIALS: the file is not an object in JSON | "
		     "run "
		     "`gcloud auth application-default login`"},
		{"[1]", "corrupt: GOOGLE_APPLICATION_CREDENTIALS: the file is not an object in "
			"JSON | run "
			"`gcloud auth application-default login`"},
		{"{}", "corrupt: the credentials have no “type” | " ANEW},
		{"{\"type\": 7}", "corrupt: the credentials have no “type” | " ANEW},
		{"{\"type\": \"gdch_service_account\\u001b\"}",
			"unsupported: credentials of the type “gdch_service_account\\x1b” are not "
			"supported | use a service account's key, or run `gcloud auth "
			"application-default "
			"login`"},
		{"{\"type\": \"service_account\"}",
			"corrupt: the credentials have no “client_email” | " ANEW},
		{"{\"type\": \"service_account\", \"client_email\": \"a\\u0000b\"}",
			"corrupt: the credentials have no “client_email” | " ANEW},
		{"{\"type\": \"service_account\", \"client_email\": \"a\"}",
			"corrupt: the credentials have no “private_key” | " ANEW},
		{"{\"type\": \"service_account\", \"client_email\": \"a\", \"private_key\": \"x\"}",
			"corrupt: “private_key”: there is no private key in PEM form | "},
		{"{\"type\": \"service_account\", \"client_email\": \"a\", \"private_key\": \"x\", "
		 "\"token_uri\": \"http://oauth2.googleapis.com/token\"}",
			"usage: “token_uri” is not an https URL: secrets are not sent there | "},
		{"{\"type\": \"authorized_user\", \"client_id\": \"a\", \"client_secret\": "
		 "\"cl13nt\"}",
			"corrupt: the credentials have no “refresh_token” | " ANEW},
		{"{\"type\": \"authorized_user\", \"client_id\": \"a\", \"client_secret\": "
		 "\"cl13nt\", "
		 "\"refresh_token\": \"r3fresh\", \"token_uri\": \"http://127.0.0.1.evil/\"}",
			"usage: “token_uri” is not an https URL: secrets are not sent there | "},
	};
	struct cred_case c;
	case_begin(&c, NULL, 0);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		CHECK_STR(gcs_got_of(&c, t[i].json), t[i].said);
		const char *end = strrchr(c.err.where, '/');
		CHECK_STR(end ? end : "", "/cred.json");
		case_secrets(&c, secrets);
	}
	case_set(&c, "GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/cred.json");
	CHECK(strstr(gcs_got(&c), "usage: GOOGLE_APPLICATION_CREDENTIALS: ") != NULL);
	CHECK_STR(c.err.where, "/nowhere/cred.json");
	CHECK_STR(c.err.hint,
		"set it to a file of credentials in JSON, or unset it and run `gcloud auth "
		"application-default login`");
	CHECK_INT(c.n, 0);
	case_end(&c);
}

/* ---- memory ---- */

void test_cred_gcs_file__allocation_failure(void)
{
	struct cred_case c;
	case_begin(&c, good, 1);
	CHECK_STR(gcs_got_of(&c, account(&c, RSA_PKCS8)), "bearer - - ya29.token");
	test_every_alloc(gcs_alloc, &c);
	CHECK_STR(gcs_got_of(&c, login(&c)), "bearer - - ya29.token");
	test_every_alloc(gcs_alloc, &c);
	case_end(&c);
}
