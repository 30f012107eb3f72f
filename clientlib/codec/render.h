/* codec/render.h: what the files of the JSON printer share: render_out.c has the text, render.c
 * plain values, render_set.c the order of sets, render_object.c objects, render_known.c and
 * render_text.c the classes of knownclasses.def.
 *
 * Once an error happened (p->rc) every function does nothing; loops stop when render_done says so.
 */
#ifndef MF_CODEC_RENDER_H
#define MF_CODEC_RENDER_H

#include "../base/buf.h"
#include "../base/vec.h"
#include "ancestors.h"
#include "value.h"

struct render_limits {
	size_t nodes; /* values printed; 0: MF_LIMIT_PRINT_NODES */
	size_t depth; /* nesting of values; 0: MF_LIMIT_PRINT_DEPTH */
};

/* One open bracket of the document: where in it we are. */
struct render_place {
	const char *key; /* NULL: an array */
	size_t n;
	size_t index;
};

struct printer {
	const struct mf_sink *sink;
	struct mf_error *err;
	unsigned flags;
	int rc;
	bool full;       /* the limit of nodes was reached: lists end here */
	bool fresh;      /* nothing in the innermost bracket yet */
	const char *why; /* the first part left out; NULL: none */
	size_t why_limit;
	size_t max_nodes, max_depth, nodes;
	size_t long_integers; /* bytes of the long integers so far */
	uint64_t hashed;      /* bytes of arrays so far */
	uint64_t nulls;       /* cells of frames that were looked at so far */
	VEC(struct render_place) places;
	struct ancestors ancestors; /* marked with the number of open brackets */
	struct buf scratch;
	size_t n;
	char out[4096];
};

/* mf_value_print_json with limits of one's own. */
int render_json(const struct mf_value *v, const struct mf_sink *sink, unsigned flags,
	const struct render_limits *limits, struct mf_error *err);

static inline bool render_done(const struct printer *p)
{
	return p->rc || p->full;
}

/* ---- the text (render_out.c) ---- */

void render_open(struct printer *p, char bracket);
void render_close(struct printer *p, char bracket);
/* What comes next is the next item of the array, or the member of that name. Keys must live until
 * the bracket closes. */
void render_next(struct printer *p);
void render_key(struct printer *p, const char *key, size_t n);
void render_member(struct printer *p, const char *key);
void render_null(struct printer *p);
void render_int(struct printer *p, int64_t i);
void render_float(struct printer *p, double f);
void render_string(struct printer *p, const char *s, size_t n);
void render_str(struct printer *p, const char *s);
/* {"$bytes": …} of bytes, a bytearray or a blob. */
void render_bytes(struct printer *p, const struct mf_value *v);
/* Text of a number, of true, false or null. */
void render_number(struct printer *p, const char *s, size_t n);
void render_literal(struct printer *p, const char *s, size_t n);
/* Raw JSON text. */
void render_raw(struct printer *p, const char *s, size_t n);
void render_flush(struct printer *p);
void render_fail(struct printer *p, int code, const char *message);
void render_nomem(struct printer *p);

/* ---- values ---- */

void render_value(struct printer *p, const struct mf_value *v);
/* Count a value, or a bracket, that is printed by other means; false: there is an error, or the
 * limit of nodes is reached, which is said in its place. */
bool render_node(struct printer *p);
/* The items as an array, the pairs as a dict or as [[k, v], …]; NULL is empty. They do not count as
 * values of their own. */
void render_items(struct printer *p, const struct mf_value *list);
void render_mapping(struct printer *p, const struct mf_value *dict);
void render_pairs(struct printer *p, const struct mf_value *dict);
/* {"$truncated": …}; the document is partial from now on. */
void render_truncated(struct printer *p, const char *why, size_t limit);
void render_set(struct printer *p, const struct mf_value *set);  /* render_set.c */
void render_object(struct printer *p, const struct mf_value *v); /* render_object.c */
/* {"$object": name, "state": and there it stays open: print the state and close the brace. */
void render_begin(struct printer *p, const char *name, size_t n);

/* The elements of a set in order. Those of a set without order stay as they are (false). spare:
 * room for n. */
struct render_element {
	const struct mf_value *v;
	size_t at, n; /* of the text */
};
bool render_sort(struct render_element *v, struct render_element *spare, size_t n);

/* ---- known classes (render_known.c, render_text.c) ---- */

/* A class of which we know more than its name: exactly one of text and json is set. */
struct known_class {
	const char *path; /* as streams have it */
	const char *name; /* as it is printed */
	/* Append what str() or isoformat() gives; false: not the expected parts, nothing appended.
	 */
	bool (*text)(struct buf *out, const struct mf_value *v);
	/* Print the object as a whole; false: not the expected parts, nothing printed. */
	bool (*json)(struct printer *p, const char *name, const struct mf_value *v);
};
/* NULL for an object of an unknown class, and for what is no object. */
const struct known_class *known_class(const struct mf_value *v);
/* The class of what a known callable makes, NULL for other callables (json-values.md §6). */
const char *known_via(const struct mf_value *v, size_t *n);

#define KNOWN_TEXT(path, name, function)                                                           \
	bool known_##function(struct buf *out, const struct mf_value *v);
#define KNOWN_JSON(path, title, function)                                                          \
	bool known_##function(struct printer *p, const char *name, const struct mf_value *v);
#define KNOWN_VIA(callable, name)
#include "knownclasses.def"
#undef KNOWN_TEXT
#undef KNOWN_JSON
#undef KNOWN_VIA

/* Parts of an object: argument i (NULL: not there), how many there are. */
const struct mf_value *known_arg(const struct mf_value *v, size_t i);
size_t known_args(const struct mf_value *v);

#endif
