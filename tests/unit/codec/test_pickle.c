#include "values.h"

#include "../../../clientlib/base/limits.h"

/* Every opcode in a stream that Python's pickletools would accept too, and what comes out. */
#define S(literal) literal, sizeof(literal) - 1
static const struct {
	const char *op, *stream;
	size_t n;
	const char *json;
} cases[] = {
	{"PROTO", S("\x80\x05N."), "null"},
	{"FRAME", S("\x80\x04\x95\x02\0\0\0\0\0\0\0N."), "null"},
	{"STOP", S("N.garbage"), "null"},
	{"MARK", S("(K\x01t."), "[1]"},
	{"POP",
		S("K\x01K\x02"
		  "0."),
		"1"},
	{"POP", S("K\x01(0."), "1"},
	{"POP_MARK",
		S("K\x01(K\x02K\x03"
		  "1."),
		"1"},
	{"DUP",
		S("K\x07"
		  "2\x86."),
		"[7,7]"},
	{"GET", S("Vx\np3\ng3\n\x86."), "[\"x\",\"x\"]"},
	{"BINGET", S("Vx\nq\x03h\x03\x86."), "[\"x\",\"x\"]"},
	{"LONG_BINGET", S("Vx\nq\x03j\x03\0\0\0\x86."), "[\"x\",\"x\"]"},
	{"PUT", S("Vx\np0\nVy\np0\n0g0\n\x86."), "[\"x\",\"y\"]"},
	{"BINPUT", S("Vx\nq\xffh\xff\x86."), "[\"x\",\"x\"]"},
	{"LONG_BINPUT", S("Vx\nr\xff\xff\xff\xffj\xff\xff\xff\xff\x86."), "[\"x\",\"x\"]"},
	{"MEMOIZE",
		S("Vx\n\x94Vy\n\x94h\0h\x01\x87"
		  "0Vx\n\x94h\0h\x01\x86."),
		"[\"x\",\"y\"]"},
	{"NONE", S("N."), "null"},
	{"NEWTRUE", S("\x88."), "true"},
	{"NEWFALSE", S("\x89."), "false"},
	{"INT", S("I-42\n."), "-42"},
	{"INT", S("I01\n."), "true"},
	{"INT", S("I00\n."), "false"},
	{"INT", S("I1\n."), "1"},
	{"INT", S("I99999999999999999999\n."), "99999999999999999999"},
	{"BININT", S("J\xfe\xff\xff\xff."), "-2"},
	{"BININT1", S("K\xff."), "255"},
	{"BININT2", S("M\xff\xff."), "65535"},
	{"LONG", S("L-12345678901234567890L\n."), "-12345678901234567890"},
	{"LONG", S("L01L\n."), "1"},
	{"LONG", S("L-9223372036854775808L\n."), "-9223372036854775808"},
	{"LONG", S("L9223372036854775808L\n."), "9223372036854775808"},
	{"LONG1", S("\x8a\0."), "0"},
	{"LONG1", S("\x8a\x09\0\0\0\0\0\0\0\0\x01."), "18446744073709551616"},
	{"LONG1", S("\x8a\x0c\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff."), "-1"},
	{"LONG4", S("\x8b\x02\0\0\0\xff\0."), "255"},
	{"FLOAT", S("F1e5\n."), "100000.0"},
	{"FLOAT", S("F-inf\n."), "{\"$float\":\"-inf\"}"},
	{"FLOAT", S("FNaN\n."), "{\"$float\":\"nan\"}"},
	{"BINFLOAT", S("G\x3f\xf8\0\0\0\0\0\0."), "1.5"},
	{"STRING", S("S'a\\tb\\x41\\101\\'\\\"\\\\\\q'\n."), "\"a\\tbAA'\\\"\\\\\\\\q\""},
	{"STRING", S("S\"it's\"  \n."), "\"it's\""},
	{"STRING", S("S'caf\\xe9'\n."), "{\"$bytes\":\"Y2Fm6Q==\"}"},
	{"BINSTRING", S("T\x02\0\0\0ab."), "\"ab\""},
	{"SHORT_BINSTRING", S("U\x02\x61\xff."), "{\"$bytes\":\"Yf8=\"}"},
	{"UNICODE", S("V\xe9\\u0041\\U0001f600\\\\u0041\\x\n."),
		"\"\\u00e9A\\ud83d\\ude00\\\\\\\\u0041\\\\x\""},
	{"BINUNICODE", S("X\x03\0\0\0\xed\xa0\x80."), "\"\\ud800\""},
	{"SHORT_BINUNICODE", S("\x8c\x02\xc3\xa9."), "\"\\u00e9\""},
	{"BINUNICODE8", S("\x8d\x01\0\0\0\0\0\0\0a."), "\"a\""},
	{"BINBYTES", S("B\x01\0\0\0a."), "{\"$bytes\":\"YQ==\"}"},
	{"SHORT_BINBYTES", S("C\x00."), "{\"$bytes\":\"\"}"},
	{"BINBYTES8", S("\x8e\x01\0\0\0\0\0\0\0a."), "{\"$bytes\":\"YQ==\"}"},
	{"BYTEARRAY8", S("\x96\x01\0\0\0\0\0\0\0a."),
		"{\"$object\":\"builtins.bytearray\",\"state\":{\"$bytes\":\"YQ==\"}}"},
	{"NEXT_BUFFER", S("\x97."),
		"unsupported: pickle: NEXT_BUFFER at byte 0: the stream's buffers are kept outside "
		"of it (protocol 5)"},
	{"READONLY_BUFFER", S("C\0\x98."),
		"unsupported: pickle: READONLY_BUFFER at byte 2: the stream's buffers are kept "
		"outside of it (protocol 5)"},
	{"EMPTY_LIST", S("]."), "[]"},
	{"EMPTY_DICT", S("}."), "{}"},
	{"EMPTY_SET", S("\x8f."), "[]"},
	{"EMPTY_TUPLE", S(")."), "[]"},
	{"TUPLE1", S("K\x01\x85."), "[1]"},
	{"TUPLE2", S("K\x01K\x02\x86."), "[1,2]"},
	{"TUPLE3", S("K\x01K\x02K\x03\x87."), "[1,2,3]"},
	{"TUPLE", S("(t."), "[]"},
	{"LIST", S("(K\x01K\x02l."), "[1,2]"},
	{"DICT",
		S("(Va\nK\x01Vb\nK\x02Va\nK\x03"
		  "d."),
		"{\"a\":3,\"b\":2}"},
	{"FROZENSET", S("(K\x02K\x01K\x02\x91."), "[1,2]"},
	{"APPEND",
		S("]K\x01"
		  "a."),
		"[1]"},
	{"APPENDS",
		S("](K\x01K\x02"
		  "e."),
		"[1,2]"},
	{"SETITEM", S("}Va\nK\x01s."), "{\"a\":1}"},
	{"SETITEMS", S("}(Va\nK\x01Vb\nK\x02u."), "{\"a\":1,\"b\":2}"},
	{"ADDITEMS", S("\x8f(K\x02K\x01\x90."), "[1,2]"},
	{"GLOBAL", S("cno.such\nThing\n."), "{\"$ref\":\"no.such.Thing\"}"},
	{"STACK_GLOBAL",
		S("\x80\x04\x8c\x01m\x8c\x03"
		  "A.B\x93."),
		"{\"$ref\":\"m.A.B\"}"},
	{"REDUCE", S("cm\nf\nK\x01\x85R."), "{\"$object\":\"m.f\",\"state\":{\"args\":[1]}}"},
	{"BUILD", S("cm\nf\n)R}Va\nK\x01sb."), "{\"$object\":\"m.f\",\"state\":{\"a\":1}}"},
	{"INST", S("(K\x01im\nC\n."), "{\"$object\":\"m.C\",\"state\":{\"args\":[1]}}"},
	{"OBJ", S("(cm\nC\nK\x01o."), "{\"$object\":\"m.C\",\"state\":{\"args\":[1]}}"},
	{"NEWOBJ", S("cm\nC\nK\x01\x85\x81."), "{\"$object\":\"m.C\",\"state\":{\"args\":[1]}}"},
	{"NEWOBJ_EX", S("cm\nC\nK\x01\x85}Va\nK\x02s\x92."),
		"{\"$object\":\"m.C\",\"state\":{\"args\":[1],\"kwargs\":{\"a\":2}}}"},
	{"PERSID", S("Pabc\n."), "{\"$persid\":\"abc\"}"},
	{"BINPERSID", S("K\x05Q."), "{\"$persid\":5}"},
	{"EXT1", S("\x82\x07\x85."), "[{\"$ext\":7}]"},
	{"EXT2", S("\x83\x07\x01\x85."), "[{\"$ext\":263}]"},
	{"EXT4", S("\x84\x07\0\0\0\x85."), "[{\"$ext\":7}]"},
};

void test_pickle__every_opcode(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		CHECK_STR(values_print(cases[i].stream, cases[i].n, VALUES_JSON, 0), cases[i].json);
}

void test_pickle__no_opcode_is_left_out(void)
{
	static const struct {
		const char *name;
		unsigned char byte;
	} rows[] = {
#define OP(name, byte, argument, handler, param) {#name, byte},
#include "../../../clientlib/codec/opcodes.def"
#undef OP
	};
	bool seen[256] = {false};

	CHECK_INT(ARRAY_SIZE(rows), 68);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bool covered = false;
		for (size_t k = 0; k < ARRAY_SIZE(cases); k++)
			covered = covered ||
				  (strcmp(cases[k].op, rows[i].name) == 0 &&
					  memchr(cases[k].stream, rows[i].byte, cases[k].n));
		if (!covered)
			CHECK_STR(rows[i].name, "in the table of cases");
		CHECK(!seen[rows[i].byte]);
		seen[rows[i].byte] = true;
	}
	/* All other bytes are errors. */
	for (unsigned b = 0; b < 256; b++) {
		char stream[2] = {(char)b, '.'};
		const char *got = seen[b] ? "" : values_print(stream, 2, VALUES_JSON, 0);
		CHECK(seen[b] || strstr(got, "is no opcode"));
	}
}

/* ---- damage ---- */

static const struct {
	const char *stream;
	size_t n;
	int code;
	long offset;
	const char *message;
} damaged[] = {
	{S(""), MF_ECORRUPT, 0, "end at byte 0: the data ends without STOP"},
	{S("."), MF_ECORRUPT, 0, "STOP at byte 0: needs 1 values, the stack has 0"},
	{S("K"), MF_ECORRUPT, 0, "BININT1 at byte 0: the data ends within the argument"},
	{S("N\x80\x63."), MF_ECORRUPT, 1, "PROTO at byte 1: protocol 99 is not known"},
	{S("("), MF_ECORRUPT, 1, "end at byte 1: the data ends without STOP"},
	{S("(."), MF_ECORRUPT, 1, "STOP at byte 1: needs 1 values, the stack has 0"},
	{S("t."), MF_ECORRUPT, 0, "TUPLE at byte 0: there is no mark"},
	{S("N("
	   "a."),
		MF_ECORRUPT, 2, "APPEND at byte 2: needs 2 values, the stack has 0"},
	{S("h\0."), MF_ECORRUPT, 0, "BINGET at byte 0: memo 0 is not set"},
	{S("X\xff\xff\xff\x7f"
	   "abc."),
		MF_ECORRUPT, 0, "BINUNICODE at byte 0: 2147483647 bytes announced, 4 left"},
	{S("\x8e\xff\xff\xff\xff\xff\xff\xff\xff"
	   "abc."),
		MF_ECORRUPT, 0,
		"BINBYTES8 at byte 0: 18446744073709551615 bytes announced, 4 left"},
	{S("\x95\xff\0\0\0\0\0\0\0N."), MF_ECORRUPT, 0,
		"FRAME at byte 0: 255 bytes announced, 2 left"},
	{S("\x8b\xff\xff\xff\xff."), MF_ECORRUPT, 0, "LONG4 at byte 0: a length of -1"},
	{S("Iabc\n."), MF_ECORRUPT, 0, "INT at byte 0: not an integer"},
	{S("I\n."), MF_ECORRUPT, 0, "INT at byte 0: not an integer"},
	{S("I12"), MF_ECORRUPT, 0, "INT at byte 0: the data ends within a line"},
	{S("F0x10\n."), MF_ECORRUPT, 0, "FLOAT at byte 0: not a number"},
	{S("F1e\n."), MF_ECORRUPT, 0, "FLOAT at byte 0: not a number"},
	{S("F\n."), MF_ECORRUPT, 0, "FLOAT at byte 0: not a number"},
	{S("S'abc\n."), MF_ECORRUPT, 0, "STRING at byte 0: the string is not quoted"},
	{S("S'\\x4'\n."), MF_ECORRUPT, 0, "STRING at byte 0: a broken escape"},
	{S("S'abc\\'\n."), MF_ECORRUPT, 0, "STRING at byte 0: a broken escape"},
	{S("V\\u12\n."), MF_ECORRUPT, 0, "UNICODE at byte 0: a broken \\u escape"},
	{S("V\\U00110000\n."), MF_ECORRUPT, 0, "UNICODE at byte 0: a broken \\U escape"},
	{S("X\x01\0\0\0\xff."), MF_ECORRUPT, 0, "BINUNICODE at byte 0: the text is not UTF-8"},
	{S("X\x02\0\0\0\xc3\x28."), MF_ECORRUPT, 0, "BINUNICODE at byte 0: the text is not UTF-8"},
	{S("pabc\n."), MF_ECORRUPT, 0, "PUT at byte 0: not an index of the memo"},
	{S("q\0."), MF_ECORRUPT, 0, "BINPUT at byte 0: needs 1 values, the stack has 0"},
	{S("}]Ns."), MF_ECORRUPT, 3, "SETITEM at byte 3: a list cannot be a key"},
	{S("}}Ns."), MF_ECORRUPT, 3, "SETITEM at byte 3: a dict cannot be a key"},
	{S("}]\x85Ns."), MF_ECORRUPT, 4, "SETITEM at byte 4: a tuple cannot be a key"},
	{S("\x8f(\x8f\x90."), MF_ECORRUPT, 3, "ADDITEMS at byte 3: a set cannot be a key"},
	{S("}\x96\0\0\0\0\0\0\0\0Ns."), MF_ECORRUPT, 11,
		"SETITEM at byte 11: a bytearray cannot be a key"},
	{S("NNNs."), MF_ECORRUPT, 3, "SETITEM at byte 3: None takes no items"},
	{S("N(Ne."), MF_ECORRUPT, 3, "APPENDS at byte 3: None takes no items"},
	{S("}(Nu."), MF_ECORRUPT, 3, "SETITEMS at byte 3: an odd number of values for a dict"},
	{S("(Nd."), MF_ECORRUPT, 2, "DICT at byte 2: an odd number of values for a dict"},
	{S("2."), MF_ECORRUPT, 0, "DUP at byte 0: needs 1 values, the stack has 0"},
	{S("0."), MF_ECORRUPT, 0, "POP at byte 0: needs 1 values, the stack has 0"},
	{S("1."), MF_ECORRUPT, 0, "POP_MARK at byte 0: there is no mark"},
	{S("K\x01}b."), MF_ECORRUPT, 3, "BUILD at byte 3: an integer takes no state"},
	{S("K\x01)R."), MF_ECORRUPT, 3, "REDUCE at byte 3: an integer is no class"},
	{S("cm\nf\n]R."), MF_ECORRUPT, 6, "REDUCE at byte 6: a list for the arguments"},
	{S("K\x01)\x81."), MF_ECORRUPT, 3, "NEWOBJ at byte 3: an integer is no class"},
	{S("cm\nC\n)N\x92."), MF_ECORRUPT, 7,
		"NEWOBJ_EX at byte 7: None for the keyword arguments"},
	{S("(o."), MF_ECORRUPT, 1, "OBJ at byte 1: there is no class"},
	{S("Va\n\x93."), MF_ECORRUPT, 3, "STACK_GLOBAL at byte 3: needs 2 values, the stack has 1"},
	{S("NN\x93."), MF_ECORRUPT, 2,
		"STACK_GLOBAL at byte 2: None and None where names were expected"},
	{S("c\n\n."), MF_ECORRUPT, 0, "GLOBAL at byte 0: an empty name"},
	{S("cab"), MF_ECORRUPT, 0, "GLOBAL at byte 0: the data ends within a line"},
	{S("c\xff\nx\n."), MF_ECORRUPT, 0, "GLOBAL at byte 0: a name that is not UTF-8"},
	{S("P\xff\n."), MF_ECORRUPT, 0, "PERSID at byte 0: a persistent id that is not ASCII"},
	{S("\x82\0."), MF_ECORRUPT, 0, "EXT1 at byte 0: extension code 0"},
	{S("\x82\x05."), MF_EUNSUPPORTED, 2, "STOP at byte 2: extension code 5 is not known"},
};

void test_pickle__damaged(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(damaged); i++) {
		struct arena a;
		struct mf_value *v;
		struct mf_error err = MF_ERROR_INIT;
		char *copy = malloc(damaged[i].n + !damaged[i].n);
		memcpy(copy, damaged[i].stream, damaged[i].n);
		arena_init(&a, 0);
		CHECK_INT(pickle_read(&v, &a, copy, damaged[i].n, NULL, &err), damaged[i].code);
		CHECK(v == NULL);
		CHECK_STR(err.message + strlen("pickle: "), damaged[i].message);
		CHECK_INT(err.offset, damaged[i].offset);
		CHECK_INT(pickle_read(&v, &a, copy, damaged[i].n, NULL, NULL), damaged[i].code);
		arena_release(&a);
		free(copy);
	}
}

/* Cut anywhere, a stream is an error, not another value. */
void test_pickle__cut_streams(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		size_t stop = cases[i].n;
		while (stop && cases[i].stream[stop - 1] != '.')
			stop--;
		for (size_t n = 0; n + 1 < stop; n++) {
			const char *got = values_print(cases[i].stream, n, VALUES_JSON, 0);
			CHECK(strchr(got, ':') && strstr(got, "pickle: "));
		}
	}
}

/* Any byte changed to any other: no crash; what the sanitizers see is the test. */
void test_pickle__changed_bytes(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char stream[128];
		CHECK_FATAL(cases[i].n <= sizeof(stream));
		for (size_t at = 0; at < cases[i].n; at++)
			for (unsigned b = 0; b < 256; b += 3) {
				memcpy(stream, cases[i].stream, cases[i].n);
				stream[at] = (char)b;
				CHECK(values_print(stream, cases[i].n, VALUES_JSON, 0)[0] != '\0');
			}
	}
}

/* ---- limits ---- */

static int read_limited(const char *stream, size_t n, struct pickle_limits limits, size_t memory)
{
	struct arena a;
	struct mf_value *v;
	arena_init(&a, memory);
	int rc = pickle_read(&v, &a, stream, n, &limits, NULL);
	arena_release(&a);
	return rc;
}

void test_pickle__limits(void)
{
	char stream[4096];
	struct pickle_limits none = {0, 0};

	/* 2-byte integers are nodes of their own, small ones are not */
	for (size_t i = 0; i < 1000; i += 4)
		memcpy(stream + i,
			"M\x34\x12"
			"0",
			4);
	memcpy(stream + 1000, "N.", 2);
	CHECK_INT(read_limited(stream, 1002, (struct pickle_limits){251, 0}, 0), 0);
	CHECK_INT(read_limited(stream, 1002, (struct pickle_limits){250, 0}, 0), MF_ELIMIT);
	CHECK_INT(read_limited(stream, 1002, none, 4096), MF_ELIMIT);
	CHECK_INT(read_limited(stream, 1002, none, 65536), 0);
	/* the stack and the marks */
	memset(stream, 'N', 1000);
	memcpy(stream + 1000, ".", 1);
	CHECK_INT(read_limited(stream, 1001, (struct pickle_limits){1000, 0}, 0), 0);
	CHECK_INT(read_limited(stream, 1001, (struct pickle_limits){999, 0}, 0), MF_ELIMIT);
	memset(stream, '(', 1000);
	CHECK_INT(read_limited(stream, 1001, (struct pickle_limits){999, 0}, 0), MF_ELIMIT);
	/* the memo */
	memcpy(stream, "N\x94\x94\x94.", 5);
	CHECK_INT(read_limited(stream, 5, (struct pickle_limits){0, 3}, 0), 0);
	CHECK_INT(read_limited(stream, 5, (struct pickle_limits){0, 2}, 0), MF_ELIMIT);
}

/* Streams that are small and would be slow, deep or large. */
void test_pickle__hostile(void)
{
	enum { DEEP = 200000 };
	static char stream[3 * DEEP];

	memset(stream, ']', DEEP);
	memset(stream + DEEP, 'a', DEEP - 1);
	stream[2 * DEEP - 1] = '.';
	CHECK(strstr(values_print(stream, 2 * DEEP, VALUES_JSON, 0), "$truncated") != NULL);

	/* a tuple of a tuple of …, as a key */
	memcpy(stream, "})", 2);
	memset(stream + 2, '\x85', DEEP);
	memcpy(stream + 2 + DEEP, "Ns.", 3);
	CHECK_INT(read_limited(stream, DEEP + 5, (struct pickle_limits){0, 0}, 0), 0);

	/* a key whose hash has 2^60 parts */
	size_t n = 0;
	memcpy(stream, "}N\x85q\0", 5);
	n = 5;
	for (int i = 1; i < 60; i++) {
		char step[] = {'h', (char)(i - 1), '\x86', 'q', (char)i};
		stream[n++] = '2';
		memcpy(stream + n, step + 2, 3);
		n += 3;
	}
	memcpy(stream + n, "Ns.", 3);
	CHECK_INT(read_limited(stream, n + 3, (struct pickle_limits){0, 0}, 0), MF_ELIMIT);
}

/* ---- memory ---- */

static int read_all(void *arg)
{
	static const char stream[] =
		"\x80\x02(cm\nC\n)\x81}(Va\\u0041\n]q\0(K\x01K\x02M\1\1eX\1\0\0\0bh\0ubF1."
		"5\nL1234567890"
		"1234567890L\nr\xff\xff\xff\xff\x8f(K\x01K\x02K\x03K\x04K\x05K\x06K\x07K\x08K\x09K"
		"\x0aK\x0b\x90(N\x85\x85\x91}(K\1NK\2NK\3NK\4NK\5NK\6NK\7NK\x08NK\x09NK\x0aN("
		"K\1\x91"
		"Nuccopy_reg\n_reconstructor\n(cm\nD\nc__builtin__\nlist\n]NatRPid\ntq\7.";
	struct arena a;
	struct mf_value *v;
	struct mf_error err = MF_ERROR_INIT;
	(void)arg;
	arena_init(&a, 0);
	int rc = pickle_read(&v, &a, stream, sizeof(stream) - 1, NULL, &err);
	CHECK(rc == 0 || rc == err.code);
	arena_release(&a);
	return rc;
}

void test_pickle__out_of_memory(void)
{
	test_every_alloc(read_all, NULL);
}
