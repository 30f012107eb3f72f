#include "../../support/history.h"
#include "../../support/test.h"

#include "../../../clientlib/codec/decode.h"

static const char *decoded(const char *p, size_t n, const char *encoding)
{
	struct buf b = BUF_INIT(1 << 20);
	bool ok = decode_text(&b, p, n, encoding);
	const char *text = ok ? textf("%s", b.p) : "(no)";
	buf_release(&b);
	return text;
}
#define D(literal, encoding) decoded(literal, sizeof(literal) - 1, encoding)

/* As Python 3.11 has them. */
void test_decode__encodings(void)
{
	CHECK_STR(D("caf\xc3\xa9", NULL), "café");
	CHECK_STR(D("caf\xc3\xa9", "UTF8"), "café");
	CHECK_STR(D("caf\xe9\xa0", "latin-1"), "café\xc2\xa0");
	CHECK_STR(D("caf\xe9", "ISO_8859_1"), "café");
	CHECK_STR(D("\x80", "cp1252"), "€");
	CHECK_STR(D("\xff\xfew\0\xe9\0", "utf-16"), "wé");
	CHECK_STR(D("w\0\xe9\0", "utf_16_le"), "wé");
	CHECK_STR(D("\xff\xfe\0\0w\0\0\0", "utf-32"), "w");
	CHECK_STR(D("\x93\xfa\x96\x7b", "shift_jis"), "日本");
	CHECK_STR(D("\xef\xbb\xbfx", "utf-8-sig"), "x");
	CHECK_STR(D("x", "utf-8-sig"), "x");
	CHECK_STR(D("", "utf-16"), "");
}

void test_decode__newlines(void)
{
	CHECK_STR(D("a\r\nb\rc\n\r", NULL), "a\nb\nc\n\n");
	CHECK_STR(D("\r\r\n", "latin-1"), "\n\n");
	CHECK_STR(D("a\0\r\0\n\0b\0", "utf-16-le"), "a\nb");
}

void test_decode__no_text(void)
{
	CHECK_STR(D("\xff\xfe", NULL), "(no)");
	CHECK_STR(D("caf\xc3\xa9", "ascii"), "(no)");
	CHECK_STR(D("w\0\xe9", "utf-16-le"), "(no)"); /* half a character */
	CHECK_STR(D("x", "no-such-encoding"), "(no)");
	CHECK_STR(D("x", "no-such-encoding-of-more-than-sixty-four-characters-in-its-long-long-name"), "(no)");
}

void test_decode__much(void)
{
	struct buf b = BUF_INIT(1 << 20);
	char in[10000];
	memset(in, '\xe9', sizeof(in));
	buf_adds(&b, "before\r\n"); /* is left as it is */
	CHECK(decode_text(&b, in, sizeof(in), "latin-1"));
	CHECK_INT(b.n, 8 + 2 * sizeof(in));
	CHECK(strncmp(b.p, "before\r\n\xc3\xa9", 10) == 0);
	buf_release(&b);
	struct buf small = BUF_INIT(100);
	CHECK(!decode_text(&small, in, sizeof(in), "latin-1"));
	buf_release(&small);
}
