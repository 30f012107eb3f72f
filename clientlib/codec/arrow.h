/* codec/arrow.h: arrays of Apache Arrow, as pyarrow pickles them: a type, counts and buffers.
 * Columns of pandas hold them. */
#ifndef MF_CODEC_ARROW_H
#define MF_CODEC_ARROW_H

#include "../base/buf.h"
#include "value.h"
#include "zone.h"

enum arrow_kind {
	ARROW_NULL,
	ARROW_BOOL,
	ARROW_NUMBER, /* number: a kind of numpy */
	ARROW_TEXT,   /* offsets of `width` bytes, and bytes */
	ARROW_BINARY,
	ARROW_TEXT_VIEW, /* 16 bytes each: short ones inside, others in one of several buffers */
	ARROW_BINARY_VIEW,
	ARROW_DATE, /* per_second, or days when it is 0 */
	ARROW_TIME,
	ARROW_TIMESTAMP,
	ARROW_DURATION,
	ARROW_DECIMAL,
	ARROW_DICTIONARY
};

struct arrow_type {
	enum arrow_kind kind;
	char number;    /* b i u f */
	unsigned width; /* bytes of an element, or of an offset */
	int64_t per_second;
	bool zoned;
	struct zone zone;
	int precision, scale;
	bool ordered;
	const struct arrow_type *index, *values; /* of a dictionary */
	const char *name;                        /* as Arrow writes it; NULL: it has parameters */
};

struct arrow_buffer {
	const char *p;
	size_t n;
};

struct arrow_array {
	const struct arrow_type *type;
	size_t n, offset;
	struct arrow_buffer valid; /* p NULL: all are there */
	struct arrow_buffer data;  /* elements, or the bytes of texts */
	struct arrow_buffer offsets;
	const struct arrow_buffer *views; /* buffers of long views */
	size_t n_views;
	const struct arrow_array *dictionary;
};

/* NULL: a type that is not known here. */
const struct arrow_type *arrow_type_read(struct arena *a, const struct mf_value *v);
/* Append its name: int64, timestamp[ns, tz=UTC], dictionary<values=string, indices=int32,
 * ordered=0>. */
void arrow_type_text(struct buf *out, const struct arrow_type *type);
/* Made by pyarrow.lib._restore_array. NULL: of another type, or the buffers are too short for what
 * they should hold; all offsets and indices are checked. work: elements that may be looked at. */
const struct arrow_array *arrow_array_read(struct arena *a, const struct mf_value *v, size_t *work);
bool arrow_missing(const struct arrow_array *array, size_t i);
/* Element i as a cell; NULL: the arena is full. */
struct mf_value *arrow_cell(const struct arrow_array *array, struct arena *a, size_t i);
/* A date, a time or a number, of its bytes; a bit; the bytes of a view (false: outside of its
 * buffers). */
int64_t arrow_load(const char *p, unsigned width, bool sign);
bool arrow_bit(const struct arrow_buffer *b, size_t i);
bool arrow_view(const struct arrow_array *array, size_t i, struct arrow_buffer *out);
bool arrow_number(const struct arrow_array *array, size_t i, double *out);

#endif
