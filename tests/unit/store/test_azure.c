#include "store_case.h"

#define BOM "\xef\xbb\xbf"
#define LIST(inner)                                                                                \
	BOM "<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults "                       \
	    "ServiceEndpoint=\"http://acc/\" ContainerName=\"box\">" inner "</EnumerationResults>"
#define ERROR(code, message)                                                                       \
	BOM "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>" code                         \
	    "</Code><Message>" message                                                             \
	    "\nRequestId:11f3\nTime:2026-11-21T12:00:00Z</Message></Error>"

/* The signature of a request that was seen, made anew from what has arrived. */
static void check_signature(struct store_case *c, size_t i)
{
	static const char *const names[] = {
		"x-ms-range", "If-Match", "If-None-Match", "x-ms-date", "x-ms-version"};
	const char *line = sc_line(c, i) + strlen("GET "), *query = strchrnul(line, '?');
	struct sign_pair pairs[16], headers[ARRAY_SIZE(names)];
	char plain[2000];
	struct sign_request req = {.method = "GET",
		.host = sc_header(c, i, "Host"),
		.path = textf("%.*s", (int)(query - line), line),
		.query = pairs,
		.headers = headers};
	for (const char *p = query + (*query == '?'); *p;) {
		size_t n = strcspn(p, "&"), k = 0, eq = 0;
		for (size_t at = 0; at < n; at++, k++) {
			unsigned byte = (unsigned char)p[at];
			if (p[at] == '%' && sscanf(p + at + 1, "%2x", &byte) == 1)
				at += 2;
			else if (p[at] == '=' && !eq)
				eq = k;
			plain[k] = (char)byte;
		}
		pairs[req.n_query++] = (struct sign_pair){textf("%.*s", (int)eq, plain),
			textf("%.*s", (int)(k - eq - 1), plain + eq + 1)};
		p += n + (p[n] == '&');
	}
	for (size_t k = 0; k < ARRAY_SIZE(names); k++)
		if (*sc_header(c, i, names[k]))
			headers[req.n_headers++] = (struct sign_pair){
				names[k], textf("%s", sc_header(c, i, names[k]))};
	struct buf b = BUF_INIT(1 << 16);
	CHECK_INT(sign_azure(&b, &req, "acc", SC_AZURE_KEY, NULL), MF_OK);
	CHECK_STR(textf("Authorization: %s\n", sc_header(c, i, "Authorization")), b.p);
	buf_release(&b);
}

void test_azure__keys(void)
{
	static const struct {
		const char *root, *key, *wire;
	} t[] = {
		{"box/pre", "plain", "/acc/box/pre/plain"},
		{"box/pre", "a b", "/acc/box/pre/a%20b"},
		{"box/pre", "a+b=c&d?e#f", "/acc/box/pre/a%2Bb%3Dc%26d%3Fe%23f"},
		{"box/pre", "100%/%2F", "/acc/box/pre/100%25/%252F"},
		{"box/pre", "ü€😀", "/acc/box/pre/%C3%BC%E2%82%AC%F0%9F%98%80"},
		{"box/pre", "a//b/", "/acc/box/pre/a//b/"},
		{"box/pre", "./../x", "/acc/box/pre/./../x"},
		{"box/pre", "\x01\n\xff", "/acc/box/pre/%01%0A%FF"},
		{"box", "k", "/acc/box/k"},
		{"/box//a///b//", "k", "/acc/box/a/b/k"},
		{"$root/x y", "k", "/acc/%24root/x%20y/k"},
		{"box/box/pre", "k", "/acc/box/box/pre/k"},
	};
	static const struct sc_answer answers[] = {{.body = "x"}};
	static const char *const secrets[] = {SC_AZURE_KEY, NULL};
	struct store_case c;
	SC_BEGIN(&c, STORE_AZURE, answers);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		sc_open(&c, t[i].root);
		CHECK_STR(c.s->where, textf("azure://%s", t[i].root));
		CHECK_INT(sc_read(&c, t[i].key), MF_OK);
		CHECK_STR(sc_line(&c, i), textf("GET %s", t[i].wire));
		check_signature(&c, i);
		CHECK_STR(sc_header(&c, i, "x-ms-date"), "Sat, 21 Nov 2026 12:00:00 GMT");
		CHECK_STR(sc_header(&c, i, "x-ms-version"), "2021-12-02");
	}
	sc_secrets(&c, secrets);
	sc_end(&c);
}

void test_azure__endpoints(void)
{
	static const struct sc_answer answers[] = {{.body = "x"}};
	struct store_case c;
	SC_BEGIN(&c, STORE_AZURE, answers);
	/* without the account in its path, slashes at its end */
	sc_set(&c, "AZURE_STORAGE_BLOB_SERVICE_ENDPOINT", httpd_url(c.d, "//"));
	sc_open(&c, "box/pre");
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	CHECK_STR(sc_line(&c, 0), "GET /box/pre/k");
	check_signature(&c, 0);
	CHECK_STR(sc_who(&c),
		textf("AZURE_STORAGE_KEY, at %s (METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT)",
			httpd_url(c.d, "")));
	/* of the connection string */
	sc_again(&c);
	sc_set(&c, "AZURE_STORAGE_BLOB_SERVICE_ENDPOINT", NULL);
	sc_env(&c, "AZURE_STORAGE_CONNECTION_STRING",
		textf("AccountName=acc;AccountKey=" SC_AZURE_KEY ";BlobEndpoint=%s/acc",
			httpd_url(c.d, "")));
	sc_open(&c, "box/pre");
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	CHECK_STR(sc_line(&c, 0), "GET /acc/box/pre/k");
	CHECK(strstr(sc_who(&c), "(AZURE_STORAGE_CONNECTION_STRING or AZURE_STORAGE_ACCOUNT)") !=
		NULL);
	/* none */
	sc_again(&c);
	sc_env(&c, "AZURE_STORAGE_CONNECTION_STRING", NULL);
	sc_env(&c, "AZURE_STORAGE_ACCOUNT", NULL);
	CHECK_INT(sc_try(&c, "box/pre"), MF_EUSAGE);
	CHECK_STR(c.err.message,
		"the data is in Azure, and no setting says in which storage account");
	CHECK_STR(c.err.hint, "METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT=https://"
			      "ACCOUNT.blob.core.windows.net");
	/* none that could be one */
	static const char *const bad[] = {
		"acc.blob.core.windows.net", "ftp://acc", "http://", "https:///", "x://", "//acc"};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		sc_set(&c, "AZURE_STORAGE_BLOB_SERVICE_ENDPOINT", bad[i]);
		CHECK_INT(sc_try(&c, "box/pre"), MF_EUSAGE);
		CHECK_STR(c.err.message,
			textf("the Azure endpoint “%s” "
			      "(METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT) is no URL",
				bad[i]));
		CHECK_STR(c.err.hint, "it is like https://ACCOUNT.blob.core.windows.net");
	}
	/* a signature belongs elsewhere, and is not shown */
	sc_set(&c, "AZURE_STORAGE_BLOB_SERVICE_ENDPOINT",
		"https://acc.blob.core.windows.net/?sv=2021&sig=secretsig");
	CHECK_INT(sc_try(&c, "box/pre"), MF_EUSAGE);
	sc_secrets(&c, (const char *const[]){"secretsig", NULL});
	/* no container */
	sc_set(&c, "AZURE_STORAGE_BLOB_SERVICE_ENDPOINT", httpd_url(c.d, ""));
	CHECK_INT(sc_try(&c, "//"), MF_EUSAGE);
	CHECK_STR(c.err.message, "“//” names no bucket");
	sc_end(&c);
}

void test_azure__ranges(void)
{
	static const struct sc_answer answers[] = {
		{.body = "hello world",
			.headers =
				"ETag: \"0x8D\"\r\nLast-Modified: Sat, 21 Nov 2026 11:59:59 GMT\r\n"
				"x-ms-meta-metaflow_user_attributes: {\"cas_raw\": false}\r\n"
				"x-ms-meta-metaflow-user-attributes: no\r\n"},
		{.status = 206,
			.body = "llo",
			.headers = "Content-Range: bytes 2-4/11\r\nETag: \"0x8D\"\r\n"},
		{.status = 200, .body = "hello world"},
		{.status = 416,
			.body = ERROR("InvalidRange", "The range specified is invalid"),
			.headers = "Content-Range: bytes */11\r\n"},
		{.status = 206, .body = "", .headers = "Content-Range: bytes 11-11/11\r\n"},
		{.status = 412, .body = ERROR("ConditionNotMet", "The condition")},
		{.status = 304}};
	struct store_case c;
	SC_BEGIN(&c, STORE_AZURE, answers);
	sc_open(&c, "box/pre");
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	CHECK_STR(c.got.p, "hello world");
	CHECK_INT(c.get.info.size, 11);
	CHECK_STR(c.get.info.etag, "\"0x8D\"");
	CHECK_STR(c.get.info.attributes, "{\"cas_raw\": false}");
	CHECK_INT(c.get.info.modified, SC_NOW - 1000);
	CHECK_STR(sc_header(&c, 0, "Range"), "");
	CHECK_STR(sc_header(&c, 0, "x-ms-range"), "");
	CHECK_INT(
		sc_get(&c,
			(struct store_get){.key = "k", .from = 2, .n = 3, .if_match = "\"0x8D\""}),
		MF_OK);
	CHECK_STR(c.got.p, "llo");
	CHECK_INT(c.get.info.size, 11);
	CHECK_STR(c.get.info.attributes, "");
	CHECK_STR(sc_header(&c, 1, "x-ms-range"), "bytes=2-4");
	CHECK_STR(sc_header(&c, 1, "If-Match"), "\"0x8D\"");
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .from = 2}), MF_ECORRUPT);
	CHECK_INT(c.got.n, 0);
	CHECK_STR(sc_header(&c, 2, "x-ms-range"), "bytes=2-");
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .from = 11}), STORE_END);
	CHECK_INT(c.get.info.size, 11);
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .from = 11}), STORE_END);
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .if_match = "\"old\""}), MF_ECORRUPT);
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .if_none_match = "\"0x8D\""}),
		STORE_SAME);
	CHECK_STR(sc_header(&c, 6, "If-None-Match"), "\"0x8D\"");
	for (size_t i = 0; i < 7; i++)
		check_signature(&c, i);
	sc_end(&c);
}

/* ---- credentials ---- */

void test_azure__shared_access_signature(void)
{
	static const struct sc_answer answers[] = {{.body = "x"}, {.body = LIST("<Blobs/>")},
		{.status = 403,
			.body = ERROR("AuthenticationFailed",
				"Server failed to authenticate the request.")}};
	static const char sas[] = "sv=2021-12-02&ss=b&srt=co&sp=rl&sig=sEcReT%2Bsig%3D";
	static const char *const secrets[] = {"sEcReT", NULL};
	struct store_case c;
	SC_BEGIN(&c, STORE_AZURE, answers);
	sc_env(&c, "AZURE_STORAGE_KEY", NULL);
	sc_env(&c, "AZURE_STORAGE_SAS_TOKEN", sas);
	sc_open(&c, "box/pre");
	CHECK_INT(sc_read(&c, "a?b"), MF_OK);
	CHECK_STR(sc_line(&c, 0), textf("GET /acc/box/pre/a%%3Fb?%s", sas));
	CHECK_STR(sc_header(&c, 0, "Authorization"), "");
	CHECK_STR(sc_list(&c, (struct store_list){.prefix = "d/"}), "");
	CHECK_STR(sc_line(&c, 1),
		textf("GET "
		      "/acc/box?comp=list&delimiter=%%2F&prefix=pre%%2Fd%%2F&restype=container&%s",
			sas));
	CHECK_INT(sc_read(&c, "k"), MF_EACCESS);
	CHECK(strstr(c.err.hint, "sp=rl") != NULL);
	CHECK_INT(sc_seen(&c), 3);
	CHECK(c.trace.n > 0);
	sc_secrets(&c, secrets);
	CHECK(!strstr(sc_who(&c), "sEcReT"));
	/* nor where nothing was sent */
	sc_again(&c);
	c.config.offline = true;
	sc_open(&c, "box/pre");
	CHECK_INT(sc_read(&c, "k"), MF_ENETWORK);
	CHECK_STR(c.err.where, "azure://box/pre");
	sc_secrets(&c, secrets);
	/* nor where nobody is */
	sc_again(&c);
	c.config.offline = false;
	sc_set(&c, "AZURE_STORAGE_BLOB_SERVICE_ENDPOINT",
		textf("http://127.0.0.1:%d", httpd_closed_port()));
	sc_open(&c, "box/pre");
	CHECK_INT(sc_read(&c, "k"), MF_ENETWORK);
	sc_secrets(&c, secrets);
	sc_end(&c);
}

#define TOKEN(text)                                                                                \
	"{\"access_token\": \"" text "\", \"expires_in\": 86400, \"token_type\": \"Bearer\"}"

static void with_tokens(struct store_case *c)
{
	sc_env(c, "AZURE_STORAGE_ACCOUNT", NULL);
	sc_env(c, "AZURE_STORAGE_KEY", NULL);
	sc_env(c, "IDENTITY_ENDPOINT", httpd_url(c->d, "/token"));
	sc_env(c, "IDENTITY_HEADER", "identity-secret");
}

void test_azure__tokens(void)
{
	static const struct sc_answer answers[] = {{.path = "/token", .body = TOKEN("token-one")},
		{.path = "/token", .body = TOKEN("token-two")},
		{.status = 401,
			.body = ERROR("InvalidAuthenticationInfo",
				"Authentication information is not given")},
		{.body = "x"}};
	static const struct sc_answer never[] = {{.path = "/token", .body = TOKEN("token-one")},
		{.path = "/token", .body = TOKEN("token-two")},
		{.path = "/token", .body = TOKEN("token-three")},
		{.status = 403,
			.body = ERROR("AuthorizationPermissionMismatch",
				"This request is not authorized")}};
	static const char *const secrets[] = {"token-", "identity-secret", NULL};
	struct store_case c;
	SC_BEGIN(&c, STORE_AZURE, answers);
	with_tokens(&c);
	sc_open(&c, "box/pre");
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	CHECK_INT(sc_seen(&c), 4);
	CHECK_STR(sc_header(&c, 1, "Authorization"), "Bearer token-one");
	CHECK_STR(sc_header(&c, 3, "Authorization"), "Bearer token-two");
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	CHECK_INT(sc_seen(&c), 5);
	sc_secrets(&c, secrets);
	sc_end(&c);
	SC_BEGIN(&c, STORE_AZURE, never);
	with_tokens(&c);
	sc_open(&c, "box/pre");
	CHECK_INT(sc_read(&c, "k"), MF_EACCESS);
	CHECK_INT(sc_seen(&c), 4);
	CHECK(strstr(c.err.hint, "Storage Blob Data Reader") != NULL);
	sc_secrets(&c, secrets);
	/* over https, or to this machine */
	sc_again(&c);
	sc_set(&c, "AZURE_STORAGE_BLOB_SERVICE_ENDPOINT", "http://192.0.2.1");
	sc_open(&c, "box/pre");
	CHECK_INT(sc_read(&c, "k"), MF_EUSAGE);
	CHECK_STR(c.err.message, "a token is sent over https only, and "
				 "METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT has http");
	CHECK_INT(sc_seen(&c), 1); /* the token was got */
	/* nor asked for */
	sc_again(&c);
	c.config.offline = true;
	sc_open(&c, "box/pre");
	CHECK_INT(sc_read(&c, "k"), MF_ENETWORK);
	CHECK_STR(sc_list(&c, (struct store_list){.prefix = ""}),
		"network: nothing is sent with --offline");
	CHECK_STR(sc_who(&c), "network: nothing is sent with --offline");
	CHECK_INT(sc_seen(&c), 0);
	sc_end(&c);
}

void test_azure__other_clock(void)
{
#define SKEWED(date)                                                                               \
	{                                                                                          \
		.status = 403, .headers = date,                                                    \
		.body = ERROR("AuthenticationFailed", "Server failed to")                          \
	}
	static const struct sc_answer answers[] = {
		SKEWED("Date: Sat, 21 Nov 2026 13:00:00 GMT\r\n"), {.body = "x"}};
	static const struct sc_answer jumping[] = {
		SKEWED("Date: Sat, 21 Nov 2026 13:00:00 GMT\r\n"),
		SKEWED("Date: Sat, 21 Nov 2026 14:00:00 GMT\r\n"),
		SKEWED("Date: Sat, 21 Nov 2026 15:00:00 GMT\r\n"),
		SKEWED("Date: Sat, 21 Nov 2026 16:00:00 GMT\r\n"),
		SKEWED("Date: Sat, 21 Nov 2026 17:00:00 GMT\r\n"),
		SKEWED("Date: Sat, 21 Nov 2026 18:00:00 GMT\r\n"),
		SKEWED("Date: Sat, 21 Nov 2026 19:00:00 GMT\r\n")};
	static const struct sc_answer same[] = {SKEWED("Date: Sat, 21 Nov 2026 12:00:01 GMT\r\n")};
	struct store_case c;
	SC_BEGIN(&c, STORE_AZURE, answers);
	sc_open(&c, "box/pre");
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	CHECK_STR(sc_header(&c, 1, "x-ms-date"), "Sat, 21 Nov 2026 13:00:00 GMT");
	check_signature(&c, 1);
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	CHECK_STR(sc_header(&c, 2, "x-ms-date"), "Sat, 21 Nov 2026 13:00:00 GMT");
	sc_end(&c);
	/* a server that names another time each time is not asked for ever */
	SC_BEGIN(&c, STORE_AZURE, jumping);
	sc_open(&c, "box/pre");
	CHECK_INT(sc_read(&c, "k"), MF_EACCESS);
	CHECK(sc_seen(&c) <= 3);
	sc_end(&c);
	SC_BEGIN(&c, STORE_AZURE, same);
	sc_open(&c, "box/pre");
	CHECK_INT(sc_read(&c, "k"), MF_EACCESS);
	CHECK_INT(sc_seen(&c), 1);
	sc_end(&c);
}

/* ---- errors ---- */

void test_azure__errors(void)
{
#define KEY "azure://box/pre/k: "
#define BOX "azure://box/pre: "
#define ACCOUNT                                                                                    \
	"is this the right account (METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT)? The container " \
	"is named by METAFLOW_DATASTORE_SYSROOT_AZURE and by records"
	static const struct {
		struct sc_answer answer;
		const char *get, *list; /* NULL: not tried */
	} t[] = {
		{{.status = 404,
			 .body = ERROR(
				 "ContainerNotFound", "The specified container does not exist.")},
			"no_store 0 404 " KEY
			"the container “box” does not exist at HOST/acc | " ACCOUNT,
			"no_store 0 404 " BOX
			"the container “box” does not exist at HOST/acc | " ACCOUNT},
		{{.status = 404,
			 .body = ERROR("BlobNotFound", "The specified blob does not exist.")},
			"not_found 0 404 " KEY "no such blob | ", NULL},
		{{.status = 404,
			 .body = ERROR(
				 "ResourceNotFound", "The specified resource does not exist.")},
			"not_found 0 404 " KEY "no such blob | ",
			"failed 0 404 " BOX "HOST/acc answers 404 ResourceNotFound: The specified "
					    "resource does not exist. | "},
		{{.status = 404, .headers = "x-ms-error-code: BlobNotFound\r\n"},
			"not_found 0 404 " KEY "no such blob | ", NULL},
		{{.status = 404, .body = "<html>nothing</html>"},
			"not_found 0 404 " KEY "no such blob | ",
			"failed 0 404 " BOX "HOST/acc answers 404  | "},
		{{.status = 409,
			 .body = ERROR("BlobArchived",
				 "This operation is not permitted on an archived blob.")},
			"unsupported 0 409 " KEY "the blob is in the archive tier and cannot be "
						 "read now | rehydrate it (az storage blob "
			"set-tier --tier Hot), which takes hours, and try again",
			NULL},
		{{.status = 409, .body = ERROR("BlobBeingRehydrated", "x")},
			"unsupported 0 409 " KEY "the blob is in the archive tier and cannot be "
						 "read now | rehydrate it (az storage blob "
			"set-tier --tier Hot), which takes hours, and try again",
			NULL},
		{{.status = 503, .body = ERROR("ServerBusy", "The server is busy.")},
			"network 1 503 " KEY
			"HOST/acc answers 503 ServerBusy: The server is busy. | ",
			"network 1 503 " BOX
			"HOST/acc answers 503 ServerBusy: The server is busy. | "},
		{{.status = 500, .body = ERROR("OperationTimedOut", "x")},
			"network 1 500 " KEY "HOST/acc answers 500 OperationTimedOut: x | ", NULL},
		{{.status = 429}, "network 1 429 " KEY "HOST/acc answers 429  | ", NULL},
		{{.status = 403,
			 .body = ERROR("AuthorizationFailure", "This request is not authorized")},
			"not_allowed 0 403 " KEY "access is denied to AZURE_STORAGE_KEY: "
						 "AuthorizationFailure | is the key that of "
			"this account (METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT)?",
			"not_allowed 0 403 " BOX "access is denied to AZURE_STORAGE_KEY: "
						 "AuthorizationFailure | is the key that of "
			"this account (METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT)?"},
		{{.status = 401},
			"not_allowed 0 401 " KEY
			"access is denied to AZURE_STORAGE_KEY: no reason is given | is the key "
			"that of this account (METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT)?",
			NULL},
		{{.status = 400, .body = ERROR("InvalidAuthenticationInfo", "x")},
			"not_allowed 0 400 " KEY "access is denied to AZURE_STORAGE_KEY: "
						 "InvalidAuthenticationInfo | is the key "
			"that of this account (METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT)?",
			NULL},
		{{.status = 400,
			 .body = ERROR("InvalidUri", "The requested URI does not represent any "
						     "resource on the server.")},
			"failed 0 400 " KEY "HOST/acc answers 400 InvalidUri: The requested URI "
					    "does not represent any resource on the server. | ",
			NULL},
		{{.status = 302, .headers = "Location: http://127.0.0.1:1/\r\n"},
			"failed 0 302 " KEY "HOST/acc answers 302  | ", NULL},
	};
	struct store_case c;
	sc_begin(&c, STORE_AZURE, NULL, 0);
	sc_open(&c, "box/pre");
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		CHECK_STR(sc_failed(&c, &t[i].answer, false), t[i].get);
		if (t[i].list)
			CHECK_STR(sc_failed(&c, &t[i].answer, true), t[i].list);
	}
	sc_end(&c);
}

/* ---- lists ---- */

#define BLOB(name) "<Blob><Name>" name "</Name><Properties><Name>no</Name></Properties></Blob>"
#define DIR(name) "<BlobPrefix><Name>" name "</Name></BlobPrefix>"

void test_azure__lists(void)
{
	static const struct sc_answer answers[] = {
		{.body = LIST("<Prefix>pre/d/</Prefix><Delimiter>/</Delimiter><Blobs>" BLOB(
			 "pre/d/") BLOB("pre/d/a+b") BLOB("pre/d/a%20b") BLOB("pre/d/"
									      "ü&amp;&#x20ac;")
				 DIR("pre/d/sub/") "</Blobs><NextMarker>2!96!a+b/=</NextMarker>")},
		{.body = LIST("<Blobs>" BLOB("pre/d/z") "</Blobs><NextMarker/>")},
		{.body = LIST("<Blobs>" BLOB("other") BLOB("pre/") BLOB("pra/x") DIR("x/")
				 BLOB("pre/x") "</Blobs><NextMarker></NextMarker>")},
		{.body = "<EnumerationResults><Blobs>" BLOB(
			 "pre/x") "</Blobs></EnumerationResults>"},
	};
	struct store_case c;
	SC_BEGIN(&c, STORE_AZURE, answers);
	sc_open(&c, "box/pre");
	CHECK_STR(sc_list(&c, (struct store_list){.prefix = "d/"}),
		"a+b a%20b ü&€ sub/ (2!96!a+b/=)");
	CHECK_STR(sc_line(&c, 0),
		"GET /acc/box?comp=list&delimiter=%2F&prefix=pre%2Fd%2F&restype=container");
	char next[] = "2!96!a+b/=";
	CHECK_STR(sc_list(&c, (struct store_list){.prefix = "d/", .next = next}), "z");
	CHECK_STR(sc_line(&c, 1), "GET "
				  "/acc/"
				  "box?comp=list&delimiter=%2F&marker=2%2196%21a%2Bb%2F%3D&prefix="
				  "pre%2Fd%2F&restype=container");
	CHECK_STR(sc_list(&c, (struct store_list){.prefix = "", .deep = true, .limit = 3}), "x");
	CHECK_STR(sc_line(&c, 2),
		"GET /acc/box?comp=list&maxresults=3&prefix=pre%2F&restype=container");
	CHECK_STR(sc_list(&c, (struct store_list){.prefix = "", .deep = true, .limit = 1000000}),
		"x");
	CHECK_STR(sc_line(&c, 3),
		"GET /acc/box?comp=list&maxresults=5000&prefix=pre%2F&restype=container");
	for (size_t i = 0; i < 4; i++)
		check_signature(&c, i);
	sc_end(&c);
}

void test_azure__no_list(void)
{
	static const struct {
		struct sc_answer answer;
		const char *said;
	} t[] = {
		{{.body = ""}, "corrupt: a list of the container: XML, line 1, column 1: no "
			       "element found"},
		{{.body = BOM "<EnumerationResults><Blobs>"},
			"corrupt: a list of the container: XML, line 1, column 28: no element "
			"found"},
		{{.body = "{}"}, "corrupt: a list of the container: XML, line 1, column 1: not "
				 "well-formed (invalid token)"},
		{{.body = "<html><body>log in first</body></html>"},
			"corrupt: a list of the container: the reply is none"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct store_case c;
		sc_begin(&c, STORE_AZURE, &t[i].answer, 1);
		sc_open(&c, "box/pre");
		CHECK_STR(sc_list(&c, (struct store_list){.prefix = ""}), t[i].said);
		CHECK_STR(c.err.where, "azure://box/pre");
		sc_end(&c);
	}
}

/* ---- memory ---- */

static int get_once(void *arg)
{
	return sc_once(arg, "box/pre", sc_get_it);
}

static int list_once(void *arg)
{
	return sc_once(arg, "box/pre", sc_list_it);
}

/* A missing container does not become a missing blob. */
static int missing_once(void *arg)
{
	int rc = sc_once(arg, "box/pre", sc_get_it);
	return rc == MF_ENOSTORE ? MF_OK : rc;
}

void test_azure__no_memory(void)
{
	static const struct sc_answer answers[] = {
		SKEWED("Date: Sat, 21 Nov 2026 13:00:00 GMT\r\n"),
		{.status = 206,
			.body = "bytes",
			.headers = "Content-Range: bytes 1-4/9\r\nETag: \"e\"\r\n"}};
	static const struct sc_answer list[] = {
		{.body = LIST("<Blobs>" BLOB("pre/a/k")
				 DIR("pre/a/d/") "</Blobs><NextMarker>t</NextMarker>")}};
	static const struct sc_answer missing[] = {
		{.status = 404, .body = ERROR("ContainerNotFound", "x")}};
	struct store_case c;
	SC_BEGIN(&c, STORE_AZURE, answers);
	CHECK_INT(get_once(&c), MF_OK);
	test_every_alloc(get_once, &c);
	sc_end(&c);
	SC_BEGIN(&c, STORE_AZURE, list);
	CHECK_INT(list_once(&c), MF_OK);
	test_every_alloc(list_once, &c);
	sc_end(&c);
	SC_BEGIN(&c, STORE_AZURE, missing);
	CHECK_INT(missing_once(&c), MF_OK);
	test_every_alloc(missing_once, &c);
	sc_end(&c);
}
