#include "arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "limits.h"
#include "util.h"

struct arena_block {
	struct arena_block *next;
	void *adopted; /* malloc'ed elsewhere, freed with this block */
};

enum { SMALL_BLOCK = 1024, FEW = 4, LARGEST_BLOCK = 1 << 20 };

void arena_init(struct arena *a, size_t limit)
{
	*a = (struct arena){.limit = limit};
}

void arena_release(struct arena *a)
{
	while (a->head) {
		struct arena_block *b = a->head;
		a->head = b->next;
		free(b->adopted);
		free(b);
	}
	arena_init(a, a->limit);
}

static bool grow(struct arena *a, size_t n)
{
	/* malloc keeps a few small blocks of each thread at hand, which most objects get by with */
	size_t size = a->used < FEW * SMALL_BLOCK ? SMALL_BLOCK : a->used;
	size_t limit = a->limit ? a->limit : (size_t)MF_LIMIT_ARENA;
	if (size > LARGEST_BLOCK)
		size = LARGEST_BLOCK;
	if (!size_add(n, sizeof(struct arena_block) + ARENA_ALIGN, &n))
		return false;
	if (size < n)
		size = n;
	if (size > limit || a->used > limit - size)
		return false;
	struct arena_block *b = malloc(size);
	if (!b)
		return false;
	*b = (struct arena_block){.next = a->head};
	a->head = b;
	a->used += size;
	a->next = (char *)b + ((sizeof(*b) + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1));
	a->end = (char *)b + size;
	return true;
}

void *arena_alloc_block(struct arena *a, size_t n)
{
	if (!n)
		n = 1;
	if (n > SIZE_MAX - ARENA_ALIGN)
		return NULL;
	n = (n + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	if ((size_t)(a->end - a->next) < n && !grow(a, n)) {
		a->full = true;
		return NULL;
	}
	void *p = a->next;
	a->next += n;
	return p;
}

void *arena_calloc(struct arena *a, size_t count, size_t size)
{
	size_t n;
	if (!size_mul(count, size, &n))
		return NULL;
	void *p = arena_alloc(a, n);
	if (p)
		memset(p, 0, n);
	return p;
}

char *arena_strndup(struct arena *a, const char *p, size_t n)
{
	char *s = n < SIZE_MAX ? arena_alloc(a, n + 1) : NULL;
	if (s) {
		if (n)
			memcpy(s, p, n);
		s[n] = '\0';
	}
	return s;
}

bool arena_adopt(struct arena *a, void *p, size_t n)
{
	size_t limit = a->limit ? a->limit : (size_t)MF_LIMIT_ARENA;
	struct arena_block *b = n <= limit && a->used <= limit - n ? malloc(sizeof(*b)) : NULL;
	if (!b) {
		free(p);
		return false;
	}
	*b = (struct arena_block){.next = a->head, .adopted = p};
	a->head = b;
	a->used += n;
	return true;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *at = a->next; /* where most texts will be: formatted once */
	int n = vsnprintf(at, (size_t)(a->end - a->next), fmt, ap);
	va_end(ap);
	char *s = n >= 0 ? arena_alloc(a, (size_t)n + 1) : NULL;
	if (s && s != at) {
		va_start(ap, fmt);
		vsnprintf(s, (size_t)n + 1, fmt, ap);
		va_end(ap);
	}
	return s;
}
