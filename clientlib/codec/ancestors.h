/* codec/ancestors.h: the values that enclose the one that is being printed, to find cycles. */
#ifndef MF_CODEC_ANCESTORS_H
#define MF_CODEC_ANCESTORS_H

#include "../base/vec.h"
#include "value.h"

struct ancestor {
	const struct mf_value *v;
	size_t mark; /* of the caller */
};

/* Zeroed to begin with. */
struct ancestors {
	VEC(struct ancestor) list;
	size_t *by_address; /* hash table of indexes + 1, once there are many */
	size_t cap, max;
};

void ancestors_release(struct ancestors *a);
/* The ancestor that v is; NULL: it is none. */
const struct ancestor *ancestors_find(const struct ancestors *a, const struct mf_value *v);
/* v is printed from here on; at most max values at a time, the same in every call. False when out
 * of memory. */
bool ancestors_enter(struct ancestors *a, const struct mf_value *v, size_t mark, size_t max);
/* The last one that was entered is done. */
void ancestors_leave(struct ancestors *a);

#endif
