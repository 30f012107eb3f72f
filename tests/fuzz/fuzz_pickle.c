/* Any bytes are a pickle or an error; a pickle prints, as JSON and as text, within the limits; arrays and frames in it have
 * parts and are tables. */
#include <stdint.h>
#include <stdlib.h>

#include "../../clientlib/codec/pickle.h"
#include "../../clientlib/codec/render.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The length only: what is printed is not kept. */
static int count(void *self, const char *p, size_t n)
{
	size_t *sum = self;
	(void)p;
	*sum += n;
	return *sum > (4u << 20) ? MF_ECANCELLED : 0;
}

/* What is asked of arrays and frames beside printing. */
static void views(const struct mf_value *v)
{
	static const char *const slices[] = {"0", "-1:", "::2,0", ":,::-1", "1:3,0:2,0"};
	static const char *const paths[] = {"[0]", ".a", "[\"b\"][1]"};
	struct mf_document *part;
	struct mf_table *t;
	size_t n = 0;
	struct mf_sink sink = {count, &n};

	for (size_t i = 0; i < sizeof(slices) / sizeof(slices[0]); i++)
		if (mf_value_select(&part, v, NULL, slices[i], NULL) == 0)
			mf_document_free(part);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (mf_value_select(&part, v, paths[i], NULL, NULL) == 0)
			mf_document_free(part);
	if (mf_table_open(&t, v, NULL) != 0)
		return;
	mf_table_write_csv(t, 0, 50, &sink, NULL);
	for (size_t c = 0; c < mf_table_columns(t) && c < 50 && mf_table_rows(t) > 1; c++) {
		double d;
		mf_table_compare(t, c, 0, mf_table_rows(t) - 1);
		mf_table_double(t, 0, c, &d);
		mf_table_nulls(t, c);
	}
	mf_table_free(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct pickle_limits limits = {20000, 20000};
	static const struct render_limits printed = {20000, 200};
	static const size_t widths[] = {1, 40, 200, 0};
	struct arena a;
	struct mf_value *v;
	struct mf_error err = MF_ERROR_INIT;

	arena_init(&a, 8u << 20);
	int rc = pickle_read(&v, &a, (const char *)data, size, &limits, &err);
	if (rc != err.code || (rc == 0) != (v != NULL))
		abort();
	if (rc == MF_ECORRUPT && (err.offset < 0 || (size_t)err.offset > size))
		abort();
	for (unsigned flags = 0; rc == 0 && flags < 4; flags += 3) {
		size_t n = 0;
		struct mf_sink sink = {count, &n};
		struct mf_error e = MF_ERROR_INIT;
		if (render_json(v, &sink, flags, &printed, &e) != e.code)
			abort();
	}
	for (size_t i = 0; rc == 0 && i < sizeof(widths) / sizeof(widths[0]); i++) {
		size_t n = 0;
		struct mf_sink sink = {count, &n};
		mf_value_print_text(v, &sink, widths[i], NULL);
	}
	if (rc == 0)
		views(v);
	arena_release(&a);
	return 0;
}
