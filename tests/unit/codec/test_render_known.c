#include "values.h"

static const struct {
	const char *stream, *json;
} cases[] = {
	{"cbuiltins\ncomplex\n(F1\nF-0.0\ntR.",
		"{\"$object\":\"builtins.complex\",\"state\":[1.0,-0.0]}"},
	{"cbuiltins\ncomplex\n(Vx\ntR.",
		"{\"$object\":\"builtins.complex\",\"state\":{\"args\":[\"x\"]}}"},
	{"c__builtin__\nxrange\n(I0\nI9\nL99999999999999999999L\ntR.",
		"{\"$object\":\"builtins.range\",\"state\":[0,9,99999999999999999999]}"},
	{"cbuiltins\nrange\n(I0\ntR.", "{\"$object\":\"builtins.range\",\"state\":{\"args\":[0]}}"},
	{"cbuiltins\nslice\n(NI5\nI-1\ntR.",
		"{\"$object\":\"builtins.slice\",\"state\":[null,5,-1]}"},
	{"ccollections\nOrderedDict\n)RVa\nI1\nsVb\nI2\ns.",
		"{\"$object\":\"collections.OrderedDict\",\"state\":{\"a\":1,\"b\":2}}"},
	{"ccollections\nOrderedDict\n)RI1\nI1\ns.",
		"{\"$object\":\"collections.OrderedDict\",\"state\":{\"$dict\":[[1,1]]}}"},
	{"ccollections\nOrderedDict\n)R.",
		"{\"$object\":\"collections.OrderedDict\",\"state\":{}}"},
	/* Python 2: a list of pairs */
	{"ccollections\nOrderedDict\n((l(lVa\naI1\naa(lVb\naI2\naatR.",
		"{\"$object\":\"collections.OrderedDict\",\"state\":{\"a\":1,\"b\":2}}"},
	{"ccollections\nOrderedDict\n(I5\ntR.",
		"{\"$object\":\"collections.OrderedDict\",\"state\":{\"args\":[5]}}"},
	{"ccollections\nCounter\n((dVa\nI5\nstR.",
		"{\"$object\":\"collections.Counter\",\"state\":{\"a\":5}}"},
	{"ccollections\nCounter\n)R.", "{\"$object\":\"collections.Counter\",\"state\":{}}"},
	{"ccollections\nCounter\n(I1\ntR.",
		"{\"$object\":\"collections.Counter\",\"state\":{\"args\":[1]}}"},
	{"ccollections\ndefaultdict\n(cbuiltins\nlist\ntRVk\nI1\ns.",
		"{\"$object\":\"collections.defaultdict\",\"state\":{\"default_factory\":{\"$ref\":"
		"\"builtins.list\"},"
		"\"items\":{\"k\":1}}}"},
	{"ccollections\ndefaultdict\n)R.", "{\"$object\":\"collections.defaultdict\",\"state\":{"
					   "\"default_factory\":null,\"items\":{}}}"},
	{"ccollections\ndeque\n()I7\ntRI1\na.",
		"{\"$object\":\"collections.deque\",\"state\":{\"maxlen\":7,\"items\":[1]}}"},
	{"ccollections\ndeque\n)R.",
		"{\"$object\":\"collections.deque\",\"state\":{\"maxlen\":null,\"items\":[]}}"},
	/* Python 2: the items as an argument */
	{"ccollections\ndeque\n((lI1\naI3\ntR.",
		"{\"$object\":\"collections.deque\",\"state\":{\"maxlen\":3,\"items\":[1]}}"},
	{"ccollections\ndeque\n(I3\ntR.",
		"{\"$object\":\"collections.deque\",\"state\":{\"args\":[3]}}"},
	{"ctypes\nSimpleNamespace\n)R(dVa\nI1\nsb.",
		"{\"$object\":\"types.SimpleNamespace\",\"state\":{\"a\":1}}"},
	{"ctypes\nSimpleNamespace\n)R.", "{\"$object\":\"types.SimpleNamespace\",\"state\":{}}"},
	{"ctypes\nSimpleNamespace\n)RI1\nb.",
		"{\"$object\":\"types.SimpleNamespace\",\"state\":1}"},
	{"c__main__\nForeachFrame\n(Vstart\nVitems\nI3\nI0\nt\x81.",
		"{\"$object\":\"__main__.ForeachFrame\",\"state\":[\"start\",\"items\",3,0]}"},
};

void test_render_known__state(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		CHECK_STR(values_print(cases[i].stream, strlen(cases[i].stream), VALUES_JSON, 0),
			cases[i].json);
}

/* Whatever parts an object of a known class has, it is printed. */
void test_render_known__odd_parts(void)
{
	static const char *const paths[] = {
#define KNOWN_TEXT(path, name, function) path,
#define KNOWN_JSON(path, name, function) path,
#define KNOWN_VIA(callable, name) callable,
#include "../../../clientlib/codec/knownclasses.def"
#undef KNOWN_TEXT
#undef KNOWN_JSON
#undef KNOWN_VIA
	};
	static const char *const parts[] = {")R", "NNNN(tR", "(NtR", "(NNtR", "(NNNtR", "(NNNNtR",
		"(VatR", "(Va\ntR", "(I1\ntR", "(I1\nI2\ntR", "(F1\nF2\ntR", "((ltR", "((dtR",
		")RI1\na", ")RVa\nI1\ns", ")RVint\nb", ")R(dVint\nI-1\nsb",
		")R(dVint\nL99999999999999999999999999999999999999999999999999L\nsb", ")\x81",
		")(d\x92",
		"(C\x04"
		"abcdtR",
		"(C\x0a"
		"abcdefghijtR",
		"((lI1\na(lI2\ntR", "((lN(tatR"};
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		for (size_t k = 0; k < ARRAY_SIZE(parts); k++) {
			char stream[512];
			const char *dot = strrchr(paths[i], '.');
			int n = snprintf(stream, sizeof(stream),
				"\x80\x03"
				"c%.*s\n%s\n%s.",
				(int)(dot - paths[i]), paths[i], dot + 1, parts[k]);
			const char *json = values_print(stream, (size_t)n, VALUES_JSON, 0);
			CHECK(json[0] == '{' || strncmp(json, "corrupt: ", 9) == 0);
			CHECK(values_print(stream, (size_t)n, VALUES_TEXT, 0)[0] != '\0');
			CHECK(values_print(stream, (size_t)n, VALUES_TEXT, 30)[0] != '\0');
		}
}
