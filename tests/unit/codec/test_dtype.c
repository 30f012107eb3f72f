/* covers: dtype.c dtype_code.c dtype_text.c dtype_value.c dtype_time.c */
#include <math.h>

#include "numpy.h"

static const struct dtype *read_type(struct arena *a, const char *stream, size_t n)
{
	return dtype_read(a, values_read(a, stream, n));
}
#define READ(a, literal) read_type(a, literal, sizeof(literal) - 1)

enum form { AS_JSON, AS_NAME, AS_NPY };

/* A type in one of its forms; "-" where it is none, or has none. */
static const char *form(const char *stream, size_t n, enum form how)
{
	struct buf out = BUF_INIT(1 << 16);
	struct arena a;
	arena_init(&a, 0);
	const struct dtype *t = read_type(&a, stream, n);
	struct mf_sink sink = {buf_sink_write, &out};
	if (t && how == AS_JSON)
		CHECK_INT(mf_value_print_json(dtype_descr(&a, t), &sink, 0, NULL), 0);
	else if (t && how == AS_NAME)
		dtype_name(&out, t);
	else if (!t || !dtype_npy(&out, t))
		buf_adds(&out, "-");
	arena_release(&a);
	return values_keep(&out);
}
#define FORM(literal, how) form(literal, sizeof(literal) - 1, how)

#define P4 "\x80\x04"
#define SIZE_4 "J\4\0\0\0J\1\0\0\0K\0tb"
/* "V4" with names, fields: i2 at 0 and at an offset */
#define FIELD(order, offset)                                                                       \
	"(cnumpy\ndtype\n(Vi2\n\x89\x88tR(K\3V" order                                              \
	"\nNNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb" offset "t"
#define TWO_FIELDS(offset)                                                                         \
	P4 "cnumpy\ndtype\n(VV4\n\x89\x88tR(K\3V|\nN(Va\nVb\nt(dVa\n" FIELD(                       \
		"<", "K\0") "sVb\n" FIELD(">", offset) "s" SIZE_4 "."

void test_dtype__codes(void)
{
	static const struct {
		const char *code, *json, *name;
	} cases[] = {
		{"b1", "\"|b1\"", "bool"},
		{"?", "\"|b1\"", "bool"},
		{"i1", "\"|i1\"", "int8"},
		{"<i4", "\"<i4\"", "int32"},
		{">u8", "\">u8\"", "uint64"},
		{"=f2", "\"<f2\"", "float16"},
		{"float64", "\"<f8\"", "float64"},
		{"f16", "\"<f16\"", "longdouble"},
		{"c8", "\"<c8\"", "complex64"},
		{"c32", "\"<c32\"", "clongdouble"},
		{"U5", "\"<U5\"", "<U5"},
		{">U0", "\">U0\"", ">U0"},
		{"S5", "\"|S5\"", "S5"},
		{"a5", "\"|S5\"", "S5"},
		{"V3", "\"|V3\"", "V3"},
		{"O", "\"|O\"", "object"},
		{"O8", "\"|O\"", "object"},
		{"M8", "\"<M8\"", "datetime64"},
		{"M8[25ns]", "\"<M8[25ns]\"", "datetime64[25ns]"},
		{">m8[D]", "\">m8[D]\"", "timedelta64[D]"},
		{"", "-", "-"},
		{"i3", "-", "-"},
		{"f", "-", "-"},
		{"x4", "-", "-"},
		{"i4[ns]", "-", "-"},
		{"M8[0ns]", "-", "-"},
		{"M8[xs]", "-", "-"},
		{"M8[]", "-", "-"},
		{"M8[9999999999D]", "-", "-"},
		{"U4611686018427387904", "-", "-"},
		{"V99999999999999999999999", "-", "-"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char stream[128];
		int n = snprintf(stream, sizeof(stream), P4 "cnumpy\ndtype\n(V%s\n\x89\x88tR.",
			cases[i].code);
		CHECK_STR(form(stream, (size_t)n, AS_NAME), cases[i].name);
		if (cases[i].json[0] != '-')
			CHECK_STR(form(stream, (size_t)n, AS_JSON), cases[i].json);
	}
}

void test_dtype__globals(void)
{
	CHECK_STR(FORM(P4 "cnumpy\nfloat64\n.", AS_NAME), "float64");
	CHECK_STR(FORM(P4 "cnumpy\nbool_\n.", AS_NAME), "bool");
	CHECK_STR(FORM(P4 "cnumpy.dtypes\nInt16DType\n.", AS_NAME), "int16");
	CHECK_STR(FORM(P4 "cnumpy.dtypes\nStringDType\n)R.", AS_NAME), "string");
	CHECK_STR(FORM(P4 "cnumpy.dtypes\nFloat32DType\n)R.", AS_JSON), "\"<f4\"");
	CHECK_STR(FORM(P4 "cnumpy\ndtype\n(cnumpy\nrecord\n\x89\x88tR.", AS_NAME), "V0");
	CHECK_STR(FORM(P4 "cnumpy\nndarray\n.", AS_NPY), "-");
	CHECK_STR(FORM(P4 "cnumpy\ndtype\n(cm\nC\n\x89\x88tR.", AS_NPY), "-");
	CHECK_STR(FORM(P4 "cbuiltins\nfloat\n.", AS_NPY), "-");
	CHECK_STR(FORM(P4 "K\1.", AS_NPY), "-");
	CHECK_STR(FORM(P4 "cnumpy\ndtype\n)R.", AS_NPY), "-");
}

void test_dtype__structures(void)
{
	static const char in_order[] = TWO_FIELDS("K\2"), overlapping[] = TWO_FIELDS("K\1"),
			  outside[] = TWO_FIELDS("K\3"), before[] = TWO_FIELDS("J\xff\xff\xff\xff");
	CHECK_STR(FORM(in_order, AS_JSON), "[[\"a\",\"<i2\"],[\"b\",\">i2\"]]");
	CHECK_STR(FORM(in_order, AS_NPY), "[('a', '<i2'), ('b', '>i2')]");
	CHECK_STR(FORM(in_order, AS_NAME), "{a: int16, b: int16}");
	CHECK_STR(FORM(overlapping, AS_JSON),
		"{\"names\":[\"a\",\"b\"],\"formats\":[\"<i2\",\">i2\"],"
		"\"offsets\":[0,1],\"itemsize\":4}");
	CHECK_STR(FORM(overlapping, AS_NPY), "-");
	CHECK_STR(FORM(outside, AS_NAME), "-");
	CHECK_STR(FORM(before, AS_NAME), "-");
}

/* A type that is named by every field of the one above: two to the power of its depth. */
void test_dtype__wide_and_deep(void)
{
	struct buf b = BUF_INIT(1 << 20);
	struct arena a;
	buf_add(&b, P4, 2);
	for (int i = 0; i < 30; i++)
		buf_adds(&b, "cnumpy\ndtype\n(VV0\n\x89\x88tR(K\3V|\nN(Va\nVb\nt(dVa\n(");
	buf_adds(&b, "cnumpy\ndtype\n(VV0\n\x89\x88tR");
	for (int i = 0; i < 30; i++) {
		buf_addf(&b, "p%d\nI0\ntsVb\n(g%d\nI0\ntsI0\nI1\nI0\ntb", i, i);
	}
	buf_addc(&b, '.');
	arena_init(&a, 0);
	CHECK(read_type(&a, b.p, b.n) == NULL);
	CHECK(a.used < 64 << 20);
	arena_release(&a);
	buf_release(&b);
}

void test_dtype__states_that_do_not_fit(void)
{
	static const char *const states[] = {"N", "()", "(K\3V<\nNNNI-1\nI-1\nI0\nNNNt",
		"(K\3V*\nNNNI-1\nI-1\nI0\nt", "(K\3V<\nNNNI-2\nI-1\nI0\nt",
		"(K\3V<\nNNNI3\nI-1\nI0\nt", "(K\3V<\n(Ntt", "(K\3V<\nN(Va\nt(dI-1\nI-1\nI0\nt",
		"(K\3V<\n(K\1K\1tNNI4\nI-1\nI0\nt"};
	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		char stream[256];
		int n = snprintf(stream, sizeof(stream), P4 "cnumpy\ndtype\n(Vi4\n\x89\x88tR%sb.",
			states[i]);
		if (strcmp(states[i], "N") == 0 || strchr(states[i], 'K'))
			CHECK_STR(form(stream, (size_t)n, AS_NPY), "-");
	}
}

static const char *element(const char *code, const char *bytes)
{
	struct arena a;
	char stream[128];
	int n = snprintf(stream, sizeof(stream), P4 "cnumpy\ndtype\n(V%s\n\x89\x88tR.", code);
	arena_init(&a, 0);
	const struct dtype *t = read_type(&a, stream, (size_t)n);
	CHECK_FATAL(t != NULL);
	const char *text = numpy_print(dtype_value(&a, t, bytes), true, 0);
	arena_release(&a);
	return text;
}

void test_dtype__elements(void)
{
	CHECK_STR(element("b1", "\2"), "true");
	CHECK_STR(element("<i2", "\xfe\xff"), "-2");
	CHECK_STR(element(">i4", "\xff\xff\xff\x00"), "-256");
	CHECK_STR(element("<u8", "\xff\xff\xff\xff\xff\xff\xff\xff"), "18446744073709551615");
	CHECK_STR(element("<f2", "\x01\x00"), "5.960464477539063e-08");
	CHECK_STR(element("<f2", "\x00\xfc"), "{\"$float\":\"-inf\"}");
	CHECK_STR(element(">f2", "\x7e\x00"), "{\"$float\":\"nan\"}");
	CHECK_STR(element("<f4", "\xcd\xcc\xcc\x3d"), "0.10000000149011612");
	CHECK_STR(element(">f8", "\x3f\xf8\0\0\0\0\0\0"), "1.5");
	CHECK_STR(element("<c8", "\0\0\x80\x3f\0\0\0\x40"), "[1.0,2.0]");
	CHECK_STR(element("S3", "a\0b"), "{\"$bytes\":\"YQBi\"}");
	CHECK_STR(element("S3", "a\0\0"), "{\"$bytes\":\"YQ==\"}");
	CHECK_STR(element("V3", "a\0\0"), "{\"$bytes\":\"YQAA\"}");
	CHECK_STR(element("<U2", "\xe9\0\0\0\0\xf6\x01\0"), "\"\\u00e9\\ud83d\\ude00\"");
	CHECK_STR(element(">U2", "\0\0\0\x61\0\0\0\0"), "\"a\"");
	CHECK_STR(element("<U1", "\0\0\x11\0"),
		"{\"$error\":{\"code\":\"corrupt\",\"message\":\"a character that is none\"}}");
	CHECK_STR(element("<m8[D]", "\3\0\0\0\0\0\0\0"), "3");
	CHECK_STR(element("<M8", "\3\0\0\0\0\0\0\0"),
		"{\"$error\":{\"code\":\"corrupt\",\"message\":\"a time without a unit\"}}");
	CHECK_STR(element("<M8", "\0\0\0\0\0\0\0\x80"), "\"NaT\"");
}

static const char *when(const char *unit, int64_t step, int64_t count)
{
	static char out[8][DTYPE_TIME_SIZE];
	static size_t next;
	char *t = out[next++ % 8];
	struct dtype type = {.kind = 'M', .per_step = step};
	snprintf(type.unit, sizeof(type.unit), "%s", unit);
	dtype_time_text(t, &type, count);
	return t;
}

/* numpy's own answers. */
void test_dtype__times(void)
{
	int64_t odd = 123456789012345678, low = -((int64_t)1 << 62);
	CHECK_STR(when("Y", 1, 0), "1970");
	CHECK_STR(when("Y", 1, -1969), "0001");
	CHECK_STR(when("Y", 1, -1971), "-001");
	CHECK_STR(when("Y", 1, INT64_MAX), "-9223372036854773839");
	CHECK_STR(when("M", 1, -1), "1969-12");
	CHECK_STR(when("M", 1, low), "-384307168202280356-09");
	CHECK_STR(when("W", 1, -1), "1969-12-25");
	CHECK_STR(when("W", 1, odd), "2366092453882391-03-21");
	CHECK_STR(when("D", 1, 11016), "2000-02-29");
	CHECK_STR(when("D", 1, low), "-12626367463881308-09-18");
	CHECK_STR(when("h", 1, -1), "1969-12-31T23");
	CHECK_STR(when("h", 1, INT64_MAX), "1052197288658909-10-10T07");
	CHECK_STR(when("m", 1, low), "-8768310736838-03-03T14:56");
	CHECK_STR(when("s", 1, odd), "3912191873-11-26T05:21:18");
	CHECK_STR(when("s", 25, 1), "1970-01-01T00:00:25");
	CHECK_STR(when("ms", 1, -1), "1969-12-31T23:59:59.999");
	CHECK_STR(when("us", 1, low), "-144169-06-28T09:59:32.612096");
	CHECK_STR(when("ns", 1, low), "1823-11-12T00:06:21.572612096");
	CHECK_STR(when("ps", 1, INT64_MAX), "1970-04-17T18:02:52.036854775807");
	CHECK_STR(when("fs", 1, low), "1969-12-31T22:43:08.313981572612096");
	CHECK_STR(when("fs", 1, odd), "1970-01-01T00:02:03.456789012345678");
	CHECK_STR(when("as", 1, -1), "1969-12-31T23:59:59.999999999999999999");
	CHECK_STR(when("as", 1, INT64_MAX), "1970-01-01T00:00:09.223372036854775807");
	CHECK_STR(when("ns", 1, INT64_MIN), "NaT");
	/* beyond the calendar: some date, and no harm */
	CHECK(when("fs", INT32_MAX, low + 1)[0] && when("as", 7, INT64_MAX)[0]);
	for (int i = 0; i < 64; i++)
		CHECK(when("as", 1 + i, INT64_MIN + 1 + i)[0] &&
			when("h", 1 + i, INT64_MIN + 1 + i)[0]);
}

void test_dtype__doubles(void)
{
	struct arena a;
	double f = 0;
	arena_init(&a, 0);
	const struct dtype *i2 = READ(&a, P4 "cnumpy\ndtype\n(V>i2\n\x89\x88tR.");
	const struct dtype *day = READ(&a, P4 "cnumpy\ndtype\n(VM8[D]\n\x89\x88tR.");
	const struct dtype *text = READ(&a, P4 "cnumpy\ndtype\n(VU1\n\x89\x88tR.");
	CHECK(dtype_double(i2, "\xff\xfe", &f) && f == -2);
	CHECK(dtype_double(day, "\0\0\0\0\0\0\0\x80", &f) && isnan(f));
	CHECK(dtype_double(day, "\2\0\0\0\0\0\0\0", &f) && f == 2);
	CHECK(!dtype_double(text, "a\0\0", &f));
	const struct dtype *native = dtype_native(&a, i2);
	CHECK(native && native != i2 && native->order == '<' && i2->order == '>');
	CHECK(dtype_native(&a, day) == day);
	arena_release(&a);
}

void test_dtype__swap(void)
{
	static const char fields[] = TWO_FIELDS("K\2");
	struct arena a;
	arena_init(&a, 0);
	char two[] = "\1\2\3\4", parts[] = "\1\2\3\4", text[] = "\0\0\0a";
	dtype_swap(READ(&a, P4 "cnumpy\ndtype\n(V<i2\n\x89\x88tR."), two, 2);
	CHECK(memcmp(two, "\2\1\4\3", 4) == 0);
	const struct dtype *t = READ(&a, fields);
	CHECK_FATAL(t != NULL);
	CHECK(dtype_swaps(t));
	dtype_swap(t, parts, 1); /* only the field that is not in the machine's order */
	CHECK(memcmp(parts, "\1\2\4\3", 4) == 0);
	dtype_swap(READ(&a, P4 "cnumpy\ndtype\n(V>U1\n\x89\x88tR."), text, 1);
	CHECK(memcmp(text, "a\0\0\0", 4) == 0);
	arena_release(&a);
}
