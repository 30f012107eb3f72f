/* model/task_files.h: how the files of a task are named and read; for task.c, attempt.c and task_artifact.c. */
#ifndef MF_MODEL_TASK_FILES_H
#define MF_MODEL_TASK_FILES_H

#include "object.h"

/* Texts put together, without the cost of formatting: this is done for every file of every task. NULL: out of memory. */
char *task_join(struct arena *a, const char *x, const char *y, const char *z);
/* "F/r/s/t" + suffix; NULL: out of memory. */
const char *task_below(struct mf_object *o, const char *suffix);
/* Where the facts of its task are kept: an artifact that was listed shares them with the others. */
struct mf_object *task_keeper(struct mf_object *o);
/* First of the sorted names that starts with prefix (or would stand there). */
size_t names_lower(const struct fs_names *names, const char *prefix);
/* sysmeta_….json */
bool task_is_meta_file(const char *name);
/* Read a file of _meta into the object's arena: through the open directory while there is one. */
int task_meta_read(struct mf_object *o, const char *file, char **text, size_t *n, struct mf_error *err);
/* Name the file of _meta in an error. */
void task_meta_where(struct mf_object *o, const char *file, struct mf_error *err);
/* One metadata entry from its file. */
int task_read_meta(struct mf_object *o, const char *file, struct meta *m, struct mf_error *err);
/* A metadata value as an attempt number: 3, "3"; false for anything else. */
bool task_as_attempt(const struct mf_value *v, int *out);

#endif
