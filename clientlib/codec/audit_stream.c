#include <stdlib.h>

#include "../base/err.h"
#include "../base/limits.h"
#include "audit.h"
#include "pickle_machine.h"

/* The machine of the pickles, an opcode at a time, with a look at its stack before and after those
 * that import and call. What a stream drops again (POP, a key that comes twice) is not in its
 * value; a stream that ends too early has none. */

enum opcode_byte {
	GLOBAL = 'c',
	STACK_GLOBAL = 0x93,
	REDUCE = 'R',
	INST = 'i',
	OBJ = 'o',
	NEWOBJ = 0x81,
	NEWOBJ_EX = 0x92,
	PERSID = 'P',
	BINPERSID = 'Q',
	EXT1 = 0x82,
	EXT2 = 0x83,
	EXT4 = 0x84
};

static const struct {
	const char *name;
	int (*run)(struct machine *m, const struct op_arg *arg);
	int param;
} opcodes[256] = {
#define OP(name, byte, argument, handler, param) [byte] = {#name, op_##handler, param},
#include "opcodes.def"
#undef OP
};

/* ---- arguments ---- */

static bool line(struct machine *m, const char **p, size_t *n)
{
	const char *end = m->at < m->end ? memchr(m->at, '\n', (size_t)(m->end - m->at)) : NULL;
	if (!end)
		return false;
	*p = m->at;
	*n = (size_t)(end - m->at);
	m->at = end + 1;
	return true;
}

static bool argument(struct machine *m, enum pickle_arg kind, struct op_arg *arg)
{
	size_t width = pickle_arg_width(kind);
	if (kind == ARG_LINE || kind == ARG_LINE2)
		return line(m, &arg->p, &arg->n) &&
		       (kind == ARG_LINE || line(m, &arg->p2, &arg->n2));
	if ((size_t)(m->end - m->at) < width)
		return false;
	for (size_t i = width; i-- > 0;)
		arg->u = arg->u << 8 | (unsigned char)m->at[i];
	arg->i = kind == ARG_I4 || kind == ARG_DATAI ? (int32_t)(uint32_t)arg->u : (int64_t)arg->u;
	m->at += width;
	if (kind < ARG_DATA1)
		return true;
	if ((kind == ARG_DATAI && arg->i < 0) || arg->u > (size_t)(m->end - m->at))
		return false;
	arg->p = m->at;
	arg->n = (size_t)arg->u;
	m->at += arg->n;
	return true;
}

/* ---- looking on ---- */

/* The value that far below the top of the stack. */
static struct mf_value *below(const struct machine *m, size_t depth)
{
	return depth < m->stack.n ? m->stack.v[m->stack.n - 1 - depth] : NULL;
}

/* What the opcode is about to call; *args may stay NULL. */
static bool callee(struct machine *m, unsigned char byte, const struct op_arg *arg,
	struct mf_value **f, struct mf_value **args)
{
	*args = NULL;
	*f = NULL;
	switch (byte) {
	case REDUCE:
		*f = below(m, 1);
		*args = below(m, 0);
		break;
	case NEWOBJ: *f = below(m, 1); break;
	case NEWOBJ_EX: *f = below(m, 2); break;
	case OBJ:
		if (m->marks.n && m->marks.v[m->marks.n - 1] < m->stack.n)
			*f = m->stack.v[m->marks.v[m->marks.n - 1]];
		break;
	case INST: *f = machine_global(m, arg->p, arg->n, arg->p2, arg->n2); return *f != NULL;
	default: break;
	}
	return true;
}

static bool is_callable(const struct mf_value *f)
{
	return f && (f->kind == MF_REF || f->kind == MF_OBJECT || f->kind == MF_PERSID ||
			    f->kind == MF_EXT);
}

static bool look_after(
	struct mf_audit *a, const struct machine *m, unsigned char byte, const struct mf_value *f)
{
	const struct mf_value *top = below(m, 0);
	switch (byte) {
	case GLOBAL:
	case STACK_GLOBAL: return !top || top->kind != MF_REF || audit_import(a, top);
	case REDUCE: /* getattr of a global is a global */
		return !top || top->kind != MF_REF || !f || !value_is(f, "builtins.getattr") ||
		       audit_import(a, top);
	case PERSID:
	case BINPERSID:
	case EXT1:
	case EXT2:
	case EXT4: return !top || audit_other(a, top);
	default: return true;
	}
}

static int step(struct machine *m, struct mf_audit *a)
{
	m->op_at = (size_t)(m->at - m->start);
	m->op_name = "end";
	if (m->at == m->end)
		return machine_bad(m, "the data ends without STOP");
	unsigned char byte = (unsigned char)*m->at++;
	struct op_arg arg = {.param = opcodes[byte].param};
	struct mf_value *f, *args;
	m->op_name = opcodes[byte].run ? opcodes[byte].name : "opcode";
	if (!opcodes[byte].run)
		return machine_bad(m, "0x%02x is no opcode", byte);
	if (!argument(m, pickle_arg_of(byte), &arg))
		return machine_bad(m, "the data ends within the argument");
	if (!callee(m, byte, &arg, &f, &args))
		return m->rc;
	if (is_callable(f) && !audit_call(a, f, args))
		return machine_nomem(m);
	if (opcodes[byte].run(m, &arg) < 0)
		return m->rc;
	return look_after(a, m, byte, f) ? 0 : machine_nomem(m);
}

int audit_stream(struct mf_audit *a, const char *p, size_t n, struct mf_error *err)
{
	struct arena arena;
	struct machine *m = calloc(1, sizeof(*m));

	if (!m)
		return err_nomem(err);
	arena_init(&arena, 0);
	m->a = &arena;
	m->err = err;
	m->start = m->at = p ? p : "";
	m->end = m->start + (p ? n : 0);
	m->max_nodes = MF_LIMIT_PICKLE_NODES;
	m->max_memo = MF_LIMIT_PICKLE_MEMO;
	m->seed = (uint64_t)(uintptr_t)m * 0x9e3779b97f4a7c15u; /* as in pickle_read */
	int rc = 0;
	while (rc == 0 && !m->stopped)
		rc = step(m, a);
	vec_release(&m->stack);
	vec_release(&m->marks);
	table_release(m);
	free(m);
	arena_release(&arena);
	return rc;
}
