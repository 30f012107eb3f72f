#include <stdlib.h>

#include "../base/err.h"
#include "../base/vec.h"
#include "audit.h"

/* Every value once, however often it is shared, cycles included. */

struct walk {
	VEC(const struct mf_value *) todo;
	const struct mf_value **seen; /* hash table */
	size_t n, cap;
};

static size_t slot(const struct walk *w, const struct mf_value *v)
{
	uint64_t h = (uint64_t)(uintptr_t)v * 0x9e3779b97f4a7c15u;
	size_t i = (size_t)(h >> 20) & (w->cap - 1);
	while (w->seen[i] && w->seen[i] != v)
		i = (i + 1) & (w->cap - 1);
	return i;
}

static bool widen(struct walk *w)
{
	if (w->seen && w->n < w->cap / 2)
		return true;
	struct walk wider = {.cap = w->cap ? 2 * w->cap : 256};
	wider.seen = calloc(wider.cap, sizeof(*wider.seen));
	if (!wider.seen)
		return false;
	for (size_t i = 0; i < w->cap; i++)
		if (w->seen[i])
			wider.seen[slot(&wider, w->seen[i])] = w->seen[i];
	free(w->seen);
	w->seen = wider.seen;
	w->cap = wider.cap;
	return true;
}

static bool has_parts(enum mf_kind kind)
{
	switch (kind) {
	case MF_LIST:
	case MF_TUPLE:
	case MF_SET:
	case MF_FROZENSET:
	case MF_DICT:
	case MF_OBJECT:
	case MF_PERSID:
	case MF_WRAPPED: return true;
	default: return false;
	}
}

/* Look at it now, at its parts later. */
static bool meet(struct walk *w, struct mf_audit *a, const struct mf_value *v)
{
	if (!v)
		return true;
	if (v->kind == MF_REF)
		return audit_import(a, v);
	if (v->kind == MF_EXT)
		return audit_other(a, v);
	if (!has_parts(v->kind))
		return true;
	if (!widen(w))
		return false;
	size_t at = slot(w, v);
	if (w->seen[at])
		return true;
	w->seen[at] = v;
	w->n++;
	return vec_push(&w->todo, v);
}

static bool meet_parts(struct walk *w, struct mf_audit *a, const struct mf_value *v)
{
	if (v->kind == MF_WRAPPED)
		return meet(w, a, v->u.wrap.item);
	if (v->kind == MF_OBJECT) {
		const struct mf_object_parts *o = v->u.obj;
		const struct mf_value *parts[] = {
			o->cls, o->args, o->kwargs, o->items, o->dict, o->state};
		bool good = audit_call(a, o->cls, o->args);
		for (size_t i = 0; good && i < sizeof(parts) / sizeof(parts[0]); i++)
			good = meet(w, a, parts[i]);
		return good;
	}
	bool good = v->kind != MF_PERSID || audit_other(a, v);
	for (size_t i = 0; good && i < v->u.list.n; i++)
		good = meet(w, a, v->u.list.v[i]);
	return good;
}

int audit_value(struct mf_audit *a, const struct mf_value *v, struct mf_error *err)
{
	struct walk w = {.n = 0};
	bool good = meet(&w, a, v);
	while (good && w.todo.n)
		good = meet_parts(&w, a, w.todo.v[--w.todo.n]);
	vec_release(&w.todo);
	free(w.seen);
	return good ? MF_OK : err_nomem(err);
}
