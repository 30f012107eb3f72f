#include <math.h>

#include "../tui/value_cases.h"
#include "numpy.h"

#define OPEN(literal) open_array(literal, sizeof(literal) - 1)

static struct mf_document *doc;

static struct mf_array *open_array(const char *p, size_t n)
{
	struct mf_array *a = NULL;
	struct mf_error err = MF_ERROR_INIT;

	CHECK_FATAL(mf_pickle_read(&doc, p, n, NULL) == 0);
	CHECK_INT(mf_array_open(&a, mf_document_value(doc), &err), 0);
	CHECK_STR(err.message, "");
	CHECK_FATAL(a != NULL);
	return a;
}

static void close_array(struct mf_array *a)
{
	mf_array_free(a);
	mf_document_free(doc);
}

void test_array__describes(void)
{
	struct mf_array *a = OPEN(value_cube);
	const struct mf_array_info *i = mf_array_info(a);

	CHECK_STR(i->dtype, "int16");
	CHECK(i->ndim == 3 && i->shape[0] == 2 && i->shape[1] == 3 && i->shape[2] == 4);
	CHECK(i->count == 24 && i->bytes == 48 && i->is_number && !i->is_float && i->in_memory);
	close_array(a);
	a = OPEN(value_words);
	i = mf_array_info(a);
	CHECK_STR(i->dtype, "<U5");
	CHECK(i->ndim == 1 && !i->is_number && i->in_memory);
	CHECK_INT(
		mf_array_stats(a, &(struct mf_array_stats){0}, NULL, NULL, NULL), MF_EUNSUPPORTED);
	close_array(a);
}

void test_array__elements(void)
{
	struct mf_array *a = OPEN(value_cube);
	double d = -1;

	for (int round = 0; round < 6; round++) /* more than are lent at once */
		for (size_t i = 0; i < 24; i++)
			CHECK_INT(mf_value_int(mf_array_item(a, i)), i);
	CHECK(mf_array_item(a, 24) == NULL);
	CHECK(mf_array_double(a, 23, &d) && d == 23);
	CHECK(!mf_array_double(a, 24, &d));
	close_array(a);
	a = OPEN(value_words);
	CHECK_STR(numpy_print(mf_array_item(a, 1), true, 0), "\"two\"");
	CHECK(!mf_array_double(a, 1, &d));
	close_array(a);
}

void test_array__statistics(void)
{
	struct mf_array *a = OPEN(value_floats);
	struct mf_array_stats s;

	CHECK_INT(mf_array_stats(a, &s, NULL, NULL, NULL), 0);
	CHECK(s.count == 6 && s.nans == 1 && s.infs == 1 && s.zeros == 1);
	CHECK(s.min == -2 && s.max == 8.25 && s.mean == 1.9375);
	CHECK(fabs(s.std - 3.850223208) < 1e-6);
	CHECK(s.bins[0] == 1 && s.bins[31] == 1);
	size_t all = 0;
	for (size_t i = 0; i < MF_ARRAY_BINS; i++)
		all += s.bins[i];
	CHECK_INT(all, 4);
	close_array(a);
}

static bool at_once(void *self)
{
	++*(int *)self;
	return true;
}

void test_array__stops(void)
{
	struct mf_array *a = OPEN(value_floats);
	struct mf_array_stats s;
	struct mf_error err = MF_ERROR_INIT;
	int asked = 0;

	CHECK_INT(mf_array_stats(a, &s, at_once, &asked, &err), MF_ECANCELLED);
	CHECK(asked == 1 && err.code == MF_ECANCELLED);
	close_array(a);
}

/* Bytes that stay elsewhere come in windows that know nothing of elements. */
struct source {
	struct blob_source base;
	const char *p;
};

static int read_in_bits(struct blob_source *self, uint64_t from, uint64_t n,
	const struct mf_sink *sink, struct mf_error *err)
{
	const struct source *s = (const struct source *)self;
	int rc = 0;

	(void)err;
	for (uint64_t i = 0; i < n && rc >= 0; i += 5)
		rc = sink->write(sink->self, s->p + from + i, n - i < 5 ? (size_t)(n - i) : 5);
	return rc;
}

void test_array__left_in_its_stream(void)
{
	static const char type[] = NUMPY_TYPE("f4", "<", NUMPY_NO_SIZE);
	static const float numbers[] = {1, -3, 0, 2.5f};
	struct arena arena;
	struct source source = {{read_in_bits}, (const char *)numbers};
	struct blob blob = {.n = sizeof(numbers), .kind = MF_BYTES, .source = &source.base};
	static const char stream[] =
		NUMPY_ARRAY("(K\4t", NUMPY_TYPE("f4", "<", NUMPY_NO_SIZE), "\x89",
			"C\x10"
			"0123456789abcdef");
	struct mf_array *a;
	struct mf_array_stats s;
	double d;

	(void)type;
	arena_init(&arena, 0);
	struct mf_value *v = values_read(&arena, stream, sizeof(stream) - 1);
	struct mf_value *bytes = v->u.obj->state->u.list.v[4];
	CHECK_FATAL(bytes->kind == MF_BYTES);
	bytes->kind = MF_BLOB;
	bytes->u.blob = &blob;
	CHECK_FATAL(mf_array_open(&a, v, NULL) == 0);
	CHECK(!mf_array_info(a)->in_memory && mf_array_info(a)->count == 4);
	CHECK(mf_array_item(a, 0) == NULL && !mf_array_double(a, 0, &d));
	CHECK_INT(mf_array_stats(a, &s, NULL, NULL, NULL), 0);
	CHECK(s.min == -3 && s.max == 2.5 && s.mean == 0.125 && s.zeros == 1);
	mf_array_free(a);
	arena_release(&arena);
}

void test_array__no_array(void)
{
	struct mf_array *a;
	struct mf_document *list;

	CHECK_FATAL(mf_pickle_read(&list,
			    "\x80\x04]K\x01"
			    "a.",
			    7, NULL) == 0);
	CHECK_INT(mf_array_open(&a, mf_document_value(list), NULL), MF_EUNSUPPORTED);
	CHECK(a == NULL);
	CHECK_INT(mf_array_open(&a, NULL, NULL), MF_EUNSUPPORTED);
	mf_array_free(NULL);
	mf_document_free(list);
}

static int open_it(void *value)
{
	struct mf_array *a;
	int rc = mf_array_open(&a, value, NULL);

	mf_array_free(rc < 0 ? NULL : a);
	return rc;
}

void test_array__no_memory(void)
{
	struct mf_array *a = OPEN(value_cube);

	test_every_alloc(open_it, (struct mf_value *)(uintptr_t)mf_document_value(doc));
	close_array(a);
}
