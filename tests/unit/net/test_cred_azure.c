/* covers: clientlib/net/cred_azure_storage.c */
#include "azure_case.h"

#define KEY "c2VjcmV0LWtleS1vZi10aGUtYWNjb3VudA=="

static const char *endpoint(struct cred_case *c)
{
	struct cred_azure *a = NULL;
	CHECK_INT(cred_azure_open(&a, &(struct cred_azure_options){.context = c->x}, NULL), MF_OK);
	const char *e = a ? cred_azure_endpoint(a) : NULL;
	e = e ? textf("%s", e) : "-";
	cred_azure_free(a);
	return e;
}

/* ---- connection strings ---- */

void test_cred_azure__connection_strings(void)
{
	static const struct {
		const char *text, *got, *endpoint;
	} t[] = {
		{"DefaultEndpointsProtocol=https;AccountName=acc;AccountKey=" KEY
		 ";EndpointSuffix=core.windows.net",
			"shared key acc " KEY " -", "https://acc.blob.core.windows.net"},
		{"accountname=acc;ACCOUNTKEY=" KEY ";;", "shared key acc " KEY " -",
			"https://acc.blob.core.windows.net"},
		{"DefaultEndpointsProtocol=http;AccountName=acc;AccountKey=" KEY
		 ";EndpointSuffix=core.chinacloudapi.cn",
			"shared key acc " KEY " -", "http://acc.blob.core.chinacloudapi.cn"},
		{"AccountName=acc;AccountKey=" KEY
		 ";BlobEndpoint=https://127.0.0.1:10000/acc/;QueueEndpoint=x=y",
			"shared key acc " KEY " -", "https://127.0.0.1:10000/acc"},
		{"BlobEndpoint=https://"
		 "acc.blob.core.windows.net;SharedAccessSignature=?sv=2022-11-02&"
		 "se=2026-11-22T00%3A00%3A00Z&sig=a%2Bb%3D",
			"sas - - sv=2022-11-02&se=2026-11-22T00%3A00%3A00Z&sig=a%2Bb%3D",
			"https://acc.blob.core.windows.net"},
		{"UseDevelopmentStorage=true",
			"shared key devstoreaccount1 "
			"Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/"
			"K1SZFPTOtr/KBHBeksoGMGw== -",
			"http://127.0.0.1:10000/devstoreaccount1"},
	};
	struct cred_case c;
	case_begin(&c, NULL, 0);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		case_set(&c, "AZURE_STORAGE_CONNECTION_STRING", t[i].text);
		CHECK_STR(azure_got(&c), t[i].got);
		CHECK_STR(c.cred.source, "AZURE_STORAGE_CONNECTION_STRING");
		CHECK_STR(endpoint(&c), t[i].endpoint);
		CHECK_INT(c.cred.expires,
			c.cred.kind == CRED_SAS ? CASE_NOW + 12 * 3600 * 1000 : MF_NO_TIME);
	}
	CHECK_INT(c.n, 0);
	case_end(&c);
}

void test_cred_azure__malformed_connection_strings(void)
{
#define V "AZURE_STORAGE_CONNECTION_STRING"
	static const struct {
		const char *text, *got;
	} t[] = {
		{"hello", "usage: " V " has a part without “=” | it looks like "
			  "DefaultEndpointsProtocol=https;AccountName=…;AccountKey=…"},
		{"AccountKey=" KEY,
			"usage: " V " names neither AccountName nor BlobEndpoint | copy the whole "
			"connection string from the portal, or with `az storage account "
			"show-connection-string`"},
		{"BlobEndpoint=https://a;AccountKey=" KEY,
			"usage: " V " has AccountKey without AccountName | "},
		{"AccountName=acc;AccountKey=secret!",
			"usage: " V
			": the account's key is not base64 | copy it whole, with the “=” at "
			"its end"},
		{"AccountName=acc;AccountKey=",
			"usage: " V
			": the account's key is not base64 | copy it whole, with the “=” at "
			"its end"},
		{"AccountName=evil.example/;AccountKey=" KEY,
			"usage: " V
			": the account's name is malformed | it has letters and digits only"},
		{"AccountName=acc;EndpointSuffix=core@evil;AccountKey=" KEY,
			"usage: " V ": EndpointSuffix is malformed | "},
		{"AccountName=acc;DefaultEndpointsProtocol=ftp",
			"usage: " V ": DefaultEndpointsProtocol is neither https nor http | "},
		{"AccountName=acc;BlobEndpoint=acc.blob.core.windows.net",
			"usage: " V ": BlobEndpoint is not a URL | "},
	};
	struct cred_case c;
	struct cred_azure *a;
	case_begin(&c, NULL, 0);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		case_set(&c, V, t[i].text);
		CHECK_STR(azure_got(&c), t[i].got);
		case_secrets(&c, (const char *const[]){KEY, "secret!", NULL});
		CHECK_INT(cred_azure_open(&a, &(struct cred_azure_options){.context = c.x}, NULL),
			MF_EUSAGE);
	}
	case_end(&c);
}

/* ---- keys and signatures ---- */

void test_cred_azure__keys(void)
{
	struct cred_case c;
	case_begin(&c, NULL, 0);
	case_set(&c, "AZURE_STORAGE_ACCOUNT", "acc");
	case_set(&c, "AZURE_STORAGE_ACCOUNT_KEY", KEY);
	CHECK_STR(azure_got(&c), "shared key acc " KEY " -");
	CHECK_STR(c.cred.source, "AZURE_STORAGE_ACCOUNT_KEY");
	CHECK_STR(endpoint(&c), "https://acc.blob.core.windows.net");
	case_set(&c, "AZURE_STORAGE_KEY", "YWJj");
	CHECK_STR(azure_got(&c), "shared key acc YWJj -");
	case_set(&c, "AZURE_STORAGE_KEY", "abc");
	CHECK_STR(azure_got(&c),
		"usage: AZURE_STORAGE_KEY: the account's key is not base64 | copy it whole, "
		"with the “=” at its end");
	case_set(&c, "AZURE_STORAGE_KEY", "YWJj");
	case_set(&c, "AZURE_STORAGE_ACCOUNT", "");
	CHECK_STR(azure_got(&c),
		"usage: AZURE_STORAGE_KEY is set without AZURE_STORAGE_ACCOUNT | set "
		"AZURE_STORAGE_ACCOUNT to the account's name");
	CHECK_STR(endpoint(&c), "-");
	case_set(&c, "AZURE_STORAGE_ACCOUNT", "a.evil.example#");
	CHECK_STR(azure_got(&c),
		"usage: AZURE_STORAGE_ACCOUNT: the account's name is malformed | it has "
		"letters and digits only");
	case_end(&c);
}

void test_cred_azure__signatures(void)
{
	static const struct {
		const char *sas, *got;
		int64_t ends;
	} t[] = {
		{"sv=1&sig=abc", "sas - - sv=1&sig=abc", MF_NO_TIME},
		{"?sv=1&se=2026-11-21T13:00:00Z&sig=abc",
			"sas - - sv=1&se=2026-11-21T13:00:00Z&sig=abc", CASE_NOW + 3600000},
		{"se=2026-11-21T13%3a00Z", "sas - - se=2026-11-21T13%3a00Z", CASE_NOW + 3600000},
		{"se=2026-11-22&sig=abc", "sas - - se=2026-11-22&sig=abc", CASE_NOW + 12 * 3600000},
		{"se=someday&sig=abc", "sas - - se=someday&sig=abc", MF_NO_TIME},
		{"sig=se=1&use=2", "sas - - sig=se=1&use=2", MF_NO_TIME},
		{"sig=abc&se=2026-11-21T11%3A59%3A59Z",
			"not_allowed: AZURE_STORAGE_SAS_TOKEN: the shared access signature has "
			"ended at "
			"2026-11-21T11:59:59.000Z | make another one, in the portal or with `az "
			"storage "
			"container generate-sas`",
			0},
		{"sig=abc def",
			"usage: AZURE_STORAGE_SAS_TOKEN: the shared access signature is malformed "
			"| ",
			0},
		{"sig=abc\r\nHost: x",
			"usage: AZURE_STORAGE_SAS_TOKEN: the shared access signature is malformed "
			"| ",
			0},
		{"?", "usage: AZURE_STORAGE_SAS_TOKEN: the shared access signature is malformed | ",
			0},
	};
	struct cred_case c;
	case_begin(&c, NULL, 0);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		case_set(&c, "AZURE_STORAGE_SAS_TOKEN", t[i].sas);
		CHECK_STR(azure_got(&c), t[i].got);
		case_secrets(&c, (const char *const[]){"abc", NULL});
		if (c.err.code == MF_OK)
			CHECK_INT(c.cred.expires, t[i].ends);
	}
	case_end(&c);
}

/* ---- which are asked ---- */

void test_cred_azure__choice(void)
{
	struct cred_case c;
	case_begin(&c, NULL, 0);
	case_set(&c, "PATH", "/nowhere");
	/* none of these asks the network */
	case_set(&c, "AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential");
	CHECK_STR(azure_got(&c),
		"not_allowed: no credentials for Azure have been found | run `az login`, or "
		"set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or "
		"AZURE_STORAGE_CONNECTION_STRING");
	case_set(&c, "AZURE_CLIENT_SECRET", "s3cret");
	CHECK_STR(azure_got(&c),
		"usage: AZURE_CLIENT_SECRET is set without AZURE_TENANT_ID and "
		"AZURE_CLIENT_ID | set AZURE_TENANT_ID and AZURE_CLIENT_ID too, or run `az "
		"login`");
	case_set(&c, "AZURE_CLIENT_ID", "id");
	CHECK_STR(azure_got(&c), "usage: AZURE_CLIENT_SECRET is set without AZURE_TENANT_ID | set "
				 "AZURE_TENANT_ID and AZURE_CLIENT_ID too, or run `az login`");
	case_set(&c, "AZURE_TOKEN_CREDENTIALS", "DEV");
	CHECK(strstr(azure_got(&c), "not_allowed: no credentials for Azure") != NULL);
	case_set(&c, "AZURE_TOKEN_CREDENTIALS", "workloadidentitycredential");
	CHECK(strstr(azure_got(&c), "not_allowed: no credentials for Azure") != NULL);
	case_set(&c, "AZURE_FEDERATED_TOKEN_FILE", "/x");
	CHECK(strstr(azure_got(&c),
		      "usage: AZURE_FEDERATED_TOKEN_FILE is set without AZURE_TENANT_ID") != NULL);
	case_set(&c, "AZURE_TOKEN_CREDENTIALS", "BrokerCredential");
	CHECK(strstr(azure_got(&c), "usage: AZURE_TOKEN_CREDENTIALS names a credential that is not "
				    "supported | prod, dev, ") != NULL);
	/* storage's own variables are no matter of it */
	case_set(&c, "AZURE_TOKEN_CREDENTIALS", "dev");
	case_set(&c, "AZURE_STORAGE_SAS_TOKEN", "sig=1");
	CHECK_STR(azure_got(&c), "sas - - sig=1");
	case_end(&c);
	cred_azure_free(NULL);
}

/* ---- memory ---- */

void test_cred_azure__allocation_failure(void)
{
	static const char *const vars[][2] = {
		{"AZURE_STORAGE_CONNECTION_STRING", "AccountName=acc;AccountKey=" KEY},
		{"AZURE_STORAGE_CONNECTION_STRING", "UseDevelopmentStorage=true"},
		{"AZURE_STORAGE_CONNECTION_STRING",
			"BlobEndpoint=https://a;SharedAccessSignature=se=2027-01-01"},
		{"AZURE_STORAGE_SAS_TOKEN", "sig=1"},
	};
	struct cred_case c;
	case_begin(&c, NULL, 0);
	for (size_t i = 0; i < ARRAY_SIZE(vars); i++) {
		case_set(&c, "AZURE_STORAGE_CONNECTION_STRING", NULL);
		case_set(&c, vars[i][0], vars[i][1]);
		test_every_alloc(azure_alloc, &c);
	}
	case_end(&c);
}
