#include "values.h"

/* What the opcodes do to values that are not plain lists and dicts, and around marks. */

void test_pickle_ops__items_of_objects(void)
{
	static const struct {
		const char *stream, *json;
	} t[] = {
		{"cm\nL\n)RK\x01"
		 "aK\x02"
		 "a.",
			"{\"$object\":\"m.L\",\"state\":{\"items\":[1,2]}}"},
		{"cm\nL\n)R(K\x01K\x02"
		 "e.",
			"{\"$object\":\"m.L\",\"state\":{\"items\":[1,2]}}"},
		{"cm\nL\n)R(e.", "{\"$object\":\"m.L\",\"state\":{\"items\":[]}}"},
		{"cm\nS\n)R(K\x02\x90.", "{\"$object\":\"m.S\",\"state\":{\"items\":[2]}}"},
		{"cm\nD\n)RVa\nK\x01sVa\nK\x02s.",
			"{\"$object\":\"m.D\",\"state\":{\"dict\":[[\"a\",2]]}}"},
		/* what an unknown class takes for keys is its own affair */
		{"cm\nD\n)R]K\x01s]K\x02s.",
			"{\"$object\":\"m.D\",\"state\":{\"dict\":[[[],1],[[],2]]}}"},
		{"cm\nA\nK\x05\x85R(K\x01"
		 "eVa\nK\x02s}Vx\nK\x03sb.",
			"{\"$object\":\"m.A\",\"state\":{\"args\":[5],\"items\":[1],\"dict\":[["
			"\"a\",2]],"
			"\"state\":{\"x\":3}}}"},
		{"cm\nA\n)RVx\nb.", "{\"$object\":\"m.A\",\"state\":\"x\"}"},
		{"cm\nA\n)R.", "{\"$object\":\"m.A\",\"state\":null}"},
		/* (attributes or None, slots) */
		{"cm\nA\n)R}Va\nK\x01s}Vb\nK\x02sVa\nK\x03s\x86"
		 "b.",
			"{\"$object\":\"m.A\",\"state\":{\"a\":3,\"b\":2}}"},
		{"cm\nA\n)RN}Vb\nK\x02s\x86"
		 "b.",
			"{\"$object\":\"m.A\",\"state\":{\"b\":2}}"},
		{"cm\nA\n)RNN\x86"
		 "b.",
			"{\"$object\":\"m.A\",\"state\":[null,null]}"},
		/* the callable is computed by the stream */
		{"Pid\n)R.", "{\"$object\":null,\"state\":{\"callable\":{\"$persid\":\"id\"}}}"},
		{"cm\nf\n)RK\x01\x85R.", "{\"$object\":null,\"state\":{\"callable\":{\"$object\":"
					 "\"m.f\",\"state\":null},\"args\":[1]}}"},
		/* state set later is seen through the memo */
		{"cm\nA\n)Rp0\n0]g0\n"
		 "ag0\nVs\nb0.",
			"[{\"$object\":\"m.A\",\"state\":\"s\"}]"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_STR(
			values_print(t[i].stream, strlen(t[i].stream), VALUES_JSON, 0), t[i].json);
}

void test_pickle_ops__marks(void)
{
	/* what lies below a mark cannot be reached */
	CHECK(strstr(JSON_OF("K\x01(\x85."), "needs 1 values") != NULL);
	CHECK(strstr(JSON_OF("](K\x01"
			     "a."),
		      "needs 2 values") != NULL);
	CHECK_STR(JSON_OF("K\x01((K\x02t1."), "1");
	CHECK_STR(JSON_OF("(((ttt."), "[[[]]]");
	CHECK_STR(JSON_OF("(K\x01."), "1");
	/* what is left below the value is ignored */
	CHECK_STR(JSON_OF("K\x01K\x02."), "2");
}

void test_pickle_ops__memo_ids(void)
{
	CHECK_STR(JSON_OF("Va\np18446744073709551609\n0g18446744073709551609\n."), "\"a\"");
	CHECK(strstr(JSON_OF("Va\np99999999999999999999\n."), "not an index") != NULL);
	CHECK(strstr(JSON_OF("Va\np-1\n."), "not an index") != NULL);
	CHECK(strstr(JSON_OF("g\n."), "not an index") != NULL);
	/* an entry that was far from the others is found when the memo has grown up to it */
	CHECK_STR(JSON_OF("Va\nr\xff\x0f\0\0"
			  "0Vb\nr\0\x08\0\0"
			  "0j\xff\x0f\0\0j\0\x08\0\0\x86."),
		"[\"a\",\"b\"]");
}
