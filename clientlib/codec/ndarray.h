/* codec/ndarray.h: a numpy array in a value graph, seen as elements in C order. */
#ifndef MF_CODEC_NDARRAY_H
#define MF_CODEC_NDARRAY_H

#include "dtype.h"

enum { NDARRAY_MAX_DIMS = 64 }; /* numpy 2's own limit */
enum { NDARRAY_INLINE = 1000 }; /* arrays of fewer elements are printed whole */

struct ndarray {
	const struct dtype *type; /* as numpy shows it after loading: native order, but for protocol
				     5's _frombuffer */
	const struct dtype *stored; /* as the bytes are */
	struct mf_value *dtype;     /* the same as the stream has it */
	size_t ndim;
	size_t shape[NDARRAY_MAX_DIMS];
	size_t step[NDARRAY_MAX_DIMS]; /* from one index to the next, in elements of the storage */
	size_t count; /* elements; the product of shape, checked against the bytes that are there */
	bool fortran; /* first index runs fastest in the bytes, and there are several indexes */
	bool ordered; /* the storage is in C order */
	const char *data; /* count * stored->size bytes; NULL where they are not in memory, and for
			     objects */
	/* Where the bytes are when data is NULL and there are no objects: an MF_BLOB. */
	const struct mf_value *blob;
	/* Types that hold objects (O: the objects, structured: tuples) and T (strings, or what
	 * stands for a missing one): count values in the order of storage; NULL otherwise. */
	struct mf_value *const *objects;
};

/* See v as an array: numpy.ndarray and numpy.memmap in every spelling (_reconstruct with BUILD,
 * protocol 5's _frombuffer, numpy 1 and 2 module names, bytes of Python 2). subclasses: also
 * matrix, recarray, chararray and what else is made by _reconstruct with another class. False: not
 * an array, or its parts do not fit together (nothing is guessed). What the view points to lives in
 * v's document and in the arena. */
bool ndarray_view(struct ndarray *out, struct arena *a, const struct mf_value *v, bool subclasses);
/* Is it an array by its class, without looking into it? */
bool ndarray_is(const struct mf_value *v);
/* A numpy scalar (numpy._core.multiarray.scalar(dtype, bytes) or with an object): its type and
 * value; false: not one. */
bool npscalar_view(const struct dtype **type, struct mf_value **value, struct arena *a,
	const struct mf_value *v);

/* An element that a stream has as an object (types that hold objects: tuples, None for NaT …) as
 * dtype_value would have it, made in the arena; NULL: arena full. */
struct mf_value *ndarray_object(struct arena *a, const struct dtype *type, struct mf_value *v);

/* Where element i (C order) is in the order of storage. */
size_t ndarray_at(const struct ndarray *v, size_t i);
/* Element i (C order) as a value made in the arena; NULL: arena full, or the bytes are not in
 * memory. */
struct mf_value *ndarray_item(const struct ndarray *v, struct arena *a, size_t i);
/* The elements in C order and little-endian, a window at a time: bytes as .npy files and sha256
 * have them. Not for objects (MF_EUNSUPPORTED). A blob is read, more than once where it is large
 * and in another order. Returns the sink's code. */
int ndarray_bytes(const struct ndarray *v, const struct mf_sink *sink, struct mf_error *err);
/* Header of NPY format 1.0, or 2.0 where it needs one: magic to newline, padded to 64 bytes, as
 * numpy writes it. MF_EUNSUPPORTED for objects. fortran: the bytes that follow are in Fortran
 * order. */
int ndarray_npy_header(
	struct buf *out, const struct ndarray *v, bool fortran, struct mf_error *err);

/* Are its elements numbers (no times)? */
bool ndarray_is_numbers(const struct ndarray *v);
/* mf_array_stats. */
int ndarray_stats(const struct ndarray *v, struct mf_array_stats *out, bool (*stop)(void *self),
	void *self, struct mf_error *err);

#endif
