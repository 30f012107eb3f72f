/* covers: clientlib/net/cred_azure_cli.c */
#include "azure_case.h"

#define TOKEN "{\"access_token\":\"ey.machine\",\"expires_on\":\"1795266000\",\"resource\":\"r\"}"
#define IMDS "/metadata/identity/oauth2/token"
#define ASSIGNED "check that the identity is assigned here, and AZURE_CLIENT_ID if it is set"

static const char *const secrets[] = {"id-header", "ey.machine", "ey.cli", NULL};

static void begin(struct cred_case *c, const struct cred_reply *replies, size_t n)
{
	case_begin(c, replies, n);
	case_set(c, "PATH", "/nowhere");
}

/* ---- endpoints that the environment names ---- */

void test_cred_azure_machine__app_service(void)
{
	static const struct cred_reply r[] = {REPLY("/msi/token", TOKEN)};
	struct cred_case c;
	begin(&c, r, 1);
	case_set(&c, "IDENTITY_ENDPOINT", httpd_url(c.d, "/msi/token"));
	case_set(&c, "IDENTITY_HEADER", "id-header");
	CHECK_STR(azure_got(&c), "bearer - - ey.machine");
	CHECK_STR(c.cred.source, "managed identity");
	CHECK_INT(c.cred.expires, CASE_NOW + 3600000);
	CHECK_STR(c.asked[0].method, "GET");
	CHECK_STR(c.asked[0].target,
		"/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fstorage.azure.com%2F");
	CHECK_STR(case_header(&c, 0, "X-IDENTITY-HEADER"), "id-header");
	CHECK_STR(case_header(&c, 0, "Metadata"), "");
	case_secrets(&c, secrets);
	case_set(&c, "AZURE_CLIENT_ID", "user-1");
	case_set(&c, "IDENTITY_ENDPOINT", httpd_url(c.d, "/msi/token?a=b"));
	CHECK_STR(azure_got(&c), "bearer - - ey.machine");
	CHECK_STR(c.asked[0].target, "/msi/token?a=b&api-version=2019-08-01&resource=https%3A%2F%2F"
				     "storage.azure.com%2F&client_id=user-1");
	case_end(&c);
}

void test_cred_azure_machine__app_service_refuses(void)
{
	static const struct cred_reply r[] = {REFUSAL("/msi/token", 400,
		"{\"statusCode\":400,\"message\":\"No identity, whatever id-header says\"}")};
	struct cred_case c;
	begin(&c, r, 1);
	case_set(&c, "IDENTITY_ENDPOINT", httpd_url(c.d, "/msi/token"));
	case_set(&c, "IDENTITY_HEADER", "id-header");
	CHECK_STR(azure_got(&c),
		"not_allowed: managed identity: status 400: No identity, whatever *** "
		"says | " ASSIGNED);
	case_secrets(&c, secrets);
	/* what would need more of us */
	case_set(&c, "IDENTITY_SERVER_THUMBPRINT", "x");
	CHECK(strstr(azure_got(&c),
		      "unsupported: the managed identity of Service Fabric is not supported | ") !=
		NULL);
	case_set(&c, "IDENTITY_HEADER", "");
	case_set(&c, "IMDS_ENDPOINT", "http://localhost:1");
	CHECK(strstr(azure_got(&c),
		      "unsupported: the managed identity of Azure Arc is not supported | ") !=
		NULL);
	case_set(&c, "IMDS_ENDPOINT", "");
	CHECK_STR(azure_got(&c), "usage: IDENTITY_ENDPOINT is set without IDENTITY_HEADER | ");
	case_end(&c);
}

void test_cred_azure_machine__msi(void)
{
	static const struct cred_reply r[] = {REPLY("/msi", TOKEN)};
	struct cred_case c;
	begin(&c, r, 1);
	case_set(&c, "MSI_ENDPOINT", httpd_url(c.d, "/msi"));
	CHECK_STR(azure_got(&c), "bearer - - ey.machine");
	CHECK_STR(c.asked[0].method, "POST");
	CHECK_STR(c.asked[0].body, "resource=https%3A%2F%2Fstorage.azure.com%2F");
	CHECK_STR(case_header(&c, 0, "Metadata"), "true");
	case_set(&c, "MSI_SECRET", "id-header");
	case_set(&c, "AZURE_CLIENT_ID", "user-1");
	CHECK_STR(azure_got(&c), "bearer - - ey.machine");
	CHECK_STR(c.asked[0].method, "GET");
	CHECK_STR(c.asked[0].target, "/msi?api-version=2017-09-01&resource=https%3A%2F%2F"
				     "storage.azure.com%2F&clientid=user-1");
	CHECK_STR(case_header(&c, 0, "secret"), "id-header");
	case_secrets(&c, secrets);
	case_end(&c);
}

/* ---- instance metadata ---- */

void test_cred_azure_machine__metadata(void)
{
	static const struct cred_reply r[] = {REPLY(IMDS, TOKEN)};
	struct cred_case c;
	begin(&c, r, 1);
	case_set(&c, "AZURE_POD_IDENTITY_AUTHORITY_HOST", httpd_url(c.d, "/"));
	CHECK_STR(azure_got(&c), "bearer - - ey.machine");
	CHECK_INT(c.n, 1);
	CHECK_STR(c.asked[0].target, IMDS "?api-version=2018-02-01&resource=https%3A%2F%2F"
					  "storage.azure.com%2F");
	CHECK_STR(case_header(&c, 0, "Metadata"), "true");
	CHECK_INT(c.cred.expires, CASE_NOW + 3600000);
	case_set(&c, "AZURE_CLIENT_ID", "user-1");
	CHECK_STR(azure_got(&c), "bearer - - ey.machine");
	CHECK_STR(case_form(c.asked[0].target, "client_id"), "user-1");
	case_end(&c);
}

/* The real address, which the test's server stands in for as a proxy. */
void test_cred_azure_machine__probe(void)
{
#define ADDRESS "http://169.254.169.254" IMDS
	static const struct cred_reply there[] = {
		REFUSAL(IMDS, 400, "{\"error\":\"invalid_request\"}"), REPLY(IMDS, TOKEN)};
	static const struct cred_reply none[] = {
		REFUSAL(IMDS, 400, ""), REFUSAL(IMDS, 400,
						"{\"error\":\"invalid_request\",\"error_"
						"description\":\"Identity not found\"}")};
	static const struct cred_reply other[] = {REPLY(IMDS, "<html>Log in</html>")};
	static const struct cred_reply docker[] = {REFUSAL(IMDS, 403, "address is unreachable")};
	static const struct cred_reply broken[] = {REFUSAL(IMDS, 400, ""), REFUSAL(IMDS, 500, "")};
	static const char nothing[] = "not_allowed: no credentials for Azure have been found | ";
	static const struct {
		const struct cred_reply *replies;
		size_t n, asked;
		const char *said;
	} t[] = {
		{there, 2, 2, "bearer - - ey.machine"},
		{none, 2, 2,
			"not_allowed: managed identity: status 400: invalid_request: Identity not "
			"found | " ASSIGNED},
		{other, 1, 2, "corrupt: managed identity: the answer is not an object in JSON | "},
		{docker, 1, 1, nothing},
		{broken, 2, 2, "network: managed identity: status 500 | "},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct cred_case c;
		begin(&c, t[i].replies, t[i].n);
		case_stand_in(&c, true);
		const char *said = azure_got(&c);
		case_stand_in(&c, false);
		CHECK_STR(textf("%.*s", (int)strlen(t[i].said), said), t[i].said);
		CHECK_INT(c.n, t[i].asked);
		CHECK_STR(c.asked[0].target, ADDRESS);
		CHECK_STR(case_header(&c, 0, "Metadata"), "");
		if (c.n > 1)
			CHECK_STR(case_header(&c, 1, "Metadata"), "true");
		case_end(&c);
	}
}

/* The next source is asked, and what was said before is told when there is none. */
void test_cred_azure_machine__passed_over(void)
{
	static const struct cred_reply r[] = {
		REFUSAL(IMDS, 400, "{\"error_description\":\"Identity not found\"}")};
	struct cred_case c;
	begin(&c, r, 1);
	case_set(&c, "AZURE_POD_IDENTITY_AUTHORITY_HOST", httpd_url(c.d, ""));
	CHECK_STR(azure_got(&c),
		"not_allowed: managed identity: status 400: Identity not found | " ASSIGNED);
	case_program(
		&c, "az", "echo '{\"accessToken\": \"ey.cli\", \"expires_on\": 1795266000}'\n");
	CHECK_STR(azure_got(&c), "bearer - - ey.cli");
	case_end(&c);
}

/* ---- Azure CLI ---- */

void test_cred_azure_machine__cli(void)
{
	struct cred_case c;
	begin(&c, NULL, 0);
	case_set(&c, "AZURE_TOKEN_CREDENTIALS", "AzureCliCredential");
	case_program(&c, "az",
		"[ \"$*\" = 'account get-access-token --output json --resource "
		"https://storage.azure.com' ] || exit 9\n"
		"echo '{\"accessToken\": \"ey.cli\", \"expiresOn\": \"2026-11-21 13:00:00.000000\","
		" \"expires_on\": 1795269600, \"tokenType\": \"Bearer\"}'\n");
	CHECK_STR(azure_got(&c), "bearer - - ey.cli");
	CHECK_STR(c.cred.source, "Azure CLI");
	CHECK_INT(c.cred.expires, CASE_NOW + 7200000);
	/* what older versions print is the local time */
	const char *tz = getenv("TZ");
	setenv("TZ", "UTC-2", 1);
	case_program(&c, "az",
		"echo '{\"accessToken\": \"ey.cli\", \"expiresOn\": \"2026-11-21 "
		"15:00:00.123456\"}'\n");
	CHECK_STR(azure_got(&c), "bearer - - ey.cli");
	CHECK_INT(c.cred.expires, CASE_NOW + 3600123);
	if (tz)
		setenv("TZ", textf("%s", tz), 1);
	else
		unsetenv("TZ");
	case_program(&c, "az", "echo '{\"accessToken\": \"ey.cli\"}'\n");
	CHECK_STR(azure_got(&c), "bearer - - ey.cli");
	CHECK_INT(c.cred.expires, MF_NO_TIME);
	CHECK_INT(c.n, 0);
	case_end(&c);
}

void test_cred_azure_machine__cli_refuses(void)
{
	struct cred_case c;
	begin(&c, NULL, 0);
	case_set(&c, "AZURE_TOKEN_CREDENTIALS", "AzureCliCredential");
	case_program(
		&c, "az", "echo \"ERROR: Please run 'az login' to setup account.\" >&2\nexit 1\n");
	CHECK(strstr(azure_got(&c), "not_allowed: Azure CLI: ") != NULL);
	CHECK(strstr(c.err.message, "Please run 'az login' to setup account.") != NULL);
	CHECK_STR(c.err.hint, "run `az login`");
	case_program(&c, "az", "echo '{\"accessToken\": \"ey.cli\"'\n");
	CHECK_STR(azure_got(&c),
		"corrupt: Azure CLI: `az account get-access-token` printed no token | "
		"run it by itself; `az login` may help");
	case_secrets(&c, secrets);
	case_program(&c, "az", "echo '{\"accessToken\": \"\"}'\n");
	CHECK(strstr(azure_got(&c), "corrupt: Azure CLI: ") != NULL);
	case_end(&c);
}

/* ---- memory ---- */

void test_cred_azure_machine__allocation_failure(void)
{
	static const struct cred_reply r[] = {REPLY("/msi/token", TOKEN)};
	struct cred_case c;
	begin(&c, r, 1);
	case_set(&c, "IDENTITY_ENDPOINT", httpd_url(c.d, "/msi/token"));
	case_set(&c, "IDENTITY_HEADER", "id-header");
	test_every_alloc(azure_alloc, &c);
	case_end(&c);
}
