#include "ndarray.h"

#include <math.h>
#include <string.h>

#include "../base/util.h"
#include "dtype_machine.h"

/* Elements of arrays: one at a time, and what there is to say of them all. */

size_t ndarray_at(const struct ndarray *v, size_t i)
{
	size_t at = 0;

	if (v->ordered)
		return i;
	for (size_t k = v->ndim; k-- > 0 && i;) {
		at += i % v->shape[k] * v->step[k];
		i /= v->shape[k];
	}
	return at;
}

/* ---- objects ---- */

/* The array as nested lists. */
static struct mf_value *nested(struct arena *a, const struct ndarray *v, size_t dim, size_t *at)
{
	if (dim == v->ndim)
		return ndarray_item(v, a, (*at)++);
	struct mf_value *list = value_new(a, MF_LIST);
	for (size_t i = 0; list && i < v->shape[dim]; i++)
		if (!value_push(a, list, nested(a, v, dim + 1, at)))
			return NULL;
	return list;
}

static struct mf_value *complex_parts(struct arena *a, const struct mf_value *v)
{
	const struct mf_value *args = v->u.obj->args;
	struct mf_value *list = value_new(a, MF_LIST);
	bool ok = list && value_push(a, list, args->u.list.v[0]) &&
		  value_push(a, list, args->u.list.v[1]);
	return ok ? list : NULL;
}

/* A value that is not what was expected stays as it is, unless memory was what it lacked. */
static struct mf_value *unless_full(const struct arena *a, struct mf_value *v)
{
	return a->full ? NULL : v;
}

struct mf_value *ndarray_object(struct arena *a, const struct dtype *type, struct mf_value *v)
{
	const struct dtype *scalar;
	struct mf_value *value = v;
	struct ndarray inner;
	size_t at = 0;

	if (type->kind == 'O' || type->kind == 'T')
		return v;
	if (type->n_fields) {
		if ((v->kind != MF_TUPLE && v->kind != MF_LIST) || v->u.list.n != type->n_fields)
			return v;
		struct mf_value *list = value_new(a, MF_LIST);
		for (size_t i = 0; list && i < type->n_fields; i++)
			if (!value_push(a, list,
				    ndarray_object(a, type->fields[i].type, v->u.list.v[i])))
				return NULL;
		return list;
	}
	if (type->base)
		return ndarray_view(&inner, a, v, false) ? nested(a, &inner, 0, &at)
							 : unless_full(a, v);
	if (type->kind == 'M' || type->kind == 'm')
		return dtype_time_value(a, type, v);
	if (v->kind != MF_OBJECT)
		return v;
	if (type->kind == 'c' && value_is(v->u.obj->cls, "builtins.complex") &&
		mf_value_count(v->u.obj->args) == 2)
		return complex_parts(a, v);
	return npscalar_view(&scalar, &value, a, v) ? value : unless_full(a, v);
}

struct mf_value *ndarray_item(const struct ndarray *v, struct arena *a, size_t i)
{
	size_t at = i < v->count ? ndarray_at(v, i) : 0;

	if (i >= v->count)
		return NULL;
	if (v->objects)
		return ndarray_object(a, v->type, v->objects[at]);
	return v->data ? dtype_value(a, v->stored, v->data + at * v->stored->size) : NULL;
}
