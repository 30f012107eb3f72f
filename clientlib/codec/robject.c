#include "robject.h"

#include <string.h>

#include "../base/err.h"
#include "../base/limits.h"
#include "../base/util.h"
#include "robject_reader.h"

/* Nesting of items; the lists of R are nested by their contents only, not by their tails. */
enum { DEPTH = 400 };

/* ---- bytes ---- */

int robject_bad(struct reader *r)
{
	if (!r->rc)
		r->rc = MF_ECORRUPT;
	return r->rc;
}

size_t robject_left(const struct reader *r)
{
	return (size_t)(r->end - r->at);
}

bool robject_in_int(struct reader *r, int32_t *out)
{
	const unsigned char *s = (const unsigned char *)r->at;
	if (robject_left(r) < 4) {
		robject_bad(r);
		return false;
	}
	uint32_t u =
		r->little
			? (uint32_t)s[3] << 24 | (uint32_t)s[2] << 16 | (uint32_t)s[1] << 8 | s[0]
			: (uint32_t)s[0] << 24 | (uint32_t)s[1] << 16 | (uint32_t)s[2] << 8 | s[3];
	*out = (int32_t)u;
	r->at += 4;
	return true;
}

bool robject_in_count(struct reader *r, size_t size, size_t *out)
{
	int32_t n;
	if (!robject_in_int(r, &n))
		return false;
	if (n < 0 || (size_t)n > robject_left(r) / size) {
		robject_bad(r);
		return false;
	}
	*out = (size_t)n;
	return true;
}

/* ---- memory ---- */

void *robject_alloc(struct reader *r, size_t count, size_t size)
{
	size_t total;
	if (!size_mul(count, size, &total))
		total = SIZE_MAX;
	void *p = arena_alloc(r->a, total);
	if (!p && !r->rc) { /* the arena does not say why */
		size_t limit = r->a->limit ? r->a->limit : (size_t)MF_LIMIT_ARENA, block = 1u << 20;
		bool full = total > limit || r->a->used > limit - total ||
			    limit - total - r->a->used < block;
		r->rc = full ? MF_ELIMIT : MF_ENOMEM;
	}
	return p;
}

struct robject *robject_new(struct reader *r, enum r_type type)
{
	struct robject *o = robject_alloc(r, 1, sizeof(*o));
	if (o)
		*o = (struct robject){.type = type, .n = type == R_NULL ? 0 : 1};
	return o;
}

/* The object can be referred to from here on. */
static struct robject *remember(struct reader *r, struct robject *o)
{
	if (o && !vec_push(&r->refs, o)) {
		r->rc = MF_ENOMEM;
		return NULL;
	}
	return o;
}

bool robject_enter(struct reader *r)
{
	if (r->depth >= DEPTH)
		return robject_bad(r), false;
	r->depth++;
	return true;
}

void robject_leave(struct reader *r)
{
	r->depth--;
}

/* ---- attributes and lists ---- */

/* The tagged items of a pairlist. */
bool robject_set_attributes(struct reader *r, struct robject *o, const struct robject *list)
{
	struct r_attribute *a;
	o->attributes = NULL;
	o->n_attributes = 0;
	if (list->type == R_NULL)
		return true;
	if (list->type != R_PAIRLIST || list->form != R_ITEMS)
		return robject_bad(r), false;
	if (!list->tags)
		return true;
	a = robject_alloc(r, list->n, sizeof(*a));
	for (size_t i = 0; a && i < list->n; i++)
		if (list->tags[i].p)
			a[o->n_attributes++] =
				(struct r_attribute){list->tags[i], list->u.items[i]};
	o->attributes = a;
	return a != NULL;
}

static bool in_attributes(struct reader *r, uint32_t flags, struct robject *o)
{
	if (!(flags & R_HAS_ATTRIBUTES))
		return true;
	const struct robject *list = robject_item(r);
	return list && robject_set_attributes(r, o, list);
}

/* The cells from `from` on become the items of o. */
static bool take_cells(struct reader *r, size_t from, struct robject *o)
{
	size_t n = r->cells.n - from;
	struct robject **items = robject_alloc(r, n, sizeof(struct robject *));
	struct r_text *tags = NULL;
	for (size_t i = 0; items && i < n; i++) {
		const struct r_cell *c = &r->cells.v[from + i];
		items[i] = c->item;
		if (c->tag.p && !tags) {
			tags = robject_alloc(r, n, sizeof(*tags));
			if (!tags)
				return false;
			memset(tags, 0, n * sizeof(*tags));
		}
		if (c->tag.p)
			tags[i] = c->tag;
	}
	o->form = R_ITEMS;
	o->n = n;
	o->u.items = items;
	o->tags = tags;
	return items != NULL;
}

static struct robject *item_of(struct reader *r, uint32_t flags);

/* A pairlist or call: cell by cell, the first one's flags have been read. */
static struct robject *in_list(struct reader *r, uint32_t flags)
{
	struct robject *o = robject_new(r, (enum r_type)(flags & 0xff));
	size_t from = r->cells.n;
	bool first = true;
	while (o) {
		struct r_cell cell = {NULL, {NULL, 0}};
		int32_t next;
		struct robject *attributes = flags & R_HAS_ATTRIBUTES ? robject_item(r) : r->null;
		if (!attributes || (first && !robject_set_attributes(r, o, attributes)))
			return NULL;
		first = false;
		if (flags & R_HAS_TAG) {
			const struct robject *tag = robject_item(r);
			if (!tag)
				return NULL;
			if (tag->type == R_SYMBOL)
				cell.tag = tag->u.texts[0];
		}
		cell.item = robject_item(r);
		if (!cell.item)
			return NULL;
		if (!vec_push(&r->cells, cell)) {
			r->rc = MF_ENOMEM;
			return NULL;
		}
		if (!robject_in_int(r, &next))
			return NULL;
		flags = (uint32_t)next;
		if ((flags & 0xff) == R_PAIRLIST || (flags & 0xff) == R_LANGUAGE)
			continue;
		if ((flags & 0xff) != R_NIL) { /* a dotted pair: the rest is no list */
			cell = (struct r_cell){item_of(r, flags), {NULL, 0}};
			if (cell.item && !vec_push(&r->cells, cell))
				r->rc = MF_ENOMEM;
			if (r->rc)
				return NULL;
		}
		break;
	}
	if (!o || !take_cells(r, from, o))
		return NULL;
	r->cells.n = from;
	return o;
}

/* ---- items ---- */

/* Names of a package, namespace or hook: a text vector with a zero before it. */
static struct robject *in_named(struct reader *r, enum r_type type)
{
	int32_t zero;
	size_t n;
	const struct r_text *texts;
	if (!robject_in_int(r, &zero) || !robject_in_count(r, 8, &n) ||
		!robject_in_texts(r, n, &texts))
		return NULL;
	return remember(r, robject_new(r, type));
}

static struct robject *in_ref(struct reader *r, uint32_t flags)
{
	int32_t at = (int32_t)(flags >> 8);
	if (!at && !robject_in_int(r, &at))
		return NULL;
	if (at < 1 || (size_t)at > r->refs.n)
		return robject_bad(r), NULL;
	struct robject *o = r->refs.v[at - 1];
	return o->type == R_SYMBOL ? o : robject_new(r, o->type);
}

static struct robject *in_environment(struct reader *r)
{
	int32_t locked;
	struct robject *o =
		robject_in_int(r, &locked) ? remember(r, robject_new(r, R_ENVIRONMENT)) : NULL;
	for (int i = 0; o && i < 3; i++) /* the enclosing one, the frame, the hash table */
		if (!robject_item(r))
			return NULL;
	const struct robject *attributes = o ? robject_item(r) : NULL;
	return attributes && robject_set_attributes(r, o, attributes) ? o : NULL;
}

/* A function or promise: attributes, environment, arguments, body. */
static struct robject *in_closure(struct reader *r, uint32_t flags)
{
	struct robject *o = robject_new(r, (enum r_type)(flags & 0xff));
	if (!o || !in_attributes(r, flags, o) || (flags & R_HAS_TAG && !robject_item(r)) ||
		!robject_item(r) || !robject_item(r))
		return NULL;
	return o;
}

static struct robject *in_symbol(struct reader *r)
{
	int32_t flags;
	struct r_text name;
	if (!robject_in_int(r, &flags) || !robject_in_text(r, (uint32_t)flags, &name))
		return NULL;
	return remember(r, robject_text_object(r, R_SYMBOL, &name));
}

static struct robject *in_builtin(struct reader *r, enum r_type type)
{
	size_t n;
	if (!robject_in_count(r, 1, &n))
		return NULL;
	struct r_text name = {r->at, n};
	r->at += n;
	return robject_text_object(r, type, &name);
}

static struct robject *in_pointer(struct reader *r)
{
	struct robject *o = remember(r, robject_new(r, R_POINTER));
	return o && robject_item(r) && robject_item(r) ? o : NULL;
}

/* What has no type of its own; false: it has. */
static bool in_special(struct reader *r, uint32_t flags, struct robject **out)
{
	static const struct r_text nothing = {"", 0};
	switch (flags & 0xff) {
	case R_REF: *out = in_ref(r, flags); return true;
	case R_NIL: *out = r->null; return true;
	case R_UNBOUND:
	case R_MISSING: *out = robject_text_object(r, R_SYMBOL, &nothing); return true;
	case R_GLOBALENV:
	case R_BASENAMESPACE:
	case R_EMPTYENV:
	case R_BASEENV: *out = robject_new(r, R_ENVIRONMENT); return true;
	case R_NAMESPACE:
	case R_PACKAGE:
	case R_PERSISTENT: *out = in_named(r, R_ENVIRONMENT); return true;
	case R_ALTREP: *out = robject_altrep(r); return true;
	case R_ENVIRONMENT: *out = in_environment(r); return true;
	case R_PAIRLIST:
	case R_LANGUAGE:
	case R_DOTS: *out = in_list(r, flags); return true;
	case R_CLOSURE:
	case R_PROMISE: *out = in_closure(r, flags); return true;
	case R_SYMBOL: *out = in_symbol(r); return true;
	default: return false;
	}
}

static struct robject *in_typed(struct reader *r, uint32_t flags)
{
	enum r_type type = (enum r_type)(flags & 0xff);
	struct r_text t;
	switch (type) {
	case R_LOGICAL:
	case R_INTEGER:
	case R_DOUBLE:
	case R_COMPLEX:
	case R_RAW:
	case R_CHARACTER:
	case R_LIST:
	case R_EXPRESSION: return robject_vector(r, type);
	case R_CHAR:
		return robject_in_text(r, flags, &t) ? robject_text_object(r, R_CHAR, &t) : NULL;
	case R_SPECIAL:
	case R_BUILTIN: return in_builtin(r, type);
	case R_BYTECODE: return robject_code(r);
	case R_POINTER: return in_pointer(r);
	case R_WEAKREF: return remember(r, robject_new(r, type));
	case R_S4: return robject_new(r, type);
	default: robject_bad(r); return NULL;
	}
}

static struct robject *item_of(struct reader *r, uint32_t flags)
{
	struct robject *o = NULL;
	if (r->rc || !robject_enter(r))
		return NULL;
	if (!in_special(r, flags, &o)) {
		o = in_typed(r, flags);
		if (o && (flags & 0xff) != R_CHAR && !in_attributes(r, flags, o))
			o = NULL;
	}
	robject_leave(r);
	return o;
}

struct robject *robject_item(struct reader *r)
{
	int32_t flags;
	return robject_in_int(r, &flags) ? item_of(r, (uint32_t)flags) : NULL;
}

/* ---- the stream ---- */

bool robject_starts(const char *p, size_t n)
{
	return n >= 18 && (p[0] == 'X' || p[0] == 'B') && p[1] == '\n';
}

/* Version 3 names the encoding of texts that have no mark. */
static bool in_header(struct reader *r)
{
	int32_t version, writer, least;
	size_t n;
	if (!robject_in_int(r, &version) || !robject_in_int(r, &writer) ||
		!robject_in_int(r, &least) || (version != 2 && version != 3))
		return robject_bad(r), false;
	if (version == 2)
		return true;
	if (!robject_in_count(r, 1, &n))
		return false;
	r->latin1 = (n == 6 && memcmp(r->at, "latin1", 6) == 0) ||
		    (n == 10 && memcmp(r->at, "ISO-8859-1", 10) == 0);
	r->at += n;
	return true;
}

int robject_read(
	const struct robject **out, struct arena *a, const char *p, size_t n, struct mf_error *err)
{
	struct reader r = {.a = a, .start = p, .at = p + 2, .end = p + n};
	*out = NULL;
	if (!robject_starts(p, n))
		return err_set(err, MF_ECORRUPT, "not a stream of R");
	r.little = p[0] == 'B';
	r.null = robject_new(&r, R_NULL);
	if (r.null && in_header(&r))
		*out = robject_item(&r);
	if (*out && r.at != r.end) {
		robject_bad(&r);
		*out = NULL;
	}
	vec_release(&r.refs);
	vec_release(&r.cells);
	if (*out)
		return MF_OK;
	if (r.rc == MF_ENOMEM)
		return err_nomem(err);
	if (r.rc == MF_ELIMIT)
		return err_set(err, MF_ELIMIT, "R: the object takes too much memory");
	err_set(err, MF_ECORRUPT, "R: damaged at byte %zu", (size_t)(r.at - p));
	if (err && err->code == MF_ECORRUPT)
		err->offset = r.at - p;
	return MF_ECORRUPT;
}
