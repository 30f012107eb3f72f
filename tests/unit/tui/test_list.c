#include "../../support/screen.h"
#include "../../support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "../../../tui/list.h"
#include "../../../tui/tabs.h"
#include "sample.h"

/* ---- the widget alone ---- */

struct rows {
	uint64_t id[300];
	size_t n;
};

static size_t count(void *ctx)
{
	return ((struct rows *)ctx)->n;
}

static uint64_t id(void *ctx, size_t row)
{
	return ((struct rows *)ctx)->id[row];
}

static unsigned text(void *ctx, size_t row, int column, struct buf *out)
{
	buf_addf(out, "%c%llu", 'a' + column, (unsigned long long)((struct rows *)ctx)->id[row]);
	return ST_TEXT;
}

static const struct list_column columns[] = {
	{.title = "A", .min = 4, .max = 8},
	{.title = "B", .min = 4, .max = 8, .hide = 1},
	{.title = "C", .min = 4, .weight = 1, .hide = 2},
};

static void start(struct list *l, struct rows *r, size_t n)
{
	r->n = n;
	for (size_t i = 0; i < n; i++)
		r->id[i] = 1000 + i;
	list_init(l, columns, ARRAY_SIZE(columns), &(struct list_source){count, id, text, r});
}

static struct grid grid;

static void draw(struct list *l, int w, int h)
{
	struct canvas c;
	grid_resize(&grid, w, h, NULL);
	c = canvas_of(&grid);
	list_draw(l, &c, true);
}

void test_list__selection_stays_on_its_row(void)
{
	struct list l;
	struct rows r;
	start(&l, &r, 100);
	draw(&l, 40, 11);
	for (int i = 0; i < 20; i++)
		list_action(&l, ACT_down);
	draw(&l, 40, 11);
	CHECK_INT(l.selected_id, 1020);
	size_t line = l.selected - l.top;
	/* Five new rows appear above. */
	memmove(r.id + 5, r.id, 100 * sizeof(r.id[0]));
	for (size_t i = 0; i < 5; i++)
		r.id[i] = 5000 + i;
	r.n = 105;
	list_refresh(&l);
	CHECK_INT(l.selected, 25);
	CHECK_INT(l.selected - l.top, line);
	/* It goes away: the place stays. */
	r.id[25] = 7;
	list_refresh(&l);
	CHECK_INT(l.selected, 25);
	CHECK_INT(l.selected_id, 7);
	r.n = 3;
	list_refresh(&l);
	CHECK_INT(l.selected, 2);
	r.n = 0;
	list_refresh(&l);
	draw(&l, 40, 11);
	size_t row;
	CHECK(!list_row(&l, &row));
	CHECK_INT(list_action(&l, ACT_open), LIST_USED);
	list_release(&l);
}

void test_list__moves(void)
{
	struct list l;
	struct rows r;
	start(&l, &r, 100);
	draw(&l, 40, 11);
	static const struct {
		enum action a;
		size_t at;
	} t[] = {{ACT_up, 0}, {ACT_down, 1}, {ACT_page_down, 10}, {ACT_half_down, 15},
		{ACT_bottom, 99}, {ACT_down, 99}, {ACT_page_up, 90}, {ACT_half_up, 85},
		{ACT_top, 0}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		CHECK_INT(list_action(&l, t[i].a), LIST_USED);
		CHECK_INT(l.selected, t[i].at);
	}
	CHECK_INT(list_action(&l, ACT_quit), LIST_NOTHING);
	CHECK_INT(list_action(&l, ACT_open), LIST_OPEN);
	list_release(&l);
}

void test_list__marks(void)
{
	struct list l;
	struct rows r;
	struct buf b = BUF_INIT(256);
	start(&l, &r, 50);
	draw(&l, 40, 11);
	list_action(&l, ACT_mark);
	CHECK_INT(l.selected, 1);
	CHECK(list_marked(&l, 1000));
	list_select(&l, 10);
	list_action(&l, ACT_range);
	for (int i = 0; i < 4; i++)
		list_action(&l, ACT_down);
	list_action(&l, ACT_range);
	list_action(&l, ACT_down);
	CHECK(list_marked(&l, 1010) && list_marked(&l, 1014) && !list_marked(&l, 1015));
	CHECK_INT(l.marks.n, 6);
	list_status(&l, 1204, &b);
	CHECK_STR(b.p, "50 of 1,204 · 6 marked");
	list_action(&l, ACT_unmark);
	CHECK_INT(l.marks.n, 0);
	for (uint64_t i = 0; i < 100; i++)
		list_mark(&l, i * 37 % 101, true);
	for (size_t i = 1; i < l.marks.n; i++)
		CHECK(l.marks.v[i - 1] < l.marks.v[i]);
	buf_release(&b);
	list_release(&l);
}

void test_list__sort_and_mouse(void)
{
	struct list l;
	struct rows r;
	start(&l, &r, 50);
	draw(&l, 60, 11);
	CHECK_INT(list_action(&l, ACT_sort), LIST_SORT);
	CHECK_INT(l.sort, 0);
	list_action(&l, ACT_reverse);
	CHECK(l.reverse);
	struct key k = {.code = K_CLICK, .x = l.at[1], .y = 0};
	CHECK_INT(list_mouse(&l, &k), LIST_SORT);
	CHECK_INT(l.sort, 1);
	CHECK(!l.reverse);
	CHECK_INT(list_mouse(&l, &k), LIST_SORT);
	CHECK(l.reverse);
	k = (struct key){.code = K_CLICK, .x = 10, .y = 4};
	CHECK_INT(list_mouse(&l, &k), LIST_USED);
	CHECK_INT(l.selected, 3);
	CHECK_INT(list_mouse(&l, &k), LIST_OPEN);
	k.code = K_WHEEL_DOWN;
	list_mouse(&l, &k);
	CHECK_INT(l.selected, 6);
	k = (struct key){.code = K_CLICK, .x = 90, .y = 4};
	CHECK_INT(list_mouse(&l, &k), LIST_NOTHING);
	k = (struct key){.code = K_CLICK, .x = 0, .y = 2};
	list_mouse(&l, &k);
	CHECK(list_marked(&l, 1001));
	list_release(&l);
}

void test_list__narrow_terminals_hide_columns(void)
{
	struct list l;
	struct rows r;
	start(&l, &r, 50);
	draw(&l, 40, 11);
	CHECK(l.width[0] && l.width[1] && l.width[2] > 8);
	draw(&l, 15, 11);
	CHECK(l.width[0] && l.width[1] && !l.width[2]);
	draw(&l, 9, 11);
	CHECK(l.width[0] && !l.width[1] && !l.width[2]);
	for (int w = 1; w < 30; w++)
		for (int h = 1; h < 6; h++)
			draw(&l, w, h);
	list_release(&l);
	grid_release(&grid);
}

static size_t asked;

static uint64_t counting_id(void *ctx, size_t row)
{
	(void)ctx;
	asked++;
	return row;
}

static size_t many(void *ctx)
{
	(void)ctx;
	return 100000;
}

static unsigned row_text(void *ctx, size_t row, int column, struct buf *out)
{
	(void)ctx;
	asked++;
	buf_addf(out, "%zu.%d", row, column);
	return ST_TEXT;
}

void test_list__many_rows_cost_a_screen(void)
{
	struct list l;
	list_init(&l, columns, ARRAY_SIZE(columns),
		&(struct list_source){many, counting_id, row_text, NULL});
	draw(&l, 80, 24);
	asked = 0;
	list_action(&l, ACT_bottom);
	draw(&l, 80, 24);
	CHECK(asked < 400);
	asked = 0;
	list_refresh(&l);
	draw(&l, 80, 24);
	CHECK(asked < 400);
	list_release(&l);
	grid_release(&grid);
}

/* ---- in the frame ---- */

void test_list__golden(void)
{
	static const struct {
		int w, h;
		enum theme_id theme;
		bool ascii;
		const char *name, *keys;
	} t[] = {{80, 24, THEME_DARK, false, "list-80x24", "jjj"},
		{120, 40, THEME_DARK, false, "list-120x40", "jjj<Space><Space>"},
		{80, 24, THEME_LIGHT, false, "list-light-80x24", "jjj"},
		{120, 40, THEME_LIGHT, false, "list-light-120x40", "jjjss"},
		{80, 24, THEME_DARK, true, "list-ascii-80x24", "jjj<Space>"},
		{40, 10, THEME_DARK, false, "list-40x10", "G"},
		{100, 30, THEME_HIGH_CONTRAST, false, "list-high-contrast", "jjj"},
		{100, 30, THEME_COLORBLIND, false, "list-colorblind", "jjj"},
		{100, 30, THEME_MONO, false, "list-mono", "jjj<Space>"},
		{100, 30, THEME_DARK, false, "list-filter", "/alice"},
		{100, 30, THEME_DARK, false, "list-filtered", "/alice<Enter>jj"},
		{100, 30, THEME_DARK, false, "palette", ":lo<Down>"},
		{120, 40, THEME_DARK, false, "help-120x40", "?"},
		{80, 24, THEME_DARK, false, "help-80x24", "?"},
		{80, 24, THEME_LIGHT, false, "help-light-80x24", "?"},
		{39, 9, THEME_DARK, false, "too-small", ""}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct app *a = screen_start(&(struct screen_options){.w = t[i].w,
			.h = t[i].h,
			.theme = t[i].theme,
			.ascii = t[i].ascii,
			.view = &sample_runs_info});
		sample_info(a);
		screen_keys(a, t[i].keys);
		screen_golden(a, t[i].name);
		app_free(a);
	}
}
