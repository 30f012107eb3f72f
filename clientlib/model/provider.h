/* model/provider.h: where records come from. One table of functions for each kind of provider; the
 * rest of the model does not know which it is. What Metaflow's local provider keeps as files of a
 * task's _meta directory is called a row here, and named as those files are:
 * "sysmeta_FIELD_ID.json" for metadata, "ATTEMPT_artifact_NAME.json" for artifacts. A row's text is
 * a JSON object with the keys of data-model §2.2, which are those of the service too. */
#ifndef MF_MODEL_PROVIDER_H
#define MF_MODEL_PROVIDER_H

#include "object.h"
#include "run.h"
#include "status.h"

enum rows_of { ROWS_META = 1, ROWS_ARTIFACTS = 2 };

struct mf_iter;
struct tag_change;

struct provider {
	const char *scheme;
	/* The record of a flow, run, step or task: an MF_DICT in the arena. MF_ENOTFOUND … */
	int (*record)(struct mf_client *c, const char *pathspec, struct arena *a,
		struct mf_value **out, struct mf_error *err);
	/* Append the names of what is below an object ("" for the flows), hidden ones too, in any order; below a history and a
	 * flow there may be names that are none of theirs (iter_wants). */
	int (*names)(struct mf_client *c, const char *pathspec, struct fs_names *out, struct mf_error *err);
	/* Make sure that task->names holds the names of the rows that are asked for (enum rows_of),
	 * sorted. */
	int (*task_rows)(struct mf_object *task, unsigned what, struct mf_error *err);
	/* Text of a row of those, into the arena of o (the task, or an artifact of it). */
	int (*task_row)(struct mf_object *o, const char *name, char **text, size_t *n,
		struct mf_error *err);
	/* The attempt whose artifacts the client shows, -1: none; *known is set unless it could not
	 * be told. */
	int (*artifact_attempt)(struct mf_object *task, bool *known);
	/* Fill a list: names, entries with their bounds. MF_ENOTFOUND if there is no such parent. */
	int (*list)(struct mf_iter *it, struct mf_error *err);
	/* Append the next part of a list that came in pages; NULL: lists come whole. */
	int (*next_page)(struct mf_iter *it, struct mf_error *err);
	/* The status of a run or task alone (enum mf_status) where it can be had for less than its reason; -1: it cannot.
	 * NULL: never. */
	int (*status_word)(struct mf_object *o);
	/* When a task last gave a sign of life, told by its record; NULL with status_word. */
	int64_t (*last_sign)(struct mf_object *o);
	/* Rows of these kinds will be asked for of many tasks of the run; NULL: that makes no difference. */
	void (*expect)(struct run *r, unsigned what);
	/* Status of a run or of a task. */
	void (*run_status)(struct mf_object *o, struct status *s);
	void (*task_status)(struct mf_object *o, struct status *s);
	/* The store of a local root that records name, as far as the provider trusts them; NULL: the client's own. */
	struct store *(*local_root)(struct mf_client *c, const char *root);
	/* Change the tags of a run. */
	int (*change_tags)(const struct tag_change *change, struct mf_error *err);
};

/* The same for the run that a pathspec is below. */
void provider_expect(struct mf_client *c, const char *pathspec, unsigned what);

extern const struct provider provider_local, provider_service, provider_datastore;

#endif
