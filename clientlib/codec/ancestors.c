#include "ancestors.h"

#include <stdint.h>
#include <stdlib.h>

/* So many are searched one by one; more go into a hash table. */
enum { FEW = 32 };

void ancestors_release(struct ancestors *a)
{
	vec_release(&a->list);
	free(a->by_address);
	a->by_address = NULL;
}

/* Where v is in the table, or would be. */
static size_t slot(const struct ancestors *a, const struct mf_value *v)
{
	uint64_t h = (uint64_t)(uintptr_t)v * 0x9e3779b97f4a7c15u;
	size_t i = (size_t)(h >> 32) & (a->cap - 1);
	while (a->by_address[i] && a->list.v[a->by_address[i] - 1].v != v)
		i = (i + 1) & (a->cap - 1);
	return i;
}

const struct ancestor *ancestors_find(const struct ancestors *a, const struct mf_value *v)
{
	if (a->by_address) {
		size_t at = a->by_address[slot(a, v)];
		return at ? &a->list.v[at - 1] : NULL;
	}
	for (size_t i = a->list.n; i-- > 0;)
		if (a->list.v[i].v == v)
			return &a->list.v[i];
	return NULL;
}

bool ancestors_enter(struct ancestors *a, const struct mf_value *v, size_t mark, size_t max)
{
	struct ancestor entry = {v, mark};

	if (!a->by_address && a->list.n == FEW) {
		size_t cap = 4 * FEW;
		while (cap < 2 * max)
			cap *= 2;
		a->by_address = calloc(cap, sizeof(*a->by_address));
		if (!a->by_address)
			return false;
		a->cap = cap;
		for (size_t i = 0; i < a->list.n; i++)
			a->by_address[slot(a, a->list.v[i].v)] = i + 1;
	}
	if (!vec_push(&a->list, entry))
		return false;
	if (a->by_address)
		a->by_address[slot(a, v)] = a->list.n;
	return true;
}

/* Last in, first out: nothing was put behind the entry that goes, its slot can simply be cleared.
 */
void ancestors_leave(struct ancestors *a)
{
	if (a->by_address)
		a->by_address[slot(a, a->list.v[a->list.n - 1].v)] = 0;
	a->list.n--;
}
