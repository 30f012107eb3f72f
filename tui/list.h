/* list.h: the table widget. Rows are asked for when they are drawn, so a hundred thousand cost a
 *screen; the selection and the marks are kept by the identity of rows, whatever a refresh does to
 *their order. UI thread only.
 *
 *	static const struct list_column columns[] = {
 *		{.title = "STATUS", .min = 3, .max = 11},
 *		{.title = "RUN", .min = 4, .max = 24, .align = ALIGN_RIGHT},
 *		{.title = "DURATION", .min = 8, .align = ALIGN_RIGHT},
 *		{.title = "TAGS", .min = 6, .weight = 1, .hide = 2},
 *	};
 */
#ifndef TUI_LIST_H
#define TUI_LIST_H

#include "../clientlib/base/vec.h"
#include "canvas.h"
#include "keys.h"

#define LIST_COLUMNS 32

struct list_column {
	const char *title;
	const char
		*name; /* for those who choose columns, where the title does not say it; or NULL */
	int min;       /* columns it needs at least; the title is cut to fit */
	int max;    /* grows with what has been seen, and by its weight, up to this; 0: no limit */
	int weight; /* its share of what is left over */
	enum canvas_align align;
	int hide; /* 0: always shown; else hidden on narrow terminals, the greatest first */
	bool off; /* hidden until chosen */
	bool no_sort;
	/* Draw the cell oneself (bars, glyphs) instead of text; the canvas is one row of the
	 * column's width. `flags` are the CA_ flags of the row, to be or-ed to attributes. */
	void (*draw)(void *ctx, size_t row, struct canvas *c, unsigned flags);
};

struct list_source {
	size_t (*count)(void *ctx);
	/* What the row is, whatever its place; never UINT64_MAX. */
	uint64_t (*id)(void *ctx, size_t row);
	/* Append the text of a cell; returns its attribute (a style). */
	unsigned (*text)(void *ctx, size_t row, int column, struct buf *out);
	void *ctx;
};

enum list_event {
	LIST_NOTHING,
	LIST_USED,
	LIST_OPEN /* Enter or a second click */,
	LIST_SORT /* order has changed */
};

struct list {
	const struct list_column *columns;
	int count; /* of columns */
	struct list_source source;
	const char *empty; /* shown instead of rows: what it means, and what to do */
	bool no_header;
	int gutter; /* columns left of the first: 2, or 0 without marks and selection bar */

	size_t selected, top;
	uint64_t selected_id; /* UINT64_MAX: none yet */
	int sort;             /* column, -1: none */
	bool reverse;
	VEC(uint64_t) marks; /* sorted */
	uint64_t range_from; /* UINT64_MAX: no range is being marked */
	bool shown[LIST_COLUMNS];
	int order[LIST_COLUMNS]; /* of the columns, from the left */
	int seen[LIST_COLUMNS];  /* widest text so far: columns grow, never shrink */
	int hscroll, hscroll_max;
	/* as drawn last, for the mouse */
	int x, y, w, h, body_y, body_h;
	int at[LIST_COLUMNS], width[LIST_COLUMNS]; /* width 0: not on the screen */
};

void list_init(struct list *l, const struct list_column *columns, int count,
	const struct list_source *source);
void list_release(struct list *l);
/* The rows have changed: find the selected one again, and leave it on its line of the screen. */
void list_refresh(struct list *l);
/* Put the columns in another order. */
void list_order(struct list *l, const int *order);
void list_select(struct list *l, size_t row);
/* Is there a selected row? */
bool list_row(const struct list *l, size_t *row);
enum list_event list_action(struct list *l, enum action a);
enum list_event list_mouse(struct list *l, const struct key *k);
void list_draw(struct list *l, struct canvas *c, bool focused);

bool list_marked(const struct list *l, uint64_t id);
/* Mark or unmark; out of memory: as it was. */
void list_mark(struct list *l, uint64_t id, bool on);
void list_clear_marks(struct list *l);
/* "37 of 1,204 · 3 marked"; `total` before filtering, 0: the same. */
void list_status(const struct list *l, size_t total, struct buf *out);
/* 1204 → "1,204". */
void list_number(struct buf *out, uint64_t n);

#endif
