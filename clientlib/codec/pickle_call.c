#include <string.h>

#include "pickle_machine.h"
#include "pynames.h"

/* Calls. Nothing is called: a call is an object of that class, except for the few that are how a
 * stream writes a plain value (json-values.md §7). Those must be settled here, since the memo
 * refers to the node. */

static struct mf_value *arg_at(const struct mf_value *args, size_t i)
{
	return i < args->u.list.n ? args->u.list.v[i] : NULL;
}

static bool is_kind(const struct mf_value *v, enum mf_kind kind)
{
	return v && v->kind == kind;
}

static bool is_ref(const struct mf_value *v, const char *name)
{
	return is_kind(v, MF_REF) && value_is(v, name);
}

/* "a.b" as a reference, the text copied. */
static struct mf_value *reference(
	struct machine *m, const char *a, size_t na, const char *b, size_t nb)
{
	char *text = machine_alloc(m, na + nb + 2);
	if (!text)
		return NULL;
	memcpy(text, a, na);
	text[na] = '.';
	memcpy(text + na + 1, b, nb);
	text[na + nb + 1] = '\0';
	return machine_text(m, MF_REF, text, na + nb + 1);
}

struct mf_value *machine_global(
	struct machine *m, const char *module, size_t n_module, const char *name, size_t n_name)
{
	struct pyname g = {module, name, n_module, n_name};

	if (!machine_is_text(module, n_module) || !machine_is_text(name, n_name)) {
		machine_bad(m, "a name that is not UTF-8");
		return NULL;
	}
	if (m->proto < 3)
		pynames_map(&g);
	struct mf_value *ref = reference(m, g.module, g.n_module, g.name, g.n_name);
	if (ref && value_is(ref, "builtins.Ellipsis"))
		ref->kind = MF_ELLIPSIS;
	else if (ref && value_is(ref, "builtins.NotImplemented"))
		ref->kind = MF_NOTIMPLEMENTED;
	return ref;
}

struct mf_value *machine_object(
	struct machine *m, struct mf_value *cls, struct mf_value *args, struct mf_value *kwargs)
{
	if (cls->kind != MF_REF && cls->kind != MF_OBJECT && cls->kind != MF_PERSID &&
		cls->kind != MF_EXT) {
		machine_bad(m, "%s is no class", kind_name(cls->kind));
		return NULL;
	}
	struct mf_value *v = machine_new(m, MF_OBJECT);
	struct mf_object_parts *parts = v ? machine_alloc(m, sizeof(*parts)) : NULL;
	if (!parts)
		return NULL;
	*parts = (struct mf_object_parts){.cls = cls, .args = args, .kwargs = kwargs};
	v->u.obj = parts;
	return v;
}

/* ---- copies ---- */

/* The list's items as they are now in a new value: the array is shared until one of the two grows.
 */
static struct mf_value *list_copy(struct machine *m, const struct mf_value *list, enum mf_kind kind)
{
	struct mf_value *v = machine_new(m, kind);
	if (v) {
		v->u.list = list->u.list;
		v->u.list.cap = list->u.list.n;
	}
	return v;
}

/* All pairs of one dict into another. */
static int dict_update(struct machine *m, struct mf_value *to, const struct mf_value *from)
{
	size_t n = from->u.list.n;
	if (machine_count(m, n / 2) < 0)
		return m->rc;
	for (size_t i = 0; i + 1 < n; i += 2)
		if (table_put(m, to, from->u.list.v[i], from->u.list.v[i + 1], true) < 0)
			return m->rc;
	return 0;
}

static struct mf_value *dict_copy(struct machine *m, const struct mf_value *dict)
{
	struct mf_value *v = machine_new(m, MF_DICT);
	return v && dict_update(m, v, dict) == 0 ? v : NULL;
}

static bool is_items(const struct mf_value *v)
{
	return is_kind(v, MF_LIST) || is_kind(v, MF_TUPLE) || is_kind(v, MF_SET) ||
	       is_kind(v, MF_FROZENSET);
}

static struct mf_value *set_of(struct machine *m, enum mf_kind kind, const struct mf_value *args)
{
	struct mf_value *items = arg_at(args, 0);
	if (args->u.list.n > 1 || (items && !is_items(items)))
		return NULL;
	struct mf_value *set = machine_new(m, kind);
	if (!set || !items)
		return set;
	if (machine_count(m, items->u.list.n) < 0)
		return NULL;
	for (size_t i = 0; i < items->u.list.n; i++)
		if (table_put(m, set, items->u.list.v[i], NULL, true) < 0)
			return NULL;
	return set;
}

/* Bytes that were written as text, one character each; NULL if the text has other characters. */
static struct mf_value *latin1(struct machine *m, enum mf_kind kind, const struct mf_value *text)
{
	const char *p = text->u.s.p, *end = p + text->u.s.n;
	if (text->kind != MF_STRING) /* Python 2's str: those bytes */
		return machine_text(m, kind, p, text->u.s.n);
	char *bytes = machine_alloc(m, text->u.s.n), *out = bytes;
	if (!bytes || machine_work(m, text->u.s.n / 8) < 0)
		return NULL;
	while (p < end) {
		unsigned char c = (unsigned char)*p++;
		if (c > 0xc3)
			return NULL;
		if (c >= 0xc0)
			c = (unsigned char)(c << 6 | ((unsigned char)*p++ & 0x3f));
		*out++ = (char)c;
	}
	return machine_text(m, kind, bytes, (size_t)(out - bytes));
}

static struct mf_value *bytes_of(struct machine *m, enum mf_kind kind, const struct mf_value *args)
{
	struct mf_value *from = arg_at(args, 0), *encoding = arg_at(args, 1);
	if (!from)
		return machine_text(m, kind, "", 0);
	if (args->u.list.n == 1 && (from->kind == MF_BYTES || from->kind == MF_BYTEARRAY))
		return machine_text(m, kind, from->u.s.p, from->u.s.n);
	if (args->u.list.n == 2 && is_kind(encoding, MF_STRING) &&
		(from->kind == MF_STRING || from->kind == MF_BYTES) &&
		(value_is(encoding, "latin1") || value_is(encoding, "latin-1")))
		return latin1(m, kind, from);
	if (args->u.list.n == 1 && from->kind == MF_LIST) { /* Python 3.0 and 3.1 */
		size_t n = from->u.list.n;
		char *bytes = machine_work(m, n) < 0 ? NULL : machine_alloc(m, n);
		for (size_t i = 0; bytes && i < n; i++) {
			const struct mf_value *v = from->u.list.v[i];
			if (v->kind != MF_INT || v->u.i < 0 || v->u.i > 255)
				return NULL;
			bytes[i] = (char)v->u.i;
		}
		return bytes ? machine_text(m, kind, bytes, n) : NULL;
	}
	return NULL;
}

/* ---- known calls: NULL with m->rc still 0: the arguments are not what was expected ---- */

static struct mf_value *call_set(struct machine *m, const struct mf_value *args)
{
	return set_of(m, MF_SET, args);
}

static struct mf_value *call_frozenset(struct machine *m, const struct mf_value *args)
{
	return set_of(m, MF_FROZENSET, args);
}

static struct mf_value *call_bytes(struct machine *m, const struct mf_value *args)
{
	return bytes_of(m, MF_BYTES, args);
}

static struct mf_value *call_bytearray(struct machine *m, const struct mf_value *args)
{
	return bytes_of(m, MF_BYTEARRAY, args);
}

static struct mf_value *call_encode(struct machine *m, const struct mf_value *args)
{
	return args->u.list.n == 2 && arg_at(args, 0)->kind == MF_STRING
		       ? bytes_of(m, MF_BYTES, args)
		       : NULL;
}

/* type() of a value of which there is only one */
static struct mf_value *call_type(struct machine *m, const struct mf_value *args)
{
	const struct mf_value *of = arg_at(args, 0);
	const char *name = args->u.list.n != 1             ? NULL
			   : of->kind == MF_NULL           ? "builtins.NoneType"
			   : of->kind == MF_ELLIPSIS       ? "builtins.ellipsis"
			   : of->kind == MF_NOTIMPLEMENTED ? "builtins.NotImplementedType"
							   : NULL;
	return name ? machine_text(m, MF_REF, name, strlen(name)) : NULL;
}

static struct mf_value *call_getattr(struct machine *m, const struct mf_value *args)
{
	const struct mf_value *of = arg_at(args, 0), *name = arg_at(args, 1);
	if (args->u.list.n != 2 || of->kind != MF_REF || name->kind != MF_STRING)
		return NULL;
	return reference(m, of->u.s.p, of->u.s.n, name->u.s.p, name->u.s.n);
}

static struct mf_value *tail(struct machine *m, const struct mf_value *args, size_t from)
{
	size_t n = args->u.list.n;
	return machine_tuple(m, n > from ? args->u.list.v + from : NULL, n > from ? n - from : 0);
}

/* cls.__new__(cls, *args), written as a call */
static struct mf_value *call_newobj(struct machine *m, const struct mf_value *args)
{
	if (!is_kind(arg_at(args, 0), MF_REF))
		return NULL;
	struct mf_value *rest = tail(m, args, 1);
	return rest ? machine_object(m, arg_at(args, 0), rest, NULL) : NULL;
}

static struct mf_value *call_newobj_ex(struct machine *m, const struct mf_value *args)
{
	if (args->u.list.n != 3 || arg_at(args, 0)->kind != MF_REF ||
		arg_at(args, 1)->kind != MF_TUPLE || arg_at(args, 2)->kind != MF_DICT)
		return NULL;
	return machine_object(m, arg_at(args, 0), arg_at(args, 1), arg_at(args, 2));
}

/* How protocols 0 and 1 write instances: (cls, base, base's part of the value). */
static struct mf_value *call_reconstructor(struct machine *m, const struct mf_value *args)
{
	struct mf_value *cls = arg_at(args, 0), *base = arg_at(args, 1), *x = arg_at(args, 2);
	if (args->u.list.n != 3 || cls->kind != MF_REF || base->kind != MF_REF)
		return NULL;
	struct mf_value *v = machine_object(m, cls, NULL, NULL);
	if (!v || value_is(base, "builtins.object"))
		return v;
	if (value_is(base, "builtins.list") && x->kind == MF_LIST) {
		v->u.obj->items = list_copy(m, x, MF_LIST);
		return v->u.obj->items ? v : NULL;
	}
	if (value_is(base, "builtins.dict") && x->kind == MF_DICT) {
		v->u.obj->dict = dict_copy(m, x);
		return v->u.obj->dict ? v : NULL;
	}
	v->u.obj->args = x->kind == MF_TUPLE ? x : machine_tuple(m, &x, 1);
	return v->u.obj->args ? v : NULL;
}

static const struct {
	const char *name;
	struct mf_value *(*call)(struct machine *m, const struct mf_value *args);
} calls[] = {
	{"_codecs.encode", call_encode},
	{"builtins.bytearray", call_bytearray},
	{"builtins.bytes", call_bytes},
	{"builtins.frozenset", call_frozenset},
	{"builtins.getattr", call_getattr},
	{"builtins.set", call_set},
	{"builtins.type", call_type},
	{"copyreg.__newobj__", call_newobj},
	{"copyreg.__newobj_ex__", call_newobj_ex},
	{"copyreg._reconstructor", call_reconstructor},
};

static bool ends_with(const struct mf_value *ref, const char *end)
{
	size_t n = strlen(end);
	return ref->u.s.n >= n && memcmp(ref->u.s.p + ref->u.s.n - n, end, n) == 0;
}

/* partial(cls.__new__, cls, *args, **kwargs)(): protocols 2 and 3 have no NEWOBJ_EX. */
static struct mf_value *call_partial(struct machine *m, const struct mf_value *f)
{
	const struct mf_value *state = f->u.obj->state;
	if (!is_ref(f->u.obj->cls, "functools.partial") || !is_kind(state, MF_TUPLE) ||
		state->u.list.n != 4)
		return NULL;
	const struct mf_value *make = arg_at(state, 0), *args = arg_at(state, 1);
	struct mf_value *kwargs = arg_at(state, 2);
	if (make->kind != MF_REF || !ends_with(make, ".__new__") || args->kind != MF_TUPLE ||
		!is_kind(arg_at(args, 0), MF_REF) ||
		(kwargs->kind != MF_DICT && kwargs->kind != MF_NULL))
		return NULL;
	struct mf_value *rest = tail(m, args, 1);
	if (!rest)
		return NULL;
	return machine_object(m, arg_at(args, 0), rest, kwargs->kind == MF_DICT ? kwargs : NULL);
}

struct mf_value *machine_call(struct machine *m, struct mf_value *f, struct mf_value *args)
{
	struct mf_value *v = NULL;

	if (args->kind != MF_TUPLE) {
		machine_bad(m, "%s for the arguments", kind_name(args->kind));
		return NULL;
	}
	if (f->kind == MF_REF) {
		for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
			if (value_is(f, calls[i].name)) {
				v = calls[i].call(m, args);
				break;
			}
	} else if (f->kind == MF_OBJECT && !args->u.list.n) {
		v = call_partial(m, f);
	}
	return v || m->rc ? v : machine_object(m, f, args, NULL);
}

/* (attributes or None, slots), as classes with __slots__ write it: one dict, attributes first. */
static struct mf_value *merged(struct machine *m, struct mf_value *state)
{
	if (state->kind != MF_TUPLE || state->u.list.n != 2)
		return state;
	const struct mf_value *attributes = arg_at(state, 0), *slots = arg_at(state, 1);
	if ((attributes->kind != MF_NULL && attributes->kind != MF_DICT) || slots->kind != MF_DICT)
		return state;
	struct mf_value *v = machine_new(m, MF_DICT);
	if (!v || (attributes->kind == MF_DICT && dict_update(m, v, attributes) < 0) ||
		dict_update(m, v, slots) < 0)
		return NULL;
	return v;
}

int machine_build(struct machine *m, struct mf_value *object, struct mf_value *state)
{
	if (object->kind != MF_OBJECT)
		return machine_bad(m, "%s takes no state", kind_name(object->kind));
	struct mf_value *v = merged(m, state);
	if (v)
		object->u.obj->state = v;
	return v ? 0 : m->rc;
}
