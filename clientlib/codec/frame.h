/* codec/frame.h: pandas objects in a value graph, seen as labelled columns of cells (json-values.md §4).
 *
 * Column: a sequence of cells of one type, wherever pandas keeps them: a row of a block (BlockManager of pandas 1, 2 and
 * 3), an extension array (Categorical, nullable, Arrow, zoned datetimes, periods, intervals, sparse), an Index. */
#ifndef MF_CODEC_FRAME_H
#define MF_CODEC_FRAME_H

#include "ndarray.h"

struct column; /* opaque; lives in the arena given to frame_view */

enum frame_kind { FRAME_DATA, FRAME_SERIES, FRAME_INDEX, FRAME_MULTIINDEX };

struct frame {
	enum frame_kind kind;
	const char *class_path;      /* of an Index: as in the stream, not NUL-terminated */
	size_t class_n;
	size_t nrows, ncols;         /* ncols 1 for a Series and an Index, levels for a MultiIndex */
	const struct column *names;  /* DataFrame: its columns as an index of ncols labels; NULL otherwise */
	const struct mf_value *name; /* Series, Index: its name (a cell), NULL: None */
	const struct column *const *columns;
	const struct column *index;  /* row labels of DataFrame and Series */
	const struct mf_value *index_names; /* list, in the arena; names of the index (of its levels), as cells */
};

/* See v as a pandas DataFrame, Series or Index of any kind (subclasses defined elsewhere are not). False: not one, or the
 * parts do not fit together. */
bool frame_view(struct frame *out, struct arena *a, const struct mf_value *v);
/* Is it one by its class, without looking into it? */
bool frame_is(const struct mf_value *v);

size_t column_length(const struct column *c);
/* Cell i by json-values.md §4, made in the arena; NULL: arena full. MultiIndex labels are tuples. */
struct mf_value *column_cell(const struct column *c, struct arena *a, size_t i);
/* Is cell i missing (NaN, None, NaT, NA)? */
bool column_missing(const struct column *c, size_t i);
size_t column_nulls(const struct column *c);
/* Append pandas' name of the type: int64, category, datetime64[ns, UTC], Sparse[int64, 0]. */
void column_dtype(const struct column *c, struct buf *out);
/* The cell as a double where it is a number or a time; false otherwise. Cheaper than column_cell. */
bool column_double(const struct column *c, size_t i, double *out);

#endif
