#include "numpy.h"

void test_numpy_render__as_numpy_has_it(void)
{
	static const char *const cases[][3] = {
#define NUMPY_CASE(name, stream, json) {name, stream, json},
#include "numpy_cases.def"
#undef NUMPY_CASE
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct arena a;
		arena_init(&a, 0);
		CHECK_STR(numpy_print(numpy_read(&a, cases[i][1]), true, 0), cases[i][2]);
		arena_release(&a);
	}
}

/* An array whose parts do not fit is shown as what the stream says. */
void test_numpy_render__parts_that_do_not_fit(void)
{
	static const char whole[] =
		NUMPY_ARRAY("K\1\x85", NUMPY_TYPE("i2", "<", NUMPY_NO_SIZE), "\x89", "C\2\1\2");
	static const char short_of[] =
		NUMPY_ARRAY("K\2\x85", NUMPY_TYPE("i2", "<", NUMPY_NO_SIZE), "\x89", "C\2\1\2");
	static const char vast[] =
		NUMPY_ARRAY("\x8a\x07\0\0\0\0\0\0\x40\x8a\x07\0\0\0\0\0\0\x40\x86",
			NUMPY_TYPE("f8", "<", NUMPY_NO_SIZE), "\x89", "C\2\1\2");
	static const char negative[] = NUMPY_ARRAY(
		"J\xff\xff\xff\xff\x85", NUMPY_TYPE("V0", "|", "\0\0\0\0"), "\x89", "C\0");
	CHECK_STR(values_print(whole, sizeof(whole) - 1, VALUES_JSON, 0),
		"{\"$ndarray\":{\"dtype\":\"<i2\",\"shape\":[1],\"sha256\":"
		"\"a12871fee210fb8619291eaea194581cbd2531e4b23759d225f6806923f63222\",\"data\":["
		"513]}}");
	static const char generic[] = "{\"$object\":\"numpy._core.multiarray._reconstruct\",";
	CHECK(strncmp(values_print(short_of, sizeof(short_of) - 1, VALUES_JSON, 0), generic,
		      sizeof(generic) - 1) == 0);
	CHECK(strncmp(values_print(vast, sizeof(vast) - 1, VALUES_JSON, 0), generic,
		      sizeof(generic) - 1) == 0);
	CHECK(strncmp(values_print(negative, sizeof(negative) - 1, VALUES_JSON, 0), generic,
		      sizeof(generic) - 1) == 0);
}

static int keep_nothing(void *self, const char *p, size_t n)
{
	size_t *sum = self;
	(void)p;
	*sum += n;
	return 0;
}

/* A thousand million empty rows end at the limit of values. */
void test_numpy_render__empty_rows_end(void)
{
	static const char stream[] = NUMPY_ARRAY(
		"J\0\0\0\x40K\0\x86", NUMPY_TYPE("f8", "<", NUMPY_NO_SIZE), "\x89", "C\0");
	struct render_limits limits = {1000, 0};
	struct mf_error err = MF_ERROR_INIT;
	struct arena a;
	size_t n = 0;
	struct mf_sink sink = {keep_nothing, &n};
	arena_init(&a, 0);
	struct mf_value *v = values_read(&a, stream, sizeof(stream) - 1);
	CHECK_INT(render_json(v, &sink, 0, &limits, &err), MF_EPARTIAL);
	CHECK(n < 10000);
	arena_release(&a);
}

/* An array of objects that holds itself: the path is that of the array. */
void test_numpy_render__cycle(void)
{
	static const char stream[] =
		"\x80\x04"
		"cnumpy._core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\0tC\1btRq\1("
		"K\1K\1\x85" NUMPY_TYPE("O8", "|", NUMPY_NO_SIZE) "\x89]h\1atb.";
	CHECK_STR(values_print(stream, sizeof(stream) - 1, VALUES_JSON, 0),
		"{\"$ndarray\":{\"dtype\":\"|O\",\"shape\":[1],\"sha256\":null,"
		"\"data\":[{\"$cycle\":\"/\"}]}}");
	CHECK_STR(values_print(stream, sizeof(stream) - 1, VALUES_TEXT, 0),
		"ndarray object (1,) [(...)]");
}

/* Subclasses follow the rules of all other objects. */
void test_numpy_render__subclass(void)
{
	static const char stream[] =
		"\x80\x04"
		"cnumpy._core.multiarray\n_reconstruct\n(cnumpy\nmatrix\n(K\0tC\1btR("
		"K\1K\1K\1\x86" NUMPY_TYPE("u1", "|", NUMPY_NO_SIZE) "\x89"
								     "C\1\7tb.";
	CHECK_STR(values_print(stream, sizeof(stream) - 1, VALUES_JSON, 0),
		"{\"$object\":\"numpy.matrix\",\"state\":{\"args\":[{\"$ref\":\"numpy.matrix\"},[0]"
		","
		"{\"$bytes\":\"Yg==\"}],\"state\":[1,[1,1],{\"$object\":\"numpy.dtype\",\"state\":"
		"\"|u1\"},"
		"false,{\"$bytes\":\"Bw==\"}]},\"via\":\"numpy._core.multiarray._reconstruct\"}");
}

static int print_once(void *arg)
{
	struct buf out = BUF_INIT(1 << 20);
	struct mf_sink sink = {buf_sink_write, &out};
	int rc = mf_value_print_json(arg, &sink, 0, NULL);
	buf_release(&out);
	return rc;
}

void test_numpy_render__out_of_memory(void)
{
	static const char *const cases[] = {"numpy 2, protocol 4: a structure with objects",
		"numpy 2, protocol 5: Fortran order", "numpy 2, protocol 2: such a scalar",
		"numpy 2, protocol 4: overlapping fields",
		"numpy 2, protocol 4: a structured type"};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct arena a;
		arena_init(&a, 0);
		test_every_alloc(print_once, numpy_read(&a, numpy_case(cases[i])));
		arena_release(&a);
	}
}
