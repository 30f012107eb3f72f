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

/* The value that far below the top of the stack. */
static struct mf_value *below(const struct machine *m, size_t depth)
{
	return depth < m->stack.n ? m->stack.v[m->stack.n - 1 - depth] : NULL;
}

/* What the opcode is about to call; *args may stay NULL. */
static bool callee(
	struct machine *m, const struct op_arg *arg, struct mf_value **f, struct mf_value **args)
{
	*args = NULL;
	*f = NULL;
	switch (arg->op) {
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
	struct op_arg arg;
	struct mf_value *f, *args;
	if (machine_next(m, &arg) < 0 || !callee(m, &arg, &f, &args))
		return m->rc;
	if (is_callable(f) && !audit_call(a, f, args))
		return machine_nomem(m);
	if (machine_step(m, &arg) < 0)
		return m->rc;
	return look_after(a, m, arg.op, f) ? 0 : machine_nomem(m);
}

int audit_stream(struct mf_audit *a, const char *p, size_t n, struct mf_error *err)
{
	struct arena arena;
	int rc = 0;

	arena_init(&arena, 0);
	struct machine *m = machine_make(&arena, p, n, NULL, err);
	if (!m)
		return MF_ENOMEM;
	while (rc == 0 && !m->stopped)
		rc = step(m, a);
	machine_free(m);
	arena_release(&arena);
	return rc;
}
