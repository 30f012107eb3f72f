#include "values.h"

/* Calls that stand for plain values (json-values.md §7). */

void test_pickle_call__known_calls(void)
{
	static const struct {
		const char *stream, *json;
	} t[] = {
		{"c__builtin__\nset\n(lK\x02"
		 "aK\x01"
		 "a\x85R.",
			"[1,2]"},
		{"c__builtin__\nset\n)R.", "[]"},
		{"c__builtin__\nfrozenset\n(K\x01K\x01t\x85R.", "[1]"},
		{"c__builtin__\nset\nK\x01\x85R.",
			"{\"$object\":\"builtins.set\",\"state\":{\"args\":[1]}}"},
		{"c_codecs\nencode\nV\xe9\\u0000\nVlatin1\n\x86R.", "{\"$bytes\":\"6QA=\"}"},
		{"c_codecs\nencode\nV\\u0100\nVlatin1\n\x86R.",
			"{\"$object\":\"_codecs.encode\",\"state\":{\"args\":[\"\\u0100\","
			"\"latin1\"]}}"},
		{"c_codecs\nencode\nVa\nVutf-8\n\x86R.",
			"{\"$object\":\"_codecs.encode\",\"state\":{\"args\":[\"a\",\"utf-8\"]}}"},
		{"c__builtin__\nbytes\n)R.", "{\"$bytes\":\"\"}"},
		{"c__builtin__\nbytes\n(lK\x61"
		 "aK\xff"
		 "a\x85R.",
			"{\"$bytes\":\"Yf8=\"}"},
		{"c__builtin__\nbytes\n(lM\x61\x01"
		 "a\x85R.",
			"{\"$object\":\"builtins.bytes\",\"state\":{\"args\":[[353]]}}"},
		{"c__builtin__\nbytearray\nVa\nVlatin-1\n\x86R.",
			"{\"$object\":\"builtins.bytearray\",\"state\":{\"$bytes\":\"YQ==\"}}"},
		{"cbuiltins\nbytearray\nC\x01"
		 "a\x85R.",
			"{\"$object\":\"builtins.bytearray\",\"state\":{\"$bytes\":\"YQ==\"}}"},
		{"c__builtin__\ntype\nN\x85R.", "{\"$ref\":\"builtins.NoneType\"}"},
		{"c__builtin__\ntype\nc__builtin__\nEllipsis\n\x85R.",
			"{\"$ref\":\"builtins.ellipsis\"}"},
		{"c__builtin__\ntype\nc__builtin__\nNotImplemented\n\x85R.",
			"{\"$ref\":\"builtins.NotImplementedType\"}"},
		{"c__builtin__\ntype\nK\x01\x85R.",
			"{\"$object\":\"builtins.type\",\"state\":{\"args\":[1]}}"},
		{"c__builtin__\ngetattr\ncm\nC\nVname\n\x86R.", "{\"$ref\":\"m.C.name\"}"},
		{"c__builtin__\ngetattr\nVa\nVupper\n\x86R.",
			"{\"$object\":\"builtins.builtin_function_or_method\",\"state\":{\"args\":["
			"\"a\",\"upper\"]},"
			"\"via\":\"builtins.getattr\"}"},
		{"c__builtin__\nEllipsis\n.", "{\"$object\":\"builtins.Ellipsis\",\"state\":null}"},
		{"ccopy_reg\n__newobj__\ncm\nC\nK\x01\x86R.",
			"{\"$object\":\"m.C\",\"state\":{\"args\":[1]}}"},
		{"ccopy_reg\n__newobj_ex__\ncm\nC\nK\x01\x85}Va\nK\x02s\x87R.",
			"{\"$object\":\"m.C\",\"state\":{\"args\":[1],\"kwargs\":{\"a\":2}}}"},
		{"ccopy_reg\n__newobj_ex__\ncm\nC\n\x85R.",
			"{\"$object\":\"copyreg.__newobj_ex__\",\"state\":{\"args\":[{\"$ref\":\"m."
			"C\"}]}}"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_STR(
			values_print(t[i].stream, strlen(t[i].stream), VALUES_JSON, 0), t[i].json);
}

void test_pickle_call__reconstructor(void)
{
#define BASE(base, x) "ccopy_reg\n_reconstructor\n(cm\nC\nc__builtin__\n" base "\n" x "tR"
	CHECK_STR(JSON_OF(BASE("object", "N") "."), "{\"$object\":\"m.C\",\"state\":null}");
	CHECK_STR(JSON_OF(BASE("list", "(lK\x01"
				       "a") "K\x02"
					    "a."),
		"{\"$object\":\"m.C\",\"state\":{\"items\":[1,2]}}");
	CHECK_STR(JSON_OF(BASE("dict", "(dVa\nK\x01s") "Va\nK\x02s."),
		"{\"$object\":\"m.C\",\"state\":{\"dict\":[[\"a\",2]]}}");
	CHECK_STR(JSON_OF(BASE("tuple", "(K\x01K\x02t") "."),
		"{\"$object\":\"m.C\",\"state\":{\"args\":[1,2]}}");
	CHECK_STR(JSON_OF(BASE("unicode", "Va\n") "."),
		"{\"$object\":\"m.C\",\"state\":{\"args\":[\"a\"]}}");
	CHECK_STR(JSON_OF(BASE("list", "K\x01") "."),
		"{\"$object\":\"m.C\",\"state\":{\"args\":[1]}}");
	/* the base's list is a copy: neither of the two sees what is appended to the other */
	CHECK_STR(JSON_OF("(lp1\nK\x01"
			  "a0" BASE("list", "g1\n") "K\x02"
						    "ag1\nK\x03"
						    "a\x86."),
		"[{\"$object\":\"m.C\",\"state\":{\"items\":[1,2]}},[1,3]]");
}

void test_pickle_call__partial_of_new(void)
{
	/* partial(C.__new__, C, 1, kw=2)() */
	static const char plain[] =
		"\x80\x02(cfunctools\npartial\nc__builtin__\ngetattr\ncm\nC\nV__new__\n\x86R\x85R"
		"(c__builtin__\ngetattr\ncm\nC\nV__new__\n\x86Rcm\nC\nK\x01\x86}Vkw\nK\x02sNtb)R.";
	CHECK_STR(values_print(plain, sizeof(plain) - 1, VALUES_JSON, 0),
		"{\"$object\":\"m.C\",\"state\":{\"args\":[1],\"kwargs\":{\"kw\":2}}}");
	/* any other partial is called as what it is */
	static const char other[] = "\x80\x02"
				    "cfunctools\npartial\ncm\nf\n\x85R(cm\nf\n)}Ntb)R.";
	CHECK_STR(values_print(other, sizeof(other) - 1, VALUES_JSON, 0),
		"{\"$object\":null,\"state\":{\"callable\":{\"$object\":\"functools.partial\","
		"\"state\":"
		"{\"args\":[{\"$ref\":\"m.f\"}],\"state\":[{\"$ref\":\"m.f\"},[],{},null]}}}}");
}

void test_pickle_call__names_by_protocol(void)
{
	CHECK_STR(JSON_OF("c__builtin__\nlong\n."), "{\"$ref\":\"builtins.int\"}");
	CHECK_STR(JSON_OF("\x80\x02"
			  "citertools\nimap\n."),
		"{\"$ref\":\"builtins.map\"}");
	CHECK_STR(JSON_OF("\x80\x03"
			  "citertools\nimap\n."),
		"{\"$ref\":\"itertools.imap\"}");
	CHECK_STR(JSON_OF("\x80\x03"
			  "c__builtin__\nset\n)R."),
		"{\"$object\":\"__builtin__.set\",\"state\":null}");
}
