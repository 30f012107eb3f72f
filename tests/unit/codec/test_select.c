/* covers: slice.c slice_array.c pick.c */
#include "../../../clientlib/codec/select.h"
#include "../../support/history.h"
#include "values.h"

/* np.arange(24, dtype=">i4").reshape(2, 3, 4) and the like, as JSON text → value. */

static const char arange[] = /* int16, (2, 3) */
	"\x80\x04\x8c\x16numpy._core.multiarray\x94\x8c\x0c_"
	"reconstruct\x94\x93\x94\x8c\x05numpy\x94\x8c\x07ndarray\x94\x93"
	"\x94K\x00\x85\x94"
	"C\x01"
	"b\x94\x87\x94R\x94(K\x01K\x02K\x03\x86\x94h\x03\x8c\x05"
	"dtype\x94\x93\x94\x8c\x02i2\x94\x89"
	"\x88\x87\x94R\x94(K\x03\x8c\x01<\x94NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00t\x94"
	"b\x89"
	"C\x0c\x00\x00\x01\x00"
	"\x02\x00\x03\x00\x04\x00\x05\x00\x94t\x94"
	"b.";

/* The part of a pickled value, printed as JSON, or the error. */
static const char *part(const char *stream, size_t n, const char *path, const char *slice)
{
	struct mf_document *doc, *some = NULL;
	struct mf_error err = MF_ERROR_INIT;
	struct buf out = BUF_INIT(1 << 20);
	struct mf_sink sink = {buf_sink_write, &out};
	CHECK_FATAL(mf_pickle_read(&doc, stream, n, NULL) == 0);
	int rc = mf_value_select(&some, mf_document_value(doc), path, slice, &err);
	CHECK_INT(err.code, rc);
	if (rc == 0)
		mf_value_print_json(mf_document_value(some), &sink, 0, NULL);
	else
		buf_addf(&out, "%s: %s", mf_code_name(rc), err.message);
	mf_document_free(some);
	mf_document_free(doc);
	return values_keep(&out);
}

#define ARRAY(slice) part(arange, sizeof(arange) - 1, NULL, slice)
#define PART(literal, path, slice) part(literal, sizeof(literal) - 1, path, slice)

static const char *data_of(const char *json)
{
	const char *at = strstr(json, "\"shape\":"), *data = strstr(json, "\"data\":");
	return at && data ? textf("%.*s %.*s", (int)strcspn(at + 8, "]") + 1, at + 8,
				    (int)strlen(data + 7) - 2, data + 7)
			  : json;
}

void test_select__arrays(void)
{
	CHECK_STR(data_of(ARRAY("0")), "[3] [0,1,2]");
	CHECK_STR(data_of(ARRAY("-1")), "[3] [3,4,5]");
	CHECK_STR(data_of(ARRAY(":,1")), "[2] [1,4]");
	CHECK_STR(data_of(ARRAY("::-1,::2")), "[2,2] [[3,5],[0,2]]");
	CHECK_STR(data_of(ARRAY("5:9")), "[0,3] []");
	CHECK_STR(data_of(ARRAY("0:1, 1:")), "[1,2] [[1,2]]");
	CHECK_STR(ARRAY("1,2"), "{\"$npscalar\":{\"dtype\":\"<i2\",\"value\":5}}");
	CHECK_STR(ARRAY("2"), "not_found: index 2 is out of range: there are 2");
	CHECK_STR(ARRAY("0,0,0"), "unsupported: 3 axes are asked for, the array has 2");
	CHECK_STR(data_of(PART("\x80\x04]K\x01"
			       "a.",
			  NULL, NULL)),
		"[1]");
}

void test_select__slices_are_read_as_python_does(void)
{
	static const struct {
		const char *slice;
		const char *want;
	} cases[] = {{"1:3", "[1,2]"}, {":", "[0,1,2,3,4]"}, {"-2:", "[3,4]"}, {":-4", "[0]"},
		{"::2", "[0,2,4]"}, {"::-1", "[4,3,2,1,0]"}, {"3:0:-2", "[3,1]"}, {"10:", "[]"},
		{"-10:2", "[0,1]"}, {"4:1", "[]"}, {"2", "2"}, {"-5", "0"},
		{"-6", "not_found: index -6 is out of range: there are 5"},
		{"9::-1", "[4,3,2,1,0]"}, {"", "usage: “” is not a slice"},
		{"a", "usage: “a” is not a slice"}, {"1:2:0", "usage: “1:2:0” is not a slice"},
		{"1,", "usage: “1,” is not a slice"}, {"1 2", "usage: “1 2” is not a slice"},
		{"99999999999999999999", "usage: “99999999999999999999” is not a slice"},
		{"1,0", "unsupported: the value has no axes: "
			"arrays, tables, lists and text can be sliced"}};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		CHECK_STR(PART("\x80\x04](K\x00K\x01K\x02K\x03K\x04"
			       "e.",
				  NULL, cases[i].slice),
			cases[i].want);
	CHECK_STR(PART("\x80\x04]((K\x01K\x02t(K\x03K\x04te.", NULL, ":,0"), "[1,3]");
	CHECK_STR(PART("\x80\x04\x8c\x06h\xc3\xa9llo.", NULL, "1:3"), "\"\\u00e9l\"");
	CHECK_STR(PART("\x80\x04"
		       "C\x04"
		       "abcd.",
			  NULL, "::-1"),
		"{\"$bytes\":\"ZGNiYQ==\"}");
}

void test_select__paths(void)
{
	/* {"a": [1, {"b.c": 2, 3: 4}]} */
	static const char nested[] = "\x80\x04}\x8c\x01"
				     "a](K\x01}(\x8c\x03"
				     "b.cK\x02K\x03K\x04ues.";
	/* an object with attributes */
	static const char object[] = "\x80\x04\x8c\x08__main__\x8c\x03"
				     "Box\x93)\x81}\x8c\x05widthK\x07sb.";
#define N(path) part(nested, sizeof(nested) - 1, path, NULL)
	CHECK_STR(N(".a[0]"), "1");
	CHECK_STR(N("a[-1][\"b.c\"]"), "2");
	CHECK_STR(N(".a[1]['b.c']"), "2");
	CHECK_STR(N(".a[1][3]"), "4");
	CHECK_STR(N("."), "{\"a\":[1,{\"$dict\":[[\"b.c\",2],[3,4]]}]}");
	CHECK_STR(N(".x"), "not_found: nothing at “.x” of the value");
	CHECK_STR(N(".a[2]"), "not_found: nothing at “.a[2]” of the value");
	CHECK_STR(N(".a[0].b"), "not_found: nothing at “.a[0].b” of the value");
	CHECK_STR(N("..a"), "usage: “..a” is not a path: “..a” does not go on it");
	CHECK_STR(N(".a[x]"), "usage: “.a[x]” is not a path: “[x]” does not go on it");
	CHECK_STR(N(".a[\"b"), "usage: “.a[\"b” is not a path: “[\"b” does not go on it");
	CHECK_STR(part(object, sizeof(object) - 1, ".width", NULL), "7");
	CHECK_STR(part(arange, sizeof(arange) - 1, "[1][0]", NULL),
		"{\"$npscalar\":{\"dtype\":\"<i2\",\"value\":3}}");
	CHECK_STR(part(nested, sizeof(nested) - 1, ".a", "0"), "1");
}

static int some_part(void *arg)
{
	struct mf_document *doc = arg, *out;
	struct mf_error err = MF_ERROR_INIT;
	int rc = mf_value_select(&out, mf_document_value(doc), NULL, ":,1", &err);
	if (rc == 0)
		mf_document_free(out);
	return rc;
}

void test_select__out_of_memory_says_so(void)
{
	struct mf_document *doc;
	CHECK_FATAL(mf_pickle_read(&doc, arange, sizeof(arange) - 1, NULL) == 0);
	test_every_alloc(some_part, doc);
	mf_document_free(doc);
}
