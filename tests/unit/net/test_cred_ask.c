/* covers: clientlib/net/cred_doc.c */
#include "../../../clientlib/net/cred_ask.h"

#include <stdlib.h>

#include "../../support/history.h"
#include "../../support/test.h"

void test_cred_ask__where_secrets_may_go(void)
{
	static const char *const good[] = {"https://a", "https://a.example:8443/x?y#z",
		"HTTPS://a/", "http://127.0.0.1", "http://127.0.0.1:80/x", "http://127.9.8.7/",
		"http://localhost", "http://LocalHost:1/", "http://[::1]", "http://[::1]:8080/x",
		"https://[2001:db8::1]/"};
	static const char *const bad[] = {"", "a", "http://", "https://", "https:///x",
		"https://?x", "https://@a", "https://:1", "http://a", "http://127.0.0.1.example",
		"http://127.0.0.1x", "http://127.0.0", "http://127..0.0.1", "http://127.0.0.1@a/",
		"http://localhost@a", "http://localhost:x@a/", "http://[::1]@a", "http://[::1].a",
		"http://[::1", "http://::1", "http://[::2]/", "http://128.0.0.1", "http://0.0.0.0",
		"http://localhost.", "ftp://localhost", "file:///etc/passwd", "https://a b",
		"https://a\n", "http://localhost\\@a", "//localhost", "https://\xc3\xa4"};
	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		CHECK_STR(cred_url_safe(good[i]) ? good[i] : "refused", good[i]);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		CHECK_STR(cred_url_safe(bad[i]) ? bad[i] : "refused", "refused");
}

void test_cred_ask__documents(void)
{
	static const char text[] =
		"{\"a\": \"x\\ny\", \"b\": \"\", \"c\": 7, \"d\": \"p\\u0000q\", "
		"\"o\": {\"a\": \"inner\"}, \"n\": \"12\", \"f\": 3.9, \"neg\": -1, "
		"\"big\": 1e300, \"long\": \"1234567890123456\", \"mix\": \"1x\"}";
	struct cred_doc d;
	int64_t n = -5;
	CHECK_FATAL(cred_doc_parse(&d, strdup(text), strlen(text), NULL) == MF_OK);
	CHECK_STR(cred_doc_text(&d, d.v, "a"), "x\ny");
	CHECK_STR(cred_doc_text(&d, mf_value_get(d.v, "o"), "a"), "inner");
	static const char *const none[] = {"b", "c", "d", "o", "zz"};
	for (size_t i = 0; i < ARRAY_SIZE(none); i++)
		CHECK(!cred_doc_text(&d, d.v, none[i]));
	CHECK(!cred_doc_text(&d, NULL, "a"));
	CHECK(!cred_doc_text(&d, mf_value_get(d.v, "a"), "a"));
	CHECK(cred_doc_number(d.v, "c", &n) && n == 7);
	CHECK(cred_doc_number(d.v, "n", &n) && n == 12);
	CHECK(cred_doc_number(d.v, "f", &n) && n == 3);
	static const char *const no_number[] = {"a", "b", "neg", "big", "long", "mix", "o", "zz"};
	for (size_t i = 0; i < ARRAY_SIZE(no_number); i++)
		CHECK(!cred_doc_number(d.v, no_number[i], &n));
	cred_doc_release(&d);
	cred_doc_release(&d);
	static const char *const bad[] = {"", "7", "\"x\"", "[]", "{\"a\":1", "{\"a\":1}}"};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct mf_error err = MF_ERROR_INIT;
		CHECK_INT(cred_doc_parse(&d, strdup(bad[i]), strlen(bad[i]), &err), MF_ECORRUPT);
		CHECK_STR(err.message, "not an object in JSON");
		cred_doc_release(&d);
	}
}

void test_cred_ask__texts(void)
{
	struct buf b = BUF_INIT(1000);
	cred_form(&b, "a", "x y&z=ä");
	cred_form(&b, "none", NULL);
	cred_form(&b, "b", "");
	CHECK_STR(b.p, "a=x%20y%26z%3D%C3%A4&b=");
	buf_clear(&b);
	buf_adds(&b, "http://h/p?");
	cred_form(&b, "a", "1");
	cred_form(&b, "b", "2");
	CHECK_STR(b.p, "http://h/p?a=1&b=2");
	buf_clear(&b);
	cred_json(&b, "a\"b\\c\n\x01ä");
	CHECK_STR(b.p, "\"a\\\"b\\\\c\\u000a\\u0001ä\"");
	buf_release(&b);
	CHECK(cred_token_valid("abc._-~+/="));
	CHECK(!cred_token_valid("") && !cred_token_valid("a b") && !cred_token_valid("a\n") &&
		!cred_token_valid("\x7f") && !cred_token_valid("ä"));
	struct cred_context x = {.cwd = "/home/a"};
	char *p = cred_path(&x, "b/c"), *q = cred_path(&x, "/b/c");
	CHECK_STR(p, "/home/a/b/c");
	CHECK_STR(q, "/b/c");
	free(p);
	free(q);
}

void test_cred_ask__errors(void)
{
	struct mf_error inner = MF_ERROR_INIT, err = MF_ERROR_INIT;
	err_at(&inner, MF_ENETWORK, "http://h/", "refused");
	inner.retriable = true;
	inner.sys_errno = 111;
	CHECK_INT(cred_fail(&err, &inner, "a source", "do this"), MF_ENETWORK);
	CHECK_STR(err.message, "a source: refused");
	CHECK_STR(err.where, "http://h/");
	CHECK_STR(err.hint, "do this");
	CHECK(err.retriable && err.sys_errno == 111);
	/* the first error wins, and its own hint */
	CHECK_INT(cred_fail(&err, &inner, "another", NULL), MF_ENETWORK);
	CHECK_STR(err.message, "a source: refused");
	err_clear(&err);
	err_hint(&inner, "that");
	cred_fail(&err, &inner, "a source", "this");
	CHECK_STR(err.hint, "that");
	CHECK_INT(cred_fail(NULL, &inner, "a source", "this"), MF_ENETWORK);
	err_clear(&err);
	err_clear(&inner);
	err_set(&inner, MF_ECANCELLED, "cancelled");
	CHECK_INT(cred_fail(&err, &inner, "a source", NULL), MF_ECANCELLED);
	CHECK_STR(err.message, "cancelled");
}
