/* model/tags.h: a change of a run's user tags, for the providers that write it. */
#ifndef MF_MODEL_TAGS_H
#define MF_MODEL_TAGS_H

#include "../base/vec.h"
#include "object.h"

struct tag_names {
	const char *const *v;
	size_t n;
};

/* Removal first: what is in both lists stays. Every tag has been checked by itself. */
struct tag_change {
	struct mf_client *client;
	const char *run; /* pathspec */
	struct tag_names add, remove;
};

struct tag_values {
	const struct mf_value **v;
	size_t n, cap;
};

bool tags_have(const struct tag_names *tags, const struct mf_value *v);
/* Tags that are there and stay, then the new ones, sorted. *changed tells whether that is another
 * set. Refuses what Metaflow refuses: the removal of system tags, more than 50 user tags. */
int tags_next(const struct tag_change *c, const struct mf_value *record, struct arena *a,
	struct tag_values *out, bool *changed, struct mf_error *err);
/* Say that others keep changing the same run. */
int tags_contended(const struct tag_change *c, struct mf_error *err);

#endif
