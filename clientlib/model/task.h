/* model/task.h: what is known of a task beyond its record: metadata, attempts, artifacts. All functions take a task object,
 * or an artifact object in place of its task. */
#ifndef MF_MODEL_TASK_H
#define MF_MODEL_TASK_H

#include "object.h"

/* The object's struct task, made when first asked for; NULL: out of memory. */
struct task *task_of(struct mf_object *o);
void task_release(struct task *t);

/* Names of the task's rows of the kinds `what` (enum rows_of; others may be among them), sorted. */
int task_list(struct mf_object *o, unsigned what, struct mf_error *err);
/* Names of the files in the task's datastore directory, sorted. */
int task_list_data(struct mf_object *o, struct mf_error *err);
/* All metadata by (ts, name, value); those of a clone's origin are merged in behind. */
int task_meta(struct mf_object *o, struct mf_error *err);
/* The entry of a field with the greatest ts, as metadata_dict has it; reads only the files of that field. NULL. */
const struct meta *task_meta_newest(struct mf_object *o, const char *field);
/* The text of a metadata value: strings as they are, the rest as JSON text; NULL for none. In the object's arena. */
const char *task_meta_text(struct mf_object *o, const char *field);
/* Does the entry belong to attempt n (data-model §2.5)? Needs task_meta. */
bool task_meta_of_attempt(struct mf_object *o, const struct meta *m, int n);

/* The three attempt rules of data-model §2.4. */
int attempt_latest_done(struct mf_object *o);      /* whose artifacts the client shows; -1: none */
int attempt_latest_started(struct mf_object *o);   /* current_attempt: 0 when none is recorded */
int attempt_by_count(struct mf_object *o);          /* the same from the names of files alone; -1: cannot tell */
int attempt_of_datastore(struct mf_object *o);     /* newest started, if it is DONE; -1: none */
/* Attempts that left metadata, as a bit set. */
unsigned attempts_seen(struct mf_object *o);
/* Which attempt's artifacts belong to this object: the one asked for, else the latest done. -1: none. */
int task_artifact_attempt(struct mf_object *o);

/* SHA and time of an artifact, from its record. MF_ENOTFOUND if the task has none of that name. Lent. */
int task_artifact_brief(struct mf_object *o, const char *name, struct artifact_record **out, struct mf_error *err);
/* The same with the whole record parsed, once for all who ask: for lists of artifacts. */
int task_artifact_listed(struct mf_object *o, const char *name, struct artifact_record **out, struct mf_error *err);
/* Is it the SHA of a pickled True? */
bool artifact_is_true(const char *sha);
/* Is it that of True, False or None? */
bool artifact_is_known(const char *sha);
/* The record of an artifact. MF_ENOTFOUND if the task has none of that name. */
int task_artifact_record(struct mf_object *o, const char *name, struct mf_value **out, struct mf_error *err);
/* Names of the artifacts of the chosen attempt, in file order. The strings live in the object's arena. */
int task_artifact_names(struct mf_object *o, const char ***out, size_t *n, struct mf_error *err);
/* The value of an artifact, decoded into `arena`. Known constants are answered without reading the datastore. */
int task_artifact_load(struct mf_object *o, const char *name, struct arena *arena, struct mf_value **out,
	struct mf_error *err);
/* Bytes of the file behind an IncludeFile artifact, -1 when its descriptor does not say. */
int artifact_included_size(struct mf_object *artifact, int64_t *n, struct mf_error *err);
/* N.data.json of an attempt, NULL if there is none or it cannot be read (then err says why). */
const struct mf_value *task_data_json(struct mf_object *o, int attempt, struct mf_error *err);
/* Does the task's datastore directory have file "<attempt>.<name>"? */
bool task_has_file(struct mf_object *o, int attempt, const char *name);
/* The task that a clone was made from (lent), NULL if it is no clone or cannot be found. */
struct mf_object *task_origin(struct mf_object *o);
/* "Flow/run/step/task" of the origin by metadata, whether it exists or not; NULL for no clone. */
const char *task_origin_pathspec(struct mf_object *o);

#endif
