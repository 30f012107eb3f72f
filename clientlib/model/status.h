/* model/status.h: status with its reason (cli.md §4, data-model §2.8). */
#ifndef MF_MODEL_STATUS_H
#define MF_MODEL_STATUS_H

#include "object.h"

enum reason {
#define REASON(code, status, help) REASON_##code,
#include "status.def"
#undef REASON
};

struct status {
	enum mf_status status;
	enum reason reason;
	const char *text;     /* what decided, without its age; may hold one %d, which stands for `number` */
	int number;
	const char *evidence; /* file, metadata field, pid or pathspec; lives with the object */
	int64_t at;           /* time of the evidence, MF_NO_TIME */
	int64_t started_at;   /* where it was looked for: ask object_started */
	int64_t ended_at;     /* when it ended, however it ended; MF_NO_TIME while it runs or if unknown */
};

/* Status of a run or task, computed once per object. NULL: out of memory. */
const struct status *object_status(struct mf_object *o);

/* The reason in words, with its evidence and age; in the object's arena. */
const char *status_text(struct mf_object *o);
/* When the current attempt of a task started, or a run was created; MF_NO_TIME. */
int64_t object_started(struct mf_object *o);

#endif
