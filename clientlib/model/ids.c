#include "ids.h"

#include <string.h>

static bool is_number(const char *s, size_t n)
{
	return n && strspn(s, "0123456789") == n;
}

int id_compare(const char *a, const char *b)
{
	size_t na = strlen(a), nb = strlen(b);
	bool da = is_number(a, na), db = is_number(b, nb);
	if (da != db)
		return da ? -1 : 1;
	if (da) {
		while (na > 1 && *a == '0') {
			a++;
			na--;
		}
		while (nb > 1 && *b == '0') {
			b++;
			nb--;
		}
		if (na != nb)
			return na < nb ? -1 : 1;
	}
	return strcmp(a, b);
}

bool list_has(const struct mf_value *list, const char *s)
{
	for (size_t i = 0; mf_value_kind(list) != MF_DICT && i < mf_value_count(list); i++)
		if (value_is(mf_value_item(list, i), s))
			return true;
	return false;
}

const char *value_name(struct arena *a, const struct mf_value *v)
{
	return mf_value_kind(v) == MF_STRING ? arena_strndup(a, v->u.s.p, v->u.s.n) : NULL;
}
