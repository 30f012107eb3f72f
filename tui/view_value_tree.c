/* view_value_tree.c: a value as nodes to unfold. */
#include <stdlib.h>
#include <string.h>

#include "tree.h"
#include "view_value_mode.h"
#include "view_value_node.h"
#include "view_value_text.h"

enum { COPY_LIMIT = 1 << 20 };

struct state {
	struct tree tree;
	struct node *root;
	bool whole; /* a scalar: the root itself is the one row */
};

/* ---- nodes: their addresses ---- */

static struct node *of(const struct state *s, uint64_t node)
{
	return node ? (struct node *)(uintptr_t)node : s->root;
}

static size_t count(void *ctx, uint64_t node)
{
	const struct state *s = ctx;

	if (!s->root)
		return 0;
	if (!node && s->whole)
		return 1;
	return node_count(of(s, node));
}

static uint64_t child(void *ctx, uint64_t node, size_t i)
{
	struct state *s = ctx;
	struct node *n = !node && s->whole ? s->root : node_child(of(s, node), i);

	return (uint64_t)(uintptr_t)(n ? n : s->root); /* without memory: some node */
}

static bool folds(void *ctx, uint64_t node)
{
	const struct state *s = ctx;

	return !(s->whole && of(s, node) == s->root) && node_count(of(s, node)) > 0;
}

static void draw_row(void *ctx, uint64_t node, struct canvas *c, unsigned flags)
{
	node_draw(of(ctx, node), c, flags);
}

/* ---- the mode ---- */

static bool open_tree(struct mode *m)
{
	struct state *s = m->state;

	tree_init(&s->tree, &(struct tree_source){count, child, folds, draw_row, s});
	s->tree.empty = "Empty.";
	s->root = node_new(NULL, m->held->value, LABEL_NONE);
	s->whole = s->root && !node_count(s->root);
	tree_changed(&s->tree, 0);
	if (count(s, 0) < 10)
		tree_unfold(&s->tree, 1);
	return s->root != NULL;
}

static struct node *selected(const struct state *s)
{
	uint64_t id = s->root ? tree_selected(&s->tree) : 0;

	return id ? of(s, id) : NULL;
}

/* Text and bytes of a node in a popup; false: it has none. */
static bool popup(struct view *v, const struct node *n, bool hex)
{
	size_t len = 0;
	const char *p = n ? mf_value_text(n->value, &len) : NULL;
	enum mf_kind kind = n ? mf_value_kind(n->value) : MF_NULL;

	if (!p) {
		struct buf b = BUF_INIT(COPY_LIMIT);
		struct mf_sink sink = {buf_sink_write, &b};
		if (n && !node_count(n)) {
			(void)mf_value_print_text(n->value, &sink, 0, NULL);
			text_popup(v->app, v->arg, b.p, b.n, TEXT_PLAIN);
		}
		buf_release(&b);
		return n && !node_count(n);
	}
	text_popup(v->app, v->arg, p, len,
		hex || kind == MF_BYTES || kind == MF_BYTEARRAY ? TEXT_HEX : TEXT_PLAIN);
	return true;
}

static bool happened(struct mode *m, enum tree_event e)
{
	if (e == TREE_OPEN)
		popup(m->view, selected(m->state), false);
	return e != TREE_NOTHING;
}

static bool action(struct mode *m, enum action a)
{
	struct state *s = m->state;

	if (a == ACT_hex) {
		if (!popup(m->view, selected(s), true))
			app_say(m->view->app, LEVEL_INFO, "only text and bytes are shown as bytes");
		return true;
	}
	return happened(m, tree_action(&s->tree, a));
}

static bool mouse(struct mode *m, const struct key *k)
{
	return happened(m, tree_mouse(&((struct state *)m->state)->tree, k));
}

static void draw(struct mode *m, struct canvas *c)
{
	tree_draw(&((struct state *)m->state)->tree, c, true);
}

static void status(const struct mode *m, struct buf *out)
{
	const struct node *n = selected(m->state);

	if (n)
		node_path(n, out);
}

static bool copy(struct mode *m, struct buf *out)
{
	const struct node *n = selected(m->state);
	struct mf_sink sink = {buf_sink_write, out};

	if (n)
		(void)mf_value_print_json(n->value, &sink, 0, NULL);
	return n != NULL;
}

static void close_tree(struct mode *m)
{
	struct state *s = m->state;

	tree_release(&s->tree);
	node_free(s->root);
}

static const enum action actions[] = {ACT_open, ACT_mode, ACT_expand, ACT_collapse, ACT_hex,
	ACT_export, ACT_copy, ACT_copy_twin, ACT_page, ACT_NONE};

const struct mode_class value_tree_mode = {
	.name = "tree",
	.ctx = CTX_TREE,
	.actions = actions,
	.state_size = sizeof(struct state),
	.open = open_tree,
	.action = action,
	.mouse = mouse,
	.draw = draw,
	.status = status,
	.copy = copy,
	.close = close_tree,
};
