/* codec/value.h: the layout behind mf_value_*. Values are built once, in an arena, and never changed after they
 * have been handed out. */
#ifndef MF_CODEC_VALUE_H
#define MF_CODEC_VALUE_H

#include "../mf.h"
#include "../base/arena.h"

struct mf_object_parts; /* of MF_OBJECT */

/* Gives bytes of a pickle stream again. read: n bytes from `from` on into the sink; thread-safe; 0 or an error. */
struct blob_source {
	int (*read)(struct blob_source *self, uint64_t from, uint64_t n, const struct mf_sink *sink, struct mf_error *err);
};

/* A large byte string that was left in its stream. */
struct blob {
	uint64_t offset, n;
	const char *head; /* its first bytes */
	size_t head_n;
	enum mf_kind kind; /* MF_BYTES or MF_BYTEARRAY */
	struct blob_source *source; /* NULL: only the head is to be had */
};

struct mf_value {
	enum mf_kind kind;
	union {
		bool b;
		int64_t i;
		double f;
		struct {
			const char *p;
			size_t n;
		} s; /* BIGINT, STRING, BYTES, BYTEARRAY, REF ("module.qualname") */
		struct {
			struct mf_value **v; /* DICT: key, value, key, value … */
			size_t n, cap;       /* entries of v */
		} list; /* LIST, TUPLE, SET, FROZENSET, DICT; PERSID has one item */
		struct mf_object_parts *obj;
		const struct blob *blob; /* BLOB */
		const struct mf_error *err; /* FAILURE */
		struct {
			const char *name; /* "$encoded" */
			struct mf_value *item;
		} wrap;
		struct {
			const char *why; /* "depth", "nodes", "bytes" */
			int64_t limit;
		} cut; /* TRUNCATED */
	} u;
};

struct mf_object_parts {
	/* cls is an MF_REF, or any value when the callable was computed by the stream. items and dict are MF_LIST and
	 * MF_DICT; NULL where the stream had none. */
	struct mf_value *cls, *args, *kwargs, *items, *dict, *state;
};

/* Constructors: NULL when the arena is full. Text is lent unless copied by the caller. */
struct mf_value *value_new(struct arena *a, enum mf_kind kind);
struct mf_value *value_int(struct arena *a, int64_t i);
struct mf_value *value_float(struct arena *a, double f);
struct mf_value *value_bool(struct arena *a, bool b);
struct mf_value *value_text(struct arena *a, enum mf_kind kind, const char *p, size_t n);
struct mf_value *value_str(struct arena *a, const char *s);  /* copies; NULL s gives MF_NULL */
struct mf_value *value_ref(struct arena *a, const char *name); /* lent */
/* A tuple of n items, and callable(*args) with BUILD state (may be NULL): what recognisers make up. An item or a part that is
 * NULL stands for a failure before. */
struct mf_value *value_tuple(struct arena *a, struct mf_value *const *v, size_t n);
struct mf_value *value_object(struct arena *a, const char *callable, struct mf_value *args, struct mf_value *state);
/* Append to a list-like value; false when the arena is full. */
bool value_push(struct arena *a, struct mf_value *list, struct mf_value *item);
/* Append key and value to a dict (no look-up of equal keys). */
bool value_put(struct arena *a, struct mf_value *dict, struct mf_value *key, struct mf_value *item);
bool value_put_str(struct arena *a, struct mf_value *dict, const char *key, struct mf_value *item);
/* Is v the MF_STRING (or MF_REF) s? */
bool value_is(const struct mf_value *v, const char *s);
/* The bytes of a blob from `from` on, n of them, into the sink. MF_EUNSUPPORTED where they are not to be had. */
int value_blob_read(const struct mf_value *v, uint64_t from, uint64_t n, const struct mf_sink *sink, struct mf_error *err);
/* Total order of two values of the same comparable type, as Python's sorted has it; false when they cannot be
 * compared. *cmp is <0, 0, >0. */
bool value_compare(const struct mf_value *a, const struct mf_value *b, int *cmp);

#endif
