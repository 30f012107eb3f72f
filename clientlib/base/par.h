/* base/par.h: the same work on many items, on a few threads where there are enough items to pay for them. */
#ifndef MF_BASE_PAR_H
#define MF_BASE_PAR_H

#include <stddef.h>

/* Call f(arg, i) once for each i < n, in any order, and return when all have returned. Fewer than `least` items are done
 * in the calling thread; so is everything when threads cannot be had. */
void par_for(size_t n, size_t least, void (*f)(void *arg, size_t i), void *arg);
/* The same for work that waits for a network: on as many threads as there are items, PAR_WIDE at most. */
void par_wide(size_t n, void (*f)(void *arg, size_t i), void *arg);

enum { PAR_WIDE = 32 };

#endif
