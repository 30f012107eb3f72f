#include "values.h"

void test_render_object__parts(void)
{
	static const struct {
		const char *stream, *json;
	} t[] = {
		{"cm\nC\n)R.", "{\"$object\":\"m.C\",\"state\":null}"},
		{"cm\nC\n)RK\x05"
		 "b.",
			"{\"$object\":\"m.C\",\"state\":5}"},
		{"cm\nC\n)RK\x05"
		 "aK\x06"
		 "b.",
			"{\"$object\":\"m.C\",\"state\":{\"items\":[5],\"state\":6}}"},
		{"cm\nC\n)}\x92.", "{\"$object\":\"m.C\",\"state\":null}"},
		{"cm\nC\n)}Va\nNs\x92.",
			"{\"$object\":\"m.C\",\"state\":{\"kwargs\":{\"a\":null}}}"},
		{"cm\nC\n)}I1\nNs\x92.",
			"{\"$object\":\"m.C\",\"state\":{\"kwargs\":{\"$dict\":[[1,null]]}}}"},
		{"cbuiltins\nValueError\n(Vbad value\nK\x03tR.",
			"{\"$object\":\"builtins.ValueError\",\"state\":{\"args\":[\"bad "
			"value\",3]}}"},
		/* callables that are known to make something else */
		{"cre\n_compile\n(V^a\nK\x2atR.", "{\"$object\":\"re.Pattern\",\"state\":{\"args\":"
						  "[\"^a\",42]},\"via\":\"re._compile\"}"},
		{"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nmatrix\ntR.",
			"{\"$object\":\"numpy.matrix\",\"state\":{\"args\":[{\"$ref\":\"numpy."
			"matrix\"}]},"
			"\"via\":\"numpy.core.multiarray._reconstruct\"}"},
		{"cnumpy.ma.core\n_mareconstruct\n(K\x01tR.",
			"{\"$object\":\"numpy.ma.core._mareconstruct\",\"state\":{\"args\":[1]}}"},
		{"cnumpy.random._pickle\n__randomstate_ctor\n)R.",
			"{\"$object\":\"numpy.random.mtrand.RandomState\",\"state\":null,"
			"\"via\":\"numpy.random._pickle.__randomstate_ctor\"}"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_STR(
			values_print(t[i].stream, strlen(t[i].stream), VALUES_JSON, 0), t[i].json);
}
