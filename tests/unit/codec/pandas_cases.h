/* tests/unit/codec/pandas_cases.h: real pickles of pandas 1.0, 1.5, 2.2 and 3.1, and crafted ones
 * whose parts do not fit together (tests/data/pandas.txt: a name, the stream in base64, the JSON of
 * json-values.md §4 made in Python; crafted ones have none). The zones of tests/data/zoneinfo are
 * used. */
#ifndef TEST_PANDAS_CASES_H
#define TEST_PANDAS_CASES_H

#include "values.h"

struct pandas_case {
	char name[64];
	char *stream; /* of exactly n bytes: the sanitizer sees a read beyond them */
	size_t n;
	const char *json; /* NULL: crafted */
};

static struct pandas_case pandas_cases[128];
static size_t pandas_n;

static inline unsigned pandas_digit(char c)
{
	return c >= 'a'   ? (unsigned)(c - 'a') + 26
	       : c >= 'A' ? (unsigned)(c - 'A')
	       : c >= '0' ? (unsigned)(c - '0') + 52
	       : c == '+' ? 62
			  : 63;
}

static inline void pandas_decode(struct pandas_case *c, const char *p, size_t n)
{
	while (n && p[n - 1] == '=')
		n--;
	c->n = n * 6 / 8;
	c->stream = malloc(c->n);
	for (size_t i = 0; i < c->n; i++) {
		size_t at = i * 8 / 6, shift = i * 8 % 6;
		unsigned two =
			pandas_digit(p[at]) << 6 | (at + 1 < n ? pandas_digit(p[at + 1]) : 0);
		c->stream[i] = (char)(two >> (4 - shift));
	}
}

static inline void pandas_load(void)
{
	static char text[1 << 18];

	setenv("TZDIR", test_data("zoneinfo"), 1);
	setlocale(LC_CTYPE, "C.UTF-8");
	if (pandas_n)
		return;
	FILE *f = fopen(test_data("pandas.txt"), "rb");
	CHECK_FATAL(f != NULL);
	size_t n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	CHECK_FATAL(n > 0 && n < sizeof(text) - 1);
	for (char *line = text; *line && pandas_n < ARRAY_SIZE(pandas_cases);) {
		struct pandas_case *c = &pandas_cases[pandas_n++];
		char *end = strchr(line, '\n'), *stream = strchr(line, '\t') + 1;
		*end = '\0';
		char *json = strchr(stream, '\t');
		snprintf(c->name, sizeof(c->name), "%.*s", (int)(stream - 1 - line), line);
		pandas_decode(c, stream, json ? (size_t)(json - stream) : strlen(stream));
		c->json = json ? json + 1 : NULL;
		line = end + 1;
	}
	/* Streams live as long as the program; the sanitizer knows them by this table. */
	CHECK(pandas_n > 70 && pandas_n < ARRAY_SIZE(pandas_cases));
}

static inline const struct pandas_case *pandas_find(const char *name)
{
	pandas_load();
	for (size_t i = 0; i < pandas_n; i++)
		if (strcmp(pandas_cases[i].name, name) == 0)
			return &pandas_cases[i];
	CHECK_STR(name, "a case of tests/data/pandas.txt");
	CHECK_FATAL(false);
	return NULL;
}

static inline const struct mf_value *pandas_value(struct arena *a, const char *name)
{
	const struct pandas_case *c = pandas_find(name);
	return values_read(a, c->stream, c->n);
}

#endif
