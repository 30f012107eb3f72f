/* view_value_grid_job.h: cells and statistics of an array, read by jobs. */
#ifndef TUI_VIEW_VALUE_GRID_JOB_H
#define TUI_VIEW_VALUE_GRID_JOB_H

#include "../clientlib/base/buf.h"
#include "../clientlib/base/vec.h"
#include "view_value_mode.h"

/* A part of one plane: rows × columns cells from row, column on. */
struct window {
	struct held *held; /* first, for mode_submit */
	size_t plane, row, column, rows, columns;
	char *slice;
	double *doubles;    /* of floats; NULL: all is text */
	struct buf text;    /* of other elements, one after the other */
	VEC(size_t) starts; /* of the texts, and the end */
	int decimals;       /* that the floats need, at most 6 */
	bool exponents;     /* they differ too much for a decimal point in one place */
	int rc;
	struct mf_error err;
};

/* Rows and columns that a plane has; the last two dimensions. */
void grid_plane_shape(
	const struct mf_array_info *info, size_t *rows, size_t *columns, size_t *planes);
/* "[3, :, :]": which plane it is; nothing for arrays of up to two dimensions. */
void grid_plane_name(const struct mf_array_info *info, size_t plane, struct buf *out);
/* A window that is to be filled; NULL: out of memory. */
struct window *window_new(const struct mf_array_info *info, size_t plane, size_t row, size_t column,
	size_t rows, size_t columns);
void window_free(void *w);
void window_run(struct job *job, void *w);
bool window_has(const struct window *w, size_t plane, size_t row, size_t column);
/* Append a cell; its attribute. decimals and exponents: those of all windows so far. */
unsigned window_cell(const struct window *w, size_t row, size_t column, int decimals,
	bool exponents, struct buf *out);

struct grid_stats {
	struct held *held; /* first, for mode_submit */
	struct mf_array_stats stats;
	int rc;
	struct mf_error err;
};

void grid_stats_free(void *s);
void grid_stats_run(struct job *job, void *s);

#endif
