#include "../../../clientlib/codec/arrow.h"

#include "pandas_cases.h"

#define TYPE(alias) "cpyarrow.lib\ntype_for_alias\n(V" alias "\ntR"
#define ARRAY(type, n, offset, buffers)                                                            \
	"cpyarrow.lib\n_restore_array\n((" type "I" n "\nI0\nI" offset "\n(" buffers "l(lNttR."
#define BUFFER(bytes) "cpyarrow.lib\npy_buffer\n(c_codecs\nencode\n(V" bytes "\nVlatin1\ntRtR"

void test_arrow__type(void)
{
	static const struct {
		const char *stream, *text;
	} cases[] = {
		{TYPE("int64") ".", "int64"},
		{TYPE("float32") ".", "float"},
		{TYPE("large_utf8") ".", "large_string"},
		{TYPE("date32") ".", "date32[day]"},
		{TYPE("timestamp[ms]") ".", "timestamp[ms]"},
		{"cpyarrow.lib\ntimestamp\n(Vns\nVUTC\ntR.", "timestamp[ns, tz=UTC]"},
		{"cpyarrow.lib\ntimestamp\n(Vs\nV+01:30\ntR.", "timestamp[s, tz=+01:30]"},
		{"cpyarrow.lib\ndecimal128\n(I5\nI2\ntR.", "decimal128(5, 2)"},
		{"cpyarrow.lib\ndictionary\n(" TYPE("int8") TYPE("string") "I01\ntR.",
			"dictionary<values=string, indices=int8, ordered=1>"},
		{TYPE("list") ".", NULL},
		{"cpyarrow.lib\ntimestamp\n(Vyears\nNtR.", NULL},
		{"cpyarrow.lib\ndecimal128\n(I500\nI2\ntR.", NULL},
		{"cpyarrow.lib\ndictionary\n(" TYPE("double") TYPE("string") "I01\ntR.", NULL},
		{"cos\nsystem\n(Vint64\ntR.", NULL},
		{"N.", NULL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf out = BUF_INIT(200);
		struct arena a;
		arena_init(&a, 0);
		const struct arrow_type *type = arrow_type_read(
			&a, values_read(&a, cases[i].stream, strlen(cases[i].stream)));
		CHECK((type != NULL) == (cases[i].text != NULL));
		if (type && cases[i].text) {
			arrow_type_text(&out, type);
			CHECK_STR(out.p, cases[i].text);
		}
		buf_release(&out);
		arena_release(&a);
	}
}

/* Elements of an array, as JSON with spaces between them. */
static const char *elements(const char *stream)
{
	struct buf out = BUF_INIT(1 << 16);
	struct mf_sink sink = {buf_sink_write, &out};
	struct arena a;
	size_t work = 100;

	arena_init(&a, 0);
	const struct arrow_array *array =
		arrow_array_read(&a, values_read(&a, stream, strlen(stream)), &work);
	for (size_t i = 0; array && i < array->n; i++) {
		buf_adds(&out, i ? " " : "");
		mf_value_print_json(arrow_cell(array, &a, i), &sink, 0, NULL);
	}
	if (!array)
		buf_adds(&out, "none");
	arena_release(&a);
	return values_keep(&out);
}

void test_arrow__elements(void)
{
	pandas_load();
	CHECK_STR(elements(ARRAY(
			  TYPE("int16"), "2", "0", "N" BUFFER("\\u0001\\u0000\\u00ff\\u00ff"))),
		"1 -1");
	CHECK_STR(elements(ARRAY(TYPE("uint8"), "2", "1", BUFFER("\\u0004") BUFFER("abc"))),
		"null 99");
	CHECK_STR(
		elements(ARRAY(TYPE("bool"), "3", "0", "N" BUFFER("\\u0005"))), "true false true");
	CHECK_STR(elements(ARRAY(TYPE("null"), "3", "0", "N")), "null null null");
	CHECK_STR(elements(ARRAY(
			  TYPE("date32"), "1", "0", "N" BUFFER("\\u00ff\\u00ff\\u00ff\\u00ff"))),
		"\"1969-12-31\"");
	CHECK_STR(elements(ARRAY(TYPE("time32[ms]"), "1", "0",
			  "N" BUFFER("\\u0001\\u0000\\u0000\\u0000"))),
		"\"00:00:00.001000\"");
	CHECK_STR(elements(ARRAY("cpyarrow.lib\ndecimal128\n(I5\nI2\ntR", "1", "0",
			  "N" BUFFER("\\u00ff\\u00ff\\u00ff\\u00ff\\u00ff\\u00ff\\u00ff\\u00ff\\u00"
				     "ff\\u00ff\\u00ff\\u00ff\\u00ff\\u00ff\\u00ff\\u00ff"))),
		"\"-0.01\"");
	CHECK_STR(elements(ARRAY("cpyarrow.lib\ndecimal128\n(I5\nI-2\ntR", "1", "0",
			  "N" BUFFER("{\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0"
				     "000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000"))),
		"\"1.23E+4\"");
	CHECK_STR(elements(ARRAY("cpyarrow.lib\ndecimal128\n(I20\nI9\ntR", "1", "0",
			  "N" BUFFER("\\u0001\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u00"
				     "00\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000"))),
		"\"1E-9\"");
	/* buffers that are none, or too many */
	CHECK_STR(elements(ARRAY(TYPE("int8"), "1", "0", "NVx\n")), "none");
	CHECK_STR(elements(ARRAY(TYPE("int8"), "1", "0", "NNN")), "none");
	CHECK_STR(elements(ARRAY(TYPE("int8"), "1", "0", "NN")), "none");
	CHECK_STR(
		elements(ARRAY(TYPE("int8"), "1", "9223372036854775807", "N" BUFFER("a"))), "none");
	/* more than may be looked at */
	CHECK_STR(elements(ARRAY(TYPE("string"), "101", "0", "N" BUFFER("a") BUFFER("a"))), "none");
	CHECK_STR(elements("N."), "none");
}

void test_arrow__load(void)
{
	CHECK_INT(arrow_load("\xfe\xff", 2, true), -2);
	CHECK_INT(arrow_load("\xfe\xff", 2, false), 65534);
	CHECK_INT(arrow_load("\0\0\0\0\0\0\0\x80", 8, true), INT64_MIN);
}
