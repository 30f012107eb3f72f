/* codec/pickle_machine.h: what the files of the pickle machine share: pickle.c runs the stream,
 * pickle_ops.c and pickle_text.c have the opcodes, pickle_call.c calls that stand for plain values,
 * pickle_table.c the memo and equal keys.
 *
 * Functions return 0 or a negative code that is already in m->err; those that return a value return
 * NULL then, and the code is in m->rc. Values live in the arena, everything else is freed when the
 * machine ends. */
#ifndef MF_CODEC_PICKLE_MACHINE_H
#define MF_CODEC_PICKLE_MACHINE_H

#include "../base/util.h"
#include "../base/vec.h"
#include "pickle.h"
#include "value.h"

/* What stands behind an opcode: see opcodes.def. */
enum pickle_arg {
	ARG_NONE,
	ARG_U1,
	ARG_U2,
	ARG_U4,
	ARG_U8,
	ARG_I4,
	ARG_F8,
	ARG_LINE,
	ARG_LINE2,
	ARG_DATA1,
	ARG_DATA4,
	ARG_DATA8,
	ARG_DATAI,
	ARG_UNKNOWN /* no opcode */
};

/* The argument of the opcode that runs, decoded and within the stream. */
struct op_arg {
	uint64_t u;
	int64_t i;
	const char *p, *p2; /* a line without its end, or data; the second line */
	size_t n, n2;
	int param;
	unsigned char op;
	const struct hole *hole; /* the data was left in the stream; p is its head */
};

/* One key of a large dict, or element of a large set, of any owner. */
struct index_slot {
	const struct mf_value *owner; /* NULL: free */
	uint32_t hash;
	uint32_t at; /* which key of the owner */
};

struct memo_slot {
	uint64_t id;
	struct mf_value *v; /* NULL: free */
};

struct hash_frame {
	const struct mf_value *v;
	size_t at;
	uint64_t sum;
};

struct equal_frame {
	const struct mf_value *a, *b;
	size_t at;
};

struct machine {
	struct arena *a;
	struct mf_error *err;
	int rc;
	const char *start, *at, *end;
	const char *op_name;
	size_t op_at; /* offset of the opcode that runs */
	unsigned proto;
	bool stopped;
	const struct hole *holes; /* those to come */
	size_t n_holes;
	struct blob_source *source;
	size_t max_nodes, max_memo, nodes;
	uint64_t work; /* steps of hashing, comparing and converting so far */

	VEC(struct mf_value *) stack;
	VEC(size_t) marks; /* heights of the stack */

	/* The memo: indexes near the number of entries in an array, the others hashed. */
	VEC(struct mf_value *) memo;
	struct memo_slot *far;
	size_t far_n, far_cap, memo_n;

	struct index_slot *index;
	size_t index_n, index_cap;
	uint64_t seed;
	VEC(struct hash_frame) hashing;
	VEC(struct equal_frame) comparing;

	/* Values that cannot be told apart need only one node each. */
	struct mf_value *none, *truth[2], *empty, *small[256];
};

/* ---- pickle.c ---- */

enum pickle_arg pickle_arg_of(unsigned char op);
/* Bytes of a number or a length; 0 for lines and nothing. */
unsigned char pickle_arg_width(enum pickle_arg kind);

/* A machine at the beginning of a stream; NULL: out of memory. limits may be NULL. */
struct machine *machine_make(struct arena *a, const char *p, size_t n,
	const struct pickle_limits *limits, struct mf_error *err);
void machine_free(struct machine *m);
/* Decode the next opcode and its argument; then run it. The stream has ended when m->stopped. */
int machine_next(struct machine *m, struct op_arg *arg);
int machine_step(struct machine *m, const struct op_arg *arg);
/* A damaged stream: MF_ECORRUPT at the opcode that runs. */
int machine_bad(struct machine *m, const char *fmt, ...) PRINTF_LIKE(2, 3);
int machine_fail(struct machine *m, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);
int machine_nomem(struct machine *m);
/* Account for steps that the length of the stream does not bound. */
int machine_work(struct machine *m, uint64_t steps);
/* Account for n more nodes; MF_ELIMIT. */
int machine_count(struct machine *m, size_t n);
/* Arena memory; NULL with MF_ELIMIT or MF_ENOMEM. */
void *machine_alloc(struct machine *m, size_t n);
struct mf_value *machine_new(struct machine *m, enum mf_kind kind);
struct mf_value *machine_text(struct machine *m, enum mf_kind kind, const char *p, size_t n);
struct mf_value *machine_int(struct machine *m, int64_t i);
/* A tuple of the n values at v (copied). */
struct mf_value *machine_tuple(struct machine *m, struct mf_value *const *v, size_t n);
struct mf_value *machine_none(struct machine *m);
/* Put a value on the stack; NULL passes on the failure that it stands for. */
int machine_push(struct machine *m, struct mf_value *v);
/* Append values to a list or tuple under construction. */
int machine_extend(struct machine *m, struct mf_value *list, struct mf_value *const *v, size_t n);
/* "a list", "an integer" … for messages. */
const char *kind_name(enum mf_kind kind);

/* ---- pickle_text.c ---- */

/* UTF-8, lone surrogates let through. */
bool machine_is_text(const char *p, size_t n);

/* ---- pickle_table.c ---- */

/* Set key of a dict; item NULL: add an element to a set. Equal keys are one, as in Python: the
 * first key and its place stay, the last item wins. strict: a key that Python cannot hash is
 * MF_ECORRUPT; otherwise it equals nothing. */
int table_put(struct machine *m, struct mf_value *owner, struct mf_value *key,
	struct mf_value *item, bool strict);
int memo_put(struct machine *m, uint64_t id, struct mf_value *v);
struct mf_value *memo_get(const struct machine *m, uint64_t id);
void table_release(struct machine *m);

/* ---- pickle_call.c ---- */

/* The reference module.name, under today's names if the protocol is Python 2's; Ellipsis and
 * NotImplemented as such. */
struct mf_value *machine_global(
	struct machine *m, const char *module, size_t n_module, const char *name, size_t n_name);
/* The value of f(*args): an object, or what a known call stands for (json-values.md §7). args is a
 * tuple. */
struct mf_value *machine_call(struct machine *m, struct mf_value *f, struct mf_value *args);
/* An instance of cls; args and kwargs (a dict) may be NULL. */
struct mf_value *machine_object(
	struct machine *m, struct mf_value *cls, struct mf_value *args, struct mf_value *kwargs);
/* BUILD: give an object its state. */
int machine_build(struct machine *m, struct mf_value *object, struct mf_value *state);

/* ---- the opcodes: op_<handler> ---- */

#define OP(name, byte, argument, handler, param)                                                   \
	int op_##handler(struct machine *m, const struct op_arg *arg);
#include "opcodes.def"
#undef OP

#endif
