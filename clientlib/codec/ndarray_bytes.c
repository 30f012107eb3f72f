#include "ndarray.h"

#include <stdlib.h>
#include <string.h>

#include "../base/err.h"
#include "../base/util.h"
#include "dtype_machine.h"

/* Arrays as bytes in C order and little-endian: what is in memory, what is still in its stream, and
 * the header of a .npy file. */

enum {
	WINDOW = 1 << 16,
	GATHER =
		128 << 20 /* memory for bringing an array of a stream in order: one pass for each */
};

/* Copies element after element in C order. */
struct walk {
	const struct ndarray *v;
	size_t index[NDARRAY_MAX_DIMS];
	size_t at, done;
};

static void walk_on(struct walk *w)
{
	const struct ndarray *v = w->v;

	w->done++;
	for (size_t k = v->ndim; k-- > 0;) {
		w->at += v->step[k];
		if (++w->index[k] < v->shape[k])
			return;
		w->at -= v->step[k] * v->shape[k];
		w->index[k] = 0;
	}
}

static size_t fill(struct walk *w, char *out, size_t room, bool swap)
{
	size_t size = w->v->stored->size, n = 0;

	for (; n < room && w->done < w->v->count; n++) {
		memcpy(out + n * size, w->v->data + w->at * size, size);
		walk_on(w);
	}
	if (swap)
		dtype_swap(w->v->stored, out, n);
	return n;
}

/* What is in memory. */
static int copy(
	const struct ndarray *v, const struct mf_sink *sink, bool swap, struct mf_error *err)
{
	size_t size = v->stored->size, step = size > WINDOW ? size : WINDOW - WINDOW % size;
	struct walk w = {.v = v};
	int rc = 0;

	if (v->ordered && !swap) {
		for (size_t at = 0, n = v->count * size; at < n && rc >= 0; at += step)
			rc = sink->write(sink->self, v->data + at, n - at < step ? n - at : step);
		return rc < 0 ? rc : 0;
	}
	char *window = malloc(step);
	if (!window)
		return err_nomem(err);
	while (w.done < v->count && rc >= 0) {
		size_t n = fill(&w, window, step / size, swap);
		rc = sink->write(sink->self, window, n * size);
	}
	free(window);
	return rc < 0 ? rc : 0;
}

/* ---- from the stream ---- */

/* Takes the bytes in the order of storage, and keeps those elements that belong into the window:
 * `from` to `to` in C order. */
struct gather {
	const struct ndarray *v;
	char *window;
	size_t from, to;
	size_t axis[NDARRAY_MAX_DIMS];   /* the fastest of the storage first */
	size_t stride[NDARRAY_MAX_DIMS]; /* of an axis in C order */
	size_t index[NDARRAY_MAX_DIMS];
	size_t at, have; /* the element that comes, and how much of it has come */
};

static void gather_start(struct gather *g)
{
	const struct ndarray *v = g->v;
	size_t stride = 1;

	for (size_t i = v->ndim; i-- > 0;) {
		g->stride[i] = stride;
		stride *= v->shape[i];
	}
	for (size_t i = 0; i < v->ndim; i++) {
		size_t k = i;
		for (; k && v->step[g->axis[k - 1]] > v->step[i]; k--)
			g->axis[k] = g->axis[k - 1];
		g->axis[k] = i;
	}
}

static void gather_next(struct gather *g)
{
	const struct ndarray *v = g->v;

	g->have = 0;
	for (size_t i = 0; i < v->ndim; i++) {
		size_t k = g->axis[i];
		g->at += g->stride[k];
		if (++g->index[k] < v->shape[k])
			return;
		g->at -= g->stride[k] * v->shape[k];
		g->index[k] = 0;
	}
}

static int gather_write(void *self, const char *p, size_t n)
{
	struct gather *g = self;
	size_t size = g->v->stored->size;

	while (n) {
		size_t part = size - g->have < n ? size - g->have : n;
		if (g->at >= g->from && g->at < g->to)
			memcpy(g->window + (g->at - g->from) * size + g->have, p, part);
		g->have += part;
		p += part;
		n -= part;
		if (g->have == size)
			gather_next(g);
	}
	return 0;
}

/* One window. Where the stream has the order of the array, only the window is read. */
static int pass(struct gather *g, const struct mf_sink *sink, bool swap, struct mf_error *err)
{
	struct mf_sink in = {gather_write, g};
	bool ordered = g->v->ordered;
	size_t n = g->to - g->from, size = g->v->stored->size, first = ordered ? g->from : 0;

	memset(g->index, 0, sizeof(g->index));
	g->at = first;
	g->have = 0;
	int rc = value_blob_read(g->v->blob, (uint64_t)first * size,
		(uint64_t)(ordered ? n : g->v->count) * size, &in, err);
	if (rc < 0)
		return rc;
	if (swap)
		dtype_swap(g->v->stored, g->window, n);
	return sink->write(sink->self, g->window, n * size);
}

static int read_blob(
	const struct ndarray *v, const struct mf_sink *sink, bool swap, struct mf_error *err)
{
	size_t size = v->stored->size, most = GATHER / size ? GATHER / size : 1;
	int rc = 0;

	if (v->ordered && !swap)
		return value_blob_read(v->blob, 0, (uint64_t)v->count * size, sink, err);
	struct gather *g = calloc(1, sizeof(*g));
	char *window = g ? malloc((most < v->count ? most : v->count) * size) : NULL;
	if (!window) {
		free(g);
		return err_nomem(err);
	}
	g->v = v;
	g->window = window;
	gather_start(g);
	for (size_t i = 0; i < v->count && rc >= 0; i = g->to) {
		g->from = i;
		g->to = v->count - i < most ? v->count : i + most;
		rc = pass(g, sink, swap, err);
	}
	free(window);
	free(g);
	return rc < 0 ? rc : 0;
}

int ndarray_bytes(const struct ndarray *v, const struct mf_sink *sink, struct mf_error *err)
{
	bool swap = dtype_swaps(v->stored);

	if (v->objects)
		return err_set(err, MF_EUNSUPPORTED, "an array of objects has no bytes");
	if (!v->stored->size || !v->count)
		return 0;
	return v->data ? copy(v, sink, swap, err) : read_blob(v, sink, swap, err);
}

/* ---- .npy ---- */

int ndarray_npy_header(struct buf *out, const struct ndarray *v, bool fortran, struct mf_error *err)
{
	enum { MAGIC = 8, ALIGN = 64, GROWTH = 21 };
	struct buf text = BUF_INIT(out->limit);
	size_t last = v->ndim ? v->shape[fortran ? 0 : v->ndim - 1] : 0, digits = 1;

	buf_adds(&text, "{'descr': ");
	if (!dtype_npy_little(&text, v->type)) {
		buf_release(&text);
		return err_set(
			err, MF_EUNSUPPORTED, "a .npy file cannot hold elements of this type");
	}
	buf_addf(&text, ", 'fortran_order': %s, 'shape': (", fortran ? "True" : "False");
	for (size_t i = 0; i < v->ndim; i++)
		buf_addf(&text, i ? ", %zu" : "%zu", v->shape[i]);
	buf_adds(&text, v->ndim == 1 ? ",), }" : "), }");
	/* Room for the array to grow in place, as numpy has it. */
	for (; last >= 10; last /= 10)
		digits++;
	for (; v->ndim && digits < GROWTH; digits++)
		buf_addc(&text, ' ');
	bool wide = text.n + 1 + ALIGN > UINT16_MAX;
	size_t head = MAGIC + (wide ? 4 : 2), pad = ALIGN - (head + text.n + 1) % ALIGN;
	uint64_t n = text.n + pad + 1;
	const char start[] = {'\x93', 'N', 'U', 'M', 'P', 'Y', wide ? 2 : 1, 0, (char)n,
		(char)(n >> 8), (char)(n >> 16), (char)(n >> 24)};
	buf_add(out, start, head);
	buf_add(out, text.p, text.n);
	for (; pad; pad--)
		buf_addc(out, ' ');
	buf_addc(out, '\n');
	int rc = text.failed ? text.failed : out->failed;
	buf_release(&text);
	return rc < 0 ? err_set(err, rc, "out of memory") : 0;
}
