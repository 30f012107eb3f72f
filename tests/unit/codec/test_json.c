#include "../../support/test.h"

/* Two libraries name their tokens alike. */
#define JSON_OBJECT JANSSON_OBJECT
#define JSON_ARRAY JANSSON_ARRAY
#define JSON_STRING JANSSON_STRING
#define JSON_INTEGER JANSSON_INTEGER
#define JSON_REAL JANSSON_REAL
#define JSON_TRUE JANSSON_TRUE
#define JSON_FALSE JANSSON_FALSE
#define JSON_NULL JANSSON_NULL
#include <jansson.h>
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_STRING
#undef JSON_INTEGER
#undef JSON_REAL
#undef JSON_TRUE
#undef JSON_FALSE
#undef JSON_NULL
#include <stdio.h>
#include <stdlib.h>

#include "../../../clientlib/base/limits.h"
#include "../../../clientlib/codec/json.h"

/* The document printed by us, or "offset: message". */
static const char *read_text(const char *p, size_t n)
{
	static char kept[8][4096];
	static int next;
	char *out = kept[next++ % 8];
	struct arena a;
	struct mf_value *v = NULL;
	struct mf_error err = MF_ERROR_INIT;
	struct buf b = BUF_INIT(sizeof(kept[0]) - 1);
	struct mf_sink sink = {buf_sink_write, &b};

	arena_init(&a, 0);
	int rc = json_parse(&v, &a, p, n, &err);
	CHECK_INT(rc, err.code);
	if (rc < 0) {
		CHECK_INT(rc, MF_ECORRUPT);
		snprintf(out, sizeof(kept[0]), "%lld: %s", (long long)err.offset, err.message);
	} else {
		CHECK_INT(mf_value_print_json(v, &sink, 0, NULL), 0);
		snprintf(out, sizeof(kept[0]), "%s", b.p);
	}
	buf_release(&b);
	arena_release(&a);
	return out;
}

/* Wherever in a string of whatever length an unusual byte stands, alone or before another: several bytes are looked at
 * in one step, and at the end of the text one at a time. */
void test_json__every_position(void)
{
	enum { LONGEST = 26 };
	static const unsigned char odd[] = {0x00, 0x01, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x5b, 0x5c, 0x5d, 0x7e, 0x7f, 0x80, 0xa2, 0xdc, 0xff};
	for (size_t n = 1; n <= LONGEST; n++)
		for (size_t at = 0; at < n; at++)
			for (size_t i = 0; i < sizeof(odd); i++) {
				char text[LONGEST + 2];
				struct json j;
				struct mf_error err = MF_ERROR_INIT;
				text[0] = '"';
				memset(text + 1, 'x', n);
				if (at + 1 < n)
					text[at + 2] = '"'; /* a borrow from the odd byte must not hide or make this one */
				text[1 + at] = (char)odd[i];
				text[n + 1] = '"';
				char *exact = malloc(n + 2); /* no byte behind may be read */
				memcpy(exact, text, n + 2);
				json_init(&j, exact, n + 2, &err);
				enum json_token t = json_next(&j);
				bool closed = at + 1 < n; /* by the quote behind it */
				if (odd[i] == '"') {
					CHECK_INT(t, JSON_STRING);
					CHECK_INT(j.text_n, at);
				} else if (odd[i] == '\\') { /* takes the quote behind it */
					CHECK_INT(t, at + 1 == n ? JSON_BAD : JSON_STRING);
					if (t == JSON_STRING)
						CHECK_INT(j.text_n, n);
				} else if (odd[i] < 0x20 || odd[i] >= 0x80) {
					CHECK_INT(t, JSON_BAD);
					CHECK_INT(err.offset, at + 1);
				} else {
					CHECK_INT(t, JSON_STRING);
					CHECK_INT(j.text_n, closed ? at + 1 : n);
				}
				free(exact);
			}
}

#define S(literal) literal, sizeof(literal) - 1
void test_json__accepts(void)
{
	static const struct {
		const char *in;
		size_t n;
		const char *out;
	} t[] = {
		{S("null"), "null"},
		{S(" \t\r\n true \n"), "true"},
		{S("false"), "false"},
		{S("0"), "0"},
		{S("-0"), "0"},
		{S("-0.0"), "-0.0"},
		{S("1.50"), "1.5"},
		{S("1e5"), "100000.0"},
		{S("1E+2"), "100.0"},
		{S("1e-2"), "0.01"},
		{S("1e400"), "{\"$float\":\"inf\"}"},
		{S("NaN"), "{\"$float\":\"nan\"}"},
		{S("Infinity"), "{\"$float\":\"inf\"}"},
		{S("-Infinity"), "{\"$float\":\"-inf\"}"},
		{S("9223372036854775807"), "9223372036854775807"},
		{S("-9223372036854775808"), "-9223372036854775808"},
		{S("9223372036854775808"), "9223372036854775808"},
		{S("-9223372036854775809"), "-9223372036854775809"},
		{S("18446744073709551616"), "18446744073709551616"},
		{S("-340282366920938463463374607431768211456"), "-340282366920938463463374607431768211456"},
		{S("255"), "255"},
		{S("-128"), "-128"},
		{S("\"\""), "\"\""},
		{S("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\""), "\"a\\\"\\\\/\\b\\f\\n\\r\\t\""},
		{S("\"\\u00e9\\u00E9\""), "\"\\u00e9\\u00e9\""},
		{S("\"caf\xc3\xa9\""), "\"caf\\u00e9\""},
		{S("\"\\ud83d\\ude00\""), "\"\\ud83d\\ude00\""},
		{S("\"\xf0\x9f\x98\x80\""), "\"\\ud83d\\ude00\""},
		{S("\"\\ud800\""), "\"\\ud800\""},
		{S("\"\\udc00\\ud800x\""), "\"\\udc00\\ud800x\""},
		{S("\"\\ud800\\u0041\""), "\"\\ud800A\""},
		{S("\"\\u0000\""), "\"\\u0000\""},
		{S("\"\x7f\""), "\"\\u007f\""},
		{S("[]"), "[]"},
		{S("[ ]"), "[]"},
		{S("{}"), "{}"},
		{S("{ }"), "{}"},
		{S("[1,[2,[3,{}]],{}]"), "[1,[2,[3,{}]],{}]"},
		{S("{\"a\":1,\"b\":[true,null],\"\":\"x\"}"), "{\"a\":1,\"b\":[true,null],\"\":\"x\"}"},
		{S("{\"a\":1,\"a\":2}"), "{\"a\":2}"},
		{S("{\"a\":1,\"\\u0061\":2}"), "{\"a\":2}"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_STR(read_text(t[i].in, t[i].n), t[i].out);
}

void test_json__rejects(void)
{
	static const struct {
		const char *in;
		size_t n;
		const char *says;
	} t[] = {
		{S(""), "0: line 1, column 1: empty document"},
		{S("  "), "2: line 1, column 3: document cut short"},
		{S("nul"), "0: line 1, column 1: not a JSON value"},
		{S("True"), "0: line 1, column 1: not a JSON value"},
		{S("nan"), "0: line 1, column 1: not a JSON value"},
		{S("-NaN"), "0: line 1, column 1: not a JSON value"},
		{S("+1"), "0: line 1, column 1: not a JSON value"},
		{S(".5"), "0: line 1, column 1: not a JSON value"},
		{S("-"), "0: line 1, column 1: not a JSON value"},
		{S("01"), "0: line 1, column 1: number with a leading zero"},
		{S("-01"), "1: line 1, column 2: number with a leading zero"},
		{S("1."), "2: line 1, column 3: number ends after its point"},
		{S("1.e5"), "2: line 1, column 3: number ends after its point"},
		{S("1e"), "2: line 1, column 3: number ends in its exponent"},
		{S("1e+"), "3: line 1, column 4: number ends in its exponent"},
		{S("1 2"), "2: line 1, column 3: text after the end of the document"},
		{S("{} x"), "3: line 1, column 4: text after the end of the document"},
		{S("1\0"), "1: line 1, column 2: text after the end of the document"},
		{S("\"a"), "2: line 1, column 3: string without an end"},
		{S("\"\\\""), "3: line 1, column 4: string without an end"},
		{S("\"a\nb\""), "2: line 1, column 3: control character in a string"},
		{S("\"\0\""), "1: line 1, column 2: control character in a string"},
		{S("\"\\x\""), "1: line 1, column 2: bad escape in a string"},
		{S("\"\\"), "1: line 1, column 2: bad escape in a string"},
		{S("\"\\\0\""), "1: line 1, column 2: bad escape in a string"},
		{S("\"\\u12g4\""), "1: line 1, column 2: bad \\u escape in a string"},
		{S("\"\\u12"), "1: line 1, column 2: bad \\u escape in a string"},
		{S("\"\xff\""), "1: line 1, column 2: invalid UTF-8 in a string"},
		{S("\"\xed\xa0\x80\""), "1: line 1, column 2: invalid UTF-8 in a string"},
		{S("\"\xc3"), "1: line 1, column 2: invalid UTF-8 in a string"},
		{S("["), "1: line 1, column 2: document cut short"},
		{S("[1"), "2: line 1, column 3: document cut short"},
		{S("[1,"), "3: line 1, column 4: document cut short"},
		{S("[1,]"), "3: line 1, column 4: not a JSON value"},
		{S("[,]"), "1: line 1, column 2: not a JSON value"},
		{S("[1 2]"), "3: line 1, column 4: expected a comma or a closing bracket"},
		{S("[1}"), "2: line 1, column 3: unmatched closing bracket"},
		{S("{\"a\":1]"), "6: line 1, column 7: unmatched closing bracket"},
		{S("{"), "1: line 1, column 2: document cut short"},
		{S("{\"a\""), "4: line 1, column 5: expected a colon after the key"},
		{S("{\"a\" 1}"), "5: line 1, column 6: expected a colon after the key"},
		{S("{\"a\":"), "5: line 1, column 6: document cut short"},
		{S("{\"a\":}"), "5: line 1, column 6: not a JSON value"},
		{S("{\"a\":1,}"), "7: line 1, column 8: expected a string as key"},
		{S("{1:2}"), "1: line 1, column 2: expected a string as key"},
		{S("{,}"), "1: line 1, column 2: expected a string as key"},
		{S("]"), "0: line 1, column 1: not a JSON value"},
		{S("{\n  \"a\": 1,\n  \"b\": oops\n}"), "19: line 3, column 8: not a JSON value"},
		{S("[1,\r\n 2\n"), "8: line 3, column 1: document cut short"},
		{S("\xef\xbb\xbf{}"), "0: line 1, column 1: not a JSON value"},
		{S("// no\n1"), "0: line 1, column 1: not a JSON value"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_STR(read_text(t[i].in, t[i].n), t[i].says);
}

static int parse_quietly(const char *p, size_t n)
{
	struct arena a;
	struct mf_value *v;
	arena_init(&a, 0);
	int rc = json_parse(&v, &a, p, n, NULL);
	arena_release(&a);
	return rc;
}

void test_json__depth_has_a_limit(void)
{
	static char text[4 * MF_LIMIT_JSON_DEPTH];
	for (size_t d = MF_LIMIT_JSON_DEPTH - 1; d <= MF_LIMIT_JSON_DEPTH + 1; d++)
		for (int object = 0; object < 2; object++) {
			size_t n = 0;
			for (size_t i = 0; i < d; i++) {
				if (object && i + 1 < d) {
					memcpy(text + n, "{\"\":", 4);
					n += 4;
				} else {
					text[n++] = object ? '{' : '[';
				}
				if (n > sizeof(text) / 2 + sizeof(text) / 4)
					break;
			}
			if (object && d * 4 > sizeof(text) - d)
				continue;
			for (size_t i = 0; i < d; i++)
				text[n++] = object ? '}' : ']';
			CHECK_INT(parse_quietly(text, n), d <= MF_LIMIT_JSON_DEPTH ? MF_OK : MF_ECORRUPT);
		}
	/* far too deep: an error, no overflow */
	size_t n = 1 << 20;
	char *deep = malloc(n);
	memset(deep, '[', n);
	CHECK_INT(parse_quietly(deep, n), MF_ECORRUPT);
	free(deep);
}

void test_json__every_truncation_is_an_error(void)
{
	static const char doc[] = "{\"a\": [1, -2.5e3, \"x\\u00e9\\n\", true, false, null, {\"b\": {}}], \"c\": \"caf\xc3\xa9\"}";
	for (size_t n = 0; n < sizeof(doc) - 1; n++) {
		char *copy = malloc(n ? n : 1); /* exact size: the sanitizer sees a read past the end */
		memcpy(copy, doc, n);
		CHECK_INT(parse_quietly(copy, n), MF_ECORRUPT);
		free(copy);
	}
	CHECK_INT(parse_quietly(doc, sizeof(doc) - 1), MF_OK);
}

void test_json__first_error_wins(void)
{
	struct mf_error err = MF_ERROR_INIT;
	struct arena a;
	struct mf_value *v;
	arena_init(&a, 0);
	err_set(&err, MF_EIO, "before");
	CHECK_INT(json_parse(&v, &a, "[", 1, &err), MF_ECORRUPT);
	CHECK_STR(err.message, "before");
	/* a document that is fine is read although something failed before */
	CHECK_INT(json_parse(&v, &a, "[1]", 3, &err), MF_OK);
	CHECK_INT(mf_value_count(v), 1);
	arena_release(&a);
}

void test_json__tokens(void)
{
	static const char doc[] = "{\"k\\u0065y\": [12, \"s\", {\"skip\": [1, {}]}, -7, 1.5], \"next\": NaN}";
	struct json j;
	struct arena a;
	struct mf_error err = MF_ERROR_INIT;
	int64_t i;
	size_t n;
	arena_init(&a, 0);
	json_init(&j, doc, sizeof(doc) - 1, &err);
	CHECK_INT(json_next(&j), JSON_OBJECT);
	CHECK_INT(json_next(&j), JSON_KEY);
	CHECK(!json_is(&j, "key")); /* escaped: has to be decoded */
	const char *p = json_text(&j, &a, &n);
	CHECK(n == 3 && memcmp(p, "key", 3) == 0);
	CHECK_INT(json_next(&j), JSON_ARRAY);
	CHECK_INT(json_next(&j), JSON_NUMBER);
	CHECK(json_int(&j, &i) && i == 12);
	CHECK_INT(json_next(&j), JSON_STRING);
	CHECK(json_is(&j, "s"));
	CHECK_INT(json_skip(&j, json_next(&j)), 0);
	CHECK_INT(json_next(&j), JSON_NUMBER);
	CHECK(json_int(&j, &i) && i == -7);
	CHECK_INT(json_next(&j), JSON_NUMBER);
	CHECK(!json_int(&j, &i));
	CHECK_INT(json_next(&j), JSON_ARRAY_END);
	CHECK_INT(json_next(&j), JSON_KEY);
	CHECK(json_is(&j, "next"));
	CHECK_INT(json_next(&j), JSON_NUMBER);
	CHECK_INT(json_next(&j), JSON_OBJECT_END);
	CHECK_INT(json_next(&j), JSON_END);
	CHECK_INT(json_next(&j), JSON_END);
	CHECK_INT(err.code, 0);
	arena_release(&a);
}

void test_json__integers(void)
{
	static const struct {
		const char *text;
		bool fits;
		int64_t i;
	} t[] = {{"0", true, 0}, {"-0", true, 0}, {"99999999999999999", true, 99999999999999999},
		{"100000000000000000", true, 100000000000000000}, {"9223372036854775807", true, INT64_MAX},
		{"-9223372036854775808", true, INT64_MIN}, {"9223372036854775808", false, 0},
		{"-9223372036854775809", false, 0}, {"1e2", false, 0}, {"1.0", false, 0}, {"NaN", false, 0},
		{"Infinity", false, 0}, {"100000000000000000000000000000", false, 0}};
	for (size_t k = 0; k < ARRAY_SIZE(t); k++) {
		struct json j;
		int64_t i = -1;
		json_init(&j, t[k].text, strlen(t[k].text), NULL);
		CHECK_INT(json_next(&j), JSON_NUMBER);
		CHECK_INT(json_int(&j, &i), t[k].fits);
		if (t[k].fits)
			CHECK_INT(i, t[k].i);
	}
}

/* ---- against jansson ---- */

static unsigned seed = 12345;
static unsigned roll(unsigned n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static json_t *anything(int depth)
{
	static const char *const words[] = {"", "a", "caf\xc3\xa9", "quote\"", "back\\slash", "tab\t nl\n", "\xf0\x9f\x98\x80", "/",
		"long enough to be more than one machine word"};
	switch (roll(depth > 0 ? 8 : 6)) {
	case 0: return json_null();
	case 1: return json_boolean(roll(2));
	case 2: return json_integer((json_int_t)roll(1000000) * (roll(2) ? 1 : -1));
	case 3: return json_integer((json_int_t)(((uint64_t)roll(1u << 24) << 40) ^ roll(1u << 24)) * (roll(2) ? 1 : -1));
	case 4: return json_real((double)roll(100000) / 64.0 * (roll(2) ? 1 : -1));
	case 5: return json_string(words[roll(ARRAY_SIZE(words))]);
	case 6: {
		json_t *v = json_array();
		for (unsigned n = roll(5); n; n--)
			json_array_append_new(v, anything(depth - 1));
		return v;
	}
	default: {
		json_t *v = json_object();
		for (unsigned n = roll(5); n; n--) {
			char key[24];
			snprintf(key, sizeof(key), "%s%u", words[roll(ARRAY_SIZE(words) - 1)], roll(9));
			json_object_set_new(v, key, anything(depth - 1));
		}
		return v;
	}
	}
}

static bool same(const json_t *a, const struct mf_value *b)
{
	size_t n;
	const char *p, *key;
	json_t *item;
	switch (json_typeof(a)) {
	case JANSSON_NULL: return b->kind == MF_NULL;
	case JANSSON_TRUE: return b->kind == MF_BOOL && b->u.b;
	case JANSSON_FALSE: return b->kind == MF_BOOL && !b->u.b;
	case JANSSON_INTEGER: return b->kind == MF_INT && b->u.i == json_integer_value(a);
	case JANSSON_REAL: return b->kind == MF_FLOAT && b->u.f == json_real_value(a);
	case JANSSON_STRING:
		p = mf_value_text(b, &n);
		return p && b->kind == MF_STRING && n == json_string_length(a) && memcmp(p, json_string_value(a), n) == 0;
	case JANSSON_ARRAY:
		if (b->kind != MF_LIST || mf_value_count(b) != json_array_size(a))
			return false;
		for (size_t i = 0; i < json_array_size(a); i++)
			if (!same(json_array_get(a, i), mf_value_item(b, i)))
				return false;
		return true;
	case JANSSON_OBJECT:
		if (b->kind != MF_DICT || mf_value_count(b) != json_object_size(a))
			return false;
		json_object_foreach((json_t *)(uintptr_t)a, key, item)
			if (!mf_value_get(b, key) || !same(item, mf_value_get(b, key)))
				return false;
		return true;
	}
	return false;
}


void test_json__agrees_with_jansson(void)
{
	static const size_t styles[] = {0, JSON_ENSURE_ASCII, JSON_COMPACT, JSON_INDENT(3), JSON_ESCAPE_SLASH};
	for (int round = 0; round < 3000; round++) {
		json_t *want = anything(5);
		size_t style = styles[roll(ARRAY_SIZE(styles))];
		char *text = json_dumps(want, style | JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
		struct arena a;
		struct mf_value *got;
		struct mf_error err = MF_ERROR_INIT;
		arena_init(&a, 0);
		int rc = json_parse(&got, &a, text, strlen(text), &err);
		if (rc < 0 || !same(want, got)) {
			printf("\n%s\n", text);
			CHECK_STR(err.message, "the same document");
		}
		/* damaged at one place: both accept it, or both refuse */
		char *hurt = text + roll((unsigned)strlen(text));
		*hurt = "\"{}[]:,x0\\ -e"[roll(13)];
		json_error_t why = {.text = ""};
		json_t *other = json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, &why);
		rc = json_parse(&got, &a, text, strlen(text), NULL);
		/* where we are lenient on purpose */
		bool lenient = !other && (strstr(why.text, "overflow") || strstr(why.text, "too big") ||
						 strstr(why.text, "Unicode"));
		if (!lenient && (other == NULL) != (rc < 0)) {
			printf("\n%s\n%s\n", text, why.text);
			CHECK_INT(rc < 0, other == NULL);
		}
		if (other && rc == 0)
			CHECK(same(other, got));
		json_decref(other);
		arena_release(&a);
		free(text);
		json_decref(want);
	}
}

static int parse_all(void *arg)
{
	const char *text = arg;
	struct arena a;
	struct mf_value *v;
	struct mf_error err = MF_ERROR_INIT;
	arena_init(&a, 0);
	int rc = json_parse(&v, &a, text, strlen(text), &err);
	arena_release(&a);
	return rc;
}

void test_json__out_of_memory(void)
{
	static char text[60000];
	size_t n = 0;
	text[n++] = '[';
	for (int i = 0; i < 1500; i++)
		n += (size_t)sprintf(text + n, "{\"k\": \"\\u00e9%d\"},", i);
	strcpy(text + n, "99999999999999999999999]");
	test_every_alloc(parse_all, text);
}

void test_json__arena_limit_is_an_error(void)
{
	struct arena a;
	struct mf_value *v;
	char text[20000];
	memset(text, ' ', sizeof(text));
	for (size_t i = 0; i < sizeof(text) - 2; i += 2)
		memcpy(text + i, i ? ",1" : "[1", 2);
	text[sizeof(text) - 2] = ']';
	arena_init(&a, 65536);
	CHECK_INT(json_parse(&v, &a, text, sizeof(text) - 1, NULL), MF_ENOMEM);
	arena_release(&a);
}
