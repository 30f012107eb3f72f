#include "../../support/test.h"

#include <stdlib.h>

#include "../../../tui/pager.h"
#include "draw.h"

struct text {
	const char *const *lines;
	size_t n, asked;
};

static size_t count(void *ctx)
{
	return ((struct text *)ctx)->n;
}

static void line(void *ctx, size_t i, struct pager_line *out)
{
	struct text *t = ctx;
	t->asked++;
	if (t->lines)
		buf_adds(&out->text, t->lines[i]);
	else
		buf_addf(&out->text, "line %zu%s", i, i % 100 == 99 ? " Match" : "");
}

static struct pager pager;

static char *show(int w, int h)
{
	struct canvas c = drawing(w, h, false);
	pager_draw(&pager, &c);
	return drawn();
}

static void start(struct text *t)
{
	pager_init(&pager, &(struct pager_source){count, line, t});
}

void test_pager__tabs_marks_and_escapes(void)
{
	static const char *const lines[] = {"a\tb\tc", "\x1b[31mx", "e\xcc\x81!", "日本", ""};
	struct text t = {lines, 5, 0};
	start(&t);
	CHECK_STR(show(24, 5), "a       b       c\n\\x1b[31mx\ne\xcc\x81!\n日本\n");
	pager_release(&pager);
}

void test_pager__wrap(void)
{
	static const char *const lines[] = {"abcdefghijkl", "mn", "日本語日本語"};
	struct text t = {lines, 3, 0};
	start(&t);
	CHECK_STR(show(6, 3), "abcde\nmn\n日本");
	CHECK(pager_action(&pager, ACT_wrap));
	CHECK_STR(show(6, 8), "abcde\nfghij\nkl\nmn\n日本\n語日\n本語\n");
	show(6, 3);
	pager_action(&pager, ACT_down);
	CHECK_STR(show(6, 3), "fghij▐\nkl   ▐\nmn");
	pager_action(&pager, ACT_bottom);
	CHECK_STR(show(6, 3), "日本\n語日\n本語 ▐");
	pager_action(&pager, ACT_top);
	CHECK_STR(show(6, 2), "abcde▐\nfghij");
	pager_release(&pager);
}

void test_pager__scrolling(void)
{
	struct text t = {NULL, 1000, 0};
	start(&t);
	show(20, 10);
	pager_action(&pager, ACT_page_down);
	CHECK_INT(pager.top, 9);
	pager_action(&pager, ACT_half_up);
	CHECK_INT(pager.top, 4);
	pager_action(&pager, ACT_up);
	pager_action(&pager, ACT_bottom);
	CHECK_INT(pager.top, 990);
	pager_action(&pager, ACT_down);
	CHECK_INT(pager.top, 990);
	t.n = 5;
	pager_refresh(&pager, false);
	CHECK_STR(show(20, 3), "line 2\nline 3             ▐\nline 4             ▐");
	t.n = 0;
	pager_refresh(&pager, false);
	pager.empty = "none";
	CHECK_STR(show(20, 1), "        none");
	CHECK(!pager_action(&pager, ACT_quit));
	pager_release(&pager);
}

void test_pager__sideways(void)
{
	static const char *const lines[] = {"0123456789abcdefghijklmnopqrstuvwxyz", "short"};
	struct text t = {lines, 2, 0};
	start(&t);
	show(12, 2);
	CHECK(pager_action(&pager, ACT_right));
	CHECK_STR(show(12, 2), "ghijklmnopq\n");
	pager_action(&pager, ACT_right);
	CHECK_STR(show(12, 2), "pqrstuvwxyz\n");
	pager_action(&pager, ACT_left);
	pager_action(&pager, ACT_left);
	CHECK_STR(show(12, 2), "0123456789a\nshort");
	pager_release(&pager);
}

void test_pager__follow(void)
{
	struct text t = {NULL, 100, 0};
	start(&t);
	show(30, 5);
	pager_action(&pager, ACT_follow);
	t.n = 200;
	pager_refresh(&pager, false);
	CHECK(strstr(show(30, 5), "line 199") != NULL);
	pager_action(&pager, ACT_up);
	CHECK(!pager.follow);
	show(30, 5);
	t.n = 320;
	pager_refresh(&pager, false);
	CHECK(strstr(show(30, 5), "▼ 120 new lines") != NULL);
	CHECK_INT(pager.top, 194);
	pager_action(&pager, ACT_bottom);
	CHECK(strstr(show(30, 5), "new lines") == NULL);
	pager_release(&pager);
}

void test_pager__search(void)
{
	struct text t = {NULL, 1000, 0};
	struct buf b = BUF_INIT(256);
	start(&t);
	show(30, 10);
	pager_search(&pager, "ma", false);
	pager_search(&pager, "mat", false);
	pager_search(&pager, "match", true);
	CHECK_INT(pager.hits.n, 10);
	CHECK(pager.top <= 99 && pager.top + 10 > 99);
	pager_status(&pager, &b);
	CHECK_STR(b.p, "match 1 of 10 · 1,000 lines");
	pager_action(&pager, ACT_next_match);
	CHECK(pager.top <= 199 && pager.top + 10 > 199);
	pager_action(&pager, ACT_prev_match);
	pager_action(&pager, ACT_prev_match);
	CHECK(pager.top + 10 > 999);
	pager_search(&pager, "line 5[0-9]$", true);
	CHECK_INT(pager.hits.n, 10);
	pager_search(&pager, "LINE", true); /* capitals: exactly so */
	CHECK_INT(pager.hits.n, 0);
	pager_search(&pager, "[", true); /* no expression: as it is */
	CHECK_INT(pager.hits.n, 0);
	pager_search(&pager, "x*", true); /* matches nothing everywhere */
	show(30, 10);
	pager_search(&pager, "", true);
	CHECK(pager.pattern == NULL);
	buf_release(&b);
	pager_release(&pager);
}

void test_pager__a_million_lines_cost_a_screen(void)
{
	struct text t = {NULL, 1000000, 0};
	start(&t);
	show(80, 40);
	t.asked = 0;
	pager_action(&pager, ACT_bottom);
	show(80, 40);
	pager_action(&pager, ACT_page_up);
	show(80, 40);
	CHECK(t.asked < 1000);
	t.asked = 0;
	pager_search(&pager, "match", true);
	CHECK(t.asked <= 20001);
	CHECK(pager_scan(&pager, 1000));
	pager_action(&pager, ACT_wrap);
	t.asked = 0;
	show(80, 40);
	pager_action(&pager, ACT_bottom);
	show(80, 40);
	CHECK(t.asked < 1000);
	pager_release(&pager);
}
