#include "value.h"

#include <string.h>

#include "../base/err.h"
#include "../base/util.h"

struct mf_value *value_new(struct arena *a, enum mf_kind kind)
{
	struct mf_value *v = arena_alloc(a, sizeof(*v));
	if (v)
		*v = (struct mf_value){.kind = kind};
	return v;
}

struct mf_value *value_int(struct arena *a, int64_t i)
{
	struct mf_value *v = value_new(a, MF_INT);
	if (v)
		v->u.i = i;
	return v;
}

struct mf_value *value_float(struct arena *a, double f)
{
	struct mf_value *v = value_new(a, MF_FLOAT);
	if (v)
		v->u.f = f;
	return v;
}

struct mf_value *value_bool(struct arena *a, bool b)
{
	struct mf_value *v = value_new(a, MF_BOOL);
	if (v)
		v->u.b = b;
	return v;
}

struct mf_value *value_text(struct arena *a, enum mf_kind kind, const char *p, size_t n)
{
	struct mf_value *v = value_new(a, kind);
	if (v) {
		v->u.s.p = p;
		v->u.s.n = n;
	}
	return v;
}

struct mf_value *value_str(struct arena *a, const char *s)
{
	if (!s)
		return value_new(a, MF_NULL);
	size_t n = strlen(s);
	char *copy = arena_strndup(a, s, n);
	return copy ? value_text(a, MF_STRING, copy, n) : NULL;
}

static bool room(struct arena *a, struct mf_value *list, size_t more)
{
	size_t need = list->u.list.n + more;
	if (need <= list->u.list.cap)
		return true;
	size_t cap = list->u.list.cap ? list->u.list.cap * 2 : 4;
	while (cap < need)
		cap *= 2;
	struct mf_value **v = arena_calloc(a, cap, sizeof(*v));
	if (!v)
		return false;
	if (list->u.list.n)
		memcpy(v, list->u.list.v, list->u.list.n * sizeof(*v));
	list->u.list.v = v;
	list->u.list.cap = cap;
	return true;
}

struct mf_value *value_ref(struct arena *a, const char *name)
{
	return value_text(a, MF_REF, name, strlen(name));
}

struct mf_value *value_tuple(struct arena *a, struct mf_value *const *v, size_t n)
{
	struct mf_value *t = value_new(a, MF_TUPLE);
	for (size_t i = 0; t && i < n; i++)
		if (!v[i] || !value_push(a, t, v[i]))
			return NULL;
	return t;
}

struct mf_value *value_object(struct arena *a, const char *callable, struct mf_value *args, struct mf_value *state)
{
	struct mf_value *v = value_new(a, MF_OBJECT);
	if (!v || !args || !(v->u.obj = arena_calloc(a, 1, sizeof(*v->u.obj))) || !(v->u.obj->cls = value_ref(a, callable)))
		return NULL;
	v->u.obj->args = args;
	v->u.obj->state = state;
	return v;
}

bool value_push(struct arena *a, struct mf_value *list, struct mf_value *item)
{
	if (!item || !room(a, list, 1))
		return false;
	list->u.list.v[list->u.list.n++] = item;
	return true;
}

bool value_put(struct arena *a, struct mf_value *dict, struct mf_value *key, struct mf_value *item)
{
	if (!key || !item || !room(a, dict, 2))
		return false;
	dict->u.list.v[dict->u.list.n++] = key;
	dict->u.list.v[dict->u.list.n++] = item;
	return true;
}

bool value_put_str(struct arena *a, struct mf_value *dict, const char *key, struct mf_value *item)
{
	return value_put(a, dict, value_str(a, key), item);
}

bool value_is(const struct mf_value *v, const char *s)
{
	return v && (v->kind == MF_STRING || v->kind == MF_REF) && v->u.s.n == strlen(s)
	       && memcmp(v->u.s.p, s, v->u.s.n) == 0;
}

enum mf_kind mf_value_kind(const struct mf_value *v)
{
	return v ? v->kind : MF_NULL;
}

bool mf_value_bool(const struct mf_value *v)
{
	return v && v->kind == MF_BOOL && v->u.b;
}

int64_t mf_value_int(const struct mf_value *v)
{
	if (!v)
		return 0;
	return v->kind == MF_INT ? v->u.i : v->kind == MF_BOOL ? v->u.b : 0;
}

double mf_value_float(const struct mf_value *v)
{
	return v && v->kind == MF_FLOAT ? v->u.f : (double)mf_value_int(v);
}

const char *mf_value_text(const struct mf_value *v, size_t *n)
{
	bool text = v
		    && (v->kind == MF_STRING || v->kind == MF_BYTES || v->kind == MF_BYTEARRAY || v->kind == MF_REF);
	if (n)
		*n = text ? v->u.s.n : 0;
	return text ? v->u.s.p : NULL;
}

static bool is_list(const struct mf_value *v)
{
	return v
	       && (v->kind == MF_LIST || v->kind == MF_TUPLE || v->kind == MF_SET || v->kind == MF_FROZENSET
		       || v->kind == MF_PERSID);
}

size_t mf_value_count(const struct mf_value *v)
{
	if (is_list(v))
		return v->u.list.n;
	return v && v->kind == MF_DICT ? v->u.list.n / 2 : 0;
}

const struct mf_value *mf_value_item(const struct mf_value *v, size_t i)
{
	if (i >= mf_value_count(v))
		return NULL;
	return v->kind == MF_DICT ? v->u.list.v[2 * i + 1] : v->u.list.v[i];
}

const struct mf_value *mf_value_key(const struct mf_value *v, size_t i)
{
	return v && v->kind == MF_DICT && i < v->u.list.n / 2 ? v->u.list.v[2 * i] : NULL;
}

const struct mf_value *mf_value_get(const struct mf_value *v, const char *key)
{
	if (!v || v->kind != MF_DICT)
		return NULL;
	size_t n = strlen(key);
	for (size_t i = 0; i + 1 < v->u.list.n; i += 2) {
		const struct mf_value *k = v->u.list.v[i];
		if (k->kind == MF_STRING && k->u.s.n == n && memcmp(k->u.s.p, key, n) == 0)
			return v->u.list.v[i + 1];
	}
	return NULL;
}

const struct mf_value *mf_value_part(const struct mf_value *v, enum mf_part part)
{
	if (!v || v->kind != MF_OBJECT)
		return NULL;
	const struct mf_object_parts *o = v->u.obj;
	switch (part) {
	case MF_PART_CLASS: return o->cls;
	case MF_PART_ARGS: return o->args;
	case MF_PART_KWARGS: return o->kwargs;
	case MF_PART_ITEMS: return o->items;
	case MF_PART_DICT: return o->dict;
	case MF_PART_STATE: return o->state;
	}
	return NULL;
}

int value_blob_read(const struct mf_value *v, uint64_t from, uint64_t n, const struct mf_sink *sink, struct mf_error *err)
{
	const struct blob *b = v->u.blob;
	if (from > b->n || n > b->n - from)
		return err_set(err, MF_ECORRUPT, "the bytes %llu to %llu of %llu", (unsigned long long)from,
			(unsigned long long)(from + n), (unsigned long long)b->n);
	if (from + n <= b->head_n)
		return n ? sink->write(sink->self, b->head + from, (size_t)n) : MF_OK;
	if (!b->source)
		return err_set(err, MF_EUNSUPPORTED, "only the first bytes of a large value are at hand");
	return b->source->read(b->source, b->offset + from, n, sink, err);
}

uint64_t mf_value_blob(const struct mf_value *v, const char **head, size_t *n)
{
	bool blob = mf_value_kind(v) == MF_BLOB;
	*head = blob ? v->u.blob->head : NULL;
	*n = blob ? v->u.blob->head_n : 0;
	return blob ? v->u.blob->n : 0;
}
