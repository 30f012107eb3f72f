/* codec/numpy_text.h: numpy's arrays, scalars and types for people: parts of mf_value_print_text.
 *
 * *work grows by what looking at the value took, in about the time that printing a value takes. */
#ifndef MF_CODEC_NUMPY_TEXT_H
#define MF_CODEC_NUMPY_TEXT_H

#include "ndarray.h"

/* Append the value on one line, at most about `max` bytes of a long one (*cut then): "float64
 * (1000, 3) [[0.1, …", "np.float64(1.5)", "dtype(float64)". False: it is nothing of the kind, or an
 * array of objects with parts. */
bool numpy_line(struct buf *out, const struct mf_value *v, size_t max, bool *cut, size_t *work);
/* Append an array as a line that describes it and a grid of its elements, of which the lines after
 * the first are indented by `at` columns. False as above. */
bool numpy_page(struct buf *out, const struct mf_value *v, size_t at, size_t *work);
/* The elements of an array of objects, in C order, behind what is appended to open: "ndarray object
 * (3,) [". NULL: it is not one. */
const struct mf_value *numpy_objects(struct buf *open, const struct mf_value *v);

/* ---- shared by numpy_text.c and numpy_grid.c ---- */

/* An element of the type. digits: how many a number may have. */
void numpy_cell(struct buf *out, const struct dtype *type, const struct mf_value *v, size_t digits);
void numpy_shape(struct buf *out, const struct ndarray *v);
/* What is at hand of an array that was left in its stream: "0.1, 0.2, …" */
void numpy_head(struct buf *out, struct arena *a, const struct ndarray *v);
/* The array v, if it can be shown as elements that have no parts. */
bool numpy_plain(struct ndarray *out, struct arena *a, const struct mf_value *v);

#endif
