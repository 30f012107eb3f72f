/* codec/dtype_machine.h: what the files of the numpy types share: dtype.c reads them, dtype_text.c
 * names them, dtype_value.c has their elements, dtype_time.c the calendar. */
#ifndef MF_CODEC_DTYPE_MACHINE_H
#define MF_CODEC_DTYPE_MACHINE_H

#include "dtype.h"

/* A plain type from what its kind leaves open: in little-endian order, without a unit. */
void dtype_set_kind(struct dtype *t, char kind, size_t size);
/* A global: numpy.float64, numpy.dtypes.Float64DType. */
bool dtype_global(struct dtype *t, const char *p, size_t n);
/* What numpy.dtype is called with: "f8", "<i4", "U5", "M8[ns]", or a name. */
bool dtype_code(struct dtype *t, const char *p, size_t n);

/* Kinds that structured and sub-array types share with plain bytes (V). */
static inline bool dtype_is_struct(const struct dtype *type)
{
	return type->n_fields > 0;
}

static inline bool dtype_is_plain(const struct dtype *type)
{
	return !type->n_fields && !type->base;
}

/* n = 1, 2, 4 or 8 bytes as a number; big: the first byte is the highest. */
uint64_t dtype_load(const char *p, size_t n, bool big);
int64_t dtype_load_signed(const char *p, size_t n, bool big);
/* A binary floating point number of 2, 4 or 8 bytes. */
double dtype_load_float(const char *p, size_t n, bool big);
/* Like dtype_npy, of the same type in little-endian order throughout. */
bool dtype_npy_little(struct buf *out, const struct dtype *type);

/* The DTYPE of json-values.md §3 as a value made in the arena; NULL: arena full. */
struct mf_value *dtype_descr(struct arena *a, const struct dtype *type);

enum { DTYPE_TIME_SIZE = 64 };

/* Is it a unit of numpy's ("ns", "D", "generic")? */
bool dtype_is_unit(const char *unit, size_t n);
/* A datetime64 as numpy's str writes it, NUL-terminated: the length; 0 for what numpy has no text
 * for (a number without unit). */
size_t dtype_time_text(char out[DTYPE_TIME_SIZE], const struct dtype *type, int64_t count);
/* What an element of kind M or m is when a stream has it as an object (None, a date, a datetime, a
 * timedelta or a number) made in the arena: the value of dtype_value. Other values are returned as
 * they are. */
struct mf_value *dtype_time_value(struct arena *a, const struct dtype *type, struct mf_value *v);

#endif
