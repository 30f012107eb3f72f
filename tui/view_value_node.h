/* view_value_node.h: a value as nodes of a tree, made as they are asked for. */
#ifndef TUI_VIEW_VALUE_NODE_H
#define TUI_VIEW_VALUE_NODE_H

#include "../clientlib/base/vec.h"
#include "canvas.h"
#include "../clientlib/mf.h"

enum label {
	LABEL_NONE,
	LABEL_INDEX, /* of a sequence */
	LABEL_KEY,   /* of a dict: `key` */
	LABEL_ATTR,  /* of an object: `key`, a string */
	LABEL_PART   /* of an object: `name` */
};

struct node {
	const struct mf_value *value;
	enum label label;
	size_t index;
	const struct mf_value *key;
	const char *name;
	struct node *parent;
	VEC(struct node *) kids; /* by place; NULL: not made yet */
};

struct node *node_new(struct node *parent, const struct mf_value *value, enum label label);
void node_free(struct node *n);
size_t node_count(const struct node *n);
/* Child i, made when it is asked for first; NULL: no memory. */
struct node *node_child(struct node *n, size_t i);
/* "dict", "numpy.ndarray": the class of a value. */
void node_type(const struct mf_value *v, struct buf *out);
/* "float64 (400, 8)" of an array; false: it is none. */
bool node_array(const struct mf_value *v, struct buf *out);
unsigned node_style(const struct mf_value *v);
/* `name  value  type and size` in one row. */
void node_draw(const struct node *n, struct canvas *c, unsigned flags);
/* Where the node is, as Python would write it: ["a"][3].b */
void node_path(const struct node *n, struct buf *out);

#endif
