/* Where S3 is and as whom it is asked: settings against each other, and hosts. */
#include "../../../clientlib/net/http_parts.h"
#include "../../../clientlib/store/s3.h"

#include "store_case.h"

static const struct sc_answer answers[] = {{.body = "x"}};

static void profile(struct store_case *c, const char *text)
{
	test_write(c->home, ".aws/config", text);
}

/* "endpoint (source)", "-" for Amazon's own; or the error. */
static const char *endpoint(struct store_case *c)
{
	sc_again(c);
	if (sc_try(c, "s3://bkt/pre") < 0)
		return textf("%s: %s | %s", mf_code_name(c->err.code), c->err.message, c->err.hint);
	const struct s3 *s3 = c->all->s3;
	return s3->endpoint ? textf("%s (%s)", s3->endpoint, s3->endpoint_source) : "-";
}

void test_s3_config__endpoints(void)
{
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	sc_set(&c, "S3_ENDPOINT_URL", NULL);
	CHECK_STR(endpoint(&c), "-");
	/* from the weakest to the strongest */
	profile(&c, "[default]\nendpoint_url = http://profile\n");
	CHECK_STR(endpoint(&c), "http://profile (endpoint_url of the profile)");
	profile(&c, "[default]\nendpoint_url = http://profile\nservices = x\n[services x]\ns3 =\n  "
		    "endpoint_url = http://services/\n");
	CHECK_STR(endpoint(&c), "http://services (endpoint_url of the profile)");
	sc_env(&c, "AWS_ENDPOINT_URL", "https://all");
	CHECK_STR(endpoint(&c), "https://all (AWS_ENDPOINT_URL)");
	sc_env(&c, "AWS_ENDPOINT_URL_S3", "https://s3:9000/");
	CHECK_STR(endpoint(&c), "https://s3:9000 (AWS_ENDPOINT_URL_S3)");
	sc_env(&c, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
	CHECK_STR(endpoint(&c), "-");
	sc_set(&c, "S3_ENDPOINT_URL", "HTTPS://metaflow/x//");
	CHECK_STR(endpoint(&c), "HTTPS://metaflow/x (METAFLOW_S3_ENDPOINT_URL)");
	sc_set(&c, "DATATOOLS_CLIENT_PARAMS", "{\"endpoint_url\": \"http://client\"}");
	CHECK_STR(endpoint(&c), "http://client (METAFLOW_DATATOOLS_CLIENT_PARAMS)");
	/* empty ones are none */
	sc_set(&c, "DATATOOLS_CLIENT_PARAMS", "{\"endpoint_url\": \"\"}");
	sc_set(&c, "S3_ENDPOINT_URL", "");
	sc_env(&c, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "no");
	sc_env(&c, "AWS_ENDPOINT_URL_S3", "");
	CHECK_STR(endpoint(&c), "https://all (AWS_ENDPOINT_URL)");
	profile(&c, "[default]\nendpoint_url = http://profile\nignore_configured_endpoint_urls = "
		    "true\n");
	CHECK_STR(endpoint(&c), "-");
	sc_end(&c);
}

void test_s3_config__no_endpoints(void)
{
	static const char *const bad[] = {"s3.example.org", "ftp://x", "http://", "https://",
		"http:///", "https:////", "http://?x", "http:/x", "://x"};
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		sc_set(&c, "S3_ENDPOINT_URL", bad[i]);
		CHECK_STR(endpoint(&c),
			textf("usage: the S3 endpoint “%s” (METAFLOW_S3_ENDPOINT_URL) is no URL | "
			      "it begins with http:// or "
			      "https://",
				bad[i]));
	}
	sc_end(&c);
}

/* The JSON texts that Metaflow hands to boto3. */
void test_s3_config__arguments(void)
{
	static const char *const bad[] = {"{", "[]", "\"text\"", "nothing",
		"{\"aws_secret_access_key\": \"very-secret\",}", "3"};
	static const char *const names[] = {"DATATOOLS_CLIENT_PARAMS", "DATATOOLS_SESSION_VARS"};
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	for (size_t k = 0; k < 2; k++) {
		for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
			sc_again(&c);
			sc_set(&c, names[k], bad[i]);
			CHECK_INT(sc_try(&c, "s3://bkt/pre"), MF_EUSAGE);
			CHECK(str_starts(
				c.err.message, textf("METAFLOW_%s is no JSON object", names[k])));
			CHECK_STR(c.err.where, names[k]);
			sc_secrets(&c, (const char *const[]){"very-secret", NULL});
		}
		sc_set(&c, names[k], "{}");
	}
	/* keys: of the client, then of the session, before those of the environment */
	static const struct {
		const char *client, *session, *id, *region;
	} t[] = {
		{"{}", "{}", SC_ID, "us-east-1"},
		{"", "", SC_ID, "us-east-1"},
		{"{}",
			"{\"aws_access_key_id\": \"SESSION\", \"aws_secret_access_key\": \"s\", "
			"\"aws_session_token\": \"t\"}",
			"SESSION", "us-east-1"},
		{"{\"aws_access_key_id\": \"CLIENT\", \"aws_secret_access_key\": \"s\"}",
			"{\"aws_access_key_id\": \"SESSION\", \"aws_secret_access_key\": \"s\", "
			"\"region_name\": \"eu-1\"}",
			"CLIENT", "eu-1"},
		{"{\"region_name\": \"ap-2\"}", "{\"region_name\": \"eu-1\"}", SC_ID, "ap-2"},
		{"{\"region_name\": 5, \"config\": [], \"verify\": 3}", "{\"region_name\": null}",
			SC_ID, "us-east-1"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		sc_again(&c);
		sc_set(&c, names[0], t[i].client);
		sc_set(&c, names[1], t[i].session);
		sc_open(&c, "s3://bkt/pre");
		CHECK_INT(sc_read(&c, "k"), MF_OK);
		CHECK(strstr(sc_header(&c, 0, "Authorization"),
			      textf("Credential=%s/20261121/%s/s3/", t[i].id, t[i].region)) !=
			NULL);
	}
	CHECK_STR(sc_header(&c, 0, "x-amz-security-token"), "");
	/* half of them */
	sc_again(&c);
	sc_set(&c, names[0], "{\"aws_access_key_id\": \"CLIENT\"}");
	CHECK_INT(sc_try(&c, "s3://bkt/pre"), MF_EUSAGE);
	/* a profile that is not there */
	sc_set(&c, names[0], "{}");
	sc_set(&c, names[1], "{\"profile_name\": \"nobody\"}");
	CHECK_INT(sc_try(&c, "s3://bkt/pre"), MF_EUSAGE);
	CHECK(strstr(c.err.message, "nobody") != NULL);
	sc_end(&c);
}

static const char *region(struct store_case *c)
{
	sc_again(c);
	return sc_try(c, "s3://bkt/pre") < 0
		       ? textf("%s: %s", mf_code_name(c->err.code), c->err.message)
		       : textf("%s", c->all->s3->region);
}

void test_s3_config__regions(void)
{
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	CHECK_STR(region(&c), "us-east-1");
	profile(&c, "[default]\nregion = eu-west-1\n");
	CHECK_STR(region(&c), "eu-west-1");
	sc_env(&c, "AWS_REGION", "eu-west-2");
	CHECK_STR(region(&c), "eu-west-2");
	sc_env(&c, "AWS_DEFAULT_REGION", "eu-west-3");
	CHECK_STR(region(&c), "eu-west-3");
	sc_set(&c, "DATATOOLS_SESSION_VARS", "{\"region_name\": \"ap-1\"}");
	CHECK_STR(region(&c), "ap-1");
	sc_set(&c, "DATATOOLS_CLIENT_PARAMS", "{\"region_name\": \"aws-global\"}");
	CHECK_STR(region(&c), "us-east-1");
	/* it becomes part of a host */
	static const char *const bad[] = {"evil.example.org/", "a b", "x@y", "a#", "ü",
		"r-"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaa"};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		sc_set(&c, "DATATOOLS_CLIENT_PARAMS", textf("{\"region_name\": \"%s\"}", bad[i]));
		CHECK_STR(region(&c), textf("usage: “%.80s” is no region of AWS", bad[i]));
	}
	sc_end(&c);
}

/* "insecure", the file, or "system". */
static const char *certificates(struct store_case *c)
{
	sc_again(c);
	sc_open(c, "s3://bkt/pre");
	const struct http *h = c->all->http[STORE_S3];
	return h->opts.insecure  ? (h->opts.ca_file ? "insecure, and a file" : "insecure")
	       : h->opts.ca_file ? textf("%s", h->opts.ca_file)
				 : "system";
}

/* As Metaflow has it: its own setting, if it is not empty, takes the place of the client's
 * argument. */
void test_s3_config__certificates(void)
{
	static const struct {
		const char *setting, *client, *found;
	} t[] = {
		{NULL, "{}", "env.pem"},
		{"", "{}", "env.pem"}, /* an empty text is no setting: certificates are looked at */
		{"own.pem", "{}", "own.pem"},
		{"False", "{}", "insecure"},
		{"false", "{}", "insecure"},
		{"True", "{}", "env.pem"},
		{NULL, "{\"verify\": false}", "insecure"},
		{NULL, "{\"verify\": true}", "env.pem"},
		{NULL, "{\"verify\": \"client.pem\"}", "client.pem"},
		{"", "{\"verify\": \"client.pem\"}", "client.pem"},
		{"own.pem", "{\"verify\": \"client.pem\"}", "own.pem"},
		{"own.pem", "{\"verify\": false}", "own.pem"},
		{"False", "{\"verify\": true}", "insecure"},
		{"True", "{\"verify\": false}", "env.pem"},
	};
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	CHECK_STR(certificates(&c), "system");
	profile(&c, "[default]\nca_bundle = profile.pem\n");
	CHECK_STR(certificates(&c), "profile.pem");
	sc_env(&c, "AWS_CA_BUNDLE", "env.pem");
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		sc_set(&c, "S3_VERIFY_CERTIFICATE", t[i].setting);
		sc_set(&c, "DATATOOLS_CLIENT_PARAMS", t[i].client);
		CHECK_STR(certificates(&c), t[i].found);
	}
	/* where nothing else is said, what the client was opened with */
	sc_env(&c, "AWS_CA_BUNDLE", NULL);
	sc_set(&c, "S3_VERIFY_CERTIFICATE", NULL);
	sc_set(&c, "DATATOOLS_CLIENT_PARAMS", NULL);
	profile(&c, "");
	c.config.ca_file = "given.pem";
	CHECK_STR(certificates(&c), "given.pem");
	sc_end(&c);
}

static const char *styles(struct store_case *c)
{
	sc_again(c);
	sc_open(c, "s3://bkt/pre");
	const struct s3 *s3 = c->all->s3;
	return textf("%s%s%s%s", s3->path_style ? "path" : "virtual", s3->fips ? " fips" : "",
		s3->dualstack ? " dualstack" : "", s3->payer ? " payer" : "");
}

void test_s3_config__styles(void)
{
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	CHECK_STR(styles(&c), "path");
	sc_set(&c, "S3_ENDPOINT_URL", NULL);
	CHECK_STR(styles(&c), "virtual");
	profile(&c, "[default]\ns3 =\n  addressing_style = path\nuse_fips_endpoint = "
		    "true\nuse_dualstack_endpoint = true\n");
	CHECK_STR(styles(&c), "path fips dualstack");
	profile(&c, "");
	sc_env(&c, "AWS_USE_FIPS_ENDPOINT", "TRUE");
	sc_env(&c, "AWS_USE_DUALSTACK_ENDPOINT", "0");
	sc_env(&c, "MFCTL_S3_REQUESTER_PAYS", "yes");
	CHECK_STR(styles(&c), "virtual fips payer");
	sc_set(&c, "DATATOOLS_CLIENT_PARAMS", "{\"config\": {\"addressing_style\": \"path\"}}");
	CHECK_STR(styles(&c), "path fips payer");
	sc_set(&c, "S3_ENDPOINT_URL", "http://x");
	sc_set(&c, "DATATOOLS_CLIENT_PARAMS",
		"{\"config\": {\"s3\": {\"addressing_style\": \"virtual\"}}}");
	CHECK_STR(styles(&c), "virtual fips payer");
	sc_end(&c);
}

void test_s3_config__hosts(void)
{
	static const struct {
		struct s3 s3;
		const char *bucket, *region, *place;
	} t[] = {
		{{0}, "bkt", "us-east-1", "https bkt.s3.us-east-1.amazonaws.com "},
		{{0}, "my.bkt", "us-east-1", "https s3.us-east-1.amazonaws.com /my.bkt"},
		{{0}, "Bkt", "us-east-1", "https s3.us-east-1.amazonaws.com /Bkt"},
		{{0}, "b_t", "us-east-1", "https s3.us-east-1.amazonaws.com /b_t"},
		{{0}, "-bkt", "us-east-1", "https s3.us-east-1.amazonaws.com /-bkt"},
		{{0}, "bkt-", "us-east-1", "https s3.us-east-1.amazonaws.com /bkt-"},
		{{0}, "bk", "us-east-1", "https s3.us-east-1.amazonaws.com /bk"},
		{{0}, "a b?#%", "us-east-1", "https s3.us-east-1.amazonaws.com /a%20b%3F%23%25"},
		{{0}, "evil.example.org:80@x", "us-east-1",
			"https s3.us-east-1.amazonaws.com /evil.example.org%3A80%40x"},
		{{.path_style = true}, "bkt", "eu-west-1", "https s3.eu-west-1.amazonaws.com /bkt"},
		{{.fips = true}, "bkt", "us-gov-west-1",
			"https bkt.s3-fips.us-gov-west-1.amazonaws.com "},
		{{.dualstack = true}, "bkt", "eu-west-1",
			"https bkt.s3.dualstack.eu-west-1.amazonaws.com "},
		{{.fips = true, .dualstack = true}, "bkt", "us-east-2",
			"https bkt.s3-fips.dualstack.us-east-2.amazonaws.com "},
		{{0}, "bkt", "cn-north-1", "https bkt.s3.cn-north-1.amazonaws.com.cn "},
		{{0}, "bkt", "us-iso-east-1", "https bkt.s3.us-iso-east-1.c2s.ic.gov "},
		{{0}, "bkt", "us-isob-east-1", "https bkt.s3.us-isob-east-1.sc2s.sgov.gov "},
		{{0}, "bkt", "eusc-de-east-1", "https bkt.s3.eusc-de-east-1.amazonaws.eu "},
		{{.endpoint = "http://minio:9000", .path_style = true}, "bkt", "x",
			"http minio:9000 /bkt"},
		{{.endpoint = "HTTPS://Minio/a/b", .path_style = true}, "bkt", "x",
			"https Minio /a/b/bkt"},
		{{.endpoint = "https://minio/a/b"}, "bkt", "x", "https bkt.minio /a/b"},
		{{.endpoint = "https://minio/a/b"}, "my.bkt", "x", "https minio /a/b/my.bkt"},
		{{.endpoint = "http://10.0.0.1:9000"}, "bkt", "x", "http 10.0.0.1:9000 /bkt"},
		{{.endpoint = "http://[::1]:9000"}, "bkt", "x", "http [::1]:9000 /bkt"},
		{{.endpoint = "http://10.0.0.1.nip.io"}, "bkt", "x", "http bkt.10.0.0.1.nip.io "},
		{{.endpoint = "https://minio", .fips = true, .dualstack = true}, "bkt", "x",
			"https bkt.minio "},
	};
	struct s3_place p;
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		CHECK_INT(s3_place(&p, &t[i].s3, t[i].bucket, t[i].region, NULL), MF_OK);
		CHECK_STR(textf("%s %s %s", p.scheme, p.host, p.path), t[i].place);
	}
	/* too long for a host or a path */
	struct mf_error err = MF_ERROR_INIT;
	struct s3 plain = {.region = "x"};
	char longer[1000];
	memset(longer, 'a', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	CHECK_INT(s3_place(&p, &plain, longer, "us-east-1", &err), MF_EUSAGE);
	CHECK(strstr(err.message, "too long") != NULL);
	plain.endpoint = textf("http://%s", longer);
	CHECK_INT(s3_place(&p, &plain, "bkt", "us-east-1", NULL), MF_EUSAGE);
	plain.endpoint = textf("http://x/%s", longer);
	CHECK_INT(s3_place(&p, &plain, "bkt", "us-east-1", NULL), MF_EUSAGE);
}

static int open_once(void *arg)
{
	struct store_case *c = arg;
	struct stores *all;
	struct store *s;
	int rc = stores_new(&all, &c->config, NULL);
	if (rc == MF_OK)
		rc = stores_get(all, STORE_S3, "s3://bkt/pre", &s, NULL);
	/* what is told is not left out */
	if (rc == MF_OK)
		CHECK(all->s3->path_style && str_eq(all->s3->endpoint, "http://client") &&
			str_eq(all->s3->region, "ap-2") && all->http[STORE_S3]->opts.insecure);
	stores_free(all);
	return rc;
}

void test_s3_config__no_memory(void)
{
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	sc_set(&c, "DATATOOLS_CLIENT_PARAMS",
		"{\"endpoint_url\": \"http://client\", \"region_name\": \"ap-2\", \"verify\": "
		"false, \"config\": {\"addressing_style\": \"path\"}}");
	sc_set(&c, "DATATOOLS_SESSION_VARS",
		"{\"aws_access_key_id\": \"SESSION\", \"aws_secret_access_key\": \"s\"}");
	CHECK_INT(open_once(&c), MF_OK);
	test_every_alloc(open_once, &c);
	sc_end(&c);
}
