#include "../../support/test.h"

#include <stdlib.h>

#include "../../../tui/tree.h"
#include "draw.h"

/* Node 0 has 3 children; node 2 folds many, node 3 is not there yet. */
static bool loaded;
static size_t asked;

static size_t count(void *ctx, uint64_t node)
{
	(void)ctx;
	asked++;
	return node == 0 ? 3 : node == 2 ? 1000000 : node == 3 ? loaded ? 2 : TREE_LOADING : 0;
}

static uint64_t child(void *ctx, uint64_t node, size_t i)
{
	(void)ctx;
	asked++;
	return node == 0 ? i + 1 : node * 10000000 + i;
}

static bool folds(void *ctx, uint64_t node)
{
	(void)ctx;
	return node == 2 || node == 3;
}

static void label(void *ctx, uint64_t node, struct canvas *c, unsigned flags)
{
	(void)ctx;
	canvas_textf(c, 0, 0, ST_TEXT | flags, "n%llu", (unsigned long long)node);
}

static struct tree tree;

static char *show(int w, int h)
{
	struct canvas c = drawing(w, h, false);
	tree_draw(&tree, &c, true);
	return drawn();
}

static void start(void)
{
	loaded = false;
	tree_init(&tree, &(struct tree_source){count, child, folds, label, NULL});
}

void test_tree__folding(void)
{
	start();
	CHECK_STR(show(16, 4), "  n1\n▸ n2\n▸ n3\n");
	tree_action(&tree, ACT_down);
	CHECK_INT(tree_selected(&tree), 2);
	asked = 0;
	tree_action(&tree, ACT_right);
	CHECK(asked < 1100);
	CHECK_STR(show(16, 4), "  n1           ▐\n▾ n2\n    n20000000\n    n20000001");
	tree_action(&tree, ACT_right);
	CHECK_INT(tree_selected(&tree), 20000000);
	tree_action(&tree, ACT_left);
	CHECK_INT(tree_selected(&tree), 2);
	tree_action(&tree, ACT_left);
	CHECK_STR(show(16, 4), "  n1\n▸ n2\n▸ n3\n");
	CHECK_INT(tree_action(&tree, ACT_left), TREE_NOTHING);
	tree_action(&tree, ACT_top);
	CHECK_INT(tree_action(&tree, ACT_open), TREE_OPEN);
	CHECK_INT(tree_action(&tree, ACT_right), TREE_NOTHING);
	tree_release(&tree);
}

void test_tree__more(void)
{
	start();
	tree_action(&tree, ACT_down);
	tree_action(&tree, ACT_open);
	CHECK_INT(tree.rows.n, 3 + TREE_CHUNK + 1);
	tree_action(&tree, ACT_bottom);
	tree_action(&tree, ACT_up);
	CHECK_INT(tree_selected(&tree), 0);
	CHECK(strstr(show(30, 4), "… 999,500 more") != NULL);
	tree_action(&tree, ACT_open);
	CHECK_INT(tree.rows.n, 3 + 2 * TREE_CHUNK + 1);
	CHECK_INT(tree_selected(&tree), 20000500);
	tree_action(&tree, ACT_collapse);
	CHECK_INT(tree.rows.n, 3);
	CHECK_INT(tree_selected(&tree), 2);
	tree_release(&tree);
}

void test_tree__children_that_come_later(void)
{
	start();
	tree_action(&tree, ACT_bottom);
	tree_action(&tree, ACT_open);
	CHECK_STR(show(16, 4), "  n1\n▸ n2\n▾ n3\n    loading …");
	loaded = true;
	tree_changed(&tree, 3);
	CHECK_STR(show(16, 5), "  n1\n▸ n2\n▾ n3\n    n30000000\n    n30000001");
	CHECK_INT(tree_selected(&tree), 3);
	tree_action(&tree, ACT_down);
	tree_changed(&tree, 0);
	CHECK_INT(tree.rows.n, 5);
	CHECK_INT(tree_selected(&tree), 30000000);
	tree_changed(&tree, 77);
	tree_release(&tree);
}

void test_tree__mouse_and_sizes(void)
{
	start();
	show(20, 5);
	struct key k = {.code = K_CLICK, .x = 0, .y = 1};
	CHECK_INT(tree_mouse(&tree, &k), TREE_USED);
	CHECK(tree.rows.v[1].open);
	k = (struct key){.code = K_CLICK, .x = 6, .y = 3};
	tree_mouse(&tree, &k);
	CHECK_INT(tree_selected(&tree), 20000001);
	CHECK_INT(tree_mouse(&tree, &k), TREE_OPEN);
	k.code = K_WHEEL_DOWN;
	tree_mouse(&tree, &k);
	CHECK_INT(tree.selected, 6);
	k.x = 90;
	CHECK_INT(tree_mouse(&tree, &k), TREE_NOTHING);
	tree_unfold(&tree, 3);
	for (int w = 1; w < 12; w++)
		for (int h = 1; h < 4; h++)
			show(w, h);
	tree_release(&tree);
}
