/* Any bytes are a pickle or an error; a pickle prints, as JSON and as text, within the limits. */
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
	arena_release(&a);
	return 0;
}
