#include "../../support/test.h"

#include <stdlib.h>
#include <time.h>

#include "../../../clientlib/base/fmt.h"

#define T INT64_C(1795224814282) /* 2026-11-21 01:33:34.282 UTC */

#define SHOW(call, want)                                                                                \
	do {                                                                                            \
		struct buf b = BUF_INIT(200);                                                           \
		call;                                                                                   \
		CHECK_STR(b.p, want);                                                                   \
		buf_release(&b);                                                                        \
	} while (0)

void test_fmt__times(void)
{
	SHOW(fmt_rfc3339(&b, T), "2026-11-21T01:33:34.282Z");
	SHOW(fmt_rfc3339(&b, 0), "1970-01-01T00:00:00.000Z");
	SHOW(fmt_rfc3339(&b, -1), "1969-12-31T23:59:59.999Z");
	SHOW(fmt_rfc3339(&b, 253402300799999), "9999-12-31T23:59:59.999Z");
	SHOW(fmt_rfc3339(&b, 253402300800000), "10000-01-01T00:00:00.000Z");
	SHOW(fmt_rfc3339(&b, INT64_MAX), "292278994-08-17T07:12:55.807Z");
	SHOW(fmt_datetime(&b, T, true), "2026-11-21 01:33:34");
	SHOW(fmt_clock(&b, T, true), "01:33:34");
	setenv("TZ", "America/New_York", 1);
	tzset();
	SHOW(fmt_datetime(&b, T, false), "2026-11-20 20:33:34");
	SHOW(fmt_datetime(&b, T, true), "2026-11-21 01:33:34");
	SHOW(fmt_clock(&b, T, false), "20:33:34");
	setenv("TZ", "UTC", 1);
	tzset();
}

void test_fmt__durations(void)
{
	static const struct {
		int64_t ms;
		const char *text;
	} t[] = {{0, "0ms"}, {340, "340ms"}, {999, "999ms"}, {1000, "1.0s"}, {2199, "2.1s"}, {59999, "59.9s"}, {60000, "1m00s"},
		{724000, "12m04s"}, {3599999, "59m59s"}, {3600000, "1h00m"}, {11100000, "3h05m"}, {86400000, "1d00h"},
		{187200000, "2d04h"}, {-5000, "-5.0s"}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		SHOW(fmt_duration(&b, t[i].ms), t[i].text);
	SHOW(fmt_duration(&b, INT64_MIN), "-106751991167d07h");
}

void test_fmt__ages(void)
{
	static const struct {
		int64_t age;
		const char *text;
	} t[] = {{0, "just now"}, {999, "just now"}, {-999, "just now"}, {5000, "5 s ago"}, {-5000, "in 5 s"}, {180000, "3 min ago"},
		{7200000, "2 h ago"}, {86400000, "yesterday"}, {5 * 86400000LL, "5 days ago"}, {-86400000LL * 3, "in 3 days"},
		{20 * 86400000LL, "2026-11-01"}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		SHOW(fmt_ago(&b, T - t[i].age, T, true), t[i].text);
}

void test_fmt__sizes_and_counts(void)
{
	SHOW(fmt_size(&b, 0), "0 B");
	SHOW(fmt_size(&b, 512), "512 B");
	SHOW(fmt_size(&b, 1023), "1023 B");
	SHOW(fmt_size(&b, 1024), "1.0 KB");
	SHOW(fmt_size(&b, 1229), "1.2 KB");
	SHOW(fmt_size(&b, 200 * 1024), "200 KB");
	SHOW(fmt_size(&b, 3565158), "3.4 MB");
	SHOW(fmt_size(&b, INT64_MAX), "8.0 EB");
	SHOW(fmt_count(&b, 0), "0");
	SHOW(fmt_count(&b, 999), "999");
	SHOW(fmt_count(&b, 1204), "1,204");
	SHOW(fmt_count(&b, -1204567), "-1,204,567");
	SHOW(fmt_count(&b, -123), "-123");
	SHOW(fmt_count(&b, INT64_MIN), "-9,223,372,036,854,775,808");
}

void test_fmt__parse_time(void)
{
	static const struct {
		const char *text;
		bool ok;
		int64_t ms;
	} t[] = {{"now", true, T}, {"90s", true, T - 90000}, {"2h", true, T - 7200000}, {"3d", true, T - 3 * 86400000LL},
		{"1w", true, T - 7 * 86400000LL}, {"1.5h", true, T - 5400000}, {"2026-11-21T01:33:34.282Z", true, T},
		{"2026-11-21T01:33:34.282456Z", true, T}, {"2026-11-21 01:33:34.282", true, T}, {"2026-11-21t01:33:34z", true, T - 282},
		{"2026-11-21T01:33Z", true, T - 34282}, {"2026-11-21", true, INT64_C(1795219200000)},
		{"2026-11-20T20:33:34.282-05:00", true, T}, {"2026-11-21T07:03:34.282+0530", true, T},
		{"2026-11-21T02:33:34.282+01", true, T}, {"1969-12-31T23:59:59.000Z", true, -1000}, {"", false, 0}, {"90", false, 0},
		{"yesterday", false, 0}, {"2026-13-01", false, 0}, {"2026-00-10", false, 0}, {"2026-11-32", false, 0},
		{"2026-11-21T25:00:00Z", false, 0}, {"2026-11-21T01:60:00Z", false, 0}, {"2026-11-21x", false, 0},
		{"2026-11-21T01:33:34Zx", false, 0}, {"2026-1-1", false, 0}, {"-5s", false, 0}, {"2y", false, 0}, {"h", false, 0},
		{"2026-11-21T", false, 0}, {"2026-11-21T01", false, 0}};
	setenv("TZ", "UTC", 1);
	tzset();
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		int64_t ms = 0;
		bool ok = parse_time(t[i].text, T, &ms);
		if (ok != t[i].ok || (ok && ms != t[i].ms))
			CHECK_STR(t[i].text, "read as it should be");
	}
}

void test_fmt__parse_duration(void)
{
	static const struct {
		const char *text;
		bool ok;
		int64_t ms;
	} t[] = {{"90", true, 90000}, {"1.5h", true, 5400000}, {"200ms", true, 200}, {"1h30m", true, 5400000}, {".5s", true, 500},
		{"5min", true, 300000}, {"2d", true, 172800000}, {"", false, 0}, {"-1s", false, 0}, {"1x", false, 0}, {"1 h", false, 0},
		{"s", false, 0}, {"1e300", false, 0}, {"inf", false, 0}, {"1hour", false, 0}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		int64_t ms = 0;
		bool ok = parse_duration(t[i].text, &ms);
		if (ok != t[i].ok || (ok && ms != t[i].ms))
			CHECK_STR(t[i].text, "read as it should be");
	}
	CHECK(clock_now_ms() > INT64_C(1700000000000));
}

void test_fmt__sleeps_through(void)
{
	int64_t before = clock_now_ms();
	clock_sleep_ms(5);
	CHECK(clock_now_ms() - before >= 4); /* the two clocks may be apart by a part of a ms */
	clock_sleep_ms(0);
}
