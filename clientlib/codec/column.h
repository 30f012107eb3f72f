/* codec/column.h: what the readers of columns (column_*.c) share. frame.h has what they are for. */
#ifndef MF_CODEC_COLUMN_H
#define MF_CODEC_COLUMN_H

#include "frame.h"
#include "pandas.h"

/* What a kind of column can do. A kind is a struct that begins with struct column. */
struct column_ops {
	struct mf_value *(*cell)(const struct column *c, struct arena *a, size_t i);
	bool (*missing)(const struct column *c, size_t i);             /* NULL: no cell ever is */
	bool (*number)(const struct column *c, size_t i, double *out); /* NULL: no cell ever is */
	void (*dtype)(const struct column *c, struct buf *out);
	size_t (*nulls)(const struct column *c); /* NULL: counted by asking each */
};

struct column {
	const struct column_ops *ops;
	size_t n;
	bool times; /* datetimes, durations or periods */
	bool none;  /* what is missing is None; otherwise it is NaN */
};

/* Elements of an array with the same distance between them: first, first + stride … in C order. */
struct vector {
	const struct ndarray *array;
	size_t first, stride, n;
};

/* One view that is being made. Streams may share and nest parts without end: depth and number are
 * limited. */
struct reader {
	struct arena *a;
	unsigned depth;
	size_t made;
	size_t work; /* elements that were checked */
	bool frame;  /* columns of a DataFrame: a missing category is NaN there whatever the
			categories are */
	const struct mf_value
		*last; /* the array that was looked at last: blocks are read row by row */
	const struct ndarray *last_array;
};

/* Room for a column of a kind; NULL when the arena is full or there are too many. */
void *reader_make(struct reader *r, size_t size, const struct column_ops *ops, size_t n);
const struct ndarray *reader_array(struct reader *r, const struct mf_value *v);
/* May n more elements be looked at? Streams that name one array over and over end here. */
bool reader_work(struct reader *r, size_t n);
size_t reader_left(const struct reader *r);

/* ---- column_vector.c ---- */

/* A one-dimensional array, or a row of a two-dimensional one. */
bool vector_read(struct vector *out, struct reader *r, const struct mf_value *v, size_t row);
/* The bytes of element i; NULL for objects. */
const char *vector_bytes(const struct vector *v, size_t i);
/* Element i of integers, booleans, datetimes and durations. */
int64_t vector_int(const struct vector *v, size_t i);
bool vector_is_int(const struct vector *v);

/* ---- the kinds; NULL: not of this kind, or inconsistent ---- */

/* Any array, extension array or index; row: which of a two-dimensional one (0 for others). */
const struct column *column_read(struct reader *r, const struct mf_value *v, size_t row);
/* How many columns there are in the values of a block. */
size_t column_rows(struct reader *r, const struct mf_value *v);

const struct column *column_array(struct reader *r, const struct vector *v);
/* plain: numpy's own text for times, not pandas' */
const struct column *column_numpy(struct reader *r, const struct vector *v);
const struct column *column_time(
	struct reader *r, const struct vector *v, const struct mf_value *tz);
const struct column *column_backed(struct reader *r, const struct mf_value *v, size_t row);
const struct column *column_masked(struct reader *r, const struct mf_value *v, size_t row);
const struct column *column_interval(struct reader *r, const struct mf_value *v, size_t row);
const struct column *column_sparse(struct reader *r, const struct mf_value *v, size_t row);
const struct column *column_arrow(struct reader *r, const struct mf_value *v, size_t row);
const struct column *column_index(struct reader *r, const struct mf_value *v);
/* dtype: of a NDArrayBacked array */
const struct column *column_category(
	struct reader *r, const struct mf_value *dtype, const struct vector *codes);
const struct column *column_string(
	struct reader *r, const struct mf_value *dtype, const struct vector *objects);
const struct column *column_period(
	struct reader *r, const struct mf_value *dtype, const struct vector *v);
/* left and right: of the same length; closed may be NULL; old: the name of the type
 * does not tell it */
const struct column *column_pair(struct reader *r, const struct column *left,
	const struct column *right, const struct mf_value *closed, bool old);

/* Parts of an index object (made by _new_Index and its like): its class, its dict; false: it is
 * none. */
bool index_parts(
	const struct mf_value *v, const struct mf_value **cls, const struct mf_value **parts);
/* A RangeIndex of 0, 1, 2 … */
bool column_is_plain_range(const struct column *c);
/* Is its type one of integers, of whatever kind? */
bool column_is_integer(struct reader *r, const struct column *c);
/* The categories of a column of them; NULL: it is none. */
const struct column *column_categories(const struct column *c);
/* A MultiIndex: its levels as columns of their own; 0: it is none. */
size_t column_levels(const struct column *c, const struct column *const **levels);

/* ---- frame_blocks.c ---- */

/* The columns, names and index of a DataFrame's manager. */
bool frame_blocks(struct frame *out, struct reader *r, const struct mf_value *manager);
/* The one column of a Series' manager, and its index; NULL: it is none. */
const struct column *frame_single(
	struct reader *r, const struct mf_value *manager, const struct column **index);
/* An axis as the manager holds it: 0 the names, 1 the index; of a Series only 0, its index. */
const struct mf_value *frame_axis(const struct mf_value *manager, size_t i);

/* ---- cells ---- */

/* An element of an array of objects as a cell. */
struct mf_value *cell_object(struct arena *a, struct mf_value *v);
bool cell_object_missing(const struct mf_value *v);
bool cell_object_number(const struct mf_value *v, double *out);
struct mf_value *cell_string(struct arena *a, const char *p, size_t n);
struct mf_value *cell_null(struct arena *a);
/* A StringDtype: its name, and whether a missing one is NaN. NULL: it is none. */
const char *string_type(const struct mf_value *dtype, bool *nan);

#endif
