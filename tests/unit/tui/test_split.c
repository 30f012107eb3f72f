#include "../../support/test.h"

#include "../../../tui/saved.h"
#include "../../../tui/split.h"
#include "draw.h"

void test_split__layout_and_dragging(void)
{
	struct split s;
	struct canvas c = drawing(21, 3, false), a, b;
	split_init(&s, false, 0.5, 5, 5);
	split_layout(&s, &c, &a, &b);
	CHECK(a.w == 10 && b.w == 10 && b.x == 11);
	struct key k = {.code = K_CLICK, .x = 10, .y = 1};
	CHECK(split_mouse(&s, &k));
	k = (struct key){.code = K_DRAG, .x = 14, .y = 1};
	CHECK(split_mouse(&s, &k));
	split_layout(&s, &c, &a, &b);
	CHECK_INT(a.w, 14);
	k.x = 100;
	split_mouse(&s, &k);
	split_layout(&s, &c, &a, &b);
	CHECK_INT(b.w, 5);
	k.code = K_RELEASE;
	CHECK(split_mouse(&s, &k));
	k = (struct key){.code = K_DRAG, .x = 3, .y = 1};
	CHECK(!split_mouse(&s, &k));
	k = (struct key){.code = K_CLICK, .x = 19, .y = 1};
	CHECK(!split_mouse(&s, &k));
	CHECK_INT(s.focus, 1);
	CHECK(!split_action(&s, ACT_next_pane));
	CHECK(split_action(&s, ACT_prev_pane));
	CHECK(split_action(&s, ACT_zoom));
	split_layout(&s, &c, &a, &b);
	CHECK(a.w == 21 && b.w == 0);
}

void test_split__stacked_and_too_small(void)
{
	struct split s;
	struct canvas c = drawing(10, 7, false), a, b;
	split_init(&s, true, 0.5, 3, 3);
	split_layout(&s, &c, &a, &b);
	CHECK(a.h == 3 && b.h == 3 && b.y == 4);
	CHECK_STR(drawn(), "\n\n\n──────────\n\n\n");
	c = drawing(10, 6, false);
	s.focus = 1;
	split_layout(&s, &c, &a, &b);
	CHECK(a.h == 0 && b.h == 6);
	for (int w = 1; w < 9; w++) {
		c = drawing(w, w, false);
		s.stacked = w % 2;
		split_layout(&s, &c, &a, &b);
	}
}

void test_split__keys_and_saved(void)
{
	struct grid g = {0};
	struct saved m = {0};
	struct split s;
	struct canvas first, second;

	CHECK_FATAL(grid_resize(&g, 101, 20, NULL) == MF_OK);
	struct canvas c = canvas_of(&g);
	split_init(&s, false, 0.40, 28, 44);
	split_remember(&s, &m, "run");
	CHECK(saved_get(&m, "split.run") == NULL); /* as shipped: nothing to keep */
	split_layout(&s, &c, &first, &second);
	CHECK_INT(first.w, 40);
	CHECK(split_action(&s, ACT_wider));
	split_layout(&s, &c, &first, &second);
	CHECK_INT(first.w, 42);
	split_remember(&s, &m, "run");
	CHECK_STR(saved_get(&m, "split.run"), "42");
	for (int i = 0; i < 50; i++) {
		split_action(&s, ACT_narrower);
		split_layout(&s, &c, &first, &second);
	}
	CHECK_INT(first.w, 28);
	split_init(&s, false, 0.40, 28, 44);
	split_recall(&s, &m, "run");
	split_layout(&s, &c, &first, &second);
	CHECK_INT(first.w, 42);
	static const char *const bad[] = {"", "x", "42x", "-1", "100", "99999999999999999999"};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		saved_set(&m, "split.run", bad[i]);
		split_init(&s, false, 0.40, 28, 44);
		split_recall(&s, &m, "run");
		split_layout(&s, &c, &first, &second);
		CHECK_INT(first.w, 40);
	}
	s.zoomed = true;
	split_layout(&s, &c, &first, &second);
	CHECK(!split_action(&s, ACT_wider)); /* there is no border */
	saved_release(&m);
	grid_release(&g);
}
