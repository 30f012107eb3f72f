/* model/parts.h: pieces that several getters share. */
#ifndef MF_MODEL_PARTS_H
#define MF_MODEL_PARTS_H

#include "object.h"

/* "Flow/run" of the run that this one was resumed from, in the object's arena; NULL for none. Any
 * object of the run. */
const char *run_origin(struct mf_object *o);
/* Tasks of a step by status; returns their number. */
size_t step_counts(struct mf_object *step, size_t counts[5]);
size_t step_size(struct mf_object *step);
/* {"completed": 3, …} without zeros */
int field_counts(
	struct mf_object *o, const size_t counts[5], struct mf_value **out, struct mf_error *err);
/* One word for a step from the states of its tasks. */
enum mf_status counts_status(const size_t counts[5]);
/* Parent (or child) steps of a run without _graph_info, from _transition (data-model §6). */
int steps_without_graph(
	struct mf_object *step, bool parents, struct mf_value **out, struct mf_error *err);

/* The code package of a task: {sha, location, ds_type, script_name, info, flowspec_lines}; NULL
 * value for none. */
int code_info(struct mf_object *task, struct mf_value **out, struct mf_error *err);
/* The bytes of the package itself (sink NULL: it is not read), and its SHA in the task's arena;
 * *sha NULL: there is none. */
int code_package(
	struct mf_object *task, const struct mf_sink *sink, const char **sha, struct mf_error *err);
/* Ask the newest tasks of a run's steps, newest step first, about their packages until one answers:
 * `ask` returns 1 when it has, 0 to go on. Returns the last answer. hidden: also hidden steps. */
int code_of_run(struct mf_object *run, bool hidden,
	int (*ask)(void *self, struct mf_object *task, struct mf_error *err), void *self,
	struct mf_error *err);
/* What the client keeps of the package that was read last. */
struct code_kept;
int code_kept_new(struct code_kept **out, struct mf_error *err);
void code_kept_free(struct code_kept *kept); /* NULL is fine */
int code_environment(struct mf_object *task, struct mf_value **out, struct mf_error *err);
/* Cards of a task: [{type, id, hash, path}]; the path is below the root of cards. */
int card_list(struct mf_object *task, struct mf_value **out, struct mf_error *err);
/* Where cards are: `dir` of a store ("": its root); s NULL: there are none. */
struct card_place {
	struct store *s;
	const char *dir;
};
/* The same, and where their paths begin, in the arena of the task or its origin. */
int card_list_at(struct mf_object *task, struct mf_value **out, struct card_place *place, struct mf_error *err);
/* "ROOT/…/type-hash.html" as data_locate takes it; NULL: out of memory. */
char *card_where(struct arena *a, const struct card_place *place, const char *path);
/* The bytes of one of them to a sink; NULL: it is only looked at, whether it is there and may be read. */
int card_stream(struct mf_client *client, const struct card_place *place, const char *path, const struct mf_sink *sink,
	struct mf_error *err);

/* A deep copy into another arena (of acyclic values: records, code information). */
int value_clone(
	struct mf_value **out, struct arena *a, const struct mf_value *v, struct mf_error *err);

#endif
