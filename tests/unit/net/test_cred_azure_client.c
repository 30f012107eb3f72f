/* Client secrets, certificates and workload identity. */
#include "azure_case.h"
#include "rsa_case.h"

#define TENANT "72f988bf-86f1-41af-91ab-2d7cd011db47"
#define PATH "/" TENANT "/oauth2/v2.0/token"
#define LOGIN                                                                                      \
	"check AZURE_TENANT_ID, AZURE_CLIENT_ID and what goes with them: the server's word says "  \
	"which"

static const struct cred_reply good[] = {
	REPLY(PATH, "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"ext_expires_in\":3599,"
		    "\"access_token\":\"eyJ.tok.en\"}")};

static const char *const secrets[] = {"s3cr3t~value", "eyJ.tok.en", "eyJ.workload", NULL};

static void begin(struct cred_case *c, const struct cred_reply *replies, size_t n)
{
	case_begin(c, replies, n);
	case_set(c, "AZURE_AUTHORITY_HOST", httpd_url(c->d, "/"));
	case_set(c, "AZURE_TENANT_ID", TENANT);
	case_set(c, "AZURE_CLIENT_ID", "client-1");
	case_set(c, "AZURE_TOKEN_CREDENTIALS", "prod");
}

/* ---- a secret ---- */

void test_cred_azure_client__secret(void)
{
	struct cred_case c;
	begin(&c, good, 1);
	case_set(&c, "AZURE_CLIENT_SECRET", "s3cr3t~value");
	CHECK_STR(azure_got(&c), "bearer - - eyJ.tok.en");
	CHECK_STR(c.cred.source, "the client secret of the environment");
	CHECK_INT(c.cred.expires, CASE_NOW + 3599000);
	CHECK_INT(c.n, 1);
	CHECK_STR(c.asked[0].method, "POST");
	CHECK_STR(c.asked[0].target, PATH);
	CHECK_STR(case_header(&c, 0, "content-type"), "application/x-www-form-urlencoded");
	CHECK_STR(c.asked[0].body,
		"client_secret=s3cr3t~value&grant_type=client_credentials&client_id=client-1&scope="
		"https%3A%2F%2Fstorage.azure.com%2F.default");
	case_secrets(&c, secrets);
	/* another scope, and a secret with everything in it */
	case_set(&c, "AZURE_CLIENT_SECRET", "a+b&c=d e%\xc3\xa4");
	struct cred_azure *a;
	CHECK_FATAL(
		cred_azure_open(&a,
			&(struct cred_azure_options){.context = c.x, .scope = "https://x/.default"},
			NULL) == MF_OK);
	CHECK_INT(cred_azure_get(a, NULL, &c.cred, NULL, NULL), MF_OK);
	CHECK_STR(case_form(c.asked[1].body, "client_secret"), "a+b&c=d e%\xc3\xa4");
	CHECK_STR(case_form(c.asked[1].body, "scope"), "https://x/.default");
	/* kept, until it is refused */
	struct cred again = CRED_INIT;
	CHECK_INT(cred_azure_get(a, NULL, &again, NULL, NULL), MF_OK);
	CHECK_INT(c.n, 2);
	CHECK_INT(cred_azure_get(a, &c.cred, &again, NULL, NULL), MF_OK);
	CHECK_INT(c.n, 3);
	cred_release(&again);
	cred_azure_free(a);
	case_end(&c);
}

void test_cred_azure_client__refusals(void)
{
#define SOURCE "the client secret of the environment: "
	static const struct {
		struct cred_reply reply;
		const char *said;
	} t[] = {
		{REFUSAL(PATH, 401,
			 "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: "
			 "Invalid "
			 "client secret s3cr3t~value provided.\\r\\nTrace ID: 1\"}"),
			"not_allowed: " SOURCE
			"status 401: invalid_client: AADSTS7000215: Invalid client "
			"secret *** provided. | " LOGIN},
		{REFUSAL(PATH, 400,
			 "{\"error\":\"invalid_request\",\"error_description\":\"\\u001b["
			 "31mred\"}"),
			"not_allowed: " SOURCE
			"status 400: invalid_request: \\x1b[31mred | " LOGIN},
		{REFUSAL(PATH, 403, "<html>Sorry</html>"),
			"not_allowed: " SOURCE "status 403 | " LOGIN},
		{REFUSAL(PATH, 500, "later\nplease"), "network: " SOURCE "status 500: later | "},
		{REPLY(PATH, ""), "corrupt: " SOURCE "the answer is not an object in JSON | "},
		{REPLY(PATH, "{\"access_token\":\"eyJ.tok.en\""),
			"corrupt: " SOURCE "the answer is not an object in JSON | "},
		{REPLY(PATH, "[\"eyJ.tok.en\"]"),
			"corrupt: " SOURCE "the answer is not an object in JSON | "},
		{REPLY(PATH, "{\"access_token\":null}"),
			"corrupt: " SOURCE "the answer has no “access_token” | "},
		{REPLY(PATH, "{\"access_token\":\"eyJ.tok.en\\r\\nX: y\"}"),
			"corrupt: " SOURCE
			"the answer has no “access_token” that could be sent | "},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct cred_case c;
		begin(&c, &t[i].reply, 1);
		case_set(&c, "AZURE_CLIENT_SECRET", "s3cr3t~value");
		CHECK_STR(azure_got(&c), t[i].said);
		CHECK_STR(c.err.where, httpd_url(c.d, PATH));
		CHECK_INT(c.err.http_status, c.err.code == MF_ECORRUPT ? 0 : t[i].reply.status);
		case_secrets(&c, secrets);
		case_end(&c);
	}
	/* nobody there, and a long answer */
	struct cred_case c;
	char text[3000] = "{\"error_description\":\"";
	memset(text + strlen(text), 'x', 2000);
	memcpy(text + strlen(text), "\"}", 3);
	const struct cred_reply longest = REFUSAL(PATH, 400, text);
	begin(&c, &longest, 1);
	case_set(&c, "AZURE_CLIENT_SECRET", "s3cr3t~value");
	CHECK(strstr(azure_got(&c), "xxx… | ") != NULL);
	CHECK(strlen(c.err.message) < 400);
	case_set(&c, "AZURE_AUTHORITY_HOST", textf("http://127.0.0.1:%d", httpd_closed_port()));
	CHECK(strstr(azure_got(&c), "network: " SOURCE) != NULL);
	CHECK(c.err.where[0]);
	case_end(&c);
}

void test_cred_azure_client__endpoints(void)
{
	static const char *const hosts[] = {"http://login.example", "http://127.0.0.1.evil.example",
		"http://127.0.0.1@evil.example", "http://localhost.evil", "ftp://127.0.0.1",
		"http://127.0.0.1\\@evil", "https://", "http://[::1].evil/", "https://a b"};
	struct cred_case c;
	begin(&c, good, 1);
	case_set(&c, "AZURE_CLIENT_SECRET", "s3cr3t~value");
	for (size_t i = 0; i < ARRAY_SIZE(hosts); i++) {
		case_set(&c, "AZURE_AUTHORITY_HOST", hosts[i]);
		CHECK_STR(azure_got(&c), "usage: AZURE_AUTHORITY_HOST is not an https URL | ");
	}
	case_set(&c, "AZURE_AUTHORITY_HOST", httpd_url(c.d, "//"));
	case_set(&c, "AZURE_TENANT_ID", "a/../b");
	CHECK_STR(azure_got(&c), "usage: AZURE_TENANT_ID is malformed | it is an id like "
				 "72f988bf-86f1-41af-91ab-2d7cd011db47, or a domain");
	CHECK_INT(c.n, 0);
	case_set(&c, "AZURE_TENANT_ID", TENANT);
	CHECK_STR(azure_got(&c), "bearer - - eyJ.tok.en");
	case_end(&c);
}

/* ---- a certificate ---- */

static int64_t number(const char *json, const char *name)
{
	const char *p = strstr(json, textf("\"%s\":", name));
	return p ? strtoll(p + strlen(name) + 3, NULL, 10) : -1;
}

static void check_assertion(struct cred_case *c)
{
	struct buf header = BUF_INIT(1 << 16), claims = BUF_INIT(1 << 16);
	const char *jwt = case_form(c->asked[0].body, "client_assertion");
	CHECK_STR(case_form(c->asked[0].body, "client_assertion_type"),
		"urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
	CHECK_STR(case_form(c->asked[0].body, "grant_type"), "client_credentials");
	CHECK_STR(case_form(c->asked[0].body, "client_secret"), "");
	CHECK(rsa_token(jwt, &header, &claims));
	CHECK_STR(header.p,
		"{\"alg\":\"RS256\",\"typ\":\"JWT\",\"x5t\":\"vjOq-zA1AT7Cgo6qrZrGre55cMc\","
		"\"x5t#S256\":\"o_eQ5eEYe6sd6_GsATlWyJzJfNbNF1hurHxjx3nVZtM\"}");
	CHECK(strstr(claims.p, textf("\"aud\":\"%s\"", httpd_url(c->d, PATH))) != NULL);
	CHECK(strstr(claims.p, "\"iss\":\"client-1\",\"sub\":\"client-1\"") != NULL);
	CHECK_INT(number(claims.p, "iat"), CASE_NOW / 1000);
	CHECK_INT(number(claims.p, "nbf"), CASE_NOW / 1000);
	CHECK_INT(number(claims.p, "exp"), CASE_NOW / 1000 + 600);
	const char *jti = strstr(claims.p, "\"jti\":\"");
	CHECK_INT(jti ? strspn(jti + 7, "0123456789abcdef") : 0, 32);
	buf_release(&header);
	buf_release(&claims);
}

void test_cred_azure_client__certificate(void)
{
	struct cred_case c;
	const char *dir = test_dir();
	begin(&c, good, 1);
	test_write(dir, "plain.pem", RSA_PKCS8 RSA_CERTIFICATE);
	test_write(dir, "locked.pem", RSA_CERTIFICATE RSA_PKCS8_ENCRYPTED);
	test_write(dir, "key.pem", RSA_PKCS8);
	test_write(dir, "cert.pem", RSA_CERTIFICATE);
	test_write(dir, "cert.pfx", "\x30\x82\x01");
	case_set(&c, "AZURE_CLIENT_CERTIFICATE_PATH", "plain.pem");
	c.x.cwd = dir;
	CHECK_STR(azure_got(&c), "bearer - - eyJ.tok.en");
	CHECK_STR(c.cred.source, "the client certificate of the environment");
	check_assertion(&c);
	case_set(&c, "AZURE_CLIENT_CERTIFICATE_PATH", textf("%s/locked.pem", dir));
	case_set(&c, "AZURE_CLIENT_CERTIFICATE_PASSWORD", RSA_PASSWORD);
	CHECK_STR(azure_got(&c), "bearer - - eyJ.tok.en");
	check_assertion(&c);
#define FILE_OF "the certificate of AZURE_CLIENT_CERTIFICATE_PATH: "
	static const char *const t[][3] = {
		{"locked.pem", "wrong",
			"corrupt: " FILE_OF
			"the private key is encrypted, and the password does not open "
			"it | set AZURE_CLIENT_CERTIFICATE_PASSWORD to its password"},
		{"locked.pem", "",
			"corrupt: " FILE_OF
			"the private key is encrypted, and no password is given | set "
			"AZURE_CLIENT_CERTIFICATE_PASSWORD to its password"},
		{"key.pem", "", "corrupt: " FILE_OF "there is no certificate in PEM form | "},
		{"cert.pem", "", "corrupt: " FILE_OF "there is no private key in PEM form | "},
		{"cert.pfx", "",
			"unsupported: " FILE_OF "it is not in PEM form; PKCS#12 is not supported"},
		{"none.pem", "", "usage: " FILE_OF},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		case_set(&c, "AZURE_CLIENT_CERTIFICATE_PATH", t[i][0]);
		case_set(&c, "AZURE_CLIENT_CERTIFICATE_PASSWORD", t[i][1]);
		const char *said = azure_got(&c);
		CHECK_STR(strstr(t[i][2], " | ") ? said : textf("%.*s", (int)strlen(t[i][2]), said),
			t[i][2]);
		CHECK_STR(c.err.where, textf("%s/%s", dir, t[i][0]));
		CHECK_INT(c.n, 0);
	}
	case_end(&c);
}

/* ---- workload identity ---- */

void test_cred_azure_client__workload(void)
{
	struct cred_case c;
	const char *dir = test_dir();
	begin(&c, good, 1);
	test_write(dir, "token", "eyJ.workload.1\n");
	case_set(&c, "AZURE_FEDERATED_TOKEN_FILE", textf("%s/token", dir));
	CHECK_STR(azure_got(&c), "bearer - - eyJ.tok.en");
	CHECK_STR(c.cred.source, "workload identity");
	CHECK_STR(c.asked[0].body,
		"client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-"
		"bearer&"
		"client_assertion=eyJ.workload.1&grant_type=client_credentials&client_id=client-1&"
		"scope=https%3A%2F%2Fstorage.azure.com%2F.default");
	case_secrets(&c, secrets);
	/* read anew each time */
	struct cred_azure *a;
	CHECK_FATAL(cred_azure_open(&a, &(struct cred_azure_options){.context = c.x}, NULL) == 0);
	CHECK_INT(cred_azure_get(a, NULL, &c.cred, NULL, NULL), MF_OK);
	test_write(dir, "token", "eyJ.workload.2");
	struct cred again = CRED_INIT;
	CHECK_INT(cred_azure_get(a, &c.cred, &again, NULL, NULL), MF_OK);
	CHECK_STR(case_form(c.asked[c.n - 1].body, "client_assertion"), "eyJ.workload.2");
	cred_release(&again);
	cred_azure_free(a);
	test_write(dir, "token", " \n");
	CHECK_STR(azure_got(&c),
		"corrupt: workload identity: the file does not hold a token | "
		"AZURE_FEDERATED_TOKEN_FILE is written by the cluster's workload identity");
	test_write(dir, "token", "two tokens");
	CHECK(strstr(azure_got(&c), "corrupt: workload identity: the file does not hold a token") !=
		NULL);
	case_set(&c, "AZURE_FEDERATED_TOKEN_FILE", textf("%s/none", dir));
	CHECK(strstr(azure_got(&c), "usage: workload identity: ") != NULL);
	CHECK_STR(c.err.where, textf("%s/none", dir));
	case_end(&c);
}

/* ---- memory ---- */

void test_cred_azure_client__allocation_failure(void)
{
	struct cred_case c;
	const char *dir = test_dir();
	begin(&c, good, 1);
	test_write(dir, "token", "eyJ.workload.1\n");
	test_write(dir, "plain.pem", RSA_PKCS8 RSA_CERTIFICATE);
	case_set(&c, "AZURE_CLIENT_CERTIFICATE_PATH", "plain.pem");
	c.x.cwd = dir;
	test_every_alloc(azure_alloc, &c);
	case_set(&c, "AZURE_CLIENT_CERTIFICATE_PATH", "");
	case_set(&c, "AZURE_FEDERATED_TOKEN_FILE", "token");
	test_every_alloc(azure_alloc, &c);
	case_end(&c);
}
