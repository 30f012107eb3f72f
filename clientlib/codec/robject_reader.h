/* codec/robject_reader.h: what robject.c, robject_vector.c and robject_code.c share. Functions that
 * return an object return NULL when the reading has ended; why is in r->rc. */
#ifndef MF_CODEC_ROBJECT_READER_H
#define MF_CODEC_ROBJECT_READER_H

#include "../base/vec.h"
#include "robject.h"

/* What stands in the low byte of an item's flags and is no type. */
enum {
	R_REF = 255,
	R_NIL = 254,
	R_GLOBALENV = 253,
	R_UNBOUND = 252,
	R_MISSING = 251,
	R_BASENAMESPACE = 250,
	R_NAMESPACE = 249,
	R_PACKAGE = 248,
	R_PERSISTENT = 247,
	R_CODE_DEF = 244,
	R_CODE_REF = 243,
	R_EMPTYENV = 242,
	R_BASEENV = 241,
	R_ATTR_LANGUAGE = 240,
	R_ATTR_PAIRLIST = 239,
	R_ALTREP = 238
};

enum { R_HAS_ATTRIBUTES = 1 << 9, R_HAS_TAG = 1 << 10 };

struct r_cell {
	struct robject *item;
	struct r_text tag;
};

struct reader {
	struct arena *a;
	const char *start, *at, *end;
	bool little;
	bool latin1; /* texts without a mark are in ISO 8859-1 */
	int rc;
	unsigned depth;
	struct robject *null;
	VEC(struct robject *) refs;
	VEC(struct r_cell) cells; /* of the lists that are being read */
};

int robject_bad(struct reader *r);
size_t robject_left(const struct reader *r); /* bytes */
bool robject_in_int(struct reader *r, int32_t *out);
/* A count of things that take at least `size` bytes each. */
bool robject_in_count(struct reader *r, size_t size, size_t *out);
void *robject_alloc(struct reader *r, size_t count, size_t size);
struct robject *robject_new(struct reader *r, enum r_type type);
struct robject *robject_item(struct reader *r);
/* One level further down; robject_leave when done. False: too deep. */
bool robject_enter(struct reader *r);
void robject_leave(struct reader *r);
/* Give o the tagged items of a pairlist. */
bool robject_set_attributes(struct reader *r, struct robject *o, const struct robject *list);

/* A CHARSXP behind its flags, and n of them with theirs; an object that is one. */
bool robject_in_text(struct reader *r, uint32_t flags, struct r_text *out);
bool robject_in_texts(struct reader *r, size_t n, const struct r_text **out);
struct robject *robject_text_object(struct reader *r, enum r_type type, const struct r_text *t);
/* A vector or list, without its attributes. */
struct robject *robject_vector(struct reader *r, enum r_type type);
/* A vector of another making (version 3): a class, its state, attributes. */
struct robject *robject_altrep(struct reader *r);
/* Byte code: nothing of it is kept. */
struct robject *robject_code(struct reader *r);

#endif
