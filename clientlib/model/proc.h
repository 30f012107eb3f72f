/* model/proc.h: which processes of this machine work on a run: the only positive proof of life that a local history has
 * (data-model §2.8). */
#ifndef MF_MODEL_PROC_H
#define MF_MODEL_PROC_H

#include "object.h"

struct proc_table;

void proc_free(struct proc_table *t);
/* A worker of the run (of that step and task unless NULL): its pid, 0 if there is none. */
long proc_worker(struct mf_client *c, const char *run, const char *step, const char *task);
/* The scheduler of a run that was created at `created` from `script` (base name): its pid, 0 if there is none. Schedulers do
 * not name their run, so it is the youngest process that runs this script in this history and started before the run. */
long proc_scheduler(struct mf_client *c, const char *script, int64_t created);

#endif
