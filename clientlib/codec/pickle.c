#include "pickle.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/err.h"
#include "../base/limits.h"
#include "pickle_machine.h"

/* Steps of hashing, comparing and converting that the size of the stream does not bound: about two
 * seconds. Only a stream made to be slow comes near. */
#define WORK_LIMIT 400000000u

/* Bytes before the data of an argument; 0 for lines. */
static const unsigned char arg_width[] = {[ARG_U1] = 1,
	[ARG_U2] = 2,
	[ARG_U4] = 4,
	[ARG_U8] = 8,
	[ARG_I4] = 4,
	[ARG_F8] = 8,
	[ARG_DATA1] = 1,
	[ARG_DATA4] = 4,
	[ARG_DATA8] = 8,
	[ARG_DATAI] = 4};

struct opcode {
	const char *name;
	int (*run)(struct machine *m, const struct op_arg *arg);
	enum pickle_arg arg;
	int param;
};

static const struct opcode opcodes[256] = {
#define OP(name, byte, argument, handler, param)                                                   \
	[byte] = {#name, op_##handler, ARG_##argument, param},
#include "opcodes.def"
#undef OP
};

enum pickle_arg pickle_arg_of(unsigned char op)
{
	return opcodes[op].run ? opcodes[op].arg : ARG_UNKNOWN;
}

unsigned char pickle_arg_width(enum pickle_arg kind)
{
	return kind < ARRAY_SIZE(arg_width) ? arg_width[kind] : 0;
}

/* ---- failures and limits ---- */

static int PRINTF_LIKE(3, 0) vfail(struct machine *m, int code, const char *fmt, va_list ap)
{
	char message[256];

	if (m->rc)
		return m->rc;
	m->rc = code;
	vsnprintf(message, sizeof(message), fmt, ap);
	bool first = m->err && m->err->code == MF_OK;
	err_set(m->err, code, "pickle: %s at byte %zu: %s", m->op_name, m->op_at, message);
	if (first)
		m->err->offset = (int64_t)m->op_at;
	return code;
}

int machine_fail(struct machine *m, int code, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vfail(m, code, fmt, ap);
	va_end(ap);
	return m->rc;
}

int machine_bad(struct machine *m, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vfail(m, MF_ECORRUPT, fmt, ap);
	va_end(ap);
	return m->rc;
}

int machine_nomem(struct machine *m)
{
	if (!m->rc)
		m->rc = err_nomem(m->err);
	return m->rc;
}

int machine_work(struct machine *m, uint64_t steps)
{
	m->work += steps;
	if (m->work > WORK_LIMIT || steps > WORK_LIMIT)
		return machine_fail(m, MF_ELIMIT, "the stream takes too long to read");
	return 0;
}

int machine_count(struct machine *m, size_t n)
{
	if (n > m->max_nodes || m->nodes > m->max_nodes - n)
		return machine_fail(m, MF_ELIMIT, "more than %zu values", m->max_nodes);
	m->nodes += n;
	return 0;
}

void *machine_alloc(struct machine *m, size_t n)
{
	void *p = arena_alloc(m->a, n);
	if (!p) {
		/* The arena does not say why: either it would pass its limit, or malloc failed. */
		size_t limit = m->a->limit ? m->a->limit : (size_t)MF_LIMIT_ARENA;
		size_t block = m->a->used < (1u << 20) ? m->a->used : 1u << 20;
		size_t need = n > block ? n : block;
		if (need > limit || m->a->used > limit - need)
			machine_fail(m, MF_ELIMIT, "the values take more than %zu bytes", limit);
		else
			machine_nomem(m);
	}
	return p;
}

/* ---- values ---- */

struct mf_value *machine_new(struct machine *m, enum mf_kind kind)
{
	if (machine_count(m, 1) < 0)
		return NULL;
	struct mf_value *v = machine_alloc(m, sizeof(*v));
	if (v) {
		memset(v, 0, sizeof(*v));
		v->kind = kind;
	}
	return v;
}

struct mf_value *machine_text(struct machine *m, enum mf_kind kind, const char *p, size_t n)
{
	struct mf_value *v = machine_new(m, kind);
	if (v) {
		v->u.s.p = p;
		v->u.s.n = n;
	}
	return v;
}

struct mf_value *machine_none(struct machine *m)
{
	if (!m->none)
		m->none = machine_new(m, MF_NULL);
	return m->none;
}

struct mf_value *machine_int(struct machine *m, int64_t i)
{
	struct mf_value **slot = i >= 0 && i < 256 ? &m->small[i] : NULL;
	if (slot && *slot)
		return *slot;
	struct mf_value *v = machine_new(m, MF_INT);
	if (v)
		v->u.i = i;
	if (slot)
		*slot = v;
	return v;
}

struct mf_value *machine_tuple(struct machine *m, struct mf_value *const *v, size_t n)
{
	if (!n && m->empty)
		return m->empty;
	struct mf_value *t = machine_new(m, MF_TUPLE);
	if (!t || machine_extend(m, t, v, n) < 0)
		return NULL;
	if (!n)
		m->empty = t;
	return t;
}

int machine_extend(struct machine *m, struct mf_value *list, struct mf_value *const *v, size_t n)
{
	size_t need;

	if (!n)
		return 0;
	if (!size_add(list->u.list.n, n, &need) || need > SIZE_MAX / 32)
		return machine_fail(m, MF_ELIMIT, "too many items");
	if (need > list->u.list.cap) {
		size_t cap = list->u.list.cap * 2;
		if (cap < need)
			cap = need;
		struct mf_value **wider = machine_alloc(m, cap * sizeof(struct mf_value *));
		if (!wider)
			return m->rc;
		if (list->u.list.n)
			memcpy(wider, list->u.list.v, list->u.list.n * sizeof(struct mf_value *));
		list->u.list.v = wider;
		list->u.list.cap = cap;
	}
	memcpy(list->u.list.v + list->u.list.n, v, n * sizeof(*v));
	list->u.list.n = need;
	return 0;
}

int machine_push(struct machine *m, struct mf_value *v)
{
	if (!v)
		return m->rc;
	if (m->stack.n >= m->max_nodes)
		return machine_fail(m, MF_ELIMIT, "more than %zu values", m->max_nodes);
	return vec_push(&m->stack, v) ? 0 : machine_nomem(m);
}

const char *kind_name(enum mf_kind kind)
{
	static const char *const names[] = {[MF_NULL] = "None",
		[MF_BOOL] = "a boolean",
		[MF_INT] = "an integer",
		[MF_BIGINT] = "an integer",
		[MF_FLOAT] = "a float",
		[MF_STRING] = "a string",
		[MF_BYTES] = "bytes",
		[MF_LIST] = "a list",
		[MF_TUPLE] = "a tuple",
		[MF_SET] = "a set",
		[MF_FROZENSET] = "a frozenset",
		[MF_DICT] = "a dict",
		[MF_REF] = "a global",
		[MF_OBJECT] = "an object",
		[MF_PERSID] = "a persistent id",
		[MF_EXT] = "an extension code",
		[MF_ELLIPSIS] = "Ellipsis",
		[MF_NOTIMPLEMENTED] = "NotImplemented",
		[MF_BYTEARRAY] = "a bytearray",
		[MF_BLOB] = "bytes"};
	return (size_t)kind < ARRAY_SIZE(names) && names[kind] ? names[kind] : "a value";
}

/* ---- the stream ---- */

static uint64_t little_endian(const char *p, unsigned width)
{
	uint64_t u = 0;
	for (unsigned i = width; i-- > 0;)
		u = u << 8 | (unsigned char)p[i];
	return u;
}

/* A line, lent without its end. Python takes nothing that the end of the data cut off. */
static int take_line(struct machine *m, const char **p, size_t *n)
{
	size_t left = (size_t)(m->end - m->at);
	const char *end = left ? memchr(m->at, '\n', left) : NULL;
	if (!end)
		return machine_bad(m, "the data ends within a line");
	*p = m->at;
	*n = (size_t)(end - m->at);
	m->at = end + 1;
	return 0;
}

static int take_arg(struct machine *m, enum pickle_arg kind, struct op_arg *arg)
{
	unsigned width = arg_width[kind];

	if ((size_t)(m->end - m->at) < width)
		return machine_bad(m, "the data ends within the argument");
	arg->u = little_endian(m->at, width);
	m->at += width;
	switch (kind) {
	case ARG_LINE: return take_line(m, &arg->p, &arg->n);
	case ARG_LINE2:
		return take_line(m, &arg->p, &arg->n) < 0 ? m->rc
							  : take_line(m, &arg->p2, &arg->n2);
	case ARG_I4:
	case ARG_DATAI: arg->i = (int32_t)(uint32_t)arg->u; break;
	default: arg->i = (int64_t)arg->u; break;
	}
	if (kind < ARG_DATA1)
		return 0;
	if (kind == ARG_DATAI && arg->i < 0)
		return machine_bad(m, "a length of %lld", (long long)arg->i);
	if (m->n_holes && m->holes->at == (size_t)(m->at - m->start)) {
		arg->hole = m->holes++;
		m->n_holes--;
		arg->p = m->at;
		m->at += arg->hole->head;
		return 0;
	}
	if (arg->u > (size_t)(m->end - m->at))
		return machine_bad(m, "%llu bytes announced, %zu left", (unsigned long long)arg->u,
			(size_t)(m->end - m->at));
	arg->p = m->at;
	arg->n = (size_t)arg->u;
	m->at += arg->n;
	return 0;
}

/* A byte string that was left in the stream. */
static struct mf_value *blob_of(struct machine *m, const struct op_arg *arg)
{
	struct mf_value *v = machine_new(m, MF_BLOB);
	struct blob *blob = v ? machine_alloc(m, sizeof(*blob)) : NULL;
	if (!blob)
		return NULL;
	*blob = (struct blob){.offset = arg->hole->offset,
		.n = arg->hole->n,
		.head = arg->p,
		.head_n = arg->hole->head,
		.kind = (enum mf_kind)arg->param,
		.source = m->source};
	v->u.blob = blob;
	return v;
}

int machine_next(struct machine *m, struct op_arg *arg)
{
	m->op_at = (size_t)(m->at - m->start);
	if (m->at == m->end) {
		m->op_name = "end";
		return machine_bad(m, "the data ends without STOP");
	}
	unsigned char byte = (unsigned char)*m->at++;
	const struct opcode *op = &opcodes[byte];
	*arg = (struct op_arg){.op = byte, .param = op->param};
	m->op_name = op->name ? op->name : "opcode";
	if (!op->run)
		return machine_bad(m, "0x%02x is no opcode", byte);
	return op->arg == ARG_NONE ? 0 : take_arg(m, op->arg, arg);
}

int machine_step(struct machine *m, const struct op_arg *arg)
{
	return arg->hole ? machine_push(m, blob_of(m, arg)) : opcodes[arg->op].run(m, arg);
}

struct machine *machine_make(struct arena *a, const char *p, size_t n,
	const struct pickle_limits *limits, struct mf_error *err)
{
	struct machine *m = calloc(1, sizeof(*m));

	if (!m) {
		err_nomem(err);
		return NULL;
	}
	m->a = a;
	m->err = err;
	m->start = m->at = p ? p : "";
	m->end = m->start + (p ? n : 0);
	m->max_nodes = limits && limits->nodes ? limits->nodes : MF_LIMIT_PICKLE_NODES;
	m->max_memo = limits && limits->memo ? limits->memo : MF_LIMIT_PICKLE_MEMO;
	/* Where this machine lies is nothing a stream could have been made for. It decides the
	 * order of hash tables only, never the result. */
	m->seed = (uint64_t)(uintptr_t)m * 0x9e3779b97f4a7c15u;
	return m;
}

void machine_free(struct machine *m)
{
	vec_release(&m->stack);
	vec_release(&m->marks);
	table_release(m);
	free(m);
}

int pickle_read(struct mf_value **out, struct arena *a, const char *p, size_t n,
	const struct pickle_limits *limits, struct mf_error *err)
{
	return pickle_read_lean(out, a, p, n, NULL, limits, err);
}

int pickle_read_lean(struct mf_value **out, struct arena *a, const char *p, size_t n,
	const struct pickle_holes *holes, const struct pickle_limits *limits, struct mf_error *err)
{
	struct machine *m = machine_make(a, p, n, limits, err);
	struct op_arg arg;
	int rc = 0;

	*out = NULL;
	if (!m)
		return MF_ENOMEM;
	if (holes) {
		m->holes = holes->v;
		m->n_holes = holes->n;
		m->source = holes->source;
	}
	while (rc == 0 && !m->stopped) {
		rc = machine_next(m, &arg);
		if (rc == 0)
			rc = machine_step(m, &arg);
	}
	if (rc == 0)
		*out = m->stack.v[m->stack.n - 1];
	if (rc == 0 && holes && holes->alone)
		*holes->alone = m->stack.n == 1 && !m->marks.n;
	machine_free(m);
	return rc;
}
