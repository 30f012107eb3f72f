/* base/par.h: the same work on many items, on a few threads where there are enough items to pay for them. */
#ifndef MF_BASE_PAR_H
#define MF_BASE_PAR_H

#include <stddef.h>

/* Call f(arg, i) once for each i < n, in any order, and return when all have returned. Fewer than `least` items are done
 * in the calling thread; so is everything when threads cannot be had. */
void par_for(size_t n, size_t least, void (*f)(void *arg, size_t i), void *arg);

#endif
