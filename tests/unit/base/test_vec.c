#include "../../support/test.h"

#include <stdint.h>

#include "../../../clientlib/base/vec.h"

void test_vec__pushes(void)
{
	VEC(int) v = {0};
	for (int i = 0; i < 1000; i++)
		CHECK(vec_push(&v, i * 3));
	CHECK_INT(v.n, 1000);
	for (int i = 0; i < 1000; i++)
		CHECK_INT(v.v[i], i * 3);
	CHECK(vec_reserve(&v, 5000));
	CHECK(v.cap >= 5000 && v.n == 1000 && v.v[999] == 2997);
	CHECK(!vec_reserve(&v, SIZE_MAX));
	CHECK(!vec_reserve(&v, SIZE_MAX / sizeof(int)));
	CHECK(v.n == 1000 && v.v[999] == 2997);
	vec_release(&v);
	CHECK(v.v == NULL && v.n == 0 && v.cap == 0);
	vec_release(&v);
}

void test_vec__out_of_memory_leaves_it(void)
{
	VEC(long) v = {0};
	bool ok = vec_push(&v, 0);
	CHECK(ok);
	size_t first = v.cap; /* what fits without another allocation */
	CHECK(first >= 8 && first < 100);
	for (long i = 1; ok && i < 100; i++) {
		test_fail_alloc(1);
		ok = vec_push(&v, i);
		test_fail_alloc(0);
	}
	CHECK(!ok);
	CHECK_INT(v.n, first);
	CHECK_INT(v.cap, first);
	CHECK_INT(v.v[first - 1], first - 1);
	vec_release(&v);
}
