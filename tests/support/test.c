#include "test.h"

#include <CUnit/Basic.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void test_str(const char *got, const char *want, const char *file, int line)
{
	bool same = got && want && strcmp(got, want) == 0;
	if (!same)
		printf("\n%s:%d: got  «%s»\n%s:%d: want «%s»\n", file, line, got ? got : "(null)", file, line,
			want ? want : "(null)");
	CU_assertImplementation(same, (unsigned)line, "strings equal", file, "", CU_FALSE);
}

void test_int(long long got, long long want, const char *file, int line)
{
	if (got != want)
		printf("\n%s:%d: got %lld, want %lld\n", file, line, got, want);
	CU_assertImplementation(got == want, (unsigned)line, "numbers equal", file, "", CU_FALSE);
}

/* ---- files ---- */

static char dirs_root[PATH_MAX];

static int rm(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

/* paths handed out: reachable until the end, so no leak */
static char *kept[4096];

static void cleanup(void)
{
	if (dirs_root[0])
		nftw(dirs_root, rm, 16, FTW_DEPTH | FTW_PHYS);
}

const char *test_dir(void)
{
	static int count;
	if (!dirs_root[0]) {
		const char *tmp = getenv("TMPDIR");
		snprintf(dirs_root, sizeof(dirs_root), "%s/mfkit-test-XXXXXX", tmp ? tmp : "/tmp");
		if (!mkdtemp(dirs_root))
			abort();
		atexit(cleanup);
	}
	char *path;
	if (asprintf(&path, "%s/%d", dirs_root, count++) < 0 || mkdir(path, 0700) < 0)
		abort();
	kept[count % ARRAY_SIZE(kept)] = path;
	return path;
}

void test_write_bytes(const char *path, const void *p, size_t n)
{
	char part[PATH_MAX];
	snprintf(part, sizeof(part), "%s", path);
	for (char *s = part + 1; (s = strchr(s, '/')); s++) {
		*s = '\0';
		mkdir(part, 0755);
		*s = '/';
	}
	FILE *f = fopen(path, "wb");
	if (!f || fwrite(p, 1, n, f) != n || fclose(f) != 0) {
		perror(path);
		abort();
	}
}

void test_write(const char *dir, const char *name, const char *text)
{
	char path[PATH_MAX];
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	test_write_bytes(path, text, strlen(text));
}

const char *test_data(const char *name)
{
	static char path[8][PATH_MAX];
	static int next;
	char *p = path[next++ % 8];
	const char *src = getenv("MFKIT_SOURCE");
	snprintf(p, PATH_MAX, "%s/tests/data/%s", src ? src : ".", name);
	return p;
}

/* ---- allocation faults (the linker wraps malloc and friends of our objects) ---- */

static __thread long fail_at;
static __thread bool failed;

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
char *__wrap_strdup(const char *s);

static bool fault(void)
{
	if (fail_at > 0 && --fail_at == 0) {
		failed = true;
		return true;
	}
	return false;
}

void *__wrap_malloc(size_t n)
{
	return fault() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fault() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
	return fault() ? NULL : __real_realloc(p, n);
}

char *__wrap_strdup(const char *s)
{
	size_t n = strlen(s) + 1;
	char *p = __wrap_malloc(n);
	return p ? memcpy(p, s, n) : NULL;
}

void test_fail_alloc(long n)
{
	fail_at = n;
	if (n > 0)
		failed = false;
}

bool test_alloc_failed(void)
{
	return failed;
}

void test_every_alloc(int (*f)(void *), void *arg)
{
	for (long n = 1; n < 100000; n++) {
		test_fail_alloc(n);
		int rc = f(arg);
		bool hit = failed;
		test_fail_alloc(0);
		if (!hit) {
			CU_ASSERT_EQUAL(rc, 0);
			return;
		}
		failed = false;
		if (rc != MF_ENOMEM)
			printf("\nallocation %ld failed, and the call returned %d\n", n, rc);
		CU_ASSERT_EQUAL(rc, MF_ENOMEM);
		if (rc != MF_ENOMEM)
			return;
	}
}

/* ---- the runner ---- */

struct test_case {
	const char *suite, *name;
	void (*f)(void);
};
extern const struct test_case test_cases[];

int main(int argc, char **argv)
{
	const char *only = argc > 1 ? argv[1] : NULL;
	setenv("TZ", "UTC", 1);
	setvbuf(stdout, NULL, _IOLBF, 0);
	/* what a test writes by a relative name stays with the other scratch files */
	if (chdir(test_dir()) < 0)
		return 1;
	if (CU_initialize_registry() != CUE_SUCCESS)
		return 1;
	CU_pSuite suite = NULL;
	for (const struct test_case *t = test_cases; t->f; t++) {
		if (only && !strstr(t->suite, only))
			continue;
		if (!suite || strcmp(suite->pName, t->suite) != 0)
			suite = CU_add_suite(t->suite, NULL, NULL);
		CU_add_test(suite, t->name, t->f);
	}
	CU_basic_set_mode(CU_BRM_NORMAL);
	CU_basic_run_tests();
	unsigned bad = CU_get_number_of_failures() + CU_get_number_of_suites_failed();
	if (!CU_get_number_of_tests_run())
		bad = 1;
	CU_cleanup_registry();
	return bad ? 1 : 0;
}
