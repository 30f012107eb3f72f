#include "values.h"

#include "../../../clientlib/codec/pytime.h"

#define S(literal) literal, sizeof(literal) - 1
#define DELTA(days, seconds, us) "cdatetime\ntimedelta\n(I" days "\nI" seconds "\nI" us "\ntR"
#define ZONE(days, seconds, us) "cdatetime\ntimezone\n" DELTA(days, seconds, us) "\x85R"
#define DATETIME                                                                                   \
	"\x80\x03"                                                                                 \
	"cdatetime\ndatetime\n"

void test_pytime__json(void)
{
	static const struct {
		const char *stream;
		size_t n;
		const char *json;
	} t[] = {
		{S(DATETIME "C\x0a\x07\xe8\x02\x1d\x17\x3b\x3a\x01\xe2\x40\x85R."),
			"{\"$object\":\"datetime.datetime\",\"state\":\"2024-02-29T23:59:58."
			"123456\"}"},
		/* fold is the high bit of the month */
		{S(DATETIME "C\x0a\x07\xe5\x8b\x07\x01\x1e\0\0\0\0\x85R."),
			"{\"$object\":\"datetime.datetime\",\"state\":\"2021-11-07T01:30:00\"}"},
		{S(DATETIME
			 "C\x0a\x07\xe5\x06\x07\x08\x09\0\0\0\0" ZONE("-1", "77400", "0") "\x86R."),
			"{\"$object\":\"datetime.datetime\",\"state\":\"2021-06-07T08:09:00-02:"
			"30\"}"},
		{S(DATETIME
			 "C\x0a\x07\xe5\x06\x07\x08\x09\0\0\0\0" ZONE("0", "3661", "5") "\x86R."),
			"{\"$object\":\"datetime.datetime\",\"state\":\"2021-06-07T08:09:00+01:01:"
			"01.000005\"}"},
		{S(DATETIME "C\x0a\x07\xe5\x06\x07\x08\x09\0\0\0\0cpytz\n_UTC\n)R\x86R."),
			"{\"$object\":\"datetime.datetime\",\"state\":\"2021-06-07T08:09:00+00:"
			"00\"}"},
		{S(DATETIME "C\x0a\x07\xe5\x06\x07\x08\x09\0\0\0\0cpytz\n_p\n(VEurope/"
			    "Paris\nI3600\nK\0VCET\ntR\x86R."),
			"{\"$object\":\"datetime.datetime\",\"state\":\"2021-06-07T08:09:00+01:"
			"00\"}"},
		{S(DATETIME "C\x0a\x07\xe5\x06\x07\x08\x09\0\0\0\0N\x86R."),
			"{\"$object\":\"datetime.datetime\",\"state\":\"2021-06-07T08:09:00\"}"},
		/* Python 2: the bytes as str, all ASCII or not; written again by Python 3 as text
		 */
		{S("cdatetime\ndatetime\nU\x0a\x07\x68\x06\x07\x08\x09\0\0\0\0\x85R."),
			"{\"$object\":\"datetime.datetime\",\"state\":\"1896-06-07T08:09:00\"}"},
		{S("cdatetime\ndatetime\nU\x0a\x07\xe5\x06\x07\x08\x09\0\0\0\0\x85R."),
			"{\"$object\":\"datetime.datetime\",\"state\":\"2021-06-07T08:09:00\"}"},
		{S("cdatetime\ndatetime\nX\x0b\0\0\0\x07\xc3\xa5\x06\x07\x08\x09\0\0\0\0\x85R."),
			"{\"$object\":\"datetime.datetime\",\"state\":\"2021-06-07T08:09:00\"}"},
		/* a zone that is not in the stream, and bytes that are no time: what the stream
		   says */
		{S(DATETIME "C\x0a\x07\xe5\x06\x07\x08\x09\0\0\0\0cm\ntz\n)R\x86R."),
			"{\"$object\":\"datetime.datetime\",\"state\":{\"args\":[{\"$bytes\":\"B+"
			"UGBwgJAAAAAA==\"},"
			"{\"$object\":\"m.tz\",\"state\":null}]}}"},
		{S(DATETIME "C\x0a\x07\xe5\x0d\x07\x08\x09\0\0\0\0\x85R."),
			"{\"$object\":\"datetime.datetime\",\"state\":{\"args\":[{\"$bytes\":\"B+"
			"UNBwgJAAAAAA==\"}]}}"},
		{S(DATETIME "C\x02\x07\xe5\x85R."), "{\"$object\":\"datetime.datetime\",\"state\":{"
						    "\"args\":[{\"$bytes\":\"B+U=\"}]}}"},
		{S(DATETIME ")R."), "{\"$object\":\"datetime.datetime\",\"state\":null}"},
		{S("\x80\x03"
		   "cdatetime\ndate\nC\x04\x0d\xfe\x0c\x1f\x85R."),
			"{\"$object\":\"datetime.date\",\"state\":\"3582-12-31\"}"},
		{S("\x80\x03"
		   "cdatetime\ntime\nC\x06\x97\x3b\x3b\x0f\x42\x3f\x85R."),
			"{\"$object\":\"datetime.time\",\"state\":\"23:59:59.999999\"}"},
		{S("\x80\x03"
		   "cdatetime\ntime\nC\x06\0\0\0\0\0\0" ZONE("0", "0", "0") "\x86R."),
			"{\"$object\":\"datetime.time\",\"state\":\"00:00:00+00:00\"}"},
		{S(DELTA("1", "86399", "1000000") "."),
			"{\"$object\":\"datetime.timedelta\",\"state\":{\"days\":2,\"seconds\":0,"
			"\"microseconds\":0}}"},
		{S(DELTA("0", "0", "-1") "."),
			"{\"$object\":\"datetime.timedelta\",\"state\":{\"days\":-1,\"seconds\":"
			"86399,\"microseconds\":999999}}"},
		{S("cdatetime\ntimedelta\n(VxtR."),
			"corrupt: pickle: UNICODE at byte 21: the data ends within a line"},
		{S("cdatetime\ntimedelta\n(Vx\ntR."),
			"{\"$object\":\"datetime.timedelta\",\"state\":{\"args\":[\"x\"]}}"},
		{S(ZONE("-1", "64800", "0") "."),
			"{\"$object\":\"datetime.timezone\",\"state\":{\"offset_seconds\":-21600.0,"
			"\"name\":\"UTC-06:00\"}}"},
		{S(ZONE("0", "0", "0") "."), "{\"$object\":\"datetime.timezone\",\"state\":{"
					     "\"offset_seconds\":0.0,\"name\":\"UTC\"}}"},
		{S("cdatetime\ntimezone\n" DELTA("0", "3600", "0") "VCET\n\x86R."),
			"{\"$object\":\"datetime.timezone\",\"state\":{\"offset_seconds\":3600.0,"
			"\"name\":\"CET\"}}"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_STR(values_print(t[i].stream, t[i].n, VALUES_JSON, 0), t[i].json);
}

void test_pytime__zone_names(void)
{
	char name[PYTIME_SIZE];
	CHECK_INT(pytime_zone_name(name, 0), 3);
	CHECK_STR(name, "UTC");
	pytime_zone_name(name, 19800000000);
	CHECK_STR(name, "UTC+05:30");
	pytime_zone_name(name, -86399999999);
	CHECK_STR(name, "UTC-23:59:59.999999");
}
