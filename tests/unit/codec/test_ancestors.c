#include "../../support/test.h"

#include "../../../clientlib/codec/ancestors.h"

static int deep(void *arg)
{
	static struct mf_value v[3000];
	struct ancestors a = {.by_address = NULL};
	size_t *mismatches = arg;
	int rc = 0;

	for (size_t i = 0; i < ARRAY_SIZE(v) && rc == 0; i++) {
		if (ancestors_find(&a, &v[i]))
			++*mismatches;
		if (!ancestors_enter(&a, &v[i], 2 * i, ARRAY_SIZE(v)))
			rc = MF_ENOMEM;
	}
	/* on the way back each is known as long as it is open, with its mark */
	for (size_t i = a.list.n; i-- > 0;) {
		const struct ancestor *first = ancestors_find(&a, &v[0]),
				      *last = ancestors_find(&a, &v[i]);
		if (!first || first->mark != 0 || !last || last->mark != 2 * i)
			++*mismatches;
		ancestors_leave(&a);
		if (ancestors_find(&a, &v[i]))
			++*mismatches;
	}
	ancestors_release(&a);
	return rc;
}

void test_ancestors__deep(void)
{
	size_t mismatches = 0;
	CHECK_INT(deep(&mismatches), 0);
	CHECK_INT(mismatches, 0);
}

void test_ancestors__out_of_memory(void)
{
	size_t mismatches = 0;
	test_every_alloc(deep, &mismatches);
	CHECK_INT(mismatches, 0);
}
