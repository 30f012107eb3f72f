#include "values.h"

static void check(const char *stream, const char *class, const char *text)
{
	char want[512];
	snprintf(want, sizeof(want), "{\"$object\":\"%s\",\"state\":\"%s\"}", class, text);
	CHECK_STR(values_print(stream, strlen(stream), VALUES_JSON, 0), want);
}

void test_render_text__numbers(void)
{
	check("cdecimal\nDecimal\n(VsNaN\ntR.", "decimal.Decimal", "sNaN");
	check("c_decimal\nDecimal\n(V1E+30\ntR.", "decimal.Decimal", "1E+30");
	check("cfractions\nFraction\n(V17/500\ntR.", "fractions.Fraction", "17/500");
	check("cfractions\nFraction\n(V3\ntR.", "fractions.Fraction", "3/1");
	check("cfractions\nFraction\n(I-3\nL99999999999999999999L\ntR.", "fractions.Fraction",
		"-3/99999999999999999999");
	CHECK_STR(JSON_OF("cfractions\nFraction\n(I1\nVx\ntR."),
		"{\"$object\":\"fractions.Fraction\",\"state\":{\"args\":[1,\"x\"]}}");
	CHECK_STR(JSON_OF("cdecimal\nDecimal\n(I1\ntR."),
		"{\"$object\":\"decimal.Decimal\",\"state\":{\"args\":[1]}}");
}

void test_render_text__uuid(void)
{
#define UUID(number) "cuuid\nUUID\n)\x81(dVint\nL" number "L\nsb."
	check(UUID("89083379205904131021420353103108786152"), "uuid.UUID",
		"4304d5b2-9179-6d5b-e6c9-b06a461c47e8");
	check(UUID("0"), "uuid.UUID", "00000000-0000-0000-0000-000000000000");
	check(UUID("255"), "uuid.UUID", "00000000-0000-0000-0000-0000000000ff");
	check(UUID("340282366920938463463374607431768211455"), "uuid.UUID",
		"ffffffff-ffff-ffff-ffff-ffffffffffff");
	CHECK_STR(JSON_OF(UUID("340282366920938463463374607431768211456")),
		"{\"$object\":\"uuid.UUID\",\"state\":{\"int\":"
		"340282366920938463463374607431768211456}}");
	CHECK_STR(JSON_OF(UUID("-1")), "{\"$object\":\"uuid.UUID\",\"state\":{\"int\":-1}}");
}

void test_render_text__posix_paths(void)
{
#define POSIX(parts) "cpathlib\nPurePosixPath\n(" parts "tR."
	static const char *const t[][2] = {{POSIX(""), "."}, {POSIX("V\n"), "."},
		{POSIX("V/\n"), "/"}, {POSIX("Va\n"), "a"}, {POSIX("V/\nVa\nVb c\n"), "/a/b c"},
		{POSIX("Va/./b//c/\n"), "a/b/c"}, {POSIX("Va\nV/b\n"), "/b"},
		{POSIX("V../x\n"), "../x"}, {POSIX("V//a\n"), "//a"}, {POSIX("V///a\n"), "/a"},
		{POSIX("V.\n"), "."}, {POSIX("Va\\\\b\n"), "a\\\\\\\\b"}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		check(t[i][0], "pathlib.PurePosixPath", t[i][1]);
	CHECK_STR(JSON_OF(POSIX("I1\n")),
		"{\"$object\":\"pathlib.PurePosixPath\",\"state\":{\"args\":[1]}}");
	check("\x80\x03"
	      "cpathlib._local\nPosixPath\n(V/\nVa\ntR.",
		"pathlib.PosixPath", "/a");
}

void test_render_text__windows_paths(void)
{
#define WINDOWS(parts) "cpathlib\nPureWindowsPath\n(" parts "tR."
	static const char *const t[][2] = {{WINDOWS(""), "."},
		{WINDOWS("VC:\\\nVa\nVb\n"), "C:\\\\a\\\\b"},
		{WINDOWS("Vc:/a/b\n"), "c:\\\\a\\\\b"}, {WINDOWS("Vc:a\n"), "c:a"},
		{WINDOWS("Va/b\n"), "a\\\\b"}, {WINDOWS("Va\nV/b\n"), "\\\\b"},
		{WINDOWS("VC:/a\nV/b\n"), "C:\\\\b"}, {WINDOWS("VC:/a\nVd:b\n"), "d:b"},
		{WINDOWS("VC:/a\nVc:b\n"), "c:\\\\a\\\\b"},
		{WINDOWS("V//host/share/x\n"), "\\\\\\\\host\\\\share\\\\x"},
		{WINDOWS("V//host/share\n"), "\\\\\\\\host\\\\share\\\\"}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		check(t[i][0], "pathlib.PureWindowsPath", t[i][1]);
}
