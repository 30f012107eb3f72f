/* covers: xml.c */
#include "../../../clientlib/codec/xml.h"

#include "../../../clientlib/base/buf.h"
#include "../../support/test.h"

static int note(void *self, const char *path, const char *text, size_t n)
{
	buf_addf(self, "%s=%.*s;", path, (int)n, text);
	return ((struct buf *)self)->failed ? MF_ENOMEM : strstr(path, "stop") ? MF_EFAILED : MF_OK;
}

static int walk(struct buf *b, const char *text, struct mf_error *err)
{
	struct xml_visitor v = {note, b};
	buf_clear(b);
	return xml_walk(text, strlen(text), &v, err);
}

void test_xml__elements_and_texts(void)
{
	struct buf b = BUF_INIT(1 << 16);
	CHECK_INT(walk(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<r xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><a k='v'>x&amp;y"
			   "<b/>z&#x20ac;</a><c><![CDATA[<d>]]></c></r>", NULL), MF_OK);
	CHECK_STR(b.p, "r/a/b=;r/a=x&yz€;r/c=<d>;r=;");
	buf_release(&b);
}

void test_xml__refuses(void)
{
	struct buf b = BUF_INIT(1 << 20);
	struct buf deep = BUF_INIT(1 << 16);
	static const char *const bad[] = {"", "<a>", "<a></b>", "plain", "<a>\xff</a>",
		"<!DOCTYPE r [<!ENTITY x \"y\">]><r>&x;</r>", "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><r>&x;</r>"};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct mf_error err = MF_ERROR_INIT;
		CHECK_INT(walk(&b, bad[i], &err), MF_ECORRUPT);
		CHECK(strstr(err.message, "XML, line 1") != NULL);
	}
	for (int i = 0; i < 40; i++)
		buf_adds(&deep, "<x>");
	CHECK_INT(walk(&b, deep.p, NULL), MF_ECORRUPT);
	CHECK_INT(walk(&b, "<a><stop/><b/></a>", NULL), MF_EFAILED);
	CHECK_STR(b.p, "a/stop=;");
	buf_release(&deep);
	buf_release(&b);
}

static int once(void *self)
{
	return walk(self, "<a><b>text</b></a>", NULL);
}

void test_xml__no_memory(void)
{
	struct buf b = BUF_INIT(1 << 16);
	walk(&b, "<a/>", NULL); /* the library is loaded once */
	buf_release(&b);
	test_every_alloc(once, &b);
	buf_release(&b);
}
