#include "values.h"

void test_render_out__strings(void)
{
	static const struct {
		const char *text;
		size_t n;
		const char *json;
	} t[] = {{"", 0, "\"\""}, {"plain ~", 7, "\"plain ~\""}, {"\"\\/", 3, "\"\\\"\\\\/\""},
		{"\b\f\n\r\t", 5, "\"\\b\\f\\n\\r\\t\""},
		{"\0\x1f\x7f", 3, "\"\\u0000\\u001f\\u007f\""},
		{"\xc3\xa9\xe2\x82\xac", 5, "\"\\u00e9\\u20ac\""},
		{"\xf0\x9f\x98\x80", 4, "\"\\ud83d\\ude00\""},
		{"\xf4\x8f\xbf\xbf", 4, "\"\\udbff\\udfff\""}, {"\xed\xa0\xbd", 3, "\"\\ud83d\""},
		/* not from a pickle, but from wherever: bytes that are no text */
		{"a\xff", 2, "\"a\\udcff\""}, {"\xc3", 1, "\"\\udcc3\""},
		{"\xc3(", 2, "\"\\udcc3(\""}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct values_printer p;
		values_printer_init(&p, 0);
		render_string(&p.p, t[i].text, t[i].n);
		CHECK_STR(values_printer_end(&p), t[i].json);
	}
}

void test_render_out__numbers(void)
{
	struct values_printer p;
	values_printer_init(&p, 0);
	render_open(&p.p, '[');
	static const int64_t ints[] = {0, -1, 10, INT64_MAX, INT64_MIN};
	for (size_t i = 0; i < ARRAY_SIZE(ints); i++) {
		render_next(&p.p);
		render_int(&p.p, ints[i]);
	}
	render_next(&p.p);
	render_float(&p.p, 1e16);
	render_close(&p.p, ']');
	CHECK_STR(
		values_printer_end(&p), "[0,-1,10,9223372036854775807,-9223372036854775808,1e+16]");
}

void test_render_out__bytes(void)
{
	static const char *const want[] = {"", "AA==", "AAE=", "AAEC", "AAECAw=="};
	for (size_t n = 0; n < ARRAY_SIZE(want); n++) {
		struct values_printer p;
		char text[64];
		values_printer_init(&p, 0);
		render_bytes(&p.p, &(struct mf_value){.kind = MF_BYTES, .u.s = {"\0\1\2\3", n}});
		snprintf(text, sizeof(text), "{\"$bytes\":\"%s\"}", want[n]);
		CHECK_STR(values_printer_end(&p), text);
	}
}

void test_render_out__indented(void)
{
	static const char stream[] = "(dVa\n(lK\x01"
				     "aK\x02"
				     "asVb\n(dsVc\n(lsVd\nNs.";
	CHECK_STR(values_print(stream, sizeof(stream) - 1, VALUES_JSON, MF_PRINT_INDENT),
		"{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {},\n  \"c\": [],\n  \"d\": null\n}");
	CHECK_STR(values_print("K\x01.", 3, VALUES_JSON, MF_PRINT_INDENT), "1");
}

void test_render_out__colored(void)
{
	static const char stream[] = "(dVa\n(lVx\naK\x02"
				     "aNas.";
	CHECK_STR(values_print(stream, sizeof(stream) - 1, VALUES_JSON, MF_PRINT_COLOR),
		"{\x1b[34;1m\"a\"\x1b[0m:[\x1b[32m\"x\"\x1b[0m,\x1b[36m2\x1b[0m,\x1b[35mnull\x1b["
		"0m]}");
}

/* Texts longer than the printer's own buffer, at all distances from its end. */
void test_render_out__long_texts(void)
{
	for (size_t n = 4090; n < 4110; n++) {
		struct values_printer p;
		char *text = malloc(n);
		memset(text, 'x', n);
		text[n / 2] = '\n';
		values_printer_init(&p, 0);
		render_open(&p.p, '[');
		for (int i = 0; i < 3; i++) {
			render_next(&p.p);
			render_string(&p.p, text, n);
		}
		render_close(&p.p, ']');
		CHECK_INT(strlen(values_printer_end(&p)), 3 * (n + 3) + 4);
		free(text);
	}
}
