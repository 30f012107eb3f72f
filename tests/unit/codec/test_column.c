#include "../../../clientlib/codec/column.h"

#include <math.h>

#include "pandas_cases.h"

/* A column of an extension array or an index, given as a stream. */
struct column_test {
	struct arena a;
	struct reader r;
	const struct column *c;
};

static void open_column(struct column_test *t, const struct mf_value *v)
{
	t->r = (struct reader){.a = &t->a};
	t->c = column_read(&t->r, v, 0);
}

void test_column__range(void)
{
	static const struct {
		const char *start, *stop, *step;
		size_t n;
		int64_t last;
	} cases[] = {
		{"0", "5", "1", 5, 4},
		{"0", "5", "2", 3, 4},
		{"5", "0", "-2", 3, 1},
		{"5", "0", "1", 0, 0},
		{"-9223372036854775808", "9223372036854775807", "9223372036854775807", 3,
			9223372036854775806},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct column_test t;
		char stream[300];
		snprintf(stream, sizeof(stream),
			"cpandas.core.indexes.base\n_new_Index\n(cpandas\nRangeIndex\n("
			"dVname\nNsVstart\nL%sL\nsVstop\nL%sL\nsVstep\nL%sL\nstR.",
			cases[i].start, cases[i].stop, cases[i].step);
		arena_init(&t.a, 0);
		open_column(&t, values_read(&t.a, stream, strlen(stream)));
		CHECK_FATAL(t.c != NULL);
		CHECK_INT(column_length(t.c), cases[i].n);
		if (cases[i].n)
			CHECK_INT(mf_value_int(column_cell(t.c, &t.a, cases[i].n - 1)),
				cases[i].last);
		CHECK(column_is_plain_range(t.c) == (i == 0));
		CHECK_INT(column_nulls(t.c), 0);
		arena_release(&t.a);
	}
	/* 2^63 labels and more */
	static const char huge[] =
		"cpandas.core.indexes.base\n_new_Index\n(cpandas\nRangeIndex\n(dVname\nNs"
		"Vstart\nL-9223372036854775808L\nsVstop\nL9223372036854775807L\nsVstep\nI1\nstR.";
	struct column_test t;
	arena_init(&t.a, 0);
	open_column(&t, values_read(&t.a, huge, sizeof(huge) - 1));
	CHECK(t.c == NULL);
	arena_release(&t.a);
}

void test_column__limits(void)
{
	struct reader r = {.work = 0};
	struct column_test t;

	CHECK(reader_work(&r, 1000));
	CHECK(!reader_work(&r, SIZE_MAX));
	CHECK(reader_work(&r, reader_left(&r)));
	CHECK(!reader_work(&r, 1));
	/* as deep as it goes */
	arena_init(&t.a, 0);
	const struct mf_value *v = pandas_value(&t.a, "v15_range");
	t.r = (struct reader){.a = &t.a, .depth = 100};
	CHECK(column_read(&t.r, v, 0) == NULL);
	t.r = (struct reader){.a = &t.a, .made = SIZE_MAX / 2};
	CHECK(column_read(&t.r, v, 0) == NULL);
	open_column(&t, v);
	CHECK(t.c != NULL);
	CHECK(column_read(&t.r, v, 1) == NULL); /* an index has one row */
	CHECK(column_read(&t.r, NULL, 0) == NULL);
	arena_release(&t.a);
}

/* Cells of arrays of objects. */
void test_column__objects(void)
{
	static const struct {
		const char *stream, *json;
		bool missing;
	} cases[] = {
		{"N.", "null", true},
		{"Fnan\n.", "{\"$float\":\"nan\"}", true},
		{"F1.5\n.", "1.5", false},
		{"cpandas\nNA\n.", "null", true},
		{"cpandas._libs.tslibs.nattype\n__nat_unpickle\n(NtR.", "null", true},
		{"cdecimal\nDecimal\n(VNaN\ntR.", "\"NaN\"", true},
		{"cdecimal\nDecimal\n(V-sNaN\ntR.", "\"-sNaN\"", true},
		{"cdecimal\nDecimal\n(V1E+5\ntR.", "\"1E+5\"", false},
		{"cdatetime\ndate\n(V\\u0007\\u00e8\\u0002\\u0003\ntR.", "\"2024-02-03\"", false},
		{"(I1\n(NcPandas\nNA\ncpandas\nNA\ntt.", "[1,[null,{\"$ref\":\"Pandas.NA\"},null]]",
			false},
		{"(lcpandas\nNA\na.", "[{\"$object\":\"pandas.NA\",\"state\":null}]", false},
		{"cmine\nThing\n(tR.", "{\"$object\":\"mine.Thing\",\"state\":null}", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf out = BUF_INIT(1000);
		struct mf_sink sink = {buf_sink_write, &out};
		struct arena a;
		arena_init(&a, 0);
		struct mf_value *v = values_read(&a, cases[i].stream, strlen(cases[i].stream));
		CHECK_INT(mf_value_print_json(cell_object(&a, v), &sink, 0, NULL), 0);
		CHECK_STR(out.p, cases[i].json);
		CHECK_INT(cell_object_missing(v), cases[i].missing);
		buf_release(&out);
		arena_release(&a);
	}
}

/* Tuples that share their parts double with each level; the cell does not. */
void test_column__shared_tuples(void)
{
	struct buf s = BUF_INIT(1000);
	struct arena a;

	buf_adds(&s, "(I1\nt");
	for (int i = 0; i < 60; i++)
		buf_adds(&s, "2\x86");
	buf_addc(&s, '.');
	arena_init(&a, 1 << 20);
	CHECK(cell_object(&a, values_read(&a, s.p, s.n)) != NULL);
	arena_release(&a);
	buf_release(&s);
}

static void check(const char *name, size_t column, size_t row, double number)
{
	struct arena a;
	struct frame f;
	double d = NAN;

	arena_init(&a, 0);
	CHECK_FATAL(frame_view(&f, &a, pandas_value(&a, name)));
	CHECK_INT(column_double(f.columns[column], row, &d), !isnan(number));
	if (!isnan(number))
		CHECK(d == number);
	arena_release(&a);
}

void test_column__numbers(void)
{
	check("v15_sparse", 0, 0, 0);
	check("v15_sparse", 0, 2, 1);
	check("v15_sparse", 0, 3, 2);
	check("v15_sparse", 1, 0, NAN);
	check("v15_sparse", 1, 2, 2);
	check("v15_intervals", 0, 1, 1.5);
	check("v15_mixed", 7, 0, 1);
	check("v15_mixed", 7, 1, NAN);
	check("v15_mixed", 8, 0, NAN);
	check("v22_arrow", 0, 0, 1);
	check("v22_arrow", 0, 1, NAN);
	check("v22_arrow", 2, 0, .5);
	check("v22_arrow", 3, 1, 1);
	check("v22_arrow", 4, 0, NAN);
	check("v22_arrow_times", 3, 0, 3723000000);
	check("v15_periods", 1, 0, 54);
	check("v3_chunks", 0, 2, 3);
}
