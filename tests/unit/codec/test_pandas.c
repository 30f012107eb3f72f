#include "../../../clientlib/codec/pandas.h"

#include "pandas_cases.h"

void test_pandas__names(void)
{
	struct arena a;

	arena_init(&a, 0);
	const struct mf_value *ref = value_text(&a, MF_REF, "pandas.core.series.Series", 25);
	CHECK(pandas_ref(ref, "Series"));
	CHECK(!pandas_ref(ref, "eries"));
	CHECK(!pandas_ref(ref, "series.Series2"));
	CHECK(pandas_ref(value_text(&a, MF_REF, "pandas.NA", 9), "NA"));
	CHECK(!pandas_ref(value_text(&a, MF_REF, "mypandas.Series", 15), "Series"));
	CHECK(!pandas_ref(value_text(&a, MF_STRING, "pandas.Series", 13), "Series"));
	CHECK(!pandas_ref(NULL, "Series"));
	CHECK(pandas_is_na(value_text(&a, MF_REF, "pandas._libs.missing.NA", 23)));
	CHECK(!pandas_is_na(NULL));
	CHECK(!pandas_is_nat(NULL));
	CHECK(pandas_attr(NULL, "x") == NULL);
	arena_release(&a);
}

void test_pandas__stamp(void)
{
	static const struct {
		int64_t value, per_second;
		const char *text;
	} cases[] = {
		{0, 1, "1970-01-01T00:00:00"},
		{-1, 1, "1969-12-31T23:59:59"},
		{-1, 1000000000, "1969-12-31T23:59:59.999999999"},
		{1709528767123456789, 1000000000, "2024-03-04T05:06:07.123456789"},
		{1709528767123456, 1000000, "2024-03-04T05:06:07.123456"},
		{1709528767120, 1000, "2024-03-04T05:06:07.120000"},
		{-62135596800, 1, "0001-01-01T00:00:00"},
		{317245075200, 1, "12023-02-05T00:00:00"},
		{-63549100800, 1, "-044-03-18T00:00:00"},
		{INT64_MIN + 1, 1000000000, "1677-09-21T00:12:43.145224193"},
		{INT64_MAX, 1000000000, "2262-04-11T23:47:16.854775807"},
		/* as far as seconds go */
		{INT64_MAX, 1, "292277026596-12-04T15:30:07"},
		{INT64_MIN + 1, 1, "-292277022657-01-27T08:29:53"},
	};
	struct zone zone;
	char out[PANDAS_TEXT];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		size_t n = pandas_stamp(out, cases[i].value, cases[i].per_second, NULL, 'T');
		CHECK_STR(out, cases[i].text);
		CHECK_INT(n, strlen(out));
	}
	zone_named(&zone, "-05:30", 6);
	pandas_stamp(out, 0, 1, &zone, ' ');
	CHECK_STR(out, "1969-12-31 18:30:00-05:30");
	pandas_stamp(out, INT64_MIN + 1, 1, &zone, 'T'); /* no overflow */
	/* a zone that nobody knows: the instant, in UTC */
	zone_named(&zone, "Nowhere/Land", 12);
	pandas_stamp(out, 0, 1, &zone, 'T');
	CHECK_STR(out, "1970-01-01T00:00:00+00:00");
}

void test_pandas__delta(void)
{
	static const struct {
		int64_t value, per_second;
		const char *text;
	} cases[] = {
		{93784, 1, "1 days 02:03:04"},
		{0, 1000, "0 days 00:00:00"},
		{-1, 1000000000, "-1 days +23:59:59.999999999"},
		{-1, 1000000, "-1 days +23:59:59.999999"},
		{1, 1000, "0 days 00:00:00.001000"},
		{-86400, 1, "-1 days +00:00:00"},
		{INT64_MAX, 1, "106751991167300 days 15:30:07"},
		{INT64_MIN + 1, 1, "-106751991167301 days +08:29:53"},
	};
	char out[PANDAS_TEXT];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		pandas_delta(out, cases[i].value, cases[i].per_second);
		CHECK_STR(out, cases[i].text);
	}
	CHECK_INT(pandas_unit("ns", 2), 1000000000);
	CHECK_INT(pandas_unit("D", 1), 0);
	CHECK_INT(pandas_unit("m", 1), 0);
	CHECK_INT(pandas_unit("ps", 2), 0);
}

/* Recorded from pandas. */
void test_pandas__period(void)
{
	static const struct {
		const char *freq;
		int64_t ordinal;
		const char *text;
	} cases[] = {
		{"Y-DEC", 54, "2024"},
		{"A-MAR", -1, "1969"},
		{"Q-DEC", 216, "2024Q1"},
		{"Q-NOV", -1, "1969Q4"},
		{"M", 649, "2024-02"},
		{"2M", -1, "1969-12"},
		{"W", 2818, "2023-12-25/2023-12-31"},
		{"W-TUE", 2818, "2023-12-27/2024-01-02"},
		{"W-WED", 2614, "2020-01-30/2020-02-05"},
		{"B", 14087, "2024-01-01"},
		{"B", -1, "1969-12-31"},
		{"D", -1, "1969-12-31"},
		{"h", 473355, "2024-01-01 03:00"},
		{"15min", 28401120, "2024-01-01 00:00"},
		{"s", -1, "1969-12-31 23:59:59"},
		{"ms", 1580691723123, "2020-02-03 01:02:03.123"},
		{"U", 1580691723123456, "2020-02-03 01:02:03.123456"},
		{"ns", 1580691723123456789, "2020-02-03 01:02:03.123456789"},
		{"ns", INT64_MIN + 1, "1677-09-21 00:12:43.145224193"},
		{"M", INT64_MIN, "NaT"},
		/* further than any calendar */
		{"M", INT64_MAX, "9223372036854775807"},
		{"Y", INT64_MIN + 1, "-9223372036854775807"},
	};
	struct pandas_freq freq;
	char out[PANDAS_TEXT];
	struct arena a;

	arena_init(&a, 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CHECK(pandas_freq(&freq, value_str(&a, cases[i].freq)));
		pandas_period(out, &freq, cases[i].ordinal);
		CHECK_STR(out, cases[i].text);
	}
	static const char *const wrong[] = {
		"", "X", "M-JAN", "Q-XYZ", "W-JAN", "period[]", "3", "Q-", "W-SUNDAY"};
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		CHECK(!pandas_freq(&freq, value_str(&a, wrong[i])));
	CHECK(!pandas_freq(&freq, NULL));
	arena_release(&a);
}

#define OFFSET(class, args) "cpandas._libs.tslibs.offsets\n" class "\n(" args "tR."
void test_pandas__freq_type(void)
{
	static const struct {
		const char *stream, *type;
	} cases[] = {
		{"Vperiod[2h]\n.", "period[2h]"},
		{"VW-SUN\n.", "period[W-SUN]"},
		{OFFSET("MonthEnd", "I1\nI00\n"), "period[M]"},
		{OFFSET("Minute", "I15\nI00\n"), "period[15T]"},
		{OFFSET("Week", "I1\nI00\nI6\n"), "period[W-SUN]"},
		{OFFSET("QuarterEnd", "I1\nI00\nI11\n"), "period[Q-NOV]"},
		{OFFSET("YearEnd", "I1\nI00\nI12\n"), "period[A-DEC]"},
		/* parts that are not those of the class */
		{OFFSET("Week", "I1\nI00\nI7\n"), ""},
		{OFFSET("YearEnd", "I1\nI00\nI0\n"), ""},
		{OFFSET("Easter", "I1\nI00\n"), ""},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf out = BUF_INIT(100);
		struct arena a;
		arena_init(&a, 0);
		pandas_freq_type(&out, values_read(&a, cases[i].stream, strlen(cases[i].stream)));
		CHECK_STR(out.p, cases[i].type);
		buf_release(&out);
		arena_release(&a);
	}
}

void test_pandas__scalars(void)
{
	static const struct {
		const char *stream, *json;
	} cases[] = {
		{"cpandas\nTimestamp\n(I0\nNNtR.",
			"{\"$object\":\"pandas.Timestamp\",\"state\":\"1970-01-01T00:00:00\"}"},
		{"cpandas._libs.tslibs.timestamps\n_unpickle_timestamp\n(I1\nNNI7\ntR.",
			"{\"$object\":\"pandas.Timestamp\",\"state\":\"1970-01-01T00:00:01\"}"},
		{"cpandas\nTimedelta\n(I1\ntR.", "{\"$object\":\"pandas.Timedelta\",\"state\":\"0 "
						 "days 00:00:00.000000001\"}"},
		{"cpandas\nInterval\n(F0.5\nI2\nVneither\ntR.",
			"{\"$object\":\"pandas.Interval\",\"state\":\"(0.5, 2)\"}"},
		{"cpandas._libs.tslibs.nattype\n_nat_unpickle\n(NtR.",
			"{\"$object\":\"pandas.NaT\",\"state\":null}"},
		{"cpandas\nNA\n.", "{\"$object\":\"pandas.NA\",\"state\":null}"},
		/* not the expected parts */
		{"cpandas\nTimestamp\n(VX\ntR.",
			"{\"$object\":\"pandas.Timestamp\",\"state\":{\"args\":[\"X\"]}}"},
		{"cpandas._libs.tslibs.timestamps\n_unpickle_timestamp\n(I1\nNNI3\ntR.",
			"{\"$object\":\"pandas._libs.tslibs.timestamps._unpickle_timestamp\","
			"\"state\":{\"args\":[1,null,null,3]}}"},
		{"cpandas\nTimestamp\n(I0\nNI5\ntR.",
			"{\"$object\":\"pandas.Timestamp\",\"state\":{\"args\":[0,null,5]}}"},
		{"cpandas\nInterval\n(]I2\nVleft\ntR.",
			"{\"$object\":\"pandas.Interval\",\"state\":{\"args\":[[],2,\"left\"]}}"},
		{"cpandas\nPeriod\n(NVX\nI1\ntR.",
			"{\"$object\":\"pandas.Period\",\"state\":{\"args\":[null,\"X\",1]}}"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		CHECK_STR(values_print(cases[i].stream, strlen(cases[i].stream), VALUES_JSON, 0),
			cases[i].json);
}
