/* tree.h: the foldable tree widget. Children are asked for when a node is unfolded, and so many at
 * a time that a list of a million items costs a screenful. UI thread only. */
#ifndef TUI_TREE_H
#define TUI_TREE_H

#include "../clientlib/base/vec.h"
#include "canvas.h"
#include "keys.h"

#define TREE_LOADING SIZE_MAX
#define TREE_CHUNK 500 /* children shown at once; the rest on demand */

struct tree_source {
	/* How many children (node 0 is the root, which is not shown); TREE_LOADING: asked for, call
	 * tree_changed later. */
	size_t (*count)(void *ctx, uint64_t node);
	uint64_t (*child)(void *ctx, uint64_t node, size_t i); /* never 0 */
	/* May it have children? */
	bool (*folds)(void *ctx, uint64_t node);
	/* Draw the label into one row, after its indentation. `flags` go into the attributes. */
	void (*draw)(void *ctx, uint64_t node, struct canvas *c, unsigned flags);
	void *ctx;
};

enum tree_kind { TREE_NODE, TREE_WAIT, TREE_MORE };

struct tree_row {
	uint64_t id; /* of the node; of the parent for TREE_WAIT and TREE_MORE */
	size_t next; /* TREE_MORE: the first child not shown */
	uint16_t depth;
	uint8_t kind;
	bool open;
};

struct tree {
	struct tree_source source;
	const char *empty;
	VEC(struct tree_row) rows;
	size_t selected, top;
	int hscroll;
	int x, y, w, h; /* as drawn last */
};

enum tree_event { TREE_NOTHING, TREE_USED, TREE_OPEN /* Enter on a node without children */ };

/* Shows the children of the root. */
void tree_init(struct tree *t, const struct tree_source *source);
void tree_release(struct tree *t);
/* The children of a node have come, or changed; 0: all of the tree. What is unfolded and selected
 * stays so. */
void tree_changed(struct tree *t, uint64_t node);
/* Unfold all nodes down to a depth, up to a few thousand rows. */
void tree_unfold(struct tree *t, int depth);
/* The selected node, 0 if there is none. */
uint64_t tree_selected(const struct tree *t);
enum tree_event tree_action(struct tree *t, enum action a);
enum tree_event tree_mouse(struct tree *t, const struct key *k);
void tree_draw(struct tree *t, struct canvas *c, bool focused);

#endif
