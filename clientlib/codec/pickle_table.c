#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bigint.h"
#include "pickle_machine.h"

/* The memo, and which keys are equal: dicts and sets of more than SMALL entries share one hash
 * table, whose slots name the owner and the entry. */

enum { SMALL = 8, UNHASHABLE = 1 };

static uint64_t mix(uint64_t a, uint64_t b)
{
	__extension__ unsigned __int128 x =
		(unsigned __int128)(a ^ 0x9e3779b97f4a7c15u) * (b ^ 0xbf58476d1ce4e5b9u);
	return (uint64_t)x ^ (uint64_t)(x >> 64);
}

/* ---- the memo ---- */

static struct memo_slot *far_slot(const struct machine *m, uint64_t id)
{
	size_t i = (size_t)mix(id, m->seed) & (m->far_cap - 1);
	while (m->far[i].v && m->far[i].id != id)
		i = (i + 1) & (m->far_cap - 1);
	return &m->far[i];
}

static int far_grow(struct machine *m)
{
	struct memo_slot *old = m->far;
	size_t old_cap = m->far_cap, cap = old_cap ? old_cap * 2 : 64;

	struct memo_slot *slots = calloc(cap, sizeof(*slots));
	if (!slots)
		return machine_nomem(m);
	m->far = slots;
	m->far_cap = cap;
	for (size_t i = 0; i < old_cap; i++)
		if (old[i].v)
			*far_slot(m, old[i].id) = old[i];
	free(old);
	return 0;
}

/* An index far above the number of entries, as only odd streams have it, must not take memory. */
static int far_put(struct machine *m, uint64_t id, struct mf_value *v, bool *fresh)
{
	if (2 * (m->far_n + 1) > m->far_cap && far_grow(m) < 0)
		return m->rc;
	struct memo_slot *slot = far_slot(m, id);
	*fresh = !slot->v;
	m->far_n += *fresh;
	*slot = (struct memo_slot){id, v};
	return 0;
}

int memo_put(struct machine *m, uint64_t id, struct mf_value *v)
{
	bool fresh = true;

	if (m->memo_n >= m->max_memo)
		return machine_fail(m, MF_ELIMIT, "more than %zu entries of the memo", m->max_memo);
	if (id < m->memo.n || id <= 2 * m->memo_n + 1024) {
		size_t old = m->memo.n;
		if (id >= old) {
			if (!vec_reserve(&m->memo, (size_t)id + 1))
				return machine_nomem(m);
			memset(m->memo.v + old, 0, ((size_t)id + 1 - old) * sizeof(*m->memo.v));
			m->memo.n = (size_t)id + 1;
		}
		fresh = !m->memo.v[id] && !(m->far_n && far_slot(m, id)->v);
		m->memo.v[id] = v;
	} else if (far_put(m, id, v, &fresh) < 0) {
		return m->rc;
	}
	m->memo_n += fresh;
	return 0;
}

struct mf_value *memo_get(const struct machine *m, uint64_t id)
{
	struct mf_value *v = id < m->memo.n ? m->memo.v[id] : NULL;
	return v || !m->far_n ? v : far_slot(m, id)->v;
}

void table_release(struct machine *m)
{
	vec_release(&m->memo);
	free(m->far);
	free(m->index);
	vec_release(&m->hashing);
	vec_release(&m->comparing);
}

/* ---- hashing ---- */

static uint64_t hash_text(const struct machine *m, const char *p, size_t n, enum mf_kind kind)
{
	uint64_t h = mix(m->seed + n, (uint64_t)kind);
	for (; n >= 8; p += 8, n -= 8) {
		uint64_t word;
		memcpy(&word, p, sizeof(word));
		h = mix(h ^ word, m->seed);
	}
	uint64_t rest = 0;
	if (n)
		memcpy(&rest, p, n);
	return mix(h ^ rest, m->seed + 1);
}

/* The double that is equal to an integer, if there is one; only integers beyond int64_t are asked.
 */
static bool bigint_as_double(const char *p, size_t n, double *f)
{
	size_t low = 0;
	n = bigint_trim(p, n);
	while (low < n && !p[low])
		low++;
	if (n - low > 8 || n > 130)
		return false;
	uint64_t u = bigint_negative(p, n) ? UINT64_MAX : 0;
	for (size_t i = n; i-- > low;)
		u = u << 8 | (unsigned char)p[i];
	*f = (double)(int64_t)u;
	if (fabs(*f) >= 0x1p63 || (int64_t)*f != (int64_t)u)
		return false;
	*f = ldexp(*f, (int)(8 * low));
	return isfinite(*f);
}

/* Numbers that are equal hash alike, whatever their type. */
static uint64_t hash_number(const struct machine *m, const struct mf_value *v)
{
	uint64_t bits;
	double f = 0;

	switch (v->kind) {
	case MF_BOOL: return mix(v->u.b, m->seed);
	case MF_INT: return mix((uint64_t)v->u.i, m->seed);
	case MF_BIGINT:
		if (!bigint_as_double(v->u.s.p, v->u.s.n, &f))
			return hash_text(m, v->u.s.p, v->u.s.n, MF_BIGINT);
		break;
	default:
		f = v->u.f;
		if (f >= -0x1p63 && f < 0x1p63 && f == floor(f))
			return mix((uint64_t)(int64_t)f, m->seed);
		if (isnan(f)) /* equal to nothing but itself */
			return mix((uint64_t)(uintptr_t)v, m->seed + 2);
		break;
	}
	memcpy(&bits, &f, sizeof(bits));
	return mix(bits, m->seed + 3);
}

/* 0 with the hash, UNHASHABLE, or DEEP for what has parts. */
enum { DEEP = 2 };
static int hash_one(struct machine *m, const struct mf_value *v, uint64_t *h)
{
	switch (v->kind) {
	case MF_BOOL:
	case MF_INT:
	case MF_BIGINT:
	case MF_FLOAT: *h = hash_number(m, v); break;
	case MF_STRING:
	case MF_BYTES:
	case MF_REF:
		*h = hash_text(m, v->u.s.p, v->u.s.n, v->kind);
		if (v->u.s.n >= 64)
			return machine_work(m, v->u.s.n / 16);
		break;
	case MF_NULL:
	case MF_ELLIPSIS:
	case MF_NOTIMPLEMENTED: *h = mix((uint64_t)v->kind, m->seed + 4); break;
	case MF_EXT: *h = mix((uint64_t)v->u.i, m->seed + 5); break;
	case MF_LIST:
	case MF_DICT:
	case MF_SET:
	case MF_BYTEARRAY: return UNHASHABLE;
	case MF_TUPLE:
	case MF_FROZENSET: return DEEP;
	default:
		*h = mix((uint64_t)(uintptr_t)v, m->seed + 6);
		break; /* only the class would know */
	}
	return 0;
}

/* The hash of a key, equal for equal keys. Nested tuples go onto a stack of our own. */
static int hash(struct machine *m, const struct mf_value *v, uint64_t *out)
{
	int rc = hash_one(m, v, out);
	if (rc != DEEP)
		return rc;
	m->hashing.n = 0;
	for (;;) {
		if (rc == DEEP) {
			struct hash_frame frame = {v, 0, mix(v->u.list.n, (uint64_t)v->kind)};
			if (!vec_push(&m->hashing, frame))
				return machine_nomem(m);
		} else if (rc) {
			return rc;
		}
		struct hash_frame *f = &m->hashing.v[m->hashing.n - 1];
		if (rc == 0) /* the frame's next part has its hash: order counts in a tuple only */
			f->sum = f->v->kind == MF_TUPLE ? mix(f->sum ^ *out, m->seed)
							: f->sum + mix(*out, m->seed);
		if (machine_work(m, 1) < 0)
			return m->rc;
		if (f->at < f->v->u.list.n) {
			v = f->v->u.list.v[f->at++];
			rc = hash_one(m, v, out);
			continue;
		}
		*out = mix(f->sum, m->seed + 7);
		rc = 0;
		if (--m->hashing.n == 0)
			return 0;
	}
}

/* ---- equality ---- */

static bool is_number(const struct mf_value *v)
{
	return v->kind == MF_BOOL || v->kind == MF_INT || v->kind == MF_BIGINT ||
	       v->kind == MF_FLOAT;
}

/* 1: equal, 0: not, DEEP: two tuples of one length, < 0: an error. */
static int equal_one(struct machine *m, const struct mf_value *a, const struct mf_value *b)
{
	uint64_t ha, hb;
	int order, rc;

	if (a == b)
		return 1;
	if (is_number(a) && is_number(b))
		return value_compare(a, b, &order) && order == 0;
	if (a->kind != b->kind)
		return 0;
	switch (a->kind) {
	case MF_STRING:
	case MF_BYTES:
	case MF_REF:
		if (a->u.s.n != b->u.s.n)
			return 0;
		if (a->u.s.n >= 64 && machine_work(m, a->u.s.n / 16) < 0)
			return m->rc;
		return !a->u.s.n || memcmp(a->u.s.p, b->u.s.p, a->u.s.n) == 0;
	case MF_NULL:
	case MF_ELLIPSIS:
	case MF_NOTIMPLEMENTED: return 1;
	case MF_EXT: return a->u.i == b->u.i;
	case MF_TUPLE: return a->u.list.n == b->u.list.n ? DEEP : 0;
	case MF_FROZENSET:
		/* 64 bits under a seed: two different sets do not meet here in practice. */
		if (a->u.list.n != b->u.list.n)
			return 0;
		if ((rc = hash(m, a, &ha)) != 0 || (rc = hash(m, b, &hb)) != 0)
			return rc < 0 ? rc : 0;
		return ha == hb;
	default: return 0;
	}
}

static int equal(struct machine *m, const struct mf_value *a, const struct mf_value *b)
{
	int rc = equal_one(m, a, b);
	if (rc != DEEP)
		return rc;
	m->comparing.n = 0;
	for (;;) {
		if (rc == DEEP) {
			struct equal_frame frame = {a, b, 0};
			if (!vec_push(&m->comparing, frame))
				return machine_nomem(m);
		} else if (rc != 1) {
			return rc;
		}
		if (machine_work(m, 1) < 0)
			return m->rc;
		struct equal_frame *f = &m->comparing.v[m->comparing.n - 1];
		if (f->at < f->a->u.list.n) {
			a = f->a->u.list.v[f->at];
			b = f->b->u.list.v[f->at++];
			rc = equal_one(m, a, b);
			continue;
		}
		rc = 1;
		if (--m->comparing.n == 0)
			return 1;
	}
}

/* ---- dicts and sets ---- */

static size_t index_start(
	const struct machine *m, const struct mf_value *owner, uint64_t h, uint32_t *tag)
{
	*tag = (uint32_t)mix(h, (uint64_t)(uintptr_t)owner);
	return *tag & (m->index_cap - 1);
}

static int index_grow(struct machine *m)
{
	size_t cap = m->index_cap ? m->index_cap * 2 : 1024;
	struct index_slot *slots = calloc(cap, sizeof(*slots));
	if (!slots)
		return machine_nomem(m);
	for (size_t i = 0; i < m->index_cap; i++) {
		if (!m->index[i].owner)
			continue;
		size_t at = m->index[i].hash & (cap - 1);
		while (slots[at].owner)
			at = (at + 1) & (cap - 1);
		slots[at] = m->index[i];
	}
	free(m->index);
	m->index = slots;
	m->index_cap = cap;
	return 0;
}

static int index_add(struct machine *m, const struct mf_value *owner, uint64_t h, size_t at)
{
	uint32_t tag;
	if (m->index_n >= m->max_nodes)
		return machine_fail(m, MF_ELIMIT, "more than %zu keys", m->max_nodes);
	if (3 * (m->index_n + 1) > 2 * m->index_cap && index_grow(m) < 0)
		return m->rc;
	size_t i = index_start(m, owner, h, &tag);
	while (m->index[i].owner)
		i = (i + 1) & (m->index_cap - 1);
	m->index[i] = (struct index_slot){owner, tag, (uint32_t)at};
	m->index_n++;
	return 0;
}

/* Which entry of owner has a key equal to this one? 1 with *at, 0: none, < 0: an error. */
static int find(struct machine *m, const struct mf_value *owner, size_t step,
	const struct mf_value *key, uint64_t h, size_t *at)
{
	struct mf_value *const *v = owner->u.list.v;
	size_t n = owner->u.list.n / step;
	uint32_t tag;
	int rc = 0;

	if (n <= SMALL) {
		for (*at = 0; *at < n; ++*at)
			if ((rc = equal(m, v[*at * step], key)) != 0)
				return rc;
		return 0;
	}
	for (size_t i = index_start(m, owner, h, &tag); m->index[i].owner;
		i = (i + 1) & (m->index_cap - 1)) {
		if (m->index[i].owner != owner || m->index[i].hash != tag)
			continue;
		*at = m->index[i].at;
		if ((rc = equal(m, v[*at * step], key)) != 0)
			return rc;
	}
	return 0;
}

int table_put(struct machine *m, struct mf_value *owner, struct mf_value *key,
	struct mf_value *item, bool strict)
{
	struct mf_value *entry[2] = {key, item};
	size_t step = item ? 2 : 1, n = owner->u.list.n / step, at;
	uint64_t h = 0;

	/* Every entry counts as work: what is shared in the stream may be repeated here. */
	int rc = n < SMALL && key->kind == MF_STRING ? 0 : hash(m, key, &h);
	if (rc < 0)
		return rc;
	bool hashable = rc == 0;
	if (!hashable && strict)
		return machine_bad(m, "%s cannot be a key", kind_name(key->kind));
	if (hashable && (rc = find(m, owner, step, key, h, &at)) != 0) {
		if (rc > 0 && item)
			owner->u.list.v[at * step + 1] = item;
		return rc < 0 ? rc : 0;
	}
	if (machine_work(m, 1) < 0)
		return m->rc;
	if (n == SMALL)
		for (size_t i = 0; i < n; i++) {
			uint64_t old;
			if ((rc = hash(m, owner->u.list.v[i * step], &old)) < 0 ||
				(rc == 0 && (rc = index_add(m, owner, old, i)) < 0))
				return rc;
		}
	if (n >= SMALL && hashable && (rc = index_add(m, owner, h, n)) < 0)
		return rc;
	return machine_extend(m, owner, entry, step);
}
