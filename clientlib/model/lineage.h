/* model/lineage.h: which task follows which, by the exact rule of data-model §7.3. */
#ifndef MF_MODEL_LINEAGE_H
#define MF_MODEL_LINEAGE_H

#include "object.h"

struct lineage;

void lineage_free(struct lineage *l);
/* Pathspecs of the parents (or children) of a task, sorted, as an MF_LIST in the object's arena. *out is an MF_NULL where
 * no graph can be had. */
int lineage_of(struct mf_object *task, bool parents, struct mf_value **out, struct mf_error *err);
/* Frames of a task's foreach path, in its arena; n is 0 outside of a foreach. From foreach-execution-path, or for old runs
 * from _foreach_stack. */
struct frame {
	const char *step; /* NULL: not recorded */
	int64_t index;
};
int task_frames(struct mf_object *task, const struct frame **out, size_t *n);

#endif
