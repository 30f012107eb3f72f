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

/* ---- for the files that decide ---- */

/* text is a literal with at most one %d, or made in the object's arena (then without a percent sign that means anything). */
void status_decide(struct status *s, enum reason reason, int64_t at, const char *evidence, const char *text, int number);
/* Is the value of attempt_ok or _task_ok a yes? */
bool status_is_true(const struct mf_value *v);
/* When attempt n started, MF_NO_TIME if that was not recorded. */
int64_t status_attempt_started(struct mf_object *o, int n);
/* When _task_ok was recorded, MF_NO_TIME. */
int64_t status_task_ok_time(struct mf_object *o);
/* Decide by the artifact _task_ok of attempt n; false if it has none. */
bool status_by_task_ok(struct mf_object *o, struct status *s, int n);
/* Decide by N.runtime of the local scheduler; false if it has left none. */
bool status_by_exit(struct mf_object *o, struct status *s, int n);
/* Decide for a run by its end task, which has completed or failed as e says. */
void status_by_end_task(struct mf_object *o, struct status *s, struct mf_object *end, const struct status *e);

/* ---- for all ---- */

/* The status alone, for less where the provider can. */
enum mf_status object_status_word(struct mf_object *o);
/* Status and end of one of n tasks of a step. Where there are thousands and each would cost the rows of all, the end is the
 * last sign of life: up to some ten seconds early. */
enum mf_status object_status_among(struct mf_object *task, size_t n, int64_t *ended_at);
/* The reason in words, with its evidence and age; in the object's arena. */
const char *status_text(struct mf_object *o);
/* When the current attempt of a task started, or a run was created; MF_NO_TIME. */
int64_t object_started(struct mf_object *o);

#endif
