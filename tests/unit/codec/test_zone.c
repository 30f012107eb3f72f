#include "../../../clientlib/codec/zone.h"

#include <stdio.h>
#include <sys/stat.h>

#include "pandas_cases.h"

static int rule(const char *text, int64_t utc)
{
	struct zone_type type;
	return zone_rule(text, strlen(text), utc, &type) ? type.seconds : -1;
}

void test_zone__rule(void)
{
	static const char helsinki[] = "EET-2EEST,M3.5.0/3,M10.5.0/4";

	CHECK_INT(rule("JST-9", 0), 32400);
	CHECK_INT(rule("<+0330>-3:30", 0), 12600);
	/* 2050-03-27 01:00 and 2050-10-30 01:00 UTC */
	CHECK_INT(rule(helsinki, 2531955599), 7200);
	CHECK_INT(rule(helsinki, 2531955600), 10800);
	CHECK_INT(rule(helsinki, 2550704399), 10800);
	CHECK_INT(rule(helsinki, 2550704400), 7200);
	/* the south: summer at the turn of the year */
	CHECK_INT(rule("AEST-10AEDT,M10.1.0,M4.1.0/3", 2524608000), 39600);
	CHECK_INT(rule("AEST-10AEDT,M10.1.0,M4.1.0/3", 2540000000), 36000);
	/* Dublin's winter is the exception; Greenland's hours are negative */
	CHECK_INT(rule("IST-1GMT0,M10.5.0,M3.5.0/1", 2524608000), 0);
	CHECK_INT(rule("IST-1GMT0,M10.5.0,M3.5.0/1", 2540000000), 3600);
	CHECK_INT(rule("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 2540000000), -3600);
	/* days by number, with and without the leap day: 2024-03-01 is day 60 in both */
	CHECK_INT(rule("AAA0BBB,J60/0,J61/0", 1709251200), 3600);
	CHECK_INT(rule("AAA0BBB,J60/0,J61/0", 1709251199), 0);
	CHECK_INT(rule("AAA0BBB,60/0,61/0", 1709251200), 3600);
	/* far away, both ways */
	CHECK(rule(helsinki, INT64_MAX) > 0);
	CHECK(rule(helsinki, INT64_MIN) > 0);
	static const char *const wrong[] = {"", "A", "EET", "EET-2EEST", "EET-2EEST,M3.5.0/3",
		"EET-2EEST,M13.5.0,M10.5.0", "EET-2EEST,M3.6.0,M10.5.0", "EET-2EEST,J0,J1",
		"EET-999", "<EET-2", "EET-2EEST,M3.5.0/3,M10.5.0/4x", "EET-2:60"};
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		CHECK_INT(rule(wrong[i], 0), -1);
}

static int64_t offset(const char *name, int64_t utc)
{
	struct zone z;
	int64_t us = 0;

	zone_named(&z, name, strlen(name));
	return zone_offset(&z, utc, &us) ? us / 1000000 : INT64_MIN;
}

void test_zone__database(void)
{
	pandas_load();
	CHECK_INT(offset("Europe/Helsinki", 1704067200), 7200);
	CHECK_INT(offset("Europe/Helsinki", 1711846799), 7200);
	CHECK_INT(offset("Europe/Helsinki", 1711846800), 10800);
	CHECK_INT(offset("Europe/Helsinki", -5000000000), 5989);
	CHECK_INT(offset("America/New_York", 4118083200), -14400); /* 2100-07-01 */
	CHECK_INT(offset("Asia/Tokyo", 0), 32400);
	CHECK_INT(offset("UTC", 0), 0);
	CHECK_INT(offset("+05:45", 0), 20700);
	CHECK_INT(offset("-00:30", 0), -1800);
	/* nothing but names of the database */
	static const char *const wrong[] = {"", "No/Such", "../zoneinfo/Asia/Tokyo", "/etc/passwd",
		"Asia", "Asia/../Asia/Tokyo", "Asia/Tokyo\n", "+25:00",
		"a-name-that-is-longer-than-any-zone-of-the-database-could-ever-be-called"};
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		CHECK_INT(offset(wrong[i], 0), INT64_MIN);
}

/* Many zones: more than are kept. */
void test_zone__many(void)
{
	char path[512], name[32], data[4096];

	pandas_load();
	FILE *f = fopen(test_data("zoneinfo/Asia/Tokyo"), "rb");
	CHECK_FATAL(f != NULL);
	size_t n = fread(data, 1, sizeof(data), f);
	fclose(f);
	const char *dir = test_dir();
	for (int i = 0; i < 40; i++) {
		snprintf(path, sizeof(path), "%s/Z%d", dir, i);
		test_write_bytes(path, data, n);
	}
	setenv("TZDIR", dir, 1);
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 40; i++) {
			snprintf(name, sizeof(name), "Z%d", i);
			CHECK_INT(offset(name, 0), 32400);
		}
	/* damaged files: of any length, with any byte changed */
	for (size_t cut = 0; cut < n; cut += 3) {
		snprintf(path, sizeof(path), "%s/C%zu", dir, cut);
		test_write_bytes(path, data, cut);
		snprintf(name, sizeof(name), "C%zu", cut);
		offset(name, 0);
		data[cut] = (char)~data[cut];
		snprintf(path, sizeof(path), "%s/D%zu", dir, cut);
		test_write_bytes(path, data, n);
		snprintf(name, sizeof(name), "D%zu", cut);
		offset(name, 0);
		data[cut] = (char)~data[cut];
	}
	setenv("TZDIR", test_data("zoneinfo"), 1);
}

void test_zone__local(void)
{
	struct zone z;
	int64_t us;

	pandas_load();
	zone_named(&z, "Europe/Helsinki", 15);
	/* 2024-03-31 03:30 does not exist, 2024-10-27 03:30 exists twice */
	CHECK(zone_offset_local(&z, 1711855800, false, &us) && us == 7200000000);
	CHECK(zone_offset_local(&z, 1711855800, true, &us) && us == 10800000000);
	CHECK(zone_offset_local(&z, 1729999800, false, &us) && us == 10800000000);
	CHECK(zone_offset_local(&z, 1729999800, true, &us) && us == 7200000000);
	CHECK(zone_offset_local(&z, 1711850399, false, &us) && us == 7200000000);
	CHECK(zone_offset_local(&z, 1711857600, true, &us) && us == 10800000000);
	CHECK(!zone_offset_local(&z, INT64_MAX, false, &us));
}

void test_zone__objects(void)
{
	static const struct {
		const char *stream, *text;
		int64_t winter, summer; /* 2050, in seconds */
	} cases[] = {
		{"cpytz\n_UTC\n(tR.", "UTC", 0, 0},
		{"cpytz\n_p\n(VEurope/Helsinki\nI6000\nI0\nVLMT\ntR.", "Europe/Helsinki", 7200,
			7200},
		{"czoneinfo\nZoneInfo._unpickle\n(VEurope/Helsinki\nI01\ntR.", "Europe/Helsinki",
			7200, 10800},
		{"cpytz\nFixedOffset\n(I90\ntR.", "pytz.FixedOffset(90)", 5400, 5400},
		{"cdatetime\ntimezone\n(cdatetime\ntimedelta\n(I0\nI5400\ntRtR.", "UTC+01:30", 5400,
			5400},
		{"cdatetime\ntimezone\n(cdatetime\ntimedelta\n(I0\nI5400\ntRVX\ntR.", "X", 5400,
			5400},
		{"cdateutil.tz.tz\ntzutc\n(tR.", "tzutc()", 0, 0},
		{"cdateutil.tz.tz\ntzoffset\n(VX\ncdatetime\ntimedelta\n(I0\nI3600\ntRtR.",
			"tzoffset('X', 3600)", 3600, 3600},
		{"cdateutil.tz.tz\ntzfile\n(NV/usr/share/zoneinfo/Europe/Helsinki\ntR.",
			"tzfile('/usr/share/zoneinfo/Europe/Helsinki')", 7200, 7200},
		{"cdateutil.tz._tzfile\n_unpickle\n(NNV/usr/share/zoneinfo/Europe/Helsinki\ntR.",
			"tzfile('/usr/share/zoneinfo/Europe/Helsinki')", 7200, 10800},
		{"cdateutil.tz.tz\ntzlocal\n(tR(dV_hasdst\nI00\nsV_std_"
		 "offset\ncdatetime\ntimedelta\n(I0\nI3600\ntRsb.",
			"tzlocal()", 3600, 3600},
	};
	struct zone z;

	pandas_load();
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf out = BUF_INIT(200);
		struct arena a;
		int64_t us = -1;
		arena_init(&a, 0);
		CHECK(zone_read(&z, values_read(&a, cases[i].stream, strlen(cases[i].stream))));
		zone_text(&out, &z);
		CHECK_STR(out.p, cases[i].text);
		CHECK(zone_offset(&z, 2524608000, &us));
		CHECK_INT(us, cases[i].winter * 1000000);
		CHECK(zone_offset(&z, 2540246400, &us));
		CHECK_INT(us, cases[i].summer * 1000000);
		buf_release(&out);
		arena_release(&a);
	}
	CHECK(!zone_read(&z, NULL));
	struct arena a;
	arena_init(&a, 0);
	CHECK(!zone_read(&z, values_read(&a, "cmine\nZone\n(tR.", 15)));
	/* tzlocal of a place with summer time: nobody knows which */
	CHECK(zone_read(&z, values_read(&a, "cdateutil.tz.tz\ntzlocal\n(tR.", 28)));
	int64_t us;
	CHECK(!zone_offset(&z, 0, &us));
	arena_release(&a);
}

/* Plain datetimes: of zoneinfo at that time, of pytz as the stream has it. */
void test_zone__datetime(void)
{
	pandas_load();
	CHECK_STR(values_print(pandas_find("v3_zoneinfo")->stream, pandas_find("v3_zoneinfo")->n,
			  VALUES_JSON, 0),
		"[{\"$object\":\"datetime.datetime\",\"state\":\"2024-10-27T03:30:00+02:00\"},"
		"{\"$object\":\"datetime.datetime\",\"state\":\"2090-07-01T00:00:00-04:00\"}]");
}
