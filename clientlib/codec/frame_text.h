/* codec/frame_text.h: pandas objects for people: parts of mf_value_print_text. */
#ifndef MF_CODEC_FRAME_TEXT_H
#define MF_CODEC_FRAME_TEXT_H

#include "frame.h"

/* Append a frame on one line: "DataFrame 120×8 [a int64, b object, …]"; pandas.NA and NaT as Python
 * shows them. False: v is nothing of the kind. */
bool frame_line(struct buf *out, const struct mf_value *v);
/* Append a DataFrame, Series or Index as a grid of its first and last rows and columns; the lines
 * after the first are indented by `at`. */
bool frame_page(struct buf *out, const struct mf_value *v, size_t at);

/* ---- shared by frame_text.c and frame_grid.c ---- */

/* Append a cell, escaped, at most about `max` columns of it. */
void frame_cell(struct buf *out, const struct column *c, size_t i, size_t max);
/* Append a label or a name, the same way. */
void frame_label(struct buf *out, const struct mf_value *v, size_t max);
/* Append "DataFrame", "DatetimeIndex" … */
void frame_class(struct buf *out, const struct frame *f);

#endif
