#include "values.h"

void test_render_set__order(void)
{
	static const struct {
		const char *stream, *json;
	} t[] = {
		{"(I3\nI1\nI2\n\x91.", "[1,2,3]"},
		{"(\x91.", "[]"},
		{"(N\x91.", "[null]"},
		{"(F1.5\n\x88I0\nL-99999999999999999999L\n\x91.",
			"[-99999999999999999999,0,true,1.5]"},
		{"(Vb\nVa\nVB\nV\\u00e9\n\x91.", "[\"B\",\"a\",\"b\",\"\\u00e9\"]"},
		{"(I2\nVa\n\x86I1\nVb\n\x86I1\nVa\n\x86\x91.", "[[1,\"a\"],[1,\"b\"],[2,\"a\"]]"},
		/* no order among them: by their texts */
		{"(I1\nVa\nN\x91.", "[\"a\",1,null]"},
		{"(I10\nI9\nN\x91.", "[10,9,null]"},
		{"(Fnan\nI1\n\x91.", "[1,{\"$float\":\"nan\"}]"},
		{"(cm\nB\ncm\nA\n\x91.", "[{\"$ref\":\"m.A\"},{\"$ref\":\"m.B\"}]"},
		{"((I2\n\x91(I1\nN\x91\x91.", "[[1,null],[2]]"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_STR(
			values_print(t[i].stream, strlen(t[i].stream), VALUES_JSON, 0), t[i].json);
	/* laid out, the order is that of the canonical texts all the same */
	CHECK_STR(values_print("(I1\nVa\nN\x91.", 11, VALUES_JSON, MF_PRINT_INDENT),
		"[\n  \"a\",\n  1,\n  null\n]");
}

void test_render_set__large(void)
{
	struct buf b = BUF_INIT(1 << 20);
	enum { N = 5000 };
	buf_adds(&b, "(");
	for (unsigned i = 0; i < N; i++)
		buf_addf(&b, "I%u\n", i * 7919u % N);
	buf_adds(&b, "\x91.");
	const char *p = values_print(b.p, b.n, VALUES_JSON, 0);
	for (long i = 0; i < N; i++) {
		char *end;
		if (strtol(p + 1, &end, 10) != i)
			CHECK_INT(strtol(p + 1, NULL, 10), i);
		p = end;
	}
	CHECK_STR(p, "]");
	buf_release(&b);
}

void test_render_set__limit_of_nodes(void)
{
	static const char stream[] = "(I1\nVa\nNVb\n\x91.";
	struct arena a;
	struct buf out = BUF_INIT(4096);
	struct mf_sink sink = {buf_sink_write, &out};
	struct render_limits limits = {3, 0};
	arena_init(&a, 0);
	struct mf_value *set = values_read(&a, stream, sizeof(stream) - 1);
	CHECK_INT(render_json(set, &sink, 0, &limits, NULL), MF_EPARTIAL);
	CHECK_STR(out.p, "[\"a\",1,{\"$truncated\":{\"why\":\"nodes\",\"limit\":3}}]");
	buf_release(&out);
	arena_release(&a);
}

/* A frozenset in a frozenset 300 times, which cannot be sorted by value: no more work than there is
 * to print. */
void test_render_set__nested(void)
{
	char stream[1000];
	size_t n = 0;
	for (int i = 0; i < 300; i++)
		stream[n++] = '(';
	for (int i = 0; i < 300; i++) {
		stream[n++] = 'N';
		stream[n++] = '\x91';
	}
	stream[n++] = '.';
	CHECK_INT(strlen(values_print(stream, n, VALUES_JSON, 0)), 2 * 300 + 4 + 5 * 299);
	CHECK(values_print(stream, n, VALUES_JSON, MF_PRINT_COLOR) != NULL);
}
