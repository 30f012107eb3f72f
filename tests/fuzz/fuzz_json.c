/* Any bytes are a document or an error with a place; the tokens and the whole agree; what was printed reads as the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../clientlib/base/buf.h"
#include "../../clientlib/codec/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int tokens(const char *p, size_t n)
{
	struct json j;
	struct arena a;
	struct mf_error err = MF_ERROR_INIT;
	enum json_token t;
	int64_t i;
	size_t len;

	arena_init(&a, 16u << 20);
	json_init(&j, p, n, &err);
	while ((t = json_next(&j)) != JSON_END && t != JSON_BAD) {
		if (t == JSON_STRING || t == JSON_KEY)
			json_text(&j, &a, &len);
		if (t == JSON_NUMBER)
			json_int(&j, &i);
	}
	arena_release(&a);
	return t == JSON_BAD ? MF_ECORRUPT : MF_OK;
}

static int print(const struct mf_value *v, struct buf *b)
{
	struct mf_sink sink = {buf_sink_write, b};
	return mf_value_print_json(v, &sink, 0, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data;
	struct arena a;
	struct mf_value *v, *again;
	struct mf_error err = MF_ERROR_INIT;
	struct buf one = BUF_INIT(32u << 20), two = BUF_INIT(32u << 20);

	arena_init(&a, 64u << 20);
	int rc = json_parse(&v, &a, p, size, &err);
	if (rc != err.code || (rc == MF_ECORRUPT && (err.offset < 0 || (size_t)err.offset > size)))
		abort();
	if (rc != MF_ENOMEM && rc != tokens(p, size))
		abort();
	/* NaN and infinities are printed as objects; so only texts that are printed whole are read again */
	if (rc == MF_OK && print(v, &one) == MF_OK && json_parse(&again, &a, one.p, one.n, NULL) == MF_OK) {
		print(again, &two);
		if (!memmem(one.p, one.n, "$", 1) && (one.n != two.n || memcmp(one.p, two.p, one.n) != 0))
			abort();
	}
	buf_release(&one);
	buf_release(&two);
	arena_release(&a);
	return 0;
}
