#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/limits.h"
#include "pickle_machine.h"

/* The opcodes of the pickle machine but for texts and numbers (pickle_text.c). */

/* ---- the stack ---- */

/* What lies below the last mark is out of reach. */
static size_t height(const struct machine *m)
{
	return m->stack.n - (m->marks.n ? m->marks.v[m->marks.n - 1] : 0);
}

static int need(struct machine *m, size_t n)
{
	return height(m) >= n ? 0
			      : machine_bad(m, "needs %zu values, the stack has %zu", n, height(m));
}

static struct mf_value *pop(struct machine *m)
{
	return m->stack.v[--m->stack.n];
}

static struct mf_value *top(const struct machine *m)
{
	return m->stack.v[m->stack.n - 1];
}

/* Take the values above the last mark off the stack: they stay readable at *v until the next push.
 */
static int pop_to_mark(struct machine *m, struct mf_value ***v, size_t *n)
{
	*v = NULL;
	*n = 0;
	if (!m->marks.n)
		return machine_bad(m, "there is no mark");
	size_t from = m->marks.v[--m->marks.n];
	*n = m->stack.n - from;
	if (*n)
		*v = m->stack.v + from;
	m->stack.n = from;
	return 0;
}

int op_proto(struct machine *m, const struct op_arg *arg)
{
	if (arg->u > 5)
		return machine_bad(m, "protocol %u is not known", (unsigned)arg->u);
	m->proto = (unsigned)arg->u;
	return 0;
}

/* Frames only help readers that read piece by piece; Python too lets an opcode cross their end. */
int op_frame(struct machine *m, const struct op_arg *arg)
{
	size_t left = (size_t)(m->end - m->at);
	if (arg->u > left)
		return machine_bad(
			m, "%llu bytes announced, %zu left", (unsigned long long)arg->u, left);
	return 0;
}

int op_stop(struct machine *m, const struct op_arg *arg)
{
	(void)arg;
	if (need(m, 1) < 0)
		return m->rc;
	if (top(m)->kind == MF_EXT)
		return machine_fail(m, MF_EUNSUPPORTED, "extension code %lld is not known",
			(long long)top(m)->u.i);
	m->stopped = true;
	return 0;
}

int op_mark(struct machine *m, const struct op_arg *arg)
{
	(void)arg;
	if (m->marks.n >= m->max_nodes)
		return machine_fail(m, MF_ELIMIT, "more than %zu marks", m->max_nodes);
	return vec_push(&m->marks, m->stack.n) ? 0 : machine_nomem(m);
}

/* POP on a mark takes the mark. */
int op_pop(struct machine *m, const struct op_arg *arg)
{
	(void)arg;
	if (m->marks.n && !height(m)) {
		m->marks.n--;
		return 0;
	}
	if (need(m, 1) < 0)
		return m->rc;
	m->stack.n--;
	return 0;
}

int op_pop_mark(struct machine *m, const struct op_arg *arg)
{
	struct mf_value **v;
	size_t n;
	(void)arg;
	return pop_to_mark(m, &v, &n);
}

int op_dup(struct machine *m, const struct op_arg *arg)
{
	(void)arg;
	return need(m, 1) < 0 ? m->rc : machine_push(m, top(m));
}

/* ---- the memo ---- */

static int get(struct machine *m, uint64_t id)
{
	struct mf_value *v = memo_get(m, id);
	return v ? machine_push(m, v)
		 : machine_bad(m, "memo %llu is not set", (unsigned long long)id);
}

static int put(struct machine *m, uint64_t id)
{
	return need(m, 1) < 0 ? m->rc : memo_put(m, id, top(m));
}

int op_get(struct machine *m, const struct op_arg *arg)
{
	return get(m, arg->u);
}

int op_put(struct machine *m, const struct op_arg *arg)
{
	return put(m, arg->u);
}

int op_memoize(struct machine *m, const struct op_arg *arg)
{
	(void)arg;
	return put(m, m->memo_n);
}

static int memo_id(struct machine *m, const struct op_arg *arg, uint64_t *id)
{
	*id = 0;
	for (size_t i = 0; i < arg->n; i++) {
		unsigned digit = (unsigned char)arg->p[i] - (unsigned)'0';
		if (digit > 9 || *id > (UINT64_MAX - 9) / 10)
			return machine_bad(m, "not an index of the memo");
		*id = *id * 10 + digit;
	}
	return arg->n ? 0 : machine_bad(m, "not an index of the memo");
}

int op_get_text(struct machine *m, const struct op_arg *arg)
{
	uint64_t id;
	return memo_id(m, arg, &id) < 0 ? m->rc : get(m, id);
}

int op_put_text(struct machine *m, const struct op_arg *arg)
{
	uint64_t id;
	return memo_id(m, arg, &id) < 0 ? m->rc : put(m, id);
}

/* ---- singletons and containers ---- */

int op_none(struct machine *m, const struct op_arg *arg)
{
	(void)arg;
	return machine_push(m, machine_none(m));
}

int op_boolean(struct machine *m, const struct op_arg *arg)
{
	struct mf_value **slot = &m->truth[arg->param];
	if (!*slot && (*slot = machine_new(m, MF_BOOL)))
		(*slot)->u.b = arg->param;
	return machine_push(m, *slot);
}

int op_container(struct machine *m, const struct op_arg *arg)
{
	return machine_push(m, machine_new(m, (enum mf_kind)arg->param));
}

int op_tuple_n(struct machine *m, const struct op_arg *arg)
{
	size_t n = (size_t)arg->param;
	if (need(m, n) < 0)
		return m->rc;
	struct mf_value *t = machine_tuple(m, n ? m->stack.v + m->stack.n - n : NULL, n);
	m->stack.n -= n;
	return machine_push(m, t);
}

int op_tuple(struct machine *m, const struct op_arg *arg)
{
	struct mf_value **v;
	size_t n;
	(void)arg;
	return pop_to_mark(m, &v, &n) < 0 ? m->rc : machine_push(m, machine_tuple(m, v, n));
}

int op_list(struct machine *m, const struct op_arg *arg)
{
	struct mf_value **v, *list;
	size_t n;
	(void)arg;
	if (pop_to_mark(m, &v, &n) < 0 || !(list = machine_new(m, MF_LIST)) ||
		machine_extend(m, list, v, n) < 0)
		return m->rc;
	return machine_push(m, list);
}

static int put_pairs(
	struct machine *m, struct mf_value *dict, struct mf_value **v, size_t n, bool strict)
{
	if (n % 2)
		return machine_bad(m, "an odd number of values for a dict");
	for (size_t i = 0; i < n; i += 2)
		if (table_put(m, dict, v[i], v[i + 1], strict) < 0)
			return m->rc;
	return 0;
}

int op_dict(struct machine *m, const struct op_arg *arg)
{
	struct mf_value **v, *dict;
	size_t n;
	(void)arg;
	if (pop_to_mark(m, &v, &n) < 0 || !(dict = machine_new(m, MF_DICT)) ||
		put_pairs(m, dict, v, n, true) < 0)
		return m->rc;
	return machine_push(m, dict);
}

static int add_items(struct machine *m, struct mf_value *set, struct mf_value **v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (table_put(m, set, v[i], NULL, true) < 0)
			return m->rc;
	return 0;
}

int op_frozenset(struct machine *m, const struct op_arg *arg)
{
	struct mf_value **v, *set;
	size_t n;
	(void)arg;
	if (pop_to_mark(m, &v, &n) < 0 || !(set = machine_new(m, MF_FROZENSET)) ||
		add_items(m, set, v, n) < 0)
		return m->rc;
	return machine_push(m, set);
}

/* The part of a value that items go to; an object gets one when it has none yet. */
static struct mf_value *part(struct machine *m, struct mf_value *v, enum mf_kind kind)
{
	if (v->kind == kind)
		return v;
	if (v->kind == MF_OBJECT) {
		struct mf_value **slot = kind == MF_DICT ? &v->u.obj->dict : &v->u.obj->items;
		if (!*slot)
			*slot = machine_new(m, kind == MF_DICT ? MF_DICT : MF_LIST);
		return *slot;
	}
	machine_bad(m, "%s takes no items", kind_name(v->kind));
	return NULL;
}

static int append(struct machine *m, struct mf_value **v, size_t n)
{
	struct mf_value *list = part(m, top(m), MF_LIST);
	return list ? machine_extend(m, list, v, n) : m->rc;
}

int op_append(struct machine *m, const struct op_arg *arg)
{
	(void)arg;
	if (need(m, 2) < 0)
		return m->rc;
	struct mf_value *v = pop(m);
	return append(m, &v, 1);
}

int op_appends(struct machine *m, const struct op_arg *arg)
{
	struct mf_value **v;
	size_t n;
	(void)arg;
	return pop_to_mark(m, &v, &n) < 0 || need(m, 1) < 0 ? m->rc : append(m, v, n);
}

static int set_items(struct machine *m, struct mf_value **v, size_t n)
{
	struct mf_value *dict = part(m, top(m), MF_DICT);
	/* What an unknown class takes for a key, only the class knows. */
	return dict ? put_pairs(m, dict, v, n, dict == top(m)) : m->rc;
}

int op_setitem(struct machine *m, const struct op_arg *arg)
{
	(void)arg;
	if (need(m, 3) < 0)
		return m->rc;
	struct mf_value *pair[2];
	pair[1] = pop(m);
	pair[0] = pop(m);
	return set_items(m, pair, 2);
}

int op_setitems(struct machine *m, const struct op_arg *arg)
{
	struct mf_value **v;
	size_t n;
	(void)arg;
	return pop_to_mark(m, &v, &n) < 0 || need(m, 1) < 0 ? m->rc : set_items(m, v, n);
}

int op_additems(struct machine *m, const struct op_arg *arg)
{
	struct mf_value **v;
	size_t n;
	(void)arg;
	if (pop_to_mark(m, &v, &n) < 0 || need(m, 1) < 0)
		return m->rc;
	if (top(m)->kind == MF_OBJECT)
		return append(m, v, n);
	struct mf_value *set = part(m, top(m), MF_SET);
	return set ? add_items(m, set, v, n) : m->rc;
}

/* ---- names and objects ---- */

int op_global(struct machine *m, const struct op_arg *arg)
{
	if (!arg->n || !arg->n2)
		return machine_bad(m, "an empty name");
	return machine_push(m, machine_global(m, arg->p, arg->n, arg->p2, arg->n2));
}

int op_stack_global(struct machine *m, const struct op_arg *arg)
{
	(void)arg;
	if (need(m, 2) < 0)
		return m->rc;
	struct mf_value *name = pop(m), *module = pop(m);
	if (name->kind != MF_STRING || module->kind != MF_STRING)
		return machine_bad(m, "%s and %s where names were expected",
			kind_name(module->kind), kind_name(name->kind));
	return machine_push(
		m, machine_global(m, module->u.s.p, module->u.s.n, name->u.s.p, name->u.s.n));
}

int op_reduce(struct machine *m, const struct op_arg *arg)
{
	(void)arg;
	if (need(m, 2) < 0)
		return m->rc;
	struct mf_value *args = pop(m), *f = pop(m);
	return machine_push(m, machine_call(m, f, args));
}

int op_build(struct machine *m, const struct op_arg *arg)
{
	(void)arg;
	if (need(m, 2) < 0)
		return m->rc;
	struct mf_value *state = pop(m);
	return machine_build(m, top(m), state);
}

int op_inst(struct machine *m, const struct op_arg *arg)
{
	struct mf_value **v, *cls, *args;
	size_t n;
	if (!arg->n || !arg->n2)
		return machine_bad(m, "an empty name");
	if (pop_to_mark(m, &v, &n) < 0 || !(args = machine_tuple(m, v, n)) ||
		!(cls = machine_global(m, arg->p, arg->n, arg->p2, arg->n2)))
		return m->rc;
	return machine_push(m, machine_call(m, cls, args));
}

int op_obj(struct machine *m, const struct op_arg *arg)
{
	struct mf_value **v, *args;
	size_t n;
	(void)arg;
	if (pop_to_mark(m, &v, &n) < 0)
		return m->rc;
	if (!n)
		return machine_bad(m, "there is no class");
	struct mf_value *cls = v[0];
	if (!(args = machine_tuple(m, n > 1 ? v + 1 : NULL, n - 1)))
		return m->rc;
	return machine_push(m, machine_call(m, cls, args));
}

int op_newobj(struct machine *m, const struct op_arg *arg)
{
	struct mf_value *kwargs = NULL;
	if (need(m, arg->param ? 3 : 2) < 0)
		return m->rc;
	if (arg->param) {
		kwargs = pop(m);
		if (kwargs->kind != MF_DICT)
			return machine_bad(
				m, "%s for the keyword arguments", kind_name(kwargs->kind));
	}
	struct mf_value *args = pop(m), *cls = pop(m);
	if (args->kind != MF_TUPLE)
		return machine_bad(m, "%s for the arguments", kind_name(args->kind));
	return machine_push(m, machine_object(m, cls, args, kwargs));
}

static int persistent(struct machine *m, struct mf_value *id)
{
	struct mf_value *v = machine_new(m, MF_PERSID);
	if (!v || machine_extend(m, v, &id, 1) < 0)
		return m->rc;
	return machine_push(m, v);
}

int op_persid_text(struct machine *m, const struct op_arg *arg)
{
	for (size_t i = 0; i < arg->n; i++)
		if ((unsigned char)arg->p[i] >= 0x80)
			return machine_bad(m, "a persistent id that is not ASCII");
	struct mf_value *id = machine_text(m, MF_STRING, arg->p, arg->n);
	return id ? persistent(m, id) : m->rc;
}

int op_persid(struct machine *m, const struct op_arg *arg)
{
	(void)arg;
	return need(m, 1) < 0 ? m->rc : persistent(m, pop(m));
}

int op_ext(struct machine *m, const struct op_arg *arg)
{
	if (arg->i <= 0)
		return machine_bad(m, "extension code %lld", (long long)arg->i);
	struct mf_value *v = machine_new(m, MF_EXT);
	if (v)
		v->u.i = arg->i;
	return machine_push(m, v);
}

int op_buffer(struct machine *m, const struct op_arg *arg)
{
	(void)arg;
	return machine_fail(
		m, MF_EUNSUPPORTED, "the stream's buffers are kept outside of it (protocol 5)");
}
