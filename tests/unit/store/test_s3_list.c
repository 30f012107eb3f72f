/* covers: s3.c: names in buckets; and all of it without memory. */
#include "s3_case.h"

#define KEY(key) "<Contents><Key>" key "</Key><Size>3</Size><Owner><ID>x</ID></Owner></Contents>"
#define DIR(key) "<CommonPrefixes><Prefix>" key "</Prefix></CommonPrefixes>"

void test_s3_list__lists(void)
{
	static const struct sc_answer answers[] = {
		/* encoded as S3 has it; the prefix of the request comes back as well */
		{.body = LIST(
			 "<Prefix>pre/d%2F</Prefix><KeyCount>6</KeyCount><MaxKeys>1000</MaxKeys>"
			 "<Delimiter>%2F</Delimiter><EncodingType>url</"
			 "EncodingType><IsTruncated>true</IsTruncated>" KEY("pre/d/") KEY(
				 "pre/d/a+b") KEY("pre/d/a%2Bb") KEY("pre%2Fd%2F100%25")
				 KEY("pre/d/%C3%BC&amp;") DIR(
					 "pre/d/sub+dir/") "<NextContinuationToken>1/a+b=&amp;%</"
							   "NextContinuationToken>")},
		{.body = LIST("<IsTruncated>false</IsTruncated>" KEY("pre/d/a+b%41")
				 KEY("pre/d/z") "<EncodingType></EncodingType>")},
		{.body = LIST("")},
		/* its type told behind the names */
		{.body = LIST(KEY("pre/a+b") "<EncodingType>url</EncodingType>")},
		/* what is none of ours */
		{.body = LIST("<EncodingType>url</EncodingType>" KEY("other/x") KEY("pre")
				 KEY("pre/%00x") KEY("pre/x%00y") DIR("p/") KEY("pre/%FF%FE")
					 KEY("pre/%zz%4") KEY("") "<Contents></Contents>")},
	};
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	sc_open(&c, "s3://bkt/pre");
	CHECK_STR(sc_list(&c, (struct store_list){.prefix = "d/"}),
		"a b a+b 100% ü& sub dir/ (1/a+b=&%)");
	CHECK_STR(sc_line(&c, 0),
		"GET /bkt/?delimiter=%2F&encoding-type=url&list-type=2&prefix=pre%2Fd%2F");
	char next[] = "1/a+b=&%";
	CHECK_STR(sc_list(&c, (struct store_list){.prefix = "d/", .next = next}), "a+b%41 z");
	CHECK_STR(sc_line(&c, 1), "GET "
				  "/bkt/"
				  "?continuation-token=1%2Fa%2Bb%3D%26%25&delimiter=%2F&encoding-"
				  "type=url&list-type=2&prefix=pre%2Fd%2F");
	CHECK_STR(sc_list(&c, (struct store_list){.prefix = "ü +", .deep = true, .limit = 7}), "");
	CHECK_STR(sc_line(&c, 2),
		"GET /bkt/?encoding-type=url&list-type=2&max-keys=7&prefix=pre%2F%C3%BC%20%2B");
	CHECK_STR(sc_list(&c, (struct store_list){.prefix = "", .limit = 100000}), "a b");
	CHECK_STR(sc_line(&c, 3),
		"GET "
		"/bkt/?delimiter=%2F&encoding-type=url&list-type=2&max-keys=1000&prefix=pre%2F");
	CHECK_STR(sc_list(&c, (struct store_list){.prefix = ""}), "\xff\xfe %zz%4");
	for (size_t i = 0; i < 5; i++)
		check_signature(&c, i, "us-east-1");
	sc_end(&c);
	SC_BEGIN(&c, STORE_S3, answers);
	sc_open(&c, "s3://bkt");
	sc_list(&c, (struct store_list){.prefix = ""});
	CHECK_STR(sc_line(&c, 0), "GET /bkt/?delimiter=%2F&encoding-type=url&list-type=2&prefix=");
	sc_end(&c);
}

/* A list that is none is not an empty one. */
void test_s3_list__no_list(void)
{
	static const struct {
		struct sc_answer answer;
		const char *said;
	} t[] = {
		{{.body = "<ListBucketResult><Contents><Key>pre/a</Key>"},
			"corrupt: a list of the bucket: XML, line 1, column 45: no element found"},
		{{.body = ""},
			"corrupt: a list of the bucket: XML, line 1, column 1: no element found"},
		{{.body = "{\"items\": []}"}, "corrupt: a list of the bucket: XML, line 1, column "
					      "1: not well-formed (invalid token)"},
		{{.body = "<html><body>log in first</body></html>"},
			"corrupt: a list of the bucket: the reply is none"},
		{{.body = LIST("<IsTruncated>true</IsTruncated>" KEY("pre/a"))},
			"corrupt: a list of the bucket: it goes on, and the server does not say "
			"where"},
		{{.body = "<!DOCTYPE r [<!ENTITY x "
			  "\"y\">]><ListBucketResult>&x;</ListBucketResult>"},
			"corrupt: a list of the bucket: XML, line 1, column 25: it declares an "
			"entity"},
		{{.body = LIST(KEY("pre/\xff"))}, "corrupt: a list of the bucket: XML, line 2, "
						  "column 102: not well-formed (invalid token)"},
		/* replies that count for objects only */
		{{.status = 304}, "failed: http://HOST answers 304 "},
		{{.status = 412, .body = LIST("")}, "failed: http://HOST answers 412 "},
		{{.status = 404, .body = "<html>nothing here</html>"},
			"failed: http://HOST answers 404 "},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct store_case c;
		sc_begin(&c, STORE_S3, &t[i].answer, 1);
		sc_open(&c, "s3://bkt/pre");
		const char *said = sc_list(&c, (struct store_list){.prefix = ""}),
			   *url = httpd_url(c.d, ""), *at = strstr(said, url);
		if (at)
			said = textf("%.*shttp://HOST%s", (int)(at - said), said, at + strlen(url));
		if (i < 7)
			CHECK_STR(c.err.where, "s3://bkt/pre");
		if (i != 7)
			CHECK_STR(said, t[i].said);
		sc_end(&c);
	}
}

/* ---- memory ---- */

static int get_once(void *arg)
{
	return sc_once(arg, "s3://bkt/pre", sc_get_it);
}

static int list_once(void *arg)
{
	return sc_once(arg, "s3://bkt/pre", sc_list_it);
}

void test_s3_list__no_memory(void)
{
	static const struct sc_answer answers[] = {
		{.status = 301,
			.headers = "x-amz-bucket-region: eu-north-1\r\n",
			.body = ERROR("PermanentRedirect", "x")},
		{.status = 206,
			.body = "bytes",
			.headers = "Content-Range: bytes 1-4/9\r\nETag: \"e\"\r\n"}};
	static const struct sc_answer list[] = {
		{.body = LIST("<EncodingType>url</EncodingType>" KEY("pre/a/k") DIR(
			 "pre/a/d/") "<NextContinuationToken>t</NextContinuationToken>")}};
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	sc_set(&c, "DATATOOLS_CLIENT_PARAMS",
		textf("{\"endpoint_url\": \"%s\", \"region_name\": \"eu-west-1\", "
		      "\"aws_access_key_id\": "
		      "\"" SC_ID "\", \"aws_secret_access_key\": \"" SC_SECRET
		      "\", \"config\": {\"s3\": {\"addressing_style\": \"path\"}}}",
			httpd_url(c.d, "")));
	CHECK_INT(get_once(&c), MF_OK);
	test_every_alloc(get_once, &c);
	sc_end(&c);
	SC_BEGIN(&c, STORE_S3, list);
	CHECK_INT(list_once(&c), MF_OK);
	test_every_alloc(list_once, &c);
	sc_end(&c);
}
