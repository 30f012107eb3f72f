/* base/arena.h: memory that is freed all at once. Everything decoded lives in its document's arena. Not thread-safe. */
#ifndef MF_BASE_ARENA_H
#define MF_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *head;
	char *next, *end;
	size_t used;  /* bytes of all blocks */
	size_t limit; /* 0: MF_LIMIT_ARENA */
	bool full;    /* an allocation has failed */
};

void arena_init(struct arena *a, size_t limit);
void arena_release(struct arena *a);
/* n bytes aligned to 16, not cleared; NULL when out of memory or over the limit. */
static inline void *arena_alloc(struct arena *a, size_t n);
void *arena_alloc_block(struct arena *a, size_t n); /* the same where the block at hand has no room */
/* The same, zeroed, for an array; NULL also when count * size overflows. */
void *arena_calloc(struct arena *a, size_t count, size_t size);
/* A NUL-terminated copy. */
char *arena_strndup(struct arena *a, const char *p, size_t n);
char *arena_strdup(struct arena *a, const char *s);
/* Make the arena the owner of malloc'ed memory (freed at once on failure); false when out of memory or over the limit. */
bool arena_adopt(struct arena *a, void *p, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

enum { ARENA_ALIGN = 16 };

static inline void *arena_alloc(struct arena *a, size_t n)
{
	size_t room = (size_t)(a->end - a->next);
	if (n > room || room - n < ARENA_ALIGN)
		return arena_alloc_block(a, n);
	void *p = a->next;
	a->next += ((n ? n : 1) + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	return p;
}

#endif
