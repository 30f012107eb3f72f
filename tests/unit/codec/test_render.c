#include "values.h"

#include "../../../clientlib/base/limits.h"

void test_render__plain_values(void)
{
	static const struct {
		const char *stream, *json;
	} t[] = {
		{"Fnan\n.", "{\"$float\":\"nan\"}"},
		{"(dI1\nVa\ns.", "{\"$dict\":[[1,\"a\"]]}"},
		{"(dV$x\nI1\ns.", "{\"$dict\":[[\"$x\",1]]}"},
		{"(dVx$\nI1\ns.", "{\"x$\":1}"},
		{"(dV\nI1\ns.", "{\"\":1}"},
		{"(dI1\nNsVa\nNs.", "{\"$dict\":[[1,null],[\"a\",null]]}"},
		{"(lp0\n(lp1\nag1\nag1\na.", "[[],[],[]]"},
		{"(I1\nVa\nNF2.5\nt.", "[1,\"a\",null,2.5]"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_STR(
			values_print(t[i].stream, strlen(t[i].stream), VALUES_JSON, 0), t[i].json);
}

void test_render__kinds_without_stream(void)
{
	struct mf_error e = {.code = MF_ENOTFOUND, .message = "no such blob"};
	struct mf_value failure = {.kind = MF_FAILURE, .u.err = &e},
			one = {.kind = MF_INT, .u.i = 1};
	struct mf_value wrapped = {.kind = MF_WRAPPED, .u.wrap = {"$encoded", &one}};
	struct mf_value cut = {.kind = MF_TRUNCATED, .u.cut = {"bytes", 5}};
	struct mf_value *items[] = {&failure, &wrapped, &cut};
	struct mf_value list = {.kind = MF_LIST, .u.list = {items, 3, 3}};
	struct buf out = BUF_INIT(4096);
	struct mf_sink sink = {buf_sink_write, &out};
	struct mf_error err = MF_ERROR_INIT;

	CHECK_INT(mf_value_print_json(&list, &sink, 0, &err), MF_EPARTIAL);
	CHECK_STR(out.p, "[{\"$error\":{\"code\":\"not_found\",\"message\":\"no such "
			 "blob\"}},{\"$encoded\":1},"
			 "{\"$truncated\":{\"why\":\"bytes\",\"limit\":5}}]");
	CHECK_STR(err.message, "what takes more than 5 bytes is left out");
	buf_clear(&out);
	CHECK_INT(mf_value_print_json(NULL, &sink, 0, NULL), 0);
	CHECK_STR(out.p, "null");
	buf_release(&out);
}

void test_render__cycles(void)
{
	static const struct {
		const char *stream, *json;
	} t[] = {
		{"(lp0\nI1\nag0\na.", "[1,{\"$cycle\":\"/\"}]"},
		{"(dp0\nVme\ng0\ns.", "{\"me\":{\"$cycle\":\"/\"}}"},
		/* back to the middle: path of the enclosing value */
		{"(lI0\na(dVa/b~c\n(lp0\nsa.", "[0,{\"a/b~c\":[]}]"},
		{"(lI0\na(dp1\nVa/b~c\n(lp0\ng0\nasa.",
			"[0,{\"a/b~c\":[{\"$cycle\":\"/1/a~1b~0c\"}]}]"},
		{"(lI0\na(dp1\nVx\ng1\nsa.", "[0,{\"x\":{\"$cycle\":\"/1\"}}]"},
		{"(dI1\n(lp0\ng0\nas.", "{\"$dict\":[[1,[{\"$cycle\":\"/$dict/0/1\"}]]]}"},
		{"cm\nC\n)Rp0\n(dVkids\n(lg0\nasb.",
			"{\"$object\":\"m.C\",\"state\":{\"kids\":[{\"$cycle\":\"/\"}]}}"},
		{"cm\nC\n(I5\n(lp0\ng0\natR.", "{\"$object\":\"m.C\",\"state\":{\"args\":[5,[{\"$"
					       "cycle\":\"/state/args/1\"}]]}}"},
		{"cm\nL\n)Rp0\ng0\na.",
			"{\"$object\":\"m.L\",\"state\":{\"items\":[{\"$cycle\":\"/\"}]}}"},
		{"(lp0\n(g0\ntp1\na0g1\n.", "[[{\"$cycle\":\"/\"}]]"},
		/* the same one twice is no cycle */
		{"(lp0\n(g0\ng0\nt.", "[[],[]]"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_STR(
			values_print(t[i].stream, strlen(t[i].stream), VALUES_JSON, 0), t[i].json);
}

/* A cycle far down: the ancestors are in a table by then. */
void test_render__deep_cycle(void)
{
	struct buf stream = BUF_INIT(1 << 16), want = BUF_INIT(1 << 16);
	enum { DEPTH = 100 };
	for (int i = 0; i < DEPTH; i++)
		buf_addf(&stream, "]q%c", (char)i);
	buf_addf(&stream, "h%c", (char)50);
	for (int i = 0; i < DEPTH; i++)
		buf_adds(&stream, "a");
	buf_adds(&stream, ".");
	for (int i = 0; i < DEPTH; i++)
		buf_adds(&want, "[");
	buf_adds(&want, "{\"$cycle\":\"");
	for (int i = 0; i < 50; i++)
		buf_adds(&want, "/0");
	buf_adds(&want, "\"}");
	for (int i = 0; i < DEPTH; i++)
		buf_adds(&want, "]");
	/* the opcode's argument is a byte, also where printf would end the text */
	for (size_t i = 0, k = 0; i < stream.n; i++)
		if (stream.p[i] == 'q' && k < DEPTH)
			stream.p[i + 1] = (char)k++;
	CHECK_STR(values_print(stream.p, stream.n, VALUES_JSON, 0), want.p);
	buf_release(&stream);
	buf_release(&want);
}

static int print(const char *stream, size_t n, struct render_limits limits, struct buf *out,
	struct mf_error *err)
{
	struct arena a;
	struct mf_sink sink = {buf_sink_write, out};
	arena_init(&a, 0);
	buf_clear(out);
	err_clear(err);
	int rc = render_json(values_read(&a, stream, n), &sink, 0, &limits, err);
	arena_release(&a);
	return rc;
}

void test_render__limits(void)
{
	struct buf out = BUF_INIT(1 << 20);
	struct mf_error err = MF_ERROR_INIT;
	static const char list[] = "](K\1K\2K\3K\4e.", dict[] = "}(Va\nK\1Vb\nK\2Vc\nK\3u.";
	static const char deep[] = "]]]]aaa.";

	CHECK_INT(print(deep, sizeof(deep) - 1, (struct render_limits){0, 4}, &out, &err), 0);
	CHECK_STR(out.p, "[[[[]]]]");
	CHECK_INT(print(deep, sizeof(deep) - 1, (struct render_limits){0, 3}, &out, &err),
		MF_EPARTIAL);
	CHECK_STR(out.p, "[[[{\"$truncated\":{\"why\":\"depth\",\"limit\":3}}]]]");
	CHECK_STR(err.message, "values nested deeper than 3 levels are left out");
	CHECK_INT(print(list, sizeof(list) - 1, (struct render_limits){5, 0}, &out, &err), 0);
	CHECK_STR(out.p, "[1,2,3,4]");
	CHECK_INT(print(list, sizeof(list) - 1, (struct render_limits){3, 0}, &out, &err),
		MF_EPARTIAL);
	CHECK_STR(out.p, "[1,2,{\"$truncated\":{\"why\":\"nodes\",\"limit\":3}}]");
	CHECK_STR(err.message, "what follows the first 3 values is left out");
	CHECK_INT(print(dict, sizeof(dict) - 1, (struct render_limits){2, 0}, &out, &err),
		MF_EPARTIAL);
	CHECK_STR(out.p, "{\"a\":1,\"b\":{\"$truncated\":{\"why\":\"nodes\",\"limit\":2}}}");
	buf_release(&out);
}

/* "A list of ten times the same list of ten times …" ends at the limit of nodes. */
void test_render__sharing_is_bounded(void)
{
	struct buf stream = BUF_INIT(1 << 16), out = BUF_INIT(1 << 24);
	struct mf_error err = MF_ERROR_INIT;
	buf_adds(&stream, "]");
	for (int i = 0; i < 30; i++) {
		buf_addf(&stream, "p%d\n0](", i);
		for (int k = 0; k < 10; k++)
			buf_addf(&stream, "g%d\n", i);
		buf_adds(&stream, "e");
	}
	buf_adds(&stream, ".");
	CHECK_INT(print(stream.p, stream.n, (struct render_limits){100000, 0}, &out, &err),
		MF_EPARTIAL);
	CHECK(out.n < 1000000);
	buf_release(&stream);
	buf_release(&out);
}

/* A long integer that the stream names again and again. */
void test_render__long_integers(void)
{
	struct buf stream = BUF_INIT(4 << 20), out = BUF_INIT(1 << 26);
	struct mf_error err = MF_ERROR_INIT;
	unsigned n = 70000;
	buf_adds(&stream, "](\x8b");
	char length[4] = {(char)n, (char)(n >> 8), (char)(n >> 16), 0};
	buf_add(&stream, length, 4);
	CHECK_FATAL(buf_reserve(&stream, n));
	memset(stream.p + stream.n, 0x55, n);
	stream.n += n;
	buf_adds(&stream, "p1\n");
	for (int i = 0; i < 70; i++)
		buf_adds(&stream, "g1\n");
	buf_adds(&stream, "e.");
	CHECK_INT(print(stream.p, stream.n, (struct render_limits){0, 0}, &out, &err), MF_EPARTIAL);
	CHECK(strstr(out.p, "{\"$truncated\":{\"why\":\"bytes\",\"limit\":4194304}}") != NULL);
	buf_release(&stream);
	buf_release(&out);
}

static int refuse(void *self, const char *p, size_t n)
{
	size_t *room = self;
	(void)p;
	if (n > *room)
		return MF_ECANCELLED;
	*room -= n;
	return 0;
}

void test_render__sink_that_refuses(void)
{
	struct arena a;
	struct mf_error err = MF_ERROR_INIT;
	struct buf stream = BUF_INIT(1 << 20);
	buf_adds(&stream, "](");
	for (int i = 0; i < 20000; i++)
		buf_adds(&stream, "K\x01");
	buf_adds(&stream, "e.");
	arena_init(&a, 0);
	struct mf_value *v = values_read(&a, stream.p, stream.n);
	for (size_t room = 0; room < 45000; room += 4000) {
		size_t left = room;
		struct mf_sink sink = {refuse, &left};
		err_clear(&err);
		CHECK_INT(mf_value_print_json(v, &sink, 0, &err), room < 40001 ? MF_ECANCELLED : 0);
		CHECK_INT(err.code, room < 40001 ? MF_ECANCELLED : 0);
	}
	arena_release(&a);
	buf_release(&stream);
}

struct printing {
	const struct mf_value *v;
	unsigned flags;
};

static int drop(void *self, const char *p, size_t n)
{
	(void)self;
	(void)p;
	(void)n;
	return 0;
}

static int print_once(void *arg)
{
	const struct printing *t = arg;
	struct mf_sink sink = {drop, NULL};
	struct mf_error err = MF_ERROR_INIT;
	int rc = mf_value_print_json(t->v, &sink, t->flags, &err);
	CHECK(rc == err.code);
	return rc;
}

void test_render__out_of_memory(void)
{
	static const char stream[] =
		"](K\1cm\nC\n)RV/tmp\nbcuuid\nUUID\n)\x81}Vint\nL1234567890123456789012345L\nsb"
		"cdecimal\nDecimal\nV1.5\n\x85R(K\1Va\nN\x91(K\1K\2K\3\x91"
		"L99999999999999999999L\n"
		"cpathlib\nPosixPath\n(V/\nVa\ntR]q\0h\0ae.";
	struct arena a;
	arena_init(&a, 0);
	struct printing t = {values_read(&a, stream, sizeof(stream) - 1), 0};
	test_every_alloc(print_once, &t);
	t.flags = MF_PRINT_INDENT | MF_PRINT_COLOR;
	test_every_alloc(print_once, &t);
	arena_release(&a);
	/* deep enough for the table of ancestors */
	char deep[200];
	memset(deep, ']', 100);
	memset(deep + 100, 'a', 99);
	deep[199] = '.';
	arena_init(&a, 0);
	t = (struct printing){values_read(&a, deep, sizeof(deep)), 0};
	test_every_alloc(print_once, &t);
	arena_release(&a);
}
