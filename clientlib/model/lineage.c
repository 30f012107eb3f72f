#include "lineage.h"

#include <ctype.h>
#include <stdlib.h>

#include "../base/limits.h"
#include "../base/par.h"
#include "../base/vec.h"
#include "../codec/value.h"
#include "fields.h"
#include "parts.h"
#include "run.h"
#include "shape.h"
#include "task.h"

/* What the rule asks of a task. */
struct fact {
	const char *id;
	const char *key; /* "outer:2,inner:0," : frames, each ended by a comma; "" outside of a foreach */
	size_t depth;
	int64_t iteration;     /* of a recursive step; 0 elsewhere */
	const char *chosen;    /* ",a,b," : _transition[0] of a switch; NULL: not known */
};

/* The facts of the tasks of one step, sorted by key. */
struct step_facts {
	const char *step;
	struct fact *facts;
	size_t n;
};

struct lineage {
	struct arena arena;
	VEC(struct step_facts *) steps;
};

void lineage_free(struct lineage *l)
{
	if (!l)
		return;
	vec_release(&l->steps);
	arena_release(&l->arena);
	free(l);
}

/* ---- frames ---- */

static size_t parse_path(struct arena *a, const char *text, struct frame **out)
{
	size_t n = 0, cap = 1;
	for (const char *p = text; *p; p++)
		cap += *p == ',';
	struct frame *f = arena_calloc(a, cap, sizeof(*f));
	*out = f;
	for (const char *p = text; f && *p && n < MF_LIMIT_FOREACH_DEPTH;) {
		size_t len = strcspn(p, ",");
		const char *colon = memrchr(p, ':', len);
		if (!colon)
			break;
		f[n].step = arena_strndup(a, p, (size_t)(colon - p));
		f[n++].index = strtoll(colon + 1, NULL, 10);
		p += len + (p[len] == ',');
	}
	return n;
}

int task_frames(struct mf_object *o, const struct frame **out, size_t *n)
{
	struct frame *f = NULL;
	*out = NULL;
	*n = 0;
	const char *path = task_meta_text(o, "foreach-execution-path");
	if (path) {
		*n = parse_path(&o->arena, path, &f);
		*out = f;
		return f ? MF_OK : MF_ENOMEM;
	}
	struct mf_value *stack;
	if (task_artifact_load(o, "_foreach_stack", &o->arena, &stack, NULL) < 0)
		return MF_OK;
	size_t depth = mf_value_count(stack);
	f = arena_calloc(&o->arena, depth + 1, sizeof(*f));
	if (!f)
		return MF_ENOMEM;
	for (size_t i = 0; i < depth && i < MF_LIMIT_FOREACH_DEPTH; i++) {
		const struct mf_value *frame = mf_value_item(stack, i);
		const struct mf_value *args = frame->kind == MF_OBJECT ? mf_value_part(frame, MF_PART_ARGS) : frame;
		const struct mf_value *step = mf_value_item(args, 0);
		f[i].step = mf_value_kind(step) == MF_STRING ? arena_strndup(&o->arena, step->u.s.p, step->u.s.n) : NULL;
		f[i].index = mf_value_int(mf_value_item(args, 3));
		*n = i + 1;
	}
	*out = f;
	return MF_OK;
}

static const char *key_of(struct arena *a, const struct frame *f, size_t n)
{
	struct buf b = BUF_INIT(1 << 20);
	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "%s:%lld,", f[i].step ? f[i].step : "?", (long long)f[i].index);
	const char *key = b.failed ? NULL : arena_strndup(a, b.p, b.n);
	buf_release(&b);
	return key;
}

/* ---- facts ---- */

static int gather(struct mf_object *task, const struct shape *shape, const struct shape_step *s, struct arena *a,
	struct fact *out)
{
	struct mf_value *v;
	*out = (struct fact){.id = arena_strdup(a, task->id[MF_TASK]), .key = ""};
	if (shape->any_foreach) {
		const struct frame *frames;
		if (task_frames(task, &frames, &out->depth) < 0)
			return MF_ENOMEM;
		out->key = key_of(a, frames, out->depth);
	}
	if (s->loops && task_artifact_load(task, "_iteration_stack", &task->arena, &v, NULL) == MF_OK && mf_value_count(v))
		out->iteration = mf_value_int(mf_value_item(v, mf_value_count(v) - 1));
	if (s->switches && task_artifact_load(task, "_transition", &task->arena, &v, NULL) == MF_OK) {
		struct buf b = BUF_INIT(1 << 20);
		const struct mf_value *names = mf_value_item(v, 0);
		buf_addc(&b, ',');
		for (size_t i = 0; i < mf_value_count(names); i++) {
			size_t n;
			const char *p = mf_value_text(mf_value_item(names, i), &n);
			if (p)
				buf_add(&b, p, n);
			buf_addc(&b, ',');
		}
		out->chosen = b.failed ? NULL : arena_strndup(a, b.p, b.n);
		buf_release(&b);
		if (!out->chosen)
			return MF_ENOMEM;
	}
	return out->id && out->key ? MF_OK : MF_ENOMEM;
}

static int by_key(const void *pa, const void *pb)
{
	const struct fact *a = pa, *b = pb;
	int c = strcmp(a->key, b->key);
	return c ? c : strcmp(a->id, b->id);
}

/* Facts of all tasks of a step, gathered once per run context; under the run's lock. Tasks are evaluated one by one: a
 * thread that waited for the lock would wait for us. */
static struct step_facts *step_facts(struct run *r, const struct shape *shape, const char *step)
{
	if (!r->lineage) {
		r->lineage = calloc(1, sizeof(*r->lineage));
		if (!r->lineage)
			return NULL;
		arena_init(&r->lineage->arena, 0);
	}
	struct lineage *l = r->lineage;
	for (size_t i = 0; i < l->steps.n; i++)
		if (str_eq(l->steps.v[i]->step, step))
			return l->steps.v[i];
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *iter;
	struct mf_object *task;
	struct step_facts *f = arena_calloc(&l->arena, 1, sizeof(*f));
	const struct shape_step *s = shape_find(shape, step);
	const char *path = f && s ? arena_printf(&l->arena, "%s/%s", r->pathspec, step) : NULL;
	if (!path || !(f->step = arena_strdup(&l->arena, step)))
		return NULL;
	if (mf_list(&iter, r->client, path, &opts, NULL) == MF_OK) {
		int rc = MF_OK;
		f->facts = arena_calloc(&l->arena, mf_iter_total(iter) + 1, sizeof(*f->facts));
		while (rc == MF_OK && f->facts && mf_iter_next(iter, &task, NULL) == 1) {
			if (!task->error)
				rc = gather(task, shape, s, &l->arena, &f->facts[f->n++]);
			mf_object_free(task);
		}
		mf_iter_free(iter);
		if (rc < 0 || !f->facts)
			return NULL;
		qsort(f->facts, f->n, sizeof(*f->facts), by_key);
	}
	return vec_push(&l->steps, f) ? f : NULL;
}

/* ---- the rule ---- */

/* Length of a key without its last frame. */
static size_t shorter(const char *key)
{
	size_t n = strlen(key);
	if (n)
		n--;
	while (n && key[n - 1] != ',')
		n--;
	return n;
}

static bool same_prefix(const char *a, size_t na, const char *b, size_t nb)
{
	return na == nb && memcmp(a, b, na) == 0;
}

/* Is task c of step s a parent of task t of step u? */
static bool precedes(const struct shape *shape, const struct shape_step *s, const struct fact *c,
	const struct shape_step *u, const struct fact *t)
{
	if (c->chosen) {
		const char *at = c->chosen;
		size_t n = strlen(u->name);
		while ((at = strchr(at, ',')) && !(strncmp(at + 1, u->name, n) == 0 && at[1 + n] == ','))
			at++;
		if (!at)
			return false;
	}
	bool opens = shape->reconstructed ? t->depth > c->depth : s->splits_foreach;
	bool closes = shape->reconstructed ? t->depth < c->depth : u->closes_foreach;
	if (opens ? !(t->depth && same_prefix(c->key, strlen(c->key), t->key, shorter(t->key)))
	    : closes ? !(c->depth && same_prefix(c->key, shorter(c->key), t->key, strlen(t->key)))
		     : !str_eq(c->key, t->key))
		return false;
	if (str_eq(s->name, u->name))
		return c->iteration == t->iteration - 1;
	return t->iteration == 0;
}

static size_t lower(const struct step_facts *f, const char *key, size_t n)
{
	size_t lo = 0, hi = f->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (strncmp(f->facts[mid].key, key, n) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Add the tasks of step `other` that precede (or follow) `self`. Related keys share the shorter path, so they stand
 * together in the sorted facts. */
static bool add_related(struct mf_object *o, struct run *r, const struct shape *shape, const struct shape_step *step,
	const struct fact *self, const struct shape_step *other, bool parents, struct mf_value *list)
{
	struct step_facts *f = step_facts(r, shape, other->name);
	if (!f)
		return false;
	size_t common = strlen(self->key);
	bool longer = parents ? step->closes_foreach : step->splits_foreach; /* others have one frame more */
	if (!longer || shape->reconstructed)
		common = shape->reconstructed || (parents ? other->splits_foreach : other->closes_foreach) ? shorter(self->key) : common;
	for (size_t i = lower(f, self->key, common); i < f->n && strncmp(f->facts[i].key, self->key, common) == 0; i++) {
		const struct fact *x = &f->facts[i];
		if (!(parents ? precedes(shape, other, x, step, self) : precedes(shape, step, self, other, x)))
			continue;
		const char *path = arena_printf(&o->arena, "%s/%s/%s", r->pathspec, other->name, x->id);
		if (!path || !value_push(&o->arena, list, value_text(&o->arena, MF_STRING, path, strlen(path))))
			return false;
	}
	return true;
}

int lineage_of(struct mf_object *o, bool parents, struct mf_value **out, struct mf_error *err)
{
	struct run *r = object_run(o);
	if (!r)
		return err_nomem(err);
	const struct shape *shape = run_shape(r);
	if (!shape)
		return MF_OK;
	struct mf_value *list = field_new(o, MF_LIST);
	const struct shape_step *step = shape_find(shape, o->id[MF_STEP]);
	bool ok = list;
	run_lock(r);
	if (ok && step) {
		struct step_facts *mine = step_facts(r, shape, step->name);
		const struct fact *self = NULL;
		for (size_t i = 0; mine && i < mine->n && !self; i++)
			if (str_eq(mine->facts[i].id, o->id[MF_TASK]))
				self = &mine->facts[i];
		ok = mine;
		for (size_t i = 0; ok && self && i < shape->n; i++) {
			const struct shape_step *other = &shape->steps[i];
			if (parents ? shape_follows(other, step->name) : shape_follows(step, other->name))
				ok = add_related(o, r, shape, step, self, other, parents, list);
		}
	}
	run_unlock(r);
	return ok ? field_sorted(o, list, NULL, out, err) : err_nomem(err);
}

int steps_without_graph(struct mf_object *o, bool parents, struct mf_value **out, struct mf_error *err)
{
	struct run *r = object_run(o);
	const struct shape *shape = r ? run_shape(r) : NULL;
	const struct shape_step *step = shape_find(shape, o->id[MF_STEP]);
	struct mf_value *list = field_new(o, MF_LIST);
	if (!r || !list)
		return err_nomem(err);
	for (size_t i = 0; parents && shape && i < shape->n; i++)
		if (shape_follows(&shape->steps[i], o->id[MF_STEP])
			&& !value_push(&o->arena, list, value_str(&o->arena, shape->steps[i].name)))
			return err_nomem(err);
	for (size_t i = 0; !parents && step && i < step->n_next; i++)
		if (!value_push(&o->arena, list, value_str(&o->arena, step->next[i])))
			return err_nomem(err);
	return field_sorted(o, list, NULL, out, err);
}
