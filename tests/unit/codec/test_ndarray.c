/* covers: ndarray.c ndarray_data.c ndarray_bytes.c */
#include <math.h>

#include "numpy.h"

static bool view_case(struct ndarray *out, struct arena *a, const char *what)
{
	return ndarray_view(out, a, numpy_read(a, numpy_case(what)), false);
}

static const char *items(const struct ndarray *v, struct arena *a)
{
	struct mf_value *list = value_new(a, MF_LIST);
	for (size_t i = 0; i < v->count; i++)
		CHECK(value_push(a, list, ndarray_item(v, a, i)));
	return numpy_print(list, true, 0);
}

static const char *bytes(const struct ndarray *v)
{
	struct buf b = BUF_INIT(1 << 20), hex = BUF_INIT(1 << 20);
	struct mf_sink sink = {buf_sink_write, &b};
	struct mf_error err = MF_ERROR_INIT;
	if (ndarray_bytes(v, &sink, &err) < 0)
		buf_adds(&hex, err.message);
	for (size_t i = 0; i < b.n; i++)
		buf_addf(&hex, "%02x", (unsigned char)b.p[i]);
	buf_release(&b);
	return values_keep(&hex);
}

void test_ndarray__order(void)
{
	struct arena a;
	struct ndarray v;
	arena_init(&a, 0);
	CHECK(view_case(&v, &a, "numpy 1, protocol 2: big-endian"));
	CHECK(v.type->order == '<' && v.stored->order == '>' && v.ndim == 1 && v.count == 3);
	CHECK_STR(items(&v, &a), "[0,1,2]");
	CHECK_STR(bytes(&v), "000001000200");
	CHECK(view_case(&v, &a, "numpy 2, protocol 5: big-endian as it is"));
	CHECK(v.type->order == '>' && !v.fortran && v.ordered);
	CHECK_STR(bytes(&v), "000001000200");
	CHECK(view_case(&v, &a, "numpy 2, protocol 5: Fortran order"));
	CHECK(v.fortran && !v.ordered && v.shape[0] == 2 && v.shape[1] == 3);
	CHECK_INT(ndarray_at(&v, 1), 2);
	CHECK_STR(items(&v, &a), "[0,1,2,3,4,5]");
	CHECK_STR(bytes(&v), "000000000100000002000000030000000400000005000000");
	CHECK(view_case(&v, &a, "numpy 2, protocol 5: axes in another order"));
	CHECK(!v.fortran && !v.ordered && v.shape[0] == 3 && v.shape[1] == 2);
	CHECK_STR(items(&v, &a), "[0,1,6,7,2,3,8,9,4,5,10,11]");
	CHECK_STR(bytes(&v), "000106070203080904050a0b");
	CHECK(view_case(&v, &a, "numpy 2, protocol 5: no dimensions"));
	CHECK(v.ndim == 0 && v.count == 1 && ndarray_item(&v, &a, 1) == NULL);
	arena_release(&a);
}

void test_ndarray__objects(void)
{
	struct arena a;
	struct ndarray v;
	arena_init(&a, 0);
	CHECK(view_case(&v, &a, "numpy 2, protocol 2: objects in Fortran order"));
	CHECK(v.objects && !v.data && v.ordered);
	CHECK_STR(items(&v, &a), "[1,2,3,4]");
	CHECK_STR(bytes(&v), "an array of objects has no bytes");
	struct buf b = BUF_INIT(4096);
	struct mf_array_stats s;
	CHECK_INT(ndarray_npy_header(&b, &v, false, NULL), MF_EUNSUPPORTED);
	CHECK_INT(ndarray_stats(&v, &s, NULL, NULL, NULL), MF_EUNSUPPORTED);
	buf_release(&b);
	arena_release(&a);
}

void test_ndarray__scalars(void)
{
	struct arena a;
	const struct dtype *type = NULL;
	struct mf_value *value = NULL;
	arena_init(&a, 0);
	struct mf_value *v = numpy_read(&a, numpy_case("numpy 1, protocol 2: long double scalar"));
	CHECK(!ndarray_is(v) && npscalar_view(&type, &value, &a, v));
	CHECK_STR(numpy_print(value, true, 0), "{\"$longdouble\":\"1.e-01\"}");
	CHECK(type && type->kind == 'f' && type->size == 16 && !type->quad);
	v = numpy_read(&a, numpy_case("numpy 2, protocol 5: no dimensions"));
	CHECK(ndarray_is(v) && !npscalar_view(&type, &value, &a, v));
	/* too few bytes, and no bytes */
	static const char few[] =
		"\x80\x04"
		"cnumpy.core.multiarray\nscalar\n(" NUMPY_TYPE("f8", "<", NUMPY_NO_SIZE) "C\1atR.";
	static const char none[] =
		"\x80\x04"
		"cnumpy.core.multiarray\nscalar\n(" NUMPY_TYPE("f8", "<", NUMPY_NO_SIZE) "NtR.";
	CHECK(!npscalar_view(&type, &value, &a, values_read(&a, few, sizeof(few) - 1)));
	CHECK(!npscalar_view(&type, &value, &a, values_read(&a, none, sizeof(none) - 1)));
	arena_release(&a);
}

/* Python 2's text for bytes, and text where Python 3 had bytes. */
void test_ndarray__bytes_as_text(void)
{
	static const char ascii[] =
		"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR(I1\n(I2\nt"
		"cnumpy\ndtype\n(S'i1'\nI0\nI1\ntR(I3\nS'|'\nNNNI-1\nI-1\nI0\ntbI00\nS'ab'\ntb.";
	static const char latin[] =
		"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR(I1\n(I2\nt"
		"cnumpy\ndtype\n(S'u1'\nI0\nI1\ntR(I3\nS'|'\nNNNI-1\nI-"
		"1\nI0\ntbI00\nV\\u00e9a\ntb.";
	static const char wide[] =
		"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR(I1\n(I2\nt"
		"cnumpy\ndtype\n(S'u1'\nI0\nI1\ntR(I3\nS'|'\nNNNI-1\nI-"
		"1\nI0\ntbI00\nV\\u0169a\ntb.";
	struct arena a;
	struct ndarray v;
	arena_init(&a, 0);
	CHECK(ndarray_view(&v, &a, values_read(&a, ascii, sizeof(ascii) - 1), false));
	CHECK_STR(items(&v, &a), "[97,98]");
	CHECK(ndarray_view(&v, &a, values_read(&a, latin, sizeof(latin) - 1), false));
	CHECK_STR(items(&v, &a), "[233,97]");
	CHECK(!ndarray_view(&v, &a, values_read(&a, wide, sizeof(wide) - 1), false));
	arena_release(&a);
}

void test_ndarray__subclasses(void)
{
	static const char stream[] =
		"\x80\x04"
		"cnumpy._core.multiarray\n_reconstruct\n(cnumpy\nmatrix\n(K\0tC\1btR("
		"K\1K\1K\1\x86" NUMPY_TYPE("u1", "|", NUMPY_NO_SIZE) "\x89"
								     "C\1\7tb.";
	struct arena a;
	struct ndarray v;
	arena_init(&a, 0);
	struct mf_value *m = values_read(&a, stream, sizeof(stream) - 1);
	CHECK(!ndarray_is(m) && !ndarray_view(&v, &a, m, false));
	CHECK(ndarray_view(&v, &a, m, true));
	CHECK_STR(items(&v, &a), "[7]");
	CHECK(!ndarray_view(&v, &a, value_int(&a, 1), true));
	CHECK(!ndarray_view(&v, &a, NULL, true));
	arena_release(&a);
}

/* IEEE's long doubles are known by what they cannot be otherwise. */
void test_ndarray__quads(void)
{
	static const char stream[] =
		NUMPY_ARRAY("K\2\x85", NUMPY_TYPE("f16", "<", NUMPY_NO_SIZE), "\x89",
			"C\x20"
			"\x9a\x99\x99\x99\x99\x99\x99\x99\x99\x99\x99\x99\x99\x99\xfb\x3f"
			"\0\0\0\0\0\0\0\0\0\0\0\0\0\x80\xff\x3f");
	struct arena a;
	struct ndarray v;
	arena_init(&a, 0);
	CHECK(ndarray_view(&v, &a, values_read(&a, stream, sizeof(stream) - 1), false));
	CHECK(v.stored->quad);
	CHECK_STR(items(&v, &a), "[{\"$longdouble\":\"1.e-01\"},{\"$longdouble\":\"1.5e+00\"}]");
	arena_release(&a);
}

/* ---- what was left in the stream ---- */

struct source {
	struct blob_source base;
	const char *p;
	size_t n, reads;
};

static int source_read(struct blob_source *self, uint64_t from, uint64_t n,
	const struct mf_sink *sink, struct mf_error *err)
{
	struct source *s = (struct source *)self;
	(void)err;
	s->reads++;
	for (uint64_t i = 0; i < n; i++) /* in the smallest of pieces */
		if (sink->write(sink->self, s->p + from + i, 1) < 0)
			return MF_EIO;
	return 0;
}

void test_ndarray__blobs(void)
{
	static const char *const cases[] = {"numpy 2, protocol 5: Fortran order",
		"numpy 2, protocol 5: axes in another order", "numpy 1, protocol 2: big-endian"};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct arena a;
		struct ndarray v;
		arena_init(&a, 0);
		CHECK(view_case(&v, &a, cases[i]));
		const char *want = bytes(&v);
		struct source source = {{source_read}, v.data, v.count * v.stored->size, 0};
		struct blob blob = {
			.n = source.n, .head = v.data, .head_n = 3, .source = &source.base};
		struct mf_value left = {.kind = MF_BLOB, .u.blob = &blob};
		v.blob = &left;
		v.data = NULL;
		CHECK_STR(bytes(&v), want);
		CHECK_INT(source.reads, 1);
		CHECK(ndarray_item(&v, &a, 0) == NULL);
		blob.source = NULL;
		CHECK_STR(bytes(&v), "only the first bytes of a large value are at hand");
		arena_release(&a);
	}
}

void test_ndarray__npy_header(void)
{
	struct buf b = BUF_INIT(1 << 20);
	struct arena a;
	struct ndarray v;
	arena_init(&a, 0);
	CHECK(view_case(&v, &a, "numpy 1, protocol 4: structure"));
	CHECK_INT(ndarray_npy_header(&b, &v, false, NULL), 0);
	CHECK(b.n % 64 == 0 && b.p[b.n - 1] == '\n' && memcmp(b.p, "\x93NUMPY\1\0", 8) == 0);
	CHECK_INT((unsigned char)b.p[8] + 256 * (unsigned char)b.p[9], b.n - 10);
	static const char want[] = "{'descr': [('a', '<i4'), ('b', '<f8'), ('c', '<U2')], "
				   "'fortran_order': False, 'shape': (2,), }   ";
	CHECK(b.n > sizeof(want) + 10 && memcmp(b.p + 10, want, sizeof(want) - 1) == 0);
	buf_clear(&b);
	CHECK(view_case(&v, &a, "numpy 2, protocol 5: Fortran order"));
	CHECK_INT(ndarray_npy_header(&b, &v, true, NULL), 0);
	CHECK_INT(b.n, 128);
	CHECK(memcmp(b.p + 10, "{'descr': '<i4', 'fortran_order': True, 'shape': (2, 3), }", 58) ==
		0);
	buf_release(&b);
	arena_release(&a);
}

void test_ndarray__stats(void)
{
	static const char numbers[] =
		NUMPY_ARRAY("K\5\x85", NUMPY_TYPE("f4", "<", NUMPY_NO_SIZE), "\x89",
			"C\x14"
			"\0\0\0\0"
			"\0\0\x80\x3f"
			"\0\0\x40\x40"
			"\0\0\xc0\x7f"
			"\0\0\x80\xff");
	static const char nothing[] =
		NUMPY_ARRAY("K\1\x85", NUMPY_TYPE("f4", "<", NUMPY_NO_SIZE), "\x89",
			"C\4"
			"\0\0\xc0\x7f");
	struct mf_array_stats s;
	struct arena a;
	struct ndarray v;
	arena_init(&a, 0);
	CHECK(ndarray_view(&v, &a, values_read(&a, numbers, sizeof(numbers) - 1), false));
	CHECK_INT(ndarray_stats(&v, &s, NULL, NULL, NULL), 0);
	CHECK(s.count == 5 && s.nans == 1 && s.infs == 1 && s.zeros == 1);
	CHECK(s.min == 0 && s.max == 3 && fabs(s.mean - 4.0 / 3) < 1e-12);
	CHECK(fabs(s.std - sqrt(14.0 / 9)) < 1e-12);
	CHECK(s.bins[0] == 1 && s.bins[10] == 1 && s.bins[31] == 1);
	CHECK(ndarray_view(&v, &a, values_read(&a, nothing, sizeof(nothing) - 1), false));
	CHECK(ndarray_stats(&v, &s, NULL, NULL, NULL) == 0 && isnan(s.min) && isnan(s.mean) && s.nans == 1);
	CHECK(view_case(&v, &a, "numpy 2, protocol 5: text"));
	CHECK_INT(ndarray_stats(&v, &s, NULL, NULL, NULL), MF_EUNSUPPORTED);
	arena_release(&a);
}
