#include "../../support/test.h"

#include <stdio.h>

#include "../../../clientlib/codec/logline.h"

#define SECOND INT64_C(1000000)

void test_logline__parts(void)
{
	static const char line[] =
		"[MFLOG|0|2026-11-21T01:33:34.282734Z|runtime|fd28f5bb]hello [x] | y\r";
	struct logline l;
	CHECK_FATAL(logline_parse(&l, line, strlen(line)));
	CHECK_INT(l.us, 1795224814 * SECOND + 282734);
	CHECK(l.stamp_n == 26 && l.source_n == 7 && l.id_n == 8 && !l.persist);
	CHECK(memcmp(l.stamp, "2026-11-21T01:33:34.282734", 26) == 0);
	CHECK(memcmp(l.source, "runtime", 7) == 0 && memcmp(l.id, "fd28f5bb", 8) == 0);
	CHECK_STR(l.text, "hello [x] | y\r");
	CHECK_INT(l.text_n, strlen("hello [x] | y\r"));

	static const char marked[] = "[![MFLOG|0|2026-11-21T01:33:34.5Z|task|1]";
	CHECK_FATAL(logline_parse(&l, marked, strlen(marked)));
	CHECK(l.persist && l.text_n == 0);
	CHECK_INT(l.us, 1795224814 * SECOND + 500000);
}

void test_logline__what_is_no_line(void)
{
	static const char *const bad[] = {"", "plain text", "[MFLOG|", "[MFLOG|0|",
		"[MFLOG|1|2026-11-21T01:33:34.2Z|s|i]x", " [MFLOG|0|2026-11-21T01:33:34.2Z|s|i]x",
		"[![![MFLOG|0|2026-11-21T01:33:34.2Z|s|i]x",
		"[!MFLOG|0|2026-11-21T01:33:34.2Z|s|i]x", "[MFLOG|0|2026-11-21T01:33:34.2|s|i]x",
		"[MFLOG|0|2026-11-21T01:33:34.2Z|s|i", "[MFLOG|0|2026-11-21T01:33:34.2Z|s]x",
		"[MFLOG|0|2026-11-21T01:33:34.2Z||]x", "[MFLOG|0|2026-11-21T01:33:34.2Z|s|]x",
		"[MFLOG|0|Z|s|i]x", "[!", "[", "[MFLOG|0|2026-11-21T01:33:34.2Zs|i]x",
		"[MFLOG|0|2026-11-21T01:33:34.2Z"};
	struct logline l;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (logline_parse(&l, bad[i], strlen(bad[i])))
			CHECK_STR(bad[i], "no line");
}

void test_logline__shortest_parts(void)
{
	struct logline l;
	static const char a[] = "[MFLOG|0|2026-11-21T01:33:34.2Z||x|]y]z";
	CHECK_FATAL(logline_parse(&l, a, strlen(a)));
	CHECK(l.source_n == 2 && memcmp(l.source, "|x", 2) == 0);
	CHECK(l.id_n == 2 && memcmp(l.id, "]y", 2) == 0);
	CHECK_STR(l.text, "z");
}

void test_logline__times(void)
{
	static const struct {
		const char *stamp;
		int64_t seconds; /* -1: invalid */
		int micro;
	} t[] = {{"1970-01-01T00:00:00.0", 0, 0}, {"2000-02-29T23:59:59.999999", 951868799, 999999},
		{"1900-02-29T00:00:00.0", -1, 0}, {"2024-02-29T12:00:00.000001", 1709208000, 1},
		{"2023-02-29T12:00:00.0", -1, 0}, {"2026-04-31T00:00:00.0", -1, 0},
		{"2026-13-01T00:00:00.0", -1, 0}, {"2026-00-01T00:00:00.0", -1, 0},
		{"2026-01-00T00:00:00.0", -1, 0}, {"2026-01-01T24:00:00.0", -1, 0},
		{"2026-01-01T00:60:00.0", -1, 0}, {"2026-01-01T00:00:60.0", -1, 0},
		{"2026-01-01T00:00:00", -1, 0}, {"2026-01-01T00:00:00.", -1, 0},
		{"2026-01-01T00:00:00.1234567", -1, 0}, {"2026-01-01T00:00:00.12a", -1, 0},
		{"2026-01-01 00:00:00.0", -1, 0}, {"0000-01-01T00:00:00.0", -1, 0},
		{"2026-1-1T0:0:0.12", 1767225600, 120000},
		{"2026-1- 1T0:0:0.12", 1767225600, 120000}, {"2026-1- 01T0:0:0.1", -1, 0},
		{"26-01-01T00:00:00.0", -1, 0}, {"20260-01-01T00:00:00.0", -1, 0},
		{"9999-12-31T23:59:59.999999", 253402300799, 999999},
		{"+026-01-01T00:00:00.0", -1, 0}, {"2026-01-01T00:00:00.-1", -1, 0}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct logline l;
		char line[128];
		snprintf(line, sizeof(line), "[MFLOG|0|%sZ|s|i]x", t[i].stamp);
		bool ok = logline_parse(&l, line, strlen(line));
		if (ok != (t[i].seconds >= 0))
			CHECK_STR(t[i].stamp, ok ? "invalid" : "valid");
		else if (ok)
			CHECK_INT(l.us, t[i].seconds * SECOND + t[i].micro);
	}
	struct logline l;
	static const char old[] = "[MFLOG|0|0001-01-01T00:00:00.0Z|s|i]x";
	CHECK_FATAL(logline_parse(&l, old, strlen(old)));
	CHECK_INT(l.us, -62135596800 * SECOND);
}

/* The length is the only end: no byte behind it may be looked at. */
void test_logline__every_prefix(void)
{
	static const char line[] = "[![MFLOG|0|2026-11-21T01:33:34.282734Z|runtime|fd28f5bb]hello";
	size_t n = strlen(line), shortest = n - strlen("hello");
	for (size_t i = 0; i <= n; i++) {
		struct logline l;
		CHECK(logline_parse(&l, line, i) == (i >= shortest));
	}
}
