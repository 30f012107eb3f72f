#include "../../support/test.h"

#include <stdint.h>
#include <stdlib.h>

#include "../../../clientlib/base/arena.h"

void test_arena__aligned_and_apart(void)
{
	struct arena a;
	char *last = NULL;
	arena_init(&a, 0);
	for (size_t n = 0; n < 3000; n += 7) {
		char *p = arena_alloc(&a, n);
		CHECK_FATAL(p != NULL);
		CHECK_INT((uintptr_t)p % 16, 0);
		CHECK(p != last);
		memset(p, (int)n, n);
		last = p;
	}
	CHECK(arena_alloc(&a, 5 << 20) != NULL);
	arena_release(&a);
	arena_release(&a);
	CHECK_INT(a.used, 0);
	CHECK_STR(arena_strdup(&a, "again"), "again");
	arena_release(&a);
}

void test_arena__texts(void)
{
	struct arena a;
	arena_init(&a, 0);
	CHECK_STR(arena_strdup(&a, ""), "");
	CHECK_STR(arena_strndup(&a, "abcdef", 3), "abc");
	CHECK_STR(arena_strndup(&a, NULL, 0), "");
	CHECK_STR(arena_printf(&a, "%d-%s", 5, "x"), "5-x");
	char *big = arena_printf(&a, "%05000d", 1);
	CHECK(big && strlen(big) == 5000);
	const unsigned char *z = arena_calloc(&a, 100, 3);
	for (size_t i = 0; z && i < 300; i++)
		CHECK(!z[i]);
	CHECK(arena_calloc(&a, SIZE_MAX / 2, 3) == NULL);
	CHECK(arena_alloc(&a, SIZE_MAX) == NULL);
	CHECK(arena_alloc(&a, SIZE_MAX - 8) == NULL);
	arena_release(&a);
}

void test_arena__limit(void)
{
	struct arena a;
	size_t got = 0;
	arena_init(&a, 10000);
	while (arena_alloc(&a, 100))
		got += 100;
	CHECK(got > 4000 && got <= 10000);
	CHECK(a.used <= 10000);
	CHECK(arena_alloc(&a, 20000) == NULL);
	char *p = malloc(20000);
	CHECK(!arena_adopt(&a, p, 20000)); /* and frees it */
	arena_release(&a);
}

static int use(void *arg)
{
	struct arena a;
	bool ok = true;
	(void)arg;
	arena_init(&a, 0);
	for (int i = 0; i < 50 && ok; i++)
		ok = arena_printf(&a, "%0200d", i) && arena_calloc(&a, 10, 10);
	char *p = ok ? malloc(100) : NULL;
	ok = p && arena_adopt(&a, p, 100);
	arena_release(&a);
	return ok ? 0 : MF_ENOMEM;
}

void test_arena__out_of_memory(void)
{
	test_every_alloc(use, NULL);
}
