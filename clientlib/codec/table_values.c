#include <math.h>
#include <string.h>

#include "table.h"

/* Tables of plain lists and dicts. */

enum { MAX_KEYS = 1 << 16 };
/* Cells of a list of dicts with keys of their own. */
#define MAX_CELLS ((size_t)1 << 26)

/* ---- a column of values ---- */

struct value_column {
	struct column base;
	const struct mf_value *const *v;
	const char *type;
};

static const struct mf_value *at(const struct column *c, size_t i)
{
	return ((const struct value_column *)c)->v[i];
}

/* Cells are made from what is only read: the head of a value is copied, its parts are shared. */
static struct mf_value *value_cell(const struct column *c, struct arena *a, size_t i)
{
	struct mf_value *copy = value_new(a, MF_NULL);

	if (!copy || !at(c, i))
		return copy;
	*copy = *at(c, i);
	return cell_object(a, copy);
}

static bool value_missing(const struct column *c, size_t i)
{
	return cell_object_missing(at(c, i));
}

static bool value_number(const struct column *c, size_t i, double *out)
{
	return cell_object_number(at(c, i), out);
}

static void value_dtype(const struct column *c, struct buf *out)
{
	buf_adds(out, ((const struct value_column *)c)->type);
}

static const struct column_ops value_ops = {
	value_cell, value_missing, value_number, value_dtype, NULL};

/* One word for all values but None; "object" when they differ. */
static const char *type_of(const struct mf_value *const *v, size_t n)
{
	const char *type = NULL;

	for (size_t i = 0; i < n; i++) {
		const char *one = "object";
		switch (mf_value_kind(v[i])) {
		case MF_NULL: continue;
		case MF_BOOL: one = "bool"; break;
		case MF_INT:
		case MF_BIGINT: one = "int"; break;
		case MF_FLOAT: one = "float"; break;
		case MF_STRING: one = "str"; break;
		case MF_BYTES: one = "bytes"; break;
		case MF_LIST:
		case MF_TUPLE: one = "list"; break;
		case MF_DICT: one = "dict"; break;
		default: break;
		}
		if (!type || str_eq(type, one)) {
			type = one;
		} else if ((str_eq(type, "int") && str_eq(one, "float")) ||
			   (str_eq(type, "float") && str_eq(one, "int"))) {
			type = "float";
		} else {
			return "object";
		}
	}
	return type ? type : "object";
}

const struct column *column_values(struct reader *r, const struct mf_value *const *v, size_t n)
{
	struct value_column *c = reader_make(r, sizeof(*c), &value_ops, n);

	if (!c)
		return NULL;
	c->v = v;
	c->type = type_of(v, n);
	return &c->base;
}

/* ---- lists of dicts ---- */

struct keys {
	struct mf_value **v; /* in their order */
	size_t n, cap;
	uint32_t *table; /* hash table of numbers + 1, of a power of two entries */
	size_t size;
	struct arena *a;
};

static size_t hash(const char *p, size_t n)
{
	uint64_t h = hash_add(HASH_EMPTY, p, n);

	return (size_t)(h ^ h >> 29);
}

static bool same(const struct mf_value *a, const struct mf_value *b)
{
	return a->u.s.n == b->u.s.n && (!a->u.s.n || memcmp(a->u.s.p, b->u.s.p, a->u.s.n) == 0);
}

/* The place of a key in the hash table: its own, or a free one. */
static size_t slot(const struct keys *k, const struct mf_value *key)
{
	size_t i = hash(key->u.s.p, key->u.s.n) & (k->size - 1);

	while (k->table[i] && !same(k->v[k->table[i] - 1], key))
		i = (i + 1) & (k->size - 1);
	return i;
}

static bool grow(struct keys *k)
{
	size_t size = k->size ? k->size * 2 : 64;
	uint32_t *table = arena_calloc(k->a, size, sizeof(*table));
	struct mf_value **v = arena_calloc(k->a, size / 2, sizeof(*v));

	if (!table || !v)
		return false;
	if (k->n)
		memcpy(v, k->v, k->n * sizeof(*v));
	k->v = v;
	k->table = table;
	k->size = size;
	for (size_t i = 0; i < k->n; i++)
		k->table[slot(k, k->v[i])] = (uint32_t)i + 1;
	return true;
}

/* The number of a key; `guess` is where the row before had it. SIZE_MAX: it is new. */
static size_t find(const struct keys *k, const struct mf_value *key, size_t guess)
{
	if (guess < k->n && same(k->v[guess], key))
		return guess;
	size_t i = k->size ? k->table[slot(k, key)] : 0;
	return i ? i - 1 : SIZE_MAX;
}

static int collect(struct keys *k, const struct mf_value *rows)
{
	for (size_t i = 0; i < rows->u.list.n; i++) {
		const struct mf_value *row = rows->u.list.v[i];
		for (size_t j = 0; j + 1 < row->u.list.n; j += 2) {
			struct mf_value *key = row->u.list.v[j];
			if (key->kind != MF_STRING)
				return MF_EUNSUPPORTED;
			if (find(k, key, j / 2) != SIZE_MAX)
				continue;
			if (k->n == MAX_KEYS)
				return MF_ELIMIT;
			if (k->n * 2 >= k->size && !grow(k))
				return MF_ENOMEM;
			k->table[slot(k, key)] = (uint32_t)k->n + 1;
			k->v[k->n++] = key;
		}
	}
	return MF_OK;
}

static int dict_rows(struct mf_table *t, struct reader *r, const struct mf_value *v)
{
	struct keys k = {.a = &t->arena};
	size_t rows = v->u.list.n, cells;
	int rc = collect(&k, v);

	if (rc < 0)
		return rc;
	if (!size_mul(rows, k.n, &cells) || cells > MAX_CELLS)
		return MF_ELIMIT;
	const struct mf_value **all =
		arena_calloc(&t->arena, cells, sizeof(const struct mf_value *));
	if (!all || !table_reserve(t, k.n))
		return MF_ENOMEM;
	for (size_t i = 0; i < rows; i++) {
		const struct mf_value *row = v->u.list.v[i];
		for (size_t j = 0; j + 1 < row->u.list.n; j += 2)
			all[find(&k, row->u.list.v[j], j / 2) * rows + i] = row->u.list.v[j + 1];
	}
	for (size_t i = 0; i < k.n; i++)
		if (!table_add(t, column_values(r, all + i * rows, rows), k.v[i]))
			return MF_ENOMEM;
	t->rows = rows;
	return MF_OK;
}

/* ---- other lists ---- */

static bool is_list(const struct mf_value *v)
{
	return mf_value_kind(v) == MF_LIST || mf_value_kind(v) == MF_TUPLE;
}

static int list_rows(struct mf_table *t, struct reader *r, const struct mf_value *v)
{
	size_t rows = v->u.list.n, n = v->u.list.v[0]->u.list.n, cells;

	for (size_t i = 0; i < rows; i++)
		if (v->u.list.v[i]->u.list.n != n)
			return MF_EUNSUPPORTED;
	if (!size_mul(rows, n, &cells) || cells > MAX_CELLS || n > MAX_KEYS)
		return MF_ELIMIT;
	const struct mf_value **all =
		arena_calloc(&t->arena, cells, sizeof(const struct mf_value *));
	if (!all || !table_reserve(t, n))
		return MF_ENOMEM;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < rows; k++)
			all[i * rows + k] = v->u.list.v[k]->u.list.v[i];
		if (!table_add(t, column_values(r, all + i * rows, rows), NULL))
			return MF_ENOMEM;
	}
	t->rows = rows;
	return MF_OK;
}

static int scalars(struct mf_table *t, struct reader *r, const struct mf_value *v)
{
	const struct mf_value **all =
		arena_calloc(&t->arena, v->u.list.n, sizeof(const struct mf_value *));

	if (!all || !table_reserve(t, 1))
		return MF_ENOMEM;
	for (size_t i = 0; i < v->u.list.n; i++)
		all[i] = v->u.list.v[i];
	return table_add(t, column_values(r, all, v->u.list.n), NULL) ? MF_OK : MF_ENOMEM;
}

int table_list(struct mf_table *t, struct reader *r, const struct mf_value *v)
{
	size_t dicts = 0, lists = 0, nested = 0, n = v->u.list.n;

	for (size_t i = 0; i < n; i++) {
		const struct mf_value *x = v->u.list.v[i];
		dicts += mf_value_kind(x) == MF_DICT;
		lists += is_list(x);
		nested += mf_value_kind(x) == MF_SET || mf_value_kind(x) == MF_FROZENSET ||
			  (mf_value_kind(x) == MF_OBJECT && (ndarray_is(x) || frame_is(x)));
	}
	if (n && dicts == n)
		return dict_rows(t, r, v);
	if (n && lists == n)
		return list_rows(t, r, v);
	return dicts || lists || nested ? MF_EUNSUPPORTED : scalars(t, r, v);
}

/* ---- dicts of columns ---- */

/* A list, an array of one dimension, a Series, an Index. */
static const struct column *column_of(
	struct mf_table *t, struct reader *r, const struct mf_value *v)
{
	struct vector vector;
	struct frame f;

	if (is_list(v)) {
		const struct mf_value **all =
			arena_calloc(&t->arena, v->u.list.n, sizeof(const struct mf_value *));
		for (size_t i = 0; all && i < v->u.list.n; i++)
			all[i] = v->u.list.v[i];
		return all && reader_work(r, v->u.list.n) ? column_values(r, all, v->u.list.n)
							  : NULL;
	}
	if (mf_value_kind(v) != MF_OBJECT)
		return NULL;
	if (ndarray_is(v)) {
		const struct ndarray *array = reader_array(r, v);
		bool plain = array && array->ndim == 1 && !array->stored->n_fields;
		return plain && vector_read(&vector, r, v, 0) ? column_numpy(r, &vector) : NULL;
	}
	if (!frame_is(v) || !frame_view(&f, &t->arena, v))
		return NULL;
	return f.kind == FRAME_SERIES || f.kind == FRAME_INDEX ? f.columns[0] : NULL;
}

int table_dict(struct mf_table *t, struct reader *r, const struct mf_value *v)
{
	size_t n = mf_value_count(v);

	if (!n)
		return MF_EUNSUPPORTED;
	if (n > MAX_KEYS)
		return MF_ELIMIT;
	if (!table_reserve(t, n))
		return MF_ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const struct column *c = column_of(t, r, mf_value_item(v, i));
		if (!c || (i && column_length(c) != t->rows) ||
			!table_add(t, c, mf_value_key(v, i)))
			return MF_EUNSUPPORTED;
	}
	return MF_OK;
}
