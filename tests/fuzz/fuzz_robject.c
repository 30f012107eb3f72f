/* Any bytes are an object of R or a bytearray; what is read prints, as JSON and as text, within the
 * limits. */
#include <stdint.h>
#include <stdlib.h>

#include "../../clientlib/codec/render.h"
#include "../../clientlib/codec/robject.h"

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
	static const struct render_limits printed = {20000, 200};
	static const size_t widths[] = {1, 40, 200, 0};
	struct mf_value v = {.kind = MF_BYTEARRAY, .u.s = {(const char *)data, size}};
	struct mf_error err = MF_ERROR_INIT;
	const struct robject *o;
	struct arena a;
	size_t n = 0;
	struct mf_sink sink = {count, &n};

	arena_init(&a, 8u << 20);
	int rc = robject_read(&o, &a, (const char *)data, size, &err);
	if (rc != err.code || (rc == 0) != (o != NULL))
		abort();
	if (rc == MF_ECORRUPT && err.offset > (int64_t)size)
		abort();
	arena_release(&a);
	err = (struct mf_error)MF_ERROR_INIT;
	if (render_json(&v, &sink, 0, &printed, &err) != err.code)
		abort();
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		n = 0;
		mf_value_print_text(&v, &sink, widths[i], NULL);
	}
	return 0;
}
