#include "audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/err.h"
#include "../base/util.h"

/* Calls of calls of calls … whose first name is looked for. */
enum { CALLS = 32 };

static const char *const actions[] = {"import", "call", "persistent id", "extension"};

const char *mf_risk_name(enum mf_risk risk)
{
	static const char *const names[] = {"safe", "unknown", "dangerous"};
	return (size_t)risk < ARRAY_SIZE(names) ? names[risk] : "unknown";
}

/* ---- the names that were found ---- */

static uint64_t hash_of(const char *p, size_t n, enum audit_action action)
{
	uint64_t h = hash_add(HASH_EMPTY ^ (action <= AUDIT_CALL ? 0 : (uint64_t)action), p, n);
	return h ^ h >> 29;
}

/* Where an entry is in the table, or would be. An import that is called too is one entry. */
static size_t *slot(
	const struct mf_audit *a, const char *p, size_t n, enum audit_action action, uint64_t hash)
{
	size_t i = hash & (a->cap - 1);
	while (a->table[i]) {
		const struct audit_entry *e = &a->entries.v[a->table[i] - 1];
		bool kin = e->action == action || (e->action <= AUDIT_CALL && action <= AUDIT_CALL);
		if (e->hash == hash && kin && e->finding.n == n &&
			memcmp(e->finding.name, p, n) == 0)
			break;
		i = (i + 1) & (a->cap - 1);
	}
	return &a->table[i];
}

static bool widen(struct mf_audit *a)
{
	if (a->table && a->entries.n < a->cap / 2)
		return true;
	size_t cap = a->cap ? 2 * a->cap : 64;
	size_t *table = calloc(cap, sizeof(*table));
	if (!table)
		return false;
	free(a->table);
	a->table = table;
	a->cap = cap;
	for (size_t i = 0; i < a->entries.n; i++) {
		const struct audit_entry *e = &a->entries.v[i];
		*slot(a, e->finding.name, e->finding.n, e->action, e->hash) = i + 1;
	}
	return true;
}

static bool note(
	struct mf_audit *a, const char *p, size_t n, enum audit_action action, enum mf_risk risk)
{
	uint64_t hash = hash_of(p, n, action);
	if (!widen(a))
		return false;
	size_t *at = slot(a, p, n, action, hash);
	if (*at) {
		struct audit_entry *e = &a->entries.v[*at - 1];
		if (action > e->action)
			e->action = action;
		if (risk > e->finding.risk)
			e->finding.risk = risk;
		return true;
	}
	struct audit_entry e = {.action = action, .hash = hash, .order = a->entries.n};
	e.finding = (struct mf_finding){arena_strndup(&a->arena, p, n), n, NULL, risk};
	if (!e.finding.name || !vec_push(&a->entries, e))
		return false;
	*at = a->entries.n;
	return true;
}

bool audit_import(struct mf_audit *a, const struct mf_value *ref)
{
	return note(a, ref->u.s.p, ref->u.s.n, AUDIT_IMPORT, audit_global(ref->u.s.p, ref->u.s.n));
}

static bool dangerous(const struct mf_value *v)
{
	return v->kind == MF_REF && audit_global(v->u.s.p, v->u.s.n) == MF_RISK_DANGEROUS;
}

/* The risk of calling a global, where it depends on the arguments. */
static enum mf_risk risk_of_call(const struct mf_value *f, const struct mf_value *args)
{
	enum mf_risk risk = audit_global(f->u.s.p, f->u.s.n);
	size_t n = args && args->kind == MF_TUPLE ? args->u.list.n : 0;
	if (value_is(f, "builtins.getattr") && n >= 2) {
		const struct mf_value *of = args->u.list.v[0], *name = args->u.list.v[1];
		if (name->kind != MF_STRING)
			return MF_RISK_UNKNOWN;
		/* of a global it is the global of that name, which is judged by itself */
		return of->kind == MF_REF && n == 2 ? MF_RISK_SAFE
						    : audit_attribute(name->u.s.p, name->u.s.n);
	}
	for (size_t i = 0; i < n && risk == MF_RISK_UNKNOWN; i++)
		if (dangerous(args->u.list.v[i])) /* partial(os.system, …) and the like */
			risk = MF_RISK_DANGEROUS;
	return risk;
}

/* A callable that is itself the result of calls: "functools.partial(…)(…)", after the name where it
 * begins. */
static bool call_computed(struct mf_audit *a, const struct mf_value *f)
{
	char text[512];
	enum mf_risk risk = MF_RISK_UNKNOWN;
	size_t calls = 0, n = 0;
	while (f && f->kind == MF_OBJECT && calls < CALLS) {
		f = f->u.obj->cls;
		calls++;
	}
	if (f && f->kind == MF_REF) {
		n = f->u.s.n < 256 ? f->u.s.n : 256;
		memcpy(text, f->u.s.p, n);
		if (audit_global(f->u.s.p, f->u.s.n) == MF_RISK_DANGEROUS)
			risk = MF_RISK_DANGEROUS;
	}
	n += (size_t)snprintf(text + n, sizeof(text) - n, "%s",
		n                            ? ""
		: !f || f->kind == MF_OBJECT ? "…"
		: f->kind == MF_PERSID       ? "persistent id"
		: f->kind == MF_EXT          ? "extension"
					     : "…");
	for (size_t i = 0; i < calls && i < 8; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "(…)");
	return note(a, text, n, AUDIT_CALL, risk);
}

bool audit_call(struct mf_audit *a, const struct mf_value *f, const struct mf_value *args)
{
	if (f && f->kind == MF_REF)
		return note(a, f->u.s.p, f->u.s.n, AUDIT_CALL, risk_of_call(f, args));
	return call_computed(a, f);
}

bool audit_other(struct mf_audit *a, const struct mf_value *v)
{
	char code[24];
	if (v->kind == MF_EXT) {
		int n = snprintf(code, sizeof(code), "%lld", (long long)v->u.i);
		return note(a, code, (size_t)n, AUDIT_EXTENSION, MF_RISK_UNKNOWN);
	}
	if (v->kind != MF_PERSID)
		return true;
	const struct mf_value *id = v->u.list.n ? v->u.list.v[0] : NULL;
	size_t n;
	const char *text = mf_value_text(id, &n);
	if (text)
		return note(a, text, n, AUDIT_PERSISTENT, MF_RISK_UNKNOWN);
	if (id && id->kind == MF_INT) {
		int len = snprintf(code, sizeof(code), "%lld", (long long)id->u.i);
		return note(a, code, (size_t)len, AUDIT_PERSISTENT, MF_RISK_UNKNOWN);
	}
	return note(a, "…", strlen("…"), AUDIT_PERSISTENT, MF_RISK_UNKNOWN);
}

/* ---- the public face ---- */

static int worst_first(const void *a, const void *b)
{
	const struct audit_entry *x = a, *y = b;
	if (x->finding.risk != y->finding.risk)
		return x->finding.risk > y->finding.risk ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static int finish(struct mf_audit **out, struct mf_audit *a, int rc)
{
	if (rc == MF_ENOMEM) {
		mf_audit_free(a);
		return rc;
	}
	if (a->entries.n)
		qsort(a->entries.v, a->entries.n, sizeof(*a->entries.v), worst_first);
	for (size_t i = 0; i < a->entries.n; i++)
		a->entries.v[i].finding.action = actions[a->entries.v[i].action];
	free(a->table); /* its indexes are of the old order */
	a->table = NULL;
	*out = a;
	return rc;
}

static struct mf_audit *start(struct mf_audit **out, struct mf_error *err)
{
	struct mf_audit *a = calloc(1, sizeof(*a));
	*out = NULL;
	if (!a)
		err_nomem(err);
	else
		arena_init(&a->arena, 0);
	return a;
}

int mf_audit_pickle(struct mf_audit **out, const char *p, size_t n, struct mf_error *err)
{
	struct mf_audit *a = start(out, err);
	return a ? finish(out, a, audit_stream(a, p, n, err)) : MF_ENOMEM;
}

int mf_audit_value(struct mf_audit **out, const struct mf_value *v, struct mf_error *err)
{
	struct mf_audit *a = start(out, err);
	return a ? finish(out, a, audit_value(a, v, err)) : MF_ENOMEM;
}

size_t mf_audit_count(const struct mf_audit *a)
{
	return a->entries.n;
}

const struct mf_finding *mf_audit_get(const struct mf_audit *a, size_t i)
{
	return i < a->entries.n ? &a->entries.v[i].finding : NULL;
}

enum mf_risk mf_audit_risk(const struct mf_audit *a)
{
	return a->entries.n ? a->entries.v[0].finding.risk : MF_RISK_SAFE;
}

void mf_audit_free(struct mf_audit *a)
{
	if (!a)
		return;
	vec_release(&a->entries);
	arena_release(&a->arena);
	free(a->table);
	free(a);
}
