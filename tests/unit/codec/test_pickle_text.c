#include "values.h"

void test_pickle_text__numbers(void)
{
	static const struct {
		const char *stream, *json;
	} t[] = {{"I0\n.", "0"}, {"I-0\n.", "0"}, {"I+5\n.", "5"}, {"I007\n.", "7"},
		{"I10\n.", "10"}, {"I999999999999999999\n.", "999999999999999999"},
		{"I1000000000000000000\n.", "1000000000000000000"},
		{"I9223372036854775807\n.", "9223372036854775807"},
		{"I-9223372036854775809\n.", "-9223372036854775809"}, {"L0L\n.", "0"},
		{"L-7\n.", "-7"}, {"F0\n.", "0.0"}, {"F-0.0\n.", "-0.0"},
		{"F1.7976931348623157e+308\n.", "1.7976931348623157e+308"},
		{"F1e999\n.", "{\"$float\":\"inf\"}"}, {"F+INFINITY\n.", "{\"$float\":\"inf\"}"},
		{"F5e-324\n.", "5e-324"}, {"F.5\n.", "0.5"}, {"F5.\n.", "5.0"}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_STR(
			values_print(t[i].stream, strlen(t[i].stream), VALUES_JSON, 0), t[i].json);
	CHECK(strstr(JSON_OF("I1 2\n."), "not an integer") != NULL);
	CHECK(strstr(JSON_OF("I--1\n."), "not an integer") != NULL);
	CHECK(strstr(JSON_OF("L5LL\n."), "not an integer") != NULL);
	CHECK(strstr(JSON_OF("F1,5\n."), "not a number") != NULL);
	CHECK(strstr(JSON_OF("Fnan(1)\n."), "not a number") != NULL);
	CHECK(strstr(JSON_OF("F 1\n."), "not a number") != NULL);
}

/* Converting takes quadratic time: there is an end to it. */
void test_pickle_text__very_long_integers(void)
{
	size_t n = 1100000;
	char *stream = malloc(n + 3);
	CHECK_FATAL(stream != NULL);
	memset(stream, '9', n);
	stream[0] = 'I';
	memcpy(stream + n, "\n.", 3);
	CHECK(strncmp(values_print(stream, n + 2, VALUES_JSON, 0), "too_large: ", 11) == 0);
	free(stream);
}

void test_pickle_text__utf8(void)
{
	static const struct {
		const char *text;
		bool ok;
	} t[] = {{"abc", true}, {"\xc2\x80", true}, {"\xed\xa0\x80", true}, {"\xed\xbf\xbf", true},
		{"\xf4\x8f\xbf\xbf", true}, {"\xc0\x80", false}, {"\xc1\xbf", false},
		{"\xe0\x9f\xbf", false}, {"\xf0\x8f\xbf\xbf", false}, {"\xf4\x90\x80\x80", false},
		{"\xf5\x80\x80\x80", false}, {"\x80", false}, {"\xc2", false}, {"\xe2\x82", false},
		{"abcdefgh\xff", false}, {"abcdefghi\xc3\xa9", true}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		char stream[64];
		int n = snprintf(
			stream, sizeof(stream), "\x8c%c%s.", (char)strlen(t[i].text), t[i].text);
		const char *got = values_print(stream, (size_t)n, VALUES_JSON, 0);
		CHECK_INT(got[0] == '"', t[i].ok);
	}
}

void test_pickle_text__raw_unicode_escape(void)
{
	CHECK_STR(JSON_OF("V\\u000a\\u0000\\u005c\n."), "\"\\n\\u0000\\\\\"");
	CHECK_STR(JSON_OF("V\\ud83d\\ude00\n."), "\"\\ud83d\\ude00\"");
	CHECK_STR(JSON_OF("V\\\\\\u0041\n."), "\"\\\\\\\\A\"");
	CHECK_STR(JSON_OF("Vend\\\n."), "\"end\\\\\"");
	CHECK_STR(JSON_OF("V\xff\n."), "\"\\u00ff\"");
	CHECK_STR(JSON_OF("V\n."), "\"\"");
}

void test_pickle_text__string_literals(void)
{
	CHECK_STR(JSON_OF("S'\\0\\12\\777\\a\\b\\f\\v\\r\\n'\n."), "{\"$bytes\":\"AAr/BwgMCw0K\"}");
	CHECK_STR(JSON_OF("S''\n."), "\"\"");
	CHECK_STR(JSON_OF("S'a\\\\'\n."), "\"a\\\\\"");
	CHECK(strstr(JSON_OF("S'\n."), "not quoted") != NULL);
	CHECK(strstr(JSON_OF("S'a\"\n."), "not quoted") != NULL);
	CHECK(strstr(JSON_OF("Sabc\n."), "not quoted") != NULL);
}
