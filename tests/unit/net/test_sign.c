/* covers: clientlib/net/sign_s3.c, clientlib/net/sign_azure.c */
#include "../../../clientlib/net/sign.h"

#include <stdio.h>

#include "../../support/test.h"

static const char key_id[] = "AKIDEXAMPLE", secret[] = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/* ---- paths and queries ---- */

void test_sign__paths(void)
{
	static const char *const t[][2] = {
		{"/a/b", "/a/b"},
		{"/a//b/../c/./", "/a//b/../c/./"},
		{"/é x+y%2F?#", "/%C3%A9%20x%2By%252F%3F%23"},
		{"/-._~09AZaz", "/-._~09AZaz"},
		{"/!$&'()*,:;=@[]", "/%21%24%26%27%28%29%2A%2C%3A%3B%3D%40%5B%5D"},
		{"", ""},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct buf b = BUF_INIT(1000);
		sign_path(&b, t[i][0]);
		CHECK_STR(b.p, t[i][1]);
		buf_release(&b);
	}
}

void test_sign__queries(void)
{
	/* sorted as they are when encoded: '-' and '.' before digits, all that is encoded between
	 */
	static const struct sign_pair all[] = {{"b", "2"}, {"a~", "x"}, {"a", "z"}, {"a", "é"},
		{"a{", NULL}, {"a-", ""}, {"A b", "1&2=3"}, {"a", "y"}};
	struct buf b = BUF_INIT(1000);
	sign_query(&b, NULL, 0);
	CHECK_STR(b.p, "");
	sign_query(&b, all, ARRAY_SIZE(all));
	CHECK_STR(b.p, "?A%20b=1%262%3D3&a=%C3%A9&a=y&a=z&a%7B=&a-=&a~=x&b=2");
	buf_release(&b);
}

/* ---- AWS ---- */

/* The signature of a request at its end; "" when there is none. */
static const char *signature(const struct sign_request *r, const struct sign_aws *s)
{
	static char text[65];
	struct buf b = BUF_INIT(1 << 16);
	struct mf_error err = MF_ERROR_INIT;
	CHECK_INT(sign_aws(&b, r, s, &err), MF_OK);
	const char *p = strstr(b.p, "Signature=");
	snprintf(text, sizeof(text), "%.64s", p ? p + 10 : "");
	CHECK(p && str_eq(p + 74, "\n"));
	buf_release(&b);
	return text;
}

/* The examples of S3's documentation. */
void test_sign__s3_examples(void)
{
	static const struct sign_pair range = {"Range", "bytes=0-9"},
				      lifecycle = {"lifecycle", NULL},
				      list[] = {{"prefix", "J"}, {"max-keys", "2"}};
	static const struct sign_aws s = {.key_id = "AKIAIOSFODNN7EXAMPLE",
		.secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
		.region = "us-east-1",
		.service = "s3",
		.now = INT64_C(1369353600000)};
	struct sign_request r = {.method = "GET",
		.host = "examplebucket.s3.amazonaws.com",
		.path = "/test.txt",
		.headers = &range,
		.n_headers = 1};
	struct buf b = BUF_INIT(1000);
	CHECK_INT(sign_aws(&b, &r, &s, NULL), MF_OK);
	CHECK_STR(b.p, "x-amz-date: 20130524T000000Z\n"
		       "x-amz-content-sha256: "
		       "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
		       "Authorization: AWS4-HMAC-SHA256 "
		       "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
		       "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
		       "Signature="
		       "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41\n");
	buf_release(&b);
	r = (struct sign_request){
		.method = "GET", .host = r.host, .path = "/", .query = &lifecycle, .n_query = 1};
	CHECK_STR(signature(&r, &s),
		"fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
	r.query = list;
	r.n_query = 2;
	CHECK_STR(signature(&r, &s),
		"34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

/* Of the published suite for Signature Version 4, and the example of IAM in its documentation. */
void test_sign__other_services(void)
{
	static const struct sign_pair order[] = {{"Param2", "value2"}, {"Param1", "value1"}},
				      utf8[] = {{"ሴ", "bar"}},
				      users[] = {
					      {"Action", "ListUsers"}, {"Version", "2010-05-08"}};
	static const struct sign_pair repeated[] = {{"My-Header1", "value2"},
		{"My-Header1", "value2"}, {"My-Header1", "value1"}},
				      blanks[] = {{"My-Header2", " \"a   b   c\""},
					      {"My-Header1", " value1"}},
				      form[] = {{"Content-Type",
					      "application/x-www-form-urlencoded"}},
				      type[] = {{"Content-Type",
					      "application/x-www-form-urlencoded; charset=utf-8"}};
	static const struct {
		struct sign_request r;
		const char *payload, *service, *signature;
	} t[] = {
		{{"GET", NULL, "/", NULL, 0, NULL, 0}, NULL, NULL,
			"5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
		{{"GET", NULL, "/", order, 2, NULL, 0}, NULL, NULL,
			"b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
		{{"GET", NULL, "/", utf8, 1, NULL, 0}, NULL, NULL,
			"2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
		{{"GET", NULL, "/", NULL, 0, repeated, 3}, NULL, NULL,
			"c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
		{{"GET", NULL, "/", NULL, 0, blanks, 2}, NULL, NULL,
			"acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
		{{"POST", NULL, "/", NULL, 0, NULL, 0}, NULL, NULL,
			"5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
		{{"GET", NULL,
			 "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
			 NULL, 0, NULL, 0},
			NULL, NULL,
			"07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
		{{"POST", NULL, "/", NULL, 0, form, 1},
			"9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e", NULL,
			"ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
		{{"GET", "iam.amazonaws.com", "/", users, 2, type, 1}, NULL, "iam",
			"5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct sign_request r = t[i].r;
		struct sign_aws s = {key_id, secret, NULL, "us-east-1",
			t[i].service ? t[i].service : "service", t[i].payload,
			INT64_C(1440938160000)};
		r.host = r.host ? r.host : "example.amazonaws.com";
		CHECK_STR(signature(&r, &s), t[i].signature);
	}
}

/* Random requests as botocore's signer for S3 signs them. */
struct recorded {
	const char *method, *host, *path;
	struct sign_pair query[8], headers[8];
	const char *token, *region;
	int64_t now;
	const char *authorization;
};
/* clang-format off */
static const struct recorded recorded[] = {
{"GET","b.s3.amazonaws.com","/bucket/a+b=c&d",{{"a#\303\274b=","\303\251\360\237\230\200"},{"A9|z<",""},{"\360\237\230\200~",NULL},{"a#\303\274b=","'"}},{{"Range","bytes=0-9"}},NULL,"us-east-1",1023262382435LL,
"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20020605/us-east-1/s3/aws4_request, SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature=fc24d5b396a38646bed1d485b996514d553a2269fc647cc91fb83778bce4242d"},
{"GET","s3.eu-central-1.amazonaws.com","//%^ba\303\251>(~",{{NULL,NULL}},{{NULL,NULL}},NULL,"cn-north-1",1762206903615LL,
"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20251103/cn-north-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=8d7b0c8462351e7cfaf09cc5d7649b98558c0d933f100b069a96b71df8db5f4f"},
{"HEAD","127.0.0.1:9000","/bucket/1#\042<+/>\346\274\242/;.=0\303\274",{{"\346\274\242#","0!"},{"!b","#"},{"/.@)9",",\346\274\2429="},{"%*b","["},{"\346\274\242#","Zz["}},{{"X-Amz-Meta-Z","  two   blanks\011 here "}},NULL,"eu-central-1",1162947789849LL,
"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20061108/eu-central-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-meta-z, Signature=0138339fab9f89122b60e6b28ef85afc25fcc2ba133c00b47e4004e64fcde002"},
{"PUT","s3.eu-central-1.amazonaws.com","/bucket//%",{{"@\360\237\230\200#1","}=\042\077~\077&Z"},{",A/^b",""},{"list-type","2"},{"prefix","a/b c/"}},{{"Range","bytes=0-9"},{"x-amz-Checksum-mode","ENABLED"}},NULL,"cn-north-1",1025633599190LL,
"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20020702/cn-north-1/s3/aws4_request, SignedHeaders=host;range;x-amz-checksum-mode;x-amz-content-sha256;x-amz-date, Signature=eb5c515b7eb06d3c3fc1b5e7093e7f35e6b932b20ea4d37d168d1a2db9f79d00"},
{"HEAD","s3.eu-central-1.amazonaws.com","/bucket/]",{{"\360\237\230\200~@Z{"," "},{"\303\274",NULL},{"Z",""},{"(",NULL}},{{"RANGE","bytes=0-9"},{"X-Amz-Meta-Z","  two   blanks\011 here "}},"FwoG/tok+en==","eu-central-1",1519523803822LL,
"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20180225/eu-central-1/s3/aws4_request, SignedHeaders=host;range;x-amz-content-sha256;x-amz-date;x-amz-meta-z;x-amz-security-token, Signature=b47112863b3b705e76bdb56a1d4598099b22b14147807532dcdccda424fa2eaf"},
{"GET","s3.eu-central-1.amazonaws.com","/a/../b",{{"'.:^`","\042+;"},{";\303\251\042z","A&/+"},{"'.:^`","`\077/"}},{{"range","bytes=0-9"},{"If-Match","\042abc  def\042"}},"FwoG/tok+en==","cn-north-1",1098495756970LL,
"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20041023/cn-north-1/s3/aws4_request, SignedHeaders=host;if-match;range;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=c5a1ecb41e3418035172fe49c761a0b70f86767ca5c4d70172e78ebbd23c2ee9"},
{"PUT","b.s3.amazonaws.com","/{%=<,%z././",{{",*\077 ",""},{"%@@",""},{"0","(#~-$"},{"a@00Z",""}},{{"If-Match","\042abc  def\042"},{"X-Amz-Meta-Z","  two   blanks\011 here "}},NULL,"cn-north-1",1491348412521LL,
"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20170404/cn-north-1/s3/aws4_request, SignedHeaders=host;if-match;x-amz-content-sha256;x-amz-date;x-amz-meta-z, Signature=85bd829d2a5a13f22fe1891350883e87425cebf0becf97172b9b4d063bbca0ad"},
{"GET","127.0.0.1:9000","/bucket/;@*=\077*.,//'.1b",{{"<\077>",""},{"list-type","2"},{"prefix","a/b c/"},{"<\077>","#)"}},{{"Range","bytes=0-9"}},"FwoG/tok+en==","cn-north-1",1636268846101LL,
"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20211107/cn-north-1/s3/aws4_request, SignedHeaders=host;range;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=6c4d10079dc1ece43e99a42b8907c7319fc2b0a314af30e41f749fa300fcace6"},
{"HEAD","s3.eu-central-1.amazonaws.com","/<.:\134-`1b.=",{{"):#;","\346\274\242"},{"):#;","{:"}},{{"X-Amz-Meta-Z","  two   blanks\011 here "}},NULL,"us-east-1",1720237882457LL,
"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20240706/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-meta-z, Signature=3270c69a5f96026f2497c01830e3d515995047aed0ee7f75a072d4a455e4fd0a"},
{"HEAD","127.0.0.1:9000","/.9#/\077[/",{{"list-type","2"},{"prefix","a/b c/"}},{{"RANGE","bytes=0-9"},{"Accept","*/*"}},NULL,"eu-central-1",1361624836867LL,
"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20130223/eu-central-1/s3/aws4_request, SignedHeaders=accept;host;range;x-amz-content-sha256;x-amz-date, Signature=e2260cd383f9fda693dc7850798d567db05349c80916d3614b5926d629ae1dc1"},
{"HEAD","127.0.0.1:9000","/bucket/a//b",{{"a0>-",""},{"\303\274:A^",">"},{"/!",""},{"z^",")Z"}},{{"Range","bytes=0-9"},{"x-amz-Checksum-mode","ENABLED"}},NULL,"eu-central-1",1253376190667LL,
"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20090919/eu-central-1/s3/aws4_request, SignedHeaders=host;range;x-amz-checksum-mode;x-amz-content-sha256;x-amz-date, Signature=8e4315379e31e1fac76544a55ec6a914cecf1c7368afc15c38940ab9c5570abf"},
{"PUT","s3.eu-central-1.amazonaws.com","/bucket/[];) $b\134\360\237\230\200^",{{NULL,NULL}},{{NULL,NULL}},NULL,"us-east-1",1480257100517LL,
"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20161127/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=b9772cc24d75e65307e2663168e6a23606a349f4284784bce7ede5e61f2f71e2"},
};
/* clang-format on */

void test_sign__as_botocore(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(recorded); i++) {
		const struct recorded *c = &recorded[i];
		struct buf path = BUF_INIT(1000), b = BUF_INIT(10000);
		sign_path(&path, c->path);
		struct sign_request r = {.method = c->method,
			.host = c->host,
			.path = path.p,
			.query = c->query,
			.headers = c->headers};
		while (c->query[r.n_query].name)
			r.n_query++;
		while (c->headers[r.n_headers].name)
			r.n_headers++;
		struct sign_aws s = {key_id, secret, c->token, c->region, "s3", NULL, c->now};
		CHECK_INT(sign_aws(&b, &r, &s, NULL), MF_OK);
		char *p = strstr(b.p, "Authorization: ");
		CHECK_FATAL(p != NULL);
		p[strcspn(p, "\n")] = '\0';
		CHECK_STR(p + 15, c->authorization);
		CHECK((strstr(b.p, "x-amz-security-token: FwoG/tok+en==\n") != NULL) ==
			(c->token != NULL));
		buf_release(&b);
		buf_release(&path);
	}
}

void test_sign__bad_keys(void)
{
	static const struct sign_request r = {.method = "GET", .host = "h", .path = "/"};
	static const struct sign_aws t[] = {
		{"AKID\n", secret, NULL, "r", "s3", NULL, 0},
		{key_id, "sec\rret", NULL, "r", "s3", NULL, 0},
		{key_id, secret, "tok\nX: y", "r", "s3", NULL, 0},
		{key_id, secret, NULL, "r\t", "s3", NULL, 0},
		{key_id, secret, NULL, "r", "s3", NULL, -1},
		{key_id, secret, NULL, "r", "s3", NULL, INT64_MAX},
		{key_id, secret, NULL, "r", "s3", NULL, INT64_MIN},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct buf b = BUF_INIT(1000);
		struct mf_error err = MF_ERROR_INIT;
		CHECK_INT(sign_aws(&b, &r, &t[i], &err), MF_EUSAGE);
		CHECK(!strstr(err.message, "AKID") && !strstr(err.message, "sec\r") &&
			!strstr(err.message, "tok\n"));
		CHECK_INT(sign_aws(&b, &r, &t[i], NULL), MF_EUSAGE);
		CHECK_STR(b.p, "");
		buf_release(&b);
	}
}

static int sign_one(void *arg)
{
	static const struct sign_pair query[] = {{"b", "c"}, {"a", NULL}}, header = {"Range", "x"};
	static const struct sign_request r = {"GET", "h", "/p", query, 2, &header, 1};
	static const struct sign_aws s = {
		key_id, secret, "token", "us-east-1", "s3", NULL, INT64_C(1440938160000)};
	struct buf b = BUF_INIT(10000);
	(void)arg;
	int rc = sign_aws(&b, &r, &s, NULL);
	buf_release(&b);
	return rc;
}

void test_sign__aws_allocation_failure(void)
{
	test_every_alloc(sign_one, NULL);
}

/* ---- Azure ---- */

static const char azure_key[] =
	"Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

#define DATE "Sun, 22 Nov 2026 10:11:12 GMT"
#define COMMON                                                                                     \
	{"x-ms-version", "2021-12-02"},                                                            \
	{                                                                                          \
		"x-ms-date", DATE                                                                  \
	}

/* As Azure's own library for Python signs them; but for the one with Range, which it leaves out:
 * that one is from the documented text to sign. */
void test_sign__azure(void)
{
	static const struct sign_pair get[] = {COMMON, {"X-Ms-Range", " bytes=0-99"},
		{"if-match", "\"0x8D\""}},
				      date[] = {COMMON},
				      head[] = {COMMON, {"Range", "bytes=1-"},
					      {"x-ms-client-request-id", "abc"}},
				      empty[] = {COMMON, {"Content-Length", "0"},
					      {"Content-Type", "text/plain"},
					      {"x-ms-blob-type", "BlockBlob"}},
				      full[] = {COMMON, {"Content-Length", "12"},
					      {"Content-Type", "text/plain"},
					      {"Content-MD5", "AAAA"}, {"Content-Encoding", "gzip"},
					      {"Content-Language", "de"}, {"If-None-Match", "*"},
					      {"If-Modified-Since", DATE},
					      {"If-Unmodified-Since", DATE},
					      {"Date", "not beside x-ms-date"}};
	static const struct sign_pair list[] = {{"restype", "container"}, {"comp", "list"},
		{"prefix", "a/b c+"}, {"delimiter", "/"}, {"include", "metadata"},
		{"maxresults", "5"}};
	static const struct {
		const char *account;
		struct sign_request r;
		const char *authorization;
	} t[] = {
		{"acc", {"GET", NULL, "/c/flow/run/é x+y.txt", NULL, 0, get, ARRAY_SIZE(get)},
			"acc:qfyv06OgrM6Bge02qmZnVH1ed4jgQgCkxDcyx6Dm+Rw="},
		{"acc", {"GET", NULL, "/c", list, ARRAY_SIZE(list), date, ARRAY_SIZE(date)},
			"acc:9baYQn0w+FSnfq86fGAK4fFWiUgPnwo3Uvr0+eejzyI="},
		{"devstoreaccount1",
			{"HEAD", NULL, "/devstoreaccount1/c/k", NULL, 0, head, ARRAY_SIZE(head)},
			"devstoreaccount1:58T4MbU/1C+YP1yae5yyfTyrSWb4j99FGWMuxiKC+K8="},
		{"acc", {"PUT", NULL, "/c/empty", NULL, 0, empty, ARRAY_SIZE(empty)},
			"acc:JthqfvciXihZAfA22TO4djtfbbCJ+J174hCE5qrG2Wk="},
		{"acc", {"PUT", NULL, "/c/full", NULL, 0, full, ARRAY_SIZE(full)},
			"acc:dYGEOaosMYflpt2XhdGzNMkYMxFzH8KJyHrAMAYdnFw="},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct buf path = BUF_INIT(1000), b = BUF_INIT(1000);
		struct sign_request r = t[i].r;
		sign_path(&path, r.path);
		r.path = path.p;
		r.host = "not signed";
		CHECK_INT(sign_azure(&b, &r, t[i].account, azure_key, NULL), MF_OK);
		CHECK(str_starts(b.p, "Authorization: SharedKey ") && b.p[b.n - 1] == '\n');
		b.p[b.n - 1] = '\0';
		CHECK_STR(b.p + 25, t[i].authorization);
		buf_release(&b);
		buf_release(&path);
	}
}

void test_sign__azure_repeated_query(void)
{
	/* values of one name are one list, sorted; names in lower case: the same text to sign */
	static const struct sign_pair two[] = {{"INCLUDE", "b"}, {"a", "1"}, {"include", "a"}},
				      one[] = {{"include", "a,b"}, {"a", "1"}},
				      date = {"x-ms-date", DATE};
	struct buf a = BUF_INIT(1000), b = BUF_INIT(1000);
	CHECK_INT(sign_azure(&a, &(struct sign_request){"GET", "h", "/c", two, 3, &date, 1}, "acc",
			  azure_key, NULL),
		0);
	CHECK_INT(sign_azure(&b, &(struct sign_request){"GET", "h", "/c", one, 2, &date, 1}, "acc",
			  azure_key, NULL),
		0);
	CHECK_STR(a.p, b.p);
	buf_release(&a);
	buf_release(&b);
}

void test_sign__azure_bad_keys(void)
{
	static const char *const t[][2] = {{"acc", "not base64"}, {"acc", ""}, {"acc", "AAAA\n"},
		{"acc", "AAA"}, {"", "AAAA"}, {"a\nb", "AAAA"}};
	static const struct sign_request r = {.method = "GET", .host = "h", .path = "/"};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct buf b = BUF_INIT(1000);
		struct mf_error err = MF_ERROR_INIT;
		CHECK_INT(sign_azure(&b, &r, t[i][0], t[i][1], &err), MF_EUSAGE);
		CHECK(!strstr(err.message, "AAA"));
		CHECK_INT(sign_azure(&b, &r, t[i][0], t[i][1], NULL), MF_EUSAGE);
		CHECK_STR(b.p, "");
		buf_release(&b);
	}
}

static int sign_azure_one(void *arg)
{
	static const struct sign_pair query = {"a", "b"}, header = {"x-ms-date", DATE};
	static const struct sign_request r = {"GET", "h", "/p", &query, 1, &header, 1};
	struct buf b = BUF_INIT(1000);
	(void)arg;
	int rc = sign_azure(&b, &r, "acc", azure_key, NULL);
	buf_release(&b);
	return rc;
}

void test_sign__azure_allocation_failure(void)
{
	test_every_alloc(sign_azure_one, NULL);
}
