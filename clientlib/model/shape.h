/* model/shape.h: the steps of a run and what follows what, from _graph_info or, without it, from what the tasks recorded. */
#ifndef MF_MODEL_SHAPE_H
#define MF_MODEL_SHAPE_H

#include "object.h"

struct shape_step {
	const char *name, *type;
	const char **next; /* in the order recorded; may repeat and may name steps that are not recorded */
	size_t n_next;
	const char *join;  /* matching_join, NULL */
	bool splits_foreach, closes_foreach, loops, switches;
	const struct mf_value *entry; /* of _graph_info, NULL when reconstructed */
};

struct shape {
	struct shape_step *steps;
	size_t n;
	bool reconstructed, any_foreach;
};

/* The shape of a run, kept in its context; NULL where nothing is known of it. */
const struct shape *run_shape(struct run *r);
const struct shape_step *shape_find(const struct shape *s, const char *step); /* NULL */
bool shape_follows(const struct shape_step *s, const char *next);

#endif
