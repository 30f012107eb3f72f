#include <string.h>

#include "../base/limits.h"
#include "digest.h"
#include "dtype_machine.h"
#include "ndarray.h"
#include "render.h"

/* numpy's arrays, scalars and types as JSON (json-values.md §3). */

/* A stream can name one array many times, and each time its hash is made anew. */
#define HASH_SUM_BYTES ((uint64_t)4 * MF_LIMIT_PICKLE_BYTES)

enum { SCRATCH_BYTES = 1 << 16 };

struct writer {
	struct printer *p;
	const struct ndarray *v;
	struct arena scratch; /* of elements: emptied now and then */
	size_t at;            /* the next element, in C order */
};

static void put(struct writer *w, const struct mf_value *v)
{
	if (!v)
		render_nomem(w->p);
	else
		render_value(w->p, v);
	if (w->scratch.used > SCRATCH_BYTES)
		arena_release(&w->scratch);
}

static void element(struct writer *w, const struct dtype *type, const char *bytes);

static void sub_array(struct writer *w, const struct dtype *type, const char **bytes, size_t dim)
{
	if (dim == type->n_dims) {
		element(w, type->base, *bytes);
		*bytes += type->base->size;
		return;
	}
	if (!render_node(w->p))
		return;
	render_open(w->p, '[');
	for (size_t i = 0; i < type->dims[dim] && !render_done(w->p); i++) {
		render_next(w->p);
		sub_array(w, type, bytes, dim + 1);
	}
	render_close(w->p, ']');
}

/* An element with parts is printed part by part: it may have any number of them. */
static void element(struct writer *w, const struct dtype *type, const char *bytes)
{
	if (type->base) {
		sub_array(w, type, &bytes, 0);
		return;
	}
	if (!dtype_is_struct(type)) {
		put(w, dtype_value(&w->scratch, type, bytes));
		return;
	}
	if (!render_node(w->p))
		return;
	render_open(w->p, '[');
	for (size_t i = 0; i < type->n_fields && !render_done(w->p); i++) {
		render_next(w->p);
		element(w, type->fields[i].type, bytes + type->fields[i].offset);
	}
	render_close(w->p, ']');
}

static void data(struct writer *w, size_t dim)
{
	const struct ndarray *v = w->v;

	if (dim == v->ndim) {
		size_t i = w->at++;
		if (v->objects)
			put(w, ndarray_item(v, &w->scratch, i));
		else
			element(w, v->stored, v->data + ndarray_at(v, i) * v->stored->size);
		return;
	}
	if (!render_node(w->p))
		return;
	render_open(w->p, '[');
	for (size_t i = 0; i < v->shape[dim] && !render_done(w->p); i++) {
		render_next(w->p);
		data(w, dim + 1);
	}
	render_close(w->p, ']');
}

static int hash_write(void *self, const char *p, size_t n)
{
	digest_update(self, p, n);
	return 0;
}

static void hash(struct printer *p, const struct ndarray *v)
{
	struct digest d;
	struct mf_sink sink = {hash_write, &d};
	char hex[DIGEST_HEX];

	if (v->objects) {
		render_null(p);
		return;
	}
	digest_init(&d, true);
	int rc = ndarray_bytes(v, &sink, p->err);
	if (rc < 0) {
		render_fail(p, rc, "out of memory");
		return;
	}
	p->hashed += v->count * v->stored->size;
	digest_hex(&d, hex);
	render_str(p, hex);
}

static void shape(struct printer *p, const struct ndarray *v)
{
	render_open(p, '[');
	for (size_t i = 0; i < v->ndim; i++) {
		render_next(p);
		render_int(p, (int64_t)v->shape[i]);
	}
	render_close(p, ']');
}

static void descr(struct printer *p, struct arena *a, const struct dtype *type)
{
	const struct mf_value *v = dtype_descr(a, type);
	if (v)
		render_value(p, v);
	else
		render_nomem(p);
}

/* a holds the view, and what was needed for it. */
static void array(struct printer *p, struct arena *a, const struct ndarray *v)
{
	struct writer w = {.p = p, .v = v};

	arena_init(&w.scratch, 0);
	render_open(p, '{');
	render_member(p, "$ndarray");
	render_open(p, '{');
	render_member(p, "dtype");
	descr(p, a, v->type);
	render_member(p, "shape");
	shape(p, v);
	render_member(p, "sha256");
	if (!render_done(p))
		hash(p, v);
	else
		render_null(p);
	if (v->count < NDARRAY_INLINE && !render_done(p)) {
		render_member(p, "data");
		data(&w, 0);
	}
	render_close(p, '}');
	render_close(p, '}');
	arena_release(&w.scratch);
}

/* Not on the stack: arrays of objects hold arrays. */
static struct ndarray *view(struct arena *a, const struct mf_value *v)
{
	struct ndarray *out = arena_alloc(a, sizeof(*out));
	return out && ndarray_view(out, a, v, false) ? out : NULL;
}

/* Without memory for the view nothing is known of the value. */
static bool end(struct printer *p, struct arena *a, bool ok)
{
	bool full = !ok && a->full;
	arena_release(a);
	if (full)
		render_nomem(p);
	return ok || full;
}

static int load_write(void *self, const char *p, size_t n)
{
	char **at = self;
	memcpy(*at, p, n);
	*at += n;
	return 0;
}

/* A few large elements that were left in their stream. */
static bool load(struct printer *p, struct arena *a, struct ndarray *v)
{
	size_t n = v->count * v->stored->size;
	char *data = v->blob ? arena_alloc(a, n) : NULL, *at = data;
	struct mf_sink sink = {load_write, &at};

	if (!v->blob)
		return true;
	int rc = data ? value_blob_read(v->blob, 0, n, &sink, p->err) : MF_ENOMEM;
	v->data = data;
	if (rc < 0)
		render_fail(p, rc, "out of memory");
	return rc >= 0;
}

bool known_ndarray(struct printer *p, const char *name, const struct mf_value *v)
{
	struct arena a;

	(void)name;
	if (!ndarray_is(v))
		return false;
	if (p->hashed > HASH_SUM_BYTES) {
		render_truncated(p, "bytes", HASH_SUM_BYTES);
		return true;
	}
	arena_init(&a, 0);
	struct ndarray *seen = view(&a, v);
	bool ok = seen != NULL;
	if (ok && (seen->count >= NDARRAY_INLINE || load(p, &a, seen)))
		array(p, &a, seen);
	return end(p, &a, ok);
}

bool known_npscalar(struct printer *p, const char *name, const struct mf_value *v)
{
	const struct dtype *type;
	struct mf_value *value;
	struct arena a;

	(void)name;
	arena_init(&a, 0);
	bool ok = npscalar_view(&type, &value, &a, v);
	if (ok) {
		render_open(p, '{');
		render_member(p, "$npscalar");
		render_open(p, '{');
		render_member(p, "dtype");
		descr(p, &a, type);
		render_member(p, "value");
		render_value(p, value);
		render_close(p, '}');
		render_close(p, '}');
	}
	return end(p, &a, ok);
}

bool known_npdtype(struct printer *p, const char *name, const struct mf_value *v)
{
	struct arena a;

	arena_init(&a, 0);
	const struct dtype *type = dtype_read(&a, v);
	if (type) {
		render_begin(p, name, strlen(name));
		descr(p, &a, type);
		render_close(p, '}');
	}
	return end(p, &a, type != NULL);
}
