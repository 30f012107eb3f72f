/* net/sign_parts.h: what the files of sign.h share. */
#ifndef MF_NET_SIGN_PARTS_H
#define MF_NET_SIGN_PARTS_H

#include "sign.h"

/* Sort; equal ones stay as they came. For the few that a request has. */
void sign_sort(const struct sign_pair **v, size_t n,
	int (*order)(const struct sign_pair *a, const struct sign_pair *b));
/* "a=b&c=d" as sign_query has it, without the question mark. */
void sign_query_text(struct buf *b, const struct sign_pair *query, size_t n);
/* Is there a character that would end a header, or begin another one? */
bool sign_has_control(const char *s);

#endif
