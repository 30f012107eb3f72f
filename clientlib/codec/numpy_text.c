#include "numpy_text.h"

#include <string.h>

#include "dtype_machine.h"
#include "longdouble.h"
#include "render.h"
#include "text_parts.h"

/* Elements as text, and what fits on one line. */

enum {
	CELL = 60,    /* bytes of a text shown of an element */
	SHOWN = 200,  /* elements of an array on one line */
	DIGITS = 8,   /* of a number among others, as numpy has it */
	HEAD = 24,    /* elements of an array that is not in memory */
	LOOKED = 1000 /* objects that are looked at */
};

void numpy_shape(struct buf *out, const struct ndarray *v)
{
	buf_addc(out, '(');
	for (size_t i = 0; i < v->ndim; i++)
		buf_addf(out, i ? ", %zu" : "%zu", v->shape[i]);
	buf_adds(out, v->ndim == 1 ? ",)" : ")");
}

/* ---- elements ---- */

static void float_cell(struct buf *out, double f, size_t size, size_t digits)
{
	char text[LONGDOUBLE_TEXT];
	struct longdouble v;

	longdouble_from(&v, f, size);
	size_t n = longdouble_rounded(text, &v, false, digits);
	buf_add(out, text, n);
	if (strspn(text, "-0123456789") == n)
		buf_adds(out, ".0");
}

static void complex_cell(struct buf *out, const struct mf_value *v, size_t size, size_t digits)
{
	char text[LONGDOUBLE_TEXT];
	struct longdouble part;

	buf_addc(out, '(');
	for (size_t i = 0; i < 2; i++) {
		longdouble_from(&part, mf_value_float(mf_value_item(v, i)), size / 2);
		buf_add(out, text, longdouble_rounded(text, &part, i == 1, digits));
	}
	buf_adds(out, "j)");
}

/* What has parts is not opened up within a cell. */
static void object_cell(struct buf *out, const struct mf_value *v)
{
	bool cut = false;

	switch (mf_value_kind(v)) {
	case MF_LIST: buf_adds(out, mf_value_count(v) ? "[…]" : "[]"); break;
	case MF_TUPLE: buf_adds(out, mf_value_count(v) ? "(…)" : "()"); break;
	case MF_DICT: buf_adds(out, mf_value_count(v) ? "{…}" : "{}"); break;
	case MF_SET:
	case MF_FROZENSET: buf_adds(out, "{…}"); break;
	case MF_OBJECT:
		if (!text_object(out, v, false))
			buf_adds(out, "<…>");
		break;
	default:
		if (!text_scalar(out, v, CELL, &cut))
			buf_adds(out, "<…>");
		else if (cut)
			buf_adds(out, "…");
		break;
	}
}

static void list_cell(struct buf *out, const struct dtype *type, const struct mf_value *v,
	size_t dim, size_t digits)
{
	size_t n = mf_value_count(v);

	if (dim == type->n_dims) {
		numpy_cell(out, type->base, v, digits);
		return;
	}
	buf_addc(out, '[');
	for (size_t i = 0; i < n && i < 6; i++) {
		if (i)
			buf_adds(out, ", ");
		list_cell(out, type, mf_value_item(v, i), dim + 1, digits);
	}
	buf_adds(out, n > 6 ? ", …]" : "]");
}

static void struct_cell(
	struct buf *out, const struct dtype *type, const struct mf_value *v, size_t digits)
{
	size_t n = mf_value_count(v);

	buf_addc(out, '(');
	for (size_t i = 0; i < n && i < type->n_fields && i < CELL; i++) {
		if (i)
			buf_adds(out, ", ");
		numpy_cell(out, type->fields[i].type, mf_value_item(v, i), digits);
	}
	buf_adds(out, n > CELL ? ", …)" : n == 1 ? ",)" : ")");
}

void numpy_cell(struct buf *out, const struct dtype *type, const struct mf_value *v, size_t digits)
{
	enum mf_kind kind = mf_value_kind(v);
	bool list = kind == MF_LIST || kind == MF_TUPLE;

	if (type->n_fields && list)
		struct_cell(out, type, v, digits);
	else if (type->base && list)
		list_cell(out, type, v, 0, digits);
	else if (type->kind == 'f' && kind == MF_FLOAT)
		float_cell(out, v->u.f, type->size, digits);
	else if (type->kind == 'c' && list)
		complex_cell(out, v, type->size, digits);
	else if (type->kind == 'M' && kind == MF_STRING)
		buf_add(out, v->u.s.p, v->u.s.n);
	else if (type->kind == 'm' && kind == MF_INT && v->u.i == INT64_MIN)
		buf_adds(out, "NaT");
	else if (kind == MF_WRAPPED && mf_value_kind(v->u.wrap.item) == MF_STRING)
		buf_add(out, v->u.wrap.item->u.s.p, v->u.wrap.item->u.s.n);
	else
		object_cell(out, v);
}

/* ---- arrays ---- */

/* Is a value shown whole by a cell? */
static bool is_simple(struct arena *a, const struct mf_value *v)
{
	struct buf text = BUF_INIT(1 << 16);
	bool cut = false;
	bool simple = v->kind == MF_OBJECT ? text_object(&text, v, false)
					   : text_scalar(&text, v, 16, &cut);
	a->full = a->full || text.failed == MF_ENOMEM;
	buf_release(&text);
	return simple && !a->full;
}

bool numpy_plain(struct ndarray *out, struct arena *a, const struct mf_value *v)
{
	if (!ndarray_is(v) || !ndarray_view(out, a, v, false))
		return false;
	if (out->objects && out->type->kind == 'O')
		for (size_t i = 0; i < out->count && i < LOOKED; i++)
			if (!is_simple(a, out->objects[i]))
				return false;
	return true;
}

const struct mf_value *numpy_objects(struct buf *open, const struct mf_value *v)
{
	const struct mf_value *list = NULL;
	struct arena a;
	struct ndarray view;

	arena_init(&a, 0);
	if (ndarray_is(v) && ndarray_view(&view, &a, v, false) && view.objects &&
		view.type->kind == 'O' && view.count) {
		const struct mf_value *state = v->u.obj->state;
		list = mf_value_item(state, mf_value_count(state) - 1);
		buf_adds(open, "ndarray object ");
		numpy_shape(open, &view);
		buf_adds(open, " [");
	}
	if (!list && a.full)
		open->failed = MF_ENOMEM;
	arena_release(&a);
	return list;
}

void numpy_head(struct buf *out, struct arena *a, const struct ndarray *v)
{
	const char *head;
	size_t n, size = v->stored->size;

	mf_value_blob(v->blob, &head, &n);
	for (size_t i = 0; v->ordered && i < HEAD && i < v->count && size && (i + 1) * size <= n;
		i++) {
		const struct mf_value *item = dtype_value(a, v->stored, head + i * size);
		if (item)
			numpy_cell(out, v->type, item, DIGITS);
		else
			out->failed = MF_ENOMEM;
		buf_adds(out, ", ");
	}
	buf_adds(out, "…");
}

struct line {
	struct buf *out;
	const struct ndarray *v;
	struct arena *a;
	size_t at, end; /* next element; bytes after which it is enough */
	bool done, cut;
};

static void elements(struct line *l, size_t dim)
{
	if (dim == l->v->ndim) {
		const struct mf_value *item = ndarray_item(l->v, l->a, l->at++);
		if (item)
			numpy_cell(l->out, l->v->type, item, DIGITS);
		else
			l->out->failed = MF_ENOMEM;
		return;
	}
	buf_addc(l->out, '[');
	for (size_t i = 0; i < l->v->shape[dim] && !l->done && !l->out->failed; i++) {
		if (i)
			buf_adds(l->out, ", ");
		if (l->at >= SHOWN || l->out->n > l->end) {
			buf_adds(l->out, "…");
			l->done = true;
			l->cut = l->at < SHOWN;
		} else {
			elements(l, dim + 1);
		}
	}
	buf_addc(l->out, ']');
}

static void array_line(
	struct buf *out, struct arena *a, const struct ndarray *v, size_t max, bool *cut)
{
	struct line l = {
		out, v, a, 0, max > SIZE_MAX - out->n ? SIZE_MAX : out->n + max, false, false};

	dtype_name(out, v->type);
	buf_addc(out, ' ');
	numpy_shape(out, v);
	buf_addc(out, ' ');
	if (v->blob) {
		buf_addc(out, '[');
		numpy_head(out, a, v);
		buf_addc(out, ']');
	} else if (v->count || v->ndim < 2)
		elements(&l, 0);
	else
		buf_adds(out, "[]");
	*cut = l.cut;
}

/* ---- scalars and types ---- */

static void scalar_line(struct buf *out, const struct dtype *t, const struct mf_value *v)
{
	struct dtype plain = *t;
	bool quoted = t->kind == 'M';

	buf_adds(out, "np.");
	if (t->kind == 'M' || t->kind == 'm')
		buf_adds(out, t->kind == 'M' ? "datetime64" : "timedelta64");
	else if (t->kind == 'U' || t->kind == 'S' || t->kind == 'V')
		buf_adds(out, t->kind == 'U' ? "str_" : t->kind == 'S' ? "bytes_" : "void");
	else
		dtype_name(out, &plain);
	buf_adds(out, quoted ? "('" : "(");
	numpy_cell(out, t, v, SHORTEST_DIGITS);
	buf_adds(out, quoted ? "'" : "");
	if (t->kind == 'm' && strcmp(t->unit, "generic") != 0) {
		buf_addf(out, ", '");
		if (t->per_step != 1)
			buf_addf(out, "%lld", (long long)t->per_step);
		buf_addf(out, "%s'", t->unit);
	}
	buf_addc(out, ')');
}

static bool is_dtype(const struct mf_value *v)
{
	const struct known_class *known = known_class(v);
	return known && strcmp(known->name, "numpy.dtype") == 0;
}

bool numpy_line(struct buf *out, const struct mf_value *v, size_t max, bool *cut, size_t *work)
{
	const struct known_class *known = known_class(v);
	const struct dtype *type = NULL;
	struct mf_value *value;
	struct ndarray *view;
	struct arena a;
	bool done = true;

	if (!known || strncmp(known->name, "numpy.", 6) != 0)
		return false;
	arena_init(&a, 0);
	if (is_dtype(v) && (type = dtype_read(&a, v))) {
		buf_adds(out, "dtype(");
		dtype_name(out, type);
		buf_addc(out, ')');
	} else if (npscalar_view(&type, &value, &a, v)) {
		scalar_line(out, type, value);
	} else if ((view = arena_alloc(&a, sizeof(*view))) && numpy_plain(view, &a, v)) {
		array_line(out, &a, view, max, cut);
	} else {
		done = false;
	}
	if (!done && a.full && !out->failed)
		out->failed = MF_ENOMEM;
	*work += a.used / 64;
	arena_release(&a);
	return done;
}
