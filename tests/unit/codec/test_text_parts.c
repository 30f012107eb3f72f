#include "values.h"

#include "../../../clientlib/codec/text_parts.h"

/* How values read; one line wide enough for all of it. */
void test_text_parts__values(void)
{
	static const struct {
		const char *stream, *text;
	} t[] = {
		{"N.", "None"},
		{"\x88.", "True"},
		{"I-5\n.", "-5"},
		{"L99999999999999999999L\n.", "99999999999999999999"},
		{"F1\n.", "1.0"},
		{"Fnan\n.", "nan"},
		{"Va\n.", "'a'"},
		{"Vit's\n.", "\"it's\""},
		{"V\"it's\"\n.", "'\"it\\'s\"'"},
		{"Va\\u000a\\u001b[0m\n.", "'a\\n\\x1b[0m'"},
		{"V\\u005cn\n.", "'\\\\n'"},
		{"V\\u00e9\\u65e5\n.", "'é日'"},
		{"V\\u202e\n.", "'\\u202e'"},
		{"C\x06\n\r\t'\\\xff.", "b\"\\n\\r\\t'\\\\\\xff\""},
		{"\x96\x01\x00.",
			"corrupt: pickle: BYTEARRAY8 at byte 0: the data ends within the argument"},
		{"cbuiltins\nlen\n.", "len"},
		{"c__main__\nC\n.", "C"},
		{"cm.n\nC\n.", "m.n.C"},
		{"cbuiltins\nEllipsis\n.", "Ellipsis"},
		{"Pid\n.", "persistent_id('id')"},
		{"(\x82\x05l.", "[<extension 5>]"},
		{"].", "[]"},
		{").", "()"},
		{"I1\n\x85.", "(1,)"},
		{"I1\nI2\n\x86.", "(1, 2)"},
		{"}.", "{}"},
		{"\x8f.", "set()"},
		{"(\x91.", "frozenset()"},
		{"(I2\nI1\n\x91.", "frozenset({1, 2})"},
		{"\x8f(I2\nI1\n\x90.", "{1, 2}"},
		{"(dVk\nI1\nsI2\n(lI3\nas.", "{'k': 1, 2: [3]}"},
		{"cm\nPoint\n)R(dVx\nI1\nsVy\nI2\nsb.", "Point(x=1, y=2)"},
		{"cm\nC\n)R(dVa b\nI1\nsb.", "C({'a b': 1})"},
		{"cm\nC\n)R.", "C()"},
		{"cm\nC\n(I1\ntRVs\nb.", "C(1, state='s')"},
		{"cbuiltins\nValueError\n(Vbad value\nI3\ntR.", "ValueError('bad value', 3)"},
		{"cm\nAppError\n(Vfailed\ntR(dVcode\nI12\nsb.", "AppError('failed', code=12)"},
		{"cm\nC\n(I1\nt(dVkw\nI2\ns\x92(dVkw\nI3\nsb.", "C(1, kw=2, state={'kw': 3})"},
		{"cm\nL\n)RI1\na.", "L([1])"},
		{"cm\nD\n)RVa\nI1\ns.", "D({'a': 1})"},
		{"ccollections\nOrderedDict\n)RVa\nI1\ns.", "OrderedDict({'a': 1})"},
		{"ccollections\ndefaultdict\n(cbuiltins\nlist\ntRVa\nI1\ns.",
			"defaultdict(list, {'a': 1})"},
		{"ccollections\ndeque\n)RI1\na.", "deque([1])"},
		{"ccollections\ndeque\n()I3\ntRI1\na.", "deque([1], maxlen=3)"},
		{"ccollections\ndeque\n((lI1\natR.", "deque([1])"},
		{"cre\n_compile\n(V^a\nI32\ntR.", "Pattern('^a', 32)"},
		{"cbuiltins\ncomplex\n(F1\nF-2.5\ntR.", "(1-2.5j)"},
		{"cbuiltins\ncomplex\n(F0\nF2\ntR.", "2j"},
		{"cdatetime\ntimedelta\n(I-1\nI3661\nI5\ntR.", "-1 day, 1:01:01.000005"},
		{"cdatetime\ntimedelta\n(I0\nI5\nI0\ntR.", "0:00:05"},
		{"cdecimal\nDecimal\n(V1.50\ntR.", "1.50"},
		{"(lcdecimal\nDecimal\n(V1.50\ntRa.", "[Decimal('1.50')]"},
		{"(lcpathlib\nPosixPath\n(V/\nVa\ntRa.", "[PosixPath('/a')]"},
		{"\x80\x03"
		 "cdatetime\ndate\nC\x04\x0d\xfe\x0c\x1f\x85R\x85.",
			"(3582-12-31,)"},
		{"Pid\n)R.", "<call>(persistent_id('id'))"},
		{"(lp0\ng0\na.", "[[...]]"},
		{"(dp0\nVa\ng0\ns.", "{'a': {...}}"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		size_t n = strlen(t[i].stream);
		if (strncmp(t[i].stream, "\x96", 1) == 0)
			n++;
		CHECK_STR(values_print(t[i].stream, n, VALUES_TEXT, 500), t[i].text);
	}
}

void test_text_parts__prefix(void)
{
	CHECK_INT(text_prefix("abc", 3, 5), 3);
	CHECK_INT(text_prefix("abc", 3, 2), 2);
	CHECK_INT(text_prefix("a\xc3\xa9", 3, 2), 1);
	CHECK_INT(text_prefix("\xf0\x9f\x98\x80z", 5, 3), 0);
	CHECK_INT(text_prefix("\xf0\x9f\x98\x80z", 5, 4), 4);
	/* no text at all */
	CHECK_INT(text_prefix("\x80\x80\x80\x80\x80\x80\x80", 7, 6), 6);
}
