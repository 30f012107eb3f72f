/* codec/text_parts.h: how values read as text, apart from their layout: scalars as Python's repr
 * has them, and what the brackets of the others hold. */
#ifndef MF_CODEC_TEXT_PARTS_H
#define MF_CODEC_TEXT_PARTS_H

#include "../base/buf.h"
#include "value.h"

enum { TEXT_MAX_GROUPS = 6 };

/* A run of entries between the brackets of a value. */
struct text_group {
	enum text_how {
		TEXT_ITEMS,  /* a, b: the items of a list, tuple or set */
		TEXT_PAIRS,  /* k: v */
		TEXT_FIELDS, /* k=v, the keys without quotes */
		TEXT_ONE     /* the value itself, behind `label` */
	} how;
	const char *label;
	const struct mf_value *v;
};

struct text_parts {
	struct buf open; /* "[", "Point(" …: released by the caller */
	const char *close;
	bool tuple; /* a single item is followed by a comma */
	size_t n;
	struct text_group groups[TEXT_MAX_GROUPS];
};

/* Append a value without parts, at most about `max` bytes of a long one (*cut then); false: it has
 * parts. */
bool text_scalar(struct buf *out, const struct mf_value *v, size_t max, bool *cut);
/* Append the text of an object that is best shown as one, by itself or (plain false) among others;
 * false if it is not. */
bool text_object(struct buf *out, const struct mf_value *v, bool plain);
/* Take apart a value with parts. */
void text_parts(struct text_parts *out, const struct mf_value *v);
/* Bytes of p, at most max, that do not end within a character. */
size_t text_prefix(const char *p, size_t n, size_t max);

#endif
