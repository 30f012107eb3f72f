#include "dtype_machine.h"

#include <string.h>

#include "../base/util.h"

/* Types as numpy's dtype.__reduce__ writes them: numpy.dtype("f8", False, True) and a state
 * (version, order, (base, dims), names, fields, size, alignment, flags, (metadata, unit)). */

enum { MAX_DEPTH = 16, MAX_PARTS = 1 << 17, MAX_DIMS = 64 };

struct reader {
	struct arena *a;
	size_t parts; /* types and dimensions so far: a stream can name one many times */
};

static const struct dtype *read_type(struct reader *r, const struct mf_value *v, unsigned depth);

/* ---- the state ---- */

static bool is_list(const struct mf_value *v)
{
	return mf_value_kind(v) == MF_TUPLE || mf_value_kind(v) == MF_LIST;
}

/* The single character of v, 0 if it is something else. */
static char one_char(const struct mf_value *v)
{
	size_t n;
	const char *p = mf_value_text(v, &n);
	return p && n == 1 ? *p : 0;
}

/* (base, dims), or dims as a number. */
static bool sub_array(struct reader *r, struct dtype *t, const struct mf_value *v, unsigned depth)
{
	const struct mf_value *dims = mf_value_item(v, 1);
	bool list = is_list(dims);
	size_t n = list ? mf_value_count(dims) : 1, size;

	if (t->kind != 'V' || !is_list(v) || mf_value_count(v) != 2 || !n || n > MAX_DIMS)
		return false;
	t->base = read_type(r, mf_value_item(v, 0), depth + 1);
	size_t *out = arena_calloc(r->a, n, sizeof(*out));
	if (!t->base || !out)
		return false;
	size = t->base->size;
	for (size_t i = 0; i < n; i++) {
		const struct mf_value *dim = list ? mf_value_item(dims, i) : dims;
		if (mf_value_kind(dim) != MF_INT || mf_value_int(dim) < 0 ||
			!size_mul(size, (size_t)mf_value_int(dim), &size))
			return false;
		out[i] = (size_t)mf_value_int(dim);
	}
	t->dims = out;
	t->n_dims = n;
	t->objects = t->base->objects;
	r->parts += n;
	return size == t->size;
}

static bool same_text(const struct mf_value *a, const struct mf_value *b)
{
	size_t na, nb;
	const char *pa = mf_value_text(a, &na), *pb = mf_value_text(b, &nb);
	return pa && pb && na == nb && memcmp(pa, pb, na) == 0;
}

/* The entry of a name. Names and keys usually come in the same order: *at is where to look first,
 * and titles stand between. */
static const struct mf_value *find_field(
	const struct mf_value *fields, const struct mf_value *name, size_t *at, size_t *steps)
{
	size_t n = mf_value_count(fields);

	for (size_t i = 0; i < n && *steps; i++, --*steps) {
		size_t k = (*at + i) % n;
		if (same_text(mf_value_key(fields, k), name)) {
			*at = k + 1;
			return mf_value_item(fields, k);
		}
	}
	return NULL;
}

static bool read_field(struct reader *r, struct dtype_field *f, const struct dtype *t,
	const struct mf_value *name, const struct mf_value *entry, unsigned depth)
{
	const struct mf_value *offset = mf_value_item(entry, 1), *title = mf_value_item(entry, 2);
	size_t end;

	if (!is_list(entry) || mf_value_kind(offset) != MF_INT || mf_value_int(offset) < 0)
		return false;
	f->name = mf_value_text(name, &f->n);
	f->title = mf_value_kind(title) == MF_NULL ? NULL : title;
	f->offset = (size_t)mf_value_int(offset);
	f->type = read_type(r, mf_value_item(entry, 0), depth + 1);
	return f->name && f->type && (!f->title || f->title->kind == MF_STRING) &&
	       size_add(f->offset, f->type->size, &end) && end <= t->size;
}

static bool structure(struct reader *r, struct dtype *t, const struct mf_value *field_names,
	const struct mf_value *fields, unsigned depth)
{
	size_t n = mf_value_count(field_names), at = 0, steps = 16 * n + (1 << 20);

	if (t->kind != 'V' || !is_list(field_names) || mf_value_kind(fields) != MF_DICT ||
		n > MAX_PARTS)
		return false;
	struct dtype_field *f = arena_calloc(r->a, n, sizeof(*f));
	if (!f)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct mf_value *name = mf_value_item(field_names, i);
		const struct mf_value *entry = find_field(fields, name, &at, &steps);
		if (!entry || !read_field(r, &f[i], t, name, entry, depth))
			return false;
		t->objects = t->objects || f[i].type->objects;
	}
	t->fields = f;
	t->n_fields = n;
	return true;
}

/* (metadata, (unit, how many, 1, 1)): nothing else is known to be written. */
static bool unit_state(struct dtype *t, const struct mf_value *v)
{
	const struct mf_value *meta = is_list(v) ? mf_value_item(v, 1) : NULL;
	const struct mf_value *step = mf_value_item(meta, 1), *divisor = mf_value_item(meta, 2);
	size_t n;
	const char *unit = mf_value_text(mf_value_item(meta, 0), &n);

	if (!is_list(meta) || !unit || !dtype_is_unit(unit, n) || mf_value_kind(step) != MF_INT ||
		mf_value_int(step) < 1 || mf_value_int(step) > INT32_MAX ||
		(mf_value_count(meta) > 3 && mf_value_int(divisor) != 1))
		return false;
	memset(t->unit, 0, sizeof(t->unit));
	memcpy(t->unit, unit, n);
	t->per_step = mf_value_int(step);
	return true;
}

static bool set_size(struct dtype *t, const struct mf_value *v)
{
	int64_t size = mf_value_int(v);

	if (mf_value_kind(v) != MF_INT || size < -1)
		return false;
	if (size < 0)
		return true;
	if (t->kind == 'S' || t->kind == 'V' || (t->kind == 'U' && size % 4 == 0))
		t->size = (size_t)size;
	return t->size == (size_t)size || t->kind == 'O';
}

static bool set_state(struct reader *r, struct dtype *t, const struct mf_value *v, unsigned depth)
{
	size_t n = mf_value_count(v), from = n == 5 ? 0 : 1, at = from + 1;
	char order = one_char(mf_value_item(v, from));

	if (v->kind != MF_TUPLE || n < 5 || n > 9 || !order || !strchr("<>=|", order))
		return false;
	const struct mf_value *sub = mf_value_item(v, at++);
	const struct mf_value *field_names = n >= 7 ? mf_value_item(v, at++) : NULL;
	const struct mf_value *fields = mf_value_item(v, at++), *size = mf_value_item(v, at);
	if (!set_size(t, size))
		return false;
	if (t->order != '|')
		t->order = order == '>' ? '>' : '<';
	if (mf_value_kind(sub) != MF_NULL)
		return mf_value_kind(fields) == MF_NULL && sub_array(r, t, sub, depth);
	if (mf_value_kind(fields) != MF_NULL && !structure(r, t, field_names, fields, depth))
		return false;
	return n < 9 || (t->kind != 'M' && t->kind != 'm') || unit_state(t, mf_value_item(v, 8));
}

/* ---- */

/* numpy 2 writes StringDType(coerce, na_object) as a call of its own. */
static bool is_string_dtype(const struct mf_value *cls)
{
	return value_is(cls, "numpy._core._internal._convert_to_stringdtype_kwargs") ||
	       value_is(cls, "numpy.dtypes.StringDType");
}

static bool read_object(struct reader *r, struct dtype *t, const struct mf_value *v, unsigned depth)
{
	const struct mf_object_parts *o = v->u.obj;
	const struct mf_value *arg = mf_value_item(o->args, 0);
	size_t n;
	const char *p = mf_value_text(arg, &n);

	if (!o->cls || o->cls->kind != MF_REF || o->items || o->dict)
		return false;
	if (is_string_dtype(o->cls)) {
		dtype_set_kind(t, 'T', 16);
		return true;
	}
	if (value_is(o->cls, "numpy.dtype")) {
		if (!p || (arg->kind != MF_REF && !dtype_code(t, p, n)))
			return false;
		if (arg->kind == MF_REF && !dtype_global(t, p, n)) {
			/* A class of the user's own, made from numpy.void. */
			dtype_set_kind(t, 'V', 0);
			return o->state && set_state(r, t, o->state, depth) && t->n_fields;
		}
	} else if (o->cls->u.s.n <= 13 || memcmp(o->cls->u.s.p, "numpy.dtypes.", 13) != 0 ||
		   !dtype_global(t, o->cls->u.s.p, o->cls->u.s.n)) {
		return false;
	}
	return !o->state || set_state(r, t, o->state, depth);
}

static const struct dtype *read_type(struct reader *r, const struct mf_value *v, unsigned depth)
{
	struct dtype *t = depth < MAX_DEPTH && r->parts < MAX_PARTS
				  ? arena_calloc(r->a, 1, sizeof(*t))
				  : NULL;
	bool ok = false;

	r->parts++;
	if (t && mf_value_kind(v) == MF_REF)
		ok = dtype_global(t, v->u.s.p, v->u.s.n);
	else if (t && mf_value_kind(v) == MF_OBJECT)
		ok = read_object(r, t, v, depth);
	return ok ? t : NULL;
}

const struct dtype *dtype_read(struct arena *a, const struct mf_value *v)
{
	struct reader r = {.a = a};
	return read_type(&r, v, 0);
}

const struct dtype *dtype_native(struct arena *a, const struct dtype *type)
{
	if (type->order != '>' || !dtype_is_plain(type))
		return type;
	struct dtype *t = arena_alloc(a, sizeof(*t));
	if (!t)
		return NULL;
	*t = *type;
	t->order = '<';
	return t;
}
