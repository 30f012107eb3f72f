/* covers: numpy_text.c numpy_grid.c */
#include "../../../clientlib/base/text.h"
#include "numpy.h"

static const char *page(const char *what)
{
	struct arena a;
	arena_init(&a, 0);
	const char *text = numpy_print(numpy_read(&a, numpy_case(what)), false, 0);
	arena_release(&a);
	return text;
}

static const char *line(const char *what, size_t width)
{
	struct arena a;
	arena_init(&a, 0);
	const char *text = numpy_print(numpy_read(&a, numpy_case(what)), false, width);
	arena_release(&a);
	return text;
}

void test_numpy_text__pages(void)
{
	CHECK_STR(page("numpy 2, protocol 5: Fortran order"),
		"ndarray int32 (2, 3)  min 0  max 5  mean 2.5\n0  1  2\n3  4  5");
	CHECK_STR(page("numpy 2, protocol 5: axes in another order"),
		"ndarray uint8 (3, 2, 2)  min 0  max 11  mean 5.5\n[0, :, :]\n 0   1\n 6   7\n"
		"[1, :, :]\n 2   3\n 8   9\n[2, :, :]\n 4   5\n10  11");
	CHECK_STR(page("numpy 2, protocol 5: no dimensions"), "ndarray float64 ()\n5.0");
	CHECK_STR(page("numpy 1, protocol 0: no elements"), "ndarray float64 (0, 4)");
	CHECK_STR(page("numpy 1, protocol 5: float16"),
		"ndarray float16 (4,)  min 0  max 0.0999756  mean 0.0333252  inf 1\n"
		"    0.1    inf       -0.0  6e-08");
	CHECK_STR(page("numpy 2, protocol 3: truth"),
		"ndarray bool (2,)  true 1  false 1\n True  False");
	CHECK_STR(page("numpy 2, protocol 5: text"), "ndarray <U3 (3,)\n'é☃'      'a\\x00b'  '😀'");
	CHECK_STR(page("numpy 2, protocol 4: times"),
		"ndarray datetime64[D] (3,)\n2024-02-29  NaT         -001-01-01");
	CHECK_STR(page("numpy 1, protocol 4: structure"),
		"ndarray {a: int32, b: float64, c: <U2} (2,)\n(1, 2.5, 'ab')  (3, 4.5, 'c')");
}

/* Objects with parts are opened up as in a list. */
void test_numpy_text__objects(void)
{
	static const char stream[] =
		"\x80\x04"
		"cnumpy._core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\0tC\1btR("
		"K\1K\2\x85" NUMPY_TYPE("O8", "|", NUMPY_NO_SIZE) "\x89](K\1]etb.";
	CHECK_STR(values_print(stream, sizeof(stream) - 1, VALUES_TEXT, 0),
		"ndarray object (2,) [1, []]");
	CHECK_STR(values_print(stream, sizeof(stream) - 1, VALUES_TEXT, 50),
		"ndarray object (2,) [1, []]");
}

void test_numpy_text__lines(void)
{
	CHECK_STR(line("numpy 2, protocol 5: Fortran order", 60),
		"int32 (2, 3) [[0, 1, 2], [3, 4, 5]]");
	CHECK_STR(line("numpy 2, protocol 5: Fortran order", 20), "int32 (2, 3) [[0, 1…");
	CHECK_STR(line("numpy 2, protocol 5: no dimensions", 60), "float64 () 5.0");
	CHECK_STR(line("numpy 1, protocol 0: no elements", 60), "float64 (0, 4) []");
	CHECK_STR(line("numpy 2, protocol 5: complex", 60), "complex64 (2,) [(1+2j), (nan+0j)]");
	CHECK_STR(line("numpy 2, protocol 4: in a cycle", 60), "[int64 (2,) [0, 1]]");
	CHECK_STR(line("numpy 1, protocol 2: long double scalar", 60), "np.longdouble(1.e-01)");
	CHECK_STR(line("numpy 1, protocol 1: a field of it", 60), "np.datetime64('2024-02-28T06')");
	CHECK_STR(line("numpy 2, protocol 4: scalar of text", 60), "np.str_('abc')");
	CHECK_STR(line("numpy 2, protocol 2: scalar of truth", 60), "np.bool(True)");
	CHECK_STR(line("numpy 2, protocol 4: a type", 60), "dtype(datetime64[25s])");
	CHECK_STR(line("numpy 2, protocol 4: a type of arrays", 60), "dtype(int32(2, 3))");
	CHECK_STR(line("numpy 2, protocol 4: durations", 60), "timedelta64[7D] (2,) [5, NaT]");
}

/* However large: the edges, no line wider than a page. */
void test_numpy_text__large(void)
{
	static const char head[] =
		"\x80\x04"
		"cnumpy._core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\0tC\1btR(K\1";
	static const char type[] = NUMPY_TYPE("i2", "<", NUMPY_NO_SIZE) "\x89";
	static const char *const shapes[] = {"J\x90\x5f\1\0\x85", "M\x2c\1M\x2c\1\x86",
		"K\x0fM\xd0\7K\3\x87", "(K\2K\2K\2K\2K\3K\3K\3K\3K\3K\3K\5K\5t"};
	static const char *const shown[] = {
		"(90000,)", "(300, 300)", "(15, 2000, 3)", "(2, 2, 2, 2, 3,"};
	static const size_t shape_n[] = {6, 7, 8, 26}, counts[] = {90000, 90000, 90000, 291600};
	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
		struct buf b = BUF_INIT(1 << 20);
		size_t n = 2 * counts[i];
		char size[4] = {(char)n, (char)(n >> 8), (char)(n >> 16), 0};
		buf_add(&b, head, sizeof(head) - 1);
		buf_add(&b, shapes[i], shape_n[i]);
		buf_add(&b, type, sizeof(type) - 1);
		buf_addc(&b, 'B');
		buf_add(&b, size, 4);
		for (size_t k = 0; k < n; k++)
			buf_addc(&b, (char)(k * 7));
		buf_adds(&b, "tb.");
		const char *text = values_print(b.p, b.n, VALUES_TEXT, 0), *at = text;
		CHECK(strstr(text, shown[i]) != NULL && strstr(text, "…") != NULL);
		CHECK(strlen(text) < 60000);
		for (; *at; at += strcspn(at, "\n") + (at[strcspn(at, "\n")] != '\0'))
			CHECK(text_width(at, strcspn(at, "\n")) <= 100);
		CHECK(text_width(values_print(b.p, b.n, VALUES_TEXT, 50), 0) <= 50);
		buf_release(&b);
	}
}

struct printing {
	const struct mf_value *v;
	size_t width;
};

static int print_once(void *arg)
{
	const struct printing *t = arg;
	struct buf out = BUF_INIT(1 << 20);
	struct mf_sink sink = {buf_sink_write, &out};
	int rc = mf_value_print_text(t->v, &sink, t->width, NULL);
	buf_release(&out);
	return rc;
}

void test_numpy_text__out_of_memory(void)
{
	static const char *const cases[] = {"numpy 2, protocol 4: a structure with objects",
		"numpy 2, protocol 5: Fortran order", "numpy 2, protocol 4: objects",
		"numpy 2, protocol 4: a structured type", "numpy 2, protocol 4: in a cycle"};
	setlocale(LC_CTYPE, "C.UTF-8");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct arena a;
		arena_init(&a, 0);
		struct printing t = {numpy_read(&a, numpy_case(cases[i])), 0};
		test_every_alloc(print_once, &t);
		t.width = 200;
		test_every_alloc(print_once, &t);
		arena_release(&a);
	}
}
