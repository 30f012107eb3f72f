/* Lists of all tasks of a step with a few plain fields, as monitoring asks for them: each task is
 * visited once. The pass that reads the record for its time evaluates the fields too, while the
 * kernel still has the task's directory at hand; only the values are kept, and the object is made
 * again when its turn comes. */
#include <stdlib.h>

#include "iter.h"

enum { TODO, KEPT, LEFT_OUT };

struct eager {
	struct arena texts; /* under lock */
	pthread_mutex_t lock;
	unsigned char *state;    /* by entry.name */
	struct mf_value *values; /* n_fields of each */
	_Atomic int nomem;
};

bool iter_is_eager(const struct mf_iter *it)
{
	size_t n;
	const struct mf_field *f = mf_fields(it->entity, &n);
	if (it->entity != MF_TASK || it->opts.limit || !it->opts.n_fields || it->dirfd < 0)
		return false;
	for (size_t i = 0; i < it->opts.n_fields; i++)
		if (f[it->opts.fields[i]].type >= MF_T_LIST)
			return false;
	return true;
}

/* Copy a scalar so that it outlives the object; false: it is none, or out of memory. Under lock. */
static bool keep_value(struct eager *g, struct mf_value *to, const struct mf_value *v)
{
	*to = *v;
	switch (v->kind) {
	case MF_NULL:
	case MF_BOOL:
	case MF_INT:
	case MF_FLOAT: return true;
	case MF_STRING: return (to->u.s.p = arena_strndup(&g->texts, v->u.s.p, v->u.s.n)) != NULL;
	default: return false;
	}
}

/* Evaluate the fields, then copy them. */
static bool keep_values(struct mf_iter *it, struct mf_object *o, struct mf_value *to)
{
	struct eager *g = it->eager;
	bool kept = true;
	for (size_t f = 0; f < it->opts.n_fields; f++)
		mf_object_field(o, it->opts.fields[f]);
	pthread_mutex_lock(&g->lock);
	for (size_t f = 0; kept && f < it->opts.n_fields; f++)
		kept = keep_value(g, &to[f], mf_object_field(o, it->opts.fields[f]));
	pthread_mutex_unlock(&g->lock);
	return kept;
}

static void visit(void *arg, size_t i)
{
	struct mf_iter *it = arg;
	struct eager *g = it->eager;
	struct entry *e = &it->entries[i];
	if (mf_cancel_is_set(it->opts.cancel))
		return;
	struct mf_object *o = iter_object(it, e, true);
	if (!o) {
		g->nomem = 1;
		return;
	}
	int rc = iter_quick_ts(it, entry_name(it, e), &o->arena, &o->ts);
	e->exact = true;
	e->bound = rc < 0 ? MF_NO_TIME : o->ts;
	e->gone = rc == MF_ENOTFOUND;
	if (rc == MF_OK && o->ts != MF_NO_TIME) {
		g->state[e->name] = !iter_keeps(it, o) ? LEFT_OUT
			: keep_values(it, o, g->values + e->name * it->opts.n_fields) ? KEPT
			: TODO; /* an error in a field: told again in its turn */
	}
	mf_object_free(o); /* base_fd is the list's */
}

int iter_eager_pass(struct mf_iter *it, struct mf_error *err)
{
	struct eager *g = calloc(1, sizeof(*g));
	if (!g)
		return err_nomem(err);
	it->eager = g;
	arena_init(&g->texts, 0);
	pthread_mutex_init(&g->lock, NULL);
	g->state = calloc(it->names.n + 1, 1);
	g->values = calloc(it->names.n + 1, it->opts.n_fields * sizeof(*g->values));
	/* the context of the run is shared by all: make it once, before threads look for it */
	if (!g->state || !g->values || !object_run(it->parent))
		return err_nomem(err);
	par_for(it->n_entries, HEAVY_WORTH_THREADS, visit, it);
	return g->nomem ? err_nomem(err) : MF_OK;
}

/* The object of an entry; *out is NULL when it was filtered out. */
static int take(struct mf_iter *it, const struct entry *e, struct mf_object **out)
{
	struct eager *g = it->eager;
	const struct mf_value *values = g->values + e->name * it->opts.n_fields;
	size_t n;
	*out = NULL;
	if (g->state[e->name] == TODO)
		return iter_load(it, e, out);
	if (g->state[e->name] == LEFT_OUT)
		return MF_OK;
	mf_fields(it->entity, &n);
	struct mf_object *o = iter_object(it, e, false);
	if (!o)
		return MF_ENOMEM;
	object_settle(o);
	o->ts = e->bound;
	o->fields = arena_calloc(&o->arena, n, sizeof(*o->fields));
	for (size_t f = 0; o->fields && f < it->opts.n_fields; f++) {
		const struct mf_value *v = &values[f];
		struct mf_value *copy = value_new(&o->arena, v->kind);
		if (!copy)
			break;
		*copy = *v;
		if (v->kind == MF_STRING &&
			!(copy->u.s.p = arena_strndup(&o->arena, v->u.s.p, v->u.s.n)))
			break;
		o->fields[it->opts.fields[f]] =
			copy; /* what is not kept is read again when asked for */
	}
	*out = o;
	return MF_OK;
}

/* All bounds are exact: the order of the entries is that of the objects. */
int iter_eager_next(struct mf_iter *it, struct mf_object **out, struct mf_error *err)
{
	*out = NULL;
	/* behind the first that is too old all are, or nothing is known of their time */
	while (it->n_entries && (it->opts.since == MF_NO_TIME || it->entries[0].bound >= it->opts.since)) {
		if (mf_cancel_is_set(it->opts.cancel))
			return err_set(err, MF_ECANCELLED, "cancelled");
		struct entry e = iter_take_entry(it);
		if (take(it, &e, out) < 0)
			return err_nomem(err);
		if (*out)
			return 1;
	}
	return 0;
}

void iter_eager_free(struct mf_iter *it)
{
	struct eager *g = it->eager;
	if (!g)
		return;
	arena_release(&g->texts);
	pthread_mutex_destroy(&g->lock);
	free(g->state);
	free(g->values);
	free(g);
}
