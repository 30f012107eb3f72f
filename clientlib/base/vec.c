#include "vec.h"

#include <stdlib.h>

#include "util.h"

bool vec_grow(void **v, size_t *cap, size_t need, size_t size)
{
	if (need <= *cap)
		return true;
	/* what is small begins with more: most lists never grow */
	size_t first = size < 32 ? 256 / size : 8, count = *cap < first ? first : *cap;
	while (count < need)
		if (!size_mul(count, 2, &count))
			return false;
	size_t bytes;
	if (!size_mul(count, size, &bytes))
		return false;
	void *p = realloc(*v, bytes);
	if (!p)
		return false;
	*v = p;
	*cap = count;
	return true;
}

void vec_free(void **v, size_t *n, size_t *cap)
{
	free(*v);
	*v = NULL;
	*n = *cap = 0;
}
