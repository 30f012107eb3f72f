/* base/suggest.h: "did you mean …?" */
#ifndef MF_BASE_SUGGEST_H
#define MF_BASE_SUGGEST_H

#include <stdbool.h>
#include <stddef.h>

/* The candidate that `word` was probably meant to be: at most one slip of a finger in three letters
 * (a letter wrong, missing, too many, or two swapped; case does not count), or one that starts with
 * it. The nearest wins, the first of equals; NULL if none is near. Pure; lends what it was given;
 * words of more than 64 bytes are never near. */
const char *suggest(const char *word, const char *const *candidates, size_t n);
/* Are the two words one slip of a finger apart, or equal? */
bool suggest_is_slip(const char *a, const char *b);

#endif
