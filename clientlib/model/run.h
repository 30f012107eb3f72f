/* model/run.h: what the objects of one run share: its record with the tags, its graph, its end points. Reference-counted,
 * safe between threads (lazily read parts are read under a lock). */
#ifndef MF_MODEL_RUN_H
#define MF_MODEL_RUN_H

#include "object.h"

struct lineage;
struct service_run;
struct remote_run;
struct shape;

struct run {
	atomic_int refs;
	struct mf_client *client;
	struct arena arena;
	const char *flow, *id, *pathspec;
	pthread_mutex_t lock; /* recursive */
	bool has_record, has_graph, has_parameters, has_ends, has_steps, has_shape, has_data;
	struct mf_value *record;        /* NULL: unreadable */
	struct mf_error *record_error;
	const struct mf_value *graph;   /* _graph_info, NULL: there is none */
	struct mf_object *parameters;   /* the task of _parameters, NULL */
	const char *start, *end;        /* step names */
	struct fs_names steps;          /* directories of steps */
	const struct shape *shape;      /* model/shape.h, NULL */
	struct lineage *lineage;
	struct store *data;             /* where its data is, once that is known (has_data) */
	struct mf_error *data_error;    /* why there is none */
	struct service_run *service;    /* what a service has told of all its tasks, NULL */
	struct remote_run *remote;      /* what a datastore has of it, NULL */
};

struct run *run_get(struct mf_client *c, const char *flow, const char *id); /* NULL: out of memory */
void run_unref(struct run *r);

/* The record (MF_DICT); NULL when it cannot be read (then err says why). */
const struct mf_value *run_record(struct run *r, struct mf_error *err);
/* User or system tags as they are now; a list, or NULL. */
const struct mf_value *run_tags(struct run *r, bool system);
bool run_has_tag(struct run *r, const char *tag);
/* MF_OK, or MF_ENOTFOUND when the object (or for a flow: each of its runs) is outside the namespace. */
int run_in_namespace(struct mf_object *o, const char *ns, struct mf_error *err);
/* _graph_info, from the _parameters task or else from any task; NULL without one. */
const struct mf_value *run_graph(struct run *r);
/* The entry of a step in the graph, NULL. */
const struct mf_value *run_graph_step(struct run *r, const char *step);
const char *run_start_step(struct run *r);
const char *run_end_step(struct run *r);
/* The task of _parameters (lent, use under run_lock), NULL. */
struct mf_object *run_parameters(struct run *r);
/* The newest task of a step (yours), NULL if there is none. */
struct mf_object *run_step_task(struct run *r, const char *step);
/* The oldest task that ran last: run[end].task; yours, NULL. */
struct mf_object *run_end_task(struct run *r);
/* Directories that may be steps, sorted; lent. */
const struct fs_names *run_steps(struct run *r);

static inline void run_lock(struct run *r)
{
	pthread_mutex_lock(&r->lock);
}
static inline void run_unlock(struct run *r)
{
	pthread_mutex_unlock(&r->lock);
}

#endif
