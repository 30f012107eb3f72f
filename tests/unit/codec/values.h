/* tests/unit/codec/values.h: what the tests of the pickle machine and of the printers share. */
#ifndef TEST_VALUES_H
#define TEST_VALUES_H

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../../clientlib/codec/pickle.h"
#include "../../../clientlib/codec/render.h"
#include "../../support/test.h"

/* The printed texts below are valid until the 8th call from there. */
static inline char *values_keep(struct buf *b)
{
	static char kept[8][65536];
	static size_t next;
	char *text = kept[next++ % 8];
	snprintf(text, sizeof(kept[0]), "%s", b->p);
	buf_release(b);
	return text;
}

enum values_form { VALUES_JSON, VALUES_TEXT };

/* Read a stream and print its value: JSON with flags, or text of a width. "corrupt: message" …
 * where that fails. */
static inline const char *values_print(
	const char *stream, size_t n, enum values_form form, size_t how)
{
	struct arena a;
	struct mf_value *v;
	struct mf_error err = MF_ERROR_INIT;
	struct buf out = BUF_INIT(1 << 24);
	struct mf_sink sink = {buf_sink_write, &out};
	/* A copy of exactly that size: reading beyond it is seen by the sanitizer. */
	char *copy = malloc(n ? n : 1);

	setlocale(LC_CTYPE, "C.UTF-8");
	if (n)
		memcpy(copy, stream, n);
	arena_init(&a, 0);
	int rc = pickle_read(&v, &a, copy, n, NULL, &err);
	if (rc == 0)
		rc = form == VALUES_JSON ? mf_value_print_json(v, &sink, (unsigned)how, &err)
					 : mf_value_print_text(v, &sink, how, &err);
	CHECK_INT(err.code, rc);
	if (rc < 0 && rc != MF_EPARTIAL) {
		buf_clear(&out);
		buf_addf(&out, "%s: %s", mf_code_name(rc), err.message);
	}
	arena_release(&a);
	free(copy);
	return values_keep(&out);
}

/* Of a stream given as a literal. */
#define JSON_OF(literal) values_print(literal, sizeof(literal) - 1, VALUES_JSON, 0)
#define TEXT_OF(literal, width) values_print(literal, sizeof(literal) - 1, VALUES_TEXT, width)

/* A value of its own for tests that need no stream. */
static inline struct mf_value *values_read(struct arena *a, const char *stream, size_t n)
{
	struct mf_value *v = NULL;
	struct mf_error err = MF_ERROR_INIT;
	if (pickle_read(&v, a, stream, n, NULL, &err) < 0)
		CHECK_STR(err.message, "");
	CHECK_FATAL(v != NULL);
	return v;
}

/* A printer into memory. */
struct values_printer {
	struct printer p;
	struct buf out;
	struct mf_sink sink;
	struct mf_error err;
};
static inline void values_printer_init(struct values_printer *t, unsigned flags)
{
	memset(t, 0, sizeof(*t));
	t->out = (struct buf)BUF_INIT(1 << 20);
	t->sink = (struct mf_sink){buf_sink_write, &t->out};
	t->err = (struct mf_error)MF_ERROR_INIT;
	t->p.sink = &t->sink;
	t->p.err = &t->err;
	t->p.flags = flags;
	t->p.max_nodes = t->p.max_depth = 1000;
	t->p.scratch = (struct buf)BUF_INIT(1 << 20);
}
static inline const char *values_printer_end(struct values_printer *t)
{
	render_flush(&t->p);
	vec_release(&t->p.places);
	ancestors_release(&t->p.ancestors);
	buf_release(&t->p.scratch);
	return values_keep(&t->out);
}

#endif
