/* base/vec.h: typed growable arrays: struct { T *v; size_t n, cap; }. */
#ifndef MF_BASE_VEC_H
#define MF_BASE_VEC_H

#include <stdbool.h>
#include <stddef.h>

#define VEC(T)                                                                                         \
	struct {                                                                                       \
		T *v;                                                                                  \
		size_t n, cap;                                                                         \
	}

/* Append; false when out of memory (the vector is unchanged). */
#define vec_push(vec, item)                                                                            \
	(vec_grow((void **)&(vec)->v, &(vec)->cap, (vec)->n + 1, sizeof(*(vec)->v))                    \
		&& ((vec)->v[(vec)->n++] = (item), true))
#define vec_reserve(vec, count) vec_grow((void **)&(vec)->v, &(vec)->cap, (count), sizeof(*(vec)->v))
#define vec_release(vec) vec_free((void **)&(vec)->v, &(vec)->n, &(vec)->cap)

bool vec_grow(void **v, size_t *cap, size_t need, size_t size);
void vec_free(void **v, size_t *n, size_t *cap);

#endif
