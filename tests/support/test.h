/* tests/support/test.h: what every unit test includes.
 *
 * A test is a function `void test_<module>__<case>(void)` in tests/unit/<folder>/test_<module>.c; the runner finds it by
 * its name (tests/tools/gen_tests.sh), no list is kept by hand. */
#ifndef TEST_H
#define TEST_H

#include <CUnit/CUnit.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "../../clientlib/base/buf.h"
#include "../../clientlib/base/err.h"
#include "../../clientlib/base/util.h"
#include "../../clientlib/mf.h"

/* Strings equal; both are printed when not. */
#define CHECK_STR(got, want) test_str((got), (want), __FILE__, __LINE__)
#define CHECK_INT(got, want) test_int((long long)(got), (long long)(want), __FILE__, __LINE__)
#define CHECK(cond) CU_ASSERT(cond)
#define CHECK_FATAL(cond) CU_ASSERT_FATAL(cond)

void test_str(const char *got, const char *want, const char *file, int line);
void test_int(long long got, long long want, const char *file, int line);

/* A fresh directory below the build folder, removed when the test program ends. The text is valid until then. */
const char *test_dir(void);
/* Write a file (directories are made); aborts the test program on failure. */
void test_write(const char *dir, const char *name, const char *text);
void test_write_bytes(const char *path, const void *p, size_t n);
/* tests/data/… of the source tree. */
const char *test_data(const char *name);

/* Allocation faults: the n-th malloc/calloc/realloc/strdup of this thread from now on fails (1 = the next); 0 = none. */
void test_fail_alloc(long n);
/* Has the fault happened since the last test_fail_alloc(n > 0)? */
bool test_alloc_failed(void);
/* Call f(arg) with the 1st, 2nd, … allocation failing until none fails any more. f returns 0 or a negative code; every
 * failing call must return MF_ENOMEM, the last one 0. */
void test_every_alloc(int (*f)(void *), void *arg);

#endif
