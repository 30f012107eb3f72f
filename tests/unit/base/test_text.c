#include "../../support/test.h"

#include <locale.h>
#include <stdlib.h>

#include "../../../clientlib/base/text.h"

static void utf8(void)
{
	setlocale(LC_CTYPE, "C.UTF-8");
}

static char *escaped(const char *p, size_t n, unsigned flags)
{
	static char out[512];
	struct buf b = BUF_INIT(sizeof(out) - 1);
	text_escape(&b, p, n, flags);
	snprintf(out, sizeof(out), "%s", b.p);
	CHECK_INT(b.failed, 0);
	buf_release(&b);
	return out;
}

static char *fitted(const char *s, size_t width, bool pad, bool ascii)
{
	static char out[512];
	struct buf b = BUF_INIT(sizeof(out) - 1);
	text_fit(&b, s, strlen(s), width, pad, ascii);
	snprintf(out, sizeof(out), "%s", b.p);
	buf_release(&b);
	return out;
}

void test_text__every_code_point_decodes_to_itself(void)
{
	struct buf b = BUF_INIT(64);
	for (int32_t cp = 0; cp <= 0x10ffff; cp++) {
		int32_t got;
		buf_clear(&b);
		utf8_add(&b, cp);
		size_t len = utf8_next(b.p, b.n, &got);
		bool surrogate = cp >= 0xd800 && cp <= 0xdfff;
		if (surrogate ? got != -1 || len != 1 : got != cp || len != b.n) {
			CHECK_INT(got, cp);
			break;
		}
		if (b.n > 1 && (utf8_next(b.p, b.n - 1, &got) != 1 || got != -1)) {
			CHECK_INT(got, -1);
			break;
		}
	}
	buf_release(&b);
}

void test_text__invalid_bytes(void)
{
	static const char *const bad[] = {"\x80", "\xbf", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\x80",
		"\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xe2\x82", "\xe2\x28\xa1", "\xc3"};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		int32_t cp;
		CHECK_INT(utf8_next(bad[i], strlen(bad[i]), &cp), 1);
		CHECK_INT(cp, -1);
	}
}

void test_text__widths(void)
{
	static const struct {
		int32_t cp;
		int width;
	} t[] = {{'a', 1}, {' ', 1}, {0, -1}, {0x1b, -1}, {0x7f, -1}, {0x80, -1}, {0x9b, -1},
		{0xa0, 1}, {0xe9, 1}, {0x301, 0}, {0x65e5, 2}, {0x1f600, 2}, {0x2500, 1},
		{0x2588, 1}, {0x202e, -1}, {0x2066, -1}, {0x2028, -1}, {0x2029, -1}, {0x200b, -1},
		{0x200d, -1}, {0xfeff, -1}, {0xe0041, -1}, {0xad, -1}, {0xd800, -1}, {0x110000, -1},
		{-1, -1}, {0x378, -1}, {0xfe0f, 0}, {0xfff9, -1}, {0x61c, -1}, {0x206f, -1},
		{0x2070, 1}};
	utf8();
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		if (cp_width(t[i].cp) != t[i].width) {
			printf("\nU+%04X\n", (unsigned)t[i].cp);
			CHECK_INT(cp_width(t[i].cp), t[i].width);
		}
	CHECK_INT(text_width("日本é\xcc\x81x", 11), 6);
	CHECK_INT(text_width("\x1b[0m", 4), 7);
	CHECK_INT(text_width("", 0), 0);
}

void test_text__escape(void)
{
	utf8();
	CHECK_STR(escaped("plain \\ text", 12, 0), "plain \\ text");
	CHECK_STR(escaped("a\x1b[31mb", 7, 0), "a\\x1b[31mb");
	CHECK_STR(escaped("\n\t\r\0\x7f", 5, 0), "\\n\\t\\r\\x00\\x7f");
	CHECK_STR(escaped("a\nb\tc", 5, TEXT_KEEP_NL), "a\nb\\tc");
	CHECK_STR(escaped("a\nb\tc", 5, TEXT_KEEP_NL | TEXT_KEEP_TAB), "a\nb\tc");
	CHECK_STR(escaped("\xe2\x80\xae", 3, 0), "\\u202e");
	CHECK_STR(escaped("\xc2\x9b", 2, 0), "\\u009b");
	CHECK_STR(escaped("\x9b", 1, 0), "\\x9b");
	CHECK_STR(escaped("\xed\xa0\x80", 3, 0), "\\xed\\xa0\\x80");
	CHECK_STR(escaped("日é", 5, 0), "日é");
	CHECK_STR(escaped("日é😀", 9, TEXT_ASCII), "\\u65e5\\u00e9\\U0001f600");
	CHECK_STR(escaped("\xf3\xa0\x81\x81", 4, 0), "\\U000e0041");
	CHECK_STR(escaped("", 0, 0), "");
}

void test_text__escaped_text_is_harmless(void)
{
	utf8();
	unsigned seed = 7;
	struct buf b = BUF_INIT(4096), again = BUF_INIT(8192);
	for (int round = 0; round < 20000; round++) {
		char raw[24];
		size_t n = 1 + (seed >> 20) % sizeof(raw);
		for (size_t i = 0; i < n; i++) {
			seed = seed * 1664525 + 1013904223;
			raw[i] = (char)(seed >> 24);
		}
		buf_clear(&b);
		text_escape(&b, raw, n, 0);
		for (size_t i = 0; i < b.n;) {
			int32_t cp;
			i += utf8_next(b.p + i, b.n - i, &cp);
			if (cp_width(cp) < 0)
				CHECK(!"a character of escaped text is not printable");
		}
		if (text_width(raw, n) != text_width(b.p, b.n))
			CHECK_INT(text_width(raw, n), text_width(b.p, b.n));
		buf_clear(&again);
		text_escape(&again, b.p, b.n, 0);
		if (strcmp(again.p, b.p) != 0)
			CHECK_STR(again.p, b.p);
	}
	buf_release(&b);
	buf_release(&again);
}

void test_text__fit(void)
{
	utf8();
	CHECK_STR(fitted("hello", 5, false, false), "hello");
	CHECK_STR(fitted("hello", 7, true, false), "hello  ");
	CHECK_STR(fitted("hello", 7, false, false), "hello");
	CHECK_STR(fitted("hello", 4, false, false), "hel…");
	CHECK_STR(fitted("hello", 4, false, true), "he..");
	CHECK_STR(fitted("hello", 1, false, true), ".");
	CHECK_STR(fitted("hello", 1, false, false), "…");
	CHECK_STR(fitted("hello", 0, true, false), "");
	CHECK_STR(fitted("日本語", 6, true, false), "日本語");
	CHECK_STR(fitted("日本語", 5, true, false), "日本…");
	CHECK_STR(fitted("日本語", 4, true, false), "日… ");
	CHECK_STR(fitted("日本語", 4, false, false), "日…");
	CHECK_STR(fitted("e\xcc\x81"
			 "bcd",
			  2, false, false),
		"e\xcc\x81…");
	CHECK_STR(fitted("ab\xcc\x81", 2, false, false), "ab\xcc\x81");
	CHECK_STR(fitted("a\x1b]0;x", 8, false, false), "a?]0;x");
	CHECK_STR(fitted("", 3, true, false), "   ");
}

static int escape_and_fit(void *arg)
{
	(void)arg;
	struct buf b = BUF_INIT(4096);
	for (int i = 0; i < 20; i++) {
		text_escape(&b, "\x1b[0m日", 7, 0);
		text_fit(&b, "a longer text", 13, 9, true, false);
	}
	int rc = b.failed;
	buf_release(&b);
	return rc;
}

void test_text__out_of_memory(void)
{
	utf8();
	test_every_alloc(escape_and_fit, NULL);
}
