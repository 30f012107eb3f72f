/* model/elsewhere.h: where a task ran when that was not the machine of the one who started it: ids,
 * pods, nodes, log streams, spot notices and nodes of @parallel, as its metadata tells
 * (elsewhere.def). */
#ifndef MF_MODEL_ELSEWHERE_H
#define MF_MODEL_ELSEWHERE_H

#include "object.h"

enum place {
#define PLACE(id, title) PLACE_##id,
#include "elsewhere.def"
#undef PLACE
	N_PLACES
};

/* Facts as they are found, in printed order, in the task's arena. */
struct place_facts {
	struct mf_object *task;
	struct arena *arena;
	struct mf_place_fact *v;
	enum place *place; /* of each */
	size_t n, cap;
};
/* False: out of memory. */
bool places_add(struct place_facts *f, enum place place, const struct mf_place_fact *fact);
/* The value of a fact by its name, NULL. */
const char *places_value(const struct place_facts *f, const char *name);
/* Of a task of @parallel: its node index, and the tasks of its other nodes or its control task. */
int places_nodes(struct place_facts *f, struct mf_error *err);

enum place_kind {
	KIND_PLAIN,
	KIND_FLAG, /* yes or no */
	KIND_BATCH_JOB,
	KIND_LOG_STREAM,
	KIND_EC2_INSTANCE,
	KIND_SFN_EXECUTION,
	KIND_SFN_MACHINE
};

/* What a link needs beside the value itself; NULL: not recorded. */
struct place_hints {
	const char *ec2_region, *log_region, *log_group, *machine;
};

/* The console's page of a value, in the arena; NULL where the facts allow none. What has not the
 * form that such a value has makes no link, so that data chooses neither host nor page. False: out
 * of memory. */
bool place_url(struct arena *a, enum place_kind kind, const char *value,
	const struct place_hints *hints, const char **out);

#endif
