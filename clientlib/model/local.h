/* model/local.h: the parts of the local provider: a .metaflow directory (data-model §2). */
#ifndef MF_MODEL_LOCAL_H
#define MF_MODEL_LOCAL_H

#include "iter.h"
#include "provider.h"

/* iter_local.c: names from the directory, times from ids or records. */
int local_list(struct mf_iter *it, struct mf_error *err);
/* status_local.c */
void local_run_status(struct mf_object *o, struct status *s);
void local_task_status(struct mf_object *o, struct status *s);
/* tags_local.c */
int local_change_tags(const struct tag_change *change, struct mf_error *err);

#endif
