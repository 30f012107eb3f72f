/* base/util.h: the few macros of the project, and checked arithmetic for sizes that come from data. */
#ifndef MF_BASE_UTIL_H
#define MF_BASE_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Run a call that returns 0 or a negative code; go to `done` with it in `rc` when it fails. */
#define TRY(call)                                                                                      \
	do {                                                                                           \
		rc = (call);                                                                           \
		if (rc < 0)                                                                            \
			goto done;                                                                     \
	} while (0)

#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

static inline bool size_add(size_t a, size_t b, size_t *out)
{
	return !__builtin_add_overflow(a, b, out);
}

static inline bool size_mul(size_t a, size_t b, size_t *out)
{
	return !__builtin_mul_overflow(a, b, out);
}

/* FNV-1a: go on with n more bytes, beginning with HASH_EMPTY. For tables in memory, not against who means harm. */
#define HASH_EMPTY UINT64_C(0xcbf29ce484222325)
static inline uint64_t hash_add(uint64_t h, const void *p, size_t n)
{
	const unsigned char *b = p;
	for (size_t i = 0; i < n; i++)
		h = (h ^ b[i]) * UINT64_C(0x100000001b3);
	return h;
}

static inline bool str_eq(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static inline bool str_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

#endif
