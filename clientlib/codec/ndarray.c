#include "ndarray.h"

#include <string.h>

#include "../base/util.h"
#include "dtype_machine.h"
#include "longdouble.h"

/* What makes a value graph an array:
 *
 *   _reconstruct(class, (0,), b"b") with the state (version, shape, dtype, is_fortran, data)
 *   _frombuffer(data, dtype, shape, order) of protocol 5, and (…, "K", axes)
 *
 * data is bytes (text where Python 2 or an old protocol wrote it), or a list in C order for types
 * that hold objects. */

static bool is_list(const struct mf_value *v)
{
	return mf_value_kind(v) == MF_TUPLE || mf_value_kind(v) == MF_LIST;
}

static const struct mf_value *class_of(const struct mf_value *v)
{
	const struct mf_value *cls = mf_value_part(v, MF_PART_CLASS);
	return mf_value_kind(cls) == MF_REF ? cls : NULL;
}

static bool one_of(const struct mf_value *v, const char *const *list)
{
	for (; *list; list++)
		if (value_is(v, *list))
			return true;
	return false;
}

static bool is_reconstruct(const struct mf_value *cls)
{
	static const char *const list[] = {
		"numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct", NULL};
	return one_of(cls, list);
}

static bool is_frombuffer(const struct mf_value *cls)
{
	static const char *const list[] = {
		"numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer", NULL};
	return one_of(cls, list);
}

static bool is_scalar(const struct mf_value *cls)
{
	static const char *const list[] = {
		"numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar", NULL};
	return one_of(cls, list);
}

static bool is_array_class(const struct mf_value *cls)
{
	static const char *const list[] = {"numpy.ndarray", "numpy.memmap",
		"numpy.core.memmap.memmap", "numpy._core.memmap.memmap", NULL};
	return mf_value_kind(cls) == MF_REF && one_of(cls, list);
}

bool ndarray_is(const struct mf_value *v)
{
	const struct mf_value *cls = class_of(v);
	return is_frombuffer(cls) ||
	       (is_reconstruct(cls) && is_array_class(mf_value_item(v->u.obj->args, 0)));
}

/* ---- parts ---- */

static bool set_shape(struct ndarray *out, const struct mf_value *shape)
{
	bool list = is_list(shape), none = false;

	out->ndim = list ? mf_value_count(shape) : 1;
	out->count = 1;
	if (out->ndim > NDARRAY_MAX_DIMS)
		return false;
	for (size_t i = 0; i < out->ndim; i++) {
		const struct mf_value *dim = list ? mf_value_item(shape, i) : shape;
		if (mf_value_kind(dim) != MF_INT || mf_value_int(dim) < 0)
			return false;
		out->shape[i] = (size_t)mf_value_int(dim);
		none = none || !out->shape[i];
	}
	for (size_t i = 0; i < out->ndim && !none; i++)
		if (!size_mul(out->count, out->shape[i], &out->count))
			return false;
	if (none)
		out->count = 0;
	return true;
}

/* Steps of a storage in C or in Fortran order. */
static void set_steps(struct ndarray *out, bool fortran)
{
	size_t step = 1;

	for (size_t i = 0; i < out->ndim; i++) {
		size_t k = fortran ? i : out->ndim - 1 - i;
		out->step[k] = step;
		step *= out->count ? out->shape[k] : 1;
	}
	out->fortran = fortran && out->ndim > 1;
	out->ordered = !out->fortran;
}

/* The storage has the axes in another order: axis i of the array is axes[i] of the storage. */
static bool transpose(struct ndarray *out, const struct mf_value *axes)
{
	struct ndarray stored = *out;
	bool seen[NDARRAY_MAX_DIMS] = {false};

	if (!is_list(axes) || mf_value_count(axes) != out->ndim)
		return false;
	for (size_t i = 0; i < out->ndim; i++) {
		const struct mf_value *axis = mf_value_item(axes, i);
		if (mf_value_kind(axis) != MF_INT || mf_value_int(axis) < 0 ||
			mf_value_int(axis) >= (int64_t)out->ndim || seen[mf_value_int(axis)])
			return false;
		size_t k = (size_t)mf_value_int(axis);
		seen[k] = true;
		out->shape[i] = stored.shape[k];
		out->step[i] = stored.step[k];
		out->ordered = out->ordered && k == i;
	}
	return true;
}

/* The bytes; text was written for them in protocols before 3. */
static bool set_bytes(struct ndarray *out, struct arena *a, const struct mf_value *v)
{
	size_t n, need, at = 0;
	const char *p = mf_value_text(v, &n);
	enum mf_kind kind = mf_value_kind(v);

	if (!size_mul(out->count, out->stored->size, &need))
		return false;
	if (kind == MF_BLOB) {
		out->blob = v;
		return v->u.blob->n == need;
	}
	if (kind != MF_BYTES && kind != MF_BYTEARRAY && kind != MF_STRING)
		return false;
	if (kind == MF_STRING) {
		bool ascii = true;
		for (size_t i = 0; i < n && ascii; i++)
			ascii = (unsigned char)p[i] < 0x80;
		char *copy = ascii || n / 2 > need ? NULL : arena_alloc(a, n);
		for (size_t i = 0; !ascii && i < n; i++) {
			unsigned c = (unsigned char)p[i];
			if (!copy || c > 0xc3 || (c >= 0x80 && (c < 0xc2 || ++i == n)))
				return false;
			copy[at++] = (char)(c < 0x80 ? c : c << 6 | ((unsigned char)p[i] & 0x3f));
		}
		p = ascii ? p : copy;
		n = ascii ? n : at;
	}
	out->data = p ? p : "";
	return n == need;
}

static bool set_data(struct ndarray *out, struct arena *a, const struct mf_value *v)
{
	if (!out->type->objects)
		return set_bytes(out, a, v);
	if (!is_list(v) || v->u.list.n != out->count)
		return false;
	static struct mf_value *const nothing[1] = {NULL};
	out->objects = v->u.list.n ? v->u.list.v : nothing;
	return true;
}

/* Do the long doubles of some elements show that they are IEEE's? */
static bool is_quad(const struct dtype *type, const char *data, size_t count)
{
	size_t part = type->kind == 'c' ? type->size / 2 : type->kind == 'f' ? type->size : 0;
	size_t n = count < 4096 ? count : 4096, yes = 0;

	if (part != 16 || !data)
		return false;
	for (size_t i = 0; i < n * (type->size / part); i++) {
		int guess = longdouble_guess(data + i * part, type->order == '>');
		if (guess < 0)
			return false;
		yes += guess > 0;
	}
	return yes > 0;
}

static const struct dtype *as_quad(struct arena *a, const struct dtype *type)
{
	struct dtype *t = arena_alloc(a, sizeof(*t));
	if (t) {
		*t = *type;
		t->quad = true;
	}
	return t;
}

static bool finish(struct ndarray *out, struct arena *a, bool native)
{
	if (is_quad(out->stored, out->data, out->count))
		out->stored = as_quad(a, out->stored);
	out->type = native && out->stored ? dtype_native(a, out->stored) : out->stored;
	return out->type != NULL;
}

/* Elements that are arrays of their own: numpy never leaves them so. */
static bool set_type(struct ndarray *out, struct arena *a, const struct mf_value *v)
{
	out->dtype = (struct mf_value *)(uintptr_t)v;
	out->type = out->stored = dtype_read(a, v);
	return out->type && !out->type->base;
}

static bool view_state(struct ndarray *out, struct arena *a, const struct mf_value *state)
{
	size_t from = mf_value_count(state) == 4 ? 0 : 1; /* of old: without version */
	const struct mf_value *order = mf_value_item(state, from + 2);

	if (mf_value_kind(state) != MF_TUPLE || mf_value_count(state) != from + 4 ||
		(mf_value_kind(order) != MF_BOOL && mf_value_kind(order) != MF_INT) ||
		!set_shape(out, mf_value_item(state, from)) ||
		!set_type(out, a, mf_value_item(state, from + 1)) ||
		!set_data(out, a, mf_value_item(state, from + 3)))
		return false;
	/* Lists are in C order, whatever is said. */
	set_steps(out, mf_value_int(order) != 0 && !out->objects);
	return finish(out, a, true);
}

static bool view_buffer(struct ndarray *out, struct arena *a, const struct mf_value *args)
{
	const struct mf_value *order = mf_value_item(args, 3), *axes = mf_value_item(args, 4);

	if (mf_value_count(args) < 4 || mf_value_count(args) > 5 ||
		mf_value_kind(order) != MF_STRING || !set_shape(out, mf_value_item(args, 2)) ||
		!set_type(out, a, mf_value_item(args, 1)) || out->type->objects ||
		!set_data(out, a, mf_value_item(args, 0)))
		return false;
	set_steps(out, value_is(order, "F"));
	if (value_is(order, "K") && mf_value_kind(axes) != MF_NULL)
		return transpose(out, axes) && finish(out, a, false);
	return (value_is(order, "C") || value_is(order, "F")) && finish(out, a, false);
}

bool ndarray_view(struct ndarray *out, struct arena *a, const struct mf_value *v, bool subclasses)
{
	const struct mf_value *cls = class_of(v);

	memset(out, 0, sizeof(*out));
	if (!cls)
		return false;
	const struct mf_object_parts *o = v->u.obj;
	if (o->items || o->dict || mf_value_count(o->kwargs))
		return false;
	if (is_frombuffer(cls))
		return !o->state && view_buffer(out, a, o->args);
	const struct mf_value *of = mf_value_item(o->args, 0);
	return is_reconstruct(cls) && o->state && mf_value_kind(of) == MF_REF &&
	       (subclasses || is_array_class(of)) && view_state(out, a, o->state);
}

/* ---- scalars ---- */

bool npscalar_view(const struct dtype **type, struct mf_value **value, struct arena *a,
	const struct mf_value *v)
{
	const struct mf_value *cls = class_of(v);
	struct ndarray one = {.count = 1}, inner;

	if (!cls || !is_scalar(cls) || v->u.obj->state || v->u.obj->items || v->u.obj->dict ||
		mf_value_count(v->u.obj->args) != 2)
		return false;
	const struct mf_value *data = mf_value_item(v->u.obj->args, 1);
	if (!set_type(&one, a, mf_value_item(v->u.obj->args, 0)))
		return false;
	if (!one.type->objects) {
		if (!set_bytes(&one, a, data) || !one.data || !finish(&one, a, true))
			return false;
		*value = dtype_value(a, one.stored, one.data);
	} else {
		/* Its fields as an array without dimensions; numpy before 1.20 has the object
		 * itself. */
		struct mf_value *object = v->u.obj->args->u.list.v[1];
		if (ndarray_view(&inner, a, data, false) && inner.objects && !inner.ndim)
			object = inner.objects[0];
		if (a->full)
			return false;
		*value = ndarray_object(a, one.type, object);
	}
	*type = one.type;
	return *value != NULL;
}
