/* codec/dtype.h: numpy's description of the elements of an array, as a pickle carries it
 * (json-values.md §3). */
#ifndef MF_CODEC_DTYPE_H
#define MF_CODEC_DTYPE_H

#include "../base/buf.h"
#include "value.h"

struct dtype_field;

struct dtype {
	char kind;   /* numpy's: b i u f c S U V M m O; T for StringDType */
	char order;  /* '<', '>', or '|' where the order of bytes says nothing */
	size_t size; /* bytes of one element, padding and sub-array included; 0 is allowed (S0, U0,
			V0) */
	/* M, m: the unit as numpy writes it ("ns", "D", "generic") and how many of it a step is. */
	char unit[8];
	int64_t per_step;
	/* Structured types (kind V): fields in their order, which need not be that of their
	 * offsets. */
	const struct dtype_field *fields;
	size_t n_fields;
	/* A sub-array type: its element, and its dimensions. kind is V then. */
	const struct dtype *base;
	const size_t *dims;
	size_t n_dims;
	bool objects; /* holds Python objects, itself or in a field */
	/* f and c whose parts take 16 bytes: IEEE's quadruple (aarch64) in place of x87's 80 bits.
	 * The stream does not say; ndarray_view and npscalar_view look at the numbers. */
	bool quad;
};

struct dtype_field {
	const char *name; /* lent from the value */
	size_t n;
	const struct mf_value *title; /* NULL: none */
	size_t offset;
	const struct dtype *type;
};

/* Read a numpy.dtype object (numpy.dtype(…) with its state), a subclass of it (numpy.dtypes.…) or
 * the name of a scalar type (numpy.float64). NULL: v is nothing of the kind, inconsistent (fields
 * outside of the size, sizes that overflow) or deeper than 16, or the arena is full. */
const struct dtype *dtype_read(struct arena *a, const struct mf_value *v);
/* The same type in the machine's order, as an array has it after loading: for plain types only;
 * structured types keep the order of their fields. Returns `type` itself where nothing changes. */
const struct dtype *dtype_native(struct arena *a, const struct dtype *type);
/* Append Python's literal of descr, as an NPY header has it: '<f8', [('a', '<i4')]. False (nothing
 * appended) for types that a .npy file cannot hold without pickle (objects) or without loss. */
bool dtype_npy(struct buf *out, const struct dtype *type);
/* Append the name a person expects: float64, int32, bool, <U5, datetime64[ns], object. */
void dtype_name(struct buf *out, const struct dtype *type);

/* One element as a value: scalars as the table of json-values.md §3 has them (long double
 * MF_WRAPPED, complex a list, datetime text, structured a list), made in the arena. bytes:
 * type->size bytes in `type->order`. NULL: arena full. */
struct mf_value *dtype_value(struct arena *a, const struct dtype *type, const char *bytes);
/* A number of kind b i u f (of 2, 4, 8 bytes) or M m (the count) as a double, NaN for NaT; false
 * for other kinds. */
bool dtype_double(const struct dtype *type, const char *bytes, double *out);
/* Are there bytes to be reversed: is any part of an element big-endian? */
bool dtype_swaps(const struct dtype *type);
/* Reverse the bytes of every multi-byte part of n elements in place: turns an element into the
 * other order (complex: each half; structured: each field whose order is not the machine's; U: each
 * character). */
void dtype_swap(const struct dtype *type, char *bytes, size_t n);

#endif
