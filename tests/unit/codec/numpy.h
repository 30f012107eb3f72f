/* tests/unit/codec/numpy.h: streams of numpy's for tests. */
#ifndef TEST_NUMPY_H
#define TEST_NUMPY_H

#include "../../../clientlib/codec/dtype_machine.h"
#include "../../../clientlib/codec/ndarray.h"
#include "values.h"

/* The value of a stream in hex; the bytes live in the arena. */
static inline struct mf_value *numpy_read(struct arena *a, const char *hex)
{
	size_t n = strlen(hex) / 2;
	char *p = arena_alloc(a, n);
	CHECK_FATAL(p != NULL);
	for (size_t i = 0; i < n; i++) {
		unsigned byte;
		CHECK_FATAL(sscanf(hex + 2 * i, "%2x", &byte) == 1);
		p[i] = (char)byte;
	}
	return values_read(a, p, n);
}

/* The stream of the case with that name. */
static inline const char *numpy_case(const char *what)
{
	static const char *const cases[][2] = {
#define NUMPY_CASE(name, stream, json) {name, stream},
#include "numpy_cases.def"
#undef NUMPY_CASE
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (strcmp(cases[i][0], what) == 0)
			return cases[i][1];
	CHECK_STR("no such case", what);
	return "4e2e";
}

/* An array of bytes as _reconstruct makes it: type is a literal of protocol 0 that leaves a dtype
 * on the stack, shape one that leaves a tuple. */
#define NUMPY_ARRAY(shape, type, fortran, data)                                                    \
	"\x80\x04"                                                                                 \
	"cnumpy._core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\0tC\1btR(K\1" shape type      \
		fortran data "tb."
#define NUMPY_TYPE(code, order, size)                                                              \
	"cnumpy\ndtype\n(V" code "\n\x89\x88tR(K\3V" order "\nNNNJ" size "J\xff\xff\xff\xffK\0tb"
#define NUMPY_NO_SIZE "\xff\xff\xff\xff"

/* Printed as JSON, or as text of a width. */
static inline const char *numpy_print(const struct mf_value *v, bool json, size_t width)
{
	struct buf out = BUF_INIT(1 << 20);
	struct mf_sink sink = {buf_sink_write, &out};
	struct mf_error err = MF_ERROR_INIT;
	setlocale(LC_CTYPE, "C.UTF-8");
	int rc = json ? mf_value_print_json(v, &sink, 0, &err)
		      : mf_value_print_text(v, &sink, width, &err);
	if (rc < 0 && rc != MF_EPARTIAL)
		CHECK_STR(err.message, "");
	return values_keep(&out);
}

#endif
