/* model/ids.h: comparing ids and looking into lists of strings. */
#ifndef MF_MODEL_IDS_H
#define MF_MODEL_IDS_H

#include "../codec/value.h"

/* Order of ids: numbers as numbers before anything else, the rest bytewise. */
int id_compare(const char *a, const char *b);
/* Does the list hold the string? */
bool list_has(const struct mf_value *list, const char *s);

/* A string value as NUL-terminated text in the arena; NULL for other kinds. */
const char *value_name(struct arena *a, const struct mf_value *v);

#endif
