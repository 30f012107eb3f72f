#include "shape.h"

#include <stdlib.h>

#include "../codec/value.h"
#include "ids.h"
#include "run.h"
#include "task.h"

const struct shape_step *shape_find(const struct shape *s, const char *step)
{
	for (size_t i = 0; s && i < s->n; i++)
		if (str_eq(s->steps[i].name, step))
			return &s->steps[i];
	return NULL;
}

bool shape_follows(const struct shape_step *s, const char *next)
{
	for (size_t i = 0; i < s->n_next; i++)
		if (str_eq(s->next[i], next))
			return true;
	return false;
}

static bool is_foreach(const char *type)
{
	return str_eq(type, "split-foreach") || str_eq(type, "split-parallel");
}

static bool add_next(struct arena *a, struct shape_step *s, const struct mf_value *names)
{
	size_t n = mf_value_count(names);
	s->next = arena_calloc(a, n + 1, sizeof(*s->next));
	for (size_t i = 0; s->next && i < n; i++) {
		const char *name = value_name(a, mf_value_item(names, i));
		if (name)
			s->next[s->n_next++] = name;
	}
	return s->next;
}

/* A foreach is closed by the matching_join of its split; old graphs do not name it: then by a join with one predecessor. */
static void find_closers(struct shape *s)
{
	bool named = false;
	for (size_t i = 0; i < s->n; i++) {
		struct shape_step *split = &s->steps[i];
		s->any_foreach = s->any_foreach || split->splits_foreach;
		if (!split->splits_foreach || !split->join)
			continue;
		named = true;
		for (size_t k = 0; k < s->n; k++)
			if (str_eq(s->steps[k].name, split->join))
				s->steps[k].closes_foreach = true;
	}
	for (size_t i = 0; i < s->n && s->any_foreach && !named; i++) {
		size_t before = 0;
		for (size_t k = 0; k < s->n; k++)
			before += shape_follows(&s->steps[k], s->steps[i].name);
		s->steps[i].closes_foreach = str_eq(s->steps[i].type, "join") && before == 1;
	}
}

static bool from_graph(struct arena *a, struct shape *s, const struct mf_value *steps)
{
	s->n = mf_value_count(steps);
	s->steps = arena_calloc(a, s->n + 1, sizeof(*s->steps));
	if (!s->steps)
		return false;
	for (size_t i = 0; i < s->n; i++) {
		struct shape_step *p = &s->steps[i];
		p->entry = mf_value_item(steps, i);
		p->name = value_name(a, mf_value_key(steps, i));
		const char *type = value_name(a, mf_value_get(p->entry, "type"));
		p->type = type ? type : "unknown";
		p->join = value_name(a, mf_value_get(p->entry, "matching_join"));
		if (!p->name)
			p->name = "?";
		if (!add_next(a, p, mf_value_get(p->entry, "next")))
			return false;
		p->splits_foreach = is_foreach(p->type);
		p->switches = str_eq(p->type, "split-switch");
		p->loops = shape_follows(p, p->name);
	}
	find_closers(s);
	return true;
}

/* ---- without a graph ---- */

/* Next steps and foreach variable of one finished task. */
static void learn(struct arena *a, struct shape_step *p, struct mf_object *task)
{
	struct mf_value *v;
	if (task_artifact_load(task, "_transition", &task->arena, &v, NULL) == MF_OK) {
		const struct mf_value *names = mf_value_item(v, 0);
		for (size_t i = 0; i < mf_value_count(names); i++) {
			const char *name = value_name(a, mf_value_item(names, i));
			if (!name || shape_follows(p, name))
				continue;
			const char **more = arena_calloc(a, p->n_next + 2, sizeof(*more));
			if (!more)
				return;
			if (p->n_next)
				memcpy(more, p->next, p->n_next * sizeof(*more));
			more[p->n_next++] = name;
			p->next = more;
		}
	}
	if (task_artifact_load(task, "_foreach_var", &task->arena, &v, NULL) == MF_OK && v->kind == MF_STRING) {
		p->splits_foreach = true;
		p->type = "split-foreach";
	}
}

static bool from_tasks(struct run *r, struct shape *s)
{
	struct arena *a = &r->arena;
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *steps, *tasks;
	struct mf_object *step, *task;
	s->reconstructed = true;
	if (mf_list(&steps, r->client, r->pathspec, &opts, NULL) < 0)
		return false;
	s->steps = arena_calloc(a, mf_iter_total(steps) + 1, sizeof(*s->steps));
	while (s->steps && mf_iter_next(steps, &step, NULL) == 1) {
		struct shape_step *p = &s->steps[s->n];
		*p = (struct shape_step){.name = arena_strdup(a, step->id[MF_STEP]), .type = "unknown"};
		if (p->name && mf_list(&tasks, r->client, step->pathspec, &opts, NULL) == MF_OK) {
			s->n++;
			while (mf_iter_next(tasks, &task, NULL) == 1) {
				learn(a, p, task);
				mf_object_free(task);
			}
			mf_iter_free(tasks);
		}
		p->switches = true; /* not known: what a task chose is looked up */
		p->loops = shape_follows(p, p->name ? p->name : "");
		s->any_foreach = s->any_foreach || p->splits_foreach;
		mf_object_free(step);
	}
	mf_iter_free(steps);
	bool any = false;
	for (size_t i = 0; i < s->n; i++)
		any = any || s->steps[i].n_next;
	return any;
}

const struct shape *run_shape(struct run *r)
{
	run_lock(r);
	if (!r->has_shape) {
		unsigned before = trouble_count();
		struct shape *s = arena_calloc(&r->arena, 1, sizeof(*s));
		const struct mf_value *steps = mf_value_get(run_graph(r), "steps");
		if (s && (steps ? from_graph(&r->arena, s, steps) : from_tasks(r, s)))
			r->shape = s;
		r->has_shape = trouble_count() == before;
	}
	run_unlock(r);
	return r->shape;
}
