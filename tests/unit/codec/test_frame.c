#include "../../../clientlib/codec/frame.h"
#include "../../../clientlib/codec/frame_text.h"
#include "../../../clientlib/codec/pandas.h"
#include "pandas_cases.h"

/* covers: pandas_render.c */

/* What Python printed of real frames, series, indexes and scalars. */
void test_frame__recorded(void)
{
	pandas_load();
	for (size_t i = 0; i < pandas_n; i++)
		if (pandas_cases[i].json)
			CHECK_STR(values_print(pandas_cases[i].stream, pandas_cases[i].n,
					  VALUES_JSON, 0),
				pandas_cases[i].json);
}

/* Parts that do not fit together: nothing is guessed, the object is shown as the stream has it. */
void test_frame__hostile(void)
{
	pandas_load();
	for (size_t i = 0; i < pandas_n; i++) {
		const struct pandas_case *c = &pandas_cases[i];
		struct arena a;
		struct frame f;
		if (c->json)
			continue;
		arena_init(&a, 0);
		const struct mf_value *v = values_read(&a, c->stream, c->n);
		CHECK(frame_is(v));
		if (frame_view(&f, &a, v))
			CHECK_STR(c->name, "not a frame");
		arena_release(&a);
		const char *json = values_print(c->stream, c->n, VALUES_JSON, 0);
		if (!strstr(json, "\"_mgr\"") && !strstr(json, "\"args\""))
			CHECK_STR(json, "a plain object");
		values_print(c->stream, c->n, VALUES_TEXT, 0);
		values_print(c->stream, c->n, VALUES_TEXT, 60);
	}
}

/* Every stream with one byte changed: any answer, and no crash. */
void test_frame__damaged(void)
{
	static const unsigned char changes[] = {0, 1, 2, 0x7f, 0x80, 0xff};

	pandas_load();
	for (size_t i = 0; i < pandas_n; i++) {
		const struct pandas_case *c = &pandas_cases[i];
		char *copy = malloc(c->n);
		for (size_t at = i % 11; at < c->n; at += 11) {
			memcpy(copy, c->stream, c->n);
			copy[at] = (char)changes[(at + i) % ARRAY_SIZE(changes)];
			values_print(copy, c->n, VALUES_JSON, 0);
			if (at % 4 == 0)
				values_print(copy, c->n, VALUES_TEXT, 0);
		}
		free(copy);
	}
}

/* ---- views ---- */

static void check_dtype(const struct column *c, const char *want)
{
	struct buf out = BUF_INIT(1000);
	column_dtype(c, &out);
	CHECK_STR(out.p, want);
	buf_release(&out);
}

void test_frame__view(void)
{
	struct arena a;
	struct frame f;
	double d;

	arena_init(&a, 0);
	CHECK_FATAL(frame_view(&f, &a, pandas_value(&a, "v15_mixed")));
	CHECK_INT(f.kind, FRAME_DATA);
	CHECK_INT(f.nrows, 3);
	CHECK_INT(f.ncols, 9);
	CHECK_INT(column_length(f.names), 9);
	CHECK(value_is(column_cell(f.names, &a, 4), "tz"));
	check_dtype(f.columns[0], "int8");
	check_dtype(f.columns[4], "datetime64[ns, Europe/Helsinki]");
	check_dtype(f.columns[6], "category");
	CHECK(value_is(column_cell(f.columns[4], &a, 1), "2024-07-01T00:00:00+03:00"));
	CHECK_INT(column_nulls(f.columns[4]), 1);
	CHECK(column_missing(f.columns[4], 2));
	CHECK(!column_missing(f.columns[4], 1));
	CHECK(column_double(f.columns[0], 2, &d) && d == 2);
	CHECK(column_double(f.columns[5], 2, &d) && d == -90e9);
	CHECK(!column_double(f.columns[5], 1, &d)); /* missing */
	CHECK(!column_double(f.columns[6], 0, &d)); /* a text */
	/* out of range: missing */
	CHECK(column_missing(f.columns[0], 3));
	CHECK(!column_double(f.columns[0], 3, &d));
	CHECK_INT(mf_value_kind(column_cell(f.columns[0], &a, 3)), MF_NULL);

	CHECK_FATAL(frame_view(&f, &a, pandas_value(&a, "v3_multi")));
	CHECK_INT(f.kind, FRAME_MULTIINDEX);
	CHECK_INT(f.ncols, 3);
	CHECK_INT(mf_value_count(f.index_names), 3);
	check_dtype(f.columns[0], "str");

	CHECK_FATAL(frame_view(&f, &a, pandas_value(&a, "v3_str_python")));
	CHECK_INT(f.kind, FRAME_SERIES);
	CHECK_INT(mf_value_kind(f.name), MF_TUPLE);
	CHECK(!frame_view(&f, &a, pandas_value(&a, "v15_interval")));
	CHECK(!frame_view(&f, &a, NULL));
	arena_release(&a);
}

/* ---- for people ---- */

static const char *text(const char *name, size_t width)
{
	const struct pandas_case *c = pandas_find(name);
	return values_print(c->stream, c->n, VALUES_TEXT, width);
}

void test_frame__grid(void)
{
	CHECK_STR(text("v15_frame2", 0), "       a        b  c\n"
					 "   int64  float64  object\n"
					 "0      1      1.5  x\n"
					 "1      2      NaN  None\n"
					 "2      3     -2.0  é\n"
					 "3 rows × 3 columns");
	CHECK_STR(text("v10_multi", 0), "x,        v\n"
					"      int64\n"
					"a, 1      1\n"
					"a, 2      2\n"
					"2 rows × 1 column");
	CHECK_STR(text("v15_no_columns", 0), "0\n1\n2\n3 rows × 0 columns");
	CHECK_STR(text("v15_index", 0), "    n\nint64\n    3\n    1\nInt64Index of 2 values");
	CHECK_STR(text("v3_dates", 0), "datetime64[us, America/New_York]\n"
				       "2024-03-30T00:00:00-04:00\n"
				       "2024-03-31T00:00:00-04:00\n"
				       "2024-04-01T00:00:00-04:00\n"
				       "DatetimeIndex of 3 values");
}

void test_frame__line(void)
{
	CHECK_STR(text("v15_frame2", 100), "DataFrame 3×3 [a int64, b float64, c object]");
	CHECK_STR(text("v15_frame2", 20), "DataFrame 3×3 [a in…");
	CHECK_STR(text("v10_periods", 100), "Series 2 period[Q-NOV] [2024Q1, 2024Q2]");
	CHECK_STR(text("v3_multi", 100), "MultiIndex 2×3 [s str, d datetime64[us], None float64]");
	CHECK_STR(text("v3_scalars", 300),
		"[<NA>, NaT, Timestamp('2024-03-04T05:06:07+02:00'), Timedelta('-1 days "
		"+23:59:59.999999'), "
		"Period('2024-02-05'), Interval('(2024-01-01 00:00:00, 2024-01-02 00:00:00]')]");
}

/* A Series of plain integers 0 … n-1 in 120 columns' worth of rows: the middle is left out. */
void test_frame__elided(void)
{
	static const char head[] = "cpandas.core.indexes.base\n_new_Index\n(cpandas\nRangeIndex\n("
				   "dVname\nNsVstart\nI0\nsVstop\nI";
	char stream[256];

	snprintf(stream, sizeof(stream), "%s1000\nsVstep\nI1\nstR.", head);
	const char *grid = values_print(stream, strlen(stream), VALUES_TEXT, 0);
	CHECK(strstr(grid, "\n    9\n    …\n  990\n") != NULL);
	CHECK(strstr(grid, "\n  999\nRangeIndex of 1,000 values") != NULL);
	snprintf(stream, sizeof(stream), "%s4611686018427387904\nsVstep\nI1\nstR.", head);
	CHECK_STR(values_print(stream, strlen(stream), VALUES_TEXT, 50),
		"RangeIndex 4611686018427387904 int64 [0, 1, 2, 3,…");
}

/* ---- memory ---- */

struct print {
	const char *name;
	enum values_form form;
};

static int print_once(void *arg)
{
	const struct print *p = arg;
	const struct pandas_case *c = pandas_find(p->name);
	struct buf out = BUF_INIT(1 << 20);
	struct mf_sink sink = {buf_sink_write, &out};
	struct mf_value *v;
	struct arena a;

	arena_init(&a, 0);
	int rc = pickle_read(&v, &a, c->stream, c->n, NULL, NULL);
	if (rc == 0)
		rc = p->form == VALUES_JSON ? mf_value_print_json(v, &sink, 0, NULL)
					    : mf_value_print_text(v, &sink, 0, NULL);
	arena_release(&a);
	buf_release(&out);
	return rc;
}

void test_frame__allocation_failure(void)
{
	static const char *const names[] = {"v10_mixed", "v15_mixed", "v15_periods", "v15_sparse",
		"v22_arrow", "v22_arrow_dec", "v3_multi", "v15_intervals", "v3_chunks"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct print json = {names[i], VALUES_JSON}, page = {names[i], VALUES_TEXT};
		pandas_find(names[i]);
		test_every_alloc(print_once, &json);
		test_every_alloc(print_once, &page);
	}
}
