#include "tables.h"

static const char *csv_named(const char *name)
{
	const struct pandas_case *c = pandas_find(name);
	return csv_of(c->stream, c->n);
}

void test_csv__quotes(void)
{
	CHECK_STR(CSV_OF("(l(Va\nVb,c\nta(Vsay \"hi\"\nVtwo\\u000alines\nta(V\nVx\\u000dy\nta."),
		"0,1\na,\"b,c\"\n\"say \"\"hi\"\"\",\"two\nlines\"\n,\"x\ry\"\n");
	/* a record of one empty field */
	CHECK_STR(CSV_OF("(lV\naNaVa\na."), "0\n\"\"\n\"\"\na\n");
	CHECK_STR(CSV_OF("(l(dVa,b\nI1\nsa."), "\"a,b\"\n1\n");
}

void test_csv__values(void)
{
	CHECK_STR(CSV_OF("(lI1\naF0.1\naF1e400\naFnan\naI01\naI00\naNaL99999999999999999999L\na."),
		"0\n1\n0.1\ninf\n\"\"\nTrue\nFalse\n\"\"\n99999999999999999999\n");
	CHECK_STR(CSV_OF("(l(l(lI1\naVx\naaa(l(dVk\nI2\nsaa."), "0\n\"[1, 'x']\"\n{'k': 2}\n");
	CHECK_STR(CSV_OF("(lcpandas\nTimestamp\n(I0\nNNtRacpandas\nNA\na."),
		"0\n1970-01-01T00:00:00\n\"\"\n");
	CHECK_STR(CSV_OF("(l."), "0\n");
}

void test_csv__frames(void)
{
	CHECK_STR(csv_named("v15_frame2"), "a,b,c\n1,1.5,x\n2,,\n3,-2.0,é\n");
	/* labels of rows lead, unless they are but numbers */
	CHECK_STR(csv_named("v10_multi"), "x,,v\na,1,1\na,2,2\n");
	CHECK_STR(csv_named("v15_duplicates"), "a,a,b,z\n1,1,2,5\n");
	CHECK_STR(csv_named("v15_columns"), "\"('a', 1)\",\"('b', 2)\"\n1.0,0.0\n0.0,1.0\n");
	CHECK_STR(csv_named("v15_empty"), "\"\"\n");
	CHECK_STR(csv_named("v15_mixed"),
		"i,u,t,when,tz,delta,cat,Int,obj\n"
		"0,0,True,2024-01-01T00:00:00,2024-01-01T00:00:00+02:00,0 days 00:00:01,p,1,\"(1, "
		"2)\"\n"
		"1,1,False,2024-07-01T01:02:03.123456,2024-07-01T00:00:00+03:00,,,,1.50\n"
		"2,2,True,,,-1 days +23:58:30,q,3,2024-01-01T00:00:00+00:00\n");
	CHECK_STR(csv_named("v15_periods"),
		",w,q,n\n"
		"2024-01-01 00:00,2023-12-28/2024-01-03,2024,2024-01-01 00:00:00.000000000\n"
		"2024-01-01 01:00,2024-01-04/2024-01-10,2025,2024-01-01 00:00:00.000000001\n");
}

void test_csv__window(void)
{
	static const struct {
		size_t first, count;
		const char *csv;
	} cases[] = {
		{0, 0, "0\n"},
		{1, 1, "0\n2\n"},
		{1, SIZE_MAX, "0\n2\n3\n"},
		{3, 1, "0\n"},
		{99, 99, "0\n"},
	};
	struct table_test t;

	table_open(&t, "(lI1\naI2\naI3\na.", 17);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf out = BUF_INIT(100);
		struct mf_sink sink = {buf_sink_write, &out};
		CHECK_INT(mf_table_write_csv(t.table, cases[i].first, cases[i].count, &sink, NULL),
			0);
		CHECK_STR(out.p, cases[i].csv);
		buf_release(&out);
	}
	table_close(&t);
}

static int refuse(void *self, const char *p, size_t n)
{
	(void)p;
	(void)n;
	++*(int *)self;
	return MF_EIO;
}

void test_csv__refused(void)
{
	int calls = 0;
	struct mf_sink sink = {refuse, &calls};
	struct mf_error err = MF_ERROR_INIT;
	struct table_test t;

	table_open(&t, "(lI1\naI2\naI3\na.", 17);
	CHECK_INT(mf_table_write_csv(t.table, 0, SIZE_MAX, &sink, &err), MF_EIO);
	CHECK_INT(err.code, MF_EIO);
	CHECK_INT(calls, 1);
	table_close(&t);
}
