#include <stdlib.h>
#include <string.h>

#include "../base/buf.h"
#include "../base/err.h"
#include "../base/limits.h"
#include "../base/util.h"
#include "select.h"

/* Slices of arrays: what is taken of each axis, gathered into an array of its own. */

/* What is taken of each axis of an array. */
struct taken {
	size_t first[NDARRAY_MAX_DIMS], count[NDARRAY_MAX_DIMS], n;
	int64_t step[NDARRAY_MAX_DIMS];
	bool dropped[NDARRAY_MAX_DIMS]; /* an index: not an axis of the result */
	size_t total, low, high;        /* elements; the first and last in the storage */
};

static int take(struct taken *t, const struct ndarray *v, const struct slice_axis *axes, size_t n,
	struct mf_error *err)
{
	static const struct slice_axis all = {.range = true, .step = 1};
	*t = (struct taken){.total = 1};
	if (n > v->ndim)
		return err_set(err, MF_EUNSUPPORTED, "%zu axes are asked for, the array has %zu", n,
			v->ndim);
	for (size_t k = 0; k < v->ndim; k++) {
		const struct slice_axis *axis = k < n ? &axes[k] : &all;
		if (!slice_of(axis, v->shape[k], &t->first[k], &t->step[k], &t->count[k]))
			return slice_out_of_range(axis, v->shape[k], err);
		t->dropped[k] = !axis->range;
		t->n += !t->dropped[k];
		t->total *= t->count[k]; /* at most the count of the array */
	}
	for (size_t k = 0; k < v->ndim && t->total; k++) {
		size_t a = t->first[k],
		       b = (size_t)((int64_t)a + (int64_t)(t->count[k] - 1) * t->step[k]);
		t->low += (a < b ? a : b) * v->step[k];
		t->high += (a < b ? b : a) * v->step[k];
	}
	return MF_OK;
}

/* Calls f with the place in the storage of each element that is taken, in C order. */
static bool each_taken(const struct taken *t, const struct ndarray *v,
	bool (*f)(void *self, size_t at), void *self)
{
	size_t index[NDARRAY_MAX_DIMS] = {0};
	for (size_t done = 0; done < t->total; done++) {
		size_t at = 0;
		for (size_t k = 0; k < v->ndim; k++)
			at += (size_t)((int64_t)t->first[k] + (int64_t)index[k] * t->step[k]) *
			      v->step[k];
		if (!f(self, at))
			return false;
		for (size_t k = v->ndim; k-- > 0 && ++index[k] == t->count[k];)
			index[k] = 0;
	}
	return true;
}

struct gather {
	struct arena *a;
	struct mf_value *list; /* of objects */
	const struct ndarray *v;
	const char *from;
	char *to;
	size_t low, size;
};

static bool gather_object(void *self, size_t at)
{
	struct gather *g = self;
	return value_push(g->a, g->list, g->v->objects[at]);
}

static bool gather_bytes(void *self, size_t at)
{
	struct gather *g = self;
	memcpy(g->to, g->from + (at - g->low) * g->size, g->size);
	g->to += g->size;
	return true;
}

/* The stretch of the storage that holds what is taken. */
static int stretch(const struct ndarray *v, const struct taken *t, struct arena *a,
	const char **out, struct mf_error *err)
{
	size_t size = v->stored->size;
	if (v->data || !t->total || !v->blob) {
		*out = v->data ? v->data + t->low * size : NULL;
		return v->data || !t->total
			       ? MF_OK
			       : err_set(err, MF_EUNSUPPORTED, "the array is not in memory");
	}
	struct buf b = BUF_INIT(MF_LIMIT_PICKLE_BYTES);
	struct mf_sink sink = {buf_sink_write, &b};
	int rc = value_blob_read(v->blob, (uint64_t)t->low * size,
		(uint64_t)(t->high - t->low + 1) * size, &sink, err);
	if (rc == MF_OK)
		rc = buf_err(&b, err);
	size_t n = b.n;
	char *p = rc == MF_OK ? buf_take(&b) : NULL;
	if (p && !arena_adopt(a, p, n))
		rc = err_nomem(err);
	*out = p;
	buf_release(&b);
	return rc;
}

/* The array or scalar as a pickle would have it. */
static struct mf_value *rebuild(
	struct arena *a, const struct ndarray *v, const struct taken *t, struct mf_value *data)
{
	struct mf_value *type = v->dtype, *shape = value_new(a, MF_TUPLE);
	if (!data || !shape)
		return NULL;
	if (!t->n)
		return v->objects ? data->u.list.v[0]
				  : value_object(a, "numpy._core.multiarray.scalar",
					    value_tuple(a, (struct mf_value *[]){type, data}, 2), NULL);
	for (size_t k = 0; k < v->ndim; k++)
		if (!t->dropped[k] && !value_push(a, shape, value_int(a, (int64_t)t->count[k])))
			return NULL;
	struct mf_value *zero = value_int(a, 0), *empty = value_tuple(a, &zero, 1);
	struct mf_value *args = value_tuple(a,
		(struct mf_value *[]){
			value_ref(a, "numpy.ndarray"), empty, value_text(a, MF_BYTES, "b", 1)},
		3);
	struct mf_value *state = value_tuple(a,
		(struct mf_value *[]){value_int(a, 1), shape, type, value_bool(a, false), data}, 5);
	return state ? value_object(a, "numpy._core.multiarray._reconstruct", args, state) : NULL;
}

int slice_array(struct arena *a, const struct ndarray *v, const struct slice_axis *axes, size_t n,
	struct mf_value **out, struct mf_error *err)
{
	struct taken t;
	struct gather g = {.a = a, .v = v, .size = v->stored->size};
	struct mf_value *data;
	size_t bytes;
	int rc = take(&t, v, axes, n, err);
	if (rc < 0)
		return rc;
	if (v->objects) {
		data = g.list = value_new(a, MF_LIST);
		if (data && !each_taken(&t, v, gather_object, &g))
			data = NULL;
	} else {
		rc = stretch(v, &t, a, &g.from, err);
		if (rc < 0)
			return rc;
		if (!size_mul(t.total, g.size, &bytes) || bytes >= MF_LIMIT_ARENA / 2)
			return err_set(err, MF_ELIMIT, "the slice takes more than %llu bytes",
				(unsigned long long)MF_LIMIT_ARENA / 2);
		g.to = malloc(bytes + 1);
		if (!g.to || !arena_adopt(a, g.to, bytes + 1))
			return err_nomem(err);
		data = value_text(a, MF_BYTES, g.to, bytes);
		g.low = t.low;
		if (g.from)
			each_taken(&t, v, gather_bytes, &g);
	}
	*out = rebuild(a, v, &t, data);
	return *out ? MF_OK : err_nomem(err);
}
