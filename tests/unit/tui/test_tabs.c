#include "../../support/test.h"

#include "../../../tui/tabs.h"
#include "draw.h"

static const char *const titles[] = {"Tasks", "Timeline", "Logs"};

void test_tabs__all(void)
{
	struct tabs t;
	struct key k = {.code = '3'};
	tabs_init(&t, titles, 3);
	struct canvas c = drawing(40, 1, false);
	tabs_draw(&t, &c, true);
	CHECK_STR(drawn(), " 1 Tasks   2 Timeline   3 Logs");
	CHECK(tabs_action(&t, ACT_tab, &k));
	CHECK_INT(t.active, 2);
	CHECK(!tabs_action(&t, ACT_tab, &k));
	k.code = '9';
	CHECK(!tabs_action(&t, ACT_tab, &k));
	CHECK(!tabs_action(&t, ACT_tab, NULL));
	CHECK(tabs_action(&t, ACT_next_pane, NULL));
	CHECK_INT(t.active, 0);
	CHECK(tabs_action(&t, ACT_prev_pane, NULL));
	CHECK_INT(t.active, 2);
	k = (struct key){.code = K_CLICK, .x = 12, .y = 0};
	CHECK(tabs_mouse(&t, &k));
	CHECK_INT(t.active, 1);
	k.y = 3;
	CHECK(!tabs_mouse(&t, &k));
	c = drawing(20, 1, false);
	tabs_draw(&t, &c, false);
	CHECK_STR(drawn(), " 1 Task   2 Timeline");
}
