/* base/buf.h: growable bytes. p is never NULL and always NUL-terminated; every buffer has a limit; a failed append
 * sticks (later appends do nothing), so a series of appends is checked once with buf_err. */
#ifndef MF_BASE_BUF_H
#define MF_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "../mf.h"
#include "util.h"

struct buf {
	char *p;
	size_t n, cap, limit;
	int failed; /* 0, MF_ENOMEM or MF_ELIMIT */
};

extern char buf_empty[1];
#define BUF_INIT(max) {.p = buf_empty, .limit = (max)}

void buf_init(struct buf *b, size_t limit);
void buf_release(struct buf *b); /* frees; usable again afterwards */
void buf_clear(struct buf *b);   /* keeps the memory, forgets failure */
void buf_add(struct buf *b, const void *p, size_t n);
void buf_adds(struct buf *b, const char *s);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_vaddf(struct buf *b, const char *fmt, va_list ap) PRINTF_LIKE(2, 0);
/* Make room for n more bytes at p + n; false on failure. The caller adds to n what it wrote. */
bool buf_reserve(struct buf *b, size_t n);
/* 0, or the failure recorded in err. */
int buf_err(const struct buf *b, struct mf_error *err);
/* Hand over the malloc'ed, NUL-terminated text (NULL if the buffer failed); the buffer is empty afterwards. */
char *buf_take(struct buf *b);
/* A sink that appends to a buffer: sink.self is the struct buf. */
int buf_sink_write(void *self, const char *p, size_t n);

#endif
