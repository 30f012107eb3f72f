/* model/fields.h: the getters behind fields.def. Each stores a value in the object's arena (left NULL: Metaflow has none)
 * or returns an error, which becomes an MF_FAILURE. */
#ifndef MF_MODEL_FIELDS_H
#define MF_MODEL_FIELDS_H

#include "object.h"

typedef int field_getter(struct mf_object *o, struct mf_value **out, struct mf_error *err);

#define FIELD(entity, name, type, flags, title, getter, help) field_getter getter;
#include "fields.def"
#undef FIELD

/* Shared by the getters. */
int field_str(struct mf_object *o, const char *s, struct mf_value **out, struct mf_error *err); /* NULL s: null */
int field_int(struct mf_object *o, int64_t i, struct mf_value **out, struct mf_error *err);
int field_bool(struct mf_object *o, bool b, struct mf_value **out, struct mf_error *err);
/* MF_NO_TIME gives null */
int field_time(struct mf_object *o, int64_t ms, struct mf_value **out, struct mf_error *err);
/* A dict or list that the caller fills; NULL when out of memory. */
struct mf_value *field_new(struct mf_object *o, enum mf_kind kind);
/* Put a key; a time as RFC 3339. False when out of memory. */
bool put_str(struct mf_object *o, struct mf_value *dict, const char *key, const char *s);
bool put_int(struct mf_object *o, struct mf_value *dict, const char *key, int64_t i);
bool put_time(struct mf_object *o, struct mf_value *dict, const char *key, int64_t ms);
bool put_value(struct mf_object *o, struct mf_value *dict, const char *key, const struct mf_value *v); /* shares v */
/* A sorted MF_LIST without duplicates of the strings in one or two lists (either may be NULL). */
int field_sorted(struct mf_object *o, const struct mf_value *a, const struct mf_value *b, struct mf_value **out,
	struct mf_error *err);

#endif
