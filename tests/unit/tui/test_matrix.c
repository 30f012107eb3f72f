/* covers: matrix_draw.c */
#include "../../support/test.h"

#include "../../../tui/matrix.h"
#include "draw.h"

struct table {
	size_t rows, columns;
};

static size_t rows(void *ctx)
{
	return ((struct table *)ctx)->rows;
}

static size_t columns(void *ctx)
{
	return ((struct table *)ctx)->columns;
}

static unsigned label(void *ctx, size_t row, struct buf *out)
{
	(void)ctx;
	buf_addf(out, "%zu", row);
	return ST_DIM;
}

static unsigned title(void *ctx, size_t column, int line, struct buf *out)
{
	(void)ctx;
	(void)line;
	buf_addf(out, "c%zu", column);
	return ST_HEADER;
}

static unsigned cell(void *ctx, size_t row, size_t column, struct buf *out)
{
	(void)ctx;
	buf_addf(out, "%zu", row * 100 + column);
	return ST_TEXT;
}

static void start(struct matrix *m, struct table *t, size_t n, size_t k)
{
	*t = (struct table){n, k};
	matrix_init(m, &(struct matrix_source){rows, columns, label, title, cell, NULL, t});
}

void test_matrix__draws_and_moves(void)
{
	struct matrix m;
	struct table t;
	start(&m, &t, 200, 50);
	struct canvas c = drawing(24, 4, false);
	matrix_draw(&m, &c, true);
	CHECK_STR(drawn(), "      c0   c1   c2     ▶\n"
			   "▌ 0    0    1    2     ▐\n"
			   "  1  100  101  102\n"
			   "  2  200  201  202");
	CHECK_INT(matrix_action(&m, ACT_bottom), MATRIX_USED);
	CHECK_INT(matrix_action(&m, ACT_last_column), MATRIX_USED);
	c = drawing(26, 4, false);
	matrix_draw(&m, &c, true);
	CHECK(m.row == 199 && m.column == 49);
	CHECK(strstr(drawn(), "19949") != NULL && strstr(drawn(), "◀") != NULL &&
		strstr(drawn(), "▶") == NULL);
	matrix_action(&m, ACT_first_column);
	matrix_action(&m, ACT_top);
	matrix_action(&m, ACT_right);
	matrix_action(&m, ACT_page_down);
	CHECK(m.row == 2 && m.column == 1);
	matrix_select(&m, SIZE_MAX, SIZE_MAX);
	CHECK(m.row == 199 && m.column == 49);
	t.rows = 5;
	matrix_refresh(&m, true);
	CHECK_INT(m.row, 4);
	matrix_release(&m);
}

void test_matrix__order(void)
{
	struct matrix m;
	struct table t;
	start(&m, &t, 5, 3);
	CHECK_INT(matrix_action(&m, ACT_reverse), MATRIX_USED);
	matrix_action(&m, ACT_right);
	CHECK_INT(matrix_action(&m, ACT_sort), MATRIX_SORT);
	CHECK(m.sort == 1 && !m.reverse);
	matrix_action(&m, ACT_sort);
	CHECK(m.sort == 1 && m.reverse);
	matrix_action(&m, ACT_sort);
	CHECK(m.sort == SIZE_MAX);
	struct canvas c = drawing(30, 6, false);
	matrix_draw(&m, &c, true);
	struct key k = {.code = K_CLICK, .x = m.at[2].x, .y = 0};
	CHECK_INT(matrix_mouse(&m, &k), MATRIX_SORT);
	CHECK_INT(m.sort, 2);
	k.y = 2;
	CHECK_INT(matrix_mouse(&m, &k), MATRIX_USED);
	CHECK(m.row == 1 && m.column == 2);
	CHECK_INT(matrix_mouse(&m, &k), MATRIX_OPEN);
	k.code = K_WHEEL_DOWN;
	matrix_mouse(&m, &k);
	CHECK_INT(m.row, 4);
	k.x = 99;
	CHECK_INT(matrix_mouse(&m, &k), MATRIX_NOTHING);
	matrix_release(&m);
}

void test_matrix__empty_and_all_sizes(void)
{
	struct matrix m;
	struct table t;
	struct buf b = BUF_INIT(256);

	start(&m, &t, 0, 3);
	m.empty = "Nothing.";
	struct canvas c = drawing(30, 3, false);
	matrix_draw(&m, &c, true);
	CHECK(strstr(drawn(), "Nothing.") != NULL);
	CHECK_INT(matrix_action(&m, ACT_down), MATRIX_NOTHING);
	matrix_status(&m, &b);
	CHECK_STR(b.p, "");
	t = (struct table){1000000, 1000000};
	matrix_action(&m, ACT_last_column);
	matrix_action(&m, ACT_bottom);
	for (int w = 1; w < 90; w += 3)
		for (int h = 1; h < 12; h += 2) {
			c = drawing(w, h, w % 2);
			m.heads = 1 + w % 2;
			m.even = h % 4 == 1;
			matrix_draw(&m, &c, true);
		}
	matrix_status(&m, &b);
	CHECK_STR(b.p, "row 1,000,000 of 1,000,000 · column 1,000,000 of 1,000,000");
	buf_release(&b);
	matrix_release(&m);
}
