/* matrix.h: the widget for tables and arrays: a cell cursor that goes in two directions, titles and
 * row labels that stay. Cells are asked for when they are drawn. UI thread only. */
#ifndef TUI_MATRIX_H
#define TUI_MATRIX_H

#include "../clientlib/base/vec.h"
#include "canvas.h"
#include "keys.h"

enum { MATRIX_SHOWN = 256 /* columns on a screen, at most */ };

struct matrix_source {
	size_t (*rows)(void *ctx);
	size_t (*columns)(void *ctx);
	/* These append text and return its attribute. label NULL: rows have none. line 0 of a title
	 * is the name. */
	unsigned (*label)(void *ctx, size_t row, struct buf *out);
	unsigned (*title)(void *ctx, size_t column, int line, struct buf *out);
	unsigned (*cell)(void *ctx, size_t row, size_t column, struct buf *out);
	bool (*right)(void *ctx, size_t column); /* are its cells numbers? NULL: all are */
	void *ctx;
};

struct matrix_column {
	size_t column;
	int x, w; /* absolute */
};

struct matrix {
	struct matrix_source source;
	const char *empty;
	int heads; /* lines of titles */
	int most;  /* columns that a cell takes at most */
	bool even; /* all columns are equally wide */

	size_t row, column; /* the cursor */
	size_t top, left;
	size_t sort; /* column, SIZE_MAX: none */
	bool reverse;
	VEC(uint8_t) seen; /* widest cell of each column so far: columns grow, never shrink */
	int widest, label_w;
	/* as drawn last */
	int x, y, w, h, body_y, body_h, shown;
	struct matrix_column at[MATRIX_SHOWN];
};

enum matrix_event { MATRIX_NOTHING, MATRIX_USED, MATRIX_OPEN, MATRIX_SORT };

void matrix_init(struct matrix *m, const struct matrix_source *source);
void matrix_release(struct matrix *m);
/* Other rows, or other columns: keep the cursor inside; `anew`: also forget how wide columns are.
 */
void matrix_refresh(struct matrix *m, bool anew);
void matrix_select(struct matrix *m, size_t row, size_t column);
enum matrix_event matrix_action(struct matrix *m, enum action a);
enum matrix_event matrix_mouse(struct matrix *m, const struct key *k);
void matrix_draw(struct matrix *m, struct canvas *c, bool focused);
/* "row 3 of 400 · column 2 of 8" */
void matrix_status(const struct matrix *m, struct buf *out);

#endif
