#include <stdlib.h>
#include <string.h>

#include "../base/text.h"
#include "../base/util.h"
#include "robject.h"

/* Data frames: names, the first and last rows, as many columns as a page is wide. */

enum {
	PAGE = 100,
	ROWS = 20,  /* shown in full */
	EDGE = 8,   /* rows of either end of a longer one */
	WIDEST = 40 /* columns of a cell */
};

struct table {
	const struct robject *frame;
	size_t rows,
		lines; /* lines: the head, and a row each; one is "…" where rows are left out */
	bool cut;
	int failed; /* 0 or the failure of a cell */
	struct buf cell;
};

/* The row that a line shows; SIZE_MAX: those left out. */
static size_t row_of(const struct table *t, size_t line)
{
	size_t row = line - 1;
	if (!t->cut || row < EDGE)
		return row;
	return row == EDGE ? SIZE_MAX : t->rows - (t->lines - line);
}

static void row_label(struct table *t, size_t row)
{
	char scratch[R_NUMBER_SIZE];
	const struct robject *labels = robject_attribute(t->frame, "row.names");
	bool text = labels && labels->type == R_CHARACTER && robject_is_vector(labels) &&
		    row < labels->n;
	struct r_text name = text ? robject_text(labels, row, scratch) : (struct r_text){NULL, 0};
	bool numbers = labels && labels->type == R_INTEGER && robject_is_vector(labels) &&
		       labels->n == t->rows && row < labels->n && !robject_is_na(labels, 0);
	if (name.p)
		text_escape(&t->cell, name.p, name.n < 4 * WIDEST ? name.n : 4 * WIDEST, 0);
	else if (numbers)
		buf_addf(&t->cell, "%d", robject_int(labels, row));
	else
		buf_addf(&t->cell, "%zu", row + 1);
}

/* The text of a cell; column SIZE_MAX: the labels. */
static void make_cell(struct table *t, size_t column, size_t line)
{
	char scratch[R_NUMBER_SIZE];
	const struct robject *v = column == SIZE_MAX ? NULL : t->frame->u.items[column];

	buf_clear(&t->cell);
	if (!line) {
		struct r_text name =
			v ? robject_name(t->frame, column, scratch) : (struct r_text){NULL, 0};
		if (name.p)
			text_escape(&t->cell, name.p, name.n < 4 * WIDEST ? name.n : 4 * WIDEST, 0);
		return;
	}
	size_t row = row_of(t, line);
	if (row == SIZE_MAX)
		buf_adds(&t->cell, "…");
	else if (!v)
		row_label(t, row);
	else if (v->type == R_CHARACTER && !robject_is_na(v, row)) {
		struct r_text text = robject_text(v, row, scratch);
		text_escape(&t->cell, text.p, text.n < 4 * WIDEST ? text.n : 4 * WIDEST, 0);
	} else {
		robject_add_element(&t->cell, v, row, WIDEST);
	}
}

/* The same; its width. */
static size_t measure_cell(struct table *t, size_t column, size_t line)
{
	make_cell(t, column, line);
	if (t->cell.failed)
		t->failed = t->cell.failed;
	return text_width(t->cell.p, t->cell.n);
}

static size_t column_width(struct table *t, size_t column)
{
	size_t width = 0;
	for (size_t line = 0; line < t->lines; line++) {
		size_t w = measure_cell(t, column, line);
		if (w > width)
			width = w;
	}
	return width < WIDEST ? width : WIDEST;
}

static bool is_number(const struct robject *v)
{
	return (v->type == R_INTEGER || v->type == R_DOUBLE) && !robject_attribute(v, "class");
}

static void add_cell(struct buf *out, struct table *t, size_t column, size_t line, size_t width)
{
	size_t w = measure_cell(t, column, line);
	bool right = column != SIZE_MAX && is_number(t->frame->u.items[column]);
	for (; right && w < width; w++)
		buf_addc(out, ' ');
	text_fit(out, t->cell.p, t->cell.n, width, !right, false);
}

void robject_add_table(struct buf *out, const struct robject *frame, size_t rows, size_t indent)
{
	size_t most = frame->n < PAGE ? frame->n : PAGE, shown = 0;
	size_t *widths = calloc(most + 1, sizeof(*widths));
	struct table t = {.frame = frame, .rows = rows, .cell = BUF_INIT(1 << 20)};

	t.cut = rows > ROWS;
	t.lines = 1 + (t.cut ? 2 * EDGE + 1 : rows);
	if (!widths) {
		out->failed = out->failed ? out->failed : MF_ENOMEM;
		return;
	}
	size_t label = column_width(&t, SIZE_MAX), used = indent + label;
	while (shown < most) {
		widths[shown] = column_width(&t, shown);
		if (shown && used + 2 + widths[shown] > PAGE)
			break;
		used += 2 + widths[shown++];
	}
	for (size_t line = 0; line < t.lines && !out->failed; line++) {
		buf_addc(out, '\n');
		for (size_t i = 0; i < indent; i++)
			buf_addc(out, ' ');
		add_cell(out, &t, SIZE_MAX, line, label);
		for (size_t i = 0; i < shown; i++) {
			buf_adds(out, "  ");
			add_cell(out, &t, i, line, widths[i]);
		}
		while (out->n && out->p[out->n - 1] == ' ' && !out->failed)
			out->p[--out->n] = '\0';
	}
	if (shown < frame->n) {
		buf_addc(out, '\n');
		for (size_t i = 0; i < indent; i++)
			buf_addc(out, ' ');
		buf_addf(out, "… %zu more columns", frame->n - shown);
	}
	if (t.failed)
		out->failed = t.failed;
	buf_release(&t.cell);
	free(widths);
}
