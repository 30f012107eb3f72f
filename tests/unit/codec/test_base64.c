#include "../../support/test.h"

#include "../../../clientlib/codec/base64.h"

static int decode(struct buf *b, const char *text, unsigned flags, struct mf_error *err)
{
	*err = (struct mf_error)MF_ERROR_INIT;
	buf_clear(b);
	int rc = base64_decode(b, text, strlen(text), flags, err);
	CHECK_INT(rc, err->code);
	return rc;
}

void test_base64__values(void)
{
	static const struct {
		const char *text, *want;
	} t[] = {{"", ""}, {"Zg==", "f"}, {"Zm8=", "fo"}, {"Zm9v", "foo"}, {"Zm9vYg==", "foob"},
		{"Zm9vYmE=", "fooba"}, {"Zm9vYmFy", "foobar"}, {"+/+/", "\xfb\xff\xbf"}};
	struct buf b = BUF_INIT(1000);
	struct mf_error err;
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		CHECK_INT(decode(&b, t[i].text, 0, &err), 0);
		CHECK_STR(b.p, t[i].want);
	}
	CHECK_INT(decode(&b, " Zm9v\nYmE=\r\n", BASE64_BLANKS, &err), 0);
	CHECK_STR(b.p, "fooba");
	buf_release(&b);
}

void test_base64__strict(void)
{
	static const struct {
		const char *text;
		int at;
	} t[] = {{"Z", 1}, {"Zg", 2}, {"Zg=", 3}, {"Zm8", 3}, {"=", 0}, {"Z===", 1},
		{"Zg==Zg==", 4}, {"Zg===", 4}, {"Zm9v=", 4}, {"Zm-v", 2}, {"Zm_v", 2},
		{"Zm9v\n", 4}, {"Zh==", 4}, {"Zm9=", 4}, {"Zm9v Zg==", 4}, {"Zm\xc3\xa9", 2}};
	struct buf b = BUF_INIT(1000);
	struct mf_error err;
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		CHECK_INT(decode(&b, t[i].text, 0, &err), MF_ECORRUPT);
		CHECK_INT(err.offset, t[i].at);
	}
	buf_release(&b);
	struct buf small = BUF_INIT(4);
	CHECK_INT(base64_decode(&small, "Zm9vYmFyZm9v", 12, 0, &err), MF_ELIMIT);
	buf_release(&small);
}

static int under_faults(void *arg)
{
	struct buf b = BUF_INIT(1000);
	(void)arg;
	int rc = base64_decode(&b, "Zm9vYmFy", 8, 0, NULL);
	buf_release(&b);
	return rc;
}

void test_base64__allocation_failure(void)
{
	test_every_alloc(under_faults, NULL);
}

void test_base64__written(void)
{
	static const struct {
		const char *in, *text, *url;
	} t[] = {{"", "", ""}, {"a", "YQ==", "YQ"}, {"ab", "YWI=", "YWI"}, {"abc", "YWJj", "YWJj"},
		{"\xff\xef\xfe", "/+/+", "_-_-"}, {"\xfb\xff", "+/8=", "-_8"}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct buf b = BUF_INIT(100);
		base64_add(&b, t[i].in, strlen(t[i].in), false);
		CHECK_STR(b.p, t[i].text);
		buf_clear(&b);
		base64_add(&b, t[i].in, strlen(t[i].in), true);
		CHECK_STR(b.p, t[i].url);
		buf_release(&b);
	}
}
