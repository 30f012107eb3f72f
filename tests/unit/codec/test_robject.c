/* covers: robject_vector.c robject_code.c robject_view.c robject_json.c robject_text.c robject_table.c */
#include "values.h"

#include <math.h>

#include "../../../clientlib/codec/robject.h"

/* tests/data/r/NAME.bin, what R wrote (make_r.R); exactly that size, so that reading beyond it is
 * seen. */
static struct mf_value load(const char *name)
{
	char path[64];
	static char p[1 << 16];
	snprintf(path, sizeof(path), "r/%s.bin", name);
	FILE *f = fopen(test_data(path), "rb");
	CHECK_FATAL(f != NULL);
	size_t n = fread(p, 1, sizeof(p), f);
	fclose(f);
	char *copy = malloc(n);
	CHECK_FATAL(copy != NULL);
	memcpy(copy, p, n);
	return (struct mf_value){.kind = MF_BYTEARRAY, .u.s = {copy, n}};
}

static void unload(struct mf_value *v)
{
	union {
		const char *p;
		void *q;
	} u = {v->u.s.p};
	free(u.q);
}

static const char *print_value(const struct mf_value *v, enum values_form form, size_t how)
{
	struct buf out = BUF_INIT(1 << 24);
	struct mf_sink sink = {buf_sink_write, &out};
	struct mf_error err = MF_ERROR_INIT;
	setlocale(LC_CTYPE, "C.UTF-8");
	int rc = form == VALUES_JSON ? mf_value_print_json(v, &sink, (unsigned)how, &err)
				     : mf_value_print_text(v, &sink, how, &err);
	CHECK_INT(rc, 0);
	return values_keep(&out);
}

static const char *print_file(const char *name, enum values_form form, size_t how)
{
	struct mf_value v = load(name);
	const char *text = print_value(&v, form, how);
	unload(&v);
	return text;
}

#define R(type, length, values, attributes)                                                        \
	"{\"$r\":{\"type\":\"" type "\",\"length\":" length ",\"values\":" values                  \
	",\"attributes\":{" attributes "}}}"
#define FRAME                                                                                      \
	R("list", "3",                                                                             \
		"[" R("double", "3", "[1.5,2.0,null]", "") "," R(                                  \
			"character", "3", "[\"a\",\"b\",\"c\"]", "") "," R("integer", "3",         \
			"[1,2,1]", "\"levels\":[\"u\",\"v\"],\"class\":[\"factor\"]") "]",         \
		"\"names\":[\"x\",\"y\",\"f\"],\"class\":[\"data.frame\"],\"row.names\":[1,2,3]")
#define ENVIRONMENT R("environment", "null", "null", "")

void test_robject__json_of_what_r_wrote(void)
{
	static const struct {
		const char *name, *json;
	} t[] = {
		{"null", R("NULL", "0", "[]", "")},
		{"logical", R("logical", "3", "[true,false,null]", "")},
		{"integer", R("integer", "3", "[1,null,-5]", "")},
		{"double", R("double", "7",
				   "[1.0,2.5,null,{\"$float\":\"nan\"},{\"$float\":\"inf\"},{\"$"
				   "float\":\"-inf\"},1e+100]",
				   "")},
		{"complex", R("complex", "2", "[[1.0,2.0],null]", "")},
		{"character",
			R("character", "5", "[\"a\",null,\"caf\\u00e9\",\"\",\"x\\ty\"]", "")},
		{"encodings",
			R("character", "3", "[\"caf\\u00e9\",\"caf\\udce9\",\"\\u2603\"]", "")},
		{"raw", R("raw", "3", "[0,255,10]", "")},
		{"named", R("double", "2", "[1.0,2.0]", "\"names\":[\"a\",\"b\"]")},
		{"list", R("list", "3",
				 "[" R("integer", "1", "[1]", "") "," R(
					 "character", "1", "[\"y\"]", "") "," R("list", "2",
					 "[" R("NULL", "0", "[]", "") "," R(
						 "logical", "1", "[true]", "") "]",
					 "") "]",
				 "\"names\":[\"\",\"x\",\"z\"]")},
		{"matrix", R("double", "6", "[1.0,2.0,3.0,4.0,5.0,6.0]",
				   "\"dim\":[2,3],\"dimnames\":" R("list", "2",
					   "[" R("character", "2", "[\"a\",\"b\"]", "") "," R(
						   "NULL", "0", "[]", "") "]",
					   ""))},
		{"factor", R("integer", "4", "[1,2,null,1]",
				   "\"levels\":[\"lo\",\"hi\"],\"class\":[\"factor\"]")},
		{"frame", FRAME},
		{"frame_v2", FRAME},
		{"frame_binary", FRAME},
		{"sequence", R("integer", "10", "[1,2,3,4,5,6,7,8,9,10]", "")},
		{"sequence_down", R("integer", "3", "[5,4,3]", "")},
		{"deferred", R("character", "3", "[\"1\",\"2\",\"3\"]", "")},
		{"deferred_real", R("character", "3", "[\"0.1\",\"1e+15\",\"1e+05\"]", "")},
		{"wrapped", R("double", "3", "[1.0,2.0,3.0]", "")},
		{"pairlist", R("pairlist", "2",
				     "[" R("double", "1", "[1.0]", "") "," R(
					     "integer", "1", "[2]", "") "]",
				     "\"names\":[\"a\",\"\"]")},
		{"language", R("language", "3",
				     "[" R("symbol", "1", "[\"f\"]", "") "," R("symbol", "1",
					     "[\"x\"]", "") "," R("double", "1", "[2.0]", "") "]",
				     "\"names\":[\"\",\"\",\"y\"]")},
		{"symbol", R("symbol", "1", "[\"abc\"]", "")},
		{"closure", R("closure", "1", "null", "")},
		{"bytecode", R("closure", "1", "null", "")},
		{"builtin", R("builtin", "1", "[\"sum\"]", "")},
		{"special", R("special", "1", "[\"if\"]", "")},
		{"namespace",
			R("list", "4",
				"[" ENVIRONMENT "," ENVIRONMENT "," ENVIRONMENT "," ENVIRONMENT "]",
				"")},
		{"environment",
			R("list", "2",
				"[" R("environment", "null", "null",
					"\"me\":" R("list", "1", "[" ENVIRONMENT "]",
						"") ",\"class\":[\"Thing\"]") "," ENVIRONMENT "]",
				"")},
		{"s4", R("S4", "1", "null",
			       "\"x\":[1.0,2.0],\"name\":[\"p\"],\"class\":[\"Point\"]")},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_STR(print_file(t[i].name, VALUES_JSON, 0), t[i].json);
}

void test_robject__lines(void)
{
	static const struct {
		const char *name, *line;
	} t[] = {
		{"null", "r NULL"},
		{"double", "r double[7] 1 2.5 NA NaN Inf -Inf 1e+100"},
		{"complex", "r complex[2] 1+2i NA"},
		{"character", "r character[5] \"a\" NA \"café\" \"\" \"x\\ty\""},
		{"encodings", "r character[3] \"café\" \"caf\\xe9\" \"☃\""},
		{"raw", "r raw[3] 00 ff 0a"},
		{"named", "r double[2] a=1 b=2"},
		{"matrix", "r double[2,3] 1 2 3 4 5 6"},
		{"factor", "r factor[4] lo hi NA lo"},
		{"time", "r POSIXct[2] 1970-01-01T00:00:00.000Z 2024-02-29T12:34:56.500Z"},
		{"frame", "r data.frame 3×3 [x double, y character, f factor]"},
		{"list", "r list[3] <integer[1] 1> x=<character[1] \"y\"> z=<list[2] <NULL> "
			 "<logical[1] TRUE>>"},
		{"closure", "r closure"},
		{"builtin", "r builtin \"sum\""},
		{"s4", "r Point"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_STR(print_file(t[i].name, VALUES_TEXT, 200), t[i].line);
	CHECK_STR(print_file("double", VALUES_TEXT, 20), "r double[7] 1 2.5 N…");
}

void test_robject__pages(void)
{
	CHECK_STR(print_file("frame", VALUES_TEXT, 0), "r data.frame 3×3\n"
						       "       x  y  f\n"
						       "  1  1.5  a  u\n"
						       "  2    2  b  v\n"
						       "  3   NA  c  u");
	CHECK_STR(print_file("frame_labels", VALUES_TEXT, 0), "r data.frame 2×2\n"
							      "       n  d\n"
							      "  one  1  2024-02-29\n"
							      "  two  2  NA");
	CHECK_STR(print_file("list", VALUES_TEXT, 0), "r list[3]\n"
						      "  [1] integer[1] 1\n"
						      "  $x character[1] \"y\"\n"
						      "  $z list[2]\n"
						      "    [1] NULL\n"
						      "    [2] logical[1] TRUE");
	CHECK_STR(print_file("s4", VALUES_TEXT, 0),
		"r Point\n  @x double[2] 1 2\n  @name character[1] \"p\"");
	const char *model = print_file("model", VALUES_TEXT, 0);
	CHECK(strstr(model, "$coefficients double[2] (Intercept)=-7 speed=2.14285714285714") !=
		NULL);
	CHECK(strstr(model, "  $model data.frame 4×2\n       dist  speed\n") != NULL);
}

/* ---- streams made here ---- */

static void word(struct buf *b, uint32_t u)
{
	char s[4] = {(char)(u >> 24), (char)(u >> 16), (char)(u >> 8), (char)u};
	buf_add(b, s, 4);
}

static void number(struct buf *b, double d)
{
	uint64_t u;
	memcpy(&u, &d, 8);
	word(b, (uint32_t)(u >> 32));
	word(b, (uint32_t)u);
}

static void head(struct buf *b)
{
	buf_clear(b);
	buf_adds(b, "X\n");
	word(b, 2);
	word(b, 0x00040202);
	word(b, 0x00020300);
}

static void text(struct buf *b, uint32_t levels, const char *s)
{
	word(b, 9 | levels << 12);
	word(b, (uint32_t)strlen(s));
	buf_adds(b, s);
}

static int read_stream(const struct buf *b, struct mf_error *err)
{
	struct arena a;
	const struct robject *o;
	/* a copy of exactly that size */
	char *copy = malloc(b->n);
	CHECK_FATAL(copy != NULL);
	memcpy(copy, b->p, b->n);
	arena_init(&a, 0);
	int rc = robject_read(&o, &a, copy, b->n, err);
	CHECK((rc == 0) == (o != NULL));
	arena_release(&a);
	free(copy);
	return rc;
}

static const char *json_of(const struct buf *b)
{
	struct mf_value v = {.kind = MF_BYTEARRAY, .u.s = {b->p, b->n}};
	return print_value(&v, VALUES_JSON, 0);
}

static const char *text_of(const struct buf *b, size_t width)
{
	struct mf_value v = {.kind = MF_BYTEARRAY, .u.s = {b->p, b->n}};
	return print_value(&v, VALUES_TEXT, width);
}

/* Cut anywhere, and with something behind it: a bytearray as before. */
void test_robject__damaged(void)
{
	static const char *const names[] = {"frame", "environment", "bytecode", "model", "deferred",
		"wrapped", "s4", "namespace", "frame_binary"};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct mf_value whole = load(names[i]);
		struct buf b = BUF_INIT(1 << 20);
		struct mf_error err = MF_ERROR_INIT;
		for (size_t n = 0; n < whole.u.s.n; n++) {
			buf_clear(&b);
			buf_add(&b, whole.u.s.p, n);
			buf_addc(&b, ' ');
			b.n--;
			err_clear(&err);
			CHECK_INT(read_stream(&b, &err), MF_ECORRUPT);
		}
		CHECK(strncmp(json_of(&b),
			      "{\"$object\":\"builtins.bytearray\",\"state\":{\"$bytes\":\"",
			      46) == 0);
		CHECK(strncmp(text_of(&b, 0), "bytearray(b'", 12) == 0);
		buf_clear(&b);
		buf_add(&b, whole.u.s.p, whole.u.s.n);
		buf_addc(&b, 0);
		CHECK_INT(read_stream(&b, NULL), MF_ECORRUPT);
		/* any other byte in its place is read or refused, no more */
		for (size_t n = 2; n < whole.u.s.n && n < 700; n++) {
			buf_clear(&b);
			buf_add(&b, whole.u.s.p, whole.u.s.n);
			b.p[n] = (char)(b.p[n] ^ (n % 2 ? 0xff : 0x81));
			(void)read_stream(&b, NULL);
		}
		buf_release(&b);
		unload(&whole);
	}
}

void test_robject__hostile(void)
{
	struct buf b = BUF_INIT(1 << 22);
	static const uint32_t lengths[] = {0x7fffffff, 0x80000000, 0xfffffffe, 5};
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++)
		for (uint32_t type = 10; type < 26; type++) {
			head(&b);
			word(&b, type);
			word(&b, lengths[i]);
			number(&b, 1);
			CHECK_INT(read_stream(&b, NULL), MF_ECORRUPT);
		}
	/* a long vector: the length in two words */
	head(&b);
	word(&b, 14);
	word(&b, 0xffffffff);
	word(&b, 0x7fffffff);
	word(&b, 1);
	number(&b, 1);
	CHECK_INT(read_stream(&b, NULL), MF_ECORRUPT);
	head(&b);
	word(&b, 14);
	word(&b, 0xffffffff);
	word(&b, 0);
	word(&b, 1);
	number(&b, 1);
	CHECK_STR(json_of(&b), R("double", "1", "[1.0]", ""));
	/* references to nothing */
	for (uint32_t at = 0; at < 3; at++) {
		head(&b);
		word(&b, 255 | at << 8);
		CHECK_INT(read_stream(&b, NULL), MF_ECORRUPT);
	}
	/* lists in lists in lists */
	head(&b);
	for (int i = 0; i < 100000; i++) {
		word(&b, 19);
		word(&b, 1);
	}
	word(&b, 254);
	CHECK_INT(read_stream(&b, NULL), MF_ECORRUPT);
	/* a long pairlist is no deep one */
	head(&b);
	for (int i = 0; i < 100000; i++) {
		word(&b, 2);
		word(&b, 254);
	}
	word(&b, 254);
	CHECK_INT(read_stream(&b, NULL), 0);
	buf_release(&b);
}

/* n values in a few bytes. */
static void add_sequence(struct buf *b, double n, double first, double step)
{
	head(b);
	word(b, 238);
	word(b, 2);
	word(b, 1);
	text(b, 64, "compact_intseq");
	word(b, 2);
	word(b, 1);
	text(b, 64, "base");
	word(b, 2);
	word(b, 13);
	word(b, 1);
	word(b, 13);
	word(b, 254);
	word(b, 14);
	word(b, 3);
	number(b, n);
	number(b, first);
	number(b, step);
	word(b, 254);
}

static int drop(void *self, const char *p, size_t n)
{
	(void)self;
	(void)p;
	(void)n;
	return 0;
}

void test_robject__long_sequence_is_bounded(void)
{
	struct buf b = BUF_INIT(1 << 16), out = BUF_INIT(1 << 20);
	struct mf_sink sink = {buf_sink_write, &out};
	struct mf_error err = MF_ERROR_INIT;
	struct render_limits limits = {3, 0};

	add_sequence(&b, 2e9, 1, 1);
	CHECK_STR(text_of(&b, 30), "r integer[2000000000] 1 2 3 4…");
	CHECK(strlen(text_of(&b, 0)) < 3000);
	struct mf_value v = {.kind = MF_BYTEARRAY, .u.s = {b.p, b.n}};
	CHECK_INT(render_json(&v, &sink, 0, &limits, &err), MF_EPARTIAL);
	CHECK_STR(out.p, R("integer", "2000000000",
				 "[1,{\"$truncated\":{\"why\":\"nodes\",\"limit\":3}}]", ""));
	/* not numbers of that type */
	static const double bad[][3] = {
		{-1, 1, 1}, {1e17, 1, 1}, {3e9, 1, 1}, {2, 1e300, 1}, {3, 1, HUGE_VAL}};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		add_sequence(&b, bad[i][0], bad[i][1], bad[i][2]);
		CHECK_INT(read_stream(&b, NULL), MF_ECORRUPT);
	}
	add_sequence(&b, 0, 1, 1);
	CHECK_STR(json_of(&b), R("integer", "0", "[]", ""));
	buf_release(&b);
	buf_release(&out);
}

/* Rows and columns that do not fit a page are left out, and said to be. */
void test_robject__large_frame(void)
{
	struct buf b = BUF_INIT(1 << 20);
	head(&b);
	word(&b, 19 | 1 << 9 | 1 << 8);
	word(&b, 30);
	for (uint32_t i = 0; i < 30; i++) {
		word(&b, 13);
		word(&b, 50);
		for (uint32_t k = 0; k < 50; k++)
			word(&b, 100 * i + k);
	}
	word(&b, 2 | 1 << 10);
	word(&b, 1);
	text(&b, 64, "class");
	word(&b, 16);
	word(&b, 1);
	text(&b, 64, "data.frame");
	word(&b, 254);
	const char *page = text_of(&b, 0);
	CHECK(strstr(page, "r data.frame 50×30\n") == page);
	CHECK(strstr(page, "\n  8    7  107") != NULL);
	CHECK(strstr(page, "\n  …") != NULL);
	CHECK(strstr(page, "\n  43  42  142") != NULL);
	CHECK(strstr(page, "\n  50  49  149") != NULL);
	CHECK(strstr(page, "\n  9 ") == NULL);
	CHECK(strstr(page, "more columns") != NULL);
	buf_release(&b);
}

/* A factor or date whose parts do not fit shows its numbers. */
void test_robject__odd_classes(void)
{
	struct buf b = BUF_INIT(1 << 16);
	head(&b);
	word(&b, 13 | 1 << 9);
	word(&b, 2);
	word(&b, 7);
	word(&b, 0);
	word(&b, 2 | 1 << 10);
	word(&b, 1);
	text(&b, 64, "levels");
	word(&b, 16);
	word(&b, 1);
	text(&b, 64, "a");
	word(&b, 2 | 1 << 10);
	word(&b, 1);
	text(&b, 64, "class");
	word(&b, 16);
	word(&b, 1);
	text(&b, 64, "factor");
	word(&b, 254);
	CHECK_STR(text_of(&b, 100), "r factor[2] 7 0");
	head(&b);
	word(&b, 14 | 1 << 9);
	word(&b, 1);
	number(&b, 1e300);
	word(&b, 2 | 1 << 10);
	word(&b, 1);
	text(&b, 64, "class");
	word(&b, 16);
	word(&b, 1);
	text(&b, 64, "Date\033[31m");
	word(&b, 254);
	CHECK_STR(text_of(&b, 100), "r Date\\x1b[31m[1] 1e+300");
	buf_release(&b);
}

void test_robject__not_of_r(void)
{
	static const char *const t[] = {"X\n", "X\n123", "A\n3\n262146\n197888\n",
		"X\nis what this text begins with", "", "B\nabcdefghijklmnopqrstu"};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct mf_value v = {.kind = MF_BYTEARRAY, .u.s = {t[i], strlen(t[i])}};
		CHECK(strstr(print_value(&v, VALUES_JSON, 0), "builtins.bytearray") != NULL);
		CHECK(strstr(print_value(&v, VALUES_TEXT, 0), "bytearray(b'") != NULL);
	}
	/* bytes are bytes */
	struct mf_value v = load("null");
	v.kind = MF_BYTES;
	CHECK(strncmp(print_value(&v, VALUES_JSON, 0), "{\"$bytes\":", 10) == 0);
	unload(&v);
}

void test_robject__numbers(void)
{
	static const struct {
		double d;
		size_t most;
		const char *text;
	} t[] = {{0, 17, "0"}, {-0.5, 17, "-0.5"}, {100000, 17, "1e+05"}, {123456, 17, "123456"},
		{0.0001, 17, "1e-04"}, {0.00012, 17, "0.00012"}, {1234.5, 17, "1234.5"},
		{1e-300, 17, "1e-300"}, {-1.5e200, 17, "-1.5e+200"},
		{0.1 + 0.2, 17, "0.30000000000000004"}, {0.1 + 0.2, 15, "0.3"},
		{-7.0000000000000036, 15, "-7"}, {9999999999999999.0, 15, "1e+16"},
		{1.0 / 3, 15, "0.333333333333333"}, {1e15, 15, "1e+15"},
		{123456789012.5, 15, "123456789012.5"}, {10, 17, "10"}, {20.25, 15, "20.25"}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		char out[R_NUMBER_SIZE];
		size_t n = robject_number(out, t[i].d, t[i].most);
		CHECK_STR(out, t[i].text);
		CHECK_INT(n, strlen(t[i].text));
	}
}

struct printing {
	const struct mf_value *v;
	enum values_form form;
	size_t how;
};

static int print_once(void *arg)
{
	const struct printing *t = arg;
	struct mf_sink sink = {drop, NULL};
	struct mf_error err = MF_ERROR_INIT;
	int rc = t->form == VALUES_JSON ? mf_value_print_json(t->v, &sink, 0, &err)
					: mf_value_print_text(t->v, &sink, t->how, &err);
	CHECK(rc == err.code);
	return rc;
}

void test_robject__out_of_memory(void)
{
	static const char *const names[] = {
		"model", "frame", "environment", "encodings", "deferred", "bytecode", "time"};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct mf_value v = load(names[i]);
		struct printing t = {&v, VALUES_JSON, 0};
		test_every_alloc(print_once, &t);
		t.form = VALUES_TEXT;
		test_every_alloc(print_once, &t);
		t.how = 80;
		test_every_alloc(print_once, &t);
		unload(&v);
	}
}
