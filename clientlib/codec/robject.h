/* codec/robject.h: what R's serialize() wrote (data-model.md §11): formats X (big-endian) and B
 * (little-endian), versions 2 and 3. Vectors stay in the stream and are read an element at a time;
 * what a function or an environment holds is passed over. Nothing is evaluated.
 *
 * robject.c reads the stream, robject_vector.c its vectors, robject_code.c passes over byte code,
 * robject_view.c looks into objects, robject_json.c and robject_text.c, robject_table.c print them.
 */
#ifndef MF_CODEC_ROBJECT_H
#define MF_CODEC_ROBJECT_H

#include "../base/arena.h"
#include "../base/buf.h"
#include "value.h"

/* R's own numbers. */
enum r_type {
	R_NULL = 0,
	R_SYMBOL = 1,
	R_PAIRLIST = 2,
	R_CLOSURE = 3,
	R_ENVIRONMENT = 4,
	R_PROMISE = 5,
	R_LANGUAGE = 6,
	R_SPECIAL = 7,
	R_BUILTIN = 8,
	R_CHAR = 9,
	R_LOGICAL = 10,
	R_INTEGER = 13,
	R_DOUBLE = 14,
	R_COMPLEX = 15,
	R_CHARACTER = 16,
	R_DOTS = 17,
	R_ANY = 18,
	R_LIST = 19,
	R_EXPRESSION = 20,
	R_BYTECODE = 21,
	R_POINTER = 22,
	R_WEAKREF = 23,
	R_RAW = 24,
	R_S4 = 25
};

/* UTF-8, or bytes that R marks as such; p NULL: NA. Not NUL-terminated. */
struct r_text {
	const char *p;
	size_t n;
};

struct robject;
struct r_attribute {
	struct r_text name;
	const struct robject *value;
};

struct robject {
	enum r_type type;
	enum r_form {
		R_CLOSED,   /* only what it is, not what is in it */
		R_ELEMENTS, /* of a vector, in the stream */
		R_TEXTS,
		R_ITEMS,
		R_SEQUENCE, /* first, first + step … */
		R_SPELLED   /* the elements of another vector as text */
	} form;
	bool little; /* byte order of R_ELEMENTS */
	size_t n;
	union {
		const char *data;
		const struct r_text *texts;
		struct robject **items;
		struct {
			double first, step;
		} seq;
		const struct robject *of;
	} u;
	const struct r_text *tags; /* names of the items of a pairlist or call (p NULL: none); NULL:
				      none at all */
	const struct r_attribute *attributes;
	size_t n_attributes;
};

/* Does it begin as a stream of R? */
bool robject_starts(const char *p, size_t n);
/* Read a whole stream; it must outlive the arena. MF_ECORRUPT: it is none, or damaged, or something
 * follows; MF_ELIMIT; MF_ENOMEM. The result has no cycles: an environment met again is there
 * without its attributes. */
int robject_read(
	const struct robject **out, struct arena *a, const char *p, size_t n, struct mf_error *err);

/* ---- looking into objects (robject_view.c) ---- */

/* As typeof() has it. */
const char *robject_type(enum r_type type);
bool robject_is_vector(const struct robject *o); /* has elements or items that can be shown */
bool robject_is_na(const struct robject *o, size_t i);
/* Element i of a logical, integer or raw vector; of a double vector, or the parts of a complex one.
 * Not NA. */
int32_t robject_int(const struct robject *o, size_t i);
double robject_double(const struct robject *o, size_t i);
void robject_complex(const struct robject *o, size_t i, double *re, double *im);
enum { R_NUMBER_SIZE = 40 };
/* Element i of a character vector (p NULL: NA); scratch is for texts that must be made. */
struct r_text robject_text(const struct robject *o, size_t i, char scratch[R_NUMBER_SIZE]);
/* A number as R writes it, in at most `most` (17: all) digits: fixed or with an exponent, whichever
 * is shorter. */
size_t robject_number(char out[R_NUMBER_SIZE], double d, size_t most);
/* NULL where absent. */
const struct robject *robject_attribute(const struct robject *o, const char *name);
/* Is the name among its classes? */
bool robject_inherits(const struct robject *o, const char *name);
/* The name of item i, p NULL where it has none. */
struct r_text robject_name(const struct robject *o, size_t i, char scratch[R_NUMBER_SIZE]);
/* The rows of a data frame whose columns are vectors of one length; false: it is none. */
bool robject_frame(const struct robject *o, size_t *rows);

/* ---- printing: each is false, with nothing printed, where the bytearray is no object of R ---- */

struct printer;
bool robject_json(struct printer *p, const struct mf_value *v);
/* One line of at most about max bytes (*cut then); several lines. */
bool robject_line(struct buf *out, const struct mf_value *v, size_t max, bool *cut);
bool robject_page(struct buf *out, const struct mf_value *v);

/* What the two files of the text share. */
void robject_add_line(struct buf *out, const struct robject *o, size_t max, bool *cut);
void robject_add_element(struct buf *out, const struct robject *o, size_t i, size_t max);
void robject_add_table(struct buf *out, const struct robject *frame, size_t rows, size_t indent);

#endif
